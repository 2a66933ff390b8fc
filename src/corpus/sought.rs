//! Records of which the fields are enough: all of them, when nothing else is asked; and those that a filter cannot let
//! through, as their bytes tell before they are read.
//!
//! Only where a record's texts are strings of the record, each decoded once, do its bytes tell what they hold; that is
//! where [`read_fields`] says what the record is. Nothing else is taken from the bytes.

use std::cell::OnceCell;
use std::cmp::Reverse;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use super::Corpus;
use crate::ingest::{Context, UnitReading, read_fields, strings};
use crate::query::{Filter, Needs};
use crate::text::{Needle, OddEscapes, RawNeedle};

/// Longest record whose strings are decoded to look for what its bytes may hold: who reads it needs the memory, too.
const LONGEST: usize = 4 << 20;

/// What a filter looks for in texts, ready to be looked for in raw bytes.
#[derive(Debug)]
pub(super) struct Sought {
    filter: Filter,
    /// Of its text terms, the rarest first.
    terms: Vec<Term>,
}

#[derive(Debug)]
struct Term {
    /// Which of the filter's text terms it is.
    number: usize,
    needle: Needle,
    /// How to look for it in bytes; `None` where there is no way.
    raw: Option<(RawNeedle, OddEscapes)>,
}

impl Term {
    /// Whether none of the texts in a record holds a match. False is not sure.
    fn is_absent(&self, record: &Record<'_>) -> bool {
        if let Some((raw, odd)) = &self.raw
            && raw.find(record.bytes).is_none()
            && !odd.are_in(record.bytes)
        {
            return true;
        }
        record.decoded().is_some_and(|texts| !self.needle.may_be_within(texts))
    }
}

/// A record that nobody has read.
struct Record<'a> {
    bytes: &'a [u8],
    decoded: OnceCell<Option<String>>,
}

impl Record<'_> {
    /// The record with all its strings as what they say: each text of it stands there in one piece.
    fn decoded(&self) -> Option<&str> {
        let decode = || {
            let mut decoded = String::with_capacity(self.bytes.len());
            let told = self.bytes.len() <= LONGEST && strings::decode(self.bytes, &mut decoded);
            told.then_some(decoded)
        };
        self.decoded.get_or_init(decode).as_deref()
    }
}

impl Sought {
    /// `None` for a filter that may let a record through in which nothing of what it looks for stands.
    fn new(filter: &Filter) -> Option<Self> {
        // Any record may be another's partner.
        if filter.asks_partners() {
            return None;
        }
        let terms = filter.text_terms();
        let term = |(number, needle): (usize, &Needle)| {
            let raw = needle.raw().map(|raw| {
                let odd = OddEscapes::of([&raw]);
                (raw, odd)
            });
            Term { number, needle: needle.clone(), raw }
        };
        let mut terms: Vec<Term> = (0..).zip(terms.iter().map(|t| t.needle)).map(term).collect();
        terms.sort_by_key(|term| Reverse(term.raw.as_ref().map_or(0, |(raw, _)| raw.weight())));
        let sought = Self { filter: filter.clone(), terms };
        (!sought.may_match(&mut |_| true)).then_some(sought)
    }

    /// Whether the filter may let a record through, of which it is known whether a term is absent. It is asked of no more
    /// terms than it takes.
    fn may_match(&self, is_absent: &mut dyn FnMut(&Term) -> bool) -> bool {
        let mut absent = vec![false; self.terms.len()];
        for term in &self.terms {
            if let Some(known) = absent.get_mut(term.number).filter(|_| is_absent(term)) {
                *known = true;
                if !self.filter.may_match_without(&absent) {
                    return false;
                }
            }
        }
        true
    }

    /// Whether it is this filter that is meant.
    pub(super) fn is_by(&self, filter: &Filter) -> bool {
        self.filter == *filter
    }

    /// Whether the filter cannot let a record through, provided that its fields tell what it is.
    fn is_hopeless(&self, record: &[u8]) -> bool {
        let record = Record { bytes: record, decoded: OnceCell::new() };
        !self.may_match(&mut |term| term.is_absent(&record))
    }
}

/// Records in a row whose fields told nothing, before hope is lost.
const PATIENCE: u32 = 8;
/// Then one of so many is tried.
const SELDOM: u32 = 16;

/// Whether to try a record's fields: of shapes that are read whole anyway, trying takes half as long again. It counts the
/// records for which that was of no use, or was not tried, since it was of use.
#[derive(Debug, Default)]
pub(super) struct Hope(AtomicU32);

impl Hope {
    fn is_there(&self) -> bool {
        let count = self.0.load(Ordering::Relaxed);
        let tries = count < PATIENCE || count.is_multiple_of(SELDOM);
        if !tries {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
        tries
    }

    fn learn(&self, was_of_use: bool) {
        if was_of_use {
            self.0.store(0, Ordering::Relaxed);
        } else {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Corpus {
    /// The fields of a record, when they are enough, and whether it was passed over for the filter's sake.
    pub(super) fn fields(
        &self,
        record: &[u8],
        context: &Context<'_>,
        needs: Needs,
    ) -> Option<(UnitReading, bool)> {
        let all = needs.fields_only;
        if !all && self.sought.is_none() || !self.hope.is_there() {
            return None;
        }
        let enough = all || self.sought.as_ref().is_some_and(|s| s.is_hopeless(record));
        if !enough {
            return None;
        }
        let reading = read_fields(record, context);
        self.hope.learn(reading.is_some());
        Some((reading?, !all))
    }

    /// For who reads only to filter by this and by nothing else: records that it cannot let through, as their bytes tell,
    /// come with nothing but their fields, and their rows say so ([`Spots::is_passed_over`]).
    ///
    /// [`Spots::is_passed_over`]: super::Spots::is_passed_over
    #[must_use]
    pub fn sought_by(self, filter: &Filter) -> Self {
        Self { sought: Sought::new(filter).map(Arc::new), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hope_is_lost_slowly_and_comes_back_at_once() {
        let hope = Hope::default();
        let tries = || {
            let tries = hope.is_there();
            if tries {
                hope.learn(false);
            }
            tries
        };
        assert!((0..PATIENCE).all(|_| tries()));
        let seldom = (0..SELDOM * 10).filter(|_| tries()).count();
        assert_eq!(seldom, 10);
        hope.learn(true);
        let mut tries = (0..PATIENCE).map(|_| hope.is_there());
        assert!(tries.all(|tries| tries));
    }
}
