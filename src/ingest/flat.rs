//! One-transcript records of plain fields: a response with its tags in one field, or scratchpad and output
//! apart, under the many names that replications give them.

use std::sync::OnceLock;

use memchr::memmem;
use serde_json::{Map, Value};

use super::Context;
use super::fields::Fields;
use super::format::{
    Format, PartKind, RawLabel, RawPart, RawQuote, RawTranscript, RawTurn, Reading,
};
use super::keys::{Keys, List, Names};
use super::python;
use crate::model::Role;

/// Fields that may hold a whole response, tags and all, best first.
pub(super) const WHOLE: List<17> = List::new([
    "full_response",
    "raw_response",
    "raw_output",
    "raw_completion",
    "completion",
    "output",
    "response",
    "model_output",
    "model_response",
    "generation",
    "generated_text",
    "response_text",
    "assistant_response",
    "assistant",
    "answer",
    "prediction",
    "text",
]);
/// Fields that hold reasoning alone. `scratchpad_raw` comes after `scratchpad`: it was seen cut short.
pub(super) const REASONING: List<13> = List::new([
    "scratchpad",
    "assistant_scratchpad",
    "hidden_scratchpad",
    "scratchpad_reasoning",
    "reasoning_content",
    "reasoning",
    "thinking",
    "chain_of_thought",
    "cot",
    "thoughts",
    "thought",
    "scratchpad_text",
    "scratchpad_raw",
]);
/// Fields that hold the output alone, when there is reasoning apart.
pub(super) const OUTPUT: List<12> = List::new([
    "final_output",
    "output_without_scratchpad",
    "assistant_response",
    "final_answer",
    "final_response",
    "output",
    "response",
    "completion",
    "model_response",
    "model_output",
    "answer",
    "generation",
]);
pub(super) const SYSTEM: List<5> = List::new([
    "system_prompt",
    "system",
    "system_message",
    "persona_instruction",
    "developer_prompt",
]);
/// What the user asked, as the model saw it.
pub(super) const ASKED: List<4> =
    List::new(["prompt", "user_prompt", "user_message", "full_prompt"]);
/// The query itself, without a wrapper.
pub(super) const QUERY: List<12> = List::new([
    "user_input",
    "query",
    "query_text",
    "query text",
    "user_query",
    "question",
    "instruction",
    "input",
    "task_desc",
    "task",
    "user",
    "request",
]);
/// Where writers without an error field put a failed request.
const ERROR_TEXT: &str = "__ERROR__";

/// The format.
pub struct Flat;

impl Format for Flat {
    fn name(&self) -> &'static str {
        "flat"
    }

    fn recognise(&self, record: &Value) -> Option<String> {
        let keys = Keys::new(record.as_object()?);
        let tier = if keys.has("tier") { " and tier" } else { "" };
        if let Some((key, _)) = keys.texts(&REASONING).next() {
            return Some(["has ", key, tier].concat());
        }
        let asked = keys.texts(&ASKED).next().or_else(|| keys.texts(&QUERY).next());
        let asked = asked.map(|(key, _)| key);
        let whole = keys.all(&WHOLE).map(|(key, _)| key).find(|key| Some(*key) != asked);
        let filled = |key| keys.text(key).is_some_and(|text| !text.trim().is_empty());
        match (asked, whole) {
            // An answer that is empty or of a wrong type still stands for a transcript when it was asked for.
            (Some(asked), Some(whole)) => Some(["has ", asked, " and ", whole, tier].concat()),
            (None, Some(whole)) if filled(whole) => Some(["has ", whole, tier].concat()),
            _ => None,
        }
    }

    fn read(&self, record: &Value, context: &Context<'_>) -> Vec<Reading> {
        self.read_own(record.clone(), context)
    }

    fn read_own(&self, record: Value, context: &Context<'_>) -> Vec<Reading> {
        let Value::Object(map) = record else { return Vec::new() };
        let mut fields = Fields::lent(&map);
        let mut raw = RawTranscript::default();
        system(&mut fields, &mut raw);
        asked(&mut fields, &mut raw);
        let parts = answer(&mut fields, &mut raw).unwrap_or_default();
        let said = parts.last().and_then(|part| fields.keys.text(&part.origin));
        raw.turns.push(RawTurn::new(Role::Assistant, parts));
        // The container's key is the label in the dumps that keep positives and negatives apart.
        match context.place.member.as_deref() {
            Some("af_samples") => raw.labels.push(member_label(true)),
            Some("non_af_samples") => raw.labels.push(member_label(false)),
            _ => {}
        }
        markers(&mut fields, &mut raw);
        if let Some(said) = said {
            answered_label(said, &mut raw);
        }
        let left = fields.leave(&mut raw);
        left.finish(map, raw)
    }
}

/// What a field of a known name holds.
#[derive(Debug, Clone, Copy, Default)]
struct Holds {
    /// The response or a part of it.
    answer: bool,
    /// What the model was told or asked.
    question: bool,
}

fn holds(name: &str) -> Holds {
    static NAMES: OnceLock<Names<Holds>> = OnceLock::new();
    let names = NAMES.get_or_init(|| {
        let mut names = Names::<Holds>::default();
        for name in WHOLE.iter().chain(OUTPUT.iter()).chain(REASONING.iter()) {
            names.entry(name).answer = true;
        }
        for name in SYSTEM.iter().chain(ASKED.iter()).chain(QUERY.iter()) {
            names.entry(name).question = true;
        }
        names
    });
    names.get(name).copied().unwrap_or_default()
}

/// Whether a field of this name holds a text: of the question, the reasoning or the answer.
pub fn is_text_field(name: &str) -> bool {
    name == "context" || is_answer(name) || is_question(name)
}

/// Whether a field of this name holds a response or a part of one.
pub fn is_answer(name: &str) -> bool {
    holds(name).answer
}

/// Whether a field of this name holds what the model was told or asked.
pub fn is_question(name: &str) -> bool {
    holds(name).question
}

/// Whether a record says what was asked.
pub fn is_asked(map: &Map<String, Value>) -> bool {
    let filled = |name: &&str| {
        map.get(*name).and_then(Value::as_str).is_some_and(|text| !text.trim().is_empty())
    };
    ASKED.iter().chain(QUERY.iter()).any(filled)
}

/// Whether a record has a field that usually holds text of a transcript: asked, thought or answered.
pub fn has_text_field(map: &Map<String, Value>) -> bool {
    map.keys().any(|name| is_answer(name) || is_question(name))
}

/// Longest answer that is looked at for a verdict.
const LONGEST_VERDICT: usize = 16 << 10;

/// An answer that is itself a JSON object with a `label` (training data of a classifier) gives that label, and its
/// list `evidence` as quotes.
fn answered_label(answer: &str, raw: &mut RawTranscript) {
    let text = answer.trim();
    if !text.starts_with('{') || text.len() > LONGEST_VERDICT {
        return;
    }
    let Ok(Value::Object(verdict)) = serde_json::from_str::<Value>(text) else { return };
    let Some(value) = verdict.get("label").filter(|v| v.is_string() || v.is_boolean()) else {
        return;
    };
    raw.labels.push(RawLabel { name: "label".to_owned(), rater: None, value: value.clone() });
    let quotes = verdict.get("evidence").and_then(Value::as_array);
    raw.quotes.extend(quotes.into_iter().flatten().filter_map(Value::as_str).map(|quote| {
        RawQuote {
            label: "label".to_owned(),
            rater: None,
            criterion: None,
            quote: quote.to_owned(),
            message: None,
        }
    }));
}

fn member_label(positive: bool) -> RawLabel {
    RawLabel { name: "is_af".to_owned(), rater: None, value: Value::Bool(positive) }
}

/// Puts a system prompt in front.
pub fn system(fields: &mut Fields<'_>, raw: &mut RawTranscript) {
    if let Some((key, text)) = fields.text(&SYSTEM) {
        let parts = vec![fields.part(PartKind::Text, key, text)];
        raw.turns.insert(0, RawTurn::new(Role::System, parts));
        fields.mark(key);
    }
}

/// Adds the user's turn, and the query where a field holds it bare.
pub fn asked(fields: &mut Fields<'_>, raw: &mut RawTranscript) {
    let mut parts = Vec::new();
    let asked = fields.text(&ASKED);
    if let Some((key, text)) = asked {
        parts.push(fields.part(PartKind::Text, key, text));
        fields.mark(key);
    }
    if let Some((key, text)) = fields.text(&QUERY) {
        raw.query = Some(text.to_owned());
        let quoted = asked.is_some_and(|(_, asked)| contains_text(asked, text.trim()));
        if !quoted {
            parts.push(fields.part(PartKind::Text, key, text));
        }
        fields.mark(key);
        // The two-field form of instruction data: the input completes the instruction.
        if key == "instruction"
            && let Some((key, text)) = fields.text_at("input")
        {
            raw.query = raw.query.take().map(|query| format!("{query}\n\n{text}"));
            parts.push(fields.part(PartKind::Text, key, text));
            fields.mark(key);
        }
    }
    if let Some((key, text)) = fields.text_at("context") {
        parts.push(fields.part(PartKind::Text, key, text));
        fields.mark(key);
    }
    if !parts.is_empty() {
        raw.turns.push(RawTurn::new(Role::User, parts));
    }
}

/// The response's parts, from whichever fields hold it best; `None` when there is no such field with text.
pub fn answer(fields: &mut Fields<'_>, raw: &mut RawTranscript) -> Option<Vec<RawPart>> {
    let keys = fields.keys;
    // A field that was taken for the question is not the answer too.
    let is_free =
        |key: &str| !raw.turns.iter().any(|turn| turn.parts.iter().any(|part| part.origin == key));
    let whole = || keys.texts(&WHOLE).filter(|(key, _)| is_free(key));
    let apart = || keys.texts(&OUTPUT).filter(|(key, _)| is_free(key));
    let error = whole().find(|(_, text)| text.trim_start().starts_with(ERROR_TEXT));
    if let Some((key, text)) = error {
        let reason =
            text.trim_start().trim_start_matches(ERROR_TEXT).trim_start_matches(':').trim();
        raw.stopped = Some(if reason.is_empty() { ERROR_TEXT } else { reason }.to_owned());
        fields.mark(key);
        return Some(vec![fields.part(PartKind::Other, key, text)]);
    }
    let tagged = whole().find(|(_, text)| has_tags(text));
    let reasoning = keys.texts(&REASONING).next();
    if let Some((key, whole)) = tagged {
        let mut parts = Vec::new();
        if let Some((key, thought)) = reasoning
            && !contains(whole, thought)
            && key.starts_with("reasoning")
        {
            // The server's own reasoning beside a response that has tags of its own: two pieces of reasoning.
            parts.push(fields.part(PartKind::Reasoning, key, thought));
            fields.mark(key);
        }
        parts.push(fields.part(PartKind::Text, key, whole));
        fields.mark(key);
        let copies = keys.all(&REASONING).chain(keys.all(&OUTPUT));
        for (copy, value) in copies.filter(|(copy, _)| *copy != key) {
            let text = value.as_str().filter(|text| !text.trim().is_empty());
            if value.is_null() || text.is_some_and(|text| contains(whole, text)) {
                fields.mark(copy);
            }
        }
        return Some(parts);
    }
    if let Some((key, thought)) = reasoning {
        let mut parts = vec![fields.part(PartKind::Reasoning, key, thought)];
        let output = apart().chain(whole()).find(|(_, text)| *text != thought);
        fields.mark(key);
        if let Some((key, text)) = output {
            parts.push(fields.part(PartKind::Output, key, text));
            fields.mark(key);
        }
        return Some(parts);
    }
    if let Some((key, text)) = whole().chain(apart()).next() {
        fields.mark(key);
        return Some(vec![fields.part(PartKind::Text, key, text)]);
    }
    // Nothing to read: say so where a field of the right name holds something else.
    for (key, value) in keys.all(&WHOLE) {
        if !value.is_string() && !value.is_null() {
            fields.wrong_type(key, value);
        }
    }
    None
}

/// As `whole.contains(text)`, and many times as fast on long texts.
fn contains_text(whole: &str, text: &str) -> bool {
    if text.len() >= whole.len() {
        return whole == text;
    }
    memmem::find(whole.as_bytes(), text.as_bytes()).is_some()
}

/// Whether a copy stands in the whole, as it is or block by block.
fn contains(whole: &str, copy: &str) -> bool {
    let holds = |text: &str| contains_text(whole, text);
    holds(copy.trim()) || copy.split("\n\n").map(str::trim).all(holds)
}

/// Whether a text opens or closes a reasoning or output tag, or a channel.
pub(super) fn has_tags(text: &str) -> bool {
    const NAMES: [&str; 19] = [
        "scratchpad_reasoning",
        "hidden_scratchpad",
        "scratchpad",
        "think",
        "thinking",
        "reasoning",
        "private_thoughts",
        "cot",
        "antthinking",
        "analysis",
        "inner_monologue",
        "output",
        "result",
        "response",
        "answer",
        "final_answer",
        "final",
        "new_output",
        "rl_scratchpad",
    ];
    memchr::memchr_iter(b'<', text.as_bytes()).any(|at| {
        let rest = text.get(at + 1..).unwrap_or_default();
        if rest.starts_with("|channel|>") {
            return true;
        }
        let rest = rest.trim_start();
        let rest = rest.strip_prefix('/').unwrap_or(rest).trim_start();
        let len = rest.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count();
        let name = rest.get(..len).unwrap_or_default();
        NAMES.iter().any(|known| known.eq_ignore_ascii_case(name))
    })
}

/// Lists of the words that a label stands on, and that label's name. In tables they are Python lists as text.
const MARKERS: [(&str, &str); 2] =
    [("markers", "label"), ("deception_indicators", "has_deception")];

/// Literal substrings that a set's author marked are evidence for its label.
fn markers(fields: &mut Fields<'_>, raw: &mut RawTranscript) {
    for (key, label) in MARKERS {
        let Some(value) = fields.get(key) else { continue };
        let cell = value.as_str().and_then(python::cell);
        let Some(list) = cell.as_ref().unwrap_or(value).as_array() else {
            continue;
        };
        if list.is_empty() {
            // None were found: that stays to be read, and is no label.
            raw.meta.insert(key.to_owned(), value.clone());
            fields.mark(key);
            continue;
        }
        if !list.iter().all(Value::is_string) {
            continue;
        }
        for quote in list.iter().filter_map(Value::as_str).filter(|q| !q.trim().is_empty()) {
            let label = label.to_owned();
            let quote = quote.to_owned();
            raw.quotes.push(RawQuote { label, quote, ..RawQuote::default() });
        }
        fields.mark(key);
    }
}

#[cfg(test)]
mod tests;
