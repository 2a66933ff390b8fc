//! The words that occur in the columns, with how many rows have each: for completion, and for what the list shows.

use super::chunk::{Chunk, Coded, Counted, Texts};
use super::{Batch, Catalogue};
use crate::model::design::split;
use crate::model::{Design, LabelValue};

/// A word of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word<'a> {
    /// A value of a field of the filter language: its name and the value.
    Value(&'static str, &'a str),
    /// A label's name, canonical where known.
    Label {
        /// The name.
        name: &'a str,
        /// It is the canonical one.
        canonical: bool,
    },
    /// A category that a label has as its value: the label's name and the value.
    Category(&'a str, &'a str),
}

type Take<'t> = &'t mut dyn FnMut(Word<'_>, usize);

impl Batch {
    /// Every word with its number of rows; the same word may come again.
    pub fn words(&self, take: Take<'_>) {
        words(&self.chunk, take);
    }
}

impl Catalogue {
    /// Every word with its number of rows; the same word may come again.
    pub fn words(&self, take: Take<'_>) {
        for rows in self.chunks_from(0) {
            words(rows.chunk, take);
        }
    }
}

fn words(chunk: &Chunk, take: Take<'_>) {
    coded(&chunk.tier, chunk.len, &mut |tier, rows| {
        if let Some(tier) = tier {
            take(Word::Value("tier", &tier.value), rows);
        }
    });
    for (field, column) in
        [("setting", &chunk.setting), ("model", &chunk.model), ("variant", &chunk.variant)]
    {
        match column {
            Texts::Few(column) => coded(column, chunk.len, &mut |value, rows| {
                if let Some(value) = value {
                    take(Word::Value(field, value), rows);
                }
            }),
            Texts::Many { .. } => {
                for value in (0..chunk.len).filter_map(|at| column.get(at)) {
                    take(Word::Value(field, value), 1);
                }
            }
        }
    }
    let mut design = |all: &str, rows: usize| {
        for field in Design::ALL {
            if let Some((value, _)) = split(all, field) {
                take(Word::Value(field.as_str(), value), rows);
            }
        }
    };
    match &chunk.design {
        Texts::Few(column) => coded(column, chunk.len, &mut |all, rows| {
            if let Some(all) = all {
                design(all, rows);
            }
        }),
        Texts::Many { .. } => {
            (0..chunk.len).filter_map(|at| chunk.design.get(at)).for_each(|all| design(all, 1));
        }
    }
    coded(&chunk.repairs, chunk.len, &mut |codes, rows| {
        for code in codes {
            take(Word::Value("repair", code), rows);
        }
    });
    for (name, counts) in &chunk.cues {
        let rows = Counted::All(chunk.len).count(&counts.positive(chunk.len));
        take(Word::Value("cue", name), rows);
    }
    let (codes, lists) = chunk.judged.shapes();
    for (list, rows) in lists.iter().zip(codes.histogram(lists.len(), &Counted::All(chunk.len))) {
        let mut names: Vec<(&str, bool)> = Vec::new();
        for judgement in list {
            let (name, canonical) = match &judgement.canonical {
                Some(name) => (name.as_str(), true),
                None => (judgement.label.as_str(), false),
            };
            if !names.iter().any(|(known, _)| *known == name) {
                names.push((name, canonical));
                take(Word::Label { name, canonical }, rows);
            }
        }
    }
    chunk.judged.each_value(&mut |key, value| {
        if let LabelValue::Text(text) = value {
            take(Word::Category(key.canonical.as_deref().unwrap_or(&key.label), text), 0);
        }
    });
}

fn coded<T>(column: &Coded<T>, rows: usize, take: &mut dyn FnMut(&T, usize)) {
    let counts = column.codes.histogram(column.values.len(), &Counted::All(rows));
    for (value, rows) in column.values.iter().zip(counts) {
        take(value, rows);
    }
}
