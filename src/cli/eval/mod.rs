//! `undertone cues eval`: how well score and marks agree with labels and with what judges quoted.

mod measured;
mod print;

use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use self::measured::{Measured, Record, record};
use super::args::{CheckFormat, EvalArgs};
use super::json;
use super::list::matching;
use super::output::{Exit, Failure, out, warn};
use super::plan::{Reading, filter, load, remark};
use crate::corpus::{Catalogue, Corpus, RowId};
use crate::ingest::Mapping;
use crate::query::Needs;
use crate::text::sanitize_line;

/// Runs the command.
///
/// # Errors
/// Usage, paths, writing.
pub fn run(args: &EvalArgs) -> Result<Exit, Failure> {
    let filter = filter(args.filter.as_deref(), &args.read)?;
    let text = args.text.as_deref().map(|path| mapping(path, &args.label)).transpose()?;
    let reading = Reading::with(&args.read, text)?;
    let needs = filter.needs();
    let mut catalogue = load(&reading.corpus, Needs { opened: true, ..needs });
    if filter.asks_reader() {
        remark(&mut catalogue, &args.read);
    }
    let rows = matching(&reading.corpus, &catalogue, &filter);
    let records = records(&reading.corpus, &catalogue, &rows, args);
    reading.is_sound()?;
    let measured = Measured::new(records, &reading.corpus.engine, args.folds.map(usize::from));
    if measured.unreadable > 0 {
        let n = measured.unreadable;
        warn(&format!("{n} transcripts could not be read again and were not measured"));
    }
    let (n, positives) = (measured.figures.n, measured.figures.positives);
    if let Some(path) = args.text.as_deref().filter(|_| catalogue.seen() == 0) {
        warn(&format!("no record has a text at `{}`", sanitize_line(path)));
    }
    if n > 0 && (positives == 0 || positives == n) {
        let which = if positives == 0 { "none" } else { "all" };
        let value = args.positive.as_deref().map(|value| format!(" by the value `{value}`"));
        let value = value.unwrap_or_default();
        warn(&format!(
            "{which} of the {n} transcripts are positive{value}: there is nothing to tell apart"
        ));
    }
    let mut out = out();
    match args.format {
        CheckFormat::Json => json::write_line(&mut out, &print::as_json(&measured, args))?,
        CheckFormat::Table => print::table(&measured, args, &mut out)?,
    }
    out.flush()?;
    reading.is_sound()?;
    Ok(if !reading.unopened.is_empty() {
        Exit::CannotOpen
    } else if measured.figures.n == 0 {
        Exit::Nothing
    } else {
        Exit::Fine
    })
}

/// Texts and labels that stand at paths of any record.
fn mapping(text: &str, label: &str) -> Result<Mapping, Failure> {
    let quoted = |path: &str| toml::Value::String(path.to_owned());
    let written = format!(
        "response = {{ path = {} }}\n[labels]\n{} = {{ path = {} }}\n",
        quoted(text),
        quoted(label),
        quoted(label)
    );
    let wrong = |e: String| Failure::Usage(format!("--text and --label must be paths: {e}"));
    Mapping::parse("the command line", &written).map_err(wrong)
}

/// All rows, read and marked on as many threads as there are cores, in order.
fn records(
    corpus: &Corpus,
    catalogue: &Catalogue,
    rows: &[RowId],
    args: &EvalArgs,
) -> Vec<(String, Record)> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut own: Vec<(usize, (String, Record))> = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(id) = rows.get(at) else { return own };
            if let Some(view) = catalogue.view(*id) {
                own.push((at, record(corpus, &view, args)));
            }
        }
    };
    let threads = thread::available_parallelism().map_or(1, usize::from).min(rows.len().max(1));
    let mut all = thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(|w| w.join().unwrap_or_default()).collect::<Vec<_>>()
    });
    all.sort_by_key(|(at, _)| *at);
    all.into_iter().map(|(_, record)| record).collect()
}
