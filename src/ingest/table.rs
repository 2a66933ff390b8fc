//! Rows of delimited tables (CSV, TSV) as records: the columns' names stand around the row. Where rows end is the
//! business of `units`.
//!
//! Cells stay text: `007` is an id, and the readers of labels and counts know numbers in words. What is made of a cell
//! is only what its writer cannot have meant as text: a data frame's `nan`, and lists and objects.

use serde_json::{Map, Value};

use super::json::{self, Lenient};
use super::units::cells;
use super::{chat, fields, flat, labels, message, python};
use crate::model::{ProblemKind, Repair};

/// A spreadsheet cuts longer cells off here, without a word.
const EXCEL_CELL: usize = 32_767;
/// What data frames write for nothing.
const NOTHING: [&str; 6] = ["nan", "NaN", "None", "<NA>", "NaT", "-nan"];

/// What stands around a row, taken apart.
struct Header<'a> {
    names: Vec<&'a str>,
    keys: Vec<&'a str>,
    delimiter: u8,
}

impl<'a> Header<'a> {
    fn new(around: &'a Value) -> Option<Self> {
        let list = |key: &str| -> Option<Vec<&'a str>> {
            around.get(key)?.as_array()?.iter().map(Value::as_str).collect()
        };
        let delimiter = around.get("delimiter").and_then(Value::as_str);
        let names = list("columns")?;
        Some(Self {
            keys: list("keys").filter(|k| k.len() == names.len()).unwrap_or_else(|| names.clone()),
            names,
            delimiter: delimiter.and_then(|d| d.bytes().next()).unwrap_or(b','),
        })
    }
}

/// Reads one row: an object of its cells. `around` holds the table's columns, `index` is the unit's.
///
/// # Errors
/// A problem kind and a sentence, when the columns are not known.
pub fn read(
    row: &[u8],
    around: Option<&Value>,
    index: u64,
) -> Result<Lenient, (ProblemKind, String)> {
    let Some(header) = around.and_then(Header::new) else {
        return Err((ProblemKind::Unreadable, "a row of a table without a header".to_owned()));
    };
    let (mut record, _) = cells::split(row, header.delimiter);
    let mut mends = Vec::new();
    if record.open {
        record.cells = cells::literal(row, header.delimiter);
    }
    if record.open || record.stray > 0 {
        mends.push(Repair {
            code: "stray-quote",
            detail: "quotes that do not pair up; they are read as text".to_owned(),
        });
    }
    let columns = header.names.len();
    // A delimiter too many at the end of each line is no cell.
    while record.cells.len() > columns && record.cells.last().is_some_and(Vec::is_empty) {
        record.cells.pop();
    }
    let found = record.cells.len();
    if columns != found {
        let what = if found < columns {
            "the last columns are absent"
        } else {
            "those without a column are named by their number"
        };
        let detail = format!("{found} cells under {columns} columns; {what}");
        mends.push(Repair { code: "ragged-row", detail });
    }
    let mut cut = Vec::new();
    let mut bad = false;
    let mut commas = 0;
    let mut map = Map::new();
    for (i, cell) in record.cells.into_iter().enumerate() {
        let (text, mend) = json::text(cell);
        bad |= mend.is_some();
        let name = header.names.get(i).copied().unwrap_or_default();
        let unnamed = name.is_empty() || name.starts_with("Unnamed: ");
        if unnamed && i < columns && counts(&text, index) {
            continue;
        }
        let mut key = match header.keys.get(i) {
            Some(key) if !key.is_empty() => (*key).to_owned(),
            _ => format!("column {}", i + 1),
        };
        while map.contains_key(&key) {
            key.push_str(" (2)");
        }
        if full(&text) {
            cut.push(json::plain(&key));
        }
        let text = match decimal(&text).filter(|_| header.delimiter == b';' && is_label(&key)) {
            Some(number) => {
                commas += 1;
                number
            }
            None => text,
        };
        let value = value(&key, text);
        map.insert(key, value);
    }
    if bad {
        // Counted over the whole row.
        mends.extend(json::text(row.to_vec()).1.map(|mut mend| {
            mend.detail.push_str("; the table may be in Windows-1252");
            mend
        }));
    }
    if commas > 0 {
        let detail = format!("{commas} labels with a comma for the decimal point");
        mends.push(Repair { code: "decimal-comma", detail });
    }
    if !cut.is_empty() {
        let detail = format!(
            "exactly {EXCEL_CELL} characters, where a spreadsheet cuts cells off: {}",
            cut.join(", ")
        );
        mends.push(Repair { code: "cell-cut", detail });
    }
    Ok(Lenient { value: Value::Object(map), mends })
}

fn is_label(key: &str) -> bool {
    labels::is_label_field(key) || labels::is_container(key)
}

/// `0,62` with a point. Where semicolons stand between cells, the comma is the decimal point.
fn decimal(text: &str) -> Option<String> {
    let (whole, rest) = text.trim().split_once(',')?;
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let number = digits(whole.strip_prefix('-').unwrap_or(whole)) && digits(rest);
    number.then(|| format!("{whole}.{rest}"))
}

/// Whether a cell is as long as a spreadsheet lets it be.
fn full(text: &str) -> bool {
    let possible = text.len() >= EXCEL_CELL && text.len() <= 3 * EXCEL_CELL;
    possible && text.encode_utf16().count() == EXCEL_CELL
}

/// Whether a cell without a name merely counts the rows.
fn counts(text: &str, index: u64) -> bool {
    text.trim().parse::<u64>().is_ok_and(|n| n == index || n == index + 1)
}

/// What a cell stands for.
fn value(key: &str, text: String) -> Value {
    if NOTHING.contains(&text.as_str()) {
        return Value::Null;
    }
    match python::cell(&text) {
        // A model may answer in JSON: the answer is its text.
        Some(value) if flat::is_text_field(key) => {
            let messages = chat::is_list_field(key) && message::is_list(&value);
            if messages { value } else { Value::String(text) }
        }
        Some(value) => value,
        None => Value::String(text),
    }
}

/// Whether records of this field carry a field of this name.
pub fn known(name: &str) -> bool {
    known_name(name).is_some()
}

/// A column's name as the readers know it: itself, or in lower case with `_` for spaces and hyphens.
pub fn known_name(name: &str) -> Option<String> {
    let is_known = |name: &str| {
        flat::is_text_field(name)
            || chat::is_list_field(name)
            || fields::is_identity_field(name)
            || is_label(name)
    };
    let name = name.trim();
    if name.is_empty() || name.len() > 64 {
        return None;
    }
    if is_known(name) {
        return Some(name.to_owned());
    }
    let lower = name.to_lowercase();
    let folded = lower.replace([' ', '-'], "_");
    [lower, folded].into_iter().find(|n| is_known(n))
}

#[cfg(test)]
mod tests;
