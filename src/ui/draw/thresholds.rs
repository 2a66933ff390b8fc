//! A line of a threshold curve: the threshold, what it is now, a bar with a number for each group, how many change sides.

use ratatui::layout::Rect;

use super::canvas::Canvas;
use crate::app::{StatLine, level_flips, level_rate, thousands};
use crate::text::width;

/// Columns of `now` and `look`.
const SIGN: u16 = 4;
/// A bar that is shorter says nothing.
const LEAST_BAR: u16 = 4;
/// Columns of a rate, without and with its interval.
const RATE: (u16, u16) = (6, 19);

/// Where things stand on such lines, the same on all.
pub(super) struct Grid {
    title: u16,
    /// For each group: the bar (0: none) and the number.
    bar: u16,
    rate: u16,
    flips: u16,
}

impl Grid {
    pub(super) fn new(lines: &[StatLine], wide: u16) -> Self {
        let (mut title, mut flips, mut groups) = (2, 5, 1);
        for line in lines {
            if let StatLine::Level { title: own, cut, rates, .. } = line {
                title = title.max(width(own));
                flips = flips.max(width(&level_flips(*cut)));
                groups = groups.max(rates.len());
            }
        }
        let (title, flips) = (title.min(12) as u16, flips.min(14) as u16);
        let groups = groups as u16;
        let left = wide.saturating_sub(2 + title + 1 + SIGN + 1 + flips) / groups;
        let rate = if left >= RATE.1 + 12 { RATE.1 } else { RATE.0 };
        let bar = left.saturating_sub(rate + 3).min(24);
        Self { title, bar: if bar < LEAST_BAR { 0 } else { bar }, rate, flips }
    }

    fn of_group(&self, area: Rect, n: usize) -> u16 {
        let gap = u16::from(self.bar > 0);
        let step = self.bar + gap + self.rate + 2;
        area.x + 2 + self.title + 1 + SIGN + 1 + step * n as u16
    }

    /// The names of the groups above their bars.
    pub(super) fn head(
        &self,
        canvas: &mut Canvas<'_>,
        test: &str,
        names: &[(String, usize)],
        row: Rect,
    ) {
        let style = canvas.theme.heading;
        canvas.put_right(row.x + 2, row.y, self.title, test, style);
        for (n, (name, known)) in names.iter().enumerate() {
            let room = self.bar + self.rate + u16::from(self.bar > 0);
            let x = self.of_group(row, n);
            if x + room + self.flips <= row.right() {
                let used = canvas.put_cut(x, row.y, room, name, style);
                let counted = format!(" n = {}", thousands(*known));
                // A number that is cut would be another one.
                if width(name) + width(&counted) <= usize::from(room) {
                    canvas.put_as_is(x + used, row.y, room - used, &counted, canvas.theme.dim);
                }
            } else {
                // There is no room for this group, nor for those after it.
                let end = row.right().saturating_sub(self.flips + 2).max(row.x);
                canvas.glyph(end, row.y, '…', style);
                break;
            }
        }
        canvas.put_right(
            row.right() - self.flips.min(row.width),
            row.y,
            self.flips,
            "flips",
            style,
        );
    }

    /// One threshold.
    pub(super) fn level(&self, canvas: &mut Canvas<'_>, line: &StatLine, row: Rect) {
        let StatLine::Level { title, sign, rates, cut, .. } = line else { return };
        let t = canvas.theme;
        canvas.put_right(row.x + 2, row.y, self.title, title, t.text);
        canvas.put_cut(row.x + 3 + self.title, row.y, SIGN, sign, t.heading);
        for (n, rate) in rates.iter().enumerate() {
            let mut x = self.of_group(row, n);
            if x + self.bar + self.rate + self.flips > row.right() {
                break;
            }
            if self.bar > 0 {
                let part = rate.value().unwrap_or(0.0) * f64::from(self.bar);
                let full = (part.round() as u16).min(self.bar);
                canvas.rule(Rect { x, width: self.bar, ..row }, '·', t.dim);
                canvas.rule(Rect { x, width: full, ..row }, '█', t.bar);
                x += self.bar + 1;
            }
            let text = level_rate(*rate, self.rate == RATE.1);
            canvas.put_cut(x, row.y, self.rate, &text, t.text);
        }
        let x = row.right() - self.flips.min(row.width);
        canvas.put_right(x, row.y, self.flips, &level_flips(*cut), t.text);
    }
}
