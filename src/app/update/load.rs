//! Reading: rows arrive in batches and take their place in the list; files report; progress.

use std::sync::Arc;

use super::{boilerplate, dialogs, facets, list, reader, reviews, strip, wanted};
use crate::app::tally::learn_categories;
use crate::app::{Effect, Input, State, Tally, first_words};
use crate::corpus::{Batch, Catalogue, LoadEvent, Renewed, RowId, SortKey};
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
    state.list.seed = SortKey::SEED;
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
    // A body may have been marked before its categories were told.
    strip::changed(state);
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

/// Rows have come. Those that were only glimpsed at stay until all of them are here in full: no row that was shown goes
/// away, not even for a moment in which somebody goes to the last one.
fn came(state: &mut State, batch: Batch, fx: &mut Vec<Effect>) {
    if let Some(unread) = &mut state.unread {
        unread.push(batch);
        if unread.len() >= state.catalogue.len() {
            forget_glimpse(state);
            wanted::look(state, 0);
            list::refilter(state, fx);
        }
        return;
    }
    let first = state.catalogue.len() as RowId;
    push(state, batch);
    if state.progress.done {
        for id in first..state.catalogue.len() as RowId {
            state.follow.new.insert(id);
        }
    }
    wanted::look(state, first);
    list::extend(state, false, fx);
}

/// Forgets rows that were only glimpsed at, for what came of them; whether there were any.
fn forget_glimpse(state: &mut State) -> bool {
    let Some(catalogue) = state.unread.take() else { return false };
    let glimpsed = std::mem::replace(&mut state.catalogue, *catalogue);
    state.catalogue.keep_remarks_of(&glimpsed);
    learn(state);
    true
}

/// Learns the words of all rows, and counts them anew.
fn learn(state: &mut State) {
    state.tally = Tally::default();
    state.vocabulary = first_words(&state.categories);
    let State { catalogue, tally, vocabulary, .. } = state;
    catalogue.words(&mut |word, rows| tally.add(word, rows, vocabulary));
}

/// What is said of files holds whether rows were only glimpsed at or not.
fn apply(state: &mut State, event: LoadEvent) {
    if let Some(unread) = &mut state.unread {
        unread.apply(event.clone());
    }
    state.catalogue.apply(event);
}

/// Rows were made anew: counts and words are taken again, the filter tests them once more, and so is the transcript read
/// that is on screen, if it is among them.
fn renewed(state: &mut State, renewed: &Renewed, fx: &mut Vec<Effect>) {
    let again = reader::target(state).is_some_and(|row| renewed.rows().contains(&row));
    state.catalogue.renew(renewed);
    for id in renewed.fresh() {
        state.follow.new.insert(*id);
    }
    for id in renewed.gone() {
        state.follow.new.remove(*id);
    }
    learn(state);
    reviews::learn(state);
    list::renewed(state, renewed, fx);
    // What was read ahead may be of a row that has changed, and somebody may be waiting for it.
    let ahead = state.reader.ahead.take();
    if again || ahead.is_some_and(|ahead| state.reader.asked == Some(ahead.row)) {
        reader::read_again(state, fx);
    }
}

/// Keeps an index of what was read: `at_once`, or when enough has come since. The rest is for the next run to read on.
pub fn keep(state: &mut State, at_once: bool, fx: &mut Vec<Effect>) {
    let (turn, rows) = (state.progress.turn, state.catalogue.len());
    let follow = &mut state.follow;
    let enough = rows.saturating_sub(follow.kept.1) > follow.kept.1 / 8;
    if turn % 2 == 0 && (at_once || enough) {
        follow.kept = (turn, rows);
        fx.push(Effect::Keep(state.catalogue.to_keep()));
    }
}

/// Something was read.
pub fn loaded(state: &mut State, event: LoadEvent, fx: &mut Vec<Effect>) {
    let fresh = match &event {
        LoadEvent::Renewed(_) => forget_glimpse(state),
        // Nothing came of what was glimpsed at.
        LoadEvent::Progress(progress) if progress.done => forget_glimpse(state),
        _ => false,
    };
    match event {
        LoadEvent::Glimpse(batch) => glimpsed(state, batch, fx),
        LoadEvent::Rows(batch) => came(state, batch, fx),
        LoadEvent::Renewed(rows) => {
            renewed(state, &rows, fx);
            if fresh {
                list::refilter(state, fx);
            }
        }
        event @ (LoadEvent::Settled(_)
        | LoadEvent::Files { .. }
        | LoadEvent::Unsaid(..)
        | LoadEvent::File(..)) => {
            apply(state, event);
            dialogs::problems_changed(state);
        }
        event @ LoadEvent::Progress(progress) => {
            let was_done = std::mem::replace(&mut state.progress, progress).done;
            apply(state, event);
            if fresh {
                list::refilter(state, fx);
            }
            if progress.done && state.filter.applied.asks_partners() {
                list::extend(state, false, fx);
            }
            wanted::give_up(state);
            dialogs::problems_changed(state);
            if progress.done {
                reviews::ask(state, fx);
                facets::refresh(state);
                boilerplate::all_read(state, fx);
                let all = !state.follow.on && state.progress.turn != state.follow.kept.0;
                keep(state, !was_done || all, fx);
            }
        }
    }
}
