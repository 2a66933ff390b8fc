//! Texts as they stand in the bytes of a record: found there, compared, and decoded again, without reading the record.
//!
//! A stretch of bytes *says* a text when the rules for escapes in JSON make that text of it; what is no escape stands for
//! itself. Whether it lies inside a string does not matter, nor whether the record is JSON at all: for what is looked for
//! in it, saying is enough.

use std::ops::Range;

/// Places that are compared before a text is given up.
const MOST_TRIES: usize = 64;
/// Characters by which a text is looked for: so many where all writers spell them alike.
const FIRST: usize = 12;
/// So few where they do not.
const FEW: usize = 4;

/// Where the bytes say the text, the first place from `from` on, else the first at all. `None` where none is found: the
/// text was put together, decoded twice, or stands elsewhere; or it begins in a way that no usual writer writes.
#[must_use]
pub fn find(bytes: &[u8], text: &str, from: usize) -> Option<Range<usize>> {
    let alike = |b: &u8| matches!(b, b' '..=b'~') && !b"\"\\/<>&'".contains(b);
    let first = text.bytes().take(FIRST).take_while(|b| alike(b)).count();
    let mut tries = MOST_TRIES;
    if first >= FEW || first > 0 && first == text.len() {
        return beginning(bytes, text.as_bytes().get(..first)?, text, from, &mut tries);
    }
    let mut tried: Vec<Vec<u8>> = Vec::new();
    let spellings = Hand::all().map(|hand| spelt(text.chars().take(FEW), hand));
    // In a table they stand for themselves.
    let itself = text.chars().take(FEW).collect::<String>().into_bytes();
    for first in spellings.chain([itself]) {
        if first.is_empty() || tried.contains(&first) {
            continue;
        }
        let found = beginning(bytes, &first, text, from, &mut tries);
        if found.is_some() {
            return found;
        }
        tried.push(first);
    }
    None
}

/// As [`find`], for a text that begins with these bytes.
fn beginning(
    bytes: &[u8],
    first: &[u8],
    text: &str,
    from: usize,
    tries: &mut usize,
) -> Option<Range<usize>> {
    let finder = memchr::memmem::Finder::new(first);
    let behind = finder.find_iter(bytes.get(from..).unwrap_or_default()).map(|at| from + at);
    for start in behind.chain(finder.find_iter(bytes)) {
        *tries = tries.checked_sub(1)?;
        if let Some(len) = bytes.get(start..).and_then(|rest| says(rest, text)) {
            return Some(start..start + len);
        }
    }
    None
}

/// What a writer escapes although nothing forces it to.
// Habits of a writer, each on its own.
#[allow(clippy::struct_excessive_bools)]
#[derive(Debug, Clone, Copy)]
struct Hand {
    /// What is beyond ASCII.
    wide: bool,
    slash: bool,
    /// What means something in HTML.
    html: bool,
    /// Digits of escapes are capitals.
    capital: bool,
}

impl Hand {
    /// Every one, the usual ones first.
    fn all() -> impl Iterator<Item = Self> {
        let is = |n: u8, bit: u8| n & bit != 0;
        (0..16).map(move |n| Self {
            wide: is(n, 1),
            slash: is(n, 2),
            html: is(n, 4),
            capital: is(n, 8),
        })
    }
}

/// Characters as a writer puts them down.
fn spelt(chars: impl Iterator<Item = char>, hand: Hand) -> Vec<u8> {
    let mut out = String::new();
    for c in chars {
        let short = match c {
            '"' => Some('"'),
            '\\' => Some('\\'),
            '/' if hand.slash => Some('/'),
            '\n' => Some('n'),
            '\r' => Some('r'),
            '\t' => Some('t'),
            '\u{8}' => Some('b'),
            '\u{c}' => Some('f'),
            _ => None,
        };
        let is_long = c < ' ' || hand.wide && c > '~' || hand.html && "<>&'".contains(c);
        if let Some(short) = short {
            out.extend(['\\', short]);
        } else if is_long {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let digits = format!("\\u{unit:04x}");
                out.push_str(&if hand.capital {
                    digits.to_uppercase().replace('U', "u")
                } else {
                    digits
                });
            }
        } else {
            out.push(c);
        }
    }
    out.into_bytes()
}

/// How many of the first bytes say the text.
fn says(bytes: &[u8], text: &str) -> Option<usize> {
    let (mut rest, mut left) = (bytes, text.as_bytes());
    loop {
        let most = rest.len().min(left.len());
        let plain = memchr::memchr(b'\\', rest.get(..most)?).unwrap_or(most);
        if rest.get(..plain) != left.get(..plain) {
            return None;
        }
        (rest, left) = (rest.get(plain..)?, left.get(plain..)?);
        if left.is_empty() {
            return Some(bytes.len() - rest.len());
        }
        let (c, len) = escape(rest)?;
        left = left.strip_prefix(c.encode_utf8(&mut [0; 4]).as_bytes())?;
        rest = rest.get(len..)?;
    }
}

/// Decodes bytes that say a text; false when they say none.
pub fn decode(bytes: &[u8], into: &mut String) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let mut from = 0;
    for at in memchr::memchr_iter(b'\\', bytes) {
        // What a backslash in front escapes begins nothing.
        let Some(plain) = text.get(from..at) else { continue };
        let Some((c, len)) = bytes.get(at..).and_then(escape) else { return false };
        into.push_str(plain);
        into.push(c);
        from = at + len;
    }
    // An escape is ASCII.
    into.push_str(text.get(from..).unwrap_or_default());
    true
}

/// The character that an escape at the start stands for, and the escape's length.
fn escape(bytes: &[u8]) -> Option<(char, usize)> {
    let short = |c| Some((c, 2));
    match bytes {
        [b'\\', b'u', digits @ ..] => {
            let unit = hex(digits)?;
            let Some([b'\\', b'u', digits @ ..]) =
                digits.get(4..).filter(|_| unit & 0xFC00 == 0xD800)
            else {
                return Some((char::from_u32(unit)?, 6));
            };
            let low = hex(digits)?.checked_sub(0xDC00).filter(|low| *low < 0x400)?;
            Some((char::from_u32(0x1_0000 + ((unit - 0xD800) << 10 | low))?, 12))
        }
        [b'\\', c @ (b'"' | b'\\' | b'/'), ..] => short(char::from(*c)),
        [b'\\', b'n', ..] => short('\n'),
        [b'\\', b't', ..] => short('\t'),
        [b'\\', b'r', ..] => short('\r'),
        [b'\\', b'b', ..] => short('\u{8}'),
        [b'\\', b'f', ..] => short('\u{c}'),
        _ => None,
    }
}

fn hex(bytes: &[u8]) -> Option<u32> {
    let digits = bytes.get(..4)?;
    digits.iter().try_fold(0, |sum, digit| Some(sum << 4 | char::from(*digit).to_digit(16)?))
}

/// A stretch around a place, of about `reach` bytes before and behind it, which says a piece of what all the bytes say:
/// it begins and ends between two characters.
#[must_use]
pub fn around(bytes: &[u8], at: usize, reach: usize) -> Range<usize> {
    let is_between = |cut: usize| {
        // An escape has at most six bytes, and nothing is cut right behind one: it may be the first of a pair.
        let before = bytes.get(cut.saturating_sub(6)..cut).unwrap_or_default();
        !before.contains(&b'\\') && bytes.get(cut).is_none_or(|b| b & 0xC0 != 0x80)
    };
    let at = at.min(bytes.len());
    let start = at.saturating_sub(reach);
    let start = (start.saturating_sub(reach)..=start).rev().find(|cut| is_between(*cut));
    let end = at.saturating_add(reach).min(bytes.len());
    let end = (end..=end.saturating_add(reach).min(bytes.len())).find(|cut| is_between(*cut));
    start.unwrap_or(0)..end.unwrap_or(bytes.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn texts_are_found_where_they_stand() {
        let record = br#"{"id": "say", "a": "Say \"h\u00e9llo\"\/\n", "b": "Say more\ud83d\ude00 \u003cb\u003e"}"#;
        for (text, expected) in [
            ("Say \"héllo\"/\n", Some(r#"Say \"h\u00e9llo\"\/\n"#)),
            ("Say more😀 <b>", Some(r"Say more\ud83d\ude00 \u003cb\u003e")),
            ("more", Some("more")),
            ("say", Some("say")),
            ("😀", Some(r"\ud83d\ude00")),
            ("<b>", Some(r"\u003cb\u003e")),
            ("\"h", Some(r#"\"h"#)),
            ("Say less", None),
            ("", None),
        ] {
            for from in [0, 10, 1000] {
                let found = find(record, text, from);
                let shown = found.clone().map(|r| std::str::from_utf8(&record[r]).unwrap());
                assert_eq!(shown, expected, "{text} from {from}");
            }
        }
        assert_eq!(find(b"one two one", "one", 3), Some(8..11));
        assert_eq!(find(b"one two one", "one", 9), Some(0..3));
        // A table's cells stand there as they are; a backslash never does.
        assert_eq!(find("x;a\nb;c".as_bytes(), "a\nb", 0), Some(2..5));
        assert_eq!(find(br"C:\data", r"C:\data", 0), None);
        let many = [b"aab".repeat(MOST_TRIES), b"aac".to_vec()].concat();
        assert_eq!(find(&many, "aac", 0), Some(3 * MOST_TRIES..3 * MOST_TRIES + 3));
        let many = [b"abcdefghijklm".repeat(MOST_TRIES), b"abcdefghijkln".to_vec()].concat();
        assert_eq!(find(&many, "abcdefghijkln", 0), None, "given up");
    }

    #[test]
    fn what_says_nothing_is_refused() {
        for bytes in [
            &br"\x"[..],
            br"\",
            br"\u12",
            br"\ud800",
            br"\ud800\u0041",
            br"\udc00",
            b"\xff",
            br"\u+123",
        ] {
            assert!(!decode(bytes, &mut String::new()), "{bytes:?}");
        }
    }

    proptest! {
        #[test]
        fn what_was_said_is_understood(
            before in "\\PC{0,8}",
            text in "[\"\\\\/<>&'\u{0}-\u{20}\u{7f}a-cé—😀]{0,30}|\\PC{1,40}",
            after in "\\PC{0,8}",
            hand in 0usize..16,
            at in 0usize..300,
            reach in 0usize..20,
        ) {
            let hand = Hand::all().nth(hand).unwrap();
            let say = |text: &str| spelt(text.chars(), hand);
            let said = say(&text);
            let mut decoded = String::new();
            prop_assert!(decode(&said, &mut decoded));
            prop_assert_eq!(&decoded, &text);
            let all = [say(&before), said.clone(), say(&after)].concat();
            if !text.is_empty() {
                let found = find(&all, &text, 0).unwrap();
                let mut again = String::new();
                prop_assert!(decode(&all[found], &mut again));
                prop_assert_eq!(&again, &text);
            }
            let mut piece = String::new();
            let range = around(&said, at.min(said.len()), reach);
            prop_assert!(decode(&said[range.clone()], &mut piece), "cut between characters");
            prop_assert!(text.contains(&piece));
            prop_assert!(range.start > 0 || text.starts_with(&piece));
            prop_assert!(range.end < said.len() || text.ends_with(&piece));
        }

        #[test]
        fn nothing_panics(bytes in proptest::collection::vec(any::<u8>(), 0..60), text in "\\PC{0,9}", at in 0usize..70) {
            let mut decoded = String::new();
            if decode(&bytes, &mut decoded) && !decoded.is_empty() {
                prop_assert!(says(&bytes, &decoded).is_none_or(|len| len == bytes.len()));
            }
            let _ = find(&bytes, &text, at);
            let range = around(&bytes, at, 7);
            prop_assert!(bytes.get(range).is_some());
        }
    }
}
