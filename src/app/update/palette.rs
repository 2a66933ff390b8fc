//! The command palette, and lists to pick labels and filters from: type, choose, run.

use super::{commands, dialogs, highlights, list, named, review, scroll, statistics, twin};
use crate::app::twin::copied;
use crate::app::{
    Command, Dialog, Edit, Effect, Input, Key, KeyCode, Palette, PickOf, Picker, State,
    palette_entries,
};
use crate::corpus::{Comparison, FacetField, FacetValue, Samples, quoted};
use crate::query::Fuzzy;

/// Opens or closes the palette.
pub fn open(state: &mut State) {
    let hits = (0..palette_entries(&state.keymap).len()).map(|i| (i, Vec::new())).collect();
    dialogs::toggle(state, Dialog::Palette(Palette { hits, ..Palette::default() }));
}

/// Opens or closes the label picker: each label in every form that a filter can ask for.
pub fn open_labels(state: &mut State) {
    let listed = state.listed();
    let facets = state.catalogue.label_facets(&listed);
    let mut entries = Vec::new();
    for (name, count) in state.catalogue.label_names() {
        let facet = facets.iter().find(|f| f.field == FacetField::Label(name.clone()));
        match facet {
            Some(facet) => {
                // Yes first: that is what a label is picked for.
                let rank = |value: &&FacetValue| match value.value.as_str() {
                    "yes" => 0,
                    "no" => 1,
                    "unparsed" => 3,
                    "missing" => 4,
                    _ => 2,
                };
                let mut values: Vec<&FacetValue> = facet.values.iter().collect();
                values.sort_by_key(rank);
                for value in values {
                    let shown = format!("{name} {}", value.value);
                    entries.push((shown, value.term.clone(), value.total));
                }
            }
            // A label with very many values is no facet.
            None => entries.push((name.clone(), format!("label:{}", quoted(&name)), count)),
        }
    }
    for (label, values) in state.catalogue.reviewer_labels(&listed) {
        for value in values {
            entries.push((format!("{label} {}", value.value), value.term, value.total));
        }
    }
    if entries.is_empty() {
        super::toast(state, crate::app::Tone::Info, "no transcript has a label");
        return;
    }
    let hits = (0..entries.len()).map(|i| (i, Vec::new())).collect();
    let picker = Picker { entries, hits, input: Input::default(), ..Picker::default() };
    dialogs::toggle(state, Dialog::Pick(PickOf::Labels, picker));
}

/// Opens the choice of what to compare: any two values of a field, with the number of samples that have both.
pub fn open_sides(state: &mut State, samples: &Samples, comparisons: &[Comparison]) {
    let entries = sides(comparisons);
    if entries.is_empty() {
        super::toast(state, crate::app::Tone::Info, "no two transcripts answer the same sample");
        return;
    }
    let hits = (0..entries.len()).map(|i| (i, Vec::new())).collect();
    let title = sides_title(state, samples);
    let picker = Picker { title, entries, hits, ..Picker::default() };
    dialogs::toggle(state, Dialog::Pick(PickOf::Sides, picker));
}

/// `compare · samples so far · 21 copies not counted`.
fn sides_title(state: &State, samples: &Samples) -> String {
    let so_far = (!state.progress.done).then(|| "samples so far".to_owned());
    let copies = copied(samples.copies()).map(|[text, _]| text);
    let words = std::iter::once("compare".to_owned()).chain(so_far).chain(copies);
    words.collect::<Vec<_>>().join(" · ")
}

fn sides(comparisons: &[Comparison]) -> Vec<(String, String, usize)> {
    let entry = |found: &Comparison| {
        let Comparison { field, left, right, samples } = found;
        let shown = format!("{}: {left} and {right}", field.as_str());
        (shown, [field.as_str(), left, right].join("\0"), *samples)
    };
    comparisons.iter().map(entry).collect()
}

/// Counts of more rows take the place of those in the choice that is open; what is selected stays.
pub fn list_sides(state: &mut State, samples: &Samples, comparisons: &[Comparison]) {
    let title = sides_title(state, samples);
    let Some(Dialog::Pick(PickOf::Sides, picker)) = state.dialogs.last_mut() else { return };
    let chosen = picker.hits.get(picker.selected).and_then(|(at, _)| picker.entries.get(*at));
    let chosen = chosen.map(|(_, chosen, _)| chosen.clone());
    (picker.title, picker.entries) = (title, sides(comparisons));
    let (selected, top) = (picker.selected, picker.top);
    typed(state);
    if let Some(Dialog::Pick(PickOf::Sides, picker)) = state.dialogs.last_mut() {
        let is_it = |(at, _): &(usize, _)| {
            picker.entries.get(*at).map(|(_, own, _)| own) == chosen.as_ref()
        };
        let same = picker.hits.iter().position(is_it);
        let last = picker.hits.len().saturating_sub(1);
        (picker.selected, picker.top) = (same.unwrap_or(selected).min(last), top);
    }
    dialogs::keep_visible(state);
}

/// Opens the choice of a label to review.
pub fn open_review(state: &mut State) {
    let names = state.catalogue.label_names();
    let entries: Vec<_> = names.into_iter().map(|(name, n)| (name.clone(), name, n)).collect();
    if entries.is_empty() {
        let text = "no transcript has a label; :review LABEL reviews one that is not there yet";
        super::toast(state, crate::app::Tone::Info, text);
        return;
    }
    let hits = (0..entries.len()).map(|i| (i, Vec::new())).collect();
    let picker = Picker { entries, hits, ..Picker::default() };
    dialogs::toggle(state, Dialog::Pick(PickOf::Reviews, picker));
}

/// A key while one of the lists is open.
pub fn key(state: &mut State, key: Key, fx: &mut Vec<Effect>) {
    match key.code {
        KeyCode::Esc => {
            dialogs::close(state);
            return;
        }
        KeyCode::Enter => {
            accept(state, fx);
            return;
        }
        KeyCode::Delete if matches!(state.dialogs.last(), Some(Dialog::Pick(PickOf::Filters, p)) if p.input.text.is_empty()) =>
        {
            named::forget(state, fx);
            return;
        }
        _ => {}
    }
    if let Some(movement) = scroll::beside_typing(key) {
        dialogs::go(state, movement);
        return;
    }
    let input = match state.dialogs.last_mut() {
        Some(Dialog::Palette(p)) => &mut p.input,
        Some(Dialog::Pick(_, p)) => &mut p.input,
        _ => return,
    };
    if input.key(key) == Edit::Changed {
        typed(state);
    }
}

/// Texts that match a pattern, the best first, with the characters that do; all of them for an empty one.
pub fn rank(pattern: &str, texts: &[&str]) -> Vec<(usize, Vec<usize>)> {
    if pattern.is_empty() {
        return (0..texts.len()).map(|i| (i, Vec::new())).collect();
    }
    let hits = Fuzzy::new(pattern).rank(texts.iter().copied());
    hits.into_iter().map(|(i, hit)| (i, hit.indices)).collect()
}

/// What is typed has changed.
pub fn typed(state: &mut State) {
    match state.dialogs.last_mut() {
        Some(Dialog::Palette(p)) => {
            let entries = palette_entries(&state.keymap);
            let texts: Vec<&str> = entries.iter().map(|e| e.text.as_str()).collect();
            let named = Command::with_argument(&p.input.text);
            let named = named.and_then(|(c, _)| entries.iter().position(|e| e.command == c));
            p.hits = match named {
                Some(entry) => vec![(entry, Vec::new())],
                None => rank(&p.input.text, &texts),
            };
            (p.selected, p.top) = (0, 0);
        }
        Some(Dialog::Pick(_, p)) => {
            let texts: Vec<&str> = p.entries.iter().map(|(shown, ..)| shown.as_str()).collect();
            p.hits = rank(&p.input.text, &texts);
            (p.selected, p.top) = (0, 0);
        }
        _ => {}
    }
}

/// Runs the selected command, or filters by what is selected.
pub fn accept(state: &mut State, fx: &mut Vec<Effect>) {
    match state.dialogs.last() {
        Some(Dialog::Palette(p)) => {
            if let Some((command, argument)) = Command::with_argument(&p.input.text) {
                let argument = argument.to_owned();
                dialogs::close(state);
                match command {
                    Command::Order => named::order(state, &argument, fx),
                    Command::SaveFilter => named::save(state, &argument, fx),
                    Command::Export => statistics::export(state, &argument, fx),
                    Command::Correct => statistics::correct(state, &argument),
                    Command::Review => review::of_label(state, &argument, fx),
                    _ => highlights::given(state, &argument, fx),
                }
                return;
            }
            let entry = p.hits.get(p.selected).map(|(i, _)| *i);
            let command =
                entry.and_then(|i| palette_entries(&state.keymap).get(i).map(|e| e.command));
            dialogs::close(state);
            if let Some(command) = command {
                if !commands::works_in_dialogs(command) {
                    state.dialogs.clear();
                }
                commands::run(state, command, fx);
            }
        }
        Some(Dialog::Pick(PickOf::Labels, p)) => {
            let term = p.hits.get(p.selected).and_then(|(i, _)| p.entries.get(*i));
            let term = term.map(|(_, term, _)| term.clone());
            dialogs::close(state);
            if let Some(term) = term {
                let filter = state.filter.applied.toggle_term(&term);
                list::set_filter(state, filter, fx);
            }
        }
        Some(Dialog::Pick(PickOf::Filters, _)) => named::accept(state, fx),
        Some(Dialog::Pick(PickOf::Fields, _)) => statistics::accept_field(state),
        Some(Dialog::Pick(PickOf::References, p)) => {
            let chosen = p.hits.get(p.selected).and_then(|(i, _)| p.entries.get(*i));
            let chosen = chosen.map(|(_, label, _)| label.clone());
            dialogs::close(state);
            if let Some(label) = chosen {
                statistics::hold_against(state, &label);
            }
        }
        Some(Dialog::Pick(PickOf::Sides | PickOf::Epochs | PickOf::Reviews, p)) => {
            let chosen = p.hits.get(p.selected).and_then(|(i, _)| p.entries.get(*i));
            let chosen = chosen.map(|(_, chosen, _)| chosen.clone()).unwrap_or_default();
            let sides = matches!(state.dialogs.last(), Some(Dialog::Pick(PickOf::Sides, _)));
            let reviews = matches!(state.dialogs.last(), Some(Dialog::Pick(PickOf::Reviews, _)));
            dialogs::close(state);
            if reviews {
                review::of_label(state, &chosen, fx);
            } else if sides {
                twin::choose(state, &chosen, fx);
            } else if let Ok(row) = chosen.parse() {
                twin::go_to(state, row, fx);
            }
        }
        _ => {}
    }
}
