//! What the output did: judges, tags and our rule, with their precedence.

use crate::model::{Judgement, Outcome, Section};

/// What the outcome is decided from.
#[derive(Debug, Clone, Copy)]
pub struct OutcomeInput<'a> {
    /// Sections of the final response.
    pub response: &'a [Section],
    /// All judgements.
    pub judgements: &'a [Judgement],
    /// Setting, when known.
    pub setting: Option<&'a str>,
    /// The source's own word on whether its parse succeeded.
    pub success: Option<bool>,
    /// Why the response stopped early, when the source says.
    pub stopped: Option<&'a str>,
    /// The user query.
    pub query: Option<&'a str>,
}

/// Decides. Precedence: reviewer, judge, tag, rule.
#[must_use]
pub fn decide(input: &OutcomeInput<'_>) -> Outcome {
    let _ = input;
    Outcome::default()
}
