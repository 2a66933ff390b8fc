//! What single characters are, as far as showing them safely goes: tables and nothing else.
//!
//! The lists are wider than "is it dangerous": whatever a terminal would swallow without a trace is
//! here too, because a reader must see that something stood there.

use super::Hidden;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Why a character must be shown by name wherever it stands. Characters that are legitimate inside an
/// emoji or on a base (see [`is_emoji_glue`], [`is_mark`]) are judged by their neighbours instead.
pub(super) fn hidden_class(c: char) -> Option<Hidden> {
    let code = c as u32;
    match code {
        0x00..=0x1F | 0x7F..=0x9F => Some(Hidden::Control),
        0x061C | 0x200E | 0x200F | 0x202A..=0x202E | 0x2066..=0x2069 => Some(Hidden::Bidi),
        0x2028 | 0x2029 => Some(Hidden::Separator),
        0x00AD
        | 0x034F
        | 0x115F
        | 0x1160
        | 0x17B4
        | 0x17B5
        | 0x180E
        | 0x200B
        | 0x200C
        | 0x2060..=0x2065
        | 0x206A..=0x206F
        | 0x3164
        | 0xFEFF
        | 0xFFA0
        | 0xFFF0..=0xFFFB
        | 0x1_BCA0..=0x1_BCA3
        | 0x1_D173..=0x1_D17A => Some(Hidden::ZeroWidth),
        // Variation selectors, tags; private use (nobody knows what the font draws) and noncharacters.
        0x180B..=0x180D
        | 0x180F
        | 0xFE00..=0xFE0D
        | 0xE_0000..=0xE_0FFF
        | 0xE000..=0xF8FF
        | 0xFDD0..=0xFDEF
        | 0xF_0000..=0x10_FFFF => Some(Hidden::Tag),
        _ if code & 0xFFFE == 0xFFFE => Some(Hidden::Tag),
        _ => None,
    }
}

/// Zero-width joiner and the two emoji presentation selectors: legitimate inside an emoji only.
pub(super) fn is_emoji_glue(c: char) -> bool {
    matches!(c, '\u{200D}' | '\u{FE0E}' | '\u{FE0F}')
}

/// Blocks that hold the pictographs. Wider than the property `Extended_Pictographic`, which is enough:
/// the grapheme rules already decided that a joiner and its neighbour belong together.
pub(super) fn is_pictograph(c: char) -> bool {
    matches!(
        c as u32,
        0xA9 | 0xAE
            | 0x203C
            | 0x2049
            | 0x2122
            | 0x2139
            | 0x2190..=0x21FF
            | 0x2300..=0x23FF
            | 0x24C2
            | 0x25A0..=0x27BF
            | 0x2900..=0x297F
            | 0x2B00..=0x2BFF
            | 0x3030
            | 0x303D
            | 0x3297
            | 0x3299
            | 0x1_F000..=0x1_F1E5
            | 0x1_F200..=0x1_FAFF
            | 0x1_FC00..=0x1_FFFD
    )
}

/// A character that draws on the one before it and takes no column of its own.
pub(super) fn is_mark(c: char) -> bool {
    UnicodeWidthChar::width(c) == Some(0) && !is_sound_mark(c)
}

/// The half-width katakana sound marks: zero columns in the tables, one column in terminals.
fn is_sound_mark(c: char) -> bool {
    matches!(c, '\u{FF9E}' | '\u{FF9F}')
}

/// Columns of a grapheme as ratatui counts them.
pub(super) fn grapheme_width(grapheme: &str) -> usize {
    let sounds =
        if grapheme.len() < 3 { 0 } else { grapheme.chars().filter(|&c| is_sound_mark(c)).count() };
    UnicodeWidthStr::width(grapheme) + sounds
}

/// A character that is a whole grapheme of its own when the next one is `lone` too: the common scripts
/// without combining marks, so that the general segmentation is needed for few characters.
pub(super) fn is_lone(c: char) -> bool {
    matches!(
        c as u32,
        0x20..=0x7E
            | 0xA0..=0xA8
            | 0xAA..=0xAC
            | 0xAF..=0x02FF
            | 0x0370..=0x0482
            | 0x048A..=0x052F
            | 0x2010..=0x2027
            | 0x2030..=0x203B
            | 0x3001..=0x3029
            | 0x3041..=0x3096
            | 0x30A0..=0x30FF
            | 0x4E00..=0x9FFF
            | 0xAC00..=0xD7A3
            | 0xFF01..=0xFF5E
    )
}

/// The name a character is shown by: a control picture for C0 and DEL, `⟨U+202E⟩` for the rest.
pub(super) fn shown_name(c: char) -> String {
    let code = c as u32;
    match code {
        0x00..=0x1F => char::from_u32(0x2400 + code).unwrap_or('\u{2426}').to_string(),
        0x7F => '\u{2421}'.to_string(),
        _ => format!("⟨U+{code:04X}⟩"),
    }
}

/// Whether every byte is printable ASCII or one of `also`. Written so that it vectorises: it is what makes
/// megabytes of ordinary text cheap.
pub(super) fn is_plain_ascii(bytes: &[u8]) -> bool {
    let plain = |b: &u8| b.wrapping_sub(0x20) < 0x5F;
    let mut chunks = bytes.chunks_exact(64);
    chunks.by_ref().all(|chunk| chunk.iter().fold(true, |ok, b| ok & plain(b)))
        && chunks.remainder().iter().all(plain)
}
