//! What a pane shows: blocks of text and notices, wrapped to the pane's width.

use crate::text::{Row, Wrapped};

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

/// A wrapped document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Doc {
    /// Pieces in order. A blank row stands between two.
    pub blocks: Vec<Block>,
    /// Rows in order.
    pub rows: Vec<DocRow>,
    /// The width they are wrapped to.
    pub width: u16,
}

impl Doc {
    /// Wraps blocks. `section` gives the text of a section by index.
    #[must_use]
    pub fn new<'a>(blocks: Vec<Block>, width: u16, section: impl Fn(usize) -> &'a str) -> Self {
        let mut rows = Vec::new();
        for (i, block) in blocks.iter().enumerate() {
            let text = match block {
                Block::Section(index) => section(*index),
                Block::Notice(_, text) | Block::Text(text) => text.as_str(),
            };
            let wrapped = Wrapped::new(text, usize::from(width));
            rows.extend(wrapped.rows.into_iter().map(|row| DocRow { block: i as u32, row }));
        }
        Self { blocks, rows, width }
    }
}
