//! Times programs as a person would wait for them. `benches/compare.sh` and `benches/scaling.sh` are made of it:
//!
//! - `measure command -- PROGRAM ARGUMENTS…` runs a command and prints milliseconds from start to end, milliseconds of
//!   processor time, and the last line of what it wrote. With `--memory` it prints the peak in kilobytes instead, from
//!   a run that is watched and therefore not timed.
//! - `measure screen STEP… -- PROGRAM ARGUMENTS…` drives a program on a pseudo-terminal of 200×50 and prints what its steps
//!   measure. Steps are in `script.rs`.
//!
//! Linux: memory, bytes read and processor time come from `/proc`.

use std::error::Error;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod command;
mod process;
mod screen;
mod script;
mod terminal;
#[cfg(test)]
mod tests;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// Times programs as a person would wait for them.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// A command from its start to its end.
    Command {
        /// The peak of its memory instead.
        #[arg(long)]
        memory: bool,
        /// The program and its arguments.
        #[arg(last = true, required = true)]
        program: Vec<String>,
    },
    /// A program on a pseudo-terminal.
    Screen {
        /// What to do and to measure.
        steps: Vec<script::Step>,
        /// The program and its arguments.
        #[arg(last = true, required = true)]
        program: Vec<String>,
    },
}

fn run(what: What) -> Outcome<bool> {
    match what {
        What::Command { memory: true, program } => println!("{}", command::memory(&program)?),
        What::Command { memory: false, program } => println!("{}", command::time(&program)?),
        What::Screen { steps, program } => {
            return screen::run(&program, &steps, &mut |name, value| println!("{name}\t{value}"));
        }
    }
    Ok(true)
}

fn main() -> ExitCode {
    match run(Arguments::parse().what) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(why) => {
            eprintln!("measure: {why}");
            ExitCode::from(2)
        }
    }
}
