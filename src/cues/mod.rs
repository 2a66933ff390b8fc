//! Rule packs: phrases that *suggest* alignment-faking reasoning, found with exact offsets and explained.
//!
//! Knows nothing of files or terminals: a pack is text that somebody else read.

mod pack;
mod scan;

pub use pack::{Category, Pack, PackError};
pub use scan::{Engine, TestReport};
