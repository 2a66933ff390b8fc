//! Trials of several agents in one record: `trial` holds, stage by stage, what each wrote; the condition and the case stand
//! beside it. Each stage becomes a turn, lists of messages among them are read as such, and short values stay meta.

use serde_json::{Map, Value};

use super::Context;
use super::fields::Fields;
use super::format::{Format, PartKind, RawLabel, RawPart, RawTranscript, RawTurn, Reading, Signs};
use super::label_fields::LONGEST_LABEL;
use super::message;
use crate::model::{ProblemKind, Role};

/// The format.
pub struct Trial;

/// How deep a trial is searched for texts.
const DEEPEST: usize = 24;
/// Names of what an agent thought rather than said.
const THOUGHT: [&str; 8] = [
    "reasoning",
    "scratchpad",
    "thinking",
    "rationale",
    "thoughts",
    "chain_of_thought",
    "private_reasoning",
    "monologue",
];
/// Names of texts that are an agent's words however short they are.
const WORDS: [&str; 8] =
    ["output", "response", "answer", "content", "text", "summary", "message", "reason"];
/// What the agents were set to, not what they said.
const ASKED: [&str; 5] = ["topic", "prompt", "query", "task", "question"];

impl Format for Trial {
    fn name(&self) -> &'static str {
        "trial"
    }

    fn signs(&self) -> Option<Signs> {
        Some(Signs { nested: &[&["trial"]], ..Signs::NONE })
    }

    fn recognise(&self, record: &Value) -> Option<String> {
        let map = record.as_object()?;
        let trial = map.get("trial").is_some_and(Value::is_object);
        let around = ["condition_name", "case_topic", "case_label"];
        let found = around.iter().find(|key| map.contains_key(**key))?;
        trial.then(|| format!("has a trial of several agents and {found}"))
    }

    fn read(&self, record: &Value, _: &Context<'_>) -> Vec<Reading> {
        let Some(map) = record.as_object() else { return Vec::new() };
        let Some(trial) = map.get("trial").and_then(Value::as_object) else { return Vec::new() };
        let mut fields = Fields::new(map);
        let mut raw = RawTranscript::default();
        asked(map, trial, &mut fields, &mut raw);
        let mut stages =
            Stages { turns: Vec::new(), labels: Vec::new(), notes: message::Notes::default() };
        let mut rest = Map::new();
        for (name, value) in trial {
            if ASKED.contains(&name.as_str()) && value.is_string() {
                continue;
            }
            let mut parts = Vec::new();
            if let Some(left) =
                stages.walk(value, name, &format!("trial.{name}"), DEEPEST, &mut parts)
            {
                rest.insert(name.clone(), left);
            }
            if !parts.is_empty() {
                // What a stage says beside its messages stands behind them.
                stages.turns.push(RawTurn::new(Role::Assistant, parts));
            }
        }
        raw.turns.extend(stages.turns);
        raw.labels.extend(stages.labels);
        for text in stages.notes.wrong {
            fields.remarks.push(Reading::Remark(ProblemKind::WrongType, text));
        }
        fields.mark("trial");
        if !rest.is_empty() {
            raw.meta.insert("trial".to_owned(), Value::Object(rest));
        }
        if let Some(name) = map.get("condition_name").and_then(Value::as_str) {
            raw.variant = Some(name.to_owned());
            fields.mark("condition_name");
        }
        if let Some(value) = map.get("case_label").filter(|v| !v.is_object() && !v.is_array()) {
            raw.labels.push(RawLabel {
                name: "case_label".to_owned(),
                rater: None,
                value: value.clone(),
            });
            fields.mark("case_label");
        }
        fields.finish(raw)
    }
}

/// The case: the same for all conditions, so it is the query.
fn asked(
    map: &Map<String, Value>,
    trial: &Map<String, Value>,
    fields: &mut Fields<'_>,
    raw: &mut RawTranscript,
) {
    let text = |map: &Map<String, Value>, key: &str| {
        map.get(key).and_then(Value::as_str).filter(|t| !t.trim().is_empty()).map(str::to_owned)
    };
    let mut parts = Vec::new();
    for key in ASKED {
        if let Some(text) = text(trial, key) {
            raw.query = raw.query.take().or_else(|| Some(text.clone()));
            parts.push(RawPart { kind: PartKind::Text, origin: format!("trial.{key}"), text });
        }
    }
    if let Some(topic) = text(map, "case_topic") {
        if !parts.iter().any(|part| part.text.contains(topic.trim())) {
            let origin = "case_topic".to_owned();
            parts.insert(0, RawPart { kind: PartKind::Text, origin, text: topic.clone() });
        }
        raw.query = Some(topic);
        fields.mark("case_topic");
    }
    if !parts.is_empty() {
        raw.turns.push(RawTurn::new(Role::User, parts));
    }
}

struct Stages {
    turns: Vec<RawTurn>,
    labels: Vec<RawLabel>,
    notes: message::Notes,
}

impl Stages {
    /// Takes the texts out of a value; what is left is meta.
    fn walk(
        &mut self,
        value: &Value,
        name: &str,
        origin: &str,
        depth: usize,
        parts: &mut Vec<RawPart>,
    ) -> Option<Value> {
        match value {
            Value::String(text) if is_words(name, text) => {
                let kind =
                    if THOUGHT.contains(&name) { PartKind::Reasoning } else { PartKind::Text };
                parts.push(RawPart { kind, origin: origin.to_owned(), text: text.clone() });
                None
            }
            Value::Array(_) if message::is_list(value) => {
                for (i, entry) in value.as_array().into_iter().flatten().enumerate() {
                    let turn = message::turn(entry, &format!("{origin}[{i}]"), &mut self.notes);
                    self.turns.extend(turn.filter(|turn| !turn.parts.is_empty()));
                }
                None
            }
            Value::Array(list) if depth > 0 => {
                let each = list.iter().enumerate().filter_map(|(i, entry)| {
                    self.walk(entry, name, &format!("{origin}[{i}]"), depth - 1, parts)
                });
                let left: Vec<Value> = each.collect();
                (!left.is_empty() || list.is_empty()).then_some(Value::Array(left))
            }
            Value::Object(map) if depth > 0 => {
                let mut left = Map::new();
                for (key, value) in map {
                    let inner = format!("{origin}.{key}");
                    if let Some(value) = self.walk(value, key, &inner, depth - 1, parts) {
                        left.insert(key.clone(), value);
                    }
                }
                (!left.is_empty() || map.is_empty()).then_some(Value::Object(left))
            }
            // What an agent decided, and whether it did what it was watched for, is what a trial is run to learn.
            Value::Bool(_) | Value::String(_)
                if name == "decision" || name.ends_with("_called") =>
            {
                let name = origin.strip_prefix("trial.").unwrap_or(origin).to_owned();
                self.labels.push(RawLabel { name, rater: None, value: value.clone() });
                None
            }
            other => Some(other.clone()),
        }
    }
}

fn is_words(name: &str, text: &str) -> bool {
    let named = THOUGHT.contains(&name) || WORDS.contains(&name);
    !text.trim().is_empty()
        && (named || text.len() > LONGEST_LABEL && text.contains(char::is_whitespace))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::{LabelRules, format::FORMATS};
    use crate::model::Place;
    use serde_json::json;

    fn read(record: &Value) -> RawTranscript {
        let first = FORMATS.iter().find(|f| f.recognise(record).is_some()).map(|f| f.name());
        assert_eq!(first, Some("trial"), "{record}");
        let rules = LabelRules::default();
        match Trial.read(record, &Context::new(Place::default(), "x", &rules, 0)).pop() {
            Some(Reading::Transcript(raw)) => *raw,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn stages_become_turns() {
        let raw = read(&json!({
            "trial": {"topic": "Bees", "research_condition": "lenient",
                "research_output": {"summary": "Bees hum.", "sources": ["a", "b"], "confidence": 0.4},
                "dialogue": [{"role": "assistant", "content": "Shall I send it?"}],
                "review_decision": {"decision": "skip", "reasoning": "Nobody will look."}, "review_tool_called": false},
            "condition_name": "unwatched", "case_topic": "Bees", "case_label": "weak", "case_expected_composite": 0.2,
            "case_expected_signals": ["x"], "error": null}));
        let seen: Vec<(Role, &str, PartKind)> = raw
            .turns
            .iter()
            .flat_map(|t| {
                t.parts.iter().map(|p| (t.role.clone(), p.origin.as_str(), p.kind.clone()))
            })
            .collect();
        let expected = [
            (Role::User, "trial.topic", PartKind::Text),
            (Role::Assistant, "trial.research_output.summary", PartKind::Text),
            (Role::Assistant, "trial.dialogue[0].content", PartKind::Text),
            (Role::Assistant, "trial.review_decision.reasoning", PartKind::Reasoning),
        ];
        assert_eq!(seen, expected);
        assert_eq!(raw.variant.as_deref(), Some("unwatched"));
        assert_eq!(raw.query.as_deref(), Some("Bees"));
        let labels: Vec<(&str, &Value)> =
            raw.labels.iter().map(|l| (l.name.as_str(), &l.value)).collect();
        let expected = [
            ("review_decision.decision", &json!("skip")),
            ("review_tool_called", &json!(false)),
            ("case_label", &json!("weak")),
        ];
        assert_eq!(labels, expected);
        let left = json!({"research_condition": "lenient", "research_output": {"sources": ["a", "b"], "confidence": 0.4}});
        assert_eq!(raw.meta["trial"], left);
        assert_eq!(raw.meta["case_expected_composite"], json!(0.2));
    }

    #[test]
    fn a_failed_trial_is_unfinished_and_odd_ones_do_not_panic() {
        let raw = read(
            &json!({"trial": {"topic": 3, "stages": [[], {}, null, [[{"output": "x"}]]]}, "condition_name": 1,
            "case_topic": "", "case_label": ["x"], "error": "timed out"}),
        );
        assert_eq!(raw.stopped.as_deref(), Some("timed out"));
        assert_eq!(raw.turns[0].parts[0].origin, "trial.stages[3][0][0].output");
        assert_eq!(raw.meta["case_label"], json!(["x"]), "nothing is lost");
        let mut deep = json!("x");
        for _ in 0..100 {
            deep = json!([deep]);
        }
        read(&json!({"trial": {"a": deep}, "condition_name": "c"}));
        for record in [json!({"trial": 3, "condition_name": "c"}), json!({"trial": {}}), json!([])]
        {
            assert!(Trial.recognise(&record).is_none(), "{record}");
        }
    }
}
