//! What reviewers say of parts: marks by rule, quotes by judge and criterion, turns, pairs. None of it is mixed with what they say of whole
//! transcripts.
//!
//! The unit is the part. Where several reviewers judged one, what most of them say who say yes or no is its verdict; as many yes as no is
//! a split, which is in no share.

use std::collections::BTreeMap;

use super::{Share, Which};
use crate::review::{
    AnswerKey, Answered, ItemKey, ItemName, Part, Purpose, Shows, Standing, Verdict,
};

/// How many parts of a kind were judged, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Verdicts {
    /// Right, supporting, shown.
    pub yes: usize,
    /// Not so.
    pub no: usize,
    /// As many reviewers say yes as no.
    pub split: usize,
    /// Nobody could tell.
    pub cannot_tell: usize,
}

impl Verdicts {
    /// How many were judged.
    #[must_use]
    pub fn n(self) -> usize {
        self.yes + self.no + self.split + self.cannot_tell
    }

    /// The share of yes among those that are yes or no: of marks the precision of their rule, of the sample.
    #[must_use]
    pub fn share(self) -> Share {
        Share { k: self.yes, n: self.yes + self.no }
    }

    fn add(&mut self, verdict: Decided<bool>) {
        *match verdict {
            Decided::Is(true) => &mut self.yes,
            Decided::Is(false) => &mut self.no,
            Decided::Split => &mut self.split,
            Decided::CannotTell => &mut self.cannot_tell,
        } += 1;
    }
}

/// What reviewers of one part come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Decided<T> {
    Is(T),
    Split,
    CannotTell,
}

/// What most say; `None` among them is who cannot tell.
fn decided<T: Ord + Copy>(said: &[Option<T>]) -> Decided<T> {
    let mut counts: BTreeMap<T, usize> = BTreeMap::new();
    for answer in said.iter().flatten() {
        *counts.entry(*answer).or_default() += 1;
    }
    let Some(most) = counts.values().max().copied() else { return Decided::CannotTell };
    let mut best = counts.iter().filter(|(_, n)| **n == most).map(|(answer, _)| *answer);
    match (best.next(), best.next()) {
        (Some(one), None) => Decided::Is(one),
        _ => Decided::Split,
    }
}

/// Marks of one rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfRule {
    /// The rule's id.
    pub rule: String,
    /// The category of its marks.
    pub category: String,
    /// How its marks were judged.
    pub verdicts: Verdicts,
}

/// Quotes that a judge gave for one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfJudge {
    /// Who gave them.
    pub judge: String,
    /// For which label.
    pub label: String,
    /// For which criterion of it.
    pub criterion: Option<u8>,
    /// How they were judged.
    pub verdicts: Verdicts,
}

/// A pair with what reviewers say of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfPair {
    /// Its transcripts. The first one gives the item its name.
    pub names: [ItemName; 2],
    /// Whether the first shows it, and the second. `None`: nobody could tell, or they do not agree.
    pub shows: Option<(bool, bool)>,
    /// They do not agree.
    pub split: bool,
}

/// What is said of pairs.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Pairs {
    /// Each pair once.
    pub pairs: Vec<OfPair>,
    /// Answers for the left side alone among those for one side alone: far from half of them speaks for a reviewer who looks at the place.
    pub left: Share,
}

/// All that is said of parts.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Parts {
    /// By rule.
    pub marks: Vec<OfRule>,
    /// By judge, label and criterion.
    pub quotes: Vec<OfJudge>,
    /// Of turns.
    pub turns: Verdicts,
    /// Of pairs.
    pub pairs: Pairs,
}

impl Parts {
    /// What counts of all that stands: the last blind answer of each reviewer on each part, or the last one where those that are not blind count
    /// too. Hidden repeats and items shown on purpose do not, nor what was passed over.
    #[must_use]
    pub fn of(standing: &Standing, which: &Which) -> Self {
        let wanted = |key: &AnswerKey| {
            let rater = which.raters.is_empty() || which.raters.contains(&key.rater);
            rater && key.label == which.label
        };
        Self::among(standing, which.sighted, wanted)
    }

    fn among(standing: &Standing, sighted: bool, wanted: impl Fn(&AnswerKey) -> bool) -> Self {
        let mut by_part: BTreeMap<&ItemKey, (Part, Vec<&Answered>)> = BTreeMap::new();
        for (key, all) in &standing.answers {
            if key.purpose != Purpose::Answer || !wanted(key) {
                continue;
            }
            let Some(part) = key.item.part.as_deref().and_then(Part::parse) else { continue };
            let counts = |said: &Answered| sighted || said.sighted.is_none();
            let last = all.iter().map(|said| &said.what).rfind(|said| counts(said));
            let Some(last) = last.filter(|said| said.answer != Verdict::Skip) else { continue };
            by_part.entry(&key.item).or_insert_with(|| (part, Vec::new())).1.push(last);
        }
        let mut rules: BTreeMap<(String, String), Verdicts> = BTreeMap::new();
        let mut judges: BTreeMap<(String, String, Option<u8>), Verdicts> = BTreeMap::new();
        let mut parts = Self::default();
        for (key, (part, answers)) in by_part {
            let said: Vec<Option<bool>> = answers.iter().map(|a| a.answer.holds()).collect();
            match part {
                Part::Mark { category, rule, .. } => {
                    rules.entry((rule, category)).or_default().add(decided(&said));
                }
                Part::Quote { criterion, label, judge, .. } => {
                    judges.entry((judge, label, criterion)).or_default().add(decided(&said));
                }
                Part::Turn(_) => parts.turns.add(decided(&said)),
                Part::Beside { .. } => parts.pairs.add(key, &answers),
            }
        }
        let of_rule = |((rule, category), verdicts)| OfRule { rule, category, verdicts };
        let of_judge =
            |((judge, label, criterion), verdicts)| OfJudge { judge, label, criterion, verdicts };
        parts.marks = rules.into_iter().map(of_rule).collect();
        parts.quotes = judges.into_iter().map(of_judge).collect();
        parts
    }
}

/// How the marks of rules were judged, whatever label the sessions were for: by rule, in the order of ids. Only blind answers count, unless
/// `sighted` ones are asked for too.
#[must_use]
pub fn rule_precision(standing: &Standing, sighted: bool) -> Vec<OfRule> {
    Parts::among(standing, sighted, |_| true).marks
}

impl Pairs {
    fn add(&mut self, key: &ItemKey, answers: &[&Answered]) {
        let Some(names) = answers.iter().rev().find_map(|answer| names_of(key, answer)) else {
            return;
        };
        let mut said = Vec::new();
        for answer in answers {
            let word = answer.answers.get("shows").and_then(|word| word.as_str());
            let shows = word.and_then(Shows::named).filter(|_| answer.answer.holds().is_some());
            if let Some(shows @ (Shows::Left | Shows::Right)) = shows {
                self.left.n += 1;
                self.left.k += usize::from(shows == Shows::Left);
            }
            said.push(shows.map(|shows| {
                let (left, right) = shows.sides();
                if is_left(key, answer) { (left, right) } else { (right, left) }
            }));
        }
        let (shows, split) = match decided(&said) {
            Decided::Is(shows) => (Some(shows), false),
            Decided::Split => (None, true),
            Decided::CannotTell => (None, false),
        };
        self.pairs.push(OfPair { names, shows, split });
    }
}

/// The name of a side of a pair, as an answer has it.
fn side(answer: &Answered, side: &str) -> Option<ItemName> {
    ItemName::from_json(answer.answers.get(side)?)
}

/// Whether the transcript that gives a pair its name stood on the left.
fn is_left(key: &ItemKey, answer: &Answered) -> bool {
    side(answer, "left")
        .is_some_and(|left| ItemKey { part: key.part.clone(), ..left.key() } == *key)
}

/// The transcripts of a pair, the one that gives it its name first.
fn names_of(key: &ItemKey, answer: &Answered) -> Option<[ItemName; 2]> {
    let (left, right) = (side(answer, "left")?, side(answer, "right")?);
    Some(if is_left(key, answer) { [left, right] } else { [right, left] })
}

#[cfg(test)]
mod tests;
