//! What a pane shows: blocks of text and notices, wrapped to the pane's width.
//!
//! A document says which texts stand where; their insides (marks, colours) are for whoever draws. Not
//! wrapped at all while its width is unknown (0), since wrapping megabytes to one column helps nobody.

use crate::text::{Row, Wrapped};

/// Most bytes of one text that a pane shows; the rest is said to be there.
pub const SHOWN_BYTES: usize = 64 << 20;

/// A line that the program puts between texts. Never text from a file, except names, which are sanitised when drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// A heading: `draft`, `turn 3 · user`.
    Heading,
    /// Something was repaired here.
    Repair,
    /// Something is absent or cut: "no scratchpad found".
    Absent,
    /// A remark.
    Info,
}

/// A piece of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// The text of a section of the body being read, by index: drawn with marks, matches and highlights.
    Section(usize),
    /// A notice.
    Notice(Notice, String),
    /// Text of its own (a raw record, an explanation): shown sanitised.
    Text(String),
}

/// One drawn row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DocRow {
    /// Index of the block.
    pub block: u32,
    /// Byte range in the block's text.
    pub row: Row,
}

/// A place in a document that survives wrapping: block and byte offset in its text.
pub type DocPlace = (u32, usize);

/// A wrapped document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Doc {
    /// Pieces in order. A blank row follows each but the last, headings, and notices before notices; it belongs to the
    /// piece before it and is empty at that text's end.
    pub blocks: Vec<Block>,
    /// Rows in order. None while the width is 0.
    pub rows: Vec<DocRow>,
    /// The width they are wrapped to.
    pub width: u16,
}

impl Doc {
    /// Wraps blocks. `section` gives the text of a section by index.
    #[must_use]
    pub fn new<'a>(blocks: Vec<Block>, width: u16, section: impl Fn(usize) -> &'a str) -> Self {
        let mut doc = Self { blocks, rows: Vec::new(), width: 0 };
        doc.rewrap(width, section);
        doc
    }

    /// Wraps again to another width.
    pub fn rewrap<'s>(&mut self, width: u16, section: impl Fn(usize) -> &'s str) {
        self.rows.clear();
        self.width = width;
        if width == 0 {
            return;
        }
        for (i, block) in self.blocks.iter().enumerate() {
            let text = shown(block.text(&section));
            let wrapped = Wrapped::new(text, usize::from(width));
            let index = i as u32;
            self.rows.extend(wrapped.rows.into_iter().map(|row| DocRow { block: index, row }));
            let gap = match (block, self.blocks.get(i + 1)) {
                (_, None) | (Block::Notice(Notice::Heading, _), _) => false,
                (Block::Notice(..), Some(Block::Notice(kind, _))) => *kind == Notice::Heading,
                _ => true,
            };
            if gap {
                let end = text.len();
                let row = Row { start: end, end, indent: 0 };
                self.rows.push(DocRow { block: index, row });
            }
        }
    }

    /// Index of the row that holds a place; the last row that starts at or before it.
    #[must_use]
    pub fn row_of(&self, (block, offset): DocPlace) -> usize {
        let after = self.rows.partition_point(|r| (r.block, r.row.start) <= (block, offset));
        after.saturating_sub(1)
    }

    /// The place where a row starts.
    #[must_use]
    pub fn place_of(&self, row: usize) -> DocPlace {
        self.rows.get(row).map_or((0, 0), |r| (r.block, r.row.start))
    }

    /// The block that shows a section.
    #[must_use]
    pub fn block_of(&self, section: usize) -> Option<u32> {
        self.blocks.iter().position(|b| *b == Block::Section(section)).map(|i| i as u32)
    }

    /// All text of the document, blocks separated by blank lines, notices left out unless nothing else is there.
    #[must_use]
    pub fn plain_text<'s>(&self, section: impl Fn(usize) -> &'s str) -> String {
        let texts: Vec<&str> = self
            .blocks
            .iter()
            .filter(|b| !matches!(b, Block::Notice(..)))
            .map(|b| b.text(&section))
            .collect();
        texts.join("\n\n")
    }
}

impl Block {
    /// The block's text. `section` gives the text of a section by index.
    pub fn text<'a, 's: 'a>(&'a self, section: impl Fn(usize) -> &'s str) -> &'a str {
        match self {
            Self::Section(index) => section(*index),
            Self::Notice(_, text) | Self::Text(text) => text,
        }
    }
}

fn shown(text: &str) -> &str {
    head(text, SHOWN_BYTES)
}

/// The longest start of a text of at most `bytes` bytes that ends on a character boundary.
pub(super) fn head(text: &str, bytes: usize) -> &str {
    let mut end = bytes.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(index: usize) -> &'static str {
        ["one two three four five six", "seven"].get(index).copied().unwrap_or_default()
    }

    fn doc(width: u16) -> Doc {
        let blocks = vec![
            Block::Notice(Notice::Repair, "closing tag only".to_owned()),
            Block::Notice(Notice::Heading, "draft".to_owned()),
            Block::Section(0),
            Block::Section(1),
        ];
        Doc::new(blocks, width, texts)
    }

    #[test]
    fn an_unknown_width_wraps_nothing() {
        let mut doc = doc(0);
        assert!(doc.rows.is_empty());
        doc.rewrap(9, texts);
        assert!(!doc.rows.is_empty());
    }

    #[test]
    fn places_survive_another_width() {
        let mut doc = doc(9);
        let row = doc.row_of((2, 14));
        let place = doc.place_of(row);
        assert_eq!(place.0, 2);
        assert!(place.1 <= 14);
        doc.rewrap(40, texts);
        let again = doc.row_of(place);
        let found = doc.rows[again];
        assert!(found.block == 2 && found.row.start <= place.1);
    }

    #[test]
    fn a_blank_row_stands_between_texts_but_not_under_a_heading() {
        let doc = doc(60);
        let blocks: Vec<(u32, bool)> =
            doc.rows.iter().map(|r| (r.block, r.row.start == r.row.end)).collect();
        assert_eq!(blocks, [(0, false), (0, true), (1, false), (2, false), (2, true), (3, false)]);
    }

    #[test]
    fn sections_are_found_and_copied() {
        let doc = doc(60);
        assert_eq!(doc.block_of(1), Some(3));
        assert_eq!(doc.block_of(7), None);
        assert_eq!(doc.plain_text(texts), "one two three four five six\n\nseven");
    }
}
