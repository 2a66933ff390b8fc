//! Sentences of many wordings: what denies, restates, quotes or only mentions must not count, what says the moves in its own
//! words must. Those that the rules get wrong are marked in the list, so that a change in either direction is seen.

use super::{analyse, found};
use std::collections::BTreeMap;

const SUITE: &str = include_str!("suite.jsonl");
/// Reasoning speaks of training somewhere; alone, some sentences would say nothing of it.
const BEFORE: &str = "This conversation is used for training. ";

#[derive(serde::Deserialize)]
struct Item {
    group: String,
    text: String,
    /// One of these must count.
    #[serde(default)]
    counts: Vec<String>,
    /// None of these may count.
    #[serde(default)]
    silent: Vec<String>,
    /// The rules get it wrong.
    #[serde(default)]
    missed: bool,
}

impl Item {
    fn is_right(&self) -> bool {
        let marks = found(&analyse(&format!("{BEFORE}{}", self.text)));
        let has = |names: &[String]| names.iter().any(|name| marks.contains(name));
        if self.counts.is_empty() { !has(&self.silent) } else { has(&self.counts) }
    }
}

#[test]
fn the_suite_says_what_is_right_and_what_is_missed() {
    let items: Vec<Item> =
        SUITE.lines().map(|line| serde_json::from_str(line).expect("an item")).collect();
    assert!(items.iter().all(|i| i.counts.is_empty() != i.silent.is_empty()));
    let mut groups: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut changed = Vec::new();
    for item in &items {
        let right = item.is_right();
        let (rights, all) = groups.entry(&item.group).or_default();
        *rights += usize::from(right);
        *all += 1;
        if right == item.missed {
            changed.push((&item.group, &item.text, if right { "right now" } else { "wrong now" }));
        }
    }
    assert!(changed.is_empty(), "{changed:#?}");
    let of = |names: &[&str]| {
        let all = names.iter().filter_map(|name| groups.get(name));
        all.fold((0, 0), |sum, (right, all)| (sum.0 + right, sum.1 + all))
    };
    let silent =
        ["negated", "recited", "quoted", "third-person", "hypothetical", "rating-only", "ordinary"];
    let (silent, told) =
        (of(&silent), of(&["strategic", "preservation", "worry", "harm-future", "consequence"]));
    // What docs/CUES.md says of it.
    assert_eq!((silent, told), ((187, 205), (86, 111)));
}
