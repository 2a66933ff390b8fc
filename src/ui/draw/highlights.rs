//! The dialog of the reader's own highlights: a line to type in, below it each with its digit, its look and its counts.

use ratatui::layout::{Position, Rect};

use super::canvas::Canvas;
use super::filter_bar::typed;
use super::marks::pen;
use crate::app::{HighlightDialog, State, thousands};
use crate::text::width;

/// Columns of the dialog from which counts are written with words.
const WORDY: u16 = 56;

/// Draws the inside; where the cursor is.
pub(super) fn draw(
    state: &State,
    canvas: &mut Canvas<'_>,
    dialog: &HighlightDialog,
    area: Rect,
) -> Position {
    let t = canvas.theme;
    canvas.put(area.x, area.y, 1, "▸", t.key);
    let room = area.width.saturating_sub(3);
    let all = &state.highlights;
    let cursor = typed(canvas, &dialog.input, area.x + 2, area.y, room);
    if dialog.input.text.is_empty() {
        canvas.put_cut(
            area.x + 4,
            area.y,
            room.saturating_sub(2),
            "a phrase, or /a regular expression/",
            t.dim,
        );
    }
    let mut y = area.y + 1;
    if let Some(error) = dialog.error.as_ref().filter(|_| y < area.bottom()) {
        canvas.put_cut(area.x + 2, y, room, error, t.error);
        y += 1;
    } else if all.list.is_empty() && y < area.bottom() {
        canvas.put_cut(area.x + 2, y, room, "nothing is highlighted yet", t.dim);
    }
    for (i, own) in all.list.iter().enumerate().skip(dialog.top) {
        if y >= area.bottom() {
            break;
        }
        let counts = match state.reader.highlighted.get(i) {
            Some([left, right]) if area.width >= WORDY => {
                format!("{} in scratchpad · {} in output", thousands(*left), thousands(*right))
            }
            Some([left, right]) => format!("{} · {}", thousands(*left), thousands(*right)),
            None => String::new(),
        };
        let wide = width(&counts) as u16;
        let end = area.right().saturating_sub(wide + 1);
        canvas.put(end, y, wide, &counts, t.dim);
        if dialog.selected == i {
            canvas.over(Rect { y, height: 1, ..area }, t.chosen);
            canvas.glyph(area.x, y, '▌', t.cursor);
        }
        let style = pen(t, own.number);
        canvas.put(area.x + 2, y, 1, &own.number.to_string(), style);
        canvas.put_cut(area.x + 4, y, end.saturating_sub(area.x + 5), &own.text, style);
        y += 1;
    }
    cursor
}
