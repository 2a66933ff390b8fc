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

/// Cuts every turn. Parts that are blank give no section.
pub(super) fn cut(turns: &[RawTurn], response_turn: u32) -> Cut {
    let mut out = Cut { sections: Vec::new(), repairs: Vec::new(), has_reasoning: false };
    for (index, turn) in turns.iter().enumerate() {
        let number = u32::try_from(index).unwrap_or(u32::MAX);
        for part in &turn.parts {
            let split = split(&turn.role, &part.kind, &part.text);
            if number >= response_turn {
                out.has_reasoning |= split.has_reasoning;
                for repair in split.repairs {
                    if !out.repairs.iter().any(|r| r.code == repair.code) {
                        out.repairs.push(repair);
                    }
                }
            }
            for Segment { kind, range } in split.segments {
                let Some(text) = part.text.get(range.clone()) else { continue };
                out.sections.push(Section {
                    turn: number,
                    role: turn.role.clone(),
                    kind,
                    origin: part.origin.clone(),
                    start: range.start,
                    end: range.end,
                    text: text.to_owned(),
                });
            }
        }
    }
    out
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
