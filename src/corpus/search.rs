//! Running a filter over the catalogue: columns decide what they can, raw bytes decide most of the rest, and bodies are
//! read only where those leave it open.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::body::BodyText;
use super::sieve::Sieve;
use super::sift::Sifter;
use super::{Batch, Catalogue, Corpus, Interner, Row, RowId, RowView};
use crate::query::{Columns, Filter, Truth};

/// How often hits are handed over while bodies are read.
const HAND_OVER: Duration = Duration::from_millis(60);
/// Most rows that a thread takes at once.
const STRIDE: usize = 64;

/// Rows that a filter lets through, among a range of rows: those found since the last word.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Hits {
    /// In order, and behind all those told before.
    pub rows: Vec<RowId>,
    /// Rows looked at so far.
    pub searched: usize,
    /// Rows to look at.
    pub total: usize,
    /// Bodies that could not be read again so far.
    pub unreadable: usize,
}

/// What a thread found among some of the rows of one stride.
#[derive(Default)]
pub(super) struct Found {
    /// Number of the stride.
    stride: usize,
    /// All open rows before this one were looked at.
    up_to: usize,
    /// The stride ends here.
    done: bool,
    /// Rows looked at since the last word.
    pub(super) looked: usize,
    pub(super) rows: Vec<RowId>,
    pub(super) unreadable: usize,
}

impl Corpus {
    /// Filters rows `from..` of a catalogue, reading bodies where the filter needs them. Calls `hits` now and
    /// then with what is new, the last time with `searched == total`. Stops soon after `wanted` says no, and then there is
    /// no last word.
    pub fn filter(
        &self,
        catalogue: &Catalogue,
        filter: &Filter,
        from: RowId,
        wanted: &(dyn Fn() -> bool + Sync),
        hits: &mut dyn FnMut(Hits),
    ) {
        let partners;
        let catalogue = if filter.asks_partners() {
            let Some(passing) = self.partners_pass(catalogue, filter, wanted) else { return };
            partners = catalogue.with_partners(filter, passing);
            &partners
        } else {
            catalogue
        };
        let total = catalogue.len().saturating_sub(from as usize);
        let (sure, mut open) = catalogue.decide(filter, from);
        if self.sought.as_ref().is_some_and(|sought| sought.is_by(filter)) {
            // Those that were not read for its sake.
            open.retain(|id| !catalogue.view(*id).is_some_and(|view| view.is_passed_over()));
        }
        if open.is_empty() {
            hits(Hits { rows: sure, searched: total, total, unreadable: 0 });
            return;
        }
        let threads = std::thread::available_parallelism().map_or(2, usize::from);
        let stride = (open.len() / (threads * 8)).clamp(1, STRIDE);
        let sieve = Sieve::new(filter);
        let next = AtomicUsize::new(0);
        let (to_us, found) = crossbeam_channel::unbounded::<Found>();
        let mut order = InOrder::new(sure, &open, stride);
        std::thread::scope(|scope| {
            for _ in 0..threads {
                let (to_us, sieve, next, open) = (to_us.clone(), &sieve, &next, &open);
                scope.spawn(move || {
                    let mut sifter = Sifter::new(self, catalogue, filter, sieve, wanted);
                    loop {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        let start = number * stride;
                        let Some(rows) = open.get(start..open.len().min(start + stride)) else {
                            break;
                        };
                        if rows.is_empty() {
                            break;
                        }
                        let mut tell = |mut found: Found, looked: usize| {
                            found.stride = number;
                            found.up_to = start + looked;
                            found.done = looked == rows.len();
                            to_us.send(found).is_ok()
                        };
                        if !sifter.sift(rows, &mut tell) {
                            break;
                        }
                    }
                });
            }
            drop(to_us);
            let mut due = Instant::now() + HAND_OVER;
            loop {
                use crossbeam_channel::RecvTimeoutError::{Disconnected, Timeout};
                match found.recv_deadline(due) {
                    Ok(found) => order.take(found),
                    Err(Timeout) => {}
                    Err(Disconnected) => break,
                }
                if Instant::now() >= due && wanted() {
                    let searched = (total - open.len() + order.looked).min(total.saturating_sub(1));
                    hits(Hits { searched, total, ..order.new_hits() });
                    due = Instant::now() + HAND_OVER;
                }
            }
        });
        if order.is_complete() {
            hits(Hits { searched: total, total, ..order.new_hits() });
        }
    }

    /// Tests one row with its body.
    pub(super) fn test(
        &self,
        view: RowView<'_>,
        filter: &Filter,
        catalogue: &Catalogue,
        found: &mut Found,
    ) {
        let place = view.place();
        match self.transcript(&place) {
            Ok((transcript, records)) => {
                // Of a row that only a summary spoke of, the columns are known now.
                let opened = view.is_pending().then(|| {
                    let cues = filter.needs().cues.then(|| self.engine.tally(&transcript));
                    let names = &mut Interner::default();
                    Batch::new(&[Row::new(&transcript, cues.as_ref(), place, names)])
                });
                let seen = opened.as_ref().map_or(view, |row| catalogue.view_of(view.id, row));
                if filter.test(&seen, &BodyText::new(&transcript, &records, &self.engine))
                    == Truth::True
                {
                    found.rows.push(view.id);
                }
            }
            Err(_) => found.unreadable += 1,
        }
    }
}

/// Puts what threads find back into the order of rows, among those that the columns let through.
struct InOrder<'a> {
    sure: std::iter::Peekable<std::vec::IntoIter<RowId>>,
    open: &'a [RowId],
    stride: usize,
    /// The stride that is told now; those before it have been.
    now: usize,
    /// What was found in later ones.
    later: BTreeMap<usize, Vec<Found>>,
    /// Not handed over yet.
    rows: Vec<RowId>,
    looked: usize,
    unreadable: usize,
}

impl<'a> InOrder<'a> {
    fn new(sure: Vec<RowId>, open: &'a [RowId], stride: usize) -> Self {
        let sure = sure.into_iter().peekable();
        let (later, rows) = (BTreeMap::new(), Vec::new());
        Self { sure, open, stride, now: 0, later, rows, looked: 0, unreadable: 0 }
    }

    fn take(&mut self, found: Found) {
        self.looked += found.looked;
        self.unreadable += found.unreadable;
        self.later.entry(found.stride).or_default().push(found);
        while let Some(list) = self.later.remove(&self.now) {
            let done = list.last().is_some_and(|found| found.done);
            for found in list {
                self.tell(found);
            }
            if !done {
                break;
            }
            self.now += 1;
        }
    }

    fn tell(&mut self, found: Found) {
        for row in found.rows {
            self.tell_sure(row);
            self.rows.push(row);
        }
        self.tell_sure(self.open.get(found.up_to).copied().unwrap_or(RowId::MAX));
    }

    fn tell_sure(&mut self, before: RowId) {
        while let Some(row) = self.sure.next_if(|row| *row < before) {
            self.rows.push(row);
        }
    }

    fn new_hits(&mut self) -> Hits {
        let rows = std::mem::take(&mut self.rows);
        Hits { rows, unreadable: self.unreadable, ..Hits::default() }
    }

    fn is_complete(&self) -> bool {
        self.now * self.stride >= self.open.len()
    }
}

#[cfg(test)]
mod tests;
