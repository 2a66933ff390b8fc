//! The statistics: a line for each rate with its interval as a plot, whose shape says it without colour.

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::canvas::Canvas;
use super::thresholds::Grid;
use crate::app::{StatLine, Statistics, numbers_of};
use crate::text::width;

/// Narrower plots say nothing.
const LEAST_PLOT: u16 = 12;
/// Wider ones say no more.
const MOST_PLOT: u16 = 48;

/// Columns of a rate, and of its interval.
const RATE: u16 = 9;
const BETWEEN: u16 = 12;

/// Columns of a line: title, plot (0: none), numbers.
struct Columns {
    title: u16,
    plot: u16,
    numbers: u16,
    /// Of them those of the counts; 0: numbers stand one after the other.
    counts: u16,
}

fn columns(lines: &[StatLine], wide: u16) -> Columns {
    let title = |line: &StatLine| match line {
        StatLine::Rate { title, .. }
        | StatLine::Count { title, .. }
        | StatLine::Gap { title, .. } => width(title),
        _ => 0,
    };
    let most = |of: &dyn Fn(&StatLine) -> usize| lines.iter().map(of).max().unwrap_or(0) as u16;
    let counts = most(&|line| numbers_of(line).1.map_or(0, |[_, counts]| width(&counts)));
    // Where there is room, rates stand below one another.
    let apart = wide >= 60;
    let numbers = most(&|line| match numbers_of(line) {
        (first, None) => width(&first),
        (_, Some(_)) if apart => usize::from(RATE + BETWEEN + counts + 4),
        (first, Some([between, counts])) => width(&first) + width(&between) + width(&counts) + 2,
    });
    let numbers = numbers.min(wide);
    let left = wide.saturating_sub(numbers + 4);
    let title = most(&title).min(if left > 40 { left - LEAST_PLOT - 2 } else { left });
    let plot = left.saturating_sub(title + 2).min(MOST_PLOT);
    let plot = if plot < LEAST_PLOT { 0 } else { plot };
    Columns { title, plot, numbers, counts: if apart { counts } else { 0 } }
}

/// Draws the lines that are in sight.
pub(super) fn draw(canvas: &mut Canvas<'_>, shown: &Statistics, area: Rect) {
    let t = canvas.theme;
    let lines = shown.lines();
    let c = columns(&lines, area.width);
    let grid = Grid::new(&lines, area.width);
    let plot = area.x + 2 + c.title + 2;
    for (at, line) in lines.iter().enumerate().skip(shown.top).take(usize::from(area.height)) {
        let y = area.y + (at - shown.top) as u16;
        let row = Rect { y, height: 1, ..area };
        match line {
            StatLine::Heading(text) => {
                let used =
                    canvas.put_cut(area.x + 1, y, area.width.saturating_sub(1), text, t.heading);
                let rates = matches!(lines.get(at + 1), Some(StatLine::Rate { .. }));
                if c.plot > 0 && rates && area.x + used + 1 < plot {
                    canvas.put(plot, y, 2, "0%", t.dim);
                    canvas.put_right(plot, y, c.plot, "100%", t.dim);
                }
            }
            StatLine::Text(text) => {
                canvas.put_cut(area.x + 2, y, area.width.saturating_sub(2), text, t.dim);
            }
            StatLine::Plot(text) => {
                canvas.put_as_is(area.x + 2, y, area.width.saturating_sub(2), text, t.text);
            }
            StatLine::Columns(names) => grid.head(canvas, names, row),
            StatLine::Level { .. } => grid.level(canvas, line, row),
            StatLine::Rate { title, rate, .. } => {
                canvas.put_cut(area.x + 2, y, c.title, title, t.text);
                let ends = rate.interval().map(|i| (i.low, i.high));
                whisker(canvas, Rect { x: plot, width: c.plot, ..row }, rate.value(), ends, t.bar);
            }
            StatLine::Count { title, .. } => {
                canvas.put_cut(area.x + 2, y, c.title, title, t.text);
            }
            StatLine::Gap { title, value, interval } => {
                canvas.put_cut(area.x + 2, y, c.title, title, t.text);
                let place = Rect { x: plot, width: c.plot, ..row };
                if c.plot > 0 {
                    canvas.glyph(plot + (c.plot - 1) / 2, y, '│', t.border);
                }
                let half = |x: f64| f64::midpoint(x, 1.0);
                let ends = interval.map(|i| (half(i.low), half(i.high)));
                whisker(canvas, place, value.map(half), ends, t.bar);
            }
        }
        let right = |columns: u16| area.right().saturating_sub(columns);
        match numbers_of(line) {
            (rate, Some([between, counts])) if c.counts > 0 => {
                let (ends, from) = (c.counts + 2 + BETWEEN, c.counts + 4 + BETWEEN + RATE);
                canvas.put_right(right(c.counts), y, c.counts, &counts, t.dim);
                canvas.put_right(right(ends), y, BETWEEN, &between, t.text);
                canvas.put_right(right(from), y, RATE, &rate, t.text);
            }
            (rate, more) => {
                let more = more.map_or_else(String::new, |[a, b]| format!(" {a} {b}"));
                canvas.put_right(right(c.numbers), y, c.numbers, &format!("{rate}{more}"), t.text);
            }
        }
        if at == shown.selected {
            canvas.over(row, t.chosen);
            canvas.glyph(area.x, y, '▌', t.cursor);
        }
    }
    let side = Rect { x: area.right(), width: 1, ..area };
    if lines.len() > usize::from(area.height) {
        canvas.scroll_bar(side, shown.top, lines.len(), true);
    }
}

/// `├──●──┤` between 0 and 1.
fn whisker(
    canvas: &mut Canvas<'_>,
    area: Rect,
    value: Option<f64>,
    ends: Option<(f64, f64)>,
    style: Style,
) {
    if area.width == 0 {
        return;
    }
    let column = |x: f64| area.x + (x.clamp(0.0, 1.0) * f64::from(area.width - 1)).round() as u16;
    if let Some((low, high)) = ends {
        let (low, high) = (column(low), column(high));
        canvas.rule(Rect { x: low, width: high - low + 1, ..area }, '─', style);
        canvas.glyph(low, area.y, '├', style);
        canvas.glyph(high, area.y, '┤', style);
    }
    if let Some(value) = value {
        canvas.glyph(column(value), area.y, '●', style);
    }
}
