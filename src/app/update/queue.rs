//! Disagreements: the list of them, looking at one with what everybody says of it, and deciding.

use std::sync::Arc;

use super::scroll::Move;
use super::{dialogs, find, list, reader, reviews, toast, twin};
use crate::app::{
    Command, Dialog, Effect, Input, Key, KeyCode, QueueEntry, Reading, ReasonDialog, State, Tone,
};
use crate::corpus::RowId;
use crate::review::agree::Decision;
use crate::review::{Adjudication, Event, Verdict, What, text_hash};

/// Opens or closes the list. Journals are read anew each time.
pub fn open(state: &mut State) {
    let from = state.agreeing.deciding.take();
    state.agreeing.trail.clear();
    dialogs::toggle(state, Dialog::Queue);
    if matches!(state.dialogs.last(), Some(Dialog::Queue)) {
        state.agreeing.stale = true;
    }
    if let Some(row) = from {
        select(state, row);
    }
}

/// Puts the cursor of the list on a transcript.
fn select(state: &mut State, row: RowId) {
    let mut dialog = state.agreeing.queue;
    if let Some(queue) = state.agreeing.found_queue() {
        dialog.select(queue, row);
    }
    state.agreeing.queue = dialog;
    dialogs::keep_visible(state);
}

/// A queue may have come.
pub fn found(state: &mut State) {
    let mut dialog = state.agreeing.queue;
    let Some(queue) = state.agreeing.found_queue() else { return };
    // A reason that nobody has any more would leave an empty list.
    if dialog.kind.is_some_and(|kind| queue.count(kind) == (0, 0)) {
        dialog.kind = None;
    }
    let entries = dialog.entries(queue);
    if dialog.selected == 0 && matches!(entries.first(), Some(QueueEntry::Kind(..))) {
        dialog.selected = 1;
    }
    dialog.selected = dialog.selected.min(entries.len().saturating_sub(1));
    state.agreeing.queue = dialog;
}

fn entries(state: &State) -> Vec<QueueEntry> {
    let queue = state.agreeing.found_queue();
    queue.map(|queue| state.agreeing.queue.entries(queue)).unwrap_or_default()
}

/// Keeps the cursor on the screen.
pub fn keep_visible(state: &mut State) {
    let len = entries(state).len();
    let height = usize::from(state.sizes.dialog.1).max(1);
    let dialog = &mut state.agreeing.queue;
    dialog.selected = dialog.selected.min(len.saturating_sub(1));
    // Where all of it has room, none is above.
    dialog.top = dialog.top.min(len.saturating_sub(height));
    let least = (dialog.selected + 1).saturating_sub(height);
    dialog.top = dialog.top.clamp(least, dialog.selected.max(least));
    // The heading of the first one is worth its row.
    if dialog.selected == 1 && height > 1 {
        dialog.top = 0;
    }
}

/// Moves the cursor.
pub fn go(state: &mut State, movement: Move) {
    let last = entries(state).len().saturating_sub(1);
    let page = usize::from(state.sizes.dialog.1);
    let dialog = &mut state.agreeing.queue;
    dialog.selected = movement.apply(dialog.selected, page, last);
    keep_visible(state);
}

/// A click on an entry. Whether there is one.
pub fn click(state: &mut State, row: usize) -> bool {
    let at = state.agreeing.queue.top + row;
    let there = at < entries(state).len();
    if there {
        state.agreeing.queue.selected = at;
    }
    there
}

/// Enter: opens the transcript, or narrows the list to the reason.
pub fn accept(state: &mut State, fx: &mut Vec<Effect>) {
    let dialog = state.agreeing.queue;
    match entries(state).get(dialog.selected) {
        Some(QueueEntry::Kind(kind, ..)) => {
            let only = dialog.kind.is_none().then_some(*kind);
            let kind = *kind;
            state.agreeing.queue.kind = only;
            let entries = entries(state);
            let at =
                entries.iter().position(|e| matches!(e, QueueEntry::Kind(k, ..) if *k == kind));
            state.agreeing.queue.selected = at.unwrap_or_default();
            keep_visible(state);
        }
        Some(QueueEntry::Line(at)) => {
            let queue = state.agreeing.found_queue();
            let row = queue.and_then(|queue| queue.row_of(queue.lines.get(*at)?));
            if let Some(row) = row.map(|row| row.row) {
                look_at(state, row, fx);
            }
        }
        None => {}
    }
}

/// Shows a transcript of the queue in the panes, with what everybody says below.
fn look_at(state: &mut State, row: RowId, fx: &mut Vec<Effect>) {
    if state.catalogue.view(row).is_none() {
        toast(state, Tone::Bad, "this transcript is not there any more");
        return;
    }
    state.dialogs.clear();
    if state.twin.is_some() {
        twin::close(state, fx);
    }
    state.agreeing.deciding = Some(row);
    if let Some(at) = state.list.rows.iter().position(|own| *own == row) {
        list::choose(state, at, fx);
    } else {
        reader::read(state, row, fx);
        state.list.outside = true;
    }
    reader::enter(state);
    dialogs::fit_top(state);
}

/// Whoever moves on to another transcript decides no more.
pub fn after(state: &mut State) {
    let Some(row) = state.agreeing.deciding else { return };
    let gone = state.agreeing.found_queue().is_none_or(|queue| queue.of(row).is_none());
    if gone || reader::target(state) != Some(row) || state.twin.is_some() || state.view.quiet {
        state.agreeing.deciding = None;
        state.dialogs.retain(|dialog| !matches!(dialog, Dialog::Reason(_)));
    }
}

/// A key while something is decided on: the answers have the keys of reviews. False: it is none of them.
pub fn key(state: &mut State, key: Key, fx: &mut Vec<Effect>) -> bool {
    if state.agreeing.deciding.is_none() || state.review.is_some() {
        return false;
    }
    let Some(wanted) = state.keymap.deciding(key) else { return false };
    command(state, wanted, fx)
}

/// What a command means in the list, and while something is decided on. False: the same as everywhere.
pub fn command(state: &mut State, command: Command, fx: &mut Vec<Effect>) -> bool {
    use Command as C;
    if matches!(state.dialogs.last(), Some(Dialog::Queue)) {
        match command {
            C::FocusNext | C::FocusRight => turn(state, true),
            C::FocusPrevious | C::FocusLeft => turn(state, false),
            C::NextTranscript | C::PreviousTranscript => {
                step_in_list(state, command == C::NextTranscript);
            }
            _ => return false,
        }
        return true;
    }
    let Some(row) = state.agreeing.deciding.filter(|_| state.dialogs.is_empty()) else {
        return false;
    };
    match command {
        C::Yes => ask(state, Some(Verdict::Yes), fx),
        C::No => ask(state, Some(Verdict::No), fx),
        C::CannotTell => ask(state, Some(Verdict::CannotTell), fx),
        C::UndoAnswer => ask(state, None, fx),
        C::NextTranscript | C::PreviousTranscript => {
            step(state, row, command == C::NextTranscript, fx);
        }
        C::Close if find::is_on(state) || state.view.zoom => return false,
        C::Close | C::Quit => open(state),
        C::Compare | C::NextPair | C::PreviousPair | C::NextFlip | C::Pairs | C::Review => {
            let key = state.keymap.main_key(C::Close);
            toast(state, Tone::Info, format!("first back to the list ({key})"));
        }
        _ => return false,
    }
    true
}

fn turn(state: &mut State, forward: bool) {
    let mut dialog = state.agreeing.queue;
    if let Some(queue) = state.agreeing.found_queue() {
        dialog.turn(queue, forward);
    }
    state.agreeing.queue = dialog;
    found(state);
    dialogs::keep_visible(state);
}

/// The next open disagreement in the list.
fn step_in_list(state: &mut State, forward: bool) {
    let (dialog, entries) = (state.agreeing.queue, entries(state));
    let Some(queue) = state.agreeing.found_queue() else { return };
    let is_open = |entry: &QueueEntry| match entry {
        QueueEntry::Kind(..) => false,
        QueueEntry::Line(at) => {
            let row = queue.lines.get(*at).and_then(|line| queue.row_of(line));
            row.is_some_and(|row| row.decision.is_none())
        }
    };
    let to = if forward {
        let from = dialog.selected + 1;
        entries.iter().skip(from).position(is_open).map(|at| from + at)
    } else {
        entries.iter().take(dialog.selected).rposition(is_open)
    };
    if let Some(to) = to {
        state.agreeing.queue.selected = to;
        keep_visible(state);
    }
}

/// To the next transcript that nobody has decided on; back to what was just decided, to see it again or to take that back, else to the
/// open one before.
fn step(state: &mut State, row: RowId, forward: bool, fx: &mut Vec<Effect>) {
    let back = if forward { None } else { way_back(state, row) };
    if let Some(back) = back {
        look_at(state, back, fx);
        return select(state, back);
    }
    let Some(queue) = state.agreeing.found_queue() else { return };
    match state.agreeing.queue.next_open(queue, row, forward) {
        Some(next) => {
            look_at(state, next, fx);
            select(state, next);
        }
        None => toast(state, Tone::Info, "no other one is open"),
    }
}

/// What was decided on last, of what is still in the queue.
fn way_back(state: &mut State, row: RowId) -> Option<RowId> {
    while let Some(back) = state.agreeing.trail.pop() {
        let there = state.agreeing.found_queue().is_some_and(|queue| queue.of(back).is_some());
        if there && back != row {
            return Some(back);
        }
    }
    None
}

/// Asks why it is decided so, and first who decides, once. `None`: the decision is to be taken back.
fn ask(state: &mut State, answer: Option<Verdict>, fx: &mut Vec<Effect>) {
    if state.view.private {
        toast(state, Tone::Bad, "a decision is written to a journal, which --private forbids");
        return;
    }
    if answer.is_none()
        && let Some(sentence) = nothing_to_take_back(state, state.agreeing.named)
    {
        return toast(state, Tone::Info, sentence);
    }
    // While the text is still read the reason can be written; it is kept until both are there.
    let naming = (!state.agreeing.named).then(|| Input::new(state.rater.clone()));
    let asked = naming.is_some();
    let dialog = ReasonDialog { answer, naming, ..ReasonDialog::default() };
    dialogs::toggle(state, Dialog::Reason(dialog));
    if answer.is_none() && !asked {
        write(state, fx);
    }
}

/// Why nothing can be taken back; `None`: something can, or who decides is asked first. What others decided is theirs.
fn nothing_to_take_back(state: &State, named: bool) -> Option<String> {
    let row = state.deciding_on().filter(|row| !row.decisions.is_empty());
    let Some(row) = row else {
        let back = state.keymap.main_key(Command::PreviousTranscript);
        let last = format!("nothing is decided here; {back} goes back to what was");
        let here = "nothing is decided here".to_owned();
        return Some(if state.agreeing.trail.is_empty() { here } else { last });
    };
    if !named || row.decision_of(&state.rater).is_some() {
        return None;
    }
    let who: Vec<&str> = row.decisions.iter().map(|own| &*own.rater).collect();
    let (who, own) = (who.join(", "), &state.rater);
    Some(format!("decided by {who}, not by {own}: {own} may decide otherwise, which is told"))
}

/// What is typed into the dialog: the name, else the reason.
pub fn input(dialog: &mut ReasonDialog) -> &mut Input {
    dialog.naming.as_mut().unwrap_or(&mut dialog.reason)
}

/// A key while the dialog is open.
pub fn reason_key(state: &mut State, key: Key, fx: &mut Vec<Effect>) {
    let Some(Dialog::Reason(d)) = state.dialogs.last_mut() else { return };
    match key.code {
        KeyCode::Esc => dialogs::close(state),
        KeyCode::Enter => write(state, fx),
        _ => drop(input(d).key(key)),
    }
}

/// Takes the name, or hands the decision to the journal. The dialog stays until it stands there.
pub fn write(state: &mut State, fx: &mut Vec<Effect>) {
    let Some(Dialog::Reason(d)) = state.dialogs.last_mut() else { return };
    d.trouble = None;
    if let Some(name) = &d.naming {
        let name = name.text.trim().to_owned();
        if name.is_empty() {
            d.trouble = Some("a journal needs a name".to_owned());
            return;
        }
        d.naming = None;
        let goes_on = d.answer.is_some();
        state.rater = name;
        state.agreeing.named = true;
        if goes_on {
            return;
        }
    }
    let Some(Dialog::Reason(d)) = state.dialogs.last() else { return };
    if d.answer.is_none()
        && let Some(sentence) = nothing_to_take_back(state, true)
    {
        dialogs::close(state);
        return toast(state, Tone::Info, sentence);
    }
    let (answer, reason) = (d.answer, d.reason.text.trim().to_owned());
    match decision(state, answer, reason) {
        Ok(what) => {
            fx.push(Effect::Decide { rater: state.rater.clone(), what: Box::new(what) });
        }
        Err(sentence) => trouble(state, sentence),
    }
}

fn trouble(state: &mut State, sentence: String) {
    match state.dialogs.last_mut() {
        Some(Dialog::Reason(d)) => d.trouble = Some(sentence),
        _ => toast(state, Tone::Bad, sentence),
    }
}

/// What is to be written, or why it cannot be.
fn decision(state: &State, answer: Option<Verdict>, reason: String) -> Result<What, String> {
    let row = state.deciding_on().ok_or("the disagreement is not there any more")?;
    let Some(answer) = answer else {
        let decision = row.decision_of(&state.rater).ok_or("nothing is decided here")?;
        return Ok(What::Undone(decision.event.clone()));
    };
    if reason.is_empty() {
        return Err("a decision needs a reason".to_owned());
    }
    let body = match &state.reader.body {
        Reading::Here(here, body) if *here == row.row => body,
        _ => return Err("still reading".to_owned()),
    };
    let study = state.agreeing.found.as_ref().and_then(|found| found.study.as_ref());
    let label = study.map(|study| study.ask.which.label.clone()).unwrap_or_default();
    let name = state.catalogue.item_name(row.row).unwrap_or_default();
    let text = text_hash(&body.transcript);
    let over = row.over.clone();
    Ok(What::Adjudicated(Box::new(Adjudication { name, text, label, answer, reason, over })))
}

/// Shows at once what was decided; the journals have the last word when they are read again.
fn mark(state: &mut State, row: Option<RowId>, rater: &str, decision: Option<Decision>) {
    let found = state.agreeing.found.as_mut();
    let queue = found.and_then(|found| Arc::make_mut(found).queue.as_mut());
    let own = queue.and_then(|queue| queue.rows.iter_mut().find(|own| Some(own.row) == row));
    if let Some(own) = own {
        own.decide(rater, decision);
    }
}

/// A decision stands in the journal, or does not. Figures and list follow.
pub fn decided(state: &mut State, written: Result<Box<Event>, String>, fx: &mut Vec<Effect>) {
    let event = match written {
        Ok(event) => event,
        Err(sentence) => return trouble(state, sentence),
    };
    state.dialogs.retain(|dialog| !matches!(dialog, Dialog::Reason(_)));
    state.agreeing.stale = true;
    // Labels of reviewers in the list follow, too.
    reviews::ask(state, fx);
    let row = state.agreeing.deciding;
    let text = if let What::Adjudicated(a) = event.what {
        let text = format!("decided: {} by {}", a.answer.as_str(), event.rater);
        let decision = Decision {
            event: event.id,
            rater: event.rater.clone(),
            answer: a.answer,
            item: a.name.key(),
            reason: a.reason,
            time: event.time,
        };
        mark(state, row, &event.rater, Some(decision));
        if let Some(row) = row {
            let queue = state.agreeing.found_queue();
            let next = queue.and_then(|queue| state.agreeing.queue.next_open(queue, row, true));
            let Some(next) = next else {
                toast(state, Tone::Good, format!("{text}; nothing is open any more"));
                return;
            };
            state.agreeing.trail.push(row);
            look_at(state, next, fx);
            select(state, next);
        }
        text
    } else {
        mark(state, row, &event.rater, None);
        "taken back, in the journal".to_owned()
    };
    toast(state, Tone::Good, text);
}
