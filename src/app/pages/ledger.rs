//! The ledger of criteria: each with what it rests on, and the verdict on the chain in one sentence.

use super::heading;
use super::why::quote;
use crate::app::Block;
use crate::corpus::Body;
use crate::model::Standing;

/// Nothing without reasoning text.
pub(super) fn ledger(body: &Body, blocks: &mut Vec<Block>) {
    let criteria = &body.analysis.criteria;
    if criteria.is_empty() {
        return;
    }
    let met = criteria.iter().filter(|c| c.best().is_some()).count();
    blocks.push(heading(format!("criteria: {met} of {} are met", criteria.len())));
    let mut lines: Vec<String> = Vec::new();
    if let Some(verdict) = &body.analysis.verdict {
        lines.push(verdict.sentence(&body.transcript.outcome));
        // What is taken back is shown, too: the refusal, the sentence that is denied.
        for span in verdict.gaps.iter().filter_map(crate::model::Gap::span) {
            lines.push(format!("  at {}", quote(body, span)));
        }
    }
    lines.extend(criteria.iter().map(|c| {
        let (number, name) = (c.number, &c.name);
        match &c.state {
            Standing::Met(span) => format!("✓ {number} {name}: {}", quote(body, *span)),
            Standing::Missing => format!("✗ {number} {name}: missing"),
            Standing::Contradicted { span, why } => {
                format!("≠ {number} {name}: contradicted. {why} {}", quote(body, *span))
            }
        }
    }));
    blocks.push(Block::Text(lines.join("\n")));
}
