//! Judgements of a chunk's rows: whole lists by class while few differ, else a column for each label and rater.

mod numbers;

use std::borrow::Cow;
use std::sync::Arc;

use hashbrown::HashMap;

use super::packed::{Coded, Codes};
use crate::model::{Judgement, LabelValue};

/// Lists of judgements with their numbers compared by bits: what is read again must be what was written.
type List = Arc<[Judgement]>;

/// Different lists that are kept whole, as a share of the rows: more, and columns are smaller.
const WHOLE: usize = 16;
/// Different verdicts of one label that are kept by class.
const CLASSES: usize = 256;

/// The judgements of all rows.
#[derive(Debug, Clone)]
pub(in crate::corpus) enum Judged {
    /// Rows share lists.
    Whole { codes: Codes, lists: Vec<List> },
    /// Each row names its columns in order.
    Columns { shapes: Coded<Box<[u16]>>, columns: Vec<Column> },
}

impl Default for Judged {
    /// No row has any.
    fn default() -> Self {
        Self::Whole { codes: Codes::Same, lists: Vec::new() }
    }
}

/// What one rater says under one label, the first time in a row's list, the second time, and so on.
#[derive(Debug, Clone)]
pub(in crate::corpus) struct Column {
    /// The label and the rater; its verdict means nothing.
    pub key: Judgement,
    pub verdicts: Verdicts,
}

/// A value and whether it is positive.
pub(in crate::corpus) type Verdict = (LabelValue, Option<bool>);

/// Verdicts of the rows that have the column.
#[derive(Debug, Clone)]
pub(in crate::corpus) enum Verdicts {
    /// Class 0 is "not there".
    Coded { codes: Codes, values: Vec<Verdict> },
    /// Numbers, with 0 for "not there", 1 neither, 2 negative, 3 positive.
    Numbers { values: Box<[f64]>, states: Box<[u8]> },
}

/// What tells columns apart, but for repeats.
fn key_of(judgement: &Judgement) -> (&str, Option<&str>, &str) {
    (&judgement.label, judgement.canonical.as_deref(), &judgement.rater)
}

fn state(positive: Option<bool>) -> u8 {
    match positive {
        None => 1,
        Some(false) => 2,
        Some(true) => 3,
    }
}

/// Equal by bits, unlike numbers, so that a map can hold it.
#[derive(PartialEq, Eq, Hash)]
enum Bits<'a> {
    Bool(bool),
    Number(u64),
    Text(&'a str),
    Unparsed,
}

fn bits(value: &LabelValue) -> Bits<'_> {
    match value {
        LabelValue::Bool(b) => Bits::Bool(*b),
        LabelValue::Number(n) => Bits::Number(n.to_bits()),
        LabelValue::Text(text) => Bits::Text(text),
        LabelValue::Unparsed => Bits::Unparsed,
    }
}

impl Judged {
    pub fn new<'a>(rows: impl Iterator<Item = &'a List> + Clone) -> Self {
        Self::whole(rows.clone()).unwrap_or_else(|| Self::columns(rows))
    }

    /// `None` when too many lists differ.
    fn whole<'a>(rows: impl Iterator<Item = &'a List> + Clone) -> Option<Self> {
        let most = 16 + rows.clone().count() / WHOLE;
        // Lists without numbers are shared between rows by who reads them: the pointer tells.
        let mut known: HashMap<*const Judgement, u16> = HashMap::new();
        let (mut lists, mut codes) = (Vec::<List>::new(), Vec::new());
        for list in rows {
            let code = match known.get(&list.as_ptr()) {
                Some(code) if !list.is_empty() => *code,
                _ => {
                    // Names are mostly the same, values tell lists apart soonest.
                    let same = |l: &List| {
                        l.len() == list.len()
                            && l.iter().zip(list.iter()).all(|(a, b)| a.value == b.value && a == b)
                    };
                    let code = lists.iter().position(same).unwrap_or_else(|| {
                        lists.push(Arc::clone(list));
                        lists.len() - 1
                    }) as u16;
                    known.insert(list.as_ptr(), code);
                    code
                }
            };
            if lists.len() > most {
                return None;
            }
            codes.push(code);
        }
        Some(Self::Whole { codes: Codes::new(codes, lists.len()), lists })
    }

    fn columns<'a>(rows: impl Iterator<Item = &'a List> + Clone) -> Self {
        let len = rows.clone().count();
        let mut keys: HashMap<(&str, Option<&str>, &str, u16), u16> = HashMap::new();
        let mut found: Vec<(Judgement, Vec<(u16, &Judgement)>)> = Vec::new();
        let mut shapes: Vec<Box<[u16]>> = Vec::with_capacity(len);
        let mut repeats: HashMap<(&str, Option<&str>, &str), u16> = HashMap::new();
        for (row, list) in rows.enumerate() {
            repeats.clear();
            let mut shape = Vec::with_capacity(list.len());
            // Mostly a row has the same columns as the one before it, and as long as it does nothing has to be looked up.
            let before = shapes.last().map(|shape| &**shape).unwrap_or_default();
            for (judgement, column) in list.iter().zip(before) {
                match found.get_mut(usize::from(*column)) {
                    Some((known, cells)) if key_of(known) == key_of(judgement) => {
                        cells.push((row as u16, judgement));
                    }
                    _ => break,
                }
                shape.push(*column);
            }
            if shape.len() < list.len() {
                for judgement in list.iter().take(shape.len()) {
                    repeats.entry(key_of(judgement)).and_modify(|n| *n += 1).or_default();
                }
            }
            for judgement in list.iter().skip(shape.len()) {
                let key = key_of(judgement);
                let repeat = repeats.entry(key).and_modify(|n| *n += 1).or_default();
                let column = *keys.entry((key.0, key.1, key.2, *repeat)).or_insert_with(|| {
                    let key = Judgement {
                        value: LabelValue::Unparsed,
                        positive: None,
                        ..judgement.clone()
                    };
                    found.push((key, Vec::new()));
                    (found.len() - 1) as u16
                });
                if let Some((_, cells)) = found.get_mut(usize::from(column)) {
                    cells.push((row as u16, judgement));
                }
                shape.push(column);
            }
            shapes.push(shape.into());
        }
        let columns = found
            .into_iter()
            .map(|(key, cells)| Column { key, verdicts: Verdicts::new(&cells, len) })
            .collect();
        Self::Columns { shapes: Coded::new(shapes.into_iter()), columns }
    }

    /// The list of a row.
    pub fn list(&self, row: usize) -> List {
        match self {
            Self::Whole { codes, lists } => lists.get(codes.get(row)).cloned(),
            Self::Columns { .. } => Some(self.judgements(row).into()),
        }
        .unwrap_or_default()
    }

    /// The list of a row, borrowed where it stands as one.
    pub fn judgements(&self, row: usize) -> Cow<'_, [Judgement]> {
        match self {
            Self::Whole { codes, lists } => {
                Cow::Borrowed(lists.get(codes.get(row)).map_or(&[], |list| list))
            }
            Self::Columns { shapes, columns } => {
                let shape = shapes.get(row).map(|s| &**s).unwrap_or_default();
                let columns = shape.iter().filter_map(|c| columns.get(usize::from(*c)));
                let judgement = |column: &Column| {
                    let (value, positive) = column.verdicts.get(row)?;
                    Some(Judgement { value, positive, ..column.key.clone() })
                };
                Cow::Owned(columns.filter_map(judgement).collect())
            }
        }
    }

    /// Raises each row's mark to the highest that `give` gives to one of its judgements with a wanted label and rater.
    pub fn raise(
        &self,
        wanted: &dyn Fn(&Judgement) -> bool,
        give: &dyn Fn(&Judgement) -> u8,
        marks: &mut [u8],
    ) {
        match self {
            Self::Whole { codes, lists } => {
                let best = |list: &List| list.iter().filter(|j| wanted(j)).map(give).max();
                let given: Vec<u8> = lists.iter().map(|l| best(l).unwrap_or_default()).collect();
                spread(codes, &given, marks);
            }
            Self::Columns { columns, .. } => {
                for column in columns.iter().filter(|c| wanted(&c.key)) {
                    column.raise(give, marks);
                }
            }
        }
    }

    /// For each row the highest state of its wanted judgements: 0 without one, 1 neither, 2 negative, 3 positive.
    pub fn states(&self, wanted: &dyn Fn(&Judgement) -> bool, rows: usize) -> Box<[u8]> {
        let mut states = vec![0; rows];
        match self {
            Self::Whole { codes, lists } => {
                let best = |list: &List| {
                    list.iter().filter(|j| wanted(j)).map(|j| state(j.positive)).max()
                };
                let given: Vec<u8> = lists.iter().map(|l| best(l).unwrap_or_default()).collect();
                spread(codes, &given, &mut states);
            }
            Self::Columns { columns, .. } => {
                for column in columns.iter().filter(|c| wanted(&c.key)) {
                    match &column.verdicts {
                        Verdicts::Coded { codes, values } => {
                            let given = values.iter().map(|(_, positive)| state(*positive));
                            let given: Vec<u8> = std::iter::once(0).chain(given).collect();
                            spread(codes, &given, &mut states);
                        }
                        Verdicts::Numbers { states: own, .. } => {
                            states.iter_mut().zip(own).for_each(|(s, own)| *s = (*s).max(*own));
                        }
                    }
                }
            }
        }
        states.into()
    }

    /// Rows by what their wanted judgements are; `None` when only each row can tell.
    pub fn classes(
        &self,
        wanted: &dyn Fn(&Judgement) -> bool,
    ) -> Option<(Cow<'_, Codes>, Vec<Vec<Judgement>>)> {
        let columns = match self {
            Self::Whole { codes, lists } => {
                let of = |list: &List| list.iter().filter(|j| wanted(j)).cloned().collect();
                return Some((Cow::Borrowed(codes), lists.iter().map(of).collect()));
            }
            Self::Columns { columns, .. } => columns,
        };
        let mut there = columns.iter().filter(|c| wanted(&c.key));
        match (there.next(), there.next()) {
            (None, _) => Some((Cow::Owned(Codes::Same), vec![Vec::new()])),
            (Some(Column { key, verdicts: Verdicts::Coded { codes, values } }), None) => {
                let judgement = |(value, positive): &Verdict| {
                    vec![Judgement { value: value.clone(), positive: *positive, ..key.clone() }]
                };
                let lists = std::iter::once(Vec::new()).chain(values.iter().map(judgement));
                Some((Cow::Borrowed(codes), lists.collect()))
            }
            _ => None,
        }
    }

    /// Every value that some row has, with its label and rater.
    pub fn each_value(&self, take: &mut dyn FnMut(&Judgement, &LabelValue)) {
        match self {
            Self::Whole { lists, .. } => {
                lists.iter().flat_map(|list| list.iter()).for_each(|j| take(j, &j.value));
            }
            Self::Columns { columns, .. } => {
                for Column { key, verdicts } in columns {
                    if let Verdicts::Coded { values, .. } = verdicts {
                        for (value, _) in values {
                            take(key, value);
                        }
                    }
                }
            }
        }
    }

    /// Rows by the labels and raters that they have; the values mean nothing.
    pub fn shapes(&self) -> (&Codes, Vec<Vec<&Judgement>>) {
        match self {
            Self::Whole { codes, lists } => {
                (codes, lists.iter().map(|list| list.iter().collect()).collect())
            }
            Self::Columns { shapes, columns } => {
                let of = |shape: &[u16]| {
                    shape
                        .iter()
                        .filter_map(|c| columns.get(usize::from(*c)))
                        .map(|c| &c.key)
                        .collect()
                };
                (&shapes.codes, shapes.values.iter().map(|shape| of(shape)).collect())
            }
        }
    }
}

/// Raises the marks of rows to what their classes are given.
fn spread(codes: &Codes, given: &[u8], marks: &mut [u8]) {
    let of = |code: usize| given.get(code).copied().unwrap_or_default();
    match codes {
        Codes::Same => {
            let given = of(0);
            for mark in marks {
                *mark = given.max(*mark);
            }
        }
        Codes::Bytes(codes) => {
            let mut all = [0; 256];
            all.iter_mut().zip(given).for_each(|(slot, given)| *slot = *given);
            for (mark, code) in marks.iter_mut().zip(codes) {
                // A byte is always below 256.
                *mark = all[usize::from(*code)].max(*mark);
            }
        }
        Codes::Words(codes) => {
            for (mark, code) in marks.iter_mut().zip(codes) {
                *mark = of(usize::from(*code)).max(*mark);
            }
        }
    }
}

impl Column {
    fn raise(&self, give: &dyn Fn(&Judgement) -> u8, marks: &mut [u8]) {
        let mut judgement = self.key.clone();
        match &self.verdicts {
            Verdicts::Coded { codes, values } => {
                let mut given = vec![0; values.len() + 1];
                for (slot, (value, positive)) in given.iter_mut().skip(1).zip(values) {
                    judgement.value = value.clone();
                    judgement.positive = *positive;
                    *slot = give(&judgement);
                }
                spread(codes, &given, marks);
            }
            Verdicts::Numbers { values, states } => {
                for ((mark, value), state) in marks.iter_mut().zip(values).zip(states) {
                    if *state > 0 {
                        judgement.value = LabelValue::Number(*value);
                        judgement.positive = verdict(*state);
                        *mark = give(&judgement).max(*mark);
                    }
                }
            }
        }
    }
}

fn verdict(state: u8) -> Option<bool> {
    match state {
        2 => Some(false),
        3 => Some(true),
        _ => None,
    }
}

impl Verdicts {
    /// `cells` are in order of rows, of which there are `len`.
    fn new(cells: &[(u16, &Judgement)], len: usize) -> Self {
        let mut known: HashMap<(Bits<'_>, Option<bool>), u16> = HashMap::new();
        let mut values: Vec<Verdict> = Vec::new();
        let mut codes = vec![0_u16; len];
        let numeric = cells.iter().all(|(_, j)| matches!(j.value, LabelValue::Number(_)));
        for (row, judgement) in cells {
            let key = (bits(&judgement.value), judgement.positive);
            let code = *known.entry(key).or_insert_with(|| {
                values.push((judgement.value.clone(), judgement.positive));
                values.len() as u16
            });
            if let Some(slot) = codes.get_mut(usize::from(*row)) {
                *slot = code;
            }
            if numeric && values.len() >= CLASSES {
                return Self::numbers(cells, len);
            }
        }
        // One more class than values: nobody there.
        let classes = if codes.contains(&0) || values.len() > 1 { values.len() + 1 } else { 2 };
        Self::Coded { codes: Codes::new(codes, classes), values }
    }

    fn numbers(cells: &[(u16, &Judgement)], len: usize) -> Self {
        let (mut values, mut states) = (vec![0.0; len], vec![0; len]);
        for (row, judgement) in cells {
            let row = usize::from(*row);
            if let (LabelValue::Number(n), Some(value), Some(slot)) =
                (&judgement.value, values.get_mut(row), states.get_mut(row))
            {
                (*value, *slot) = (*n, state(judgement.positive));
            }
        }
        Self::Numbers { values: values.into(), states: states.into() }
    }

    fn get(&self, row: usize) -> Option<Verdict> {
        match self {
            Self::Coded { codes, values } => {
                codes.get(row).checked_sub(1).and_then(|c| values.get(c)).cloned()
            }
            Self::Numbers { values, states } => match states.get(row) {
                None | Some(0) => None,
                Some(state) => Some((LabelValue::Number(*values.get(row)?), verdict(*state))),
            },
        }
    }
}
