//! How many to review: for an interval of a given width, how many more for what was reviewed so far, and how to spread them over strata.

use super::rate::wilson_of;
use super::special::reach;
use super::{Estimate, Interval};

/// No plan asks for more; the width that was wanted is beyond any review.
const MOST: f64 = 1e12;

/// What it takes to know a share about `p` to ± `half`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SampleSize {
    /// z² p (1 − p) / half², not rounded.
    exact: f64,
    p: f64,
    half: f64,
    confidence: f64,
}

impl SampleSize {
    /// `None` unless p is a share, `half` is above 0 and below ½, and the confidence is between 0 and 1.
    #[must_use]
    pub fn new(p: f64, half: f64, confidence: f64) -> Option<Self> {
        let z = reach(confidence)?;
        if !((0.0..=1.0).contains(&p) && half > 0.0 && half < 0.5) {
            return None;
        }
        Some(Self { exact: z * z * p * (1.0 - p) / (half * half), p, half, confidence })
    }

    /// By the normal interval (Cochran, "Sampling Techniques", 1977, chapter 4), not rounded; 0 for a share of 0 or 1, of which [`Self::wilson`]
    /// knows better.
    #[must_use]
    pub fn exact(&self) -> f64 {
        self.exact
    }

    /// By the normal interval, whole.
    #[must_use]
    pub fn normal(&self) -> usize {
        whole(self.exact)
    }

    /// The same from a frame of so many, without putting back: n / (1 + (n − 1) / N), not more than the frame.
    #[must_use]
    pub fn of_frame(&self, frame: usize) -> usize {
        whole(self.exact / (1.0 + (self.exact - 1.0).max(0.0) / frame.max(1) as f64)).min(frame)
    }

    /// The least n at which Wilson's interval round p is no wider than ± `half`.
    #[must_use]
    pub fn wilson(&self) -> usize {
        whole(worth(self.p, self.half, self.confidence).unwrap_or(MOST))
    }
}

/// Up, but not for what arithmetic adds to a whole number.
fn whole(n: f64) -> usize {
    (n - 1e-9).ceil().clamp(0.0, MOST) as usize
}

/// How many plain cases make Wilson's interval round p as narrow as ± `half`; they need not be whole.
fn worth(p: f64, half: f64, confidence: f64) -> Option<f64> {
    let wide = |n: f64| wilson_of(p, n, confidence).map(|i| (i.high - i.low) / 2.0);
    let (mut few, mut many) = (0.0, 1.0);
    while wide(many)? > half && many < MOST {
        (few, many) = (many, many * 2.0);
    }
    for _ in 0..80 {
        let middle = f64::midpoint(few, many);
        if wide(middle)? > half {
            few = middle;
        } else {
            many = middle;
        }
    }
    Some(many)
}

/// What is to be reviewed further.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Further {
    /// All that is to be reviewed, with what was.
    pub total: usize,
    /// Of that, what was not yet.
    pub more: usize,
    /// Reviewed cases of the estimate for each one that a plain sample would need to know as much: above 1 the weighting costs, below 1
    /// the strata help. By the width of the interval, so that nothing found is not taken for certainty.
    pub design_effect: f64,
}

/// How many more are needed for ± `half`, if they are drawn as the `reviewed` ones were. It is planned at the
/// middle of the interval, since 0 of 30 does not promise 0. `frame` is how many there are, where that is known. `None` without an interval or under a
/// `half` or confidence that [`SampleSize::new`] refuses.
#[must_use]
pub fn further(
    estimate: &Estimate,
    reviewed: usize,
    frame: Option<usize>,
    half: f64,
    confidence: f64,
) -> Option<Further> {
    let Interval { low, high } = estimate.interval?;
    let (value, middle) = (estimate.value?, f64::midpoint(low, high));
    SampleSize::new(middle, half, confidence)?;
    let now = (high - low) / 2.0;
    let known = worth(value, now, confidence)?;
    let design_effect = estimate.n as f64 / known;
    if now <= half {
        return Some(Further { total: reviewed, more: 0, design_effect });
    }
    // As of an endless frame, and back.
    let drawn = reviewed as f64;
    let size = frame.map_or(f64::INFINITY, |frame| frame.max(reviewed) as f64);
    let wanted = drawn / (1.0 - drawn / size) * worth(middle, half, confidence)? / known;
    let total = whole((wanted / (1.0 + wanted / size)).min(size)).max(reviewed);
    Some(Further { total, more: total - reviewed, design_effect })
}

/// A stratum to be reviewed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share {
    /// Cases that there are.
    pub frame: usize,
    /// Standard deviation within: √(p(1 − p)) of a share, [`spreads`](super::spreads) of a ratio.
    pub spread: f64,
    /// To be reviewed at least: what was, and two for a spread.
    pub least: usize,
}

/// `n` cases over strata so that a total is known best: as N × spread (Neyman, "On the two different aspects of the representative method", 1934), within what
/// there is and what is wanted at least. Where no stratum has a spread, as N. The least of all strata together is given where `n` is below it.
#[must_use]
pub fn neyman(strata: &[Share], n: usize) -> Vec<usize> {
    let spread = |s: &Share| if s.spread.is_finite() { s.spread.max(0.0) } else { 0.0 };
    let widest = strata.iter().filter(|s| s.frame > 0).map(spread).fold(0.0, f64::max);
    // A stratum without spread gets more than its least only when the others are reviewed to the end.
    let least = if widest > 0.0 { widest * 1e-9 } else { 1.0 };
    let weight = |s: &Share| s.frame as f64 * spread(s).max(least);
    let at = |s: &Share, rate: f64| {
        (weight(s) * rate).clamp(s.least.min(s.frame) as f64, s.frame as f64)
    };
    let all = |rate: f64| strata.iter().map(|s| at(s, rate)).sum::<f64>();
    let wanted = n as f64;
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..1_000 {
        if all(high) >= wanted || high > 1e300 {
            break;
        }
        high *= 2.0;
    }
    for _ in 0..200 {
        let middle = f64::midpoint(low, high);
        if all(middle) < wanted {
            low = middle;
        } else {
            high = middle;
        }
    }
    let shares: Vec<f64> = strata.iter().map(|s| at(s, high)).collect();
    let mut given: Vec<usize> = shares.iter().map(|s| (s + 1e-9).floor() as usize).collect();
    // What rounding down left goes to the largest remainders.
    let mut order: Vec<usize> = (0..strata.len()).collect();
    let left = |at: usize| shares.get(at).map_or(0.0, |s| (s + 1e-9).fract());
    order.sort_by(|a, b| left(*b).total_cmp(&left(*a)).then(a.cmp(b)));
    let mut over = n.saturating_sub(given.iter().sum());
    for at in order {
        if let (Some(given), Some(stratum), true) = (given.get_mut(at), strata.get(at), over > 0)
            && *given < stratum.frame
        {
            *given += 1;
            over -= 1;
        }
    }
    given
}
