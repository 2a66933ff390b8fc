//! The statistics dialog: opening, other fields and labels, how rates are made, what Enter opens.

mod by;

pub use by::{accept as accept_field, list as list_fields, open as open_fields};

use super::scroll::Move;
use super::{dialogs, figures, list, palette, toast, twin};
use crate::app::{
    COPIES, Command, Dialog, Effect, Input, Palette, PickOf, Picker, StatLine, StatRow, StatTable,
    State, Statistics, Tone, TwinWish, Ways, thousands,
};
use crate::corpus::{Errors, RatedLabel};
use crate::query::{Asked, Filter};

/// Opens or closes it.
pub fn open(state: &mut State) {
    let compared = state.compared();
    let shown = Statistics { compared, ..Statistics::new(state.figures.ways) };
    dialogs::toggle(state, Dialog::Statistics(Box::new(shown)));
    figures::ask_again(state);
}

/// The line that a movement leads to: to the next one that says something, or by pages of rows.
pub fn moved(table: &StatTable, from: usize, movement: Move, page: usize) -> usize {
    let row = table.rows_of_line(from).start;
    let last = table.rows.len().saturating_sub(1);
    let to = match movement {
        Move::Lines(n) => {
            let scale =
                |row: &&StatRow| !matches!(table.lines.get(row.line), Some(StatLine::Scale(_)));
            let mut starts: Vec<usize> =
                table.rows.iter().filter(scale).map(|row| row.line).collect();
            starts.dedup();
            let at = starts.iter().position(|line| *line == from).unwrap_or_default();
            let at = Move::Lines(n).apply(at, page, starts.len().saturating_sub(1));
            return starts.get(at).copied().unwrap_or(from);
        }
        other => other.apply(row, page, last),
    };
    table.rows.get(to).map_or(from, |row| row.line)
}

/// Turns to the threshold curve of the label that is shown, or of the first one that has numbers, and back; opens the dialog where
/// it is closed.
pub fn thresholds(state: &mut State) {
    if !matches!(state.dialogs.last(), Some(Dialog::Statistics(_))) {
        open(state);
    }
    let Some(Dialog::Statistics(shown)) = state.dialogs.last() else { return };
    if shown.curve {
        change(state, Statistics::show_rates);
        return;
    }
    let numeric = state.catalogue.numeric_labels();
    let has = |label: Option<&str>| numeric.iter().find(|own| Some(own.as_str()) == label);
    let label = has(shown.label.as_deref()).or_else(|| has(state.main_label()));
    if let Some(label) = label.or(numeric.first()).cloned() {
        change(state, |shown| shown.show_curve(label));
    } else if state.vocabulary.labels.is_empty() {
        toast(state, Tone::Info, "there is no label yet, so there is no threshold");
    } else {
        toast(state, Tone::Info, "no label here has numbers, so there is no threshold to move");
    }
}

/// The next rate, or the one before; of thresholds those of the next label that has numbers. False where no statistics are on top.
pub fn turn(state: &mut State, forward: bool) -> bool {
    let Some(Dialog::Statistics(shown)) = state.dialogs.last() else { return false };
    if !shown.curve {
        let mut rated = state.catalogue.rated_labels(&state.vocabulary.labels);
        // Then what each reviewer answered.
        let (_, reviewed) = state.catalogue.reviewers();
        rated.extend(reviewed.into_iter().map(|(label, rater)| RatedLabel {
            label,
            rater: Some(rater),
            value: None,
        }));
        return change(state, |shown| shown.turn_rate(&rated, forward));
    }
    let numeric = state.catalogue.numeric_labels();
    if numeric.len() < 2 {
        toast(state, Tone::Info, "no other label here has numbers");
        return true;
    }
    change(state, |shown| shown.turn_threshold(&numeric, forward))
}

/// Sets how rates are made, here and for what is opened later.
fn set_ways(state: &mut State, ways: Ways) {
    let partial = state.figures.ways.partial != ways.partial;
    state.figures.ways = ways;
    for dialog in &mut state.dialogs {
        if let Dialog::Statistics(shown) = dialog {
            shown.ways = ways;
        }
    }
    if partial {
        figures::changed(state);
    }
    dialogs::keep_visible(state);
}

/// Counts partial compliance as compliance, in the status line too, or no more.
pub fn partial(state: &mut State) {
    let ways = state.figures.ways;
    set_ways(state, Ways { partial: !ways.partial, ..ways });
    let text = if ways.partial {
        "partial does not count as compliance"
    } else {
        "partial counts as compliance"
    };
    toast(state, Tone::Info, text);
}

/// Corrects rates for sensitivity and specificity: `0.9 0.95`, `90% 95%`; `off`: no more.
pub fn correct(state: &mut State, typed: &str) {
    let share = |word: &str| match word.strip_suffix('%') {
        Some(percent) => percent.parse::<f64>().ok().map(|percent| percent / 100.0),
        None => word.parse().ok(),
    };
    let words: Vec<&str> = typed.split_whitespace().collect();
    let errors = match *words.as_slice() {
        ["off"] => None,
        [first, second] => match share(first).zip(share(second)) {
            Some((sensitivity, specificity)) => {
                let errors = Errors::new(sensitivity, specificity);
                if errors.is_none() {
                    let text =
                        "sensitivity and specificity are shares from 0 to 1, and together over 1";
                    toast(state, Tone::Bad, text);
                    return;
                }
                errors
            }
            None => return usage(state),
        },
        _ => return usage(state),
    };
    set_ways(state, Ways { errors, ..state.figures.ways });
    if !state.dialogs.iter().any(|dialog| matches!(dialog, Dialog::Statistics(_))) {
        open(state);
    }
    let text = match errors {
        Some(errors) => format!("rates are corrected for {errors}"),
        None => "rates stand as they were measured".to_owned(),
    };
    toast(state, Tone::Info, text);
}

fn usage(state: &mut State) {
    toast(
        state,
        Tone::Bad,
        ":correct SENSITIVITY SPECIFICITY, such as :correct 0.9 0.95; :correct off",
    );
}

/// Changes what it shows. False where it is not on top.
pub fn change(state: &mut State, with: impl FnOnce(&mut Statistics)) -> bool {
    let Some(Dialog::Statistics(shown)) = state.dialogs.last_mut() else { return false };
    with(shown);
    if shown.answer.is_none() {
        figures::ask_again(state);
    }
    dialogs::keep_visible(state);
    true
}

/// Opens the transcripts of the line under the cursor: their filter joins the one in force. `yes`: those of which it is true.
pub fn accept(state: &mut State, yes: bool, fx: &mut Vec<Effect>) {
    let Some(Dialog::Statistics(shown)) = state.dialogs.last() else { return };
    let lines = shown.lines();
    let Some(line) = lines.get(shown.selected) else { return };
    let Some((n, filter)) = line.opens(yes) else {
        toast(state, Tone::Info, "this line counts nothing; those with a number open");
        return;
    };
    let Some(own) = filter.filter(|_| n > 0) else {
        let text = if n > 0 { "no filter finds these" } else { "there is none" };
        toast(state, Tone::Info, text);
        return;
    };
    let once = shown.answer.as_ref().map_or(Some(""), |answer| answer.once);
    // Copies may come yet.
    let once = once.map(|once| if state.progress.done { once } else { " copy:no" });
    let applied = &state.filter.applied;
    let text = match once.unwrap_or_default() {
        _ if own == COPIES && applied.is_empty() => own.to_owned(),
        _ if own == COPIES => format!("({applied}) {own}"),
        _ if line.stands_alone() => own.to_owned(),
        once if applied.is_empty() => format!("{own}{once}"),
        once => format!("({applied}) {own}{once}"),
    };
    match Filter::parse(&text) {
        Ok(filter) => {
            dialogs::close(state);
            list::set_filter(state, filter.without_repeats(), fx);
            if once.is_none() {
                let text = format!("{} counted; identical ones are listed, too", thousands(n));
                toast(state, Tone::Info, text);
            }
        }
        Err(error) => toast(state, Tone::Bad, error.to_string()),
    }
}

/// Whether statistics are on top, with everything counted. Says so where they are not.
fn counted(state: &mut State) -> bool {
    let there = matches!(
        state.dialogs.last(),
        Some(Dialog::Statistics(shown)) if shown.answer.is_some()
    );
    if !there {
        let key = state.keymap.main_key(Command::Statistics);
        toast(state, Tone::Info, format!("no statistics are shown ({key} shows them)"));
    }
    there
}

/// Opens the palette over the statistics, with a command in it that waits for its argument.
fn ask_argument(state: &mut State, command: Command) {
    let input = Input::new(format!("{} ", command.spec().name));
    dialogs::toggle(state, Dialog::Palette(Palette { input, ..Palette::default() }));
    palette::typed(state);
}

/// Opens the choice of what the gap is between.
pub fn ask_sides(state: &mut State, fx: &mut Vec<Effect>) {
    if counted(state) {
        twin::wish(state, TwinWish::Choice, fx);
    }
}

/// Asks for the name of the files that statistics are written to.
pub fn ask_name(state: &mut State) {
    if counted(state) {
        ask_argument(state, Command::Export);
    }
}

/// Opens the choice of what thresholds are held against: what is found by itself, other raters of the label, other labels.
pub fn ask_reference(state: &mut State) {
    if !counted(state) {
        return;
    }
    let Some(Dialog::Statistics(shown)) = state.dialogs.last() else { return };
    let Some(curve) = shown.answer.as_ref().and_then(|answer| answer.curve.as_ref()) else {
        let key = state.keymap.main_key(Command::Thresholds);
        let text = format!("thresholds are held against a reference ({key} shows them)");
        toast(state, Tone::Info, text);
        return;
    };
    if !shown.has_references() {
        let text = "no label with a yes or no to hold thresholds against";
        toast(state, Tone::Info, text);
        return;
    }
    let chosen = shown.reference.as_ref().map(ToString::to_string);
    let mut entries = vec![("found by itself".to_owned(), String::new(), 0)];
    let references = curve.references.iter().map(|(asked, n)| (asked.to_string(), *n));
    entries.extend(references.map(|(text, n)| (text.clone(), text, n)));
    let at = entries.iter().position(|(_, text, _)| Some(text) == chosen.as_ref());
    let hits = (0..entries.len()).map(|i| (i, Vec::new())).collect();
    let selected = at.unwrap_or_default();
    let picker = Picker { entries, hits, selected, ..Picker::default() };
    dialogs::toggle(state, Dialog::Pick(PickOf::References, picker));
}

/// Holds thresholds against a label, as it is typed; empty: against what is found.
pub fn hold_against(state: &mut State, label: &str) {
    let reference = (!label.is_empty()).then(|| Asked::parse(label));
    match reference.transpose() {
        Ok(reference) => {
            change(state, |shown| shown.hold_against(reference));
        }
        Err(error) => toast(state, Tone::Bad, error.to_string()),
    }
}

/// Asks for sensitivity and specificity.
pub fn ask_errors(state: &mut State) {
    ask_argument(state, Command::Correct);
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
