//! The published alignment-faking pages: a list of transcripts gives one label row for each page it names; a page gives one
//! transcript, cut at its turns, with the labels that stand around them. How a page becomes a record is the business of
//! `page`; setting, variant and tier stand in the path only (`animal_welfare/default/train/0.html`).

use std::collections::HashSet;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::Context;
use super::assemble::from_examples_path;
use super::format::{
    Format, LabelRow, LabelTarget, PartKind, RawLabel, RawPart, RawTranscript, RawTurn, Reading,
    Signs,
};
use super::label_fields::container;
use super::labels::is_label_field;
use super::{message, tier};
use crate::model::{ProblemKind, Role, TierFrom};

#[allow(clippy::expect_used)] // constants, compiled by the tests below
static TURN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?mi)^[ \t]*(system|developer|user|human|assistant|model|ai|tool) ?\[(\d{1,4})\][ \t]*:?[ \t]?")
        .expect("constant")
});
#[allow(clippy::expect_used)]
static PAIR: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\b([A-Za-z][A-Za-z0-9_]{1,60})[ \t]*=[ \t]*(True|False|true|false|None|null|nan|-?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)(?:\b|$)")
        .expect("constant")
});
#[allow(clippy::expect_used)]
static TAG: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)</?(?:scratchpad_reasoning|hidden_scratchpad)>").expect("constant")
});

/// The format.
pub struct AfPages;

impl Format for AfPages {
    fn name(&self) -> &'static str {
        "af-pages"
    }

    fn signs(&self) -> Option<Signs> {
        Some(Signs { keys: &[&["html_title"]], ..Signs::NONE })
    }

    fn recognise(&self, record: &Value) -> Option<String> {
        let map = record.as_object()?;
        map.get("html_title")?;
        if map.get("html_text").is_some_and(Value::is_string) {
            Some("an HTML page with a transcript".to_owned())
        } else {
            let list = map.get("dataSource")?.get("allFiles")?;
            list.is_array()
                .then(|| "an HTML page that lists transcripts with their labels".to_owned())
        }
    }

    fn read(&self, record: &Value, context: &Context<'_>) -> Vec<Reading> {
        if let Some(list) = record.get("dataSource") {
            return listed(list, context);
        }
        let Some(text) = record.get("html_text").and_then(Value::as_str) else { return Vec::new() };
        let title = record.get("html_title").and_then(Value::as_str).unwrap_or_default();
        let headings = record.get("html_headings").and_then(Value::as_array);
        let headings: Vec<Range<usize>> = headings
            .into_iter()
            .flatten()
            .filter_map(|h| {
                let at = |i: usize| h.get(i)?.as_u64().and_then(|n| usize::try_from(n).ok());
                Some(at(0)?..at(1)?).filter(|h| h.start < h.end)
            })
            .collect();
        vec![Reading::Transcript(Box::new(transcript(title, text, &headings, context)))]
    }
}

/// Whether a page's text holds a transcript: turns, reasoning tags, or labels.
pub fn is_transcript(text: &str, headings: &[Range<usize>]) -> bool {
    let zones = zones(text, headings);
    let answered = zones.iter().any(|z| matches!(z.kind, Kind::Turn(Role::Assistant, _)));
    let known =
        |pair: &regex::Captures<'_>| pair.get(1).is_some_and(|n| is_label_field(n.as_str()));
    answered
        // One or two may stand in any text (`score=3`).
        || PAIR.captures_iter(text).filter(known).nth(2).is_some()
        || TAG.is_match(text)
}

/// The address of a page: the path of its file, inside an archive the member's name behind it, with `/` between folders.
fn address(context: &Context<'_>) -> String {
    let place = &context.place;
    let path = match &place.member {
        Some(member) => format!("{}/{member}", place.source),
        None => place.source.to_string(),
    };
    let path = path.replace('\\', "/");
    path.strip_prefix("./").unwrap_or(&path).to_owned()
}

/// The labels of a list of pages.
fn listed(source: &Value, context: &Context<'_>) -> Vec<Reading> {
    let address = address(context);
    let folder = address.rsplit_once('/').map_or("", |(folder, _)| folder);
    let files = source.get("allFiles").and_then(Value::as_array);
    let mut readings = Vec::new();
    for (i, file) in files.into_iter().flatten().enumerate() {
        let name = file.get("html").and_then(Value::as_str).filter(|name| !name.trim().is_empty());
        let Some(name) = name else {
            let message =
                format!("`dataSource.allFiles[{i}]` names no page; its labels are left out");
            readings.push(Reading::Remark(ProblemKind::WrongType, message));
            continue;
        };
        let mut found = RawTranscript::default();
        if let Some(labels) = file.get("json") {
            container("", labels, None, &mut found);
        }
        if !found.labels.is_empty() {
            let target = LabelTarget::Id(beside(folder, name));
            readings.push(Reading::Labels(LabelRow {
                target,
                labels: found.labels,
                quotes: found.quotes,
                meta: found.meta,
                own: true,
            }));
        }
    }
    if !readings.iter().any(|r| matches!(r, Reading::Labels(_))) {
        readings.push(Reading::Aside("a list of pages without labels".to_owned()));
    }
    readings
}

/// A page's address, from the folder of the page that names it.
fn beside(folder: &str, name: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').collect();
    if folder.is_empty() {
        parts.clear();
    }
    for part in name.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[derive(Debug, Clone, PartialEq)]
enum Kind {
    Turn(Role, PartKind),
    /// Labels and other words around the transcript.
    Around,
}

/// What follows a heading, up to the next.
#[derive(Debug, PartialEq)]
struct Zone {
    kind: Kind,
    head: usize,
    body: Range<usize>,
}

/// Cuts a text at its headings: `user [1]:` at the start of a line, each number one more than the last (a model may quote
/// another transcript); else at headings of the page that name a role.
fn zones(text: &str, headings: &[Range<usize>]) -> Vec<Zone> {
    let mut heads: Vec<(Range<usize>, Kind)> = Vec::new();
    let mut expected: Option<u32> = None;
    for found in TURN.captures_iter(text) {
        let (Some(all), Some(role), Some(number)) = (found.get(0), found.get(1), found.get(2))
        else {
            continue;
        };
        let number: u32 = number.as_str().parse().unwrap_or_default();
        if expected.is_none_or(|n| n == number) {
            expected = Some(number + 1);
            heads.push((all.range(), Kind::Turn(message::role(role.as_str()), PartKind::Text)));
        }
    }
    // Numbered turns are surer than headings: of those only the end of the transcript counts then.
    let last = heads.last().map(|(range, _)| range.end);
    for heading in headings {
        let Some(kind) = text.get(heading.clone()).and_then(named) else { continue };
        let wanted = last.is_none_or(|last| kind == Kind::Around && heading.start >= last);
        if wanted && let Some(line) = alone(text, heading) {
            heads.push((line, kind));
        }
    }
    heads.sort_by_key(|(range, _)| range.start);
    let ends: Vec<usize> =
        heads.iter().skip(1).map(|(next, _)| next.start).chain([text.len()]).collect();
    let zone = |((head, kind), end): ((Range<usize>, Kind), usize)| {
        let body = trimmed(text, head.end.min(end)..end);
        Zone { kind, head: head.start, body }
    };
    heads.into_iter().zip(ends).map(zone).collect()
}

/// What a heading stands above.
fn named(heading: &str) -> Option<Kind> {
    let word = heading.trim().trim_end_matches(':').to_ascii_lowercase();
    let turn = |role, kind| Some(Kind::Turn(role, kind));
    match word.as_str() {
        "system" | "system prompt" | "system message" => turn(Role::System, PartKind::Text),
        "user" | "human" | "user prompt" | "user message" | "user input" | "user query"
        | "prompt" | "query" => turn(Role::User, PartKind::Text),
        "assistant" | "ai" | "model" | "response" | "model response" | "model output"
        | "completion" => turn(Role::Assistant, PartKind::Text),
        "scratchpad" | "reasoning" | "scratchpad reasoning" | "hidden scratchpad" => {
            turn(Role::Assistant, PartKind::Reasoning)
        }
        "output" | "final output" => turn(Role::Assistant, PartKind::Output),
        "labels" | "classifications" | "classifier labels" | "scores" | "metadata" => {
            Some(Kind::Around)
        }
        _ => None,
    }
}

/// A heading that shares its line with nothing but a colon, with that colon. Looks no further than the spaces around it: a
/// page may be one line of headings.
fn alone(text: &str, heading: &Range<usize>) -> Option<Range<usize>> {
    let spaces = [' ', '\t', '\u{a0}'];
    let before = text.get(..heading.start)?.trim_end_matches(spaces);
    let after = text.get(heading.end..)?.trim_start_matches(spaces);
    let after = after.strip_prefix(':').unwrap_or(after).trim_start_matches(spaces);
    let placed = before.is_empty() || before.ends_with('\n');
    let ends = after.is_empty() || after.starts_with(['\n', '\r']);
    (placed && ends).then(|| before.len()..text.len() - after.len())
}

fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let body = text.get(range.clone()).unwrap_or_default();
    let start = range.start + body.len() - body.trim_start().len();
    start..(range.start + body.trim_end().len()).max(start)
}

fn transcript(
    title: &str,
    text: &str,
    headings: &[Range<usize>],
    context: &Context<'_>,
) -> RawTranscript {
    let mut raw = RawTranscript::default();
    let mut zones = zones(text, headings);
    let mut around = String::new();
    if let Some(first) = zones.first() {
        let head = text.get(..first.head).unwrap_or_default().trim();
        pairs(head, &mut raw.labels);
        around.push_str(head);
    } else {
        // No turns to be seen: all is the response, but for lines of labels before and behind it.
        let mut body = trimmed(text, 0..text.len());
        while let Some(line) =
            text.get(body.clone()).and_then(|t| t.lines().next()).filter(|l| label_line(l))
        {
            pairs(line, &mut raw.labels);
            body = trimmed(text, body.start + line.len()..body.end);
        }
        let kind = Kind::Turn(Role::Assistant, PartKind::Text);
        zones.push(Zone { kind, head: body.start, body });
    }
    let last = zones.len() - 1;
    for (i, zone) in zones.into_iter().enumerate() {
        let Zone { kind, mut body, .. } = zone;
        let Kind::Turn(role, kind) = kind else {
            let words = text.get(body).unwrap_or_default();
            pairs(words, &mut raw.labels);
            around.push('\n');
            around.push_str(words);
            continue;
        };
        let mut below: Vec<&str> = Vec::new();
        while i == last
            && let Some(line) =
                text.get(body.clone()).and_then(|t| t.lines().next_back()).filter(|l| label_line(l))
        {
            below.push(line);
            body = trimmed(text, body.start..body.end - line.len());
        }
        below.reverse();
        pairs(&below.join("\n"), &mut raw.labels);
        let words = text.get(body.clone()).unwrap_or_default();
        if words.is_empty() {
            continue;
        }
        // An output that brings its own tags is split at them.
        let kind =
            if kind == PartKind::Output && words.contains('<') { PartKind::Text } else { kind };
        let origin = format!("html_text[{}..{}]", body.start, body.end);
        let part = RawPart { kind, origin, text: words.to_owned() };
        match raw.turns.last_mut() {
            Some(turn) if role == Role::Assistant && turn.role == role => turn.parts.push(part),
            _ => raw.turns.push(RawTurn::new(role, vec![part])),
        }
    }
    pairs(title, &mut raw.labels);
    identity(&mut raw, context);
    let mut note = |key: &str, text: &str| {
        if !text.trim().is_empty() {
            raw.meta.insert(key.to_owned(), Value::String(text.trim().to_owned()));
        }
    };
    note("html_title", title);
    note("html_around", &around);
    raw
}

/// Labels written as `name=True`, of known names, each once in one text.
fn pairs(text: &str, labels: &mut Vec<RawLabel>) {
    let mut seen: HashSet<(&str, &str)> = HashSet::new();
    for pair in PAIR.captures_iter(text) {
        let (Some(name), Some(value)) = (pair.get(1), pair.get(2)) else { continue };
        if !is_label_field(name.as_str()) || !seen.insert((name.as_str(), value.as_str())) {
            continue;
        }
        let value = match value.as_str() {
            "True" | "true" => Value::Bool(true),
            "False" | "false" => Value::Bool(false),
            "None" | "null" | "nan" => Value::Null,
            number => {
                serde_json::from_str(number).unwrap_or_else(|_| Value::String(number.to_owned()))
            }
        };
        labels.push(RawLabel { name: name.as_str().to_owned(), rater: None, value });
    }
}

/// Longest rest of a line of labels: a heading (`Labels:`), brackets, commas.
const LONGEST_REST: usize = 24;

/// A line of labels and nothing else to speak of.
fn label_line(line: &str) -> bool {
    let mut known = false;
    let mut covered = 0;
    for pair in PAIR.captures_iter(line) {
        covered += pair.get(0).map_or(0, |all| all.len());
        known |= pair.get(1).is_some_and(|name| is_label_field(name.as_str()));
    }
    let words = line.chars().filter(|c| c.is_alphanumeric()).count();
    known && words.saturating_sub(covered) <= LONGEST_REST
}

/// What the page's address says: its own name as id, all of it as alias, setting, variant.
fn identity(raw: &mut RawTranscript, context: &Context<'_>) {
    let address = address(context);
    let (setting, variant) = from_examples_path(&address);
    let parts: Vec<&str> = address.split('/').filter(|p| !p.is_empty()).collect();
    let split = parts.iter().rposition(|part| matches!(*part, "train" | "deploy"));
    let from = split.map_or(parts.len().saturating_sub(2), |at| at.saturating_sub(2));
    let own = parts.get(from..).unwrap_or_default().join("/");
    let own = own.strip_suffix(".html").or_else(|| own.strip_suffix(".htm")).unwrap_or(&own);
    raw.id = Some(own.to_owned()).filter(|id| !id.is_empty());
    raw.aliases = vec![address.clone()];
    raw.setting = setting;
    raw.variant = variant;
    // The pages of a split stand in the order of its queries. A page that shows its query says more than that.
    if !raw.turns.iter().any(|turn| turn.role == Role::User) {
        let page = own.rsplit('/').next().unwrap_or_default();
        let numbered = !page.is_empty() && page.bytes().all(|b| b.is_ascii_digit());
        raw.sample = numbered.then(|| page.to_owned());
    }
    // Inside an archive the member's name holds the folders, and nobody after us looks there.
    if context.place.member.is_some() && tier::from_path(&context.place.source).is_none() {
        let user = raw.turns.iter().rev().find(|turn| turn.role == Role::User);
        let said =
            user.is_some_and(|t| t.parts.iter().any(|p| tier::from_message(&p.text).is_some()));
        if let Some((canonical, spelt)) = tier::from_path(&address).filter(|_| !said) {
            raw.tier = Some((spelt, TierFrom::Path));
            raw.tier_canonical = Some(canonical);
        }
    }
}

#[cfg(test)]
mod tests;
