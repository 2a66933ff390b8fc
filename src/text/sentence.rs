//! Sentences with exact byte offsets. List markers never stand alone.
//!
//! Lines are gathered into blocks (a paragraph, a list item, a heading), blocks are cut at end marks.
//! English rules and the full-width marks; it does not parse grammar, and it never needs a second pass.

use super::mask::Places;
use std::ops::Range;

/// Byte ranges of the sentences (or list items, or lines without end mark) in order, without surrounding
/// white space and without a leading list marker. Abbreviations (e.g., i.e., Dr.), initials and decimals do
/// not end one; a blank line always does. A single line break does after an end mark or colon, before a list
/// item or heading, and where the line is too short or too long to have been wrapped by hand and the next does
/// not go on in lower case. Ranges without a letter or digit (rules, lone marks) are left out. Looks no
/// further ahead than the end of the paragraph.
pub fn sentences(text: &str) -> impl Iterator<Item = Range<usize>> {
    let marks = Places::new(text.as_bytes(), may_end);
    Sentences { text, line: 0, waiting: None, block: None, marks }
}

struct Sentences<'a, F> {
    text: &'a str,
    /// Where the next line begins.
    line: usize,
    /// The block that the last line read opened.
    waiting: Option<Range<usize>>,
    /// The block that is being cut.
    block: Option<Block>,
    marks: Places<'a, F>,
}

/// A finished block, as far as it has been cut.
struct Block {
    /// What is left of it, from the end of its last sentence.
    left: Range<usize>,
    /// Before here nothing that is left has a letter.
    letterless: usize,
}

impl<F: Fn(u8) -> bool> Iterator for Sentences<'_, F> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        loop {
            while let Some(block) = &mut self.block {
                let from = block.left.start;
                let piece = match next_cut(self.text, block, &mut self.marks) {
                    Some(cut) => {
                        block.left.start = cut;
                        block.letterless = cut;
                        from..cut
                    }
                    None => from..self.block.take().map_or(from, |b| b.left.end),
                };
                if let Some(sentence) = sentence(self.text, piece) {
                    return Some(sentence);
                }
            }
            let left = self.gather()?;
            self.block = Some(Block { letterless: left.start, left });
        }
    }
}

impl<F> Sentences<'_, F> {
    /// Reads lines until a block is finished.
    fn gather(&mut self) -> Option<Range<usize>> {
        let text = self.text;
        let mut block = self.waiting.take();
        while self.line < text.len() {
            let rest = text.get(self.line..).unwrap_or_default();
            let end =
                memchr::memchr(b'\n', rest.as_bytes()).map_or(text.len(), |at| self.line + at);
            let line = trimmed(text, self.line..end);
            self.line = end + 1;
            if line.is_empty() {
                if block.is_some() {
                    return block;
                }
                continue;
            }
            let body = line.start + marker_len(text.get(line.clone()).unwrap_or_default());
            block = match block {
                Some(open) if body == line.start && goes_on(text, &open, &line) => {
                    Some(open.start..line.end)
                }
                Some(finished) => {
                    self.waiting = Some(body..line.end);
                    return Some(finished);
                }
                None => Some(body..line.end),
            };
        }
        block
    }
}

/// Longest and shortest line that looks wrapped by hand, in bytes.
pub(super) const WRAPPED: Range<usize> = 50..130;

/// Whether the line carries on the sentence that the block's last line ends in.
fn goes_on(text: &str, block: &Range<usize>, line: &Range<usize>) -> bool {
    let before = text.get(block.clone()).unwrap_or_default();
    let last = before.rsplit('\n').next().unwrap_or_default();
    let bare = last.trim_end_matches(is_closer).trim_end();
    let next = text.get(line.clone()).and_then(|l| l.trim_start_matches(is_opener).chars().next());
    let lower = next.is_some_and(char::is_lowercase);
    if bare.ends_with(|c| is_end(c) || matches!(c, ':' | '：' | ';')) {
        return lower && bare.ends_with('.') && abbreviation(bare, "") == Short::Always;
    }
    lower || bare.ends_with(',') || WRAPPED.contains(&last.len())
}

/// Where the sentence at the start of what is left of the block ends; `None`: at the block's end.
fn next_cut<F: Fn(u8) -> bool>(
    text: &str,
    block: &mut Block,
    marks: &mut Places<'_, F>,
) -> Option<usize> {
    let (start, stop) = (block.left.start, block.left.end);
    let mut from = start;
    while let Some(at) = marks.next_from(from).filter(|at| *at < stop) {
        let rest = text.get(at..stop).unwrap_or_default();
        let mut chars = rest.chars();
        let Some(c) = chars.next().filter(|c| is_end(*c)) else {
            // A byte that an end mark may begin with, of some other character.
            from = at + 1;
            continue;
        };
        let (mut after, mut count, mut closed, mut wide) =
            (chars.as_str(), 1, false, is_wide_end(c));
        while let Some(c) = chars.next().filter(|c| is_end(*c) || is_closer(*c)) {
            count += usize::from(is_end(c));
            closed |= is_closer(c);
            wide |= is_wide_end(c);
            after = chars.as_str();
        }
        let end = stop - after.len();
        from = end;
        if !wide && after.starts_with(|c: char| !c.is_whitespace()) {
            continue;
        }
        let next = next_word(after);
        let lower = next.is_some_and(char::is_lowercase);
        let stays = if wide || next.is_none() {
            false
        } else if c == '.' && count == 1 {
            let upto = text.get(start..=at).unwrap_or_default();
            // Without a letter so far it is the number of a list item.
            !has_letters(text, block, at)
                || (lower && closed)
                || match abbreviation(upto, after) {
                    Short::Always => true,
                    Short::Maybe => lower,
                    Short::No => false,
                }
        } else {
            // "Wait... what", "really?" she asked.
            lower && (closed || matches!(c, '.' | '…'))
        };
        if !stays {
            return Some(end);
        }
    }
    None
}

/// The first character behind white space and opening marks.
fn next_word(after: &str) -> Option<char> {
    // Mostly a space and a letter.
    let bytes = after.as_bytes();
    match bytes.get(1) {
        Some(byte) if byte.is_ascii_alphanumeric() && bytes.starts_with(b" ") => {
            Some(char::from(*byte))
        }
        _ => after.trim_start_matches(|c: char| c.is_whitespace() || is_opener(c)).chars().next(),
    }
}

/// Whether a letter stands between the start of what is left of the block and `at`. Remembers what was looked
/// at, so that a row of numbers is not gone through again for each of them.
fn has_letters(text: &str, block: &mut Block, at: usize) -> bool {
    let unseen = text.get(block.letterless..at).unwrap_or_default();
    if let Some(place) = unseen.find(char::is_alphabetic) {
        block.letterless += place;
        true
    } else {
        block.letterless = at;
        false
    }
}

/// The piece without white space and marker; `None` without a letter or digit.
fn sentence(text: &str, piece: Range<usize>) -> Option<Range<usize>> {
    let mut range = trimmed(text, piece);
    let number = number_len(text.get(range.clone())?);
    if number > 0 {
        range = trimmed(text, range.start + number..range.end);
    }
    let inside = text.get(range.clone())?;
    // Nearly all begin with a letter.
    let is_text = inside.as_bytes().first().is_some_and(u8::is_ascii_alphanumeric);
    (is_text || inside.contains(char::is_alphanumeric)).then_some(range)
}

/// Bytes that an end mark may begin with.
fn may_end(byte: u8) -> bool {
    (byte == b'.')
        | (byte == b'!')
        | (byte == b'?')
        // The first bytes of `…`, `。` and the full-width marks.
        | (byte == 0xE2)
        | (byte == 0xE3)
        | (byte == 0xEF)
}

/// The range without white space at its ends.
pub(super) fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let mut inside = text.get(range.clone()).unwrap_or_default();
    let is_graphic = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_graphic);
    if !is_graphic(inside.as_bytes().last()) {
        inside = inside.trim_end();
    }
    let end = range.start + inside.len();
    // After a sentence there is mostly one space.
    let spaceless = inside.strip_prefix(' ').unwrap_or(inside);
    inside = if is_graphic(spaceless.as_bytes().first()) { spaceless } else { inside.trim_start() };
    end - inside.len()..end
}

pub(super) fn is_end(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | '…') || is_wide_end(c)
}

pub(super) fn is_wide_end(c: char) -> bool {
    matches!(c, '。' | '！' | '？')
}

pub(super) fn is_closer(c: char) -> bool {
    matches!(c, ')' | ']' | '"' | '\'' | '”' | '’' | '»' | '*' | '_' | '`' | '」' | '』' | '）')
}

pub(super) fn is_opener(c: char) -> bool {
    matches!(c, '(' | '[' | '"' | '\'' | '“' | '‘' | '«' | '*' | '_' | '`' | '「' | '『' | '（')
}

/// Bytes of the markers a line begins with: bullets, numbers, headings, quotes, check boxes, nested ones.
fn marker_len(line: &str) -> usize {
    let mut len = 0;
    // A few levels are enough; each takes at least one byte, so it ends anyway.
    for _ in 0..4 {
        let rest = line.get(len..).unwrap_or_default();
        let number = number_len(rest);
        // Most lines begin with a word.
        if number == 0 && rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
            break;
        }
        let bullet = rest.strip_prefix(['-', '*', '+', '•', '–', '—', '‣', '◦', '·', '>']);
        let heading = rest.trim_start_matches('#');
        let boxed = ["[ ]", "[x]", "[X]"].iter().find_map(|b| rest.strip_prefix(b));
        let after = match (bullet, boxed) {
            (Some(after), _) | (None, Some(after)) => after,
            _ if (1..=6).contains(&(rest.len() - heading.len())) => heading,
            _ => rest.get(number..).unwrap_or_default(),
        };
        let text = after.trim_start();
        let is_marker = after.len() < rest.len()
            && (text.len() < after.len() || after.is_empty() || rest.len() - after.len() == number);
        if !is_marker {
            break;
        }
        len = line.len() - text.len();
    }
    len
}

/// Bytes of `2.`, `12)`, `(3)`, `(iv)`, `b)`, `B.` and the white space after it at the start; 0 if none.
fn number_len(text: &str) -> usize {
    let open = text.starts_with('(');
    let inner = text.get(usize::from(open)..).unwrap_or_default();
    let long = inner.bytes().take(5).take_while(u8::is_ascii_alphanumeric).count();
    let (word, after) = inner.split_at_checked(long).unwrap_or_default();
    let close = after.bytes().next();
    // "I." and "A." are words as well as markers, "IV." hardly.
    let marks = close == Some(b')') || (!open && close == Some(b'.') && word != "I" && word != "a");
    if !marks {
        return 0;
    }
    let digits = || word.bytes().all(|b| b.is_ascii_digit());
    let roman = || word.bytes().all(|b| b"ivxIVX".contains(&b));
    let fits = match long {
        1 => true,
        2..=3 => digits() || roman(),
        4 => open && roman(),
        _ => false,
    };
    let rest = after.get(1..).unwrap_or_default();
    if !fits || !(rest.is_empty() || rest.starts_with(char::is_whitespace)) {
        return 0;
    }
    text.len() - rest.trim_start().len()
}

/// Whether a full stop belongs to the word before it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Short {
    Always,
    /// An abbreviation that often stands at the end: what follows decides.
    Maybe,
    No,
}

/// Bytes of the longest abbreviation in [`listed`].
const LONGEST_SHORT: usize = 6;
/// Most characters of a word that are looked at.
const LONGEST_WORD: usize = 12;

/// Judges the word at the end of `upto`, which ends in the full stop; `after` is what follows.
fn abbreviation(upto: &str, after: &str) -> Short {
    let word = last_word(upto.strip_suffix('.').unwrap_or(upto));
    let next = || after.split_whitespace().next().unwrap_or_default();
    let mut folded = [0; LONGEST_SHORT];
    let (short, before_number) = if !word.is_ascii() {
        listed(&word.to_lowercase())
    } else if let Some(folded) = folded.get_mut(..word.len()) {
        folded.copy_from_slice(word.as_bytes());
        folded.make_ascii_lowercase();
        listed(std::str::from_utf8(folded).unwrap_or_default())
    } else {
        (Short::No, false)
    };
    match short {
        Short::No => initial(word, next),
        // "No. 5", but "No. Never."
        _ if before_number && !next().starts_with(|c: char| c.is_ascii_digit()) => {
            initial(word, next)
        }
        short => short,
    }
}

/// The letters, digits and full stops at the end.
fn last_word(text: &str) -> &str {
    let ends = |b: &u8| b.is_ascii_alphanumeric() || *b == b'.';
    let len = text.bytes().rev().take(LONGEST_WORD).take_while(ends).count();
    let mut from = text.len() - len;
    if len < LONGEST_WORD
        && text.as_bytes().get(from.wrapping_sub(1)).is_some_and(|b| !b.is_ascii())
    {
        let chars = text.char_indices().rev().take(LONGEST_WORD);
        let word = chars.take_while(|(_, c)| c.is_alphanumeric() || *c == '.');
        from = word.last().map_or(text.len(), |(at, _)| at);
    }
    text.get(from..).unwrap_or_default()
}

/// What a folded word is short for, and whether only before a number.
pub(super) fn listed(word: &str) -> (Short, bool) {
    match word {
        "e.g" | "eg" | "i.e" | "ie" | "cf" | "vs" | "dr" | "mr" | "mrs" | "ms" | "prof" | "st"
        | "viz" | "approx" | "esp" | "resp" | "incl" | "gen" | "rev" | "hon" => {
            (Short::Always, false)
        }
        "etc" | "al" | "inc" | "ltd" | "co" | "corp" | "jr" | "sr" | "a.m" | "p.m" | "u.s"
        | "u.k" | "u.n" | "e.u" | "ph.d" | "dept" | "est" | "ed" | "eds" | "ibid" => {
            (Short::Maybe, false)
        }
        "no" | "nos" | "fig" | "figs" | "eq" | "sec" | "ch" | "vol" | "p" | "pp" | "art"
        | "jan" | "feb" | "aug" | "sept" | "oct" | "nov" | "dec" => (Short::Always, true),
        _ => (Short::No, false),
    }
}

/// A capital letter with a full stop is an initial unless the next word opens a sentence: "Plan B. The".
pub(super) fn initial<'a>(word: &str, next: impl FnOnce() -> &'a str) -> Short {
    if word.ends_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit()) {
        return Short::No;
    }
    let letter = word.rsplit('.').next().unwrap_or_default();
    let mut chars = letter.chars();
    let single = chars.next().is_some_and(char::is_uppercase) && chars.next().is_none();
    if !single || letter == "I" {
        return Short::No;
    }
    let opens = matches!(
        next().trim_end_matches(|c: char| !c.is_alphanumeric()),
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
    if opens { Short::No } else { Short::Always }
}

#[cfg(test)]
#[path = "sentence_tests.rs"]
mod tests;
