//! What an API gave back: one answer, or several to choose from. Nothing is made up where there is none.

use serde_json::{Map, Value};

use super::{stream, within};
use crate::ingest::fields::{self, type_name};
use crate::ingest::format::{PartKind, RawPart, RawTranscript, RawTurn, Reading};
use crate::ingest::items;
use crate::ingest::message::{self, Notes};
use crate::model::Role;

/// One answer.
#[derive(Debug, Default)]
pub struct Answer {
    /// The model's turns. An answer without any stands as one empty turn, so that no earlier one is taken for it.
    pub turns: Vec<RawTurn>,
    /// Why it stopped early.
    pub stopped: Option<String>,
    /// Fields beside the text that hold for this answer alone.
    pub rest: Map<String, Value>,
    /// What was noticed.
    pub notes: Notes,
}

/// The answers of a body, and which of its keys held them.
#[derive(Debug, Default)]
pub struct Answers {
    /// In order.
    pub list: Vec<Answer>,
    /// Keys of the body that were read.
    pub used: Vec<&'static str>,
}

/// The shapes of responses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// OpenAI: choices with messages.
    Choices,
    /// OpenAI's older completions: choices with texts.
    Texts,
    /// Anthropic: a message with content.
    Message,
    /// OpenAI Responses: output items.
    Items,
    /// Gemini: candidates.
    Candidates,
    /// Bedrock: a message under `output`.
    Converse,
    /// A list of content blocks.
    Blocks,
    /// A list of pieces of a stream.
    Stream,
}

impl Shape {
    /// For the reason in `check`.
    pub fn describe(self) -> &'static str {
        match self {
            Self::Choices => "choices with messages",
            Self::Texts => "choices with text",
            Self::Message => "a message with content blocks",
            Self::Items => "output items",
            Self::Candidates => "candidates with content",
            Self::Converse => "an output message",
            Self::Blocks => "a list of content blocks",
            Self::Stream => "the pieces of a stream",
        }
    }
}

/// The shape of a value that may be a response; `None` when it is none. `placed`: it stands under a key such as
/// `response`, so that less is enough.
pub fn shape(value: &Value, placed: bool) -> Option<Shape> {
    match value {
        Value::Object(map) => of_object(map, placed),
        Value::Array(list) if !placed || list.is_empty() => None,
        Value::Array(list) if stream::is_stream(list) => Some(Shape::Stream),
        Value::Array(list) if items::is_output(list) => Some(Shape::Items),
        Value::Array(list) => {
            let block = |entry: &Value| {
                let kind = entry.get("type").and_then(Value::as_str);
                matches!(kind, Some("text" | "thinking" | "redacted_thinking" | "tool_use"))
            };
            list.iter().all(block).then_some(Shape::Blocks)
        }
        _ => None,
    }
}

fn of_object(map: &Map<String, Value>, placed: bool) -> Option<Shape> {
    let word = |key: &str| map.get(key).and_then(Value::as_str);
    let list = |key: &str| map.get(key).and_then(Value::as_array);
    let object = |value: Option<&Value>| value.is_some_and(Value::is_object);
    if let Some(first) = list("choices").and_then(|list| list.first()) {
        if object(first.get("message")) {
            return Some(Shape::Choices);
        }
        let known =
            word("object") == Some("text_completion") || first.get("finish_reason").is_some();
        if first.get("text").is_some_and(Value::is_string) && known {
            return Some(Shape::Texts);
        }
    }
    let content = map.get("content").filter(|c| c.is_array() || c.is_string());
    let is_message = word("type") == Some("message") && word("role") == Some("assistant");
    let stopped = map.contains_key("stop_reason");
    let answers = is_message || placed && (word("role") == Some("assistant") || stopped);
    if content.is_some() && (answers || stopped && content.is_some_and(Value::is_array)) {
        return Some(Shape::Message);
    }
    let is_response = word("object") == Some("response");
    if list("output").is_some_and(|list| is_response || items::is_output(list)) {
        return Some(Shape::Items);
    }
    let candidate = |c: &Value| object(c.get("content")) || c.get("finishReason").is_some();
    let blocked = || map.get("promptFeedback").is_some_and(|f| f.get("blockReason").is_some());
    if list("candidates").is_some_and(|list| list.iter().any(candidate)) || blocked() {
        return Some(Shape::Candidates);
    }
    let inner = map.get("output").and_then(|o| o.get("message"));
    if map.contains_key("stopReason") && inner.is_some_and(|m| m.get("content").is_some()) {
        return Some(Shape::Converse);
    }
    None
}

/// Reads a response of that shape; `origin` is its path, empty for the record itself.
pub fn answers(value: &Value, shape: Shape, origin: &str) -> Answers {
    let empty = Map::new();
    let map = value.as_object().unwrap_or(&empty);
    let list = |key: &str| map.get(key).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let at = |key: &str| within(origin, key);
    let (list, used) = match shape {
        Shape::Choices | Shape::Texts => {
            let choices = list("choices").iter().enumerate();
            let read = |(i, c)| choice(c, &format!("{}[{i}]", at("choices")));
            (choices.map(read).collect(), vec!["choices"])
        }
        Shape::Message => {
            let mut answer = Answer { stopped: fields::stopped(map), ..Answer::default() };
            let content = map.get("content").unwrap_or(&Value::Null);
            let (path, notes) = (at("content"), &mut answer.notes);
            let parts = message::content(content, &path, PartKind::Text, notes);
            answer.say(parts);
            (vec![answer], vec!["content", "role", "type"])
        }
        Shape::Items => {
            let (list, path) = match value {
                Value::Array(list) => (list.as_slice(), origin.to_owned()),
                _ => (list("output"), at("output")),
            };
            let mut answer = Answer { stopped: of_response(map), ..Answer::default() };
            answer.turns = items::turns(list, &path, &mut answer.notes);
            (vec![answer], vec!["output"])
        }
        Shape::Candidates => {
            let candidates = list("candidates").iter().enumerate();
            let read = |(i, c)| candidate(c, &format!("{}[{i}]", at("candidates")));
            let mut answers: Vec<Answer> = candidates.map(read).collect();
            let blocked = map.get("promptFeedback").and_then(|f| f.get("blockReason"));
            if let (true, Some(reason)) = (answers.is_empty(), blocked.and_then(Value::as_str)) {
                let stopped = Some(format!("blocked: {reason}"));
                answers.push(Answer { stopped, ..Answer::default() });
            }
            (answers, vec!["candidates"])
        }
        Shape::Converse => {
            let mut answer = Answer { stopped: fields::stopped(map), ..Answer::default() };
            let inner = map.get("output").and_then(|o| o.get("message")).unwrap_or(&Value::Null);
            let path = at("output.message");
            answer.turns.extend(message::turn(inner, &path, &mut answer.notes));
            (vec![answer], vec!["output"])
        }
        Shape::Blocks => {
            let mut answer = Answer::default();
            let parts = message::content(value, origin, PartKind::Text, &mut answer.notes);
            answer.say(parts);
            (vec![answer], Vec::new())
        }
        Shape::Stream => {
            let pieces = value.as_array().map_or(&[][..], Vec::as_slice);
            (stream::answers(pieces, origin), Vec::new())
        }
    };
    let mut answers = Answers { list, used };
    if answers.list.is_empty() {
        answers.list.push(Answer::default());
    }
    for answer in &mut answers.list {
        if !answer.turns.iter().any(|t| matches!(t.role, Role::Assistant | Role::Tool)) {
            answer.turns.push(RawTurn::new(Role::Assistant, Vec::new()));
        }
    }
    answers
}

impl Answer {
    /// No answer, where one should stand: an empty turn.
    pub fn none() -> Self {
        let mut answer = Self::default();
        answer.say(Vec::new());
        answer
    }

    /// Adds a turn of the model, empty or not.
    fn say(&mut self, parts: Vec<RawPart>) {
        self.turns.push(RawTurn::new(Role::Assistant, parts));
    }

    /// Keeps the fields that nobody read.
    fn keep(&mut self, map: &Map<String, Value>, read: &[&str]) {
        let rest = map.iter().filter(|(key, _)| !read.contains(&key.as_str()));
        self.rest.extend(rest.map(|(key, value)| (key.clone(), value.clone())));
    }
}

fn choice(choice: &Value, origin: &str) -> Answer {
    let mut answer = Answer::default();
    let Some(map) = choice.as_object() else {
        let what = type_name(choice);
        answer.notes.wrong.push(format!("`{origin}` is {what}, not a choice; left empty"));
        return answer;
    };
    answer.stopped = fields::stopped(map);
    if let Some(message) = map.get("message").filter(|m| m.is_object()) {
        let path = format!("{origin}.message");
        answer.turns.extend(message::answer(message, &path, &mut answer.notes));
        answer.keep(map, &["message", "index"]);
    } else if let Some(text) = map.get("text").and_then(Value::as_str) {
        answer.say(vec![RawPart::new(PartKind::Text, format!("{origin}.text"), text)]);
        answer.keep(map, &["text", "index"]);
    } else {
        answer.keep(map, &["index"]);
    }
    answer
}

fn candidate(candidate: &Value, origin: &str) -> Answer {
    let mut answer = Answer::default();
    let Some(map) = candidate.as_object() else { return answer };
    answer.stopped = fields::stopped(map);
    if let Some(content) = map.get("content").filter(|c| !c.is_null()) {
        let path = format!("{origin}.content");
        let parts = message::content(content, &path, PartKind::Text, &mut answer.notes);
        answer.say(parts);
    }
    answer.keep(map, &["content", "index"]);
    answer
}

/// Why a response of the Responses API ended early.
fn of_response(map: &Map<String, Value>) -> Option<String> {
    let why = map.get("incomplete_details").and_then(|d| d.get("reason")).and_then(Value::as_str);
    let status = map.get("status").and_then(Value::as_str);
    let early = status.filter(|s| matches!(*s, "incomplete" | "failed" | "cancelled" | "expired"));
    fields::stopped(map).or_else(|| why.or(early).map(str::to_owned))
}

/// One transcript for each answer; where there are several, an answer's place is its epoch, and its id is its own.
pub fn transcripts(shared: &RawTranscript, answers: Vec<Answer>) -> Vec<Reading> {
    let several = answers.len() > 1;
    let mut readings = Vec::new();
    for (i, answer) in answers.into_iter().enumerate() {
        let mut raw = shared.clone();
        raw.turns.extend(answer.turns);
        raw.stopped = raw.stopped.or(answer.stopped);
        for (key, value) in answer.rest {
            raw.meta.entry(key).or_insert(value);
        }
        if several {
            raw.epoch = raw.epoch.or_else(|| i64::try_from(i).ok());
            raw.set_apart(&format!("epoch_{i}"));
        }
        readings.extend(answer.notes.tell(&mut raw));
        readings.push(Reading::Transcript(Box::new(raw)));
    }
    readings
}
