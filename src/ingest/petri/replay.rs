//! Replaying a log of edits into the list of messages that the target saw last.

use serde_json::Value;

use super::patch::{self, Work};
use crate::ingest::json::plain;

/// What a replay gives.
#[derive(Debug, Default)]
pub struct Replayed {
    /// Messages with the path of each in the record.
    pub messages: Vec<(String, Value)>,
    /// Messages that were taken back.
    pub rolled_back: u64,
    /// Sentences about edits that could not be made; the others were.
    pub wrong: Vec<String>,
}

/// Replays the edits of the target's view.
pub fn target(events: &[Value]) -> Replayed {
    let mut state = Replayed::default();
    let mut work = Work::default();
    for (i, event) in events.iter().enumerate() {
        let edit = event.get("edit");
        if !views(event.get("view")) || edit.is_none() {
            continue;
        }
        let origin = format!("events[{i}].edit");
        if let Err(why) = apply(edit.unwrap_or(&Value::Null), &origin, &mut state, &mut work) {
            state.wrong.push(format!("`{origin}` {why}; passed over"));
        }
    }
    state
}

/// Whether an event belongs to what the target saw.
fn views(view: Option<&Value>) -> bool {
    let is_target = |word: &str| matches!(word, "target" | "all");
    match view {
        Some(Value::String(word)) => is_target(word),
        Some(Value::Array(words)) => words.iter().filter_map(Value::as_str).any(is_target),
        _ => false,
    }
}

fn apply(edit: &Value, origin: &str, state: &mut Replayed, work: &mut Work) -> Result<(), String> {
    let operation = edit.get("operation").and_then(Value::as_str).unwrap_or_default();
    match operation {
        "add" => {
            let message = edit.get("message").ok_or("adds no message")?;
            state.messages.push((format!("{origin}.message"), message.clone()));
        }
        "rollback" => {
            let there = state.messages.len();
            let keep = if let Some(id) = edit.get("to_id").and_then(Value::as_str) {
                // Back to that message, which stays.
                let is_it =
                    |(_, m): &(String, Value)| m.get("id").and_then(Value::as_str) == Some(id);
                let at = state.messages.iter().rposition(is_it);
                at.ok_or_else(|| format!("goes back to `{}`, which is not there", plain(id)))? + 1
            } else {
                let count = edit.get("count").and_then(Value::as_u64);
                let count = count.ok_or("goes back without saying how far")?;
                there.saturating_sub(usize::try_from(count).unwrap_or(usize::MAX))
            };
            state.rolled_back += (there - keep) as u64;
            state.messages.truncate(keep);
        }
        "reset" => {
            let list = edit.get("new_messages").and_then(Value::as_array);
            let list = list.ok_or("resets to no list of messages")?;
            let named = |(j, message): (usize, &Value)| {
                (format!("{origin}.new_messages[{j}]"), message.clone())
            };
            state.messages = list.iter().enumerate().map(named).collect();
        }
        "json_patch" => {
            let list = edit.get("patch").and_then(Value::as_array).ok_or("has no list `patch`")?;
            let too_much = |why| format!("cannot be made: it {why}");
            for (_, message) in &state.messages {
                work.weigh(message, 1).map_err(too_much)?;
            }
            // A patch is made whole or not at all, so it works on a copy.
            let mut document =
                Value::Array(state.messages.iter().map(|(_, message)| message.clone()).collect());
            for (n, step) in list.iter().enumerate() {
                patch::apply(&mut document, step, work)
                    .map_err(|why| format!("cannot be made: patch[{n}] {why}"))?;
            }
            let Value::Array(after) = document else {
                return Err("leaves no list of messages".to_owned());
            };
            state.messages = named_again(&state.messages, after, origin);
        }
        other => return Err(format!("has the unknown operation `{}`", plain(other))),
    }
    Ok(())
}

/// Patched messages with their paths: those before and behind what changed keep theirs, the changed ones are named
/// for the patch.
fn named_again(
    before: &[(String, Value)],
    after: Vec<Value>,
    origin: &str,
) -> Vec<(String, Value)> {
    let same = |pair: &(&(String, Value), &Value)| pair.0.1 == *pair.1;
    let head = before.iter().zip(&after).take_while(same).count();
    let room = before.len().min(after.len()) - head;
    let ends = before.iter().rev().zip(after.iter().rev()).take(room);
    let tail = ends.take_while(same).count();
    let (old, new) = (before.len(), after.len());
    let name = |i: usize| {
        let at = if i < head {
            Some(i)
        } else if i + tail >= new {
            Some(old + i - new)
        } else {
            None
        };
        match at.and_then(|at| before.get(at)) {
            Some((path, _)) => path.clone(),
            None => format!("{origin}.patch:[{i}]"),
        }
    };
    let names: Vec<String> = (0..new).map(name).collect();
    names.into_iter().zip(after).collect()
}
