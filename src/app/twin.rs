//! Two transcripts of one sample side by side: which pairs there are, which one is shown, and what differs between its texts.

use std::ops::Range;
use std::sync::Arc;

use super::facts::{plural, thousands};
use super::{Block, Doc, Reader, State};
use crate::corpus::{Body, Pair, PairField, Pairs, RowId, Samples, flip};
use crate::query::Flip;
use crate::text::{Diff, diff};

/// Words that two texts must have in common, as a share of all, for their differences to be marked unasked: in texts that have
/// next to nothing in common every word would be.
const ALIKE: f64 = 0.25;

/// A field that is compared, and its two values; `None`: the usual ones.
pub type Compared = (PairField, Option<[String; 2]>);

impl State {
    /// What is compared: by the pairs on screen, else what was chosen last, else tiers.
    #[must_use]
    pub fn compared(&self) -> Compared {
        let shown = match (&self.twin, &self.pairs) {
            (Some(twin), _) => Some((twin.samples.field(), &twin.sides)),
            (None, Some(list)) => Some((list.field(), &list.sides)),
            (None, None) => None,
        };
        match shown {
            Some((field, sides)) => (field, Some(sides.clone())),
            None => (self.twin_ways.field, self.twin_ways.sides.clone()),
        }
    }
}

/// How pairs are made and shown. Kept while the program runs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TwinWays {
    /// The field that is compared.
    pub field: PairField,
    /// Its values; `None`: free and paid, else the two most frequent.
    pub sides: Option<[String; 2]>,
    /// The two sides scroll apart.
    pub apart: bool,
    /// Whether differing words are marked; `None`: where the texts have much in common.
    pub marks: Option<bool>,
    /// Pairs by their gap, the largest first; else in the order of the catalogue.
    pub by_gap: bool,
}

/// What to show once it is known who is whose partner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TwinWish {
    /// The pair of the selected transcript.
    Selected,
    /// The next one, or the one before.
    Step(bool),
    /// The next one whose outcome or label differs.
    Flip,
    /// A choice of what to compare.
    Choice,
    /// Pairs in the list.
    List,
    /// All transcripts of the selected one's sample.
    Epochs,
    /// What was chosen, from this row on.
    Chosen(Option<RowId>),
    /// A choice of what else to compare, as the field has no pair.
    Instead,
    /// The choice that is open, with the counts of more rows.
    Recount,
}

/// The twin view.
#[derive(Debug, Clone)]
pub struct Twin {
    /// Who is whose partner.
    pub samples: Arc<Samples>,
    /// The values that are compared: left, right.
    pub sides: [String; 2],
    /// The pairs of which the filter lets a side through, in the order in which they are shown.
    pub pairs: Vec<Pair>,
    /// Samples that are paired, whatever the filter says, and how many lack a partner.
    pub paired: (usize, usize),
    /// Identical records that were not counted again.
    pub copies: usize,
    /// Index of the pair that is shown.
    pub at: usize,
    /// Which of its transcripts, on either side.
    pub epochs: [usize; 2],
    /// The keys are for the right side.
    pub right: bool,
    /// The side that the keys are not for.
    pub other: Reader,
    /// The rows whose texts are being compared, or were.
    pub contrasting: Option<[RowId; 2]>,
    /// What differs between the texts on screen; `None` until it has come.
    pub contrast: Option<Arc<Contrast>>,
    /// First visible rows of the panes, as they were when the other side was last put beside them.
    pub tops: [usize; 2],
    /// What the pairs were made of.
    pub stamp: PairStamp,
}

impl Twin {
    /// The pair on screen.
    #[must_use]
    pub fn pair(&self) -> Option<&Pair> {
        self.pairs.get(self.at)
    }

    /// The row on a side.
    #[must_use]
    pub fn row(&self, right: bool) -> Option<RowId> {
        let pair = self.pair()?;
        let (rows, at) =
            if right { (&pair.right, self.epochs[1]) } else { (&pair.left, self.epochs[0]) };
        rows.get(at).or(rows.last()).copied()
    }

    /// Left and right.
    #[must_use]
    pub fn rows(&self) -> Option<[RowId; 2]> {
        Some([self.row(false)?, self.row(true)?])
    }

    /// `187 samples paired · 13 without partner · 2 copies`.
    #[must_use]
    pub fn counts(&self) -> String {
        let mut words = vec![format!("{} paired", plural(self.paired.0, "sample", "samples"))];
        if self.paired.1 > 0 {
            words.push(format!("{} without partner", thousands(self.paired.1)));
        }
        words.extend(copied(self.copies).map(|[text, _]| text));
        words.join(" · ")
    }

    /// Whether the filter leaves pairs out.
    #[must_use]
    pub fn is_filtered(&self) -> bool {
        self.pairs.len() < self.paired.0
    }

    /// `3/187`, and of how many in all where the filter leaves some out: `1/4 of 187`.
    #[must_use]
    pub fn short_position(&self) -> String {
        let all = if self.is_filtered() {
            format!(" of {}", thousands(self.paired.0))
        } else {
            String::new()
        };
        format!("{}/{}{all}", thousands(self.at + 1), thousands(self.pairs.len()))
    }

    /// How many samples have no partner, whatever the filter says; also in few columns. `None` where all have one.
    #[must_use]
    pub fn lone(&self) -> Option<[String; 2]> {
        let n = thousands(self.paired.1);
        let all = if self.is_filtered() { " in all" } else { "" };
        let both = [format!("{n} without partner{all}"), format!("{n} unpaired{all}")];
        (self.paired.1 > 0).then_some(both)
    }

    /// `2 copies not counted`; `None` where there is none.
    #[must_use]
    pub fn copied(&self) -> Option<[String; 2]> {
        copied(self.copies)
    }

    /// `pair 3 of 187`, and of how many in all where the filter leaves some out.
    #[must_use]
    pub fn position(&self) -> String {
        let shown = self.pairs.len();
        let of = if self.is_filtered() {
            format!("{} · {} paired", thousands(shown), thousands(self.paired.0))
        } else {
            thousands(shown)
        };
        format!("pair {} of {of}", thousands(self.at + 1))
    }

    /// `2/5` where a side has several transcripts.
    #[must_use]
    pub fn epoch(&self, right: bool) -> Option<String> {
        let pair = self.pair()?;
        let (rows, at) =
            if right { (&pair.right, self.epochs[1]) } else { (&pair.left, self.epochs[0]) };
        (rows.len() > 1).then(|| format!("{}/{}", at.min(rows.len() - 1) + 1, rows.len()))
    }

    /// Whether differing words are to be marked.
    #[must_use]
    pub fn marks(&self, ways: &TwinWays) -> bool {
        let alike = self.contrast.as_ref().is_some_and(|contrast| contrast.is_alike());
        ways.marks.unwrap_or(alike)
    }
}

/// How many identical records were not counted again: `2 copies not counted`, `2 copies`. `None` where there is none.
#[must_use]
pub fn copied(copies: usize) -> Option<[String; 2]> {
    let short = plural(copies, "copy", "copies");
    (copies > 0).then(|| [format!("{short} not counted"), short])
}

/// What there is besides pairs, in few columns: `5 unpaired, 21 copies`. `None` where there is nothing else.
#[must_use]
pub fn besides_pairs(unpaired: usize, copies: usize) -> Option<String> {
    let alone = (unpaired > 0).then(|| format!("{} unpaired", thousands(unpaired)));
    let copies = copied(copies).map(|[_, short]| short);
    let words: Vec<String> = alone.into_iter().chain(copies).collect();
    (!words.is_empty()).then(|| words.join(", "))
}

/// By what it is known whether pairs are still those of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PairStamp {
    /// Generation of the filter.
    pub filter: u64,
    /// It still runs: nothing is known of what passes.
    pub running: bool,
    /// Rows that pass, and rows of the catalogue.
    pub rows: (usize, usize),
}

/// What differs between two transcripts of a pair.
#[must_use]
pub fn flip_of(state: &State, rows: [RowId; 2]) -> Option<Flip> {
    let [left, right] = rows.map(|row| state.catalogue.view(row));
    Some(flip(&left?, &right?))
}

/// All pairs, and those of which the filter lets a side through in the order in which they are shown: that of the list, where it
/// shows these pairs. While a filter runs, all.
#[must_use]
pub fn shown_pairs(state: &State, samples: &Samples, sides: &[String; 2]) -> (Pairs, Vec<Pair>) {
    let all = samples.pairs((&sides[0], &sides[1]), None);
    let running = state.list.running.is_some();
    let list = state
        .pairs
        .as_ref()
        .filter(|list| !running && list.field() == samples.field() && list.sides == *sides);
    if let Some(list) = list {
        let shown = state.list.rows.iter().filter_map(|row| list.pair_of(*row)).collect();
        return (all, shown);
    }
    let passes = |pair: &&Pair| {
        let mut rows = pair.left.iter().chain(&pair.right);
        running || rows.any(|row| state.list.settled.contains(*row))
    };
    let mut shown: Vec<Pair> = all.pairs.iter().filter(passes).cloned().collect();
    if state.pairs_by_gap() {
        let gap = |pair: &Pair| state.catalogue.pair_gap(pair);
        let key = |pair: &Pair| gap(pair).map_or(i64::MAX, |gap| (gap * -1e9) as i64);
        shown.sort_by_cached_key(key);
    }
    (all, shown)
}

/// The texts of a pane one after another, each from a byte on.
#[derive(Debug, Clone, Default)]
struct Joined {
    /// Section, first byte, bytes.
    parts: Vec<(usize, usize, usize)>,
    len: usize,
}

impl Joined {
    fn of(body: &Body, sections: &[usize]) -> (Self, String) {
        let (mut joined, mut text) = (Self::default(), String::new());
        for index in sections {
            let own = body.transcript.sections.get(*index).map_or("", |s| s.text.as_str());
            if !text.is_empty() {
                text.push_str("\n\n");
            }
            joined.parts.push((*index, text.len(), own.len()));
            text.push_str(own);
        }
        joined.len = text.len();
        (joined, text)
    }

    fn byte_of(&self, (section, byte): (usize, usize)) -> usize {
        let part = self.parts.iter().find(|part| part.0 == section);
        part.map_or(0, |(_, start, len)| start + byte.min(*len))
    }

    fn place_of(&self, byte: usize) -> Option<(usize, usize)> {
        let at = self.parts.partition_point(|part| part.1 <= byte).checked_sub(1)?;
        self.parts.get(at).map(|(section, start, len)| (*section, (byte - start).min(*len)))
    }

    /// Ranges of the whole as ranges of sections.
    fn cut(&self, ranges: &[Range<usize>]) -> Vec<(usize, Range<usize>)> {
        let mut out = Vec::new();
        for range in ranges {
            let from = self.parts.partition_point(|part| part.1 + part.2 <= range.start);
            for (section, start, len) in self.parts.iter().skip(from) {
                if *start >= range.end {
                    break;
                }
                let inside = range.start.max(*start) - start..range.end.min(start + len) - start;
                if !inside.is_empty() {
                    out.push((*section, inside));
                }
            }
        }
        out
    }
}

/// Two bodies to be compared.
#[derive(Debug, Clone)]
pub struct Contrasting {
    /// Their rows: left, right.
    pub rows: [RowId; 2],
    /// The bodies.
    pub bodies: [Arc<Body>; 2],
    /// The sections of the scratchpad panes, then of the output panes.
    pub sections: [[Vec<usize>; 2]; 2],
}

/// What differs between the panes of two transcripts.
#[derive(Debug, Clone)]
pub struct Contrast {
    /// Their rows: left, right.
    pub rows: [RowId; 2],
    /// Scratchpads, outputs.
    panes: [(Diff, [Joined; 2]); 2],
}

impl Contrasting {
    /// Compares them: some milliseconds for long texts.
    #[must_use]
    pub fn contrast(&self) -> Contrast {
        let panes = self.sections.each_ref().map(|[left, right]| {
            let (a, first) = Joined::of(&self.bodies[0], left);
            let (b, second) = Joined::of(&self.bodies[1], right);
            (diff(&first, &second), [a, b])
        });
        Contrast { rows: self.rows, panes }
    }
}

impl Contrast {
    /// The share of words in common, 0 to 1, over both panes.
    #[must_use]
    pub fn share(&self) -> f64 {
        let all: usize = self.panes.iter().map(|(diff, _)| diff.words).sum();
        let common = self.panes.iter().map(|(diff, _)| diff.share * diff.words as f64);
        if all == 0 { 1.0 } else { common.sum::<f64>() / all as f64 }
    }

    /// Whether the texts of a pane have so much in common that what differs says something.
    fn is_alike(&self) -> bool {
        self.panes.iter().any(|(diff, _)| diff.share >= ALIKE)
    }

    /// What one side has and the other lacks, by section.
    #[must_use]
    pub fn differs(&self, right: bool) -> Vec<(usize, Range<usize>)> {
        let mut all: Vec<(usize, Range<usize>)> = Vec::new();
        for (diff, joined) in &self.panes {
            let [left_text, right_text] = joined;
            let (ranges, own) =
                if right { (&diff.right, right_text) } else { (&diff.left, left_text) };
            all.extend(own.cut(ranges));
        }
        all.sort_by_key(|(section, range)| (*section, range.start));
        all
    }

    /// The place in the other side's pane (0 scratchpad, 1 output) that corresponds to a place: section and byte.
    #[must_use]
    pub fn other(&self, pane: usize, right: bool, place: (usize, usize)) -> Option<(usize, usize)> {
        let (diff, [a, b]) = self.panes.get(pane)?;
        let (own, other) = if right { (b, a) } else { (a, b) };
        other.place_of(diff.other(own.byte_of(place), !right, (a.len, b.len)))
    }
}

/// Sections that a document shows, in its order.
#[must_use]
pub fn sections_of(doc: &Doc) -> Vec<usize> {
    doc.blocks.iter().filter_map(Block::section).collect()
}
