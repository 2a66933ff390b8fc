//! Whose panes are drawn: the reader's, or those of the other side where two transcripts are compared.

use crate::app::{Reader, State, Twin};

/// One side of what is read.
#[derive(Clone, Copy)]
pub(super) struct Page<'a> {
    pub state: &'a State,
    pub reader: &'a Reader,
    /// The keys are for it.
    pub active: bool,
    /// Which side it is, where two are compared: true is the right one.
    pub right: Option<bool>,
    /// Rows of its scratchpad pane.
    pub rows: u16,
    /// Where two are compared: no line above its panes says who it is.
    pub headless: bool,
}

impl<'a> Page<'a> {
    /// The side that the keys are for.
    pub fn active(state: &'a State) -> Self {
        let right = state.twin.as_ref().map(|twin| twin.right);
        let rows = state.sizes.scratchpad.1;
        Self { state, reader: &state.reader, active: true, right, rows, headless: false }
    }

    /// The side that they are not for.
    pub fn other(state: &'a State, twin: &'a Twin) -> Self {
        let right = Some(!twin.right);
        let rows = state.sizes.other[0].1;
        Self { state, reader: &twin.other, active: false, right, rows, headless: false }
    }
}
