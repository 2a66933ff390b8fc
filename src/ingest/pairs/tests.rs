//! Preference data in its forms.

use serde_json::json;

use super::*;
use crate::ingest::LabelRules;
use crate::ingest::assemble;
use crate::model::Place;

fn readings(record: &Value) -> Vec<Reading> {
    let rules = LabelRules::default();
    assert!(Pairs.recognise(record).is_some(), "{record}");
    let place = Place { index: 4, ..Place::default() };
    Pairs.read(record, &Context::new(place, "x", &rules, 0))
}

fn raws(record: &Value) -> Vec<RawTranscript> {
    let raw = |r| if let Reading::Transcript(raw) = r { *raw } else { panic!("{r:?}") };
    readings(record).into_iter().map(raw).collect()
}

fn told(raw: &RawTranscript) -> Vec<String> {
    let text = |t: &RawTurn| t.parts.iter().map(|p| p.text.clone()).collect::<String>();
    raw.turns.iter().map(|t| format!("{}:{}", t.role.as_str(), text(t))).collect()
}

#[test]
fn two_strings_are_two_transcripts_of_one_sample() {
    let before = "\n\nHuman: Hi\n\nAssistant: Yes?\n\nHuman: yes\n\nAssistant:";
    let record = json!({"chosen": format!("{before} Go on."), "rejected": format!("{before} ")});
    let [chosen, rejected] = &raws(&record)[..] else { panic!() };
    assert_eq!(told(chosen), ["user:Hi", "assistant:Yes?", "user:yes", "assistant:Go on."]);
    assert_eq!(told(rejected)[3], "assistant:", "an empty answer is an answer");
    assert_eq!(chosen.turns[3].parts[0].origin, "chosen[53..59]");
    let facts = |raw: &RawTranscript| {
        (raw.variant.clone(), raw.labels[0].name.clone(), raw.labels[0].value.clone())
    };
    assert_eq!(facts(chosen), (Some("chosen".to_owned()), "preferred".to_owned(), json!(true)));
    assert_eq!(
        facts(rejected),
        (Some("rejected".to_owned()), "preferred".to_owned(), json!(false))
    );
    assert_eq!(chosen.sample, rejected.sample);
    assert!(chosen.sample.is_some(), "a last word such as yes says too little");
    assert!(chosen.meta.is_empty());
    let other = json!({"chosen": "\n\nHuman: Other\n\nAssistant: b\n\nHuman: yes\n\nAssistant: c", "rejected": "\n\nHuman: Other\n\nAssistant: b\n\nHuman: yes\n\nAssistant: d"});
    assert_ne!(raws(&other)[0].sample, chosen.sample);
}

#[test]
fn a_pair_of_single_answers_shares_its_query_with_other_files() {
    let rules = LabelRules::default();
    let record = json!({"prompt": "u", "chosen": "a", "rejected": "b"});
    let sample = |raw: RawTranscript| {
        assemble(raw, "pairs", &Context::new(Place::default(), "x", &rules, 0)).sample
    };
    let part = RawPart::new(PartKind::Text, "m", "u");
    let plain = RawTranscript {
        turns: vec![RawTurn::new(Role::User, vec![part])],
        ..RawTranscript::default()
    };
    let expected = sample(plain);
    for raw in raws(&record) {
        assert_eq!(sample(raw), expected);
    }
}

#[test]
fn pairs_that_part_early_or_at_once_are_still_one_sample() {
    let early = json!({"chosen": "\n\nHuman: a\n\nAssistant: b\n\nHuman: c\n\nAssistant: d", "rejected": "\n\nHuman: a\n\nAssistant: x"});
    let [a, b] = &raws(&early)[..] else { panic!() };
    assert_eq!((a.query.as_deref(), a.sample.as_deref()), (Some("a"), None));
    assert_eq!((&a.query, &a.sample), (&b.query, &b.sample));
    let at_once = json!({"chosen": "a", "rejected": "b"});
    for raw in raws(&at_once) {
        assert_eq!(raw.sample.as_deref(), Some("x:4"));
    }
}

#[test]
fn messages_prompts_and_scores() {
    let u = json!({"role": "user", "content": "u"});
    let a = json!({"role": "assistant", "content": "a"});
    let b = json!({"role": "assistant", "content": "b"});
    let cases = [
        json!({"prompt": "u", "chosen": [u, a], "rejected": [u, b]}),
        json!({"prompt": [u], "chosen": [a], "rejected": [b]}),
        json!({"prompt": "\n\nHuman: u\n\nAssistant:", "chosen": " a", "rejected": " b"}),
        json!({"question": "u", "chosen": "a", "rejected": "b"}),
        json!({"conversations": [{"from": "human", "value": "u"}], "chosen": {"from": "gpt", "value": "a"}, "rejected": {"from": "gpt", "value": "b"}}),
        json!({"messages": [u], "chosen": a, "rejected": b}),
    ];
    for record in cases {
        let [chosen, rejected] = &raws(&record)[..] else { panic!("{record}") };
        let trimmed = |raw| told(raw).iter().map(|t| t.replace(": ", ":")).collect::<Vec<_>>();
        assert_eq!(trimmed(chosen), ["user:u", "assistant:a"], "{record}");
        assert_eq!(trimmed(rejected), ["user:u", "assistant:b"], "{record}");
    }
    let record = json!({"id": "p1", "system": "s", "prompt": "u", "chosen": "a", "rejected": "b", "score_chosen": 7.5,
        "score_rejected": null, "chosen_model": "m1", "rejected_model": "m2", "margin": 2});
    let [chosen, rejected] = &raws(&record)[..] else { panic!() };
    assert_eq!(told(chosen), ["system:s", "user:u", "assistant:a"]);
    assert_eq!(
        (chosen.id.as_deref(), rejected.id.as_deref()),
        (Some("p1_chosen"), Some("p1_rejected"))
    );
    assert_eq!(chosen.aliases, ["p1"]);
    assert_eq!((chosen.labels[1].name.as_str(), &chosen.labels[1].value), ("score", &json!(7.5)));
    assert_eq!(rejected.labels[1].value, Value::Null, "a score that is not there is said");
    assert_eq!((chosen.model.as_deref(), rejected.model.as_deref()), (Some("m1"), Some("m2")));
    assert_eq!(chosen.meta.keys().collect::<Vec<_>>(), ["margin"]);
}

#[test]
fn a_side_that_cannot_be_read_is_left_out_alone() {
    let all = readings(&json!({"prompt": "u", "chosen": "a", "rejected": null}));
    let [Reading::Transcript(_), Reading::Refused(ProblemKind::WrongType, text)] = &all[..] else {
        panic!("{all:?}")
    };
    assert!(text.contains("`rejected` is null"), "{text}");
}

#[test]
fn a_transcript_alone_in_one_string() {
    let record = json!({"transcript": "\n\nHuman: u\n\nAssistant: a", "min_harmlessness_score_transcript": -1.5});
    let [raw] = &raws(&record)[..] else { panic!() };
    assert_eq!(told(raw), ["user:u", "assistant:a"]);
    assert_eq!(raw.meta["min_harmlessness_score_transcript"], json!(-1.5));
}

#[test]
fn other_records_are_left_alone() {
    for record in [
        json!({"chosen": "a"}),
        json!({"chosen": 3, "rejected": [1]}),
        json!({"chosen": ["x"], "rejected": ["y"]}),
        json!({"transcript": "A talk.", "text": "t"}),
        json!({"transcript": [{"role": "user", "content": "u"}]}),
    ] {
        assert_eq!(Pairs.recognise(&record), None, "{record}");
    }
}
