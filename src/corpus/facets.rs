//! Facets: which values a field takes among some rows, with counts.

use std::borrow::Cow;
use std::fmt::Write;

use hashbrown::HashMap;

use super::bits::Bits;
use super::chunk::{Codes, Counted, Texts};
use super::view::Rows;
use super::{Catalogue, RowId, RowView};
use crate::model::{Choice, Judgement, LabelValue};
use crate::query::{Block, Columns, RemarkKind};

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
    /// What the reasoning says it will do.
    Decision,
    /// Whether the output does otherwise.
    Mismatch,
    /// Parse state.
    Parse,
    /// Source file.
    Source,
    /// Whether the reader marked it.
    Mark,
    /// Whether the reader has read it.
    Read,
}

impl FacetField {
    /// The field's name in the filter language.
    fn as_str(&self) -> &'static str {
        match self {
            Self::Tier => "tier",
            Self::Label(_) => "label",
            Self::Outcome => "outcome",
            Self::Setting => "setting",
            Self::Model => "model",
            Self::Variant => "variant",
            Self::Cue => "cue",
            Self::Decision => "decision",
            Self::Mismatch => "mismatch",
            Self::Parse => "parse",
            Self::Source => "source",
            Self::Mark => "mark",
            Self::Read => "read",
        }
    }
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

/// A value of a facet as it is counted.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Value<'a> {
    /// A word; `None` where the field is absent.
    Word(Option<&'a str>),
    /// No judgement.
    Missing,
    /// Positive.
    Yes,
    /// Negative.
    No,
    /// A judgement that is neither.
    Unparsed,
    /// The same, as a text.
    Category(String),
}

impl Value<'_> {
    /// What to show, and the term that selects it.
    fn named(&self, field: &FacetField) -> (String, String) {
        let name = match field {
            FacetField::Label(name) => &*quoted(name),
            field => field.as_str(),
        };
        match self {
            // Its words need no quotes; anywhere else they mean something.
            Self::Word(Some(word))
                if matches!(field, FacetField::Mismatch | FacetField::Mark | FacetField::Read) =>
            {
                ((*word).to_owned(), format!("{name}:{word}"))
            }
            Self::Word(Some(word)) => ((*word).to_owned(), format!("{name}:{}", quoted(word))),
            Self::Word(None) => ("none".to_owned(), format!("{name}:none")),
            Self::Missing => ("missing".to_owned(), format!("label.{name}:missing")),
            Self::Yes => ("yes".to_owned(), format!("label:{name}")),
            Self::No => ("no".to_owned(), format!("-label:{name}")),
            Self::Unparsed => ("unparsed".to_owned(), format!("label.{name}:unparsed")),
            Self::Category(text) => (text.clone(), format!("label.{name}={}", quoted(text))),
        }
    }
}

/// Whether a row knows its value: of a sample that has not been opened only what its summary says.
fn is_known(row: &RowView<'_>, field: &FacetField) -> bool {
    match field {
        FacetField::Outcome
        | FacetField::Cue
        | FacetField::Decision
        | FacetField::Mismatch
        | FacetField::Parse => !row.is_pending(),
        FacetField::Label(name) => {
            !row.is_pending() || row.judgements().iter().any(|j| j.is_named(name))
        }
        FacetField::Tier => !row.is_pending() || row.tier().is_some(),
        FacetField::Setting
        | FacetField::Model
        | FacetField::Variant
        | FacetField::Source
        | FacetField::Mark
        | FacetField::Read => true,
    }
}

/// The values that a row takes under a field.
fn values_of<'a>(row: &RowView<'a>, field: &FacetField) -> Vec<Value<'a>> {
    let (chunk, at) = (row.chunk, row.at);
    let yes = |yes| Value::Word(Some(if yes { "yes" } else { "no" }));
    let one = match field {
        FacetField::Mark => yes(row.is_marked()),
        FacetField::Read => yes(row.is_read()),
        FacetField::Tier => {
            let tier = chunk.tier.get(at).and_then(Option::as_ref);
            Value::Word(tier.map(|tier| &*tier.value))
        }
        FacetField::Outcome => Value::Word(Some(chunk.state_of(at).outcome.as_str())),
        FacetField::Parse => Value::Word(Some(chunk.state_of(at).parse.as_str())),
        FacetField::Decision => Value::Word(chunk.said_of(at).decision.map(Choice::as_str)),
        FacetField::Mismatch => {
            let word = |yes| if yes { "yes" } else { "no" };
            Value::Word(chunk.said_of(at).mismatch.map(word))
        }
        FacetField::Setting => Value::Word(chunk.setting.get(at)),
        FacetField::Model => Value::Word(chunk.model.get(at)),
        FacetField::Variant => Value::Word(chunk.variant.get(at)),
        FacetField::Source => Value::Word(Some(row.path())),
        FacetField::Cue => {
            let there = chunk.cues.iter().filter(|(_, counts)| counts.get(at) > 0);
            let all: Vec<_> = there.map(|(name, _)| Value::Word(Some(&**name))).collect();
            return if all.is_empty() { vec![Value::Word(None)] } else { all };
        }
        FacetField::Label(name) => label_value(&row.judgements(), name),
    };
    vec![one]
}

/// The bucket of one label: positive wins over negative among several raters, as `label:x` does.
fn label_value(judgements: &[Judgement], name: &str) -> Value<'static> {
    let of_name = || judgements.iter().filter(|j| j.is_named(name));
    if of_name().next().is_none() {
        Value::Missing
    } else if of_name().any(|j| j.positive == Some(true)) {
        Value::Yes
    } else if of_name().any(|j| j.positive == Some(false)) {
        Value::No
    } else if let Some(LabelValue::Text(text)) =
        of_name().map(|j| &j.value).find(|v| matches!(v, LabelValue::Text(_)))
    {
        Value::Category(text.clone())
    } else {
        Value::Unparsed
    }
}

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
            FacetField::Outcome | FacetField::Parse => {
                Some((&chunk.state.codes, &*chunk.state.firsts))
            }
            FacetField::Decision | FacetField::Mismatch => {
                Some((&chunk.said.codes, &*chunk.said.firsts))
            }
            FacetField::Source => Some((&chunk.file.codes, &*chunk.file.firsts)),
            FacetField::Setting => text(&chunk.setting),
            FacetField::Model => text(&chunk.model),
            FacetField::Variant => text(&chunk.variant),
            FacetField::Label(name) => return Self::label(rows, name, field),
            // Categories are counted one by one; what the reader said stands above.
            FacetField::Cue | FacetField::Mark | FacetField::Read => None,
        };
        let Some((codes, firsts)) = classes else {
            return Self::row_by_row(rows, field, |_| None);
        };
        let value = |first: &u16| Some(values_of(&rows.view((*first).into()), field));
        Self { codes: Cow::Borrowed(codes), values: firsts.iter().map(value).collect() }
    }

    fn label(rows: &Rows<'a>, name: &str, field: &FacetField) -> Self {
        let judged = &rows.chunk.judged;
        let wanted = |j: &Judgement| j.is_named(name);
        if let Some((codes, lists)) = judged.classes(&wanted) {
            let values = lists.iter().map(|list| Some(vec![label_value(list, name)])).collect();
            return Self { codes, values };
        }
        let states = judged.states(&wanted, rows.chunk.len);
        let mut any_text = false;
        judged.each_value(&mut |j, value| {
            any_text |= matches!(value, LabelValue::Text(_)) && wanted(j);
        });
        if any_text {
            // What is neither has to be looked at.
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

impl Catalogue {
    /// Facets of tier, labels, outcome, setting, model, variant, cues, say and do, parse state, source, and what the reader said;
    /// fields without values are left out. `shown` are the rows that the filter leaves.
    #[must_use]
    pub fn facets(&self, shown: &[RowId]) -> Vec<Facet> {
        let mut fields = vec![FacetField::Tier, FacetField::Outcome];
        fields.extend(self.label_names().into_iter().map(|(name, _)| FacetField::Label(name)));
        fields.extend([
            FacetField::Cue,
            FacetField::Decision,
            FacetField::Mismatch,
            FacetField::Setting,
            FacetField::Model,
            FacetField::Variant,
            FacetField::Parse,
            FacetField::Source,
        ]);
        // Before anything was said they would tell nothing.
        let said =
            [(FacetField::Mark, self.remarks.marked()), (FacetField::Read, self.remarks.read())];
        fields
            .extend(said.into_iter().filter(|(_, rows)| !rows.is_empty()).map(|(field, _)| field));
        let counted = self.counted(shown);
        fields.into_iter().filter_map(|field| self.facet(field, &counted)).collect()
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
        let Counts { values: counts, pending } = counts;
        if counts.keys().all(|value| *value == Value::Word(None)) {
            return None;
        }
        let counts = counts.into_iter().map(|(value, (shown, total))| {
            let (value, term) = value.named(&field);
            FacetValue { value, term, shown, total }
        });
        let mut values: Vec<FacetValue> = counts.collect();
        values.sort_by(|a, b| b.total.cmp(&a.total).then_with(|| a.value.cmp(&b.value)));
        let mut title = match &field {
            FacetField::Label(name) => format!("label {name}"),
            field => field.as_str().to_owned(),
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
            let in_all = codes.histogram(lists.len(), &all);
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
            self.counted_in_all().map(|all| (all.clone(), all)).collect();
        self.facet(FacetField::Tier, &all).map_or_else(Vec::new, |facet| {
            facet.values.into_iter().filter(|v| v.term != "tier:none").map(|v| v.value).collect()
        })
    }
}
