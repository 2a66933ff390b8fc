//! Cutting files into units and handing them to the pool, in order. Runs on one thread.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crossbeam_channel::{Receiver, Sender};

use super::Corpus;
use super::cache::{Fate, Known};
use super::feed::FoundFiles;
use super::files::{Content, Entry, Shape, Start};
use super::job::{End, Job};
use crate::ingest::units::Layout;
use crate::ingest::{Unit, UnitBytes, Units};
use crate::model::{Problem, ProblemKind};
use crate::source::{Bytes, Mark, Opened, Stamp, peel_within};

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
        more: Option<&Receiver<FoundFiles>>,
        known: Option<&Known>,
        stop: &AtomicBool,
        to_pool: &Sender<(u64, Job)>,
    ) {
        let mut turn = 0;
        let mut shown = false;
        let mut send = |job: Job| {
            // What a file turned out to be is known before the first that is told of it.
            if let Some(file) = job.file() {
                self.files.publish(file);
            }
            let first = !shown && matches!(job, Job::Units { .. } | Job::Samples { .. });
            turn += 1;
            let sent = to_pool.send((turn - 1, job)).is_ok();
            if first {
                shown = true;
                self.gate.pass();
            }
            sent && !stop.load(Ordering::Relaxed)
        };
        // What is found inside a file is read right after it.
        let mut open: VecDeque<u32> = list.iter().copied().collect();
        loop {
            if !self.take_found(more, &mut open, &mut send) {
                return;
            }
            let Some(file) = open.pop_front() else { return };
            let Some(mut entry) = self.files.to_read(file) else { continue };
            if let Some(known) = known
                && let Some((at, fate)) = known.fate(&entry)
                && let Some(shape) = known.shape(at).filter(|_| fate != Fate::Changed)
            {
                let Fate::Grown(place) = fate else {
                    entry.set_shape(shape);
                    if !send(Job::Known { file, at }) {
                        return;
                    }
                    continue;
                };
                entry = self.files.prepare(file, entry.onwards(place, shape));
                if !send(Job::Known { file, at }) {
                    return;
                }
            }
            // What it is now; it may change while it is read.
            entry.stamp();
            let mut inside = Vec::new();
            let Some(end) = self.cut_file(file, &entry, &mut inside, &mut send) else { return };
            if matches!(entry.start, Start::Again | Start::Moved) {
                self.lose(&entry, &mut inside);
            }
            if !send(Job::End(end)) {
                return;
            }
            for file in inside.into_iter().rev() {
                open.push_front(file);
            }
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
        let (layout, problems) = (Layout::Values, Vec::new());
        let (what, mark) = (None, None);
        let mut end = End { file, layout, what, left_out: 0, problems, mark, held: false };
        let given = match &entry.given {
            Ok(bytes) => bytes.clone(),
            Err(why) if entry.start == Start::Moved => {
                end.what = Some(why.clone());
                return Some(end);
            }
            Err(why) => {
                end.problems.push(problem(ProblemKind::CannotOpen, path, why.clone()));
                return Some(end);
            }
        };
        let before = entry.stamp();
        let (opened, layers) = match peel_within(given.clone(), entry.limits) {
            Ok(peeled) => peeled,
            Err(error) => {
                let message = format!("{error}; nothing of this file is shown or counted");
                end.problems.push(problem(ProblemKind::Unreadable, path, message));
                end.mark = before.and_then(|before| Mark::new(&given, &before, None));
                return Some(end);
            }
        };
        let mut end = match opened {
            Opened::Archive(archive) => self.cut_archive(entry, &archive, end, inside, send)?,
            Opened::Stream(bytes) => {
                // The innermost first: `inside Parquet in gzip`.
                let inside = layers.iter().rev().copied().collect::<Vec<_>>().join(" in ");
                end.what = (!inside.is_empty()).then(|| format!("inside {inside}"));
                let before = before.as_ref().filter(|_| layers.is_empty());
                cut_stream(entry, &bytes, before, self.files.hold(), end, send)?
            }
        };
        if let (None, Some(before)) = (&end.mark, before) {
            end.mark = Mark::new(&given, &before, None);
        }
        Some(end)
    }

    /// Of a file that was read again: what was found in it before and is there no more has no bytes any more.
    fn lose(&self, entry: &Entry, inside: &mut Vec<u32>) {
        for file in self.files.inside(entry) {
            let Some(lost) = self.files.get(file).filter(|_| !inside.contains(&file)) else {
                continue;
            };
            let why = "the archive does not hold it any more".to_owned();
            self.files.prepare(file, lost.again(Err(why), Start::Moved));
            inside.push(file);
        }
    }
}

/// Cuts a stream of bytes. `None`: told to stop.
fn cut_stream(
    entry: &Entry,
    bytes: &Bytes,
    before: Option<&Stamp>,
    hold: bool,
    mut end: End,
    send: Send<'_>,
) -> Option<End> {
    let path = entry.path.as_str();
    entry.set_content(Content::Stream(bytes.clone()));
    match units_of(end.file, entry, bytes, hold, send) {
        Ok(None) => return None,
        Ok(Some(cut)) => {
            end.layout = cut.layout;
            end.mark = before.and_then(|before| Mark::new(bytes, before, cut.read));
            end.held = cut.held || (cut.open && hold);
            if cut.open && !hold {
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
    /// Bytes up to its end, when that was looked at.
    read: Option<u64>,
    /// What stands at its end is not whole yet.
    held: bool,
}

/// Cuts a stream. `None`: told to stop.
fn units_of(
    file: u32,
    entry: &Entry,
    bytes: &Bytes,
    hold: bool,
    send: Send<'_>,
) -> io::Result<Option<Cut>> {
    let held = RefCell::new((Held::default(), send));
    let read = |offset, buffer: &mut [u8]| {
        // What is held goes out before a wait for a slow writer.
        if bytes.may_wait(offset) {
            let (held, send) = &mut *held.borrow_mut();
            if !held.units.is_empty() {
                held.send(file, *send);
            }
        }
        bytes.read_at(offset, buffer)
    };
    let mut units = match entry.start {
        Start::On(place) => Units::resumed(read, place),
        _ => Units::new(read)?,
    };
    if hold {
        units.hold_back();
    }
    let (layout, name) = (units.layout(), units.not_read_yet());
    let mut most = FIRST_UNITS;
    let (mut shaped, mut sure) = (false, true);
    let ended = loop {
        let next = units.next_unit();
        if !shaped {
            // Complete from the first unit on, and needed by whoever reads it.
            entry.set_shape(Shape { kind: units.kind(), around: units.around().map(Arc::new) });
            shaped = true;
        }
        if let Some(resume) = units.resume().filter(|_| sure && next.is_ok()) {
            // Everything so far, then where that ends.
            sure = false;
            let (held, send) = &mut *held.borrow_mut();
            held.send(file, *send);
            held.stopped |= !send(Job::Sure { file, resume });
        }
        let next = match next {
            Ok(Some(next)) => next,
            Ok(None) => {
                let (open, read, held) = (units.ended_open(), units.ended_at(), units.has_held());
                break Ok(Some(Cut { layout, name, open, read, held }));
            }
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
