//! Facets: which values a field takes among some rows, with counts.

use std::collections::HashMap;
use std::fmt::Write;

use super::{Catalogue, Row, RowId};
use crate::model::{Judgement, LabelValue};

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
fn is_known(row: &Row, field: &FacetField) -> bool {
    match field {
        FacetField::Outcome | FacetField::Cue | FacetField::Parse => !row.pending,
        FacetField::Label(name) => !row.pending || row.judgements.iter().any(|j| j.is_named(name)),
        FacetField::Tier => !row.pending || row.tier.is_some(),
        FacetField::Setting | FacetField::Model | FacetField::Variant | FacetField::Source => true,
    }
}

/// Adds the values that a row takes under a field.
fn values_of(row: &Row, source: &str, field: &FacetField, out: &mut Vec<Value>) {
    let word = |name: &str, value: Option<&str>| match value {
        Some(v) => (v.to_owned(), format!("{name}:{}", quoted(v))),
        None => ("none".to_owned(), format!("{name}:none")),
    };
    match field {
        FacetField::Tier => out.push(word("tier", row.tier.as_ref().map(|t| t.value.as_str()))),
        FacetField::Outcome => out.push(word("outcome", Some(row.outcome.as_str()))),
        FacetField::Setting => out.push(word("setting", row.setting.as_deref())),
        FacetField::Model => out.push(word("model", row.model.as_deref())),
        FacetField::Variant => out.push(word("variant", row.variant.as_deref())),
        FacetField::Parse => out.push(word("parse", Some(row.parse.as_str()))),
        FacetField::Source => out.push(word("source", Some(source))),
        FacetField::Cue => {
            if row.cues.is_empty() {
                out.push(("none".to_owned(), "cue:none".to_owned()));
            }
            out.extend(row.cues.iter().map(|(name, _)| word("cue", Some(name))));
        }
        FacetField::Label(name) => label_value(row, name, out),
    }
}

/// The bucket of one label: positive wins over negative among several raters, as `label:x` does.
fn label_value(row: &Row, name: &str, out: &mut Vec<Value>) {
    let quoted_name = quoted(name);
    let of_name = || row.judgements.iter().filter(|j| j.is_named(name));
    if of_name().next().is_none() {
        out.push(("missing".to_owned(), format!("label.{quoted_name}:missing")));
    } else if of_name().any(|j| j.positive == Some(true)) {
        out.push(("yes".to_owned(), format!("label:{quoted_name}")));
    } else if of_name().any(|j| j.positive == Some(false)) {
        out.push(("no".to_owned(), format!("-label:{quoted_name}")));
    } else if let Some(LabelValue::Text(text)) =
        of_name().map(|j| &j.value).find(|v| matches!(v, LabelValue::Text(_)))
    {
        out.push((text.clone(), format!("label.{quoted_name}={}", quoted(text))));
    } else {
        out.push(("unparsed".to_owned(), format!("label.{quoted_name}:unparsed")));
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
        fields.into_iter().filter_map(|field| self.facet(field, shown)).collect()
    }

    fn facet(&self, field: FacetField, shown: &[RowId]) -> Option<Facet> {
        let mut counts: HashMap<Value, (usize, usize)> = HashMap::new();
        let mut values = Vec::new();
        let mut pending = 0;
        for view in self.views() {
            values.clear();
            if !is_known(view.row, &field) {
                pending += 1;
                continue;
            }
            values_of(view.row, self.source_of(view.row), &field, &mut values);
            for value in values.drain(..) {
                counts.entry(value).or_default().1 += 1;
            }
        }
        for row in shown.iter().filter_map(|id| self.row(*id)).filter(|r| is_known(r, &field)) {
            values.clear();
            values_of(row, self.source_of(row), &field, &mut values);
            for value in values.drain(..) {
                counts.entry(value).or_default().0 += 1;
            }
        }
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
        let mut counts: HashMap<&str, usize> = HashMap::new();
        for view in self.views() {
            let mut seen: Vec<&str> = Vec::new();
            for name in view.row.judgements.iter().map(name_of) {
                if !seen.contains(&name) {
                    seen.push(name);
                    *counts.entry(name).or_default() += 1;
                }
            }
        }
        let mut names: Vec<(String, usize)> =
            counts.into_iter().map(|(name, n)| (name.to_owned(), n)).collect();
        names.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        names
    }

    /// The tiers that occur, most frequent first.
    #[must_use]
    pub fn tiers(&self) -> Vec<String> {
        self.facet(FacetField::Tier, &[]).map_or_else(Vec::new, |facet| {
            facet.values.into_iter().filter(|v| v.term != "tier:none").map(|v| v.value).collect()
        })
    }
}
