//! Sets of steps as bits, in blocks of a fixed size.
//!
//! The size is fixed so that joining two sets is a handful of instructions without a loop; packs with more
//! steps than a block holds have several blocks.

use super::runs::Symbol;

const WORDS: usize = 16;

/// Membership of so many neighbouring steps, 64 a word.
pub(super) type Block = [u64; WORDS];

/// Steps of one block.
const STEPS: usize = WORDS * 64;

/// The place of a step's bit: the block, and in it the word and the bit.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub block: usize,
    word: usize,
    bit: u16,
}

impl Place {
    pub fn of(step: Symbol) -> Self {
        let number = usize::from(step);
        Self { block: number / STEPS, word: number % STEPS / 64, bit: step % 64 }
    }

    /// Whether the bit is set in a block, which should be the right one.
    pub fn is_in(self, block: &Block) -> bool {
        block.get(self.word).is_some_and(|word| word >> self.bit & 1 != 0)
    }

    /// Sets the bit in a block, which should be the right one.
    pub fn set_in(self, block: &mut Block) {
        if let Some(word) = block.get_mut(self.word) {
            *word |= 1 << self.bit;
        }
    }
}

/// Adds what another block has.
pub(super) fn join(block: &mut Block, more: &Block) {
    for (word, more) in block.iter_mut().zip(more) {
        *word |= more;
    }
}

/// Whether two blocks have a step in common.
pub(super) fn meet(one: &Block, other: &Block) -> bool {
    one.iter().zip(other).fold(0, |all, (a, b)| all | a & b) != 0
}

/// A set of steps.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Bits(pub Vec<Block>);

impl Bits {
    /// An empty set for so many steps.
    pub fn new(steps: usize) -> Self {
        Self(vec![[0; WORDS]; steps.div_ceil(STEPS)])
    }

    pub fn has(&self, step: Symbol) -> bool {
        let (word, bit) = (usize::from(step) / 64, step % 64);
        self.0.as_flattened().get(word).is_some_and(|word| word >> bit & 1 != 0)
    }

    pub fn set(&mut self, step: Symbol) {
        let (word, bit) = (usize::from(step) / 64, step % 64);
        if let Some(word) = self.0.as_flattened_mut().get_mut(word) {
            *word |= 1 << bit;
        }
    }

    /// All words, 64 steps each.
    pub fn words(&self) -> &[u64] {
        self.0.as_flattened()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn sets_of_bits_are_sets(
            a in prop::collection::btree_set(0_u16..3_000, 0..40),
            b in prop::collection::btree_set(0_u16..3_000, 0..40),
        ) {
            let bits = |set: &BTreeSet<u16>| {
                let mut bits = Bits::new(3_000);
                for step in set {
                    bits.set(*step);
                }
                bits
            };
            let (mut all, other) = (bits(&a), bits(&b));
            prop_assert!((0..3_100).all(|step| all.has(step) == a.contains(&step)));
            let is_met = all.0.iter().zip(&other.0).any(|(a, b)| meet(a, b));
            prop_assert_eq!(is_met, a.intersection(&b).next().is_some());
            let mut blocks = Bits::new(3_000);
            for place in a.iter().map(|step| Place::of(*step)) {
                place.set_in(&mut blocks.0[place.block]);
            }
            prop_assert_eq!(&blocks, &all);
            let is_in = |place: Place| all.0.get(place.block).is_some_and(|b| place.is_in(b));
            prop_assert!((0..3_100).all(|step| is_in(Place::of(step)) == a.contains(&step)));
            prop_assert_eq!(all.words().iter().map(|w| w.count_ones() as usize).sum::<usize>(), a.len());
            all.0.iter_mut().zip(&other.0).for_each(|(all, more)| join(all, more));
            prop_assert_eq!(all, bits(&a.union(&b).copied().collect()));
        }
    }
}
