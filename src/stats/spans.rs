//! What one marked in a text against what another did: how much of it is the same, and how many places.

use std::ops::Range;

use super::share;

/// From this share of what two places cover together they are one place.
const MATCHED: f64 = 0.5;

/// How far two sets of spans agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SpanScores {
    /// Length that both marked.
    pub both: usize,
    /// Length that the first marked, and the second.
    pub lengths: (usize, usize),
    /// Places of the first, and of the second.
    pub places: (usize, usize),
    /// Of those, the ones that are a place of the other, too: at least half of what the two cover together is in both.
    pub matched: (usize, usize),
    /// Places of the first that the second touches at all.
    pub touched: usize,
}

impl SpanScores {
    /// Two sets of half-open spans, in any unit of length. Spans of one set that overlap are one place; empty ones are none.
    #[must_use]
    pub fn new(first: &[Range<usize>], second: &[Range<usize>]) -> Self {
        let (first, second) = (places(first), places(second));
        let length = |of: &[Range<usize>]| of.iter().map(Range::len).sum();
        let mut new = Self {
            lengths: (length(&first), length(&second)),
            places: (first.len(), second.len()),
            ..Self::default()
        };
        let (mut ours, mut theirs) = (first.iter().peekable(), second.iter().peekable());
        let (mut touched, mut matched) = (false, (false, false));
        while let (Some(a), Some(b)) = (ours.peek(), theirs.peek()) {
            let common = a.end.min(b.end).saturating_sub(a.start.max(b.start));
            let one = common as f64 / (a.len() + b.len() - common) as f64 >= MATCHED;
            new.both += common;
            touched |= common > 0;
            matched = (matched.0 | one, matched.1 | one);
            // Who ends first meets nobody else.
            if a.end <= b.end {
                new.touched += usize::from(touched);
                new.matched.0 += usize::from(matched.0);
                (touched, matched.0) = (false, false);
                ours.next();
            } else {
                new.matched.1 += usize::from(matched.1);
                matched.1 = false;
                theirs.next();
            }
        }
        // One of the two may have met somebody and not ended yet.
        new.touched += usize::from(touched);
        new.matched.0 += usize::from(matched.0);
        new.matched.1 += usize::from(matched.1);
        new
    }

    /// Of what the second marked, the share that the first did; `None` where nothing is marked.
    #[must_use]
    pub fn precision(&self) -> Option<f64> {
        share(self.both, self.lengths.1)
    }

    /// Of what the first marked, the share that the second did; `None` where nothing is marked.
    #[must_use]
    pub fn recall(&self) -> Option<f64> {
        share(self.both, self.lengths.0)
    }

    /// Harmonic mean of both: twice what is common over what each marked. `None` where nobody marked anything.
    #[must_use]
    pub fn f1(&self) -> Option<f64> {
        share(2 * self.both, self.lengths.0 + self.lengths.1)
    }
}

/// In order, what overlaps together.
fn places(spans: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut sorted: Vec<Range<usize>> = spans.iter().filter(|s| !s.is_empty()).cloned().collect();
    sorted.sort_by_key(|s| (s.start, s.end));
    let mut found: Vec<Range<usize>> = Vec::with_capacity(sorted.len());
    for span in sorted {
        match found.last_mut() {
            Some(last) if span.start < last.end => last.end = last.end.max(span.end),
            _ => found.push(span),
        }
    }
    found
}
