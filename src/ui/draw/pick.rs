//! Lists to choose from: the palette, labels, filters, marks, what to compare, what to copy; and the editor of a note.

use std::borrow::Cow;

use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use super::canvas::Canvas;
use super::filter_bar::typed;
use super::list::{MARKED, NOTED};
use crate::app::{
    Input, MarksDialog, NoteDialog, Palette, Picker, State, palette_entries, thousands,
};
use crate::text::{pieces, truncate, width};

/// Columns of a command's name, its gap included.
const NAME: u16 = 23;

/// Draws the palette; where the cursor is.
pub(super) fn palette(
    state: &State,
    canvas: &mut Canvas<'_>,
    palette: &Palette,
    area: Rect,
) -> Position {
    let entries = palette_entries(&state.keymap);
    let lines: Vec<Line<'_>> = visible(&palette.hits, palette.top, area)
        .iter()
        .filter_map(|(index, matched)| {
            let entry = entries.get(*index)?;
            Some((entry.text.as_str(), entry.key.clone(), matched.as_slice()))
        })
        .collect();
    let chosen = palette.selected.checked_sub(palette.top);
    list(canvas, area, &palette.input, None, &lines, chosen)
}

/// A name and what it stands for, as they fit: where there is no room for a column of names, one after the other in as many
/// characters.
fn named(text: &str, area: Rect) -> Cow<'_, str> {
    if area.width < NAME + 26 { text.replacen("  ", ": ", 1).into() } else { text.into() }
}

/// A line: what it says, what stands on its right, the characters that match.
type Line<'a> = (&'a str, String, &'a [usize]);

fn borrowed<'a>(lines: &'a [(Cow<'_, str>, String, &'a [usize])]) -> Vec<Line<'a>> {
    lines.iter().map(|(text, right, matched)| (&**text, right.clone(), *matched)).collect()
}

/// Draws the filters with names; where the cursor is.
pub(super) fn filters(canvas: &mut Canvas<'_>, picker: &Picker, area: Rect) -> Position {
    let lines = visible(&picker.hits, picker.top, area)
        .iter()
        .filter_map(|(index, matched)| {
            let (shown, ..) = picker.entries.get(*index)?;
            Some((named(shown, area), String::new(), matched.as_slice()))
        })
        .collect::<Vec<_>>();
    let lines = borrowed(&lines);
    let chosen = picker.selected.checked_sub(picker.top);
    list(canvas, area, &picker.input, None, &lines, chosen)
}

/// Draws marks and notes; where the cursor is.
pub(super) fn marks(canvas: &mut Canvas<'_>, marks: &MarksDialog, area: Rect) -> Position {
    let lines = visible(&marks.hits, marks.top, area)
        .iter()
        .filter_map(|(index, matched)| {
            let (_, marked, shown) = marks.entries.get(*index)?;
            let sign = if *marked { MARKED } else { NOTED };
            Some((named(shown, area), sign.to_owned(), matched.as_slice()))
        })
        .collect::<Vec<_>>();
    let lines = borrowed(&lines);
    let chosen = marks.selected.checked_sub(marks.top);
    list(canvas, area, &marks.input, marks.said().as_deref(), &lines, chosen)
}

/// Draws the editor of a note; where the cursor is.
pub(super) fn note(canvas: &mut Canvas<'_>, note: &NoteDialog, area: Rect) -> Position {
    let t = canvas.theme;
    canvas.put(area.x, area.y, 1, "▸", t.key);
    let room = area.width.saturating_sub(3);
    if area.height > 1 {
        canvas.put_cut(area.x + 2, area.y + 1, room, "an empty line is no note", t.dim);
    }
    typed(canvas, &note.input, area.x + 2, area.y, room)
}

/// Draws a list with a count at each line; where the cursor is.
pub(super) fn picker(canvas: &mut Canvas<'_>, picker: &Picker, area: Rect) -> Position {
    let lines: Vec<Line<'_>> = visible(&picker.hits, picker.top, area)
        .iter()
        .filter_map(|(index, matched)| {
            let (shown, _, count) = picker.entries.get(*index)?;
            let count = if *count > 0 { thousands(*count) } else { String::new() };
            Some((shown.as_str(), count, matched.as_slice()))
        })
        .collect();
    let chosen = picker.selected.checked_sub(picker.top);
    list(canvas, area, &picker.input, None, &lines, chosen)
}

/// Draws answers with their numbers, cut at their ends; where the cursor is.
pub(super) fn answers(canvas: &mut Canvas<'_>, picker: &Picker, area: Rect) -> Position {
    let lines = visible(&picker.hits, picker.top, area)
        .iter()
        .filter_map(|(index, matched)| {
            let (shown, _, count) = picker.entries.get(*index)?;
            let count = format!("×{}", thousands(*count));
            let room = usize::from(area.width).saturating_sub(width(&count) + 5);
            Some((truncate(shown, room), count, matched.as_slice()))
        })
        .collect::<Vec<_>>();
    let lines = borrowed(&lines);
    let chosen = picker.selected.checked_sub(picker.top);
    list(canvas, area, &picker.input, None, &lines, chosen)
}

fn visible(hits: &[(usize, Vec<usize>)], top: usize, area: Rect) -> &[(usize, Vec<usize>)] {
    let rows = usize::from(area.height.saturating_sub(1));
    hits.get(top..hits.len().min(top + rows)).unwrap_or_default()
}

fn list(
    canvas: &mut Canvas<'_>,
    area: Rect,
    input: &Input,
    said: Option<&str>,
    lines: &[Line<'_>],
    chosen: Option<usize>,
) -> Position {
    let t = canvas.theme;
    canvas.put(area.x, area.y, 1, "▸", t.key);
    let room = area.width.saturating_sub(3);
    let cursor = typed(canvas, input, area.x + 2, area.y, room);
    let first = area.y + 1 + u16::from(said.is_some());
    if let Some(said) = said.filter(|_| area.height > 1) {
        canvas.put_cut(area.x + 2, area.y + 1, room, said, t.toast);
    }
    if lines.is_empty() && first < area.bottom() {
        canvas.put_cut(area.x + 2, first, room, "nothing matches", t.dim);
    }
    for (i, (text, right, matched)) in lines.iter().enumerate() {
        let y = first + i as u16;
        if y >= area.bottom() {
            break;
        }
        let wide = width(right) as u16;
        let end = area.right().saturating_sub(wide + 1);
        let room = end.saturating_sub(area.x + 4);
        marked(canvas, (area.x + 2, y, room), text, matched);
        canvas.put(end, y, wide, right, t.dim);
        if chosen == Some(i) {
            canvas.over(Rect { y, height: 1, ..area }, t.chosen);
            canvas.glyph(area.x, y, '▌', t.cursor);
        }
    }
    cursor
}

/// One line with its matched characters shown. What does not fit is cut in the middle: a label's value stands at its end.
/// Of a command its description is left where there is no room for both.
fn marked(canvas: &mut Canvas<'_>, (x, y, max): (u16, u16, u16), text: &str, matched: &[usize]) {
    let t = canvas.theme;
    // A command's name stands before its description, two blanks apart.
    let name = text.find("  ").unwrap_or(text.len());
    let only_description = name < text.len() && max < NAME + 20;
    let mut index = 0;
    let mut list = Vec::new();
    for piece in pieces(text, 0) {
        let characters = text.get(piece.range.clone()).map_or(1, |s| s.chars().count());
        let hit = matched.iter().any(|m| (index..index + characters).contains(m));
        index += characters;
        if only_description && piece.range.start < name + 2 {
            continue;
        }
        let base: Style = if piece.range.start < name { t.text } else { t.dim };
        let style = if hit { base.patch(t.filter_match) } else { base };
        list.push((piece, style));
    }
    let column = if name < text.len() && !only_description { NAME.min(max) } else { 0 };
    let all: usize = list.iter().map(|(p, _)| p.width).sum();
    let cut = column == 0 && all > usize::from(max);
    // The end that is kept, in columns.
    let tail = if cut { (max / 3).min(8) } else { 0 };
    let (mut used, mut left) = (0, all);
    let mut gap = cut;
    for (piece, style) in list {
        if column > 0 && piece.range.start == name + 2 {
            used = used.max(column);
        }
        let wide = piece.width as u16;
        left -= piece.width;
        if gap && used + wide + 1 + tail > max {
            if left + piece.width > usize::from(tail) {
                continue;
            }
            used += canvas.put(x + used, y, 1, "…", t.dim);
            gap = false;
        }
        // The last column says that more would follow.
        if !cut && left > 0 && used + wide >= max {
            canvas.put(x + used, y, 1, "…", t.dim);
            break;
        }
        match canvas.piece(x + used, y, max.saturating_sub(used), &piece, style) {
            Some(columns) => used += columns,
            None => break,
        }
    }
}

/// What to copy.
pub(super) fn copy(canvas: &mut Canvas<'_>, selected: usize, area: Rect) {
    let t = canvas.theme;
    let lines = [
        ("t", "the text of the pane"),
        ("i", "the transcript's id"),
        ("p", "a permalink: path, line and id"),
    ];
    for (i, (key, what)) in lines.iter().enumerate() {
        let y = area.y + i as u16;
        if y >= area.bottom() {
            break;
        }
        canvas.put(area.x + 2, y, 2, key, t.key);
        canvas.put_cut(area.x + 5, y, area.width.saturating_sub(6), what, t.text);
        if i == selected {
            canvas.over(Rect { y, height: 1, ..area }, t.chosen);
            canvas.glyph(area.x, y, '▌', t.cursor);
        }
    }
}
