//! Completing a filter while it is typed.

/// The words that occur in the corpus, for completion.
#[derive(Debug, Clone, Default)]
pub struct Vocabulary {
    /// Tiers, settings, models, variants, outcomes, categories, repair codes: by field name.
    pub values: Vec<(String, Vec<String>)>,
    /// Label names, canonical ones first.
    pub labels: Vec<String>,
    /// Values of text labels: (label, value).
    pub label_values: Vec<(String, String)>,
    /// Dotted meta paths.
    pub meta: Vec<String>,
}

/// One proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// What to show.
    pub shown: String,
    /// The text that replaces characters `from..cursor` of the input.
    pub insert: String,
    /// First character replaced.
    pub from: usize,
    /// What it means, a few words.
    pub hint: String,
}

/// Proposals for the word before the cursor (a character index), best first, at most 12.
#[must_use]
pub fn complete(input: &str, cursor: usize, vocabulary: &Vocabulary) -> Vec<Completion> {
    let _ = (input, cursor, vocabulary);
    Vec::new()
}
