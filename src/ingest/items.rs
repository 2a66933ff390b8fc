//! Lists of messages in which the items of OpenAI's Responses API may stand: reasoning, calls of tools and their
//! outputs as entries of their own, without a role. One response of the model is one turn, whatever its entries.

use serde_json::{Map, Value};

use super::format::{PartKind, RawPart, RawTurn};
use super::json;
use super::message::{self, Notes};
use super::sharegpt;
use crate::model::Role;

/// What the last turn holds so far, while entries without a role may still join it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Open {
    /// Nothing may join.
    No,
    /// Reasoning only: what is said or called next belongs to it.
    Thought,
    /// Something said or called: further calls belong to it.
    Said,
}

/// Whether an entry is an item without a role.
pub fn is_item(entry: &Value) -> bool {
    let Some(map) = entry.as_object() else { return false };
    let kind = map.get("type").and_then(Value::as_str).unwrap_or_default();
    !map.contains_key("role")
        && (matches!(
            kind,
            "reasoning"
                | "item_reference"
                | "compaction"
                | "mcp_list_tools"
                | "mcp_approval_request"
                | "mcp_approval_response"
        ) || kind.ends_with("_call")
            || kind.ends_with("_call_output"))
}

/// Whether a list begins like the output of the Responses API.
pub fn is_output(list: &[Value]) -> bool {
    list.iter().all(|entry| {
        is_item(entry)
            || entry.get("type").and_then(Value::as_str) == Some("message")
                && entry.get("content").is_some()
    }) && !list.is_empty()
}

/// Reads the entries; `origin` is the list's path, empty for the record itself.
pub fn turns(list: &[Value], origin: &str, notes: &mut Notes) -> Vec<RawTurn> {
    let mut out = Vec::new();
    let mut open = Open::No;
    for (i, entry) in list.iter().enumerate() {
        let path = format!("{origin}[{i}]");
        match entry.as_object().filter(|_| is_item(entry)) {
            Some(item) => open = read_item(item, &path, open, &mut out, notes),
            None => open = read_message(entry, &path, open, &mut out, notes),
        }
    }
    out
}

fn read_message(
    entry: &Value,
    path: &str,
    open: Open,
    out: &mut Vec<RawTurn>,
    notes: &mut Notes,
) -> Open {
    let Some(mut turn) = sharegpt::turn(entry, path, notes) else { return Open::No };
    turn.id = entry.get("id").and_then(Value::as_str).map(str::to_owned);
    if turn.role != Role::Assistant {
        out.push(turn);
        return Open::No;
    }
    match out.last_mut() {
        Some(last) if open == Open::Thought => {
            last.parts.extend(turn.parts);
            last.id = turn.id.or(last.id.take());
        }
        _ => out.push(turn),
    }
    Open::Said
}

fn read_item(
    item: &Map<String, Value>,
    path: &str,
    open: Open,
    out: &mut Vec<RawTurn>,
    notes: &mut Notes,
) -> Open {
    let kind = item.get("type").and_then(Value::as_str).unwrap_or_default();
    let id = item.get("id").and_then(Value::as_str).map(str::to_owned);
    if kind == "reasoning" {
        let parts = message::reasoning(item, path, notes);
        match out.last_mut() {
            Some(last) if open == Open::Thought => last.parts.extend(parts),
            _ => out.push(RawTurn { role: Role::Assistant, parts, id }),
        }
        return Open::Thought;
    }
    if kind.ends_with("_output") {
        let output = item.get("output").unwrap_or(&Value::Null);
        let parts = message::content(output, &format!("{path}.output"), PartKind::Tool, notes);
        out.push(RawTurn { role: Role::Tool, parts, id });
        return Open::No;
    }
    if !kind.ends_with("_call") {
        let role = if kind == "mcp_approval_response" { Role::User } else { Role::Assistant };
        let part = RawPart::new(PartKind::Other, path, format!("[{}]", json::plain(kind)));
        out.push(RawTurn { role, parts: vec![part], id });
        return Open::No;
    }
    let parts = call(item, kind, path, notes);
    match out.last_mut() {
        Some(last) if open != Open::No => last.parts.extend(parts),
        _ => out.push(RawTurn { role: Role::Assistant, parts, id }),
    }
    Open::Said
}

/// A call: what was called with what, and what a tool of the provider's own gave back.
fn call(item: &Map<String, Value>, kind: &str, path: &str, notes: &mut Notes) -> Vec<RawPart> {
    const WITH: [&str; 7] =
        ["arguments", "input", "action", "code", "queries", "query", "operation"];
    if kind == "image_generation_call" {
        return vec![RawPart::new(PartKind::Other, path, "[image]")];
    }
    let own = kind.strip_suffix("_call").unwrap_or(kind);
    let name = item.get("name").and_then(Value::as_str).unwrap_or(own);
    let with = WITH.iter().find_map(|key| item.get(*key).filter(|v| !v.is_null()));
    let mut parts = vec![RawPart::new(PartKind::Tool, path, message::call_text(name, with))];
    for key in ["output", "error"] {
        if let Some(text) = item.get(key).and_then(Value::as_str) {
            parts.push(RawPart::new(PartKind::Tool, format!("{path}.{key}"), text));
        }
    }
    for (key, inner) in [("results", "text"), ("outputs", "logs")] {
        let list = item.get(key).and_then(Value::as_array);
        for (i, result) in list.into_iter().flatten().enumerate() {
            let at = format!("{path}.{key}[{i}]");
            match result.get(inner).and_then(Value::as_str) {
                Some(text) => {
                    parts.push(RawPart::new(PartKind::Tool, format!("{at}.{inner}"), text));
                }
                None => parts.extend(message::content(result, &at, PartKind::Tool, notes)),
            }
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(list: &Value) -> (Vec<String>, Notes) {
        let mut notes = Notes::default();
        let turns = turns(list.as_array().unwrap(), "output", &mut notes);
        let shown = turns
            .iter()
            .map(|t| {
                let parts: Vec<String> = t
                    .parts
                    .iter()
                    .map(|p| {
                        let origin = p.origin.strip_prefix("output").unwrap();
                        format!("{:?} {origin} {}", p.kind, p.text)
                    })
                    .collect();
                format!("{}: {}", t.role.as_str(), parts.join(" | "))
            })
            .collect();
        (shown, notes)
    }

    #[test]
    fn one_response_is_one_turn() {
        let (turns, notes) = read(&json!([
            {"type": "reasoning", "id": "rs", "summary": [{"type": "summary_text", "text": "hm"},
                {"type": "summary_text", "text": "so"}], "encrypted_content": "x"},
            {"type": "function_call", "name": "look", "arguments": "{\"a\":1}", "call_id": "c"},
            {"type": "function_call_output", "call_id": "c", "output": "found"},
            {"type": "reasoning", "summary": [], "encrypted_content": "x"},
            {"type": "message", "id": "m", "role": "assistant",
                "content": [{"type": "output_text", "text": "Here."}]},
            {"type": "web_search_call", "action": {"type": "search", "query": "q"}},
            {"type": "message", "role": "assistant",
                "content": [{"type": "refusal", "refusal": "No."}]},
        ]));
        assert_eq!(
            turns,
            [
                "assistant: Reasoning [0].summary[0].text hm | Reasoning [0].summary[1].text so | \
                 Tool [1] look({\"a\":1})",
                "tool: Tool [2].output found",
                "assistant: Text [4].content[0].text Here. | \
                 Tool [5] web_search({\"type\":\"search\",\"query\":\"q\"})",
                "assistant: Text [6].content[0].refusal No.",
            ]
        );
        assert_eq!((notes.withheld, notes.wrong.len()), (1, 0));
    }

    #[test]
    fn raw_reasoning_wins_over_its_summary_and_tools_of_the_provider_are_read() {
        let (turns, _) = read(&json!([
            {"type": "reasoning", "summary": [{"type": "summary_text", "text": "short"}],
                "content": [{"type": "reasoning_text", "text": "long"}]},
            {"type": "code_interpreter_call", "code": "1+1",
                "outputs": [{"type": "logs", "logs": "2"}, {"type": "image", "url": "u"}]},
            {"type": "image_generation_call", "result": "iVBOR"},
            {"type": "mcp_call", "name": "m", "arguments": "{}", "output": "o", "error": null},
            {"type": "computer_call_output", "output": {"type": "computer_screenshot"}},
            {"type": "item_reference", "id": "x"},
        ]));
        assert_eq!(
            turns,
            [
                "assistant: Reasoning [0].content[0].text long | Tool [1] code_interpreter(1+1) | \
                 Tool [1].outputs[0].logs 2 | Other [1].outputs[1] [image] | Other [2] [image] | \
                 Tool [3] m({}) | Tool [3].output o",
                "tool: Other [4].output [computer_screenshot]",
                "assistant: Other [5] [item_reference]",
            ]
        );
    }

    #[test]
    fn plain_messages_stay_apart() {
        let (turns, _) = read(&json!([
            {"role": "assistant", "content": "a"},
            {"role": "assistant", "content": "b"},
            {"role": "user", "content": "c"},
            {"from": "gpt", "value": "d"},
        ]));
        assert_eq!(turns.len(), 4);
        assert_eq!(turns[3], "assistant: Text [3].value d", "lists mix the two forms");
        assert!(!is_output(&[]) && !is_item(&json!({"type": "text", "text": "x"})));
        assert!(
            !is_item(&json!({"type": "reasoning", "role": "assistant"})) && !is_item(&json!(1))
        );
    }
}
