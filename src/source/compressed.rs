//! Decompressing: gzip, Zstandard, and the bare deflate of archives, with everything that came before a fault given
//! first, and an end to what grows without measure.
//!
//! The streams of the libraries lose what they had decoded in the call that meets the fault, stop at the first odd
//! byte behind a member, or read a second frame as garbage. So the steps between their raw decoders are made here.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::{Decompress, FlushDecompress};
use zstd::stream::raw::{DParameter, Decoder as Frames, Operation};

use super::Bytes;
use super::derived::Derived;
use super::stretch::Stretch;

/// Compressed bytes taken at first, and later at once: most members of an archive are small.
const FIRST_INPUT: usize = 8 << 10;
const INPUT: usize = 64 << 10;

/// Which compression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Method {
    Gzip,
    Zstd,
    /// Without a header, as in archives.
    Deflate,
}

impl Method {
    /// Its name in sentences.
    pub fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
            Self::Deflate => "deflate",
        }
    }

    /// Told by the first bytes: gzip as its only method writes it, a zstd frame, or one to be skipped.
    pub fn of(head: &[u8]) -> Option<Self> {
        match head {
            [0x1f, 0x8b, 8, ..] => Some(Self::Gzip),
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Some(Self::Zstd),
            _ => None,
        }
    }
}

/// How far bytes may grow: `free`, and so many times their input. Transcripts repeat the same prompt in every record and
/// shrink to a hundredth and less; what a bomb holds is a thousand times smaller than what comes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes that may come out of anything, however small it is.
    pub free: u64,
    /// Times the input that may come out besides.
    pub times: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { free: 4 << 30, times: 250 }
    }
}

impl Limits {
    /// Bytes that may come out of so many.
    #[must_use]
    pub fn most(self, input: u64) -> u64 {
        self.times.saturating_mul(input).saturating_add(self.free)
    }

    /// The error of what grew beyond.
    pub(super) fn exceeded(self, given: u64) -> io::Error {
        let sentence = format!(
            "the data expands to more than {} times its size: stopped after {}",
            self.times,
            size(given)
        );
        io::Error::new(io::ErrorKind::InvalidData, sentence)
    }
}

/// A size for people.
pub(super) fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", bytes as f64 / 1e6),
        _ => format!("{:.1} GB", bytes as f64 / 1e9),
    }
}

/// Compressed bytes as what is in them: decompressed while they are read.
pub(super) fn decompress(bytes: Bytes, method: Method, limits: Limits) -> Bytes {
    let outer = bytes.consumed_counter();
    let consumed = outer.clone().unwrap_or_default();
    let (source, counter) = (bytes.clone(), Arc::clone(&consumed));
    let make = move || -> io::Result<Box<dyn Read + Send>> {
        let input = Stretch::new(source.clone(), 0, u64::MAX);
        // A layer under a layer is measured against the bytes at the bottom, as two harmless factors make a bomb.
        let (input, bottom) = match &outer {
            Some(bottom) => (input, Some(Arc::clone(bottom))),
            None => (input.counted(Arc::clone(&counter)), None),
        };
        Ok(Box::new(Decoder::new(method, input, limits)?.measured_by(bottom)))
    };
    Bytes::Derived(Arc::new(Derived::new(bytes, consumed, None, Box::new(make))))
}

enum State {
    Inflate(Decompress),
    Frames { frames: Frames<'static>, hint: usize, full: bool },
}

impl State {
    /// Ready for another member or frame.
    fn again(&mut self, method: Method) -> io::Result<()> {
        match self {
            // Resetting would forget that there is a gzip header to read.
            Self::Inflate(_) => *self = Self::new(method)?,
            Self::Frames { frames, hint, full } => {
                frames.reinit()?;
                (*hint, *full) = (9, false);
            }
        }
        Ok(())
    }

    fn new(method: Method) -> io::Result<Self> {
        Ok(match method {
            Method::Gzip => Self::Inflate(Decompress::new_gzip(15)),
            Method::Deflate => Self::Inflate(Decompress::new(false)),
            Method::Zstd => {
                let mut frames = Frames::new()?;
                // As `zstd --long=31` writes. The memory is only touched as far as a frame really reaches back.
                frames.set_parameter(DParameter::WindowLogMax(31))?;
                Self::Frames { frames, hint: 9, full: false }
            }
        })
    }
}

/// What one step did.
struct Step {
    taken: usize,
    given: usize,
    /// A member or frame ended here.
    ended: bool,
}

/// A stream of decompressed bytes.
pub(super) struct Decoder<R> {
    method: Method,
    state: State,
    /// A member has ended and no other has begun.
    between: bool,
    source: R,
    /// Compressed bytes that wait, from `at` on.
    input: Vec<u8>,
    at: usize,
    source_ended: bool,
    /// Compressed bytes taken, decompressed bytes given.
    taken: u64,
    given: u64,
    limits: Limits,
    bottom: Option<Arc<AtomicU64>>,
    /// Bytes behind the last member are nobody's business here.
    one_piece: bool,
    over: Option<Over>,
}

/// Why nothing more comes: the end, or an error that is told to everybody who asks.
#[derive(Clone)]
enum Over {
    End,
    Failed(io::ErrorKind, String),
}

impl<R: Read> Decoder<R> {
    pub fn new(method: Method, source: R, limits: Limits) -> io::Result<Self> {
        Ok(Self {
            method,
            state: State::new(method)?,
            between: false,
            source,
            input: Vec::new(),
            at: 0,
            source_ended: false,
            taken: 0,
            given: 0,
            limits,
            bottom: None,
            one_piece: method == Method::Deflate,
            over: None,
        })
    }

    /// Measures growth against input counted elsewhere.
    fn measured_by(mut self, bottom: Option<Arc<AtomicU64>>) -> Self {
        self.bottom = bottom;
        self
    }

    /// What stands behind the last member or frame is left alone.
    pub fn in_one_piece(mut self) -> Self {
        self.one_piece = true;
        self
    }

    /// Compressed bytes that were used, to the byte.
    pub fn taken(&self) -> u64 {
        self.taken
    }

    /// Bytes that wait, after more were asked for when there are fewer than `least`.
    fn waiting(&mut self, least: usize) -> io::Result<&[u8]> {
        while self.input.len() - self.at < least && !self.source_ended {
            self.input.drain(..self.at);
            self.at = 0;
            let held = self.input.len();
            let more = if self.taken == 0 { FIRST_INPUT } else { INPUT };
            self.input.resize(held + more, 0);
            let outcome = loop {
                // `held` is below the length.
                match self.source.read(&mut self.input[held..]) {
                    Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                    other => break other,
                }
            };
            let n = outcome.as_ref().map_or(0, |n| *n);
            self.input.truncate(held + n);
            self.source_ended = outcome? == 0;
        }
        Ok(self.input.get(self.at..).unwrap_or_default())
    }

    fn skip(&mut self, n: usize) {
        self.at += n;
        self.taken += n as u64;
    }

    /// Looks at what stands behind a member: another, the end, padding, or something else.
    fn next_member(&mut self) -> io::Result<Option<Over>> {
        if self.one_piece && self.method != Method::Zstd {
            return Ok(Some(Over::End));
        }
        let (method, one_piece) = (self.method, self.one_piece);
        let behind = self.waiting(4)?;
        if Method::of(behind) == Some(method) {
            self.state.again(method)?;
            self.between = false;
            return Ok(None);
        }
        if behind.is_empty() || one_piece {
            return Ok(Some(Over::End));
        }
        let name = method.name();
        let from = self.taken;
        // Tapes and block devices fill up with zeros: that is no finding.
        loop {
            let behind = self.waiting(1)?;
            if behind.is_empty() {
                return Ok(Some(Over::End));
            }
            if behind.iter().any(|b| *b != 0) {
                let sentence =
                    format!("what follows the {name} data, from byte {from} on, is no {name}");
                return Ok(Some(Over::Failed(io::ErrorKind::InvalidData, sentence)));
            }
            let n = behind.len();
            self.skip(n);
        }
    }

    /// One step of the raw decoder. `Err` with what it had given before the fault.
    fn step(&mut self, out: &mut [u8]) -> Result<Step, (usize, String)> {
        let input = self.input.get(self.at..).unwrap_or_default();
        match &mut self.state {
            State::Inflate(inflate) => {
                let (before_in, before_out) = (inflate.total_in(), inflate.total_out());
                let result = inflate.decompress(input, out, FlushDecompress::None);
                let given = (inflate.total_out() - before_out) as usize;
                match result {
                    Ok(status) => Ok(Step {
                        taken: (inflate.total_in() - before_in) as usize,
                        given,
                        ended: status == flate2::Status::StreamEnd,
                    }),
                    Err(e) => Err((given, e.message().unwrap_or("no such code").to_owned())),
                }
            }
            State::Frames { frames, hint, full } => {
                // Exactly one block at a time, and none while something waits to be given: a fault then takes nothing
                // with it that came before.
                let wanted = if *full { 0 } else { input.len().min(*hint) };
                let input = input.get(..wanted).unwrap_or_default();
                match frames.run_on_buffers(input, out) {
                    Ok(status) => {
                        *hint = status.remaining.max(1);
                        *full = status.bytes_written == out.len();
                        Ok(Step {
                            taken: status.bytes_read,
                            given: status.bytes_written,
                            ended: status.remaining == 0,
                        })
                    }
                    Err(e) => Err((0, e.to_string())),
                }
            }
        }
    }

    /// Decodes some bytes; 0 when `over` says why.
    fn decode(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let name = self.method.name();
        loop {
            if self.between {
                self.over = self.next_member()?;
                if self.over.is_some() {
                    return Ok(0);
                }
            }
            let nothing_left = self.waiting(1)?.is_empty();
            let step = match self.step(out) {
                Ok(step) => step,
                Err((given, why)) => {
                    self.over = Some(Over::Failed(
                        io::ErrorKind::InvalidData,
                        damaged(name, self.taken, &why),
                    ));
                    return Ok(given);
                }
            };
            self.skip(step.taken);
            if step.ended {
                self.between = true;
            }
            if step.given > 0 {
                return Ok(step.given);
            }
            if nothing_left && !step.ended && step.taken == 0 {
                let sentence = format!("the {name} data ends in the middle");
                self.over = Some(Over::Failed(io::ErrorKind::UnexpectedEof, sentence));
                return Ok(0);
            }
        }
    }
}

fn damaged(name: &str, at: u64, why: &str) -> String {
    if why.contains("ictionary") {
        return format!("the {name} data was made with a dictionary, which is not at hand");
    }
    if why.contains("llocation") || why.contains("too much memory") {
        return format!("the {name} data asks for more memory than there is");
    }
    format!("the {name} data is damaged near byte {at} ({why})")
}

impl<R: Read> Read for Decoder<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if out.is_empty() {
            return Ok(0);
        }
        if self.over.is_none() {
            let n = match self.decode(out) {
                Ok(n) => n,
                Err(e) => {
                    self.over = Some(Over::Failed(e.kind(), e.to_string()));
                    return Err(e);
                }
            };
            self.given += n as u64;
            let input = match &self.bottom {
                Some(bottom) => bottom.load(Ordering::Relaxed),
                None => self.taken,
            };
            if self.given > self.limits.most(input) {
                let e = self.limits.exceeded(self.given);
                self.over = Some(Over::Failed(e.kind(), e.to_string()));
            }
            if n > 0 {
                return Ok(n);
            }
        }
        match &self.over {
            Some(Over::Failed(kind, sentence)) => Err(io::Error::new(*kind, sentence.clone())),
            _ => Ok(0),
        }
    }
}

#[cfg(test)]
#[path = "compressed/tests.rs"]
mod tests;
