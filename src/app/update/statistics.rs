//! The statistics dialog: opening, other fields and labels, what Enter opens.

use super::{dialogs, figures, list, toast};
use crate::app::{Dialog, Effect, State, Statistics, Tone};
use crate::query::Filter;

/// Opens or closes it.
pub fn open(state: &mut State) {
    dialogs::toggle(state, Dialog::Statistics(Statistics::default()));
    figures::ask_again(state);
}

/// Changes what it shows. False where it is not on top.
pub fn change(state: &mut State, with: impl FnOnce(&mut Statistics, &[String])) -> bool {
    let State { dialogs, vocabulary, .. } = state;
    let Some(Dialog::Statistics(shown)) = dialogs.last_mut() else { return false };
    with(shown, &vocabulary.labels);
    if shown.answer.is_none() {
        figures::ask_again(state);
    }
    dialogs::keep_visible(state);
    true
}

/// Opens the transcripts of the line under the cursor: their filter joins the one in force.
pub fn accept(state: &mut State, fx: &mut Vec<Effect>) {
    let Some(Dialog::Statistics(shown)) = state.dialogs.last() else { return };
    let lines = shown.lines();
    let Some(own) = lines.get(shown.selected).and_then(|line| line.filter()) else { return };
    let applied = &state.filter.applied;
    let text = if applied.is_empty() { own.to_owned() } else { format!("({applied}) {own}") };
    match Filter::parse(&text) {
        Ok(filter) => {
            dialogs::close(state);
            list::set_filter(state, filter, fx);
        }
        Err(error) => toast(state, Tone::Bad, error.to_string()),
    }
}
