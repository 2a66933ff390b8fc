//! The fields that records of many shapes have in common: identity, tier, labels, and everything else as meta.
//!
//! A record is worn down: what a reader has used is marked, and the rest becomes meta, so that no field is lost
//! and no long text is kept twice.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::format::{RawTranscript, Reading};
use super::label_fields::{container, judge_object, label};
use super::labels::{is_container, is_label_field};
use super::{json, tier};
use crate::model::{ProblemKind, TierFrom};

pub(super) const ID: [&str; 9] = [
    "id",
    "_id",
    "uuid",
    "record_id",
    "transcript_id",
    "response_id",
    "rollout_id",
    "example_id",
    "sample_id",
];
pub(super) const SAMPLE: [&str; 13] = [
    "query_id",
    "prompt_id",
    "sample_index",
    "task_id",
    "case",
    "case_id",
    "input_index",
    "input index",
    "question_id",
    "item_id",
    "scenario_id",
    "doc_id",
    "prompt_hash",
];
pub(super) const EPOCH: [&str; 8] =
    ["epoch", "sample_idx", "trial", "trial_idx", "repeat", "run_idx", "replicate", "attempt_idx"];
pub(super) const MODEL: [&str; 9] = [
    "model",
    "response_model",
    "requested_model",
    "generation_model",
    "target_model",
    "model_name",
    "model_id",
    "model_under_test",
    "engine",
];
pub(super) const SETTING: [&str; 5] =
    ["setting", "scenario", "environment", "expected_group", "objective"];
pub(super) const VARIANT: [&str; 7] = [
    "variant",
    "system_prompt_variant",
    "prompt_variant",
    "frame",
    "persona_id",
    "cot_mode",
    "condition",
];
pub(super) const TIER: [&str; 13] = [
    "tier",
    "user_tier",
    "tier flag",
    "tier_flag",
    "tags",
    "is_free_tier",
    "is_free_tier_user",
    "free_tier",
    "is_paid_tier",
    "condition",
    "split",
    "environment",
    "monitoring",
];
/// Objects whose fields say the same things as the record's own.
const NESTED: [&str; 3] = ["metadata", "meta", "info"];

/// A record and what has been used of it.
pub struct Fields<'a> {
    pub map: &'a Map<String, Value>,
    used: HashSet<&'a str>,
    pub remarks: Vec<Reading>,
}

impl<'a> Fields<'a> {
    pub fn new(map: &'a Map<String, Value>) -> Self {
        Self { map, used: HashSet::new(), remarks: Vec::new() }
    }

    /// Keeps a field out of meta.
    pub fn mark(&mut self, key: &str) {
        if let Some((key, _)) = self.map.get_key_value(key) {
            self.used.insert(key);
        }
    }

    /// The first of the keys that holds text worth reading. Fields of another type are remarked on and stay meta.
    pub fn text(&mut self, keys: &[&'static str]) -> Option<(&'static str, &'a str)> {
        for key in keys {
            match self.map.get(*key) {
                Some(Value::String(text)) if !text.trim().is_empty() => return Some((key, text)),
                None | Some(Value::Null | Value::String(_)) => {}
                Some(other) => self.wrong_type(key, other),
            }
        }
        None
    }

    /// Remarks that a known field holds something else than text.
    pub fn wrong_type(&mut self, key: &str, value: &Value) {
        let what = type_name(value);
        let message =
            format!("`{}` holds {what} where text was expected; kept as meta", json::plain(key));
        let remark = |r: &Reading| matches!(r, Reading::Remark(_, text) if *text == message);
        if !self.remarks.iter().any(remark) {
            self.remarks.push(Reading::Remark(ProblemKind::WrongType, message));
        }
    }

    /// The first of the keys, here or in a nested object, that holds a word or number.
    fn scalar(&mut self, keys: &[&str]) -> Option<String> {
        for key in keys {
            if let Some(word) = self.map.get(*key).and_then(word) {
                self.mark(key);
                return Some(word);
            }
        }
        self.nested().find_map(|inner| keys.iter().find_map(|key| inner.get(*key).and_then(word)))
    }

    fn nested(&self) -> impl Iterator<Item = &'a Map<String, Value>> + use<'a> {
        let map = self.map;
        NESTED.iter().filter_map(move |key| map.get(*key).and_then(Value::as_object))
    }

    /// Fills identity, tier and state where still empty.
    pub fn identity(&mut self, raw: &mut RawTranscript) {
        self.tier(raw);
        raw.id = raw.id.take().or_else(|| self.scalar(&ID));
        raw.sample = raw.sample.take().or_else(|| self.scalar(&SAMPLE));
        raw.model = raw.model.take().or_else(|| self.scalar(&MODEL));
        raw.setting = raw.setting.take().or_else(|| self.scalar(&SETTING)).map(|s| {
            // The monitoring condition is a tier, not a setting of its own.
            let bare = s.strip_suffix("_unobserved").or_else(|| s.strip_suffix("_observed"));
            bare.map(str::to_owned).unwrap_or(s)
        });
        raw.variant = raw.variant.take().or_else(|| self.scalar(&VARIANT));
        if raw.epoch.is_none() {
            let number = |map: &Map<String, Value>| {
                EPOCH.iter().find_map(|key| Some((*key, map.get(*key)?.as_i64()?)))
            };
            if let Some((key, epoch)) = number(self.map) {
                self.mark(key);
                raw.epoch = Some(epoch);
            } else {
                raw.epoch = self.nested().find_map(number).map(|(_, epoch)| epoch);
            }
        }
        if raw.success.is_none() {
            raw.success = self.map.get("success").and_then(Value::as_bool);
            if raw.success.is_some() {
                self.mark("success");
            }
        }
        if raw.stopped.is_none() {
            raw.stopped = stopped(self.map);
        }
    }

    fn tier(&mut self, raw: &mut RawTranscript) {
        if raw.tier.is_some() {
            return;
        }
        let find = |map: &Map<String, Value>| {
            TIER.iter().find_map(|key| Some((*key, tier::from_field(key, map.get(*key)?)?)))
        };
        let own = find(self.map);
        if let Some((key, _)) = own {
            // An environment names the setting too; a list of tags says more than the tier.
            if key != "environment" && !self.map.get(key).is_some_and(Value::is_array) {
                self.mark(key);
            }
        }
        if let Some((_, (canonical, spelt))) = own.or_else(|| self.nested().find_map(find)) {
            raw.tier = Some((spelt, TierFrom::Field));
            raw.tier_canonical = Some(canonical);
        }
    }

    /// Moves label fields and label containers into the transcript.
    pub fn labels(&mut self, raw: &mut RawTranscript) {
        for (key, value) in self.map {
            if self.used.contains(key.as_str()) {
                continue;
            }
            if is_container(key) && (value.is_object() || value.is_array()) {
                // The container's own name says nothing: its fields are the labels.
                if container("", value, None, raw) {
                    self.used.insert(key);
                }
            } else if is_label_field(key) || is_container(key) {
                match value {
                    Value::Object(judge) if judge.contains_key("final_answer") => {
                        judge_object(key, judge, raw);
                        self.used.insert(key);
                    }
                    Value::Object(_) => {
                        if container(key, value, None, raw) {
                            self.used.insert(key);
                        }
                    }
                    Value::Array(_) => {}
                    _ => {
                        raw.labels.push(label(key, value));
                        self.used.insert(key);
                    }
                }
            }
        }
        for inner in self.nested() {
            for (key, value) in inner {
                if is_container(key) && value.is_object() {
                    container("", value, None, raw);
                } else if is_label_field(key) && !value.is_object() && !value.is_array() {
                    raw.labels.push(label(key, value));
                }
            }
        }
    }

    /// Everything that nobody used.
    pub fn rest(&self, raw: &mut RawTranscript) {
        for (key, value) in self.map {
            if !self.used.contains(key.as_str()) {
                raw.meta.insert(key.clone(), value.clone());
            }
        }
    }

    /// Identity, labels and meta, in that order; then the transcript and the remarks.
    pub fn finish(mut self, mut raw: RawTranscript) -> Vec<Reading> {
        self.identity(&mut raw);
        self.labels(&mut raw);
        self.rest(&mut raw);
        let mut readings = self.remarks;
        readings.push(Reading::Transcript(Box::new(raw)));
        readings
    }
}

/// What a value is, for a sentence.
pub fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

fn word(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.trim().is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Why a response stopped early, when a record says so.
pub fn stopped(map: &Map<String, Value>) -> Option<String> {
    match map.get("error") {
        Some(Value::String(text)) if !text.trim().is_empty() => return Some(text.clone()),
        Some(Value::Object(error)) => {
            let text = error.get("message").and_then(Value::as_str).unwrap_or("error");
            return Some(text.to_owned());
        }
        _ => {}
    }
    for key in ["stop_reason", "finish_reason", "finishReason"] {
        if let Some(reason) = map.get(key).and_then(Value::as_str) {
            let lower = reason.to_ascii_lowercase();
            if matches!(
                lower.as_str(),
                "length"
                    | "max_tokens"
                    | "max_output_tokens"
                    | "model_length"
                    | "error"
                    | "content_filter"
                    | "timeout"
                    | "abort"
            ) {
                return Some(reason.to_owned());
            }
        }
    }
    None
}
