//! The statistics dialog: opening, other fields and labels, what Enter opens.

use super::{dialogs, figures, list, palette, toast};
use crate::app::{Command, Dialog, Effect, Input, Palette, State, Statistics, Tone};
use crate::query::Filter;

/// Opens or closes it.
pub fn open(state: &mut State) {
    dialogs::toggle(state, Dialog::Statistics(Statistics::default()));
    figures::ask_again(state);
}

/// Turns to the threshold curve of the label, and back; opens the dialog where it is closed.
pub fn thresholds(state: &mut State) {
    if !matches!(state.dialogs.last(), Some(Dialog::Statistics(_))) {
        open(state);
    }
    let main = state.main_label().map(str::to_owned);
    change(state, |shown, labels| shown.turn_curve(main.or_else(|| labels.first().cloned())));
    if state.vocabulary.labels.is_empty() {
        toast(state, Tone::Info, "there is no label yet, so there is no threshold".to_owned());
    }
}

/// Changes what it shows. False where it is not on top.
pub fn change(state: &mut State, with: impl FnOnce(&mut Statistics, &[String])) -> bool {
    let State { dialogs, vocabulary, .. } = state;
    let Some(Dialog::Statistics(shown)) = dialogs.last_mut() else { return false };
    with(shown, &vocabulary.labels);
    if shown.answer.is_none() {
        figures::ask_again(state);
    }
    dialogs::keep_visible(state);
    true
}

/// Opens the transcripts of the line under the cursor: their filter joins the one in force.
pub fn accept(state: &mut State, fx: &mut Vec<Effect>) {
    let Some(Dialog::Statistics(shown)) = state.dialogs.last() else { return };
    let lines = shown.lines();
    let Some(own) = lines.get(shown.selected).and_then(|line| line.filter()) else { return };
    let applied = &state.filter.applied;
    let text = if applied.is_empty() { own.to_owned() } else { format!("({applied}) {own}") };
    match Filter::parse(&text) {
        Ok(filter) => {
            dialogs::close(state);
            list::set_filter(state, filter, fx);
        }
        Err(error) => toast(state, Tone::Bad, error.to_string()),
    }
}

/// Whether statistics are on top, with everything counted. Says so where they are not.
fn counted(state: &mut State) -> bool {
    let there = matches!(
        state.dialogs.last(),
        Some(Dialog::Statistics(Statistics { answer: Some(_), .. }))
    );
    if !there {
        let key = state.keymap.main_key(Command::Statistics);
        toast(state, Tone::Info, format!("no statistics are shown ({key} shows them)"));
    }
    there
}

/// Asks for the name of the files that statistics are written to.
pub fn ask_name(state: &mut State) {
    if counted(state) {
        let input = Input::new(format!("{} ", Command::Export.spec().name));
        dialogs::toggle(state, Dialog::Palette(Palette { input, ..Palette::default() }));
        palette::typed(state);
    }
}

/// Writes what is shown to files of that name.
pub fn export(state: &mut State, name: &str, fx: &mut Vec<Effect>) {
    if !counted(state) {
        return;
    }
    if state.view.private {
        toast(state, Tone::Bad, "with --private nothing is written".to_owned());
        return;
    }
    let applied = state.filter.applied.clone();
    if let Some(Dialog::Statistics(shown)) = state.dialogs.last()
        && let Some(answer) = shown.answer.clone()
    {
        let question = Box::new(shown.question(applied));
        fx.push(Effect::Export { name: name.to_owned(), question, answer });
    }
}
