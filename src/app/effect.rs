//! What the shell is asked to do. Results come back as messages.

use std::sync::Arc;

use super::{Contrasting, Counting, Kept, Studying};
use crate::corpus::{
    Answer, Bits, Catalogue, Change, FrameOf, Name, PairField, Question, ReviewPlan, RowId,
    RowPlace, SortKey,
};
use crate::query::Filter;
use crate::review::{Draw, Event, What};

/// What goes to the clipboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Copied {
    /// The text of a pane.
    Text,
    /// The transcript's id.
    Id,
    /// `path:line#id`.
    Permalink,
}

/// Where a piece of code stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodePlace {
    /// The raw record, whole.
    Record,
    /// Fenced code in a section of the body being read.
    Section {
        /// Index of the section.
        section: usize,
        /// Byte offset of the piece in its text.
        start: usize,
    },
}

/// Syntax colours: byte ranges with a role, sorted, non-overlapping.
pub type CodeSpans = Vec<(usize, usize, u8)>;

/// A piece of code to colour.
#[derive(Debug, Clone)]
pub struct Code {
    /// To be given back.
    pub place: CodePlace,
    /// The text.
    pub text: Arc<str>,
    /// A syntax name: `json`, `python`. Unknown ones have no colours.
    pub language: String,
}

/// An effect.
#[derive(Debug)]
// A few effects a second, each taken apart at once: boxing the large one would save nothing.
#[allow(clippy::large_enum_variant)]
pub enum Effect {
    /// Read a body.
    ReadBody {
        /// To be given back.
        generation: u64,
        /// Which row.
        row: RowId,
        /// Where.
        place: RowPlace,
    },
    /// Read the body that will be wanted next. Only the newest such effect needs an answer.
    ReadAhead {
        /// To be given back.
        row: RowId,
        /// Where.
        place: RowPlace,
    },
    /// Find out who is whose partner. Only the newest such effect needs an answer.
    Pair {
        /// To be given back.
        generation: u64,
        /// The field that is compared.
        field: PairField,
        /// Whether the reader wants to choose what is compared.
        choices: bool,
        /// The snapshot.
        catalogue: Catalogue,
    },
    /// Read the body of the other side of a pair. Only the newest such effect needs an answer.
    ReadPartner {
        /// To be given back.
        row: RowId,
        /// Where.
        place: RowPlace,
    },
    /// Read the answers of a sample. Only the newest such effect needs an answer.
    Fan(Vec<(RowId, RowPlace)>),
    /// Compare the texts of a pair. Only the newest such effect needs an answer.
    Contrast(Contrasting),
    /// Run a filter over rows `from..` of a snapshot.
    RunFilter {
        /// To be given back.
        generation: u64,
        /// The filter.
        filter: Filter,
        /// The snapshot.
        catalogue: Catalogue,
        /// First row.
        from: RowId,
    },
    /// Rank many rows by a fuzzy pattern. Only the newest such effect needs an answer.
    Narrow {
        /// To be given back.
        generation: u64,
        /// The pattern.
        pattern: String,
        /// The rows.
        rows: Vec<RowId>,
        /// The snapshot.
        catalogue: Catalogue,
    },
    /// Count the facets of many rows; answered by `FacetsCounted`. Only the newest such effect needs an answer.
    CountFacets {
        /// To be given back.
        generation: u64,
        /// The rows shown, in any order.
        shown: Vec<RowId>,
        /// The snapshot.
        catalogue: Catalogue,
    },
    /// Read what records have in further fields; answered by `FieldsRead`. Only the newest such effect needs an answer.
    ReadFields {
        /// To be given back; 0 calls off what is being read, and is not answered.
        generation: u64,
        /// The snapshot.
        catalogue: Catalogue,
    },
    /// Find out what reviewers' journals say of the rows. Only the newest such effect needs an answer.
    ReadReviews {
        /// To be given back.
        generation: u64,
        /// The snapshot.
        catalogue: Catalogue,
        /// Paths as given; none: the sample data.
        paths: Vec<String>,
        /// The folder that was named for journals.
        journal: Option<String>,
    },
    /// Open the journal of a reviewer, for this program alone; answered by `JournalOpened`.
    OpenJournal {
        /// What is to be reviewed.
        plan: ReviewPlan,
    },
    /// Read an item of a review, without marks, before anything else happens where that takes no time; answered by `BodyRead`.
    ReadItem {
        /// To be given back.
        generation: u64,
        /// The item's number.
        row: RowId,
        /// Where it is.
        place: RowPlace,
    },
    /// Draw a sample for review; answered by `SampleDrawn`.
    DrawSample {
        /// How.
        how: Draw,
        /// What the frame is made of.
        of: FrameOf,
        /// The rows that it is made from.
        rows: Bits,
        /// The snapshot.
        catalogue: Catalogue,
    },
    /// Put an event into the journal; answered by `Recorded` when it is on the disk.
    Record(Box<Event>),
    /// The journal is no longer needed.
    CloseJournal,
    /// Count what rows came to. Only the newest such effect needs an answer.
    Count {
        /// To be given back.
        generation: u64,
        /// What is asked of them.
        questions: Vec<Question>,
        /// The rows that the filter left.
        rows: Bits,
        /// The snapshot.
        catalogue: Catalogue,
    },
    /// Read journals, and say what stands in them of some rows; answered by `Studied`. Only the newest such effect needs an answer.
    Study(Box<Studying>),
    /// Put a decision, or that one is taken back, into the journal of who decides; answered by `Decided` when it is on the disk.
    Decide {
        /// Who.
        rater: String,
        /// What.
        what: Box<What>,
    },
    /// Write statistics as a drawing and as data; answered by `Exported`.
    Export {
        /// The files' name without its ending.
        name: String,
        /// What was asked.
        question: Box<Question>,
        /// What was found.
        answer: Arc<Answer>,
    },
    /// Find the sentences that scratchpads share. Only the newest such effect needs an answer.
    FindCommon {
        /// The label that tells positives from negatives.
        label: String,
        /// The snapshot.
        catalogue: Catalogue,
    },
    /// Compare the texts of all rows, for sorting by this key.
    Compare {
        /// By id or by query.
        key: SortKey,
        /// The snapshot.
        catalogue: Catalogue,
    },
    /// Colour pieces of code. Only the newest such effect needs an answer: it asks for everything that has none yet.
    Colour {
        /// To be given back.
        generation: u64,
        /// The pieces; those of one section follow one another in order.
        codes: Vec<Code>,
    },
    /// Keep an index of what was read.
    Keep(Catalogue),
    /// Count the matches of the reader's highlights. Only the newest such effect needs an answer.
    CountHighlights(Counting),
    /// Keep something that the reader says of a transcript; answered by `Heard`.
    Remark {
        /// Number of the change.
        generation: u64,
        /// Of which.
        name: Name,
        /// What.
        change: Change,
    },
    /// Keep the name of a filter; answered by `Heard`.
    NameFilter {
        /// Number of the change.
        generation: u64,
        /// The name.
        name: String,
        /// Its filter; without one the name is gone.
        text: Option<String>,
    },
    /// Keep the reader's highlights for the next time that this corpus is opened.
    KeepHighlights(Vec<Kept>),
    /// Copy sanitised text.
    Copy(Copied, String),
    /// Turn mouse capture on or off.
    Mouse(bool),
    /// Look at growing files from now on, or no more.
    Follow(bool),
    /// Stop the program as Ctrl-Z does in a shell.
    Suspend,
    /// Repaint everything.
    Redraw,
    /// Set the window title (sanitised).
    Title(String),
    /// Leave.
    Quit,
}
