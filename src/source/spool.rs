//! Input that can be read only once, kept as far as somebody asked for it: in an unlinked temporary file, or in
//! memory while it is short.
//!
//! Nothing is pulled ahead of a read, so a pipe that never ends costs no more than what was looked at. Parts
//! that were pulled are read without taking the input's lock: a thread waiting for the pipe blocks nobody else.

use std::fs::File;
use std::io::{self, Read};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError, RwLock};

use super::position;

/// What is pulled at first, and the most that is pulled at once.
const FIRST_PULL: usize = 32 << 10;
const MOST_PULL: usize = 256 << 10;

/// Standard input or another stream, with what was pulled from it so far.
#[derive(Debug)]
pub struct SpooledInput {
    store: Store,
    pulled: AtomicU64,
    ended: AtomicBool,
    input: Mutex<Input>,
}

struct Input {
    /// `None` once it has ended or failed.
    stream: Option<Box<dyn Read + Send>>,
    /// The failure, given again to everybody who asks for bytes behind it.
    failure: Option<(io::ErrorKind, String)>,
    buffer: Vec<u8>,
}

impl std::fmt::Debug for Input {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Input").field("open", &self.stream.is_some()).finish_non_exhaustive()
    }
}

/// Where pulled bytes lie: memory up to a size, then all of them in the file.
#[derive(Debug)]
struct Store {
    memory: RwLock<Vec<u8>>,
    file: OnceLock<File>,
    most_memory: usize,
}

impl Store {
    /// Writes behind what is there; only one thread does so at a time.
    fn append(&self, bytes: &[u8], at: u64) -> io::Result<()> {
        if let Some(file) = self.file.get() {
            return position::write_all_at(file, bytes, at);
        }
        let mut memory = self.memory.write().unwrap_or_else(PoisonError::into_inner);
        if memory.len() + bytes.len() <= self.most_memory {
            memory.extend_from_slice(bytes);
            return Ok(());
        }
        let file = tempfile::tempfile()?;
        position::write_all_at(&file, &memory, 0)?;
        position::write_all_at(&file, bytes, at)?;
        // Set before the memory is let go and while its lock is held: a reader finds the bytes in one or the other.
        let _ = self.file.set(file);
        *memory = Vec::new();
        Ok(())
    }

    /// Fills the buffer from `offset`; all of it must have been appended.
    fn read(&self, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
        if self.file.get().is_none() {
            let memory = self.memory.read().unwrap_or_else(PoisonError::into_inner);
            if self.file.get().is_none() {
                let rest = usize::try_from(offset).ok().and_then(|at| memory.get(at..));
                let rest = rest.unwrap_or_default();
                // `n` is no longer than either.
                let n = rest.len().min(buffer.len());
                buffer[..n].copy_from_slice(&rest[..n]);
                return Ok(n);
            }
        }
        match self.file.get() {
            Some(file) => position::read_full_at(file, buffer, offset),
            None => Ok(0),
        }
    }
}

impl SpooledInput {
    /// Makes the temporary file; pulls nothing yet.
    pub(super) fn new(stream: Box<dyn Read + Send>) -> io::Result<Self> {
        let spool = Self::in_memory(stream, 0);
        let _ = spool.store.file.set(tempfile::tempfile()?);
        Ok(spool)
    }

    /// Keeps up to so many bytes in memory, and makes a temporary file only for more.
    pub(super) fn in_memory(stream: Box<dyn Read + Send>, most_memory: usize) -> Self {
        let store = Store { memory: RwLock::default(), file: OnceLock::new(), most_memory };
        Self {
            store,
            pulled: AtomicU64::new(0),
            ended: AtomicBool::new(false),
            input: Mutex::new(Input { stream: Some(stream), failure: None, buffer: Vec::new() }),
        }
    }

    /// Length, once the input has ended.
    pub(super) fn len(&self) -> Option<u64> {
        self.ended.load(Ordering::Acquire).then(|| self.pulled.load(Ordering::Acquire))
    }

    /// Bytes there so far.
    pub(super) fn pulled(&self) -> u64 {
        self.pulled.load(Ordering::Acquire)
    }

    /// Bytes of memory it holds; `None` when it has a file.
    pub(super) fn memory(&self) -> Option<u64> {
        self.store.file.get().is_none().then(|| self.pulled())
    }

    /// Nothing is there at `offset` yet, and the input has not ended.
    pub(super) fn may_wait(&self, offset: u64) -> bool {
        offset >= self.pulled.load(Ordering::Acquire) && !self.ended.load(Ordering::Acquire)
    }

    /// Gives what is there at `offset`; waits only when that is nothing. 0 only at the end.
    pub(super) fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            let pulled = self.pulled.load(Ordering::Acquire);
            if offset < pulled {
                let there = usize::try_from(pulled - offset).unwrap_or(usize::MAX);
                // No longer than the buffer.
                let wanted = buffer.len().min(there);
                return self.store.read(&mut buffer[..wanted], offset);
            }
            if !self.pull(pulled)? {
                return Ok(0);
            }
        }
    }

    /// Pulls until the end, and gives the length.
    pub(super) fn pull_all(&self) -> io::Result<u64> {
        loop {
            let pulled = self.pulled.load(Ordering::Acquire);
            if !self.pull(pulled)? {
                return Ok(pulled);
            }
        }
    }

    /// Pulls once, unless somebody else has pulled since `seen`. False at the end.
    fn pull(&self, seen: u64) -> io::Result<bool> {
        // A panic in the stream's own `read` leaves the state as it was before that read.
        let mut input = self.input.lock().unwrap_or_else(PoisonError::into_inner);
        let pulled = self.pulled.load(Ordering::Acquire);
        if pulled > seen {
            return Ok(true);
        }
        let Input { stream, failure, buffer } = &mut *input;
        if let Some((kind, text)) = failure {
            return Err(io::Error::new(*kind, text.clone()));
        }
        let Some(reader) = stream else { return Ok(false) };
        // Thousands of small members are read through here: a large buffer only for what turns out to be long.
        buffer.resize((buffer.len() * 2).clamp(FIRST_PULL, MOST_PULL), 0);
        let outcome = loop {
            match reader.read(buffer) {
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                other => break other,
            }
        };
        let stored = outcome.and_then(|n| {
            self.store.append(buffer.get(..n).unwrap_or_default(), pulled)?;
            Ok(n)
        });
        match stored {
            Ok(0) => {
                *stream = None;
                *buffer = Vec::new();
                self.ended.store(true, Ordering::Release);
                Ok(false)
            }
            Ok(n) => {
                self.pulled.store(pulled + n as u64, Ordering::Release);
                Ok(true)
            }
            Err(e) => {
                *failure = Some((e.kind(), e.to_string()));
                *stream = None;
                *buffer = Vec::new();
                Err(e)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_grows_too_long_for_memory_moves_to_a_file() {
        let bytes: Vec<u8> = (0..200_000_u32).flat_map(u32::to_le_bytes).collect();
        let spool = SpooledInput::in_memory(Box::new(io::Cursor::new(bytes.clone())), 300_000);
        let mut buffer = vec![0; 1000];
        assert_eq!(spool.read_at(0, &mut buffer).unwrap(), 1000);
        assert_eq!(spool.memory(), Some(FIRST_PULL as u64));
        assert_eq!(spool.pull_all().unwrap(), bytes.len() as u64);
        assert_eq!(spool.memory(), None);
        for at in [0, 1, 32_767, 32_768, 299_999, 300_000, 799_000] {
            assert_eq!(spool.read_at(at, &mut buffer).unwrap(), 1000);
            assert_eq!(buffer, bytes[at as usize..at as usize + 1000]);
        }
    }
}
