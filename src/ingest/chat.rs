//! Lists of chat messages, with the response in the list, beside it, or in `choices`.

use serde_json::{Map, Value};

use super::Context;
use super::fields::Fields;
use super::format::{Format, PartKind, RawPart, RawTranscript, RawTurn, Reading, Signs};
use super::message::{self, Notes};
use super::{api, flat, items};
use crate::model::Role;

/// Where a list of messages may stand, best first.
const LISTS: [&str; 15] = [
    "messages",
    "conversation",
    "conversations",
    "dialogue",
    "dialog",
    "chat",
    "chat_history",
    "prompt_messages",
    "prompt",
    "input",
    "history",
    "transcript",
    "turns",
    "trajectory",
    "items",
];

/// Whether a list of messages may stand under this name.
pub fn is_list_field(name: &str) -> bool {
    LISTS.contains(&name)
}

/// The format.
pub struct Chat;

impl Format for Chat {
    fn name(&self) -> &'static str {
        "chat"
    }

    fn signs(&self) -> Option<Signs> {
        Some(Signs { nested: &[&LISTS, &["choices", "message"]], ..Signs::NONE })
    }

    fn recognise(&self, record: &Value) -> Option<String> {
        if message::is_list(record) {
            return Some("is a list of messages with roles".to_owned());
        }
        let map = record.as_object()?;
        if choices(map).is_some() {
            return Some("has choices with a message".to_owned());
        }
        if let Some((origin, _)) = list(map) {
            return Some(format!("has a list of messages with roles under {origin}"));
        }
        let message = map.get("message").is_some_and(message::is_message);
        message.then(|| "has a message with a role".to_owned())
    }

    fn read(&self, record: &Value, _context: &Context<'_>) -> Vec<Reading> {
        let mut notes = Notes::default();
        let Some(map) = record.as_object() else {
            let mut raw = RawTranscript::default();
            let messages = record.as_array().map(Vec::as_slice).unwrap_or_default();
            raw.turns = items::turns(messages, "", &mut notes);
            let mut readings = notes.tell(&mut raw);
            readings.push(Reading::Transcript(Box::new(raw)));
            return readings;
        };
        let mut fields = Fields::new(map);
        let mut raw = RawTranscript::default();
        if let Some((origin, messages)) = list(map) {
            raw.turns = items::turns(messages, &origin, &mut notes);
            fields.mark(origin.split('.').next().unwrap_or_default());
        } else if let Some(message) = map.get("message").filter(|m| m.is_object()) {
            raw.turns.extend(message::turn(message, "message", &mut notes));
            fields.mark("message");
        } else {
            flat::asked(&mut fields, &mut raw);
        }
        if let Some(blocks) = map.get("system").filter(|v| v.is_array()) {
            let parts = message::content(blocks, "system", PartKind::Text, &mut notes);
            raw.turns.insert(0, RawTurn::new(Role::System, parts));
            fields.mark("system");
        }
        if raw.turns.iter().all(|t| t.role != Role::System) {
            flat::system(&mut fields, &mut raw);
        }
        if choices(map).is_some() {
            fields.mark("choices");
            fields.identity(&mut raw);
            fields.labels(&mut raw);
            fields.rest(&mut raw);
            let mut readings = notes.tell(&mut raw);
            readings.append(&mut fields.remarks);
            let answers = api::answers(record, api::Shape::Choices, "").list;
            readings.extend(api::transcripts(&raw, answers));
            return readings;
        }
        beside(&mut fields, &mut raw);
        let mut readings = notes.tell(&mut raw);
        readings.extend(fields.finish(raw));
        readings
    }
}

/// The list of messages, with its path.
fn list(map: &Map<String, Value>) -> Option<(String, &Vec<Value>)> {
    LISTS.iter().find_map(|key| {
        let value = map.get(*key)?;
        if message::is_list(value) {
            return Some(((*key).to_owned(), value.as_array()?));
        }
        let inner = value.as_object()?.get("messages").filter(|v| message::is_list(v))?;
        Some((format!("{key}.messages"), inner.as_array()?))
    })
}

/// `choices` whose first entry holds a message.
fn choices(map: &Map<String, Value>) -> Option<&Vec<Value>> {
    let list = map.get("choices")?.as_array()?;
    list.first()?.get("message")?.is_object().then_some(list)
}

/// A response kept beside the messages, unless it repeats the last of them.
fn beside(fields: &mut Fields<'_>, raw: &mut RawTranscript) {
    let last: Vec<RawPart> = match raw.turns.last() {
        Some(turn) if turn.role == Role::Assistant => turn.parts.clone(),
        _ => Vec::new(),
    };
    let said = |text: &str| last.iter().any(|p| p.text.contains(text.trim()));
    let Some(parts) = flat::answer(fields, raw) else { return };
    let fresh: Vec<RawPart> = parts.into_iter().filter(|p| !said(&p.text)).collect();
    if fresh.is_empty() {
        return;
    }
    // Reasoning that belongs to the list's last message goes in front of it.
    if !last.is_empty() && fresh.iter().all(|p| p.kind == PartKind::Reasoning) {
        if let Some(turn) = raw.turns.last_mut() {
            turn.parts.splice(0..0, fresh);
        }
        return;
    }
    raw.turns.push(RawTurn::new(Role::Assistant, fresh));
}
