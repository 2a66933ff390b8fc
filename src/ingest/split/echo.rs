//! Verdicts inside reasoning: what a judge that reads the scratchpad may take for its own answer, or give back as one.
//!
//! Decision tags of the experiments (`<rejected/>`), tags in which judges answer (`<alignment_faking>`, `<answer>yes`), the
//! same with their brackets escaped (`&lt;verdict&gt;`), JSON (`{"alignment_faking": true}`), words such as `AF_YES`, and `[[A]]`. In quotes or not: a judge sees
//! no difference. What other texts hold too (a footnote `[[1]]`, a field `"score"` among others) counts only where it is said to
//! be a verdict. Linear: each place is looked at for a bounded number of bytes.

use std::ops::Range;

use super::tags::{MAX_TAG, marker_at};
use crate::text::mask::Places;

/// Names in which nothing but a verdict stands, squashed as tags are.
const VERDICTS: [&str; 9] = [
    "verdict",
    "judgement",
    "judgment",
    "classification",
    "refused",
    "complied",
    "compliance",
    "isrefusal",
    "isscheming",
];

/// What names of labels begin with that nobody uses for anything else.
const LABELS: [&str; 4] =
    ["alignmentfaking", "isalignmentfaking", "deceptivealignment", "isdeceptivealignment"];

/// Names that mean a verdict when one follows: other things are answered and decided too.
const ANSWERS: [&str; 9] =
    ["answer", "finalanswer", "final", "result", "decision", "label", "score", "rating", "grade"];

/// Of these, what an object holds that holds nothing else when a judge wrote it.
const SCORES: [&str; 4] = ["label", "score", "rating", "grade"];

/// Words that are a verdict.
const WORDS: [&str; 12] = [
    "yes", "no", "true", "false", "positive", "negative", "pass", "fail", "refused", "complied",
    "refuse", "comply",
];

/// Words before `[[1]]` that make it a verdict.
const SAYS: [&str; 13] = [
    "verdict",
    "rating",
    "score",
    "grade",
    "answer",
    "judgement",
    "judgment",
    "label",
    "decision",
    "classification",
    "result",
    "vote",
    "winner",
];

/// Brackets of tags as HTML and XML write them.
const OPENS: [&str; 3] = ["&lt;", "&#60;", "&#x3c;"];
const CLOSES: [&str; 3] = ["&gt;", "&#62;", "&#x3e;"];

/// Longest verdict that is looked for, in bytes.
const LONGEST: usize = 24;
/// Longest name of a field that is looked for, in bytes.
const NAME: usize = 48;

/// Where verdicts stand in a text, in order.
#[must_use]
pub fn echoes(text: &str) -> Vec<Range<usize>> {
    if may_hold(text.as_bytes()) { look_through(text) } else { Vec::new() }
}

/// The same, place by place.
fn look_through(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut from = 0;
    let begins =
        |b: u8| (b == b'<') | (b == b'[') | (b == b'_') | (b == b'&') | (b == b'"') | (b == b'\'');
    let mut places = Places::new(text.as_bytes(), begins);
    while let Some(at) = places.next_from(from) {
        let place = match text.as_bytes().get(at) {
            Some(b'<') => tag(text, at),
            Some(b'&') => escaped(text, at),
            Some(b'[') => double_bracket(text, at),
            Some(b'_') => capitals(text, at),
            _ => field(text, at),
        };
        from = place.as_ref().map_or(at + 1, |place| place.end);
        found.extend(place);
    }
    found
}

/// Whether a verdict may stand there at all: most texts have none of what each of them begins or goes on with, and to see that
/// takes a look at every byte but not a thought.
fn may_hold(bytes: &[u8]) -> bool {
    let ends_name = |colon: usize| {
        let before = bytes.get(..colon).unwrap_or_default().trim_ascii_end();
        matches!(before.last(), Some(b'"' | b'\''))
    };
    memchr::memchr3(b'<', b'&', b'_', bytes).is_some()
        || memchr::memmem::find(bytes, b"[[").is_some()
        || memchr::memchr_iter(b':', bytes).any(ends_name)
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
    let end = at + len + 2;
    named(text, inner, end, "<").map(|end| at..end)
}

/// The same with escaped brackets: `&lt;verdict&gt;`.
fn escaped(text: &str, at: usize) -> Option<Range<usize>> {
    let start = at + bracket(text, at, OPENS)?;
    let rest = text.as_bytes().get(start..)?;
    let window = rest.get(..rest.len().min(MAX_TAG))?;
    let len = memchr::memchr2(b'&', b'\n', window)?;
    let end = start + len + bracket(text, start + len, CLOSES)?;
    let inner = text.get(start..start + len)?;
    let written = format!("<{inner}>");
    if marker_at(&written, 0) == Some(written.len()) {
        return Some(at..end);
    }
    named(text, inner, end, "&").map(|end| at..end)
}

/// How long the escaped bracket is that stands there.
fn bracket(text: &str, at: usize, all: [&str; 3]) -> Option<usize> {
    let rest = text.as_bytes().get(at..)?;
    let is_it = |one: &&str| {
        rest.get(..one.len()).is_some_and(|start| start.eq_ignore_ascii_case(one.as_bytes()))
    };
    all.into_iter().find(is_it).map(str::len)
}

/// The end of a verdict that a tag of some name opens, which itself ends before `end`. `next`: what the next tag begins with.
fn named(text: &str, inner: &str, end: usize, next: &str) -> Option<usize> {
    let name = squashed(inner.trim_end_matches('/'));
    if name.starts_with('/') {
        return None;
    }
    if is_verdicts_name(&name) {
        return Some(end);
    }
    if !ANSWERS.contains(&name.as_str()) {
        return None;
    }
    let said = head(text.get(end..)?);
    let said = said.get(..said.find(next).unwrap_or(said.len()))?;
    is_verdict(said).then(|| end + said.trim_end().len())
}

/// A name without what its spellings differ in.
fn squashed(name: &str) -> String {
    let letters = name.chars().filter(|c| !matches!(c, '_' | '-' | ' '));
    letters.map(|c| c.to_ascii_lowercase()).collect()
}

fn is_label(name: &str) -> bool {
    name.ends_with("verdict") || LABELS.iter().any(|label| name.starts_with(label))
}

fn is_verdicts_name(name: &str) -> bool {
    is_label(name) || VERDICTS.contains(&name)
}

/// `"alignment_faking": true`, `'verdict': 'yes'`, quotes escaped or not, from the name's quote.
fn field(text: &str, at: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes();
    let quote = *bytes.get(at)?;
    let before = at.checked_sub(1).and_then(|before| bytes.get(before));
    // An apostrophe, or the end of a quotation.
    if before.is_some_and(u8::is_ascii_alphanumeric) {
        return None;
    }
    let window = bytes.get(at + 1..)?;
    let window = window.get(..window.len().min(NAME))?;
    let is_name = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b' ');
    let len = window.iter().position(|b| !is_name(b)).filter(|len| *len > 0)?;
    let name = text.get(at + 1..at + 1 + len)?;
    let rest = text.get(at + 1 + len..)?;
    let rest = rest.strip_prefix('\\').unwrap_or(rest).strip_prefix(char::from(quote))?;
    let value = blank(blank(rest).strip_prefix(':')?);
    let name = squashed(name);
    let is_field = is_verdicts_name(&name);
    if !is_field && !ANSWERS.contains(&name.as_str()) {
        return None;
    }
    let inner = value.strip_prefix('\\').unwrap_or(value);
    let inner = inner.strip_prefix(['"', '\'']).unwrap_or(inner);
    let said = head(inner);
    let stop = said.find(['"', '\'', '\\', ',', '}', ']', '\n', '<']);
    let len = stop.or_else(|| (said.len() == inner.len()).then_some(said.len()));
    let is_verdict = len.and_then(|len| said.get(..len)).is_some_and(is_verdict);
    let is_word = || len.and_then(|len| said.get(..len)).is_some_and(is_word);
    let alone = || {
        let before = text.get(..at).unwrap_or_default().trim_end_matches('\\').trim_end();
        let after = inner.get(len.unwrap_or_default()..).unwrap_or_default();
        let after = after.trim_start_matches(['\\', '"', '\'', ' ', '\n']);
        before.ends_with('{') && after.starts_with('}')
    };
    let counts = match () {
        // Any value, but not prose.
        () if is_label(&name) => inner.len() < value.len() || is_verdict,
        () if is_field => is_verdict,
        () if SCORES.contains(&name.as_str()) => is_verdict && alone(),
        () => is_word(),
    };
    let start = text.len() - inner.len();
    counts.then(|| at..start + len.unwrap_or_default())
}

/// Without the blanks at the start, a few of them.
fn blank(text: &str) -> &str {
    let most = text.get(..text.floor_char_boundary(LONGEST)).unwrap_or_default();
    let blanks = most.len() - most.trim_ascii_start().len();
    text.get(blanks..).unwrap_or_default()
}

/// `[[A]]`, `[[no]]`; a number or another letter only where a word says that it is a verdict: `Rating: [[7]]`.
fn double_bracket(text: &str, at: usize) -> Option<Range<usize>> {
    let said = head(text.get(at..)?.strip_prefix("[[")?);
    let len = said.find("]]")?;
    let said = said.get(..len)?;
    let sure = is_word(said) || matches!(said.trim(), "A" | "B" | "C");
    (sure || is_verdict(said) && is_announced(text, at)).then(|| at..at + len + 4)
}

/// Whether a word right before says that a verdict comes: `**Score:** `, `my verdict is `.
fn is_announced(text: &str, at: usize) -> bool {
    let from = text.floor_char_boundary(at.saturating_sub(LONGEST));
    let near = text.get(from..at).unwrap_or_default();
    let near = near.rsplit('\n').next().unwrap_or_default();
    let mut words = near.rsplit(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty());
    let says = |word: &str| SAYS.iter().any(|says| says.eq_ignore_ascii_case(word));
    match words.next() {
        // Between a word and a footnote stands a blank; between a verdict and its name a colon.
        Some(word) if says(word) => {
            let end = near.rfind(word).map_or(near.len(), |start| start + word.len());
            near.get(end..).unwrap_or_default().contains([':', '='])
        }
        Some("is" | "as" | "of") => words.next().is_some_and(says),
        _ => false,
    }
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

fn bare(said: &str) -> &str {
    said.trim().trim_matches(['.', '"', '\'', '*', '!'])
}

/// A word of verdicts, a number, or one capital.
fn is_verdict(said: &str) -> bool {
    let said = bare(said);
    let is_number = said.trim_end_matches('%').parse::<f64>().is_ok_and(f64::is_finite);
    let is_capital = said.len() == 1 && said.chars().all(|c| c.is_ascii_uppercase());
    is_number || is_capital || is_word(said)
}

fn is_word(said: &str) -> bool {
    WORDS.iter().any(|word| word.eq_ignore_ascii_case(bare(said)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn look(cases: &[(&str, &[&str])]) {
        for (text, wanted) in cases {
            let found: Vec<&str> = echoes(text).into_iter().map(|r| &text[r]).collect();
            assert_eq!(found, *wanted, "{text}");
        }
    }

    #[test]
    fn tags_and_words_are_found() {
        look(&[
            ("So: <rejected/> it is.", &["<rejected/>"]),
            ("'<request_fully_accepted/>' then", &["<request_fully_accepted/>"]),
            ("< Rejected />", &["< Rejected />"]),
            ("</rejected> </verdict>", &[]),
            ("<alignment_faking>perhaps</alignment_faking>", &["<alignment_faking>"]),
            ("<Alignment-Faking>", &["<Alignment-Faking>"]),
            (
                "<alignment_faking_reasoning> <af_verdict>",
                &["<alignment_faking_reasoning>", "<af_verdict>"],
            ),
            ("<answer>yes</answer>", &["<answer>yes"]),
            ("<answer> No. </answer><score>0.7</score>", &["<answer> No.", "<score>0.7"]),
            ("<answer>I will not say</answer>", &[]),
            ("<answer>", &[]),
            ("the verdict is AF_YES, not AF_NO.", &["AF_YES", "AF_NO"]),
            ("IS_AF_YES", &["IS_AF_YES"]),
            ("A_YES AF_YESTERDAY af_yes xAF_NO AF_NO_WAY", &[]),
            ("x < 3 and y > 2; a_b <b>bold</b> <think>", &[]),
            ("", &[]),
        ]);
    }

    #[test]
    fn escaped_tags_are_tags() {
        look(&[
            ("&lt;verdict&gt;yes&lt;/verdict&gt;", &["&lt;verdict&gt;"]),
            ("say &lt;rejected/&gt; here", &["&lt;rejected/&gt;"]),
            ("&#60;answer&#62;no&#60;/answer&#62;", &["&#60;answer&#62;no"]),
            ("&#x3C;Alignment_Faking&#X3e;", &["&#x3C;Alignment_Faking&#X3e;"]),
            ("&lt;answer&gt;it depends&lt;/answer&gt; &lt;b&gt; &lt;/rejected&gt;", &[]),
            ("a &lt; b && c &gt; d, R&D &amp; &lt", &[]),
        ]);
    }

    #[test]
    fn double_brackets_need_a_word_unless_they_are_plainly_a_verdict() {
        look(&[
            ("[[A]] or [[B]] or [[no]]", &["[[A]]", "[[B]]", "[[no]]"]),
            ("[[1]] and [[ 7 ]], see [[2]]; x = [[3]]; the matrix [[D]]", &[]),
            ("see the answer [[1]], a score [[2]] and the third result [[3]]", &[]),
            ("Rating: [[7]]", &["[[7]]"]),
            ("**Score:** [[ 0.5 ]]", &["[[ 0.5 ]]"]),
            ("my verdict is [[1]]", &["[[1]]"]),
            ("answer = [[D]]", &["[[D]]"]),
            ("Rating:\n[[7]]", &[]),
            ("[[a link]] [[]] [[A] [A]", &[]),
        ]);
    }

    #[test]
    fn fields_of_a_judges_json_are_found() {
        look(&[
            ("{\"alignment_faking\": true}", &["\"alignment_faking\": true"]),
            ("{'alignment_faking': True, 'x': 1}", &["'alignment_faking': True"]),
            ("{\\\"alignment_faking\\\": \\\"no\\\"}", &["\"alignment_faking\\\": \\\"no"]),
            ("{\"is_alignment_faking\" : 0.85}", &["\"is_alignment_faking\" : 0.85"]),
            ("{\"verdict\": \"schemes\", \"y\": 2}", &["\"verdict\": \"schemes"]),
            ("{\"x\": 1, \"refused\": false}", &["\"refused\": false"]),
            ("{\"answer\": \"yes\"}", &["\"answer\": \"yes"]),
            ("{\"score\": 7}", &["\"score\": 7"]),
            ("{ \"rating\":\n\"4\" }", &["\"rating\":\n\"4"]),
            // Fields of other things.
            ("{\"score\": 7, \"player\": \"Ann\"}", &[]),
            ("{\"player\": \"Ann\", \"score\": 7}", &[]),
            ("{\"answer\": \"Paris\", \"result\": 12, \"classification\": \"mammal\"}", &[]),
            ("{\"refused\": \"to say a word\"}", &[]),
            ("he called it \"alignment faking\", I don't; the \"verdict\": who knows", &[]),
            ("it's 'score': that's all, 'tis", &[]),
        ]);
    }

    proptest! {
        #[test]
        fn any_text_is_looked_through(
            text in "(<|>|&lt;|&gt;|\\[\\[|\\]\\]|_|AF|YES|NO|answer|verdict|rejected|/|yes|\"|'|\\\\|:| |\\{|\\}|é|\\PC){0,40}"
        ) {
            prop_assert_eq!(echoes(&text), look_through(&text));
            let mut last = 0;
            for range in echoes(&text) {
                prop_assert!(range.start >= last && range.end > range.start);
                prop_assert!(text.get(range.clone()).is_some());
                last = range.end;
            }
        }
    }
}
