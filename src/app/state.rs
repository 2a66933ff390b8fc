//! The state of the explorer: everything that a frame is drawn from.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use super::doc::{Anchor, DocPlace};
use super::review::{Journals, Review};
use super::tally::Tally;
use super::{
    Agreeing, AgreementDialog, Boilerplate, CodeSpans, ColumnDialog, Doc, FacetDialog, Figures,
    Folds, HighlightDialog, Highlights, Input, Keymap, LikeDialog, MarksDialog, NoteDialog, Own,
    PairList, ReasonDialog, Shown, Statistics, Strip, Tone, Twin, TwinWays, TwinWish,
};
use crate::corpus::{
    Bits, Body, Catalogue, Column, Name, Order, Progress, RowId, RowPlace, Samples, SortKey, Speed,
};
use crate::cues::Category;
use crate::model::SectionKind;
use crate::query::{Completion, Filter, FilterError, Named, Vocabulary};
use crate::text::Needle;

/// Which part takes the keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Focus {
    /// The list of transcripts.
    #[default]
    List,
    /// The scratchpad pane.
    Scratchpad,
    /// The output pane.
    Output,
}

/// What the layout gives each part: columns and rows inside the borders; 0×0 when not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PaneSizes {
    /// The list.
    pub list: (u16, u16),
    /// Scratchpad text.
    pub scratchpad: (u16, u16),
    /// Output text.
    pub output: (u16, u16),
    /// Scratchpad and output of the other side, where two transcripts are compared.
    pub other: [(u16, u16); 2],
    /// Inside of the open dialog.
    pub dialog: (u16, u16),
    /// How far the message of a review can be scrolled.
    pub message: usize,
}

/// The filter bar.
#[derive(Debug, Clone, Default)]
pub struct FilterBar {
    /// Being typed.
    pub editing: bool,
    /// What is typed; the applied filter's text when not editing.
    pub input: Input,
    /// What is wrong with it.
    pub error: Option<FilterError>,
    /// Proposals, best first.
    pub completions: Vec<Completion>,
    /// The proposal that Tab takes.
    pub chosen: Option<usize>,
    /// The filter in force (results are updated while typing: the last text without an error).
    pub applied: Filter,
    /// The filter to go back to on Esc.
    pub before: Filter,
    /// Texts of filters that were applied in this session, the newest last.
    pub history: Vec<String>,
    /// Position in `history` while going through it with the arrows.
    pub recalled: Option<usize>,
    /// Filters with names: the configuration's, and those of these files over them.
    pub named: Named,
    /// Those of the configuration.
    pub configured: Named,
}

/// The list.
#[derive(Debug, Clone, Default)]
pub struct List {
    /// Rows that pass the filter, in the order shown.
    pub rows: Vec<RowId>,
    /// Index into `rows` of the selected one.
    pub selected: usize,
    /// Index into `rows` of the first visible one.
    pub top: usize,
    /// Order.
    pub sort: Order,
    /// The columns that were chosen; none: [`Column::LIST`].
    pub columns: Vec<Column>,
    /// The seed of an order of chance that is stepped to.
    pub seed: u64,
    /// The filter is still running: (rows looked at, rows to look at).
    pub searching: Option<(usize, usize)>,
    /// Bodies that could not be read again during the filter.
    pub unreadable: usize,
    /// Fuzzy search in the list: the pattern while it is typed (`None`: not searching).
    pub fuzzy: Option<Input>,
    /// The row that is being read is not among `rows` (nothing passes the filter, or a running filter has not come to
    /// it yet); it stays open until the reader moves or the filter's last word says where to go.
    pub outside: bool,
    /// The row that the reader last went to. Filters keep it selected while it matches.
    pub chosen: Option<RowId>,
    /// All rows known to pass the filter; `rows` without sorting and narrowing.
    pub settled: Bits,
    /// How many of those `rows` lacks, which are put in order with more of them; `None`: `rows` are still those of the
    /// filter before.
    pub unshown: Option<usize>,
    /// Rows among them, or not, that have changed since they were looked at.
    pub doubtful: Bits,
    /// The running filter is about such rows, and has not found these; `None`: it is about rows that nobody has looked at.
    pub retested: Option<Bits>,
    /// Rows below this one have been looked at, or are being looked at.
    pub tested: RowId,
    /// A filter runs elsewhere over rows up to this one.
    pub running: Option<RowId>,
    /// The fuzzy pattern that narrows the list, while typed and after Enter; empty: none.
    pub narrowed: String,
    /// What narrowed the list before the fuzzy search was opened.
    pub narrowed_before: String,
    /// The rows of a large list are being narrowed elsewhere.
    pub narrowing: bool,
    /// Number of the newest narrowing.
    pub ranking: u64,
    /// Rows have come since it began.
    pub arrived: bool,
    /// Texts are being compared elsewhere, for sorting by this key.
    pub comparing: Option<SortKey>,
}

/// A scroll position for a pane that is not shown yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pending {
    /// The place.
    pub place: DocPlace,
    /// A third from the top, so that what stands before it can be read; else at the top.
    pub with_context: bool,
}

/// One pane of the reader.
#[derive(Debug, Clone, Default)]
pub struct Pane {
    /// What it shows.
    pub doc: Doc,
    /// Index into `doc.rows` of the first visible one.
    pub top: usize,
    /// Where to scroll to as soon as the pane is shown and its width known.
    pub pending: Option<Pending>,
}

/// Is there a body?
#[derive(Debug, Clone, Default)]
pub enum Reading {
    /// Nothing is selected.
    #[default]
    Nothing,
    /// The body of this row was asked for.
    Waiting(RowId),
    /// It is here.
    Here(RowId, Arc<Body>),
    /// It could not be read; a sentence.
    Failed(RowId, String),
}

/// A match of the reader's own search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FindHit {
    /// Section index.
    pub section: usize,
    /// Byte range in its text.
    pub start: usize,
    /// End.
    pub end: usize,
}

/// Find in panes.
#[derive(Debug, Clone, Default)]
pub struct Find {
    /// The bar while it is typed.
    pub input: Option<Input>,
    /// What is searched for now.
    pub needle: Option<Needle>,
    /// Its text, for the status line.
    pub text: String,
    /// What is wrong with it.
    pub error: Option<String>,
    /// Matches in the order of the panes (scratchpad, then output).
    pub hits: Vec<FindHit>,
    /// The current one.
    pub current: Option<usize>,
}

/// Syntax colours of one section: its index, and sorted byte ranges of its text with a role.
pub type CodeColours = (usize, CodeSpans);

/// What was stepped to last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Looking {
    /// A cue.
    #[default]
    Cue,
    /// A judge's evidence.
    Evidence,
}

/// What is being read.
#[derive(Debug, Clone, Default)]
pub struct Reader {
    /// The body.
    pub body: Reading,
    /// It is shown before rules have said anything of it: nothing can be said about cues yet.
    pub unmarked: bool,
    /// Scratchpad (reasoning, drafts).
    pub scratchpad: Pane,
    /// Output, markers and the rest of the response.
    pub output: Pane,
    /// Indices into the analysis' spans that `]` and `[` step through, in reading order.
    pub steps: Vec<usize>,
    /// The reasoning that the scratchpad pane shows as one row. Empty before it is marked.
    pub strip: Strip,
    /// Position in `steps` of the cue under the cursor.
    pub cue: Option<usize>,
    /// Position in the evidence list of the quote under the cursor.
    pub evidence: Option<usize>,
    /// Sentences that other scratchpads share, where they are to be dimmed: section and bytes, in order.
    pub shared: Vec<(usize, std::ops::Range<usize>)>,
    /// How often each of the reader's highlights stands in the scratchpad pane and in the output pane, by its place in the
    /// list. Shorter while they are being counted.
    pub highlighted: Vec<[usize; 2]>,
    /// What a partner lacks: section and bytes, in order. Empty where nothing is to be marked.
    pub differs: Vec<(usize, std::ops::Range<usize>)>,
    /// Search.
    pub find: Find,
    /// Syntax colours of fenced code by section: sorted byte ranges with a role. `None`: they have not come.
    pub code: Option<Arc<Vec<CodeColours>>>,
    /// Needles of the filter, so that the panes show what it matched.
    pub filter_needles: Vec<Needle>,
    /// For each of them the kinds of section that it looks in; `None`: everywhere.
    pub filter_places: Vec<Option<Vec<SectionKind>>>,
    /// The row whose body was asked for and has not come: the old body stays on screen meanwhile.
    pub asked: Option<RowId>,
    /// The body that will be wanted next.
    pub ahead: Option<Ahead>,
    /// It is the one above in the list: that is where the reader went last.
    pub upward: bool,
    /// Time has passed since, and another body stands in its place.
    pub waited: bool,
    /// Where the panes of the final response were when it was left: scratchpad, output. `None`: at the start.
    pub places: HashMap<RowId, (Option<Anchor>, Option<Anchor>)>,
    /// What the panes show of the transcript.
    pub shown: Shown,
    /// How much of its tools.
    pub folds: Folds,
    /// Which turn that is, in words, the longest first; `None` where there is one turn only.
    pub position: Option<[String; 3]>,
    /// What the cue line is about.
    pub looking: Looking,
    /// The sentence that a reviewer chose: section and byte range.
    pub chosen: Option<(usize, Range<usize>)>,
    /// The row of the window's title.
    pub titled: Option<RowId>,
}

/// A body that was read before somebody asks for it.
#[derive(Debug, Clone)]
pub struct Ahead {
    /// Which row.
    pub row: RowId,
    /// Where it was when it was asked for.
    pub place: RowPlace,
    /// `None`: it is being read.
    pub body: Option<Arc<Body>>,
}

/// A scrolled document in a dialog.
#[derive(Debug, Clone, Default)]
pub struct ScrollDoc {
    /// Title.
    pub title: String,
    /// Text.
    pub doc: Doc,
    /// First visible row.
    pub top: usize,
    /// Syntax colours of the first `Text` block, when they have come.
    pub colours: Arc<Vec<(usize, usize, u8)>>,
    /// Find in this document. A hit's `section` is the index of the block here.
    pub find: Find,
    /// Long texts are shown whole.
    pub unfolded: bool,
    /// Headings of turns: the block and the turn. Only of prompt and turns.
    pub turns: Vec<(usize, u32)>,
    /// The one under the cursor.
    pub turn: usize,
    /// Where to scroll to as soon as the pane is shown and its width known.
    pub pending: Option<Pending>,
}

/// The command palette. Its entries are those of `palette_entries`. The input takes the first row of the dialog's
/// inside, hits follow from the second.
#[derive(Debug, Clone, Default)]
pub struct Palette {
    /// What is typed.
    pub input: Input,
    /// Hits: index into the palette's entries, matched character indices of its text.
    pub hits: Vec<(usize, Vec<usize>)>,
    /// Selected hit.
    pub selected: usize,
    /// First visible hit.
    pub top: usize,
}

/// A list to pick from: labels, filters. The input takes the first row of the dialog's inside, hits follow from the second.
#[derive(Debug, Clone, Default)]
pub struct Picker {
    /// What it is a list of, where that is not always the same.
    pub title: String,
    /// What is typed.
    pub input: Input,
    /// Entries: (shown, filter term or name, count).
    pub entries: Vec<(String, String, usize)>,
    /// Hits: index into entries, matched character indices.
    pub hits: Vec<(usize, Vec<usize>)>,
    /// Selected hit.
    pub selected: usize,
    /// First visible hit.
    pub top: usize,
}

/// What can be picked from a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PickOf {
    /// Labels.
    Labels,
    /// Filters with names.
    Filters,
    /// What to compare.
    Sides,
    /// All transcripts of a sample.
    Epochs,
    /// What thresholds are held against.
    References,
    /// By which field statistics are counted.
    Fields,
    /// Labels that can be reviewed.
    Reviews,
}

/// A dialog. They form a stack; the last is on top and takes the keys.
#[derive(Debug, Clone)]
pub enum Dialog {
    /// Keys, generated from the keymap.
    Help(ScrollDoc),
    /// Commands.
    Palette(Palette),
    /// A list to pick from.
    Pick(PickOf, Picker),
    /// Marks and notes.
    Marks(MarksDialog),
    /// The editor of a note.
    Note(NoteDialog),
    /// Facets.
    Facets(FacetDialog),
    /// Prompt and other turns.
    Turns(ScrollDoc),
    /// The raw record.
    Record(ScrollDoc),
    /// Why a cue is marked.
    Why(ScrollDoc),
    /// Problems.
    Problems(ScrollDoc),
    /// Rates and the gap.
    Statistics(Box<Statistics>),
    /// What reviews say of a classifier and of each other.
    Agreement(AgreementDialog),
    /// What to look at again. Its cursor is kept in [`State::agreeing`].
    Queue,
    /// Why something is decided so.
    Reason(ReasonDialog),
    /// What to copy: 0 text, 1 id, 2 permalink.
    Copy(usize),
    /// The reader's own highlights.
    Highlights(HighlightDialog),
    /// Columns of the list.
    Columns(ColumnDialog),
    /// Values of the selected row.
    Like(LikeDialog),
}

/// How things are shown.
// Switches that have nothing to do with each other.
#[allow(clippy::struct_excessive_bools)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct View {
    /// Every mark, score, label and bar is hidden.
    pub quiet: bool,
    /// The focused pane fills the screen.
    pub zoom: bool,
    /// The mouse is captured.
    pub mouse: bool,
    /// Nothing is written.
    pub private: bool,
    /// The terminal's background is light, when it was asked and answered.
    pub light: Option<bool>,
}

/// Files that grow.
#[derive(Debug, Clone, Default)]
pub struct Follow {
    /// They are looked at.
    pub on: bool,
    /// Rows that came since everything was read and that the reader has not acknowledged.
    pub new: Bits,
    /// The turn ([`crate::corpus::Progress::turn`]) and the number of rows of which an index was kept last.
    pub kept: (u64, usize),
}

/// A short message in the status line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toast {
    /// The sentence (sanitised when drawn).
    pub text: String,
    /// How it is meant.
    pub tone: Tone,
    /// Ticks left.
    pub ticks: u16,
    /// It says where the reader has come to: it goes when the reader moves on.
    pub is_here: bool,
}

/// The transcript that was left, until it comes.
#[derive(Debug, Clone)]
pub struct Restoring {
    /// What it is known by.
    pub name: Name,
    /// Where its panes were: scratchpad, output.
    pub anchors: (Option<Anchor>, Option<Anchor>),
    /// What had the focus.
    pub focus: Focus,
    /// And filled the screen.
    pub zoom: bool,
    /// Its row, when it has arrived and is not in the list yet.
    pub row: Option<RowId>,
}

/// The reading of the records' further fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FieldReading {
    /// The number of the newest request.
    pub generation: u64,
    /// It has not been answered.
    pub waiting: bool,
    /// The edition of the catalogue that it was about.
    pub edition: Option<u64>,
}

/// The state.
#[derive(Debug, Clone, Default)]
pub struct State {
    /// What is open: `runs/`, `sample data`.
    pub title: String,
    /// Terminal size in columns and rows.
    pub size: (u16, u16),
    /// What the layout gives.
    pub sizes: PaneSizes,
    /// Rows, files, counts, problems.
    pub catalogue: Catalogue,
    /// The catalogue as it is in full, while there is more in the other that was only glimpsed at: the same rows come once
    /// more, and are shown when all of those have come.
    pub unread: Option<Box<Catalogue>>,
    /// How far reading is.
    pub progress: Progress,
    /// How fast it goes, when that is known.
    pub speed: Option<Speed>,
    /// Words for completion.
    pub vocabulary: Vocabulary,
    /// Categories of the active packs, in order of precedence; none before the rules are compiled.
    pub categories: Vec<Category>,
    /// The engine, for explanations; `None` before the rules are compiled.
    pub engine: Option<Arc<crate::cues::Engine>>,
    /// Filter bar.
    pub filter: FilterBar,
    /// List.
    pub list: List,
    /// Reader.
    pub reader: Reader,
    /// The reader's own highlights.
    pub highlights: Highlights,
    /// What the reader said of transcripts, as far as it is on its way.
    pub own: Own,
    /// What reviewers say, as far as it is asked for.
    pub journals: Journals,
    /// Focus.
    pub focus: Focus,
    /// Dialogs, the top one last.
    pub dialogs: Vec<Dialog>,
    /// View.
    pub view: View,
    /// Sentences that many scratchpads share.
    pub boilerplate: Boilerplate,
    /// Two transcripts of one sample side by side.
    pub twin: Option<Box<Twin>>,
    /// A review is on: this is its state, and the explorer's waits in it.
    pub review: Option<Box<Review>>,
    /// Paths as given; none: the sample data.
    pub paths: Vec<String>,
    /// What the reader is called in reviews.
    pub rater: String,
    /// The time, in milliseconds since 1970; set before each message while a review is on.
    pub now: u64,
    /// How pairs are made and shown.
    pub twin_ways: TwinWays,
    /// What was asked for until it is known who is whose partner, and the number of that question.
    pub twin_wish: (Option<TwinWish>, u64),
    /// The sample whose transcripts are listed, or are to be.
    pub fanned: Option<(Arc<Samples>, u32)>,
    /// What waits for more to be read, and the rows that it was looked for in.
    pub twin_waiting: Option<(TwinWish, usize)>,
    /// The list shows pairs: which, and what it was like before; `None` while it shows transcripts.
    pub pairs: Option<Box<PairList>>,
    /// The edition of the catalogue in which partners were looked for last, and its number of rows then.
    pub partners_asked: Option<(u64, usize)>,
    /// The number of the newest request for facets.
    pub facets_asked: u64,
    /// The records' further fields, as far as they were asked for.
    pub record_fields: FieldReading,
    /// What reviews say.
    pub agreeing: Agreeing,
    /// What the rows shown came to.
    pub figures: Figures,
    /// Growing files.
    pub follow: Follow,
    /// Toast.
    pub toast: Option<Toast>,
    /// Keys.
    pub keymap: Keymap,
    /// The transcript to open when it arrives: `path:line#id`, or an id alone.
    pub wanted: Option<String>,
    /// Its row, when it has arrived and the filter has not shown it yet.
    pub wanted_row: Option<RowId>,
    /// The link of the transcript that was opened so, until all is read: others may have the same.
    pub opened: Option<String>,
    /// The transcript that was left, while it is waited for.
    pub restoring: Option<Restoring>,
    /// Everything is as it was left, and the reader has not pressed a key yet.
    pub restored: bool,
    /// Counted while rows arrive: tiers, labels, words.
    pub tally: Tally,
    /// Generation of the newest request of each kind: filter, body, colour.
    pub generation: (u64, u64, u64),
    /// The program is leaving.
    pub quitting: bool,
}
