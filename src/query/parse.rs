//! Filter text to a tree and back.

use super::eval::{Body, Columns, Needs, Truth};

/// A filter that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("column {}: {message}", .column + 1)]
pub struct FilterError {
    /// 0-based column (in characters) where the trouble is.
    pub column: usize,
    /// How many characters to underline, at least 1.
    pub len: usize,
    /// A sentence, with a suggestion where one is near.
    pub message: String,
}

/// A parsed filter. The empty filter matches everything.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Filter {
    // replaced by the tree
    text: String,
}

impl Filter {
    /// Reads a filter.
    ///
    /// # Errors
    /// With the column of the first thing that is wrong.
    pub fn parse(text: &str) -> Result<Self, FilterError> {
        Ok(Self { text: text.to_owned() })
    }

    /// Whether it matches everything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// What evaluating it needs beyond the columns of a row.
    #[must_use]
    pub fn needs(&self) -> Needs {
        Needs::default()
    }

    /// Evaluates on columns alone. [`Truth::NeedsBody`] when text decides.
    #[must_use]
    pub fn test_columns(&self, row: &dyn Columns) -> Truth {
        let _ = row;
        Truth::True
    }

    /// Evaluates with the body at hand. Never [`Truth::NeedsBody`].
    #[must_use]
    pub fn test(&self, row: &dyn Columns, body: &dyn Body) -> Truth {
        let _ = (row, body);
        Truth::True
    }

    /// A filter with `field:value` set at its top level: replaces an existing top-level term of that
    /// field, removes it when `value` is `None`. What the tier key and the label picker use.
    #[must_use]
    pub fn with_term(&self, field: &str, value: Option<&str>) -> Self {
        let _ = (field, value);
        self.clone()
    }

    /// Toggles a top-level term (`label:alignment_faking`, `cue:strategic`): adds it, or removes it when
    /// an equal one is there.
    #[must_use]
    pub fn toggle_term(&self, term: &str) -> Self {
        let _ = term;
        self.clone()
    }

    /// The value of a top-level `field:value` term, when there is one.
    #[must_use]
    pub fn term(&self, field: &str) -> Option<String> {
        let _ = field;
        None
    }
}

impl std::fmt::Display for Filter {
    /// Canonical: `parse(print(f)) == f`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}
