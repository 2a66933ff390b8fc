//! The three ways in which a column keeps its values: by class, as narrow numbers, as one long text.
//!
//! Each is made once from all values of a chunk and chooses the smallest form that holds them.

use std::hash::Hash;
use std::sync::Arc;

use hashbrown::HashMap;

/// Class numbers of rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::corpus) enum Codes {
    /// All rows are of class 0.
    Same,
    /// At most 256 classes.
    Bytes(Box<[u8]>),
    /// More.
    Words(Box<[u16]>),
}

/// A column of few different values: each is kept once, rows say which.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::corpus) struct Coded<T> {
    pub codes: Codes,
    /// By class.
    pub values: Vec<T>,
    /// The first row of each class.
    pub firsts: Box<[u16]>,
}

impl<T: Eq + Hash + Clone> Coded<T> {
    /// At most 65,536 values.
    pub fn new(items: impl Iterator<Item = T>) -> Self {
        let mut known: HashMap<T, u16> = HashMap::new();
        let (mut values, mut firsts, mut codes) = (Vec::<T>::new(), Vec::new(), Vec::new());
        let mut last = 0;
        for (row, item) in items.enumerate() {
            // Neighbours are mostly alike.
            if values.get(usize::from(last)) != Some(&item) {
                last = *known.entry(item).or_insert_with_key(|item| {
                    values.push(item.clone());
                    firsts.push(row as u16);
                    (values.len() - 1) as u16
                });
            }
            codes.push(last);
        }
        Self { codes: Codes::new(codes, values.len()), values, firsts: firsts.into() }
    }
}

impl<T> Coded<T> {
    pub fn get(&self, row: usize) -> Option<&T> {
        self.values.get(self.codes.get(row))
    }

    /// What each row's class is given.
    pub fn spread(&self, rows: usize, give: impl Fn(&T) -> u32) -> Vec<u32> {
        let given: Vec<u32> = self.values.iter().map(give).collect();
        let of = |code: usize| given.get(code).copied().unwrap_or_default();
        match &self.codes {
            Codes::Same => vec![of(0); rows],
            Codes::Bytes(codes) => {
                // A byte is always below 256.
                let mut all = [0; 256];
                all.iter_mut().zip(&given).for_each(|(slot, given)| *slot = *given);
                codes.iter().map(|code| all[usize::from(*code)]).collect()
            }
            Codes::Words(codes) => codes.iter().map(|code| of(usize::from(*code))).collect(),
        }
    }
}

impl Codes {
    pub fn new(codes: Vec<u16>, classes: usize) -> Self {
        match classes {
            0 | 1 => Self::Same,
            2..=256 => Self::Bytes(codes.into_iter().map(|c| c as u8).collect()),
            _ => Self::Words(codes.into()),
        }
    }

    /// How many of the rows that are counted are of each class.
    pub fn histogram(&self, classes: usize, counted: &Counted) -> Vec<usize> {
        let mut counts = vec![0; classes];
        match self {
            Self::Same => {
                if let Some(n) = counts.first_mut() {
                    *n = counted.len();
                }
            }
            // So few are looked for one by one, sixteen rows at a time.
            Self::Bytes(codes) if classes <= 16 => {
                for (class, n) in (0_u8..).zip(&mut counts) {
                    *n = counted.count_where(codes, |code| code == class);
                }
            }
            Self::Bytes(codes) => {
                let mut tally = Tally::new(classes);
                tally.add(codes, counted);
                counts = tally.counts();
            }
            Self::Words(codes) => {
                let mut tally = Tally::new(classes);
                tally.add(codes, counted);
                counts = tally.counts();
            }
        }
        counts
    }

    pub fn get(&self, row: usize) -> usize {
        match self {
            Self::Same => 0,
            Self::Bytes(codes) => codes.get(row).copied().unwrap_or_default().into(),
            Self::Words(codes) => codes.get(row).copied().unwrap_or_default().into(),
        }
    }
}

/// Which rows of a chunk are counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::corpus) enum Counted {
    /// All, so many.
    All(usize),
    /// Those with a 1, so many.
    Flagged(Box<[u8]>, usize),
}

/// Rows that are counted in one byte.
const IN_A_BYTE: usize = 240;

impl Counted {
    /// Those with a 1; the others have a 0.
    pub fn of(flags: Box<[u8]>) -> Self {
        let n = Self::All(flags.len()).count(&flags);
        if n == flags.len() { Self::All(n) } else { Self::Flagged(flags, n) }
    }

    /// How many.
    pub fn len(&self) -> usize {
        match self {
            Self::All(n) | Self::Flagged(_, n) => *n,
        }
    }

    /// 1 for each row that is counted; `None`: all are.
    pub fn flags(&self) -> Option<&[u8]> {
        match self {
            Self::All(_) => None,
            Self::Flagged(flags, _) => Some(flags),
        }
    }

    /// How many of them have a 1 there too.
    pub fn count(&self, flags: &[u8]) -> usize {
        self.count_where(flags, |flag| flag == 1)
    }

    /// How many of them have such a value. Counted in bytes, so that many rows are looked at together.
    fn count_where(&self, values: &[u8], is_meant: impl Fn(u8) -> bool) -> usize {
        match self {
            Self::Flagged(_, 0) => 0,
            Self::All(_) => values
                .chunks(IN_A_BYTE)
                .map(|values| {
                    let one = |n: u8, value: &u8| n.wrapping_add(u8::from(is_meant(*value)));
                    usize::from(values.iter().fold(0, one))
                })
                .sum(),
            Self::Flagged(flags, _) => values
                .chunks(IN_A_BYTE)
                .zip(flags.chunks(IN_A_BYTE))
                .map(|(values, flags)| {
                    let one = |n: u8, (value, flag): (&u8, &u8)| {
                        n.wrapping_add(u8::from(is_meant(*value)) & flag)
                    };
                    usize::from(values.iter().zip(flags).fold(0, one))
                })
                .sum(),
        }
    }
}

/// Rows that follow each other are counted in so many tables, so that no addition waits for the one before.
const LANES: usize = 4;

/// How many rows are of each class, over any number of chunks.
#[derive(Debug)]
pub(in crate::corpus) struct Tally {
    lanes: [Vec<u32>; LANES],
}

impl Tally {
    /// Of so many classes; rows of others are not counted.
    pub fn new(classes: usize) -> Self {
        Self { lanes: std::array::from_fn(|_| vec![0; classes]) }
    }

    /// Adds the rows that are counted.
    pub fn add<T: Copy + Into<usize>>(&mut self, classes: &[T], counted: &Counted) {
        let mut put = |lane: usize, class: T, n: u32| {
            let slot = self.lanes.get_mut(lane).and_then(|lane| lane.get_mut(class.into()));
            if let Some(slot) = slot {
                *slot += n;
            }
        };
        match counted {
            Counted::Flagged(_, 0) => {}
            Counted::All(_) => {
                let (four, rest) = classes.as_chunks::<LANES>();
                for [a, b, c, d] in four {
                    put(0, *a, 1);
                    put(1, *b, 1);
                    put(2, *c, 1);
                    put(3, *d, 1);
                }
                for class in rest {
                    put(0, *class, 1);
                }
            }
            Counted::Flagged(flags, _) => {
                let (four, rest) = classes.as_chunks::<LANES>();
                let (marks, last) = flags.as_chunks::<LANES>();
                for ([a, b, c, d], [i, j, k, l]) in four.iter().zip(marks) {
                    put(0, *a, (*i).into());
                    put(1, *b, (*j).into());
                    put(2, *c, (*k).into());
                    put(3, *d, (*l).into());
                }
                rest.iter().zip(last).for_each(|(class, n)| put(0, *class, (*n).into()));
            }
        }
    }

    /// What was counted, by class.
    pub fn counts(&self) -> Vec<usize> {
        let [first, others @ ..] = &self.lanes;
        let sum = |(class, n): (usize, &u32)| {
            let others = others.iter().filter_map(|lane| lane.get(class));
            others.fold(*n as usize, |sum, n| sum + *n as usize)
        };
        first.iter().enumerate().map(sum).collect()
    }
}

/// A column of short strings of bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::corpus) struct Blobs {
    pub all: Box<[u8]>,
    /// Where each ends.
    pub ends: Numbers,
}

impl Blobs {
    pub fn new<'a>(blobs: impl Iterator<Item = &'a [u8]> + Clone) -> Self {
        let all: Box<[u8]> = blobs.clone().flatten().copied().collect();
        let ends = blobs.scan(0, |end, blob| {
            *end += blob.len() as u64;
            Some(*end)
        });
        Self { all, ends: Numbers::new(ends) }
    }

    pub fn get(&self, row: usize) -> &[u8] {
        let start = row.checked_sub(1).map_or(0, |before| self.ends.get(before));
        self.all.get(start as usize..self.ends.get(row) as usize).unwrap_or_default()
    }
}

/// A column of numbers, kept as distances from the smallest one where that is narrower.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::corpus) struct Numbers {
    pub base: u64,
    pub offsets: Offsets,
}

/// Distances from the base.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::corpus) enum Offsets {
    /// All are the base.
    #[default]
    Same,
    U8(Box<[u8]>),
    U16(Box<[u16]>),
    U32(Box<[u32]>),
    U64(Box<[u64]>),
}

impl Numbers {
    pub fn new(values: impl Iterator<Item = u64> + Clone) -> Self {
        let base = values.clone().min().unwrap_or_default();
        let most = values.clone().max().unwrap_or_default();
        let offsets = values.map(|v| v - base);
        let offsets = match most - base {
            0 => Offsets::Same,
            1..=0xff => Offsets::U8(offsets.map(|v| v as u8).collect()),
            0x100..=0xffff => Offsets::U16(offsets.map(|v| v as u16).collect()),
            0x1_0000..=0xffff_ffff => Offsets::U32(offsets.map(|v| v as u32).collect()),
            _ => Offsets::U64(offsets.collect()),
        };
        Self { base, offsets }
    }

    pub fn get(&self, row: usize) -> u64 {
        let offset = match &self.offsets {
            Offsets::Same => 0,
            Offsets::U8(v) => v.get(row).copied().unwrap_or_default().into(),
            Offsets::U16(v) => v.get(row).copied().unwrap_or_default().into(),
            Offsets::U32(v) => v.get(row).copied().unwrap_or_default().into(),
            Offsets::U64(v) => v.get(row).copied().unwrap_or_default(),
        };
        self.base.wrapping_add(offset)
    }

    /// 1 for each row with a number above 0.
    pub fn positive(&self, rows: usize) -> Vec<u8> {
        fn each<T: Copy + Default + PartialEq>(values: &[T]) -> Vec<u8> {
            values.iter().map(|value| u8::from(*value != T::default())).collect()
        }
        match &self.offsets {
            _ if self.base > 0 => vec![1; rows],
            Offsets::Same => vec![0; rows],
            Offsets::U8(v) => each(v),
            Offsets::U16(v) => each(v),
            Offsets::U32(v) => each(v),
            Offsets::U64(v) => each(v),
        }
    }

    /// Adds each row's number to a sum, which stays at its highest when there is no room for more.
    pub fn add_to(&self, sums: &mut [u32]) {
        fn each<T: Copy>(values: &[T], sums: &mut [u32], number: impl Fn(T) -> u32) {
            for (sum, value) in sums.iter_mut().zip(values) {
                *sum = sum.saturating_add(number(*value));
            }
        }
        let narrow = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
        let base = narrow(self.base);
        match &self.offsets {
            Offsets::Same => {
                for sum in sums {
                    *sum = sum.saturating_add(base);
                }
            }
            Offsets::U8(v) => each(v, sums, |n| base.saturating_add(n.into())),
            Offsets::U16(v) => each(v, sums, |n| base.saturating_add(n.into())),
            Offsets::U32(v) => each(v, sums, |n| base.saturating_add(n)),
            Offsets::U64(v) => each(v, sums, |n| narrow(self.base.wrapping_add(n))),
        }
    }
}

/// A column of texts that may be absent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::corpus) enum Texts {
    /// Few different ones.
    Few(Coded<Option<Arc<str>>>),
    /// Mostly different ones: all in one, with where each ends. Absent ones are empty here and listed.
    Many { text: Box<str>, ends: Box<[u32]>, absent: Box<[u16]> },
}

/// Columns with more different texts than one in so many rows are kept as one long text.
const FEW: usize = 3;

impl Default for Texts {
    /// No row has any.
    fn default() -> Self {
        Self::Few(Coded { codes: Codes::Same, values: Vec::new(), firsts: Box::default() })
    }
}

impl Texts {
    /// Every text that occurs, at least once.
    pub fn each(&self) -> impl Iterator<Item = Option<&str>> {
        let (few, many) = match self {
            Self::Few(few) => (Some(few.values.iter().map(Option::as_deref)), None),
            Self::Many { ends, .. } => (None, Some((0..ends.len()).map(|at| self.get(at)))),
        };
        few.into_iter().flatten().chain(many.into_iter().flatten())
    }

    pub fn new<'a>(items: impl Iterator<Item = Option<&'a str>> + Clone) -> Self {
        let rows = items.clone().count();
        let mut known: HashMap<Option<&str>, u16> = HashMap::new();
        let (mut firsts, mut codes) = (Vec::new(), Vec::with_capacity(rows));
        let mut values: Vec<Option<&str>> = Vec::new();
        let mut last: Option<(Option<&str>, u16)> = None;
        for (row, item) in items.clone().enumerate() {
            let code = match last {
                Some((text, code)) if text == item => code,
                _ => *known.entry(item).or_insert_with(|| {
                    values.push(item);
                    firsts.push(row as u16);
                    (values.len() - 1) as u16
                }),
            };
            last = Some((item, code));
            codes.push(code);
            if values.len() > 16 + rows / FEW {
                return Self::many(items);
            }
        }
        let codes = Codes::new(codes, values.len());
        let values = values.into_iter().map(|value| value.map(Arc::from)).collect();
        Self::Few(Coded { codes, values, firsts: firsts.into() })
    }

    fn many<'a>(items: impl Iterator<Item = Option<&'a str>>) -> Self {
        let (mut text, mut ends, mut absent) = (String::new(), Vec::new(), Vec::new());
        for (row, item) in items.enumerate() {
            match item {
                Some(item) => text.push_str(item),
                None => absent.push(row as u16),
            }
            ends.push(u32::try_from(text.len()).unwrap_or(u32::MAX));
        }
        Self::Many { text: text.into(), ends: ends.into(), absent: absent.into() }
    }

    pub fn get(&self, row: usize) -> Option<&str> {
        match self {
            Self::Few(coded) => coded.get(row).and_then(Option::as_deref),
            Self::Many { text, ends, absent } => {
                let start = row.checked_sub(1).and_then(|r| ends.get(r)).copied();
                let range = start.unwrap_or_default() as usize..*ends.get(row)? as usize;
                if absent.binary_search(&(row as u16)).is_ok() {
                    return None;
                }
                text.get(range)
            }
        }
    }

    /// As [`Self::get`], shared where it can be.
    pub fn shared(&self, row: usize) -> Option<Arc<str>> {
        match self {
            Self::Few(coded) => coded.get(row).cloned().flatten(),
            Self::Many { .. } => self.get(row).map(Arc::from),
        }
    }

    /// The classes, when there are any.
    pub fn coded(&self) -> Option<&Coded<Option<Arc<str>>>> {
        match self {
            Self::Few(coded) => Some(coded),
            Self::Many { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_goes_in_comes_out(
            numbers in prop::collection::vec(prop_oneof![0_u64..3, 0_u64..70_000, any::<u64>()], 0..700),
            texts in prop::collection::vec(prop::option::of("[ab]{0,2}|\\PC{0,9}"), 0..300),
        ) {
            let packed = Numbers::new(numbers.iter().copied());
            let coded = Coded::new(numbers.iter().copied());
            let mut sums = vec![1_u32; numbers.len()];
            packed.add_to(&mut sums);
            let above: Vec<u8> = numbers.iter().map(|n| u8::from(*n > 0)).collect();
            prop_assert_eq!(packed.positive(numbers.len()), above);
            for (row, number) in numbers.iter().enumerate() {
                prop_assert_eq!(packed.get(row), *number);
                prop_assert_eq!(coded.get(row), Some(number));
                let sum = u32::try_from(*number).unwrap_or(u32::MAX).saturating_add(1);
                prop_assert_eq!(sums[row], sum);
            }
            for (value, first) in coded.values.iter().zip(&coded.firsts) {
                prop_assert_eq!(numbers.iter().position(|n| n == value), Some(usize::from(*first)));
            }
            let few = Texts::new(texts.iter().map(Option::as_deref));
            let many = Texts::many(texts.iter().map(Option::as_deref));
            for (row, text) in texts.iter().enumerate() {
                for column in [&few, &many] {
                    prop_assert_eq!(column.get(row), text.as_deref());
                    let shared = column.shared(row);
                    prop_assert_eq!(shared.as_deref(), text.as_deref());
                }
            }
        }
    }

    proptest! {
        #[test]
        fn counting_together_is_counting_one_by_one(
            rows in prop::collection::vec((any::<u16>(), 0..2_u8), 0..1_000),
            classes in prop::sample::select(&[1_u16, 3, 16, 17, 200, 300][..]),
            all in any::<bool>(),
        ) {
            let of: Vec<u16> = rows.iter().map(|(class, _)| class % classes).collect();
            let flags: Vec<u8> = rows.iter().map(|(_, flag)| flag | u8::from(all)).collect();
            let codes = Codes::new(of.clone(), classes.into());
            let counted = Counted::of(flags.clone().into());
            let mut plain = vec![0; classes.into()];
            for (class, _) in of.iter().zip(&flags).filter(|(_, flag)| **flag == 1) {
                plain[usize::from(*class)] += 1;
            }
            prop_assert_eq!(counted.len(), plain.iter().sum::<usize>());
            prop_assert_eq!(codes.histogram(classes.into(), &counted), plain);
        }
    }

    #[test]
    fn columns_are_as_narrow_as_their_values() {
        let at = |most: u64| Numbers::new([5_u64, 5 + most].into_iter()).offsets;
        assert!(matches!(at(0), Offsets::Same));
        assert!(matches!(at(255), Offsets::U8(_)));
        assert!(matches!(at(256), Offsets::U16(_)));
        assert!(matches!(at(65_536), Offsets::U32(_)));
        assert!(matches!(at(1 << 40), Offsets::U64(_)));
        let classes = |n: u32| Coded::new(0..n).codes;
        assert!(matches!(classes(1), Codes::Same));
        assert!(matches!(classes(256), Codes::Bytes(_)));
        assert!(matches!(classes(257), Codes::Words(_)));
        let names: Vec<String> = (0..100).map(|i| format!("name {i}")).collect();
        assert!(Texts::new(names.iter().map(|n| Some(n.as_str()))).coded().is_none());
        assert!(Texts::new(names.iter().map(|_| Some("one"))).coded().is_some());
    }
}
