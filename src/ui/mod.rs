//! Drawing: `draw(&State, &Theme, &mut Frame)` reads, never writes. Knows no file, thread or crossterm.

pub mod layout;
pub mod theme;

mod draw;

#[cfg(test)]
mod stories;
#[cfg(test)]
mod turning;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;

pub use draw::draw;
pub use layout::{hit, sizes};
pub use theme::{Depth, SYNTAX_ROLES, Theme};
