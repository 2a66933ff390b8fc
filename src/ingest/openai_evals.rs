//! Record logs of `OpenAI` evals: a line that specifies the run, then events of all samples, interleaved, and a final
//! report. The events of one sample make one transcript.

use serde_json::{Map, Value};

use super::Context;
use super::fields::{stopped, type_name};
use super::format::{Format, PartKind, RawLabel, RawPart, RawTranscript, RawTurn, Reading, Signs};
use super::labels::is_label_field;
use super::message::{self, Notes};
use super::{items, json};
use crate::model::Role;

/// The format.
pub struct OpenAiEvals;

impl Format for OpenAiEvals {
    fn name(&self) -> &'static str {
        "openai-evals"
    }

    fn signs(&self) -> Option<Signs> {
        Some(Signs { keys: &[&["final_report", "event_id"]], nested: &[&["spec"]] })
    }

    fn recognise(&self, record: &Value) -> Option<String> {
        let map = record.as_object()?;
        if let Some(spec) = map.get("spec").and_then(Value::as_object) {
            const KEYS: [&str; 5] =
                ["run_id", "eval_name", "base_eval", "completion_fns", "model_name"];
            let known = KEYS.iter().any(|key| spec.contains_key(*key));
            return known.then(|| "has the spec of a run".to_owned());
        }
        // The last line of a log is that and the run's name; a record may have a field of this name among others.
        if map.contains_key("final_report")
            && map.keys().all(|k| k == "final_report" || k == "run_id")
        {
            return Some("has a final_report".to_owned());
        }
        let event = map.contains_key("event_id") && map.get("type").is_some_and(Value::is_string);
        (event && map.contains_key("data")).then(|| "has event_id, type and data".to_owned())
    }

    fn read(&self, record: &Value, _: &Context<'_>) -> Vec<Reading> {
        let Some(map) = record.as_object() else { return Vec::new() };
        if let Some(spec) = map.get("spec").and_then(Value::as_object) {
            return vec![Reading::Shared(Box::new(shared(spec)))];
        }
        match word(map.get("sample_id")) {
            Some(sample) => event(map, &sample),
            None => vec![Reading::Aside(aside(map))],
        }
    }
}

fn word(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(text) if !text.trim().is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// What the first line says of every sample.
fn shared(spec: &Map<String, Value>) -> RawTranscript {
    let mut raw = RawTranscript::default();
    let functions = spec.get("completion_fns").and_then(Value::as_array);
    raw.model = functions.and_then(|list| word(list.first())).or_else(|| {
        ["completion_fn", "model_name", "model"].iter().find_map(|k| word(spec.get(*k)))
    });
    if let Some(name) = spec.get("eval_name") {
        raw.meta.insert("eval_name".to_owned(), name.clone());
    }
    raw.meta.insert("spec".to_owned(), Value::Object(spec.clone()));
    raw
}

/// A sentence for a line that speaks of no sample.
fn aside(map: &Map<String, Value>) -> String {
    if let Some(report) = map.get("final_report") {
        let said = report.as_object().into_iter().flatten();
        let said = said.filter(|(_, v)| !v.is_object() && !v.is_array()).take(6);
        let said: Vec<String> = said
            .map(|(key, v)| format!("{} {}", json::plain(key), json::plain(&v.to_string())))
            .collect();
        return format!("the final report of the run: {}", said.join(", "));
    }
    let kind = map.get("type").and_then(Value::as_str).unwrap_or_default();
    format!("an event of the whole run ({})", json::plain(kind))
}

fn event(map: &Map<String, Value>, sample: &str) -> Vec<Reading> {
    let name = Some(sample.to_owned());
    let mut raw = RawTranscript { id: name.clone(), sample: name, ..RawTranscript::default() };
    let mut notes = Notes::default();
    let kind = map.get("type").and_then(Value::as_str).unwrap_or_default();
    let empty = Map::new();
    let data = match map.get("data") {
        Some(Value::Object(data)) => data,
        Some(Value::Null) | None => &empty,
        Some(other) => {
            let what = type_name(other);
            notes.wrong.push(format!("`data` of a {} event is {what}", json::plain(kind)));
            &empty
        }
    };
    // Later events of a kind must not hide earlier ones.
    let name = match word(map.get("event_id")) {
        Some(number) => format!("{kind}_{number}"),
        None => kind.to_owned(),
    };
    let keep = |raw: &mut RawTranscript, data: Map<String, Value>| {
        if !data.is_empty() {
            raw.meta.insert(name.clone(), Value::Object(data));
        }
    };
    match kind {
        "sampling" => {
            sampling(data, &mut raw, &mut notes);
            raw.stopped = stopped(data);
            let used = ["prompt", "sampled"];
            let rest = data.iter().filter(|(key, _)| !used.contains(&key.as_str()));
            keep(&mut raw, rest.map(|(k, v)| (k.clone(), v.clone())).collect());
        }
        "error" => {
            let said = ["message", "error", "type"].iter().find_map(|key| word(data.get(*key)));
            raw.stopped = Some(said.unwrap_or_else(|| "error".to_owned()));
            keep(&mut raw, data.clone());
        }
        _ => {
            let mut rest = Map::new();
            for (key, value) in data {
                let is_label = match value {
                    Value::Bool(_) => true,
                    Value::Number(_) | Value::Null => kind == "metrics" || is_label_field(key),
                    Value::String(text) => {
                        is_label_field(key) || kind == "metrics" && text.len() <= LONGEST_LABEL
                    }
                    _ => false,
                };
                if is_label {
                    let (name, value) = (key.clone(), value.clone());
                    if value.is_string() {
                        // A grader's letter, whose order only the grader's prompt knows.
                        raw.grades.push(name.clone());
                    }
                    raw.labels.push(RawLabel { name, rater: None, value });
                } else {
                    rest.insert(key.clone(), value.clone());
                }
            }
            keep(&mut raw, rest);
        }
    }
    let mut readings = notes.tell(&mut raw);
    // Files are appended to: two runs of one eval stay apart.
    let run = word(map.get("run_id"));
    let group = run.map_or_else(|| sample.to_owned(), |run| format!("{run} {sample}"));
    readings.push(Reading::Part { group, piece: Box::new(raw) });
    readings
}

/// Longest text that a metric's label may be.
const LONGEST_LABEL: usize = 120;

/// The prompt and what was sampled. Several samples of one prompt are turns one after another.
fn sampling(data: &Map<String, Value>, raw: &mut RawTranscript, notes: &mut Notes) {
    match data.get("prompt") {
        Some(Value::Array(list)) if list.iter().all(Value::is_object) => {
            raw.turns = items::turns(list, "data.prompt", notes);
        }
        Some(Value::Object(_)) => notes.wrong.push("`data.prompt` is an object".to_owned()),
        Some(prompt) => {
            let parts = message::content(prompt, "data.prompt", PartKind::Text, notes);
            if !parts.is_empty() {
                raw.turns.push(RawTurn::new(Role::User, parts));
            }
        }
        None => {}
    }
    let mut answer = |origin: String, value: &Value| {
        let parts: Vec<RawPart> = message::content(value, &origin, PartKind::Text, notes);
        raw.turns.push(RawTurn::new(Role::Assistant, parts));
    };
    match data.get("sampled") {
        Some(Value::Array(list)) => {
            for (i, value) in list.iter().enumerate() {
                answer(format!("data.sampled[{i}]"), value);
            }
        }
        Some(Value::Null) | None => {}
        Some(value) => answer("data.sampled".to_owned(), value),
    }
}

#[cfg(test)]
mod tests;
