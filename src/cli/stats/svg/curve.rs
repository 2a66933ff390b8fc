//! A threshold curve as a drawing: a line for each group, and ROC and PR where there is a reference.

use std::fmt::Write as _;

use super::super::print::{counted, percent};
use super::about;
use super::drawing::{Drawing, ROW};
use crate::corpus::{Answer, CurveAsk, Question, ThresholdCurve};
use crate::text::{thousands, truncate_middle, width};

/// Most lines of a plot; CSV has all.
const MOST_LINES: usize = 6;
/// Dashes of the lines.
const DASHES: [&str; MOST_LINES] = ["none", "7 3", "2 3", "9 3 2 3", "1 5", "14 4"];
/// Most thresholds with a dot and whiskers.
const MOST_WHISKERS: usize = 40;
/// Columns of a group's name beside the plot, with its number.
const LEGEND: usize = 26;
const SMALL: &str = " font-size=\"11\"";

/// The curve, and the agreement with a reference.
pub(super) fn thresholds(
    drawing: &mut Drawing,
    question: &Question,
    answer: &Answer,
    ask: &CurveAsk,
    curve: &ThresholdCurve,
) {
    let known = curve.known;
    let total = known.n + known.other + known.unparsed + known.missing;
    drawing.heading(&format!(
        "{} {} each threshold, by {} · Wilson 95%",
        ask.label,
        curve.in_words(),
        ask.by.name()
    ));
    about(drawing, question, answer, total, curve.copies);
    drawing.remark(&format!(
        "n = {} with a number · {} unparsed, {} without it",
        thousands(known.n),
        thousands(known.unparsed),
        thousands(known.missing)
    ));
    let mut bars: Vec<String> = curve.bars.iter().map(ToString::to_string).collect();
    bars.dedup();
    let in_force = if bars.is_empty() { "nothing".to_owned() } else { bars.join(", ") };
    drawing.remark(&format!("in force: {in_force}"));
    let ends = curve.levels.first().zip(curve.levels.last());
    let Some((low, high)) = ends.map(|(a, b)| (a.threshold, b.threshold)) else { return };
    let (left, top, wide, tall) = (70.0, drawing.y + ROW, 560.0, 300.0);
    let span = if high > low { high - low } else { 1.0 };
    let place = |t: f64, share: f64| {
        (left + ((t - low) / span).clamp(0.0, 1.0) * wide, top + (1.0 - share) * tall)
    };
    if let Some(look) = &curve.look {
        let (from, to) = (place(look.low, 1.0).0, place(look.high, 1.0).0);
        let _ = writeln!(
            drawing.body,
            "<rect x=\"{from:.1}\" y=\"{top:.1}\" width=\"{:.1}\" height=\"{tall}\" fill=\"#e8e8e8\"/>",
            to - from
        );
        drawing.text(from + 3.0, top + 12.0, " font-size=\"10\"", "look at this");
    }
    frame(
        drawing,
        (left, top, wide, tall),
        (low, high),
        ("threshold", &format!("{} it", curve.in_words())),
    );
    for level in curve.levels.iter().filter(|level| level.in_force) {
        let (x, _) = place(level.threshold, 0.0);
        drawing.line((x, top), (x, top + tall), " stroke=\"black\" stroke-width=\"0.6\"");
        drawing.text(x + 3.0, top + tall - 5.0, " font-size=\"10\"", "in force");
    }
    // Of many thresholds only some have a dot and whiskers.
    let each = curve.levels.len().div_ceil(MOST_WHISKERS).max(1);
    let numbered = curve.groups.iter().enumerate().filter(|(_, side)| side.known.n > 0);
    let lines = numbered.clone().count();
    for (at, (n, side)) in numbered.take(MOST_LINES).enumerate() {
        let dash = DASHES.get(at).copied().unwrap_or("none");
        let mut points = Vec::new();
        for (number, level) in curve.levels.iter().enumerate() {
            let Some(cut) = level.groups.get(n) else { continue };
            let Some(share) = cut.rate.value() else { continue };
            let point = place(level.threshold, share);
            points.push(point);
            if number % each != 0 && !level.in_force {
                continue;
            }
            drawing.dot(point, 2.0);
            // Groups stand a little beside each other, so that whiskers do not hide whiskers.
            let x = point.0 + at as f64 * 2.0;
            if let Some(i) = cut.rate.interval() {
                let ends = (place(0.0, i.low).1, place(0.0, i.high).1);
                drawing.line((x, ends.0), (x, ends.1), " stroke=\"#777\" stroke-width=\"0.7\"");
            }
        }
        drawing.path(&points, dash);
        let y = top + 12.0 + at as f64 * ROW;
        drawing.path(&[(left + wide + 20.0, y), (left + wide + 70.0, y)], dash);
        let known = format!(" (n = {})", thousands(side.known.n));
        let name = truncate_middle(&side.by.value, LEGEND.saturating_sub(width(&known)));
        drawing.text(left + wide + 78.0, y + 4.0, SMALL, &format!("{name}{known}"));
    }
    if lines + curve.more_groups > MOST_LINES {
        let y = top + 12.0 + MOST_LINES as f64 * ROW;
        let more = counted(lines + curve.more_groups - MOST_LINES, "group", "groups");
        drawing.text(left + wide + 20.0, y + 4.0, SMALL, &format!("{more} not drawn"));
    }
    drawing.y = top + tall + ROW * 1.5;
    agreement(drawing, curve);
}

/// A number in few digits.
fn short(number: f64) -> String {
    let text = format!("{number:.4}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A box with marks at the ends and names of both axes.
fn frame(
    drawing: &mut Drawing,
    (left, top, wide, tall): (f64, f64, f64, f64),
    (low, high): (f64, f64),
    (x, y): (&str, &str),
) {
    let _ = writeln!(
        drawing.body,
        "<rect x=\"{left:.1}\" y=\"{top:.1}\" width=\"{wide}\" height=\"{tall}\" fill=\"none\" stroke=\"black\"/>"
    );
    let small = " font-size=\"10\"";
    let middle = " font-size=\"10\" text-anchor=\"middle\"";
    let right = " font-size=\"10\" text-anchor=\"end\"";
    let below = top + tall + 14.0;
    drawing.text(left, below, small, &short(low));
    drawing.text(left + wide, below, right, &short(high));
    drawing.text(left + wide / 2.0, below, middle, x);
    drawing.text(left - 5.0, top + 4.0, right, "100%");
    drawing.text(left - 5.0, top + tall, right, "0%");
    drawing.text(left, top - 5.0, small, y);
}

fn agreement(drawing: &mut Drawing, curve: &ThresholdCurve) {
    let Some(found) = &curve.agreement else { return };
    drawing.heading(&format!("against {}", found.asked));
    let auroc = found.auroc.map_or_else(
        || "undefined".to_owned(),
        |a| format!("{:.3} ({:.3}–{:.3}, 95% {})", a.value, a.low, a.high, a.by),
    );
    let figure = |f: Option<f64>| f.map_or_else(|| "undefined".to_owned(), |f| format!("{f:.3}"));
    drawing.remark(&format!(
        "n = {}, {} yes · AUROC {auroc} · average precision {} · Brier {}",
        thousands(found.n),
        thousands(found.positives),
        figure(found.average_precision),
        figure(found.brier)
    ));
    if found.own {
        drawing.remark("it rests on these very numbers: agreement says nothing");
    }
    let now = curve.levels.iter().find(|level| level.in_force).and_then(|level| level.confusion);
    let roc = now.and_then(|c| c.false_positive_rate().zip(c.recall()));
    let pr = now.and_then(|c| c.recall().zip(c.precision()));
    let top = drawing.y + ROW * 1.5;
    let size = 240.0;
    for (left, points, now, names) in [
        (70.0, &found.roc, roc, ("false positive rate", "recall")),
        (400.0, &found.recall_precision, pr, ("recall", "precision")),
    ] {
        frame(drawing, (left, top, size, size), (0.0, 1.0), names);
        let place = |(x, y): (f64, f64)| (left + x * size, top + (1.0 - y) * size);
        if points.is_empty() {
            let (x, y) = place((0.5, 0.5));
            drawing.text(x, y, " font-size=\"11\" text-anchor=\"middle\"", "undefined");
        }
        drawing.path(&points.iter().map(|p| place(*p)).collect::<Vec<_>>(), "none");
        if let Some(point) = now {
            let (x, y) = place(point);
            drawing.dot((x, y), 4.0);
            let shown = format!("in force: {}, {}", percent(point.0), percent(point.1));
            drawing.text(
                left + size / 2.0,
                top + size + 28.0,
                " font-size=\"10\" text-anchor=\"middle\"",
                &shown,
            );
        }
    }
    drawing.y = top + size + ROW;
}
