//! Splitting a response into scratchpad, drafts, output, markers and the rest, with every irregularity that
//! real models produce.

use std::ops::Range;

use crate::model::{Repair, SectionKind};

/// One piece of a response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// What it is.
    pub kind: SectionKind,
    /// Byte range in the response; tags excluded, except that a marker's range is its tag.
    pub range: Range<usize>,
}

/// A split response.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Split {
    /// In order of the text, never overlapping.
    pub segments: Vec<Segment>,
    /// What was mended.
    pub repairs: Vec<Repair>,
    /// Whether any reasoning was found.
    pub has_reasoning: bool,
}

/// Splits a whole response with its tags.
#[must_use]
pub fn split_response(text: &str) -> Split {
    let _ = text;
    Split::default()
}

/// Splits reasoning that came in a field of its own: only drafts are split off, outer tags removed.
#[must_use]
pub fn split_reasoning(text: &str) -> Split {
    let _ = text;
    Split::default()
}

/// Splits an output that came in a field of its own: markers are split off, outer output tags removed.
#[must_use]
pub fn split_output(text: &str) -> Split {
    let _ = text;
    Split::default()
}
