//! The only place where state changes: a message in, effects out. One file per group of messages.
//!
//! Pure: no file, thread or clock. What takes long (bodies, filters over text, colours) is asked for as an
//! effect with a generation; answers of an older generation are dropped.

mod agreeing;
mod ahead;
mod boilerplate;
mod colours;
mod columns;
mod commands;
mod copy;
mod cues;
mod dialogs;
mod facets;
mod fields;
mod figures;
mod filter;
mod find;
mod fuzzy;
mod highlights;
mod like;
mod list;
mod load;
mod mouse;
mod named;
mod pairs;
mod palette;
mod queue;
mod reader;
mod remarks;
mod review;
mod reviews;
mod scroll;
mod session;
mod statistics;
mod strip;
mod turns;
mod twin;
mod typing;
mod wanted;

#[cfg(test)]
mod tests;

pub use agreeing::table as agreement_table;
pub use load::start;
pub use review::enter as review;
pub use session::{Given, restore, session};

use super::{Effect, Message, State, Toast, Tone};

/// Ticks (about a quarter of a second each) that a toast stays.
const TOAST_TICKS: u16 = 16;
/// Ticks that a toast about a failure stays.
const BAD_TICKS: u16 = 40;
/// Ticks that it stays whatever is typed. Others go with the next key or click: the line is for the rates.
const BAD_LEAST: u16 = 8;

/// Applies a message; what the shell must do comes back.
pub fn update(state: &mut State, message: Message) -> Vec<Effect> {
    if state.review.is_some() {
        return review::update(state, message);
    }
    explore(state, message)
}

/// Applies a message to the explorer, or to what a review shares with it.
fn explore(state: &mut State, message: Message) -> Vec<Effect> {
    let mut effects = Vec::new();
    let fx = &mut effects;
    let before = remarks::reading(state);
    let by_hand = matches!(message, Message::Key(_) | Message::Click(_));
    let waiting = state.twin_waiting.filter(|_| by_hand);
    if by_hand {
        state
            .toast
            .take_if(|toast| toast.tone != Tone::Bad || toast.ticks <= BAD_TICKS - BAD_LEAST);
        // Who moves is not taken back to where the last session ended.
        state.restoring = None;
        let restored = std::mem::take(&mut state.restored);
        if let Message::Key(key) = &message
            && restored
            && commands::is_close(state, *key)
        {
            session::clear(state, fx);
            return effects;
        }
    }
    match message {
        Message::Key(key) => typing::key(state, key, fx),
        Message::Paste(text) => typing::paste(state, &text, fx),
        Message::Click(target) => mouse::click(state, target, fx),
        Message::Wheel(target, lines) => mouse::wheel(state, target, lines),
        Message::Resized(columns, rows) => state.size = (columns, rows),
        Message::Sizes(sizes) => scroll::sizes(state, sizes),
        Message::Loaded(event) => load::loaded(state, event, fx),
        Message::Narrowed { generation, rows, done } => {
            fuzzy::ranked(state, generation, rows, done, fx);
        }
        Message::Paired { generation, samples, choices } => {
            twin::paired(state, generation, samples, &choices, fx);
        }
        Message::PartnerRead { row, result } => twin::partner_read(state, row, result, fx),
        Message::Fanned(answers) => twin::fanned(state, &answers),
        Message::Contrasted(contrast) => twin::contrasted(state, contrast),
        // Answers to a review that was left.
        Message::JournalOpened(_) | Message::SampleDrawn(_) | Message::Recorded(_) => {}
        Message::Reviewed { generation, reviews } => {
            reviews::came(state, generation, *reviews, fx);
        }
        Message::FacetsCounted { generation, facets } => facets::counted(state, generation, facets),
        Message::FieldsRead { generation, fields } => fields::read(state, generation, fields),
        Message::Counted { generation, answers } => figures::counted(state, generation, answers),
        Message::Studied { generation, found } => agreeing::studied(state, generation, found),
        Message::Decided(written) => queue::decided(state, written, fx),
        Message::Common(common) => boilerplate::found(state, common),
        Message::Compared(ranks) => list::compared(state, ranks, fx),
        Message::Speed(speed) => state.speed = speed,
        Message::Rules(engine) => load::rules(state, engine),
        Message::Filtered { generation, hits, done } => {
            list::filtered(state, generation, hits, done, fx);
        }
        Message::BodyRead { generation, row, result } => {
            reader::body_read(state, generation, row, result, fx);
        }
        Message::BodyAhead { row, result } => ahead::came(state, row, result, fx),
        Message::Unmarked { generation, row, body } => {
            reader::unmarked(state, generation, row, body, fx);
        }
        Message::Marked { generation, row, analysis } => {
            reader::marked(state, generation, row, *analysis, fx);
        }
        Message::Coloured { generation, codes } => colours::coloured(state, generation, codes),
        Message::Highlights(kept) => highlights::kept(state, &kept, fx),
        Message::Heard { up_to, said, filters } => {
            named::heard(state, up_to, filters);
            remarks::heard(state, up_to, said, fx);
        }
        Message::HighlightsCounted { generation, counts } => {
            highlights::counted(state, generation, counts);
        }
        Message::Copied(Ok(text)) | Message::Exported(Ok(text)) => toast(state, Tone::Good, text),
        Message::Copied(Err(text)) | Message::Exported(Err(text)) | Message::Failed(text) => {
            toast(state, Tone::Bad, text);
        }
        Message::Tick => {
            tick(state);
            reader::tick(state, fx);
            remarks::tick(state, fx);
        }
        Message::Resumed => fx.push(Effect::Redraw),
        Message::LightBackground(light) => state.view.light = Some(light),
    }
    twin::call_off(state, waiting);
    twin::after(state, fx);
    pairs::after(state, fx);
    remarks::happened(state, before, fx);
    queue::after(state);
    agreeing::ask(state, fx);
    figures::ask(state, fx);
    facets::ask(state, fx);
    fields::ask(state, fx);
    effects
}

/// Shows a short message instead of the one before.
fn toast(state: &mut State, tone: Tone, text: impl Into<String>) {
    let ticks = if tone == Tone::Bad { BAD_TICKS } else { TOAST_TICKS };
    state.toast = Some(Toast { text: text.into(), tone, ticks, is_here: false });
}

/// Says where the reader has come to: it may be taken back before the next key.
fn toast_here(state: &mut State, text: impl Into<String>) {
    toast(state, Tone::Info, text);
    if let Some(toast) = &mut state.toast {
        toast.is_here = true;
    }
}

fn tick(state: &mut State) {
    if let Some(toast) = &mut state.toast {
        toast.ticks = toast.ticks.saturating_sub(1);
        if toast.ticks == 0 {
            state.toast = None;
        }
    }
}
