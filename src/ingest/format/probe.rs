//! A format that exists in tests only: it shows that units can make one transcript together, and give labels to
//! others, without anything else in the program knowing it.

use serde_json::Value;

use super::{
    Format, LabelRow, LabelTarget, PartKind, RawLabel, RawPart, RawTranscript, RawTurn, Reading,
};
use crate::ingest::Context;
use crate::model::Role;

/// `{"probe": "say", "session": "a", "role": "user", "text": "…"}` is a piece of session `a`;
/// `{"probe": "label", "id": "a", "value": true}` a label for it; `all` speaks of every session of the file, `ask` is a
/// request, `note` is nothing to read.
pub struct Probe;

impl Format for Probe {
    fn name(&self) -> &'static str {
        "probe"
    }

    fn recognise(&self, record: &Value) -> Option<String> {
        record.get("probe")?.as_str().map(|word| format!("probe {word}"))
    }

    fn read(&self, record: &Value, _: &Context<'_>) -> Vec<Reading> {
        let word = |key: &str| record[key].as_str().unwrap_or_default().to_owned();
        if word("probe") == "note" {
            return vec![Reading::Aside("a note".to_owned())];
        }
        if word("probe") == "all" {
            let piece = RawTranscript { model: Some(word("model")), ..RawTranscript::default() };
            return vec![Reading::Shared(Box::new(piece))];
        }
        if word("probe") == "label" {
            let label =
                RawLabel { name: "seen".to_owned(), rater: None, value: record["value"].clone() };
            return vec![Reading::Labels(LabelRow {
                target: LabelTarget::Id(word("id")),
                labels: vec![label],
                quotes: Vec::new(),
                meta: serde_json::Map::new(),
                own: false,
            })];
        }
        let role = if word("role") == "user" { Role::User } else { Role::Assistant };
        let part = RawPart { kind: PartKind::Text, origin: "text".to_owned(), text: word("text") };
        if word("probe") == "ask" {
            let turns = vec![RawTurn::new(Role::User, vec![part])];
            let piece = RawTranscript { turns, ..RawTranscript::default() };
            return vec![Reading::Request { id: word("id"), piece: Box::new(piece) }];
        }
        let piece = RawTranscript {
            id: Some(word("session")),
            turns: vec![RawTurn::new(role, vec![part])],
            ..RawTranscript::default()
        };
        vec![Reading::Part { group: word("session"), piece: Box::new(piece) }]
    }
}
