//! Facets: which values a field takes among some rows, with counts.

use super::{Catalogue, RowId};

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

impl Catalogue {
    /// Facets of tier, labels, outcome, setting, model, variant, cues, parse state and source; fields without values are left
    /// out. `shown` are the rows that the filter leaves.
    #[must_use]
    pub fn facets(&self, shown: &[RowId]) -> Vec<Facet> {
        let _ = shown;
        Vec::new()
    }

    /// Every label name (canonical where known), most frequent first, with its number of rows.
    #[must_use]
    pub fn label_names(&self) -> Vec<(String, usize)> {
        Vec::new()
    }
}
