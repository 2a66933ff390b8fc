//! The first rows before the rules are compiled: what a first frame shows meanwhile.

use super::loader::{Answer, Done, Job};
use super::{Batch, Corpus, Interner, Row, RowPlace};
use crate::query::Needs;

impl Corpus {
    /// Does a job whose records nobody has seen yet: shows them as far as they are known without rules, then waits for
    /// the rules.
    pub(super) fn work_with_glimpse(
        &self,
        job: Job,
        needs: Needs,
        show: &mut dyn FnMut(Batch),
    ) -> Answer {
        let mut answer = self.work(job, Needs { cues: false, ..needs });
        let Answer::Units { file, units, .. } = &mut answer else { return answer };
        // Of a sample that is not opened yet, rules say nothing.
        let scanned = |done: &Done| !done.pending && !done.reading.transcripts.is_empty();
        if !needs.cues || !units.iter().any(scanned) {
            return answer;
        }
        show(rows(*file, units));
        for done in units.iter_mut().filter(|done| scanned(done)) {
            let found = done.reading.transcripts.iter().map(|t| Some(self.engine.analyse(t)));
            done.analyses = found.collect();
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
            let place = RowPlace {
                file,
                parts: Box::new([done.part]),
                line: done.unit.line,
                index: done.unit.index,
                ordinal: transcript.place.ordinal,
                member: done.unit.member.as_deref().map(|member| names.string(member)),
                ..RowPlace::default()
            };
            let row = Row::new(transcript, None, place, &mut names);
            rows.push(Row { pending: done.pending, ..row });
        }
    }
    Batch::from(rows)
}

#[cfg(test)]
mod tests;
