//! Chunks in order, as the catalogue and the loader both keep them: rows are appended, made anew in their places, and small
//! chunks joined. What one of them makes the other is given, so that both hold the same memory.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::bits::Bits;
use super::chunk::Chunk;
use super::{Batch, Catalogue, Row, RowId};

/// Chunks are joined up to this many rows: joining takes a moment, and fewer chunks than this would gain nothing.
const JOINED: usize = 1024;

/// The chunks.
#[derive(Debug, Clone, Default)]
pub(super) struct Stack {
    chunks: Vec<Arc<Chunk>>,
    /// First row id of each.
    starts: Vec<RowId>,
    len: RowId,
}

impl Stack {
    /// Number of rows, which is the id of the next one.
    pub fn len(&self) -> RowId {
        self.len
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Appends rows.
    pub fn push(&mut self, chunk: Arc<Chunk>) {
        self.starts.push(self.len);
        self.len = self.len.saturating_add(chunk.len as RowId);
        self.chunks.push(chunk);
    }

    /// Puts a chunk in the place of one or several others that hold the same rows, or some of them where they are the last.
    pub fn put(&mut self, first: RowId, chunk: Arc<Chunk>) {
        let end = first.saturating_add(chunk.len as RowId);
        let from = self.starts.partition_point(|start| *start < first);
        let to = self.starts.partition_point(|start| *start < end);
        self.starts.splice(from..to, [first]);
        self.chunks.splice(from..to, [chunk]);
        self.len = self.len.max(end);
    }

    /// The number of a row's chunk, and its place there.
    pub fn find(&self, id: RowId) -> Option<(usize, usize)> {
        let number = self.starts.partition_point(|start| *start <= id).checked_sub(1)?;
        let at = (id - self.starts.get(number)?) as usize;
        (at < self.chunks.get(number)?.len).then_some((number, at))
    }

    /// A row's chunk, and its place there.
    pub fn at(&self, id: RowId) -> Option<(&Arc<Chunk>, usize)> {
        let (number, at) = self.find(id)?;
        Some((self.chunks.get(number)?, at))
    }

    /// A chunk by its number, with its first row.
    pub fn number(&self, number: usize) -> Option<(RowId, &Arc<Chunk>)> {
        Some((*self.starts.get(number)?, self.chunks.get(number)?))
    }

    /// The chunks that hold rows from a place on, each with its first row.
    pub fn from(&self, id: RowId) -> impl Iterator<Item = (RowId, &Arc<Chunk>)> {
        let skip = self.starts.partition_point(|start| *start <= id).saturating_sub(1);
        self.starts.iter().copied().zip(&self.chunks).skip(skip)
    }

    /// The chunks in which these rows are, under the same ids.
    pub fn only(&self, rows: &Bits) -> Self {
        let mut some = Self { len: self.len, ..Self::default() };
        for (first, chunk) in self.from(0) {
            if (first..first + chunk.len as RowId).any(|id| rows.contains(id)) {
                some.starts.push(first);
                some.chunks.push(Arc::clone(chunk));
            }
        }
        some
    }

    /// Appends rows that come a few at a time: they and the small chunks before them become one, so that there are few.
    pub fn append(&mut self, rows: &[Row]) -> Batch {
        let batch = Batch::new(rows);
        let mut len = rows.len();
        // As counting goes: a chunk is joined by as many rows as it has, so that each row is moved few times.
        let small = self.chunks.iter().rev().take_while(|chunk| {
            let joins = chunk.len <= len && chunk.len + len <= JOINED;
            len += if joins { chunk.len } else { 0 };
            joins
        });
        let before = self.chunks.len() - small.count();
        let Some(first) = self.starts.get(before).copied() else {
            self.push(Arc::clone(&batch.chunk));
            return batch;
        };
        let mut all: Vec<Row> = self.from(first).flat_map(|(_, chunk)| chunk.rows()).collect();
        all.extend_from_slice(rows);
        let joined = Arc::new(Chunk::new(&all));
        self.put(first, Arc::clone(&joined));
        Batch { joined: Some((first, joined)), ..batch }
    }
}

/// Rows made anew in the places of old ones, and rows that are gone.
#[derive(Debug, Clone, Default)]
pub struct Renewed {
    /// Rows that are something else now, ascending.
    pub(super) rows: Vec<RowId>,
    /// Rows that are gone.
    pub(super) gone: Vec<RowId>,
    /// Places where another record stands now: to a reader these are new.
    pub(super) fresh: Vec<RowId>,
    /// The records themselves are others, not only what is known of them: copies are looked for again.
    pub(super) records: bool,
    pub(super) chunks: Vec<(RowId, Arc<Chunk>)>,
}

impl Renewed {
    /// Rows by their ids, for a catalogue as it is; `None`: the row is gone.
    #[must_use]
    pub fn new(catalogue: &Catalogue, rows: Vec<(RowId, Option<Row>)>) -> Self {
        Self::on(&mut catalogue.stack().clone(), rows)
    }

    /// Puts rows into their places.
    pub(super) fn on(stack: &mut Stack, rows: Vec<(RowId, Option<Row>)>) -> Self {
        let mut renewed = Self::default();
        let mut anew: BTreeMap<RowId, Row> = BTreeMap::new();
        for (id, row) in rows {
            match row {
                Some(row) => drop(anew.insert(id, row)),
                None => renewed.gone.push(id),
            }
        }
        renewed.rows = anew.keys().copied().collect();
        while let Some((number, _)) = anew.first_key_value().and_then(|(id, _)| stack.find(*id)) {
            let Some((&first, old)) = stack.starts.get(number).zip(stack.chunks.get(number)) else {
                break;
            };
            let mut all: Vec<Row> = old.rows().collect();
            let later = anew.split_off(&(first + all.len() as RowId));
            for (id, row) in std::mem::replace(&mut anew, later) {
                if let Some(old) = all.get_mut((id - first) as usize) {
                    *old = row;
                }
            }
            let chunk = Arc::new(Chunk::new(&all));
            stack.put(first, Arc::clone(&chunk));
            renewed.chunks.push((first, chunk));
        }
        renewed
    }

    /// The same; in these places other records stand now.
    #[must_use]
    pub fn with_fresh(self, fresh: Vec<RowId>) -> Self {
        Self { fresh, ..self }
    }

    /// Rows that are something else now, ascending.
    #[must_use]
    pub fn rows(&self) -> &[RowId] {
        &self.rows
    }

    /// Rows that are gone.
    #[must_use]
    pub fn gone(&self) -> &[RowId] {
        &self.gone
    }

    /// Those of [`Renewed::rows`] whose places hold other records now.
    #[must_use]
    pub fn fresh(&self) -> &[RowId] {
        &self.fresh
    }

    /// All rows that are touched.
    #[must_use]
    pub fn ids(&self) -> Bits {
        let mut ids = Bits::of(&self.rows);
        self.gone.iter().for_each(|id| ids.insert(*id));
        ids
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::RowPlace;
    use crate::ingest::Unit;
    use crate::model::Transcript;

    fn row(id: usize) -> Row {
        let transcript = Transcript { id: id.to_string(), ..Transcript::default() };
        let unit = Unit { index: id as u64, ..Unit::default() };
        let place = RowPlace { index: unit.index, ..RowPlace::default() };
        Row::new(&transcript, None, place, &mut crate::corpus::Interner::default())
    }

    fn names(stack: &Stack) -> Vec<String> {
        let names = |(_, chunk): (RowId, &Arc<Chunk>)| {
            chunk.rows().map(|row| row.id.into()).collect::<Vec<String>>()
        };
        stack.from(0).flat_map(names).collect()
    }

    #[test]
    fn rows_that_come_one_by_one_make_few_chunks_and_are_moved_few_times() {
        let (mut stack, mut other) = (Stack::default(), Stack::default());
        let mut moved = 0;
        for id in 0..3000 {
            let batch = stack.append(&[row(id)]);
            match batch.joined {
                Some((first, chunk)) => {
                    moved += chunk.len;
                    other.put(first, chunk);
                }
                None => other.push(batch.chunk),
            }
            assert!(stack.chunks.len() <= 2 + 11, "{id}: {}", stack.chunks.len());
        }
        assert!(moved < 3000 * 12, "{moved}");
        let expected: Vec<String> = (0..3000).map(|id| id.to_string()).collect();
        assert_eq!(names(&stack), expected);
        assert_eq!(stack.len(), 3000);
        // Both hold the same.
        assert_eq!(stack.starts, other.starts);
        assert!(stack.chunks.iter().zip(&other.chunks).all(|(a, b)| Arc::ptr_eq(a, b)));
        assert_eq!(
            stack.find(2999).and_then(|(n, at)| Some(stack.chunks.get(n)?.row(at).id)),
            Some("2999".into())
        );
        assert_eq!(stack.find(3000), None);
    }

    #[test]
    fn rows_are_made_anew_in_their_places() {
        let mut stack = Stack::default();
        for part in [0..5, 5..6, 6..20] {
            stack.push(Arc::new(Chunk::new(&part.map(row).collect::<Vec<_>>())));
        }
        let anew = vec![(19, Some(row(119))), (4, Some(row(104))), (5, None), (6, Some(row(106)))];
        let renewed = Renewed::on(&mut stack, anew);
        assert_eq!((renewed.rows(), renewed.gone()), (&[4, 6, 19][..], &[5][..]));
        assert_eq!(renewed.chunks.iter().map(|(first, _)| *first).collect::<Vec<_>>(), [0, 6]);
        let mut expected: Vec<String> = (0..20).map(|id: usize| id.to_string()).collect();
        for (id, name) in [(4, "104"), (6, "106"), (19, "119")] {
            expected[id] = name.to_owned();
        }
        assert_eq!(names(&stack), expected);
    }
}
