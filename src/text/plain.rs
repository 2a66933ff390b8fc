//! Sentences and clauses cut the obvious way, one character after another: what the fast way is compared with.
//!
//! Only the tables of marks and words are shared with it.

use super::clause::JOINING;
use super::sentence::{
    Short, WRAPPED, initial, is_closer, is_end, is_opener, is_wide_end, trimmed,
};
use std::ops::Range;

/// As [`super::sentences`].
pub fn sentences(text: &str) -> Vec<Range<usize>> {
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
fn finish(text: &str, block: Option<Range<usize>>, out: &mut Vec<Range<usize>>) {
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

fn push(text: &str, range: Range<usize>, out: &mut Vec<Range<usize>>) {
    let mut range = trimmed(text, range);
    let Some(inside) = text.get(range.clone()) else { return };
    range.start += number_len(inside);
    let range = trimmed(text, range);
    let inside = text.get(range.clone()).unwrap_or_default();
    if inside.chars().any(char::is_alphanumeric) {
        out.push(range);
    }
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
        _ => initial(raw, || next.unwrap_or_default()),
    }
}

/// Byte ranges of the clauses of a sentence, in order, at least one.
pub fn clauses(sentence: &str) -> Vec<Range<usize>> {
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
