//! The corpus: a catalogue of light rows, one per transcript, filled in batches behind the first frame;
//! bodies are read again when looked at and never kept for every row.
//!
//! [`Catalogue`] is plain data that the explorer owns; [`Corpus`] is the shared door to the files.

mod again;
mod answering;
mod bits;
mod body;
mod cache;
mod catalogue;
mod chunk;
mod collect;
mod column;
mod common;
mod copies;
mod crew;
mod cut;
mod engine;
mod facets;
mod feed;
mod fields;
mod files;
mod follow;
mod found;
mod frame;
mod glimpse;
mod group;
mod histogram;
mod job;
mod joins;
mod known;
mod loader;
mod members;
mod narrow;
mod numbers;
mod order;
mod pace;
mod pairs;
mod partners;
mod parts;
mod peek;
mod ranks;
mod rated;
mod remarks;
mod renew;
mod reread;
mod reviews;
mod row;
mod search;
mod sieve;
mod sift;
mod sort;
mod sought;
mod spots;
mod stack;
mod study;
mod switch;
mod tallies;
#[cfg(test)]
mod tests;
mod view;
mod words;

pub use crate::query::PairField;
pub use bits::Bits;
pub use body::{Body, BodyError, Record, Records, hidden_in_response};
pub use catalogue::{Batch, Catalogue, FileReport, Progress};
pub use column::{Column, shown_label};
pub use common::{Common, CommonRule, CommonSentence, per_cent};
pub use engine::LazyEngine;
pub use facets::{Facet, FacetField, FacetValue, Facets, Like, exactly, quoted};
pub use feed::FoundFiles;
pub use fields::{RecordFields, meta_name};
pub use found::Found;
pub use frame::{Frame, ReviewPlan, SampleDrawn};
pub use histogram::{NumberFacet, NumberField};
pub use loader::{Corpus, LoadEvent, LoadOptions, Unsaid, stem};
pub use numbers::{
    ANSWERS, Agreement, Answer, Ask, Bar, By, Confusion, CurveAsk, Cut, Errors, Gap, GapMethod,
    GapPart, GapTest, Group, Known, Level, Look, Measure, Numbers, PartKind, Question, Rate,
    RaterCount, Reviewers, Side, Tally, ThresholdCurve, Value,
};
pub use order::Order;
pub use pace::{Pace, ProgressWords, Speed};
pub use pairs::{Comparison, Pair, Pairs, Samples, SideTally};
pub use partners::{AF, complied, flip, positive};
pub use parts::{FrameOf, PartOf, PartsOf, Within};
pub use peek::Peek;
pub use ranks::Ranks;
pub use rated::RatedLabel;
pub use remarks::{Change, Name, Remark, Remarks};
pub use reviews::{Reviewed, Reviews, RowReview};
pub use row::{Interner, Row, RowId, RowPlace, Said, echoes, prompt_hash};
pub use search::Hits;
pub use sort::{Sort, SortKey};
pub use spots::{Spot, Spots};
pub use stack::Renewed;
pub use study::{
    Joined, MATRIX_COLUMNS, MATRIX_ROWS, Part, Queue, QueueLine, QueueRow, Sights, Study, StudyAsk,
};
pub use switch::Following;
pub use view::RowView;
pub use words::Word;
