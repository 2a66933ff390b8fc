//! The trait behind which every format stands, and the table of formats.

use serde_json::Value;

use super::{Context, assemble, json, later};
use crate::text::sanitize_line;
use crate::model::{Problem, ProblemKind, Repair, Role, TierFrom, Transcript};

/// One message part before splitting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PartKind {
    /// Text as the model wrote it. In an assistant's turn it is split at its tags.
    Text,
    /// Reasoning that the source keeps apart; only drafts are split off.
    Reasoning,
    /// Output that the source keeps apart; decision markers around it are split off.
    Output,
    /// A tool call or answer, as text.
    Tool,
    /// Anything else worth reading.
    Other,
}

/// A part of a turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawPart {
    /// How to treat it.
    pub kind: PartKind,
    /// Path of the decoded string in the record: `messages[2].content[0].thinking`.
    pub origin: String,
    /// The decoded string, unchanged.
    pub text: String,
}

/// One message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawTurn {
    /// Who speaks.
    pub role: Role,
    /// In order.
    pub parts: Vec<RawPart>,
}

/// A label as the source holds it.
#[derive(Debug, Clone, PartialEq)]
pub struct RawLabel {
    /// The source's name; nested keys joined by a dot.
    pub name: String,
    /// Who judged, when the record says.
    pub rater: Option<String>,
    /// The value as it stands.
    pub value: Value,
}

/// A quote that a judge gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawQuote {
    /// The label it supports.
    pub label: String,
    /// Who gave it.
    pub rater: Option<String>,
    /// Criterion from 1.
    pub criterion: Option<u8>,
    /// The quote.
    pub quote: String,
}

/// What a format makes of a record, before splitting and judging.
#[derive(Debug, Clone, Default)]
pub struct RawTranscript {
    /// The source's own id.
    pub id: Option<String>,
    /// An explicit query or sample id, suffixes not yet removed.
    pub sample: Option<String>,
    /// Repeat number.
    pub epoch: Option<i64>,
    /// Tier as found in a field or key. Path and message are looked at by `assemble`.
    pub tier: Option<(String, TierFrom)>,
    /// Setting as found.
    pub setting: Option<String>,
    /// Model as found.
    pub model: Option<String>,
    /// Variant as found.
    pub variant: Option<String>,
    /// The query, where a field holds it without wrapper.
    pub query: Option<String>,
    /// The conversation in order.
    pub turns: Vec<RawTurn>,
    /// Labels in order.
    pub labels: Vec<RawLabel>,
    /// Quotes in order.
    pub quotes: Vec<RawQuote>,
    /// False when the source says that its own parsing or the run failed: its judges do not count.
    pub success: Option<bool>,
    /// Why the response stopped before its end (an error text, `max_tokens`), when the source says.
    pub stopped: Option<String>,
    /// What the reader mended.
    pub repairs: Vec<Repair>,
    /// The other fields.
    pub meta: serde_json::Map<String, Value>,
}

/// A row that gives labels to transcripts read elsewhere.
#[derive(Debug, Clone, PartialEq)]
pub struct LabelRow {
    /// The id of the transcript it speaks of.
    pub id: String,
    /// Its labels.
    pub labels: Vec<RawLabel>,
}

/// One thing a format makes of a unit.
#[derive(Debug, Clone)]
pub enum Reading {
    /// One transcript of its own. A unit may give several.
    Transcript(Box<RawTranscript>),
    /// A piece of a transcript that several units make up; pieces of one group and file are joined in order:
    /// turns, labels and quotes are appended, other fields filled where still empty.
    Part {
        /// What the pieces share: a session or sample id.
        group: String,
        /// The piece.
        piece: Box<RawTranscript>,
    },
    /// Labels for others.
    Labels(LabelRow),
    /// A record that gives no transcript, and why. Counts as left out.
    Refused(ProblemKind, String),
    /// A remark about a record that was read all the same (a field of a wrong type).
    Remark(ProblemKind, String),
}

/// A format: recognises a record and reads it. One file each; adding one touches only the table below.
pub trait Format: Sync {
    /// Short name for `check`: `flat`, `chat`, `af-results`.
    fn name(&self) -> &'static str;
    /// Why this record is of this format (`has scratchpad and tier`), or `None`.
    fn recognise(&self, record: &Value) -> Option<String>;
    /// Reads a record that [`Format::recognise`] accepted.
    fn read(&self, record: &Value, context: &Context<'_>) -> Vec<Reading>;
}

/// All formats, the most particular first.
pub const FORMATS: &[&dyn Format] =
    &[&super::af_results::AfResults, &super::trace::Trace, &super::chat::Chat, &super::flat::Flat];

/// What one unit gave.
#[derive(Debug, Default)]
pub struct UnitReading {
    /// Name of the format, or `""` when none was recognised.
    pub format: &'static str,
    /// Why that format.
    pub why: String,
    /// Whole transcripts.
    pub transcripts: Vec<Transcript>,
    /// Pieces to be joined by group.
    pub parts: Vec<(String, RawTranscript)>,
    /// Rows for other transcripts.
    pub label_rows: Vec<LabelRow>,
    /// Everything odd.
    pub problems: Vec<Problem>,
    /// How many records were left out (each has a problem).
    pub left_out: u64,
}

/// Keys that a sentence names at most.
const NAMED_KEYS: usize = 8;

/// Reads one unit: lenient JSON, then the first format that recognises it, then `assemble`.
/// Never fails: what cannot be read is a problem and counts as left out.
#[must_use]
pub fn read_unit(bytes: &[u8], context: &Context<'_>) -> UnitReading {
    read_with(FORMATS, bytes, context)
}

/// As [`read_unit`], with a table of one's own.
#[must_use]
pub fn read_with(formats: &[&dyn Format], bytes: &[u8], context: &Context<'_>) -> UnitReading {
    let mut unit = UnitReading::default();
    let read = match json::read(bytes) {
        Ok(read) => read,
        Err((kind, sentence)) => {
            unit.leave_out(context, kind, format!("{sentence}; it is left out"));
            return unit;
        }
    };
    let record = &read.value;
    if let Some(name) = later::name(record) {
        let sentence = format!("not read yet: {name}; it is left out");
        unit.leave_out(context, ProblemKind::NotReadYet, sentence);
        return unit;
    }
    let found = formats.iter().find_map(|f| f.recognise(record).map(|why| (f, why)));
    let Some((format, why)) = found else {
        let (kind, sentence) = unknown(record);
        unit.leave_out(context, kind, sentence);
        return unit;
    };
    unit.format = format.name();
    unit.why = why;
    for reading in format.read(record, context) {
        unit.add(reading, &read.mends, context);
    }
    unit
}

/// What to say of a record that no format knows.
fn unknown(record: &Value) -> (ProblemKind, String) {
    let Some(map) = record.as_object() else {
        let kind = super::fields::kind_of(record);
        return (ProblemKind::NotARecord, format!("{kind} is no record; it is left out"));
    };
    let mut keys: Vec<String> = map.keys().take(NAMED_KEYS).map(|k| sanitize_line(k).into_owned()).collect();
    if map.len() > NAMED_KEYS {
        keys.push(format!("and {} more", map.len() - NAMED_KEYS));
    }
    let named = if keys.is_empty() { "without fields".to_owned() } else { format!("with the fields {}", keys.join(", ")) };
    (ProblemKind::UnknownShape, format!("no known shape: an object {named}; it is left out"))
}

impl UnitReading {
    fn problem(&mut self, context: &Context<'_>, kind: ProblemKind, message: String) {
        let source = context.place.source.clone();
        self.problems.push(Problem { kind, source, line: context.place.line, message });
    }

    fn leave_out(&mut self, context: &Context<'_>, kind: ProblemKind, message: String) {
        self.left_out += 1;
        self.problem(context, kind, message);
    }

    fn add(&mut self, reading: Reading, mends: &[Repair], context: &Context<'_>) {
        match reading {
            Reading::Transcript(mut raw) => {
                raw.repairs.splice(0..0, mends.iter().cloned());
                let mut context = context.clone();
                context.place.ordinal = self.transcripts.len() as u32;
                self.transcripts.push(assemble(*raw, self.format, &context));
            }
            Reading::Part { group, mut piece } => {
                piece.repairs.splice(0..0, mends.iter().cloned());
                self.parts.push((group, *piece));
            }
            Reading::Labels(row) => self.label_rows.push(row),
            Reading::Refused(kind, sentence) => self.leave_out(context, kind, sentence),
            Reading::Remark(kind, sentence) => self.problem(context, kind, sentence),
        }
    }
}
