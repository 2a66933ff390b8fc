//! What comes out of reviews: which answers count, what they say of a classifier, and how far reviewers agree.
//!
//! Pure functions on what stands in journals and on what a catalogue says of the transcripts: a command and a screen show the same
//! figures. Which row an item is now, is told by whoever has the rows ([`Fact`]).

mod among;
mod decided;
mod dispute;
mod domain;
mod drawing;
mod parts;
mod quality;
mod questions;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::event::{ItemName, Verdict};
use super::fold::{AnswerKey, ItemKey, Purpose, Standing};
use super::{Answered, Said};
use drawing::{Drawings, of_stratum};

pub use among::{Agreement, Anchoring, Pairwise, Repeated, Share, agreement, anchoring, repeated};
pub use decided::{decided, last_decisions, most};
pub use dispute::{Dispute, DisputeKind, Seen, decider, disputes};
pub use domain::DomainSizes;
pub use drawing::Design;
pub use parts::{OfJudge, OfPair, OfRule, Pairs, Parts, Verdicts, rule_precision};
pub use quality::{
    Corrected, HALF, Measured, Place, Quality, Weighted, by_tier, caution, corrected, quality,
    rows_in,
};
pub use questions::{Answers, questions};

/// Which answers are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Which {
    /// The label that was judged.
    pub label: String,
    /// Only these raters; none: all.
    pub raters: Vec<String>,
    /// Answers that are not blind count too.
    pub sighted: bool,
}

/// An answer that counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opinion {
    /// Id of its event.
    pub event: String,
    /// Who.
    pub rater: String,
    /// What was said.
    pub answer: Verdict,
    /// Of what.
    pub item: ItemKey,
    /// Where it was drawn: numbers of the design, and of the stratum in it. Nothing: it was given elsewhere.
    pub drawn: Vec<(usize, usize)>,
}

/// A decision that counts before all answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// Id of its event.
    pub event: String,
    /// Who.
    pub rater: String,
    /// What was decided.
    pub answer: Verdict,
    /// Of what.
    pub item: ItemKey,
    /// Why.
    pub reason: String,
    /// When, in milliseconds since 1970.
    pub time: u64,
}

/// All that counts of one label.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counted {
    /// Answers, one for each rater and item; those that pass an item over are not here.
    pub answers: Vec<Opinion>,
    /// Hidden repeats with the answer that they repeat: the rater, what was said first, and what later.
    pub repeats: Vec<(String, ItemKey, Verdict, Verdict)>,
    /// Answers on items that were shown sighted on purpose.
    pub anchors: Vec<Opinion>,
    /// Decisions, of each who decided on an item the last one.
    pub decisions: Vec<Decision>,
    /// How samples were drawn.
    pub designs: Vec<Design>,
    /// Whether answers decide what is asked for (`reviewed:yes`): that is no part of a frame, and nothing is weighted.
    pub chosen: bool,
    /// Items that were passed over.
    pub skipped: usize,
    /// Answers that are not blind and do not count, by the reason.
    pub not_blind: BTreeMap<String, usize>,
    /// Answers on parts of transcripts: marks, turns, pairs. They judge no transcript as a whole.
    pub parts: usize,
    /// Of the answers, those that were given elsewhere.
    pub imported: usize,
    /// What each item is found again by, with the hash of the texts that were judged; `None`: unknown.
    pub items: BTreeMap<ItemKey, (ItemName, Option<u64>)>,
}

/// Labels that journals judge, with how many answers each has.
#[must_use]
pub fn labels(standing: &Standing) -> BTreeMap<String, usize> {
    let mut all = BTreeMap::new();
    let answers = standing.answers.keys().map(|key| &key.label);
    let imports = standing.imports.keys().map(|(_, label, _)| label);
    for label in answers.chain(imports) {
        *all.entry(label.clone()).or_default() += 1;
    }
    all
}

impl Counted {
    /// What counts of all that stands.
    #[must_use]
    pub fn of(standing: &Standing, which: &Which) -> Self {
        let mut counted = Self::default();
        let mut drawings = Drawings::default();
        let wanted = |rater: &String| which.raters.is_empty() || which.raters.contains(rater);
        for (key, all) in &standing.answers {
            if key.label != which.label || !wanted(&key.rater) {
                continue;
            }
            if key.item.part.is_some() {
                counted.parts += 1;
                continue;
            }
            match key.purpose {
                Purpose::Answer => {
                    let drawn = |said: &Said<Answered>| drawings.drawn(standing, said);
                    counted.take_answer(key, all, which.sighted, drawn);
                }
                Purpose::Repeat => counted.take_repeat(standing, key, all),
                Purpose::Anchor => {
                    let drawn = |said: &Said<Answered>| drawings.drawn(standing, said);
                    counted.take_anchor(key, all, drawn);
                }
            }
        }
        for ((rater, label, item), all) in &standing.imports {
            let Some(last) = all.last().filter(|_| *label == which.label && wanted(rater)) else {
                continue;
            };
            if item.part.is_some() {
                counted.parts += 1;
            } else if last.what.answer != Verdict::Skip {
                counted.imported += 1;
                counted.note(&last.what.name, None);
                counted.answers.push(Opinion {
                    event: last.id.clone(),
                    rater: rater.clone(),
                    answer: last.what.answer,
                    item: item.clone(),
                    drawn: Vec::new(),
                });
            }
        }
        for ((label, item), all) in &standing.adjudications {
            if *label != which.label || item.part.is_some() {
                continue;
            }
            for said in decided::last_decisions(all).filter(|said| wanted(&said.rater)) {
                counted.note(&said.what.name, Some(said.what.text));
                counted.decisions.push(Decision {
                    event: said.id.clone(),
                    rater: said.rater.clone(),
                    answer: said.what.answer,
                    item: item.clone(),
                    reason: said.what.reason.clone(),
                    time: said.time,
                });
            }
        }
        counted.designs = drawings.designs();
        counted
    }

    fn take_answer(
        &mut self,
        key: &AnswerKey,
        all: &[Arc<Said<Answered>>],
        sighted: bool,
        drawn_by: impl FnMut(&Said<Answered>) -> Option<(usize, usize)>,
    ) {
        let counts = |said: &Answered| sighted || said.sighted.is_none();
        let Some(last) = all.iter().rfind(|said| counts(&said.what)) else {
            let why = all.last().and_then(|said| said.what.sighted.clone());
            *self.not_blind.entry(why.unwrap_or_default()).or_default() += 1;
            return;
        };
        if last.what.answer == Verdict::Skip {
            self.skipped += 1;
            return;
        }
        self.note(&last.what.name, Some(last.what.text));
        // Whichever answer counts: the item was drawn by every design in which it was answered.
        let mut drawn: Vec<(usize, usize)> = all
            .iter()
            .filter(|said| counts(&said.what) && said.what.answer != Verdict::Skip)
            .map(AsRef::as_ref)
            .filter_map(drawn_by)
            .collect();
        drawn.sort_unstable();
        drawn.dedup();
        self.answers.push(Opinion {
            event: last.id.clone(),
            rater: key.rater.clone(),
            answer: last.what.answer,
            item: key.item.clone(),
            drawn,
        });
    }

    fn take_repeat(&mut self, standing: &Standing, key: &AnswerKey, all: &[Arc<Said<Answered>>]) {
        let Some(again) = all.iter().rfind(|said| said.what.sighted.is_none()) else { return };
        let first = AnswerKey { purpose: Purpose::Answer, ..key.clone() };
        let first = standing.answers.get(&first).and_then(|all| {
            // The same session's, else the one that counts.
            let blind = || all.iter().rev().filter(|said| said.what.sighted.is_none());
            blind().find(|said| said.session == again.session).or_else(|| blind().next())
        });
        let Some(first) = first else { return };
        if ![first.what.answer, again.what.answer].contains(&Verdict::Skip) {
            let (before, after) = (first.what.answer, again.what.answer);
            self.repeats.push((key.rater.clone(), key.item.clone(), before, after));
        }
    }

    fn take_anchor(
        &mut self,
        key: &AnswerKey,
        all: &[Arc<Said<Answered>>],
        mut drawn_by: impl FnMut(&Said<Answered>) -> Option<(usize, usize)>,
    ) {
        // After the reveal nothing is an anchor any more: everything is shown.
        let is_one = |said: &Answered| said.sighted.as_deref() != Some("after feedback");
        let last = all.iter().rfind(|said| is_one(&said.what));
        let Some(last) = last.filter(|said| said.what.answer != Verdict::Skip) else { return };
        self.note(&last.what.name, Some(last.what.text));
        let drawn = drawn_by(last).into_iter().collect();
        self.anchors.push(Opinion {
            event: last.id.clone(),
            rater: key.rater.clone(),
            answer: last.what.answer,
            item: key.item.clone(),
            drawn,
        });
    }

    fn note(&mut self, name: &ItemName, text: Option<u64>) {
        let text = text.filter(|hash| *hash != 0);
        let (_, known) = self.items.entry(name.key()).or_insert_with(|| (name.clone(), text));
        *known = known.or(text);
    }

    /// Everybody who answered, in the order of names.
    #[must_use]
    pub fn raters(&self) -> Vec<&str> {
        let mut all: Vec<&str> = self.answers.iter().map(|opinion| &*opinion.rater).collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}

/// What a catalogue says of an item.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fact {
    /// Number of its row.
    pub row: u32,
    /// Its tier.
    pub tier: Option<String>,
    /// What the classifier says; `None`: its label is unparsed or missing.
    pub classifier: Option<bool>,
    /// It is not asked for, by a filter: it was reviewed all the same, which the weights must know.
    pub outside: bool,
}

/// What is taken for true of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reference {
    /// It holds, or does not.
    Said(bool),
    /// Nobody could tell.
    CannotTell,
    /// As many say yes as no, of reviewers where nobody has decided, else of those who decided.
    Split,
}

/// A transcript with all that reviewers said of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Case {
    /// The transcript.
    pub fact: Fact,
    /// Who said what, with the ids of the events.
    pub given: Vec<(String, Verdict, String)>,
    /// What was decided, by whom and why: what most of those say who decided.
    pub decision: Option<Decision>,
    /// The decision of each who decided, in the order of time.
    pub decisions: Vec<Decision>,
    /// Where it was drawn.
    pub drawn: Vec<(usize, usize)>,
}

impl Case {
    /// Takes what was decided: the last decision of each who decided.
    fn decide(&mut self, decisions: Vec<Decision>) {
        self.decision = decided(&decisions).cloned();
        self.decisions = decisions;
    }

    /// All decisions where they are not the same; else none.
    #[must_use]
    pub fn contested(&self) -> &[Decision] {
        let first = self.decisions.first().map(|decision| decision.answer);
        let differ = self.decisions.iter().any(|decision| Some(decision.answer) != first);
        if differ { &self.decisions } else { &[] }
    }

    /// What is taken for true: a decision, else what most of the reviewers say who say yes or no. `None`: nobody said anything.
    #[must_use]
    pub fn reference(&self) -> Option<Reference> {
        if let Some(decision) = &self.decision {
            return Some(decision.answer.holds().map_or(Reference::CannotTell, Reference::Said));
        }
        if !self.decisions.is_empty() {
            return Some(Reference::Split);
        }
        let count = |wanted| self.given.iter().filter(|(_, v, _)| v.holds() == wanted).count();
        let (yes, no) = (count(Some(true)), count(Some(false)));
        match yes.cmp(&no) {
            std::cmp::Ordering::Greater => Some(Reference::Said(true)),
            std::cmp::Ordering::Less => Some(Reference::Said(false)),
            std::cmp::Ordering::Equal if yes > 0 => Some(Reference::Split),
            std::cmp::Ordering::Equal => (!self.given.is_empty()).then_some(Reference::CannotTell),
        }
    }

    /// Whether reviewers say yes and no to it.
    #[must_use]
    pub fn is_disputed(&self) -> bool {
        let says = |wanted| self.given.iter().any(|(_, v, _)| v.holds() == Some(wanted));
        says(true) && says(false)
    }
}

/// The cases of all items that are here, in the order of rows. Items that are one transcript are one case.
#[must_use]
pub fn cases(counted: &Counted, facts: &BTreeMap<ItemKey, Fact>) -> Vec<Case> {
    let mut all: BTreeMap<u32, Case> = BTreeMap::new();
    let mut seen: BTreeSet<(u32, &str)> = BTreeSet::new();
    for opinion in &counted.answers {
        let Some(fact) = facts.get(&opinion.item) else { continue };
        let case = case_of(&mut all, fact);
        // Under two names, by an import and by a session: once.
        if seen.insert((fact.row, &opinion.rater)) {
            case.given.push((opinion.rater.clone(), opinion.answer, opinion.event.clone()));
        }
        case.drawn.extend(&opinion.drawn);
    }
    // Under two names, as of a record that changed: decisions on one transcript.
    let mut decisions: BTreeMap<u32, Vec<Decision>> = BTreeMap::new();
    for decision in &counted.decisions {
        if let Some(fact) = facts.get(&decision.item) {
            case_of(&mut all, fact);
            decisions.entry(fact.row).or_default().push(decision.clone());
        }
    }
    for (row, decisions) in decisions {
        if let Some(case) = all.get_mut(&row) {
            case.decide(decided::last_of_each(decisions));
        }
    }
    for case in all.values_mut() {
        case.drawn.sort_unstable();
        case.drawn.dedup();
    }
    all.into_values().collect()
}

fn case_of<'a>(all: &'a mut BTreeMap<u32, Case>, fact: &Fact) -> &'a mut Case {
    all.entry(fact.row).or_insert_with(|| Case { fact: fact.clone(), ..Case::default() })
}

#[cfg(test)]
mod tests;
