//! What a filter can say of a transcript from the raw bytes of its record: its text terms look for their needles in the
//! bytes of the right sections, and only where one may be is a piece decoded.

use super::RowView;
use super::spots::{Spot, unpack};
use crate::ingest::strings;
use crate::query::{Filter, TextTerm, Truth};
use crate::text::{Needle, OddEscapes, RawNeedle};

/// Most terms that are looked for; the others have to be asked of the text.
const MOST_TERMS: usize = 64;
/// Bytes around a find that are decoded first: mostly they hold the whole match.
const REACH: usize = 256;

/// The text terms of a filter, ready to be looked for in raw bytes.
pub(super) struct Sieve<'f> {
    filter: &'f Filter,
    /// The rarest first: when it is absent, the others need not be looked for in most filters.
    sought: Vec<Sought<'f>>,
}

struct Sought<'f> {
    term: TextTerm<'f>,
    /// How to look for it; `None` where only the text can tell.
    raw: Option<(RawNeedle, OddEscapes)>,
}

impl Sought<'_> {
    fn weight(&self) -> u32 {
        self.raw.as_ref().map_or(0, |(raw, _)| raw.weight())
    }

    /// Whether the section that these bytes say holds a match; `None` when they say none.
    fn is_in(&self, bytes: &[u8], scratch: &mut String) -> Option<bool> {
        let needle = self.term.needle;
        if let Some((raw, odd)) = &self.raw {
            match raw.find(bytes) {
                Some(at) if needle.is_local() => {
                    let near = strings::around(bytes, at, REACH);
                    scratch.clear();
                    if strings::decode(near, scratch) && needle.is_in(scratch) {
                        return Some(true);
                    }
                }
                None if !odd.are_in(bytes) => return Some(false),
                _ => {}
            }
        }
        scratch.clear();
        strings::decode(bytes, scratch).then(|| needle.is_in(scratch))
    }
}

impl<'f> Sieve<'f> {
    pub(super) fn new(filter: &'f Filter) -> Self {
        let sought = |term: TextTerm<'f>| {
            let raw = term.needle.raw();
            Sought {
                raw: raw.map(|raw| {
                    let odd = OddEscapes::of([&raw]);
                    (raw, odd)
                }),
                term,
            }
        };
        let mut sought: Vec<Sought<'f>> =
            filter.text_terms().into_iter().take(MOST_TERMS).map(sought).collect();
        sought.sort_by_key(|sought| std::cmp::Reverse(sought.weight()));
        Self { filter, sought }
    }

    /// Whether bytes can say anything at all.
    pub(super) fn is_of_use(&self) -> bool {
        !self.sought.is_empty()
    }

    /// What the filter says of a row with this record; [`Truth::NeedsBody`] when that has to be read.
    pub(super) fn test(&self, view: &RowView<'_>, record: &[u8], scratch: &mut String) -> Truth {
        let mut known = [None; MOST_TERMS];
        for (sought, slot) in self.sought.iter().zip(0..) {
            let found = find(sought, view, record, scratch);
            let Some(known_now) = known.get_mut::<usize>(slot).filter(|_| found.is_some()) else {
                continue;
            };
            *known_now = found;
            let told = |needle: &Needle| {
                let at = self.sought.iter().position(|s| std::ptr::eq(s.term.needle, needle))?;
                known.get(at).copied().flatten()
            };
            match self.filter.test_knowing(view, &told) {
                Truth::NeedsBody => {}
                truth => return truth,
            }
        }
        Truth::NeedsBody
    }
}

/// Whether a term is true of a row; `None` when the bytes do not tell.
fn find(
    sought: &Sought<'_>,
    view: &RowView<'_>,
    record: &[u8],
    scratch: &mut String,
) -> Option<bool> {
    let mut sure = true;
    for Spot { kind, response, bytes } in unpack(view.chunk.spots.get(view.at)) {
        if !sought.term.looks_in(kind, response) {
            continue;
        }
        let bytes = bytes.and_then(|range| record.get(range));
        match bytes.and_then(|bytes| sought.is_in(bytes, scratch)) {
            Some(true) => return Some(true),
            Some(false) => {}
            None => sure = false,
        }
    }
    sure.then_some(false)
}
