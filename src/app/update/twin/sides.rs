//! The two sides of the twin view: who has the keys, what is read on the other, what differs, and how both scroll.

use std::sync::Arc;

use super::super::scroll::last_top;
use super::super::{
    boilerplate, colours, cues, find, highlights, reader, reviews, scroll, toast, turns,
};
use super::after;
use crate::app::{
    Contrast, Contrasting, Effect, Focus, Reader, Reading, State, Tone, Twin, sections_of,
};
use crate::corpus::{Body, BodyError, RowId};

/// Empties the panes of a reader that waits for another text.
pub(super) fn clear(reader: &mut Reader) {
    let find = std::mem::take(&mut reader.find);
    let places = std::mem::take(&mut reader.places);
    let (body, asked) = (std::mem::take(&mut reader.body), reader.asked);
    *reader = Reader { body, asked, places, titled: reader.titled, ..Reader::default() };
    (reader.find.needle, reader.find.text) = (find.needle, find.text);
}

pub(super) fn ask_other(state: &mut State, row: RowId, fx: &mut Vec<Effect>) {
    let place = state.catalogue.view(row).map(|view| view.place());
    let State { twin, reader, .. } = state;
    let Some((twin, place)) = twin.as_mut().zip(place) else { return };
    if twin.other.asked == Some(row)
        || twin.other.asked.is_none() && matches!(twin.other.body, Reading::Here(r, _) if r == row)
    {
        return;
    }
    twin.other.body = Reading::Waiting(row);
    clear(&mut twin.other);
    twin.other.asked = Some(row);
    // Both sides look for the same.
    (twin.other.find.needle, twin.other.find.text) =
        (reader.find.needle.clone(), reader.find.text.clone());
    fx.push(Effect::ReadPartner { row, place });
}

/// The partner's body was read, or could not be. The sides may have changed places meanwhile.
pub fn partner_read(
    state: &mut State,
    row: RowId,
    result: Result<Arc<Body>, BodyError>,
    fx: &mut Vec<Effect>,
) {
    let is_other = state.twin.as_ref().is_some_and(|twin| twin.other.asked == Some(row));
    if !is_other {
        // Its reader has asked anew.
        return;
    }
    on_other(state, |state| {
        state.reader.asked = None;
        state.reader.unmarked = false;
        state.reader.body = match result {
            Ok(body) => Reading::Here(row, reviews::applied(state, row, body)),
            Err(error) => Reading::Failed(row, error.message),
        };
        turns::body_changed(state);
        reader::filter_changed(state);
        scroll::fit_panes(state);
        boilerplate::body_changed(state);
        cues::body_changed(state);
        find::body_changed(state);
    });
    remember_tops(state);
    after(state, fx);
}

/// Does something to the other side, as if the keys were for it.
pub fn on_other(state: &mut State, change: impl FnOnce(&mut State)) {
    trade(state);
    change(state);
    trade(state);
}

/// The two sides change places.
fn trade(state: &mut State) {
    let State { twin, reader, sizes, .. } = state;
    let Some(twin) = twin else { return };
    std::mem::swap(reader, &mut twin.other);
    let [scratchpad, output] = &mut sizes.other;
    std::mem::swap(&mut sizes.scratchpad, scratchpad);
    std::mem::swap(&mut sizes.output, output);
}

/// The keys are for the other side from now on.
fn change_sides(state: &mut State, fx: &mut Vec<Effect>) {
    trade(state);
    let Some(twin) = &mut state.twin else { return };
    twin.right = !twin.right;
    // What is looked for goes along, and one match of both sides is the current one.
    (state.reader.find.needle, state.reader.find.text) =
        (twin.other.find.needle.clone(), twin.other.find.text.clone());
    twin.other.find.current = None;
    // Answers find their reader by the way in which they were asked for.
    let waits = twin.other.asked.take();
    if let Some(row) = waits {
        ask_other(state, row, fx);
    }
    if state.reader.asked.is_some() {
        reader::read_again(state, fx);
    }
    find::body_changed(state);
    colours::body_changed(state, fx);
    highlights::count(state, fx);
    remember_tops(state);
}

/// Moves the focus among the four panes: over all of them in turn, or to the other side.
pub fn focus(state: &mut State, steps: Steps, fx: &mut Vec<Effect>) {
    const ORDER: [(bool, Focus); 4] = [
        (false, Focus::Scratchpad),
        (false, Focus::Output),
        (true, Focus::Scratchpad),
        (true, Focus::Output),
    ];
    let Some(right) = state.twin.as_ref().map(|twin| twin.right) else { return };
    let at = ORDER.iter().position(|place| *place == (right, state.focus)).unwrap_or_default();
    let to = match steps {
        Steps::Next => ORDER.get((at + 1) % 4),
        Steps::Previous => ORDER.get((at + 3) % 4),
        Steps::Side(side) => ORDER.iter().find(|place| **place == (side, state.focus)),
    };
    let Some((side, focus)) = to.copied() else { return };
    state.focus = focus;
    if side != right {
        change_sides(state, fx);
    }
}

/// The keys are for a pane of the other side from now on.
pub fn other_side(state: &mut State, focus: Focus, fx: &mut Vec<Effect>) {
    state.focus = focus;
    change_sides(state, fx);
}

/// Where the focus goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Steps {
    Next,
    Previous,
    /// To the right side, or to the left one.
    Side(bool),
}

/// What differs has come.
pub fn contrasted(state: &mut State, contrast: Arc<Contrast>) {
    let Some(twin) = &mut state.twin else { return };
    if twin.rows() == Some(contrast.rows) {
        twin.contrast = Some(contrast);
        mark(state);
    }
}

/// Marks what differs, or no more.
pub fn mark(state: &mut State) {
    let Some(twin) = &mut state.twin else { return };
    let marks = twin.marks(&state.twin_ways);
    let differs = |right: bool| match &twin.contrast {
        Some(contrast) if marks => contrast.differs(right),
        _ => Vec::new(),
    };
    state.reader.differs = differs(twin.right);
    twin.other.differs = differs(!twin.right);
}

/// Switches the marks of differing words.
pub fn toggle_marks(state: &mut State) {
    let Some(twin) = &state.twin else { return };
    let on = !twin.marks(&state.twin_ways);
    let share = twin.contrast.as_ref().map(|contrast| contrast.share());
    state.twin_ways.marks = Some(on);
    mark(state);
    let text = match (on, share) {
        (true, Some(share)) => {
            format!(
                "differing words are marked; {}% of the words are common",
                (share * 100.0).round()
            )
        }
        (true, None) => "differing words are being looked for".to_owned(),
        (false, _) => "differing words are shown as all others".to_owned(),
    };
    toast(state, Tone::Info, text);
}

/// Scrolls both sides together, or apart.
pub fn toggle_apart(state: &mut State) {
    if state.twin.is_none() {
        return;
    }
    state.twin_ways.apart = !state.twin_ways.apart;
    remember_tops(state);
    let text = if state.twin_ways.apart {
        "the two sides scroll apart"
    } else {
        "the two sides scroll together"
    };
    toast(state, Tone::Info, text);
}

/// Has the texts compared once both are there.
pub(super) fn contrast(state: &mut State, fx: &mut Vec<Effect>) {
    let Some(twin) = &mut state.twin else { return };
    let Some(rows) = twin.rows().filter(|rows| twin.contrasting != Some(*rows)) else { return };
    let (left, right) =
        if twin.right { (&twin.other, &state.reader) } else { (&state.reader, &twin.other) };
    let bodies = match (&left.body, &right.body) {
        (Reading::Here(a, left), Reading::Here(b, right)) if [*a, *b] == rows => {
            [Arc::clone(left), Arc::clone(right)]
        }
        _ => return,
    };
    let sections = [
        [sections_of(&left.scratchpad.doc), sections_of(&right.scratchpad.doc)],
        [sections_of(&left.output.doc), sections_of(&right.output.doc)],
    ];
    twin.contrasting = Some(rows);
    fx.push(Effect::Contrast(Contrasting { rows, bodies, sections }));
}

pub(super) fn remember_tops(state: &mut State) {
    let tops = [state.reader.scratchpad.top, state.reader.output.top];
    if let Some(twin) = &mut state.twin {
        twin.tops = tops;
    }
}

/// Puts the other side beside what was scrolled to.
pub(super) fn follow(state: &mut State) {
    let sizes = state.sizes;
    let State { twin, reader, twin_ways, .. } = state;
    let Some(twin) = twin.as_mut().filter(|_| !twin_ways.apart) else { return };
    let Twin { other, contrast, tops, right, .. } = &mut **twin;
    let panes = [
        (&reader.scratchpad, &mut other.scratchpad, sizes.scratchpad.1, sizes.other[0].1),
        (&reader.output, &mut other.output, sizes.output.1, sizes.other[1].1),
    ];
    for ((number, (own, beside, height, other_height)), top) in
        panes.into_iter().enumerate().zip(tops)
    {
        if *top == own.top || own.doc.rows.is_empty() || beside.doc.rows.is_empty() {
            *top = own.top;
            continue;
        }
        *top = own.top;
        let (last, end) = (last_top(&own.doc, height), last_top(&beside.doc, other_height));
        let place = || {
            let contrast = contrast.as_ref()?;
            let anchor = own.doc.anchor_of(own.top)?;
            let place = contrast.other(number, *right, anchor)?;
            Some(beside.doc.row_of(beside.doc.place_of_anchor(place)?))
        };
        let to = match own.top {
            0 => 0,
            top if top >= last => end,
            top => place().unwrap_or(top * beside.doc.rows.len() / own.doc.rows.len()),
        };
        beside.top = to.min(end);
    }
}
