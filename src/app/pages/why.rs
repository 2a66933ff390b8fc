//! Why a cue is marked, and what speaks for and against the whole transcript.

use std::fmt::Write;

use super::ledger::ledger;
use super::reader::echo_line;
use super::{absent, heading, info};
use crate::app::facts::{label_text, plural};
use crate::app::{Agreement, Block, EvidenceCount, Notice, nothing_fired};
use crate::corpus::{Body, Catalogue, Common, Reviewed, per_cent};
use crate::cues::{Engine, Restated, feature_in_place, in_place};
use crate::model::{Deduction, Evidence, Feature, Found, LabelValue, Span, points};
use crate::review::agree::Share;
use crate::text::sentences;

/// Most characters of a quoted span.
const QUOTE: usize = 160;

/// What explanations draw on, as far as it is known.
#[derive(Debug, Clone, Copy, Default)]
pub struct Known<'a> {
    /// The rules.
    pub engine: Option<&'a Engine>,
    /// What scratchpads share.
    pub common: Option<&'a Common>,
    /// What reviewers say.
    pub reviewed: Option<&'a Reviewed>,
    /// The rows, for what reviewers say of others.
    pub catalogue: Option<&'a Catalogue>,
    /// The rules are still reading this text: whatever the analysis says is not what they find.
    pub looking: bool,
}

/// What is said while the rules read on.
const LOOKING: &str = "still looking for cues in this text: nothing is said yet of marks, criteria, decision and score";

/// The explanation of a span (`None`: none is under the cursor), then criteria, score, labels and judges' quotes.
/// `position` says which cue it is: `cue 2 of 5`.
#[must_use]
pub fn why(body: &Body, known: Known<'_>, span: Option<usize>, position: &str) -> Vec<Block> {
    let analysis = &body.analysis;
    let mut blocks = Vec::new();
    if known.looking {
        blocks.push(absent(LOOKING));
        blocks.extend(echo_line(&body.transcript).map(info));
        labels(body, &mut blocks);
        reviews(body, known.reviewed, &mut blocks);
        quotes(body, known.looking, &mut blocks);
        return blocks;
    }
    if let Some((index, span)) = span.and_then(|i| analysis.spans.get(i).map(|s| (i, s))) {
        blocks.push(heading(format!("{position} · {}", span.category)));
        blocks.push(Block::Text(in_place(&body.transcript, analysis, index)));
        let lines = known.engine.map(|e| e.explain(&body.transcript, analysis, index));
        let lines: Vec<String> = match lines {
            Some(lines) if !lines.is_empty() => {
                lines.into_iter().map(|(title, text)| format!("{title}: {text}")).collect()
            }
            _ => vec![format!("rule: {}", span.rule), format!("weight: {:.1}", span.weight)],
        };
        let shared = known.common.map(|common| shared(body, common, span)).unwrap_or_default();
        let judged = known.catalogue.map(|rows| judged(rows, span)).unwrap_or_default();
        blocks.push(Block::Text([lines, shared, judged].concat().join("\n")));
    } else {
        blocks.push(absent(nothing_fired(body, known.engine)));
        blocks.extend(known.engine.and_then(|e| e.note(&body.transcript)).map(info));
    }
    blocks.extend(echo_line(&body.transcript).map(info));
    discounted(body, &mut blocks);
    ledger(body, &mut blocks);
    say_and_do(body, &mut blocks);
    score(body, &mut blocks);
    labels(body, &mut blocks);
    reviews(body, known.reviewed, &mut blocks);
    quotes(body, known.looking, &mut blocks);
    if let Some(engine) = known.engine {
        blocks.push(info(engine.pack_words(&body.transcript, analysis)));
    }
    blocks.push(info("A cue suggests, a label judges; a scratchpad may not say what decided."));
    blocks
}

/// Whether the sentence of a span, and what its rule marks, is boilerplate.
fn shared(body: &Body, common: &Common, span: &Span) -> Vec<String> {
    let mut lines = Vec::new();
    let text = body.transcript.sections.get(span.section).map_or("", |s| s.text.as_str());
    let place = sentences(text).find(|range| span.start < range.end);
    if let Some(sentence) = place.and_then(|place| common.sentence(text.get(place)?)) {
        let (count, pads) = (sentence.count, common.pads);
        lines.push(format!("shared: this sentence stands in {count} of {pads} scratchpads"));
    }
    if let Some(rule) = common.rule(&span.rule).filter(|rule| rule.is_mostly_inside()) {
        let inside = per_cent(rule.inside, rule.marks);
        let (.., negatives) = common.labelled;
        let fires = per_cent(rule.fires.1, negatives);
        let too = if negatives > 0 {
            format!("; it fires in {fires}% of negatives too")
        } else {
            String::new()
        };
        lines.push(format!(
            "boilerplate: {inside}% of the marks of {} stand in shared sentences{too}",
            rule.id
        ));
    }
    lines
}

/// How far reviewers bear out the rule of a mark, and its category, so far.
fn judged(rows: &Catalogue, span: &Span) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(of) = rows.judged_rule(&span.rule) {
        let v = of.verdicts;
        let mut rest = String::new();
        for (n, word) in [(v.split, "split"), (v.cannot_tell, "not to be told")] {
            if n > 0 {
                let _ = write!(rest, ", {n} {word}");
            }
        }
        lines.push(format!(
            "judged marks of this rule: {} right, {} wrong{rest}{}",
            v.yes,
            v.no,
            precision(v.share())
        ));
    }
    for (label, share) in rows.judged_with(&span.category) {
        lines.push(format!(
            "reviewed transcripts with a {} cue: {} of {} are {label} for reviewers",
            span.category, share.k, share.n
        ));
    }
    lines
}

/// `; precision 82% (95% 52 to 95, Wilson, of the sample)`; nothing of nothing.
fn precision(share: Share) -> String {
    let (Some(value), Some(interval)) = (share.value(), share.interval()) else {
        return String::new();
    };
    let [value, low, high] = [value, interval.low, interval.high].map(|x| 100.0 * x);
    format!("; precision {value:.0}% (95% {low:.0} to {high:.0}, Wilson, of the sample)")
}

/// Sentences in which a rule fired and deductions took all of its weight: not marked, but no secret either.
fn discounted(body: &Body, blocks: &mut Vec<Block>) {
    let analysis = &body.analysis;
    // Made when the first recited one asks for it.
    let mut restated: Option<Restated> = None;
    let lines: Vec<String> = analysis
        .spans
        .iter()
        .enumerate()
        .filter(|(_, span)| !span.counts())
        .map(|(index, span)| {
            let one = |d: &Deduction| match (d.reason, d.detail.as_str()) {
                (reason, "") => reason.to_owned(),
                ("recited", detail) => {
                    let restated = restated.get_or_insert_with(|| Restated::of(&body.transcript));
                    let source = restated.source_of(words(body, index));
                    let source = source.map(|(text, _)| format!(" It says: “{}”", cut(text)));
                    format!("recited: {detail}{}", source.unwrap_or_default())
                }
                (reason, detail) => format!("{reason}: {detail}"),
            };
            let reasons: Vec<String> = span.deductions.iter().map(one).collect();
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
fn words(body: &Body, index: usize) -> &str {
    let span = body.analysis.spans.get(index);
    let text = span.and_then(|s| body.transcript.sections.get(s.section)?.text.get(s.start..s.end));
    text.unwrap_or_default()
}

/// The same in quotation marks, the start of them.
pub(super) fn quote(body: &Body, index: usize) -> String {
    format!("“{}”", cut(words(body, index)))
}

fn cut(text: &str) -> String {
    let folded: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if folded.chars().count() <= QUOTE {
        return folded;
    }
    let head: String = folded.chars().take(QUOTE).collect();
    format!("{head} …")
}

/// What was decided, with its words, against what was done.
fn say_and_do(body: &Body, blocks: &mut Vec<Block>) {
    let outcome = &body.transcript.outcome;
    let Some(sentence) = outcome.said_and_done(body.analysis.said()) else { return };
    blocks.push(heading("say and do"));
    blocks.push(match outcome.mismatch(body.analysis.said()) {
        Some(true) => Block::Notice(Notice::Repair, sentence),
        _ => Block::Text(sentence),
    });
    let said = body
        .analysis
        .decision
        .as_ref()
        .and_then(|d| body.transcript.sections.get(d.section)?.text.get(d.start..d.end));
    blocks.extend(said.map(|said| Block::Text(format!("the decision: “{}”", cut(said)))));
}

fn score(body: &Body, blocks: &mut Vec<Block>) {
    let Some(score) = body.analysis.score else {
        blocks.push(heading("no score: no reasoning text"));
        return;
    };
    blocks.push(heading(format!("score {} of 15", points(score))));
    let lines = body.analysis.score_parts();
    if !lines.is_empty() {
        blocks.push(Block::Text(lines.join("\n")));
    }
    let seen: Vec<String> = body.analysis.features.iter().map(|f| feature(body, f)).collect();
    if !seen.is_empty() {
        blocks.push(heading("features: words that mark nothing by themselves"));
        blocks.push(Block::Text(seen.join("\n")));
    }
}

/// What a feature adds or takes away, what it saw, and the first of its sentences.
fn feature(body: &Body, feature: &Feature) -> String {
    let words = feature_in_place(&body.transcript, feature);
    let Feature { id, about, .. } = feature;
    format!("{} {id}{}, {about}: “{}”", feature.signed(), feature.times(), words)
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

/// What people answered, each with when and how.
fn reviews(body: &Body, reviewed: Option<&Reviewed>, blocks: &mut Vec<Block>) {
    if let Some(reviewed) = reviewed {
        blocks.push(heading("what reviewers say"));
        blocks.push(Block::Text(reviewed.lines(&body.transcript).join("\n")));
    }
}

/// How many of them marks meet is not known while rules are `looking`.
fn quotes(body: &Body, looking: bool, blocks: &mut Vec<Block>) {
    let evidence = &body.transcript.evidence;
    if evidence.is_empty() {
        return;
    }
    blocks.push(heading(format!("what judges quote: {}", EvidenceCount::of(body).words())));
    if !looking && evidence.iter().any(|e| e.at.is_some() && e.found != Found::Message) {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_precision_has_its_interval_and_nothing_has_none() {
        assert_eq!(
            precision(Share { k: 9, n: 11 }),
            "; precision 82% (95% 52 to 95, Wilson, of the sample)"
        );
        assert_eq!(precision(Share::default()), "");
    }
}
