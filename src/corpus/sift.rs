//! One thread's share of a search: rows whose records stand together are read together, looked through as raw bytes, and
//! read as transcripts only where those do not decide.

use std::sync::Arc;
use std::time::{Duration, Instant};

use xxhash_rust::xxh3::xxh3_64;

use super::files::{Content, Entry};
use super::search::Found;
use super::sieve::Sieve;
use super::spots::are_passed_over;
use super::{Catalogue, Corpus, RowId, RowView};
use crate::query::{Columns, Filter, Truth};
use crate::source::Bytes;

/// Bytes that are read at once: few enough to stay in a core's own cache while they are looked through. Reading more at
/// once took three times as long.
const BLOCK: usize = 128 << 10;
/// Bytes between two rows that are read along rather than skipped.
const GAP: u64 = 4 << 10;
/// Longest time that hits of a stride are kept back.
const TELL: Duration = Duration::from_millis(30);

/// Where a row's record is.
#[derive(Clone, Copy)]
struct Stretch {
    file: u32,
    offset: u64,
    len: u64,
}

impl Stretch {
    /// `None` when the row's texts are not known to stand in one record: it has to be read.
    fn of(view: &RowView<'_>) -> Option<Self> {
        let (chunk, at) = (view.chunk, view.at);
        let spots = chunk.spots.get(at);
        let known = !spots.is_empty() && !are_passed_over(spots);
        if !known || chunk.is_of_several(at) || view.is_pending() {
            return None;
        }
        let file = *chunk.file.get(at)?;
        Some(Self { file, offset: chunk.offset.get(at), len: chunk.bytes.get(at) })
    }

    fn end(self) -> u64 {
        self.offset.saturating_add(self.len)
    }
}

/// A thread that searches.
pub(super) struct Sifter<'a> {
    corpus: &'a Corpus,
    catalogue: &'a Catalogue,
    filter: &'a Filter,
    sieve: &'a Sieve<'a>,
    wanted: &'a (dyn Fn() -> bool + Sync),
    buffer: Vec<u8>,
    /// For pieces of texts.
    scratch: String,
    /// The file that was read last.
    entry: Option<(u32, Arc<Entry>)>,
}

impl<'a> Sifter<'a> {
    pub(super) fn new(
        corpus: &'a Corpus,
        catalogue: &'a Catalogue,
        filter: &'a Filter,
        sieve: &'a Sieve<'a>,
        wanted: &'a (dyn Fn() -> bool + Sync),
    ) -> Self {
        let (buffer, scratch) = (Vec::new(), String::new());
        Self { corpus, catalogue, filter, sieve, wanted, buffer, scratch, entry: None }
    }

    /// Tests rows in order. `tell` is given what was found, and how many rows were looked at by then, at the end and now
    /// and then before. False: told to stop.
    pub(super) fn sift(
        &mut self,
        rows: &[RowId],
        tell: &mut dyn FnMut(Found, usize) -> bool,
    ) -> bool {
        let mut found = Found::default();
        let mut told = Instant::now();
        let mut at = 0;
        while at < rows.len() {
            if !(self.wanted)() {
                return false;
            }
            let tested = self.some(rows.get(at..).unwrap_or_default(), &mut found);
            found.looked += tested;
            at += tested;
            if told.elapsed() >= TELL && at < rows.len() {
                told = Instant::now();
                if !tell(std::mem::take(&mut found), at) {
                    return false;
                }
            }
        }
        // Told to stop, it may have left some out.
        (self.wanted)() && tell(found, at)
    }

    /// Tests the first row, and those behind it that are read with it. Gives how many.
    fn some(&mut self, rows: &[RowId], found: &mut Found) -> usize {
        let catalogue = self.catalogue;
        let mut views = rows.iter().map(|id| catalogue.view(*id));
        let Some(Some(first)) = views.next() else { return 1 };
        let stretch = Stretch::of(&first).filter(|_| self.sieve.is_of_use());
        let entry = stretch.and_then(|stretch| Some((stretch, self.entry(stretch.file)?)));
        let (stretch, entry) = if let Some((stretch, entry)) = &entry {
            (*stretch, &**entry)
        } else {
            self.read(first, found);
            return 1;
        };
        let bytes = match entry.content() {
            Some(Content::Stream(bytes)) => bytes,
            Some(Content::Log(_)) => {
                self.sample(first, entry, stretch, found);
                return 1;
            }
            None => {
                self.read(first, found);
                return 1;
            }
        };
        let mut end = stretch.end();
        let mut together = vec![(first, stretch)];
        for view in views {
            let next = view.and_then(|view| Some((view, Stretch::of(&view)?)));
            let Some((view, next)) = next else { break };
            // Several transcripts of one unit share its bytes.
            let near = next.offset >= stretch.offset && next.offset <= end.saturating_add(GAP);
            if next.file != stretch.file || !near || next.end() - stretch.offset > BLOCK as u64 {
                break;
            }
            end = end.max(next.end());
            together.push((view, next));
        }
        let mut buffer = std::mem::take(&mut self.buffer);
        let read = self.fill(bytes, stretch.offset, end, &mut buffer);
        let unchanged = read && bytes.is_unchanged();
        for (view, here) in &together {
            if !(self.wanted)() {
                break;
            }
            let start = usize::try_from(here.offset - stretch.offset).unwrap_or(usize::MAX);
            let record = buffer.get(start..).and_then(|rest| rest.get(..here.len as usize));
            match record.filter(|_| read) {
                Some(record) => self.test(*view, record, unchanged, found),
                None => self.read(*view, found),
            }
        }
        // A long record must not be held on to.
        buffer.truncate(BLOCK);
        buffer.shrink_to(BLOCK);
        self.buffer = buffer;
        together.len()
    }

    /// Tests a row whose record is at hand.
    fn test(&mut self, view: RowView<'_>, record: &[u8], unchanged: bool, found: &mut Found) {
        // Of a file that was written to since, only the bytes themselves can tell.
        let (chunk, at) = (view.chunk, view.at);
        let is_same = || chunk.ordinal.get(at) == 0 && xxh3_64(record) == chunk.hash.get(at);
        match self.sieve.test(&view, record, &mut self.scratch) {
            Truth::True if unchanged || is_same() => found.rows.push(view.id),
            Truth::False | Truth::Unknown if unchanged || is_same() => {}
            _ => self.read(view, found),
        }
    }

    /// Tests a sample of an archive: its record has to be unpacked.
    fn sample(&mut self, view: RowView<'_>, entry: &Entry, stretch: Stretch, found: &mut Found) {
        match entry.unit((stretch.offset, stretch.len)) {
            // Its hash is one of the checksums that unpacking has just confirmed.
            Ok((record, _)) => self.test(view, &record, true, found),
            Err(_) => found.unreadable += 1,
        }
    }

    /// Tests a row by reading its transcript.
    fn read(&self, view: RowView<'_>, found: &mut Found) {
        self.corpus.test(view, self.filter, self.catalogue, found);
    }

    fn entry(&mut self, file: u32) -> Option<Arc<Entry>> {
        if self.entry.as_ref().is_none_or(|(number, _)| *number != file) {
            self.entry = Some((file, self.corpus.files.get(file)?));
        }
        self.entry.as_ref().map(|(_, entry)| Arc::clone(entry))
    }

    /// Reads a stretch block by block; false when there is less, or nobody wants it any more.
    fn fill(&self, bytes: &Bytes, from: u64, to: u64, buffer: &mut Vec<u8>) -> bool {
        let mut done = 0;
        loop {
            let left = usize::try_from(to - from).unwrap_or(usize::MAX).saturating_sub(done);
            if left == 0 {
                return true;
            }
            // Little by little: the length was said by a catalogue that may be stale.
            let most = done + left.min(BLOCK);
            if buffer.len() < most {
                buffer.resize(most, 0);
            }
            let Some(block) = buffer.get_mut(done..most) else { return false };
            match bytes.read_at(from + done as u64, block) {
                Ok(n) if n > 0 && (self.wanted)() => done += n,
                _ => return false,
            }
        }
    }
}
