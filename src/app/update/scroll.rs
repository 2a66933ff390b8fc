//! Scrolling: how far a movement goes, wrapping again when sizes change, bringing a place into sight.

use super::{dialogs, list, twin};
use crate::app::state::Pending;
use crate::app::{Doc, DocPlace, Effect, Focus, Key, KeyCode, PaneSizes, Reading, State};

/// A movement of a cursor or a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    /// Rows or lines; negative is up.
    Lines(i32),
    /// Half pages.
    Halves(i32),
    /// Pages.
    Pages(i32),
    /// To the start.
    Start,
    /// To the end.
    End,
}

impl Move {
    /// Where it leads from `at`, with `page` rows on the screen and `last` as the last position.
    pub fn apply(self, at: usize, page: usize, last: usize) -> usize {
        let page = page.max(1);
        let step = |n: i32, size: usize| {
            let distance = (n.unsigned_abs() as usize).saturating_mul(size);
            if n < 0 { at.saturating_sub(distance) } else { at.saturating_add(distance).min(last) }
        };
        let to = match self {
            Self::Lines(n) => step(n, 1),
            Self::Halves(n) => step(n, (page / 2).max(1)),
            Self::Pages(n) => step(n, page),
            Self::Start => 0,
            Self::End => last,
        };
        to.min(last)
    }
}

/// The movement that a key means while text is typed above a list: letters alone are text.
pub fn beside_typing(key: Key) -> Option<Move> {
    match (key.code, key.ctrl) {
        (KeyCode::Up | KeyCode::BackTab, _) | (KeyCode::Char('p'), true) => Some(Move::Lines(-1)),
        (KeyCode::Down | KeyCode::Tab, _) | (KeyCode::Char('n'), true) => Some(Move::Lines(1)),
        (KeyCode::PageUp, _) => Some(Move::Pages(-1)),
        (KeyCode::PageDown, _) => Some(Move::Pages(1)),
        _ => None,
    }
}

/// Moves whatever has the keys: the top dialog, the list or a pane.
pub fn go(state: &mut State, movement: Move, fx: &mut Vec<Effect>) {
    if !state.dialogs.is_empty() {
        dialogs::go(state, movement);
        return;
    }
    match state.focus {
        Focus::List => list::go(state, movement, fx),
        focus => pane(state, focus, movement),
    }
}

/// Scrolls a pane.
pub fn pane(state: &mut State, focus: Focus, movement: Move) {
    let (_, height) = size_of(&state.sizes, focus);
    let pane = match focus {
        Focus::List => return,
        Focus::Scratchpad => &mut state.reader.scratchpad,
        Focus::Output => &mut state.reader.output,
    };
    pane.top = movement.apply(pane.top, usize::from(height), last_top(&pane.doc, height));
    state.own.scrolled = true;
}

/// The size of a part.
pub fn size_of(sizes: &PaneSizes, focus: Focus) -> (u16, u16) {
    match focus {
        Focus::List => sizes.list,
        Focus::Scratchpad => sizes.scratchpad,
        Focus::Output => sizes.output,
    }
}

/// The highest first row that leaves no empty space below the text.
pub fn last_top(doc: &Doc, height: u16) -> usize {
    doc.rows.len().saturating_sub(usize::from(height).max(1))
}

/// New sizes from the layout.
pub fn sizes(state: &mut State, sizes: PaneSizes) {
    state.sizes = sizes;
    fit_panes(state);
    if state.twin.is_some() {
        twin::on_other(state, fit_panes);
    }
    dialogs::fit_top(state);
    list::keep_visible(state);
}

/// Wraps the panes' documents to their widths where they changed.
pub fn fit_panes(state: &mut State) {
    let body = match &state.reader.body {
        Reading::Here(_, body) => Some(std::sync::Arc::clone(body)),
        _ => None,
    };
    let section = |i: usize| -> &str {
        body.as_ref().and_then(|b| b.transcript.sections.get(i)).map_or("", |s| s.text.as_str())
    };
    let sizes = state.sizes;
    let p = &mut state.reader.scratchpad;
    fit(&mut p.doc, &mut p.top, &mut p.pending, sizes.scratchpad, section);
    let p = &mut state.reader.output;
    fit(&mut p.doc, &mut p.top, &mut p.pending, sizes.output, section);
}

/// Wraps a document to a size, keeping the place at the top. Nothing happens while it is not shown (width 0).
pub fn fit<'a>(
    doc: &mut Doc,
    top: &mut usize,
    pending: &mut Option<Pending>,
    (width, height): (u16, u16),
    section: impl Fn(usize) -> &'a str,
) {
    if width == 0 || height == 0 {
        return;
    }
    if doc.width != width {
        let place = doc.place_of(*top);
        doc.rewrap(width, section);
        *top = doc.row_of(place);
    }
    if let Some(Pending { place, with_context }) = pending.take() {
        let row = doc.row_of(place);
        *top = if with_context { row.saturating_sub(usize::from(height) / 3) } else { row };
    }
    *top = (*top).min(last_top(doc, height));
}

/// Brings a stretch of a document into sight: left alone when it stands well inside the window, else a third from the top.
pub fn reveal(
    doc: &Doc,
    top: &mut usize,
    pending: &mut Option<Pending>,
    height: u16,
    from: DocPlace,
    end: usize,
) {
    if height == 0 || doc.rows.is_empty() {
        *pending = Some(Pending { place: from, with_context: true });
        return;
    }
    let rows = usize::from(height);
    let (first, last) = (doc.row_of(from), doc.row_of((from.0, end.saturating_sub(1).max(from.1))));
    let margin = usize::from(rows > 4);
    if first >= *top + margin && last + margin < *top + rows {
        return;
    }
    *top = first.saturating_sub(rows / 3).min(last_top(doc, height));
}

/// Brings a byte range of a section into sight in the pane that shows it, and focuses that pane. Whether a pane shows it.
pub fn reveal_section(state: &mut State, section: usize, start: usize, end: usize) -> bool {
    for focus in [Focus::Scratchpad, Focus::Output] {
        let (_, height) = size_of(&state.sizes, focus);
        let pane = match focus {
            Focus::Output => &mut state.reader.output,
            _ => &mut state.reader.scratchpad,
        };
        if let Some(block) = pane.doc.block_of(section) {
            reveal(&pane.doc, &mut pane.top, &mut pane.pending, height, (block, start), end);
            state.focus = focus;
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_movement_never_leaves_the_range() {
        let cases = [
            (Move::Lines(1), 0, 10, 99, 1),
            (Move::Lines(-1), 0, 10, 99, 0),
            (Move::Lines(5), 98, 10, 99, 99),
            (Move::Halves(1), 0, 10, 99, 5),
            (Move::Halves(-1), 99, 1, 99, 98),
            (Move::Pages(1), 0, 10, 99, 10),
            (Move::Pages(-1), 5, 10, 99, 0),
            (Move::Pages(1), 0, 0, 99, 1),
            (Move::Start, 50, 10, 99, 0),
            (Move::End, 50, 10, 99, 99),
            (Move::Lines(1), 7, 10, 0, 0),
            (Move::Pages(i32::MIN), usize::MAX, usize::MAX, 3, 0),
        ];
        for (movement, at, page, last, wanted) in cases {
            assert_eq!(movement.apply(at, page, last), wanted, "{movement:?} from {at}");
        }
    }
}
