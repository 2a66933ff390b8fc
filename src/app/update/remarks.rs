//! Marks, notes, and what was read.

use std::sync::Arc;

use super::copy::row;
use super::{dialogs, facets, list, palette, reader, scroll, toast};
use crate::app::remarks::{READ_TICKS, kind_of};
use crate::app::{
    Command, Dialog, Edit, Effect, Focus, Input, Key, KeyCode, MarksDialog, NoteDialog, Reading,
    State, Tone,
};
use crate::corpus::{Change, Name, RowId};
use crate::query::Columns;

/// Says something of a row. Whether it is new.
fn say(state: &mut State, row: RowId, change: Change, fx: &mut Vec<Effect>) -> bool {
    let Some(name) = state.catalogue.remark(row, change.clone()) else { return false };
    state.own.generation += 1;
    let generation = state.own.generation;
    state.own.waiting.insert((name.clone(), kind_of(&change)), generation);
    fx.push(Effect::Remark { generation, name, change });
    changed(state, &[row], fx);
    true
}

/// Something else is said of some rows: filters that ask for it test them again, the one being read when the reader moves on.
fn changed(state: &mut State, rows: &[RowId], fx: &mut Vec<Effect>) {
    let filter = &state.filter.applied;
    if filter.asks_reader() && filter.asks_partners() {
        // What is said of a row may let its partners through.
        list::refilter(state, fx);
    } else if filter.asks_reader() {
        let reading = row(state);
        let looked_at = state.list.tested.max(state.list.running.unwrap_or_default());
        for row in rows.iter().filter(|row| **row < looked_at) {
            let set =
                if reading == Some(*row) { &mut state.own.stays } else { &mut state.list.doubtful };
            set.insert(*row);
        }
        list::extend(state, false, fx);
    }
    facets::refresh(state);
    refresh(state);
}

/// The reader has moved on: what stayed in the list for the time being is tested.
pub fn moved_on(state: &mut State, fx: &mut Vec<Effect>) {
    if !state.own.stays.is_empty() {
        for row in std::mem::take(&mut state.own.stays).iter() {
            state.list.doubtful.insert(row);
        }
        list::extend(state, false, fx);
    }
}

/// Marks the transcript, or no more.
pub fn mark(state: &mut State, fx: &mut Vec<Effect>) {
    let Some(row) = row(state) else { return };
    let mark = !state.catalogue.remarks().marked().contains(row);
    if say(state, row, Change::Mark(mark), fx) {
        let key = state.keymap.main_key(Command::Marks);
        let text =
            if mark { format!("marked ({key} lists)") } else { "not marked any more".into() };
        toast(state, Tone::Info, text);
    }
}

/// Makes the transcript unread again; an unread one read.
pub fn unread(state: &mut State, fx: &mut Vec<Effect>) {
    let Some(row) = row(state) else { return };
    let read = !state.catalogue.remarks().read().contains(row);
    state.own.unread = (!read).then_some(row);
    if say(state, row, Change::Read(read), fx) {
        toast(state, Tone::Info, if read { "read" } else { "unread again" });
    }
}

/// The row whose text is on the screen, and whether the keys go to its panes.
pub fn reading(state: &State) -> Option<(RowId, bool)> {
    let Reading::Here(here, _) = state.reader.body else { return None };
    let sizes = &state.sizes;
    let shown = |(width, height): (u16, u16)| width > 0 && height > 0;
    let shown = shown(sizes.scratchpad) || shown(sizes.output);
    (shown && row(state) == Some(here)).then_some((here, state.focus != Focus::List))
}

/// Something has happened, before which `before` was being read. Who scrolls a text, or goes on from its panes, has read it.
pub fn happened(state: &mut State, before: Option<(RowId, bool)>, fx: &mut Vec<Effect>) {
    let scrolled = std::mem::take(&mut state.own.scrolled);
    let Some((was, in_panes)) = before else { return };
    let now = row(state);
    if scrolled || in_panes && now.is_some_and(|now| now != was) && !state.filter.editing {
        read(state, was, fx);
    }
    if now != Some(was) {
        state.own.unread = None;
    }
}

fn read(state: &mut State, row: RowId, fx: &mut Vec<Effect>) {
    if state.own.unread != Some(row) && !state.catalogue.remarks().read().contains(row) {
        say(state, row, Change::Read(true), fx);
    }
}

/// Time has passed: a text that stays on the screen is read.
pub fn tick(state: &mut State, fx: &mut Vec<Effect>) {
    let here = reading(state).filter(|_| state.dialogs.is_empty() && !state.filter.editing);
    let Some((row, _)) = here else {
        state.own.seen = None;
        return;
    };
    let ticks = match state.own.seen {
        Some((before, ticks)) if before == row => ticks.saturating_add(1),
        _ => 1,
    };
    state.own.seen = Some((row, ticks));
    if ticks == READ_TICKS {
        read(state, row, fx);
    }
}

/// What was kept, or what another program on these files said. Changes up to a number are kept.
pub fn heard(state: &mut State, up_to: u64, said: Vec<(Name, Change)>, fx: &mut Vec<Effect>) {
    state.own.waiting.retain(|_, generation| *generation > up_to);
    let waiting = &state.own.waiting;
    let news = said.into_iter().filter(|(name, change)| {
        waiting.is_empty() || !waiting.contains_key(&(name.clone(), kind_of(change)))
    });
    let rows = state.catalogue.take_remarks(news.collect::<Vec<_>>());
    if !rows.is_empty() {
        changed(state, &rows, fx);
    }
    refresh(state);
}

/// Opens or closes the list of marks and notes.
pub fn open(state: &mut State) {
    let remarks = state.catalogue.remarks();
    if remarks.marked().is_empty() && remarks.notes().is_empty() && remarks.elsewhere() == 0 {
        let keys = [Command::Mark, Command::Note].map(|c| state.keymap.main_key(c));
        let [mark, note] = keys;
        toast(state, Tone::Info, format!("nothing is marked ({mark} marks, {note} writes a note)"));
        return;
    }
    dialogs::toggle(state, Dialog::Marks(MarksDialog::default()));
    refresh(state);
}

/// Lists again what is marked and noted.
fn refresh(state: &mut State) {
    if !matches!(state.dialogs.last(), Some(Dialog::Marks(_))) {
        return;
    }
    let remarks = state.catalogue.remarks();
    let mut rows: Vec<RowId> =
        remarks.marked().iter().chain(remarks.notes().keys().copied()).collect();
    rows.sort_unstable();
    rows.dedup();
    let entry = |row: RowId| {
        let view = state.catalogue.view(row)?;
        let query = view.query().unwrap_or_default();
        let what = match remarks.notes().get(&row) {
            Some(note) if query.is_empty() => note.to_string(),
            Some(note) => format!("{note} · {query}"),
            None => query.to_owned(),
        };
        // Two blanks end the name.
        let id = view.name().split_whitespace().collect::<Vec<_>>().join(" ");
        Some((row, remarks.marked().contains(row), format!("{id}  {what}")))
    };
    let (entries, elsewhere) = (rows.into_iter().filter_map(entry).collect(), remarks.elsewhere());
    if let Some(Dialog::Marks(d)) = state.dialogs.last_mut() {
        (d.entries, d.elsewhere) = (entries, elsewhere);
        let chosen = (d.selected, d.top);
        search(d);
        let last = d.hits.len().saturating_sub(1);
        (d.selected, d.top) = (chosen.0.min(last), chosen.1.min(last));
    }
    dialogs::keep_visible(state);
}

fn search(d: &mut MarksDialog) {
    let texts: Vec<&str> = d.entries.iter().map(|(.., text)| text.as_str()).collect();
    d.hits = palette::rank(&d.input.text, &texts);
    (d.selected, d.top, d.hidden) = (0, 0, false);
}

/// A key while the list of marks is open.
pub fn marks_key(state: &mut State, key: Key, fx: &mut Vec<Effect>) {
    match key.code {
        KeyCode::Esc => dialogs::close(state),
        KeyCode::Enter => accept(state, fx),
        _ => {
            if let Some(movement) = scroll::beside_typing(key) {
                dialogs::go(state, movement);
            } else if let Some(Dialog::Marks(d)) = state.dialogs.last_mut()
                && d.input.key(key) == Edit::Changed
            {
                search(d);
            }
        }
    }
}

/// What is typed into the list of marks has changed.
pub fn typed(state: &mut State) {
    if let Some(Dialog::Marks(d)) = state.dialogs.last_mut() {
        search(d);
    }
}

/// Goes to the selected mark. One that the filter hides is told first; the second time the filter goes.
pub fn accept(state: &mut State, fx: &mut Vec<Effect>) {
    let Some(Dialog::Marks(d)) = state.dialogs.last_mut() else { return };
    let hit = d.hits.get(d.selected).and_then(|(at, _)| d.entries.get(*at));
    let Some(row) = hit.map(|(row, ..)| *row) else { return };
    if !state.list.rows.contains(&row) {
        if !std::mem::replace(&mut d.hidden, true) {
            dialogs::keep_visible(state);
            return;
        }
        super::pairs::forget(state);
        list::set_filter(state, crate::query::Filter::default(), fx);
        super::fuzzy::narrow(state, "", fx);
    }
    state.dialogs.clear();
    if let Some(at) = state.list.rows.iter().position(|r| *r == row) {
        list::choose(state, at, fx);
        reader::enter(state);
    }
}

/// Opens or closes the editor of the transcript's note.
pub fn note(state: &mut State) {
    let Some(row) = row(state) else { return };
    let Some(view) = state.catalogue.view(row) else { return };
    let (id, note) = (view.name().to_owned(), view.note().unwrap_or_default().to_owned());
    if state.view.quiet && !note.is_empty() {
        let key = state.keymap.main_key(Command::Quiet);
        toast(state, Tone::Info, format!("its note is hidden while reading quietly ({key} shows)"));
        return;
    }
    dialogs::toggle(state, Dialog::Note(NoteDialog { row, id, input: Input::new(note) }));
}

/// A key while the editor is open.
pub fn note_key(state: &mut State, key: Key, fx: &mut Vec<Effect>) {
    let Some(Dialog::Note(d)) = state.dialogs.last_mut() else { return };
    match key.code {
        KeyCode::Esc => dialogs::close(state),
        KeyCode::Enter => write(state, fx),
        _ => drop(d.input.key(key)),
    }
}

/// Keeps the note that was typed; an empty one is none.
pub fn write(state: &mut State, fx: &mut Vec<Effect>) {
    let Some(Dialog::Note(d)) = state.dialogs.last() else { return };
    let (row, text) = (d.row, d.input.text.trim().to_owned());
    dialogs::close(state);
    let note = (!text.is_empty()).then(|| Arc::from(text));
    let there = note.is_some();
    if say(state, row, Change::Note(note), fx) {
        let how_long = if state.view.private { "noted until you leave" } else { "noted" };
        toast(state, Tone::Info, if there { how_long } else { "the note is gone" });
    }
}
