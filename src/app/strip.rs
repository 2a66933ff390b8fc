//! The reasoning as one row: a cell for each sentence, which says what move it makes.
//!
//! Made once for what the scratchpad pane shows. A frame only asks what its cells are, the mouse what a cell stands for;
//! both get the same answer for the same width.

use std::ops::Range;

use super::{Doc, counts};
use crate::corpus::Body;
use crate::cues::Category;
use crate::model::SectionKind;
use crate::text::{thousands, width};

/// Columns from which on a shared cell is explained in a sentence.
const ROOMY: u16 = 60;

/// What a cell shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StripCell {
    /// A cue of this category counts there: index in the order of precedence.
    Cue(usize),
    /// The set-up restated.
    Recited,
    /// A draft, however long.
    Draft,
    /// Neither.
    Plain,
}

// Ranks of moves: the lower, the more telling. Categories come first, in their order.
const RECITED: u16 = u16::MAX - 2;
const DRAFT: u16 = u16::MAX - 1;
const PLAIN: u16 = u16::MAX;

/// A sentence, or a draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stop {
    /// The block of the pane's document that shows it.
    pub block: u32,
    /// Index of the section.
    pub section: usize,
    /// Byte offset in the section's text.
    pub start: usize,
    /// Byte offset just after.
    pub end: usize,
}

/// The sentences that the rules read and the drafts between them, in the order of the pane.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Strip {
    stops: Vec<Stop>,
    /// One for each.
    ranks: Vec<u16>,
}

/// How a strip is cut into cells at a width.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cells {
    /// Sentences that a cell stands for; the last one may have fewer.
    pub each: usize,
    /// Number of cells.
    pub count: usize,
    /// What is said to the right where cells are shared: `12 sentences a cell`.
    pub label: String,
}

impl Strip {
    /// Of the document in the scratchpad pane. Empty where the rules read nothing of it. Linear in sentences and marks.
    #[must_use]
    pub fn new(doc: &Doc, body: &Body, categories: &[Category]) -> Self {
        let mut strip = Self::default();
        let analysis = &body.analysis;
        let mut read = false;
        for (block, shown) in (0..).zip(&doc.blocks) {
            let Some(section) = shown.section() else { continue };
            let Some(text) = body.transcript.sections.get(section) else { continue };
            match text.kind {
                SectionKind::Draft => {
                    let end = text.text.len();
                    strip.stops.push(Stop { block, section, start: 0, end });
                    strip.ranks.push(DRAFT);
                }
                SectionKind::Scratchpad => {
                    let from = analysis.sentences.partition_point(|s| s.section < section);
                    let rest = analysis.sentences.iter().skip(from);
                    let first = strip.stops.len();
                    strip.stops.extend(rest.take_while(|s| s.section == section).map(|s| Stop {
                        block,
                        section,
                        start: s.start,
                        end: s.end,
                    }));
                    read |= strip.stops.len() > first;
                    strip.ranks.resize(strip.stops.len(), PLAIN);
                    strip.mark(first, section, body, categories);
                }
                _ => {}
            }
        }
        if read { strip } else { Self::default() }
    }

    /// Ranks the sentences of a section, which begin at `first`.
    fn mark(&mut self, first: usize, section: usize, body: &Body, categories: &[Category]) {
        let own = self.stops.get(first..).unwrap_or_default();
        let at = |byte: usize| own.partition_point(|s| s.start <= byte).checked_sub(1);
        let analysis = &body.analysis;
        let recited = analysis.recited.iter().filter(|r| r.section == section);
        let mut found: Vec<(usize, u16)> =
            recited.filter_map(|r| Some((at(r.start)?, RECITED))).collect();
        let from = analysis.spans.partition_point(|s| s.section < section);
        let spans = analysis.spans.iter().skip(from).take_while(|s| s.section == section);
        for span in spans.filter(|s| counts(s)) {
            let order = categories.iter().position(|c| c.name == span.category);
            // One that no active pack knows comes after those that are known.
            let rank = order.map_or(RECITED - 1, |o| o.min(usize::from(RECITED - 1)) as u16);
            found.extend(at(span.start).map(|stop| (stop, rank)));
        }
        for (stop, rank) in found {
            if let Some(known) = self.ranks.get_mut(first + stop) {
                *known = rank.min(*known);
            }
        }
    }

    /// Whether there is nothing to show.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.stops.is_empty()
    }

    /// Sentences and drafts.
    #[must_use]
    pub fn stops(&self) -> &[Stop] {
        &self.stops
    }

    /// Which sentence a stop is, counted from 1, and how many there are. Drafts are none, and have the number before them.
    #[must_use]
    pub fn number(&self, stop: usize) -> (usize, usize) {
        let sentences = |ranks: &[u16]| ranks.iter().filter(|r| **r != DRAFT).count();
        (sentences(self.ranks.get(..=stop).unwrap_or_default()), sentences(&self.ranks))
    }

    /// The cells at a width in columns: one a sentence where they fit, else as few sentences a cell as fit beside the words
    /// that say so.
    #[must_use]
    pub fn cells(&self, columns: u16) -> Cells {
        let (len, room) = (self.stops.len(), usize::from(columns.max(1)));
        if len <= room {
            return Cells { each: 1, count: len, label: String::new() };
        }
        // The label grows with the number that it says: by a digit or two at most, so this ends soon.
        let mut each = len.div_ceil(room);
        loop {
            let number = thousands(each);
            let label = if columns >= ROOMY {
                format!("{number} sentences a cell")
            } else {
                format!("{number} a cell")
            };
            let left = room.saturating_sub(width(&label) + 2).max(1);
            if len.div_ceil(each) <= left {
                return Cells { each, count: len.div_ceil(each), label };
            }
            each = len.div_ceil(left).max(each + 1);
        }
    }

    /// The sentences of a cell.
    #[must_use]
    pub fn range(&self, cells: &Cells, cell: usize) -> Range<usize> {
        let start = cell.saturating_mul(cells.each).min(self.stops.len());
        start..start.saturating_add(cells.each).min(self.stops.len())
    }

    /// What a cell shows: the most telling move of its sentences, and the first of them that makes it.
    #[must_use]
    pub fn cell(&self, cells: &Cells, cell: usize) -> Option<(StripCell, usize)> {
        let range = self.range(cells, cell);
        let ranks = self.ranks.get(range.clone())?;
        let best = *ranks.iter().min()?;
        let first = ranks.iter().position(|r| *r == best)?;
        let shown = match best {
            RECITED => StripCell::Recited,
            DRAFT => StripCell::Draft,
            PLAIN => StripCell::Plain,
            order => StripCell::Cue(usize::from(order)),
        };
        Some((shown, range.start + first))
    }

    /// The sentence that a click on a column leads to.
    #[must_use]
    pub fn at_column(&self, columns: u16, column: u16) -> Option<usize> {
        let cells = self.cells(columns);
        let cell = usize::from(column);
        if cell < cells.count { self.cell(&cells, cell).map(|(_, stop)| stop) } else { None }
    }

    /// The sentences that stand, in whole or in part, in `height` rows of the document from `top` on.
    #[must_use]
    pub fn in_sight(&self, doc: &Doc, top: usize, height: u16) -> Range<usize> {
        let end = (top + usize::from(height)).min(doc.rows.len());
        let rows = doc.rows.get(top.min(end)..end).unwrap_or_default();
        let (Some(first), Some(last)) = (rows.first(), rows.last()) else { return 0..0 };
        let from = (first.block, first.row.start);
        let start = self.stops.partition_point(|s| (s.block, s.end) <= from);
        let to = (last.block, last.row.end);
        let end = self.stops.partition_point(|s| (s.block, s.start) < to);
        start..end.max(start)
    }

    /// The sentence that holds a byte of a section.
    #[must_use]
    pub fn of(&self, section: usize, byte: usize) -> Option<usize> {
        let first = self.stops.partition_point(|s| s.section < section);
        let own = self.stops.get(first..)?;
        let len = own.partition_point(|s| s.section == section && s.start <= byte);
        Some(first + len.checked_sub(1)?)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn strip(ranks: &[u16]) -> Strip {
        let stop = |i: usize| Stop { block: 0, section: 0, start: i * 10, end: i * 10 + 9 };
        Strip { stops: (0..ranks.len()).map(stop).collect(), ranks: ranks.to_vec() }
    }

    #[test]
    fn neighbours_share_a_cell_and_the_more_telling_move_wins() {
        let ranks: Vec<u16> = (0..100).map(|i| if i == 57 { 3 } else { PLAIN }).collect();
        let strip = strip(&ranks);
        let cells = strip.cells(40);
        assert_eq!((cells.each, cells.label.as_str()), (4, "4 a cell"));
        assert!(cells.count + cells.label.len() + 2 <= 40);
        assert_eq!(strip.cell(&cells, 14), Some((StripCell::Cue(3), 57)));
        assert_eq!(strip.cell(&cells, 13), Some((StripCell::Plain, 52)));
        assert_eq!(strip.at_column(40, 14), Some(57));
        assert_eq!(strip.at_column(40, 39), None, "a click on the words");
        assert_eq!(strip.cells(100).each, 1);
        assert_eq!(strip.cells(75).label, "2 sentences a cell");
        assert_eq!(strip.of(0, 575), Some(57));
        assert_eq!(strip.of(1, 0), None);
    }

    proptest! {
        #[test]
        fn every_sentence_has_one_cell_and_the_words_fit(
            len in 0_usize..70_000, columns in 0_u16..300,
        ) {
            let strip = strip(&vec![PLAIN; len]);
            let cells = strip.cells(columns);
            let mut next = 0;
            for range in (0..cells.count).map(|c| strip.range(&cells, c)) {
                prop_assert_eq!(range.start, next);
                prop_assert!(range.end > range.start);
                next = range.end;
            }
            prop_assert_eq!(next, len);
            if columns >= 36 {
                let label = if cells.label.is_empty() { 0 } else { cells.label.len() + 2 };
                prop_assert!(cells.count + label <= usize::from(columns));
            }
        }
    }
}
