//! What an index holds, and how it stands in its file: a head with a checksum, then chunks, each with its own.

use std::io::{self, Write};
use std::sync::Arc;

use xxhash_rust::xxh3::xxh3_64;

use super::super::RowId;
use super::super::catalogue::FileReport;
use super::super::chunk::Chunk;
use super::Growth;
use super::wire::{Rest, Wire};
use crate::ingest::units::UnitKind;
use crate::source::{Bytes, Stamp};

/// Stands in front; its last letters are the version of what follows.
const MAGIC: &[u8; 16] = b"undertone-idx-02";

/// A file whose rows are known.
#[derive(Debug, Clone)]
pub(in crate::corpus) struct KnownFile {
    pub path: String,
    pub stamp: Stamp,
    pub report: FileReport,
    pub kind: UnitKind,
    /// What stands around its units, as JSON.
    pub around: Option<String>,
    /// First row and number of rows.
    pub rows: (RowId, u32),
    /// It says something of transcripts in other files, or its transcripts have other names by which those may speak of
    /// them: its rows hold only while no file has changed.
    pub entangled: bool,
    /// It says something of transcripts in other files.
    pub speaks: bool,
    /// Number of the file in the rows.
    pub number: u32,
    /// What stands at its end was not whole, and nothing of it was given.
    pub held: bool,
    /// How to go on when it has grown; `None`: it must be read from its start.
    pub growth: Option<Growth>,
}

/// All that is known.
#[derive(Debug, Default)]
pub(in crate::corpus) struct Index {
    pub files: Vec<KnownFile>,
    pub duplicates: Vec<RowId>,
    pub chunks: Vec<Arc<Chunk>>,
}

/// Where a chunk stands: bytes, and their checksum.
type Part = (u64, u64);

impl Wire for Stamp {
    fn put(&self, out: &mut Vec<u8>) {
        self.len.put(out);
        self.modified.put(out);
        self.ends.put(out);
    }
    fn take(from: &mut Rest<'_>) -> Option<Self> {
        let (len, modified) = (Wire::take(from)?, Wire::take(from)?);
        Some(Self { len, modified, ends: Wire::take(from)? })
    }
}

impl Wire for KnownFile {
    fn put(&self, out: &mut Vec<u8>) {
        self.path.put(out);
        self.stamp.put(out);
        self.report.put(out);
        self.kind.put(out);
        self.around.put(out);
        self.rows.put(out);
        self.entangled.put(out);
        self.speaks.put(out);
        self.number.put(out);
        self.held.put(out);
        self.growth.put(out);
    }
    fn take(from: &mut Rest<'_>) -> Option<Self> {
        Some(Self {
            path: Wire::take(from)?,
            stamp: Wire::take(from)?,
            report: Wire::take(from)?,
            kind: Wire::take(from)?,
            around: Wire::take(from)?,
            rows: Wire::take(from)?,
            entangled: Wire::take(from)?,
            speaks: Wire::take(from)?,
            number: Wire::take(from)?,
            held: Wire::take(from)?,
            growth: Wire::take(from)?,
        })
    }
}

impl Index {
    /// Writes everything.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut parts: Vec<Part> = Vec::with_capacity(self.chunks.len());
        let mut head = Vec::new();
        let mut body = Vec::new();
        // One chunk at a time; the head goes last, and the end says where it is.
        out.write_all(MAGIC)?;
        for chunk in &self.chunks {
            body.clear();
            chunk.put(&mut body);
            parts.push((body.len() as u64, xxh3_64(&body)));
            out.write_all(&body)?;
        }
        self.files.put(&mut head);
        self.duplicates.put(&mut head);
        parts.put(&mut head);
        out.write_all(&head)?;
        out.write_all(&(head.len() as u64).to_le_bytes())?;
        out.write_all(&xxh3_64(&head).to_le_bytes())
    }

    /// Reads everything, on all cores. `None` when anything is not as it was written.
    pub fn read(file: &Bytes) -> Option<Self> {
        let len = file.len()?;
        let exactly = |offset: u64, len: u64| file.read_range(offset, len).ok();
        let start = MAGIC.len() as u64;
        let tail_at = len.checked_sub(16).filter(|at| *at >= start)?;
        (exactly(0, start)? == MAGIC).then_some(())?;
        let tail = exactly(tail_at, 16)?;
        let (head_len, head_hash) = <(u64, u64)>::take(&mut Rest(&tail))?;
        let head_at = tail_at.checked_sub(head_len).filter(|at| *at >= start)?;
        let head = exactly(head_at, head_len)?;
        (xxh3_64(&head) == head_hash).then_some(())?;
        let mut rest = Rest(&head);
        let (files, duplicates) = (Vec::take(&mut rest)?, Vec::take(&mut rest)?);
        let parts: Vec<Part> = Vec::take(&mut rest)?;
        let mut offset = start;
        let mut places = Vec::with_capacity(parts.len());
        for (len, hash) in parts {
            places.push((offset, len, hash));
            offset = offset.checked_add(len)?;
        }
        (offset == head_at).then_some(())?;
        let chunk = |(offset, len, hash): &(u64, u64, u64)| {
            let bytes = exactly(*offset, *len)?;
            (xxh3_64(&bytes) == *hash).then_some(())?;
            let mut rest = Rest(&bytes);
            let chunk = Chunk::take(&mut rest)?;
            rest.0.is_empty().then(|| Arc::new(chunk))
        };
        let threads = std::thread::available_parallelism().map_or(2, usize::from);
        let share = places.len().div_ceil(threads).max(1);
        let chunks = std::thread::scope(|scope| {
            let workers: Vec<_> = places
                .chunks(share)
                .map(|part| scope.spawn(move || part.iter().map(chunk).collect::<Option<Vec<_>>>()))
                .collect();
            let mut all = Vec::with_capacity(places.len());
            for worker in workers {
                all.extend(worker.join().ok().flatten()?);
            }
            Some(all)
        })?;
        Some(Self { files, duplicates, chunks })
    }
}
