//! Where the parts of a review stand: the item's panes, and below them what is asked. There is no list.

use ratatui::layout::Rect;

use super::{Areas, Shape, asked, panes, part};
use crate::app::review::{Asking, Phase, Review};
use crate::app::{Focus, State};

/// Gives a review its places: all rows but the first and the last.
pub(super) fn parts(a: &mut Areas, state: &State, review: &Review, (width, height): (u16, u16)) {
    a.filter = Rect::ZERO;
    a.cue = Rect::ZERO;
    a.rule = Rect::ZERO;
    if review.phase != Phase::Asking || review.is_opening(&state.reader.body) {
        a.message = Rect::new(0, 1, width, height.saturating_sub(2));
        return;
    }
    // The text keeps some rows, whatever is asked.
    let rows = asked::below(state, review, (width, height)).rows().min(height.saturating_sub(5));
    a.answer = Rect::new(0, height.saturating_sub(1 + rows), width, rows);
    let main = Rect::new(0, 1, width, height.saturating_sub(2 + rows));
    if review.is_pair() {
        return sides(a, state, main);
    }
    let only_output = review.asking() == Asking::Output;
    let focus =
        if only_output || state.focus == Focus::Output { Focus::Output } else { Focus::Scratchpad };
    if a.shape == Shape::Single {
        a.tabs = Rect { height: 1, ..main };
        let below = Rect { y: main.y + 1, height: main.height.saturating_sub(1), ..main };
        *a.part_mut(focus) = part(below, focus, false);
    } else if only_output || state.view.zoom {
        *a.part_mut(focus) = part(main, focus, true);
    } else if matches!(a.shape, Shape::Wide | Shape::Stacked) {
        panes(a, main, main.height >= 16);
    } else {
        let upper = main.height - main.height * 2 / 5;
        a.scratchpad = part(Rect { height: upper, ..main }, Focus::Scratchpad, true);
        let lower = Rect { y: main.y + upper, height: main.height - upper, ..main };
        a.output = part(lower, Focus::Output, true);
    }
}

/// Columns from which on the sides of a pair stand beside each other.
const BESIDE: u16 = 80;

/// The sides of a pair: beside each other, alone when zoomed, in tabs where there is little room.
fn sides(a: &mut Areas, state: &State, main: Rect) {
    let focus = if state.focus == Focus::Output { Focus::Output } else { Focus::Scratchpad };
    if a.shape == Shape::Single {
        a.tabs = Rect { height: 1, ..main };
        let below = Rect { y: main.y + 1, height: main.height.saturating_sub(1), ..main };
        *a.part_mut(focus) = part(below, focus, false);
    } else if state.view.zoom {
        *a.part_mut(focus) = part(main, focus, true);
    } else if main.width >= BESIDE {
        panes(a, main, main.height >= 16);
    } else {
        let upper = main.height - main.height / 2;
        a.scratchpad = part(Rect { height: upper, ..main }, Focus::Scratchpad, true);
        let lower = Rect { y: main.y + upper, height: main.height - upper, ..main };
        a.output = part(lower, Focus::Output, true);
    }
}
