//! What was asked for and is not there yet, while reading goes on: it waits for more rows, until it is there, all is read or a key is
//! pressed.

use super::ask;
use crate::app::update::{BAD_TICKS, toast};
use crate::app::{Dialog, Effect, PickOf, State, Tone, TwinWish};

/// Keeps a wish; `lacking` says what is not there among so many rows.
pub fn wait(state: &mut State, wish: TwinWish, of: usize, lacking: &str) {
    state.twin_waiting = Some((wish, of));
    toast(state, Tone::Info, format!("waiting for more to be read: {lacking} so far"));
    if let Some(toast) = &mut state.toast {
        // It is true as long as it waits.
        toast.ticks = u16::MAX;
    }
}

/// Whether it is time to look again who is whose partner: all is read, or half as many rows again as were looked at.
pub fn is_time(state: &State, of: usize) -> bool {
    state.progress.done || state.catalogue.len() > of + of / 2
}

/// Whether anything waits but the counts of a choice that is open.
pub fn waits(state: &State) -> bool {
    state.twin_waiting.is_some_and(|(wish, _)| wish != TwinWish::Recount)
}

/// It waits no longer, and nothing is said of it.
pub fn called_off(state: &mut State) {
    if state.twin_waiting.take().is_some() {
        state.toast.take_if(|toast| toast.ticks > BAD_TICKS);
    }
}

/// A key was pressed that asked for something else than what had been `waiting`.
pub fn call_off(state: &mut State, waiting: Option<(TwinWish, usize)>) {
    if waiting.is_some() && state.twin_waiting == waiting && waits(state) {
        state.twin_wish.0.take_if(|wish| Some(*wish) == waiting.map(|(own, _)| own));
        called_off(state);
    }
}

/// After every message: looks again when all is read, or half as many rows again.
pub fn look(state: &mut State, fx: &mut Vec<Effect>) {
    let Some((wish, of)) = state.twin_waiting else { return };
    if wish == TwinWish::Recount
        && !matches!(state.dialogs.last(), Some(Dialog::Pick(PickOf::Sides, _)))
    {
        state.twin_waiting = None;
        return;
    }
    if state.twin_wish.0.is_none() && is_time(state, of) {
        state.twin_wish.0 = Some(wish);
        ask(state, fx);
    }
}
