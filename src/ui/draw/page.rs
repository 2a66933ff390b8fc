//! Whose panes are drawn: the reader's, or those of the other side where two transcripts are compared.

use crate::app::{Reader, State};

/// One side of what is read.
#[derive(Clone, Copy)]
pub(super) struct Page<'a> {
    pub state: &'a State,
    pub reader: &'a Reader,
    /// The keys are for it.
    pub active: bool,
    /// Rows of its scratchpad pane.
    pub rows: u16,
}

impl<'a> Page<'a> {
    /// The side that the keys are for.
    pub fn active(state: &'a State) -> Self {
        Self { state, reader: &state.reader, active: true, rows: state.sizes.scratchpad.1 }
    }
}
