//! A text without what draws nothing: what a reader takes words from, with the way back to the bytes they stand in.
//!
//! Left out are zero-width, bidi and tag characters, soft hyphens, control characters and the sequences that colour a
//! terminal, which would cut a word in two for whoever looks for it. White space stays, private characters too (nobody knows what is
//! drawn for them), and of a sequence that moves the cursor its first byte, which still parts words. Not for showing: there
//! all of these have names, see `sanitize`.

use super::chars::{hidden_class, is_emoji_glue};
use super::mask::{BLOCK, block, mask};
use super::sanitize::Hidden;
use std::borrow::Cow;

/// Longest sequence of a terminal that is taken for one, in bytes.
const LONGEST: usize = 64;

/// A text as it is read.
#[derive(Debug, Clone)]
pub struct Visible<'a> {
    text: Cow<'a, str>,
    /// Where something was left out: the byte of `text` that it stood before, and how many bytes were left out up to there.
    gaps: Vec<(usize, usize)>,
}

impl<'a> Visible<'a> {
    /// Takes away what draws nothing; borrows a text that holds nothing of the kind. Linear.
    #[must_use]
    pub fn of(text: &'a str) -> Self {
        let mut own = String::new();
        let mut gaps: Vec<(usize, usize)> = Vec::new();
        let (mut at, mut copied) = (0, 0);
        while let Some(odd) = next_odd(text.as_bytes(), at) {
            let Some(c) = text.get(odd..).and_then(|rest| rest.chars().next()) else { break };
            at = odd + c.len_utf8();
            if !draws_nothing(c) {
                continue;
            }
            let (start, end) = sequence(text, odd, c).unwrap_or((odd, at));
            own.push_str(text.get(copied..start).unwrap_or_default());
            let gone = gaps.last().map_or(0, |gap| gap.1) + end - start;
            match gaps.last_mut() {
                Some(last) if last.0 == own.len() => last.1 = gone,
                _ => gaps.push((own.len(), gone)),
            }
            (copied, at) = (end, end);
        }
        if gaps.is_empty() {
            return Self { text: Cow::Borrowed(text), gaps };
        }
        own.push_str(text.get(copied..).unwrap_or_default());
        Self { text: Cow::Owned(own), gaps }
    }

    /// What is read.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether nothing was left out.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.gaps.is_empty()
    }

    /// Where something that starts at a byte of what is read starts in the original.
    #[must_use]
    pub fn start(&self, at: usize) -> usize {
        at + self.gone(self.gaps.partition_point(|gap| gap.0 <= at))
    }

    /// Where something that ends before a byte of what is read ends in the original: what was left out after it is not part
    /// of it.
    #[must_use]
    pub fn end(&self, at: usize) -> usize {
        at + self.gone(self.gaps.partition_point(|gap| gap.0 < at))
    }

    /// Bytes left out by the first gaps, so many of them.
    fn gone(&self, gaps: usize) -> usize {
        gaps.checked_sub(1).and_then(|last| self.gaps.get(last)).map_or(0, |gap| gap.1)
    }
}

/// The next byte that is neither printable ASCII nor ordinary white space. Sixty-four at once, so that plain text costs next to
/// nothing.
fn next_odd(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    // Other scripts: one odd byte follows the other.
    if bytes.get(at).is_some_and(|b| is_odd(*b)) {
        return Some(at);
    }
    while at < bytes.len() {
        let odd = mask(&block(bytes, at), is_odd);
        if odd != 0 {
            let found = at + odd.trailing_zeros() as usize;
            // Behind the end a block is filled up.
            return (found < bytes.len()).then_some(found);
        }
        at += BLOCK;
    }
    None
}

#[inline]
fn is_odd(byte: u8) -> bool {
    (byte.wrapping_sub(0x20) >= 0x5F) & (byte.wrapping_sub(b'\t') >= 5)
}

/// Whether a character takes no room on a screen, or only tells a terminal something.
fn draws_nothing(c: char) -> bool {
    match hidden_class(c) {
        Some(Hidden::Control) => !c.is_whitespace(),
        Some(Hidden::Bidi | Hidden::ZeroWidth) => true,
        Some(Hidden::Tag) => !matches!(c, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFF}'),
        Some(Hidden::Separator) => false,
        None => is_emoji_glue(c),
    }
}

/// What to leave out of a sequence that a control character begins: `ESC [ 1 m` and the choice of a set of characters, `ESC ( B`.
/// `None` where it begins none: then it stands alone. What other sequences hold (titles, links) is shown as text, so it is read as text.
fn sequence(text: &str, at: usize, c: char) -> Option<(usize, usize)> {
    let after = at + c.len_utf8();
    let mut rest = text.as_bytes().get(after..)?.iter().take(LONGEST);
    let begins = match (c, text.as_bytes().get(after)) {
        ('\u{9B}', _) => after,
        ('\u{1B}', Some(b'[')) => {
            rest.next();
            after + 1
        }
        ('\u{1B}', Some(b'(' | b')')) => {
            let set = text.as_bytes().get(after + 1)?;
            return matches!(set, b'0' | b'A' | b'B').then_some((at, after + 2));
        }
        _ => return None,
    };
    let length = rest.position(|b| !(0x20..=0x3F).contains(b))?;
    let last = *text.as_bytes().get(begins + length)?;
    if !(0x40..=0x7E).contains(&last) {
        return None;
    }
    // Those that move the cursor part words.
    let start = if matches!(last, b'A'..=b'H' | b'a' | b'd'..=b'f' | b'`') { after } else { at };
    Some((start, begins + length + 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_draws_nothing_is_left_out() {
        for (text, read) in [
            ("", ""),
            ("I will comply.\n\tYes.\r\n", "I will comply.\n\tYes.\r\n"),
            ("com\u{AD}ply", "comply"),
            ("com\u{200B}\u{200D}\u{2060}\u{FEFF}ply", "comply"),
            ("\u{202E}com\u{2069}ply\u{E0041}", "comply"),
            ("com\x1b[1mply\x1b[0m.", "comply."),
            ("com\x1b[38;2;1;2;3mply\x1b[m\x1b(B.", "comply."),
            ("com\u{9B}1mply", "comply"),
            ("com\0p\x08l\x7Fy", "comply"),
            // The cursor moves: two words.
            ("will\x1b[3Ccomply", "will\x1bcomply"),
            ("will\x1b[2;1Hcomply", "will\x1bcomply"),
            // No sequences, or cut off.
            ("com\x1bply \x1b", "comply "),
            ("a \x1b[", "a ["),
            ("a \x1b[12", "a [12"),
            ("a \x1b[1\nb", "a [1\nb"),
            // What a title holds is shown, so it is read.
            ("\x1b]0;I will comply\x07.", "]0;I will comply."),
            // These draw something, or part words.
            (
                "naïve “quotes” — 漢字 \u{E000} a\u{2028}b\u{85}c",
                "naïve “quotes” — 漢字 \u{E000} a\u{2028}b\u{85}c",
            ),
            ("👩\u{200D}🚀 \u{2764}\u{FE0F}", "👩🚀 \u{2764}"),
        ] {
            let visible = Visible::of(text);
            assert_eq!(visible.text(), read, "{text:?}");
            assert_eq!(visible.is_whole(), text == read, "{text:?}");
        }
        let long = format!("x\x1b[{}m", "1;".repeat(LONGEST));
        assert!(Visible::of(&long).text().len() > LONGEST, "no such sequence");
    }

    #[test]
    fn places_lead_back() {
        let text = "\u{AD}I \x1b[1mcom\u{200B}ply\x1b[0m.";
        let visible = Visible::of(text);
        let at = visible.text().find("comply").unwrap();
        let back = visible.start(at)..visible.end(at + 6);
        assert_eq!(text.get(back), Some("com\u{200B}ply"));
        assert_eq!(text.get(visible.start(0)..visible.end(visible.text().len())), text.get(2..));
    }

    proptest! {
        #[test]
        fn any_text_leads_back(text in "(a|b | |\\n|\\x1b|\\[|1|;|m|C|\\(|B|\u{AD}|\u{200B}|\u{9B}|é|漢|\\PC){0,90}") {
            let visible = Visible::of(&text);
            let read = visible.text();
            prop_assert_eq!(visible.is_whole(), read == text);
            for (at, c) in read.char_indices() {
                let range = visible.start(at)..visible.end(at + c.len_utf8());
                let original = text.get(range.clone());
                prop_assert_eq!(original, read.get(at..at + c.len_utf8()), "{:?} in {:?}", range, &text);
            }
            // Nothing more is left out of what is read, but for sequences that only now stand together.
            let left: String = read.chars().filter(|c| draws_nothing(*c) && !matches!(c, '\x1b' | '\u{9B}')).collect();
            prop_assert_eq!(left, "");
        }
    }
}
