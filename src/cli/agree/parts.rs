//! What was said of marks, quotes, turns and pairs, as JSON. Keys of docs/JSON.md.

use serde_json::{Value, json};

use super::report::share as share_json;
use crate::corpus::Study;
use crate::review::agree::Verdicts;

/// `marks`, `quotes`, `turns`, `pairs`.
pub fn as_json(study: &Study) -> [(&'static str, Value); 4] {
    let said = &study.said_of_parts;
    let counts = |verdicts: Verdicts| {
        let Verdicts { yes, no, split, cannot_tell } = verdicts;
        json!({
            "n": verdicts.n(),
            "yes": yes,
            "no": no,
            "split": split,
            "cannot_tell": cannot_tell,
            "share": share_json(verdicts.share()),
        })
    };
    let marks = said.marks.iter().map(
        |of| json!({"rule": of.rule, "category": of.category, "verdicts": counts(of.verdicts)}),
    );
    let quotes = said.quotes.iter().map(|of| {
        json!({
            "judge": of.judge,
            "label": of.label,
            "criterion": of.criterion,
            "verdicts": counts(of.verdicts),
        })
    });
    let pairs = &study.pair_counts;
    [
        ("marks", marks.collect()),
        ("quotes", quotes.collect()),
        ("turns", counts(said.turns)),
        (
            "pairs",
            json!({
                "n": said.pairs.pairs.len(),
                "alone": pairs.alone,
                "both": pairs.both,
                "neither": pairs.neither,
                "split": pairs.split,
                "cannot_tell": pairs.cannot_tell,
                "left": share_json(said.pairs.left),
            }),
        ),
    ]
}
