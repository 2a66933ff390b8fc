//! Reading files into rows behind a handle, and bodies on demand.
//!
//! One thread cuts files into units, workers read them, the calling thread puts the results back into file
//! order and makes rows of them: bodies live no longer than that. When everything was read, rows of which less is
//! known than could be are made anew: samples known by a summary are opened, and what later files say joins.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::Value;

use super::collect::Collector;
use super::files::{Entry, Files, Shape};
use super::joins::{Joins, Known, UnitPlace, nearness, speaks_of};
use super::{Batch, FileReport, Progress, Row, RowId};
use crate::cues::Engine;
use crate::ingest::format::RawTranscript;
use crate::ingest::units::Layout;
use crate::ingest::{
    Context, LabelRow, LabelRules, LabelTarget, Mapping, Unit, UnitBytes, UnitReading, read_cut,
};
use crate::model::{Analysis, Place, Problem};
use crate::query::Needs;
use crate::source::Bytes;

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
    /// Files found inside a file (members of an archive); their numbers follow those known.
    Files {
        /// Number of the file they were found in.
        parent: u32,
        /// In order.
        paths: Vec<String>,
    },
    /// Rows to append.
    Rows(Batch),
    /// Rows made anew: a sample was opened, or labels or a request from elsewhere joined. `None`: it cannot be read, and
    /// the row is gone.
    Renewed(Vec<(RowId, Option<Row>)>),
    /// New state of a file; its problems are those since the last such event.
    File(u32, FileReport),
    /// How far it is.
    Progress(Progress),
}

/// The shared door to the files. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Corpus {
    /// Files in the order of the catalogue.
    pub(super) files: Arc<Files>,
    /// What records say of transcripts elsewhere.
    pub(super) joins: Arc<Joins>,
    /// The rules.
    pub engine: Arc<Engine>,
    /// Alias table and thresholds.
    pub rules: Arc<LabelRules>,
    /// The user's own mappings, in the order in which they are tried.
    mappings: Arc<Vec<Mapping>>,
}

/// A piece of work for the pool.
pub(super) enum Job {
    /// Units of a stream.
    Units { file: u32, units: Vec<(Unit, UnitBytes)>, position: u64 },
    /// Samples of an archive, by number: known by a summary, or to be opened.
    Samples { file: u32, units: Vec<(Unit, Option<Arc<Value>>)>, position: u64 },
    /// Files found inside a file.
    Files { parent: u32, paths: Vec<String> },
    /// A file's end.
    End(End),
}

/// How a file ended.
#[derive(Debug)]
pub(super) struct End {
    pub file: u32,
    pub layout: Layout,
    /// What kind of file it is, where its units do not tell: `zip archive of 12 files`.
    pub what: Option<String>,
    /// Records that no unit stands for; each has a problem.
    pub left_out: u64,
    pub problems: Vec<Problem>,
}

/// One unit as it was read.
pub(super) struct Done {
    pub unit: Unit,
    pub reading: UnitReading,
    pub analyses: Vec<Option<Analysis>>,
    pub hash: u64,
    /// The place among the file's parts.
    pub part: (u64, u64),
    /// Known by a summary only.
    pub pending: bool,
}

/// A piece of work done.
pub(super) enum Answer {
    Units { file: u32, units: Vec<Done>, position: u64 },
    Files { parent: u32, paths: Vec<String> },
    End(End),
}

impl Corpus {
    /// A corpus over files: each with its bytes, or the sentence why it cannot be opened.
    #[must_use]
    pub fn new(
        files: Vec<(String, Result<Bytes, String>)>,
        engine: Arc<Engine>,
        rules: Arc<LabelRules>,
    ) -> Self {
        let entries = files.into_iter().map(|(path, bytes)| Entry::new(path, bytes, false));
        let files = Arc::new(Files::new(entries.collect()));
        Self { files, joins: Arc::default(), engine, rules, mappings: Arc::default() }
    }

    /// Adds files whose records are labels for others, whatever else they hold. They are read before the rest.
    #[must_use]
    pub fn with_labels(self, files: Vec<(String, Result<Bytes, String>)>) -> Self {
        let entries = files.into_iter().map(|(path, bytes)| Entry::new(path, bytes, true));
        self.files.add(entries.collect());
        self
    }

    /// The same files, read by these mappings where one fits.
    #[must_use]
    pub fn with_mappings(self, mappings: Vec<Mapping>) -> Self {
        Self { mappings: Arc::new(mappings), ..self }
    }

    /// Tells which files were named themselves, not found in a folder: those speak of all others.
    #[must_use]
    pub fn with_named(self, named: &[String]) -> Self {
        self.files.set_named(named);
        self
    }

    /// Paths in order.
    #[must_use]
    pub fn paths(&self) -> Vec<String> {
        self.files.all().iter().map(|f| f.path.clone()).collect()
    }

    /// The path of a file.
    pub(super) fn path(&self, file: u32) -> String {
        self.files.get(file).map_or_else(String::new, |f| f.path.clone())
    }

    /// Bytes of all files that were named, when every length is known.
    #[must_use]
    pub(super) fn total_bytes(&self) -> Option<u64> {
        self.files.all().iter().map(|f| f.given.as_ref().map_or(Some(0), Bytes::len)).sum()
    }

    /// Reads all files, calling `event` from this thread in file order. Stops early when it returns false.
    pub fn load(&self, options: LoadOptions, event: &mut dyn FnMut(LoadEvent) -> bool) {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        let threads = if options.threads == 0 { cores } else { options.threads };
        let stop = AtomicBool::new(false);
        let mut collector = Collector::new(self, event);
        let files = self.files.all();
        let (labels, others): (Vec<u32>, Vec<u32>) =
            (0..files.len() as u32).partition(|&n| files.get(n as usize).is_some_and(|f| f.labels));
        // Labels first, to their end: then nothing has to be read twice on their account.
        for list in [labels, others] {
            if !list.is_empty() && !stop.load(Ordering::Relaxed) {
                self.pass(&list, options.needs, threads, &stop, &mut collector);
            }
        }
        if !stop.load(Ordering::Relaxed) {
            self.renew(options.needs, threads, &stop, &mut collector);
        }
        if !stop.load(Ordering::Relaxed) {
            collector.finish();
        }
    }

    /// Reads some of the files.
    fn pass(
        &self,
        list: &[u32],
        needs: Needs,
        threads: usize,
        stop: &AtomicBool,
        collector: &mut Collector<'_>,
    ) {
        let (to_pool, jobs) = crossbeam_channel::bounded::<(u64, Job)>(threads * 4);
        let (to_us, results) = crossbeam_channel::bounded::<(u64, Answer)>(threads * 4);
        std::thread::scope(|scope| {
            // The sender moves in: the channel closes when cutting ends.
            scope.spawn(move || self.cut(list, stop, &to_pool));
            for _ in 0..threads {
                let (jobs, to_us) = (jobs.clone(), to_us.clone());
                scope.spawn(move || {
                    for (turn, job) in jobs {
                        let done = if stop.load(Ordering::Relaxed) {
                            Answer::Units { file: 0, units: Vec::new(), position: 0 }
                        } else {
                            self.work(job, needs)
                        };
                        if to_us.send((turn, done)).is_err() {
                            break;
                        }
                    }
                });
            }
            drop((jobs, to_us));
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
        });
    }

    fn work(&self, job: Job, needs: Needs) -> Answer {
        match job {
            Job::End(end) => Answer::End(end),
            Job::Files { parent, paths } => Answer::Files { parent, paths },
            Job::Units { file, units, position } => {
                let Some(entry) = self.files.get(file) else {
                    return Answer::Units { file, units: Vec::new(), position };
                };
                let units = units
                    .into_iter()
                    .map(|(unit, bytes)| self.read(&entry, unit, &bytes, needs))
                    .collect();
                Answer::Units { file, units, position }
            }
            Job::Samples { file, units, position } => {
                let Some(entry) = self.files.get(file) else {
                    return Answer::Units { file, units: Vec::new(), position };
                };
                let units = units
                    .into_iter()
                    .map(|(unit, summary)| self.sample(&entry, unit, summary.as_deref(), needs))
                    .collect();
                Answer::Units { file, units, position }
            }
        }
    }

    fn read(&self, entry: &Entry, unit: Unit, bytes: &UnitBytes, needs: Needs) -> Done {
        let hash = match bytes {
            UnitBytes::Whole(bytes) | UnitBytes::Torn(bytes) => xxhash_rust::xxh3::xxh3_64(bytes),
            UnitBytes::TooLarge => 0,
        };
        let shape = entry.shape().cloned().unwrap_or_default();
        let reading = read_cut(&unit, bytes, &self.context(entry, &shape, &unit, hash));
        let part = (unit.offset, unit.len);
        self.done(unit, reading, hash, part, needs)
    }

    /// A reading with what the rules find in it.
    pub(super) fn done(
        &self,
        unit: Unit,
        reading: UnitReading,
        hash: u64,
        part: (u64, u64),
        needs: Needs,
    ) -> Done {
        let analyse = |t| needs.cues.then(|| self.engine.analyse(t));
        let analyses = reading.transcripts.iter().map(analyse).collect();
        Done { unit, reading, analyses, hash, part, pending: false }
    }

    /// The label rows that speak of a target in a source.
    pub(super) fn labels_of(&self, target: &LabelTarget, source: &str) -> Vec<Known> {
        let mut known = self.joins.labels(target);
        known.retain(|k| self.may_speak(k.place, target.name(), source));
        known
    }

    /// The request of that id that is nearest to an answer's source.
    pub(super) fn request_of(&self, id: &str, source: &str) -> Option<UnitPlace> {
        let mut places = self.joins.requests(id);
        places.retain(|place| self.may_speak(*place, id, source));
        // Of equally near ones the first, which is the last in reverse.
        places.into_iter().rev().max_by_key(|place| nearness(&self.path(place.file), source))
    }

    fn may_speak(&self, place: UnitPlace, name: &str, source: &str) -> bool {
        let file = self.files.get(place.file);
        file.is_some_and(|file| speaks_of(&file.path, file.named, name, source))
    }

    /// What is known around a unit. The shape is the file's.
    pub(super) fn context<'a>(
        &'a self,
        entry: &'a Entry,
        shape: &'a Shape,
        unit: &Unit,
        hash: u64,
    ) -> Context<'a> {
        let place = Place {
            source: entry.path.clone(),
            line: (unit.line > 0).then_some(unit.line),
            index: unit.index,
            ordinal: 0,
            member: unit.member.clone(),
        };
        let mut context = Context::new(place, stem(&entry.path), &self.rules, hash);
        context.kind = shape.kind;
        context.around = shape.around.as_deref();
        context.labels_only = entry.labels;
        context.mappings = &self.mappings;
        if self.joins.any() && !entry.labels {
            context.joins = Some(self);
        }
        context
    }
}

impl crate::ingest::Joins for Corpus {
    fn labels(&self, target: &LabelTarget, source: &str) -> Vec<LabelRow> {
        self.labels_of(target, source).into_iter().map(|known| known.row).collect()
    }

    fn request(&self, id: &str, source: &str) -> Option<RawTranscript> {
        let place = self.request_of(id, source)?;
        let entry = self.files.get(place.file)?;
        let (bytes, hash) = entry.unit(place.part).ok()?;
        let shape = entry.shape().cloned().unwrap_or_default();
        let unit = Unit { offset: place.part.0, len: place.part.1, ..Unit::default() };
        let mut context = self.context(&entry, &shape, &unit, hash);
        // A request is not joined to anything itself.
        context.joins = None;
        let reading = crate::ingest::read_unit(&bytes, &context);
        reading.requests.into_iter().find(|(name, _)| name == id).map(|(_, piece)| piece)
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
