//! Drawing: `draw(&State, &Theme, &mut Frame)` reads, never writes. Knows no file, thread or crossterm.

pub mod layout;
pub mod theme;

mod draw;

#[cfg(test)]
mod agreeing;
#[cfg(test)]
mod comparing;
#[cfg(test)]
mod counting;
#[cfg(test)]
mod judging;
#[cfg(test)]
mod reviewing;
#[cfg(test)]
mod stories;
#[cfg(test)]
mod strips;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod turning;

pub use draw::draw;
pub use layout::{hit, sizes};
pub use theme::{Depth, SYNTAX_ROLES, Theme};
