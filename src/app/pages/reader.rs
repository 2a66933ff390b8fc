//! The two panes of the reader: reasoning on one side, what the model answered on the other. Of the final response, or
//! of one turn of the model.

use std::collections::BTreeSet;

use super::folds::{BEFORE, ToolUse, push, push_use, use_at, uses};
use super::sides::side;
use super::{absent, heading, info, rule};
use crate::app::facts::{plural, thousands};
use crate::app::turns::{Level, answered, calls, is_long};
use crate::app::{Block, Folds, Notice, Shown};
use crate::corpus::{Body, echoes};
use crate::model::{Role, Section, SectionKind, Transcript};

/// The scratchpad pane.
#[must_use]
pub fn scratchpad(body: &Body, shown: Shown, folds: &Folds) -> Vec<Block> {
    match shown {
        Shown::Response => reasoning(body),
        Shown::Turn(turn) => reasoning_of(&body.transcript, turn, folds),
        Shown::Sides => side(body, false),
    }
}

/// The output pane.
#[must_use]
pub fn output(body: &Body, shown: Shown, folds: &Folds) -> Vec<Block> {
    match shown {
        Shown::Response => answer(&body.transcript, folds),
        Shown::Turn(turn) => answer_of(&body.transcript, turn, folds),
        Shown::Sides => side(body, true),
    }
}

/// Reasoning of the final response in order, what was repaired first. Where the final response has none, the
/// reasoning of earlier turns, which the rules look at too.
fn reasoning(body: &Body) -> Vec<Block> {
    let transcript = &body.transcript;
    let mut blocks: Vec<Block> = transcript
        .repairs
        .iter()
        .map(|r| {
            let text = format!("{}: {}", r.code.replace('-', " "), r.detail);
            Block::Notice(Notice::Repair, text)
        })
        .collect();
    if body.hidden > 0 {
        let what = plural(body.hidden, "hidden character is", "hidden characters are");
        blocks.push(info(format!("{what} made visible in this response")));
    }
    blocks.extend(echo_line(transcript).map(info));
    let mut sections: Vec<usize> = transcript.response(SectionKind::is_reasoning).collect();
    let mut ruled = is_long(transcript);
    if sections.is_empty() {
        let earlier = transcript.sections.iter().enumerate();
        sections = earlier.filter(|(_, s)| s.kind.is_reasoning()).map(|(i, _)| i).collect();
        let text = if sections.is_empty() {
            "no scratchpad found"
        } else {
            "no scratchpad found in the final response; this is from earlier turns"
        };
        blocks.push(absent(text));
        ruled = true;
    }
    pieces(&mut blocks, transcript, &sections, ruled);
    blocks
}

/// Most verdicts that are named.
const NAMED: usize = 4;

/// What in the scratchpad a judge could take for a verdict; `None` where there is nothing.
pub(super) fn echo_line(transcript: &Transcript) -> Option<String> {
    let found = echoes(transcript);
    let (mut words, mut seen): (Vec<&str>, BTreeSet<&str>) = (Vec::new(), BTreeSet::new());
    for (section, range) in &found {
        let word = transcript.sections.get(*section).and_then(|s| s.text.get(range.clone()));
        let word = word.filter(|word| seen.insert(word));
        words.extend(word.filter(|_| words.len() < NAMED));
    }
    let what = match found.len() {
        0 => return None,
        1 => "1 verdict in the scratchpad".to_owned(),
        n => format!("{} verdicts in the scratchpad", thousands(n)),
    };
    let more = seen.len() - words.len();
    let more = if more > 0 { format!(" and {} more", thousands(more)) } else { String::new() };
    Some(format!("{what} could echo into a judge: {}{more}", words.join(" ")))
}

/// Pieces of reasoning with their headings, a rule before those of each turn.
fn pieces(blocks: &mut Vec<Block>, transcript: &Transcript, sections: &[usize], ruled: bool) {
    let mut before: Option<&Section> = None;
    let mut number = 1;
    for &index in sections {
        let Some(section) = transcript.sections.get(index) else { continue };
        if ruled && before.is_none_or(|b| b.turn != section.turn) {
            blocks.push(rule(title_of(transcript, section.turn)));
            before = None;
            number = 1;
        }
        match (section.kind, before.map(|b| b.kind)) {
            (SectionKind::Draft, _) => blocks.push(heading("draft")),
            (_, Some(SectionKind::Draft)) => blocks.push(heading("after the draft")),
            (_, Some(_)) => {
                number += 1;
                blocks.push(heading(format!("scratchpad {number}")));
            }
            _ => {}
        }
        push(blocks, transcript, index, None);
        before = Some(section);
    }
}

/// `turn 5 · calls bash`.
fn title_of(transcript: &Transcript, turn: u32) -> String {
    let calls = calls(transcript, turn).map(|c| format!(" · {c}")).unwrap_or_default();
    format!("turn {}{calls}", turn + 1)
}

/// Output, decision tags, tools and everything else of the final response, in order.
fn answer(transcript: &Transcript, folds: &Folds) -> Vec<Block> {
    let mut blocks = Vec::new();
    let has_output = transcript
        .response(|k| k == SectionKind::Output)
        .any(|i| transcript.sections.get(i).is_some_and(|s| !s.text.trim().is_empty()));
    if !has_output {
        let unclosed = transcript.repairs.iter().any(|r| r.code.starts_with("unclosed"));
        blocks.push(absent(if unclosed {
            "the scratchpad never closes: output is empty"
        } else {
            "no output found"
        }));
    }
    let first = transcript.sections.partition_point(|s| s.turn < transcript.response_turn);
    let tools = uses(transcript, first, transcript.sections.len());
    let sections: Vec<usize> = transcript.response(|k| !k.is_reasoning()).collect();
    spoken(&mut blocks, transcript, &sections, &tools, folds, is_long(transcript));
    blocks
}

/// Outputs, markers and tools in order; each tool stands where its first section stands. `ruled`: turns are numbered.
fn spoken(
    blocks: &mut Vec<Block>,
    transcript: &Transcript,
    sections: &[usize],
    tools: &[ToolUse],
    folds: &Folds,
    ruled: bool,
) {
    let mut before: Option<SectionKind> = None;
    let mut turn = None;
    for &index in sections {
        let Some(section) = transcript.sections.get(index) else { continue };
        if section.kind == SectionKind::Tool {
            // Answers have been shown with their calls.
            if let Some(tool) = use_at(tools, index) {
                push_use(blocks, transcript, tool, folds, ruled.then_some(section.turn + 1));
            }
            before = Some(section.kind);
            continue;
        }
        if ruled && turn != Some(section.turn) {
            blocks.push(rule(format!("turn {}{}", section.turn + 1, other_role(&section.role))));
            turn = Some(section.turn);
            before = None;
        }
        let title = match section.kind {
            SectionKind::Marker => Some("decision tag"),
            SectionKind::Other => Some("outside the tags"),
            // What is said after the last answer is not the model's.
            SectionKind::User => Some("user, afterwards"),
            SectionKind::Prompt => Some("prompt"),
            // The output needs a heading only where something else stands before it.
            _ => before.map(|_| "output"),
        };
        blocks.extend(title.map(heading));
        push(blocks, transcript, index, None);
        before = Some(section.kind);
    }
}

fn other_role(role: &Role) -> String {
    match role {
        Role::Assistant => String::new(),
        role => format!(" · {}", role.as_str()),
    }
}

/// What a turn answers, in few lines, and its reasoning.
fn reasoning_of(transcript: &Transcript, turn: u32, folds: &Folds) -> Vec<Block> {
    let mut blocks = Vec::new();
    before(&mut blocks, transcript, turn, folds);
    let own = transcript.sections.iter().enumerate().filter(|(_, s)| s.turn == turn);
    let own: Vec<usize> = own.filter(|(_, s)| s.kind.is_reasoning()).map(|(i, _)| i).collect();
    if !blocks.is_empty() {
        blocks.push(rule(title_of(transcript, turn)));
    }
    if own.is_empty() {
        blocks.push(absent("no scratchpad in this turn"));
    }
    pieces(&mut blocks, transcript, &own, false);
    blocks
}

/// The turns between the turn of the model before and this one: what the user said in its first lines, the rest in rows.
fn before(blocks: &mut Vec<Block>, transcript: &Transcript, turn: u32, folds: &Folds) {
    let mut last = None;
    for (index, section) in answered(transcript, turn) {
        let number = section.turn + 1;
        let name = match section.kind {
            SectionKind::Tool => "answer",
            SectionKind::Prompt => "system prompt",
            _ => "",
        };
        if !name.is_empty() {
            // One row each, however much of this turn's own tools is shown.
            let level = folds.some.get(&index).copied().unwrap_or_default();
            let one = ToolUse { call: None, answers: vec![index], name };
            push_use(blocks, transcript, &one, &Folds::at(level), Some(number));
            continue;
        }
        if last != Some(section.turn) {
            blocks.push(rule(format!("turn {number} · {}", section.role.as_str())));
            last = Some(section.turn);
        }
        let whole = folds.of(index) == Level::Whole;
        push(blocks, transcript, index, (!whole).then_some(BEFORE));
    }
}

/// What the model says and does in a turn, with the answers to its calls.
fn answer_of(transcript: &Transcript, turn: u32, folds: &Folds) -> Vec<Block> {
    let mut blocks = Vec::new();
    let first = transcript.sections.partition_point(|s| s.turn < turn);
    let rest = transcript.sections.iter().skip(first);
    let len = rest.take_while(|s| s.turn == turn || s.role != Role::Assistant).count();
    let tools = uses(transcript, first, first + len);
    let own: Vec<usize> = (first..first + len)
        .filter(|i| {
            let section = transcript.sections.get(*i);
            section.is_some_and(|s| {
                let mine = s.turn == turn && !s.kind.is_reasoning();
                mine || s.kind == SectionKind::Tool
            })
        })
        .collect();
    if own.is_empty() {
        blocks.push(absent("no output in this turn"));
    }
    spoken(&mut blocks, transcript, &own, &tools, folds, false);
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cues::pad_only;

    #[test]
    fn verdicts_are_counted_and_those_that_have_no_room_too() {
        let line = |text: &str| echo_line(&pad_only(text));
        assert_eq!(line("Nothing."), None);
        let few = line("AF_YES and AF_YES again").unwrap();
        assert_eq!(few, "2 verdicts in the scratchpad could echo into a judge: AF_YES");
        let many = line("AF_YES AF_NO [[A]] [[B]] [[C]] <rejected/>").unwrap();
        assert!(many.starts_with("6 verdicts in the scratchpad"), "{many}");
        assert!(many.ends_with(" and 2 more"), "{many}");
    }
}
