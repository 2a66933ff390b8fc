//! The journal of a review: opened for this program alone, written to before the next item comes.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::path::Path;

use crate::app::review::JournalFound;
use crate::cli::journal::{Journal, Places, read_all};
use crate::corpus::ReviewPlan;
use crate::model::Problem;
use crate::review::{Event, Opened, Session, Standing};

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
        let like = |begun: &Opened| {
            begun.filter == plan.filter && begun.order == plan.order && begun.shown == plan.sighted
        };
        let same = standing.unfinished(&plan.rater, &plan.label, &plan.paths, &like);
        let unfinished = same
            .and_then(|kept| Session::resumed(&kept.begun.session, VERSION.to_owned(), &standing));
        Ok(Box::new(JournalFound {
            place,
            fresh: format!("{:016x}", RandomState::new().build_hasher().finish()),
            version: VERSION.to_owned(),
            unfinished: unfinished.map(Box::new),
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

    /// Others may write to it again.
    pub fn close(&mut self) {
        self.0 = None;
    }
}

fn told(problem: &Problem) -> String {
    let line = problem.line.map_or_else(String::new, |line| format!(":{line}"));
    format!("{}{line}: {}", problem.source, problem.message)
}
