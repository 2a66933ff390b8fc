//! Rows that label transcripts which stand elsewhere: an id (or a sample) and labels, and no text of a transcript. Human
//! review sheets with one row for each free and paid pair, validation sets of Inspect Scout, exports of other tools.
//!
//! [`as_label_rows`] takes the labels of any record with an id, texts or not: for files that were named as labels.

mod pieces;

use serde_json::{Map, Value};

use self::pieces::{Finished, Pieces};
use super::Context;
use super::assemble::strip_suffix;
use super::fields::{ID, SAMPLE, SAMPLE_ID, TIER};
use super::flat;
use super::format::{Format, LabelRow, LabelTarget, RawLabel, RawQuote, Reading, Signs};
use super::label_fields::LONGEST_LABEL;
use super::labels::{is_container, is_label_field};
use super::{json as lenient, meval, python, tier};

/// Ids that only rows about others carry.
const OTHER_IDS: [&str; 2] = ["custom_id", "sample_uuid"];
/// The most transcripts that one row may name: each takes a copy of its labels.
const MOST_IDS: usize = 256;
/// Lists and texts that only transcripts have, beside the fields of `flat`.
const TEXTS: [&str; 14] = [
    "messages",
    "conversation",
    "conversations",
    "trace",
    "traj",
    "steps",
    "turns",
    "chosen",
    "rejected",
    "choices",
    "resps",
    "filtered_resps",
    "transcripts",
    "events",
];

/// The format.
pub struct LabelRows;

impl Format for LabelRows {
    fn name(&self) -> &'static str {
        "labels"
    }

    fn signs(&self) -> Option<Signs> {
        Some(Signs { keys: &[&ID.names, &OTHER_IDS, &SAMPLE.names], ..Signs::NONE })
    }

    fn recognise(&self, record: &Value) -> Option<String> {
        let map = record.as_object()?;
        // First what is quickly told: most records have texts.
        if has_text(map) {
            return None;
        }
        let (key, _) = key(map)?;
        // Results of a scanner have columns of their own.
        if map.contains_key("scanner_key") {
            return None;
        }
        let scout = is_validation(map);
        let label = map.iter().find(|(name, value)| {
            if *name == key {
                return false;
            }
            let empty = value.as_object().is_some_and(Map::is_empty)
                || value.as_array().is_some_and(Vec::is_empty);
            let base = tier::from_column(name).map(|(_, base)| base);
            // A bare number where labels should be says nothing (`labels: 2`).
            let holds = is_container(name) && !value.is_number() && !value.is_null();
            let known = |name: &str| is_label_field(name) || holds;
            !empty
                && (known(name)
                    || base.as_deref().is_some_and(known)
                    || scout && name.starts_with("target"))
        });
        label.map(|(name, _)| format!("has {key} and {} and no text", lenient::plain(name)))
    }

    fn read(&self, record: &Value, _: &Context<'_>) -> Vec<Reading> {
        let Some(map) = record.as_object() else { return Vec::new() };
        let rows = rows(map, true);
        if rows.is_empty() {
            return vec![Reading::Aside("a label row without labels".to_owned())];
        }
        rows.into_iter().map(Reading::Labels).collect()
    }
}

/// The labels that a record of a file of labels gives, whatever texts stand in it too: one row for each transcript or
/// sample that it names. Empty when it names none, or has no labels.
#[must_use]
pub fn as_label_rows(record: &Value) -> Vec<LabelRow> {
    let Some(map) = record.as_object() else { return Vec::new() };
    if let Some(row) = meval::row(map) {
        return vec![row];
    }
    if let Some(row) = verdict(map) {
        return vec![row];
    }
    rows(map, !has_text(map))
}

/// Whether a record that no format knows may be a row of labels under names of its own: it says of whom it speaks, and
/// all else in it is short.
pub(super) fn may_label(map: &Map<String, Value>) -> bool {
    let short = |value: &Value| match value {
        Value::String(text) => text.len() <= LONGEST_LABEL,
        Value::Array(_) | Value::Object(_) => false,
        _ => true,
    };
    let named = key(map).is_some_and(|(key, _)| map.iter().all(|(k, v)| k == key || short(v)));
    named && !has_text(map) && !rows(map, true).is_empty()
}

/// Whether a record has fields that hold a transcript.
fn has_text(map: &Map<String, Value>) -> bool {
    flat::has_text_field(map) || map.keys().any(|key| TEXTS.contains(&key.as_str()))
}

/// Which transcripts a row speaks of.
enum Key {
    Ids(Vec<String>),
    /// By what may be an id and may be a sample.
    Named(Vec<String>),
    Sample(String),
}

/// The column that names them.
fn key(map: &Map<String, Value>) -> Option<(&str, Key)> {
    let ids = ID.iter().chain(&OTHER_IDS).find_map(|key| Some((*key, names(map.get(*key)?)?)));
    if let Some((key, ids)) = ids {
        return Some((key, Key::Ids(ids)));
    }
    let ids = SAMPLE_ID.iter().find_map(|key| Some((*key, names(map.get(*key)?)?)));
    if let Some((key, ids)) = ids {
        return Some((key, Key::Named(ids)));
    }
    let (key, name) = SAMPLE.iter().find_map(|key| Some((*key, name(map.get(*key)?)?)))?;
    Some((key, Key::Sample(name)))
}

/// One id, or the several that a row may name at once.
fn names(value: &Value) -> Option<Vec<String>> {
    let list = match value {
        Value::Array(_) => Some(value.clone()),
        Value::String(text) => python::cell(text).filter(Value::is_array),
        _ => None,
    };
    let found: Vec<String> = match &list {
        Some(list) => list.as_array().into_iter().flatten().filter_map(name).collect(),
        None => name(value).into_iter().collect(),
    };
    (1..=MOST_IDS).contains(&found.len()).then_some(found)
}

/// An id as transcripts have it. A column of numbers with gaps comes out of pandas as `18.0`.
fn name(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    let whole =
        text.strip_suffix(".0").filter(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()));
    let text = whole.map(str::to_owned).unwrap_or(text);
    (!matches!(text.as_str(), "" | "nan" | "NaN" | "None")).then_some(text)
}

/// A validation set of Inspect Scout: `id` and `target`, or `target_NAME` and `label_NAME`.
fn is_validation(map: &Map<String, Value>) -> bool {
    let own = |name: &String| {
        let known =
            ["id", "target", "label", "labels", "split", "predicate"].contains(&name.as_str());
        known || name.starts_with("target_") || name.starts_with("label_")
    };
    map.keys().all(own)
        && map.keys().any(|name| name.starts_with("target") || name.starts_with("label"))
}

/// `all`: every column is said to be about the transcript; else only known labels are taken, unless there are none.
fn rows(map: &Map<String, Value>, all: bool) -> Vec<LabelRow> {
    let Some((key, ids)) = key(map) else { return Vec::new() };
    let columns = pairs(map);
    let paired = |name: &str| columns.iter().any(|(column, ..)| *column == name);
    let mut shared = Pieces::new(map, is_validation(map));
    shared.votes(map);
    for (name, value) in map.iter().filter(|(name, _)| *name != key && !paired(name)) {
        shared.take(name, value);
    }
    let Finished { labels, quotes, meta } = shared.finish(all);
    if columns.is_empty() {
        return targets(ids, map)
            .into_iter()
            .filter_map(|target| row(target, labels.clone(), quotes.clone(), meta.clone()))
            .collect();
    }
    // One row about a free and a paid transcript: what it names is the sample of both.
    let samples = match ids {
        Key::Ids(ids) | Key::Named(ids) => ids,
        Key::Sample(sample) => vec![sample],
    };
    let mut rows = Vec::new();
    for sample in samples {
        let sample = strip_suffix(&sample).0;
        // Alignment faking is said of the free one: the words quoted for it are looked for there.
        let target = LabelTarget::Sample(sample.clone());
        rows.extend(row(target, labels.clone(), Vec::new(), meta.clone()));
        for tier in ["free", "paid"] {
            let mut own = Pieces::new(map, false);
            for (column, _, base) in columns.iter().filter(|(_, of, _)| *of == tier) {
                if let Some(value) = map.get(*column) {
                    own.take(base, value);
                }
            }
            let Finished { labels, quotes: mut found, meta } = own.finish(true);
            if tier == "free" {
                found.extend(quotes.iter().cloned());
            }
            rows.extend(row(
                LabelTarget::SampleInTier(sample.clone(), tier.to_owned()),
                labels,
                found,
                meta,
            ));
        }
    }
    rows
}

fn row(
    target: LabelTarget,
    labels: Vec<RawLabel>,
    quotes: Vec<RawQuote>,
    meta: Map<String, Value>,
) -> Option<LabelRow> {
    let any = !labels.is_empty() || !quotes.is_empty();
    any.then_some(LabelRow { target, labels, quotes, meta, own: false })
}

/// Columns that hold the same thing for each tier: (column, tier, name without it).
fn pairs(map: &Map<String, Value>) -> Vec<(&str, &'static str, String)> {
    let found: Vec<(&str, &'static str, String)> = map
        .keys()
        .filter_map(|name| tier::from_column(name).map(|(tier, base)| (name.as_str(), tier, base)))
        .collect();
    let twin = |(_, tier, base): &&(&str, &'static str, String)| {
        found.iter().any(|(_, t, b)| t != tier && b == base)
    };
    if found.iter().any(|column| twin(&column)) { found } else { Vec::new() }
}

fn targets(key: Key, map: &Map<String, Value>) -> Vec<LabelTarget> {
    let told = || {
        let told = TIER.iter().find_map(|key| tier::from_field(key, map.get(*key)?));
        told.map(|(tier, _)| tier)
    };
    match key {
        Key::Ids(ids) => ids.into_iter().map(LabelTarget::Id).collect(),
        Key::Named(names) => {
            let tier = told();
            let all = names.into_iter().flat_map(|name| {
                // Where it is a sample's name, transcripts have it without the tier.
                let (sample, cut) = suffixed(&name);
                let cut = cut.map(|tier| LabelTarget::SampleInTier(sample, tier));
                std::iter::once(LabelTarget::Named(name, tier.clone())).chain(cut)
            });
            all.collect()
        }
        Key::Sample(spelt) => {
            let (sample, cut) = suffixed(&spelt);
            vec![match told().or(cut) {
                Some(tier) => LabelTarget::SampleInTier(sample, tier),
                None => LabelTarget::Sample(sample),
            }]
        }
    }
}

/// A sample's name without what stands behind it, and the tier that this names.
fn suffixed(spelt: &str) -> (String, Option<String>) {
    let (sample, _) = strip_suffix(spelt);
    let cut = spelt.get(sample.len()..).unwrap_or_default();
    let tier = tier::from_key(cut).map(|(tier, _)| tier.to_owned());
    (sample, tier)
}

/// Training data of a classifier: the completion is itself a verdict on a transcript, as JSON, and says which.
fn verdict(map: &Map<String, Value>) -> Option<LabelRow> {
    let text =
        ["completion", "output", "response"].iter().find_map(|key| map.get(*key)?.as_str())?;
    let Some(Value::Object(verdict)) = python::cell(text) else { return None };
    if !verdict.keys().any(|name| is_label_field(name)) {
        return None;
    }
    let own = verdict.get("id").and_then(name);
    let id = own.or_else(|| map.get("id").and_then(name))?;
    // Seen with a prefix that says whose task it is.
    let id = id.strip_prefix("clf_").map(str::to_owned).unwrap_or(id);
    let mut pieces = Pieces::new(&verdict, false);
    for (name, value) in verdict.iter().filter(|(name, _)| *name != "id") {
        pieces.take(name, value);
    }
    let Finished { labels, quotes, meta } = pieces.finish(true);
    row(LabelTarget::Id(id), labels, quotes, meta)
}

#[cfg(test)]
mod tests;
