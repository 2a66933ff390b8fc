//! What `agree` writes into a journal: decisions between answers that disagree, and answers from elsewhere. Nothing is taken away.

use std::collections::hash_map::RandomState;
use std::fmt::Write as _;
use std::hash::{BuildHasher, Hasher};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::cli::args::AgreeArgs;
use crate::cli::journal::{Importing, Journal, Places, import};
use crate::cli::output::{Exit, Failure, out, warn};
use crate::cli::plan::{Reading, default_rater, load};
use crate::cli::show::{ambiguous, is_it};
use crate::corpus::RowView;
use crate::query::Needs;
use crate::review::{Adjudication, Event, Standing, Verdict, What, event_id, text_hash};
use crate::text::sanitize_line;

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Milliseconds since 1970.
fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

fn rater(args: &AgreeArgs) -> String {
    args.rater.first().cloned().unwrap_or_else(default_rater)
}

/// Opens the journal of who writes.
fn journal(args: &AgreeArgs, rater: &str) -> Result<Journal, Failure> {
    let places = Places::of(&args.read.paths, args.journal.as_deref());
    Journal::open(&places, rater).map_err(Failure::CannotOpen)
}

/// Writes something that is part of no session into the journal of a rater, and waits until it is on the disk: the event, and where
/// it is kept. The journal is closed again.
///
/// # Errors
/// A sentence: another program writes to that journal, or it is not kept.
pub fn write_event(places: &Places, rater: &str, what: What) -> Result<(Event, PathBuf), String> {
    let session = format!("{:016x}", RandomState::new().build_hasher().finish());
    let event = Event {
        id: event_id(&session, 0),
        session,
        time: now(),
        rater: rater.to_owned(),
        version: VERSION.to_owned(),
        what,
    };
    let mut journal = Journal::open(places, rater)?;
    journal.append(&event)?;
    let kept_in = journal.path().to_owned();
    Ok((event, kept_in))
}

/// `--adjudicate`: writes a decision on a transcript.
///
/// # Errors
/// Usage (no such answer, several transcripts of that id), paths, a journal that cannot be written.
pub fn adjudicate(
    args: &AgreeArgs,
    standing: &Standing,
    label: &str,
    id: &str,
) -> Result<Exit, Failure> {
    let word = args.answer.as_deref().unwrap_or_default();
    let answer = Verdict::named(word).filter(|verdict| *verdict != Verdict::Skip);
    let Some(answer) = answer else {
        let message = format!("--answer: {word} is none of yes, no, `cannot tell`");
        return Err(Failure::Usage(message));
    };
    let reason = args.reason.as_deref().unwrap_or_default().trim();
    if reason.is_empty() {
        return Err(Failure::Usage("--reason: a decision needs a reason".to_owned()));
    }
    let reading = Reading::new(&args.read)?;
    let catalogue = load(&reading.corpus, Needs { opened: true, ..Needs::default() });
    let views: Vec<RowView<'_>> = catalogue.views().filter(|view| is_it(view, id)).collect();
    reading.is_sound()?;
    let view = match views.as_slice() {
        [] => {
            warn(&format!("no transcript has the id {id}"));
            return Ok(Exit::Nothing);
        }
        [one] => one,
        several => return Err(Failure::Usage(ambiguous(&catalogue, several, id))),
    };
    let (transcript, _) = reading
        .corpus
        .transcript(&view.place())
        .map_err(|error| Failure::CannotOpen(error.to_string()))?;
    let name = catalogue.item_name(view.id).unwrap_or_default();
    let mut answers = reading.corpus.answers_by_row(&catalogue, standing, label);
    let over = answers.remove(&view.id).unwrap_or_default();
    let many = over.len();
    let rater = rater(args);
    let adjudication = Adjudication {
        name,
        text: text_hash(&transcript),
        label: label.to_owned(),
        answer,
        reason: reason.to_owned(),
        over,
    };
    let what = What::Adjudicated(Box::new(adjudication));
    let places = Places::of(&args.read.paths, args.journal.as_deref());
    let (_, kept_in) = write_event(&places, &rater, what).map_err(Failure::CannotOpen)?;
    let mut out = out();
    let line = format!(
        "{}: {label} is {} by {rater}, over {many} answers; kept in {}",
        view.link(),
        answer.as_str(),
        kept_in.display()
    );
    writeln!(out, "{}", sanitize_line(&line))?;
    out.flush()?;
    Ok(Exit::Fine)
}

/// `--import`: takes in answers from elsewhere.
///
/// # Errors
/// Usage (columns, label), a file that cannot be read, a journal that cannot be written.
pub fn import_file(args: &AgreeArgs, standing: &Standing, file: &Path) -> Result<Exit, Failure> {
    let shown = file.to_string_lossy().into_owned();
    let bytes = std::fs::read(file)
        .map_err(|error| Failure::CannotOpen(format!("{shown}: cannot be read: {error}")))?;
    let rater = rater(args);
    let importing = Importing {
        file: shown.clone(),
        label: args.label.clone(),
        rater: rater.clone(),
        id_column: args.id_column.clone(),
        answer_column: args.answer_column.clone(),
        label_column: args.label_column.clone(),
        rater_column: args.rater_column.clone(),
        yes: args.yes.clone(),
        no: args.no.clone(),
        now: now(),
        version: VERSION.to_owned(),
    };
    let mut imported = import(&bytes, &importing).map_err(Failure::Usage)?;
    for problem in imported.problems.iter().chain(&imported.changes) {
        let line = problem.line.map_or_else(String::new, |line| format!(":{line}"));
        warn(&format!("{}{line}: {}", problem.source, problem.message));
    }
    let known = imported.without(standing);
    let mut told = format!(
        "{shown}: {} answers taken in, {known} were there already, {} passed over",
        imported.events.len(),
        imported.passed_over
    );
    if !imported.problems.is_empty() {
        // Writing to a string cannot fail.
        let _ = write!(told, ", {} lines not understood", imported.problems.len());
    }
    let alone = imported.without_design();
    if alone > 0 {
        warn(&format!(
            "{shown}: {alone} answers do not say which sample was drawn: each session counts as a design of its own"
        ));
    }
    let unknown = imported.without_strata(standing);
    if unknown > 0 {
        warn(&format!(
            "{shown}: {unknown} answers come without the strata of their sample: those in which nobody answered are missing, and the frame that figures are weighted to is smaller by them; export the journals anew to have them"
        ));
    }
    let mut events = std::mem::take(&mut imported.samples);
    let samples = events.len();
    events.append(&mut imported.events);
    if samples > 0 {
        // Writing to a string cannot fail.
        let _ = write!(told, ", with how the samples of {samples} sessions were drawn");
    }
    if !events.is_empty() {
        let mut journal = journal(args, &rater)?;
        journal.append_all(&events).map_err(Failure::CannotOpen)?;
        // Writing to a string cannot fail.
        let _ = write!(told, "; kept in {}", journal.path().display());
    }
    let mut out = out();
    writeln!(out, "{}", sanitize_line(&told))?;
    out.flush()?;
    let nothing = events.is_empty() && known == 0;
    Ok(if nothing || !imported.problems.is_empty() { Exit::Nothing } else { Exit::Fine })
}
