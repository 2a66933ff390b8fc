//! Filters with names: saving, picking, taking away; and orders that are typed.

use super::{dialogs, list, toast};
use crate::app::{Command, Dialog, Effect, Input, Palette, PickOf, Picker, State, Tone};
use crate::corpus::{Order, Sort, SortKey};
use crate::query::Filter;

/// Opens the palette with a command in it that waits for its argument.
pub fn ask(state: &mut State, command: Command) {
    state.dialogs.clear();
    let input = Input::new(format!("{} ", command.spec().name));
    dialogs::toggle(state, Dialog::Palette(Palette { input, ..Palette::default() }));
    super::palette::typed(state);
}

/// Gives the filter in force a name.
pub fn save(state: &mut State, name: &str, fx: &mut Vec<Effect>) {
    let name = name.trim_start_matches('@');
    let filter = state.filter.applied.clone();
    let text = filter.to_string();
    if let Err(sentence) = state.filter.named.set(name, Some(filter)) {
        toast(state, Tone::Bad, sentence);
        return;
    }
    keep(state, name, Some(text), fx);
    let how_long = if state.view.private { "until you leave" } else { "kept for these files" };
    toast(state, Tone::Info, format!("this filter is @{name}, {how_long}"));
}

fn keep(state: &mut State, name: &str, text: Option<String>, fx: &mut Vec<Effect>) {
    state.own.generation += 1;
    let generation = state.own.generation;
    state.own.filters.insert(name.to_owned(), generation);
    fx.push(Effect::NameFilter { generation, name: name.to_owned(), text });
}

/// What was kept, or named by another program on these files.
pub fn heard(state: &mut State, up_to: u64, said: Vec<(String, Option<String>)>) {
    state.own.filters.retain(|_, generation| *generation > up_to);
    for (name, text) in said {
        if state.own.filters.contains_key(&name) {
            continue;
        }
        match text.map(|text| Filter::parse(&text)) {
            Some(Ok(filter)) => drop(state.filter.named.set(&name, Some(filter))),
            // Of another release: it stays where it is kept.
            Some(Err(_)) => {}
            None => remove(state, &name),
        }
    }
}

/// Takes a name away; that of the configuration counts again.
fn remove(state: &mut State, name: &str) {
    let configured = state.filter.configured.get(name).cloned();
    let _ = state.filter.named.set(name, configured);
}

/// Opens or closes the list of filters with names.
pub fn open(state: &mut State) {
    let entries: Vec<(String, String, usize)> = state
        .filter
        .named
        .iter()
        .map(|(name, filter)| (format!("@{name}  {filter}"), name.to_owned(), 0))
        .collect();
    if entries.is_empty() {
        let text = "no filter has a name: :save-filter NAME gives one to the filter in force";
        toast(state, Tone::Info, text);
        return;
    }
    let hits = (0..entries.len()).map(|i| (i, Vec::new())).collect();
    let picker = Picker { entries, hits, ..Picker::default() };
    dialogs::toggle(state, Dialog::Pick(PickOf::Filters, picker));
}

fn chosen(state: &State) -> Option<String> {
    let Some(Dialog::Pick(PickOf::Filters, p)) = state.dialogs.last() else { return None };
    let (at, _) = p.hits.get(p.selected)?;
    p.entries.get(*at).map(|(_, name, _)| name.clone())
}

/// Filters by the selected one.
pub fn accept(state: &mut State, fx: &mut Vec<Effect>) {
    let filter = chosen(state).and_then(|name| state.filter.named.get(&name).cloned());
    dialogs::close(state);
    if let Some(filter) = filter {
        list::set_filter(state, filter, fx);
    }
}

/// Takes the name of the selected one away.
pub fn forget(state: &mut State, fx: &mut Vec<Effect>) {
    let Some(name) = chosen(state) else { return };
    if state.filter.configured.get(&name) == state.filter.named.get(&name) {
        toast(state, Tone::Info, format!("@{name} stands in the configuration"));
        return;
    }
    remove(state, &name);
    keep(state, &name, None, fx);
    dialogs::close(state);
    toast(state, Tone::Info, format!("@{name} is no filter's name any more"));
    if state.filter.named.iter().next().is_some() {
        open(state);
    }
}

/// An order that was typed: `score`, `tier,-score`, `query reversed`, `random 7`, `seed 7`.
pub fn order(state: &mut State, text: &str, fx: &mut Vec<Effect>) {
    let words: Vec<&str> = text.split_whitespace().collect();
    let chance = |seed| Order::from(Sort { key: SortKey::Random(seed), reversed: false });
    let order = match *words.as_slice() {
        ["seed" | "random", n] => n.parse().ok().map(chance),
        ["random" | "seed"] => Some(chance(state.list.seed)),
        [keys] => Order::parse(keys).ok(),
        [keys, "reversed"] => Order::parse(keys).ok().map(|order| order.turned()),
        _ => None,
    };
    let Some(order) = order else {
        let names = SortKey::ALL.map(SortKey::as_str).join(", ");
        toast(
            state,
            Tone::Bad,
            format!(
                "an order is seed N, or one of {names}, several between commas; reversed after it"
            ),
        );
        return;
    };
    list::sort_by(state, order, fx);
}
