//! TOML tables with their places: typed look-ups whose complaints carry a line.
//!
//! Knows the small forms that packs are made of (lists of cues, categories, criteria), not what a rule
//! or a category needs; that is `read`.

use super::pack::{Category, PackError, Place, Written};
use super::pattern::{self, Names, Pattern, Phrases, suggestion};
use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::sync::Arc;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

type Value<'i> = Spanned<DeValue<'i>>;

/// Bytes of the longest cue or macro.
pub(super) const LONGEST_CUE: usize = 10_000;
const LARGEST_WEIGHT: f64 = 3.0;

pub(super) struct Reader<'a> {
    pub name: &'a str,
    pub text: &'a str,
    file: Arc<str>,
    /// Where lines end.
    ends: OnceCell<Vec<usize>>,
}

/// A table with what has been said about it so far.
pub(super) struct Table<'r, 'i> {
    pub reader: &'r Reader<'r>,
    pub what: String,
    /// Byte offset of the table.
    pub at: usize,
    pub inner: &'r DeTable<'i>,
}

impl<'a> Reader<'a> {
    pub fn new(name: &'a str, text: &'a str) -> Self {
        Self { name, text, file: name.into(), ends: OnceCell::new() }
    }
}

impl Reader<'_> {
    /// 1-based line of a byte offset.
    pub fn line(&self, offset: usize) -> usize {
        let ends = || memchr::memchr_iter(b'\n', self.text.as_bytes()).collect::<Vec<_>>();
        1 + self.ends.get_or_init(ends).partition_point(|end| *end < offset)
    }

    pub fn place(&self, offset: usize) -> Place {
        Place { file: Arc::clone(&self.file), line: self.line(offset) }
    }

    pub fn error(&self, offset: usize, message: String) -> PackError {
        PackError { name: self.name.to_owned(), line: self.line(offset), message }
    }

    pub fn wrong(&self, key: &str, value: &Value<'_>, wanted: &str) -> PackError {
        let message = format!("`{key}` must be {wanted}, not {}", value.get_ref().type_str());
        self.error(value.span().start, message)
    }

    /// A string or a list of strings, each with its offset.
    pub fn texts_of(
        &self,
        key: &str,
        value: &Value<'_>,
    ) -> Result<Vec<(String, usize)>, PackError> {
        let one = |v: &Value<'_>| match v.get_ref() {
            DeValue::String(s) => Ok((s.to_string(), v.span().start)),
            _ => Err(self.wrong(key, v, "a string or a list of strings")),
        };
        match value.get_ref() {
            DeValue::Array(list) => list.iter().map(one).collect(),
            _ => Ok(vec![one(value)?]),
        }
    }

    pub fn patterns(
        &self,
        text: &str,
        at: usize,
        names: &mut Names,
        phrases: Phrases,
    ) -> Result<Vec<Pattern>, PackError> {
        if text.len() > LONGEST_CUE {
            return Err(self.error(at, format!("a cue is longer than {LONGEST_CUE} bytes")));
        }
        pattern::patterns(text, names, phrases)
            .map_err(|m| self.error(at, format!("cue `{}`: {m}", text.escape_debug())))
    }
}

impl<'r, 'i> Table<'r, 'i> {
    pub fn get(&self, key: &str) -> Option<&'r Value<'i>> {
        self.inner.iter().find(|(k, _)| k.get_ref() == key).map(|(_, v)| v)
    }

    pub fn only(&self, keys: &[&str]) -> Result<(), PackError> {
        for key in self.inner.keys() {
            let name = key.get_ref().as_ref();
            if !keys.contains(&name) {
                let hint = suggestion(name, keys.iter().copied());
                let message = format!("{} has no key `{}`{hint}", self.what, name.escape_debug());
                return Err(self.reader.error(key.span().start, message));
            }
        }
        Ok(())
    }

    pub fn text(&self, key: &str) -> Result<Option<(String, usize)>, PackError> {
        self.get(key).map_or(Ok(None), |v| match v.get_ref() {
            DeValue::String(s) => Ok(Some((s.to_string(), v.span().start))),
            _ => Err(self.reader.wrong(key, v, "a string")),
        })
    }

    pub fn required(&self, key: &str) -> Result<(String, usize), PackError> {
        match self.text(key)? {
            Some((text, _)) if text.trim().is_empty() => {
                Err(self.reader.error(self.at, format!("{} has an empty `{key}`", self.what)))
            }
            Some(found) => Ok(found),
            None => Err(self.reader.error(self.at, format!("{} has no `{key}`", self.what))),
        }
    }

    pub fn character(&self, key: &str) -> Result<(char, usize), PackError> {
        let (text, at) = self.required(key)?;
        let mut chars = text.chars();
        match (chars.next(), chars.next()) {
            (Some(c), None) => Ok((c, at)),
            _ => Err(self.reader.error(at, format!("`{key}` must be one character"))),
        }
    }

    pub fn texts(&self, key: &str) -> Result<Vec<(String, usize)>, PackError> {
        self.get(key).map_or(Ok(Vec::new()), |v| self.reader.texts_of(key, v))
    }

    pub fn number_of(&self, key: &str, v: &Value<'_>) -> Result<(f64, usize), PackError> {
        let parsed = match v.get_ref() {
            DeValue::Integer(n) if n.radix() == 10 => n.as_str().parse().ok(),
            DeValue::Float(n) => n.as_str().parse().ok(),
            _ => None,
        };
        let number = parsed.filter(|n: &f64| n.is_finite());
        number
            .map(|n| (n, v.span().start))
            .ok_or_else(|| self.reader.wrong(key, v, "a decimal number"))
    }

    pub fn number(&self, key: &str) -> Result<Option<(f64, usize)>, PackError> {
        self.get(key).map(|v| self.number_of(key, v)).transpose()
    }

    pub fn flag(&self, key: &str) -> Result<bool, PackError> {
        self.get(key).map_or(Ok(false), |v| match v.get_ref() {
            DeValue::Boolean(b) => Ok(*b),
            _ => Err(self.reader.wrong(key, v, "true or false")),
        })
    }

    pub fn table(&self, key: &str) -> Result<Option<Table<'r, 'i>>, PackError> {
        self.get(key).map(|v| self.reader.as_table(key, v)).transpose()
    }

    pub fn tables(&self, key: &str) -> Result<Vec<Table<'r, 'i>>, PackError> {
        let Some(value) = self.get(key) else { return Ok(Vec::new()) };
        match value.get_ref() {
            DeValue::Array(list) => list.iter().map(|v| self.reader.as_table(key, v)).collect(),
            _ => Err(self.reader.wrong(key, value, &format!("written as `[[{key}]]`"))),
        }
    }

    pub fn cues(&self, key: &str, names: &mut Names) -> Result<Vec<Pattern>, PackError> {
        self.written_cues(key, names).map(|(patterns, _)| patterns)
    }

    /// The patterns of a list of cues, and the cues as they are written.
    pub fn written_cues(
        &self,
        key: &str,
        names: &mut Names,
    ) -> Result<(Vec<Pattern>, Vec<Written>), PackError> {
        let (mut all, mut written) = (Vec::new(), Vec::new());
        for (text, at) in self.texts(key)? {
            let patterns = self.reader.patterns(&text, at, names, Phrases::Steps)?;
            let line = self.reader.line(at);
            written.push(Written { text: text.into(), line, patterns: patterns.len() });
            all.extend(patterns);
        }
        Ok((all, written))
    }

    pub fn id(&self) -> Result<String, PackError> {
        let (id, at) = self.required("id")?;
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || ".-_".contains(c);
        if !id.chars().all(fits) {
            let message =
                format!("id `{}`: small letters, digits, `.`, `-` and `_`", id.escape_debug());
            return Err(self.reader.error(at, message));
        }
        Ok(id)
    }

    /// Where it is written: the line of its id, where it has one.
    pub fn place(&self) -> Place {
        self.reader.place(self.get("id").map_or(self.at, |v| v.span().start))
    }

    pub fn unique(&self, ids: &mut BTreeSet<String>, id: &str) -> Result<(), PackError> {
        if ids.insert(id.to_owned()) {
            return Ok(());
        }
        let at = self.get("id").map_or(self.at, |v| v.span().start);
        Err(self.reader.error(at, format!("id `{id}` is used twice")))
    }

    pub fn category(&self, key: &str, all: &[Category]) -> Result<usize, PackError> {
        let (name, at) = self.required(key)?;
        self.reader.category(&name, at, all)
    }

    pub fn categories(&self, key: &str, all: &[Category]) -> Result<Vec<usize>, PackError> {
        self.texts(key)?.iter().map(|(name, at)| self.reader.category(name, *at, all)).collect()
    }

    /// 1 by default in a category that belongs to a score group, else 0.
    pub fn weight(&self, all: &[Category], category: usize) -> Result<f64, PackError> {
        let grouped = all.get(category).is_some_and(|c| c.group.is_some());
        Ok(self.given_weight()?.unwrap_or(f64::from(u8::from(grouped))))
    }

    pub fn given_weight(&self) -> Result<Option<f64>, PackError> {
        let Some((weight, at)) = self.number("weight")? else { return Ok(None) };
        if !(0.0..=LARGEST_WEIGHT).contains(&weight) {
            let message = format!("`weight` must be 0 to {LARGEST_WEIGHT}");
            return Err(self.reader.error(at, message));
        }
        Ok(Some(weight))
    }

    pub fn criteria(&self) -> Result<Vec<u8>, PackError> {
        let Some(value) = self.get("criterion") else { return Ok(Vec::new()) };
        let values = match value.get_ref() {
            DeValue::Array(list) => list.iter().collect(),
            _ => vec![value],
        };
        let mut all = Vec::new();
        for value in values {
            let (n, at) = self.number_of("criterion", value)?;
            if n.fract() != 0.0 || !(1.0..=4.0).contains(&n) {
                return Err(self.reader.error(at, "`criterion` must be 1 to 4".to_owned()));
            }
            all.push(n as u8);
        }
        Ok(all)
    }

    pub fn within(&self, default: usize) -> Result<usize, PackError> {
        let Some((n, at)) = self.number("within")? else { return Ok(default) };
        if n.fract() != 0.0 || !(1.0..=10.0).contains(&n) {
            return Err(self.reader.error(at, "`within` must be 1 to 10 sentences".to_owned()));
        }
        Ok(n as usize)
    }

    pub fn examples(&self, id: &str) -> Result<(Vec<String>, Vec<String>), PackError> {
        let none = || {
            let message = format!("rule `{id}` needs `examples.match` and `examples.no-match`");
            self.reader.error(self.at, message)
        };
        let table = self.table("examples")?.ok_or_else(none)?;
        table.only(&["match", "no-match"])?;
        let list = |key| -> Result<Vec<String>, PackError> {
            let texts: Vec<String> = table.texts(key)?.into_iter().map(|(t, _)| t).collect();
            if texts.iter().any(|t| !t.trim().is_empty()) { Ok(texts) } else { Err(none()) }
        };
        Ok((list("match")?, list("no-match")?))
    }
}

impl Reader<'_> {
    pub fn as_table<'r, 'i>(
        &'r self,
        key: &str,
        value: &'r Value<'i>,
    ) -> Result<Table<'r, 'i>, PackError> {
        match value.get_ref() {
            DeValue::Table(inner) => {
                let what =
                    match inner.iter().find(|(k, _)| matches!(k.get_ref().as_ref(), "id" | "name"))
                    {
                        Some((_, v)) => match v.get_ref() {
                            DeValue::String(s) => format!("{key} `{}`", s.escape_debug()),
                            _ => format!("a {key}"),
                        },
                        None => format!("a {key}"),
                    };
                // A `[[rule]]` header's span may begin at the header or its first key; both are good places.
                Ok(Table { reader: self, what, at: value.span().start, inner })
            }
            _ => Err(self.wrong(key, value, "a table")),
        }
    }

    pub fn category(&self, name: &str, at: usize, all: &[Category]) -> Result<usize, PackError> {
        all.iter().position(|c| c.name == name).ok_or_else(|| {
            let hint = suggestion(name, all.iter().map(|c| c.name.as_str()));
            self.error(at, format!("no category is called `{}`{hint}", name.escape_debug()))
        })
    }
}
