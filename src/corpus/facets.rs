//! Facets: which values a field takes among some rows, with counts.

mod count;
mod field;
mod like;
mod reviewed;

use std::fmt::Write;
use std::ops::Range;

use hashbrown::{HashMap, HashSet};

use super::bits::Bits;
use super::chunk::Counted;
use super::crew;
use super::fields::RecordFields;
use super::histogram::{NumberFacet, NumberField};
use super::view::Rows;
use super::{Catalogue, RowId};
use count::{Counts, Looked};
use field::Value;

pub use field::{FacetField, exactly, quoted};
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

/// From so many rows on, all cores count. Few in tests, so that both ways are tested.
const MANY: usize = if cfg!(test) { 300 } else { 50_000 };
/// Parts that the chunks are counted in by all cores: more than there are cores, so that none waits long for the others.
const PARTS: usize = 16;

/// What comes of a part.
enum Part<'a> {
    /// A numeric field.
    Number(Option<NumberFacet>),
    /// All other fields over some chunks.
    Words(Vec<Counts<'a>>),
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
        let mut facets = self.count(&fields, &numbers, &counted);
        // Beside the labels of classifiers.
        let before = |facet: &Facet| {
            matches!(facet.field, FacetField::Tier | FacetField::Outcome | FacetField::Label(_))
        };
        let at = facets.words.iter().position(|facet| !before(facet)).unwrap_or(facets.words.len());
        facets.words.splice(at..at, self.review_facets(shown));
        facets
    }

    /// Words and numbers. Numbers are counted field by field; words chunk by chunk, so that what is looked at is at hand for
    /// all fields.
    fn count(
        &self,
        words: &[FacetField],
        numbers: &[NumberField],
        counted: &[(Counted, Counted)],
    ) -> Facets {
        let distribution = |field: &NumberField| self.distribution(field.clone(), counted);
        if self.len() < MANY {
            let counts = self.count_words(words, 0..counted.len(), counted);
            return Facets {
                words: named(words, counts),
                numbers: numbers.iter().filter_map(distribution).collect(),
            };
        }
        let share = counted.len().div_ceil(PARTS).max(1);
        let of = |part: usize| {
            if let Some(field) = numbers.get(part) {
                return Part::Number(distribution(field));
            }
            let first = (part - numbers.len()) * share;
            let chunks = first.min(counted.len())..(first + share).min(counted.len());
            Part::Words(self.count_words(words, chunks, counted))
        };
        let mut sums: Vec<Counts<'_>> = words.iter().map(|_| Counts::default()).collect();
        let mut found = Vec::new();
        for part in crew::each(numbers.len() + PARTS, &of) {
            match part {
                Part::Number(facet) => found.extend(facet),
                Part::Words(counts) => {
                    sums.iter_mut().zip(counts).for_each(|(sum, counts)| sum.join(counts));
                }
            }
        }
        Facets { words: named(words, sums), numbers: found }
    }

    /// What each field's values count, over some chunks by their numbers.
    fn count_words(
        &self,
        fields: &[FacetField],
        chunks: Range<usize>,
        counted: &[(Counted, Counted)],
    ) -> Vec<Counts<'_>> {
        let mut counts: Vec<Counts<'_>> = fields.iter().map(|_| Counts::default()).collect();
        let some = self.chunks_from(0).zip(counted).skip(chunks.start).take(chunks.len());
        for (rows, counted) in some {
            let mut chunk = Looked::new(&rows, counted);
            for (field, counts) in fields.iter().zip(&mut counts) {
                counts.add(&mut chunk, field);
            }
        }
        counts
    }

    /// The facets of labels alone.
    #[must_use]
    pub fn label_facets(&self, shown: &[RowId]) -> Vec<Facet> {
        let names = self.label_names().into_iter();
        let labels: Vec<FacetField> = names.map(|(name, _)| FacetField::Label(name)).collect();
        self.count(&labels, &[], &self.counted(shown)).words
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
        let found = self.count(&[FacetField::Tier], &[], &all).words.into_iter();
        let values = found.flat_map(|facet| facet.values).filter(|v| v.term != "tier:none");
        values.map(|v| v.value).collect()
    }
}

/// Facets of what was counted; none where there is nothing to choose by.
fn named(fields: &[FacetField], counts: Vec<Counts<'_>>) -> Vec<Facet> {
    fields.iter().zip(counts).filter_map(|(field, counts)| facet(field.clone(), counts)).collect()
}

fn facet(field: FacetField, mut counts: Counts<'_>) -> Option<Facet> {
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
            Value::Word(Some(word)) if twice.contains(&word.to_lowercase()) => Some(exactly(word)),
            _ => None,
        };
        let (value, mut term) = value.named(&field);
        if let Some(exact) = exact {
            term = format!("{}:{exact}", field.as_str());
        }
        FacetValue { value, term, shown, total }
    });
    let mut values: Vec<FacetValue> = counts.collect();
    values.sort_by(|a, b| {
        let ties = || (&a.value, &a.term).cmp(&(&b.value, &b.term));
        b.total.cmp(&a.total).then_with(ties)
    });
    let mut title = field.title();
    if pending > 0 {
        let _ = write!(title, " · {pending} not opened yet");
    }
    if matches!(field, FacetField::Label(_)) && values.len() > MOST_VALUES {
        return None;
    }
    Some(Facet { field, title, values })
}
