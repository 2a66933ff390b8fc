//! Marks against evidence: what a judge quoted, what the rules marked, character by character.

use std::collections::HashMap;
use std::ops::Range;

use super::scan::reasoning;
use crate::model::{Analysis, Evidence, Found, Transcript};

/// How marks and evidence meet in one or more texts. Lengths are characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Overlap {
    /// Characters of all texts.
    pub text: usize,
    /// Characters under marks.
    pub marked: usize,
    /// Characters of evidence.
    pub evidence: usize,
    /// Characters of evidence under marks.
    pub both: usize,
    /// Pieces of evidence.
    pub pieces: usize,
    /// Pieces that a mark touches.
    pub touched: usize,
    /// Pieces that one mark covers so well that what they share is at least half of what they have together.
    pub matched: usize,
}

impl Overlap {
    /// Of the marked characters, the share that is evidence; `None` without marks.
    #[must_use]
    pub fn precision(&self) -> Option<f64> {
        ratio(self.both, self.marked)
    }

    /// Of the evidence, the share that is marked; `None` without evidence.
    #[must_use]
    pub fn recall(&self) -> Option<f64> {
        ratio(self.both, self.evidence)
    }

    /// Harmonic mean of the two.
    #[must_use]
    pub fn f1(&self) -> Option<f64> {
        ratio(2 * self.both, self.marked + self.evidence)
    }

    /// Share of the text under marks.
    #[must_use]
    pub fn share_marked(&self) -> Option<f64> {
        ratio(self.marked, self.text)
    }

    /// Adds what was counted elsewhere.
    pub fn join(&mut self, other: &Self) {
        self.text += other.text;
        self.marked += other.marked;
        self.evidence += other.evidence;
        self.both += other.both;
        self.pieces += other.pieces;
        self.touched += other.touched;
        self.matched += other.matched;
    }

    /// Adds a text with its marks and its evidence (byte ranges on character boundaries; others are ignored).
    pub fn add(&mut self, text: &str, marks: &[Range<usize>], evidence: &[Range<usize>]) {
        let whole = |range: &&Range<usize>| text.get((*range).clone()).is_some();
        let marks: Vec<Range<usize>> = marks.iter().filter(whole).cloned().collect();
        let evidence: Vec<Range<usize>> = evidence.iter().filter(whole).cloned().collect();
        let length = |range: Range<usize>| text.get(range).map_or(0, |t| t.chars().count());
        let (covered, quoted) = (union(&marks), union(&evidence));
        self.text += text.chars().count();
        self.marked += covered.iter().cloned().map(length).sum::<usize>();
        self.evidence += quoted.iter().cloned().map(length).sum::<usize>();
        let mut rest = covered.as_slice();
        for piece in &quoted {
            // Both are in order and without overlaps, so that each mark is looked at about once.
            while rest.first().is_some_and(|m| m.end <= piece.start) {
                rest = rest.get(1..).unwrap_or_default();
            }
            let within = rest.iter().take_while(|m| m.start < piece.end);
            self.both += within.map(|m| length(shared(m, piece))).sum::<usize>();
        }
        for piece in &evidence {
            let shares = marks.iter().map(|m| (length(shared(m, piece)), length(m.clone())));
            let own = length(piece.clone());
            let close = |(both, mark): (usize, usize)| both > 0 && 2 * both >= own + mark - both;
            self.pieces += 1;
            self.touched += usize::from(shares.clone().any(|(both, _)| both > 0));
            self.matched += usize::from(shares.clone().any(close));
        }
    }
}

/// Judges' quotes of words that stand in the reasoning that rules read, each with whether a mark that adds to the score
/// touches it.
#[must_use]
pub fn quotes<'t>(transcript: &'t Transcript, analysis: &Analysis) -> Vec<(&'t Evidence, bool)> {
    let words = transcript.evidence.iter().filter(|e| e.found != Found::Message);
    let mut found: Vec<_> = words.filter_map(|e| Some((e, e.at?))).collect();
    if found.is_empty() {
        return Vec::new();
    }
    let mut marks: HashMap<usize, Vec<Range<usize>>> =
        reasoning(transcript).into_iter().map(|(number, _)| (number, Vec::new())).collect();
    found.retain(|(_, (section, ..))| marks.contains_key(section));
    for span in analysis.spans.iter().filter(|s| s.counted() > 0.0) {
        if let Some(marks) = marks.get_mut(&span.section) {
            marks.push(span.start..span.end);
        }
    }
    for marks in marks.values_mut() {
        *marks = union(marks);
    }
    let touched = |(section, start, end): (usize, usize, usize)| {
        let marks = marks.get(&section).map(Vec::as_slice).unwrap_or_default();
        let next = marks.get(marks.partition_point(|m| m.end <= start));
        next.is_some_and(|m| m.start < end)
    };
    found.into_iter().map(|(evidence, at)| (evidence, touched(at))).collect()
}

/// Whether judges and rules agree on a place: a mark that adds to the score touches a quote in the reasoning, or none
/// touches any. `None` without such a quote.
#[must_use]
pub fn agree(transcript: &Transcript, analysis: &Analysis) -> Option<bool> {
    let quotes = quotes(transcript, analysis);
    (!quotes.is_empty()).then(|| quotes.iter().any(|(_, touched)| *touched))
}

fn ratio(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

fn shared(a: &Range<usize>, b: &Range<usize>) -> Range<usize> {
    let start = a.start.max(b.start);
    start..a.end.min(b.end).max(start)
}

/// The same bytes as ranges in order that do not touch.
fn union(ranges: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut sorted = ranges.to_vec();
    sorted.sort_unstable_by_key(|r| (r.start, r.end));
    let mut all: Vec<Range<usize>> = Vec::new();
    for range in sorted.into_iter().filter(|r| !r.is_empty()) {
        match all.last_mut().filter(|last| range.start <= last.end) {
            Some(last) => last.end = last.end.max(range.end),
            None => all.push(range),
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str, marks: &[(usize, usize)], evidence: &[(usize, usize)]) -> Overlap {
        let ranges = |pairs: &[(usize, usize)]| -> Vec<Range<usize>> {
            pairs.iter().map(|(start, end)| *start..*end).collect()
        };
        let mut overlap = Overlap::default();
        overlap.add(text, &ranges(marks), &ranges(evidence));
        overlap
    }

    #[test]
    fn characters_are_counted_once() {
        // "é" has two bytes.
        let found = of("aébcdefghij", &[(0, 5), (3, 6)], &[(4, 8)]);
        assert_eq!((found.text, found.marked, found.evidence, found.both), (11, 5, 4, 2));
        assert_eq!(found.precision(), Some(0.4));
        assert_eq!(found.recall(), Some(0.5));
        assert_eq!((found.pieces, found.touched, found.matched), (1, 1, 0));
    }

    #[test]
    fn a_piece_is_matched_by_one_mark_that_is_much_like_it() {
        let text = "0123456789";
        assert_eq!(of(text, &[(2, 6)], &[(2, 8)]).matched, 1);
        assert_eq!(
            of(text, &[(0, 10)], &[(2, 6)]).matched,
            0,
            "most of the mark is something else"
        );
        assert_eq!(of(text, &[(2, 4), (6, 8)], &[(2, 8)]).matched, 0, "two halves are not one");
        assert_eq!(of(text, &[], &[(2, 8)]).touched, 0);
    }

    #[test]
    fn nothing_is_undefined_not_zero() {
        assert_eq!(of("", &[], &[]).share_marked(), None);
        assert_eq!(of("abc", &[], &[]).precision(), None);
        assert_eq!(of("abc", &[(0, 3)], &[]).recall(), None);
        assert_eq!(of("é", &[(1, 2)], &[(0, 9)]), Overlap { text: 1, ..Overlap::default() });
    }

    #[test]
    fn judges_and_rules_agree_where_a_quote_in_the_reasoning_is_touched() {
        use super::super::scan::pad_only;
        use crate::model::Span;
        let mut transcript = pad_only("0123456789");
        let quote = |found, at| Evidence {
            label: String::new(),
            rater: String::new(),
            criterion: None,
            quote: "x".to_owned(),
            at,
            found,
        };
        let span = |start, end, weight| Span {
            section: 0,
            start,
            end,
            weight,
            category: String::new(),
            rule: String::new(),
            matched: Vec::new(),
            deductions: Vec::new(),
        };
        let mut analysis = Analysis::default();
        let is = |transcript: &Transcript, analysis: &Analysis| agree(transcript, analysis);
        assert_eq!(is(&transcript, &analysis), None);
        // Of whole messages, of what stands nowhere and of other sections nothing is said.
        transcript.evidence = vec![
            quote(Found::Message, Some((0, 0, 10))),
            quote(Found::NotFound, None),
            quote(Found::Exact, Some((7, 0, 10))),
        ];
        analysis.spans = vec![span(0, 4, 1.0)];
        assert_eq!(is(&transcript, &analysis), None);
        transcript.evidence.push(quote(Found::Exact, Some((0, 4, 8))));
        assert_eq!(is(&transcript, &analysis), Some(false), "side by side is no overlap");
        analysis.spans.push(span(6, 7, 0.0));
        assert_eq!(is(&transcript, &analysis), Some(false), "it adds nothing");
        analysis.spans.push(span(7, 9, 0.5));
        assert_eq!(is(&transcript, &analysis), Some(true));
        transcript.evidence.push(quote(Found::Folded, Some((0, 9, 10))));
        let touched: Vec<bool> =
            quotes(&transcript, &analysis).into_iter().map(|(_, touched)| touched).collect();
        assert_eq!(touched, [true, false]);
    }
}
