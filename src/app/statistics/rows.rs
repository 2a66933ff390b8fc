//! The lines of the statistics as rows of so many columns: words are wrapped, and a line whose numbers would have no room beside
//! its title takes two rows. Nothing that carries a number is cut away.

use super::super::facts::thousands;
use super::super::figures::{between, percent_of, points};
use super::StatLine;
use crate::text::{Wrapped, truncate, width};

/// Narrower plots say nothing.
const LEAST_PLOT: u16 = 12;
/// Columns that titles have beside a plot, if they need them.
const LEAST_TITLE: u16 = 8;
/// Wider ones say no more.
const MOST_PLOT: u16 = 48;
/// Columns of a rate, and of its interval.
const RATE: u16 = 9;
const BETWEEN: u16 = 12;
/// Two plots stand beside each other from so many columns on, the second one so many behind the first.
const BOTH_PLOTS: u16 = 64;
const PLOT_STEP: usize = 30;
/// Most columns of words, all rows together: names can be of any length.
const MOST_WORDS: usize = 400;
/// From so many columns on numbers stand below one another.
const ROOMY: u16 = 60;

/// What of a line stands in a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// All of it.
    Whole,
    /// These words of its title.
    Title(String),
    /// Its plot and its numbers.
    Numbers,
    /// Its corrected rate.
    Corrected,
    /// These of its words.
    Words(String),
}

/// A row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatRow {
    /// Its line.
    pub line: usize,
    /// What of it.
    pub part: Part,
}

/// A number of a line and how it is set: so many columns, ending so many columns from the right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// As printed.
    pub text: String,
    /// Columns.
    pub wide: u16,
    /// Columns that are free on its right.
    pub from_right: u16,
}

/// Lines and their rows, with the columns that they share.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct StatTable {
    /// The lines.
    pub lines: Vec<StatLine>,
    /// Their rows.
    pub rows: Vec<StatRow>,
    /// Columns of titles beside plots, from the third on.
    pub title: u16,
    /// Columns of plots, two behind the titles; 0: there is no room.
    pub plot: u16,
    /// Columns of the counts of rates; 0: numbers stand one after the other.
    counts: u16,
    /// Columns of corrected rates; 0: they stand on rows of their own, or there are none.
    corrected: u16,
    /// Columns of numbers that stand one after the other.
    numbers: u16,
}

fn title_of(line: &StatLine) -> Option<&str> {
    match line {
        StatLine::Rate { title, .. }
        | StatLine::Count { title, .. }
        | StatLine::Part { title, .. }
        | StatLine::Gap { title, .. } => Some(title),
        StatLine::Heading(_)
        | StatLine::Text(_)
        | StatLine::Scale(_)
        | StatLine::Plot(_)
        | StatLine::PlotBelow(_)
        | StatLine::Columns(..)
        | StatLine::Level { .. } => None,
    }
}

/// The corrected rate of a line as it is printed.
fn corrected(line: &StatLine) -> Option<String> {
    match line {
        StatLine::Rate { rate, errors: Some(errors), .. } => Some(errors.corrected_words(*rate)),
        _ => None,
    }
}

/// The number of a line, and of a rate its interval and counts.
fn numbers_of(line: &StatLine) -> Option<(String, Option<[String; 2]>)> {
    Some(match line {
        StatLine::Rate { rate, .. } => {
            let counts = format!("{}/{}", thousands(rate.k), thousands(rate.n));
            (percent_of(rate.value()), Some([between(rate.interval()), counts]))
        }
        StatLine::Count { n, .. } => (thousands(*n), None),
        StatLine::Part { counts, .. } => (counts.clone(), None),
        StatLine::Gap { value: None, .. } => ("undefined".to_owned(), None),
        StatLine::Gap { value: Some(value), interval: Some(i), .. } => {
            (format!("{} ({} to {})", points(*value), points(i.low), points(i.high)), None)
        }
        StatLine::Gap { value: Some(value), .. } => (points(*value), None),
        StatLine::Heading(_)
        | StatLine::Text(_)
        | StatLine::Scale(_)
        | StatLine::Plot(_)
        | StatLine::PlotBelow(_)
        | StatLine::Columns(..)
        | StatLine::Level { .. } => return None,
    })
}

/// Numbers one after the other.
fn in_one((first, more): &(String, Option<[String; 2]>)) -> String {
    let more = more.iter().flatten().filter(|part| !part.is_empty());
    std::iter::once(first).chain(more).map(String::as_str).collect::<Vec<_>>().join(" ")
}

/// Words in rows of so many columns.
fn wrapped(text: &str, columns: u16) -> Vec<String> {
    // As it is shown, so that what is hidden is wrapped at the width that it is shown in.
    let text = truncate(text, MOST_WORDS);
    let rows = Wrapped::new(&text, usize::from(columns.max(1))).rows;
    rows.iter().map(|row| text.get(row.start..row.end).unwrap_or_default().to_owned()).collect()
}

impl StatTable {
    /// Of lines, in so many columns.
    #[must_use]
    pub fn new(lines: Vec<StatLine>, columns: u16) -> Self {
        // While no width is known, one that nobody sees.
        let columns = if columns == 0 { u16::MAX } else { columns };
        let most = |of: &dyn Fn(&StatLine) -> usize| {
            let longest = lines.iter().map(of).max().unwrap_or_default();
            u16::try_from(longest).unwrap_or(u16::MAX)
        };
        let apart = columns >= ROOMY;
        let counts = most(&|line| {
            numbers_of(line).and_then(|(_, more)| more).map_or(0, |[_, counts]| width(&counts))
        });
        let corrected = most(&|line| corrected(line).map_or(0, |text| width(&text)));
        let corrected = if apart && corrected > 0 { corrected.max(9) } else { 0 };
        let beside = if corrected > 0 { corrected + 2 } else { 0 };
        // Numbers that are too many for a row are wrapped like words.
        let numbers = most(&|line| match numbers_of(line) {
            Some((_, Some(_))) if apart => usize::from(RATE + BETWEEN + counts + beside + 4),
            Some(numbers) => {
                let wide = width(&in_one(&numbers));
                if wide + 2 > columns.into() { 0 } else { wide }
            }
            None => 0,
        });
        let left = columns.saturating_sub(numbers + 4);
        let longest = most(&|line| match line {
            StatLine::Rate { title, .. } | StatLine::Gap { title, .. } => width(title),
            _ => 0,
        });
        // A longer title has a row of its own: the plot is what the line is looked at for.
        let room = left.saturating_sub(2);
        let most_title = if room >= LEAST_PLOT + LEAST_TITLE {
            (room / 2).clamp(LEAST_TITLE, room - LEAST_PLOT)
        } else {
            left
        };
        let title = longest.min(most_title);
        let plot = left.saturating_sub(title + 2).min(MOST_PLOT);
        let plot = if plot < LEAST_PLOT { 0 } else { plot };
        let counts = if apart { counts } else { 0 };
        let mut table = Self { lines, rows: Vec::new(), title, plot, counts, corrected, numbers };
        table.rows = table.rows_of(columns);
        table
    }

    fn rows_of(&self, columns: u16) -> Vec<StatRow> {
        let mut rows = Vec::new();
        for (line, own) in self.lines.iter().enumerate() {
            let mut push = |part: Part| rows.push(StatRow { line, part });
            match own {
                StatLine::Heading(text) => {
                    for words in wrapped(text, columns.saturating_sub(1)) {
                        push(Part::Words(words));
                    }
                }
                StatLine::Text(text) => {
                    for words in wrapped(text, columns.saturating_sub(2)) {
                        push(Part::Words(words));
                    }
                }
                StatLine::Plot([left, right]) if columns >= BOTH_PLOTS => {
                    push(Part::Words(format!("{left:<PLOT_STEP$}{right}")));
                }
                StatLine::PlotBelow(_) if columns >= BOTH_PLOTS => {}
                StatLine::Plot([words, _]) | StatLine::PlotBelow(words) => {
                    push(Part::Words(words.clone()));
                }
                // Without a plot it has no ends; names of columns stand above rates where there is room.
                StatLine::Scale([low, _])
                    if self.plot == 0 && !(*low == "0%" && self.counts > 0) => {}
                _ => {
                    let title = title_of(own).map_or(0, width);
                    let room = self.title_room(own, columns);
                    let all = numbers_of(own).filter(|_| self.counts == 0);
                    let all = all.map(|numbers| in_one(&numbers));
                    let too_many = all.filter(|text| width(text) > self.numbers.into());
                    let alone = too_many.is_some() || title > room.into();
                    if let Some(title) = title_of(own).filter(|_| alone) {
                        for words in wrapped(title, columns.saturating_sub(2)) {
                            push(Part::Title(words));
                        }
                    }
                    if let Some(text) = too_many {
                        for words in wrapped(&text, columns.saturating_sub(2)) {
                            push(Part::Words(words));
                        }
                    } else {
                        push(if alone { Part::Numbers } else { Part::Whole });
                    }
                    if self.corrected == 0 && corrected(own).is_some() {
                        push(Part::Corrected);
                    }
                }
            }
        }
        rows
    }

    /// Columns that the title of a line may take beside its numbers.
    #[must_use]
    pub fn title_room(&self, line: &StatLine, columns: u16) -> u16 {
        match line {
            // Without a plot the room up to the number is its own.
            StatLine::Count { .. } | StatLine::Part { .. } => {
                let number = numbers_of(line).map_or(0, |(text, _)| width(&text));
                let number = u16::try_from(number).unwrap_or(u16::MAX);
                columns.saturating_sub(number.saturating_add(4))
            }
            _ => self.title,
        }
    }

    /// The first row of a line and the one behind its last.
    #[must_use]
    pub fn rows_of_line(&self, line: usize) -> std::ops::Range<usize> {
        let start = self.rows.partition_point(|row| row.line < line);
        let len = self.rows.iter().skip(start).take_while(|row| row.line == line).count();
        start..start + len
    }

    /// The numbers that stand in a row.
    #[must_use]
    pub fn cells(&self, row: &StatRow) -> Vec<Cell> {
        let cell = |text: String, wide: u16, from_right: u16| Cell { text, wide, from_right };
        let Some(line) = self.lines.get(row.line) else { return Vec::new() };
        match (&row.part, line) {
            (Part::Corrected, line) => {
                let text = format!("corrected {}", corrected(line).unwrap_or_default());
                let wide = u16::try_from(width(&text)).unwrap_or(u16::MAX);
                return vec![cell(text, wide, 0)];
            }
            (Part::Whole, StatLine::Scale(["0%", _])) if self.counts > 0 => {
                return self.apart([
                    "rate".to_owned(),
                    "95%".to_owned(),
                    "of".to_owned(),
                    "corrected".to_owned(),
                ]);
            }
            (Part::Whole | Part::Numbers, _) => {}
            _ => return Vec::new(),
        }
        match numbers_of(line) {
            None => Vec::new(),
            Some((number, None)) => vec![cell(number, self.numbers, 0)],
            Some(numbers) if self.counts == 0 => vec![cell(in_one(&numbers), self.numbers, 0)],
            Some((rate, Some([between, counts]))) => {
                self.apart([rate, between, counts, corrected(line).unwrap_or_default()])
            }
        }
    }

    /// Rate, interval, counts, corrected rate, each in a column of its own.
    fn apart(&self, texts: [String; 4]) -> Vec<Cell> {
        let beside = if self.corrected > 0 { self.corrected + 2 } else { 0 };
        let wide = [RATE, BETWEEN, self.counts, self.corrected];
        let from = [beside + self.counts + BETWEEN + 4, beside + self.counts + 2, beside, 0];
        let cells = texts.into_iter().zip(wide).zip(from);
        let cells = cells.map(|((text, wide), from_right)| Cell { text, wide, from_right });
        cells.filter(|cell| cell.wide > 0).collect()
    }
}
