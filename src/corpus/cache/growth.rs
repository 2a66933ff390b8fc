//! What an index holds of a file for the case that it grows: where to read on, and what was known up to there.

use super::super::RowId;
use super::super::again::{Formats, Sure};
use super::super::stack::Stack;
use super::wire::{Rest, Wire};
use super::words::code;
use crate::ingest::units::Resume;
use crate::model::Problem;

/// Of a file of which nothing but its end can be changed by what is written behind it.
#[derive(Debug, Clone)]
pub(in crate::corpus) struct Growth {
    pub sure: Sure,
    /// Problems told of what is not sure, and of the end.
    pub said: Vec<Problem>,
    /// How many of its rows are sure; they are its first ones.
    pub rows: u32,
}

impl Wire for Resume {
    fn put(&self, out: &mut Vec<u8>) {
        for number in [self.offset, self.line, self.index, self.strict_until] {
            number.put(out);
        }
    }
    fn take(from: &mut Rest<'_>) -> Option<Self> {
        let (offset, line) = (Wire::take(from)?, Wire::take(from)?);
        Some(Self { offset, line, index: Wire::take(from)?, strict_until: Wire::take(from)? })
    }
}

impl Wire for Sure {
    fn put(&self, out: &mut Vec<u8>) {
        self.resume.put(out);
        self.counts.put(out);
        self.mended.put(out);
        let formats = self.formats.iter();
        let formats =
            formats.map(|(name, records, why)| ((*name).to_owned(), (*records, why.clone())));
        formats.collect::<Vec<_>>().put(out);
        self.per_kind.iter().map(|(kind, n)| (*kind, *n)).collect::<Vec<_>>().put(out);
    }
    fn take(from: &mut Rest<'_>) -> Option<Self> {
        let (resume, counts, mended) = (Wire::take(from)?, Wire::take(from)?, Wire::take(from)?);
        let formats: Vec<(String, (u64, String))> = Vec::take(from)?;
        let formats: Formats =
            formats.into_iter().map(|(name, (records, why))| (code(name), records, why)).collect();
        let per_kind = Vec::take(from)?.into_iter().collect();
        Some(Self { resume, counts, mended, formats, per_kind })
    }
}

impl Wire for Growth {
    fn put(&self, out: &mut Vec<u8>) {
        self.sure.put(out);
        self.said.put(out);
        self.rows.put(out);
    }
    fn take(from: &mut Rest<'_>) -> Option<Self> {
        let (sure, said) = (Wire::take(from)?, Wire::take(from)?);
        Some(Self { sure, said, rows: Wire::take(from)? })
    }
}

/// How many of a file's rows, given by the first and their number, are of units before this one. `None` when they do not stand in
/// the order of the file, as after places were taken again.
pub(super) fn rows_before(stack: &Stack, (first, len): (RowId, u32), unit: u64) -> Option<u32> {
    let end = first.checked_add(len)?;
    let (mut before, mut last) = (0, None);
    for (start, chunk) in stack.from(first).take_while(|(start, _)| *start < end) {
        for (at, _) in (0..chunk.len).zip(start..end).skip(first.saturating_sub(start) as usize) {
            let place = (chunk.index.get(at), chunk.ordinal.get(at));
            if last.is_some_and(|last| last >= place) {
                return None;
            }
            last = Some(place);
            before += u32::from(place.0 < unit);
        }
    }
    Some(before)
}
