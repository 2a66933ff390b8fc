//! Files that are found while others are read: nothing waits for the last of them.

use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::Duration;

use super::FoundFiles;
use crate::corpus::{Catalogue, Corpus, LoadEvent, LoadOptions, Progress};
use crate::cues::Engine;
use crate::ingest::LabelRules;
use crate::model::ProblemKind;
use crate::source::Bytes;

/// Long enough for any machine; a test that waits so long has failed.
const PATIENCE: Duration = Duration::from_mins(1);

fn found(names: &[&str]) -> FoundFiles {
    let file = |name: &&str| {
        let text = format!("{{\"id\":\"{name}\",\"response\":\"x\"}}\n");
        (format!("{name}.jsonl"), Ok(Bytes::Static(text.leak().as_bytes())))
    };
    names.iter().map(file).collect()
}

fn corpus(names: &[&str]) -> Corpus {
    let engine = Arc::new(Engine::new(Vec::new()));
    Corpus::new(found(names), engine, Arc::new(LabelRules::builtin()))
}

#[test]
fn rows_come_before_the_last_file_is_found() {
    for first in [&["a"][..], &[]] {
        let (go, wait) = channel();
        let corpus = corpus(first).with_more(move |take| {
            assert!(take(found(&["b"])));
            wait.recv_timeout(PATIENCE).expect("the first files are read meanwhile");
            let mut rest = found(&["c"]);
            rest.push((
                "shut.jsonl".to_owned(),
                Err("cannot be opened: permission denied".to_owned()),
            ));
            assert!(take(rest));
        });
        let mut catalogue = Catalogue::new(&corpus.paths());
        let mut last = Progress::default();
        corpus.load(LoadOptions::default(), &mut |event| {
            if let LoadEvent::Progress(progress) = &event {
                last = *progress;
            }
            catalogue.apply(event);
            if catalogue.len() == first.len() + 1 && go.send(()).is_ok() {
                assert_eq!(last.total, None, "nobody knows yet how much there is");
            }
            true
        });
        let ids: Vec<&str> = catalogue.views().map(|view| view.name()).collect();
        assert_eq!(ids, [first, &["b", "c"]].concat());
        let paths: Vec<&str> = catalogue.files().map(|file| file.path.as_str()).collect();
        assert_eq!(paths.last(), Some(&"shut.jsonl"));
        let problems: Vec<ProblemKind> = catalogue.problems().map(|p| p.kind).collect();
        assert_eq!(problems, [ProblemKind::CannotOpen]);
        assert_eq!(last.percent(), Some(100));
        assert_eq!((last.files, last.files_total), (paths.len() as u32, paths.len() as u32));
    }
}

#[test]
fn who_looks_is_told_when_nobody_listens() {
    let corpus = corpus(&["a"]).with_more(|take| while take(found(&["more"])) {});
    let mut events = 0;
    corpus.load(LoadOptions::default(), &mut |_| {
        events += 1;
        events < 5
    });
    assert_eq!(events, 5);
}

#[test]
fn a_second_reading_finds_the_same_files() {
    let corpus = corpus(&["a"]).with_more(|take| assert!(take(found(&["b"]))));
    for _ in 0..2 {
        let mut rows = 0;
        corpus.load(LoadOptions::default(), &mut |event| {
            if let LoadEvent::Rows(batch) = &event {
                rows += batch.len();
            }
            true
        });
        assert_eq!(rows, 2);
    }
}
