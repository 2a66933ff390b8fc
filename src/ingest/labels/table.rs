//! Reading `assets/labels.toml`. A fault in it is caught by a test; at run time it would give an empty table, so
//! that transcripts can still be read.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

use super::Speaks;
use crate::ingest::keys::Names;
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
    pub(super) as_tag: bool,
    words: Words,
    outcome: Vec<(String, Speaks)>,
}

impl Entry {
    /// What the entry's own lists say about a word.
    pub(super) fn decide(&self, text: &str) -> Option<bool> {
        self.words.decide(text)
    }

    /// What a value says about the output: by its own word, else by its sign.
    pub(super) fn speaks(&self, text: Option<&str>, sign: Option<bool>) -> Option<Speaks> {
        if self.outcome.is_empty() {
            return None;
        }
        let of = |word: &str| self.outcome.iter().find(|(w, _)| w == word).map(|(_, s)| *s);
        let by_text =
            text.and_then(|text| of(&text.trim().to_lowercase().replace([' ', '-'], "_")));
        by_text.or_else(|| of(if sign? { "positive" } else { "negative" }))
    }
}

/// Words that decide a text value, folded.
#[derive(Debug, Default)]
struct Words {
    positive: Vec<String>,
    negative: Vec<String>,
}

impl Words {
    fn new(positive: &[String], negative: &[String]) -> Self {
        let folded = |words: &[String]| words.iter().map(|word| fold(word)).collect();
        Self { positive: folded(positive), negative: folded(negative) }
    }

    fn decide(&self, text: &str) -> Option<bool> {
        let word = fold(text);
        let yes = self.positive.contains(&word);
        (yes || self.negative.contains(&word)).then_some(yes)
    }
}

/// What a name says by itself.
// Things a name may be, each on its own.
#[allow(clippy::struct_excessive_bools)]
#[derive(Debug, Default)]
struct Name {
    /// It means this entry.
    entry: Option<usize>,
    /// A field of this name is a label.
    is_field: bool,
    /// A number of this name is a count or grade.
    is_neutral: bool,
    /// It means some entry if its value does.
    is_general: bool,
    /// An object or list of this name, spelt like this, holds labels.
    is_container: bool,
}

/// The whole table.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) entries: Vec<Entry>,
    pub(super) default: Threshold,
    pub(super) unparsed: Vec<String>,
    pub(super) containers: Vec<&'static str>,
    words: Words,
    /// In lower case, but for containers.
    names: Names<Name>,
}

impl Default for Table {
    fn default() -> Self {
        Self {
            entries: Vec::new(),
            default: Threshold::AtLeast(0.5),
            unparsed: Vec::new(),
            containers: Vec::new(),
            words: Words::default(),
            names: Names::default(),
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
    let mut names = Names::<Name>::default();
    let mut entries = Vec::new();
    for label in written.label {
        for name in std::iter::once(&label.name).chain(&label.aliases) {
            let place = names.entry(&name.to_lowercase());
            if place.entry.replace(entries.len()).is_some() {
                return Err(format!("{}: `{name}` is claimed twice", label.name));
            }
            place.is_field = true;
        }
        for name in &label.by_value {
            let place = names.entry(name);
            (place.is_field, place.is_general) = (true, true);
        }
        let threshold = match &label.threshold {
            Some(text) => {
                Some(threshold(text).ok_or_else(|| format!("{}: threshold `{text}`", label.name))?)
            }
            None => None,
        };
        let mut outcome = Vec::new();
        for (word, value) in label.outcome {
            let speaks = match value.as_str() {
                "not-complied" => Speaks::NotComplied,
                value => OutcomeValue::ALL
                    .into_iter()
                    .find(|v| v.as_str() == value)
                    .map(Speaks::Outcome)
                    .ok_or_else(|| format!("{}: outcome `{value}`", label.name))?,
            };
            outcome.push((word, speaks));
        }
        entries.push(Entry {
            words: Words::new(&label.positive, &label.negative),
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
    for name in &written.fields {
        names.entry(name).is_field = true;
    }
    for name in &written.neutral {
        let place = names.entry(name);
        (place.is_field, place.is_neutral) = (true, true);
    }
    for name in &written.containers {
        names.entry(name).is_container = true;
    }
    Ok(Table {
        entries,
        default,
        unparsed: written.unparsed,
        // Leaked once for the life of the program: the readers want plain names.
        containers: written.containers.into_iter().map(|c| &*c.leak()).collect(),
        words: Words::new(&written.positive, &written.negative),
        names,
    })
}

/// The name without what comes before the last dot, and without a tail that only says "the value".
pub(super) fn last_parts(name: &str) -> &str {
    if !name.as_bytes().contains(&b'.') {
        return name;
    }
    let name = ["final_answer", "value", "yes_proportion"]
        .into_iter()
        .find_map(|tail| name.strip_suffix(tail)?.strip_suffix('.'))
        .unwrap_or(name);
    name.rsplit('.').next().unwrap_or(name)
}

impl Table {
    /// The entry that a name means by itself.
    pub(super) fn by_name(&self, name: &str) -> Option<&Entry> {
        let lower = lower(name);
        let entry = |name: &str| self.names.get(name).and_then(|n| n.entry);
        let at = entry(&lower).or_else(|| {
            let last = last_parts(&lower);
            if last.len() < lower.len() { entry(last) } else { None }
        })?;
        self.entries.get(at)
    }

    /// The entry that a general name means because of its value.
    pub(super) fn by_value(&self, name: &str, text: &str) -> Option<&Entry> {
        let lower = lower(name);
        let last = last_parts(&lower);
        if !self.names.get(last).is_some_and(|n| n.is_general) {
            return None;
        }
        self.entries.iter().find(|e| {
            let named = e.by_value.iter().any(|n| n == last);
            named && (e.decide(text).is_some() || e.partly(text))
        })
    }

    /// A count or grade, whose size says neither yes nor no.
    pub(super) fn is_neutral(&self, name: &str) -> bool {
        self.names.get(last_parts(&lower(name))).is_some_and(|n| n.is_neutral)
    }

    /// What any label's text value means.
    pub(super) fn decide(&self, text: &str) -> Option<bool> {
        self.words.decide(text)
    }

    pub(super) fn is_field(&self, name: &str) -> bool {
        self.names.get(&lower(name)).is_some_and(|n| n.is_field)
    }

    pub(super) fn is_container(&self, name: &str) -> bool {
        self.names.get(name).is_some_and(|n| n.is_container)
    }
}

/// In lower case; most names are so already.
fn lower(name: &str) -> Cow<'_, str> {
    if name.bytes().all(|b| b.is_ascii() && !b.is_ascii_uppercase()) {
        Cow::Borrowed(name)
    } else {
        Cow::Owned(name.to_lowercase())
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
