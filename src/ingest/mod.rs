//! Bytes to transcripts **and problems**. One file per format behind one small trait.
//!
//! Steps: [`units`] cuts a byte stream into units without reading it to its end; [`json`] reads one unit,
//! leniently, saying what it mended; [`mod@format`] finds the format of that unit; the format gives raw
//! transcripts; [`mod@assemble`] makes each a [`Transcript`](crate::model::Transcript): sections, tier,
//! labels, outcome, identity. Knows no threads and opens no files: paths are just strings here.

pub mod assemble;
pub mod format;
pub mod inspect;
pub mod json;
pub mod labels;
pub mod mapping;
pub mod outcome;
pub mod split;
pub mod strings;
pub mod tier;
pub mod units;

mod af_pages;
mod af_results;
mod answers;
mod api;
mod ascii;
mod atif;
mod batch;
mod chat;
mod claude_code;
mod decode;
mod dialogue;
mod docent;
mod fastchat;
mod fields;
mod flat;
mod harmony;
mod helm;
mod items;
mod join;
mod keys;
mod label_fields;
mod label_row;
mod lm_eval;
mod message;
mod meval;
mod openai_evals;
mod page;
mod pairs;
mod petri;
mod promptfoo;
mod python;
mod raw;
mod rows;
mod sharegpt;
mod skim;
mod table;
mod tau_bench;
mod trace;
mod trial;
mod votes;
mod wide;

pub use assemble::{Context, Joins, assemble, strip_suffix};
pub use decode::decode;
pub use format::{Format, LabelRow, LabelTarget, Reading, UnitReading, read_cut, read_unit};
pub use join::targets;
pub use label_row::as_label_rows;
pub use labels::LabelRules;
pub use mapping::Mapping;
pub use rows::{Row, delimiter_with, rows};
pub use skim::read_fields;
pub use units::{Unit, UnitBytes, Units};
