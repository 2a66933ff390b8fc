//! Files read through the library: opened, counted, and every text held against the place it says it comes from.

#![allow(dead_code, clippy::unwrap_used, clippy::expect_used)] // each test file uses its part

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use serde_json::Value;
use undertone::corpus::{Catalogue, Corpus, FileReport, LoadOptions, Records, RowView};
use undertone::cues::Engine;
use undertone::ingest::{LabelRules, Mapping};
use undertone::model::{Counts, Transcript};
use undertone::query::{Filter, Needs};
use undertone::source::{Bytes, discover};

use super::records::origin::{Found, look_up};

/// A corpus that was read to its end.
pub struct Opened {
    pub corpus: Corpus,
    pub catalogue: Catalogue,
}

fn rules() -> Arc<LabelRules> {
    static RULES: OnceLock<Arc<LabelRules>> = OnceLock::new();
    Arc::clone(RULES.get_or_init(|| Arc::new(LabelRules::builtin())))
}

/// No rules: reading is what is tested, and they take most of its time.
fn no_cues() -> Arc<Engine> {
    static ENGINE: OnceLock<Arc<Engine>> = OnceLock::new();
    Arc::clone(ENGINE.get_or_init(|| Arc::new(Engine::new(Vec::new()))))
}

fn files(paths: &[String]) -> Vec<(String, Result<Bytes, String>)> {
    let found = discover(paths);
    assert!(found.missing.is_empty(), "{:?}", found.missing);
    let open = |path: String| {
        let bytes = Bytes::open(Path::new(&path)).map_err(|e| e.to_string());
        (path, bytes)
    };
    found.files.into_iter().map(open).collect()
}

/// Opens paths as the program does: arguments, `--labels`, `--map`.
pub fn open(paths: &[String], labels: &[String], maps: &[String]) -> Opened {
    let mapping =
        |path: &String| Mapping::parse(path, &std::fs::read_to_string(path).unwrap()).unwrap();
    let mappings: Vec<Mapping> = maps.iter().map(mapping).collect();
    let mut known = LabelRules::builtin();
    known.from_files = mappings.iter().flat_map(Mapping::label_rules).collect();
    let corpus = Corpus::new(files(paths), no_cues(), Arc::new(known))
        .with_labels(files(labels))
        .with_mappings(mappings);
    load(corpus)
}

/// One path.
pub fn open_one(path: &str) -> Opened {
    open(&[path.to_owned()], &[], &[])
}

/// Opens bytes under a name.
pub fn open_bytes(name: &str, bytes: &'static [u8]) -> Opened {
    let files = vec![(name.to_owned(), Ok(Bytes::Static(bytes)))];
    load(Corpus::new(files, no_cues(), rules()))
}

fn load(corpus: Corpus) -> Opened {
    load_for(corpus, Needs { opened: true, body: true, ..Needs::default() })
}

/// Opens paths for who needs this.
pub fn open_for(paths: &[String], needs: Needs) -> Opened {
    load_for(Corpus::new(files(paths), no_cues(), rules()), needs)
}

/// Opens paths for who filters by this alone.
pub fn open_sought(paths: &[String], filter: &Filter) -> Opened {
    sought(files(paths), filter)
}

/// As [`open_sought`], of bytes under a name.
pub fn open_bytes_sought(name: &str, bytes: &'static [u8], filter: &Filter) -> Opened {
    sought(vec![(name.to_owned(), Ok(Bytes::Static(bytes)))], filter)
}

fn sought(files: Vec<(String, Result<Bytes, String>)>, filter: &Filter) -> Opened {
    let corpus = Corpus::new(files, no_cues(), rules()).sought_by(filter);
    load_for(corpus, Needs { opened: true, body: true, ..Needs::default() })
}

fn load_for(corpus: Corpus, needs: Needs) -> Opened {
    let mut catalogue = Catalogue::new(&corpus.paths());
    corpus.load(LoadOptions { needs, threads: 1, ..LoadOptions::default() }, &mut |event| {
        catalogue.apply(event);
        true
    });
    Opened { corpus, catalogue }
}

/// Units, records, transcripts, repaired, left out, joined.
pub fn six(counts: Counts) -> [u64; 6] {
    [
        counts.units,
        counts.records,
        counts.transcripts,
        counts.repaired,
        counts.left_out,
        counts.joined,
    ]
}

/// The problems of a file by kind: `not-joined 6, torn 1`.
pub fn kinds(file: &FileReport) -> String {
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for problem in &file.problems {
        *kinds.entry(problem.kind.as_str()).or_default() += 1;
    }
    kinds.iter().map(|(kind, n)| format!("{kind} {n}")).collect::<Vec<_>>().join(", ")
}

impl Opened {
    /// What must hold of any input whatever.
    pub fn accounts_for_everything(&self, name: &str) {
        let counts = self.catalogue.counts();
        assert_eq!(counts.records, counts.transcripts + counts.left_out, "{name}: {counts:?}");
        assert_eq!(counts.transcripts as usize, self.catalogue.views().count(), "{name}");
        let mut sum = Counts::default();
        for file in self.catalogue.files() {
            let six = file.counts;
            assert!(file.done, "{name}: {} was never ended", file.path);
            assert_eq!(six.records, six.transcripts + six.left_out, "{name}: {}", file.path);
            assert!(six.repaired <= six.transcripts, "{name}: {}", file.path);
            assert!(file.problems.len() as u64 >= six.left_out, "{name}: {}", file.path);
            assert!(file.problems.iter().all(|p| !p.message.is_empty()), "{name}");
            sum += six;
        }
        assert_eq!(six(sum), six(counts), "{name}");
    }

    /// Every transcript, read again, with its records.
    pub fn transcripts(&self) -> Vec<(Transcript, Records)> {
        let read = |view: RowView<'_>| {
            self.corpus.transcript(&view.place()).unwrap_or_else(|e| panic!("{e}"))
        };
        self.catalogue.views().map(read).collect()
    }

    /// All messages of problems, for sentences that are looked for.
    pub fn said(&self) -> String {
        let lines: Vec<String> =
            self.catalogue.problems().map(|p| format!("{}: {}", p.source, p.message)).collect();
        lines.join("\n")
    }

    /// Ids in order.
    pub fn ids(&self) -> Vec<String> {
        self.catalogue.views().map(|v| v.name().to_owned()).collect()
    }
}

/// How the sections of transcripts stand to the strings they name.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Places {
    /// Slices of a string of the record.
    pub exact: usize,
    /// Written for the reader.
    pub rendered: usize,
}

/// Holds every section against the strings of its records.
pub fn places(transcript: &Transcript, records: &Records) -> Places {
    let mut places = Places::default();
    let records: Vec<Value> = records.values().map(|value| value.expect("a value")).collect();
    for section in &transcript.sections {
        assert_eq!(section.end - section.start, section.text.len());
        match look_up(&records, section) {
            Found::Exact => places.exact += 1,
            Found::Rendered => places.rendered += 1,
            Found::Missing => panic!("{}: not there: {section:?}", transcript.id),
        }
    }
    places
}
