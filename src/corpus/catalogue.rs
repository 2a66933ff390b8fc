//! The catalogue: rows in chunks of columns, files, counts, problems. Rows are appended, and made anew in
//! their places when more is known; clones are cheap.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::bits::Bits;
use super::chunk::{Chunk, MOST_ROWS};
use super::seen::{Seen, Sight};
use super::sort::Ranked;
use super::view::Rows;
use super::{LoadEvent, Row, RowId, RowView};
use crate::model::{Counts, Problem, ProblemKind};
use crate::query::{Columns, Filter, Truth};

/// Rows that arrived together, in order of their files.
#[derive(Debug, Clone)]
pub struct Batch {
    pub(super) chunk: Arc<Chunk>,
    /// From an index: whether rows stand twice is known of them, or looked at when somebody has to know.
    pub(super) known: bool,
}

impl Batch {
    /// Columns of some rows. At most a few thousand: a batch is looked through at once.
    #[must_use]
    pub fn new(rows: &[Row]) -> Self {
        debug_assert!(rows.len() <= MOST_ROWS);
        Self { chunk: Arc::new(Chunk::new(rows)), known: false }
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
    chunks: Vec<Arc<Chunk>>,
    /// First row id of each chunk.
    starts: Vec<RowId>,
    len: RowId,
    /// Rows that could not be read after all: their places stay, nobody sees them.
    gone: Bits,
    gone_count: usize,
    /// By number of the file, as given.
    paths: Arc<Vec<String>>,
    files: Vec<FileReport>,
    /// Numbers of the files in the order in which they are shown: members stand behind their archive.
    order: Vec<u32>,
    seen: Seen,
    /// Rows below this one are in `seen`.
    seen_to: RowId,
    /// What is odd about rows below this one was told already.
    told_to: RowId,
    duplicates: Bits,
    any_duplicate: bool,
    pending: usize,
    pub(super) ranked: Ranked,
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
            LoadEvent::Renewed(rows) => self.renew(rows),
            LoadEvent::File(file, report) => self.report(file, report),
            LoadEvent::Settled(duplicates) => self.settle(duplicates),
            LoadEvent::Glimpse(_) | LoadEvent::Progress(_) => {}
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
    pub fn renew(&mut self, rows: Vec<(RowId, Option<Row>)>) {
        let mut anew: BTreeMap<usize, Vec<(usize, Row)>> = BTreeMap::new();
        for (id, row) in rows {
            let Some((number, at)) = self.find(id) else { continue };
            match row {
                Some(row) => anew.entry(number).or_default().push((at, row)),
                None if self.gone.contains(id) => {}
                None => {
                    let chunk = self.chunks.get(number);
                    if chunk.is_some_and(|chunk| chunk.state_of(at).pending) {
                        self.pending = self.pending.saturating_sub(1);
                    }
                    self.gone.insert(id);
                    self.gone_count += 1;
                }
            }
        }
        if !anew.is_empty() {
            self.ranked.doubt();
        }
        for (number, rows) in anew {
            let Some(slot) = self.chunks.get_mut(number) else { continue };
            let first = self.starts.get(number).copied().unwrap_or_default();
            let mut all: Vec<Row> = slot.rows().collect();
            for (at, row) in rows {
                if let Some(old) = all.get_mut(at) {
                    let seen = !self.gone.contains(first + at as RowId);
                    if seen && old.pending && !row.pending {
                        self.pending = self.pending.saturating_sub(1);
                    }
                    *old = row;
                }
            }
            // A running filter may hold the chunk: it keeps the old one.
            *slot = Arc::new(Chunk::new(&all));
        }
    }

    /// The rows as they are now, for work elsewhere: a few pointers, without problems and without what only
    /// pushing needs.
    #[must_use]
    pub fn snapshot(&self) -> Self {
        Self {
            chunks: self.chunks.clone(),
            starts: self.starts.clone(),
            len: self.len,
            gone: self.gone.clone(),
            gone_count: self.gone_count,
            order: self.order.clone(),
            paths: Arc::clone(&self.paths),
            duplicates: self.duplicates.clone(),
            any_duplicate: self.any_duplicate,
            ranked: self.ranked.clone(),
            ..Self::default()
        }
    }

    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len as usize
    }

    /// Number of rows that can be seen: those that turned out to be unreadable are gone.
    #[must_use]
    pub fn seen(&self) -> usize {
        self.len() - self.gone_count
    }

    /// Whether there is no row yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Number of rows whose sample has not been opened yet.
    #[must_use]
    pub fn pending(&self) -> usize {
        self.pending
    }

    /// Appends rows. Identical records and repeated ids are noticed and become problems of their file.
    pub fn push(&mut self, batch: Batch) {
        let Batch { chunk, known } = batch;
        self.pending += chunk.pending();
        self.starts.push(self.len);
        self.len = self.len.saturating_add(chunk.len as RowId);
        self.chunks.push(chunk);
        if !known {
            self.look_for_copies();
        }
    }

    /// The rows of an index have all come. With the rows among them that stand twice, when nothing has changed since it was
    /// kept; else that is looked for now.
    fn settle(&mut self, duplicates: Option<Vec<RowId>>) {
        match duplicates {
            Some(rows) => {
                self.told_to = self.len;
                self.any_duplicate |= !rows.is_empty();
                for row in rows {
                    self.duplicates.insert(row);
                }
            }
            None => self.look_for_copies(),
        }
    }

    /// Looks at the rows that nobody has compared with those before them.
    fn look_for_copies(&mut self) {
        // It looks at rows, so it is not among them meanwhile.
        let mut seen = std::mem::take(&mut self.seen);
        let from = self.starts.partition_point(|&start| start < self.seen_to);
        for number in from..self.chunks.len() {
            let (Some(chunk), Some(first)) =
                (self.chunks.get(number).map(Arc::clone), self.starts.get(number).copied())
            else {
                break;
            };
            for (at, id) in (0..chunk.len).zip(first..) {
                let (earlier, is_copy) = match seen.add(self, &chunk, at, id) {
                    Sight::New => continue,
                    Sight::Copy(earlier) => (earlier, true),
                    Sight::SameId(earlier) => (earlier, false),
                };
                if id >= self.told_to {
                    self.tell_copy(&chunk, at, id, earlier, is_copy);
                }
            }
        }
        self.seen = seen;
        self.seen_to = self.len;
    }

    fn tell_copy(&mut self, chunk: &Chunk, at: usize, id: RowId, earlier: RowId, is_copy: bool) {
        let (kind, verb) = if is_copy {
            self.duplicates.insert(earlier);
            self.duplicates.insert(id);
            self.any_duplicate = true;
            (ProblemKind::Duplicate, "is identical to")
        } else {
            (ProblemKind::SameId, "has the id of")
        };
        let message = self.describe_first(earlier, verb);
        let line = Some(chunk.line.get(at)).filter(|line| *line > 0);
        let file = chunk.file.get(at).and_then(|file| self.files.get_mut(*file as usize));
        if let Some(file) = file {
            let source = file.path.clone();
            file.problems.push(Problem { kind, source, line, message });
        }
    }

    fn describe_first(&self, first: RowId, verb: &str) -> String {
        match self.view(first) {
            Some(view) => {
                let (line, source) = (view.chunk.line.get(view.at), view.source());
                if line > 0 {
                    format!("this record {verb} the one at {source}:{line}; both are kept")
                } else {
                    let number = view.chunk.index.get(view.at) + 1;
                    format!("this record {verb} number {number} of {source}; both are kept")
                }
            }
            None => format!("this record {verb} an earlier one; both are kept"),
        }
    }

    /// Brings what is known of a file up to date; the report's problems are added to those known.
    pub fn report(&mut self, file: u32, mut report: FileReport) {
        if let Some(slot) = self.files.get_mut(file as usize) {
            let mut problems = std::mem::take(&mut slot.problems);
            problems.append(&mut report.problems);
            if report.done {
                // In the order of the file, whenever they were found; those of the whole file last.
                problems.sort_by_key(|problem| problem.line.unwrap_or(u64::MAX));
            }
            *slot = FileReport { problems, ..report };
        }
    }

    /// The number of a row's chunk, and its place there.
    pub(super) fn find(&self, id: RowId) -> Option<(usize, usize)> {
        let number = self.starts.partition_point(|&s| s <= id).checked_sub(1)?;
        let at = (id - self.starts.get(number)?) as usize;
        (at < self.chunks.get(number)?.len).then_some((number, at))
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
        let (number, at) = self.find(id)?;
        Some(RowView { chunk: self.chunks.get(number)?, at, id, catalogue: self })
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
        let skip = self.starts.partition_point(|&s| s <= from).saturating_sub(1);
        let all = self.chunks.iter().zip(&self.starts).skip(skip);
        all.map(|(chunk, first)| Rows { chunk, first: *first, catalogue: self })
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
        self.duplicates.iter().collect()
    }

    /// All chunks.
    pub(super) fn all_chunks(&self) -> Vec<Arc<Chunk>> {
        self.chunks.clone()
    }

    /// A copy to keep an index of: with the reports of the files, without what only pushing needs.
    #[must_use]
    pub fn to_keep(&self) -> Self {
        Self { files: self.files.clone(), pending: self.pending, ..self.snapshot() }
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

    /// Problems of all files, in order.
    pub fn problems(&self) -> impl Iterator<Item = &Problem> {
        self.files().flat_map(|f| f.problems.iter())
    }

    /// Whether an identical record stands elsewhere.
    #[must_use]
    pub fn is_duplicate(&self, id: RowId) -> bool {
        self.any_duplicate && self.duplicates.contains(id)
    }

    /// Whether any record stands twice.
    #[must_use]
    pub fn any_duplicate(&self) -> bool {
        self.any_duplicate
    }
}
