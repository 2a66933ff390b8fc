//! Reading files into rows behind a handle, and bodies on demand.
//!
//! One thread cuts files into units, workers read them, the calling thread puts the results back into file
//! order and makes rows of them: bodies live no longer than that.

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use xxhash_rust::xxh3::xxh3_64;

use super::row::Interner;
use super::{Batch, Body, BodyError, FileReport, Progress, Row, RowPlace};
use crate::cues::Engine;
use crate::ingest::format::RawTranscript;
use crate::ingest::units::Layout;
use crate::ingest::{
    Context, LabelRules, Unit, UnitBytes, UnitReading, Units, assemble, read_cut, read_unit,
};
use crate::model::{Analysis, Parse, Place, Problem, ProblemKind, Transcript};
use crate::query::Needs;
use crate::source::Bytes;

/// Units that travel together: few at first, so that the first rows come at once.
const FIRST_UNITS: usize = 8;
const MOST_UNITS: usize = 64;
/// Bytes that travel together, unless a single unit is larger.
const MOST_BYTES: usize = 1 << 20;
/// Problems of one kind that a file keeps one by one; the rest are counted in a last one.
const MOST_PROBLEMS: u64 = 10_000;

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
    files: Arc<Vec<(String, Result<Bytes, String>)>>,
    /// The rules.
    pub engine: Arc<Engine>,
    /// Alias table and thresholds.
    pub rules: Arc<LabelRules>,
}

/// A piece of work for the pool.
enum Job {
    Units { file: u32, units: Vec<(Unit, UnitBytes)>, position: u64 },
    End { file: u32, layout: Layout, problem: Option<Problem> },
}

/// One unit as it was read.
struct Done {
    unit: Unit,
    reading: UnitReading,
    analyses: Vec<Option<Analysis>>,
    hash: u64,
}

/// A piece of work done.
enum Answer {
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
        Self { files: Arc::new(files), engine, rules }
    }

    /// Paths in order.
    #[must_use]
    pub fn paths(&self) -> Vec<String> {
        self.files.iter().map(|(p, _)| p.clone()).collect()
    }

    /// Bytes of all files, when every length is known.
    #[must_use]
    fn total_bytes(&self) -> Option<u64> {
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
                    Ok(Some(Layout::Unsupported)) => (Layout::Unsupported, None),
                    Ok(Some(layout)) => (layout, None),
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
                    .map(|(unit, bytes)| self.read(file, unit, bytes, needs))
                    .collect();
                Answer::Units { file, units, position }
            }
        }
    }

    fn path(&self, file: u32) -> &str {
        self.files.get(file as usize).map_or("", |(path, _)| path.as_str())
    }

    fn read(&self, file: u32, unit: Unit, bytes: UnitBytes, needs: Needs) -> Done {
        let path = self.path(file);
        let hash = match &bytes {
            UnitBytes::Whole(bytes) | UnitBytes::Torn(bytes) => xxh3_64(bytes),
            UnitBytes::TooLarge => 0,
        };
        let reading = read_cut(&unit, &bytes, &self.context(path, &unit, hash));
        let analyse = |t| needs.cues.then(|| self.engine.analyse(t));
        let analyses = reading.transcripts.iter().map(analyse).collect();
        Done { unit, reading, analyses, hash }
    }

    fn context<'a>(&'a self, path: &'a str, unit: &Unit, hash: u64) -> Context<'a> {
        let place = Place {
            source: path.to_owned(),
            line: Some(unit.line),
            index: unit.index,
            ordinal: 0,
            member: unit.member.clone(),
        };
        Context { place, stem: stem(path), rules: &self.rules, hash }
    }

    /// Reads a transcript again, with the bytes of its units.
    ///
    /// # Errors
    /// When the file has changed since or cannot be read, with a sentence.
    pub fn transcript(&self, place: &RowPlace) -> Result<(Transcript, Vec<Vec<u8>>), BodyError> {
        let path = self.path(place.file);
        let failed = |why: &str| BodyError { message: format!("{path}:{}: {why}", place.line) };
        let changed = || failed("the file has changed since it was opened; open it again");
        let bytes = match self.files.get(place.file as usize) {
            Some((_, Ok(bytes))) => bytes,
            _ => return Err(failed("the file is not open")),
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

/// Cuts one file. `None`: told to stop.
fn cut_file(
    file: u32,
    bytes: &Bytes,
    send: &mut dyn FnMut(Job) -> bool,
) -> io::Result<Option<Layout>> {
    let mut units = Units::new(|offset, buffer: &mut [u8]| bytes.read_at(offset, buffer))?;
    let layout = units.layout();
    let mut held = Vec::new();
    let mut held_bytes = 0;
    let mut most = FIRST_UNITS;
    let ended = loop {
        let next = match units.next_unit() {
            Ok(Some(next)) => next,
            Ok(None) => break Ok(Some(layout)),
            Err(error) => break Err(error),
        };
        held_bytes += match &next.1 {
            UnitBytes::Whole(b) | UnitBytes::Torn(b) => b.len(),
            UnitBytes::TooLarge => 0,
        };
        held.push(next);
        if held.len() >= most || held_bytes >= MOST_BYTES {
            most = MOST_UNITS;
            held_bytes = 0;
            let units_now = std::mem::take(&mut held);
            if !send(Job::Units { file, units: units_now, position: units.position() }) {
                return Ok(None);
            }
        }
    };
    let last = Job::Units { file, units: held, position: units.position() };
    if send(last) { ended } else { Ok(None) }
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

/// One hash of several.
fn hash_of(hashes: impl Iterator<Item = u64>) -> u64 {
    let bytes: Vec<u8> = hashes.flat_map(u64::to_le_bytes).collect();
    xxh3_64(&bytes)
}

/// Joins a piece to what came before: lists are appended, other fields filled where still empty.
fn join(whole: &mut Option<RawTranscript>, piece: RawTranscript) {
    let Some(all) = whole else {
        *whole = Some(piece);
        return;
    };
    all.id = all.id.take().or(piece.id);
    all.sample = all.sample.take().or(piece.sample);
    all.epoch = all.epoch.or(piece.epoch);
    all.tier = all.tier.take().or(piece.tier);
    all.setting = all.setting.take().or(piece.setting);
    all.model = all.model.take().or(piece.model);
    all.variant = all.variant.take().or(piece.variant);
    all.query = all.query.take().or(piece.query);
    all.success = all.success.or(piece.success);
    all.stopped = piece.stopped.or(all.stopped.take());
    all.turns.extend(piece.turns);
    all.labels.extend(piece.labels);
    all.quotes.extend(piece.quotes);
    all.repairs.extend(piece.repairs);
    for (key, value) in piece.meta {
        all.meta.entry(key).or_insert(value);
    }
}

/// Pieces of one transcript, collected until the file ends.
struct Group {
    raw: Option<RawTranscript>,
    format: &'static str,
    first: Unit,
    parts: Vec<(u64, u64)>,
    hashes: Vec<u64>,
}

/// Puts results into rows and reports, in order.
struct Collector<'a> {
    corpus: &'a Corpus,
    event: &'a mut dyn FnMut(LoadEvent) -> bool,
    names: Interner,
    report: FileReport,
    /// Format name → (records, why).
    formats: Vec<(&'static str, u64, String)>,
    /// Problems per kind, for the cap.
    per_kind: HashMap<ProblemKind, u64>,
    groups: Vec<(String, Group)>,
    label_rows: u64,
    progress: Progress,
    before: u64,
}

impl<'a> Collector<'a> {
    fn new(corpus: &'a Corpus, event: &'a mut dyn FnMut(LoadEvent) -> bool) -> Self {
        let progress = Progress {
            total: corpus.total_bytes(),
            files_total: corpus.files.len() as u32,
            ..Progress::default()
        };
        Self {
            corpus,
            event,
            names: Interner::default(),
            report: FileReport::default(),
            formats: Vec::new(),
            per_kind: HashMap::new(),
            groups: Vec::new(),
            label_rows: 0,
            progress,
            before: 0,
        }
    }

    fn take(&mut self, result: Answer) -> bool {
        match result {
            Answer::Units { file, units, position } => {
                let mut rows = Vec::new();
                for done in units {
                    self.unit(file, done, &mut rows);
                }
                self.progress.bytes = self.before + position;
                let report = self.snapshot(file);
                let rows_sent = rows.is_empty() || (self.event)(LoadEvent::Rows(Batch { rows }));
                rows_sent
                    && (self.event)(LoadEvent::File(file, report))
                    && (self.event)(LoadEvent::Progress(self.progress))
            }
            Answer::End { file, layout, problem } => self.end(file, layout, problem),
        }
    }

    fn unit(&mut self, file: u32, done: Done, rows: &mut Vec<Row>) {
        let Done { unit, reading, analyses, hash } = done;
        let counts = &mut self.report.counts;
        counts.units += 1;
        counts.left_out += reading.left_out;
        counts.records += reading.left_out;
        let made = reading.transcripts.len() as u64;
        if made > 0 || !reading.parts.is_empty() || reading.left_out > 0 {
            self.seen(reading.format, made.max(1), reading.why);
        }
        self.label_rows += reading.label_rows.len() as u64;
        for problem in reading.problems {
            self.problem(problem);
        }
        let member: Option<Arc<str>> = unit.member.as_deref().map(|m| self.names.string(m));
        for (transcript, analysis) in reading.transcripts.into_iter().zip(analyses) {
            let place = RowPlace {
                file,
                parts: Box::new([(unit.offset, unit.len)]),
                line: unit.line,
                index: unit.index,
                ordinal: transcript.place.ordinal,
                member: member.clone(),
                ..RowPlace::default()
            };
            rows.push(self.row(&transcript, analysis.as_ref(), place));
        }
        for (name, piece) in reading.parts {
            let slot = self.groups.iter_mut().find(|(known, _)| *known == name);
            let group = match slot {
                Some((_, group)) => group,
                None => {
                    let group = Group {
                        raw: None,
                        format: reading.format,
                        first: unit.clone(),
                        parts: Vec::new(),
                        hashes: Vec::new(),
                    };
                    self.groups.push((name, group));
                    match self.groups.last_mut() {
                        Some((_, group)) => group,
                        None => continue,
                    }
                }
            };
            join(&mut group.raw, piece);
            if group.parts.last() != Some(&(unit.offset, unit.len)) {
                group.parts.push((unit.offset, unit.len));
                group.hashes.push(hash);
            }
        }
    }

    fn row(
        &mut self,
        transcript: &Transcript,
        analysis: Option<&Analysis>,
        place: RowPlace,
    ) -> Row {
        self.report.counts.records += 1;
        self.report.counts.transcripts += 1;
        if transcript.parse == Parse::Repaired || !transcript.repairs.is_empty() {
            self.report.counts.repaired += 1;
        }
        Row::new(transcript, analysis, place, &mut self.names)
    }

    fn seen(&mut self, format: &'static str, records: u64, why: String) {
        if format.is_empty() {
            return;
        }
        match self.formats.iter_mut().find(|(name, ..)| *name == format) {
            Some((_, n, _)) => *n += records,
            None => self.formats.push((format, records, why)),
        }
    }

    fn problem(&mut self, problem: Problem) {
        let seen = self.per_kind.entry(problem.kind).or_default();
        *seen += 1;
        if *seen <= MOST_PROBLEMS {
            self.report.problems.push(problem);
        }
    }

    /// The report of the present file as it stands, with the problems since the last one.
    fn snapshot(&mut self, file: u32) -> FileReport {
        self.formats.sort_by(|a, b| b.1.cmp(&a.1));
        let names: Vec<&str> = self.formats.iter().map(|(name, ..)| *name).collect();
        self.report.path = self.corpus.path(file).to_owned();
        self.report.format = names.join(", ");
        self.report.why = self.formats.first().map(|(.., why)| why.clone()).unwrap_or_default();
        let problems = std::mem::take(&mut self.report.problems);
        FileReport { problems, ..self.report.clone() }
    }

    fn end(&mut self, file: u32, layout: Layout, problem: Option<Problem>) -> bool {
        let path = self.corpus.path(file).to_owned();
        let mut rows = Vec::new();
        for (name, group) in std::mem::take(&mut self.groups) {
            let Some(raw) = group.raw else { continue };
            let context = self.corpus.context(
                &path,
                &group.first,
                match group.hashes.as_slice() {
                    [one] => *one,
                    several => hash_of(several.iter().copied()),
                },
            );
            let transcript = assemble(raw, group.format, &context);
            let analysis = self.corpus.engine.analyse(&transcript);
            let place = RowPlace {
                file,
                parts: group.parts.into(),
                line: group.first.line,
                index: group.first.index,
                member: group.first.member.as_deref().map(|m| self.names.string(m)),
                group: Some(Arc::from(name)),
                ..RowPlace::default()
            };
            rows.push(self.row(&transcript, Some(&analysis), place));
        }
        for (kind, n) in std::mem::take(&mut self.per_kind) {
            if n > MOST_PROBLEMS {
                let more = n - MOST_PROBLEMS;
                let message = format!("and {more} more like these ({})", kind.as_str());
                self.report.problems.push(Problem {
                    kind,
                    source: path.clone(),
                    line: None,
                    message,
                });
            }
        }
        if self.label_rows > 0 {
            let message = format!(
                "not read yet: {} label rows for transcripts elsewhere; joining them comes later",
                std::mem::take(&mut self.label_rows)
            );
            let kind = ProblemKind::NotReadYet;
            self.report.problems.push(Problem { kind, source: path.clone(), line: None, message });
        }
        let empty = self.report.counts.units == 0 && problem.is_none();
        if empty && layout != Layout::Unsupported {
            let message = "the file holds no record".to_owned();
            let kind = ProblemKind::Empty;
            self.report.problems.push(Problem { kind, source: path, line: None, message });
        }
        if let Some(problem) = problem {
            if problem.kind == ProblemKind::NotReadYet {
                self.report.why.clone_from(&problem.message);
            }
            self.report.problems.push(problem);
        }
        let mut report = self.snapshot(file);
        report.done = true;
        self.report = FileReport::default();
        self.formats.clear();
        let size = match self.corpus.files.get(file as usize) {
            Some((_, Ok(bytes))) => bytes.len().unwrap_or_default(),
            _ => 0,
        };
        self.before += size;
        self.progress.bytes = self.before;
        self.progress.files += 1;
        (rows.is_empty() || (self.event)(LoadEvent::Rows(Batch { rows })))
            && (self.event)(LoadEvent::File(file, report))
            && (self.event)(LoadEvent::Progress(self.progress))
    }

    fn finish(&mut self) {
        self.progress.done = true;
        (self.event)(LoadEvent::Progress(self.progress));
    }
}
