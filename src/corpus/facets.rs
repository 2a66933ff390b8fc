//! Facets: which values a field takes among some rows, with counts.

mod field;
mod like;
mod reviewed;

use std::borrow::Cow;
use std::fmt::Write;

use hashbrown::{HashMap, HashSet};

use super::bits::Bits;
use super::chunk::{Codes, Counted, Texts};
use super::fields::{FieldValues, RecordFields};
use super::histogram::{NumberFacet, NumberField};
use super::view::Rows;
use super::{Catalogue, RowId};
use crate::model::Judgement;
use crate::query::{Block, RemarkKind};
use field::{Value, is_known, label_value, values_of};

pub use field::{FacetField, quoted, spelt};
pub use like::Like;

/// Everything that rows can be divided by.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Facets {
    /// Fields with few values.
    pub words: Vec<Facet>,
    /// Numeric fields.
    pub numbers: Vec<NumberFacet>,
}

impl Facets {
    /// Lines that all of them take, with a heading for each field and one for the numbers.
    #[must_use]
    pub fn rows(&self) -> usize {
        let words: usize = self.words.iter().map(|facet| facet.values.len() + 1).sum();
        words + self.numbers.len() + usize::from(!self.numbers.is_empty())
    }
}

/// From so many rows on, words and numbers are counted beside each other.
const MANY: usize = 50_000;

/// What comes of each item, on all cores, in order.
fn each_of<T: Sync, U: Send>(items: &[T], of: &(dyn Fn(&T) -> Option<U> + Sync)) -> Vec<U> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let share = items.len().div_ceil(threads).max(1);
    std::thread::scope(|scope| {
        let shares = items
            .chunks(share)
            .map(|share| scope.spawn(move || share.iter().filter_map(of).collect::<Vec<U>>()));
        let running: Vec<_> = shares.collect();
        running.into_iter().flat_map(|share| share.join().unwrap_or_default()).collect()
    })
}

/// One value with its counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FacetValue {
    /// As shown (unsanitised): `free`, `yes`, `unparsed`.
    pub value: String,
    /// The filter term that selects it: `tier:free`, `-label:x`, `label.x:unparsed`.
    pub term: String,
    /// Rows among those shown.
    pub shown: usize,
    /// Rows in all.
    pub total: usize,
}

/// A field with its values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facet {
    /// Which field.
    pub field: FacetField,
    /// Heading: `tier`, `label alignment_faking`.
    pub title: String,
    /// By total, most first.
    pub values: Vec<FacetValue>,
}

/// A text label with more values than this is a free text, not a facet.
const MOST_VALUES: usize = 12;

/// Rows of a chunk by class, and what each class counts for; `None`: its value is not known yet.
struct Buckets<'a> {
    codes: Cow<'a, Codes>,
    values: Vec<Option<Vec<Value<'a>>>>,
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
struct Counts<'a> {
    values: HashMap<Value<'a>, (usize, usize)>,
    pending: usize,
}

impl<'a> Counts<'a> {
    fn add(&mut self, rows: &Rows<'a>, field: &FacetField, all: &Counted, shown: &Counted) {
        if *field == FacetField::Cue && !rows.any_pending() {
            return self.add_cues(rows, all, shown);
        }
        let Buckets { codes, values } = Buckets::new(rows, field);
        let in_all = codes.histogram(values.len(), all);
        let in_shown =
            if shown == all { in_all.clone() } else { codes.histogram(values.len(), shown) };
        for ((values, all), shown) in values.into_iter().zip(in_all).zip(in_shown) {
            let Some(values) = values else {
                self.pending += all;
                continue;
            };
            for value in values {
                self.count(value, shown, all);
            }
        }
    }

    fn count(&mut self, value: Value<'a>, shown: usize, all: usize) {
        if all > 0 {
            let known = self.values.entry(value).or_default();
            *known = (known.0 + shown, known.1 + all);
        }
    }

    /// Where numbers that are neither stand beside words, a filter for what is neither finds the words too: they are one value.
    fn join_neither(&mut self) {
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

/// Words, in lower case, that occur in several spellings: a filter takes letter case for nothing.
fn spelt_twice<'a>(values: impl Iterator<Item = &'a Value<'a>>) -> HashSet<String> {
    let mut seen = HashSet::new();
    let words = values.filter_map(|value| match value {
        Value::Word(Some(word)) => Some(word.to_lowercase()),
        _ => None,
    });
    words.filter(|word| !seen.insert(word.clone())).collect()
}

impl Catalogue {
    /// Every field that divides the rows: words with their values, numbers with their distribution; fields without values
    /// are left out. `shown` are the rows that the filter leaves.
    #[must_use]
    pub fn facets(&self, shown: &[RowId]) -> Facets {
        let labels: Vec<String> = self.label_names().into_iter().map(|(name, _)| name).collect();
        let numbers = self.number_fields(&labels);
        // Before anything stands twice, or was said, they would tell nothing.
        let tells = |field: &FacetField| match field {
            FacetField::Dup => self.any_duplicate(),
            FacetField::Mark => !self.remarks.marked().is_empty(),
            FacetField::Read => !self.remarks.read().is_empty(),
            _ => true,
        };
        let fields = FacetField::all(labels).into_iter().filter(tells);
        let further = self.record_fields().into_iter().flat_map(RecordFields::of_words);
        let further = further.map(|path| FacetField::Meta(path.to_owned()));
        let fields: Vec<FacetField> = fields.chain(further).collect();
        let counted = self.counted(shown);
        let words = |field: &FacetField| self.facet(field.clone(), &counted);
        let distribution = |field: &NumberField| self.distribution(field.clone(), &counted);
        let mut facets = if self.len() < MANY {
            let words = fields.iter().filter_map(words).collect();
            Facets { words, numbers: numbers.iter().filter_map(distribution).collect() }
        } else {
            std::thread::scope(|scope| {
                let numbers = scope.spawn(|| each_of(&numbers, &distribution));
                let words = each_of(&fields, &words);
                // A thread that panicked has counted nothing.
                Facets { words, numbers: numbers.join().unwrap_or_default() }
            })
        };
        // Beside the labels of classifiers.
        let before = |facet: &Facet| {
            matches!(facet.field, FacetField::Tier | FacetField::Outcome | FacetField::Label(_))
        };
        let at = facets.words.iter().position(|facet| !before(facet)).unwrap_or(facets.words.len());
        facets.words.splice(at..at, self.review_facets(shown));
        facets
    }

    /// The facets of labels alone.
    #[must_use]
    pub fn label_facets(&self, shown: &[RowId]) -> Vec<Facet> {
        let counted = self.counted(shown);
        let names = self.label_names().into_iter();
        names.filter_map(|(name, _)| self.facet(FacetField::Label(name), &counted)).collect()
    }

    /// The rows that count, chunk by chunk: all that can be seen, and those among them that are shown.
    fn counted(&self, shown: &[RowId]) -> Vec<(Counted, Counted)> {
        let all_shown = shown.len() == self.seen();
        let shown = if all_shown { Bits::default() } else { Bits::of(shown) };
        let of_chunk = |(rows, all): (Rows<'_>, Counted)| {
            let shown = if all_shown {
                all.clone()
            } else {
                Counted::of(shown.flags(rows.first, rows.chunk.len))
            };
            (all, shown)
        };
        self.chunks_from(0).zip(self.counted_in_all()).map(of_chunk).collect()
    }

    /// The rows that can be seen, chunk by chunk.
    fn counted_in_all(&self) -> impl Iterator<Item = Counted> + '_ {
        let all_seen = self.seen() == self.len();
        self.chunks_from(0).map(move |rows| {
            if all_seen {
                return Counted::All(rows.chunk.len);
            }
            let ids = (rows.first..).take(rows.chunk.len);
            Counted::of(ids.map(|id| u8::from(!self.is_gone(id))).collect())
        })
    }

    fn facet(&self, field: FacetField, counted: &[(Counted, Counted)]) -> Option<Facet> {
        let mut counts = Counts::default();
        for (rows, (all, shown)) in self.chunks_from(0).zip(counted) {
            counts.add(&rows, &field, all, shown);
        }
        counts.join_neither();
        let Counts { values: counts, pending } = counts;
        // What all have alike is nothing to choose by.
        let idle = |value: &Value<'_>| {
            *value == Value::Word(None) || field.is_flag() && *value == Value::Word(Some("no"))
        };
        if counts.keys().all(idle) {
            return None;
        }
        let twice = if field.is_named() { spelt_twice(counts.keys()) } else { HashSet::new() };
        let counts = counts.into_iter().map(|(value, (shown, total))| {
            let exact = match &value {
                Value::Word(Some(word)) if twice.contains(&word.to_lowercase()) => {
                    Some(spelt(word))
                }
                _ => None,
            };
            let (value, mut term) = value.named(&field);
            if let Some(exact) = exact {
                term = format!("{}:{exact}", field.as_str());
            }
            FacetValue { value, term, shown, total }
        });
        let mut values: Vec<FacetValue> = counts.collect();
        values.sort_by(|a, b| b.total.cmp(&a.total).then_with(|| a.value.cmp(&b.value)));
        let mut title = field.title();
        if pending > 0 {
            let _ = write!(title, " · {pending} not opened yet");
        }
        if matches!(field, FacetField::Label(_)) && values.len() > MOST_VALUES {
            return None;
        }
        Some(Facet { field, title, values })
    }

    /// Every label name (canonical where known), most frequent first, with its number of rows.
    #[must_use]
    pub fn label_names(&self) -> Vec<(String, usize)> {
        let mut counts: HashMap<String, usize> = HashMap::new();
        for (rows, all) in self.chunks_from(0).zip(self.counted_in_all()) {
            let (codes, lists) = rows.chunk.judged.shapes();
            let in_all = codes.histogram(lists.len(), &all);
            for (list, n) in lists.iter().zip(in_all).filter(|(_, n)| *n > 0) {
                let mut names: Vec<&str> = list.iter().map(|j| j.name()).collect();
                names.sort_unstable();
                names.dedup();
                for name in names {
                    if let Some(count) = counts.get_mut(name) {
                        *count += n;
                    } else {
                        counts.insert(name.to_owned(), n);
                    }
                }
            }
        }
        let mut names: Vec<(String, usize)> = counts.into_iter().collect();
        names.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        names
    }

    /// The tiers that occur, most frequent first.
    #[must_use]
    pub fn tiers(&self) -> Vec<String> {
        let all: Vec<(Counted, Counted)> =
            self.counted_in_all().map(|all| (all.clone(), all)).collect();
        self.facet(FacetField::Tier, &all).map_or_else(Vec::new, |facet| {
            facet.values.into_iter().filter(|v| v.term != "tier:none").map(|v| v.value).collect()
        })
    }
}
