//! Who gets a key: an open text input, else the keymap in the present context. A paste is text, never commands.

use super::{
    columns, commands, facets, filter, find, fuzzy, highlights, like, palette, queue, remarks,
};
use crate::app::{Context, Dialog, Effect, Focus, Key, State};

/// The text input that takes what is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Picker,
    Highlights,
    Facets,
    Marks,
    Note,
    Reason,
    Find,
    Filter,
    Fuzzy,
}

fn place(state: &State) -> Option<Place> {
    match state.dialogs.last() {
        Some(Dialog::Palette(_) | Dialog::Pick(..)) => Some(Place::Picker),
        Some(Dialog::Marks(_)) => Some(Place::Marks),
        Some(Dialog::Note(_)) => Some(Place::Note),
        Some(Dialog::Reason(_)) => Some(Place::Reason),
        Some(Dialog::Highlights(_)) => Some(Place::Highlights),
        Some(Dialog::Facets(d)) => d.typing.is_some().then_some(Place::Facets),
        Some(dialog) => dialog.doc().is_some_and(|d| d.find.input.is_some()).then_some(Place::Find),
        None if state.filter.editing => Some(Place::Filter),
        None if state.reader.find.input.is_some() => Some(Place::Find),
        None => state.list.fuzzy.is_some().then_some(Place::Fuzzy),
    }
}

/// A key press.
pub fn key(state: &mut State, key: Key, fx: &mut Vec<Effect>) {
    let Some(place) = place(state) else {
        let own = match state.dialogs.last() {
            Some(Dialog::Columns(_)) => columns::key(state, key, fx),
            Some(Dialog::Like(_)) => like::key(state, key, fx),
            None => queue::key(state, key, fx),
            _ => false,
        };
        if own {
            return;
        }
        if let Some(command) = state.keymap.command(context(state), key) {
            commands::run(state, command, fx);
        }
        return;
    };
    if let Some(command) = state.keymap.works_while_typing(key) {
        commands::run(state, command, fx);
        return;
    }
    match place {
        Place::Picker => palette::key(state, key, fx),
        Place::Highlights => highlights::key(state, key, fx),
        Place::Facets => facets::key(state, key, fx),
        Place::Marks => remarks::marks_key(state, key, fx),
        Place::Note => remarks::note_key(state, key, fx),
        Place::Reason => queue::reason_key(state, key, fx),
        Place::Find => find::key(state, key, fx),
        Place::Filter => filter::key(state, key, fx),
        Place::Fuzzy => fuzzy::key(state, key, fx),
    }
}

fn context(state: &State) -> Context {
    match (state.dialogs.last(), state.focus) {
        (Some(Dialog::Copy(_)), _) => Context::Copy,
        (Some(Dialog::Statistics(_)), _) => Context::Statistics,
        (Some(_), _) => Context::Dialog,
        (None, _) if state.review.is_some() => Context::Review,
        (None, Focus::List) => Context::List,
        (None, Focus::Scratchpad | Focus::Output) => Context::Pane,
    }
}

/// Pasted text.
pub fn paste(state: &mut State, text: &str, fx: &mut Vec<Effect>) {
    let Some(place) = place(state) else { return };
    let input = match (place, state.dialogs.last_mut()) {
        (Place::Picker, Some(Dialog::Palette(p))) => Some(&mut p.input),
        (Place::Picker, Some(Dialog::Pick(_, p))) => Some(&mut p.input),
        (Place::Marks, Some(Dialog::Marks(d))) => Some(&mut d.input),
        (Place::Note, Some(Dialog::Note(d))) => Some(&mut d.input),
        (Place::Reason, Some(Dialog::Reason(d))) => Some(queue::input(d)),
        (Place::Highlights, Some(Dialog::Highlights(d))) => Some(&mut d.input),
        (Place::Facets, Some(Dialog::Facets(d))) => facets::input(d),
        (
            Place::Picker
            | Place::Highlights
            | Place::Facets
            | Place::Marks
            | Place::Note
            | Place::Reason,
            _,
        ) => None,
        (Place::Find, Some(dialog)) => dialog.doc_mut().and_then(|d| d.find.input.as_mut()),
        (Place::Find, None) => state.reader.find.input.as_mut(),
        (Place::Filter, _) => Some(&mut state.filter.input),
        (Place::Fuzzy, _) => state.list.fuzzy.as_mut(),
    };
    let Some(input) = input else { return };
    input.insert(text);
    match place {
        Place::Picker => palette::typed(state),
        Place::Highlights => highlights::typed(state),
        Place::Facets => facets::typed(state),
        Place::Marks => remarks::typed(state),
        Place::Note | Place::Reason => {}
        Place::Find => find::typed(state, fx),
        Place::Filter => filter::typed(state, fx),
        Place::Fuzzy => fuzzy::typed(state, fx),
    }
}
