//! What came of it as JSON. Keys of docs/JSON.md.

use serde_json::{Map, Value, json};

use super::parts;
use crate::corpus::Study;
use crate::review::agree::{Answers, Measured, Quality, Share, Weighted};
use crate::stats::{CONFIDENCE, Confusion, Estimate, Interval, anytime, wilson};

fn ends(interval: Option<Interval>) -> Value {
    interval.map_or(Value::Null, |i| json!({"low": i.low, "high": i.high}))
}

fn estimate(estimate: &Estimate) -> Value {
    json!({
        "value": estimate.value,
        "interval": ends(estimate.interval),
        "error": estimate.error,
        "n": estimate.n,
        "method": estimate.interval.map(|_| estimate.method),
        "why": estimate.why,
    })
}

fn measured(all: &[Measured]) -> Value {
    let one = |m: &Measured| {
        let mut value = estimate(&m.estimate);
        if let Value::Object(map) = &mut value {
            let further = m.further.map(|further| {
                json!({
                    "total": further.total,
                    "more": further.more,
                    "design_effect": further.design_effect,
                })
            });
            map.insert("further".to_owned(), further.into());
            map.insert("left".to_owned(), m.left.into());
        }
        (m.measure.name().to_owned(), value)
    };
    Value::Object(all.iter().map(one).collect())
}

fn confusion<T: Copy + Into<Value>>(counts: &Confusion<T>) -> Value {
    json!({
        "true_positives": counts.true_positives.into(),
        "false_positives": counts.false_positives.into(),
        "false_negatives": counts.false_negatives.into(),
        "true_negatives": counts.true_negatives.into(),
    })
}

fn weighted(weighted: &Weighted) -> Value {
    let strata = weighted.strata.iter().zip(&weighted.undecided).map(|(stratum, undecided)| {
        let yes = stratum.counts.true_positives + stratum.counts.false_negatives;
        let n = stratum.counts.sum();
        json!({
            "stratum": stratum.name,
            "frame": stratum.frame,
            "reviewed": stratum.reviewed + undecided,
            "undecided": undecided,
            "counts": confusion(&stratum.counts),
            "yes": yes,
            "n": n,
            "wilson": ends(wilson(yes, n, CONFIDENCE)),
            "anytime": ends(anytime(yes, n, CONFIDENCE)),
        })
    });
    json!({
        "design": weighted.design,
        "strata": strata.collect::<Vec<_>>(),
        "unlabelled": {"frame": weighted.unlabelled.0, "reviewed": weighted.unlabelled.1},
        "whole": weighted.whole.map(|(frame, reviewed)| json!({"frame": frame, "reviewed": reviewed})),
        "totals": confusion(&weighted.totals),
        "figures": measured(&weighted.measured),
        "cautions": weighted.cautions,
    })
}

fn quality(q: &Quality) -> Value {
    let exact: Map<String, Value> =
        q.exact.iter().map(|(m, e)| (m.name().to_owned(), ends(e.interval))).collect();
    json!({
        "tier": q.tier,
        "counts": confusion(&q.counts),
        "cannot_tell": q.cannot_tell,
        "split": q.split,
        "unlabelled": q.unlabelled,
        "decided": q.decided,
        "majority": q.majority,
        "undrawn": q.undrawn,
        "sample": measured(&q.sample),
        "exact": exact,
        "kappa": estimate(&q.kappa),
        "weighted": q.weighted.iter().map(weighted).collect::<Vec<_>>(),
    })
}

pub(super) fn share(share: Share) -> Value {
    json!({"k": share.k, "n": share.n, "value": share.value(), "interval": ends(share.interval())})
}

fn questions(answers: &Answers) -> Value {
    json!({
        "question": answers.question,
        "answers": answers.given,
        "same": share(answers.same),
    })
}

/// All of it.
pub fn as_json(study: &Study) -> Value {
    let counted = &study.counted;
    let designs = counted.designs.iter().map(|design| {
        json!({
            "sessions": design.sessions,
            "raters": design.raters,
            "where": design.filter,
            "seed": design.seed,
        })
    });
    let changed = study.joined.changed.iter().map(|(name, link)| {
        json!({
            "id": name.id,
            "source": name.source,
            "index": name.index,
            "hash": format!("{:016x}", name.hash),
            "now": link,
        })
    });
    let agreement = study.agreement.as_ref().map(|agreement| {
        let pairs = agreement.pairs.iter().map(|pair| {
            let cells = pair.table.cells().map(|((a, b), n)| json!([a, b, n]));
            json!({
                "raters": [pair.raters.0, pair.raters.1],
                "cells": cells.collect::<Vec<_>>(),
                "kappa": estimate(&pair.kappa),
            })
        });
        json!({
            "raters": agreement.raters,
            "items": agreement.items,
            "undecided": agreement.undecided,
            "yes": agreement.yes,
            "raw": estimate(&agreement.raw),
            "alpha": estimate(&agreement.alpha),
            "ac1": estimate(&agreement.ac1),
            "pairs": pairs.collect::<Vec<_>>(),
            "why": agreement.why(),
        })
    });
    let repeated = study.repeated.iter().map(|r| json!({"rater": r.rater, "same": share(r.same)}));
    let anchoring = study.anchoring.iter().map(|a| {
        json!({
            "rater": a.rater,
            "sighted": share(a.sighted),
            "blind": share(a.blind),
            "difference": a.difference(),
            "interval": ends(a.interval()),
        })
    });
    let corrected = study.corrected.as_ref().map(|corrected| {
        json!({
            "flagged": corrected.flagged,
            "n": corrected.n,
            "sensitivity": corrected.sensitivity.value,
            "specificity": corrected.specificity.value,
            "estimate": estimate(&corrected.estimate),
        })
    });
    let mut report = json!({
        "label": study.ask.which.label,
        "classifier": study.asked.to_string(),
        "given_by": study.givers.iter().map(|r| json!({"label": r.label, "rater": r.rater, "n": r.n})).collect::<Vec<_>>(),
        "where": study.ask.filter,
        "include_sighted": study.ask.which.sighted,
        "command": study.ask.command,
        "raters": study.raters(),
        "answers": study.answers().count(),
        "skipped": counted.skipped,
        "parts": counted.parts,
        "imported": counted.imported,
        "not_blind": counted.not_blind,
        "decisions": study.decisions().count(),
        "contested": study.cases.iter().filter(|c| !c.fact.outside && !c.contested().is_empty()).count(),
        "joined": {
            "here": study.joined.here,
            "same_text": study.joined.same_text,
            "changed": changed.collect::<Vec<_>>(),
            "ambiguous": study.joined.ambiguous,
            "gone": study.joined.gone,
        },
        "designs": designs.collect::<Vec<_>>(),
        "chosen_by_answers": counted.chosen,
        "quality": quality(&study.quality),
        "tiers": study.tiers.iter().map(quality).collect::<Vec<_>>(),
        "corrected": corrected,
        "agreement": agreement,
        "repeats": repeated.collect::<Vec<_>>(),
        "anchoring": anchoring.collect::<Vec<_>>(),
        "questions": study.questions.iter().map(questions).collect::<Vec<_>>(),
        "clashes": study.clashes,
        "strays": study.strays,
    });
    if let Value::Object(map) = &mut report {
        map.extend(parts::as_json(study).map(|(key, value)| (key.to_owned(), value)));
    }
    report
}
