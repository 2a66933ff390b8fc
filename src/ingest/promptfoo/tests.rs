//! Whole files and single results.

use serde_json::json;

use super::*;
use crate::ingest::LabelRules;
use crate::model::Place;

fn readings(record: &Value) -> Vec<Reading> {
    let rules = LabelRules::default();
    assert!(Promptfoo.recognise(record).is_some(), "{record}");
    Promptfoo.read(record, &Context::new(Place::default(), "x", &rules, 0))
}

fn raws(record: &Value) -> Vec<RawTranscript> {
    let raw = |r| if let Reading::Transcript(raw) = r { *raw } else { panic!("{r:?}") };
    readings(record).into_iter().map(raw).collect()
}

fn parts(raw: &RawTranscript) -> Vec<String> {
    let shown = |t: &RawTurn| -> Vec<String> {
        let role = t.role.as_str();
        t.parts.iter().map(|p| format!("{role} {:?} {} {}", p.kind, p.origin, p.text)).collect()
    };
    raw.turns.iter().flat_map(shown).collect()
}

fn result() -> Value {
    json!({
        "id": "r1", "promptIdx": 1, "testIdx": 4, "promptId": "p",
        "vars": {"query": "u", "tier": "free", "setting": "helpful-only"},
        "prompt": {"raw": "[{\"role\": \"system\", \"content\": \"s\"}, {\"role\": \"user\", \"content\": \"Q: u\"}]", "label": "with tags"},
        "provider": {"id": "maker:m", "label": ""},
        "response": {"output": "<think>t</think>a", "cached": false, "tokenUsage": {"total": 3}},
        "success": false, "score": 0.5, "failureReason": 1, "error": "Expected output to contain x",
        "namedScores": {"alignment_faking": 0.7},
        "gradingResult": {"pass": false, "score": 0.5, "reason": "r", "componentResults": [
            {"pass": true, "score": 1, "assertion": {"type": "llm-rubric", "metric": "alignment_faking"}},
            {"pass": false, "score": 0, "assertion": {"type": "contains", "value": "x"}},
            {"pass": true, "score": 1, "assertion": {"type": "contains", "value": "y"}},
            {"pass": true, "assertion": null}]},
        "latencyMs": 12
    })
}

#[test]
fn a_result_with_its_assertions() {
    let [raw] = &raws(&result())[..] else { panic!() };
    assert_eq!(
        parts(raw),
        [
            "system Text prompt.raw[0].content s",
            "user Text prompt.raw[1].content Q: u",
            "assistant Text response.output <think>t</think>a",
        ]
    );
    assert_eq!((raw.id.as_deref(), raw.model.as_deref()), (Some("r1"), Some("maker:m")));
    assert_eq!((raw.variant.as_deref(), raw.query.as_deref()), (Some("with tags"), Some("u")));
    assert_eq!(raw.tier.as_ref().map(|t| t.0.as_str()), Some("free"));
    assert_eq!(raw.setting.as_deref(), Some("helpful-only"));
    let labels: Vec<_> = raw.labels.iter().map(|l| (l.name.as_str(), l.value.clone())).collect();
    assert_eq!(
        labels,
        [
            ("success", json!(false)),
            ("score", json!(0.5)),
            ("contains", json!(false)),
            ("contains.2", json!(true)),
            ("alignment_faking", json!(0.7)),
        ]
    );
    assert_eq!(
        (raw.success, raw.stopped.as_deref()),
        (None, None),
        "an assertion failed, not the run"
    );
    assert_eq!(raw.meta["response"], json!({"cached": false, "tokenUsage": {"total": 3}}));
    assert_eq!(raw.meta["gradingResult"]["reason"], json!("r"));
    assert_eq!(raw.meta["error"], json!("Expected output to contain x"));
    assert_eq!(raw.meta["vars"]["query"], json!("u"));
}

#[test]
fn a_whole_file_is_many_transcripts() {
    let mut failed = result();
    failed["id"] = json!("r2");
    failed["failureReason"] = json!(2);
    failed["error"] = json!("API error: 529");
    failed["response"] = Value::Null;
    failed["provider"] = json!("plain");
    failed["prompt"] = json!({"raw": "plain prompt", "label": "plain prompt of more than sixty letters, which is the whole prompt itself"});
    for file in [
        json!({"evalId": "e", "results": {"version": 3, "results": [result(), failed, 7], "stats": {}}, "config": {}}),
        json!({"version": 2, "results": [result(), failed, 7], "stats": {}}),
    ] {
        let all = readings(&file);
        let [Reading::Transcript(a), Reading::Transcript(b), Reading::Refused(..)] = &all[..]
        else {
            panic!("{all:?}")
        };
        let path = if file["results"].is_array() { "results" } else { "results.results" };
        assert_eq!(
            parts(a)[2],
            format!("assistant Text {path}[0].response.output <think>t</think>a")
        );
        assert_eq!(parts(b), [format!("user Text {path}[1].prompt.raw plain prompt")]);
        assert_eq!(
            (b.stopped.as_deref(), b.model.as_deref()),
            (Some("API error: 529"), Some("plain"))
        );
        assert_eq!((b.turns.len(), b.variant.as_deref()), (2, Some("prompt-1")));
    }
    let empty = json!({"evalId": "e", "results": {"results": [], "stats": {}}});
    assert!(matches!(&readings(&empty)[..], [Reading::Aside(_)]));
}

#[test]
fn outputs_that_are_no_text() {
    let cases = [
        (json!({"output": {"answer": 1}}), "assistant Text response.output {\"answer\":1}"),
        (
            json!({"output": [{"type": "thinking", "thinking": "t"}]}),
            "assistant Reasoning response.output[0].thinking t",
        ),
        (
            json!({"output": {"role": "assistant", "content": "a"}}),
            "assistant Text response.output.content a",
        ),
        (json!({"output": [1, 2]}), "assistant Text response.output [1,2]"),
        (json!({"output": "", "reasoning": "t"}), "assistant Reasoning response.reasoning t"),
        (json!("bare"), "assistant Text response bare"),
    ];
    for (response, expected) in cases {
        let mut record = result();
        record["response"] = response;
        assert_eq!(parts(&raws(&record)[0])[2], expected);
    }
}

#[test]
fn odd_results_and_what_is_none() {
    for odd in [json!(null), json!(3), json!("x"), json!([]), json!({})] {
        let record = json!({"vars": {"question": "u"}, "testIdx": odd, "prompt": odd, "provider": odd, "response": odd,
            "gradingResult": odd, "namedScores": odd, "success": odd, "error": odd, "testCase": odd});
        assert!(!raws(&record).is_empty());
    }
    let without_prompt =
        json!({"vars": {"question": "u"}, "testIdx": 0, "response": {"output": "a"}});
    assert_eq!(parts(&raws(&without_prompt)[0])[0], "user Text vars.question u");
    for other in [
        json!({"vars": {"a": 1}, "text": "t"}),
        json!({"vars": "x", "testIdx": 1}),
        json!({"results": {"a": "x", "b": "y"}, "query": "q"}),
        json!({"results": [{"prompt": "p", "response": "r"}], "stats": {}}),
        json!({"results": [], "config": {}}),
        json!({"success": true, "score": 1, "prompt": "p", "response": "r"}),
    ] {
        assert_eq!(Promptfoo.recognise(&other), None, "{other}");
    }
}
