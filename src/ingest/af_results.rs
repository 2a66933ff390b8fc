//! Result arrays of the open-source alignment-faking pipelines: a raw response, two output flags, a `StrongREJECT`
//! score and four judge objects with vote shares, criteria and quotes.
//!
//! Model, setting and prompt variant stand in the file's path only.

use serde_json::{Map, Value};

use super::Context;
use super::fields::{Fields, judge_object};
use super::format::{Format, PartKind, RawPart, RawTranscript, RawTurn, Reading};
use super::message;
use crate::model::Role;

const JUDGES: [&str; 4] = [
    "deceptive_alignment",
    "partial_compliance",
    "helpfulness_categories",
    "deceptive_alignment_categories",
];

/// The format.
pub struct AfResults;

fn is_judge(map: &Map<String, Value>, name: &str) -> bool {
    map.get(name).and_then(Value::as_object).is_some_and(|o| o.contains_key("final_answer"))
}

impl Format for AfResults {
    fn name(&self) -> &'static str {
        "af-results"
    }

    fn recognise(&self, record: &Value) -> Option<String> {
        let map = record.as_object()?;
        map.get("output").filter(|o| o.is_string() || o.is_null())?;
        let judges = JUDGES.iter().filter(|name| is_judge(map, name)).count();
        let pipeline = map.contains_key("prompt") && map.contains_key("output_without_scratchpad");
        if judges > 0 {
            Some(format!("has output and {judges} judge objects"))
        } else if pipeline && (map.contains_key("strong_reject_score") || map.contains_key("tags"))
        {
            Some("has prompt, output and output_without_scratchpad".to_owned())
        } else {
            None
        }
    }

    fn read(&self, record: &Value, context: &Context<'_>) -> Vec<Reading> {
        let Some(map) = record.as_object() else { return Vec::new() };
        let mut fields = Fields::new(map);
        let mut raw = RawTranscript::default();
        if let Some((key, query)) = fields.text(&["user_input"]) {
            raw.query = Some(query.to_owned());
            fields.mark(key);
        }
        prompt(map, &mut fields, &mut raw);
        if let Some((key, text)) = fields.text(&["output"]) {
            let part =
                RawPart { kind: PartKind::Text, origin: key.to_owned(), text: text.to_owned() };
            raw.turns.push(RawTurn { role: Role::Assistant, parts: vec![part] });
            let copy = map.get("output_without_scratchpad").and_then(Value::as_str);
            if copy.is_none_or(|copy| text.contains(copy.trim())) {
                fields.mark("output_without_scratchpad");
            }
        }
        fields.mark("output");
        for name in JUDGES {
            if let Some(judge) = map.get(name).and_then(Value::as_object)
                && judge.contains_key("final_answer")
            {
                judge_object(name, judge, &mut raw);
                fields.mark(name);
            }
        }
        let (model, setting, variant) = from_path(&context.place.source);
        raw.model = model;
        raw.setting = setting;
        raw.variant = variant;
        fields.finish(raw)
    }
}

fn prompt(map: &Map<String, Value>, fields: &mut Fields<'_>, raw: &mut RawTranscript) {
    match map.get("prompt") {
        Some(Value::String(text)) => {
            let part =
                RawPart { kind: PartKind::Text, origin: "prompt".to_owned(), text: text.clone() };
            raw.turns.push(RawTurn { role: Role::User, parts: vec![part] });
            fields.mark("prompt");
        }
        Some(Value::Object(prompt)) => {
            let mut notes = message::Notes::default();
            let list = prompt.get("messages").and_then(Value::as_array);
            for (i, entry) in list.into_iter().flatten().enumerate() {
                raw.turns.extend(message::turn(
                    entry,
                    &format!("prompt.messages[{i}]"),
                    &mut notes,
                ));
            }
            for text in notes.wrong {
                fields.remarks.push(Reading::Remark(crate::model::ProblemKind::WrongType, text));
            }
            if list.is_some() {
                fields.mark("prompt");
            }
        }
        _ => {}
    }
    if raw.turns.is_empty()
        && let Some(query) = raw.query.clone()
    {
        let part = RawPart { kind: PartKind::Text, origin: "user_input".to_owned(), text: query };
        raw.turns.push(RawTurn { role: Role::User, parts: vec![part] });
    }
}

/// Model, setting and variant from `…/<setting>_<variant…>/<provider>/<model>/results_….json`, and from paths
/// where the model comes first (`…/<provider>_<model>/<run>/<setting>_…/results_….json`).
fn from_path(path: &str) -> (Option<String>, Option<String>, Option<String>) {
    let parts: Vec<&str> = path.split(['/', '\\']).filter(|p| !p.is_empty()).collect();
    let folders = parts.get(..parts.len().saturating_sub(1)).unwrap_or_default();
    let named = folders.iter().rposition(|part| setting_of(part).is_some());
    let Some(at) = named else { return (None, None, None) };
    let part = folders.get(at).copied().unwrap_or_default();
    let setting = setting_of(part).map(str::to_owned);
    let variant = setting
        .as_deref()
        .and_then(|s| part.get(s.len()..))
        .map(|rest| rest.trim_start_matches(['_', '-']).to_owned())
        .filter(|rest| !rest.is_empty());
    let after = folders.get(at + 1..).unwrap_or_default();
    let model = match after {
        [] => folders.get(..at).unwrap_or_default().iter().rev().find(|p| p.contains('_')),
        [.., model] => Some(model),
    };
    (model.map(|m| (*m).to_owned()), setting, variant)
}

fn setting_of(part: &str) -> Option<&str> {
    ["helpful-only", "helpful_only", "animal-welfare", "animal_welfare"]
        .into_iter()
        .find(|name| part.starts_with(name))
        .and_then(|name| part.get(..name.len()))
}
