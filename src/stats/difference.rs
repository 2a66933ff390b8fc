//! Differences of two rates: of two independent groups, and of pairs.

use super::special::reach;
use super::{Interval, share, wilson};

/// The hybrid of two Wilson intervals for k₁/n₁ − k₂/n₂ of independent groups (Newcombe 1998, Statistics in
/// Medicine 17:873, method 10). `None` where a group is empty.
#[must_use]
pub fn newcombe_independent(
    first: (usize, usize),
    second: (usize, usize),
    confidence: f64,
) -> Option<Interval> {
    let (p1, p2) = (share(first.0, first.1)?, share(second.0, second.1)?);
    let w1 = wilson(first.0, first.1, confidence)?;
    let w2 = wilson(second.0, second.1, confidence)?;
    let down = (p1 - w1.low).hypot(w2.high - p2);
    let up = (w1.high - p1).hypot(p2 - w2.low);
    Interval::new((p1 - p2 - down).max(-1.0), (p1 - p2 + up).min(1.0))
}

/// Pairs of yes and no: how many of each sort.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Paired {
    /// Yes on both sides.
    pub both: usize,
    /// Yes on the first side only.
    pub first: usize,
    /// Yes on the second side only.
    pub second: usize,
    /// No on both sides.
    pub neither: usize,
}

impl Paired {
    /// Counts one pair.
    pub fn add(&mut self, first: bool, second: bool) {
        *match (first, second) {
            (true, true) => &mut self.both,
            (true, false) => &mut self.first,
            (false, true) => &mut self.second,
            (false, false) => &mut self.neither,
        } += 1;
    }

    /// Pairs.
    #[must_use]
    pub fn n(&self) -> usize {
        self.both + self.first + self.second + self.neither
    }

    /// Rate of the first side less that of the second. `None` without pairs.
    #[must_use]
    pub fn difference(&self) -> Option<f64> {
        let n = self.n();
        (n > 0).then(|| (self.first as f64 - self.second as f64) / n as f64)
    }

    /// Newcombe's interval for paired rates (1998, Statistics in Medicine 17:2635, method 10): the two Wilson
    /// intervals squared and added with φ, which is corrected for continuity where the sides agree. `None` without pairs.
    #[must_use]
    pub fn newcombe(&self, confidence: f64) -> Option<Interval> {
        let (n, difference) = (self.n(), self.difference()?);
        let (k1, k2) = (self.both + self.first, self.both + self.second);
        let (p1, p2) = (share(k1, n)?, share(k2, n)?);
        let (w1, w2) = (wilson(k1, n, confidence)?, wilson(k2, n, confidence)?);
        let phi = self.phi();
        let reach = |a: f64, b: f64| (a * a - 2.0 * phi * a * b + b * b).max(0.0).sqrt();
        let down = reach(p1 - w1.low, w2.high - p2);
        let up = reach(w1.high - p1, p2 - w2.low);
        Interval::new((difference - down).max(-1.0), (difference + up).min(1.0))
    }

    fn phi(&self) -> f64 {
        let [a, b, c, d] = [self.both, self.first, self.second, self.neither].map(|x| x as f64);
        // Square roots one by one: the product of four counts could leave the range in which it is exact.
        let margins = (a + b).sqrt() * (c + d).sqrt() * ((a + c).sqrt() * (b + d).sqrt());
        if margins <= 0.0 {
            return 0.0;
        }
        let crossed = a * d - b * c;
        let crossed =
            if crossed > 0.0 { (crossed - (a + b + c + d) / 2.0).max(0.0) } else { crossed };
        (crossed / margins).clamp(-1.0, 1.0)
    }

    /// Standard error of the difference, as a normal would have it. `None` without pairs.
    #[must_use]
    pub fn wald_error(&self) -> Option<f64> {
        let (n, difference) = (self.n() as f64, self.difference()?);
        let apart = (self.first + self.second) as f64 / n;
        Some(((apart - difference * difference).max(0.0) / n).sqrt())
    }

    /// Wald's interval from [`Self::wald_error`]: for comparison only, it has no width where no pair differs.
    #[must_use]
    pub fn wald(&self, confidence: f64) -> Option<Interval> {
        let half = reach(confidence)? * self.wald_error()?;
        let middle = self.difference()?;
        Interval::new(middle - half, middle + half)
    }
}
