//! The row that sections are folded into, and the rule at which a turn begins.

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::canvas::Canvas;
use crate::app::Fold;
use crate::text::width;

/// Draws a fold's row: a sign, what it is as far as there is room, how much it is. `hit`: the style of the sign where something that is
/// searched for is inside.
pub(super) fn row(canvas: &mut Canvas<'_>, area: Rect, y: u16, fold: &Fold, hit: Option<Style>) {
    let t = canvas.theme;
    let sign = if fold.open { "▾" } else { "▸" };
    canvas.put_as_is(area.x, y, area.width, sign, hit.unwrap_or(t.key));
    let x = area.x + 2;
    let room = area.right().saturating_sub(x);
    let size = (width(&fold.size) as u16).min(room);
    // What it is needs some room of its own.
    let size = if room >= size + 3 + 8 { size } else { 0 };
    let most = if size > 0 { room - size - 3 } else { room };
    let style = if fold.open { t.heading } else { t.text };
    let used = canvas.put_cut(x, y, most, &fold.line, style);
    if size > 0 {
        canvas.put_as_is(x + used, y, 3, " · ", t.border);
        canvas.put(x + used + 3, y, size, &fold.size, t.dim);
    }
}

/// Draws the rule at which a turn begins: `── turn 5 · calls bash ───`.
pub(super) fn rule(canvas: &mut Canvas<'_>, area: Rect, y: u16, text: &str, selected: bool) {
    let t = canvas.theme;
    let line = Rect { y, height: 1, ..area };
    canvas.rule(line, '─', t.border);
    if area.width > 8 {
        let most = area.width - 6;
        let wide = (width(text) as u16).min(most);
        canvas.blank(Rect { x: area.x + 2, width: wide + 2, ..line });
        canvas.put_cut(area.x + 3, y, most, text, t.heading);
    }
    if selected {
        canvas.over(line, t.selection);
    }
}
