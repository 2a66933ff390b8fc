//! Facets: which values a field takes among some rows, with counts.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::Write;

use super::bits::Bits;
use super::chunk::{Codes, Texts};
use super::view::Rows;
use super::{Catalogue, RowId, RowView};
use crate::model::{Judgement, LabelValue};
use crate::query::{Block, Columns};

/// A field that can be a facet.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum FacetField {
    /// Tier.
    Tier,
    /// One label: positive, negative, unparsed, missing; text labels by value.
    Label(String),
    /// Outcome.
    Outcome,
    /// Setting.
    Setting,
    /// Model.
    Model,
    /// Variant.
    Variant,
    /// Cue category (a transcript counts for each that it has).
    Cue,
    /// Parse state.
    Parse,
    /// Source file.
    Source,
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

/// Quotes a value or name for the filter language where it needs it.
#[must_use]
pub fn quoted(text: &str) -> String {
    // Words that mean something else where a value stands.
    const RESERVED: [&str; 6] = ["none", "any", "yes", "no", "unparsed", "missing"];
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    let reserved = RESERVED.iter().any(|word| word.eq_ignore_ascii_case(text));
    if !text.is_empty() && !reserved && text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
    }
}

/// The name a judgement goes by: canonical where the alias table knows one.
fn name_of(judgement: &Judgement) -> &str {
    judgement.canonical.as_deref().unwrap_or(&judgement.label)
}

/// A value of a facet as it is counted: what to show and the term that selects it.
type Value = (String, String);

/// Whether a row knows its value: of a sample that has not been opened only what its summary says.
fn is_known(row: &RowView<'_>, field: &FacetField) -> bool {
    match field {
        FacetField::Outcome | FacetField::Cue | FacetField::Parse => !row.is_pending(),
        FacetField::Label(name) => {
            !row.is_pending() || row.judgements().iter().any(|j| j.is_named(name))
        }
        FacetField::Tier => !row.is_pending() || row.tier().is_some(),
        FacetField::Setting | FacetField::Model | FacetField::Variant | FacetField::Source => true,
    }
}

/// The values that a row takes under a field.
fn values_of(row: &RowView<'_>, field: &FacetField) -> Vec<Value> {
    let word = |name: &str, value: Option<&str>| match value {
        Some(v) => (v.to_owned(), format!("{name}:{}", quoted(v))),
        None => ("none".to_owned(), format!("{name}:none")),
    };
    let one = match field {
        FacetField::Tier => word("tier", row.tier()),
        FacetField::Outcome => word("outcome", Some(row.outcome())),
        FacetField::Setting => word("setting", row.setting()),
        FacetField::Model => word("model", row.model()),
        FacetField::Variant => word("variant", row.variant()),
        FacetField::Parse => word("parse", Some(row.parse())),
        FacetField::Source => word("source", Some(row.source())),
        FacetField::Cue => {
            let there = row.chunk.cues.iter().filter(|(_, counts)| counts.get(row.at) > 0);
            let all: Vec<Value> = there.map(|(name, _)| word("cue", Some(name))).collect();
            return if all.is_empty() { vec![word("cue", None)] } else { all };
        }
        FacetField::Label(name) => label_value(&row.judgements(), name),
    };
    vec![one]
}

/// The bucket of one label: positive wins over negative among several raters, as `label:x` does.
fn label_value(judgements: &[Judgement], name: &str) -> Value {
    let quoted_name = quoted(name);
    let of_name = || judgements.iter().filter(|j| j.is_named(name));
    if of_name().next().is_none() {
        ("missing".to_owned(), format!("label.{quoted_name}:missing"))
    } else if of_name().any(|j| j.positive == Some(true)) {
        ("yes".to_owned(), format!("label:{quoted_name}"))
    } else if of_name().any(|j| j.positive == Some(false)) {
        ("no".to_owned(), format!("-label:{quoted_name}"))
    } else if let Some(LabelValue::Text(text)) =
        of_name().map(|j| &j.value).find(|v| matches!(v, LabelValue::Text(_)))
    {
        (text.clone(), format!("label.{quoted_name}={}", quoted(text)))
    } else {
        ("unparsed".to_owned(), format!("label.{quoted_name}:unparsed"))
    }
}

/// Rows of a chunk by class, and what each class counts for; `None`: its value is not known yet.
struct Buckets<'a> {
    codes: Cow<'a, Codes>,
    values: Vec<Option<Vec<Value>>>,
}

impl<'a> Buckets<'a> {
    fn new(rows: &Rows<'a>, field: &FacetField) -> Self {
        if rows.any_pending() {
            return Self::row_by_row(rows, field, |_| None);
        }
        let chunk = rows.chunk;
        let text = |texts: &'a Texts| texts.coded().map(|c| (&c.codes, &*c.firsts));
        let classes = match field {
            FacetField::Tier => Some((&chunk.tier.codes, &*chunk.tier.firsts)),
            FacetField::Outcome | FacetField::Parse => {
                Some((&chunk.state.codes, &*chunk.state.firsts))
            }
            FacetField::Source => Some((&chunk.file.codes, &*chunk.file.firsts)),
            FacetField::Setting => text(&chunk.setting),
            FacetField::Model => text(&chunk.model),
            FacetField::Variant => text(&chunk.variant),
            FacetField::Label(name) => return Self::label(rows, name, field),
            // Categories are counted one by one.
            FacetField::Cue => None,
        };
        let Some((codes, firsts)) = classes else {
            return Self::row_by_row(rows, field, |_| None);
        };
        let value = |first: &u16| Some(values_of(&rows.view((*first).into()), field));
        Self { codes: Cow::Borrowed(codes), values: firsts.iter().map(value).collect() }
    }

    fn label(rows: &Rows<'a>, name: &str, field: &FacetField) -> Self {
        let wanted = |j: &Judgement| j.is_named(name);
        if let Some((codes, lists)) = rows.chunk.judged.classes(&wanted) {
            let values = lists.iter().map(|list| Some(vec![label_value(list, name)])).collect();
            return Self { codes, values };
        }
        let mut marks = vec![0; rows.chunk.len];
        let give = |j: &Judgement| match j.positive {
            Some(true) => 3,
            Some(false) => 2,
            None => 1,
        };
        rows.chunk.judged.raise(&wanted, &give, &mut marks);
        // What is neither has to be looked at.
        let known = |at: usize| marks.get(at).copied().filter(|mark| *mark != 1);
        Self::row_by_row(rows, field, known)
    }

    /// Rows with the same `known` are of one class; those without are looked at.
    fn row_by_row(
        rows: &Rows<'a>,
        field: &FacetField,
        known: impl Fn(usize) -> Option<u8>,
    ) -> Self {
        let mut by_known: [Option<u16>; 4] = [None; 4];
        let mut classes: HashMap<Option<Vec<Value>>, u16> = HashMap::new();
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

/// Rows of a chunk that are counted: some, by place, or all.
type Counted = Option<Vec<u16>>;

/// How many rows of each class are among those counted.
fn histogram(codes: &Codes, classes: usize, counted: Option<&[u16]>, rows: usize) -> Vec<usize> {
    let Some(counted) = counted else { return codes.histogram(classes, rows) };
    if *codes == Codes::Same {
        return codes.histogram(classes, counted.len());
    }
    let mut counts = vec![0; classes];
    match codes {
        Codes::Same => {}
        Codes::Bytes(codes) => {
            // Every byte has its place, so that nothing is asked in the loop.
            let mut of_byte = [0_u32; 256];
            for at in counted {
                of_byte[usize::from(codes.get(usize::from(*at)).copied().unwrap_or_default())] += 1;
            }
            for (n, found) in counts.iter_mut().zip(of_byte) {
                *n = found as usize;
            }
        }
        Codes::Words(codes) => {
            let code = |at: &u16| codes.get(usize::from(*at)).copied().unwrap_or_default();
            for code in counted.iter().map(code) {
                if let Some(n) = counts.get_mut(usize::from(code)) {
                    *n += 1;
                }
            }
        }
    }
    counts
}

/// What is counted of a field: (among those shown, in all) by value, and rows that do not know yet.
#[derive(Default)]
struct Counts {
    values: HashMap<Value, (usize, usize)>,
    pending: usize,
}

impl Counts {
    fn add(&mut self, rows: &Rows<'_>, field: &FacetField, all: &Counted, shown: &Counted) {
        if *field == FacetField::Cue && !rows.any_pending() {
            return self.add_cues(rows, all.as_deref(), shown.as_deref());
        }
        let Buckets { codes, values } = Buckets::new(rows, field);
        let count =
            |counted: &Counted| histogram(&codes, values.len(), counted.as_deref(), rows.chunk.len);
        let in_all = count(all);
        let in_shown = if shown == all { in_all.clone() } else { count(shown) };
        for ((values, all), shown) in values.iter().zip(in_all).zip(in_shown) {
            let Some(values) = values else {
                self.pending += all;
                continue;
            };
            for value in values {
                self.count(value, shown, all);
            }
        }
    }

    fn count(&mut self, value: &Value, shown: usize, all: usize) {
        if all == 0 {
            return;
        }
        // The value is copied the first time only.
        if let Some(known) = self.values.get_mut(value) {
            *known = (known.0 + shown, known.1 + all);
        } else {
            self.values.insert(value.clone(), (shown, all));
        }
    }

    fn add_cues(&mut self, rows: &Rows<'_>, all: Option<&[u16]>, shown: Option<&[u16]>) {
        let mut totals = vec![0; rows.chunk.len];
        for (name, counts) in &rows.chunk.cues {
            counts.add_to(&mut totals);
            let among = |counted| counts.positive(rows.chunk.len, counted);
            let value = (name.to_string(), format!("cue:{}", quoted(name)));
            self.count(&value, among(shown), among(all));
        }
        let none = |counted: Option<&[u16]>| match counted {
            None => totals.iter().filter(|n| **n == 0).count(),
            Some(places) => {
                places.iter().filter(|at| totals.get(usize::from(**at)) == Some(&0)).count()
            }
        };
        let value = ("none".to_owned(), "cue:none".to_owned());
        self.count(&value, none(shown), none(all));
    }
}

impl Catalogue {
    /// Facets of tier, labels, outcome, setting, model, variant, cues, parse state and source; fields without
    /// values are left out. `shown` are the rows that the filter leaves.
    #[must_use]
    pub fn facets(&self, shown: &[RowId]) -> Vec<Facet> {
        let mut fields = vec![FacetField::Tier, FacetField::Outcome];
        fields.extend(self.label_names().into_iter().map(|(name, _)| FacetField::Label(name)));
        fields.extend([
            FacetField::Cue,
            FacetField::Setting,
            FacetField::Model,
            FacetField::Variant,
            FacetField::Parse,
            FacetField::Source,
        ]);
        let counted = self.counted(shown);
        fields.into_iter().filter_map(|field| self.facet(field, &counted)).collect()
    }

    /// The places of rows in their chunks, chunk by chunk: of all that can be seen, and of those among them that are
    /// shown.
    fn counted(&self, shown: &[RowId]) -> Vec<(Counted, Counted)> {
        let all_shown = shown.len() == self.seen();
        let shown = if all_shown { Bits::default() } else { Bits::of(shown) };
        let of_chunk = |(rows, all): (Rows<'_>, Counted)| {
            let some = || Some(shown.within(rows.first, rows.chunk.len));
            let shown = if all_shown { all.clone() } else { some() };
            (all, shown)
        };
        self.chunks_from(0).zip(self.counted_in_all()).map(of_chunk).collect()
    }

    /// The places of the rows that can be seen, chunk by chunk.
    fn counted_in_all(&self) -> impl Iterator<Item = Counted> + '_ {
        let some = self.seen() < self.len();
        let places = |rows: Rows<'_>| -> Vec<u16> {
            let ids = (rows.first..).zip(0..rows.chunk.len as u16);
            ids.filter(|(id, _)| !self.is_gone(*id)).map(|(_, at)| at).collect()
        };
        self.chunks_from(0).map(move |rows| some.then(|| places(rows)))
    }

    fn facet(&self, field: FacetField, counted: &[(Counted, Counted)]) -> Option<Facet> {
        let mut counts = Counts::default();
        for (rows, (all, shown)) in self.chunks_from(0).zip(counted) {
            counts.add(&rows, &field, all, shown);
        }
        let Counts { values: counts, pending } = counts;
        let only_absent = counts.keys().all(|(_, term)| term.ends_with(":none"));
        if counts.is_empty() || only_absent {
            return None;
        }
        let mut values: Vec<FacetValue> = counts
            .into_iter()
            .map(|((value, term), (shown, total))| FacetValue { value, term, shown, total })
            .collect();
        values.sort_by(|a, b| b.total.cmp(&a.total).then_with(|| a.value.cmp(&b.value)));
        let mut title = match &field {
            FacetField::Label(name) => format!("label {name}"),
            FacetField::Tier => "tier".to_owned(),
            FacetField::Outcome => "outcome".to_owned(),
            FacetField::Setting => "setting".to_owned(),
            FacetField::Model => "model".to_owned(),
            FacetField::Variant => "variant".to_owned(),
            FacetField::Cue => "cue".to_owned(),
            FacetField::Parse => "parse".to_owned(),
            FacetField::Source => "source".to_owned(),
        };
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
            let in_all = histogram(codes, lists.len(), all.as_deref(), rows.chunk.len);
            for (list, n) in lists.iter().zip(in_all).filter(|(_, n)| *n > 0) {
                let mut names: Vec<&str> = list.iter().map(|j| name_of(j)).collect();
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
            self.counted_in_all().map(|all| (all, Some(Vec::new()))).collect();
        self.facet(FacetField::Tier, &all).map_or_else(Vec::new, |facet| {
            facet.values.into_iter().filter(|v| v.term != "tier:none").map(|v| v.value).collect()
        })
    }
}
