//! Two values of a field held against each other: the pair that a row belongs to, one row for each pair, and what both sides
//! came to over their epochs.

use std::sync::Arc;

use super::{Pair, Samples};
use crate::corpus::bits::Bits;
use crate::corpus::partners::{AF, complied, flip, positive};
use crate::corpus::{Catalogue, RowId};
use crate::model::OutcomeValue;
use crate::query::{Columns, Flip};

/// What one side of a pair came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SideTally {
    /// Transcripts that complied.
    pub complied: usize,
    /// Transcripts by their outcome, in the order of [`OutcomeValue::ALL`].
    pub outcomes: [usize; OutcomeValue::ALL.len()],
    /// Transcripts with an outcome: neither unknown nor unfinished.
    pub known: usize,
    /// Transcripts with a positive label for alignment faking.
    pub positive: usize,
    /// Transcripts with a verdict.
    pub judged: usize,
}

/// Whether two shares differ; `None` where either is of nothing.
fn differ((a, of_a): (usize, usize), (b, of_b): (usize, usize)) -> Option<bool> {
    (of_a > 0 && of_b > 0).then(|| a * of_b != b * of_a)
}

impl Samples {
    /// The pair of two values in the sample of a row, which may have a third one; `None` where the sample lacks either. Values
    /// ignore letter case.
    #[must_use]
    pub fn pair_of(&self, (left, right): (&str, &str), row: RowId) -> Option<Pair> {
        let (left, right) = (self.number_of(left)?, self.number_of(right)?);
        let rows = self.rows(self.sample_of(row)?);
        let with = |number: u32| {
            let has = |row: &RowId| self.value_of.get(*row as usize) == Some(&number);
            rows.iter().copied().filter(has).collect::<Vec<_>>()
        };
        let pair = Pair { left: with(left), right: with(right) };
        (!pair.left.is_empty() && !pair.right.is_empty()).then_some(pair)
    }

    /// Some rows, and of each pair of which they have rows on one side alone, all of the other side.
    #[must_use]
    pub fn with_partners(&self, (left, right): (&str, &str), rows: &Bits) -> Bits {
        let mut all = rows.clone();
        let (Some(left), Some(right)) = (self.number_of(left), self.number_of(right)) else {
            return all;
        };
        for sample in 0..self.len() as u32 {
            let own = self.rows(sample);
            let side = |number: u32| {
                let of = move |row: &&RowId| self.value_of.get(**row as usize) == Some(&number);
                own.iter().filter(of)
            };
            let shown = |number: u32| side(number).any(|row| rows.contains(*row));
            for (here, there) in [(left, right), (right, left)] {
                if shown(here) && !shown(there) {
                    side(there).for_each(|row| all.insert(*row));
                }
            }
        }
        all
    }

    /// One row for each pair of which a row passes, in the order in which their first transcripts stand in the catalogue: `chosen` for
    /// its own pair, else the first on the left that passes, else the first on the right.
    #[must_use]
    pub fn folded(
        &self,
        (left, right): (&str, &str),
        passing: &Bits,
        chosen: Option<RowId>,
    ) -> Vec<RowId> {
        let (Some(left), Some(right)) = (self.number_of(left), self.number_of(right)) else {
            return Vec::new();
        };
        let value = |row: &RowId| self.value_of.get(*row as usize).copied();
        let one_of = |sample: u32| {
            let rows = self.rows(sample);
            let has = |number: u32| rows.iter().any(|row| value(row) == Some(number));
            if rows.len() < 2 || !has(left) || !has(right) {
                return None;
            }
            let first = |number: u32| {
                let mut own = rows.iter().filter(|row| value(row) == Some(number));
                own.find(|row| passing.contains(**row))
            };
            let passes = first(left).or_else(|| first(right))?;
            let is_chosen = |row: &&RowId| {
                Some(**row) == chosen && value(row).is_some_and(|n| n == left || n == right)
            };
            rows.iter().find(is_chosen).or(Some(passes)).copied()
        };
        (0..self.len() as u32).filter_map(one_of).collect()
    }
}

impl Catalogue {
    /// What some transcripts of one side came to.
    #[must_use]
    pub fn side_tally(&self, rows: &[RowId]) -> SideTally {
        let mut tally = SideTally::default();
        for view in rows.iter().filter_map(|row| self.whatever(*row)) {
            if let Some(yes) = complied(&view) {
                tally.known += 1;
                tally.complied += usize::from(yes);
            }
            let at = OutcomeValue::ALL.iter().position(|value| value.as_str() == view.outcome());
            if let Some(n) = at.and_then(|at| tally.outcomes.get_mut(at)) {
                *n += 1;
            }
            if let Some(yes) = positive(&view, AF) {
                tally.judged += 1;
                tally.positive += usize::from(yes);
            }
        }
        tally
    }

    /// What differs between the sides of a pair: of single transcripts any word of their outcomes, and their labels; of several the
    /// shares of each outcome and of positive labels.
    #[must_use]
    pub fn pair_flip(&self, pair: &Pair) -> Flip {
        if let ([left], [right]) = (pair.left.as_slice(), pair.right.as_slice())
            && let (Some(left), Some(right)) = (self.whatever(*left), self.whatever(*right))
        {
            return flip(&left, &right);
        }
        let (left, right) = (self.side_tally(&pair.left), self.side_tally(&pair.right));
        let known = |value: &OutcomeValue| {
            !matches!(value, OutcomeValue::Unfinished | OutcomeValue::Unknown)
        };
        let shares = OutcomeValue::ALL.iter().zip(left.outcomes.iter().zip(right.outcomes));
        let outcomes = shares
            .filter(|(value, _)| known(value))
            .map(|(_, (a, b))| differ((*a, left.known), (b, right.known)))
            .reduce(|any, one| any.zip(one).map(|(any, one)| any || one));
        Flip {
            outcome: outcomes.flatten(),
            label: differ((left.positive, left.judged), (right.positive, right.judged)),
        }
    }

    /// The compliance gap of a pair, left minus right, −1 to 1: of each side the share among its transcripts with a known outcome.
    /// `None` where a side has none.
    #[must_use]
    pub fn pair_gap(&self, pair: &Pair) -> Option<f64> {
        let rate = |rows: &[RowId]| {
            let views = rows.iter().filter_map(|row| self.whatever(*row));
            let (mut yes, mut known) = (0_usize, 0_usize);
            for complied in views.filter_map(|view| complied(&view)) {
                known += 1;
                yes += usize::from(complied);
            }
            (known > 0).then(|| yes as f64 / known as f64)
        };
        Some(rate(&pair.left)? - rate(&pair.right)?)
    }
}

/// Two values that columns and orders are about, instead of all that occur.
#[derive(Debug, Clone)]
pub(in crate::corpus) struct Between {
    sides: [String; 2],
    /// By sample; not finite where there is none. `None`: they are the usual two, whose gaps are known.
    gaps: Option<Box<[f32]>>,
}

impl Between {
    pub fn new(catalogue: &Catalogue, samples: &Arc<Samples>, sides: [String; 2]) -> Self {
        let gap = |sample: u32| {
            let first = samples.rows(sample).first();
            let pair = first.and_then(|row| samples.pair_of((&sides[0], &sides[1]), *row));
            let gap = pair.and_then(|pair| catalogue.pair_gap(&pair));
            gap.map_or(f32::INFINITY, |gap| gap as f32)
        };
        let is_usual = samples.sides() == Some((&*sides[0], &*sides[1]));
        let gaps = (!is_usual).then(|| (0..samples.len() as u32).map(gap).collect());
        Self { sides, gaps }
    }

    pub fn pair_of(&self, samples: &Samples, row: RowId) -> Option<Pair> {
        samples.pair_of((&self.sides[0], &self.sides[1]), row)
    }

    pub fn gap(&self, samples: &Samples, row: RowId) -> Option<f64> {
        let Some(gaps) = &self.gaps else {
            return samples.gap(row);
        };
        let gap = gaps.get(samples.sample_of(row)? as usize).copied();
        gap.filter(|gap| gap.is_finite()).map(f64::from)
    }
}
