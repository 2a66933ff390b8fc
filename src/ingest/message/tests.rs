//! Messages of every provider, and what is named where there is no text.

use super::*;
use serde_json::json;

#[test]
fn tool_results_in_the_users_name_are_the_tools() {
    let result = json!({"type": "tool_result", "tool_use_id": "c", "content": "out"});
    let text = json!({"type": "text", "text": "and now?"});
    let cases = [
        (json!([result]), Role::Tool, 1),
        (json!([result, result]), Role::Tool, 2),
        (json!([result, text]), Role::User, 2),
        (json!([]), Role::User, 0),
        (json!("out"), Role::User, 1),
    ];
    for (content, role, parts) in cases {
        let mut notes = Notes::default();
        let message = json!({"id": "m1", "role": "user", "content": content});
        let turn = turn(&message, "m", &mut notes).unwrap();
        assert_eq!((turn.role, turn.parts.len()), (role, parts), "{message}");
        assert_eq!(turn.id.as_deref(), Some("m1"));
        assert!(notes.wrong.is_empty());
    }
}

fn read(message: &Value) -> RawTurn {
    turn(message, "m", &mut Notes::default()).unwrap()
}

#[test]
fn what_is_no_text_is_named_with_its_file_but_not_its_data() {
    for (part, expected) in [
        (json!({"type": "image", "image": "cats/one.png"}), "[image cats/one.png]"),
        (json!({"type": "image", "image": "data:image/png;base64,AAAA"}), "[image]"),
        (json!({"type": "image", "image": "attachment://0123"}), "[image]"),
        (json!({"type": "audio", "audio": "x".repeat(300)}), "[audio]"),
        (
            json!({"type": "document", "document": "data:x", "filename": "a.pdf"}),
            "[document a.pdf]",
        ),
        (json!({"type": "data", "data": {"a": 1}}), "[data]"),
        (json!({"type": "video", "video": ""}), "[video]"),
        (json!({}), "[content]"),
    ] {
        let turn = read(&json!({"role": "user", "content": [part]}));
        assert_eq!(turn.parts[0].text, expected);
        assert_eq!(turn.parts[0].kind, PartKind::Other);
    }
}

#[test]
fn tools_say_what_was_called_what_came_back_and_what_went_wrong() {
    let used = json!({"type": "tool_use", "name": "search", "arguments": "{\"q\": 1}", "result": "found",
        "error": "late"});
    let calls = json!([{"function": "bash", "arguments": {"cmd": "ls"}, "parse_error": "no JSON"}]);
    let turn = read(&json!({"role": "assistant", "content": [used], "tool_calls": calls}));
    let told: Vec<(&str, &str)> =
        turn.parts.iter().map(|p| (p.origin.as_str(), p.text.as_str())).collect();
    let expected = [
        ("m.content[0]", "search({\"q\": 1})"),
        ("m.content[0].result", "found"),
        ("m.content[0].error", "late"),
        ("m.tool_calls[0]", "bash({\"cmd\":\"ls\"})"),
        ("m.tool_calls[0].parse_error", "no JSON"),
    ];
    assert_eq!(told, expected);
    for (error, expected) in [
        (json!({"type": "timeout", "message": "slow"}), "error (timeout): slow"),
        (json!("slow"), "slow"),
    ] {
        let turn =
            read(&json!({"role": "tool", "content": "a", "function": "bash", "error": error}));
        let told: Vec<&str> = turn.parts.iter().map(|p| p.text.as_str()).collect();
        assert_eq!(told, ["bash", "a", expected]);
        assert!(turn.parts.iter().all(|p| p.kind == PartKind::Tool));
    }
}

#[test]
fn a_message_keeps_its_id() {
    assert_eq!(read(&json!({"role": "user", "id": "a", "content": "x"})).id.as_deref(), Some("a"));
    for id in [json!(""), json!(3), json!(null)] {
        assert_eq!(read(&json!({"role": "user", "id": id, "content": "x"})).id, None);
    }
}
