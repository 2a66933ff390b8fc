//! Putting results back into order: rows and reports of each file, pieces of one transcript joined.

use std::collections::HashMap;
use std::sync::Arc;

use xxhash_rust::xxh3::xxh3_64;

use super::loader::{Answer, Done};
use super::row::Interner;
use super::{Batch, Corpus, FileReport, LoadEvent, Progress, Row, RowPlace};
use crate::ingest::format::RawTranscript;
use crate::ingest::units::Layout;
use crate::ingest::{Unit, assemble};
use crate::model::{Analysis, Parse, Problem, ProblemKind, Transcript};

/// Problems of one kind that a file keeps one by one; the rest are counted in a last one.
const MOST_PROBLEMS: u64 = 10_000;

/// One hash of several.
pub(super) fn hash_of(hashes: impl Iterator<Item = u64>) -> u64 {
    let bytes: Vec<u8> = hashes.flat_map(u64::to_le_bytes).collect();
    xxh3_64(&bytes)
}

/// Joins a piece to what came before: lists are appended, other fields filled where still empty.
pub(super) fn join(whole: &mut Option<RawTranscript>, piece: RawTranscript) {
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
    all.append(piece.turns);
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
pub(super) struct Collector<'a> {
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
    pub(super) fn new(corpus: &'a Corpus, event: &'a mut dyn FnMut(LoadEvent) -> bool) -> Self {
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

    pub(super) fn take(&mut self, result: Answer) -> bool {
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
            let group = if let Some((_, group)) = slot {
                group
            } else {
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
        if transcript.parse == Parse::Repaired {
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
        self.formats.sort_by_key(|(_, records, _)| std::cmp::Reverse(*records));
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

    pub(super) fn finish(&mut self) {
        self.progress.done = true;
        (self.event)(LoadEvent::Progress(self.progress));
    }
}
