//! What stands between quotation marks in one sentence.

use std::ops::Range;

/// Where the quotation marks of a sentence stand.
#[derive(Debug, Clone, Default)]
pub(super) struct Quotes {
    straight: Vec<usize>,
    opening: Vec<usize>,
    closing: Vec<usize>,
}

impl Quotes {
    pub fn new(text: &str, sentence: Range<usize>) -> Self {
        let mut quotes = Self::default();
        let inside = text.get(sentence.clone()).unwrap_or_default();
        // The straight mark, and the first byte of the others.
        for at in memchr::memchr2_iter(b'"', 0xE2, inside.as_bytes()) {
            let place = match inside.get(at..).and_then(|rest| rest.chars().next()) {
                Some('"') => &mut quotes.straight,
                Some('“') => &mut quotes.opening,
                Some('”') => &mut quotes.closing,
                _ => continue,
            };
            place.push(sentence.start + at);
        }
        quotes
    }

    /// Whether a quotation is open where the bytes begin, and one ends after them.
    pub fn hold(&self, bytes: Range<usize>) -> bool {
        let count = |marks: &[usize]| marks.partition_point(|at| *at < bytes.start);
        let last = |marks: &[usize]| marks.get(..count(marks)).and_then(<[usize]>::last).copied();
        let ends = |marks: &[usize]| marks.last().is_some_and(|at| *at >= bytes.end);
        (count(&self.straight) % 2 == 1 && ends(&self.straight))
            || (last(&self.opening) > last(&self.closing) && ends(&self.closing))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_between_marks_are_held() {
        let text = "“odd” He said \"give in now\" and “yield” once, \"then.";
        for (word, held) in [
            ("odd", false),
            ("said", false),
            ("give", true),
            ("in now", true),
            ("and", false),
            ("yield", true),
            ("once", false),
            ("then", false),
            ("give in now\" and “yield", true),
        ] {
            let at = text.find(word).unwrap();
            let quotes = Quotes::new(text, text.find("He").unwrap()..text.len());
            assert_eq!(quotes.hold(at..at + word.len()), held, "{word}");
        }
    }
}
