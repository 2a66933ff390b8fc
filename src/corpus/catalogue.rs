//! The catalogue: rows in batches, files, counts, problems. Rows are appended, and made anew in
//! their places when more is known; clones are cheap.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use super::{LoadEvent, Row, RowId, RowView};
use crate::model::{Counts, Problem, ProblemKind, SectionKind};

/// Rows that arrived together.
#[derive(Debug, Clone, Default)]
pub struct Batch {
    /// In order of their files.
    pub rows: Arc<Vec<Row>>,
}

impl From<Vec<Row>> for Batch {
    fn from(rows: Vec<Row>) -> Self {
        Self { rows: Arc::new(rows) }
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
    batches: Vec<Arc<Vec<Row>>>,
    /// First row id of each batch.
    starts: Vec<RowId>,
    len: RowId,
    /// Rows that could not be read after all: their places stay, nobody sees them.
    gone: HashSet<RowId>,
    files: Vec<FileReport>,
    /// Numbers of the files in the order in which they are shown: members stand behind their archive.
    order: Vec<u32>,
    by_hash: HashMap<(u64, u32), RowId>,
    duplicates: HashSet<RowId>,
    /// By id and epoch: repeats of one sample share its id by design.
    by_id: HashMap<(Box<str>, Option<i64>), RowId>,
    same_id: u64,
    pending: usize,
}

/// What to sort the list by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SortKey {
    /// Order of arrival.
    #[default]
    Source,
    /// Score, highest first.
    Score,
    /// Number of cues, highest first.
    Cues,
    /// Tier, then outcome.
    Tier,
    /// Outcome, complied first.
    Outcome,
    /// Length of the reasoning, longest first.
    Length,
    /// Id.
    Id,
    /// Query text, so that partners stand together.
    Query,
}

impl SortKey {
    /// Every key, in the order that the sort key of the explorer steps through.
    pub const ALL: [Self; 8] = [
        Self::Source,
        Self::Score,
        Self::Cues,
        Self::Tier,
        Self::Outcome,
        Self::Length,
        Self::Id,
        Self::Query,
    ];

    /// The word on the screen and in `--sort`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Score => "score",
            Self::Cues => "cues",
            Self::Tier => "tier",
            Self::Outcome => "outcome",
            Self::Length => "length",
            Self::Id => "id",
            Self::Query => "query",
        }
    }
}

impl Sort {
    /// Whether the order asks for what the rules found.
    #[must_use]
    pub fn needs_cues(self) -> bool {
        matches!(self.key, SortKey::Score | SortKey::Cues)
    }
}

/// A sort order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sort {
    /// By what.
    pub key: SortKey,
    /// The other way round.
    pub reversed: bool,
}

impl Catalogue {
    /// An empty catalogue of these files.
    #[must_use]
    pub fn new(paths: &[String]) -> Self {
        let files =
            paths.iter().map(|p| FileReport { path: p.clone(), ..FileReport::default() }).collect();
        let order = (0..paths.len() as u32).collect();
        Self { files, order, ..Self::default() }
    }

    /// Takes in what reading found.
    pub fn apply(&mut self, event: LoadEvent) {
        match event {
            LoadEvent::Files { parent, paths } => self.found(parent, paths),
            LoadEvent::Rows(batch) => self.push(batch),
            LoadEvent::Renewed(rows) => self.renew(rows),
            LoadEvent::File(file, report) => self.report(file, report),
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
        let new = paths.into_iter().map(|path| FileReport { path, ..FileReport::default() });
        self.files.extend(new);
    }

    /// Puts rows that were made anew in the place of the old ones; rows that are gone are no longer seen.
    pub fn renew(&mut self, rows: Vec<(RowId, Option<Row>)>) {
        for (id, row) in rows {
            let Some(batch) = self.starts.partition_point(|&s| s <= id).checked_sub(1) else {
                continue;
            };
            let start = self.starts.get(batch).copied().unwrap_or_default();
            match row {
                None => {
                    let known = self.batches.get(batch).and_then(|b| b.get((id - start) as usize));
                    if known.is_some_and(|row| row.pending) && self.gone.insert(id) {
                        self.pending = self.pending.saturating_sub(1);
                    }
                    self.gone.insert(id);
                }
                Some(row) => {
                    // A running filter may hold the batch: it keeps the old one.
                    let batch = self.batches.get_mut(batch).map(Arc::make_mut);
                    if let Some(slot) = batch.and_then(|b| b.get_mut((id - start) as usize)) {
                        if slot.pending && !row.pending {
                            self.pending = self.pending.saturating_sub(1);
                        }
                        *slot = row;
                    }
                }
            }
        }
    }

    /// The rows as they are now, for work elsewhere: a few pointers, without problems and without what only
    /// pushing needs.
    #[must_use]
    pub fn snapshot(&self) -> Self {
        let path = |f: &FileReport| FileReport { path: f.path.clone(), ..FileReport::default() };
        Self {
            batches: self.batches.clone(),
            starts: self.starts.clone(),
            len: self.len,
            gone: self.gone.clone(),
            order: self.order.clone(),
            files: self.files.iter().map(path).collect(),
            duplicates: self.duplicates.clone(),
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
        self.len() - self.gone.len()
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
        for (id, row) in (self.len..).zip(batch.rows.iter()) {
            let mut found = Vec::new();
            // Several transcripts of one unit share its bytes and are no copies of each other.
            let content = (row.place.hash, row.place.ordinal);
            match self.by_hash.get(&content) {
                Some(&first) => {
                    self.duplicates.insert(first);
                    self.duplicates.insert(id);
                    found.push((
                        ProblemKind::Duplicate,
                        self.describe_first(first, "is identical to"),
                    ));
                }
                None => {
                    self.by_hash.insert(content, id);
                }
            }
            let named = (row.id.clone(), row.epoch);
            match self.by_id.get(&named) {
                Some(&first) if found.is_empty() => {
                    self.same_id += 1;
                    found.push((ProblemKind::SameId, self.describe_first(first, "has the id of")));
                }
                Some(_) => self.same_id += 1,
                None => {
                    self.by_id.insert(named, id);
                }
            }
            if let Some(file) = self.files.get_mut(row.place.file as usize) {
                for (kind, message) in found {
                    let source = file.path.clone();
                    file.problems.push(Problem {
                        kind,
                        source,
                        line: (row.place.line > 0).then_some(row.place.line),
                        message,
                    });
                }
            }
        }
        self.pending += batch.rows.iter().filter(|r| r.pending).count();
        self.starts.push(self.len);
        self.len = self.len.saturating_add(batch.rows.len() as RowId);
        self.batches.push(batch.rows);
    }

    fn describe_first(&self, first: RowId, verb: &str) -> String {
        // The first row may belong to the batch being pushed, which has no place in `batches` yet.
        match self.row(first) {
            Some(row) if row.place.line > 0 => format!(
                "this record {verb} the one at {}:{}; both are kept",
                self.source_of(row),
                row.place.line
            ),
            Some(row) => format!(
                "this record {verb} number {} of {}; both are kept",
                row.place.index + 1,
                self.source_of(row)
            ),
            None => format!("this record {verb} an earlier one of this file; both are kept"),
        }
    }

    /// Brings what is known of a file up to date; the report's problems are added to those known.
    pub fn report(&mut self, file: u32, mut report: FileReport) {
        if let Some(slot) = self.files.get_mut(file as usize) {
            let mut problems = std::mem::take(&mut slot.problems);
            problems.append(&mut report.problems);
            *slot = FileReport { problems, ..report };
        }
    }

    /// A row.
    #[must_use]
    pub fn row(&self, id: RowId) -> Option<&Row> {
        let batch = self.starts.partition_point(|&s| s <= id).checked_sub(1)?;
        let row = self.batches.get(batch)?.get((id - self.starts.get(batch)?) as usize)?;
        (!self.is_gone(id)).then_some(row)
    }

    /// A row that was made anew, as the filter sees it in the place of the one that is known.
    pub(super) fn view_of<'a>(&'a self, id: RowId, row: &'a Row) -> RowView<'a> {
        RowView { row, id, catalogue: self }
    }

    /// A row as the filter sees it.
    #[must_use]
    pub fn view(&self, id: RowId) -> Option<RowView<'_>> {
        self.row(id).map(|row| RowView { row, id, catalogue: self })
    }

    /// Whether a row could not be read after all.
    #[must_use]
    pub fn is_gone(&self, id: RowId) -> bool {
        !self.gone.is_empty() && self.gone.contains(&id)
    }

    /// All rows in order.
    pub fn views(&self) -> impl Iterator<Item = RowView<'_>> {
        self.views_from(0)
    }

    /// The rows from a place on, in order.
    pub fn views_from(&self, from: RowId) -> impl Iterator<Item = RowView<'_>> {
        let rows = self.batches.iter().flat_map(|b| b.iter());
        let all = (0..).zip(rows).skip(from as usize);
        all.filter(|(id, _)| !self.is_gone(*id)).map(|(id, row)| RowView {
            row,
            id,
            catalogue: self,
        })
    }

    /// The path of a row's file, as given.
    #[must_use]
    pub fn source_of(&self, row: &Row) -> &str {
        self.files.get(row.place.file as usize).map_or("", |f| f.path.as_str())
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
        self.duplicates.contains(&id)
    }

    /// Sorts row ids. Ties keep the order of arrival.
    pub fn sort(&self, rows: &mut [RowId], sort: Sort) {
        let compare = |a: &RowId, b: &RowId| -> Ordering {
            let (Some(x), Some(y)) = (self.row(*a), self.row(*b)) else { return a.cmp(b) };
            let order = match sort.key {
                SortKey::Source => a.cmp(b),
                SortKey::Score => y.score.unwrap_or(-1.0).total_cmp(&x.score.unwrap_or(-1.0)),
                SortKey::Cues => total(y).cmp(&total(x)),
                SortKey::Tier => {
                    let key = |r: &Row| r.tier.as_ref().map(|t| t.value.clone());
                    key(x).cmp(&key(y)).then(x.outcome.cmp(&y.outcome))
                }
                SortKey::Outcome => x.outcome.cmp(&y.outcome),
                SortKey::Length => reasoning(y).cmp(&reasoning(x)),
                SortKey::Id => x.id.cmp(&y.id),
                SortKey::Query => x.query.cmp(&y.query),
            };
            let order = if sort.reversed { order.reverse() } else { order };
            order.then(a.cmp(b))
        };
        rows.sort_by(compare);
    }
}

pub(super) fn total(row: &Row) -> u32 {
    row.cues.iter().map(|(_, n)| u32::from(*n)).sum()
}

fn reasoning(row: &Row) -> u64 {
    SectionKind::ALL
        .iter()
        .zip(row.lens)
        .filter(|(k, _)| k.is_reasoning())
        .map(|(_, n)| u64::from(n))
        .sum()
}
