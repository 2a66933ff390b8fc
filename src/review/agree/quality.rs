//! A classifier against reviewers: counted as reviewed, and weighted back to what the samples were drawn from.

use std::collections::{BTreeMap, BTreeSet};

use super::{Case, Counted, Design, Reference, of_stratum};
use crate::stats::{
    CONFIDENCE, Caution, Confusion, Estimate, Further, LEAST_MISSED, LEAST_REVIEWED, Measure,
    Stratum, Table, Weights, cautions, further, rogan_gladen_of, share, weighted, weighted_totals,
};

/// Half of the width of the interval that plans aim at: ± 5 points.
pub const HALF: f64 = 0.05;

/// A measure with what it takes to know it to ± [`HALF`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measured {
    /// Which.
    pub measure: Measure,
    /// How large.
    pub estimate: Estimate,
    /// How many more, if they are drawn in the same way; `None` where no interval is known.
    pub further: Option<Further>,
    /// How many are left to be reviewed; `None`: that is not known.
    pub left: Option<usize>,
}

/// Figures of one design, weighted to its frame.
#[derive(Debug, Clone, PartialEq)]
pub struct Weighted {
    /// Number of the design.
    pub design: usize,
    /// Its strata with what was found in them; those that the classifier says nothing of are not here. Where nobody could tell, or reviewers
    /// are split, it is not known what the transcript is: there it is as if it had not been reviewed.
    pub strata: Vec<Stratum>,
    /// Of each stratum the transcripts that were reviewed with that outcome.
    pub undecided: Vec<usize>,
    /// What the classifier says neither yes nor no to: transcripts in such strata, and how many of them were reviewed.
    pub unlabelled: (usize, usize),
    /// Of a part of the frame whose size in each stratum is known, the whole frame: its transcripts, and how many of them were reviewed. `strata`
    /// and `unlabelled` are those of the part then, else of the frame.
    pub whole: Option<(usize, usize)>,
    /// The counts, weighted to the frame.
    pub totals: Confusion<f64>,
    /// The figures.
    pub measured: Vec<Measured>,
    /// What to know before trusting them, as sentences.
    pub cautions: Vec<String>,
}

impl Weighted {
    /// A figure.
    #[must_use]
    pub fn estimate(&self, measure: Measure) -> Option<Estimate> {
        estimate_of(&self.measured, measure)
    }
}

fn estimate_of(measured: &[Measured], measure: Measure) -> Option<Estimate> {
    measured.iter().find(|m| m.measure == measure).map(|m| m.estimate)
}

/// Where a reviewed transcript is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    /// In a cell of the table: what the classifier says, and what is taken for true.
    Cell {
        /// The classifier says yes.
        classifier: bool,
        /// It holds.
        holds: bool,
    },
    /// Nobody could tell.
    CannotTell,
    /// As many yes as no, and not decided.
    Split,
    /// The classifier says neither yes nor no.
    Unlabelled,
}

impl Place {
    /// Where a case is counted; `None`: nobody said anything of it.
    #[must_use]
    pub fn of(case: &Case) -> Option<Self> {
        Some(match (case.fact.classifier, case.reference()?) {
            (None, _) => Self::Unlabelled,
            (Some(_), Reference::CannotTell) => Self::CannotTell,
            (Some(_), Reference::Split) => Self::Split,
            (Some(classifier), Reference::Said(holds)) => Self::Cell { classifier, holds },
        })
    }
}

/// Rows of the cases that are counted in a place; of one tier, or of all.
#[must_use]
pub fn rows_in(counted: &Counted, cases: &[Case], tier: Option<&str>, place: Place) -> Vec<u32> {
    let is_there = |case: &&Case| is_inside(counted, case, tier) && Place::of(case) == Some(place);
    cases.iter().filter(is_there).map(|case| case.fact.row).collect()
}

/// Whether a case is asked for, and of that tier where one is named.
fn is_inside(counted: &Counted, case: &Case, tier: Option<&str>) -> bool {
    !case.fact.outside && tier.is_none_or(|tier| tier_of(counted, case) == tier)
}

/// A classifier against reviewers.
#[derive(Debug, Clone, PartialEq)]
pub struct Quality {
    /// Of which tier; `None`: of all.
    pub tier: Option<String>,
    /// How often who said what.
    pub counts: Confusion,
    /// Reviewed, and nobody could tell.
    pub cannot_tell: usize,
    /// Reviewed, as many yes as no, and not decided.
    pub split: usize,
    /// Reviewed, and the classifier says neither yes nor no.
    pub unlabelled: usize,
    /// Of the counts, those in which reviewers disagree and somebody has decided.
    pub decided: usize,
    /// Of the counts, those in which reviewers disagree and most of them are taken for right.
    pub majority: usize,
    /// Figures of the sample alone, with Wilson's intervals.
    pub sample: Vec<Measured>,
    /// The same with exact intervals.
    pub exact: Vec<(Measure, Estimate)>,
    /// Cohen's kappa of classifier and reviewers, of the sample.
    pub kappa: Estimate,
    /// For each design the figures of its frame.
    pub weighted: Vec<Weighted>,
    /// Cases in the counts that no design has drawn.
    pub undrawn: usize,
}

impl Quality {
    /// The weighted figures that stand for all: those of the only design.
    #[must_use]
    pub fn headline(&self) -> Option<&Weighted> {
        match self.weighted.as_slice() {
            [only] => Some(only),
            _ => None,
        }
    }

    /// Takes in of how many transcripts all figures are, so that nobody is asked to review more than there are.
    pub fn bound(&mut self, all: usize) {
        let left = all.saturating_sub(self.counts.sum() + self.cannot_tell + self.split);
        for measured in &mut self.sample {
            measured.left = Some(left);
        }
    }

    /// A figure: weighted where one design stands for all, else of the sample.
    #[must_use]
    pub fn estimate(&self, measure: Measure) -> Option<Estimate> {
        let of_sample = || estimate_of(&self.sample, measure);
        self.headline().map_or_else(of_sample, |weighted| weighted.estimate(measure))
    }
}

/// Of all cases.
#[must_use]
pub fn quality(counted: &Counted, cases: &[Case]) -> Quality {
    of_tier(counted, cases, None)
}

/// Most tiers that have figures of their own.
const MOST_TIERS: usize = 50;

/// Of each tier, in the order of names; transcripts without one under `none`. Of more than fifty tiers those with most cases.
#[must_use]
pub fn by_tier(counted: &Counted, cases: &[Case]) -> Vec<Quality> {
    let mut tiers: BTreeMap<&str, usize> = BTreeMap::new();
    for case in cases.iter().filter(|case| !case.fact.outside) {
        *tiers.entry(tier_of(counted, case)).or_default() += 1;
    }
    let mut tiers: Vec<(&str, usize)> = tiers.into_iter().collect();
    tiers.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    tiers.truncate(MOST_TIERS);
    tiers.sort_unstable();
    tiers.into_iter().map(|(tier, _)| of_tier(counted, cases, Some(tier))).collect()
}

/// The tier under which a case was drawn, else the one that it has.
fn tier_of<'a>(counted: &'a Counted, case: &'a Case) -> &'a str {
    let drawn = case.drawn.iter().find_map(|(design, stratum)| {
        of_stratum(counted.designs.get(*design)?.strata.get(*stratum)?, "tier")
    });
    drawn.or(case.fact.tier.as_deref()).unwrap_or("none")
}

fn of_tier(counted: &Counted, cases: &[Case], tier: Option<&str>) -> Quality {
    let inside = |case: &&Case| is_inside(counted, case, tier);
    let mut q = Quality {
        tier: tier.map(str::to_owned),
        counts: Confusion::default(),
        cannot_tell: 0,
        split: 0,
        unlabelled: 0,
        decided: 0,
        majority: 0,
        sample: Vec::new(),
        exact: Vec::new(),
        kappa: Table::of(&Confusion::default()).kappa(Weights::Nominal, CONFIDENCE),
        weighted: Vec::new(),
        undrawn: 0,
    };
    for case in cases.iter().filter(inside) {
        match Place::of(case) {
            None => {}
            Some(Place::Unlabelled) => q.unlabelled += 1,
            Some(Place::CannotTell) => q.cannot_tell += 1,
            Some(Place::Split) => q.split += 1,
            Some(Place::Cell { classifier, holds }) => {
                q.counts.add(classifier, holds);
                q.undrawn += usize::from(case.drawn.is_empty());
                if case.is_disputed() {
                    let decided = case.decision.is_some();
                    q.decided += usize::from(decided);
                    q.majority += usize::from(!decided);
                }
            }
        }
    }
    let reviewed = q.counts.sum();
    q.sample = Measure::ALL
        .iter()
        .map(|measure| {
            let estimate = q.counts.wilson(*measure, CONFIDENCE);
            let further = further(&estimate, reviewed, None, HALF, CONFIDENCE);
            Measured { measure: *measure, estimate, further, left: None }
        })
        .collect();
    q.exact = Measure::ALL.iter().map(|m| (*m, q.counts.exact(*m, CONFIDENCE))).collect();
    q.kappa = Table::of(&q.counts).kappa(Weights::Nominal, CONFIDENCE);
    let designs = counted.designs.iter().enumerate().filter(|_| !counted.chosen);
    q.weighted =
        designs.filter_map(|(at, design)| of_design(at, design, cases, tier, &inside)).collect();
    q
}

/// Figures of a design; `None` where nothing of it was reviewed.
fn of_design(
    number: usize,
    design: &Design,
    cases: &[Case],
    tier: Option<&str>,
    inside: &impl Fn(&&Case) -> bool,
) -> Option<Weighted> {
    let whole_tiers = design.has("tier");
    let mut strata: Vec<Stratum> = Vec::new();
    let mut places = BTreeMap::new();
    let mut silent = BTreeSet::new();
    let mut unlabelled = (0, 0);
    let across = tier.filter(|_| !whole_tiers);
    let known = design.sizes.as_ref().filter(|sizes| sizes.filtered || across.is_some());
    let (mut whole, mut looked_at) = (0, BTreeSet::new());
    for (at, drawn) in design.strata.iter().enumerate() {
        // A tier that makes strata is those strata; else it lies across all of them.
        if whole_tiers && tier.is_some_and(|tier| of_stratum(drawn, "tier") != Some(tier)) {
            continue;
        }
        whole += drawn.size;
        looked_at.insert(at);
        let size = known.map_or(drawn.size, |sizes| sizes.of(at, across));
        let flagged = match of_stratum(drawn, "label") {
            Some("yes") => Some(true),
            Some("no") => Some(false),
            // The classifier says nothing there: no part of what it is judged by.
            Some("unparsed" | "missing") => {
                silent.insert(at);
                unlabelled.0 += size;
                continue;
            }
            _ => None,
        };
        // Nothing of it is asked for.
        if known.is_some() && size == 0 {
            continue;
        }
        places.insert(at, strata.len());
        strata.push(Stratum {
            name: if drawn.name.is_empty() { "all".to_owned() } else { drawn.name.clone() },
            frame: size,
            reviewed: 0,
            counts: Confusion::default(),
            flagged,
        });
    }
    let mut undecided = vec![0; strata.len()];
    let mut seen = 0;
    for case in cases {
        let Some(reference) = case.reference() else { continue };
        for (_, at) in case.drawn.iter().filter(|(design, _)| *design == number) {
            seen += usize::from(looked_at.contains(at));
            // Of a part of known size those that stand outside say nothing.
            if known.is_some() && !inside(&case) {
                continue;
            }
            unlabelled.1 += usize::from(silent.contains(at));
            let Some(place) = places.get(at) else { continue };
            let (Some(stratum), Some(open)) = (strata.get_mut(*place), undecided.get_mut(*place))
            else {
                continue;
            };
            // Where the size of the part is not known, what is not asked for was seen to be none of it, whatever was said.
            match case.fact.classifier.filter(|_| inside(&case)) {
                None => stratum.reviewed += 1,
                Some(classifier) => match reference {
                    Reference::Said(holds) => {
                        stratum.reviewed += 1;
                        stratum.counts.add(classifier, holds);
                    }
                    Reference::CannotTell | Reference::Split => *open += 1,
                },
            }
        }
    }
    let reviewed: usize = strata.iter().map(|s| s.reviewed).sum();
    if strata.iter().all(|s| s.counts.sum() == 0) {
        return None;
    }
    let frame: usize = strata.iter().map(|s| s.frame).sum();
    let left = frame.saturating_sub(reviewed + undecided.iter().sum::<usize>());
    let measured = Measure::ALL
        .iter()
        .map(|measure| {
            let estimate = weighted(&strata, *measure, CONFIDENCE);
            let further = further(&estimate, reviewed, Some(frame), HALF, CONFIDENCE);
            Measured { measure: *measure, estimate, further, left: Some(left) }
        })
        .collect();
    Some(Weighted {
        design: number,
        totals: weighted_totals(&strata),
        measured,
        cautions: unknown(design)
            .into_iter()
            .chain(cautions(&strata).iter().map(caution))
            .chain(open(&strata, &undecided))
            .collect(),
        strata,
        undecided,
        unlabelled,
        // A tier that is made of whole strata is no part of any.
        whole: known
            .filter(|_| tier.is_none() || !whole_tiers || frame + unlabelled.0 < whole)
            .map(|_| (whole, seen)),
    })
}

/// Where strata without an answer would not be known, as a sentence.
fn unknown(design: &Design) -> Option<String> {
    design.filter.is_none().then(|| {
        "how the sample was drawn is known from its answers alone: strata in which nobody answered, if there are any, are missing from the frame".to_owned()
    })
}

/// Where reviewed transcripts stay undecided, as sentences.
fn open<'a>(strata: &'a [Stratum], undecided: &'a [usize]) -> impl Iterator<Item = String> + 'a {
    strata.iter().zip(undecided).filter(|(_, open)| **open > 0).map(|(stratum, open)| {
        let (name, looked_at) = (&stratum.name, stratum.reviewed + open);
        format!(
            "{name}: {open} of {looked_at} reviewed are undecided (cannot tell, or as many yes as no); the weighted figures take them to be like the others"
        )
    })
}

/// A caution as a sentence. Holds names of strata: sanitise before showing.
#[must_use]
pub fn caution(caution: &Caution) -> String {
    match caution {
        Caution::Unreviewed { stratum, frame } => {
            format!(
                "{stratum}: none of its {frame} was answered yes or no; the weighted figures are of the others"
            )
        }
        Caution::Single { stratum, frame } => {
            format!(
                "{stratum}: one of its {frame} was answered yes or no, which says nothing of how much they differ"
            )
        }
        Caution::Thin { stratum, reviewed, missed } => format!(
            "{stratum}: recall rests on {reviewed} reviewed that the classifier says no to, {missed} of which it missed; under {LEAST_REVIEWED} reviewed or {LEAST_MISSED} missed, little is known of what it misses"
        ),
    }
}

/// How common what is judged would be, by the classifier's rate and by how often it errs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Corrected {
    /// Transcripts that the classifier says yes to.
    pub flagged: usize,
    /// Transcripts that it says yes or no to.
    pub n: usize,
    /// Sensitivity, which is recall.
    pub sensitivity: Estimate,
    /// Specificity.
    pub specificity: Estimate,
    /// The corrected rate.
    pub estimate: Estimate,
}

/// Corrects the classifier's rate. `None` where it says nothing, or where nothing is known of its errors.
#[must_use]
pub fn corrected(quality: &Quality, flagged: usize, n: usize) -> Option<Corrected> {
    let observed = share(flagged, n)?;
    let sensitivity = quality.estimate(Measure::Recall)?;
    let specificity = quality.estimate(Measure::Specificity)?;
    let estimate = rogan_gladen_of(observed, &sensitivity, &specificity, CONFIDENCE);
    Some(Corrected { flagged, n, sensitivity, specificity, estimate })
}
