//! The files of a corpus: those that were named, and those found inside archives while reading. Numbers are given
//! once and stay; nothing is ever taken out.

use std::io;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use serde_json::Value;
use xxhash_rust::xxh3::xxh3_64;

use super::members::Log;
use crate::ingest::units::UnitKind;
use crate::source::{Bytes, Limits};

/// One file.
#[derive(Debug)]
pub(super) struct Entry {
    /// As given; a member's path goes on behind the archive's.
    pub path: String,
    /// What was opened, or why it could not be.
    pub given: Result<Bytes, String>,
    /// Named as a file of labels: its records are rows for others, whatever else they hold.
    pub labels: bool,
    /// Named itself, not found in a folder or an archive.
    pub named: bool,
    /// How many archives it lies in.
    pub depth: u8,
    /// How far what is packed in it may grow: the members of an archive share its room.
    pub limits: Limits,
    /// What it turned out to hold; set once, by the thread that cuts.
    content: OnceLock<Content>,
    /// How its units are read; set once, by the thread that cuts.
    shape: OnceLock<Shape>,
}

/// Where a file's units are.
#[derive(Debug)]
pub(super) enum Content {
    /// In a stream of bytes: a unit is a range.
    Stream(Bytes),
    /// In an archive of samples: a unit is a sample's number.
    Log(Log),
}

/// What reading a unit again needs to know of its file.
#[derive(Debug, Clone, Default)]
pub(super) struct Shape {
    pub kind: UnitKind,
    /// Shared: what stands around the records of a log may be megabytes, and every reading of a unit has it.
    pub around: Option<Arc<Value>>,
}

impl Entry {
    pub(super) fn new(path: String, given: Result<Bytes, String>, labels: bool) -> Self {
        let (content, shape) = (OnceLock::new(), OnceLock::new());
        let limits = Limits::default();
        Self { path, given, labels, named: labels, depth: 0, limits, content, shape }
    }

    /// The same, as found inside an archive.
    pub(super) fn within(self, archive: &Self, limits: Limits) -> Self {
        Self { depth: archive.depth + 1, limits, ..self }
    }

    pub(super) fn set_content(&self, content: Content) {
        // A second reading of the same corpus finds the same content.
        let _ = self.content.set(content);
    }

    pub(super) fn content(&self) -> Option<&Content> {
        self.content.get()
    }

    pub(super) fn set_shape(&self, shape: Shape) {
        let _ = self.shape.set(shape);
    }

    pub(super) fn shape(&self) -> Option<&Shape> {
        self.shape.get()
    }

    /// The bytes of a unit and their hash.
    pub(super) fn unit(&self, part: (u64, u64)) -> io::Result<(Vec<u8>, u64)> {
        match self.content() {
            Some(Content::Stream(bytes)) => {
                let bytes = bytes.read_range(part.0, part.1)?;
                let hash = xxh3_64(&bytes);
                Ok((bytes, hash))
            }
            Some(Content::Log(log)) => {
                let number = usize::try_from(part.0).unwrap_or(usize::MAX);
                Ok((log.sample(number)?, log.hash(number)))
            }
            None => Err(io::Error::other("the file has not been looked at yet")),
        }
    }
}

/// All files.
#[derive(Debug, Default)]
pub(super) struct Files {
    list: RwLock<Vec<Arc<Entry>>>,
}

impl Files {
    pub(super) fn new(entries: Vec<Entry>) -> Self {
        Self { list: RwLock::new(entries.into_iter().map(Arc::new).collect()) }
    }

    /// Adds entries; gives the number of the first.
    pub(super) fn add(&self, entries: Vec<Entry>) -> u32 {
        let mut list = self.list.write().unwrap_or_else(PoisonError::into_inner);
        let first = list.len() as u32;
        list.extend(entries.into_iter().map(Arc::new));
        first
    }

    /// Marks the files that were named.
    pub(super) fn set_named(&self, named: &[String]) {
        let mut list = self.list.write().unwrap_or_else(PoisonError::into_inner);
        for entry in list.iter_mut() {
            if named.contains(&entry.path)
                && let Some(entry) = Arc::get_mut(entry)
            {
                entry.named = true;
            }
        }
    }

    pub(super) fn get(&self, file: u32) -> Option<Arc<Entry>> {
        let list = self.list.read().unwrap_or_else(PoisonError::into_inner);
        list.get(file as usize).map(Arc::clone)
    }

    pub(super) fn all(&self) -> Vec<Arc<Entry>> {
        self.list.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
