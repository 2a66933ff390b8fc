//! Labels and the judgements behind them. A label *judges*; three-valued, because a rater may fail.

/// What a rater gave.
#[derive(Debug, Clone, PartialEq)]
pub enum LabelValue {
    /// Yes or no.
    Bool(bool),
    /// A score or a vote share, in the source's own unit.
    Number(f64),
    /// A category.
    Text(String),
    /// Present in the source but without a verdict: null, NaN, "FAILED TO PARSE", empty.
    Unparsed,
}

/// The bar at which a numeric label counts as positive.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Threshold {
    /// Positive at or above the value.
    AtLeast(f64),
    /// Positive strictly above the value.
    Above(f64),
    /// Positive at or below the value.
    AtMost(f64),
    /// Positive strictly below the value.
    Below(f64),
}

impl Threshold {
    /// Whether `value` meets the bar.
    #[must_use]
    pub fn met(self, value: f64) -> bool {
        match self {
            Self::AtLeast(bar) => value >= bar,
            Self::Above(bar) => value > bar,
            Self::AtMost(bar) => value <= bar,
            Self::Below(bar) => value < bar,
        }
    }

    /// As `--threshold` takes it: `>= 0.4`.
    #[must_use]
    pub fn typed(self) -> String {
        match self {
            Self::AtLeast(bar) => format!(">= {bar}"),
            Self::Above(bar) => format!("> {bar}"),
            Self::AtMost(bar) => format!("<= {bar}"),
            Self::Below(bar) => format!("< {bar}"),
        }
    }
}

impl std::fmt::Display for Threshold {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::AtLeast(bar) => write!(f, "≥ {bar}"),
            Self::Above(bar) => write!(f, "> {bar}"),
            Self::AtMost(bar) => write!(f, "≤ {bar}"),
            Self::Below(bar) => write!(f, "< {bar}"),
        }
    }
}

/// The rater of what was decided between reviewers who disagreed.
pub const DECISION: &str = "decision";

/// What a person is called as a rater: `reviewer-R1`. So people are told from classifiers.
#[must_use]
pub fn reviewer(name: &str) -> String {
    let person = ["reviewer", "human"].iter().any(|start| name.starts_with(start));
    if person { name.to_owned() } else { format!("reviewer-{name}") }
}

/// One rater's word on one label.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// The source's name; nested keys joined by a dot.
    pub label: String,
    /// The canonical name when the alias table knows one that differs (`alignment_faking`).
    pub canonical: Option<String>,
    /// Who judged: a classifier's name, a judge model, `source` when the record does not say.
    pub rater: String,
    /// What was given.
    pub value: LabelValue,
    /// Positive, negative, or neither: unparsed, or a category without a rule.
    pub positive: Option<bool>,
}

impl Judgement {
    /// The name it goes by: canonical where the alias table knows one.
    #[must_use]
    pub fn name(&self) -> &str {
        self.canonical.as_deref().unwrap_or(&self.label)
    }

    /// Whether `name` is this label's own or canonical name, letter case ignored.
    #[must_use]
    pub fn is_named(&self, name: &str) -> bool {
        self.label.eq_ignore_ascii_case(name)
            || self.canonical.as_deref().is_some_and(|c| c.eq_ignore_ascii_case(name))
    }
}
