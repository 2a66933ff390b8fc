//! Which records and which ids were seen before, so that copies and repeated ids are noticed and told.
//!
//! Only row ids are kept: what they are told apart by is looked up in the columns.

use std::hash::Hash;
use std::sync::Arc;

use hashbrown::hash_table::Entry;
use hashbrown::{HashSet, HashTable};
use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::bits::Bits;
use super::chunk::Chunk;
use super::stack::Renewed;
use super::{Catalogue, FileReport, PairField, RowId, RowView};
use crate::model::{Problem, ProblemKind};
use crate::query::Columns;

/// How every sentence about a copy ends: by this they are known among a file's problems.
const KEPT: &str = "; both are kept";

/// First rows by content and by id, and all rows that stand beside another.
#[derive(Debug, Clone, Default)]
pub(super) struct Copies {
    by_content: HashTable<RowId>,
    by_id: HashTable<RowId>,
    /// Rows with an identical record elsewhere.
    twins: Bits,
    any: bool,
    /// Rows whose id another record has.
    same_id: Bits,
    /// Rows below this one were looked at.
    seen_to: RowId,
    /// What is odd about rows below this one was told already.
    told_to: RowId,
}

/// What was seen before of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sight {
    /// Nothing.
    New,
    /// The same record, in this row.
    Copy(RowId),
    /// Another record of the same id and epoch.
    SameId(RowId),
}

/// Several transcripts of one unit share its bytes and are no copies of each other.
fn content(chunk: &Chunk, at: usize) -> (u64, u64) {
    (chunk.hash.get(at), chunk.ordinal.get(at))
}

/// By what transcripts are told apart where each counts once: the record, and the design, which may come from its place. The same record in
/// the folders of two tiers is two transcripts.
pub(super) type Identity = ((u64, u64), [Option<String>; 4], Option<i64>);

pub(super) fn identity(view: &RowView<'_>) -> Identity {
    let design = PairField::WHOLE.map(|field| field.of(view).map(str::to_owned));
    (content(view.chunk, view.at), design, view.epoch())
}

/// Repeats of one sample share its id by design.
fn named(chunk: &Chunk, at: usize) -> (&str, Option<i64>) {
    (chunk.id.get(at).unwrap_or_default(), chunk.epoch.get(at).copied().flatten())
}

fn hash_of_content((hash, ordinal): (u64, u64)) -> u64 {
    hash ^ ordinal.wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

fn hash_of_name((id, epoch): (&str, Option<i64>)) -> u64 {
    xxh3_64_with_seed(id.as_bytes(), epoch.map_or(0, |e| e as u64 ^ 1 << 63))
}

impl Copies {
    /// What a snapshot needs: who is a copy, not how that is found out.
    pub fn snapshot(&self) -> Self {
        Self { twins: self.twins.clone(), any: self.any, ..Self::default() }
    }

    /// Rows that stand twice.
    pub fn rows(&self) -> Vec<RowId> {
        self.twins.iter().collect()
    }

    /// Whether an identical record stands elsewhere.
    pub fn is_copy(&self, id: RowId) -> bool {
        self.any && self.twins.contains(id)
    }

    /// Whether any record stands twice.
    pub fn any(&self) -> bool {
        self.any
    }

    /// Whether a problem is one that is told here.
    pub fn are_told_by(problem: &Problem) -> bool {
        matches!(problem.kind, ProblemKind::Duplicate | ProblemKind::SameId)
            && problem.message.ends_with(KEPT)
    }

    /// Takes a row in. `catalogue` holds it and all rows that were taken in before.
    fn add(&mut self, catalogue: &Catalogue, chunk: &Chunk, at: usize, id: RowId) -> Sight {
        let own = content(chunk, at);
        let there = |row: &RowId| catalogue.whatever(*row);
        let same = |row: &RowId| there(row).is_some_and(|v| content(v.chunk, v.at) == own);
        let rehash = |row: &RowId| {
            there(row).map_or(0, |view| hash_of_content(content(view.chunk, view.at)))
        };
        let copy = match self.by_content.entry(hash_of_content(own), same, rehash) {
            Entry::Occupied(first) => Some(*first.get()),
            Entry::Vacant(place) => {
                place.insert(id);
                None
            }
        };
        let name = named(chunk, at);
        let same = |row: &RowId| there(row).is_some_and(|v| (v.id(), v.epoch()) == name);
        let rehash = |row: &RowId| there(row).map_or(0, |v| hash_of_name((v.id(), v.epoch())));
        let same_id = match self.by_id.entry(hash_of_name(name), same, rehash) {
            Entry::Occupied(first) => Some(*first.get()),
            Entry::Vacant(place) => {
                place.insert(id);
                None
            }
        };
        if let Some(first) = same_id {
            self.same_id.insert(first);
            self.same_id.insert(id);
        }
        match (copy, same_id) {
            (Some(first), _) => {
                self.twins.insert(first);
                self.twins.insert(id);
                self.any = true;
                Sight::Copy(first)
            }
            (None, Some(first)) => Sight::SameId(first),
            (None, None) => Sight::New,
        }
    }

    /// Forgets a row that stands beside no other; false when it does, so that all must be looked at again.
    fn forget(&mut self, chunk: &Chunk, at: usize, id: RowId) -> bool {
        if self.twins.contains(id) || self.same_id.contains(id) {
            return false;
        }
        let own = |row: &RowId| *row == id;
        if let Ok(entry) = self.by_content.find_entry(hash_of_content(content(chunk, at)), own) {
            entry.remove();
        }
        if let Ok(entry) = self.by_id.find_entry(hash_of_name(named(chunk, at)), own) {
            entry.remove();
        }
        true
    }
}

impl Catalogue {
    /// Of rows (`None`: of all) the identical transcripts behind the first of their kind among them.
    pub(super) fn repeats_of(&self, rows: Option<&Bits>) -> Bits {
        self.behind_the_first(rows, identity)
    }

    /// The same of records, whatever their place makes of them: who judges a text judges it once.
    pub(super) fn same_records(&self, rows: Option<&Bits>) -> Bits {
        self.behind_the_first(rows, |view| content(view.chunk, view.at))
    }

    fn behind_the_first<K: Hash + Eq>(
        &self,
        rows: Option<&Bits>,
        key: impl Fn(&RowView<'_>) -> K,
    ) -> Bits {
        let mut repeats = Bits::default();
        let mut seen = HashSet::new();
        for id in self.duplicates() {
            if rows.is_some_and(|rows| !rows.contains(id)) {
                continue;
            }
            if let Some(view) = self.view(id)
                && !seen.insert(key(&view))
            {
                repeats.insert(id);
            }
        }
        repeats
    }

    /// Looks at the rows that nobody has compared with those before them. Copies and repeated ids become problems of their
    /// file.
    pub(super) fn look_for_copies(&mut self) {
        let stack = self.stack().clone();
        let (from, told) = (self.copies_mut().seen_to, self.copies_mut().told_to);
        let rows = stack.from(from).flat_map(|(first, chunk)| {
            let places = (0..chunk.len).zip(first..).filter(move |(_, id)| *id >= from);
            places.map(move |(at, id)| (chunk, at, id))
        });
        self.compare_records(rows, told);
        self.copies_mut().seen_to = stack.len();
    }

    /// The rows of an index have all come. With the rows among them that stand twice, when nothing has changed since it was
    /// kept; else that is looked for now.
    pub(super) fn settle_copies(&mut self, copies: Option<Vec<RowId>>) {
        self.rows_change();
        let Some(rows) = copies else {
            self.look_for_copies();
            self.reports_mut().for_each(FileReport::sort_problems);
            return;
        };
        let len = self.stack().len();
        let known = self.copies_mut();
        known.told_to = len;
        known.any |= !rows.is_empty();
        for row in rows {
            known.twins.insert(row);
        }
    }

    /// Compares rows with all that were before. What is odd about those from `told` on is told.
    fn compare_records<'c>(
        &mut self,
        rows: impl Iterator<Item = (&'c Arc<Chunk>, usize, RowId)>,
        told: RowId,
    ) {
        // It looks at rows, so it is not among them meanwhile.
        let mut copies = std::mem::take(self.copies_mut());
        for (chunk, at, id) in rows {
            if self.is_gone(id) {
                continue;
            }
            let (earlier, kind, verb) = match copies.add(self, chunk, at, id) {
                Sight::New => continue,
                Sight::Copy(earlier) => (earlier, ProblemKind::Duplicate, "is identical to"),
                Sight::SameId(earlier) => (earlier, ProblemKind::SameId, "has the id of"),
            };
            if id < told {
                continue;
            }
            let message = self.describe_first(earlier, verb);
            let line = Some(chunk.line.get(at)).filter(|line| *line > 0);
            let file = chunk.file.get(at).and_then(|file| self.report_mut(*file));
            if let Some(file) = file {
                let source = file.path.clone();
                file.problems.push(Problem { kind, source, line, message });
            }
        }
        *self.copies_mut() = copies;
    }

    fn describe_first(&self, first: RowId, verb: &str) -> String {
        match self.view(first) {
            Some(view) => {
                let (line, source) = (view.chunk.line.get(view.at), view.source());
                if line > 0 {
                    format!("this record {verb} the one at {source}:{line}{KEPT}")
                } else {
                    let number = view.chunk.index.get(view.at) + 1;
                    format!("this record {verb} number {number} of {source}{KEPT}")
                }
            }
            None => format!("this record {verb} an earlier one{KEPT}"),
        }
    }

    /// Rows are about to become other records, or to go: forgets them. False when others stood beside them: then only
    /// looking at all rows again can tell who is whose copy.
    pub(super) fn forget_copies(&mut self, renewed: &Renewed) -> bool {
        self.look_for_copies();
        let mut copies = std::mem::take(self.copies_mut());
        let mut clean = true;
        for id in renewed.rows().iter().chain(renewed.gone()) {
            if let Some((chunk, at)) = self.stack().at(*id).filter(|_| !self.is_gone(*id)) {
                clean &= copies.forget(chunk, at, *id);
            }
        }
        *self.copies_mut() = copies;
        clean
    }

    /// Rows have become other records: compares them with all others.
    pub(super) fn find_copies(&mut self, rows: &[RowId]) {
        let stack = self.stack().clone();
        let places = rows.iter().filter_map(|id| {
            let (chunk, at) = stack.at(*id)?;
            Some((chunk, at, *id))
        });
        self.compare_records(places, 0);
    }

    /// Forgets what was told of copies, and looks at all rows again.
    pub(super) fn find_all_copies(&mut self) {
        *self.copies_mut() = Copies::default();
        for report in self.reports_mut() {
            report.problems.retain(|problem| !Copies::are_told_by(problem));
        }
        self.look_for_copies();
    }
}
