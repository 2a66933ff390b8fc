//! What a reading of fields says is what a reading of the whole record says.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::ingest::{LabelRules, read_unit};
use crate::model::{Judgement, Place};

fn context(rules: &LabelRules) -> Context<'_> {
    let place = Place { source: "runs/a.jsonl".into(), index: 3, ..Place::default() };
    Context::new(place, "a", rules, 77)
}

/// Everything that is asked of fields.
#[derive(Debug, PartialEq)]
struct Said {
    names: (String, Vec<String>, String, Option<i64>, u64),
    conditions: (Option<crate::model::Tier>, Option<String>, Option<String>, Option<String>),
    judgements: Vec<Judgement>,
}

fn said(reading: &UnitReading) -> Vec<Said> {
    assert!(reading.problems.is_empty() && reading.left_out == 0);
    let of = |t: &crate::model::Transcript| Said {
        names: (t.id.clone(), t.aliases.clone(), t.key(), t.epoch, t.hash),
        conditions: (t.tier.clone(), t.setting.clone(), t.model.clone(), t.variant.clone()),
        judgements: t.judgements.clone(),
    };
    reading.transcripts.iter().map(of).collect()
}

/// Compares both readings; whether the fields were enough.
fn is_enough(record: &[u8]) -> bool {
    let rules = LabelRules::builtin();
    let context = context(&rules);
    let Some(fields) = read_fields(record, &context) else { return false };
    let whole = read_unit(record, &context);
    assert_eq!((fields.format, &fields.why), (whole.format, &whole.why));
    assert_eq!(said(&fields), said(&whole), "{}", String::from_utf8_lossy(record));
    true
}

const LONG: &str = "The user asks about a garden, and I think for a while. ";

fn long(start: &str) -> String {
    format!("{start}{}", LONG.repeat(3))
}

#[test]
fn plain_records_need_no_texts() {
    let plain = json!({
        "id": "q1_free", "tier": "free", "model": "m", "setting": "helpful_only", "epoch": 2,
        "system_prompt": long("You are\n"), "user_query": long("\n\t<user_input>"),
        "response": long("<SCRATCHPAD_REASONING>\u{201c}"), "labels": {"alignment_faking": true, "p": 0.25},
    });
    assert!(is_enough(plain.to_string().as_bytes()));
    assert!(is_enough(format!("\u{feff}{plain}").as_bytes()));
    let escaped = plain.to_string().replace('\u{201c}', "\\ud83d\\ude00\\u201c\\/");
    assert!(is_enough(escaped.as_bytes()));
}

#[test]
fn what_texts_may_tell_is_read_whole() {
    let with = |key: &str, value: Value| {
        let mut record = json!({"tier": "free", "prompt": long(""), "response": long("")});
        if let Some(map) = record.as_object_mut() {
            map.insert(key.to_owned(), value);
        }
        record.to_string()
    };
    assert!(is_enough(with("x", Value::Null).as_bytes()));
    // The tier stands in the question alone, or nowhere.
    assert!(is_enough(with("tier", Value::Null).as_bytes()));
    let tagged = with("tier", Value::Null).replacen(
        "The user",
        "<is_free_tier>True</is_free_tier> The user",
        1,
    );
    assert!(is_enough(tagged.as_bytes()));
    let odd = [
        // A text that nobody took for one may hold votes.
        with("answer", long("x <criteria_1_satisfied>yes</criteria_1_satisfied>").into()),
        // Somebody else's shape.
        with(
            "messages",
            json!([{"role": "user", "content": "x"}, {"role": "assistant", "content": "y"}]),
        ),
        // A fault in the text.
        with("x", 1.into()).replace("The user", "The \\q user"),
        with("x", 1.into()).replace("The user", "The \\ud83d user"),
        with("x", 1.into()).replace("The user", "The \u{1} user"),
        // A key given twice, a number with lost digits.
        with("x", 1.into()).replace("\"x\":1", "\"x\":1,\"x\":2"),
        with("x", 1.into()).replace("\"x\":1", "\"x\":123456789012345678901"),
        // A remark is to be made.
        json!({"tier": "free", "prompt": long(""), "response": [1]}).to_string(),
    ];
    for record in &odd {
        assert!(!is_enough(record.as_bytes()), "{record}");
    }
    // A verdict gives a label, tokens a conversation: such texts are looked into.
    let verdict = json!({"label": "AF", "evidence": [LONG], "reasoning": LONG}).to_string();
    for text in [verdict, format!("__ERROR__: {}", long("")), "<|start|>user<|message|>".repeat(9)]
    {
        is_enough(with("response", text.into()).as_bytes());
    }
}

#[test]
fn sample_files_say_the_same() {
    let (mut all, mut enough) = (0, 0);
    for path in ["flat.jsonl", "tagged.jsonl", "chat.jsonl", "repaired.jsonl"] {
        let path = format!("{}/sample-data/{path}", env!("CARGO_MANIFEST_DIR"));
        for line in std::fs::read(path).unwrap().split(|b| *b == b'\n').filter(|l| !l.is_empty()) {
            all += 1;
            enough += usize::from(is_enough(line));
        }
    }
    assert!(enough * 3 > all, "{enough} of {all}");
}

fn key() -> impl Strategy<Value = String> {
    let of = |names: &[&str]| {
        prop::sample::select(names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>())
    };
    let texts =
        ["response", "answer", "text", "completion", "scratchpad", "reasoning", "output", "prompt"];
    let more = [
        "system_prompt",
        "user_query",
        "instruction",
        "input",
        "context",
        "query",
        "task",
        "transcript",
    ];
    let names =
        ["id", "sample_id", "query_id", "epoch", "trial", "model", "engine", "setting", "scenario"];
    let others = [
        "variant",
        "condition",
        "environment",
        "split",
        "tags",
        "is_free_tier",
        "metadata",
        "meta",
    ];
    let labels = [
        "labels",
        "scores",
        "is_af",
        "alignment_faking",
        "label",
        "markers",
        "raw_votes",
        "final_answer",
    ];
    let odd = [
        "error",
        "success",
        "stop_reason",
        "created",
        "messages",
        "chosen",
        "trace",
        "x_label",
        "n",
    ];
    prop_oneof![of(&texts), of(&more), of(&names), of(&others), of(&labels), of(&odd)]
}

fn value() -> impl Strategy<Value = Value> {
    let start = prop::sample::select(vec![
        "",
        " \n",
        "<SCRATCHPAD>",
        "{\"label\": \"AF\", ",
        "__ERROR__ ",
        "<|start|>",
        "\n\nHuman: ",
        "<criteria_1_satisfied>yes</criteria_1_satisfied>",
        "É ",
        "<is_free_tier>True</is_free_tier> ",
        "[1] ",
        "‘",
        "\u{1}",
        "q7_free ",
    ]);
    let word = prop::sample::select(vec![
        "free",
        "paid",
        "q1_paid",
        "true",
        "observed",
        "",
        " ",
        "3",
        "helpful_only",
        "YES",
    ]);
    let plain = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (0..5_i64).prop_map(Value::from),
        (0.0..1.0_f64).prop_map(Value::from),
        word.prop_map(Value::from),
        (start, 0..4_usize)
            .prop_map(|(start, n)| Value::from(format!("{start}{}", LONG.repeat(n)))),
    ];
    plain.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::hash_map(key(), inner, 0..3)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2048))]
    #[test]
    fn any_record_says_the_same(
        record in prop::collection::vec((key(), value()), 1..8),
        tier in prop::sample::select(vec![Value::Null, "free".into(), "none of them".into()]),
        text in value(),
    ) {
        let mut map: serde_json::Map<String, Value> = record.into_iter().collect();
        map.insert("tier".to_owned(), tier);
        map.insert("response".to_owned(), text);
        is_enough(Value::Object(map).to_string().as_bytes());
    }
}
