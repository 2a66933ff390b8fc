//! Rows that are known from an earlier run, put in their places among those that are read. A file that has grown since is
//! then read on.

use std::sync::Arc;

use super::again::Sure;
use super::cache::{Fate, Growth, Piece};
use super::collect::Collector;
use super::{Batch, FileReport, LoadEvent, RowId};
use crate::model::{Counts, Problem, ProblemKind};

/// Whether a problem is found by looking at several files.
fn tells_of_others(kind: ProblemKind) -> bool {
    matches!(kind, ProblemKind::SameId | ProblemKind::Duplicate | ProblemKind::NotJoined)
}

impl Collector<'_> {
    /// Gives the rows of a file that has not changed, or has only grown: of that one more will come.
    pub(super) fn take_known(&mut self, file: u32, at: usize) -> bool {
        let corpus = self.corpus;
        let Some(known) = self.known.clone() else { return true };
        let Some(own) = known.index.files.get(at) else { return true };
        let going = known.pieces(corpus, at, &mut |piece| match piece {
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
        let (others, own_problems) =
            own.report.problems.iter().cloned().partition(|p| tells_of_others(p.kind));
        let entry = corpus.files.get(file);
        let fate = entry.as_deref().and_then(|entry| known.fate(entry));
        if let (Some((_, Fate::Grown(_))), Some(growth)) = (fate, &own.growth) {
            self.withhold(file, Vec::new(), 0);
            self.go_on(file, growth, own_problems);
            return going && (self.is_waiting() || self.flush());
        }
        let counts = Counts { joined: 0, ..own.report.counts };
        let report = FileReport { problems: Vec::new(), counts, ..own.report.clone() };
        self.withhold(file, others, own.report.counts.joined);
        // Another order of the files is another order of the rows.
        self.moved |= own.number != file;
        self.end_file(file, None, FileReport { problems: own_problems, ..report });
        self.remember_known(file, own);
        going && (self.is_waiting() || self.flush())
    }

    /// Takes up reading a file where the index ends. `problems` are those that were told of it.
    fn go_on(&mut self, file: u32, growth: &Growth, mut problems: Vec<Problem>) {
        // What is not sure is read and told again.
        for said in growth.said.iter().rev() {
            if let Some(at) = problems.iter().rposition(|known| known == said) {
                problems.remove(at);
            }
        }
        let Sure { counts, mended, formats, per_kind, resume: _ } = growth.sure.clone();
        self.file = Some(file);
        self.report = FileReport { counts, mended, problems, ..FileReport::default() };
        (self.formats, self.per_kind) = (formats, per_kind);
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
                keeping.set_current(0);
            }
        }
        let duplicates: Option<Vec<RowId>> = all.then(|| known.index.duplicates.clone());
        self.send(LoadEvent::Settled(duplicates))
    }
}
