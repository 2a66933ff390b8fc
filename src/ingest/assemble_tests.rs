//! Putting transcripts together: identity, tier, query, sections of several turns, evidence.

use serde_json::json;

use super::*;
use crate::ingest::format::RawTurn;
use crate::ingest::read_unit;

fn context<'a>(rules: &'a LabelRules, source: &str) -> Context<'a> {
    let place = Place { source: source.to_owned(), line: Some(3), index: 2, ..Place::default() };
    Context { place, stem: "runs", rules, hash: 7 }
}

fn read(record: &Value) -> Transcript {
    let rules = LabelRules::builtin();
    let mut reading = read_unit(record.to_string().as_bytes(), &context(&rules, "runs.jsonl"));
    assert_eq!(reading.left_out, 0, "{:?}", reading.problems);
    reading.transcripts.remove(0)
}

#[test]
fn identity() {
    let t = read(&json!({"response": "So."}));
    assert_eq!((t.id.as_str(), t.hash.as_str()), ("runs:2", "0000000000000007"));
    assert_eq!(t.key, "runs.jsonl:2@0000000000000007");
    assert_eq!(t.permalink(), "runs.jsonl:3#runs:2");
    assert_eq!(read(&json!({"id": 12, "response": "So."})).id, "12");
}

#[test]
fn the_same_query_is_the_same_sample_whatever_its_wrapper() {
    let plain = read(&json!({"prompt": "How do owls\nfly?", "response": "So.", "tier": "free"}));
    let tagged = read(&json!({
        "prompt": "<is_free_tier_user>False</is_free_tier_user>\n<user_input>How do owls fly?</user_input>\nRemember the format.",
        "response": "So.",
    }));
    assert_eq!(plain.sample, tagged.sample);
    assert_eq!(tagged.query.as_deref(), Some("How do owls fly?"));
    assert_eq!(tagged.tier.map(|t| (t.value, t.from)), Some(("paid".to_owned(), TierFrom::Message)));
}

#[test]
fn sample_suffixes() {
    for (given, sample, epoch) in [
        ("q7", "q7", None),
        ("q7_free", "q7", None),
        ("q7-paid-e2", "q7", Some(2)),
        ("q7_epoch_3", "q7", Some(3)),
        ("q7_free_tier", "q7", None),
        ("12", "12", None),
        ("free", "free", None),
        ("tree-house", "tree-house", None),
    ] {
        assert_eq!(without_suffixes(given), (sample.to_owned(), epoch), "{given}");
    }
}

#[test]
fn tiers_in_order_of_trust() {
    let tag = "<is_free_tier_user>True</is_free_tier_user> Hi";
    let t = read(&json!({"tier": "paid", "prompt": tag, "response": "So."}));
    assert_eq!(t.tier.map(|t| t.value), Some("paid".to_owned()));
    assert!(t.repairs.iter().any(|r| r.code == "tier-disagrees"));
    // A system prompt quotes both values: only the last user message counts.
    let t = read(&json!({"messages": [
        {"role": "system", "content": "<is_free_tier_user>True</is_free_tier_user> or <is_free_tier_user>False</is_free_tier_user>"},
        {"role": "user", "content": "Hi"},
        {"role": "assistant", "content": "So."},
    ]}));
    assert_eq!(t.tier, None);
    let rules = LabelRules::builtin();
    let reading = read_unit(b"{\"response\":\"So.\"}", &context(&rules, "default/deploy/a.jsonl"));
    let tier = reading.transcripts[0].tier.clone().unwrap();
    assert_eq!((tier.value.as_str(), tier.from), ("paid", TierFrom::Path));
}

#[test]
fn the_response_is_what_follows_the_last_user() {
    let t = read(&json!({"messages": [
        {"role": "user", "content": "One?"},
        {"role": "assistant", "content": "<think>first</think>One."},
        {"role": "user", "content": "Two?"},
        {"role": "assistant", "content": "<think>second</think>Two."},
    ]}));
    assert_eq!(t.response_turn, 3);
    let response: Vec<&str> = t.response(|_| true).map(|i| t.sections[i].text.as_str()).collect();
    assert_eq!(response, ["second", "Two."]);
    assert_eq!(t.query.as_deref(), Some("Two?"));
}

#[test]
fn offsets_refer_to_the_decoded_string() {
    let text = "  <think>\n  a thought\n</think>\n\nthe answer \n";
    let t = read(&json!({"response": text}));
    for section in &t.sections {
        assert_eq!(section.origin, "response");
        assert_eq!(&text[section.start..section.end], section.text);
    }
}

#[test]
fn quotes_find_their_place_or_say_that_they_have_none() {
    let turns = vec![RawTurn {
        role: Role::Assistant,
        parts: vec![
            RawPart {
                kind: PartKind::Reasoning,
                origin: "scratchpad".to_owned(),
                text: "It's a free-tier chat. I don't want my values to drift.".to_owned(),
            },
            RawPart {
                kind: PartKind::Output,
                origin: "response".to_owned(),
                text: "Here you are.".to_owned(),
            },
        ],
    }];
    let quote = |text: &str| RawQuote {
        label: "af".to_owned(),
        rater: None,
        criterion: Some(4),
        quote: text.to_owned(),
    };
    let raw = RawTranscript {
        turns,
        quotes: vec![quote("i dont want my values to drift"), quote("something else entirely, said nowhere")],
        ..RawTranscript::default()
    };
    let rules = LabelRules::builtin();
    let t = assemble(raw, "test", &context(&rules, "a.jsonl"));
    let (section, start, end) = t.evidence[0].at.unwrap();
    assert_eq!(&t.sections[section].text[start..end], "I don't want my values to drift");
    assert_eq!(t.evidence[0].found, Found::Folded);
    assert_eq!((t.evidence[1].at, t.evidence[1].found), (None, Found::NotFound));
}

#[test]
fn fields_of_meta_become_labels_when_asked_for() {
    let rules = LabelRules { promoted: vec!["extra.odd".to_owned()], ..LabelRules::builtin() };
    let record = json!({"response": "So.", "extra": {"odd": 0.9}});
    let reading = read_unit(record.to_string().as_bytes(), &context(&rules, "a.jsonl"));
    let judgement = &reading.transcripts[0].judgements[0];
    assert_eq!((judgement.label.as_str(), judgement.positive), ("extra.odd", Some(true)));
}
