//! All transcripts of one sample: by the value that is compared, outcome and answer, the same answer once.

use std::collections::BTreeMap;

use super::facts::plural;
use super::turns::first_words;
use super::{Picker, State};
use crate::corpus::{RowId, Samples};
use crate::model::{SectionKind, Transcript};
use crate::query::Columns;

/// The answer of one transcript of a sample.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// Its row.
    pub row: RowId,
    /// Hash of its outputs.
    pub hash: u64,
    /// Its first words; a sentence where it could not be read.
    pub words: String,
}

impl Reply {
    /// Of a transcript.
    #[must_use]
    pub fn of(row: RowId, transcript: &Transcript) -> Self {
        let outputs = transcript.response(|kind| kind == SectionKind::Output);
        let mut text = String::new();
        for section in outputs.filter_map(|index| transcript.sections.get(index)) {
            text.push_str(section.text.trim());
            text.push('\n');
        }
        let words = first_words(&text, 120);
        Self { row, hash: xxhash_rust::xxh3::xxh3_64(text.as_bytes()), words }
    }
}

/// Transcripts with the same value, outcome and answer.
#[derive(Debug, Default)]
struct Same {
    epochs: Vec<String>,
    row: RowId,
    words: String,
    count: usize,
}

/// All transcripts of a sample by value, outcome and answer; the same answer once, with how many there are. The two values that are compared
/// come first.
#[must_use]
pub fn fan(state: &State, samples: &Samples, answers: &[Reply]) -> Picker {
    let sides = match &state.twin {
        Some(twin) => Some(twin.sides.clone()),
        None => samples.sides().map(|(left, right)| [left.to_owned(), right.to_owned()]),
    };
    let is_side = |n: usize, value: &str| sides.as_ref().is_some_and(|sides| sides[n] == value);
    // Rank and value; outcome, hash.
    let mut lines: BTreeMap<((usize, String), String, u64), Same> = BTreeMap::new();
    let mut sizes: BTreeMap<(usize, String), usize> = BTreeMap::new();
    for answer in answers {
        let Some(view) = state.catalogue.view(answer.row) else { continue };
        let value = samples.field().of(&view);
        let rank = match value {
            Some(value) if is_side(0, value) => 0,
            Some(value) if is_side(1, value) => 1,
            Some(_) => 2,
            None => 3,
        };
        let nothing = || format!("no {}", samples.field().as_str());
        let group = (rank, value.map_or_else(nothing, str::to_owned));
        *sizes.entry(group.clone()).or_default() += 1;
        let key = (group, view.outcome().to_owned(), answer.hash);
        let line = lines.entry(key).or_default();
        if line.count == 0 {
            (line.row, line.words) = (answer.row, answer.words.clone());
        }
        line.epochs.extend(view.epoch().map(|epoch| epoch.to_string()));
        line.count += 1;
    }
    let mut lines: Vec<_> = lines.into_iter().collect();
    lines.sort_by(|(a, of_a), (b, of_b)| (&a.0, &a.1, of_b.count).cmp(&(&b.0, &b.1, of_a.count)));
    let entries = lines.into_iter().map(|(((_, value), outcome, _), same)| {
        let outcome = if state.view.quiet { String::new() } else { format!("{outcome} · ") };
        let epochs = match same.epochs.as_slice() {
            [] => String::new(),
            [one] => format!("epoch {one} · "),
            all => format!("epochs {} · ", all.join(", ")),
        };
        (format!("{value} · {outcome}{epochs}{}", same.words), same.row.to_string(), same.count)
    });
    let entries: Vec<(String, String, usize)> = entries.collect();
    let hits = (0..entries.len()).map(|i| (i, Vec::new())).collect();
    let sizes = sizes.into_iter().map(|((_, value), n)| format!("{value} {n}"));
    let sizes: Vec<String> = sizes.collect();
    let all = plural(answers.len(), "transcript", "transcripts");
    let title = format!("{all} of this sample: {}", sizes.join(", "));
    Picker { title, entries, hits, ..Picker::default() }
}
