//! Facets of what reviewers say. Few rows have any of it, so they are counted one by one and the others by subtraction.

use std::collections::BTreeMap;

use super::super::bits::Bits;
use super::super::{Catalogue, RowId};
use super::{Facet, FacetField, FacetValue, quoted};
use crate::query::{Columns, Filter, Truth};

/// Among those shown, and in all.
type Count = (usize, usize);

/// Values with their terms, in the order in which they are listed.
#[derive(Default)]
struct Counts(BTreeMap<(u8, String), (String, Count)>);

impl Counts {
    fn add(&mut self, order: u8, value: &str, term: &str, shown: bool) {
        let slot = self.0.entry((order, value.to_owned()));
        let (_, count) = slot.or_insert_with(|| (term.to_owned(), Count::default()));
        count.0 += usize::from(shown);
        count.1 += 1;
    }

    /// The rows of which nothing was counted, of so many.
    fn rest(&mut self, value: &str, term: &str, of: Count) {
        let sum =
            |which: fn(&Count) -> usize| self.0.values().map(|(_, c)| which(c)).sum::<usize>();
        let rest = (of.0.saturating_sub(sum(|c| c.0)), of.1.saturating_sub(sum(|c| c.1)));
        if rest.1 > 0 {
            self.0.insert((u8::MAX, value.to_owned()), (term.to_owned(), rest));
        }
    }

    fn facet(self, title: String) -> Facet {
        let value = |((_, value), (term, (shown, total)))| FacetValue { value, term, shown, total };
        let values = self.0.into_iter().map(value).collect();
        Facet { field: FacetField::Review(title.clone()), title, values }
    }
}

impl Catalogue {
    /// What each reviewer says of each label: the label and the reviewer in words, with the values.
    #[must_use]
    pub fn reviewer_labels(&self, shown: &[RowId]) -> Vec<(String, Vec<FacetValue>)> {
        let facets = self.review_facets(shown).into_iter();
        let named =
            facets.filter_map(|f| Some((f.title.strip_prefix("label ")?.to_owned(), f.values)));
        named.collect()
    }

    /// Who reviewed what, what each reviewer says of each label, and whether they differ. Nothing where nobody answered.
    pub(super) fn review_facets(&self, shown: &[RowId]) -> Vec<Facet> {
        if !self.any_reviewed() {
            return Vec::new();
        }
        let all_shown = shown.len() == self.seen();
        let of = (shown.len(), self.seen());
        let shown = if all_shown { Bits::default() } else { Bits::of(shown) };
        let (mut any, mut reviewers) = (Counts::default(), Counts::default());
        let mut given: BTreeMap<(String, String), Counts> = BTreeMap::new();
        let mut differ: BTreeMap<String, Counts> = BTreeMap::new();
        for view in self.reviewed_rows().iter().filter_map(|row| self.view(row)) {
            let is_shown = all_shown || shown.contains(view.id);
            any.add(0, "yes", "reviewed:yes", is_shown);
            for name in view.reviewers() {
                reviewers.add(0, name, &format!("reviewer:{}", quoted(name)), is_shown);
            }
            let mut labels: Vec<&str> = Vec::new();
            for judgement in view.reviews() {
                let (label, rater) = (judgement.name(), &judgement.rater);
                let (order, word) = match judgement.positive {
                    Some(true) => (0, "yes"),
                    Some(false) => (1, "no"),
                    None => (2, "unparsed"),
                };
                let term = format!("label.{}@{}:{word}", quoted(label), quoted(rater));
                let counts = given.entry((label.to_owned(), rater.clone())).or_default();
                counts.add(order, word, &term, is_shown);
                if !labels.contains(&label) {
                    labels.push(label);
                }
            }
            for label in labels {
                let term = format!("disagree:{}", quoted(label));
                let Ok(filter) = Filter::parse(&term) else { continue };
                let counts = differ.entry(label.to_owned()).or_default();
                match filter.test_columns(&view) {
                    Truth::True => counts.add(0, "yes", &term, is_shown),
                    Truth::False => counts.add(1, "no", &format!("-{term}"), is_shown),
                    Truth::Unknown | Truth::NeedsBody => {}
                }
            }
        }
        any.rest("no", "reviewed:no", of);
        let mut facets =
            vec![any.facet("reviewed".to_owned()), reviewers.facet("reviewer".to_owned())];
        for ((label, rater), mut counts) in given {
            let term = format!("label.{}@{}:missing", quoted(&label), quoted(&rater));
            counts.rest("missing", &term, of);
            facets.push(counts.facet(format!("label {label} by {rater}")));
        }
        let differ = differ.into_iter().filter(|(_, counts)| !counts.0.is_empty());
        facets.extend(differ.map(|(label, counts)| counts.facet(format!("disagree {label}"))));
        facets
    }
}
