//! Logs of Inspect AI and data of Inspect Scout.
//!
//! `sample` reads a sample, [`summary`] what the list needs of it without opening it, [`archive`] plans how an `.eval`
//! archive is read and [`chunks`] joins a sample that is stored in pieces. `scout` reads transcript databases and
//! scan results. Opening archives is not done here: these functions take names and bytes.

pub mod archive;
mod attachments;
pub mod chunks;
mod conversation;
mod header;
mod sample;
mod scores;
mod scout;
pub mod summary;

use serde_json::{Map, Value};

use self::header::{Header, is_log};
pub use self::scout::Scout;
use super::Context;
use super::fields::type_name;
use super::format::{Format, Reading, Signs};
use crate::model::ProblemKind;

/// The format of samples, of summaries that stand alone, and of whole logs in one object.
pub struct Inspect;

impl Format for Inspect {
    fn name(&self) -> &'static str {
        "inspect"
    }

    fn signs(&self) -> Option<Signs> {
        Some(Signs { keys: &[&["target"]], nested: &[&["eval"]] })
    }

    fn recognise(&self, record: &Value) -> Option<String> {
        let map = record.as_object()?;
        if is_log(map) {
            return Some("has eval and plan, status or version: an Inspect log".to_owned());
        }
        if !is_sample(map) {
            return None;
        }
        let more = SHOWN.iter().find(|key| map.contains_key(**key))?;
        Some(format!("has epoch, input, target and {more}"))
    }

    fn read(&self, record: &Value, context: &Context<'_>) -> Vec<Reading> {
        let Some(map) = record.as_object() else { return Vec::new() };
        if is_sample(map) {
            return one(map, Header::new(context.around), context);
        }
        log(map, record, context)
    }
}

/// One of these stands in every sample, and says most about it in this order.
const SHOWN: [&str; 5] = ["messages", "output", "scores", "score", "model_usage"];

fn is_sample(map: &Map<String, Value>) -> bool {
    ["id", "epoch", "input", "target"].iter().all(|key| map.contains_key(*key))
        && SHOWN.iter().any(|key| map.contains_key(*key))
}

/// A sample; or a summary, which has neither messages nor output.
fn one(map: &Map<String, Value>, header: Header<'_>, context: &Context<'_>) -> Vec<Reading> {
    if map.contains_key("messages") || map.contains_key("output") {
        sample::read(map, header, context.rules)
    } else {
        let raw = summary::of(map, header, context.rules);
        vec![Reading::Transcript(Box::new(raw))]
    }
}

/// A log that came as one record: each of its samples, else that it has none.
fn log(map: &Map<String, Value>, record: &Value, context: &Context<'_>) -> Vec<Reading> {
    let header = Header::new(Some(record));
    let samples = match map.get("samples") {
        Some(Value::Array(list)) if !list.is_empty() => list,
        Some(Value::Array(_) | Value::Null) | None => {
            let status = map.get("status").and_then(Value::as_str).unwrap_or("unknown");
            let text = format!("an Inspect log without samples (status: {status})");
            return vec![Reading::Aside(text)];
        }
        Some(other) => {
            let text = format!("`samples` is {}, not a list of samples", type_name(other));
            return vec![Reading::Refused(ProblemKind::WrongType, text)];
        }
    };
    let each = |(i, sample): (usize, &Value)| {
        if let Some(map) = sample.as_object().filter(|m| is_sample(m)) {
            return one(map, header, context);
        }
        let text = format!("`samples[{i}]` is {} that is no sample; left out", type_name(sample));
        vec![Reading::Refused(ProblemKind::UnknownShape, text)]
    };
    samples.iter().enumerate().flat_map(each).collect()
}

#[cfg(test)]
mod tests;
