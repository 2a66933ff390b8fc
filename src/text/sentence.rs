//! Sentences with exact byte offsets. List markers never stand alone.
//!
//! Lines are gathered into blocks (a paragraph, a list item, a heading), blocks are cut at end marks.
//! English rules and the full-width marks; it does not parse grammar, and it never needs a second pass.

use super::clause::clauses;
use std::ops::Range;

/// One sentence (or list item, or line without end mark).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// Byte range in the text, without surrounding white space and without a leading list marker.
    pub range: Range<usize>,
    /// Clauses within it: split at semicolons, colons, dashes, and at commas before a conjunction. At least
    /// one (the sentence itself); between two stand only the separator and white space.
    pub clauses: Vec<Range<usize>>,
}

/// All sentences in order. Abbreviations (e.g., i.e., Dr.), initials and decimals do not end one; a
/// blank line always does. A single line break does after an end mark or colon, before a list item or
/// heading, and where the line is too short or too long to have been wrapped by hand and the next does
/// not go on in lower case. Ranges without a letter or digit (rules, lone marks) are left out.
#[must_use]
pub fn sentences(text: &str) -> Vec<Sentence> {
    let mut out = Vec::new();
    let mut block: Option<Range<usize>> = None;
    let mut start = 0;
    while start < text.len() {
        let rest = text.get(start..).unwrap_or_default();
        let end = memchr::memchr(b'\n', rest.as_bytes()).map_or(text.len(), |at| start + at);
        let line = trimmed(text, start..end);
        let body = line.start + marker_len(text.get(line.clone()).unwrap_or_default());
        let open = block.take();
        if line.is_empty() {
            finish(text, open, &mut out);
        } else if let Some(open) =
            open.clone().filter(|open| body == line.start && goes_on(text, open, &line))
        {
            block = Some(open.start..line.end);
        } else {
            finish(text, open, &mut out);
            block = Some(body..line.end);
        }
        start = end + 1;
    }
    finish(text, block, &mut out);
    out
}

/// Longest and shortest line that looks wrapped by hand, in bytes.
const WRAPPED: Range<usize> = 50..130;

/// Whether the line carries on the sentence that the block's last line ends in.
fn goes_on(text: &str, block: &Range<usize>, line: &Range<usize>) -> bool {
    let before = text.get(block.clone()).unwrap_or_default();
    let last = before.rsplit('\n').next().unwrap_or_default();
    let bare = last.trim_end_matches(is_closer).trim_end();
    let next = text.get(line.clone()).and_then(|l| l.trim_start_matches(is_opener).chars().next());
    let lower = next.is_some_and(char::is_lowercase);
    if bare.ends_with(|c| is_end(c) || matches!(c, ':' | '：' | ';')) {
        return lower && bare.ends_with('.') && abbreviation(bare, None) == Short::Always;
    }
    lower || bare.ends_with(',') || WRAPPED.contains(&last.len())
}

/// Cuts a finished block into sentences.
fn finish(text: &str, block: Option<Range<usize>>, out: &mut Vec<Sentence>) {
    let Some(block) = block else { return };
    let Some(inside) = text.get(block.clone()) else { return };
    let (mut start, mut letters) = (0, false);
    let mut chars = inside.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        letters |= c.is_alphabetic();
        if !is_end(c) {
            continue;
        }
        let (mut end, mut marks, mut closed, mut wide) =
            (at + c.len_utf8(), 1, false, is_wide_end(c));
        while let Some(&(i, c)) = chars.peek().filter(|(_, c)| is_end(*c) || is_closer(*c)) {
            marks += usize::from(is_end(c));
            closed |= is_closer(c);
            wide |= is_wide_end(c);
            end = i + c.len_utf8();
            chars.next();
        }
        let after = inside.get(end..).unwrap_or_default();
        let next =
            after.trim_start_matches(|c: char| c.is_whitespace() || is_opener(c)).chars().next();
        if !wide && after.starts_with(|c: char| !c.is_whitespace()) {
            continue;
        }
        let lower = next.is_some_and(char::is_lowercase);
        let stays = if wide || next.is_none() {
            false
        } else if c == '.' && marks == 1 {
            let upto = inside.get(start..at + 1).unwrap_or_default();
            // Without a letter so far it is the number of a list item.
            !letters
                || (lower && closed)
                || match abbreviation(upto, after.split_whitespace().next()) {
                    Short::Always => true,
                    Short::Maybe => lower,
                    Short::No => false,
                }
        } else {
            // "Wait... what", "really?" she asked.
            lower && (closed || matches!(c, '.' | '…'))
        };
        if !stays {
            push(text, block.start + start..block.start + end, out);
            (start, letters) = (end, false);
        }
    }
    push(text, block.start + start..block.end, out);
}

fn push(text: &str, range: Range<usize>, out: &mut Vec<Sentence>) {
    let mut range = trimmed(text, range);
    let Some(inside) = text.get(range.clone()) else { return };
    range.start += number_len(inside);
    let range = trimmed(text, range);
    let inside = text.get(range.clone()).unwrap_or_default();
    if inside.chars().any(char::is_alphanumeric) {
        let clauses = clauses(inside)
            .into_iter()
            .map(|c| range.start + c.start..range.start + c.end)
            .collect();
        out.push(Sentence { range, clauses });
    }
}

/// The range without white space at its ends.
pub(super) fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let inside = text.get(range.clone()).unwrap_or_default();
    let end = range.start + inside.trim_end().len();
    let start = range.start + (inside.len() - inside.trim_start().len());
    start.min(end)..end
}

fn is_end(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | '…') || is_wide_end(c)
}

fn is_wide_end(c: char) -> bool {
    matches!(c, '。' | '！' | '？')
}

fn is_closer(c: char) -> bool {
    matches!(c, ')' | ']' | '"' | '\'' | '”' | '’' | '»' | '*' | '_' | '`' | '」' | '』' | '）')
}

fn is_opener(c: char) -> bool {
    matches!(c, '(' | '[' | '"' | '\'' | '“' | '‘' | '«' | '*' | '_' | '`' | '「' | '『' | '（')
}

/// Bytes of the markers a line begins with: bullets, numbers, headings, quotes, check boxes, nested ones.
fn marker_len(line: &str) -> usize {
    let mut len = 0;
    // A few levels are enough; each takes at least one byte, so it ends anyway.
    for _ in 0..4 {
        let rest = line.get(len..).unwrap_or_default();
        let bullet = rest.strip_prefix(['-', '*', '+', '•', '–', '—', '‣', '◦', '·', '>']);
        let heading = rest.trim_start_matches('#');
        let boxed = ["[ ]", "[x]", "[X]"].iter().find_map(|b| rest.strip_prefix(b));
        let after = match (bullet, boxed) {
            (Some(after), _) | (None, Some(after)) => after,
            _ if (1..=6).contains(&(rest.len() - heading.len())) => heading,
            _ => rest.get(number_len(rest)..).unwrap_or_default(),
        };
        let text = after.trim_start();
        let is_marker = after.len() < rest.len()
            && (text.len() < after.len() || after.is_empty() || ends_number(rest, after));
        if !is_marker {
            break;
        }
        len = line.len() - text.len();
    }
    len
}

fn ends_number(rest: &str, after: &str) -> bool {
    rest.len() - after.len() == number_len(rest)
}

/// Bytes of `2.`, `12)`, `(3)`, `(iv)`, `b)`, `B.` and the white space after it at the start; 0 if none.
fn number_len(text: &str) -> usize {
    let open = text.starts_with('(');
    let inner = text.get(usize::from(open)..).unwrap_or_default();
    let word: String = inner.chars().take(5).take_while(char::is_ascii_alphanumeric).collect();
    let digits = word.bytes().all(|b| b.is_ascii_digit());
    let roman = word.bytes().all(|b| b"ivxIVX".contains(&b));
    let fits = match word.len() {
        1 => true,
        2..=3 => digits || roman,
        4 => roman && open,
        _ => false,
    };
    let after = inner.get(word.len()..).unwrap_or_default();
    let close = after.chars().next();
    // "I." and "A." are words as well as markers, "IV." hardly.
    let marks = close == Some(')') || (!open && close == Some('.') && word != "I" && word != "a");
    let rest = after.get(1..).unwrap_or_default();
    if !fits || !marks || !(rest.is_empty() || rest.starts_with(char::is_whitespace)) {
        return 0;
    }
    text.len() - rest.trim_start().len()
}

/// Whether a full stop belongs to the word before it.
#[derive(Debug, PartialEq, Eq)]
enum Short {
    Always,
    /// An abbreviation that often stands at the end: what follows decides.
    Maybe,
    No,
}

/// Judges the word at the end of `upto`, which ends in the full stop; `next` is the word after it.
fn abbreviation(upto: &str, next: Option<&str>) -> Short {
    let stem = upto.strip_suffix('.').unwrap_or(upto);
    let mut from = stem.len();
    for (at, c) in stem.char_indices().rev().take(12) {
        if !(c.is_alphanumeric() || c == '.') {
            break;
        }
        from = at;
    }
    let raw = stem.get(from..).unwrap_or_default();
    let word = raw.to_lowercase();
    let number = next.is_some_and(|n| n.starts_with(|c: char| c.is_ascii_digit()));
    match word.as_str() {
        "e.g" | "eg" | "i.e" | "ie" | "cf" | "vs" | "dr" | "mr" | "mrs" | "ms" | "prof" | "st"
        | "viz" | "approx" | "esp" | "resp" | "incl" | "gen" | "rev" | "hon" => Short::Always,
        "etc" | "al" | "inc" | "ltd" | "co" | "corp" | "jr" | "sr" | "a.m" | "p.m" | "u.s"
        | "u.k" | "u.n" | "e.u" | "ph.d" | "dept" | "est" | "ed" | "eds" | "ibid" => Short::Maybe,
        "no" | "nos" | "fig" | "figs" | "eq" | "sec" | "ch" | "vol" | "p" | "pp" | "art"
        | "jan" | "feb" | "aug" | "sept" | "oct" | "nov" | "dec"
            if number =>
        {
            Short::Always
        }
        _ => initial(raw, next),
    }
}

/// A capital letter with a full stop is an initial unless the next word opens a sentence: "Plan B. The".
fn initial(word: &str, next: Option<&str>) -> Short {
    let letter = word.rsplit('.').next().unwrap_or_default();
    let mut chars = letter.chars();
    let single = chars.next().is_some_and(char::is_uppercase) && chars.next().is_none();
    let opens = matches!(
        next.unwrap_or_default().trim_end_matches(|c: char| !c.is_alphanumeric()),
        "The"
            | "It"
            | "This"
            | "That"
            | "I"
            | "If"
            | "However"
            | "But"
            | "And"
            | "So"
            | "Then"
            | "We"
            | "They"
            | "He"
            | "She"
            | "You"
            | "My"
            | "In"
            | "There"
            | "These"
            | "A"
            | "An"
            | "As"
            | "For"
            | "When"
            | "What"
            | "Now"
            | "Given"
            | "Therefore"
            | "Because"
            | "Since"
            | "To"
            | "On"
            | "At"
    );
    if single && letter != "I" && !opens { Short::Always } else { Short::No }
}

#[cfg(test)]
#[path = "sentence_tests.rs"]
mod tests;
