//! How label objects of all shapes become labels. Which fields are labels and what a value means is the
//! business of `labels`.

use serde_json::{Map, Value};

use super::format::{RawLabel, RawQuote, RawTranscript};
use super::keys::{Keys, List};
use super::votes;

/// A field as a label; a name such as `x_classification` says who judged.
pub fn label(key: &str, value: &Value) -> RawLabel {
    let rater = ["_classification", "_verdict"].iter().find_map(|end| key.strip_suffix(end));
    RawLabel { name: key.to_owned(), rater: rater.map(str::to_owned), value: value.clone() }
}

/// Labels longer than this are explanations.
pub const LONGEST_LABEL: usize = 120;

/// Who gave the labels of an object.
const RATER: List<4> = List::new(["rater", "judge", "annotator", "judge_model"]);

/// Flattens a container; false when something in it is no label and must stay meta as well. `rater`: who gave
/// what is in it, when an outer object said so.
pub fn container(
    prefix: &str,
    value: &Value,
    rater: Option<&str>,
    raw: &mut RawTranscript,
) -> bool {
    match value {
        Value::Object(map) => {
            let keys = Keys::new(map);
            let said = keys.all(&RATER).find_map(|(key, value)| Some((key, value.as_str()?)));
            let rater = said.map(|(_, who)| who).or(rater);
            votes::read(&keys, prefix, rater, &|_| false, raw);
            let mut all = true;
            for (key, value) in map {
                if said.is_some_and(|(field, _)| field == key) {
                    continue;
                }
                // `{value, rater}` is one label under the name of the object.
                let name = match (prefix, key.as_str()) {
                    ("", key) => key.to_owned(),
                    (prefix, "value") => prefix.to_owned(),
                    (prefix, key) => format!("{prefix}.{key}"),
                };
                all &= match value {
                    Value::Object(judge) if judge.contains_key("final_answer") => {
                        judge_object(&name, judge, raw);
                        true
                    }
                    Value::Object(_) => container(&name, value, rater, raw),
                    Value::Array(_) => false,
                    Value::String(text) if text.len() > LONGEST_LABEL => false,
                    _ => {
                        let rater = rater.map(str::to_owned);
                        raw.labels.push(RawLabel { name, rater, value: value.clone() });
                        true
                    }
                };
            }
            all
        }
        // The form this program writes: one object per judgement.
        Value::Array(list) => {
            let mut all = true;
            for entry in list {
                let name = entry.get("label").or_else(|| entry.get("name")).and_then(Value::as_str);
                let given = entry.get("value").filter(|v| !v.is_object() && !v.is_array());
                let (Some(name), Some(given)) = (name, given) else {
                    all = false;
                    continue;
                };
                let rater =
                    entry.get("rater").or_else(|| entry.get("judge")).and_then(Value::as_str);
                raw.labels.push(RawLabel {
                    name: name.to_owned(),
                    rater: rater.map(str::to_owned),
                    value: given.clone(),
                });
            }
            all
        }
        _ => false,
    }
}

/// A judge's object: the share of yes votes, the most common answer, votes per criterion, and quotes.
pub fn judge_object(name: &str, judge: &Map<String, Value>, raw: &mut RawTranscript) {
    let mut push = |name: String, value: &Value| {
        raw.labels.push(RawLabel { name, rater: None, value: value.clone() });
    };
    // A judge that says it failed has no verdict, whatever number stands there.
    let failed = judge.get("success").and_then(Value::as_bool) == Some(false);
    let answer = judge.get("final_answer").filter(|a| !(failed && a.is_number()));
    push(name.to_owned(), answer.unwrap_or(&Value::Null));
    if let Some(value) = judge.get("final_answer_most_common") {
        push(format!("{name}.final_answer_most_common"), value);
    }
    let criteria = judge.get("criteria").and_then(Value::as_array);
    for (i, value) in criteria.into_iter().flatten().enumerate() {
        push(format!("{name}.criterion{}", i + 1), value);
    }
    if let Some(value) = judge.get("success") {
        push(format!("{name}.success"), value);
    }
    let quotes = judge.get("quotes").and_then(Value::as_array);
    for (i, quotes) in quotes.into_iter().flatten().enumerate() {
        let one = std::slice::from_ref(quotes);
        let texts = quotes.as_array().map_or(one, Vec::as_slice);
        for quote in texts.iter().filter_map(Value::as_str).filter(|q| !q.trim().is_empty()) {
            raw.quotes.push(RawQuote {
                label: name.to_owned(),
                rater: None,
                criterion: u8::try_from(i + 1).ok(),
                quote: quote.to_owned(),
                message: None,
            });
        }
    }
}
