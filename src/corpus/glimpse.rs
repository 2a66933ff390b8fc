//! The first rows before the rules are compiled: what a first frame shows meanwhile.
//!
//! Until that frame is drawn nothing else is read: where processors are few, whoever draws would have to share them with
//! work that nobody waits for yet.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use super::job::{Answer, Done, Job};
use super::{Batch, Corpus, Interner, Row};
use crate::query::Needs;

/// Longest time that reading is held back: a terminal may be slow.
const HELD: Duration = Duration::from_millis(100);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Stage {
    /// Nobody is to be shown anything.
    #[default]
    Unasked,
    /// The first rows are on their way.
    Held,
    /// They were shown, or there are none. Stays.
    Shown,
}

/// Holds reading back while the first rows are being shown.
#[derive(Debug, Default)]
pub(super) struct Gate {
    stage: Mutex<Stage>,
    changed: Condvar,
}

impl Gate {
    /// Closes the gate, unless the first rows were shown already.
    pub(super) fn hold(&self) {
        let mut stage = self.stage.lock().unwrap_or_else(PoisonError::into_inner);
        if *stage == Stage::Unasked {
            *stage = Stage::Held;
        }
    }

    /// Opens the gate for ever.
    fn open(&self) {
        *self.stage.lock().unwrap_or_else(PoisonError::into_inner) = Stage::Shown;
        self.changed.notify_all();
    }

    /// Waits until the gate is open.
    pub(super) fn pass(&self) {
        let stage = self.stage.lock().unwrap_or_else(PoisonError::into_inner);
        // Who has waited long enough goes on.
        let _ = self.changed.wait_timeout_while(stage, HELD, |stage| *stage == Stage::Held);
    }
}

impl Corpus {
    /// The first rows are on the screen: reading, which was held back for them, goes on.
    pub fn glimpse_shown(&self) {
        self.gate.open();
    }

    /// Does a job whose records nobody has seen yet: shows them as far as they are known without rules, then waits for
    /// the rules.
    pub(super) fn work_with_glimpse(
        &self,
        job: Job,
        needs: Needs,
        names: &mut Interner,
        show: &mut dyn FnMut(Batch),
    ) -> Answer {
        let mut answer = self.work(job, Needs { cues: false, ..needs }, None);
        let Answer::Units { file, units, .. } = &mut answer else { return answer };
        let file = *file;
        // Of a sample that is not opened yet, rules say nothing.
        let scanned = |done: &Done| !done.pending && !done.reading.transcripts.is_empty();
        if !needs.cues || !units.iter().any(scanned) {
            // Whatever is shown first, it is not this.
            self.gate.open();
        } else {
            show(rows(file, units));
            self.gate.pass();
            for done in units.iter_mut().filter(|done| scanned(done)) {
                let found = done.reading.transcripts.iter().map(|t| Some(self.engine.tally(t)));
                done.analyses = found.collect();
            }
        }
        for done in units {
            done.make_rows(file, names);
        }
        answer
    }
}

/// Rows of units, without what rules find.
fn rows(file: u32, units: &[Done]) -> Batch {
    let mut names = Interner::default();
    let mut rows = Vec::new();
    for done in units {
        for transcript in &done.reading.transcripts {
            let member = done.unit.member.as_deref().map(|member| names.string(member));
            let place = done.place(file, transcript.place.ordinal, member);
            let row = Row::new(transcript, None, place, &mut names);
            rows.push(Row { pending: done.pending, ..row });
        }
    }
    Batch::from(rows)
}

#[cfg(test)]
mod tests;
