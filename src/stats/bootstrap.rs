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

/// The interval of a figure that is made of many items, by drawing items: percentiles of [`RESAMPLES`] (Efron 1979), or, of over
/// [`MOST_RESAMPLED`] items, the figure ± z errors by leaving out one of 100 groups at a time (Kott 2001, "The delete-a-group jackknife").
/// The figure is asked for by the numbers of the items that were drawn. `Err` says why there is none.
pub(super) fn resampled(
    items: usize,
    confidence: f64,
    seed: u64,
    figure: impl Fn(&[usize]) -> Option<f64>,
) -> Result<(Interval, &'static str), &'static str> {
    const GROUPS: usize = 100;
    let z = reach(confidence).ok_or("the confidence is not between 0 and 1")?;
    if items < 2 {
        return Err("one item has no spread");
    }
    let mut random = SplitMix::new(seed);
    let quick = items > MOST_RESAMPLED;
    let mut drawn: Vec<usize> = (0..items).collect();
    let rounds = if quick { GROUPS } else { RESAMPLES };
    // Which group an item is in is drawn, too: items may stand in an order that means something.
    let group: Vec<usize> =
        if quick { (0..items).map(|_| random.below(GROUPS)).collect() } else { Vec::new() };
    let mut found: Vec<f64> = Vec::with_capacity(rounds);
    for round in 0..rounds {
        drawn.clear();
        if quick {
            drawn.extend(group.iter().zip(0..).filter(|(g, _)| **g != round).map(|(_, at)| at));
        } else {
            drawn.extend((0..items).map(|_| random.below(items)));
        }
        found.extend(figure(&drawn).filter(|f| f.is_finite()));
    }
    // A draw of one category alone has no agreement to speak of. Where that is common, the rest would be a selection.
    if found.len() * 20 < rounds * 19 {
        return Err("too many resamples have one category only");
    }
    found.sort_by(f64::total_cmp);
    let tail = (1.0 - confidence) / 2.0;
    let (interval, method) = if quick {
        let all: Vec<usize> = (0..items).collect();
        let mean = found.iter().sum::<f64>() / found.len() as f64;
        let squares: f64 = found.iter().map(|f| (f - mean).powi(2)).sum();
        let half = z * (squares * (GROUPS - 1) as f64 / GROUPS as f64).sqrt();
        (figure(&all).and_then(|f| Interval::new(f - half, f + half)), "jackknife of 100 groups")
    } else {
        let ends = quantile(&found, tail).zip(quantile(&found, 1.0 - tail));
        (ends.and_then(|(low, high)| Interval::new(low, high)), "2,000 resamples of items")
    };
    match interval {
        // Resampling what is all the same says ± 0, which nobody should believe.
        Some(i) if i.high > i.low => Ok((i, method)),
        _ => Err("all items are alike"),
    }
}

/// Of sorted values, with what lies between two of them by proportion.
pub(super) fn quantile(sorted: &[f64], share: f64) -> Option<f64> {
    let at = sorted.len().checked_sub(1)? as f64 * share.clamp(0.0, 1.0);
    let (low, high) = (sorted.get(at.floor() as usize)?, sorted.get(at.ceil() as usize)?);
    Some(low + (high - low) * at.fract())
}
