//! The value that a unit's bytes stand for, whatever they are: every reader is given JSON.

use serde_json::Value;

use super::json::Lenient;
use super::units::UnitKind;
use super::{Context, json, page, table};
use crate::model::ProblemKind;

/// Makes a value of a unit's bytes. `around` is what stands around it in its file, `index` its number there.
///
/// # Errors
/// A problem kind and a sentence.
pub fn decode(
    bytes: &[u8],
    kind: UnitKind,
    around: Option<&Value>,
    index: u64,
) -> Result<Lenient, (ProblemKind, String)> {
    match kind {
        UnitKind::Json => json::read(bytes),
        UnitKind::Row => table::read(bytes, around, index),
        UnitKind::Page => page::read(bytes),
        UnitKind::Text => {
            let (text, mend) = json::text(bytes.to_vec());
            let value = serde_json::json!({ "text": text });
            Ok(Lenient { value, mends: mend.into_iter().collect() })
        }
    }
}

impl Context<'_> {
    /// Makes a value of the bytes of a unit that this is the context of.
    ///
    /// # Errors
    /// As [`decode`].
    pub fn decode(&self, bytes: &[u8]) -> Result<Lenient, (ProblemKind, String)> {
        decode(bytes, self.kind, self.around, self.place.index)
    }
}
