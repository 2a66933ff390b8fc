//! Two transcripts of one sample side by side: which pairs there are, which one is shown, and what differs between its texts.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::facts::{plural, thousands};
use super::turns::first_words;
use super::{Block, Doc, Picker, Reader, State};
use crate::corpus::{
    AF, Body, Column, Order, Pair, PairField, Pairs, RowId, Samples, complied, flip, positive,
};
use crate::model::{SectionKind, Transcript};
use crate::query::{Columns, Filter, Flip};
use crate::text::{Diff, diff};

/// Words that two texts must have in common, as a share of all, for their differences to be marked unasked: in texts that have
/// next to nothing in common every word would be.
const ALIKE: f64 = 0.25;

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

/// What the list was like before it showed pairs.
#[derive(Debug, Clone, PartialEq)]
pub struct PairsBefore {
    /// The filter.
    pub filter: Filter,
    /// The columns.
    pub columns: Vec<Column>,
    /// The order.
    pub order: Order,
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
    /// What was chosen, from this row on.
    Chosen(Option<RowId>),
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
    /// What the pairs were made of: generation of the filter, rows that pass, rows of the catalogue.
    pub stamp: (u64, usize, usize),
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
        if self.copies > 0 {
            words.push(format!("{} not counted", plural(self.copies, "copy", "copies")));
        }
        words.join(" · ")
    }

    /// `pair 3 of 187`, and of how many in all where the filter leaves some out.
    #[must_use]
    pub fn position(&self) -> String {
        let shown = self.pairs.len();
        let of = if shown < self.paired.0 {
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

/// What differs between two transcripts of a pair.
#[must_use]
pub fn flip_of(state: &State, rows: [RowId; 2]) -> Option<Flip> {
    let [left, right] = rows.map(|row| state.catalogue.view(row));
    Some(flip(&left?, &right?))
}

/// The compliance gap of a pair in share points, left minus right: of each side the mean over its transcripts with a known
/// outcome. `None` where a side has none.
#[must_use]
pub fn gap(state: &State, pair: &Pair) -> Option<f64> {
    let rate = |rows: &[RowId]| {
        let known = rows.iter().filter_map(|row| state.catalogue.view(*row));
        let known: Vec<bool> = known.filter_map(|view| complied(&view)).collect();
        let yes = known.iter().filter(|yes| **yes).count();
        (!known.is_empty()).then(|| yes as f64 / known.len() as f64)
    };
    Some(rate(&pair.left)? - rate(&pair.right)?)
}

/// Whether the sides of a pair differ in outcome or label: of single transcripts any word of their outcomes, of several their
/// shares.
#[must_use]
pub fn pair_flips(state: &State, pair: &Pair) -> bool {
    if let ([left], [right]) = (pair.left.as_slice(), pair.right.as_slice()) {
        return flip_of(state, [*left, *right]).and_then(Flip::any) == Some(true);
    }
    let label = |rows: &[RowId]| {
        let views = rows.iter().filter_map(|row| state.catalogue.view(*row));
        let known: Vec<bool> = views.filter_map(|view| positive(&view, AF)).collect();
        let yes = known.iter().filter(|yes| **yes).count();
        (!known.is_empty()).then(|| yes as f64 / known.len() as f64)
    };
    let differ =
        |a: Option<f64>, b: Option<f64>| a.zip(b).is_some_and(|(a, b)| (a - b).abs() > 1e-9);
    gap(state, pair).is_some_and(|gap| gap.abs() > 1e-9)
        || differ(label(&pair.left), label(&pair.right))
}

/// All pairs, and those of which the filter lets a side through in the order in which they are shown.
#[must_use]
pub fn shown_pairs(state: &State, samples: &Samples, sides: &[String; 2]) -> (Pairs, Vec<Pair>) {
    let all = samples.pairs((&sides[0], &sides[1]), None);
    let passes = |pair: &&Pair| {
        pair.left.iter().chain(&pair.right).any(|row| state.list.settled.contains(*row))
    };
    let mut shown: Vec<Pair> = all.pairs.iter().filter(passes).cloned().collect();
    if state.twin_ways.by_gap {
        let key = |pair: &Pair| gap(state, pair).map_or(i64::MAX, |gap| (gap * -1e9) as i64);
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

/// The answer of one transcript of a sample.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// Its row.
    pub row: RowId,
    /// Hash of its outputs.
    pub hash: u64,
    /// Its first words; a sentence where it could not be read.
    pub words: String,
}

impl Reply {
    /// Of a transcript.
    #[must_use]
    pub fn of(row: RowId, transcript: &Transcript) -> Self {
        let outputs = transcript.response(|kind| kind == SectionKind::Output);
        let mut text = String::new();
        for section in outputs.filter_map(|index| transcript.sections.get(index)) {
            text.push_str(section.text.trim());
            text.push('\n');
        }
        let words = first_words(&text, 120);
        Self { row, hash: xxhash_rust::xxh3::xxh3_64(text.as_bytes()), words }
    }
}

/// All transcripts of a sample by side, outcome and answer; the same answer once, with how many there are.
#[must_use]
pub fn fan(state: &State, answers: &[Reply]) -> Picker {
    /// Side and outcome, hash; epochs, first row, words, how many.
    type Lines = BTreeMap<(bool, String, u64), (Vec<String>, RowId, String, usize)>;
    let mut lines: Lines = BTreeMap::new();
    let pair = state.twin.as_ref().and_then(|twin| twin.pair()).cloned().unwrap_or_default();
    for answer in answers {
        let Some(view) = state.catalogue.view(answer.row) else { continue };
        let key = (pair.right.contains(&answer.row), view.outcome().to_owned(), answer.hash);
        let line =
            lines.entry(key).or_insert_with(|| (Vec::new(), answer.row, answer.words.clone(), 0));
        line.0.extend(view.epoch().map(|epoch| epoch.to_string()));
        line.3 += 1;
    }
    let sides = state.twin.as_ref().map(|twin| twin.sides.clone()).unwrap_or_default();
    let mut lines: Vec<_> = lines.into_iter().collect();
    lines.sort_by(|a, b| (a.0.0, &a.0.1, b.1.3).cmp(&(b.0.0, &b.0.1, a.1.3)));
    let entries = lines.into_iter().map(|((right, outcome, _), (epochs, row, words, n))| {
        let side = &sides[usize::from(right)];
        let outcome = if state.view.quiet { String::new() } else { format!("{outcome} · ") };
        let epochs = match epochs.as_slice() {
            [] => String::new(),
            [one] => format!("epoch {one} · "),
            all => format!("epochs {} · ", all.join(", ")),
        };
        (format!("{side} · {outcome}{epochs}{words}"), row.to_string(), n)
    });
    let entries: Vec<(String, String, usize)> = entries.collect();
    let hits = (0..entries.len()).map(|i| (i, Vec::new())).collect();
    Picker { entries, hits, ..Picker::default() }
}

/// Sections that a document shows, in its order.
#[must_use]
pub fn sections_of(doc: &Doc) -> Vec<usize> {
    doc.blocks.iter().filter_map(Block::section).collect()
}
