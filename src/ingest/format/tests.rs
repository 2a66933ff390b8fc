//! Any record in any format: everything is a transcript or a problem.

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::ingest::LabelRules;
use crate::model::Place;

fn raws(record: &Value) -> (&'static str, Vec<RawTranscript>, Vec<String>) {
    let rules = LabelRules::default();
    let context = Context::new(Place::default(), "x", &rules, 0);
    let Some(format) = FORMATS.iter().find(|f| f.recognise(record).is_some()) else {
        return ("", Vec::new(), Vec::new());
    };
    let (mut raws, mut remarks) = (Vec::new(), Vec::new());
    for reading in format.read(record, &context) {
        match reading {
            Reading::Transcript(raw) => raws.push(*raw),
            Reading::Remark(_, text) => remarks.push(text),
            other => panic!("{other:?}"),
        }
    }
    (format.name(), raws, remarks)
}

fn unit(bytes: &[u8]) -> UnitReading {
    let rules = LabelRules::default();
    let place = Place { source: "a.jsonl".into(), line: Some(3), ..Place::default() };
    read_unit(bytes, &Context::new(place, "a", &rules, 1))
}

/// Role, kind and origin of every part, with its text.
fn parts(raw: &RawTranscript) -> Vec<String> {
    raw.turns
        .iter()
        .flat_map(|t| {
            let role = t.role.as_str().to_owned();
            t.parts.iter().map(move |p| format!("{role} {:?} {} {}", p.kind, p.origin, p.text))
        })
        .collect()
}

#[test]
fn chats_of_every_kind() {
    let cases = [
        (
            json!({"messages": [{"role": "developer", "content": "s"}, {"role": "human", "content": "u"}, {"role": "assistant", "content": "a"}]}),
            vec![
                "system Text messages[0].content s",
                "user Text messages[1].content u",
                "assistant Text messages[2].content a",
            ],
        ),
        (
            json!([{"role": "user", "content": "u"}, {"role": "assistant", "content": [{"type": "thinking", "thinking": "t", "signature": "x"}, {"type": "text", "text": "a"}]}]),
            vec![
                "user Text [0].content u",
                "assistant Reasoning [1].content[0].thinking t",
                "assistant Text [1].content[1].text a",
            ],
        ),
        (
            json!({"messages": [{"role": "assistant", "content": "a", "reasoning_content": "r", "reasoning": "r"}]}),
            vec![
                "assistant Reasoning messages[0].reasoning_content r",
                "assistant Text messages[0].content a",
            ],
        ),
        (
            json!({"messages": [{"role": "assistant", "content": "a", "reasoning_details": [{"type": "reasoning.text", "text": "r"}, {"type": "reasoning.encrypted", "data": "x"}]}]}),
            vec![
                "assistant Reasoning messages[0].reasoning_details[0].text r",
                "assistant Text messages[0].content a",
            ],
        ),
        (
            json!({"messages": [{"role": "assistant", "content": [{"type": "reasoning", "reasoning": "cipher", "summary": "sum", "redacted": true}, {"type": "text", "text": "a"}]}]}),
            vec![
                "assistant Reasoning messages[0].content[0].summary sum",
                "assistant Text messages[0].content[1].text a",
            ],
        ),
        (
            json!({"messages": [{"role": "model", "parts": [{"text": "r", "thought": true}, {"text": "a"}]}]}),
            vec![
                "assistant Reasoning messages[0].parts[0].text r",
                "assistant Text messages[0].parts[1].text a",
            ],
        ),
        (
            json!({"prompt": [{"role": "user", "content": "u"}], "response": "a"}),
            vec!["user Text prompt[0].content u", "assistant Text response a"],
        ),
        (
            json!({"messages": [{"role": "user", "content": "u"}, {"role": "assistant", "content": "a"}], "response": "a"}),
            vec!["user Text messages[0].content u", "assistant Text messages[1].content a"],
        ),
        (
            json!({"prompt": "u", "choices": [{"message": {"role": "assistant", "content": null, "reasoning": "r", "tool_calls": [{"function": {"name": "f", "arguments": "{}"}}]}}]}),
            vec![
                "user Text prompt u",
                "assistant Reasoning choices[0].message.reasoning r",
                "assistant Tool choices[0].message.tool_calls[0] f({})",
            ],
        ),
        (
            json!({"conversation": [{"role": "tool", "content": "out"}, {"role": "assistant", "content": [{"type": "tool_use", "name": "f", "input": {"a": 1}}]}]}),
            vec![
                "tool Tool conversation[0].content out",
                "assistant Tool conversation[1].content[0] f({\"a\":1})",
            ],
        ),
        (
            json!({"system_prompt": "s", "messages": [{"role": "user", "content": "u"}, {"role": "judge", "content": [{"type": "image_url"}]}]}),
            vec![
                "system Text system_prompt s",
                "user Text messages[0].content u",
                "judge Other messages[1].content[0] [image_url]",
            ],
        ),
    ];
    for (record, expected) in cases {
        let (name, raws, remarks) = raws(&record);
        assert_eq!(name, "chat", "{record}");
        assert_eq!(parts(&raws[0]), expected, "{record}");
        assert!(remarks.is_empty(), "{remarks:?}");
    }
}

#[test]
fn several_choices_are_several_transcripts() {
    let record = json!({"id": "x", "model": "m", "messages": [{"role": "user", "content": "u"}],
        "choices": [{"message": {"content": "a", "role": "assistant"}, "finish_reason": "stop"},
                    {"message": {"content": "b", "role": "assistant"}, "finish_reason": "length"}]});
    let (_, raws, _) = raws(&record);
    assert_eq!(raws.iter().map(|r| r.epoch).collect::<Vec<_>>(), [Some(0), Some(1)]);
    let ids: Vec<_> = raws.iter().filter_map(|r| r.id.as_deref()).collect();
    assert_eq!(
        ids,
        ["x_epoch_0", "x_epoch_1"],
        "two transcripts with one id could not be told apart"
    );
    assert_eq!(raws[0].stopped, None);
    assert_eq!(raws[1].stopped.as_deref(), Some("length"));
    assert!(raws.iter().all(|r| r.turns.len() == 2 && r.aliases == ["x"]));
}

#[test]
fn wrong_types_in_messages_leave_the_others() {
    let record = json!({"messages": [{"role": "user", "content": 5}, "what", {"role": 3, "content": "x"},
        {"role": "assistant", "content": ["a", 7]}]});
    let (_, raws, remarks) = raws(&record);
    assert_eq!(remarks.len(), 4, "{remarks:?}");
    let expected =
        ["unknown Text messages[2].content x", "assistant Text messages[3].content[0] a"];
    assert_eq!(parts(&raws[0]), expected);
}

#[test]
fn withheld_reasoning_is_counted() {
    let record = json!([{"role": "user", "content": "u"}, {"role": "assistant", "content": [
        {"type": "redacted_thinking", "data": "x"}, {"type": "thinking", "thinking": "", "signature": "s"}]}]);
    let (_, raws, _) = raws(&record);
    assert_eq!(raws[0].meta["withheld_reasoning"], json!(2));
}

#[test]
fn what_cannot_be_read_is_one_problem_and_one_left_out() {
    let cases: &[(&[u8], ProblemKind, &str)] = &[
        (b"{\"prompt\": nope}", ProblemKind::Unreadable, "no JSON"),
        (b"{\"prompt\": \"x", ProblemKind::Torn, "stops in the middle"),
        (b"\"x\"", ProblemKind::NotARecord, "a bare string"),
        (b"42", ProblemKind::NotARecord, "a bare number"),
        (b"[1]", ProblemKind::NotARecord, "a list"),
        (b"null", ProblemKind::NotARecord, "a bare null"),
        (b"{}", ProblemKind::UnknownShape, "without any key"),
        (br#"{"silly\u001b":1,"b":2}"#, ProblemKind::UnknownShape, "silly\\u{1b}, b"),
        (
            br#"{"a":1,"b":1,"c":1,"d":1,"e":1,"f":1,"g":1,"h":1,"i":1,"j":1}"#,
            ProblemKind::UnknownShape,
            "h and 2 more",
        ),
        (br#"{"custom_id":"q","body":{}}"#, ProblemKind::UnknownShape, "asks nothing"),
    ];
    for (bytes, kind, part) in cases {
        let shown = String::from_utf8_lossy(bytes);
        let reading = unit(bytes);
        assert_eq!(reading.left_out, 1, "{shown}");
        assert!(reading.transcripts.is_empty());
        let [problem] = &reading.problems[..] else { panic!("{shown}: {:?}", reading.problems) };
        assert_eq!(problem.kind, *kind, "{shown}: {problem:?}");
        assert!(problem.message.contains(part), "{shown}: {problem:?}");
        assert_eq!((problem.source.as_str(), problem.line), ("a.jsonl", Some(3)));
    }
}

#[test]
fn labels_without_a_rater_are_their_files_word() {
    let rules = LabelRules::default();
    let rated = |record: &Value, path: &str, stem: &str, labels_only: bool| {
        let place = Place { source: path.into(), ..Place::default() };
        let mut context = Context::new(place, stem, &rules, 1);
        context.labels_only = labels_only;
        let reading = read_unit(&serde_json::to_vec(record).unwrap(), &context);
        let row = reading.label_rows.into_iter().next().unwrap();
        let raters = row.labels.into_iter().map(|l| l.rater);
        raters.chain(row.quotes.into_iter().map(|q| q.rater)).collect::<Vec<_>>()
    };
    let file = |record: &Value, labels_only| {
        rated(record, "in/reviews-may.jsonl", "reviews-may", labels_only)
    };
    let by = |name: &str| Some(name.to_owned());
    let quoting = json!({"id": "a", "is_af": true, "quotes": ["so it is"]});
    assert_eq!(file(&quoting, false), [by("reviews-may"), by("reviews-may")]);
    assert_eq!(file(&json!({"id": "a", "target": true}), false), [by("reviews-may")]);
    assert_eq!(file(&json!({"id": "a", "harm": true}), true), [by("reviews-may")]);
    let named = json!({"id": "a", "is_af": true, "reviewer": "ines"});
    assert_eq!(file(&named, false), [by("reviewer-ines")]);
    let blank = json!({"id": "a", "scores": [{"label": "af", "rater": "", "value": 1}]});
    assert_eq!(file(&blank, false), [by("reviews-may")]);
    // A list of pages says what the pages say: those are not two raters.
    let list = json!({"html_title": "", "dataSource": {"allFiles":
        [{"html": "1.html", "json": {"is_af": true}}]}});
    assert_eq!(rated(&list, "p/selector.html", "selector", false), [None]);
}

#[test]
fn what_may_be_labels_is_told_how_to_be_read_as_such() {
    let hint = "`--labels a.jsonl` joins it";
    for (record, told) in [
        (json!({"query_id": "q7", "harm": true}), true),
        (json!({"id": "a", "harm": 0.5, "note": "so"}), true),
        (json!({"harm": true}), false),
        (json!({"id": "a"}), false),
        (json!({"id": "a", "harm": true, "essay": "word ".repeat(60)}), false),
        (json!({"id": "a", "harm": true, "talk": [{"who": "x", "line": "y"}]}), false),
    ] {
        let reading = unit(&serde_json::to_vec(&record).unwrap());
        let [problem] = &reading.problems[..] else { panic!("{record}: {reading:?}") };
        assert_eq!(problem.kind, ProblemKind::UnknownShape);
        assert_eq!(problem.message.contains(hint), told, "{}", problem.message);
    }
}

#[test]
fn torn_and_oversized_cuts_are_problems() {
    let rules = LabelRules::default();
    let context = Context::new(Place::default(), "a", &rules, 1);
    let cut = Unit { offset: 0, len: 300 << 20, line: 1, index: 0, member: None };
    let reading = read_cut(&cut, &UnitBytes::TooLarge, &context);
    assert_eq!(reading.problems[0].kind, ProblemKind::TooLarge);
    assert!(reading.problems[0].message.contains("300 MB"));
    let reading = read_cut(&cut, &UnitBytes::Torn(b"{\"a\":".to_vec().into()), &context);
    assert_eq!((reading.problems[0].kind, reading.left_out), (ProblemKind::Torn, 1));
    // A raw newline in a string looks like a tear to the cutter, but reads.
    let mended = UnitBytes::Torn(b"{\n\"text\": \"a\nb\"\n}".to_vec().into());
    assert_eq!(read_cut(&cut, &mended, &context).transcripts.len(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_bytes_give_transcripts_or_problems(bytes in proptest::collection::vec(any::<u8>(), 0..120)) {
        let reading = unit(&bytes);
        let given = reading.transcripts.len() + reading.problems.len() + reading.parts.len() + reading.label_rows.len();
        prop_assert!(given > 0);
        prop_assert!(reading.problems.len() as u64 >= reading.left_out);
    }

    #[test]
    fn known_fields_of_any_type_do_not_panic(
        keys in proptest::collection::vec(prop_oneof![
            Just("messages"), Just("prompt"), Just("response"), Just("choices"), Just("output"), Just("trace"),
            Just("scratchpad"), Just("tier"), Just("tags"), Just("labels"), Just("text"), Just("metadata"),
            Just("deceptive_alignment"), Just("error"), Just("markers"), Just("system_prompt"), Just("results"),
        ], 1..6),
        values in proptest::collection::vec(prop_oneof![
            Just(json!(null)), Just(json!(true)), Just(json!(0.5)), Just(json!("<think>x")), Just(json!([])),
            Just(json!([{"role": "assistant", "content": [{"type": "thinking"}]}])), Just(json!([1, {"role": 2}])),
            Just(json!({"final_answer": [], "criteria": 3, "quotes": [[1]]})), Just(json!({"messages": {}})),
            Just(json!([{"message": {"role": "x"}}])), Just(json!("Turn 1 (user): x")), Just(json!({"role": "user", "content": {}})),
        ], 6),
    ) {
        let map: serde_json::Map<String, Value> = keys.iter().map(|k| (*k).to_owned()).zip(values).collect();
        let bytes = serde_json::to_vec(&Value::Object(map)).unwrap();
        let reading = unit(&bytes);
        prop_assert!(reading.transcripts.len() as u64 + reading.left_out > 0);
    }
}
