//! A sliding window over a stream that is read by position: what is looked at is held, what lies behind the
//! mark may be dropped, and what was dropped can be read again.

use std::io;

/// Read sizes: small at first, so that the head comes at once.
const FIRST: usize = 64 << 10;
const LARGEST: usize = 1 << 20;

/// The window. `read(offset, buffer)` gives 0 only at the end.
#[derive(Debug)]
pub struct Window<R> {
    read: R,
    buffer: Vec<u8>,
    /// How much of the buffer holds bytes.
    filled: usize,
    /// Offset in the stream of the buffer's first byte.
    base: u64,
    /// Bytes from here on are kept, as long as they are no more than `limit`.
    mark: u64,
    limit: u64,
    chunk: usize,
    /// Where the stream ended when somebody looked. A file may grow meanwhile: that is for the next reading, so that
    /// no two looks in this one differ.
    end: Option<u64>,
    /// Somebody looked at the end since this was last set to false.
    pub saw_end: bool,
}

impl<R: FnMut(u64, &mut [u8]) -> io::Result<usize>> Window<R> {
    pub fn new(read: R, limit: u64) -> Self {
        let (buffer, end) = (Vec::new(), None);
        Self { read, buffer, filled: 0, base: 0, mark: 0, limit, chunk: FIRST, end, saw_end: false }
    }

    /// Where the stream ends, since somebody looked there.
    pub fn end(&self) -> Option<u64> {
        self.end
    }

    /// Nothing before this offset is asked for again, unless by [`Self::take`].
    pub fn set_mark(&mut self, offset: u64) {
        self.mark = offset;
    }

    /// The bytes held from `offset` on: at least one, except at the end of the stream.
    pub fn from(&mut self, offset: u64) -> io::Result<&[u8]> {
        let end = self.base + self.filled as u64;
        if offset < self.base || offset > end {
            self.base = offset;
            self.filled = 0;
        }
        if offset == self.base + self.filled as u64 {
            self.more(offset)?;
        }
        Ok(self.held(offset))
    }

    /// More bytes behind what is held, keeping everything from `offset` on. False at the end.
    pub fn extend(&mut self, offset: u64) -> io::Result<bool> {
        let before = self.held(offset).len();
        self.more(offset)?;
        Ok(self.held(offset).len() > before)
    }

    /// What is held from `offset` on, without reading.
    pub fn held(&self, offset: u64) -> &[u8] {
        let at = offset.checked_sub(self.base).and_then(|at| usize::try_from(at).ok());
        at.and_then(|at| self.buffer.get(at..self.filled)).unwrap_or_default()
    }

    fn more(&mut self, needed: u64) -> io::Result<()> {
        let end = self.base + self.filled as u64;
        if self.end.is_some_and(|known| known <= end) {
            self.saw_end = true;
            return Ok(());
        }
        let mut keep = needed.min(self.mark);
        if end.saturating_sub(keep) > self.limit {
            keep = needed;
        }
        let behind = usize::try_from(keep.saturating_sub(self.base)).unwrap_or(0).min(self.filled);
        // Moving what is left costs its length: worth it only when much lies behind.
        if behind > 0 && (behind >= self.filled - behind || behind >= LARGEST) {
            self.buffer.copy_within(behind..self.filled, 0);
            self.filled -= behind;
            self.base += behind as u64;
            // One huge unit must not cost its size for the rest of the file.
            if self.buffer.len() > 16 * LARGEST && self.filled < LARGEST {
                self.buffer.truncate(4 * LARGEST);
                self.buffer.shrink_to_fit();
            }
        }
        if self.buffer.len() < self.filled + self.chunk {
            let doubled = self.buffer.len().saturating_mul(2).min(self.filled + (64 << 20));
            self.buffer.resize(doubled.max(self.filled + self.chunk), 0);
        }
        let until = (self.filled + self.chunk).min(self.buffer.len());
        let space = self.buffer.get_mut(self.filled..until).unwrap_or_default();
        let n = (self.read)(end, space)?.min(space.len());
        if n == space.len() {
            self.chunk = (self.chunk * 2).min(LARGEST);
        }
        if n == 0 {
            self.end = Some(end);
            self.saw_end = true;
        }
        self.filled += n;
        Ok(())
    }

    /// A copy of `start..end`, read again where the window has moved on. Shorter only when the stream shrank.
    pub fn take(&mut self, start: u64, end: u64) -> io::Result<Vec<u8>> {
        let len = usize::try_from(end.saturating_sub(start)).unwrap_or(usize::MAX);
        if let Some(bytes) = self.held(start).get(..len) {
            return Ok(bytes.to_vec());
        }
        let mut bytes = vec![0; len];
        let mut done = 0;
        while done < len {
            let space = bytes.get_mut(done..).unwrap_or_default();
            let n = (self.read)(start + done as u64, space)?;
            if n == 0 {
                break;
            }
            done += n;
        }
        bytes.truncate(done);
        Ok(bytes)
    }
}
