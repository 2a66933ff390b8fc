//! The search where two transcripts are compared: both sides look for the same, and it goes from the left one to the right.

use super::{body_changed, current, go_to, place_of};
use crate::app::update::{toast_here, twin};
use crate::app::{DocPlace, Effect, State};

/// Matches on the side that the keys are not for; none where a dialog is searched.
pub(super) fn beyond(state: &State) -> usize {
    let twin = state.twin.as_ref().filter(|_| state.dialogs.is_empty());
    twin.map_or(0, |twin| twin.other.find.hits.len())
}

/// What is looked for has changed: the other side looks for the same.
pub(super) fn share(state: &mut State) {
    if state.twin.is_none() || !state.dialogs.is_empty() {
        return;
    }
    let (needle, text) = (state.reader.find.needle.clone(), state.reader.find.text.clone());
    twin::on_other(state, |state| {
        (state.reader.find.needle, state.reader.find.text) = (needle, text);
        body_changed(state);
    });
}

/// Whether the step from the match `was`, or from a place, to the match `at` would go round the end of its side.
pub(super) fn goes_round(
    state: &State,
    (was, at): (Option<usize>, Option<usize>),
    from: (u8, DocPlace),
    down: bool,
) -> bool {
    let Some(at) = at else { return true };
    match was {
        Some(was) if down => at <= was,
        Some(was) => at >= was,
        None => {
            let hit = state.reader.find.hits.get(at);
            let before = hit.is_some_and(|hit| place_of(state, hit) < from);
            before == down
        }
    }
}

/// The keys go to the other side, to its first match, or to its last one.
pub(super) fn cross(state: &mut State, down: bool, fx: &mut Vec<Effect>) {
    state.reader.find.current = None;
    let focus = state.focus;
    twin::other_side(state, focus, fx);
    let len = state.reader.find.hits.len();
    let at = if down { Some(0).filter(|_| len > 0) } else { len.checked_sub(1) };
    go_to(state, at, fx);
    let right = state.twin.as_ref().is_some_and(|twin| twin.right);
    match (down, right) {
        (true, false) => toast_here(state, "search went on from the start"),
        (false, true) => toast_here(state, "search went on from the end"),
        _ => {}
    }
}

/// Nothing was found where it was typed: goes to the other side, where that has a match. False: it has none.
pub(super) fn cross_where_found(state: &mut State, fx: &mut Vec<Effect>) -> bool {
    let only_there = beyond(state) > 0 && current(state).is_some_and(|find| find.hits.is_empty());
    if only_there {
        cross(state, true, fx);
        state.toast.take_if(|toast| toast.is_here);
    }
    only_there
}
