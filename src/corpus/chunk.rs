//! Some thousand rows as columns: what a corpus of millions is kept in. Made once, never changed, shared between threads.
//!
//! A row goes in and comes out whole ([`Row`]); filters, facets and sorting look at the columns.

mod judged;
mod later;
mod packed;

use std::collections::BTreeMap;
use std::sync::Arc;

pub(super) use judged::{Column, Judged, Verdicts};
pub(super) use later::Later;
pub(super) use packed::{Blobs, Coded, Codes, Counted, Numbers, Offsets, Tally, Texts};

use super::{Row, RowPlace, Said, Spots};
use crate::model::{Decider, OutcomeValue, Parse, SectionKind, Tier};

/// Most rows of a chunk.
pub(super) const MOST_ROWS: usize = 4096;

/// The small words of a row, which repeat in few combinations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct State {
    pub outcome: OutcomeValue,
    pub by: Option<Decider>,
    pub conflict: bool,
    pub parse: Parse,
    pub pending: bool,
    pub query_cut: bool,
}

/// An outcome, who decided it, and whether others say something else.
pub(super) type Verdict = (OutcomeValue, Option<Decider>, bool);

/// Byte ranges of a row's units.
type Parts = Box<[(u64, u64)]>;

/// Rows in order. Columns that an index keeps and nobody asks for at first come later, to clones too.
#[derive(Debug, Clone)]
pub struct Chunk {
    pub(super) len: usize,
    pub(super) file: Coded<u32>,
    pub(super) offset: Later<Numbers>,
    pub(super) bytes: Later<Numbers>,
    /// Rows made of several units, or of none: all their parts.
    pub(super) parts: Later<Vec<(u16, Parts)>>,
    pub(super) line: Later<Numbers>,
    pub(super) index: Later<Numbers>,
    pub(super) ordinal: Later<Numbers>,
    pub(super) member: Later<Texts>,
    pub(super) group: Later<Texts>,
    pub(super) hash: Later<Numbers>,
    pub(super) id: Later<Texts>,
    pub(super) sample: Later<Texts>,
    pub(super) epoch: Coded<Option<i64>>,
    pub(super) tier: Coded<Option<Arc<Tier>>>,
    pub(super) setting: Texts,
    pub(super) model: Texts,
    pub(super) variant: Texts,
    pub(super) design: Texts,
    pub(super) query: Later<Texts>,
    /// Hash of the system prompt; 0 without one.
    pub(super) prompt: Later<Numbers>,
    pub(super) state: Coded<State>,
    pub(super) repairs: Coded<Box<[&'static str]>>,
    pub(super) judged: Later<Judged>,
    /// Counts of each category that occurs.
    pub(super) cues: Vec<(Arc<str>, Numbers)>,
    pub(super) criteria: Coded<Option<u8>>,
    /// Bits of the score.
    pub(super) score: Coded<Option<u32>>,
    pub(super) said: Coded<Said>,
    pub(super) lens: Later<[Numbers; 8]>,
    /// Packed [`Spots`].
    pub(super) spots: Later<Blobs>,
}

impl Chunk {
    /// Columns of rows, at most [`MOST_ROWS`] of them.
    pub(super) fn new(rows: &[Row]) -> Self {
        let part = |r: &Row| match &*r.place.parts {
            [part] => *part,
            _ => (0, 0),
        };
        let numbers = |of: fn(&Row) -> u64| Numbers::new(rows.iter().map(of));
        let several = rows.iter().enumerate().filter(|(_, r)| r.place.parts.len() != 1);
        let mut categories: Vec<Arc<str>> = Vec::new();
        for (name, _) in rows.iter().flat_map(|r| r.cues.iter()) {
            if !categories.iter().any(|known| Arc::ptr_eq(known, name) || known == name) {
                categories.push(Arc::clone(name));
            }
        }
        categories.sort_unstable();
        let count = |row: &Row, name: &Arc<str>| {
            let mine = row.cues.iter().filter(|(own, _)| own == name);
            mine.map(|(_, n)| u64::from(*n)).sum::<u64>()
        };
        let cues = categories.into_iter().map(|name| {
            let counts = Numbers::new(rows.iter().map(|row| count(row, &name)));
            (name, counts)
        });
        Self {
            len: rows.len(),
            file: Coded::new(rows.iter().map(|r| r.place.file)),
            offset: Numbers::new(rows.iter().map(|r| part(r).0)).into(),
            bytes: Numbers::new(rows.iter().map(|r| part(r).1)).into(),
            parts: several
                .map(|(at, r)| (at as u16, r.place.parts.clone()))
                .collect::<Vec<_>>()
                .into(),
            line: numbers(|r| r.place.line).into(),
            index: numbers(|r| r.place.index).into(),
            ordinal: numbers(|r| r.place.ordinal.into()).into(),
            member: Texts::new(rows.iter().map(|r| r.place.member.as_deref())).into(),
            group: Texts::new(rows.iter().map(|r| r.place.group.as_deref())).into(),
            hash: numbers(|r| r.place.hash).into(),
            id: Texts::new(rows.iter().map(|r| Some(&*r.id))).into(),
            sample: Texts::new(rows.iter().map(|r| Some(&*r.sample))).into(),
            epoch: Coded::new(rows.iter().map(|r| r.epoch)),
            tier: Coded::new(rows.iter().map(|r| r.tier.clone())),
            setting: Texts::new(rows.iter().map(|r| r.setting.as_deref())),
            model: Texts::new(rows.iter().map(|r| r.model.as_deref())),
            variant: Texts::new(rows.iter().map(|r| r.variant.as_deref())),
            design: Texts::new(rows.iter().map(|r| r.design.as_deref())),
            query: Texts::new(rows.iter().map(|r| r.query.as_deref())).into(),
            prompt: numbers(|r| r.prompt.map_or(0, |hash| hash.max(1))).into(),
            state: Coded::new(rows.iter().map(State::of)),
            repairs: Coded::new(rows.iter().map(|r| r.repairs.clone())),
            judged: Judged::new(rows.iter().map(|r| &r.judgements)).into(),
            cues: cues.collect(),
            criteria: Coded::new(rows.iter().map(|r| r.criteria)),
            score: Coded::new(rows.iter().map(|r| r.score.map(f32::to_bits))),
            said: Coded::new(rows.iter().map(|r| r.said)),
            lens: Later::from(std::array::from_fn(|kind| {
                Numbers::new(
                    rows.iter().map(|r| r.lens.get(kind).copied().unwrap_or_default().into()),
                )
            })),
            spots: Blobs::new(rows.iter().map(|r| r.spots.as_bytes())).into(),
        }
    }

    /// The same rows with other outcomes, and whether what was said is not what was done: by place. Columns that come later stay there.
    pub(super) fn with_outcomes(
        &self,
        outcomes: &BTreeMap<usize, (Verdict, Option<bool>)>,
    ) -> Self {
        let state = |at| match (self.state_of(at), outcomes.get(&at)) {
            (state, Some(((outcome, by, conflict), _))) => {
                State { outcome: *outcome, by: *by, conflict: *conflict, ..state }
            }
            (state, None) => state,
        };
        let said = |at| match (self.said_of(at), outcomes.get(&at)) {
            (said, Some((_, mismatch))) => Said { mismatch: *mismatch, ..said },
            (said, None) => said,
        };
        Self {
            state: Coded::new((0..self.len).map(state)),
            said: Coded::new((0..self.len).map(said)),
            ..self.clone()
        }
    }

    /// Whether a row is made of several units, or of none.
    pub(super) fn is_of_several(&self, at: usize) -> bool {
        self.parts.binary_search_by_key(&(at as u16), |(row, _)| *row).is_ok()
    }

    /// Where a row's body is.
    pub(super) fn place(&self, at: usize) -> RowPlace {
        let several = self.parts.binary_search_by_key(&(at as u16), |(row, _)| *row);
        let parts = match several.ok().and_then(|i| self.parts.get(i)) {
            Some((_, parts)) => parts.clone(),
            None => Box::new([(self.offset.get(at), self.bytes.get(at))]),
        };
        RowPlace {
            file: self.file.get(at).copied().unwrap_or_default(),
            parts,
            line: self.line.get(at),
            index: self.index.get(at),
            ordinal: self.ordinal.get(at) as u32,
            member: self.member.shared(at),
            group: self.group.shared(at),
            hash: self.hash.get(at),
        }
    }

    /// A row, as it went in.
    pub(super) fn row(&self, at: usize) -> Row {
        let state = self.state_of(at);
        let cues = self.cues.iter().map(|(name, counts)| (Arc::clone(name), counts.get(at)));
        Row {
            place: self.place(at),
            id: self.id.get(at).unwrap_or_default().into(),
            sample: self.sample.get(at).unwrap_or_default().into(),
            epoch: self.epoch.get(at).copied().flatten(),
            tier: self.tier.get(at).cloned().flatten(),
            setting: self.setting.shared(at),
            model: self.model.shared(at),
            variant: self.variant.shared(at),
            design: self.design.shared(at),
            query: self.query.get(at).map(Box::from),
            prompt: Some(self.prompt.get(at)).filter(|hash| *hash > 0),
            query_cut: state.query_cut,
            outcome: state.outcome,
            outcome_by: state.by,
            conflict: state.conflict,
            parse: state.parse,
            repairs: self.repairs.get(at).cloned().unwrap_or_default(),
            judgements: self.judged.list(at),
            cues: cues.filter(|(_, n)| *n > 0).map(|(name, n)| (name, n as u16)).collect(),
            criteria: self.criteria.get(at).copied().flatten(),
            score: self.score.get(at).copied().flatten().map(f32::from_bits),
            said: self.said_of(at),
            lens: std::array::from_fn(|kind| self.len_of(kind, at) as u32),
            spots: Spots::packed(self.spots.get(at)),
            pending: state.pending,
        }
    }

    /// All rows, as they went in.
    pub(super) fn rows(&self) -> impl Iterator<Item = Row> + '_ {
        (0..self.len).map(|at| self.row(at))
    }

    pub(super) fn state_of(&self, at: usize) -> State {
        self.state.get(at).copied().unwrap_or(State::NOTHING)
    }

    pub(super) fn said_of(&self, at: usize) -> Said {
        self.said.get(at).copied().unwrap_or_default()
    }

    /// Bytes of the final response by number of kind.
    pub(super) fn len_of(&self, kind: usize, at: usize) -> u64 {
        self.lens.get(kind).map_or(0, |lens| lens.get(at))
    }

    /// Bytes of the final response, of each kind that is reasoning.
    pub(super) fn reasoning_columns(&self) -> impl Iterator<Item = &Numbers> {
        let kinds = SectionKind::ALL.iter().zip(self.lens.iter());
        kinds.filter(|(kind, _)| kind.is_reasoning()).map(|(_, lens)| lens)
    }

    /// Bytes of reasoning.
    pub(super) fn reasoning(&self, at: usize) -> u64 {
        self.reasoning_columns().map(|lens| lens.get(at)).sum()
    }

    /// Number of counting cues.
    pub(super) fn cue_total(&self, at: usize) -> u32 {
        self.cues.iter().map(|(_, counts)| counts.get(at) as u32).sum()
    }

    /// Rows whose sample has not been opened.
    pub(super) fn pending(&self) -> usize {
        if self.state.values.iter().any(|s| s.pending) {
            (0..self.len).filter(|at| self.state_of(*at).pending).count()
        } else {
            0
        }
    }
}

impl State {
    const NOTHING: Self = Self {
        outcome: OutcomeValue::Unknown,
        by: None,
        conflict: false,
        parse: Parse::Missing,
        pending: false,
        query_cut: false,
    };

    fn of(row: &Row) -> Self {
        Self {
            outcome: row.outcome,
            by: row.outcome_by,
            conflict: row.conflict,
            parse: row.parse,
            pending: row.pending,
            query_cut: row.query_cut,
        }
    }
}

#[cfg(test)]
pub(super) mod tests;
