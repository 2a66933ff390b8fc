//! Elements of a drawing, one below the other. Every text is sanitised, then escaped; words wrap, names are cut in their middle.

use std::fmt::Write as _;

use super::super::print::{interval, rate};
use crate::corpus::{Errors, Rate};
use crate::stats::Interval;
use crate::text::{Wrapped, thousands, truncate, truncate_middle, width};

/// Width of the drawing.
const WIDE: f64 = 900.0;
/// Where plots begin, and how wide they are.
const PLOT: (f64, f64) = (250.0, 380.0);
/// Height of a row.
pub(super) const ROW: f64 = 22.0;
/// Columns of letters in a row of a heading and of a remark, so that wide ones fit, too; and the rows of either.
const HEADING: usize = 88;
const REMARK: usize = 130;
const MOST_ROWS: usize = 6;
/// Columns of a row's title in one line, and in each of two.
const TITLE: usize = 28;
const SMALL_TITLE: usize = 34;

/// As it stands in an attribute or between tags.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
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

/// Sanitised words in rows of so many columns.
fn wrapped(text: &str, columns: usize) -> Vec<String> {
    let text = truncate(text, columns * MOST_ROWS);
    let rows = Wrapped::new(&text, columns).rows;
    rows.iter().map(|row| text.get(row.start..row.end).unwrap_or_default().to_owned()).collect()
}

/// Elements, one below the other.
#[derive(Default)]
pub(super) struct Drawing {
    pub body: String,
    /// Where the last one stands.
    pub y: f64,
}

impl Drawing {
    /// A text that is short enough.
    pub fn text(&mut self, x: f64, y: f64, more: &str, text: &str) {
        let text = escaped(&truncate(text, REMARK));
        let _ = writeln!(self.body, "<text x=\"{x:.1}\" y=\"{y:.1}\"{more}>{text}</text>");
    }

    pub fn line(&mut self, (x1, y1): (f64, f64), (x2, y2): (f64, f64), more: &str) {
        let _ = writeln!(
            self.body,
            "<line x1=\"{x1:.1}\" y1=\"{y1:.1}\" x2=\"{x2:.1}\" y2=\"{y2:.1}\"{more}/>"
        );
    }

    pub fn dot(&mut self, (x, y): (f64, f64), radius: f64) {
        let _ = writeln!(self.body, "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{radius}\"/>");
    }

    pub fn path(&mut self, points: &[(f64, f64)], dash: &str) {
        let points: Vec<String> = points.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
        let _ = writeln!(
            self.body,
            "<polyline points=\"{}\" fill=\"none\" stroke=\"black\" stroke-dasharray=\"{dash}\"/>",
            points.join(" ")
        );
    }

    pub fn heading(&mut self, text: &str) {
        self.y += ROW * 0.5;
        for words in wrapped(text, HEADING) {
            self.y += ROW;
            self.text(20.0, self.y, " font-weight=\"bold\"", &words);
        }
    }

    pub fn remark(&mut self, text: &str) {
        for words in wrapped(text, REMARK) {
            self.y += ROW * 0.8;
            self.text(20.0, self.y, " font-size=\"11\"", &words);
        }
    }

    /// A horizontal axis of shares between two ends, with five marks.
    pub fn axis(&mut self, low: f64, high: f64) {
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

    /// The title of a row: a long one in two small lines, for which the row is higher.
    fn title(&mut self, title: &str) {
        if width(&truncate(title, TITLE + 1)) <= TITLE {
            self.text(20.0, self.y + 4.0, "", title);
            return;
        }
        self.y += ROW * 0.3;
        let y = self.y;
        let title = truncate_middle(title, SMALL_TITLE * 2);
        let rows = Wrapped::new(&title, SMALL_TITLE).rows;
        // Words that do not fill their row may need a third one.
        let rows: Vec<&str> = if rows.len() > 2 {
            let half = title.char_indices().nth(title.chars().count() / 2).map_or(0, |(at, _)| at);
            let (first, second) = title.split_at(half);
            vec![first, second]
        } else {
            rows.iter().filter_map(|row| title.get(row.start..row.end)).collect()
        };
        for (row, y) in rows.into_iter().zip([y - 2.0, y + 9.0]) {
            self.text(20.0, y, " font-size=\"10\"", row);
        }
    }

    /// A row: title, value with whiskers between 0 and 1, numbers.
    pub fn row(&mut self, title: &str, value: Option<f64>, ends: Option<Interval>, numbers: &str) {
        self.y += ROW;
        let x = |share: f64| PLOT.0 + share.clamp(0.0, 1.0) * PLOT.1;
        self.title(title);
        let y = self.y;
        if let Some(i) = ends {
            self.line((x(i.low), y), (x(i.high), y), " stroke=\"black\"");
            for end in [i.low, i.high] {
                self.line((x(end), y - 4.0), (x(end), y + 4.0), " stroke=\"black\"");
            }
        }
        if let Some(value) = value {
            self.dot((x(value), y), 3.5);
        }
        self.text(PLOT.0 + PLOT.1 + 16.0, y + 4.0, " font-size=\"12\"", numbers);
    }

    /// A rate, and what it is corrected to.
    pub fn rate_row(&mut self, title: &str, own: Rate, errors: Option<Errors>) {
        let of = format!("{}/{}", thousands(own.k), thousands(own.n));
        let numbers = format!("{} {} ({of})", rate(own), interval(own.interval()));
        self.row(title, own.value(), own.interval(), &numbers);
        let Some(errors) = errors else { return };
        if let Some(found) = errors.corrected(own) {
            let (x, y) = (PLOT.0 + found.clipped * PLOT.1, self.y - 5.0);
            let _ = writeln!(
                self.body,
                "<path d=\"M{x:.1} {y:.1}l5 5l-5 5l-5 -5z\" fill=\"white\" stroke=\"black\"/>"
            );
        }
        self.y += ROW * 0.7;
        let words = format!("corrected {}", errors.corrected_words(own));
        self.text(PLOT.0 + PLOT.1 + 16.0, self.y + 4.0, " font-size=\"11\"", &words);
    }

    /// The whole, on white: it is the same on a light page and on a dark one.
    pub fn done(self, title: &str) -> String {
        let high = self.y + ROW * 1.5;
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" \
             viewBox=\"0 0 {WIDE} {high:.0}\" width=\"{WIDE}\" height=\"{high:.0}\" font-family=\"sans-serif\" \
             font-size=\"13\">\n<title>{}</title>\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n{}</svg>\n",
            escaped(&truncate(title, REMARK)),
            self.body
        )
    }
}
