//! What is wrong with packs, gathered while they are read: one reading tells all of it, each mistake once.
//!
//! Readers note a mistake where they meet it and go on with what does not depend on it; [`Told`] goes up in place of
//! what could not be read. What depends on it is not complained about: see [`Faults::is_lost`].

use std::collections::BTreeSet;
use std::fmt;

/// Most errors that are kept; further ones are counted.
const MOST_KEPT: usize = 50;
/// Beyond so many, cues are not looked at any more: that much is no pack.
const MOST_COUNTED: usize = 1_000;

/// One thing that is wrong with a pack.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name}:{line}: {message}")]
pub struct PackError {
    /// The pack's file or name.
    pub name: String,
    /// 1-based line of its text.
    pub line: usize,
    /// A sentence.
    pub message: String,
}

/// Why packs could not be used. Shown as one line for each error.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PackErrors {
    /// In the order of the files, then of their lines; 50 at most.
    pub first: Vec<PackError>,
    /// How many more there are.
    pub more: usize,
}

impl PackErrors {
    /// Adds those of another file.
    pub(super) fn join(&mut self, other: Self) {
        self.first.extend(other.first);
        self.more += other.more + self.first.len().saturating_sub(MOST_KEPT);
        self.first.truncate(MOST_KEPT);
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.first.len() + self.more
    }

    /// `and 7 more errors`, where not all are kept.
    #[must_use]
    pub fn rest(&self) -> Option<String> {
        let s = if self.more == 1 { "" } else { "s" };
        (self.more > 0).then(|| format!("and {} more error{s}", self.more))
    }
}

impl fmt::Display for PackErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines = self.first.iter().map(ToString::to_string).chain(self.rest());
        f.write_str(&lines.collect::<Vec<_>>().join("\n"))
    }
}

impl std::error::Error for PackErrors {}

/// It was noted why there is nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Told;

/// The mistakes in one text, and what is lost with them.
#[derive(Debug, Default)]
pub(super) struct Faults {
    /// Byte offset and sentence.
    first: BTreeSet<(usize, String)>,
    more: usize,
    /// Macros, phrases and categories that are defined, but not soundly.
    lost: BTreeSet<String>,
    /// Anything may be lost: a section with another name, a pack to extend that is not known.
    lost_any: bool,
}

impl Faults {
    pub fn note(&mut self, offset: usize, message: String) {
        self.first.insert((offset, message));
        // The mistakes are not met in the order of the text.
        if self.first.len() > MOST_KEPT {
            self.first.pop_last();
            self.more += 1;
        }
    }

    pub fn is_empty(&self) -> bool {
        self.first.is_empty()
    }

    pub fn is_hopeless(&self) -> bool {
        self.more >= MOST_COUNTED
    }

    pub fn lose(&mut self, name: &str) {
        self.lost.insert(name.to_owned());
    }

    pub fn lose_any(&mut self) {
        self.lost_any = true;
    }

    /// Whether a name that nothing sound stands for is the consequence of a mistake that was told.
    pub fn is_lost(&self, name: &str) -> bool {
        self.lost_any || self.lost.contains(name)
    }

    /// The mistakes in the order of the text, with the line of each.
    pub fn into_errors(self, name: &str, line: impl Fn(usize) -> usize) -> PackErrors {
        let error =
            |(offset, message)| PackError { name: name.to_owned(), line: line(offset), message };
        PackErrors { first: self.first.into_iter().map(error).collect(), more: self.more }
    }
}
