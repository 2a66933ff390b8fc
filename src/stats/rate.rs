//! Intervals of one rate: `k` of `n`. All are `None` for 0 of 0, for more than all, and for a confidence outside (0, 1).

use super::special::{beta_quantile, reach};
use super::{Interval, share};

/// What is shown everywhere: 95%.
pub const CONFIDENCE: f64 = 0.95;

/// Wilson's score interval (Wilson 1927): the default. It keeps its promise for small n and rates near 0 or 1.
#[must_use]
pub fn wilson(k: usize, n: usize, confidence: f64) -> Option<Interval> {
    wilson_of(share(k, n)?, n as f64, confidence)
}

/// Wilson's interval of a share of so many cases, which need not be whole: a sample may count for more or fewer than it has.
/// Of endless many it is the share itself.
pub(super) fn wilson_of(p: f64, n: f64, confidence: f64) -> Option<Interval> {
    wilson_at(p, n, reach(confidence)?)
}

/// The same for a normal's distance instead of a confidence.
pub(super) fn wilson_at(p: f64, n: f64, z: f64) -> Option<Interval> {
    let by = 1.0 + z * z / n;
    let centre = (p + z * z / (2.0 * n)) / by;
    let half = z / by * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
    // Exact where arithmetic would leave some 1e-17.
    let low = if p <= 0.0 { 0.0 } else { centre - half };
    let high = if p >= 1.0 { 1.0 } else { centre + half };
    Interval::of_share(low, high)
}

/// The exact interval (Clopper and Pearson 1934): never too short, and what is quoted for "0 of n".
#[must_use]
pub fn clopper_pearson(k: usize, n: usize, confidence: f64) -> Option<Interval> {
    share(k, n)?;
    reach(confidence)?;
    let (tail, k_f, n_f) = ((1.0 - confidence) / 2.0, k as f64, n as f64);
    let low = if k == 0 { 0.0 } else { beta_quantile(tail, k_f, n_f - k_f + 1.0) };
    let high = if k == n { 1.0 } else { beta_quantile(1.0 - tail, k_f + 1.0, n_f - k_f) };
    Interval::of_share(low, high)
}

/// Equal tails of the posterior under the prior of Jeffreys, Beta(k + ½, n − k + ½), with no rule of its own at
/// 0 and n (Brown, Cai and `DasGupta` 2001).
#[must_use]
pub fn jeffreys(k: usize, n: usize, confidence: f64) -> Option<Interval> {
    share(k, n)?;
    reach(confidence)?;
    let (tail, yes, no) = ((1.0 - confidence) / 2.0, k as f64 + 0.5, (n - k) as f64 + 0.5);
    Interval::of_share(beta_quantile(tail, yes, no), beta_quantile(1.0 - tail, yes, no))
}

/// The normal interval round Wilson's centre (Agresti and Coull 1998), cut to 0–1.
#[must_use]
pub fn agresti_coull(k: usize, n: usize, confidence: f64) -> Option<Interval> {
    share(k, n)?;
    let z = reach(confidence)?;
    let n_more = n as f64 + z * z;
    let p = (k as f64 + z * z / 2.0) / n_more;
    let half = z * (p * (1.0 - p) / n_more).sqrt();
    Interval::of_share(p - half, p + half)
}

/// Upper bound of a rate of which 0 of `n` were seen, exact and one-sided at 95%: 1 − 0.05^(1/n), about 3/n.
#[must_use]
pub fn rule_of_three(n: usize) -> Option<f64> {
    (n > 0).then(|| -(0.05_f64.ln() / n as f64).exp_m1())
}
