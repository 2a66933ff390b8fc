//! Which turn the panes show: stepping, jumping, and bringing any section into sight; folding and unfolding tools.

use std::sync::Arc;

use super::{colours, find, highlights, scroll, strip, toast, toast_here};
use crate::app::state::{Looking, Pending};
use crate::app::turns::{self, Level};
use crate::app::{
    Anchor, Block, Doc, Effect, Focus, Folds, Notice, Pane, Reading, Shown, Sight, State, Tone,
    pages,
};
use crate::corpus::Body;
use crate::model::{Role, SectionKind, Transcript};
use crate::review::Part;

/// Most transcripts whose places are remembered.
const MOST_PLACES: usize = 2000;

fn body(state: &State) -> Option<Arc<Body>> {
    match &state.reader.body {
        Reading::Here(_, body) => Some(Arc::clone(body)),
        _ => None,
    }
}

/// A new body: its final response, where it was left.
pub fn body_changed(state: &mut State) {
    let judged = judged_turn(state);
    let pair = state.review.as_ref().is_some_and(|review| review.is_pair());
    let reader = &mut state.reader;
    (reader.shown, reader.folds) = match judged {
        // With what it answers.
        Some(turn) => (Shown::Turn(turn), Folds::at(Level::Head)),
        None if pair => (Shown::Sides, Folds::default()),
        None => (Shown::Response, Folds::default()),
    };
    reader.looking = Looking::Cue;
    fill(state);
    restore(state);
}

/// The turn that is asked about in a review.
fn judged_turn(state: &State) -> Option<u32> {
    match state.review.as_ref()?.part()? {
        Part::Turn(turn) => Some(turn),
        _ => None,
    }
}

/// Makes the panes' documents anew from what is shown.
fn fill(state: &mut State) {
    let body = body(state);
    let judged = judged_turn(state).filter(|turn| state.reader.shown == Shown::Turn(*turn));
    let reader = &mut state.reader;
    let (shown, folds) = (reader.shown, &reader.folds);
    let pane = |blocks| Pane { doc: Doc::new(blocks, 0, |_| ""), ..Pane::default() };
    let (left, right, position) = match &body {
        Some(body) => (
            pane(pages::scratchpad(body, shown, folds)),
            pane(pages::output(body, shown, folds)),
            turns::position(&body.transcript, shown),
        ),
        None => (Pane::default(), Pane::default(), None),
    };
    reader.scratchpad = left;
    reader.output = right;
    // How many come after it is not said, nor that it is the last one where it is not.
    let judged = judged.map(|turn| {
        let n = turn + 1;
        [format!("turn {n} · judged"), format!("turn {n}"), n.to_string()]
    });
    reader.position = judged.or(position);
}

/// The panes of the final response to where they were left.
pub fn put_back(state: &mut State) {
    restore(state);
}

/// The panes of the final response where they were left; the first time, an agent's output at its end, which is the answer.
fn restore(state: &mut State) {
    let Some((row, body)) = state.reader.body() else { return };
    let reader = &state.reader;
    let long = turns::is_long(&body.transcript) && reader.shown == Shown::Response;
    let exact = |place| Some(Pending { place, with_context: false });
    let (left, right) = match reader.places.get(&row) {
        Some(&(left, right)) => {
            let of = |doc: &Doc, anchor: Option<Anchor>| {
                exact(anchor.and_then(|a| doc.place_of_anchor(a)).unwrap_or_default())
            };
            (of(&reader.scratchpad.doc, left), of(&reader.output.doc, right))
        }
        None if long => {
            let answers = |b: &Block| {
                let section = b.section().and_then(|i| body.transcript.sections.get(i));
                section.is_some_and(|s| s.kind == SectionKind::Output)
            };
            let last = reader.output.doc.blocks.iter().rposition(answers);
            let place = last.map(|block| (block as u32, 0));
            (None, place.map(|place| Pending { place, with_context: true }))
        }
        None => (None, None),
    };
    let reader = &mut state.reader;
    (reader.scratchpad.pending, reader.output.pending) = (left, right);
}

/// Notes where the panes of the final response stand before they show something else.
pub fn remember(state: &mut State) {
    let Some((row, body)) = state.reader.body() else { return };
    let long = turns::is_long(&body.transcript);
    let reader = &mut state.reader;
    if reader.shown != Shown::Response {
        return;
    }
    let anchor = |pane: &Pane| match pane.pending {
        Some(pending) => pane.doc.anchor_of_place(pending.place),
        None => pane.doc.anchor_of(pane.top),
    };
    let anchors = (anchor(&reader.scratchpad), anchor(&reader.output));
    if reader.places.len() >= MOST_PLACES {
        reader.places.clear();
    }
    if anchors == (None, None) && !long {
        reader.places.remove(&row);
    } else {
        reader.places.insert(row, anchors);
    }
}

/// Shows another turn, or the final response again.
pub fn show(state: &mut State, shown: Shown, fx: &mut Vec<Effect>) {
    if state.reader.body().is_none() || state.reader.shown == shown {
        return;
    }
    remember(state);
    let reader = &mut state.reader;
    // A turn alone has room for its tools; how much of them is kept from turn to turn.
    let level = match (reader.shown, shown) {
        (Shown::Response, Shown::Turn(_)) => reader.folds.all.max(Level::Head),
        (_, Shown::Response) => Level::Line,
        _ => reader.folds.all,
    };
    reader.folds = Folds::at(level);
    reader.shown = shown;
    fill(state);
    if shown == Shown::Response {
        restore(state);
    }
    scroll::fit_panes(state);
    // What is under the cursor must be on the screen.
    let away = state.reader.active_span().is_some_and(|(_, s)| !is_shown(state, s.section));
    if away {
        state.reader.cue = None;
    }
    state.reader.looking = Looking::Cue;
    strip::changed(state);
    find::body_changed(state);
    highlights::count(state, fx);
    colours::body_changed(state, fx);
}

/// Whether a pane holds a section, folded or not.
pub fn is_shown(state: &State, section: usize) -> bool {
    let panes = [&state.reader.scratchpad, &state.reader.output];
    panes.iter().flat_map(|p| &p.doc.blocks).any(|b| b.sections().contains(&section))
}

/// The next or previous turn of the model, round the end.
pub fn step(state: &mut State, down: bool, fx: &mut Vec<Effect>) {
    let Some(body) = body(state) else { return };
    let stops = turns::stops(&body.transcript);
    let len = stops.len();
    let Some(now) = stops.iter().position(|s| *s == state.reader.shown) else {
        // The only turn was shown with what it answers, as a judge pointed there.
        show(state, Shown::Response, fx);
        return;
    };
    if len < 2 {
        toast(state, Tone::Info, "the model speaks once in this transcript");
        return;
    }
    let at = if down { (now + 1) % len } else { (now + len - 1) % len };
    let Some(shown) = stops.get(at) else { return };
    show(state, *shown, fx);
    if down && at == 0 {
        toast_here(state, "the first turn of the model");
    } else if !down && at == len - 1 {
        toast_here(state, "back at the final response");
    }
}

/// Brings a byte range of a section into sight, wherever it stands: in the panes as they are, else in the final response, else
/// in the turn that says or answers it. What is folded is opened. Whether that could be done.
pub fn bring(
    state: &mut State,
    section: usize,
    start: usize,
    end: usize,
    fx: &mut Vec<Effect>,
) -> bool {
    let Some(body) = body(state) else { return false };
    if !is_shown(state, section) {
        let Some(shown) = where_shown(&body, section) else { return false };
        show(state, shown, fx);
    }
    // A row is opened to its first lines, then whole.
    for _ in 0..3 {
        let panes = [&state.reader.scratchpad, &state.reader.output];
        let sights = panes.map(|p| p.doc.sight(section, start));
        let (id, level) = match sights.iter().find(|s| **s != Sight::Nowhere) {
            Some(Sight::Folded(id, _)) => (*id, Level::Head),
            Some(Sight::Cut(block)) => {
                let doc = panes.iter().zip(&sights).find(|(_, s)| **s != Sight::Nowhere);
                let id = doc.and_then(|(p, _)| fold_of(&p.doc, *block));
                (id.unwrap_or(section), Level::Whole)
            }
            Some(Sight::Shown(_)) => break,
            Some(Sight::Nowhere) | None => return false,
        };
        state.reader.folds.some.insert(id, level);
        refold(state, fx);
    }
    scroll::reveal_section(state, section, start, end)
}

/// What shows a section when the panes do not.
fn where_shown(body: &Body, section: usize) -> Option<Shown> {
    let transcript = &body.transcript;
    let holds = |shown| {
        let folds = Folds::default();
        let blocks = [pages::scratchpad(body, shown, &folds), pages::output(body, shown, &folds)];
        blocks.iter().flatten().any(|b| b.sections().contains(&section))
    };
    let turn = transcript.sections.get(section)?.turn;
    let alone = reader_of(transcript, turn).map(Shown::Turn);
    [Some(Shown::Response), alone].into_iter().flatten().find(|shown| holds(*shown))
}

/// The turn of the model that says a turn, answers it, or was answered by it.
fn reader_of(transcript: &Transcript, turn: u32) -> Option<u32> {
    let of_tool = transcript.sections.iter().find(|s| s.turn == turn).map(|s| &s.role);
    let list = turns::model_turns(transcript);
    let after = list.iter().find(|t| **t >= turn);
    let before = list.iter().rev().find(|t| **t <= turn);
    // A tool's answer stands with its call.
    let best = if of_tool == Some(&Role::Tool) { before.or(after) } else { after.or(before) };
    best.copied()
}

/// The open row that a block belongs to.
fn fold_of(doc: &Doc, block: u32) -> Option<usize> {
    let before = doc.blocks.get(..block as usize)?.iter().rev();
    before
        .take_while(|b| !matches!(b, Block::Notice(Notice::Turn, _)))
        .find_map(|b| match b {
            Block::Fold(fold) => Some(fold.open.then_some(fold.id)),
            _ => None,
        })
        .flatten()
}

/// Makes the panes anew after something was folded or unfolded. What stands at their tops stays there.
fn refold(state: &mut State, fx: &mut Vec<Effect>) {
    let reader = &state.reader;
    let anchor = |pane: &Pane| match pane.pending {
        Some(pending) => (pane.doc.anchor_of_place(pending.place), pending.with_context),
        None => (pane.doc.anchor_of(pane.top), false),
    };
    let anchors = [anchor(&reader.scratchpad), anchor(&reader.output)];
    let current = reader.find.current;
    fill(state);
    let reader = &mut state.reader;
    for (pane, (anchor, with_context)) in
        [&mut reader.scratchpad, &mut reader.output].into_iter().zip(anchors)
    {
        let place = anchor.and_then(|a| pane.doc.place_of_anchor(a));
        pane.pending = place.map(|place| Pending { place, with_context });
    }
    scroll::fit_panes(state);
    strip::changed(state);
    find::body_changed(state);
    // The same texts in the same order, so the same match.
    state.reader.find.current = current.filter(|i| *i < state.reader.find.hits.len());
    colours::body_changed(state, fx);
}

/// Tools in a row each, then with their first lines, then whole, then in a row each again.
pub fn unfold(state: &mut State, fx: &mut Vec<Effect>) {
    let panes = [&state.reader.scratchpad, &state.reader.output];
    let blocks = || panes.iter().flat_map(|p| &p.doc.blocks);
    let folded = blocks().any(|b| matches!(b, Block::Fold(f) if !f.open));
    let open = blocks().any(|b| matches!(b, Block::Fold(f) if f.open));
    let cut = blocks().any(|b| matches!(b, Block::Head(..)));
    if state.reader.body().is_none() {
        return;
    }
    if !folded && !open && !cut {
        toast(state, Tone::Info, "nothing is folded here");
        return;
    }
    let all = &state.reader.folds.all;
    let next = match all {
        Level::Line => Level::Head,
        Level::Head if cut => Level::Whole,
        Level::Head | Level::Whole => Level::Line,
    };
    state.reader.folds = Folds::at(next);
    refold(state, fx);
    let text = match next {
        Level::Line => "tools in a row each",
        Level::Head => "tools are shown, long ones cut",
        Level::Whole => "everything is shown whole",
    };
    toast(state, Tone::Info, text);
}

/// Opens or closes the row that was clicked on. Whether it was one.
pub fn click(state: &mut State, focus: Focus, row: usize, fx: &mut Vec<Effect>) -> bool {
    let doc = state.reader.pane(focus).map(|p| &p.doc);
    let block = doc.and_then(|d| d.blocks.get(d.rows.get(row)?.block as usize));
    let Some(Block::Fold(fold)) = block else { return false };
    let (id, level) = (fold.id, if fold.open { Level::Line } else { Level::Head });
    state.reader.folds.some.insert(id, level);
    refold(state, fx);
    true
}
