//! Every line of the statistics opens as many transcripts as it says: each rate its n and its k, each cell, each threshold, over
//! all of the sample data.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that cannot go on has failed

mod support;

use std::collections::HashSet;
use std::sync::Arc;

use support::repository;
use undertone::app::{
    Dialog, Effect, Key, Message, PaneSizes, StatLine, State, Statistics, start, update,
};
use undertone::cli::args::ReadArgs;
use undertone::cli::plan::Reading;
use undertone::corpus::{Corpus, LoadOptions};
use undertone::query::{Columns, Filter, Needs};

/// The explorer over files, with somebody who counts and filters for it.
#[derive(Clone)]
struct Explorer {
    corpus: Arc<Corpus>,
    state: State,
}

impl Explorer {
    fn open(paths: Vec<String>) -> Self {
        let reading = Reading::new(&ReadArgs { paths, ..ReadArgs::default() }).unwrap();
        let corpus = Arc::new(reading.corpus);
        let state = start("sample data", &corpus.paths(), Filter::default(), None);
        let mut explorer = Self { corpus, state };
        let needs = Needs { cues: true, opened: true, ..Needs::default() };
        let mut events = Vec::new();
        explorer.corpus.load(LoadOptions { needs, ..LoadOptions::default() }, &mut |event| {
            events.push(event);
            true
        });
        for event in events {
            explorer.send(Message::Loaded(event));
        }
        let sizes = PaneSizes { list: (60, 20), dialog: (100, 40), ..PaneSizes::default() };
        explorer.send(Message::Sizes(sizes));
        explorer
    }

    fn send(&mut self, message: Message) {
        for effect in update(&mut self.state, message) {
            match effect {
                // Numbers are asked for by the dialog alone.
                Effect::Count { generation, questions, rows, catalogue }
                    if self.state.dialogs.last().is_some() =>
                {
                    let mut matching =
                        |filter: &Filter| self.corpus.matching(&catalogue, filter, &|| true);
                    let rules = &self.corpus.rules;
                    let answers = catalogue.answers(&questions, &rows, rules, &mut matching);
                    self.send(Message::Counted { generation, answers: answers.unwrap() });
                }
                Effect::RunFilter { generation, filter, catalogue, from } => {
                    let mut all = Vec::new();
                    self.corpus.filter(&catalogue, &filter, from, &|| true, &mut |hits| {
                        all.push(hits);
                    });
                    let last = all.len().saturating_sub(1);
                    for (n, hits) in all.into_iter().enumerate() {
                        self.send(Message::Filtered { generation, hits, done: n == last });
                    }
                }
                _ => {}
            }
        }
    }

    fn keys(&mut self, keys: &str) {
        for key in keys.split_whitespace() {
            self.send(Message::Key(key.parse().unwrap()));
        }
    }

    fn shown(&self) -> &Statistics {
        match self.state.dialogs.last() {
            Some(Dialog::Statistics(shown)) => shown,
            _ => panic!("no statistics"),
        }
    }

    /// Opens every line of what is shown, by both keys. How many of them opened something.
    fn open_all(&mut self) -> usize {
        let lines = self.shown().lines();
        let mut opened = 0;
        for (at, line) in lines.iter().enumerate() {
            for (yes, key) in [(false, "Enter"), (true, "+")] {
                let Some((n, filter)) = line.opens(yes) else { continue };
                let before = self.state.clone();
                if let Some(Dialog::Statistics(shown)) = self.state.dialogs.last_mut() {
                    shown.selected = at;
                }
                self.keys(key);
                // No term tells a word beside a number from a word alone, copies whose first one is outside the filter, or a name
                // of a label that also stands for others of the same rater.
                let wordless = |title: &str| {
                    let starts = ["identical", "rater source (alignment_faking)"];
                    title.contains("a word alone") || starts.iter().any(|s| title.starts_with(s))
                };
                let may_stay = match &line {
                    StatLine::Part { .. } => true,
                    StatLine::Count { title, .. } => wordless(title),
                    _ => false,
                };
                if n > 0 && filter.is_none() && may_stay {
                    // No term finds them; a message says so.
                    assert!(!self.state.dialogs.is_empty() && self.state.toast.is_some());
                } else if n > 0 {
                    let filter = filter.unwrap_or_else(|| panic!("nothing finds {line:?}"));
                    assert!(self.state.dialogs.is_empty(), "{filter}");
                    assert_eq!(self.state.list.rows.len(), n, "{filter}: {line:?}");
                    opened += 1;
                } else {
                    assert!(!self.state.dialogs.is_empty() && self.state.toast.is_some());
                }
                self.state = before;
            }
        }
        opened
    }
}

#[test]
fn every_value_of_the_facets_filters_as_many_as_it_says() {
    let folder = repository("sample-data").display().to_string();
    let mut explorer = Explorer::open(vec![folder]);
    let found = explorer.corpus.record_fields(&explorer.state.catalogue, None, &|| true).unwrap();
    explorer.state.catalogue.take_fields(Arc::new(found));
    let catalogue = explorer.state.catalogue.snapshot();
    let rows = explorer.state.list.rows.clone();
    let (mut values, mut further) = (0, 0);
    for facet in catalogue.facets(&rows).words {
        for value in facet.values {
            let filter = Filter::parse(&value.term).unwrap();
            let found = explorer.corpus.matching(&catalogue, &filter, &|| true).unwrap();
            let n = found.iter().count();
            assert_eq!(n, value.total, "{}: {}", facet.title, value.term);
            values += 1;
            further += usize::from(value.term.starts_with("meta."));
        }
    }
    assert!(values > 50 && further > 4, "{values} {further}");
}

#[test]
fn names_within_names_and_in_other_letters_are_counted_and_found_alone() {
    let folder = tempfile::tempdir().unwrap();
    let models = ["gull-4", "gull-4", "gull-4o", "Gull-4", "old/gull-4", "gull"];
    let line = |(n, model): (usize, &&str)| {
        let setting = ["animal", "animal-welfare"][n % 2];
        serde_json::json!({"id": n, "query": "Is it?", "response": "It is.", "model": model, "setting": setting, "complied": n % 2 == 0})
            .to_string()
    };
    let lines: Vec<String> = models.iter().enumerate().map(line).collect();
    let path = folder.path().join("a.jsonl");
    std::fs::write(&path, lines.join("\n")).unwrap();
    let mut explorer = Explorer::open(vec![path.display().to_string()]);
    let catalogue = explorer.state.catalogue.snapshot();
    let facets = catalogue.facets(&explorer.state.list.rows).words;
    let mut counts = Vec::new();
    for facet in facets.into_iter().filter(|f| ["model", "setting"].contains(&&*f.title)) {
        for value in facet.values {
            let filter = Filter::parse(&value.term).unwrap();
            let found = explorer.corpus.matching(&catalogue, &filter, &|| true).unwrap();
            assert_eq!(found.iter().count(), value.total, "{}", value.term);
            counts.push(value.total);
        }
    }
    assert_eq!(counts, [3, 3, 2, 1, 1, 1, 1]);
    explorer.keys("s Right");
    let by_setting = explorer.open_all();
    explorer.keys("Right");
    assert!(by_setting > 2 && explorer.open_all() > 4);
}

#[test]
fn every_cell_of_the_sample_data_opens_as_many_as_it_says() {
    let folder = repository("sample-data").display().to_string();
    let all = Explorer::open(vec![folder]);
    for filter in ["", "tier:free,paid -outcome:other OR cue:strategic"] {
        let mut explorer = all.clone();
        explorer.keys("f");
        for c in filter.chars() {
            explorer.send(Message::Key(Key::char(c)));
        }
        explorer.keys("Enter s");
        let mut opened = 0;
        // Each field, alone and crossed with the tier, of compliance with and without partial, then of each label.
        for _ in 0..12 {
            opened += explorer.open_all();
            explorer.keys("Right");
        }
        explorer.keys("Tab p");
        for _ in 0..11 {
            opened += explorer.open_all();
            explorer.keys("Tab");
        }
        let mut labels = HashSet::new();
        for _ in 0..40 {
            explorer.keys("o");
            let label = explorer.shown().label.clone();
            if !labels.insert((label.clone(), explorer.shown().outcome)) {
                break;
            }
            opened += explorer.open_all();
            if label.is_some() {
                // Of a label without numbers another one is shown.
                let before = explorer.state.clone();
                explorer.keys("T");
                opened += explorer.open_all();
                explorer.state = before;
            }
        }
        assert!(labels.len() > 9 && opened > 1_000, "{labels:?}, {opened}");
        let deciders = explorer.state.catalogue.views().filter(|view| view.decider().is_some());
        assert!(deciders.count() > 0);
    }
}
