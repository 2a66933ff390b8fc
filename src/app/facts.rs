//! What the screen says about the state: counters, labels, criteria, positions. Pure reading, no drawing.
//!
//! Texts from files come out unsanitised (ids, labels); whoever draws or copies them sanitises.

use super::{Dialog, Find, Pane, ScrollDoc, State};
use crate::corpus::{Column, ProgressWords, Row, RowId, RowView};
use crate::cues::Category;
use crate::model::{LabelValue, ProblemKind, Span};
use crate::query::Filter;
pub use crate::text::thousands;

/// The highest score.
const MOST_SCORE: f32 = 15.0;

/// A label's value in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelCell {
    /// `0.85`, `yes`, `no`, a category (unsanitised), `?` unparsed, `–` missing.
    pub text: String,
    /// Positive, negative or neither.
    pub positive: Option<bool>,
}

/// A part of what is said about reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountWord {
    /// `9 repaired`.
    pub text: String,
    /// Where room is short: `9 rep.`.
    pub short: String,
    /// The higher, the later it is left out.
    pub rank: u8,
}

/// Whether a span counts as a cue: some of its weight is left, or its category carries none at all. Those that do not are
/// neither marked nor stepped to.
#[must_use]
pub fn counts(span: &Span) -> bool {
    span.counts()
}

/// A number with its noun: `1 cue`, `2 cues`.
#[must_use]
pub fn plural(number: usize, one: &str, many: &str) -> String {
    format!("{} {}", thousands(number), if number == 1 { one } else { many })
}

/// Where a window of `height` rows at `top` stands in `len` rows: `all`, or the share up to its last row, `34%`.
#[must_use]
pub fn percent(top: usize, height: usize, len: usize) -> String {
    if len <= height {
        return "all".to_owned();
    }
    format!("{}%", (top + height).min(len) * 100 / len)
}

/// The value of a label in a row, of the first rater whose answer could be read.
#[must_use]
pub fn label_cell(row: &Row, label: &str) -> LabelCell {
    let named = || row.judgements.iter().filter(|j| j.is_named(label));
    let parsed = named().find(|j| j.value != LabelValue::Unparsed).or_else(|| named().next());
    let Some(judgement) = parsed else {
        return LabelCell { text: "–".to_owned(), positive: None };
    };
    LabelCell { text: label_text(&judgement.value), positive: judgement.positive }
}

/// A label's value in words: `yes`, `0.85`, `?`.
#[must_use]
pub fn label_text(value: &LabelValue) -> String {
    match value {
        LabelValue::Bool(true) => "yes".to_owned(),
        LabelValue::Bool(false) => "no".to_owned(),
        LabelValue::Number(n) if n.fract() == 0.0 && n.abs() < 1e15 => format!("{n:.0}"),
        LabelValue::Number(n) => format!("{n:.2}"),
        LabelValue::Text(text) => text.clone(),
        LabelValue::Unparsed => "?".to_owned(),
    }
}

/// A row's score as a share of the highest, 0 to 1; `None` without reasoning text.
#[must_use]
pub fn score_share(row: &Row) -> Option<f32> {
    row.score.map(|s| (s / MOST_SCORE).clamp(0.0, 1.0))
}

impl Find {
    /// `3 of 17`, `17 matches`, `no match`; empty when nothing is searched for.
    #[must_use]
    pub fn count(&self) -> String {
        match (self.current, self.hits.len()) {
            _ if self.needle.is_none() => String::new(),
            (_, 0) => "no match".to_owned(),
            (Some(i), n) => format!("{} of {}", thousands(i + 1), thousands(n)),
            (None, n) => plural(n, "match", "matches"),
        }
    }
}

impl Pane {
    /// Where it stands: `34%`.
    #[must_use]
    pub fn percent(&self, height: u16) -> String {
        percent(self.top, usize::from(height), self.doc.rows.len())
    }
}

impl ScrollDoc {
    /// Where it stands: `34%`.
    #[must_use]
    pub fn percent(&self, height: u16) -> String {
        percent(self.top, usize::from(height), self.doc.rows.len())
    }
}

impl Dialog {
    /// Its document, when it shows one.
    #[must_use]
    pub fn doc(&self) -> Option<&ScrollDoc> {
        match self {
            Self::Help(d) | Self::Turns(d) | Self::Record(d) | Self::Why(d) | Self::Problems(d) => {
                Some(d)
            }
            _ => None,
        }
    }

    /// As [`Dialog::doc`], to change it.
    pub fn doc_mut(&mut self) -> Option<&mut ScrollDoc> {
        match self {
            Self::Help(d) | Self::Turns(d) | Self::Record(d) | Self::Why(d) | Self::Problems(d) => {
                Some(d)
            }
            _ => None,
        }
    }
}

impl State {
    /// The selected row of the list.
    #[must_use]
    pub fn selected_id(&self) -> Option<RowId> {
        self.list.rows.get(self.list.selected).copied()
    }

    /// The selected row with what the catalogue knows about it.
    #[must_use]
    pub fn selected_view(&self) -> Option<RowView<'_>> {
        self.catalogue.view(self.selected_id()?)
    }

    /// What the reader's search found, as [`Find::count`]; over both sides where two transcripts are compared.
    #[must_use]
    pub fn find_count(&self) -> String {
        let find = &self.reader.find;
        let Some(twin) = self.twin.as_ref().filter(|_| find.needle.is_some()) else {
            return find.count();
        };
        let (own, other) = (find.hits.len(), twin.other.find.hits.len());
        let before = if twin.right { other } else { 0 };
        match (find.current, own + other) {
            (_, 0) => find.count(),
            (Some(i), n) => format!("{} of {}", thousands(before + i + 1), thousands(n)),
            (None, n) => plural(n, "match", "matches"),
        }
    }

    /// How many of them are on either side: `free 4, paid 3`.
    #[must_use]
    pub fn find_sides(&self) -> Option<String> {
        let find = &self.reader.find;
        let twin = self.twin.as_ref().filter(|_| find.needle.is_some())?;
        let (own, other) = (find.hits.len(), twin.other.find.hits.len());
        let (left, right) = if twin.right { (other, own) } else { (own, other) };
        let [a, b] = &twin.sides;
        (own + other > 0).then(|| format!("{a} {}, {b} {}", thousands(left), thousands(right)))
    }

    /// The list counter: `3 of 312`; `0 of 0` when nothing passes; `3 of 312 so far` while more may come.
    #[must_use]
    pub fn position(&self) -> String {
        let len = self.list.rows.len();
        let at = if len == 0 { 0 } else { self.list.selected + 1 };
        let so_far = if self.progress.done { "" } else { " so far" };
        format!("{} of {}{so_far}", thousands(at), thousands(len))
    }

    /// How many rows have come that pass the filter and that the reader has not acknowledged.
    #[must_use]
    pub fn new_rows(&self) -> usize {
        self.follow.new.in_common(&self.list.settled)
    }

    /// How many rows match the filter: `312 of 40,127`; of pairs `187 pairs · 13 without partner`.
    #[must_use]
    pub fn passing(&self) -> String {
        if let Some(pairs) = &self.pairs {
            let so_far = if self.progress.done { "" } else { " so far" };
            let text = pairs.counter(self.list.rows.len(), self.pairs_in_all(pairs));
            return format!("{text}{so_far}");
        }
        format!("{} of {}", thousands(self.list.rows.len()), thousands(self.catalogue.seen()))
    }

    /// What was read, in words: records, repaired, left out, then files that could not be read when there are any.
    #[must_use]
    pub fn count_words(&self) -> Vec<CountWord> {
        let counts = self.catalogue.counts();
        let number = |n: u64| thousands(usize::try_from(n).unwrap_or(usize::MAX));
        // Reports may lag behind rows while a file is being read.
        let rows = self.catalogue.seen() as u64;
        let (transcripts, records) = (counts.transcripts.max(rows), counts.records.max(rows));
        let word = |text: String, short: String, rank| CountWord { text, short, rank };
        let (read, of) = (number(transcripts), number(records));
        let (repaired, out) = (number(counts.repaired), number(counts.left_out));
        let mut words = vec![
            word(format!("{read} of {of}"), format!("{read}/{of}"), 9),
            word(format!("{repaired} repaired"), format!("{repaired} rep."), 5),
            word(format!("{out} left out"), format!("{out} out"), 8),
        ];
        let pending = self.catalogue.pending();
        if pending > 0 {
            let pending = thousands(pending);
            words.push(word(format!("{pending} not opened yet"), format!("{pending} unopened"), 4));
        }
        let files = self.catalogue.files_not_read();
        if files > 0 {
            let text = plural(files, "file not read yet", "files not read yet");
            words.push(word(text, format!("{} not read", thousands(files)), 7));
        }
        let files = self.files_with(ProblemKind::CannotOpen);
        if files > 0 {
            let text = plural(files, "file cannot be opened", "files cannot be opened");
            words.push(word(text, format!("{} shut", thousands(files)), 6));
        }
        words
    }

    /// What was read: `40,127 of 40,131 · 9 repaired · 4 left out · 3 files not read yet`.
    #[must_use]
    pub fn counts_line(&self) -> String {
        let words: Vec<String> = self.count_words().into_iter().map(|w| w.text).collect();
        words.join(" · ")
    }

    fn files_with(&self, kind: ProblemKind) -> usize {
        let has = |f: &&crate::corpus::FileReport| f.problems.iter().any(|p| p.kind == kind);
        self.catalogue.files().filter(has).count()
    }

    /// What is said of reading while it goes on; `None` when it is done.
    #[must_use]
    pub fn progress_words(&self) -> Option<ProgressWords> {
        self.progress.words(self.speed)
    }

    /// How far the running filter is: `searching 12,000 of 40,127`.
    #[must_use]
    pub fn searching_line(&self) -> Option<String> {
        if self.list.narrowing {
            return Some("ranking".to_owned());
        }
        let (done, all) = self.list.searching?;
        Some(format!("searching {} of {}", thousands(done), thousands(all)))
    }

    /// The columns of the list.
    #[must_use]
    pub fn columns(&self) -> &[Column] {
        if self.list.columns.is_empty() { &Column::LIST } else { &self.list.columns }
    }

    /// The label of the list's column, when any row has one.
    #[must_use]
    pub fn main_label(&self) -> Option<&str> {
        self.tally.main_label()
    }

    /// A category of the active packs by name.
    #[must_use]
    pub fn category(&self, name: &str) -> Option<&Category> {
        self.categories.iter().find(|c| c.name == name)
    }

    /// Whether a facet's term stands in the filter at its top level, alone or in a list of values.
    #[must_use]
    pub fn term_is_on(&self, term: &str) -> bool {
        // Toggling a term that is there takes it away, which makes the printed filter shorter.
        let applied = &self.filter.applied;
        toggled(applied, term).to_string().len() < applied.to_string().len()
    }
}

/// A filter with a facet's term toggled. Of fields that have one value in a transcript, several picked values mean any of
/// them; labels and cues must all be there.
pub(super) fn toggled(filter: &Filter, term: &str) -> Filter {
    let field = term.split(':').next().unwrap_or_default();
    if matches!(
        field,
        "tier"
            | "outcome"
            | "setting"
            | "model"
            | "variant"
            | "frame"
            | "persona"
            | "mode"
            | "condition"
            | "prompt_variant"
            | "decision"
            | "mismatch"
            | "agree"
            | "quote"
            | "parse"
            | "source"
    ) {
        let value = Filter::parse(term).ok().and_then(|f| f.term(field));
        if let Some(value) = value {
            return filter.toggle_value(field, &value);
        }
    }
    if field.starts_with("meta.") {
        return filter.toggle_alternative(term);
    }
    let new = filter.toggle_term(term);
    // A flag has one value at a time.
    if matches!(field, "conflict" | "echo" | "dup")
        && new.to_string().len() > filter.to_string().len()
    {
        return filter.with_term(field, term.split(':').nth(1));
    }
    new
}
