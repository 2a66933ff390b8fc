//! Orders by text and by chance: all rows are compared once, elsewhere, and the order is kept.

use std::sync::Arc;

use super::bits::Bits;
use super::chunk::Texts;
use super::sort::distribute;
use super::{Catalogue, RowId, RowView, Sort, SortKey};

/// Fewer rows than this are compared on the spot.
const AT_ONCE: usize = 20_000;

/// All rows in the order of their ids, of their queries, or in an order of chance.
#[derive(Debug, Clone)]
pub struct Ranks {
    key: SortKey,
    order: Arc<[RowId]>,
    /// Places in the order whose text is that of the place before.
    same: Arc<Bits>,
    /// Rows have changed since.
    doubtful: bool,
}

impl Ranks {
    /// What was compared.
    #[must_use]
    pub fn key(&self) -> SortKey {
        self.key
    }

    /// The rows in order; of equal ones, those that came first.
    fn each(&self, reversed: bool, mut take: impl FnMut(RowId)) {
        if !reversed {
            self.order.iter().copied().for_each(take);
            return;
        }
        let mut end = self.order.len();
        while end > 0 {
            let mut start = end - 1;
            while start > 0 && self.same.contains(start as RowId) {
                start -= 1;
            }
            self.order.get(start..end).unwrap_or_default().iter().copied().for_each(&mut take);
            end = start;
        }
    }
}

/// Orders that are known.
#[derive(Debug, Clone, Default)]
pub(super) struct Ranked {
    id: Option<Ranks>,
    query: Option<Ranks>,
    /// The order of chance that was asked for last.
    random: Option<Ranks>,
}

impl Ranked {
    fn of(&self, key: SortKey) -> Option<&Ranks> {
        match key {
            SortKey::Id => self.id.as_ref(),
            SortKey::Query => self.query.as_ref(),
            SortKey::Random(_) => self.random.as_ref().filter(|known| known.key == key),
            _ => None,
        }
    }

    /// Rows were changed: the order serves until there is a better one.
    pub fn doubt(&mut self) {
        for ranks in self.id.iter_mut().chain(&mut self.query).chain(&mut self.random) {
            ranks.doubtful = true;
        }
    }
}

impl Catalogue {
    /// Whether sorting by this key would have to compare the texts (or draw the lots) of many rows first, or puts those that came since last:
    /// then [`Catalogue::ranks`] is worth its time, elsewhere.
    #[must_use]
    pub fn lacks_ranks(&self, key: SortKey) -> bool {
        let known = self.ranked.of(key);
        matches!(key, SortKey::Id | SortKey::Query | SortKey::Random(_))
            && self.len() > AT_ONCE
            && known.is_none_or(|known| known.doubtful || known.order.len() < self.len())
    }

    /// Whether sorting by this key takes no longer than a key press may.
    #[must_use]
    pub fn sorts_at_once(&self, key: SortKey) -> bool {
        !self.lacks_ranks(key) || self.ranked.of(key).is_some()
    }

    /// Compares all rows by text or by lot: for [`SortKey::Id`], [`SortKey::Query`] and [`SortKey::Random`].
    #[must_use]
    pub fn ranks(&self, key: SortKey) -> Ranks {
        let keys = match key {
            SortKey::Random(seed) => self.lots(seed),
            _ => self.text_keys(key),
        };
        let mut order: Vec<RowId> = (0..self.len() as RowId).collect();
        distribute(&mut order, &keys);
        let key_of = |id: RowId| keys.get(id as usize);
        let mut same = Bits::default();
        for (place, pair) in (1..).zip(order.windows(2)) {
            if let [a, b] = pair
                && key_of(*a) == key_of(*b)
            {
                same.insert(place);
            }
        }
        Ranks { key, order: order.into(), same: Arc::new(same), doubtful: false }
    }

    /// A number for every row: the order of their texts.
    fn text_keys(&self, key: SortKey) -> Vec<u32> {
        // Each text with a number; which number each row has.
        let (mut texts, mut number_of) = (Vec::new(), Vec::with_capacity(self.len()));
        for rows in self.chunks_from(0) {
            let before = texts.len() as u32;
            let all = 0..rows.chunk.len;
            let column = column_of(&rows.view(0), key);
            if let Some(few) = column.coded() {
                texts.extend(few.values.iter().map(Option::as_deref).zip(before..));
                number_of.extend(all.map(|at| before + few.codes.get(at) as u32));
            } else {
                texts.extend(all.map(|at| column.get(at)).zip(before..));
                number_of.extend(before..texts.len() as u32);
            }
        }
        texts.sort_unstable();
        let mut ranks = vec![0_u32; texts.len()];
        let (mut rank, mut last) = (0, None);
        for (text, number) in texts {
            rank += u32::from(last.is_some_and(|last| last != text));
            last = Some(text);
            if let Some(slot) = ranks.get_mut(number as usize) {
                *slot = rank;
            }
        }
        let rank = |number: u32| ranks.get(number as usize).copied().unwrap_or_default();
        number_of.into_iter().map(rank).collect()
    }

    /// Keeps an order, so that sorting by it is quick. Rows that come later stand last until they are compared.
    pub fn take_ranks(&mut self, ranks: Ranks) {
        match ranks.key {
            SortKey::Id => self.ranked.id = Some(ranks),
            SortKey::Random(_) => self.ranked.random = Some(ranks),
            _ => self.ranked.query = Some(ranks),
        }
    }

    /// Puts rows, which are in order of arrival, into the order that is known.
    pub(super) fn put_by_ranks(&self, rows: &mut Vec<RowId>, sort: Sort) {
        let own;
        let known = if let Some(known) = self.ranked.of(sort.key) {
            known
        } else {
            own = self.ranks(sort.key);
            &own
        };
        let later = rows.partition_point(|id| (*id as usize) < known.order.len());
        let later = rows.split_off(later);
        if rows.len() == known.order.len() {
            rows.clear();
            known.each(sort.reversed, |id| rows.push(id));
        } else {
            let wanted = Bits::of(rows);
            rows.clear();
            known.each(sort.reversed, |id| {
                if wanted.contains(id) {
                    rows.push(id);
                }
            });
        }
        rows.extend(later);
    }

    /// A number for each of these rows: the order that is known, ascending. Rows that came later stand last.
    pub(super) fn rank_keys(&self, rows: &[RowId], sort: Sort) -> Vec<u32> {
        let own;
        let known = if let Some(known) = self.ranked.of(sort.key) {
            known
        } else {
            own = self.ranks(sort.key);
            &own
        };
        let last = known.order.len() as u32;
        let mut place_of = vec![last; self.len()];
        let mut first = 0;
        for (place, id) in (0..).zip(&*known.order) {
            if !known.same.contains(place) {
                first = place;
            }
            if let Some(slot) = place_of.get_mut(*id as usize) {
                *slot = if sort.reversed { last - 1 - first } else { first };
            }
        }
        rows.iter().map(|id| place_of.get(*id as usize).copied().unwrap_or(last)).collect()
    }
}

fn column_of<'a>(view: &RowView<'a>, key: SortKey) -> &'a Texts {
    match key {
        SortKey::Query => &view.chunk.query,
        _ => &view.chunk.id,
    }
}

/// What a row is compared by.
pub(super) fn text_of<'a>(view: &RowView<'a>, key: SortKey) -> Option<&'a str> {
    column_of(view, key).get(view.at)
}
