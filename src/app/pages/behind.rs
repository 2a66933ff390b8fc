//! What is behind a transcript: prompt and other turns, the raw record, and the problems of the whole input.

use std::fmt::Write;

use super::reader::turn_count;
use super::{absent, heading, info};
use crate::app::doc::head;
use crate::app::facts::{plural, thousands};
use crate::app::{Block, State};
use crate::corpus::Body;
use crate::model::{Section, SectionKind, fold};

/// Prompts up to this many bytes are shown whole at once.
const PROMPT_BYTES: usize = 1200;
/// Bytes of a longer prompt that are shown before it is unfolded.
const HEAD_BYTES: usize = 600;
/// Bytes of a prompt that other transcripts have too; up to twice as many it is shown whole.
const REPEATED_BYTES: usize = 240;
/// Most problems that the dialog lists.
const MOST_PROBLEMS: usize = 5000;

/// The query and every turn but the final response. `unfolded`: long and repeated prompts are shown whole. `others`: how
/// many other transcripts have the same prompt.
#[must_use]
pub fn turns(body: &Body, unfolded: bool, others: usize) -> Vec<Block> {
    let transcript = &body.transcript;
    let mut blocks = Vec::new();
    let last = turn_count(transcript);
    if !transcript.sections.iter().any(|s| s.kind == SectionKind::Prompt) {
        blocks.push(absent("no system prompt in this record"));
    }
    if let Some(query) = &transcript.query {
        // Where the user message holds nothing but the query, saying it twice helps nobody.
        let same = |s: &Section| s.kind == SectionKind::User && s.text.trim() == query.trim();
        if !transcript.sections.iter().any(same) {
            blocks.push(heading("query, without what is wrapped around it"));
            blocks.push(Block::Text(query.clone()));
        }
    }
    let mut turn = None;
    for (index, section) in transcript.sections.iter().enumerate() {
        if section.turn >= transcript.response_turn && section.role.as_str() == "assistant" {
            continue;
        }
        let kind = match section.kind {
            SectionKind::Prompt | SectionKind::User => "",
            SectionKind::Tool if section.role.as_str() == "tool" => "",
            kind => kind.as_str(),
        };
        if turn != Some(section.turn) || !kind.is_empty() {
            let gap = if kind.is_empty() { "" } else { " · " };
            let role = section.role.as_str();
            blocks
                .push(heading(format!("turn {} of {last} · {role}{gap}{kind}", section.turn + 1)));
            turn = Some(section.turn);
        }
        let is_prompt = section.kind == SectionKind::Prompt;
        let (most, shown) = if others > 0 {
            (REPEATED_BYTES * 2, REPEATED_BYTES)
        } else {
            (PROMPT_BYTES, HEAD_BYTES)
        };
        let folded = is_prompt && section.text.len() > most && !unfolded;
        if folded {
            let head = whole_words(head(&section.text, shown));
            blocks.push(Block::Text(format!("{} …", head.trim_end())));
        } else {
            blocks.push(Block::Section(index));
        }
        let mut notes = Vec::new();
        if is_prompt && others > 0 {
            notes.push(format!("the same prompt as in {}", plural(others, "other", "others")));
        }
        if folded {
            let all = thousands(section.text.chars().count());
            notes.push(format!("{all} characters in all; Enter shows the whole text"));
        }
        if !notes.is_empty() {
            blocks.push(info(notes.join(" · ")));
        }
    }
    blocks.push(info("the final response stands in the panes"));
    blocks
}

/// A start of a text without the word that it was cut in; without the line, where most of it stays.
fn whole_words(head: &str) -> &str {
    let line = head.rfind('\n').filter(|at| *at > head.len() / 2);
    let end = line.or_else(|| head.rfind(char::is_whitespace)).unwrap_or(head.len());
    head.get(..end).unwrap_or(head)
}

/// The raw record under its place. The record is the first text.
#[must_use]
pub fn record(body: &Body) -> Vec<Block> {
    let place = &body.transcript.place;
    let mut text = place.source.clone();
    if let Some(line) = place.line {
        let _ = write!(text, " · line {}", thousands(usize::try_from(line).unwrap_or(usize::MAX)));
    }
    if let Some(member) = &place.member {
        let _ = write!(text, " · {member}");
    }
    let _ = write!(text, " · read as {}", body.transcript.format);
    vec![heading(text), Block::Text(body.record.clone())]
}

/// Every file with its numbers and problems.
#[must_use]
pub fn problems(state: &State) -> Vec<Block> {
    let mut blocks = vec![heading(state.counts_line())];
    let mut left = MOST_PROBLEMS;
    let mut clean = Vec::new();
    for file in state.catalogue.files() {
        let c = &file.counts;
        let mut line = format!("{}: {}", file.path, counts(c.transcripts, c.records));
        for (number, what) in
            [(c.repaired, "repaired"), (c.left_out, "left out"), (c.joined, "joined")]
        {
            if number > 0 {
                let _ = write!(
                    line,
                    " · {} {what}",
                    thousands(usize::try_from(number).unwrap_or(usize::MAX))
                );
            }
        }
        if !file.format.is_empty() {
            let _ = write!(line, " · {}", file.format);
        }
        if !file.why.is_empty() {
            let _ = write!(line, " ({})", file.why);
        }
        if file.problems.is_empty() {
            clean.push(line);
            continue;
        }
        blocks.push(heading(line));
        let mut text = String::new();
        let runs = fold(&file.problems);
        let shown = runs.len().min(left);
        left -= shown;
        for run in runs.iter().take(shown) {
            let _ = writeln!(text, "{} [{}]", run.sentence(), run.first.kind.as_str());
        }
        if shown > 0 {
            blocks.push(Block::Text(text.trim_end().to_owned()));
        }
        if shown < runs.len() {
            let more: usize = runs.iter().skip(shown).map(|run| run.count).sum();
            blocks.push(absent(format!(
                "{} not listed; `undertone check` lists all",
                plural(more, "problem", "problems")
            )));
        }
    }
    if !clean.is_empty() {
        blocks.push(heading("read without problems"));
        blocks.push(Block::Text(clean.join("\n")));
    }
    if !state.progress.done {
        blocks.push(info(state.progress_line()));
    }
    blocks
}

fn counts(transcripts: u64, records: u64) -> String {
    let number = |n| thousands(usize::try_from(n).unwrap_or(usize::MAX));
    format!("{} of {}", number(transcripts), number(records))
}
