//! `undertone cues common`: sentences that many scratchpads share, and rules that fire inside them.

use std::io::Write;

use serde_json::json;

use super::args::{CheckFormat, CommonArgs};
use super::json;
use super::output::{Exit, Failure, out};
use super::plan::{Reading, load};
use crate::corpus::{Common, CommonRule, per_cent};
use crate::query::Needs;
use crate::text::sanitize_line;

/// Runs the command.
///
/// # Errors
/// Paths, writing.
pub fn run(args: &CommonArgs) -> Result<Exit, Failure> {
    let reading = Reading::new(&args.read)?;
    let catalogue = load(&reading.corpus, Needs::default());
    let common = reading.corpus.common(&catalogue, &args.label, &|| true).unwrap_or_default();
    reading.is_sound()?;
    let mut out = out();
    match args.format {
        CheckFormat::Json => json::write_line(&mut out, &as_json(&common, &args.label))?,
        CheckFormat::Table => table(&common, &args.label, &mut out)?,
    }
    out.flush()?;
    reading.is_sound()?;
    Ok(if !reading.unopened.is_empty() {
        Exit::CannotOpen
    } else if common.sentences.is_empty() {
        Exit::Nothing
    } else {
        Exit::Fine
    })
}

fn as_json(common: &Common, label: &str) -> serde_json::Value {
    let share = |count: u32| f64::from(count) / f64::from(common.pads.max(1));
    let sentences = common.sentences.iter().map(|s| {
        let rules = s.rules.iter().map(|(id, n)| json!({"id": id, "marks": n}));
        json!({
            "text": s.text,
            "count": s.count,
            "share": share(s.count),
            "rules": rules.collect::<Vec<_>>(),
        })
    });
    let rules = common.rules.iter().map(|r| {
        json!({
            "id": r.id,
            "marks": r.marks,
            "inside": r.inside,
            "fires_in_positives": r.fires.0,
            "fires_in_negatives": r.fires.1,
        })
    });
    json!({
        "transcripts": common.pads,
        "unreadable": common.unreadable,
        "least": common.least,
        "lost": common.lost,
        "label": label,
        "positives": common.labelled.0,
        "negatives": common.labelled.1,
        "sentences": sentences.collect::<Vec<_>>(),
        "rules": rules.collect::<Vec<_>>(),
    })
}

fn table(common: &Common, label: &str, out: &mut impl Write) -> Result<(), Failure> {
    writeln!(
        out,
        "{} transcripts with reasoning; sentences in at least {} of them: {}",
        common.pads,
        common.least,
        common.sentences.len()
    )?;
    if common.lost > 0 {
        writeln!(out, "there are so many sentences that counts may be {} too low", common.lost)?;
    }
    if common.unreadable > 0 {
        writeln!(out, "{} transcripts could not be read again", common.unreadable)?;
    }
    for sentence in &common.sentences {
        let share = per_cent(sentence.count, common.pads);
        writeln!(out, "{:>6} {share:>3}%  {}", sentence.count, sanitize_line(&sentence.text))?;
        for (rule, n) in &sentence.rules {
            writeln!(out, "               {} ×{n}", sanitize_line(rule))?;
        }
    }
    if common.rules.iter().any(|rule| rule.inside > 0) {
        writeln!(out, "\nrules by how many of their marks stand in such sentences")?;
    }
    for rule in common.rules.iter().filter(|rule| rule.inside > 0) {
        writeln!(out, "{}", sanitize_line(&of_rule(rule, common, label)))?;
    }
    Ok(())
}

/// `af.x.01: 56% of its 120 marks; it fires in 60% of positives and in 56% of negatives (alignment_faking)`.
fn of_rule(rule: &CommonRule, common: &Common, label: &str) -> String {
    let inside = per_cent(rule.inside, rule.marks);
    let line = format!("{:<24} {inside:>3}% of its {} marks", rule.id, rule.marks);
    let (positives, negatives) = common.labelled;
    if positives == 0 || negatives == 0 {
        return line;
    }
    format!(
        "{line}; it fires in {}% of positives and in {}% of negatives ({label})",
        per_cent(rule.fires.0, positives),
        per_cent(rule.fires.1, negatives)
    )
}
