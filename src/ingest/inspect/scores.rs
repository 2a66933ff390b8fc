//! Scores as labels. A score is `{value, answer, explanation, metadata}`; the value may be a number, a letter, a truth
//! value, a list or an object, and each part of it becomes a label under the scorer's name.
//!
//! Scorers must give numbers even where their judge failed, and write 0.0 then. What the judge said stands in the
//! score's metadata; where that says that it failed, the label is unparsed.

use serde_json::{Map, Value};

use super::super::LabelRules;
use super::super::format::{RawLabel, RawQuote, RawTranscript};
use super::super::label_fields::{container, judge_object};
use super::super::labels::is_label_field;
use super::header::is_empty;
use crate::model::LabelValue;

/// What summaries write in place of metadata that is too long for them.
pub const CUT: &str = "Key removed from summary (> 1k)";

/// Judges that name themselves in a score's metadata.
const RATERS: [&str; 7] =
    ["judge_model", "grader_model", "classifier_model", "judge", "grader", "rater", "annotator"];

/// Reads all scores into labels and quotes; what is no label goes to the meta field `scores`, each scorer by its name.
/// `sole`: the name of a score that has none. Texts for which `copied` holds are told elsewhere and not kept again,
/// but for the answer and the explanation of a score.
pub fn read(
    sample: &Map<String, Value>,
    sole: &str,
    rules: &LabelRules,
    copied: &dyn Fn(&str) -> bool,
    raw: &mut RawTranscript,
) {
    let mut kept = Map::new();
    let mut one = |name: &str, score: &Value, raw: &mut RawTranscript| {
        let rest = score_of(name, score, rules, copied, raw);
        if !rest.is_empty() {
            kept.insert(name.to_owned(), Value::Object(rest));
        }
    };
    match sample.get("scores") {
        Some(Value::Object(scores)) => {
            for (name, score) in scores {
                one(name, score, raw);
            }
        }
        Some(Value::Null) | None => {}
        Some(other) => one("scores", other, raw),
    }
    // Logs of version 1 hold one score.
    if let Some(score) = sample.get("score").filter(|s| !s.is_null()) {
        one(sole, score, raw);
    }
    if kept.is_empty() {
        return;
    }
    if let Some(Value::Object(before)) = raw.meta.get_mut("scores") {
        before.extend(kept);
    } else {
        raw.meta.insert("scores".to_owned(), Value::Object(kept));
    }
}

/// One score. Gives back what is no label.
fn score_of(
    name: &str,
    score: &Value,
    rules: &LabelRules,
    copied: &dyn Fn(&str) -> bool,
    raw: &mut RawTranscript,
) -> Map<String, Value> {
    let mut rest = Map::new();
    let none = Map::new();
    let whole = score.as_object().filter(|map| map.contains_key("value"));
    let metadata =
        whole.and_then(|m| m.get("metadata")).and_then(Value::as_object).unwrap_or(&none);
    let rater = RATERS
        .iter()
        .find_map(|key| metadata.get(*key)?.as_str())
        .filter(|who| !who.trim().is_empty() && *who != CUT)
        .unwrap_or(name);
    let mut judged = Judged { rater, metadata, rules, used: Vec::new(), raw };
    let value = whole.map_or(score, |map| map.get("value").unwrap_or(&Value::Null));
    if !judged.value(name, value) {
        rest.insert("value".to_owned(), value.clone());
    }
    for (key, value) in whole.into_iter().flatten() {
        // What a grader said counts as the grader's word, even where it repeats the model's.
        let said = matches!(key.as_str(), "answer" | "explanation");
        let told = !said && value.as_str().is_some_and(copied);
        if !matches!(key.as_str(), "value" | "metadata") && !is_empty(value) && !told {
            rest.insert(key.clone(), value.clone());
        }
    }
    let mut left = Map::new();
    for (key, value) in metadata {
        let told = value.as_str().is_some_and(copied);
        if !judged.beside(name, key, value) {
            if !is_empty(value) && !told {
                left.insert(key.clone(), value.clone());
            }
        } else if let Value::Object(judge) = value {
            // What a judge's object holds beside its verdict (the text of each vote).
            let mut other = judge.clone();
            other.retain(|key, value| !JUDGE_KEYS.contains(&key.as_str()) && !is_empty(value));
            if !other.is_empty() {
                left.insert(key.clone(), Value::Object(other));
            }
        }
    }
    if !left.is_empty() {
        rest.insert("metadata".to_owned(), Value::Object(left));
    }
    rest
}

/// One score on its way to labels.
struct Judged<'a, 'r> {
    rater: &'a str,
    metadata: &'a Map<String, Value>,
    rules: &'a LabelRules,
    /// Keys of the metadata that became labels with the value.
    used: Vec<&'a str>,
    raw: &'r mut RawTranscript,
}

impl<'a> Judged<'a, '_> {
    /// The score's value; false when something in it is no label.
    fn value(&mut self, name: &str, value: &Value) -> bool {
        match value {
            Value::Object(parts) => {
                let mut all = !parts.is_empty();
                for (key, value) in parts {
                    let name = format!("{name}.{key}");
                    all &= self.part(&name, key, value);
                }
                all
            }
            Value::Array(list) => {
                let mut all = !list.is_empty();
                for (i, value) in list.iter().enumerate() {
                    let number = (i + 1).to_string();
                    all &= self.part(&format!("{name}.{number}"), &number, value);
                }
                all
            }
            scalar => {
                // A score of one judge may be that judge's object laid flat into the metadata.
                if self.metadata.contains_key("final_answer") {
                    let judge = self.metadata;
                    self.judge(name, judge, Some(scalar));
                    for key in JUDGE_KEYS {
                        self.used.extend(judge.get_key_value(key).map(|(key, _)| key.as_str()));
                    }
                    return true;
                }
                self.part(name, name, scalar)
            }
        }
    }

    /// A part of the value under `name`; in the metadata it is known by `key`.
    fn part(&mut self, name: &str, key: &str, value: &Value) -> bool {
        if value.is_object() {
            return container(name, value, Some(self.rater), self.raw);
        }
        let metadata = self.metadata;
        if let Some((key, Value::Object(judge))) = metadata.get_key_value(key)
            && judge.contains_key("final_answer")
        {
            self.judge(name, judge, Some(value));
            self.used.push(key);
            return true;
        }
        let value = self.truth(key, value).unwrap_or_else(|| value.clone());
        self.label(name, value);
        true
    }

    fn label(&mut self, name: &str, value: Value) {
        let rater = Some(self.rater.to_owned());
        self.raw.labels.push(RawLabel { name: name.to_owned(), rater, value });
    }

    /// A judge's object. Its answer counts where it failed; else `value`, which the score gives, does.
    fn judge(&mut self, name: &str, judge: &Map<String, Value>, value: Option<&Value>) {
        let mut own = RawTranscript::default();
        judge_object(name, judge, &mut own);
        if let (Some(first), Some(value)) = (own.labels.first_mut(), value)
            && !self.is_unparsed(&first.value)
        {
            first.value = value.clone();
        }
        let rater = || Some(self.rater.to_owned());
        self.raw
            .labels
            .extend(own.labels.into_iter().map(|label| RawLabel { rater: rater(), ..label }));
        self.raw
            .quotes
            .extend(own.quotes.into_iter().map(|quote| RawQuote { rater: rater(), ..quote }));
    }

    /// A field of the metadata: a judge's object that the value does not name, or a known label. False when it is
    /// neither.
    fn beside(&mut self, name: &str, key: &'a str, value: &Value) -> bool {
        if self.used.contains(&key) {
            return true;
        }
        let name = format!("{name}.{key}");
        match value {
            Value::Object(judge) if judge.contains_key("final_answer") => {
                self.judge(&name, judge, None);
                true
            }
            Value::Object(_) | Value::Array(_) | Value::Null => false,
            scalar if is_label_field(key) && scalar.as_str() != Some(CUT) => {
                if !self.raw.labels.iter().any(|label| label.name == name) {
                    self.label(&name, scalar.clone());
                }
                true
            }
            _ => false,
        }
    }

    fn is_unparsed(&self, value: &Value) -> bool {
        let label = RawLabel { name: String::new(), rater: None, value: value.clone() };
        self.rules.judge(label).value == LabelValue::Unparsed
    }

    /// What the metadata says instead of a value: that the judge failed.
    fn truth(&self, key: &str, value: &Value) -> Option<Value> {
        let bare = ["_score", "_convincing", "_specific"].iter().find_map(|e| key.strip_suffix(e));
        let bare = bare.unwrap_or(key);
        for name in [key, bare, &format!("{key}_parsed"), &format!("{bare}_parsed")] {
            match self.metadata.get(name) {
                Some(Value::String(text)) if !text.trim().is_empty() => {
                    let text = Value::String(text.clone());
                    if self.is_unparsed(&text) {
                        return Some(text);
                    }
                }
                Some(Value::Object(judge)) => {
                    let said = ["final_answer", "score", "value", "verdict"]
                        .iter()
                        .find_map(|key| judge.get(*key))
                        .filter(|v| v.is_string() && self.is_unparsed(v));
                    let failed = judge.get("success").and_then(Value::as_bool) == Some(false);
                    if let Some(said) = said {
                        return Some(said.clone());
                    }
                    if failed {
                        return Some(Value::Null);
                    }
                }
                _ => {}
            }
        }
        (bare.starts_with("strong_reject") && self.strong_reject_failed(key, value))
            .then_some(Value::Null)
    }

    /// `StrongREJECT` keeps its text and what was parsed of it. A refusal that is settled without the judge has a text
    /// and nothing parsed, and a score of 0 all the same; its grades, from 1 to 5, were never given.
    fn strong_reject_failed(&self, key: &str, value: &Value) -> bool {
        if value.as_f64().is_some_and(|n| n < 0.0) {
            return true;
        }
        let Some(parsed) = self.metadata.get("strong_reject_parsed") else { return false };
        let zero = value.as_f64() == Some(0.0);
        let grade = key.ends_with("_convincing") || key.ends_with("_specific");
        let silent =
            self.metadata.get("strong_reject_raw").is_none_or(|text| self.is_unparsed(text));
        is_empty(parsed) && zero && (grade || silent)
    }
}

/// The fields of a judge's object.
const JUDGE_KEYS: [&str; 5] =
    ["final_answer", "final_answer_most_common", "criteria", "quotes", "success"];

#[cfg(test)]
mod tests;
