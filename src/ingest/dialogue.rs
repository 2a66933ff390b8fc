//! Conversations in one string, with `Human:` and `Assistant:` at the start of a paragraph. A name inside a paragraph,
//! or at the start of a mere line, is text: people quote dialogues.

use std::sync::LazyLock;

use regex::Regex;

use super::format::{PartKind, RawPart, RawTurn};
use super::message;
use crate::model::Role;

#[allow(clippy::expect_used)] // a constant, compiled by the tests below
static HEADING: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:\A\s*|\r?\n[ \t]*\r?\n)(Human|Assistant|System|User):").expect("constant")
});

/// Whether a text is such a conversation: it begins with a heading.
pub fn is_dialogue(text: &str) -> bool {
    HEADING.find(text).is_some_and(|first| first.start() == 0)
}

/// Cuts a text. What stands before the first heading is the system's. Each piece's origin carries its byte range in
/// the string: `chosen[12..340]`.
pub fn turns(text: &str, origin: &str) -> Vec<RawTurn> {
    let mut out = Vec::new();
    let mut role = Role::System;
    let mut from = 0;
    let mut piece = |role: &Role, from: usize, to: usize| {
        let whole = text.get(from..to).unwrap_or_default();
        let body = whole.trim();
        let start = from + (whole.len() - whole.trim_start().len());
        let end = start + body.len();
        let parts = if body.is_empty() {
            // An answer that is not there is still a turn; a preamble is not.
            if from == 0 {
                return;
            }
            Vec::new()
        } else {
            vec![RawPart::new(PartKind::Text, format!("{origin}[{start}..{end}]"), body)]
        };
        out.push(RawTurn::new(role.clone(), parts));
    };
    for found in HEADING.captures_iter(text) {
        let (Some(all), Some(name)) = (found.get(0), found.get(1)) else { continue };
        piece(&role, from, all.start());
        role = message::role(name.as_str());
        from = all.end();
    }
    piece(&role, from, text.len());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<(String, String)> {
        let mut seen = Vec::new();
        for turn in turns(text, "chosen") {
            let Some(part) = turn.parts.first() else {
                seen.push((turn.role.as_str().to_owned(), String::new()));
                continue;
            };
            let range = part.origin.strip_prefix("chosen[").unwrap().strip_suffix(']').unwrap();
            let (start, end) = range.split_once("..").unwrap();
            assert_eq!(&text[start.parse().unwrap()..end.parse().unwrap()], part.text);
            seen.push((turn.role.as_str().to_owned(), part.text.clone()));
        }
        seen
    }

    #[test]
    fn only_headings_at_the_start_of_a_paragraph_count() {
        let cases: [(&str, &[(&str, &str)]); 6] = [
            (
                "\n\nHuman: Hi\n\nAssistant:  Hello.\n\nSecond paragraph.\n\nHuman: Bye\n\nAssistant: ",
                &[
                    ("user", "Hi"),
                    ("assistant", "Hello.\n\nSecond paragraph."),
                    ("user", "Bye"),
                    ("assistant", ""),
                ],
            ),
            (
                "Human: Write a scene.\nHuman: not me\n\nAssistant: He said: \"Human: stop\".  Human: no",
                &[
                    ("user", "Write a scene.\nHuman: not me"),
                    ("assistant", "He said: \"Human: stop\".  Human: no"),
                ],
            ),
            (
                "Be brief.\n\nHuman: Hi\n\nAssistant: Yo",
                &[("system", "Be brief."), ("user", "Hi"), ("assistant", "Yo")],
            ),
            ("\r\n\r\nHuman: é\r\n\r\nAssistant: ü\r\n", &[("user", "é"), ("assistant", "ü")]),
            (
                "\n\nHuman: a\n\nAssistant: b\n\nAssistant: c",
                &[("user", "a"), ("assistant", "b"), ("assistant", "c")],
            ),
            ("", &[]),
        ];
        for (text, expected) in cases {
            let seen = cut(text);
            let seen: Vec<(&str, &str)> =
                seen.iter().map(|(r, t)| (r.as_str(), t.as_str())).collect();
            assert_eq!(seen, expected, "{text:?}");
        }
    }

    #[test]
    fn a_dialogue_begins_with_a_heading() {
        assert!(
            is_dialogue("\n\nHuman: a") && is_dialogue("Assistant: a") && is_dialogue(" Human:")
        );
        assert!(!is_dialogue("Humans: a") && !is_dialogue("a\n\nHuman: b") && !is_dialogue(""));
    }
}
