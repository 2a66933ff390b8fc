//! Drawing: `draw(&State, &Theme, &mut Frame)` reads, never writes. Knows no file, thread or crossterm.

pub mod layout;
pub mod theme;

mod draw;

pub use draw::draw;
pub use layout::{hit, sizes};
pub use theme::Theme;
