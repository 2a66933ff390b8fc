//! The reader's own highlights: adding, removing, counting, going to one.

use std::sync::Arc;

use super::{dialogs, find, scroll, toast};
use crate::app::{
    Block, Counting, Dialog, Edit, Effect, HighlightDialog, Highlights, Kept, Key, KeyCode, Pane,
    Reading, State, Tone,
};

/// Opens or closes the dialog.
pub fn open(state: &mut State) {
    dialogs::toggle(state, Dialog::Highlights(HighlightDialog::default()));
}

/// What was kept of this corpus.
pub fn kept(state: &mut State, kept: &[Kept], fx: &mut Vec<Effect>) {
    let (all, lost) = Highlights::from_kept(kept);
    let generation = state.highlights.generation;
    state.highlights = Highlights { generation, ..all };
    if lost > 0 {
        let text = format!("{lost} of the highlights that were kept cannot be used");
        toast(state, Tone::Bad, text);
    }
    count(state, fx);
}

/// A key while the dialog is open.
pub fn key(state: &mut State, key: Key, fx: &mut Vec<Effect>) {
    let Some(Dialog::Highlights(dialog)) = state.dialogs.last_mut() else { return };
    let empty = dialog.input.text.is_empty();
    match (key.code, key.ctrl) {
        (KeyCode::Esc, _) => {
            dialogs::close(state);
            return;
        }
        (KeyCode::Enter, _) => {
            accept(state, fx);
            return;
        }
        // On an empty line they have nothing else to delete.
        (KeyCode::Delete, _) | (KeyCode::Char('d'), true) if empty => {
            remove(state, fx);
            return;
        }
        _ => {}
    }
    if let Some(movement) = scroll::beside_typing(key) {
        dialogs::go(state, movement);
    } else if dialog.input.key(key) == Edit::Changed {
        typed(state);
    }
}

/// What is typed has changed: what was wrong with it is no longer said.
pub fn typed(state: &mut State) {
    if let Some(Dialog::Highlights(dialog)) = state.dialogs.last_mut() {
        dialog.error = None;
    }
}

/// Enter: what is typed is highlighted; on an empty line the selected highlight is searched for.
pub fn accept(state: &mut State, fx: &mut Vec<Effect>) {
    let Some(Dialog::Highlights(dialog)) = state.dialogs.last() else { return };
    let (text, selected) = (dialog.input.text.clone(), dialog.selected);
    if text.trim().is_empty() {
        let Some(text) = state.highlights.list.get(selected).map(|h| h.text.clone()) else {
            return;
        };
        state.dialogs.clear();
        find::look_for(state, text, fx);
        return;
    }
    let added = add(state, &text, fx);
    let Some(Dialog::Highlights(dialog)) = state.dialogs.last_mut() else { return };
    match added {
        Ok(number) => {
            dialog.input.clear();
            let at = state.highlights.list.iter().position(|h| h.number == number);
            dialog.selected = at.unwrap_or_default();
            dialogs::fit_top(state);
        }
        Err(sentence) => dialog.error = Some(sentence),
    }
}

/// Highlights a pattern that was typed into the palette.
pub fn given(state: &mut State, text: &str, fx: &mut Vec<Effect>) {
    if let Err(sentence) = add(state, text, fx) {
        toast(state, Tone::Bad, sentence);
    }
}

fn add(state: &mut State, text: &str, fx: &mut Vec<Effect>) -> Result<u8, String> {
    let before = state.highlights.list.len();
    let number = state.highlights.add(text)?;
    if state.highlights.list.len() == before {
        toast(state, Tone::Info, format!("that is highlight {number} already"));
        return Ok(number);
    }
    let how_long = if state.view.private { "until you leave" } else { "kept for these files" };
    toast(state, Tone::Info, format!("highlight {number}, {how_long}"));
    changed(state, fx);
    Ok(number)
}

fn remove(state: &mut State, fx: &mut Vec<Effect>) {
    let Some(Dialog::Highlights(dialog)) = state.dialogs.last_mut() else { return };
    if dialog.selected >= state.highlights.list.len() {
        return;
    }
    let gone = state.highlights.list.remove(dialog.selected);
    dialog.selected = dialog.selected.min(state.highlights.list.len().saturating_sub(1));
    dialogs::fit_top(state);
    toast(state, Tone::Info, format!("highlight {} is gone", gone.number));
    changed(state, fx);
}

fn changed(state: &mut State, fx: &mut Vec<Effect>) {
    fx.push(Effect::KeepHighlights(state.highlights.to_keep()));
    count(state, fx);
}

/// Asks how often each stands in the panes, which hold something else now, or other highlights.
pub fn count(state: &mut State, fx: &mut Vec<Effect>) {
    state.reader.highlighted.clear();
    state.highlights.generation += 1;
    let Reading::Here(_, body) = &state.reader.body else { return };
    if state.highlights.list.is_empty() {
        return;
    }
    let sections = |pane: &Pane| -> Vec<usize> {
        pane.doc.blocks.iter().flat_map(Block::sections).copied().collect()
    };
    fx.push(Effect::CountHighlights(Counting {
        generation: state.highlights.generation,
        needles: state.highlights.list.iter().map(|h| h.needle.clone()).collect(),
        body: Arc::clone(body),
        sections: [&state.reader.scratchpad, &state.reader.output].map(sections),
    }));
}

/// They were counted.
pub fn counted(state: &mut State, generation: u64, counts: Vec<[usize; 2]>) {
    if generation == state.highlights.generation {
        state.reader.highlighted = counts;
    }
}
