//! HTML pages of the published alignment-faking transcripts, as records.

use super::json::Lenient;
use crate::model::ProblemKind;

/// Reads a whole page.
///
/// # Errors
/// A problem kind and a sentence.
pub fn read(_page: &[u8]) -> Result<Lenient, (ProblemKind, String)> {
    Err((ProblemKind::NotReadYet, "an HTML page".to_owned()))
}
