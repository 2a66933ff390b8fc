//! The text of the transcript that comes next is read before anybody asks for it, so that it stands there with the key.

use std::sync::Arc;

use super::reader;
use crate::app::{Ahead, Effect, State};
use crate::corpus::{Body, BodyError, RowId, RowPlace};

/// Records of more bytes than this are read when they are asked for.
const MOST: u64 = 256 << 10;

/// Asks for the row after the one on screen, in the direction in which the reader went last.
pub fn ask(state: &mut State, fx: &mut Vec<Effect>) {
    // Before there are rules, a body would come without marks.
    let waits = state.engine.is_none() || state.reader.asked.is_some() || state.twin.is_some();
    let list = &state.list;
    let step = if state.reader.upward {
        list.selected.checked_sub(1)
    } else {
        list.selected.checked_add(1)
    };
    let next = step.and_then(|at| list.rows.get(at)).and_then(|row| state.catalogue.view(*row));
    let Some(next) = next.filter(|_| !waits && !list.outside) else { return };
    let (row, place) = (next.id, next.place());
    let bytes: u64 = place.parts.iter().map(|(_, bytes)| bytes).sum();
    if bytes > MOST || state.reader.ahead.as_ref().is_some_and(|a| a.row == row && a.place == place)
    {
        return;
    }
    state.reader.ahead = Some(Ahead { row, place: place.clone(), body: None });
    fx.push(Effect::ReadAhead { row, place });
}

/// What was read ahead for a row.
pub enum Found {
    /// Nothing: it has to be asked for.
    Nothing,
    /// It is being read.
    Coming,
    /// Its body.
    Here(Arc<Body>),
}

/// Looks whether a row was read ahead. Another one is forgotten: the reader went elsewhere.
pub fn take(state: &mut State, row: RowId, place: &RowPlace) -> Found {
    match &mut state.reader.ahead {
        Some(ahead) if ahead.row == row && ahead.place == *place => match ahead.body.take() {
            Some(body) => {
                state.reader.ahead = None;
                Found::Here(body)
            }
            None => Found::Coming,
        },
        _ => {
            state.reader.ahead = None;
            Found::Nothing
        }
    }
}

/// A body was read ahead, or could not be.
pub fn came(
    state: &mut State,
    row: RowId,
    result: Result<Arc<Body>, BodyError>,
    fx: &mut Vec<Effect>,
) {
    let Some(ahead) = state.reader.ahead.as_mut().filter(|ahead| ahead.row == row) else { return };
    if state.reader.asked == Some(row) {
        // The reader has gone there meanwhile.
        state.reader.ahead = None;
        reader::body_read(state, state.generation.1, row, result, fx);
        return;
    }
    match result {
        Ok(body) => ahead.body = Some(body),
        // It is said when somebody asks for it.
        Err(_) => state.reader.ahead = None,
    }
}
