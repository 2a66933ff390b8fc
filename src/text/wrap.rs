//! Wrapping at words for a pane, by display columns, giving the text back exactly.
//!
//! Rows are offsets, not copies: 5 MB of text is some 60,000 small structs, made in one pass. Lines of
//! printable ASCII are wrapped on bytes; all others piece by piece, as `sanitize` cuts them.

use super::chars::is_plain_ascii;
use super::sanitize::{Cut, Cutter, Kind};

/// One row of a pane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// Byte offset in the text where the row starts.
    pub start: usize,
    /// Byte offset just after what is drawn on it (white space at the break and the line break excluded).
    pub end: usize,
    /// Columns to leave free on the left: the line's own indentation (which is not part of the row), and
    /// on continuation rows of a list item that of its text; at most a third of the width. Tabs in the
    /// row are expanded from this column on: draw `pieces(&text[start..end], indent)`.
    pub indent: u16,
}

/// A text wrapped to a width. Rows are in order, cover every byte that is not white space at a break or
/// the indentation of a line, and blank lines give an empty row. There is always at least one row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wrapped {
    /// The rows.
    pub rows: Vec<Row>,
    /// The width in columns that was asked for.
    pub width: usize,
}

impl Wrapped {
    /// Wraps `text` to `width` columns (at least 1). Words wider than a row are broken between graphemes.
    /// A row's indent and pieces take at most `width` columns, unless it is a single piece wider than
    /// that. A line break at the very end opens no further row.
    #[must_use]
    pub fn new(text: &str, width: usize) -> Self {
        let width = width.max(1);
        let mut rows = Vec::with_capacity(text.len() / width.min(64) + 1);
        let bytes = text.as_bytes();
        let mut start = 0;
        while start < bytes.len() {
            let rest = bytes.get(start..).unwrap_or_default();
            let (mut end, next) = match memchr::memchr(b'\n', rest) {
                Some(at) => (start + at, start + at + 1),
                None => (bytes.len(), bytes.len()),
            };
            if next > end && end > start && bytes.get(end - 1) == Some(&b'\r') {
                end -= 1;
            }
            // Both ends stand at ASCII bytes or at the ends of the text.
            let line = text.get(start..end).unwrap_or_default();
            Line::new(line, start, width).wrap(&mut rows);
            start = next;
        }
        if rows.is_empty() {
            rows.push(Row { start: 0, end: 0, indent: 0 });
        }
        Self { rows, width }
    }

    /// Index of the row that holds the byte offset (the last row that starts at or before it).
    #[must_use]
    pub fn row_of(&self, offset: usize) -> usize {
        self.rows.partition_point(|r| r.start <= offset).saturating_sub(1)
    }
}

/// One line while it is wrapped. Offsets inside are of the line; `base` is where it starts in the text.
struct Line<'a> {
    text: &'a str,
    base: usize,
    width: usize,
    /// First byte after the indentation.
    start: usize,
    /// Indent of the first row, and of those after it.
    first: usize,
    hang: usize,
}

impl<'a> Line<'a> {
    fn new(line: &'a str, base: usize, width: usize) -> Self {
        let text = line.trim_end_matches([' ', '\t']);
        let cap = (width / 3).min(usize::from(u16::MAX));
        let (mut start, mut columns) = (0, 0);
        for cut in Cutter::new(text).take_while(|cut| is_space(text, cut)) {
            start = cut.end;
            columns += cut.width(text, columns);
        }
        let marker = marker_len(text.get(start..).unwrap_or_default());
        Self {
            text,
            base,
            width,
            start,
            first: columns.min(cap),
            hang: (columns + marker).min(cap),
        }
    }

    fn wrap(&self, rows: &mut Vec<Row>) {
        let rest = self.text.get(self.start..).unwrap_or_default();
        if rest.is_empty() {
            rows.push(Row { start: self.base, end: self.base, indent: 0 });
        } else if is_plain_ascii(rest.as_bytes()) {
            self.wrap_ascii(rows);
        } else {
            self.wrap_pieces(rows);
        }
    }

    fn row(&self, start: usize, end: usize, indent: usize) -> Row {
        Row { start: self.base + start, end: self.base + end, indent: indent as u16 }
    }

    /// The bytes are all printable ASCII: columns are bytes.
    fn wrap_ascii(&self, rows: &mut Vec<Row>) {
        let bytes = self.text.as_bytes();
        let (mut start, mut indent) = (self.start, self.first);
        while bytes.len() - start > self.width - indent {
            let limit = start + self.width - indent;
            let span = |range: std::ops::Range<usize>| bytes.get(range).unwrap_or_default();
            let space = if bytes.get(limit) == Some(&b' ') {
                Some(limit)
            } else {
                memchr::memrchr(b' ', span(start..limit)).map(|at| start + at)
            };
            let (mut end, mut next) = (limit, limit);
            if let Some(at) = space {
                let room = self.width - self.hang;
                let word = span(at + 1..(at + 2 + room).min(bytes.len()));
                // A word too wide for any row is begun here, not on a row of its own.
                if at == limit || memchr::memchr(b' ', word).unwrap_or(word.len()) <= room {
                    (end, next) = (at, at);
                }
            }
            end -= span(start..end).iter().rev().take_while(|&&b| b == b' ').count();
            next += span(next..bytes.len()).iter().take_while(|&&b| b == b' ').count();
            rows.push(self.row(start, end, indent));
            (start, indent) = (next, self.hang);
        }
        if start < bytes.len() {
            rows.push(self.row(start, bytes.len(), indent));
        }
    }

    fn wrap_pieces(&self, rows: &mut Vec<Row>) {
        let (mut start, mut indent) = (self.start, self.first);
        let mut column = indent;
        // End of the last piece that is not white space; where a break may be made (end of the row,
        // start of the next) and the column there.
        let mut drawn = start;
        let mut chance: Option<(usize, usize, usize)> = None;
        let mut cutter = Cutter::at(self.text, self.start);
        loop {
            // Most pieces are letters of ASCII that fit: nothing is to be decided at any of them.
            let letters = cutter.pass_word(self.width.saturating_sub(column));
            if letters > 0 {
                column += letters;
                drawn = cutter.position();
            }
            let Some(cut) = cutter.next() else { break };
            if is_space(self.text, &cut) {
                column += cut.width(self.text, column);
                if drawn == start {
                    // Only after a break in the middle of a word that ends here.
                    start = cut.end;
                    drawn = start;
                    column = indent;
                } else {
                    chance = Some((drawn, cut.end, column));
                }
                continue;
            }
            let mut width = cut.width(self.text, column);
            while column + width > self.width && drawn > start {
                let (end, next, taken) = match chance.take() {
                    Some((end, next, at)) if self.word_fits(next) => (end, next, column - at),
                    _ => (drawn, cut.start, 0),
                };
                rows.push(self.row(start, end, indent));
                (start, indent) = (next, self.hang);
                column = indent + taken;
                drawn = if taken == 0 { start } else { drawn };
                width = cut.width(self.text, column);
            }
            column += width;
            drawn = cut.end;
            if ends_word(self.text, &cut) {
                chance = Some((drawn, drawn, column));
            }
        }
        if drawn > start {
            rows.push(self.row(start, drawn, indent));
        }
    }

    /// Whether the word that starts at `from` fits on a row of its own. Looks at most one row ahead.
    fn word_fits(&self, from: usize) -> bool {
        let mut column = self.hang;
        let mut cutter = Cutter::at(self.text, from);
        loop {
            column += cutter.pass_word(self.width.saturating_sub(column));
            let Some(cut) = cutter.next() else { break };
            if is_space(self.text, &cut) {
                break;
            }
            column += cut.width(self.text, column);
            if column > self.width {
                return false;
            }
            if ends_word(self.text, &cut) {
                break;
            }
        }
        true
    }
}

/// White space at which a row may end. No-break spaces are none.
fn is_space(text: &str, cut: &Cut) -> bool {
    match cut.kind {
        Kind::Tab | Kind::Break => true,
        Kind::Hidden(_) => false,
        Kind::Plain(_) => matches!(
            text.get(cut.start..cut.end),
            Some(
                " " | "\u{1680}"
                    | "\u{2000}"
                    | "\u{2001}"
                    | "\u{2002}"
                    | "\u{2003}"
                    | "\u{2004}"
                    | "\u{2005}"
                    | "\u{2006}"
                    | "\u{2008}"
                    | "\u{2009}"
                    | "\u{200A}"
                    | "\u{205F}"
                    | "\u{3000}"
            )
        ),
    }
}

/// Whether a row may end after this piece though no white space follows: after an em dash, and between
/// the wide characters of scripts without spaces, but not before their closing punctuation.
fn ends_word(text: &str, cut: &Cut) -> bool {
    let raw = text.get(cut.start..cut.end).unwrap_or_default();
    if raw == "—" {
        return true;
    }
    let opens = matches!(raw, "「" | "『" | "（" | "【" | "《" | "〈");
    if cut.kind != Kind::Plain(2) || opens {
        return false;
    }
    let next = text.get(cut.end..).and_then(|rest| rest.chars().next());
    !matches!(
        next,
        Some(
            '、' | '。'
                | '，'
                | '．'
                | '！'
                | '？'
                | '：'
                | '；'
                | '」'
                | '』'
                | '）'
                | '】'
                | '》'
                | '〉'
                | '…'
                | '”'
                | '’'
        )
    )
}

/// Columns (and bytes or characters alike) of the list marker the line begins with, with the space
/// after it; 0 when there is none.
fn marker_len(line: &str) -> usize {
    let head: Vec<char> = line.chars().take(8).collect();
    let mark = match head.first() {
        Some('-' | '*' | '+' | '•' | '–' | '‣' | '◦' | '·' | '>') => 1,
        Some('(') => match head.iter().position(|&c| c == ')') {
            Some(close @ 2..=4) if head[1..close].iter().all(char::is_ascii_alphanumeric) => {
                close + 1
            }
            _ => return 0,
        },
        Some(c) if c.is_ascii_alphanumeric() => {
            let digits = head.iter().take_while(|c| c.is_ascii_digit()).count();
            let word = if digits == 0 { 1 } else { digits };
            match head.get(word) {
                Some('.' | ')') if word <= 3 => word + 1,
                _ => return 0,
            }
        }
        _ => return 0,
    };
    let spaces = head.iter().skip(mark).take_while(|&&c| c == ' ').count();
    if spaces == 0 { 0 } else { mark + spaces }
}

#[cfg(test)]
#[path = "wrap_tests.rs"]
mod tests;
