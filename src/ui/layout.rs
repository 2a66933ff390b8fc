//! Where everything goes at a size. Pure.

use crate::app::{PaneSizes, State, Target};

/// The sizes of all parts for the present state and terminal size.
#[must_use]
pub fn sizes(state: &State) -> PaneSizes {
    let _ = state;
    PaneSizes::default()
}

/// What stands at a cell.
#[must_use]
pub fn hit(state: &State, column: u16, row: u16) -> Target {
    let _ = (state, column, row);
    Target::Nowhere
}
