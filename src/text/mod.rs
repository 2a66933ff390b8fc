//! Pure text work: what may be shown, how wide it is, where lines and sentences end.
//!
//! Every function takes the original text and speaks in byte offsets of it, so that spans, searches
//! and rows of a pane all refer to the same places. Knows no file, JSON or terminal.

mod align;
mod amount;
mod chars;
mod clause;
mod diff;
mod fit;
mod formula;
pub(crate) mod mask;
mod near;
mod needed;
#[cfg(test)]
pub(crate) mod plain;
mod raw;
mod same;
mod sanitize;
mod scan;
mod search;
mod sentence;
mod visible;
mod wrap;

pub use align::{Aligned, Aligner, align};
pub use amount::{rate, size, thousands, time_left};
pub use clause::clauses;
pub use diff::{Diff, diff};
pub use fit::{pad, truncate, truncate_middle, truncate_start, width};
pub use formula::{is_formula, unguarded};
pub use near::nearest;
pub use raw::{OddEscapes, RawNeedle};
pub use same::{SAME_WORDS, same_key};
pub use sanitize::{Hidden, Piece, Run, hidden_count, pieces, runs, sanitize, sanitize_line};
pub use search::{Needle, NeedleError};
pub use sentence::sentences;
pub use visible::Visible;
pub use wrap::{Row, Wrapped};

/// Whether a character must never be shown as it stands: control, bidi, zero-width, tag and separator characters,
/// joiners included.
#[must_use]
pub fn is_hidden(c: char) -> bool {
    chars::hidden_class(c).is_some() || c == '\u{200D}'
}
