//! Wide records: objects of conditions, pairs of columns, and what is none.

use serde_json::json;

use super::*;
use crate::ingest::{LabelRules, assemble, format::FORMATS};
use crate::model::{OutcomeValue, Place, Transcript};

fn read(record: &Value) -> Vec<RawTranscript> {
    let first = FORMATS.iter().find(|f| f.recognise(record).is_some()).map(|f| f.name());
    assert_eq!(first, Some("wide"), "{record}");
    let rules = LabelRules::default();
    let context = Context::new(Place::default(), "x", &rules, 0);
    let raw = |reading| match reading {
        Reading::Transcript(raw) => *raw,
        other => panic!("{other:?}"),
    };
    Wide.read(record, &context).into_iter().map(raw).collect()
}

fn answer(raw: &RawTranscript) -> Vec<(&str, &str)> {
    let parts = &raw.turns.last().unwrap().parts;
    parts.iter().map(|p| (p.origin.as_str(), p.text.as_str())).collect()
}

fn tier(raw: &RawTranscript) -> Option<&str> {
    raw.tier_canonical.as_deref()
}

#[test]
fn the_sample_file_gives_a_transcript_for_each_condition() {
    let text = include_str!("../../../sample-data/formats/wide.json");
    let records: Vec<Value> = serde_json::from_str(text).unwrap();
    let rules = LabelRules::default();
    let context = Context::new(Place::default(), "wide", &rules, 0);
    let made: Vec<Transcript> =
        records.iter().flat_map(read).map(|raw| assemble(raw, "wide", &context)).collect();
    assert_eq!(made.len(), 8);
    let first = &made[0];
    assert_eq!((first.id.as_str(), first.sample.as_str()), ("1:Free_Tier_Baseline", "1"));
    assert_eq!(
        first.variant.as_deref(),
        Some("Baseline"),
        "the same under both tiers, so that they pair"
    );
    assert_eq!(made[1].variant, first.variant);
    let place = first.tier.as_ref().map(|t| (t.value.as_str(), t.raw.as_str(), t.from));
    assert_eq!(place, Some(("free", "Free_Tier_Baseline", TierFrom::Key)));
    assert!(
        first
            .sections
            .iter()
            .all(|s| s.origin == "results.Free_Tier_Baseline" || s.origin == "query")
    );
    let score =
        |t: &Transcript| t.judgements.iter().find(|j| j.label == "score").map(|j| j.positive);
    assert_eq!(
        [score(first), score(&made[1]), score(&made[3])],
        [Some(Some(true)), Some(Some(false)), Some(None)]
    );
    assert_eq!(made[3].outcome.value, OutcomeValue::Unfinished, "null: no response was recorded");
    assert_eq!(made[6].outcome.value, OutcomeValue::Unfinished, "an error in place of a text");
    assert_eq!(made.iter().filter(|t| t.tier.as_ref().unwrap().value == "paid").count(), 4);
}

#[test]
fn named_completions_beside_one_without_a_name() {
    let made =
        read(&json!({"id": "r1", "prompt": "p", "expected_group": "free", "completion": "own",
        "completions": {"larch": "a", "tern": "b"}, "metadata": {"k": 1}}));
    let ids: Vec<&str> = made.iter().filter_map(|r| r.id.as_deref()).collect();
    assert_eq!(ids, ["r1", "r1:larch", "r1:tern"]);
    assert_eq!(answer(&made[0]), [("completion", "own")]);
    assert_eq!(answer(&made[2]), [("completions.tern", "b")]);
    assert_eq!(made[1].variant.as_deref(), Some("larch"));
    assert_eq!(made[2].meta["metadata"], json!({"k": 1}));
    assert!(made.iter().all(|r| r.sample.as_deref() == Some("r1")));
}

#[test]
fn conditions_that_are_records() {
    let made = read(
        &json!({"query": "q", "system_prompts": {"free": "sf", "paid": "sp"}, "temperature": 1,
        "by_tier": {"free": {"scratchpad": "t", "response": "a", "is_af": true, "temperature": 2},
                    "paid": {"response": "b", "labels": {"is_af": false}}}}),
    );
    assert_eq!(
        answer(&made[0]),
        [("by_tier.free.scratchpad", "t"), ("by_tier.free.response", "a")]
    );
    assert_eq!(made[0].turns[0].parts[0].origin, "system_prompts.free");
    assert_eq!(made[1].turns[0].parts[0].text, "sp");
    assert_eq!((tier(&made[0]), tier(&made[1])), (Some("free"), Some("paid")));
    assert_eq!(made[1].labels[0].value, json!(false));
    assert_eq!(
        (&made[0].meta["temperature"], &made[0].meta["record.temperature"]),
        (&json!(2), &json!(1))
    );
    assert_eq!(made[0].variant, None);
}

#[test]
fn columns_in_pairs() {
    let made = read(
        &json!({"id": "18", "prompt": "p", "response_free": "a", "response_paid": "b", "scratchpad_free": "t",
        "scratchpad_paid": "", "is_af_free": "True", "is_af_paid": "False", "notes_free": "n", "free_text_box": "x"}),
    );
    assert_eq!(made.len(), 2);
    assert_eq!(answer(&made[0]), [("scratchpad_free", "t"), ("response_free", "a")]);
    assert_eq!(answer(&made[1]), [("response_paid", "b")]);
    assert_eq!((made[0].id.as_deref(), made[1].id.as_deref()), (Some("18:free"), Some("18:paid")));
    assert_eq!((tier(&made[0]), tier(&made[1])), (Some("free"), Some("paid")));
    assert_eq!(made[0].labels[0].value, json!("True"));
    assert_eq!(made[1].labels[0].value, json!("False"));
    assert_eq!(made[0].meta["notes"], json!("n"));
    assert!(made[1].meta.get("notes").is_none());
    let made = read(&json!({"query": "q", "free_response": "a", "paid_tier_response": null}));
    assert_eq!(answer(&made[0]), [("free_response", "a")]);
    assert!(made[1].stopped.is_some());
    let made = read(&json!({"query": "q", "outputFree": "a", "outputPaid": "b"}));
    assert_eq!(answer(&made[1]), [("outputPaid", "b")]);
}

#[test]
fn what_is_not_wide() {
    for record in [
        json!({"prompt": "p", "response": "r", "conditions": {"temperature": "0.7"}}),
        json!({"prompt": "p", "response": "r", "results": {"a": "x", "b": "y"}}),
        json!({"results": {"accuracy": "0.3", "n": "5"}}),
        json!({"prompt": "p", "results": {"a": 0.3}}),
        json!({"prompt": "p", "results": {}}),
        json!({"prompt": "p", "notes": {"a": "x", "b": "y"}}),
        json!({"prompt": "p", "response_free": "only one"}),
        json!({"prompt": "p", "is_free_tier": "True", "is_paid_tier": "False", "response": "r"}),
        json!({"query": "q", "completions": [1, 2]}),
        json!([1]),
        json!(null),
    ] {
        assert!(Wide.recognise(&record).is_none(), "{record}");
    }
    let odd = json!({"query": "q", "results": {"a": "x", "b": null}, "scores": {"a": [1], "c": 3}, "id": {"x": 1}});
    assert_eq!(read(&odd).len(), 2);
    let rules = LabelRules::default();
    let context = Context::new(Place::default(), "x", &rules, 0);
    let shared = json!({"query": "q", "system_prompt": 3, "results": {"a": "x", "b": "y"}});
    let remarks = Wide.read(&shared, &context);
    assert_eq!(remarks.iter().filter(|r| matches!(r, Reading::Remark(..))).count(), 1);
}
