//! `undertone agree`: what reviews say of a classifier and of reviewers, what is to be looked at again, decisions, and answers from
//! elsewhere. Figures come from `review::agree`, as on the screen.

mod decide;
mod further;
mod page;
mod parts;
mod queue;
mod report;
mod study;
mod tell;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use super::args::{AgreeArgs, AgreeFormat};
use super::journal::{Places, read_all};
use super::json;
use super::output::{Exit, Failure, out, warn, write_new};
use crate::query::Asked;
use crate::review::Standing;
use crate::review::agree::labels;
use crate::text::sanitize_line;
use study::Study;

/// What stands in the journals of some data. What cannot be read of them is told.
pub fn journals(paths: &[String], folder: Option<&Path>) -> Standing {
    let read = read_all(&Places::of(paths, folder));
    for problem in &read.problems {
        let line = problem.line.map_or_else(String::new, |line| format!(":{line}"));
        warn(&format!("{}{line}: {}", problem.source, problem.message));
    }
    Standing::of(read.lines)
}

/// Names of labels with how many answers each has.
pub fn told_labels(all: &BTreeMap<String, usize>) -> String {
    let told = all.iter().map(|(label, n)| format!("{} ({n} answers)", sanitize_line(label)));
    told.collect::<Vec<_>>().join(", ")
}

/// The label that is asked about: the one that was named, else the only one that is judged.
fn label(args: &AgreeArgs, standing: &Standing) -> Result<Option<String>, Failure> {
    if let Some(label) = &args.label {
        return Ok(Some(label.trim().to_owned()));
    }
    let all = labels(standing);
    if all.len() > 1 {
        let message = format!("name a label with --label: {}", told_labels(&all));
        return Err(Failure::Usage(message));
    }
    Ok(all.into_keys().next())
}

/// How the catalogue is asked what the classifier says.
fn asked(args: &AgreeArgs, label: &str) -> Result<Asked, Failure> {
    let asked = match &args.classifier {
        Some(rater) => Asked::by_rater(label, rater),
        None => Asked::named(label),
    };
    asked.map_err(|error| Failure::Usage(format!("--label: {error}")))
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
        return decide::import_file(args, &standing, file);
    }
    let Some(label) = label(args, &standing)? else {
        let message = "no journal with answers was found: see undertone review --help";
        if !args.queue {
            warn(message);
            return Ok(Exit::Nothing);
        }
        return Err(Failure::Usage(format!("{message}; --queue needs --label then")));
    };
    if let Some(id) = &args.adjudicate {
        return decide::adjudicate(args, &standing, &label, id);
    }
    let study = Study::new(args, &standing, &label)?;
    let mut out = out();
    if args.queue {
        let lines = queue::lines(&study);
        queue::print(&lines, args.format, &label, &mut out)?;
        out.flush()?;
        study.reading.is_sound()?;
        return Ok(study.exit(lines.is_empty()));
    }
    let parts = tell::parts(&study, args.by.is_some() || form.is_some());
    match args.format {
        AgreeFormat::Json => json::write_line(&mut out, &report::as_json(&study))?,
        AgreeFormat::Table => page::text(&parts, &mut out)?,
    }
    out.flush()?;
    if let (Some(path), Some(form)) = (&args.report, form) {
        write_new(path, form.page(&parts).as_bytes())?;
    }
    study.reading.is_sound()?;
    Ok(study.exit(study.counted.answers.is_empty() && study.counted.parts == 0))
}
