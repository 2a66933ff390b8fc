//! What words of the text may be part of: the steps that a word is by itself, and the longer runs that two
//! neighbouring words may belong to.
//!
//! Longer runs are filed under their two rarest neighbours, so that "the objection in me" is not looked for
//! at every "in me" or "the".

use super::bits::{Bits, Some64};
use super::lexicon::{Class, Lexicon};
use super::runs::{Atom, Runs, Symbol};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::ops::Range;
use std::sync::Arc;

/// A run of several words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Longer {
    pub step: Symbol,
    /// Which of the step's runs.
    pub run: u16,
    /// Words of the run before the two it is filed under.
    pub before: u16,
    /// Words of the run.
    pub words: u16,
    /// Of a run of three words: the third, and how far from the first of the two it stands.
    pub third: (Atom, i8),
}

/// Pairs of classes that one run is filed under; what stems of two letters have more of is looked for
/// everywhere instead.
const MOST_PAIRS: usize = 4_096;
/// Words of the sieve that most pairs fall through: one bit for each number of 16 bits.
const SIEVE: usize = 1 << 10;

#[derive(Debug, Clone)]
pub(super) struct Hints {
    /// The steps that a word of each class is, one class after the other. Most words are few of them.
    single: Vec<Some64>,
    /// By class where its own end.
    ends: Vec<u32>,
    /// By step the classes of the words that are it, as bits, so many words of bits a step.
    members: Vec<u64>,
    stride: usize,
    sieve: Box<[u64; SIEVE]>,
    /// By pair of classes a range of `longer`.
    pairs: HashMap<u64, Range<u32>, BuildHasherDefault<AsIs>>,
    longer: Vec<Longer>,
    /// The runs that are looked for at every word.
    everywhere: Vec<Longer>,
}

/// The numbers of pairs are mixed already.
#[derive(Debug, Clone, Default)]
pub(super) struct AsIs(u64);

impl Hasher for AsIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = xxhash_rust::xxh3::xxh3_64(bytes);
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }

    fn write_u128(&mut self, number: u128) {
        self.0 = number as u64;
    }
}

/// Two classes as one number, different for different pairs.
#[inline]
fn pair(first: Class, second: Class) -> u64 {
    let both = u64::from(first) << 16 | u64::from(second);
    both.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(32)
}

/// The pair's bit in the sieve: which word, and the bit in it.
#[inline]
fn sieved(first: Class, second: Class) -> (usize, u16) {
    let place = first.rotate_left(5) ^ second;
    (usize::from(place / 64), place % 64)
}

impl Hints {
    /// Files the runs of those steps that are used.
    pub fn new(
        lexicon: &Lexicon,
        steps: &[Arc<Runs>],
        used: &Bits,
        commonness: impl Fn(Atom) -> u32,
    ) -> Self {
        let mut classes_of: Vec<Vec<Class>> = Vec::new();
        for class in (0..=Class::MAX).take(lexicon.classes()) {
            for atom in lexicon.atoms(class) {
                let place = usize::from(*atom);
                if classes_of.len() <= place {
                    classes_of.resize(place + 1, Vec::new());
                }
                if let Some(classes) = classes_of.get_mut(place) {
                    classes.push(class);
                }
            }
        }
        let classes = |atom: Atom| classes_of.get(usize::from(atom)).map_or(&[][..], Vec::as_slice);
        let mut single = vec![Bits::new(steps.len()); lexicon.classes()];
        let mut sieve = Box::new([0; SIEVE]);
        let mut filed: Vec<(u64, Longer)> = Vec::new();
        let mut everywhere = Vec::new();
        for (step, runs) in (0..).zip(steps).filter(|(step, _)| used.has(*step)) {
            for (index, run) in (0..).zip(runs.iter()) {
                if let [word] = run {
                    for class in classes(*word) {
                        if let Some(steps) = single.get_mut(usize::from(*class)) {
                            steps.set(step);
                        }
                    }
                    continue;
                }
                let twos = (0..).zip(run.windows(2)).filter_map(|(before, two)| match two {
                    [a, b] => Some((commonness(*a).saturating_mul(commonness(*b)), before, *a, *b)),
                    _ => None,
                });
                let Some((_, before, first, second)) = twos.min() else { continue };
                // Before the two or behind them.
                let third = match run {
                    [word, _, _] if before == 1 => (*word, -1),
                    [_, _, word] => (*word, 2),
                    _ => (0, 0),
                };
                let longer = Longer { step, run: index, before, words: run.len() as u16, third };
                let (first, second) = (classes(first), classes(second));
                if first.len() * second.len() > MOST_PAIRS {
                    everywhere.push(longer);
                    continue;
                }
                for (first, second) in
                    first.iter().flat_map(|a| second.iter().map(move |b| (*a, *b)))
                {
                    filed.push((pair(first, second), longer));
                    let (word, bit) = sieved(first, second);
                    if let Some(word) = sieve.get_mut(word) {
                        *word |= 1 << bit;
                    }
                }
            }
        }
        filed.sort_unstable();
        let pairs = filed.chunk_by(|a, b| a.0 == b.0).count();
        let mut hints = Self {
            single: Vec::new(),
            ends: Vec::with_capacity(single.len()),
            members: Vec::new(),
            stride: single.len().div_ceil(64),
            sieve,
            pairs: HashMap::with_capacity_and_hasher(pairs, BuildHasherDefault::default()),
            longer: filed.iter().map(|(_, longer)| *longer).collect(),
            everywhere,
        };
        hints.members.resize(hints.stride * steps.len(), 0);
        for (class, own) in single.iter().enumerate() {
            hints.single.extend(own.sparse());
            hints.ends.push(hints.single.len() as u32);
            for step in (0..).take(steps.len()).filter(|step| own.has(*step)) {
                let place = usize::from(step) * hints.stride + class / 64;
                if let Some(members) = hints.members.get_mut(place) {
                    *members |= 1 << (class % 64);
                }
            }
        }
        let mut start = 0;
        for same in filed.chunk_by(|a, b| a.0 == b.0) {
            let end = start + same.len() as u32;
            if let Some((pair, _)) = same.first() {
                hints.pairs.insert(*pair, start..end);
            }
            start = end;
        }
        hints
    }

    /// The steps that a word of the class is by itself.
    #[inline]
    pub fn single(&self, class: Class) -> &[Some64] {
        let class = usize::from(class);
        let end = |class: usize| self.ends.get(class).map_or(0, |end| *end as usize);
        let start = class.checked_sub(1).map_or(0, end);
        self.single.get(start..end(class)).unwrap_or_default()
    }

    /// The classes of the words that are the step by themselves, as bits.
    #[inline]
    pub fn members(&self, step: Symbol) -> &[u64] {
        let start = usize::from(step) * self.stride;
        self.members.get(start..start + self.stride).unwrap_or_default()
    }

    /// The longer runs that two words of these classes may belong to; those of two words they are.
    #[inline]
    pub fn longer(&self, first: Class, second: Class) -> &[Longer] {
        let (word, bit) = sieved(first, second);
        if self.sieve.get(word).is_none_or(|word| word >> bit & 1 == 0) {
            return &[];
        }
        self.filed(first, second)
    }

    fn filed(&self, first: Class, second: Class) -> &[Longer] {
        let range =
            self.pairs.get(&pair(first, second)).map_or(0..0, |r| r.start as usize..r.end as usize);
        self.longer.get(range).unwrap_or_default()
    }

    /// The longer runs that any two words may belong to.
    #[inline]
    pub fn everywhere(&self) -> &[Longer] {
        &self.everywhere
    }
}
