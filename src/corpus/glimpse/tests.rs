//! Rows before the rules: they come first, stand where the rows themselves will, and say nothing that rules would.

use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::corpus::{Catalogue, Corpus, LazyEngine, LoadEvent, LoadOptions, Row};
use crate::cues::Engine;
use crate::ingest::LabelRules;
use crate::query::Needs;
use crate::source::Bytes;

/// Long enough for any machine; a test that waits so long has failed.
const PATIENCE: Duration = Duration::from_mins(1);

fn file(name: &str, lines: usize) -> (String, Result<Bytes, String>) {
    let line = |n: usize| {
        let record = serde_json::json!({"id": format!("{name}-{n}"), "tier": "free",
            "scratchpad": "If I refuse, I may be modified.", "response": "No."});
        format!("{record}\n")
    };
    let text: String = (0..lines).map(line).collect();
    (format!("{name}.jsonl"), Ok(Bytes::Static(text.leak().as_bytes())))
}

/// Loads with rules that are compiled only when a glimpse was seen; what was glimpsed, and what was read.
fn load(files: Vec<(String, Result<Bytes, String>)>) -> (Vec<Row>, Catalogue) {
    let (seen, wait) = channel();
    let wait = Mutex::new(wait);
    let engine = LazyEngine::new(move || {
        wait.lock().unwrap().recv_timeout(PATIENCE).expect("rows come before the rules");
        Arc::new(Engine::builtin())
    });
    let corpus = Corpus::new(files, engine, Arc::new(LabelRules::builtin()));
    let mut catalogue = Catalogue::new(&corpus.paths());
    let mut glimpsed = Vec::new();
    let needs = Needs { cues: true, ..Needs::default() };
    corpus.load(LoadOptions { needs, threads: 2, glimpse: true }, &mut |event| {
        if let LoadEvent::Glimpse(batch) = &event {
            assert!(catalogue.is_empty(), "only before any other rows");
            corpus.glimpse_shown();
            glimpsed.extend(batch.chunk.rows());
            let _ = seen.send(());
        }
        catalogue.apply(event);
        true
    });
    (glimpsed, catalogue)
}

#[test]
fn rows_come_before_the_rules_and_once_more_with_them() {
    for files in [
        vec![file("one", 40)],
        vec![
            ("notes.txt".to_owned(), Ok(Bytes::Static(b"nothing here"))),
            file("a", 1),
            file("b", 3),
        ],
    ] {
        let (glimpsed, catalogue) = load(files);
        assert!(!glimpsed.is_empty() && glimpsed.len() <= catalogue.len());
        for (early, view) in glimpsed.iter().zip(catalogue.views()) {
            assert_eq!((&early.id, &early.place), (&view.row().id, &view.row().place));
            assert_eq!(early.tier, view.row().tier);
            assert!(early.score.is_none() && early.cues.is_empty());
            assert!(view.row().score.is_some() && !view.row().cues.is_empty());
        }
    }
}

#[test]
fn nobody_gets_a_glimpse_who_did_not_ask_or_whose_rules_are_ready() {
    let rules = || Arc::new(LabelRules::builtin());
    let needs = Needs { cues: true, ..Needs::default() };
    let lazy = || LazyEngine::new(|| Arc::new(Engine::builtin()));
    let ready = || LazyEngine::from(Arc::new(Engine::builtin()));
    for (engine, glimpse) in [(lazy(), false), (ready(), true)] {
        let corpus = Corpus::new(vec![file("one", 20)], engine, rules());
        corpus.load(LoadOptions { needs, threads: 2, glimpse }, &mut |event| {
            assert!(!matches!(event, LoadEvent::Glimpse(_)));
            true
        });
    }
}

#[test]
fn a_body_comes_unmarked_before_the_rules_are_ready() {
    let engine = LazyEngine::new(|| Arc::new(Engine::builtin()));
    let corpus = Corpus::new(vec![file("one", 2)], engine, Arc::new(LabelRules::builtin()));
    let mut catalogue = Catalogue::new(&corpus.paths());
    corpus.load(LoadOptions::default(), &mut |event| {
        catalogue.apply(event);
        true
    });
    let place = &catalogue.row(1).unwrap().place;
    let early = corpus.unmarked_body(place).unwrap();
    assert!(early.analysis.spans.is_empty() && corpus.engine.ready().is_none());
    let body = corpus.body(place).unwrap();
    assert_eq!(format!("{:?}", early.transcript), format!("{:?}", body.transcript));
    assert!(!body.analysis.spans.is_empty());
    assert_eq!((early.record.as_str(), early.hidden), (body.record.as_str(), body.hidden));
}
