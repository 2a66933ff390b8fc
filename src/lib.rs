//! `undertone`: a terminal explorer for eval transcripts.
//!
//! The library is the whole program but for `main`. Modules are layers: each imports only from those
//! above it in the table of `docs/ARCHITECTURE.md`, which `tests/architecture.rs` checks. The default
//! feature `tui` owns everything that knows a terminal; without it the core and the headless commands
//! remain.

pub mod model;
pub mod stats;
pub mod text;

pub mod cues;
pub mod ingest;
pub mod query;
pub mod review;
pub mod source;

pub mod corpus;

#[cfg(feature = "tui")]
pub mod app;
#[cfg(feature = "tui")]
pub mod ui;

pub mod cli;
#[cfg(feature = "tui")]
pub mod shell;
