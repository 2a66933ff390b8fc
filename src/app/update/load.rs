//! Reading: rows arrive in batches and take their place in the list; files report; progress.

use std::sync::Arc;

use super::{dialogs, facets, list, reader, wanted};
use crate::app::tally::learn_categories;
use crate::app::{Effect, Input, State, Tally, first_words};
use crate::corpus::{Batch, Catalogue, LoadEvent, Row, RowId};
use crate::cues::Engine;
use crate::query::Filter;

/// The state before anything was read. `title` says what is open, `paths` are the files in order, `filter` is in force
/// from the start, `wanted` is a transcript to open when it arrives.
#[must_use]
pub fn start(
    title: impl Into<String>,
    paths: &[String],
    filter: Filter,
    wanted: Option<String>,
) -> State {
    let mut state = State { title: title.into(), wanted, ..State::default() };
    state.catalogue = Catalogue::new(paths);
    state.progress.files_total = paths.len() as u32;
    state.vocabulary = first_words(&state.categories);
    state.filter.input = Input::new(filter.to_string());
    state.filter.applied = filter;
    state
}

/// The rules were compiled.
pub fn rules(state: &mut State, engine: Arc<Engine>) {
    state.categories = engine.categories();
    state.engine = Some(engine);
    learn_categories(&state.categories, &mut state.vocabulary);
}

/// Rows of which rules have not said anything yet: shown until the same rows come in full.
fn glimpsed(state: &mut State, batch: Batch, fx: &mut Vec<Effect>) {
    if state.unread.is_none() {
        state.unread = Some(Box::new(state.catalogue.clone()));
    }
    push(state, batch);
    list::extend(state, false, fx);
}

/// Appends rows and learns their words.
fn push(state: &mut State, batch: Batch) {
    let State { tally, vocabulary, .. } = state;
    batch.words(&mut |word, rows| tally.add(word, rows, vocabulary));
    state.catalogue.push(batch);
}

/// Forgets rows that were only glimpsed at; whether there were any.
fn forget_glimpse(state: &mut State) -> bool {
    let Some(catalogue) = state.unread.take() else { return false };
    state.catalogue = *catalogue;
    state.tally = Tally::default();
    true
}

/// Rows were made anew: counts and words are taken again, the filter runs over all rows, and the transcript being read
/// is read once more if it is among them.
fn renewed(state: &mut State, rows: Vec<(RowId, Option<Row>)>, fx: &mut Vec<Effect>) {
    let again = rows.iter().any(|(id, _)| reader::target(state) == Some(*id));
    state.catalogue.renew(rows);
    state.tally = Tally::default();
    state.vocabulary = first_words(&state.categories);
    let State { catalogue, tally, vocabulary, .. } = state;
    catalogue.words(&mut |word, rows| tally.add(word, rows, vocabulary));
    list::refilter(state, fx);
    if again {
        reader::read_again(state, fx);
    }
}

/// Something was read.
pub fn loaded(state: &mut State, event: LoadEvent, fx: &mut Vec<Effect>) {
    let fresh =
        !matches!(event, LoadEvent::Glimpse(_) | LoadEvent::Progress(_)) && forget_glimpse(state);
    match event {
        LoadEvent::Glimpse(batch) => glimpsed(state, batch, fx),
        LoadEvent::Rows(batch) => {
            let first = state.catalogue.len() as RowId;
            if state.vocabulary.values.is_empty() {
                state.vocabulary = first_words(&state.categories);
            }
            push(state, batch);
            wanted::look(state, first);
            if fresh {
                list::refilter(state, fx);
            } else {
                list::extend(state, false, fx);
            }
        }
        LoadEvent::Renewed(rows) => renewed(state, rows, fx),
        event @ (LoadEvent::Settled(_) | LoadEvent::Files { .. }) => {
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
                fx.push(Effect::Keep(state.catalogue.to_keep()));
            }
        }
    }
}
