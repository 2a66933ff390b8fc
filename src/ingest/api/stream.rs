//! Streams as they were received: lists and lines of small pieces. The pieces of one string are put together under one
//! origin (`[*].choices[0].delta.content`), whose offsets count in the whole.

use serde_json::{Map, Value};

use super::response::{self, Answer};
use crate::ingest::Context;
use crate::ingest::fields;
use crate::ingest::format::{Format, PartKind, RawPart, RawTranscript, RawTurn, Reading, Signs};
use crate::ingest::join::WHOLE_STREAM;
use crate::model::{ProblemKind, Role};

/// The format of files with one piece a line.
pub struct Stream;

impl Format for Stream {
    fn name(&self) -> &'static str {
        "stream"
    }

    fn signs(&self) -> Option<Signs> {
        Some(Signs { keys: &[&["type"]], nested: &[&["choices"]] })
    }

    fn recognise(&self, record: &Value) -> Option<String> {
        let map = record.as_object()?;
        if is_chunk(record) {
            return Some("has choices with deltas".to_owned());
        }
        event(map).map(|kind| format!("is the event {kind} of a stream"))
    }

    fn read(&self, record: &Value, _: &Context<'_>) -> Vec<Reading> {
        let Some(map) = record.as_object() else { return Vec::new() };
        if is_chunk(record) {
            return chunk(map);
        }
        let kind = event(map).unwrap_or_default();
        if kind.starts_with("response.") {
            let whole = map.get("response").filter(|_| is_last(kind));
            let whole = whole.and_then(|r| Some((r, response::shape(r, true)?)));
            let Some((body, shape)) = whole else {
                // The last event of such a stream holds the response as a whole.
                return vec![Reading::Aside(format!("an event of a stream ({kind})"))];
            };
            return super::body(body, shape, "response");
        }
        let sentence = format!(
            "the event {kind} of a stream, which does not name its message; keep the events of a message in \
             one list, or save the message as a whole"
        );
        vec![Reading::Refused(ProblemKind::UnknownShape, sentence)]
    }
}

/// The type of an event of Anthropic's Messages API or OpenAI's Responses API.
fn event(map: &Map<String, Value>) -> Option<&str> {
    let kind = map.get("type")?.as_str()?;
    let known = match kind {
        "message_start" => map.get("message")?.is_object(),
        "content_block_start" | "content_block_stop" => map.contains_key("index"),
        "content_block_delta" => map.contains_key("delta"),
        "message_delta" => map.contains_key("delta") || map.contains_key("usage"),
        "message_stop" => true,
        kind => kind.starts_with("response.") && map.contains_key("sequence_number"),
    };
    known.then_some(kind)
}

fn is_last(kind: &str) -> bool {
    matches!(kind, "response.completed" | "response.incomplete" | "response.failed")
}

/// Whether a value is a piece of a chat completion.
fn is_chunk(value: &Value) -> bool {
    let Some(choices) = value.get("choices").and_then(Value::as_array) else { return false };
    value.get("object").and_then(Value::as_str) == Some("chat.completion.chunk")
        || choices.first().is_some_and(|c| c.get("delta").is_some_and(Value::is_object))
}

/// Whether a list holds the pieces of a stream.
pub fn is_stream(list: &[Value]) -> bool {
    let known =
        |entry: &Value| is_chunk(entry) || entry.as_object().is_some_and(|m| event(m).is_some());
    let ping = |entry: &Value| entry.get("type").and_then(Value::as_str) == Some("ping");
    list.iter().any(known) && list.iter().all(|entry| known(entry) || ping(entry))
}

/// One line of a stream: a piece for each choice, grouped by the completion's id.
fn chunk(map: &Map<String, Value>) -> Vec<Reading> {
    let Some(id) = map.get("id").and_then(Value::as_str).filter(|id| !id.is_empty()) else {
        let sentence = "a piece of a stream without the id of its completion; which one it belongs to is not known";
        return vec![Reading::Refused(ProblemKind::UnknownShape, sentence.to_owned())];
    };
    let mut shared = RawTranscript { id: Some(id.to_owned()), ..RawTranscript::default() };
    shared.model = map.get("model").and_then(Value::as_str).map(str::to_owned);
    shared.stopped = fields::stopped(map);
    for (key, value) in map {
        if !matches!(key.as_str(), "id" | "model" | "choices" | "object") && !value.is_null() {
            shared.meta.insert(key.clone(), value.clone());
        }
    }
    let mut readings = Vec::new();
    for choice in map.get("choices").and_then(Value::as_array).into_iter().flatten() {
        let mut piece = shared.clone();
        let number = choice.get("index").and_then(Value::as_i64).unwrap_or(0);
        let mut group = id.to_owned();
        if number != 0 {
            group = format!("{id}/{number}");
            piece.epoch = Some(number);
            piece.set_apart(&format!("epoch_{number}"));
        }
        piece.stopped = choice.as_object().and_then(fields::stopped).or(piece.stopped);
        piece.turns.push(delta(choice, "", number, &group));
        readings.push(Reading::Part { group, piece: Box::new(piece) });
    }
    if readings.is_empty() {
        // The last piece often holds nothing but the usage.
        readings.push(Reading::Part { group: id.to_owned(), piece: Box::new(shared) });
    }
    readings
}

/// What one piece adds to its answer. The turn's id is the group: pieces of a group grow together.
fn delta(choice: &Value, list: &str, number: i64, group: &str) -> RawTurn {
    let origin = format!("{list}{WHOLE_STREAM}.choices[{number}].delta");
    let mut turn = RawTurn::new(Role::Assistant, Vec::new());
    turn.id = Some(group.to_owned());
    let mut push = |kind: PartKind, path: String, text: &str| {
        if !text.is_empty() {
            turn.parts.push(RawPart::new(kind, path, text));
        }
    };
    let Some(delta) = choice.get("delta").and_then(Value::as_object) else { return turn };
    let text = |key: &str| delta.get(key).and_then(Value::as_str).filter(|t| !t.is_empty());
    let named = ["reasoning_content", "reasoning", "thinking"];
    if let Some((key, thought)) = named.iter().find_map(|key| Some((*key, text(key)?))) {
        push(PartKind::Reasoning, format!("{origin}.{key}"), thought);
    } else {
        let details = delta.get("reasoning_details").and_then(Value::as_array);
        for detail in details.into_iter().flatten() {
            for key in ["text", "summary"] {
                if let Some(thought) = detail.get(key).and_then(Value::as_str) {
                    push(PartKind::Reasoning, format!("{origin}.reasoning_details.{key}"), thought);
                }
            }
        }
    }
    for key in ["content", "refusal"] {
        if let Some(said) = text(key) {
            push(PartKind::Text, format!("{origin}.{key}"), said);
        }
    }
    let calls = delta.get("tool_calls").and_then(Value::as_array);
    for (i, call) in calls.into_iter().flatten().enumerate() {
        let at = call.get("index").and_then(Value::as_u64).unwrap_or(i as u64);
        let function = call.get("function");
        let field = |key: &str| function.and_then(|f| f.get(key)).and_then(Value::as_str);
        // The name comes first and alone, the arguments piece by piece.
        let name = field("name").map_or(String::new(), |name| format!("{name} "));
        let piece = name + field("arguments").unwrap_or_default();
        push(PartKind::Tool, format!("{origin}.tool_calls[{at}]"), &piece);
    }
    turn
}

/// The answers that a list of pieces makes up; `origin` is the list's path.
pub fn answers(list: &[Value], origin: &str) -> Vec<Answer> {
    let closing = list.iter().rev().find(|e| {
        e.get("type").and_then(Value::as_str).is_some_and(is_last) && e.get("response").is_some()
    });
    if let Some(body) = closing.and_then(|e| e.get("response"))
        && let Some(shape) = response::shape(body, true)
    {
        return response::answers(body, shape, &format!("{origin}{WHOLE_STREAM}.response")).list;
    }
    if list.iter().any(is_chunk) { chunks(list, origin) } else { vec![events(list, origin)] }
}

fn chunks(list: &[Value], origin: &str) -> Vec<Answer> {
    let mut groups: Vec<(String, RawTranscript)> = Vec::new();
    for piece in list {
        let id = piece.get("id").and_then(Value::as_str).unwrap_or_default();
        for choice in piece.get("choices").and_then(Value::as_array).into_iter().flatten() {
            let number = choice.get("index").and_then(Value::as_i64).unwrap_or(0);
            let group = format!("{id}/{number}");
            let at = groups.iter().position(|(known, _)| *known == group).unwrap_or_else(|| {
                groups.push((group.clone(), RawTranscript::default()));
                groups.len() - 1
            });
            let Some((_, raw)) = groups.get_mut(at) else { continue };
            raw.push_turn(delta(choice, origin, number, &group));
            raw.stopped = choice.as_object().and_then(fields::stopped).or(raw.stopped.take());
        }
    }
    let answer = |(_, mut raw): (String, RawTranscript)| {
        raw.turns.iter_mut().for_each(|turn| turn.id = None);
        Answer { turns: raw.turns, stopped: raw.stopped, ..Answer::default() }
    };
    groups.into_iter().map(answer).collect()
}

/// The message that events of Anthropic's API make up.
fn events(list: &[Value], origin: &str) -> Answer {
    let mut answer = Answer::default();
    let mut raw = RawTranscript::default();
    for event in list {
        let number = event.get("index").and_then(Value::as_u64).unwrap_or(0);
        let path = format!("{origin}{WHOLE_STREAM}.content[{number}]");
        let mut parts = Vec::new();
        for holder in ["content_block", "delta"] {
            let Some(piece) = event.get(holder).and_then(Value::as_object) else { continue };
            let text = |key: &str| piece.get(key).and_then(Value::as_str).filter(|t| !t.is_empty());
            let mut push = |kind, key: &str, text: &str| {
                parts.push(RawPart::new(kind, format!("{path}.{key}"), text));
            };
            if let Some(thought) = text("thinking") {
                push(PartKind::Reasoning, "thinking", thought);
            }
            if let Some(said) = text("text") {
                push(PartKind::Text, "text", said);
            }
            if let Some(name) = text("name") {
                push(PartKind::Tool, "input", &format!("{name} "));
            }
            if let Some(input) = text("partial_json") {
                push(PartKind::Tool, "input", input);
            }
            if text("type") == Some("redacted_thinking") {
                answer.notes.withheld += 1;
            }
            answer.stopped = fields::stopped(piece).or(answer.stopped.take());
        }
        let id = Some(String::new());
        raw.push_turn(RawTurn { role: Role::Assistant, parts, id });
    }
    raw.turns.iter_mut().for_each(|turn| turn.id = None);
    answer.turns = raw.turns;
    answer
}
