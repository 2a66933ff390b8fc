//! What the reader says of transcripts: a mark, a note, that one was read. Each is kept under a name that survives moved and
//! growing files; a side table of the catalogue says which rows they are of.
//!
//! Where they are kept between runs, and what two programs on one corpus make of each other's, is for others.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use hashbrown::HashMap;

use super::bits::Bits;
use super::view::Rows;
use super::{Catalogue, Renewed, RowId};
use crate::query::RemarkKind;

/// What a transcript is known by.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Name {
    /// The source's path, absolute.
    pub source: Box<str>,
    /// 0-based index of its unit.
    pub index: u64,
    /// Which transcript of the unit.
    pub ordinal: u32,
    /// Its id.
    pub id: Box<str>,
    /// Content hash.
    pub hash: u64,
}

impl Name {
    /// How well another name fits that of a transcript with the same content: 1 to 8. The id says more than the file, the
    /// file more than the place in it: files are moved, and lines are put before others.
    fn fits(&self, other: &Self) -> u8 {
        let same = |yes: bool, worth: u8| if yes { worth } else { 0 };
        1 + same(self.id == other.id, 4)
            + same(self.source == other.source, 2)
            + same(self.index == other.index, 1)
    }
}

/// All that the reader says of one transcript.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Remark {
    /// It is marked.
    pub mark: bool,
    /// It was read.
    pub read: bool,
    /// A note; never empty.
    pub note: Option<Arc<str>>,
}

/// One thing that the reader says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Marked, or no more.
    Mark(bool),
    /// Read, or unread again.
    Read(bool),
    /// A note, or none any more.
    Note(Option<Arc<str>>),
}

impl Remark {
    /// Whether anything changes with it.
    fn apply(&mut self, change: Change) -> bool {
        let before = self.clone();
        match change {
            Change::Mark(mark) => self.mark = mark,
            Change::Read(read) => self.read = read,
            Change::Note(note) => self.note = note.filter(|note| !note.is_empty()),
        }
        *self != before
    }

    /// Nothing is said.
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A remark and the row that it is of, with how well that fits.
#[derive(Debug, Clone)]
struct Entry {
    name: Name,
    remark: Remark,
    row: Option<(RowId, u8)>,
}

/// Remarks by name.
#[derive(Debug, Clone, Default)]
struct Book {
    entries: Vec<Entry>,
    names: HashMap<Name, usize>,
    /// Entries by what content they are of.
    contents: HashMap<(u64, u32), Vec<usize>>,
    /// Entries by row.
    rows: HashMap<RowId, usize>,
}

/// The remarks of a catalogue. Clones share everything until one of them changes.
#[derive(Debug, Clone, Default)]
pub struct Remarks {
    /// The folder that paths as given start from.
    base: Arc<str>,
    book: Arc<Book>,
    marked: Arc<Bits>,
    read: Arc<Bits>,
    notes: Arc<BTreeMap<RowId, Arc<str>>>,
}

impl Remarks {
    /// Marked rows.
    #[must_use]
    pub fn marked(&self) -> &Bits {
        &self.marked
    }

    /// Rows that were read.
    #[must_use]
    pub fn read(&self) -> &Bits {
        &self.read
    }

    /// Notes by row.
    #[must_use]
    pub fn notes(&self) -> &BTreeMap<RowId, Arc<str>> {
        &self.notes
    }

    /// How many marks and notes belong to transcripts that are not here.
    #[must_use]
    pub fn elsewhere(&self) -> usize {
        let lost = |e: &&Entry| e.row.is_none() && (e.remark.mark || e.remark.note.is_some());
        self.book.entries.iter().filter(lost).count()
    }

    /// Whether nothing is said of any row.
    pub(super) fn is_empty(&self) -> bool {
        self.book.rows.is_empty()
    }

    /// For so many rows from one on: 1 where such a remark is.
    pub(super) fn flags(&self, kind: RemarkKind, first: RowId, len: usize) -> Box<[u8]> {
        match kind {
            RemarkKind::Mark => self.marked.flags(first, len),
            RemarkKind::Read => self.read.flags(first, len),
            RemarkKind::Note => {
                let mut flags = vec![0; len];
                for (id, _) in self.notes.range(first..first.saturating_add(len as RowId)) {
                    if let Some(flag) = flags.get_mut((id - first) as usize) {
                        *flag = 1;
                    }
                }
                flags.into()
            }
        }
    }

    /// What is said of a row.
    #[must_use]
    pub fn of(&self, row: RowId) -> Remark {
        Remark {
            mark: self.marked.contains(row),
            read: self.read.contains(row),
            note: self.notes.get(&row).cloned(),
        }
    }

    /// Puts what an entry says into the table, or takes it out for a row without one.
    fn show(&mut self, row: RowId) {
        let entry = self.book.rows.get(&row).and_then(|at| self.book.entries.get(*at));
        let remark = entry.map(|entry| entry.remark.clone()).unwrap_or_default();
        let put = |set: &mut Arc<Bits>, yes: bool| {
            if set.contains(row) != yes {
                let set = Arc::make_mut(set);
                if yes {
                    set.insert(row);
                } else {
                    set.remove(row);
                }
            }
        };
        put(&mut self.marked, remark.mark);
        put(&mut self.read, remark.read);
        if self.notes.get(&row) != remark.note.as_ref() {
            let notes = Arc::make_mut(&mut self.notes);
            match remark.note {
                Some(note) => notes.insert(row, note),
                None => notes.remove(&row),
            };
        }
    }

    /// The entry of a name, made where there is none.
    fn entry(&mut self, name: &Name) -> usize {
        if let Some(at) = self.book.names.get(name) {
            return *at;
        }
        let book = Arc::make_mut(&mut self.book);
        let at = book.entries.len();
        book.entries.push(Entry { name: name.clone(), remark: Remark::default(), row: None });
        book.names.insert(name.clone(), at);
        book.contents.entry((name.hash, name.ordinal)).or_default().push(at);
        at
    }

    /// Gives a row to the remark that fits it best, unless that has a row that fits it better. Whether anything changed.
    fn link(&mut self, row: RowId, content: (u64, u32), name: impl FnOnce() -> Name) -> bool {
        let Some(candidates) = self.book.contents.get(&content).cloned() else { return false };
        let name = name();
        let mut changed = false;
        for at in candidates {
            let Some(entry) = self.book.entries.get(at) else { continue };
            let fits = entry.name.fits(&name);
            let other = self.book.rows.get(&row).filter(|other| **other != at).copied();
            let others = other.and_then(|other| self.book.entries.get(other)?.row);
            let better = |than: Option<(RowId, u8)>| than.is_none_or(|(_, least)| fits > least);
            if entry.row.is_some_and(|(own, _)| own == row) || !better(entry.row) || !better(others)
            {
                continue;
            }
            let left = entry.row.map(|(row, _)| row);
            let book = Arc::make_mut(&mut self.book);
            if let Some(other) = other.and_then(|other| book.entries.get_mut(other)) {
                other.row = None;
            }
            if let Some(left) = left {
                book.rows.remove(&left);
            }
            if let Some(entry) = book.entries.get_mut(at) {
                entry.row = Some((row, fits));
            }
            book.rows.insert(row, at);
            if let Some(left) = left {
                self.show(left);
            }
            changed = true;
        }
        if changed {
            self.show(row);
        }
        changed
    }

    /// A row holds something else now, or nothing.
    fn unlink(&mut self, row: RowId) {
        if let Some(at) = self.book.rows.get(&row).copied() {
            let book = Arc::make_mut(&mut self.book);
            book.rows.remove(&row);
            if let Some(entry) = book.entries.get_mut(at) {
                entry.row = None;
            }
            self.show(row);
        }
    }
}

/// A path made absolute by its words alone: nothing is looked up.
fn absolute(base: &str, path: &str) -> Box<str> {
    let mut whole = PathBuf::new();
    for part in Path::new(base).join(path).components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                whole.pop();
            }
            part => whole.push(part),
        }
    }
    whole.to_string_lossy().into()
}

impl Catalogue {
    /// What the reader says of the rows.
    #[must_use]
    pub fn remarks(&self) -> &Remarks {
        &self.remarks
    }

    /// Says from which folder paths as given start, so that names hold wherever the program is started.
    pub fn set_base(&mut self, folder: &str) {
        self.remarks.base = folder.into();
    }

    /// The name of a row's transcript.
    #[must_use]
    pub fn name(&self, row: RowId) -> Option<Name> {
        let view = self.view(row)?;
        Some(Name {
            source: absolute(&self.remarks.base, view.path()),
            index: view.chunk.index.get(view.at),
            ordinal: view.chunk.ordinal.get(view.at) as u32,
            id: view.name().into(),
            hash: view.chunk.hash.get(view.at),
        })
    }

    /// The row that a name fits best, from a row on.
    #[must_use]
    pub fn named(&self, name: &Name, from: RowId) -> Option<RowId> {
        let mut best: Option<(u8, RowId)> = None;
        for rows in self.chunks_from(from) {
            for at in 0..rows.chunk.len {
                let id = rows.first + at as RowId;
                if id >= from
                    && content(&rows, at) == (name.hash, name.ordinal)
                    && let Some(fits) = self.name(id).map(|own| own.fits(name))
                    && best.is_none_or(|(least, _)| fits > least)
                {
                    best = Some((fits, id));
                }
            }
        }
        best.map(|(_, id)| id)
    }

    /// Says something of a row. The name to keep it under; `None` when nothing changes.
    pub fn remark(&mut self, row: RowId, change: Change) -> Option<Name> {
        let name = self.name(row)?;
        let known = self.remarks.book.rows.get(&row).copied();
        let at = known.unwrap_or_else(|| {
            let at = self.remarks.entry(&name);
            self.remarks.link(row, (name.hash, name.ordinal), || name);
            at
        });
        let book = Arc::make_mut(&mut self.remarks.book);
        let entry = book.entries.get_mut(at).filter(|entry| entry.row.is_some())?;
        let changed = entry.remark.apply(change);
        let name = entry.name.clone();
        self.remarks.show(row);
        changed.then_some(name)
    }

    /// Takes in what was said elsewhere or earlier. The rows of which something else is said now.
    pub fn take_remarks(&mut self, said: impl IntoIterator<Item = (Name, Change)>) -> Vec<RowId> {
        let (marked, read, notes) =
            (self.remarks.marked.clone(), self.remarks.read.clone(), self.remarks.notes.clone());
        let known = self.remarks.book.entries.len();
        let mut touched = Vec::new();
        for (name, change) in said {
            let at = self.remarks.entry(&name);
            let book = Arc::make_mut(&mut self.remarks.book);
            if let Some(entry) = book.entries.get_mut(at) {
                entry.remark.apply(change);
                touched.extend(entry.row.map(|(row, _)| row));
            }
        }
        for row in &touched {
            self.remarks.show(*row);
        }
        if self.remarks.book.entries.len() > known {
            touched.extend(self.link_rows(0));
        }
        touched.retain(|row| {
            marked.contains(*row) != self.remarks.marked.contains(*row)
                || read.contains(*row) != self.remarks.read.contains(*row)
                || notes.get(row) != self.remarks.notes.get(row)
        });
        touched.sort_unstable();
        touched.dedup();
        touched
    }

    /// Finds remarks for the rows from one on; the rows that have one now.
    pub(super) fn link_rows(&mut self, from: RowId) -> Vec<RowId> {
        if self.remarks.book.entries.is_empty() {
            return Vec::new();
        }
        let mut found = Vec::new();
        for rows in self.chunks_from(from) {
            let skip = from.saturating_sub(rows.first) as usize;
            for at in skip..rows.chunk.len {
                let content = content(&rows, at);
                if self.remarks.book.contents.contains_key(&content) {
                    found.push((rows.first + at as RowId, content));
                }
            }
        }
        let mut remarks = std::mem::take(&mut self.remarks);
        let base = Arc::clone(&remarks.base);
        // Names are made from the base that was taken out with the rest.
        self.remarks.base = base;
        found.retain(|(row, content)| {
            self.name(*row).is_some_and(|name| remarks.link(*row, *content, || name))
        });
        self.remarks = remarks;
        found.into_iter().map(|(row, _)| row).collect()
    }

    /// Rows were made anew or are gone: what is said of them is looked for again.
    pub(super) fn renew_remarks(&mut self, renewed: &Renewed) {
        if self.remarks.book.entries.is_empty() {
            return;
        }
        for row in renewed.rows().iter().chain(renewed.gone()) {
            self.remarks.unlink(*row);
        }
        if let Some(first) = renewed.rows().iter().min() {
            self.link_rows(*first);
        }
    }

    /// Takes over what the reader said while another catalogue stood in this one's place.
    pub fn keep_remarks_of(&mut self, other: &Self) {
        let all = other.remarks.book.entries.iter().filter(|entry| !entry.remark.is_empty());
        let said = all.flat_map(|Entry { name, remark, .. }| {
            let Remark { mark, read, note } = remark.clone();
            [Change::Mark(mark), Change::Read(read), Change::Note(note)]
                .map(|change| (name.clone(), change))
        });
        self.take_remarks(said.collect::<Vec<_>>());
    }
}

fn content(rows: &Rows<'_>, at: usize) -> (u64, u32) {
    (rows.chunk.hash.get(at), rows.chunk.ordinal.get(at) as u32)
}
