//! What reviewers say: their journals are read when all transcripts are here, and again when a review ends.

use std::sync::Arc;

use super::{dialogs, facets, list, reader};
use crate::app::{Effect, Reading, State};
use crate::corpus::{Body, Reviews, RowId};

/// Asks what journals say of the rows.
pub fn ask(state: &mut State, fx: &mut Vec<Effect>) {
    state.journals.generation += 1;
    state.journals.waiting = true;
    fx.push(Effect::ReadReviews {
        generation: state.journals.generation,
        catalogue: state.catalogue.snapshot(),
        paths: state.paths.clone(),
        journal: state.journals.folder.clone(),
    });
}

/// What journals say has come.
pub fn came(state: &mut State, generation: u64, reviews: Reviews, fx: &mut Vec<Effect>) {
    if generation != state.journals.generation {
        return;
    }
    state.journals.waiting = false;
    let rows = state.catalogue.take_reviews(reviews);
    dialogs::problems_changed(state);
    if rows.is_empty() {
        return;
    }
    learn(state);
    list::doubt(state, &rows, fx);
    facets::refresh(state);
    state.reader.ahead = None;
    if reader::target(state).is_some_and(|row| rows.contains(&row)) {
        reader::read_again(state, fx);
    }
}

/// Reviewers' names and the labels that they judged become words of the filter's completion.
pub fn learn(state: &mut State) {
    if !state.catalogue.any_reviewed() {
        return;
    }
    let (names, raters) = state.catalogue.reviewers();
    let mut labels: Vec<String> = raters.iter().map(|(label, _)| label.clone()).collect();
    labels.dedup();
    let known = &mut state.vocabulary.values;
    known.retain(|(field, _)| !["reviewer", "disagree"].contains(&&**field));
    known.push(("reviewer".to_owned(), names));
    known.push(("disagree".to_owned(), labels));
    state.vocabulary.raters = raters;
}

/// A body as reviewers have it: what they say of the outcome goes before all others.
pub fn applied(state: &State, row: RowId, mut body: Arc<Body>) -> Arc<Body> {
    if let Some(said) = state.catalogue.reviewed(row).filter(|said| said.has_outcome()) {
        said.apply(&mut Arc::make_mut(&mut body).transcript);
    }
    body
}

/// As [`applied`], for whatever is read.
pub fn applied_to(state: &State, reading: Reading) -> Reading {
    match reading {
        Reading::Here(row, body) => Reading::Here(row, applied(state, row, body)),
        other => other,
    }
}
