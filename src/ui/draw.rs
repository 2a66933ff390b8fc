//! One frame.

use ratatui::Frame;

use super::Theme;
use crate::app::State;

/// Draws the state.
pub fn draw(state: &State, theme: &Theme, frame: &mut Frame<'_>) {
    let _ = (state, theme, frame);
}
