//! The catalogue: rows in chunks of columns, files, counts, problems. Rows are appended, and made anew in
//! their places when more is known; clones are cheap.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::bits::Bits;
use super::chunk::{Chunk, MOST_ROWS};
use super::copies::Copies;
use super::fields::RecordFields;
use super::pairs::Paired;
use super::partners::{Partners, Passing};
use super::ranks::Ranked;
use super::remarks::Remarks;
use super::reviews::Side;
use super::stack::{Renewed, Stack};
use super::view::Rows;
use super::{LoadEvent, Row, RowId, RowView, Unsaid};
use crate::model::{Counts, Problem, ProblemKind};
use crate::query::{Filter, Truth};

/// Rows that arrived together, in order of their files.
#[derive(Debug, Clone)]
pub struct Batch {
    pub(super) chunk: Arc<Chunk>,
    /// The same rows together with those before them, from this one on: takes the place of their chunks.
    pub(super) joined: Option<(RowId, Arc<Chunk>)>,
    /// From an index: whether rows stand twice is known of them, or looked at when somebody has to know.
    pub(super) known: bool,
}

impl Batch {
    /// Columns of some rows. At most a few thousand: a batch is looked through at once.
    #[must_use]
    pub fn new(rows: &[Row]) -> Self {
        debug_assert!(rows.len() <= MOST_ROWS);
        Self::of(Arc::new(Chunk::new(rows)))
    }

    /// Rows that are in columns already.
    pub(super) fn of(chunk: Arc<Chunk>) -> Self {
        Self { chunk, joined: None, known: false }
    }

    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.chunk.len
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.chunk.len == 0
    }
}

impl From<Vec<Row>> for Batch {
    fn from(rows: Vec<Row>) -> Self {
        Self::new(&rows)
    }
}

/// What was read of one file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FileReport {
    /// As given.
    pub path: String,
    /// Names of the formats found, most frequent first, joined by `, `.
    pub format: String,
    /// Why that format.
    pub why: String,
    /// The six numbers.
    pub counts: Counts,
    /// Repair codes and how many transcripts have each, those without reasoning too.
    pub mended: BTreeMap<&'static str, u64>,
    /// Everything odd, in order.
    pub problems: Vec<Problem>,
    /// The file was read to its end.
    pub done: bool,
}

impl FileReport {
    /// Puts problems into the order of the file, whenever they were found, once all have come. Those of the whole file stand
    /// last, and of one line those first that are found when rows come.
    pub(super) fn sort_problems(&mut self) {
        if self.done {
            self.problems.sort_by_cached_key(|problem| {
                (problem.line.unwrap_or(u64::MAX), !Copies::are_told_by(problem))
            });
        }
    }
}

/// How far reading is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// Bytes read.
    pub bytes: u64,
    /// Bytes to read, when every size is known.
    pub total: Option<u64>,
    /// Files finished.
    pub files: u32,
    /// Files to read.
    pub files_total: u32,
    /// Nothing more will come.
    pub done: bool,
    /// Of files that are followed: how often reading what had come began or ended. Odd while it goes on.
    pub turn: u64,
}

impl Progress {
    /// Whole per cent, when the total is known.
    #[must_use]
    pub fn percent(&self) -> Option<u8> {
        let total = self.total?;
        (total > 0).then(|| (self.bytes.min(total) as u128 * 100 / total as u128) as u8)
    }
}

/// All that is known without bodies.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    stack: Stack,
    /// Rows that could not be read after all: their places stay, nobody sees them.
    gone: Bits,
    gone_count: usize,
    /// By number of the file, as given.
    paths: Arc<Vec<String>>,
    files: Vec<FileReport>,
    /// Numbers of the files in the order in which they are shown: members stand behind their archive.
    order: Vec<u32>,
    copies: Copies,
    pending: usize,
    pub(super) ranked: Ranked,
    /// What the reader says of the rows.
    pub(super) remarks: Remarks,
    /// What reviewers say of them.
    pub(super) reviews: Side,
    /// Who answers the same sample as whom, by field, once somebody asked; clones share it.
    pub(super) paired: Arc<Paired>,
    /// What records have in further fields, once somebody asked.
    pub(super) fields: Option<Arc<RecordFields>>,
    /// How often rows came or changed.
    edition: u64,
    /// Of a copy that a filter runs over: what it asks of partners.
    pub(super) partners: Option<Arc<Partners>>,
    /// As told with the last progress.
    pub(super) turn: u64,
}

impl Catalogue {
    /// An empty catalogue of these files.
    #[must_use]
    pub fn new(paths: &[String]) -> Self {
        let files =
            paths.iter().map(|p| FileReport { path: p.clone(), ..FileReport::default() }).collect();
        let order = (0..paths.len() as u32).collect();
        Self { files, order, paths: Arc::new(paths.to_vec()), ..Self::default() }
    }

    /// Takes in what reading found.
    pub fn apply(&mut self, event: LoadEvent) {
        match event {
            LoadEvent::Files { parent, paths } => self.found(parent, paths),
            LoadEvent::Rows(batch) => self.push(batch),
            LoadEvent::Renewed(renewed) => self.renew(&renewed),
            LoadEvent::Unsaid(file, unsaid) => self.unsay(file, &unsaid),
            LoadEvent::File(file, report) => self.report(file, report),
            LoadEvent::Settled(copies) => self.settle_copies(copies),
            LoadEvent::Progress(progress) => self.turn = progress.turn,
            LoadEvent::Glimpse(_) => {}
        }
    }

    /// Files found in a folder, or inside a file.
    fn found(&mut self, parent: Option<u32>, paths: Vec<String>) {
        let first = self.files.len() as u32;
        let at =
            self.order.iter().position(|n| Some(*n) == parent).map_or(self.order.len(), |i| i + 1);
        let numbers = first..first + paths.len() as u32;
        self.order.splice(at..at, numbers);
        Arc::make_mut(&mut self.paths).extend(paths.iter().cloned());
        let new = paths.into_iter().map(|path| FileReport { path, ..FileReport::default() });
        self.files.extend(new);
    }

    /// Puts rows that were made anew in the place of the old ones; rows that are gone are no longer seen.
    pub fn renew(&mut self, renewed: &Renewed) {
        self.rows_change();
        let pending = |catalogue: &Self, id: RowId| {
            let place = catalogue.stack.at(id).filter(|_| !catalogue.is_gone(id));
            usize::from(place.is_some_and(|(chunk, at)| chunk.state_of(at).pending))
        };
        let clean = !renewed.records || self.forget_copies(renewed);
        for id in renewed.rows().iter().chain(renewed.gone()) {
            self.pending = self.pending.saturating_sub(pending(self, *id));
        }
        for id in renewed.gone() {
            self.gone_count += usize::from(!self.gone.contains(*id));
            self.gone.insert(*id);
        }
        for id in renewed.rows() {
            self.gone_count -= usize::from(self.gone.remove(*id));
        }
        for (first, chunk) in &renewed.chunks {
            // A running filter may hold the old one: it keeps it.
            self.stack.put(*first, Arc::clone(chunk));
        }
        for id in renewed.rows() {
            self.pending += pending(self, *id);
        }
        if !renewed.rows().is_empty() {
            self.ranked.doubt();
        }
        if !clean {
            self.find_all_copies();
        } else if renewed.records {
            self.find_copies(renewed.rows());
        }
        self.renew_remarks(renewed);
        self.renew_reviews();
    }

    /// The rows as they are now, for work elsewhere: a few pointers, without problems and without what only
    /// pushing needs.
    #[must_use]
    pub fn snapshot(&self) -> Self {
        Self {
            stack: self.stack.clone(),
            gone: self.gone.clone(),
            gone_count: self.gone_count,
            order: self.order.clone(),
            paths: Arc::clone(&self.paths),
            copies: self.copies.snapshot(),
            ranked: self.ranked.clone(),
            remarks: self.remarks.clone(),
            reviews: self.reviews.clone(),
            paired: Arc::clone(&self.paired),
            fields: self.fields.clone(),
            ..Self::default()
        }
    }

    /// [`Catalogue::snapshot`], of which it is known who is whose partner as far as a filter asks for it, and which rows pass the
    /// filters that stand in its `partner(…)`.
    #[must_use]
    pub fn with_partners(&self, filter: &Filter, passing: Vec<Passing>) -> Self {
        let partners = Partners::new(self, filter, passing);
        Self { partners: Some(Arc::new(partners)), ..self.snapshot() }
    }

    /// [`Catalogue::snapshot`], in which nothing but these rows can be seen.
    #[must_use]
    pub fn only(&self, rows: &Bits) -> Self {
        let stack = self.stack.only(rows);
        let mut gone = Bits::default();
        for (first, chunk) in stack.from(0) {
            let ids = first..first + chunk.len as RowId;
            ids.filter(|id| !rows.contains(*id) || self.is_gone(*id))
                .for_each(|id| gone.insert(id));
        }
        let gone_count = self.len() - rows.iter().filter(|id| !self.is_gone(*id)).count();
        Self { stack, gone, gone_count, paired: Arc::default(), ..self.snapshot() }
    }

    /// What was found by going through all rows holds no longer.
    pub(super) fn rows_change(&mut self) {
        self.paired = Arc::default();
        self.fields = None;
        self.edition += 1;
    }

    /// How often rows came or changed.
    #[must_use]
    pub fn edition(&self) -> u64 {
        self.edition
    }

    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.stack.len() as usize
    }

    /// Number of rows that can be seen: those that turned out to be unreadable are gone.
    #[must_use]
    pub fn seen(&self) -> usize {
        self.len() - self.gone_count
    }

    /// Whether there is no row yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.stack.len() == 0
    }

    /// Number of rows whose sample has not been opened yet.
    #[must_use]
    pub fn pending(&self) -> usize {
        self.pending
    }

    /// Appends rows. Identical records and repeated ids are noticed and become problems of their file.
    pub fn push(&mut self, batch: Batch) {
        let Batch { chunk, joined, known } = batch;
        self.rows_change();
        let first = self.len() as RowId;
        self.pending += chunk.pending();
        match joined {
            Some((first, chunk)) => {
                self.stack.put(first, chunk);
                self.renew_reviews();
            }
            None => self.stack.push(chunk),
        }
        if !known {
            self.look_for_copies();
        }
        self.link_rows(first);
    }

    /// Brings what is known of a file up to date; the report's problems are added to those known.
    fn report(&mut self, file: u32, mut report: FileReport) {
        if let Some(slot) = self.files.get_mut(file as usize) {
            let mut problems = std::mem::take(&mut slot.problems);
            problems.append(&mut report.problems);
            *slot = FileReport { problems, ..report };
            slot.sort_problems();
        }
    }

    /// What was said of a file holds no longer.
    fn unsay(&mut self, file: u32, unsaid: &Unsaid) {
        let Some(report) = self.files.get_mut(file as usize) else { return };
        match unsaid {
            // Copies are the catalogue's own business.
            Unsaid::All => report.problems.retain(Copies::are_told_by),
            Unsaid::These(problems) => {
                for problem in problems {
                    if let Some(at) = report.problems.iter().rposition(|known| known == problem) {
                        report.problems.remove(at);
                    }
                }
            }
        }
    }

    /// A report, to add to its problems.
    pub(super) fn report_mut(&mut self, file: u32) -> Option<&mut FileReport> {
        self.files.get_mut(file as usize)
    }

    /// All reports, to take problems out.
    pub(super) fn reports_mut(&mut self) -> impl Iterator<Item = &mut FileReport> {
        self.files.iter_mut()
    }

    pub(super) fn stack(&self) -> &Stack {
        &self.stack
    }

    pub(super) fn stack_mut(&mut self) -> &mut Stack {
        &mut self.stack
    }

    /// Outcomes of some rows are others now; the rows are the same.
    pub(super) fn outcomes_change(&mut self) {
        self.rows_change();
        self.ranked.doubt();
    }

    pub(super) fn copies_mut(&mut self) -> &mut Copies {
        &mut self.copies
    }

    /// A row, taken out of its columns: for a screenful, not for a million.
    #[must_use]
    pub fn row(&self, id: RowId) -> Option<Row> {
        self.view(id).map(|view| view.row())
    }

    /// A row as the filter sees it.
    #[must_use]
    pub fn view(&self, id: RowId) -> Option<RowView<'_>> {
        self.whatever(id).filter(|_| !self.is_gone(id))
    }

    /// A row as it was first read, whatever became of it.
    pub(super) fn whatever(&self, id: RowId) -> Option<RowView<'_>> {
        let (chunk, at) = self.stack.at(id)?;
        Some(RowView { chunk, at, id, catalogue: self })
    }

    /// A row that was made anew, seen in the place of the one that is known. `chunk` holds nothing else.
    pub(super) fn view_of<'a>(&'a self, id: RowId, batch: &'a Batch) -> RowView<'a> {
        RowView { chunk: &batch.chunk, at: 0, id, catalogue: self }
    }

    /// Whether a row could not be read after all.
    #[must_use]
    pub fn is_gone(&self, id: RowId) -> bool {
        self.gone_count > 0 && self.gone.contains(id)
    }

    /// All rows in order.
    pub fn views(&self) -> impl Iterator<Item = RowView<'_>> {
        self.views_from(0)
    }

    /// The rows from a place on, in order.
    pub fn views_from(&self, from: RowId) -> impl Iterator<Item = RowView<'_>> {
        let all = self.chunks_from(from).flat_map(move |rows| {
            let skip = from.saturating_sub(rows.first) as usize;
            (skip..rows.chunk.len).map(move |at| rows.view(at))
        });
        all.filter(|view| !self.is_gone(view.id))
    }

    /// The chunks that hold rows from a place on.
    pub(super) fn chunks_from(&self, from: RowId) -> impl Iterator<Item = Rows<'_>> {
        self.stack.from(from).map(|(first, chunk)| Rows { chunk, first, catalogue: self })
    }

    /// Which rows from a place on pass a filter by their columns, and for which only the text can tell; in order.
    #[must_use]
    pub fn decide(&self, filter: &Filter, from: RowId) -> (Vec<RowId>, Vec<RowId>) {
        let (mut pass, mut open) = (Vec::new(), Vec::new());
        for rows in self.chunks_from(from) {
            let ids = rows.first..;
            for (id, truth) in ids.zip(filter.test_block(&rows)) {
                let list = match truth {
                    Truth::True => &mut pass,
                    Truth::NeedsBody => &mut open,
                    Truth::False | Truth::Unknown => continue,
                };
                if id >= from && !self.is_gone(id) {
                    list.push(id);
                }
            }
        }
        (pass, open)
    }

    /// Which rows are of one file, run by run: file, first row, number of rows. A run with a row that is gone is given twice.
    pub(super) fn runs(&self) -> Vec<(u32, RowId, u32)> {
        let mut runs: Vec<(u32, RowId, u32)> = Vec::new();
        for rows in self.chunks_from(0) {
            for (at, id) in (0..rows.chunk.len).zip(rows.first..) {
                let file = rows.chunk.file.get(at).copied().unwrap_or_default();
                match runs.last_mut() {
                    Some(run) if run.0 == file && !self.is_gone(id) => run.2 += 1,
                    _ => runs.push((file, id, 1)),
                }
                if self.is_gone(id) {
                    runs.push((file, id, 0));
                }
            }
        }
        runs
    }

    /// The report of a file.
    pub(super) fn file(&self, number: u32) -> Option<&FileReport> {
        self.files.get(number as usize)
    }

    /// Rows that stand twice.
    pub(super) fn duplicates(&self) -> Vec<RowId> {
        self.copies.rows()
    }

    /// All chunks as they were read, without what reviewers say.
    pub(super) fn all_chunks(&self) -> Vec<Arc<Chunk>> {
        self.stack.from(0).map(|(first, chunk)| self.reviews.original(first, chunk)).collect()
    }

    /// A copy to keep an index of: with the reports of the files, without what only pushing needs.
    #[must_use]
    pub fn to_keep(&self) -> Self {
        let Self { pending, turn, .. } = *self;
        Self { files: self.files.clone(), pending, turn, ..self.snapshot() }
    }

    /// The path of a file, as given.
    #[must_use]
    pub fn path(&self, file: u32) -> &str {
        self.paths.get(file as usize).map_or("", String::as_str)
    }

    /// Files in the order in which they are shown: those found in an archive stand behind it.
    pub fn files(&self) -> impl Iterator<Item = &FileReport> {
        self.order.iter().filter_map(|n| self.files.get(*n as usize))
    }

    /// The six numbers over all files.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let mut total = Counts::default();
        for file in &self.files {
            total += file.counts;
        }
        total
    }

    /// Files of a kind that this release does not read: nothing of them is counted. (Records of such a kind inside
    /// a file that is read are counted, as left out.)
    #[must_use]
    pub fn files_not_read(&self) -> usize {
        let unread = |f: &&FileReport| {
            f.counts.units == 0 && f.problems.iter().any(|p| p.kind == ProblemKind::NotReadYet)
        };
        self.files.iter().filter(unread).count()
    }

    /// Problems of all files, in order; then those of reviewers' answers.
    pub fn problems(&self) -> impl Iterator<Item = &Problem> {
        self.files().flat_map(|f| f.problems.iter()).chain(self.review_problems())
    }

    /// What is odd about reviewers' answers.
    #[must_use]
    pub fn review_problems(&self) -> &[Problem] {
        self.reviews.problems()
    }

    /// Whether an identical record stands elsewhere.
    #[must_use]
    pub fn is_duplicate(&self, id: RowId) -> bool {
        self.copies.is_copy(id)
    }

    /// Whether any record stands twice.
    #[must_use]
    pub fn any_duplicate(&self) -> bool {
        self.copies.any()
    }
}
