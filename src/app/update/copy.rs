//! Copying: the text of what is focused, the id, the permalink. Everything is sanitised on the way out.

use super::{dialogs, toast};
use crate::app::{Copied, Dialog, Effect, Focus, State, Tone};
use crate::text::{sanitize, sanitize_line};

/// Opens the choice.
pub fn open(state: &mut State) {
    if state.selected_id().is_none() {
        toast(state, Tone::Info, "nothing to copy: the list is empty");
        return;
    }
    dialogs::toggle(state, Dialog::Copy(0));
}

/// Copies by the number of the choice: 0 text, 1 id, 2 permalink.
pub fn chosen(state: &mut State, choice: usize, fx: &mut Vec<Effect>) {
    let what = match choice {
        0 => Copied::Text,
        1 => Copied::Id,
        _ => Copied::Permalink,
    };
    copy(state, what, fx);
}

/// Closes the choice, when it is open, and copies.
pub fn copy(state: &mut State, what: Copied, fx: &mut Vec<Effect>) {
    if matches!(state.dialogs.last(), Some(Dialog::Copy(_))) {
        dialogs::close(state);
    }
    let text = match what {
        Copied::Text => text(state).map(|t| sanitize(&t).into_owned()),
        Copied::Id => id(state).map(|t| sanitize_line(&t).into_owned()),
        Copied::Permalink => permalink(state).map(|t| sanitize_line(&t).into_owned()),
    };
    match text {
        Some(text) if !text.is_empty() => fx.push(Effect::Copy(what, text)),
        Some(_) => toast(state, Tone::Info, "nothing to copy: no text here"),
        None => toast(state, Tone::Info, "nothing to copy yet: the transcript is not read"),
    }
}

/// The text of the open dialog's document, else of the focused pane, else of both panes.
fn text(state: &State) -> Option<String> {
    let section = |i| state.reader.section(i);
    if let Some(dialog) = state.dialogs.last().and_then(Dialog::doc) {
        return Some(dialog.doc.plain_text(section));
    }
    // While the next transcript is still being read, the panes show the one before.
    let here = state.reader.body().map(|(row, _)| row)?;
    if !state.list.outside && state.selected_id() != Some(here) {
        return None;
    }
    Some(match state.reader.pane(state.focus) {
        Some(pane) if state.focus != Focus::List => pane.doc.plain_text(section),
        _ => {
            let panes = [&state.reader.scratchpad, &state.reader.output];
            let texts = panes.map(|p| p.doc.plain_text(section));
            texts
                .iter()
                .filter(|t| !t.is_empty())
                .map(String::as_str)
                .collect::<Vec<_>>()
                .join("\n\n")
        }
    })
}

/// The row that copying and marking are about: the one being read where it stands outside the list, else the selected one.
pub fn row(state: &State) -> Option<crate::corpus::RowId> {
    if let Some(twin) = &state.twin {
        return twin.row(twin.right);
    }
    if state.list.outside {
        return state.reader.body().map(|(row, _)| row);
    }
    state.selected_id()
}

fn id(state: &State) -> Option<String> {
    Some(state.catalogue.view(row(state)?)?.name().to_owned())
}

fn permalink(state: &State) -> Option<String> {
    let id = row(state)?;
    if let Some((here, body)) = state.reader.body()
        && here == id
    {
        return Some(body.transcript.permalink());
    }
    Some(state.catalogue.view(id)?.link())
}
