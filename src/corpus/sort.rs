//! Orders of the list. A number stands for each row's place in the order; rows are then distributed by its digits, which takes
//! a million rows a few milliseconds. Ids and queries are compared beforehand, once for all rows: see `ranks`.

use std::cmp::Ordering;
use std::sync::Arc;

use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::bits::Bits;
use super::chunk::{Chunk, Numbers, Texts};
use super::ranks::text_of;
use super::view::Rows;
use super::{Catalogue, Order, RowId, RowView};
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
    /// Tier.
    Tier,
    /// Outcome, complied first.
    Outcome,
    /// Length of the reasoning, longest first.
    Length,
    /// Id.
    Id,
    /// Query text, so that partners stand together.
    Query,
    /// Model.
    Model,
    /// Setting.
    Setting,
    /// Variant.
    Variant,
    /// Repeat number.
    Epoch,
    /// The compliance gap of the sample, the first tier less the second, largest first; of unknown ones last. Needs
    /// [`Catalogue::take_partners`].
    Gap,
    /// As chance has it, by a seed: an order to read in. It depends on the records alone, so it is the same everywhere and
    /// stays as it is when rows arrive.
    Random(u64),
}

impl SortKey {
    /// Every key, in the order that the sort key of the explorer steps through.
    pub const ALL: [Self; 14] = [
        Self::Source,
        Self::Score,
        Self::Cues,
        Self::Tier,
        Self::Outcome,
        Self::Length,
        Self::Id,
        Self::Query,
        Self::Model,
        Self::Setting,
        Self::Variant,
        Self::Epoch,
        Self::Gap,
        Self::Random(Self::SEED),
    ];

    /// The seed where none is given.
    pub const SEED: u64 = 1;

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
            Self::Model => "model",
            Self::Setting => "setting",
            Self::Variant => "variant",
            Self::Epoch => "epoch",
            Self::Gap => "gap",
            Self::Random(_) => "random",
        }
    }
}

/// One key of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sort {
    /// By what.
    pub key: SortKey,
    /// The other way round.
    pub reversed: bool,
}

/// Fewer rows than this are compared with each other.
const FEW: usize = 512;

impl Catalogue {
    /// Sorts row ids. Ties keep the order of arrival.
    pub fn sort(&self, rows: &mut Vec<RowId>, order: &Order) {
        if rows.len() < FEW {
            rows.sort_unstable_by(|a, b| self.compare(*a, *b, order));
            return;
        }
        if !rows.is_sorted() {
            *rows = Bits::of(rows).iter().collect();
        }
        match order.keys() {
            [] => {}
            [Sort { key: SortKey::Source, .. }] => rows.reverse(),
            [sort @ Sort { key: SortKey::Id | SortKey::Query | SortKey::Random(_), .. }] => {
                self.put_by_ranks(rows, *sort);
            }
            [sort] => distribute(rows, &self.keys(rows, *sort)),
            several => self.put_by_several(rows, several),
        }
    }

    /// The last key first, since equal ones stay as they stand; as many keys at once as fit into one number.
    fn put_by_several(&self, rows: &mut Vec<RowId>, several: &[Sort]) {
        let mut places: Vec<u32> = (0..rows.len() as u32).collect();
        let mut put = |keys: &[u32]| {
            let key = |place: &u32| keys.get(*place as usize).copied().unwrap_or_default();
            let keys: Vec<u32> = places.iter().map(key).collect();
            distribute(&mut places, &keys);
        };
        let mut joined: Option<(Vec<u32>, u32)> = None;
        for sort in several.iter().rev() {
            let mut keys = self.keys(rows, *sort);
            let least = keys.iter().copied().min().unwrap_or_default();
            let most = keys.iter().copied().max().unwrap_or_default();
            for key in &mut keys {
                *key -= least;
            }
            let bits = u32::BITS - (most - least).leading_zeros();
            match &mut joined {
                Some((lower, shift)) if *shift + bits <= u32::BITS => {
                    // A shift by all bits is one of a key without bits.
                    let up = |key: &u32| key.checked_shl(*shift).unwrap_or_default();
                    lower.iter_mut().zip(&keys).for_each(|(lower, key)| *lower |= up(key));
                    *shift += bits;
                }
                _ => {
                    if let Some((lower, _)) = joined.replace((keys, bits)) {
                        put(&lower);
                    }
                }
            }
        }
        if let Some((keys, _)) = joined {
            put(&keys);
        }
        *rows = places.iter().filter_map(|place| rows.get(*place as usize).copied()).collect();
    }

    /// A number for each of these rows, which are in order of arrival: the order is theirs, ascending.
    fn keys(&self, rows: &[RowId], sort: Sort) -> Vec<u32> {
        let mut keys = match sort.key {
            SortKey::Source => rows.to_vec(),
            SortKey::Id | SortKey::Query | SortKey::Random(_) => {
                return self.rank_keys(rows, sort);
            }
            SortKey::Gap => rows.iter().map(|id| gap_key(self.gap_of(*id))).collect(),
            key => self.column_keys(rows, key),
        };
        if sort.reversed {
            for key in &mut keys {
                *key = !*key;
            }
        }
        keys
    }

    fn column_keys(&self, rows: &[RowId], key: SortKey) -> Vec<u32> {
        let classes = Classes::new(self, key);
        let mut keys = Vec::with_capacity(rows.len());
        let mut rest = rows;
        for chunk in self.chunks_from(rows.first().copied().unwrap_or_default()) {
            let end = chunk.first + chunk.chunk.len as RowId;
            let (here, after) = rest.split_at(rest.partition_point(|id| *id < end));
            rest = after;
            if here.is_empty() {
                continue;
            }
            let of_row = chunk_keys(chunk.chunk, key, &classes);
            if here.len() == of_row.len() {
                keys.extend_from_slice(&of_row);
            } else {
                let at = |id: &RowId| (*id - chunk.first) as usize;
                keys.extend(here.iter().map(|id| of_row.get(at(id)).copied().unwrap_or_default()));
            }
        }
        keys
    }

    /// A number of chance for every row.
    pub(super) fn lots(&self, seed: u64) -> Vec<u32> {
        let of_chunk = |rows: Rows<'_>| -> Vec<u32> {
            (0..rows.chunk.len).map(|at| chance(rows.chunk, at, seed)).collect()
        };
        self.chunks_from(0).flat_map(of_chunk).collect()
    }

    /// How two rows stand to each other.
    fn compare(&self, a: RowId, b: RowId, order: &Order) -> Ordering {
        let (Some(x), Some(y)) = (self.view(a), self.view(b)) else { return a.cmp(&b) };
        let by_key = |sort: &Sort| {
            let order = compare_by(&x, &y, sort.key);
            if sort.reversed { order.reverse() } else { order }
        };
        let different = order.keys().iter().map(by_key).find(|order| order.is_ne());
        different.unwrap_or_else(|| a.cmp(&b))
    }

    /// Whether `a` stands before `b` in an order.
    #[must_use]
    pub fn stands_before(&self, a: RowId, b: RowId, order: &Order) -> bool {
        self.compare(a, b, order) == Ordering::Less
    }
}

fn compare_by(x: &RowView<'_>, y: &RowView<'_>, key: SortKey) -> Ordering {
    let outcome = |view: &RowView<'_>| view.chunk.state_of(view.at).outcome;
    match key {
        SortKey::Source => x.id.cmp(&y.id),
        SortKey::Score => y.score().unwrap_or(-1.0).total_cmp(&x.score().unwrap_or(-1.0)),
        SortKey::Cues => y.cue_total().cmp(&x.cue_total()),
        SortKey::Tier => x.tier().cmp(&y.tier()),
        SortKey::Outcome => outcome(x).cmp(&outcome(y)),
        SortKey::Length => y.chunk.reasoning(y.at).cmp(&x.chunk.reasoning(x.at)),
        SortKey::Id | SortKey::Query => text_of(x, key).cmp(&text_of(y, key)),
        SortKey::Model => x.model().cmp(&y.model()),
        SortKey::Setting => x.setting().cmp(&y.setting()),
        SortKey::Variant => x.variant().cmp(&y.variant()),
        SortKey::Epoch => x.epoch().cmp(&y.epoch()),
        SortKey::Gap => gap_key(x.gap()).cmp(&gap_key(y.gap())),
        SortKey::Random(seed) => chance(x.chunk, x.at, seed).cmp(&chance(y.chunk, y.at, seed)),
    }
}

/// A number by which rows are sorted by their gaps: the largest first, unknown ones last.
fn gap_key(gap: Option<f64>) -> u32 {
    gap.map_or(u32::MAX, |gap| ((1.0 - gap) * 1e9) as u32)
}

/// What occurs in all chunks, in order: places in it are smaller numbers than what they stand for.
enum Classes<'a> {
    Tiers(Vec<&'a str>),
    Scores(Vec<u32>),
    Texts(Vec<Option<&'a str>>),
    Epochs(Vec<Option<i64>>),
    None,
}

impl<'a> Classes<'a> {
    fn new(catalogue: &'a Catalogue, key: SortKey) -> Self {
        fn in_order<T: Ord>(all: impl Iterator<Item = T>) -> Vec<T> {
            let mut all: Vec<T> = all.collect();
            all.sort_unstable();
            all.dedup();
            all
        }
        let chunks = || catalogue.chunks_from(0).map(|rows| rows.chunk);
        match key {
            SortKey::Tier => {
                let tiers = chunks().flat_map(|chunk| chunk.tier.values.iter().flatten());
                Self::Tiers(in_order(tiers.map(|tier| &*tier.value)))
            }
            SortKey::Score => {
                let scores = chunks().flat_map(|chunk| chunk.score.values.iter().copied());
                Self::Scores(in_order(scores.map(score_key)))
            }
            SortKey::Epoch => Self::Epochs(in_order(
                chunks().flat_map(|chunk| chunk.epoch.values.iter().copied()),
            )),
            SortKey::Model | SortKey::Setting | SortKey::Variant => {
                let texts = chunks().filter_map(|chunk| text_column(chunk, key));
                Self::Texts(in_order(texts.flat_map(Texts::each)))
            }
            _ => Self::None,
        }
    }

    fn text(&self, text: Option<&str>) -> u32 {
        match self {
            Self::Texts(all) => all.binary_search(&text).unwrap_or_else(|place| place) as u32,
            _ => 0,
        }
    }

    fn epoch(&self, epoch: Option<i64>) -> u32 {
        match self {
            Self::Epochs(all) => all.binary_search(&epoch).unwrap_or_else(|place| place) as u32,
            _ => 0,
        }
    }

    fn tier(&self, tier: Option<&Arc<Tier>>) -> u32 {
        match (self, tier) {
            (Self::Tiers(all), Some(tier)) => {
                all.binary_search(&&*tier.value).map_or(0, |place| place as u32 + 1)
            }
            _ => 0,
        }
    }

    fn score(&self, bits: Option<u32>) -> u32 {
        match self {
            Self::Scores(all) => {
                all.binary_search(&score_key(bits)).unwrap_or_else(|place| place) as u32
            }
            _ => 0,
        }
    }
}

/// A number by which the rows of a chunk are sorted, ascending.
fn chunk_keys(chunk: &Chunk, key: SortKey, classes: &Classes<'_>) -> Vec<u32> {
    match key {
        SortKey::Score => chunk.score.spread(chunk.len, |bits| classes.score(*bits)),
        SortKey::Outcome => chunk.state.spread(chunk.len, |state| state.outcome as u32),
        SortKey::Tier => chunk.tier.spread(chunk.len, |tier| classes.tier(tier.as_ref())),
        SortKey::Cues => sum(chunk.len, chunk.cues.iter().map(|(_, counts)| counts)),
        SortKey::Length => sum(chunk.len, chunk.reasoning_columns()),
        SortKey::Epoch => chunk.epoch.spread(chunk.len, |epoch| classes.epoch(*epoch)),
        SortKey::Model | SortKey::Setting | SortKey::Variant => match text_column(chunk, key) {
            Some(Texts::Few(few)) => few.spread(chunk.len, |text| classes.text(text.as_deref())),
            Some(many) => (0..chunk.len).map(|at| classes.text(many.get(at))).collect(),
            None => vec![0; chunk.len],
        },
        SortKey::Source | SortKey::Id | SortKey::Query | SortKey::Gap | SortKey::Random(_) => {
            vec![0; chunk.len]
        }
    }
}

/// The column of a key that is a text of few values.
fn text_column(chunk: &Chunk, key: SortKey) -> Option<&Texts> {
    match key {
        SortKey::Model => Some(&chunk.model),
        SortKey::Setting => Some(&chunk.setting),
        SortKey::Variant => Some(&chunk.variant),
        _ => None,
    }
}

/// A number of chance for a row: of a seed, of what the record holds, and of its place in its file.
fn chance(chunk: &Chunk, at: usize, seed: u64) -> u32 {
    let part = |n: u64| n.to_le_bytes();
    let [a, b, c] = [&chunk.hash, &chunk.index, &chunk.ordinal].map(|column| part(column.get(at)));
    let mut key = [0; 24];
    key.iter_mut().zip(a.into_iter().chain(b).chain(c)).for_each(|(to, from)| *to = from);
    (xxh3_64_with_seed(&key, seed) >> 32) as u32
}

/// The sums of columns, highest first.
fn sum<'a>(rows: usize, columns: impl Iterator<Item = &'a Numbers>) -> Vec<u32> {
    let mut sums = vec![0; rows];
    for column in columns {
        column.add_to(&mut sums);
    }
    for sum in &mut sums {
        *sum = !*sum;
    }
    sums
}

/// A score's bits so that the highest is the smallest number; rows without one are last.
fn score_key(bits: Option<u32>) -> u32 {
    let bits = bits.unwrap_or((-1.0_f32).to_bits());
    !(if bits >> 31 == 0 { bits | 1 << 31 } else { !bits })
}

/// Most bits of a digit: as many places are written to at once as are held near.
const DIGIT: u32 = 12;

/// Sorts rows by their keys; those with equal keys stay as they stand.
pub(super) fn distribute(rows: &mut Vec<RowId>, keys: &[u32]) {
    let least = keys.iter().copied().min().unwrap_or_default();
    let most = keys.iter().copied().max().unwrap_or_default();
    let bits = u32::BITS - (most - least).leading_zeros();
    let digit_bits = bits.div_ceil(bits.div_ceil(DIGIT).max(1)).max(1);
    let digit = |key: u32, shift: u32| ((key >> shift) & ((1 << digit_bits) - 1)) as usize;
    let keyed = || keys.iter().map(|key| key - least).zip(rows.iter().copied());
    let mut sorted = vec![0; rows.len()];
    if bits <= digit_bits {
        // The commonest case has one digit, and the keys are not needed after it.
        pass(keyed(), |(key, _)| digit(key, 0), |(_, id)| id, digit_bits, &mut sorted);
    } else {
        let mut from: Vec<(u32, RowId)> = keyed().collect();
        let mut to = from.clone();
        let mut shift = 0;
        while shift + digit_bits < bits {
            pass(
                from.iter().copied(),
                |(key, _)| digit(key, shift),
                |pair| pair,
                digit_bits,
                &mut to,
            );
            std::mem::swap(&mut from, &mut to);
            shift += digit_bits;
        }
        let last = |(key, _)| digit(key, shift);
        pass(from.iter().copied(), last, |(_, id)| id, digit_bits, &mut sorted);
    }
    *rows = sorted;
}

/// Puts what comes in order of a digit.
fn pass<T: Copy, U: Copy>(
    items: impl Iterator<Item = T> + Clone,
    digit: impl Fn(T) -> usize,
    give: impl Fn(T) -> U,
    digit_bits: u32,
    to: &mut [U],
) {
    let mut places = vec![0_usize; 1 << digit_bits];
    for item in items.clone() {
        if let Some(n) = places.get_mut(digit(item)) {
            *n += 1;
        }
    }
    let mut before = 0;
    for place in &mut places {
        (*place, before) = (before, before + *place);
    }
    for item in items {
        let Some(place) = places.get_mut(digit(item)) else { continue };
        if let Some(slot) = to.get_mut(*place) {
            *slot = give(item);
        }
        *place += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::{Batch, Interner, Row, RowPlace};
    use crate::model::Transcript;

    fn in_order(arrival: &[u64], sort: Sort) -> Vec<u64> {
        let mut catalogue = Catalogue::new(&["a".to_owned()]);
        for batch in arrival.chunks(700) {
            let row = |n: &u64| {
                let transcript =
                    Transcript { id: n.to_string(), hash: *n, ..Transcript::default() };
                let place = RowPlace { index: *n, ..RowPlace::default() };
                Row::new(&transcript, None, place, &mut Interner::default())
            };
            catalogue.push(Batch::new(&batch.iter().map(row).collect::<Vec<_>>()));
        }
        let mut rows: Vec<RowId> = (0..arrival.len() as RowId).collect();
        catalogue.sort(&mut rows, &sort.into());
        rows.iter().filter_map(|id| catalogue.view(*id)?.name().parse().ok()).collect()
    }

    #[test]
    fn an_order_of_chance_depends_on_seed_and_records_alone() {
        let sort = |seed, reversed| Sort { key: SortKey::Random(seed), reversed };
        let all: Vec<u64> = (0..2000).collect();
        let order = in_order(&all, sort(7, false));
        assert_ne!(order, all);
        let mut sorted = order.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, all, "each once");
        let backwards: Vec<u64> = all.iter().rev().copied().collect();
        assert_eq!(in_order(&backwards, sort(7, false)), order, "whenever they come");
        assert_ne!(in_order(&all, sort(8, false)), order);
        assert_eq!(in_order(&all, sort(7, true)), order.iter().rev().copied().collect::<Vec<_>>());
        // A part of the rows, few enough to be compared with each other, stands in the same order.
        let few: Vec<u64> = order.iter().copied().filter(|n| n % 9 == 0).collect();
        let by_arrival: Vec<u64> = all.iter().copied().filter(|n| n % 9 == 0).collect();
        assert_eq!(in_order(&by_arrival, sort(7, false)), few);
        // Nothing of the order of arrival is left: about half of all neighbours go up.
        let up = order.windows(2).filter(|w| w[0] < w[1]).count();
        assert!((850..1150).contains(&up), "{up}");
    }
}
