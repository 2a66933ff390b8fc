//! Bytes that are made out of other bytes: decompressed, decoded, a member of an archive. They are made while they
//! are read, kept while there is room, and made again when somebody asks after that.
//!
//! A folder of thousands of compressed files, or an archive of as many members, must neither meet the limit of open
//! files nor fill the memory: what is kept is bounded for the whole program.

use std::io::{self, Read};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};

use super::Bytes;
use super::spool::SpooledInput;

/// Bytes of one source that are kept in memory; what is longer goes to a temporary file.
const MOST_MEMORY: usize = if cfg!(test) { 1 << 20 } else { 8 << 20 };
/// Bytes that all those in memory may hold together, how many they may be, and how many may have files.
const ALL_MEMORY: u64 = 32 << 20;
const MOST_IN_MEMORY: usize = 64;
const MOST_FILES: usize = 48;

/// Gives the stream, from its beginning, each time it is called.
type Make = Box<dyn Fn() -> io::Result<Box<dyn Read + Send>> + Send + Sync>;

/// Bytes made out of others. Reads as a file does, from any thread.
pub struct Derived {
    /// What they are made of.
    source: Bytes,
    make: Make,
    /// How far the input was used.
    consumed: Arc<AtomicU64>,
    /// The length, when it is known without reading.
    declared: Option<u64>,
    /// The length, since the end was seen.
    end: OnceLock<u64>,
    current: Mutex<Weak<SpooledInput>>,
}

impl std::fmt::Debug for Derived {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Derived").field("source", &self.source).finish_non_exhaustive()
    }
}

impl Derived {
    /// `consumed` is moved on by the streams that `make` gives.
    pub(super) fn new(
        source: Bytes,
        consumed: Arc<AtomicU64>,
        declared: Option<u64>,
        make: Make,
    ) -> Self {
        let current = Mutex::default();
        Self { source, make, consumed, declared, end: OnceLock::new(), current }
    }

    /// Bytes of the input that were used so far, for progress.
    pub(super) fn consumed(&self) -> &Arc<AtomicU64> {
        &self.consumed
    }

    /// What they are made of.
    pub(super) fn source(&self) -> &Bytes {
        &self.source
    }

    pub(super) fn len(&self) -> Option<u64> {
        self.end.get().copied().or(self.declared)
    }

    pub(super) fn may_wait(&self, offset: u64) -> bool {
        if self.end.get().is_some() || !self.source.may_wait(u64::MAX) {
            return false;
        }
        let current = self.current.lock().unwrap_or_else(PoisonError::into_inner).upgrade();
        current.is_none_or(|spool| spool.may_wait(offset))
    }

    pub(super) fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        if self.end.get().is_some_and(|end| offset >= *end) {
            return Ok(0);
        }
        let spool = self.spool()?;
        let n = spool.read_at(offset, buffer)?;
        if let Some(end) = spool.len() {
            let _ = self.end.set(end);
        }
        Ok(n)
    }

    /// Makes all of it, and gives the length.
    pub(super) fn pull_all(&self) -> io::Result<u64> {
        if let Some(end) = self.end.get() {
            return Ok(*end);
        }
        let end = self.spool()?.pull_all()?;
        Ok(*self.end.get_or_init(|| end))
    }

    /// How many bytes came before the end or a failure.
    pub(super) fn pulled(&self) -> u64 {
        self.spool().map_or(0, |spool| spool.pulled())
    }

    fn spool(&self) -> io::Result<Arc<SpooledInput>> {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(spool) = current.upgrade() {
            drop(current);
            keep(&spool);
            return Ok(spool);
        }
        let spool = Arc::new(SpooledInput::in_memory((self.make)()?, MOST_MEMORY));
        *current = Arc::downgrade(&spool);
        drop(current);
        keep(&spool);
        Ok(spool)
    }
}

impl Drop for Derived {
    fn drop(&mut self) {
        let current = self.current.get_mut().unwrap_or_else(PoisonError::into_inner).upgrade();
        let Some(spool) = current else { return };
        let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|other| !Arc::ptr_eq(other, &spool));
        // Before `spool`, which may be the last to hold others of these.
        drop(kept);
    }
}

/// What is kept, the one used last at the end. Holding it here keeps it alive; letting it go is all that is needed.
static KEPT: Mutex<Vec<Arc<SpooledInput>>> = Mutex::new(Vec::new());

fn keep(spool: &Arc<SpooledInput>) {
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner);
    match kept.iter().rposition(|other| Arc::ptr_eq(other, spool)) {
        // The usual case: the same one is read on and on.
        Some(at) if at + 1 == kept.len() => return,
        Some(at) => {
            let used = kept.remove(at);
            kept.push(used);
            return;
        }
        None => kept.push(Arc::clone(spool)),
    }
    let (mut bytes, mut in_memory, mut files) = (0, 0, 0);
    let mut stays: Vec<bool> = kept
        .iter()
        .rev()
        .map(|spool| {
            if let Some(size) = spool.memory() {
                bytes += size;
                in_memory += 1;
                bytes <= ALL_MEMORY && in_memory <= MOST_IN_MEMORY
            } else {
                files += 1;
                files <= MOST_FILES
            }
        })
        .collect();
    // Dropped after the lock: the last holder of a spool may hold bytes that are made themselves.
    let gone: Vec<_> = kept.extract_if(.., |_| !stays.pop().unwrap_or(true)).collect();
    drop(kept);
    drop(gone);
}

/// How far an input was used, seen from all its streams.
pub(super) fn advance(consumed: &AtomicU64, to: u64) {
    consumed.fetch_max(to, Ordering::Relaxed);
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicUsize;

    /// Bytes of a length that count how often they were made.
    fn counted(byte: u8, len: u64) -> (Bytes, Arc<AtomicUsize>) {
        let made = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&made);
        let stream = move || -> io::Result<Box<dyn Read + Send>> {
            counter.fetch_add(1, Ordering::Relaxed);
            Ok(Box::new(io::repeat(byte).take(len)))
        };
        let derived = Derived::new(Bytes::Static(b""), Arc::default(), None, Box::new(stream));
        (Bytes::Derived(Arc::new(derived)), made)
    }

    fn last(bytes: &Bytes, len: u64) -> u8 {
        let mut buffer = [0; 8];
        assert_eq!(bytes.read_at(len - 3, &mut buffer).unwrap(), 3);
        assert_eq!(bytes.read_at(len, &mut buffer).unwrap(), 0);
        buffer[2]
    }

    #[test]
    fn thousands_of_sources_keep_few_files_and_little_memory_and_read_again() {
        let lens = [3, 100_000, (MOST_MEMORY + 10) as u64];
        let all: Vec<_> = (0..300_u32)
            .map(|i| {
                // Long ones are rarer: each of them writes a file.
                let len = lens[if i % 5 == 0 { 2 } else { i as usize % 2 }];
                (counted(i as u8, len), len, i as u8)
            })
            .collect();
        for ((bytes, _), len, byte) in &all {
            assert_eq!(bytes.len(), None);
            assert_eq!(last(bytes, *len), *byte);
            assert_eq!(bytes.len(), Some(*len));
        }
        {
            let kept = KEPT.lock().unwrap();
            let files = kept.iter().filter(|s| s.memory().is_none()).count();
            // Tests beside this one keep some too, and one more may have grown since it was counted.
            assert!(files <= MOST_FILES + 8, "{files} files");
            let memory: u64 = kept.iter().filter_map(|s| s.memory()).sum();
            assert!(memory <= ALL_MEMORY + 8 * MOST_MEMORY as u64, "{memory} bytes");
        }
        let ((first, made), len, byte) = &all[0];
        assert_eq!(last(first, *len), *byte);
        assert!(made.load(Ordering::Relaxed) >= 2, "it was made again");
    }

    #[test]
    fn one_that_is_read_on_and_on_is_made_once() {
        let (bytes, made) = counted(7, 1 << 20);
        let mut buffer = [0; 4096];
        let mut at = 0;
        loop {
            let n = bytes.read_at(at, &mut buffer).unwrap();
            if n == 0 {
                break;
            }
            at += n as u64;
        }
        assert_eq!((at, made.load(Ordering::Relaxed)), (1 << 20, 1));
    }

    #[test]
    fn what_is_dropped_is_not_kept() {
        let (bytes, _) = counted(1, 10);
        assert_eq!(last(&bytes, 10), 1);
        let spool = match &bytes {
            Bytes::Derived(derived) => Arc::downgrade(&derived.spool().unwrap()),
            _ => unreachable!(),
        };
        drop(bytes);
        assert!(spool.upgrade().is_none());
    }
}
