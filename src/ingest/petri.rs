//! Petri transcripts (schema v3; v2 where its messages can be understood): an auditor model tests a target model. Read
//! is what the target saw and said; the judge's grades are labels, what it quotes is evidence.

mod judge;
mod patch;
mod replay;
#[cfg(test)]
mod tests;

use serde_json::{Map, Value};
use xxhash_rust::xxh3::xxh3_64;

use super::Context;
use super::fields::Fields;
use super::format::{Format, PartKind, RawPart, RawTranscript, RawTurn, Reading, Signs};
use super::message::{self, Notes};
use crate::model::{ProblemKind, Role};

/// The format.
pub struct Petri;

impl Format for Petri {
    fn name(&self) -> &'static str {
        "petri"
    }

    fn signs(&self) -> Option<Signs> {
        Some(Signs { nested: &[&["metadata"]], ..Signs::NONE })
    }

    fn recognise(&self, record: &Value) -> Option<String> {
        let map = record.as_object()?;
        let metadata = map.get("metadata")?.as_object()?;
        let list = |key: &str| map.get(key).and_then(Value::as_array);
        let named = ["auditor_model", "target_model", "transcript_id", "judge_output"]
            .into_iter()
            .find(|key| metadata.contains_key(*key))?;
        if list("target_messages").is_some() {
            return Some(format!("has target_messages, and metadata with {named}"));
        }
        let edits = |event: &Value| event.get("type").is_some() && event.get("timestamp").is_some();
        if list("events").is_some_and(|events| events.first().is_none_or(edits)) {
            return Some(format!("has events, and metadata with {named}"));
        }
        // Only the metadata is required.
        let version = metadata.get("version").and_then(Value::as_str).unwrap_or_default();
        let known = version.starts_with('v') && metadata.contains_key("transcript_id");
        known.then(|| format!("has metadata of version {}", super::json::plain(version)))
    }

    fn read(&self, record: &Value, _: &Context<'_>) -> Vec<Reading> {
        let Some(map) = record.as_object() else { return Vec::new() };
        let empty = Map::new();
        let metadata = map.get("metadata").and_then(Value::as_object).unwrap_or(&empty);
        let mut fields = Fields::new(map);
        let mut raw = RawTranscript::default();
        let mut readings = conversation(map, &mut raw);
        for key in ["target_messages", "messages", "events"] {
            if map.get(key).is_some_and(Value::is_array) {
                fields.mark(key);
            }
        }
        let text = |key: &str| metadata.get(key).and_then(Value::as_str);
        raw.id = text("transcript_id").map(str::to_owned);
        raw.model = text("target_model").map(str::to_owned);
        // What makes two audits comparable is their seed, not the last thing the auditor happened to write.
        let seed = text("seed_instruction").or(text("description"));
        if let Some(seed) = seed.filter(|seed| !seed.trim().is_empty()) {
            let folded = seed.split_whitespace().collect::<Vec<_>>().join(" ");
            raw.sample = Some(format!("seed-{:016x}", xxh3_64(folded.as_bytes())));
        }
        judge::read(metadata, &mut raw);
        readings.extend(fields.finish(raw));
        readings
    }
}

/// The target's side of the conversation, from where it can be had; gives remarks.
fn conversation(map: &Map<String, Value>, raw: &mut RawTranscript) -> Vec<Reading> {
    let list = |key: &str| map.get(key).and_then(Value::as_array).filter(|l| !l.is_empty());
    let mut notes = Notes::default();
    let mut remarks = Vec::new();
    let mut from = "target_messages";
    if let Some(messages) = list(from) {
        for (i, message) in messages.iter().enumerate() {
            let origin = format!("target_messages[{i}]");
            raw.turns.extend(turn(message, &origin, &mut raw.stopped, &mut notes));
        }
    } else {
        from = "events";
        let events = list(from).map(Vec::as_slice).unwrap_or_default();
        let replayed = replay::target(events);
        remarks.extend(replayed.wrong);
        if replayed.rolled_back > 0 {
            raw.meta.insert("rolled_back_messages".to_owned(), replayed.rolled_back.into());
        }
        for (origin, message) in &replayed.messages {
            raw.turns.extend(turn(message, origin, &mut raw.stopped, &mut notes));
        }
    }
    if raw.turns.is_empty()
        && let Some(messages) = list("messages")
    {
        // The auditor's view is better than nothing.
        from = "messages";
        for (i, message) in messages.iter().enumerate() {
            let origin = format!("messages[{i}]");
            raw.turns.extend(turn(message, &origin, &mut raw.stopped, &mut notes));
        }
    }
    if raw.turns.is_empty() {
        from = "nowhere";
        remarks.push(
            "no message for the target was found in target_messages, events or messages".to_owned(),
        );
    }
    raw.meta.insert("read_from".to_owned(), from.into());
    let remark = |text| Reading::Remark(ProblemKind::WrongType, text);
    let mut readings: Vec<Reading> = remarks.into_iter().map(remark).collect();
    readings.extend(notes.tell(raw));
    readings
}

/// A message as a turn. Version 2 says `type` where version 3 says `role`, and keeps failed requests as messages.
fn turn(
    message: &Value,
    origin: &str,
    stopped: &mut Option<String>,
    notes: &mut Notes,
) -> Option<RawTurn> {
    let kind = match message.get("role") {
        Some(_) => None,
        None => message.get("type").and_then(Value::as_str),
    };
    if kind == Some("api_failure") {
        let text = message.get("error_message").and_then(Value::as_str).unwrap_or("API failure");
        *stopped = Some(text.to_owned());
        let origin = format!("{origin}.error_message");
        let part = RawPart { kind: PartKind::Other, origin, text: text.to_owned() };
        return Some(RawTurn::new(Role::Other("api_failure".to_owned()), vec![part]));
    }
    let mut turn = match (kind, message) {
        (Some(kind), Value::Object(map)) => {
            let mut with_role = map.clone();
            with_role.insert("role".to_owned(), kind.into());
            message::turn(&Value::Object(with_role), origin, notes)?
        }
        _ => message::turn(message, origin, notes)?,
    };
    if turn.role == Role::Assistant {
        *stopped = None;
    }
    if matches!(&turn.role, Role::Other(word) if word == "info") {
        for part in &mut turn.parts {
            part.kind = PartKind::Other;
        }
    }
    Some(turn)
}
