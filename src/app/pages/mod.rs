//! Documents as blocks: which texts and notices stand in a pane or a dialog, in which order. No wrapping, no state.

mod behind;
mod reader;
mod why;

pub use behind::{problems, record, turns};
pub use reader::{output, scratchpad};
pub use why::why;

use super::{Block, Notice};

/// A heading.
pub(super) fn heading(text: impl Into<String>) -> Block {
    Block::Notice(Notice::Heading, text.into())
}

/// A remark.
pub(super) fn info(text: impl Into<String>) -> Block {
    Block::Notice(Notice::Info, text.into())
}

/// Something is absent or cut.
pub(super) fn absent(text: impl Into<String>) -> Block {
    Block::Notice(Notice::Absent, text.into())
}
