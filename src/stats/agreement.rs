//! How far raters agree beyond chance: many raters, gaps allowed. Two raters whose categories are ordered: [`Table`].
//!
//! The coefficients differ in what they call chance, so they are shown side by side: kappa and alpha take it from how often the categories were
//! used and fall towards 0 where one of them is rare; AC1 does not. What cannot be told is `None` with the reason.

use super::bootstrap::resampled;
use super::special::reach_t;
use super::{Estimate, Interval, Table, wilson};

const NOTHING: &str = "nothing was rated twice";
pub(super) const ONE_CATEGORY: &str = "only one category was used";

/// What several raters said of items, as categories from 0. Which rater said what is not kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ratings {
    categories: usize,
    /// All ratings, those of an item together and in order.
    given: Vec<usize>,
    /// Where the items end.
    ends: Vec<usize>,
}

/// How far two different categories are apart, for [`Ratings::alpha`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Level<'a> {
    /// All as far.
    Nominal,
    /// As many ratings as lie between them.
    Ordinal,
    /// By their numbers, of which there is one for each category.
    Interval(&'a [f64]),
}

impl Ratings {
    /// Ratings of items, those that were not given left out. `None` when one is not below `categories`. How many categories there are
    /// matters to AC1 even where not all were used.
    #[must_use]
    pub fn new<Item: IntoIterator<Item = usize>>(
        categories: usize,
        items: impl IntoIterator<Item = Item>,
    ) -> Option<Self> {
        let mut new = Self { categories, given: Vec::new(), ends: Vec::new() };
        for item in items {
            let from = new.given.len();
            new.given.extend(item);
            let ours = new.given.get_mut(from..)?;
            ours.sort_unstable();
            if ours.last().is_some_and(|last| *last >= categories) {
                return None;
            }
            new.ends.push(new.given.len());
        }
        Some(new)
    }

    fn item(&self, at: usize) -> &[usize] {
        let from = at.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        let to = self.ends.get(at).copied().unwrap_or(from);
        self.given.get(from..to).unwrap_or(&[])
    }

    fn items(&self) -> impl Iterator<Item = &[usize]> {
        (0..self.ends.len()).map(|at| self.item(at))
    }

    /// Items that were rated twice or more often: all that says anything of agreement.
    fn pairable(&self) -> Vec<&[usize]> {
        self.items().filter(|item| item.len() > 1).collect()
    }

    /// Raw agreement: the share of pairs of ratings of one item that are the same, meaned over items. Of two ratings each it is a plain
    /// share, with Wilson's interval; else items are resampled.
    #[must_use]
    pub fn agreement(&self, confidence: f64, seed: u64) -> Estimate {
        let items = self.pairable();
        let n = items.len();
        let of: Vec<f64> = items.iter().map(|item| agreeing(item)).collect();
        if n == 0 {
            return Estimate::undefined(0, NOTHING);
        }
        if items.iter().all(|item| item.len() == 2) {
            let same = of.iter().filter(|share| **share > 0.5).count();
            let value = same as f64 / n as f64;
            return Estimate::new(value, n, wilson(same, n, confidence), "Wilson");
        }
        drawn(n, confidence, seed, |chosen| {
            let sum: f64 = chosen.iter().filter_map(|at| of.get(*at)).sum();
            Some(sum / chosen.len() as f64)
        })
    }

    /// Fleiss' kappa ("Measuring nominal scale agreement among many raters", 1971), with resampled items. Every item must have as many
    /// ratings; alpha does without that.
    #[must_use]
    pub fn fleiss(&self, confidence: f64, seed: u64) -> Estimate {
        let items = self.pairable();
        let n = items.len();
        let Some(first) = items.first() else {
            return Estimate::undefined(0, NOTHING);
        };
        if self.items().any(|item| item.len() != first.len()) {
            return Estimate::undefined(n, "items differ in how often they were rated: see alpha");
        }
        drawn(n, confidence, seed, |chosen| {
            let mut used = vec![0_usize; self.categories];
            let mut same = 0.0;
            for item in chosen.iter().filter_map(|at| items.get(*at)) {
                same += agreeing(item);
                count(item, &mut used);
            }
            let all = (chosen.len() * first.len()) as f64;
            let by_chance: f64 = used.iter().map(|u| (*u as f64 / all).powi(2)).sum();
            let left = 1.0 - by_chance;
            (left > 1e-12).then(|| (same / chosen.len() as f64 - by_chance) / left)
        })
    }

    /// Krippendorff's alpha ("Computing Krippendorff's Alpha-Reliability", 2011), with resampled items: any number of raters, with gaps. Under
    /// [`Level::Interval`] it is undefined unless each category has a finite number.
    #[must_use]
    pub fn alpha(&self, level: Level, confidence: f64, seed: u64) -> Estimate {
        let items = self.pairable();
        let n = items.len();
        if n == 0 {
            return Estimate::undefined(0, NOTHING);
        }
        let numbered = |of: &[f64]| of.len() >= self.categories && of.iter().all(|v| v.is_finite());
        let scaled = match level {
            Level::Interval(numbers) if !numbered(numbers) => {
                return Estimate::undefined(n, "a category is no number");
            }
            Level::Interval(numbers) => within_one(numbers),
            _ => Vec::new(),
        };
        let level = if scaled.is_empty() { level } else { Level::Interval(&scaled) };
        drawn(n, confidence, seed, |chosen| {
            let chosen: Vec<&[usize]> =
                chosen.iter().filter_map(|at| items.get(*at)).copied().collect();
            self.alpha_of(&chosen, level)
        })
    }

    fn alpha_of(&self, items: &[&[usize]], level: Level) -> Option<f64> {
        let mut used = vec![0_usize; self.categories];
        for item in items {
            count(item, &mut used);
        }
        let all = used.iter().sum::<usize>() as f64;
        let numbers = match level {
            Level::Nominal => None,
            Level::Ordinal => Some(middles(&used)),
            Level::Interval(numbers) => {
                let mean = used.iter().zip(numbers).map(|(u, v)| *u as f64 * v).sum::<f64>() / all;
                // Round the mean, so that numbers that lie close together keep their digits.
                Some(numbers.iter().map(|v| v - mean).collect())
            }
        };
        // Disagreement among ratings of which each category has so many, over all ordered pairs.
        let apart = |counts: &mut dyn Iterator<Item = (usize, f64)>| match &numbers {
            None => different(counts),
            Some(numbers) => squared_distances(counts, numbers),
        };
        let observed: f64 =
            items.iter().map(|item| apart(&mut runs(item)) / (item.len() - 1) as f64).sum();
        let expected = apart(&mut used.iter().enumerate().map(|(at, u)| (at, *u as f64)));
        (expected > 0.0).then(|| 1.0 - (all - 1.0) * observed / expected)
    }

    /// Gwet's AC1 ("Computing inter-rater reliability and its variance in the presence of high agreement", 2008): any number of raters, with
    /// gaps. The interval is ± t standard errors with one degree of freedom fewer than items, cut to −1–1.
    #[must_use]
    pub fn ac1(&self, confidence: f64) -> Estimate {
        let rated: Vec<&[usize]> = self.items().filter(|item| !item.is_empty()).collect();
        let (all, pairs) = (rated.len(), rated.iter().filter(|item| item.len() > 1).count());
        if pairs == 0 {
            return Estimate::undefined(0, NOTHING);
        }
        if self.categories < 2 {
            return Estimate::undefined(pairs, "there is one category only");
        }
        let mut share = vec![0.0; self.categories];
        for item in &rated {
            for category in *item {
                if let Some(share) = share.get_mut(*category) {
                    *share += 1.0 / (item.len() * all) as f64;
                }
            }
        }
        let by = (self.categories - 1) as f64;
        let chance: f64 = share.iter().map(|p| p * (1.0 - p)).sum::<f64>() / by;
        let observed = rated.iter().filter(|i| i.len() > 1).map(|i| agreeing(i)).sum::<f64>();
        let value = (observed / pairs as f64 - chance) / (1.0 - chance);
        if all < 2 {
            return Estimate::bare(value, pairs, "one item has no spread");
        }
        // What each item does to the figure, by way of the agreement and by way of the chance.
        let squares: f64 = rated
            .iter()
            .map(|item| {
                let chance_here = item
                    .iter()
                    .filter_map(|category| share.get(*category))
                    .map(|p| 1.0 - p)
                    .sum::<f64>()
                    / (item.len() as f64 * by);
                let gain = if item.len() > 1 { agreeing(item) - chance } else { 0.0 };
                let ours = all as f64 / pairs as f64 * gain / (1.0 - chance)
                    - 2.0 * (1.0 - value) * (chance_here - chance) / (1.0 - chance);
                (ours - value).powi(2)
            })
            .sum();
        // Where all items are alike, arithmetic leaves some 1e-30.
        let squares = if squares > 1e-20 { squares } else { 0.0 };
        let error = (squares / (all as f64 * (all - 1) as f64)).sqrt();
        within(value, error, pairs, reach_t(confidence, (all - 1) as f64), "± t standard errors")
    }
}

impl From<&Table> for Ratings {
    /// The same pairs, without telling the raters apart.
    fn from(table: &Table) -> Self {
        let mut new = Self { categories: table.categories(), given: Vec::new(), ends: Vec::new() };
        for ((a, b), count) in table.cells() {
            for _ in 0..count {
                new.given.extend([a.min(b), a.max(b)]);
                new.ends.push(new.given.len());
            }
        }
        new
    }
}

/// The figure ± so many errors, cut to −1–1.
pub(super) fn within(
    value: f64,
    error: f64,
    n: usize,
    reach: Option<f64>,
    method: &'static str,
) -> Estimate {
    if error <= 0.0 {
        return Estimate::bare(value, n, "the formula's error is 0");
    }
    let interval = reach.and_then(|reach| {
        let half = reach * error;
        Interval::new((value - half).max(-1.0), (value + half).min(1.0))
    });
    Estimate { error: Some(error), ..Estimate::new(value, n, interval, method) }
}

/// A figure of all items and its interval by drawing from them.
fn drawn(
    n: usize,
    confidence: f64,
    seed: u64,
    figure: impl Fn(&[usize]) -> Option<f64>,
) -> Estimate {
    let all: Vec<usize> = (0..n).collect();
    let Some(value) = figure(&all) else {
        return Estimate::undefined(n, ONE_CATEGORY);
    };
    match resampled(n, confidence, seed, figure) {
        Ok((interval, method)) => Estimate::new(value, n, Some(interval), method),
        Err(why) => Estimate::bare(value, n, why),
    }
}

/// Categories of an item, which stand in order, and how often each was given.
fn runs(item: &[usize]) -> impl Iterator<Item = (usize, f64)> {
    item.chunk_by(|a, b| a == b).filter_map(|run| Some((*run.first()?, run.len() as f64)))
}

/// Share of the pairs of ratings of an item (two or more) that are the same.
fn agreeing(item: &[usize]) -> f64 {
    let m = item.len() as f64;
    runs(item).map(|(_, c)| c * (c - 1.0)).sum::<f64>() / (m * (m - 1.0))
}

fn count(item: &[usize], used: &mut [usize]) {
    for category in item {
        if let Some(used) = used.get_mut(*category) {
            *used += 1;
        }
    }
}

/// How many ordered pairs are of two categories.
fn different(counts: &mut dyn Iterator<Item = (usize, f64)>) -> f64 {
    let (sum, squares) =
        counts.fold((0.0, 0.0), |(sum, squares), (_, c)| (sum + c, squares + c * c));
    sum * sum - squares
}

/// Σ (x − y)² over all ordered pairs.
fn squared_distances(counts: &mut dyn Iterator<Item = (usize, f64)>, numbers: &[f64]) -> f64 {
    let (mut n, mut sum, mut squares) = (0.0, 0.0, 0.0);
    for (category, c) in counts {
        let x = numbers.get(category).copied().unwrap_or(0.0);
        n += c;
        sum += c * x;
        squares += c * x * x;
    }
    2.0 * (n * squares - sum * sum)
}

/// The same distances, in another unit: no square of them overflows, and numbers that lie close together keep their digits.
fn within_one(numbers: &[f64]) -> Vec<f64> {
    let first = numbers.first().map_or(0.0, |v| v / 2.0);
    let moved: Vec<f64> = numbers.iter().map(|v| v / 2.0 - first).collect();
    let widest = moved.iter().fold(0.0_f64, |widest, v| widest.max(v.abs()));
    let by = if widest > 0.0 { widest } else { 1.0 };
    moved.iter().map(|v| v / by).collect()
}

/// The middle rank of each category: between two of them lie as many ratings as Krippendorff's ordinal distance counts.
fn middles(used: &[usize]) -> Vec<f64> {
    let all = used.iter().sum::<usize>() as f64;
    let mut before = 0.0;
    used.iter()
        .map(|u| {
            let here = *u as f64;
            let middle = before + here / 2.0 - all / 2.0;
            before += here;
            middle
        })
        .collect()
}
