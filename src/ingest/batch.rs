//! Batch files of OpenAI, Anthropic and Google: answers under a name that the requests in another file share. Answers
//! come in any order and without what was asked; the loader joins the two.

use serde_json::{Map, Value};

use super::Context;
use super::api::{self, Answer};
use super::fields::{Fields, stopped};
use super::format::{Format, RawTranscript, Reading, Signs};
use super::message::Notes;
use super::tier;
use crate::model::{ProblemKind, TierFrom};

/// The format.
pub struct Batch;

/// Where a line's parts stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Line {
    /// What is asked: the key of the body.
    Request(&'static str),
    /// OpenAI's and Google's answers: a response, an error, or both null.
    Output,
    /// Anthropic's answers.
    Result,
}

fn line(map: &Map<String, Value>) -> Option<Line> {
    let object = |key: &str| map.get(key).filter(|v| v.is_object());
    let named = |key: &str| map.get(key).is_some_and(|v| v.is_string() || v.is_number());
    if named("custom_id") {
        let result = object("result").and_then(|r| r.get("type"));
        if result.is_some_and(Value::is_string) {
            return Some(Line::Result);
        }
        if map.get("response").is_some_and(|r| r.is_object() || r.is_null())
            || map.get("error").is_some_and(Value::is_object)
        {
            return Some(Line::Output);
        }
        return ["params", "body"].into_iter().find(|key| object(key).is_some()).map(Line::Request);
    }
    // Google's files call the name `key`.
    if named("key") {
        let shaped = |key: &str| object(key).and_then(|body| api::shape(body, true)).is_some();
        if shaped("response") || object("error").is_some() && map.len() <= 3 {
            return Some(Line::Output);
        }
        let asks = object("request").and_then(Value::as_object).is_some_and(api::is_request);
        return asks.then_some(Line::Request("request"));
    }
    None
}

fn name(map: &Map<String, Value>) -> Option<String> {
    let value = map.get("custom_id").or_else(|| map.get("key"))?;
    value.as_str().map(str::to_owned).or_else(|| Some(value.to_string()))
}

impl Format for Batch {
    fn name(&self) -> &'static str {
        "batch"
    }

    fn signs(&self) -> Option<Signs> {
        Some(Signs { keys: &[&["custom_id", "key"]], ..Signs::NONE })
    }

    fn recognise(&self, record: &Value) -> Option<String> {
        let map = record.as_object()?;
        let key = if map.contains_key("custom_id") { "custom_id" } else { "key" };
        Some(match line(map)? {
            Line::Request(body) => format!("has {key} and a request under {body}"),
            Line::Output => format!("has {key} and a response or an error"),
            Line::Result => format!("has {key} and a result with its type"),
        })
    }

    fn read(&self, record: &Value, _: &Context<'_>) -> Vec<Reading> {
        let Some(map) = record.as_object() else { return Vec::new() };
        let (Some(line), Some(id)) = (line(map), name(map)) else { return Vec::new() };
        match line {
            Line::Request(body) => request(map, body, &id),
            Line::Output | Line::Result => answer(map, line, &id),
        }
    }
}

/// A line of the file that was sent.
fn request(map: &Map<String, Value>, key: &'static str, id: &str) -> Vec<Reading> {
    let mut notes = Notes::default();
    let mut raw = RawTranscript::default();
    let body = map.get(key).and_then(Value::as_object);
    let asked = body.map(|body| api::asked(body, key, &mut notes)).unwrap_or_default();
    raw.turns = asked.turns;
    if raw.turns.is_empty() {
        let sentence =
            format!("the request `{}` asks nothing that can be read", super::json::plain(id));
        return vec![Reading::Refused(ProblemKind::UnknownShape, sentence)];
    }
    let mut kept = api::Kept::default();
    kept.take(&[key], &asked.used);
    finish(map, body, &kept, &mut raw);
    // Its name is the answer's, by which the two are joined.
    raw.id = None;
    let mut readings = notes.tell(&mut raw);
    readings.push(Reading::Request { id: id.to_owned(), piece: Box::new(raw) });
    readings
}

/// A line of the file that came back.
fn answer(map: &Map<String, Value>, line: Line, id: &str) -> Vec<Reading> {
    let mut raw = RawTranscript { id: Some(id.to_owned()), ..RawTranscript::default() };
    raw.tier = tier::from_id(id).map(|raw| (raw, TierFrom::Key));
    let (path, body): (Vec<&'static str>, _) = match line {
        Line::Result => {
            (vec!["result", "message"], map.get("result").and_then(|r| r.get("message")))
        }
        _ => match map.get("response").and_then(|r| r.get("body")) {
            Some(body) => (vec!["response", "body"], Some(body)),
            None => (vec!["response"], map.get("response")),
        },
    };
    let mut kept = api::Kept::default();
    let mut notes = Notes::default();
    // A client of its own may have kept what was asked beside the answer.
    for key in ["request", "params", "body"] {
        let Some(sent) = map.get(key).and_then(Value::as_object) else { continue };
        let (sent, at) = match sent.get("body").and_then(Value::as_object) {
            Some(inner) => (inner, vec![key, "body"]),
            None => (sent, vec![key]),
        };
        if raw.turns.is_empty() && api::is_request(sent) {
            let asked = api::asked(sent, &at.join("."), &mut notes);
            raw.turns = asked.turns;
            kept.take(&at, &asked.used);
        }
    }
    let failed = failure(map, line, body);
    let shape = body.and_then(|body| Some((body, api::shape(body, true)?)));
    let answers = if let Some((body, shape)) = shape.filter(|_| failed.is_none()) {
        let answers = api::answers(body, shape, &path.join("."));
        kept.take(&path, &answers.used);
        answers.list
    } else {
        vec![Answer::none()]
    };
    let unread = shape.is_none() && failed.is_none();
    raw.stopped = failed.or_else(|| unread.then(|| "no response".to_owned()));
    finish(map, body.and_then(Value::as_object), &kept, &mut raw);
    let mut readings = notes.tell(&mut raw);
    if unread && body.is_some_and(|b| !b.is_null()) {
        let sentence = format!(
            "`{}` holds no response of a known shape; read without one, what is there is kept as meta",
            path.join(".")
        );
        readings.push(Reading::Remark(ProblemKind::WrongType, sentence));
    }
    readings.extend(api::transcripts(&raw, answers));
    readings
}

/// Why a request came to nothing: an error of the batch, of the request, or of its answer.
fn failure(map: &Map<String, Value>, line: Line, body: Option<&Value>) -> Option<String> {
    if line == Line::Result {
        let result = map.get("result").and_then(Value::as_object)?;
        let kind = result.get("type").and_then(Value::as_str).unwrap_or_default();
        if kind == "succeeded" {
            return None;
        }
        // The error stands alone or in an envelope of its own.
        let error = result.get("error").and_then(Value::as_object);
        let inner = error.and_then(stopped).or_else(|| message(error?));
        return Some(inner.map_or(kind.to_owned(), |text| format!("{kind}: {text}")));
    }
    if let Some(error) = map.get("error").filter(|e| !e.is_null()) {
        let text =
            error.as_object().and_then(message).or_else(|| error.as_str().map(str::to_owned));
        return Some(text.unwrap_or_else(|| "error".to_owned()));
    }
    let status = map.get("response").and_then(|r| r.get("status_code")).and_then(Value::as_u64);
    let error =
        body.and_then(Value::as_object).filter(|b| b.get("error").is_some_and(|e| !e.is_null()));
    let text = error.and_then(stopped);
    match status.filter(|status| *status >= 400) {
        Some(status) => {
            Some(text.map_or(format!("status {status}"), |t| format!("status {status}: {t}")))
        }
        None => text,
    }
}

fn message(error: &Map<String, Value>) -> Option<String> {
    ["message", "code", "type"]
        .iter()
        .find_map(|key| error.get(*key)?.as_str().filter(|t| !t.is_empty()))
        .map(str::to_owned)
}

/// Identity, labels and meta of a line and the body in it.
fn finish(
    map: &Map<String, Value>,
    body: Option<&Map<String, Value>>,
    kept: &api::Kept,
    raw: &mut RawTranscript,
) {
    let mut fields = Fields::new(map);
    for key in ["custom_id", "key"] {
        fields.mark(key);
    }
    kept.mark(&mut fields);
    if let Some(own) = map.get("id").and_then(Value::as_str) {
        raw.alias(own);
        fields.mark("id");
    }
    fields.identity(raw);
    if let Some(body) = body {
        api::identity(body, raw);
    }
    fields.labels(raw);
    fields.rest(raw);
    kept.rest(map, raw);
}

#[cfg(test)]
mod tests;
