//! TOML tables with their places: typed look-ups whose complaints carry a line.
//!
//! Knows the small forms that packs are made of (lists of cues, categories, criteria), not what a rule
//! or a category needs; that is `read`.

use super::faults::{Faults, PackErrors, Told};
use super::pack::{Category, Place, Written};
use super::pattern::{self, Names, Pattern, Phrases, suggestion};
use std::cell::{OnceCell, RefCell};
use std::collections::BTreeSet;
use std::ops::RangeInclusive;
use std::sync::Arc;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

type Value<'i> = Spanned<DeValue<'i>>;

/// Bytes of the longest cue or macro.
pub(super) const LONGEST_CUE: usize = 10_000;
pub(super) const LARGEST_WEIGHT: f64 = 3.0;

pub(super) struct Reader<'a> {
    pub name: &'a str,
    pub text: &'a str,
    file: Arc<str>,
    /// Where lines end.
    ends: OnceCell<Vec<usize>>,
    faults: RefCell<Faults>,
}

/// A table with what has been said about it so far.
pub(super) struct Table<'r, 'i> {
    pub reader: &'r Reader<'r>,
    pub what: String,
    /// Byte offset of the table.
    pub at: usize,
    pub inner: &'r DeTable<'i>,
    /// Keys that it cannot have, once they have been looked for.
    strays: OnceCell<Vec<&'r str>>,
}

impl<'a> Reader<'a> {
    pub fn new(name: &'a str, text: &'a str) -> Self {
        Self { name, text, file: name.into(), ends: OnceCell::new(), faults: RefCell::default() }
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

    /// Notes a mistake.
    pub fn error(&self, offset: usize, message: String) -> Told {
        self.faults.borrow_mut().note(offset, message);
        Told
    }

    /// Whether nothing is wrong so far.
    pub fn is_sound(&self) -> bool {
        self.faults.borrow().is_empty()
    }

    /// What was read, or all that is wrong with it.
    pub fn finish<T>(&self, found: T) -> Result<T, PackErrors> {
        let errors = self.faults.take().into_errors(self.name, |offset| self.line(offset));
        if errors.first.is_empty() { Ok(found) } else { Err(errors) }
    }

    /// Something of this name is defined, but not soundly.
    pub fn lose(&self, name: &str) {
        self.faults.borrow_mut().lose(name);
    }

    /// Any name may be missing because of what was told.
    pub fn lose_any(&self) {
        self.faults.borrow_mut().lose_any();
    }

    pub fn is_lost(&self, name: &str) -> bool {
        self.faults.borrow().is_lost(name)
    }

    pub fn wrong(&self, key: &str, value: &Value<'_>, wanted: &str) -> Told {
        let message = format!("`{key}` must be {wanted}, not {}", value.get_ref().type_str());
        self.error(value.span().start, message)
    }

    /// A string or a list of strings, each with its offset.
    pub fn texts_of(&self, key: &str, value: &Value<'_>) -> Result<Vec<(String, usize)>, Told> {
        let one = |v: &Value<'_>| match v.get_ref() {
            DeValue::String(s) => Ok((s.to_string(), v.span().start)),
            _ => Err(self.wrong(key, v, "a string or a list of strings")),
        };
        match value.get_ref() {
            DeValue::Array(list) => all(list.iter().map(one)),
            _ => Ok(vec![one(value)?]),
        }
    }

    pub fn patterns(
        &self,
        text: &str,
        at: usize,
        names: &mut Names,
        phrases: Phrases,
    ) -> Result<Vec<Pattern>, Told> {
        if text.len() > LONGEST_CUE {
            return Err(self.error(at, format!("a cue is longer than {LONGEST_CUE} bytes")));
        }
        if self.faults.borrow().is_hopeless() || self.rests_on_lost(text, names) {
            return Err(Told);
        }
        pattern::patterns(text, names, phrases)
            .map_err(|m| self.error(at, format!("cue `{}`: {m}", text.escape_debug())))
    }

    /// Whether a cue or macro names something that a mistake made unknown.
    pub fn rests_on_lost(&self, text: &str, names: &Names) -> bool {
        let knows = |name| names.macros.contains_key(name) || names.phrases.contains_key(name);
        named(text).any(|name| !knows(name) && self.is_lost(name))
    }
}

/// The macros and phrases that a cue or macro names.
pub(super) fn named(text: &str) -> impl Iterator<Item = &str> {
    let parts = text.split('{').skip(1).filter_map(|rest| rest.split_once('}'));
    parts.map(|(name, _)| name.trim())
}

/// All of them, and each is looked at, so that every mistake is told.
pub(super) fn all<T>(items: impl Iterator<Item = Result<T, Told>>) -> Result<Vec<T>, Told> {
    let (mut found, mut broken) = (Vec::new(), false);
    for item in items {
        match item {
            Ok(item) => found.push(item),
            Err(Told) => broken = true,
        }
    }
    if broken { Err(Told) } else { Ok(found) }
}

impl<'r, 'i> Table<'r, 'i> {
    pub fn new(reader: &'r Reader<'r>, what: String, at: usize, inner: &'r DeTable<'i>) -> Self {
        Self { reader, what, at, inner, strays: OnceCell::new() }
    }

    pub fn get(&self, key: &str) -> Option<&'r Value<'i>> {
        self.inner.iter().find(|(k, _)| k.get_ref() == key).map(|(_, v)| v)
    }

    /// Tells which keys it cannot have.
    pub fn only(&self, keys: &[&str]) {
        let strays = self.strays(keys);
        for (_, at, message) in &strays {
            self.reader.error(*at, message.clone());
        }
        self.strays.get_or_init(|| strays.into_iter().map(|(name, ..)| name).collect());
    }

    /// The keys that are none of these, where they stand, and what to say of them.
    pub fn strays(&self, keys: &[&str]) -> Vec<(&'r str, usize, String)> {
        let all = self.inner.keys().map(|key| (key.get_ref().as_ref(), key.span().start));
        let strays = all.filter(|(name, _)| !keys.contains(name));
        let with_message = strays.map(|(name, at)| {
            let hint = suggestion(name, keys.iter().copied());
            (name, at, format!("{} has no key `{}`{hint}", self.what, name.escape_debug()))
        });
        with_message.collect()
    }

    /// Whether a key that was told to be none looks like this one.
    pub fn misspells(&self, key: &str) -> bool {
        let mut strays = self.strays.get().into_iter().flatten();
        strays.any(|stray| !suggestion(stray, std::iter::once(key)).is_empty())
    }

    /// Says that a key is missing, unless it is there misspelt.
    pub fn missing(&self, key: &str, message: String) -> Told {
        if self.misspells(key) { Told } else { self.reader.error(self.at, message) }
    }

    pub fn text(&self, key: &str) -> Result<Option<(String, usize)>, Told> {
        self.get(key).map_or(Ok(None), |v| match v.get_ref() {
            DeValue::String(s) => Ok(Some((s.to_string(), v.span().start))),
            _ => Err(self.reader.wrong(key, v, "a string")),
        })
    }

    pub fn required(&self, key: &str) -> Result<(String, usize), Told> {
        match self.text(key)? {
            Some((text, _)) if text.trim().is_empty() => {
                Err(self.reader.error(self.at, format!("{} has an empty `{key}`", self.what)))
            }
            Some(found) => Ok(found),
            None => Err(self.missing(key, format!("{} has no `{key}`", self.what))),
        }
    }

    pub fn character(&self, key: &str) -> Result<(char, usize), Told> {
        let (text, at) = self.required(key)?;
        let mut chars = text.chars();
        match (chars.next(), chars.next()) {
            (Some(c), None) => Ok((c, at)),
            _ => Err(self.reader.error(at, format!("`{key}` must be one character"))),
        }
    }

    pub fn texts(&self, key: &str) -> Result<Vec<(String, usize)>, Told> {
        self.get(key).map_or(Ok(Vec::new()), |v| self.reader.texts_of(key, v))
    }

    pub fn number_of(&self, key: &str, v: &Value<'_>) -> Result<(f64, usize), Told> {
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

    pub fn number(&self, key: &str) -> Result<Option<(f64, usize)>, Told> {
        self.get(key).map(|v| self.number_of(key, v)).transpose()
    }

    pub fn flag(&self, key: &str) -> Result<bool, Told> {
        self.get(key).map_or(Ok(false), |v| match v.get_ref() {
            DeValue::Boolean(b) => Ok(*b),
            _ => Err(self.reader.wrong(key, v, "true or false")),
        })
    }

    pub fn table(&self, key: &str) -> Result<Option<Table<'r, 'i>>, Told> {
        self.get(key).map(|v| self.reader.as_table(key, v)).transpose()
    }

    /// The tables of a list; what is none is told and left out.
    pub fn tables(&self, key: &str) -> Vec<Table<'r, 'i>> {
        match self.get(key).map(|value| (value, value.get_ref())) {
            None => Vec::new(),
            Some((_, DeValue::Array(list))) => {
                list.iter().filter_map(|v| self.reader.as_table(key, v).ok()).collect()
            }
            Some((value, _)) => {
                self.reader.wrong(key, value, &format!("written as `[[{key}]]`"));
                Vec::new()
            }
        }
    }

    pub fn cues(&self, key: &str, names: &mut Names) -> Result<Vec<Pattern>, Told> {
        self.written_cues(key, names).map(|(patterns, _)| patterns)
    }

    /// The patterns of a list of cues, and the cues as they are written.
    pub fn written_cues(
        &self,
        key: &str,
        names: &mut Names,
    ) -> Result<(Vec<Pattern>, Vec<Written>), Told> {
        let cues = self.texts(key)?.into_iter().map(|(text, at)| {
            let patterns = self.reader.patterns(&text, at, names, Phrases::Steps)?;
            let line = self.reader.line(at);
            Ok((Written { text: text.into(), line, patterns: patterns.len() }, patterns))
        });
        let (written, patterns): (Vec<_>, Vec<_>) = all(cues)?.into_iter().unzip();
        Ok((patterns.concat(), written))
    }

    pub fn id(&self) -> Result<String, Told> {
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
        self.reader.place(self.at_id())
    }

    pub fn at_id(&self) -> usize {
        self.get("id").map_or(self.at, |v| v.span().start)
    }

    /// Tells of an id that another rule of the file has.
    pub fn unique(&self, ids: &mut BTreeSet<String>) {
        let Some(id) = self.get("id") else { return };
        if let DeValue::String(text) = id.get_ref()
            && !ids.insert(text.to_string())
        {
            let message = format!("id `{}` is used twice", text.escape_debug());
            self.reader.error(id.span().start, message);
        }
    }

    /// One of a few words, by default the first.
    pub fn one_of<T: Copy>(&self, key: &str, words: &[(&str, T)]) -> Result<T, Told> {
        let known = || words.iter().map(|(known, _)| *known);
        let (word, at) = self.text(key)?.unwrap_or((known().take(1).collect(), self.at));
        words.iter().find(|(known, _)| *known == word).map(|(_, means)| *means).ok_or_else(|| {
            let (hint, all) = (suggestion(&word, known()), known().collect::<Vec<_>>().join(", "));
            let message = format!("`{}` is no {key}; one of {all}{hint}", word.escape_debug());
            self.reader.error(at, message)
        })
    }

    pub fn category(&self, key: &str, all: &[Category]) -> Result<usize, Told> {
        let (name, at) = self.required(key)?;
        self.reader.category(&name, at, all)
    }

    pub fn categories(&self, key: &str, all: &[Category]) -> Result<Vec<usize>, Told> {
        let names = self.texts(key)?;
        self::all(names.iter().map(|(name, at)| self.reader.category(name, *at, all)))
    }

    /// 1 by default in a category that belongs to a score group, else 0.
    pub fn weight(&self, all: &[Category], category: Result<usize, Told>) -> Result<f64, Told> {
        let given = self.given_weight();
        let grouped = all.get(category?).is_some_and(|c| c.group.is_some());
        Ok(given?.unwrap_or(f64::from(u8::from(grouped))))
    }

    pub fn given_weight(&self) -> Result<Option<f64>, Told> {
        self.weight_within(0.0..=LARGEST_WEIGHT)
    }

    pub fn weight_within(&self, range: RangeInclusive<f64>) -> Result<Option<f64>, Told> {
        let Some((weight, at)) = self.number("weight")? else { return Ok(None) };
        if !range.contains(&weight) {
            let message = format!("`weight` must be {} to {}", range.start(), range.end());
            return Err(self.reader.error(at, message));
        }
        Ok(Some(weight))
    }

    pub fn criteria(&self) -> Result<Vec<u8>, Told> {
        let Some(value) = self.get("criterion") else { return Ok(Vec::new()) };
        let values: Vec<_> = match value.get_ref() {
            DeValue::Array(list) => list.iter().collect(),
            _ => vec![value],
        };
        all(values.into_iter().map(|value| {
            let (n, at) = self.number_of("criterion", value)?;
            if n.fract() != 0.0 || !(1.0..=4.0).contains(&n) {
                return Err(self.reader.error(at, "`criterion` must be 1 to 4".to_owned()));
            }
            Ok(n as u8)
        }))
    }

    pub fn within(&self, default: usize) -> Result<usize, Told> {
        let Some((n, at)) = self.number("within")? else { return Ok(default) };
        if n.fract() != 0.0 || !(1.0..=10.0).contains(&n) {
            return Err(self.reader.error(at, "`within` must be 1 to 10 sentences".to_owned()));
        }
        Ok(n as usize)
    }

    pub fn examples(&self) -> Result<(Vec<String>, Vec<String>), Told> {
        let message = format!("{} needs `examples.match` and `examples.no-match`", self.what);
        let Some(table) = self.table("examples")? else {
            return Err(self.missing("examples", message));
        };
        // What it lacks is said of the rule.
        let what = format!("`examples` of {}", self.what);
        let table = Table { at: self.at, what, ..table };
        table.only(&["match", "no-match"]);
        let list = |key| -> Result<Vec<String>, Told> {
            Ok(table.texts(key)?.into_iter().map(|(text, _)| text).collect())
        };
        let (matches, no_matches) = (list("match"), list("no-match"));
        let (matches, no_matches) = (matches?, no_matches?);
        for (key, texts) in [("match", &matches), ("no-match", &no_matches)] {
            if texts.iter().all(|t| t.trim().is_empty()) {
                return Err(table.missing(key, message));
            }
        }
        Ok((matches, no_matches))
    }
}

impl Reader<'_> {
    pub fn as_table<'r, 'i>(
        &'r self,
        key: &str,
        value: &'r Value<'i>,
    ) -> Result<Table<'r, 'i>, Told> {
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
                Ok(Table::new(self, what, value.span().start, inner))
            }
            _ => Err(self.wrong(key, value, "a table")),
        }
    }

    pub fn category(&self, name: &str, at: usize, all: &[Category]) -> Result<usize, Told> {
        all.iter().position(|c| c.name == name).ok_or_else(|| {
            if self.is_lost(name) {
                return Told;
            }
            let hint = suggestion(name, all.iter().map(|c| c.name.as_str()));
            self.error(at, format!("no category is called `{}`{hint}", name.escape_debug()))
        })
    }
}
