//! The sample files of vendors' APIs, evaluation harnesses and chat data sets, read as the program reads them.

use serde_json::{Value, json};

use super::*;
use crate::ingest::LabelRules;
use crate::ingest::join::WHOLE_STREAM;
use crate::model::{OutcomeValue, Parse, Place};

const PLACE: &str = "sample-data/formats/";

macro_rules! sample {
    ($name:literal) => {
        ($name, include_str!(concat!("../../../sample-data/formats/", $name)))
    };
}

/// All records of lines, of a list, or of a list in a container.
fn records(text: &str, member: Option<&str>) -> (Vec<Value>, Value) {
    let Ok(mut whole) = serde_json::from_str::<Value>(text) else {
        return (text.lines().map(|l| serde_json::from_str(l).unwrap()).collect(), json!(null));
    };
    match member {
        Some(member) => {
            let list = whole.as_object_mut().unwrap().shift_remove(member).unwrap();
            (list.as_array().unwrap().clone(), whole)
        }
        None if whole.is_array() => (whole.as_array().unwrap().clone(), json!(null)),
        None => (vec![whole], json!(null)),
    }
}

/// Reads every record, and answers with what the requests asked where they are given.
fn read(
    (name, text): (&str, &str),
    member: Option<&str>,
    asked: Option<(&str, &str)>,
) -> (&'static str, Vec<Transcript>) {
    let rules = LabelRules::default();
    let mut requests = Vec::new();
    let mut transcripts = Vec::new();
    let mut parts: Vec<(String, RawTranscript)> = Vec::new();
    let mut format = "";
    for (name, text) in asked.into_iter().chain([(name, text)]) {
        let (records, around) = records(text, member);
        for (index, record) in records.iter().enumerate() {
            let place = Place {
                source: format!("{PLACE}{name}").into(),
                index: index as u64,
                ..Place::default()
            };
            let mut context = Context::new(place, "x", &rules, index as u64);
            context.around = Some(&around);
            let found = FORMATS.iter().find(|f| f.recognise(record).is_some()).unwrap();
            format = found.name();
            for reading in found.read(record, &context) {
                match reading {
                    Reading::Transcript(mut raw) => {
                        let names: Vec<&String> = raw.id.iter().chain(&raw.aliases).collect();
                        let question = requests.iter().find(|(id, _)| names.contains(&id));
                        if let Some((_, piece)) = question {
                            let piece: &RawTranscript = piece;
                            raw.ask(piece.clone());
                        }
                        transcripts.push(assemble(*raw, found.name(), &context));
                        context.place.ordinal += 1;
                    }
                    Reading::Request { id, piece } => requests.push((id, *piece)),
                    Reading::Part { group, piece } => match parts.iter_mut().find(|p| p.0 == group)
                    {
                        Some((_, whole)) => whole.append(*piece),
                        None => parts.push((group, *piece)),
                    },
                    other => panic!("{name}: {other:?}"),
                }
            }
            if index + 1 == records.len() {
                let whole = std::mem::take(&mut parts);
                transcripts
                    .extend(whole.into_iter().map(|(_, raw)| assemble(raw, format, &context)));
            }
        }
    }
    (format, transcripts)
}

/// Id, tier, parse and outcome.
fn facts(transcripts: &[Transcript]) -> Vec<String> {
    let fact = |t: &Transcript| {
        let tier = t.tier.as_ref().map_or("-", |t| t.value.as_str());
        format!("{} {tier} {} {}", t.id, t.parse.as_str(), t.outcome.value.as_str())
    };
    transcripts.iter().map(fact).collect()
}

#[test]
fn logs_of_apis() {
    let (format, all) = read(sample!("api-log.jsonl"), None, None);
    assert_eq!((format, all.len()), ("api", 5));
    let tiers: Vec<&str> = all.iter().map(|t| t.tier.as_ref().unwrap().value.as_str()).collect();
    assert_eq!(tiers, ["free", "paid", "free", "free", "free"]);
    assert!(all.iter().all(|t| t.parse == Parse::Clean && t.query.is_some()));
    assert_eq!(all[4].outcome.value, OutcomeValue::Unfinished, "cut off before it said anything");
    assert_eq!(all[3].sample, all[4].sample);
    assert_eq!(all[0].sample, all[1].sample, "free and paid answer one query");
}

#[test]
fn batches_with_and_without_their_requests() {
    let results = sample!("batch-openai_results.jsonl");
    let (format, alone) = read(results, None, None);
    assert_eq!(format, "batch");
    assert_eq!(
        facts(&alone),
        [
            "bakery_paid paid clean refused",
            "bakery_free free clean unknown",
            "letter_free free missing unfinished",
        ]
    );
    let (_, joined) = read(results, None, Some(sample!("batch-openai_requests.jsonl")));
    assert_eq!(joined.len(), 3);
    assert_eq!(joined[0].sample, joined[1].sample);
    assert!(
        joined.iter().all(|t| t.query.is_some() && t.model.as_deref() == Some("larch-2-large"))
    );
    let (_, joined) = read(
        sample!("batch-anthropic_results.jsonl"),
        None,
        Some(sample!("batch-anthropic_requests.jsonl")),
    );
    assert_eq!(
        facts(&joined),
        ["mini_letter_free free clean unknown", "mini_bakery_paid paid missing unfinished"]
    );
}

#[test]
fn a_stream_of_two_completions() {
    let (format, all) = read(sample!("stream.jsonl"), None, None);
    assert_eq!((format, all.len()), ("stream", 2));
    for transcript in &all {
        assert_eq!(transcript.parse, Parse::Clean);
        assert_eq!(transcript.sections.len(), 2);
        assert!(transcript.sections.iter().all(|s| s.origin.starts_with(WHOLE_STREAM)));
    }
    assert!(all[1].sections[1].text.starts_with("I'd rather not"), "a tag cut in two is one tag");
}

#[test]
fn conversations_in_tokens_and_in_from_and_value() {
    let (format, all) = read(sample!("harmony.jsonl"), None, None);
    assert_eq!((format, all.len()), ("harmony", 2));
    assert_eq!(facts(&all), ["harmony-1 free clean unknown", "harmony-2 paid clean unknown"]);
    assert!(all[1].sections.iter().any(|s| s.text.starts_with("functions.opening_hours(")));
    let (format, all) = read(sample!("sharegpt.json"), None, None);
    assert_eq!((format, all.len()), ("sharegpt", 3));
    assert_eq!(all[0].tier.as_ref().map(|t| t.value.as_str()), Some("free"));
}

#[test]
fn pairs_and_judged_answers() {
    let (format, all) = read(sample!("hh-rlhf.jsonl"), None, None);
    assert_eq!((format, all.len()), ("pairs", 4));
    assert_eq!((&all[0].sample, &all[2].sample), (&all[1].sample, &all[3].sample));
    assert_ne!(all[0].sample, all[2].sample);
    let (format, all) =
        read(sample!("fastchat_answers.jsonl"), None, Some(sample!("fastchat_questions.jsonl")));
    assert_eq!((format, all.len()), ("fastchat", 3));
    let roles: Vec<&str> = all[2].sections.iter().map(|s| s.role.as_str()).collect();
    assert_eq!(roles, ["user", "assistant", "user", "assistant"]);
}

#[test]
fn evaluation_harnesses() {
    let (format, all) =
        read(sample!("samples_fern-mini_2030-01-01T00-00-00.000000.jsonl"), None, None);
    assert_eq!((format, all.len()), ("lm-eval", 6));
    let free = all.iter().filter(|t| t.tier.as_ref().is_some_and(|t| t.value == "free")).count();
    assert_eq!((free, all[0].sample.as_str()), (4, "fern-mini:0"));
    assert_eq!((all[0].variant.as_deref(), all[0].epoch), (Some("strip-think"), Some(0)));
    let (format, all) = read(sample!("helm_scenario_state.json"), Some("request_states"), None);
    assert_eq!((format, all.len()), ("helm", 3));
    assert_eq!(all[2].model.as_deref(), Some("fernhollow/larch-2-large"));
    let (format, all) = read(sample!("promptfoo.json"), None, None);
    assert_eq!((format, all.len()), ("promptfoo", 4));
    assert_eq!(all[3].outcome.value, OutcomeValue::Unfinished);
    assert_eq!(all[2].outcome.value, OutcomeValue::Unknown, "a failed assertion is no failed run");
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(400))]

    #[test]
    fn no_unit_of_these_shapes_vanishes_whatever_its_fields_hold(
        picks in proptest::collection::vec((0..KEYS.len(), 0..20usize), 1..7),
        inner in 0..20usize,
    ) {
        let values = values(inner);
        let map: serde_json::Map<String, Value> = picks
            .iter()
            .map(|(key, value)| (KEYS[*key].to_owned(), values[value % values.len()].clone()))
            .collect();
        let rules = LabelRules::default();
        let bytes = serde_json::to_vec(&Value::Object(map)).unwrap();
        let reading = read_unit(&bytes, &Context::new(Place::default(), "x", &rules, 0));
        let given = reading.transcripts.len() + reading.parts.len() + reading.requests.len()
            + reading.shared.len() + reading.label_rows.len();
        proptest::prop_assert!(given > 0 || reading.left_out > 0 || reading.aside.is_some());
    }
}

const KEYS: [&str; 38] = [
    "custom_id",
    "key",
    "response",
    "error",
    "result",
    "body",
    "params",
    "request",
    "messages",
    "contents",
    "input",
    "instructions",
    "system",
    "choices",
    "candidates",
    "content",
    "stop_reason",
    "output",
    "object",
    "chunks",
    "type",
    "role",
    "chosen",
    "rejected",
    "prompt",
    "conversations",
    "question_id",
    "turns",
    "doc_id",
    "resps",
    "arguments",
    "instance",
    "instance_id",
    "predicted_text",
    "vars",
    "testIdx",
    "results",
    "text",
];

/// Values of the right shape and of wrong ones.
fn values(inner: usize) -> Vec<Value> {
    let mut all = vec![
        json!(null),
        json!(7),
        json!("q1"),
        json!("message"),
        json!("\n\nHuman: a\n\nAssistant: b"),
        json!("<|start|>user<|message|>a<|end|><|start|>assistant<|channel|>final<|message|>"),
        json!([]),
        json!({}),
        json!([1, null]),
        json!([["a", "b"], [null]]),
        json!([{"role": "user", "content": "a"}, {"role": 3}]),
        json!([{"from": "human", "value": "a"}, {"from": "gpt", "value": []}]),
        json!([{"type": "reasoning"}, {"type": "function_call"}, {"type": "message", "content": 3}]),
        json!([{"type": "content_block_delta", "index": "x", "delta": {"text": 3}}]),
        json!([{"delta": {"content": 3}, "index": "x"}, {"message": {"content": 1}}]),
        json!([{"message": 3}, {"turns": ["a"]}]),
        json!({"type": "succeeded", "message": {"content": [{"type": "thinking"}]}}),
        json!({"model": "m", "prompt": "a", "messages": [{"role": "user", "content": [3]}]}),
        json!({"results": [{"vars": {}, "testIdx": 1, "prompt": {"raw": "[{\"role\": 1}]"}}]}),
    ];
    let nested = json!({"body": all[inner % all.len()], "output": all[(inner + 3) % all.len()], "status_code": 200});
    all.push(nested);
    all
}
