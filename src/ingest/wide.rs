//! Wide records: one query and the responses to it under several conditions. Either an object holds one text (or record)
//! for each condition (`results: {"Free_Tier_Baseline": …}`), or columns come in pairs (`response_free`, `response_paid`).
//!
//! Each condition becomes a flat record of its own, with the query and all fields that the conditions share, and is read as
//! `flat` reads any; then its origins are set back to where the texts stand in the record.

use serde_json::{Map, Value};

use super::Context;
use super::flat::{self, Flat};
use super::format::{Format, RawTranscript, Reading};
use super::tier;
use crate::model::TierFrom;

/// Objects that hold one response for each condition.
const CONTAINERS: [&str; 13] = [
    "results",
    "completions",
    "responses",
    "outputs",
    "answers",
    "generations",
    "model_outputs",
    "model_responses",
    "conditions",
    "by_condition",
    "by_tier",
    "tiers",
    "variants",
];

/// More conditions than any study has: each carries a copy of all that they share, so there must be a bound.
const MOST_CONDITIONS: usize = 256;
const COMPLETIONS: &str = "completions";

/// The format.
pub struct Wide;

/// How a record is wide.
enum Shape<'a> {
    /// Under this key stands an object of conditions.
    Object(&'a str, &'a Map<String, Value>),
    /// Columns that name a tier: (column, tier, name without it).
    Columns(Vec<(&'a str, &'static str, String)>),
}

impl Format for Wide {
    fn name(&self) -> &'static str {
        "wide"
    }

    fn recognise(&self, record: &Value) -> Option<String> {
        match shape(record.as_object()?)? {
            Shape::Object(key, of) => Some(format!("has {key} for {} conditions", of.len())),
            Shape::Columns(columns) => {
                let base = columns.iter().map(|(.., base)| base).find(|base| answers(base))?;
                Some(format!("has one {base} for each tier"))
            }
        }
    }

    fn read(&self, record: &Value, context: &Context<'_>) -> Vec<Reading> {
        let Some(map) = record.as_object() else { return Vec::new() };
        let conditions = match shape(map) {
            Some(Shape::Object(key, of)) => from_object(map, key, of),
            Some(Shape::Columns(columns)) => from_columns(map, &columns),
            None => return Vec::new(),
        };
        let mut readings: Vec<Reading> = Vec::new();
        for reading in conditions.into_iter().flat_map(|condition| condition.read(context)) {
            // What is odd about a shared field is odd once.
            let same = |other: &Reading| match (other, &reading) {
                (Reading::Remark(_, a), Reading::Remark(_, b)) => a == b,
                _ => false,
            };
            if !readings.iter().any(same) {
                readings.push(reading);
            }
        }
        readings
    }
}

/// Whether a field of this name is a response or a part of one.
fn answers(name: &str) -> bool {
    flat::is_answer(name)
        || name.bytes().any(|b| b.is_ascii_uppercase())
            && flat::is_answer(&name.to_ascii_lowercase())
}

fn shape(map: &Map<String, Value>) -> Option<Shape<'_>> {
    let asked = || flat::is_asked(map);
    let mut best = None;
    for (key, value) in map {
        let some = |of: &&Map<String, Value>| (1..=MOST_CONDITIONS).contains(&of.len());
        let Some(of) = value.as_object().filter(some) else { continue };
        let known = CONTAINERS.contains(&key.as_str());
        // Prompts for each tier are not responses.
        if !known && (best.is_some() || flat::is_question(singular(key))) {
            continue;
        }
        let tiers = || of.keys().all(|key| tier::from_key(key).is_some());
        let texts =
            of.values().all(|v| v.is_string() || v.is_null()) && of.values().any(Value::is_string);
        let records =
            || of.values().all(|v| v.as_object().is_some_and(holds_answer) || v.is_null());
        // A record with a response of its own is no wide one; only `completions` has been seen beside `completion`.
        if !(texts || records()) || holds_answer(map) && key != COMPLETIONS {
            continue;
        }
        if known && (asked() || tiers()) {
            return Some(Shape::Object(key, of));
        }
        // Under any other name, only tiers as keys make it sure.
        if of.len() > 1 && asked() && tiers() {
            best = Some(Shape::Object(key, of));
        }
    }
    if best.is_some() {
        return best;
    }
    columns(map).map(Shape::Columns)
}

fn holds_answer(map: &Map<String, Value>) -> bool {
    map.iter().any(|(key, value)| value.is_string() && answers(key) && key != "text")
}

/// The columns of each tier, where a response stands under two tiers.
fn columns(map: &Map<String, Value>) -> Option<Vec<(&str, &'static str, String)>> {
    let mut found: Vec<(&str, &'static str, String)> = Vec::new();
    for key in map.keys() {
        if let Some((tier, base)) = tier::from_column(key) {
            found.push((key, tier, base));
        }
    }
    let text = |key: &str| map.get(key).is_some_and(|v| v.is_string() || v.is_null());
    let pair = found.iter().any(|(key, tier, base)| {
        let other = |(k, t, b): &&(&str, &'static str, String)| t != tier && b == base && text(k);
        answers(base) && text(key) && found.iter().any(|column| other(&column))
    });
    pair.then_some(found)
}

/// One condition as a record of its own.
#[derive(Default)]
struct Condition {
    /// The key or tier, as spelt; empty for a response without one.
    name: String,
    tier: Option<&'static str>,
    /// The condition without its tier.
    variant: Option<String>,
    record: Map<String, Value>,
    /// (field of the record, where it stands in the wide record).
    origins: Vec<(String, String)>,
    /// No response was recorded.
    empty: bool,
}

impl Condition {
    fn read(self, context: &Context<'_>) -> Vec<Reading> {
        let Self { name, tier, variant, record, origins, empty } = self;
        let readings = Flat.read_own(Value::Object(record), context);
        let place = |origin: &str| {
            let (_, place) = origins.iter().find(|(field, _)| field == origin)?;
            Some(place.clone())
        };
        let settle = |raw: &mut RawTranscript| {
            for part in raw.turns.iter_mut().flat_map(|turn| &mut turn.parts) {
                if let Some(place) = place(&part.origin) {
                    part.origin = place;
                }
            }
            if let Some(id) = raw.id.take() {
                raw.sample = raw.sample.take().or_else(|| Some(id.clone()));
                raw.id = Some(if name.is_empty() { id } else { format!("{id}:{name}") });
            }
            if let Some(tier) = tier {
                raw.tier = Some((name.clone(), TierFrom::Key));
                raw.tier_canonical = Some(tier.to_owned());
            }
            raw.variant = match (raw.variant.take(), variant.clone()) {
                (Some(outer), Some(own)) => Some(format!("{outer}/{own}")),
                (outer, own) => own.or(outer),
            };
            if !name.is_empty() {
                raw.meta.insert("condition_key".to_owned(), Value::String(name.clone()));
            }
            if empty && raw.stopped.is_none() {
                raw.stopped = Some("no response was recorded for this condition".to_owned());
            }
        };
        let each = |reading: Reading| match reading {
            Reading::Transcript(mut raw) => {
                settle(&mut raw);
                Reading::Transcript(raw)
            }
            other => other,
        };
        readings.into_iter().map(each).collect()
    }
}

/// `response`: the field that a bare text of a condition is read as.
const TEXT: &str = "response";

fn blank(value: &Value) -> bool {
    value.is_null() || value.as_str().is_some_and(|text| text.trim().is_empty())
}

fn from_object(map: &Map<String, Value>, key: &str, of: &Map<String, Value>) -> Vec<Condition> {
    // Other objects with the same keys say more of each condition: `scores`, `prompts`.
    let beside = |value: &Value| {
        value.as_object().is_some_and(|o| !o.is_empty() && o.keys().all(|k| of.contains_key(k)))
    };
    let mut shared = Map::new();
    let mut apart: Vec<(&str, &Map<String, Value>)> = Vec::new();
    for (name, value) in map.iter().filter(|(name, _)| *name != key) {
        match value.as_object().filter(|_| beside(value)) {
            Some(object) => apart.push((name, object)),
            None => {
                shared.insert(name.clone(), value.clone());
            }
        }
    }
    let mut conditions: Vec<Condition> = Vec::new();
    // A single response beside the named ones is one more, without a name.
    if let Some(own) = shared.shift_remove("completion").filter(|own| !own.is_null()) {
        let mut record = shared.clone();
        record.insert("completion".to_owned(), own);
        conditions.push(Condition { record, ..Condition::default() });
    }
    for (name, value) in of {
        let mut record = shared.clone();
        let mut origins = Vec::new();
        let mut put = |field: &str, value: &Value, place: String| {
            // What holds for one condition goes before what the record says of all; that is kept beside it.
            if let Some(outer) = record.insert(field.to_owned(), value.clone())
                && outer != *value
            {
                record.insert(format!("record.{field}"), outer);
            }
            origins.push((field.to_owned(), place));
        };
        for (container, object) in &apart {
            if let Some(value) = object.get(name) {
                put(singular(container), value, format!("{container}.{name}"));
            }
        }
        match value {
            Value::Object(inner) => {
                for (field, value) in inner {
                    put(field, value, format!("{key}.{name}.{field}"));
                }
            }
            text => put(TEXT, text, format!("{key}.{name}")),
        }
        let (tier, variant) = match tier::from_key(name) {
            Some((tier, rest)) => (Some(tier), rest),
            None => (None, name.clone()),
        };
        let variant = Some(variant).filter(|v| !v.is_empty());
        conditions.push(Condition {
            name: name.clone(),
            tier,
            variant,
            record,
            origins,
            empty: blank(value),
        });
    }
    conditions
}

fn from_columns(
    map: &Map<String, Value>,
    columns: &[(&str, &'static str, String)],
) -> Vec<Condition> {
    let mut tiers: Vec<&'static str> = Vec::new();
    for (_, tier, base) in columns {
        if answers(base) && !tiers.contains(tier) {
            tiers.push(tier);
        }
    }
    let paired =
        |key: &str| columns.iter().any(|(column, tier, _)| *column == key && tiers.contains(tier));
    let shared: Map<String, Value> =
        map.iter().filter(|(key, _)| !paired(key)).map(|(k, v)| (k.clone(), v.clone())).collect();
    let condition = |tier: &&'static str| {
        let mut record = shared.clone();
        let mut origins = Vec::new();
        let mut empty = true;
        for (column, _, base) in columns.iter().filter(|(_, of, _)| of == tier) {
            let Some(value) = map.get(*column) else { continue };
            // The other tier's column, or the record's own field, of this name must not be lost under it.
            let field = if answers(base) { base.to_ascii_lowercase() } else { base.clone() };
            let field = if record.contains_key(&field) { (*column).to_owned() } else { field };
            empty &= !answers(base) || blank(value);
            origins.push((field.clone(), (*column).to_owned()));
            record.insert(field, value.clone());
        }
        let tier = *tier;
        Condition { name: tier.to_owned(), tier: Some(tier), variant: None, record, origins, empty }
    };
    tiers.iter().map(condition).collect()
}

/// The name of one entry of a container: `scores` → `score`.
fn singular(name: &str) -> &str {
    match name {
        "responses_raw" | "analysis" | "reasoning" => name,
        name => name.strip_suffix('s').filter(|s| !s.ends_with('s')).unwrap_or(name),
    }
}

#[cfg(test)]
mod tests;
