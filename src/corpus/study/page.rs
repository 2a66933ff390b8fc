//! What is said of agreement, part by part: headings, sentences, tables. How they look is for whoever shows them.

use crate::review::agree::Place;

/// A part of a page. Names from files stand in it: whoever shows it makes them harmless.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// A heading.
    Heading(String),
    /// A sentence.
    Text(String),
    /// What one should not overlook.
    Caution(String),
    /// A command that gives what stands above it.
    Command(String),
    /// Columns and rows.
    Table(Vec<&'static str>, Vec<Vec<String>>),
    /// The classifier against reviewers, of one tier or of all: yes and no of the classifier, each with yes and no of reviewers.
    Matrix(Option<String>, [[String; 2]; 2]),
    /// A sentence on so many transcripts, and where they are counted.
    Count(String, Option<String>, Place),
}

impl Part {
    /// Columns and rows of what is a table, the confusion matrix too.
    #[must_use]
    pub fn table(&self) -> Option<(Vec<&'static str>, Vec<Vec<String>>)> {
        match self {
            Self::Table(columns, rows) => Some((columns.clone(), rows.clone())),
            Self::Matrix(_, cells) => {
                let rows = MATRIX_ROWS.iter().zip(cells);
                let rows =
                    rows.map(|(name, [yes, no])| vec![(*name).to_owned(), yes.clone(), no.clone()]);
                Some((vec!["", MATRIX_COLUMNS[0], MATRIX_COLUMNS[1]], rows.collect()))
            }
            Self::Heading(_)
            | Self::Text(_)
            | Self::Caution(_)
            | Self::Command(_)
            | Self::Count(..) => None,
        }
    }
}

/// Names of the rows of a matrix.
pub const MATRIX_ROWS: [&str; 2] = ["classifier: yes", "classifier: no"];
/// Names of its columns.
pub const MATRIX_COLUMNS: [&str; 2] = ["reviewers: yes", "reviewers: no"];
