//! The filter language: parse, print, complete, evaluate; and fuzzy matching in one file.
//!
//! Evaluation goes over two traits that somebody else implements: [`Columns`] for what a catalogue row
//! knows, [`Body`] for text. Truth is three-valued, because a label may be unparsed or missing.

mod asked;
mod ast;
mod block;
mod complete;
mod edit;
mod eval;
mod fields;
mod fuzzy;
mod glob;
mod ids;
mod lex;
mod matching;
mod named;
mod near;
mod needed;
mod pair_field;
mod parse;
mod print;
mod range;
mod term;
#[cfg(test)]
mod tests;
mod truths;
mod value;

pub use asked::{Asked, Said};
use ast::Node;
pub use block::{Alike, Block, ClassOf, Classes, RemarkKind};
pub use complete::{Completion, Vocabulary, complete};
pub use eval::{Body, Columns, Flip, Needs, TextTerm, Truth, is_seen};
pub use fuzzy::{Fuzzy, FuzzyHit};
pub use lex::in_quotes;
pub use named::Named;
pub use pair_field::PairField;
pub use parse::{Filter, FilterError};
pub use truths::is_empty;
