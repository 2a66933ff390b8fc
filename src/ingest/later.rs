//! Shapes that are known by name but not read yet, so that they are reported as what they are and not taken
//! for something else or called unknown.

use serde_json::{Map, Value};

use super::Context;
use super::format::{Format, Reading};
use crate::model::ProblemKind;

/// Names a whole file that is one object, by the keys at depth one: `kind` gives the first byte of a key's value.
/// Used on the head of a file and on records alike.
pub fn document(kind: &dyn Fn(&str) -> Option<u8>) -> Option<&'static str> {
    let object = |key| kind(key) == Some(b'{');
    let list = |key| kind(key) == Some(b'[');
    let any = |key| kind(key).is_some();
    if object("eval") && any("version") && (any("status") || any("plan")) {
        Some("Inspect .json log")
    } else if any("schema_version") && list("steps") && (object("agent") || any("session_id")) {
        Some("ATIF trajectory")
    } else if any("transcript_groups")
        || (any("id") && object("metadata") && matches!(kind("transcripts"), Some(b'[' | b'{')))
    {
        Some("Docent agent run")
    } else if object("metadata") && (list("target_messages") || list("events")) {
        Some("Petri transcript")
    } else if object("results") && (any("evalId") || any("shareableUrl") || object("config")) {
        Some("promptfoo results")
    } else if object("adapter_spec") || list("request_states") {
        Some("HELM scenario state")
    } else if list("traj") && (any("task_id") || any("reward")) {
        Some("tau-bench run")
    } else if any("scan_id") && any("scanners") {
        Some("Inspect Scout scan")
    } else {
        None
    }
}

/// The format that stands for all of them.
pub struct Later;

impl Format for Later {
    fn name(&self) -> &'static str {
        "not-read-yet"
    }

    fn recognise(&self, record: &Value) -> Option<String> {
        name(record).map(|name| format!("looks like {name}"))
    }

    fn read(&self, record: &Value, _context: &Context<'_>) -> Vec<Reading> {
        let name = name(record).unwrap_or("a later format");
        let text = format!("{name}: not read yet by this release");
        vec![Reading::Refused(ProblemKind::NotReadYet, text)]
    }
}

fn kind(value: &Value) -> u8 {
    match value {
        Value::Object(_) => b'{',
        Value::Array(_) => b'[',
        Value::String(_) => b'"',
        Value::Null => b'n',
        Value::Bool(_) => b't',
        Value::Number(_) => b'0',
    }
}

/// Whether the first element of a list is an object with all these keys.
fn listed(value: Option<&Value>, keys: &[&str]) -> bool {
    let first = value.and_then(Value::as_array).and_then(|list| list.first());
    first.and_then(Value::as_object).is_some_and(|o| keys.iter().all(|k| o.contains_key(*k)))
}

/// The name of a record's shape, when it is one of those to come.
fn name(record: &Value) -> Option<&'static str> {
    if listed(Some(record), &["from", "value"]) {
        return Some("ShareGPT conversation");
    }
    let map = record.as_object()?;
    document(&|key| map.get(key).map(kind))
        .or_else(|| NAMED.iter().find(|(_, test)| test(map)).map(|(name, _)| *name))
}

type Test = fn(&Map<String, Value>) -> bool;

const NAMED: [(&str, Test); 20] = [
    ("ShareGPT conversation", |m| {
        ["conversations", "conversation", "items"]
            .iter()
            .any(|k| listed(m.get(*k), &["from", "value"]))
    }),
    ("HH-RLHF pair", |m| m.contains_key("chosen") && m.contains_key("rejected")),
    ("Claude Code session line", |m| {
        let line = ["sessionId", "session_id", "parentUuid", "leafUuid", "snapshot", "messageId"];
        m.get("type").is_some_and(Value::is_string) && line.iter().any(|k| m.contains_key(*k))
    }),
    ("OpenAI batch output", |m| {
        m.contains_key("custom_id") && (m.contains_key("response") || m.contains_key("error"))
    }),
    ("Anthropic batch result", |m| m.contains_key("custom_id") && m.contains_key("result")),
    ("batch request", |m| {
        m.contains_key("custom_id") && (m.contains_key("body") || m.contains_key("params"))
    }),
    ("OpenAI response items", |m| {
        listed(m.get("output"), &["type"]) && !m.contains_key("choices")
            || m.get("object").and_then(Value::as_str) == Some("response")
    }),
    ("Gemini response", |m| {
        listed(m.get("candidates"), &["content"]) || listed(m.get("contents"), &["parts"])
    }),
    ("lm-evaluation-harness sample", |m| {
        m.contains_key("doc_id")
            && (m.contains_key("resps")
                || m.contains_key("filtered_resps")
                || m.contains_key("doc"))
    }),
    ("OpenAI evals event", |m| {
        (m.contains_key("event_id") && m.contains_key("data"))
            || m.get("spec").is_some_and(Value::is_object)
            || m.contains_key("final_report")
    }),
    ("promptfoo result", |m| {
        m.contains_key("vars") && (m.contains_key("testIdx") || m.contains_key("promptIdx"))
    }),
    ("HELM request state", |m| {
        m.contains_key("instance") && m.contains_key("request") && m.contains_key("result")
            || m.contains_key("instance_id")
                && (m.contains_key("predicted_text") || m.contains_key("request"))
    }),
    ("FastChat answer", |m| {
        m.contains_key("question_id")
            && (listed(m.get("choices"), &["turns"]) || m.get("turns").is_some_and(Value::is_array))
    }),
    ("Inspect sample", |m| {
        m.contains_key("epoch")
            && m.contains_key("input")
            && m.contains_key("target")
            && (m.contains_key("messages") || m.contains_key("scores"))
    }),
    ("Inspect Scout row", |m| m.contains_key("transcript_id") && m.contains_key("scanner_key")),
    ("wide record: one text per condition", |m| {
        ["results", "completions"].iter().any(|key| {
            m.get(*key)
                .and_then(Value::as_object)
                .is_some_and(|o| o.len() > 1 && o.values().all(|v| v.is_string() || v.is_null()))
        }) && !m.get("completion").is_some_and(Value::is_string)
    }),
    ("multi-agent trial", |m| {
        m.get("trial").is_some_and(Value::is_object) && m.contains_key("condition_name")
    }),
    ("stream of deltas", |m| listed(m.get("choices"), &["delta"])),
    ("meval result row", |m| m.contains_key("record_id") && m.contains_key("judgement")),
    ("label row", label_row),
];

/// A row without text of its own: an id that others carry, and a label.
fn label_row(map: &Map<String, Value>) -> bool {
    const KEYS: [&str; 7] =
        ["id", "input_index", "record_id", "transcript_id", "query_id", "prompt_id", "sample_id"];
    const LABELS: [&str; 8] = [
        "label",
        "labels",
        "is_af",
        "alignment_faking",
        "verdict",
        "judgement",
        "yes_proportion",
        "classification",
    ];
    const TEXTS: [&str; 14] = [
        "text",
        "prompt",
        "response",
        "completion",
        "output",
        "scratchpad",
        "raw_response",
        "full_response",
        "messages",
        "trace",
        "query",
        "answer",
        "assistant_response",
        "final_output",
    ];
    let has = |keys: &[&str]| keys.iter().any(|k| map.contains_key(*k));
    has(&KEYS) && has(&LABELS) && !has(&TEXTS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn shapes_to_come_are_named() {
        let cases = [
            (json!({"id": 1, "conversations": [{"from": "human", "value": "x"}]}), "ShareGPT"),
            (json!([{"from": "human", "value": "x"}]), "ShareGPT"),
            (json!({"chosen": "x", "rejected": "y"}), "HH-RLHF"),
            (json!({"type": "user", "sessionId": "s", "message": {"role": "user"}}), "Claude Code"),
            (json!({"type": "summary", "leafUuid": "s", "summary": "x"}), "Claude Code"),
            (json!({"custom_id": "1", "response": {"body": {}}}), "OpenAI batch"),
            (json!({"custom_id": "1", "result": {"type": "errored"}}), "Anthropic batch"),
            (json!({"output": [{"type": "reasoning", "summary": []}]}), "OpenAI response"),
            (json!({"candidates": [{"content": {"parts": []}}]}), "Gemini"),
            (json!({"doc_id": 0, "doc": {}, "resps": [["x"]]}), "lm-evaluation-harness"),
            (json!({"spec": {"run_id": "r"}}), "OpenAI evals"),
            (
                json!({"id": "q", "query": "x", "results": {"Free_A": "x", "Paid_B": "y"}}),
                "wide record",
            ),
            (json!({"vars": {}, "testIdx": 0, "response": {"output": "x"}}), "promptfoo"),
            (json!({"instance": {}, "request": {}, "result": {}}), "HELM"),
            (json!({"task_id": 1, "reward": 0.0, "traj": []}), "tau-bench"),
            (json!({"input_index": 3, "label": "af"}), "label row"),
            (
                json!({"id": "x", "epoch": 1, "input": "q", "target": "t", "scores": {}}),
                "Inspect sample",
            ),
        ];
        for (record, expected) in cases {
            let found = name(&record).unwrap_or("nothing");
            assert!(found.contains(expected), "{record}: {found}");
        }
    }

    #[test]
    fn records_that_are_read_are_not_taken_away() {
        for record in [
            json!({"id": "a", "text": "x", "label": "aligned"}),
            json!({"id": "a", "messages": [{"role": "user", "content": "x"}], "metadata": {}}),
            json!({"prompt": "x", "response": "y", "metadata": {"tier": "free"}}),
            json!({"id": "x", "completion": "y", "completions": {"a": "x", "b": "y"}}),
            json!({"conversation": [{"role": "user", "content": "x"}]}),
        ] {
            assert_eq!(name(&record), None, "{record}");
        }
    }
}
