//! One side of a pair that is reviewed: what was thought, then what was said.

use super::folds::push;
use super::{absent, heading};
use crate::app::Block;
use crate::corpus::Body;
use crate::model::SectionKind;

/// The left side, whose sections are of turn 0, or the right one, of turn 1.
pub(super) fn side(body: &Body, right: bool) -> Vec<Block> {
    let turn = u32::from(right);
    let mut blocks = Vec::new();
    let mut before = None;
    let all = body.transcript.sections.iter().enumerate();
    for (index, section) in all.filter(|(_, section)| section.turn == turn) {
        let title = match section.kind {
            SectionKind::Draft => "draft",
            SectionKind::Output => "output",
            _ => "scratchpad",
        };
        if before != Some(title) {
            blocks.push(heading(title));
            before = Some(title);
        }
        push(&mut blocks, &body.transcript, index, None);
    }
    if blocks.is_empty() {
        blocks.push(absent("neither scratchpad nor output"));
    }
    blocks
}
