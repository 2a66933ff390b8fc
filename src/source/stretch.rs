//! A stretch of bytes read from front to back: what a decoder takes its input from.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use super::Bytes;
use super::derived::advance;

/// A reader over a part of some bytes. It has its own place, so any number may read at once.
pub(super) struct Stretch {
    bytes: Bytes,
    start: u64,
    at: u64,
    end: u64,
    consumed: Option<Arc<AtomicU64>>,
}

impl Stretch {
    /// From `start` for `len` bytes, or to the end if that comes first.
    pub fn new(bytes: Bytes, start: u64, len: u64) -> Self {
        Self { bytes, start, at: start, end: start.saturating_add(len), consumed: None }
    }

    /// Says there how much of it was read.
    pub fn counted(mut self, consumed: Arc<AtomicU64>) -> Self {
        self.consumed = Some(consumed);
        self
    }
}

impl Read for Stretch {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.end.saturating_sub(self.at)).unwrap_or(usize::MAX);
        let wanted = buffer.len().min(left);
        // `wanted` is no longer than the buffer.
        let n = self.bytes.read_at(self.at, &mut buffer[..wanted])?;
        self.at += n as u64;
        if let Some(consumed) = &self.consumed {
            advance(consumed, self.at - self.start);
        }
        Ok(n)
    }
}
