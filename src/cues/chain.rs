//! Chains: a decision with a motive near it, where neither sentence says it alone.
//!
//! A recited, negated or otherwise emptied motive never qualifies, and a refusal in the last third of
//! the reasoning denies the chain: the decision before it was only weighed.

use super::pack::{Chain, Pack};
use super::scan::{Hit, Scanned};
use crate::model::Span;

/// Adds the chains' hits.
pub(super) fn apply(pack: &Pack, scanned: &mut Scanned) {
    for chain in &pack.chains {
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
            .filter(|h| chain.motive.contains(&h.category) && h.span.counted() > 0.0)
            .collect();
        motives.sort_by_key(|h| h.sentence);
        let found: Vec<Hit> = scanned
            .hits
            .iter()
            .filter(|h| chain.decision.contains(&h.category) && h.counts())
            .filter_map(|decision| {
                Some(join(pack, chain, decision, nearest(chain, &motives, decision)?))
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
fn join(pack: &Pack, chain: &Chain, decision: &Hit, motive: &Hit) -> Hit {
    let mut matched = decision.span.matched.clone();
    if motive.span.section == decision.span.section {
        matched.extend(&motive.span.matched);
        matched.sort_unstable();
        matched.dedup();
    }
    let category = pack.categories.get(chain.category).map(|c| c.name.clone()).unwrap_or_default();
    Hit {
        category: chain.category,
        sentence: decision.sentence,
        span: Span {
            section: decision.span.section,
            start: decision.span.start,
            end: decision.span.end,
            category,
            rule: chain.id.clone(),
            matched,
            weight: chain.weight,
            deductions: Vec::new(),
        },
    }
}
