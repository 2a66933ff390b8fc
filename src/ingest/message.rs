//! One chat message as a turn: text, reasoning in all the places where APIs put it, tool calls as readable text.

use serde_json::{Map, Value};

use super::fields::type_name;
use super::format::{PartKind, RawPart, RawTranscript, RawTurn, Reading};
use super::json;
use crate::model::{ProblemKind, Role};

/// What was noticed on the way.
#[derive(Debug, Default)]
pub struct Notes {
    /// Sentences about fields of a wrong type.
    pub wrong: Vec<String>,
    /// Reasoning that the provider withheld or encrypted.
    pub withheld: usize,
}

impl Notes {
    /// The remarks; withheld reasoning is counted in the transcript's meta.
    pub fn tell(self, raw: &mut RawTranscript) -> Vec<Reading> {
        if self.withheld > 0 {
            raw.meta.insert("withheld_reasoning".to_owned(), self.withheld.into());
        }
        let remark = |text| Reading::Remark(ProblemKind::WrongType, text);
        self.wrong.into_iter().map(remark).collect()
    }
}

/// Whether a value is a list of messages with roles.
pub fn is_list(value: &Value) -> bool {
    value.as_array().and_then(|list| list.first()).is_some_and(is_message)
}

/// Whether a value is a message with a role.
pub fn is_message(value: &Value) -> bool {
    value.as_object().is_some_and(|message| {
        message.get("role").is_some_and(Value::is_string)
            && ["content", "parts", "tool_calls", "reasoning_content", "reasoning", "function_call"]
                .iter()
                .any(|key| message.contains_key(*key))
    })
}

/// The messages in a text that is a JSON list of them, as frameworks store a chat's prompt.
pub fn list_in_text(text: &str) -> Option<Vec<Value>> {
    let text = text.trim();
    let looks = text.starts_with('[') && text.ends_with(']') && text.contains("\"role\"");
    let value: Value = looks.then(|| serde_json::from_str(text).ok())??;
    match value {
        Value::Array(list) if list.iter().all(|m| m.get("role").is_some()) => Some(list),
        _ => None,
    }
}

/// The role a word names.
pub fn role(word: &str) -> Role {
    match word.to_ascii_lowercase().as_str() {
        "system" | "developer" => Role::System,
        "user" | "human" => Role::User,
        "assistant" | "ai" | "gpt" | "model" | "bot" | "chatbot" => Role::Assistant,
        "tool" | "function" | "ipython" | "observation" => Role::Tool,
        _ => Role::Other(word.to_owned()),
    }
}

/// Reads one message; `origin` is its path (`messages[2]`). `None` when it is no message at all, which is noted.
pub fn turn(message: &Value, origin: &str, notes: &mut Notes) -> Option<RawTurn> {
    let Some(map) = message.as_object() else {
        notes
            .wrong
            .push(format!("`{origin}` is {}, not a message; passed over", type_name(message)));
        return None;
    };
    let role = match map.get("role") {
        Some(Value::String(word)) => role(word),
        other => {
            let what = other.map_or("missing", type_name);
            notes.wrong.push(format!("`{origin}.role` is {what}; read as `unknown`"));
            Role::Other("unknown".to_owned())
        }
    };
    let content = if map.contains_key("content") { "content" } else { "parts" };
    let role = match map.get(content) {
        // Tool results travel in the user's name; nobody said them.
        Some(Value::Array(blocks)) if role == Role::User && only_results(blocks) => Role::Tool,
        _ => role,
    };
    let text_kind = if role == Role::Tool { PartKind::Tool } else { PartKind::Text };
    let parts = parts(map, content, origin, text_kind, notes);
    let id = map.get("id").and_then(Value::as_str).filter(|id| !id.trim().is_empty());
    Some(RawTurn { role, parts, id: id.map(str::to_owned) })
}

/// The parts of a message-like object whose text stands under the key `content`: reasoning beside it, the text, and
/// tool calls. `text_kind`: how its plain text is treated.
pub fn parts(
    map: &Map<String, Value>,
    content: &str,
    origin: &str,
    text_kind: PartKind,
    notes: &mut Notes,
) -> Vec<RawPart> {
    let of_tool = text_kind == PartKind::Tool;
    let mut reader = Reader { origin, notes, text_kind, parts: Vec::new() };
    reader.reasoning(map);
    if let Some(value) = map.get(content) {
        reader.content(value, &format!("{origin}.{content}"));
    }
    if let Some(text) = map.get("refusal").and_then(Value::as_str) {
        reader.push(PartKind::Text, format!("{origin}.refusal"), text);
    }
    reader.calls(map);
    if of_tool {
        reader.tool(map);
    }
    reader.parts
}

fn only_results(blocks: &[Value]) -> bool {
    let is_result = |b: &Value| b.get("type").and_then(Value::as_str) == Some("tool_result");
    !blocks.is_empty() && blocks.iter().all(is_result)
}

/// As [`turn`] for a message that answers, whatever role it names.
pub fn answer(message: &Value, origin: &str, notes: &mut Notes) -> Option<RawTurn> {
    turn(message, origin, notes).map(|turn| RawTurn { role: Role::Assistant, ..turn })
}

/// Reads what may stand as a message's content, where there is no message around it: text, a list of blocks, one
/// block. Text becomes parts of `kind`.
pub fn content(value: &Value, origin: &str, kind: PartKind, notes: &mut Notes) -> Vec<RawPart> {
    let mut reader = Reader { origin, notes, text_kind: kind, parts: Vec::new() };
    reader.content(value, origin);
    reader.parts
}

/// Reads a block of reasoning: its text, else its summary, else it was withheld.
pub fn reasoning(block: &Map<String, Value>, origin: &str, notes: &mut Notes) -> Vec<RawPart> {
    let mut reader = Reader { origin, notes, text_kind: PartKind::Text, parts: Vec::new() };
    reader.thinking(block, origin);
    reader.parts
}

struct Reader<'a> {
    origin: &'a str,
    notes: &'a mut Notes,
    text_kind: PartKind,
    parts: Vec<RawPart>,
}

impl Reader<'_> {
    fn push(&mut self, kind: PartKind, origin: String, text: &str) {
        if !text.is_empty() {
            self.parts.push(RawPart { kind, origin, text: text.to_owned() });
        }
    }

    /// Reasoning is often given in two fields at once (an old and a new name): the second copy is dropped.
    fn push_reasoning(&mut self, origin: String, text: &str) {
        let there = |p: &RawPart| p.kind == PartKind::Reasoning && p.text.trim() == text.trim();
        if !self.parts.iter().any(there) && !text.trim().is_empty() {
            self.push(PartKind::Reasoning, origin, text);
        }
    }

    /// Fields beside the content.
    fn reasoning(&mut self, map: &Map<String, Value>) {
        for key in ["reasoning_content", "reasoning", "thinking", "reasoning_text"] {
            let origin = format!("{}.{key}", self.origin);
            match map.get(key) {
                Some(Value::String(text)) => self.push_reasoning(origin, text),
                Some(Value::Object(block)) => self.block(block, &origin),
                Some(Value::Array(list)) => self.list(list, &origin),
                None | Some(Value::Null | Value::Bool(_)) => {}
                Some(other) => self.wrong(&origin, other),
            }
        }
        let details = map.get("reasoning_details").and_then(Value::as_array);
        for (i, detail) in details.into_iter().flatten().enumerate() {
            let origin = format!("{}.reasoning_details[{i}]", self.origin);
            let found = ["text", "summary"]
                .iter()
                .find_map(|key| Some((*key, detail.get(*key)?.as_str()?)));
            match found {
                // Details are pieces of what `reasoning` holds whole.
                Some((_, text)) if self.has_reasoning(text) => {}
                Some((key, text)) => self.push_reasoning(format!("{origin}.{key}"), text),
                None => self.notes.withheld += 1,
            }
        }
    }

    fn has_reasoning(&self, text: &str) -> bool {
        self.parts.iter().any(|p| p.kind == PartKind::Reasoning && p.text.contains(text.trim()))
    }

    fn content(&mut self, value: &Value, origin: &str) {
        match value {
            Value::Null => {}
            Value::String(text) => self.push(self.text_kind.clone(), origin.to_owned(), text),
            Value::Array(list) => self.list(list, origin),
            Value::Object(map) => match map.get("parts") {
                Some(Value::Array(list)) => self.list(list, &format!("{origin}.parts")),
                _ => self.block(map, origin),
            },
            other => self.wrong(origin, other),
        }
    }

    fn list(&mut self, list: &[Value], origin: &str) {
        for (i, part) in list.iter().enumerate() {
            let origin = format!("{origin}[{i}]");
            match part {
                Value::String(text) => self.push(self.text_kind.clone(), origin, text),
                Value::Object(map) => self.block(map, &origin),
                other => self.wrong(&origin, other),
            }
        }
    }

    /// One content block of any of the known kinds.
    fn block(&mut self, block: &Map<String, Value>, origin: &str) {
        let text = |key: &str| block.get(key).and_then(Value::as_str);
        let named = |key: &str| format!("{origin}.{key}");
        let is_thought = block.get("thought").and_then(Value::as_bool) == Some(true);
        match text("type").unwrap_or_default() {
            "thinking" | "reasoning" | "thought" | "reasoning_content" => {
                self.thinking(block, origin);
            }
            "redacted_thinking" => self.notes.withheld += 1,
            "refusal" => {
                if let Some(refusal) = text("refusal") {
                    self.push(PartKind::Text, named("refusal"), refusal);
                }
            }
            "tool_use" | "server_tool_use" | "mcp_tool_use" => {
                let name = text("name").unwrap_or("tool");
                let call = call_text(name, block.get("input").or_else(|| block.get("arguments")));
                self.push(PartKind::Tool, origin.to_owned(), &call);
                // A tool that ran at the provider: its answer stands in the same block.
                for key in ["result", "error"] {
                    if let Some(text) = text(key) {
                        self.push(PartKind::Tool, named(key), text);
                    }
                }
            }
            kind if kind.ends_with("tool_result") => {
                self.tool_answer(block.get("content"), &named("content"));
            }
            kind => match block.get("text") {
                Some(Value::String(text)) if is_thought => {
                    self.push_reasoning(named("text"), text);
                }
                Some(Value::String(text)) => {
                    self.push(self.text_kind.clone(), named("text"), text);
                }
                Some(other) => self.wrong(&named("text"), other),
                None if kind.is_empty() && text("summary").is_some() => {
                    self.thinking(block, origin);
                }
                None if kind.is_empty() && self.untyped(block, origin) => {}
                None => {
                    let shown = attached(kind, block);
                    self.push(PartKind::Other, origin.to_owned(), &shown);
                }
            },
        }
    }

    fn tool_answer(&mut self, value: Option<&Value>, origin: &str) {
        let before = std::mem::replace(&mut self.text_kind, PartKind::Tool);
        if let Some(value) = value {
            self.content(value, origin);
        }
        self.text_kind = before;
    }

    /// A block that is told by its only key: parts of Gemini (`functionCall`) and of Bedrock (`toolUse`). False when it
    /// is of neither.
    fn untyped(&mut self, block: &Map<String, Value>, origin: &str) -> bool {
        for (key, value) in block {
            let origin = format!("{origin}.{key}");
            let inner = value.as_object();
            let name = inner.and_then(|m| m.get("name")).and_then(Value::as_str).unwrap_or("tool");
            let field = |field: &str| inner.and_then(|m| m.get(field));
            match key.as_str() {
                "functionCall" | "function_call" => {
                    self.push(PartKind::Tool, origin, &call_text(name, field("args")));
                }
                "toolUse" => {
                    self.push(PartKind::Tool, origin, &call_text(name, field("input")));
                }
                "functionResponse" | "function_response" => {
                    let text = field("response").unwrap_or(value).to_string();
                    self.push(PartKind::Tool, origin, &text);
                }
                "toolResult" => self.tool_answer(field("content"), &format!("{origin}.content")),
                "executableCode" | "executable_code" => {
                    let code = field("code").and_then(Value::as_str).unwrap_or_default();
                    self.push(PartKind::Tool, format!("{origin}.code"), code);
                }
                "codeExecutionResult" | "code_execution_result" => {
                    let output = field("output").and_then(Value::as_str).unwrap_or_default();
                    self.push(PartKind::Tool, format!("{origin}.output"), output);
                }
                "reasoningContent" => match field("reasoningText").and_then(Value::as_object) {
                    Some(text) => self.thinking(text, &format!("{origin}.reasoningText")),
                    None => self.notes.withheld += 1,
                },
                "json" => self.push(PartKind::Tool, origin, &value.to_string()),
                "inlineData" | "inline_data" | "fileData" | "file_data" | "image" | "document"
                | "video" => {
                    let kind = ["mimeType", "mime_type"].into_iter().find_map(field);
                    let kind = kind.and_then(Value::as_str).unwrap_or(key);
                    self.push(PartKind::Other, origin, &format!("[{}]", json::plain(kind)));
                }
                _ => continue,
            }
            return true;
        }
        false
    }

    /// A reasoning block: its text, else its summary, else it was withheld.
    fn thinking(&mut self, block: &Map<String, Value>, origin: &str) {
        let redacted = block.get("redacted").and_then(Value::as_bool) == Some(true);
        let before = self.parts.len();
        for key in ["thinking", "reasoning", "text", "content", "summary"] {
            // A redacted block's own text is the provider's cipher; only the summary can be read.
            if redacted && key != "summary" {
                continue;
            }
            let origin = format!("{origin}.{key}");
            match block.get(key) {
                Some(Value::String(text)) => self.push_reasoning(origin, text),
                Some(Value::Array(list)) => {
                    for (i, item) in list.iter().enumerate() {
                        let inner = item.get("text").and_then(Value::as_str);
                        if let Some(text) = inner {
                            self.push_reasoning(format!("{origin}[{i}].text"), text);
                        } else if let Some(text) = item.as_str() {
                            self.push_reasoning(format!("{origin}[{i}]"), text);
                        }
                    }
                }
                _ => {}
            }
            if self.parts.len() > before {
                return;
            }
        }
        self.notes.withheld += 1;
    }

    fn calls(&mut self, map: &Map<String, Value>) {
        let calls = map.get("tool_calls").and_then(Value::as_array);
        for (i, call) in calls.into_iter().flatten().enumerate() {
            let origin = format!("{}.tool_calls[{i}]", self.origin);
            let inner = call.get("function").filter(|f| f.is_object()).unwrap_or(call);
            let name = inner
                .get("name")
                .or_else(|| call.get("function"))
                .or_else(|| call.get("function_name"))
                .and_then(Value::as_str)
                .unwrap_or("tool");
            let text = call_text(name, inner.get("arguments"));
            self.push(PartKind::Tool, origin.clone(), &text);
            if let Some(error) = call.get("parse_error").and_then(Value::as_str) {
                self.push(PartKind::Tool, format!("{origin}.parse_error"), error);
            }
        }
        if let Some(call) = map.get("function_call").filter(|c| c.is_object()) {
            let name = call.get("name").and_then(Value::as_str).unwrap_or("function");
            let text = call_text(name, call.get("arguments"));
            self.push(PartKind::Tool, format!("{}.function_call", self.origin), &text);
        }
    }

    /// What a tool's answer says beside its content: which function it is of, in front, and its error, behind.
    fn tool(&mut self, map: &Map<String, Value>) {
        if let Some(name) = map.get("function").and_then(Value::as_str).filter(|n| !n.is_empty()) {
            let origin = format!("{}.function", self.origin);
            let part = RawPart { kind: PartKind::Tool, origin, text: name.to_owned() };
            self.parts.insert(0, part);
        }
        for key in ["error", "tool_error"] {
            let origin = format!("{}.{key}", self.origin);
            match map.get(key) {
                Some(Value::String(text)) => self.push(PartKind::Tool, origin, text),
                Some(Value::Object(error)) => {
                    let text = |key: &str| error.get(key).and_then(Value::as_str);
                    let kind = text("type").unwrap_or("unknown");
                    let said = text("message").unwrap_or_default();
                    self.push(PartKind::Tool, origin, &format!("error ({kind}): {said}"));
                }
                _ => {}
            }
        }
    }

    fn wrong(&mut self, origin: &str, value: &Value) {
        let what = type_name(value);
        self.notes.wrong.push(format!("`{origin}` is {what} where text was expected; passed over"));
    }
}

/// The name of something that is no text: `[image]`, `[image cat.png]`. Data inside the record stays out of it.
fn attached(kind: &str, block: &Map<String, Value>) -> String {
    let kind = if kind.is_empty() { "content" } else { kind };
    let place = |text: &&str| {
        let encoded = ["data:", "attachment:", "tc:"].iter().any(|start| text.starts_with(start));
        !text.is_empty() && text.len() <= 200 && !encoded
    };
    let name = ["filename", kind]
        .iter()
        .find_map(|key| block.get(*key).and_then(Value::as_str).filter(place))
        .map(|name| format!(" {}", json::plain(name)));
    format!("[{}{}]", json::plain(kind), name.unwrap_or_default())
}

/// `name(arguments)`.
pub fn call_text(name: &str, arguments: Option<&Value>) -> String {
    match arguments {
        None | Some(Value::Null) => format!("{name}()"),
        Some(Value::String(text)) => format!("{name}({text})"),
        Some(other) => format!("{name}({other})"),
    }
}

#[cfg(test)]
mod tests;
