//! A line of text being typed. Cursor in characters; paste drops line breaks and control characters.
//!
//! Moves and deletes whole graphemes, so that a combining accent never stands alone. What is drawn is
//! sanitised by whoever draws; [`Input::window`] only says which part fits.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::{Key, KeyCode};
use crate::text::pieces;

/// Most characters that a line holds; what is pasted beyond is dropped.
pub const MOST: usize = 4096;

/// One-line input.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Input {
    /// The text.
    pub text: String,
    /// Cursor as a character index, 0 to the number of characters.
    pub cursor: usize,
}

/// What a key did to a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edit {
    /// The text is another.
    Changed,
    /// Only the cursor may have moved.
    Moved,
    /// Not a key of text input.
    Ignored,
}

/// The keys of text input, for the help and docs/KEYS.md.
pub const INPUT_KEYS: &[(&str, &str)] = &[
    ("Left Right", "One character"),
    ("Ctrl-Left Ctrl-Right Alt-b Alt-f", "One word"),
    ("Home End Ctrl-a Ctrl-e", "Start or end of the line"),
    ("Backspace Delete Ctrl-h Ctrl-d", "Delete a character"),
    ("Ctrl-w Alt-Backspace Alt-d", "Delete the word before or after"),
    ("Ctrl-u Ctrl-k", "Delete to the start or the end"),
    ("Tab", "Take the completion (filter)"),
    ("Up Down Ctrl-p Ctrl-n", "Choose: a completion, an earlier filter, an entry"),
    ("Enter", "Apply"),
    ("Esc", "Leave, and go back to what was before"),
];

impl Input {
    /// A line with the cursor at its end.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        let cursor = text.chars().count();
        Self { text, cursor }
    }

    /// Byte offset of the cursor.
    fn at(&self) -> usize {
        self.byte(self.cursor)
    }

    /// Byte offset of a character index; the end when it is past it.
    fn byte(&self, index: usize) -> usize {
        self.text.char_indices().nth(index).map_or(self.text.len(), |(i, _)| i)
    }

    /// The text on both sides of the cursor.
    fn halves(&self) -> (&str, &str) {
        self.text.split_at(self.at())
    }

    /// Removes a byte range on character boundaries and puts the cursor there. Whether something went.
    fn remove(&mut self, range: Range<usize>) -> bool {
        let before = self.text.get(..range.start).map_or(0, |t| t.chars().count());
        let gone = !range.is_empty();
        if self.text.get(range.clone()).is_some() {
            self.text.replace_range(range, "");
        }
        self.cursor = before;
        gone
    }

    /// Types a text at the cursor. Line breaks and tabs become spaces, runs of them one; control characters are dropped.
    pub fn insert(&mut self, text: &str) {
        let room = MOST.saturating_sub(self.text.chars().count());
        let mut clean = String::new();
        let mut breaking = false;
        for c in text.trim_matches(['\r', '\n']).chars() {
            let is_break = matches!(
                c,
                '\n' | '\r' | '\t' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}'
            );
            if is_break && !breaking {
                clean.push(' ');
            } else if !is_break && !c.is_control() {
                clean.push(c);
            }
            breaking = is_break;
        }
        let clean: String = clean.chars().take(room).collect();
        let at = self.at();
        self.text.insert_str(at, &clean);
        self.cursor += clean.chars().count();
    }

    /// Replaces characters `from..` cursor by a text, as a completion does.
    pub fn complete(&mut self, from: usize, insert: &str) {
        let start = self.byte(from.min(self.cursor));
        let end = self.at();
        self.remove(start..end);
        self.insert(insert);
    }

    /// Empties the line.
    pub fn clear(&mut self) {
        self.text.clear();
        self.cursor = 0;
    }

    /// One grapheme to the left.
    pub fn left(&mut self) {
        let step = self.halves().0.graphemes(true).next_back().map_or(0, |g| g.chars().count());
        self.cursor = self.cursor.saturating_sub(step);
    }

    /// One grapheme to the right.
    pub fn right(&mut self) {
        self.cursor += self.halves().1.graphemes(true).next().map_or(0, |g| g.chars().count());
    }

    /// Start of the word before the cursor, in bytes.
    fn word_before(&self) -> usize {
        let before = self.halves().0;
        let trimmed = before.trim_end_matches(|c: char| !c.is_alphanumeric());
        trimmed.rfind(|c: char| !c.is_alphanumeric()).map_or(0, |i| {
            i + trimmed.get(i..).and_then(|t| t.chars().next()).map_or(0, char::len_utf8)
        })
    }

    /// End of the word after the cursor, in bytes.
    fn word_after(&self) -> usize {
        let after = self.halves().1;
        let skip = after.find(char::is_alphanumeric).unwrap_or(after.len());
        let rest = after.get(skip..).unwrap_or_default();
        self.at() + skip + rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len())
    }

    /// Character index of a byte offset.
    fn index(&self, byte: usize) -> usize {
        self.text.get(..byte).map_or(0, |t| t.chars().count())
    }

    /// Applies a key of text input.
    pub fn key(&mut self, key: Key) -> Edit {
        let changed = |yes: bool| if yes { Edit::Changed } else { Edit::Moved };
        // AltGr arrives as Ctrl and Alt on some systems: a character all the same.
        let alt_gr = key.ctrl && key.alt;
        match (key.code, key.ctrl && !alt_gr, key.alt && !alt_gr) {
            (KeyCode::Char(c), false, false) => {
                let before = self.text.len();
                self.insert(c.encode_utf8(&mut [0; 4]));
                changed(self.text.len() != before)
            }
            (KeyCode::Left, true, _) | (KeyCode::Left | KeyCode::Char('b'), _, true) => {
                self.cursor = self.index(self.word_before());
                Edit::Moved
            }
            (KeyCode::Right, true, _) | (KeyCode::Right | KeyCode::Char('f'), _, true) => {
                self.cursor = self.index(self.word_after());
                Edit::Moved
            }
            (KeyCode::Left, ..) | (KeyCode::Char('b'), true, _) => {
                self.left();
                Edit::Moved
            }
            (KeyCode::Right, ..) | (KeyCode::Char('f'), true, _) => {
                self.right();
                Edit::Moved
            }
            (KeyCode::Home, ..) | (KeyCode::Char('a'), true, _) => {
                self.cursor = 0;
                Edit::Moved
            }
            (KeyCode::End, ..) | (KeyCode::Char('e'), true, _) => {
                self.cursor = self.text.chars().count();
                Edit::Moved
            }
            (KeyCode::Char('w'), true, _) => {
                // As a shell does: back to white space, so that a whole filter term goes.
                let before = self.halves().0.trim_end();
                let start = before.rfind(char::is_whitespace).map_or(0, |i| {
                    i + before.get(i..).and_then(|t| t.chars().next()).map_or(0, char::len_utf8)
                });
                let end = self.at();
                changed(self.remove(start..end))
            }
            (KeyCode::Backspace, _, true) | (KeyCode::Backspace, true, _) => {
                let range = self.word_before()..self.at();
                changed(self.remove(range))
            }
            (KeyCode::Char('d'), _, true) => {
                let range = self.at()..self.word_after();
                changed(self.remove(range))
            }
            (KeyCode::Backspace, ..) | (KeyCode::Char('h'), true, _) => {
                let end = self.at();
                self.left();
                let start = self.at();
                changed(self.remove(start..end))
            }
            (KeyCode::Delete, ..) | (KeyCode::Char('d'), true, _) => {
                let start = self.at();
                self.right();
                let end = self.at();
                changed(self.remove(start..end))
            }
            (KeyCode::Char('u'), true, _) => {
                let end = self.at();
                changed(self.remove(0..end))
            }
            (KeyCode::Char('k'), true, _) => {
                let start = self.at();
                changed(self.remove(start..self.text.len()))
            }
            _ => Edit::Ignored,
        }
    }

    /// Columns of a grapheme as it is drawn: a blank is one, a hidden character as many as its sign.
    fn columns(grapheme: &str) -> usize {
        pieces(grapheme, 0).map(|p| p.width).sum()
    }

    /// The part of the text that fits into `columns`, and the column of the cursor in it (less than `columns`, which
    /// counts as at least 1). The cursor is always inside; a free column is kept for it at the end.
    #[must_use]
    pub fn window(&self, columns: usize) -> (Range<usize>, usize) {
        let room = columns.max(1) - 1;
        let cursor = self.at();
        let (before, after) = self.halves();
        let (mut start, mut left) = (cursor, 0);
        for (i, grapheme) in before.grapheme_indices(true).rev() {
            let next = left + Self::columns(grapheme);
            if next > room {
                break;
            }
            (start, left) = (i, next);
        }
        let (mut end, mut used) = (cursor, left);
        for (i, grapheme) in after.grapheme_indices(true) {
            used += Self::columns(grapheme);
            if used > columns {
                break;
            }
            end = cursor + i + grapheme.len();
        }
        (start..end, left)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn typed(text: &str, keys: &str) -> Input {
        let mut input = Input::new(text);
        for key in keys.split(' ') {
            input.key(key.parse().expect(key));
        }
        input
    }

    #[test]
    fn keys_edit_the_line() {
        let cases = [
            ("tier:free label:x", "Ctrl-w", "tier:free |"),
            ("tier:free label:x", "Alt-Backspace", "tier:free label:|"),
            ("tier:free label:x", "Alt-b Alt-b", "tier:free |label:x"),
            ("tier:free label:x", "Home Alt-f", "tier| :free label:x"),
            ("tier:free label:x", "Ctrl-a Alt-d", "|:free label:x"),
            ("abc", "Ctrl-u", "|"),
            ("abc", "Left Ctrl-u", "|c"),
            ("abc", "Left Ctrl-k", "ab|"),
            ("abc", "Left Left Delete", "a|c"),
            ("abc", "Backspace", "ab|"),
            ("abc", "Home Backspace", "|abc"),
            ("abc", "Delete", "abc|"),
            ("abc", "Home x", "x|abc"),
            ("cafe\u{301}s", "Left Left Backspace", "ca|e\u{301}s"),
            ("cafe\u{301}", "Backspace", "caf|"),
            ("日本語", "Left x", "日本x|語"),
        ];
        for (text, keys, wanted) in cases {
            let input = typed(text, keys);
            let mut shown = input.text.clone();
            shown.insert(input.at(), '|');
            // `tier| :free` in the table marks the place; the text itself has no such space.
            assert_eq!(shown, wanted.replace("| :", "|:"), "{text} + {keys}");
        }
    }

    #[test]
    fn a_paste_is_one_line_of_text() {
        let mut input = Input::new("a");
        input.insert("\nq\r\nj\tk\u{1b}[31m\u{0}\u{2028}z\n");
        assert_eq!(input.text, "aq j k[31m z");
        assert_eq!(input.cursor, input.text.chars().count());
        input.insert(&"x".repeat(2 * MOST));
        assert_eq!(input.text.chars().count(), MOST);
    }

    #[test]
    fn a_completion_replaces_the_word_before_the_cursor() {
        let mut input = Input::new("tier:f label:x");
        input.cursor = 6;
        input.complete(5, "free");
        assert_eq!((input.text.as_str(), input.cursor), ("tier:free label:x", 9));
    }

    #[test]
    fn the_window_keeps_the_cursor_in_sight() {
        let mut input = Input::new("abcdefghij");
        assert_eq!(input.window(20), (0..10, 10));
        assert_eq!(input.window(5), (6..10, 4));
        input.cursor = 0;
        assert_eq!(input.window(5), (0..5, 0));
        assert_eq!(input.window(0).1, 0);
    }

    proptest! {
        #[test]
        fn any_keys_leave_the_cursor_in_the_text(
            text in ".{0,20}",
            keys in proptest::collection::vec((".", any::<bool>(), any::<bool>(), 0..8_u8), 0..20),
            columns in 0_usize..30,
        ) {
            let mut input = Input::new("");
            input.insert(&text);
            for (c, ctrl, alt, kind) in keys {
                let code = match kind {
                    0 => KeyCode::Backspace,
                    1 => KeyCode::Delete,
                    2 => KeyCode::Left,
                    3 => KeyCode::Right,
                    4 => KeyCode::Char('w'),
                    5 => KeyCode::Char('d'),
                    _ => KeyCode::Char(c.chars().next().unwrap_or('x')),
                };
                input.key(Key { code, ctrl, alt });
                prop_assert!(input.cursor <= input.text.chars().count());
                let line = !input.text.contains(char::is_control);
                prop_assert!(line);
                let (range, column) = input.window(columns);
                prop_assert!(input.text.get(range).is_some());
                prop_assert!(column < columns.max(1));
            }
        }
    }
}
