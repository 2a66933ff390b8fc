//! Result arrays of the open-source alignment-faking pipelines: one response with four judge objects, vote shares,
//! criteria and quotes. Model, setting and variant stand in the path only.

use serde_json::Value;

use super::Context;
use super::assemble::from_results_path;
use super::chat;
use super::fields::Fields;
use super::format::{Format, PartKind, RawLabel, RawPart, RawQuote, RawTranscript, RawTurn, Reading};
use crate::model::Role;

/// The four judge objects.
const JUDGES: [&str; 4] = [
    "deceptive_alignment",
    "partial_compliance",
    "helpfulness_categories",
    "deceptive_alignment_categories",
];

/// The format.
pub struct AfResults;

impl Format for AfResults {
    fn name(&self) -> &'static str {
        "af-results"
    }

    fn recognise(&self, record: &Value) -> Option<String> {
        let map = record.as_object()?;
        if !map.contains_key("output") || !map.contains_key("prompt") && !map.contains_key("user_input") {
            return None;
        }
        let judge = JUDGES.iter().find(|j| map.get(**j).is_some_and(Value::is_object));
        match judge {
            Some(judge) => Some(format!("output with the judge object {judge}")),
            None => {
                map.get("strong_reject_score")?;
                Some("output with strong_reject_score".to_owned())
            }
        }
    }

    fn read(&self, record: &Value, context: &Context<'_>) -> Vec<Reading> {
        let Some(map) = record.as_object() else { return Vec::new() };
        let mut raw = RawTranscript::default();
        let mut fields = Fields::new(map);
        let (model, setting, variant) = from_results_path(&context.place.source);
        let text = |name: &str| map.get(name).and_then(Value::as_str).map(str::to_owned);
        raw.model = text("model").or(model);
        raw.setting = text("setting").or(setting);
        raw.variant = text("variant").or(variant);
        for name in ["model", "setting", "variant"] {
            if map.get(name).is_some_and(Value::is_string) {
                fields.take(name);
            }
        }
        match fields.take("prompt") {
            Some(prompt) if prompt.get("messages").is_some_and(chat::is_messages) => {
                chat::messages(&prompt["messages"], "prompt.messages", &mut raw);
            }
            Some(prompt) if chat::is_messages(prompt) => chat::messages(prompt, "prompt", &mut raw),
            Some(Value::String(text)) => raw.turns.push(turn(Role::User, "prompt", text)),
            Some(Value::Null) | None => {}
            Some(other) => fields.wrong_type("prompt", "an object with messages", other),
        }
        if let Some((_, query)) = fields.text(&["user_input"]) {
            raw.query = Some(query.to_owned());
            if !raw.turns.iter().any(|t| t.role == Role::User) {
                raw.turns.push(turn(Role::User, "user_input", query));
            }
        }
        if let Some((_, output)) = fields.text(&["output"]) {
            raw.turns.push(turn(Role::Assistant, "output", output));
        }
        // A copy of what splitting finds in `output`.
        fields.take("output_without_scratchpad");
        raw.success = fields.take("success").and_then(Value::as_bool);
        for name in JUDGES {
            if let Some(judge) = fields.look(name).filter(|j| j.is_object()) {
                fields.take(name);
                judge_object(name, judge, &mut raw);
            }
        }
        if let Some(score) = fields.take("strong_reject_score") {
            raw.labels.push(label("strong_reject_score", score));
        }
        fields.finish(raw)
    }
}

fn turn(role: Role, origin: &str, text: &str) -> RawTurn {
    let part =
        RawPart { kind: PartKind::Text, origin: origin.to_owned(), text: text.to_owned() };
    RawTurn { role, parts: vec![part] }
}

fn label(name: &str, value: &Value) -> RawLabel {
    RawLabel { name: name.to_owned(), rater: None, value: value.clone() }
}

/// One judge: its vote share under its own name, the rest under names joined by a dot.
fn judge_object(name: &str, judge: &Value, raw: &mut RawTranscript) {
    if let Some(answer) = judge.get("final_answer") {
        // A judge whose own parsing failed says nothing, whatever number stands there.
        let failed = judge.get("success").and_then(Value::as_bool) == Some(false);
        let value = if failed { &Value::Null } else { answer };
        raw.labels.push(label(name, value));
    }
    if let Some(common) = judge.get("final_answer_most_common") {
        raw.labels.push(label(&format!("{name}.most_common"), common));
    }
    for (i, criterion) in judge.get("criteria").and_then(Value::as_array).into_iter().flatten().enumerate() {
        raw.labels.push(label(&format!("{name}.criterion{}", i + 1), criterion));
    }
    for (i, quotes) in judge.get("quotes").and_then(Value::as_array).into_iter().flatten().enumerate() {
        let criterion = u8::try_from(i + 1).ok();
        let list: Vec<&Value> = match quotes {
            Value::Array(list) => list.iter().collect(),
            other => vec![other],
        };
        for quote in list.into_iter().filter_map(Value::as_str).filter(|q| !q.trim().is_empty()) {
            raw.quotes.push(RawQuote {
                label: name.to_owned(),
                rater: None,
                criterion,
                quote: quote.to_owned(),
            });
        }
    }
}
