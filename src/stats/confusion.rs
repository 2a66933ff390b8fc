//! A classifier against reviewers: the four counts and what is made of them, unweighted. [`weighted`](super::weighted()) does
//! the same for samples that were drawn by strata.

use std::ops::Add;

use super::rate::wilson_of;
use super::{Estimate, Interval, clopper_pearson, share};

/// How often classifier and reviewer said what. Counts, or totals of weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Confusion<T = usize> {
    /// Yes by both.
    pub true_positives: T,
    /// Yes by the classifier alone.
    pub false_positives: T,
    /// Yes by the reviewer alone.
    pub false_negatives: T,
    /// No by both.
    pub true_negatives: T,
}

/// What is asked of a confusion matrix. Each is A / (A + κB) of two counts: κ is 1, for F1 ½.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Measure {
    /// Share that the reviewer says yes to.
    Prevalence,
    /// Of what the classifier says yes to, the share that the reviewer does.
    Precision,
    /// Of what the reviewer says yes to, the share that the classifier does.
    Recall,
    /// Of what the reviewer says no to, the share that the classifier does.
    Specificity,
    /// Of what the classifier says no to, the share that the reviewer does.
    NegativePredictive,
    /// Harmonic mean of precision and recall.
    F1,
    /// Share of which both say the same.
    Accuracy,
}

impl Measure {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 7] = [
        Self::Precision,
        Self::Recall,
        Self::Specificity,
        Self::NegativePredictive,
        Self::F1,
        Self::Accuracy,
        Self::Prevalence,
    ];

    /// As it is called in tables and JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Prevalence => "prevalence",
            Self::Precision => "precision",
            Self::Recall => "recall",
            Self::Specificity => "specificity",
            Self::NegativePredictive => "npv",
            Self::F1 => "f1",
            Self::Accuracy => "accuracy",
        }
    }

    /// What one of B weighs against one of A.
    pub(super) fn kappa(self) -> f64 {
        if self == Self::F1 { 0.5 } else { 1.0 }
    }
}

/// A / (A + κB); `None` for 0 of 0.
pub(super) fn ratio(a: f64, b: f64, kappa: f64) -> Option<f64> {
    let all = a + kappa * b;
    (all > 0.0 && all.is_finite()).then(|| a / all)
}

impl<T: Copy + Add<Output = T>> Confusion<T> {
    /// A and B of a measure.
    pub(super) fn parts(&self, measure: Measure) -> (T, T) {
        let Self {
            true_positives: tp,
            false_positives: fp,
            false_negatives: missed,
            true_negatives: tn,
        } = *self;
        match measure {
            Measure::Prevalence => (tp + missed, fp + tn),
            Measure::Precision => (tp, fp),
            Measure::Recall => (tp, missed),
            Measure::Specificity => (tn, fp),
            Measure::NegativePredictive => (tn, missed),
            Measure::F1 => (tp, fp + missed),
            Measure::Accuracy => (tp + tn, fp + missed),
        }
    }

    /// All four together.
    pub fn sum(&self) -> T {
        self.true_positives + self.false_positives + self.false_negatives + self.true_negatives
    }
}

impl Confusion<f64> {
    /// A measure of totals; `None` for 0 of 0.
    #[must_use]
    pub fn value(&self, measure: Measure) -> Option<f64> {
        let (a, b) = self.parts(measure);
        ratio(a, b, measure.kappa())
    }
}

impl Confusion {
    /// Counts one case.
    pub fn add(&mut self, classifier: bool, reviewer: bool) {
        *match (classifier, reviewer) {
            (true, true) => &mut self.true_positives,
            (true, false) => &mut self.false_positives,
            (false, true) => &mut self.false_negatives,
            (false, false) => &mut self.true_negatives,
        } += 1;
    }

    /// The counts, each so many times.
    #[must_use]
    pub fn times(&self, weight: f64) -> Confusion<f64> {
        let of = |count: usize| count as f64 * weight;
        Confusion {
            true_positives: of(self.true_positives),
            false_positives: of(self.false_positives),
            false_negatives: of(self.false_negatives),
            true_negatives: of(self.true_negatives),
        }
    }

    /// A measure; `None` for 0 of 0.
    #[must_use]
    pub fn value(&self, measure: Measure) -> Option<f64> {
        self.times(1.0).value(measure)
    }

    /// A measure of these cases alone, with Wilson's interval. That of F1 is the interval of A / (A + B), the index of Jaccard,
    /// of which F1 is 2J / (1 + J).
    #[must_use]
    pub fn wilson(&self, measure: Measure, confidence: f64) -> Estimate {
        self.estimate(measure, "Wilson", |a, n| wilson_of(share(a, n)?, n as f64, confidence))
    }

    /// As [`Self::wilson`], with the exact interval (Clopper and Pearson 1934).
    #[must_use]
    pub fn exact(&self, measure: Measure, confidence: f64) -> Estimate {
        self.estimate(measure, "Clopper–Pearson", |a, n| clopper_pearson(a, n, confidence))
    }

    fn estimate(
        &self,
        measure: Measure,
        method: &'static str,
        interval: impl Fn(usize, usize) -> Option<Interval>,
    ) -> Estimate {
        let (a, b) = self.parts(measure);
        match self.value(measure) {
            None => Estimate::undefined(0, "0 of 0"),
            Some(value) => {
                let of_share = interval(a, a + b).and_then(|i| lifted(i, measure.kappa()));
                Estimate::new(value, a + b, of_share, method)
            }
        }
    }

    /// Mean of recall and specificity: what a coin gets ½ in, whatever the prevalence. `None` where one is undefined.
    #[must_use]
    pub fn balanced_accuracy(&self) -> Option<f64> {
        let (recall, other) = (self.value(Measure::Recall)?, self.value(Measure::Specificity)?);
        Some(f64::midpoint(recall, other))
    }
}

/// The interval of A / (A + κB) from that of A / (A + B): one rises with the other.
pub(super) fn lifted(interval: Interval, kappa: f64) -> Option<Interval> {
    let of = |p: f64| ratio(p, 1.0 - p, kappa);
    Interval::of_share(of(interval.low)?, of(interval.high)?)
}
