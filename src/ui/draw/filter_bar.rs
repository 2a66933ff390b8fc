//! The filter: what is in force or being typed, how many pass, the error under its column, proposals.

use ratatui::layout::{Position, Rect};

use super::canvas::Canvas;
use crate::app::{Input, PairList, State};
use crate::text::{Wrapped, width};

/// Column where the text starts.
const START: u16 = 9;

/// Draws the bar; where the cursor is while it is typed.
pub(super) fn draw(state: &State, canvas: &mut Canvas<'_>, area: Rect) -> Option<Position> {
    if area.is_empty() {
        return None;
    }
    let t = canvas.theme;
    let bar = &state.filter;
    let count = match state.searching_line() {
        Some(searching) if !bar.editing => format!("{} · {searching}", state.passing()),
        _ => count(state, area),
    };
    let wide = width(&count) as u16;
    let right = area.right().saturating_sub(wide + 1);
    let style = if bar.error.is_some() { t.error } else { t.text };
    if right > START + 8 {
        canvas.put(right, area.y, wide, &count, style);
    }
    let label = if bar.editing { t.key } else { t.dim };
    canvas.put(area.x + 1, area.y, 6, "filter", label);
    let bar_style = if bar.editing { t.border_focused } else { t.border };
    canvas.glyph(area.x + START - 1, area.y, '▏', bar_style);
    let x = area.x + START;
    let room = right.saturating_sub(x + 2);
    if bar.editing {
        return Some(typed(canvas, &bar.input, x, area.y, room));
    }
    if bar.input.text.trim().is_empty() {
        let key = state.keymap.main_key(crate::app::Command::Filter);
        let hint = format!("everything · {key} to filter: tier:free  cue:strategic  \"a phrase\"");
        canvas.put_cut(x, area.y, room, &hint, t.dim);
    } else {
        canvas.put_cut(x, area.y, room, &bar.input.text, t.text);
    }
    None
}

/// Draws a line being typed with its cursor in sight; where the cursor is.
pub(super) fn typed(canvas: &mut Canvas<'_>, input: &Input, x: u16, y: u16, room: u16) -> Position {
    let (range, _) = input.window(usize::from(room));
    let text = input.text.get(range.clone()).unwrap_or_default();
    canvas.put_as_is(x, y, room, text, canvas.theme.text);
    let at = input.text.char_indices().nth(input.cursor).map_or(input.text.len(), |(i, _)| i);
    let before = input.text.get(range.start..at).unwrap_or_default();
    Position::new(x + (width_as_is(before) as u16).min(room), y)
}

/// What floats under the bar while it is typed: the error, then the proposals.
pub(super) fn popup(state: &State, canvas: &mut Canvas<'_>, area: Rect, screen: Rect) {
    let t = canvas.theme;
    let bar = &state.filter;
    let x = area.x + START;
    let mut y = area.y + 1;
    let room = screen.right().saturating_sub(x + 1);
    let (range, _) = bar.input.window(usize::from(visible(state, area)));
    let hidden = bar.input.text.get(..range.start).map_or(0, |s| s.chars().count());
    // Columns of a character index in the visible part.
    let column = |index: usize| -> u16 {
        let text: String =
            bar.input.text.chars().skip(hidden).take(index.saturating_sub(hidden)).collect();
        width_as_is(&text) as u16
    };
    if let Some(error) = &bar.error {
        let from = column(error.column).min(room.saturating_sub(1));
        let to = column(error.column + error.len.max(1)).max(from + 1).min(room);
        // The sentence stands under its column where it fits there, else it is wrapped to the screen.
        let wide = width(&error.message) as u16;
        let (left, columns) = if wide <= room {
            (x + from.min(room - wide), wide)
        } else {
            (screen.x + 1, screen.width.saturating_sub(2))
        };
        let rows = Wrapped::new(&error.message, usize::from(columns.max(1))).rows;
        let height = 1 + rows.len().min(3) as u16;
        let height = height.min(screen.bottom().saturating_sub(y));
        canvas.clear(Rect { x: screen.x, y, width: screen.width, height });
        for i in from..to {
            canvas.glyph(x + i, y, '^', t.error);
        }
        for (y, row) in (y + 1..y + height).zip(&rows) {
            let line = error.message.get(row.start..row.end).unwrap_or_default();
            canvas.put_cut(left, y, columns, line, t.error);
        }
        y += height;
    }
    if bar.completions.is_empty() {
        return;
    }
    let rows = bar.completions.len().min(8).min(usize::from(screen.bottom().saturating_sub(y + 2)));
    if rows == 0 {
        return;
    }
    let from = bar.completions.first().map_or(0, |c| column(c.from));
    let shown = bar.completions.iter().map(|c| width(&c.shown)).max().unwrap_or(0).min(40) as u16;
    let hint = bar.completions.iter().map(|c| width(&c.hint)).max().unwrap_or(0).min(44) as u16;
    let wide =
        (shown + if hint > 0 { hint + 3 } else { 0 } + 4).min(screen.width.saturating_sub(2));
    let at = (x + from).saturating_sub(2).min(screen.right().saturating_sub(wide + 1));
    let area = Rect { x: at, y, width: wide, height: rows as u16 + 1 };
    canvas.clear(area);
    let top = bar.chosen.map_or(0, |c| (c + 1).saturating_sub(rows));
    for (i, proposal) in bar.completions.iter().enumerate().skip(top).take(rows) {
        let y = y + (i - top) as u16;
        canvas.glyph(at, y, '│', t.border);
        canvas.put_cut(at + 2, y, shown.min(wide.saturating_sub(3)), &proposal.shown, t.text);
        let left = at + 2 + shown + 3;
        canvas.put_cut(left, y, (at + wide).saturating_sub(left + 1), &proposal.hint, t.dim);
        canvas.glyph(at + wide - 1, y, '│', t.border);
        if bar.chosen == Some(i) {
            canvas.over(Rect { x: at + 1, y, width: wide.saturating_sub(2), height: 1 }, t.chosen);
        }
    }
    let bottom = Rect { x: at, y: y + rows as u16, width: wide, height: 1 };
    canvas.rule(bottom, '─', t.border);
    canvas.glyph(at, bottom.y, '╰', t.border);
    canvas.glyph(at + wide - 1, bottom.y, '╯', t.border);
}

/// Columns that the bar gives the text, as in `draw`.
fn visible(state: &State, area: Rect) -> u16 {
    let wide = width(&count(state, area)) as u16;
    area.right().saturating_sub(wide + 1).saturating_sub(area.x + START + 2)
}

/// What is said on the right: how many match.
fn count(state: &State, area: Rect) -> String {
    let word = if area.width < 60 { "" } else { " match" };
    match (&state.filter.error, &state.pairs) {
        (Some(_), _) => "not applied".to_owned(),
        (None, Some(pairs)) if area.width < 60 => {
            PairList::shown(state.list.rows.len(), state.pairs_in_all(pairs))
        }
        (None, Some(_)) => state.passing(),
        (None, None) => format!("{}{word}", state.passing()),
    }
}

/// Columns of a text whose white space is not folded.
pub(super) fn width_as_is(text: &str) -> usize {
    crate::text::pieces(text, 0).map(|p| p.width).sum()
}
