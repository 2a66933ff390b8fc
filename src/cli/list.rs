//! `undertone list`: transcripts that match, as a table, JSON lines or CSV; or only how many.

use std::io::{self, IsTerminal, Write};

use super::args::{ListArgs, ListFormat};
use super::json;
use super::output::{Exit, Failure, out, warn};
use super::plan::{Reading, filter, load, sort};
use super::progress::{Doing, Line};
use super::show::is_it;
use crate::corpus::{Catalogue, Corpus, RowId, RowView};
use crate::model::{Judgement, LabelValue};
use crate::query::{Columns, Filter, Needs};
use crate::text::{sanitize_line, truncate, width};

/// Runs the command.
///
/// # Errors
/// Usage (filter), paths, writing.
pub fn run(args: &ListArgs) -> Result<Exit, Failure> {
    let filter = filter(args.filter.as_deref())?;
    let order = sort(args.sort.as_deref())?;
    let mut reading = Reading::new(&args.read)?;
    // The table and the CSV show cues; a count needs only what its filter asks for.
    let cues = filter.needs().cues || (!args.count && args.format != ListFormat::Jsonl);
    let cues = cues || order.needs_cues();
    let fields_only = args.count && filter.asks_fields_only();
    let needs = Needs { cues, body: filter.needs().body, opened: !args.count, fields_only };
    // The table says how many transcripts were mended, and an index serves whoever asks next.
    let whole = !args.count && args.format == ListFormat::Table;
    let kept = cues && reading.corpus.keeps_index();
    if !(whole || kept) {
        reading.corpus = reading.corpus.sought_by(&filter);
    }
    let catalogue = load(&reading.corpus, needs);
    let mut rows = matching(&reading.corpus, &catalogue, &filter);
    if let Some(wanted) = &reading.wanted {
        rows.retain(|id| catalogue.view(*id).is_some_and(|view| is_it(&view, wanted)));
    }
    reading.is_sound()?;
    let mut out = out();
    if args.count {
        writeln!(out, "{}", rows.len())?;
    } else {
        catalogue.sort(&mut rows, &order);
        match args.format {
            ListFormat::Table => table(&catalogue, &rows, &mut out)?,
            ListFormat::Csv => csv(&catalogue, &rows, args.csv_safe, &mut out)?,
            ListFormat::Jsonl => jsonl(&reading.corpus, &catalogue, &rows, &mut out)?,
        }
    }
    out.flush()?;
    reading.is_sound()?;
    Ok(if !reading.unopened.is_empty() {
        Exit::CannotOpen
    } else if rows.is_empty() {
        Exit::Nothing
    } else {
        Exit::Fine
    })
}

/// Rows that a filter lets through, in order.
#[must_use]
pub fn matching(corpus: &Corpus, catalogue: &Catalogue, filter: &Filter) -> Vec<RowId> {
    let mut rows = Vec::new();
    let mut unreadable = 0;
    let line = filter.needs().body.then(Line::start).flatten();
    corpus.filter(catalogue, filter, 0, &|| true, &mut |hits| {
        if let Some(line) = &line {
            line.tell(Doing::Other("searching", hits.searched, hits.total));
        }
        rows.extend(hits.rows);
        unreadable = hits.unreadable;
    });
    drop(line);
    if unreadable > 0 {
        warn(&format!("{unreadable} transcripts could not be read again and were not searched"));
    }
    rows
}

fn jsonl(
    corpus: &Corpus,
    catalogue: &Catalogue,
    rows: &[RowId],
    out: &mut impl Write,
) -> Result<(), Failure> {
    // What is written to a terminal shows by itself how far it is.
    let line = if io::stdout().is_terminal() { None } else { Line::start() };
    for (done, view) in rows.iter().filter_map(|id| catalogue.view(*id)).enumerate() {
        if let Some(line) = &line {
            line.tell(Doing::Other("writing", done, rows.len()));
        }
        match corpus.transcript(&view.place()) {
            Ok((transcript, _)) => {
                let analysis = corpus.engine.analyse(&transcript);
                let line = json::listed(&transcript, &analysis);
                json::write_line(&mut *out, &serde_json::Value::Object(line))?;
            }
            Err(error) => warn(&error.to_string()),
        }
    }
    Ok(())
}

/// The judgement shown for a transcript: alignment faking where it is judged, else the first.
#[must_use]
pub fn shown_label(judgements: &[Judgement]) -> Option<&Judgement> {
    judgements.iter().find(|j| j.is_named("alignment_faking")).or_else(|| judgements.first())
}

fn label_text(judgement: &Judgement) -> String {
    match &judgement.value {
        LabelValue::Bool(true) => "yes".to_owned(),
        LabelValue::Bool(false) => "no".to_owned(),
        LabelValue::Number(n) => format!("{n:.2}"),
        LabelValue::Text(t) => t.clone(),
        LabelValue::Unparsed => "unparsed".to_owned(),
    }
}

const HEADER: [&str; 9] =
    ["id", "tier", "outcome", "label", "score", "cues", "parse", "model", "query"];

fn cells(view: &RowView<'_>) -> [String; 9] {
    let label = shown_label(&view.judgements()).map_or_else(String::new, label_text);
    [
        view.id().to_owned(),
        view.tier().unwrap_or_default().to_owned(),
        view.outcome().to_owned(),
        label,
        view.score().map_or_else(String::new, |s| format!("{s:.1}")),
        view.cue_total().to_string(),
        view.parse().to_owned(),
        view.model().unwrap_or_default().to_owned(),
        view.query().unwrap_or_default().to_owned(),
    ]
}

/// Columns wider than this are cut; the query takes what it needs.
const WIDEST: [usize; 9] = [28, 12, 10, 18, 5, 4, 8, 24, 72];

fn table(catalogue: &Catalogue, rows: &[RowId], out: &mut impl Write) -> Result<(), Failure> {
    let views = || rows.iter().filter_map(|id| catalogue.view(*id));
    let mut widths = HEADER.map(width);
    for view in views() {
        for ((slot, cell), most) in widths.iter_mut().zip(cells(&view)).zip(WIDEST) {
            *slot = (*slot).max(width(&cell).min(most));
        }
    }
    let mut line = |cells: [String; 9]| -> Result<(), Failure> {
        let mut text = String::new();
        for (cell, columns) in cells.iter().zip(widths) {
            let shown = truncate(cell, columns);
            text.push_str(&shown);
            text.push_str(&" ".repeat(columns.saturating_sub(width(&shown)) + 2));
        }
        Ok(writeln!(out, "{}", text.trim_end())?)
    };
    let mut header = HEADER.map(str::to_owned);
    if let (Some(cell), Some(name)) = (header.get_mut(3), label_name(&views)) {
        *cell = name;
    }
    line(header)?;
    for view in views() {
        line(cells(&view))?;
    }
    let counts = catalogue.counts();
    writeln!(
        out,
        "\n{} of {} transcripts match · {} of {} records read · {} repaired · {} left out",
        rows.len(),
        counts.transcripts,
        counts.transcripts,
        counts.records,
        counts.repaired,
        counts.left_out
    )?;
    let unread = catalogue.files_not_read();
    if unread > 0 {
        let files = if unread == 1 { "file" } else { "files" };
        writeln!(out, "{unread} {files} not read yet; `undertone check` names them")?;
    }
    Ok(())
}

/// What the label column shows, when it is one label for all.
fn label_name<'a, I: Iterator<Item = RowView<'a>>>(views: &impl Fn() -> I) -> Option<String> {
    let name = |view: RowView<'a>| {
        let judgements = view.judgements();
        let judgement = shown_label(&judgements)?;
        Some(judgement.canonical.as_ref().unwrap_or(&judgement.label).clone())
    };
    let first = views().find_map(name)?;
    let same = views().filter_map(name).all(|other| other == first);
    same.then(|| truncate(&first, 18).into_owned())
}

/// A CSV cell: quoted, line breaks kept by the quotes, hidden characters shown; with `safe`, no spreadsheet formula.
fn csv_cell(text: &str, safe: bool) -> String {
    let text = sanitize_line(text);
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let guard = if safe && formula { "'" } else { "" };
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

fn csv(
    catalogue: &Catalogue,
    rows: &[RowId],
    safe: bool,
    out: &mut impl Write,
) -> Result<(), Failure> {
    writeln!(out, "source,line,{}", HEADER.join(","))?;
    for view in rows.iter().filter_map(|id| catalogue.view(*id)) {
        let mut line =
            vec![csv_cell(view.source(), safe), view.line().unwrap_or_default().to_string()];
        line.extend(cells(&view).iter().map(|cell| csv_cell(cell, safe)));
        writeln!(out, "{}", line.join(","))?;
    }
    Ok(())
}
