//! Reviewers among each other, with themselves, and with the classifier where that was in their sight.

use std::collections::{BTreeMap, BTreeSet};

use super::{Case, Counted, Fact, ItemKey};
use crate::review::Verdict;
use crate::stats::{
    CONFIDENCE, Estimate, Interval, Level, Ratings, SEED, Table, Weights, newcombe_independent,
    share, wilson,
};

/// A gap between coefficients that is worth a sentence.
const APART: f64 = 0.1;

/// With more raters than that there are too many pairs to be shown.
const MOST_PAIRED: usize = 12;

/// Two raters.
#[derive(Debug, Clone, PartialEq)]
pub struct Pairwise {
    /// Who.
    pub raters: (String, String),
    /// Their answers: rows are the first one's, columns the second one's; 0 is no, 1 is yes.
    pub table: Table,
    /// Cohen's kappa.
    pub kappa: Estimate,
}

/// Reviewers among each other.
#[derive(Debug, Clone, PartialEq)]
pub struct Agreement {
    /// Who.
    pub raters: Vec<String>,
    /// Transcripts to which two or more said yes or no.
    pub items: usize,
    /// Transcripts that two or more looked at, where less than two said yes or no.
    pub undecided: usize,
    /// Share of pairs of answers that are the same.
    pub raw: Estimate,
    /// Krippendorff's alpha.
    pub alpha: Estimate,
    /// Gwet's AC1.
    pub ac1: Estimate,
    /// Share of yes among the answers.
    pub yes: Option<f64>,
    /// Each two raters who share a transcript; none where there are more than twelve raters.
    pub pairs: Vec<Pairwise>,
}

/// Agreement of all raters of these cases; `None` where no transcript has answers of two.
#[must_use]
pub fn agreement(cases: &[Case]) -> Option<Agreement> {
    let answers = |case: &Case| -> Vec<(String, usize)> {
        let said = |(rater, verdict, _): &(String, Verdict, String)| {
            Some((rater.clone(), usize::from(verdict.holds()?)))
        };
        case.given.iter().filter_map(said).collect()
    };
    let asked = cases.iter().filter(|case| case.given.len() > 1 && !case.fact.outside);
    let shared: Vec<Vec<(String, usize)>> = asked.map(answers).collect();
    if shared.is_empty() {
        return None;
    }
    let items = shared.iter().filter(|given| given.len() > 1).count();
    let mut raters: Vec<String> = shared.iter().flatten().map(|(rater, _)| rater.clone()).collect();
    raters.sort_unstable();
    raters.dedup();
    let mut pairs: BTreeMap<(&str, &str), Vec<(usize, usize)>> = BTreeMap::new();
    for given in shared.iter().filter(|_| raters.len() <= MOST_PAIRED) {
        for (at, (first, a)) in given.iter().enumerate() {
            for (second, b) in given.iter().skip(at + 1) {
                let (key, said) = if first <= second {
                    ((&**first, &**second), (*a, *b))
                } else {
                    ((&**second, &**first), (*b, *a))
                };
                pairs.entry(key).or_default().push(said);
            }
        }
    }
    let pairs = pairs
        .into_iter()
        .filter_map(|((a, b), said)| {
            let table = Table::new(2, said)?;
            let kappa = table.kappa(Weights::Nominal, CONFIDENCE);
            Some(Pairwise { raters: (a.to_owned(), b.to_owned()), table, kappa })
        })
        .collect();
    let twice = || shared.iter().filter(|given| given.len() > 1);
    let given = twice().map(|given| given.iter().map(|(_, answer)| *answer));
    let ratings = Ratings::new(2, given)?;
    let all = || twice().flatten().map(|(_, answer)| *answer);
    Some(Agreement {
        raters,
        items,
        undecided: shared.len() - items,
        raw: ratings.agreement(CONFIDENCE, SEED),
        alpha: ratings.alpha(Level::Nominal, CONFIDENCE, SEED),
        ac1: ratings.ac1(CONFIDENCE),
        yes: share(all().sum(), all().count()),
        pairs,
    })
}

impl Agreement {
    /// Cohen's kappa, where two raters are all there are.
    #[must_use]
    pub fn kappa(&self) -> Option<Estimate> {
        match self.pairs.as_slice() {
            [only] => Some(only.kappa),
            _ => None,
        }
    }

    /// Why the coefficients differ, where they do.
    #[must_use]
    pub fn why(&self) -> Option<String> {
        let beyond = self.kappa().and_then(|kappa| kappa.value).or(self.alpha.value);
        let (Some(beyond), Some(other), Some(yes)) = (beyond, self.ac1.value, self.yes) else {
            let only = self.alpha.value.is_none() && self.raw.value.is_some();
            return only.then(|| {
                "Every answer is the same: kappa and alpha are undefined, since chance alone would agree as well; raw agreement and AC1 say what was seen.".to_owned()
            });
        };
        let rare = yes.min(1.0 - yes);
        ((other - beyond).abs() > APART).then(|| {
            let word = if yes <= 0.5 { "yes" } else { "no" };
            format!(
                "They differ by what they call chance: {:.0}% of the answers are {word}, so kappa and alpha expect much agreement by chance and fall with every disagreement on the rare answer, while AC1 expects little; read them beside the raw agreement.",
                rare * 100.0
            )
        })
    }
}

/// A share with its interval (Wilson).
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Share {
    /// How many.
    pub k: usize,
    /// Of how many.
    pub n: usize,
}

impl Share {
    fn add(&mut self, is: bool) {
        self.k += usize::from(is);
        self.n += 1;
    }

    /// `None` for 0 of 0.
    #[must_use]
    pub fn value(self) -> Option<f64> {
        share(self.k, self.n)
    }

    /// Wilson's interval.
    #[must_use]
    pub fn interval(self) -> Option<Interval> {
        wilson(self.k, self.n, CONFIDENCE)
    }
}

/// A rater and hidden repeats.
#[derive(Debug, Clone, PartialEq)]
pub struct Repeated {
    /// Who.
    pub rater: String,
    /// Repeats that were answered as the first time; `cannot tell` is an answer.
    pub same: Share,
}

/// How far each rater agrees with itself, on items that are asked for.
#[must_use]
pub fn repeated(counted: &Counted, is_asked: &dyn Fn(&ItemKey) -> bool) -> Vec<Repeated> {
    let mut all: BTreeMap<&str, Share> = BTreeMap::new();
    for (rater, _, first, again) in counted.repeats.iter().filter(|(_, item, ..)| is_asked(item)) {
        all.entry(rater).or_default().add(first == again);
    }
    all.into_iter().map(|(rater, same)| Repeated { rater: rater.to_owned(), same }).collect()
}

/// What seeing the classifier's word does to a rater.
#[derive(Debug, Clone, PartialEq)]
pub struct Anchoring {
    /// Who.
    pub rater: String,
    /// Agreement with the classifier on items that were shown with what it says.
    pub sighted: Share,
    /// Agreement with it on those that were not.
    pub blind: Share,
}

impl Anchoring {
    /// Sighted less blind, as shares.
    #[must_use]
    pub fn difference(&self) -> Option<f64> {
        Some(self.sighted.value()? - self.blind.value()?)
    }

    /// Where that lies (Newcombe's interval for independent rates).
    #[must_use]
    pub fn interval(&self) -> Option<Interval> {
        let pair = |share: Share| (share.k, share.n);
        newcombe_independent(pair(self.sighted), pair(self.blind), CONFIDENCE)
    }
}

/// Of each rater who was shown items sighted on purpose. Blind are answers of designs in which such items were.
#[must_use]
pub fn anchoring(counted: &Counted, facts: &BTreeMap<ItemKey, Fact>) -> Vec<Anchoring> {
    let agrees = |item: &ItemKey, answer: Verdict| {
        let fact = facts.get(item).filter(|fact| !fact.outside)?;
        Some(fact.classifier? == answer.holds()?)
    };
    let mut all: BTreeMap<&str, Anchoring> = BTreeMap::new();
    for anchor in &counted.anchors {
        let Some(same) = agrees(&anchor.item, anchor.answer) else { continue };
        let new = || Anchoring {
            rater: anchor.rater.clone(),
            sighted: Share::default(),
            blind: Share::default(),
        };
        all.entry(&anchor.rater).or_insert_with(new).sighted.add(same);
    }
    let anchored: BTreeSet<(&str, usize)> = counted
        .anchors
        .iter()
        .flat_map(|anchor| anchor.drawn.iter().map(|(design, _)| (&*anchor.rater, *design)))
        .collect();
    for opinion in &counted.answers {
        let Some(of_rater) = all.get_mut(&*opinion.rater) else { continue };
        let with_anchors =
            |(design, _): &(usize, usize)| anchored.contains(&(&*opinion.rater, *design));
        if let Some(same) = agrees(&opinion.item, opinion.answer)
            && opinion.drawn.iter().any(with_anchors)
        {
            of_rater.blind.add(same);
        }
    }
    all.into_values().collect()
}
