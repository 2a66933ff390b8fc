//! What the reader says of transcripts, as far as the screen has to know: changes that are on their way to be kept, what stays in
//! the list for now, and the dialogs.
//!
//! What is said of which row stands in the catalogue.

use std::collections::HashMap;

use super::Input;
use crate::corpus::{Bits, Change, Name, RowId};
use crate::query::RemarkKind;

/// Ticks (about a quarter of a second each) after which a transcript on the screen counts as read.
pub const READ_TICKS: u8 = 8;

/// Changes and what follows from them.
#[derive(Debug, Clone, Default)]
pub struct Own {
    /// Number of the newest change.
    pub generation: u64,
    /// Changes that may not be kept yet: what others say of the same is older.
    pub waiting: HashMap<(Name, RemarkKind), u64>,
    /// The same of filters with names.
    pub filters: HashMap<String, u64>,
    /// Rows that no longer pass the filter, or do now, since something was said of them while they were read. They stay
    /// where they are until the reader moves on.
    pub stays: Bits,
    /// The transcript on the screen, and for how many ticks it has been there.
    pub seen: Option<(RowId, u8)>,
    /// It was scrolled.
    pub scrolled: bool,
    /// It was made unread, and stays so until another one is read.
    pub unread: Option<RowId>,
}

/// In which respect a change says something.
#[must_use]
pub fn kind_of(change: &Change) -> RemarkKind {
    match change {
        Change::Mark(_) => RemarkKind::Mark,
        Change::Read(_) => RemarkKind::Read,
        Change::Note(_) => RemarkKind::Note,
    }
}

/// The dialog of marks and notes. The input takes the first row of the dialog's inside, what is to be said the second where
/// there is something, hits follow.
#[derive(Debug, Clone, Default)]
pub struct MarksDialog {
    /// What is typed.
    pub input: Input,
    /// Marked or noted rows: the row, whether it is marked, and `ID  note · query`.
    pub entries: Vec<(RowId, bool, String)>,
    /// How many marks and notes belong to transcripts that are not here.
    pub elsewhere: usize,
    /// The filter hides the selected one: Enter once more takes the filter away.
    pub hidden: bool,
    /// Hits: index into entries, matched character indices.
    pub hits: Vec<(usize, Vec<usize>)>,
    /// Selected hit.
    pub selected: usize,
    /// First visible hit.
    pub top: usize,
}

impl MarksDialog {
    /// What is said above the hits.
    #[must_use]
    pub fn said(&self) -> Option<String> {
        if self.hidden {
            return Some("hidden: Enter clears the filter".to_owned());
        }
        let n = self.elsewhere;
        let what = super::plural(n, "mark or note belongs", "marks and notes belong");
        let whom = if n == 1 { "a transcript that is" } else { "transcripts that are" };
        (n > 0).then(|| format!("{what} to {whom} not here"))
    }

    /// Rows above the hits.
    #[must_use]
    pub fn head(&self) -> u16 {
        1 + u16::from(self.said().is_some())
    }
}

/// The editor of a note.
#[derive(Debug, Clone, Default)]
pub struct NoteDialog {
    /// Of which row.
    pub row: RowId,
    /// The transcript's id.
    pub id: String,
    /// What is typed.
    pub input: Input,
}

impl NoteDialog {
    /// What it is about.
    #[must_use]
    pub fn title(&self) -> String {
        format!("note on {}", self.id)
    }
}
