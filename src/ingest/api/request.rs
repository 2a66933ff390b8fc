//! What was asked of an API: a request body's messages and system text, whatever they are called there.

use serde_json::{Map, Value};

use super::within;
use crate::ingest::format::{PartKind, RawPart, RawTurn};
use crate::ingest::items;
use crate::ingest::message::{self, Notes};
use crate::model::Role;

/// What was asked, and which keys of the body said so.
#[derive(Debug, Default)]
pub struct Asked {
    /// System text first.
    pub turns: Vec<RawTurn>,
    /// Keys of the body that were read.
    pub used: Vec<&'static str>,
}

/// Where the words of the user may stand.
fn list_key(map: &Map<String, Value>) -> Option<&'static str> {
    let entries = |key: &str| map.get(key).and_then(Value::as_array);
    if map.get("messages").is_some_and(message::is_list) {
        Some("messages")
    } else if entries("contents").is_some_and(|list| list.iter().any(|e| e.get("parts").is_some()))
        || map.get("contents").is_some_and(|one| one.get("parts").is_some())
        || map.get("contents").is_some_and(Value::is_string) && map.contains_key("model")
    {
        Some("contents")
    } else if map.get("input").is_some_and(message::is_list)
        || entries("input").is_some_and(|list| list.iter().any(items::is_item))
    {
        Some("input")
    } else {
        None
    }
}

/// Whether a body asks something: lists of messages always, plain text only beside a model's name.
pub fn is_request(map: &Map<String, Value>) -> bool {
    let text = |key: &str| map.get(key).is_some_and(Value::is_string);
    list_key(map).is_some() || text("model") && (text("input") || text("prompt"))
}

/// Reads a request body; `origin` is its path, empty for the record itself.
pub fn asked(map: &Map<String, Value>, origin: &str, notes: &mut Notes) -> Asked {
    let mut out = Asked::default();
    let at = |key: &str| within(origin, key);
    match list_key(map) {
        Some(key) => {
            out.used.push(key);
            match map.get(key) {
                Some(Value::Array(list)) if key == "contents" => {
                    for (i, entry) in list.iter().enumerate() {
                        out.turns.extend(content(entry, &format!("{}[{i}]", at(key)), notes));
                    }
                }
                Some(Value::Array(list)) => out.turns = items::turns(list, &at(key), notes),
                Some(one) => out.turns.extend(content(one, &at(key), notes)),
                None => {}
            }
        }
        None => {
            for key in ["input", "prompt"] {
                if let Some(text) = map.get(key).and_then(Value::as_str)
                    && out.turns.is_empty()
                {
                    let part = RawPart::new(PartKind::Text, at(key), text);
                    out.turns.push(RawTurn::new(Role::User, vec![part]));
                    out.used.push(key);
                }
            }
        }
    }
    for key in ["systemInstruction", "system_instruction", "instructions", "system"] {
        let Some(value) = map.get(key).filter(|v| !v.is_null()) else { continue };
        let parts = message::content(value, &at(key), PartKind::Text, notes);
        if !parts.is_empty() {
            out.turns.insert(0, RawTurn::new(Role::System, parts));
            out.used.push(key);
        }
    }
    // Gemini's libraries put it among the settings.
    let config = map.get("config").and_then(Value::as_object);
    for key in ["systemInstruction", "system_instruction"] {
        if let Some(value) = config.and_then(|c| c.get(key)).filter(|v| !v.is_null()) {
            let path = format!("{}.{key}", at("config"));
            let parts = message::content(value, &path, PartKind::Text, notes);
            out.turns.insert(0, RawTurn::new(Role::System, parts));
        }
    }
    out
}

/// One content of Gemini: without a role it is the user's.
fn content(entry: &Value, origin: &str, notes: &mut Notes) -> Option<RawTurn> {
    if entry.get("role").is_some() {
        let mut turn = message::turn(entry, origin, notes)?;
        // The answers of tools stand in the user's or in a role of their own.
        let tools = turn.parts.iter().all(|p| p.kind == PartKind::Tool) && !turn.parts.is_empty();
        if tools && turn.role == Role::User {
            turn.role = Role::Tool;
        }
        return Some(turn);
    }
    let parts = match entry.get("parts") {
        Some(parts) => message::content(parts, &format!("{origin}.parts"), PartKind::Text, notes),
        None => message::content(entry, origin, PartKind::Text, notes),
    };
    Some(RawTurn::new(Role::User, parts))
}
