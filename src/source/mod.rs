//! Where bytes come from: paths, folders, globs, standard input, and what is packed in them: gzip, Zstandard, zip
//! archives, Parquet as lines, UTF-16. Knows nothing of what they mean.

mod archive;
mod compressed;
mod derived;
mod discover;
mod file;
mod guard;
mod mark;
mod open;
#[cfg(feature = "parquet")]
mod parquet;
mod position;
mod shelf;
mod spool;
mod stamp;
mod stretch;
mod utf16;

pub use archive::{Archive, Entry, EntryKind};
pub use compressed::Limits;
pub use derived::Derived;
pub use discover::{Discovered, Discovery, Found, JOURNALS, discover, is_there};
pub use file::Bytes;
pub use guard::{Panicked, guarded, is_guarded};
pub use mark::{Change, Mark};
pub use open::{Opened, peel, peel_within};
pub use shelf::{Shelf, ShelfInfo, make_folder};
pub use spool::SpooledInput;
pub use stamp::Stamp;
