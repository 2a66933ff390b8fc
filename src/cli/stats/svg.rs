//! What was counted as a drawing: rates with whiskers, the gap, outcome and label crossed, or a threshold curve with its ROC and PR.
//!
//! Black on white, and lines are told apart by dashes and shapes, so that it can be printed. Every text is sanitised, then escaped.

use std::fmt::Write as _;

use super::print::{counted, interval, percent, rate};
use crate::corpus::{Answer, By, CurveAsk, Errors, Gap, Question, Rate, Tally, ThresholdCurve};
use crate::model::OutcomeValue;
use crate::query::Said;
use crate::stats::Interval;
use crate::text::{thousands, truncate};

/// Width of the drawing.
const WIDE: f64 = 900.0;
/// Where plots begin, and how wide they are.
const PLOT: (f64, f64) = (250.0, 380.0);
/// Height of a row.
const ROW: f64 = 22.0;
/// Longest text, in columns.
const LONGEST: usize = 120;
/// Most rows and lines of a plot; CSV has all.
const MOST_ROWS: usize = 200;
const MOST_LINES: usize = 6;
/// Dashes of the lines.
const DASHES: [&str; MOST_LINES] = ["none", "7 3", "2 3", "9 3 2 3", "1 5", "14 4"];

fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in truncate(text, LONGEST).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // No characters of XML 1.0.
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

/// Elements, one below the other.
#[derive(Default)]
struct Drawing {
    body: String,
    y: f64,
}

impl Drawing {
    fn text(&mut self, x: f64, y: f64, more: &str, text: &str) {
        let text = escaped(text);
        let _ = writeln!(self.body, "<text x=\"{x:.1}\" y=\"{y:.1}\"{more}>{text}</text>");
    }

    fn line(&mut self, (x1, y1): (f64, f64), (x2, y2): (f64, f64), more: &str) {
        let _ = writeln!(
            self.body,
            "<line x1=\"{x1:.1}\" y1=\"{y1:.1}\" x2=\"{x2:.1}\" y2=\"{y2:.1}\"{more}/>"
        );
    }

    fn dot(&mut self, (x, y): (f64, f64), radius: f64) {
        let _ = writeln!(self.body, "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{radius}\"/>");
    }

    fn path(&mut self, points: &[(f64, f64)], dash: &str) {
        let points: Vec<String> = points.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
        let _ = writeln!(
            self.body,
            "<polyline points=\"{}\" fill=\"none\" stroke=\"black\" stroke-dasharray=\"{dash}\"/>",
            points.join(" ")
        );
    }

    fn heading(&mut self, text: &str) {
        self.y += ROW * 1.5;
        self.text(20.0, self.y, " font-weight=\"bold\"", text);
    }

    fn remark(&mut self, text: &str) {
        self.y += ROW * 0.8;
        self.text(20.0, self.y, " font-size=\"11\"", text);
    }

    /// A horizontal axis of shares between two ends, with five marks.
    fn axis(&mut self, low: f64, high: f64) {
        self.y += ROW;
        let y = self.y;
        self.line((PLOT.0, y), (PLOT.0 + PLOT.1, y), " stroke=\"black\"");
        for n in 0..5 {
            let part = f64::from(n) / 4.0;
            let x = PLOT.0 + part * PLOT.1;
            self.line((x, y), (x, y - 4.0), " stroke=\"black\"");
            let shown = format!("{:.0}%", (low + (high - low) * part) * 100.0);
            self.text(x, y - 7.0, " font-size=\"10\" text-anchor=\"middle\"", &shown);
        }
    }

    /// A row: title, value with whiskers between 0 and 1, numbers.
    fn row(&mut self, title: &str, value: Option<f64>, ends: Option<Interval>, numbers: &str) {
        self.y += ROW;
        let y = self.y;
        let x = |share: f64| PLOT.0 + share.clamp(0.0, 1.0) * PLOT.1;
        self.text(20.0, y + 4.0, "", &truncate(title, 34));
        if let Some(i) = ends {
            self.line((x(i.low), y), (x(i.high), y), " stroke=\"black\"");
            for end in [i.low, i.high] {
                self.line((x(end), y - 4.0), (x(end), y + 4.0), " stroke=\"black\"");
            }
        }
        if let Some(value) = value {
            self.dot((x(value), y), 3.5);
        }
        self.text(PLOT.0 + PLOT.1 + 16.0, y + 4.0, "", numbers);
    }

    fn rate_row(&mut self, title: &str, own: Rate, errors: Option<Errors>) {
        let of = format!("{}/{}", thousands(own.k), thousands(own.n));
        let numbers = format!("{} {} ({of})", rate(own), interval(own.interval()));
        self.row(title, own.value(), own.interval(), &numbers);
        let Some(errors) = errors else { return };
        if let Some(found) = errors.corrected(own) {
            let (x, y) = (PLOT.0 + found.clipped * PLOT.1, self.y);
            let _ = writeln!(
                self.body,
                "<path d=\"M{x:.1} {:.1}l5 5l-5 5l-5 -5z\" fill=\"white\" stroke=\"black\"/>",
                y - 5.0
            );
        }
        self.y += ROW * 0.7;
        let words = format!("corrected {}", errors.corrected_words(own));
        self.text(PLOT.0 + PLOT.1 + 16.0, self.y + 4.0, " font-size=\"11\"", &words);
    }

    fn done(self, title: &str) -> String {
        let high = self.y + ROW * 1.5;
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" \
             viewBox=\"0 0 {WIDE} {high:.0}\" width=\"{WIDE}\" height=\"{high:.0}\" font-family=\"sans-serif\" \
             font-size=\"13\">\n<title>{}</title>\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n{}</svg>\n",
            escaped(title),
            self.body
        )
    }
}

/// The drawing.
pub(super) fn svg(question: &Question, answer: &Answer) -> String {
    let mut drawing = Drawing::default();
    let title = match (&answer.curve, &question.curve, &question.ask.label) {
        (Some(curve), Some(ask), _) => {
            thresholds(&mut drawing, question, answer, ask, curve);
            ask.label.to_string()
        }
        (.., label) => {
            rates(&mut drawing, question, answer);
            label.as_ref().map_or_else(|| "compliance".to_owned(), ToString::to_string)
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
    let what = label.as_ref().map_or_else(|| "compliance rate".to_owned(), ToString::to_string);
    drawing.heading(&format!("{what} by {} · Wilson 95%", by.join(" and ")));
    about(drawing, question, answer, numbers.all.total(), numbers.copies);
    if label.is_some() {
        let bar = answer.bar.as_ref().map_or_else(String::new, |bar| format!("positive {bar} · "));
        let (unparsed, missing) =
            (numbers.all.said(Said::Unparsed), numbers.all.said(Said::Missing));
        let raters: Vec<String> =
            numbers.raters.iter().take(4).map(|r| format!("{} ({})", r.rater, r.label)).collect();
        let counts = format!("{} unparsed, {} without it", thousands(unparsed), thousands(missing));
        drawing.remark(&format!("{bar}{counts} · rater {}", raters.join(", ")));
    } else {
        let deciders = numbers.all.deciders();
        let by: Vec<String> =
            deciders.iter().map(|(by, n)| format!("{} {}", by.as_str(), thousands(*n))).collect();
        drawing.remark(&format!("outcomes decided by: {}", by.join(", ")));
    }
    let measure = |tally: &Tally| {
        if label.is_some() { tally.label() } else { tally.compliance(question.partial) }
    };
    let errors = question.errors;
    if let Some(errors) = errors {
        drawing.remark(&format!(
            "corrected for {errors} (Rogan–Gladen): diamonds; in brackets what lies outside 0–100%, cut to that"
        ));
    }
    if question.partial {
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
    if let Some(found) = &answer.gap {
        gap(drawing, "gap in compliance", found, answer.selected);
    }
    if let (Some(found), Some(asked)) = (&answer.negative, label) {
        gap(drawing, &format!("gap in compliance, {asked}: no on both sides"), found, true);
    }
    if let Some(asked) = label {
        drawing.heading(&format!("outcome × {asked}"));
        let all = numbers.all.total().max(1);
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

fn thresholds(
    drawing: &mut Drawing,
    question: &Question,
    answer: &Answer,
    ask: &CurveAsk,
    curve: &ThresholdCurve,
) {
    let known = curve.known;
    let total = known.n + known.other + known.unparsed + known.missing;
    drawing.heading(&format!(
        "{} at or above each threshold, by {} · Wilson 95%",
        ask.label,
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
    drawing.remark(&format!("in force: {}", bars.join(", ")));
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
    frame(drawing, (left, top, wide, tall), (low, high), ("threshold", "at or above it"));
    for level in curve.levels.iter().filter(|level| level.in_force) {
        let (x, _) = place(level.threshold, 0.0);
        drawing.line((x, top), (x, top + tall), " stroke=\"black\" stroke-width=\"0.6\"");
        drawing.text(x + 3.0, top + tall - 5.0, " font-size=\"10\"", "in force");
    }
    let numbered = curve.groups.iter().enumerate().filter(|(_, side)| side.known.n > 0);
    for (at, (n, side)) in numbered.take(MOST_LINES).enumerate() {
        let dash = DASHES.get(at).copied().unwrap_or("none");
        let mut points = Vec::new();
        for level in &curve.levels {
            let Some(cut) = level.groups.get(n) else { continue };
            let Some(share) = cut.rate.value() else { continue };
            let point = place(level.threshold, share);
            points.push(point);
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
        let name = format!("{} (n = {})", side.by.value, thousands(side.known.n));
        drawing.text(left + wide + 78.0, y + 4.0, "", &truncate(&name, 22));
    }
    drawing.y = top + tall + ROW * 1.5;
    agreement(drawing, curve);
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
    drawing.text(left, below, small, &low.to_string());
    drawing.text(left + wide, below, right, &high.to_string());
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
        |a| format!("{:.3} ({:.3}–{:.3}, 95% DeLong)", a.value, a.low, a.high),
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
