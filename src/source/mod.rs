//! Where bytes come from: paths, folders, globs, standard input. Knows nothing of what they mean.

mod discover;
mod file;
mod position;
mod spool;

pub use discover::{Discovered, discover};
pub use file::Bytes;
pub use spool::SpooledInput;
