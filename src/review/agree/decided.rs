//! Decisions on one transcript, where several people have decided.

use std::collections::BTreeMap;

use super::Decision;
use crate::review::{Adjudication, Said, Verdict};

/// Of decisions on one item, in the order of time, the last one of each who decided.
pub fn last_decisions(all: &[Said<Adjudication>]) -> impl Iterator<Item = &Said<Adjudication>> {
    let later = |at: usize, who: &str| all.iter().skip(at + 1).any(|said| said.rater == who);
    all.iter().enumerate().filter(move |(at, said)| !later(*at, &said.rater)).map(|(_, said)| said)
}

/// What most say; `None`: as many say one thing as another, or nobody says anything.
#[must_use]
pub fn most(said: impl Iterator<Item = Verdict>) -> Option<Verdict> {
    let mut counts: BTreeMap<Verdict, usize> = BTreeMap::new();
    for answer in said {
        *counts.entry(answer).or_default() += 1;
    }
    let most = counts.values().copied().max().unwrap_or(0);
    let mut winners = counts.iter().filter(|(_, n)| **n == most).map(|(answer, _)| *answer);
    winners.next().filter(|_| winners.next().is_none())
}

/// The last decision of each who decided, in the order of time.
pub(super) fn last_of_each(mut all: Vec<Decision>) -> Vec<Decision> {
    all.sort_by(|a, b| (a.time, &a.event).cmp(&(b.time, &b.event)));
    let last: BTreeMap<String, usize> =
        all.iter().enumerate().map(|(at, decision)| (decision.rater.clone(), at)).collect();
    let mut at = 0;
    all.retain(|decision| {
        at += 1;
        last.get(&decision.rater) == Some(&(at - 1))
    });
    all
}

/// What most of those say who decided, with the latest decision that says so. Where as many say one thing as another, nothing is decided.
#[must_use]
pub fn decided(last_of_each: &[Decision]) -> Option<&Decision> {
    let winner = most(last_of_each.iter().map(|decision| decision.answer))?;
    last_of_each.iter().rfind(|decision| decision.answer == winner)
}
