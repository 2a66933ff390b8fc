//! A transcript to open when it arrives: a permalink (`path:line#id`, `path#id_epoch_2`), or an id alone.

use super::{list, session, toast};
use crate::app::{Effect, State, Tone};
use crate::corpus::{RowId, RowView};
use crate::text::sanitize_line;

/// Looks for the wanted transcript among rows that have just arrived.
pub fn look(state: &mut State, from: RowId) {
    session::look(state, from);
    if state.wanted_row.is_some() {
        return;
    }
    let Some(wanted) = &state.wanted else { return };
    let mut found = state.catalogue.views_from(from).filter(|view| view.is_meant(wanted));
    state.wanted_row = found.next().map(|view| view.id);
}

/// Opens it when it is in the list.
pub fn try_to_open(state: &mut State, fx: &mut Vec<Effect>) {
    session::try_to_open(state, fx);
    let Some(row) = state.wanted_row else { return };
    if let Some(at) = state.list.rows.iter().position(|&r| r == row) {
        state.opened = state.wanted.take();
        state.wanted_row = None;
        list::choose(state, at, fx);
        super::reader::enter(state);
    }
}

/// Nothing more will come: says so when the transcript was not found, does not pass the filter, or is not the only one that
/// the link means.
pub fn give_up(state: &mut State) {
    if !state.progress.done || state.list.running.is_some() {
        return;
    }
    session::give_up(state);
    if let Some(link) = state.opened.take() {
        let is_meant = |view: &RowView<'_>| view.is_meant(&link);
        let several = state.catalogue.views().filter(is_meant).count();
        if several > 1 {
            let text = format!("{several} transcripts have this link; the first was opened");
            toast(state, Tone::Info, text);
        }
    }
    let found = state.wanted_row.take().is_some();
    let Some(wanted) = state.wanted.take() else { return };
    let wanted = sanitize_line(&wanted);
    let text = if found {
        format!("{wanted} does not pass the filter")
    } else {
        format!("no transcript {wanted} here")
    };
    toast(state, Tone::Bad, text);
}
