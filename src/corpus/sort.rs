//! Orders of the list. A number stands for each row's place in the order; rows are then distributed by its digits, which takes
//! a million rows a few milliseconds. Ids and queries are ranked beforehand, once for all rows.

use std::cmp::Ordering;
use std::sync::Arc;

use super::bits::Bits;
use super::chunk::Chunk;
use super::{Catalogue, RowId, RowView};
use crate::model::Tier;
use crate::query::Columns;

/// What to sort the list by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SortKey {
    /// Order of arrival.
    #[default]
    Source,
    /// Score, highest first.
    Score,
    /// Number of cues, highest first.
    Cues,
    /// Tier, then outcome.
    Tier,
    /// Outcome, complied first.
    Outcome,
    /// Length of the reasoning, longest first.
    Length,
    /// Id.
    Id,
    /// Query text, so that partners stand together.
    Query,
}

impl SortKey {
    /// Every key, in the order that the sort key of the explorer steps through.
    pub const ALL: [Self; 8] = [
        Self::Source,
        Self::Score,
        Self::Cues,
        Self::Tier,
        Self::Outcome,
        Self::Length,
        Self::Id,
        Self::Query,
    ];

    /// The word on the screen and in `--sort`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Score => "score",
            Self::Cues => "cues",
            Self::Tier => "tier",
            Self::Outcome => "outcome",
            Self::Length => "length",
            Self::Id => "id",
            Self::Query => "query",
        }
    }
}

impl Sort {
    /// Whether the order asks for what the rules found.
    #[must_use]
    pub fn needs_cues(self) -> bool {
        matches!(self.key, SortKey::Score | SortKey::Cues)
    }
}

/// A sort order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sort {
    /// By what.
    pub key: SortKey,
    /// The other way round.
    pub reversed: bool,
}

/// Fewer rows than this are compared with each other.
const FEW: usize = 512;
/// Fewer rows than this are ranked by their texts on the spot.
const AT_ONCE: usize = 20_000;
/// Bits of a digit.
const DIGIT: u32 = 11;

/// The place of each row in the order of ids or of queries.
#[derive(Debug, Clone)]
pub struct Ranks {
    key: SortKey,
    /// By row id. Rows with equal texts have one rank.
    places: Arc<[u32]>,
    /// Rows have changed since.
    doubtful: bool,
}

impl Ranks {
    /// What was compared.
    #[must_use]
    pub fn key(&self) -> SortKey {
        self.key
    }
}

/// Ranks that are known.
#[derive(Debug, Clone, Default)]
pub(super) struct Ranked {
    id: Option<Ranks>,
    query: Option<Ranks>,
}

impl Ranked {
    fn of(&self, key: SortKey) -> Option<&Ranks> {
        match key {
            SortKey::Id => self.id.as_ref(),
            SortKey::Query => self.query.as_ref(),
            _ => None,
        }
    }

    pub fn take(&mut self, ranks: Ranks) {
        match ranks.key {
            SortKey::Id => self.id = Some(ranks),
            _ => self.query = Some(ranks),
        }
    }

    /// Rows were changed: the ranks serve until there are better ones.
    pub fn doubt(&mut self) {
        for ranks in self.id.iter_mut().chain(&mut self.query) {
            ranks.doubtful = true;
        }
    }
}

impl Catalogue {
    /// Whether sorting by this key would have to compare the texts of many rows first, or puts those that came since last:
    /// then [`Catalogue::ranks`] is worth its time, elsewhere.
    #[must_use]
    pub fn lacks_ranks(&self, key: SortKey) -> bool {
        let known = self.ranked.of(key);
        matches!(key, SortKey::Id | SortKey::Query)
            && self.len() > AT_ONCE
            && known.is_none_or(|known| known.doubtful || known.places.len() < self.len())
    }

    /// Whether sorting by this key takes no longer than a key press may.
    #[must_use]
    pub fn sorts_at_once(&self, key: SortKey) -> bool {
        !self.lacks_ranks(key) || self.ranked.of(key).is_some()
    }

    /// Compares the texts of all rows: for [`SortKey::Id`] and [`SortKey::Query`].
    #[must_use]
    pub fn ranks(&self, key: SortKey) -> Ranks {
        let mut rows: Vec<(Option<&str>, RowId)> = Vec::with_capacity(self.len());
        for chunk in self.chunks_from(0) {
            rows.extend(
                (0..chunk.chunk.len).map(|at| chunk.view(at)).map(|v| (text_of(&v, key), v.id)),
            );
        }
        rows.sort_unstable();
        let mut ranks = vec![0; self.len()];
        let (mut rank, mut last) = (0, None);
        for (text, id) in rows {
            if last.is_some_and(|last| last != text) {
                rank += 1;
            }
            last = Some(text);
            if let Some(slot) = ranks.get_mut(id as usize) {
                *slot = rank;
            }
        }
        Ranks { key, places: ranks.into(), doubtful: false }
    }

    /// Keeps ranks, so that sorting by them is quick. Rows that come later stand last until they are ranked.
    pub fn take_ranks(&mut self, ranks: Ranks) {
        self.ranked.take(ranks);
    }

    /// Sorts row ids. Ties keep the order of arrival.
    pub fn sort(&self, rows: &mut Vec<RowId>, sort: Sort) {
        if rows.len() < FEW {
            rows.sort_unstable_by(|a, b| self.compare(*a, *b, sort));
            return;
        }
        if !rows.is_sorted() {
            *rows = Bits::of(rows).iter().collect();
        }
        if sort.key == SortKey::Source {
            if sort.reversed {
                rows.reverse();
            }
            return;
        }
        let mut keyed = self.keys(rows, sort.key);
        if sort.reversed {
            for (key, _) in &mut keyed {
                *key = !*key;
            }
        }
        distribute(&mut keyed);
        rows.clear();
        rows.extend(keyed.into_iter().map(|(_, id)| id));
    }

    /// The place in the order of each of these rows, which are in order of arrival.
    fn keys(&self, rows: &[RowId], key: SortKey) -> Vec<(u32, RowId)> {
        if matches!(key, SortKey::Id | SortKey::Query) {
            let own;
            let known = if let Some(known) = self.ranked.of(key) {
                known
            } else {
                own = self.ranks(key);
                &own
            };
            let rank = |id: &RowId| known.places.get(*id as usize).copied().unwrap_or(u32::MAX);
            return rows.iter().map(|id| (rank(id), *id)).collect();
        }
        let tiers = self.tiers_in_order();
        let mut keyed = Vec::with_capacity(rows.len());
        let mut rest = rows.iter().peekable();
        for chunk in self.chunks_from(rows.first().copied().unwrap_or_default()) {
            let of_row = chunk_keys(chunk.chunk, key, &tiers);
            let end = chunk.first + chunk.chunk.len as RowId;
            while let Some(id) = rest.next_if(|id| **id < end) {
                let at = (*id - chunk.first) as usize;
                keyed.push((of_row.get(at).copied().unwrap_or_default(), *id));
            }
        }
        keyed
    }

    /// Every tier that occurs, in the order of their names.
    fn tiers_in_order(&self) -> Vec<String> {
        let chunks = self.chunks_from(0).flat_map(|rows| &rows.chunk.tier.values);
        let mut tiers: Vec<String> = chunks.flatten().map(|t| t.value.clone()).collect();
        tiers.sort_unstable();
        tiers.dedup();
        tiers
    }

    /// How two rows stand to each other.
    fn compare(&self, a: RowId, b: RowId, sort: Sort) -> Ordering {
        let (Some(x), Some(y)) = (self.view(a), self.view(b)) else { return a.cmp(&b) };
        let cues = |view: &RowView<'_>| view.cue_total();
        let order = match sort.key {
            SortKey::Source => a.cmp(&b),
            SortKey::Score => y.score().unwrap_or(-1.0).total_cmp(&x.score().unwrap_or(-1.0)),
            SortKey::Cues => cues(&y).cmp(&cues(&x)),
            SortKey::Tier => {
                let outcome = |v: &RowView<'_>| v.chunk.state_of(v.at).outcome;
                x.tier().cmp(&y.tier()).then(outcome(&x).cmp(&outcome(&y)))
            }
            SortKey::Outcome => x.chunk.state_of(x.at).outcome.cmp(&y.chunk.state_of(y.at).outcome),
            SortKey::Length => y.chunk.reasoning(y.at).cmp(&x.chunk.reasoning(x.at)),
            SortKey::Id | SortKey::Query => text_of(&x, sort.key).cmp(&text_of(&y, sort.key)),
        };
        let order = if sort.reversed { order.reverse() } else { order };
        order.then(a.cmp(&b))
    }

    /// Whether `a` stands before `b` in an order.
    #[must_use]
    pub fn stands_before(&self, a: RowId, b: RowId, sort: Sort) -> bool {
        self.compare(a, b, sort) == Ordering::Less
    }
}

fn text_of<'a>(view: &RowView<'a>, key: SortKey) -> Option<&'a str> {
    match key {
        SortKey::Query => view.chunk.query.get(view.at),
        _ => view.chunk.id.get(view.at),
    }
}

/// A number by which the rows of a chunk are sorted, ascending.
fn chunk_keys(chunk: &Chunk, key: SortKey, tiers: &[String]) -> Vec<u32> {
    let outcome = |at| chunk.state_of(at).outcome as u32;
    let rows = 0..chunk.len;
    match key {
        SortKey::Score => {
            let of_class = |bits: &Option<u32>| !ordered(bits.map_or(-1.0, f32::from_bits));
            let of_class: Vec<u32> = chunk.score.values.iter().map(of_class).collect();
            let key = |at| of_class.get(chunk.score.codes.get(at)).copied().unwrap_or_default();
            rows.map(key).collect()
        }
        SortKey::Cues => {
            let mut totals = vec![0; chunk.len];
            for (_, counts) in &chunk.cues {
                counts.add_to(&mut totals);
            }
            for total in &mut totals {
                *total = !*total;
            }
            totals
        }
        SortKey::Tier => {
            let rank = |tier: &Option<Arc<Tier>>| {
                let place = |t: &Arc<Tier>| tiers.binary_search(&t.value).map_or(0, |i| i + 1);
                tier.as_ref().map_or(0, place) as u32
            };
            let ranks: Vec<u32> = chunk.tier.values.iter().map(rank).collect();
            let of = |at| ranks.get(chunk.tier.codes.get(at)).copied().unwrap_or_default();
            rows.map(|at| of(at) << 3 | outcome(at)).collect()
        }
        SortKey::Length => {
            let len = |at| u32::try_from(chunk.reasoning(at)).unwrap_or(u32::MAX);
            rows.map(|at| !len(at)).collect()
        }
        SortKey::Outcome => rows.map(outcome).collect(),
        SortKey::Source | SortKey::Id | SortKey::Query => vec![0; chunk.len],
    }
}

/// Bits that stand in the order of the numbers.
fn ordered(number: f32) -> u32 {
    let bits = number.to_bits();
    if bits >> 31 == 0 { bits | 1 << 31 } else { !bits }
}

/// Sorts by the first of each pair; equal ones keep their order.
fn distribute(keyed: &mut Vec<(u32, RowId)>) {
    // What all have in common needs no sorting.
    let any = keyed.iter().fold(0, |any, (key, _)| any | key);
    let all = keyed.iter().fold(u32::MAX, |all, (key, _)| all & key);
    let differ = any ^ all;
    let mut other = vec![(0, 0); keyed.len()];
    for shift in (0..u32::BITS).step_by(DIGIT as usize) {
        let digit = |key: u32| (key >> shift) as usize & ((1 << DIGIT) - 1);
        if digit(differ) == 0 {
            continue;
        }
        let mut starts = [0_usize; 1 << DIGIT];
        for (key, _) in keyed.iter() {
            starts[digit(*key)] += 1;
        }
        let mut before = 0;
        for start in &mut starts {
            (*start, before) = (before, before + *start);
        }
        for pair in keyed.iter() {
            let start = &mut starts[digit(pair.0)];
            if let Some(slot) = other.get_mut(*start) {
                *slot = *pair;
            }
            *start += 1;
        }
        std::mem::swap(keyed, &mut other);
    }
}
