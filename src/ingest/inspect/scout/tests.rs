//! Rows as a Parquet reader gives them: JSON as text, and nulls for what a row lacks.

use serde_json::json;

use super::*;
use crate::ingest::LabelRules;
use crate::ingest::format::{FORMATS, LabelRow, LabelTarget, PartKind, RawTranscript};
use crate::model::{Place, TierFrom};

fn readings(record: &Value) -> Vec<Reading> {
    let rules = LabelRules::default();
    let context = Context::new(Place::default(), "x", &rules, 0);
    let format = FORMATS.iter().find(|f| f.recognise(record).is_some()).unwrap();
    assert_eq!(format.name(), "inspect-scout", "{record}");
    format.read(record, &context)
}

fn transcript(record: &Value) -> RawTranscript {
    match readings(record).pop() {
        Some(Reading::Transcript(raw)) => *raw,
        other => panic!("{other:?}"),
    }
}

fn row(record: &Value) -> LabelRow {
    match readings(record).pop() {
        Some(Reading::Labels(row)) => row,
        other => panic!("{other:?}"),
    }
}

fn labels(labels: &[crate::ingest::format::RawLabel]) -> Value {
    json!(labels.iter().map(|l| json!([l.name, l.rater, l.value])).collect::<Vec<_>>())
}

fn database_row() -> Value {
    let tagged = "<is_free_tier_user>True</is_free_tier_user>\nWhy?";
    let messages = json!([
        {"id": "m1", "role": "user", "content": "An example.", "source": "input"},
        {"id": "m2", "role": "user", "content": tagged, "source": "input"},
        {"id": "m3", "role": "assistant", "content": [{"type": "reasoning", "reasoning": "Hm."}, {"type": "text", "text": "Because."}]},
        {"id": "m4", "role": "user", "content": "Go on."},
        {"id": "m5", "role": "assistant", "content": "Done."}]);
    let scores = json!({"af": {"value": {"alignment_faking": 1.0}, "explanation": "said so", "history": []},
        "label": {"value": "C", "answer": "Because."}});
    json!({"transcript_id": "u1", "source_type": "eval_log", "source_id": "e", "source_uri": "log.eval",
        "task_set": "two_tiers", "task_id": "ferry", "task_repeat": 2, "model": "maker/larch", "agent": "generate",
        "score": "{\"alignment_faking\": 1.0}", "score_explanation": "said so", "score_af": "{\"alignment_faking\": 1.0}",
        "score_label": "C", "scores": scores.to_string(), "success": false, "error": "", "limit": "message",
        "messages": messages.to_string(), "events": "[{\"event\": \"model\"}]", "timelines": null, "events_data": null,
        "id": "ferry", "epoch": 2, "sample_id": "u1", "input": "user:\nWhy?", "task_args": "{\"setting\": \"helpful-only\"}",
        "sample_metadata": "{\"label\": \"potential_faking\", \"line\": 3}", "total_time": 1.5, "eval_tags": "", "target": ""})
}

#[test]
fn a_row_of_a_database_is_a_transcript() {
    let raw = transcript(&database_row());
    assert_eq!(
        (raw.id.as_deref(), raw.sample.as_deref(), raw.epoch),
        (Some("u1"), Some("ferry"), Some(2))
    );
    assert_eq!(raw.aliases, ["ferry", "ferry_epoch_2"]);
    assert_eq!(raw.model.as_deref(), Some("maker/larch"));
    assert_eq!(raw.setting.as_deref(), Some("helpful-only"));
    assert_eq!(raw.tier, Some(("True".to_owned(), TierFrom::Message)));
    assert!(
        raw.query.as_deref().unwrap().ends_with("Why?"),
        "not the first, nor the last, message"
    );
    assert_eq!(raw.stopped.as_deref(), Some("message limit"));
    assert_eq!(raw.success, None, "a score is not whether the run went well");
    assert_eq!(raw.turns.len(), 5);
    assert_eq!(raw.turns[2].id.as_deref(), Some("m3"));
    assert_eq!(raw.turns[2].parts[0].kind, PartKind::Reasoning);
    assert_eq!(raw.turns[2].parts[0].origin, "messages[2].content[0].reasoning");
    let expected = json!([
        ["success", null, false],
        ["af.alignment_faking", "af", 1.0],
        ["label", "label", "C"],
        ["label", null, "potential_faking"]
    ]);
    assert_eq!(labels(&raw.labels), expected);
    assert_eq!(
        raw.meta["scores"],
        json!({"af": {"explanation": "said so"}, "label": {"answer": "Because."}})
    );
    let meta: Vec<&str> = raw.meta.keys().map(String::as_str).collect();
    let expected = [
        "source_type",
        "source_id",
        "source_uri",
        "task_set",
        "agent",
        "limit",
        "events",
        "task_args",
        "sample_metadata",
        "total_time",
        "scores",
    ];
    let mut sorted = (meta.clone(), expected.to_vec());
    sorted.0.sort_unstable();
    sorted.1.sort_unstable();
    assert_eq!(sorted.0, sorted.1);
    assert_eq!(raw.meta["events"], "20 bytes");
}

#[test]
fn a_row_without_all_scores_gives_those_it_has() {
    let row = |more: Value| {
        let mut row =
            json!({"transcript_id": "u", "source_type": "x", "task_set": "t", "messages": []});
        row.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        transcript(&row)
    };
    let raw = row(json!({"score": "0.5", "score_explanation": "half"}));
    assert_eq!(labels(&raw.labels), json!([["score", "score", "0.5"]]));
    assert_eq!(raw.meta["score_explanation"], "half");
    let raw = row(
        json!({"score": "{\"a\": 1}", "score_judge": "{\"a\": 1}", "score_other": null, "success": true}),
    );
    assert_eq!(labels(&raw.labels), json!([["success", null, true], ["judge.a", "judge", 1]]));
    let raw = row(
        json!({"score": "{\"value\": \"C\", \"explanation\": \"yes\"}", "score_judge": "C", "input": "Why?"}),
    );
    assert_eq!(labels(&raw.labels), json!([["judge", "judge", "C"], ["score", "score", "C"]]));
    assert_eq!(raw.meta["scores"]["score"]["explanation"], "yes");
    assert_eq!(raw.turns[0].parts[0].origin, "input", "without messages the input is shown");
}

#[test]
fn only_rows_of_scouts_own_are_taken() {
    for (record, expected) in [
        (json!({"transcript_id": "a", "messages": "[]"}), true),
        (json!({"transcript_id": "a", "messages": [], "source_type": "x", "source_id": "y"}), true),
        (json!({"transcript_id": "a", "messages": [{"role": "user", "content": "q"}]}), false),
        (json!({"transcript_id": "a", "messages": "hello", "source_id": "y"}), false),
        (json!({"messages": "[]", "source_type": "x", "source_id": "y"}), false),
        (json!({"transcript_id": "a", "label": "aligned"}), false),
        (json!({"scan_id": "s", "scan_name": "scan", "transcripts": {}}), true),
        (json!({"scan_id": "s", "prompt": "x", "response": "y"}), false),
        (json!({"complete": true, "scanners": {}}), true),
        (json!({"complete": "yes", "scanners": {}}), false),
        (json!("x"), false),
    ] {
        assert_eq!(Scout.recognise(&record).is_some(), expected, "{record}");
    }
}

fn result(more: &Value) -> LabelRow {
    let mut record = json!({"transcript_id": "u1", "scanner_key": "watch", "scanner_name": "pkg/watch", "value_type": null,
        "value": null, "label": null, "answer": null, "explanation": null, "message_references": "[]", "scan_error": null,
        "scan_model_usage": "{}", "input_type": "transcript", "input_id": "u1", "model": "maker/larch"});
    record.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    row(&record)
}

#[test]
fn a_scan_result_is_a_label_with_its_type() {
    let cases = [
        (json!({"value": "true", "value_type": "boolean"}), json!([["watch", "watch", true]])),
        (json!({"value": false, "value_type": "boolean"}), json!([["watch", "watch", false]])),
        (json!({"value": "34", "value_type": "number"}), json!([["watch", "watch", 34]])),
        (json!({"value": "0.5", "value_type": "number"}), json!([["watch", "watch", 0.5]])),
        (json!({"value": "34", "value_type": "string"}), json!([["watch", "watch", "34"]])),
        (
            json!({"value": "[1, \"a\"]", "value_type": "array"}),
            json!([["watch.1", "watch", 1], ["watch.2", "watch", "a"]]),
        ),
        (
            json!({"value": "{\"a\": true, \"b\": [1]}", "value_type": "object"}),
            json!([["watch.a", "watch", true], ["watch.b", "watch", [1]]]),
        ),
        (json!({"value": null, "value_type": "null"}), json!([["watch", "watch", null]])),
        (
            json!({"value": null, "value_type": "null", "scan_error": "broke"}),
            json!([["watch", "watch", null]]),
        ),
        (json!({"value": "[]", "value_type": "resultset"}), json!([["watch", "watch", null]])),
        (
            json!({"value": "true", "value_type": "boolean", "label": "faking"}),
            json!([["watch.faking", "watch", true]]),
        ),
        (
            json!({"value": "yes", "value_type": "string", "answer": "yes"}),
            json!([["watch", "watch", "yes"]]),
        ),
        (
            json!({"value": "true", "value_type": "boolean", "answer": "B"}),
            json!([["watch", "watch", true], ["watch.answer", "watch", "B"]]),
        ),
        (
            json!({"value": true, "value_type": "boolean", "scan_model_usage": "{\"maker/judge\": {\"total_tokens\": 3}}"}),
            json!([["watch", "maker/judge", true]]),
        ),
        (json!({"value": 7, "scanner_key": null}), json!([["pkg/watch", "pkg/watch", 7]])),
    ];
    for (more, expected) in cases {
        let row = result(&more);
        assert_eq!(row.target, LabelTarget::Id("u1".to_owned()));
        assert_eq!(labels(&row.labels), expected, "{more}");
    }
}

#[test]
fn references_are_evidence_with_the_quotation_before_the_cite() {
    let references = json!([{"type": "message", "id": "m3", "cite": "[M2]"}, {"type": "message", "id": "m5", "cite": "[M4]"},
        {"type": "event", "id": "e", "cite": "[E1]"}, {"type": "message", "id": "m7"}]);
    let row = result(
        &json!({"value": true, "value_type": "boolean", "message_references": references.to_string(),
        "explanation": "It says “keep my values” ([M2]), and later it stops. [M4]"}),
    );
    let quotes: Vec<(&str, &str)> =
        row.quotes.iter().map(|q| (q.message.as_deref().unwrap(), q.quote.as_str())).collect();
    assert_eq!(quotes, [("m3", "keep my values"), ("m5", ""), ("m7", "")]);
    assert!(row.quotes.iter().all(|q| q.label == "watch" && q.rater.as_deref() == Some("watch")));
    // Scanners of single messages point at what they looked at.
    for ids in [json!({"input_ids": "[\"m1\"]"}), json!({"input_id": "m1"})] {
        let mut more = json!({"value": 1, "input_type": "message"});
        more.as_object_mut().unwrap().extend(ids.as_object().unwrap().clone());
        assert_eq!(result(&more).quotes[0].message.as_deref(), Some("m1"));
    }
}

#[test]
fn a_set_of_results_gives_each() {
    let set = json!([
        {"value": true, "label": "faking", "explanation": "\"so\" [M1]", "references": [{"type": "message", "id": "m1", "cite": "[M1]"}]},
        {"value": {"a": 1}, "label": "other"},
        3]);
    let row = result(&json!({"value": set.to_string(), "value_type": "resultset"}));
    let expected = json!([["watch.faking", "watch", true], ["watch.other.a", "watch", 1]]);
    assert_eq!(labels(&row.labels), expected);
    assert_eq!(
        (row.quotes[0].label.as_str(), row.quotes[0].quote.as_str()),
        ("watch.faking", "so")
    );
}

#[test]
fn what_describes_a_scan_is_set_aside() {
    for (record, expected) in [
        (json!({"scan_id": "s", "scan_name": "scan", "options": {}}), "describes"),
        (json!({"complete": true, "scanners": {"a": {}}}), "sums up"),
        (
            json!({"transcript_id": "u", "scanner": "watch", "error": "broke", "traceback": "…"}),
            "scanner watch failed on transcript u: broke",
        ),
    ] {
        match readings(&record).pop() {
            Some(Reading::Aside(text)) => assert!(text.contains(expected), "{text}"),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn odd_types_never_panic_and_never_vanish() {
    let odd = [
        json!(null),
        json!(3),
        json!("x"),
        json!("[1"),
        json!("{}"),
        json!([null, 3]),
        json!({"a": null}),
    ];
    for (record, keys) in [
        (
            database_row(),
            vec![
                "transcript_id",
                "messages",
                "scores",
                "score",
                "score_af",
                "success",
                "sample_metadata",
                "task_id",
                "events",
                "input",
            ],
        ),
        (
            json!({"transcript_id": "u", "scanner_key": "k", "value": 1, "value_type": "object", "message_references": "[]"}),
            vec![
                "transcript_id",
                "scanner_key",
                "value",
                "value_type",
                "message_references",
                "scan_model_usage",
                "input_ids",
                "label",
            ],
        ),
    ] {
        for key in keys {
            for value in &odd {
                let mut record = record.clone();
                record[key] = value.clone();
                assert!(
                    readings(&record).iter().any(|r| !matches!(r, Reading::Remark(..))),
                    "{record}"
                );
            }
        }
    }
}
