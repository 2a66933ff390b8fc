//! The dialog of the list's columns: which are shown, in which order, and by which the list is sorted.

use super::{dialogs, list, toast};
use crate::app::{ColumnDialog, Command, Context, Dialog, Effect, Key, State, Tone};
use crate::corpus::{Column, Order};

/// Opens or closes the dialog.
pub fn open(state: &mut State) {
    let labels: Vec<String> =
        state.catalogue.label_names().into_iter().map(|(name, _)| name).collect();
    let categories: Vec<String> = state.categories.iter().map(|c| c.name.clone()).collect();
    let lines = lines(state.columns(), Column::all(&labels, &categories));
    dialogs::toggle(state, Dialog::Columns(ColumnDialog { lines, ..ColumnDialog::default() }));
}

/// Those that are shown, in their order, then the others.
fn lines(shown: &[Column], mut all: Vec<Column>) -> Vec<(Column, bool)> {
    all.retain(|column| !shown.contains(column));
    let shown = shown.iter().cloned().map(|column| (column, true));
    shown.chain(all.into_iter().map(|column| (column, false))).collect()
}

fn top(state: &mut State) -> Option<&mut ColumnDialog> {
    match state.dialogs.last_mut() {
        Some(Dialog::Columns(dialog)) => Some(dialog),
        _ => None,
    }
}

/// A key that means something of its own here: moving a line, sorting by it, all columns as they were. False: it does not.
pub fn key(state: &mut State, key: Key, fx: &mut Vec<Effect>) -> bool {
    match state.keymap.command(Context::Dialog, key) {
        Some(Command::NextTranscript) => shift(state, true),
        Some(Command::PreviousTranscript) => shift(state, false),
        Some(Command::SortNext) => sort(state, fx),
        Some(Command::SortReverse) => list::sort_by(state, Order::default(), fx),
        _ if key == Key::char('d') => reset(state),
        _ => return false,
    }
    true
}

/// Enter: shows the selected column, or hides it. One column stays.
pub fn accept(state: &mut State) {
    let Some(dialog) = top(state) else { return };
    let shown = dialog.lines.iter().filter(|(_, on)| *on).count();
    if let Some((_, on)) = dialog.lines.get_mut(dialog.selected) {
        if *on && shown == 1 {
            toast(state, Tone::Info, "one column stays");
            return;
        }
        *on = !*on;
    }
    apply(state);
}

fn shift(state: &mut State, down: bool) {
    let Some(dialog) = top(state) else { return };
    let from = dialog.selected;
    let to = if down { from + 1 } else { from.wrapping_sub(1) };
    if to < dialog.lines.len() {
        dialog.lines.swap(from, to);
        dialog.selected = to;
    }
    dialogs::keep_visible(state);
    apply(state);
}

/// Sorts by the selected column behind those that the list is sorted by; then the other way round, then no more.
fn sort(state: &mut State, fx: &mut Vec<Effect>) {
    let quiet = state.view.quiet;
    let Some(dialog) = top(state) else { return };
    let Some((column, _)) = dialog.lines.get(dialog.selected) else { return };
    let key = column.sort_key().filter(|key| !(quiet && list::tells(*key)));
    if let Some(key) = key {
        let order = state.list.sort.with(key);
        list::sort_by(state, order, fx);
    } else {
        let text = format!("the list is not sorted by {}", column.name());
        toast(state, Tone::Info, text);
    }
}

fn reset(state: &mut State) {
    if let Some(dialog) = top(state) {
        let all = std::mem::take(&mut dialog.lines).into_iter().map(|(column, _)| column);
        dialog.lines = lines(&Column::LIST, all.collect());
    }
    apply(state);
}

fn apply(state: &mut State) {
    let Some(dialog) = top(state) else { return };
    let shown = dialog.lines.iter().filter(|(_, on)| *on).map(|(column, _)| column.clone());
    let shown: Vec<Column> = shown.collect();
    state.list.columns = if shown == Column::LIST { Vec::new() } else { shown };
}
