//! What reviewers say, for commands that list, show and count transcripts: journals are read where `agree` reads them, and joined by what
//! records hold.

use std::path::Path;

use super::args::JournalArgs;
use super::journal::{Places, read_all};
use super::output::warn;
use crate::corpus::{Catalogue, Corpus, Reviews};
use crate::model::Problem;
use crate::review::Standing;
use crate::text::sanitize_line;

/// What the journals of some data say of a catalogue's rows. What cannot be read of them is among the problems.
#[must_use]
pub fn found(
    corpus: &Corpus,
    catalogue: &Catalogue,
    paths: &[String],
    journal: Option<&Path>,
) -> Reviews {
    let read = read_all(&Places::of(paths, journal));
    if read.lines.is_empty() {
        return Reviews { problems: read.problems, ..Reviews::default() };
    }
    let mut reviews = corpus.reviews(catalogue, &Standing::of(read.lines));
    reviews.problems.splice(0..0, read.problems);
    reviews
}

/// Takes in what reviewers say, and tells what could not be joined.
pub fn take(corpus: &Corpus, catalogue: &mut Catalogue, paths: &[String], args: &JournalArgs) {
    let reviews = found(corpus, catalogue, paths, args.journal.as_deref());
    if let Some(sentence) = in_short(&reviews.problems) {
        warn(&sentence);
    }
    catalogue.take_reviews(reviews);
}

/// The first of some problems, and how many more there are.
fn in_short(problems: &[Problem]) -> Option<String> {
    let first = problems.first()?;
    let line = first.line.map_or_else(String::new, |line| format!(":{line}"));
    let more = match problems.len() - 1 {
        0 => String::new(),
        n => format!(" (and {n} more about reviewers' answers; undertone agree counts them)"),
    };
    Some(sanitize_line(&format!("{}{line}: {}{more}", first.source, first.message)).into_owned())
}
