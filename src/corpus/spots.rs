//! Where the texts of a transcript's sections stand in the bytes of its record: what lets a search look for words in the
//! bytes, and in the right sections only, without reading the record again.
//!
//! Every place was compared with the text when it was noted. A section whose text stands nowhere in the record (it was
//! decoded twice, put together, or joined from elsewhere) is noted without a place: whoever asks for it has to read.

use std::ops::Range;

use crate::ingest::strings;
use crate::model::{SectionKind, Transcript};

/// Transcripts of more sections note nothing: what a row takes must not grow with its body.
const MOST_SECTIONS: usize = 256;

/// Bits of a section's first byte, besides the number of its kind.
const RESPONSE: u8 = 8;
const PLACED: u8 = 16;
/// Of no section: alone, it says that nobody looked at any.
const PASSED_OVER: u8 = 32;
const KIND: u8 = 7;

/// Where a section is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spot {
    /// What it holds.
    pub kind: SectionKind,
    /// It belongs to the final response.
    pub response: bool,
    /// The bytes of the record that say its text; `None` when they do not stand there.
    pub bytes: Option<Range<usize>>,
}

/// All sections of a transcript, packed: some five bytes each. Empty: nothing is known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Spots(Box<[u8]>);

impl Spots {
    /// Looks for the sections in the record that they were made of.
    #[must_use]
    pub fn of(transcript: &Transcript, record: &[u8]) -> Self {
        if transcript.sections.len() > MOST_SECTIONS {
            return Self::default();
        }
        let mut packed = Vec::with_capacity(transcript.sections.len() * 5);
        let mut before = 0;
        for section in &transcript.sections {
            let number = SectionKind::ALL.iter().position(|kind| *kind == section.kind);
            let mut first = number.unwrap_or_default() as u8 & KIND;
            if section.turn >= transcript.response_turn {
                first |= RESPONSE;
            }
            // Sections mostly follow one another in the record too.
            let Some(found) = strings::find(record, &section.text, before) else {
                packed.push(first);
                continue;
            };
            packed.push(first | PLACED);
            #[allow(clippy::cast_possible_wrap)] // a record is no longer than 256 MB
            let ahead = found.start as i64 - before as i64;
            put(&mut packed, (ahead << 1 ^ ahead >> 63) as u64);
            put(&mut packed, found.len() as u64);
            before = found.end;
        }
        Self(packed.into())
    }

    /// Of a transcript that was not read, as it cannot be what is sought.
    pub(super) fn passed_over() -> Self {
        Self(Box::new([PASSED_OVER]))
    }

    /// Whether the transcript was not read, as it cannot be what is sought: its row has what the record's fields say, and
    /// nothing that its texts would.
    #[must_use]
    pub fn is_passed_over(&self) -> bool {
        are_passed_over(&self.0)
    }

    /// As they came from a column.
    pub(super) fn packed(bytes: &[u8]) -> Self {
        Self(bytes.into())
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// In order.
    pub fn iter(&self) -> impl Iterator<Item = Spot> + '_ {
        unpack(&self.0)
    }
}

/// As [`Spots::is_passed_over`], in the bytes of a column.
pub(super) fn are_passed_over(bytes: &[u8]) -> bool {
    bytes == [PASSED_OVER]
}

/// The spots in the bytes of a column.
pub(super) fn unpack(bytes: &[u8]) -> impl Iterator<Item = Spot> + '_ {
    let mut rest = if are_passed_over(bytes) { &[] } else { bytes };
    let mut before = 0_u64;
    std::iter::from_fn(move || {
        let (first, behind) = rest.split_first()?;
        rest = behind;
        let kind = *SectionKind::ALL.get(usize::from(first & KIND))?;
        let response = first & RESPONSE != 0;
        if first & PLACED == 0 {
            return Some(Spot { kind, response, bytes: None });
        }
        let ahead = take(&mut rest)?;
        let start = before.wrapping_add(ahead >> 1 ^ (ahead & 1).wrapping_neg());
        let end = start.checked_add(take(&mut rest)?)?;
        before = end;
        Some(Spot { kind, response, bytes: Some(start as usize..end as usize) })
    })
}

/// Seven bits a byte, the lowest first.
fn put(into: &mut Vec<u8>, mut number: u64) {
    while number > 0x7f {
        into.push(number as u8 | 0x80);
        number >>= 7;
    }
    into.push(number as u8);
}

fn take(from: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = from.split_first()?;
        *from = rest;
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Role, Section};
    use proptest::prelude::*;

    fn section(kind: SectionKind, turn: u32, text: &str) -> Section {
        let (role, origin) = (Role::Assistant, String::new());
        Section { turn, role, kind, origin, start: 0, end: text.len(), text: text.to_owned() }
    }

    #[test]
    fn sections_are_noted_with_their_places() {
        let record = br#"{"answer": "think\nso", "q": "why?"}"#;
        let sections = vec![
            section(SectionKind::User, 0, "why?"),
            section(SectionKind::Scratchpad, 1, "think\nso"),
            section(SectionKind::Other, 1, "from elsewhere"),
            section(SectionKind::Output, 1, "so"),
        ];
        let transcript = Transcript { sections, response_turn: 1, ..Transcript::default() };
        let spots: Vec<Spot> = Spots::of(&transcript, record).iter().collect();
        let spot = |kind, response, bytes| Spot { kind, response, bytes };
        let expected = [
            spot(SectionKind::User, false, Some(30..34)),
            spot(SectionKind::Scratchpad, true, Some(12..21)),
            spot(SectionKind::Other, true, None),
            spot(SectionKind::Output, true, Some(19..21)),
        ];
        assert_eq!(spots, expected);
        let many = vec![section(SectionKind::Output, 1, "so"); MOST_SECTIONS + 1];
        let transcript = Transcript { sections: many, ..transcript };
        assert_eq!(Spots::of(&transcript, record), Spots::default());
    }

    proptest! {
        #[test]
        fn any_bytes_are_unpacked(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
            let places = unpack(&bytes).filter_map(|spot| spot.bytes);
            prop_assert!(places.take(100).all(|range| range.start <= range.end));
        }

        #[test]
        fn numbers_come_back(numbers in proptest::collection::vec(any::<u64>(), 0..9)) {
            let mut bytes = Vec::new();
            for number in &numbers {
                put(&mut bytes, *number);
            }
            let mut rest = bytes.as_slice();
            for number in numbers {
                prop_assert_eq!(take(&mut rest), Some(number));
            }
            prop_assert_eq!(take(&mut rest), None);
        }
    }
}
