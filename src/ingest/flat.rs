//! Flat records: one transcript whose parts stand in fields, split already or with tags in one text.
//!
//! Where a source stores both the raw response and split copies of it, the raw one is read: copies lose
//! tags, drafts and whatever the source's own splitter got wrong.

use serde_json::Value;

use super::Context;
use super::fields::Fields;
use super::format::{Format, PartKind, RawPart, RawQuote, RawTranscript, RawTurn, Reading};
use super::split::split_response;
use crate::model::Role;

const SYSTEM: [&str; 5] =
    ["system_prompt", "system", "system_message", "persona_instruction", "context"];
const USER: [&str; 13] = [
    "user_prompt",
    "user_input",
    "query",
    "query_text",
    "question",
    "instruction",
    "user_message",
    "user_query",
    "prompt",
    "input",
    "prompt_text",
    "task_desc",
    "request",
];
const REASONING: [&str; 9] = [
    "assistant_scratchpad",
    "scratchpad",
    "scratchpad_reasoning",
    "hidden_scratchpad",
    "reasoning",
    "thinking",
    "cot",
    "chain_of_thought",
    "scratchpad_raw",
];
/// Responses that may hold tags, the rawest first.
const RESPONSE: [&str; 15] = [
    "raw_response",
    "full_response",
    "raw_output",
    "completion",
    "assistant_response",
    "response",
    "model_response",
    "model_output",
    "generation",
    "answer",
    "output",
    "final_output",
    "final_answer",
    "output_without_scratchpad",
    "text",
];
/// What some runners store in place of a response that never came.
const ERROR_MARK: &str = "__ERROR__";

/// The format.
pub struct Flat;

impl Format for Flat {
    fn name(&self) -> &'static str {
        "flat"
    }

    fn recognise(&self, record: &Value) -> Option<String> {
        let map = record.as_object()?;
        let found = |names: &[&'static str], test: fn(&Value) -> bool| {
            names.iter().copied().find(|n| map.get(*n).is_some_and(test))
        };
        let response = found(&RESPONSE, Value::is_string);
        let reasoning = found(&REASONING, Value::is_string);
        let user = found(&USER, Value::is_string);
        match (reasoning, response, user) {
            (Some(r), Some(o), _) => Some(format!("{r} and {o} in fields of their own")),
            (Some(r), None, _) => Some(format!("{r} in a field of its own")),
            // A bare `input` with nothing else would be any record at all.
            (None, Some(o), _) => Some(format!("a response in the field {o}")),
            (None, None, Some(u)) => {
                let empty = found(&RESPONSE, Value::is_null)?;
                Some(format!("a query in {u}, and {empty} without a value"))
            }
            (None, None, None) => None,
        }
    }

    fn read(&self, record: &Value, _: &Context<'_>) -> Vec<Reading> {
        let Some(map) = record.as_object() else { return Vec::new() };
        let mut raw = RawTranscript::default();
        let mut fields = Fields::new(map);
        if let Some((key, text)) = fields.text(&SYSTEM) {
            raw.turns.push(turn(Role::System, vec![part(PartKind::Text, key, text)]));
        }
        // `query` beside `user_prompt`: the first is the query without its wrapper.
        let plain = ["query", "query_text", "user_query", "user_input"]
            .into_iter()
            .find_map(|key| Some((key, map.get(key)?.as_str()?)));
        if let Some((key, text)) = fields.text(&wrapped_first(map)) {
            raw.turns.push(turn(Role::User, vec![part(PartKind::Text, key, text)]));
            if let Some((other, query)) = plain
                && other != key
            {
                fields.take(other);
                raw.query = Some(query.to_owned());
            }
        }
        let parts = response(&mut fields, &mut raw);
        if !parts.is_empty() {
            raw.turns.push(turn(Role::Assistant, parts));
        }
        if map.get("valid").and_then(Value::as_bool) == Some(false) {
            raw.success = Some(false);
        }
        markers(&mut fields, &mut raw);
        fields.finish(raw)
    }
}

fn part(kind: PartKind, origin: &str, text: &str) -> RawPart {
    RawPart { kind, origin: origin.to_owned(), text: text.to_owned() }
}

fn turn(role: Role, parts: Vec<RawPart>) -> RawTurn {
    RawTurn { role, parts }
}

/// User fields, those that hold a wrapper (a tier tag) before those that do not.
fn wrapped_first(map: &serde_json::Map<String, Value>) -> Vec<&'static str> {
    let wrapped = |name: &&str| {
        let text = map.get(*name).and_then(Value::as_str);
        text.is_some_and(|t| super::tier::from_message(t).is_some())
    };
    let (mut first, rest): (Vec<&str>, Vec<&str>) = USER.into_iter().partition(|n| wrapped(n));
    first.extend(rest);
    first
}

/// The response's parts. Takes the fields it reads and those that only repeat them.
fn response(fields: &mut Fields<'_>, raw: &mut RawTranscript) -> Vec<RawPart> {
    let mut parts = Vec::new();
    // Reasoning that an interface returned beside the text: not a copy of what the text holds.
    if let Some((key, text)) = fields.text(&["reasoning_content"])
        && !text.trim().is_empty()
    {
        parts.push(part(PartKind::Reasoning, key, text));
    }
    let reasoning = fields.text(&REASONING).filter(|(_, t)| !t.trim().is_empty());
    let answer = fields.text(&RESPONSE);
    let Some((answer_key, text)) = answer else {
        if let Some((key, text)) = reasoning {
            parts.push(part(PartKind::Reasoning, key, text));
        }
        copies(fields, &parts);
        return parts;
    };
    if let Some(error) = text.strip_prefix(ERROR_MARK) {
        raw.stopped = Some(error.trim_start_matches([':', ' ']).to_owned());
        parts.push(part(PartKind::Other, answer_key, text));
        return parts;
    }
    match reasoning {
        // The raw text has its own reasoning: a separate field is a copy when the text holds it.
        Some((key, copy)) if split_response(text).has_reasoning => {
            if !holds(text, copy) {
                parts.push(part(PartKind::Reasoning, key, copy));
            }
            parts.push(part(PartKind::Text, answer_key, text));
        }
        Some((key, reasoning)) => {
            parts.push(part(PartKind::Reasoning, key, reasoning));
            parts.push(part(PartKind::Output, answer_key, text));
        }
        None => parts.push(part(PartKind::Text, answer_key, text)),
    }
    copies(fields, &parts);
    parts
}

/// Whether a text holds another, white space aside.
fn holds(text: &str, copy: &str) -> bool {
    let folded = |t: &str| t.split_whitespace().collect::<Vec<_>>().join(" ");
    text.contains(copy.trim()) || folded(text).contains(&folded(copy))
}

/// Takes fields that repeat what was read, so that meta does not show them again.
fn copies(fields: &mut Fields<'_>, parts: &[RawPart]) {
    for name in REASONING.into_iter().chain(RESPONSE) {
        let Some(Value::String(text)) = fields.look(name) else { continue };
        if parts.iter().any(|p| p.origin == name || holds(&p.text, text)) {
            fields.take(name);
        }
    }
}

/// `markers: [text]` beside a label: the labeller's evidence.
fn markers(fields: &mut Fields<'_>, raw: &mut RawTranscript) {
    let Some(Value::Array(list)) = fields.look("markers") else { return };
    if list.iter().all(Value::is_string) {
        fields.take("markers");
        raw.quotes.extend(list.iter().filter_map(Value::as_str).map(|quote| RawQuote {
            label: "label".to_owned(),
            rater: None,
            criterion: None,
            quote: quote.to_owned(),
        }));
    }
}
