//! Facets of numbers: how a numeric field is distributed among some rows, in a few cells, with its median.
//!
//! Which numbers a field has, and which of them each row has, is found once and kept ([`Kept`]) until rows change. What a
//! filter leaves is then counted by looking up one small number for each row.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use hashbrown::HashMap;

use super::Catalogue;
use super::chunk::{Coded, Codes, Counted, Tally};
use super::facets::quoted;
use super::fields::{RecordFields, meta_name};
use super::view::Rows;
use crate::model::{Judgement, SectionKind};
use crate::query::Block;

/// A numeric field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NumberField {
    /// Score.
    Score,
    /// Epoch.
    Epoch,
    /// Bytes of the response, or of one kind of its sections.
    Len(Option<SectionKind>),
    /// A label that has numbers, of several raters the first one's.
    Label(String),
    /// Another field of the records, by its path.
    Meta(String),
}

impl NumberField {
    /// Its name in the filter language: `score`, `len.output`, `label.x`.
    #[must_use]
    pub fn term(&self) -> String {
        match self {
            Self::Score => "score".to_owned(),
            Self::Epoch => "epoch".to_owned(),
            Self::Len(None) => "len".to_owned(),
            Self::Len(Some(kind)) => format!("len.{kind}"),
            Self::Label(name) => format!("label.{}", quoted(name)),
            Self::Meta(path) => format!("meta.{}", meta_name(path)),
        }
    }

    /// Its name for people.
    #[must_use]
    pub fn title(&self) -> String {
        match self {
            Self::Score => "cue score".to_owned(),
            Self::Label(name) => name.clone(),
            Self::Meta(path) => format!("meta.{path}"),
            other => other.term(),
        }
    }

    fn is_whole(&self) -> bool {
        matches!(self, Self::Epoch | Self::Len(_))
    }
}

/// How a numeric field is distributed.
#[derive(Debug, Clone, PartialEq)]
pub struct NumberFacet {
    /// Which field.
    pub field: NumberField,
    /// Rows in cells of equal width from the lowest number to the highest: among those shown, and in all. At most 16. Lengths,
    /// of which few are very large, are in cells of which each is so many times as wide as the one before.
    pub cells: Vec<(usize, usize)>,
    /// Where the first cell begins, and where the last one ends.
    pub range: (f64, f64),
    /// Rows with a number among those shown.
    pub shown: usize,
    /// Rows with a number.
    pub total: usize,
    /// Least, median and greatest number of those shown; `None` when none has one. Of a field with more than 65,535
    /// different numbers they are right to a 65,535th of its range; so are the borders of cells.
    pub middle: Option<[f64; 3]>,
}

/// Most numbers that a field's rows are counted by.
const MOST_STEPS: usize = u16::MAX as usize;
/// Cells of a histogram, at most.
const CELLS: usize = 16;
/// The score's range, whatever scores occur.
const SCORES: f64 = 15.0;

/// One number with the rows that have it: shown, in all.
type Step = (f64, usize, usize);

/// A numeric field of all rows: its numbers, and which of them each row has.
#[derive(Debug)]
pub(super) struct Levels {
    /// The numbers in order, each with the rows that have it.
    steps: Vec<(f64, usize)>,
    /// Chunk by chunk the place of each row's number; behind the last one for rows without a number, and those that do not
    /// count.
    places: Vec<Box<[u16]>>,
}

/// What was found of a catalogue's rows for their facets. Holds until rows change; clones of a catalogue share it.
#[derive(Debug, Default)]
pub(super) struct Kept {
    numbers: Mutex<Vec<(NumberField, Slot)>>,
    /// By where a column's codes are: how many rows are of each class.
    classes: Mutex<HashMap<usize, Arc<[usize]>>>,
}

/// Filled by whoever asks first; others wait for that.
type Slot = Arc<OnceLock<Arc<Levels>>>;

impl Kept {
    fn levels(&self, field: &NumberField, find: impl FnOnce() -> Levels) -> Arc<Levels> {
        let slot = {
            let mut known = self.numbers.lock().unwrap_or_else(PoisonError::into_inner);
            let there = known.iter().find(|(own, _)| own == field);
            let slot = there.map_or_else(Slot::default, |(_, slot)| Arc::clone(slot));
            if there.is_none() {
                known.push((field.clone(), Arc::clone(&slot)));
            }
            slot
        };
        Arc::clone(slot.get_or_init(|| Arc::new(find())))
    }

    /// How many of all rows of a chunk are of each class of one of its columns.
    pub fn of_classes(&self, codes: &Codes, count: impl FnOnce() -> Vec<usize>) -> Arc<[usize]> {
        let key = std::ptr::from_ref(codes).addr();
        let known = || self.classes.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(counted) = known().get(&key) {
            return Arc::clone(counted);
        }
        let counted: Arc<[usize]> = count().into();
        known().insert(key, Arc::clone(&counted));
        counted
    }
}

impl Catalogue {
    /// The distribution of a numeric field; `None` where it tells nothing. `counted`: the rows that count, chunk by chunk: in
    /// all, and shown.
    pub(super) fn distribution(
        &self,
        field: NumberField,
        counted: &[(Counted, Counted)],
    ) -> Option<NumberFacet> {
        let levels = self.kept.levels(&field, || self.levels(&field, counted));
        let of_step = |((number, total), shown): (&(f64, usize), usize)| (*number, shown, *total);
        let steps: Vec<Step> = if counted.iter().all(|(all, shown)| all == shown) {
            levels.steps.iter().map(|step| of_step((step, step.1))).collect()
        } else {
            let mut in_shown = Tally::new(levels.steps.len());
            for (places, (_, shown)) in levels.places.iter().zip(counted) {
                in_shown.add(places, shown);
            }
            levels.steps.iter().zip(in_shown.counts()).map(of_step).collect()
        };
        facet(field, &steps)
    }

    /// Finds a field's numbers.
    fn levels(&self, field: &NumberField, counted: &[(Counted, Counted)]) -> Levels {
        let of_chunk = |(rows, (all, _)): (Rows<'_>, &(Counted, Counted))| {
            let mut numbers = self.numbers_of(&rows, field);
            for (number, counts) in numbers.iter_mut().zip(all.flags().into_iter().flatten()) {
                *number = if *counts == 0 { f64::NAN } else { *number };
            }
            numbers
        };
        Levels::new(&self.chunks_from(0).zip(counted).map(of_chunk).collect::<Vec<_>>())
    }

    /// Each row's number; not a number where it has none.
    fn numbers_of(&self, rows: &Rows<'_>, field: &NumberField) -> Vec<f64> {
        let (chunk, len) = (rows.chunk, rows.chunk.len);
        let none = || vec![f64::NAN; len];
        match field {
            NumberField::Score => {
                spread(&chunk.score, len, |bits| bits.map(|bits| f32::from_bits(bits).into()))
            }
            NumberField::Epoch => spread(&chunk.epoch, len, |n| n.map(|n| n as f64)),
            NumberField::Len(kind) => lengths(rows, *kind),
            NumberField::Label(name) => {
                chunk.judged.numbers(&|j: &Judgement| j.is_named(name), len).unwrap_or_else(none)
            }
            NumberField::Meta(path) => {
                let known = self.fields.as_ref().and_then(|fields| fields.field(path));
                let ids = (rows.first..).take(len);
                known.map_or_else(none, |known| {
                    ids.map(|id| known.number(id).unwrap_or(f64::NAN)).collect()
                })
            }
        }
    }

    /// The numeric fields that may occur.
    pub(super) fn number_fields(&self, labels: &[String]) -> Vec<NumberField> {
        let mut fields = vec![NumberField::Score, NumberField::Epoch, NumberField::Len(None)];
        let kinds = [SectionKind::Scratchpad, SectionKind::Output];
        fields.extend(kinds.map(|kind| NumberField::Len(Some(kind))));
        let numeric = labels.iter().filter(|name| self.has_numbers(name));
        fields.extend(numeric.cloned().map(NumberField::Label));
        let further = self.record_fields().into_iter().flat_map(RecordFields::of_numbers);
        fields.extend(further.map(|path| NumberField::Meta(path.to_owned())));
        fields
    }

    fn has_numbers(&self, label: &str) -> bool {
        let wanted = |j: &Judgement| j.is_named(label);
        self.chunks_from(0).any(|rows| rows.chunk.judged.has_numbers(&wanted))
    }

    /// The labels that have numbers, so that a threshold may move; most frequent first.
    #[must_use]
    pub fn numeric_labels(&self) -> Vec<String> {
        let names = self.label_names().into_iter().map(|(name, _)| name);
        names.filter(|name| self.has_numbers(name)).collect()
    }
}

/// What each row's class is given.
fn spread<T: Copy>(column: &Coded<T>, rows: usize, give: impl Fn(T) -> Option<f64>) -> Vec<f64> {
    let given: Vec<f64> = column.values.iter().map(|v| give(*v).unwrap_or(f64::NAN)).collect();
    (0..rows).map(|at| given.get(column.codes.get(at)).copied().unwrap_or(f64::NAN)).collect()
}

/// Bytes of the response, or of one kind of its sections; of rows that were not opened nothing is known.
fn lengths(rows: &Rows<'_>, kind: Option<SectionKind>) -> Vec<f64> {
    let is_wanted = |own: SectionKind| match kind {
        Some(kind) => own == kind,
        None => own.is_reasoning() || own == SectionKind::Output,
    };
    let mut sums = vec![0; rows.chunk.len];
    let columns = SectionKind::ALL.into_iter().zip(rows.chunk.lens.iter());
    columns.filter(|(kind, _)| is_wanted(*kind)).for_each(|(_, own)| own.add_to(&mut sums));
    let any_pending = rows.any_pending();
    let number = |(at, sum)| {
        if any_pending && rows.chunk.state_of(at).pending { f64::NAN } else { f64::from(sum) }
    };
    sums.into_iter().enumerate().map(number).collect()
}

impl Levels {
    fn new(numbers: &[Vec<f64>]) -> Self {
        // One zero only.
        let all = || numbers.iter().flatten().filter(|n| n.is_finite()).map(|n| n + 0.0);
        let mut found: HashMap<u64, u16> = HashMap::new();
        let mut last = f64::NAN;
        for number in all() {
            // Neighbours are often alike.
            if number.to_bits() != last.to_bits() {
                found.insert(number.to_bits(), 0);
                last = number;
            }
            if found.len() > MOST_STEPS {
                return Self::coarse(
                    numbers,
                    all().fold(f64::INFINITY, f64::min),
                    all().fold(f64::NEG_INFINITY, f64::max),
                );
            }
        }
        let mut steps: Vec<(f64, usize)> =
            found.keys().map(|bits| (f64::from_bits(*bits), 0)).collect();
        steps.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        for (place, (number, _)) in (0..).zip(&steps) {
            found.insert(number.to_bits(), place);
        }
        Self::placed(steps, numbers, |n| found.get(&(n + 0.0).to_bits()).copied())
    }

    /// Of more numbers than there is room for: steps of equal width, each with the first of its numbers.
    fn coarse(numbers: &[Vec<f64>], least: f64, most: f64) -> Self {
        // Halves, so that no difference is infinite.
        let scale = (MOST_STEPS - 1) as f64 / (most / 2.0 - least / 2.0).max(f64::MIN_POSITIVE);
        let level = |n: f64| ((n / 2.0 - least / 2.0) * scale) as u16;
        let mut steps = vec![(f64::NAN, 0); MOST_STEPS];
        for number in numbers.iter().flatten().filter(|n| n.is_finite()) {
            if let Some(step) = steps.get_mut(usize::from(level(*number))) {
                step.0 = if step.0.is_nan() { *number } else { step.0 };
            }
        }
        Self::placed(steps, numbers, |n| n.is_finite().then(|| level(n)))
    }

    fn placed(
        mut steps: Vec<(f64, usize)>,
        numbers: &[Vec<f64>],
        place: impl Fn(f64) -> Option<u16>,
    ) -> Self {
        let behind = steps.len() as u16;
        let mut place = |number: &f64| {
            let own = place(*number)?;
            steps.get_mut(usize::from(own))?.1 += 1;
            Some(own)
        };
        let places =
            numbers.iter().map(|own| own.iter().map(|n| place(n).unwrap_or(behind)).collect());
        let places = places.collect();
        Self { steps, places }
    }
}

fn facet(field: NumberField, steps: &[Step]) -> Option<NumberFacet> {
    let there = || steps.iter().filter(|(_, _, total)| *total > 0);
    let (first, last) = (there().next()?.0, there().next_back()?.0);
    let (shown, total) = steps.iter().fold((0, 0), |sum, step| (sum.0 + step.1, sum.1 + step.2));
    // A length that nothing has, or a number that all have, is no way to divide anything.
    if matches!(field, NumberField::Len(_)) && last <= 0.0 {
        return None;
    }
    let (range, cells) = cells(&field, first, last);
    let mut counts = vec![(0, 0); cells];
    for (number, shown, total) in there() {
        if let Some(cell) = counts.get_mut(cell_of(&field, *number, range, cells)) {
            *cell = (cell.0 + shown, cell.1 + total);
        }
    }
    let middle = (shown > 0).then(|| {
        let some = || steps.iter().filter(|step| step.1 > 0);
        let nth = |rank: usize| {
            let mut before = 0;
            let found = some().find(|step| {
                before += step.1;
                before > rank
            });
            found.map_or(last, |step| step.0)
        };
        let median = f64::midpoint(nth((shown - 1) / 2), nth(shown / 2));
        [nth(0), median, nth(shown - 1)]
    });
    Some(NumberFacet { field, cells: counts, range, shown, total, middle })
}

/// The cell of a number.
fn cell_of(field: &NumberField, number: f64, range: (f64, f64), cells: usize) -> usize {
    let scaled = |n: f64| if is_stretched(field, cells) { n.max(0.0).ln_1p() } else { n };
    let (low, high) = (scaled(range.0), scaled(range.1));
    let at = (scaled(number) - low) / ((high - low) / cells as f64);
    (at.max(0.0) as usize).min(cells - 1)
}

/// Few numbers have a cell each.
fn is_stretched(field: &NumberField, cells: usize) -> bool {
    matches!(field, NumberField::Len(_)) && cells == CELLS
}

/// The range of the histogram and its number of cells.
fn cells(field: &NumberField, first: f64, last: f64) -> ((f64, f64), usize) {
    let span = last - first;
    if *field == NumberField::Score {
        return ((0.0, SCORES), SCORES as usize);
    }
    if field.is_whole() && span < CELLS as f64 {
        return ((first, last + 1.0), span as usize + 1);
    }
    if !field.is_whole() && first >= 0.0 && last <= 1.0 {
        return ((0.0, 1.0), 10);
    }
    if span > 0.0 && span.is_finite() { ((first, last), CELLS) } else { ((first, first + 1.0), 1) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_numbers_than_there_is_room_for_are_counted_by_steps() {
        let numbers: Vec<f64> = (0..200_000).map(f64::from).chain([f64::NAN]).collect();
        let Levels { steps, places } = Levels::new(&[numbers.clone(), vec![-1e3, f64::INFINITY]]);
        let totals: Vec<usize> = steps.iter().map(|step| step.1).collect();
        assert_eq!(totals.iter().sum::<usize>(), 200_001);
        let width = 201_000.0 / (MOST_STEPS - 1) as f64;
        for (number, place) in numbers.iter().zip(&places[0]) {
            match steps.get(usize::from(*place)) {
                Some((step, _)) => assert!((step - number).abs() <= width, "{number} as {step}"),
                None => assert!(number.is_nan()),
            }
        }
        assert_eq!((places[1][0], usize::from(places[1][1])), (0, MOST_STEPS));
        let extreme = Levels::new(&[vec![f64::MAX, f64::MIN, 0.0, -0.0]]);
        assert_eq!(extreme.steps, [(f64::MIN, 1), (0.0, 2), (f64::MAX, 1)]);
    }
}
