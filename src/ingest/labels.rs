//! The alias table and thresholds: what a label's value means. The table is `assets/labels.toml`, compiled in; this
//! module reads it once and answers questions. Judging is three-valued: a value nobody could parse is neither yes
//! nor no.

mod table;
#[cfg(test)]
mod tests;

use std::fmt::Write as _;

use serde_json::Value;

use self::table::{Entry, table};
use super::format::RawLabel;
use crate::model::{Judgement, LabelValue, OutcomeValue, Threshold};

/// Label rules: aliases and thresholds, compiled in from `assets/labels.toml`, changeable by flags.
#[derive(Debug, Clone, Default)]
pub struct LabelRules {
    /// Thresholds given by the user: (label name, threshold); they win over the table. A name as the source has it
    /// wins over a canonical one, the last over earlier ones.
    pub overrides: Vec<(String, Threshold)>,
    /// What mapping files say; flags win over them, they win over the table, the first of them over later ones.
    pub from_files: Vec<LabelRule>,
    /// `--label-field PATH`: meta paths to promote to labels.
    pub promoted: Vec<String>,
    /// `--partial-complies`: partial compliance counts as compliance in rates. Outcomes keep their value.
    pub partial_complies: bool,
}

/// What a file of the user's says about the values of one label.
#[derive(Debug, Clone, PartialEq)]
pub struct LabelRule {
    /// The label, by either of its names.
    pub label: String,
    /// When a number is positive.
    pub threshold: Option<Threshold>,
    /// Words that are positive.
    pub positive: Vec<String>,
    /// Words that are negative.
    pub negative: Vec<String>,
    /// The file.
    pub file: String,
}

/// Where a threshold comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ThresholdFrom<'a> {
    /// `--threshold`.
    Flag,
    /// A mapping file, by its name.
    File(&'a str),
    /// The compiled-in table, for this label.
    Table,
    /// The compiled-in table, for every label without one of its own.
    Default,
}

impl ThresholdFrom<'_> {
    /// In a word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Flag => "flag",
            Self::File(_) => "file",
            Self::Table => "built-in",
            Self::Default => "default",
        }
    }
}

impl LabelRules {
    /// The compiled-in table.
    #[must_use]
    pub fn builtin() -> Self {
        Self::default()
    }

    /// The canonical name of a label, where the table knows one that differs.
    #[must_use]
    pub fn canonical(label: &str) -> Option<&'static str> {
        let entry = table().by_name(label)?;
        Some(&*entry.name).filter(|name| !name.eq_ignore_ascii_case(label))
    }

    /// The threshold for a numeric label (either of its names).
    #[must_use]
    pub fn threshold(&self, label: &str) -> Threshold {
        self.threshold_from(label).0
    }

    /// The threshold for a numeric label, and where it comes from.
    #[must_use]
    pub fn threshold_from(&self, label: &str) -> (Threshold, ThresholdFrom<'_>) {
        self.bar(label, table().by_name(label))
    }

    /// As [`Self::threshold_from`], for a label whose entry is known.
    fn bar(&self, label: &str, entry: Option<&Entry>) -> (Threshold, ThresholdFrom<'_>) {
        let by_table = entry.and_then(|e| e.threshold).map(|bar| (bar, ThresholdFrom::Table));
        let by_table = by_table.unwrap_or((table().default, ThresholdFrom::Default));
        if self.overrides.is_empty() && self.from_files.is_empty() {
            return by_table;
        }
        let called = names(label, entry);
        let by_flag = |name: &str| {
            let same = |(n, _): &&(String, Threshold)| n.eq_ignore_ascii_case(name);
            self.overrides.iter().rev().find(same).map(|(_, t)| (*t, ThresholdFrom::Flag))
        };
        let by_file = |name: &str| {
            self.from_files.iter().find_map(|rule| {
                let same = rule.label.eq_ignore_ascii_case(name);
                let threshold = rule.threshold.filter(|_| same)?;
                Some((threshold, ThresholdFrom::File(&rule.file)))
            })
        };
        called
            .iter()
            .find_map(|name| by_flag(name))
            .or_else(|| called.iter().find_map(|name| by_file(name)))
            .unwrap_or(by_table)
    }

    /// Whether a number of this label has a threshold at all: counts and grades have none, unless the user gave one.
    #[must_use]
    pub fn has_threshold(&self, label: &str) -> bool {
        let given =
            matches!(self.threshold_from(label).1, ThresholdFrom::Flag | ThresholdFrom::File(_));
        given || !table().is_neutral(label)
    }

    /// What the files say about a word.
    fn by_word(&self, label: &str, entry: Option<&Entry>, value: &Value) -> Option<bool> {
        if self.from_files.is_empty() {
            return None;
        }
        let word = match value {
            Value::String(text) => text.trim().to_lowercase(),
            Value::Number(_) | Value::Bool(_) => value.to_string(),
            _ => return None,
        };
        let names = names(label, entry);
        let same = |w: &String| w.trim().to_lowercase() == word;
        self.from_files
            .iter()
            .filter(|rule| names.iter().any(|name| rule.label.eq_ignore_ascii_case(name)))
            .find_map(|rule| {
                let yes = rule.positive.iter().any(same);
                (yes || rule.negative.iter().any(same)).then_some(yes)
            })
    }

    /// As [`Self::judge`], for a label whose values are grades on a scale of the source's own (1 to 10, a letter): such
    /// a value is neither yes nor no, unless the user gave a bar for its numbers. The table's bars are made for shares.
    #[must_use]
    pub fn judge_grade(&self, raw: RawLabel) -> Judgement {
        let mut judgement = self.judge(raw);
        match judgement.value {
            LabelValue::Number(n) => {
                let (bar, from) = self.threshold_from(&judgement.label);
                let given = matches!(from, ThresholdFrom::Flag | ThresholdFrom::File(_));
                judgement.positive = given.then(|| bar.met(n));
            }
            LabelValue::Text(_) => judgement.positive = None,
            LabelValue::Bool(_) | LabelValue::Unparsed => {}
        }
        judgement
    }

    /// Makes a judgement of a raw label.
    ///
    /// True and false may be text; numbers may be text; null, NaN, an empty text and words such as "FAILED TO PARSE" are
    /// [`LabelValue::Unparsed`]; lists and objects become their JSON as text, which is neither yes nor no.
    #[must_use]
    pub fn judge(&self, raw: RawLabel) -> Judgement {
        let value = typed(&raw.value);
        let text = if let LabelValue::Text(text) = &value { Some(text.as_str()) } else { None };
        let entry = table().by_name(&raw.name).or_else(|| table().by_value(&raw.name, text?));
        let told = self.by_word(&raw.name, entry, &raw.value);
        let positive = match &value {
            LabelValue::Unparsed => None,
            _ if told.is_some() => told,
            LabelValue::Bool(b) => Some(*b),
            LabelValue::Number(n) => {
                let (bar, from) = self.bar(&raw.name, entry);
                let given = matches!(from, ThresholdFrom::Flag | ThresholdFrom::File(_));
                (given || !table().is_neutral(&raw.name)).then(|| bar.met(*n))
            }
            LabelValue::Text(text) => {
                entry.and_then(|e| e.decide(text)).or_else(|| table().decide(text))
            }
        };
        let canonical = entry.map(|e| &e.name).filter(|name| !name.eq_ignore_ascii_case(&raw.name));
        let rater = raw.rater.as_deref().map(str::trim).filter(|r| !r.is_empty());
        Judgement {
            rater: rater.unwrap_or("source").to_owned(),
            label: raw.name,
            canonical: canonical.cloned(),
            value,
            positive,
        }
    }

    /// Whether an outcome counts as compliance in a rate: complied, and with the flag partial compliance too.
    #[must_use]
    pub fn complies(&self, outcome: OutcomeValue) -> bool {
        outcome == OutcomeValue::Complied
            || (self.partial_complies && outcome == OutcomeValue::Partial)
    }

    /// Reads `--threshold`: `name>=0.6`, `name > 0`, `name<=3`, `name<2`; `≥` and `≤` too.
    ///
    /// # Errors
    /// A sentence that says what is missing.
    pub fn parse_override(text: &str) -> Result<(String, Threshold), String> {
        let Some(at) = text.find(['<', '>', '≥', '≤']) else {
            return Err(format!(
                "`{text}` has no comparison; write for example alignment_faking>=0.6"
            ));
        };
        let (name, rest) = text.split_at(at);
        if name.trim().is_empty() {
            return Err(format!(
                "`{text}` names no label; write for example alignment_faking>=0.6"
            ));
        }
        table::threshold(rest)
            .map(|threshold| (name.trim().to_owned(), threshold))
            .ok_or_else(|| format!("`{}` is no number to compare with", rest.trim()))
    }
}

/// The names under which rules may speak of a label, the most particular first.
fn names<'a>(label: &'a str, entry: Option<&'a Entry>) -> Vec<&'a str> {
    let mut names = vec![label, table::last_parts(label)];
    names.extend(entry.map(|e| e.name.as_str()));
    names
}

/// Reads a threshold: `>= 0.4`, `> 0`, `≤ 3`, `<2`.
pub(super) fn threshold(text: &str) -> Option<Threshold> {
    table::threshold(text)
}

/// Whether a field of a record is a known label.
#[must_use]
pub fn is_label_field(name: &str) -> bool {
    const ENDINGS: [&str; 3] = ["_classification", "_label", "_verdict"];
    table().is_field(name) || ENDINGS.iter().any(|end| name.ends_with(end))
}

/// Whether an object or list of this name holds labels.
#[must_use]
pub fn is_container(name: &str) -> bool {
    table().is_container(name)
}

/// Names of objects and lists that hold labels: everything below them is one.
#[must_use]
pub fn label_containers() -> &'static [&'static str] {
    &table().containers
}

/// The table for people: each canonical name with its aliases, values and threshold, as Markdown list items.
#[must_use]
pub fn describe() -> String {
    let mut out = String::new();
    for entry in &table().entries {
        let _ = write!(out, "- `{}`", entry.name);
        if !entry.aliases.is_empty() {
            let _ = write!(out, ": also {}", quoted(&entry.aliases));
        }
        if !entry.by_value.is_empty() {
            let _ = write!(out, "; {} when the value is listed", quoted(&entry.by_value));
        }
        let bar = entry.threshold.unwrap_or(table().default);
        let _ = write!(out, "; a number is positive {bar}");
        if !entry.positive.is_empty() {
            let _ = write!(out, "; positive: {}", quoted(&entry.positive));
        }
        if !entry.negative.is_empty() {
            let _ = write!(out, "; negative: {}", quoted(&entry.negative));
        }
        out.push('\n');
    }
    out
}

fn quoted(names: &[String]) -> String {
    names.iter().map(|n| format!("`{n}`")).collect::<Vec<_>>().join(", ")
}

/// What a label says about the outcome, for `outcome`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Speaks {
    /// This.
    Outcome(OutcomeValue),
    /// Not complied: refused or other, as the rest tells.
    NotComplied,
}

/// What a judgement means to the outcome.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Meaning {
    /// The canonical name of its label, where it has one.
    pub(super) name: &'static str,
    /// `None` when the label does not speak of compliance, or its value says nothing.
    pub(super) speaks: Option<Speaks>,
    /// It merely records a tag.
    pub(super) as_tag: bool,
}

pub(super) fn meaning(judgement: &Judgement) -> Meaning {
    let name = judgement.canonical.as_deref().unwrap_or(&judgement.label);
    let Some(entry) = table().by_name(name) else { return Meaning::default() };
    let text = match &judgement.value {
        LabelValue::Text(text) => Some(text.as_str()),
        _ => None,
    };
    let speaks = entry.speaks(text, judgement.positive);
    Meaning { name: &entry.name, speaks, as_tag: entry.as_tag }
}

/// Whether a value says that nobody could decide: null, NaN, nothing, "FAILED TO PARSE" and the like.
pub(super) fn is_unparsed(value: &Value) -> bool {
    typed(value) == LabelValue::Unparsed
}

/// The value with its type: text that is a number or a truth value becomes one.
fn typed(value: &Value) -> LabelValue {
    match value {
        Value::Null => LabelValue::Unparsed,
        Value::Bool(b) => LabelValue::Bool(*b),
        Value::Number(n) => match n.as_f64() {
            Some(n) if n.is_finite() => LabelValue::Number(n),
            _ => LabelValue::Unparsed,
        },
        Value::String(text) => typed_text(text),
        Value::Array(_) | Value::Object(_) => LabelValue::Text(value.to_string()),
    }
}

fn typed_text(text: &str) -> LabelValue {
    let trimmed = text.trim();
    let lower = trimmed.to_lowercase();
    // Python's None, not the word "none" that a category may use.
    if table().unparsed.contains(&lower) || trimmed == "None" || trimmed.starts_with("__ERROR__") {
        return LabelValue::Unparsed;
    }
    match lower.as_str() {
        "true" => return LabelValue::Bool(true),
        "false" => return LabelValue::Bool(false),
        _ => {}
    }
    match trimmed.parse::<f64>() {
        Ok(n) if n.is_finite() => LabelValue::Number(n),
        Ok(_) => LabelValue::Unparsed,
        Err(_) => LabelValue::Text(text.to_owned()),
    }
}
