//! Files that are still being looked for while others are read: folders may hold a great many.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Mutex, OnceLock, PoisonError};

use crossbeam_channel::{Receiver, Sender};

use super::Corpus;
use super::cut::Send;
use super::files::Entry;
use super::job::Job;
use crate::source::Bytes;

/// Files with their bytes, or the sentence why they cannot be opened.
pub type FoundFiles = Vec<(String, Result<Bytes, String>)>;

/// Looks for files and gives them in order, until it has all or is told that it is enough.
type Feed = Box<dyn FnOnce(&mut dyn FnMut(FoundFiles) -> bool) + std::marker::Send>;

/// Where more files come from.
#[derive(Default)]
pub(super) struct More {
    /// Taken by the first reading.
    feed: Mutex<Option<Feed>>,
    /// There is or was one.
    expected: bool,
    /// Bytes of the files that were there from the start, when every length is known.
    first: OnceLock<Option<u64>>,
    /// Bytes of the others, once all have been found.
    rest: OnceLock<Option<u64>>,
}

impl More {
    pub(super) fn is_expected(&self) -> bool {
        self.expected
    }
}

impl fmt::Debug for More {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("More").field("expected", &self.expected).finish_non_exhaustive()
    }
}

impl Corpus {
    /// The same, with files that `feed` finds while the others are read; they come after those.
    #[must_use]
    pub fn with_more(
        self,
        feed: impl FnOnce(&mut dyn FnMut(FoundFiles) -> bool) + std::marker::Send + 'static,
    ) -> Self {
        let feed: Feed = Box::new(feed);
        let more = More { feed: Mutex::new(Some(feed)), expected: true, ..More::default() };
        Self { more: more.into(), ..self }
    }

    /// Looks for files, until there are no more or nobody takes them.
    pub(super) fn find_more(&self, to: &Sender<FoundFiles>) {
        let feed = self.more.feed.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(feed) = feed else { return };
        let mut bytes = Some(0_u64);
        feed(&mut |found| {
            let each = found.iter().map(|(_, b)| b.as_ref().map_or(Some(0), Bytes::len));
            bytes = bytes.and_then(|sum| each.sum::<Option<u64>>().map(|more| sum + more));
            to.send(found).is_ok()
        });
        let _ = self.more.rest.set(bytes);
    }

    /// Bytes of all files that were named, when all have been found and every length is known.
    #[must_use]
    pub(super) fn total_bytes(&self) -> Option<u64> {
        let all =
            || self.files.all().iter().map(|f| f.given.as_ref().map_or(Some(0), Bytes::len)).sum();
        let first = *self.more.first.get_or_init(all);
        if self.more.expected { Some(first? + (*self.more.rest.get()?)?) } else { first }
    }

    /// Takes in what was found meanwhile; when nothing is left to read, waits for more. False: told to stop.
    pub(super) fn take_found(
        &self,
        more: Option<&Receiver<FoundFiles>>,
        open: &mut VecDeque<u32>,
        send: Send<'_>,
    ) -> bool {
        let Some(more) = more else { return true };
        while let Some(found) = more.try_recv().ok().or_else(|| {
            // Nothing more comes when nobody looks any more.
            if open.is_empty() { more.recv().ok() } else { None }
        }) {
            let entries: Vec<Entry> =
                found.into_iter().map(|(path, bytes)| Entry::new(path, bytes, false)).collect();
            let paths: Vec<String> = entries.iter().map(|entry| entry.path.clone()).collect();
            let first = self.files.add_named(entries);
            open.extend(first..first + paths.len() as u32);
            if !send(Job::Files { parent: None, paths }) {
                return false;
            }
        }
        true
    }
}

#[cfg(test)]
mod tests;
