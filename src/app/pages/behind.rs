//! What is behind a transcript: the raw record, and the problems of the whole input.

use std::fmt::Write;

use super::{absent, heading, info};
use crate::app::facts::{plural, thousands};
use crate::app::{Block, State};
use crate::corpus::Body;
use crate::model::fold;

/// Most problems that the dialog lists.
const MOST_PROBLEMS: usize = 5000;

/// The raw record under its place. The record is the first text.
#[must_use]
pub fn record(body: &Body) -> Vec<Block> {
    let place = &body.transcript.place;
    let mut text = place.source.to_string();
    if let Some(line) = place.line {
        let _ = write!(text, " · line {}", thousands(usize::try_from(line).unwrap_or(usize::MAX)));
    }
    if let Some(member) = &place.member {
        let _ = write!(text, " · {member}");
    }
    let _ = write!(text, " · read as {}", body.transcript.format);
    if body.as_read {
        text.push_str(" · the row with its columns' names, as it was read");
    }
    vec![heading(text), Block::Text(body.record.to_string())]
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
        let is_problem = file.problems.iter().any(|p| p.message == file.why);
        if !file.why.is_empty() && !is_problem {
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
    let of_reviews = state.catalogue.review_problems();
    if !of_reviews.is_empty() {
        blocks.push(heading("answers of reviewers that are not joined"));
        let lines: Vec<String> = fold(of_reviews)
            .iter()
            .take(left)
            .map(|run| {
                let place = &run.first.source;
                format!("{place}: {} [{}]", run.sentence(), run.first.kind.as_str())
            })
            .collect();
        blocks.push(Block::Text(lines.join("\n")));
    }
    if !clean.is_empty() {
        blocks.push(heading("read without problems"));
        blocks.push(Block::Text(clean.join("\n")));
    }
    if let Some(words) = state.progress_words() {
        blocks.push(info(words.line()));
    }
    blocks
}

fn counts(transcripts: u64, records: u64) -> String {
    let number = |n| thousands(usize::try_from(n).unwrap_or(usize::MAX));
    format!("{} of {}", number(transcripts), number(records))
}
