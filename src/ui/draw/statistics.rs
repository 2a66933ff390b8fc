//! The statistics: a line for each rate with its interval as a plot, whose shape says it without colour.

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::canvas::Canvas;
use super::thresholds::Grid;
use crate::app::{Part, StatLine, StatTable, Statistics};

/// Draws the rows that are in sight.
pub(super) fn draw(canvas: &mut Canvas<'_>, shown: &Statistics, area: Rect) {
    let t = canvas.theme;
    let table = shown.table(area.width);
    let grid = Grid::new(&table.lines, area.width);
    let rows = table.rows.iter().skip(shown.top);
    for (y, row) in (area.y..area.bottom()).zip(rows) {
        let place = Rect { y, height: 1, ..area };
        let Some(line) = table.lines.get(row.line) else { continue };
        match (&row.part, line) {
            (Part::Words(words), StatLine::Heading(_)) => {
                canvas.put_cut(area.x + 1, y, area.width.saturating_sub(1), words, t.heading);
            }
            (Part::Words(words), StatLine::Text(_)) => {
                canvas.put_cut(area.x + 2, y, area.width.saturating_sub(2), words, t.dim);
            }
            (Part::Words(words), StatLine::Plot(_) | StatLine::PlotBelow(_)) => {
                canvas.put_as_is(area.x + 2, y, area.width.saturating_sub(2), words, t.text);
            }
            (Part::Words(words), _) => {
                canvas.put_right(area.x + 2, y, area.width.saturating_sub(2), words, t.text);
            }
            (_, StatLine::Columns(test, names)) => grid.head(canvas, test, names, place),
            (_, StatLine::Level { .. }) => grid.level(canvas, line, place),
            (part, line) => {
                let title = match line {
                    StatLine::Rate { title, .. }
                    | StatLine::Count { title, .. }
                    | StatLine::Part { title, .. }
                    | StatLine::Gap { title, .. } => title.as_str(),
                    _ => "",
                };
                match part {
                    Part::Whole => {
                        let room = table.title_room(line, area.width);
                        canvas.put_cut(area.x + 2, y, room, title, t.text);
                    }
                    Part::Title(words) => {
                        let room = area.width.saturating_sub(2);
                        canvas.put_cut(area.x + 2, y, room, words, t.text);
                    }
                    Part::Numbers | Part::Corrected | Part::Words(_) => {}
                }
                if matches!(part, Part::Whole | Part::Numbers) {
                    plot(canvas, &table, line, place);
                }
            }
        }
        let names = matches!(line, StatLine::Scale(_));
        for cell in table.cells(row) {
            let x = area.right().saturating_sub(cell.from_right + cell.wide);
            canvas.put_right(x, y, cell.wide, &cell.text, if names { t.dim } else { t.text });
        }
        if row.line == shown.selected {
            canvas.over(place, t.chosen);
            canvas.glyph(area.x, y, '▌', t.cursor);
        }
    }
    let side = Rect { x: area.right(), width: 1, ..area };
    if table.rows.len() > usize::from(area.height) {
        canvas.scroll_bar(side, shown.top, table.rows.len(), true);
    }
}

/// The plot of a line, in the columns behind its title.
fn plot(canvas: &mut Canvas<'_>, table: &StatTable, line: &StatLine, row: Rect) {
    let t = canvas.theme;
    let place = Rect { x: row.x + 2 + table.title + 2, width: table.plot, ..row };
    if place.width == 0 {
        return;
    }
    match line {
        StatLine::Scale([low, high]) => {
            canvas.put(place.x, row.y, place.width / 2, low, t.dim);
            canvas.put_right(
                place.x + place.width / 2,
                row.y,
                place.width.div_ceil(2),
                high,
                t.dim,
            );
        }
        StatLine::Rate { rate, errors, .. } => {
            let ends = rate.interval().map(|i| (i.low, i.high));
            whisker(canvas, place, rate.value(), ends, t.bar);
            if let Some(found) = errors.and_then(|errors| errors.corrected(*rate)) {
                canvas.put(column(place, found.clipped), row.y, 1, "◇", t.text);
            }
        }
        StatLine::Gap { value, interval, .. } => {
            canvas.glyph(place.x + (place.width - 1) / 2, row.y, '│', t.border);
            let half = |x: f64| f64::midpoint(x, 1.0);
            let ends = interval.map(|i| (half(i.low), half(i.high)));
            whisker(canvas, place, value.map(half), ends, t.bar);
        }
        _ => {}
    }
}

/// The column of a share.
fn column(area: Rect, share: f64) -> u16 {
    area.x + (share.clamp(0.0, 1.0) * f64::from(area.width - 1)).round() as u16
}

/// `├──●──┤` between 0 and 1.
fn whisker(
    canvas: &mut Canvas<'_>,
    area: Rect,
    value: Option<f64>,
    ends: Option<(f64, f64)>,
    style: Style,
) {
    if let Some((low, high)) = ends {
        let (low, high) = (column(area, low), column(area, high));
        canvas.rule(Rect { x: low, width: high - low + 1, ..area }, '─', style);
        canvas.glyph(low, area.y, '├', style);
        canvas.glyph(high, area.y, '┤', style);
    }
    if let Some(value) = value {
        canvas.glyph(column(area, value), area.y, '●', style);
    }
}
