//! Input that can be read only once, kept in an unlinked temporary file as far as somebody asked for it.
//!
//! Nothing is pulled ahead of a read, so a pipe that never ends costs no more than what was looked at. Parts
//! that were pulled are read without taking the lock: a thread waiting for the pipe blocks nobody else.

use std::fs::File;
use std::io::{self, Read};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use super::position;

/// The most that is pulled at once.
const PULL: usize = 256 << 10;

/// Standard input or another stream, with what was pulled from it so far.
#[derive(Debug)]
pub struct SpooledInput {
    file: File,
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

impl SpooledInput {
    /// Makes the temporary file; pulls nothing yet.
    pub(super) fn new(stream: Box<dyn Read + Send>) -> io::Result<Self> {
        Ok(Self {
            file: tempfile::tempfile()?,
            pulled: AtomicU64::new(0),
            ended: AtomicBool::new(false),
            input: Mutex::new(Input { stream: Some(stream), failure: None, buffer: Vec::new() }),
        })
    }

    /// Length, once the input has ended.
    pub(super) fn len(&self) -> Option<u64> {
        self.ended.load(Ordering::Acquire).then(|| self.pulled.load(Ordering::Acquire))
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
                return position::read_full_at(&self.file, &mut buffer[..wanted], offset);
            }
            if !self.pull(pulled)? {
                return Ok(0);
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
        buffer.resize(PULL, 0);
        let outcome = loop {
            match reader.read(buffer) {
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                other => break other,
            }
        };
        let stored = outcome.and_then(|n| {
            position::write_all_at(&self.file, buffer.get(..n).unwrap_or_default(), pulled)?;
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
