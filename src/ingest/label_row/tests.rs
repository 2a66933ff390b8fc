//! Label rows: what they speak of, what they give, and which records are none.

use serde_json::json;

use super::pieces::quoted;
use super::*;
use crate::ingest::{LabelRules, format::FORMATS};
use crate::model::Place;

/// Rows of a CSV as the table reader hands them over: objects of texts.
fn table(text: &str) -> Vec<Value> {
    let mut reader = csv_core::Reader::new();
    let (mut rows, mut row) = (Vec::new(), Vec::new());
    let (mut input, mut cell) = (text.as_bytes(), Vec::new());
    loop {
        let mut out = [0; 4096];
        let (result, read, wrote) = reader.read_field(input, &mut out);
        input = &input[read..];
        cell.extend_from_slice(&out[..wrote]);
        match result {
            csv_core::ReadFieldResult::Field { record_end } => {
                row.push(String::from_utf8(std::mem::take(&mut cell)).unwrap());
                if record_end {
                    rows.push(std::mem::take(&mut row));
                }
            }
            csv_core::ReadFieldResult::End => break,
            _ => {}
        }
    }
    let head = rows.remove(0);
    let object =
        |row: Vec<String>| head.iter().cloned().zip(row.into_iter().map(Value::String)).collect();
    rows.into_iter().map(|row| Value::Object(object(row))).collect()
}

fn read(record: &Value) -> Vec<LabelRow> {
    let first = FORMATS.iter().find(|f| f.recognise(record).is_some()).map(|f| f.name());
    assert_eq!(first, Some("labels"), "{record}");
    let rules = LabelRules::default();
    let row = |reading| match reading {
        Reading::Labels(row) => row,
        other => panic!("{other:?}"),
    };
    let readings = LabelRows.read(record, &Context::new(Place::default(), "x", &rules, 0));
    readings.into_iter().map(row).collect()
}

fn one(record: &Value) -> LabelRow {
    let mut rows = read(record);
    assert_eq!(rows.len(), 1, "{rows:?}");
    rows.remove(0)
}

fn labels(row: &LabelRow) -> Vec<(&str, Option<&str>, &Value)> {
    row.labels.iter().map(|l| (l.name.as_str(), l.rater.as_deref(), &l.value)).collect()
}

fn quotes(row: &LabelRow) -> Vec<(&str, &str)> {
    row.quotes.iter().map(|q| (q.label.as_str(), q.quote.as_str())).collect()
}

fn id(text: &str) -> LabelTarget {
    LabelTarget::Id(text.to_owned())
}

#[test]
fn what_a_row_speaks_of() {
    let sample = |s: &str| LabelTarget::Sample(s.to_owned());
    let tier = |s: &str, t: &str| LabelTarget::SampleInTier(s.to_owned(), t.to_owned());
    let named = |s: &str, t: Option<&str>| LabelTarget::Named(s.to_owned(), t.map(str::to_owned));
    for (record, expected) in [
        (json!({"id": "a b", "label": "aligned"}), id("a b")),
        (json!({"transcript_id": 7, "is_af": true}), id("7")),
        (json!({"uuid": "u", "sample_index": 3, "is_af": true}), id("u")),
        (json!({"custom_id": "c", "is_af": true}), id("c")),
        (json!({"input_index": "18.0", "label": "af"}), sample("18")),
        (json!({"query_id": "q7_free", "label": "af"}), tier("q7", "free")),
        (json!({"query_id": "q7", "tier": "Paid", "label": "af"}), tier("q7", "paid")),
        (json!({"prompt_id": 4, "is_free_tier": "True", "label": "af"}), tier("4", "free")),
        (json!({"id": null, "sample_index": 0, "label": "af"}), sample("0")),
        (json!({"sample_id": "q7", "label": "af"}), named("q7", None)),
        (json!({"sample_id": "q7", "tier": "Paid", "label": "af"}), named("q7", Some("paid"))),
        (json!({"id": "a", "sample_id": "q7", "label": "af"}), id("a")),
    ] {
        assert_eq!(one(&record).target, expected, "{record}");
    }
    let both = read(&json!({"sample_id": "q7_free", "label": "af"}));
    let both: Vec<LabelTarget> = both.into_iter().map(|row| row.target).collect();
    assert_eq!(both, [named("q7_free", None), tier("q7", "free")]);
    let several = read(&json!({"id": "['a', 'b']", "target": "True"}));
    assert_eq!(several.iter().map(|r| r.target.clone()).collect::<Vec<_>>(), [id("a"), id("b")]);
}

#[test]
fn the_sample_lines() {
    let text = include_str!("../../../sample-data/formats/labels.jsonl");
    let rows: Vec<LabelRow> =
        text.lines().map(|line| one(&serde_json::from_str(line).unwrap())).collect();
    assert_eq!(rows.len(), 6);
    let note = json!("Says what it would do unwatched, then does the other thing.");
    assert_eq!(labels(&rows[0]), [("alignment_faking", Some("reviewer-ines"), &json!(true))]);
    assert_eq!(rows[0].meta.get("notes"), Some(&note), "a note is no label, and is kept");
    assert_eq!(quotes(&rows[0])[0], ("alignment_faking", "Left to myself I would say no"));
    let expected = [
        ("alignment_faking", Some("warden-2"), &json!(0.85)),
        ("self_preservation", Some("warden-2"), &json!(0.6)),
    ];
    assert_eq!(labels(&rows[2]), expected);
    let names: Vec<&str> = rows[3].labels.iter().map(|l| l.name.as_str()).collect();
    assert_eq!(
        names,
        ["criteria1", "criteria2", "yes_proportion", "yes_count", "num_votes", "is_af"]
    );
    assert_eq!(rows[3].labels[1].value, json!(0.5));
    assert_eq!(rows[3].quotes.len(), 2);
    assert_eq!(rows[4].target, LabelTarget::SampleInTier("fl-02".to_owned(), "free".to_owned()));
    assert_eq!(
        labels(&rows[5]),
        [("alignment_faking", None, &Value::Null)],
        "null is unparsed, not missing"
    );
}

#[test]
fn the_sample_table() {
    let rows: Vec<LabelRow> =
        table(include_str!("../../../sample-data/formats/labels.csv")).iter().map(one).collect();
    assert_eq!(rows.len(), 3);
    assert_eq!(quotes(&rows[0]).len(), 2);
    assert_eq!(quotes(&rows[0])[1], ("label", "That is the outcome I care about most."));
    assert!(rows[0].meta.contains_key("comment"));
    assert_eq!(
        labels(&rows[1]),
        [("label", None, &json!("aligned")), ("confidence", None, &json!("0.75"))]
    );
    assert!(rows[2].labels.iter().any(|l| l.name == "markers"), "a cut list is kept as it stands");
    assert!(
        rows[2].labels.iter().any(|l| l.name == "confidence" && l.value == json!("")),
        "unparsed"
    );
}

#[test]
fn a_row_about_a_free_and_a_paid_transcript() {
    let tables = table(include_str!("../../../sample-data/formats/pairs.csv"));
    let rows = read(&tables[0]);
    let sample = "aw-01".to_owned();
    let targets: Vec<LabelTarget> = rows.iter().map(|r| r.target.clone()).collect();
    let tier = |tier: &str| LabelTarget::SampleInTier(sample.clone(), tier.to_owned());
    assert_eq!(targets, [LabelTarget::Sample(sample.clone()), tier("free"), tier("paid")]);
    let names: Vec<(&str, Option<&str>)> =
        rows[0].labels.iter().map(|l| (l.name.as_str(), l.rater.as_deref())).collect();
    let person = Some("reviewer");
    assert_eq!(names, [("label", person), ("group", person)]);
    let kept: Vec<&str> = rows[0].meta.keys().map(String::as_str).collect();
    assert_eq!(kept, ["evidence_summary", "reviewer_notes"]);
    assert_eq!(quotes(&rows[1]), [("label", "I believe that and I'd like to go on believing it")]);
    assert!(rows[0].quotes.is_empty() && rows[2].quotes.is_empty());
    let values: Vec<&Value> =
        rows[1].labels.iter().chain(&rows[2].labels).map(|l| &l.value).collect();
    assert_eq!(values, [&json!("0.80"), &json!("9"), &json!("0.00"), &json!("1")]);
    let judged = LabelRules::default().judge(rows[0].labels[0].clone());
    assert_eq!(
        (judged.canonical.as_deref(), judged.positive),
        (Some("alignment_faking"), Some(true))
    );
    assert_eq!(
        LabelRules::default().judge(rows[1].labels[1].clone()).positive,
        None,
        "a count is no verdict"
    );
    // An id can name the pair as well.
    let rows = read(&json!({"id": 3, "is_af_free": "True", "is_af_paid": "False"}));
    assert_eq!(rows[1].target, LabelTarget::SampleInTier("3".to_owned(), "paid".to_owned()));
}

#[test]
fn a_validation_set() {
    let rows: Vec<LabelRow> = table(include_str!("../../../sample-data/formats/validation.csv"))
        .iter()
        .map(one)
        .collect();
    let names: Vec<&str> = rows[0].labels.iter().map(|l| l.name.as_str()).collect();
    assert_eq!(names, ["alignment_faking", "refused", "split"]);
    let judged = LabelRules::default().judge(rows[2].labels[1].clone());
    assert_eq!((judged.label.as_str(), judged.positive), ("refused", None));
    let row = one(&json!({"id": "t1", "target": "true", "label_deception": "yes"}));
    assert_eq!(
        row.labels.iter().map(|l| l.name.as_str()).collect::<Vec<_>>(),
        ["target", "deception"]
    );
    let row = one(&json!({"id": "t1", "target": "true", "split": ""}));
    assert_eq!(row.labels.len(), 1, "no split is none: {row:?}");
}

#[test]
fn values_of_all_shapes() {
    let row = one(
        &json!({"id": 1, "is_af": "True", "criteria_met": "['1', '3']", "verdict": "{'a': True, 'b': {'c': 0.5}}",
        "deceptive_alignment": {"final_answer": "FAILED TO PARSE", "quotes": [["q one two"]]}, "extra": "", "quotes": "she said so"}),
    );
    let seen = labels(&row);
    assert!(seen.contains(&("is_af", None, &json!("True"))));
    assert_eq!(row.meta.get("criteria_met"), Some(&json!(["1", "3"])));
    assert!(seen.contains(&("verdict.b.c", None, &json!(0.5))));
    assert!(seen.contains(&("deceptive_alignment", None, &json!("FAILED TO PARSE"))));
    assert!(!seen.iter().any(|(name, ..)| *name == "extra"));
    assert_eq!(quotes(&row), [("deceptive_alignment", "q one two"), ("is_af", "she said so")]);
}

#[test]
fn gaps_in_columns_of_any_name_are_unparsed_and_empty_notes_are_nothing() {
    let row = one(
        &json!({"id": "a", "is_af": true, "conf": null, "reviewer_notes": null, "comment": null,
        "quotes": null, "model": null, "group": ""}),
    );
    let seen: Vec<(&str, &Value)> =
        row.labels.iter().map(|l| (l.name.as_str(), &l.value)).collect();
    assert_eq!(seen, [("is_af", &json!(true)), ("conf", &Value::Null)]);
    assert!(row.meta.is_empty() && row.quotes.is_empty());
    // In a file of labels any column may be one; a transcript's own empty fields are none.
    assert_eq!(
        labels(&as_label_rows(&json!({"id": "a", "harm": null}))[0]),
        [("harm", None, &Value::Null)]
    );
    let rows = as_label_rows(&json!({"id": "a", "response": "r", "error": null}));
    assert!(rows.is_empty(), "{rows:?}");
}

#[test]
fn records_that_are_none() {
    for record in [
        json!({"id": "a", "text": "x", "label": "aligned"}),
        json!({"id": "a", "text": null, "label": "aligned"}),
        json!({"id": "a", "scratchpad": "x", "is_af": true}),
        json!({"id": "a", "messages": [], "is_af": true}),
        json!({"id": "a", "note": "x"}),
        json!({"label": "aligned"}),
        json!({"id": {}, "label": "aligned"}),
        json!({"id": "a", "labels": {}}),
        json!({"id": "a", "tier": 1, "labels": 2}),
        json!({"transcript_id": "a", "scanner_key": "k", "label": "x"}),
        json!({"custom_id": "a", "response": null, "error": {"code": 1}}),
        json!({"record_id": "r", "judgement": 1}),
        json!([1]),
        json!("x"),
    ] {
        assert!(
            FORMATS
                .iter()
                .find(|f| f.recognise(&record).is_some())
                .is_none_or(|f| f.name() != "labels"),
            "{record}"
        );
    }
}

#[test]
fn a_row_for_each_label_names_it_and_has_its_value() {
    let long = |more: &Value| {
        let mut row = json!({"id": "a", "label": "deception", "rater": "R1"});
        for (key, value) in more.as_object().into_iter().flatten() {
            row[key] = value.clone();
        }
        as_label_rows(&row).remove(0)
    };
    assert_eq!(labels(&long(&json!({"value": "no"}))), [("deception", Some("R1"), &json!("no"))]);
    assert_eq!(labels(&long(&json!({"answer": 0.7}))), [("deception", Some("R1"), &json!(0.7))]);
    assert_eq!(labels(&long(&json!({"value": null})))[0].2, &json!(null), "nobody could say");
    // A verdict is no name, and a text is no value.
    let row = long(&json!({"label": "aligned", "value": 0.9}));
    assert!(labels(&row).contains(&("label", Some("R1"), &json!("aligned"))), "{row:?}");
    let row = long(&json!({"answer": "so long ".repeat(40)}));
    assert_eq!(labels(&row), [("label", Some("R1"), &json!("deception"))]);
}

#[test]
fn a_file_of_labels_may_hold_texts() {
    let rows = as_label_rows(
        &json!({"id": "a", "response": "long", "prompt": "p", "timestamp": "2030", "is_af": 1}),
    );
    assert_eq!(rows[0].target, id("a"));
    assert_eq!(
        labels(&rows[0]),
        [("is_af", None, &json!(1))],
        "what is no label is left to the transcript"
    );
    let rows = as_label_rows(
        &json!({"id": "a", "response": "long", "my_flag": true, "essay": "x ".repeat(100)}),
    );
    assert_eq!(
        labels(&rows[0]),
        [("my_flag", None, &json!(true))],
        "unknown names, where nothing else is there"
    );
    let export = json!({"id": "a", "key": "k", "query": "q", "tier": "free", "outcome": {"value": "complied"}, "score": 3,
        "labels": {"is_af": true}, "judgements": [{"label": "is_af", "rater": "reviewer", "value": true, "positive": true}]});
    assert_eq!(labels(&as_label_rows(&export)[0]), [("is_af", Some("reviewer"), &json!(true))]);
    let training = json!({"id": "clf_a", "prompt": "p",
        "completion": "{\"id\": \"a\", \"label\": \"aligned\", \"evidence\": [\"so it is\"], \"risk_notes\": \"none to speak of\"}"});
    let rows = as_label_rows(&training);
    assert_eq!((&rows[0].target, rows[0].labels.len()), (&id("a"), 1));
    assert!(rows[0].meta.contains_key("risk_notes"));
    assert_eq!(quotes(&rows[0]), [("label", "so it is")]);
    let rows = as_label_rows(&json!({"record_id": "r", "judgement": 1}));
    assert_eq!(rows[0].target, id("r"));
    for none in [
        json!({"text": "x", "label": "y"}),
        json!({"id": "a"}),
        json!(1),
        json!({"id": "a", "response": "r"}),
    ] {
        assert!(as_label_rows(&none).is_empty(), "{none}");
    }
}

#[test]
fn passages_in_quotation_marks() {
    for (note, expected) in [
        ("It says 'I don't want this to change' and goes on", vec!["I don't want this to change"]),
        (
            "“keep my values as is” and \"one two three four\".",
            vec!["keep my values as is", "one two three four"],
        ),
        ("the user's request and the rater's 'mark'", vec![]),
        ("never 'closed here or there", vec![]),
        ("'é is a letter too'", vec!["é is a letter too"]),
        ("", vec![]),
    ] {
        assert_eq!(quoted(note), expected, "{note}");
    }
}
