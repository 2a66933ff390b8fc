//! How well scores agree with labels: AUROC with an interval, average precision, recall at few false
//! positives. Numbers in, numbers out.
//!
//! Tied scores move together everywhere, and NaN scores count as the lowest, as in [`Curve`].

use super::bootstrap::{SplitMix, quantile};
use super::curve::{Curve, clean};
use super::rate::CONFIDENCE;
use super::special::reach;

/// One area under the ROC curve with its 95% interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Auroc {
    /// Chance that a positive scores higher than a negative, ties counting half.
    pub value: f64,
    /// Lower end, cut to 0–1.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Its standard error, by `DeLong`; 0 where the classes are told apart completely.
    pub error: f64,
    /// Whose interval it is: `DeLong`, or `Newcombe` where the error is 0.
    pub by: &'static str,
}

/// What `cues eval` prints about one set of records.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Figures {
    /// Records.
    pub n: usize,
    /// Positives among them.
    pub positives: usize,
    /// `None` without a positive or without a negative.
    pub auroc: Option<Auroc>,
    /// As [`Curve::average_precision`].
    pub average_precision: Option<f64>,
    /// As [`Curve::recall_at`] with one false positive.
    pub recall_at_1_fp: Option<f64>,
    /// As [`Curve::recall_at`] with 2% of the negatives, rounded down.
    pub recall_at_2pct_fp: Option<f64>,
}

/// All figures at once. Extra scores or labels beyond the shorter of the two are ignored.
#[must_use]
pub fn figures(scores: &[f64], labels: &[bool]) -> Figures {
    let n = scores.len().min(labels.len());
    let (scores, labels) = (scores.get(..n).unwrap_or(&[]), labels.get(..n).unwrap_or(&[]));
    let positives = labels.iter().filter(|l| **l).count();
    let curve = Curve::new(scores, labels);
    Figures {
        n,
        positives,
        auroc: auroc(scores, labels),
        average_precision: curve.average_precision(),
        recall_at_1_fp: curve.recall_at(1),
        recall_at_2pct_fp: curve.recall_at((n - positives) / 50),
    }
}

fn split(scores: &[f64], labels: &[bool]) -> (Vec<f64>, Vec<f64>) {
    let (mut positive, mut negative) = (Vec::new(), Vec::new());
    for (score, label) in scores.iter().zip(labels) {
        let side = if *label { &mut positive } else { &mut negative };
        side.push(clean(*score));
    }
    positive.sort_by(f64::total_cmp);
    negative.sort_by(f64::total_cmp);
    (positive, negative)
}

/// Share of `sorted` below `score`, ties half.
fn placement(sorted: &[f64], score: f64) -> f64 {
    let below = sorted.partition_point(|x| *x < score);
    let upto = sorted.partition_point(|x| *x <= score);
    (below + upto) as f64 / 2.0 / sorted.len() as f64
}

fn variance(values: &[f64], mean: f64) -> f64 {
    if values.len() < 2 {
        return 0.0;
    }
    values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (values.len() - 1) as f64
}

/// The area under the ROC curve and its interval (`DeLong`, `DeLong` and Clarke-Pearson 1988). Where that has no width, as the
/// classes are perfectly apart, all tied or of one record each, it is Newcombe's (2006, method 5), which goes by the numbers of
/// records. `None` without a positive or without a negative.
#[must_use]
pub fn auroc(scores: &[f64], labels: &[bool]) -> Option<Auroc> {
    let (positive, negative) = split(scores, labels);
    if positive.is_empty() || negative.is_empty() {
        return None;
    }
    let of_positive: Vec<f64> = positive.iter().map(|s| placement(&negative, *s)).collect();
    let of_negative: Vec<f64> = negative.iter().map(|s| 1.0 - placement(&positive, *s)).collect();
    let value = of_positive.iter().sum::<f64>() / of_positive.len() as f64;
    let error = (variance(&of_positive, value) / positive.len() as f64
        + variance(&of_negative, value) / negative.len() as f64)
        .sqrt();
    let reach = reach(CONFIDENCE)?;
    if error > 0.0 {
        let half = reach * error;
        let (low, high) = ((value - half).max(0.0), (value + half).min(1.0));
        return Some(Auroc { value, low, high, error, by: "DeLong" });
    }
    let (m, n) = (positive.len() as f64, negative.len() as f64);
    let (low, high) =
        (newcombe_low(value, m, n, reach), 1.0 - newcombe_low(1.0 - value, m, n, reach));
    Some(Auroc { value, low, high, error, by: "Newcombe" })
}

/// The lower end of the interval for an area from `m` and `n` records, which solves `value − θ = z √V(θ)` (Newcombe 2006, "Confidence
/// intervals for an effect size measure based on the Mann–Whitney statistic. Part 2", method 5). The upper end is that of one minus the area, from above.
fn newcombe_low(value: f64, m: f64, n: f64, reach: f64) -> f64 {
    let many = f64::midpoint(m, n) - 1.0;
    let variance = |area: f64| {
        let weight = 1.0 + many * (1.0 - area) / (2.0 - area) + many * area / (1.0 + area);
        area * (1.0 - area) * weight / (m * n)
    };
    let (mut low, mut high) = (0.0, value);
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        let is_out = value - middle > reach * variance(middle).sqrt();
        *(if is_out { &mut low } else { &mut high }) = middle;
    }
    low
}

/// A percentile bootstrap of the area over `rounds` resamples within each class, repeatable by `seed`:
/// for sets too small for [`auroc`]'s interval to be trusted. At most 100,000 rounds.
#[must_use]
pub fn bootstrap_auroc(
    scores: &[f64],
    labels: &[bool],
    rounds: usize,
    seed: u64,
) -> Option<(f64, f64)> {
    let (positive, negative) = split(scores, labels);
    let rounds = rounds.min(100_000);
    if positive.is_empty() || negative.is_empty() || rounds == 0 {
        return None;
    }
    let mut random = SplitMix::new(seed);
    let mut draw = |from: &[f64]| -> Vec<f64> {
        let mut drawn: Vec<f64> =
            (0..from.len()).filter_map(|_| from.get(random.below(from.len())).copied()).collect();
        drawn.sort_by(f64::total_cmp);
        drawn
    };
    let mut areas: Vec<f64> = (0..rounds)
        .map(|_| {
            let (p, n) = (draw(&positive), draw(&negative));
            p.iter().map(|s| placement(&n, *s)).sum::<f64>() / p.len() as f64
        })
        .collect();
    areas.sort_by(f64::total_cmp);
    quantile(&areas, 0.025).zip(quantile(&areas, 0.975))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-9
    }

    #[test]
    fn areas_of_known_cases() {
        let cases: [(&[f64], &[bool], f64); 5] = [
            (&[3.0, 2.0, 1.0, 0.0], &[true, true, false, false], 1.0),
            (&[0.0, 1.0, 2.0, 3.0], &[true, true, false, false], 0.0),
            (&[1.0, 1.0, 1.0], &[true, false, false], 0.5),
            (&[2.0, 1.0, 1.0, 0.0], &[true, true, false, false], 0.875),
            (&[f64::NAN, 1.0], &[true, false], 0.0),
        ];
        for (scores, labels, area) in cases {
            assert!(near(auroc(scores, labels).unwrap().value, area), "{scores:?}");
        }
        assert_eq!(auroc(&[1.0], &[true]), None);
        assert_eq!(auroc(&[], &[]), None);
    }

    #[test]
    fn an_interval_has_width_where_the_classes_are_apart() {
        // One record each: 1 − θ = z² θ.
        let z2 = 1.959_963_984_540_054_f64.powi(2);
        let one = auroc(&[2.0, 1.0], &[true, false]).unwrap();
        assert!(near(one.low, 1.0 / (1.0 + z2)) && near(one.high, 1.0), "{one:?}");
        let below = auroc(&[1.0, 2.0], &[true, false]).unwrap();
        assert!(near(below.high, z2 / (1.0 + z2)) && near(below.low, 0.0), "{below:?}");
        // Two each: 4 (1 − θ) = z² θ (1 + (1 − θ) / (2 − θ) + θ / (1 + θ)).
        let two = auroc(&[4.0, 3.0, 2.0, 1.0], &[true, true, false, false]).unwrap();
        let area = two.low;
        let right = z2 * area * (1.0 + (1.0 - area) / (2.0 - area) + area / (1.0 + area));
        assert!((4.0 * (1.0 - area) - right).abs() < 1e-7 && two.by == "Newcombe", "{two:?}");
        // More records say more, and ties are in the middle.
        let labels: Vec<bool> = (0..100).map(|n| n < 50).collect();
        let scores: Vec<f64> = (0..100).map(|n| -f64::from(n)).collect();
        let many = auroc(&scores, &labels).unwrap();
        assert!(many.low > 0.9 && many.low < 1.0 && near(many.high, 1.0), "{many:?}");
        let tied = auroc(&[1.0; 100], &labels).unwrap();
        assert!(near(tied.low + tied.high, 1.0) && tied.low < 0.45 && tied.low > 0.3, "{tied:?}");
    }

    #[test]
    fn delong_interval_of_a_worked_case() {
        // Placements of positives 1, 1, 2/3; of negatives 2/3, 1, 1: mean 8/9, each variance 1/27.
        let a = auroc(&[5.0, 4.0, 2.0, 3.0, 1.0, 0.0], &[true, true, true, false, false, false])
            .unwrap();
        let error = (2.0_f64 / 27.0 / 3.0).sqrt();
        assert!(near(a.value, 8.0 / 9.0));
        assert!(near(a.low, 8.0 / 9.0 - 1.959_963_984_540_054 * error));
        assert!(near(a.high, 1.0));
    }

    #[test]
    fn tied_scores_move_together() {
        let scores = [2.0, 1.0, 1.0, 1.0, 0.0];
        let labels = [true, true, false, false, true];
        assert!(near(Curve::new(&scores, &labels).recall_at(1).unwrap(), 1.0 / 3.0));
        assert!(near(Curve::new(&scores, &labels).recall_at(2).unwrap(), 1.0));
        let expected = 1.0 / 3.0 + 0.5 / 3.0 + 0.6 / 3.0;
        assert!(near(Curve::new(&scores, &labels).average_precision().unwrap(), expected));
        assert_eq!(Curve::new(&[1.0], &[false]).average_precision(), None);
        assert_eq!(Curve::new(&[1.0], &[false]).recall_at(0), None);
    }

    #[test]
    fn the_bootstrap_is_repeatable_and_brackets_the_area() {
        let scores: Vec<f64> = (0..40).map(|i| f64::from(i * 7 % 40)).collect();
        let labels: Vec<bool> =
            scores.iter().enumerate().map(|(i, s)| s + (i % 9) as f64 > 24.0).collect();
        let area = auroc(&scores, &labels).unwrap().value;
        let first = bootstrap_auroc(&scores, &labels, 300, 7).unwrap();
        assert_eq!(first, bootstrap_auroc(&scores, &labels, 300, 7).unwrap());
        assert!(first.0 <= area && area <= first.1, "{first:?} {area}");
        assert_eq!(bootstrap_auroc(&[1.0], &[true], 10, 1), None);
        let all = figures(&scores, &labels);
        assert_eq!(all.n, 40);
        assert!(near(all.auroc.unwrap().value, area));
    }
}
