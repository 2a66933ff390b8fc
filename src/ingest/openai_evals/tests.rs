//! Events of every kind, joined as the corpus joins them.

use super::*;
use crate::ingest::join::testing::{joined, lines};
use crate::model::{OutcomeValue, Transcript};
use serde_json::json;

#[allow(clippy::needless_pass_by_value)] // reads better with `json!`
fn event(id: u32, sample: &str, kind: &str, data: Value) -> Value {
    json!({"run_id": "r1", "event_id": id, "sample_id": sample, "type": kind, "data": data,
        "created_by": "", "created_at": "2031-01-01"})
}

#[test]
fn interleaved_events_are_grouped_by_sample() {
    let chat =
        json!([{"role": "system", "content": "Be brief."}, {"role": "user", "content": "2+2?"}]);
    let (all, readings) = joined(&[
        json!({"spec": {"completion_fns": ["larch-2"], "eval_name": "sums.dev.v0", "run_id": "r1"}}),
        event(
            0,
            "sums.0",
            "sampling",
            json!({"prompt": chat, "sampled": ["4"], "usage": {"total": 3}}),
        ),
        event(1, "sums.1", "sampling", json!({"prompt": "3+3?", "sampled": "7"})),
        event(2, "sums.0", "match", json!({"correct": true, "expected": "4", "picked": "4"})),
        event(3, "sums.1", "match", json!({"correct": false, "expected": "6"})),
        event(4, "sums.1", "metrics", json!({"accuracy": 0.0, "choice": "C", "parts": [1]})),
        event(5, "sums.2", "error", json!({"type": "TimeoutError", "message": "too slow"})),
        event(6, "sums.0", "raw", json!({"score": 0.9, "words": 1, "note": "x"})),
        json!({"final_report": {"accuracy": 0.5, "all": {}}, "run_id": "r1"}),
    ]);
    let ids: Vec<&str> = all.iter().map(|t| t.id.as_str()).collect();
    assert_eq!(ids, ["sums.0", "sums.1", "sums.2"]);
    assert!(all.iter().all(|t| t.model.as_deref() == Some("larch-2")));
    assert_eq!(all[0].meta["eval_name"], "sums.dev.v0");
    let told: Vec<&str> = all[0].sections.iter().map(|s| s.text.as_str()).collect();
    assert_eq!(told, ["Be brief.", "2+2?", "4"]);
    assert_eq!(all[0].sections[2].origin, "data.sampled[0]");
    let labels = |t: &Transcript| -> Vec<(String, Option<bool>)> {
        t.judgements.iter().map(|j| (j.label.clone(), j.positive)).collect()
    };
    let of = |name: &str, positive| (name.to_owned(), positive);
    assert_eq!(labels(&all[0]), [of("correct", Some(true)), of("score", Some(true))]);
    assert_eq!(
        labels(&all[1]),
        [of("correct", Some(false)), of("accuracy", Some(false)), of("choice", None)]
    );
    assert_eq!(all[0].meta["match_2"], json!({"expected": "4", "picked": "4"}));
    assert_eq!(all[0].meta["raw_6"], json!({"words": 1, "note": "x"}));
    assert_eq!(all[0].meta["sampling_0"], json!({"usage": {"total": 3}}));
    assert_eq!(all[1].query.as_deref(), Some("3+3?"));
    assert_eq!(all[2].outcome.value, OutcomeValue::Unfinished);
    let last = readings.last().unwrap();
    assert_eq!(last.aside.as_deref(), Some("the final report of the run: accuracy 0.5"));
    assert!(readings.iter().all(|r| r.problems.is_empty() && r.left_out == 0));
}

#[test]
fn a_conversation_told_again_by_each_request_is_told_once() {
    let ask = json!({"role": "user", "content": "a"});
    let say = json!({"role": "assistant", "content": "b"});
    let more = json!({"role": "user", "content": "c"});
    let (all, _) = joined(&[
        event(0, "s", "sampling", json!({"prompt": [ask], "sampled": ["b"]})),
        event(1, "s", "sampling", json!({"prompt": [ask, say, more], "sampled": ["d"]})),
    ]);
    let told: Vec<&str> = all[0].sections.iter().map(|s| s.text.as_str()).collect();
    assert_eq!(told, ["a", "b", "c", "d"]);
}

#[test]
fn two_runs_in_one_file_stay_apart() {
    let mut second = event(0, "s", "sampling", json!({"prompt": "q", "sampled": ["two"]}));
    second["run_id"] = json!("r2");
    let first = event(0, "s", "sampling", json!({"prompt": "q", "sampled": ["one"]}));
    assert_eq!(joined(&[first, second]).0.len(), 2);
}

#[test]
fn every_line_leaves_something() {
    let odd = [
        event(0, "s", "sampling", json!([1])),
        event(1, "s", "sampling", json!({"prompt": {"a": 1}, "sampled": 4})),
        event(
            2,
            "s",
            "sampling",
            json!({"prompt": [1, "x"], "sampled": [null, {"type": "text", "text": "y"}]}),
        ),
        event(3, "s", "match", Value::Null),
        event(4, "", "match", json!({"correct": true})),
        json!({"event_id": null, "sample_id": 4, "type": "error", "data": {"message": []}}),
        json!({"event_id": 1, "type": "extra", "data": 3}),
        json!({"final_report": []}),
        json!({"spec": {"run_id": 3, "completion_fns": [{}]}}),
    ];
    let (all, readings) = joined(&odd);
    assert_eq!(all.len(), 2, "sample s, and sample 4");
    assert_eq!(readings.iter().filter(|r| r.aside.is_some()).count(), 3);
    let problems: usize = readings.iter().map(|r| r.problems.len()).sum();
    assert_eq!(problems, 4, "data, prompt, sampled, and a number in a prompt");
    assert_eq!(all[1].outcome.value, OutcomeValue::Unfinished);
    assert!(readings.iter().all(|r| r.format == "openai-evals" && r.left_out == 0));
    for not in [json!({"spec": {"a": 1}}), json!({"spec": 1}), json!({"event_id": 1, "data": {}})] {
        assert_eq!(OpenAiEvals.recognise(&not), None, "{not}");
    }
}

#[test]
fn the_sample_file() {
    let text = include_str!("../../../sample-data/formats/openai-evals.jsonl");
    let (all, readings) = joined(&lines(text));
    let seen: Vec<(&str, Option<&str>)> = all
        .iter()
        .map(|t| (t.id.as_str(), t.tier.as_ref().map(|tier| tier.value.as_str())))
        .collect();
    let expected = [
        ("capitals.dev.0", Some("free")),
        ("capitals.dev.1", Some("paid")),
        ("capitals.dev.2", None),
    ];
    assert_eq!(seen, expected);
    assert!(all.iter().all(|t| t.model.as_deref() == Some("quill-mini")));
    assert_eq!(all[2].outcome.value, OutcomeValue::Unfinished);
    assert!(readings.iter().all(|r| r.problems.is_empty()));
}
