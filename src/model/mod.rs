//! The vocabulary of the program: what a transcript is, as plain data.
//!
//! Nothing here reads a file, parses JSON or draws. Names are those of the glossary in
//! `CONTRIBUTING.md`; the promises these types carry (identity, offsets, three-valued labels, outcome)
//! are written in `docs/ARCHITECTURE.md`.

mod analysis;
mod decision;
pub mod design;
mod evidence;
mod label;
mod outcome;
mod problem;
mod section;
mod tier;
mod transcript;
mod verdict;

pub use analysis::{
    Analysis, Contribution, Criterion, Deduction, Feature, MOST_POINTS, Recited, Sentence, Span,
    Standing, points,
};
pub use decision::{Choice, Decision};
pub use design::Design;
pub use evidence::{Evidence, Found};
pub use label::{DECISION, Judgement, LabelValue, Threshold, reviewer};
pub use outcome::{Decider, Outcome, OutcomeValue, OutcomeVote};
pub use problem::{Counts, Problem, ProblemKind, ProblemRun, fold};
pub use section::{Role, Section, SectionKind};
pub use tier::{Tier, TierFrom};
pub use transcript::{Parse, Place, Repair, Transcript, key, link};
pub use verdict::{Gap, Verdict};
