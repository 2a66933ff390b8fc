//! Everything that can happen to the program.

use std::sync::Arc;

use super::review::JournalFound;
use super::{CodePlace, CodeSpans, Contrast, Focus, Kept, Key, PaneSizes, Reply, Studied};
use crate::corpus::{
    Answer, Body, BodyError, Change, Common, Comparison, Facets, Hits, LoadEvent, Name, Ranks,
    RecordFields, Reviews, RowId, SampleDrawn, Samples, Speed,
};
use crate::cues::Engine;
use crate::model::Analysis;
use crate::review::Event;

/// Something under the mouse, found by `ui::layout`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// A visible row of the list, from its top.
    ListRow(u16),
    /// A pane; the row from the pane's top.
    Pane(Focus, u16),
    /// A pane of the other side, where two transcripts are compared.
    Other(Focus, u16),
    /// A sentence of the strip under the scratchpad, by its number there.
    Strip(usize),
    /// The filter bar.
    Filter,
    /// A visible row inside the open dialog, from its top. In the palette and the label picker row 0 is the input and
    /// the hits follow; in the facets headings are rows; in the copy dialog rows 0 to 2 are the choices.
    DialogRow(u16),
    /// Nothing.
    Nowhere,
}

/// How a toast is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// It worked.
    Good,
    /// For your information.
    Info,
    /// It did not work.
    Bad,
}

/// A message.
#[derive(Debug)]
pub enum Message {
    /// A key press.
    Key(Key),
    /// Pasted text: text, never commands.
    Paste(String),
    /// A click.
    Click(Target),
    /// The wheel over something; lines, negative is up.
    Wheel(Target, i32),
    /// The terminal's size changed.
    Resized(u16, u16),
    /// The layout's pane sizes for the present state.
    Sizes(PaneSizes),
    /// Reading found something.
    Loaded(LoadEvent),
    /// How fast reading goes now.
    Speed(Option<Speed>),
    /// The rules were compiled: before the first row that they were used on.
    Rules(Arc<Engine>),
    /// A filter's hits so far. `done`: all of the rows asked for were looked at.
    Filtered {
        /// Of the request.
        generation: u64,
        /// So far.
        hits: Hits,
        /// The last word.
        done: bool,
    },
    /// A body was read.
    BodyRead {
        /// Of the request.
        generation: u64,
        /// Which row.
        row: RowId,
        /// The body.
        result: Result<Arc<Body>, BodyError>,
    },
    /// The body that will be wanted next was read.
    BodyAhead {
        /// Which row.
        row: RowId,
        /// The body.
        result: Result<Arc<Body>, BodyError>,
    },
    /// It is known who is whose partner.
    Paired {
        /// Of the question.
        generation: u64,
        /// All rows by sample.
        samples: Arc<Samples>,
        /// What can be compared, when that was asked.
        choices: Vec<Comparison>,
    },
    /// The body of the other side of a pair was read.
    PartnerRead {
        /// Which row.
        row: RowId,
        /// The body.
        result: Result<Arc<Body>, BodyError>,
    },
    /// The answers of a sample were read.
    Fanned(Vec<Reply>),
    /// What differs between the two sides of a pair.
    Contrasted(Arc<Contrast>),
    /// Rows ranked by a fuzzy pattern, best first.
    Narrowed {
        /// Of the effect.
        generation: u64,
        /// What was found so far.
        rows: Vec<RowId>,
        /// Nothing more will come.
        done: bool,
    },
    /// The journal is open, or a sentence.
    JournalOpened(Result<Box<JournalFound>, String>),
    /// A sample was drawn.
    SampleDrawn(Box<SampleDrawn>),
    /// An event stands in the journal, or a sentence.
    Recorded(Result<Box<Event>, String>),
    /// What journals say of the rows.
    Reviewed {
        /// Of the request.
        generation: u64,
        /// What they say.
        reviews: Box<Reviews>,
    },
    /// Facets were counted.
    FacetsCounted {
        /// Of the request.
        generation: u64,
        /// What was counted.
        facets: Facets,
    },
    /// What records have in further fields was read.
    FieldsRead {
        /// Of the request.
        generation: u64,
        /// What was found.
        fields: Arc<RecordFields>,
    },
    /// Rows were counted.
    Counted {
        /// Of the request.
        generation: u64,
        /// One for each question; none when it failed.
        answers: Vec<Answer>,
    },
    /// What journals say was found, or a sentence.
    Studied {
        /// Of the request.
        generation: u64,
        /// What was found.
        found: Result<Arc<Studied>, String>,
    },
    /// A decision stands in a journal, or a sentence.
    Decided(Result<Box<Event>, String>),
    /// What scratchpads share was found.
    Common(Arc<Common>),
    /// Texts of all rows were compared.
    Compared(Ranks),
    /// A body was read and shall be shown before it is marked: marks come with [`Message::Marked`], or a failure with
    /// [`Message::BodyRead`].
    Unmarked {
        /// Of the request.
        generation: u64,
        /// Which row.
        row: RowId,
        /// The body.
        body: Arc<Body>,
    },
    /// What the rules found in a body that was shown without.
    Marked {
        /// Of the request.
        generation: u64,
        /// Which row.
        row: RowId,
        /// What they found.
        analysis: Box<Analysis>,
    },
    /// A raw record and fenced code were coloured: byte ranges with a syntax role (index into `ui`'s palette).
    Coloured {
        /// Of the request.
        generation: u64,
        /// Pieces in the order asked for; of each, sorted and non-overlapping in bytes of the piece: start, end, role.
        codes: Vec<(CodePlace, CodeSpans)>,
    },
    /// Highlights that were kept of this corpus.
    Highlights(Vec<Kept>),
    /// What was kept of the corpus, or said by another program meanwhile.
    Heard {
        /// Changes up to this number are kept.
        up_to: u64,
        /// Of transcripts.
        said: Vec<(Name, Change)>,
        /// Names of filters; without a filter the name is gone.
        filters: Vec<(String, Option<String>)>,
    },
    /// The matches of the highlights were counted.
    HighlightsCounted {
        /// Of the request.
        generation: u64,
        /// Of each highlight, in the scratchpad pane and in the output pane.
        counts: Vec<[usize; 2]>,
    },
    /// Copying ended; a sentence.
    Copied(Result<String, String>),
    /// Statistics were written, or not: a sentence.
    Exported(Result<String, String>),
    /// A worker died or failed; a sentence without transcript text.
    Failed(String),
    /// Time passes (about four times a second): toasts fade.
    Tick,
    /// The terminal came back after a stop.
    Resumed,
    /// The terminal's background is light.
    LightBackground(bool),
}
