//! What reviews say, in the explorer: the same as the command says, from the same journals, before and after a decision.

use std::sync::Arc;

use serde_json::Value;
use undertone::app::{
    AgreeRow, Dialog, Effect, Key, Message, QueueEntry, Reading, State, agreement_table, start,
    update,
};
use undertone::cli::agree::{command, standing, write_event};
use undertone::cli::journal::{Journal, Places};
use undertone::cli::plan;
use undertone::corpus::LoadOptions;
use undertone::query::{Filter, Needs};
use undertone::ui::sizes;

use super::agree::{Corpus, oracle, two_reviewers};

/// The explorer on some data, with somebody who does what it asks for.
struct Explorer<'a> {
    data: &'a Corpus,
    reading: plan::Reading,
    state: State,
}

impl<'a> Explorer<'a> {
    fn open(data: &'a Corpus) -> Self {
        let reading = plan::Reading::new(&data.read()).unwrap();
        let paths = reading.corpus.paths();
        let state = start(reading.title.clone(), &paths, Filter::default(), None);
        let mut explorer = Self { data, reading, state };
        explorer.state.paths = vec![data.path()];
        "somebody".clone_into(&mut explorer.state.rater);
        explorer.send(Message::Resized(160, 48));
        let needs = Needs { cues: true, opened: true, ..Needs::default() };
        let mut events = Vec::new();
        let options = LoadOptions { needs, ..LoadOptions::default() };
        explorer.reading.corpus.load(options, &mut |event| {
            events.push(event);
            true
        });
        for event in events {
            explorer.send(Message::Loaded(event));
        }
        assert!(explorer.state.progress.done);
        explorer
    }

    fn send(&mut self, message: Message) {
        let mut waiting = vec![message];
        while let Some(message) = waiting.pop() {
            for effect in update(&mut self.state, message) {
                waiting.extend(self.does(effect));
            }
            for _ in 0..2 {
                let sizes = sizes(&self.state);
                update(&mut self.state, Message::Sizes(sizes));
            }
        }
    }

    fn does(&self, effect: Effect) -> Option<Message> {
        let corpus = &self.reading.corpus;
        Some(match effect {
            Effect::ReadBody { generation, row, place } => {
                let result = corpus.body(&place).map(Arc::new);
                Message::BodyRead { generation, row, result }
            }
            Effect::Study(asked) => {
                let generation = asked.generation;
                let (standing, problems) = standing(&[self.data.path()], None);
                let command = |ask: &_| command(&self.data.read(), None, ask);
                let found = asked.study(corpus, (&standing, problems), command, &|| true).unwrap();
                Message::Studied { generation, found: found.map(Arc::new) }
            }
            Effect::Decide { rater, what } => {
                let written = write_event(&Places::of(&[self.data.path()], None), &rater, *what);
                Message::Decided(written.map(|(event, _)| Box::new(event)))
            }
            _ => return None,
        })
    }

    fn keys(&mut self, keys: &str) {
        for key in keys.split_whitespace() {
            self.send(Message::Key(key.parse().unwrap()));
        }
    }

    fn types(&mut self, text: &str) {
        for c in text.chars() {
            self.send(Message::Key(Key::char(c)));
        }
    }

    /// The rows of the agreement, as words.
    fn rows(&self) -> Vec<String> {
        let table = agreement_table(&self.state, 120);
        let words = |row: &AgreeRow| row.words.iter().map(|w| w.text.clone()).collect::<Vec<_>>();
        table.rows.iter().map(|row| words(row).join(" ")).collect()
    }

    fn toast(&self) -> &str {
        self.state.toast.as_ref().map_or("", |toast| &toast.text)
    }

    /// How many of each kind are listed as open.
    fn left(&self, kind: &str) -> usize {
        let queue = self.state.agreeing.found_queue().unwrap();
        let entries = self.state.agreeing.queue.entries(queue);
        let of = entries.iter().find_map(|entry| match entry {
            QueueEntry::Kind(own, open, _) if own.as_str() == kind => Some(*open),
            _ => None,
        });
        of.unwrap_or(0)
    }
}

fn percent(value: &Value) -> String {
    value.as_f64().map_or_else(|| "undefined".to_owned(), |v| format!("{:.1}%", v * 100.0))
}

/// Every figure of some JSON stands on the screen with its interval, n and method.
fn stand_there(rows: &[String], figures: &Value) {
    for (name, figure) in figures.as_object().unwrap() {
        let mut words = vec![name.clone(), percent(&figure["value"])];
        let interval = &figure["interval"];
        if interval.is_object() {
            words.push(format!("{} to {}", percent(&interval["low"]), percent(&interval["high"])));
            words.push(figure["method"].as_str().unwrap().to_owned());
        }
        words.push(figure["n"].to_string());
        let is_it = |row: &&String| words.iter().all(|word| row.contains(word.as_str()));
        assert!(rows.iter().any(|row| is_it(&row)), "{words:?}\n{}", rows.join("\n"));
    }
}

#[test]
fn the_screen_says_what_the_command_says() {
    let corpus = oracle();
    let json = corpus.json(&["--by", "tier"]);
    let mut explorer = Explorer::open(&corpus);
    explorer.keys("A");
    let rows = explorer.rows();
    for quality in [&json["quality"], &json["tiers"][0], &json["tiers"][1]] {
        stand_there(&rows, &quality["sample"]);
        stand_there(&rows, &quality["weighted"][0]["figures"]);
        for caution in quality["weighted"][0]["cautions"].as_array().unwrap() {
            let start: String = caution.as_str().unwrap().chars().take(40).collect();
            assert!(rows.iter().any(|row| row.contains(&start)), "{start}");
        }
    }
    for wanted in ["Of the sample, not weighted", "anytime-valid 95%", "corrected for its errors"] {
        assert!(rows.iter().any(|row| row.contains(wanted)), "{wanted}");
    }
    assert!(rows.last().unwrap().contains("undertone agree"), "{rows:?}");
    let study = explorer.state.agreeing.found.as_ref().unwrap().study.as_ref().unwrap();
    assert_eq!(json["command"].as_str(), Some(&*study.ask.command));
    // Each cell opens as many as it says, by a filter that can be typed.
    let counts = &json["quality"]["counts"];
    let cells = [
        ("h", "true_positives"),
        ("l", "false_positives"),
        ("j h", "false_negatives"),
        ("j l", "true_negatives"),
    ];
    for (keys, name) in cells {
        let mut explorer = Explorer::open(&corpus);
        explorer.keys("A");
        explorer.keys(keys);
        explorer.keys("Enter");
        assert!(explorer.state.dialogs.is_empty());
        assert_eq!(Some(explorer.state.list.rows.len() as u64), counts[name].as_u64(), "{name}");
        let filter = explorer.state.filter.applied.to_string();
        assert_eq!(Filter::parse(&filter).as_ref(), Ok(&explorer.state.filter.applied));
        let listed = super::text(&super::run(&[
            "list",
            &corpus.path(),
            "--no-cache",
            "--where",
            &filter,
            "--format",
            "jsonl",
        ]));
        assert_eq!(Some(listed.lines().count() as u64), counts[name].as_u64(), "{name}");
    }
    // Within a filter: the same as with `--where`.
    let json = corpus.json(&["--where", "tier:free"]);
    explorer.keys("Esc f");
    explorer.types("tier:free");
    explorer.keys("Enter A");
    stand_there(&explorer.rows(), &json["quality"]["weighted"][0]["figures"]);
}

#[test]
fn without_journals_it_is_said_how_to_begin() {
    let corpus = Corpus::new(&[super::agree::record(0, "free", true, "No.")]);
    let mut explorer = Explorer::open(&corpus);
    explorer.keys("A Enter h l Tab o");
    let rows = explorer.rows().join("\n");
    assert!(rows.contains("r begins a review of what is shown"), "{rows}");
    assert!(rows.contains("--label alignment_faking --rater NAME"), "{rows}");
}

#[test]
fn disagreements_are_looked_at_and_decided() {
    let corpus = two_reviewers();
    let kinds = || {
        let lines = super::text(&corpus.run(&["--queue", "--format", "jsonl"]));
        let kind = |line: &str| serde_json::from_str::<Value>(line).unwrap()["kind"].clone();
        lines.lines().map(kind).collect::<Vec<_>>()
    };
    let count = |kind: &str| kinds().iter().filter(|own| own.as_str() == Some(kind)).count();
    let mut explorer = Explorer::open(&corpus);
    explorer.keys("Q");
    for kind in ["human-human", "human-classifier", "rules-judge", "tag-judge", "votes"] {
        assert_eq!(explorer.left(kind), count(kind), "{kind}");
    }
    // Narrowed to a reason, and back.
    explorer.keys("Tab");
    assert_eq!(explorer.state.agreeing.queue.kind.unwrap().as_str(), "human-human");
    explorer.keys("Shift-Tab Enter");
    assert!(matches!(explorer.state.reader.body, Reading::Here(1, _)));
    let words = explorer.state.deciding_words().unwrap();
    assert_eq!(words.kinds, "human-human, human-classifier");
    assert_eq!(words.says, "R1: yes · R2: no · classifier: no");
    assert_eq!(words.open, "2 open of 2");
    // Who decides is asked once, why each time.
    explorer.keys("y");
    explorer.keys("Ctrl-u");
    explorer.types("R3");
    explorer.keys("Enter Enter");
    let trouble = |explorer: &Explorer<'_>| match explorer.state.dialogs.last() {
        Some(Dialog::Reason(d)) => d.trouble.clone().unwrap_or_default(),
        other => panic!("{other:?}"),
    };
    assert_eq!(trouble(&explorer), "a decision needs a reason");
    explorer.types("it says so");
    // Another program has the journal: told, and nothing is lost.
    let held = Journal::open(&Places::of(&[corpus.path()], None), "R3").unwrap();
    explorer.keys("Enter");
    assert!(trouble(&explorer).contains("another program is writing"), "{}", trouble(&explorer));
    drop(held);
    explorer.keys("Enter");
    assert!(explorer.toast().contains("decided: yes by R3"), "{}", explorer.toast());
    // On to the next one; figures have followed, here and there.
    assert_eq!(explorer.state.agreeing.deciding, Some(0));
    let study = |explorer: &Explorer<'_>| {
        explorer.state.agreeing.found.as_ref().unwrap().study.clone().unwrap()
    };
    let json = corpus.json(&[]);
    assert_eq!(json["decisions"], 1);
    assert_eq!(json["answers"], 6, "the answers stay");
    let quality = study(&explorer).quality;
    assert_eq!((quality.split, quality.decided), (0, 1));
    assert_eq!(json["quality"]["decided"], 1);
    assert_eq!(count("human-human"), 0);
    assert_eq!(explorer.left("human-human"), 0);
    // It stays in the list, with what was decided, and can be taken back.
    explorer.keys("K");
    let decided = || explorer.state.deciding_words().unwrap().decision;
    assert_eq!(decided().as_deref(), Some("decided yes by R3: it says so"), "back to it");
    explorer.keys("Esc");
    assert!(matches!(explorer.state.dialogs.last(), Some(Dialog::Queue)));
    explorer.keys("g j Enter");
    let decision = explorer.state.deciding_words().unwrap().decision;
    assert_eq!(decision.as_deref(), Some("decided yes by R3: it says so"));
    explorer.keys("u");
    assert_eq!(study(&explorer).quality.split, 1);
    assert_eq!(corpus.json(&[])["decisions"], 0);
    assert_eq!(explorer.left("human-human"), 1);
    // The keys mean what they did before, once it is left.
    explorer.keys("Esc Esc y");
    assert!(matches!(explorer.state.dialogs.last(), Some(Dialog::Copy(_))));
    let mut private = Explorer::open(&corpus);
    private.state.view.private = true;
    private.keys("Q g j Enter y");
    assert!(private.toast().contains("--private"), "{}", private.toast());
}
