//! Preference data: what was chosen and what was rejected, two transcripts a record. HH-RLHF holds each conversation
//! in one string; later sets hold messages, or a prompt beside two answers.

use serde_json::{Value, json};
use xxhash_rust::xxh3::xxh3_64;

use super::Context;
use super::fields::{Fields, type_name};
use super::format::{Format, PartKind, RawLabel, RawPart, RawTranscript, RawTurn, Reading, Signs};
use super::message::{self, Notes};
use super::{dialogue, flat, json, sharegpt};
use crate::model::{ProblemKind, Role};

const SIDES: [(&str, bool); 2] = [("chosen", true), ("rejected", false)];

/// The format.
pub struct Pairs;

impl Format for Pairs {
    fn name(&self) -> &'static str {
        "pairs"
    }

    fn signs(&self) -> Option<Signs> {
        Some(Signs { keys: &[&["chosen", "transcript"]], ..Signs::NONE })
    }

    fn recognise(&self, record: &Value) -> Option<String> {
        let map = record.as_object()?;
        let side = |key: &str| match map.get(key) {
            Some(value @ (Value::Array(_) | Value::Object(_))) => is_messages(value),
            Some(Value::String(_)) => true,
            _ => false,
        };
        let has = map.contains_key("chosen") && map.contains_key("rejected");
        if has && (side("chosen") || side("rejected")) {
            return Some("has chosen and rejected".to_owned());
        }
        // The red-team set of the same authors: one conversation a record.
        let text = map.get("transcript").and_then(Value::as_str);
        text.filter(|text| dialogue::is_dialogue(text))
            .map(|_| "has a transcript of Human and Assistant in one string".to_owned())
    }

    fn read(&self, record: &Value, context: &Context<'_>) -> Vec<Reading> {
        let Some(map) = record.as_object() else { return Vec::new() };
        let mut fields = Fields::new(map);
        let mut notes = Notes::default();
        let mut shared = RawTranscript::default();
        if !map.contains_key("chosen") {
            if let Some((key, text)) = fields.text_at("transcript") {
                shared.turns = dialogue::turns(text, key);
                fields.mark(key);
            }
            return fields.finish(shared);
        }
        asked(&mut fields, &mut shared, &mut notes);
        let prompt = std::mem::take(&mut shared.turns);
        for (key, _) in SIDES {
            fields.mark(key);
        }
        let scores = SIDES.map(|(side, _)| scores(&mut fields, side));
        fields.identity(&mut shared);
        fields.labels(&mut shared);
        fields.rest(&mut shared);
        let mut readings = notes.tell(&mut shared);
        readings.append(&mut fields.remarks);

        let sides = SIDES.map(|(key, _)| {
            let mut notes = Notes::default();
            let turns = turns(map.get(key), key, &prompt, &mut notes);
            (turns, notes)
        });
        common(&sides.each_ref().map(|(turns, _)| turns.as_deref()), &mut shared, context);
        for (((key, preferred), (turns, notes)), scores) in SIDES.into_iter().zip(sides).zip(scores)
        {
            let Some(turns) = turns else {
                let what = map.get(key).map_or("missing", type_name);
                let sentence = format!(
                    "`{key}` is {what} where text or messages were expected; the other side is read"
                );
                readings.push(Reading::Refused(ProblemKind::WrongType, sentence));
                continue;
            };
            let mut raw = RawTranscript { turns, ..shared.clone() };
            raw.variant = Some(match raw.variant.take() {
                Some(variant) => format!("{variant} {key}"),
                None => key.to_owned(),
            });
            raw.set_apart(key);
            let label = |(name, value): (String, Value)| RawLabel { name, rater: None, value };
            raw.labels.push(label(("preferred".to_owned(), json!(preferred))));
            raw.labels.extend(scores.labels.into_iter().map(label));
            raw.model = scores.model.or(raw.model);
            readings.extend(notes.tell(&mut raw));
            readings.push(Reading::Transcript(Box::new(raw)));
        }
        readings
    }
}

fn is_messages(value: &Value) -> bool {
    message::is_list(value) || sharegpt::is_list(value) || {
        let one = value.as_object();
        one.is_some_and(|m| {
            m.contains_key("role") && m.contains_key("content")
                || m.contains_key("from") && m.contains_key("value")
        })
    }
}

/// What stands before both answers, where the record holds it apart.
fn asked(fields: &mut Fields<'_>, shared: &mut RawTranscript, notes: &mut Notes) {
    for key in ["prompt", "messages", "conversations", "conversation", "context", "history"] {
        let Some(value) = fields.map.get(key).filter(|v| is_messages(v) && v.is_array()) else {
            continue;
        };
        let list = value.as_array().map_or(&[][..], Vec::as_slice);
        shared.turns = sharegpt::turns(list, key, notes);
        fields.mark(key);
        break;
    }
    if shared.turns.is_empty() {
        match fields.text_at("prompt").filter(|(_, text)| dialogue::is_dialogue(text)) {
            Some((key, text)) => {
                shared.turns = dialogue::turns(text, key);
                fields.mark(key);
            }
            None => flat::asked(fields, shared),
        }
        // A prompt in one string ends with the heading of the answer to come.
        if shared.turns.last().is_some_and(|t| t.role == Role::Assistant && t.parts.is_empty()) {
            shared.turns.pop();
        }
    }
    if shared.turns.iter().all(|t| t.role != Role::System) {
        flat::system(fields, shared);
    }
}

/// The conversation of one side; `None` when there is none to read.
fn turns(
    value: Option<&Value>,
    key: &str,
    prompt: &[RawTurn],
    notes: &mut Notes,
) -> Option<Vec<RawTurn>> {
    let own = match value? {
        Value::String(text) if dialogue::is_dialogue(text) => dialogue::turns(text, key),
        Value::String(text) => {
            let part = RawPart::new(PartKind::Text, key, text);
            vec![RawTurn::new(Role::Assistant, vec![part])]
        }
        list @ Value::Array(entries) if is_messages(list) => sharegpt::turns(entries, key, notes),
        one @ Value::Object(_) if is_messages(one) => {
            sharegpt::turn(one, key, notes).into_iter().collect()
        }
        _ => return None,
    };
    // A side that tells the whole conversation needs no prompt in front.
    if own.iter().any(|t| t.role == Role::User) {
        let system = prompt.iter().filter(|t| t.role == Role::System);
        let told = own.iter().any(|t| t.role == Role::System);
        return Some(system.filter(|_| !told).cloned().chain(own).collect());
    }
    Some(prompt.iter().cloned().chain(own).collect())
}

/// Both sides answer one sample: what they have in common, up to the last words of the user.
fn common(sides: &[Option<&[RawTurn]>; 2], shared: &mut RawTranscript, context: &Context<'_>) {
    let texts =
        |turn: &RawTurn| -> Vec<String> { turn.parts.iter().map(|p| p.text.clone()).collect() };
    let [Some(a), Some(b)] = sides else { return };
    let same =
        a.iter().zip(*b).take_while(|(a, b)| a.role == b.role && texts(a) == texts(b)).count();
    let before = a.get(..same).unwrap_or_default();
    let end = before.iter().rposition(|t| t.role == Role::User).map_or(0, |at| at + 1);
    let before = before.get(..end).unwrap_or_default();
    let Some(last) = before.last() else {
        let place = &context.place;
        let own = || format!("{}:{}", context.stem, place.index);
        shared.sample = shared.sample.take().or_else(|| Some(own()));
        return;
    };
    shared.query = shared.query.take().or_else(|| Some(texts(last).join("\n\n")));
    // The hash of the query alone would make one sample of all conversations that end with "yes".
    let talk = before.iter().filter(|t| t.role != Role::System).count();
    if talk > 1 && shared.sample.is_none() {
        let whole: Vec<String> = before.iter().flat_map(texts).collect();
        let folded = whole.join("\n\n").split_whitespace().collect::<Vec<_>>().join(" ");
        shared.sample = Some(format!("q-{:016x}", xxh3_64(folded.as_bytes())));
    }
}

/// What was said of one side alone.
#[derive(Debug, Default)]
struct Said {
    labels: Vec<(String, Value)>,
    model: Option<String>,
}

/// Scores and models of one side: `score_chosen`, `chosen_score`, `chosen_model`.
fn scores(fields: &mut Fields<'_>, side: &str) -> Said {
    let mut said = Said::default();
    let mut used = Vec::new();
    for (key, value) in fields.map {
        let part = key
            .strip_prefix(side)
            .and_then(|rest| rest.strip_prefix(['_', '-', '.']))
            .or_else(|| key.strip_suffix(side).and_then(|rest| rest.strip_suffix(['_', '-', '.'])));
        match (part, value) {
            (Some("model" | "model_name" | "generated_by"), Value::String(model)) => {
                said.model = Some(model.clone());
            }
            (Some(part @ ("score" | "reward" | "rating" | "avg_rating")), value)
                if !value.is_object() && !value.is_array() =>
            {
                said.labels.push((json::plain(part), value.clone()));
            }
            _ => continue,
        }
        used.push(key.as_str());
    }
    for key in used {
        fields.mark(key);
    }
    said
}

#[cfg(test)]
mod tests;
