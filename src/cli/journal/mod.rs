//! Reviewers' journals: where they are, writing to one, reading all. What stands in them is the business of `review`.
//!
//! A journal is a file of lines, one for each reviewer, in a folder beside the data, so that colleagues find each other's. It
//! only ever grows. Marks and notes are something else: they are the reader's own and kept elsewhere (`cli::kept`).

mod disk;
mod name;
mod place;
mod read;
mod write;

#[cfg(test)]
mod tests;

pub use name::file_name;
pub use place::Places;
pub use read::{Read, read_all};
pub use write::Journal;
