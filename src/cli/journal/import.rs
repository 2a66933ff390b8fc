//! Answers that were given elsewhere: a validation set of Inspect Scout, a table or JSON lines with named columns, and what
//! `export` wrote. Each becomes an event that says from which file and line it comes; what an export says in full becomes the event
//! that it was ([`own`]).
//!
//! The same file gives the same ids of events, so that importing it twice adds nothing.

mod own;

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use serde_json::{Map, Value};
use xxhash_rust::xxh3::xxh3_64;

use crate::ingest::{UnitBytes, Units, decode, delimiter_with, rows};
use crate::model::{Problem, ProblemKind};
use crate::review::{Event, Import, ItemKey, ItemName, Standing, Verdict, What, event_id};
use crate::text::{sanitize_line, truncate, unguarded};

/// Keys that what `export` writes has, and other tables hardly have together.
const OWN: [&str; 6] = ["label", "rater", "kind", "answer", "id", "ordinal"];

/// What was said of a file to import.
#[derive(Debug, Clone, Default)]
pub struct Importing {
    /// Its name, for people.
    pub file: String,
    /// The label that the answers are about, where the file does not say.
    pub label: Option<String>,
    /// Who answered, where the file does not say.
    pub rater: String,
    /// The column of ids; `id` where none is named.
    pub id_column: Option<String>,
    /// The column of answers; where none is named `answer`, else `target`, else all `target_LABEL` and `label_LABEL`.
    pub answer_column: Option<String>,
    /// The column that says which label it is.
    pub label_column: Option<String>,
    /// The column that says who answered.
    pub rater_column: Option<String>,
    /// Further words for yes.
    pub yes: Vec<String>,
    /// Further words for no.
    pub no: Vec<String>,
    /// When it is imported, in milliseconds since 1970.
    pub now: u64,
    /// The program's version.
    pub version: String,
}

/// What came of it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Imported {
    /// The answers, as events.
    pub events: Vec<Event>,
    /// How samples of sessions were drawn, as events.
    pub samples: Vec<Event>,
    /// Rows that cannot be understood.
    pub problems: Vec<Problem>,
    /// Rows that say something else than an earlier one of the same rater on the same transcript; they count.
    pub changes: Vec<Problem>,
    /// Cells without an answer, and rows of an export that say too little of a repeat, an anchor or a decision.
    pub passed_over: usize,
}

impl Imported {
    /// Answers on drawn items that do not say which sample that was: those of each session count as a sample of their own.
    #[must_use]
    pub fn without_design(&self) -> usize {
        let alone = |event: &&Event| matches!(&event.what, What::Answered(a) if a.stratum.drawn > 0 && a.design == 0);
        self.events.iter().filter(alone).count()
    }

    /// Answers on drawn items of sessions whose strata neither the file nor a journal tells.
    #[must_use]
    pub fn without_strata(&self, standing: &Standing) -> usize {
        let told: BTreeSet<&str> = self.samples.iter().map(|event| &*event.session).collect();
        let known = |session: &str| {
            told.contains(session)
                || standing.sessions.contains_key(session)
                || standing.samples.contains_key(session)
        };
        let alone = |event: &&Event| matches!(&event.what, What::Answered(a) if a.stratum.drawn > 0 && !known(&event.session));
        self.events.iter().filter(alone).count()
    }

    /// Takes out what stands already, or was imported and undone. Gives how many that were.
    pub fn without(&mut self, standing: &Standing) -> usize {
        let mut known: BTreeSet<&str> =
            standing.imports.values().flatten().map(|import| &*import.id).collect();
        known.extend(standing.answers.values().flatten().map(|answer| &*answer.id));
        known.extend(standing.adjudications.values().flatten().map(|decision| &*decision.id));
        self.samples.retain(|e| {
            !standing.sessions.contains_key(&e.session)
                && !standing.samples.contains_key(&e.session)
        });
        let before = self.events.len();
        self.events.retain(|e| !known.contains(&*e.id) && !standing.undone.contains(&e.id));
        before - self.events.len()
    }
}

/// Where in a row something stands.
struct Plan {
    id: String,
    /// Columns of answers, each with the label that it is about, where its name says that.
    answers: Vec<(String, Option<String>)>,
    label: Option<String>,
    rater: Option<String>,
    /// An export of ours: names are whole.
    own: bool,
}

/// Reads a file.
///
/// # Errors
/// A sentence: its columns are not known, or the label is not.
pub fn import(bytes: &[u8], importing: &Importing) -> Result<Imported, String> {
    let Importing { file, .. } = importing;
    let (table, problems) = read(bytes, importing)?;
    let mut imported = Imported { problems, ..Imported::default() };
    if table.is_empty() && imported.problems.is_empty() {
        return Err(format!("{file}: there is no row in it"));
    }
    let plan = Plan::new(&table, importing).map_err(|why| format!("{file}: {why}"))?;
    let session = session(bytes, importing);
    let mut number = 0;
    // By rater, label and transcript what was said, and on which line.
    let mut said: BTreeMap<(String, String, ItemKey), (Verdict, u64)> = BTreeMap::new();
    for (line, row) in &table {
        for (column, label) in &plan.answers {
            number += 1;
            match plan.one(row, column, label.as_deref(), importing) {
                Ok(None) => imported.passed_over += 1,
                Ok(Some(One::Whole(event))) if matches!(event.what, What::Sampled(_)) => {
                    imported.samples.push(*event);
                }
                Ok(Some(One::Whole(event))) => imported.events.push(*event),
                Ok(Some(One::Answer(rater, import))) => {
                    let key = (rater.clone(), import.label.clone(), import.name.key());
                    if let Some((earlier, at)) = said.insert(key, (import.answer, *line))
                        && earlier != import.answer
                    {
                        let why = format!(
                            "{} is {} here and {} on line {at}; the later line counts",
                            quote(&import.name.id),
                            import.answer.as_str(),
                            earlier.as_str()
                        );
                        imported.changes.push(problem(file, *line, why));
                    }
                    imported.events.push(Event {
                        id: event_id(&session, number),
                        session: session.clone(),
                        time: importing.now,
                        rater,
                        version: importing.version.clone(),
                        what: What::Imported(Box::new(Import {
                            from: format!("{file}:{line}"),
                            ..*import
                        })),
                    });
                }
                Err(why) => imported.problems.push(problem(file, *line, why)),
            }
        }
    }
    imported.problems.sort_by_key(|problem| problem.line);
    Ok(imported)
}

fn problem(file: &str, line: u64, message: String) -> Problem {
    let (kind, source) = (ProblemKind::Unreadable, file.to_owned());
    Problem { kind, source, line: Some(line), message }
}

/// What the ids of events begin with: the same for the same file, read in the same way.
fn session(bytes: &[u8], importing: &Importing) -> String {
    let Importing { label, rater, id_column, answer_column, label_column, rater_column, .. } =
        importing;
    let how = [label, id_column, answer_column, label_column, rater_column];
    let how =
        format!("{how:?} {rater:?} {:?} {:?} {:016x}", importing.yes, importing.no, xxh3_64(bytes));
    format!("{:016x}", xxh3_64(how.as_bytes()))
}

/// What a row says.
enum One {
    /// Who answered what.
    Answer(String, Box<Import>),
    /// An event as it was.
    Whole(Box<Event>),
}

type Table = Vec<(u64, Map<String, Value>)>;

/// The rows with their lines, and what cannot be read.
fn read(bytes: &[u8], importing: &Importing) -> Result<(Table, Vec<Problem>), String> {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    if text.first().is_some_and(|first| matches!(first, b'{' | b'[')) {
        return Ok(read_json(bytes, &importing.file));
    }
    let id = importing.id_column.as_deref().unwrap_or("id");
    let named = [&importing.answer_column, &importing.label_column, &importing.rater_column];
    let mut wanted = vec![id];
    wanted.extend(named.into_iter().flatten().map(String::as_str));
    let Some(delimiter) = delimiter_with(bytes, &wanted) else {
        if rows(bytes, b',').next().is_some_and(|row| row.open) {
            return Err(format!("{}: a quote of the header is never closed", importing.file));
        }
        let columns = wanted.iter().map(|name| quote(name)).collect::<Vec<_>>().join(", ");
        return Err(format!(
            "{}: no header with the columns {columns}; name them with --id-column and --answer-column",
            importing.file
        ));
    };
    let mut table = Table::new();
    let mut problems = Vec::new();
    let mut all = rows(bytes, delimiter);
    let header: Vec<String> = all
        .next()
        .map(|row| row.cells.iter().map(|name| unguarded(name.trim()).to_owned()).collect())
        .unwrap_or_default();
    // A validation set has ids as they are.
    let is_set = header.iter().any(|name| name == "target");
    for row in all {
        if row.open {
            let why = "a quote is never closed; the rest of the file is passed over".to_owned();
            problems.push(problem(&importing.file, row.line, why));
            break;
        }
        let cell = |(name, cell): (&String, &String)| {
            let cell = if is_set { cell } else { unguarded(cell) };
            (name.clone(), Value::String(cell.to_owned()))
        };
        table.push((row.line, header.iter().zip(&row.cells).map(cell).collect()));
    }
    Ok((table, problems))
}

/// Objects one after another or in a list.
fn read_json(bytes: &[u8], file: &str) -> (Table, Vec<Problem>) {
    let (mut table, mut problems) = (Table::new(), Vec::new());
    let source = |offset: u64, buffer: &mut [u8]| -> io::Result<usize> {
        let rest = usize::try_from(offset).ok().and_then(|at| bytes.get(at..)).unwrap_or_default();
        let n = rest.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..n), rest.get(..n)) {
            to.copy_from_slice(from);
        }
        Ok(n)
    };
    // Memory can be read.
    let Ok(mut units) = Units::new(source) else { return (table, problems) };
    while let Ok(Some((unit, cut))) = units.next_unit() {
        let read = match &cut {
            UnitBytes::Whole(bytes) => {
                decode(bytes, units.kind(), None, unit.index).map_err(|(_, why)| why)
            }
            UnitBytes::Torn(_) => Err("it is not finished; it is passed over".to_owned()),
            UnitBytes::TooLarge => Err("it is too large to be an answer".to_owned()),
        };
        match read.map(|lenient| lenient.value) {
            Ok(Value::Object(row)) => table.push((unit.line, row)),
            Ok(_) => problems.push(problem(file, unit.line, "is no object".to_owned())),
            Err(why) => problems.push(problem(file, unit.line, why)),
        }
    }
    (table, problems)
}

/// What a message may show of a text.
fn quote(text: &str) -> String {
    format!("`{}`", truncate(&sanitize_line(text), 40))
}

/// What stands under a key, or at a dotted path.
fn at<'a>(row: &'a Map<String, Value>, path: &str) -> Option<&'a Value> {
    row.get(path).or_else(|| {
        let mut steps = path.split('.');
        let first = row.get(steps.next()?)?;
        steps.try_fold(first, |value, step| value.get(step))
    })
}

/// A text or a whole number, as a text.
fn text(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

impl Plan {
    fn new(table: &Table, importing: &Importing) -> Result<Self, String> {
        let has = |name: &str| table.iter().any(|(_, row)| at(row, name).is_some());
        let named = |column: &Option<String>| match column {
            Some(name) if !has(name) => Err(format!("there is no column {}", quote(name))),
            column => Ok(column.clone()),
        };
        let own = OWN.into_iter().all(has) && importing.answer_column.is_none();
        let of_own = |name: &str| own.then(|| name.to_owned());
        let id = named(&importing.id_column)?.unwrap_or_else(|| "id".to_owned());
        if !has(&id) {
            return Err("there is no column `id`: name the one of ids with --id-column".to_owned());
        }
        let plain = ["answer", "target"].into_iter().find(|name| has(name)).map(str::to_owned);
        let mut answers: Vec<(String, Option<String>)> = Vec::new();
        if let Some(column) = named(&importing.answer_column)?.or(plain) {
            answers.push((column, None));
        } else {
            let mut seen = BTreeSet::new();
            let columns = table.iter().flat_map(|(_, row)| row.keys());
            for column in columns.filter(|column| seen.insert(*column)) {
                let label = ["target_", "label_"].iter().find_map(|p| column.strip_prefix(p));
                answers.extend(label.map(|label| (column.clone(), Some(label.to_owned()))));
            }
        }
        if answers.is_empty() {
            let what = "there is no column `answer` or `target`";
            return Err(format!("{what}: name the one of answers with --answer-column"));
        }
        let label = named(&importing.label_column)?.or_else(|| of_own("label"));
        let said = label.is_some() || answers.iter().all(|(_, label)| label.is_some());
        if !said && importing.label.is_none() {
            return Err(
                "which label the answers are about is not said: name it with --label".to_owned()
            );
        }
        let rater = named(&importing.rater_column)?.or_else(|| of_own("rater"));
        Ok(Self { id, answers, label, rater, own })
    }

    /// One answer with who gave it; `None` where there is none, or of another label than was asked for.
    fn one(
        &self,
        row: &Map<String, Value>,
        column: &str,
        label: Option<&str>,
        importing: &Importing,
    ) -> Result<Option<One>, String> {
        let kind = row.get("kind").and_then(Value::as_str).filter(|_| self.own);
        let of_row = self.label.as_ref().map(|column| {
            let label = text(at(row, column));
            label.ok_or_else(|| format!("there is nothing in column {}", quote(column)))
        });
        let said = of_row.transpose()?.or_else(|| label.map(str::to_owned));
        let asked = importing.label.as_ref();
        if let (Some(said), Some(asked)) = (&said, asked)
            && said != asked
        {
            return Ok(None);
        }
        let Some(label) = said.or_else(|| asked.cloned()) else { return Ok(None) };
        let rater = self.rater.as_ref().and_then(|column| text(at(row, column)));
        let rater = rater.unwrap_or_else(|| importing.rater.clone());
        if let Some(kind) = kind
            && let Some(whole) = own::whole(row, kind)
        {
            // A sample is of no transcript.
            let name = if kind == "sample" { ItemName::default() } else { self.name(row)? };
            return whole.event(name, label, rater).map(|event| Some(One::Whole(Box::new(event))));
        }
        if kind.is_some_and(|kind| !matches!(kind, "answer" | "import")) {
            return Ok(None);
        }
        let Some(answer) = verdict(at(row, column), importing)? else { return Ok(None) };
        let name = self.name(row)?;
        let import = Import { name, label, answer, from: String::new() };
        Ok(Some(One::Answer(rater, Box::new(import))))
    }

    fn name(&self, row: &Map<String, Value>) -> Result<ItemName, String> {
        let missing = || format!("there is no id in column {}", quote(&self.id));
        let id = text(at(row, &self.id)).ok_or_else(missing)?;
        if !self.own {
            return Ok(ItemName { id, ..ItemName::default() });
        }
        let text = |key: &str| text(row.get(key));
        let number = |key: &str| text(key).and_then(|digits| digits.parse::<u64>().ok());
        Ok(ItemName {
            id,
            source: text("source").unwrap_or_default(),
            line: number("line"),
            index: number("index").unwrap_or_default(),
            ordinal: number("ordinal").and_then(|n| n.try_into().ok()).unwrap_or_default(),
            hash: text("hash").and_then(|h| u64::from_str_radix(&h, 16).ok()).unwrap_or_default(),
            part: text("part"),
        })
    }
}

/// What a cell answers; `None`: nothing.
fn verdict(value: Option<&Value>, importing: &Importing) -> Result<Option<Verdict>, String> {
    let written = match value {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::String(text)) => text.trim().to_owned(),
        Some(value) => value.to_string(),
    };
    let word = written.to_lowercase();
    let is = |words: &[String]| words.iter().any(|known| known.trim().to_lowercase() == word);
    Ok(Some(match &*word {
        _ if is(&importing.yes) => Verdict::Yes,
        _ if is(&importing.no) => Verdict::No,
        "yes" | "y" | "true" | "t" | "1" | "1.0" | "positive" => Verdict::Yes,
        "no" | "n" | "false" | "f" | "0" | "0.0" | "negative" => Verdict::No,
        "cannot tell" | "can't tell" | "unsure" | "unclear" | "?" => Verdict::CannotTell,
        "" | "skip" | "nan" | "na" | "n/a" | "null" => return Ok(None),
        _ => {
            let hint = "say what it means with --yes or --no";
            return Err(format!("{} is no answer: {hint}", quote(&written)));
        }
    }))
}

#[cfg(test)]
mod tests;
