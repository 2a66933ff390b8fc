//! Rule packs: phrases that *suggest* alignment-faking reasoning, found with exact offsets and explained.
//!
//! Knows nothing of files or terminals: a pack is text that somebody else read. A cue is never proof,
//! and the absence of cues is no clean bill; `docs/CUES.md` says how a cue is made and measured.

mod bits;
mod chain;
mod changed;
mod common;
mod decide;
mod define;
mod doubt;
mod explain;
mod faults;
mod feature;
pub mod fit;
mod hints;
mod hit;
mod in_place;
mod infer;
mod ledger;
mod lexicon;
mod matcher;
mod meant;
mod needs;
pub mod overlap;
mod pack;
mod pattern;
mod program;
mod quotes;
mod read;
mod recite;
mod restate;
mod runs;
mod said;
mod scan;
mod score;
mod seen;
mod table;
mod token;
mod trial;
mod walk;
mod weigh;
mod within;

#[cfg(test)]
mod plain;
#[cfg(test)]
mod tests;

pub use faults::{PackError, PackErrors};
pub use in_place::{feature_in_place, in_place};
pub use pack::{Category, Pack, RuleInfo};
pub use restate::Restated;
#[cfg(test)]
pub(crate) use scan::pad_only;
pub use scan::{Engine, reasoning, unread_words};
pub use score::{FEATURES, most_of};
pub use trial::{Finding, TestReport, Trial};
