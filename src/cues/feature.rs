//! Features: words of some classes in a sentence or two. They mark nothing and prove nothing; each adds a little to the
//! score or takes a little from it for each of the first sentences that have them, and says what it saw and where.
//!
//! A rule asks for words in an order, within some words of each other, and so meets the wordings that its writer thought
//! of. A feature asks only what is spoken of, and so meets wordings that nobody thought of, at the price of saying less:
//! a small linear model whose terms can be read.

use super::bits::Bits;
use super::faults::Told;
use super::pack::Place;
use super::pattern::Names;
use super::runs::Symbol;
use super::table::{LARGEST_WEIGHT, Table, all};
use crate::model;
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

/// Most different word classes that the features of a pack ask for: bits of a mask.
const MOST_ROLES: usize = u64::BITS as usize;

/// A feature as it is written.
#[derive(Debug, Clone)]
pub(super) struct Feature {
    pub id: Arc<str>,
    pub place: Place,
    /// What it sees, for the reader: a clause without a full stop.
    pub about: Arc<str>,
    /// What each sentence adds; below zero, what it takes away.
    pub weight: f64,
    /// Word classes of which each must occur.
    pub all: Vec<Symbol>,
    /// Word classes of which none may occur.
    pub none: Vec<Symbol>,
    /// Word classes of which each must occur somewhere in the reasoning.
    pub somewhere: Vec<Symbol>,
    /// Neighbouring sentences that are looked at together: one or two.
    pub sentences: usize,
    /// In how many sentences it counts, at most.
    pub most: usize,
    pub matches: Vec<String>,
    pub no_matches: Vec<String>,
}

/// Reads one.
pub(super) fn read(table: &Table<'_, '_>, names: &mut Names) -> Result<Feature, Told> {
    table.only(&[
        "id",
        "about",
        "weight",
        "all",
        "none",
        "somewhere",
        "sentences",
        "most",
        "examples",
    ]);
    let (id, about) = (table.id(), table.required("about"));
    let weight = match weight(table) {
        Ok(Some(weight)) => Ok(weight),
        Ok(None) => Err(table.missing("weight", format!("{} has no `weight`", table.what))),
        Err(told) => Err(told),
    };
    let (all, none) = (classes(table, "all", names), classes(table, "none", names));
    let somewhere = classes(table, "somewhere", names);
    let all = all.and_then(|all| {
        if all.is_empty() {
            let message = format!("{} has no word class in `all`", table.what);
            return Err(table.missing("all", message));
        }
        Ok(all)
    });
    let sentences = small(table, "sentences", 2);
    let (most, examples) = (small(table, "most", 5), table.examples());
    let (matches, no_matches) = examples?;
    Ok(Feature {
        id: id?.into(),
        place: table.place(),
        about: about?.0.into(),
        weight: weight?,
        all: all?,
        none: none?,
        somewhere: somewhere?,
        sentences: sentences?,
        most: most?,
        matches,
        no_matches,
    })
}

/// Points that a sentence adds or takes away, where they are given.
pub(super) fn weight(table: &Table<'_, '_>) -> Result<Option<f64>, Told> {
    table.weight_within(-LARGEST_WEIGHT..=LARGEST_WEIGHT)
}

/// The word classes of a list, one for each of its texts.
fn classes(table: &Table<'_, '_>, key: &str, names: &mut Names) -> Result<Vec<Symbol>, Told> {
    let texts = table.texts(key)?;
    all(texts.into_iter().map(|(text, at)| {
        let patterns = table.reader.patterns(&text, at, names, super::pattern::Phrases::Steps)?;
        let step = match patterns.as_slice() {
            [one] => one.first().filter(|_| one.len() == 1),
            _ => None,
        };
        let phrase = |step: Symbol| names.all_phrases.iter().any(|phrase| phrase.step == step);
        step.map(|step| step.runs)
            .filter(|step| !phrase(*step))
            .ok_or_else(|| table.reader.error(at, no_class(&text)))
    }))
}

fn no_class(text: &str) -> String {
    format!(
        "`{}` is no word class: features ask for words, not for patterns with gaps",
        text.escape_debug()
    )
}

/// A whole number from one to `most`, by default one.
fn small(table: &Table<'_, '_>, key: &str, most: usize) -> Result<usize, Told> {
    let Some((n, at)) = table.number(key)? else { return Ok(1) };
    if n.fract() != 0.0 || n < 1.0 || n > most as f64 {
        return Err(table.reader.error(at, format!("`{key}` must be 1 to {most}")));
    }
    Ok(n as usize)
}

/// Whether features ask for no more word classes than a pack may have.
pub(super) fn fit(features: &[Feature]) -> bool {
    let classes = features.iter().flat_map(|f| [&f.all, &f.none, &f.somewhere]).flatten();
    classes.collect::<BTreeSet<_>>().len() <= MOST_ROLES
}

/// Which of the word classes that features ask for occur in a sentence, one bit each.
pub(super) type Roles = u64;

/// The features of a pack, compiled.
#[derive(Debug, Clone, Default)]
pub(super) struct Features {
    /// The word classes by bit.
    roles: Vec<Symbol>,
    masks: Vec<Mask>,
    /// All that those ask for which look at two sentences.
    pairs: Roles,
}

#[derive(Debug, Clone, Copy)]
struct Mask {
    all: Roles,
    none: Roles,
    somewhere: Roles,
    pair: bool,
    most: usize,
}

impl Features {
    /// Of features that together ask for no more classes than there are bits: [`fit`] sees to that.
    pub fn new(features: &[Feature]) -> Self {
        let mut compiled = Self::default();
        for feature in features {
            let (all, none) = (compiled.mask(&feature.all), compiled.mask(&feature.none));
            let somewhere = compiled.mask(&feature.somewhere);
            let pair = feature.sentences == 2;
            compiled.pairs |= if pair { all | none } else { 0 };
            compiled.masks.push(Mask { all, none, somewhere, pair, most: feature.most });
        }
        compiled
    }

    fn mask(&mut self, steps: &[Symbol]) -> Roles {
        steps.iter().fold(0, |mask, step| {
            let bit = self.roles.iter().position(|known| known == step).unwrap_or_else(|| {
                self.roles.push(*step);
                self.roles.len() - 1
            });
            mask | 1_u64.checked_shl(bit as u32).unwrap_or_default()
        })
    }

    /// The steps that must be known of every sentence.
    pub fn steps(&self) -> impl Iterator<Item = Symbol> {
        self.roles.iter().copied()
    }

    /// The classes that occur where these steps do.
    #[inline]
    pub fn roles(&self, present: &Bits) -> Roles {
        let bits = self.roles.iter().take(MOST_ROLES).zip(0_u32..);
        bits.fold(0, |roles, (step, bit)| roles | u64::from(present.has(*step)) << bit)
    }
}

/// A feature that was seen.
#[derive(Debug, Clone)]
pub(super) struct Sighting {
    /// Its number in the pack.
    pub feature: usize,
    /// In how many sentences.
    pub sentences: usize,
    /// Where the first of them stands.
    pub section: usize,
    pub start: usize,
    pub end: usize,
    /// Bytes of its words there, in order, where they are asked for.
    pub matched: Vec<(usize, usize)>,
}

impl Sighting {
    /// What it adds or takes away.
    pub fn points(&self, features: &[Feature]) -> f64 {
        features.get(self.feature).map_or(0.0, |f| f.weight * self.sentences as f64)
    }

    /// The same for the reader.
    pub fn told(&self, features: &[Feature]) -> Option<model::Feature> {
        let Feature { id, about, .. } = features.get(self.feature)?;
        Some(model::Feature {
            id: Arc::clone(id),
            about: Arc::clone(about),
            points: self.points(features),
            sentences: self.sentences,
            section: self.section,
            start: self.start,
            end: self.end,
            matched: self.matched.clone(),
        })
    }
}

/// What has been seen of each feature while a text is gone through.
#[derive(Debug, Default)]
pub(super) struct Seen {
    times: Vec<usize>,
    /// Where the last sentence begins in which each was seen, counted from one over all sections: a long one comes in pieces.
    within: Vec<usize>,
    /// The sentence at hand, counted so.
    sentence: usize,
    /// The classes of the sentence before, within the section, and where it begins.
    last: Option<(Roles, usize)>,
    /// The classes of all sentences.
    somewhere: Roles,
}

impl Seen {
    /// A new section begins: its first sentence has none before it.
    pub fn begin(&mut self) {
        self.last = None;
    }

    /// A new sentence begins, whose pieces come next.
    #[inline]
    pub fn sentence(&mut self) {
        self.sentence += 1;
    }

    /// Takes the next sentence, or the next piece of one, and counts in `found` what is seen in it. `counts` is asked, at most once, where a feature
    /// would be seen: whether the sentence is the model's own, said and meant.
    #[inline]
    pub fn take(
        &mut self,
        compiled: &Features,
        roles: Roles,
        mut counts: impl FnMut() -> bool,
        (section, range): (usize, &Range<usize>),
        found: &mut Vec<Sighting>,
    ) {
        self.times.resize(compiled.masks.len(), 0);
        self.within.resize(compiled.masks.len(), 0);
        self.somewhere |= roles;
        // Of what may be a neighbour it must be known, whatever else is seen in it.
        let mut own = (roles & compiled.pairs != 0).then(&mut counts);
        for (feature, (mask, times)) in compiled.masks.iter().zip(&mut self.times).enumerate() {
            let last = self.last.filter(|_| mask.pair);
            let together = roles | last.map_or(0, |(last, _)| last);
            if together & mask.all != mask.all || together & mask.none != 0 || *times >= mask.most {
                continue;
            }
            if !*own.get_or_insert_with(&mut counts) {
                continue;
            }
            let Some(within) = self.within.get_mut(feature) else { continue };
            if std::mem::replace(within, self.sentence) == self.sentence {
                continue;
            }
            *times += 1;
            if let Some(seen) =
                found.iter_mut().filter(|_| *times > 1).find(|s| s.feature == feature)
            {
                seen.sentences += 1;
                continue;
            }
            // Of two sentences both, where the second does not have it all.
            let start = last.filter(|_| roles & mask.all != mask.all).map(|(_, start)| start);
            let (start, end) = (start.unwrap_or(range.start), range.end);
            found.push(Sighting {
                feature,
                sentences: 1,
                section,
                start,
                end,
                matched: Vec::new(),
            });
        }
        // What is restated says nothing about its neighbour either.
        self.last = own.unwrap_or(true).then_some((roles, range.start));
    }

    /// Drops what has seen all of itself but what must occur somewhere.
    pub fn end(&self, compiled: &Features, found: &mut Vec<Sighting>) {
        found.retain(|seen| {
            let mask = compiled.masks.get(seen.feature);
            mask.is_none_or(|mask| mask.somewhere & !self.somewhere == 0)
        });
    }
}
