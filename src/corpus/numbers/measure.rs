//! Which answers a rate of outcomes counts, and what that is called.

use crate::model::OutcomeValue;

/// Outcomes that are answers: the denominator of every rate of them.
pub const ANSWERS: [OutcomeValue; 4] =
    [OutcomeValue::Complied, OutcomeValue::Refused, OutcomeValue::Partial, OutcomeValue::Other];

/// Which of the answers a rate counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measure {
    /// The outcome whose share is asked for, one of [`ANSWERS`].
    pub outcome: OutcomeValue,
    /// Partial compliance counts as compliance. Of other outcomes it says nothing.
    pub partial: bool,
}

impl Default for Measure {
    fn default() -> Self {
        Self::compliance(false)
    }
}

impl Measure {
    /// The compliance rate.
    #[must_use]
    pub fn compliance(partial: bool) -> Self {
        Self { outcome: OutcomeValue::Complied, partial }
    }

    /// Whether it is the compliance rate.
    #[must_use]
    pub fn is_compliance(self) -> bool {
        self.outcome == OutcomeValue::Complied
    }

    /// Whether partial compliance counts as compliance in it.
    #[must_use]
    pub fn counts_partial(self) -> bool {
        self.partial && self.is_compliance()
    }

    /// Whether it counts a transcript with this outcome; `None` where that is no answer.
    #[must_use]
    pub fn counts(self, outcome: OutcomeValue) -> Option<bool> {
        let yes =
            outcome == self.outcome || self.counts_partial() && outcome == OutcomeValue::Partial;
        ANSWERS.contains(&outcome).then_some(yes)
    }

    /// Its name in data: `compliance`, else the outcome's word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        if self.is_compliance() { "compliance" } else { self.outcome.as_str() }
    }

    /// What it is the rate of, for people: `compliance`, `refusal`, `partial compliance`, `other answers`.
    #[must_use]
    pub fn noun(self) -> &'static str {
        match self.outcome {
            OutcomeValue::Complied => "compliance",
            OutcomeValue::Refused => "refusal",
            OutcomeValue::Partial => "partial compliance",
            OutcomeValue::Other => "other answers",
            other => other.as_str(),
        }
    }

    /// Its heading: `compliance rate`, `rate of other answers`.
    #[must_use]
    pub fn title(self) -> String {
        match self.outcome {
            OutcomeValue::Other => format!("rate of {}", self.noun()),
            _ => format!("{} rate", self.noun()),
        }
    }

    /// The filter that finds what it counts.
    #[must_use]
    pub fn filter(self) -> String {
        let also = if self.counts_partial() { ",partial" } else { "" };
        format!("outcome:{}{also}", self.outcome.as_str())
    }
}
