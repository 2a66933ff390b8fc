//! Bytes to transcripts **and problems**. One file per format behind one small trait.
//!
//! Steps: [`units`] cuts a byte stream into units without reading it to its end; [`json`] reads one unit,
//! leniently, saying what it mended; [`mod@format`] finds the format of that unit; the format gives raw
//! transcripts; [`mod@assemble`] makes each a [`Transcript`](crate::model::Transcript): sections, tier,
//! labels, outcome, identity. Knows no threads and opens no files: paths are just strings here.

pub mod assemble;
pub mod format;
pub mod json;
pub mod labels;
pub mod mapping;
pub mod outcome;
pub mod split;
pub mod tier;
pub mod units;

mod af_results;
mod chat;
mod fields;
mod flat;
mod label_fields;
mod later;
mod message;
mod page;
mod table;
mod trace;

pub use assemble::{Context, assemble};
pub use format::{Format, LabelRow, LabelTarget, Reading, UnitReading, read_cut, read_unit};
pub use labels::LabelRules;
pub use mapping::Mapping;
pub use units::{Unit, UnitBytes, Units};
