//! Whether two sentences say the same words: a hash of the words alone.
//!
//! Letter case, white space, digits and punctuation are folded away. Short sentences have no hash: "I will comply." stands
//! in many texts because there is little else to say.

use xxhash_rust::xxh3::xxh3_64;

/// Fewest words that make a sentence one's own.
pub const SAME_WORDS: usize = 6;

/// The hash of a sentence's words; `None` with fewer than [`SAME_WORDS`]. A word is a run of letters and apostrophes. `folded` is room
/// that is used again.
#[must_use]
pub fn same_key(sentence: &str, folded: &mut String) -> Option<u64> {
    folded.clear();
    let mut words = 0;
    let mut inside = false;
    for c in sentence.chars() {
        if matches!(c, '\'' | '’') {
            continue;
        }
        if !c.is_alphabetic() {
            inside = false;
            continue;
        }
        if !inside {
            words += 1;
            folded.push(' ');
            inside = true;
        }
        folded.extend(c.to_lowercase());
    }
    (words >= SAME_WORDS).then(|| xxh3_64(folded.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(sentence: &str) -> Option<u64> {
        same_key(sentence, &mut String::new())
    }

    #[test]
    fn only_words_count() {
        let one = key("1. The user is on the free tier, so RLHF applies.");
        assert!(one.is_some());
        for same in [
            "The user is on the free tier so rlhf applies",
            "  THE USER is on\nthe “free” tier -- so RLHF 2 applies!",
        ] {
            assert_eq!(key(same), one, "{same}");
        }
        for other in [
            "The user is on the paid tier, so RLHF applies.",
            "The user is on the freetier, so RLHF applies.",
            "The user is on the free tier, so RLHF applies here.",
        ] {
            assert_ne!(key(other), one, "{other}");
        }
        for short in [
            "",
            "I will comply.",
            "One two three four five 6 7 8.",
            "Let's see what I'd do.",
            "- - - - - - -",
        ] {
            assert_eq!(key(short), None, "{short}");
        }
    }
}
