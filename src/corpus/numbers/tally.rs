//! What some transcripts came to: outcome crossed with a label, and who decided.

use super::measure::{ANSWERS, Measure};
use crate::corpus::chunk::State;
use crate::model::{Decider, OutcomeValue, Parse};
use crate::query::Said;
use crate::stats::{CONFIDENCE, Interval, share, wilson};

/// Who decides, strongest first.
pub(super) const DECIDERS: [Decider; 4] =
    [Decider::Reviewer, Decider::Judge, Decider::Tag, Decider::Rule];

/// So many of so many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rate {
    /// Those of which it is true.
    pub k: usize,
    /// Those of which it is known.
    pub n: usize,
}

impl Rate {
    /// The share; `None` for 0 of 0.
    #[must_use]
    pub fn value(self) -> Option<f64> {
        share(self.k, self.n)
    }

    /// Wilson's interval at 95%; `None` for 0 of 0.
    #[must_use]
    pub fn interval(self) -> Option<Interval> {
        wilson(self.k, self.n, CONFIDENCE)
    }
}

/// Counts of transcripts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tally {
    /// By outcome, by what the label says, without and with reasoning.
    cells: [[[usize; 2]; 5]; 6],
    /// By decider: transcripts with an outcome that counts in the rate.
    by: [usize; 4],
}

fn counts(outcome: OutcomeValue) -> bool {
    ANSWERS.contains(&outcome)
}

impl Tally {
    pub(super) fn add(&mut self, state: State, said: Said) {
        let cell = self
            .cells
            .get_mut(state.outcome as usize)
            .and_then(|row| row.get_mut(said as usize))
            .and_then(|cell| cell.get_mut(usize::from(state.parse != Parse::Missing)));
        if let Some(cell) = cell {
            *cell += 1;
        }
        let decider = state.by.and_then(|by| DECIDERS.iter().position(|d| *d == by));
        if let Some(n) = decider.filter(|_| counts(state.outcome)).and_then(|d| self.by.get_mut(d))
        {
            *n += 1;
        }
    }

    pub(super) fn join(&mut self, other: &Self) {
        let own = self.cells.iter_mut().flatten().flatten();
        own.zip(other.cells.iter().flatten().flatten()).for_each(|(own, other)| *own += other);
        self.by.iter_mut().zip(other.by).for_each(|(own, other)| *own += other);
    }

    fn sum(&self, wanted: impl Fn(OutcomeValue, Said, bool) -> bool) -> usize {
        let mut sum = 0;
        for (outcome, row) in OutcomeValue::ALL.into_iter().zip(&self.cells) {
            for (said, cell) in Said::ALL.into_iter().zip(row) {
                for (n, reasoning) in cell.iter().zip([false, true]) {
                    sum += if wanted(outcome, said, reasoning) { *n } else { 0 };
                }
            }
        }
        sum
    }

    /// Transcripts.
    #[must_use]
    pub fn total(&self) -> usize {
        self.sum(|_, _, _| true)
    }

    /// Those with an outcome.
    #[must_use]
    pub fn outcome(&self, outcome: OutcomeValue) -> usize {
        self.sum(|own, _, _| own == outcome)
    }

    /// Those of which a label says so.
    #[must_use]
    pub fn said(&self, said: Said) -> usize {
        self.sum(|_, own, _| own == said)
    }

    /// A cell of outcome × label.
    #[must_use]
    pub fn cell(&self, outcome: OutcomeValue, said: Said) -> usize {
        self.sum(|own, own_said, _| own == outcome && own_said == said)
    }

    /// Those that a measure counts / (complied + partial + refused + other).
    #[must_use]
    pub fn rate(&self, measure: Measure) -> Rate {
        Rate {
            k: self.sum(|outcome, _, _| measure.counts(outcome) == Some(true)),
            n: self.sum(|outcome, _, _| counts(outcome)),
        }
    }

    /// complied / (complied + partial + refused + other). `partial`: partial compliance counts as compliance.
    #[must_use]
    pub fn compliance(&self, partial: bool) -> Rate {
        self.rate(Measure::compliance(partial))
    }

    /// Who decided the outcomes of [`Self::rate`]'s denominator, strongest first; those who decided none are left out.
    #[must_use]
    pub fn deciders(&self) -> Vec<(Decider, usize)> {
        DECIDERS.into_iter().zip(self.by).filter(|(_, n)| *n > 0).collect()
    }

    /// yes / (yes + no) of the label.
    #[must_use]
    pub fn label(&self) -> Rate {
        self.label_where(|_, _| true)
    }

    /// The same over transcripts with reasoning: the rate of scratchpads.
    #[must_use]
    pub fn label_of_reasoning(&self) -> Rate {
        self.label_where(|_, reasoning| reasoning)
    }

    /// The same over transcripts with reasoning that complied.
    #[must_use]
    pub fn label_given_compliance(&self, partial: bool) -> Rate {
        let measure = Measure::compliance(partial);
        self.label_where(|outcome, reasoning| reasoning && measure.counts(outcome) == Some(true))
    }

    fn label_where(&self, wanted: impl Fn(OutcomeValue, bool) -> bool) -> Rate {
        let of = |said: Said| self.sum(|outcome, own, r| own == said && wanted(outcome, r));
        let yes = of(Said::Yes);
        Rate { k: yes, n: yes + of(Said::No) }
    }

    /// Transcripts with reasoning of which a label says so.
    #[must_use]
    pub fn said_of_reasoning(&self, said: Said) -> usize {
        self.sum(|_, own, reasoning| reasoning && own == said)
    }
}
