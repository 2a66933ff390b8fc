//! Claude Code session logs: many lines make one session. Each line names its session; the conversation of a
//! sub-agent (a sidechain) is a transcript of its own. The dumps of `claude -p --output-format stream-json` are
//! read the same way. Lines are read one by one, so branches of the tree of messages stay in file order.

mod line;
#[cfg(test)]
mod tests;

use serde_json::{Map, Value};

use self::line::Line;
use super::Context;
use super::format::{Format, Reading, Signs};

/// The format.
pub struct ClaudeCode;

/// Types of lines that only such logs have, whatever else stands in the line.
const OWN_TYPES: [&str; 4] =
    ["file-history-snapshot", "queue-operation", "last-prompt", "rate_limit_event"];
/// Types of the lines of a `stream-json` dump, and keys of which one stands in each.
const STREAM_TYPES: [&str; 5] = ["system", "user", "assistant", "result", "stream_event"];
const STREAM_KEYS: [&str; 6] =
    ["uuid", "parent_tool_use_id", "subtype", "num_turns", "event", "tools"];

fn text<'a>(map: &'a Map<String, Value>, key: &str) -> Option<&'a str> {
    map.get(key).and_then(Value::as_str).filter(|text| !text.trim().is_empty())
}

impl Format for ClaudeCode {
    fn name(&self) -> &'static str {
        "claude-code"
    }

    fn signs(&self) -> Option<Signs> {
        Some(Signs { keys: &[&["type"]], ..Signs::NONE })
    }

    fn recognise(&self, record: &Value) -> Option<String> {
        let map = record.as_object()?;
        let kind = text(map, "type")?;
        let has = |key: &&&str| map.contains_key(**key);
        if text(map, "sessionId").is_some() {
            return Some("has type and sessionId".to_owned());
        }
        if let Some(key) = ["parentUuid", "leafUuid"].iter().find(has) {
            return Some(format!("has type and {key}"));
        }
        if OWN_TYPES.contains(&kind) {
            return Some(format!("has the type {kind}"));
        }
        // stream-json: the session is spelt otherwise.
        let stream = text(map, "session_id").is_some() && STREAM_TYPES.contains(&kind);
        let beside = STREAM_KEYS.iter().find(has).filter(|_| stream)?;
        Some(format!("has type, session_id and {beside}"))
    }

    fn read(&self, record: &Value, _: &Context<'_>) -> Vec<Reading> {
        record.as_object().map(|map| Line::new(map).read()).unwrap_or_default()
    }
}
