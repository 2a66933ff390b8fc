//! The mouse: a click focuses and selects, the wheel scrolls what is under it.

use super::scroll::{self, Move};
use super::{agreeing, cues, dialogs, filter, list, queue, strip, turns, twin};
use crate::app::{Dialog, Effect, Focus, Looking, State, Target};

/// A click.
pub fn click(state: &mut State, target: Target, fx: &mut Vec<Effect>) {
    if !state.dialogs.is_empty() {
        if let Target::DialogRow(row) = target {
            dialog_row(state, usize::from(row), fx);
        }
        return;
    }
    match target {
        Target::ListRow(row) => {
            state.focus = Focus::List;
            let index = state.list.top + usize::from(row);
            list::choose(state, index, fx);
        }
        Target::Pane(focus, row) => {
            state.focus = focus;
            let row = state.reader.pane(focus).map_or(0, |p| p.top) + usize::from(row);
            if turns::click(state, focus, row, fx) {
                return;
            }
            if !state.view.quiet
                && let Some(cue) = cues::at_row(state, focus, row)
            {
                state.reader.cue = Some(cue);
                state.reader.looking = Looking::Cue;
            }
        }
        Target::Other(focus, row) => {
            twin::other_side(state, focus, fx);
            click(state, Target::Pane(focus, row), fx);
        }
        Target::Strip(stop) => strip::click(state, stop, fx),
        Target::Filter if !state.filter.editing => filter::open(state),
        Target::Filter | Target::DialogRow(_) | Target::Nowhere => {}
    }
}

fn dialog_row(state: &mut State, row: usize, fx: &mut Vec<Effect>) {
    let accepted = match state.dialogs.last_mut() {
        Some(Dialog::Palette(p)) => pick(&mut p.selected, p.top, row, p.hits.len()),
        Some(Dialog::Pick(_, p)) => pick(&mut p.selected, p.top, row, p.hits.len()),
        Some(Dialog::Marks(d)) => {
            let row = row.saturating_sub(usize::from(d.head()) - 1);
            pick(&mut d.selected, d.top, row, d.hits.len())
        }
        // Chosen only: with a pattern in the line a click would add that one.
        Some(Dialog::Highlights(d)) => {
            pick(&mut d.selected, d.top, row, state.highlights.list.len());
            false
        }
        Some(Dialog::Statistics(s)) => {
            let line = s.table(state.sizes.dialog.0).rows.get(s.top + row).map(|row| row.line);
            s.selected = line.unwrap_or(s.selected);
            line.is_some()
        }
        Some(Dialog::Agreement(_)) => agreeing::click(state, row),
        Some(Dialog::Queue) => queue::click(state, row),
        Some(Dialog::Facets(f)) => f.typing.is_none() && f.choose(row),
        Some(Dialog::Columns(d)) => line(&mut d.selected, d.top + row, d.lines.len()),
        // Chosen only: Enter and the dash do different things with it.
        Some(Dialog::Like(d)) => {
            line(&mut d.selected, d.top + row, d.lines.len());
            false
        }
        Some(Dialog::Copy(choice)) if row < 3 => {
            *choice = row;
            true
        }
        _ => false,
    };
    if accepted {
        dialogs::accept(state, fx);
    }
}

/// Selects a line of a list.
fn line(selected: &mut usize, at: usize, len: usize) -> bool {
    if at < len {
        *selected = at;
    }
    at < len
}

/// Selects the hit on a row of a picker, whose first row is the input.
fn pick(selected: &mut usize, top: usize, row: usize, len: usize) -> bool {
    match row.checked_sub(1).map(|r| top + r) {
        Some(hit) if hit < len => {
            *selected = hit;
            true
        }
        _ => false,
    }
}

/// The wheel.
pub fn wheel(state: &mut State, target: Target, lines: i32) {
    if !state.dialogs.is_empty() {
        dialogs::go(state, Move::Lines(lines));
        return;
    }
    match target {
        // The window moves, the selection stays: reading is not disturbed by looking through the list.
        Target::ListRow(_) => {
            let height = usize::from(state.sizes.list.1);
            let last = state.list.rows.len().saturating_sub(height.max(1));
            state.list.top = Move::Lines(lines).apply(state.list.top, height, last);
        }
        Target::Pane(focus, _) => scroll::pane(state, focus, Move::Lines(lines)),
        Target::Other(focus, _) => {
            twin::on_other(state, |state| scroll::pane(state, focus, Move::Lines(lines)));
        }
        Target::Strip(_) => scroll::pane(state, Focus::Scratchpad, Move::Lines(lines)),
        Target::Filter | Target::DialogRow(_) | Target::Nowhere => {}
    }
}
