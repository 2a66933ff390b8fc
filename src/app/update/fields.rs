//! The records' further fields: read in the background while a dialog is open that shows them, and called off when it closes.

use std::sync::Arc;

use super::{dialogs, facets, statistics};
use crate::app::{Dialog, Effect, PickOf, State};
use crate::corpus::{Catalogue, RecordFields};

/// Whether a dialog is open that shows them.
fn are_shown(state: &State) -> bool {
    state
        .dialogs
        .iter()
        .any(|dialog| matches!(dialog, Dialog::Facets(_) | Dialog::Pick(PickOf::Fields, _)))
}

/// After every message: they are asked for once everything is read, and called off when nobody looks any more.
pub fn ask(state: &mut State, fx: &mut Vec<Effect>) {
    let shown = are_shown(state);
    let edition = state.catalogue.edition();
    let reading = &mut state.record_fields;
    if reading.waiting && (!shown || reading.edition != Some(edition)) {
        *reading =
            crate::app::FieldReading { generation: reading.generation, ..Default::default() };
        fx.push(Effect::ReadFields { generation: 0, catalogue: Catalogue::default() });
    }
    let known = state.catalogue.record_fields().is_some();
    let ready = state.progress.done && state.unread.is_none() && !state.catalogue.is_empty();
    if !shown || !ready || known || reading.edition == Some(edition) {
        return;
    }
    reading.generation += 1;
    reading.waiting = true;
    reading.edition = Some(edition);
    let generation = reading.generation;
    fx.push(Effect::ReadFields { generation, catalogue: state.catalogue.snapshot() });
}

/// They have come.
pub fn read(state: &mut State, generation: u64, fields: Arc<RecordFields>) {
    if generation != state.record_fields.generation || !state.record_fields.waiting {
        return;
    }
    state.record_fields.waiting = false;
    state.catalogue.take_fields(fields);
    facets::refresh(state);
    statistics::list_fields(state);
    dialogs::fit_top(state);
}
