//! Fields of the records that no format makes anything of: which occur, and what each row has in them.
//!
//! Rows do not carry them. They are found by reading every record once more, in the background and when somebody asks for them.
//! What is found in some rows is then looked for in the others, of which a reader may have made a model's name or a variant: a filter for `meta.PATH` finds it there too.
//! Words that are few are kept as codes, numbers as numbers. Lists and long texts are no field to divide by.

#[cfg(test)]
mod tests;
mod used;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use hashbrown::HashMap;
use serde_json::{Map, Value};

use super::body::BodyText;
use super::facets::quoted;
use super::{Catalogue, Corpus, RowId, RowView};
use crate::query::{Body, is_empty};

/// Most different words of a field that is found; more are no categories.
const MOST_WORDS: usize = 30;
/// Most of a field that was asked for by name.
const MOST_NAMED: usize = 60_000;
/// Longest word, in bytes.
const LONGEST: usize = 120;
/// Most fields that are kept, those of most rows.
const MOST_FIELDS: usize = 48;
/// Most fields that a thread follows.
const MOST_FOLLOWED: usize = 512;
/// How deep fields in fields are looked for.
const DEEPEST: usize = 3;
/// Rows that a thread takes at once.
const STRIDE: usize = 64;

/// What rows have in a field.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum FieldValues {
    /// The words as first spelt, and by row the number of its word from 1 on; 0: none.
    Words(Vec<Box<str>>, Box<[u16]>),
    /// By row; not a number: none.
    Numbers(Box<[f64]>),
}

/// A field of the records.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct RecordField {
    /// Dotted path.
    pub path: String,
    /// By row.
    pub values: FieldValues,
    /// Rows that have it.
    rows: usize,
}

/// The fields that were found.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RecordFields {
    /// Those of most rows first.
    pub(super) fields: Vec<RecordField>,
    /// Rows that were looked at.
    pub(super) looked_at: usize,
    /// Records that could not be read again.
    pub unreadable: usize,
}

/// A path as it is written behind `meta.` in a filter.
#[must_use]
pub fn meta_name(path: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    let is_plain = path.split('.').all(|part| !part.is_empty() && part.chars().all(plain));
    if is_plain { path.to_owned() } else { quoted(path) }
}

impl RecordField {
    pub(super) fn word(&self, row: RowId) -> Option<&str> {
        match &self.values {
            FieldValues::Words(names, codes) => {
                let code = usize::from(*codes.get(row as usize)?);
                names.get(code.checked_sub(1)?).map(|name| &**name)
            }
            FieldValues::Numbers(_) => None,
        }
    }

    pub(super) fn number(&self, row: RowId) -> Option<f64> {
        match &self.values {
            FieldValues::Words(..) => None,
            FieldValues::Numbers(numbers) => {
                numbers.get(row as usize).copied().filter(|n| !n.is_nan())
            }
        }
    }
}

impl RecordFields {
    /// The field of that path.
    pub(super) fn field(&self, path: &str) -> Option<&RecordField> {
        self.fields.iter().find(|field| field.path == path)
    }

    /// The paths of all fields, those of most rows first.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().map(|field| field.path.as_str())
    }

    /// The paths of fields that hold words.
    pub(super) fn of_words(&self) -> impl Iterator<Item = &str> {
        let is = |field: &&RecordField| matches!(field.values, FieldValues::Words(..));
        self.fields.iter().filter(is).map(|field| field.path.as_str())
    }

    /// The paths of fields that hold numbers.
    pub(super) fn of_numbers(&self) -> impl Iterator<Item = &str> {
        let is = |field: &&RecordField| matches!(field.values, FieldValues::Numbers(_));
        self.fields.iter().filter(is).map(|field| field.path.as_str())
    }
}

/// What one thread has found of a field.
#[derive(Debug, Default)]
struct Found {
    /// Words with their numbers, in lower case: filters take letter case for nothing.
    numbers: HashMap<String, u16>,
    names: Vec<Box<str>>,
    cells: Vec<(RowId, u16)>,
    floats: Vec<(RowId, f64)>,
    /// Something that is no number occurs.
    has_words: bool,
    /// More words than are kept.
    too_many: bool,
    /// It holds long texts, or lists, of which a filter finds every element: no words to divide by.
    is_rich: bool,
}

impl Found {
    fn add(&mut self, row: RowId, value: &Value, most: usize) {
        if self.is_rich || is_empty(value) {
            return;
        }
        let text = match value {
            Value::String(text) => Some(text.clone()),
            Value::Bool(yes) => Some(yes.to_string()),
            Value::Number(number) => Some(number.to_string()),
            Value::Null | Value::Array(_) | Value::Object(_) => None,
        };
        let text = text.filter(|text| text.len() <= LONGEST && !text.contains('\n'));
        let Some(text) = text else {
            *self = Self { is_rich: true, ..Self::default() };
            return;
        };
        match value {
            Value::Number(number) => {
                self.floats.push((row, number.as_f64().unwrap_or(f64::NAN)));
            }
            _ => self.has_words = true,
        }
        if self.too_many {
            return;
        }
        let next = self.names.len() as u16;
        let Self { numbers, names, cells, .. } = self;
        let code = *numbers.entry_ref(text.to_lowercase().as_str()).or_insert_with(|| {
            names.push(text.into());
            next
        });
        cells.push((row, code));
        if self.names.len() > most {
            self.too_many = true;
            (self.numbers, self.names, self.cells) = Default::default();
        }
    }

    /// Takes in what another thread has found.
    fn join(&mut self, other: Self, most: usize) {
        if self.is_rich || other.is_rich {
            *self = Self { is_rich: true, ..Self::default() };
            return;
        }
        self.has_words |= other.has_words;
        self.floats.extend(other.floats);
        self.too_many |= other.too_many;
        let codes: Vec<u16> = other
            .names
            .into_iter()
            .map(|name| {
                let next = self.names.len() as u16;
                *self.numbers.entry(name.to_lowercase()).or_insert_with(|| {
                    self.names.push(name);
                    next
                })
            })
            .collect();
        let of = |code: u16| codes.get(usize::from(code)).copied().unwrap_or_default();
        self.cells.extend(other.cells.into_iter().map(|(row, code)| (row, of(code))));
        self.too_many |= self.names.len() > most;
    }

    /// Rows that have a word or a number there, how many; 0 where it is nothing to divide rows by.
    fn rows(&self, named: bool) -> usize {
        let has = self.cells.len();
        // One for each record is a name, and no category.
        let is_name = self.names.len() == has && has > 1 && !named;
        match () {
            () if self.is_rich => 0,
            () if !self.has_words && !named => self.floats.len(),
            () if self.too_many || is_name => 0,
            () => has,
        }
    }

    /// As columns; `None` where it is nothing to divide rows by.
    fn into_field(self, path: String, rows: usize, named: bool) -> Option<RecordField> {
        let has = self.rows(named);
        if has == 0 {
            return None;
        }
        if !self.has_words && !named {
            let mut numbers = vec![f64::NAN; rows];
            for (row, number) in &self.floats {
                if let Some(slot) = numbers.get_mut(*row as usize) {
                    *slot = *number;
                }
            }
            let values = FieldValues::Numbers(numbers.into());
            return Some(RecordField { path, values, rows: has });
        }
        let mut codes = vec![0; rows];
        for (row, code) in &self.cells {
            if let Some(slot) = codes.get_mut(*row as usize) {
                *slot = code + 1;
            }
        }
        let values = FieldValues::Words(self.names, codes.into());
        Some(RecordField { path, values, rows: has })
    }
}

/// Gives every field that holds something with its path.
fn each_field(
    map: &Map<String, Value>,
    before: &str,
    deep: usize,
    give: &mut dyn FnMut(&str, &Value),
) {
    for (key, value) in map {
        let path = if before.is_empty() { key.clone() } else { format!("{before}.{key}") };
        match value {
            _ if is_empty(value) => {}
            Value::Object(inner) if deep < DEEPEST => {
                // It may be a word in other records.
                give(&path, value);
                each_field(inner, &path, deep + 1, give);
            }
            _ => give(&path, value),
        }
    }
}

type ByPath = HashMap<String, Found>;

fn join_all(all: &mut ByPath, more: ByPath, most: usize) {
    for (path, own) in more {
        all.entry(path).or_default().join(own, most);
    }
}

/// Asks all rows, several threads at once: what was found, and how many rows could not be read. `None` when it is no longer wanted.
fn each_row(
    catalogue: &Catalogue,
    most: usize,
    wanted: &(dyn Fn() -> bool + Sync),
    ask: &(dyn Fn(RowId, &mut ByPath) -> bool + Sync),
) -> Option<(ByPath, usize)> {
    let rows: Vec<RowId> = catalogue.views().map(|view| view.id).collect();
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    let next = AtomicUsize::new(0);
    let share = || {
        let (mut found, mut unreadable) = (ByPath::new(), 0);
        while wanted() {
            let start = next.fetch_add(STRIDE, Ordering::Relaxed);
            let Some(own) = rows.get(start..rows.len().min(start + STRIDE)) else { break };
            if own.is_empty() {
                break;
            }
            unreadable += own.iter().filter(|row| !ask(**row, &mut found)).count();
        }
        (found, unreadable)
    };
    let shares: Vec<(ByPath, usize)> = std::thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(share)).collect();
        running.into_iter().map(|share| share.join().unwrap_or_default()).collect()
    });
    if !wanted() {
        return None;
    }
    let (mut all, mut unreadable) = (ByPath::new(), 0);
    for (found, failed) in shares {
        unreadable += failed;
        join_all(&mut all, found, most);
    }
    Some((all, unreadable))
}

impl Corpus {
    /// Reads every record for the fields that no format makes anything of; those of these paths where some are named. `None` when it is
    /// no longer wanted.
    pub fn record_fields(
        &self,
        catalogue: &Catalogue,
        named: Option<&[String]>,
        wanted: &(dyn Fn() -> bool + Sync),
    ) -> Option<RecordFields> {
        let most = if named.is_some() { MOST_NAMED } else { MOST_WORDS };
        let read = |row, found: &mut ByPath| self.fields_of(catalogue, row, named, most, found);
        let (mut all, unreadable) = each_row(catalogue, most, wanted, &read)?;
        if named.is_none() {
            let gaps = used::gaps(&mut all);
            let fill = |row, found: &mut ByPath| {
                self.fill(catalogue, row, &gaps, most, found);
                true
            };
            if !gaps.is_empty() {
                join_all(&mut all, each_row(catalogue, most, wanted, &fill)?.0, most);
            }
        }
        let len = catalogue.len();
        let fields = all.into_iter();
        let mut fields: Vec<RecordField> = fields
            .filter_map(|(path, found)| found.into_field(path, len, named.is_some()))
            .collect();
        fields.sort_by(|a, b| b.rows.cmp(&a.rows).then_with(|| a.path.cmp(&b.path)));
        fields.truncate(MOST_FIELDS);
        Some(RecordFields { fields, looked_at: len, unreadable })
    }

    /// Adds the fields of a row. False where its record cannot be read again.
    fn fields_of(
        &self,
        catalogue: &Catalogue,
        row: RowId,
        named: Option<&[String]>,
        most: usize,
        found: &mut ByPath,
    ) -> bool {
        let Some(view) = catalogue.view(row) else { return true };
        let Ok((transcript, records)) = self.transcript(&view.place()) else { return false };
        let mut add = |path: &str, value: &Value| {
            if found.len() >= MOST_FOLLOWED && !found.contains_key(path) {
                return;
            }
            found.entry_ref(path).or_default().add(row, value, most);
        };
        match named {
            None => each_field(&transcript.meta, "", 1, &mut add),
            Some(paths) => {
                let body = BodyText::new(&transcript, &records, &self.engine);
                for path in paths {
                    if let Some(value) = body.meta(path) {
                        add(path, &value);
                    }
                }
            }
        }
        true
    }
}

impl Catalogue {
    /// Takes in what records have in further fields.
    pub fn take_fields(&mut self, fields: Arc<RecordFields>) {
        self.fields = (fields.looked_at == self.len()).then_some(fields);
    }

    /// What records have in further fields, where that was looked for since rows changed last.
    #[must_use]
    pub fn record_fields(&self) -> Option<&RecordFields> {
        self.fields.as_deref()
    }
}

impl<'a> RowView<'a> {
    /// Its word in a field of the records.
    pub(super) fn record_word(&self, path: &str) -> Option<&'a str> {
        self.catalogue.fields.as_ref()?.field(path)?.word(self.id)
    }

    /// Its number in a field of the records.
    pub(super) fn record_number(&self, path: &str) -> Option<f64> {
        self.catalogue.fields.as_ref()?.field(path)?.number(self.id)
    }
}
