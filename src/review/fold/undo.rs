//! Which events do not count: those that an undo names which counts itself.
//!
//! An undo names one event, so undos that lead to each other form trees that end at an event of another kind, or at a ring of
//! undos. What is decided from outside the ring is; in a ring of which nothing outside decides, every undo counts as not undone.

use std::collections::{BTreeMap, BTreeSet};

use crate::review::event::{Event, What};

/// Ids of the events that do not count. Linear but for the maps.
pub fn undone(events: &BTreeMap<String, Event>) -> BTreeSet<String> {
    let of = |id: &str| match &events.get(id)?.what {
        // Who undoes itself says nothing.
        What::Undone(of) if of != id && events.contains_key(of) => Some(of.as_str()),
        _ => None,
    };
    let undos: Vec<(&str, &str)> =
        events.keys().filter_map(|id| Some((id.as_str(), of(id)?))).collect();
    // How many undos of an event are not decided yet.
    let mut open: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, of) in &undos {
        *open.entry(of).or_default() += 1;
    }
    let mut ready: Vec<&str> =
        undos.iter().map(|(id, _)| *id).filter(|id| !open.contains_key(id)).collect();
    let mut decided: BTreeSet<&str> = ready.iter().copied().collect();
    let mut undone = BTreeSet::new();
    while let Some(id) = ready.pop() {
        let Some(target) = of(id) else { continue };
        let counts = !undone.contains(id);
        if counts {
            undone.insert(target);
        }
        let left = open.get_mut(target).map_or(0, |left| {
            *left = left.saturating_sub(1);
            *left
        });
        if (counts || left == 0) && decided.insert(target) {
            ready.push(target);
        }
    }
    undone.into_iter().map(str::to_owned).collect()
}
