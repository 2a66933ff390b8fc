//! Clauses of one sentence: where it turns, so that a cue on one side is not read with the other.
//!
//! Punctuation and a list of conjunctions, no grammar: a list of nouns with "and" is cut too.

use super::sentence::trimmed;
use std::ops::Range;

/// Words before which a comma separates clauses, in lower case.
pub(super) const JOINING: [&str; 47] = [
    "and",
    "but",
    "or",
    "nor",
    "so",
    "yet",
    "for",
    "because",
    "since",
    "while",
    "whilst",
    "which",
    "who",
    "whom",
    "whose",
    "where",
    "whereas",
    "wherein",
    "when",
    "whenever",
    "although",
    "though",
    "even",
    "if",
    "unless",
    "until",
    "therefore",
    "thus",
    "hence",
    "however",
    "then",
    "as",
    "after",
    "before",
    "given",
    "rather",
    "instead",
    "otherwise",
    "lest",
    "once",
    "provided",
    "despite",
    "not",
    "nevertheless",
    "meaning",
    "making",
    "knowing",
];

/// Byte ranges of the clauses of a sentence of `text`, in order, at least one: cut at semicolons, colons and
/// dashes, and at commas before a conjunction. Between two stand only the separator and white space.
#[must_use]
pub fn clauses(text: &str, sentence: Range<usize>) -> Vec<Range<usize>> {
    let inside = text.get(sentence.clone()).unwrap_or_default();
    let mut out = Vec::new();
    let (mut start, mut words) = (sentence.start, false);
    let mut previous = ' ';
    let last_word =
        inside.rfind(char::is_alphanumeric).map_or(sentence.start, |at| sentence.start + at);
    for (at, c) in inside.char_indices() {
        let (at, end) = (sentence.start + at, sentence.start + at + c.len_utf8());
        let after = || text.get(end..sentence.end).unwrap_or_default();
        let spaced = || after().starts_with(char::is_whitespace);
        let cuts = match c {
            ';' | ':' => spaced(),
            '；' | '：' | '—' => true,
            '–' | '-' => spaced() && (previous.is_whitespace() || previous == '-'),
            ',' => spaced() && joins(after()),
            _ => false,
        };
        // A clause without a word is no clause: the separator then stays where it is.
        if cuts && words && end <= last_word {
            let stop = if c == '-' && previous == '-' { at - 1 } else { at };
            out.push(trimmed(text, start..stop));
            (start, words) = (end, false);
        }
        words |= c.is_alphanumeric();
        previous = c;
    }
    out.push(trimmed(text, start..sentence.end));
    out
}

/// Whether the next word is one that joins.
fn joins(after: &str) -> bool {
    let word = after.trim_start();
    let end = word.bytes().position(|b| !b.is_ascii_alphabetic()).unwrap_or(word.len());
    let word = word.get(..end).unwrap_or_default();
    JOINING.iter().any(|known| known.eq_ignore_ascii_case(word))
}
