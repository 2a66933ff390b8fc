//! What is known of a corpus from an earlier run, and keeping it for the next one.

use std::collections::{HashMap, HashSet};
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use xxhash_rust::xxh3::xxh3_64;

use super::super::chunk::Chunk;
use super::super::files::{Content, Entry, Shape};
use super::super::{Catalogue, Corpus, RowId};
use super::{Index, KnownFile};
use crate::source::Shelf;

/// Corpora of fewer bytes are read faster than their index is worth.
const WORTH: u64 = 4 << 20;

/// Where the index of a corpus is kept.
#[derive(Debug)]
pub(in crate::corpus) struct Keeping {
    shelf: Shelf,
    key: u64,
    /// What is kept is what was read.
    current: AtomicBool,
    /// Smaller corpora are not kept.
    worth: u64,
}

impl Keeping {
    /// What was kept, when it holds.
    fn open(&self) -> Option<Known> {
        let bytes = self.shelf.open(self.key)?;
        let Some(index) = Index::read(&bytes) else {
            // Damaged, or of another version: nothing of it is believed.
            self.shelf.drop(self.key);
            return None;
        };
        Some(Known::new(index))
    }

    pub fn set_current(&self) {
        self.current.store(true, Ordering::Relaxed);
    }
}

/// An index with what was used of it.
#[derive(Debug)]
pub(in crate::corpus) struct Known {
    pub index: Index,
    /// First row of each chunk.
    starts: Vec<RowId>,
    by_path: HashMap<String, usize>,
    /// Chunks that were given whole.
    given: Mutex<HashSet<usize>>,
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
        let by_path = paths.map(|(at, file)| (file.path.clone(), at)).collect();
        Self { index, starts, by_path, given: Mutex::default() }
    }

    /// The number of what is known of a file that has not changed.
    pub fn unchanged(&self, entry: &Entry) -> Option<usize> {
        let at = *self.by_path.get(&entry.path)?;
        let known = self.index.files.get(at)?;
        (entry.depth == 0 && entry.stamp() == Some(known.stamp)).then_some(at)
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

    /// Calls `take` with the rows of a file; stops when it returns false.
    pub fn pieces(
        &self,
        corpus: &Corpus,
        file: &KnownFile,
        take: &mut dyn FnMut(Piece<'_>) -> bool,
    ) -> bool {
        let (mut row, end) = (file.rows.0, file.rows.0.saturating_add(file.rows.1));
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
            } else if row == start && self.is_whole(chunk, corpus) {
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

    /// Whether every file that a chunk has rows of, or could have between them, is what it was and has its number.
    fn is_whole(&self, chunk: &Chunk, corpus: &Corpus) -> bool {
        let numbers = &chunk.file.values;
        let (Some(first), Some(last)) = (numbers.iter().min(), numbers.iter().max()) else {
            return false;
        };
        (*first..=*last).all(|number| {
            let Some(entry) = corpus.files.get(number) else { return false };
            let known = self.unchanged(&entry).and_then(|at| self.index.files.get(at));
            known.is_some_and(|known| known.number == number)
        })
    }
}

impl Corpus {
    /// The same, with an index kept on a shelf. `scope` names everything that rows depend on besides the files: what was
    /// opened, from where, with which options, by which build of the program.
    #[must_use]
    pub fn with_index(self, shelf: Shelf, scope: &str) -> Self {
        let keeping = Keeping {
            shelf,
            key: xxh3_64(scope.as_bytes()),
            current: AtomicBool::default(),
            worth: WORTH,
        };
        Self { keeping: Some(Arc::new(keeping)), ..self }
    }

    /// The same, keeping the index of small corpora, too.
    #[cfg(test)]
    pub(in crate::corpus) fn worth_keeping(self) -> Self {
        let keeping = self.keeping.as_ref().map(|keeping| {
            let (shelf, key) = (keeping.shelf.clone(), keeping.key);
            Arc::new(Keeping { shelf, key, current: AtomicBool::default(), worth: 0 })
        });
        Self { keeping, ..self }
    }

    /// What is known from before, as far as it can be used.
    pub(in crate::corpus) fn known(&self) -> Option<Known> {
        let known = self.keeping.as_ref()?.open()?;
        let files = self.files.all();
        let all = || {
            !self.more.is_expected()
                && files.len() == known.index.files.len()
                && files.iter().enumerate().all(|(at, entry)| known.unchanged(entry) == Some(at))
        };
        (!known.is_entangled() || all()).then_some(known)
    }

    /// Keeps the index of what was read, when that is all of it and worth it. Whether it was kept.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn keep(&self, catalogue: &Catalogue) -> io::Result<bool> {
        let Some(keeping) = &self.keeping else { return Ok(false) };
        if keeping.current.load(Ordering::Relaxed) || catalogue.pending() > 0 {
            return Ok(false);
        }
        let index = self.index(catalogue);
        if index.files.iter().map(|file| file.stamp.len).sum::<u64>() < keeping.worth.max(1) {
            return Ok(false);
        }
        let kept = keeping.shelf.keep(keeping.key, &mut |out| index.write(out))?;
        keeping.set_current();
        Ok(kept)
    }

    fn index(&self, catalogue: &Catalogue) -> Index {
        let mut runs: HashMap<u32, Option<(RowId, u32)>> = HashMap::new();
        for (file, first, len) in catalogue.runs() {
            // Rows in two places, or some that are gone, are more than is remembered.
            runs.entry(file).and_modify(|run| *run = None).or_insert(Some((first, len)));
        }
        let mut files = Vec::new();
        for (number, entry) in (0..).zip(self.files.all()) {
            let stream = matches!(entry.content(), Some(Content::Stream(_)));
            let run = runs.get(&number).copied().unwrap_or(Some((0, 0)));
            let report = catalogue.file(number).filter(|report| report.done);
            let (true, Some(rows), Some(report), Some(stamp)) =
                (stream && entry.depth == 0, run, report, entry.stamp_to_keep())
            else {
                continue;
            };
            let Shape { kind, around } = entry.shape().cloned().unwrap_or_default();
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
            });
        }
        Index { files, duplicates: catalogue.duplicates(), chunks: catalogue.all_chunks() }
    }
}
