//! Two scans over raw bytes that keep up with the memory: one for a run of ASCII characters, one for escapes that no
//! usual writer makes.
//!
//! Both look at the same few places of many positions at once, in loops that the compiler turns into vector
//! instructions, and look closely only where such a stretch holds anything. A search of single bytes would stop at
//! every other word of a prose; these two stop where two or three bytes fit.

/// Positions that are looked at together.
const LANES: usize = 128;
/// Longest run.
pub(super) const MOST_PLACES: usize = super::needed::MOST_ATOMS;
/// Bytes that an escape of an ASCII character reaches beyond its first: `\u0041`.
const REACH: usize = 5;

/// A set of ASCII characters: bit n is the character of code n.
pub(super) type Ascii = u128;

pub(super) fn holds(set: Ascii, byte: u8) -> bool {
    byte < 128 && set >> byte & 1 == 1
}

/// Bytes that fit when the bits outside the mask are those of `value`.
#[derive(Debug, Clone, Copy)]
struct Fit {
    at: usize,
    mask: u8,
    value: u8,
}

impl Fit {
    /// For a set of one character, or of two that differ in one bit, as the two cases of a letter do.
    fn new(at: usize, set: Ascii) -> Option<Self> {
        let (low, high) = (set.trailing_zeros(), 127_u32.checked_sub(set.leading_zeros())?);
        let mask = (low ^ high) as u8;
        let fits = set.count_ones() <= 2 && mask.count_ones() <= 1;
        fits.then_some(Self { at, mask, value: low as u8 | mask })
    }
}

/// A run of ASCII characters, each place with the characters that may stand there.
#[derive(Debug, Clone)]
pub(super) struct Places {
    sets: Vec<Ascii>,
    /// The two places that fit least often.
    rare: [Fit; 2],
}

impl Places {
    /// At most [`MOST_PLACES`] places; `rarity` says how seldom a set's characters are. `None` when no place has so few
    /// characters that it can be looked for.
    pub(super) fn new(sets: Vec<Ascii>, rarity: impl Fn(Ascii) -> u32) -> Option<Self> {
        if sets.len() > MOST_PLACES {
            return None;
        }
        let mut fits: Vec<(u32, Fit)> = (0..)
            .zip(&sets)
            .filter_map(|(at, set)| Some((rarity(*set), Fit::new(at, *set)?)))
            .collect();
        fits.sort_by_key(|(rarity, fit)| (std::cmp::Reverse(*rarity), fit.at));
        let first = fits.first()?.1;
        let second = fits.get(1).map_or(first, |(_, fit)| *fit);
        Some(Self { sets, rare: [first, second] })
    }

    /// The first place where the run stands.
    pub(super) fn find(&self, bytes: &[u8]) -> Option<usize> {
        let reach = self.sets.len().saturating_sub(1);
        let mut rest = bytes;
        while rest.len() >= LANES + reach {
            if self.may_start(rest)
                && let Some(at) = self.start(rest, LANES)
            {
                return Some(bytes.len() - rest.len() + at);
            }
            rest = rest.get(LANES..).unwrap_or_default();
        }
        // Behind the end stand zeros, which fit nothing.
        let mut end = [0; 2 * (LANES + MOST_PLACES)];
        for (slot, byte) in end.iter_mut().zip(rest) {
            *slot = *byte;
        }
        let behind = end.get(LANES..).unwrap_or_default();
        if !self.may_start(&end) && !self.may_start(behind) {
            return None;
        }
        self.start(rest, rest.len()).map(|at| bytes.len() - rest.len() + at)
    }

    /// Whether both rare places fit at any of the first positions. False when there is no room for it.
    fn may_start(&self, bytes: &[u8]) -> bool {
        let [a, b] = self.rare;
        let lane = |fit: Fit| bytes.get(fit.at..).and_then(<[u8]>::first_chunk::<LANES>);
        let (Some(first), Some(second)) = (lane(a), lane(b)) else { return false };
        let mut any = 0;
        for (x, y) in first.iter().zip(second) {
            any |= u8::from((x | a.mask) == a.value) & u8::from((y | b.mask) == b.value);
        }
        any != 0
    }

    /// At which of the first positions the run starts.
    fn start(&self, bytes: &[u8], positions: usize) -> Option<usize> {
        let [a, b] = self.rare;
        let fits =
            |here: &[u8], fit: Fit| here.get(fit.at).is_some_and(|x| x | fit.mask == fit.value);
        bytes.windows(self.sets.len().max(1)).take(positions).position(|here| {
            fits(here, a) && fits(here, b) && self.sets.iter().zip(here).all(|(s, x)| holds(*s, *x))
        })
    }
}

/// What no usual writer of JSON makes: ASCII characters written as `\u0041` though nothing asks for it, and the two
/// characters beyond ASCII that letter case folds into it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Odd {
    /// Escapes of these.
    pub(super) escaped: Ascii,
    /// `ſ`, which is an `s`.
    pub(super) long_s: bool,
    /// The sign for kelvin, which is a `k`.
    pub(super) kelvin: bool,
}

impl Odd {
    pub(super) fn or(self, other: Self) -> Self {
        Self {
            escaped: self.escaped | other.escaped,
            long_s: self.long_s || other.long_s,
            kelvin: self.kelvin || other.kelvin,
        }
    }

    pub(super) fn is_in(self, bytes: &[u8]) -> bool {
        if self == Self::default() {
            return false;
        }
        // Most often there are letters only, whose codes begin with 4 to 7.
        let letters = self.escaped & ((1 << 64) - 1) == 0;
        let low = if letters { b'4' } else { b'2' };
        match (self.long_s, self.kelvin) {
            (false, false) => self.scan::<false, false>(bytes, low),
            (true, false) => self.scan::<true, false>(bytes, low),
            (false, true) => self.scan::<false, true>(bytes, low),
            (true, true) => self.scan::<true, true>(bytes, low),
        }
    }

    fn scan<const S: bool, const K: bool>(self, bytes: &[u8], low: u8) -> bool {
        let mut rest = bytes;
        while let Some(window) = rest.first_chunk() {
            if may_be_odd::<S, K>(window, low) && self.starts(rest, LANES) {
                return true;
            }
            rest = rest.get(LANES..).unwrap_or_default();
        }
        let mut end = [0; 2 * LANES + REACH];
        for (slot, byte) in end.iter_mut().zip(rest) {
            *slot = *byte;
        }
        let behind = end.get(LANES..).and_then(<[u8]>::first_chunk);
        let may = end.first_chunk().is_some_and(|window| may_be_odd::<S, K>(window, low))
            || behind.is_some_and(|window| may_be_odd::<S, K>(window, low));
        may && self.starts(rest, rest.len())
    }

    /// Whether any of it starts at one of the first positions.
    fn starts(self, bytes: &[u8], positions: usize) -> bool {
        let starts = |at: usize| match bytes.get(at..).unwrap_or_default() {
            [b'\\', b'u', digits @ ..] => match hex(digits) {
                Some(0x17F) => self.long_s,
                Some(0x212A) => self.kelvin,
                Some(code) => u8::try_from(code).is_ok_and(|code| holds(self.escaped, code)),
                None => false,
            },
            [0xC5, 0xBF, ..] => self.long_s,
            [0xE2, 0x84, 0xAA, ..] => self.kelvin,
            _ => false,
        };
        (0..positions.min(bytes.len())).any(starts)
    }
}

/// The four digits of an escape.
fn hex(bytes: &[u8]) -> Option<u16> {
    let digits = std::str::from_utf8(bytes.get(..4)?).ok()?;
    let all = digits.bytes().all(|b| b.is_ascii_hexdigit());
    if all { u16::from_str_radix(digits, 16).ok() } else { None }
}

/// Whether something like an odd escape starts at one of the first positions. What is not: `\u2019`, `\u00e9`, `\u0159`.
fn may_be_odd<const S: bool, const K: bool>(window: &[u8; LANES + REACH], low: u8) -> bool {
    let mut any = 0;
    // Indices stay below the length, which the compiler knows.
    for i in 0..LANES {
        let escape = window[i + 1] == b'u';
        let mut odd =
            escape & (window[i + 3] == b'0') & (window[i + 4].wrapping_sub(low) <= b'7' - low);
        if S {
            odd |= escape & (window[i + 4] == b'7') & (window[i + 5] | 0x20 == b'f');
            odd |= (window[i] == 0xC5) & (window[i + 1] == 0xBF);
        }
        if K {
            odd |= escape & (window[i + 4] == b'2') & (window[i + 5] | 0x20 == b'a');
            odd |= (window[i + 1] == 0x84) & (window[i + 2] == 0xAA);
        }
        any |= u8::from(odd);
    }
    any != 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn set(chars: &str) -> Ascii {
        chars.bytes().fold(0, |set, byte| set | 1 << byte)
    }

    fn places(word: &str) -> Places {
        let sets = word.bytes().map(|b| 1 << b.to_ascii_lowercase() | 1 << b.to_ascii_uppercase());
        Places::new(sets.collect(), u128::trailing_zeros).unwrap()
    }

    #[test]
    fn what_is_odd() {
        let odd = Odd { escaped: set("aA<"), long_s: true, kelvin: true };
        for (text, expected) in [
            (r"\u0061", true),
            (r"\u0041", true),
            (r"\u003C", true),
            (r"\u003e", false),
            (r"\u0062", false),
            (r"\u2019 \u00e9 \u0159 \u2026 \u0461", false),
            (r"\u017F", true),
            (r"\u017f", true),
            (r"\u212a", true),
            (r"\u212A", true),
            ("ſ", true),
            ("\u{212A}", true),
            ("Å\u{2126}ż", false),
            (r"\u00", false),
            (r"\u00+1", false),
            ("", false),
        ] {
            // Wherever it stands.
            for before in [0, 1, 122, 123, 124, 127, 128, 129, 255, 256, 300] {
                for after in [0, 1, 4, 127, 128, 150] {
                    let text = format!("{}{text}{}", "u".repeat(before), "0".repeat(after));
                    assert_eq!(odd.is_in(text.as_bytes()), expected, "{text}");
                }
            }
        }
        assert!(!Odd::default().is_in(br"\u0061"));
        let letters = Odd { escaped: set("aA"), ..Odd::default() };
        assert!(!letters.is_in("ſ \\u017f \u{212A} \\u212a".as_bytes()));
    }

    #[test]
    fn a_set_is_looked_for_by_one_bit_at_most() {
        assert!(Fit::new(0, set("aA")).is_some() && Fit::new(0, set("-")).is_some());
        assert!(Fit::new(0, set("ae")).is_some(), "they differ in one bit");
        assert!(Fit::new(0, set("ab")).is_none() && Fit::new(0, set("aAe")).is_none());
        assert!(Fit::new(0, 0).is_none());
        assert!(Places::new(vec![set("ab"), set("xyz")], |_| 1).is_none());
    }

    proptest! {
        #[test]
        fn a_word_is_found_wherever_it_stands(
            word in "[a-c]{1,4}|[a-z]{48}",
            text in "[a-cA-C]{0,400}|[a-c é]{0,90}",
            put in any::<bool>(),
            at in 0usize..400,
        ) {
            let mut text = text;
            if put {
                let at = text.floor_char_boundary(at);
                text.insert_str(at, &word.to_uppercase());
            }
            let found = places(&word).find(text.as_bytes());
            let lower = text.as_bytes().to_ascii_lowercase();
            let expected = lower.windows(word.len()).position(|here| here == word.as_bytes());
            prop_assert_eq!(found, expected);
        }
    }
}
