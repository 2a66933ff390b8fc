//! What a threshold curve is asked and what it answers: for each bar the rates, what changes sides, and how it agrees with a
//! reference. It is worked out in `sweep`.

use super::{By, Rate, RaterCount, Value};
use crate::ingest::LabelRules;
use crate::model::Threshold;
use crate::query::Asked;
use crate::stats::{Auroc, share};

/// A number with so many decimals, without zeros at its end.
fn shortened(number: f64, decimals: usize) -> String {
    let text = format!("{number:.decimals$}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// What is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct CurveAsk {
    /// The label whose threshold moves; a bound of its own means nothing here.
    pub label: Asked,
    /// What is true; `None`: another rater's word on the same label, if there is one.
    pub reference: Option<Asked>,
    /// The field whose values make the groups.
    pub by: By,
}

/// When a label's numbers are positive, and who says so.
#[derive(Debug, Clone, PartialEq)]
pub struct Bar {
    /// The source's name of the label.
    pub label: String,
    /// When.
    pub threshold: Threshold,
    /// `flag`, `file`, `built-in` or `default`.
    pub from: &'static str,
}

impl Bar {
    /// Of a label; `None` where its numbers are neither positive nor negative.
    #[must_use]
    pub fn of(label: &str, rules: &LabelRules) -> Option<Self> {
        let (threshold, from) = rules.threshold_from(label);
        let from = from.as_str();
        rules.has_threshold(label).then(|| Self { label: label.to_owned(), threshold, from })
    }
}

impl std::fmt::Display for Bar {
    /// `>= 0.4 (built-in)`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({})", self.threshold.typed(), self.from)
    }
}

/// What the label says of some transcripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Known {
    /// With a number.
    pub n: usize,
    /// With a yes, a no or a word, and no number.
    pub other: usize,
    /// Present, and not to be read.
    pub unparsed: usize,
    /// Without the label.
    pub missing: usize,
}

/// What a threshold does to some transcripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cut {
    /// Those that meet it, of those with a number.
    pub rate: Rate,
    /// Those that are no now and would be yes.
    pub to_yes: usize,
    /// Those that are yes now and would be no.
    pub to_no: usize,
}

/// A threshold against the reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Confusion {
    /// Yes by both.
    pub true_positives: usize,
    /// Yes by the threshold alone.
    pub false_positives: usize,
    /// Yes by the reference alone.
    pub false_negatives: usize,
    /// No by both.
    pub true_negatives: usize,
}

impl Confusion {
    /// Share of what is there that is found; `None` where nothing is there.
    #[must_use]
    pub fn recall(&self) -> Option<f64> {
        share(self.true_positives, self.true_positives + self.false_negatives)
    }

    /// Share of what is called so that is so; `None` where nothing is.
    #[must_use]
    pub fn precision(&self) -> Option<f64> {
        share(self.true_positives, self.true_positives + self.false_positives)
    }

    /// Share of what is not there that is called so; `None` where everything is there.
    #[must_use]
    pub fn false_positive_rate(&self) -> Option<f64> {
        share(self.false_positives, self.false_positives + self.true_negatives)
    }
}

/// One threshold.
#[derive(Debug, Clone, PartialEq)]
pub struct Level {
    /// The bar: yes at or above it, or at or below ([`ThresholdCurve::below`]).
    pub threshold: f64,
    /// It does what the rules do now.
    pub in_force: bool,
    /// In the band at which a person should look.
    pub look: bool,
    /// All transcripts.
    pub all: Cut,
    /// By group.
    pub groups: Vec<Cut>,
    /// Against the reference.
    pub confusion: Option<Confusion>,
    /// The filter that finds the transcripts that change sides; `None` where there are none.
    pub flips: Option<String>,
}

/// Transcripts that agree in a field.
#[derive(Debug, Clone, PartialEq)]
pub struct Side {
    /// In what.
    pub by: Value,
    /// What the label says of them.
    pub known: Known,
}

/// How the numbers agree with the reference.
#[derive(Debug, Clone, PartialEq)]
pub struct Agreement {
    /// The reference.
    pub asked: Asked,
    /// It was asked for, and not found.
    pub given: bool,
    /// Its word rests on the very numbers that it is to judge: then agreement says nothing.
    pub own: bool,
    /// Transcripts with a number and a yes or no of the reference.
    pub n: usize,
    /// Those with a yes.
    pub positives: usize,
    /// Chance that a positive has the higher number, or the lower one where low numbers are positive; `None` without both classes.
    pub auroc: Option<Auroc>,
    /// Step sum; `None` without a positive.
    pub average_precision: Option<f64>,
    /// Mean squared distance; `None` where a number is no share, or low ones are positive.
    pub brier: Option<f64>,
    /// False positive rate and recall, from (0, 0) to (1, 1), at every value that occurs; empty without both classes.
    pub roc: Vec<(f64, f64)>,
    /// Recall and precision, from the highest value down; empty without a positive.
    pub recall_precision: Vec<(f64, f64)>,
}

/// Values at which a person should look.
#[derive(Debug, Clone, PartialEq)]
pub struct Look {
    /// At or above.
    pub low: f64,
    /// Below.
    pub high: f64,
    /// Transcripts.
    pub n: usize,
    /// The filter that finds them.
    pub filter: Option<String>,
}

/// The whole curve.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ThresholdCurve {
    /// Identical records that were not counted again.
    pub copies: usize,
    /// All transcripts.
    pub known: Known,
    /// The groups, in the order of their values.
    pub groups: Vec<Side>,
    /// Groups beyond the first hundred.
    pub more_groups: usize,
    /// The thresholds, from the lowest.
    pub levels: Vec<Level>,
    /// Low numbers are positive: what is in force asks for at most some number. Then thresholds are met at or below them.
    pub below: bool,
    /// How many different numbers there are.
    pub distinct: usize,
    /// They are so many that quantiles of them are the thresholds.
    pub quantiles: bool,
    /// The numbers are shares of so many votes.
    pub votes: Option<u32>,
    /// What is in force, once for each name of the label.
    pub bars: Vec<Bar>,
    /// Who gave the numbers, most frequent first.
    pub raters: Vec<RaterCount>,
    /// Some transcripts have a word or a yes or no beside a number of it: no term tells them from those without a number.
    pub mixed: bool,
    /// Where to look.
    pub look: Option<Look>,
    /// Against a reference.
    pub agreement: Option<Agreement>,
    /// What else is there to hold the label against: the word of each of its raters, with the transcripts that also have a number;
    /// most frequent first.
    pub references: Vec<(Asked, usize)>,
}

impl ThresholdCurve {
    /// How a threshold is met: `>=`, or `<=` where low numbers are positive.
    #[must_use]
    pub fn test(&self) -> &'static str {
        if self.below { "<=" } else { ">=" }
    }

    /// The same in words: `at or above`.
    #[must_use]
    pub fn in_words(&self) -> &'static str {
        if self.below { "at or below" } else { "at or above" }
    }

    /// The thresholds as they are shown: each in at most three decimals, or in as many as tell it from its neighbours. Filters and data have
    /// them whole.
    #[must_use]
    pub fn titles(&self) -> Vec<String> {
        let at = |n: Option<usize>| Some(self.levels.get(n?)?.threshold);
        let title = |(n, level): (usize, &Level)| {
            let neighbours = [at(n.checked_sub(1)), at(Some(n + 1))];
            let own = |decimals: usize| shortened(level.threshold, decimals);
            let tells = |decimals: &usize| {
                let mut others = neighbours.iter().flatten();
                others.all(|other| shortened(*other, *decimals) != own(*decimals))
            };
            (3..=15).find(tells).map_or_else(|| level.threshold.to_string(), own)
        };
        self.levels.iter().enumerate().map(title).collect()
    }

    /// The filter that finds what meets a threshold of it.
    #[must_use]
    pub fn filter_at(&self, label: &Asked, threshold: f64) -> Option<String> {
        label.meets(self.met_at(threshold))
    }

    /// A threshold of it as a test of numbers.
    pub(super) fn met_at(&self, threshold: f64) -> Threshold {
        if self.below { Threshold::AtMost(threshold) } else { Threshold::AtLeast(threshold) }
    }

    /// A number as a score, of which the higher is the more positive.
    pub(super) fn score(&self, number: f64) -> f64 {
        if self.below { -number } else { number }
    }
}
