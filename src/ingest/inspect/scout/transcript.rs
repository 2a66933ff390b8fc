//! A row of a transcript database: one transcript. Where the rows were imported from an Inspect log they hold its scores
//! and metadata too, in columns of JSON text.

use serde_json::{Map, Value};

use super::super::super::LabelRules;
use super::super::super::fields::{Fields, type_name};
use super::super::super::format::{PartKind, RawLabel, RawPart, RawTranscript, RawTurn, Reading};
use super::super::super::label_fields::container;
use super::super::super::message::Notes;
use super::super::super::tier;
use super::super::attachments::Attachments;
use super::super::conversation;
use super::super::header::{is_empty, state};
use super::super::sample::{grouped, halted};
use super::super::scores;
use super::{column, filled};
use crate::model::{ProblemKind, Role, TierFrom};

/// Columns of JSON that are no reading matter.
const BULK: [&str; 3] = ["events", "timelines", "events_data"];

/// Columns that are told elsewhere than in the meta fields.
const USED: [&str; 10] = [
    "transcript_id",
    "messages",
    "scores",
    "score",
    "input",
    "task_id",
    "id",
    "task_repeat",
    "epoch",
    "model",
];

/// Reads a row.
pub fn read(row: &Map<String, Value>, rules: &LabelRules) -> Vec<Reading> {
    let mut raw = RawTranscript::default();
    let mut notes = Notes::default();
    let mut record = unpacked(row, &mut raw);
    // The sample's uuid, and so of one epoch; which sample it is says the task's id.
    if let Some(uuid) = record.remove("sample_id")
        && record.get("transcript_id") != Some(&uuid)
    {
        raw.meta.insert("sample_id".to_owned(), uuid);
    }
    raw.stopped = halted(&record);
    identity(&record, &mut raw);
    match record.get("messages") {
        Some(Value::Array(list)) => {
            raw.turns =
                conversation::turns(list, "messages", &Attachments::of(&record), &mut notes);
        }
        Some(Value::Null) | None => {}
        Some(other) => {
            notes
                .wrong
                .push(format!("`messages` is {}, not a list; passed over", type_name(other)));
        }
    }
    if raw.turns.is_empty()
        && let Some(text) = filled(&record, "input")
    {
        let origin = "input".to_owned();
        let part = RawPart { kind: PartKind::Text, origin, text: text.to_owned() };
        raw.turns.push(RawTurn::new(Role::User, vec![part]));
    }
    let asked = asked(&record, &raw);
    let told = record.get("sample_metadata").and_then(|m| m.get("user_input"));
    raw.query = told.and_then(Value::as_str).map(str::to_owned).or_else(|| asked.clone());
    let answers: Vec<String> = raw
        .turns
        .iter()
        .filter(|t| t.role == Role::Assistant)
        .flat_map(|t| t.parts.iter().map(|p| p.text.clone()))
        .collect();
    let copied = |text: &str| {
        let text = text.trim();
        !text.is_empty() && answers.iter().any(|answer| answer.contains(text))
    };
    let mut fields = Fields::new(&record);
    for key in USED {
        fields.mark(key);
    }
    fields.identity(&mut raw);
    if let Some(map) = record.get("task_args").and_then(Value::as_object) {
        state(map, &mut raw);
    }
    if raw.tier.is_none()
        && let Some((canonical, spelt)) = asked.as_deref().and_then(tier::from_message)
    {
        raw.tier = Some((spelt, TierFrom::Message));
        raw.tier_canonical = Some(canonical);
    }
    labels(&record, rules, &copied, &mut fields, &mut raw);
    fields.labels(&mut raw);
    fields.rest(&mut raw);
    raw.meta.retain(|_, value| !is_empty(value));
    for key in BULK {
        if let Some(value) = raw.meta.get_mut(key) {
            let size = value.as_str().map_or_else(|| value.to_string().len(), str::len);
            let size = grouped(u64::try_from(size).unwrap_or(u64::MAX));
            *value = format!("{size} bytes").into();
        }
    }
    if notes.withheld > 0 {
        raw.meta.insert("withheld_reasoning".to_owned(), notes.withheld.into());
    }
    let mut readings: Vec<Reading> =
        notes.wrong.into_iter().map(|text| Reading::Remark(ProblemKind::WrongType, text)).collect();
    readings.push(Reading::Transcript(Box::new(raw)));
    readings
}

/// The row with the JSON in its columns read. `success` is taken out: here it is a score, not whether the run went
/// well.
fn unpacked(row: &Map<String, Value>, raw: &mut RawTranscript) -> Map<String, Value> {
    let mut record = Map::new();
    for (key, value) in row {
        let value = if BULK.contains(&key.as_str()) {
            value.clone()
        } else {
            column(value, &mut raw.repairs)
        };
        record.insert(key.clone(), value);
    }
    if let Some(success) = record.remove("success").filter(Value::is_boolean) {
        raw.labels.push(RawLabel { name: "success".to_owned(), rater: None, value: success });
    }
    record
}

/// A transcript's id in the database is the uuid of the sample; the sample's own id is the task's.
fn identity(record: &Map<String, Value>, raw: &mut RawTranscript) {
    raw.id = filled(record, "transcript_id").map(str::to_owned);
    let word = |key: &str| match record.get(key) {
        Some(Value::String(text)) if !text.trim().is_empty() => Some(text.clone()),
        Some(Value::Number(number)) => Some(number.to_string()),
        _ => None,
    };
    raw.sample = word("task_id").or_else(|| word("id"));
    let number = |key: &str| record.get(key).and_then(Value::as_i64);
    raw.epoch = number("task_repeat").or_else(|| number("epoch"));
    if let Some(sample) = &raw.sample {
        raw.aliases.push(sample.clone());
        if let Some(epoch) = raw.epoch {
            raw.aliases.push(format!("{sample}_epoch_{epoch}"));
        }
    }
    raw.model = word("model");
}

/// The last message of the input, where messages say where they are from; else the first thing a user says. Later ones
/// may be told an agent on its way.
fn asked(record: &Map<String, Value>, raw: &RawTranscript) -> Option<String> {
    let messages = record.get("messages").and_then(Value::as_array);
    let is = |message: &Value, key: &str, word: &str| {
        message.get(key).and_then(Value::as_str) == Some(word)
    };
    let input = messages
        .and_then(|list| {
            list.iter().rposition(|m| is(m, "role", "user") && is(m, "source", "input"))
        })
        .map(|i| format!("messages[{i}]."));
    let from = |part: &RawPart| input.as_ref().is_none_or(|path| part.origin.starts_with(path));
    let mut turns = raw.turns.iter().filter(|t| t.role == Role::User);
    let texts: Vec<&str> = turns
        .find(|turn| turn.parts.iter().any(from))?
        .parts
        .iter()
        .filter(|p| p.kind == PartKind::Text)
        .map(|p| p.text.as_str())
        .collect();
    let text = texts.join("\n\n");
    (!text.trim().is_empty()).then_some(text)
}

/// `scores` holds all of it; where a row has none, `score` and `score_NAME` do.
fn labels(
    record: &Map<String, Value>,
    rules: &LabelRules,
    copied: &dyn Fn(&str) -> bool,
    fields: &mut Fields<'_>,
    raw: &mut RawTranscript,
) {
    let whole = record.get("scores").and_then(Value::as_object).filter(|s| !s.is_empty());
    let columns: Vec<(&str, &str, &Value)> = record
        .iter()
        .filter_map(|(key, value)| Some((key.as_str(), key.strip_prefix("score_")?, value)))
        .filter(|(key, _, value)| *key != "score_explanation" && !is_empty(value))
        .collect();
    if let Some(scores) = whole {
        let sample: Map<String, Value> =
            std::iter::once(("scores".to_owned(), Value::Object(scores.clone()))).collect();
        scores::read(&sample, "score", rules, copied, raw);
        for (key, name, _) in &columns {
            if scores.contains_key(*name) {
                fields.mark(key);
            }
        }
        if scores.len() == 1 || columns.iter().any(|(_, _, v)| Some(*v) == record.get("score")) {
            fields.mark("score_explanation");
        }
        return;
    }
    for (key, name, value) in &columns {
        one(name, value, rules, copied, raw);
        fields.mark(key);
    }
    let repeated = columns.iter().any(|(_, _, value)| Some(*value) == record.get("score"));
    if let Some(score) = record.get("score").filter(|s| !is_empty(s) && !repeated) {
        one("score", score, rules, copied, raw);
    }
}

/// A score without its scorer's other words.
fn one(
    name: &str,
    score: &Value,
    rules: &LabelRules,
    copied: &dyn Fn(&str) -> bool,
    raw: &mut RawTranscript,
) {
    if score.get("value").is_none() && score.is_object() {
        container(name, score, Some(name), raw);
        return;
    }
    let sample: Map<String, Value> = std::iter::once(("score".to_owned(), score.clone())).collect();
    scores::read(&sample, name, rules, copied, raw);
}
