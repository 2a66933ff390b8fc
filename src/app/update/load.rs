//! Reading: rows arrive in batches and take their place in the list; files report; progress.

use std::sync::Arc;

use super::{dialogs, facets, list, reader, wanted};
use crate::app::{Effect, Input, State, Tally, first_words};
use crate::corpus::{Catalogue, LoadEvent, Renewed, RowId};
use crate::cues::Engine;
use crate::query::Filter;

/// The state before anything was read. `title` says what is open, `paths` are the files in order, `filter` is in force
/// from the start, `wanted` is a transcript to open when it arrives.
#[must_use]
pub fn start(
    title: impl Into<String>,
    paths: &[String],
    engine: Arc<Engine>,
    filter: Filter,
    wanted: Option<String>,
) -> State {
    let mut state = State { title: title.into(), wanted, ..State::default() };
    state.catalogue = Catalogue::new(paths);
    state.progress.files_total = paths.len() as u32;
    state.categories = engine.categories();
    state.vocabulary = first_words(&state.categories);
    state.engine = Some(engine);
    state.filter.input = Input::new(filter.to_string());
    state.filter.applied = filter;
    state
}

/// Rows were made anew: counts and words are taken again, the filter tests them once more, and so is the transcript read
/// that is on screen, if it is among them.
fn renewed(state: &mut State, renewed: &Renewed, fx: &mut Vec<Effect>) {
    let again = reader::target(state).is_some_and(|row| renewed.rows().contains(&row));
    state.catalogue.renew(renewed);
    renewed.fresh().iter().for_each(|id| state.follow.new.insert(*id));
    for id in renewed.gone() {
        state.follow.new.remove(*id);
    }
    state.tally = Tally::default();
    state.vocabulary = first_words(&state.categories);
    let State { catalogue, tally, vocabulary, .. } = state;
    catalogue.words(&mut |word, rows| tally.add(word, rows, vocabulary));
    list::renewed(state, renewed, fx);
    if again {
        reader::read_again(state, fx);
    }
}

/// Something was read.
pub fn loaded(state: &mut State, event: LoadEvent, fx: &mut Vec<Effect>) {
    match event {
        LoadEvent::Rows(batch) => {
            let first = state.catalogue.len() as RowId;
            if state.vocabulary.values.is_empty() {
                state.vocabulary = first_words(&state.categories);
            }
            let State { tally, vocabulary, .. } = state;
            batch.words(&mut |word, rows| tally.add(word, rows, vocabulary));
            state.catalogue.push(batch);
            if state.progress.done {
                (first..state.catalogue.len() as RowId).for_each(|id| state.follow.new.insert(id));
            }
            wanted::look(state, first);
            list::extend(state, false, fx);
        }
        LoadEvent::Renewed(rows) => renewed(state, &rows, fx),
        event @ (LoadEvent::Files { .. } | LoadEvent::Unsaid(..)) => {
            state.catalogue.apply(event);
            dialogs::problems_changed(state);
        }
        LoadEvent::File(file, report) => {
            state.catalogue.report(file, report);
            dialogs::problems_changed(state);
        }
        LoadEvent::Progress(progress) => {
            state.progress = progress;
            wanted::give_up(state);
            dialogs::problems_changed(state);
            if progress.done {
                facets::refresh(state);
            }
        }
    }
}
