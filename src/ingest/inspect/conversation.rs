//! The conversation of a sample: its messages, or where a log has none its input; then the model's output, as far as
//! the messages do not hold it.

use serde_json::{Map, Value};

use super::super::fields::{stopped, type_name};
use super::super::format::{PartKind, RawPart, RawTranscript, RawTurn};
use super::super::message::{self, Notes};
use super::attachments::Attachments;
use crate::model::Role;

/// Answers shorter than this may stand in other texts by chance: they count as repeated only where a part is equal,
/// or a tool was called with them.
const SHORT: usize = 40;

/// Reads turns, and why the output stopped early.
pub fn read(sample: &Map<String, Value>, raw: &mut RawTranscript, notes: &mut Notes) {
    let store = Attachments::of(sample);
    match sample.get("messages") {
        Some(Value::Array(list)) if !list.is_empty() => {
            raw.turns = turns(list, "messages", &store, notes);
        }
        Some(Value::Array(_) | Value::Null) | None => {}
        Some(other) => {
            notes
                .wrong
                .push(format!("`messages` is {}, not a list; passed over", type_name(other)));
        }
    }
    if raw.turns.is_empty() {
        raw.turns = asked(sample, &store, notes);
    }
    if let Some(output) = sample.get("output").and_then(Value::as_object) {
        answered(output, &store, raw, notes);
    }
}

/// The turns that `input` makes.
pub fn asked(
    sample: &Map<String, Value>,
    store: &Attachments<'_>,
    notes: &mut Notes,
) -> Vec<RawTurn> {
    match sample.get("input") {
        Some(Value::String(text)) if !text.is_empty() => {
            let part =
                RawPart { kind: PartKind::Text, origin: "input".to_owned(), text: text.clone() };
            let mut turn = RawTurn::new(Role::User, vec![part]);
            store.resolve(&mut turn);
            vec![turn]
        }
        Some(Value::Array(list)) => turns(list, "input", store, notes),
        _ => Vec::new(),
    }
}

/// A list of messages as turns.
pub fn turns(
    list: &[Value],
    origin: &str,
    store: &Attachments<'_>,
    notes: &mut Notes,
) -> Vec<RawTurn> {
    let turn = |(i, message): (usize, &Value)| {
        let mut turn = message::turn(&store.with_calls(message), &format!("{origin}[{i}]"), notes)?;
        store.resolve(&mut turn);
        Some(turn)
    };
    list.iter().enumerate().filter_map(turn).collect()
}

/// Adds what the output says beyond the messages. The first choice is the answer; others are kept as turns of their own
/// speaker, since a sample is one transcript.
fn answered(
    output: &Map<String, Value>,
    store: &Attachments<'_>,
    raw: &mut RawTranscript,
    notes: &mut Notes,
) {
    let choices = output.get("choices").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    for (i, choice) in choices.iter().enumerate() {
        if i == 0 && raw.stopped.is_none() {
            raw.stopped = choice.as_object().and_then(stopped);
        }
        let Some(message) = choice.get("message").filter(|m| m.is_object()) else { continue };
        // What is wrong with a message was said where the messages hold it too.
        let mut own = Notes::default();
        let origin = format!("output.choices[{i}].message");
        let Some(mut turn) = message::turn(&store.with_calls(message), &origin, &mut own) else {
            continue;
        };
        store.resolve(&mut turn);
        let known = turn.id.is_some() && raw.turns.iter().any(|t| t.id == turn.id);
        turn.parts.retain(|part| {
            let named = known && part.kind == PartKind::Other;
            !named && !said(&raw.turns, part)
        });
        if turn.parts.is_empty() {
            continue;
        }
        notes.wrong.append(&mut own.wrong);
        turn.id = turn.id.filter(|_| !known);
        turn.role = if i == 0 { Role::Assistant } else { Role::Other(format!("choice {}", i + 1)) };
        raw.turns.push(turn);
    }
    if let Some(text) = output.get("completion").and_then(Value::as_str) {
        let kind = PartKind::Text;
        let mut turn = RawTurn::new(
            Role::Assistant,
            vec![RawPart { kind, origin: "output.completion".to_owned(), text: text.to_owned() }],
        );
        store.resolve(&mut turn);
        turn.parts.retain(|part| !part.text.trim().is_empty() && !said(&raw.turns, part));
        if choices.is_empty() && !turn.parts.is_empty() {
            raw.turns.push(turn);
        }
    }
    if raw.stopped.is_none() {
        raw.stopped = stopped(output);
    }
}

/// Whether the turns since the last user's hold a part already.
fn said(turns: &[RawTurn], part: &RawPart) -> bool {
    let from = turns.iter().rposition(|t| t.role == Role::User).unwrap_or_default();
    let text = part.text.trim();
    let repeats = |other: &RawPart| {
        let close = text.len() >= SHORT || other.kind == PartKind::Tool;
        other.text.trim() == text || (close && other.text.contains(text))
    };
    turns
        .get(from..)
        .unwrap_or_default()
        .iter()
        .filter(|t| matches!(t.role, Role::Assistant | Role::Other(_)))
        .flat_map(|t| &t.parts)
        .any(repeats)
}

/// What was asked, without what solvers wrapped around it: the input, or its last user message.
pub fn query(sample: &Map<String, Value>, store: &Attachments<'_>) -> Option<String> {
    match sample.get("input")? {
        Value::String(text) => Some(store.text(text).to_owned()),
        Value::Array(list) => {
            let user = |m: &Value| m.get("role").and_then(Value::as_str) == Some("user");
            let at = list.iter().rposition(user)?;
            let turns = turns(list.get(at..=at)?, "input", store, &mut Notes::default());
            let texts: Vec<&str> = turns
                .iter()
                .flat_map(|t| &t.parts)
                .filter(|p| p.kind == PartKind::Text)
                .map(|p| p.text.as_str())
                .collect();
            Some(texts.join("\n\n"))
        }
        _ => None,
    }
    .filter(|text| !text.trim().is_empty())
}
