//! Where judges' quotes and references stand in a transcript.

use super::super::format::{RawQuote, RawTurn};
use crate::model::{Evidence, Found, Role, Section, SectionKind};
use crate::text::Aligner;

/// Finds each quote: in the message that the judge points at, when it does and the quote is there; else in the final
/// response, reasoning and output alike; else in what the model and its tools said before, since judges of agents
/// quote that too. A reference
/// without a quote is the whole message. `first` is the final response's first section.
pub(super) fn align(
    quotes: Vec<RawQuote>,
    turns: &[RawTurn],
    sections: &[Section],
    first: usize,
) -> Vec<Evidence> {
    if quotes.is_empty() {
        return Vec::new();
    }
    let response = Range::new(sections, first..sections.len(), |_| true);
    // Made only when something is not in the response: aligning over a long agent run costs.
    let mut earlier: Option<Range<'_>> = None;
    let mut aligned = Vec::with_capacity(quotes.len());
    for quote in quotes {
        let message = quote.message.as_deref().and_then(|id| message(id, turns, sections));
        let bare = quote.quote.trim().is_empty();
        let found = match message {
            Some((from, to)) if bare => whole(from, to, sections),
            Some((from, to)) => Range::new(sections, from..to, |_| true).find(&quote.quote),
            None => None,
        };
        let found = found.or_else(|| (!bare).then(|| response.find(&quote.quote)).flatten());
        let found = found.or_else(|| {
            if bare || first == 0 {
                return None;
            }
            let own = |s: &Section| matches!(s.role, Role::Assistant | Role::Tool);
            earlier.get_or_insert_with(|| Range::new(sections, 0..first, own)).find(&quote.quote)
        });
        aligned.push(Evidence {
            label: quote.label,
            rater: quote.rater.unwrap_or_else(|| "source".to_owned()),
            criterion: quote.criterion,
            quote: if bare { quote.message.unwrap_or_default() } else { quote.quote },
            at: found.map(|(at, _)| at),
            found: found.map_or(Found::NotFound, |(_, how)| how),
        });
    }
    aligned
}

/// Section index and byte range, and how it was found.
type Place = ((usize, usize, usize), Found);

/// Sections that quotes are looked for in.
struct Range<'a> {
    /// Their indices.
    numbers: Vec<usize>,
    aligner: Aligner<'a>,
}

impl<'a> Range<'a> {
    fn new(
        sections: &'a [Section],
        within: std::ops::Range<usize>,
        wanted: impl Fn(&Section) -> bool,
    ) -> Self {
        let own = sections.iter().enumerate().take(within.end).skip(within.start);
        let (numbers, texts): (Vec<usize>, Vec<&str>) =
            own.filter(|(_, s)| wanted(s)).map(|(i, s)| (i, s.text.as_str())).unzip();
        Self { numbers, aligner: Aligner::new(&texts) }
    }

    fn find(&self, quote: &str) -> Option<Place> {
        let place = self.aligner.align(quote)?;
        let section = *self.numbers.get(place.text)?;
        Some(((section, place.start, place.end), place.found))
    }
}

/// The sections of the message with this id.
fn message(id: &str, turns: &[RawTurn], sections: &[Section]) -> Option<(usize, usize)> {
    let turn = turns.iter().position(|t| t.id.as_deref() == Some(id))? as u32;
    let from = sections.partition_point(|s| s.turn < turn);
    let to = sections.partition_point(|s| s.turn <= turn);
    (from < to).then_some((from, to))
}

/// A message pointed at as a whole: its output where it has one, else its first section.
fn whole(from: usize, to: usize, sections: &[Section]) -> Option<Place> {
    let own = sections.get(from..to)?;
    let output = own.iter().position(|s| s.kind == SectionKind::Output);
    let at = from + output.unwrap_or(0);
    let len = sections.get(at)?.text.len();
    Some(((at, 0, len), Found::Message))
}
