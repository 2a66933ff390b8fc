//! Records read for their own fields alone: who asks how many transcripts are of the free tier needs none of their texts.
//!
//! The same readers read a record in which the first character of each long text stands for all of it. What they say of
//! fields is the same then, as long as they take the texts for texts and nothing else is odd; whatever is not sure of that
//! is read whole.

use serde_json::Value;

use super::flat::{Flat, is_answer, is_question, is_text_field};
use super::format::{Format, RawTranscript, Reading, UnitReading, recognised};
use super::labels::{is_container, is_label_field};
use super::units::UnitKind;
use super::{Context, assemble, json};

/// Reads a record's fields: identity, tier, setting, model, variant, epoch and labels are those of [`read_unit`], the
/// rest of the transcript is not made. `None`: it takes the whole record to tell.
///
/// [`read_unit`]: super::read_unit
#[must_use]
pub fn read_fields(bytes: &[u8], context: &Context<'_>) -> Option<UnitReading> {
    let plain = context.kind == UnitKind::Json
        && !context.labels_only
        && context.joins.is_none()
        && context.mappings.is_empty()
        && context.rules.promoted.is_empty();
    if !plain {
        return None;
    }
    match attempt(bytes, context, is_passed_over) {
        Err(Short::Untold) => attempt(bytes, context, is_answer_alone).ok(),
        read => read.ok(),
    }
}

/// Why fields are not enough.
enum Short {
    /// It takes more than texts under such names.
    Odd,
    /// A text that was passed over may tell what is missing.
    Untold,
}

/// Reads a record without its texts under such names.
fn attempt(
    bytes: &[u8],
    context: &Context<'_>,
    is_text: fn(&str) -> bool,
) -> Result<UnitReading, Short> {
    let record = json::skim(bytes, is_text).ok_or(Short::Odd)?;
    let (format, why) = recognised(&record).ok_or(Short::Odd)?;
    if format.name() != Flat.name() {
        return Err(Short::Odd);
    }
    let readings = <[Reading; 1]>::try_from(format.read_own(record, context));
    let Ok([Reading::Transcript(raw)]) = readings else { return Err(Short::Odd) };
    if has_unread_text(&raw) {
        return Err(Short::Untold);
    }
    // The tier that no field tells may stand in what was asked.
    let knows_question = !is_text("prompt");
    let transcript = assemble::fields(*raw, format.name(), knows_question, context);
    let transcripts = vec![transcript.ok_or(Short::Untold)?];
    Ok(UnitReading { format: format.name(), why, transcripts, ..UnitReading::default() })
}

/// Fields that hold texts and nothing else.
fn is_passed_over(name: &str) -> bool {
    is_text_field(name) && !is_label_field(name) && !is_container(name)
}

/// Those of them that hold what the model said, and are never taken for what it was asked.
fn is_answer_alone(name: &str) -> bool {
    is_passed_over(name) && is_answer(name) && !is_question(name)
}

/// Whether a text that was passed over is no text of the transcript: somebody may have looked there for something else.
fn has_unread_text(raw: &RawTranscript) -> bool {
    let is_cut = |value: &Value| value.as_str().is_some_and(|text| text.len() == 1);
    raw.meta.iter().any(|(name, value)| is_passed_over(name) && is_cut(value))
}

#[cfg(test)]
mod tests;
