//! The dialog of what the selected row says: a value becomes a term of the filter, or its opposite does.

use super::{dialogs, list, toast};
use crate::app::facts::toggled;
use crate::app::{Dialog, Effect, Key, LikeDialog, State, Tone};

/// Opens or closes the dialog.
pub fn open(state: &mut State) {
    let Some(view) = state.selected_view() else {
        toast(state, Tone::Info, "no transcript is selected");
        return;
    };
    let lines = view.likes();
    dialogs::toggle(state, Dialog::Like(LikeDialog { lines, ..LikeDialog::default() }));
}

/// A key that means something of its own here: a dash takes the opposite. False: it does not.
pub fn key(state: &mut State, key: Key, fx: &mut Vec<Effect>) -> bool {
    let is_dash = key == Key::char('-');
    if is_dash {
        take(state, true, fx);
    }
    is_dash
}

/// Enter: adds the selected value to the filter.
pub fn accept(state: &mut State, fx: &mut Vec<Effect>) {
    take(state, false, fx);
}

fn take(state: &mut State, opposite: bool, fx: &mut Vec<Effect>) {
    let Some(Dialog::Like(dialog)) = state.dialogs.last() else { return };
    let Some(like) = dialog.lines.get(dialog.selected) else { return };
    let term = match like.term.strip_prefix('-') {
        _ if !opposite => like.term.clone(),
        Some(positive) => positive.to_owned(),
        None => format!("-{}", like.term),
    };
    dialogs::close(state);
    if state.term_is_on(&term) {
        toast(state, Tone::Info, format!("{term} is in the filter already"));
        return;
    }
    let applied = &state.filter.applied;
    let filter = if opposite { applied.toggle_term(&term) } else { toggled(applied, &term) };
    list::set_filter(state, filter, fx);
}
