//! The trait behind which every format stands, and the table of formats.

use serde_json::Value;

use super::units::{Unit, UnitBytes, UnitKind};
use super::{Context, assemble, json};
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

impl RawPart {
    /// A part; `text` must be the string at `origin`, unchanged.
    #[must_use]
    pub fn new(kind: PartKind, origin: impl Into<String>, text: impl Into<String>) -> Self {
        Self { kind, origin: origin.into(), text: text.into() }
    }
}

/// One message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawTurn {
    /// Who speaks.
    pub role: Role,
    /// In order.
    pub parts: Vec<RawPart>,
    /// The message's own id, where the source has one: evidence may point at it.
    pub id: Option<String>,
}

impl RawTurn {
    /// A turn whose message has no id of its own.
    #[must_use]
    pub fn new(role: Role, parts: Vec<RawPart>) -> Self {
        Self { role, parts, id: None }
    }
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
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RawQuote {
    /// The label it supports.
    pub label: String,
    /// Who gave it.
    pub rater: Option<String>,
    /// Criterion from 1.
    pub criterion: Option<u8>,
    /// The quote; empty where the judge only points at a message.
    pub quote: String,
    /// Id of the message that the judge points at ([`RawTurn::id`]), where it says.
    pub message: Option<String>,
}

/// What a format makes of a record, before splitting and judging.
#[derive(Debug, Clone, Default)]
pub struct RawTranscript {
    /// The source's own id.
    pub id: Option<String>,
    /// Other names under which label rows and requests elsewhere may speak of it: a uuid, a `custom_id`, the file
    /// of a page.
    pub aliases: Vec<String>,
    /// An explicit query or sample id, suffixes not yet removed.
    pub sample: Option<String>,
    /// Repeat number.
    pub epoch: Option<i64>,
    /// Tier as found in a field or key. Path and message are looked at by `assemble`.
    pub tier: Option<(String, TierFrom)>,
    /// The tier's canonical word, where its spelling says nothing without its field (`is_free_tier: true`).
    pub tier_canonical: Option<String>,
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
    /// Names of labels whose values are grades on a scale of the source's own (1 to 10, a letter): the bars for
    /// shares and scores between 0 and 1 do not speak of them.
    pub grades: Vec<String>,
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

/// Which transcripts a label row speaks of.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum LabelTarget {
    /// The one with this id, or with this name among its aliases.
    Id(String),
    /// All that answer this sample (a row about a free and paid pair).
    Sample(String),
    /// Those that answer this sample under one tier (canonical word): a row with one column for each tier.
    SampleInTier(String, String),
}

impl LabelTarget {
    /// The id or the sample.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Id(name) | Self::Sample(name) | Self::SampleInTier(name, _) => name,
        }
    }
}

/// A row that gives labels to transcripts read elsewhere.
#[derive(Debug, Clone, PartialEq)]
pub struct LabelRow {
    /// The transcripts it speaks of.
    pub target: LabelTarget,
    /// Its labels.
    pub labels: Vec<RawLabel>,
    /// Quotes and references for them.
    pub quotes: Vec<RawQuote>,
    /// What else the row says: notes, explanations.
    pub meta: serde_json::Map<String, Value>,
    /// Published with the transcripts, which may say the same: what names no rater is the source's own word.
    pub own: bool,
}

impl LabelRow {
    /// Names the rater where the row does not: by its file, so that it is told from the transcript's own labels and
    /// from those of other files.
    fn rated_by(&mut self, file: &str) {
        if self.own || file.trim().is_empty() {
            return;
        }
        let raters = self.labels.iter_mut().map(|label| &mut label.rater);
        let raters = raters.chain(self.quotes.iter_mut().map(|quote| &mut quote.rater));
        for rater in raters.filter(|r| r.as_deref().is_none_or(|name| name.trim().is_empty())) {
            *rater = Some(file.to_owned());
        }
    }
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
    /// Why this record is of this format (`has scratchpad and tier`), or `None`.
    fn recognise(&self, record: &Value) -> Option<String>;
    /// Reads a record that [`Format::recognise`] accepted.
    fn read(&self, record: &Value, context: &Context<'_>) -> Vec<Reading>;
}

/// All formats, the most particular first.
pub const FORMATS: &[&dyn Format] = &[
    #[cfg(test)]
    &probe::Probe,
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
            source: place.source.clone(),
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
        let mut context = context.clone();
        for piece in pieces {
            match piece {
                Reading::Transcript(mut raw) => {
                    raw.repairs.extend(mends.iter().cloned());
                    self.transcripts.push(assemble(*raw, self.format, &context));
                    context.place.ordinal += 1;
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
                Reading::Refused(kind, message) => self.refuse(kind, message, &context),
                Reading::Remark(kind, message) => self.problem(kind, message, &context),
            }
        }
    }
}

/// Name of the format for what a mapping of the user's reads.
pub const MAPPED: &str = "mapped";

/// Which format reads a record and why, without a mapping. `None` when none does.
#[must_use]
pub fn recognised(record: &Value) -> Option<(&'static dyn Format, String)> {
    FORMATS.iter().find_map(|format| Some((*format, format.recognise(record)?)))
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
    let record = &lenient.value;
    let mapped = context.mappings.iter().find_map(|m| Some((m, m.recognise(record, context)?)));
    let pieces = if context.labels_only {
        labels_of(record, context, &mut reading)
    } else if let Some((mapping, why)) = mapped {
        reading.format = MAPPED;
        reading.why = why;
        mapping.readings(record, context)
    } else if let Some((format, why)) = recognised(record) {
        reading.format = format.name();
        reading.why = why;
        format.read(record, context)
    } else {
        let (kind, message) = unrecognised(record, context);
        reading.refuse(kind, message, context);
        return reading;
    };
    reading.take(pieces, &lenient.mends, context);
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
