//! The list of the fields by which statistics can be counted: all that the command knows, narrowed by letters.

use super::change;
use crate::app::update::{dialogs, palette};
use crate::app::{Dialog, PickOf, Picker, State};
use crate::corpus::{By, RecordFields};
use crate::query::Asked;

/// What stands for no second field.
const ONE: &str = "one field alone";

/// All fields, each with a number where one says something: transcripts with a label.
fn fields(state: &State) -> Vec<(String, usize)> {
    let plain = By::plain().map(|by| (by.name(), 0));
    let mut all: Vec<(String, usize)> = plain.collect();
    let labels = state.catalogue.label_names().into_iter();
    all.extend(labels.filter_map(|(name, n)| {
        let asked = Asked::named(&name).ok()?;
        Some((By::Label(asked.into()).name(), n))
    }));
    all.extend(state.categories.iter().map(|c| (By::Cue(Some(c.name.clone())).name(), 0)));
    let further = state.catalogue.record_fields().into_iter().flat_map(RecordFields::paths);
    all.extend(further.map(|path| (By::Meta(path.to_owned()).name(), 0)));
    all
}

fn entries(state: &State, second: bool) -> Vec<(String, String, usize)> {
    let none = second.then(|| (ONE.to_owned(), String::new(), 0));
    let all = fields(state).into_iter().map(|(name, n)| (name.clone(), name, n));
    none.into_iter().chain(all).collect()
}

/// Opens the list for the first field, or for the second one. False where no statistics are on top.
pub fn open(state: &mut State, second: bool) -> bool {
    let Some(Dialog::Statistics(shown)) = state.dialogs.last_mut() else { return false };
    let second = second && !shown.curve;
    shown.choosing_second = second;
    let chosen = if second { shown.second.clone() } else { Some(shown.first.clone()) };
    let chosen = chosen.map(|by| by.name());
    let entries = entries(state, second);
    let at = entries.iter().position(|(_, name, _)| Some(name) == chosen.as_ref());
    let hits = (0..entries.len()).map(|i| (i, Vec::new())).collect();
    let selected = at.unwrap_or_default();
    let picker = Picker { entries, hits, selected, ..Picker::default() };
    dialogs::toggle(state, Dialog::Pick(PickOf::Fields, picker));
    true
}

/// More fields are known: they join the list that is open.
pub fn list(state: &mut State) {
    let second = state
        .dialogs
        .iter()
        .any(|dialog| matches!(dialog, Dialog::Statistics(shown) if shown.choosing_second));
    let entries = entries(state, second);
    let Some(Dialog::Pick(PickOf::Fields, picker)) = state.dialogs.last_mut() else { return };
    let chosen = picker.hits.get(picker.selected).map(|(at, _)| *at);
    picker.entries = entries;
    let (selected, top) = (picker.selected, picker.top);
    palette::typed(state);
    if let Some(Dialog::Pick(PickOf::Fields, picker)) = state.dialogs.last_mut() {
        let same = picker.hits.iter().position(|(at, _)| Some(*at) == chosen);
        (picker.selected, picker.top) = (same.unwrap_or(selected), top);
    }
}

/// Takes the selected field.
pub fn accept(state: &mut State) {
    let Some(Dialog::Pick(PickOf::Fields, picker)) = state.dialogs.last() else { return };
    let chosen = picker.hits.get(picker.selected).and_then(|(at, _)| picker.entries.get(*at));
    let name = chosen.map(|(_, name, _)| name.clone());
    dialogs::close(state);
    let Some(name) = name else { return };
    let by = By::parse(&name).ok();
    change(state, |shown| match by {
        by if shown.choosing_second => shown.count_by_second(by),
        Some(by) => shown.count_by(by),
        None => {}
    });
}
