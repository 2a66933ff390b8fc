//! The alias table and thresholds: what a label's value means.

use super::format::RawLabel;
use crate::model::{Judgement, Threshold};

/// Label rules: aliases and thresholds, compiled in from `assets/labels.toml`, changeable by flags.
#[derive(Debug, Clone, Default)]
pub struct LabelRules {
    /// Thresholds given by the user: (label name, threshold); they win over the table.
    pub overrides: Vec<(String, Threshold)>,
    /// `--label-field PATH`: meta paths to promote to labels.
    pub promoted: Vec<String>,
    /// `--partial-complies`: partial compliance counts as compliance.
    pub partial_complies: bool,
}

impl LabelRules {
    /// The compiled-in table.
    #[must_use]
    pub fn builtin() -> Self {
        Self::default()
    }

    /// The threshold for a numeric label (either of its names).
    #[must_use]
    pub fn threshold(&self, label: &str) -> Threshold {
        let _ = label;
        Threshold::AtLeast(0.5)
    }

    /// Makes a judgement of a raw label.
    #[must_use]
    pub fn judge(&self, raw: &RawLabel) -> Judgement {
        let _ = raw;
        Judgement {
            label: raw.name.clone(),
            canonical: None,
            rater: "source".to_owned(),
            value: crate::model::LabelValue::Unparsed,
            positive: None,
        }
    }
}
