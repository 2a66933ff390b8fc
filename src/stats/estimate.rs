//! The shape in which figures of a review are given: a value, how sure it is and by which method, or why there is none.

use super::Interval;

/// A figure with what is known of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The figure; `None` where it is undefined, and `why` says so.
    pub value: Option<f64>,
    /// Its standard error, where a formula gives one.
    pub error: Option<f64>,
    /// Where it lies, at the confidence that was asked for.
    pub interval: Option<Interval>,
    /// How the interval was made, in words for people; of no meaning without one.
    pub method: &'static str,
    /// Reviewed cases that it rests on: of a share, those that it is a share of.
    pub n: usize,
    /// Why there is no value, or no interval.
    pub why: Option<&'static str>,
}

impl Estimate {
    /// Nothing that has a value.
    pub(super) fn undefined(n: usize, why: &'static str) -> Self {
        Self { value: None, error: None, interval: None, method: "", n, why: Some(why) }
    }

    /// A value of which no interval can be told.
    pub(super) fn bare(value: f64, n: usize, why: &'static str) -> Self {
        Self { value: Some(value), why: Some(why), ..Self::undefined(n, why) }
    }

    /// A value with its interval.
    pub(super) fn new(
        value: f64,
        n: usize,
        interval: Option<Interval>,
        method: &'static str,
    ) -> Self {
        let why = interval.is_none().then_some("the confidence is not between 0 and 1");
        Self { value: Some(value), error: None, interval, method, n, why }
    }
}
