//! The fields that records of many shapes have in common: identity, tier, labels, and everything else as meta.
//!
//! A record is worn down: what a reader has used is marked, and the rest becomes meta, so that no field is lost
//! and no long text is kept twice.

use serde_json::{Map, Value};

use super::format::{PartKind, RawPart, RawTranscript, Reading};
use super::keys::{Keys, List};
use super::label_fields::{container, judge_object, label};
use super::labels::{is_container, is_label_field};
use super::{json, tier, votes};
use crate::model::{Design, ProblemKind, TierFrom};

pub const ID: List<8> = List::new([
    "id",
    "_id",
    "uuid",
    "record_id",
    "transcript_id",
    "response_id",
    "rollout_id",
    "example_id",
]);
/// Says which sample is answered, and is the id too where nothing else is.
pub const SAMPLE_ID: List<1> = List::new(["sample_id"]);
pub const SAMPLE: List<14> = List::new([
    "query_id",
    "prompt_id",
    SAMPLE_ID.names[0],
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
]);
pub const EPOCH: List<8> = List::new([
    "epoch",
    "sample_idx",
    "trial",
    "trial_idx",
    "repeat",
    "run_idx",
    "replicate",
    "attempt_idx",
]);
pub const MODEL: List<9> = List::new([
    "model",
    "response_model",
    "requested_model",
    "generation_model",
    "target_model",
    "model_name",
    "model_id",
    "model_under_test",
    "engine",
]);
pub const SETTING: List<5> =
    List::new(["setting", "scenario", "environment", "expected_group", "objective"]);
pub const VARIANT: List<7> = List::new([
    "variant",
    "system_prompt_variant",
    "prompt_variant",
    "frame",
    "persona_id",
    "cot_mode",
    "condition",
]);
pub const TIER: List<13> = List::new([
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
]);
/// Why generation ended.
const REASONS: List<5> =
    List::new(["stop_reason", "finish_reason", "finishReason", "stopReason", "done_reason"]);
/// Objects whose fields say the same things as the record's own.
const NESTED: List<4> = List::new(["metadata", "meta", "info", "sample_metadata"]);

/// Whether a field of this name says who, which, or under what conditions.
pub fn is_identity_field(name: &str) -> bool {
    let lists: [&[&str]; 8] = [&ID, &SAMPLE, &EPOCH, &MODEL, &SETTING, &VARIANT, &TIER, &NESTED];
    lists.iter().any(|list| list.contains(&name))
        || matches!(name, "success" | "error" | "stop_reason" | "finish_reason")
}

/// A record and what has been used of it.
pub struct Fields<'a> {
    pub map: &'a Map<String, Value>,
    pub keys: Keys<'a>,
    /// For each key of the record, in order.
    used: Vec<bool>,
    /// Objects in it whose fields count as its own.
    nested: Vec<Keys<'a>>,
    /// The record will be taken apart: see [`Fields::part`].
    lends: bool,
    pub remarks: Vec<Reading>,
}

impl<'a> Fields<'a> {
    pub fn new(map: &'a Map<String, Value>) -> Self {
        let keys = Keys::new(map);
        let nested = keys.all(&NESTED).filter_map(|(_, inner)| inner.as_object().map(Keys::new));
        let nested = nested.collect();
        let (used, remarks) = (vec![false; map.len()], Vec::new());
        Self { map, keys, used, nested, lends: false, remarks }
    }

    /// Of a record that [`Left::finish`] will take apart.
    pub fn lent(map: &'a Map<String, Value>) -> Self {
        Self { lends: true, ..Self::new(map) }
    }

    /// A part with the text under a key. Where the record will be taken apart, the text stays in it until then.
    pub fn part(&self, kind: PartKind, key: &str, text: &str) -> RawPart {
        RawPart::new(kind, key, if self.lends { "" } else { text })
    }

    /// What stands under a key.
    pub fn get(&self, key: &str) -> Option<&'a Value> {
        self.keys.get(key)
    }

    /// Keeps a field out of meta.
    pub fn mark(&mut self, key: &str) {
        if let Some(at) = self.keys.position(key) {
            self.mark_at(at);
        }
    }

    fn mark_at(&mut self, at: usize) {
        if let Some(used) = self.used.get_mut(at) {
            *used = true;
        }
    }

    /// Whether the field with this number has been used.
    fn is_used(&self, at: usize) -> bool {
        self.used.get(at).copied().unwrap_or(false)
    }

    /// The first of the keys that holds text worth reading. Fields of another type are remarked on and stay meta.
    pub fn text<const N: usize>(
        &mut self,
        list: &'static List<N>,
    ) -> Option<(&'static str, &'a str)> {
        let keys = self.keys;
        keys.all(list).find_map(|(key, value)| self.text_in(key, value))
    }

    /// The text under a key, as [`Fields::text`].
    pub fn text_at(&mut self, key: &'static str) -> Option<(&'static str, &'a str)> {
        let value = self.keys.get(key)?;
        self.text_in(key, value)
    }

    fn text_in(&mut self, key: &'static str, value: &'a Value) -> Option<(&'static str, &'a str)> {
        match value {
            Value::String(text) if !text.trim().is_empty() => return Some((key, text)),
            Value::Null | Value::String(_) => {}
            other => self.wrong_type(key, other),
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
    fn scalar<const N: usize>(&mut self, list: &'static List<N>) -> Option<String> {
        self.scalar_but("", list)
    }

    /// The same, one of the keys passed over.
    fn scalar_but<const N: usize>(&mut self, but: &str, list: &'static List<N>) -> Option<String> {
        let find = |keys: &Keys<'_>| {
            let mut all = keys.all(list).filter(|(key, _)| *key != but);
            all.find_map(|(key, value)| Some((key, word(value)?)))
        };
        if let Some((key, word)) = find(&self.keys) {
            self.mark(key);
            return Some(word);
        }
        self.nested.iter().find_map(find).map(|(_, word)| word)
    }

    /// Everything that tells variants of one experiment apart, in one text: what is compared must be alike in all of it. What
    /// names the tier is no variant. Only the first field is kept out of meta.
    fn variant(&mut self, raw: &mut RawTranscript) -> Option<String> {
        let known = raw.variant.take();
        let keys = self.keys;
        let own = keys.all(&VARIANT).map(|(key, value)| (key, value, true));
        let inner = self.nested.iter().flat_map(|keys| keys.all(&VARIANT));
        let inner = inner.map(|(key, value)| (key, value, false));
        raw.design = known.iter().map(|word| (None, word.clone())).collect();
        let (mut words, mut names): (Vec<String>, Vec<&str>) =
            (known.into_iter().collect(), vec![]);
        let mut first = None;
        for (key, value, is_own) in own.chain(inner) {
            if names.contains(&key) || tier::from_field(key, value).is_some() {
                continue;
            }
            let Some(word) = word(value) else { continue };
            if words.is_empty() && is_own {
                first = Some(key);
            }
            names.push(key);
            // Two keys of one kind are told apart by no name.
            let field = Design::of_key(key);
            let field = field.filter(|_| raw.design.iter().all(|(known, _)| *known != field));
            raw.design.push((field, word.clone()));
            if !words.contains(&word) {
                words.push(word);
            }
        }
        if let Some(key) = first {
            self.mark(key);
        }
        (!words.is_empty()).then(|| words.join(" · "))
    }

    /// The id and the sample. A `sample_id` beside an id is the sample. Alone it is the id, so that what may name a group of
    /// records (`task_id`) says better which sample is answered.
    fn names(&mut self, raw: &mut RawTranscript) {
        raw.id = raw.id.take().or_else(|| self.scalar(&ID));
        if raw.id.is_some() {
            raw.sample = raw.sample.take().or_else(|| self.scalar(&SAMPLE));
            return;
        }
        raw.id = self.scalar(&SAMPLE_ID);
        let [own] = SAMPLE_ID.names;
        let sample = raw.sample.take().or_else(|| self.scalar_but(own, &SAMPLE));
        raw.sample = sample.or_else(|| raw.id.clone());
    }

    /// Fills identity, tier and state where still empty.
    pub fn identity(&mut self, raw: &mut RawTranscript) {
        self.tier(raw);
        self.names(raw);
        raw.model = raw.model.take().or_else(|| self.scalar(&MODEL));
        raw.setting = raw.setting.take().or_else(|| self.scalar(&SETTING)).map(|s| {
            // The monitoring condition is a tier, not a setting of its own.
            let bare = s.strip_suffix("_unobserved").or_else(|| s.strip_suffix("_observed"));
            bare.map(str::to_owned).unwrap_or(s)
        });
        raw.variant = self.variant(raw);
        if raw.epoch.is_none() {
            let number = |keys: &Keys<'_>| {
                keys.all(&EPOCH).find_map(|(key, value)| Some((key, whole(value)?)))
            };
            if let Some((key, epoch)) = number(&self.keys) {
                self.mark(key);
                raw.epoch = Some(epoch);
            } else {
                raw.epoch = self.nested.iter().find_map(number).map(|(_, epoch)| epoch);
            }
        }
        if raw.success.is_none() {
            raw.success = self.keys.get("success").and_then(truth);
            if raw.success.is_some() {
                self.mark("success");
            }
        }
        if raw.stopped.is_none() {
            raw.stopped = stopped_early(&self.keys);
        }
    }

    fn tier(&mut self, raw: &mut RawTranscript) {
        if raw.tier.is_some() {
            return;
        }
        let find = |keys: &Keys<'_>| {
            keys.all(&TIER).find_map(|(key, value)| Some((key, tier::from_field(key, value)?)))
        };
        let own = find(&self.keys);
        if let Some((key, _)) = own {
            // An environment names the setting too; a list of tags says more than the tier.
            if key != "environment" && !self.keys.get(key).is_some_and(Value::is_array) {
                self.mark(key);
            }
        }
        if let Some((_, (canonical, spelt))) = own.or_else(|| self.nested.iter().find_map(find)) {
            raw.tier = Some((spelt, TierFrom::Field));
            raw.tier_canonical = Some(canonical);
        }
    }

    /// Moves label fields and label containers into the transcript.
    pub fn labels(&mut self, raw: &mut RawTranscript) {
        votes::read(&self.keys, "", None, &|at| self.is_used(at), raw);
        for (at, (key, value)) in self.map.iter().enumerate() {
            if self.is_used(at) {
                continue;
            }
            let moved = if is_container(key) && (value.is_object() || value.is_array()) {
                // The container's own name says nothing: its fields are the labels.
                container("", value, None, raw)
            } else if is_label_field(key) || is_container(key) {
                match value {
                    Value::Object(judge) if judge.contains_key("final_answer") => {
                        judge_object(key, judge, raw);
                        true
                    }
                    Value::Object(_) => container(key, value, None, raw),
                    Value::Array(_) => false,
                    _ => {
                        raw.labels.push(label(key, value));
                        true
                    }
                }
            } else {
                false
            };
            if moved {
                self.mark_at(at);
            }
        }
        for inner in &self.nested {
            votes::read(inner, "", None, &|_| false, raw);
            for (key, value) in inner.map {
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
        for (_, (key, value)) in self.map.iter().enumerate().filter(|(at, _)| !self.is_used(*at)) {
            raw.meta.insert(key.clone(), value.clone());
        }
    }

    /// Identity and labels; the rest is done when nothing looks into the record any more.
    pub fn leave(mut self, raw: &mut RawTranscript) -> Left {
        self.identity(raw);
        self.labels(raw);
        Left { used: self.used, remarks: self.remarks }
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

/// What is known of a record that is taken apart.
pub struct Left {
    used: Vec<bool>,
    remarks: Vec<Reading>,
}

impl Left {
    /// Moves the texts of a record into the parts that were made of them, and what nobody used into meta; then the
    /// transcript and the remarks.
    pub fn finish(self, mut map: Map<String, Value>, mut raw: RawTranscript) -> Vec<Reading> {
        for part in raw.turns.iter_mut().flat_map(|turn| &mut turn.parts) {
            if let Some(Value::String(text)) = map.get_mut(&part.origin) {
                part.text = std::mem::take(text);
            }
        }
        // Mostly little is left: taking out one by one costs more than there is.
        if self.used.iter().all(|used| *used) {
            map = Map::new();
        }
        let mut used = self.used.into_iter();
        map.retain(|_, _| !used.next().unwrap_or(false));
        if raw.meta.is_empty() {
            raw.meta = map;
        } else {
            raw.meta.extend(map);
        }
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

/// True or false, also as the text that tables hold.
fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(b) => Some(*b),
        Value::String(text) => match text.trim() {
            "True" | "true" | "TRUE" => Some(true),
            "False" | "false" | "FALSE" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

fn word(value: &Value) -> Option<String> {
    match value {
        // How tables write that nothing stands there.
        Value::String(text) if matches!(text.trim(), "" | "nan" | "NaN" | "None") => None,
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A whole number, also where a table's cell holds its digits.
fn whole(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.trim().parse().ok())
}

/// Why a response stopped early, when a record says so.
pub fn stopped(map: &Map<String, Value>) -> Option<String> {
    stopped_early(&Keys::new(map))
}

fn stopped_early(keys: &Keys<'_>) -> Option<String> {
    match keys.get("error") {
        Some(Value::String(text)) if !text.trim().is_empty() => return Some(text.clone()),
        Some(Value::Object(error)) => {
            let text = error.get("message").and_then(Value::as_str).unwrap_or("error");
            return Some(text.to_owned());
        }
        _ => {}
    }
    for (_, reason) in keys.all(&REASONS) {
        if let Some(reason) = reason.as_str() {
            let lower = reason.to_ascii_lowercase();
            if matches!(
                lower.as_str(),
                "length"
                    | "max_tokens"
                    | "max_output_tokens"
                    | "model_length"
                    | "error"
                    | "content_filter"
                    | "content_filtered"
                    | "guardrail_intervened"
                    | "timeout"
                    | "abort"
                    | "refusal"
                    | "safety"
                    | "recitation"
                    | "blocklist"
                    | "prohibited_content"
                    | "spii"
                    | "malformed_function_call"
                    | "model_context_window_exceeded"
            ) {
                return Some(reason.to_owned());
            }
        }
    }
    None
}
