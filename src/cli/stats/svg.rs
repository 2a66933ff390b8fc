//! What was counted as a drawing: rates with whiskers, the gap, outcome and label crossed, or a threshold curve with its ROC and PR.
//!
//! Black on white, and lines are told apart by dashes and shapes, so that it can be printed.

mod curve;
mod drawing;

use std::fmt::Write as _;

use self::drawing::Drawing;
use super::print::counted;
use crate::corpus::{Answer, By, Gap, Question, Tally};
use crate::model::OutcomeValue;
use crate::query::Said;
use crate::stats::Interval;
use crate::text::thousands;

/// Most rows of a plot; CSV has all.
const MOST_ROWS: usize = 200;

/// The drawing.
pub(super) fn svg(question: &Question, answer: &Answer) -> String {
    let mut drawing = Drawing::default();
    let title = match (&answer.curve, &question.curve, &question.ask.label) {
        (Some(found), Some(ask), _) => {
            curve::thresholds(&mut drawing, question, answer, ask, found);
            ask.label.to_string()
        }
        (.., label) => {
            rates(&mut drawing, question, answer);
            let noun = question.measure.noun();
            label.as_ref().map_or_else(|| noun.to_owned(), ToString::to_string)
        }
    };
    drawing.done(&title)
}

/// How many, by what filter, and whether that selects on a result.
fn about(drawing: &mut Drawing, question: &Question, answer: &Answer, n: usize, copies: usize) {
    let mut text = counted(n, "transcript", "transcripts");
    if copies > 0 {
        let _ = write!(text, " · {} identical not counted again", thousands(copies));
    }
    if !question.filter.is_empty() {
        let _ = write!(text, " · {}", question.filter);
    }
    drawing.remark(&text);
    if answer.selected {
        drawing.remark("selected on a result");
    }
}

fn rates(drawing: &mut Drawing, question: &Question, answer: &Answer) {
    let (numbers, label) = (&answer.numbers, &question.ask.label);
    let by: Vec<String> = question.ask.by.iter().map(By::name).collect();
    let what = label.as_ref().map_or_else(|| question.measure.title(), ToString::to_string);
    drawing.heading(&format!("{what} by {} · Wilson 95%", by.join(" and ")));
    about(drawing, question, answer, numbers.all.total(), numbers.copies);
    if label.is_some() {
        let bar = answer.bar.as_ref().map_or_else(String::new, |bar| format!("positive {bar} · "));
        let [neither, unparsed, missing] = [Said::Neither, Said::Unparsed, Said::Missing]
            .map(|said| thousands(numbers.all.said(said)));
        let raters: Vec<String> =
            numbers.raters.iter().take(4).map(|r| format!("{} ({})", r.rater, r.label)).collect();
        let counts = format!("{neither} neither, {unparsed} unparsed, {missing} without it");
        drawing.remark(&format!("{bar}{counts} · rater {}", raters.join(", ")));
    } else {
        let deciders = numbers.all.deciders();
        let by: Vec<String> =
            deciders.iter().map(|(by, n)| format!("{} {}", by.as_str(), thousands(*n))).collect();
        drawing.remark(&format!("outcomes decided by: {}", by.join(", ")));
    }
    let measure = |tally: &Tally| {
        if label.is_some() { tally.label() } else { tally.rate(question.measure) }
    };
    let errors = question.errors;
    if let Some(errors) = errors {
        drawing.remark(&format!(
            "corrected for {errors} (Rogan–Gladen): diamonds; in brackets what lies outside 0–100%, cut to that"
        ));
    }
    if question.measure.counts_partial() {
        drawing.remark("partial counts as compliance");
    }
    drawing.axis(0.0, 1.0);
    for group in numbers.groups.iter().take(MOST_ROWS) {
        let values: Vec<&str> = group.by.iter().map(|value| &*value.value).collect();
        drawing.rate_row(&values.join(" · "), measure(&group.tally), errors);
    }
    drawing.rate_row("all", measure(&numbers.all), errors);
    let more = numbers.groups.len().saturating_sub(MOST_ROWS) + numbers.more_groups;
    if more > 0 {
        drawing.remark(&format!("{} not drawn", counted(more, "group", "groups")));
    }
    let noun = question.measure.noun();
    if let Some(found) = &answer.gap {
        gap(drawing, &format!("gap in {noun}"), found, answer.selected);
    }
    if let (Some(found), Some(asked)) = (&answer.negative, label) {
        gap(drawing, &format!("gap in {noun}, {asked}: no on both sides"), found, true);
    }
    if let Some(asked) = label {
        drawing.heading(&format!("outcome × {asked}"));
        let all = numbers.all.total().max(1);
        drawing.axis(0.0, 1.0);
        for outcome in OutcomeValue::ALL {
            for said in Said::ALL {
                let n = numbers.all.cell(outcome, said);
                if n > 0 {
                    let title = format!("{} · {}", outcome.as_str(), said.as_str());
                    let of = format!("{} of {}", thousands(n), thousands(all));
                    drawing.row(&title, Some(n as f64 / all as f64), None, &of);
                }
            }
        }
    }
}

fn gap(drawing: &mut Drawing, title: &str, gap: &Gap, selected: bool) {
    drawing.heading(&format!("{title} · {}", gap.method.as_str()));
    let n = if gap.method.is_paired() {
        format!("n = {}", counted(gap.pairs, "pair of samples", "pairs of samples"))
    } else {
        let (a, b) = gap.transcripts;
        format!("n = {} and {}, no sample has both", thousands(a), thousands(b))
    };
    drawing.remark(&if selected { format!("{n} · selected on a result") } else { n });
    drawing.axis(-1.0, 1.0);
    let half = |x: f64| f64::midpoint(x, 1.0);
    let ends = gap.interval.map(|i| Interval { low: half(i.low), high: half(i.high) });
    let numbers = match (gap.value, gap.interval) {
        (Some(v), Some(i)) => {
            format!("{:+.1} ({:+.1} to {:+.1})", v * 100.0, i.low * 100.0, i.high * 100.0)
        }
        (Some(v), None) => format!("{:+.1}", v * 100.0),
        (None, _) => "undefined".to_owned(),
    };
    let title = format!("{} − {}", gap.sides.0, gap.sides.1);
    drawing.row(&title, gap.value.map(half), ends, &numbers);
}
