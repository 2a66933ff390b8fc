//! The list while it shows pairs: which two values are compared, mostly tiers, and what the list was like before. A row stands for its pair; which of the pair's
//! transcripts it is changes nothing of what the row says.

use std::borrow::Cow;
use std::sync::Arc;

use hashbrown::HashSet;

use super::State;
use super::facts::{plural, thousands};
use super::twin::copied;
use crate::corpus::{
    Bits, Catalogue, Column, Order, Pair, PairField, RowId, RowView, Samples, SortKey,
};
use crate::query::Filter;
use crate::text::width;

/// What the list was like before it showed pairs.
#[derive(Debug, Clone, PartialEq)]
pub struct PairsBefore {
    /// The filter.
    pub filter: Filter,
    /// The columns.
    pub columns: Vec<Column>,
    /// The order.
    pub order: Order,
}

/// The list of pairs.
#[derive(Debug, Clone)]
pub struct PairList {
    /// What the list was like before.
    pub before: PairsBefore,
    /// Who is whose partner.
    pub samples: Arc<Samples>,
    /// The values that are compared: left, right.
    pub sides: [String; 2],
    /// The filter that all pairs pass.
    pub all: Option<Filter>,
    /// Samples that are paired, whatever the filter says, and how many lack a partner.
    pub paired: (usize, usize),
    /// Identical records that were not counted again.
    pub copies: usize,
    /// The other fields of the design that are not the same in all pairs.
    pub varying: Vec<Varying>,
}

/// A field of the design that tells pairs apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Varying {
    /// Which.
    pub field: PairField,
    /// Columns of its widest value.
    pub widest: usize,
    /// Bytes that all its values have in common at their start, up to the end of a word: they tell nothing.
    pub shared: usize,
}

/// Bytes at the start of texts that all of them have, up to the end of a word. None of them is that alone.
#[must_use]
pub fn shared_start<'a>(texts: impl Iterator<Item = &'a str> + Clone) -> usize {
    let Some(first) = texts.clone().next() else { return 0 };
    let common = |other: &str| {
        let same = first.char_indices().zip(other.chars()).take_while(|((_, a), b)| a == b);
        same.last().map_or(0, |((at, c), _)| at + c.len_utf8())
    };
    let common = texts.map(common).min().unwrap_or_default();
    let is_end = |c: char| !c.is_alphanumeric();
    let end = first.get(..common).and_then(|start| start.rfind(is_end));
    let end = end.and_then(|at| Some(at + first.get(at..)?.chars().next()?.len_utf8()));
    end.filter(|end| *end < first.len()).unwrap_or_default()
}

/// The fields by which pairs of one query are told apart, those that are looked for first at first.
const TELLING: [PairField; 4] =
    [PairField::Model, PairField::Setting, PairField::Variant, PairField::Tier];

impl PairList {
    /// The columns of the list while it shows pairs.
    pub const COLUMNS: [Column; 5] =
        [Column::Outcome, Column::Partner, Column::Flip, Column::Gap, Column::Query];

    /// The field that is compared.
    #[must_use]
    pub fn field(&self) -> PairField {
        self.samples.field()
    }

    fn both(&self) -> (&str, &str) {
        (&self.sides[0], &self.sides[1])
    }

    /// The pair in the sample of a row.
    #[must_use]
    pub fn pair_of(&self, row: RowId) -> Option<Pair> {
        self.samples.pair_of(self.both(), row)
    }

    /// One row for each pair of which a row passes the filter; `chosen` stays for its own.
    #[must_use]
    pub fn rows(&self, passing: &Bits, chosen: Option<RowId>) -> Vec<RowId> {
        self.samples.folded(self.both(), passing, chosen)
    }

    /// Counts the pairs and finds what tells them apart, after who is whose partner was found.
    pub fn count(&mut self, catalogue: &Catalogue) {
        let all = self.samples.pairs(self.both(), None);
        self.paired = (all.pairs.len(), all.unpaired());
        self.copies = all.copies;
        let rows = || all.pairs.iter().filter_map(|pair| pair.left.first().copied());
        let varying = |field: PairField| {
            let mut values: HashSet<String> = HashSet::new();
            for view in rows().filter_map(|row| catalogue.view(row)) {
                let value = self.design(&view, field);
                if !values.contains(&*value) {
                    values.insert(value.into_owned());
                }
            }
            let widest = values.iter().map(|value| width(value)).max();
            let widest = widest.unwrap_or_default();
            let shared = shared_start(values.iter().map(String::as_str));
            (values.len() > 1).then_some(Varying { field, widest, shared })
        };
        let others = TELLING.into_iter().filter(|field| *field != self.field());
        self.varying = others.filter_map(varying).collect();
    }

    /// What a row's pair has in a field of the design that both sides have in common; empty without any. Where a single field of the
    /// variant is compared, the variant is what else it holds.
    #[must_use]
    pub fn design<'a>(&self, view: &'a RowView<'_>, field: PairField) -> Cow<'a, str> {
        match (field, self.field()) {
            (PairField::Variant, PairField::Design(compared)) => {
                let others: Vec<&str> = view.design_without(compared).collect();
                Cow::Owned(others.join(" · "))
            }
            _ => Cow::Borrowed(field.of(view).unwrap_or_default()),
        }
    }

    /// How many pairs there are: `187 pairs`, or `24 of 187 pairs` where the filter leaves some out.
    #[must_use]
    pub fn shown(shown: usize, of: usize) -> String {
        let all = plural(of, "pair", "pairs");
        if shown == of { all } else { format!("{} of {all}", thousands(shown)) }
    }

    /// `187 pairs · 13 without partner · 2 copies not counted`. Who is alone is counted whatever the filter says, and so are copies: where
    /// it leaves pairs out, that is said.
    #[must_use]
    pub fn counter(&self, shown: usize, of: usize) -> String {
        let all = if shown == of { "" } else { " in all" };
        let alone = (self.paired.1 > 0)
            .then(|| format!("{} without partner{all}", thousands(self.paired.1)));
        let copies = copied(self.copies).map(|[text, _]| format!("{text}{all}"));
        let words = std::iter::once(Self::shown(shown, of)).chain(alone).chain(copies);
        words.collect::<Vec<_>>().join(" · ")
    }
}

impl State {
    /// Whether pairs go by their gap, in the list of pairs where that is on, else in the twin view.
    #[must_use]
    pub fn pairs_by_gap(&self) -> bool {
        match &self.pairs {
            Some(_) => self.list.sort.first().key == SortKey::Gap,
            None => self.twin_ways.by_gap,
        }
    }

    /// How many pairs there are, whatever the filter says. While rows come, the list may be of more of them than the pairs were counted in,
    /// or of fewer.
    #[must_use]
    pub fn pairs_in_all(&self, pairs: &PairList) -> usize {
        let (shown, counted) = (self.list.rows.len(), pairs.paired.0);
        match pairs.all.as_ref() == Some(&self.filter.applied) {
            _ if self.progress.done => counted,
            true => shown,
            false => shown.max(counted),
        }
    }

    /// The transcripts that the list is about: where it shows pairs all that pass the filter, else its rows.
    #[must_use]
    pub fn listed(&self) -> Vec<RowId> {
        if self.pairs.is_some() && self.list.narrowed.is_empty() {
            self.list.settled.iter().collect()
        } else {
            self.list.rows.clone()
        }
    }
}

/// What these samples lack, where nothing can be compared by their field.
#[must_use]
pub fn no_pair(samples: &Samples, sides: Option<&[String; 2]>) -> String {
    let field = samples.field().as_str();
    match (sides, samples.values().first()) {
        (Some([left, right]), _) => format!("no sample has both {left} and {right}"),
        (None, Some((only, _))) => format!("{field} is {only} everywhere"),
        (None, None) => format!("no transcript names a {field}"),
    }
}
