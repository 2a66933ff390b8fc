//! One sample of an Inspect log, whole: conversation, scores, state. Summaries share what makes a sample the same
//! sample ([`identity`]), so that a row read from a summary and the body read later agree.

use serde_json::{Map, Value};

use super::super::LabelRules;
use super::super::fields::{Fields, stopped};
use super::super::format::{RawTranscript, Reading};
use super::super::message::Notes;
use super::super::tier;
use super::attachments::Attachments;
use super::conversation;
use super::header::{Header, is_empty, state};
use super::scores;
use crate::model::{ProblemKind, Role, TierFrom};

/// What takes most of a log and is no reading matter: each becomes a note of its size.
const BULK: [&str; 8] = [
    "events",
    "events_data",
    "message_pool",
    "call_pool",
    "transcript",
    "timelines",
    "attachments",
    "store",
];
/// A store of up to this many bytes is kept as it is.
const SMALL: usize = 2048;

/// Reads a sample.
pub fn read(sample: &Map<String, Value>, header: Header<'_>, rules: &LabelRules) -> Vec<Reading> {
    let mut raw = RawTranscript::default();
    let mut notes = Notes::default();
    raw.stopped = halted(sample);
    conversation::read(sample, &mut raw, &mut notes);
    let answers: Vec<String> = raw
        .turns
        .iter()
        .filter(|t| t.role == Role::Assistant)
        .flat_map(|t| t.parts.iter().map(|p| p.text.clone()))
        .collect();
    let copied = |text: &str| {
        let text = text.trim();
        !text.is_empty() && answers.iter().any(|answer| answer.contains(text))
    };
    let mut fields = common(sample, header, rules, &copied, &mut raw);
    for key in ["messages", "output", "message_refs", "events_left_out"] {
        fields.mark(key);
    }
    if input_is_told(sample, &raw) {
        fields.mark("input");
    }
    fields.rest(&mut raw);
    condense(&mut raw.meta);
    let left_out = sample.get("events_left_out").and_then(Value::as_u64);
    if let Some(count) = left_out.filter(|count| *count > 0) {
        raw.meta.insert("events".to_owned(), counted(count, "event", "events").into());
    }
    if let Some(output) = sample.get("output").and_then(Value::as_object) {
        let rest = output_rest(output, &Attachments::of(sample), &copied);
        if !rest.is_empty() {
            raw.meta.insert("output".to_owned(), Value::Object(rest));
        }
    }
    if notes.withheld > 0 {
        raw.meta.insert("withheld_reasoning".to_owned(), notes.withheld.into());
    }
    let mut readings: Vec<Reading> =
        notes.wrong.into_iter().map(|text| Reading::Remark(ProblemKind::WrongType, text)).collect();
    readings.push(Reading::Transcript(Box::new(raw)));
    readings
}

/// What sample and summary have in common: identity, tier, labels. Gives back the fields, to be worn down further.
pub fn common<'a>(
    sample: &'a Map<String, Value>,
    header: Header<'_>,
    rules: &LabelRules,
    copied: &dyn Fn(&str) -> bool,
    raw: &mut RawTranscript,
) -> Fields<'a> {
    let store = Attachments::of(sample);
    let mut fields = Fields::new(sample);
    identity(sample, raw);
    for key in ["id", "epoch", "uuid", "scores", "score"] {
        fields.mark(key);
    }
    raw.model = model(sample, header);
    raw.query = told_query(sample).or_else(|| conversation::query(sample, &store));
    let query = raw.query.clone();
    let known = |text: &str| copied(text) || query.as_deref() == Some(text);
    fields.identity(raw);
    for score in score_objects(sample) {
        if let Some(metadata) = score.get("metadata").and_then(Value::as_object)
            && raw.tier.is_none()
        {
            state(metadata, raw);
        }
    }
    header.fill(raw);
    tier_from_input(sample, raw);
    scores::read(sample, header.scorer().unwrap_or("score"), rules, &known, raw);
    fields.labels(raw);
    if let Some(about) = header.meta() {
        raw.meta.insert("eval".to_owned(), about);
    }
    fields
}

/// Id, epoch, sample and the other names. Epochs of one sample share its id; the name of the archive's member and the
/// uuid (under which Scout knows it) tell them apart.
fn identity(sample: &Map<String, Value>, raw: &mut RawTranscript) {
    raw.id = match sample.get("id") {
        Some(Value::String(id)) => Some(id.clone()),
        Some(Value::Number(id)) => Some(id.to_string()),
        _ => None,
    };
    raw.sample.clone_from(&raw.id);
    raw.epoch = sample.get("epoch").and_then(Value::as_i64);
    let uuid = sample.get("uuid").and_then(Value::as_str).filter(|id| !id.is_empty());
    raw.aliases.extend(uuid.map(str::to_owned));
    if let (Some(id), Some(epoch)) = (&raw.id, raw.epoch) {
        raw.aliases.push(format!("{id}_epoch_{epoch}"));
    }
}

/// The model as the run asked for it, so that all samples of a log agree; else the one that was used, else the one that
/// answered.
fn model(sample: &Map<String, Value>, header: Header<'_>) -> Option<String> {
    let used = sample.get("model_usage").and_then(Value::as_object).filter(|map| map.len() == 1);
    let answered = || sample.get("output")?.get("model")?.as_str();
    header
        .model()
        .or_else(|| used.and_then(|map| map.keys().next()).map(String::as_str))
        .or_else(answered)
        .filter(|model| !model.is_empty())
        .map(str::to_owned)
}

/// The query where metadata holds it without any wrapper.
fn told_query(sample: &Map<String, Value>) -> Option<String> {
    let own = sample.get("metadata").and_then(|m| m.get("user_input"));
    let scored =
        || score_objects(sample).find_map(|score| score.get("metadata")?.get("user_input"));
    let text = own.or_else(scored)?.as_str()?;
    (!text.trim().is_empty() && text != scores::CUT).then(|| text.to_owned())
}

fn score_objects(sample: &Map<String, Value>) -> impl Iterator<Item = &Value> {
    let scores = sample.get("scores").and_then(Value::as_object);
    scores.into_iter().flat_map(Map::values).chain(sample.get("score"))
}

/// Agents are told things after the first query; the tier's tag stands in the query itself.
fn tier_from_input(sample: &Map<String, Value>, raw: &mut RawTranscript) {
    if raw.tier.is_some() {
        return;
    }
    let asked = conversation::query(sample, &Attachments::of(sample));
    if let Some((canonical, spelt)) = asked.as_deref().and_then(tier::from_message) {
        raw.tier = Some((spelt, TierFrom::Message));
        raw.tier_canonical = Some(canonical);
    }
}

/// Why the sample ended before its time: an error, or a limit. Samples give objects, summaries texts.
pub fn halted(sample: &Map<String, Value>) -> Option<String> {
    if let Some(error) = stopped(sample) {
        return Some(error);
    }
    let kind = match sample.get("limit")? {
        Value::String(kind) => kind.as_str(),
        Value::Object(limit) => limit.get("type").and_then(Value::as_str).unwrap_or("unknown"),
        _ => return None,
    };
    (!kind.trim().is_empty()).then(|| format!("{kind} limit"))
}

/// Whether the turns hold every text of the input.
fn input_is_told(sample: &Map<String, Value>, raw: &RawTranscript) -> bool {
    let store = Attachments::of(sample);
    let asked = conversation::asked(sample, &store, &mut Notes::default());
    let mut parts = asked.iter().flat_map(|t| &t.parts);
    parts.all(|part| {
        let text = part.text.trim();
        raw.turns.iter().flat_map(|t| &t.parts).any(|p| p.text.contains(text))
    })
}

/// Notes in place of bulk, and nothing for fields that hold nothing.
fn condense(meta: &mut Map<String, Value>) {
    meta.retain(|_, value| !is_empty(value));
    for key in BULK {
        let Some(value) = meta.get_mut(key) else { continue };
        if key == "store" && value.to_string().len() <= SMALL {
            continue;
        }
        let Some((count, one, many)) = size(key, value) else { continue };
        *value = counted(u64::try_from(count).unwrap_or(u64::MAX), one, many).into();
    }
    // Colours of a terminal: the same text stands beside it.
    if let Some(Value::Object(error)) = meta.get_mut("error") {
        error.remove("traceback_ansi");
    }
    if let Some(Value::Array(retries)) = meta.get_mut("error_retries") {
        let said: Vec<Value> =
            retries.iter().map(|e| e.get("message").unwrap_or(e).clone()).collect();
        let count = said.len();
        meta.insert("error_retries".to_owned(), count.into());
        meta.insert("error_retry_messages".to_owned(), said.into());
    }
}

/// How many of what a bulky field holds.
fn size(key: &str, value: &Value) -> Option<(usize, &'static str, &'static str)> {
    let entries = |key: &str| value.get(key).and_then(Value::as_array).map(Vec::len);
    Some(match (key, value) {
        ("events", Value::Array(list)) => (list.len(), "event", "events"),
        ("message_pool", Value::Array(list)) => (list.len(), "pooled message", "pooled messages"),
        ("call_pool", Value::Array(list)) => (list.len(), "pooled call", "pooled calls"),
        ("timelines", Value::Array(list)) => (list.len(), "timeline", "timelines"),
        ("attachments", Value::Object(map)) => (map.len(), "attachment", "attachments"),
        ("store", Value::Object(map)) => (map.len(), "key", "keys"),
        ("events_data", Value::Object(_)) => {
            let count = entries("messages").unwrap_or(0) + entries("calls").unwrap_or(0);
            (count, "pooled entry", "pooled entries")
        }
        ("transcript", Value::Object(_)) => (entries("events").unwrap_or(0), "event", "events"),
        _ => return None,
    })
}

/// What the output says beside its texts: usage, times, reasons.
fn output_rest(
    output: &Map<String, Value>,
    store: &Attachments<'_>,
    copied: &dyn Fn(&str) -> bool,
) -> Map<String, Value> {
    let mut rest = Map::new();
    for (key, value) in output {
        match (key.as_str(), value) {
            ("choices", Value::Array(choices)) => {
                let reasons: Vec<Value> =
                    choices.iter().filter_map(|c| c.get("stop_reason").cloned()).collect();
                if !reasons.is_empty() {
                    rest.insert("stop_reasons".to_owned(), reasons.into());
                }
            }
            ("completion", Value::String(text)) if copied(store.text(text)) => {}
            _ if is_empty(value) => {}
            _ => {
                rest.insert(key.clone(), value.clone());
            }
        }
    }
    rest
}

/// `1 event`, `1,234 events`.
pub fn counted(count: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(count), if count == 1 { one } else { many })
}

/// `1,234`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
