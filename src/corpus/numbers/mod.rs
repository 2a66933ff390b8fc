//! Counts of what rows came to: outcomes and a label, by one or two fields; and the gap between two values of a field.
//!
//! The commands and the screens count here and nowhere else. Of identical records among the rows one counts. What has no
//! outcome (unfinished, unknown) and what a label does not say is counted apart and never in a denominator.

mod field;
mod gap;
mod measure;
mod parts;
mod question;
mod references;
mod sweep;
mod tally;
#[cfg(test)]
mod tests;
mod threshold;

use std::cmp::Ordering;

use hashbrown::HashMap;

pub(in crate::corpus) use field::Names;
pub use field::{By, Value};
pub use gap::{Gap, GapMethod, GapTest};
pub use measure::{ANSWERS, Measure};
pub use parts::{GapPart, PartKind};
pub use question::{Answer, Errors, Question, Reviewers};
pub use tally::{Rate, Tally};
pub use threshold::{
    Agreement, Bar, Confusion, CurveAsk, Cut, Known, Level, Look, Side, ThresholdCurve,
};

use super::bits::Bits;
use super::{Catalogue, RowId};
use crate::model::{Judgement, LabelValue};
use crate::query::{Asked, Block, Said};

/// Most groups that are given; more fields than that are no statistics any more.
const MOST_GROUPS: usize = 10_000;

/// What is counted.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Ask {
    /// Fields whose values make the groups: none, one or two.
    pub by: Vec<By>,
    /// A label to count beside the outcome.
    pub label: Option<Asked>,
}

/// Some rows that agree in the fields asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// One value for each field.
    pub by: Vec<Value>,
    /// What they came to.
    pub tally: Tally,
}

/// Who gave a label, by its own name, and to how many of the rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RaterCount {
    /// The source's name of the label.
    pub label: String,
    /// Who judged.
    pub rater: String,
    /// Transcripts with a judgement.
    pub n: usize,
}

impl RaterCount {
    /// Most frequent first.
    fn sort(all: &mut [Self]) {
        all.sort_by(|a, b| {
            b.n.cmp(&a.n).then_with(|| (&a.label, &a.rater).cmp(&(&b.label, &b.rater)))
        });
    }
}

/// What was counted.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Numbers {
    /// By the values of the fields, in their order.
    pub groups: Vec<Group>,
    /// Groups beyond the first ten thousand, which are not given.
    pub more_groups: usize,
    /// All groups together.
    pub all: Tally,
    /// Identical records that were not counted again.
    pub copies: usize,
    /// Transcripts of samples that were not opened yet: little is known of them.
    pub pending: usize,
    /// Raters of the label, most frequent first.
    pub raters: Vec<RaterCount>,
    /// Whether the label has numbers, so that a threshold says what is positive.
    pub numeric: bool,
}

impl Catalogue {
    /// Whether the term `copy:no` leaves exactly those rows that count: none of them is counted in place of an identical one outside.
    pub(super) fn copies_stand_apart(&self, rows: &Bits) -> bool {
        let (among, all) = (self.repeats_of(Some(rows)), self.repeats());
        let copies = all.iter().filter(|id| rows.contains(*id)).count();
        copies == among.iter().count() && among.iter().all(|id| all.contains(id))
    }

    /// Counts what rows came to. Goes through columns: a million rows take some hundredths of a second.
    #[must_use]
    pub fn numbers(&self, ask: &Ask, rows: &Bits) -> Numbers {
        let repeats = self.repeats_of(Some(rows));
        let mut numbers = Numbers::default();
        let mut names: Vec<Names> = ask.by.iter().map(|_| Names::default()).collect();
        let mut groups: HashMap<[u32; 2], usize> = HashMap::new();
        let mut found: Vec<([u32; 2], Tally)> = Vec::new();
        let mut last = ([u32::MAX; 2], 0);
        let mut raters: HashMap<(String, String), usize> = HashMap::new();
        for block in self.chunks_from(0) {
            let wanted = rows.flags(block.first, block.chunk.len);
            if !wanted.contains(&1) {
                continue;
            }
            let codes: Vec<Vec<u32>> =
                ask.by.iter().zip(&mut names).map(|(by, names)| by.codes(&block, names)).collect();
            let said = ask.label.as_ref().map(|label| label.said(&block));
            let counts = |at: usize, id: RowId| !self.is_gone(id) && wanted.get(at) == Some(&1);
            for (at, id) in (0..block.chunk.len).zip(block.first..) {
                if !counts(at, id) {
                    continue;
                }
                if repeats.contains(id) {
                    numbers.copies += 1;
                    continue;
                }
                let state = block.chunk.state_of(at);
                numbers.pending += usize::from(state.pending);
                let code = |n: usize| codes.get(n).and_then(|c| c.get(at)).copied().unwrap_or(0);
                let key = [code(0), code(1)];
                if last.0 != key {
                    let next = found.len();
                    let place = *groups.entry(key).or_insert_with(|| {
                        found.push((key, Tally::default()));
                        next
                    });
                    last = (key, place);
                }
                if let Some((_, tally)) = found.get_mut(last.1) {
                    let said = said.as_ref().and_then(|said| said.get(at)).copied();
                    tally.add(state, said.unwrap_or(Said::Missing));
                }
            }
            if let Some(label) = ask.label.as_ref().filter(|label| label.has_rater()) {
                for (at, said) in self.reviews.within(block.first, block.chunk.len) {
                    let id = block.first + at as RowId;
                    if counts(at, id) && !repeats.contains(id) {
                        for judgement in said.judgements().iter().filter(|j| label.wants(j)) {
                            let key = (judgement.label.clone(), judgement.rater.clone());
                            *raters.entry(key).or_default() += 1;
                        }
                    }
                }
            }
            if let Some(label) = &ask.label {
                let wants = |j: &Judgement| label.wants(j);
                let is_number = |j: &Judgement| u8::from(matches!(j.value, LabelValue::Number(_)));
                let mut numbered = vec![0; block.chunk.len];
                block.raise(&wants, &is_number, &mut numbered);
                numbers.numeric |= numbered.iter().zip(&wanted).any(|(a, b)| a & b == 1);
                let (shape_of, shapes) = block.chunk.judged.shapes();
                let mut of_shape = vec![0; shapes.len().max(1)];
                for (at, id) in (0..block.chunk.len).zip(block.first..) {
                    if counts(at, id)
                        && !repeats.contains(id)
                        && let Some(n) = of_shape.get_mut(shape_of.get(at))
                    {
                        *n += 1;
                    }
                }
                for (shape, n) in shapes.iter().zip(of_shape).filter(|(_, n)| *n > 0) {
                    let mut seen: Vec<(&str, &str)> = Vec::new();
                    for judgement in shape.iter().filter(|j| wants(j)) {
                        let key = (&*judgement.label, &*judgement.rater);
                        if !seen.contains(&key) {
                            seen.push(key);
                            *raters.entry((key.0.to_owned(), key.1.to_owned())).or_default() += n;
                        }
                    }
                }
            }
        }
        for (_, tally) in &found {
            numbers.all.join(tally);
        }
        numbers.groups = in_order(ask, found, &names);
        numbers.more_groups = numbers.groups.len().saturating_sub(MOST_GROUPS);
        numbers.groups.truncate(MOST_GROUPS);
        let named = |((label, rater), n)| RaterCount { label, rater, n };
        numbers.raters = raters.into_iter().map(named).collect();
        RaterCount::sort(&mut numbers.raters);
        numbers
    }

    /// Whether any row has such a label, whatever it says.
    #[must_use]
    pub fn has_label(&self, label: &Asked) -> bool {
        self.chunks_from(0).any(|rows| {
            let (_, shapes) = rows.chunk.judged.shapes();
            shapes.iter().flatten().any(|judgement| label.wants(judgement))
        }) || label.has_rater() && self.any_answer(|judgement| label.wants(judgement))
    }

    /// The rows to which a label says no.
    #[must_use]
    pub fn rows_said(&self, label: &Asked, wanted: Said, rows: &Bits) -> Bits {
        let mut found = Bits::default();
        for block in self.chunks_from(0) {
            for (id, said) in (block.first..).zip(label.said(&block)) {
                if said == wanted && rows.contains(id) {
                    found.insert(id);
                }
            }
        }
        found
    }
}

fn in_order(ask: &Ask, mut found: Vec<([u32; 2], Tally)>, names: &[Names]) -> Vec<Group> {
    let compare = |a: &[u32; 2], b: &[u32; 2]| {
        let mut order = Ordering::Equal;
        for ((names, by), (a, b)) in names.iter().zip(&ask.by).zip(a.iter().zip(b)) {
            order = order.then_with(|| by.compare(names.key(*a), names.key(*b)));
        }
        order
    };
    found.sort_by(|(a, _), (b, _)| compare(a, b));
    let value = |(n, by): (usize, &By), key: &[u32; 2]| {
        let names = names.get(n)?;
        Some(by.value(names.key(*key.get(n)?), names))
    };
    let group = |(key, tally): ([u32; 2], Tally)| Group {
        by: ask.by.iter().enumerate().filter_map(|by| value(by, &key)).collect(),
        tally,
    };
    found.into_iter().map(group).collect()
}
