//! The corpus: a catalogue of light rows, one per transcript, filled in batches behind the first frame;
//! bodies are read again when looked at and never kept for every row.
//!
//! [`Catalogue`] is plain data that the explorer owns; [`Corpus`] is the shared door to the files.

mod again;
mod bits;
mod body;
mod catalogue;
mod chunk;
mod collect;
mod copies;
mod cut;
mod facets;
mod files;
mod follow;
mod joins;
mod loader;
mod members;
mod narrow;
mod peek;
mod renew;
mod reread;
mod row;
mod search;
mod stack;
mod sort;
mod switch;
#[cfg(test)]
mod tests;
mod view;
mod words;

pub use bits::Bits;
pub use body::{Body, BodyError, Records};
pub use catalogue::{Batch, Catalogue, FileReport, Progress};
pub use facets::{Facet, FacetField, FacetValue, quoted};
pub use loader::{Corpus, LoadEvent, LoadOptions, Unsaid, stem};
pub use peek::Peek;
pub use row::{Interner, Row, RowId, RowPlace, prompt_hash};
pub use search::Hits;
pub use stack::Renewed;
pub use sort::{Ranks, Sort, SortKey};
pub use switch::Following;
pub use view::RowView;
pub use words::Word;
