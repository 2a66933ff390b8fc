//! Putting results back into order: rows and reports of each file, pieces of one transcript joined.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::again::{Formats, Memory, Old, Since, Sure};
use super::bits::Bits;
use super::cache::Known;
use super::chunk::MOST_ROWS;
use super::cut::problem;
use super::group::Group;
use super::job::{Answer, Done, End};
use super::joins::{UnitPlace, same_folder};
use super::renew::Met;
use super::row::Interner;
use super::stack::Stack;
use super::{Batch, Corpus, FileReport, LoadEvent, Progress, Renewed, Row, RowId, Unsaid};
use crate::ingest::format::RawTranscript;
use crate::ingest::units::Layout;
use crate::ingest::{Unit, UnitReading};
use crate::model::{Problem, ProblemKind};

/// Problems of one kind that a file keeps one by one; the rest are counted in a last one.
const MOST_PROBLEMS: u64 = 10_000;

/// How long rows wait for others to share a chunk with, at first.
pub(super) const FLUSH: Duration = Duration::from_millis(40);
/// The same when reading goes on for long, so that a long reading does not end in thousands of small chunks.
const LONG_FLUSH: Duration = Duration::from_millis(240);
/// So many times as long as rows wait has reading gone on.
const FLUSHES: u32 = 24;

/// Puts results into rows and reports, in order.
#[allow(clippy::struct_excessive_bools)] // independent facts about one reading, not a state
pub(super) struct Collector<'a> {
    pub(super) corpus: &'a Corpus,
    /// What is known from an earlier run, until everything was read.
    pub(super) known: Option<Arc<Known>>,
    /// Files whose rows were known.
    given: usize,
    /// Some file was read.
    read: bool,
    /// Some known file stands elsewhere among the files.
    pub(super) moved: bool,
    /// What is true of known files only when nothing has changed: problems that tell of other files, and how many rows of
    /// theirs joined others.
    withheld: Vec<(u32, Vec<Problem>, u64)>,
    event: &'a mut dyn FnMut(LoadEvent) -> bool,
    pub(super) names: Interner,
    pub(super) report: FileReport,
    pub(super) formats: Formats,
    /// Problems per kind, for the cap.
    pub(super) per_kind: BTreeMap<ProblemKind, u64>,
    pub(super) groups: Vec<Group>,
    /// Group name → its place in `groups`.
    pub(super) by_name: HashMap<String, usize>,
    /// Pieces for every group of the file, with their units.
    pub(super) shared: Vec<(RawTranscript, (u64, u64), u64)>,
    pub(super) progress: Progress,
    before: u64,
    /// The file that is being read.
    pub(super) file: Option<u32>,
    /// What of it is sure, from the place on where that ends; and problems and rows behind it.
    pub(super) sure: Option<Box<Sure>>,
    pub(super) said: Vec<Problem>,
    pub(super) rest: bool,
    /// Each of its transcripts is one unit's, so that reading it can go on where it was left.
    pub(super) plain: bool,
    /// It says something of transcripts elsewhere.
    pub(super) speaks: bool,
    /// What is known of it, when it was read before.
    pub(super) old: Option<Old>,
    /// Rows that wait to become a chunk, rows that wait to be made anew, and reports that wait with them.
    pub(super) waiting: Vec<Row>,
    pub(super) renewed: Vec<(RowId, Option<Row>)>,
    /// Those among the latter in whose places other records stand now.
    pub(super) fresh: Vec<RowId>,
    reports: Vec<(u32, Option<Unsaid>, FileReport)>,
    flushed: Option<Instant>,
    /// When something was sent first.
    began: Option<Instant>,
    /// What was sent, to be looked at again when more is known.
    pub(super) sent: Stack,
    /// Rows that are gone.
    pub(super) gone: Bits,
    /// Other names of rows, where they have any.
    pub(super) aliases: HashMap<RowId, Vec<String>>,
    /// Label rows and requests came after transcripts had been read.
    pub(super) late: bool,
    /// Reports of the files that have ended, without their problems.
    pub(super) ended: HashMap<u32, FileReport>,
    /// What is remembered of files for the case that they change.
    pub(super) memories: HashMap<u32, Memory>,
    /// Label rows and requests that some transcript answers to, and what was told of the others of each file.
    pub(super) met: Met,
    pub(super) told: BTreeMap<u32, (u64, Vec<Problem>)>,
    /// What has come since rows were last looked through.
    pub(super) since: Since,
    /// Everything was read once: what comes now comes a little at a time.
    pub(super) following: bool,
}

impl<'a> Collector<'a> {
    pub(super) fn new(corpus: &'a Corpus, event: &'a mut dyn FnMut(LoadEvent) -> bool) -> Self {
        let progress = Progress {
            total: corpus.total_bytes(),
            files_total: corpus.files.all().len() as u32,
            ..Progress::default()
        };
        Self {
            corpus,
            known: None,
            given: 0,
            read: false,
            moved: false,
            withheld: Vec::new(),
            event,
            names: Interner::default(),
            report: FileReport::default(),
            formats: Vec::new(),
            per_kind: BTreeMap::new(),
            groups: Vec::new(),
            by_name: HashMap::new(),
            shared: Vec::new(),
            progress,
            before: 0,
            file: None,
            sure: None,
            said: Vec::new(),
            rest: false,
            plain: true,
            speaks: false,
            old: None,
            waiting: Vec::new(),
            renewed: Vec::new(),
            fresh: Vec::new(),
            reports: Vec::new(),
            flushed: None,
            began: None,
            sent: Stack::default(),
            gone: Bits::default(),
            aliases: HashMap::new(),
            late: false,
            ended: HashMap::new(),
            memories: HashMap::new(),
            met: Met::default(),
            told: BTreeMap::new(),
            since: Since::default(),
            following: false,
        }
    }

    pub(super) fn take(&mut self, result: Answer) -> bool {
        // Known when the last file has been found.
        self.progress.total = self.corpus.total_bytes();
        match result {
            Answer::Units { file, units, position } => {
                self.start(file);
                self.read = true;
                for done in units {
                    self.unit(file, done);
                }
                if !self.following && self.corpus.files.get(file).is_some_and(|f| f.depth == 0) {
                    self.progress.bytes = self.before + position;
                }
                self.is_waiting() || self.flush()
            }
            Answer::Known { file, at } => self.take_known(file, at),
            Answer::Files { parent, paths } => {
                self.progress.files_total += paths.len() as u32;
                (self.event)(LoadEvent::Files { parent, paths })
            }
            Answer::Sure { file, resume } => {
                self.start(file);
                self.sure(resume);
                true
            }
            Answer::End(end) => self.end(end),
        }
    }

    /// Sends the rows that wait.
    pub(super) fn flush_rows(&mut self) -> bool {
        let waiting = std::mem::take(&mut self.waiting);
        waiting.chunks(MOST_ROWS).all(|rows| {
            if !self.following {
                return self.send_chunk(Batch::new(rows));
            }
            let batch = self.sent.append(rows);
            (self.event)(LoadEvent::Rows(batch))
        })
    }

    pub(super) fn send_chunk(&mut self, batch: Batch) -> bool {
        self.sent.push(Arc::clone(&batch.chunk));
        (self.event)(LoadEvent::Rows(batch))
    }

    /// Puts a row behind those that wait.
    pub(super) fn wait(&mut self, row: Row) {
        self.waiting.push(row);
    }

    /// Whether what waits may go on waiting.
    pub(super) fn is_waiting(&self) -> bool {
        self.waiting.len() < MOST_ROWS && !self.is_due()
    }

    pub(super) fn withhold(&mut self, file: u32, problems: Vec<Problem>, joined: u64) {
        self.given += 1;
        if !problems.is_empty() || joined > 0 {
            self.withheld.push((file, problems, joined));
        }
    }

    pub(super) fn take_withheld(&mut self) -> Vec<(u32, Vec<Problem>, u64)> {
        std::mem::take(&mut self.withheld)
    }

    /// Whether any file's rows were known.
    pub(super) fn gave_any(&self) -> bool {
        self.given > 0
    }

    /// Whether all files are those of the index.
    pub(super) fn all_known(&self) -> bool {
        let known = self.known.as_ref();
        let all = known.is_some_and(|known| known.index.files.len() == self.given);
        all && !self.read && !self.moved
    }

    /// Whether what waits has waited long enough.
    fn is_due(&self) -> bool {
        let patience = match self.began {
            Some(began) if !self.following => (began.elapsed() / FLUSHES).clamp(FLUSH, LONG_FLUSH),
            _ => FLUSH,
        };
        self.flushed.is_none_or(|at| at.elapsed() >= patience)
    }

    /// Sends what waits: rows that were made anew, rows in chunks, then reports, then how far reading is.
    pub(super) fn flush(&mut self) -> bool {
        let now = Instant::now();
        self.flushed = Some(now);
        self.began.get_or_insert(now);
        // Of a file that is read once more the old report holds until there is a new one.
        if let Some(file) = self.file.filter(|_| self.old.is_none()) {
            let report = self.snapshot(file);
            self.reports.push((file, None, report));
        }
        let renewed = std::mem::take(&mut self.renewed);
        if !renewed.is_empty() && !self.renew(renewed, true) {
            return false;
        }
        if !self.flush_rows() {
            return false;
        }
        for (file, unsaid, report) in std::mem::take(&mut self.reports) {
            let unsaid = unsaid.map(|unsaid| LoadEvent::Unsaid(file, unsaid));
            for event in unsaid.into_iter().chain([LoadEvent::File(file, report)]) {
                if !(self.event)(event) {
                    return false;
                }
            }
        }
        (self.event)(LoadEvent::Progress(self.progress))
    }

    /// Sends rows that were made anew. `records`: the records are others, not only what is known of them.
    pub(super) fn renew(&mut self, rows: Vec<(RowId, Option<Row>)>, records: bool) -> bool {
        for (id, _) in rows.iter().filter(|(_, row)| row.is_none()) {
            self.gone.insert(*id);
        }
        let renewed = Renewed::on(&mut self.sent, rows);
        let fresh = if records { std::mem::take(&mut self.fresh) } else { Vec::new() };
        (self.event)(LoadEvent::Renewed(Renewed { fresh, records, ..renewed }))
    }

    /// Gives an event to whoever loads.
    pub(super) fn send(&mut self, event: LoadEvent) -> bool {
        (self.event)(event)
    }

    fn unit(&mut self, file: u32, done: Done) {
        let Done { unit, mut reading, rows, hash, part, .. } = done;
        let counts = &mut self.report.counts;
        counts.units += 1;
        counts.left_out += reading.left_out;
        counts.records += reading.left_out;
        let made = rows.len() as u64;
        if !reading.format.is_empty() {
            let why = std::mem::take(&mut reading.why);
            self.seen(reading.format, made.max(1), why);
        }
        for problem in std::mem::take(&mut reading.problems) {
            self.problem(problem);
        }
        self.elsewhere(file, &unit, (part, hash), &mut reading);
        self.plain &= !self.speaks && reading.parts.is_empty() && reading.shared.is_empty();
        for (row, aliases) in rows {
            self.row(row, &aliases);
        }
        for (name, piece) in reading.parts {
            let at = *self.by_name.entry(name).or_insert_with_key(|name| {
                self.groups.push(Group::new(name.clone(), reading.format, unit.clone()));
                self.groups.len() - 1
            });
            if let Some(group) = self.groups.get_mut(at) {
                group.add(piece, part, hash);
            }
        }
        self.shared.extend(reading.shared.into_iter().map(|piece| (piece, part, hash)));
    }

    /// Keeps what a unit says of transcripts elsewhere.
    fn elsewhere(
        &mut self,
        file: u32,
        unit: &Unit,
        (part, hash): ((u64, u64), u64),
        reading: &mut UnitReading,
    ) {
        let place = UnitPlace { file, line: (unit.line > 0).then_some(unit.line), part };
        if reading.label_rows.is_empty() && reading.requests.is_empty() {
            return;
        }
        self.speaks = true;
        // A file of labels is read before all others, but an index knows rows that were read without it.
        let entry = self.corpus.files.get(file);
        let before = self.known.is_none() && entry.as_ref().is_some_and(|f| f.labels);
        self.late |= !before;
        if let Some(entry) = entry {
            entry.set_speaks();
        }
        for row in std::mem::take(&mut reading.label_rows) {
            self.corpus.joins.add_labels(row, place);
        }
        for (id, _) in std::mem::take(&mut reading.requests) {
            let message = format!(
                "a request with the id `{}` stands earlier in this folder; that one counts",
                crate::ingest::json::plain(&id)
            );
            let path = self.corpus.path(file);
            let earlier = self.corpus.joins.add_request(id, place, hash);
            let near = |p: &UnitPlace| same_folder(&self.corpus.path(p.file), &path);
            if earlier.iter().any(near) {
                let mut problem = problem(ProblemKind::SameId, &path, message);
                problem.line = place.line;
                self.problem(problem);
            }
        }
    }

    /// Takes a row of a transcript with these other names.
    pub(super) fn row(&mut self, row: Row, aliases: &[String]) {
        if !aliases.is_empty()
            && let Some(entry) = self.corpus.files.get(row.place.file)
        {
            entry.set_aliased();
        }
        self.put(row, aliases);
    }

    fn seen(&mut self, format: &'static str, records: u64, why: String) {
        match self.formats.iter_mut().find(|(name, ..)| *name == format) {
            Some((_, n, _)) => *n += records,
            None => self.formats.push((format, records, why)),
        }
    }

    fn problem(&mut self, problem: Problem) {
        let seen = self.per_kind.entry(problem.kind).or_default();
        *seen += 1;
        if *seen <= MOST_PROBLEMS {
            self.say(problem);
        }
    }

    fn say(&mut self, problem: Problem) {
        if self.sure.is_some() {
            self.said.push(problem.clone());
        }
        self.report.problems.push(problem);
    }

    /// The report of the present file as it stands, with the problems since the last one.
    fn snapshot(&mut self, file: u32) -> FileReport {
        // Of equally frequent ones the first, however often somebody asked in between.
        let mut formats: Vec<_> = self.formats.iter().collect();
        formats.sort_by_key(|(_, records, _)| std::cmp::Reverse(*records));
        let names: Vec<&str> = formats.iter().map(|(name, ..)| *name).collect();
        self.report.path = self.corpus.path(file);
        self.report.format = names.join(", ");
        self.report.why = formats.first().map(|(.., why)| why.clone()).unwrap_or_default();
        let problems = std::mem::take(&mut self.report.problems);
        FileReport { problems, ..self.report.clone() }
    }

    fn end(&mut self, end: End) -> bool {
        self.read = true;
        let End { file, layout, what, left_out, problems, mark, held } = end;
        self.start(file);
        self.report.counts.left_out += left_out;
        self.report.counts.records += left_out;
        let path = self.corpus.path(file);
        self.grouped(file);
        for (kind, n) in std::mem::take(&mut self.per_kind) {
            if n > MOST_PROBLEMS {
                let more = n - MOST_PROBLEMS;
                let message = format!("and {more} more like these ({})", kind.as_str());
                self.say(problem(kind, &path, message));
            }
        }
        let empty = self.report.counts.units == 0 && problems.is_empty() && what.is_none();
        if empty && layout != Layout::Unsupported {
            let message = "the file holds no record".to_owned();
            self.say(problem(ProblemKind::Empty, &path, message));
        }
        let unread = problems.iter().find(|p| p.kind == ProblemKind::NotReadYet);
        let why = unread.map(|p| p.message.clone()).or(what);
        for problem in problems {
            self.say(problem);
        }
        if let Some(entry) = self.corpus.files.get(file).filter(|_| held) {
            entry.set_held();
        }
        let unsaid = self.end_again(file);
        self.remember(file, mark, held);
        let mut report = self.snapshot(file);
        report.done = true;
        if let Some(why) = why {
            report.why = if report.why.is_empty() { why } else { format!("{}; {why}", report.why) };
        }
        self.report = FileReport::default();
        self.formats.clear();
        self.file = None;
        self.end_file(file, unsaid, report);
        // Thousands of small files go together, too.
        self.is_waiting() || self.flush()
    }

    /// A file has ended, or its end was known.
    pub(super) fn end_file(&mut self, file: u32, unsaid: Option<Unsaid>, report: FileReport) {
        self.ended.insert(file, FileReport { problems: Vec::new(), ..report.clone() });
        if !self.following {
            // Members of an archive are a part of it.
            let named = self.corpus.files.get(file).filter(|f| f.depth == 0);
            let size = match named.as_deref().map(|f| &f.given) {
                Some(Ok(bytes)) => bytes.len().unwrap_or_default(),
                _ => 0,
            };
            self.before += size;
            self.progress.bytes = self.before;
            self.progress.files += 1;
        }
        self.reports.push((file, unsaid, report));
    }

    pub(super) fn finish(&mut self) -> bool {
        // The last file may have been read before whoever looked for files said so.
        self.progress.total = self.corpus.total_bytes();
        self.progress.done = true;
        self.following = true;
        self.flush()
    }
}
