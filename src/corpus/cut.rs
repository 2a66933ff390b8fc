//! Cutting files into units and handing them to the pool, in order. Runs on one thread.

use std::cell::RefCell;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::Corpus;
use super::files::{Content, Entry, Shape};
use super::loader::{End, Job};
use crate::ingest::units::Layout;
use crate::ingest::{Unit, UnitBytes, Units};
use crate::model::{Problem, ProblemKind};
use crate::source::{Bytes, Opened, peel_within};

/// Units that travel together: few at first, so that the first rows come at once.
pub(super) const FIRST_UNITS: usize = 8;
pub(super) const MOST_UNITS: usize = 64;
/// Bytes that travel together, unless a single unit is larger.
const MOST_BYTES: usize = 1 << 20;

/// Takes jobs; false: stop.
pub(super) type Send<'a> = &'a mut dyn FnMut(Job) -> bool;

/// A problem of a whole file.
pub(super) fn problem(kind: ProblemKind, path: &str, message: String) -> Problem {
    Problem { kind, source: path.to_owned(), line: None, message }
}

impl Corpus {
    /// Cuts files into units, in order.
    pub(super) fn cut(
        &self,
        list: &[u32],
        stop: &AtomicBool,
        to_pool: &crossbeam_channel::Sender<(u64, Job)>,
    ) {
        let mut turn = 0;
        let mut send = |job: Job| {
            turn += 1;
            to_pool.send((turn - 1, job)).is_ok() && !stop.load(Ordering::Relaxed)
        };
        // The next one last; what is found inside a file is read right after it.
        let mut open: Vec<u32> = list.iter().rev().copied().collect();
        while let Some(file) = open.pop() {
            let Some(entry) = self.files.get(file) else { continue };
            let mut inside = Vec::new();
            let Some(end) = self.cut_file(file, &entry, &mut inside, &mut send) else { return };
            if !send(Job::End(end)) {
                return;
            }
            open.extend(inside.into_iter().rev());
        }
    }

    /// Cuts one file. `None`: told to stop.
    fn cut_file(
        &self,
        file: u32,
        entry: &Entry,
        inside: &mut Vec<u32>,
        send: Send<'_>,
    ) -> Option<End> {
        let path = entry.path.as_str();
        let mut end =
            End { file, layout: Layout::Values, what: None, left_out: 0, problems: Vec::new() };
        let given = match &entry.given {
            Ok(bytes) => bytes.clone(),
            Err(why) => {
                end.problems.push(problem(ProblemKind::CannotOpen, path, why.clone()));
                return Some(end);
            }
        };
        let (opened, layers) = match peel_within(given, entry.limits) {
            Ok(peeled) => peeled,
            Err(error) => {
                let message = format!("{error}; nothing of this file is shown or counted");
                end.problems.push(problem(ProblemKind::Unreadable, path, message));
                return Some(end);
            }
        };
        match opened {
            Opened::Archive(archive) => self.cut_archive(entry, &archive, end, inside, send),
            Opened::Stream(bytes) => {
                // The innermost first: `inside Parquet in gzip`.
                let inside = layers.iter().rev().copied().collect::<Vec<_>>().join(" in ");
                end.what = (!inside.is_empty()).then(|| format!("inside {inside}"));
                cut_stream(entry, &bytes, end, send)
            }
        }
    }
}

/// Cuts a stream of bytes. `None`: told to stop.
fn cut_stream(entry: &Entry, bytes: &Bytes, mut end: End, send: Send<'_>) -> Option<End> {
    let path = entry.path.as_str();
    entry.set_content(Content::Stream(bytes.clone()));
    match units_of(end.file, entry, bytes, send) {
        Ok(None) => return None,
        Ok(Some(cut)) => {
            end.layout = cut.layout;
            if cut.open {
                let message = "the file ends before its list is closed: records may be missing; what came before is kept";
                end.problems.push(problem(ProblemKind::Torn, path, message.to_owned()));
            }
            if cut.layout == Layout::Unsupported {
                let what = cut.name.unwrap_or("a file of an unknown kind");
                let message =
                    format!("not read yet: {what}; nothing of this file is shown or counted");
                end.problems.push(problem(ProblemKind::NotReadYet, path, message));
            }
        }
        Err(error) => {
            let message = format!("reading stopped here: {error}; what came before is kept");
            let kind = match error.kind() {
                io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData => ProblemKind::Torn,
                _ => ProblemKind::CannotOpen,
            };
            end.problems.push(problem(kind, path, message));
        }
    }
    Some(end)
}

/// Units that wait to be sent together.
#[derive(Default)]
struct Held {
    units: Vec<(Unit, UnitBytes)>,
    bytes: usize,
    position: u64,
    stopped: bool,
}

impl Held {
    fn send(&mut self, file: u32, send: Send<'_>) {
        let units = std::mem::take(&mut self.units);
        self.bytes = 0;
        self.stopped |= !send(Job::Units { file, units, position: self.position });
    }
}

/// How a stream was cut.
struct Cut {
    layout: Layout,
    /// Its name, for what is not read yet.
    name: Option<&'static str>,
    /// Its list was never closed.
    open: bool,
}

/// Cuts a stream. `None`: told to stop.
fn units_of(file: u32, entry: &Entry, bytes: &Bytes, send: Send<'_>) -> io::Result<Option<Cut>> {
    let held = RefCell::new((Held::default(), send));
    let mut units = Units::new(|offset, buffer: &mut [u8]| {
        // What is held goes out before a wait for a slow writer.
        if bytes.may_wait(offset) {
            let (held, send) = &mut *held.borrow_mut();
            if !held.units.is_empty() {
                held.send(file, *send);
            }
        }
        bytes.read_at(offset, buffer)
    })?;
    let (layout, name) = (units.layout(), units.not_read_yet());
    let mut most = FIRST_UNITS;
    let mut shaped = false;
    let ended = loop {
        let next = units.next_unit();
        if !shaped {
            // Complete from the first unit on, and needed by whoever reads it.
            entry.set_shape(Shape { kind: units.kind(), around: units.around().map(Arc::new) });
            shaped = true;
        }
        let next = match next {
            Ok(Some(next)) => next,
            Ok(None) => break Ok(Some(Cut { layout, name, open: units.ended_open() })),
            Err(error) => break Err(error),
        };
        let (held, send) = &mut *held.borrow_mut();
        // Progress is told in bytes of the file as it was named, compressed or not.
        held.position = bytes.consumed().unwrap_or_else(|| units.position());
        held.bytes += match &next.1 {
            UnitBytes::Whole(b) | UnitBytes::Torn(b) => b.len(),
            UnitBytes::TooLarge => 0,
        };
        held.units.push(next);
        if held.units.len() >= most || held.bytes >= MOST_BYTES {
            most = MOST_UNITS;
            held.send(file, *send);
        }
        if held.stopped {
            return Ok(None);
        }
    };
    let (mut held, send) = held.into_inner();
    held.send(file, send);
    if held.stopped { Ok(None) } else { ended }
}
