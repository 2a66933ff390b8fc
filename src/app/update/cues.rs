//! Cues and evidence: stepping through spans in reading order and through the quotes that judges gave.

use super::{dialogs, scroll, strip, toast, toast_here, turns};
use crate::app::{Effect, Focus, Looking, State, Stop, Tone, counts, nothing_fired};
use crate::model::{Found, Span};

/// Lists the steps of a new body.
pub fn body_changed(state: &mut State) {
    let mut steps = Vec::new();
    if let Some((_, body)) = state.reader.body() {
        let panes = [&state.reader.scratchpad, &state.reader.output];
        for block in panes.iter().flat_map(|p| &p.doc.blocks) {
            for section in block.sections() {
                let spans = body.analysis.spans.iter().enumerate();
                let here = spans.filter(|(_, s)| s.section == *section && counts(s));
                steps.extend(here.map(|(i, _)| i));
            }
        }
    }
    state.reader.steps = steps;
    state.reader.cue = None;
    state.reader.evidence = None;
    strip::changed(state);
}

/// The next place of `len` from `now`, round the end. `None` in `now`: the first, or the last when going back.
fn around(now: Option<usize>, len: usize, down: bool) -> (usize, bool) {
    match now {
        None => (if down { 0 } else { len.saturating_sub(1) }, false),
        Some(i) if down => ((i + 1) % len.max(1), i + 1 >= len),
        Some(0) => (len.saturating_sub(1), true),
        Some(i) => (i - 1, false),
    }
}

/// The next or previous cue.
pub fn step(state: &mut State, down: bool, fx: &mut Vec<Effect>) {
    if state.reader.body().is_none() {
        return;
    }
    let len = state.reader.steps.len();
    if state.reader.unmarked {
        toast(state, Tone::Info, "still looking for cues");
        return;
    }
    if len == 0 {
        let text =
            state.reader.body().map(|(_, body)| nothing_fired(body, state.engine.as_deref()));
        toast(state, Tone::Info, text.unwrap_or_default());
        return;
    }
    let (mut at, wrapped) = around(state.reader.cue, len, down);
    if state.reader.cue.is_none() {
        // Begin in the turn that is being read.
        at = first_here(state, down).unwrap_or(at);
    }
    if wrapped {
        let text = if down { "back at the first cue" } else { "back at the last cue" };
        toast_here(state, text);
    }
    go_to(state, at, fx);
    dialogs::cue_changed(state);
}

/// The first cue in the panes, the last when going back.
fn first_here(state: &State, down: bool) -> Option<usize> {
    let spans = &state.reader.body()?.1.analysis.spans;
    let here = |i: &usize| spans.get(*i).is_some_and(|s| turns::is_shown(state, s.section));
    let mut steps = state.reader.steps.iter();
    if down { steps.position(here) } else { steps.rposition(here) }
}

/// Puts the cursor on a cue by its position among the steps.
pub fn go_to(state: &mut State, at: usize, fx: &mut Vec<Effect>) {
    state.reader.cue = Some(at);
    if let Some((_, span)) = state.reader.active_span() {
        let (section, start, end) = (span.section, span.start, span.end);
        turns::bring(state, section, start, end, fx);
    }
    state.reader.cue = Some(at);
    state.reader.looking = Looking::Cue;
}

/// The next or previous quote of a judge, or message that one points at; the turn that it stands in is shown.
pub fn evidence(state: &mut State, down: bool, fx: &mut Vec<Effect>) {
    let Some((_, body)) = state.reader.body() else { return };
    let len = body.transcript.evidence.len();
    if len == 0 {
        toast(state, Tone::Info, "no judge quoted this transcript");
        return;
    }
    let (at, wrapped) = around(state.reader.evidence, len, down);
    let Some(quote) = body.transcript.evidence.get(at) else { return };
    let (place, label) = (quote.at, quote.label.clone());
    let message = quote.found == Found::Message;
    let words = crate::app::turns::first_words(&quote.quote, 60);
    let what = if message { "reference" } else { "quote" };
    let number = format!("{what} {} of {len}", at + 1);
    let key = state.keymap.main_key(crate::app::Command::Turns);
    match place {
        None => toast(state, Tone::Bad, format!("{number}: {what} not found: “{words}”")),
        Some((section, start, end)) => {
            // Of a whole message the beginning is brought into sight.
            let end = if message { start } else { end };
            if turns::bring(state, section, start, end, fx) {
                let round = if wrapped { " (round the end)" } else { "" };
                toast(state, Tone::Info, format!("{number} for {label}{round}"));
            } else {
                let text = format!("{number} stands where no pane shows it; {key} does");
                toast(state, Tone::Info, text);
            }
        }
    }
    state.reader.evidence = Some(at);
    state.reader.looking = Looking::Evidence;
}

/// The cue that `w` is about: the one under the cursor, else the first on the screen, else the first.
pub fn current_or_first(state: &mut State) {
    if state.reader.cue.is_some() || state.reader.steps.is_empty() {
        return;
    }
    let focus = if state.focus == Focus::Output { Focus::Output } else { Focus::Scratchpad };
    let (_, height) = scroll::size_of(&state.sizes, focus);
    let Some(pane) = state.reader.pane(focus) else { return };
    let (first, after) = (pane.top, pane.top + usize::from(height));
    let seen = |span: &usize| {
        let span = state.reader.body().and_then(|(_, b)| b.analysis.spans.get(*span));
        let place = span.and_then(|s| Some((pane.doc.block_of(s.section)?, s.start)));
        place.is_some_and(|place| (first..after).contains(&pane.doc.row_of(place)))
    };
    let at = state.reader.steps.iter().position(seen).unwrap_or(0);
    state.reader.cue = Some(at);
}

/// The cue in a sentence that comes first in the order of precedence.
pub fn in_stop(state: &State, stop: &Stop) -> Option<usize> {
    let (_, body) = state.reader.body()?;
    let span = |step: usize| state.reader.steps.get(step).and_then(|i| body.analysis.spans.get(*i));
    let order = |step: &usize| {
        let name = span(*step).map(|s| s.category.as_str());
        state.categories.iter().position(|c| Some(c.name.as_str()) == name).unwrap_or(usize::MAX)
    };
    let inside = |step: &usize| {
        let starts =
            |s: &Span| s.section == stop.section && (stop.start..stop.end).contains(&s.start);
        span(*step).is_some_and(starts)
    };
    (0..state.reader.steps.len()).filter(inside).min_by_key(order)
}

/// The cue on a row of a pane, when a click meets one.
pub fn at_row(state: &State, focus: Focus, row: usize) -> Option<usize> {
    let doc = &state.reader.pane(focus)?.doc;
    let hit = doc.rows.get(row)?;
    let section = doc.blocks.get(hit.block as usize)?.section()?;
    let (_, body) = state.reader.body()?;
    state.reader.steps.iter().position(|&span| {
        body.analysis
            .spans
            .get(span)
            .is_some_and(|s| s.section == section && s.start < hit.row.end && s.end > hit.row.start)
    })
}
