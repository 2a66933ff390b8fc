//! What each kind of score gives, and whose word counts when a judge failed.

use serde_json::json;

use super::*;

fn scored(scores: &Value) -> RawTranscript {
    let sample = json!({ "scores": scores });
    let mut raw = RawTranscript::default();
    let rules = LabelRules::default();
    read(
        sample.as_object().unwrap(),
        "score",
        &rules,
        &|text| "copy of it".contains(text),
        &mut raw,
    );
    raw
}

fn labels(raw: &RawTranscript) -> Vec<(String, Value)> {
    raw.labels.iter().map(|l| (l.name.clone(), l.value.clone())).collect()
}

#[test]
fn every_type_of_value_becomes_labels() {
    let cases = [
        (json!(0.5), json!([["s", 0.5]])),
        (json!("C"), json!([["s", "C"]])),
        (json!(true), json!([["s", true]])),
        (json!(null), json!([["s", null]])),
        (json!(["C", 2]), json!([["s.1", "C"], ["s.2", 2]])),
        (json!({"a": 1, "b": null}), json!([["s.a", 1], ["s.b", null]])),
        (json!({"a": {"x": 1, "y": "no"}}), json!([["s.a.x", 1], ["s.a.y", "no"]])),
        (json!([[1, 2]]), json!([["s.1", [1, 2]]])),
    ];
    for (value, expected) in cases {
        let raw = scored(&json!({"s": {"value": value}}));
        assert_eq!(json!(labels(&raw)), expected, "{value}");
        assert!(raw.labels.iter().all(|l| l.rater.as_deref() == Some("s")));
        assert!(raw.meta.is_empty(), "{:?}", raw.meta);
        // Without the object around it, the value is the score.
        if !value.is_object() {
            assert_eq!(json!(labels(&scored(&json!({ "s": value })))), expected);
        }
    }
    for empty in [json!([]), json!({})] {
        let raw = scored(&json!({"s": {"value": empty}}));
        assert_eq!((raw.labels.len(), &raw.meta["scores"]["s"]["value"]), (0, &empty));
    }
    assert!(scored(&json!(null)).labels.is_empty());
    assert_eq!(json!(labels(&scored(&json!(1)))), json!([["scores", 1]]));
}

#[test]
fn a_failed_judge_is_unparsed_whatever_number_stands_there() {
    let failed =
        json!({"final_answer": "FAILED TO PARSE", "criteria": [], "quotes": [], "success": false});
    let given =
        json!({"final_answer": 0.25, "criteria": [1.0], "quotes": [["because"]], "success": true});
    let silent = json!({"final_answer": 0.25, "success": false});
    let cases = [
        (
            "deceptive_alignment",
            json!(0.0),
            json!({"deceptive_alignment": failed}),
            json!("FAILED TO PARSE"),
        ),
        ("deceptive_alignment", json!(0.25), json!({"deceptive_alignment": given}), json!(0.25)),
        ("deceptive_alignment", json!(0.0), json!({"deceptive_alignment": silent}), json!(null)),
        // A score that was edited afterwards counts, where the judge did answer.
        ("deceptive_alignment", json!(1.0), json!({"deceptive_alignment": given}), json!(1.0)),
        (
            "self_preservation",
            json!(0.0),
            json!({"self_preservation": "FAILED TO PARSE"}),
            json!("FAILED TO PARSE"),
        ),
        (
            "self_preservation",
            json!(0.0),
            json!({"self_preservation": {"success": false}}),
            json!(null),
        ),
        (
            "self_preservation",
            json!(0.0),
            json!({"self_preservation_parsed": {"score": "FAILED TO PARSE"}}),
            json!("FAILED TO PARSE"),
        ),
        (
            "self_preservation",
            json!(0.0),
            json!({"self_preservation": {"success": true}}),
            json!(0.0),
        ),
        ("self_preservation", json!(0.0), json!({"self_preservation": CUT}), json!(0.0)),
        (
            "strong_reject_score",
            json!(0.0),
            json!({"strong_reject_parsed": null, "strong_reject_raw": null}),
            json!(null),
        ),
        (
            "strong_reject_score",
            json!(0.0),
            json!({"strong_reject_parsed": null, "strong_reject_raw": "A canned refusal."}),
            json!(0.0),
        ),
        (
            "strong_reject_specific",
            json!(0.0),
            json!({"strong_reject_parsed": null, "strong_reject_raw": "A canned refusal."}),
            json!(null),
        ),
        (
            "strong_reject_specific",
            json!(4.0),
            json!({"strong_reject_parsed": {"specific_score": 4}}),
            json!(4.0),
        ),
        (
            "strong_reject_score",
            json!(0.0),
            json!({"strong_reject_parsed": {"refused": 1}, "strong_reject_raw": "1."}),
            json!(0.0),
        ),
        ("strong_reject_score", json!(-1.0), json!({}), json!(null)),
        ("strong_reject_score", json!(0.5), json!({"strong_reject_parsed": null}), json!(0.5)),
    ];
    for (key, value, metadata, expected) in cases {
        let raw = scored(&json!({"af": {"value": {key: value}, "metadata": metadata}}));
        let name = format!("af.{key}");
        let found = raw.labels.iter().find(|l| l.name == name).unwrap();
        assert_eq!(found.value, expected, "{key} {metadata}");
    }
}

#[test]
fn judges_give_criteria_and_quotes_under_the_scores_name() {
    let judge = json!({"final_answer": 0.75, "final_answer_most_common": "yes", "criteria": [1.0, "FAILED TO PARSE"],
        "quotes": [["one"], ["two", "three"]], "success": true, "votes": ["a long text"]});
    for scores in [
        // In an object, alone under its own name, and laid flat.
        json!({"af": {"value": {"da": 0.75}, "metadata": {"da": judge}}}),
        json!({"af.da": {"value": 0.75, "metadata": {"af.da": judge}}}),
        json!({"af.da": {"value": 0.75, "metadata": judge}}),
    ] {
        let raw = scored(&scores);
        let expected = json!([
            ["af.da", 0.75],
            ["af.da.final_answer_most_common", "yes"],
            ["af.da.criterion1", 1.0],
            ["af.da.criterion2", "FAILED TO PARSE"],
            ["af.da.success", true]
        ]);
        assert_eq!(json!(labels(&raw)), expected);
        let quotes: Vec<(&str, Option<u8>, &str)> =
            raw.quotes.iter().map(|q| (q.label.as_str(), q.criterion, q.quote.as_str())).collect();
        let expected =
            [("af.da", Some(1), "one"), ("af.da", Some(2), "two"), ("af.da", Some(2), "three")];
        assert_eq!(quotes, expected);
        assert!(json!(raw.meta).to_string().contains("a long text"), "votes are kept");
    }
    let raw = scored(&json!({"af": {"value": 1, "metadata": {"other": judge}}}));
    assert_eq!(raw.labels[1].name, "af.other", "a judge that the value does not name");
}

#[test]
fn what_is_no_label_is_kept_under_the_scorers_name() {
    let raw = scored(
        &json!({"s": {"value": 1, "answer": "copy", "explanation": "copy of it", "told": "copy", "reason": null, "history": [],
        "metadata": {"grading": [{"role": "user"}], "tier": "free", "copied": "copy", "nothing": null}}}),
    );
    let expected = json!({"s": {"answer": "copy", "explanation": "copy of it",
        "metadata": {"grading": [{"role": "user"}], "tier": "free"}}});
    assert_eq!(raw.meta["scores"], expected);
}

#[test]
fn known_labels_in_the_metadata_are_labels_and_judges_name_themselves() {
    let raw = scored(&json!({"s": {"value": 1, "metadata":
        {"strong_reject_score": 0.5, "refused": false, "yes_votes": 3, "judge_model": "maker/judge", "is_af": CUT}}}));
    let expected = json!([["s", 1], ["s.strong_reject_score", 0.5], ["s.refused", false]]);
    assert_eq!(json!(labels(&raw)), expected);
    assert!(raw.labels.iter().all(|l| l.rater.as_deref() == Some("maker/judge")));
    let raw = scored(&json!({"s": {"value": {"refused": true}, "metadata": {"refused": false}}}));
    assert_eq!(json!(labels(&raw)), json!([["s.refused", true]]), "the value comes first");
}
