//! The reader: asking for bodies, putting them on screen, remembering where each transcript was left.

use std::sync::Arc;

use super::{ahead, boilerplate, colours, cues, dialogs, find, highlights, reviews, scroll, turns};
use crate::app::{Effect, Focus, Reading, State};
use crate::corpus::{Body, BodyError, RowId};
use crate::model::Analysis;
use crate::text::sanitize_line;

/// The row that the reader shows or is about to show.
pub(super) fn target(state: &State) -> Option<RowId> {
    state.reader.asked.or(match state.reader.body {
        Reading::Nothing => None,
        Reading::Waiting(row) | Reading::Here(row, _) | Reading::Failed(row, _) => Some(row),
    })
}

/// Reads the selected row unless it is being read. The old body stays on screen until the new one comes.
pub fn follow(state: &mut State, fx: &mut Vec<Effect>) {
    // What is compared stays beside each other, whatever is selected meanwhile.
    if let Some(row) = state.selected_id().filter(|_| state.twin.is_none()) {
        read(state, row, fx);
    }
}

/// Reads a row unless it is being read.
pub(super) fn read(state: &mut State, row: RowId, fx: &mut Vec<Effect>) {
    if state.reader.asked == Some(row)
        || state.reader.asked.is_none()
            && matches!(state.reader.body, Reading::Here(here, _) | Reading::Failed(here, _) if here == row)
    {
        return;
    }
    // Answers to earlier questions are no longer wanted.
    state.generation.1 += 1;
    if matches!(state.reader.body, Reading::Here(here, _) if here == row) {
        state.reader.asked = None;
        ahead::ask(state, fx);
        return;
    }
    let Some(place) = state.catalogue.view(row).map(|v| v.place()) else { return };
    state.reader.asked = Some(row);
    state.reader.waited = false;
    if !matches!(state.reader.body, Reading::Here(..)) {
        state.reader.body = Reading::Waiting(row);
    }
    let generation = state.generation.1;
    match ahead::take(state, row, &place) {
        ahead::Found::Here(body) => body_read(state, generation, row, Ok(body), fx),
        ahead::Found::Coming => {}
        ahead::Found::Nothing => fx.push(Effect::ReadBody { generation, row, place }),
    }
}

/// Time has passed. A text that does not come within two ticks leaves its place empty: the one before would pass for it.
pub fn tick(state: &mut State, fx: &mut Vec<Effect>) {
    let Some(row) = state.reader.asked else { return };
    // A dialog about the old one stays until there is a new one to be about.
    let other = matches!(state.reader.body, Reading::Here(here, _) if here != row);
    if !other || !state.dialogs.is_empty() {
        return;
    }
    if std::mem::replace(&mut state.reader.waited, true) {
        put(state, row, Reading::Waiting(row), fx);
    }
}

/// Reads the row on screen once more, because more is known of it now.
pub fn read_again(state: &mut State, fx: &mut Vec<Effect>) {
    let Some(row) = target(state) else { return };
    let Some(place) = state.catalogue.view(row).map(|v| v.place()) else { return };
    state.generation.1 += 1;
    state.reader.asked = Some(row);
    state.reader.ahead = None;
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
    state.reader.unmarked = false;
    let body = match result {
        Ok(body) => Reading::Here(row, body),
        Err(error) => Reading::Failed(row, error.message),
    };
    put(state, row, body, fx);
    ahead::ask(state, fx);
}

/// What rules found in the body on screen that had no marks yet. Everything else stays as it is, and where it is.
pub fn marked(
    state: &mut State,
    generation: u64,
    row: RowId,
    analysis: Analysis,
    fx: &mut Vec<Effect>,
) {
    if generation != state.generation.1 || state.reader.asked != Some(row) {
        return;
    }
    state.reader.asked = None;
    state.reader.unmarked = false;
    if let Reading::Here(_, body) = &mut state.reader.body {
        Arc::make_mut(body).analysis = analysis;
    }
    boilerplate::body_changed(state);
    cues::body_changed(state);
    dialogs::body_changed(state);
    ahead::ask(state, fx);
}

/// A body was read before anybody could mark it; it is still asked for.
pub fn unmarked(
    state: &mut State,
    generation: u64,
    row: RowId,
    body: Arc<Body>,
    fx: &mut Vec<Effect>,
) {
    if generation != state.generation.1 || state.reader.asked != Some(row) {
        return;
    }
    state.reader.unmarked = true;
    put(state, row, Reading::Here(row, body), fx);
}

/// Puts a body on the screen in the place of the one before.
fn put(state: &mut State, row: RowId, body: Reading, fx: &mut Vec<Effect>) {
    turns::remember(state);
    let body = reviews::applied_to(state, body);
    if let Reading::Here(_, body) = &body {
        learn_meta(state, body);
    }
    state.reader.body = body;
    turns::body_changed(state);
    filter_changed(state);
    scroll::fit_panes(state);
    boilerplate::body_changed(state);
    cues::body_changed(state);
    find::body_changed(state);
    dialogs::body_changed(state);
    colours::body_changed(state, fx);
    highlights::count(state, fx);
    title(state, row, fx);
}

/// Takes over what the filter looks for in texts, so that the panes show what it matched.
pub fn filter_changed(state: &mut State) {
    let needles = state.filter.applied.needles();
    let (places, needles) = needles.into_iter().unzip();
    state.reader.filter_places = places;
    state.reader.filter_needles = needles;
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
    let id = state.catalogue.view(row).map_or("", |v| v.name());
    // An item of a review has none.
    let id = if id.is_empty() { String::new() } else { format!("{id} · ") };
    let text = format!("{id}undertone · {}", state.title);
    fx.push(Effect::Title(sanitize_line(&text).into_owned()));
}

/// The next or previous transcript, from any pane.
pub fn step(state: &mut State, down: bool, fx: &mut Vec<Effect>) {
    let lines = if down { 1 } else { -1 };
    super::list::go(state, scroll::Move::Lines(lines), fx);
}

/// From the list into the text: the scratchpad, or the output where there is no reasoning.
pub fn enter(state: &mut State) {
    let no_reasoning = state.reader.body().is_some_and(|(_, b)| {
        let mut sections = b.transcript.sections.iter();
        !sections.any(|s| s.kind.is_reasoning())
    });
    state.focus = if no_reasoning { Focus::Output } else { Focus::Scratchpad };
}
