//! Contents that a log keeps apart: `attachment://KEY` where the text would stand, the text under `attachments`.
//!
//! A part that is nothing but such a reference becomes the text it stands for, with the text's own place as origin.
//! References inside the arguments of tool calls are written out before the call is made readable.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::super::format::{PartKind, RawTurn};
use super::super::json;

/// What a reference begins with: now, and in the first logs.
const SCHEMES: [&str; 2] = ["attachment://", "tc://"];

/// The contents kept apart in one sample.
pub struct Attachments<'a> {
    /// Where each list stands in the record, and the list.
    lists: Vec<(&'static str, &'a Map<String, Value>)>,
}

impl<'a> Attachments<'a> {
    /// Those of a sample: `attachments`, or in the first logs `transcript.content`.
    pub fn of(sample: &'a Map<String, Value>) -> Self {
        let mut lists = Vec::new();
        if let Some(list) = sample.get("attachments").and_then(Value::as_object) {
            lists.push(("attachments", list));
        }
        let old = sample.get("transcript").and_then(|t| t.get("content"));
        if let Some(list) = old.and_then(Value::as_object) {
            lists.push(("transcript.content", list));
        }
        Self { lists }
    }

    /// The text behind a reference, with its path.
    fn get(&self, key: &str) -> Option<(String, &'a str)> {
        self.lists
            .iter()
            .find_map(|(path, list)| Some((format!("{path}.{key}"), list.get(key)?.as_str()?)))
    }

    /// The text itself, or what it refers to.
    pub fn text<'t>(&self, text: &'t str) -> &'t str
    where
        'a: 't,
    {
        reference(text).and_then(|key| self.get(key)).map_or(text, |(_, text)| text)
    }

    /// Puts texts in place of references; what cannot be found is named instead.
    pub fn resolve(&self, turn: &mut RawTurn) {
        for part in &mut turn.parts {
            let Some(key) = reference(&part.text) else { continue };
            if let Some((origin, text)) = self.get(key) {
                part.origin = origin;
                part.text = text.to_owned();
            } else {
                part.kind = PartKind::Other;
                part.text =
                    format!("[attachment {}, which the log does not hold]", json::plain(key));
            }
        }
    }

    /// A message whose tool calls hold no references any more.
    pub fn with_calls<'m>(&self, message: &'m Value) -> Cow<'m, Value> {
        if !message.get("tool_calls").is_some_and(refers) {
            return Cow::Borrowed(message);
        }
        let mut message = message.clone();
        if let Some(calls) = message.get_mut("tool_calls") {
            self.write_out(calls);
        }
        Cow::Owned(message)
    }

    fn write_out(&self, value: &mut Value) {
        match value {
            Value::String(text) => {
                let found = reference(text).and_then(|key| self.get(key));
                if let Some((_, found)) = found {
                    found.clone_into(text);
                }
            }
            Value::Array(list) => list.iter_mut().for_each(|v| self.write_out(v)),
            Value::Object(map) => map.values_mut().for_each(|v| self.write_out(v)),
            _ => {}
        }
    }
}

/// The key of a text that is a reference and nothing else.
fn reference(text: &str) -> Option<&str> {
    let key = SCHEMES.iter().find_map(|scheme| text.strip_prefix(scheme))?;
    (!key.is_empty() && key.len() <= 64 && key.bytes().all(|b| b.is_ascii_alphanumeric()))
        .then_some(key)
}

/// Whether there is a reference anywhere in a value.
fn refers(value: &Value) -> bool {
    match value {
        Value::String(text) => reference(text).is_some(),
        Value::Array(list) => list.iter().any(refers),
        Value::Object(map) => map.values().any(refers),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::message::{self, Notes};
    use super::*;
    use serde_json::json;

    #[test]
    fn references_become_texts_and_missing_ones_are_named() {
        let sample = json!({"attachments": {"aa": "Long text.", "0": "Numbered."},
            "transcript": {"content": {"bb": "Old text."}}});
        let store = Attachments::of(sample.as_object().unwrap());
        let cases = [
            ("attachment://aa", "attachments.aa", "Long text."),
            ("attachment://0", "attachments.0", "Numbered."),
            ("tc://bb", "transcript.content.bb", "Old text."),
            ("attachment://aa and more", "messages[0].content", "attachment://aa and more"),
            ("attachment://", "messages[0].content", "attachment://"),
        ];
        for (text, origin, expected) in cases {
            let message = json!({"role": "assistant", "content": text});
            let mut turn = message::turn(&message, "messages[0]", &mut Notes::default()).unwrap();
            store.resolve(&mut turn);
            assert_eq!(
                (turn.parts[0].origin.as_str(), turn.parts[0].text.as_str()),
                (origin, expected)
            );
        }
        let message = json!({"role": "user", "content": "attachment://cc"});
        let mut turn = message::turn(&message, "messages[0]", &mut Notes::default()).unwrap();
        store.resolve(&mut turn);
        assert_eq!(turn.parts[0].kind, PartKind::Other);
        assert_eq!(turn.parts[0].text, "[attachment cc, which the log does not hold]");
    }

    #[test]
    fn arguments_of_calls_are_written_out() {
        let sample = json!({"attachments": {"aa": "ls -la"}});
        let store = Attachments::of(sample.as_object().unwrap());
        let call = json!({"function": "bash", "arguments": {"cmd": "attachment://aa", "n": [1]}});
        let message = json!({"role": "assistant", "content": "", "tool_calls": [call]});
        let told = store.with_calls(&message);
        assert_eq!(told["tool_calls"][0]["arguments"]["cmd"], "ls -la");
        let plain = json!({"role": "assistant", "content": "attachment://aa"});
        assert!(matches!(store.with_calls(&plain), Cow::Borrowed(_)));
    }
}
