//! Reviewing: a state of its own in front of the explorer, which reads on behind it. Nothing counts before it stands in the journal.

mod compared;
mod going;
mod parts;
mod questions;
mod sentence;

use std::sync::Arc;

use compared::compared;
use going::{go, is_busy, quit, scroll_message, take_back, typing};
use sentence::choose;

use super::{reader, reviews, toast};
use crate::app::review::{Asking, JournalFound, Phase, Review, has_sentences};
use crate::app::{Command, Effect, Focus, Input, Key, Message, Reading, State, Tone, plural};
use crate::corpus::{Body, BodyError, ReviewPlan, RowId, SampleDrawn};
use crate::model::{SectionKind, Transcript};
use crate::review::{Event, Opened, Order, Session, Shows, Verdict, What, text_hash};

/// Why answers over a filter that may give a result away are not blind.
const TELLING: &str =
    "the filter asks for a label, a cue, a quote, a score, an outcome or a field of the record";

/// Begins a review of a label from the explorer, in the usual way.
pub fn of_label(state: &mut State, typed: &str, fx: &mut Vec<Effect>) {
    if state.view.private {
        toast(state, Tone::Info, "a review writes its answers down: not in a private session");
        return;
    }
    state.dialogs.clear();
    // What items are may stand behind the label: `alignment_faking pairs`.
    let of_items =
        |(label, word): (&str, &str)| Some((label.trim().to_owned(), Order::of_items(word)?));
    let (label, order) = typed
        .rsplit_once(char::is_whitespace)
        .and_then(of_items)
        .unwrap_or_else(|| (typed.to_owned(), Order::Whole));
    let (strata, within) = ReviewPlan::usual(&label, order);
    let plan = ReviewPlan {
        label,
        rater: state.rater.clone(),
        strata,
        within,
        order,
        sample: Some(ReviewPlan::USUAL),
        seed: state.list.seed,
        paths: state.paths.clone(),
        journal: state.journals.folder.clone(),
        ..ReviewPlan::default()
    };
    enter(state, plan, false, fx);
}

/// Begins a review of what is shown. `alone`: the program was started for it and ends with it.
pub fn enter(state: &mut State, plan: ReviewPlan, alone: bool, fx: &mut Vec<Effect>) {
    let behind = Box::new(std::mem::take(state));
    *state = State {
        title: "review".to_owned(),
        size: behind.size,
        keymap: behind.keymap.clone(),
        view: behind.view,
        engine: behind.engine.clone(),
        categories: behind.categories.clone(),
        generation: behind.generation,
        focus: Focus::Scratchpad,
        ..State::default()
    };
    state.view.zoom = false;
    state.review = Some(Box::new(Review { plan, behind, alone, ..Review::default() }));
    fx.push(Effect::Title("undertone · review".to_owned()));
    begin(state, fx);
}

/// Back to the explorer, or out of the program.
fn leave(state: &mut State, fx: &mut Vec<Effect>) {
    fx.push(Effect::CloseJournal);
    let Some(review) = state.review.take_if(|review| !review.alone) else {
        state.quitting = true;
        fx.push(Effect::Quit);
        return;
    };
    let reached = review.session.as_ref().map(Session::reached);
    let (size, light) = (state.size, state.view.light);
    let generation = state.generation.1.max(review.behind.generation.1) + 1;
    *state = *review.behind;
    // Whatever was asked for meanwhile is no longer wanted, and the layout is another.
    (state.size, state.view.light, state.generation.1) = (size, light, generation);
    state.sizes = crate::app::PaneSizes::default();
    state.reader.titled = None;
    state.reader.asked = None;
    reader::follow(state, fx);
    // What was answered is shown with the rest.
    reviews::ask(state, fx);
    if let Some(reached) = reached {
        let text = format!("{} of {} answered", reached.answered, reached.items);
        toast(state, Tone::Info, text);
    }
}

/// A message while a review is on. Keys that are given while an item is on its way wait for it, so that each answers the item that
/// comes then.
pub fn update(state: &mut State, message: Message) -> Vec<Effect> {
    let waits = matches!(&message, Message::Key(key) if going::waits(state, *key));
    let mut opening = false;
    if let Some(review) = &mut state.review {
        match &message {
            Message::Key(key) if waits => {
                review.keys.push_back(*key);
                return Vec::new();
            }
            Message::Recorded(Err(_)) => review.keys.clear(),
            _ => {}
        }
        opening = review.is_opening(&state.reader.body);
    }
    let mut effects = handle(state, message);
    // They are answers: where nothing is asked they mean nothing.
    if let Some(review) = state.review.as_mut().filter(|r| opening && r.phase.is_over()) {
        review.keys.clear();
    }
    while let Some(review) = state.review.as_mut().filter(|r| !is_busy(r, &state.reader)) {
        let Some(key) = review.keys.pop_front() else { break };
        effects.extend(handle(state, Message::Key(key)));
    }
    effects
}

fn handle(state: &mut State, message: Message) -> Vec<Effect> {
    let mut effects = Vec::new();
    let fx = &mut effects;
    match message {
        Message::JournalOpened(found) => journal_opened(state, found, fx),
        Message::SampleDrawn(drawn) => sample_drawn(state, *drawn, fx),
        Message::Recorded(written) => recorded(state, written, fx),
        Message::BodyRead { generation, row, result } => {
            body_read(state, generation, row, result, fx);
        }
        Message::Unmarked { generation, row, body } => {
            body_read(state, generation, row, Ok(body), fx);
        }
        Message::Key(key) if typing(state, key) => {}
        Message::Paste(text) if state.review.as_ref().is_some_and(|r| r.note.is_some()) => {
            if let Some(input) = state.review.as_mut().and_then(|review| review.note.as_mut()) {
                input.insert(&text);
            }
        }
        Message::Key(key) if state.dialogs.is_empty() && output(state, key, fx) => {}
        Message::Key(key) if state.dialogs.is_empty() && parts::key(state, key, fx) => {}
        Message::Key(key) if state.dialogs.is_empty() && questions::key(state, key, fx) => {}
        Message::Rules(engine) => {
            behind(state, Message::Rules(Arc::clone(&engine)), fx);
            fx.extend(super::explore(state, Message::Rules(engine)));
        }
        Message::Loaded(_)
        | Message::Narrowed { .. }
        | Message::Paired { .. }
        | Message::PartnerRead { .. }
        | Message::Fanned(_)
        | Message::Contrasted(_)
        | Message::Reviewed { .. }
        | Message::FacetsCounted { .. }
        | Message::Counted { .. }
        | Message::Studied { .. }
        | Message::Decided(_)
        | Message::Common(_)
        | Message::Compared(_)
        | Message::Speed(_)
        | Message::Filtered { .. }
        | Message::BodyAhead { .. }
        | Message::Highlights(_)
        | Message::Heard { .. } => {
            behind(state, message, fx);
            begin(state, fx);
        }
        // Nothing was marked in what the reviewer sees.
        Message::Marked { .. } => {}
        message => effects = super::explore(state, message),
    }
    effects
}

/// The explorer goes on behind the review.
fn behind(state: &mut State, message: Message, fx: &mut Vec<Effect>) {
    if let Some(review) = &mut state.review {
        let effects = super::update(&mut review.behind, message);
        // The title names the transcript that the explorer stands on.
        fx.extend(effects.into_iter().filter(|effect| !matches!(effect, Effect::Title(_))));
    }
}

/// Opens the journal once everything is read and filtered.
fn begin(state: &mut State, fx: &mut Vec<Effect>) {
    let Some(review) = state.review.as_mut().filter(|r| r.phase == Phase::Reading) else { return };
    let explorer = &review.behind;
    let reads = !explorer.progress.done || explorer.unread.is_some() || explorer.journals.waiting;
    if reads || explorer.list.running.is_some() {
        return;
    }
    review.phase = Phase::Opening;
    review.plan.filter = explorer.filter.applied.to_string();
    fx.push(Effect::OpenJournal { plan: review.plan.clone() });
}

fn stop(state: &mut State, sentence: String) {
    if let Some(review) = &mut state.review {
        review.phase = Phase::Stopped;
        review.trouble = Some(sentence);
    }
}

fn journal_opened(
    state: &mut State,
    found: Result<Box<JournalFound>, String>,
    fx: &mut Vec<Effect>,
) {
    let found = match found {
        Ok(found) => found,
        Err(sentence) => return stop(state, sentence),
    };
    let Some(review) = state.review.as_mut().filter(|r| r.phase == Phase::Opening) else { return };
    review.place = found.place;
    if let Some(first) = found.problems.first() {
        let more = found.problems.len() - 1;
        let text = if more > 0 { format!("{first} (and {more} more)") } else { first.clone() };
        toast(state, Tone::Bad, text);
    }
    if let Some(sentence) = found.left {
        toast(state, Tone::Info, sentence);
    }
    let Some(review) = &mut state.review else { return };
    review.seen = found.seen;
    if let Some(session) = found.unfinished {
        review.session = Some(*session);
        parts::found_again(review);
        review.resumed = true;
        return ask(state, fx);
    }
    review.phase = Phase::Drawing;
    review.fresh = (found.fresh, found.version);
    let plan = &review.plan;
    fx.push(Effect::DrawSample {
        how: plan.draw(),
        of: plan.frame(),
        rows: review.behind.list.settled.clone(),
        catalogue: review.behind.catalogue.snapshot(),
    });
}

fn sample_drawn(state: &mut State, sample: SampleDrawn, fx: &mut Vec<Effect>) {
    let Some(review) = state.review.as_mut().filter(|r| r.phase == Phase::Drawing) else { return };
    if sample.drawn.items.is_empty() {
        let why = match review.plan.order {
            Order::Whole | Order::OutputFirst if review.plan.filter.is_empty() => {
                "there is no transcript here"
            }
            Order::Whole | Order::OutputFirst => "no transcript passes the filter",
            Order::Pairs => {
                "no two transcripts that pass the filter answer one sample in two tiers"
            }
            Order::Marks => "no transcript that passes the filter has a mark",
            Order::Quotes => {
                "no transcript that passes the filter has a quote for this label in its text"
            }
            Order::Turns => "no transcript that passes the filter has several turns of the model",
        };
        // No file stays behind where nothing was written.
        fx.push(Effect::CloseJournal);
        review.phase = Phase::Empty;
        review.trouble = Some(format!("nothing to review: {why}"));
        return;
    }
    let filter = &review.behind.filter.applied;
    let why = if review.plan.sighted {
        Some("sighted".to_owned())
    } else {
        filter.tells_result().then(|| TELLING.to_owned())
    };
    let mut items = sample.drawn.items;
    review.seen.mark(&mut items);
    let opened = Opened {
        label: review.plan.label.clone(),
        codebook: review.plan.codebook.as_ref().map(|book| (book.name.clone(), book.hash)),
        order: review.plan.order,
        filter: review.plan.filter.clone(),
        paths: review.plan.paths.clone(),
        shown: review.plan.sighted,
        sighted: why,
        seed: review.plan.seed,
        frame: sample.frame,
        frame_hash: sample.drawn.frame_hash,
        tiers: sample.drawn.tiers,
        items,
        seal: sample.drawn.seal,
    };
    let (id, version) = std::mem::take(&mut review.fresh);
    let session = Session::new(id, review.plan.rater.clone(), version, opened);
    let opening = session.opening(state.now);
    review.session = Some(session);
    review.phase = Phase::Asking;
    if review.order() == Order::Pairs {
        parts::found_again(review);
    } else {
        review.rows = sample.rows;
    }
    if sample.lost > 0 {
        let quotes = plural(sample.lost, "quote stands", "quotes stand");
        let text = format!("{quotes} nowhere in the text, and cannot be asked about");
        toast(state, Tone::Info, text);
    }
    record(state, Some(opening), fx);
}

/// Hands an event to the journal. One at a time.
fn record(state: &mut State, event: Option<Event>, fx: &mut Vec<Effect>) {
    let Some(review) = state.review.as_mut().filter(|review| !review.writing) else { return };
    if let Some(event) = event {
        review.writing = true;
        fx.push(Effect::Record(Box::new(event)));
    }
}

/// An event stands in the journal, or does not.
fn recorded(state: &mut State, written: Result<Box<Event>, String>, fx: &mut Vec<Effect>) {
    let Some(review) = &mut state.review else { return };
    review.writing = false;
    let event = match written {
        Ok(event) => event,
        Err(sentence) => {
            review.trouble = Some(sentence);
            return;
        }
    };
    review.trouble = None;
    let Some(session) = &mut review.session else { return };
    session.written(&event);
    match &event.what {
        What::Revealed => {
            review.top = 0;
            review.compared = compared(review);
            show_again(state, fx);
        }
        What::Ended(_) if session.is_revealed() => review.compared = compared(review),
        What::Ended(_) => {}
        _ => ask(state, fx),
    }
}

/// Asks for the text of the item that is to be answered; after the last one says that it is the end.
fn ask(state: &mut State, fx: &mut Vec<Effect>) {
    let Some(review) = &mut state.review else { return };
    let Some(session) = &review.session else { return };
    if session.is_complete() {
        review.phase = Phase::Ended;
        if !session.is_ended() {
            let end = session.end(state.now);
            record(state, Some(end), fx);
        } else if session.is_revealed() {
            review.compared = compared(review);
        }
        return;
    }
    review.phase = Phase::Asking;
    show_again(state, fx);
}

/// Reads the item on the screen, or the one that comes there.
fn show_again(state: &mut State, fx: &mut Vec<Effect>) {
    let Some(review) = &mut state.review else { return };
    review.left = None;
    review.revealed_sides = parts::told_sides(review);
    let Some(session) = review.session.as_ref().filter(|_| review.phase == Phase::Asking) else {
        return;
    };
    let (n, blind) = (session.at(), session.is_blind());
    let places = parts::places(review);
    let pair = review.is_pair();
    state.generation.1 += 1;
    // The item's number stands for the row: nothing else of it is known here.
    let here = n as RowId;
    state.dialogs.clear();
    state.reader.places.clear();
    state.reader.asked = Some(here);
    state.chosen_sentence();
    let generation = state.generation.1;
    if let Some((place, _)) = places {
        // Nothing is marked in two that stand beside each other.
        fx.push(if blind || pair {
            Effect::ReadItem { generation, row: here, place }
        } else {
            Effect::ReadBody { generation, row: here, place }
        });
        return;
    }
    let message = "the record of this item is not there any more; skip it";
    let result = Err(BodyError { message: message.to_owned() });
    reader::body_read(state, generation, here, result, fx);
}

fn body_read(
    state: &mut State,
    generation: u64,
    row: RowId,
    result: Result<Arc<Body>, BodyError>,
    fx: &mut Vec<Effect>,
) {
    if generation != state.generation.1 {
        return;
    }
    let now = state.now;
    let Some(review) = &state.review else { return };
    let Some(session) = &review.session else { return };
    let (n, right) = parts::item_of(row, session.opened.items.len());
    if n != session.at() {
        return;
    }
    let pair = review.is_pair();
    let result = if pair {
        let Some(both) = parts::half(state, right, generation, result, fx) else { return };
        both
    } else {
        result
    };
    let Some(review) = &mut state.review else { return };
    let asking = review.asking();
    let Some(session) = &mut review.session else { return };
    let blind = session.is_blind();
    session.shown(now);
    let shown = result.and_then(|body| {
        if !pair {
            review.text = text_hash(&body.transcript);
        }
        let mut body = if blind { Arc::new(body.blinded()) } else { body };
        if asking == Asking::Output {
            without_reasoning(&mut Arc::make_mut(&mut body).transcript);
        }
        parts::cut(review, body)
    });
    state.view.quiet = blind || pair;
    reader::body_read(state, generation, n as RowId, shown, fx);
    // To the scratchpad, or to the output where there is no reasoning.
    reader::enter(state);
    parts::shown(state, fx);
    // A failure names its file and line.
    if blind
        && let Reading::Failed(_, sentence) = &mut state.reader.body
        && sentence != parts::CHANGED
    {
        "this item cannot be read any more; skip it".clone_into(sentence);
    }
    state.chosen_sentence();
}

/// Leaves out what was thought: only the output is judged.
fn without_reasoning(transcript: &mut Transcript) {
    let response = transcript.response_turn;
    transcript
        .sections
        .retain(|s| s.turn < response || !(s.kind.is_reasoning() || s.kind == SectionKind::Marker));
}

/// A key while the output is judged. False: it is none of its answers.
fn output(state: &mut State, key: Key, fx: &mut Vec<Effect>) -> bool {
    let Some(review) = state.review.as_mut().filter(|r| r.phase == Phase::Asking) else {
        return false;
    };
    let Some(word) = review.output_of(key) else { return false };
    if let Some(session) = &mut review.session {
        session.draft.output = Some(word.to_owned());
    }
    show_again(state, fx);
    true
}

/// What a command means while a review is on. False: the same as in the explorer.
pub fn command(state: &mut State, command: Command, fx: &mut Vec<Effect>) -> bool {
    use Command as C;
    let Some(review) = &state.review else { return false };
    let asking = review.phase == Phase::Asking && state.dialogs.is_empty();
    match command {
        C::Yes if asking => answer(state, Verdict::Yes, None, fx),
        C::No if asking => answer(state, Verdict::No, None, fx),
        C::CannotTell if asking => answer(state, Verdict::CannotTell, None, fx),
        C::Skip if asking => answer(state, Verdict::Skip, None, fx),
        C::Flag if asking => {
            if let Some(session) = session(state) {
                session.draft.flag = !session.draft.flag;
            }
        }
        C::UndoAnswer if state.dialogs.is_empty() => take_back(state, fx),
        C::AnswerNote if asking => {
            let note = session(state).map(|session| session.draft.note.clone());
            if let Some(review) = &mut state.review {
                review.note = note.map(Input::new);
            }
        }
        C::NextSentence | C::PreviousSentence if asking && !has_sentences(review.order()) => {
            toast(state, Tone::Info, "no sentence is chosen here");
        }
        C::NextTurn | C::PreviousTurn | C::Turns if review.is_pair() => {
            toast(state, Tone::Info, "what was asked names the tier: it is not shown");
        }
        C::NextSentence if asking => choose(state, true),
        C::PreviousSentence if asking => choose(state, false),
        C::NextTranscript | C::PreviousTranscript if state.dialogs.is_empty() => {
            go(state, command == C::NextTranscript, fx);
        }
        C::Reveal if state.dialogs.is_empty() => {
            let now = state.now;
            let reveal = session(state).filter(|s| !s.is_revealed()).map(|s| s.reveal(now));
            record(state, reveal, fx);
        }
        C::Quit | C::Close if state.dialogs.is_empty() => {
            if command == C::Quit {
                quit(state, fx);
            } else {
                state.reader.find = crate::app::Find::default();
            }
        }
        C::FocusNext | C::FocusPrevious | C::FocusLeft | C::FocusRight
            if state.dialogs.is_empty() =>
        {
            state.focus = match (command, state.focus) {
                (C::FocusLeft, _) | (_, Focus::Output) if command != C::FocusRight => {
                    Focus::Scratchpad
                }
                _ => Focus::Output,
            };
        }
        _ if state.dialogs.is_empty()
            && (review.phase != Phase::Asking)
            && scroll_message(state, command) => {}
        C::Down
        | C::Up
        | C::HalfPageDown
        | C::HalfPageUp
        | C::PageDown
        | C::PageUp
        | C::Top
        | C::Bottom
        | C::NextTurn
        | C::PreviousTurn
        | C::Accept
        | C::Unfold
        | C::Find
        | C::FindNext
        | C::FindPrevious
        | C::Turns
        | C::Zoom
        | C::Help
        | C::Mouse
        | C::Redraw
        | C::Suspend
        | C::Close
        | C::Quit
        | C::QuitNow => return false,
        C::NextCue
        | C::PreviousCue
        | C::NextEvidence
        | C::PreviousEvidence
        | C::Why
        | C::Record
            if !state.view.quiet =>
        {
            return false;
        }
        _ => toast(state, Tone::Info, "not while reviewing"),
    }
    true
}

fn session(state: &mut State) -> Option<&mut Session> {
    state.review.as_mut()?.session.as_mut()
}

/// Answers the item on the screen. Before its text is there, there is nothing to answer.
fn answer(state: &mut State, verdict: Verdict, shows: Option<Shows>, fx: &mut Vec<Effect>) {
    let now = state.now;
    let Some(review) = state.review.as_ref().filter(|review| !review.writing) else { return };
    if review.asking() == Asking::Output && verdict != Verdict::Skip {
        return toast(state, Tone::Info, "first what the output does: its keys stand below");
    }
    if review.asking() == Asking::Sides && verdict.holds().is_some() && shows.is_none() {
        return toast(state, Tone::Info, "which of the two it is: the keys stand below");
    }
    let here = match state.reader.body {
        _ if state.reader.asked.is_some() => false,
        Reading::Here(..) => true,
        // What cannot be read can only be passed over.
        Reading::Failed(..) => verdict == Verdict::Skip,
        Reading::Nothing | Reading::Waiting(_) => false,
    };
    if !here {
        return;
    }
    if let Some(session) = session(state) {
        session.draft.main = Some(verdict);
        session.draft.shows = shows;
    }
    questions::go_on(state, now, fx);
}
