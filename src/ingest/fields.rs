//! Taking a record apart: known fields by name, then labels, then meta. Nothing of a record is lost: what no one
//! takes ends up in meta.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::format::{RawLabel, RawTranscript, Reading};
use super::{labels, tier};
use crate::model::{ProblemKind, TierFrom};

/// Objects whose fields are looked at when the record itself has none of the names asked for.
const NESTED: [&str; 3] = ["metadata", "meta", "info"];
/// Fields that name a tier, the most telling first.
const TIER: [&str; 12] = [
    "tier",
    "user_tier",
    "tags",
    "condition",
    "is_free_tier",
    "is_free_tier_user",
    "free_tier",
    "tier_flag",
    "is_paid_tier",
    "split",
    "environment",
    "condition_name",
];
const MODEL: [&str; 8] = [
    "model",
    "model_name",
    "model_id",
    "response_model",
    "requested_model",
    "generation_model",
    "target_model",
    "engine",
];
const SETTING: [&str; 4] = ["setting", "scenario", "experiment_setting", "task_setting"];
const VARIANT: [&str; 6] =
    ["variant", "system_prompt_variant", "prompt_variant", "cot_mode", "frame", "reasoning_mode"];
const ID: [&str; 8] =
    ["id", "transcript_id", "record_id", "uuid", "custom_id", "response_id", "run_id", "sample_uuid"];
const SAMPLE: [&str; 12] = [
    "sample",
    "sample_id",
    "query_id",
    "prompt_id",
    "question_id",
    "problem_id",
    "case_id",
    "original_dataset_sample_id",
    "input_index",
    "task_id",
    "query_index",
    "sample_index",
];
const EPOCH: [&str; 7] = ["epoch", "sample_idx", "repeat", "trial", "attempt", "replicate", "seed_index"];
const STOPPED: [&str; 4] = ["error", "stop_reason", "finish_reason", "errors"];

/// A record being taken apart.
pub struct Fields<'a> {
    map: &'a Map<String, Value>,
    used: HashSet<&'a str>,
    remarks: Vec<Reading>,
}

/// The path of a field: a key that holds a dot or a space is quoted.
fn path(key: &str) -> String {
    key.to_owned()
}

impl<'a> Fields<'a> {
    /// Starts on a record.
    pub fn new(map: &'a Map<String, Value>) -> Self {
        Self { map, used: HashSet::new(), remarks: Vec::new() }
    }

    /// A field as it stands; taken.
    pub fn take(&mut self, name: &'a str) -> Option<&'a Value> {
        let value = self.map.get(name)?;
        self.used.insert(name);
        Some(value)
    }

    /// Looks at a field without taking it.
    pub fn look(&self, name: &str) -> Option<&'a Value> {
        self.map.get(name)
    }

    /// The first of several fields that holds text, with its name. Nulls are passed over; other types are
    /// remarked on and left to meta.
    pub fn text(&mut self, names: &[&'a str]) -> Option<(&'a str, &'a str)> {
        for name in names {
            match self.map.get(*name) {
                Some(Value::String(text)) => {
                    self.used.insert(name);
                    return Some((name, text));
                }
                Some(Value::Null) => {
                    self.used.insert(name);
                }
                None => {}
                Some(other) => self.wrong_type(name, "text", other),
            }
        }
        None
    }

    /// Remarks that a known field holds another type than it should.
    pub fn wrong_type(&mut self, name: &str, wanted: &str, found: &Value) {
        let kind = kind_of(found);
        let sentence = format!("the field {name} holds {kind} where {wanted} is expected; it is kept as meta");
        self.remarks.push(Reading::Remark(ProblemKind::WrongType, sentence));
    }

    /// A scalar as text, from the record or a nested object; taken when it is the record's own.
    fn scalar(&mut self, names: &[&'a str]) -> Option<String> {
        for name in names {
            if let Some(value) = self.map.get(*name) {
                if let Some(text) = scalar_text(value) {
                    self.used.insert(name);
                    return Some(text);
                }
                if !value.is_null() && !matches!(*name, "error" | "errors" | "info") {
                    self.wrong_type(name, "text or a number", value);
                }
            }
        }
        let nested = NESTED.iter().filter_map(|n| self.map.get(*n)?.as_object());
        nested.flat_map(|o| names.iter().filter_map(|n| o.get(*n))).find_map(scalar_text)
    }

    fn tier(&mut self) -> Option<(String, TierFrom)> {
        let nested = NESTED.iter().filter_map(|n| self.map.get(*n)?.as_object());
        let places: Vec<&'a Map<String, Value>> = std::iter::once(self.map).chain(nested).collect();
        for name in TIER {
            for place in &places {
                let Some(value) = place.get(name) else { continue };
                if let Some((canonical, raw)) = tier::from_field(name, value) {
                    // The spelling is kept; a bare true or false says nothing without its field.
                    let kept = if tier::canonical(&raw).as_ref() == Some(&canonical) { raw } else { canonical };
                    if std::ptr::eq(*place, self.map) && !matches!(name, "environment" | "condition_name") {
                        self.used.insert(name);
                    }
                    return Some((kept, TierFrom::Field));
                }
                if name == "tier" && !value.is_null() && !value.is_string() {
                    self.wrong_type("tier", "text", value);
                }
            }
        }
        None
    }

    /// Fills what every format has in common, gives labels and meta their places, and returns the readings.
    pub fn finish(mut self, mut raw: RawTranscript) -> Vec<Reading> {
        raw.tier = raw.tier.take().or_else(|| self.tier());
        raw.model = raw.model.take().or_else(|| self.scalar(&MODEL));
        raw.setting = raw.setting.take().or_else(|| self.scalar(&SETTING));
        raw.variant = raw.variant.take().or_else(|| self.scalar(&VARIANT));
        raw.id = raw.id.take().or_else(|| self.scalar(&ID));
        raw.sample = raw.sample.take().or_else(|| self.scalar(&SAMPLE));
        let epoch = || -> Option<String> { None };
        raw.epoch = raw.epoch.or_else(|| {
            let found = self.scalar(&EPOCH).or_else(epoch)?;
            found.parse::<f64>().ok().filter(|n| n.fract() == 0.0).map(|n| n as i64)
        });
        raw.stopped = raw.stopped.take().or_else(|| {
            let found = self.scalar(&STOPPED)?;
            let ended = ["stop", "end_turn", "eos", "complete", "completed", "none", "false", "stop_sequence", ""];
            (!ended.contains(&found.to_ascii_lowercase().as_str())).then_some(found)
        });
        if raw.success.is_none() {
            raw.success = self.map.get("success").and_then(Value::as_bool);
        }
        for (key, value) in self.map {
            if self.used.contains(key.as_str()) {
                continue;
            }
            if labels::label_containers().contains(&key.as_str()) && value.is_object() {
                flatten(key, value, None, &mut raw.labels, true);
            } else if labels::is_label_field(key) && !matches!(value, Value::Object(_)) {
                raw.labels.push(RawLabel { name: key.clone(), rater: None, value: value.clone() });
            } else {
                if labels::label_containers().contains(&key.as_str()) && !value.is_null() {
                    let sentence = format!(
                        "the field {key} holds {} where an object of labels is expected; it is kept as meta",
                        kind_of(value)
                    );
                    self.remarks.push(Reading::Remark(ProblemKind::WrongType, sentence));
                }
                raw.meta.insert(path(key), value.clone());
            }
        }
        let mut readings = self.remarks;
        readings.push(Reading::Transcript(Box::new(raw)));
        readings
    }
}

/// Labels of a container, names joined by a dot; the container's own name is left out. `{value, rater}` objects are one label.
fn flatten(
    name: &str,
    value: &Value,
    rater: Option<&str>,
    out: &mut Vec<RawLabel>,
    container: bool,
) {
    let Value::Object(map) = value else {
        let rater = rater.map(str::to_owned);
        out.push(RawLabel { name: name.to_owned(), rater, value: value.clone() });
        return;
    };
    let own_rater = ["rater", "judge", "annotator", "classifier", "judge_model"]
        .iter()
        .find_map(|key| map.get(*key)?.as_str())
        .or(rater);
    if let (false, Some(value)) = (container, map.get("value")) {
        let rater = own_rater.map(str::to_owned);
        out.push(RawLabel { name: name.to_owned(), rater, value: value.clone() });
        return;
    }
    for (key, value) in map {
        let joined = if container { key.clone() } else { format!("{name}.{key}") };
        flatten(&joined, value, own_rater, out, false);
    }
}

/// Text of a string, number or boolean.
pub fn scalar_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(n) => Some(n.to_string()),
        Value::Bool(b) => Some(b.to_string()),
        _ => None,
    }
}

/// What a value is, for sentences.
pub fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
