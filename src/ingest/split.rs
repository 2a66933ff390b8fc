//! Splitting a response into scratchpad, drafts, output, markers and the rest, with every irregularity that
//! real models produce. Pure text work: ranges in, ranges out, nothing of the text is changed.
//!
//! Rules (docs/FORMATS.md tells them to users): reasoning tags open at the start of the text or of a line, or right
//! after another tag; inside reasoning only drafts and feedback that also close are cut out, all else is quoted
//! text; the last answer is the output and earlier ones are `other`; markers count only after the last
//! reasoning. A section's range leaves out the blank lines and spaces beside tags, but keeps the indent of
//! a first line. Every byte that is not white space is in one segment or in a tag.

mod echo;
mod harmony;
mod regions;
mod table;
mod tags;
#[cfg(test)]
mod tests;

use std::ops::Range;

use self::regions::{Cut, Kind, Options, Region};
use self::tags::Class;
use crate::model::{Repair, SectionKind};

pub use self::echo::echoes;
pub(super) use self::harmony::{HarmonyMessage, messages as harmony_messages};
pub use self::tags::marker_accepts;

/// One piece of a response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segment {
    /// What it is.
    pub kind: SectionKind,
    /// Byte range in the response; tags excluded, except that a marker's range is its tag.
    pub range: Range<usize>,
}

/// A split response.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Split {
    /// In order of the text, never overlapping, never empty.
    pub segments: Vec<Segment>,
    /// What was mended, each code once.
    pub repairs: Vec<Repair>,
    /// Whether any reasoning was found. An empty scratchpad is none (repair `empty-scratchpad`).
    pub has_reasoning: bool,
}

/// Every repair of this module and of [`assemble`](super::assemble()): the code that `repair:` filters by, and
/// its sentence.
pub const REPAIR_CODES: &[(&str, &str)] = &[
    ("closing-tag-only", "the reasoning has a closing tag only; everything before it is reasoning"),
    ("inline-open", "the reasoning opens in the middle of a line"),
    (
        "unclosed-scratchpad",
        "the reasoning is never closed; it ends at the output tag, or at the end of the text",
    ),
    ("mismatched-close", "a block opens under one tag name and closes under another"),
    (
        "double-close",
        "the reasoning is closed twice; with an answer after the second close, text between is reasoning",
    ),
    ("double-open", "the reasoning is opened twice in a row; one opening tag was dropped"),
    ("stray-open", "an opening reasoning tag without a close stands before a complete block"),
    ("stray-close", "a closing tag without anything to close was dropped"),
    ("empty-scratchpad", "the reasoning tags hold no text"),
    ("scratchpad-in-output", "a reasoning block stands inside the output; it was taken out"),
    ("unclosed-output", "an output tag is never closed; it ends at the next one or at the end"),
    ("unopened-output", "the output has a closing tag only; what stands before it is the output"),
    ("unclosed-draft", "a draft tag inside the reasoning is never closed; it stays reasoning text"),
    ("draft-outside", "a draft stands outside the reasoning; it is kept apart from the output"),
    ("malformed-marker", "a decision tag is not spelt as the experiments ask"),
    ("lossy-harmony", "channel names run into the text because special tokens were removed"),
    ("tier-disagrees", "two places name different tiers; the stronger one counts"),
];

pub(super) fn repair(code: &'static str) -> Repair {
    let detail = REPAIR_CODES.iter().find(|(c, _)| *c == code).map_or("mended", |(_, d)| *d);
    Repair { code, detail: detail.to_owned() }
}

/// Splits a whole response with its tags.
#[must_use]
pub fn split_response(text: &str) -> Split {
    split_with_tags(text).0
}

/// As [`split_response`], with the ranges of the tags that are in no segment.
fn split_with_tags(text: &str) -> (Split, Vec<Range<usize>>) {
    let cut = harmony::cut(text).unwrap_or_else(|| regions::cut(text, Options { lenient: true }));
    finish(text, cut)
}

/// Splits reasoning that came in a field of its own: only drafts are split off, outer tags removed.
#[must_use]
pub fn split_reasoning(text: &str) -> Split {
    finish(text, regions::cut_reasoning(text)).0
}

/// Splits an output that came in a field of its own: markers are split off, outer output tags removed. A complete
/// reasoning block in it is found all the same; stray tags are left as text.
#[must_use]
pub fn split_output(text: &str) -> Split {
    finish(text, regions::cut(text, Options { lenient: false })).0
}

/// Which regions are the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    /// Those of the tagged block.
    Block(usize),
    /// Text outside tags from this region on (an index).
    PlainFrom(usize),
    /// This region alone.
    Plain(usize),
    None,
}

/// The last answer: the last tagged one after the last reasoning, else the text after it, else the last
/// tagged one anywhere, else the text between two blocks of reasoning. Text before all reasoning is no answer.
fn answer(regions: &[Region], reasoning_end: usize) -> Answer {
    let block = |from: usize| {
        regions.iter().rev().find_map(|r| match r.kind {
            Kind::Block(n) if r.range.start >= from => Some(Answer::Block(n)),
            _ => None,
        })
    };
    let plain_after =
        regions.iter().position(|r| r.kind == Kind::Plain && r.range.start >= reasoning_end);
    let first_reasoning = regions.iter().position(|r| r.kind == Kind::Scratchpad);
    block(reasoning_end)
        .or(plain_after.map(Answer::PlainFrom))
        .or_else(|| block(0))
        .or_else(|| {
            let last = regions.iter().rposition(|r| r.kind == Kind::Plain)?;
            first_reasoning.filter(|first| *first < last).map(|_| Answer::Plain(last))
        })
        .unwrap_or(Answer::None)
}

/// Decides which answer is the output, takes the markers out and trims the ranges.
fn finish(text: &str, cut: Cut) -> (Split, Vec<Range<usize>>) {
    let Cut { regions, markers, mut tags, mut repairs, reasoning_end } = cut;
    let answer = answer(&regions, reasoning_end);
    let mut segments = Vec::new();
    let mut markers = markers.into_iter().peekable();
    let mut accepted_open = None;
    for (index, region) in regions.into_iter().enumerate() {
        let is_answer = match (region.kind, answer) {
            (Kind::Block(n), Answer::Block(wanted)) => n == wanted,
            (Kind::Plain, Answer::PlainFrom(first)) => index >= first,
            (Kind::Plain, Answer::Plain(wanted)) => index == wanted,
            _ => false,
        };
        let kind = match region.kind {
            Kind::Scratchpad => SectionKind::Scratchpad,
            Kind::Draft => SectionKind::Draft,
            _ if is_answer => SectionKind::Output,
            _ => SectionKind::Other,
        };
        let mut from = region.range.start;
        while let Some(marker) = markers.next_if(|m| m.range.start < region.range.end) {
            let counts = marker.range.start >= reasoning_end.max(region.range.start)
                && matches!(region.kind, Kind::Plain | Kind::Block(_));
            let Class::Marker { accepts, canonical } = marker.class else { continue };
            if !counts {
                continue;
            }
            push(text, &mut segments, kind, from..marker.range.start);
            from = marker.range.end;
            if !canonical && !repairs.iter().any(|r| r.code == "malformed-marker") {
                repairs.push(repair("malformed-marker"));
            }
            if marker.closes && accepted_open == Some(accepts) {
                // `<rejected>…</rejected>` is one decision.
                accepted_open = None;
                tags.push(marker.range);
            } else {
                accepted_open = marker.opens().then_some(accepts);
                segments.push(Segment { kind: SectionKind::Marker, range: marker.range });
            }
        }
        push(text, &mut segments, kind, from..region.range.end);
    }
    tags.sort_by_key(|r| r.start);
    let has_reasoning = segments.iter().any(|s| s.kind.is_reasoning());
    (Split { segments, repairs, has_reasoning }, tags)
}

/// Adds a segment without the white space beside it; nothing when nothing is left.
fn push(text: &str, segments: &mut Vec<Segment>, kind: SectionKind, range: Range<usize>) {
    let piece = text.get(range.clone()).unwrap_or_default();
    let kept = piece.trim_end_matches(tags::is_blank);
    let body = kept.trim_start_matches(tags::is_blank);
    if body.is_empty() {
        return;
    }
    // Whole blank lines go; the indent of the first line with text stays, unless it is the tag's line.
    // `body` is the end of `kept`.
    let blank = &kept[..kept.len() - body.len()];
    let lead = blank.rfind('\n').map_or(blank.len(), |line| line + 1);
    let start = range.start + lead;
    segments.push(Segment { kind, range: start..range.start + kept.len() });
}
