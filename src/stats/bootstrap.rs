//! Resampling: the generator, and the mean of values that each stand for one sample with all its epochs.

use super::Interval;
use super::special::reach;

/// Resamples that screens and commands draw.
pub const RESAMPLES: usize = 2_000;
/// Where their draws begin, so that the same rows give the same interval.
pub const SEED: u64 = 0x7465_7374;
/// Most values that are resampled. With more, the mean is normal for any purpose, and its error by the
/// spread of the values says the same in no time.
pub const MOST_RESAMPLED: usize = 20_000;

/// `SplitMix64` (Steele, Lea and Flood 2014): small, fast, repeatable, good enough to draw indices. Not for secrets.
#[derive(Debug, Clone)]
pub struct SplitMix(u64);

impl SplitMix {
    /// Draws that begin at `seed`.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// 64 bits.
    pub fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`; 0 when there is none.
    pub fn below(&mut self, end: usize) -> usize {
        // The high half of the product: as even as a remainder, and quicker.
        ((u128::from(self.draw()) * end as u128) >> 64) as usize
    }
}

/// A mean of values, one for each sample.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mean {
    /// Values.
    pub n: usize,
    /// Their mean.
    pub value: f64,
    /// Its interval; `None` for fewer than two values, which say nothing of their spread.
    pub interval: Option<Interval>,
    /// Standard error by the spread of the values, sd / √n with n − 1 degrees of freedom; as `interval`.
    pub error: Option<f64>,
    /// Whether the interval was resampled; else it is the mean ± z errors, as of [`MOST_RESAMPLED`].
    pub resampled: bool,
}

/// The mean with its percentile interval over resampled values (Efron 1979). A value stands for a sample: both
/// sides and all epochs of it go together, since they are in the value. `None` without values or when one is no number.
#[must_use]
pub fn mean_over(values: &[f64], confidence: f64, rounds: usize, seed: u64) -> Option<Mean> {
    let n = values.len();
    if n == 0 || values.iter().any(|v| !v.is_finite()) {
        return None;
    }
    let value = values.iter().sum::<f64>() / n as f64;
    let squares: f64 = values.iter().map(|v| (v - value).powi(2)).sum();
    let error = (n > 1).then(|| (squares / (n - 1) as f64 / n as f64).sqrt());
    let resampled = n <= MOST_RESAMPLED;
    let interval = match error {
        Some(_) if resampled => percentiles(values, confidence, rounds, seed),
        Some(error) => {
            reach(confidence).and_then(|z| Interval::new(value - z * error, value + z * error))
        }
        None => None,
    };
    value.is_finite().then_some(Mean { n, value, interval, error, resampled })
}

fn percentiles(values: &[f64], confidence: f64, rounds: usize, seed: u64) -> Option<Interval> {
    let mut random = SplitMix::new(seed);
    let mut means: Vec<f64> = (0..rounds.min(100_000))
        .map(|_| {
            let drawn = (0..values.len()).filter_map(|_| values.get(random.below(values.len())));
            drawn.sum::<f64>() / values.len() as f64
        })
        .collect();
    means.sort_by(f64::total_cmp);
    let tail = (1.0 - confidence) / 2.0;
    Interval::new(quantile(&means, tail)?, quantile(&means, 1.0 - tail)?)
}

/// Of sorted values, with what lies between two of them by proportion.
pub(super) fn quantile(sorted: &[f64], share: f64) -> Option<f64> {
    let at = sorted.len().checked_sub(1)? as f64 * share.clamp(0.0, 1.0);
    let (low, high) = (sorted.get(at.floor() as usize)?, sorted.get(at.ceil() as usize)?);
    Some(low + (high - low) * at.fract())
}
