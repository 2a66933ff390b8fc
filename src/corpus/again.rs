//! A file that is read once more because it has changed: its rows find their old places, and what was remembered of it
//! says where to go on.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::bits::Bits;
use super::cache::{Growth, KnownFile};
use super::collect::Collector;
use super::files::{Content, Entry, Start};
use super::joins::{Changed, Said};
use super::stack::Stack;
use super::{FileReport, LoadEvent, Row, RowId, Unsaid};
use crate::ingest::units::Resume;
use crate::model::{Counts, Parse, Problem, ProblemKind};
use crate::source::{Bytes, Mark, Stamp};

/// Format name, its records, why.
pub(super) type Formats = Vec<(&'static str, u64, String)>;

/// What a file gave as far as nothing that is written behind can change it.
#[derive(Debug, Clone)]
pub(super) struct Sure {
    pub resume: Resume,
    pub counts: Counts,
    pub mended: BTreeMap<&'static str, u64>,
    pub formats: Formats,
    pub per_kind: BTreeMap<ProblemKind, u64>,
}

/// How to go on, in the next run, with a file that has grown by then.
#[derive(Debug, Clone)]
pub(super) struct Onward {
    /// Of what was read.
    pub stamp: Stamp,
    pub sure: Sure,
    /// Problems told of what is not sure, and of the end.
    pub said: Vec<Problem>,
}

/// What is remembered of a file that was read.
#[derive(Debug, Default)]
pub(super) struct Memory {
    /// What was read.
    pub mark: Option<Mark>,
    /// From where to go on when it has grown; `None`: it must be read from its start.
    pub sure: Option<Box<Sure>>,
    /// Something at its end is not whole yet, and was not given.
    pub held: bool,
    /// Problems told of what is not sure, and of the end.
    pub said: Vec<Problem>,
    /// Rows stand behind what is sure, or places of rows that are gone.
    pub rest: bool,
    /// What was told when it could not be looked at.
    pub gone: Option<Problem>,
    /// It comes from an index and is tied to other files, in ways that the index does not hold: whoever follows reads it
    /// once more.
    pub tied: bool,
}

/// By what a row's place is known again.
type Key = (u64, u32, Option<Arc<str>>, Option<Arc<str>>);

fn key(row: &Row) -> Key {
    let place = &row.place;
    (place.index, place.ordinal, place.member.clone(), place.group.clone())
}

/// What is known of a file while it is read once more.
#[derive(Debug)]
pub(super) struct Old {
    /// Its rows that may come again, and those among them that have.
    rows: HashMap<Key, RowId>,
    met: Bits,
    /// Problems that hold no longer; `None`: all.
    pub said: Option<Vec<Problem>>,
    /// What it said of transcripts elsewhere.
    heard: Said,
    /// What stands around its units is as it was, for samples that a summary tells of.
    around_is_same: bool,
}

/// What has come since rows were last looked through.
#[derive(Debug, Default)]
pub(super) struct Since {
    /// The first row that nobody has looked at.
    pub from: RowId,
    /// Rows before it that are others now.
    pub renewed: Vec<RowId>,
    /// Records are gone, or others: whom a label row met is not known any more.
    pub lost: bool,
    /// What is said of transcripts elsewhere and was not, or the other way round.
    pub changed: Changed,
}

/// The rows of a file from a unit on, by place.
fn rows_of(stack: &Stack, file: u32, from: u64) -> HashMap<Key, RowId> {
    let mut rows = HashMap::new();
    for (first, chunk) in stack.from(0).filter(|(_, chunk)| chunk.file.values.contains(&file)) {
        for (at, id) in (0..chunk.len).zip(first..) {
            if chunk.file.get(at) == Some(&file) && chunk.index.get(at) >= from {
                rows.insert(key(&chunk.row(at)), id);
            }
        }
    }
    rows
}

impl Collector<'_> {
    /// Gets ready for a file, unless it is the present one.
    pub(super) fn start(&mut self, file: u32) {
        if self.file.replace(file) == Some(file) || !self.ended.contains_key(&file) {
            return;
        }
        let Some(entry) = self.corpus.files.get(file) else { return };
        let known = self.memories.remove(&file).unwrap_or_default();
        let mut from = 0;
        let mut old = Old {
            rows: HashMap::new(),
            met: Bits::default(),
            said: None,
            heard: Said::default(),
            around_is_same: is_same_around(&entry),
        };
        let mut rest = true;
        if let (Start::On(_), Some(sure)) = (entry.start, known.sure) {
            from = sure.resume.index;
            rest = known.rest;
            old.said = Some(known.said);
            self.report.counts = sure.counts;
            self.report.mended = sure.mended;
            self.formats = sure.formats;
            self.per_kind = sure.per_kind;
        } else {
            old.heard = self.corpus.joins.forget(file);
            // What was told of those whom it met nobody for goes with all else, and is told again.
            self.since.lost |= self.told.remove(&file).is_some();
        }
        if rest {
            old.rows = rows_of(&self.sent, file, from);
        }
        self.old = Some(old);
    }

    /// The units so far are sure.
    pub(super) fn sure(&mut self, resume: Resume) {
        self.sure = Some(Box::new(Sure {
            resume,
            counts: self.report.counts,
            mended: self.report.mended.clone(),
            formats: self.formats.clone(),
            per_kind: self.per_kind.clone(),
        }));
    }

    /// Puts a row in its place, and counts it: its old one if it has one, else behind all others.
    pub(super) fn put(&mut self, row: Row, aliases: &[String]) {
        self.rest |= self.sure.is_some();
        let there = self.old.as_mut().and_then(|old| {
            let id = *old.rows.get(&key(&row))?;
            old.met.insert(id);
            Some((id, old.around_is_same))
        });
        let Some((id, same_around)) = there else {
            let id = self.sent.len() + self.waiting.len() as RowId;
            if !aliases.is_empty() {
                self.aliases.insert(id, aliases.to_vec());
            }
            self.count(&row);
            self.waiting.push(row);
            return;
        };
        let Some(known) = self.sent.at(id).map(|(chunk, at)| chunk.row(at)) else { return };
        let was_gone = self.gone.remove(id);
        if !was_gone {
            // A sample that was opened is not closed again by the summary that it was known by first.
            let opened = row.pending && !known.pending && same_around && row.place == known.place;
            if opened || known == row {
                self.count(&known);
                return;
            }
        }
        // A session that goes on is the same one, and so is a record that was away.
        let same = if was_gone { known.place.hash == row.place.hash } else { known.id == row.id };
        if !same && (was_gone || row.place.group.is_none()) {
            self.fresh.push(id);
        }
        let before = match aliases {
            [] => self.aliases.remove(&id),
            _ => self.aliases.insert(id, aliases.to_vec()),
        };
        // Whoever spoke of it by another name has lost it.
        let names = |row: &Row| (row.id.clone(), row.sample.clone(), row.tier.clone());
        let renamed =
            names(&known) != names(&row) || before.as_deref().unwrap_or_default() != aliases;
        self.since.lost |= renamed && !was_gone;
        self.count(&row);
        self.since.renewed.push(id);
        self.renewed.push((id, Some(row)));
    }

    fn count(&mut self, row: &Row) {
        self.report.counts.records += 1;
        self.report.counts.transcripts += 1;
        self.report.counts.repaired += u64::from(row.parse == Parse::Repaired);
        for code in &row.repairs {
            *self.report.mended.entry(code).or_default() += 1;
        }
    }

    /// The file has ended: rows that did not come again are gone. Gives the problems that hold no longer.
    pub(super) fn end_again(&mut self, file: u32) -> Option<Unsaid> {
        let old = self.old.take();
        let before = old.as_ref().map(|old| &old.heard);
        if self.following && (self.speaks || before.is_some_and(|said| !said.is_empty())) {
            let now = self.corpus.joins.said(file);
            self.since.changed.add(before.unwrap_or(&Said::default()), &now);
        }
        let Old { rows, met, said, .. } = old?;
        let mut lost: Vec<RowId> = rows.into_values().filter(|id| !met.contains(*id)).collect();
        lost.sort_unstable();
        self.rest |= !lost.is_empty();
        for id in lost {
            if !self.gone.contains(id) {
                self.gone.insert(id);
                self.aliases.remove(&id);
                self.renewed.push((id, None));
                self.since.lost = true;
            }
        }
        Some(match said {
            None => Unsaid::All,
            Some(said) => Unsaid::These(said),
        })
    }

    /// Remembers what is needed when the file changes.
    pub(super) fn remember(&mut self, file: u32, mark: Option<Mark>, held: bool) {
        let sure = self.sure.take().filter(|_| self.plain);
        let said = std::mem::take(&mut self.said);
        let rest = std::mem::take(&mut self.rest);
        (self.plain, self.speaks) = (true, false);
        let entry = self.corpus.files.get(file).filter(|entry| entry.depth == 0);
        if let Some(entry) = entry.filter(|entry| matches!(entry.given, Ok(Bytes::File(_)))) {
            let said = if sure.is_some() { said } else { Vec::new() };
            let read = |mark: &Mark| mark.stamp(&entry.stamp()?);
            // Of what is packed nobody knows which bytes were read.
            let plain = matches!(entry.content(), Some(Content::Stream(Bytes::File(_))));
            if let (true, Some(sure), Some(stamp)) =
                (plain && self.corpus.keeping.is_some(), &sure, mark.as_ref().and_then(read))
            {
                let sure = Sure::clone(sure);
                entry.set_onward(Onward { stamp, sure, said: said.clone() });
            }
            let (gone, tied) = (None, false);
            self.memories.insert(file, Memory { mark, sure, held, said, rest, gone, tied });
        }
    }

    /// The same of a file whose rows were known.
    pub(super) fn remember_known(&mut self, file: u32, known: &KnownFile) {
        let Some(entry) = self.corpus.files.get(file) else { return };
        if known.speaks {
            entry.set_speaks();
        } else if known.entangled {
            entry.set_aliased();
        }
        let Some(mark) = entry.given.as_ref().ok().and_then(|b| Mark::known(b, &known.stamp))
        else {
            return;
        };
        let mut memory = Memory { mark: Some(mark), tied: known.entangled, ..Memory::default() };
        if let Some(Growth { sure, said, rows }) = &known.growth {
            memory.sure = Some(Box::new(sure.clone()));
            memory.said.clone_from(said);
            memory.rest = *rows < known.rows.1;
            let (stamp, sure, said) = (known.stamp, sure.clone(), said.clone());
            entry.set_onward(Onward { stamp, sure, said });
        }
        self.memories.insert(file, memory);
    }

    /// Counts of a file that a row which is made anew may have changed: those told, and those to go on from.
    pub(super) fn correct(&mut self, file: u32, index: u64, correct: impl Fn(&mut Counts)) {
        if let Some(report) = self.ended.get_mut(&file) {
            correct(&mut report.counts);
        }
        let sure = self.memories.get_mut(&file).and_then(|known| known.sure.as_mut());
        if let Some(sure) = sure.filter(|sure| index < sure.resume.index) {
            correct(&mut sure.counts);
        }
    }

    /// Tells something of a file, or takes it back, with what is counted of it.
    pub(super) fn tell(&mut self, file: u32, unsaid: Vec<Problem>, problems: Vec<Problem>) -> bool {
        let Some(report) = self.ended.get(&file) else { return true };
        let report = FileReport { problems, ..report.clone() };
        (unsaid.is_empty() || self.send(LoadEvent::Unsaid(file, Unsaid::These(unsaid))))
            && self.send(LoadEvent::File(file, report))
    }
}

fn is_same_around(entry: &Entry) -> bool {
    let around = entry.shape().and_then(|shape| shape.around.as_ref());
    around == entry.around_before.as_ref()
}
