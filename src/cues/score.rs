//! From hits to an analysis: one mark per category and sentence, and the capped score.

use super::feature::Sighting;
use super::hit::{Hit, Scanned};
use super::ledger;
use super::pack::Pack;
use crate::model::{Analysis, Contribution, MOST_POINTS};

/// Most points of one group of the score: words alone, which features are, may say less than marks.
#[must_use]
pub fn most_of(group: &str) -> f64 {
    if group == FEATURES { 2.0 } else { 3.0 }
}

/// `features`: whether what they saw is told.
pub(super) fn analysis(pack: &Pack, scanned: Scanned, features: bool) -> Analysis {
    let body = pack.body();
    let mut hits: Vec<Hit> = scanned.hits;
    // The one that counts most first, so that it stays when a sentence has several of its category.
    hits.sort_by(|a, b| {
        (a.sentence, a.category)
            .cmp(&(b.sentence, b.category))
            .then(b.counted().total_cmp(&a.counted()))
            .then(b.weight.total_cmp(&a.weight))
            .then(a.range.start.cmp(&b.range.start))
            .then_with(|| a.source.id(body).cmp(b.source.id(body)))
    });
    hits.dedup_by_key(|h| (h.sentence, h.category));
    hits.sort_by_key(|h| (h.section, h.range.start, h.category, h.range.end));
    let criteria = ledger::criteria(body, &hits);
    let verdict = ledger::verdict(pack, &hits, scanned.sentences, &criteria);
    let contributions = contributions(pack, &hits, &scanned.features);
    let told = scanned.features.iter().filter(|_| features);
    let total = contributions.iter().fold(0.0, |sum, c| sum + c.points);
    Analysis {
        pack: pack.name.clone(),
        inferred: None,
        spans: hits.into_iter().map(|h| h.into_span(pack)).collect(),
        recited: scanned.recited,
        features: told.filter_map(|s| s.told(&body.features)).collect(),
        criteria,
        verdict,
        sentences: scanned.ranges,
        score: Some(total.min(MOST_POINTS)),
        contributions,
        decision: None,
    }
}

/// The score group that features add to.
pub const FEATURES: &str = "features";

/// Every group of the pack, in order of its first category, with what its marks add; then features, in a pack that has any.
fn contributions(pack: &Pack, hits: &[Hit], features: &[Sighting]) -> Vec<Contribution> {
    let mut all: Vec<Contribution> = Vec::new();
    for (number, category) in pack.categories.iter().enumerate() {
        let Some(group) = &category.group else { continue };
        // Not `sum`, which makes -0 of nothing.
        let own = hits.iter().filter(|h| h.category == number);
        let raw = own.fold(0.0, |sum, hit| sum + hit.counted());
        match all.iter_mut().find(|c| c.group == *group) {
            Some(known) => known.raw += raw,
            None => all.push(Contribution { group: group.clone(), raw, points: 0.0 }),
        }
    }
    if !pack.body().features.is_empty() {
        let own = &pack.body().features;
        let raw = features.iter().fold(0.0, |sum, seen| sum + seen.points(own));
        all.push(Contribution { group: FEATURES.to_owned(), raw, points: 0.0 });
    }
    for contribution in &mut all {
        contribution.points = contribution.raw.clamp(0.0, most_of(&contribution.group));
    }
    all
}
