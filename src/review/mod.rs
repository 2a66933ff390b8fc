//! Reviewing: people answer whether a label holds, mostly without being shown what a classifier says.
//!
//! Plain data and pure functions: what a journal says and what of it stands, how a sample is drawn, what is asked next, what may be
//! shown. Files, clocks and screens are for others; a time is an argument, in milliseconds since 1970.

mod again;
pub mod agree;
mod blind;
pub mod codebook;
mod design;
mod event;
mod fold;
mod given;
mod line;
mod pair;
mod part;
mod seal;
mod session;
#[cfg(test)]
pub mod testing;
mod time;

pub use again::{Found, SeenBefore, Wanted};
pub use blind::{blinded, text_hash};
pub use codebook::Codebook;
pub use design::{Candidate, Draw, Drawn, draw, lot};
pub use event::{
    Adjudication, Answered, Beside, Event, Import, Item, ItemName, Opened, Order, Sampled, Seal,
    Span, Stratum, Verdict, What, event_id, sample_id,
};
pub use fold::{AnswerKey, ItemKey, KeptSession, Purpose, Said, Standing};
pub use given::{Given, GivenFrom, given, same_rater};
pub use line::Line;
pub use pair::{beside, end_with, pair_hash};
pub use part::{Part, Place, Shows, words_hash};
pub use session::{Draft, Reached, Session};
pub use time::{parse_time, print_time};
