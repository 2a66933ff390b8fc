//! Records of any shape, read as a file of the user's says: which paths hold id, tier, response, labels and the rest.
//!
//! A mapping that fits a record wins over every format. It fits when the file's name is one of its `files`, the
//! record has all that `match` names and (without `match`) one of the texts. What it does not name becomes meta: nothing
//! is guessed here; that is the business of `guess`, which writes a first mapping for a person to edit.

mod guess;
mod path;
mod read;
mod source;
mod survey;
#[cfg(test)]
mod tests;
mod written;

use globset::GlobMatcher;
use serde_json::Value;

pub use self::guess::{Guess, guess};
use self::path::Path;
use self::source::{Scope, Source};
use super::Context;
use super::format::Reading;
use super::labels::LabelRule;
use crate::model::{ProblemKind, Threshold};

/// A mapping, read and checked.
#[derive(Debug, Clone)]
pub struct Mapping {
    name: String,
    files: Option<Vec<GlobMatcher>>,
    only_with: Vec<Path>,
    units: Vec<Path>,
    id: Option<Source>,
    aliases: Option<Source>,
    sample: Option<Source>,
    epoch: Option<Source>,
    tier: Option<Source>,
    model: Option<Source>,
    setting: Option<Source>,
    variant: Option<Source>,
    query: Option<Source>,
    system: Option<Source>,
    prompt: Option<Source>,
    response: Option<Source>,
    scratchpad: Option<Source>,
    output: Option<Source>,
    messages: Option<Messages>,
    error: Option<Source>,
    success: Option<Source>,
    labels: Vec<LabelSource>,
}

/// Where a list of messages lies, and what its messages' keys and role words are called.
#[derive(Debug, Clone)]
struct Messages {
    source: Source,
    role: Vec<Path>,
    content: Vec<Path>,
    reasoning: Vec<Path>,
    /// The source's word, ours.
    roles: Vec<(String, String)>,
}

/// Keys of a message under which its role and text stand, where a mapping does not say.
const ROLE_KEYS: [&str; 5] = ["role", "from", "speaker", "author", "type"];
const CONTENT_KEYS: [&str; 6] = ["content", "value", "text", "parts", "message", "body"];

impl Default for Messages {
    fn default() -> Self {
        let keys = |names: &[&str]| {
            let step = |name: &&str| Path::new(vec![path::Step::Key((*name).to_owned())]);
            names.iter().map(step).collect()
        };
        Self {
            source: Source { ways: Vec::new(), required: false },
            role: keys(&ROLE_KEYS),
            content: keys(&CONTENT_KEYS),
            reasoning: Vec::new(),
            roles: Vec::new(),
        }
    }
}

/// Where one rater's word on one label lies.
#[derive(Debug, Clone)]
struct LabelSource {
    /// `*`: everything there, under its own names.
    name: String,
    source: Source,
    rater: Option<String>,
    rater_at: Option<Source>,
    threshold: Option<Threshold>,
    positive: Vec<String>,
    negative: Vec<String>,
}

impl Mapping {
    /// Reads a mapping's TOML; `name` is the file it comes from.
    ///
    /// # Errors
    /// `NAME:LINE: ` and a sentence.
    pub fn parse(name: &str, text: &str) -> Result<Self, String> {
        written::mapping(name, text).map_err(|(offset, message)| {
            let before = text.as_bytes().get(..offset.min(text.len())).unwrap_or_default();
            let line = 1 + memchr::memchr_iter(b'\n', before).count();
            format!("{name}:{line}: {message}")
        })
    }

    /// The file it comes from.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it says about the values of labels: thresholds and words.
    pub fn label_rules(&self) -> impl Iterator<Item = LabelRule> {
        self.labels
            .iter()
            .filter(|l| l.threshold.is_some() || !l.positive.is_empty() || !l.negative.is_empty())
            .map(|l| LabelRule {
                label: l.name.clone(),
                threshold: l.threshold,
                positive: l.positive.clone(),
                negative: l.negative.clone(),
                file: self.name.clone(),
            })
    }

    /// Reads a record; `None` when the mapping is not for it, and it is for others to read.
    #[must_use]
    pub fn read(&self, record: &Value, context: &Context<'_>) -> Option<Vec<Reading>> {
        self.recognise(record, context).map(|_| self.readings(record, context))
    }

    /// Why this record is read by this mapping, or `None`.
    #[must_use]
    pub fn recognise(&self, record: &Value, context: &Context<'_>) -> Option<String> {
        if !self.is_for(&context.place.source) || self.only_with.iter().any(|p| !p.is_in(record)) {
            return None;
        }
        let why = if let Some(path) = self.units.iter().find(|path| list_at(path, record).is_some())
        {
            format!("a list under {path}")
        } else if !self.units.is_empty() {
            return None;
        } else if let Some(path) = self.only_with.first() {
            path.to_string()
        } else {
            self.texts().find_map(|source| source.is_in(record))?.to_string()
        };
        Some(format!("mapping {}: has {why}", self.name))
    }

    /// What a record lacks that this mapping does not fit, for a sentence.
    pub(super) fn missed(&self, record: &Value, context: &Context<'_>) -> String {
        let what = if !self.is_for(&context.place.source) {
            "it is for other files".to_owned()
        } else if let Some(path) = self.only_with.iter().find(|p| !p.is_in(record)) {
            format!("no `{path}`")
        } else if self.units.is_empty() {
            format!("nothing at {}", self.text_places())
        } else {
            let units: Vec<String> = self.units.iter().map(|p| format!("`{p}`")).collect();
            format!("no list at {}", units.join(" or "))
        };
        format!("mapping {} does not fit: {what}", self.name)
    }

    /// Whether a file is one of `files`: each pattern is held against the path as given and every end of it that
    /// begins with a whole name.
    fn is_for(&self, path: &str) -> bool {
        let Some(files) = &self.files else { return true };
        let starts = std::iter::once(0).chain(path.match_indices(['/', '\\']).map(|(i, _)| i + 1));
        let mut tails = starts.filter_map(|start| path.get(start..));
        tails.any(|tail| files.iter().any(|glob| glob.is_match(tail)))
    }

    /// The sources of which a transcript needs one.
    fn texts(&self) -> impl Iterator<Item = &Source> {
        [&self.response, &self.scratchpad, &self.output]
            .into_iter()
            .flatten()
            .chain(self.messages.as_ref().map(|m| &m.source))
    }

    fn text_places(&self) -> String {
        self.texts().map(Source::places).collect::<Vec<_>>().join(" or ")
    }

    /// One transcript, or a refusal, for each item of `units`; without `units`, for the record.
    pub(super) fn readings(&self, record: &Value, context: &Context<'_>) -> Vec<Reading> {
        let place = &context.place;
        let scope = |mut levels: Vec<_>, key| {
            levels.extend(context.around);
            Scope { levels, file: &place.source, member: place.member.as_deref(), key }
        };
        let Some((path, list)) = self.units.iter().find_map(|path| list_at(path, record)) else {
            return self.one(&scope(vec![record], None), None);
        };
        let items: Vec<(String, &Value)> = match list {
            Value::Array(list) => {
                (0..).zip(list).map(|(i, v): (u64, _)| (i.to_string(), v)).collect()
            }
            Value::Object(map) => map.iter().map(|(key, value)| (key.clone(), value)).collect(),
            _ => Vec::new(),
        };
        if items.is_empty() {
            return vec![Reading::Aside(format!("an empty list under {path}"))];
        }
        items
            .into_iter()
            .flat_map(|(key, item)| self.one(&scope(vec![item, record], Some(key)), Some(&path)))
            .collect()
    }

    fn refused(&self, why: &str) -> Reading {
        let message = format!("mapping {}: {why}; left out", self.name);
        Reading::Refused(ProblemKind::UnknownShape, message)
    }
}

/// The list, or object of items, at a path, with the way there.
fn list_at<'v>(path: &Path, record: &'v Value) -> Option<(Path, &'v Value)> {
    path.find(record, &|value| value.is_array() || value.is_object())
}
