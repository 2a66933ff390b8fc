//! Dialogs: a stack of documents and pickers. Opening, closing, scrolling, keeping them true when the body changes.

use std::mem::discriminant;
use std::sync::Arc;

use super::scroll::{self, Move};
use super::{
    agreeing, boilerplate, colours, columns, copy, cues, facets, find, highlights, like, palette,
    queue, remarks, statistics, toast,
};
use crate::app::{
    Block, Dialog, Doc, Effect, PickOf, Reading, ScrollDoc, Shown, State, Tone, help_blocks, pages,
    turns,
};
use crate::corpus::{Body, prompt_hash};

/// Puts a dialog on top. One of its kind that is on top already is closed instead: the same key opens and closes.
pub fn toggle(state: &mut State, dialog: Dialog) {
    let kind = discriminant(&dialog);
    if state.dialogs.last().is_some_and(|d| discriminant(d) == kind) {
        close(state);
        return;
    }
    state.dialogs.retain(|d| discriminant(d) != kind);
    state.dialogs.push(dialog);
    fit_top(state);
}

/// Closes the top dialog.
pub fn close(state: &mut State) {
    state.dialogs.pop();
    fit_top(state);
}

fn body(state: &State) -> Option<Arc<Body>> {
    match &state.reader.body {
        Reading::Here(_, body) => Some(Arc::clone(body)),
        _ => None,
    }
}

fn document(title: impl Into<String>, blocks: Vec<Block>) -> ScrollDoc {
    let doc = Doc::new(blocks, 0, |_| "");
    ScrollDoc { title: title.into(), doc, ..ScrollDoc::default() }
}

/// Wraps the top dialog's document to the width of the dialog.
pub fn fit_top(state: &mut State) {
    let body = body(state);
    let section = |i: usize| -> &str {
        body.as_ref().and_then(|b| b.transcript.sections.get(i)).map_or("", |s| s.text.as_str())
    };
    let size = state.sizes.dialog;
    let help = |d: &ScrollDoc| d.doc.width != size.0 && size.0 > 0;
    let help = matches!(state.dialogs.last(), Some(Dialog::Help(d)) if help(d))
        .then(|| help_blocks(state, size.0));
    match state.dialogs.last_mut() {
        Some(Dialog::Help(d)) if d.doc.width != size.0 && size.0 > 0 => {
            // Its columns are made for a width; the window stays at the same share of the text.
            let (rows, top) = (d.doc.rows.len().max(1), d.top);
            d.doc = Doc::new(help.unwrap_or_default(), size.0, |_| "");
            d.top = (top * d.doc.rows.len() / rows).min(scroll::last_top(&d.doc, size.1));
            find::dialog_changed(state);
        }
        Some(
            Dialog::Facets(_)
            | Dialog::Palette(_)
            | Dialog::Pick(..)
            | Dialog::Marks(_)
            | Dialog::Highlights(_)
            | Dialog::Columns(_)
            | Dialog::Like(_)
            | Dialog::Statistics(_)
            | Dialog::Agreement(_)
            | Dialog::Queue,
        ) => keep_visible(state),
        Some(dialog) => {
            if let Some(d) = dialog.doc_mut() {
                scroll::fit(&mut d.doc, &mut d.top, &mut d.pending, size, section);
            }
        }
        None => {}
    }
}

/// Scrolls a picker or the facets so that the selected line is on the screen.
pub fn keep_visible(state: &mut State) {
    let height = usize::from(state.sizes.dialog.1);
    let fit = |top: &mut usize, selected: usize, height: usize| {
        *top = (*top).clamp((selected + 1).saturating_sub(height.max(1)), selected);
    };
    match state.dialogs.last_mut() {
        Some(Dialog::Palette(p)) => fit(&mut p.top, p.selected, height.saturating_sub(1)),
        Some(Dialog::Pick(_, p)) => {
            fit(&mut p.top, p.selected, height.saturating_sub(1));
        }
        Some(Dialog::Marks(d)) => {
            let head = usize::from(d.head());
            fit(&mut d.top, d.selected, height.saturating_sub(head));
        }
        Some(Dialog::Highlights(d)) => fit(&mut d.top, d.selected, height.saturating_sub(1)),
        Some(Dialog::Statistics(s)) => {
            let table = s.table(state.sizes.dialog.0);
            s.selected = s.selected.min(table.lines.len().saturating_sub(1));
            let rows = table.rows_of_line(s.selected);
            let last = table.rows.len().saturating_sub(height.max(1));
            s.top = s.top.max(rows.end.saturating_sub(height.max(1))).min(rows.start).min(last);
        }
        Some(Dialog::Agreement(_)) => agreeing::keep_visible(state),
        Some(Dialog::Queue) => queue::keep_visible(state),
        Some(Dialog::Facets(f)) => f.keep_visible(height),
        Some(Dialog::Columns(d)) => fit(&mut d.top, d.selected, height),
        Some(Dialog::Like(d)) => fit(&mut d.top, d.selected, height),
        _ => {}
    }
}

/// Scrolls the top dialog, or moves its selection.
pub fn go(state: &mut State, movement: Move) {
    let height = state.sizes.dialog.1;
    let page = usize::from(height);
    match state.dialogs.last_mut() {
        Some(Dialog::Palette(p)) => {
            p.selected = movement.apply(p.selected, page, p.hits.len().saturating_sub(1));
        }
        Some(Dialog::Marks(d)) => {
            d.selected = movement.apply(d.selected, page, d.hits.len().saturating_sub(1));
            d.hidden = false;
        }
        Some(Dialog::Pick(_, p)) => {
            p.selected = movement.apply(p.selected, page, p.hits.len().saturating_sub(1));
        }
        Some(Dialog::Highlights(d)) => {
            let last = state.highlights.list.len().saturating_sub(1);
            d.selected = movement.apply(d.selected, page, last);
        }
        Some(Dialog::Facets(f)) => f.go(movement, page),
        Some(Dialog::Columns(d)) => {
            d.selected = movement.apply(d.selected, page, d.lines.len().saturating_sub(1));
        }
        Some(Dialog::Like(d)) => {
            d.selected = movement.apply(d.selected, page, d.lines.len().saturating_sub(1));
        }
        Some(Dialog::Statistics(s)) => {
            let table = s.table(state.sizes.dialog.0);
            s.selected = statistics::moved(&table, s.selected, movement, page);
        }
        Some(Dialog::Agreement(_)) => agreeing::go(state, movement),
        Some(Dialog::Queue) => queue::go(state, movement),
        Some(Dialog::Copy(choice)) => *choice = movement.apply(*choice, 3, 2),
        Some(dialog) => {
            if let Some(d) = dialog.doc_mut() {
                d.top = movement.apply(d.top, page, scroll::last_top(&d.doc, height));
                match movement {
                    Move::Start => d.turn = 0,
                    Move::End => d.turn = d.turns.len().saturating_sub(1),
                    _ => turn_in_sight(d, page),
                }
            }
            return;
        }
        None => return,
    }
    keep_visible(state);
}

/// Enter in the top dialog.
pub fn accept(state: &mut State, fx: &mut Vec<Effect>) {
    match state.dialogs.last() {
        Some(Dialog::Facets(_)) => facets::accept(state, fx),
        Some(Dialog::Columns(_)) => columns::accept(state),
        Some(Dialog::Like(_)) => like::accept(state, fx),
        Some(Dialog::Statistics(_)) => statistics::accept(state, false, fx),
        Some(Dialog::Agreement(_)) => agreeing::accept(state, fx),
        Some(Dialog::Queue) => queue::accept(state, fx),
        Some(Dialog::Reason(_)) => queue::write(state, fx),
        Some(Dialog::Copy(choice)) => {
            let what = *choice;
            copy::chosen(state, what, fx);
        }
        Some(Dialog::Palette(_) | Dialog::Pick(..)) => {
            palette::accept(state, fx);
        }
        Some(Dialog::Marks(_)) => remarks::accept(state, fx),
        Some(Dialog::Note(_)) => remarks::write(state, fx),
        Some(Dialog::Highlights(_)) => highlights::accept(state, fx),
        Some(Dialog::Turns(d)) => {
            let turn = d.turns.get(d.turn).map(|(_, turn)| *turn);
            go_to_turn(state, turn, fx);
        }
        _ => {}
    }
}

/// Shows a turn in the panes. Where the model spoke once everything is there already: long texts are unfolded instead.
fn go_to_turn(state: &mut State, turn: Option<u32>, fx: &mut Vec<Effect>) {
    let Some(body) = body(state) else { return };
    match turn {
        Some(turn) if turns::stops(&body.transcript).len() > 1 => {
            let shown = turns::stop_of(&body.transcript, turn);
            close(state);
            super::turns::show(state, shown, fx);
            super::reader::enter(state);
        }
        _ => unfold(state, fx),
    }
}

/// Long texts of the top dialog whole, or their first lines again; what Enter does where nothing is folded.
pub fn unfold(state: &mut State, fx: &mut Vec<Effect>) {
    match state.dialogs.last_mut() {
        Some(Dialog::Turns(d)) => {
            d.unfolded = !d.unfolded;
            let turn = d.turn;
            rebuild_top(state);
            select_turn(state, turn);
        }
        Some(Dialog::Facets(_) | Dialog::Copy(_) | Dialog::Columns(_)) => accept(state, fx),
        _ => {}
    }
}

/// A search looks at everything that the page holds.
pub fn unfold_for_find(state: &mut State) {
    let Some(Dialog::Turns(d)) = state.dialogs.last_mut() else { return };
    if d.unfolded {
        return;
    }
    d.unfolded = true;
    let (turn, find) = (d.turn, std::mem::take(&mut d.find));
    rebuild_top(state);
    select_turn(state, turn);
    if let Some(Dialog::Turns(d)) = state.dialogs.last_mut() {
        d.find = find;
    }
}

/// The page begins at the turn that the panes show, where they show one.
fn start_at_turn(state: &mut State) {
    let Shown::Turn(turn) = state.reader.shown else { return };
    let Some(Dialog::Turns(d)) = state.dialogs.last() else { return };
    if let Some(at) = d.turns.iter().position(|(_, t)| *t == turn) {
        select_turn(state, at);
    }
}

/// The next or previous turn of the page.
pub fn turn_step(state: &mut State, down: bool) {
    let Some(Dialog::Turns(d)) = state.dialogs.last() else { return };
    let last = d.turns.len().saturating_sub(1);
    let to = if down { (d.turn + 1).min(last) } else { d.turn.saturating_sub(1) };
    select_turn(state, to);
}

/// Puts the cursor on a turn and brings its heading to the top.
fn select_turn(state: &mut State, turn: usize) {
    let height = state.sizes.dialog.1;
    let Some(Dialog::Turns(d)) = state.dialogs.last_mut() else { return };
    d.turn = turn;
    let Some((block, _)) = d.turns.get(turn) else { return };
    let row = d.doc.row_of((*block as u32, 0));
    d.top = row.min(scroll::last_top(&d.doc, height));
}

/// After scrolling the cursor stands on a turn that is on the screen: the first one that begins there, unless it is in sight.
fn turn_in_sight(d: &mut ScrollDoc, page: usize) {
    let row = |i: usize| d.turns.get(i).map(|(block, _)| d.doc.row_of((*block as u32, 0)));
    let seen = |i: usize| row(i).is_some_and(|r| (d.top..d.top + page.max(1)).contains(&r));
    if seen(d.turn) {
        return;
    }
    let first = (0..d.turns.len()).find(|i| seen(*i));
    // No heading in sight: the turn that fills the screen.
    let before = (0..d.turns.len()).rev().find(|i| row(*i).is_some_and(|r| r < d.top));
    d.turn = first.or(before).unwrap_or(d.turn);
}

/// Opens or closes the help.
pub fn help(state: &mut State) {
    let blocks = help_blocks(state, state.sizes.dialog.0);
    toggle(state, Dialog::Help(document("help", blocks)));
}

/// Opens or closes the problems.
pub fn problems(state: &mut State) {
    let blocks = pages::problems(state);
    toggle(state, Dialog::Problems(document("problems", blocks)));
}

/// Which document of the transcript.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    /// Prompt and other turns.
    Turns,
    /// Raw record.
    Record,
    /// Why a cue is marked.
    Why,
}

/// Opens or closes a document of the transcript being read.
pub fn transcript(state: &mut State, of: Of, fx: &mut Vec<Effect>) {
    if state.reader.body().is_none() {
        let text = match &state.reader.body {
            Reading::Failed(_, sentence) => sentence.clone(),
            Reading::Waiting(_) => "still reading".to_owned(),
            _ => "no transcript is open".to_owned(),
        };
        toast(state, Tone::Info, text);
        return;
    }
    let empty = ScrollDoc::default();
    let dialog = match of {
        Of::Turns => Dialog::Turns(empty),
        Of::Record => Dialog::Record(empty),
        Of::Why => {
            cues::current_or_first(state);
            boilerplate::want(state, fx);
            Dialog::Why(empty)
        }
    };
    let was = state.dialogs.len();
    toggle(state, dialog);
    if state.dialogs.len() >= was.max(1) {
        rebuild_top(state);
        start_at_turn(state);
        colours::ask(state, fx);
    }
}

/// Makes the top dialog's document anew from the body on screen.
fn rebuild_top(state: &mut State) {
    let Some(body) = body(state) else { return };
    let id = &body.transcript.id;
    let position = state.reader.cue_position();
    let span = state.reader.active_span().map(|(i, _)| i);
    let engine = state.engine.clone();
    let others = same_prompt(state, &body);
    let mut headings = Vec::new();
    let (title, blocks) = match state.dialogs.last() {
        Some(Dialog::Turns(d)) => {
            let others = pages::Others { unfolded: d.unfolded, same_prompt: others };
            let (blocks, turns) = pages::turns(&body, others);
            headings = turns;
            (format!("prompt and turns · {id}"), blocks)
        }
        Some(Dialog::Record(_)) => {
            let what = if body.as_read { "record as read" } else { "record" };
            (format!("{what} · {id}"), pages::record(&body))
        }
        Some(Dialog::Why(_)) => {
            let common = state.boilerplate.found.as_deref();
            let looking = state.reader.unmarked;
            let reviewed = match state.reader.body {
                Reading::Here(row, _) => state.catalogue.reviewed(row),
                _ => None,
            };
            let catalogue = Some(&state.catalogue);
            let engine = engine.as_deref();
            let known = pages::Known { engine, common, reviewed, catalogue, looking };
            (format!("why · {id}"), pages::why(&body, known, span, &position))
        }
        _ => return,
    };
    if let Some(d) = state.dialogs.last_mut().and_then(Dialog::doc_mut) {
        d.title = title;
        d.doc = Doc::new(blocks, 0, |_| "");
        d.top = 0;
        d.pending = None;
        d.colours = Arc::default();
        d.turns = headings;
        d.turn = 0;
    }
    fit_top(state);
    find::dialog_changed(state);
}

/// How many other transcripts have the system prompt of this one. Counted when its dialog is open only.
fn same_prompt(state: &State, body: &Body) -> usize {
    let Some(prompt) = prompt_hash(&body.transcript) else { return 0 };
    if !matches!(state.dialogs.last(), Some(Dialog::Turns(_))) {
        return 0;
    }
    let same = state.catalogue.views().filter(|view| view.prompt() == Some(prompt));
    same.count().saturating_sub(1)
}

/// Another body is on screen: documents about the former one are made anew, or closed when there is none.
pub fn body_changed(state: &mut State) {
    let about = |d: &Dialog| matches!(d, Dialog::Turns(_) | Dialog::Record(_) | Dialog::Why(_));
    let top_stays = state.reader.body().is_some() && state.dialogs.last().is_some_and(about);
    let top = if top_stays { state.dialogs.pop() } else { None };
    state.dialogs.retain(|d| !about(d));
    if let Some(mut dialog) = top {
        if let Some(d) = dialog.doc_mut() {
            d.unfolded = false;
        }
        if matches!(dialog, Dialog::Why(_)) {
            cues::current_or_first(state);
        }
        state.dialogs.push(dialog);
        rebuild_top(state);
    }
}

/// The cursor stands on another cue.
pub fn cue_changed(state: &mut State) {
    if matches!(state.dialogs.last(), Some(Dialog::Why(_))) {
        rebuild_top(state);
    }
}

/// Files were read on: the problems are listed anew, the window stays.
pub fn problems_changed(state: &mut State) {
    if !matches!(state.dialogs.last(), Some(Dialog::Problems(_))) {
        return;
    }
    let blocks = pages::problems(state);
    if let Some(Dialog::Problems(d)) = state.dialogs.last_mut()
        && d.doc.blocks != blocks
    {
        d.doc = Doc::new(blocks, 0, |_| "");
    }
    let top = state.dialogs.last().and_then(Dialog::doc).map_or(0, |d| d.top);
    fit_top(state);
    let height = state.sizes.dialog.1;
    if let Some(d) = state.dialogs.last_mut().and_then(Dialog::doc_mut) {
        d.top = top.min(scroll::last_top(&d.doc, height));
    }
    find::dialog_changed(state);
}

/// Closes what quiet reading hides.
pub fn hide(state: &mut State) {
    state.dialogs.retain(|d| {
        !matches!(
            d,
            Dialog::Why(_)
                | Dialog::Record(_)
                | Dialog::Facets(_)
                | Dialog::Like(_)
                | Dialog::Marks(_)
                | Dialog::Note(_)
                | Dialog::Statistics(_)
                | Dialog::Agreement(_)
                | Dialog::Queue
                | Dialog::Reason(_)
                | Dialog::Pick(PickOf::Labels | PickOf::References | PickOf::Fields, _)
        )
    });
    fit_top(state);
}
