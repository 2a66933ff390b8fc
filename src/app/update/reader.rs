//! The reader: asking for bodies, putting them on screen, remembering where each transcript was left.

use std::sync::Arc;

use super::{colours, cues, dialogs, find, scroll};
use crate::app::state::Pending;
use crate::app::{Doc, Effect, Focus, Pane, Reading, State, pages};
use crate::corpus::{Body, BodyError, RowId};
use crate::text::sanitize_line;

/// Most transcripts whose places are remembered.
const MOST_PLACES: usize = 2000;

/// The row that the reader shows or is about to show.
pub(super) fn target(state: &State) -> Option<RowId> {
    state.reader.asked.or(match state.reader.body {
        Reading::Nothing => None,
        Reading::Waiting(row) | Reading::Here(row, _) | Reading::Failed(row, _) => Some(row),
    })
}

/// Reads the selected row unless it is being read. The old body stays on screen until the new one comes.
pub fn follow(state: &mut State, fx: &mut Vec<Effect>) {
    let Some(row) = state.selected_id() else { return };
    if target(state) == Some(row) {
        return;
    }
    // Answers to earlier questions are no longer wanted.
    state.generation.1 += 1;
    if matches!(state.reader.body, Reading::Here(here, _) if here == row) {
        state.reader.asked = None;
        return;
    }
    let Some(place) = state.catalogue.row(row).map(|r| r.place.clone()) else { return };
    state.reader.asked = Some(row);
    if !matches!(state.reader.body, Reading::Here(..)) {
        state.reader.body = Reading::Waiting(row);
    }
    fx.push(Effect::ReadBody { generation: state.generation.1, row, place });
}

/// Reads the row on screen once more, because more is known of it now.
pub fn read_again(state: &mut State, fx: &mut Vec<Effect>) {
    let Some(row) = target(state) else { return };
    let Some(place) = state.catalogue.row(row).map(|r| r.place.clone()) else { return };
    state.generation.1 += 1;
    state.reader.asked = Some(row);
    fx.push(Effect::ReadBody { generation: state.generation.1, row, place });
}

/// A body was read, or could not be.
pub fn body_read(
    state: &mut State,
    generation: u64,
    row: RowId,
    result: Result<Arc<Body>, BodyError>,
    fx: &mut Vec<Effect>,
) {
    if generation != state.generation.1 || state.reader.asked != Some(row) {
        return;
    }
    state.reader.asked = None;
    remember(state);
    match result {
        Ok(body) => {
            learn_meta(state, &body);
            state.reader.body = Reading::Here(row, Arc::clone(&body));
            state.reader.scratchpad = pane(pages::scratchpad(&body));
            state.reader.output = pane(pages::output(&body));
            if let Some(&(scratchpad, output)) = state.reader.places.get(&row) {
                let exact = |place| Some(Pending { place, with_context: false });
                state.reader.scratchpad.pending = exact(scratchpad);
                state.reader.output.pending = exact(output);
            }
        }
        Err(error) => {
            state.reader.body = Reading::Failed(row, error.message);
            state.reader.scratchpad = Pane::default();
            state.reader.output = Pane::default();
        }
    }
    filter_changed(state);
    scroll::fit_panes(state);
    cues::body_changed(state);
    find::body_changed(state);
    dialogs::body_changed(state);
    colours::body_changed(state, fx);
    title(state, row, fx);
}

fn pane(blocks: Vec<crate::app::Block>) -> Pane {
    Pane { doc: Doc::new(blocks, 0, |_| ""), ..Pane::default() }
}

/// Takes over what the filter looks for in texts, so that the panes show what it matched.
pub fn filter_changed(state: &mut State) {
    let needles = state.filter.applied.needles();
    let (places, needles) = needles.into_iter().unzip();
    state.reader.filter_places = places;
    state.reader.filter_needles = needles;
}

/// Notes where the panes stand before another body comes.
fn remember(state: &mut State) {
    let reader = &mut state.reader;
    let Reading::Here(row, _) = reader.body else { return };
    let place = |pane: &Pane| match pane.pending {
        Some(pending) => pending.place,
        None => pane.doc.place_of(pane.top),
    };
    if reader.places.len() >= MOST_PLACES {
        reader.places.clear();
    }
    let places = (place(&reader.scratchpad), place(&reader.output));
    if places == ((0, 0), (0, 0)) {
        reader.places.remove(&row);
    } else {
        reader.places.insert(row, places);
    }
}

/// Dotted paths of a record's other fields become words of the filter's completion.
fn learn_meta(state: &mut State, body: &Body) {
    const MOST: usize = 500;
    let known = &mut state.vocabulary.meta;
    for (key, value) in &body.transcript.meta {
        let inner: Vec<String> = match value {
            serde_json::Value::Object(map) => map.keys().map(|k| format!("{key}.{k}")).collect(),
            _ => vec![key.clone()],
        };
        for path in inner {
            if known.len() < MOST && !known.contains(&path) {
                known.push(path);
            }
        }
    }
}

fn title(state: &mut State, row: RowId, fx: &mut Vec<Effect>) {
    if state.reader.titled == Some(row) {
        return;
    }
    state.reader.titled = Some(row);
    let id = state.catalogue.row(row).map_or("", |r| &*r.id);
    let text = format!("{id} · undertone · {}", state.title);
    fx.push(Effect::Title(sanitize_line(&text).into_owned()));
}

/// The next or previous transcript, from any pane.
pub fn step(state: &mut State, down: bool, fx: &mut Vec<Effect>) {
    let lines = if down { 1 } else { -1 };
    super::list::go(state, scroll::Move::Lines(lines), fx);
}

/// From the list into the text: the scratchpad, or the output where there is no reasoning.
pub fn enter(state: &mut State) {
    let no_reasoning = state.body().is_some_and(|(_, b)| {
        let mut sections = b.transcript.sections.iter();
        !sections.any(|s| s.kind.is_reasoning())
    });
    state.focus = if no_reasoning { Focus::Output } else { Focus::Scratchpad };
}
