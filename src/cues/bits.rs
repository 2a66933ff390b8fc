//! Sets of steps as bits.

use super::runs::Symbol;

/// Some neighbouring steps of a set: which word of the set's bits, and those of its 64 bits that are set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Some64 {
    pub word: u16,
    pub bits: u64,
}

/// The word that a step's bit is in, and its number there.
#[inline]
fn place(step: Symbol) -> (usize, u16) {
    (usize::from(step) / 64, step % 64)
}

/// A set of steps.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Bits(Vec<u64>);

impl Bits {
    /// An empty set for so many steps.
    pub fn new(steps: usize) -> Self {
        Self(vec![0; steps.div_ceil(64)])
    }

    #[inline]
    pub fn has(&self, step: Symbol) -> bool {
        let (word, bit) = place(step);
        self.0.get(word).is_some_and(|word| word >> bit & 1 != 0)
    }

    #[inline]
    pub fn set(&mut self, step: Symbol) {
        let (word, bit) = place(step);
        if let Some(word) = self.0.get_mut(word) {
            *word |= 1 << bit;
        }
    }

    /// Adds the steps of a sparse set.
    #[inline]
    pub fn join(&mut self, some: &[Some64]) {
        for Some64 { word, bits } in some {
            if let Some(word) = self.0.get_mut(usize::from(*word)) {
                *word |= bits;
            }
        }
    }

    pub fn clear(&mut self) {
        self.0.fill(0);
    }

    /// All words, 64 steps each.
    #[inline]
    pub fn words(&self) -> &[u64] {
        &self.0
    }

    /// The same as a sparse set.
    pub fn sparse(&self) -> impl Iterator<Item = Some64> {
        let words = (0..).zip(&self.0).filter(|(_, bits)| **bits != 0);
        words.map(|(word, bits)| Some64 { word, bits: *bits })
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
            let sparse: Vec<Some64> = all.sparse().collect();
            let mut same = Bits::new(3_000);
            same.join(&sparse);
            prop_assert_eq!(&same, &all);
            prop_assert_eq!(all.words().iter().map(|w| w.count_ones() as usize).sum::<usize>(), a.len());
            all.join(&other.sparse().collect::<Vec<_>>());
            prop_assert_eq!(&all, &bits(&a.union(&b).copied().collect()));
            all.clear();
            prop_assert_eq!(all, Bits::new(3_000));
        }
    }
}
