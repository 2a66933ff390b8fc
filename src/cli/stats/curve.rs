//! A threshold curve as a table for people, as JSON (docs/JSON.md) and as CSV.

use std::io::Write;

use serde_json::{Map, Value, json};

use super::Failure;
use super::print::{counted, interval, percent, rate};
use super::report::rate as rate_json;
use crate::cli::list::csv_cell;
use crate::corpus::{
    Agreement, Answer, Bar, Confusion, CurveAsk, Cut, Known, Level, Question, ThresholdCurve,
};
use crate::text::{sanitize_line, thousands, truncate_middle, width};

/// Groups that have a column; CSV and JSON have all.
const MOST_COLUMNS: usize = 6;
/// Raters that are named.
const MOST_RATERS: usize = 8;
/// Widest column of a value.
const WIDEST: usize = 24;

/// A figure from 0 to 1 that is no rate.
fn figure(figure: Option<f64>) -> String {
    figure.map_or_else(|| "undefined".to_owned(), |f| format!("{f:.3}"))
}

/// For people.
pub(super) fn table(
    question: &Question,
    ask: &CurveAsk,
    answer: &Answer,
    curve: &ThresholdCurve,
    out: &mut impl Write,
) -> Result<(), Failure> {
    let all = curve.known;
    let mut head = counted(total(all), "transcript", "transcripts");
    if curve.copies > 0 {
        let copies = counted(curve.copies, "identical record", "identical records");
        head = format!("{head} · {copies} not counted again");
    }
    if !question.filter.is_empty() {
        head = format!("{head} · {}", sanitize_line(&question.filter.to_string()));
    }
    writeln!(out, "{head}")?;
    if answer.selected {
        writeln!(out, "selected on a result: rates are of what was selected")?;
    }
    let (label, by) = (ask.label.to_string(), ask.by.name());
    let (label, by) = (sanitize_line(&label), sanitize_line(&by));
    writeln!(out, "\n{label} {} each threshold, by {by} · Wilson 95%", curve.in_words())?;
    for line in about(curve).into_iter().chain(answer.reviewed.caution()) {
        writeln!(out, "{line}")?;
    }
    if all.n == 0 {
        writeln!(out, "{label} has no numbers here, so no threshold")?;
        return Ok(());
    }
    if let Some(found) = &curve.agreement {
        for line in agreement(found) {
            writeln!(out, "{line}")?;
        }
    }
    writeln!(out)?;
    levels(curve, out)
}

fn total(known: Known) -> usize {
    known.n + known.other + known.unparsed + known.missing
}

/// What stands above the levels: thresholds in force, what has no number, who gave them.
fn about(curve: &ThresholdCurve) -> Vec<String> {
    let (mut lines, all) = (Vec::new(), curve.known);
    lines.push(format!(
        "{} with a number · {} with a word alone · {} unparsed · {} without it",
        thousands(all.n),
        thousands(all.other),
        thousands(all.unparsed),
        thousands(all.missing)
    ));
    for bar in &curve.bars {
        let name = sanitize_line(&bar.label);
        lines.push(format!("in force for {name}: positive {bar}"));
    }
    for r in curve.raters.iter().take(MOST_RATERS) {
        let (rater, label) = (sanitize_line(&r.rater), sanitize_line(&r.label));
        lines.push(format!("rater {rater}, label {label}: {}", thousands(r.n)));
    }
    if curve.raters.len() > MOST_RATERS {
        lines.push(format!("and {} more", curve.raters.len() - MOST_RATERS));
    }
    if curve.raters.len() > 1 {
        let which = if curve.below { "lowest" } else { "highest" };
        lines.push(format!("several raters: the {which} number of a transcript counts"));
    }
    if let Some(votes) = curve.votes {
        lines.push(format!("shares of {votes} votes, or of a multiple of them"));
    }
    if curve.quantiles {
        let distinct = thousands(curve.distinct);
        lines.push(format!("{distinct} different numbers: thresholds are quantiles of them"));
    }
    if let Some(look) = &curve.look {
        let n = counted(look.n, "transcript", "transcripts");
        lines.push(format!("look at this: {} to below {}: {n}", look.low, look.high));
    }
    lines
}

fn agreement(found: &Agreement) -> Vec<String> {
    let asked = found.asked.to_string();
    let how = if found.given { "" } else { ", found (--reference chooses)" };
    let mut lines = vec![
        format!("reference {}{how}", sanitize_line(&asked)),
        format!("{} with both, {} yes", thousands(found.n), thousands(found.positives)),
    ];
    let auroc = found.auroc.map_or_else(
        || "undefined".to_owned(),
        |a| format!("{:.3} ({:.3}–{:.3}, 95% {})", a.value, a.low, a.high, a.by),
    );
    let (precision, brier) = (figure(found.average_precision), figure(found.brier));
    lines.push(format!("AUROC {auroc} · average precision {precision} · Brier {brier}"));
    if found.own {
        let warning = "the reference rests on these very numbers: agreement with it says nothing";
        lines.push(warning.to_owned());
    }
    lines
}

/// `30.0% 20.1–44.0% 3/10`.
fn cell(cut: Cut) -> String {
    let (value, between) = (rate(cut.rate), interval(cut.rate.interval()));
    let of = format!("{}/{}", thousands(cut.rate.k), thousands(cut.rate.n));
    [value, between, of].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// `+3 -1`: to yes, and to no.
fn flips(cut: Cut) -> String {
    match (cut.to_yes, cut.to_no) {
        (0, 0) => "0".to_owned(),
        (yes, 0) => format!("+{}", thousands(yes)),
        (0, no) => format!("-{}", thousands(no)),
        (yes, no) => format!("+{} -{}", thousands(yes), thousands(no)),
    }
}

fn confusion(found: Confusion) -> [String; 7] {
    let share = |value: Option<f64>| value.map_or_else(|| "undefined".to_owned(), percent);
    [
        thousands(found.true_positives),
        thousands(found.false_positives),
        thousands(found.false_negatives),
        thousands(found.true_negatives),
        share(found.recall()),
        share(found.precision()),
        share(found.false_positive_rate()),
    ]
}

fn levels(curve: &ThresholdCurve, out: &mut impl Write) -> Result<(), Failure> {
    let mut rows: Vec<Vec<String>> = Vec::new();
    let numbered = curve.groups.iter().enumerate().filter(|(_, side)| side.known.n > 0);
    let shown: Vec<(usize, String)> = numbered
        .take(MOST_COLUMNS)
        .map(|(n, side)| (n, truncate_middle(&side.by.value, WIDEST).into_owned()))
        .collect();
    let mut head =
        vec![curve.test().to_owned(), String::new(), "all".to_owned(), "flips".to_owned()];
    for (_, name) in &shown {
        head.extend([name.clone(), "flips".to_owned()]);
    }
    if curve.agreement.is_some() {
        let words = ["TP", "FP", "FN", "TN", "recall", "precision", "FPR"];
        head.extend(words.map(str::to_owned));
    }
    rows.push(head);
    for (level, title) in curve.levels.iter().zip(curve.titles()) {
        let sign = match (level.in_force, level.look) {
            (true, _) => "in force",
            (false, true) => "look",
            (false, false) => "",
        };
        let mut row = vec![title, sign.to_owned()];
        let groups = shown.iter().filter_map(|(n, _)| level.groups.get(*n));
        for cut in std::iter::once(&level.all).chain(groups) {
            row.extend([cell(*cut), flips(*cut)]);
        }
        row.extend(level.confusion.into_iter().flat_map(confusion));
        rows.push(row);
    }
    let columns = rows.first().map_or(0, Vec::len);
    let wide = |n: usize| rows.iter().filter_map(|r| r.get(n)).map(|c| width(c)).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(wide).collect();
    for row in rows {
        let cells = row.iter().zip(&widths).enumerate().map(|(n, (cell, wide))| {
            let pad = " ".repeat(wide.saturating_sub(width(cell)));
            if n == 1 { format!("{cell}{pad}") } else { format!("{pad}{cell}") }
        });
        writeln!(out, "{}", cells.collect::<Vec<String>>().join("  ").trim_end())?;
    }
    let more = curve.groups.len() - shown.len() + curve.more_groups;
    if more > 0 {
        writeln!(out, "and {} without a column (--format csv)", counted(more, "group", "groups"))?;
    }
    writeln!(out, "flips: + would be yes, - would be no, against what is in force")?;
    Ok(())
}

fn known(of: Known) -> Value {
    json!({"n": of.n, "other": of.other, "unparsed": of.unparsed, "missing": of.missing})
}

fn cut(cut: Cut) -> Map<String, Value> {
    let mut map = rate_json(cut.rate);
    map.insert("to_yes".to_owned(), json!(cut.to_yes));
    map.insert("to_no".to_owned(), json!(cut.to_no));
    map
}

fn level_json(level: &Level) -> Value {
    let mut map = Map::new();
    map.insert("threshold".to_owned(), json!(level.threshold));
    map.insert("in_force".to_owned(), json!(level.in_force));
    map.insert("look".to_owned(), json!(level.look));
    map.append(&mut cut(level.all));
    let groups: Vec<Value> = level.groups.iter().map(|own| Value::Object(cut(*own))).collect();
    map.insert("groups".to_owned(), Value::Array(groups));
    let confusion = level.confusion.map(|c| {
        json!({
            "true_positives": c.true_positives,
            "false_positives": c.false_positives,
            "false_negatives": c.false_negatives,
            "true_negatives": c.true_negatives,
            "recall": c.recall(),
            "precision": c.precision(),
            "false_positive_rate": c.false_positive_rate(),
        })
    });
    map.insert("confusion".to_owned(), json!(confusion));
    map.insert("flips".to_owned(), json!(level.flips));
    Value::Object(map)
}

/// The keys of docs/JSON.md.
pub(super) fn as_json(
    question: &Question,
    ask: &CurveAsk,
    answer: &Answer,
    curve: &ThresholdCurve,
) -> Value {
    let by = ask.by.name();
    let groups: Vec<Value> = curve
        .groups
        .iter()
        .map(|side| json!({"by": {&by: side.by.value}, "known": known(side.known), "filter": side.by.filter}))
        .collect();
    let bar = |bar: &Bar| json!({"label": bar.label, "threshold": bar.threshold.typed(), "from": bar.from});
    let raters: Vec<Value> = curve
        .raters
        .iter()
        .map(|r| json!({"label": r.label, "rater": r.rater, "n": r.n}))
        .collect();
    let agreement = curve.agreement.as_ref().map(|found| {
        json!({
            "reference": found.asked.to_string(),
            "given": found.given,
            "own": found.own,
            "n": found.n,
            "positives": found.positives,
            "auroc": found.auroc.map(|a| a.value),
            "auroc_low": found.auroc.map(|a| a.low),
            "auroc_high": found.auroc.map(|a| a.high),
            "average_precision": found.average_precision,
            "brier": found.brier,
        })
    });
    let look = curve.look.as_ref().map(
        |look| json!({"low": look.low, "high": look.high, "n": look.n, "filter": look.filter}),
    );
    json!({
        "transcripts": total(curve.known),
        "copies": curve.copies,
        "filter": question.filter.to_string(),
        "selected": answer.selected,
        "label": ask.label.to_string(),
        "by": [by],
        "interval": "Wilson 95%",
        "in_force": curve.bars.iter().map(bar).collect::<Vec<Value>>(),
        "raters": raters,
        "known": known(curve.known),
        "groups": groups,
        "more_groups": curve.more_groups,
        "test": curve.test(),
        "distinct": curve.distinct,
        "quantiles": curve.quantiles,
        "votes": curve.votes,
        "look": look,
        "agreement": agreement,
        "levels": curve.levels.iter().map(level_json).collect::<Vec<Value>>(),
    })
}

/// The thresholds: a line for all transcripts, then one for each group.
pub(super) fn csv(curve: &ThresholdCurve, safe: bool, out: &mut impl Write) -> Result<(), Failure> {
    writeln!(
        out,
        "threshold,in_force,look,scope,group,k,n,rate,low,high,to_yes,to_no,true_positives,false_positives,\
         false_negatives,true_negatives,recall,precision,false_positive_rate,test"
    )?;
    let number = |x: Option<f64>| x.map_or_else(String::new, |x| x.to_string());
    for level in &curve.levels {
        let all = (("all", ""), level.all, level.confusion);
        let groups = curve.groups.iter().zip(&level.groups);
        let groups = groups.map(|(side, cut)| (("group", &*side.by.value), *cut, None));
        for ((scope, group), cut, confusion) in std::iter::once(all).chain(groups) {
            let (rate, between) = (cut.rate, cut.rate.interval());
            let mut cells = vec![
                level.threshold.to_string(),
                level.in_force.to_string(),
                level.look.to_string(),
                scope.to_owned(),
                csv_cell(group, safe),
                rate.k.to_string(),
                rate.n.to_string(),
                number(rate.value()),
                number(between.map(|i| i.low)),
                number(between.map(|i| i.high)),
                cut.to_yes.to_string(),
                cut.to_no.to_string(),
            ];
            let counts = confusion.map(|c| {
                [c.true_positives, c.false_positives, c.false_negatives, c.true_negatives]
            });
            let shares = |c: Confusion| [c.recall(), c.precision(), c.false_positive_rate()];
            cells.extend(counts.map_or_else(Default::default, |c| c.map(|n| n.to_string())));
            let shares = confusion.map(|c| shares(c).map(number));
            cells.extend(shares.unwrap_or_default());
            cells.push(curve.test().to_owned());
            writeln!(out, "{}", cells.join(","))?;
        }
    }
    Ok(())
}
