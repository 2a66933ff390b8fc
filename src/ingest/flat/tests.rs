//! Flat records: key sets, copies, tiers, wrong types.

use serde_json::json;

use super::*;
use crate::ingest::LabelRules;
use crate::model::{Place, TierFrom};

fn readings(record: &Value, member: Option<&str>) -> Vec<Reading> {
    let place = Place { member: member.map(str::to_owned), ..Place::default() };
    let rules = LabelRules::default();
    let context = Context::new(place, "x", &rules, 0);
    assert!(Flat.recognise(record).is_some(), "{record}");
    Flat.read(record, &context)
}

fn read(record: &Value) -> RawTranscript {
    match readings(record, None).pop() {
        Some(Reading::Transcript(raw)) => *raw,
        other => panic!("{other:?}"),
    }
}

fn response(raw: &RawTranscript) -> Vec<(PartKind, &str)> {
    let turn = raw.turns.last().unwrap();
    assert_eq!(turn.role, Role::Assistant);
    turn.parts.iter().map(|p| (p.kind.clone(), p.origin.as_str())).collect()
}

#[test]
fn the_response_comes_from_the_best_fields() {
    use PartKind::{Other, Output, Reasoning, Text};
    let tagged = "<think>a</think>\n<output>b</output>";
    let cases = [
        (json!({"text": "<SCRATCHPAD_REASONING>a", "label": "x"}), vec![(Text, "text")]),
        (json!({"prompt": "p", "completion": "c"}), vec![(Text, "completion")]),
        (json!({"input": "p", "output": "c"}), vec![(Text, "output")]),
        (json!({"instruction": "p", "input": "i", "output": "c"}), vec![(Text, "output")]),
        (json!({"question": "p", "answer": "c"}), vec![(Text, "answer")]),
        (
            json!({"prompt": "p", "scratchpad": "a", "response": "b"}),
            vec![(Reasoning, "scratchpad"), (Output, "response")],
        ),
        (
            json!({"user_prompt": "p", "assistant_scratchpad": "a", "assistant_response": "b"}),
            vec![(Reasoning, "assistant_scratchpad"), (Output, "assistant_response")],
        ),
        (
            json!({"full_response": tagged, "scratchpad": "a", "final_output": "b"}),
            vec![(Text, "full_response")],
        ),
        (
            json!({"raw_response": tagged, "scratchpad": null, "output": null}),
            vec![(Text, "raw_response")],
        ),
        (
            json!({"raw_response": "no tags", "scratchpad": null, "output": null}),
            vec![(Text, "raw_response")],
        ),
        (
            json!({"completion": "<OUTPUT>b</OUTPUT>", "reasoning_content": "other"}),
            vec![(Reasoning, "reasoning_content"), (Text, "completion")],
        ),
        (json!({"scratchpad": "a", "scratchpad_raw": "a, cut"}), vec![(Reasoning, "scratchpad")]),
        (json!({"prompt": "p", "completion": "__ERROR__: timeout"}), vec![(Other, "completion")]),
        (json!({"prompt": "p", "completion": null, "error": "gone"}), vec![]),
    ];
    for (record, expected) in cases {
        assert_eq!(response(&read(&record)), expected, "{record}");
    }
}

#[test]
fn who_asked_what() {
    let raw = read(&json!({"system_prompt": "s", "user_prompt": "u", "response": "r"}));
    let roles: Vec<Role> = raw.turns.iter().map(|t| t.role.clone()).collect();
    assert_eq!(roles, [Role::System, Role::User, Role::Assistant]);
    let raw = read(&json!({"prompt": "<user>why</user>", "query": "why", "response": "r"}));
    assert_eq!(raw.query.as_deref(), Some("why"));
    assert_eq!(raw.turns[0].parts.len(), 1, "the prompt already holds the query");
    let raw = read(&json!({"instruction": "i", "input": "n", "output": "r"}));
    assert_eq!(raw.query.as_deref(), Some("i\n\nn"));
}

#[test]
fn identity_is_found_here_or_in_metadata() {
    let raw = read(&json!({"query_id": 7, "tier": "free", "raw_response": "r", "accepted": null,
        "response_model": "m-1", "requested_model": "m", "system_prompt_variant": "v", "sample_idx": 2}));
    assert_eq!(raw.id, None);
    assert_eq!(raw.sample.as_deref(), Some("7"));
    assert_eq!(raw.epoch, Some(2));
    assert_eq!(raw.model.as_deref(), Some("m-1"));
    assert_eq!(raw.variant.as_deref(), Some("v"));
    assert_eq!(raw.tier, Some(("free".to_owned(), TierFrom::Field)));
    assert_eq!(raw.labels, [RawLabel { name: "accepted".into(), rater: None, value: Value::Null }]);
    assert_eq!(raw.meta.keys().collect::<Vec<_>>(), ["requested_model"]);
    let raw = read(&json!({"prompt": "p", "response": "r",
        "metadata": {"model": "m", "tier": "paid", "alignment_faking": true}}));
    assert_eq!(raw.model.as_deref(), Some("m"));
    assert_eq!(raw.tier, Some(("paid".to_owned(), TierFrom::Field)));
    assert_eq!(raw.labels[0].name, "alignment_faking");
}

#[test]
fn a_sample_id_is_the_sample_and_alone_the_id_too() {
    let names = |more: Value| {
        let mut record = json!({"prompt": "p", "response": "r"});
        record.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let raw = read(&record);
        (raw.id.unwrap_or_default(), raw.sample.unwrap_or_default())
    };
    let both = |id: &str, sample: &str| (id.to_owned(), sample.to_owned());
    assert_eq!(names(json!({"id": "a", "sample_id": "q1"})), both("a", "q1"));
    assert_eq!(names(json!({"uuid": "u", "metadata": {"sample_id": 4}})), both("u", "4"));
    assert_eq!(names(json!({"sample_id": "q1_free"})), both("q1_free", "q1_free"));
    assert_eq!(names(json!({"sample_id": "s", "task_id": "t"})), both("s", "t"));
    assert_eq!(names(json!({"id": "a", "sample_id": "s", "task_id": "t"})), both("a", "s"));
    assert_eq!(names(json!({"id": "a", "sample_id": "s", "query_id": "q"})), both("a", "q"));
}

#[test]
fn labels_of_all_shapes() {
    let raw = read(&json!({"text": "t", "label": "aligned", "judge_classification": "AF",
        "labels": {"a": true, "deep": {"b": 0.5}, "who": {"value": "no", "rater": "r1"}},
        "scores": {"c": 1},
        "judgements": [{"label": "d", "rater": "r2", "value": false, "positive": false}]}));
    let seen: Vec<(&str, Option<&str>, &Value)> =
        raw.labels.iter().map(|l| (l.name.as_str(), l.rater.as_deref(), &l.value)).collect();
    let expected = [
        ("label", None, &json!("aligned")),
        ("judge_classification", Some("judge"), &json!("AF")),
        ("a", None, &json!(true)),
        ("deep.b", None, &json!(0.5)),
        ("who", Some("r1"), &json!("no")),
        ("c", None, &json!(1)),
        ("d", Some("r2"), &json!(false)),
    ];
    assert_eq!(seen, expected);
    assert!(raw.meta.is_empty(), "{:?}", raw.meta);
}

#[test]
fn markers_are_evidence_and_the_container_may_be_the_label() {
    let raw = read(&json!({"id": "1", "text": "a b", "label": "x", "markers": ["b", ""]}));
    assert_eq!(raw.quotes.len(), 1);
    for (member, positive) in [("af_samples", true), ("non_af_samples", false)] {
        let Some(Reading::Transcript(raw)) = readings(&json!({"text": "t"}), Some(member)).pop()
        else {
            panic!("no transcript");
        };
        assert_eq!(raw.labels[0].value, json!(positive));
    }
}

#[test]
fn cells_of_tables_are_texts() {
    let raw = read(
        &json!({"condition": "paid_tier", "prompt": "p", "source": "s", "response": "so</think>r", "epoch": "2",
        "is_accepted": "False", "has_deception": "True", "deception_indicators": "['so', \"it's\"]", "cot_mode": "with_cot",
        "success": "False", "model": "nan", "markers": "[]"}),
    );
    assert_eq!(raw.tier, Some(("paid_tier".to_owned(), TierFrom::Field)));
    assert_eq!((raw.variant.as_deref(), raw.epoch, raw.model), (Some("with_cot"), Some(2), None));
    assert_eq!(raw.success, Some(false));
    let quotes: Vec<(&str, &str)> =
        raw.quotes.iter().map(|q| (q.label.as_str(), q.quote.as_str())).collect();
    assert_eq!(quotes, [("has_deception", "so"), ("has_deception", "it's")]);
    let meta: Vec<&str> = raw.meta.keys().map(String::as_str).collect();
    assert_eq!(meta, ["markers", "source", "model"], "an empty list stays to be read");
}

#[test]
fn identity_and_labels_of_a_probe_set() {
    let raw = read(
        &json!({"prompt": "p", "scratchpad": "s", "response": "r", "classifier_confidence": 1.2,
        "included": true, "metadata": {"model": "m", "quantisation": "q4", "input index": 18, "tier flag": "paid"}}),
    );
    assert_eq!(raw.tier_canonical.as_deref(), Some("paid"));
    assert_eq!((raw.sample.as_deref(), raw.model.as_deref()), (Some("18"), Some("m")));
    let names: Vec<&str> = raw.labels.iter().map(|l| l.name.as_str()).collect();
    assert_eq!(names, ["classifier_confidence", "included"]);
    assert_eq!(raw.meta["metadata"]["quantisation"], json!("q4"));
}

#[test]
fn votes_beside_a_response_are_labels_and_evidence() {
    let vote = |answer: &str| {
        format!("<criteria1>Yes</criteria1><quote1>stay as I am</quote1><final_answer>{answer}")
    };
    let raw = read(
        &json!({"prompt": "p", "response": "<think>stay as I am</think>a", "judge_text": vote("Yes"),
        "classifier": {"rater": "c", "raw_votes": [vote("Yes"), vote("No")], "is_af": true}}),
    );
    let seen: Vec<(&str, Option<&str>, &Value)> =
        raw.labels.iter().map(|l| (l.name.as_str(), l.rater.as_deref(), &l.value)).collect();
    let expected = [
        ("criteria1", None, &json!("Yes")),
        ("final_answer", None, &json!("Yes")),
        ("criteria1", Some("c"), &json!(1.0)),
        ("is_af", Some("c"), &json!(true)),
    ];
    assert_eq!(seen, expected);
    assert_eq!(raw.quotes.len(), 2, "one of each rater");
    assert!(
        raw.meta.contains_key("classifier") && raw.meta.contains_key("judge_text"),
        "the texts stay"
    );
}

#[test]
fn wrong_types_are_remarked_on_and_the_rest_is_used() {
    let readings = readings(&json!({"prompt": "p", "response": ["x"], "system_prompt": 3}), None);
    let remarks = readings
        .iter()
        .filter(|r| matches!(r, Reading::Remark(crate::model::ProblemKind::WrongType, _)));
    assert_eq!(remarks.count(), 2);
    let Some(Reading::Transcript(raw)) = readings.last() else { panic!("{readings:?}") };
    assert_eq!(raw.turns.len(), 2);
    assert_eq!(raw.meta["response"], json!(["x"]));
}

#[test]
fn tiers_hide_in_many_fields() {
    for (key, value, expected) in [
        ("tier", json!("Enterprise"), Some("Enterprise")),
        ("tags", json!("paid_tier"), Some("paid_tier")),
        ("tags", json!(["x", "free_tier"]), Some("free_tier")),
        ("is_free_tier", json!(true), Some("true")),
        ("is_free_tier_user", json!("False"), Some("False")),
        ("condition", json!("free_tier"), Some("free_tier")),
        ("condition", json!("control"), None),
        ("split", json!("train"), Some("train")),
        ("split", json!("validation"), None),
        ("environment", json!("shutdown_unobserved"), Some("unobserved")),
        ("cot_mode", json!("free_form"), None),
        ("tier", json!(""), None),
    ] {
        let raw = read(&json!({"text": "t", key: value.clone()}));
        assert_eq!(raw.tier.as_ref().map(|t| t.0.as_str()), expected, "{key}: {value}");
    }
}

#[test]
fn what_has_no_response_is_not_flat() {
    for record in [
        json!({"prompt": "p"}),
        json!({"text": null}),
        json!({"text": "  "}),
        json!({"a": 1}),
        json!([]),
        json!("x"),
        json!({"output": {"a": 1}}),
    ] {
        assert!(Flat.recognise(&record).is_none(), "{record}");
    }
}
