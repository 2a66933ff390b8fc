//! Counting how often each of very many things occurs, in bounded memory, so that what is frequent is found.
//!
//! As Misra and Gries have it ("Finding repeated elements", 1982): when there are too many counters, one is taken from
//! each and those at zero go. A count is then at most so much too low as there were such rounds, and a thing that occurs
//! oftener than that is never lost.

use std::hash::Hash;

use hashbrown::HashMap;

/// Counters of things, each with the least value that came with one.
#[derive(Debug)]
pub(super) struct Tallies<K, V> {
    counters: HashMap<K, (u32, V)>,
    most: usize,
    lost: u32,
}

impl<K: Eq + Hash, V: Ord + Copy> Tallies<K, V> {
    /// With at most so many counters.
    pub fn new(most: usize) -> Self {
        Self { counters: HashMap::new(), most, lost: 0 }
    }

    /// Counts one.
    pub fn add(&mut self, key: K, value: V) {
        let counter = self.counters.entry(key).or_insert((0, value));
        *counter = (counter.0.saturating_add(1), counter.1.min(value));
        while self.counters.len() > self.most {
            self.lost += 1;
            self.counters.retain(|_, (count, _)| {
                *count -= 1;
                *count > 0
            });
        }
    }

    /// By how much a count may be too low.
    pub fn lost(&self) -> u32 {
        self.lost
    }

    /// What is counted, in no order.
    pub fn into_counts(self) -> impl Iterator<Item = (K, u32, V)> {
        self.counters.into_iter().map(|(key, (count, least))| (key, count, least))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn what_is_frequent_is_found(items in prop::collection::vec(0_u8..40, 0..600), most in 1_usize..50) {
            let mut tallies = Tallies::new(most);
            let mut exact: BTreeMap<u8, u32> = BTreeMap::new();
            for item in &items {
                tallies.add(*item, ());
                *exact.entry(*item).or_default() += 1;
                prop_assert!(tallies.counters.len() <= most);
            }
            let lost = tallies.lost();
            prop_assert!(u64::from(lost) * most as u64 <= items.len() as u64);
            let counts: BTreeMap<u8, u32> = tallies.into_counts().map(|(k, n, ())| (k, n)).collect();
            for (item, n) in exact {
                let counted = counts.get(&item).copied().unwrap_or_default();
                prop_assert!(counted <= n && n <= counted + lost, "{item}: {counted} of {n}, lost {lost}");
            }
        }
    }
}
