//! What words of the text may be part of: the steps that a word is by itself, and the longer runs that two
//! neighbouring words may belong to.
//!
//! Longer runs are filed under their two rarest neighbours, so that "the objection in me" is not looked for
//! at every "in me" or "the".

use super::bits::{Bits, Block, Place};
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
}

/// Pairs of classes that one run is filed under; what stems of two letters have more of is looked for
/// everywhere instead.
const MOST_PAIRS: usize = 4_096;
/// Words of the sieve that most pairs fall through: one bit for each number of 16 bits.
const SIEVE: usize = 1 << 10;

#[derive(Debug, Clone)]
pub(super) struct Hints {
    /// By block of steps and by class: the steps that a word of the class is.
    single: Vec<Vec<Block>>,
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
}

/// Two classes as one number, different for different pairs.
fn pair(first: Class, second: Class) -> u64 {
    let both = u64::from(first) << 16 | u64::from(second);
    both.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(32)
}

/// The pair's bit in the sieve: which word, and the bit in it.
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
        let mut single =
            vec![vec![Block::default(); lexicon.classes()]; Bits::new(steps.len()).0.len()];
        let mut sieve = Box::new([0; SIEVE]);
        let mut filed: Vec<(u64, Longer)> = Vec::new();
        let mut everywhere = Vec::new();
        for (step, runs) in (0..).zip(steps).filter(|(step, _)| used.has(*step)) {
            let place = Place::of(step);
            for (index, run) in (0..).zip(runs.iter()) {
                if let ([word], Some(rows)) = (run, single.get_mut(place.block)) {
                    for class in classes(*word) {
                        if let Some(row) = rows.get_mut(usize::from(*class)) {
                            place.set_in(row);
                        }
                    }
                    continue;
                }
                let twos = (0..).zip(run.windows(2)).filter_map(|(before, two)| match two {
                    [a, b] => Some((commonness(*a).saturating_mul(commonness(*b)), before, *a, *b)),
                    _ => None,
                });
                let Some((_, before, first, second)) = twos.min() else { continue };
                let longer = Longer { step, run: index, before, words: run.len() as u16 };
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
            single,
            sieve,
            pairs: HashMap::with_capacity_and_hasher(pairs, BuildHasherDefault::default()),
            longer: filed.iter().map(|(_, longer)| *longer).collect(),
            everywhere,
        };
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

    /// For each block of steps: by class, the steps that a word is by itself.
    pub fn single(&self) -> &[Vec<Block>] {
        &self.single
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
    pub fn everywhere(&self) -> &[Longer] {
        &self.everywhere
    }
}
