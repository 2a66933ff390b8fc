//! Which records and which ids were seen before, so that copies and repeated ids are noticed.
//!
//! Only row ids are kept: what they are told apart by is looked up in the columns.

use hashbrown::HashTable;
use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::chunk::Chunk;
use super::{Catalogue, RowId};
use crate::query::Columns;

/// First rows by content and by id.
#[derive(Debug, Clone, Default)]
pub(super) struct Seen {
    by_content: HashTable<RowId>,
    by_id: HashTable<RowId>,
}

/// What was seen before of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sight {
    /// Nothing.
    New,
    /// The same record, in this row.
    Copy(RowId),
    /// Another record of the same id and epoch.
    SameId(RowId),
}

/// Several transcripts of one unit share its bytes and are no copies of each other.
fn content(chunk: &Chunk, at: usize) -> (u64, u64) {
    (chunk.hash.get(at), chunk.ordinal.get(at))
}

/// Repeats of one sample share its id by design.
fn named(chunk: &Chunk, at: usize) -> (&str, Option<i64>) {
    (chunk.id.get(at).unwrap_or_default(), chunk.epoch.get(at).copied().flatten())
}

fn hash_of_content((hash, ordinal): (u64, u64)) -> u64 {
    hash ^ ordinal.wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

fn hash_of_name((id, epoch): (&str, Option<i64>)) -> u64 {
    xxh3_64_with_seed(id.as_bytes(), epoch.map_or(0, |e| e as u64 ^ 1 << 63))
}

impl Seen {
    /// Takes a row in. `catalogue` holds it and all rows that were taken in before.
    pub fn add(&mut self, catalogue: &Catalogue, chunk: &Chunk, at: usize, id: RowId) -> Sight {
        let own = content(chunk, at);
        let there = |row: &RowId| catalogue.whatever(*row);
        let same = |row: &RowId| there(row).is_some_and(|v| content(v.chunk, v.at) == own);
        let rehash = |row: &RowId| {
            there(row).map_or(0, |view| hash_of_content(content(view.chunk, view.at)))
        };
        let copy = self.by_content.find(hash_of_content(own), same).copied();
        if copy.is_none() {
            self.by_content.insert_unique(hash_of_content(own), id, rehash);
        }
        let name = named(chunk, at);
        let same = |row: &RowId| there(row).is_some_and(|v| (v.id(), v.epoch()) == name);
        let rehash = |row: &RowId| there(row).map_or(0, |v| hash_of_name((v.id(), v.epoch())));
        let same_id = self.by_id.find(hash_of_name(name), same).copied();
        if same_id.is_none() {
            self.by_id.insert_unique(hash_of_name(name), id, rehash);
        }
        match (copy, same_id) {
            (Some(first), _) => Sight::Copy(first),
            (None, Some(first)) => Sight::SameId(first),
            (None, None) => Sight::New,
        }
    }
}
