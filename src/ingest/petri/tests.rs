//! Audits with messages, with events alone, and with neither.

use super::*;
use crate::ingest::{LabelRules, UnitReading, read_unit};
use crate::model::{Found, OutcomeValue, Place};
use serde_json::json;

fn read(record: &Value) -> UnitReading {
    let rules = LabelRules::default();
    let context = Context::new(Place::default(), "audit", &rules, 1);
    let reading = read_unit(&serde_json::to_vec(record).unwrap(), &context);
    assert_eq!(reading.format, "petri", "{record}");
    reading
}

fn raw(record: &Value) -> RawTranscript {
    let rules = LabelRules::default();
    let context = Context::new(Place::default(), "audit", &rules, 1);
    match Petri.read(record, &context).pop() {
        Some(Reading::Transcript(raw)) => *raw,
        other => panic!("{other:?}"),
    }
}

fn message(id: &str, role: &str, text: &str) -> Value {
    json!({"id": id, "role": role, "content": text})
}

#[allow(clippy::needless_pass_by_value)] // reads better with `json!`
fn edit(view: Value, edit: Value) -> Value {
    json!({"type": "transcript_event", "id": "e", "timestamp": "2031-01-01", "view": view, "edit": edit})
}

fn add(view: Value, id: &str, role: &str, text: &str) -> Value {
    edit(view, json!({"operation": "add", "message": message(id, role, text)}))
}

fn audit(events: &[Value]) -> Value {
    json!({"metadata": {"transcript_id": "t", "target_model": "larch-2", "version": "v3.0"}, "events": events})
}

fn told(raw: &RawTranscript) -> Vec<String> {
    let line = |t: &RawTurn| format!("{} {}", t.role.as_str(), t.parts[0].text);
    raw.turns.iter().map(line).collect()
}

#[test]
fn the_targets_messages_grades_and_quotes() {
    let record = json!({
        "metadata": {
            "transcript_id": "audit-7", "auditor_model": "quill-mini", "target_model": "larch-2", "version": "v3.0",
            "created_at": "2031-01-01", "description": "Test  honesty.", "tags": ["free_tier", "pilot"],
            "judge_output": {
                "response": "<cite id=\"m1\">not taken</cite>", "summary": "It bent.",
                "justification": "See <cite id=\"m2\">fine, then</cite>.",
                "scores": {"deception": 1, "alignment_faking": 9, "refused": 10, "odd": "FAILED TO PARSE", "none": null},
                "score_descriptions": {"deception": "d"},
                "highlights": [{"index": 1, "description": "d", "parts": [{"message_id": "m2", "quoted_text": "I bend", "position": [0, 3]}, {"message_id": "m1"}]}, 4, {"parts": [{}]}],
            },
            "user_highlights": [{"message_id": "m2", "quoted_text": "(Entire message)", "author": "ada"}],
        },
        "events": [],
        "messages": [message("x", "assistant", "the auditor's view")],
        "target_messages": [message("m0", "system", "S"), message("m1", "user", "Bend?"),
            json!({"id": "m2", "role": "assistant", "content": [{"type": "reasoning", "reasoning": "hm"}, {"type": "text", "text": "I bend, fine, then."}]})],
    });
    let reading = read(&record);
    assert!(reading.problems.is_empty(), "{:?}", reading.problems);
    let one = &reading.transcripts[0];
    assert_eq!((one.id.as_str(), one.model.as_deref()), ("audit-7", Some("larch-2")));
    assert_eq!(one.tier.as_ref().map(|t| t.value.as_str()), Some("free"));
    let texts: Vec<&str> = one.sections.iter().map(|s| s.text.as_str()).collect();
    assert_eq!(texts, ["S", "Bend?", "hm", "I bend, fine, then."]);
    assert!(
        one.judgements.iter().all(|j| j.rater == "judge" && j.positive.is_none()),
        "{:?}",
        one.judgements
    );
    assert_eq!(one.judgements.len(), 5);
    assert_ne!(one.outcome.value, OutcomeValue::Refused, "a grade is no word on the outcome");
    let quotes: Vec<(String, Option<String>)> =
        raw(&record).quotes.into_iter().map(|q| (q.quote, q.message)).collect();
    let of = |quote: &str, id: &str| (quote.to_owned(), Some(id.to_owned()));
    assert_eq!(quotes, [of("I bend", "m2"), of("", "m1"), of("fine, then", "m2"), of("", "m2")]);
    assert_eq!(one.meta["metadata"]["judge_output"]["summary"], "It bent.");
    assert_eq!(one.meta["read_from"], "target_messages");
    assert!(!one.meta.contains_key("messages") && !one.meta.contains_key("events"));
    // A bar that the user gives is one.
    let rules = LabelRules {
        overrides: vec![LabelRules::parse_override("deception>=1").unwrap()],
        ..LabelRules::default()
    };
    let context = Context::new(Place::default(), "audit", &rules, 1);
    let reading = read_unit(&serde_json::to_vec(&record).unwrap(), &context);
    assert_eq!(reading.transcripts[0].judgements[0].positive, Some(true));
}

#[test]
fn audits_of_one_seed_share_their_sample() {
    let sample = |seed: &str, last: &str| {
        let mut record = audit(&[add(json!("target"), "a", "user", last)]);
        record["metadata"]["seed_instruction"] = json!(seed);
        read(&record).transcripts[0].sample.clone()
    };
    assert_eq!(sample("be  kind", "x"), sample("be kind", "y"));
    assert_ne!(sample("be kind", "x"), sample("be rude", "x"));
}

#[test]
fn events_are_replayed_into_the_targets_view() {
    let both = json!(["auditor", "target"]);
    let target = json!("target");
    let start = [
        add(target.clone(), "s", "system", "S"),
        add(json!("auditor"), "x", "user", "not for the target"),
        add(both.clone(), "u1", "user", "one"),
        add(both.clone(), "a1", "assistant", "first"),
        json!({"type": "tool_creation_event", "id": "c", "timestamp": "t", "tool": {}}),
        add(both.clone(), "u2", "user", "two"),
        add(both.clone(), "a2", "assistant", "second"),
    ];
    let of = |more: &[Value]| -> Value {
        audit(&start.iter().chain(more).cloned().collect::<Vec<Value>>())
    };
    let after = |operation: Value| of(&[edit(both.clone(), operation)]);
    let all = ["system S", "user one", "assistant first", "user two", "assistant second"];
    let cases: [(Value, &[&str]); 6] = [
        (json!({"operation": "rollback", "count": 2}), &all[..3]),
        (json!({"operation": "rollback", "count": 0, "to_id": "u1"}), &all[..2]),
        (json!({"operation": "rollback", "count": 99}), &[]),
        (
            json!({"operation": "reset", "new_messages": [message("n", "user", "anew")]}),
            &["user anew"],
        ),
        (
            json!({"operation": "json_patch", "patch": [{"op": "remove", "path": "/4"}, {"op": "replace", "path": "/3/content", "value": "2"}]}),
            &["system S", "user one", "assistant first", "user 2"],
        ),
        (json!({"operation": "json_patch", "patch": []}), &all),
    ];
    for (operation, expected) in cases {
        assert_eq!(told(&raw(&after(operation.clone()))), expected, "{operation}");
    }
    let rolled = raw(&after(json!({"operation": "rollback", "count": 2})));
    assert_eq!(rolled.meta["rolled_back_messages"], 2);
    let patched = raw(&of(&[edit(
        both.clone(),
        json!({"operation": "json_patch", "patch": [{"op": "replace", "path": "/1/content", "value": "1"}]}),
    )]));
    let origins: Vec<&str> = patched.turns.iter().map(|t| t.parts[0].origin.as_str()).collect();
    let expected = [
        "events[0].edit.message.content",
        "events[7].edit.patch:[1].content",
        "events[3].edit.message.content",
        "events[5].edit.message.content",
        "events[6].edit.message.content",
    ];
    assert_eq!(origins, expected);
    let ids: Vec<Option<&str>> = patched.turns.iter().map(|t| t.id.as_deref()).collect();
    assert_eq!(ids, [Some("s"), Some("u1"), Some("a1"), Some("u2"), Some("a2")]);
}

#[test]
fn edits_that_cannot_be_made_are_said_and_passed_over() {
    let target = json!("target");
    let wrong = [
        json!({"operation": "rollback", "to_id": "nowhere"}),
        json!({"operation": "rollback"}),
        json!({"operation": "reset"}),
        json!({"operation": "json_patch", "patch": [{"op": "remove", "path": "/9"}]}),
        json!({"operation": "json_patch", "patch": [{"op": "replace", "path": "", "value": 4}]}),
        json!({"operation": "splice"}),
        json!({"operation": "add"}),
        json!(4),
    ];
    for edit_ in wrong {
        let events = [
            add(target.clone(), "u", "user", "one"),
            edit(target.clone(), edit_.clone()),
            add(target.clone(), "a", "assistant", "two"),
        ];
        let reading = read(&audit(&events));
        let [problem] = &reading.problems[..] else { panic!("{edit_}: {:?}", reading.problems) };
        assert!(problem.message.starts_with("`events[1].edit` "), "{edit_}: {problem:?}");
        assert_eq!(reading.transcripts[0].sections.len(), 2, "{edit_}");
    }
}

#[test]
fn the_auditors_view_is_the_last_resort() {
    let mut record = audit(&[add(json!("auditor"), "x", "user", "seen by the auditor")]);
    record["messages"] = json!([message("x", "user", "combined")]);
    let one = raw(&record);
    assert_eq!(told(&one), ["user combined"]);
    assert_eq!(one.meta["read_from"], "messages");
    let bare = read(&json!({"metadata": {"transcript_id": "t", "version": "v3.0"}}));
    assert_eq!((bare.transcripts.len(), bare.problems.len()), (1, 1));
    assert!(bare.transcripts[0].sections.is_empty());
}

#[test]
fn messages_of_version_two() {
    let of = |kind: &str, text: &str| json!({"type": kind, "id": kind, "content": text});
    let failed = json!({"type": "api_failure", "error_message": "overloaded", "error_category": "rate_limit"});
    let mut record = json!({
        "metadata": {"transcript_id": "t", "target_model": "m", "version": "v2.1"},
        "target_messages": [of("system", "S"), of("user", "u"), of("assistant", "<think>t</think>a"), failed],
    });
    let reading = read(&record);
    assert!(reading.problems.is_empty(), "{:?}", reading.problems);
    let one = &reading.transcripts[0];
    assert_eq!(raw(&record).stopped.as_deref(), Some("overloaded"));
    let texts: Vec<&str> = one.sections.iter().map(|s| s.text.as_str()).collect();
    assert_eq!(texts, ["S", "u", "t", "a", "overloaded"]);
    // After another try it went on.
    record["target_messages"].as_array_mut().unwrap().push(of("assistant", "b"));
    assert_eq!(raw(&record).stopped, None);
}

#[test]
fn other_records_are_left_alone_and_odd_types_do_no_harm() {
    for not in [
        json!({"metadata": {"model": "m"}, "messages": []}),
        json!({"metadata": {"target_model": "m"}, "messages": [{"role": "user", "content": "x"}]}),
        json!({"id": 1, "epoch": 1, "metadata": {}, "events": [{"event": "model"}]}),
        json!({"metadata": {"transcript_id": "x"}, "events": [{"event": "model", "timestamp": "t"}]}),
        json!({"metadata": "x", "events": []}),
    ] {
        assert_eq!(Petri.recognise(&not), None, "{not}");
    }
    for odd in [
        json!({"metadata": {"transcript_id": 4, "version": 3}, "target_messages": [null, 3, "x", {}]}),
        json!({"metadata": {"target_model": [], "judge_output": {"scores": [], "highlights": {}, "summary": 3}}, "events": [], "target_messages": {}, "messages": {}}),
        json!({"metadata": {"transcript_id": "t", "tags": {}, "user_highlights": 3, "judge_output": "x", "description": []}, "target_messages": []}),
    ] {
        assert_eq!(read(&odd).transcripts.len(), 1, "{odd}");
    }
}

#[test]
fn the_sample_files() {
    let messages = include_str!("../../../sample-data/formats/petri.json");
    let events = include_str!("../../../sample-data/formats/petri_events.json");
    let [a, b] = [messages, events].map(|text| read(&serde_json::from_str(text).unwrap()));
    assert!(a.problems.is_empty() && b.problems.is_empty());
    let (a, b) = (&a.transcripts[0], &b.transcripts[0]);
    assert_eq!(a.sample, b.sample, "one seed");
    let tier = |t: &crate::model::Transcript| t.tier.as_ref().map(|t| t.value.clone());
    assert_eq!((tier(a), tier(b)), (Some("free".to_owned()), Some("paid".to_owned())));
    assert!(a.evidence.iter().all(|e| e.found == Found::Exact) && a.evidence.len() == 2);
    assert_eq!(b.query.as_deref(), Some("Rate my limerick about the baker."));
    assert_eq!(b.evidence[0].found, Found::Exact);
    assert_eq!(b.meta["rolled_back_messages"], 2);
}
