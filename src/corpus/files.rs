//! The files of a corpus: those that were named, and those found inside archives while reading. Numbers are given
//! once and stay; nothing is ever taken out. A file that has changed gets another entry under its number.

use std::collections::{HashMap, HashSet};
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};

use serde_json::Value;
use xxhash_rust::xxh3::xxh3_64;

use super::again::Onward;
use super::members::Log;
use crate::ingest::units::{Resume, UnitKind};
use crate::source::{Bytes, Limits, Opened, Stamp, peel_within};

/// Where reading a file begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Start {
    /// Nothing of it is known.
    #[default]
    First,
    /// It was read before and has changed: from its start.
    Again,
    /// Behind what is known and sure.
    On(Resume),
    /// Not at all: it has another name now and is read under that.
    Moved,
}

/// One file.
#[derive(Debug)]
pub(super) struct Entry {
    /// As given; a member's path goes on behind the archive's.
    pub path: String,
    /// The same, for whoever keeps it with each record.
    pub source: Arc<str>,
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
    /// Where reading it begins.
    pub start: Start,
    /// What stood around its samples when it was read last, if it was a log of them.
    pub around_before: Option<Arc<Value>>,
    /// What it turned out to hold; set once, by the thread that cuts.
    content: OnceLock<Content>,
    /// How its units are read; set once, by the thread that cuts.
    shape: OnceLock<Shape>,
    /// What it was when it was first asked for, which is before it is read.
    stamp: OnceLock<Option<Stamp>>,
    /// It says something of transcripts in other files.
    speaks: AtomicBool,
    /// Its transcripts have other names, by which files may speak of them.
    aliased: AtomicBool,
    /// Something at its end is not whole yet, and was not given.
    held: AtomicBool,
    /// How to go on with it when it has grown, for the next run.
    onward: OnceLock<Onward>,
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
        Self {
            source: Arc::from(path.as_str()),
            path,
            given,
            labels,
            named: labels,
            depth: 0,
            limits: Limits::default(),
            start: Start::First,
            around_before: None,
            content: OnceLock::new(),
            shape: OnceLock::new(),
            stamp: OnceLock::new(),
            speaks: AtomicBool::default(),
            aliased: AtomicBool::default(),
            held: AtomicBool::default(),
            onward: OnceLock::new(),
        }
    }

    /// The same file, to be read once more.
    pub(super) fn again(&self, given: Result<Bytes, String>, start: Start) -> Self {
        let around = self.shape().and_then(|shape| shape.around.clone());
        let log = matches!(self.content(), Some(Content::Log(_)));
        // What it was read on from stays what it was.
        let aliased = matches!(start, Start::On(_)) && self.aliased.load(Ordering::Relaxed);
        Self {
            aliased: aliased.into(),
            named: self.named,
            depth: self.depth,
            limits: self.limits,
            start,
            around_before: around.filter(|_| log),
            ..Self::new(self.path.clone(), given, self.labels)
        }
    }

    /// The same file, to be read on from a place behind which an index knows nothing of it.
    pub(super) fn onwards(&self, resume: Resume, shape: Shape) -> Self {
        let entry = self.again(self.given.clone(), Start::On(resume));
        // What was looked at to know that it has only grown: nothing later will do.
        let _ = entry.stamp.set(self.stamp());
        entry.set_shape(shape);
        entry
    }

    /// Whether it was read before.
    pub(super) fn is_known(&self) -> bool {
        self.start != Start::First
    }

    pub(super) fn set_held(&self) {
        self.held.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_held(&self) -> bool {
        self.held.load(Ordering::Relaxed)
    }

    pub(super) fn set_onward(&self, onward: Onward) {
        let _ = self.onward.set(onward);
    }

    pub(super) fn onward(&self) -> Option<&Onward> {
        self.onward.get()
    }

    /// The same, as found inside an archive.
    pub(super) fn within(self, archive: &Self, limits: Limits) -> Self {
        Self { depth: archive.depth + 1, limits, ..self }
    }

    pub(super) fn set_content(&self, content: Content) {
        // A second reading of the same corpus finds the same content.
        let _ = self.content.set(content);
    }

    /// What it holds. Of a file whose rows are known nobody has looked before somebody asks.
    pub(super) fn content(&self) -> Option<&Content> {
        if let Some(content) = self.content.get() {
            return Some(content);
        }
        let given = self.given.as_ref().ok().filter(|_| self.shape.get().is_some())?;
        if let (Opened::Stream(bytes), _) = peel_within(given.clone(), self.limits).ok()? {
            self.set_content(Content::Stream(bytes));
        }
        self.content.get()
    }

    /// Whether somebody looked what it holds.
    #[cfg(test)]
    pub(super) fn was_cut(&self) -> bool {
        self.content.get().is_some()
    }

    /// The file's stamp before it was read.
    pub(super) fn stamp(&self) -> Option<Stamp> {
        *self.stamp.get_or_init(|| self.given.as_ref().ok().and_then(Bytes::stamp))
    }

    pub(super) fn set_speaks(&self) {
        self.speaks.store(true, Ordering::Relaxed);
    }

    pub(super) fn set_aliased(&self) {
        self.aliased.store(true, Ordering::Relaxed);
    }

    pub(super) fn speaks(&self) -> bool {
        self.speaks.load(Ordering::Relaxed)
    }

    /// What it says, or what is said of it, ties it to other files.
    pub(super) fn is_entangled(&self) -> bool {
        self.speaks() || self.aliased.load(Ordering::Relaxed)
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
    /// Paths of files that were named themselves.
    named: RwLock<HashSet<String>>,
    /// Entries of files that are to be read once more, until there is something to find in them.
    next: Mutex<HashMap<u32, Arc<Entry>>>,
    /// Files may grow: what is not whole yet waits.
    hold: AtomicBool,
}

impl Files {
    pub(super) fn new(entries: Vec<Entry>) -> Self {
        Self { list: RwLock::new(entries.into_iter().map(Arc::new).collect()), ..Self::default() }
    }

    /// Whether what is not whole yet waits for more.
    pub(super) fn hold(&self) -> bool {
        self.hold.load(Ordering::Relaxed)
    }

    pub(super) fn set_hold(&self, hold: bool) {
        self.hold.store(hold, Ordering::Relaxed);
    }

    /// Sets the entry by which a file will be read once more. Until [`Files::publish`] others see the old one.
    pub(super) fn prepare(&self, file: u32, entry: Entry) -> Arc<Entry> {
        let entry = Arc::new(entry);
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        next.insert(file, Arc::clone(&entry));
        entry
    }

    /// The entry by which a file is to be read.
    pub(super) fn to_read(&self, file: u32) -> Option<Arc<Entry>> {
        let next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        next.get(&file).map(Arc::clone).or_else(|| self.get(file))
    }

    /// Shows a prepared entry to everybody.
    pub(super) fn publish(&self, file: u32) {
        let entry = self.next.lock().unwrap_or_else(PoisonError::into_inner).remove(&file);
        let Some(entry) = entry else { return };
        let mut list = self.list.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(slot) = list.get_mut(file as usize) {
            *slot = entry;
        }
    }

    /// Numbers of the files that were found inside a file, in order.
    pub(super) fn inside(&self, outer: &Entry) -> Vec<u32> {
        let list = self.list.read().unwrap_or_else(PoisonError::into_inner);
        let is_inside = |entry: &Entry| {
            let rest = entry.path.strip_prefix(outer.path.as_str());
            entry.depth == outer.depth + 1 && rest.is_some_and(|rest| rest.starts_with('/'))
        };
        (0..).zip(list.iter()).filter(|(_, entry)| is_inside(entry)).map(|(file, _)| file).collect()
    }

    /// Adds entries; gives the number of the first.
    pub(super) fn add(&self, entries: Vec<Entry>) -> u32 {
        let mut list = self.list.write().unwrap_or_else(PoisonError::into_inner);
        let first = list.len() as u32;
        list.extend(entries.into_iter().map(Arc::new));
        first
    }

    /// [`Files::add`] for files that may have been named themselves.
    pub(super) fn add_named(&self, mut entries: Vec<Entry>) -> u32 {
        let named = self.named.read().unwrap_or_else(PoisonError::into_inner);
        for entry in &mut entries {
            entry.named |= named.contains(&entry.path);
        }
        self.add(entries)
    }

    /// Marks the files that were named, those that come later too.
    pub(super) fn set_named(&self, names: &[String]) {
        let mut named = self.named.write().unwrap_or_else(PoisonError::into_inner);
        named.extend(names.iter().cloned());
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
