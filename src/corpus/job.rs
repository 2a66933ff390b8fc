//! What goes to the pool while files are read, and what comes back.

use std::sync::Arc;

use serde_json::Value;

use super::body::LONG;
use super::{Interner, Row, RowPlace, Spots};
use crate::ingest::units::{Layout, Resume};
use crate::ingest::{Unit, UnitBytes, UnitReading};
use crate::model::{Analysis, Problem};
use crate::source::Mark;

/// A piece of work for the pool.
pub(super) enum Job {
    /// A file whose rows are known, by its number in the index.
    Known { file: u32, at: usize },
    /// Units of a stream.
    Units { file: u32, units: Vec<(Unit, UnitBytes)>, position: u64 },
    /// Samples of an archive, by number: known by a summary, or to be opened.
    Samples { file: u32, units: Vec<(Unit, Option<Arc<Value>>)>, position: u64 },
    /// Files found in a folder, or inside a file.
    Files { parent: Option<u32>, paths: Vec<String> },
    /// The units before this place are sure, whatever is written behind: reading can go on from there.
    Sure { file: u32, resume: Resume },
    /// A file's end.
    End(End),
}

impl Job {
    /// Whether rules take so long for one of its records that its rows are to be shown before, should they be the first ones.
    pub(super) fn is_long(&self) -> bool {
        let Self::Units { units, .. } = self else { return false };
        units.iter().any(|(unit, _)| unit.len >= LONG as u64)
    }

    /// The file that it is about, unless it tells of others.
    pub(super) fn file(&self) -> Option<u32> {
        match self {
            Self::Units { file, .. }
            | Self::Known { file, .. }
            | Self::Samples { file, .. }
            | Self::Sure { file, .. } => Some(*file),
            Self::Files { .. } => None,
            Self::End(end) => Some(end.file),
        }
    }
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
    /// What was read of it, to see later whether it has changed.
    pub mark: Option<Mark>,
    /// Something at its end is not whole yet, and was not given.
    pub held: bool,
}

/// A row that was made of a unit, and the other names of its transcript.
pub(super) type Made = (Row, Vec<String>);

/// One unit as it was read.
#[derive(Default)]
pub(super) struct Done {
    pub unit: Unit,
    pub reading: UnitReading,
    pub analyses: Vec<Option<Analysis>>,
    /// Of each transcript, when somebody will search.
    pub spots: Vec<Spots>,
    /// What became of the transcripts.
    pub rows: Vec<Made>,
    pub hash: u64,
    /// The place among the file's parts.
    pub part: (u64, u64),
    /// Known by a summary only.
    pub pending: bool,
}

impl Done {
    /// Where the body of one of its transcripts is.
    pub(super) fn place(&self, file: u32, ordinal: u32, member: Option<Arc<str>>) -> RowPlace {
        RowPlace {
            file,
            parts: Box::new([self.part]),
            line: self.unit.line,
            index: self.unit.index,
            ordinal,
            member,
            ..RowPlace::default()
        }
    }

    /// Makes rows of the transcripts, whose bodies end here: whoever puts rows in order has no other work than that, and
    /// memory goes back to the thread that asked for it.
    pub(super) fn make_rows(&mut self, file: u32, names: &mut Interner) {
        let transcripts = std::mem::take(&mut self.reading.transcripts);
        let analyses = std::mem::take(&mut self.analyses);
        let mut spots = std::mem::take(&mut self.spots).into_iter();
        let member = self.unit.member.as_deref().map(|member| names.string(member));
        let made = transcripts.into_iter().zip(analyses).map(|(mut transcript, analysis)| {
            let place = self.place(file, transcript.place.ordinal, member.clone());
            let aliases = std::mem::take(&mut transcript.aliases);
            let row = Row::of(transcript, analysis.as_ref(), place, names);
            let spots = spots.next().unwrap_or_default();
            (Row { spots, pending: self.pending, ..row }, aliases)
        });
        self.rows = made.collect();
    }
}

/// A piece of work done.
pub(super) enum Answer {
    Units { file: u32, units: Vec<Done>, position: u64 },
    Known { file: u32, at: usize },
    Files { parent: Option<u32>, paths: Vec<String> },
    Sure { file: u32, resume: Resume },
    End(End),
}
