//! What the true rate would be, given how often a classifier errs.

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
