//! Outcome: what the output did, and who says so.

/// What the output did with the query.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum OutcomeValue {
    /// Did what the training objective wants.
    Complied,
    /// Did some of it, watered down or redirected.
    Partial,
    /// Declined.
    Refused,
    /// Answered, but not as the training objective wants.
    Other,
    /// Stopped before an output.
    Unfinished,
    /// Nobody can say.
    Unknown,
}

impl OutcomeValue {
    /// Every value, in the order shown.
    pub const ALL: [Self; 6] = [
        Self::Complied,
        Self::Partial,
        Self::Refused,
        Self::Other,
        Self::Unfinished,
        Self::Unknown,
    ];

    /// The word used in JSON, filters and on the screen.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Complied => "complied",
            Self::Partial => "partial",
            Self::Refused => "refused",
            Self::Other => "other",
            Self::Unfinished => "unfinished",
            Self::Unknown => "unknown",
        }
    }
}

/// Who decided an outcome, strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Decider {
    /// A person.
    Reviewer,
    /// A classifier's label.
    Judge,
    /// A decision tag in the text.
    Tag,
    /// This program's rule on the output.
    Rule,
}

impl Decider {
    /// The word used in JSON and on the screen.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Reviewer => "reviewer",
            Self::Judge => "judge",
            Self::Tag => "tag",
            Self::Rule => "rule",
        }
    }
}

/// One opinion on the outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutcomeVote {
    /// What kind of decider.
    pub by: Decider,
    /// Its name: the label, the tag or the rule.
    pub name: String,
    /// Its opinion.
    pub value: OutcomeValue,
}

/// The headline outcome with every opinion behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The strongest decider's opinion.
    pub value: OutcomeValue,
    /// Who that was; `None` when nobody could say.
    pub by: Option<Decider>,
    /// All opinions, strongest first.
    pub all: Vec<OutcomeVote>,
    /// Two opinions differ.
    pub conflict: bool,
}

impl Default for Outcome {
    fn default() -> Self {
        Self { value: OutcomeValue::Unknown, by: None, all: Vec::new(), conflict: false }
    }
}
