//! Where two transcripts of one sample stand: side by side, each scratchpad above its output; where there is less room the panes
//! of one kind, side by side or one above the other; in a narrow terminal one pane alone.

use ratatui::layout::Rect;

use super::{Areas, Part, Shape, part};
use crate::app::{Focus, State, Twin};

/// The panes of the side that the keys are not for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Other {
    pub scratchpad: Part,
    pub output: Part,
    pub strip: Rect,
}

impl Other {
    /// A pane by its name.
    pub(crate) fn part(&self, focus: Focus) -> &Part {
        if focus == Focus::Output { &self.output } else { &self.scratchpad }
    }
}

/// Rows from which on each side has a line of its own above its panes.
const HEADS_FROM: u16 = 18;

/// Gives both sides their places in `main`.
pub(super) fn sides(a: &mut Areas, state: &State, twin: &Twin, main: Rect) {
    let mut main = main;
    if main.height >= 8 {
        a.pair = Rect { height: 1, ..main };
        main = Rect { y: main.y + 1, height: main.height - 1, ..main };
    }
    let focus = if state.focus == Focus::Output { Focus::Output } else { Focus::Scratchpad };
    if a.shape == Shape::Single {
        a.tabs = Rect { height: 1, ..main };
        let below = Rect { y: main.y + 1, height: main.height.saturating_sub(1), ..main };
        put(a, twin, twin.right, focus, part(below, focus, false));
        return;
    }
    let beside = matches!(a.shape, Shape::Wide | Shape::Stacked);
    let [left, right] = if beside {
        let width = main.width - main.width / 2;
        let rest = Rect { x: main.x + width, width: main.width - width, ..main };
        [Rect { width, ..main }, rest]
    } else {
        let height = main.height - main.height / 2;
        let rest = Rect { y: main.y + height, height: main.height - height, ..main };
        [Rect { height, ..main }, rest]
    };
    for (area, right) in [(left, false), (right, true)] {
        let mut area = area;
        if beside && main.height >= HEADS_FROM {
            if let Some(head) = a.heads.get_mut(usize::from(right)) {
                *head = Rect { height: 1, ..area };
            }
            area = Rect { y: area.y + 1, height: area.height - 1, ..area };
        }
        if !beside || state.view.zoom {
            put(a, twin, right, focus, part(area, focus, true));
            continue;
        }
        let upper = area.height - area.height * 2 / 5;
        let pad = Rect { height: upper, ..area };
        let out = Rect { y: area.y + upper, height: area.height - upper, ..area };
        put(a, twin, right, Focus::Scratchpad, part(pad, Focus::Scratchpad, true));
        put(a, twin, right, Focus::Output, part(out, Focus::Output, true));
    }
}

/// Gives a pane of a side its place: the side that the keys are for has the usual ones.
fn put(a: &mut Areas, twin: &Twin, right: bool, focus: Focus, part: Part) {
    let slot = match (right == twin.right, focus) {
        (true, Focus::Output) => &mut a.output,
        (true, _) => &mut a.scratchpad,
        (false, Focus::Output) => &mut a.other.output,
        (false, _) => &mut a.other.scratchpad,
    };
    *slot = part;
}
