//! Reading files into rows behind a handle, and bodies on demand.
//!
//! One thread cuts files into units, workers read them, the calling thread puts the results back into file
//! order and makes rows of them: bodies live no longer than that.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use xxhash_rust::xxh3::xxh3_64;

use super::collect::{Collector, hash_of, join};
use super::{Batch, Body, BodyError, FileReport, Progress, RowPlace};
use crate::cues::Engine;
use crate::ingest::format::RawTranscript;
use crate::ingest::units::Layout;
use crate::ingest::{
    Context, LabelRules, Mapping, Unit, UnitBytes, UnitReading, Units, assemble, read_cut,
    read_unit,
};
use crate::model::{Analysis, Place, Problem, ProblemKind, Transcript};
use crate::query::Needs;
use crate::source::Bytes;

/// Units that travel together: few at first, so that the first rows come at once.
const FIRST_UNITS: usize = 8;
const MOST_UNITS: usize = 64;
/// Bytes that travel together, unless a single unit is larger.
const MOST_BYTES: usize = 1 << 20;

/// What reading should produce.
#[derive(Debug, Clone, Copy, Default)]
pub struct LoadOptions {
    /// Work that nobody will look at is left out: no cues for a filter on tier.
    pub needs: Needs,
    /// Threads besides the cutting one; 0: one per core.
    pub threads: usize,
}

/// Something that reading found, in order.
#[derive(Debug)]
pub enum LoadEvent {
    /// Rows to append.
    Rows(Batch),
    /// New state of a file; its problems are those since the last such event.
    File(u32, FileReport),
    /// How far it is.
    Progress(Progress),
}

/// The shared door to the files. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Corpus {
    /// Files in the order of the catalogue: path as given, and its bytes, or why there are none.
    pub(super) files: Arc<Vec<(String, Result<Bytes, String>)>>,
    /// The rules.
    pub engine: Arc<Engine>,
    /// Alias table and thresholds.
    pub rules: Arc<LabelRules>,
    /// The user's own mappings, in the order in which they are tried.
    mappings: Arc<Vec<Mapping>>,
}

/// A piece of work for the pool.
enum Job {
    Units { file: u32, units: Vec<(Unit, UnitBytes)>, position: u64 },
    End { file: u32, layout: Layout, problem: Option<Problem> },
}

/// One unit as it was read.
pub(super) struct Done {
    pub unit: Unit,
    pub reading: UnitReading,
    pub analyses: Vec<Option<Analysis>>,
    pub hash: u64,
}

/// A piece of work done.
pub(super) enum Answer {
    Units { file: u32, units: Vec<Done>, position: u64 },
    End { file: u32, layout: Layout, problem: Option<Problem> },
}

impl Corpus {
    /// A corpus over files: each with its bytes, or the sentence why it cannot be opened.
    #[must_use]
    pub fn new(
        files: Vec<(String, Result<Bytes, String>)>,
        engine: Arc<Engine>,
        rules: Arc<LabelRules>,
    ) -> Self {
        Self { files: Arc::new(files), engine, rules, mappings: Arc::default() }
    }

    /// The same files, read by these mappings where one fits.
    #[must_use]
    pub fn with_mappings(self, mappings: Vec<Mapping>) -> Self {
        Self { mappings: Arc::new(mappings), ..self }
    }

    /// Paths in order.
    #[must_use]
    pub fn paths(&self) -> Vec<String> {
        self.files.iter().map(|(p, _)| p.clone()).collect()
    }

    /// Bytes of all files, when every length is known.
    #[must_use]
    pub(super) fn total_bytes(&self) -> Option<u64> {
        self.files.iter().map(|(_, b)| b.as_ref().map_or(Some(0), Bytes::len)).sum()
    }

    /// Reads all files, calling `event` from this thread in file order. Stops early when it returns false.
    pub fn load(&self, options: LoadOptions, event: &mut dyn FnMut(LoadEvent) -> bool) {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        let threads = if options.threads == 0 { cores } else { options.threads };
        let stop = AtomicBool::new(false);
        let (to_pool, jobs) = crossbeam_channel::bounded::<(u64, Job)>(threads * 4);
        let (to_us, results) = crossbeam_channel::bounded::<(u64, Answer)>(threads * 4);
        std::thread::scope(|scope| {
            let stop = &stop;
            // The sender moves in: the channel closes when cutting ends.
            scope.spawn(move || self.cut(stop, &to_pool));
            for _ in 0..threads {
                let (jobs, to_us) = (jobs.clone(), to_us.clone());
                scope.spawn(move || {
                    for (turn, job) in jobs {
                        let done = if stop.load(Ordering::Relaxed) {
                            Answer::Units { file: 0, units: Vec::new(), position: 0 }
                        } else {
                            self.work(job, options.needs)
                        };
                        if to_us.send((turn, done)).is_err() {
                            break;
                        }
                    }
                });
            }
            drop((jobs, to_us));
            let mut collector = Collector::new(self, event);
            let mut waiting = BTreeMap::new();
            let mut next = 0;
            for (turn, result) in results {
                waiting.insert(turn, result);
                while let Some(result) = waiting.remove(&next) {
                    next += 1;
                    if !stop.load(Ordering::Relaxed) && !collector.take(result) {
                        stop.store(true, Ordering::Relaxed);
                    }
                }
            }
            if !stop.load(Ordering::Relaxed) {
                collector.finish();
            }
        });
    }

    /// Cuts every file into units, in order.
    fn cut(&self, stop: &AtomicBool, to_pool: &crossbeam_channel::Sender<(u64, Job)>) {
        let mut turn = 0;
        let mut send = |job: Job| {
            turn += 1;
            to_pool.send((turn - 1, job)).is_ok() && !stop.load(Ordering::Relaxed)
        };
        for (file, (path, bytes)) in (0_u32..).zip(self.files.iter()) {
            let cannot = |message: String| Problem {
                kind: ProblemKind::CannotOpen,
                source: path.clone(),
                line: None,
                message,
            };
            let (layout, problem) = match bytes {
                Err(why) => (Layout::Values, Some(cannot(why.clone()))),
                Ok(bytes) => match cut_file(file, bytes, &mut send) {
                    Ok(Some((layout, open))) => (layout, open.then(|| ended_open(path))),
                    Ok(None) => return,
                    Err(error) => (
                        Layout::Values,
                        Some(cannot(format!(
                            "reading stopped here: {error}; what came before is kept"
                        ))),
                    ),
                },
            };
            let problem = match (layout, bytes) {
                (Layout::Unsupported, Ok(bytes)) => Some(not_read_yet(path, bytes)),
                _ => problem,
            };
            if !send(Job::End { file, layout, problem }) {
                return;
            }
        }
    }

    fn work(&self, job: Job, needs: Needs) -> Answer {
        match job {
            Job::End { file, layout, problem } => Answer::End { file, layout, problem },
            Job::Units { file, units, position } => {
                let units = units
                    .into_iter()
                    .map(|(unit, bytes)| self.read(file, unit, &bytes, needs))
                    .collect();
                Answer::Units { file, units, position }
            }
        }
    }

    pub(super) fn path(&self, file: u32) -> &str {
        self.files.get(file as usize).map_or("", |(path, _)| path.as_str())
    }

    fn read(&self, file: u32, unit: Unit, bytes: &UnitBytes, needs: Needs) -> Done {
        let path = self.path(file);
        let hash = match bytes {
            UnitBytes::Whole(bytes) | UnitBytes::Torn(bytes) => xxh3_64(bytes),
            UnitBytes::TooLarge => 0,
        };
        let reading = read_cut(&unit, bytes, &self.context(path, &unit, hash));
        let analyse = |t| needs.cues.then(|| self.engine.analyse(t));
        let analyses = reading.transcripts.iter().map(analyse).collect();
        Done { unit, reading, analyses, hash }
    }

    pub(super) fn context<'a>(&'a self, path: &'a str, unit: &Unit, hash: u64) -> Context<'a> {
        let place = Place {
            source: path.to_owned(),
            line: Some(unit.line),
            index: unit.index,
            ordinal: 0,
            member: unit.member.clone(),
        };
        let context = Context::new(place, stem(path), &self.rules, hash);
        Context { mappings: &self.mappings, ..context }
    }

    /// Reads a transcript again, with the bytes of its units.
    ///
    /// # Errors
    /// When the file has changed since or cannot be read, with a sentence.
    pub fn transcript(&self, place: &RowPlace) -> Result<(Transcript, Vec<Vec<u8>>), BodyError> {
        let path = self.path(place.file);
        let failed = |why: &str| BodyError { message: format!("{path}:{}: {why}", place.line) };
        let changed = || failed("the file has changed since it was opened; open it again");
        let Some((_, Ok(bytes))) = self.files.get(place.file as usize) else {
            return Err(failed("the file is not open"));
        };
        let units = place
            .parts
            .iter()
            .map(|&(offset, len)| bytes.read_range(offset, len))
            .collect::<io::Result<Vec<_>>>()
            .map_err(|error| failed(&format!("cannot be read again: {error}")))?;
        let unit = Unit {
            offset: place.parts.first().map_or(0, |p| p.0),
            len: place.parts.first().map_or(0, |p| p.1),
            line: place.line,
            index: place.index,
            member: place.member.as_deref().map(str::to_owned),
        };
        let hash = match units.as_slice() {
            [unit] => xxh3_64(unit),
            several => hash_of(several.iter().map(|u| xxh3_64(u))),
        };
        let context = self.context(path, &unit, hash);
        let transcript = match &place.group {
            None => {
                let reading = units.first().map(|u| read_unit(u, &context)).unwrap_or_default();
                reading.transcripts.into_iter().nth(place.ordinal as usize).ok_or_else(changed)?
            }
            Some(group) => {
                let mut whole: Option<RawTranscript> = None;
                let mut format = "";
                for unit in &units {
                    let reading = read_unit(unit, &context);
                    format = reading.format;
                    for (name, piece) in reading.parts {
                        if *name == **group {
                            join(&mut whole, piece);
                        }
                    }
                }
                assemble(whole.ok_or_else(changed)?, format, &context)
            }
        };
        // The row's hash is that of the transcript as it was first read.
        if transcript.hash != format!("{:016x}", place.hash) {
            return Err(changed());
        }
        Ok((transcript, units))
    }

    /// Reads one body: transcript, cues and raw record.
    ///
    /// # Errors
    /// As [`Corpus::transcript`].
    pub fn body(&self, place: &RowPlace) -> Result<Body, BodyError> {
        let (transcript, units) = self.transcript(place)?;
        let analysis = self.engine.analyse(&transcript);
        Ok(Body::new(transcript, analysis, &units))
    }
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
    fn send(&mut self, file: u32, send: &mut dyn FnMut(Job) -> bool) {
        let units = std::mem::take(&mut self.units);
        self.bytes = 0;
        self.stopped |= !send(Job::Units { file, units, position: self.position });
    }
}

/// Cuts one file: its layout, and whether its list was never closed. `None`: told to stop.
fn cut_file(
    file: u32,
    bytes: &Bytes,
    send: &mut dyn FnMut(Job) -> bool,
) -> io::Result<Option<(Layout, bool)>> {
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
    let layout = units.layout();
    let mut most = FIRST_UNITS;
    let ended = loop {
        let next = match units.next_unit() {
            Ok(Some(next)) => next,
            Ok(None) => break Ok(Some((layout, units.ended_open()))),
            Err(error) => break Err(error),
        };
        let (held, send) = &mut *held.borrow_mut();
        held.position = units.position();
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

/// The problem of a file whose list was never closed.
fn ended_open(path: &str) -> Problem {
    Problem {
        kind: ProblemKind::Torn,
        source: path.to_owned(),
        line: None,
        message: "the file ends before its list is closed: records may be missing; what came before is kept"
            .to_owned(),
    }
}

/// The problem of a file of a kind that is not read yet.
fn not_read_yet(path: &str, bytes: &Bytes) -> Problem {
    let what = Units::new(|offset, buffer: &mut [u8]| bytes.read_at(offset, buffer))
        .ok()
        .and_then(|units| units.not_read_yet())
        .unwrap_or("a file of an unknown kind");
    Problem {
        kind: ProblemKind::NotReadYet,
        source: path.to_owned(),
        line: None,
        message: format!("not read yet: {what}; nothing of this file is shown or counted"),
    }
}

/// File name without its last extension, for ids.
#[must_use]
pub fn stem(path: &str) -> &str {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    if name == "-" {
        return "stdin";
    }
    match name.rfind('.') {
        Some(dot) if dot > 0 => name.get(..dot).unwrap_or(name),
        _ => name,
    }
}
