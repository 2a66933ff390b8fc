//! The index kept between runs: rows of files that have not changed are not read again.
//!
//! One blob for each thing that is opened (the same paths with the same options). It holds the files' stamps and reports,
//! and the chunks of rows, each part with its checksum: what is damaged, of another version or about other files is
//! passed over and made anew. No text of transcripts is in it but what a row keeps: ids, labels, the beginning of queries.

mod columns;
mod growth;
mod index;
mod known;
mod wire;
mod words;

#[cfg(test)]
mod tests;

pub(super) use growth::Growth;
pub(super) use index::{Index, KnownFile};
pub(super) use known::{Fate, Keeping, Known, Piece};
