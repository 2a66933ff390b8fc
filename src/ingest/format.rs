//! The trait behind which every format stands, and the table of formats.

mod signs;

use serde_json::Value;

pub use self::signs::Signs;
pub use super::raw::{
    LabelRow, LabelTarget, PartKind, RawLabel, RawPart, RawQuote, RawTranscript, RawTurn,
};
use super::units::{Unit, UnitBytes, UnitKind};
use super::{Context, assemble, json};
use crate::model::{Problem, ProblemKind, Repair, Transcript};

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
    /// Fields that hold for every group of this file (the header line of a log), filled where still empty.
    Shared(Box<RawTranscript>),
    /// What was asked, for an answer that stands elsewhere under the same id (a batch's request): its turns go in
    /// front of the answer's, other fields are filled where still empty. Counts in `joined` once an answer took it.
    Request {
        /// The id that request and answer share (`custom_id`).
        id: String,
        /// The turns and fields.
        piece: Box<RawTranscript>,
    },
    /// Labels for others.
    Labels(LabelRow),
    /// Belongs to the file but holds nothing to read (a file-history line of a session log). A unit, not a record.
    Aside(String),
    /// A record that gives no transcript, and why. Counts as left out.
    Refused(ProblemKind, String),
    /// A remark about a record that was read all the same (a field of a wrong type).
    Remark(ProblemKind, String),
}

/// A format: recognises a record and reads it. One file each; adding one touches only the table below.
pub trait Format: Sync {
    /// Short name for `check`: `flat`, `chat`, `af-results`.
    fn name(&self) -> &'static str;
    /// Keys without any of which an object is not of this format, so that it need not be looked at. `None`: always look.
    fn signs(&self) -> Option<Signs> {
        None
    }
    /// Why this record is of this format (`has scratchpad and tier`), or `None`.
    fn recognise(&self, record: &Value) -> Option<String>;
    /// Reads a record that [`Format::recognise`] accepted.
    fn read(&self, record: &Value, context: &Context<'_>) -> Vec<Reading>;
    /// As [`Format::read`], of a record that nobody else needs: long texts may be moved out of it.
    fn read_own(&self, record: Value, context: &Context<'_>) -> Vec<Reading> {
        self.read(&record, context)
    }
}

/// All formats, the most particular first.
pub const FORMATS: &[&dyn Format] = &[
    #[cfg(test)]
    &probe::Probe,
    &super::answers::Answers,
    &super::af_pages::AfPages,
    &super::af_results::AfResults,
    // Rows that Scout imported from a log have all keys of the log's samples.
    &super::inspect::Scout,
    &super::inspect::Inspect,
    &super::claude_code::ClaudeCode,
    &super::openai_evals::OpenAiEvals,
    &super::docent::Docent,
    &super::petri::Petri,
    &super::atif::Atif,
    &super::tau_bench::TauBench,
    &super::wide::Wide,
    &super::meval::Meval,
    &super::trial::Trial,
    &super::promptfoo::Promptfoo,
    &super::helm::Helm,
    &super::batch::Batch,
    &super::api::Stream,
    &super::api::Api,
    &super::fastchat::FastChat,
    &super::pairs::Pairs,
    &super::sharegpt::ShareGpt,
    &super::lm_eval::LmEval,
    &super::harmony::Harmony,
    // Rows without texts: all that have any were looked for before.
    &super::label_row::LabelRows,
    &super::trace::Trace,
    &super::chat::Chat,
    &super::flat::Flat,
];

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
    /// Fields for every group of the file.
    pub shared: Vec<RawTranscript>,
    /// What was asked, by the id under which the answer stands elsewhere.
    pub requests: Vec<(String, RawTranscript)>,
    /// Rows for other transcripts.
    pub label_rows: Vec<LabelRow>,
    /// The unit holds nothing to read, and that is as it should be: what it is.
    pub aside: Option<String>,
    /// Everything odd.
    pub problems: Vec<Problem>,
    /// How many records were left out (each has a problem).
    pub left_out: u64,
}

impl UnitReading {
    fn problem(&mut self, kind: ProblemKind, message: String, context: &Context<'_>) {
        let place = &context.place;
        self.problems.push(Problem {
            kind,
            source: place.source.to_string(),
            line: place.line,
            message,
        });
    }

    /// A unit that cannot be read at all.
    #[must_use]
    pub fn refused(kind: ProblemKind, message: String, source: &str) -> Self {
        let problem = Problem { kind, source: source.to_owned(), line: None, message };
        Self { left_out: 1, problems: vec![problem], ..Self::default() }
    }

    fn refuse(&mut self, kind: ProblemKind, message: String, context: &Context<'_>) {
        self.left_out += 1;
        self.problem(kind, message, context);
    }

    /// Whether the unit would leave no trace but problems.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        let given = self.transcripts.len() + self.parts.len() + self.shared.len();
        given + self.requests.len() + self.label_rows.len() == 0
            && self.aside.is_none()
            && self.left_out == 0
    }

    /// Takes in what a format made of the record; `mends` is what was mended in its bytes.
    fn take(&mut self, pieces: Vec<Reading>, mends: &[Repair], context: &Context<'_>) {
        let mut next: Option<Context<'_>> = None;
        for piece in pieces {
            match piece {
                Reading::Transcript(mut raw) => {
                    raw.repairs.extend(mends.iter().cloned());
                    // Most units give one transcript, and there is nothing to count.
                    if !self.transcripts.is_empty() {
                        next.get_or_insert_with(|| context.clone()).place.ordinal += 1;
                    }
                    let context = next.as_ref().unwrap_or(context);
                    self.transcripts.push(assemble(*raw, self.format, context));
                }
                Reading::Part { group, mut piece } => {
                    piece.repairs.extend(mends.iter().cloned());
                    self.parts.push((group, *piece));
                }
                Reading::Shared(piece) => self.shared.push(*piece),
                Reading::Request { id, piece } => self.requests.push((id, *piece)),
                Reading::Labels(mut row) => {
                    row.rated_by(context.stem);
                    self.label_rows.push(row);
                }
                Reading::Aside(what) => self.aside = Some(what),
                Reading::Refused(kind, message) => self.refuse(kind, message, context),
                Reading::Remark(kind, message) => self.problem(kind, message, context),
            }
        }
    }
}

/// Name of the format for what a mapping of the user's reads.
pub const MAPPED: &str = "mapped";

/// Which format reads a record and why, without a mapping. `None` when none does.
#[must_use]
pub fn recognised(record: &Value) -> Option<(&'static dyn Format, String)> {
    let may = record.as_object().map_or(u64::MAX, signs::candidates);
    let is_asked = |n: usize| may >> n & 1 == 1;
    let known = FORMATS.iter().enumerate().find_map(|(n, format)| {
        let why = if is_asked(n) { format.recognise(record) } else { None };
        Some((*format, why?))
    });
    #[cfg(debug_assertions)]
    for (_, format) in FORMATS.iter().enumerate().filter(|(n, _)| !is_asked(*n)) {
        let name = format.name();
        debug_assert!(format.recognise(record).is_none(), "{name} knows one without its signs");
    }
    known
}

/// Reads one unit: lenient JSON, then a mapping or the first format that recognises it, then `assemble`.
/// Never fails: what cannot be read is a problem and counts as left out.
#[must_use]
pub fn read_unit(bytes: &[u8], context: &Context<'_>) -> UnitReading {
    let mut reading = UnitReading::default();
    let lenient = match context.decode(bytes) {
        Ok(lenient) => lenient,
        Err((kind, message)) => {
            reading.refuse(kind, message, context);
            return reading;
        }
    };
    let (record, mends) = (lenient.value, lenient.mends);
    let mapped = context.mappings.iter().find_map(|m| Some((m, m.recognise(&record, context)?)));
    let pieces = if context.labels_only {
        labels_of(&record, context, &mut reading)
    } else if let Some((mapping, why)) = mapped {
        reading.format = MAPPED;
        reading.why = why;
        mapping.readings(&record, context)
    } else if let Some((format, why)) = recognised(&record) {
        reading.format = format.name();
        reading.why = why;
        format.read_own(record, context)
    } else {
        let (kind, message) = unrecognised(&record, context);
        reading.refuse(kind, message, context);
        return reading;
    };
    reading.take(pieces, &mends, context);
    // A row of a file of labels that says nothing was remarked on: no record is lost with it.
    if reading.is_nothing() && !context.labels_only {
        let message =
            format!("read as {}, it holds nothing that can be shown; left out", reading.format);
        reading.refuse(ProblemKind::UnknownShape, message, context);
    }
    reading
}

/// Reads a value by the format of this name, also where that format would not recognise it: for tests and fuzzing, which
/// show that no value makes a reader panic. `None` when there is no such format.
#[must_use]
pub fn read_as(format: &str, record: &Value, context: &Context<'_>) -> Option<UnitReading> {
    let format = FORMATS.iter().find(|known| known.name() == format)?;
    let mut reading = UnitReading { format: format.name(), ..UnitReading::default() };
    reading.take(format.read(record, context), &[], context);
    Some(reading)
}

/// The label rows of a record of a file that was named as one of labels, whatever texts stand in it.
fn labels_of(record: &Value, context: &Context<'_>, reading: &mut UnitReading) -> Vec<Reading> {
    if let Some((format, why)) = recognised(record) {
        let pieces = format.read(record, context);
        let speaks = |piece: &Reading| matches!(piece, Reading::Labels(_) | Reading::Aside(_));
        if pieces.iter().any(speaks) {
            reading.format = format.name();
            reading.why = why;
            return pieces.into_iter().filter(speaks).collect();
        }
    }
    let rows = super::as_label_rows(record);
    if rows.is_empty() {
        let sentence = "holds no label, or no id and no sample to join it by; as a row of labels it says nothing";
        return vec![Reading::Remark(ProblemKind::NotJoined, sentence.to_owned())];
    }
    reading.format = "labels";
    "named as a file of labels".clone_into(&mut reading.why);
    rows.into_iter().map(Reading::Labels).collect()
}

/// Reads what [`Units`](super::Units) cut, torn and oversized pieces included: those are problems and left out.
#[must_use]
pub fn read_cut(unit: &Unit, bytes: &UnitBytes, context: &Context<'_>) -> UnitReading {
    let mut reading = UnitReading::default();
    match bytes {
        UnitBytes::Whole(bytes) => return read_unit(bytes, context),
        UnitBytes::Torn(bytes) => {
            // The cutter knows less than the reader: what reads as a record after all is one.
            if context.kind == UnitKind::Json
                && let Ok(lenient) = json::read(bytes)
                && lenient.value.is_object()
            {
                return read_unit(bytes, context);
            }
            let message = format!("stops in the middle, after {} bytes; left out", unit.len);
            reading.refuse(ProblemKind::Torn, message, context);
        }
        UnitBytes::TooLarge => {
            let message = format!(
                "is {} MB long; records over {} MB are left out",
                unit.len >> 20,
                super::units::MAX_UNIT >> 20
            );
            reading.refuse(ProblemKind::TooLarge, message, context);
        }
    }
    reading
}

/// What to say of a value that no format recognises: what it has, what was looked for, and what can be done.
fn unrecognised(record: &Value, context: &Context<'_>) -> (ProblemKind, String) {
    let what = match record {
        Value::Object(map) => {
            if map.is_empty() {
                return (ProblemKind::UnknownShape, "an object without any key".to_owned());
            }
            // A known field that holds no text is often the reason.
            let name = |(key, value): (&String, &Value)| match value {
                Value::Array(_) | Value::Object(_) | Value::Null => {
                    format!("{} ({})", json::plain(key), super::fields::type_name(value))
                }
                _ => json::plain(key),
            };
            let names: Vec<String> = map.iter().take(8).map(name).collect();
            let more = map.len().saturating_sub(8);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            // The same sentence for every such record of a file: they are shown as one.
            let missed: Vec<String> = match context.mappings {
                [] => {
                    vec!["no response, reasoning or list of messages under a known name".to_owned()]
                }
                mappings => mappings.iter().map(|m| m.missed(record, context)).collect(),
            };
            let file = shell_word(&context.place.source);
            let joined = if super::label_row::may_label(map) {
                format!("; if it labels transcripts elsewhere, `--labels {file}` joins it")
            } else {
                String::new()
            };
            let message = format!(
                "no known shape; it has the keys {}{more}; {}; `undertone map {file}` prints a first mapping for it{joined}",
                names.join(", "),
                missed.join("; "),
            );
            return (ProblemKind::UnknownShape, message);
        }
        Value::Array(_) => "a list",
        Value::String(_) => "a bare string",
        Value::Number(_) => "a bare number",
        Value::Bool(_) => "a bare true or false",
        Value::Null => "a bare null",
    };
    (ProblemKind::NotARecord, format!("{what}, not a record"))
}

/// A path as it can be typed in a shell.
pub(super) fn shell_word(path: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "/._-+=:,@%".contains(c);
    if !path.is_empty() && path.chars().all(plain) {
        path.to_owned()
    } else {
        format!("'{}'", path.replace('\'', "'\\''"))
    }
}

#[cfg(test)]
mod probe;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod vendor_samples;
