//! Archives: a log of samples whose units are members, or a folder of files.
//!
//! What a member means is the business of `ingest`; how it is unpacked, of `source`. Here the two meet.

use std::io;

use serde_json::Value;

use super::Corpus;
use super::files::Entry;
use super::loader::Done;
use crate::ingest::{Unit, UnitReading, read_unit};
use crate::query::Needs;

impl Corpus {
    /// A sample of an archive: by its summary where there is one, else opened.
    pub(super) fn sample(
        &self,
        entry: &Entry,
        unit: Unit,
        _summary: Option<&Value>,
        needs: Needs,
    ) -> Done {
        let part = (unit.offset, unit.len);
        let shape = entry.shape().cloned().unwrap_or_default();
        let (reading, hash) = match entry.unit(part) {
            Ok((bytes, hash)) => {
                (read_unit(&bytes, &self.context(entry, &shape, &unit, hash)), hash)
            }
            Err(_) => (UnitReading::default(), 0),
        };
        self.done(unit, reading, hash, part, needs)
    }
}

/// An archive of samples.
#[derive(Debug)]
pub(super) struct Log {}

impl Log {
    /// The bytes of a sample, as one JSON object.
    pub(super) fn sample(&self, _number: usize) -> io::Result<Vec<u8>> {
        Err(io::Error::other("not built"))
    }

    /// A sample's content hash, from the archive's directory.
    pub(super) fn hash(&self, _number: usize) -> u64 {
        0
    }
}
