//! The facets dialog: counts of values among the rows shown; Enter toggles a value's term in the filter.

use super::{dialogs, list};
use crate::app::facts::toggled;
use crate::app::{Dialog, Effect, Facets, State};
use crate::corpus::{Facet, FacetValue};

/// All values in order, each with its facet.
pub fn values(facets: &Facets) -> impl Iterator<Item = (&Facet, &FacetValue)> {
    facets.facets.iter().flat_map(|f| f.values.iter().map(move |v| (f, v)))
}

/// The row of a value: headings are rows too.
pub fn row_of(facets: &Facets, value: usize) -> usize {
    let (mut row, mut left) = (0, value);
    for facet in &facets.facets {
        row += 1;
        if left < facet.values.len() {
            return row + left;
        }
        left -= facet.values.len();
        row += facet.values.len();
    }
    row.saturating_sub(1)
}

/// The value on a row; `None` on a heading and past the end.
pub fn value_at(facets: &Facets, row: usize) -> Option<usize> {
    let (mut at, mut before) = (0, 0);
    for facet in &facets.facets {
        let len = facet.values.len();
        if row > at && row <= at + len {
            return Some(before + row - at - 1);
        }
        at += len + 1;
        before += len;
    }
    None
}

/// Opens or closes the dialog.
pub fn open(state: &mut State) {
    let facets = state.catalogue.facets(&state.list.rows);
    if facets.is_empty() {
        super::toast(state, crate::app::Tone::Info, "nothing to count yet");
        return;
    }
    dialogs::toggle(state, Dialog::Facets(Facets { facets, ..Facets::default() }));
}

/// Rows have arrived: counts again while that is quick. Of a large corpus the facets are counted again at the end.
pub fn arrived(state: &mut State) {
    const QUICK: usize = 50_000;
    if state.catalogue.len() <= QUICK || state.progress.done {
        refresh(state);
    }
}

/// Counts again after the rows shown have changed; the same value stays selected.
pub fn refresh(state: &mut State) {
    if !matches!(state.dialogs.last(), Some(Dialog::Facets(_))) {
        return;
    }
    let new = state.catalogue.facets(&state.list.rows);
    if let Some(Dialog::Facets(facets)) = state.dialogs.last_mut() {
        let term = values(facets).nth(facets.selected).map(|(_, v)| v.term.clone());
        facets.facets = new;
        let same = values(facets).position(|(_, v)| Some(&v.term) == term.as_ref());
        let last = values(facets).count().saturating_sub(1);
        facets.selected = same.unwrap_or(facets.selected).min(last);
    }
    dialogs::keep_visible(state);
}

/// Toggles the selected value's term.
pub fn accept(state: &mut State, fx: &mut Vec<Effect>) {
    let Some(Dialog::Facets(facets)) = state.dialogs.last() else { return };
    let Some((_, value)) = values(facets).nth(facets.selected) else { return };
    let filter = toggled(&state.filter.applied, &value.term);
    list::set_filter(state, filter, fx);
}
