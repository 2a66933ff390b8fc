//! Inspect Scout: rows of its transcript databases, rows of its scan results, and the files that describe a scan.
//!
//! Both kinds of rows keep JSON as text in their columns; `column` reads it.

mod result;
mod transcript;

use serde_json::{Map, Value};

use super::super::Context;
use super::super::format::{Format, Reading, Signs};
use super::super::json;
use crate::model::Repair;

/// The format.
pub struct Scout;

impl Format for Scout {
    fn name(&self) -> &'static str {
        "inspect-scout"
    }

    fn signs(&self) -> Option<Signs> {
        Some(Signs { keys: &[&["transcript_id", "scan_id", "scanners"]], ..Signs::NONE })
    }

    fn recognise(&self, record: &Value) -> Option<String> {
        let map = record.as_object()?;
        Some(match kind(map)? {
            Kind::Result => "has transcript_id and scanner_key: a scan result".to_owned(),
            Kind::Transcript => {
                "has transcript_id, messages and the columns of a Scout database".to_owned()
            }
            Kind::Error => "has transcript_id, scanner and traceback: a scan's error".to_owned(),
            Kind::Scan => "has scan_id and scanners: an Inspect Scout scan".to_owned(),
            Kind::Summary => "has complete and scanners: a scan's summary".to_owned(),
        })
    }

    fn read(&self, record: &Value, context: &Context<'_>) -> Vec<Reading> {
        let Some(map) = record.as_object() else { return Vec::new() };
        match kind(map) {
            Some(Kind::Result) => result::read(map),
            Some(Kind::Transcript) => transcript::read(map, context.rules),
            Some(Kind::Error) => vec![Reading::Aside(result::error(map))],
            Some(Kind::Scan) => vec![Reading::Aside("describes an Inspect Scout scan".to_owned())],
            Some(Kind::Summary) => {
                vec![Reading::Aside("sums up an Inspect Scout scan".to_owned())]
            }
            None => Vec::new(),
        }
    }
}

/// What a record of Scout's is.
enum Kind {
    Transcript,
    Result,
    Error,
    Scan,
    Summary,
}

/// Columns that a transcript database has beside the messages. Two of them make a row of it.
const COLUMNS: [&str; 9] = [
    "source_type",
    "source_id",
    "source_uri",
    "task_set",
    "task_repeat",
    "model_options",
    "message_count",
    "events_data",
    "trust_content",
];

fn kind(map: &Map<String, Value>) -> Option<Kind> {
    let has = |key: &str| map.contains_key(key);
    let is_object = |key: &str| map.get(key).is_some_and(Value::is_object);
    if has("transcript_id") {
        if has("scanner_key") || has("scanner_name") {
            return Some(Kind::Result);
        }
        if has("scanner") && has("traceback") && has("error") {
            return Some(Kind::Error);
        }
        let stored = map
            .get("messages")
            .and_then(Value::as_str)
            .is_some_and(|text| text.trim_start().starts_with('['));
        let known = COLUMNS.iter().filter(|key| has(key)).count();
        if stored || (known >= 2 && (has("messages") || has("events"))) {
            return Some(Kind::Transcript);
        }
        return None;
    }
    if has("scan_id")
        && (has("scanners") || has("scan_name"))
        && (has("transcripts") || has("options"))
    {
        return Some(Kind::Scan);
    }
    (is_object("scanners") && map.get("complete").is_some_and(Value::is_boolean))
        .then_some(Kind::Summary)
}

/// A column's value: JSON kept as text is read, other text stays. What was mended is added to `mends`.
fn column(value: &Value, mends: &mut Vec<Repair>) -> Value {
    let Some(text) = value.as_str() else { return value.clone() };
    if !text.trim_start().starts_with(['{', '[']) {
        return value.clone();
    }
    let Ok(read) = json::read(text.as_bytes()) else { return value.clone() };
    for mend in read.mends {
        if !mends.iter().any(|m| m.code == mend.code) {
            mends.push(mend);
        }
    }
    read.value
}

/// Text with something in it.
fn filled<'a>(map: &'a Map<String, Value>, key: &str) -> Option<&'a str> {
    map.get(key).and_then(Value::as_str).filter(|text| !text.trim().is_empty())
}

#[cfg(test)]
mod tests;
