//! Archives: a log of samples whose units are members, or a folder of files.
//!
//! What a member means is the business of `ingest`; how it is unpacked, of `source`. Here the two meet.

use std::io;
use std::sync::Arc;

use serde_json::Value;
use xxhash_rust::xxh3::xxh3_64;

use super::Corpus;
use super::cut::{FIRST_UNITS, MOST_UNITS, Send, problem};
use super::files::{Content, Entry, Shape, Start};
use super::job::{Done, End, Job};
use super::loader::spots;
use crate::ingest::inspect::archive::{self, Plan, SampleAt};
use crate::ingest::inspect::{chunks, summary};
use crate::ingest::units::{MAX_UNIT, UnitKind};
use crate::ingest::{Unit, UnitReading, assemble, json, read_unit};
use crate::model::ProblemKind;
use crate::query::Needs;
use crate::source::Archive;

/// Archives inside archives are read this deep: one that holds itself must have an end.
const MOST_DEPTH: u8 = 3;

/// An archive of samples.
#[derive(Debug)]
pub(super) struct Log {
    archive: Arc<Archive>,
    plan: Plan,
}

impl Log {
    /// `None` when the archive is no log of samples.
    fn new(archive: &Arc<Archive>) -> Option<Self> {
        let entries: Vec<archive::Entry<'_>> = archive
            .entries()
            .iter()
            .map(|entry| archive::Entry { name: &entry.raw, size: entry.size })
            .collect();
        let plan = archive::plan(&entries)?;
        Some(Self { archive: Arc::clone(archive), plan })
    }

    /// The value of an entry.
    fn value(&self, entry: usize) -> Result<Value, String> {
        let bytes = self.archive.read(entry, MAX_UNIT).map_err(|e| e.to_string())?;
        json::read(&bytes).map(|read| read.value).map_err(|(_, sentence)| sentence)
    }

    fn name(&self, entry: usize) -> &str {
        self.archive.entries().get(entry).map_or("", |e| e.name.as_str())
    }

    /// The bytes of a sample, as one JSON object.
    ///
    /// # Errors
    /// When the archive is damaged there, or the sample's pieces do not fit together.
    pub(super) fn sample(&self, number: usize) -> io::Result<Vec<u8>> {
        let Some(unit) = self.plan.units.get(number) else {
            return Err(io::Error::other("the archive no longer holds this sample"));
        };
        let read = |entry: usize| self.archive.read(entry, MAX_UNIT);
        let entries = match &unit.at {
            SampleAt::Whole(entry) => return read(*entry),
            SampleAt::Chunked(entries) => entries,
        };
        let all = |list: &[(u64, usize)]| -> io::Result<Vec<(u64, Vec<u8>)>> {
            list.iter().map(|(first, entry)| Ok((*first, read(*entry)?))).collect()
        };
        let sample = read(entries.sample)?;
        let metadata = entries.metadata.map(read).transpose()?;
        let stats = entries.stats.map(read).transpose()?;
        let (messages, attachments) = (all(&entries.messages)?, all(&entries.attachments)?);
        let pieces = chunks::Pieces {
            sample: &sample,
            metadata: metadata.as_deref(),
            messages: &borrowed(&messages),
            attachments: &borrowed(&attachments),
            stats: stats.as_deref(),
        };
        chunks::join(&pieces)
            .map_err(|sentence| io::Error::new(io::ErrorKind::InvalidData, sentence))
    }

    /// A sample's content hash, from the checksums and sizes in the archive's directory: known without opening it.
    pub(super) fn hash(&self, number: usize) -> u64 {
        let entries = self.plan.units.get(number).map(|unit| unit.at.entries()).unwrap_or_default();
        let known = entries.iter().filter_map(|at| self.archive.entries().get(*at));
        let bytes: Vec<u8> = known
            .flat_map(|e| e.crc32.to_le_bytes().into_iter().chain(e.size.to_le_bytes()))
            .collect();
        xxh3_64(&bytes)
    }
}

impl Corpus {
    /// Hands the members of an archive to the pool: samples of a log, or files that are read after it.
    /// `None`: told to stop.
    pub(super) fn cut_archive(
        &self,
        entry: &Entry,
        archive: &Arc<Archive>,
        mut end: End,
        inside: &mut Vec<u32>,
        send: Send<'_>,
    ) -> Option<End> {
        let path = entry.path.as_str();
        let kind = if archive.recovered() { ProblemKind::Torn } else { ProblemKind::Unreadable };
        let remarks = archive.remarks().iter();
        end.problems.extend(remarks.map(|sentence| problem(kind, path, sentence.clone())));
        let notes = archive.notes().iter();
        let read = ProblemKind::Mended;
        end.problems.extend(notes.map(|sentence| problem(read, path, sentence.clone())));
        if let Some(log) = Log::new(archive) {
            return cut_log(entry, log, end, send);
        }
        let mut members: Vec<usize> = archive.readable_members().collect();
        let name = |at: usize| archive.entries().get(at).map_or("", |e| e.name.as_str());
        members.sort_by(|a, b| name(*a).cmp(name(*b)));
        end.what = Some(format!("zip archive of {}", files(members.len())));
        if members.is_empty() {
            let message = "the archive holds no file to read".to_owned();
            end.problems.push(problem(ProblemKind::Empty, path, message));
        } else if entry.depth >= MOST_DEPTH {
            let message = format!(
                "archives inside archives are read {MOST_DEPTH} deep; this one is left out"
            );
            end.problems.push(problem(ProblemKind::NotReadYet, path, message));
            return Some(end);
        }
        let child = |at: &usize| {
            let inner = format!("{path}/{}", name(*at));
            Entry::new(inner, Ok(archive.member(*at)), entry.labels)
                .within(entry, archive.member_limits())
        };
        let mut children: Vec<Entry> = members.iter().map(child).collect();
        if entry.is_known() {
            self.meet_again(entry, &mut children, inside);
        }
        let paths: Vec<String> = children.iter().map(|c| c.path.clone()).collect();
        let first = self.files.add(children);
        inside.extend(first..first + paths.len() as u32);
        send(Job::Files { parent: Some(end.file), paths }).then_some(end)
    }

    /// Takes out the members that were there when the archive was read last: those are read once more.
    fn meet_again(&self, archive: &Entry, members: &mut Vec<Entry>, inside: &mut Vec<u32>) {
        for file in self.files.inside(archive) {
            let Some(known) = self.files.get(file) else { continue };
            // Of several of one name each meets one.
            if let Some(at) = members.iter().position(|member| member.path == known.path) {
                let member = members.remove(at);
                let mut again = known.again(member.given, Start::Again);
                again.limits = member.limits;
                self.files.prepare(file, again);
                inside.push(file);
            }
        }
    }

    /// A sample of an archive: by its summary where there is one, else opened.
    pub(super) fn sample(
        &self,
        entry: &Entry,
        unit: Unit,
        known: Option<&Value>,
        needs: Needs,
    ) -> Done {
        let part = (unit.offset, unit.len);
        let shape = entry.shape().cloned().unwrap_or_default();
        if let Some(told) = known
            && let Some(Content::Log(log)) = entry.content()
            && let Some(raw) = summary::read(told, shape.around.as_deref(), &self.rules)
        {
            let hash = log.hash(usize::try_from(part.0).unwrap_or(usize::MAX));
            let context = self.context(entry, &shape, &unit, hash);
            let transcript = assemble(raw, "inspect", &context);
            let reading = UnitReading {
                format: "inspect",
                why: "an Inspect log in a zip archive, listed by its summaries".to_owned(),
                transcripts: vec![transcript],
                ..UnitReading::default()
            };
            // What the rules find is known when the sample is opened.
            let analyses = vec![None];
            let pending = true;
            return Done { unit, reading, analyses, hash, part, pending, ..Done::default() };
        }
        let name = unit.member.clone().unwrap_or_default();
        let (reading, spots, hash) = match entry.unit(part) {
            Ok((bytes, hash)) => {
                let reading = read_unit(&bytes, &self.context(entry, &shape, &unit, hash));
                let spots = spots(&reading, &bytes, needs);
                (reading, spots, hash)
            }
            Err(error) => {
                let message =
                    format!("sample `{}` cannot be read: {error}; left out", json::plain(&name));
                let reading = UnitReading::refused(ProblemKind::Unreadable, message, &entry.path);
                (reading, Vec::new(), 0)
            }
        };
        self.done(Done { unit, reading, spots, hash, part, ..Done::default() }, needs)
    }
}

/// Hands the samples of a log to the pool.
fn cut_log(entry: &Entry, log: Log, mut end: End, send: Send<'_>) -> Option<End> {
    let path = entry.path.as_str();
    let remarks = log.plan.remarks.iter();
    end.problems.extend(remarks.map(|text| problem(ProblemKind::Torn, path, text.clone())));
    let mut around = None;
    if let Some(at) = log.plan.header {
        match log.value(at) {
            Ok(header) => around = Some(header),
            Err(why) => {
                let message = format!(
                    "`{}` cannot be read: {why}; the model and the task are not known",
                    log.name(at)
                );
                end.problems.push(problem(ProblemKind::Unreadable, path, message));
            }
        }
    }
    let mut known: Vec<Option<Arc<Value>>> = vec![None; log.plan.units.len()];
    for at in &log.plan.summaries {
        let list = match log.value(*at) {
            Ok(Value::Array(list)) => list,
            Ok(_) => Vec::new(),
            Err(why) => {
                let message = format!(
                    "`{}` cannot be read: {why}; its samples are opened one by one",
                    log.name(*at)
                );
                end.problems.push(problem(ProblemKind::Unreadable, path, message));
                continue;
            }
        };
        for told in list {
            let Some((id, epoch)) = summary::key(&told) else { continue };
            if let Some(slot) = log.plan.unit(&id, epoch).and_then(|n| known.get_mut(n)) {
                // What the summary cuts short is read from the sample at once.
                *slot = (!summary::is_cut(&told)).then(|| Arc::new(told));
                continue;
            }
            end.left_out += 1;
            let message = format!(
                "the summary of sample `{}` (epoch {epoch}) has no sample in the archive; left out",
                json::plain(&id)
            );
            end.problems.push(problem(ProblemKind::Torn, path, message));
        }
    }
    let units: Vec<(Unit, Option<Arc<Value>>)> = (0..)
        .zip(&log.plan.units)
        .zip(known)
        .map(|((index, planned), told)| {
            let member = Some(planned.name.clone());
            (Unit { offset: index, len: planned.size, line: 0, index, member }, told)
        })
        .collect();
    entry.set_shape(Shape { kind: UnitKind::Json, around: around.map(Arc::new) });
    entry.set_content(Content::Log(log));
    let total = units.len();
    let size = entry.given.as_ref().ok().and_then(crate::source::Bytes::len).unwrap_or_default();
    let mut units = units.into_iter();
    let (mut most, mut given) = (FIRST_UNITS, 0);
    loop {
        let next: Vec<(Unit, Option<Arc<Value>>)> = units.by_ref().take(most).collect();
        if next.is_empty() {
            return Some(end);
        }
        given += next.len();
        let position = (u128::from(size) * given as u128 / total.max(1) as u128) as u64;
        most = MOST_UNITS;
        if !send(Job::Samples { file: end.file, units: next, position }) {
            return None;
        }
    }
}

fn borrowed(list: &[(u64, Vec<u8>)]) -> Vec<(u64, &[u8])> {
    list.iter().map(|(first, bytes)| (*first, bytes.as_slice())).collect()
}

fn files(n: usize) -> String {
    if n == 1 { "1 file".to_owned() } else { format!("{n} files") }
}
