//! The program without a terminal: state, messages, effects, and `update`, the only place where state changes.
//!
//! Knows no ratatui, no crossterm, no file, thread or clock: those are `shell`'s. Tested by messages alone.

mod doc;
mod effect;
mod input;
mod key;
mod keymap;
mod message;
mod state;
mod update;

pub use doc::{Block, Doc, DocRow, Notice};
pub use effect::{Copied, Effect};
pub use input::Input;
pub use key::{Key, KeyCode};
pub use keymap::{Binding, Command, Context, Keymap};
pub use message::{Message, Target, Tone};
pub use state::{
    Dialog, Facets, FilterBar, Find, FindHit, Focus, List, Palette, Pane, PaneSizes, Picker,
    Reader, Reading, ScrollDoc, State, Toast, View,
};
pub use update::update;
