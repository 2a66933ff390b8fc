//! What the true rate would be, given how often a classifier errs.

use super::special::reach;
use super::{Estimate, Interval};

/// A corrected rate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Corrected {
    /// As the formula gives it: outside 0–1 where the errors cannot be as they were said to be.
    pub raw: f64,
    /// Cut to 0–1.
    pub clipped: f64,
}

/// (observed + specificity − 1) / (sensitivity + specificity − 1) (Rogan and Gladen 1978). All three are shares. `None`
/// where one is not within 0–1, or where the classifier is no better than chance.
#[must_use]
pub fn rogan_gladen(observed: f64, sensitivity: f64, specificity: f64) -> Option<Corrected> {
    let within = |x: f64| (0.0..=1.0).contains(&x);
    let by = sensitivity + specificity - 1.0;
    if !(within(observed) && within(sensitivity) && within(specificity) && by > 1e-9) {
        return None;
    }
    let raw = (observed + specificity - 1.0) / by;
    Some(Corrected { raw, clipped: raw.clamp(0.0, 1.0) })
}

/// The same, cut to 0–1, for a sensitivity and a specificity that were estimated: with an interval of ± z errors by the delta method,
/// √(s₁²r² + s₂²(1 − r)²) / (sensitivity + specificity − 1), where r is the corrected rate and s₁, s₂ are the standard errors of sensitivity and
/// specificity, taken as independent (Rogan and Gladen 1978). The observed rate is that of all there are, which has no error. A share without a
/// standard error of its own gets √(p(1 − p) / n).
#[must_use]
pub fn rogan_gladen_of(
    observed: f64,
    sensitivity: &Estimate,
    specificity: &Estimate,
    confidence: f64,
) -> Estimate {
    let n = sensitivity.n + specificity.n;
    let (Some(se), Some(sp)) = (sensitivity.value, specificity.value) else {
        return Estimate::undefined(n, "sensitivity or specificity is undefined");
    };
    let Some(corrected) = rogan_gladen(observed, se, sp) else {
        return Estimate::undefined(n, "the classifier is no better than chance");
    };
    let error_of = |estimate: &Estimate, p: f64| {
        estimate.error.unwrap_or_else(|| (p * (1.0 - p) / estimate.n.max(1) as f64).sqrt())
    };
    let (rate, by) = (corrected.raw, se + sp - 1.0);
    let error = (error_of(sensitivity, se) * rate).hypot(error_of(specificity, sp) * (1.0 - rate));
    let error = error / by;
    if error <= 0.0 {
        let why = "no error was found, which is no proof that there is none";
        return Estimate::bare(corrected.clipped, n, why);
    }
    let interval =
        reach(confidence).and_then(|z| Interval::of_share(rate - z * error, rate + z * error));
    let method = "± z errors by the delta method";
    Estimate { error: Some(error), ..Estimate::new(corrected.clipped, n, interval, method) }
}
