//! What an index holds, and how it stands in its file: a head with a checksum, then chunks, each with its own.

use std::io::{self, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use xxhash_rust::xxh3::xxh3_64;

use super::super::catalogue::FileReport;
use super::super::chunk::Chunk;
use super::super::{Row, RowId};
use super::Growth;
use super::columns::{self, Aside};
use super::wire::{Rest, Wire};
use crate::ingest::units::UnitKind;
use crate::source::{Bytes, Stamp};

/// Stands in front; its last letters are the version of what follows.
const MAGIC: &[u8; 16] = b"undertone-idx-09";

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

/// Most rows of chunks that are put together. Larger ones would gain nothing, and making them takes memory.
pub(super) const TOGETHER: usize = 2048;

/// Chunks that go together: neighbours. Reading makes small ones, so that rows come soon.
pub(super) fn together(chunks: &[Arc<Chunk>]) -> impl Iterator<Item = &[Arc<Chunk>]> {
    let mut rest = chunks;
    std::iter::from_fn(move || {
        let mut rows = 0;
        let fit = rest.iter().take_while(|chunk| {
            rows += chunk.len;
            rows <= TOGETHER
        });
        // One alone is kept as it is, however many it has.
        let (now, later) = rest.split_at_checked(fit.count().max(1))?;
        rest = later;
        Some(now)
    })
}

/// Chunks as one, in bytes: how long what is read at once is, then that, then what is fetched.
fn body_of(chunks: &[Arc<Chunk>]) -> Vec<u8> {
    let (mut near, mut far, mut body) = (Vec::new(), Vec::new(), Vec::new());
    match chunks {
        [chunk] => columns::put(chunk, &mut near, &mut far),
        several => {
            let rows: Vec<Row> = several.iter().flat_map(|chunk| chunk.rows()).collect();
            columns::put(&Chunk::new(&rows), &mut near, &mut far);
        }
    }
    near.put(&mut body);
    body.append(&mut far);
    body
}

impl Index {
    /// Writes everything.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut parts: Vec<Part> = Vec::new();
        let mut head = Vec::new();
        // One chunk at a time; the head goes last, and the end says where it is.
        out.write_all(MAGIC)?;
        std::thread::scope(|scope| {
            let (to_us, bodies) = crossbeam_channel::bounded(0);
            // A thread that begins takes the memory of those that read and have ended.
            scope.spawn(move || {
                for chunks in together(&self.chunks) {
                    if to_us.send(body_of(chunks)).is_err() {
                        break;
                    }
                }
            });
            for body in bodies {
                parts.push((body.len() as u64, xxh3_64(&body)));
                out.write_all(&body)?;
            }
            Ok::<_, io::Error>(())
        })?;
        self.files.put(&mut head);
        self.duplicates.put(&mut head);
        parts.put(&mut head);
        out.write_all(&head)?;
        out.write_all(&(head.len() as u64).to_le_bytes())?;
        out.write_all(&xxh3_64(&head).to_le_bytes())
    }

    /// Looks at every byte, on all cores, and keeps the columns that are asked for first; the others come from the file when
    /// they are looked at, and `fault` is set when one does not. `None` when anything is not as it was written.
    pub fn read(file: &Bytes, fault: &Arc<OnceLock<String>>) -> Option<Self> {
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
        let aside = Arc::new(Aside { bytes: file.clone(), fault: Arc::clone(fault) });
        let next = AtomicUsize::new(0);
        let some = || {
            let (mut chunks, mut buffer) = (Vec::new(), Vec::new());
            while let number = next.fetch_add(1, Ordering::Relaxed)
                && let Some(place) = places.get(number)
            {
                chunks.push((number, read_chunk(*place, &aside, &mut buffer)?));
            }
            Some(chunks)
        };
        let threads = std::thread::available_parallelism().map_or(2, usize::from);
        let mut chunks = std::thread::scope(|scope| {
            let workers: Vec<_> =
                (1..threads.min(places.len())).map(|_| scope.spawn(some)).collect();
            let mut all = some()?;
            for worker in workers {
                all.extend(worker.join().ok().flatten()?);
            }
            Some(all)
        })?;
        chunks.sort_unstable_by_key(|(number, _)| *number);
        let chunks = chunks.into_iter().map(|(_, chunk)| chunk).collect();
        Some(Self { files, duplicates, chunks })
    }
}

/// Reads a chunk that stands there. The buffer is used again for the next one: memory that is new costs more than reading.
fn read_chunk(
    (offset, len, hash): (u64, u64, u64),
    aside: &Arc<Aside>,
    buffer: &mut Vec<u8>,
) -> Option<Arc<Chunk>> {
    let wanted = usize::try_from(len).ok()?;
    if buffer.len() < wanted {
        buffer.resize(wanted, 0);
    }
    let bytes = buffer.get_mut(..wanted)?;
    (aside.bytes.read_at(offset, bytes).ok()? == wanted).then_some(())?;
    (xxh3_64(bytes) == hash).then_some(())?;
    let mut rest = Rest(bytes);
    let near_len = usize::take(&mut rest)?;
    let (near, far) = rest.0.split_at_checked(near_len)?;
    let end = offset.checked_add(len)?;
    columns::take(near, aside, end - far.len() as u64, end).map(Arc::new)
}
