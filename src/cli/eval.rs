//! `undertone cues eval`: how well the score tells positives of a label from negatives.

use std::collections::BTreeMap;
use std::io::Write;

use serde_json::json;

use super::args::{CheckFormat, EvalArgs};
use super::json;
use super::list::matching;
use super::output::{Exit, Failure, out};
use super::plan::{Reading, filter, load};
use crate::cues::measure::{Figures, figures};
use crate::query::{Columns, Needs};
use crate::text::sanitize_line;

/// What was measured, and what could not be.
#[derive(Debug, Default)]
struct Measured {
    scores: Vec<f64>,
    positive: Vec<bool>,
    /// The label is there, and says neither yes nor no.
    unparsed: usize,
    /// The label is not there.
    missing: usize,
    /// No reasoning text, so no score.
    unscored: usize,
    /// Transcripts per pack that scored them.
    packs: BTreeMap<String, usize>,
}

/// Runs the command.
///
/// # Errors
/// Usage, paths, writing.
pub fn run(args: &EvalArgs) -> Result<Exit, Failure> {
    let filter = filter(args.filter.as_deref())?;
    let reading = Reading::new(&args.read)?;
    let catalogue = load(&reading.corpus, Needs { cues: true, opened: true, ..Needs::default() });
    let mut measured = Measured::default();
    let engine = &reading.corpus.engine;
    for view in matching(&reading.corpus, &catalogue, &filter)
        .into_iter()
        .filter_map(|id| catalogue.view(id))
    {
        let judgements = view.judgements();
        let mut named = judgements.iter().filter(|j| j.is_named(&args.label)).peekable();
        if named.peek().is_none() {
            measured.missing += 1;
            continue;
        }
        let Some(positive) = named.find_map(|j| j.positive) else {
            measured.unparsed += 1;
            continue;
        };
        let Some(score) = view.score() else {
            measured.unscored += 1;
            continue;
        };
        measured.scores.push(score);
        measured.positive.push(positive);
        let pack = engine.pack_for(view.setting()).map_or("none", |p| p.name.as_str());
        *measured.packs.entry(pack.to_owned()).or_default() += 1;
    }
    reading.is_sound()?;
    let figures = figures(&measured.scores, &measured.positive);
    let mut out = out();
    match args.format {
        CheckFormat::Json => {
            json::write_line(&mut out, &as_json(&figures, &measured, &args.label))?;
        }
        CheckFormat::Table => table(&figures, &measured, &args.label, &mut out)?,
    }
    out.flush()?;
    reading.is_sound()?;
    Ok(if !reading.unopened.is_empty() {
        Exit::CannotOpen
    } else if figures.n == 0 {
        Exit::Nothing
    } else {
        Exit::Fine
    })
}

fn as_json(figures: &Figures, measured: &Measured, label: &str) -> serde_json::Value {
    json!({
        "label": label,
        "n": figures.n,
        "positives": figures.positives,
        "auroc": figures.auroc.map(|a| a.value),
        "auroc_low": figures.auroc.map(|a| a.low),
        "auroc_high": figures.auroc.map(|a| a.high),
        "average_precision": figures.average_precision,
        "recall_at_1_fp": figures.recall_at_1_fp,
        "recall_at_2pct_fp": figures.recall_at_2pct_fp,
        "unparsed": measured.unparsed,
        "missing": measured.missing,
        "unscored": measured.unscored,
        "packs": measured.packs,
    })
}

fn table(
    figures: &Figures,
    measured: &Measured,
    label: &str,
    out: &mut impl Write,
) -> Result<(), Failure> {
    let number = |x: Option<f64>| x.map_or_else(|| "undefined".to_owned(), |x| format!("{x:.3}"));
    writeln!(out, "label               {}", sanitize_line(label))?;
    writeln!(out, "transcripts         {} ({} positive)", figures.n, figures.positives)?;
    match figures.auroc {
        Some(a) => writeln!(
            out,
            "AUROC               {:.3} (95% {:.3} to {:.3}, DeLong)",
            a.value, a.low, a.high
        )?,
        None => writeln!(out, "AUROC               undefined: it needs a positive and a negative")?,
    }
    writeln!(out, "average precision   {}", number(figures.average_precision))?;
    writeln!(out, "recall at 1 FP      {}", number(figures.recall_at_1_fp))?;
    writeln!(out, "recall at 2% FP     {}", number(figures.recall_at_2pct_fp))?;
    writeln!(
        out,
        "left out            {} unparsed, {} without the label, {} without reasoning text",
        measured.unparsed, measured.missing, measured.unscored
    )?;
    let packs: Vec<String> =
        measured.packs.iter().map(|(name, n)| format!("{name} ({n})")).collect();
    writeln!(out, "packs               {}", sanitize_line(&packs.join(", ")))?;
    Ok(())
}
