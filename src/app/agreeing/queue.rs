//! The list of disagreements: grouped by reason, with what was decided.

use std::collections::HashSet;

use crate::corpus::{Queue, QueueRow, RowId};
use crate::review::agree::DisputeKind;

/// The list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct QueueDialog {
    /// Only this reason; `None`: all.
    pub kind: Option<DisputeKind>,
    /// The entry under the cursor.
    pub selected: usize,
    /// First visible entry.
    pub top: usize,
}

/// An entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QueueEntry {
    /// A reason, with how many are open and how many decided.
    Kind(DisputeKind, usize, usize),
    /// A disagreement, by its place in the queue.
    Line(usize),
}

impl QueueDialog {
    /// The entries of a queue: of one reason, or of all with something in them.
    #[must_use]
    pub fn entries(&self, queue: &Queue) -> Vec<QueueEntry> {
        let mut entries = Vec::new();
        for kind in DisputeKind::ALL {
            if self.kind.is_some_and(|only| only != kind) {
                continue;
            }
            let (open, decided) = queue.count(kind);
            if open + decided == 0 {
                continue;
            }
            entries.push(QueueEntry::Kind(kind, open, decided));
            let lines = (0..).zip(&queue.lines).filter(|(_, line)| line.dispute.kind == kind);
            entries.extend(lines.map(|(at, _)| QueueEntry::Line(at)));
        }
        entries
    }

    /// The next reason that has something, or the one before; all come among them.
    pub fn turn(&mut self, queue: &Queue, forward: bool) {
        let mut kinds = vec![None];
        let there = |kind: &DisputeKind| queue.count(*kind) != (0, 0);
        kinds.extend(DisputeKind::ALL.into_iter().filter(there).map(Some));
        let at = kinds.iter().position(|kind| *kind == self.kind).unwrap_or_default();
        let steps = if forward { 1 } else { kinds.len() - 1 };
        self.kind = kinds.get((at + steps) % kinds.len()).copied().flatten();
        (self.selected, self.top) = (0, 0);
    }

    /// The transcripts of the entries, each once, in their order.
    #[must_use]
    pub fn rows<'a>(&self, queue: &'a Queue) -> Vec<&'a QueueRow> {
        let mut met = HashSet::new();
        let lines = self.entries(queue).into_iter().filter_map(|entry| match entry {
            QueueEntry::Line(at) => queue.lines.get(at),
            QueueEntry::Kind(..) => None,
        });
        let rows = lines.filter_map(|line| queue.row_of(line));
        rows.filter(|row| met.insert(row.row)).collect()
    }

    /// The next transcript that nobody has decided on, from one of them on, round the end; `None`: everything is decided.
    #[must_use]
    pub fn next_open(&self, queue: &Queue, from: RowId, forward: bool) -> Option<RowId> {
        let mut rows: Vec<(RowId, bool)> =
            self.rows(queue).iter().map(|row| (row.row, row.decision.is_none())).collect();
        if !forward {
            rows.reverse();
        }
        let at = rows.iter().position(|(row, _)| *row == from).map_or(0, |at| at + 1);
        let round = rows.iter().cycle().skip(at).take(rows.len());
        round.filter(|(row, open)| *open && *row != from).map(|(row, _)| *row).next()
    }

    /// Puts the cursor on the first entry of a transcript.
    pub fn select(&mut self, queue: &Queue, row: RowId) {
        let is_it = |entry: &QueueEntry| match entry {
            QueueEntry::Kind(..) => false,
            QueueEntry::Line(at) => {
                let line = queue.lines.get(*at);
                line.and_then(|line| queue.row_of(line)).is_some_and(|own| own.row == row)
            }
        };
        let entries = self.entries(queue);
        // In the group where the cursor stands already, when it is in several.
        let here = entries.get(self.selected).is_some_and(is_it);
        if !here && let Some(at) = entries.iter().position(is_it) {
            self.selected = at;
        }
    }
}

/// Who disagrees, in words.
#[must_use]
pub fn about_kind(kind: DisputeKind) -> &'static str {
    match kind {
        DisputeKind::HumanHuman => "reviewers among each other",
        DisputeKind::HumanClassifier => "reviewers and the classifier",
        DisputeKind::RulesJudge => "rules and the classifier",
        DisputeKind::TagJudge => "decision tag and judge",
        DisputeKind::Votes => "shares from 0.2 to 0.6",
    }
}
