//! Where quotes and backslashes stand in a unit's bytes: asked for one after another, found sixty-four bytes at a time. Texts
//! have one every few dozen bytes, and a search that starts anew for each costs more than it finds. Whether anything else
//! than printable ASCII was passed is noticed on the way.

use wide::u8x16;

/// Bytes looked at together.
const BLOCK: usize = 64;

/// The quotes and backslashes of a unit.
#[derive(Debug)]
pub(super) struct Stops<'a> {
    bytes: &'a [u8],
    /// Where the block begins that was looked at last, and a bit for each of its bytes.
    base: usize,
    found: u64,
    /// Some byte of the blocks looked at is below 0x20, or beyond ASCII.
    pub(super) controls: bool,
    pub(super) beyond: bool,
}

impl<'a> Stops<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        let mut stops = Self { bytes, base: 0, found: 0, controls: false, beyond: false };
        stops.look();
        stops
    }

    /// The first one from an offset on.
    #[inline]
    pub(super) fn from(&mut self, at: usize) -> Option<usize> {
        // Asked from before the block, nothing is known.
        let known = at.checked_sub(self.base).filter(|passed| *passed < BLOCK);
        if let Some(passed) = known {
            let rest = self.found >> passed;
            if rest != 0 {
                return Some(at + rest.trailing_zeros() as usize);
            }
        }
        self.search(known.map_or(at, |_| self.base + BLOCK))
    }

    /// Looks at the block.
    fn look(&mut self) {
        let rest = self.bytes.get(self.base..).unwrap_or_default();
        let (found, controls, beyond) = if let Some(block) = rest.first_chunk() {
            marks(block)
        } else {
            let mut block = [b' '; BLOCK];
            for (place, byte) in block.iter_mut().zip(rest) {
                *place = *byte;
            }
            marks(&block)
        };
        self.found = found;
        self.controls |= controls;
        self.beyond |= beyond;
    }

    fn search(&mut self, from: usize) -> Option<usize> {
        self.base = from;
        loop {
            self.look();
            if self.found != 0 {
                return Some(self.base + self.found.trailing_zeros() as usize);
            }
            if self.base >= self.bytes.len() {
                return None;
            }
            self.base += BLOCK;
        }
    }
}

#[inline]
fn marks(block: &[u8; BLOCK]) -> (u64, bool, bool) {
    let (quote, backslash) = (u8x16::splat(b'"'), u8x16::splat(b'\\'));
    let (mut found, mut lowest, mut bits) = (0, u8x16::splat(0xff), u8x16::splat(0));
    let (parts, _) = block.as_chunks();
    for part in parts.iter().rev() {
        let part = u8x16::new(*part);
        lowest = lowest.min(part);
        bits |= part;
        let stops = part.simd_eq(quote) | part.simd_eq(backslash);
        found = found << 16 | u64::from(stops.to_bitmask());
    }
    let controls =
        lowest.min(u8x16::splat(0x20)).simd_eq(u8x16::splat(0x20)).to_bitmask() != 0xffff;
    (found, controls, bits.to_bitmask() != 0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_odd_is_noticed() {
        for (text, controls, beyond) in [
            ("a \"~\\ b".repeat(40), false, false),
            (" ".repeat(63) + "é", false, true),
            ("\u{1f}".to_owned(), true, false),
        ] {
            let mut stops = Stops::new(text.as_bytes());
            while stops.from(stops.base + BLOCK).is_some() {}
            assert_eq!((stops.controls, stops.beyond), (controls, beyond), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn every_one_is_found_from_anywhere(
            bytes in prop::collection::vec(prop_oneof![9 => any::<u8>(), 1 => Just(b'"'), 1 => Just(b'\\')], 0..300),
            asked in prop::collection::vec(0..320_usize, 1..20),
            ordered in any::<bool>(),
        ) {
            let mut asked = asked;
            if ordered {
                asked.sort_unstable();
            }
            let mut stops = Stops::new(&bytes);
            for at in asked {
                let rest = bytes.get(at..).unwrap_or_default();
                let first = rest.iter().position(|b| matches!(b, b'"' | b'\\')).map(|n| at + n);
                prop_assert_eq!(stops.from(at), first, "from {}", at);
                let passed = rest.get(..first.map_or(rest.len(), |first| first - at)).unwrap_or_default();
                prop_assert!(stops.controls || passed.iter().all(|b| *b >= 0x20));
                prop_assert!(stops.beyond || passed.is_ascii());
            }
        }
    }
}
