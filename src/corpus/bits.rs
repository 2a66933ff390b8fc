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
        let mut set = Self { words: vec![0; most] };
        for id in ids {
            set.insert(*id);
        }
        set
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
    use super::*;

    #[test]
    fn a_set_gives_back_its_ids_in_order() {
        let set = Bits::of(&[130, 0, 63, 64, 130]);
        assert_eq!(set.iter().collect::<Vec<_>>(), [0, 63, 64, 130]);
        assert!(set.contains(63) && !set.contains(62) && !set.contains(1_000_000));
        assert!(Bits::default().is_empty() && !set.is_empty());
    }
}
