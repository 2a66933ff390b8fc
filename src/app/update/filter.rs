//! The filter bar: typing, completions, earlier filters, applying and going back.

use super::{list, toast};
use crate::app::{Command, Edit, Effect, Input, Key, KeyCode, State, Tone};
use crate::query::{Filter, PairField, complete};

/// Most filters that are remembered.
const HISTORY: usize = 100;

/// Opens the bar.
pub fn open(state: &mut State) {
    state.dialogs.clear();
    state.list.fuzzy = None;
    let bar = &mut state.filter;
    bar.editing = true;
    bar.before = bar.applied.clone();
    bar.input = Input::new(bar.applied.to_string());
    bar.error = None;
    bar.recalled = None;
    propose(state);
}

/// A key while the bar is open.
pub fn key(state: &mut State, key: Key, fx: &mut Vec<Effect>) {
    match (key.code, key.ctrl) {
        (KeyCode::Esc, _) => leave(state, fx),
        (KeyCode::Enter, _) => enter(state, fx),
        (KeyCode::Tab, _) => {
            let chosen = state.filter.chosen.unwrap_or_default();
            take(state, chosen, fx);
        }
        (KeyCode::Down, _) | (KeyCode::Char('n'), true) => choose(state, true, fx),
        (KeyCode::Up, _) | (KeyCode::Char('p'), true) => choose(state, false, fx),
        _ => match state.filter.input.key(key) {
            Edit::Changed => typed(state, fx),
            Edit::Moved => propose(state),
            Edit::Ignored => {}
        },
    }
}

/// The text has changed: the list follows as long as it can be read.
pub fn typed(state: &mut State, fx: &mut Vec<Effect>) {
    state.filter.recalled = None;
    evaluate(state, fx);
    propose(state);
}

fn evaluate(state: &mut State, fx: &mut Vec<Effect>) {
    match Filter::parse_with(&state.filter.input.text, &state.filter.named) {
        Ok(filter) => {
            state.filter.error = None;
            list::set_filter(state, filter, fx);
        }
        Err(error) => state.filter.error = Some(error),
    }
}

fn propose(state: &mut State) {
    let bar = &mut state.filter;
    let names = bar.named.iter().map(|(name, _)| name.to_owned());
    state.vocabulary.named = names.collect();
    bar.completions = complete(&bar.input.text, bar.input.cursor, &state.vocabulary);
    bar.chosen = None;
}

/// Takes a completion.
fn take(state: &mut State, index: usize, fx: &mut Vec<Effect>) {
    let Some(completion) = state.filter.completions.get(index) else { return };
    let (from, insert) = (completion.from, completion.insert.clone());
    state.filter.input.complete(from, &insert);
    typed(state, fx);
}

/// Steps through the completions; where there are none, through earlier filters.
fn choose(state: &mut State, down: bool, fx: &mut Vec<Effect>) {
    let bar = &mut state.filter;
    let len = bar.completions.len();
    if len > 0 && bar.recalled.is_none() {
        bar.chosen = match (bar.chosen, down) {
            (None, true) => Some(0),
            (None, false) => Some(len - 1),
            (Some(i), true) => Some((i + 1) % len),
            (Some(i), false) => Some((i + len - 1) % len),
        };
        return;
    }
    let newest = bar.history.len();
    let at = bar.recalled.unwrap_or(newest);
    let at = if down { (at + 1).min(newest) } else { at.saturating_sub(1) };
    let Some(text) = bar.history.get(at).cloned().or((at == newest && down).then(String::new))
    else {
        return;
    };
    bar.input = Input::new(text);
    bar.completions.clear();
    evaluate(state, fx);
    state.filter.recalled = Some(at);
}

fn enter(state: &mut State, fx: &mut Vec<Effect>) {
    if let Some(chosen) = state.filter.chosen {
        take(state, chosen, fx);
        return;
    }
    if let Some(error) = &state.filter.error {
        let text = error.to_string();
        toast(state, Tone::Bad, text);
        return;
    }
    let text = state.filter.applied.to_string();
    let history = &mut state.filter.history;
    if !text.is_empty() {
        history.retain(|h| *h != text);
        history.push(text);
        let extra = history.len().saturating_sub(HISTORY);
        history.drain(..extra);
    }
    close(state);
    // From here on the row that the filter led to is the one being read.
    if !state.list.outside {
        state.list.chosen = state.selected_id().or(state.list.chosen);
    }
}

fn leave(state: &mut State, fx: &mut Vec<Effect>) {
    let before = state.filter.before.clone();
    close(state);
    list::set_filter(state, before, fx);
}

fn close(state: &mut State) {
    let bar = &mut state.filter;
    bar.editing = false;
    bar.error = None;
    bar.completions.clear();
    bar.chosen = None;
    bar.recalled = None;
    bar.input = Input::new(bar.applied.to_string());
}

/// The next tier in the filter: all, each tier by frequency, all.
pub fn cycle_tier(state: &mut State, fx: &mut Vec<Effect>) {
    if state.pairs.as_ref().is_some_and(|pairs| pairs.field() == PairField::Tier) {
        let key = state.keymap.main_key(Command::Pairs);
        toast(state, Tone::Info, format!("a pair has both tiers; {key} shows transcripts"));
        return;
    }
    let tiers: Vec<String> = state.tally.tiers().iter().map(|(t, _)| (*t).to_owned()).collect();
    if tiers.is_empty() {
        toast(state, Tone::Info, "no transcript says its tier");
        return;
    }
    let now = state.filter.applied.term("tier");
    let next = match now {
        None => tiers.first(),
        Some(now) => match tiers.iter().position(|t| t.eq_ignore_ascii_case(&now)) {
            Some(at) => tiers.get(at + 1),
            None => tiers.first(),
        },
    };
    let filter = state.filter.applied.with_term("tier", next.map(String::as_str));
    list::set_filter(state, filter, fx);
    let text = next.map_or_else(|| "all tiers".to_owned(), |t| format!("tier {t}"));
    toast(state, Tone::Info, text);
}
