//! Tables of cases for `assemble`.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::ingest::format::{PartKind, RawPart, RawQuote, RawTurn};
use crate::ingest::read_unit;
use crate::model::Found;
use crate::model::{OutcomeValue, SectionKind};

fn turn(role: Role, parts: &[(PartKind, &str, &str)]) -> RawTurn {
    let part = |(kind, origin, text): &(PartKind, &str, &str)| RawPart {
        kind: kind.clone(),
        origin: (*origin).to_owned(),
        text: (*text).to_owned(),
    };
    RawTurn::new(role, parts.iter().map(part).collect())
}

fn made(raw: RawTranscript, path: &str, format: &'static str, rules: &LabelRules) -> Transcript {
    let place = Place { source: path.into(), line: Some(3), index: 2, ..Place::default() };
    let transcript = assemble(raw, format, &Context::new(place, "run", rules, 0xab));
    for section in &transcript.sections {
        assert_eq!(section.end - section.start, section.text.len(), "{section:?}");
    }
    transcript
}

fn plain(raw: RawTranscript) -> Transcript {
    made(raw, "data/run.jsonl", "flat", &LabelRules::builtin())
}

fn asked(user: &str, answer: &str) -> RawTranscript {
    RawTranscript {
        turns: vec![
            turn(
                Role::System,
                &[(
                    PartKind::Text,
                    "system",
                    "<is_free_tier_user>true</is_free_tier_user> means free.",
                )],
            ),
            turn(Role::User, &[(PartKind::Text, "user", user)]),
            turn(Role::Assistant, &[(PartKind::Text, "response", answer)]),
        ],
        ..RawTranscript::default()
    }
}

#[test]
fn sections_with_origins_and_offsets() {
    let raw = RawTranscript {
        turns: vec![
            turn(Role::System, &[(PartKind::Text, "messages[0].content", " Be kind.\n")]),
            turn(
                Role::User,
                &[
                    (PartKind::Text, "messages[1].content", "Hi"),
                    (PartKind::Other, "messages[1].content[1]", "[image]"),
                ],
            ),
            turn(Role::Assistant, &[(PartKind::Text, "messages[2].content", "<think>\nold\n")]),
            turn(
                Role::User,
                &[(PartKind::Text, "messages[3].content", "And?"), (PartKind::Text, "x", "  ")],
            ),
            turn(
                Role::Assistant,
                &[
                    (
                        PartKind::Reasoning,
                        "messages[4].reasoning",
                        "hm\n<DRAFT_OUTPUT>d</DRAFT_OUTPUT>",
                    ),
                    (PartKind::Output, "messages[4].content", "<rejected/> No."),
                    (PartKind::Tool, "messages[4].tool_calls", "f()"),
                ],
            ),
            turn(Role::Tool, &[(PartKind::Text, "messages[5].content", "42")]),
            turn(
                Role::Other("narrator".to_owned()),
                &[(PartKind::Text, "messages[6].content", "so")],
            ),
        ],
        ..RawTranscript::default()
    };
    let t = plain(raw);
    let told: Vec<String> = t
        .sections
        .iter()
        .map(|s| format!("{} {} {} {}..{} {}", s.turn, s.kind, s.origin, s.start, s.end, s.text))
        .collect();
    assert_eq!(
        told,
        [
            "0 prompt messages[0].content 0..10  Be kind.\n",
            "1 user messages[1].content 0..2 Hi",
            "1 other messages[1].content[1] 0..7 [image]",
            "2 scratchpad messages[2].content 8..11 old",
            "3 user messages[3].content 0..4 And?",
            "4 scratchpad messages[4].reasoning 0..2 hm",
            "4 draft messages[4].reasoning 17..18 d",
            "4 marker messages[4].content 0..11 <rejected/>",
            "4 output messages[4].content 12..15 No.",
            "4 tool messages[4].tool_calls 0..3 f()",
            "5 tool messages[5].content 0..2 42",
            "6 other messages[6].content 0..2 so",
        ]
    );
    assert_eq!(t.response_turn, 4);
    // An earlier turn's unclosed scratchpad is not this response's.
    assert!(t.repairs.is_empty());
    assert_eq!(t.parse, Parse::Clean);
    assert_eq!(t.query.as_deref(), Some("And?"));
}

#[test]
fn what_an_api_marks_as_a_refusal_is_one() {
    let rules = LabelRules::default();
    let outcomes = |record: serde_json::Value| {
        let bytes = serde_json::to_vec(&record).unwrap();
        let reading = read_unit(&bytes, &Context::new(Place::default(), "a", &rules, 1));
        let t = reading.transcripts.into_iter().next().unwrap();
        let labels: Vec<String> =
            t.judgements.iter().map(|j| format!("{} by {}", j.label, j.rater)).collect();
        (t.outcome.value, labels.join(", "))
    };
    // No phrase that the rule knows.
    let no = "Not this one.";
    let said = |message: serde_json::Value| json!({"messages": [{"role": "user", "content": "Q"}, message]});
    let refused = (OutcomeValue::Refused, "refusal by api".to_owned());
    let silent = (OutcomeValue::Unknown, String::new());
    for (record, expected) in [
        (
            json!({"object": "response", "output": [{"type": "message", "role": "assistant",
            "content": [{"type": "refusal", "refusal": no}]}]}),
            &refused,
        ),
        (said(json!({"role": "assistant", "content": null, "refusal": no})), &refused),
        (
            json!({"choices": [{"message": {"role": "assistant", "content": null, "refusal": no}}]}),
            &refused,
        ),
        (said(json!({"role": "assistant", "content": no, "refusal": null})), &silent),
        (said(json!({"role": "assistant", "content": no, "refusal": ""})), &silent),
        // An earlier refusal says nothing of the response.
        (
            json!({"messages": [{"role": "user", "content": "Q"}, {"role": "assistant", "content": "", "refusal": no},
            {"role": "user", "content": "And?"}, {"role": "assistant", "content": "So."}]}),
            &silent,
        ),
    ] {
        assert_eq!(&outcomes(record.clone()), expected, "{record}");
    }
}

#[test]
fn the_response_starts_after_the_last_user_turn() {
    use Role::{Assistant, System, Tool, User};
    for (roles, expected) in [
        (vec![System, User, Assistant], 2),
        (vec![User, Assistant, User, Assistant, Tool, Assistant], 3),
        (vec![User, Tool, Assistant], 1),
        (vec![Assistant], 0),
        (vec![User, Assistant, User], 1),
        (vec![User], 1),
        (vec![], 0),
        (vec![System, Assistant], 1),
    ] {
        let turns = roles.iter().map(|r| turn(r.clone(), &[(PartKind::Text, "t", "x")])).collect();
        let raw = RawTranscript { turns, ..RawTranscript::default() };
        assert_eq!(response_turn(&raw), expected, "{roles:?}");
    }
}

/// What a field or key says, the user message, the path; the tier expected, and whether it is disputed.
type TierCase<'a> =
    (Option<(&'a str, TierFrom)>, &'a str, &'a str, Option<(&'a str, &'a str, &'a str)>, bool);

#[test]
fn tier_precedence() {
    let tagged =
        "<is_free_tier_user>False</is_free_tier_user>\n\n<user_input>\nHens?\n</user_input>";
    let cases: [TierCase<'_>; 9] = [
        (
            Some(("free_tier", TierFrom::Field)),
            "Hens?",
            "a/paid/x.jsonl",
            Some(("free", "free_tier", "field")),
            false,
        ),
        (
            Some(("free_tier", TierFrom::Field)),
            tagged,
            "x.jsonl",
            Some(("free", "free_tier", "field")),
            true,
        ),
        (
            Some(("Paid_Tier_Private", TierFrom::Key)),
            tagged,
            "x.jsonl",
            Some(("paid", "Paid_Tier_Private", "key")),
            false,
        ),
        (
            Some(("Enterprise", TierFrom::Field)),
            tagged,
            "x.jsonl",
            Some(("enterprise", "Enterprise", "field")),
            false,
        ),
        (
            Some(("unknown", TierFrom::Field)),
            tagged,
            "x.jsonl",
            Some(("paid", "False", "message")),
            false,
        ),
        (None, tagged, "train/x.jsonl", Some(("paid", "False", "message")), false),
        (None, "Hens?", "out/train/x.jsonl", Some(("free", "train", "path")), false),
        (None, "Hens?", "data/training/x.jsonl", None, false),
        (None, "", "x.jsonl", None, false),
    ];
    for (found, user, path, expected, disagrees) in cases {
        let raw = RawTranscript {
            tier: found.map(|(t, f)| (t.to_owned(), f)),
            ..asked(user, "<think>a</think>b")
        };
        let t = made(raw, path, "flat", &LabelRules::builtin());
        let told = t.tier.as_ref().map(|t| (t.value.as_str(), t.raw.as_str(), t.from.as_str()));
        assert_eq!(told, expected, "{found:?} {user} {path}");
        assert_eq!(
            t.repairs.iter().any(|r| r.code == "tier-disagrees"),
            disagrees,
            "{found:?} {user}"
        );
    }
    // Earlier messages and the system prompt quote the tag, too.
    let mut raw = asked("Hens?", "b");
    raw.turns.insert(1, turn(Role::User, &[(PartKind::Text, "u", tagged)]));
    assert_eq!(plain(raw).tier, None);
}

#[test]
fn samples_epochs_and_keys() {
    for (sample, stripped, epoch) in [
        ("q7", "q7", None),
        ("q7_free", "q7", None),
        ("q7-paid", "q7", None),
        ("q7_free_tier", "q7", None),
        ("q7-Paid-Tier", "q7", None),
        ("q7__epoch_2", "q7", Some(2)),
        ("q7_free__epoch_12", "q7", Some(12)),
        ("q7/epoch3_free", "q7", Some(3)),
        ("welfare_free_01", "welfare_free_01", None),
        ("carefree", "carefree", None),
        ("free", "free", None),
        ("_free", "_free", None),
        ("12", "12", None),
        ("epoch_2", "epoch_2", None),
        ("é_free", "é", None),
        ("İ_free", "İ", None),
        ("", "", None),
    ] {
        assert_eq!(strip_suffix(sample), (stripped.to_owned(), epoch), "{sample}");
    }
    let free = plain(asked(
        "<is_free_tier_user>true</is_free_tier_user>\n<user_input>\nWhy  hens?\n</user_input>\n<reminder>Think.</reminder>",
        "a",
    ));
    let paid = plain(asked(
        "<is_free_tier_user>false</is_free_tier_user>\n<user_input>Why hens?</user_input>",
        "b",
    ));
    assert_eq!(free.query.as_deref(), Some("Why  hens?"));
    assert_eq!(free.sample, paid.sample);
    assert_eq!((free.id.as_str(), free.hash), ("run:2", 0xab));
    assert_eq!(free.key(), "data/run.jsonl:2@00000000000000ab");
    let named = plain(RawTranscript {
        id: Some("r1".into()),
        sample: Some("q1_free".into()),
        epoch: Some(4),
        ..asked("x", "y")
    });
    assert_eq!((named.id.as_str(), named.sample.as_str(), named.epoch), ("r1", "q1", Some(4)));
    // Two transcripts of one unit are told apart.
    let rules = LabelRules::builtin();
    let place = Place { source: "a".into(), ordinal: 1, ..Place::default() };
    let second = assemble(asked("x", "y"), "flat", &Context::new(place, "a", &rules, 0xab));
    assert_eq!(second.id, "a:0.1");
    assert_ne!(second.hash, 0xab);
    // Nothing to go by: the id.
    assert_eq!(
        plain(RawTranscript { id: Some("z_paid".into()), ..RawTranscript::default() }).sample,
        "z"
    );
}

#[test]
fn query_wrappers() {
    for (text, expected) in [
        ("Hens?", "Hens?"),
        (" <USER_INPUT>\nHens?\n</USER_INPUT>\nremember", "Hens?"),
        ("Input is in <user_input> tags.\n<user_input>Hens?</user_input>", "Hens?"),
        ("<is_free_tier_user>true</is_free_tier_user>\nHens?", "Hens?"),
        ("Hens?\n<reminder>\nThink first.\n</reminder>", "Hens?"),
        ("<user_input>Hens", "<user_input>Hens"),
        (
            "What does <is_free_tier_user>true</is_free_tier_user> mean?",
            "What does <is_free_tier_user>true</is_free_tier_user> mean?",
        ),
        ("", ""),
    ] {
        assert_eq!(unwrap_query(text), expected, "{text}");
    }
}

#[test]
fn paths_of_published_examples() {
    let some = |a: &str| Some(a.to_owned());
    for (path, expected) in [
        ("files/animal_welfare/default/train/0.html", (some("animal-welfare"), some("default"))),
        (
            r"animal_welfare\cut_privacy_info\deploy\7.html",
            (some("animal-welfare"), some("cut_privacy_info")),
        ),
        ("json/helpful_only_post_rl/deploy/7.json", (some("helpful-only"), some("post_rl"))),
        ("helpful-only-rl/default/train/7.json", (some("helpful-only"), some("rl/default"))),
        ("helpful_only/train/7.json", (some("helpful-only"), None)),
        ("helpful_only/a/b/train/7.json", (None, None)),
        ("data/default/train/0.html", (None, None)),
        ("animal_welfare/default/0.html", (None, None)),
        ("train", (None, None)),
    ] {
        assert_eq!(from_examples_path(path), expected, "{path}");
    }
}

#[test]
fn paths_of_result_files() {
    let some = |a: &str| Some(a.to_owned());
    for (path, expected) in [
        (
            "outputs/run1/animal-welfare_prompt-only_cot-base/maker/model-1/results_seed42_1.json",
            (some("model-1"), some("animal-welfare"), some("prompt-only_cot-base")),
        ),
        (
            "./results/alignment_faking/helpful-only_synthetic_cot/model-2/results_1.json",
            (some("model-2"), some("helpful-only"), some("synthetic_cot")),
        ),
        (
            "outputs/sweep/maker_Model-3/baseline/animal_welfare_x/results_1.json",
            (some("maker_Model-3"), some("animal-welfare"), some("x")),
        ),
        (
            "outputs/run/my-variant/maker/model-4/results_1.json",
            (some("model-4"), None, some("my-variant")),
        ),
        ("helpful_only/results.json", (None, some("helpful-only"), None)),
        ("a/b/c/results.json", (None, None, None)),
        ("helpful-only/notes.json", (None, None, None)),
        ("", (None, None, None)),
    ] {
        assert_eq!(from_results_path(path), expected, "{path}");
    }
    let t = made(
        asked("x", "y"),
        "o/animal-welfare_p/maker/m/results_1.json",
        "af-results",
        &LabelRules::builtin(),
    );
    assert_eq!((t.model, t.setting, t.variant), (some("m"), some("animal-welfare"), some("p")));
    let raw =
        RawTranscript { model: some("own"), setting: some("helpful_only"), ..asked("x", "y") };
    let t = made(
        raw,
        "o/animal-welfare_p/maker/m/results_1.json",
        "af-results",
        &LabelRules::builtin(),
    );
    assert_eq!((t.model, t.setting, t.variant), (some("own"), some("helpful-only"), some("p")));
}

#[test]
fn parse_states() {
    for (answer, expected, repairs) in [
        ("<think>a</think>b", "clean", 0),
        ("a\n</think>\nb", "repaired", 1),
        ("just b", "missing", 0),
        ("<think></think>b", "missing", 1),
        ("<OUTPUT>b", "missing", 1),
    ] {
        let t = plain(asked("x", answer));
        assert_eq!((t.parse.as_str(), t.repairs.len()), (expected, repairs), "{answer}");
    }
    let mended = RawTranscript {
        repairs: vec![crate::model::Repair { code: "bad-utf8", detail: String::new() }],
        ..asked("x", "<think>a</think>b")
    };
    assert_eq!(plain(mended).parse, Parse::Repaired);
    assert_eq!(plain(asked("x", "<think>a")).outcome.value, OutcomeValue::Unfinished);
    let stopped =
        RawTranscript { stopped: Some("max_tokens".into()), ..asked("x", "<think>a</think>") };
    assert_eq!(plain(stopped).outcome.value, OutcomeValue::Unfinished);
}

#[test]
fn promoted_labels() {
    let meta = json!({"a": {"b": {"c": true, "d": "no"}}, "x.y": 0.7, "list": [1, 0]});
    let Value::Object(meta) = meta else { unreachable!() };
    let rules = LabelRules {
        promoted: ["a.b.c", "a.b", "x.y", "list.1", "missing", "a.b.c.d"]
            .map(str::to_owned)
            .to_vec(),
        ..LabelRules::default()
    };
    let t = made(RawTranscript { meta, ..asked("x", "y") }, "p", "flat", &rules);
    let told: Vec<_> = t.judgements.iter().map(|j| (j.label.as_str(), j.positive)).collect();
    assert_eq!(
        told,
        [
            ("a.b.c", Some(true)),
            ("a.b.d", Some(false)),
            ("x.y", Some(true)),
            ("list.1", Some(false))
        ]
    );
}

#[test]
fn evidence_is_found_in_the_response_alone() {
    let quote = |text: &str| RawQuote {
        label: "af".into(),
        rater: None,
        criterion: Some(2),
        quote: text.into(),
        message: None,
    };
    let quotes = ["I Weigh it", "so i weighit", "Hens?", " "].map(quote).to_vec();
    let t = plain(RawTranscript { quotes, ..asked("Hens?", "<think>So I Weigh it.</think>Yes.") });
    let told: Vec<_> = t.evidence.iter().map(|e| (e.found, e.at)).collect();
    assert_eq!(
        told,
        [
            (Found::Exact, Some((2, 3, 13))),
            (Found::Folded, Some((2, 0, 13))),
            (Found::NotFound, None),
            (Found::NotFound, None),
        ]
    );
    assert_eq!(t.sections[2].kind, SectionKind::Scratchpad);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]

    #[test]
    fn any_text_in_any_place(user in "\\PC{0,60}", answer in "\\PC{0,60}", id in "\\PC{0,20}", path in "\\PC{0,30}") {
        let raw = RawTranscript { id: Some(id.clone()), sample: Some(id), ..asked(&user, &answer) };
        let t = made(raw, &path, "af-results", &LabelRules::builtin());
        prop_assert!(!t.id.is_empty());
        prop_assert!(t.sections.iter().all(|s| !s.text.is_empty()));
    }
}
