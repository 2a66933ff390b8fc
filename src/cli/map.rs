//! `undertone map`: a first mapping for files of a shape that is not known, guessed from their first records.

use std::io::Write;

use super::args::{MapArgs, MapFormat, ReadArgs};
use super::output::{Exit, Failure, out, warn};
use super::plan::Reading;
use crate::corpus::Peek;
use crate::ingest::mapping::guess;

/// Units that are looked at.
const MOST_UNITS: usize = 200;

/// Runs the command.
///
/// # Errors
/// A path that cannot be opened, a file without records, writing.
pub fn run(args: &MapArgs) -> Result<Exit, Failure> {
    let read = ReadArgs { paths: vec![args.path.clone()], ..ReadArgs::default() };
    let reading = Reading::new(&read)?;
    let paths = reading.corpus.paths();
    let mut last = Peek::default();
    for (file, path) in (0..).zip(&paths) {
        let peek = reading
            .corpus
            .peek(file, MOST_UNITS)
            .map_err(|e| Failure::CannotOpen(format!("{path}: cannot be read: {e}")))?;
        // Bare words and numbers have no paths.
        if !peek.records.iter().any(|record| record.is_object() || record.is_array()) {
            last = peek;
            continue;
        }
        let MapFormat::Toml = args.format;
        let mut out = out();
        out.write_all(guess(&peek.records, path).toml.as_bytes())?;
        out.flush()?;
        if paths.len() > 1 {
            warn(&format!("the first of {} files with records was looked at: {path}", paths.len()));
        }
        return Ok(Exit::Fine);
    }
    let why = match last.problems.first() {
        Some((_, message)) => format!(": {}", without_circle(message)),
        None => String::new(),
    };
    let needed = "a mapping is guessed from records of JSON or from the rows of a table";
    warn(&format!("{}: no record to guess a mapping from{why}; {needed}", args.path));
    Ok(Exit::Nothing)
}

/// A sentence without the advice, in brackets, to run this very command.
fn without_circle(message: &str) -> String {
    let advice = message.find("`undertone map`").and_then(|at| {
        let start = message.get(..at)?.rfind(" (")?;
        let end = at + message.get(at..)?.find(')')? + 1;
        Some((message.get(..start)?, message.get(end..)?))
    });
    advice.map_or_else(|| message.to_owned(), |(before, after)| format!("{before}{after}"))
}
