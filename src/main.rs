//! The binary: hands over to the library and turns its answer into an exit status.

use std::process::ExitCode;

use clap::Parser;
use undertone::cli::{self, args::Args};

fn main() -> ExitCode {
    let args = Args::parse();
    cli::conclude(cli::run(args, explore))
}

#[cfg(feature = "tui")]
fn explore(plan: cli::plan::Explore) -> Result<cli::Exit, cli::Failure> {
    undertone::shell::run(plan)
}

#[cfg(not(feature = "tui"))]
fn explore(_: cli::plan::Explore) -> Result<cli::Exit, cli::Failure> {
    let sentence = "this build has no explorer; use `undertone list`";
    Err(cli::Failure::Usage(sentence.to_owned()))
}
