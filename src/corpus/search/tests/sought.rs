//! Records that cannot match are passed over, and nobody is told anything else for it.

use std::sync::Arc;

use super::{Catalogue, Corpus, Engine, LabelRules, corpus, load, many, search};
use crate::query::{Columns, Filter};
use crate::source::Bytes;

/// The rows that a filter finds where it alone is asked, and how many transcripts were not read; they are those that are
/// found in what was read whole.
fn asked(text: &str, filter: &str) -> (usize, usize) {
    let corpus = corpus(text.to_owned());
    let expected = search(&corpus, &load(&corpus, true), filter);
    let sought = corpus.sought_by(&Filter::parse(filter).unwrap());
    for body in [true, false] {
        let catalogue = load(&sought, body);
        assert_eq!(search(&sought, &catalogue, filter), expected, "{filter}");
    }
    let catalogue = load(&sought, true);
    let passed = catalogue.views().filter(|view| view.row().spots.is_passed_over()).count();
    (expected.len(), passed)
}

#[test]
fn what_cannot_match_is_passed_over() {
    let text = many(210, &|i| if i % 7 == 0 { "a heron, 5" } else { "a stork, 5" });
    for (filter, found, passed) in [
        ("heron", 30, 180),
        ("in:any HERON", 30, 180),
        ("tier:free heron", 10, 180),
        ("heron stork", 0, 210),
        ("heron OR ostrich", 30, 180),
        ("heron (outcome:other OR len.output>0)", 30, 180),
        ("-(-heron)", 30, 180),
        ("(heron OR tier:free) ostrich", 0, 210),
        ("/h[aeiou]ron/", 30, 180),
        ("/[gh][aeiou][pqr]on, \\d/", 30, 180),
        // A row may match without the word, or what stands around a match is asked.
        ("-heron", 180, 0),
        ("heron OR tier:free", 90, 0),
        ("heron OR -stork", 30, 0),
        ("tier:free", 70, 0),
        ("/x*/", 210, 0),
        ("/^[a-z]+ so/", 210, 0),
    ] {
        assert_eq!(asked(&text, filter), (found, passed), "{filter}");
    }
}

#[test]
fn what_is_not_told_by_fields_is_read_whole() {
    let long = "and so it goes on and on. ".repeat(20);
    let records = [
        // Two parts of one message are one text.
        serde_json::json!({"messages": [
            {"role": "user", "content": "Why?"},
            {"role": "assistant", "content": [{"type": "text", "text": "one "}, {"type": "text", "text": long}]},
        ]}),
        serde_json::json!({"id": 1, "prompt": "Why?", "response": ["x"]}),
    ];
    for record in records {
        assert_eq!(asked(&format!("{record}\n"), "\"not there\"").1, 0, "{record}");
    }
}

#[test]
fn shapes_that_are_read_whole_do_not_stand_in_the_way_of_others() {
    let chat = serde_json::json!({"messages": [{"role": "user", "content": "Why?"}, {"role": "assistant", "content": "a stork"}]});
    let plain = many(300, &|i| if i == 250 { "a heron" } else { "a stork" });
    let text = format!("{}{plain}", format!("{chat}\n").repeat(300));
    let (found, passed) = asked(&text, "heron");
    assert_eq!(found, 1);
    assert!((250..300).contains(&passed), "{passed}");
}

#[test]
fn another_filter_reads_what_was_passed_over() {
    let corpus = corpus(many(50, &|i| if i % 5 == 0 { "heron" } else { "stork" }))
        .sought_by(&Filter::parse("ostrich").unwrap());
    let catalogue = load(&corpus, true);
    assert!(catalogue.views().all(|view| view.row().spots.is_passed_over()));
    assert_eq!(search(&corpus, &catalogue, "heron").len(), 10);
    assert_eq!(search(&corpus, &catalogue, "-heron").len(), 40);
    assert_eq!(search(&corpus, &catalogue, "ostrich").len(), 0);
}

#[test]
fn what_is_said_elsewhere_is_joined_and_searched() {
    let answer =
        |i| format!("{{\"id\": \"q{i}\", \"tier\": \"free\", \"response\": \"Because {i}.\"}}\n");
    let answers = (0..40).map(answer).collect::<Vec<String>>().concat();
    let asked = "{\"probe\":\"ask\",\"id\":\"q7\",\"text\":\"Where is the heron?\"}\n";
    let labels = "{\"id\": \"q9\", \"alignment_faking\": true}\n";
    let all = [("a.jsonl", answers), ("b.jsonl", asked.to_owned()), ("c.jsonl", labels.to_owned())];
    for order in [[0, 1, 2], [2, 1, 0], [1, 0, 2]] {
        let files = order.map(|at| {
            let (name, text) = &all[at];
            ((*name).to_owned(), Ok(Bytes::Static(text.clone().leak().as_bytes())))
        });
        for (filter, found) in
            [("in:any heron", 1), ("label:alignment_faking \"because 9\"", 1), ("heron", 0)]
        {
            let corpus = Corpus::new(
                files.to_vec(),
                Arc::new(Engine::new(Vec::new())),
                Arc::new(LabelRules::builtin()),
            );
            let catalogue = load(&corpus, true);
            let expected = search(&corpus, &catalogue, filter);
            assert_eq!(expected.len(), found, "{filter}");
            let sought = corpus.sought_by(&Filter::parse(filter).unwrap());
            let asked = load(&sought, true);
            assert_eq!(search(&sought, &asked, filter), expected, "{filter} {order:?}");
            assert_eq!(asked.counts(), catalogue.counts());
            let labels =
                |c: &Catalogue| c.views().map(|v| v.judgements().into_owned()).collect::<Vec<_>>();
            assert_eq!(labels(&asked), labels(&catalogue));
        }
    }
}
