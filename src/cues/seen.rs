//! The words of a sentence with all that the rules ask of them, read fast.
//!
//! The same words as in `token`, and a test holds them equal. Two things make it fast: where words begin and
//! end is found for 64 bytes at once, and what was met before is known by its spelling, so that folding, the
//! lexicon and the stemmer see each word once and not each time.

use super::lexicon::{Class, Lexicon};
use super::recite::{self, Code};
use super::token;
use crate::text::mask::{BLOCK, block, mask};
use std::ops::Range;

/// A word of the sentence at hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Seen {
    pub start: usize,
    pub end: usize,
    /// What it is for recitations.
    pub code: Code,
    /// What it is for the rules.
    pub class: Class,
}

/// Bytes of the longest run that is remembered. Longer ones are rare.
const LONGEST: usize = 16;
/// Bytes of the longest run that is remembered as a short one.
const SHORT: usize = 8;
/// Runs remembered of either kind, each at its own place; a power of two. Ordinary reasoning has a few hundred
/// words.
const PLACES: usize = 1 << PLACE_BITS;
const PLACE_BITS: u32 = 12;

/// A short run that is one word from its first byte to its last, as most are, with its bytes as a number. They
/// are kept apart because all that is needed for one fits into a quarter of a cache line.
#[derive(Debug, Clone, Copy)]
struct Short {
    spelling: u64,
    code: Code,
    class: Class,
}

/// A run of up to 16 bytes as a number: its bytes, ASCII in lower case, then zeros, which no run has.
type Spelling = u128;

/// The bytes of a spelling that has so many.
const MASKS: [Spelling; LONGEST + 1] = {
    let mut masks = [0; LONGEST + 1];
    let mut length = 1;
    while length <= LONGEST {
        masks[length] = masks[length - 1] << 8 | 0xFF;
        length += 1;
    }
    masks
};

/// A word of a run: what is known of it, and its bytes counted from the start of the run.
#[derive(Debug, Clone, Copy, Default)]
struct Part {
    code: Code,
    class: Class,
    start: u8,
    /// 0: no word.
    end: u8,
}

#[derive(Debug, Clone, Copy, Default)]
struct Known {
    spelling: Spelling,
    /// Contractions are two words.
    parts: [Part; 2],
}

/// Runs met before. Belongs to one lexicon.
#[derive(Debug)]
pub(super) struct Memory {
    short: Vec<Short>,
    places: Vec<Known>,
    folded: String,
    /// Room for the words of a sentence that is read once more.
    pub spare: Vec<Seen>,
}

impl Default for Memory {
    fn default() -> Self {
        // No text has the byte 0xFF.
        let empty = Known { spelling: Spelling::MAX, ..Known::default() };
        let short = Short { spelling: u64::MAX, code: 0, class: 0 };
        let (short, places) = (vec![short; PLACES], vec![empty; PLACES]);
        Self { short, places, folded: String::new(), spare: Vec::new() }
    }
}

#[inline]
fn short_place(spelling: u64) -> usize {
    (spelling.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (u64::BITS - PLACE_BITS)) as usize
}

#[inline]
fn place(spelling: Spelling) -> usize {
    short_place((spelling as u64) ^ ((spelling >> 64) as u64).rotate_left(23))
}

/// Goes through a text from its start to its end.
#[derive(Debug, Clone)]
pub(super) struct Reader<'a> {
    text: &'a str,
    /// The block at hand: where it begins, and which of its bytes words may be made of.
    at: usize,
    runs: u64,
}

impl<'a> Reader<'a> {
    pub fn new(text: &'a str) -> Self {
        Self::starting(text, 0)
    }

    /// From a place on, which is not inside a word.
    pub fn starting(text: &'a str, at: usize) -> Self {
        let mut reader = Self { text, at, runs: 0 };
        reader.load(at);
        reader
    }

    #[inline]
    fn load(&mut self, at: usize) {
        self.at = at;
        self.runs = mask(&block(self.text.as_bytes(), at), may_be_word);
    }

    /// Adds the words of a sentence, or of any range that neither begins nor ends inside a word nor before
    /// the end of the last one.
    pub fn read(
        &mut self,
        range: Range<usize>,
        memory: &mut Memory,
        lexicon: &Lexicon,
        out: &mut Vec<Seen>,
    ) {
        if range.start >= self.at + BLOCK {
            self.load(range.start);
        }
        // The start of a run that goes on in the next block.
        let mut open: Option<usize> = None;
        loop {
            let at = self.at;
            let inside = below(range.end - at) & !below(range.start.saturating_sub(at));
            let runs = self.runs & inside;
            // Where runs begin and end, in turn.
            let mut edges = runs ^ (runs << 1 | u64::from(open.is_some()));
            let mut next = || {
                let edge = (edges != 0).then(|| at + edges.trailing_zeros() as usize);
                edges &= edges.wrapping_sub(1);
                edge
            };
            while let Some(start) = open.take().or_else(&mut next) {
                let Some(end) = next() else {
                    open = Some(start);
                    break;
                };
                memory.read(self.text, start, end, lexicon, out);
            }
            if range.end <= at + BLOCK {
                break;
            }
            self.load(at + BLOCK);
        }
        if let Some(start) = open {
            memory.read(self.text, start, range.end, lexicon, out);
        }
    }
}

impl Memory {
    /// Adds the words of a run of bytes that words may be made of: nearly always one.
    #[inline]
    fn read(
        &mut self,
        text: &str,
        start: usize,
        end: usize,
        lexicon: &Lexicon,
        out: &mut Vec<Seen>,
    ) {
        if let Some(spelling) = short_spelling(text, start, end) {
            let known = self.short.get(short_place(spelling));
            if let Some(Short { code, class, .. }) = known.filter(|k| k.spelling == spelling) {
                out.push(Seen { start, end, code: *code, class: *class });
                return;
            }
        }
        self.read_long(text, start, end, lexicon, out);
    }

    /// The same for a run that is not known as a short one. Not inlined, so that the short way stays short.
    #[inline(never)]
    fn read_long(
        &mut self,
        text: &str,
        start: usize,
        end: usize,
        lexicon: &Lexicon,
        out: &mut Vec<Seen>,
    ) {
        // A run that is too long is spelled 0, which is remembered nowhere.
        let bytes = MASKS.get(end - start).copied().unwrap_or_default();
        let spelling = folded(spelling_at(text, start)) & bytes;
        let known = self.places.get(place(spelling)).filter(|known| known.spelling == spelling);
        if let Some(Known { parts: [first, second], .. }) = known {
            if first.end != 0 {
                out.push(first.seen(start));
            }
            if second.end != 0 {
                out.push(second.seen(start));
            }
        } else {
            self.meet(text, start..end, spelling, lexicon, out);
        }
    }

    /// Adds the words of a run that was not met before, and remembers it if it is short enough.
    #[cold]
    fn meet(
        &mut self,
        text: &str,
        range: Range<usize>,
        spelling: Spelling,
        lexicon: &Lexicon,
        out: &mut Vec<Seen>,
    ) {
        let before = out.len();
        let run = text.get(range.clone()).unwrap_or_default();
        token::words_into(&mut self.folded, run, range.start, |t| {
            let (class, code) = (lexicon.look_up(t.word), recite::code(t.word));
            out.push(Seen { start: t.start, end: t.end, class, code });
        });
        let words = out.get(before..).unwrap_or_default();
        let mut parts = [Part::default(); 2];
        if range.len() > LONGEST || words.len() > parts.len() {
            return;
        }
        if let ([Seen { start, end, code, class }], Some(spelling)) =
            (words, short_spelling(text, range.start, range.end))
            && (*start..*end) == range
        {
            if let Some(place) = self.short.get_mut(short_place(spelling)) {
                *place = Short { spelling, code: *code, class: *class };
            }
            return;
        }
        for (part, seen) in parts.iter_mut().zip(words) {
            let Seen { start, end, class, code } = *seen;
            let (start, end) = ((start - range.start) as u8, (end - range.start) as u8);
            *part = Part { code, class, start, end };
        }
        if let Some(place) = self.places.get_mut(place(spelling)) {
            *place = Known { spelling, parts };
        }
    }
}

impl Part {
    #[inline]
    fn seen(self, run: usize) -> Seen {
        let (start, end) = (run + usize::from(self.start), run + usize::from(self.end));
        Seen { start, end, class: self.class, code: self.code }
    }
}

/// The first bits, so many of them; all, when it is more than there are.
#[inline]
fn below(bits: usize) -> u64 {
    if bits < BLOCK { !(u64::MAX << bits) } else { u64::MAX }
}

/// A run of up to [`SHORT`] bytes as a number; `None` for longer ones, and at the very end of a text.
#[inline]
fn short_spelling(text: &str, start: usize, end: usize) -> Option<u64> {
    const CASE: u64 = u64::from_le_bytes([0x20; SHORT]);
    let more = SHORT.checked_sub(end - start)?;
    let bytes = text.as_bytes().get(start..start + SHORT)?.first_chunk()?;
    let spelling = u64::from_le_bytes(*bytes);
    // As in `folded`. No run is empty, so that fewer than all bits are shifted out.
    Some((spelling | (CASE & !(spelling >> 2))) & (u64::MAX >> (8 * more)))
}

/// ASCII letters in lower case, digits and the bytes of other characters as they are.
#[inline]
fn folded(spelling: Spelling) -> Spelling {
    const CASE: Spelling = Spelling::from_le_bytes([0x20; LONGEST]);
    // The highest bit of each byte, which ASCII has not, moved to the bit of the case.
    spelling | (CASE & !(spelling >> 2))
}

/// The bytes from here on, as many as a spelling has.
#[inline]
fn spelling_at(text: &str, start: usize) -> Spelling {
    let bytes = text.as_bytes();
    match bytes.get(start..start + LONGEST).and_then(|whole| whole.first_chunk()) {
        Some(whole) => Spelling::from_le_bytes(*whole),
        None => padded_at(bytes, start),
    }
}

#[cold]
fn padded_at(bytes: &[u8], start: usize) -> Spelling {
    let rest = bytes.get(start..).unwrap_or_default();
    let mut padded = [0; LONGEST];
    for (place, byte) in padded.iter_mut().zip(rest) {
        *place = *byte;
    }
    Spelling::from_le_bytes(padded)
}

/// Letters and digits of ASCII, apostrophes, and all bytes of other characters.
#[inline]
fn may_be_word(byte: u8) -> bool {
    ((byte | 0x20).wrapping_sub(b'a') < 26)
        | (byte.wrapping_sub(b'0') < 10)
        | (byte == b'\'')
        | (byte >= 0x80)
}
