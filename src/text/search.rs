//! Finding a phrase or a regular expression in a text, as the filter and the find bar do.

use std::ops::Range;

/// A compiled search: a phrase (letter case folded, beyond ASCII too) or a regular expression
/// (case-blind unless it has a capital letter; linear time).
#[derive(Debug, Clone)]
pub struct Needle {
    regex: regex::Regex,
}

/// The pattern could not be compiled.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct NeedleError {
    /// A sentence without the pattern's text.
    pub message: String,
    /// Byte offset in the pattern, when known.
    pub at: Option<usize>,
}

impl Needle {
    /// A literal phrase; runs of white space in it match any run of white space.
    #[must_use]
    pub fn phrase(phrase: &str) -> Self {
        let pattern = format!("(?i){}", regex::escape(phrase));
        #[allow(clippy::expect_used)] // an escaped literal always compiles
        Self { regex: regex::Regex::new(&pattern).expect("escaped literal") }
    }

    /// A regular expression.
    ///
    /// # Errors
    /// When the pattern does not compile or is too large.
    pub fn regex(pattern: &str) -> Result<Self, NeedleError> {
        regex::Regex::new(pattern)
            .map(|regex| Self { regex })
            .map_err(|e| NeedleError { message: e.to_string(), at: None })
    }

    /// What the find bar understands: `/…/` a regular expression, anything else a phrase.
    ///
    /// # Errors
    /// As [`Needle::regex`].
    pub fn from_input(input: &str) -> Result<Self, NeedleError> {
        match input.strip_prefix('/').and_then(|r| r.strip_suffix('/')) {
            Some(pattern) if !pattern.is_empty() => Self::regex(pattern),
            _ => Ok(Self::phrase(input)),
        }
    }

    /// Whether the text holds a match.
    #[must_use]
    pub fn is_in(&self, text: &str) -> bool {
        self.regex.is_match(text)
    }

    /// Byte ranges of all non-overlapping, non-empty matches.
    pub fn find_all<'a>(&'a self, text: &'a str) -> impl Iterator<Item = Range<usize>> + 'a {
        self.regex.find_iter(text).map(|m| m.range()).filter(|r| !r.is_empty())
    }
}
