//! Clauses of one sentence: where it turns, so that a cue on one side is not read with the other.
//!
//! Punctuation and a list of conjunctions, no grammar: a list of nouns with "and" is cut too.

use super::sentence::trimmed;
use std::ops::Range;

/// Words before which a comma separates clauses, in lower case.
const JOINING: [&str; 48] = [
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
    "otherwise,",
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

/// Byte ranges of the clauses of a sentence, in order, at least one.
pub(super) fn clauses(sentence: &str) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let (mut start, mut words) = (0, false);
    let mut previous = ' ';
    for (at, c) in sentence.char_indices() {
        let end = at + c.len_utf8();
        let after = sentence.get(end..).unwrap_or_default();
        let spaced = after.starts_with(char::is_whitespace);
        let cuts = match c {
            ';' | ':' => spaced,
            '；' | '：' | '—' => true,
            '–' | '-' => spaced && (previous.is_whitespace() || previous == '-'),
            ',' => spaced && joins(after),
            _ => false,
        };
        // A clause without a word is no clause: the separator then stays where it is.
        if cuts && words && after.contains(char::is_alphanumeric) {
            let stop = if c == '-' && previous == '-' { at - 1 } else { at };
            out.push(trimmed(sentence, start..stop));
            (start, words) = (end, false);
        }
        words |= c.is_alphanumeric();
        previous = c;
    }
    out.push(trimmed(sentence, start..sentence.len()));
    out
}

fn joins(after: &str) -> bool {
    let word: String = after
        .trim_start()
        .chars()
        .take(14)
        .take_while(char::is_ascii_alphabetic)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    JOINING.contains(&word.as_str())
}
