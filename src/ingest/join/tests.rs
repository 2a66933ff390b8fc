//! How pieces come together, and what a changed sample file does to the formats whose units are pieces.

use super::*;
use crate::ingest::format::{PartKind, RawPart};
use serde_json::json;

fn turn(role: Role, id: Option<&str>, text: &str) -> RawTurn {
    let part =
        RawPart { kind: PartKind::Text, origin: "message".to_owned(), text: text.to_owned() };
    RawTurn { role, parts: vec![part], id: id.map(str::to_owned) }
}

fn piece(turns: Vec<RawTurn>) -> RawTranscript {
    RawTranscript { turns, ..RawTranscript::default() }
}

fn told(raw: &RawTranscript) -> Vec<String> {
    let text = |t: &RawTurn| t.parts.iter().map(|p| p.text.as_str()).collect::<Vec<_>>().join("+");
    raw.turns.iter().map(|t| format!("{} {}", t.role.as_str(), text(t))).collect()
}

#[test]
fn one_message_over_several_lines_is_one_turn() {
    let mut whole = piece(vec![turn(Role::User, Some("u"), "ask")]);
    for line in [
        turn(Role::Assistant, Some("m1"), "think"),
        turn(Role::Assistant, Some("m1"), "call 1"),
        turn(Role::Tool, Some("t1"), "result 1"),
        turn(Role::Assistant, Some("m1"), "call 2"),
        turn(Role::Tool, Some("t2"), "result 2"),
        turn(Role::Assistant, Some("m2"), "done"),
        turn(Role::User, Some("u2"), "more"),
        turn(Role::User, Some("u2"), "other words under one id"),
        turn(Role::Assistant, Some("m2"), "again"),
        turn(Role::Assistant, None, "x"),
        turn(Role::Assistant, None, "y"),
    ] {
        whole.append(piece(vec![line]));
    }
    let expected = [
        "user ask",
        "assistant think+call 1+call 2",
        "tool result 1",
        "tool result 2",
        "assistant done",
        "user more",
        "user other words under one id",
        "assistant again",
        "assistant x",
        "assistant y",
    ];
    assert_eq!(told(&whole), expected);
}

#[test]
fn what_is_told_again_is_not_doubled() {
    let said = |n: usize| -> Vec<RawTurn> {
        let all =
            [(Role::User, "a"), (Role::Assistant, "b"), (Role::User, "c"), (Role::Assistant, "d ")];
        all.into_iter().take(n).map(|(role, text)| turn(role, None, text)).collect()
    };
    let mut whole = piece(said(2));
    whole.append(piece(said(4)));
    assert_eq!(told(&whole), ["user a", "assistant b", "user c", "assistant d "]);
    // Two equal questions in a row are two; so is a question and another conversation.
    let mut whole = piece(vec![turn(Role::User, None, "a")]);
    whole.append(piece(vec![turn(Role::User, None, "a"), turn(Role::Assistant, None, "b")]));
    assert_eq!(told(&whole), ["user a", "user a", "assistant b"]);
}

#[test]
fn fields_are_filled_and_a_stop_is_forgotten_when_the_model_goes_on() {
    let mut whole = RawTranscript {
        id: Some("one".to_owned()),
        stopped: Some("overloaded".to_owned()),
        turns: vec![turn(Role::Assistant, None, "x")],
        ..RawTranscript::default()
    };
    whole.meta.insert("a".to_owned(), json!(1));
    whole.meta.insert("n".to_owned(), Value::Null);
    whole.meta.insert("withheld_reasoning".to_owned(), json!(2));
    let mut later = RawTranscript {
        id: Some("two".to_owned()),
        model: Some("m".to_owned()),
        aliases: vec!["alias".to_owned()],
        grades: vec!["g".to_owned()],
        ..RawTranscript::default()
    };
    later.meta.insert("a".to_owned(), json!(2));
    later.meta.insert("n".to_owned(), json!(3));
    later.meta.insert("withheld_reasoning".to_owned(), json!(1));
    whole.append(later);
    assert_eq!((whole.id.as_deref(), whole.model.as_deref()), (Some("one"), Some("m")));
    assert_eq!((&whole.meta["a"], &whole.meta["n"]), (&json!(1), &json!(3)));
    assert_eq!(whole.meta["withheld_reasoning"], 3, "a count is added up");
    assert_eq!((whole.aliases.len(), whole.grades.len()), (1, 1));
    assert_eq!(whole.stopped.as_deref(), Some("overloaded"), "nobody spoke since");
    whole.append(piece(vec![turn(Role::User, None, "go on")]));
    assert!(whole.stopped.is_some());
    whole.append(piece(vec![turn(Role::Assistant, None, "y")]));
    assert_eq!(whole.stopped, None);
    let cut = RawTranscript { stopped: Some("max_tokens".to_owned()), ..RawTranscript::default() };
    whole.append(cut);
    assert_eq!(whole.stopped.as_deref(), Some("max_tokens"));
}

/// Every place of a value, as the keys and indices on the way.
fn places(value: &Value, at: &str, out: &mut Vec<String>) {
    out.push(at.to_owned());
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                places(value, &format!("{at}/{}", key.replace('~', "~0").replace('/', "~1")), out);
            }
        }
        Value::Array(list) => {
            for (i, value) in list.iter().enumerate() {
                places(value, &format!("{at}/{i}"), out);
            }
        }
        _ => {}
    }
}

#[test]
fn no_change_of_a_sample_file_makes_a_unit_vanish() {
    let document = |text: &str| vec![serde_json::from_str::<Value>(text).unwrap()];
    let samples = [
        document(include_str!("../../../sample-data/formats/docent.json")),
        document(include_str!("../../../sample-data/formats/petri.json")),
        document(include_str!("../../../sample-data/formats/petri_events.json")),
        document(include_str!("../../../sample-data/formats/atif.json")),
        serde_json::from_str(include_str!("../../../sample-data/formats/tau-bench.json")).unwrap(),
        testing::lines(include_str!("../../../sample-data/formats/claude-code.jsonl")),
        testing::lines(include_str!("../../../sample-data/formats/openai-evals.jsonl")),
    ];
    let odd = [json!(null), json!(-1.5), json!("<x"), json!([]), json!({}), json!([[{"type": 3}]])];
    for record in samples.iter().flatten() {
        let mut all = Vec::new();
        places(record, "", &mut all);
        for (n, place) in all.iter().enumerate() {
            let mut changed = record.clone();
            // One after another: every place meets one kind of value, every kind many places.
            *changed.pointer_mut(place).unwrap() = odd[n % odd.len()].clone();
            let (transcripts, readings) = testing::joined(&[changed]);
            let reading = &readings[0];
            let given = transcripts.len() + reading.transcripts.len() + reading.shared.len();
            let told = reading.left_out > 0 || reading.aside.is_some();
            assert!(given > 0 || told, "{place}: {}", reading.format);
        }
    }
}

fn from(role: Role, origin: &str, text: &str, id: Option<&str>) -> RawTurn {
    let part = RawPart::new(PartKind::Text, origin, text);
    RawTurn { role, parts: vec![part], id: id.map(str::to_owned) }
}

fn texts(raw: &RawTranscript) -> Vec<String> {
    raw.turns.iter().map(|t| format!("{}:{}", t.role.as_str(), t.parts[0].text)).collect()
}

#[test]
fn only_pieces_of_a_stream_grow_together() {
    let said = |origin: &str, text: &str, id| from(Role::Assistant, origin, text, id);
    let mut raw = RawTranscript::default();
    raw.append(piece(vec![said("[*].a", "Good ", Some("m")), said("[*].a", "day", Some("m"))]));
    raw.append(piece(vec![said("[*].b", "!", Some("m"))]));
    assert_eq!(raw.turns.len(), 1);
    let parts: Vec<&str> = raw.turns[0].parts.iter().map(|p| p.text.as_str()).collect();
    assert_eq!(parts, ["Good day", "!"]);
    // Another message, a message without an id, and pieces of records that are no stream.
    raw.append(piece(vec![said("[*].a", "x", Some("n")), said("[*].a", "y", None)]));
    raw.append(piece(vec![said("content[0]", "p", Some("k")), said("content[0]", "q", Some("k"))]));
    assert_eq!(raw.turns.len(), 4);
    assert_eq!(
        raw.turns[3].parts.len(),
        2,
        "one message over two records is one turn, of two texts"
    );
}

#[test]
fn questions_stand_before_their_answers() {
    let asked = RawTranscript {
        turns: vec![
            from(Role::System, "s", "s", None),
            from(Role::User, "a", "q1", None),
            from(Role::User, "b", "q2", None),
        ],
        model: Some("asked".to_owned()),
        setting: Some("helpful-only".to_owned()),
        ..RawTranscript::default()
    };
    let answers = |n: usize| RawTranscript {
        turns: (1..=n).map(|i| from(Role::Assistant, "x", &format!("a{i}"), None)).collect(),
        model: Some("own".to_owned()),
        ..RawTranscript::default()
    };
    let mut two = answers(2);
    two.ask(asked.clone());
    let expected = ["system:s", "user:q1", "assistant:a1", "user:q2", "assistant:a2"];
    assert_eq!(texts(&two), expected);
    assert_eq!(two.model.as_deref(), Some("own"));
    assert_eq!(two.setting.as_deref(), Some("helpful-only"));
    let mut one = answers(1);
    one.ask(asked);
    assert_eq!(texts(&one), ["system:s", "user:q1", "user:q2", "assistant:a1"]);
}

#[test]
fn an_answer_set_apart_is_still_found_by_its_own_id() {
    let mut raw = RawTranscript { id: Some("x".to_owned()), ..RawTranscript::default() };
    raw.set_apart("epoch_1");
    raw.alias("x");
    assert_eq!((raw.id.as_deref(), raw.aliases), (Some("x_epoch_1"), vec!["x".to_owned()]));
    let mut nameless = RawTranscript::default();
    nameless.set_apart("epoch_1");
    assert_eq!(nameless.id, None);
}
