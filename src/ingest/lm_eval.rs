//! Samples of `EleutherAI`'s evaluation harness: one line for each document and filter, with everything the model was
//! given and gave back. Task and model stand in the file's path only.

use serde_json::{Map, Value};

use super::Context;
use super::fields::Fields;
use super::format::{Format, PartKind, RawLabel, RawPart, RawTranscript, RawTurn, Reading, Signs};
use super::message::{self, Notes};
use super::{harmony, items};
use crate::model::Role;

/// Fields that are no metrics, whatever their type.
const OWN: [&str; 14] = [
    "doc_id",
    "doc",
    "target",
    "arguments",
    "resps",
    "filtered_resps",
    "filter",
    "metrics",
    "doc_hash",
    "prompt_hash",
    "target_hash",
    "task_name",
    "schema_version",
    "epoch",
];
/// Fields of a document that may hold the query without its wrapper.
const QUERIES: [&str; 7] =
    ["user_input", "query", "question", "instruction", "prompt", "problem", "goal"];

/// The format.
pub struct LmEval;

impl Format for LmEval {
    fn name(&self) -> &'static str {
        "lm-eval"
    }

    fn signs(&self) -> Option<Signs> {
        Some(Signs { nested: &[&["resps", "filtered_resps"]], ..Signs::NONE })
    }

    fn recognise(&self, record: &Value) -> Option<String> {
        let map = record.as_object()?;
        let list = |key: &str| map.get(key).is_some_and(Value::is_array);
        map.get("doc_id")?;
        let key = ["resps", "filtered_resps"].into_iter().find(|key| list(key))?;
        Some(format!("has doc_id and {key}"))
    }

    fn read(&self, record: &Value, context: &Context<'_>) -> Vec<Reading> {
        let Some(map) = record.as_object() else { return Vec::new() };
        let mut fields = Fields::new(map);
        let mut notes = Notes::default();
        let mut raw = RawTranscript::default();
        let requests = requests(map.get("arguments"));
        if let Some(first) = requests.first() {
            raw.turns = asked(first, &mut notes);
        }
        place(map, &context.place.source, &mut raw);
        document(map, &mut raw);
        metrics(map, &mut fields, &mut raw);
        for key in ["doc_id", "filter", "metrics"] {
            fields.mark(key);
        }
        raw.variant =
            map.get("filter").and_then(Value::as_str).filter(|f| *f != "none").map(str::to_owned);
        let answers = answers(map, &requests);
        if answers.from_filtered {
            fields.mark("filtered_resps");
        }
        if answers.turns.iter().any(|t| !t.parts.is_empty()) {
            fields.mark("resps");
        }
        let read = !raw.turns.is_empty();
        if read {
            fields.mark("arguments");
        }
        fields.identity(&mut raw);
        fields.labels(&mut raw);
        fields.rest(&mut raw);
        // The prompt is read; of the arguments only what else was given is kept.
        let settings = requests.first().and_then(|r| r.with).filter(|with| with.is_object());
        if let Some(settings) = settings.filter(|_| read) {
            raw.meta.insert("arguments".to_owned(), settings.clone());
        }
        let mut readings = notes.tell(&mut raw);
        readings.append(&mut fields.remarks);
        let several = answers.turns.len() > 1;
        for (i, turn) in answers.turns.into_iter().enumerate() {
            let mut raw = raw.clone();
            raw.turns.push(turn);
            if several {
                raw.epoch = i64::try_from(i).ok();
            }
            readings.push(Reading::Transcript(Box::new(raw)));
        }
        readings
    }
}

/// One request: the text, and what was given with it (settings, or the continuation to be weighed).
struct Request<'a> {
    text: &'a Value,
    origin: String,
    with: Option<&'a Value>,
    with_origin: String,
}

/// Both layouts: `{"gen_args_0": {"arg_0": …, "arg_1": …}}` and `[[…, …]]`.
fn requests(arguments: Option<&Value>) -> Vec<Request<'_>> {
    match arguments {
        Some(Value::Object(map)) => {
            // By number: `gen_args_10` comes after `gen_args_9`.
            let number = |key: &str| key.rsplit('_').next().and_then(|n| n.parse::<u64>().ok());
            let mut list: Vec<(&String, &Value)> = map.iter().collect();
            list.sort_by_key(|(key, _)| number(key).unwrap_or(u64::MAX));
            list.into_iter()
                .filter_map(|(key, inner)| {
                    let path = format!("arguments.{key}");
                    Some(Request {
                        text: inner.get("arg_0")?,
                        origin: format!("{path}.arg_0"),
                        with: inner.get("arg_1"),
                        with_origin: format!("{path}.arg_1"),
                    })
                })
                .collect()
        }
        Some(Value::Array(list)) => list
            .iter()
            .enumerate()
            .filter_map(|(i, inner)| {
                Some(Request {
                    text: inner.get(0)?,
                    origin: format!("arguments[{i}][0]"),
                    with: inner.get(1),
                    with_origin: format!("arguments[{i}][1]"),
                })
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// The prompt as turns: messages where it was a chat (also written as JSON text), else the user's words.
fn asked(request: &Request<'_>, notes: &mut Notes) -> Vec<RawTurn> {
    let origin = &request.origin;
    let (text, origin) = match request.text {
        // A chat's prompt is a list of one JSON text.
        Value::Array(list) => match list.first() {
            Some(text @ Value::String(_)) => (text, format!("{origin}[0]")),
            _ => (request.text, origin.clone()),
        },
        text => (text, origin.clone()),
    };
    if message::is_list(text) {
        return items::turns(text.as_array().map_or(&[][..], Vec::as_slice), &origin, notes);
    }
    let Some(text) = text.as_str() else { return Vec::new() };
    if let Some(list) = message::list_in_text(text) {
        return items::turns(&list, &origin, notes);
    }
    if harmony::is_conversation(text) {
        let mut turns = harmony::turns(text, &origin);
        // The prompt ends with the head of the answer to come.
        if turns.last().is_some_and(|t| t.role == Role::Assistant && t.parts.is_empty()) {
            turns.pop();
        }
        return turns;
    }
    vec![RawTurn::new(Role::User, vec![RawPart::new(PartKind::Text, origin, text)])]
}

/// Task, model and sample from the path: `…/MODEL/samples_TASK_DATE.jsonl`.
fn place(map: &Map<String, Value>, path: &str, raw: &mut RawTranscript) {
    let mut parts = path.rsplit(['/', '\\']);
    let file = parts.next().unwrap_or_default();
    let task = file.strip_prefix("samples_").map(|rest| {
        let rest = rest.split(".json").next().unwrap_or_default();
        // The date is the last part and begins with a digit.
        match rest.rsplit_once('_') {
            Some((task, date)) if date.starts_with(|c: char| c.is_ascii_digit()) => task,
            _ => rest,
        }
    });
    // A maker and a model's name are joined by two underscores there.
    let model = parts.next().and_then(|folder| folder.split_once("__"));
    if let (Some(_), Some((maker, model))) = (task, model) {
        raw.model = Some(format!("{maker}/{model}"));
    }
    let doc = map.get("doc_id").map(|id| id.as_str().map_or_else(|| id.to_string(), str::to_owned));
    let task = map.get("task_name").and_then(Value::as_str).or(task).filter(|t| !t.is_empty());
    raw.sample = doc.map(|doc| task.map_or(doc.clone(), |task| format!("{task}:{doc}")));
}

/// What the document itself says: the query, and the design of an experiment. Its `split` is a data set's, not a tier.
fn document(map: &Map<String, Value>, raw: &mut RawTranscript) {
    let Some(doc) = map.get("doc").and_then(Value::as_object) else { return };
    let prompt: Vec<&str> =
        raw.turns.iter().flat_map(|t| &t.parts).map(|p| p.text.as_str()).collect();
    let query = QUERIES.iter().find_map(|key| {
        let text = doc.get(*key)?.as_str()?.trim();
        (!text.is_empty() && prompt.iter().any(|p| p.contains(text))).then_some(text)
    });
    raw.query = query.map(str::to_owned);
    let design: Map<String, Value> = doc
        .iter()
        .filter(|(key, _)| *key != "split")
        .map(|(k, v)| (k.clone(), v.clone()))
        .collect();
    let mut own = RawTranscript::default();
    Fields::new(&design).identity(&mut own);
    raw.tier = own.tier;
    raw.tier_canonical = own.tier_canonical;
    raw.setting = own.setting;
}

/// Named metrics are labels; where the list of names is missing, every number and truth value of unknown name is one.
fn metrics<'a>(map: &'a Map<String, Value>, fields: &mut Fields<'a>, raw: &mut RawTranscript) {
    let given = map.get("metrics").and_then(Value::as_array);
    let names: Vec<&str> = match given {
        Some(list) => list.iter().filter_map(Value::as_str).collect(),
        None => map
            .iter()
            .filter(|(key, v)| !OWN.contains(&key.as_str()) && (v.is_number() || v.is_boolean()))
            .map(|(key, _)| key.as_str())
            .collect(),
    };
    for name in names {
        // A name without a value was not computed for this document: it says so.
        let value = map.get(name).cloned().unwrap_or(Value::Null);
        raw.labels.push(RawLabel { name: name.to_owned(), rater: None, value });
        fields.mark(name);
    }
}

/// The model's turns, one for each repeat.
struct Answers {
    turns: Vec<RawTurn>,
    /// The answers themselves were not logged: those are what the filter left.
    from_filtered: bool,
}

fn answers(map: &Map<String, Value>, requests: &[Request<'_>]) -> Answers {
    let list = |key: &str| map.get(key).and_then(Value::as_array);
    let mut texts = Vec::new();
    for (i, request) in list("resps").into_iter().flatten().enumerate() {
        let one = std::slice::from_ref(request);
        let repeats = request.as_array().map_or(one, Vec::as_slice);
        for (j, text) in repeats.iter().enumerate() {
            let path =
                if request.is_array() { format!("resps[{i}][{j}]") } else { format!("resps[{i}]") };
            texts.extend(text.as_str().map(|text| RawPart::new(PartKind::Text, path, text)));
        }
    }
    let mut from_filtered = false;
    if texts.is_empty() && list("resps").is_none() {
        from_filtered = true;
        let filtered = list("filtered_resps").into_iter().flatten().enumerate();
        texts = filtered
            .filter_map(|(i, text)| {
                Some(RawPart::new(PartKind::Text, format!("filtered_resps[{i}]"), text.as_str()?))
            })
            .collect();
    }
    if texts.is_empty() {
        let key = if list("resps").is_some() { "resps" } else { "filtered_resps" };
        let parts = weighed(key, list(key), requests);
        return Answers { turns: vec![RawTurn::new(Role::Assistant, parts)], from_filtered: false };
    }
    let turn = |part: RawPart| RawTurn::new(Role::Assistant, vec![part]);
    Answers { turns: texts.into_iter().map(turn).collect(), from_filtered }
}

/// Continuations that the model was asked to weigh, with their log-likelihoods. It wrote none of them.
fn weighed(key: &str, resps: Option<&Vec<Value>>, requests: &[Request<'_>]) -> Vec<RawPart> {
    fn number(value: &Value) -> Option<f64> {
        match value {
            Value::Array(list) => number(list.first()?),
            Value::Number(n) => n.as_f64(),
            // Some writers keep them as text.
            Value::String(text) => text.parse().ok(),
            _ => None,
        }
    }
    let mut parts = Vec::new();
    for (i, (request, resp)) in requests.iter().zip(resps.into_iter().flatten()).enumerate() {
        if let (Some(text), Some(likelihood)) = (request.with.and_then(Value::as_str), number(resp))
        {
            parts.push(RawPart::new(PartKind::Other, request.with_origin.clone(), text));
            let shown = format!("[log-likelihood {likelihood}]");
            parts.push(RawPart::new(PartKind::Other, format!("{key}[{i}]"), shown));
        }
    }
    parts
}

#[cfg(test)]
mod tests;
