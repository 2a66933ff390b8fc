//! promptfoo: whole result files (one object, many transcripts), and their results one by one. `success` says there
//! that the assertions held, not that the run did.

use serde_json::{Map, Value};

use super::Context;
use super::fields::Fields;
use super::format::{Format, PartKind, RawLabel, RawPart, RawTranscript, RawTurn, Reading, Signs};
use super::items;
use super::label_fields::container;
use super::message::{self, Notes};
use crate::model::{ProblemKind, Role};

/// Variables that hold the query, best first.
const QUERIES: [&str; 9] = [
    "user_input",
    "query",
    "question",
    "instruction",
    "request",
    "message",
    "input",
    "prompt",
    "goal",
];
/// A prompt's label longer than this is the prompt itself.
const LONGEST_LABEL: usize = 60;

/// The format.
pub struct Promptfoo;

/// Whether an object is one result.
fn is_result(map: &Map<String, Value>) -> bool {
    let place = map.contains_key("testIdx") || map.contains_key("promptIdx");
    let graded = map.contains_key("gradingResult") || map.contains_key("namedScores");
    let ran =
        map.contains_key("provider") && (map.contains_key("response") || map.contains_key("error"));
    map.get("vars").is_some_and(Value::is_object) && (place || graded && ran)
}

/// The results of a whole file, with their path.
fn results(map: &Map<String, Value>) -> Option<(&'static str, &Vec<Value>)> {
    let inner = map.get("results")?;
    let (path, list) = match inner {
        Value::Array(list) => ("results", list),
        Value::Object(inner) => ("results.results", inner.get("results")?.as_array()?),
        _ => return None,
    };
    let known = ["evalId", "config", "shareableUrl", "stats", "version", "table"];
    let whole = known.iter().any(|key| map.contains_key(*key));
    match list.first() {
        Some(first) => first.as_object().is_some_and(is_result).then_some((path, list)),
        None => (whole && inner.is_object()).then_some((path, list)),
    }
}

impl Format for Promptfoo {
    fn name(&self) -> &'static str {
        "promptfoo"
    }

    fn signs(&self) -> Option<Signs> {
        Some(Signs { nested: &[&["results", "vars"]], ..Signs::NONE })
    }

    fn recognise(&self, record: &Value) -> Option<String> {
        let map = record.as_object()?;
        if let Some((path, list)) = results(map) {
            return Some(format!("has {} results with vars under {path}", list.len()));
        }
        is_result(map).then(|| "has vars and what a provider gave for them".to_owned())
    }

    fn read(&self, record: &Value, _: &Context<'_>) -> Vec<Reading> {
        let Some(map) = record.as_object() else { return Vec::new() };
        let Some((path, list)) = results(map) else { return one(map, "") };
        let mut readings = Vec::new();
        for (i, result) in list.iter().enumerate() {
            if let Some(result) = result.as_object() {
                readings.extend(one(result, &format!("{path}[{i}].")));
                continue;
            }
            let what = super::fields::type_name(result);
            let sentence = format!("`{path}[{i}]` is {what} where a result was expected; left out");
            readings.push(Reading::Refused(ProblemKind::NotARecord, sentence));
        }
        if list.is_empty() {
            readings.push(Reading::Aside("a promptfoo file without results".to_owned()));
        }
        readings
    }
}

/// One result; `at` is what stands before its keys in a path.
fn one(map: &Map<String, Value>, at: &str) -> Vec<Reading> {
    let mut fields = Fields::new(map);
    let mut notes = Notes::default();
    let mut raw = RawTranscript::default();
    let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);

    let prompt = map.get("prompt");
    let prompt_text = prompt.and_then(|p| p.get("raw").or(Some(p))).filter(|p| !p.is_object());
    let prompt_path = if prompt.is_some_and(Value::is_object) { "prompt.raw" } else { "prompt" };
    raw.turns = asked(prompt_text, &format!("{at}{prompt_path}"), &mut notes);
    let label = text(prompt.and_then(|p| p.get("label")));
    let short =
        label.filter(|l| l.len() <= LONGEST_LABEL && !l.contains('\n') && !l.trim().is_empty());
    let number = || map.get("promptIdx").and_then(Value::as_u64).map(|n| format!("prompt-{n}"));
    raw.variant = short.or_else(number);
    if !raw.turns.is_empty() {
        fields.mark("prompt");
    }

    vars(map, &mut raw);
    if raw.turns.is_empty()
        && let Some(query) = raw.query.clone()
    {
        let key = QUERIES.iter().find(|key| variable(map, key) == Some(query.as_str()));
        let path = format!("{at}vars.{}", key.copied().unwrap_or("query"));
        raw.turns.push(RawTurn::new(Role::User, vec![RawPart::new(PartKind::Text, path, query)]));
    }

    let provider = map.get("provider");
    let named = ["label", "id"].iter().find_map(|key| {
        text(provider.and_then(|p| p.get(*key))).filter(|name| !name.trim().is_empty())
    });
    raw.model = named.or_else(|| text(provider));

    let parts = answer(map, at, &mut notes);
    let silent = parts.is_empty();
    raw.turns.push(RawTurn::new(Role::Assistant, parts));
    labels(map, &mut fields, &mut raw);
    fields.mark("response");
    fields.identity(&mut raw);
    // Both words mean something else here: that assertions held or failed.
    raw.success = None;
    raw.stopped = stopped(map, silent);
    fields.labels(&mut raw);
    fields.rest(&mut raw);
    if let Some(Value::Object(response)) = map.get("response") {
        let mut rest = response.clone();
        for key in ["output", "reasoning"] {
            rest.shift_remove(key);
        }
        if !rest.is_empty() {
            raw.meta.insert("response".to_owned(), Value::Object(rest));
        }
    }
    let mut readings = notes.tell(&mut raw);
    readings.append(&mut fields.remarks);
    readings.push(Reading::Transcript(Box::new(raw)));
    readings
}

fn asked(value: Option<&Value>, origin: &str, notes: &mut Notes) -> Vec<RawTurn> {
    let Some(value) = value else { return Vec::new() };
    if message::is_list(value) {
        return items::turns(value.as_array().map_or(&[][..], Vec::as_slice), origin, notes);
    }
    let Some(text) = value.as_str().filter(|t| !t.trim().is_empty()) else { return Vec::new() };
    if let Some(list) = message::list_in_text(text) {
        return items::turns(&list, origin, notes);
    }
    vec![RawTurn::new(Role::User, vec![RawPart::new(PartKind::Text, origin, text)])]
}

fn variable<'a>(map: &'a Map<String, Value>, key: &str) -> Option<&'a str> {
    map.get("vars")?.get(key)?.as_str().filter(|text| !text.trim().is_empty())
}

/// The design of the experiment stands in the variables, and in the test's own metadata.
fn vars(map: &Map<String, Value>, raw: &mut RawTranscript) {
    let test = map.get("testCase").and_then(|t| t.get("metadata"));
    for place in [map.get("vars"), test, map.get("metadata")] {
        let Some(place) = place.and_then(Value::as_object) else { continue };
        let mut own = RawTranscript::default();
        Fields::new(place).identity(&mut own);
        if raw.tier.is_none() {
            raw.tier = own.tier;
            raw.tier_canonical = own.tier_canonical;
        }
        raw.setting = raw.setting.take().or(own.setting);
        raw.sample = raw.sample.take().or(own.sample);
        raw.epoch = raw.epoch.or(own.epoch);
    }
    raw.query = QUERIES.iter().find_map(|key| variable(map, key)).map(str::to_owned);
}

/// What the provider gave: text, content blocks, a message, or an object that was parsed from the text.
fn answer(map: &Map<String, Value>, at: &str, notes: &mut Notes) -> Vec<RawPart> {
    let Some(response) = map.get("response") else { return Vec::new() };
    let (output, path) = match response {
        Value::Object(inner) => (inner.get("output"), format!("{at}response.output")),
        other => (Some(other), format!("{at}response")),
    };
    let mut parts = Vec::new();
    if let Some(thought) = response.get("reasoning").filter(|r| !r.is_null()) {
        let path = format!("{at}response.reasoning");
        let inner = message::content(thought, &path, PartKind::Reasoning, notes);
        parts.extend(inner);
    }
    match output {
        None | Some(Value::Null) => {}
        Some(Value::String(text)) => parts.push(RawPart::new(PartKind::Text, path, text)),
        Some(value) => {
            let message = Value::Array(vec![value.clone()]);
            let blocks = value.as_array().is_some_and(|list| {
                !list.is_empty() && list.iter().all(|b| b.get("type").is_some_and(Value::is_string))
            });
            if message::is_list(&message) {
                let turn = message::answer(value, &path, notes);
                parts.extend(turn.map(|t| t.parts).unwrap_or_default());
            } else if blocks {
                parts.extend(message::content(value, &path, PartKind::Text, notes));
            } else {
                // promptfoo parses answers that are JSON; this is as near to the text as the file goes.
                parts.push(RawPart::new(PartKind::Text, path, value.to_string()));
            }
        }
    }
    parts
}

/// Whether the assertions held, in all and one by one, and every named score.
fn labels<'a>(map: &'a Map<String, Value>, fields: &mut Fields<'a>, raw: &mut RawTranscript) {
    let mut push = |name: String, value: &Value| {
        raw.labels.push(RawLabel { name, rater: None, value: value.clone() });
    };
    for key in ["success", "score"] {
        if let Some(value) = map.get(key).filter(|v| !v.is_object() && !v.is_array()) {
            push(key.to_owned(), value);
            fields.mark(key);
        }
    }
    let components =
        map.get("gradingResult").and_then(|g| g.get("componentResults")).and_then(Value::as_array);
    let mut seen: Vec<String> = Vec::new();
    for component in components.into_iter().flatten() {
        let assertion = component.get("assertion");
        let name = ["metric", "type"].iter().find_map(|key| assertion?.get(*key)?.as_str());
        let (Some(name), Some(pass)) = (name, component.get("pass")) else { continue };
        // A named score says more than whether it passed, under the same name.
        if map.get("namedScores").is_some_and(|scores| scores.get(name).is_some()) {
            continue;
        }
        let times = seen.iter().filter(|known| *known == name).count();
        seen.push(name.to_owned());
        push(if times == 0 { name.to_owned() } else { format!("{name}.{}", times + 1) }, pass);
    }
    if let Some(scores) = map.get("namedScores").filter(|s| s.is_object())
        && container("", scores, None, raw)
    {
        fields.mark("namedScores");
    }
}

/// Why there is no answer. A failed assertion stands under `error` too, and is none of that.
fn stopped(map: &Map<String, Value>, silent: bool) -> Option<String> {
    let text = |value: Option<&Value>| {
        value.and_then(Value::as_str).filter(|t| !t.trim().is_empty()).map(str::to_owned)
    };
    let reason = map.get("failureReason").and_then(Value::as_u64);
    let own = text(map.get("error")).filter(|_| reason == Some(2) || silent && reason != Some(1));
    let response = map.get("response");
    own.or_else(|| text(response.and_then(|r| r.get("error")))).or_else(|| {
        let reason = text(response.and_then(|r| r.get("finishReason")));
        reason.filter(|r| matches!(r.as_str(), "length" | "max_tokens" | "content_filter"))
    })
}

#[cfg(test)]
mod tests;
