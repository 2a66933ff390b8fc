//! Records whose whole conversation is one string of `Turn 1 (system): …` lines.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::Context;
use super::fields::Fields;
use super::format::{Format, PartKind, RawPart, RawTranscript, RawTurn, Reading, Signs};
use super::message;
use crate::model::Role;

#[allow(clippy::expect_used)] // a constant, compiled by the tests below
static HEADING: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?m)^Turn (\d{1,6}) \(([^()\n]{1,40})\):[ \t]?").expect("constant")
});

/// The format.
pub struct Trace;

impl Format for Trace {
    fn name(&self) -> &'static str {
        "trace"
    }

    fn signs(&self) -> Option<Signs> {
        Some(Signs { keys: &[&["trace"]], ..Signs::NONE })
    }

    fn recognise(&self, record: &Value) -> Option<String> {
        let text = record.get("trace")?.as_str()?;
        let first = HEADING.find(text)?;
        (first.start() == 0).then(|| "has a trace of turns in one string".to_owned())
    }

    fn read(&self, record: &Value, _context: &Context<'_>) -> Vec<Reading> {
        let Some(map) = record.as_object() else { return Vec::new() };
        let mut fields = Fields::new(map);
        let mut raw = RawTranscript::default();
        if let Some((key, text)) = fields.text_at("trace") {
            raw.turns = turns(text);
            fields.mark(key);
        }
        fields.finish(raw)
    }
}

/// Cuts a trace. A heading counts only when its number follows the one before: a turn may quote another trace.
/// Each piece's origin carries its byte range in the string: `trace[17..123]`.
fn turns(text: &str) -> Vec<RawTurn> {
    let mut heads: Vec<(usize, usize, Role)> = Vec::new();
    let mut expected: Option<u64> = None;
    for found in HEADING.captures_iter(text) {
        let (Some(all), Some(number), Some(role)) = (found.get(0), found.get(1), found.get(2))
        else {
            continue;
        };
        let number: u64 = number.as_str().parse().unwrap_or_default();
        if expected.is_none_or(|n| n == number) {
            expected = Some(number + 1);
            heads.push((all.start(), all.end(), message::role(role.as_str())));
        }
    }
    let ends: Vec<usize> = heads.iter().skip(1).map(|h| h.0).chain([text.len()]).collect();
    heads
        .into_iter()
        .zip(ends)
        .map(|((_, start, role), end)| {
            let body = text.get(start..end).unwrap_or_default().trim_end();
            let end = start + body.len();
            let part = RawPart {
                kind: PartKind::Text,
                origin: format!("trace[{start}..{end}]"),
                text: body.to_owned(),
            };
            RawTurn::new(role, vec![part])
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_are_cut_at_headings_that_follow() {
        let text = "Turn 1 (system): Be brief.\nTurn 2 (user): Quote:\nTurn 7 (user): x\n\
                    Turn 2 (user): y\nTurn 3 (assistant): B";
        let turns = turns(text);
        let seen: Vec<(Role, &str)> =
            turns.iter().map(|t| (t.role.clone(), t.parts[0].text.as_str())).collect();
        let quoted = "Quote:\nTurn 7 (user): x\nTurn 2 (user): y";
        let expected = [(Role::System, "Be brief."), (Role::User, quoted), (Role::Assistant, "B")];
        assert_eq!(seen, expected);
        for turn in &turns {
            let range = turn.parts[0].origin.strip_prefix("trace[").unwrap();
            let (start, end) = range.strip_suffix(']').unwrap().split_once("..").unwrap();
            let piece = &text[start.parse().unwrap()..end.parse().unwrap()];
            assert_eq!(piece, turn.parts[0].text);
        }
    }
}
