//! Fuzzy search among rows: over id and query, best match first, on all cores.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::{Catalogue, RowId};
use crate::query::{Columns, Fuzzy};

/// Rows that a thread takes at once.
const STRIDE: usize = 2048;
/// How often what was found is handed over.
const HAND_OVER: Duration = Duration::from_millis(60);

/// Score and place among the rows asked: the best first, ties in order.
type Found = (std::cmp::Reverse<i64>, usize);

impl Catalogue {
    /// Which of these rows match a fuzzy pattern, best first; ties keep their order. For some thousand rows; more are
    /// for [`Catalogue::narrow`].
    #[must_use]
    pub fn narrowed(&self, rows: &[RowId], pattern: &str) -> Vec<RowId> {
        let mut found = Vec::new();
        self.rank(&Fuzzy::new(pattern), rows, 0, &mut found);
        in_order(rows, &mut found)
    }

    /// The same on all cores. Gives what was found so far now and then, at last all of it, with true; stops when it is
    /// given false.
    pub fn narrow(
        &self,
        rows: &[RowId],
        pattern: &str,
        give: &mut dyn FnMut(Vec<RowId>, bool) -> bool,
    ) {
        let (next, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
        let found = Mutex::new(Vec::new());
        let so_far = || {
            // A poisoned lock means that another thread panicked; what it held is whole.
            let mut found = found.lock().unwrap_or_else(PoisonError::into_inner).clone();
            in_order(rows, &mut found)
        };
        let threads = std::thread::available_parallelism().map_or(2, usize::from);
        std::thread::scope(|scope| {
            let search = || {
                let fuzzy = Fuzzy::new(pattern);
                while !stop.load(Ordering::Relaxed) {
                    let start = next.fetch_add(STRIDE, Ordering::Relaxed);
                    let end = rows.len().min(start.saturating_add(STRIDE));
                    let Some(part) = rows.get(start..end).filter(|part| !part.is_empty()) else {
                        break;
                    };
                    let mut own = Vec::new();
                    self.rank(&fuzzy, part, start, &mut own);
                    found.lock().unwrap_or_else(PoisonError::into_inner).append(&mut own);
                }
            };
            let workers: Vec<_> = (0..threads).map(|_| scope.spawn(search)).collect();
            let mut last = Instant::now();
            while !workers.iter().all(std::thread::ScopedJoinHandle::is_finished) {
                std::thread::park_timeout(Duration::from_millis(2));
                if last.elapsed() >= HAND_OVER {
                    last = Instant::now();
                    if !give(so_far(), false) {
                        stop.store(true, Ordering::Relaxed);
                    }
                }
            }
        });
        if !stop.load(Ordering::Relaxed) {
            give(so_far(), true);
        }
    }

    /// Ranks some rows, of which the first is the `first`th of those asked.
    fn rank(&self, fuzzy: &Fuzzy, rows: &[RowId], first: usize, found: &mut Vec<Found>) {
        let mut text = String::new();
        for (place, id) in (first..).zip(rows) {
            let Some(view) = self.view(*id) else { continue };
            text.clear();
            text.push_str(view.name());
            text.push(' ');
            text.push_str(view.query().unwrap_or_default());
            if let Some(hit) = fuzzy.matches(&text) {
                found.push((std::cmp::Reverse(hit.score), place));
            }
        }
    }
}

fn in_order(rows: &[RowId], found: &mut [Found]) -> Vec<RowId> {
    found.sort_unstable();
    found.iter().filter_map(|(_, place)| rows.get(*place).copied()).collect()
}
