//! Going from item to item and out of a review; keys that wait; a note that is typed.

use super::{leave, record, session, show_again};
use crate::app::review::{Phase, Review};
use crate::app::update::toast;
use crate::app::{
    Command, Context, Edit, Effect, Key, KeyCode, Reader, State, Tone, plural, thousands,
};

/// Whether an answer is on its way to the journal, or an item to the screen, the first one too.
pub fn is_busy(review: &Review, reader: &Reader) -> bool {
    if review.is_opening(&reader.body) {
        return review.trouble.is_none();
    }
    review.phase == Phase::Asking && (review.writing || reader.asked.is_some())
}

/// Whether a key waits while the review is busy. Before the first item is there one can leave, and read about the keys.
pub fn waits(state: &State, key: Key) -> bool {
    use Command as C;
    let Some(review) = &state.review else { return false };
    if !is_busy(review, &state.reader) || state.keymap.works_while_typing(key).is_some() {
        return false;
    }
    let now = matches!(
        state.keymap.command(Context::Review, key),
        Some(C::Quit | C::Close | C::Help | C::QuitNow | C::Redraw | C::Suspend)
    );
    !review.is_opening(&state.reader.body) || state.dialogs.is_empty() && !now
}

/// A key while a note is typed. False: none is.
pub fn typing(state: &mut State, key: Key) -> bool {
    if state.keymap.works_while_typing(key).is_some() {
        return false;
    }
    let Some(review) = &mut state.review else { return false };
    let Some(input) = &mut review.note else { return false };
    match key.code {
        KeyCode::Enter => {
            let text = input.text.clone();
            review.note = None;
            if let Some(session) = &mut review.session {
                session.draft.note = text;
            }
        }
        KeyCode::Esc => review.note = None,
        _ => {
            let _: Edit = input.key(key);
        }
    }
    true
}

/// To the item before or after, to look at it again or change its answer.
pub fn go(state: &mut State, down: bool, fx: &mut Vec<Effect>) {
    let Some(review) = &mut state.review else { return };
    if !matches!(review.phase, Phase::Asking | Phase::Ended) || review.writing {
        return;
    }
    let Some(session) = &mut review.session else { return };
    let at = match review.phase {
        Phase::Ended => session.opened.items.len().checked_sub(1),
        _ if down => Some(session.at() + 1),
        _ => session.at().checked_sub(1),
    };
    // What nobody has answered yet comes in its turn.
    let known = |n: &usize| session.answer_to(*n).is_some() || Some(*n) == session.first_open();
    let Some(at) = at.filter(known) else { return };
    to(state, at, fx);
}

/// To an item that was answered, or is to be.
pub fn to(state: &mut State, at: usize, fx: &mut Vec<Effect>) {
    let Some(review) = state.review.as_mut().filter(|review| !review.writing) else { return };
    let Some(session) = &mut review.session else { return };
    let left = (session.at() != at && review.phase == Phase::Asking && session.is_drafted())
        .then(|| format!("item {}", thousands(session.at() + 1)));
    review.phase = Phase::Asking;
    session.go(at);
    show_again(state, fx);
    if let Some(item) = left {
        let text = format!("what was said of {item} is kept here, and written with its answer");
        toast(state, Tone::Info, text);
    }
}

/// Takes the last answer back, or goes to it where it stays.
pub fn take_back(state: &mut State, fx: &mut Vec<Effect>) {
    let now = state.now;
    let Some((stays, undo)) = session(state).map(|own| (own.stays(), own.undo(now))) else {
        return;
    };
    if let Some(n) = stays {
        to(state, n, fx);
        let text = "this was answered blind: that stays, another answer is one after feedback";
        toast(state, Tone::Info, text);
        return;
    }
    if undo.is_none() {
        toast(state, Tone::Info, "nothing to take back");
    }
    record(state, undo, fx);
}

/// Leaves. What was said without an answer would be lost: that is told once.
pub fn quit(state: &mut State, fx: &mut Vec<Effect>) {
    let drafts = session(state).map_or(0, |session| session.drafts());
    let Some(review) = state.review.as_mut() else { return };
    if drafts == 0 || std::mem::replace(&mut review.warned, true) {
        return leave(state, fx);
    }
    let items = plural(drafts, "item was not answered", "items were not answered");
    let text = format!("{items}: a note or a flag there is not kept; once more leaves");
    toast(state, Tone::Info, text);
}

/// Scrolls what is said while no item is on the screen. False: the command does not scroll.
pub fn scroll_message(state: &mut State, command: Command) -> bool {
    let last = state.sizes.message;
    let Some(review) = &mut state.review else { return false };
    let top = review.top.min(last);
    review.top = match command {
        Command::Down => top + 1,
        Command::Up => top.saturating_sub(1),
        Command::HalfPageDown | Command::PageDown | Command::Bottom => last,
        Command::HalfPageUp | Command::PageUp | Command::Top => 0,
        _ => return false,
    }
    .min(last);
    true
}
