//! `undertone list`: transcripts that match, as a table, JSON lines or CSV; or only how many.

use std::io::{self, IsTerminal, Write};

use super::args::{ListArgs, ListFormat};
use super::json;
use super::output::{Exit, Failure, out, warn};
use super::plan::{Reading, columns, filter, load, remark, sort};
use super::progress::{Doing, Line};
use super::reviews;
use super::show::is_it;
use crate::corpus::{Catalogue, Column, Corpus, PairField, RowId, RowView, SortKey, shown_label};
use crate::query::{Columns, Filter, Needs};
use crate::text::{sanitize_line, truncate, width};

/// Runs the command.
///
/// # Errors
/// Usage (filter, order), paths, writing.
pub fn run(args: &ListArgs) -> Result<Exit, Failure> {
    let filter = filter(args.filter.as_deref(), &args.read)?;
    let order = sort(args.listing.sort.as_deref(), args.listing.seed)?;
    let mut reading = Reading::new(&args.read)?;
    if args.listing.columns.is_some() && args.format == ListFormat::Jsonl {
        let message = "--columns is for tables and CSV; JSON lines hold everything".to_owned();
        return Err(Failure::Usage(message));
    }
    let columns =
        columns(args.listing.columns.as_deref())?.unwrap_or_else(|| Column::TABLE.to_vec());
    // The table and the CSV show cues; a count needs only what its filter asks for.
    let shown = !args.count && args.format != ListFormat::Jsonl;
    let cues = filter.needs().cues || shown && columns.iter().any(Column::needs_cues);
    let cues = cues || order.needs_cues();
    let fields_only = args.count && filter.asks_fields_only();
    let needs = Needs {
        cues,
        body: filter.needs().body,
        opened: !args.count || filter.asks_partners(),
        fields_only,
    };
    // The table says how many transcripts were mended, and an index serves whoever asks next.
    let whole = !args.count && args.format == ListFormat::Table;
    let kept = cues && reading.corpus.keeps_index();
    // What partners came to is read of all records, also of those that the filter leaves out.
    let partners = columns.iter().any(Column::needs_partners) || order.has(SortKey::Gap);
    if !(whole || kept || partners) {
        reading.corpus = reading.corpus.sought_by(&filter);
    }
    let mut catalogue = load(&reading.corpus, needs);
    if !args.count || filter.asks_reviews() {
        reviews::take(&reading.corpus, &mut catalogue, &args.read.paths, &args.reviews);
    }
    if partners {
        catalogue.take_partners(catalogue.samples(PairField::Tier));
    }
    if filter.asks_reader() {
        remark(&mut catalogue, &args.read);
    }
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
            ListFormat::Table => table(&catalogue, &rows, &columns, &mut out)?,
            ListFormat::Csv => csv(&catalogue, &rows, &columns, args.csv_safe, &mut out)?,
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
            Ok((mut transcript, _)) => {
                let analysis = corpus.engine.analyse(&transcript);
                let said = catalogue.reviewed(view.id);
                if let Some(said) = said {
                    said.apply(&mut transcript);
                }
                let line = json::listed(&transcript, &analysis, said);
                json::write_line(&mut *out, &serde_json::Value::Object(line))?;
            }
            Err(error) => warn(&error.to_string()),
        }
    }
    Ok(())
}

fn cells(columns: &[Column], view: &RowView<'_>) -> Vec<String> {
    columns.iter().map(|column| column.cell(view)).collect()
}

fn table(
    catalogue: &Catalogue,
    rows: &[RowId],
    columns: &[Column],
    out: &mut impl Write,
) -> Result<(), Failure> {
    let views = || rows.iter().filter_map(|id| catalogue.view(*id));
    let mut header: Vec<String> = columns.iter().map(Column::name).collect();
    let mut widths: Vec<usize> = header.iter().map(|name| width(name)).collect();
    for view in views() {
        for (slot, column) in widths.iter_mut().zip(columns) {
            *slot = (*slot).max(width(&column.cell(&view)).min(column.widest()));
        }
    }
    if let Some(at) = columns.iter().position(|column| *column == Column::Label(None))
        && let (Some(cell), Some(name)) = (header.get_mut(at), label_name(&views))
    {
        *cell = name;
    }
    let mut line = |cells: &[String]| -> Result<(), Failure> {
        let mut text = String::new();
        for (cell, columns) in cells.iter().zip(&widths) {
            let shown = truncate(cell, *columns);
            text.push_str(&shown);
            text.push_str(&" ".repeat(columns.saturating_sub(width(&shown)) + 2));
        }
        Ok(writeln!(out, "{}", text.trim_end())?)
    };
    line(&header)?;
    for view in views() {
        line(&cells(columns, &view))?;
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
        Some(shown_label(&judgements)?.name().to_owned())
    };
    let first = views().find_map(name)?;
    let same = views().filter_map(name).all(|other| other == first);
    same.then(|| truncate(&first, 18).into_owned())
}

/// A CSV cell: quoted, line breaks kept by the quotes, hidden characters shown; with `safe`, no spreadsheet formula.
pub(super) fn csv_cell(text: &str, safe: bool) -> String {
    let text = sanitize_line(text);
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let guard = if safe && formula { "'" } else { "" };
    format!("\"{guard}{}\"", text.replace('"', "\"\""))
}

fn csv(
    catalogue: &Catalogue,
    rows: &[RowId],
    columns: &[Column],
    safe: bool,
    out: &mut impl Write,
) -> Result<(), Failure> {
    // A name of the program's own is written as it is; labels are named by files.
    let name = |column: &Column| match column {
        Column::Label(Some(_)) | Column::Cue(_) => csv_cell(&column.name(), safe),
        plain => plain.name(),
    };
    let names: Vec<String> = columns.iter().map(name).collect();
    writeln!(out, "source,line,{}", names.join(","))?;
    for view in rows.iter().filter_map(|id| catalogue.view(*id)) {
        let mut line =
            vec![csv_cell(view.source(), safe), view.line().unwrap_or_default().to_string()];
        line.extend(cells(columns, &view).iter().map(|cell| csv_cell(cell, safe)));
        writeln!(out, "{}", line.join(","))?;
    }
    Ok(())
}
