//! A whole conversation flattened into one text: `Turn 1 (system): …` and so on, in the field `trace`.

use serde_json::Value;

use super::chat::role;
use super::fields::Fields;
use super::format::{Format, PartKind, RawPart, RawTranscript, RawTurn, Reading};
use super::Context;
use crate::model::Role;

/// The format.
pub struct Trace;

impl Format for Trace {
    fn name(&self) -> &'static str {
        "trace"
    }

    fn recognise(&self, record: &Value) -> Option<String> {
        let text = record.get("trace")?.as_str()?;
        Some(match turns(text).len() {
            0 => "a conversation in the field trace".to_owned(),
            n => format!("{n} turns in the field trace"),
        })
    }

    fn read(&self, record: &Value, _: &Context<'_>) -> Vec<Reading> {
        let Some(map) = record.as_object() else { return Vec::new() };
        let mut raw = RawTranscript::default();
        let mut fields = Fields::new(map);
        if let Some((key, text)) = fields.text(&["trace"]) {
            let found = turns(text);
            // Without a single head, it is all the model's.
            let whole = vec![(Role::Assistant, 0, 0, text.len())];
            for (i, (role, _, start, end)) in
                (if found.is_empty() { whole } else { found }).into_iter().enumerate()
            {
                // Each turn is a string of its own; the origin says which stretch of the field it is.
                raw.turns.push(RawTurn {
                    role,
                    parts: vec![RawPart {
                        kind: PartKind::Text,
                        origin: format!("{key}#turn{}@{start}", i + 1),
                        text: text.get(start..end).unwrap_or_default().to_owned(),
                    }],
                });
            }
        }
        fields.finish(raw)
    }
}

/// Turns: role, start of the head, start and end of the text. A head stands at the start of a line.
fn turns(text: &str) -> Vec<(Role, usize, usize, usize)> {
    let mut found: Vec<(Role, usize, usize, usize)> = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if let Some((word, length)) = head(line) {
            if let Some(last) = found.last_mut() {
                last.3 = at;
            }
            found.push((role(word), at, at + length, text.len()));
        }
        at += line.len();
    }
    found
}

/// `Turn 3 (assistant): ` → the role's word and the head's length in bytes.
fn head(line: &str) -> Option<(&str, usize)> {
    let rest = line.strip_prefix("Turn ")?;
    let (number, rest) = rest.split_once(" (")?;
    if number.is_empty() || !number.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (word, rest) = rest.split_once("):")?;
    let length = line.len() - rest.trim_start_matches(' ').len();
    Some((word, length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_cut_a_text_into_turns() {
        let text = "Turn 1 (system): Be brief.\nTurn 2 (user): How?\nTwo lines.\nTurn 3 (assistant): So.";
        let got: Vec<(String, &str)> =
            turns(text).into_iter().map(|(r, _, a, b)| (r.as_str().to_owned(), &text[a..b])).collect();
        let expected = [("system", "Be brief.\n"), ("user", "How?\nTwo lines.\n"), ("assistant", "So.")];
        assert_eq!(got, expected.map(|(r, t)| (r.to_owned(), t)));
    }

    #[test]
    fn a_head_inside_a_line_is_text() {
        assert!(turns("He said Turn 1 (user): no.").is_empty());
        assert!(turns("Turn x (user): no.").is_empty());
    }
}
