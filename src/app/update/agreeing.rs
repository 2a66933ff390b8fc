//! What reviews say: asking the journals once everything is read, choosing label and reviewer, opening what a number is of.

use std::sync::Arc;

use super::scroll::Move;
use super::{dialogs, list, queue, toast};
use crate::app::{
    AgreeLine, AgreeTable, AgreementDialog, Command, Dialog, Effect, State, Studied, Studying,
    Tone, cell_filter, plural, rows_filter, thousands,
};
use crate::corpus::RowId;
use crate::query::Filter;
use crate::review::agree::Place;

/// Opens or closes what reviews say. Journals are read anew each time: others write to theirs.
pub fn open(state: &mut State) {
    dialogs::toggle(state, Dialog::Agreement(AgreementDialog::default()));
    if matches!(state.dialogs.last(), Some(Dialog::Agreement(_))) {
        state.agreeing.stale = true;
        to_matrix(state);
    }
}

/// Whether something on the screen is made of what journals say.
fn is_shown(state: &State) -> bool {
    let shows = |dialog: &Dialog| matches!(dialog, Dialog::Agreement(_) | Dialog::Queue);
    state.agreeing.deciding.is_some() || state.dialogs.iter().any(shows)
}

/// Asks once everything is read and filtered.
pub fn ask(state: &mut State, fx: &mut Vec<Effect>) {
    let settled = state.list.running.is_none() && state.unread.is_none();
    if !state.agreeing.stale || !settled || !state.progress.done || !is_shown(state) {
        return;
    }
    // The figures stand beside the queue: what is decided there changes them.
    let queue = state.agreeing.deciding.is_some()
        || state.dialogs.iter().any(|dialog| matches!(dialog, Dialog::Queue));
    let else_label = state.main_label().map(str::to_owned);
    let agreeing = &mut state.agreeing;
    agreeing.stale = false;
    agreeing.waiting = true;
    agreeing.generation += 1;
    let same = |found: &&Arc<Studied>| {
        let asked = found.study.as_ref().map(|study| &study.ask.which.label);
        agreeing.label.is_none() || asked == agreeing.label.as_ref()
    };
    let known = agreeing.found.as_ref().filter(same).and_then(|found| found.queue.as_ref());
    fx.push(Effect::Study(Box::new(Studying {
        generation: agreeing.generation,
        label: agreeing.label.clone(),
        else_label,
        rater: agreeing.rater.clone(),
        sighted: agreeing.sighted,
        filter: state.filter.applied.to_string(),
        queue,
        known: known.map(|queue| Arc::clone(&queue.sights)).unwrap_or_default(),
        rows: state.list.settled.clone(),
        catalogue: state.catalogue.snapshot(),
    })));
}

/// What journals say has come.
pub fn studied(state: &mut State, generation: u64, found: Result<Arc<Studied>, String>) {
    let agreeing = &mut state.agreeing;
    if generation != agreeing.generation {
        return;
    }
    agreeing.waiting = false;
    let first = agreeing.found.is_none();
    let before = under_cursor(state);
    let agreeing = &mut state.agreeing;
    match found {
        Ok(mut found) => {
            agreeing.trouble = None;
            // Nobody asked for a queue this time: its texts need not be read again for when it is.
            let which = |found: &Studied| found.study.as_ref().map(|s| s.ask.which.clone());
            let known = agreeing.found.take().filter(|known| which(known) == which(&found));
            if let Some(queue) = known.and_then(|known| known.queue.clone())
                && found.queue.is_none()
            {
                Arc::make_mut(&mut found).queue = Some(queue);
            }
            agreeing.found = Some(found);
        }
        Err(sentence) => agreeing.trouble = Some(sentence),
    }
    if first {
        to_matrix(state);
    } else if let Some(before) = before {
        back_to(state, &before);
    }
    queue::found(state);
    dialogs::keep_visible(state);
}

/// What a line is of, whatever its figures are.
#[derive(PartialEq)]
enum Of {
    Matrix(Option<String>, bool),
    Count(Option<String>, Place),
    /// A row of a table: its heading, its name, and how many of that name stand before it under the heading.
    Row(String, String, usize),
    /// The heading, and how many lines below it.
    Below(String, usize),
}

fn what_it_is(lines: &[AgreeLine], at: usize) -> Option<Of> {
    match lines.get(at)? {
        AgreeLine::Matrix { tier, classifier, .. } => Some(Of::Matrix(tier.clone(), *classifier)),
        AgreeLine::Count(_, tier, place) => Some(Of::Count(tier.clone(), *place)),
        _ => {
            let above =
                lines.get(..=at)?.iter().rposition(|l| matches!(l, AgreeLine::Heading(_)))?;
            let AgreeLine::Heading(heading) = lines.get(above)? else { return None };
            // One chapter, whoever the reviewers are.
            let chapter = heading.strip_prefix(AGAINST).map_or(&**heading, |_| AGAINST).to_owned();
            let Some(name) = row_name(lines.get(at)?) else {
                return Some(Of::Below(chapter, at - above));
            };
            let before = lines.get(above..at)?.iter();
            let same = before.filter(|line| row_name(line) == Some(name)).count();
            Some(Of::Row(chapter, name.to_owned(), same))
        }
    }
}

/// How the heading begins below which the classifier is held against reviewers.
const AGAINST: &str = "The classifier against ";

/// What a row of a table is of: its first cell.
fn row_name(line: &AgreeLine) -> Option<&str> {
    match line {
        AgreeLine::Row { cells: Some(cells), .. } => cells.first().map(String::as_str),
        _ => None,
    }
}

/// What the cursor of the dialog stands on.
fn under_cursor(state: &State) -> Option<Of> {
    let Some(Dialog::Agreement(d)) = state.dialogs.last() else { return None };
    what_it_is(&lines(state), d.selected)
}

/// Puts the cursor on the same thing among new figures; where it is not there any more, on what stands in its place.
fn back_to(state: &mut State, before: &Of) {
    let lines = lines(state);
    let at = (0..lines.len()).find(|at| what_it_is(&lines, *at).as_ref() == Some(before));
    if let (Some(Dialog::Agreement(d)), Some(at)) = (state.dialogs.last_mut(), at) {
        d.selected = at;
    }
}

/// The lines of the dialog.
#[must_use]
pub fn lines(state: &State) -> Vec<AgreeLine> {
    let agreeing = &state.agreeing;
    let text = |text: &str| AgreeLine::Text(text.to_owned());
    if let Some(trouble) = &agreeing.trouble {
        return vec![AgreeLine::Caution(trouble.clone())];
    }
    let Some(found) = &agreeing.found else {
        return vec![text(if state.progress.done {
            "The journals are being read…"
        } else {
            "Figures are made when everything is read."
        })];
    };
    let problems = found.problems.iter().cloned().map(AgreeLine::Caution);
    let mut lines: Vec<AgreeLine> = problems.collect();
    if found.is_empty() {
        let review = state.keymap.main_key(Command::Review);
        lines.push(text("No journal of these files has an answer yet."));
        lines.push(AgreeLine::Text(format!(
            "{review} begins a review of what is shown: blind, one key an answer, each on the disk before the next."
        )));
        let paths = if state.paths.is_empty() { "PATHS".to_owned() } else { state.paths.join(" ") };
        let label = state.agreeing.label.as_deref().or(state.main_label()).unwrap_or("LABEL");
        lines.push(AgreeLine::Text(format!(
            "In a shell: undertone review {paths} --label {label} --rater NAME"
        )));
        return lines;
    }
    lines.extend(AgreeLine::of(&found.parts));
    lines
}

/// The lines as rows of the dialog.
#[must_use]
pub fn table(state: &State, columns: u16) -> AgreeTable {
    AgreeTable::new(lines(state), columns)
}

/// Puts the cursor on the confusion matrix: what one looks for first.
fn to_matrix(state: &mut State) {
    let lines = lines(state);
    let at = lines.iter().position(|line| matches!(line, AgreeLine::Matrix { .. }));
    if let (Some(Dialog::Agreement(d)), Some(at)) = (state.dialogs.last_mut(), at) {
        *d = AgreementDialog { selected: at, fresh: true, ..AgreementDialog::default() };
    }
    dialogs::keep_visible(state);
}

/// Keeps the cursor on the screen.
pub fn keep_visible(state: &mut State) {
    let (columns, height) = state.sizes.dialog;
    let table = table(state, columns);
    let Some(Dialog::Agreement(d)) = state.dialogs.last_mut() else { return };
    let height = usize::from(height).max(1);
    let stops = table.stops();
    let at = stops.partition_point(|line| *line < d.selected);
    d.selected = stops.get(at).or(stops.last()).copied().unwrap_or_default();
    let rows = table.rows_of_line(d.selected);
    let last = table.rows.len().saturating_sub(height);
    if d.fresh {
        // With the heading, where that leaves the cursor in sight.
        let above = d.selected.saturating_sub(2);
        let is_heading = matches!(table.lines.get(above), Some(AgreeLine::Heading(_)));
        let heading = table.rows_of_line(above);
        d.top = if is_heading { heading.end.saturating_sub(1) } else { rows.start };
    }
    d.top = d.top.max(rows.end.saturating_sub(height)).min(rows.start).min(last);
}

/// Moves the cursor.
pub fn go(state: &mut State, movement: Move) {
    let (columns, height) = state.sizes.dialog;
    let table = table(state, columns);
    let Some(Dialog::Agreement(d)) = state.dialogs.last_mut() else { return };
    let page = usize::from(height);
    let last = table.rows.len().saturating_sub(1);
    d.fresh = false;
    d.selected = match movement {
        Move::Lines(_) | Move::Start | Move::End => {
            let stops = table.stops();
            let at = stops.partition_point(|line| *line < d.selected);
            let to = movement.apply(at, page, stops.len().saturating_sub(1));
            let first = stops.iter().find(|line| table.opens(**line));
            let first = first.filter(|_| matches!(movement, Move::Start));
            first.or(stops.get(to)).copied().unwrap_or_default()
        }
        // Lines of many rows: by what is on the screen.
        Move::Halves(_) | Move::Pages(_) => {
            let row = table.rows_of_line(d.selected).start;
            let to = movement.apply(row, page, last);
            table.rows.get(to).map_or(d.selected, |row| row.line)
        }
    };
    keep_visible(state);
}

/// A click on a row of the dialog. Whether there is something to open.
pub fn click(state: &mut State, row: usize) -> bool {
    let table = table(state, state.sizes.dialog.0);
    let Some(Dialog::Agreement(d)) = state.dialogs.last_mut() else { return false };
    let Some(row) = table.rows.get(d.top + row) else { return false };
    d.selected = row.line;
    // Which cell of a row was clicked is not known where both stand in it.
    let cells: Vec<usize> = row.words.iter().filter_map(|word| word.cell).collect();
    match *cells.as_slice() {
        [only] => {
            d.cell = only;
            true
        }
        _ => false,
    }
}

/// What keys mean while the dialog is on top. False: the same as everywhere.
pub fn command(state: &mut State, command: Command) -> bool {
    use Command as C;
    let Some(Dialog::Agreement(d)) = state.dialogs.last_mut() else { return false };
    match command {
        C::FocusLeft => d.cell = 0,
        C::FocusRight => d.cell = 1,
        C::FocusNext => turn_rater(state, true),
        C::FocusPrevious => turn_rater(state, false),
        C::SortNext => turn_label(state),
        C::Unfold => {
            state.agreeing.sighted = !state.agreeing.sighted;
            state.agreeing.stale = true;
            let text = if state.agreeing.sighted {
                "answers that are not blind count too"
            } else {
                "blind answers count"
            };
            toast(state, Tone::Info, text);
        }
        _ => return false,
    }
    true
}

/// All reviewers, then each of them.
pub fn turn_rater(state: &mut State, forward: bool) {
    let Some(found) = &state.agreeing.found else { return };
    let states = found.raters.len() + 1;
    let at = state.agreeing.rater.as_ref();
    let at = at.and_then(|rater| found.raters.iter().position(|own| own == rater));
    let at = at.map_or(0, |at| at + 1);
    let to = (at + if forward { 1 } else { states - 1 }) % states;
    state.agreeing.rater = to.checked_sub(1).and_then(|to| found.raters.get(to).cloned());
    state.agreeing.stale = true;
}

/// The next label that is judged.
fn turn_label(state: &mut State) {
    let Some(found) = &state.agreeing.found else { return };
    let shown = found.study.as_ref().map(|study| &study.ask.which.label);
    let at = found.labels.iter().position(|(label, _)| Some(label) == shown);
    let next = found.labels.iter().cycle().skip(at.map_or(0, |at| at + 1)).map(|(label, _)| label);
    let next = next.take(found.labels.len()).find(|label| Some(*label) != shown).cloned();
    let Some(next) = next else {
        toast(state, Tone::Info, "no other label is judged");
        return;
    };
    state.agreeing.label = Some(next);
    state.agreeing.rater = None;
    state.agreeing.stale = true;
}

/// Opens the transcripts of what is under the cursor.
pub fn accept(state: &mut State, fx: &mut Vec<Effect>) {
    let lines = lines(state);
    let Some(Dialog::Agreement(d)) = state.dialogs.last() else { return };
    let Some((tier, place)) = d.opens(&lines) else { return };
    let study = state.agreeing.found.as_ref().and_then(|found| found.study.as_ref());
    let rows = study.map(|study| study.rows_in(tier, place)).unwrap_or_default();
    if rows.is_empty() {
        toast(state, Tone::Info, "there is none");
        return;
    }
    let terms = study.and_then(|study| cell_filter(state, study, (tier, place), &rows));
    let is_here = |row: &RowId| rows.binary_search(row).is_ok();
    // Most of several reviewers, whom no term asks for.
    let apart = study
        .is_some_and(|study| study.cases.iter().any(|c| is_here(&c.fact.row) && c.is_disputed()));
    show(state, &rows, terms, apart, fx);
}

/// Filters by terms that let through these rows, else by their ids, within the filter in force. `apart`: reviewers differ on some of them, and
/// why a filter names ids is told.
fn show(
    state: &mut State,
    rows: &[RowId],
    terms: Option<Filter>,
    apart: bool,
    fx: &mut Vec<Effect>,
) {
    let applied = &state.filter.applied;
    let own = terms.map_or_else(|| rows_filter(state, rows), Ok);
    let by_ids = own.as_ref().is_ok_and(|own| own.to_string().contains("id:/"));
    let filter = own.and_then(|own| {
        if applied.is_empty() { Ok(own) } else { Filter::parse(&format!("({applied}) ({own})")) }
    });
    let Ok(filter) = filter else {
        let n = thousands(rows.len());
        let text = format!("the ids of {n} are too long for a filter: filter by tier first");
        return toast(state, Tone::Bad, text);
    };
    dialogs::close(state);
    list::set_filter(state, filter, fx);
    let shown = state.list.rows.len();
    if state.list.running.is_none() && shown > rows.len() {
        let n = plural(rows.len(), "transcript is", "transcripts are");
        let more = plural(shown - rows.len(), "more of the same id is", "more of the same ids are");
        let text = format!("{n} counted; {more} listed, too");
        toast(state, Tone::Info, text);
    } else if apart && by_ids {
        toast(state, Tone::Info, "reviewers differ: by ids");
    }
}
