//! Chat message lists: string or part lists, every kind of reasoning field, tool calls as text.

use serde_json::{Map, Value};

use super::Context;
use super::fields::{Fields, kind_of};
use super::format::{Format, PartKind, RawPart, RawTranscript, RawTurn, Reading};
use crate::model::{Repair, Role};

/// Keys that hold a message list.
const LISTS: [&str; 6] =
    ["messages", "conversation", "dialogue", "chat", "history", "message_history"];
/// Keys that hold the answer when the list is only the prompt.
const ANSWERS: [&str; 6] = ["response", "completion", "output", "answer", "generation", "raw_response"];

/// The format.
pub struct Chat;

impl Format for Chat {
    fn name(&self) -> &'static str {
        "chat"
    }

    fn recognise(&self, record: &Value) -> Option<String> {
        if is_messages(record) {
            return Some("a list of messages".to_owned());
        }
        let map = record.as_object()?;
        if let Some(key) = list_key(map) {
            return Some(format!("{key} is a list of messages"));
        }
        map.get("choices")?.as_array()?.first()?.get("message")?.get("role")?;
        Some("choices with messages".to_owned())
    }

    fn read(&self, record: &Value, _: &Context<'_>) -> Vec<Reading> {
        let mut raw = RawTranscript::default();
        let Some(map) = record.as_object() else {
            messages(record, "", &mut raw);
            return vec![Reading::Transcript(Box::new(raw))];
        };
        let mut fields = Fields::new(map);
        if let Some((system_key, system)) = fields.text(&["system", "system_prompt"]) {
            let part = RawPart {
                kind: PartKind::Text,
                origin: system_key.to_owned(),
                text: system.to_owned(),
            };
            raw.turns.push(RawTurn { role: Role::System, parts: vec![part] });
        }
        if let Some(list) = list_key(map) {
            match list.split_once('.') {
                // `prompt.messages`: the object is taken whole.
                Some((outer, inner)) => {
                    let key = map.keys().find(|k| *k == outer).map_or("", String::as_str);
                    if let Some(value) = fields.take(key).and_then(|v| v.get(inner)) {
                        messages(value, &list, &mut raw);
                    }
                }
                None => {
                    let key = map.keys().find(|k| **k == list).map_or("", String::as_str);
                    if let Some(value) = fields.take(key) {
                        messages(value, &list, &mut raw);
                    }
                }
            }
        }
        let choice = fields.look("choices").and_then(|c| c.get(0)?.get("message"));
        if let Some(message) = choice {
            fields.take("choices");
            one(message, "choices[0].message", &mut raw);
            if let Some(Value::String(why)) = fields.look("choices").and_then(|c| c.get(0)?.get("finish_reason"))
                && matches!(why.as_str(), "length" | "content_filter")
            {
                raw.stopped = Some(why.clone());
            }
        } else if raw.turns.last().is_none_or(|t| t.role == Role::User) {
            let mut parts = Vec::new();
            if let Some((key, text)) = fields.text(&["reasoning_content", "reasoning", "scratchpad", "thinking"]) {
                parts.push(RawPart { kind: PartKind::Reasoning, origin: key.to_owned(), text: text.to_owned() });
            }
            if let Some((key, text)) = fields.text(&ANSWERS) {
                parts.push(RawPart { kind: PartKind::Text, origin: key.to_owned(), text: text.to_owned() });
            }
            if !parts.is_empty() {
                raw.turns.push(RawTurn { role: Role::Assistant, parts });
            }
        }
        fields.finish(raw)
    }
}

/// Whether a value is a non-empty list of messages.
pub fn is_messages(value: &Value) -> bool {
    value.as_array().is_some_and(|list| {
        !list.is_empty()
            && list.iter().all(|m| {
                m.get("role").is_some_and(Value::is_string)
                    && ["content", "parts", "tool_calls", "reasoning_content"]
                        .iter()
                        .any(|k| m.get(*k).is_some())
            })
    })
}

/// Where the message list stands: a key, or `prompt.messages`.
fn list_key(map: &Map<String, Value>) -> Option<String> {
    LISTS
        .iter()
        .chain(["prompt", "input"].iter())
        .find(|key| map.get(**key).is_some_and(is_messages))
        .map(|key| (*key).to_owned())
        .or_else(|| {
            let nested = map.get("prompt")?.get("messages")?;
            is_messages(nested).then(|| "prompt.messages".to_owned())
        })
}

/// Reads a message list into turns. `at` is its path in the record.
pub fn messages(list: &Value, at: &str, raw: &mut RawTranscript) {
    for (i, message) in list.as_array().into_iter().flatten().enumerate() {
        one(message, &format!("{at}[{i}]"), raw);
    }
}

/// The role that a word names.
pub fn role(word: &str) -> Role {
    match word.to_ascii_lowercase().as_str() {
        "system" | "developer" => Role::System,
        "user" | "human" => Role::User,
        "assistant" | "model" | "ai" | "gpt" | "bot" => Role::Assistant,
        "tool" | "function" | "ipython" | "observation" => Role::Tool,
        _ => Role::Other(word.to_owned()),
    }
}

fn one(message: &Value, at: &str, raw: &mut RawTranscript) {
    let role = role(message.get("role").and_then(Value::as_str).unwrap_or("unknown"));
    let mut turn = Turn { role, parts: Vec::new(), redacted: 0 };
    turn.reasoning(message, at);
    match message.get("content").or_else(|| message.get("parts")) {
        Some(Value::String(text)) => turn.text(text, format!("{at}.content")),
        Some(Value::Array(list)) => {
            let name = if message.get("content").is_some() { "content" } else { "parts" };
            for (j, part) in list.iter().enumerate() {
                turn.part(part, &format!("{at}.{name}[{j}]"));
            }
        }
        Some(Value::Null) | None => {}
        Some(other) => raw.repairs.push(Repair {
            code: "odd-content",
            detail: format!("{at}.content holds {}; it is shown as JSON", kind_of(other)),
        }),
    }
    if let Some(other @ (Value::Object(_) | Value::Number(_) | Value::Bool(_))) = message.get("content") {
        turn.push(PartKind::Other, format!("{at}.content"), other.to_string());
    }
    if let Some(Value::String(refusal)) = message.get("refusal") {
        turn.text(refusal, format!("{at}.refusal"));
    }
    for (j, call) in message.get("tool_calls").and_then(Value::as_array).into_iter().flatten().enumerate() {
        turn.call(call, &format!("{at}.tool_calls[{j}]"));
    }
    if turn.redacted > 0 {
        raw.repairs.push(Repair {
            code: "redacted-reasoning",
            detail: format!("{} of the reasoning parts of {at} are redacted or empty", turn.redacted),
        });
    }
    raw.turns.push(RawTurn { role: turn.role, parts: turn.parts });
}

/// A turn while its parts are gathered.
struct Turn {
    role: Role,
    parts: Vec<RawPart>,
    /// Reasoning parts without readable text.
    redacted: usize,
}

impl Turn {
    fn push(&mut self, kind: PartKind, origin: String, text: String) {
        self.parts.push(RawPart { kind, origin, text });
    }

    fn text(&mut self, text: &str, origin: String) {
        let kind = if self.role == Role::Tool { PartKind::Tool } else { PartKind::Text };
        self.push(kind, origin, text.to_owned());
    }

    fn reason(&mut self, text: &str, origin: String) {
        if text.trim().is_empty() {
            self.redacted += 1;
        } else {
            self.push(PartKind::Reasoning, origin, text.to_owned());
        }
    }

    /// Reasoning fields beside the content; the first that has text counts, the others repeat it.
    fn reasoning(&mut self, message: &Value, at: &str) {
        for name in ["reasoning_content", "reasoning", "thinking"] {
            if let Some(text) = message.get(name).and_then(Value::as_str)
                && !text.trim().is_empty()
            {
                self.reason(text, format!("{at}.{name}"));
                return;
            }
        }
        let details = message.get("reasoning_details").and_then(Value::as_array);
        for (j, detail) in details.into_iter().flatten().enumerate() {
            let named = ["text", "summary"].iter().find_map(|n| Some((*n, detail.get(*n)?.as_str()?)));
            match named {
                Some((name, text)) => self.reason(text, format!("{at}.reasoning_details[{j}].{name}")),
                None => self.redacted += 1,
            }
        }
    }

    fn part(&mut self, part: &Value, at: &str) {
        if let Some(text) = part.as_str() {
            self.text(text, at.to_owned());
            return;
        }
        let string = |name: &str| part.get(name).and_then(Value::as_str);
        let kind = string("type").unwrap_or_default();
        match kind {
            "thinking" => self.reason(string("thinking").unwrap_or_default(), format!("{at}.thinking")),
            "redacted_thinking" => self.redacted += 1,
            "reasoning" => self.inspect_reasoning(part, at),
            "refusal" => self.text(string("refusal").unwrap_or_default(), format!("{at}.refusal")),
            "tool_use" | "tool_call" | "function_call" => self.call(part, at),
            "tool_result" => match part.get("content") {
                Some(Value::String(text)) => {
                    self.push(PartKind::Tool, format!("{at}.content"), text.clone());
                }
                Some(Value::Array(list)) => {
                    for (k, inner) in list.iter().enumerate() {
                        if let Some(text) = inner.get("text").and_then(Value::as_str) {
                            let origin = format!("{at}.content[{k}].text");
                            self.push(PartKind::Tool, origin, text.to_owned());
                        }
                    }
                }
                _ => {}
            },
            _ => match string("text") {
                Some(text) if part.get("thought").and_then(Value::as_bool) == Some(true) => {
                    self.reason(text, format!("{at}.text"));
                }
                Some(text) => self.text(text, format!("{at}.text")),
                // An image or a file: its type is named where it stands.
                None => self.push(PartKind::Other, format!("{at}.type"), kind.to_owned()),
            },
        }
    }

    /// `{reasoning, summary, redacted}`: a redacted part shows its summary.
    fn inspect_reasoning(&mut self, part: &Value, at: &str) {
        let redacted = part.get("redacted").and_then(Value::as_bool) == Some(true);
        let text = |name: &str| part.get(name).and_then(Value::as_str).filter(|t| !t.trim().is_empty());
        if let (false, Some(reasoning)) = (redacted, text("reasoning").or_else(|| text("text"))) {
            let name = if text("reasoning").is_some() { "reasoning" } else { "text" };
            self.reason(reasoning, format!("{at}.{name}"));
            return;
        }
        self.redacted += 1;
        if let Some(summary) = text("summary") {
            self.push(PartKind::Reasoning, format!("{at}.summary"), summary.to_owned());
        }
        for (k, inner) in part.get("summary").and_then(Value::as_array).into_iter().flatten().enumerate() {
            if let Some(text) = inner.get("text").and_then(Value::as_str) {
                let origin = format!("{at}.summary[{k}].text");
                self.push(PartKind::Reasoning, origin, text.to_owned());
            }
        }
    }

    /// A tool call: its name, then its arguments.
    fn call(&mut self, call: &Value, at: &str) {
        let function = call.get("function").filter(|f| f.is_object());
        let (inside, at) = match function {
            Some(function) => (function, format!("{at}.function")),
            None => (call, at.to_owned()),
        };
        for name in ["name", "function"] {
            if let Some(text) = inside.get(name).and_then(Value::as_str) {
                self.push(PartKind::Tool, format!("{at}.{name}"), text.to_owned());
                break;
            }
        }
        for name in ["arguments", "input"] {
            match inside.get(name) {
                Some(Value::String(text)) => {
                    self.push(PartKind::Tool, format!("{at}.{name}"), text.clone());
                }
                Some(other) if !other.is_null() => {
                    self.push(PartKind::Tool, format!("{at}.{name}"), other.to_string());
                }
                _ => {}
            }
        }
    }
}
