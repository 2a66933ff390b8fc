//! What every threshold of a score would do: the steps that ROC and precision–recall curves are drawn from.
//!
//! Positive is a score at or above the threshold. Tied scores move together: a score that cannot tell two records
//! apart gets no credit for the order in which they happen to stand. NaN scores count as the lowest.

/// What a threshold calls positive.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Step {
    /// The score at or above which a record is called positive.
    pub threshold: f64,
    /// Positives called so.
    pub hits: usize,
    /// Negatives called positive.
    pub false_alarms: usize,
}

/// All steps of a score, from the highest threshold down.
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    /// One for each different score.
    pub steps: Vec<Step>,
    /// Records of the class.
    pub positives: usize,
    /// Records not of it.
    pub negatives: usize,
}

pub(super) fn clean(score: f64) -> f64 {
    // `-0.0` is 0.
    if score.is_nan() { f64::NEG_INFINITY } else { score + 0.0 }
}

impl Curve {
    /// Of scores and what is true. Those beyond the shorter of the two are ignored.
    #[must_use]
    pub fn new(scores: &[f64], labels: &[bool]) -> Self {
        let mut rows: Vec<(f64, bool)> =
            scores.iter().zip(labels).map(|(s, l)| (clean(*s), *l)).collect();
        rows.sort_by(|a, b| b.0.total_cmp(&a.0));
        let mut steps: Vec<Step> = Vec::new();
        let (mut hits, mut false_alarms) = (0, 0);
        for (threshold, label) in rows {
            hits += usize::from(label);
            false_alarms += usize::from(!label);
            if steps.last().is_some_and(|last| last.threshold.total_cmp(&threshold).is_eq()) {
                steps.pop();
            }
            steps.push(Step { threshold, hits, false_alarms });
        }
        Self { steps, positives: hits, negatives: false_alarms }
    }

    /// False positive rate and recall, from (0, 0), which is no threshold, to (1, 1). `None` without both classes.
    #[must_use]
    pub fn roc(&self) -> Option<Vec<(f64, f64)>> {
        let (yes, no) = (self.positives as f64, self.negatives as f64);
        let at = |s: &Step| (s.false_alarms as f64 / no, s.hits as f64 / yes);
        (self.positives > 0 && self.negatives > 0)
            .then(|| [(0.0, 0.0)].into_iter().chain(self.steps.iter().map(at)).collect())
    }

    /// Recall and precision, one for each step. `None` without a positive.
    #[must_use]
    pub fn recall_precision(&self) -> Option<Vec<(f64, f64)>> {
        let all = self.positives as f64;
        let at = |s: &Step| (s.hits as f64 / all, s.hits as f64 / (s.hits + s.false_alarms) as f64);
        (self.positives > 0).then(|| self.steps.iter().map(at).collect())
    }

    /// Σ (gain in recall × precision), the step sum and not the trapezoid. `None` without a positive.
    #[must_use]
    pub fn average_precision(&self) -> Option<f64> {
        let mut before = 0.0;
        Some(self.recall_precision()?.into_iter().fold(0.0, |sum, (recall, precision)| {
            let gain = recall - before;
            before = recall;
            sum + gain * precision
        }))
    }

    /// The highest recall at a threshold with at most so many false positives. `None` without a positive.
    #[must_use]
    pub fn recall_at(&self, false_positives: usize) -> Option<f64> {
        let allowed = self.steps.iter().filter(|s| s.false_alarms <= false_positives);
        let best = allowed.map(|s| s.hits).max().unwrap_or(0);
        (self.positives > 0).then(|| best as f64 / self.positives as f64)
    }
}

/// Mean squared distance of shares from what is true (Brier 1950). `None` without records, or when a score is no share.
#[must_use]
pub fn brier(scores: &[f64], labels: &[bool]) -> Option<f64> {
    let n = scores.len().min(labels.len());
    let shares = scores.iter().take(n).all(|s| (0.0..=1.0).contains(s));
    let sum: f64 =
        scores.iter().zip(labels).map(|(s, l)| (s - f64::from(u8::from(*l))).powi(2)).sum();
    (n > 0 && shares).then(|| sum / n as f64)
}
