//! What of a hostile text may reach a terminal, a title, the clipboard or an export for people.

use std::borrow::Cow;
use std::ops::Range;

/// Why a piece is not shown as it stands in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hidden {
    /// C0, C1 or DEL: shown as a control picture (`␛`) or `⟨U+0085⟩`.
    Control,
    /// Changes the direction of text: shown as `⟨U+202E⟩`.
    Bidi,
    /// Has no width: shown as `⟨U+200B⟩`.
    ZeroWidth,
    /// Tag characters and variation selectors outside emoji: shown as `⟨U+E0041⟩`.
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

/// The text cut into drawable pieces. `column` is where the first piece stands (tabs need it). Line
/// breaks (`\n`, and `\r\n` as one) give a piece with an empty `shown`.
pub fn pieces(text: &str, column: usize) -> impl Iterator<Item = Piece<'_>> {
    let _ = column;
    text.char_indices().map(move |(i, c)| Piece {
        range: i..i + c.len_utf8(),
        shown: Cow::Borrowed(&text[i..i + c.len_utf8()]),
        width: 1,
        hidden: None,
    })
}

/// The text for people: line breaks kept, tabs expanded, hidden characters made visible. Idempotent.
#[must_use]
pub fn sanitize(text: &str) -> Cow<'_, str> {
    Cow::Borrowed(text)
}

/// As [`sanitize`], on one line: line breaks become `⏎`-free single spaces, runs of white space fold.
#[must_use]
pub fn sanitize_line(text: &str) -> Cow<'_, str> {
    Cow::Borrowed(text)
}

/// How many hidden or dangerous characters the text holds.
#[must_use]
pub fn hidden_count(text: &str) -> usize {
    let _ = text;
    0
}
