//! The first line: what is open on the left; how much of it was read, and with what left out, on the right.

use ratatui::layout::Rect;

use super::canvas::Canvas;
use super::title::{Word, fit, write};
use crate::app::{State, thousands};
use crate::text::width;

pub(super) fn draw(state: &State, canvas: &mut Canvas<'_>, area: Rect) {
    if area.is_empty() {
        return;
    }
    let t = canvas.theme;
    let mut right = Vec::new();
    if state.progress.done {
        right.push(Word::new(state.counts_line(), t.dim, 3));
    } else {
        right.push(Word::new(state.progress_line(), t.toast, 4));
        if !state.catalogue.is_empty() {
            right.push(Word::new(state.counts_line(), t.dim, 1));
        }
    }
    let problems = state.catalogue.problems().next().is_some();
    if problems {
        right.push(Word::new("P problems", t.dim, 0));
    }
    if state.view.private {
        right.push(Word::new("private", t.dim, 2));
    }
    if state.view.mouse {
        right.push(Word::new("mouse", t.dim, 1));
    }
    let left = usize::from(area.width).min(24);
    fit(&mut right, usize::from(area.width).saturating_sub(left + 4));
    let wide: usize =
        right.iter().enumerate().map(|(i, w)| width(&w.text) + 3 * usize::from(i > 0)).sum();
    let start = area.right().saturating_sub(wide as u16 + 1);
    write(canvas, start, area.y, wide as u16, &right);

    let mut x = area.x + 1;
    let max = |x: u16| start.saturating_sub(x + 2);
    x += canvas.put(x, area.y, max(x), "undertone", t.title) + 2;
    x += canvas.put_cut(x, area.y, max(x), &state.title, t.text);
    if state.progress.done && !state.catalogue.is_empty() {
        let count = format!(" · {} transcripts", thousands(state.catalogue.len()));
        if width(&count) <= usize::from(max(x)) {
            canvas.put_as_is(x, area.y, max(x), &count, t.dim);
        }
    }
}
