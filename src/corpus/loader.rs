//! Reading files into rows behind a handle, and bodies on demand.
//!
//! One thread cuts files into units, workers read them, the calling thread puts the results back into file
//! order and makes rows of them: bodies live no longer than that. When everything was read, rows of which less is
//! known than could be are made anew: samples known by a summary are opened, and what later files say joins.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use crossbeam_channel::{Receiver, RecvTimeoutError};
use serde_json::Value;

use super::cache::{Keeping, Known};
use super::collect::{Collector, FLUSH};
use super::feed::{FoundFiles, More};
use super::files::{Entry, Files, Shape};
use super::glimpse::Gate;
use super::job::{Answer, Done, Job};
use super::joins::Joins;
use super::sought::{Hope, Sought};
use super::{Batch, FileReport, Interner, LazyEngine, Progress, Renewed, RowId, Spots};
use crate::ingest::{Context, LabelRules, Mapping, Unit, UnitBytes, UnitReading, read_cut};
use crate::model::{Place, Problem};
use crate::query::Needs;
use crate::source::Bytes;

/// What reading should produce.
#[derive(Debug, Clone, Copy, Default)]
pub struct LoadOptions {
    /// Work that nobody will look at is left out: no cues for a filter on tier.
    pub needs: Needs,
    /// Threads besides the cutting one; 0: one per core.
    pub threads: usize,
    /// While the rules are still being compiled, rows of the first records come without what rules would find:
    /// [`LoadEvent::Glimpse`]. Reading is held back then until [`Corpus::glimpse_shown`].
    pub glimpse: bool,
}

/// Something that reading found, in order.
#[derive(Debug, Clone)]
pub enum LoadEvent {
    /// Files found in a folder or inside a file (members of an archive); their numbers follow those known.
    Files {
        /// Number of the file they were found in, if in one.
        parent: Option<u32>,
        /// In order.
        paths: Vec<String>,
    },
    /// The first rows as far as they are known without rules. Only before any other rows: the next ones are the same in
    /// full, and these here are forgotten then. Other events may come between.
    Glimpse(Batch),
    /// Rows to append.
    Rows(Batch),
    /// Rows made anew: a sample was opened, labels or a request from elsewhere joined, or the file has changed.
    Renewed(Renewed),
    /// What was said of a file holds no longer; what does comes next.
    Unsaid(u32, Unsaid),
    /// New state of a file; its problems are those since the last such event.
    File(u32, FileReport),
    /// The rows of an index have all come; with those that stand twice, when nothing has changed since it was kept.
    Settled(Option<Vec<RowId>>),
    /// How far it is.
    Progress(Progress),
}

/// Problems that hold no longer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unsaid {
    /// All that reading the file said.
    All,
    /// These.
    These(Vec<Problem>),
}

/// The shared door to the files. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Corpus {
    /// Files in the order of the catalogue.
    pub(super) files: Arc<Files>,
    /// What records say of transcripts elsewhere.
    pub(super) joins: Arc<Joins>,
    /// The rules.
    pub engine: Arc<LazyEngine>,
    /// Alias table and thresholds.
    pub rules: Arc<LabelRules>,
    /// The user's own mappings, in the order in which they are tried.
    pub(super) mappings: Arc<Vec<Mapping>>,
    /// What was named, to look there for more files.
    pub(super) arguments: Arc<Vec<String>>,
    /// Where the index is kept.
    pub(super) keeping: Option<Arc<Keeping>>,
    /// As in [`Progress::turn`], for whoever keeps the index of an earlier state meanwhile.
    pub(super) turn: Arc<AtomicU64>,
    /// Files that are still being looked for.
    pub(super) more: Arc<More>,
    /// Holds reading back while the first rows are being shown.
    pub(super) gate: Arc<Gate>,
    /// What is searched for, when nothing else is asked.
    pub(super) sought: Option<Arc<Sought>>,
    /// That fields are enough to tell what records are.
    pub(super) hope: Arc<Hope>,
}

/// What the passes of one reading share.
#[derive(Clone, Copy)]
struct Load<'a> {
    options: LoadOptions,
    threads: usize,
    stop: &'a AtomicBool,
    known: Option<&'a Known>,
}

impl<'a> Load<'a> {
    fn new(options: LoadOptions, stop: &'a AtomicBool, known: Option<&'a Known>) -> Self {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        let threads = if options.threads == 0 { cores } else { options.threads };
        Self { options, threads, stop, known }
    }
}

impl Corpus {
    /// A corpus over files: each with its bytes, or the sentence why it cannot be opened.
    #[must_use]
    pub fn new(
        files: Vec<(String, Result<Bytes, String>)>,
        engine: impl Into<LazyEngine>,
        rules: Arc<LabelRules>,
    ) -> Self {
        let entries = files.into_iter().map(|(path, bytes)| Entry::new(path, bytes, false));
        let files = Arc::new(Files::new(entries.collect()));
        let engine = Arc::new(engine.into());
        Self {
            files,
            joins: Arc::default(),
            engine,
            rules,
            mappings: Arc::default(),
            arguments: Arc::default(),
            keeping: None,
            turn: Arc::default(),
            more: Arc::default(),
            gate: Arc::default(),
            sought: None,
            hope: Arc::default(),
        }
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

    /// Tells what was named: files, which speak of all others, and folders and patterns, in which more files may be found.
    #[must_use]
    pub fn with_named(self, named: &[String]) -> Self {
        self.files.set_named(named);
        Self { arguments: Arc::new(named.to_vec()), ..self }
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

    /// Reads all files, calling `event` from this thread in file order. Stops early when it returns false.
    pub fn load(&self, options: LoadOptions, event: &mut dyn FnMut(LoadEvent) -> bool) {
        let stop = AtomicBool::new(false);
        let mut collector = Collector::new(self, event);
        self.read_all(options, &stop, &mut collector);
    }

    /// What is kept of a reading serves every later one, also those that search.
    fn for_all(&self, mut options: LoadOptions) -> LoadOptions {
        options.needs.body |= options.needs.cues && self.keeping.is_some();
        options
    }

    /// [`Corpus::load`], into a collector that may go on. What stops it is told by `stop`.
    pub(super) fn read_all(
        &self,
        options: LoadOptions,
        stop: &AtomicBool,
        collector: &mut Collector<'_>,
    ) {
        if options.glimpse {
            self.gate.hold();
        }
        let known = self.known().map(Arc::new);
        collector.known.clone_from(&known);
        let load = Load::new(self.for_all(options), stop, known.as_deref());
        let all: Vec<u32> = (0..self.files.all().len() as u32).collect();
        std::thread::scope(|scope| {
            let more = self.more.is_expected().then(|| {
                // Bounded by what there is to find; looking does not wait for reading.
                let (to_us, more) = crossbeam_channel::unbounded();
                scope.spawn(move || self.find_more(&to_us));
                more
            });
            self.passes(&all, more.as_ref(), load, collector);
            // Who still looks is told here that nobody listens.
            drop(more);
        });
        let mut going = !stop.load(Ordering::Relaxed) && collector.settle();
        if going && collector.all_known() {
            self.listen(load);
        } else if going {
            self.renew(load.options.needs, load.threads, stop, collector);
        }
        // What was not given of it is not needed any more.
        collector.known = None;
        going = going && !stop.load(Ordering::Relaxed) && collector.finish();
        stop.fetch_or(!going, Ordering::Relaxed);
    }

    /// Reads some of the files once more, or for the first time, then makes rows anew of which more is known.
    pub(super) fn read_some(
        &self,
        list: &[u32],
        options: LoadOptions,
        stop: &AtomicBool,
        collector: &mut Collector<'_>,
    ) {
        let options = LoadOptions { glimpse: false, ..self.for_all(options) };
        let load = Load::new(options, stop, None);
        self.passes(list, None, load, collector);
        let going = !stop.load(Ordering::Relaxed) && collector.flush();
        if going {
            self.renew(options.needs, load.threads, stop, collector);
        }
        stop.fetch_or(!going, Ordering::Relaxed);
    }

    /// Reads files, those of labels first, to their end: then nothing has to be read twice on their account.
    fn passes(
        &self,
        list: &[u32],
        more: Option<&Receiver<FoundFiles>>,
        load: Load<'_>,
        collector: &mut Collector<'_>,
    ) {
        let (labels, others): (Vec<u32>, Vec<u32>) =
            list.iter().partition(|n| self.files.get(**n).is_some_and(|f| f.labels));
        for (list, more) in [(labels, None), (others, more)] {
            let any = !list.is_empty() || more.is_some();
            if any && !load.stop.load(Ordering::Relaxed) {
                self.pass(&list, more, load, collector);
            }
        }
    }

    /// Reads the files again that speak of others, for nothing but what they say: their rows are known.
    fn listen(&self, load: Load<'_>) {
        let speaks = |known: &Known| -> Vec<u32> {
            known.index.files.iter().filter(|f| f.speaks).map(|f| f.number).collect()
        };
        let list = load.known.map(speaks).unwrap_or_default();
        if !list.is_empty() {
            let needs = Needs::default();
            let options = LoadOptions { needs, glimpse: false, ..load.options };
            let nobody = &mut |_| true;
            let mut collector = Collector::new(self, nobody);
            self.pass(&list, None, Load { options, known: None, ..load }, &mut collector);
        }
    }

    /// Reads some of the files.
    fn pass(
        &self,
        list: &[u32],
        more: Option<&Receiver<FoundFiles>>,
        load: Load<'_>,
        collector: &mut Collector<'_>,
    ) {
        let Load { options, threads, stop, known } = load;
        let needs = options.needs;
        let (to_pool, jobs) = crossbeam_channel::bounded::<(u64, Job)>(threads * 4);
        let (to_us, results) =
            crossbeam_channel::bounded::<(u64, Result<Answer, Batch>)>(threads * 4);
        std::thread::scope(|scope| {
            // The sender moves in: the channel closes when cutting ends.
            scope.spawn(move || self.cut(list, more, known, stop, &to_pool));
            for _ in 0..threads {
                let (jobs, to_us) = (jobs.clone(), to_us.clone());
                scope.spawn(move || {
                    let mut names = Interner::default();
                    for (turn, job) in jobs {
                        let done = if stop.load(Ordering::Relaxed) {
                            Answer::Units { file: 0, units: Vec::new(), position: 0 }
                        } else if options.glimpse && self.is_awaited(&job) {
                            self.work_with_glimpse(job, needs, &mut names, &mut |rows| {
                                // Nobody listens any more: the answer below will meet the same.
                                let _ = to_us.send((turn, Err(rows)));
                            })
                        } else {
                            self.work(job, needs, Some(&mut names))
                        };
                        if to_us.send((turn, Ok(done))).is_err() {
                            break;
                        }
                    }
                });
            }
            drop((jobs, to_us));
            if options.glimpse {
                // Before the first result there is nothing to do here.
                crate::ingest::outcome::refusal::prepare();
            }
            let mut waiting = BTreeMap::new();
            let (mut next, mut glimpsed) = (0, 0);
            loop {
                let going = match results.recv_timeout(FLUSH) {
                    Ok((turn, Err(rows))) => {
                        // Out of turn, they would not stand where the rows themselves will.
                        if turn == glimpsed.max(next) && collector.sent.is_empty() {
                            glimpsed = turn + 1;
                            collector.send(LoadEvent::Glimpse(rows));
                        }
                        continue;
                    }
                    Ok((turn, Ok(answer))) => {
                        waiting.insert(turn, answer);
                        let mut going = true;
                        while let Some(result) = waiting.remove(&next) {
                            next += 1;
                            going =
                                going && !stop.load(Ordering::Relaxed) && collector.take(result);
                        }
                        going
                    }
                    // A slow writer: what is there already is shown.
                    Err(RecvTimeoutError::Timeout) => {
                        !stop.load(Ordering::Relaxed) && collector.flush()
                    }
                    Err(RecvTimeoutError::Disconnected) => break,
                };
                if !going {
                    stop.store(true, Ordering::Relaxed);
                }
            }
        });
    }

    /// Whether what rules find in a job's records has to be waited for: they are being compiled, or these take them long.
    fn is_awaited(&self, job: &Job) -> bool {
        self.engine.ready().is_none() || job.is_long()
    }

    /// Does a job. Without `names` the transcripts stay as they are; else they become rows.
    pub(super) fn work(&self, job: Job, needs: Needs, names: Option<&mut Interner>) -> Answer {
        let mut names = names;
        let mut finish = |file: u32, mut done: Done| {
            if let Some(names) = &mut names {
                done.make_rows(file, names);
            }
            done
        };
        match job {
            Job::End(end) => Answer::End(end),
            Job::Known { file, at } => Answer::Known { file, at },
            Job::Files { parent, paths } => Answer::Files { parent, paths },
            Job::Sure { file, resume } => Answer::Sure { file, resume },
            Job::Units { file, units, position } => {
                let Some(entry) = self.files.get(file) else {
                    return Answer::Units { file, units: Vec::new(), position };
                };
                let units = units
                    .into_iter()
                    .map(|(unit, bytes)| finish(file, self.read(&entry, unit, &bytes, needs)))
                    .collect();
                Answer::Units { file, units, position }
            }
            Job::Samples { file, units, position } => {
                let Some(entry) = self.files.get(file) else {
                    return Answer::Units { file, units: Vec::new(), position };
                };
                let sample = |(unit, summary): (Unit, Option<Arc<Value>>)| {
                    finish(file, self.sample(&entry, unit, summary.as_deref(), needs))
                };
                let units = units.into_iter().map(sample).collect();
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
        let context = self.context(entry, &shape, &unit, hash);
        let part = (unit.offset, unit.len);
        if let UnitBytes::Whole(bytes) = bytes
            && let Some((reading, passed_over)) = self.fields(bytes, &context, needs)
        {
            let spots = passed_over.then(Spots::passed_over).into_iter().collect();
            let analyses = reading.transcripts.iter().map(|_| None).collect();
            return Done { unit, reading, analyses, spots, hash, part, ..Done::default() };
        }
        let reading = read_cut(&unit, bytes, &context);
        let record: &[u8] = match bytes {
            UnitBytes::Whole(bytes) => bytes,
            UnitBytes::Torn(_) | UnitBytes::TooLarge => &[],
        };
        let spots = spots(&reading, record, needs);
        self.done(Done { unit, reading, spots, hash, part, ..Done::default() }, needs)
    }

    /// A reading with what the rules find in it.
    pub(super) fn done(&self, done: Done, needs: Needs) -> Done {
        let analyse = |t| needs.cues.then(|| self.engine.tally(t));
        let analyses = done.reading.transcripts.iter().map(analyse).collect();
        Done { analyses, ..done }
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
            source: Arc::clone(&entry.source),
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

/// Where the texts of a unit's transcripts stand in it, when somebody will search them.
pub(super) fn spots(reading: &UnitReading, record: &[u8], needs: Needs) -> Vec<Spots> {
    let transcripts = reading.transcripts.iter().filter(|_| needs.body);
    transcripts.map(|transcript| Spots::of(transcript, record)).collect()
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
