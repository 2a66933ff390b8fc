//! What is said of agreement as rows of so many columns: tables where they fit, else a block for each of their rows. Nothing that
//! carries a number is cut away.

use crate::corpus::{MATRIX_COLUMNS, MATRIX_ROWS, Part};
use crate::review::agree::Place;
use crate::text::{Wrapped, truncate, width};

/// Most columns of words, all rows together: names can be of any length.
const MOST_WORDS: usize = 800;
/// Columns between two of a table.
const GAP: usize = 2;
/// The column that goes to rows of its own where there is no room for it: many figures in a row have the same.
const METHOD: &str = "method";

/// A line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AgreeLine {
    /// A heading.
    Heading(String),
    /// A sentence.
    Text(String),
    /// What one should not overlook.
    Caution(String),
    /// A command that gives the same.
    Command(String),
    /// The names of a table's columns, and the row after them, or none; of all rows of a table how wide each column is.
    Row {
        /// Names of the columns.
        columns: Vec<&'static str>,
        /// The cells; `None`: this is the row of names.
        cells: Option<Vec<String>>,
        /// Columns of the screen that each one takes.
        widths: Vec<usize>,
        /// The method of the figure is another one than that of the row before.
        other_method: bool,
    },
    /// A row of the confusion matrix.
    Matrix {
        /// Of which tier; `None`: of all.
        tier: Option<String>,
        /// The classifier says yes.
        classifier: bool,
        /// Reviewers say yes, and no.
        cells: [String; 2],
    },
    /// The names of its columns.
    MatrixHead,
    /// So many transcripts, and where they are counted.
    Count(String, Option<String>, Place),
}

/// How words are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// A heading.
    Heading,
    /// A value or a name.
    Plain,
    /// What explains.
    Dim,
    /// A caution.
    Caution,
}

/// Words of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgreeWord {
    /// Columns before them.
    pub x: usize,
    /// The words, not made harmless.
    pub text: String,
    /// How they are meant.
    pub role: Role,
    /// The cell of a matrix that they are.
    pub cell: Option<usize>,
}

/// A row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgreeRow {
    /// Its line.
    pub line: usize,
    /// What stands in it.
    pub words: Vec<AgreeWord>,
}

/// Lines and their rows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AgreeTable {
    /// The lines.
    pub lines: Vec<AgreeLine>,
    /// Their rows.
    pub rows: Vec<AgreeRow>,
}

impl AgreeLine {
    /// The parts of a page as lines. The command that stands under each of its chapters is said once, at the end.
    #[must_use]
    pub fn of(parts: &[Part]) -> Vec<Self> {
        let mut lines = Vec::new();
        let mut command = None;
        for part in parts {
            match part {
                Part::Heading(text) => lines.push(Self::Heading(text.clone())),
                Part::Text(text) => lines.push(Self::Text(text.clone())),
                Part::Caution(text) => lines.push(Self::Caution(text.clone())),
                Part::Command(text) => command = Some(text.clone()),
                Part::Count(text, tier, place) => {
                    lines.push(Self::Count(text.clone(), tier.clone(), *place));
                }
                Part::Table(columns, rows) => {
                    let widest = |at: usize| {
                        let cells = rows.iter().filter_map(|row| row.get(at)).map(|c| width(c));
                        cells.chain(columns.get(at).map(|name| width(name))).max().unwrap_or(0)
                    };
                    let widths: Vec<usize> = (0..columns.len()).map(widest).collect();
                    let row = |cells: Option<&Vec<String>>, other_method| Self::Row {
                        columns: columns.clone(),
                        cells: cells.cloned(),
                        widths: widths.clone(),
                        other_method,
                    };
                    lines.push(row(None, false));
                    let method = columns.iter().position(|name| *name == METHOD);
                    let mut before = None;
                    for cells in rows {
                        let own = method.and_then(|at| cells.get(at));
                        lines.push(row(Some(cells), own != before));
                        before = own;
                    }
                }
                Part::Matrix(tier, cells) => {
                    lines.push(Self::MatrixHead);
                    for (cells, classifier) in cells.iter().zip([true, false]) {
                        let (tier, cells) = (tier.clone(), cells.clone());
                        lines.push(Self::Matrix { tier, classifier, cells });
                    }
                }
            }
        }
        lines.extend(command.map(Self::Command));
        lines
    }
}

/// Words in rows of so many columns.
fn wrapped(text: &str, columns: usize) -> Vec<String> {
    // As it is shown, so that what is hidden is wrapped at the width that it is shown in.
    let text = truncate(text, MOST_WORDS);
    let rows = Wrapped::new(&text, columns.max(1)).rows;
    rows.iter().map(|row| text.get(row.start..row.end).unwrap_or_default().to_owned()).collect()
}

fn word(x: usize, text: impl Into<String>, role: Role) -> AgreeWord {
    AgreeWord { x, text: text.into(), role, cell: None }
}

impl AgreeTable {
    /// Of lines, in so many columns.
    #[must_use]
    pub fn new(lines: Vec<AgreeLine>, columns: u16) -> Self {
        // While no width is known, one that nobody sees.
        let columns = if columns == 0 { usize::from(u16::MAX) } else { columns.into() };
        let cells = lines.iter().filter_map(|line| match line {
            AgreeLine::Matrix { cells, .. } => Some(cells.iter().map(|cell| width(cell))),
            _ => None,
        });
        let cell = cells.flatten().max().unwrap_or(0).max(width(MATRIX_COLUMNS[0]));
        let mut rows = Vec::new();
        for (line, own) in lines.iter().enumerate() {
            let mut push = |words: Vec<AgreeWord>| rows.push(AgreeRow { line, words });
            let mut words = |text: &str, role: Role| {
                for text in wrapped(text, columns.saturating_sub(2)) {
                    push(vec![word(2, text, role)]);
                }
            };
            match own {
                AgreeLine::Heading(text) => {
                    if line > 0 {
                        push(Vec::new());
                    }
                    for text in wrapped(text, columns.saturating_sub(1)) {
                        push(vec![word(1, text, Role::Heading)]);
                    }
                }
                AgreeLine::Text(text) | AgreeLine::Command(text) => words(text, Role::Dim),
                AgreeLine::Count(text, ..) => words(text, Role::Plain),
                AgreeLine::Caution(text) => {
                    for (at, text) in
                        wrapped(text, columns.saturating_sub(4)).into_iter().enumerate()
                    {
                        let mark = (at == 0).then(|| word(2, "!", Role::Caution));
                        let text = word(4, text, Role::Caution);
                        push(mark.into_iter().chain([text]).collect());
                    }
                }
                AgreeLine::Row { columns: names, cells, widths, other_method } => {
                    let row = Cells { names, row: cells.as_deref(), widths };
                    let without = row.without_method();
                    if row.fits(columns) {
                        row.beside(&mut push);
                    } else if let Some((row, method)) =
                        without.as_ref().filter(|(row, _)| row.as_cells().fits(columns))
                    {
                        if *other_method && !method.is_empty() {
                            let text = format!("{METHOD}: {method}");
                            for text in wrapped(&text, columns.saturating_sub(2)) {
                                push(vec![word(2, text, Role::Dim)]);
                            }
                        }
                        row.as_cells().beside(&mut push);
                    } else {
                        row.below(columns, &mut push);
                    }
                }
                AgreeLine::MatrixHead => {
                    if fits(cell, columns) {
                        let names = MATRIX_COLUMNS.iter().zip(places(cell));
                        push(names.map(|(name, x)| word(x, *name, Role::Dim)).collect());
                    }
                }
                AgreeLine::Matrix { classifier, cells, .. } => {
                    let name = MATRIX_ROWS[usize::from(!classifier)];
                    matrix_row(name, cells, cell, columns, &mut push);
                }
            }
        }
        Self { lines, rows }
    }

    /// Lines that have rows, in order: names of columns that do not stand beside each other have none.
    #[must_use]
    pub fn stops(&self) -> Vec<usize> {
        let mut stops: Vec<usize> = self.rows.iter().map(|row| row.line).collect();
        stops.dedup();
        stops
    }

    /// Whether a line opens transcripts.
    #[must_use]
    pub fn opens(&self, line: usize) -> bool {
        matches!(self.lines.get(line), Some(AgreeLine::Matrix { .. } | AgreeLine::Count(..)))
    }

    /// The first row of a line and the one behind its last.
    #[must_use]
    pub fn rows_of_line(&self, line: usize) -> std::ops::Range<usize> {
        let start = self.rows.partition_point(|row| row.line < line);
        let len = self.rows.iter().skip(start).take_while(|row| row.line == line).count();
        start..start + len
    }
}

/// Where the cells of a matrix begin that are so wide.
fn places(cell: usize) -> [usize; 2] {
    let first = 2 + width(MATRIX_ROWS[0]) + 3;
    [first, first + cell + 3]
}

fn fits(cell: usize, columns: usize) -> bool {
    let [_, second] = places(cell);
    second + cell <= columns
}

fn matrix_row(
    name: &str,
    cells: &[String; 2],
    cell: usize,
    columns: usize,
    push: &mut impl FnMut(Vec<AgreeWord>),
) {
    let value = |at: usize, x: usize, text: &str| AgreeWord {
        cell: Some(at),
        ..word(x, text, Role::Plain)
    };
    if fits(cell, columns) {
        let cells = cells.iter().zip(places(cell)).enumerate();
        let cells = cells.map(|(at, (text, x))| value(at, x, text));
        push(std::iter::once(word(2, name, Role::Plain)).chain(cells).collect());
        return;
    }
    push(vec![word(2, name, Role::Plain)]);
    for (at, (text, column)) in cells.iter().zip(MATRIX_COLUMNS).enumerate() {
        for text in wrapped(&format!("{column} {text}"), columns.saturating_sub(4)) {
            push(vec![value(at, 4, &text)]);
        }
    }
}

/// A row of a table.
#[derive(Debug, Clone, Copy)]
struct Cells<'a> {
    names: &'a [&'static str],
    /// `None`: the row of names.
    row: Option<&'a [String]>,
    widths: &'a [usize],
}

/// The same, with columns of its own.
struct OwnCells {
    names: Vec<&'static str>,
    row: Option<Vec<String>>,
    widths: Vec<usize>,
}

impl OwnCells {
    fn as_cells(&self) -> Cells<'_> {
        Cells { names: &self.names, row: self.row.as_deref(), widths: &self.widths }
    }
}

fn all_but<T: Clone>(all: &[T], at: usize) -> Vec<T> {
    all.iter().enumerate().filter(|(i, _)| *i != at).map(|(_, own)| own.clone()).collect()
}

impl Cells<'_> {
    fn fits(&self, columns: usize) -> bool {
        let gaps = GAP * self.widths.len().saturating_sub(1);
        2 + self.widths.iter().sum::<usize>() + gaps <= columns
    }

    /// Without the column of the method, and what stands in it. `None`: there is none.
    fn without_method(&self) -> Option<(OwnCells, String)> {
        let at = self.names.iter().position(|name| *name == METHOD)?;
        let method = self.row.and_then(|cells| cells.get(at)).cloned().unwrap_or_default();
        let row = OwnCells {
            names: all_but(self.names, at),
            row: self.row.map(|cells| all_but(cells, at)),
            widths: all_but(self.widths, at),
        };
        Some((row, method))
    }

    /// Cells beside each other.
    fn beside(&self, push: &mut impl FnMut(Vec<AgreeWord>)) {
        let mut x = 2;
        let mut words = Vec::new();
        for (at, (name, wide)) in self.names.iter().zip(self.widths).enumerate() {
            words.push(match self.row {
                None => word(x, *name, Role::Dim),
                Some(cells) => word(x, cells.get(at).cloned().unwrap_or_default(), Role::Plain),
            });
            x += wide + GAP;
        }
        push(words);
    }

    /// The first cell, and below it the others with their names.
    fn below(&self, columns: usize, push: &mut impl FnMut(Vec<AgreeWord>)) {
        let Some((first, rest)) = self.row.and_then(<[String]>::split_first) else { return };
        for text in wrapped(first, columns.saturating_sub(2)) {
            push(vec![word(2, text, Role::Plain)]);
        }
        let named = self.names.iter().skip(1).zip(rest).filter(|(_, text)| !text.is_empty());
        let named: Vec<String> = named
            .map(|(name, text)| match *name {
                "value" | METHOD => text.clone(),
                name => format!("{name} {text}"),
            })
            .collect();
        for text in wrapped(&named.join(" · "), columns.saturating_sub(4)) {
            push(vec![word(4, text, Role::Dim)]);
        }
    }
}
