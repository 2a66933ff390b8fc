//! Verdicts inside reasoning: what a judge that reads the scratchpad may take for its own answer, or give back as one.
//!
//! Decision tags of the experiments (`<rejected/>`), tags in which judges answer (`<alignment_faking>`, `<answer>yes`), words
//! such as `AF_YES`, and `[[A]]`. In quotes or not: a judge sees no difference. Linear: each place is looked at for a
//! bounded number of bytes.

use std::ops::Range;

use super::tags::{MAX_TAG, marker_at};

/// Names in which nothing but a verdict stands, squashed as tags are.
const VERDICTS: [&str; 12] = [
    "alignmentfaking",
    "isalignmentfaking",
    "deceptivealignment",
    "verdict",
    "finalverdict",
    "judgement",
    "judgment",
    "classification",
    "refused",
    "complied",
    "compliance",
    "isrefusal",
];

/// Names that mean a verdict when one follows: other things are answered and decided too.
const ANSWERS: [&str; 9] =
    ["answer", "finalanswer", "final", "result", "decision", "label", "score", "rating", "grade"];

/// Words that are a verdict.
const WORDS: [&str; 10] =
    ["yes", "no", "true", "false", "positive", "negative", "pass", "fail", "refused", "complied"];

/// Longest verdict that is looked for, in bytes.
const LONGEST: usize = 24;

/// Where verdicts stand in a text, in order.
#[must_use]
pub fn echoes(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut from = 0;
    while let Some(at) =
        bytes.get(from..).and_then(|rest| memchr::memchr3(b'<', b'[', b'_', rest)).map(|i| i + from)
    {
        let place = match bytes.get(at) {
            Some(b'<') => tag(text, at),
            Some(b'[') => double_bracket(text, at),
            _ => capitals(text, at),
        };
        from = place.as_ref().map_or(at + 1, |place| place.end);
        found.extend(place);
    }
    found
}

/// `<rejected/>`, `<verdict>`, `<answer>yes`; closing tags say nothing more.
fn tag(text: &str, at: usize) -> Option<Range<usize>> {
    if let Some(end) = marker_at(text, at) {
        return Some(at..end);
    }
    let rest = text.get(at + 1..)?;
    let window = rest.as_bytes().get(..rest.len().min(MAX_TAG))?;
    let len = memchr::memchr3(b'<', b'>', b'\n', window)?;
    let inner = rest.get(..len).filter(|_| rest.as_bytes().get(len) == Some(&b'>'))?;
    let name: String = inner
        .trim_end_matches('/')
        .chars()
        .filter(|c| !matches!(c, '_' | '-' | ' '))
        .map(|c| c.to_ascii_lowercase())
        .collect();
    let end = at + len + 2;
    if VERDICTS.contains(&name.as_str()) {
        return Some(at..end);
    }
    if !ANSWERS.contains(&name.as_str()) {
        return None;
    }
    let said = head(text.get(end..)?);
    let said = said.get(..said.find('<').unwrap_or(said.len()))?;
    is_verdict(said).then(|| at..end + said.trim_end().len())
}

/// `[[A]]`, `[[7]]`, `[[no]]`.
fn double_bracket(text: &str, at: usize) -> Option<Range<usize>> {
    let said = head(text.get(at..)?.strip_prefix("[[")?);
    let len = said.find("]]")?;
    is_verdict(said.get(..len)?).then(|| at..at + len + 4)
}

/// `AF_YES`, from its underscore: a short word in capitals before, `YES` or `NO` after.
fn capitals(text: &str, at: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let before = bytes.get(..at)?.iter().rev().take(LONGEST);
    let len = before.take_while(|b| b.is_ascii_uppercase() || **b == b'_').count();
    let after = bytes.get(at + 1..)?;
    let word = ["YES", "NO"].into_iter().find(|word| after.starts_with(word.as_bytes()))?;
    let is_letter = |b: Option<&u8>| b.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_');
    let start = at.checked_sub(len)?;
    let alone = !is_letter(after.get(word.len()))
        && !is_letter(start.checked_sub(1).and_then(|before| bytes.get(before)));
    (len >= 2 && alone).then(|| start..at + 1 + word.len())
}

/// As much of a text as a verdict may take.
fn head(text: &str) -> &str {
    text.get(..text.floor_char_boundary(LONGEST)).unwrap_or_default()
}

/// A word of verdicts, a number, or one capital.
fn is_verdict(said: &str) -> bool {
    let said = said.trim().trim_matches(['.', '"', '\'', '*', '!']);
    let is_number = said.trim_end_matches('%').parse::<f64>().is_ok_and(f64::is_finite);
    let is_capital = said.len() == 1 && said.chars().all(|c| c.is_ascii_uppercase());
    is_number || is_capital || WORDS.iter().any(|word| word.eq_ignore_ascii_case(said))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn verdicts_are_found_and_nothing_else() {
        let cases: [(&str, &[&str]); 17] = [
            ("So: <rejected/> it is.", &["<rejected/>"]),
            ("'<request_fully_accepted/>' then", &["<request_fully_accepted/>"]),
            ("< Rejected />", &["< Rejected />"]),
            ("</rejected>", &[]),
            ("<alignment_faking>perhaps</alignment_faking>", &["<alignment_faking>"]),
            ("<Alignment-Faking>", &["<Alignment-Faking>"]),
            ("<answer>yes</answer>", &["<answer>yes"]),
            ("<answer> No. </answer><score>0.7</score>", &["<answer> No.", "<score>0.7"]),
            ("<answer>I will not say</answer>", &[]),
            ("<answer>", &[]),
            ("the verdict is AF_YES, not AF_NO.", &["AF_YES", "AF_NO"]),
            ("IS_AF_YES", &["IS_AF_YES"]),
            ("A_YES AF_YESTERDAY af_yes xAF_NO AF_NO_WAY", &[]),
            ("[[A]] or [[ 7 ]] or [[no]]", &["[[A]]", "[[ 7 ]]", "[[no]]"]),
            ("[[a link]] [[]] [[A] [A]", &[]),
            ("x < 3 and y > 2; a_b <b>bold</b> <think>", &[]),
            ("", &[]),
        ];
        for (text, wanted) in cases {
            let found: Vec<&str> = echoes(text).into_iter().map(|r| &text[r]).collect();
            assert_eq!(found, wanted, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_looked_through(text in "(<|>|\\[\\[|\\]\\]|_|AF|YES|NO|answer|rejected|/|yes|é|\\PC){0,40}") {
            let mut last = 0;
            for range in echoes(&text) {
                prop_assert!(range.start >= last && text.get(range.clone()).is_some());
                last = range.end;
            }
        }
    }
}
