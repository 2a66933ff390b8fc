//! Turns to sections: which part is split at its tags, which stays whole, and the exact offsets of each piece.

use super::super::format::{PartKind, RawTurn};
use super::super::split::{Segment, Split, split_output, split_reasoning, split_response};
use crate::model::{Repair, Role, Section, SectionKind};

/// The sections of a transcript.
pub(super) struct Cut {
    pub(super) sections: Vec<Section>,
    /// Of the final response only, each code once.
    pub(super) repairs: Vec<Repair>,
    /// Whether the final response holds reasoning.
    pub(super) has_reasoning: bool,
}

/// Cuts every turn; the texts of the parts are moved out. Parts that are blank give no section.
pub(super) fn cut(turns: &mut [RawTurn], response_turn: u32) -> Cut {
    let mut out = Cut { sections: Vec::new(), repairs: Vec::new(), has_reasoning: false };
    for (index, turn) in turns.iter_mut().enumerate() {
        let number = u32::try_from(index).unwrap_or(u32::MAX);
        for part in &mut turn.parts {
            let split = split(&turn.role, &part.kind, &part.text);
            if number >= response_turn {
                out.has_reasoning |= split.has_reasoning;
                for repair in split.repairs {
                    if !out.repairs.iter().any(|r| r.code == repair.code) {
                        out.repairs.push(repair);
                    }
                }
            }
            let texts = pieces(std::mem::take(&mut part.text), &split.segments);
            for (Segment { kind, range }, text) in split.segments.into_iter().zip(texts) {
                out.sections.push(Section {
                    turn: number,
                    role: turn.role.clone(),
                    kind,
                    origin: part.origin.clone(),
                    start: range.start,
                    end: range.end,
                    text,
                });
            }
        }
    }
    out
}

/// The texts of segments. The longest takes the room that the whole text has, so that one of hundreds of megabytes does not
/// take as much again.
fn pieces(mut text: String, segments: &[Segment]) -> Vec<String> {
    let longest = (0..segments.len()).max_by_key(|i| segments.get(*i).map_or(0, |s| s.range.len()));
    let copy = |(i, segment): (usize, &Segment)| match text.get(segment.range.clone()) {
        Some(piece) if Some(i) != longest => piece.to_owned(),
        _ => String::new(),
    };
    let mut pieces: Vec<String> = segments.iter().enumerate().map(copy).collect();
    if let Some(at) = longest
        && let (Some(segment), Some(piece)) = (segments.get(at), pieces.get_mut(at))
        && text.get(segment.range.clone()).is_some()
    {
        // Both ends are on character boundaries.
        text.truncate(segment.range.end);
        text.drain(..segment.range.start);
        text.shrink_to_fit();
        *piece = text;
    }
    pieces
}

fn split(role: &Role, kind: &PartKind, text: &str) -> Split {
    let whole = |kind| {
        let segments = if text.trim().is_empty() {
            Vec::new()
        } else {
            vec![Segment { kind, range: 0..text.len() }]
        };
        Split { segments, ..Split::default() }
    };
    match (role, kind) {
        (_, PartKind::Tool) | (Role::Tool, _) => whole(SectionKind::Tool),
        (_, PartKind::Other) | (Role::Other(_), _) => whole(SectionKind::Other),
        (Role::System, _) => whole(SectionKind::Prompt),
        (Role::User, _) => whole(SectionKind::User),
        (Role::Assistant, PartKind::Text) => split_response(text),
        (Role::Assistant, PartKind::Reasoning) => split_reasoning(text),
        (Role::Assistant, PartKind::Output) => split_output(text),
    }
}
