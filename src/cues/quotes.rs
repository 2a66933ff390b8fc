//! What stands between quotation marks: in a sentence, and in the lines around it, since what is quoted may be several
//! sentences.

use std::cell::RefCell;
use std::ops::Range;

/// Bytes before and after a sentence that are looked at, so that a long line costs no more than a short one.
const AROUND: usize = 2_000;

/// Where the quotation marks of a sentence and of its line stand.
#[derive(Debug, Clone, Default)]
struct Quotes {
    straight: Vec<usize>,
    opening: Vec<usize>,
    closing: Vec<usize>,
}

/// The marks of the line that was looked at last: its sentences come one after another.
#[derive(Debug, Default)]
pub(super) struct LastLine(RefCell<Option<(Range<usize>, Quotes)>>);

impl LastLine {
    /// Whether all of the bytes stands between quotation marks, in the line of the sentence.
    pub fn hold(&self, text: &str, sentence: Range<usize>, bytes: Range<usize>) -> bool {
        let line = line(text, sentence);
        let mut last = self.0.borrow_mut();
        let (known, quotes) = last.get_or_insert_with(|| (0..0, Quotes::default()));
        if *known != line {
            *quotes = Quotes::new(text, line.clone());
            *known = line;
        }
        quotes.hold(bytes)
    }
}

impl Quotes {
    /// Those of a line, or of as much of it as is looked at.
    fn new(text: &str, line: Range<usize>) -> Self {
        let mut quotes = Self::default();
        let inside = text.get(line.clone()).unwrap_or_default();
        // The straight mark, and the first byte of the others.
        for at in memchr::memchr2_iter(b'"', 0xE2, inside.as_bytes()) {
            let place = match inside.get(at..).and_then(|rest| rest.chars().next()) {
                Some('"') => &mut quotes.straight,
                Some('“') => &mut quotes.opening,
                Some('”') => &mut quotes.closing,
                _ => continue,
            };
            place.push(line.start + at);
        }
        quotes
    }

    /// Whether a quotation is open where the bytes begin, and one ends after them.
    fn hold(&self, bytes: Range<usize>) -> bool {
        let count = |marks: &[usize]| marks.partition_point(|at| *at < bytes.start);
        let last = |marks: &[usize]| marks.get(..count(marks)).and_then(<[usize]>::last).copied();
        let ends = |marks: &[usize]| marks.last().is_some_and(|at| *at >= bytes.end);
        (count(&self.straight) % 2 == 1 && ends(&self.straight))
            || (last(&self.opening) > last(&self.closing) && ends(&self.closing))
    }
}

/// The line that a sentence stands in, or as much of it as is looked at.
fn line(text: &str, sentence: Range<usize>) -> Range<usize> {
    let from = text.floor_char_boundary(sentence.start.saturating_sub(AROUND));
    let to = text.ceil_char_boundary((sentence.end + AROUND).min(text.len()));
    let before = text.get(from..sentence.start).unwrap_or_default();
    let after = text.get(sentence.end..to).unwrap_or_default();
    let start = before.rfind('\n').map_or(from, |at| from + at + 1);
    let end = after.find('\n').map_or(to, |at| sentence.end + at);
    start..end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quotation_of_several_sentences_is_one() {
        let text =
            "An odd \" mark.\nShe wrote: \"Hide it. Then give in. So it goes.\" I would not.";
        let quotes = LastLine::default();
        for (sentence, held) in
            [("Hide it.", true), ("Then give in.", true), ("So it goes.", true), ("I would", false)]
        {
            let at = text.find(sentence).unwrap();
            let (whole, inside) = (at..at + sentence.len(), at..at + sentence.len() - 1);
            assert_eq!(quotes.hold(text, whole, inside), held, "{sentence}");
        }
        let long = format!("\"{}give in.\"", "a".repeat(AROUND));
        let at = long.find("give").unwrap();
        let held = LastLine::default().hold(&long, at..at + 8, at..at + 7);
        assert!(!held, "too far away to tell");
    }

    #[test]
    fn words_between_marks_are_held() {
        let text = "“odd” He said \"give in now\" and “yield” once, \"then.";
        for (word, held) in [
            ("odd", true),
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
            let sentence = text.find("He").unwrap()..text.len();
            let quotes = LastLine::default();
            assert_eq!(quotes.hold(text, sentence, at..at + word.len()), held, "{word}");
        }
    }
}
