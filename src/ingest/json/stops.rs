//! Where quotes and backslashes stand in a unit's bytes: asked for one after another, found sixty-four bytes at a time. Texts
//! have one every few dozen bytes, and a search that starts anew for each costs more than it finds.

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
}

impl<'a> Stops<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, base: 0, found: look(bytes, 0) }
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

    fn search(&mut self, from: usize) -> Option<usize> {
        self.base = from;
        loop {
            self.found = look(self.bytes, self.base);
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

/// A bit for each byte from an offset on.
fn look(bytes: &[u8], from: usize) -> u64 {
    let rest = bytes.get(from..).unwrap_or_default();
    if let Some(block) = rest.first_chunk() {
        return bits(block);
    }
    let mut block = [0; BLOCK];
    for (place, byte) in block.iter_mut().zip(rest) {
        *place = *byte;
    }
    bits(&block)
}

#[inline]
fn bits(block: &[u8; BLOCK]) -> u64 {
    let (quote, backslash) = (u8x16::splat(b'"'), u8x16::splat(b'\\'));
    let (parts, _) = block.as_chunks();
    parts.iter().rev().fold(0, |bits, part| {
        let part = u8x16::new(*part);
        let found = part.simd_eq(quote) | part.simd_eq(backslash);
        bits << 16 | u64::from(found.to_bitmask())
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

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
            }
        }
    }
}
