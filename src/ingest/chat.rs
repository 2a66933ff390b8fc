//! Lists of chat messages, with the response in the list, beside it, or in `choices`.

use serde_json::{Map, Value};

use super::Context;
use super::fields::{Fields, stopped};
use super::flat;
use super::format::{Format, PartKind, RawPart, RawTranscript, RawTurn, Reading};
use super::message::{self, Notes};
use crate::model::{ProblemKind, Role};

/// Where a list of messages may stand, best first.
const LISTS: [&str; 14] = [
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
        let message =
            map.get("message").filter(|m| message::is_list(&Value::Array(vec![(*m).clone()])));
        message.map(|_| "has a message with a role".to_owned())
    }

    fn read(&self, record: &Value, _context: &Context<'_>) -> Vec<Reading> {
        let mut notes = Notes::default();
        let Some(map) = record.as_object() else {
            let mut raw = RawTranscript::default();
            let messages = record.as_array().map(Vec::as_slice).unwrap_or_default();
            raw.turns = turns(messages, "", &mut notes);
            let mut readings = remarks(&mut notes, &mut raw);
            readings.push(Reading::Transcript(Box::new(raw)));
            return readings;
        };
        let mut fields = Fields::new(map);
        let mut raw = RawTranscript::default();
        if let Some((origin, messages)) = list(map) {
            raw.turns = turns(messages, &origin, &mut notes);
            fields.mark(origin.split('.').next().unwrap_or_default());
        } else if let Some(message) = map.get("message").filter(|m| m.is_object()) {
            raw.turns.extend(message::turn(message, "message", &mut notes));
            fields.mark("message");
        } else {
            flat::asked(&mut fields, &mut raw);
        }
        if raw.turns.iter().all(|t| t.role != Role::System) {
            flat::system(&mut fields, &mut raw);
        }
        if let Some(answers) = choices(map) {
            fields.mark("choices");
            let mut readings = remarks(&mut notes, &mut raw);
            readings.extend(several(answers, fields, raw));
            return readings;
        }
        beside(&mut fields, &mut raw);
        let mut readings = remarks(&mut notes, &mut raw);
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

/// The turns of a list of messages that stands under `origin`.
pub fn turns(messages: &[Value], origin: &str, notes: &mut Notes) -> Vec<RawTurn> {
    let path = |i| if origin.is_empty() { format!("[{i}]") } else { format!("{origin}[{i}]") };
    messages.iter().enumerate().filter_map(|(i, m)| message::turn(m, &path(i), notes)).collect()
}

/// What was noticed while reading messages: the reasoning withheld becomes meta, the rest remarks.
pub fn remarks(notes: &mut Notes, raw: &mut RawTranscript) -> Vec<Reading> {
    if notes.withheld > 0 {
        raw.meta.insert("withheld_reasoning".to_owned(), notes.withheld.into());
    }
    let wrong = std::mem::take(&mut notes.wrong);
    wrong.into_iter().map(|text| Reading::Remark(ProblemKind::WrongType, text)).collect()
}

/// One transcript for each choice; the choice's index is the epoch where there are several.
fn several(answers: &[Value], mut fields: Fields<'_>, asked: RawTranscript) -> Vec<Reading> {
    let mut shared = asked;
    fields.identity(&mut shared);
    fields.labels(&mut shared);
    fields.rest(&mut shared);
    let mut readings = std::mem::take(&mut fields.remarks);
    for (i, answer) in answers.iter().enumerate() {
        let mut raw = shared.clone();
        let mut notes = Notes::default();
        if let Some(message) = answer.get("message") {
            raw.turns.extend(
                message::turn(message, &format!("choices[{i}].message"), &mut notes).map(
                    |mut turn| {
                        turn.role = Role::Assistant;
                        turn
                    },
                ),
            );
        }
        if let Some(map) = answer.as_object() {
            raw.stopped = raw.stopped.or_else(|| stopped(map));
        }
        if answers.len() > 1 {
            raw.epoch = raw.epoch.or_else(|| i64::try_from(i).ok());
        }
        readings.extend(remarks(&mut notes, &mut raw));
        readings.push(Reading::Transcript(Box::new(raw)));
    }
    readings
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
