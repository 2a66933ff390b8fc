//! The strip of the reasoning: made anew when what the pane shows changes; a click goes to a sentence or its cue.

use super::{cues, turns};
use crate::app::{Effect, State, Strip};

/// The pane shows something else, or more is known of it.
pub fn changed(state: &mut State) {
    let strip = state
        .reader
        .body()
        .filter(|_| !state.reader.unmarked)
        .map(|(_, body)| Strip::new(&state.reader.scratchpad.doc, body, &state.categories));
    state.reader.strip = strip.unwrap_or_default();
}

/// Goes to a sentence: to the cue in it that comes first in the order of precedence, where it has one.
pub fn click(state: &mut State, stop: usize, fx: &mut Vec<Effect>) {
    let Some(stop) = state.reader.strip.stops().get(stop).copied() else { return };
    match cues::in_stop(state, &stop) {
        Some(cue) => cues::go_to(state, cue, fx),
        None => {
            turns::bring(state, stop.section, stop.start, stop.end, fx);
        }
    }
}
