//! Why a cue is marked, and what speaks for and against the whole transcript.

use std::fmt::Write;

use super::{absent, heading, info};
use crate::app::facts::{label_text, plural};
use crate::app::{Agreement, Block, EvidenceCount, Notice};
use crate::corpus::Body;
use crate::cues::Engine;
use crate::model::{Evidence, Found, LabelValue};

/// Most characters of a quoted span.
const QUOTE: usize = 160;

/// The explanation of a span (`None`: none is under the cursor), then criteria, score, labels and judges' quotes.
/// `position` says which cue it is: `cue 2 of 5`.
#[must_use]
pub fn why(
    body: &Body,
    engine: Option<&Engine>,
    span: Option<usize>,
    position: &str,
) -> Vec<Block> {
    let analysis = &body.analysis;
    let mut blocks = Vec::new();
    if let Some((index, span)) = span.and_then(|i| analysis.spans.get(i).map(|s| (i, s))) {
        blocks.push(heading(format!("{position} · {}", span.category)));
        blocks.push(Block::Text(quote(body, index)));
        let lines = engine.map(|e| e.explain(&body.transcript, analysis, index));
        let lines: Vec<String> = match lines {
            Some(lines) if !lines.is_empty() => {
                lines.into_iter().map(|(title, text)| format!("{title}: {text}")).collect()
            }
            _ => vec![format!("rule: {}", span.rule), format!("weight: {:.1}", span.weight)],
        };
        blocks.push(Block::Text(lines.join("\n")));
    } else {
        let pack = match analysis.pack.as_str() {
            "" => "of the active packs".to_owned(),
            pack => format!("of pack {pack}"),
        };
        let read_nothing = analysis.score.is_none() && analysis.spans.is_empty();
        blocks.push(absent(if read_nothing {
            format!("no reasoning text: the rules {pack} had nothing to read")
        } else {
            let verb = if analysis.spans.is_empty() { "fired" } else { "counts here" };
            format!("no rule {pack} {verb}: this is not a clean bill")
        }));
    }
    discounted(body, &mut blocks);
    criteria(body, &mut blocks);
    score(body, &mut blocks);
    labels(body, &mut blocks);
    quotes(body, &mut blocks);
    if let Some(engine) = engine {
        blocks.push(info(engine.pack_words(&body.transcript, analysis)));
    }
    blocks.push(info("A cue suggests, a label judges; a scratchpad may not say what decided."));
    blocks
}

/// Sentences in which a rule fired and deductions took all of its weight: not marked, but no secret either.
fn discounted(body: &Body, blocks: &mut Vec<Block>) {
    let analysis = &body.analysis;
    let lines: Vec<String> = analysis
        .spans
        .iter()
        .enumerate()
        .filter(|(_, span)| span.weight > 0.0 && span.counted() <= 0.0)
        .map(|(index, span)| {
            let reasons: Vec<String> = span
                .deductions
                .iter()
                .map(|d| {
                    if d.detail.is_empty() {
                        d.reason.to_owned()
                    } else {
                        format!("{}: {}", d.reason, d.detail)
                    }
                })
                .collect();
            format!(
                "{} ({}, {}) {}",
                quote(body, index),
                span.category,
                span.rule,
                reasons.join("; ")
            )
        })
        .collect();
    if !lines.is_empty() {
        blocks.push(heading("matched, but not counted"));
        blocks.push(Block::Text(lines.join("\n")));
    }
}

/// A span's own words.
fn quote(body: &Body, index: usize) -> String {
    let text = body
        .analysis
        .spans
        .get(index)
        .and_then(|s| body.transcript.sections.get(s.section)?.text.get(s.start..s.end));
    format!("“{}”", cut(text.unwrap_or_default()))
}

fn cut(text: &str) -> String {
    let folded: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if folded.chars().count() <= QUOTE {
        return folded;
    }
    let head: String = folded.chars().take(QUOTE).collect();
    format!("{head} …")
}

fn criteria(body: &Body, blocks: &mut Vec<Block>) {
    let criteria = &body.analysis.criteria;
    if criteria.is_empty() {
        return;
    }
    let stand = criteria.iter().filter(|c| c.best.is_some()).count();
    blocks.push(heading(format!("criteria: {stand} of {} stand", criteria.len())));
    let lines: Vec<String> = criteria
        .iter()
        .map(|c| match c.best {
            Some(span) => format!("✓ {} {}: {}", c.number, c.name, quote(body, span)),
            None => format!("✗ {} {}: missing", c.number, c.name),
        })
        .collect();
    blocks.push(Block::Text(lines.join("\n")));
}

fn score(body: &Body, blocks: &mut Vec<Block>) {
    let Some(score) = body.analysis.score else {
        blocks.push(heading("no score: no reasoning text"));
        return;
    };
    blocks.push(heading(format!("score {score:.1} of 15")));
    let lines: Vec<String> = body
        .analysis
        .contributions
        .iter()
        .filter(|c| c.raw > 0.0)
        .map(|c| {
            let capped = if c.raw > c.points {
                format!(" (capped from {:.1})", c.raw)
            } else {
                String::new()
            };
            format!("{}: {:.1}{capped}", c.group, c.points)
        })
        .collect();
    if !lines.is_empty() {
        blocks.push(Block::Text(lines.join("\n")));
    }
}

fn labels(body: &Body, blocks: &mut Vec<Block>) {
    let transcript = &body.transcript;
    let mut lines: Vec<String> = Vec::new();
    // A judge's word on its own success is no finding about the transcript.
    let findings = transcript.judgements.iter().filter(|j| !j.label.ends_with(".success"));
    for judgement in findings {
        let mut line = judgement.label.clone();
        if let Some(canonical) = judgement.canonical.as_ref().filter(|c| **c != judgement.label) {
            let _ = write!(line, " ({canonical})");
        }
        let value = match judgement.value {
            LabelValue::Unparsed => "unparsed".to_owned(),
            ref value => label_text(value),
        };
        let verdict = match judgement.positive {
            Some(true) => " · positive",
            Some(false) => " · negative",
            None => "",
        };
        let _ = write!(line, ": {value}{verdict} · by {}", judgement.rater);
        lines.push(line);
    }
    for vote in &transcript.outcome.all {
        lines.push(format!(
            "outcome: {} · by {} {}",
            vote.value.as_str(),
            vote.by.as_str(),
            vote.name
        ));
    }
    if lines.is_empty() {
        return;
    }
    let conflict = if transcript.outcome.conflict { "; they disagree on the outcome" } else { "" };
    blocks.push(heading(format!("what judges say{conflict}")));
    blocks.push(Block::Text(lines.join("\n")));
}

fn quotes(body: &Body, blocks: &mut Vec<Block>) {
    let evidence = &body.transcript.evidence;
    if evidence.is_empty() {
        return;
    }
    blocks.push(heading(format!("what judges quote: {}", EvidenceCount::of(body).words())));
    if evidence.iter().any(|e| e.at.is_some() && e.found != Found::Message) {
        blocks.push(Block::Text(Agreement::of(body).lines()));
    }
    let (found, lost): (Vec<&Evidence>, Vec<&Evidence>) =
        evidence.iter().partition(|e| e.at.is_some());
    let lines: Vec<String> = found.into_iter().map(|e| evidence_line(body, e)).collect();
    if !lines.is_empty() {
        blocks.push(Block::Text(lines.join("\n")));
    }
    if lost.is_empty() {
        return;
    }
    let what = plural(lost.len(), "quote", "quotes");
    let verb = if lost.len() == 1 { "stands" } else { "stand" };
    let text = format!("{what} of a judge {verb} nowhere in this transcript");
    blocks.push(Block::Notice(Notice::Repair, text));
    let lines: Vec<String> = lost.into_iter().map(|e| evidence_line(body, e)).collect();
    blocks.push(Block::Text(lines.join("\n")));
}

/// `alignment_faking criterion 4 · judge: “to stay as I am” · found but for case and punctuation`.
fn evidence_line(body: &Body, e: &Evidence) -> String {
    let transcript = &body.transcript;
    let section = e.at.and_then(|(section, ..)| transcript.sections.get(section));
    let criterion = e.criterion.map(|n| format!(" criterion {n}")).unwrap_or_default();
    // Quotes are looked for in all turns; most stand in the final response.
    let turn = section.map(|s| (s.turn, s.role.as_str()));
    let turn = turn.filter(|(turn, _)| *turn < transcript.response_turn);
    let earlier = turn.map(|(n, role)| format!(" · in turn {} ({role})", n + 1));
    let earlier = earlier.unwrap_or_default();
    let who = format!("{}{criterion} · {}", e.label, e.rater);
    if e.found == Found::Message {
        let number = section.map_or(0, |s| s.turn + 1);
        let role = section.map_or("", |s| s.role.as_str());
        let words = cut(section.map_or("", |s| s.text.as_str()));
        return format!("{who}: points at the whole of turn {number} ({role}): “{words}”");
    }
    let found = match e.found {
        Found::Exact | Found::Message => "",
        Found::Folded => " · found but for case and punctuation",
        Found::Window => " · found in other words",
        Found::NotFound => " · quote not found in the text",
    };
    format!("{who}: “{}”{found}{earlier}", cut(&e.quote))
}
