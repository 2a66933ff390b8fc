//! Fuzzy search in the list: over id and query of the rows that pass the filter, best match first.

use super::{list, scroll::Move};
use crate::app::{Edit, Effect, Input, Key, KeyCode, State};
use crate::corpus::{Catalogue, RowId};
use crate::query::Fuzzy;

/// The rows that match, best first; ties keep their order.
pub fn rank(catalogue: &Catalogue, rows: &[RowId], pattern: &str) -> Vec<RowId> {
    let fuzzy = Fuzzy::new(pattern);
    let mut text = String::new();
    let mut hits: Vec<(i64, RowId)> = Vec::new();
    for &id in rows {
        let Some(row) = catalogue.row(id) else { continue };
        text.clear();
        text.push_str(&row.id);
        text.push(' ');
        text.push_str(row.query.as_deref().unwrap_or_default());
        if let Some(hit) = fuzzy.matches(&text) {
            hits.push((hit.score, id));
        }
    }
    hits.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    hits.into_iter().map(|(_, id)| id).collect()
}

/// Opens the search.
pub fn open(state: &mut State) {
    state.focus = crate::app::Focus::List;
    state.list.narrowed_before = state.list.narrowed.clone();
    state.list.fuzzy = Some(Input::new(state.list.narrowed.clone()));
}

/// A key while the pattern is typed.
pub fn key(state: &mut State, key: Key, fx: &mut Vec<Effect>) {
    let step = match (key.code, key.ctrl) {
        (KeyCode::Esc, _) => {
            state.list.fuzzy = None;
            let before = std::mem::take(&mut state.list.narrowed_before);
            narrow(state, &before, fx);
            return;
        }
        (KeyCode::Enter, _) => {
            state.list.fuzzy = None;
            let at = state.list.selected;
            list::choose(state, at, fx);
            return;
        }
        (KeyCode::Up, _) | (KeyCode::Char('p'), true) => Some(Move::Lines(-1)),
        (KeyCode::Down, _) | (KeyCode::Char('n'), true) => Some(Move::Lines(1)),
        (KeyCode::PageUp, _) => Some(Move::Pages(-1)),
        (KeyCode::PageDown, _) => Some(Move::Pages(1)),
        _ => None,
    };
    if let Some(step) = step {
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
    if !state.list.narrowed.is_empty() && pattern.starts_with(&state.list.narrowed) {
        let rows = std::mem::take(&mut state.list.rows);
        state.list.rows = rank(&state.catalogue, &rows, &pattern);
        state.list.narrowed = pattern;
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
    list::show(state, &[], fx);
}
