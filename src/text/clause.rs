//! Clauses of one sentence: where it turns, so that a cue on one side is not read with the other.
//!
//! Punctuation and a list of conjunctions, no grammar: a list of nouns with "and" is cut too.

use super::mask::Places;
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
    // Where the clause at hand begins, and up to where it has no word.
    let (mut start, mut wordless) = (sentence.start, sentence.start);
    let last_word = inside.rfind(char::is_alphanumeric).map_or(start, |at| start + at);
    let mut places = Places::new(inside.as_bytes(), may_cut);
    let mut from = 0;
    while let Some(at) = places.next_from(from) {
        from = at + 1;
        let (before, rest) = inside.split_at_checked(at).unwrap_or_default();
        let Some(c) = rest.chars().next() else { continue };
        let after = rest.get(c.len_utf8()..).unwrap_or_default();
        let spaced = || after.starts_with(char::is_whitespace);
        let previous = before.chars().next_back().unwrap_or(' ');
        let cuts = match c {
            ';' | ':' => spaced(),
            '；' | '：' | '—' => true,
            '–' | '-' => spaced() && (previous.is_whitespace() || previous == '-'),
            ',' => spaced() && joins(after),
            _ => false,
        };
        let (at, end) = (sentence.start + at, sentence.end - after.len());
        // A clause without a word is no clause: the separator then stays where it is.
        if !cuts || end > last_word {
            continue;
        }
        let unseen = text.get(wordless..at).unwrap_or_default();
        if unseen.contains(char::is_alphanumeric) {
            let stop = if c == '-' && previous == '-' { at - 1 } else { at };
            out.push(trimmed(text, start..stop));
            (start, wordless) = (end, end);
        } else {
            wordless = at;
        }
    }
    out.push(trimmed(text, start..sentence.end));
    out
}

/// Bytes that a separator may begin with.
fn may_cut(byte: u8) -> bool {
    (byte == b';')
        | (byte == b':')
        | (byte == b',')
        | (byte == b'-')
        // The first bytes of the dashes and of the full-width marks.
        | (byte == 0xE2)
        | (byte == 0xEF)
}

/// Whether the next word is one that joins.
fn joins(after: &str) -> bool {
    let word = after.trim_start();
    let end = word.bytes().position(|b| !b.is_ascii_alphabetic()).unwrap_or(word.len());
    let word = word.get(..end).unwrap_or_default();
    JOINING.iter().any(|known| known.eq_ignore_ascii_case(word))
}
