//! A sliding window over a stream that is read by position: what is looked at is held, what lies behind the
//! mark may be dropped, and what was dropped can be read again.
//!
//! What is taken out of it shares its memory. So a buffer of which something is still in use elsewhere is left as it is, and
//! reading goes on in another, which takes over the bytes that are still looked at; buffers that came back are used again.

use std::io;
use std::sync::Arc;

use super::stretch::Stretch;

/// Read sizes: small at first, so that the head comes at once.
const FIRST: usize = 64 << 10;
const LARGEST: usize = 1 << 20;
/// What is longer than this is read again when it is taken: a record that is left out for its size must not be held for that.
const MOST_HELD: u64 = 8 << 20;
/// Buffers that are waited for: more are in use only where somebody keeps what was taken.
const MOST_LENT: usize = 32;

/// The window. `read(offset, buffer)` gives 0 only at the end.
#[derive(Debug)]
pub struct Window<R> {
    read: R,
    buffer: Arc<Vec<u8>>,
    /// Earlier buffers, of which something may still be in use.
    lent: Vec<Arc<Vec<u8>>>,
    /// How much of the buffer holds bytes.
    filled: usize,
    /// Offset in the stream of the buffer's first byte.
    base: u64,
    /// Bytes from here on are kept, as long as they are no more than `limit`.
    mark: u64,
    limit: u64,
    /// How much is read at a time.
    size: usize,
    /// Where the stream ended when somebody looked. A file may grow meanwhile: that is for the next reading, so that
    /// no two looks in this one differ.
    end: Option<u64>,
    /// Somebody looked at the end since this was last set to false.
    pub saw_end: bool,
}

impl<R: FnMut(u64, &mut [u8]) -> io::Result<usize>> Window<R> {
    pub fn new(read: R, limit: u64) -> Self {
        Self {
            read,
            buffer: Arc::default(),
            lent: Vec::new(),
            filled: 0,
            base: 0,
            mark: 0,
            limit: limit.min(MOST_HELD),
            size: FIRST,
            end: None,
            saw_end: false,
        }
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
        self.place(offset).and_then(|at| self.buffer.get(at..self.filled)).unwrap_or_default()
    }

    /// Where an offset stands in the buffer.
    fn place(&self, offset: u64) -> Option<usize> {
        offset.checked_sub(self.base).and_then(|at| usize::try_from(at).ok())
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
        if let Some(buffer) = Arc::get_mut(&mut self.buffer) {
            // Moving what is left costs its length: worth it only when much lies behind.
            if behind > 0 && (behind >= self.filled - behind || behind >= LARGEST) {
                buffer.copy_within(behind..self.filled, 0);
                self.filled -= behind;
                self.base += behind as u64;
                // One large unit must not cost its size for the rest of the file.
                if buffer.len() > 4 * LARGEST && self.filled < LARGEST {
                    buffer.truncate(2 * LARGEST);
                    buffer.shrink_to_fit();
                }
            }
            let room = self.filled + self.size;
            if buffer.len() < room {
                buffer.resize(room.max(buffer.len().saturating_mul(2)), 0);
            }
        } else {
            let left = self.buffer.get(behind..self.filled).unwrap_or_default();
            let mut next = buffer_of(&mut self.lent, left.len() + self.size);
            if let Some(buffer) = Arc::get_mut(&mut next) {
                buffer.get_mut(..left.len()).unwrap_or_default().copy_from_slice(left);
            }
            self.filled = left.len();
            self.base += behind as u64;
            let before = std::mem::replace(&mut self.buffer, next);
            if self.lent.len() < MOST_LENT {
                self.lent.push(before);
            }
        }
        let Some(buffer) = Arc::get_mut(&mut self.buffer) else { return Ok(()) };
        let until = (self.filled + self.size).min(buffer.len());
        let space = buffer.get_mut(self.filled..until).unwrap_or_default();
        let n = (self.read)(end, space)?.min(space.len());
        if n == space.len() {
            self.size = (self.size * 2).min(LARGEST);
        }
        if n == 0 {
            self.end = Some(end);
            self.saw_end = true;
        }
        self.filled += n;
        Ok(())
    }

    /// The bytes `start..end`, read again where the window has moved on. Shorter only when the stream shrank.
    pub fn take(&mut self, start: u64, end: u64) -> io::Result<Stretch> {
        let len = usize::try_from(end.saturating_sub(start)).unwrap_or(usize::MAX);
        if let Some(bytes) = self.held(start).get(..len) {
            // A slow writer's few bytes must not keep a whole buffer.
            let is_full = self.filled * 2 >= self.buffer.len();
            return Ok(match self.place(start).filter(|_| is_full) {
                Some(at) => Stretch::of(&self.buffer, at..at + len),
                None => Stretch::from(bytes.to_vec()),
            });
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
        Ok(Stretch::from(bytes))
    }
}

/// A buffer of at least that length: one that nobody uses any more, else a new one.
fn buffer_of(lent: &mut Vec<Arc<Vec<u8>>>, len: usize) -> Arc<Vec<u8>> {
    let is_free = |buffer: &Arc<Vec<u8>>| Arc::strong_count(buffer) == 1;
    // Those of other sizes are of the beginning, or of a unit larger than most.
    lent.retain(|buffer| !is_free(buffer) || (len..=len.saturating_mul(2)).contains(&buffer.len()));
    match lent.iter().position(is_free) {
        Some(at) => lent.swap_remove(at),
        None => Arc::new(vec![0; len + FIRST]),
    }
}
