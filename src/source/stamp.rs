//! What tells whether a file is still the one that it was, without reading it.

use std::time::{SystemTime, UNIX_EPOCH};

use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::Bytes;

/// Bytes at the head and at the tail that are looked at.
const ENDS: u64 = 4096;

/// A file's length, time of change, and a hash of its ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// Bytes.
    pub len: u64,
    /// Nanoseconds since 1970; 0 where the system does not say.
    pub modified: u64,
    /// Hash of its head and tail.
    pub ends: u64,
}

/// Nanoseconds since 1970; 0 where the system does not say.
pub(super) fn nanoseconds(modified: std::io::Result<SystemTime>) -> u64 {
    let since = modified.ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
    since.map_or(0, |since| since.as_nanos() as u64)
}

/// Hash of the head and tail of so many bytes.
pub(super) fn ends(bytes: &Bytes, len: u64) -> Option<u64> {
    let head = bytes.read_range(0, len.min(ENDS)).ok()?;
    let tail = bytes.read_range(len.saturating_sub(ENDS), len.min(ENDS)).ok()?;
    Some(xxh3_64_with_seed(&tail, xxh3_64_with_seed(&head, len)))
}

impl Bytes {
    /// The stamp of a file on disk; `None` for everything else, and when it cannot be read.
    #[must_use]
    pub fn stamp(&self) -> Option<Stamp> {
        let Self::File(file) = self else { return None };
        let metadata = file.metadata().ok()?;
        let (len, modified) = (metadata.len(), nanoseconds(metadata.modified()));
        Some(Stamp { len, modified, ends: ends(self, len)? })
    }

    /// Whether the ends of the first bytes, as many as the stamp is of, are what they were. What lies between may have changed.
    #[must_use]
    pub fn starts_as(&self, stamp: &Stamp) -> bool {
        ends(self, stamp.len) == Some(stamp.ends)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_file_has_another_stamp() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a");
        let of = |text: &[u8]| {
            std::fs::write(&path, text).unwrap();
            Bytes::open(&path).unwrap().stamp().unwrap()
        };
        let same = |a: Stamp, b: Stamp| (a.len, a.ends) == (b.len, b.ends);
        let long = vec![b'x'; 20_000];
        let mut tail = long.clone();
        tail[19_999] = b'y';
        let mut head = long.clone();
        head[0] = b'y';
        let first = of(&long);
        assert!(same(first, of(&long)));
        assert!(first.modified > 0);
        for other in [tail, head, long[1..].to_vec(), Vec::new(), b"x".to_vec()] {
            assert!(!same(first, of(&other)));
        }
        assert_eq!(Bytes::Static(b"x").stamp(), None);
    }

    #[test]
    fn a_grown_file_starts_as_it_was() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a");
        let write = |text: &[u8]| {
            std::fs::write(&path, text).unwrap();
            Bytes::open(&path).unwrap()
        };
        let text = vec![b'x'; 20_000];
        let stamp = write(&text).stamp().unwrap();
        let grown = [text.as_slice(), b"more"].concat();
        assert!(write(&text).starts_as(&stamp) && write(&grown).starts_as(&stamp));
        let mut tail = grown.clone();
        tail[19_999] = b'y';
        for other in [tail, text[1..].to_vec(), [b"y", grown.as_slice()].concat()] {
            assert!(!write(&other).starts_as(&stamp));
        }
        let empty = write(b"").stamp().unwrap();
        assert!(write(b"anything").starts_as(&empty));
    }
}
