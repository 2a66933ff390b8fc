//! The journal of a review: opened for this program alone, written to before the next item comes.

use std::collections::hash_map::RandomState;
use std::fs;
use std::hash::{BuildHasher, Hasher};
use std::path::Path;

use crate::app::review::JournalFound;
use crate::cli::journal::{Journal, Places, read_all};
use crate::corpus::ReviewPlan;
use crate::model::Problem;
use crate::review::{Event, SeenBefore, Session, Standing};
use crate::source::discover;

/// This program's version, as events have it.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The journal while a review is on.
#[derive(Debug, Default)]
pub struct Reviewing(Option<Journal>);

impl Reviewing {
    /// Opens the journal of a reviewer, and looks for a session to go on with.
    ///
    /// # Errors
    /// A sentence: another program has it, or it can be written nowhere.
    pub fn open(&mut self, plan: &ReviewPlan) -> Result<Box<JournalFound>, String> {
        let places = Places::of(&plan.paths, plan.journal.as_deref().map(Path::new));
        let journal = Journal::open(&places, &plan.rater)?;
        let place = journal.path().display().to_string();
        self.0 = Some(journal);
        let read = read_all(&places);
        let standing = Standing::of(read.lines);
        let found = standing.going_on(&plan.wanted(), &leads);
        let unfinished =
            found.session.and_then(|kept| Session::again(kept, VERSION.to_owned(), &standing));
        let left = found.left.map(|(kept, options)| {
            let options: Vec<String> = options.iter().map(|o| format!("--{o}")).collect();
            let (done, all) = (kept.done(), kept.begun.what.items.len());
            format!(
                "a new session: {} differs from the one that was left at {done} of {all}",
                options.join(", ")
            )
        });
        Ok(Box::new(JournalFound {
            place,
            fresh: format!("{:016x}", RandomState::new().build_hasher().finish()),
            version: VERSION.to_owned(),
            unfinished: unfinished.map(Box::new),
            left,
            seen: SeenBefore::of(&standing, &plan.rater, None),
            problems: read.problems.iter().map(told).collect(),
        }))
    }

    /// Puts an event on the disk.
    ///
    /// # Errors
    /// A sentence: it is not kept.
    pub fn record(&mut self, event: Box<Event>) -> Result<Box<Event>, String> {
        let journal = self.0.as_mut().ok_or("the journal is not open")?;
        journal.append(&event)?;
        Ok(event)
    }

    /// Others may write to it again. Where nothing was written, no file stays behind.
    pub fn close(&mut self) {
        if let Some(journal) = self.0.take() {
            journal.close();
        }
    }
}

/// The files to which a path leads, however it is typed; of a folder those in it, so that it is the same as its files. What is no path
/// stays as it is.
fn leads(path: &str) -> Vec<String> {
    let place = |path: &str| {
        let found = if path == "-" { None } else { fs::canonicalize(path).ok() };
        found.map_or_else(|| path.to_owned(), |found| found.to_string_lossy().into_owned())
    };
    let files = if path == "-" { Vec::new() } else { discover(&[path.to_owned()]).files };
    let files: Vec<String> = files.iter().map(|file| place(file)).collect();
    if files.is_empty() { vec![place(path)] } else { files }
}

fn told(problem: &Problem) -> String {
    let line = problem.line.map_or_else(String::new, |line| format!(":{line}"));
    format!("{}{line}: {}", problem.source, problem.message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_leads_to_one_place_however_it_is_typed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().to_str().unwrap();
        fs::write(folder.path().join("a.jsonl"), "{}").unwrap();
        let place = leads(path);
        assert_eq!(leads(&format!("{path}/a.jsonl")), place, "its only file");
        for typed in [format!("{path}/"), format!("{path}/."), format!("{path}//")] {
            assert_eq!(leads(&typed), place);
        }
        for other in ["-", "s3://nowhere/x", "/nowhere/at/all"] {
            assert_eq!(leads(other), [other]);
        }
    }
}
