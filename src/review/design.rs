//! Drawing a sample: strata, lots, the order of asking, hidden repeats, and items that are shown sighted.
//!
//! Everything follows from the seed and from what records hold, so the same call on the same data draws the same sample, however its
//! paths were typed.

use std::collections::BTreeMap;

use serde_json::json;
use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

use super::{Item, ItemName, Opened, Sampled, Seal, Stratum};
use crate::stats::SplitMix;

/// Fewest items between one and its hidden repeat, where there are so many.
const APART: usize = 10;

/// A transcript of the frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// By what it is found again.
    pub name: ItemName,
    /// Its value of each field that makes the strata.
    pub strata: Vec<String>,
    /// The reviewer has opened it before.
    pub seen: bool,
}

impl Opened {
    /// What tells the sample from others: a hash of filter, seed and strata, never 0. Sessions that drew the same have the same.
    #[must_use]
    pub fn design(&self) -> u64 {
        self.sample().design()
    }

    /// How its sample was drawn.
    #[must_use]
    pub fn sample(&self) -> Sampled {
        let (label, filter) = (self.label.clone(), self.filter.clone());
        Sampled { label, filter, seed: self.seed, strata: self.seal.strata.clone() }
    }
}

impl Sampled {
    /// As [`Opened::design`].
    #[must_use]
    pub fn design(&self) -> u64 {
        let strata: Vec<_> = self.strata.iter().map(Stratum::as_json).collect();
        let drawn = json!({ "where": self.filter, "seed": self.seed, "strata": strata });
        xxh3_64(drawn.to_string().as_bytes()).max(1)
    }
}

/// How a sample is drawn.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Draw {
    /// Names of the fields that make the strata; none: one stratum.
    pub fields: Vec<String>,
    /// How many; `None`: all.
    pub sample: Option<usize>,
    /// Where chance begins.
    pub seed: u64,
    /// Share of the items that are asked once more, 0 to 1: of all of them, taken from those that are not sighted.
    pub repeats: f64,
    /// Share of the items that are shown with what classifiers and rules say, 0 to 1.
    pub sighted: f64,
    /// Of pairs: the two tiers that were asked for; `None`: the usual ones.
    pub tiers: Option<(String, String)>,
}

/// What was drawn.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Drawn {
    /// In the order in which they are asked.
    pub items: Vec<Item>,
    /// How.
    pub seal: Seal,
    /// Hash of the frame, whatever its order.
    pub frame_hash: u64,
    /// Of pairs: the two tiers that are held against each other.
    pub tiers: Option<(String, String)>,
}

/// A candidate's lot: of the seed and of what the record holds, not of where it stands.
#[must_use]
pub fn lot(name: &ItemName, seed: u64) -> u64 {
    let mut bytes = Vec::with_capacity(name.id.len() + 32);
    bytes.extend_from_slice(&name.hash.to_le_bytes());
    bytes.extend_from_slice(&name.ordinal.to_le_bytes());
    bytes.extend_from_slice(&name.index.to_le_bytes());
    bytes.extend_from_slice(name.part.as_deref().unwrap_or_default().as_bytes());
    bytes.push(0);
    bytes.extend_from_slice(name.id.as_bytes());
    xxh3_64_with_seed(&bytes, seed)
}

/// How many of each stratum: as even as their sizes allow. Strata of which less than two are drawn say nothing of their spread.
fn allocate(sizes: &[usize], sample: usize) -> Vec<usize> {
    let mut drawn = vec![0; sizes.len()];
    let mut left = sample.min(sizes.iter().sum());
    while left > 0 {
        let open: Vec<usize> =
            (0..sizes.len()).filter(|at| drawn.get(*at) < sizes.get(*at)).collect();
        let each = (left / open.len().max(1)).max(1);
        for at in open {
            if let Some((drawn, size)) = drawn.get_mut(at).zip(sizes.get(at)) {
                let more = each.min(size - *drawn).min(left);
                *drawn += more;
                left -= more;
            }
        }
    }
    drawn
}

/// Draws a sample of the candidates.
#[must_use]
pub fn draw(candidates: &[Candidate], how: &Draw) -> Drawn {
    let mut by_values: BTreeMap<&[String], Vec<usize>> = BTreeMap::new();
    let mut frame_hash = 0_u64;
    for (at, candidate) in candidates.iter().enumerate() {
        frame_hash = frame_hash.wrapping_add(lot(&candidate.name, 0));
        by_values.entry(&candidate.strata).or_default().push(at);
    }
    let sizes: Vec<usize> = by_values.values().map(Vec::len).collect();
    let sample = how.sample.unwrap_or(candidates.len());
    let mut seal = Seal::default();
    // Number of the stratum, number of the candidate.
    let mut chosen: Vec<(usize, usize)> = Vec::new();
    for ((values, mut members), n) in by_values.into_iter().zip(allocate(&sizes, sample)) {
        let name = |at: usize| candidates.get(at).map(|candidate| &candidate.name);
        members.sort_by_cached_key(|at| (name(*at).map(|name| lot(name, how.seed)), *at));
        let stratum = seal.strata.len();
        seal.strata.push(Stratum {
            name: values.join(" · "),
            of: how.fields.iter().cloned().zip(values.iter().cloned()).collect(),
            size: members.len(),
            drawn: n,
        });
        chosen.extend(members.into_iter().take(n).map(|at| (stratum, at)));
    }
    // The order is another lot: nothing of a stratum shows in it.
    let mut random = SplitMix::new(how.seed ^ 0x6f72_6465_7200);
    let order = |(_, at): &(usize, usize)| {
        candidates.get(*at).map(|candidate| (lot(&candidate.name, !how.seed), *at))
    };
    chosen.sort_by_cached_key(order);
    let mut items: Vec<(usize, Item)> = chosen
        .iter()
        .filter_map(|(stratum, at)| {
            let candidate = candidates.get(*at)?;
            let name = candidate.name.clone();
            Some((*stratum, Item { name, seen: candidate.seen, ..Item::default() }))
        })
        .collect();
    let all = items.len();
    for at in some(&mut random, all, share_of(all, how.sighted)) {
        if let Some((_, item)) = items.get_mut(at) {
            item.sighted = true;
        }
    }
    // Only what is blind is asked twice.
    let blind: Vec<usize> =
        (0..).zip(&items).filter(|(_, (_, item))| !item.sighted).map(|(at, _)| at).collect();
    let again: Vec<usize> = some(&mut random, blind.len(), share_of(all, how.repeats))
        .into_iter()
        .filter_map(|at| blind.get(at).copied())
        .collect();
    let (items, stratum_of) = with_repeats(&items, &again, &mut random);
    Drawn { items, seal: Seal { stratum_of, ..seal }, frame_hash, tiers: None }
}

/// How many of `n` a share is.
pub(super) fn share_of(n: usize, share: f64) -> usize {
    (n as f64 * share.clamp(0.0, 1.0)).round() as usize
}

/// So many of the numbers below `n`, by chance, in order.
fn some(random: &mut SplitMix, n: usize, wanted: usize) -> Vec<usize> {
    let mut numbers: Vec<usize> = (0..n).collect();
    for at in 0..wanted.min(n) {
        let other = at + random.below(n - at);
        numbers.swap(at, other);
    }
    numbers.truncate(wanted);
    numbers.sort_unstable();
    numbers
}

/// Asks some items once more, later: never next to themselves, where that can be.
fn with_repeats(
    items: &[(usize, Item)],
    again: &[usize],
    random: &mut SplitMix,
) -> (Vec<Item>, Vec<usize>) {
    let n = items.len();
    // What is asked once more, with the item before which that is.
    let mut later: Vec<(usize, usize)> = again
        .iter()
        .map(|at| {
            let first = (at + 1 + APART).min(n);
            (first + random.below(n - first + 1), *at)
        })
        .collect();
    later.sort_unstable();
    let mut later = later.into_iter().peekable();
    // Numbers of the originals in the final order.
    let mut numbers = vec![0; n];
    let mut asked: Vec<Item> = Vec::new();
    let mut stratum_of = Vec::new();
    for place in 0..=n {
        while let Some((_, at)) = later.next_if(|(before, _)| *before == place) {
            if let Some((stratum, item)) = items.get(at) {
                let repeats = numbers.get(at).copied();
                asked.push(Item { repeats, ..item.clone() });
                stratum_of.push(*stratum);
            }
        }
        if let Some((stratum, item)) = items.get(place) {
            if let Some(number) = numbers.get_mut(place) {
                *number = asked.len();
            }
            asked.push(item.clone());
            stratum_of.push(*stratum);
        }
    }
    (asked, stratum_of)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn frame(strata: &[(&str, &str, usize)]) -> Vec<Candidate> {
        let mut all = Vec::new();
        for (tier, label, n) in strata {
            for _ in 0..*n {
                let index = all.len() as u64;
                let name = ItemName {
                    id: format!("t{index}"),
                    source: "a.jsonl".to_owned(),
                    index,
                    hash: index.wrapping_mul(0x9e37_79b9_7f4a_7c15),
                    ..ItemName::default()
                };
                let strata = vec![(*tier).to_owned(), (*label).to_owned()];
                all.push(Candidate { name, strata, seen: false });
            }
        }
        all
    }

    fn how(sample: usize, seed: u64) -> Draw {
        let fields = vec!["tier".to_owned(), "label".to_owned()];
        Draw { fields, sample: Some(sample), seed, ..Draw::default() }
    }

    #[test]
    fn strata_are_drawn_as_evenly_as_they_allow() {
        assert_eq!(allocate(&[100, 100, 3, 0], 60), [29, 28, 3, 0]);
        assert_eq!(allocate(&[2, 2], 10), [2, 2]);
        assert_eq!(allocate(&[5, 5, 5], 2), [1, 1, 0]);
        assert_eq!(allocate(&[], 3), [0_usize; 0]);
        let all = frame(&[("free", "yes", 10), ("free", "no", 500), ("paid", "no", 500)]);
        let drawn = draw(&all, &how(90, 1));
        let of = |s: &Stratum| (s.name.clone(), s.size, s.drawn);
        let strata: Vec<_> = drawn.seal.strata.iter().map(of).collect();
        assert_eq!(
            strata,
            [
                ("free · no".to_owned(), 500, 40),
                ("free · yes".to_owned(), 10, 10),
                ("paid · no".to_owned(), 500, 40)
            ]
        );
        assert_eq!(drawn.items.len(), 90);
        let tier = ("tier".to_owned(), "free".to_owned());
        assert_eq!(drawn.seal.strata[0].of[0], tier);
    }

    #[test]
    fn the_seed_decides_and_the_paths_do_not() {
        let all = frame(&[("free", "yes", 200), ("paid", "no", 200)]);
        let one = draw(&all, &how(50, 7));
        assert_eq!(one, draw(&all, &how(50, 7)));
        assert_ne!(one.items, draw(&all, &how(50, 8)).items);
        let mut elsewhere: Vec<Candidate> = all.clone();
        elsewhere.reverse();
        for candidate in &mut elsewhere {
            candidate.name.source = "/data/a.jsonl".to_owned();
        }
        let other = draw(&elsewhere, &how(50, 7));
        let ids = |drawn: &Drawn| -> Vec<String> {
            drawn.items.iter().map(|item| item.name.id.clone()).collect()
        };
        assert_eq!((ids(&one), one.frame_hash), (ids(&other), other.frame_hash));
    }

    #[test]
    fn the_order_tells_nothing_of_the_strata() {
        let all = frame(&[("free", "yes", 300), ("free", "no", 300)]);
        let drawn = draw(&all, &how(200, 3));
        let first = drawn.seal.stratum_of.iter().take(100).filter(|s| **s == 0).count();
        assert!((35..=65).contains(&first), "{first} of the first hundred");
    }

    proptest! {
        #[test]
        fn every_item_once_and_some_again_later(
            sizes in prop::collection::vec(0_usize..40, 1..5),
            sample in 0_usize..120,
            seed in any::<u64>(),
            repeats in 0.0..1.2_f64,
            sighted in 0.0..0.5_f64,
        ) {
            const NAMES: [&str; 5] = ["a", "b", "c", "d", "e"];
            let strata: Vec<_> =
                NAMES.iter().zip(&sizes).map(|(name, n)| (*name, "yes", *n)).collect();
            let all = frame(&strata);
            let drawn = draw(&all, &Draw { repeats, sighted, ..how(sample, seed) });
            let wanted = sample.min(all.len());
            prop_assert_eq!(drawn.seal.strata.iter().map(|s| s.drawn).sum::<usize>(), wanted);
            prop_assert_eq!(drawn.items.len(), drawn.seal.stratum_of.len());
            let mut seen = std::collections::BTreeSet::new();
            for (at, (item, stratum)) in drawn.items.iter().zip(&drawn.seal.stratum_of).enumerate() {
                let candidate = all.iter().find(|c| c.name == item.name).unwrap();
                prop_assert_eq!(&drawn.seal.strata[*stratum].of[0].1, &candidate.strata[0]);
                match item.repeats {
                    None => prop_assert!(seen.insert(item.name.clone())),
                    Some(first) => {
                        prop_assert!(first < at && !item.sighted);
                        let original = &drawn.items[first];
                        prop_assert_eq!(&original.name, &item.name);
                        prop_assert!(original.repeats.is_none());
                        let between = drawn.items[first + 1..at].iter().filter(|i| i.repeats.is_none());
                        let after = drawn.items[first + 1..].iter().filter(|i| i.repeats.is_none());
                        prop_assert!(between.count() >= APART.min(after.count()));
                    }
                }
            }
            prop_assert_eq!(seen.len(), wanted);
        }
    }
}
