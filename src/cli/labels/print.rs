//! Labels as a table for people and as JSON.

use std::fmt::Write as _;
use std::io::Write;

use serde_json::{Value, json};

use super::{Failure, Label, Rater};
use crate::corpus::Catalogue;
use crate::ingest::LabelRules;
use crate::ingest::labels::ThresholdFrom;
use crate::text::{pad, sanitize_line, truncate, width};

/// Columns of the table.
const COLUMNS: usize = 80;
/// Columns of a label's name.
const NAME: usize = 28;
/// Categories that are named.
const NAMED: usize = 8;

/// Where a threshold comes from, in words: kind, and the file.
fn from(source: ThresholdFrom<'_>) -> (&'static str, Option<&str>) {
    let file = if let ThresholdFrom::File(file) = source { Some(file) } else { None };
    (source.as_str(), file)
}

/// The JSON object.
pub(super) fn report(labels: &[Label], catalogue: &Catalogue, rules: &LabelRules) -> Value {
    let all = catalogue.seen();
    let rater = |rater: &Rater| {
        let values: Vec<Value> = rater
            .categories()
            .into_iter()
            .map(|(value, n)| json!({"value": value, "n": n}))
            .collect();
        let range = rater.range();
        json!({
            "rater": rater.name,
            "type": rater.kind(),
            "positive": rater.positive,
            "negative": rater.negative,
            "neither": rater.neither,
            "unparsed": rater.unparsed,
            "missing": all.saturating_sub(rater.judged()),
            "repeated": rater.repeated,
            "min": range.map(|r| r.0),
            "max": range.map(|r| r.1),
            "distinct": range.map(|_| rater.distinct()),
            "steps": rater.steps(),
            "values": values,
        })
    };
    let label = |label: &Label| {
        let in_force = label.has_numbers() && rules.has_threshold(&label.name);
        let (threshold, source) = rules.threshold_from(&label.name);
        let (kind, file) = from(source);
        json!({
            "name": label.name,
            "canonical": label.canonical,
            "type": label.kind(),
            "threshold": in_force.then(|| threshold.typed()),
            "threshold_from": in_force.then_some(kind),
            "threshold_file": file.filter(|_| in_force),
            "raters": label.raters.iter().map(rater).collect::<Vec<_>>(),
        })
    };
    json!({"transcripts": all, "labels": labels.iter().map(label).collect::<Vec<_>>()})
}

/// The table: a line for each label and rater, what a label is below its name.
pub(super) fn table(
    labels: &[Label],
    catalogue: &Catalogue,
    rules: &LabelRules,
    out: &mut impl Write,
) -> Result<(), Failure> {
    let all = catalogue.seen();
    if labels.is_empty() {
        writeln!(out, "no labels in {all} transcripts")?;
        return Ok(());
    }
    let header = ["positive", "negative", "neither", "unparsed", "missing"];
    let mut line = pad("label", NAME);
    for word in header {
        let _ = write!(line, "{word:>10}");
    }
    writeln!(out, "{}", line.trim_end())?;
    for label in labels {
        let several = label.raters.len() > 1;
        // A name that is too long for its column has a line of its own: cut, it could be another's.
        let apart = several || width(&label.name) > NAME;
        if apart {
            writeln!(out, "{}", truncate(&label.name, COLUMNS))?;
        }
        for rater in &label.raters {
            let name = if apart { format!("  {}", rater.name) } else { label.name.clone() };
            let missing = all.saturating_sub(rater.judged());
            let mut line = pad_keeping_spaces(&name);
            let counts = [rater.positive, rater.negative, rater.neither, rater.unparsed, missing];
            for n in counts {
                let _ = write!(line, "{n:>10}");
            }
            writeln!(out, "{line}")?;
            if several {
                for sentence in values(rater) {
                    wrapped(&sentence, 4, out)?;
                }
            }
        }
        wrapped(&about(label, rules), 2, out)?;
        if let (false, Some(rater)) = (several, label.raters.first()) {
            for sentence in values(rater) {
                wrapped(&sentence, 2, out)?;
            }
        }
    }
    let plural = if labels.len() == 1 { "label" } else { "labels" };
    writeln!(out, "\n{} {plural} in {all} transcripts", labels.len())?;
    Ok(())
}

/// `pad` folds white space at the start; the name of a rater stands two columns in.
fn pad_keeping_spaces(name: &str) -> String {
    match name.strip_prefix("  ") {
        Some(name) => format!("  {}", pad(name, NAME - 2)),
        None => pad(name, NAME),
    }
}

/// Type, canonical name, threshold, rater.
fn about(label: &Label, rules: &LabelRules) -> String {
    let mut parts = vec![label.kind().to_owned()];
    if !label.canonical.is_empty() {
        let names: Vec<&str> = label.canonical.iter().map(String::as_str).collect();
        parts.push(format!("counts as {}", names.join(", ")));
    }
    if label.has_numbers() {
        let (threshold, source) = rules.threshold_from(&label.name);
        parts.push(match (rules.has_threshold(&label.name), from(source)) {
            (false, _) => "no threshold: a count or grade".to_owned(),
            (true, (_, Some(file))) => format!("positive {threshold} (file {file})"),
            (true, (kind, None)) => format!("positive {threshold} ({kind})"),
        });
    }
    match label.raters.as_slice() {
        [one] if one.name == "source" => {}
        [one] => parts.push(format!("rater {}", one.name)),
        several => parts.push(format!("{} raters, not pooled", several.len())),
    }
    parts.join(" · ")
}

/// What the values are.
fn values(rater: &Rater) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some((low, high)) = rater.range() {
        let distinct = rater.distinct();
        let values = if distinct == 1 { "value" } else { "values" };
        let steps = rater.steps().map_or_else(String::new, |n| format!(", all multiples of 1/{n}"));
        lines.push(format!("{low} to {high}, {distinct} different {values}{steps}"));
    }
    let categories = rater.categories();
    if !categories.is_empty() {
        let named: Vec<String> = categories
            .iter()
            .take(NAMED)
            .map(|(word, n)| format!("{} {n}", truncate(word, 40)))
            .collect();
        let more = categories.len().saturating_sub(NAMED);
        let more = if more > 0 { format!(", and {more} more") } else { String::new() };
        lines.push(format!("{}{more}", named.join(", ")));
    }
    if rater.repeated > 0 {
        lines.push(format!(
            "{} further judgements of the same transcripts, not counted",
            rater.repeated
        ));
    }
    lines
}

/// A sentence over as many lines as it needs, each of at most [`COLUMNS`], indented.
fn wrapped(text: &str, indent: usize, out: &mut impl Write) -> Result<(), Failure> {
    let text = sanitize_line(text);
    let mut line = String::new();
    for word in text.split(' ') {
        let word = truncate(word, COLUMNS - indent);
        if !line.is_empty() && indent + width(&line) + 1 + width(&word) > COLUMNS {
            writeln!(out, "{:indent$}{line}", "")?;
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(&word);
    }
    writeln!(out, "{:indent$}{line}", "")?;
    Ok(())
}
