//! The fields by which transcripts can be partners, and what a row has in each.

use super::Columns;
use crate::model::Design;

/// A field whose values are compared. All others that tell transcripts apart stay the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum PairField {
    /// Tier: free and paid, or any two.
    #[default]
    Tier,
    /// Model.
    Model,
    /// Setting.
    Setting,
    /// Variant of prompt, training or reasoning mode, as a whole.
    Variant,
    /// A single field of the variant, where records name it. All its other fields stay the same.
    Design(Design),
}

impl PairField {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Tier,
        Self::Model,
        Self::Setting,
        Self::Variant,
        Self::Design(Design::Frame),
        Self::Design(Design::Persona),
        Self::Design(Design::Mode),
        Self::Design(Design::Condition),
        Self::Design(Design::Prompt),
    ];

    /// Those that together tell one design from another.
    pub const WHOLE: [Self; 4] = [Self::Tier, Self::Model, Self::Setting, Self::Variant];

    /// As filters and commands call it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Tier => "tier",
            Self::Model => "model",
            Self::Setting => "setting",
            Self::Variant => "variant",
            Self::Design(field) => field.as_str(),
        }
    }

    /// What asks for partners that differ in it: `partner`, `partner.model`.
    #[must_use]
    pub fn partner(self) -> &'static str {
        super::fields::partner(self)
    }

    /// The field of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.as_str().eq_ignore_ascii_case(name))
    }

    /// What a row has in it.
    #[must_use]
    pub fn of(self, row: &dyn Columns) -> Option<&str> {
        match self {
            Self::Tier => row.tier(),
            Self::Model => row.model(),
            Self::Setting => row.setting(),
            Self::Variant => row.variant(),
            Self::Design(field) => row.design(field),
        }
    }
}
