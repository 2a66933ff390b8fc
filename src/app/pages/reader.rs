//! The two panes of the reader: reasoning on one side, what the model answered on the other.

use super::{absent, heading, info};
use crate::app::facts::plural;
use crate::app::{Block, Notice, SHOWN_BYTES};
use crate::corpus::Body;
use crate::model::{Role, Section, SectionKind, Transcript};

/// Reasoning of the final response in order, what was repaired first. Where the final response has none, the
/// reasoning of earlier turns, which the rules look at too.
#[must_use]
pub fn scratchpad(body: &Body) -> Vec<Block> {
    let transcript = &body.transcript;
    let mut blocks: Vec<Block> = transcript
        .repairs
        .iter()
        .map(|r| {
            let text = format!("{}: {}", r.code.replace('-', " "), r.detail);
            Block::Notice(Notice::Repair, text)
        })
        .collect();
    blocks.extend(turns_note(transcript).map(info));
    if body.hidden > 0 {
        let what = plural(body.hidden, "hidden character is", "hidden characters are");
        blocks.push(info(format!("{what} made visible in this response")));
    }
    let mut sections: Vec<usize> = transcript.response(SectionKind::is_reasoning).collect();
    if sections.is_empty() {
        let earlier = transcript.sections.iter().enumerate();
        sections = earlier.filter(|(_, s)| s.kind.is_reasoning()).map(|(i, _)| i).collect();
        let text = if sections.is_empty() {
            "no scratchpad found"
        } else {
            "no scratchpad found in the final response; this is from earlier turns"
        };
        blocks.push(absent(text));
    }
    let mut before: Option<&Section> = None;
    let mut number = 1;
    for index in sections {
        let Some(section) = transcript.sections.get(index) else { continue };
        let other_turn = match before {
            Some(b) => b.turn != section.turn,
            None => section.turn < transcript.response_turn,
        };
        let was = before.map(|b| b.kind);
        let title = match (section.kind, was) {
            (SectionKind::Draft, _) => Some("draft".to_owned()),
            (_, Some(SectionKind::Draft)) => Some("after the draft".to_owned()),
            (_, Some(_)) if !other_turn => {
                number += 1;
                Some(format!("scratchpad {number}"))
            }
            _ => None,
        };
        let turn = other_turn.then(|| format!("turn {}", section.turn + 1));
        let title: Vec<String> = turn.into_iter().chain(title).collect();
        if !title.is_empty() {
            blocks.push(heading(title.join(" · ")));
        }
        push_section(&mut blocks, index, section);
        before = Some(section);
    }
    blocks
}

/// Output, decision tags, tools and everything else of the final response, in order.
#[must_use]
pub fn output(body: &Body) -> Vec<Block> {
    let transcript = &body.transcript;
    let mut blocks = Vec::new();
    let answers = |k| {
        matches!(
            k,
            SectionKind::Output | SectionKind::Marker | SectionKind::Other | SectionKind::Tool
        )
    };
    let has_output = transcript
        .response(|k| k == SectionKind::Output)
        .any(|i| transcript.sections.get(i).is_some_and(|s| !s.text.trim().is_empty()));
    if !has_output {
        let unclosed = transcript.repairs.iter().any(|r| r.code.starts_with("unclosed"));
        blocks.push(absent(match transcript.parse {
            _ if unclosed => "the scratchpad never closes: output is empty",
            _ => "no output found",
        }));
    }
    let mut before: Option<SectionKind> = None;
    let mut turn = transcript.response_turn;
    for index in transcript.response(answers) {
        let Some(section) = transcript.sections.get(index) else { continue };
        let title = match section.kind {
            SectionKind::Marker => Some("decision tag"),
            SectionKind::Tool => Some("tool"),
            SectionKind::Other => Some("outside the tags"),
            // The output needs a heading only where something else stands before it.
            _ => before.map(|_| "output"),
        };
        let other_turn = section.turn != turn;
        turn = section.turn;
        let title: Vec<String> = other_turn
            .then(|| format!("turn {}", section.turn + 1))
            .into_iter()
            .chain(title.map(str::to_owned))
            .collect();
        if !title.is_empty() {
            blocks.push(heading(title.join(" · ")));
        }
        push_section(&mut blocks, index, section);
        before = Some(section.kind);
    }
    blocks
}

fn push_section(blocks: &mut Vec<Block>, index: usize, section: &Section) {
    blocks.push(Block::Section(index));
    if section.text.len() > SHOWN_BYTES {
        let mega = section.text.len() >> 20;
        blocks.push(absent(format!("shown up to 64 of {mega} MB; the record has all of it")));
    }
}

/// Number of turns, empty ones between sections included.
pub(super) fn turn_count(transcript: &Transcript) -> u32 {
    transcript.sections.iter().map(|s| s.turn + 1).max().unwrap_or(0)
}

fn turns_note(transcript: &Transcript) -> Option<String> {
    let earlier = |s: &&Section| s.turn < transcript.response_turn;
    let spoke = transcript
        .sections
        .iter()
        .filter(earlier)
        .any(|s| !matches!(s.role, Role::System | Role::User));
    let last = turn_count(transcript);
    let turn = transcript.response_turn + 1;
    match (spoke, turn == last) {
        (false, _) => None,
        (true, true) => Some(format!("turn {turn} of {last}; i shows the others")),
        (true, false) => Some(format!("turns {turn} to {last} of {last}; i shows the others")),
    }
}
