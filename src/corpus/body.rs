//! A transcript with everything about it, read when it is looked at, and as the filter reads it.

use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, LazyLock, OnceLock};

use serde_json::Value;

use super::LazyEngine;
use super::files::Shape;
use crate::ingest::decode;
use crate::ingest::units::UnitKind;
use crate::model::{Analysis, SectionKind, Span, Transcript};
use crate::review::blinded;
use crate::{query, text};

/// A pane shows at most this many bytes of one text (64 MB).
pub const MOST_SHOWN: usize = 64 << 20;

/// Bytes of text for which rules take longer than a frame may.
pub(super) const LONG: usize = 1 << 20;

/// A body.
#[derive(Debug, Clone)]
pub struct Body {
    /// The transcript.
    pub transcript: Transcript,
    /// What the rules found.
    pub analysis: Analysis,
    /// The raw record as it stands in the file (invalid UTF-8 replaced), pretty-printed when it is JSON.
    pub record: Record,
    /// The record does not stand in the file like this: it was put together from a table's row and its header.
    pub as_read: bool,
    /// Hidden or dangerous characters in the final response.
    pub hidden: usize,
}

/// Hidden or dangerous characters in the final response.
#[must_use]
pub fn hidden_in_response(transcript: &Transcript) -> usize {
    let response = transcript.sections.iter().filter(|s| s.turn >= transcript.response_turn);
    response.map(|s| text::hidden_count(&s.text)).sum()
}

/// A raw record for people, printed when somebody first looks at it: few do, and of a long one it takes a while. Cheap to clone.
#[derive(Clone)]
pub struct Record(Arc<LazyLock<String, Print>>);

type Print = Box<dyn FnOnce() -> String + Send + Sync>;

impl Record {
    fn of(records: Records) -> Self {
        Self(Arc::new(LazyLock::new(Box::new(move || {
            let mut record = records.pretty();
            if record.len() > MOST_SHOWN {
                record.truncate(record.floor_char_boundary(MOST_SHOWN));
                record.push_str("\n… cut: only the first 64 MB are shown");
            }
            record
        }))))
    }
}

impl From<String> for Record {
    fn from(text: String) -> Self {
        Self(Arc::new(LazyLock::new(Box::new(move || text))))
    }
}

impl Deref for Record {
    type Target = String;

    fn deref(&self) -> &String {
        &self.0
    }
}

impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

/// Why a body could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct BodyError {
    /// A sentence with the file and line.
    pub message: String,
}

impl Body {
    /// Puts a body together from a transcript and its records; nothing is marked in it.
    pub(super) fn new(transcript: Transcript, records: Records) -> Self {
        let hidden = hidden_in_response(&transcript);
        let as_read = records.shape.kind == UnitKind::Row;
        let (analysis, record) = (Analysis::default(), Record::of(records));
        Self { transcript, analysis, record, as_read, hidden }
    }

    /// Its texts and nothing else, for who must not be told what classifiers and rules say. See [`crate::review::blinded`].
    #[must_use]
    pub fn blinded(&self) -> Self {
        Self {
            transcript: blinded(&self.transcript),
            analysis: Analysis::default(),
            record: String::new().into(),
            as_read: false,
            hidden: self.hidden,
        }
    }

    /// Whether finding what is to be marked takes so long that the text is to be shown before.
    #[must_use]
    pub fn is_long(&self) -> bool {
        self.transcript.sections.iter().map(|section| section.text.len()).sum::<usize>() >= LONG
    }
}

/// The raw records of a transcript: the bytes of its units, and how they become values.
#[derive(Debug, Default)]
pub struct Records {
    pub(super) units: Vec<Vec<u8>>,
    pub(super) shape: Shape,
    /// Index of the first unit in its file: a table's counter column is told by it.
    pub(super) index: u64,
}

impl Records {
    /// The bytes of the only unit; `None` when several make up the transcript.
    pub(super) fn only(&self) -> Option<&[u8]> {
        match self.units.as_slice() {
            [unit] => Some(unit),
            _ => None,
        }
    }

    fn value(&self, unit: &[u8]) -> Option<Value> {
        let read = decode(unit, self.shape.kind, self.shape.around.as_deref(), self.index);
        read.ok().map(|read| read.value)
    }

    /// The units as values, as their readers were given them, in order; `None` for one that is no value.
    pub fn values(&self) -> impl Iterator<Item = Option<Value>> {
        self.units.iter().map(|unit| self.value(unit))
    }

    /// For people: indented JSON, a table's row as an object, a page or another text as it stands.
    fn pretty(&self) -> String {
        let as_text = matches!(self.shape.kind, UnitKind::Page | UnitKind::Text);
        let one = |unit: &Vec<u8>| {
            let value = if as_text { None } else { self.value(unit) };
            value
                .and_then(|value| serde_json::to_string_pretty(&value).ok())
                .unwrap_or_else(|| String::from_utf8_lossy(unit).into_owned())
        };
        self.units.iter().map(one).collect::<Vec<_>>().join("\n\n")
    }
}

/// A transcript as the filter reads it: text of sections, fields of the record.
#[derive(Debug)]
pub struct BodyText<'a> {
    transcript: &'a Transcript,
    raw: &'a Records,
    /// Parsed only when a filter asks for a field that is not among the transcript's meta.
    records: OnceLock<Vec<Value>>,
    engine: &'a LazyEngine,
    /// Looked for only when a filter asks where they stand.
    cues: OnceLock<Analysis>,
}

impl<'a> BodyText<'a> {
    /// Over a transcript, its records, and the rules that find its cues.
    #[must_use]
    pub fn new(transcript: &'a Transcript, raw: &'a Records, engine: &'a LazyEngine) -> Self {
        Self { transcript, raw, records: OnceLock::new(), engine, cues: OnceLock::new() }
    }
}

/// A value by its dotted path: `a.b.0`; keys that hold dots themselves win over nesting.
fn at<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    match value {
        Value::Object(map) => object_at(map, path),
        Value::Array(list) => {
            let (index, rest) = path.split_once('.').map_or((path, None), |(i, r)| (i, Some(r)));
            let item = list.get(index.parse::<usize>().ok()?)?;
            rest.map_or(Some(item), |rest| at(item, rest))
        }
        _ => None,
    }
}

fn object_at<'v>(map: &'v serde_json::Map<String, Value>, path: &str) -> Option<&'v Value> {
    if let Some(value) = map.get(path) {
        return Some(value);
    }
    path.match_indices('.').find_map(|(dot, _)| {
        let (key, rest) = (path.get(..dot)?, path.get(dot + 1..)?);
        at(map.get(key)?, rest)
    })
}

impl query::Body for BodyText<'_> {
    fn any_section(
        &self,
        wanted: &dyn Fn(SectionKind) -> bool,
        whole: bool,
        visit: &mut dyn FnMut(usize, &str) -> bool,
    ) -> bool {
        let first = self.transcript.response_turn;
        self.transcript.sections.iter().enumerate().any(|(number, section)| {
            wanted(section.kind)
                && query::is_seen(section.kind, section.turn >= first, whole)
                && visit(number, &section.text)
        })
    }

    fn cues(&self) -> &[Span] {
        &self.cues.get_or_init(|| self.engine.tally(self.transcript)).spans
    }

    fn meta(&self, path: &str) -> Option<Value> {
        if let Some(value) = object_at(&self.transcript.meta, path) {
            return Some(value.clone());
        }
        let records = self.records.get_or_init(|| {
            self.raw.units.iter().filter_map(|unit| self.raw.value(unit)).collect()
        });
        records.iter().find_map(|record| at(record, path)).cloned()
    }

    fn query(&self) -> Option<&str> {
        self.transcript.query.as_deref()
    }
}
