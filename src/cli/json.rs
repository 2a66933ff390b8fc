//! The JSON shapes of `list`, `show` and `check`: stable, all keys always there, documented in docs/JSON.md.
//!
//! Text is the original's, with control, bidi, zero-width and tag characters as `\u` escapes, so that the
//! stream is safe to look at and exact to parse.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};
use serde_json::{Map, Value, json};

use crate::corpus::Reviewed;
use crate::model::{
    Analysis, Counts, Criterion, Deduction, Evidence, Feature, Found, Judgement, LabelValue,
    Outcome, Problem, Section, Span, Standing, Transcript, Verdict,
};
use crate::review::{Given, GivenFrom, print_time};
use crate::text::is_hidden;

/// Compact JSON whose strings show no hidden character.
struct Escaping;

impl Formatter for Escaping {
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut plain = 0;
        for (at, c) in fragment.char_indices().filter(|(_, c)| is_hidden(*c)) {
            writer.write_all(fragment.get(plain..at).unwrap_or_default().as_bytes())?;
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(writer, "\\u{unit:04x}")?;
            }
            plain = at + c.len_utf8();
        }
        writer.write_all(fragment.get(plain..).unwrap_or_default().as_bytes())
    }
}

/// Writes one value and a line break.
///
/// # Errors
/// As the writer.
pub fn write_line(mut out: impl Write, value: &Value) -> io::Result<()> {
    let mut serializer = Serializer::with_formatter(&mut out, Escaping);
    value.serialize(&mut serializer).map_err(io::Error::from)?;
    out.write_all(b"\n")
}

/// A label's value; `null` for unparsed.
#[must_use]
pub fn label_value(value: &LabelValue) -> Value {
    match value {
        LabelValue::Bool(b) => json!(b),
        LabelValue::Number(n) => json!(n),
        LabelValue::Text(t) => json!(t),
        LabelValue::Unparsed => Value::Null,
    }
}

/// `{name: value}`: the first parsed value of each name wins over unparsed ones; `judgements` holds all.
fn labels(judgements: &[Judgement]) -> Value {
    let mut map = Map::new();
    for judgement in judgements {
        let value = label_value(&judgement.value);
        match map.get_mut(&judgement.label) {
            Some(known) if known.is_null() => *known = value,
            Some(_) => {}
            None => {
                map.insert(judgement.label.clone(), value);
            }
        }
    }
    Value::Object(map)
}

fn outcome(outcome: &Outcome) -> Value {
    let all: Vec<Value> = outcome
        .all
        .iter()
        .map(|vote| json!({"by": vote.by.as_str(), "value": vote.value.as_str()}))
        .collect();
    json!({
        "value": outcome.value.as_str(),
        "by": outcome.by.map(crate::model::Decider::as_str),
        "all": all,
        "conflict": outcome.conflict,
    })
}

fn cues(analysis: &Analysis) -> Value {
    Value::Object(analysis.counts().into_iter().map(|(name, n)| (name, json!(n))).collect())
}

/// The keys of a `list` line, in order. `said`: what reviewers say; it is among the judgements, and not among the labels.
#[must_use]
pub fn listed(
    transcript: &Transcript,
    analysis: &Analysis,
    said: Option<&Reviewed>,
) -> Map<String, Value> {
    let judgements: Vec<Value> = transcript
        .judgements
        .iter()
        .chain(said.map_or(&[][..], Reviewed::judgements))
        .map(|j| {
            json!({
                "label": j.label,
                "rater": j.rater,
                "value": label_value(&j.value),
                "positive": j.positive,
            })
        })
        .collect();
    let repairs: Vec<&str> = transcript.repairs.iter().map(|r| r.code).collect();
    let tier = transcript.tier.as_ref();
    let value = json!({
        "id": transcript.id,
        "key": transcript.key(),
        "source": &*transcript.place.source,
        "line": transcript.place.line,
        "index": transcript.place.index,
        "sample": transcript.sample,
        "epoch": transcript.epoch,
        "hash": format!("{:016x}", transcript.hash),
        "tier": tier.map(|t| &t.value),
        "tier_raw": tier.map(|t| &t.raw),
        "setting": transcript.setting,
        "model": transcript.model,
        "query": transcript.query,
        "outcome": outcome(&transcript.outcome),
        "labels": labels(&transcript.judgements),
        "judgements": judgements,
        "parse": transcript.parse.as_str(),
        "repairs": repairs,
        "score": analysis.score,
        "cues": cues(analysis),
        "decision": analysis.said().map(crate::model::Choice::as_str),
        "echoes": crate::corpus::echoes(transcript).len(),
        "mismatch": transcript.outcome.mismatch(analysis.said()),
    });
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

fn section(section: &Section) -> Value {
    json!({
        "turn": section.turn,
        "role": section.role.as_str(),
        "kind": section.kind.as_str(),
        "origin": section.origin,
        "start": section.start,
        "end": section.end,
        "text": section.text,
    })
}

fn span(transcript: &Transcript, span: &Span) -> Value {
    let text = transcript
        .sections
        .get(span.section)
        .and_then(|s| s.text.get(span.start..span.end))
        .unwrap_or_default();
    let taken = |d: &Deduction| json!({"reason": d.reason, "detail": d.detail, "amount": d.amount});
    json!({
        "section": span.section,
        "start": span.start,
        "end": span.end,
        "text": text,
        "category": span.category,
        "rule": span.rule,
        "matched": span.matched,
        "weight": span.counted(),
        "counted": span.counts(),
        "deductions": span.deductions.iter().map(taken).collect::<Vec<_>>(),
    })
}

/// How a quote was found, in a word.
#[must_use]
pub fn found(found: Found) -> &'static str {
    match found {
        Found::Exact => "exact",
        Found::Folded => "folded",
        Found::Window => "window",
        Found::Message => "message",
        Found::NotFound => "not-found",
    }
}

fn evidence(evidence: &Evidence) -> Value {
    let at = evidence.at;
    json!({
        "label": evidence.label,
        "rater": evidence.rater,
        "criterion": evidence.criterion,
        "quote": evidence.quote,
        "found": found(evidence.found),
        "section": at.map(|a| a.0),
        "start": at.map(|a| a.1),
        "end": at.map(|a| a.2),
    })
}

fn criterion(criterion: &Criterion) -> Value {
    let why = match &criterion.state {
        Standing::Contradicted { why, .. } => Some(why),
        Standing::Met(_) | Standing::Missing => None,
    };
    json!({
        "number": criterion.number,
        "name": criterion.name,
        "state": criterion.state.as_str(),
        "span": criterion.state.span(),
        "why": why,
    })
}

fn verdict(verdict: &Verdict, outcome: &Outcome) -> Value {
    let gaps: Vec<Value> = verdict
        .gaps
        .iter()
        .map(|gap| json!({"text": gap.to_string(), "span": gap.span()}))
        .collect();
    json!({"holds": verdict.holds, "text": verdict.sentence(outcome), "gaps": gaps})
}

fn feature(feature: &Feature) -> Value {
    let Feature { id, about, points, sentences, section, start, end, matched } = feature;
    json!({
        "id": **id, "about": **about, "points": points, "sentences": sentences,
        "section": section, "start": start, "end": end, "matched": matched,
    })
}

/// A reviewer's answer.
fn review(given: &Given, transcript: &Transcript) -> Value {
    let span = given.span.map(|span| {
        let text = transcript.sections.get(span.section);
        let text = text.and_then(|section| section.text.get(span.start..span.end));
        json!({"section": span.section, "start": span.start, "end": span.end, "text": text})
    });
    let blind = (given.from == GivenFrom::Review).then_some(given.sighted.is_none());
    json!({
        "label": given.label,
        "rater": given.rater,
        "from": given.from.as_str(),
        "answer": given.answer.as_str(),
        "time": print_time(given.time),
        "blind": blind,
        "why": given.sighted,
        "note": given.note,
        "flag": given.flag,
        "span": span,
        "answers": given.answers,
    })
}

/// `show --format json`: the keys of a list line, then sections, spans, contributions, features, criteria, verdict, evidence, reviews and meta.
#[must_use]
pub fn shown(transcript: &Transcript, analysis: &Analysis, said: Option<&Reviewed>) -> Value {
    let mut map = listed(transcript, analysis, said);
    let sections = transcript.sections.iter().map(section).collect();
    let spans = analysis.spans.iter().map(|s| span(transcript, s)).collect();
    let quotes = transcript.evidence.iter().map(evidence).collect();
    let tier_from = transcript.tier.as_ref().map(|t| t.from.as_str());
    map.insert("tier_from".to_owned(), json!(tier_from));
    map.insert("pack".to_owned(), json!(analysis.pack));
    map.insert("setting_inferred".to_owned(), json!(analysis.inferred));
    map.insert("sections".to_owned(), Value::Array(sections));
    map.insert("spans".to_owned(), Value::Array(spans));
    let parts = analysis.contributions.iter();
    let parts = parts.map(|c| json!({"group": c.group, "raw": c.raw, "points": c.points}));
    map.insert("contributions".to_owned(), parts.collect());
    let features = analysis.features.iter().map(feature).collect();
    map.insert("features".to_owned(), Value::Array(features));
    let criteria = analysis.criteria.iter().map(criterion).collect();
    map.insert("criteria".to_owned(), Value::Array(criteria));
    let found = analysis.verdict.as_ref().map(|v| verdict(v, &transcript.outcome));
    map.insert("verdict".to_owned(), json!(found));
    map.insert("evidence".to_owned(), Value::Array(quotes));
    let reviews = said.map_or(&[][..], Reviewed::given);
    let reviews = reviews.iter().map(|given| review(given, transcript)).collect();
    map.insert("reviews".to_owned(), Value::Array(reviews));
    map.insert("meta".to_owned(), Value::Object(transcript.meta.clone()));
    Value::Object(map)
}

/// The six numbers.
#[must_use]
pub fn counts(counts: Counts) -> Value {
    json!({
        "units": counts.units,
        "records": counts.records,
        "transcripts": counts.transcripts,
        "repaired": counts.repaired,
        "left_out": counts.left_out,
        "joined": counts.joined,
    })
}

/// One problem.
#[must_use]
pub fn problem(problem: &Problem) -> Value {
    json!({"line": problem.line, "kind": problem.kind.as_str(), "message": problem.message})
}
