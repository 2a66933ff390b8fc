//! `ShareGPT`: conversations whose messages say `from` and `value`, as training data and its tools write them.

use serde_json::{Map, Value};

use super::Context;
use super::fields::{Fields, type_name};
use super::flat;
use super::format::{Format, PartKind, RawPart, RawTranscript, RawTurn, Reading, Signs};
use super::message::{self, Notes};
use crate::model::Role;

/// Where the messages may stand.
const LISTS: [&str; 7] =
    ["conversations", "conversation", "items", "messages", "dialog", "dialogue", "chat"];

/// The format.
pub struct ShareGpt;

/// Whether a list holds messages of this kind. Some may be in the other form (`role`, `content`), but not the first.
pub fn is_list(value: &Value) -> bool {
    value.as_array().and_then(|list| list.first()).and_then(Value::as_object).is_some_and(|first| {
        first.get("from").is_some_and(Value::is_string) && first.contains_key("value")
    })
}

fn list(record: &Value) -> Option<(&'static str, &Vec<Value>)> {
    if is_list(record) {
        return Some(("", record.as_array()?));
    }
    LISTS.iter().find_map(|key| {
        let value = record.as_object()?.get(*key)?;
        is_list(value).then_some((*key, value.as_array()?))
    })
}

impl Format for ShareGpt {
    fn name(&self) -> &'static str {
        "sharegpt"
    }

    fn signs(&self) -> Option<Signs> {
        Some(Signs { nested: &[&LISTS], ..Signs::NONE })
    }

    fn recognise(&self, record: &Value) -> Option<String> {
        let paired = record.get("chosen").is_some() && record.get("rejected").is_some();
        let (key, _) = list(record).filter(|_| !paired)?;
        Some(match key {
            "" => "is a list of messages with from and value".to_owned(),
            key => format!("has messages with from and value under {key}"),
        })
    }

    fn read(&self, record: &Value, _: &Context<'_>) -> Vec<Reading> {
        let Some((key, messages)) = list(record) else { return Vec::new() };
        let mut notes = Notes::default();
        let mut raw =
            RawTranscript { turns: turns(messages, key, &mut notes), ..RawTranscript::default() };
        let empty = Map::new();
        let mut fields = Fields::new(record.as_object().unwrap_or(&empty));
        fields.mark(key);
        if raw.turns.iter().all(|t| t.role != Role::System) {
            flat::system(&mut fields, &mut raw);
        }
        let mut readings = notes.tell(&mut raw);
        readings.extend(fields.finish(raw));
        readings
    }
}

/// Reads the messages; `origin` is the list's path, empty for the record itself.
pub fn turns(list: &[Value], origin: &str, notes: &mut Notes) -> Vec<RawTurn> {
    let read = |(i, entry)| turn(entry, &format!("{origin}[{i}]"), notes);
    list.iter().enumerate().filter_map(read).collect()
}

/// Reads one message in either form.
pub fn turn(entry: &Value, origin: &str, notes: &mut Notes) -> Option<RawTurn> {
    let from = entry.get("from").and_then(Value::as_str).filter(|_| entry.get("role").is_none());
    let Some(from) = from else {
        return message::turn(entry, origin, notes);
    };
    let (role, kind) = match from.to_ascii_lowercase().as_str() {
        "function_call" | "tool_call" => (Role::Assistant, PartKind::Tool),
        "tool" | "observation" | "function_response" | "function" => (Role::Tool, PartKind::Tool),
        // The sites from which the first conversations were gathered.
        "chatgpt" | "bing" | "bard" | "claude" => (Role::Assistant, PartKind::Text),
        _ => (message::role(from), PartKind::Text),
    };
    let path = format!("{origin}.value");
    let parts = match entry.get("value") {
        Some(Value::String(text)) if text.is_empty() => Vec::new(),
        Some(Value::String(text)) => vec![RawPart::new(kind, path, text)],
        Some(Value::Null) | None => Vec::new(),
        Some(blocks @ (Value::Array(_) | Value::Object(_))) => {
            message::content(blocks, &path, kind, notes)
        }
        Some(other) => {
            let what = type_name(other);
            notes.wrong.push(format!("`{path}` is {what} where text was expected; passed over"));
            Vec::new()
        }
    };
    Some(RawTurn::new(role, parts))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::LabelRules;
    use crate::model::Place;
    use serde_json::json;

    fn read(record: &Value) -> (RawTranscript, usize) {
        let rules = LabelRules::default();
        assert!(ShareGpt.recognise(record).is_some(), "{record}");
        let mut all = ShareGpt.read(record, &Context::new(Place::default(), "x", &rules, 0));
        let Some(Reading::Transcript(raw)) = all.pop() else { panic!("{all:?}") };
        (*raw, all.len())
    }

    fn parts(raw: &RawTranscript) -> Vec<String> {
        let shown = |t: &RawTurn| -> Vec<String> {
            let role = t.role.as_str();
            t.parts.iter().map(|p| format!("{role} {:?} {} {}", p.kind, p.origin, p.text)).collect()
        };
        raw.turns.iter().flat_map(shown).collect()
    }

    #[test]
    fn conversations_under_every_key() {
        let messages = json!([{"from": "human", "value": "u"}, {"from": "gpt", "value": "a"}]);
        for key in ["conversations", "conversation", "items"] {
            let (raw, remarks) = read(&json!({"id": "c1", key: messages, "tier": "free"}));
            let expected =
                [format!("user Text {key}[0].value u"), format!("assistant Text {key}[1].value a")];
            assert_eq!(parts(&raw), expected);
            assert_eq!((raw.id.as_deref(), remarks), (Some("c1"), 0));
            assert!(raw.tier.is_some() && raw.meta.is_empty());
        }
        assert_eq!(
            parts(&read(&messages).0),
            ["user Text [0].value u", "assistant Text [1].value a"]
        );
    }

    #[test]
    fn tools_systems_and_mixed_forms() {
        let (raw, remarks) = read(&json!({"system": "s", "tools": "[]", "conversations": [
            {"from": "human", "value": "u"},
            {"from": "function_call", "value": "{\"name\": \"f\"}"},
            {"from": "observation", "value": "o"},
            {"from": "chatgpt", "value": "<think>t</think>a"},
            {"role": "user", "content": "v"},
            {"role": "assistant", "content": "b", "reasoning": "r"},
            {"role": "assistant", "from": "x", "content": "c"},
            {"from": "gpt", "value": 7},
            {"from": "gpt", "value": null},
        ]}));
        assert_eq!(
            parts(&raw),
            [
                "system Text system s",
                "user Text conversations[0].value u",
                "assistant Tool conversations[1].value {\"name\": \"f\"}",
                "tool Tool conversations[2].value o",
                "assistant Text conversations[3].value <think>t</think>a",
                "user Text conversations[4].content v",
                "assistant Reasoning conversations[5].reasoning r",
                "assistant Text conversations[5].content b",
                "assistant Text conversations[6].content c",
            ]
        );
        assert_eq!((raw.turns.len(), remarks), (10, 1));
        assert_eq!(raw.meta["tools"], json!("[]"));
    }

    #[test]
    fn lists_of_other_things_are_left_alone() {
        for record in [
            json!({"items": [{"name": "a"}], "text": "t"}),
            json!({"items": [], "text": "t"}),
            json!({"items": [{"from": 3, "value": "x"}]}),
            json!({"items": [{"from": "a"}]}),
            json!({"conversations": [{"role": "user", "content": "u"}]}),
            json!({"conversations": [{"from": "human", "value": "u"}], "chosen": {}, "rejected": {}}),
            json!(["from", "value"]),
        ] {
            assert_eq!(ShareGpt.recognise(&record), None, "{record}");
        }
    }
}
