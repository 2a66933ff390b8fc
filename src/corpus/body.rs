//! A transcript with everything about it, read when it is looked at.

use crate::model::{Analysis, Transcript};

/// A body.
#[derive(Debug, Clone)]
pub struct Body {
    /// The transcript.
    pub transcript: Transcript,
    /// What the rules found.
    pub analysis: Analysis,
    /// The raw record as it stands in the file (invalid UTF-8 replaced), pretty-printed when it is JSON.
    pub record: String,
    /// Hidden or dangerous characters in the final response.
    pub hidden: usize,
}

/// Why a body could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct BodyError {
    /// A sentence with the file and line.
    pub message: String,
}
