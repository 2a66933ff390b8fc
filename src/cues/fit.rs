//! Weights fitted to labels, and how they do on records that they were not fitted to.
//!
//! Logistic regression with a ridge penalty on standardised features, by Newton's method: the same numbers always give
//! the same weights. What is fitted is never used for scoring; it says how far a fit would differ from the score as it is.

use crate::stats::{Figures, figures};

/// Penalty on the squared weights of standardised features: one unit is as much as one record's evidence.
const RIDGE: f64 = 1.0;
/// Steps of Newton's method; a handful is enough for so smooth a target.
const STEPS: usize = 30;
/// Where a step counts as none.
const STILL: f64 = 1e-9;

/// Weights per feature, on the scale of the features as given.
#[derive(Debug, Clone, PartialEq)]
pub struct Fit {
    /// One for each feature.
    pub weights: Vec<f64>,
    /// The log odds where all features are 0.
    pub intercept: f64,
}

impl Fit {
    /// The log odds of a record.
    #[must_use]
    pub fn log_odds(&self, features: &[f64]) -> f64 {
        self.intercept + self.weights.iter().zip(features).map(|(w, x)| w * x).sum::<f64>()
    }
}

/// What cross-validation says.
#[derive(Debug, Clone, PartialEq)]
pub struct Validated {
    /// Folds that were used: at most one per record of the smaller class.
    pub folds: usize,
    /// Of the log odds of all records, each from weights that did not see it.
    pub figures: Figures,
    /// The weights fitted to all records.
    pub fit: Fit,
}

/// Fits `rows` (one slice of features for each record, all of one length) to labels. `None` without rows of
/// both classes.
#[must_use]
pub fn fit(rows: &[&[f64]], labels: &[bool]) -> Option<Fit> {
    let both = labels.iter().any(|l| *l) && labels.iter().any(|l| !*l);
    let width = rows.first().map(|r| r.len()).filter(|_| both)?;
    let scale = Scale::of(rows, width);
    let rows: Vec<Vec<f64>> = rows.iter().map(|row| scale.apply(row)).collect();
    // The last weight is the intercept, which is not penalised.
    let mut weights = vec![0.0; width + 1];
    for _ in 0..STEPS {
        let mut gradient = vec![0.0; width + 1];
        let mut curve = vec![vec![0.0; width + 1]; width + 1];
        for (row, label) in rows.iter().zip(labels) {
            let odds: f64 = row.iter().zip(&weights).map(|(x, w)| x * w).sum();
            let chance = 1.0 / (1.0 + (-odds).exp());
            let miss = f64::from(u8::from(*label)) - chance;
            let spread = chance * (1.0 - chance);
            for ((slope, line), a) in gradient.iter_mut().zip(&mut curve).zip(row) {
                *slope += miss * a;
                for (cell, b) in line.iter_mut().zip(row) {
                    *cell += spread * a * b;
                }
            }
        }
        for (number, line) in curve.iter_mut().enumerate() {
            let penalty = if number < width { RIDGE } else { 1e-9 };
            if let (Some(cell), Some(slope), Some(weight)) =
                (line.get_mut(number), gradient.get_mut(number), weights.get(number))
            {
                *cell += penalty;
                *slope -= penalty * weight;
            }
        }
        let step = solve(curve, gradient)?;
        for (weight, step) in weights.iter_mut().zip(&step) {
            *weight += step;
        }
        if step.iter().all(|s| s.abs() < STILL) {
            break;
        }
    }
    weights.iter().all(|w| w.is_finite()).then(|| scale.undo(&weights))
}

/// Fits with each fold left out in turn and scores that fold. `folds` below 2 is 2. Records of one `group` stay in one
/// fold (the same query under two tiers, say). Groups are dealt out in a fixed order, those with positives first, so that
/// folds have about the same share. `None` where that leaves nothing to fit.
#[must_use]
pub fn validate(
    rows: &[&[f64]],
    labels: &[bool],
    groups: &[String],
    folds: usize,
) -> Option<Validated> {
    let fold_of = deal(labels, groups, folds.max(2));
    let folds = fold_of.iter().max().map_or(0, |most| most + 1);
    let mut odds = vec![0.0; rows.len()];
    for left_out in 0..folds {
        let kept = || fold_of.iter().enumerate().filter(|(_, f)| **f != left_out).map(|(i, _)| i);
        let some: Vec<&[f64]> = kept().filter_map(|i| rows.get(i).copied()).collect();
        let said: Vec<bool> = kept().filter_map(|i| labels.get(i).copied()).collect();
        let fit = fit(&some, &said)?;
        for ((odds, row), _) in
            odds.iter_mut().zip(rows).zip(&fold_of).filter(|(_, f)| **f == left_out)
        {
            *odds = fit.log_odds(row);
        }
    }
    Some(Validated { folds, figures: figures(&odds, labels), fit: fit(rows, labels)? })
}

/// The fold of each record.
fn deal(labels: &[bool], groups: &[String], folds: usize) -> Vec<usize> {
    // A group's place is a hash of its name, so that the order of files does not matter.
    let mut known: Vec<(bool, u64, &str)> = groups
        .iter()
        .zip(labels)
        .map(|(name, label)| (!*label, xxhash_rust::xxh3::xxh3_64(name.as_bytes()), name.as_str()))
        .collect();
    known.sort_unstable();
    // Each group once, at its first place: with the positives, when it has one.
    let mut seen = std::collections::HashMap::new();
    for (_, _, name) in known {
        let next = seen.len() % folds;
        seen.entry(name).or_insert(next);
    }
    groups.iter().map(|g| seen.get(g.as_str()).copied().unwrap_or(0)).collect()
}

/// Mean and spread of each feature.
struct Scale {
    mean: Vec<f64>,
    spread: Vec<f64>,
}

impl Scale {
    fn of(rows: &[&[f64]], width: usize) -> Self {
        let n = rows.len().max(1) as f64;
        let column = |at: usize| rows.iter().filter_map(move |row| row.get(at).copied());
        let mean: Vec<f64> = (0..width).map(|at| column(at).sum::<f64>() / n).collect();
        let spread = mean.iter().enumerate().map(|(at, mean)| {
            let variance = column(at).map(|x| (x - mean).powi(2)).sum::<f64>() / n;
            // A feature that never changes says nothing; its weight stays 0.
            if variance > 0.0 { variance.sqrt() } else { f64::INFINITY }
        });
        Self { spread: spread.collect(), mean }
    }

    fn apply(&self, row: &[f64]) -> Vec<f64> {
        let scaled = row.iter().zip(&self.mean).zip(&self.spread).map(|((x, m), s)| (x - m) / s);
        scaled.chain([1.0]).collect()
    }

    fn undo(&self, weights: &[f64]) -> Fit {
        let own: Vec<f64> = weights.iter().zip(&self.spread).map(|(w, s)| w / s).collect();
        let shift: f64 = own.iter().zip(&self.mean).map(|(w, m)| w * m).sum();
        Fit { intercept: weights.last().copied().unwrap_or(0.0) - shift, weights: own }
    }
}

/// Gaussian elimination with pivots. `None` where the matrix is singular.
fn solve(mut matrix: Vec<Vec<f64>>, mut target: Vec<f64>) -> Option<Vec<f64>> {
    let n = target.len();
    for column in 0..n {
        let pivot = (column..n).max_by(|a, b| {
            let size = |row: &usize| matrix.get(*row).and_then(|r| r.get(column)).map(|x| x.abs());
            size(a).partial_cmp(&size(b)).unwrap_or(std::cmp::Ordering::Equal)
        })?;
        matrix.swap(column, pivot);
        target.swap(column, pivot);
        let (done, rest) = matrix.split_at_mut(column + 1);
        let (known, rest_target) = target.split_at_mut(column + 1);
        let (line, value) = (done.last()?, *known.last()?);
        let lead = line.get(column).copied().filter(|x| x.abs() > 1e-12)?;
        for (other, goal) in rest.iter_mut().zip(rest_target) {
            let share = other.get(column).copied()? / lead;
            for (cell, above) in other.iter_mut().zip(line) {
                *cell -= share * above;
            }
            *goal -= share * value;
        }
    }
    let mut found = vec![0.0; n];
    for at in (0..n).rev() {
        let line = matrix.get(at)?;
        let rest: f64 = line.iter().zip(&found).skip(at + 1).map(|(a, x)| a * x).sum();
        *found.get_mut(at)? = (target.get(at)? - rest) / line.get(at)?;
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_weights_are_found() {
        // At the optimum the penalised gradient is zero: checked on the scale of standardised features.
        let rows = [[0.0, 1.0], [1.0, 0.0], [2.0, 1.0], [3.0, 5.0], [1.0, 1.0], [4.0, 0.0]];
        let labels = [false, false, true, true, false, true];
        let slices: Vec<&[f64]> = rows.iter().map(<[f64; 2]>::as_slice).collect();
        let found = fit(&slices, &labels).unwrap();
        let scale = Scale::of(&slices, 2);
        for feature in 0..2 {
            let pull: f64 = rows
                .iter()
                .zip(labels)
                .map(|(row, label)| {
                    let chance = 1.0 / (1.0 + (-found.log_odds(row)).exp());
                    (f64::from(u8::from(label)) - chance) * scale.apply(row)[feature]
                })
                .sum();
            let weight = found.weights[feature] * scale.spread[feature];
            assert!((pull - RIDGE * weight).abs() < 1e-6, "{feature}: {pull} {weight}");
        }
        assert!(found.weights[0] > 0.0);
    }

    #[test]
    fn a_feature_that_says_nothing_weighs_nothing() {
        let rows: Vec<[f64; 2]> = (0..20).map(|i| [f64::from(i), 7.0]).collect();
        let labels: Vec<bool> = (0..20).map(|i| i >= 10).collect();
        let slices: Vec<&[f64]> = rows.iter().map(<[f64; 2]>::as_slice).collect();
        let found = fit(&slices, &labels).unwrap();
        assert!(found.weights[0] > 0.1 && found.weights[1].abs() < 1e-12, "{found:?}");
        assert_eq!(fit(&slices, &[true; 20]), None);
        assert_eq!(fit(&[], &[]), None);
    }

    #[test]
    fn no_record_is_scored_by_weights_that_saw_it() {
        // Each record has a feature of its own, which only a fit that saw it could use.
        let rows: Vec<Vec<f64>> =
            (0..24).map(|i| (0..24).map(|j| f64::from(u8::from(i == j))).collect()).collect();
        let labels: Vec<bool> = (0..24).map(|i| i % 2 == 0).collect();
        let groups: Vec<String> = (0..24).map(|i| i.to_string()).collect();
        let slices: Vec<&[f64]> = rows.iter().map(Vec::as_slice).collect();
        let seen = fit(&slices, &labels).unwrap();
        let fitted: Vec<f64> = slices.iter().map(|row| seen.log_odds(row)).collect();
        assert!(figures(&fitted, &labels).auroc.unwrap().value > 0.999);
        let validated = validate(&slices, &labels, &groups, 6).unwrap();
        assert_eq!(validated.folds, 6);
        assert!(validated.figures.auroc.unwrap().value < 0.51, "{validated:?}");
    }

    #[test]
    fn groups_stay_together_and_folds_are_even() {
        let labels: Vec<bool> = (0..40).map(|i| i % 4 == 0).collect();
        let groups: Vec<String> = (0..40).map(|i| (i / 2).to_string()).collect();
        let folds = deal(&labels, &groups, 5);
        for pair in folds.chunks(2) {
            assert_eq!(pair[0], pair[1]);
        }
        for fold in 0..5 {
            let own = || folds.iter().zip(&labels).filter(|(f, _)| **f == fold);
            assert_eq!(own().count(), 8);
            assert_eq!(own().filter(|(_, l)| **l).count(), 2);
        }
    }
}
