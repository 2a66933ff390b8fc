//! Fuzzy search in the list: over id and query of the rows that pass the filter, best match first.

use super::{list, scroll};
use crate::app::{Edit, Effect, Input, Key, KeyCode, State};
use crate::corpus::RowId;

/// More rows than this are ranked elsewhere.
const AT_ONCE: usize = 4_000;

/// Narrows rows to those that match the pattern in force. `None`: so many that they are ranked elsewhere.
pub fn narrowed(state: &mut State, rows: Vec<RowId>, fx: &mut Vec<Effect>) -> Option<Vec<RowId>> {
    state.list.ranking += 1;
    let pattern = state.list.narrowed.clone();
    if rows.len() <= AT_ONCE {
        state.list.narrowing = false;
        return Some(state.catalogue.narrowed(&rows, &pattern));
    }
    state.list.narrowing = true;
    let (generation, catalogue) = (state.list.ranking, state.catalogue.snapshot());
    fx.push(Effect::Narrow { generation, pattern, rows, catalogue });
    None
}

/// Rows that were ranked elsewhere.
pub fn ranked(
    state: &mut State,
    generation: u64,
    rows: Vec<RowId>,
    done: bool,
    fx: &mut Vec<Effect>,
) {
    if generation != state.list.ranking || state.list.narrowed.is_empty() {
        return;
    }
    state.list.narrowing = !done;
    state.list.rows = rows;
    if state.list.fuzzy.is_some() {
        preview(state, 0, fx);
    } else {
        list::reselect(state, fx);
    }
    // Those that came meanwhile.
    if done && state.list.arrived {
        list::show(state, fx);
    }
}

/// Opens the search.
pub fn open(state: &mut State) {
    state.focus = crate::app::Focus::List;
    state.list.narrowed_before = state.list.narrowed.clone();
    state.list.fuzzy = Some(Input::new(state.list.narrowed.clone()));
}

/// A key while the pattern is typed.
pub fn key(state: &mut State, key: Key, fx: &mut Vec<Effect>) {
    match key.code {
        KeyCode::Esc => {
            state.list.fuzzy = None;
            let before = std::mem::take(&mut state.list.narrowed_before);
            narrow(state, &before, fx);
            return;
        }
        KeyCode::Enter => {
            state.list.fuzzy = None;
            let at = state.list.selected;
            list::choose(state, at, fx);
            return;
        }
        _ => {}
    }
    if let Some(step) = scroll::beside_typing(key) {
        let last = state.list.rows.len().saturating_sub(1);
        let page = usize::from(state.sizes.list.1);
        preview(state, step.apply(state.list.selected, page, last), fx);
        return;
    }
    let Some(input) = &mut state.list.fuzzy else { return };
    if input.key(key) == Edit::Changed {
        typed(state, fx);
    }
}

/// The pattern has changed.
pub fn typed(state: &mut State, fx: &mut Vec<Effect>) {
    let pattern = state.list.fuzzy.as_ref().map(|i| i.text.clone()).unwrap_or_default();
    // What does not match a pattern matches none that goes on from it.
    let goes_on = !state.list.narrowed.is_empty() && pattern.starts_with(&state.list.narrowed);
    if goes_on && !state.list.narrowing {
        state.list.narrowed = pattern;
        let rows = state.list.rows.clone();
        if let Some(rows) = narrowed(state, rows, fx) {
            state.list.rows = rows;
        }
    } else {
        narrow(state, &pattern, fx);
    }
    preview(state, 0, fx);
}

/// Selects without forgetting which row the reader chose, so that Esc goes back to it.
fn preview(state: &mut State, index: usize, fx: &mut Vec<Effect>) {
    let chosen = state.list.chosen;
    list::keep_visible(state);
    list::choose(state, index, fx);
    state.list.outside = state.list.rows.is_empty();
    state.list.chosen = chosen;
}

/// Narrows the list to what matches a pattern; empty: all that pass the filter.
pub fn narrow(state: &mut State, pattern: &str, fx: &mut Vec<Effect>) {
    pattern.clone_into(&mut state.list.narrowed);
    list::show(state, fx);
}
