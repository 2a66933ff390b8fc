//! What formats make of records before anything is split or judged: plain data, given to `assemble`.

use serde_json::Value;

use crate::model::{Design, Repair, Role, TierFrom};

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
    /// The parts of which the variant was made, in order, where they were several fields.
    pub design: Vec<(Option<Design>, String)>,
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
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LabelTarget {
    /// The one with this id, or with this name among its aliases.
    Id(String),
    /// All that answer this sample (a row about a free and paid pair).
    Sample(String),
    /// Those that answer this sample under one tier (canonical word): a row with one column for each tier.
    SampleInTier(String, String),
    /// Those with this id, alias or sample, of one tier where one is named: `sample_id` may be any of them.
    Named(String, Option<String>),
}

impl LabelTarget {
    /// The id or the sample.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Id(name)
            | Self::Sample(name)
            | Self::SampleInTier(name, _)
            | Self::Named(name, _) => name,
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
    pub(super) fn rated_by(&mut self, file: &str) {
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
