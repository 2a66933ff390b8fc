//! Reading `assets/labels.toml`. A fault in it is caught by a test; at run time it would give an empty table, so
//! that transcripts can still be read.

use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

use serde::Deserialize;

use super::Speaks;
use crate::model::{OutcomeValue, Threshold};

const SOURCE: &str = include_str!("../../../assets/labels.toml");

/// The file as written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    default: String,
    positive: Vec<String>,
    negative: Vec<String>,
    unparsed: Vec<String>,
    neutral: Vec<String>,
    containers: Vec<String>,
    fields: Vec<String>,
    label: Vec<WrittenLabel>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenLabel {
    name: String,
    #[serde(default)]
    aliases: Vec<String>,
    #[serde(default)]
    by_value: Vec<String>,
    threshold: Option<String>,
    #[serde(default)]
    positive: Vec<String>,
    #[serde(default)]
    negative: Vec<String>,
    #[serde(default)]
    outcome: BTreeMap<String, String>,
    #[serde(default)]
    as_tag: bool,
}

/// One canonical label.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) aliases: Vec<String>,
    pub(super) by_value: Vec<String>,
    pub(super) threshold: Option<Threshold>,
    pub(super) positive: Vec<String>,
    pub(super) negative: Vec<String>,
    pub(super) outcome: HashMap<String, Speaks>,
    pub(super) as_tag: bool,
}

impl Entry {
    /// What the entry's own lists say about a word.
    pub(super) fn decide(&self, text: &str) -> Option<bool> {
        decide(&self.positive, &self.negative, text)
    }
}

/// The whole table.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) entries: Vec<Entry>,
    pub(super) default: Threshold,
    pub(super) unparsed: Vec<String>,
    pub(super) containers: Vec<&'static str>,
    fields: Vec<String>,
    neutral: Vec<String>,
    positive: Vec<String>,
    negative: Vec<String>,
    /// Lower-case names and aliases to entries.
    names: HashMap<String, usize>,
}

impl Default for Table {
    fn default() -> Self {
        Self {
            entries: Vec::new(),
            default: Threshold::AtLeast(0.5),
            unparsed: Vec::new(),
            containers: Vec::new(),
            fields: Vec::new(),
            neutral: Vec::new(),
            positive: Vec::new(),
            negative: Vec::new(),
            names: HashMap::new(),
        }
    }
}

/// The compiled-in table, read once.
pub(super) fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| read(SOURCE).unwrap_or_default())
}

/// Reads a table.
///
/// # Errors
/// A sentence that names the entry and what is wrong with it.
pub(super) fn read(source: &str) -> Result<Table, String> {
    let written: Written = toml::from_str(source).map_err(|e| e.to_string())?;
    let default =
        threshold(&written.default).ok_or_else(|| format!("default `{}`", written.default))?;
    let mut names = HashMap::new();
    let mut entries = Vec::new();
    for label in written.label {
        for name in std::iter::once(&label.name).chain(&label.aliases) {
            if names.insert(name.to_lowercase(), entries.len()).is_some() {
                return Err(format!("{}: `{name}` is claimed twice", label.name));
            }
        }
        let threshold = match &label.threshold {
            Some(text) => {
                Some(threshold(text).ok_or_else(|| format!("{}: threshold `{text}`", label.name))?)
            }
            None => None,
        };
        let mut outcome = HashMap::new();
        for (word, value) in label.outcome {
            let speaks = match value.as_str() {
                "not-complied" => Speaks::NotComplied,
                value => OutcomeValue::ALL
                    .into_iter()
                    .find(|v| v.as_str() == value)
                    .map(Speaks::Outcome)
                    .ok_or_else(|| format!("{}: outcome `{value}`", label.name))?,
            };
            outcome.insert(word, speaks);
        }
        entries.push(Entry {
            name: label.name,
            aliases: label.aliases,
            by_value: label.by_value,
            threshold,
            positive: label.positive,
            negative: label.negative,
            outcome,
            as_tag: label.as_tag,
        });
    }
    Ok(Table {
        entries,
        default,
        unparsed: written.unparsed,
        // Leaked once for the life of the program: the readers want plain names.
        containers: written.containers.into_iter().map(|c| &*c.leak()).collect(),
        fields: written.fields,
        neutral: written.neutral,
        positive: written.positive,
        negative: written.negative,
        names,
    })
}

/// The name without what comes before the last dot, and without a tail that only says "the value".
pub(super) fn last_parts(name: &str) -> &str {
    let name = ["final_answer", "value", "yes_proportion"]
        .into_iter()
        .find_map(|tail| name.strip_suffix(tail)?.strip_suffix('.'))
        .unwrap_or(name);
    name.rsplit('.').next().unwrap_or(name)
}

impl Table {
    /// The entry that a name means by itself.
    pub(super) fn by_name(&self, name: &str) -> Option<&Entry> {
        let lower = name.to_lowercase();
        self.names
            .get(&lower)
            .or_else(|| self.names.get(last_parts(&lower)))
            .and_then(|i| self.entries.get(*i))
    }

    /// The entry that a general name means because of its value.
    pub(super) fn by_value(&self, name: &str, text: &str) -> Option<&Entry> {
        let lower = name.to_lowercase();
        let last = last_parts(&lower);
        self.entries.iter().find(|e| {
            let named = e.by_value.iter().any(|n| n == last);
            named && (e.decide(text).is_some() || e.partly(text))
        })
    }

    /// A count or grade, whose size says neither yes nor no.
    pub(super) fn is_neutral(&self, name: &str) -> bool {
        let lower = name.to_lowercase();
        self.neutral.iter().any(|n| n == last_parts(&lower))
    }

    /// What any label's text value means.
    pub(super) fn decide(&self, text: &str) -> Option<bool> {
        decide(&self.positive, &self.negative, text)
    }

    pub(super) fn is_field(&self, name: &str) -> bool {
        let lower = name.to_lowercase();
        self.names.contains_key(&lower)
            || self.fields.contains(&lower)
            || self.neutral.contains(&lower)
            || self.entries.iter().any(|e| e.by_value.contains(&lower))
    }
}

impl Entry {
    /// A value of the label's family that is neither yes nor no (`af_partial`): still this label.
    fn partly(&self, text: &str) -> bool {
        let word = fold(text);
        self.positive.iter().any(|p| word.strip_suffix("_partial") == Some(p))
    }
}

/// Lower case, no full stop at the end, `_` for spaces and hyphens.
fn fold(text: &str) -> String {
    text.trim().trim_end_matches(['.', '!']).to_lowercase().replace([' ', '-'], "_")
}

fn decide(positive: &[String], negative: &[String], text: &str) -> Option<bool> {
    let word = fold(text);
    if positive.iter().any(|p| fold(p) == word) {
        Some(true)
    } else if negative.iter().any(|n| fold(n) == word) {
        Some(false)
    } else {
        None
    }
}

/// `>= 0.4`, `> 0`, `≤ 3`, `<2`.
pub(super) fn threshold(text: &str) -> Option<Threshold> {
    type Make = fn(f64) -> Threshold;
    let text = text.trim();
    let make: [(&str, Make); 8] = [
        (">=", Threshold::AtLeast),
        ("=>", Threshold::AtLeast),
        ("≥", Threshold::AtLeast),
        ("<=", Threshold::AtMost),
        ("=<", Threshold::AtMost),
        ("≤", Threshold::AtMost),
        (">", Threshold::Above),
        ("<", Threshold::Below),
    ];
    let (rest, make) =
        make.into_iter().find_map(|(op, make)| Some((text.strip_prefix(op)?, make)))?;
    let bar: f64 = rest.trim().replace('−', "-").parse().ok()?;
    bar.is_finite().then(|| make(bar))
}
