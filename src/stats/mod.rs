//! Statistics on plain numbers: rates with intervals, differences, tests, curves, corrections, agreement of raters, samples by strata, planning.
//!
//! Numbers in, numbers out: nothing here knows what was counted, so every screen and command gets the
//! same figure from the same function. What is not defined (0 of 0, one value for a spread, a table without
//! a margin) is `None`, never 0 and never NaN. docs/STATISTICS.md has the formulas and their sources.

mod agreement;
mod bootstrap;
mod confusion;
mod correct;
mod curve;
mod difference;
mod estimate;
mod figures;
mod histogram;
mod kappa;
mod plan;
mod rate;
mod sequence;
mod significance;
mod spans;
mod special;
mod weighted;

pub use agreement::{Level, Ratings};
pub use bootstrap::{MOST_RESAMPLED, Mean, RESAMPLES, SEED, SplitMix, mean_over};
pub use confusion::{Confusion, Measure};
pub use correct::{Corrected, rogan_gladen, rogan_gladen_of};
pub use curve::{Curve, Step, brier};
pub use difference::{Paired, newcombe_independent};
pub use estimate::Estimate;
pub use figures::{Auroc, Figures, auroc, bootstrap_auroc, figures};
pub use histogram::{Histogram, thresholds, vote_steps};
pub use kappa::{MOST_CATEGORIES, Table, Weights};
pub use plan::{Further, SampleSize, Share, further, neyman};
pub use rate::{CONFIDENCE, agresti_coull, clopper_pearson, jeffreys, rule_of_three, wilson};
pub use sequence::{Decision, Sprt, anytime};
pub use significance::{Chi, McNemar, ZTest, fisher, mcnemar, two_proportions};
pub use spans::SpanScores;
pub use weighted::{
    Caution, LEAST_MISSED, LEAST_REVIEWED, Stratum, cautions, spreads, weighted, weighted_totals,
};

/// Where a figure lies, with the confidence that it was asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end, not below `low`.
    pub high: f64,
}

impl Interval {
    /// `None` unless both ends are numbers.
    fn new(low: f64, high: f64) -> Option<Self> {
        (low.is_finite() && high.is_finite()).then(|| Self { low, high: high.max(low) })
    }

    /// Of a share: cut to 0–1.
    fn of_share(low: f64, high: f64) -> Option<Self> {
        Self::new(low.clamp(0.0, 1.0), high.clamp(0.0, 1.0))
    }
}

/// `k / n`. `None` for 0 of 0 and for more than all.
#[must_use]
pub fn share(k: usize, n: usize) -> Option<f64> {
    (n > 0 && k <= n).then(|| k as f64 / n as f64)
}

#[cfg(test)]
mod tests;
