//! The figures for people and as JSON.

use std::io::Write;

use serde_json::{Value, json};

use super::measured::Measured;
use crate::cli::args::EvalArgs;
use crate::cli::output::Failure;
use crate::cues::fit::Validated;
use crate::stats::Figures;
use crate::text::sanitize_line;

/// Keys of docs/JSON.md.
pub(super) fn as_json(measured: &Measured, args: &EvalArgs) -> Value {
    let rules: Vec<Value> = measured
        .rules
        .iter()
        .map(|(id, r)| {
            json!({
                "id": id,
                "category": r.category,
                "weight": r.weight,
                "positives": r.positives,
                "negatives": r.negatives,
                "marks": r.marks,
            })
        })
        .collect();
    let (quoted, transcripts) = &measured.quoted;
    let criteria: serde_json::Map<String, Value> = measured
        .criteria
        .iter()
        .map(|(n, (pieces, touched))| {
            (n.to_string(), json!({"pieces": pieces, "touched": touched}))
        })
        .collect();
    let spans = (*transcripts > 0).then(|| {
        json!({
            "transcripts": transcripts,
            "pieces": quoted.pieces,
            "touched": quoted.touched,
            "matched": quoted.matched,
            "precision": quoted.precision(),
            "recall": quoted.recall(),
            "f1": quoted.f1(),
            "share_marked": quoted.share_marked(),
            "criteria": criteria,
        })
    });
    let fitted = measured.fitted.as_ref().and_then(|(names, validated)| {
        let Validated { folds, figures, fit } = validated.as_ref()?;
        let weights: serde_json::Map<String, Value> =
            names.iter().cloned().zip(fit.weights.iter().map(|w| json!(w))).collect();
        let mut value = of_figures(figures);
        if let Some(map) = value.as_object_mut() {
            map.insert("folds".to_owned(), json!(folds));
            map.insert("weights".to_owned(), Value::Object(weights));
            map.insert("intercept".to_owned(), json!(fit.intercept));
        }
        Some(value)
    });
    let mut value = of_figures(&measured.figures);
    let more = json!({
        "label": args.label,
        "share_marked": measured.marks.share_marked(),
        "rules": rules,
        "spans": spans,
        "fitted": fitted,
        "unparsed": measured.unparsed,
        "missing": measured.missing,
        "unscored": measured.unscored,
        "unreadable": measured.unreadable,
        "untagged": measured.untagged,
        "raters": measured.raters,
        "packs": measured.packs,
    });
    if let (Some(map), Value::Object(more)) = (value.as_object_mut(), more) {
        map.extend(more);
    }
    value
}

fn of_figures(figures: &Figures) -> Value {
    json!({
        "n": figures.n,
        "positives": figures.positives,
        "auroc": figures.auroc.map(|a| a.value),
        "auroc_low": figures.auroc.map(|a| a.low),
        "auroc_high": figures.auroc.map(|a| a.high),
        "average_precision": figures.average_precision,
        "recall_at_1_fp": figures.recall_at_1_fp,
        "recall_at_2pct_fp": figures.recall_at_2pct_fp,
    })
}

fn number(x: Option<f64>) -> String {
    x.map_or_else(|| "undefined".to_owned(), |x| format!("{x:.3}"))
}

fn percent(x: Option<f64>) -> String {
    x.map_or_else(|| "undefined".to_owned(), |x| format!("{:.1}%", x * 100.0))
}

/// A line with its name in a column of its own.
fn line(out: &mut impl Write, name: &str, text: &str) -> Result<(), Failure> {
    writeln!(out, "{name:<19} {text}")?;
    Ok(())
}

fn figures_lines(out: &mut impl Write, figures: &Figures) -> Result<(), Failure> {
    let area = match figures.auroc {
        Some(a) => format!("{:.3} (95% {:.3} to {:.3}, {})", a.value, a.low, a.high, a.by),
        None => "undefined: it needs a positive and a negative".to_owned(),
    };
    line(out, "AUROC", &area)?;
    line(out, "average precision", &number(figures.average_precision))?;
    line(out, "recall at 1 FP", &number(figures.recall_at_1_fp))?;
    line(out, "recall at 2% FP", &number(figures.recall_at_2pct_fp))
}

/// For people.
pub(super) fn table(
    measured: &Measured,
    args: &EvalArgs,
    out: &mut impl Write,
) -> Result<(), Failure> {
    let figures = &measured.figures;
    let negatives = figures.n - figures.positives;
    line(out, "label", &sanitize_line(&args.label))?;
    if measured.raters.len() > 1 {
        let raters: Vec<String> =
            measured.raters.iter().map(|(name, n)| format!("{name} ({n})")).collect();
        let text = format!("{} together: yes where any says yes", raters.join(", "));
        line(out, "raters", &sanitize_line(&text))?;
    }
    line(out, "transcripts", &format!("{} ({} positive)", figures.n, figures.positives))?;
    figures_lines(out, figures)?;
    line(out, "text marked", &percent(measured.marks.share_marked()))?;
    let (unparsed, missing) = (measured.unparsed, measured.missing);
    let left = format!(
        "{unparsed} unparsed, {missing} without the label, {} without reasoning text",
        measured.unscored
    );
    line(out, "left out", &left)?;
    if measured.untagged > 0 {
        let text = format!("{} without tags were taken for reasoning whole", measured.untagged);
        line(out, "texts", &text)?;
    }
    let packs: Vec<String> =
        measured.packs.iter().map(|(name, n)| format!("{name} ({n})")).collect();
    line(out, "packs", &sanitize_line(&packs.join(", ")))?;
    let (quoted, transcripts) = &measured.quoted;
    if *transcripts > 0 {
        writeln!(out, "\nAgainst what judges quote, in {transcripts} transcripts")?;
        line(out, "precision", &number(quoted.precision()))?;
        line(out, "recall", &number(quoted.recall()))?;
        line(out, "F1", &number(quoted.f1()))?;
        let text = format!(
            "{} of {} touched, {} matched (IoU at least 0.5)",
            quoted.touched, quoted.pieces, quoted.matched
        );
        line(out, "quotes", &text)?;
        for (criterion, (pieces, touched)) in &measured.criteria {
            line(
                out,
                &format!("criterion {criterion}"),
                &format!("{touched} of {pieces} touched"),
            )?;
        }
        line(out, "text marked", &percent(quoted.share_marked()))?;
    }
    if let Some((names, validated)) = &measured.fitted {
        fitted(names, validated.as_ref(), out)?;
    }
    let fired: Vec<_> = measured.rules.iter().filter(|(_, r)| r.marks > 0).collect();
    if fired.is_empty() {
        return Ok(());
    }
    let of = |n: usize, all: usize| match all {
        0 => "–".to_owned(),
        all => format!("{n} ({:.0}%)", n as f64 / all as f64 * 100.0),
    };
    writeln!(
        out,
        "\n{:<26} {:>6} {:>13} {:>13} {:>7}",
        "rule", "weight", "positives", "negatives", "marks"
    )?;
    for (id, rule) in fired {
        writeln!(
            out,
            "{:<26} {:>6} {:>13} {:>13} {:>7}",
            sanitize_line(id),
            rule.weight,
            of(rule.positives, figures.positives),
            of(rule.negatives, negatives),
            rule.marks
        )?;
    }
    let silent = measured.rules.iter().filter(|(_, r)| r.marks == 0).count();
    if silent > 0 {
        writeln!(out, "{silent} further rules fired nowhere")?;
    }
    Ok(())
}

fn fitted(
    names: &[String],
    validated: Option<&Validated>,
    out: &mut impl Write,
) -> Result<(), Failure> {
    let Some(Validated { folds, figures, fit }) = validated else {
        writeln!(out, "\nToo few transcripts of a class to fit weights and test them on others")?;
        return Ok(());
    };
    writeln!(
        out,
        "\nWeights fitted in {folds} folds, each tested on what it did not see (the score itself is not fitted)"
    )?;
    figures_lines(out, figures)?;
    let weights: Vec<String> = names
        .iter()
        .zip(&fit.weights)
        .map(|(name, w)| format!("{} {w:+.2}", sanitize_line(name)))
        .collect();
    line(out, "weights of all", &weights.join(", "))
}
