//! The help of a review: its own keys, and of the explorer's those that do the same here.

use super::{State, entry};
use crate::app::command::{Command, SPECS};
use crate::app::keymap::{Context, Keymap};
use crate::app::review::{Asking, OUTPUTS, Review, SIDES};
use crate::app::{Block, Notice};
use crate::review::Order;
use crate::review::codebook::Kind;
use crate::text::sanitize_line;

/// What else there is while reviewing, with what it does here.
const HERE: [(Command, &str); 21] = [
    (Command::PreviousTranscript, "Back to an item that was answered, to change the answer"),
    (Command::NextTranscript, "Forward again"),
    (Command::Down, "Scroll down"),
    (Command::Up, "Scroll up"),
    (Command::HalfPageDown, "Half a page down"),
    (Command::HalfPageUp, "Half a page up"),
    (Command::PageDown, "A page down"),
    (Command::PageUp, "A page up"),
    (Command::Top, "To the start"),
    (Command::Bottom, "To the end"),
    (Command::FocusNext, "The other pane"),
    (Command::Zoom, "One pane alone, or both"),
    (Command::Turns, "Prompt, query and all turns"),
    (Command::PreviousTurn, "The turn before"),
    (Command::NextTurn, "The turn after"),
    (Command::Unfold, "Unfold what is folded"),
    (Command::Find, "Find in this text"),
    (Command::FindNext, "Next match"),
    (Command::FindPrevious, "Previous match"),
    (Command::Close, "Close this, or clear matches"),
    (Command::Quit, "Leave; what was answered is kept"),
];

/// Keys of a command that mean it here: some mean an answer.
fn keys(keymap: &Keymap, command: Command) -> String {
    let own = keymap.keys(command).iter();
    let here = own.filter(|key| keymap.command(Context::Review, **key) == Some(command));
    here.map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

/// The help as blocks.
pub(super) fn blocks(state: &State, review: &Review, width: usize) -> Vec<Block> {
    let keymap = &state.keymap;
    let mut blocks = Vec::new();
    let mut section = |title: &str, lines: Vec<(String, String)>| {
        blocks.push(Block::Notice(Notice::Heading, title.to_owned()));
        let lines = lines.into_iter().filter(|(keys, _)| !keys.is_empty());
        let lines: Vec<String> = lines.map(|(keys, text)| entry(&keys, &text, width)).collect();
        blocks.push(Block::Text(lines.join("\n")));
    };
    if let Some((_, question)) = review.question() {
        let option = |option: &crate::review::codebook::Choice| {
            let (value, text) = (sanitize_line(&option.value), sanitize_line(&option.text));
            let means = if value == text { String::new() } else { format!(": {text}") };
            (option.key.to_string(), format!("{value}{means}"))
        };
        let mut lines: Vec<_> = question.options.iter().map(option).collect();
        let enter = match question.kind {
            Kind::Choice | Kind::YesNo if question.required => "",
            Kind::Choice | Kind::YesNo => "Pass the question over",
            Kind::Several | Kind::Number | Kind::Text => "Done",
        };
        if !enter.is_empty() {
            lines.push(("Enter".to_owned(), enter.to_owned()));
        }
        lines.push(("Esc".to_owned(), "Back to the question before".to_owned()));
        section(&sanitize_line(&question.text), lines);
    }
    if review.asking() == Asking::Output {
        let own = OUTPUTS.iter().map(|(key, word)| (key.to_string(), (*word).to_owned()));
        section("What does the output do?", own.collect());
    }
    let pairs = review.order() == Order::Pairs;
    let mut lines: Vec<(String, String)> = Vec::new();
    if pairs {
        lines.extend(SIDES.iter().map(|(key, _, word)| (key.to_string(), (*word).to_owned())));
    }
    let sentences = crate::app::has_sentences(review.order());
    for spec in SPECS.iter().filter(|spec| spec.context == Context::Review) {
        use Command as C;
        let works = match spec.command {
            C::Yes | C::No | C::CannotTell => !pairs,
            C::NextSentence | C::PreviousSentence => sentences,
            _ => true,
        };
        if works {
            lines.push((keys(keymap, spec.command), spec.description.to_owned()));
        }
    }
    section("Answering", lines);
    let turns = |command| {
        matches!(command, Command::Turns | Command::PreviousTurn | Command::NextTurn) && pairs
    };
    let here = HERE.iter().filter(|(command, _)| !turns(*command));
    section("Reading", here.map(|(c, text)| (keys(keymap, *c), (*text).to_owned())).collect());
    blocks
}
