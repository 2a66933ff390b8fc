//! Facets of numbers: how a numeric field is distributed among some rows, in a few cells, with its median.
//!
//! Columns that are kept by class are counted by class. The others are brought to a bounded number of levels and counted by
//! level: which of them a row is on is a shift or a product. Lengths below 256 kB are a level each.

use hashbrown::HashMap;

use super::Catalogue;
use super::chunk::{Codes, Counted};
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
    /// Least, median and greatest number of those shown; `None` when none has one. A label's
    /// median, and those of lengths from 256 kB on, are right to a 65,536th of the range; so are the borders of cells.
    pub middle: Option<[f64; 3]>,
}

/// Most levels of lengths.
const LENGTHS: usize = 1 << 18;
/// Levels of a label's numbers.
const NUMBERS: usize = 1 << 16;
/// Cells of a histogram, at most.
const CELLS: usize = 16;
/// The score's range, whatever scores occur.
const SCORES: f64 = 15.0;

/// One number with the rows that have it: shown, in all.
type Step = (f64, usize, usize);

impl Catalogue {
    /// The distributions of all numeric fields that occur. `counted`: the rows that count, chunk by chunk: in all, and shown.
    pub(super) fn distribution(
        &self,
        field: NumberField,
        counted: &[(Counted, Counted)],
    ) -> Option<NumberFacet> {
        let chunks = || self.chunks_from(0).zip(counted);
        let steps = match &field {
            NumberField::Score => by_class(chunks().map(|(rows, counted)| {
                let score = |bits: &Option<u32>| bits.map(|bits| f32::from_bits(bits).into());
                let values = rows.chunk.score.values.iter().map(score).collect();
                (&rows.chunk.score.codes, values, counted)
            })),
            NumberField::Epoch => by_class(chunks().map(|(rows, counted)| {
                let values = rows.chunk.epoch.values.iter().map(|n| n.map(|n| n as f64)).collect();
                (&rows.chunk.epoch.codes, values, counted)
            })),
            NumberField::Len(kind) => lengths(chunks(), *kind),
            NumberField::Label(name) => {
                let wanted = |j: &Judgement| j.is_named(name);
                by_level(chunks(), &|rows| rows.chunk.judged.numbers(&wanted, rows.chunk.len))
            }
            NumberField::Meta(path) => {
                let known = self.fields.as_ref().and_then(|fields| fields.field(path));
                by_level(chunks(), &|rows| {
                    let ids = (rows.first..).take(rows.chunk.len);
                    Some(ids.map(|id| known?.number(id)).map(|n| n.unwrap_or(f64::NAN)).collect())
                })
            }
        };
        facet(field, &steps)
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

type Pair<'a> = &'a (Counted, Counted);

/// Steps of columns whose classes have one number each, or none.
fn by_class<'a>(
    chunks: impl Iterator<Item = (&'a Codes, Vec<Option<f64>>, Pair<'a>)>,
) -> Vec<Step> {
    let mut found: HashMap<u64, (usize, usize)> = HashMap::new();
    for (codes, values, (all, shown)) in chunks {
        let in_all = codes.histogram(values.len(), all);
        let in_shown =
            if shown == all { in_all.clone() } else { codes.histogram(values.len(), shown) };
        for ((value, all), shown) in values.into_iter().zip(in_all).zip(in_shown) {
            if let Some(value) = value.filter(|value| all > 0 && value.is_finite()) {
                // One zero only.
                let known = found.entry((value + 0.0).to_bits()).or_default();
                *known = (known.0 + shown, known.1 + all);
            }
        }
    }
    in_order(found.into_iter().map(|(bits, (s, t))| (f64::from_bits(bits), s, t)).collect())
}

fn in_order(mut steps: Vec<Step>) -> Vec<Step> {
    steps.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    steps
}

/// The rows of a chunk that count and are known, when some are not.
fn known(rows: &Rows<'_>, counted: &Counted) -> Counted {
    let ids = 0..rows.chunk.len;
    let mut flags = vec![0; rows.chunk.len];
    counted.each(&ids.collect::<Vec<_>>(), |at, n| {
        if let Some(flag) = flags.get_mut(at).filter(|_| !rows.chunk.state_of(at).pending) {
            *flag = n as u8;
        }
    });
    Counted::of(flags.into())
}

/// Steps of a length.
fn lengths<'a>(
    chunks: impl Iterator<Item = (Rows<'a>, Pair<'a>)>,
    kind: Option<SectionKind>,
) -> Vec<Step> {
    let is_wanted = |own: SectionKind| match kind {
        Some(kind) => own == kind,
        None => own.is_reasoning() || own == SectionKind::Output,
    };
    let mut columns = Vec::new();
    for (rows, (all, shown)) in chunks {
        let mut lens = vec![0; rows.chunk.len];
        for (_, own) in
            SectionKind::ALL.into_iter().zip(rows.chunk.lens.iter()).filter(|(k, _)| is_wanted(*k))
        {
            own.add_to(&mut lens);
        }
        let counted = if rows.any_pending() {
            (known(&rows, all), known(&rows, shown))
        } else {
            (all.clone(), shown.clone())
        };
        columns.push((lens, counted));
    }
    let most = columns.iter().flat_map(|(lens, _)| lens).copied().max().unwrap_or_default();
    let shift = (u32::BITS - most.leading_zeros()).saturating_sub(LENGTHS.trailing_zeros());
    let mut levels = Levels::new((most >> shift) as usize + 1);
    for (lens, (all, shown)) in &columns {
        levels.add(lens, all, shown, |len| Some((len >> shift, f64::from(len))));
    }
    levels.steps()
}

/// Steps of numbers that may be any: those of a label, or of a record's field. Not a number: none.
fn by_level<'a>(
    chunks: impl Iterator<Item = (Rows<'a>, Pair<'a>)>,
    numbers: &dyn Fn(&Rows<'a>) -> Option<Vec<f64>>,
) -> Vec<Step> {
    let mut columns = Vec::new();
    let (mut least, mut most) = (f64::INFINITY, f64::NEG_INFINITY);
    for (rows, counted) in chunks {
        let Some(numbers) = numbers(&rows) else { continue };
        for number in numbers.iter().filter(|n| n.is_finite()) {
            (least, most) = (least.min(*number), most.max(*number));
        }
        columns.push((numbers, counted));
    }
    let scale = (NUMBERS - 1) as f64 / (most - least).max(f64::MIN_POSITIVE);
    let mut levels = Levels::new(NUMBERS);
    for (numbers, (all, shown)) in &columns {
        levels.add(numbers, all, shown, |n| {
            n.is_finite().then_some((((n - least) * scale) as u32, n))
        });
    }
    levels.steps()
}

/// Rows by level.
struct Levels {
    /// One of the numbers on each level, shown rows, all rows.
    steps: Vec<(f64, u32, u32)>,
}

impl Levels {
    fn new(levels: usize) -> Self {
        Self { steps: vec![(0.0, 0, 0); levels] }
    }

    fn add<T: Copy>(
        &mut self,
        values: &[T],
        all: &Counted,
        shown: &Counted,
        level: impl Fn(T) -> Option<(u32, f64)>,
    ) {
        // In one pass, and without a branch on what is shown: that is as chance has it.
        let mut put = |value: T, all: u32, shown: u32| {
            let Some((at, number)) = level(value) else { return };
            let Some((own, in_shown, in_all)) = self.steps.get_mut(at as usize) else { return };
            // Of the numbers on a level one that is shown stands for them.
            *own = if shown > 0 || *in_shown == 0 { number } else { *own };
            *in_shown += shown;
            *in_all += all;
        };
        match (all.flags(), shown.flags()) {
            (None, None) => values.iter().for_each(|value| put(*value, 1, 1)),
            (None, Some(shown)) => {
                values.iter().zip(shown).for_each(|(value, shown)| put(*value, 1, (*shown).into()));
            }
            (Some(all), shown) => {
                let shown = shown.unwrap_or(all);
                for ((value, all), shown) in values.iter().zip(all).zip(shown) {
                    put(*value, (*all).into(), (*shown).into());
                }
            }
        }
    }

    fn steps(self) -> Vec<Step> {
        let there = self.steps.into_iter().filter(|(_, _, total)| *total > 0);
        in_order(there.map(|(n, shown, total)| (n, shown as usize, total as usize)).collect())
    }
}

fn facet(field: NumberField, steps: &[Step]) -> Option<NumberFacet> {
    let (first, last) = (steps.first()?.0, steps.last()?.0);
    let (shown, total) = steps.iter().fold((0, 0), |sum, step| (sum.0 + step.1, sum.1 + step.2));
    // A length that nothing has, or a number that all have, is no way to divide anything.
    if matches!(field, NumberField::Len(_)) && last <= 0.0 {
        return None;
    }
    let (range, cells) = cells(&field, first, last);
    let mut counts = vec![(0, 0); cells];
    for (number, shown, total) in steps {
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
