//! Documents as blocks: which texts and notices stand in a pane or a dialog, in which order. No wrapping, no state.

mod behind;
mod folds;
mod ledger;
mod reader;
mod sides;
mod turns;
mod why;

pub use behind::{problems, record};
pub use reader::{output, scratchpad};
pub use turns::{Others, turns};
pub use why::{Known, why};

use super::{Block, Notice};

/// A heading.
pub(super) fn heading(text: impl Into<String>) -> Block {
    Block::Notice(Notice::Heading, text.into())
}

/// A turn begins.
pub(super) fn rule(text: impl Into<String>) -> Block {
    Block::Notice(Notice::Turn, text.into())
}

/// A remark.
pub(super) fn info(text: impl Into<String>) -> Block {
    Block::Notice(Notice::Info, text.into())
}

/// Something is absent or cut.
pub(super) fn absent(text: impl Into<String>) -> Block {
    Block::Notice(Notice::Absent, text.into())
}
