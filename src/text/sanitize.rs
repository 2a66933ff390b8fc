//! What of a hostile text may reach a terminal, a title, the clipboard or an export for people.
//!
//! A cutter walks the text once and gives ranges (one grapheme, or one hidden character); everything
//! else here and in `wrap` is built on it, so that all of them agree about what is one piece and how wide.
//! It escapes nothing for JSON, HTML or CSV: those writers have rules of their own.

use super::chars::{
    grapheme_width, hidden_class, is_emoji_glue, is_lone, is_mark, is_pictograph, is_plain_ascii,
    shown_name,
};
use std::borrow::Cow;
use std::ops::Range;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthChar;

/// Distance of tab stops in columns.
pub(super) const TAB: usize = 4;
/// Marks that may stand on one base; scripts need three or four, hostile text uses hundreds.
const MAX_MARKS: usize = 8;
/// Characters of one grapheme: the longest emoji in use has ten.
const MAX_CHARS: usize = 32;

/// Why a piece is not shown as it stands in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hidden {
    /// C0, C1 or DEL: shown as a control picture (`␛`) or `⟨U+0085⟩`.
    Control,
    /// Changes the direction of text: shown as `⟨U+202E⟩`.
    Bidi,
    /// Has no width: shown as `⟨U+200B⟩`. Also a combining mark with no base, or one too many on its base.
    ZeroWidth,
    /// Tag characters and variation selectors outside emoji: shown as `⟨U+E0041⟩`. Also private use and
    /// noncharacters, which carry a message just as well.
    Tag,
    /// Line or paragraph separator U+2028, U+2029.
    Separator,
}

/// One grapheme (or one hidden character) as it is drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece<'a> {
    /// Byte range in the text given.
    pub range: Range<usize>,
    /// What to draw. Never holds a control, bidi, zero-width or tag character.
    pub shown: Cow<'a, str>,
    /// Columns it takes. A line break takes 0.
    pub width: usize,
    /// Set when `shown` stands for something dangerous or invisible. Tabs (expanded to the next multiple
    /// of 4 columns) and line breaks are not hidden.
    pub hidden: Option<Hidden>,
}

/// What a cut holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Shown as it stands; columns.
    Plain(usize),
    /// A line break.
    Break,
    /// A tab; its columns depend on where it stands.
    Tab,
    /// One character shown by its name.
    Hidden(Hidden),
}

/// A range of the text that is drawn, broken and counted as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cut {
    /// First byte.
    pub start: usize,
    /// Byte after the last.
    pub end: usize,
    /// What it holds.
    pub kind: Kind,
}

impl Cut {
    /// Columns it takes when it starts at `column`.
    pub fn width(&self, text: &str, column: usize) -> usize {
        match self.kind {
            Kind::Plain(width) => width,
            Kind::Break => 0,
            Kind::Tab => TAB - column % TAB,
            Kind::Hidden(_) => {
                let code = text.get(self.start..).and_then(|t| t.chars().next());
                match code.map_or(0, |c| c as u32) {
                    0x00..=0x1F | 0x7F => 1,
                    0x80..=0xFFFF => 8,
                    0x1_0000..=0xF_FFFF => 9,
                    _ => 10,
                }
            }
        }
    }

    /// What is drawn for it when it starts at `column`.
    pub fn shown<'a>(&self, text: &'a str, column: usize) -> Cow<'a, str> {
        let raw = text.get(self.start..self.end).unwrap_or_default();
        match self.kind {
            Kind::Plain(_) => Cow::Borrowed(raw),
            Kind::Break => Cow::Borrowed(""),
            Kind::Tab => Cow::Borrowed(["    ", "   ", "  ", " "][column % TAB]),
            Kind::Hidden(_) => Cow::Owned(raw.chars().map(shown_name).collect()),
        }
    }
}

/// Walks a text cut by cut. Linear: a grapheme is segmented once, however many pieces it is cut into.
#[derive(Debug, Clone)]
pub(super) struct Cutter<'a> {
    text: &'a str,
    pos: usize,
    /// End of the grapheme that `pos` stands in.
    cluster_end: usize,
}

impl<'a> Cutter<'a> {
    pub fn new(text: &'a str) -> Self {
        Self { text, pos: 0, cluster_end: 0 }
    }

    /// A cutter that starts at a byte offset where a piece starts; an offset inside a character ends it.
    pub fn at(text: &'a str, pos: usize) -> Self {
        let pos = if text.is_char_boundary(pos) { pos } else { text.len() };
        Self { text, pos, cluster_end: pos }
    }

    /// Takes printable ASCII that stands as it is, a column a byte; `None` where there is none here.
    fn take_plain(&mut self) -> Option<Range<usize>> {
        if self.pos < self.cluster_end {
            return None;
        }
        let rest = self.text.as_bytes().get(self.pos..)?;
        let plain = |b: &u8| matches!(b, 0x20..=0x7E);
        let mut run = rest.iter().position(|b| !plain(b)).unwrap_or(rest.len());
        // The last character may be the base of a mark that follows.
        if rest.get(run).is_some_and(|b| !b.is_ascii()) {
            run = run.saturating_sub(1);
        }
        let start = self.pos;
        self.pos += run;
        (run > 0).then_some(start..self.pos)
    }

    /// Moves over printable ASCII, tabs and line feeds that certainly hold nothing hidden.
    fn skip_plain(&mut self) {
        if self.pos < self.cluster_end {
            return;
        }
        let Some(rest) = self.text.as_bytes().get(self.pos..) else { return };
        let plain = |b: u8| matches!(b, 0x20..=0x7E | b'\n' | b'\t');
        let whole = rest
            .chunks_exact(64)
            .take_while(|chunk| chunk.iter().fold(true, |ok, &b| ok & plain(b)))
            .count()
            * 64;
        let tail = rest.get(whole..).unwrap_or_default();
        let mut run = whole + tail.iter().position(|&b| !plain(b)).unwrap_or(tail.len());
        // The last character may be the base of a mark that follows.
        if run < rest.len() {
            run = run.saturating_sub(1);
        }
        self.pos += run;
        self.cluster_end = self.pos;
    }

    /// Moves over letters, digits and signs of ASCII, each of which would be a piece of one column: at most so many. How many
    /// there were.
    pub fn pass_word(&mut self, most: usize) -> usize {
        if self.pos < self.cluster_end {
            return 0;
        }
        let rest = self.text.as_bytes().get(self.pos..).unwrap_or_default();
        let near = rest.get(..most.min(rest.len())).unwrap_or_default();
        let mut run = near.iter().position(|b| !b.is_ascii_graphic()).unwrap_or(near.len());
        // The last character may be the base of a mark that follows.
        if run > 0 && rest.get(run).is_some_and(|next| !next.is_ascii()) {
            run -= 1;
        }
        self.pos += run;
        run
    }

    /// Where the next piece starts.
    pub fn position(&self) -> usize {
        self.pos
    }

    fn take(&mut self, len: usize, kind: Kind) -> Cut {
        let start = self.pos;
        self.pos += len;
        Cut { start, end: self.pos, kind }
    }

    /// One piece of the grapheme `cluster`, which is the rest of one from `pos` on.
    fn cut_cluster(&mut self, cluster: &str) -> Option<Cut> {
        let mut chars = cluster.char_indices().peekable();
        let (_, first) = chars.next()?;
        if let Some(hidden) = hidden_class(first) {
            return Some(self.take(first.len_utf8(), Kind::Hidden(hidden)));
        }
        if is_emoji_glue(first) {
            let hidden = if first == '\u{200D}' { Hidden::ZeroWidth } else { Hidden::Tag };
            return Some(self.take(first.len_utf8(), Kind::Hidden(hidden)));
        }
        if is_mark(first) {
            return Some(self.take(first.len_utf8(), Kind::Hidden(Hidden::ZeroWidth)));
        }
        // A skin colour alone joins nothing: it may stand behind what is shown by its name.
        let joins = |c: char| is_pictograph(c) && !('\u{1F3FB}'..='\u{1F3FF}').contains(&c);
        let mut joined = joins(first);
        let (mut end, mut marks, mut previous) = (first.len_utf8(), 0, first);
        for _ in 1..MAX_CHARS {
            let Some((_, c)) = chars.next() else { break };
            let next = chars.peek().map(|&(_, n)| n);
            let keep = match c {
                '\u{200D}' => joined && next.is_some_and(is_pictograph),
                '\u{FE0E}' | '\u{FE0F}' => {
                    is_pictograph(previous)
                        || (next == Some('\u{20E3}') && previous.is_ascii_graphic())
                }
                _ => hidden_class(c).is_none(),
            };
            if is_mark(c) {
                marks += 1;
            } else {
                marks = 0;
            }
            if !keep || marks > MAX_MARKS {
                break;
            }
            end += c.len_utf8();
            joined |= joins(c);
            previous = c;
        }
        let width = grapheme_width(cluster.get(..end)?);
        if width == 0 {
            return Some(self.take(first.len_utf8(), Kind::Hidden(Hidden::ZeroWidth)));
        }
        Some(self.take(end, Kind::Plain(width)))
    }
}

impl Iterator for Cutter<'_> {
    type Item = Cut;

    fn next(&mut self) -> Option<Cut> {
        let bytes = self.text.as_bytes();
        if self.pos >= self.cluster_end {
            let &byte = bytes.get(self.pos)?;
            let next = bytes.get(self.pos + 1).copied().unwrap_or(b' ');
            match byte {
                b'\n' => return Some(self.take(1, Kind::Break)),
                b'\r' if next == b'\n' => return Some(self.take(2, Kind::Break)),
                b'\t' => return Some(self.take(1, Kind::Tab)),
                0x00..=0x1F | 0x7F => return Some(self.take(1, Kind::Hidden(Hidden::Control))),
                0x20..=0x7E if next < 0x80 => return Some(self.take(1, Kind::Plain(1))),
                _ => {}
            }
            let rest = self.text.get(self.pos..)?;
            let mut chars = rest.chars();
            let first = chars.next()?;
            let second = chars.next().unwrap_or(' ');
            if is_lone(first) && (is_lone(second) || second.is_ascii_control()) {
                let width = UnicodeWidthChar::width(first).unwrap_or(1);
                return Some(self.take(first.len_utf8(), Kind::Plain(width)));
            }
            self.cluster_end = self.pos + rest.graphemes(true).next()?.len();
        }
        let cluster = self.text.get(self.pos..self.cluster_end)?;
        self.cut_cluster(cluster)
    }
}

/// The text cut into drawable pieces. `column` is where the first piece stands (tabs need it). Line
/// breaks (`\n`, and `\r\n` as one) give a piece with an empty `shown`, and start again at column 0.
pub fn pieces(text: &str, column: usize) -> impl Iterator<Item = Piece<'_>> {
    let mut column = column;
    Cutter::new(text).map(move |cut| {
        let piece = piece(text, &cut, column);
        // Only a line break has no width.
        column = if piece.width == 0 { 0 } else { column + piece.width };
        piece
    })
}

fn piece<'a>(text: &'a str, cut: &Cut, column: usize) -> Piece<'a> {
    let hidden = if let Kind::Hidden(why) = cut.kind { Some(why) } else { None };
    let (shown, width) = (cut.shown(text, column), cut.width(text, column));
    Piece { range: cut.start..cut.end, shown, width, hidden }
}

/// Pieces, with those that stand as they are taken together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Run<'a> {
    /// Printable ASCII at this byte range: a column a byte.
    Plain(Range<usize>),
    /// One piece.
    Piece(Piece<'a>),
}

/// As [`pieces`], printable ASCII in one.
pub fn runs(text: &str, column: usize) -> impl Iterator<Item = Run<'_>> {
    let mut column = column;
    let mut cutter = Cutter::new(text);
    std::iter::from_fn(move || {
        if let Some(range) = cutter.take_plain() {
            column += range.len();
            return Some(Run::Plain(range));
        }
        let piece = piece(text, &cutter.next()?, column);
        column = if piece.width == 0 { 0 } else { column + piece.width };
        Some(Run::Piece(piece))
    })
}

/// The text for people: line breaks kept (`\r\n` becomes `\n`), tabs expanded, hidden characters made
/// visible. Idempotent.
#[must_use]
pub fn sanitize(text: &str) -> Cow<'_, str> {
    if text.split('\n').all(|line| is_plain_ascii(line.as_bytes())) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    let mut same = true;
    for piece in pieces(text, 0) {
        let raw = text.get(piece.range.clone()).unwrap_or_default();
        let shown = if piece.width == 0 { "\n" } else { piece.shown.as_ref() };
        same &= shown == raw;
        out.push_str(shown);
    }
    if same { Cow::Borrowed(text) } else { Cow::Owned(out) }
}

/// The pieces of the text on one line: every run of white space (line breaks too) is one space, none at
/// either end. Lazy, so that cutting megabytes to a title costs no more than the title.
pub(super) fn line_pieces(text: &str) -> impl Iterator<Item = (Cow<'_, str>, usize)> {
    let mut cutter = Cutter::new(text);
    let (mut held, mut gap, mut started) = (None, false, false);
    std::iter::from_fn(move || {
        if let Some(held) = held.take() {
            return Some(held);
        }
        loop {
            let cut = cutter.next()?;
            let raw = text.get(cut.start..cut.end).unwrap_or_default();
            let blank = match cut.kind {
                Kind::Break | Kind::Tab => true,
                Kind::Plain(_) => raw.chars().all(char::is_whitespace),
                Kind::Hidden(_) => false,
            };
            if blank {
                gap = started;
                continue;
            }
            started = true;
            let piece = (cut.shown(text, 0), cut.width(text, 0));
            if gap {
                gap = false;
                held = Some(piece);
                return Some((Cow::Borrowed(" "), 1));
            }
            return Some(piece);
        }
    })
}

/// As [`sanitize`], on one line: line breaks become `⏎`-free single spaces, runs of white space fold to
/// one, and there is none at either end. Idempotent.
#[must_use]
pub fn sanitize_line(text: &str) -> Cow<'_, str> {
    if is_tidy(text) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    line_pieces(text).for_each(|(shown, _)| out.push_str(&shown));
    Cow::Owned(out)
}

/// Whether a text is one line of printable ASCII with single blanks between words: it stands as it is, a column a byte.
pub(super) fn is_tidy(text: &str) -> bool {
    is_plain_ascii(text.as_bytes())
        && !text.contains("  ")
        && !text.starts_with(' ')
        && !text.ends_with(' ')
}

/// How many hidden or dangerous characters the text holds: the hidden pieces of [`pieces`]. Megabytes of
/// ordinary text are passed over at memory speed.
#[must_use]
pub fn hidden_count(text: &str) -> usize {
    let mut cutter = Cutter::new(text);
    let mut count = 0;
    loop {
        cutter.skip_plain();
        match cutter.next() {
            Some(cut) => count += usize::from(matches!(cut.kind, Kind::Hidden(_))),
            None => return count,
        }
    }
}

#[cfg(test)]
#[path = "sanitize_tests.rs"]
mod tests;
