//! Keys are data: key × context → command, with its description. Help, palette and docs/KEYS.md come from this table.

use super::Key;

/// Where a key applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Context {
    /// Everywhere but in text input.
    Global,
    /// The list has the focus.
    List,
    /// A pane has the focus.
    Pane,
    /// A dialog is open.
    Dialog,
}

/// Everything a key or the palette can do. Closed: the update function matches all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Command {
    /// Quit or close.
    Quit,
}

/// A row of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    /// Where.
    pub context: Context,
    /// Keys, the main one first.
    pub keys: Vec<Key>,
    /// What.
    pub command: Command,
}

/// The whole table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Keymap {
    /// Rows in the order of the help.
    pub bindings: Vec<Binding>,
}
