//! From a raw transcript to a transcript: sections, tier, labels, outcome, identity.

use super::LabelRules;
use super::format::RawTranscript;
use crate::model::{Place, Transcript};

/// What is known around a record.
#[derive(Debug, Clone)]
pub struct Context<'a> {
    /// Where the unit stands. `ordinal` is set per transcript.
    pub place: Place,
    /// File name without its last extension, for ids.
    pub stem: &'a str,
    /// Alias table and thresholds.
    pub rules: &'a LabelRules,
    /// Hash of the record's bytes (64-bit xxh3).
    pub hash: u64,
}

/// Makes the transcript. `format` is the format's name.
#[must_use]
pub fn assemble(raw: RawTranscript, format: &'static str, context: &Context<'_>) -> Transcript {
    let _ = (raw, context);
    Transcript { format, ..Transcript::default() }
}
