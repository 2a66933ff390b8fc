//! Rows that are known from an earlier run, put in their places among those that are read.

use std::sync::Arc;

use super::cache::Piece;
use super::collect::Collector;
use super::{Batch, FileReport, LoadEvent, RowId};
use crate::model::{Counts, ProblemKind};

impl Collector<'_> {
    /// Gives the rows of a file that has not changed.
    pub(super) fn take_known(&mut self, file: u32, at: usize) -> bool {
        let corpus = self.corpus;
        let Some(known) = self.known.clone() else { return true };
        let Some(own) = known.index.files.get(at) else { return true };
        let going = known.pieces(corpus, own, &mut |piece| match piece {
            Piece::Whole(chunk) => {
                // Those before them first.
                self.flush_rows()
                    && self.send_chunk(Batch { known: true, ..Batch::of(Arc::clone(chunk)) })
            }
            Piece::Rows(chunk, first, rows) => {
                for at in first..first + rows {
                    let mut row = chunk.row(at);
                    row.place.file = file;
                    self.wait(row);
                }
                true
            }
        });
        let tells_of_others = |kind| {
            matches!(kind, ProblemKind::SameId | ProblemKind::Duplicate | ProblemKind::NotJoined)
        };
        let (others, own_problems) =
            own.report.problems.iter().cloned().partition(|p| tells_of_others(p.kind));
        let counts = Counts { joined: 0, ..own.report.counts };
        let report = FileReport { problems: Vec::new(), counts, ..own.report.clone() };
        self.withhold(file, others, own.report.counts.joined);
        // Another order of the files is another order of the rows.
        self.moved |= own.number != file;
        self.end_file(file, None, FileReport { problems: own_problems, ..report });
        self.remember_known(file, &own.stamp, own.entangled);
        going && (self.is_waiting() || self.flush())
    }

    /// Rows of an index have all come: whether anything has changed is known now. False: told to stop.
    pub(super) fn settle(&mut self) -> bool {
        if !self.flush() {
            return false;
        }
        let Some(known) = self.known.clone().filter(|_| self.gave_any()) else { return true };
        let all = self.all_known();
        if all {
            for (file, problems, joined) in self.take_withheld() {
                if let Some(report) = self.ended.get_mut(&file) {
                    report.counts.joined = joined;
                    let report = FileReport { problems, ..report.clone() };
                    if !self.send(LoadEvent::File(file, report)) {
                        return false;
                    }
                }
            }
            if let Some(keeping) = &self.corpus.keeping {
                keeping.set_current();
            }
        }
        let duplicates: Option<Vec<RowId>> = all.then(|| known.index.duplicates.clone());
        self.send(LoadEvent::Settled(duplicates))
    }
}
