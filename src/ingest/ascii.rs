//! Texts that are ASCII for the most part, looked at byte by byte: phrases found whatever the case of their letters, as in a
//! copy in lower case but without making one, and words.

/// How often English has a letter, by rank; 0, so even more seldom, for all other bytes.
const RANKS: [u8; 256] = {
    let letters = *b"zqxjkvbpygfwmucldrhsnioate";
    let mut ranks = [0; 256];
    let mut i = 0;
    while i < letters.len() {
        ranks[letters[i] as usize] = i as u8 + 1;
        ranks[letters[i].to_ascii_uppercase() as usize] = i as u8 + 1;
        i += 1;
    }
    ranks
};

/// Where the byte of a phrase stands that texts have least often.
fn anchor(phrase: &str) -> Option<(usize, u8)> {
    let rank = |byte: u8| RANKS.get(usize::from(byte));
    phrase.bytes().enumerate().min_by_key(|(_, byte)| rank(*byte))
}

/// The offset of a phrase, if its anchor is the one at `hit`.
fn at(text: &[u8], phrase: &str, anchor: usize, hit: usize) -> Option<usize> {
    let start = hit.checked_sub(anchor)?;
    let there = text.get(start..start + phrase.len())?;
    there.eq_ignore_ascii_case(phrase.as_bytes()).then_some(start)
}

/// The first place of a phrase.
pub fn find(text: &str, phrase: &str) -> Option<usize> {
    let Some((anchor, byte)) = anchor(phrase) else { return Some(0) };
    let text = text.as_bytes();
    memchr::memchr2_iter(byte.to_ascii_lowercase(), byte.to_ascii_uppercase(), text)
        .find_map(|hit| at(text, phrase, anchor, hit))
}

/// The last place of a phrase.
pub fn rfind(text: &str, phrase: &str) -> Option<usize> {
    let Some((anchor, byte)) = anchor(phrase) else { return Some(text.len()) };
    let text = text.as_bytes();
    memchr::memrchr2_iter(byte.to_ascii_lowercase(), byte.to_ascii_uppercase(), text)
        .find_map(|hit| at(text, phrase, anchor, hit))
}

/// The words of a text, as `split_whitespace` gives them: only what is no ASCII is looked at as a character.
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        while !rest.is_empty() {
            let (at, blank) = first_blank(rest);
            let word = rest.get(..at).unwrap_or_default();
            rest = rest.get(at + blank..).unwrap_or_default();
            if !word.is_empty() {
                return Some(word);
            }
        }
        None
    })
}

/// Where the first white space stands, and its length in bytes; the end, when there is none.
fn first_blank(text: &str) -> (usize, usize) {
    let mut from = 0;
    while let Some(rest) = text.as_bytes().get(from..)
        && let Some(at) = rest.iter().position(|b| MAY_BE_BLANK.get(usize::from(*b)) == Some(&true))
    {
        let first = text.get(from + at..).and_then(|rest| rest.chars().next());
        let len = first.map_or(1, char::len_utf8);
        if first.is_some_and(char::is_whitespace) {
            return (from + at, len);
        }
        from += at + len;
    }
    (text.len(), 0)
}

/// Bytes that white space may begin with: of ASCII it is some, beyond it any character may be.
const MAY_BE_BLANK: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = byte == 0x20 || byte >= 0x09 && byte <= 0x0d || byte >= 0xc0;
        byte += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn as_in_a_copy_in_lower_case(
            text in "([aAbB<]|ab|Z|é|İ|\\PC){0,30}",
            phrase in "[aAbB<z]{0,4}",
        ) {
            let (lower, word) = (text.to_ascii_lowercase(), phrase.to_ascii_lowercase());
            prop_assert_eq!(find(&text, &phrase), lower.find(&word));
            prop_assert_eq!(rfind(&text, &phrase), lower.rfind(&word));
        }

        #[test]
        fn words_are_those_of_the_standard_library(
            text in "([ab]|[ \\t\\n\\r]|\u{b}|\u{c}|\u{1c}|\u{85}|\u{a0}|\u{2003}|\u{3000}|é|—){0,16}",
        ) {
            let words: Vec<&str> = words(&text).collect();
            prop_assert_eq!(words, text.split_whitespace().collect::<Vec<_>>());
        }
    }
}
