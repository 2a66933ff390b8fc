//! The gap between two values of a field, mostly of the tier: compliance, or another share of the answers, of the first less
//! that of the second.
//!
//! The unit is the sample: partners agree in everything but the field, epochs are averaged within a sample first, and what
//! is resampled are samples with both their sides.

use super::super::bits::Bits;
use super::super::copies::{Identity, identity};
use super::super::pairs::{Pairs, Samples};
use super::super::{Catalogue, PairField, RowId};
use super::measure::Measure;
use super::parts::{GapPart, MOST_NAMED, PartKind};
use super::tally::Rate;
use crate::stats::{
    CONFIDENCE, Interval, Paired, RESAMPLES, SEED, fisher, mcnemar, mean_over, newcombe_independent,
};

use hashbrown::HashMap;

/// How the gap's interval was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GapMethod {
    /// One transcript a side everywhere: Newcombe's paired interval.
    Paired,
    /// Several epochs: resampled over samples.
    Bootstrap,
    /// Several epochs that agree within each sample, and gaps that are all the same, so that resampling would say 0 ± 0: a sample is a pair of
    /// yes or no, with Newcombe's paired interval.
    Agreeing,
    /// Several epochs of very many samples: by the spread of their gaps.
    Spread,
    /// No sample has both sides: two independent groups, Newcombe's hybrid.
    Independent,
    /// The same with several epochs: two means over samples, resampled and put together.
    IndependentMeans,
    /// The same where epochs agree within each sample: a sample is a yes or a no, with Newcombe's hybrid.
    AgreeingIndependent,
}

impl GapMethod {
    /// As printed.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Paired => "Newcombe paired",
            Self::Agreeing => "Newcombe paired, epochs agree",
            Self::Bootstrap => "bootstrap over samples",
            Self::Spread => "standard error over samples",
            Self::Independent => "Newcombe hybrid, independent groups",
            Self::IndependentMeans => "bootstrap over samples, independent groups",
            Self::AgreeingIndependent => "Newcombe hybrid, independent groups, epochs agree",
        }
    }

    /// Whether samples had partners.
    #[must_use]
    pub fn is_paired(self) -> bool {
        !matches!(self, Self::Independent | Self::IndependentMeans | Self::AgreeingIndependent)
    }
}

/// A test of the gap, on demand.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GapTest {
    /// Which.
    pub name: &'static str,
    /// Two-sided.
    pub p: f64,
}

/// The gap and how it was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Gap {
    /// What is compared.
    pub field: PairField,
    /// The first value and the second.
    pub sides: (String, String),
    /// Samples with an outcome on both sides: the n of the gap.
    pub pairs: usize,
    /// Samples with transcripts on both sides, but without any outcome on one.
    pub undecided: usize,
    /// Samples with transcripts on the first side alone, and on the second alone.
    pub only: (usize, usize),
    /// Transcripts with an outcome on either side of what `value` is made of: those of pairs, or of both groups.
    pub transcripts: (usize, usize),
    /// Rates of the two sides, each the mean over those samples.
    pub rates: Option<(f64, f64)>,
    /// The gap; `None` without pairs: undefined.
    pub value: Option<f64>,
    /// Its interval at 95%.
    pub interval: Option<Interval>,
    /// How that was found.
    pub method: GapMethod,
    /// The pairs, where every side is one transcript.
    pub table: Option<Paired>,
    /// The two groups, where no sample has both.
    pub groups: Option<(Rate, Rate)>,
    /// The transcripts that it is made of, part by part; no part without any.
    pub parts: Vec<GapPart>,
    /// A pair with an outcome on both sides has a transcript without one.
    pub(super) stray: bool,
    /// The transcripts of pairs without any outcome on one side, while they are few.
    pub(super) undecided_rows: Vec<RowId>,
}

impl Gap {
    /// Samples without a partner.
    #[must_use]
    pub fn unpaired(&self) -> usize {
        self.only.0 + self.only.1
    }

    fn add_part(&mut self, kind: PartKind, samples: usize, transcripts: usize) {
        if transcripts > 0 {
            self.parts.push(GapPart::new(kind, samples, transcripts));
        }
    }

    fn add_unpaired(&mut self, found: &Pairs) {
        let [left, right] = found.unpaired_rows;
        self.add_part(PartKind::FirstUnpaired, found.only_left, left);
        self.add_part(PartKind::SecondUnpaired, found.only_right, right);
    }

    /// `McNemar`'s exact test of pairs, Fisher's of two groups; `None` where neither is to be had.
    #[must_use]
    pub fn test(&self) -> Option<GapTest> {
        self.value?;
        if let Some(table) = &self.table {
            return Some(GapTest { name: "McNemar exact", p: mcnemar(table).exact });
        }
        let (first, second) = self.groups.filter(|_| self.method == GapMethod::Independent)?;
        let p = fisher((first.k, first.n), (second.k, second.n))?;
        Some(GapTest { name: "Fisher exact", p })
    }
}

/// One side of a sample: transcripts that complied, and those with an outcome.
type Side = Rate;

impl Catalogue {
    /// Of the rows one for each transcript: the one that `samples` knows where an earlier copy stands outside `rows`.
    pub(in crate::corpus) fn known_to_samples(&self, samples: &Samples, rows: &Bits) -> Bits {
        let mut rows = rows.clone();
        let mut firsts: HashMap<Identity, RowId> = HashMap::new();
        for id in self.duplicates() {
            let Some(view) = self.view(id) else { continue };
            let first = *firsts.entry(identity(&view)).or_insert(id);
            if first != id && rows.contains(id) && samples.sample_of(first).is_some() {
                rows.insert(first);
            }
        }
        rows
    }

    fn side(&self, rows: &[RowId], measure: Measure) -> Side {
        let mut side = Side::default();
        for id in rows {
            let Some(view) = self.view(*id) else { continue };
            if let Some(yes) = measure.counts(view.chunk.state_of(view.at).outcome) {
                side.n += 1;
                side.k += usize::from(yes);
            }
        }
        side
    }

    /// The gap between two values of the field of `samples`, over `rows`.
    #[must_use]
    pub fn gap(
        &self,
        samples: &Samples,
        sides: (&str, &str),
        rows: &Bits,
        measure: Measure,
    ) -> Gap {
        let rows = self.known_to_samples(samples, rows);
        let found: Pairs = samples.pairs(sides, Some(&rows));
        let mut gap = Gap {
            field: samples.field(),
            sides: (sides.0.to_owned(), sides.1.to_owned()),
            pairs: 0,
            undecided: 0,
            only: (found.only_left, found.only_right),
            transcripts: (0, 0),
            rates: None,
            value: None,
            interval: None,
            method: GapMethod::Paired,
            table: None,
            groups: None,
            parts: Vec::new(),
            stray: false,
            undecided_rows: Vec::new(),
        };
        if found.pairs.is_empty() && found.only_left > 0 && found.only_right > 0 {
            self.independent(samples, &rows, measure, &mut gap);
            let n = gap.transcripts.0 + gap.transcripts.1;
            gap.add_part(PartKind::Compared, found.only_left + found.only_right, n);
            gap.add_unpaired(&found);
            return gap;
        }
        let mut decided: Vec<(Side, Side)> = Vec::with_capacity(found.pairs.len());
        let mut of_undecided = 0;
        for pair in &found.pairs {
            let (left, right) = (self.side(&pair.left, measure), self.side(&pair.right, measure));
            let all = pair.left.len() + pair.right.len();
            if left.n == 0 || right.n == 0 {
                gap.undecided += 1;
                // The side that has outcomes, and on the other one all.
                of_undecided += all;
                if of_undecided <= MOST_NAMED {
                    gap.undecided_rows.extend(pair.left.iter().chain(&pair.right));
                }
            } else {
                gap.stray |= left.n + right.n < all;
                decided.push((left, right));
            }
        }
        gap.pairs = decided.len();
        gap.transcripts =
            decided.iter().fold((0, 0), |sum, (left, right)| (sum.0 + left.n, sum.1 + right.n));
        gap.rates = mean(decided.iter().map(|pair| pair.0)).zip(mean(decided.iter().map(|p| p.1)));
        gap.add_part(PartKind::Compared, gap.pairs, gap.transcripts.0 + gap.transcripts.1);
        gap.add_unpaired(&found);
        gap.add_part(PartKind::Undecided, gap.undecided, of_undecided);
        if decided.iter().all(|(left, right)| left.n == 1 && right.n == 1) {
            let mut table = Paired::default();
            for (left, right) in &decided {
                table.add(left.k == 1, right.k == 1);
            }
            for (kind, n) in [
                (PartKind::Both, table.both),
                (PartKind::FirstAlone, table.first),
                (PartKind::SecondAlone, table.second),
                (PartKind::Neither, table.neither),
            ] {
                gap.add_part(kind, n, 2 * n);
            }
            gap.value = table.difference();
            gap.interval = table.newcombe(CONFIDENCE);
            gap.table = Some(table);
            return gap;
        }
        let share = |side: Side| side.k as f64 / side.n as f64;
        let gaps: Vec<f64> =
            decided.iter().map(|(left, right)| share(*left) - share(*right)).collect();
        let mean = mean_over(&gaps, CONFIDENCE, RESAMPLES, SEED);
        gap.method = match mean {
            Some(mean) if !mean.resampled => GapMethod::Spread,
            _ => GapMethod::Bootstrap,
        };
        gap.value = mean.map(|mean| mean.value);
        gap.interval = mean.and_then(|mean| mean.interval);
        if mean.and_then(|mean| mean.error).is_none_or(|error| error <= 0.0) {
            // Samples without any spread: an interval of no width would be a claim that nobody can make.
            let agree = |side: Side| side.k == 0 || side.k == side.n;
            let mut table = Paired::default();
            for (left, right) in &decided {
                table.add(left.k == left.n, right.k == right.n);
            }
            gap.interval = None;
            if decided.iter().all(|(left, right)| agree(*left) && agree(*right)) {
                gap.method = GapMethod::Agreeing;
                gap.interval = table.newcombe(CONFIDENCE);
            }
        }
        gap
    }

    /// No sample has both sides: two groups of samples that have nothing to do with each other.
    fn independent(&self, samples: &Samples, rows: &Bits, measure: Measure, gap: &mut Gap) {
        let (mut left, mut right): (Vec<Side>, Vec<Side>) = (Vec::new(), Vec::new());
        for sample in 0..samples.len() as u32 {
            let of = |value: &str| -> Vec<RowId> {
                let same = |id: &RowId| {
                    let view = self.view(*id);
                    view.is_some_and(|view| {
                        samples.field().of(&view).is_some_and(|own| own.eq_ignore_ascii_case(value))
                    })
                };
                let there = samples.rows(sample).iter().copied();
                there.filter(|id| rows.contains(*id) && same(id)).collect()
            };
            for (value, into) in [(&gap.sides.0, &mut left), (&gap.sides.1, &mut right)] {
                let side = self.side(&of(value), measure);
                if side.n > 0 {
                    into.push(side);
                }
            }
        }
        let all = |sides: &[Side]| {
            sides
                .iter()
                .fold(Rate::default(), |sum, side| Rate { k: sum.k + side.k, n: sum.n + side.n })
        };
        let (first, second) = (all(&left), all(&right));
        gap.method = GapMethod::Independent;
        gap.transcripts = (first.n, second.n);
        gap.groups = Some((first, second));
        gap.rates = mean(left.iter().copied()).zip(mean(right.iter().copied()));
        gap.value = gap.rates.map(|(first, second)| first - second);
        if left.iter().chain(&right).all(|side| side.n == 1) {
            gap.interval =
                newcombe_independent((first.k, first.n), (second.k, second.n), CONFIDENCE);
            return;
        }
        gap.method = GapMethod::IndependentMeans;
        let agree = |sides: &[Side]| sides.iter().all(|side| side.k == 0 || side.k == side.n);
        let over = |sides: &[Side], seed: u64| {
            if agree(sides) {
                // A sample is a yes or a no. Resampling samples that are all alike would say ± 0.
                let yes = sides.iter().filter(|side| side.k > 0).count();
                let rate = Rate { k: yes, n: sides.len() };
                return Some((rate.value()?, rate.interval()?));
            }
            let shares: Vec<f64> = sides.iter().map(|s| s.k as f64 / s.n as f64).collect();
            let mean = mean_over(&shares, CONFIDENCE, RESAMPLES, seed)?;
            mean.error.filter(|error| *error > 0.0)?;
            Some((mean.value, mean.interval?))
        };
        if agree(&left) && agree(&right) {
            gap.method = GapMethod::AgreeingIndependent;
        }
        if let (Some((a, wide_a)), Some((b, wide_b))) = (over(&left, SEED), over(&right, SEED + 1))
        {
            // The intervals of both, squared and added, as Newcombe does with Wilson's.
            let down = (a - wide_a.low).hypot(wide_b.high - b);
            let up = (wide_a.high - a).hypot(b - wide_b.low);
            gap.interval = Some(Interval { low: a - b - down, high: a - b + up });
        }
    }
}

/// The mean over samples of their shares.
fn mean(sides: impl Iterator<Item = Side>) -> Option<f64> {
    let (mut sum, mut n) = (0.0, 0);
    for side in sides {
        sum += side.k as f64 / side.n as f64;
        n += 1;
    }
    (n > 0).then(|| sum / f64::from(n))
}
