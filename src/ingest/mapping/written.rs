//! Reading a mapping's TOML. Every complaint carries the line it is about.
//!
//! Works on toml's spanned tables rather than on derived types: one thing may be written as a path, a list or a
//! table, and complaints about that are worth nothing without the place and a suggestion.

use globset::{GlobBuilder, GlobMatcher};
use regex::RegexBuilder;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::path::Path;
use super::source::{Place, Source, Way};
use super::{LabelSource, Mapping, Messages};
use crate::ingest::labels::threshold;
use crate::model::{Role, Threshold};
use crate::text::nearest;

type Value<'i> = Spanned<DeValue<'i>>;

/// Keys of the file.
pub(super) const KEYS: [&str; 21] = [
    "files",
    "match",
    "units",
    "id",
    "aliases",
    "sample",
    "epoch",
    "tier",
    "model",
    "setting",
    "variant",
    "query",
    "system",
    "prompt",
    "response",
    "scratchpad",
    "output",
    "messages",
    "error",
    "success",
    "labels",
];
/// Keys of a table that says where one thing lies.
const PLACE: [&str; 5] = ["path", "value", "pattern", "values", "required"];
const MESSAGES: [&str; 6] = ["path", "role", "content", "reasoning", "roles", "required"];
const LABEL: [&str; 8] =
    ["path", "value", "pattern", "rater", "rater_at", "threshold", "positive", "negative"];
/// Words that others use for our keys.
const OTHER_WORDS: [(&str, &str); 16] = [
    ("user", "prompt"),
    ("question", "query"),
    ("input", "prompt"),
    ("reasoning", "scratchpad"),
    ("thinking", "scratchpad"),
    ("thought", "scratchpad"),
    ("cot", "scratchpad"),
    ("answer", "response"),
    ("completion", "response"),
    ("text", "response"),
    ("conversation", "messages"),
    ("label", "labels"),
    ("only", "files"),
    ("file", "files"),
    ("items", "units"),
    ("stopped", "error"),
];
/// The largest program a pattern may become, in bytes.
const LARGEST_PATTERN: usize = 1 << 20;

/// A complaint: byte offset and sentence.
type Fault = (usize, String);

struct Table<'r, 'i> {
    what: String,
    at: usize,
    inner: &'r DeTable<'i>,
}

impl<'r, 'i> Table<'r, 'i> {
    fn get(&self, key: &str) -> Option<&'r Value<'i>> {
        self.inner.iter().find(|(k, _)| k.get_ref() == key).map(|(_, v)| v)
    }

    fn only(&self, keys: &[&str]) -> Result<(), Fault> {
        for key in self.inner.keys() {
            let name = key.get_ref().as_ref();
            if keys.contains(&name) {
                continue;
            }
            let other =
                OTHER_WORDS.iter().find(|(word, ours)| *word == name && keys.contains(ours));
            let near = other.map(|(_, ours)| *ours).or_else(|| nearest(name, keys.iter().copied()));
            let hint = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("it has {}", keys.join(", ")),
            };
            let message = format!("{} has no key `{}`; {hint}", self.what, name.escape_debug());
            return Err((key.span().start, message));
        }
        Ok(())
    }
}

fn wrong(key: &str, value: &Value<'_>, wanted: &str) -> Fault {
    let message = format!("`{key}` must be {wanted}, not {}", value.get_ref().type_str());
    (value.span().start, message)
}

/// A string, number or truth value as the word it would be in a record.
fn word(value: &Value<'_>) -> Option<String> {
    match value.get_ref() {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(n) => Some(n.to_string()),
        DeValue::Float(n) => Some(n.to_string()),
        DeValue::Boolean(b) => Some(b.to_string()),
        _ => None,
    }
}

fn words(key: &str, value: &Value<'_>) -> Result<Vec<String>, Fault> {
    let one = |v: &Value<'_>| word(v).ok_or_else(|| wrong(key, v, "a word or a list of words"));
    match value.get_ref() {
        DeValue::Array(list) => list.iter().map(one).collect(),
        _ => Ok(vec![one(value)?]),
    }
}

fn text<'v>(key: &str, value: &'v Value<'_>) -> Result<&'v str, Fault> {
    value.get_ref().as_str().ok_or_else(|| wrong(key, value, "a string"))
}

/// A path or a list of them.
fn paths(key: &str, value: &Value<'_>) -> Result<Vec<Path>, Fault> {
    let one = |v: &Value<'_>| {
        let text =
            v.get_ref().as_str().ok_or_else(|| wrong(key, v, "a path or a list of paths"))?;
        Path::parse(text).map_err(|e| (v.span().start, format!("`{key}`: {e}")))
    };
    match value.get_ref() {
        DeValue::Array(list) => list.iter().map(one).collect(),
        _ => Ok(vec![one(value)?]),
    }
}

/// What values mean: a table of words.
fn meanings(key: &str, value: &Value<'_>) -> Result<Vec<(String, String)>, Fault> {
    let Some(table) = value.get_ref().as_table() else {
        return Err(wrong(key, value, "a table of words, such as { A = \"free\" }"));
    };
    let pair = |(from, to): (&Spanned<std::borrow::Cow<'_, str>>, &Value<'_>)| {
        let name = from.get_ref();
        let to = word(to).ok_or_else(|| wrong(&format!("{key}.{name}"), to, "a word"))?;
        Ok((name.to_string(), to))
    };
    table.iter().map(pair).collect()
}

/// The ways that one table describes.
fn table_ways(key: &str, table: &Table<'_, '_>) -> Result<Vec<Way>, Fault> {
    let pattern = match table.get("pattern") {
        None => None,
        Some(value) => {
            let text = text("pattern", value)?;
            let built = RegexBuilder::new(text).size_limit(LARGEST_PATTERN).build();
            Some(built.map_err(|e| {
                let why = e.to_string();
                let why = why.lines().last().unwrap_or_default().trim_start_matches("error: ");
                (value.span().start, format!("`{key}`: the pattern cannot be read: {why}"))
            })?)
        }
    };
    let values = table.get("values").map_or(Ok(Vec::new()), |v| meanings("values", v))?;
    let places: Vec<Place> = match (table.get("path"), table.get("value")) {
        (Some(path), None) => {
            let one = |v: &Value<'_>| {
                Place::parse(text("path", v)?)
                    .map_err(|e| (v.span().start, format!("`{key}`: {e}")))
            };
            match path.get_ref() {
                DeValue::Array(list) => list.iter().map(one).collect::<Result<_, _>>()?,
                _ => vec![one(path)?],
            }
        }
        (None, Some(value)) => {
            let constant = word(value).ok_or_else(|| wrong("value", value, "a word or number"))?;
            vec![Place::Constant(constant)]
        }
        (Some(_), Some(_)) => {
            return Err((
                table.at,
                format!("`{key}` has a path and a value; it needs one of them"),
            ));
        }
        (None, None) => {
            return Err((table.at, format!("`{key}` needs a `path` or a `value`")));
        }
    };
    let way = |place| Way { place, pattern: pattern.clone(), values: values.clone() };
    Ok(places.into_iter().map(way).collect())
}

fn flag(table: &Table<'_, '_>, key: &str) -> Result<bool, Fault> {
    table.get(key).map_or(Ok(false), |v| match v.get_ref() {
        DeValue::Boolean(b) => Ok(*b),
        _ => Err(wrong(key, v, "true or false")),
    })
}

/// Where one thing lies: a path, a table, or a list of those, in order.
fn source(key: &str, value: &Value<'_>) -> Result<Source, Fault> {
    let mut all = Source { ways: Vec::new(), required: false };
    let one = |v: &Value<'_>, all: &mut Source| match v.get_ref() {
        DeValue::String(path) => {
            let place =
                Place::parse(path).map_err(|e| (v.span().start, format!("`{key}`: {e}")))?;
            all.ways.push(Way { place, pattern: None, values: Vec::new() });
            Ok(())
        }
        DeValue::Table(inner) => {
            let table = Table { what: format!("`{key}`"), at: v.span().start, inner };
            table.only(&PLACE)?;
            all.ways.extend(table_ways(key, &table)?);
            all.required |= flag(&table, "required")?;
            Ok(())
        }
        _ => Err(wrong(key, v, "a path, a table with `path` or `value`, or a list of those")),
    };
    match value.get_ref() {
        DeValue::Array(list) => list.iter().try_for_each(|v| one(v, &mut all))?,
        _ => one(value, &mut all)?,
    }
    if all.ways.is_empty() {
        return Err((value.span().start, format!("`{key}` names no place")));
    }
    Ok(all)
}

fn messages(value: &Value<'_>) -> Result<Messages, Fault> {
    let DeValue::Table(inner) = value.get_ref() else {
        return Ok(Messages { source: source("messages", value)?, ..Messages::default() });
    };
    let table = Table { what: "`messages`".to_owned(), at: value.span().start, inner };
    table.only(&MESSAGES)?;
    let mut messages = Messages {
        source: Source {
            ways: table_ways("messages", &table)?,
            required: flag(&table, "required")?,
        },
        ..Messages::default()
    };
    for (key, slot) in [
        ("role", &mut messages.role),
        ("content", &mut messages.content),
        ("reasoning", &mut messages.reasoning),
    ] {
        if let Some(value) = table.get(key) {
            *slot = paths(key, value)?;
        }
    }
    if let Some(value) = table.get("roles") {
        for (word, role) in meanings("roles", value)? {
            let known = [Role::System, Role::User, Role::Assistant, Role::Tool];
            if !known.iter().any(|r| r.as_str() == role) {
                let near = nearest(&role, known.iter().map(Role::as_str));
                let hint = near.map_or_else(
                    || "system, user, assistant and tool are known".to_owned(),
                    |near| format!("did you mean `{near}`?"),
                );
                let message = format!("`roles`: no role `{}`; {hint}", role.escape_debug());
                return Err((value.span().start, message));
            }
            messages.roles.push((word, role));
        }
    }
    Ok(messages)
}

/// A label: a path, a list of paths (the first that has it), a table, or a list of tables (one judgement each).
fn label(name: &str, value: &Value<'_>, out: &mut Vec<LabelSource>) -> Result<(), Fault> {
    let key = format!("labels.{}", name.escape_debug());
    match value.get_ref() {
        DeValue::Table(inner) => {
            let table = Table { what: format!("`{key}`"), at: value.span().start, inner };
            table.only(&LABEL)?;
            let words = |k: &str| table.get(k).map_or(Ok(Vec::new()), |v| words(k, v));
            out.push(LabelSource {
                name: name.to_owned(),
                source: Source { ways: table_ways(&key, &table)?, required: false },
                rater: table
                    .get("rater")
                    .map(|v| text("rater", v).map(str::to_owned))
                    .transpose()?,
                rater_at: table.get("rater_at").map(|v| source("rater_at", v)).transpose()?,
                threshold: table.get("threshold").map(bar).transpose()?,
                positive: words("positive")?,
                negative: words("negative")?,
            });
        }
        DeValue::Array(list) if list.iter().any(|v| v.get_ref().is_table()) => {
            for value in list {
                if !value.get_ref().is_table() {
                    return Err(wrong(&key, value, "a table like the others in the list"));
                }
                label(name, value, out)?;
            }
        }
        _ => out.push(LabelSource {
            name: name.to_owned(),
            source: source(&key, value)?,
            rater: None,
            rater_at: None,
            threshold: None,
            positive: Vec::new(),
            negative: Vec::new(),
        }),
    }
    Ok(())
}

/// `">= 0.4"`, or a number that means "at least".
fn bar(value: &Value<'_>) -> Result<Threshold, Fault> {
    let parsed = match value.get_ref() {
        DeValue::String(text) => threshold(text),
        _ => word(value).and_then(|n| n.parse().ok()).map(Threshold::AtLeast),
    };
    parsed.ok_or_else(|| {
        (
            value.span().start,
            "`threshold` must be a number or a comparison such as \">= 0.4\"".into(),
        )
    })
}

fn globs(value: &Value<'_>) -> Result<Vec<GlobMatcher>, Fault> {
    words("files", value)?
        .into_iter()
        .map(|text| {
            GlobBuilder::new(&text)
                .literal_separator(true)
                .build()
                .map(|glob| glob.compile_matcher())
                .map_err(|e| (value.span().start, format!("`files`: {}", e.kind())))
        })
        .collect()
}

/// Reads a mapping.
pub(super) fn mapping(name: &str, written: &str) -> Result<Mapping, Fault> {
    let root = DeTable::parse(written)
        .map_err(|e| (e.span().map_or(0, |s| s.start), e.message().trim_end().to_owned()))?;
    let root = Table { what: "a mapping".to_owned(), at: 0, inner: root.get_ref() };
    root.only(&KEYS)?;
    let one = |key: &str| root.get(key).map(|v| source(key, v)).transpose();
    let list = |key: &str| root.get(key).map_or(Ok(Vec::new()), |v| paths(key, v));
    let mut labels = Vec::new();
    if let Some(value) = root.get("labels") {
        let Some(table) = value.get_ref().as_table() else {
            return Err(wrong("labels", value, "a table of names and places"));
        };
        // As written, not in the order of names: labels are shown in this order.
        let mut entries: Vec<_> = table.iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        for (key, value) in entries {
            label(key.get_ref(), value, &mut labels)?;
        }
    }
    let mapping = Mapping {
        name: name.to_owned(),
        files: root.get("files").map(globs).transpose()?,
        only_with: list("match")?,
        units: list("units")?,
        id: one("id")?,
        aliases: one("aliases")?,
        sample: one("sample")?,
        epoch: one("epoch")?,
        tier: one("tier")?,
        model: one("model")?,
        setting: one("setting")?,
        variant: one("variant")?,
        query: one("query")?,
        system: one("system")?,
        prompt: one("prompt")?,
        response: one("response")?,
        scratchpad: one("scratchpad")?,
        output: one("output")?,
        messages: root.get("messages").map(messages).transpose()?,
        error: one("error")?,
        success: one("success")?,
        labels,
    };
    if mapping.texts().next().is_none() {
        let message =
            "names neither response, scratchpad, output nor messages: nothing would be read";
        return Err((root.at, message.to_owned()));
    }
    Ok(mapping)
}
