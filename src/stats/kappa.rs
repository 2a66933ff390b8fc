//! Two raters: their table and Cohen's kappa, of plain and of ordered categories.

use super::agreement::{ONE_CATEGORY, within};
use super::special::reach;
use super::{Confusion, Estimate};

/// Most categories of a [`Table`].
pub const MOST_CATEGORIES: usize = 1_000;

/// How often two raters said what: a row for each category of the first, a column for each of the second.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    categories: usize,
    cells: Vec<usize>,
}

/// What a disagreement weighs, by how many categories it spans.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weights {
    /// All the same.
    Nominal,
    /// As much as it spans.
    Linear,
    /// The square of that.
    Quadratic,
}

impl Weights {
    /// What an agreement of categories so far apart is worth, of `most` that is possible.
    fn of(self, apart: usize, most: usize) -> f64 {
        let share = apart as f64 / most.max(1) as f64;
        match self {
            Self::Nominal => f64::from(u8::from(apart == 0)),
            Self::Linear => 1.0 - share,
            Self::Quadratic => 1.0 - share * share,
        }
    }
}

impl Table {
    /// Counts pairs of categories from 0, the first rater's and the second's. `None` when one is not below `categories`, or when there are more
    /// than [`MOST_CATEGORIES`].
    #[must_use]
    pub fn new(categories: usize, pairs: impl IntoIterator<Item = (usize, usize)>) -> Option<Self> {
        if categories > MOST_CATEGORIES {
            return None;
        }
        let mut cells = vec![0; categories * categories];
        for (first, second) in pairs {
            if second >= categories {
                return None;
            }
            *cells.get_mut(first * categories + second)? += 1;
        }
        Some(Self { categories, cells })
    }

    /// Classifier and reviewer as two raters: 0 is no, 1 is yes.
    #[must_use]
    pub fn of(counts: &Confusion) -> Self {
        let cells = vec![
            counts.true_negatives,
            counts.false_negatives,
            counts.false_positives,
            counts.true_positives,
        ];
        Self { categories: 2, cells }
    }

    /// Row and column of each cell with its count.
    pub fn cells(&self) -> impl Iterator<Item = ((usize, usize), usize)> {
        let by = self.categories.max(1);
        self.cells.iter().enumerate().map(move |(at, count)| ((at / by, at % by), *count))
    }

    /// How many there are.
    #[must_use]
    pub fn categories(&self) -> usize {
        self.categories
    }

    /// Pairs.
    #[must_use]
    pub fn n(&self) -> usize {
        self.cells.iter().sum()
    }

    /// Cohen's kappa ("A coefficient of agreement for nominal scales", 1960; weighted: 1968), ± z large-sample standard errors (Fleiss, Cohen and
    /// Everitt, "Large sample standard errors of kappa and weighted kappa", 1969), cut to −1–1.
    #[must_use]
    pub fn kappa(&self, weights: Weights, confidence: f64) -> Estimate {
        let n = self.n();
        if n == 0 {
            return Estimate::undefined(0, "nothing was rated by both");
        }
        let most = self.categories.saturating_sub(1);
        let worth = |a: usize, b: usize| weights.of(a.abs_diff(b), most);
        let (mut rows, mut columns) = (vec![0.0; self.categories], vec![0.0; self.categories]);
        for ((a, b), count) in self.cells() {
            let share = count as f64 / n as f64;
            for (side, at) in [(&mut rows, a), (&mut columns, b)] {
                if let Some(side) = side.get_mut(at) {
                    *side += share;
                }
            }
        }
        // What a category of one rater is worth against all that the other says.
        let against = |other: &[f64]| -> Vec<f64> {
            let of = |a| other.iter().enumerate().map(|(b, share)| worth(a, b) * share).sum();
            (0..self.categories).map(of).collect()
        };
        let (of_rows, of_columns) = (against(&columns), against(&rows));
        let observed: f64 =
            self.cells().map(|((a, b), count)| worth(a, b) * count as f64 / n as f64).sum();
        let chance: f64 = rows.iter().zip(&of_rows).map(|(share, worth)| share * worth).sum();
        let left = 1.0 - chance;
        if left < 1e-12 {
            return Estimate::undefined(n, ONE_CATEGORY);
        }
        let value = (observed - chance) / left;
        let squares: f64 = self
            .cells()
            .filter_map(|((a, b), count)| {
                let by_chance = of_rows.get(a)? + of_columns.get(b)?;
                let here = worth(a, b) * left - by_chance * (1.0 - observed);
                Some(here * here * count as f64 / n as f64)
            })
            .sum();
        let middle = observed * chance - 2.0 * chance + observed;
        // Where one rater used one category the two are equal, but for arithmetic.
        let apart = squares - middle * middle;
        let apart = if apart > 1e-13 * squares { apart } else { 0.0 };
        let error = (apart / (n as f64 * left.powi(4))).sqrt();
        within(value, error, n, reach(confidence), "± z standard errors")
    }
}
