//! A classifier against reviewers where the reviewed ones were drawn by strata, some of them more densely than others: every
//! figure is weighted back to the frame.
//!
//! A reviewed case stands for N / n of its stratum. Each measure is A / (A + κB) of two weighted totals ([`Measure`]); its standard
//! error is linearised, with the factor 1 − n / N for what was drawn without putting back (Cochran, "Sampling Techniques", 1977,
//! chapters 5 and 6). The interval does not come from that error: where few are missed, or none, the error is small by chance or 0, and
//! figure ± z errors promises what it does not keep (docs/REVIEWING.md has how often). It comes from Wilson's intervals in the strata, put
//! together as by Zou and Donner ("Construction of confidence limits about effect measures: a general approach", 2008): a ratio r is kept while the
//! weighted sum of (1 − r)a − rκb may be 0. Each stratum gives its interval at the share of z that is its share of the error, stretched back to all of z, as
//! in the score interval of a sum, where each part moves by its variance: at all of z the intervals of many small strata would be too short together. So a
//! stratum in which nothing was found widens the interval as it should; one that was reviewed to the end adds nothing.

use super::confusion::{lifted, ratio};
use super::rate::wilson_at;
use super::special::reach;
use super::{Confusion, Estimate, Interval, Measure};

/// Fewer reviewed in a stratum that the classifier says no to are thin ([`Caution::Thin`]).
pub const LEAST_REVIEWED: usize = 30;
/// Fewer found missed there are thin, too.
pub const LEAST_MISSED: usize = 5;

const METHOD: &str = "Wilson by stratum, combined";
const ALONE: &str = "Wilson, of one stratum";

/// A part of the frame that was sampled at a rate of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stratum {
    /// What it is called.
    pub name: String,
    /// Cases that could have been drawn.
    pub frame: usize,
    /// Cases that were drawn and answered, also those that `counts` leaves out.
    pub reviewed: usize,
    /// What was found. Of a domain that crosses strata, of the domain alone; a domain of whole strata is asked for by giving
    /// those strata alone. "Cannot tell" is in `reviewed` only.
    pub counts: Confusion,
    /// What the classifier says of every case of the stratum; `None` where it says both.
    pub flagged: Option<bool>,
}

/// What a reader should know before trusting a weighted figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caution<'a> {
    /// Of this stratum none was reviewed: the figures are of the others.
    Unreviewed {
        /// Its name.
        stratum: &'a str,
        /// Cases in it.
        frame: usize,
    },
    /// One was reviewed, which says nothing of the spread: in the standard error it counts by its distance from the figure, the
    /// interval takes it as one of one.
    Single {
        /// Its name.
        stratum: &'a str,
        /// Cases in it.
        frame: usize,
    },
    /// What the classifier misses lives here, and little is known of it: under [`LEAST_REVIEWED`] reviewed of what it says no to,
    /// or under [`LEAST_MISSED`] found missed. Recall rests on that.
    Thin {
        /// Its name.
        stratum: &'a str,
        /// Reviewed of what the classifier says no to.
        reviewed: usize,
        /// Of those, what the reviewer says yes to.
        missed: usize,
    },
}

/// Cautions of all strata that were not reviewed to the end, in their order.
#[must_use]
pub fn cautions(strata: &[Stratum]) -> Vec<Caution<'_>> {
    let mut found = Vec::new();
    for s in strata.iter().filter(|s| s.reviewed < s.frame) {
        let (stratum, frame) = (s.name.as_str(), s.frame);
        match s.reviewed {
            0 => found.push(Caution::Unreviewed { stratum, frame }),
            1 => found.push(Caution::Single { stratum, frame }),
            _ => {}
        }
        let missed = s.counts.false_negatives;
        let reviewed = missed + s.counts.true_negatives;
        let thin = reviewed < LEAST_REVIEWED || missed < LEAST_MISSED;
        if s.reviewed > 0 && s.flagged != Some(true) && thin {
            found.push(Caution::Thin { stratum, reviewed, missed });
        }
    }
    found
}

/// The counts, weighted to the frame; strata of which none was reviewed are left out.
#[must_use]
pub fn weighted_totals(strata: &[Stratum]) -> Confusion<f64> {
    strata.iter().filter(|s| s.reviewed > 0).fold(Confusion::default(), |all, s| {
        let size = s.reviewed.max(s.counts.sum());
        let more = s.counts.times(s.frame.max(size) as f64 / size as f64);
        Confusion {
            true_positives: all.true_positives + more.true_positives,
            false_positives: all.false_positives + more.false_positives,
            false_negatives: all.false_negatives + more.false_negatives,
            true_negatives: all.true_negatives + more.true_negatives,
        }
    })
}

/// A measure of the frame, with its linearised standard error and an interval (see the head of this file). Undefined for 0 of 0,
/// and where all strata that could hold one side of the ratio are not there or not reviewed. A stratum whose counts contradict its `flagged` is
/// taken as one where the classifier says both.
#[must_use]
pub fn weighted(strata: &[Stratum], measure: Measure, confidence: f64) -> Estimate {
    let cells: Vec<Cell> = strata.iter().filter_map(|s| Cell::new(s, measure)).collect();
    let kappa = measure.kappa();
    let (all_a, all_b) =
        cells.iter().fold((0.0, 0.0), |(a, b), c| (a + c.size * c.a(), b + c.size * c.b()));
    let n = cells.iter().map(|c| c.yes + c.no).sum();
    let Some(value) = ratio(all_a, all_b, kappa) else {
        return Estimate::undefined(n, "0 of 0");
    };
    if !cells.iter().any(|c| c.holds_a) || !cells.iter().any(|c| c.holds_b) {
        return Estimate::undefined(n, "the classifier says the same of all that was reviewed");
    }
    let error = linearised(&cells, kappa, value).sqrt() / (all_a + kappa * all_b);
    let z = reach(confidence);
    let mut asked = cells.iter().filter(|c| c.holds_a || c.holds_b);
    let (interval, method) = match (asked.next(), asked.next()) {
        (Some(only), None) => (z.and_then(|z| lifted(only.alone(z)?, kappa)), ALONE),
        _ => (z.and_then(|z| combined(&cells, kappa, z)), METHOD),
    };
    Estimate { error: Some(error), ..Estimate::new(value, n, interval, method) }
}

/// The spread of each stratum in the linearised measure: what [`neyman`](super::neyman) allocates by. A half is added to all counts, since
/// nothing found so far does not mean that nothing is there. 0 where nothing is known.
#[must_use]
pub fn spreads(strata: &[Stratum], measure: Measure) -> Vec<f64> {
    let cells: Vec<Option<Cell>> = strata.iter().map(|s| Cell::new(s, measure)).collect();
    let known = cells.iter().flatten();
    let Some(value) = softened(known, measure.kappa()) else {
        return vec![0.0; strata.len()];
    };
    let of = |c: &Option<Cell>| c.as_ref().map_or(0.0, |c| c.spread(measure.kappa(), value));
    cells.iter().map(of).collect()
}

/// A reviewed stratum as a measure sees it.
struct Cell {
    /// Cases in the frame.
    size: f64,
    reviewed: usize,
    /// Reviewed that count for A.
    yes: usize,
    /// Reviewed that count for B.
    no: usize,
    /// Whether the stratum could hold any of A, and of B: where it cannot, 0 found is no chance.
    holds_a: bool,
    holds_b: bool,
}

impl Cell {
    /// `None` where none was reviewed.
    fn new(stratum: &Stratum, measure: Measure) -> Option<Self> {
        let counts = &stratum.counts;
        let reviewed = stratum.reviewed.max(counts.sum());
        if reviewed == 0 {
            return None;
        }
        let (yes, no) = counts.parts(measure);
        let said_yes = counts.true_positives + counts.false_positives;
        let said_no = counts.false_negatives + counts.true_negatives;
        let flagged = usize::from(stratum.flagged != Some(false) || said_yes > 0);
        let unflagged = usize::from(stratum.flagged != Some(true) || said_no > 0);
        let possible = Confusion {
            true_positives: flagged,
            false_positives: flagged,
            false_negatives: unflagged,
            true_negatives: unflagged,
        };
        let (a, b) = possible.parts(measure);
        let size = stratum.frame.max(reviewed) as f64;
        Some(Self { size, reviewed, yes, no, holds_a: a > 0, holds_b: b > 0 })
    }

    fn a(&self) -> f64 {
        self.yes as f64 / self.reviewed as f64
    }

    fn b(&self) -> f64 {
        self.no as f64 / self.reviewed as f64
    }

    /// Shares of A and B with a half added to what was found of all that the stratum can hold: for weights, where a share of 0 would mean that all is
    /// known.
    fn soft(&self) -> (f64, f64) {
        if self.reviewed as f64 >= self.size {
            return (self.a(), self.b());
        }
        let of = |count: usize, holds: bool| {
            (count as f64 + if holds { 0.5 } else { 0.0 }) / (self.reviewed as f64 + 1.0)
        };
        (of(self.yes, self.holds_a), of(self.no, self.holds_b))
    }

    /// Standard deviation of (1 − r)a − rκb within the stratum.
    fn spread(&self, kappa: f64, value: f64) -> f64 {
        let ((a, b), up, down) = (self.soft(), 1.0 - value, -kappa * value);
        let mean = a * up + b * down;
        (a * up * up + b * down * down - mean * mean).max(0.0).sqrt()
    }

    /// How many cases of an endless frame tell as much as `drawn` of `of`.
    fn worth(drawn: f64, of: f64) -> f64 {
        if drawn >= of { f64::INFINITY } else { drawn * (of - 1.0) / (of - drawn) }
    }

    /// A of A + B by Wilson: the other cases of the stratum say nothing about it.
    fn alone(&self, z: f64) -> Option<Interval> {
        let drawn = (self.yes + self.no) as f64;
        let of = self.size / self.reviewed as f64 * drawn;
        wilson_at(self.yes as f64 / drawn, Self::worth(drawn, of), z)
    }

    /// How far the shares of A and B reach down and up, if the stratum makes this share of the whole error.
    fn reaches(&self, z: f64, part: f64) -> Option<[Reach; 2]> {
        // Nothing else than this stratum: n. Hardly anything of it: n − 1, as in the variance of a sample.
        let drawn = self.reviewed as f64;
        let free = (1.0 - (1.0 - part * part) / drawn).max(0.5 / drawn);
        let worth = Self::worth(drawn, self.size) * free;
        let of = |share: f64, holds: bool| {
            if !holds {
                return Some(Reach { down: 0.0, up: 0.0 });
            }
            let ends = wilson_at(share, worth, z * part)?;
            Some(Reach { down: (share - ends.low) / part, up: (ends.high - share) / part })
        };
        Some([of(self.a(), self.holds_a)?, of(self.b(), self.holds_b)?])
    }

    /// Minus the correlation of the two shares: they take from each other.
    fn against(&self) -> f64 {
        if !(self.holds_a && self.holds_b) {
            return 0.0;
        }
        if self.yes + self.no == self.reviewed {
            return 1.0;
        }
        let odds = |p: f64| p / (1.0 - p);
        (odds(self.a()) * odds(self.b())).sqrt().min(1.0)
    }
}

/// Variance of Σ N·mean((1 − r)a − rκb), at the value of the ratio.
fn linearised(cells: &[Cell], kappa: f64, value: f64) -> f64 {
    let (up, down) = (1.0 - value, -kappa * value);
    let of = |c: &Cell| {
        let n = c.reviewed as f64;
        let squares = c.yes as f64 * up * up + c.no as f64 * down * down;
        let mean = (c.yes as f64 * up + c.no as f64 * down) / n;
        // Over all strata the mean is 0: the distance that is left where one case has none of its own.
        let spread = if c.reviewed < 2 { squares } else { (squares - n * mean * mean) / (n - 1.0) };
        c.size * (c.size - n) * spread.max(0.0) / n
    };
    cells.iter().map(of).sum()
}

/// From a share to the ends of its interval.
struct Reach {
    down: f64,
    up: f64,
}

/// The ratio of softened shares.
fn softened<'a>(cells: impl Iterator<Item = &'a Cell>, kappa: f64) -> Option<f64> {
    let (a, b) = cells.fold((0.0, 0.0), |(a, b), c| {
        let soft = c.soft();
        (a + c.size * soft.0, b + c.size * soft.1)
    });
    ratio(a, b, kappa)
}

/// All ratios that the weighted sum allows.
fn combined(cells: &[Cell], kappa: f64, z: f64) -> Option<Interval> {
    let about = softened(cells.iter(), kappa)?;
    let errors: Vec<f64> = cells
        .iter()
        .map(|c| {
            let n = c.reviewed as f64;
            c.spread(kappa, about) * (c.size * (c.size - n) / n).max(0.0).sqrt()
        })
        .collect();
    let whole = errors.iter().map(|e| e * e).sum::<f64>().sqrt().max(f64::MIN_POSITIVE);
    let parts: Vec<(&Cell, [Reach; 2])> = cells
        .iter()
        .zip(errors)
        // A part that hardly matters is as good as any that does not.
        .map(|(c, error)| Some((c, c.reaches(z, (error / whole).clamp(1e-4, 1.0))?)))
        .collect::<Option<_>>()?;
    // The end of the sum's interval at a ratio. Over the odds of the ratio the lower one falls, and the upper one over the odds against it rises,
    // so each crosses 0 at most once.
    let end = |r: f64, upper: bool| {
        let (mut sum, mut squares) = (0.0, 0.0);
        for (cell, [a, b]) in &parts {
            let (for_a, for_b) = (cell.size * (1.0 - r), cell.size * kappa * r);
            sum += for_a * cell.a() - for_b * cell.b();
            let (x, y) =
                if upper { (for_a * a.up, for_b * b.down) } else { (for_a * a.down, for_b * b.up) };
            squares += x * x + y * y + 2.0 * cell.against() * x * y;
        }
        if upper { sum + squares.sqrt() } else { sum - squares.sqrt() }
    };
    let crossing = |upper: bool| {
        // Reviewed to the end, and all on one side.
        if upper && end(0.0, upper) <= 0.0 {
            return 0.0;
        }
        if !upper && end(1.0, upper) >= 0.0 {
            return 1.0;
        }
        let (mut low, mut high) = (0.0, 1.0);
        for _ in 0..60 {
            let middle = f64::midpoint(low, high);
            if end(middle, upper) > 0.0 {
                low = middle;
            } else {
                high = middle;
            }
        }
        // The side on which 0 and 1 are exact.
        if upper { high } else { low }
    };
    Interval::of_share(crossing(false), crossing(true))
}
