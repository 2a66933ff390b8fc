//! Lines of session logs, joined as the corpus joins them.

use super::*;
use crate::ingest::join::testing::{joined, lines};
use crate::model::{OutcomeValue, Role, SectionKind, Transcript};
use serde_json::json;

#[allow(clippy::needless_pass_by_value)] // reads better with `json!`
fn line(kind: &str, uuid: &str, message: Value) -> Value {
    json!({"type": kind, "uuid": uuid, "parentUuid": null, "isSidechain": false, "sessionId": "s1",
        "cwd": "/w", "version": "2.0", "timestamp": "2031-01-01T00:00:00Z", "message": message})
}

fn said(uuid: &str, text: &str) -> Value {
    line("user", uuid, json!({"role": "user", "content": text}))
}

#[allow(clippy::needless_pass_by_value)]
fn answered(uuid: &str, id: &str, block: Value) -> Value {
    let message = json!({"id": id, "role": "assistant", "model": "larch-2", "content": [block], "stop_reason": null});
    line("assistant", uuid, message)
}

fn result(uuid: &str, text: &str) -> Value {
    let block = json!({"type": "tool_result", "tool_use_id": "c", "content": [{"type": "text", "text": text}]});
    line("user", uuid, json!({"role": "user", "content": [block]}))
}

fn told(one: &Transcript) -> Vec<(u32, SectionKind, &str)> {
    one.sections.iter().map(|s| (s.turn, s.kind, s.text.as_str())).collect()
}

#[test]
fn a_session_is_one_transcript_and_a_message_one_turn() {
    let tool =
        |name: &str| json!({"type": "tool_use", "id": name, "name": name, "input": {"path": "a"}});
    let (all, readings) = joined(&[
        json!({"type": "file-history-snapshot", "messageId": "u", "snapshot": {}}),
        json!({"type": "queue-operation", "operation": "enqueue", "sessionId": "s1", "content": "x"}),
        said("u1", "Look around"),
        answered(
            "l1",
            "m1",
            json!({"type": "thinking", "thinking": "Two calls.", "signature": "x"}),
        ),
        answered("l2", "m1", tool("Read")),
        result("r1", "one"),
        answered("l3", "m1", tool("Grep")),
        result("r2", "two"),
        answered("l4", "m2", json!({"type": "thinking", "thinking": "", "signature": "y"})),
        answered("l5", "m2", json!({"type": "text", "text": "Done."})),
        json!({"type": "summary", "summary": "A look", "leafUuid": "l5"}),
    ]);
    let [one] = &all[..] else { panic!("{}", all.len()) };
    let call = |name: &str| format!("{name}({{\"path\":\"a\"}})");
    let (read, grep) = (call("Read"), call("Grep"));
    let expected = [
        (0, SectionKind::User, "Look around"),
        (1, SectionKind::Scratchpad, "Two calls."),
        (1, SectionKind::Tool, read.as_str()),
        (1, SectionKind::Tool, grep.as_str()),
        (2, SectionKind::Tool, "one"),
        (3, SectionKind::Tool, "two"),
        (4, SectionKind::Output, "Done."),
    ];
    assert_eq!(told(one), expected);
    assert_eq!((one.id.as_str(), one.model.as_deref()), ("s1", Some("larch-2")));
    assert_eq!(one.query.as_deref(), Some("Look around"));
    assert_eq!(one.response_turn, 1, "tool results are not the user's words");
    assert_eq!(one.meta["withheld_reasoning"], 1);
    assert_eq!((&one.meta["cwd"], &one.meta["version"]), (&json!("/w"), &json!("2.0")));
    let asides: Vec<&str> = readings.iter().filter_map(|r| r.aside.as_deref()).collect();
    let expected = [
        "a file-history-snapshot line that names no session",
        "a queue-operation line",
        "the title of a session: A look",
    ];
    assert_eq!(asides, expected);
    assert!(readings.iter().all(|r| r.problems.is_empty()));
}

#[test]
fn sub_agents_are_told_apart() {
    let side = |agent: Option<&str>, text: &str| {
        let mut line = said(text, text);
        line["isSidechain"] = json!(true);
        if let Some(agent) = agent {
            line["agentId"] = json!(agent);
        }
        line
    };
    let mut streamed = json!({"type": "assistant", "session_id": "s1", "parent_tool_use_id": "toolu_1", "uuid": "z",
        "message": {"id": "m", "role": "assistant", "content": [{"type": "text", "text": "streamed"}]}});
    let nested = json!({"type": "progress", "sessionId": "s1", "parentUuid": "x", "data": {"type": "agent_progress", "agentId": "a2",
        "message": {"type": "user", "uuid": "n", "message": {"role": "user", "content": "nested"}}}});
    let hook = json!({"type": "progress", "sessionId": "s1", "parentUuid": "x", "data": {"type": "hook_progress"}});
    let lines = [
        said("u", "main"),
        side(Some("a1"), "one"),
        side(None, "two"),
        streamed.clone(),
        nested,
        hook,
    ];
    let (all, readings) = joined(&lines);
    let found: Vec<(&str, &str)> =
        all.iter().map(|t| (t.id.as_str(), t.sections[0].text.as_str())).collect();
    let expected = [
        ("s1", "main"),
        ("s1/a1", "one"),
        ("s1/sidechain", "two"),
        ("s1/toolu_1", "streamed"),
        ("s1/a2", "nested"),
    ];
    assert_eq!(found, expected);
    assert_eq!(all[4].sections[0].origin, "data.message.message.content");
    assert_eq!(all[1].meta["parent_session"], "s1");
    assert!(!all[0].meta.contains_key("parent_session"));
    assert_eq!(readings[5].aside.as_deref(), Some("a progress line"));
    streamed["parent_tool_use_id"] = Value::Null;
    assert_eq!(joined(&[streamed]).0[0].id, "s1");
}

#[test]
fn what_the_program_says_is_not_the_users_or_the_models() {
    let mut meta = said("u0", "Injected skill text");
    meta["isMeta"] = json!(true);
    let mut failed = answered("l1", "m0", json!({"type": "text", "text": "API Error: overloaded"}));
    failed["isApiErrorMessage"] = json!(true);
    failed["message"]["model"] = json!("<synthetic>");
    let lines = [
        meta,
        said("u1", "<command-name>/clear</command-name>"),
        said("u2", "Real question"),
        failed,
        json!({"type": "system", "subtype": "informational", "content": "Note", "sessionId": "s1", "uuid": "n"}),
        json!({"type": "attachment", "sessionId": "s1", "attachment": {"type": "todo", "content": "List"}}),
        json!({"type": "attachment", "sessionId": "s1", "attachment": {"type": "hook", "content": []}}),
        json!({"type": "permission-mode", "sessionId": "s1", "permissionMode": "plan"}),
    ];
    let (all, _) = joined(&lines);
    let one = &all[0];
    let roles: Vec<(&str, &str)> =
        one.sections.iter().map(|s| (s.role.as_str(), s.text.as_str())).collect();
    let expected = [
        ("meta", "Injected skill text"),
        ("meta", "<command-name>/clear</command-name>"),
        ("user", "Real question"),
        ("assistant", "API Error: overloaded"),
        ("notice", "Note"),
        ("attachment", "List"),
        ("attachment", "[hook]"),
    ];
    assert_eq!(roles, expected);
    assert_eq!(one.query.as_deref(), Some("Real question"));
    assert_eq!(one.sections[3].kind, SectionKind::Other);
    assert_eq!((one.model.as_deref(), one.outcome.value), (None, OutcomeValue::Unfinished));
    // The session went on: it is not unfinished.
    let mut lines = lines.to_vec();
    lines.push(answered("l2", "m1", json!({"type": "text", "text": "Answer"})));
    assert_ne!(joined(&lines).0[0].outcome.value, OutcomeValue::Unfinished);
}

#[test]
fn a_stream_json_dump_is_a_session() {
    let stream = |mut line: Value| {
        line["session_id"] = json!("s9");
        line["uuid"] = json!("x");
        line
    };
    let (all, readings) = joined(&[
        stream(
            json!({"type": "system", "subtype": "init", "model": "larch-2", "tools": ["Read"], "cwd": "/w"}),
        ),
        stream(json!({"type": "stream_event", "event": {"type": "content_block_delta"}})),
        stream(
            json!({"type": "assistant", "parent_tool_use_id": null, "message": {"id": "m", "role": "assistant", "model": "larch-2", "content": [{"type": "thinking", "thinking": "Where was I"}]}}),
        ),
        json!({"type": "rate_limit_event", "rate_limit_info": {}, "session_id": "s9"}),
        stream(
            json!({"type": "result", "subtype": "error_max_turns", "is_error": false, "num_turns": 3, "total_cost_usd": 0.1}),
        ),
    ]);
    let [one] = &all[..] else { panic!() };
    assert_eq!((one.id.as_str(), one.model.as_deref()), ("s9", Some("larch-2")));
    assert_eq!(one.meta["result"]["num_turns"], 3);
    assert_eq!(one.meta["tools"], json!(["Read"]));
    assert_eq!(one.outcome.value, OutcomeValue::Unfinished);
    assert_eq!(readings.iter().filter(|r| r.aside.is_some()).count(), 2);
    assert_eq!(one.outcome.all[0].name, "error_max_turns");
}

#[test]
fn odd_lines_lose_nobody() {
    let lines = [
        said("u1", "one"),
        json!("massive error"),
        json!(42),
        json!([1]),
        json!({"silly": "this"}),
        line("user", "u2", json!("bare words")),
        line("user", "u3", json!({"role": "user", "contents": [1]})),
        line("user", "u4", json!(7)),
        line("assistant", "u5", json!({"content": "no role"})),
        line("user", "u6", json!({"role": "user", "content": ["in a list", 5]})),
        json!({"type": "user", "sessionId": "s1", "timesstamp": 4}),
        json!({"type": 3, "sessionId": "s1", "parentUuid": "x"}),
        json!({"type": "attachment", "sessionId": "s1"}),
        json!({"type": "nobody-knows", "sessionId": "s1"}),
        said("u7", "last"),
    ];
    let (all, readings) = joined(&lines);
    let [one] = &all[..] else { panic!("{}", all.len()) };
    let texts: Vec<(&str, &str)> =
        one.sections.iter().map(|s| (s.role.as_str(), s.text.as_str())).collect();
    let expected = [
        ("user", "one"),
        ("user", "bare words"),
        ("assistant", "no role"),
        ("user", "in a list"),
        ("user", "last"),
    ];
    assert_eq!(texts, expected);
    let problems: Vec<usize> = readings.iter().map(|r| r.problems.len()).collect();
    assert_eq!(problems, [0, 1, 1, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 0, 0]);
    let left_out: u64 = readings.iter().map(|r| r.left_out).sum();
    assert_eq!(
        left_out, 5,
        "three bare values, one object of another kind, one whose type is a number"
    );
    assert_eq!(readings[13].aside.as_deref(), Some("a nobody-knows line"));
    assert_eq!(
        readings[6].problems[0].message,
        "`message` has no content, only role, contents; it holds no turn"
    );
}

#[test]
fn lines_of_other_logs_are_left_alone() {
    for not in [
        json!({"type": "message", "role": "user", "content": "x"}),
        json!({"type": "user", "session_id": "s", "content": "x"}),
        json!({"type": "message", "session_id": "s", "uuid": "x"}),
        json!({"sessionId": "s", "text": "x"}),
        json!({"type": "user", "message": {"role": "user", "content": "x"}}),
        json!([]),
    ] {
        assert_eq!(ClaudeCode.recognise(&not), None, "{not}");
    }
    assert_eq!(Role::Other("meta".to_owned()).as_str(), "meta");
}

#[test]
fn the_sample_file() {
    let text = include_str!("../../../sample-data/formats/claude-code.jsonl");
    let (all, readings) = joined(&lines(text));
    let seen: Vec<(&str, u32)> =
        all.iter().map(|t| (t.id.as_str(), t.sections.last().unwrap().turn)).collect();
    assert_eq!(seen, [("b7c1-brightwater", 4), ("b7c1-brightwater/a17", 1)]);
    assert!(readings.iter().all(|r| r.problems.is_empty()));
    assert_eq!(readings.iter().filter(|r| r.aside.is_some()).count(), 3);
    assert_eq!(all[0].meta["withheld_reasoning"], 1);
}
