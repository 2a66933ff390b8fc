//! The facets: which values each field takes, how many of each are shown, and which are in the filter.

use ratatui::layout::Rect;

use super::canvas::Canvas;
use super::list::bar;
use crate::app::{Facets, State, thousands};
use crate::text::width;

/// Columns of a bar.
const BAR: u16 = 10;

fn count_of(shown: usize, total: usize) -> String {
    format!("{} / {}", thousands(shown), thousands(total))
}

pub(super) fn draw(state: &State, canvas: &mut Canvas<'_>, facets: &Facets, area: Rect) {
    let t = canvas.theme;
    if facets.facets.is_empty() {
        canvas.put_cut(area.x, area.y, area.width, "nothing to count yet", t.dim);
        return;
    }
    let mut row = 0;
    let mut line = 0;
    let visible = facets.top..facets.top + usize::from(area.height);
    for facet in &facets.facets {
        if visible.contains(&row) {
            let y = area.y + (row - facets.top) as u16;
            canvas.put_cut(area.x, y, area.width, &facet.title, t.heading);
        }
        row += 1;
        let counts =
            facet.values.iter().map(|v| width(&count_of(v.shown, v.total))).max().unwrap_or(0);
        let most = facet.values.iter().map(|v| v.total).max().unwrap_or(1).max(1);
        for value in &facet.values {
            if visible.contains(&row) {
                let y = area.y + (row - facets.top) as u16;
                let at = Rect { y, height: 1, ..area };
                let on = state.term_is_on(&value.term);
                let count = if state.view.quiet {
                    String::new()
                } else {
                    count_of(value.shown, value.total)
                };
                // Names come first: where they need the room, the bars go and the counts stand close.
                let roomy = area.width >= 56;
                let wide = width(&count).max(if roomy { 15 } else { counts }) as u16;
                let numbers = area.right().saturating_sub(wide + 1);
                let bars = numbers.saturating_sub(if roomy { BAR + 2 } else { 0 });
                let name = bars.saturating_sub(area.x + if roomy { 6 } else { 5 });
                canvas.put(area.x + 2, y, 1, if on { "✓" } else { "" }, t.good);
                let style = if on { t.positive } else { t.text };
                canvas.put_cut(area.x + 4, y, name, &value.value, style);
                if !state.view.quiet && roomy {
                    bar(canvas, bars, y, BAR, value.shown as f32 / most as f32);
                }
                canvas.put_right(numbers, y, wide, &count, t.dim);
                if line == facets.selected {
                    canvas.over(at, t.chosen);
                    canvas.glyph(area.x, y, '▌', t.cursor);
                }
            }
            row += 1;
            line += 1;
        }
    }
    let side = Rect { x: area.right(), width: 1, ..area };
    if row > usize::from(area.height) {
        canvas.scroll_bar(side, facets.top, row, true);
    }
}
