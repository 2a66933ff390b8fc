//! A set of row ids: one bit each.

use super::RowId;

/// A set of row ids.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bits {
    words: Vec<u64>,
}

fn place(id: RowId) -> (usize, u64) {
    ((id / 64) as usize, 1 << (id % 64))
}

impl Bits {
    /// The set of these ids.
    #[must_use]
    pub fn of(ids: &[RowId]) -> Self {
        let most = ids.iter().max().map_or(0, |most| (most / 64) as usize + 1);
        let mut words = vec![0; most];
        for (word, bit) in ids.iter().map(|id| place(*id)) {
            if let Some(slot) = words.get_mut(word) {
                *slot |= bit;
            }
        }
        Self { words }
    }

    /// Adds an id.
    pub fn insert(&mut self, id: RowId) {
        let (word, bit) = place(id);
        if word >= self.words.len() {
            self.words.resize(word + 1, 0);
        }
        if let Some(slot) = self.words.get_mut(word) {
            *slot |= bit;
        }
    }

    /// Takes an id out; whether it was in.
    pub fn remove(&mut self, id: RowId) -> bool {
        let (word, bit) = place(id);
        let Some(slot) = self.words.get_mut(word) else { return false };
        let was = *slot & bit != 0;
        *slot &= !bit;
        was
    }

    /// How many ids two sets have in common.
    #[must_use]
    pub fn in_common(&self, other: &Self) -> usize {
        let both = self.words.iter().zip(&other.words);
        both.map(|(a, b)| (a & b).count_ones() as usize).sum()
    }

    /// Whether it is in the set.
    #[must_use]
    pub fn contains(&self, id: RowId) -> bool {
        let (word, bit) = place(id);
        self.words.get(word).is_some_and(|slot| slot & bit != 0)
    }

    /// Whether nothing is in the set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|word| *word == 0)
    }

    /// For so many ids from one on: 1 where it is in the set.
    #[must_use]
    pub fn flags(&self, first: RowId, len: usize) -> Box<[u8]> {
        let mut flags = vec![0; len];
        let (mut word, shift) = ((first / 64) as usize, first % 64);
        let whole = |word: usize| self.words.get(word).copied().unwrap_or_default();
        for flags in flags.chunks_mut(64) {
            // What is left of this word, and what the next one has for it.
            let next = whole(word + 1).checked_shl(64 - shift).unwrap_or_default();
            let bits = whole(word) >> shift | next;
            (0..).zip(flags).for_each(|(n, flag)| *flag = (bits >> n & 1) as u8);
            word += 1;
        }
        flags.into()
    }

    /// The ids, ascending.
    pub fn iter(&self) -> impl Iterator<Item = RowId> + '_ {
        (0..).zip(&self.words).flat_map(|(number, word)| {
            let mut left = *word;
            std::iter::from_fn(move || {
                let bit = left.trailing_zeros();
                left &= left.wrapping_sub(1);
                (bit < 64).then(|| number * 64 + bit)
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_part_of_a_set_is_what_it_contains(
            ids in prop::collection::vec(0..400_u32, 0..200),
            first in 0..450_u32,
            len in 0..300_usize,
        ) {
            let set = Bits::of(&ids);
            let ids = (first..).take(len);
            let plain: Vec<u8> = ids.map(|id| u8::from(set.contains(id))).collect();
            prop_assert_eq!(&*set.flags(first, len), plain);
        }
    }

    #[test]
    fn a_set_gives_back_its_ids_in_order() {
        let set = Bits::of(&[130, 0, 63, 64, 130]);
        assert_eq!(set.iter().collect::<Vec<_>>(), [0, 63, 64, 130]);
        assert!(set.contains(63) && !set.contains(62) && !set.contains(1_000_000));
        assert!(Bits::default().is_empty() && !set.is_empty());
        assert_eq!(set.in_common(&Bits::of(&[1, 63, 130, 900])), 2);
        let mut less = set.clone();
        assert!(less.remove(63) && !less.remove(63) && !less.remove(1_000_000));
        assert_eq!(less.iter().collect::<Vec<_>>(), [0, 64, 130]);
    }
}
