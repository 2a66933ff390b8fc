//! A pack compiled for scanning: what words may be, and what patterns need.
//!
//! Nothing here decides what a match is; it keeps the matcher from looking where there can be none.

use super::bits::Bits;
use super::common::Commonness;
use super::feature::Features;
use super::hints::Hints;
use super::lexicon::Lexicon;
use super::needs::Needs;
use super::pack::{Body, Where};
use super::pattern::Pattern;
use super::runs::{Atom, Runs, Symbol};
use std::collections::HashMap;
use std::sync::Arc;

/// What a pattern found in a sentence means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    /// A cue of the rule.
    Any(usize),
    /// What some rules want to have seen before, or to see in their neighbourhood: the number of the condition.
    Seen(usize),
    /// What takes weight from marks in the sentences before.
    Following(usize),
}

/// The conditions of a rule, by number; of either kind one is enough.
#[derive(Debug, Clone, Default)]
pub(super) struct Wanted {
    /// In the sentences before.
    pub after: Vec<usize>,
    /// In the sentences on either side.
    pub near: Vec<usize>,
}

#[derive(Debug, Clone)]
pub(super) struct Program {
    pub lexicon: Lexicon,
    pub steps: Vec<Arc<Runs>>,
    /// Every cue of every rule, in the order of the body, then the conditions, then what following sentences say.
    pub patterns: Vec<(Owner, Pattern)>,
    /// By rule.
    pub wanted: Vec<Wanted>,
    /// Number of conditions: many rules want the same, which is looked for once.
    pub conditions: usize,
    /// Every pattern of every phrase that is asked for, with the step that stands for it.
    pub phrases: Vec<(Symbol, Pattern)>,
    pub features: Features,
    pub hints: Hints,
    pub needs: Needs,
    pub phrase_needs: Needs,
}

impl Program {
    pub fn new(body: &Body) -> Self {
        let vocabulary = &body.names.vocabulary;
        let steps = vocabulary.steps().to_vec();
        let lexicon = Lexicon::new(vocabulary.words());
        let mut patterns: Vec<(Owner, Pattern)> = Vec::new();
        for (number, rule) in body.rules.iter().enumerate() {
            patterns.extend(rule.any.iter().map(|p| (Owner::Any(number), p.clone())));
        }
        let mut conditions: HashMap<Pattern, usize> = HashMap::new();
        let mut wanted: Vec<Wanted> = Vec::new();
        for rule in &body.rules {
            let mut numbers = |cues: &[Pattern]| {
                let number = |pattern: &Pattern| {
                    let new = conditions.len();
                    *conditions.entry(pattern.clone()).or_insert_with(|| {
                        patterns.push((Owner::Seen(new), pattern.clone()));
                        new
                    })
                };
                cues.iter().map(number).collect()
            };
            wanted.push(Wanted { after: numbers(&rule.after), near: numbers(&rule.near) });
        }
        let conditions = conditions.len();
        for (number, doubt) in body.doubts.iter().enumerate() {
            if doubt.place == Where::Following {
                let own = doubt.any.iter().map(|p| (Owner::Following(number), p.clone()));
                patterns.extend(own);
            }
        }
        let guards = body.rules.iter().flat_map(|r| [&r.not_before, &r.not_after, &r.unless]);
        let doubts = body.doubts.iter().flat_map(|d| [&d.any, &d.unless]);
        let asides = guards.chain(doubts).flatten();
        let features = Features::new(&body.features);
        let mut used = Bits::new(steps.len());
        features.steps().for_each(|step| used.set(step));
        for step in patterns.iter().map(|(_, p)| p).chain(asides).flatten() {
            used.set(step.runs);
        }
        let mut phrases: Vec<(Symbol, Pattern)> = Vec::new();
        let asked = body.names.all_phrases.iter();
        for phrase in asked.filter(|phrase| used.has(phrase.step)).collect::<Vec<_>>() {
            phrases.extend(phrase.patterns.iter().map(|p| (phrase.step, p.clone())));
        }
        for step in phrases.iter().flat_map(|(_, pattern)| pattern) {
            used.set(step.runs);
        }
        let commonness = Commonness::new();
        let mut common: Vec<u32> = Vec::new();
        for (word, atom) in vocabulary.words() {
            let place = usize::from(atom);
            if common.len() <= place {
                common.resize(place + 1, 0);
            }
            if let Some(place) = common.get_mut(place) {
                *place = commonness.of(word);
            }
        }
        let common = |atom: Atom| common.get(usize::from(atom)).copied().unwrap_or_default();
        let hints = Hints::new(&lexicon, &steps, &used, common);
        let mut expected: Vec<u32> = steps.iter().map(|runs| expected(runs, common)).collect();
        let of = |expected: &[u32], step: Symbol| {
            expected.get(usize::from(step)).copied().unwrap_or_default()
        };
        for (phrase, pattern) in &phrases {
            // As often as the rarest step of each of its patterns.
            let rarest = pattern.iter().map(|step| of(&expected, step.runs)).min();
            let more = of(&expected, *phrase) + rarest.unwrap_or_default();
            if let Some(place) = expected.get_mut(usize::from(*phrase)) {
                *place = more;
            }
        }
        let list = |pattern: &Pattern| {
            let mut list: Vec<Symbol> = pattern.iter().map(|step| step.runs).collect();
            list.sort_unstable_by_key(|step| (of(&expected, *step), *step));
            list.dedup();
            list
        };
        let needs = Needs::new(patterns.iter().map(|(_, p)| list(p)).collect());
        let phrase_needs = Needs::new(phrases.iter().map(|(_, p)| list(p)).collect());
        Self {
            lexicon,
            steps,
            patterns,
            wanted,
            conditions,
            phrases,
            features,
            hints,
            needs,
            phrase_needs,
        }
    }
}

impl Program {
    /// Whether the step stands for a phrase.
    pub fn is_phrase(&self, step: Symbol) -> bool {
        self.phrases.binary_search_by_key(&step, |(phrase, _)| *phrase).is_ok()
    }
}

/// How often a step stands in a hundred thousand words, roughly: as often as the words that it may be, each
/// taken once. That longer runs are far rarer than their words is all that is known of them.
fn expected(runs: &Runs, commonness: impl Fn(Atom) -> u32) -> u32 {
    let rarest = |run: &[Atom]| run.iter().copied().min_by_key(|atom| commonness(*atom));
    let mut atoms: Vec<(Atom, bool)> =
        runs.iter().filter_map(|run| Some((rarest(run)?, run.len() > 1))).collect();
    atoms.sort_unstable();
    atoms.dedup_by_key(|(atom, _)| *atom);
    atoms.into_iter().map(|(atom, longer)| commonness(atom) / if longer { 20 } else { 1 }).sum()
}
