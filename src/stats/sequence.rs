//! Stopping when enough is known. Looking at an ordinary interval again and again, and stopping when it looks good, breaks its promise; what is here
//! holds at every look at once.
//!
//! Both are for plain draws at random, in the order of the draws: the precision of one stratum, not a weighted figure.

use super::special::{ln_choose, reach};
use super::{Interval, share};

/// An interval of a rate that holds at every n at once with this confidence (Robbins, "Statistical methods related to the law of the iterated logarithm",
/// 1970): p is kept while C(n, k) pᵏ (1 − p)ⁿ⁻ᵏ (n + 1) ≥ 1 − confidence. Wider than [`wilson`](super::wilson()), and one may stop by it.
/// `None` as there.
#[must_use]
pub fn anytime(k: usize, n: usize, confidence: f64) -> Option<Interval> {
    let rate = share(k, n)?;
    reach(confidence)?;
    let (k_f, n_f) = (k as f64, n as f64);
    let constant = ln_choose(n_f, k_f) + (n_f + 1.0).ln() - (1.0 - confidence).ln();
    // Highest at the rate, falling on both sides. 0 · ln 0 is 0.
    let times = |count: f64, ln: f64| if count > 0.0 { count * ln } else { 0.0 };
    let kept = |p: f64| constant + times(k_f, p.ln()) + times(n_f - k_f, (-p).ln_1p()) >= 0.0;
    let edge = |mut inside: f64, mut outside: f64| {
        if kept(outside) {
            return outside;
        }
        for _ in 0..200 {
            let middle = f64::midpoint(inside, outside);
            if kept(middle) {
                inside = middle;
            } else {
                outside = middle;
            }
        }
        inside
    };
    Interval::of_share(edge(rate, 0.0), edge(rate, 1.0))
}

/// Wald's sequential test ("Sequential tests of statistical hypotheses", 1945) of a rate: is it `low`, or `high`?
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sprt {
    /// At or above this log likelihood ratio the rate is taken to be `high`.
    pub upper: f64,
    /// At or below this, `low`.
    pub lower: f64,
    /// What a yes adds to the ratio.
    pub yes: f64,
    /// What a no adds; below 0.
    pub no: f64,
}

/// What the test says so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Go on.
    Open,
    /// The lower rate.
    Low,
    /// The higher rate.
    High,
}

impl Sprt {
    /// Two rates within (0, 1), the lower one first; `alpha` is the chance to take the low one for high, `beta` the other way round. `None` unless
    /// 0 < low < high < 1, both chances are above 0, and together below 1.
    #[must_use]
    pub fn new(low: f64, high: f64, alpha: f64, beta: f64) -> Option<Self> {
        let rates = low > 0.0 && low < high && high < 1.0;
        let chances = alpha > 0.0 && beta > 0.0 && alpha + beta < 1.0;
        (rates && chances).then(|| Self {
            upper: ((1.0 - beta) / alpha).ln(),
            lower: (beta / (1.0 - alpha)).ln(),
            yes: (high / low).ln(),
            no: ((1.0 - high) / (1.0 - low)).ln(),
        })
    }

    /// The log likelihood ratio after so many of each.
    #[must_use]
    pub fn ratio(&self, yes: usize, no: usize) -> f64 {
        self.yes * yes as f64 + self.no * no as f64
    }

    /// What the test says, if it was asked after every answer and had not decided before.
    #[must_use]
    pub fn decide(&self, yes: usize, no: usize) -> Decision {
        let ratio = self.ratio(yes, no);
        if ratio >= self.upper {
            Decision::High
        } else if ratio <= self.lower {
            Decision::Low
        } else {
            Decision::Open
        }
    }
}
