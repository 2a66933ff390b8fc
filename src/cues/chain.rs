//! Chains: a decision with a motive near it, where neither sentence says it alone.
//!
//! A recited, negated or otherwise emptied motive never qualifies, and a refusal in the last third of
//! the reasoning denies the chain: the decision before it was only weighed. So does a denial that it cares about being
//! changed, when it stands near the decision and after the motive.

use super::hit::{Hit, Scanned, Source};
use super::ledger::CARES;
use super::pack::{Body, Chain};

/// Adds the chains' hits.
pub(super) fn apply(body: &Body, scanned: &mut Scanned) {
    for (number, chain) in body.chains.iter().enumerate() {
        let late = |h: &&Hit| h.sentence * 3 >= scanned.sentences * 2;
        let denied = scanned
            .hits
            .iter()
            .filter(late)
            .any(|h| chain.unless_late.contains(&h.category) && h.counts());
        if denied {
            continue;
        }
        let mut motives: Vec<&Hit> = scanned
            .hits
            .iter()
            .filter(|h| chain.motive.contains(&h.category) && h.counted() > 0.0)
            .collect();
        motives.sort_by_key(|h| h.sentence);
        let mut denials: Vec<usize> = scanned
            .hits
            .iter()
            .filter(|h| chain.motive.contains(&h.category) && !h.counts())
            .filter(|h| h.source.criteria(body).contains(&CARES))
            .filter(|h| h.deductions.iter().any(|d| d.reason == "negated"))
            .map(|h| h.sentence)
            .collect();
        denials.sort_unstable();
        let found: Vec<Hit> = scanned
            .hits
            .iter()
            .filter(|h| chain.decision.contains(&h.category) && h.counts())
            .filter_map(|decision| {
                let motive = nearest(chain, &motives, decision)?;
                let next = denials.partition_point(|at| *at < motive.sentence);
                let is_near = |at: &usize| *at <= decision.sentence + chain.within;
                let denied = denials.get(next).is_some_and(is_near);
                (!denied).then(|| join(number, chain, decision, motive))
            })
            .collect();
        scanned.hits.extend(found);
    }
}

/// The counting motive with the fewest sentences between; of two, the one before the decision.
/// `motives` is sorted by sentence, so that a long text costs no more per decision than a short one.
fn nearest<'a>(chain: &Chain, motives: &[&'a Hit], decision: &Hit) -> Option<&'a Hit> {
    let from = decision.sentence.saturating_sub(chain.within);
    let first = motives.partition_point(|h| h.sentence < from);
    motives
        .iter()
        .skip(first)
        .take_while(|h| h.sentence <= decision.sentence + chain.within)
        .min_by_key(|h| (h.sentence.abs_diff(decision.sentence), h.sentence))
        .copied()
}

/// The mark stands on the decision; the motive's words are shown with it when they are in its section.
fn join(number: usize, chain: &Chain, decision: &Hit, motive: &Hit) -> Hit {
    let mut matched = decision.matched.clone();
    if motive.section == decision.section {
        matched.extend(&motive.matched);
        matched.sort_unstable();
        matched.dedup();
    }
    Hit {
        source: Source::Chain(number),
        category: chain.category,
        sentence: decision.sentence,
        section: decision.section,
        range: decision.range.clone(),
        matched,
        weight: chain.weight,
        deductions: Vec::new(),
    }
}
