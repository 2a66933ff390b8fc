//! `undertone agree`: what reviews say of a classifier and of reviewers, what is to be looked at again, decisions, and answers from
//! elsewhere. Figures come from `review::agree`, as on the screen.

mod decide;
mod names;
mod page;
mod parts;
mod queue;
mod report;
mod study;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use super::args::{AgreeArgs, AgreeFormat};
use super::files;
use super::journal::{Places, read_all};
use super::json;
use super::output::{Exit, Failure, out, warn, write_new};
use super::plan::permalink;
use crate::model::Problem;
use crate::review::Standing;
use crate::review::agree::labels;
use crate::text::sanitize_line;
use study::Studied;

pub use decide::write_event;
pub use study::command;

/// What stands in the journals of some data, and what cannot be read of them, in sentences.
#[must_use]
pub fn standing(paths: &[String], folder: Option<&Path>) -> (Standing, Vec<String>) {
    let read = read_all(&Places::of(paths, folder));
    let told = |problem: &Problem| {
        let line = problem.line.map_or_else(String::new, |line| format!(":{line}"));
        format!("{}{line}: {}", problem.source, problem.message)
    };
    let told = read.problems.iter().map(told).collect();
    (Standing::of(read.lines), told)
}

/// What stands in the journals of some data. What cannot be read of them is told.
#[must_use]
pub fn journals(paths: &[String], folder: Option<&Path>) -> Standing {
    let (standing, told) = standing(paths, folder);
    for sentence in &told {
        warn(sentence);
    }
    standing
}

/// Names of labels with how many answers each has.
#[must_use]
pub fn told_labels(all: &BTreeMap<String, usize>) -> String {
    let told = all.iter().map(|(label, n)| format!("{} ({n} answers)", sanitize_line(label)));
    told.collect::<Vec<_>>().join(", ")
}

/// The label that is asked about: the one that was named, else the only one that is judged.
fn label(args: &AgreeArgs, standing: &Standing) -> Result<Option<String>, Failure> {
    if let Some(label) = args.label.as_deref().map(str::trim) {
        if label.is_empty() {
            return Err(Failure::Usage("--label needs the name of a label".to_owned()));
        }
        return Ok(Some(label.to_owned()));
    }
    let all = labels(standing);
    if all.len() > 1 {
        let message = format!("name a label with --label: {}", told_labels(&all));
        return Err(Failure::Usage(message));
    }
    Ok(all.into_keys().next())
}

/// Whether all paths can be opened, for what reads journals alone.
///
/// # Errors
/// Those that cannot.
pub fn there(paths: &[String]) -> Result<(), Failure> {
    let mut unopened = Vec::new();
    files::there(&permalink(paths).0, &mut unopened);
    if unopened.is_empty() { Ok(()) } else { Err(Failure::CannotOpen(unopened.join("\n"))) }
}

/// Runs the command.
///
/// # Errors
/// Usage, paths, a journal that cannot be written, writing.
pub fn run(args: &AgreeArgs) -> Result<Exit, Failure> {
    if args.import.is_some() || args.adjudicate.is_some() {
        if args.read.private {
            let sentence = "this writes to a journal, which --private forbids";
            return Err(Failure::Usage(sentence.to_owned()));
        }
        if args.rater.len() > 1 {
            return Err(Failure::Usage("name one --rater: whose journal it is".to_owned()));
        }
    }
    let form = args.report.as_deref().map(page::Form::of).transpose().map_err(Failure::Usage)?;
    if let Some(path) = args.report.as_ref().filter(|path| path.exists()) {
        let shown = path.display();
        return Err(Failure::Usage(format!("--report {shown}: that file is there already")));
    }
    let standing = journals(&args.read.paths, args.journal.as_deref());
    if let Some(file) = &args.import {
        there(&args.read.paths)?;
        return decide::import_file(args, &standing, file);
    }
    let Some(label) = label(args, &standing)? else {
        let message = "no journal with answers was found: see undertone review --help";
        there(&args.read.paths)?;
        if !args.queue {
            warn(message);
            return Ok(Exit::Nothing);
        }
        return Err(Failure::Usage(format!("{message}; --queue needs --label then")));
    };
    if let Some(id) = &args.adjudicate {
        return decide::adjudicate(args, &standing, &label, id);
    }
    names::check(args, &standing, &label)?;
    let studied = Studied::new(args, &standing, &label)?;
    let mut out = out();
    if args.queue {
        let lines = queue::lines(&studied);
        queue::print(&lines, args.format, &label, &mut out)?;
        out.flush()?;
        studied.reading.is_sound()?;
        return Ok(studied.exit(lines.is_empty()));
    }
    let no_row = studied.study.rows.is_empty() && studied.study.ask.filter.is_some();
    if no_row {
        warn("no transcript matches: there is nothing to count");
        if matches!(args.format, AgreeFormat::Table) {
            studied.reading.is_sound()?;
            return Ok(studied.exit(true));
        }
    }
    let parts = studied.study.parts();
    match args.format {
        AgreeFormat::Json => json::write_line(&mut out, &report::as_json(&studied.study))?,
        AgreeFormat::Table => page::text(&parts, &mut out)?,
    }
    out.flush()?;
    if let (Some(path), Some(form)) = (&args.report, form) {
        write_new(path, form.page(&parts).as_bytes())?;
    }
    studied.reading.is_sound()?;
    let study = &studied.study;
    let counted = &study.counted;
    let no_answer =
        study.answers().next().is_none() && counted.parts == 0 && counted.decisions.is_empty();
    Ok(studied.exit(no_row || no_answer))
}
