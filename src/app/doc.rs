//! What a pane shows: blocks of text and notices, wrapped to the pane's width.
//!
//! A document says which texts stand where; their insides (marks, colours) are for whoever draws. Not
//! wrapped at all while its width is unknown (0), since wrapping megabytes to one column helps nobody.

use std::borrow::Cow;

use crate::text::{Row, Wrapped};

/// Most bytes of one text that a pane shows; the rest is said to be there.
pub const SHOWN_BYTES: usize = 64 << 20;

/// A line that the program puts between texts. Never text from a file, except names, which are sanitised when drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// A heading: `draft`, `outside the tags`.
    Heading,
    /// A turn begins: `turn 3 · user`. Drawn as a rule across the pane.
    Turn,
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
    /// Its first bytes alone, up to a character boundary; how much more there is stands below it. Copied whole.
    Head(usize, usize),
    /// Sections in one row: a tool's call and answer.
    Fold(Fold),
    /// A notice.
    Notice(Notice, String),
    /// Text of its own (a raw record, an explanation): shown sanitised.
    Text(String),
}

/// Sections that are shown in one row, or the row above them when they are shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fold {
    /// Its name: the first of its sections.
    pub id: usize,
    /// Indices of the sections that the row stands for; empty when it is open.
    pub sections: Vec<usize>,
    /// Opened: its sections follow.
    pub open: bool,
    /// What it is: `bash(ls -la)`. Cut where room is short. Text from the file, sanitised when drawn.
    pub line: String,
    /// How much it is: `1 line → 34 lines`. Never cut.
    pub size: String,
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
            let index = i as u32;
            if matches!(block, Block::Fold(_) | Block::Notice(Notice::Turn, _)) {
                // One row at every width: whoever draws cuts it.
                let row = Row { start: 0, end: text.len(), indent: 0 };
                self.rows.push(DocRow { block: index, row });
            } else {
                let wrapped = Wrapped::new(text, usize::from(width));
                self.rows.extend(wrapped.rows.into_iter().map(|row| DocRow { block: index, row }));
            }
            if self.blocks.get(i + 1).is_some_and(|next| gap(block, next)) {
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

    /// The block that shows a section's text, or the start of it.
    #[must_use]
    pub fn block_of(&self, section: usize) -> Option<u32> {
        self.blocks.iter().position(|b| b.section() == Some(section)).map(|i| i as u32)
    }

    /// Where a byte of a section is on show.
    #[must_use]
    pub fn sight(&self, section: usize, offset: usize) -> Sight {
        let holds = |b: &Block| b.sections().contains(&section);
        let Some(at) = self.blocks.iter().position(holds) else { return Sight::Nowhere };
        match self.blocks.get(at) {
            Some(Block::Fold(fold)) => Sight::Folded(fold.id, at as u32),
            Some(Block::Head(_, end)) if offset >= *end => Sight::Cut(at as u32),
            _ => Sight::Shown(at as u32),
        }
    }

    /// A row's place in words of sections, which survives other folding: section and byte. `None` at the start.
    #[must_use]
    pub fn anchor_of(&self, row: usize) -> Option<Anchor> {
        let at = self.rows.get(row).filter(|_| row > 0)?;
        self.anchor_of_place((at.block, at.row.start))
    }

    /// As [`Doc::anchor_of`], of a place.
    #[must_use]
    pub fn anchor_of_place(&self, (block, offset): DocPlace) -> Option<Anchor> {
        let block = block as usize;
        if let Some(section) = self.blocks.get(block)?.section() {
            return Some((section, offset));
        }
        let mut rest = self.blocks.iter().skip(block);
        rest.find_map(|b| Some((b.section().or_else(|| b.sections().first().copied())?, 0)))
    }

    /// The place of an anchor as the document is folded now.
    #[must_use]
    pub fn place_of_anchor(&self, (section, offset): Anchor) -> Option<DocPlace> {
        match self.sight(section, offset) {
            Sight::Shown(block) => Some((block, offset)),
            Sight::Cut(block) | Sight::Folded(_, block) => Some((block, 0)),
            Sight::Nowhere => None,
        }
    }

    /// All text of the document, blocks separated by blank lines, notices left out unless nothing else is there. What is
    /// folded is its row.
    #[must_use]
    pub fn plain_text<'s>(&self, section: impl Fn(usize) -> &'s str) -> String {
        let texts: Vec<Cow<'_, str>> = self
            .blocks
            .iter()
            .filter(|b| !matches!(b, Block::Notice(..)))
            .map(|b| match b {
                Block::Head(index, _) => section(*index).into(),
                Block::Fold(fold) => format!("{} · {}", fold.line, fold.size).into(),
                block => block.text(&section).into(),
            })
            .collect();
        texts.join("\n\n")
    }
}

/// Section and byte offset in its text.
pub type Anchor = (usize, usize);

/// How a byte of a section can be seen in a document. With the index of the block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sight {
    /// It stands there.
    Shown(u32),
    /// The section is cut before it.
    Cut(u32),
    /// The section is folded away: the fold's name.
    Folded(usize, u32),
    /// It is no part of the document.
    Nowhere,
}

/// Whether a blank row stands between a block and the next.
fn gap(block: &Block, next: &Block) -> bool {
    use Notice::{Absent, Heading, Turn};
    match (block, next) {
        // How much more there is belongs to what it is more of.
        (Block::Notice(Heading | Turn, _), _) | (Block::Head(..), Block::Notice(Absent, _)) => {
            false
        }
        (Block::Notice(..), Block::Notice(kind, _)) => matches!(kind, Heading | Turn),
        (Block::Fold(fold), next) => !fold.open && !matches!(next, Block::Fold(_)),
        _ => true,
    }
}

impl Block {
    /// The section whose text it shows, whole or in part.
    #[must_use]
    pub fn section(&self) -> Option<usize> {
        match self {
            Self::Section(index) | Self::Head(index, _) => Some(*index),
            Self::Fold(_) | Self::Notice(..) | Self::Text(_) => None,
        }
    }

    /// The sections that it stands for: the one it shows, or those folded into it.
    #[must_use]
    pub fn sections(&self) -> &[usize] {
        match self {
            Self::Section(index) | Self::Head(index, _) => std::slice::from_ref(index),
            Self::Fold(fold) => &fold.sections,
            Self::Notice(..) | Self::Text(_) => &[],
        }
    }

    /// The block's text. `section` gives the text of a section by index.
    pub fn text<'a, 's: 'a>(&'a self, section: impl Fn(usize) -> &'s str) -> &'a str {
        match self {
            Self::Section(index) => section(*index),
            Self::Head(index, end) => head(section(*index), *end),
            Self::Fold(fold) => &fold.line,
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
