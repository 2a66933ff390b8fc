//! A Parquet file as lines of JSON, one for each row, its columns in their order. Read row group by row group, and no
//! further than somebody asks for.
//!
//! The library is written for files that are as they should be and panics on some that are not: each call into it is
//! guarded, and nothing else is.

mod text;

use std::io::{self, BufReader, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use parquet::basic::Compression;
use parquet::errors::ParquetError;
use parquet::file::metadata::{ParquetMetaData, RowGroupMetaData};
use parquet::file::reader::{ChunkReader, FileReader, Length, SerializedFileReader};
use parquet::record::Row;
use parquet::record::reader::RowIter;
use parquet::schema::types::TypePtr;

use super::Bytes;
use super::compressed::Limits;
use super::derived::Derived;
use super::guard::guarded;
use super::stretch::Stretch;

/// The magic at both ends.
pub(super) const MAGIC: &[u8; 4] = b"PAR1";
/// Bytes of values that are decoded ahead for one column, about.
const AHEAD: i64 = 4 << 20;
/// Of an error of the library, which may quote the text it failed at.
const MOST_REASON: usize = 160;

/// The rows of a Parquet file as lines.
pub(super) fn lines(bytes: Bytes, limits: Limits) -> Bytes {
    let outer = bytes.consumed_counter();
    let consumed = outer.clone().unwrap_or_default();
    let (source, counter) = (bytes.clone(), Arc::clone(&consumed));
    let make = move || -> io::Result<Box<dyn Read + Send>> {
        // What lies below counts for itself.
        let counter = if outer.is_none() { Arc::clone(&counter) } else { Arc::default() };
        Ok(Box::new(ParquetLines::new(source.clone(), counter, limits)))
    };
    Bytes::Derived(Arc::new(Derived::new(bytes, consumed, None, Box::new(make))))
}

/// Positioned reads for the library.
struct Chunks {
    bytes: Bytes,
    len: u64,
    consumed: Arc<AtomicU64>,
}

impl Length for Chunks {
    fn len(&self) -> u64 {
        self.len
    }
}

impl ChunkReader for Chunks {
    type T = BufReader<Stretch>;

    fn get_read(&self, start: u64) -> parquet::errors::Result<Self::T> {
        let rest = self.len.saturating_sub(start);
        // Headers of pages are read through here, byte by byte.
        Ok(BufReader::with_capacity(1 << 10, Stretch::new(self.bytes.clone(), start, rest)))
    }

    fn get_bytes(&self, start: u64, length: usize) -> parquet::errors::Result<bytes::Bytes> {
        if start.checked_add(length as u64).is_none_or(|end| end > self.len) {
            let sentence = "a part of it would lie beyond its end".to_owned();
            return Err(ParquetError::EOF(sentence));
        }
        let part = self.bytes.read_range(start, length as u64)?;
        let so_far = self.consumed.fetch_add(length as u64, Ordering::Relaxed);
        // What is read twice must not count for more than there is.
        if so_far.saturating_add(length as u64) > self.len {
            self.consumed.store(self.len, Ordering::Relaxed);
        }
        Ok(part.into())
    }
}

/// Reads rows and gives lines.
struct ParquetLines {
    state: State,
    schema: Option<TypePtr>,
    line: Vec<u8>,
    at: usize,
    rows: u64,
    given: u64,
    /// Bytes that may come out.
    most: u64,
    limits: Limits,
}

enum State {
    Closed { bytes: Bytes, consumed: Arc<AtomicU64> },
    Rows(Box<RowIter<'static>>),
    Ended,
    Failed(io::ErrorKind, String),
}

impl ParquetLines {
    fn new(bytes: Bytes, consumed: Arc<AtomicU64>, limits: Limits) -> Self {
        Self {
            state: State::Closed { bytes, consumed },
            schema: None,
            line: Vec::new(),
            at: 0,
            rows: 0,
            given: 0,
            most: 0,
            limits,
        }
    }

    /// Reads the footer.
    fn open(&mut self, bytes: Bytes, consumed: Arc<AtomicU64>) -> Result<(), String> {
        let (len, failure) = bytes.whole_len();
        if let Some(e) = failure {
            return Err(format!(
                "the Parquet file cannot be read to its end, where its directory is: {e}"
            ));
        }
        let mut tail = [0; 4];
        let read = len.checked_sub(4).map(|at| bytes.read_at(at, &mut tail));
        match (read, &tail) {
            (Some(Ok(4)), MAGIC) if len >= 12 => {}
            (Some(Ok(4)), b"PARE") => return Err("the Parquet file is encrypted".to_owned()),
            _ => {
                return Err(
                    "the Parquet file is cut off: its end, where its directory was, is missing, \
                            so no row can be read"
                        .to_owned(),
                );
            }
        }
        // A file that is compressed itself is measured by what it was compressed to.
        self.most = self.limits.most(bytes.consumed().unwrap_or(len));
        let chunks = Chunks { bytes, len, consumed };
        let opened = guarded(|| SerializedFileReader::new(chunks));
        let reader = match opened {
            Ok(Ok(reader)) => reader,
            Ok(Err(e)) => {
                return Err(format!("the Parquet file has a damaged directory ({})", reason(&e)));
            }
            Err(_) => return Err("the Parquet file has a damaged directory".to_owned()),
        };
        supported(reader.metadata())?;
        let batch = batch(reader.metadata());
        self.schema = Some(reader.metadata().file_metadata().schema_descr().root_schema_ptr());
        let rows = guarded(|| RowIter::from_file_into(Box::new(reader)).with_batch_size(batch));
        let rows = rows.map_err(|_| "the Parquet file has a damaged directory".to_owned())?;
        self.state = State::Rows(Box::new(rows));
        Ok(())
    }

    /// Puts the next row into `line`. False at the end.
    fn next(&mut self) -> Result<bool, String> {
        self.line.clear();
        self.at = 0;
        let State::Rows(rows) = &mut self.state else { return Ok(false) };
        let row: Option<Result<Row, ParquetError>> = guarded(|| rows.next())
            .map_err(|_| format!("the Parquet file is damaged {}", after(self.rows)))?;
        let Some(row) = row else { return Ok(false) };
        let row = row.map_err(|e| {
            format!("the Parquet file is damaged {} ({})", after(self.rows), reason(&e))
        })?;
        text::line(&mut self.line, &row, self.schema.as_deref());
        self.rows += 1;
        self.given += self.line.len() as u64;
        if self.given > self.most {
            return Err(self.limits.exceeded(self.given).to_string());
        }
        Ok(true)
    }

    fn fail(&mut self, kind: io::ErrorKind, sentence: String) {
        self.state = State::Failed(kind, sentence);
        self.line = Vec::new();
        self.at = 0;
    }
}

impl Read for ParquetLines {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let mut done = 0;
        while done < out.len() {
            let rest = self.line.get(self.at..).unwrap_or_default();
            if !rest.is_empty() {
                let n = rest.len().min(out.len() - done);
                // Both ends lie inside.
                out[done..done + n].copy_from_slice(&rest[..n]);
                self.at += n;
                done += n;
                continue;
            }
            match std::mem::replace(&mut self.state, State::Ended) {
                State::Closed { bytes, consumed } => {
                    if let Err(sentence) = self.open(bytes, consumed) {
                        self.fail(io::ErrorKind::InvalidData, sentence);
                    }
                }
                rows @ State::Rows(_) => {
                    self.state = rows;
                    match self.next() {
                        Ok(true) => {}
                        Ok(false) => self.state = State::Ended,
                        Err(sentence) => self.fail(io::ErrorKind::InvalidData, sentence),
                    }
                }
                State::Ended => break,
                State::Failed(kind, sentence) => {
                    let error = io::Error::new(kind, sentence.clone());
                    self.state = State::Failed(kind, sentence);
                    // What came before goes out first.
                    if done > 0 {
                        break;
                    }
                    return Err(error);
                }
            }
        }
        Ok(done)
    }
}

fn after(rows: u64) -> String {
    match rows {
        0 => "in its first row".to_owned(),
        n => format!("after {n} of its rows"),
    }
}

/// An error of the library in a few words, and without the text it may quote.
fn reason(e: &ParquetError) -> String {
    let text = e.to_string();
    let text = text.strip_prefix("Parquet error: ").unwrap_or(&text);
    if text.contains("as String") {
        return "a text that is not UTF-8".to_owned();
    }
    text.chars().filter(|c| !c.is_control()).take(MOST_REASON).collect()
}

/// Refuses compressions that this build does not have, by name.
fn supported(metadata: &ParquetMetaData) -> Result<(), String> {
    for column in metadata.row_groups().iter().flat_map(RowGroupMetaData::columns) {
        let name = match column.compression() {
            Compression::UNCOMPRESSED
            | Compression::SNAPPY
            | Compression::GZIP(_)
            | Compression::ZSTD(_) => continue,
            Compression::BROTLI(_) => "Brotli",
            Compression::LZ4 | Compression::LZ4_RAW => "LZ4",
            Compression::LZO => "LZO",
        };
        return Err(format!(
            "the Parquet file is compressed with {name} (column {}), which is not read; write it with zstd, snappy or gzip",
            column.column_path().string()
        ));
    }
    Ok(())
}

/// Values to decode ahead: many of small ones, few of large ones.
fn batch(metadata: &ParquetMetaData) -> usize {
    let row = |group: &RowGroupMetaData| group.total_byte_size().max(1) / group.num_rows().max(1);
    let largest = metadata.row_groups().iter().map(row).max().unwrap_or(1).max(1);
    usize::try_from((AHEAD / largest).clamp(1, 1024)).unwrap_or(1)
}

#[cfg(test)]
mod tests;
