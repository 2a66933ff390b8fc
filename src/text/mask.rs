//! Which of 64 bytes belong to a class, as one bit each: how scanners get from word to word and from mark
//! to mark without a step for every byte between.
//!
//! Knows bytes only. What a byte beyond ASCII is part of is decided by the scanner that asked for it.

/// Bytes looked at together.
pub(crate) const BLOCK: usize = u64::BITS as usize;

/// The block that begins at `at`; beyond the end of the bytes it is filled with zeros.
pub(crate) fn block(bytes: &[u8], at: usize) -> [u8; BLOCK] {
    let rest = bytes.get(at..).unwrap_or_default();
    if let Some(whole) = rest.first_chunk() {
        return *whole;
    }
    let mut padded = [0; BLOCK];
    for (place, byte) in padded.iter_mut().zip(rest) {
        *place = *byte;
    }
    padded
}

/// Bit `i` tells whether byte `i` is in the class. Two plain loops without branches, because compilers make
/// vector instructions of them: `is` should compare and combine, not jump.
#[inline]
pub(crate) fn mask(block: &[u8; BLOCK], is: impl Fn(u8) -> bool) -> u64 {
    let mut flags = [0_u8; BLOCK];
    for (flag, byte) in flags.iter_mut().zip(block) {
        *flag = u8::from(is(*byte));
    }
    let (eights, _) = flags.as_chunks::<8>();
    let mut bits = 0;
    for (i, eight) in eights.iter().enumerate() {
        // Eight flags, one a byte, become the top byte, one a bit.
        let flags = u64::from_le_bytes(*eight);
        bits |= (flags.wrapping_mul(0x0102_0408_1020_4080) >> 56) << (8 * i);
    }
    bits
}

/// The places of a class's bytes, in order. Zero must not be in the class.
#[derive(Debug, Clone)]
pub(crate) struct Places<'a, F> {
    bytes: &'a [u8],
    is: F,
    /// Where the block at hand begins.
    at: usize,
    /// Its places that are still to come.
    bits: u64,
}

impl<'a, F: Fn(u8) -> bool> Places<'a, F> {
    pub fn new(bytes: &'a [u8], is: F) -> Self {
        let bits = mask(&block(bytes, 0), &is);
        Self { bytes, is, at: 0, bits }
    }

    /// The next place at or after `from`, which must not go back.
    pub fn next_from(&mut self, from: usize) -> Option<usize> {
        if from >= self.at + BLOCK {
            self.at = from;
            self.bits = mask(&block(self.bytes, from), &self.is);
        }
        self.bits &= u64::MAX << from.saturating_sub(self.at);
        while self.bits == 0 {
            self.at += BLOCK;
            if self.at >= self.bytes.len() {
                return None;
            }
            self.bits = mask(&block(self.bytes, self.at), &self.is);
        }
        Some(self.at + self.bits.trailing_zeros() as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn places_are_those_of_a_plain_search(
            bytes in prop::collection::vec(prop::sample::select(vec![b'.', b'a', b' ', 0, 255]), 0..300),
            steps in prop::collection::vec(0_usize..90, 0..40),
        ) {
            let is = |b: u8| (b == b'.') | (b == 255);
            let mut places = Places::new(&bytes, is);
            let mut from = 0;
            for step in steps {
                let plain = bytes.iter().skip(from).position(|b| is(*b)).map(|i| from + i);
                prop_assert_eq!(places.next_from(from), plain, "from {}", from);
                from += step;
            }
        }
    }
}
