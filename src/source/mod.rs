//! Where bytes come from: paths, folders, globs, standard input. Knows nothing of what they mean.

mod discover;
mod file;

pub use discover::{Discovered, discover};
pub use file::{Bytes, SpooledInput};
