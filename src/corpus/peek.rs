//! The first records of a file as values, for looking at a shape that nobody knows yet.

use std::io;
use std::sync::Arc;

use serde_json::Value;
use xxhash_rust::xxh3::xxh3_64;

use super::Corpus;
use super::files::Shape;
use crate::ingest::{UnitBytes, Units};
use crate::model::ProblemKind;
use crate::source::{Bytes, Opened, peel};

/// Bytes that are looked at; the unit that crosses the line is still taken.
const MOST_BYTES: usize = 32 << 20;

/// The beginning of a file.
#[derive(Debug, Default)]
pub struct Peek {
    /// The records, in order.
    pub records: Vec<Value>,
    /// Units among them that are no value: torn, too large, or no JSON; or what the file is, when it is not read.
    pub problems: Vec<(ProblemKind, String)>,
}

impl Corpus {
    /// Reads at most `most` units of a file, whatever its layout.
    ///
    /// # Errors
    /// When the file is not open or cannot be read.
    pub fn peek(&self, file: u32, most: usize) -> io::Result<Peek> {
        let Some(entry) = self.files.get(file) else { return Ok(Peek::default()) };
        let bytes = match &entry.given {
            Ok(bytes) => first_stream(bytes.clone())?,
            Err(why) => return Err(io::Error::other(why.clone())),
        };
        let mut units = Units::new(|offset, buffer: &mut [u8]| bytes.read_at(offset, buffer))?;
        let mut peek = Peek::default();
        if let Some(what) = units.not_read_yet() {
            peek.problems.push((ProblemKind::NotReadYet, format!("not read yet: {what}")));
        }
        let mut looked = 0;
        for _ in 0..most {
            let Some((unit, content)) = units.next_unit()? else { break };
            let shape = Shape { kind: units.kind(), around: units.around().map(Arc::new) };
            let value = match &content {
                UnitBytes::Whole(bytes) => {
                    looked += bytes.len();
                    let around = self.context(&entry, &shape, &unit, xxh3_64(bytes));
                    around.decode(bytes).map(|l| l.value)
                }
                UnitBytes::Torn(_) => Err((ProblemKind::Torn, "stops in the middle".to_owned())),
                UnitBytes::TooLarge => Err((ProblemKind::TooLarge, "is too large".to_owned())),
            };
            match value {
                Ok(value) => peek.records.push(value),
                Err(problem) => peek.problems.push(problem),
            }
            if looked > MOST_BYTES {
                break;
            }
        }
        Ok(peek)
    }
}

/// What is inside, of an archive its first member.
fn first_stream(bytes: Bytes) -> io::Result<Bytes> {
    match peel(bytes)?.0 {
        Opened::Stream(bytes) => Ok(bytes),
        Opened::Archive(archive) => match archive.readable_members().next() {
            Some(first) => match peel(archive.member(first))?.0 {
                Opened::Stream(bytes) => Ok(bytes),
                Opened::Archive(_) => Err(io::Error::other("it is an archive of archives")),
            },
            None => Err(io::Error::other("the archive holds no file to read")),
        },
    }
}
