//! What a journal says: events, each a line of JSON that is written once and never changed.

use std::collections::BTreeMap;

use serde_json::Value;

/// What was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Verdict {
    /// The label holds.
    Yes,
    /// It does not.
    No,
    /// The reviewer looked and cannot say. Counted apart, never in a denominator.
    CannotTell,
    /// Passed over: no answer.
    Skip,
}

impl Verdict {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::Yes, Self::No, Self::CannotTell, Self::Skip];

    /// The word in journals and on the screen.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::CannotTell => "cannot tell",
            Self::Skip => "skip",
        }
    }

    /// The verdict of that word.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.as_str().eq_ignore_ascii_case(word))
    }

    /// Yes or no; `None` for neither.
    #[must_use]
    pub fn holds(self) -> Option<bool> {
        match self {
            Self::Yes => Some(true),
            Self::No => Some(false),
            Self::CannotTell | Self::Skip => None,
        }
    }
}

/// What is judged, one after another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Order {
    /// Whole transcripts.
    #[default]
    Whole,
    /// Whole transcripts, the output before the scratchpad is shown.
    OutputFirst,
    /// Two transcripts of one sample, one of each tier.
    Pairs,
    /// Single marks of rules.
    Marks,
    /// Single quotes of judges.
    Quotes,
    /// Single turns of transcripts with several.
    Turns,
}

impl Order {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Whole, Self::OutputFirst, Self::Pairs, Self::Marks, Self::Quotes, Self::Turns];

    /// The word in journals and arguments.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::OutputFirst => "output-first",
            Self::Pairs => "pairs",
            Self::Marks => "marks",
            Self::Quotes => "quotes",
            Self::Turns => "turns",
        }
    }

    /// The order of that name.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|order| order.as_str() == word)
    }

    /// What its items are, in words.
    #[must_use]
    pub fn items(self) -> &'static str {
        match self {
            Self::Whole | Self::OutputFirst => "transcripts",
            Self::Pairs | Self::Marks | Self::Quotes | Self::Turns => self.as_str(),
        }
    }

    /// The order whose items are called so; of transcripts the one that shows them whole.
    #[must_use]
    pub fn of_items(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|order| order.items() == word)
    }

    /// Whether its items are whole transcripts.
    #[must_use]
    pub fn is_whole(self) -> bool {
        matches!(self, Self::Whole | Self::OutputFirst)
    }
}

/// By what a transcript is found again.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct ItemName {
    /// Its id.
    pub id: String,
    /// Path as given.
    pub source: String,
    /// 1-based line, in files of lines.
    pub line: Option<u64>,
    /// 0-based index of its unit.
    pub index: u64,
    /// Which transcript of the unit.
    pub ordinal: u32,
    /// Hash of the record's bytes.
    pub hash: u64,
    /// What of it is judged, where that is not the whole: a [`super::Part`] as text, such as `turn 3`.
    pub part: Option<String>,
}

/// A stretch of one section's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Span {
    /// Index of the section.
    pub section: usize,
    /// First byte.
    pub start: usize,
    /// Byte behind the last one.
    pub end: usize,
}

/// An item of a session, in the order in which it is asked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Item {
    /// What is judged.
    pub name: ItemName,
    /// The item that it repeats, by number, for self-agreement.
    pub repeats: Option<usize>,
    /// It is shown with all that classifiers and rules say, for anchoring.
    pub sighted: bool,
    /// The reviewer had opened it before the session: the answer is not blind.
    pub seen: bool,
    /// Hash of the words of a mark or a quote ([`super::words_hash`]); 0 of other items.
    pub words: u64,
    /// Of a pair the other transcript.
    pub beside: Option<Beside>,
}

/// The other transcript of a pair.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Beside {
    /// By what it is found again.
    pub name: ItemName,
    /// It stands on the left, and the one that gives the item its name on the right.
    pub left: bool,
}

impl Item {
    /// Of a pair the transcripts on the left and on the right.
    #[must_use]
    pub fn sides(&self) -> Option<(&ItemName, &ItemName)> {
        let beside = self.beside.as_ref()?;
        Some(if beside.left { (&beside.name, &self.name) } else { (&self.name, &beside.name) })
    }

    /// What of the transcript is judged; `None`: the whole, or what a later release has.
    #[must_use]
    pub fn part(&self) -> Option<super::Part> {
        super::Part::parse(self.name.part.as_deref()?)
    }
}

/// A stratum of the frame.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Stratum {
    /// Its values in words: `free · yes`.
    pub name: String,
    /// Its value of each field: `(tier, free)`, `(label, yes)`.
    pub of: Vec<(String, String)>,
    /// Transcripts in it.
    pub size: usize,
    /// Transcripts of it that were drawn, repeats not counted again.
    pub drawn: usize,
}

impl Stratum {
    /// For how many transcripts of the stratum each drawn one stands: size by drawn. `None`: none was drawn.
    #[must_use]
    pub fn weight(&self) -> Option<f64> {
        (self.drawn > 0).then(|| self.size as f64 / self.drawn as f64)
    }
}

/// How the sample was drawn: what a blind reviewer is not to see before the end.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Seal {
    /// The strata.
    pub strata: Vec<Stratum>,
    /// By item the number of its stratum.
    pub stratum_of: Vec<usize>,
}

/// A session begins.
#[derive(Debug, Clone, PartialEq)]
pub struct Opened {
    /// The label that is judged.
    pub label: String,
    /// The codebook's name and the hash of its text.
    pub codebook: Option<(String, u64)>,
    /// What is judged, one after another.
    pub order: Order,
    /// The filter that left the frame, as text.
    pub filter: String,
    /// Paths as given.
    pub paths: Vec<String>,
    /// Items are shown with all that classifiers and rules say.
    pub shown: bool,
    /// Why answers are not blind; `None`: they are.
    pub sighted: Option<String>,
    /// Seed of the draw.
    pub seed: u64,
    /// Transcripts in the frame.
    pub frame: usize,
    /// Hash of the frame: names and hashes of its transcripts.
    pub frame_hash: u64,
    /// Of pairs: the two tiers that are held against each other.
    pub tiers: Option<(String, String)>,
    /// In the order in which they are asked.
    pub items: Vec<Item>,
    /// How they were drawn.
    pub seal: Seal,
}

/// How a session's sample was drawn, where an export tells it and not the session itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sampled {
    /// The label that is judged.
    pub label: String,
    /// The filter that left the frame, as text.
    pub filter: String,
    /// Seed of the draw.
    pub seed: u64,
    /// All strata of the frame, also those in which nobody answered.
    pub strata: Vec<Stratum>,
}

/// An answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Answered {
    /// 0-based number of the item in its session.
    pub n: usize,
    /// The item.
    pub name: ItemName,
    /// Hash of the texts that were shown.
    pub text: u64,
    /// The label that is judged.
    pub label: String,
    /// Whether it holds.
    pub answer: Verdict,
    /// Further questions by name.
    pub answers: BTreeMap<String, Value>,
    /// What the reviewer wrote.
    pub note: Option<String>,
    /// The sentence that decided.
    pub span: Option<Span>,
    /// To be looked at again.
    pub flag: bool,
    /// Why the answer is not blind; `None`: it is.
    pub sighted: Option<String>,
    /// How long it was on the screen, in milliseconds.
    pub seen_ms: u64,
    /// It was a hidden repeat.
    pub repeat: bool,
    /// It was shown sighted on purpose, for anchoring.
    pub anchor: bool,
    /// Seed of the draw.
    pub seed: u64,
    /// Its stratum, as drawn.
    pub stratum: Stratum,
    /// Of an answer that came from an export: which sample its session drew ([`Opened::design`]). 0: its session says it, or nobody.
    pub design: u64,
}

/// A decision between answers that disagree.
#[derive(Debug, Clone, PartialEq)]
pub struct Adjudication {
    /// The item.
    pub name: ItemName,
    /// Hash of the texts that were shown.
    pub text: u64,
    /// The label.
    pub label: String,
    /// Whether it holds.
    pub answer: Verdict,
    /// Why.
    pub reason: String,
    /// The answers that disagreed, by the ids of their events.
    pub over: Vec<String>,
}

/// An answer that was given elsewhere.
#[derive(Debug, Clone, PartialEq)]
pub struct Import {
    /// The item, as far as it is known.
    pub name: ItemName,
    /// The label.
    pub label: String,
    /// Whether it holds.
    pub answer: Verdict,
    /// File and line.
    pub from: String,
}

/// What happened.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// A session begins.
    Opened(Box<Opened>),
    /// An answer was given.
    Answered(Box<Answered>),
    /// An event does not count, by its id.
    Undone(String),
    /// What classifiers say was shown: later answers of the session are not blind.
    Revealed,
    /// A session ended: the strata, each with how many of it were answered.
    Ended(Vec<(Stratum, usize)>),
    /// A disagreement was decided.
    Adjudicated(Box<Adjudication>),
    /// An answer came from elsewhere.
    Imported(Box<Import>),
    /// An export told how the session's sample was drawn.
    Sampled(Box<Sampled>),
}

/// A line of a journal.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Its own id: session and number, unique.
    pub id: String,
    /// The session that it belongs to: 16 hexadecimal digits.
    pub session: String,
    /// When, in milliseconds since 1970.
    pub time: u64,
    /// Who.
    pub rater: String,
    /// The program's version.
    pub version: String,
    /// What.
    pub what: What,
}

/// The id of event `number` of a session.
#[must_use]
pub fn event_id(session: &str, number: u64) -> String {
    format!("{session}-{number:x}")
}

/// The id of what an export tells of a session's sample: one for each session, and none of its numbers.
#[must_use]
pub fn sample_id(session: &str) -> String {
    format!("{session}-sample")
}

/// The number of an event in its session, where its id says so: the other way round than [`event_id`].
pub(super) fn number_of(id: &str, session: &str) -> Option<u64> {
    let digits = id.strip_prefix(session)?.strip_prefix('-')?;
    // Nobody has answered so often; and there is a next one.
    let some = (1..=12).contains(&digits.len());
    let plain = some && digits.bytes().all(|b| b.is_ascii_hexdigit());
    u64::from_str_radix(digits, 16).ok().filter(|_| plain)
}
