//! Where numbers lie: counts in bins of one width, and the thresholds that a discrete score can have.

/// Most votes that shares are taken for.
const MOST_VOTES: u32 = 20;

/// Counts in bins of one width. A bin holds its lower end; the last one its upper end, too.
#[derive(Debug, Clone, PartialEq)]
pub struct Histogram {
    /// Lower end of the first bin.
    pub low: f64,
    /// Upper end of the last.
    pub high: f64,
    /// One count a bin.
    pub bins: Vec<usize>,
    /// Values below the first bin, above the last, and those that are no number.
    pub outside: (usize, usize, usize),
}

impl Histogram {
    /// Counts values in so many bins (1 to 1,000) from `low` to `high`. `None` where there is no room between the two.
    #[must_use]
    pub fn new(
        values: impl IntoIterator<Item = f64>,
        low: f64,
        high: f64,
        bins: usize,
    ) -> Option<Self> {
        let width = high - low;
        if !(width > 0.0 && width.is_finite()) {
            return None;
        }
        let bins = bins.clamp(1, 1_000);
        let mut new = Self { low, high, bins: vec![0; bins], outside: (0, 0, 0) };
        for value in values {
            let at = (((value - low) / width * bins as f64) as usize).min(bins - 1);
            if value.is_nan() {
                new.outside.2 += 1;
            } else if value < low {
                new.outside.0 += 1;
            } else if value > high {
                new.outside.1 += 1;
            } else if let Some(bin) = new.bins.get_mut(at) {
                *bin += 1;
            }
        }
        Some(new)
    }

    /// Lower end and upper end of a bin.
    #[must_use]
    pub fn ends(&self, bin: usize) -> (f64, f64) {
        let width = (self.high - self.low) / self.bins.len() as f64;
        (self.low + width * bin as f64, self.low + width * (bin + 1) as f64)
    }
}

/// The thresholds that tell values apart, from the lowest: each value that occurs, since a bar between two of
/// them does what the upper one does. What is no number, or not finite, has none.
#[must_use]
pub fn thresholds(values: impl IntoIterator<Item = f64>) -> Vec<f64> {
    // `-0.0` is 0.
    let mut all: Vec<f64> = values.into_iter().filter(|v| v.is_finite()).map(|v| v + 0.0).collect();
    all.sort_by(f64::total_cmp);
    all.dedup();
    all
}

/// The least n up to 20 so that every number is a multiple of 1/n between 0 and 1, as shares of n votes are. `None` when there
/// is none, and for zeros and ones alone, which say nothing about votes.
#[must_use]
pub fn vote_steps(numbers: &[f64]) -> Option<u32> {
    let share = |n: &f64| (0.0..=1.0).contains(n);
    if !numbers.iter().all(share) || numbers.iter().all(|n| n.fract() == 0.0) {
        return None;
    }
    (2..=MOST_VOTES).find(|votes| {
        let whole = |n: &f64| {
            let votes = n * f64::from(*votes);
            (votes - votes.round()).abs() < 1e-6
        };
        numbers.iter().all(whole)
    })
}
