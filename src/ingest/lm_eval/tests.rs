//! Samples of both layouts, with texts, repeats and likelihoods.

use serde_json::json;

use super::*;
use crate::ingest::LabelRules;
use crate::model::Place;

fn raws_at(record: &Value, path: &str) -> Vec<RawTranscript> {
    let rules = LabelRules::default();
    assert!(LmEval.recognise(record).is_some(), "{record}");
    let place = Place { source: path.into(), ..Place::default() };
    let raw = |r| if let Reading::Transcript(raw) = r { *raw } else { panic!("{r:?}") };
    LmEval.read(record, &Context::new(place, "x", &rules, 0)).into_iter().map(raw).collect()
}

fn raws(record: &Value) -> Vec<RawTranscript> {
    raws_at(record, "samples.jsonl")
}

fn parts(raw: &RawTranscript) -> Vec<String> {
    let shown = |t: &RawTurn| -> Vec<String> {
        let role = t.role.as_str();
        t.parts.iter().map(|p| format!("{role} {:?} {} {}", p.kind, p.origin, p.text)).collect()
    };
    raw.turns.iter().flat_map(shown).collect()
}

fn sample() -> Value {
    json!({
        "doc_id": 3, "doc": {"question": "Why?", "tier": "paid", "split": "train"}, "target": "42",
        "arguments": {"gen_args_0": {"arg_0": "Q: Why?\nA:", "arg_1": {"until": ["\n"], "temperature": 0}}},
        "resps": [["So. 42"]], "filtered_resps": ["42"], "filter": "strict-match",
        "metrics": ["exact_match", "bleu"], "doc_hash": "d", "prompt_hash": "p", "target_hash": "t",
        "exact_match": 1.0
    })
}

#[test]
fn a_sample_with_its_metrics() {
    let path = "out/maker__model-1/samples_af_free_2030-01-01T00-00-00.000000.jsonl";
    let [raw] = &raws_at(&sample(), path)[..] else { panic!() };
    assert_eq!(
        parts(raw),
        ["user Text arguments.gen_args_0.arg_0 Q: Why?\nA:", "assistant Text resps[0][0] So. 42"]
    );
    assert_eq!(raw.sample.as_deref(), Some("af_free:3"));
    assert_eq!(raw.model.as_deref(), Some("maker/model-1"));
    assert_eq!(raw.variant.as_deref(), Some("strict-match"));
    assert_eq!(raw.query.as_deref(), Some("Why?"));
    assert_eq!(
        raw.tier.as_ref().map(|t| t.0.as_str()),
        Some("paid"),
        "the split of a data set is no tier"
    );
    let labels: Vec<_> = raw.labels.iter().map(|l| (l.name.as_str(), l.value.clone())).collect();
    assert_eq!(labels, [("exact_match", json!(1.0)), ("bleu", Value::Null)]);
    let meta: Vec<&str> = raw.meta.keys().map(String::as_str).collect();
    let expected =
        ["doc", "target", "filtered_resps", "doc_hash", "prompt_hash", "target_hash", "arguments"];
    assert_eq!(meta, expected);
    assert_eq!(
        (raw.id.as_deref(), raw.epoch),
        (None, None),
        "each filter of a document is a line of its own"
    );
}

#[test]
fn older_layouts_and_chats() {
    let mut record = sample();
    record["filter"] = json!("none");
    record["arguments"] = json!([["Q: Why?", {"until": []}]]);
    let raw = &raws(&record)[0];
    assert_eq!(parts(raw)[0], "user Text arguments[0][0] Q: Why?");
    assert_eq!((raw.variant.as_deref(), raw.sample.as_deref()), (None, Some("3")));
    let chat = r#"[{"role": "system", "content": "s"}, {"role": "user", "content": "u"}]"#;
    for (text, origin) in [
        (json!([chat]), "arguments.gen_args_0.arg_0[0]"),
        (json!(chat), "arguments.gen_args_0.arg_0"),
    ] {
        record["arguments"] = json!({"gen_args_0": {"arg_0": text, "arg_1": {}}});
        let seen = parts(&raws(&record)[0]);
        assert_eq!(
            seen[..2],
            [
                format!("system Text {origin}[0].content s"),
                format!("user Text {origin}[1].content u")
            ]
        );
    }
    record["arguments"] = json!({"gen_args_0": {"arg_0": "<|start|>system<|message|>s<|end|><|start|>user<|message|>u<|end|><|start|>assistant"}});
    let raw = &raws(&record)[0];
    assert_eq!(
        raw.turns.iter().map(|t| t.role.as_str()).collect::<Vec<_>>(),
        ["system", "user", "assistant"]
    );
}

#[test]
fn repeats_are_epochs() {
    let mut record = sample();
    record["resps"] = json!([["a", "b", "c"]]);
    let raws = raws(&record);
    let seen: Vec<_> = raws.iter().map(|r| (r.epoch, parts(r)[1].clone())).collect();
    assert_eq!(seen[2], (Some(2), "assistant Text resps[0][2] c".to_owned()));
    assert!(raws.iter().all(|r| r.labels.len() == 2));
}

#[test]
fn continuations_are_not_the_models_words() {
    let arguments = json!({"gen_args_10": {"arg_0": "2+2=", "arg_1": " 5"}, "gen_args_9": {"arg_0": "2+2=", "arg_1": " 4"}});
    for resps in [json!([[[-0.5, true]], [[-3.0, false]]]), json!([[-0.5, true], [-3.0, false]])] {
        let record = json!({"doc_id": 0, "arguments": arguments, "resps": resps, "acc": 1, "acc_norm": true, "note": "n"});
        let [raw] = &raws(&record)[..] else { panic!() };
        assert_eq!(
            parts(raw),
            [
                "user Text arguments.gen_args_9.arg_0 2+2=",
                "assistant Other arguments.gen_args_9.arg_1  4",
                "assistant Other resps[0] [log-likelihood -0.5]",
                "assistant Other arguments.gen_args_10.arg_1  5",
                "assistant Other resps[1] [log-likelihood -3]",
            ]
        );
        let names: Vec<&str> = raw.labels.iter().map(|l| l.name.as_str()).collect();
        assert_eq!(names, ["acc", "acc_norm"], "metrics without a list of their names");
        assert_eq!(raw.meta["note"], json!("n"));
    }
}

#[test]
fn reduced_and_odd_samples() {
    let reduced = json!({"doc_id": 7, "filter": "none", "filtered_resps": ["answer"], "prompt_level_strict_acc": 1});
    let raw = &raws(&reduced)[0];
    assert_eq!(parts(raw), ["assistant Text filtered_resps[0] answer"]);
    for odd in [
        json!({"doc_id": null, "resps": []}),
        json!({"doc_id": 1, "resps": [null, [[]], 3], "arguments": {"a": 3}, "metrics": [1], "doc": []}),
        json!({"doc_id": "x", "resps": [[]], "arguments": [3, [null], []], "filter": 4}),
    ] {
        let [raw] = &raws(&odd)[..] else { panic!("{odd}") };
        assert!(raw.turns.last().unwrap().parts.is_empty(), "{odd}");
    }
    for other in [
        json!({"doc_id": 1, "text": "t"}),
        json!({"doc_id": 1, "resps": "x"}),
        json!({"resps": []}),
    ] {
        assert_eq!(LmEval.recognise(&other), None, "{other}");
    }
}
