//! The threshold curve as lines of the statistics dialog: a line for each threshold, what is in force, agreement with a reference as small
//! plots.

use super::facts::{plural, thousands};
use super::figures::{between, percent_of};
use super::statistics::{Opens, StatLine};
use crate::corpus::{Agreement, Answer, Cut, Rate, ThresholdCurve};
use crate::query::{Asked, Said};

/// Groups that have a column; the command prints all.
const MOST_COLUMNS: usize = 4;
/// Raters that are named.
const MOST_RATERS: usize = 4;
/// Columns and rows of a plot.
const PLOT: (usize, usize) = (25, 8);

/// All lines.
pub(super) fn lines(answer: &Answer, curve: &ThresholdCurve, asked: &Asked) -> Vec<StatLine> {
    let mut lines = Vec::new();
    let known = curve.known;
    lines.push(StatLine::Heading(format!(
        "{asked} {} each threshold, Wilson 95%",
        curve.in_words()
    )));
    if known.n == 0 {
        let text = "not numeric here: no number, so no threshold".to_owned();
        lines.push(StatLine::Text(text));
        return lines;
    }
    if answer.selected {
        lines.push(StatLine::Text("selected on a result".to_owned()));
    }
    lines.push(StatLine::counting("transcripts with a number", known.n, asked.numbers()));
    levels(curve, asked, &mut lines);
    about(answer, curve, asked, &mut lines);
    match &curve.agreement {
        Some(found) => agreement(curve, found, asked, &mut lines),
        None if curve.references.is_empty() => {
            let text = "no label with a yes or no to hold it against".to_owned();
            lines.push(StatLine::Text(text));
        }
        None => {
            let others = plural(curve.references.len(), "label", "labels");
            let text = format!("held against nothing yet: r chooses one of {others}");
            lines.push(StatLine::Text(text));
        }
    }
    lines
}

/// A line for each threshold.
fn levels(curve: &ThresholdCurve, asked: &Asked, lines: &mut Vec<StatLine>) {
    let known = curve.known;
    let mut columns: Vec<usize> =
        (0..curve.groups.len()).filter(|n| of(&curve.groups, *n) > 0).collect();
    let more = columns.len().saturating_sub(MOST_COLUMNS);
    columns.truncate(MOST_COLUMNS);
    let name = |n: &usize| curve.groups.get(*n).map(|g| (g.by.value.clone(), g.known.n));
    let names: Vec<(String, usize)> = if columns.len() > 1 {
        columns.iter().filter_map(name).collect()
    } else {
        vec![("all".to_owned(), known.n)]
    };
    if more > 0 {
        let more = plural(more, "group", "groups");
        let text = format!("{more} without a column; `undertone stats` has all");
        lines.push(StatLine::Text(text));
    }
    lines.push(StatLine::Columns(curve.test(), names));
    for (level, title) in curve.levels.iter().zip(curve.titles()) {
        let groups = columns.iter().filter_map(|n| level.groups.get(*n)).map(|cut| cut.rate);
        let rates: Vec<Rate> =
            if columns.len() > 1 { groups.collect() } else { vec![level.all.rate] };
        lines.push(StatLine::Level {
            title,
            sign: match (level.in_force, level.look) {
                (true, _) => "now",
                (false, true) => "look",
                (false, false) => "",
            },
            rates,
            cut: level.all,
            opens: Opens { all: level.flips.clone(), yes: curve.filter_at(asked, level.threshold) },
        });
    }
    lines.push(StatLine::Text("flips: + would be yes, - would be no".to_owned()));
}

/// What is in force, who gave the numbers, and where to look.
fn about(answer: &Answer, curve: &ThresholdCurve, asked: &Asked, lines: &mut Vec<StatLine>) {
    let known = curve.known;
    let without = [
        ("a word alone", known.other, asked.words().filter(|_| !curve.mixed)),
        ("unparsed", known.unparsed, asked.filter(Said::Unparsed)),
        ("no label", known.missing, asked.filter(Said::Missing)),
    ];
    let none: Vec<&str> =
        without.iter().filter(|(_, n, _)| *n == 0).map(|(name, ..)| *name).collect();
    if !none.is_empty() {
        lines.push(StatLine::Text(format!("without a number: 0 {}", none.join(", 0 "))));
    }
    for (name, n, opens) in without.into_iter().filter(|(_, n, _)| *n > 0) {
        lines.push(StatLine::counting(format!("without a number: {name}"), n, opens));
    }
    lines.extend(StatLine::copies(answer, curve.copies));
    let mut say = |text: String| lines.push(StatLine::Text(text));
    let mut bars: Vec<String> = curve.bars.iter().map(ToString::to_string).collect();
    bars.dedup();
    if bars.is_empty() {
        say("nothing in force: its numbers are neither yes nor no".to_owned());
    } else {
        say(format!("now: positive {}", bars.join(", ")));
    }
    for r in curve.raters.iter().take(MOST_RATERS) {
        let others = curve.raters.iter().map(|r| (&*r.label, &*r.rater));
        let given = asked.given((&r.label, &r.rater), others);
        let by_rater = Asked::by_rater(&r.label, &r.rater).ok();
        let opens = given.and(by_rater).and_then(|by_rater| by_rater.numbers());
        lines.push(StatLine::counting(format!("rater {} ({})", r.rater, r.label), r.n, opens));
    }
    let mut say = |text: String| lines.push(StatLine::Text(text));
    let more = curve.raters.len().saturating_sub(MOST_RATERS);
    if more > 0 {
        say(format!("{} not listed", plural(more, "rater", "raters")));
    }
    if curve.raters.len() > 1 {
        let which = if curve.below { "lowest" } else { "highest" };
        say(format!("several raters: the {which} number counts"));
    }
    if curve.quantiles {
        say(format!("{} different numbers: quantiles of them", thousands(curve.distinct)));
    }
    if let Some(look) = &curve.look {
        lines.push(StatLine::Count {
            title: format!("look at this: {} to below {}", look.low, look.high),
            n: look.n,
            opens: look.filter.clone(),
        });
    }
}

fn of(groups: &[crate::corpus::Side], n: usize) -> usize {
    groups.get(n).map_or(0, |side| side.known.n)
}

/// How many change sides: `+3 -1`.
#[must_use]
pub fn level_flips(cut: Cut) -> String {
    let side = |sign: char, n: usize| (n > 0).then(|| format!("{sign}{}", thousands(n)));
    let both: Vec<String> =
        [side('+', cut.to_yes), side('-', cut.to_no)].into_iter().flatten().collect();
    if both.is_empty() { "0".to_owned() } else { both.join(" ") }
}

fn agreement(curve: &ThresholdCurve, found: &Agreement, asked: &Asked, lines: &mut Vec<StatLine>) {
    let figure = |f: Option<f64>| f.map_or_else(|| "undefined".to_owned(), |f| format!("{f:.3}"));
    let how = if found.given { "" } else { ", found by itself" };
    lines.push(StatLine::Heading(format!("against {}{how}", found.asked)));
    let beside = |own: Option<String>| Some(format!("{} {}", asked.numbers()?, own?));
    let (both, yes) = (beside(Some(found.asked.known())), beside(found.asked.filter(Said::Yes)));
    lines.push(StatLine::counting("with a number and a yes or no", found.n, both));
    lines.push(StatLine::counting("of these yes", found.positives, yes));
    let mut say = |text: String| lines.push(StatLine::Text(text));
    if found.own {
        say("it rests on these very numbers: agreement says nothing".to_owned());
    }
    say(found.auroc.map_or_else(
        || "AUROC undefined".to_owned(),
        |a| format!("AUROC {:.3} ({:.3}–{:.3}, {})", a.value, a.low, a.high, a.by),
    ));
    let precision = figure(found.average_precision);
    say(format!("average precision {precision} · Brier {}", figure(found.brier)));
    let now = curve.levels.iter().find(|level| level.in_force);
    let now = now.and_then(|level| level.confusion);
    if let Some(c) = now {
        say(format!(
            "now: recall {}, precision {}, false positives {}",
            percent_of(c.recall()),
            percent_of(c.precision()),
            percent_of(c.false_positive_rate())
        ));
    }
    if found.roc.is_empty() {
        return;
    }
    let roc = plot(&found.roc, now.and_then(|c| c.false_positive_rate().zip(c.recall())));
    let pr = plot(&found.recall_precision, now.and_then(|c| c.recall().zip(c.precision())));
    let head = |text: &str| text.to_owned();
    let heads = [head("ROC: recall over FPR, X now"), head("PR: precision over recall, X now")];
    let rows: Vec<[String; 2]> = roc.into_iter().zip(pr).map(<[String; 2]>::from).collect();
    let all: Vec<[String; 2]> = std::iter::once(heads).chain(rows).collect();
    lines.extend(all.iter().cloned().map(StatLine::Plot));
    lines.extend(all.into_iter().map(|[_, below]| StatLine::PlotBelow(below)));
}

/// A curve in the unit square in characters, and the working point as an X.
fn plot(points: &[(f64, f64)], now: Option<(f64, f64)>) -> Vec<String> {
    let (wide, high) = PLOT;
    let mut grid = vec![vec![' '; wide]; high];
    let mut put = |(x, y): (f64, f64), glyph: char| {
        let column = (x.clamp(0.0, 1.0) * (wide - 1) as f64).round() as usize;
        let row = ((1.0 - y.clamp(0.0, 1.0)) * (high - 1) as f64).round() as usize;
        if let Some(place) = grid.get_mut(row).and_then(|row| row.get_mut(column)) {
            *place = glyph;
        }
    };
    let mut before: Option<(f64, f64)> = None;
    for point in points {
        let from = before.replace(*point).unwrap_or(*point);
        // More dots than there are characters on the way, and no gap.
        let steps = 2 * (wide + high);
        for step in 0..=steps {
            let part = step as f64 / steps as f64;
            let between = |a: f64, b: f64| a + (b - a) * part;
            put((between(from.0, point.0), between(from.1, point.1)), '·');
        }
    }
    for point in points {
        put(*point, 'o');
    }
    if let Some(point) = now {
        put(point, 'X');
    }
    let rows = grid.into_iter().enumerate().map(|(n, row)| {
        let scale = if n == 0 { "1" } else { " " };
        format!("{scale}│{}", row.into_iter().collect::<String>())
    });
    rows.chain([format!("0└{}1", "─".repeat(wide))]).collect()
}

/// The rate of a group as it stands beside its bar; with room also where it lies.
#[must_use]
pub fn level_rate(rate: Rate, roomy: bool) -> String {
    let value = percent_of(rate.value());
    match rate.interval() {
        Some(_) if roomy => format!("{value} {}", between(rate.interval())),
        _ => value,
    }
}
