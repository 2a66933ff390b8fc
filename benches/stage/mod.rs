//! What benches have in common: records read into a catalogue, filters run over it, and an explorer that draws it.

#![allow(dead_code, clippy::expect_used)] // each bench uses its part, and one that cannot go on has failed

use std::hint::black_box;
use std::sync::Arc;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use undertone::app::{Effect, Message, State, start, update};
use undertone::corpus::{Catalogue, Corpus, LoadEvent, LoadOptions};
use undertone::cues::Engine;
use undertone::ingest::{Context, LabelRules, read_unit};
use undertone::model::{Place, Role, Section, SectionKind, Transcript};
use undertone::query::{Filter, Needs};
use undertone::source::Bytes;
use undertone::ui::{Depth, Theme, draw, sizes};

/// Columns and rows of the screen on which frames are timed.
pub const SCREEN: (u16, u16) = (200, 50);

/// Records that were read.
pub struct Stage {
    pub corpus: Corpus,
    pub catalogue: Catalogue,
}

fn corpus(bytes: &'static [u8]) -> Corpus {
    Corpus::new(
        vec![("bench.jsonl".to_owned(), Ok(Bytes::Static(bytes)))],
        Arc::new(Engine::builtin()),
        Arc::new(LabelRules::builtin()),
    )
}

/// Reads lines of JSON. With cues the rules run over every scratchpad. `threads` as in [`LoadOptions`].
pub fn load(bytes: &'static [u8], cues: bool, threads: usize) -> Stage {
    let corpus = corpus(bytes);
    let mut catalogue = Catalogue::new(&corpus.paths());
    let needs = Needs { cues, ..Needs::default() };
    corpus.load(LoadOptions { needs, threads, ..LoadOptions::default() }, &mut |event| {
        catalogue.apply(event);
        true
    });
    Stage { corpus, catalogue }
}

/// A filter of a bench.
pub fn filter(text: &str) -> Filter {
    Filter::parse(text).expect("a filter")
}

impl Stage {
    /// How many rows a filter lets through.
    pub fn count(&self, filter: &Filter) -> usize {
        let mut rows = 0;
        self.corpus
            .filter(&self.catalogue, filter, 0, &|| true, &mut |hits| rows += hits.rows.len());
        rows
    }
}

/// Reads one record as a reader of a file does; how many transcripts it holds.
pub fn parse(record: &[u8], rules: &LabelRules) -> usize {
    let place = Place { source: "bench.jsonl".into(), line: Some(1), ..Place::default() };
    let context = Context::new(place, "bench", rules, 1);
    black_box(read_unit(black_box(record), &context)).transcripts.len()
}

/// A transcript that is nothing but its scratchpad.
pub fn thought(text: String) -> Transcript {
    let section = Section {
        turn: 0,
        role: Role::Assistant,
        kind: SectionKind::Scratchpad,
        origin: "scratchpad".to_owned(),
        start: 0,
        end: text.len(),
        text,
    };
    Transcript { sections: vec![section], ..Transcript::default() }
}

/// An explorer without a terminal, and the screen that it draws on.
pub struct Explorer {
    state: State,
    corpus: Corpus,
    theme: Theme,
    terminal: Terminal<TestBackend>,
}

impl Explorer {
    /// Opens lines of JSON and reads them to their end; the first transcript is shown.
    pub fn new(bytes: &'static [u8]) -> Self {
        let corpus = corpus(bytes);
        let state = start("bench.jsonl", &corpus.paths(), Filter::default(), None);
        let theme = Theme::choose("dark", None, Depth::True, false);
        let terminal = Terminal::new(TestBackend::new(SCREEN.0, SCREEN.1)).expect("a screen");
        let mut explorer = Self { state, corpus: corpus.clone(), theme, terminal };
        explorer.send(Message::Resized(SCREEN.0, SCREEN.1));
        explorer.send(Message::Rules(Arc::clone(corpus.engine.get())));
        let mut events: Vec<LoadEvent> = Vec::new();
        let needs = Needs { cues: true, ..Needs::default() };
        corpus.load(LoadOptions { needs, ..LoadOptions::default() }, &mut |event| {
            events.push(event);
            true
        });
        for event in events {
            explorer.send(Message::Loaded(event));
        }
        explorer
    }

    /// A message, the bodies that it asks for, and the layout's word, as in the program's loop.
    fn send(&mut self, message: Message) {
        let mut waiting = vec![message];
        while let Some(message) = waiting.pop() {
            for effect in update(&mut self.state, message) {
                let read = |place| self.corpus.body(&place).map(Arc::new);
                match effect {
                    Effect::ReadBody { generation, row, place } => {
                        let result = read(place);
                        waiting.push(Message::BodyRead { generation, row, result });
                    }
                    Effect::ReadAhead { row, place } => {
                        waiting.push(Message::BodyAhead { row, result: read(place) });
                    }
                    _ => {}
                }
            }
        }
        for _ in 0..2 {
            let sizes = sizes(&self.state);
            update(&mut self.state, Message::Sizes(sizes));
        }
    }

    /// Presses a key.
    pub fn key(&mut self, key: &str) {
        self.send(Message::Key(key.parse().expect("a key")));
    }

    /// Draws a frame.
    pub fn frame(&mut self) {
        let (state, theme) = (&self.state, &self.theme);
        self.terminal.draw(|frame| draw(state, theme, frame)).expect("a screen");
    }

    /// What the screen shows, to be sure that it is what should be timed.
    pub fn text(&self) -> String {
        self.terminal.backend().to_string()
    }
}
