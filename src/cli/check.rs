//! `undertone check`: what was read, repaired, left out, and why.

use std::io::Write;

use serde_json::{Value, json};

use super::args::{CheckArgs, CheckFormat};
use super::json;
use super::output::{Exit, Failure, out};
use super::plan::{Reading, load};
use crate::corpus::{Catalogue, FileReport};
use crate::model::{Counts, fold};
use crate::query::Needs;
use crate::text::sanitize_line;

/// Runs the command.
///
/// # Errors
/// Usage, or a path that cannot be opened when nothing else can be.
pub fn run(args: &CheckArgs) -> Result<Exit, Failure> {
    let reading = Reading::new(&args.read)?;
    let needs = Needs { opened: true, ..Needs::default() };
    let catalogue = load(&reading.corpus, needs);
    let mut out = out();
    match args.format {
        CheckFormat::Json => json::write_line(&mut out, &report(&catalogue))?,
        CheckFormat::Table => table(&catalogue, &mut out)?,
    }
    out.flush()?;
    reading.is_sound()?;
    Ok(if !reading.unopened.is_empty() {
        Exit::CannotOpen
    } else if catalogue.problems().next().is_some() || catalogue.files().next().is_none() {
        Exit::Nothing
    } else {
        Exit::Fine
    })
}

fn report(catalogue: &Catalogue) -> Value {
    let file = |f: &FileReport| {
        let mut value = json!({"path": f.path, "format": f.format, "why": f.why});
        if let (Value::Object(map), Value::Object(six)) = (&mut value, json::counts(f.counts)) {
            map.extend(six);
            map.insert("repairs".to_owned(), json!(f.mended));
            let problems = f.problems.iter().map(json::problem).collect();
            map.insert("problems".to_owned(), Value::Array(problems));
        }
        value
    };
    let files: Vec<Value> = catalogue.files().map(file).collect();
    json!({"files": files, "totals": json::counts(catalogue.counts())})
}

fn table(catalogue: &Catalogue, out: &mut impl Write) -> Result<(), Failure> {
    for file in catalogue.files() {
        writeln!(out, "{}", sanitize_line(&file.path))?;
        if file.format.is_empty() && file.problems.iter().any(|p| p.message == file.why) {
            // Said below, as a problem.
        } else if file.format.is_empty() {
            let what = if file.why.is_empty() { "no transcript" } else { file.why.as_str() };
            writeln!(out, "  {}", sanitize_line(what))?;
        } else {
            writeln!(out, "  {} ({})", file.format, sanitize_line(&file.why))?;
        }
        if file.counts.units > 0 {
            writeln!(out, "  {}", sentence(file.counts))?;
        }
        if !file.mended.is_empty() {
            let codes = file.mended.iter().map(|(code, n)| format!("{code} ({n})"));
            let codes = codes.collect::<Vec<_>>().join(", ");
            writeln!(out, "  {:<13} {codes}", "repairs")?;
        }
        for run in fold(&file.problems) {
            let sentence = run.sentence();
            writeln!(out, "  {:<13} {}", run.first.kind.as_str(), sanitize_line(&sentence))?;
        }
    }
    let unread = catalogue.files_not_read();
    let files = catalogue.files().count();
    if files > 0 {
        writeln!(out)?;
    }
    writeln!(out, "{files} {}: {}", plural(files, "file"), sentence(catalogue.counts()))?;
    if unread > 0 {
        writeln!(out, "{unread} {} not read yet", plural(unread, "file"))?;
    }
    Ok(())
}

fn plural(n: usize, word: &str) -> String {
    if n == 1 { word.to_owned() } else { format!("{word}s") }
}

/// "12 of 14 transcripts · 1 repaired · 2 left out · 14 units".
fn sentence(counts: Counts) -> String {
    let joined = match counts.joined {
        0 => String::new(),
        n => format!(" · {n} joined"),
    };
    format!(
        "{} of {} transcripts · {} repaired · {} left out{joined} · {} units",
        counts.transcripts, counts.records, counts.repaired, counts.left_out, counts.units
    )
}
