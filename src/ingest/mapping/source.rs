//! Where one thing lies: paths in order, a constant, or something around the record; a pattern that takes a part of
//! it; a table of what its values mean.

use std::borrow::Cow;

use regex::Regex;
use serde_json::Value;

use super::path::{Path, Step};

/// Where to look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A path into the record.
    Path(Path),
    /// This word, always.
    Constant(String),
    /// `@file`: the file's path.
    File,
    /// `@member`: the key of the file's container, under which the record stands.
    Member,
    /// `@key`: with `units`, the key under which the item stands, or its index.
    Key,
}

impl Place {
    /// Reads a path; what begins with `@` stands around the record.
    ///
    /// # Errors
    /// A sentence.
    pub fn parse(text: &str) -> Result<Self, String> {
        match text {
            "@file" => Ok(Self::File),
            "@member" => Ok(Self::Member),
            "@key" => Ok(Self::Key),
            "@item" => Ok(Self::Path(Path::default())),
            text if text.starts_with('@') => Err(format!(
                "`{}` is not known: @file, @member, @key and @item stand around the record (a key that begins with @ \
                 is written in quotes)",
                text.escape_debug()
            )),
            text => Path::parse(text).map(Self::Path),
        }
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Path(path) if path.steps().is_empty() => f.write_str("@item"),
            Self::Path(path) => path.fmt(f),
            Self::Constant(word) => f.write_str(word),
            Self::File => f.write_str("@file"),
            Self::Member => f.write_str("@member"),
            Self::Key => f.write_str("@key"),
        }
    }
}

/// One way to find a thing.
#[derive(Debug, Clone)]
pub struct Way {
    /// Where.
    pub place: Place,
    /// What part of the text there: the first group, or all that matches.
    pub pattern: Option<Regex>,
    /// What values mean.
    pub values: Vec<(String, String)>,
}

/// Ways in order: the first that finds something filled wins, else the first that finds null or nothing.
#[derive(Debug, Clone)]
pub struct Source {
    /// The ways.
    pub ways: Vec<Way>,
    /// A record without it is left out.
    pub required: bool,
}

/// A record with what stands around it, innermost first.
#[derive(Debug, Clone)]
pub struct Scope<'a> {
    /// The item (with `units`), the record, what stands around it in its file.
    pub levels: Vec<&'a Value>,
    /// The file's path.
    pub file: &'a str,
    /// The container's key.
    pub member: Option<&'a str>,
    /// Key or index of the item.
    pub key: Option<String>,
}

/// Something found.
#[derive(Debug, Clone)]
pub struct Hit<'a> {
    /// On which level, and by which steps; `None` for what is no field.
    pub at: Option<(usize, Path)>,
    /// The value there.
    pub value: Cow<'a, Value>,
    /// The part that a pattern took, in bytes of the text.
    pub part: Option<(usize, usize)>,
    /// What the value means, when a table says so.
    pub meaning: Option<String>,
    /// The place as written, for sentences.
    pub place: &'a Place,
}

/// Whether there is something to read in a value.
pub fn is_filled(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.trim().is_empty(),
        Value::Array(list) => !list.is_empty(),
        Value::Object(map) => !map.is_empty(),
        Value::Bool(_) | Value::Number(_) => true,
    }
}

/// A value as one word.
pub fn word(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.trim().is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

impl Source {
    /// What is found: something filled, else something empty.
    pub fn find<'a>(&'a self, scope: &Scope<'a>) -> Option<Hit<'a>> {
        let filled = self.ways.iter().find_map(|way| way.find(scope, &is_filled));
        filled.or_else(|| self.ways.iter().find_map(|way| way.find(scope, &|_| true)))
    }

    /// What every way finds, each for itself.
    pub fn all<'a>(&'a self, scope: &Scope<'a>) -> impl Iterator<Item = Hit<'a>> {
        self.ways.iter().filter_map(|way| way.find(scope, &is_filled))
    }

    /// Whether a field on one of the paths is there, null included, in the record itself.
    pub fn is_in(&self, record: &Value) -> Option<&Place> {
        let there = |place: &Place| match place {
            Place::Path(path) => path.is_in(record),
            _ => false,
        };
        self.ways.iter().map(|way| &way.place).find(|place| there(place))
    }

    /// The places as written, for sentences.
    pub fn places(&self) -> String {
        let places: Vec<String> = self
            .ways
            .iter()
            .map(|way| format!("`{}`", way.place.to_string().escape_debug()))
            .collect();
        places.join(" or ")
    }
}

impl Way {
    fn find<'a>(&'a self, scope: &Scope<'a>, accept: &dyn Fn(&Value) -> bool) -> Option<Hit<'a>> {
        let text = |text: &str| Some((None, Cow::Owned(Value::String(text.to_owned()))));
        let (at, value) = match &self.place {
            Place::Path(path) => scope.levels.iter().enumerate().find_map(|(level, record)| {
                let (steps, value) = path.find(record, accept)?;
                Some((Some((level, steps)), Cow::Borrowed(value)))
            }),
            Place::Constant(word) => text(word),
            Place::File => text(scope.file),
            Place::Member => text(scope.member?),
            Place::Key => text(scope.key.as_ref()?),
        }?;
        let part = match &self.pattern {
            None => None,
            // A field without text has no part that matches.
            Some(pattern) => {
                let found = pattern.captures(value.as_str()?)?;
                let part = found.get(1).or_else(|| found.get(0))?;
                (!part.is_empty()).then_some(Some((part.start(), part.end())))?
            }
        };
        let mut hit = Hit { at, value, part, meaning: None, place: &self.place };
        if !self.values.is_empty()
            && let Some(word) = hit.spelt()
        {
            let exact = self.values.iter().find(|(value, _)| *value == word);
            let same = |v: &&(String, String)| v.0.to_lowercase() == word.trim().to_lowercase();
            let meaning = exact.or_else(|| self.values.iter().find(same));
            hit.meaning = meaning.map(|(_, meaning)| meaning.clone());
        }
        Some(hit)
    }
}

impl Hit<'_> {
    /// The text, or the part of it that the pattern took.
    pub fn text(&self) -> Option<&str> {
        let text = self.value.as_str()?;
        match self.part {
            None => Some(text),
            Some((start, end)) => text.get(start..end),
        }
    }

    /// The value as the source spells it, as one word.
    pub fn spelt(&self) -> Option<String> {
        match self.part {
            Some(_) => self.text().filter(|t| !t.trim().is_empty()).map(str::to_owned),
            None => word(&self.value),
        }
    }

    /// What it means: by the table of values, else as spelt.
    pub fn word(&self) -> Option<String> {
        self.meaning.clone().or_else(|| self.spelt())
    }

    /// Where its text comes from: its path, with the bytes when a pattern took a part.
    pub fn origin(&self) -> String {
        let path = match &self.at {
            Some((_, path)) if !path.steps().is_empty() => path.to_string(),
            _ => self.place.to_string(),
        };
        match self.part {
            Some((start, end)) => format!("{path}[{start}..{end}]"),
            None => path,
        }
    }

    /// The key it stands under.
    pub fn key(&self) -> Option<&str> {
        self.at.as_ref()?.1.steps().iter().rev().find_map(|step| match step {
            Step::Key(key) => Some(key.as_str()),
            _ => None,
        })
    }
}
