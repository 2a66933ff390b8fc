//! Tests, for when somebody asks: two independent rates, and pairs.

use super::special::{chi_squared_tail, ln_fair, two_sided};
use super::{Paired, share};

/// Fisher's exact test of a table of two rates, both sides: the chance, with the margins as they are, of a table that is no
/// likelier than this one. `None` where a group is empty or has more than all. About √n steps.
#[must_use]
pub fn fisher(first: (usize, usize), second: (usize, usize)) -> Option<f64> {
    share(first.0, first.1)?;
    share(second.0, second.1)?;
    let (n1, n2) = (first.1 as f64, second.1 as f64);
    let yes = (first.0 + second.0) as f64;
    let (from, to) = ((yes - n2).max(0.0), yes.min(n1));
    // Chances against that of the likeliest table: neither under- nor overflow matters then.
    let top = (((n1 + 1.0) * (yes + 1.0)) / (n1 + n2 + 2.0)).floor().clamp(from, to);
    let up = |k: f64| (n1 - k) * (yes - k) / ((k + 1.0) * (n2 - yes + k + 1.0));
    let seen = first.0 as f64;
    let (mut chance, mut k) = (1.0, top);
    while k < seen {
        chance *= up(k);
        k += 1.0;
    }
    while k > seen {
        chance /= up(k - 1.0);
        k -= 1.0;
    }
    // Tables that are as likely as this one, give or take rounding, count.
    let most = chance * (1.0 + 1e-7);
    let (mut all, mut as_far) = (0.0, 0.0);
    let mut count = |weight: f64| {
        all += weight;
        if weight <= most {
            as_far += weight;
        }
    };
    let (mut weight, mut k) = (1.0, top);
    count(weight);
    while k < to && weight > 0.0 {
        weight *= up(k);
        k += 1.0;
        count(weight);
    }
    (weight, k) = (1.0, top);
    while k > from && weight > 0.0 {
        weight /= up(k - 1.0);
        k -= 1.0;
        count(weight);
    }
    Some((as_far / all).clamp(0.0, 1.0))
}

/// The z test of two proportions with a common rate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ZTest {
    /// Difference over its standard error under one rate for both.
    pub z: f64,
    /// Two-sided.
    pub p: f64,
}

/// Pooled z test of two independent rates. `None` where a group is empty, or all are yes, or none.
#[must_use]
pub fn two_proportions(first: (usize, usize), second: (usize, usize)) -> Option<ZTest> {
    let (p1, p2) = (share(first.0, first.1)?, share(second.0, second.1)?);
    let pooled = share(first.0 + second.0, first.1 + second.1)?;
    let error = (pooled * (1.0 - pooled) * (1.0 / first.1 as f64 + 1.0 / second.1 as f64)).sqrt();
    let z = (p1 - p2) / error;
    (error > 0.0).then(|| ZTest { z, p: two_sided(z) })
}

/// A chi-squared statistic with one degree of freedom.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Chi {
    /// The statistic.
    pub value: f64,
    /// The chance of as much or more.
    pub p: f64,
}

impl Chi {
    fn new(value: f64) -> Self {
        Self { value, p: chi_squared_tail(value) }
    }
}

/// `McNemar`'s test (1947) of the pairs that differ.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct McNemar {
    /// Exact and two-sided, by the binomial; 1 where no pair differs.
    pub exact: f64,
    /// The exact p less the chance of just this split (Fagerland, Lydersen and Laake 2013). The next three are `None` where no
    /// pair differs.
    pub mid: Option<f64>,
    /// Chi-squared.
    pub plain: Option<Chi>,
    /// Chi-squared, corrected for continuity.
    pub corrected: Option<Chi>,
}

/// `McNemar`'s test in its four forms.
#[must_use]
pub fn mcnemar(pairs: &Paired) -> McNemar {
    let (fewer, more) =
        (pairs.first.min(pairs.second) as f64, pairs.first.max(pairs.second) as f64);
    let n = fewer + more;
    if n <= 0.0 {
        return McNemar { exact: 1.0, mid: None, plain: None, corrected: None };
    }
    let just = ln_fair(fewer, n).exp();
    let (mut sum, mut weight, mut k) = (0.0, just, fewer);
    while weight > 0.0 {
        sum += weight;
        weight *= k / (n - k + 1.0);
        k -= 1.0;
    }
    let exact = (2.0 * sum).min(1.0);
    let apart = more - fewer;
    McNemar {
        exact,
        mid: Some((exact - just).clamp(0.0, 1.0)),
        plain: Some(Chi::new(apart * apart / n)),
        corrected: Some(Chi::new((apart - 1.0).max(0.0).powi(2) / n)),
    }
}
