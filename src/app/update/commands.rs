//! What each command does: the one match over all of them.

use super::dialogs::{self, Of};
use super::scroll::{self, Move};
use super::twin::Steps;
use super::{
    agreeing, boilerplate, columns, copy, cues, facets, filter, find, fuzzy, highlights, like,
    list, load, named, pairs, palette, queue, reader, remarks, review, statistics, toast, turns,
    twin,
};
use crate::app::{
    Command, Context, Copied, Dialog, Effect, Focus, Key, Shown, State, Tone, TwinWish,
};
use crate::corpus::Bits;

/// Whether a command means something while a dialog is open.
pub fn works_in_dialogs(command: Command) -> bool {
    use Command as C;
    match command {
        C::Down
        | C::Up
        | C::HalfPageDown
        | C::HalfPageUp
        | C::PageDown
        | C::PageUp
        | C::Top
        | C::Bottom
        | C::NextTranscript
        | C::PreviousTranscript
        | C::Accept
        | C::NextTurn
        | C::PreviousTurn
        | C::Unfold
        | C::Facets
        | C::Labels
        | C::Like
        | C::Columns
        | C::Find
        | C::FindNext
        | C::FindPrevious
        | C::Why
        | C::Highlight
        | C::Marks
        | C::Note
        | C::NamedFilters
        | C::SaveFilter
        | C::Order
        | C::Quiet
        | C::Turns
        | C::Record
        | C::Problems
        | C::Statistics
        | C::Agreement
        | C::Queue
        | C::Thresholds
        | C::Export
        | C::CountBy
        | C::CountBySecond
        | C::Between
        | C::Partial
        | C::Correct
        | C::OpenYes
        | C::Reference
        | C::Copy
        | C::CopyText
        | C::CopyId
        | C::CopyPermalink
        | C::Palette
        | C::Help
        | C::Follow
        | C::Mouse
        | C::Redraw
        | C::Suspend
        | C::Close
        | C::Quit
        | C::QuitNow => true,
        C::FocusNext
        | C::FocusPrevious
        | C::FocusLeft
        | C::FocusRight
        | C::Read
        | C::Filter
        | C::CycleTier
        | C::Fuzzy
        | C::SortNext
        | C::SortReverse
        | C::Boilerplate
        | C::NextCue
        | C::PreviousCue
        | C::NextEvidence
        | C::PreviousEvidence
        | C::Zoom
        | C::Compare
        | C::NextPair
        | C::PreviousPair
        | C::NextFlip
        | C::Differences
        | C::Apart
        | C::Pairs
        | C::Epochs
        | C::Mark
        | C::Unread
        | C::Review
        | C::Yes
        | C::No
        | C::CannotTell
        | C::Skip
        | C::Flag
        | C::UndoAnswer
        | C::AnswerNote
        | C::NextSentence
        | C::PreviousSentence
        | C::Reveal => false,
    }
}

/// Runs a command.
pub fn run(state: &mut State, command: Command, fx: &mut Vec<Effect>) {
    use Command as C;
    if state.review.is_some() && review::command(state, command, fx) {
        return;
    }
    if state.view.quiet && command.reveals() {
        let key = state.keymap.main_key(C::Quiet);
        toast(state, Tone::Info, format!("hidden while reading quietly ({key} shows)"));
        return;
    }
    if in_statistics(state, command) || agreeing::command(state, command) {
        return;
    }
    if queue::command(state, command, fx) {
        return;
    }
    let explaining = matches!(state.dialogs.last(), Some(Dialog::Why(_)))
        && matches!(command, C::NextCue | C::PreviousCue);
    if !state.dialogs.is_empty() && !works_in_dialogs(command) && !explaining {
        return;
    }
    if state.twin.is_some() && state.dialogs.is_empty() && in_twin(state, command, fx) {
        return;
    }
    match command {
        C::Down => scroll::go(state, Move::Lines(1), fx),
        C::Up => scroll::go(state, Move::Lines(-1), fx),
        C::HalfPageDown => scroll::go(state, Move::Halves(1), fx),
        C::HalfPageUp => scroll::go(state, Move::Halves(-1), fx),
        C::PageDown => scroll::go(state, Move::Pages(1), fx),
        C::PageUp => scroll::go(state, Move::Pages(-1), fx),
        C::Top => scroll::go(state, Move::Start, fx),
        C::Bottom => scroll::go(state, Move::End, fx),
        C::FocusNext => state.focus = turn(state.focus, 1),
        C::FocusPrevious => state.focus = turn(state.focus, 2),
        C::FocusLeft if state.focus != Focus::List => state.focus = turn(state.focus, 2),
        C::FocusRight if state.focus != Focus::Output => state.focus = turn(state.focus, 1),
        // At the border; and what is for a review was taken there.
        C::FocusLeft
        | C::FocusRight
        | C::Yes
        | C::No
        | C::CannotTell
        | C::Skip
        | C::Flag
        | C::UndoAnswer
        | C::AnswerNote
        | C::NextSentence
        | C::PreviousSentence
        | C::Reveal => {}
        C::Review => palette::open_review(state),
        C::Compare if state.twin.is_some() || twin::waits(state) => {
            twin::wish(state, TwinWish::Choice, fx);
        }
        C::Compare => twin::wish(state, TwinWish::Selected, fx),
        C::NextPair => twin::wish(state, TwinWish::Step(true), fx),
        C::PreviousPair => twin::wish(state, TwinWish::Step(false), fx),
        C::NextFlip => twin::wish(state, TwinWish::Flip, fx),
        C::Differences => twin::toggle_marks(state),
        C::Apart => twin::toggle_apart(state),
        C::Pairs => pairs::toggle(state, fx),
        C::Epochs => twin::epochs(state, fx),
        C::NextTranscript => reader::step(state, true, fx),
        C::PreviousTranscript => reader::step(state, false, fx),
        C::Read if state.pairs.is_some() => twin::wish(state, TwinWish::Selected, fx),
        C::Read => {
            let at = state.list.selected;
            list::choose(state, at, fx);
            reader::enter(state);
        }
        C::Accept => dialogs::accept(state, fx),
        C::Filter => filter::open(state),
        C::Facets => facets::open(state),
        C::CycleTier => filter::cycle_tier(state, fx),
        C::Labels => palette::open_labels(state),
        C::Like => like::open(state),
        C::Columns => columns::open(state),
        C::Fuzzy => fuzzy::open(state),
        C::SortNext => list::sort(state, false, fx),
        C::SortReverse => list::sort(state, true, fx),
        C::Order | C::SaveFilter => named::ask(state, command),
        C::NamedFilters => named::open(state),
        C::Mark => remarks::mark(state, fx),
        C::Marks => remarks::open(state),
        C::Note => remarks::note(state),
        C::Unread => remarks::unread(state, fx),
        C::Find if matches!(state.dialogs.last(), Some(Dialog::Facets(_))) => facets::narrow(state),
        C::Find => find::open(state),
        C::FindNext if state.pairs.is_some() && state.dialogs.is_empty() && !find::is_on(state) => {
            twin::wish(state, TwinWish::Step(true), fx);
        }
        C::FindNext => find::step(state, true, fx),
        C::FindPrevious => find::step(state, false, fx),
        C::NextCue => cues::step(state, true, fx),
        C::PreviousCue => cues::step(state, false, fx),
        C::NextEvidence => cues::evidence(state, true, fx),
        C::PreviousEvidence => cues::evidence(state, false, fx),
        C::NextTurn => turn_step(state, true, fx),
        C::PreviousTurn => turn_step(state, false, fx),
        C::Unfold if state.dialogs.is_empty() => turns::unfold(state, fx),
        C::Unfold => dialogs::unfold(state, fx),
        C::Why => dialogs::transcript(state, Of::Why, fx),
        C::Boilerplate => boilerplate::toggle(state, fx),
        C::Highlight => highlights::open(state),
        C::Quiet => quiet(state),
        C::Zoom => state.view.zoom = !state.view.zoom,
        C::Turns => dialogs::transcript(state, Of::Turns, fx),
        C::Record => dialogs::transcript(state, Of::Record, fx),
        C::Problems => dialogs::problems(state),
        C::Statistics => statistics::open(state),
        C::Agreement => agreeing::open(state),
        C::Queue => queue::open(state),
        C::Thresholds => statistics::thresholds(state),
        C::Export => statistics::ask_name(state),
        C::CountBy | C::CountBySecond => {
            if !statistics::open_fields(state, command == C::CountBySecond) {
                let key = state.keymap.main_key(C::Statistics);
                toast(state, Tone::Info, format!("no statistics are shown ({key} shows them)"));
            }
        }
        C::Between => statistics::ask_sides(state, fx),
        C::Partial => statistics::partial(state),
        C::Correct => statistics::ask_errors(state),
        C::OpenYes => statistics::accept(state, true, fx),
        C::Reference => statistics::ask_reference(state),
        C::Copy => copy::open(state),
        C::CopyText => copy::copy(state, Copied::Text, fx),
        C::CopyId => copy::copy(state, Copied::Id, fx),
        C::CopyPermalink => copy::copy(state, Copied::Permalink, fx),
        C::Palette => palette::open(state),
        C::Help => dialogs::help(state),
        C::Follow => follow(state, fx),
        C::Mouse => mouse(state, fx),
        C::Redraw => fx.push(Effect::Redraw),
        C::Suspend => fx.push(Effect::Suspend),
        C::Close => close(state, fx),
        C::Quit if !state.dialogs.is_empty() => dialogs::close(state),
        C::Quit | C::QuitNow => {
            state.quitting = true;
            fx.push(Effect::Quit);
        }
    }
}

/// Whether a key closes, with nothing open that would take it for something else.
pub fn is_close(state: &State, key: Key) -> bool {
    let context = if state.focus == Focus::List { Context::List } else { Context::Pane };
    state.dialogs.is_empty() && state.keymap.command(context, key) == Some(Command::Close)
}

/// What a command does where two transcripts are compared; whether it does something of its own there.
fn in_twin(state: &mut State, command: Command, fx: &mut Vec<Effect>) -> bool {
    use Command as C;
    match command {
        C::FocusNext => twin::focus(state, Steps::Next, fx),
        C::FocusPrevious => twin::focus(state, Steps::Previous, fx),
        C::FocusLeft => twin::focus(state, Steps::Side(false), fx),
        C::FocusRight => twin::focus(state, Steps::Side(true), fx),
        C::NextTranscript => twin::epoch(state, true, fx),
        C::PreviousTranscript => twin::epoch(state, false, fx),
        C::SortNext | C::SortReverse => twin::toggle_order(state, fx),
        // Nothing is looked for: the key is free for what one does here all the time.
        C::FindNext if !find::is_on(state) => twin::wish(state, TwinWish::Step(true), fx),
        C::Pairs => pairs::of_twin(state, fx),
        // It is about the list, which is not on screen.
        C::Fuzzy => {}
        _ => return false,
    }
    true
}

/// What the keys for panes, order and folding do while statistics are shown. False where they are not.
fn in_statistics(state: &mut State, command: Command) -> bool {
    use Command as C;
    match command {
        C::FocusLeft => statistics::change(state, |s| s.turn_first(false)),
        C::FocusRight => statistics::change(state, |s| s.turn_first(true)),
        C::FocusNext => statistics::change(state, |s| s.turn_second(true)),
        C::FocusPrevious => statistics::change(state, |s| s.turn_second(false)),
        C::SortNext => statistics::turn(state, true),
        C::SortReverse => statistics::turn(state, false),
        C::Unfold => statistics::change(state, |s| s.tests = !s.tests),
        _ => false,
    }
}

/// The next turn in the panes, or in the page of all turns.
fn turn_step(state: &mut State, down: bool, fx: &mut Vec<Effect>) {
    match state.dialogs.last() {
        None => turns::step(state, down, fx),
        Some(Dialog::Turns(_)) => dialogs::turn_step(state, down),
        Some(_) => {}
    }
}

fn turn(focus: Focus, steps: usize) -> Focus {
    const ORDER: [Focus; 3] = [Focus::List, Focus::Scratchpad, Focus::Output];
    let at = ORDER.iter().position(|f| *f == focus).unwrap_or_default();
    ORDER.iter().cycle().nth(at + steps).copied().unwrap_or(focus)
}

fn quiet(state: &mut State) {
    state.view.quiet = !state.view.quiet;
    let text = if state.view.quiet {
        dialogs::hide(state);
        state.agreeing.deciding = None;
        "reading quietly: marks, scores and labels are hidden"
    } else {
        "marks, scores and labels are shown"
    };
    toast(state, Tone::Info, text);
}

fn follow(state: &mut State, fx: &mut Vec<Effect>) {
    state.follow.on = !state.follow.on;
    fx.push(Effect::Follow(state.follow.on));
    if !state.follow.on && state.progress.done && state.progress.turn != state.follow.kept.0 {
        load::keep(state, true, fx);
    }
    let text = if state.follow.on {
        if state.list.sort.is_plain() {
            let key = state.keymap.main_key(Command::Bottom);
            format!("following: what is written from now on comes at the end ({key} goes there)")
        } else {
            "following: what is written from now on takes its place in this order".to_owned()
        }
    } else {
        "files are not followed any more".to_owned()
    };
    toast(state, Tone::Info, text);
}

fn mouse(state: &mut State, fx: &mut Vec<Effect>) {
    state.view.mouse = !state.view.mouse;
    fx.push(Effect::Mouse(state.view.mouse));
    let text = if state.view.mouse {
        "mouse on: the terminal's own selection may need Shift"
    } else {
        "mouse off"
    };
    toast(state, Tone::Info, text);
}

/// Esc: the search, else the top dialog, the narrowed list, the zoom, the turn that stands in the panes, the toast and
/// what is said of new rows. Never quits.
fn close(state: &mut State, fx: &mut Vec<Effect>) {
    if find::is_on(state) {
        find::clear(state);
    } else if facets::widen(state) {
    } else if !state.dialogs.is_empty() {
        dialogs::close(state);
    } else if !state.list.narrowed.is_empty() {
        fuzzy::narrow(state, "", fx);
    } else if state.view.zoom {
        state.view.zoom = false;
    } else if state.reader.shown != Shown::Response {
        turns::show(state, Shown::Response, fx);
    } else if state.twin.is_some() {
        twin::close(state, fx);
    } else {
        state.toast = None;
        state.follow.new = Bits::default();
    }
}
