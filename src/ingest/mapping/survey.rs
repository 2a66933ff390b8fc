//! What records hold: every path with types, values and an example, so that a mapping can be guessed and a person can
//! see what there is. Knows no roles.

use std::collections::{HashMap, HashSet};

use serde_json::Value;
use xxhash_rust::xxh3::xxh3_64;

use super::path::{Path, Step};
use crate::ingest::flat::has_tags;
use crate::ingest::labels::is_unparsed;
use crate::text::truncate;

/// Paths that are kept; records with a key for each of a thousand items have more.
const MOST_PATHS: usize = 300;
/// Steps of the longest path.
const DEEPEST: usize = 8;
/// Elements of a list that are looked at.
const MOST_ELEMENTS: usize = 16;
/// Different values of a path that are counted one by one.
const MOST_VALUES: usize = 12;
/// Bytes of the longest value that is counted.
const LONGEST_VALUE: usize = 60;
/// Columns of an example.
const EXAMPLE: usize = 48;

/// One path.
#[derive(Debug)]
pub struct Seen {
    pub path: Path,
    /// Records in which it stands.
    pub records: usize,
    /// Values by type; a path through a list has several a record.
    pub nulls: usize,
    pub bools: usize,
    pub numbers: usize,
    pub texts: usize,
    pub lists: usize,
    pub objects: usize,
    /// Short values in order of first sight, with counts.
    pub values: Vec<(String, usize)>,
    /// Hashes of all scalars.
    pub distinct: HashSet<u64>,
    /// Smallest and largest number.
    pub range: Option<(f64, f64)>,
    /// Numbers with a fraction.
    pub fractions: usize,
    /// Bytes of all texts.
    pub bytes: usize,
    /// Texts of four words or more.
    pub sentences: usize,
    /// Texts with reasoning or output tags.
    pub tagged: usize,
    /// Texts that say that nobody could decide.
    pub unparsed: usize,
    /// Elements of all lists.
    pub elements: usize,
    /// The first value, shortened and safe to print.
    pub example: Option<String>,
    last: usize,
}

impl Seen {
    /// Values that are not null.
    pub fn filled(&self) -> usize {
        self.bools + self.numbers + self.texts + self.lists + self.objects
    }

    /// Mostly text.
    pub fn is_text(&self) -> bool {
        self.texts > 0 && self.texts * 2 >= self.filled()
    }

    /// Nothing but scalars.
    pub fn is_scalar(&self) -> bool {
        self.lists + self.objects == 0 && self.filled() > 0
    }

    /// Bytes of a text on average.
    pub fn length(&self) -> usize {
        self.bytes.checked_div(self.texts).unwrap_or_default()
    }

    /// Whether the path goes through a list.
    pub fn in_list(&self) -> bool {
        self.path.steps().contains(&Step::Any)
    }

    /// All its values were counted one by one.
    pub fn is_counted(&self) -> bool {
        self.values.iter().map(|(_, n)| n).sum::<usize>() == self.filled()
    }

    /// `text`, `number`, …; several joined by `/`.
    pub fn kinds(&self) -> String {
        let kinds = [
            (self.texts, "text"),
            (self.numbers, "number"),
            (self.bools, "yes/no"),
            (self.lists, "list"),
            (self.objects, "object"),
            (self.nulls, "null"),
        ];
        let there: Vec<&str> = kinds.iter().filter(|(n, _)| *n > 0).map(|(_, k)| *k).collect();
        there.join("/")
    }
}

/// All paths of some records.
#[derive(Debug, Default)]
pub struct Survey {
    pub records: usize,
    pub seen: Vec<Seen>,
    /// There were more paths than are kept.
    pub more: bool,
    index: HashMap<Path, usize>,
}

impl Survey {
    /// Looks through records.
    pub fn of<'v>(records: impl IntoIterator<Item = &'v Value>) -> Self {
        let mut survey = Self::default();
        for record in records {
            survey.records += 1;
            survey.walk(record, &mut Vec::new());
        }
        survey
    }

    /// What stands directly below a list's elements: key and what was seen.
    pub fn children(&self, list: &Path) -> impl Iterator<Item = (&str, &Seen)> {
        let depth = list.steps().len();
        self.seen.iter().filter_map(move |seen| {
            let steps = seen.path.steps();
            match steps.get(depth..) {
                Some([Step::Any, Step::Key(key)]) if steps.starts_with(list.steps()) => {
                    Some((key.as_str(), seen))
                }
                _ => None,
            }
        })
    }

    fn walk(&mut self, value: &Value, steps: &mut Vec<Step>) {
        if steps.len() > DEEPEST {
            self.more = true;
            return;
        }
        if !steps.is_empty() {
            self.count(value, steps);
        }
        match value {
            Value::Object(map) => {
                for (key, inner) in map {
                    steps.push(Step::Key(key.clone()));
                    self.walk(inner, steps);
                    steps.pop();
                }
            }
            Value::Array(list) => {
                steps.push(Step::Any);
                for inner in list.iter().take(MOST_ELEMENTS) {
                    self.walk(inner, steps);
                }
                steps.pop();
            }
            _ => {}
        }
    }

    fn count(&mut self, value: &Value, steps: &[Step]) {
        let path = Path::new(steps.to_vec());
        let at = if let Some(at) = self.index.get(&path) {
            *at
        } else {
            if self.seen.len() >= MOST_PATHS {
                self.more = true;
                return;
            }
            self.index.insert(path.clone(), self.seen.len());
            self.seen.push(Seen::new(path));
            self.seen.len() - 1
        };
        let record = self.records;
        if let Some(seen) = self.seen.get_mut(at) {
            seen.add(value, record);
        }
    }
}

impl Seen {
    fn new(path: Path) -> Self {
        Self {
            path,
            records: 0,
            nulls: 0,
            bools: 0,
            numbers: 0,
            texts: 0,
            lists: 0,
            objects: 0,
            values: Vec::new(),
            distinct: HashSet::new(),
            range: None,
            fractions: 0,
            bytes: 0,
            sentences: 0,
            tagged: 0,
            unparsed: 0,
            elements: 0,
            example: None,
            last: 0,
        }
    }

    fn add(&mut self, value: &Value, record: usize) {
        if self.last != record {
            self.last = record;
            self.records += 1;
        }
        let word = match value {
            Value::Null => {
                self.nulls += 1;
                return;
            }
            Value::Array(list) => {
                self.lists += 1;
                self.elements += list.len();
                return;
            }
            Value::Object(_) => {
                self.objects += 1;
                return;
            }
            Value::Bool(flag) => {
                self.bools += 1;
                flag.to_string()
            }
            Value::Number(number) => {
                self.numbers += 1;
                if let Some(n) = number.as_f64() {
                    let (low, high) = self.range.unwrap_or((n, n));
                    self.range = Some((low.min(n), high.max(n)));
                    self.fractions += usize::from(n.fract() != 0.0);
                }
                number.to_string()
            }
            Value::String(text) => {
                self.texts += 1;
                self.bytes += text.len();
                self.sentences += usize::from(text.split_whitespace().nth(3).is_some());
                self.tagged += usize::from(has_tags(text));
                self.unparsed += usize::from(is_unparsed(value));
                self.distinct.insert(xxh3_64(text.as_bytes()));
                if self.example.is_none() && !text.trim().is_empty() {
                    self.example = Some(truncate(text, EXAMPLE).into_owned());
                }
                if text.len() > LONGEST_VALUE {
                    return;
                }
                text.clone()
            }
        };
        self.distinct.insert(xxh3_64(word.as_bytes()));
        if let Some((_, n)) = self.values.iter_mut().find(|(known, _)| *known == word) {
            *n += 1;
        } else if self.values.len() < MOST_VALUES {
            self.values.push((word.clone(), 1));
        }
        // Texts have theirs already, or are blank.
        if !value.is_string() {
            self.example.get_or_insert(word);
        }
    }
}
