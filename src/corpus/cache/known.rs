//! What is known of a corpus from an earlier run, and keeping it for the next one.

use std::collections::{HashMap, HashSet};
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use xxhash_rust::xxh3::xxh3_64;

use super::super::again::Onward;
use super::super::chunk::Chunk;
use super::super::files::{Content, Entry, Shape};
use super::super::{Catalogue, Corpus, RowId};
use super::growth::rows_before;
use super::{Growth, Index, KnownFile};
use crate::ingest::units::Resume;
use crate::source::{Shelf, Stamp};

/// Corpora of fewer bytes are read faster than their index is worth.
const WORTH: u64 = 4 << 20;

/// No turn.
const NONE: u64 = u64::MAX;

/// Where the index of a corpus is kept.
#[derive(Debug)]
pub(in crate::corpus) struct Keeping {
    shelf: Shelf,
    key: u64,
    /// The turn that what is kept is of; [`NONE`]: of none.
    current: AtomicU64,
    /// Smaller corpora are not kept.
    worth: u64,
    /// Why a column of what was kept could not be read when it was looked at.
    fault: Arc<OnceLock<String>>,
}

impl Keeping {
    /// What was kept, when it holds.
    fn open(&self) -> Option<Known> {
        let bytes = self.shelf.open(self.key)?;
        let Some(index) = Index::read(&bytes, &self.fault) else {
            // Damaged, or of another version: nothing of it is believed.
            self.shelf.drop(self.key);
            return None;
        };
        Some(Known::new(index))
    }

    /// What is kept is what was known at this turn.
    pub fn set_current(&self, turn: u64) {
        self.current.store(turn, Ordering::Relaxed);
    }
}

/// An index with what was used of it.
#[derive(Debug)]
pub(in crate::corpus) struct Known {
    pub index: Index,
    /// First row of each chunk.
    starts: Vec<RowId>,
    by_path: HashMap<String, Option<usize>>,
    /// What has become of each file: decided once, for a file may go on changing.
    fates: Vec<OnceLock<Fate>>,
    /// Chunks that were given whole.
    given: Mutex<HashSet<usize>>,
}

/// What has become of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::corpus) enum Fate {
    /// Nothing.
    Same,
    /// It has only grown, as far as a stamp can tell, or ends in what was not read: it is to be read on from here.
    Grown(Resume),
    /// Anything else: nothing is known of it.
    Changed,
}

/// Rows of a file, one piece after another.
pub(in crate::corpus) enum Piece<'a> {
    /// A whole chunk, rows of the files behind included.
    Whole(&'a Arc<Chunk>),
    /// Some of a chunk's rows: first place and number.
    Rows(&'a Chunk, usize, usize),
}

impl Known {
    fn new(index: Index) -> Self {
        let mut next = 0;
        let starts = index.chunks.iter().map(|chunk| {
            let start = next;
            next += chunk.len as RowId;
            start
        });
        let starts = starts.collect();
        let paths = index.files.iter().enumerate();
        let mut by_path = HashMap::new();
        for (at, file) in paths {
            // Of a path that was named twice, as labels too, nobody knows which is meant.
            by_path.entry(file.path.clone()).and_modify(|known| *known = None).or_insert(Some(at));
        }
        let fates = index.files.iter().map(|_| OnceLock::new()).collect();
        Self { index, starts, by_path, fates, given: Mutex::default() }
    }

    /// The number of what is known of a file, and what has become of that.
    pub fn fate(&self, entry: &Entry) -> Option<(usize, Fate)> {
        let at = (*self.by_path.get(&entry.path)?).filter(|_| entry.depth == 0)?;
        let (file, fate) = (self.index.files.get(at)?, self.fates.get(at)?);
        Some((at, *fate.get_or_init(|| fate_of(file, entry))))
    }

    /// Whether a file is what it was, and the one of this number in the index.
    fn is_same(&self, entry: &Entry, at: usize) -> bool {
        self.fate(entry) == Some((at, Fate::Same))
    }

    /// How many rows of a file are known to hold.
    fn rows_of(&self, at: usize, file: &KnownFile) -> u32 {
        match (self.fates.get(at).and_then(OnceLock::get), &file.growth) {
            (Some(Fate::Grown(_)), Some(growth)) => growth.rows,
            _ => file.rows.1,
        }
    }

    /// How the units of a file are read.
    pub fn shape(&self, at: usize) -> Option<Shape> {
        let file = self.index.files.get(at)?;
        let around =
            file.around.as_deref().map(serde_json::from_str).transpose().ok()?.map(Arc::new);
        Some(Shape { kind: file.kind, around })
    }

    /// Whether rows hold only while no file has changed.
    fn is_entangled(&self) -> bool {
        self.index.files.iter().any(|file| file.entangled)
    }

    /// Calls `take` with the rows of a file that still hold; stops when it returns false.
    pub fn pieces(
        &self,
        corpus: &Corpus,
        at: usize,
        take: &mut dyn FnMut(Piece<'_>) -> bool,
    ) -> bool {
        let Some(file) = self.index.files.get(at) else { return true };
        let (mut row, end) = (file.rows.0, file.rows.0.saturating_add(self.rows_of(at, file)));
        while row < end {
            let number = self.starts.partition_point(|&start| start <= row).saturating_sub(1);
            let (Some(chunk), Some(start)) =
                (self.index.chunks.get(number), self.starts.get(number).copied())
            else {
                return true;
            };
            let chunk_end = start + chunk.len as RowId;
            if self.is_given(number) {
                // With a file before this one.
            } else if row == start && self.is_whole(chunk, chunk_end, corpus) {
                self.given.lock().unwrap_or_else(PoisonError::into_inner).insert(number);
                if !take(Piece::Whole(chunk)) {
                    return false;
                }
            } else {
                let (at, to) = ((row - start) as usize, (chunk_end.min(end) - start) as usize);
                if !take(Piece::Rows(chunk, at, to - at)) {
                    return false;
                }
            }
            row = chunk_end;
        }
        true
    }

    fn is_given(&self, chunk: usize) -> bool {
        self.given.lock().unwrap_or_else(PoisonError::into_inner).contains(&chunk)
    }

    /// Whether every file that a chunk has rows of, or could have between them, is what it was and has its number. The last one
    /// may have grown behind its rows.
    fn is_whole(&self, chunk: &Chunk, end: RowId, corpus: &Corpus) -> bool {
        let numbers = &chunk.file.values;
        let (Some(first), Some(last)) = (numbers.iter().min(), numbers.iter().max()) else {
            return false;
        };
        (*first..=*last).all(|number| {
            let Some(entry) = corpus.files.get(number) else { return false };
            let Some((at, fate)) = self.fate(&entry) else { return false };
            self.index.files.get(at).is_some_and(|file| {
                let hold = match fate {
                    Fate::Same => true,
                    // Nothing stands behind its rows here.
                    Fate::Grown(_) => end <= file.rows.0 + self.rows_of(at, file),
                    Fate::Changed => false,
                };
                hold && file.number == number
            })
        })
    }
}

fn fate_of(file: &KnownFile, entry: &Entry) -> Fate {
    let (Some(now), Ok(bytes)) = (entry.stamp(), &entry.given) else { return Fate::Changed };
    if now == file.stamp && !file.held {
        return Fate::Same;
    }
    let Some(growth) = &file.growth else { return Fate::Changed };
    let grown = now.len > file.stamp.len && bytes.starts_as(&file.stamp);
    if grown || now == file.stamp { Fate::Grown(growth.sure.resume) } else { Fate::Changed }
}

impl Corpus {
    /// The same, with an index kept on a shelf. `scope` names everything that rows depend on besides the files: what was
    /// opened, from where, with which options, by which build of the program.
    #[must_use]
    pub fn with_index(self, shelf: Shelf, scope: &str) -> Self {
        let key = xxh3_64(scope.as_bytes());
        let (current, fault) = (NONE.into(), Arc::default());
        let keeping = Keeping { shelf, key, current, worth: WORTH, fault };
        Self { keeping: Some(Arc::new(keeping)), ..self }
    }

    /// The same, keeping the index of small corpora, too.
    #[cfg(test)]
    pub(in crate::corpus) fn worth_keeping(self) -> Self {
        let keeping = self.keeping.as_ref().map(|keeping| {
            let (shelf, key) = (keeping.shelf.clone(), keeping.key);
            let fault = Arc::clone(&keeping.fault);
            Arc::new(Keeping { shelf, key, current: NONE.into(), worth: 0, fault })
        });
        Self { keeping, ..self }
    }

    /// That columns of the index could not be read when somebody looked at them, as a sentence. What is said of rows is not to be
    /// believed then. The index was whole when it was opened, and is held open: this means a failing disk, or somebody who
    /// writes into it.
    #[must_use]
    pub fn fault(&self) -> Option<String> {
        let why = self.keeping.as_ref()?.fault.get()?;
        Some(format!(
            "what is kept of an earlier reading could not be read ({why}), so what is shown may be wrong; \
             try again, or with --no-cache"
        ))
    }

    /// What is known from before, as far as it can be used.
    pub(in crate::corpus) fn known(&self) -> Option<Known> {
        let known = self.keeping.as_ref()?.open()?;
        let files = self.files.all();
        let all = || {
            !self.more.is_expected()
                && files.len() == known.index.files.len()
                && files.iter().enumerate().all(|(at, entry)| known.is_same(entry, at))
        };
        (!known.is_entangled() || all()).then_some(known)
    }

    /// Whether an index is kept of what is read in full.
    #[must_use]
    pub fn keeps_index(&self) -> bool {
        self.keeping.is_some()
    }

    /// Keeps the index of what was read, when that is all of it and worth it, and the catalogue is still the newest. Whether it
    /// was kept.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn keep(&self, catalogue: &Catalogue) -> io::Result<bool> {
        // What was read for one question does not answer all others.
        let Some(keeping) = self.keeping.as_ref().filter(|_| self.sought.is_none()) else {
            return Ok(false);
        };
        let turn = catalogue.turn;
        if keeping.current.load(Ordering::Relaxed) == turn || catalogue.pending() > 0 {
            return Ok(false);
        }
        let Some(index) = self.index(catalogue) else { return Ok(false) };
        // What files were looked at just now may be newer than the catalogue.
        if turn % 2 == 1 || self.turn.load(Ordering::SeqCst) != turn {
            return Ok(false);
        }
        if index.files.iter().map(|file| file.stamp.len).sum::<u64>() < keeping.worth.max(1) {
            return Ok(false);
        }
        let kept = keeping.shelf.keep(keeping.key, &mut |out| {
            index.write(out)?;
            // Columns that lay in the one before came from there.
            self.fault().map_or(Ok(()), |sentence| Err(io::Error::other(sentence)))
        })?;
        keeping.set_current(turn);
        Ok(kept)
    }

    /// What is to be kept; `None` when some file would be missing in it that says something of others.
    fn index(&self, catalogue: &Catalogue) -> Option<Index> {
        let mut runs: HashMap<u32, Option<(RowId, u32)>> = HashMap::new();
        let mut highest = 0;
        for (file, first, len) in catalogue.runs() {
            // Rows in two places, some that are gone, and some behind those of a later file are more than is remembered.
            let own = self.files.get(file).is_some_and(|entry| entry.depth == 0);
            let late = own && file < highest;
            highest = if own { highest.max(file) } else { highest };
            let run = (!late).then_some((first, len));
            runs.entry(file).and_modify(|run| *run = None).or_insert(run);
        }
        let all = self.files.all();
        let entangled = all.iter().any(|entry| entry.is_entangled());
        let mut files = Vec::new();
        let mut heard = 0;
        for (number, entry) in (0..).zip(&all) {
            let run = runs.get(&number).copied().unwrap_or(Some((0, 0)));
            let (Some(rows), Some(report)) = (run, catalogue.file(number)) else { continue };
            let growth = entry.onward().and_then(|onward| growth_of(catalogue, rows, onward));
            let Some(stamp) = stamp_to_keep(entry, growth.is_some()).filter(|_| report.done) else {
                continue;
            };
            let Shape { kind, around } = entry.shape().cloned().unwrap_or_default();
            heard += usize::from(entry.speaks());
            files.push(KnownFile {
                path: entry.path.clone(),
                stamp,
                report: report.clone(),
                kind,
                around: around.map(|value| value.to_string()),
                rows,
                entangled: entry.is_entangled(),
                speaks: entry.speaks(),
                number,
                held: entry.is_held(),
                // It would not be used: such an index holds as it is or not at all.
                growth: growth.filter(|_| !entangled),
            });
        }
        let all_heard = all.iter().filter(|entry| entry.speaks()).count() == heard;
        let (duplicates, chunks) = (catalogue.duplicates(), catalogue.all_chunks());
        all_heard.then_some(Index { files, duplicates, chunks })
    }
}

/// The stamp under which a file's rows may be kept; `None` when those are not all of it, or might stand in another order than
/// in the file. `orderly`: they do not.
fn stamp_to_keep(entry: &Entry, orderly: bool) -> Option<Stamp> {
    let stream = matches!(entry.content(), Some(Content::Stream(_))) && entry.depth == 0;
    let whole = !entry.is_known() && !entry.is_held();
    match entry.onward().filter(|_| orderly) {
        Some(onward) => Some(onward.stamp).filter(|_| stream),
        None => entry.stamp().filter(|_| stream && whole),
    }
}

fn growth_of(catalogue: &Catalogue, rows: (RowId, u32), onward: &Onward) -> Option<Growth> {
    let rows = rows_before(catalogue.stack(), rows, onward.sure.resume.index)?;
    Some(Growth { sure: onward.sure.clone(), said: onward.said.clone(), rows })
}
