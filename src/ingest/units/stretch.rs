//! A stretch of the bytes that were read together: a unit goes to whoever reads it without being copied.

use std::fmt;
use std::ops::{Deref, Range};
use std::sync::Arc;

/// Bytes that may share their memory with others. Cheap to clone; the memory is kept while one of them lives.
#[derive(Clone)]
pub struct Stretch {
    bytes: Arc<Vec<u8>>,
    range: Range<usize>,
}

impl Stretch {
    /// Some bytes of a buffer; nothing where the range is none of it.
    pub(super) fn of(bytes: &Arc<Vec<u8>>, range: Range<usize>) -> Self {
        let range = if bytes.get(range.clone()).is_some() { range } else { 0..0 };
        Self { bytes: Arc::clone(bytes), range }
    }

    /// Keeps the first bytes only.
    pub(super) fn truncate(&mut self, len: usize) {
        self.range.end = self.range.end.min(self.range.start.saturating_add(len));
    }
}

impl Deref for Stretch {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.bytes.get(self.range.clone()).unwrap_or_default()
    }
}

impl From<Vec<u8>> for Stretch {
    fn from(bytes: Vec<u8>) -> Self {
        let range = 0..bytes.len();
        Self { bytes: Arc::new(bytes), range }
    }
}

impl PartialEq for Stretch {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for Stretch {}

impl fmt::Debug for Stretch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
