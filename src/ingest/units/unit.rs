//! What cutting gives: a unit, its bytes, and how a file is laid out.

use super::Stretch;

/// Where a unit stands in its file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Unit {
    /// Byte offset of its first byte.
    pub offset: u64,
    /// Length in bytes, surrounding white space and commas excluded.
    pub len: u64,
    /// 1-based line on which it starts; 0 where lines mean nothing.
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
    Whole(Stretch),
    /// The stream ends inside this unit, or the next record starts inside it: the bytes there are.
    Torn(Stretch),
    /// Over [`MAX_UNIT`](super::MAX_UNIT).
    TooLarge,
}

/// How the bytes of a unit become a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum UnitKind {
    /// JSON.
    #[default]
    Json,
    /// One row of a delimited table; the columns' names stand around it.
    Row,
    /// A whole HTML page.
    Page,
    /// A whole file of plain text.
    Text,
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
    /// A delimited table; each record below the header is a unit.
    Table,
    /// A page or text that is one unit as a whole: see [`Units::kind`](super::Units::kind).
    Whole,
    /// Not text that is read here: see [`Units::not_read_yet`](super::Units::not_read_yet).
    Unsupported,
}
