//! Running a filter over the catalogue: columns decide what they can, bodies are read only for the rest.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::body::BodyText;
use super::{Batch, Catalogue, Corpus, Interner, Row, RowId};
use crate::query::{Columns, Filter, Truth};

/// How often hits are handed over while bodies are read.
const HAND_OVER: Duration = Duration::from_millis(60);
/// Rows that a thread takes at once.
const STRIDE: usize = 16;

/// Rows that a filter lets through, among a range of rows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Hits {
    /// In order.
    pub rows: Vec<RowId>,
    /// Rows looked at so far.
    pub searched: usize,
    /// Rows to look at.
    pub total: usize,
    /// Bodies that could not be read again.
    pub unreadable: usize,
}

/// What threads found, until it is handed over.
#[derive(Default)]
struct Found {
    rows: Vec<RowId>,
    unreadable: usize,
}

impl Corpus {
    /// Filters rows `from..` of a catalogue, reading bodies where the filter needs them. Calls `hits` now and
    /// then with all hits so far, the last time with `searched == total`; stops early when it returns false.
    pub fn filter(
        &self,
        catalogue: &Catalogue,
        filter: &Filter,
        from: RowId,
        hits: &mut dyn FnMut(Hits) -> bool,
    ) {
        let total = catalogue.len().saturating_sub(from as usize);
        let (sure, open) = catalogue.decide(filter, from);
        if open.is_empty() {
            hits(Hits { rows: sure, searched: total, total, unreadable: 0 });
            return;
        }
        let found = Mutex::new(Found::default());
        let (next, looked) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let stop = AtomicBool::new(false);
        let threads = std::thread::available_parallelism().map_or(2, usize::from);
        let handed = |searched: usize, found: &Found| {
            let mut rows = sure.clone();
            rows.extend_from_slice(&found.rows);
            rows.sort_unstable();
            Hits { rows, searched, total, unreadable: found.unreadable }
        };
        std::thread::scope(|scope| {
            let workers: Vec<_> = (0..threads)
                .map(|_| {
                    scope.spawn(|| {
                        while !stop.load(Ordering::Relaxed) {
                            let start = next.fetch_add(STRIDE, Ordering::Relaxed);
                            let Some(rows) = open.get(start..open.len().min(start + STRIDE)) else {
                                break;
                            };
                            if rows.is_empty() {
                                break;
                            }
                            let mut part = Found::default();
                            for &id in rows {
                                self.test(catalogue, filter, id, &mut part);
                            }
                            looked.fetch_add(rows.len(), Ordering::Relaxed);
                            // A poisoned lock means that another thread panicked; what it held is whole.
                            let mut all =
                                found.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                            all.rows.append(&mut part.rows);
                            all.unreadable += part.unreadable;
                        }
                    })
                })
                .collect();
            let mut last = Instant::now();
            while !workers.iter().all(std::thread::ScopedJoinHandle::is_finished) {
                std::thread::park_timeout(Duration::from_millis(2));
                if last.elapsed() >= HAND_OVER {
                    last = Instant::now();
                    let done = looked.load(Ordering::Relaxed);
                    let searched = total - open.len() + done;
                    let so_far = {
                        let all = found.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                        handed(searched.min(total.saturating_sub(1)), &all)
                    };
                    if !hits(so_far) {
                        stop.store(true, Ordering::Relaxed);
                    }
                }
            }
        });
        if !stop.load(Ordering::Relaxed) {
            let all = found.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
            hits(handed(total, &all));
        }
    }

    /// Tests one row with its body.
    fn test(&self, catalogue: &Catalogue, filter: &Filter, id: RowId, found: &mut Found) {
        let Some(view) = catalogue.view(id) else { return };
        let place = view.place();
        match self.transcript(&place) {
            Ok((transcript, records)) => {
                // Of a row that only a summary spoke of, the columns are known now.
                let opened = view.is_pending().then(|| {
                    let cues = filter.needs().cues.then(|| self.engine.analyse(&transcript));
                    let names = &mut Interner::default();
                    Batch::new(&[Row::new(&transcript, cues.as_ref(), place, names)])
                });
                let view = opened.as_ref().map_or(view, |row| catalogue.view_of(id, row));
                if filter.test(&view, &BodyText::new(&transcript, &records)) == Truth::True {
                    found.rows.push(id);
                }
            }
            Err(_) => found.unreadable += 1,
        }
    }
}
