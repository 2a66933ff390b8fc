//! How well scores agree with labels: AUROC with an interval, average precision, recall at few false
//! positives. Numbers in, numbers out.
//!
//! Tied scores move together everywhere: a score that cannot tell two records apart gets no credit for
//! the order in which they happen to stand. NaN scores count as the lowest.

/// One area under the ROC curve with its 95% interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Auroc {
    /// Chance that a positive scores higher than a negative, ties counting half.
    pub value: f64,
    /// Lower end, by `DeLong`, cut to 0–1.
    pub low: f64,
    /// Upper end.
    pub high: f64,
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
    /// As [`average_precision`].
    pub average_precision: Option<f64>,
    /// As [`recall_at`] with one false positive.
    pub recall_at_1_fp: Option<f64>,
    /// As [`recall_at`] with 2% of the negatives, rounded down.
    pub recall_at_2pct_fp: Option<f64>,
}

/// All figures at once. Extra scores or labels beyond the shorter of the two are ignored.
#[must_use]
pub fn figures(scores: &[f64], labels: &[bool]) -> Figures {
    let n = scores.len().min(labels.len());
    let (scores, labels) = (scores.get(..n).unwrap_or(&[]), labels.get(..n).unwrap_or(&[]));
    let positives = labels.iter().filter(|l| **l).count();
    Figures {
        n,
        positives,
        auroc: auroc(scores, labels),
        average_precision: average_precision(scores, labels),
        recall_at_1_fp: recall_at(scores, labels, 1),
        recall_at_2pct_fp: recall_at(scores, labels, (n - positives) / 50),
    }
}

fn clean(score: f64) -> f64 {
    if score.is_nan() { f64::NEG_INFINITY } else { score }
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

/// The area under the ROC curve and its interval (`DeLong`, `DeLong` and Clarke-Pearson 1988). The interval
/// has no width where the classes are perfectly apart or of one record: look at n. `None` without a
/// positive or without a negative.
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
    let reach = 1.959_964 * error;
    Some(Auroc { value, low: (value - reach).max(0.0), high: (value + reach).min(1.0) })
}

/// A percentile bootstrap of the area over `rounds` resamples within each class, repeatable by `seed`:
/// for sets too small for [`auroc`]'s interval to be trusted. At most 100,000 rounds.
#[must_use]
pub fn bootstrap(scores: &[f64], labels: &[bool], rounds: usize, seed: u64) -> Option<(f64, f64)> {
    let (positive, negative) = split(scores, labels);
    let rounds = rounds.min(100_000);
    if positive.is_empty() || negative.is_empty() || rounds == 0 {
        return None;
    }
    // SplitMix64: small, and good enough to draw indices.
    let mut state = seed;
    let mut draw = |from: &[f64]| -> Vec<f64> {
        let mut sample: Vec<f64> = (0..from.len())
            .filter_map(|_| {
                state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
                let mut z = state;
                z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
                z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
                z ^= z >> 31;
                from.get((z % from.len() as u64) as usize).copied()
            })
            .collect();
        sample.sort_by(f64::total_cmp);
        sample
    };
    let mut areas: Vec<f64> = (0..rounds)
        .map(|_| {
            let (p, n) = (draw(&positive), draw(&negative));
            p.iter().map(|s| placement(&n, *s)).sum::<f64>() / p.len() as f64
        })
        .collect();
    areas.sort_by(f64::total_cmp);
    let at = |share: f64| areas.get(((areas.len() - 1) as f64 * share).round() as usize).copied();
    at(0.025).zip(at(0.975))
}

/// Positives and negatives at or above each score, from the highest score down, one entry per score.
fn steps(scores: &[f64], labels: &[bool]) -> Vec<(usize, usize)> {
    let mut rows: Vec<(f64, bool)> =
        scores.iter().zip(labels).map(|(s, l)| (clean(*s), *l)).collect();
    rows.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut out: Vec<(usize, usize)> = Vec::new();
    let (mut tp, mut fp) = (0, 0);
    let mut last = None;
    for (score, label) in rows {
        tp += usize::from(label);
        fp += usize::from(!label);
        if last == Some(score) {
            out.pop();
        }
        out.push((tp, fp));
        last = Some(score);
    }
    out
}

/// Σ (gain in recall × precision) over the distinct scores. `None` without a positive.
#[must_use]
pub fn average_precision(scores: &[f64], labels: &[bool]) -> Option<f64> {
    let all = labels.iter().zip(scores).filter(|(l, _)| **l).count();
    if all == 0 {
        return None;
    }
    let mut before = 0;
    let mut sum = 0.0;
    for (tp, fp) in steps(scores, labels) {
        sum += (tp - before) as f64 / all as f64 * tp as f64 / (tp + fp) as f64;
        before = tp;
    }
    Some(sum)
}

/// The highest recall at a threshold with at most so many false positives. `None` without a positive.
#[must_use]
pub fn recall_at(scores: &[f64], labels: &[bool], false_positives: usize) -> Option<f64> {
    let all = labels.iter().zip(scores).filter(|(l, _)| **l).count();
    let allowed = steps(scores, labels).into_iter().filter(|(_, fp)| *fp <= false_positives);
    let best = allowed.map(|(tp, _)| tp).max().unwrap_or(0);
    (all > 0).then(|| best as f64 / all as f64)
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
    fn delong_interval_of_a_worked_case() {
        // Placements of positives 1, 1, 2/3; of negatives 2/3, 1, 1: mean 8/9, each variance 1/27.
        let a = auroc(&[5.0, 4.0, 2.0, 3.0, 1.0, 0.0], &[true, true, true, false, false, false])
            .unwrap();
        let error = (2.0_f64 / 27.0 / 3.0).sqrt();
        assert!(near(a.value, 8.0 / 9.0));
        assert!(near(a.low, 8.0 / 9.0 - 1.959_964 * error));
        assert!(near(a.high, 1.0));
    }

    #[test]
    fn tied_scores_move_together() {
        let scores = [2.0, 1.0, 1.0, 1.0, 0.0];
        let labels = [true, true, false, false, true];
        assert!(near(recall_at(&scores, &labels, 1).unwrap(), 1.0 / 3.0));
        assert!(near(recall_at(&scores, &labels, 2).unwrap(), 1.0));
        let expected = 1.0 / 3.0 + 0.5 / 3.0 + 0.6 / 3.0;
        assert!(near(average_precision(&scores, &labels).unwrap(), expected));
        assert_eq!(average_precision(&[1.0], &[false]), None);
        assert_eq!(recall_at(&[1.0], &[false], 0), None);
    }

    #[test]
    fn the_bootstrap_is_repeatable_and_brackets_the_area() {
        let scores: Vec<f64> = (0..40).map(|i| f64::from(i * 7 % 40)).collect();
        let labels: Vec<bool> =
            scores.iter().enumerate().map(|(i, s)| s + (i % 9) as f64 > 24.0).collect();
        let area = auroc(&scores, &labels).unwrap().value;
        let first = bootstrap(&scores, &labels, 300, 7).unwrap();
        assert_eq!(first, bootstrap(&scores, &labels, 300, 7).unwrap());
        assert!(first.0 <= area && area <= first.1, "{first:?} {area}");
        assert_eq!(bootstrap(&[1.0], &[true], 10, 1), None);
        let all = figures(&scores, &labels);
        assert_eq!(all.n, 40);
        assert!(near(all.auroc.unwrap().value, area));
    }
}
