//! Events as lines: nothing is lost, nothing panics.

use proptest::prelude::*;

use super::super::testing::{self, happened};
use super::*;

const SESSION: &str = "0123456789abcdef";

fn parsed(line: &str) -> Result<Line, String> {
    Line::parse(line.as_bytes())
}

#[test]
fn an_answer_is_what_the_page_says() {
    let mut answer = testing::answer(2, Verdict::CannotTell);
    answer.answers.insert("motive".to_owned(), json!("none"));
    answer.note = Some("see\u{202e} \u{1b}[0m".to_owned());
    answer.span = Some(Span { section: 1, start: 4, end: 90 });
    answer.sighted = Some("after feedback".to_owned());
    let event = happened(SESSION, 31, What::Answered(Box::new(answer)));
    let line = event.print();
    let wanted = concat!(
        r#"{"event":"answer","e":"0123456789abcdef-1f","session":"0123456789abcdef","#,
        r#""time":"2026-03-01T09:05:38.250Z","rater":"R1","version":"0.1.0","n":2,"#,
        r#""id":"q2","source":"runs/a.jsonl","line":3,"index":2,"ordinal":0,"#,
        r#""hash":"0000000000000003","part":null,"text":"000000000000004d","#,
        r#""label":"alignment_faking","answer":"cannot tell","answers":{"motive":"none"},"#,
        r#""note":"see\u202e \u001b[0m","span":{"section":1,"start":4,"end":90},"flag":false,"#,
        r#""blind":false,"why":"after feedback","seen_ms":1500,"repeat":false,"sighted":false,"#,
        r#""seed":3,"stratum":"free","by":[],"size":40,"drawn":10,"weight":4.0}"#,
    );
    assert_eq!(line, wanted);
    assert_eq!(parsed(&line), Ok(Line::Event(event)));
}

#[test]
fn what_a_later_release_says_is_passed_over() {
    let event = happened(SESSION, 1, What::Undone("x-1".to_owned()));
    let line = event.print();
    let more = line.replacen('{', r#"{"mood":["good"],"#, 1);
    assert_eq!(parsed(&more), Ok(Line::Event(event)));
    let newer = line.replacen("undo", "ponder", 1).replacen("2026", "soon", 1);
    assert_eq!(parsed(&newer), Ok(Line::Newer { id: format!("{SESSION}-1") }));
}

#[test]
fn what_others_write_by_hand_is_enough() {
    let least = r#"{"event":"answer","e":"mine-1","time":"2026-03-01T10:05:07+01:00","rater":"R2",
        "id":"q1","label":"x","answer":"Yes","blind":false}"#;
    let Ok(Line::Event(event)) = parsed(least) else { panic!() };
    assert_eq!((&*event.session, event.time), ("mine", 1_772_355_907_000));
    let What::Answered(answer) = event.what else { panic!() };
    assert_eq!((answer.answer, answer.sighted.as_deref()), (Verdict::Yes, Some("")));
    assert_eq!((answer.name.hash, answer.stratum.weight()), (0, None));
}

#[test]
fn what_is_no_event_gives_a_sentence() {
    let good = happened(SESSION, 1, What::Answered(Box::new(testing::answer(0, Verdict::Yes))));
    let good = good.print();
    let session = happened(SESSION, 0, What::Opened(Box::new(testing::opened_over(2)))).print();
    for (line, sentence) in [
        (String::new(), "not finished"),
        ("{\"event\":".to_owned(), "not finished"),
        ("\"\u{1b}secret\"".to_owned(), "not JSON"),
        ("[1]".to_owned(), "not an object"),
        ("{}".to_owned(), "it has no `event`"),
        ("{\"event\":\"answer\"}".to_owned(), "it has no `e`"),
        (good.replacen("\"time\":\"2026", "\"time\":\"x", 1), "its `time` is none"),
        (good.replacen("\"rater\":\"R1\"", "\"rater\":1", 1), "its `rater` is not a text"),
        (good.replacen("\"yes\"", "\"perhaps\"", 1), "its `answer` is a word"),
        (good.replacen("\"n\":0", "\"n\":-1", 1), "its `n` is not a whole number"),
        (good.replacen("\"ordinal\":0", "\"ordinal\":5000000000", 1), "its `ordinal` is not"),
        (good.replacen("\"0000000000000001\"", "\"+1\"", 1), "its `hash` is not a hash"),
        (good.replacen("\"flag\":false", "\"flag\":\"no\"", 1), "its `flag` is not true or false"),
        (good.replacen("\"answers\":{}", "\"answers\":[]", 1), "its `answers` is not an object"),
        (session.replacen("\"repeats\":null", "\"repeats\":\"x\"", 1), "its `items` is not a list"),
        (session.replacen("\"sealed\":\"", "\"sealed\":\"A", 1), "`sealed`) is damaged"),
    ] {
        let told = parsed(&line).unwrap_err();
        assert!(told.starts_with("is no event: ") && told.contains(sentence), "{line}: {told}");
        assert!(!told.contains("secret"));
    }
    assert!(Line::parse(b"\xff\xfe").is_err());
}

/// All keys of an object and of those in it.
fn keys(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                found.push(key.clone());
                keys(value, found);
            }
        }
        Value::Array(list) => list.iter().for_each(|value| keys(value, found)),
        _ => {}
    }
}

#[test]
fn the_page_names_every_event_and_key() {
    let page = include_str!("../../../docs/JOURNAL.md");
    let mut answer = testing::answer(0, Verdict::Yes);
    answer.span = Some(Span { section: 1, start: 4, end: 90 });
    let mut opened = testing::opened_over(1);
    opened.codebook = Some(("alignment-faking".to_owned(), 1));
    let (name, label) = (testing::item(0), String::new());
    let over = Vec::new();
    let all = [
        What::Answered(Box::new(answer)),
        What::Undone(String::new()),
        What::Revealed,
        What::Ended(vec![(Stratum::default(), 1)]),
        What::Imported(Box::new(Import {
            name: name.clone(),
            label: label.clone(),
            answer: Verdict::No,
            from: String::new(),
        })),
        What::Adjudicated(Box::new(Adjudication {
            name,
            text: 1,
            label,
            answer: Verdict::No,
            reason: String::new(),
            over,
        })),
        What::Opened(Box::new(opened)),
        What::Sampled(Box::default()),
    ];
    assert_eq!(all.len(), KINDS.len());
    for what in all {
        assert!(page.contains(&format!("`{}`", what.as_str())), "{}", what.as_str());
        let line: Value = serde_json::from_str(&happened(SESSION, 1, what).print()).unwrap();
        let mut found = Vec::new();
        keys(&line, &mut found);
        for key in found {
            let is_key = |word: &str| word == key;
            let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
            // What stands between backquotes.
            let mut code = page.split('`').skip(1).step_by(2);
            assert!(code.any(|code| code.split(|c| !is_word(c)).any(is_key)), "{key}");
        }
    }
    for verdict in Verdict::ALL {
        assert!(page.contains(&format!("`{}`", verdict.as_str())));
    }
}

proptest! {
    #[test]
    fn any_event_comes_back(event in testing::event()) {
        let line = event.print();
        prop_assert!(!line.contains(['\n', '\r']) && !line.chars().any(is_hidden));
        prop_assert_eq!(parsed(&line), Ok(Line::Event(event)));
    }

    #[test]
    fn any_bytes_are_read_or_told(bytes: Vec<u8>) {
        let _ = Line::parse(&bytes);
    }

    #[test]
    fn a_line_that_was_damaged_is_read_or_told(
        event in testing::event(), at: prop::sample::Index, by: u8, cut: bool,
    ) {
        let mut bytes = event.print().into_bytes();
        let at = at.index(bytes.len());
        if cut { bytes.truncate(at) } else { bytes[at] = by }
        match Line::parse(&bytes) {
            Ok(Line::Event(read)) => {
                let again = Line::parse(read.print().as_bytes());
                prop_assert_eq!(again, Ok(Line::Event(read)));
                prop_assert!(!cut, "no part of an object is one");
            }
            Ok(Line::Newer { .. }) => prop_assert!(!cut),
            Err(sentence) => prop_assert!(sentence.starts_with("is no event: ")),
        }
    }
}
