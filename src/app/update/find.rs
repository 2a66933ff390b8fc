//! Find in the panes, or in the document of the top dialog: typing, stepping, counting. The filter stays on.

mod sides;

use super::{dialogs, scroll, toast, toast_here, turns};
use crate::app::{
    Block, Dialog, Doc, DocPlace, Edit, Effect, Find, FindHit, Focus, Input, Key, KeyCode, Reading,
    Sight, State, Tone,
};
use crate::model::Section;
use crate::text::Needle;

/// Most matches that are counted: one letter in megabytes of text.
const MOST: usize = 100_000;

/// The search that the keys are about: that of the top dialog's document, else the reader's.
fn current(state: &mut State) -> Option<&mut Find> {
    match state.dialogs.last_mut() {
        Some(dialog) => dialog.doc_mut().map(|d| &mut d.find),
        None => Some(&mut state.reader.find),
    }
}

/// Opens the bar.
pub fn open(state: &mut State) {
    if let Some(find) = current(state) {
        find.input = Some(Input::default());
        find.error = None;
    }
}

/// A key while the bar is open.
pub fn key(state: &mut State, key: Key, fx: &mut Vec<Effect>) {
    match key.code {
        KeyCode::Esc => clear(state),
        KeyCode::Enter => enter(state, fx),
        _ => {
            let Some(find) = current(state) else { return };
            if find.input.as_mut().map(|i| i.key(key)) == Some(Edit::Changed) {
                typed(state, fx);
            }
        }
    }
}

/// Closes the bar and keeps what was found. An empty bar goes on with the former search.
fn enter(state: &mut State, fx: &mut Vec<Effect>) {
    let Some(find) = current(state) else { return };
    let empty = find.input.take().is_none_or(|i| i.text.is_empty());
    if let Some(error) = find.error.take() {
        toast(state, Tone::Bad, error);
    } else if empty && find.needle.is_some() {
        step(state, true, fx);
    } else if find.needle.is_some() && find.hits.is_empty() {
        let text = format!("not found: {}", find.text);
        if !sides::cross_where_found(state, fx) {
            toast(state, Tone::Info, text);
        }
    }
}

/// Searches for something as if it had been typed.
pub fn look_for(state: &mut State, text: String, fx: &mut Vec<Effect>) {
    open(state);
    if let Some(find) = current(state) {
        find.input = Some(Input::new(text));
    }
    typed(state, fx);
    enter(state, fx);
}

/// Forgets the search.
pub fn clear(state: &mut State) {
    if let Some(find) = current(state) {
        *find = Find::default();
    }
    sides::share(state);
}

/// Whether there is a search to forget.
pub fn is_on(state: &mut State) -> bool {
    current(state).is_some_and(|f| f.needle.is_some())
}

/// The text in the bar has changed: search at once.
pub fn typed(state: &mut State, fx: &mut Vec<Effect>) {
    search_for_typed(state, fx);
    sides::share(state);
}

fn search_for_typed(state: &mut State, fx: &mut Vec<Effect>) {
    // What is cut could not be found.
    dialogs::unfold_for_find(state);
    let from = place_now(state);
    let Some(find) = current(state) else { return };
    let text = find.input.as_ref().map(|i| i.text.clone()).unwrap_or_default();
    find.error = None;
    find.current = None;
    find.text.clone_from(&text);
    if text.is_empty() {
        find.needle = None;
        find.hits.clear();
        return;
    }
    match Needle::from_input(&text) {
        Ok(needle) => find.needle = Some(needle),
        Err(error) => {
            find.needle = None;
            find.hits.clear();
            find.error = Some(error.to_string());
            return;
        }
    }
    search(state);
    let at = nearest(state, from, true);
    go_to(state, at, fx);
}

/// Searches again, as the text behind has changed.
pub fn body_changed(state: &mut State) {
    state.reader.find.current = None;
    let sections = sections(state);
    let sections: &[Section] = sections.as_ref().map_or(&[], |b| &b.transcript.sections);
    let reader = &mut state.reader;
    reader.find.hits = match &reader.find.needle {
        Some(needle) => {
            let blocks = reader.scratchpad.doc.blocks.iter().chain(&reader.output.doc.blocks);
            hits_in_sections(needle, blocks, sections)
        }
        None => Vec::new(),
    };
}

fn sections(state: &State) -> Option<std::sync::Arc<crate::corpus::Body>> {
    match &state.reader.body {
        Reading::Here(_, body) => Some(std::sync::Arc::clone(body)),
        _ => None,
    }
}

fn hits_in_sections<'a>(
    needle: &Needle,
    blocks: impl Iterator<Item = &'a Block>,
    sections: &[Section],
) -> Vec<FindHit> {
    let mut hits = Vec::new();
    for block in blocks {
        // What is folded or cut is searched, too.
        for &index in block.sections() {
            let text = sections.get(index).map_or("", |s| s.text.as_str());
            let room = MOST - hits.len();
            let found = needle.find_all(text).take(room);
            hits.extend(found.map(|r| FindHit { section: index, start: r.start, end: r.end }));
        }
    }
    hits
}

fn search(state: &mut State) {
    let body = sections(state);
    let sections: &[Section] = body.as_ref().map_or(&[], |b| &b.transcript.sections);
    let Some(dialog) = state.dialogs.last_mut().and_then(Dialog::doc_mut) else {
        body_changed(state);
        return;
    };
    let Some(needle) = &dialog.find.needle else { return };
    let mut hits = Vec::new();
    for (i, block) in dialog.doc.blocks.iter().enumerate() {
        let text = block.text(|s| sections.get(s).map_or("", |s| s.text.as_str()));
        let room = MOST - hits.len();
        let found = needle.find_all(text).take(room);
        hits.extend(found.map(|r| FindHit { section: i, start: r.start, end: r.end }));
    }
    dialog.find.hits = hits;
}

/// Searches again in a dialog whose document was made anew.
pub fn dialog_changed(state: &mut State) {
    if let Some(dialog) = state.dialogs.last_mut().and_then(Dialog::doc_mut) {
        dialog.find.current = None;
        dialog.find.hits.clear();
        search(state);
    }
}

/// Where the window stands: the pane's number and the place of its first row.
fn place_now(state: &State) -> (u8, DocPlace) {
    if let Some(dialog) = state.dialogs.last().and_then(Dialog::doc) {
        return (0, dialog.doc.place_of(dialog.top));
    }
    match state.focus {
        Focus::Output => (1, state.reader.output.doc.place_of(state.reader.output.top)),
        _ => (0, state.reader.scratchpad.doc.place_of(state.reader.scratchpad.top)),
    }
}

/// A hit's place in the order of the panes.
fn place_of(state: &State, hit: &FindHit) -> (u8, DocPlace) {
    if state.dialogs.last().and_then(Dialog::doc).is_some() {
        return (0, (hit.section as u32, hit.start));
    }
    let of = |doc: &Doc| match doc.sight(hit.section, hit.start) {
        Sight::Shown(block) | Sight::Cut(block) => Some((block, hit.start)),
        Sight::Folded(_, block) => Some((block, 0)),
        Sight::Nowhere => None,
    };
    match (of(&state.reader.scratchpad.doc), of(&state.reader.output.doc)) {
        (Some(place), _) => (0, place),
        (None, Some(place)) => (1, place),
        (None, None) => (2, (0, 0)),
    }
}

/// The first hit at or after a place, else the first; going back: the last before it, else the last.
fn nearest(state: &mut State, from: (u8, DocPlace), down: bool) -> Option<usize> {
    let hits = std::mem::take(&mut current(state)?.hits);
    let after = hits.partition_point(|h| place_of(state, h) < from);
    let at = match (down, hits.len()) {
        (_, 0) => None,
        (true, n) => Some(if after < n { after } else { 0 }),
        (false, n) => Some(if after > 0 { after - 1 } else { n - 1 }),
    };
    current(state)?.hits = hits;
    at
}

/// The next or previous match, round the end.
pub fn step(state: &mut State, down: bool, fx: &mut Vec<Effect>) {
    let (from, beyond) = (place_now(state), sides::beyond(state));
    let Some(find) = current(state) else { return };
    if find.needle.is_none() {
        toast(state, Tone::Info, "nothing to find yet: / starts a search");
        return;
    }
    let (len, now) = (find.hits.len(), find.current);
    if len + beyond == 0 {
        let text = format!("not found: {}", find.text);
        toast(state, Tone::Info, text);
        return;
    }
    let at = match (now, down) {
        (None, _) => nearest(state, from, down),
        (Some(i), true) => Some((i + 1) % len),
        (Some(i), false) => Some((i + len - 1) % len),
    };
    if beyond > 0 && sides::goes_round(state, (now, at), from, down) {
        sides::cross(state, down, fx);
        return;
    }
    go_to(state, at, fx);
    match (now, at, down) {
        (Some(was), Some(at), true) if at <= was => {
            toast_here(state, "search went on from the start");
        }
        (Some(was), Some(at), false) if at >= was => {
            toast_here(state, "search went on from the end");
        }
        _ => {}
    }
}

fn go_to(state: &mut State, at: Option<usize>, fx: &mut Vec<Effect>) {
    let Some(find) = current(state) else { return };
    find.current = at;
    let Some(hit) = at.and_then(|i| find.hits.get(i).copied()) else { return };
    let height = state.sizes.dialog.1;
    match state.dialogs.last_mut().and_then(Dialog::doc_mut) {
        Some(d) => {
            let from = (hit.section as u32, hit.start);
            scroll::reveal(&d.doc, &mut d.top, &mut d.pending, height, from, hit.end);
        }
        None => {
            turns::bring(state, hit.section, hit.start, hit.end, fx);
        }
    }
}
