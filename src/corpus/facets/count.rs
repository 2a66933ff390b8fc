//! Counting the values that fields take in one chunk after the other: by class, not by row, wherever a column knows classes.

use std::borrow::Cow;
use std::rc::Rc;
use std::sync::Arc;

use hashbrown::HashMap;

use super::super::chunk::{Codes, Counted, Texts};
use super::super::fields::FieldValues;
use super::super::view::Rows;
use super::field::{FacetField, Value, is_known, label_value, values_of};
use crate::model::Judgement;
use crate::query::{Block, RemarkKind};

/// Rows of a chunk by class, and what each class counts for; `None`: its value is not known yet.
struct Buckets<'a> {
    codes: Cow<'a, Codes>,
    values: Vec<Option<Vec<Value<'a>>>>,
}

/// How many rows of a chunk are of each class of a column: in all, and among those shown.
type Histogram = (Arc<[usize]>, Arc<[usize]>);

/// A chunk that is counted field by field. Several fields look at one column, whose classes are counted once.
pub(super) struct Looked<'a, 'c> {
    rows: &'c Rows<'a>,
    all: &'c Counted,
    shown: &'c Counted,
    /// By where the column's codes are.
    known: Vec<(*const Codes, Rc<Histogram>)>,
}

impl<'a, 'c> Looked<'a, 'c> {
    pub fn new(rows: &'c Rows<'a>, (all, shown): &'c (Counted, Counted)) -> Self {
        Self { rows, all, shown, known: Vec::new() }
    }

    /// How many rows are of each class; in all it is known.
    fn histogram(&self, codes: &Codes, classes: usize, in_all: Arc<[usize]>) -> Rc<Histogram> {
        let in_shown = if self.shown == self.all {
            Arc::clone(&in_all)
        } else {
            codes.histogram(classes, self.shown).into()
        };
        Rc::new((in_all, in_shown))
    }

    /// Of a column of the chunk.
    fn of_column(&mut self, column: &Codes, classes: usize) -> Rc<Histogram> {
        let is_it = |known: &&(*const Codes, _)| std::ptr::eq(known.0, column);
        if let Some((_, known)) = self.known.iter().find(is_it) {
            return Rc::clone(known);
        }
        let in_all = || column.histogram(classes, self.all);
        let in_all = self.rows.catalogue.kept.of_classes(column, in_all);
        let counted = self.histogram(column, classes, in_all);
        self.known.push((column, Rc::clone(&counted)));
        counted
    }
}

impl<'a> Buckets<'a> {
    fn new(rows: &Rows<'a>, field: &FacetField) -> Self {
        if rows.any_pending() {
            return Self::row_by_row(rows, field, |_| None);
        }
        let chunk = rows.chunk;
        let kind = match field {
            FacetField::Mark => Some(RemarkKind::Mark),
            FacetField::Read => Some(RemarkKind::Read),
            _ => None,
        };
        if let Some(flags) = kind.map(|kind| rows.remarked(kind)) {
            let codes = flags.map_or(Codes::Same, Codes::Bytes);
            let values = ["no", "yes"].map(|word| Some(vec![Value::Word(Some(word))]));
            return Self { codes: Cow::Owned(codes), values: values.into() };
        }
        let text = |texts: &'a Texts| texts.coded().map(|c| (&c.codes, &*c.firsts));
        let classes = match field {
            FacetField::Tier => Some((&chunk.tier.codes, &*chunk.tier.firsts)),
            FacetField::Outcome | FacetField::Parse | FacetField::Conflict => {
                Some((&chunk.state.codes, &*chunk.state.firsts))
            }
            FacetField::Decision
            | FacetField::Mismatch
            | FacetField::Agree
            | FacetField::Quote
            | FacetField::Echo => Some((&chunk.said.codes, &*chunk.said.firsts)),
            FacetField::Criterion => Some((&chunk.criteria.codes, &*chunk.criteria.firsts)),
            FacetField::Source => Some((&chunk.file.codes, &*chunk.file.firsts)),
            FacetField::Setting => text(&chunk.setting),
            FacetField::Model => text(&chunk.model),
            FacetField::Variant => text(&chunk.variant),
            FacetField::Design(_) => text(&chunk.design),
            FacetField::Label(name) => return Self::label(rows, name, field),
            FacetField::Meta(path) => return Self::record_field(rows, path, field),
            // Categories are counted one by one; so are copies, where there are any. What the reader said stands above.
            FacetField::Cue
            | FacetField::Dup
            | FacetField::Mark
            | FacetField::Read
            | FacetField::Review(_) => None,
        };
        let Some((codes, firsts)) = classes else {
            return Self::row_by_row(rows, field, |_| None);
        };
        let value = |first: &u16| Some(values_of(&rows.view((*first).into()), field));
        Self { codes: Cow::Borrowed(codes), values: firsts.iter().map(value).collect() }
    }

    /// Another field of the records, whose words have numbers already.
    fn record_field(rows: &Rows<'a>, path: &str, field: &FacetField) -> Self {
        let known = rows.catalogue.fields.as_ref().and_then(|fields| fields.field(path));
        let Some(FieldValues::Words(names, codes)) = known.map(|field| &field.values) else {
            return Self::row_by_row(rows, field, |_| None);
        };
        let first = rows.first as usize;
        let own = codes.get(first..first + rows.chunk.len).unwrap_or_default().to_vec();
        let words = names.iter().map(|name| Value::Word(Some(&**name)));
        let words = std::iter::once(Value::Word(None)).chain(words);
        let values: Vec<_> = words.map(|word| Some(vec![word])).collect();
        Self { codes: Cow::Owned(Codes::new(own, values.len())), values }
    }

    fn label(rows: &Rows<'a>, name: &str, field: &FacetField) -> Self {
        let judged = &rows.chunk.judged;
        let wanted = |j: &Judgement| j.is_named(name);
        if let Some((codes, lists)) = judged.classes(&wanted) {
            let values = lists.iter().map(|list| Some(vec![label_value(list, name)])).collect();
            return Self { codes, values };
        }
        let states = judged.states(&wanted, rows.chunk.len);
        if states.contains(&1) {
            // Neither yes nor no: a category, a number without a threshold, or what could not be read. Those are looked at.
            let known = |at: usize| states.get(at).copied().filter(|state| *state != 1);
            return Self::row_by_row(rows, field, known);
        }
        let values = [Value::Missing, Value::Unparsed, Value::No, Value::Yes];
        Self {
            codes: Cow::Owned(Codes::Bytes(states)),
            values: values.map(|value| Some(vec![value])).into(),
        }
    }

    /// Rows with the same `known` are of one class; those without are looked at.
    fn row_by_row(
        rows: &Rows<'a>,
        field: &FacetField,
        known: impl Fn(usize) -> Option<u8>,
    ) -> Self {
        let mut by_known: [Option<u16>; 4] = [None; 4];
        let mut classes: HashMap<Option<Vec<Value<'a>>>, u16> = HashMap::new();
        let mut values = Vec::new();
        let mut class_of = |at: usize| {
            let view = rows.view(at);
            let value = is_known(&view, field).then(|| values_of(&view, field));
            *classes.entry(value).or_insert_with_key(|value| {
                values.push(value.clone());
                (values.len() - 1) as u16
            })
        };
        let codes = (0..rows.chunk.len).map(|at| {
            match known(at).and_then(|mark| by_known.get_mut(usize::from(mark))) {
                Some(slot) => *slot.get_or_insert_with(|| class_of(at)),
                None => class_of(at),
            }
        });
        let codes: Vec<u16> = codes.collect();
        Self { codes: Cow::Owned(Codes::new(codes, values.len())), values }
    }
}

/// What is counted of a field: (among those shown, in all) by value, and rows that do not know yet.
#[derive(Default)]
pub(super) struct Counts<'a> {
    pub values: HashMap<Value<'a>, (usize, usize)>,
    pub pending: usize,
}

impl<'a> Counts<'a> {
    /// Counts a field's values in a chunk.
    pub fn add(&mut self, chunk: &mut Looked<'a, '_>, field: &FacetField) {
        let rows = chunk.rows;
        if *field == FacetField::Cue && !rows.any_pending() {
            return self.add_cues(rows, chunk.all, chunk.shown);
        }
        let Buckets { codes, values } = Buckets::new(rows, field);
        let counted = match &codes {
            Cow::Borrowed(column) => chunk.of_column(column, values.len()),
            Cow::Owned(codes) => {
                let in_all = codes.histogram(values.len(), chunk.all).into();
                chunk.histogram(codes, values.len(), in_all)
            }
        };
        for ((values, all), shown) in values.into_iter().zip(&*counted.0).zip(&*counted.1) {
            let Some(values) = values else {
                self.pending += all;
                continue;
            };
            for value in values {
                self.count(value, *shown, *all);
            }
        }
    }

    /// Adds what was counted in other chunks.
    pub fn join(&mut self, other: Self) {
        self.pending += other.pending;
        for (value, (shown, all)) in other.values {
            self.count(value, shown, all);
        }
    }

    fn count(&mut self, value: Value<'a>, shown: usize, all: usize) {
        if all > 0 {
            let known = self.values.entry(value).or_default();
            *known = (known.0 + shown, known.1 + all);
        }
    }

    /// Where numbers that are neither stand beside words, a filter for what is neither finds the words too: they are one value.
    pub fn join_neither(&mut self) {
        let Some(mut neither) = self.values.remove(&Value::Neither) else { return };
        self.values.retain(|value, counted| {
            let is_word = matches!(value, Value::Category(_));
            if is_word {
                neither = (neither.0 + counted.0, neither.1 + counted.1);
            }
            !is_word
        });
        self.values.insert(Value::Neither, neither);
    }

    fn add_cues(&mut self, rows: &Rows<'a>, all: &Counted, shown: &Counted) {
        let mut any = vec![0; rows.chunk.len];
        for (name, counts) in &rows.chunk.cues {
            let positive = counts.positive(rows.chunk.len);
            any.iter_mut().zip(&positive).for_each(|(any, positive)| *any |= positive);
            self.count(Value::Word(Some(name)), shown.count(&positive), all.count(&positive));
        }
        let none = |some: &Counted| some.len() - some.count(&any);
        self.count(Value::Word(None), none(shown), none(all));
    }
}
