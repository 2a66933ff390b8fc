//! What the APIs of OpenAI, Anthropic and Google took and gave, as clients log it: a response alone, or request and
//! response beside each other, in one object or in two. Lists of messages without a response body are `chat`'s, batch
//! files are `batch`'s.

mod request;
mod response;
mod stream;
#[cfg(test)]
mod tests;

use serde_json::{Map, Value};

use super::Context;
use super::fields::{Fields, stopped};
use super::flat;
use super::format::{Format, RawTranscript, RawTurn, Reading, Signs};
use super::message::Notes;
use crate::model::{ProblemKind, Role};

pub use self::request::{asked, is_request};
pub use self::response::{Answer, Shape, answers, shape, transcripts};
pub use self::stream::Stream;

/// Where a response may stand in a record.
const RESPONSES: [&str; 14] = [
    "response",
    "completion",
    "api_response",
    "raw_response",
    "response_body",
    "response_json",
    "output",
    "result",
    "reply",
    "chunks",
    "events",
    "deltas",
    "stream",
    "body",
];
/// Where a request may stand.
const REQUESTS: [&str; 10] = [
    "request",
    "api_request",
    "request_body",
    "request_json",
    "params",
    "kwargs",
    "payload",
    "input",
    "prompt",
    "body",
];

/// The format.
pub struct Api;

/// A key in a path: `response.body`, or the key alone at the top.
fn within(origin: &str, key: &str) -> String {
    if origin.is_empty() { key.to_owned() } else { format!("{origin}.{key}") }
}

/// A response in a record: its keys from the top (none: the record itself), and its shape.
type Place<'a> = (Vec<&'static str>, &'a Value, Shape);

fn response(record: &Value) -> Option<Place<'_>> {
    // Choices at the top are read where lists of messages are.
    if let Some(shape) = shape(record, false)
        && shape != Shape::Choices
    {
        return Some((Vec::new(), record, shape));
    }
    let map = record.as_object()?;
    RESPONSES.iter().find_map(|key| {
        let value = map.get(*key)?;
        if let Some(shape) = shape(value, true) {
            return Some((vec![*key], value, shape));
        }
        let inner = value.as_object()?.get("body")?;
        Some((vec![*key, "body"], inner, shape(inner, true)?))
    })
}

/// A request in an object of its own.
fn request(map: &Map<String, Value>) -> Option<(Vec<&'static str>, &Map<String, Value>)> {
    REQUESTS.iter().find_map(|key| {
        let body = map.get(*key)?.as_object()?;
        if is_request(body) {
            return Some((vec![*key], body));
        }
        let inner = body.get("body")?.as_object()?;
        is_request(inner).then(|| (vec![*key, "body"], inner))
    })
}

impl Format for Api {
    fn name(&self) -> &'static str {
        "api"
    }

    fn signs(&self) -> Option<Signs> {
        Some(Signs {
            keys: &[&["content", "contents"]],
            nested: &[&RESPONSES, &REQUESTS, &["choices", "candidates", "promptFeedback"]],
        })
    }

    fn recognise(&self, record: &Value) -> Option<String> {
        let map = record.as_object()?;
        // A sample of an evaluation holds the last response too, beside the whole conversation.
        if map.contains_key("epoch") && (map.contains_key("target") || map.contains_key("scores")) {
            return None;
        }
        let asked = request(map);
        if let Some((path, _, shape)) = response(record) {
            let what = shape.describe();
            let place =
                if path.is_empty() { String::new() } else { format!(" under {}", path.join(".")) };
            let beside = match &asked {
                Some((path, _)) => format!(", and a request under {}", path.join(".")),
                None if is_request(map) => ", and its request".to_owned(),
                None => String::new(),
            };
            return Some(format!("has {what}{place}{beside}"));
        }
        if let Some((path, _)) = asked {
            let failed = ["response", "error"].iter().any(|key| map.contains_key(*key));
            let choices = shape(record, false).is_some();
            // `input.messages` and `prompt.messages` beside a text are read as lists of messages.
            let own = !matches!(path.as_slice(), ["input" | "prompt"]);
            return (choices || failed && own)
                .then(|| format!("has a request under {}", path.join(".")));
        }
        let gemini = map.get("contents").is_some() && is_request(map);
        gemini.then(|| "has contents with parts".to_owned())
    }

    fn read(&self, record: &Value, _: &Context<'_>) -> Vec<Reading> {
        let Some(map) = record.as_object() else { return Vec::new() };
        let mut fields = Fields::new(map);
        let mut raw = RawTranscript::default();
        let mut notes = Notes::default();
        let mut bodies: Vec<&Map<String, Value>> = Vec::new();
        let mut kept = Kept::default();

        let found = response(record).or_else(|| Some((Vec::new(), record, shape(record, false)?)));
        let replies = found.map(|(path, value, shape)| {
            let replies = answers(value, shape, &path.join("."));
            bodies.extend(value.as_object().filter(|_| !path.is_empty()));
            kept.take(&path, &replies.used);
            replies
        });
        match request(map) {
            Some((path, body)) => {
                let asked = asked(body, &path.join("."), &mut notes);
                raw.turns = asked.turns;
                bodies.push(body);
                kept.take(&path, &asked.used);
            }
            None if is_request(map) => {
                let asked = asked(map, "", &mut notes);
                raw.turns = asked.turns;
                kept.take(&[], &asked.used);
            }
            None => {
                kept.mark(&mut fields);
                flat::asked(&mut fields, &mut raw);
            }
        }
        kept.mark(&mut fields);
        if raw.turns.iter().all(|t| t.role != Role::System) {
            flat::system(&mut fields, &mut raw);
        }
        let replies = match replies {
            Some(replies) => replies.list,
            None if failed(map).is_some() => {
                raw.stopped = failed(map);
                vec![Answer::none()]
            }
            None => vec![beside(&mut fields, &mut raw)],
        };
        fields.identity(&mut raw);
        for body in bodies {
            identity(body, &mut raw);
        }
        identity(map, &mut raw);
        fields.labels(&mut raw);
        fields.rest(&mut raw);
        kept.rest(map, &mut raw);
        let mut readings = notes.tell(&mut raw);
        readings.append(&mut fields.remarks);
        readings.extend(transcripts(&raw, replies));
        readings
    }
}

/// Why there is no response, when an error stands in its place.
fn failed(map: &Map<String, Value>) -> Option<String> {
    RESPONSES.iter().find_map(|key| {
        let place = map.get(*key)?.as_object()?;
        let inner = place.get("body").and_then(Value::as_object);
        stopped(place).or_else(|| stopped(inner?))
    })
}

/// A text beside a request, or no answer at all; a list that ends with the model's own words needs none.
fn beside(fields: &mut Fields<'_>, raw: &mut RawTranscript) -> Answer {
    let mut answer = Answer::default();
    let parts = flat::answer(fields, raw).unwrap_or_default();
    let answered = raw.turns.last().is_some_and(|t| t.role == Role::Assistant);
    if !parts.is_empty() || !answered {
        answer.turns.push(RawTurn::new(Role::Assistant, parts));
    }
    answer
}

/// Fills what a body says of its model, its tier and its end, where the record itself says nothing.
pub fn identity(body: &Map<String, Value>, raw: &mut RawTranscript) {
    let word = |key: &str| body.get(key).and_then(Value::as_str).map(str::to_owned);
    raw.model = raw.model.take().or_else(|| word("model"));
    let id = raw.id.take();
    Fields::new(body).identity(raw);
    // The record's id is kept; a body's own is another name for it.
    if let Some(id) = id {
        let inner = ["id", "responseId"].into_iter().find_map(word);
        raw.id = Some(id);
        if let Some(inner) = inner {
            raw.alias(&inner);
        }
    }
    raw.id = raw.id.take().or_else(|| word("responseId"));
    raw.model = raw.model.take().or_else(|| word("modelVersion"));
}

/// Which parts of a record have been read, so that the rest of each object becomes meta under its own name.
#[derive(Debug, Default)]
pub struct Kept {
    read: Vec<(Vec<&'static str>, Vec<&'static str>)>,
}

impl Kept {
    /// These keys of the object at this path were read; without any the whole of it was.
    pub fn take(&mut self, path: &[&'static str], used: &[&'static str]) {
        self.read.push((path.to_vec(), used.to_vec()));
    }

    /// Keeps what was read out of the record's own meta.
    pub fn mark(&self, fields: &mut Fields<'_>) {
        for (path, used) in &self.read {
            match path.first() {
                Some(top) => fields.mark(top),
                None => used.iter().for_each(|key| fields.mark(key)),
            }
        }
    }

    /// Adds what is left of the inner objects.
    pub fn rest(&self, map: &Map<String, Value>, raw: &mut RawTranscript) {
        let mut tops: Vec<&str> =
            self.read.iter().filter_map(|(path, _)| path.first().copied()).collect();
        tops.dedup();
        for top in tops {
            let Some(value) = map.get(top) else { continue };
            let mut left = value.clone();
            for (path, used) in self.read.iter().filter(|(path, _)| path.first() == Some(&top)) {
                prune(&mut left, path.get(1..).unwrap_or_default(), used);
            }
            let empty = match &left {
                Value::Object(map) => map.is_empty(),
                Value::Array(list) => list.is_empty(),
                _ => false,
            };
            if !empty {
                raw.meta.insert(top.to_owned(), left);
            }
        }
    }
}

/// Removes keys of the object at a path; without keys, all of it.
fn prune(value: &mut Value, path: &[&str], used: &[&str]) {
    let Some((first, rest)) = path.split_first() else {
        match value {
            Value::Object(map) if !used.is_empty() => {
                map.retain(|key, _| !used.contains(&key.as_str()));
            }
            other => *other = Value::Array(Vec::new()),
        }
        return;
    };
    let Some(map) = value.as_object_mut() else { return };
    if let Some(inner) = map.get_mut(*first) {
        prune(inner, rest, used);
        if inner.as_object().is_some_and(Map::is_empty) {
            map.remove(*first);
        }
    }
}

/// The transcripts of a response that stands alone under a key of its record.
fn body(value: &Value, shape: Shape, origin: &str) -> Vec<Reading> {
    let replies = answers(value, shape, origin);
    let mut raw = RawTranscript::default();
    if let Some(map) = value.as_object() {
        let mut fields = Fields::new(map);
        replies.used.iter().for_each(|key| fields.mark(key));
        fields.identity(&mut raw);
        fields.rest(&mut raw);
    }
    let mut readings = transcripts(&raw, replies.list);
    if readings.is_empty() {
        let sentence = "a response without any answer".to_owned();
        readings.push(Reading::Refused(ProblemKind::UnknownShape, sentence));
    }
    readings
}
