//! Texts made from the table of commands: the help, the palette's entries, hints of the status line, docs/KEYS.md.

mod review;

use std::fmt::Write;

use super::command::{Command, Group, SPECS};
use super::keymap::{Context, Keymap};
use super::{
    Block, Dialog, FacetDialog, FacetLine, FacetTyping, Focus, INPUT_KEYS, Notice, PickOf, State,
};

/// Columns of the keys in the help, where there is room.
const KEYS: usize = 18;

/// One entry of the palette.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaletteEntry {
    /// What it does.
    pub command: Command,
    /// Name and description, which the fuzzy search goes over: `next-cue  Next cue`.
    pub text: String,
    /// Its main key; empty when it has none.
    pub key: String,
}

/// The palette's entries: every command of this release that is no key of one dialog only.
#[must_use]
pub fn palette_entries(keymap: &Keymap) -> Vec<PaletteEntry> {
    SPECS
        .iter()
        .filter(|s| !matches!(s.context, Context::Dialog | Context::Review))
        .map(|s| PaletteEntry {
            command: s.command,
            text: format!("{}  {}", s.name, s.description),
            key: keymap.main_key(s.command),
        })
        .collect()
}

/// Keys of a command as they are printed, separated by spaces.
fn keys(keymap: &Keymap, command: Command) -> String {
    let keys: Vec<String> = keymap.keys(command).iter().map(ToString::to_string).collect();
    keys.join(" ")
}

/// Words in lines of at most `width` columns; a longer word has a line of its own.
fn lines_of(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if crate::text::width(line) + 1 + crate::text::width(word) <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// One entry of the help: keys in a column of their own, at least two blanks, what they do. Both go on below themselves.
fn entry(keys: &str, what: &str, width: usize) -> String {
    // Wrapping keeps an indentation of a third at most.
    let column = KEYS.min((width / 3).saturating_sub(2));
    let keys = lines_of(keys, column);
    let what = lines_of(what, width.saturating_sub(column + 2).max(1));
    let mut lines = Vec::new();
    let (mut left, mut right) = (keys.iter().peekable(), what.iter().peekable());
    while left.peek().is_some() || right.peek().is_some() {
        let keys = left.next().map_or("", String::as_str);
        // Keys that are too long for the column stand alone, the words begin below.
        let text = if crate::text::width(keys) > column { None } else { right.next() };
        let line = format!("{keys:<column$}  {}", text.map_or("", String::as_str));
        lines.push(line.trim_end().to_owned());
    }
    lines.join("\n")
}

/// The help as blocks for a width in columns: a review has its own.
#[must_use]
pub fn help_blocks(state: &State, width: u16) -> Vec<Block> {
    // While no width is known, one that nobody sees.
    let width = if width == 0 { u16::MAX } else { width };
    if let Some(review) = &state.review {
        return review::blocks(state, review, usize::from(width));
    }
    let counts = pair_counts(state).map(|text| Block::Notice(Notice::Info, text));
    counts.into_iter().chain(of_explorer(&state.keymap, width)).collect()
}

/// How many pairs there are, what has no partner and what was not counted again, while pairs are on screen: the lines there may have no
/// room for it.
fn pair_counts(state: &State) -> Option<String> {
    let so_far = if state.progress.done { "" } else { " so far" };
    let twin = state.twin.as_ref().map(|twin| format!("Pairs: {}{so_far}", twin.counts()));
    twin.or_else(|| state.pairs.is_some().then(|| format!("Pairs: {}", state.passing())))
}

fn of_explorer(keymap: &Keymap, width: u16) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut section = |title: &str, lines: Vec<(String, &str)>| {
        blocks.push(Block::Notice(Notice::Heading, title.to_owned()));
        let lines: Vec<String> =
            lines.into_iter().map(|(keys, text)| entry(&keys, text, usize::from(width))).collect();
        blocks.push(Block::Text(lines.join("\n")));
    };
    for group in Group::SHOWN {
        let specs = SPECS.iter().filter(|s| s.group == group);
        let lines = specs.map(|s| (keys(keymap, s.command), s.description)).collect();
        section(group.title(), lines);
    }
    let lines = INPUT_KEYS.iter().map(|(keys, text)| ((*keys).to_owned(), *text)).collect();
    section("While typing", lines);
    blocks.push(Block::Notice(
        Notice::Info,
        "The row under the scratchpad has a letter for each sentence: of its cue's category, r for restated set-up, d for a \
         draft, · for none. What is in sight is underlined, the sentence under the cursor reversed."
            .to_owned(),
    ));
    blocks.push(Block::Notice(
        Notice::Info,
        "The status line has the compliance rate of each tier with its 95% interval, and the gap with n, its pairs of samples. \
         `n 5+1`: no sample has both sides, so 5 transcripts are held against 1 other; `sel.`: selected on a result; `part.`: \
         partial counts as compliance; `+1 tier`: one more has no room. What was chosen with the key to compare takes the place of \
         the tiers."
            .to_owned(),
    ));
    blocks.push(Block::Notice(
        Notice::Info,
        "A cue suggests, a label judges: neither is proof, and no cue is not a clean bill."
            .to_owned(),
    ));
    blocks
}

/// docs/KEYS.md.
#[must_use]
pub fn keys_markdown(keymap: &Keymap) -> String {
    let mut text = String::from(
        "# Keys\n\nThis page is made from the table in `src/app/command.rs`; the help (`?`) and the palette (`:`) are made from\n\
         the same. Every key can be changed in `undertone/config.toml` of the folder of configurations (`~/.config`), or the file\n\
         that `--keys` names, by the name of its command; an empty list takes the keys away:\n\n```toml\n[keys]\nnext-cue = [\"]\", \".\"]\nzoom = \"Z\"\n```\n\n\
         Keys that need AltGr on common layouts have a second one. Esc closes and never quits.\n",
    );
    let code = |keys: &str| -> String {
        let words: Vec<String> = keys.split_whitespace().map(|k| format!("`{k}`")).collect();
        words.join(" ").replace('|', "\\|")
    };
    for group in Group::SHOWN {
        let _ = write!(
            text,
            "\n## {}\n\n| Key | Command | What it does |\n|---|---|---|\n",
            group.title()
        );
        for spec in SPECS.iter().filter(|s| s.group == group) {
            let keys = code(&keys(keymap, spec.command));
            let _ = writeln!(text, "| {keys} | `{}` | {} |", spec.name, spec.description);
        }
    }
    text.push_str("\n## While typing\n\n| Key | What it does |\n|---|---|\n");
    for (keys, what) in INPUT_KEYS {
        let _ = writeln!(text, "| {} | {what} |", code(keys));
    }
    text
}

/// Hints of the facets: what Enter does with the selected line.
fn facet_hints(state: &State, dialog: &FacetDialog) -> Vec<(String, &'static str)> {
    let number = matches!(dialog.lines.get(dialog.selected), Some(FacetLine::Number(_)));
    let enter = if number { "range" } else { "toggle" };
    let find = state.keymap.main_key(Command::Find);
    let hints = match dialog.typing {
        Some(FacetTyping::Range(..)) => vec![("Enter", "filter by it"), ("Esc", "leave")],
        Some(FacetTyping::Narrow) => vec![("Enter", enter), ("Esc", "all"), ("↑↓", "select")],
        None => vec![("Enter", enter), ("Esc", "close"), (&*find, "narrow")],
    };
    hints.into_iter().map(|(key, what)| (key.to_owned(), what)).collect()
}

/// Hints for the status line: (key as printed, a word or two), the most useful first.
#[must_use]
pub fn hints(state: &State) -> Vec<(String, &'static str)> {
    use Command as C;
    let fixed = |list: &[(&'static str, &'static str)]| -> Vec<(String, &'static str)> {
        list.iter().map(|(key, what)| ((*key).to_owned(), *what)).collect()
    };
    let typing_find = |find: &super::Find| find.input.is_some();
    if let Some(dialog) = state.dialogs.last() {
        return match dialog {
            Dialog::Palette(_) => fixed(&[("Enter", "run"), ("Esc", "leave")]),
            Dialog::Pick(PickOf::Filters, p) if p.input.text.is_empty() => {
                fixed(&[("Enter", "filter by it"), ("Del", "forget"), ("Esc", "leave")])
            }
            Dialog::Pick(PickOf::Labels | PickOf::Filters, _) => {
                fixed(&[("Enter", "filter by it"), ("Esc", "leave")])
            }
            Dialog::Marks(_) => fixed(&[("Enter", "go there"), ("Esc", "leave")]),
            Dialog::Note(_) => fixed(&[("Enter", "keep"), ("Esc", "leave")]),
            Dialog::Pick(PickOf::References, _) => {
                fixed(&[("Enter", "hold against it"), ("Esc", "leave")])
            }
            Dialog::Pick(PickOf::Fields, _) => fixed(&[("Enter", "count by it"), ("Esc", "leave")]),
            Dialog::Pick(PickOf::Sides, _) => fixed(&[("Enter", "compare"), ("Esc", "leave")]),
            Dialog::Pick(PickOf::Reviews, _) => fixed(&[("Enter", "review it"), ("Esc", "leave")]),
            Dialog::Pick(PickOf::Epochs, _) => fixed(&[("Enter", "show it"), ("Esc", "leave")]),
            Dialog::Facets(d) => facet_hints(state, d),
            Dialog::Columns(_) => {
                let key = |c| state.keymap.main_key(c);
                let moves = format!("{} {}", key(C::NextTranscript), key(C::PreviousTranscript));
                vec![
                    ("Enter".to_owned(), "show or hide"),
                    (moves, "move"),
                    (key(C::SortNext), "sort by"),
                    (key(C::SortReverse), "unsorted"),
                    ("d".to_owned(), "as they were"),
                    ("Esc".to_owned(), "close"),
                ]
            }
            Dialog::Like(_) => {
                fixed(&[("Enter", "filter by it"), ("-", "without it"), ("Esc", "close")])
            }
            Dialog::Statistics(shown) if shown.curve => {
                let mut keys = from_keys(
                    state,
                    &[
                        (C::Accept, "flips"),
                        (C::OpenYes, "yes"),
                        (C::CountBy, "by"),
                        (C::SortNext, "label"),
                        (C::Reference, "reference"),
                        (C::Thresholds, "rates"),
                    ],
                );
                if !shown.has_references() {
                    let reference = state.keymap.main_key(C::Reference);
                    keys.retain(|(key, _)| *key != reference);
                }
                keys.extend(fixed(&[("Esc", "close")]));
                keys
            }
            Dialog::Statistics(_) => {
                let mut keys = from_keys(
                    state,
                    &[
                        (C::Accept, "open"),
                        (C::SortNext, "rate"),
                        (C::CountBy, "by"),
                        (C::Thresholds, "curve"),
                        (C::Unfold, "tests"),
                        (C::Partial, "partial"),
                        (C::Correct, "correct"),
                        (C::OpenYes, "its yes"),
                        (C::CountBySecond, "second field"),
                        (C::Between, "gap between"),
                        (C::Agreement, "agreement"),
                    ],
                );
                keys.extend(fixed(&[("Esc", "close")]));
                keys
            }
            Dialog::Agreement(_) => {
                let mut keys = from_keys(
                    state,
                    &[
                        (C::Accept, "open"),
                        (C::FocusRight, "cell"),
                        (C::FocusNext, "reviewer"),
                        (C::SortNext, "label"),
                        (C::Queue, "disagreements"),
                        (C::Unfold, "not blind too"),
                    ],
                );
                keys.extend(fixed(&[("Esc", "close")]));
                keys
            }
            Dialog::Queue => {
                let mut keys = from_keys(
                    state,
                    &[
                        (C::Accept, "look at it"),
                        (C::FocusNext, "one reason"),
                        (C::NextTranscript, "next open"),
                        (C::Agreement, "agreement"),
                    ],
                );
                keys.extend(fixed(&[("Esc", "close")]));
                keys
            }
            Dialog::Reason(d) if d.naming.is_some() => {
                fixed(&[("Enter", "go on"), ("Esc", "leave")])
            }
            Dialog::Reason(_) => fixed(&[("Enter", "decide"), ("Esc", "leave")]),
            Dialog::Highlights(d)
                if d.input.text.is_empty() && !state.highlights.list.is_empty() =>
            {
                fixed(&[("Enter", "find it"), ("Del", "remove"), ("Esc", "close")])
            }
            Dialog::Highlights(_) => fixed(&[("Enter", "highlight"), ("Esc", "close")]),
            Dialog::Copy(_) => from_keys(
                state,
                &[(C::CopyText, "text"), (C::CopyId, "id"), (C::CopyPermalink, "permalink")],
            ),
            other if other.doc().is_some_and(|d| typing_find(&d.find)) => FIND.map(own).to_vec(),
            Dialog::Turns(_) if state.reader.position.is_some() => from_keys(
                state,
                &[
                    (C::Accept, "go to turn"),
                    (C::NextTurn, "next"),
                    (C::Unfold, "whole texts"),
                    (C::Close, "close"),
                    (C::Find, "find"),
                ],
            ),
            _ => from_keys(
                state,
                &[
                    (C::Close, "close"),
                    (C::Find, "find"),
                    (C::FindNext, "next match"),
                    (C::Copy, "copy"),
                ],
            ),
        };
    }
    if state.filter.editing {
        return fixed(&[
            ("Enter", "apply"),
            ("Esc", "leave"),
            ("Tab", "complete"),
            ("↑↓", "choose"),
        ]);
    }
    if typing_find(&state.reader.find) {
        return FIND.map(own).to_vec();
    }
    if state.list.fuzzy.is_some() {
        return fixed(&[("Enter", "keep"), ("Esc", "leave"), ("↑↓", "select")]);
    }
    if state.twin.is_some() {
        let mut list = vec![
            (C::NextPair, "next pair"),
            (C::NextFlip, "next flip"),
            (C::FocusNext, "pane"),
            (C::NextCue, "next cue"),
            (C::Differences, "differences"),
            (C::Apart, "scroll apart"),
            (C::Epochs, "epochs"),
            (C::SortNext, "by gap"),
            (C::Compare, "compare what"),
            (C::Close, "back"),
            (C::Help, "help"),
            (C::Pairs, "list of pairs"),
        ];
        if state.view.quiet {
            list.retain(|(command, _)| !command.reveals());
            list.insert(0, (C::Quiet, "show marks"));
        }
        return from_keys(state, &list);
    }
    if state.agreeing.deciding.is_some() {
        // The answers stand above with their keys.
        let list = [
            (C::Find, "find"),
            (C::NextCue, "next cue"),
            (C::Why, "why"),
            (C::Turns, "prompt"),
            (C::Record, "record"),
            (C::Help, "help"),
        ];
        return from_keys(state, &list);
    }
    let mut list = match state.focus {
        Focus::List if state.pairs.is_some() => vec![
            (C::Read, "side by side"),
            (C::NextFlip, "next flip"),
            (C::Pairs, "transcripts"),
            (C::Filter, "filter"),
            (C::Facets, "facets"),
            (C::Help, "help"),
        ],
        Focus::List => vec![
            (C::Filter, "filter"),
            (C::Read, "read"),
            (C::CycleTier, "tier"),
            (C::Labels, "label"),
            (C::Facets, "facets"),
            (C::Find, "find"),
            (C::Help, "help"),
        ],
        Focus::Scratchpad | Focus::Output => vec![
            (C::Filter, "filter"),
            (C::Find, "find"),
            (C::NextCue, "next cue"),
            (C::Why, "why"),
            (C::Turns, "prompt"),
            (C::Record, "record"),
            (C::Copy, "copy"),
            (C::Help, "help"),
        ],
    };
    if state.focus != Focus::List && state.reader.position.is_some() {
        let folds = [&state.reader.scratchpad, &state.reader.output];
        let mut blocks = folds.iter().flat_map(|p| &p.doc.blocks);
        if blocks.any(|b| matches!(b, Block::Fold(_))) {
            list.insert(2, (C::Unfold, "unfold"));
        }
        if state.reader.shown != super::Shown::Response {
            list.insert(2, (C::NextTurn, "turn after"));
        }
        list.insert(2, (C::PreviousTurn, "turn before"));
    }
    if state.view.quiet {
        list.retain(|(command, _)| !command.reveals());
        list.insert(0, (C::Quiet, "show marks"));
    }
    from_keys(state, &list)
}

const FIND: [(&str, &str); 2] = [("Enter", "keep"), ("Esc", "leave")];

fn own((key, what): (&'static str, &'static str)) -> (String, &'static str) {
    (key.to_owned(), what)
}

fn from_keys(state: &State, list: &[(Command, &'static str)]) -> Vec<(String, &'static str)> {
    list.iter()
        .map(|(command, what)| (state.keymap.main_key(*command), *what))
        .filter(|(key, _)| !key.is_empty())
        .collect()
}
