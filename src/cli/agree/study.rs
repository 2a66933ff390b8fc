//! What is asked on the command line, answered: the files read, the rows that match, and what reviews say of them.

use std::path::Path;

use crate::cli::args::{AgreeArgs, ReadArgs};
use crate::cli::list::matching;
use crate::cli::output::{Exit, Failure};
use crate::cli::plan::{Reading, filter, load, remark};
use crate::corpus::{Bits, Catalogue, Study, StudyAsk};
use crate::query::Needs;
use crate::review::Standing;
use crate::review::agree::Which;

/// The files, and what came of them.
#[derive(Debug)]
pub struct Studied {
    /// The files.
    pub reading: Reading,
    /// The transcripts.
    pub catalogue: Catalogue,
    /// What reviews say.
    pub study: Study,
}

impl Studied {
    /// Reads and counts.
    ///
    /// # Errors
    /// Usage, paths.
    pub fn new(args: &AgreeArgs, standing: &Standing, label: &str) -> Result<Self, Failure> {
        let mut ask = StudyAsk {
            which: Which {
                label: label.to_owned(),
                raters: args.rater.clone(),
                sighted: args.include_sighted,
            },
            classifier: args.classifier.clone(),
            filter: args.filter.clone(),
            by_tier: args.by.is_some() || args.report.is_some(),
            command: String::new(),
        };
        ask.command = command(&args.read, args.journal.as_deref(), &ask);
        // Told before anything is read.
        ask.asked().map_err(|error| Failure::Usage(format!("--label: {error}")))?;
        let filter = filter(args.filter.as_deref(), &args.read)?;
        let reading = Reading::new(&args.read)?;
        let needs = filter.needs();
        let cues = needs.cues || args.queue;
        let mut catalogue = load(&reading.corpus, Needs { cues, opened: true, ..needs });
        super::names::classifier(&ask, &catalogue)?;
        if args.queue {
            super::names::queued(&ask, &catalogue, standing)?;
        }
        if filter.asks_reader() {
            remark(&mut catalogue, &args.read);
        }
        if filter.asks_reviews() {
            let found = reading.corpus.reviews(&catalogue, standing);
            catalogue.take_reviews(found);
        }
        let rows = Bits::of(&matching(&reading.corpus, &catalogue, &filter));
        let study = Study::new(&reading.corpus, &catalogue, rows, standing, ask)
            .map_err(|error| Failure::Usage(format!("--label: {error}")))?;
        Ok(Self { reading, catalogue, study })
    }

    /// The exit status, given whether anything was found.
    #[must_use]
    pub fn exit(&self, nothing: bool) -> Exit {
        if !self.reading.unopened.is_empty() {
            Exit::CannotOpen
        } else if nothing {
            Exit::Nothing
        } else {
            Exit::Fine
        }
    }
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_./=:,@%+".contains(&b);
    if !word.is_empty() && word.bytes().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

/// The command that gives the figures again.
#[must_use]
pub fn command(read: &ReadArgs, journal: Option<&Path>, ask: &StudyAsk) -> String {
    let mut words = vec!["undertone".to_owned(), "agree".to_owned()];
    words.extend(read.paths.iter().map(|path| quoted(path)));
    let mut put = |flag: &str, value: &str| words.extend([flag.to_owned(), quoted(value)]);
    put("--label", &ask.which.label);
    for (flag, values) in [
        ("--rater", &ask.which.raters),
        ("--cues", &read.cues),
        ("--label-field", &read.label_field),
        ("--threshold", &read.threshold),
        ("--map", &read.map),
        ("--labels", &read.labels),
    ] {
        for value in values {
            put(flag, value);
        }
    }
    for (flag, value) in [("--classifier", &ask.classifier), ("--where", &ask.filter)] {
        if let Some(value) = value {
            put(flag, value);
        }
    }
    if let Some(folder) = journal {
        put("--journal", &folder.to_string_lossy());
    }
    if ask.by_tier {
        words.extend(["--by".to_owned(), "tier".to_owned()]);
    }
    if ask.which.sighted {
        words.push("--include-sighted".to_owned());
    }
    words.join(" ")
}
