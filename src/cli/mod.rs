//! The headless commands and the arguments. What was typed (`args`), then what it means (`plan`), then one
//! file a command. Figures come from the functions that the explorer uses.

pub mod args;
pub mod journal;
pub mod kept;
pub mod plan;

pub mod agree;
mod cache;
mod check;
mod common;
mod config;
mod cues;
mod eval;
mod export;
mod files;
mod json;
mod labels;
mod list;
mod map;
mod output;
mod pages;
mod progress;
pub mod reviews;
mod show;
mod stats;

use std::process::ExitCode;

use args::{Args, Command};

pub use output::{Exit, Failure};
pub use pages::man_page;
pub use stats::export as export_statistics;

/// Runs a headless command. `explore` is called when the explorer was asked for.
///
/// # Errors
/// A sentence and an exit status, for `main` to print.
pub fn run(
    args: Args,
    explore: impl FnOnce(plan::Explore) -> Result<Exit, Failure>,
) -> Result<Exit, Failure> {
    match args.command {
        None => explore(plan::Explore::new(args.explore)?),
        Some(Command::List(list)) => list::run(&list),
        Some(Command::Show(show)) => show::run(&show),
        Some(Command::Check(check)) => check::run(&check),
        Some(Command::Labels(labels)) => labels::run(&labels),
        Some(Command::Stats(stats)) => stats::run(&stats),
        Some(Command::Review(review)) => explore(plan::Explore::for_review(review)?),
        Some(Command::Agree(agree)) => agree::run(&agree),
        Some(Command::Export(export)) => export::run(&export),
        Some(Command::Map(map)) => map::run(&map),
        Some(Command::Cues(cues)) => cues::run(&cues),
        Some(Command::Cache(cache)) => cache::run(&cache),
        Some(Command::Completions { shell }) => pages::completions(shell),
        Some(Command::Man) => pages::man(),
    }
}

/// The exit status of a run, with its failure printed on standard error.
#[must_use]
pub fn conclude(result: Result<Exit, Failure>) -> ExitCode {
    match result {
        Ok(exit) => exit.into(),
        Err(failure) => {
            if let Some(sentence) = failure.sentence() {
                output::warn(&sentence);
            }
            failure.exit().into()
        }
    }
}
