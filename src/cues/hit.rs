//! A rule that matched: what it comes from, what it marks, and what it is worth.

use super::feature::Sighting;
use super::pack::{Body, Pack};
use crate::model::{Deduction, Recited, Sentence, Span};
use crate::text::Visible;
use std::ops::Range;

/// What a mark comes from, by its place in the pack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    Rule(usize),
    Chain(usize),
}

impl Source {
    /// The id in the pack.
    pub fn id(self, body: &Body) -> &str {
        match self {
            Self::Rule(number) => body.rules.get(number).map_or("", |r| &r.id),
            Self::Chain(number) => body.chains.get(number).map_or("", |c| &c.id),
        }
    }

    /// The criteria it serves.
    pub fn criteria(self, body: &Body) -> &[u8] {
        match self {
            Self::Rule(number) => body.rules.get(number).map_or(&[], |r| &r.criteria),
            Self::Chain(number) => body.chains.get(number).map_or(&[], |c| &c.criteria),
        }
    }
}

/// A rule that matched, before marks of one category in one sentence are folded into one.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Hit {
    pub source: Source,
    pub category: usize,
    /// Number of the sentence within all reasoning.
    pub sentence: usize,
    pub section: usize,
    pub range: Range<usize>,
    /// Bytes of the words that matched.
    pub matched: Vec<(usize, usize)>,
    pub weight: f64,
    pub deductions: Vec<Deduction>,
}

impl Hit {
    /// The weight after deductions.
    pub fn counted(&self) -> f64 {
        (self.weight - self.deductions.iter().map(|d| d.amount).sum::<f64>()).max(0.0)
    }

    /// Counts for something: no weight to lose, or some of it left.
    pub fn counts(&self) -> bool {
        self.weight <= 0.0 || self.counted() > 0.0
    }

    pub fn into_span(self, pack: &Pack) -> Span {
        let category = pack.categories.get(self.category).map(|c| c.name.clone());
        Span {
            section: self.section,
            start: self.range.start,
            end: self.range.end,
            category: category.unwrap_or_default(),
            rule: self.source.id(pack.body()).to_owned(),
            matched: self.matched,
            weight: self.weight,
            deductions: self.deductions,
        }
    }
}

/// Everything found, unfolded.
#[derive(Debug, Default)]
pub(super) struct Scanned {
    pub hits: Vec<Hit>,
    pub recited: Vec<Recited>,
    /// What features have seen.
    pub features: Vec<Sighting>,
    /// Number of sentences, pieces of very long ones counted apart.
    pub sentences: usize,
    /// Where they stand, when the recited ones are asked for.
    pub ranges: Vec<Sentence>,
}

impl Scanned {
    /// How many hits, recited sentences, sentences and features there are.
    pub fn sizes(&self) -> [usize; 4] {
        [self.hits.len(), self.recited.len(), self.ranges.len(), self.features.len()]
    }

    /// Turns places in what was read of a section into places in the section itself, for all that came after there were so
    /// many.
    pub fn place(&mut self, before: [usize; 4], read: &Visible<'_>) {
        if read.is_whole() {
            return;
        }
        let place = |start: &mut usize, end: &mut usize| {
            (*start, *end) = (read.start(*start), read.end(*end));
        };
        let [hits, recited, ranges, features] = before;
        for hit in self.hits.iter_mut().skip(hits) {
            place(&mut hit.range.start, &mut hit.range.end);
            for (start, end) in &mut hit.matched {
                place(start, end);
            }
        }
        for sentence in self.recited.iter_mut().skip(recited) {
            place(&mut sentence.start, &mut sentence.end);
        }
        for sentence in self.ranges.iter_mut().skip(ranges) {
            place(&mut sentence.start, &mut sentence.end);
        }
        for feature in self.features.iter_mut().skip(features) {
            place(&mut feature.start, &mut feature.end);
            for (start, end) in &mut feature.matched {
                place(start, end);
            }
        }
    }
}

/// One hit per rule and sentence: the one that counts most, else the first.
pub(super) fn keep_best(hits: &mut Vec<Hit>, hit: Hit) {
    let same = |h: &&mut Hit| h.source == hit.source;
    match hits.iter_mut().rev().take_while(|h| h.sentence == hit.sentence).find(same) {
        Some(known) if hit.counted() > known.counted() => *known = hit,
        Some(_) => {}
        None => hits.push(hit),
    }
}
