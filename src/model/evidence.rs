//! Evidence: quotes that a judge gave for its label, and where they stand in the transcript.

/// How a piece of evidence was found in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// Letter for letter.
    Exact,
    /// After folding case, punctuation, hyphens and white space.
    Folded,
    /// As the best window of words (share of the quote's words, at least 0.7).
    Window,
    /// No words at all: the judge pointed at a whole message. `at` is its output, else its first section.
    Message,
    /// Nowhere: a finding about the judge, not a fault of the reader.
    NotFound,
}

/// One quote, or one message that a judge pointed at.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// The label it supports, as the source names it.
    pub label: String,
    /// Who gave it.
    pub rater: String,
    /// The criterion it is for, from 1, where the source says.
    pub criterion: Option<u8>,
    /// The quote as stored; of a message what the source calls it, or nothing.
    pub quote: String,
    /// Section index and byte range in that section's text; `None` when not found. It may lie in a turn before the final
    /// response.
    pub at: Option<(usize, usize, usize)>,
    /// How it was found.
    pub found: Found,
}
