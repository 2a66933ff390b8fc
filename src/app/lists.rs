//! The state of dialogs that are lists of lines: facets, columns, and what the selected row says.

use super::Input;
use crate::corpus::{Column, Facets, Like};

/// A row of the facets dialog.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FacetLine {
    /// The heading of the numbers.
    Numbers,
    /// A numeric field.
    Number(usize),
    /// The heading of a field.
    Heading(usize),
    /// A value of a field.
    Value(usize, usize),
}

/// What is typed in the facets dialog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FacetTyping {
    /// Letters that lines have to hold.
    Narrow,
    /// A range of the selected number, and what is wrong with it.
    Range(Input, Option<String>),
}

/// The facets dialog. While it is narrowed the letters take the first row of the dialog's inside.
#[derive(Debug, Clone, Default)]
pub struct FacetDialog {
    /// Fields with counts.
    pub found: Facets,
    /// Rows of those that are listed.
    pub lines: Vec<FacetLine>,
    /// The selected one, which is no heading.
    pub selected: usize,
    /// First visible row.
    pub top: usize,
    /// Letters that the lines hold.
    pub narrow: Input,
    /// What takes the keys.
    pub typing: Option<FacetTyping>,
    /// The rows shown have changed since counting began.
    pub stale: bool,
    /// The request that has not been answered.
    pub waiting: Option<u64>,
}

/// The dialog of the list's columns.
#[derive(Debug, Clone, Default)]
pub struct ColumnDialog {
    /// All columns in the order of the list, each with whether it is shown.
    pub lines: Vec<(Column, bool)>,
    /// Selected line.
    pub selected: usize,
    /// First visible line.
    pub top: usize,
}

/// The dialog of what the selected row says.
#[derive(Debug, Clone, Default)]
pub struct LikeDialog {
    /// Its values.
    pub lines: Vec<Like>,
    /// Selected line.
    pub selected: usize,
    /// First visible line.
    pub top: usize,
}
