//! Dialogs that are plain lists: the columns of the list, and what the selected row says.

use ratatui::layout::Rect;

use super::canvas::Canvas;
use crate::app::{ColumnDialog, LikeDialog, State};
use crate::text::width;

/// Draws the columns: which are shown, and the place and direction of each among those that the list is sorted by.
pub(super) fn columns(state: &State, canvas: &mut Canvas<'_>, dialog: &ColumnDialog, area: Rect) {
    let t = canvas.theme;
    let visible = dialog.lines.iter().enumerate().skip(dialog.top);
    for (y, (number, (column, on))) in (area.y..area.bottom()).zip(visible) {
        let key = column.sort_key();
        let keys = state.list.sort.keys();
        let sorted = keys.iter().position(|sort| Some(sort.key) == key);
        let sorted = sorted.and_then(|at| Some((at + 1, keys.get(at)?.reversed)));
        let right = sorted.map_or_else(String::new, |(at, reversed)| {
            format!("{} sort {at}", if reversed { "↑" } else { "↓" })
        });
        let wide = width(&right) as u16;
        canvas.put(area.x + 2, y, 1, if *on { "✓" } else { "" }, t.good);
        let room = area.width.saturating_sub(wide + 6);
        canvas.put_cut(area.x + 4, y, room, &column.name(), if *on { t.text } else { t.dim });
        canvas.put(area.right().saturating_sub(wide + 1), y, wide, &right, t.dim);
        chosen(canvas, area, y, number == dialog.selected);
    }
    bar(canvas, area, dialog.top, dialog.lines.len());
}

/// Draws the values of the selected row, each behind its field; a tick where the filter has it.
pub(super) fn likes(state: &State, canvas: &mut Canvas<'_>, dialog: &LikeDialog, area: Rect) {
    let t = canvas.theme;
    let fields = dialog.lines.iter().map(|like| width(&like.field)).max().unwrap_or_default();
    let fields = (fields as u16).min(area.width / 2);
    let visible = dialog.lines.iter().enumerate().skip(dialog.top);
    for (y, (number, like)) in (area.y..area.bottom()).zip(visible) {
        let on = state.term_is_on(&like.term);
        canvas.put(area.x + 2, y, 1, if on { "✓" } else { "" }, t.good);
        canvas.put_cut(area.x + 4, y, fields, &like.field, t.dim);
        let x = area.x + 4 + fields + 2;
        let style = if on { t.positive } else { t.text };
        canvas.put_cut(x, y, area.right().saturating_sub(x + 1), &like.value, style);
        chosen(canvas, area, y, number == dialog.selected);
    }
    bar(canvas, area, dialog.top, dialog.lines.len());
}

fn chosen(canvas: &mut Canvas<'_>, area: Rect, y: u16, is_chosen: bool) {
    let t = canvas.theme;
    if is_chosen {
        canvas.over(Rect { y, height: 1, ..area }, t.chosen);
        canvas.glyph(area.x, y, '▌', t.cursor);
    }
}

fn bar(canvas: &mut Canvas<'_>, area: Rect, top: usize, len: usize) {
    if len > usize::from(area.height) {
        canvas.scroll_bar(Rect { x: area.right(), width: 1, ..area }, top, len, true);
    }
}
