//! One frame: which parts are drawn where. Each part is a file of this folder.
//!
//! Drawing reads the state and writes cells. It wraps nothing and scans no text beyond the visible rows.

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Modifier;

use super::layout::{self, LEAST, Shape};
use super::{Theme, layout::areas_at};
use crate::app::{Focus, State};
use crate::text::Wrapped;

mod agreeing;
mod canvas;
mod cue_line;
mod deciding;
mod dialog;
mod facets;
mod filter_bar;
mod fold;
mod header;
mod highlights;
mod list;
mod lists;
mod marks;
mod page;
mod pairs;
mod pick;
mod rates;
mod reader;
mod review;
mod scroll;
mod statistics;
mod status;
mod strip;
mod thresholds;
mod title;
mod twin;

pub(crate) use review::words as review_words;

use canvas::Canvas;
use page::Page;

/// Draws the state. The frame's own size counts, should the state's lag behind a resize.
pub fn draw(state: &State, theme: &Theme, frame: &mut Frame<'_>) {
    let area = frame.area();
    let mut canvas = Canvas::new(frame.buffer_mut(), theme);
    let cursor = draw_all(state, &mut canvas, area);
    if theme.base.bg.is_some() {
        end_rows(frame.buffer_mut(), area);
    }
    if let Some(place) = cursor.filter(|p| area.contains(*p)) {
        frame.set_cursor_position(place);
    }
}

/// Gives the last cell of each row an attribute that the next row's first has not. A painted screen is otherwise
/// one style over many rows, and what reads it row by row (a multiplexer's capture, a recorder) loses it at
/// each line break. The cells are blank or a scroll bar: nothing is seen of it.
fn end_rows(buffer: &mut Buffer, area: Rect) {
    let Some(last) = area.right().checked_sub(1).filter(|_| !area.is_empty()) else { return };
    for row in area.top()..area.bottom() {
        if let Some(cell) = buffer.cell_mut((last, row)) {
            cell.modifier.insert(Modifier::DIM);
        }
    }
}

/// Draws everything; where the hardware cursor goes, when text is being typed.
fn draw_all(state: &State, canvas: &mut Canvas<'_>, area: Rect) -> Option<Position> {
    let theme = canvas.theme;
    canvas.over(area, theme.base);
    let size = (area.width, area.height);
    let areas = areas_at(state, size);
    if areas.shape == Shape::TooSmall {
        too_small(canvas, area);
        return None;
    }
    if let Some(review) = &state.review {
        let cursor = review::draw(state, review, canvas, &areas);
        return dialog_over(state, canvas, size).or(cursor);
    }
    header::draw(state, canvas, areas.header);
    let mut cursor = filter_bar::draw(state, canvas, areas.filter);
    let headless = areas.heads.iter().all(|head| head.is_empty());
    if let Some(twin) = &state.twin {
        twin::pair(state, twin, canvas, areas.pair);
        twin::tabs(
            Page::active(state),
            twin,
            canvas,
            areas.tabs,
            areas.part(state.focus).text.height,
        );
        let other = Page { headless, ..Page::other(state, twin) };
        for focus in [Focus::Scratchpad, Focus::Output] {
            reader::draw(other, canvas, areas.other.part(focus), focus);
        }
        strip::draw(other, canvas, areas.other.strip);
        for page in [Page::active(state), other] {
            let right = page.right.unwrap_or_default();
            let head = areas.heads.get(usize::from(right)).copied().unwrap_or_default();
            twin::head(page, twin, right, canvas, head);
        }
    } else if areas.shape == Shape::Single {
        title::tabs(state, canvas, &areas);
    }
    let page = Page { headless, ..Page::active(state) };
    reader::subject(page, canvas, areas.subject);
    list::draw(state, canvas, &areas.list);
    for focus in [Focus::Scratchpad, Focus::Output] {
        reader::draw(page, canvas, areas.part(focus), focus);
    }
    strip::draw(page, canvas, areas.strip);
    cue_line::draw(state, canvas, &areas);
    title::join(canvas, &areas);
    deciding::draw(state, canvas, areas.answer, area.height);
    cursor = status::draw(state, canvas, areas.status).or(cursor);
    if state.filter.editing {
        filter_bar::popup(state, canvas, areas.filter, area);
    }
    if state.dialogs.is_empty() { cursor } else { dialog_over(state, canvas, size) }
}

/// The open dialog over everything else.
fn dialog_over(state: &State, canvas: &mut Canvas<'_>, size: (u16, u16)) -> Option<Position> {
    let (open, place) = (state.dialogs.last()?, layout::dialog_at(state, size)?);
    dialog::draw(state, canvas, open, &place)
}

/// Says that the terminal is too small, in as many words as fit: wrapped, else shorter.
fn too_small(canvas: &mut Canvas<'_>, area: Rect) {
    let (w, h) = LEAST;
    let width = usize::from(area.width);
    if area.is_empty() {
        return;
    }
    let sentences = [
        format!(
            "This terminal is too small: {}×{}.\nundertone needs {w}×{h}.",
            area.width, area.height
        ),
        format!("too small: needs {w}×{h}"),
        format!("needs {w}×{h}"),
        format!("{w}×{h}"),
    ];
    let fits = |text: &&String| {
        let words = text.split_whitespace().map(crate::text::width).max().unwrap_or(0);
        words <= width && Wrapped::new(text, width).rows.len() <= usize::from(area.height)
    };
    let Some(text) = sentences.iter().find(fits).or(sentences.last()) else { return };
    let rows = Wrapped::new(text, width).rows;
    let first = area.height.saturating_sub(rows.len() as u16) / 2;
    for (y, row) in (area.y + first..area.bottom()).zip(&rows) {
        let line = text.get(row.start..row.end).unwrap_or_default();
        let x = area.x + area.width.saturating_sub(crate::text::width(line) as u16) / 2;
        canvas.put(x, y, area.right().saturating_sub(x), line, canvas.theme.text);
    }
}
