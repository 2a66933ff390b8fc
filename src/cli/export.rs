//! `undertone export --labels`: what reviewers answered, for others.

use std::io::{IsTerminal, Write};

use super::agree::{journals, there, told_labels};
use super::args::{ExportArgs, ExportFormat};
use super::journal::{write_csv, write_jsonl, write_scout};
use super::output::{Exit, Failure, out, warn, write_new};
use crate::review::Standing;
use crate::review::agree::labels;
use crate::text::{sanitize, sanitize_line};

/// Most ids that are named.
const MOST_NAMED: usize = 5;

/// Runs the command.
///
/// # Errors
/// A path that cannot be opened, usage (no label for a validation set), writing.
pub fn run(args: &ExportArgs) -> Result<Exit, Failure> {
    there(&args.paths)?;
    let mut standing = journals(&args.paths, args.journal.as_deref());
    let wanted = |label: &str, rater: &str| {
        args.label.as_ref().is_none_or(|own| own == label)
            && args.rater.as_ref().is_none_or(|own| own == rater)
    };
    standing.answers.retain(|key, _| wanted(&key.label, &key.rater));
    standing.imports.retain(|(rater, label, _), _| wanted(label, rater));
    standing.adjudications.retain(|(label, _), all| {
        all.retain(|said| wanted(label, &said.rater));
        !all.is_empty()
    });
    let mut bytes = Vec::new();
    let many = match args.format {
        ExportFormat::Jsonl => write_jsonl(&standing, &mut bytes)?,
        ExportFormat::Csv => write_csv(&standing, &mut bytes)?,
        ExportFormat::Scout => scout(&standing, args, &mut bytes)?,
    };
    if let Some(path) = &args.out {
        write_new(path, &bytes)?;
    } else {
        let mut out = out();
        let on_screen = std::io::stdout().is_terminal();
        match std::str::from_utf8(&bytes) {
            // In a file ids stand as they are. A terminal is not told to do what is in them.
            Ok(text) if on_screen => out.write_all(sanitize(text).as_bytes())?,
            _ => out.write_all(&bytes)?,
        }
        out.flush()?;
    }
    Ok(if many == 0 { Exit::Nothing } else { Exit::Fine })
}

fn scout(standing: &Standing, args: &ExportArgs, bytes: &mut Vec<u8>) -> Result<usize, Failure> {
    let all = labels(standing);
    let label = match (&args.label, all.keys().next()) {
        (Some(label), _) => label.clone(),
        (None, Some(only)) if all.len() == 1 => only.clone(),
        (None, None) => String::new(),
        (None, Some(_)) => {
            let names = told_labels(&all);
            let message =
                format!("a validation set has one label; name one of {names} with --label");
            return Err(Failure::Usage(message));
        }
    };
    let which = (args.rater.as_deref(), args.include_sighted);
    let set = write_scout(standing, &label, which, &args.split, bytes)?;
    for (ids, why) in [
        (&set.undecided, "nobody said yes or no"),
        (&set.disagreeing, "people disagree and nothing is decided: see undertone agree --queue"),
        (&set.ambiguous, "several transcripts have the id"),
        (&set.not_blind, "no answer is blind: --include-sighted counts those that are not"),
    ] {
        if !ids.is_empty() {
            let named: Vec<_> = ids.iter().take(MOST_NAMED).map(|id| sanitize_line(id)).collect();
            let more = if ids.len() > MOST_NAMED { ", …" } else { "" };
            warn(&format!("{} left out ({why}): {}{more}", ids.len(), named.join(", ")));
        }
    }
    Ok(set.written)
}
