//! Journals read for the screen, and decisions written: by the functions of `undertone agree`.

use std::path::PathBuf;

use crate::app::{Studied, Studying};
use crate::cli::agree::{command, standing, write_event};
use crate::cli::args::ReadArgs;
use crate::cli::journal::Places;
use crate::corpus::Corpus;
use crate::review::{Event, What};

/// Whose journals are read, and written to.
#[derive(Debug, Clone, Default)]
pub struct Desk {
    /// How files are read, with their paths.
    pub read: ReadArgs,
    /// The folder that was named for journals.
    pub journal: Option<PathBuf>,
}

impl Desk {
    /// What stands in the journals now. `None`: it is not wanted any more.
    pub fn study(
        &self,
        corpus: &Corpus,
        asked: Studying,
        is_wanted: &dyn Fn() -> bool,
    ) -> Option<Result<Studied, String>> {
        let folder = self.journal.as_deref();
        let (standing, problems) = standing(&self.read.paths, folder);
        let command = |ask: &_| command(&self.read, folder, ask);
        asked.study(corpus, (&standing, problems), command, is_wanted)
    }

    /// Puts a decision into the journal of who decides.
    ///
    /// # Errors
    /// A sentence: it is not kept, or another program writes to that journal.
    pub fn decide(&self, rater: &str, what: What) -> Result<Box<Event>, String> {
        let places = Places::of(&self.read.paths, self.journal.as_deref());
        let (event, _) = write_event(&places, rater, what)?;
        Ok(Box::new(event))
    }
}
