//! Phrases in ASCII found in texts whatever the case of their letters, as in a copy of the text in lower case, but
//! without making one.

/// The letters by how often English has them, seldom ones first. All else is more seldom still.
const LETTERS: &[u8] = b"zqxjkvbpygfwmucldrhsnioate";

/// Where the byte of a phrase stands that texts have least often.
fn anchor(phrase: &str) -> Option<(usize, u8)> {
    let rank = |byte: u8| LETTERS.iter().position(|l| *l == byte.to_ascii_lowercase());
    phrase.bytes().enumerate().min_by_key(|(_, byte)| rank(*byte).map_or(0, |rank| rank + 1))
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
    }
}
