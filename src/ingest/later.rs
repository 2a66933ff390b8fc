//! Shapes that a later release reads: named, never garbled. One test per shape, on the keys that tell it.

use serde_json::{Map, Value};

/// The name of a shape that is known but not read yet.
#[must_use]
pub fn name(record: &Value) -> Option<&'static str> {
    let map = record.as_object()?;
    SHAPES.iter().find(|(_, is)| is(map)).map(|(name, _)| *name)
}

type Is = fn(&Map<String, Value>) -> bool;

fn has(map: &Map<String, Value>, keys: &[&str]) -> bool {
    keys.iter().all(|k| map.contains_key(*k))
}

fn list(map: &Map<String, Value>, key: &str) -> bool {
    map.get(key).is_some_and(Value::is_array)
}

fn object(map: &Map<String, Value>, key: &str) -> bool {
    map.get(key).is_some_and(Value::is_object)
}

fn word<'m>(map: &'m Map<String, Value>, key: &str) -> &'m str {
    map.get(key).and_then(Value::as_str).unwrap_or_default()
}

const SESSION_TYPES: [&str; 10] = [
    "user",
    "assistant",
    "summary",
    "system",
    "progress",
    "queue-operation",
    "last-prompt",
    "file-history-snapshot",
    "result",
    "rate_limit_event",
];

/// Most telling first.
const SHAPES: &[(&str, Is)] = &[
    ("Inspect log", |m| has(m, &["version", "eval"]) && (has(m, &["samples"]) || has(m, &["status"]))),
    ("Inspect sample", |m| has(m, &["epoch", "input", "messages", "output"]) && object(m, "output")),
    ("Scout scan", |m| has(m, &["scan_id", "scanners"])),
    ("Petri transcript", |m| {
        list(m, "events") && m.get("metadata").is_some_and(|d| d.get("transcript_id").is_some())
    }),
    ("Docent agent run", |m| {
        m.get("transcripts").is_some_and(|t| t.is_array() || t.is_object()) && has(m, &["metadata"])
    }),
    ("ATIF trajectory", |m| list(m, "steps") && has(m, &["schema_version"])),
    ("tau-bench run", |m| list(m, "traj")),
    ("ShareGPT conversation", |m| {
        ["conversations", "conversation", "items"].iter().any(|k| {
            m.get(*k).and_then(|c| c.get(0)).is_some_and(|t| t.get("from").is_some() && t.get("value").is_some())
        })
    }),
    ("preference pair", |m| has(m, &["chosen", "rejected"])),
    ("batch output", |m| has(m, &["custom_id"]) && (object(m, "response") || object(m, "result"))),
    ("batch request", |m| has(m, &["custom_id", "body"])),
    ("Responses dump", |m| {
        m.get("output").and_then(Value::as_array).is_some_and(|o| o.iter().all(|i| i.get("type").is_some()) && !o.is_empty())
    }),
    ("Gemini dump", |m| list(m, "candidates")),
    ("lm-evaluation-harness sample", |m| has(m, &["doc", "resps"])),
    ("FastChat answer", |m| has(m, &["question_id", "choices"]) && list(m, "choices")),
    ("promptfoo results", |m| {
        m.get("results").is_some_and(|r| r.get("results").is_some()) || has(m, &["promptIdx", "testIdx"])
    }),
    ("evals event", |m| has(m, &["event_id", "data"]) || has(m, &["spec"]) || has(m, &["final_report"])),
    ("HELM run", |m| list(m, "request_states") || has(m, &["instance", "request", "result"])),
    ("wide layout", |m| {
        let texts = |v: &Value| v.as_object().is_some_and(|o| o.len() > 1 && o.values().all(Value::is_string));
        m.get("results").is_some_and(texts) || m.get("completions").is_some_and(texts)
    }),
    ("multi-agent trial", |m| object(m, "trial") && has(m, &["condition_name"])),
    ("judge result", |m| has(m, &["judgement"]) && has(m, &["record_id"])),
    ("Claude Code session line", |m| {
        let line = SESSION_TYPES.contains(&word(m, "type"));
        let session = ["uuid", "sessionId", "session_id", "leafUuid", "parentUuid", "messageId", "snapshot", "operation"];
        line && (session.iter().any(|k| m.contains_key(*k)) || m.contains_key("message"))
    }),
];
