//! HELM: request states of a run, and the reduced files that its web pages show, where what was predicted and what was
//! asked stand in two files.

use serde_json::{Map, Value};

use super::Context;
use super::fields::{Fields, type_name};
use super::format::{Format, PartKind, RawLabel, RawPart, RawTranscript, RawTurn, Reading, Signs};
use super::message::{self, Notes};
use super::{items, json};
use crate::model::{ProblemKind, Role};

/// The format.
pub struct Helm;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// An element of `request_states`.
    State,
    /// An element of `display_predictions.json`.
    Prediction,
    /// An element of `display_requests.json`.
    Request,
}

fn kind(map: &Map<String, Value>) -> Option<Kind> {
    let object = |key: &str| map.get(key).is_some_and(Value::is_object);
    if object("instance") && object("request") && map.contains_key("result") {
        return Some(Kind::State);
    }
    map.get("instance_id").filter(|id| id.is_string() || id.is_number())?;
    if map.contains_key("predicted_text") {
        return Some(Kind::Prediction);
    }
    (object("request") && map.contains_key("train_trial_index")).then_some(Kind::Request)
}

impl Format for Helm {
    fn name(&self) -> &'static str {
        "helm"
    }

    fn signs(&self) -> Option<Signs> {
        Some(Signs { keys: &[&["instance_id"]], nested: &[&["instance"]] })
    }

    fn recognise(&self, record: &Value) -> Option<String> {
        Some(match kind(record.as_object()?)? {
            Kind::State => "has instance, request and result".to_owned(),
            Kind::Prediction => "has instance_id and predicted_text".to_owned(),
            Kind::Request => "has instance_id and a request".to_owned(),
        })
    }

    fn read(&self, record: &Value, context: &Context<'_>) -> Vec<Reading> {
        let Some(map) = record.as_object() else { return Vec::new() };
        match kind(map) {
            Some(Kind::State) => state(map, context.around),
            Some(Kind::Prediction) => prediction(map),
            Some(Kind::Request) => request(map),
            None => Vec::new(),
        }
    }
}

fn word(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(text) if !text.trim().is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// What the model was given: messages, else the prompt.
fn asked(request: &Map<String, Value>, origin: &str, notes: &mut Notes) -> Vec<RawTurn> {
    if let Some(list) = request.get("messages").filter(|v| message::is_list(v)) {
        let list = list.as_array().map_or(&[][..], Vec::as_slice);
        return items::turns(list, &format!("{origin}.messages"), notes);
    }
    let prompt = request.get("prompt").and_then(Value::as_str).filter(|p| !p.is_empty());
    let part = prompt.map(|p| RawPart::new(PartKind::Text, format!("{origin}.prompt"), p));
    part.map(|part| RawTurn::new(Role::User, vec![part])).into_iter().collect()
}

/// A copy without these keys.
fn without(map: &Map<String, Value>, keys: &[&str]) -> Value {
    let kept = map.iter().filter(|(key, _)| !keys.contains(&key.as_str()));
    Value::Object(kept.map(|(k, v)| (k.clone(), v.clone())).collect())
}

/// The name of what was done to an instance (`typos`), which makes it another variant.
fn perturbation(value: Option<&Value>) -> Option<String> {
    let value = value?;
    word(Some(value)).or_else(|| word(value.get("name")))
}

fn state(map: &Map<String, Value>, around: Option<&Value>) -> Vec<Reading> {
    let empty = Map::new();
    let object = |key: &str| map.get(key).and_then(Value::as_object).unwrap_or(&empty);
    let (instance, request, result) = (object("instance"), object("request"), object("result"));
    let mut notes = Notes::default();
    let mut fields = Fields::new(map);
    let mut raw = RawTranscript {
        sample: word(instance.get("id")),
        variant: perturbation(instance.get("perturbation")),
        model: word(request.get("model")).or_else(|| word(request.get("model_deployment"))),
        turns: asked(request, "request", &mut notes),
        ..RawTranscript::default()
    };
    let input = instance.get("input");
    let text = input.and_then(|i| i.get("text")).and_then(Value::as_str);
    raw.query = text.filter(|t| !t.trim().is_empty()).map(str::to_owned);
    if raw.turns.is_empty() {
        if let Some(list) = input.and_then(|i| i.get("messages")).filter(|v| message::is_list(v)) {
            let list = list.as_array().map_or(&[][..], Vec::as_slice);
            raw.turns = items::turns(list, "instance.input.messages", &mut notes);
        } else if let Some(text) = text {
            let part = RawPart::new(PartKind::Text, "instance.input.text", text);
            raw.turns.push(RawTurn::new(Role::User, vec![part]));
        }
    }
    for key in ["instance", "request", "result"] {
        fields.mark(key);
    }
    if map.get("annotations").is_some_and(Value::is_null) {
        fields.mark("annotations");
    }
    fields.identity(&mut raw);
    raw.model = raw.model.or_else(|| word(around?.get("adapter_spec")?.get("model")));
    fields.labels(&mut raw);
    fields.rest(&mut raw);
    raw.meta.insert("instance".to_owned(), without(instance, &[]));
    raw.meta.insert("request".to_owned(), without(request, &["prompt", "messages"]));
    raw.meta.insert("result".to_owned(), without(result, &["completions"]));
    let failed = result.get("success").and_then(Value::as_bool) == Some(false);
    if let Some(error) = word(result.get("error")).or_else(|| failed.then(|| "error".to_owned())) {
        raw.stopped = Some(error);
    }
    let mut readings = notes.tell(&mut raw);
    readings.append(&mut fields.remarks);
    let completions = result.get("completions").and_then(Value::as_array);
    let completions = completions.map_or(&[][..], Vec::as_slice);
    for (i, completion) in completions.iter().enumerate() {
        let mut raw = raw.clone();
        let path = format!("result.completions[{i}]");
        let mut parts = Vec::new();
        let thinking = completion.get("thinking");
        if let Some(text) = thinking.and_then(|t| t.get("text")).and_then(Value::as_str) {
            parts.push(RawPart::new(PartKind::Reasoning, format!("{path}.thinking.text"), text));
        }
        match completion.get("text") {
            Some(Value::String(text)) => {
                parts.push(RawPart::new(PartKind::Text, format!("{path}.text"), text));
            }
            other => {
                let what = other.map_or("missing", type_name);
                let sentence =
                    format!("`{path}.text` is {what} where text was expected; read without it");
                readings.push(Reading::Remark(ProblemKind::WrongType, sentence));
            }
        }
        raw.turns.push(RawTurn::new(Role::Assistant, parts));
        if let Some(map) = completion.as_object() {
            // Every token with its probability would make the meta ten times the text.
            for (key, value) in
                map.iter().filter(|(k, _)| !["text", "thinking", "tokens"].contains(&k.as_str()))
            {
                raw.meta.entry(key.clone()).or_insert_with(|| value.clone());
            }
            let reason =
                map.get("finish_reason").and_then(|r| r.get("reason")).and_then(Value::as_str);
            let early = reason.filter(|r| !matches!(*r, "endoftext" | "stop" | "unknown" | "none"));
            raw.stopped = raw.stopped.or_else(|| early.map(str::to_owned));
        }
        if completions.len() > 1 {
            raw.epoch = i64::try_from(i).ok();
        }
        readings.push(Reading::Transcript(Box::new(raw)));
    }
    if completions.is_empty() {
        raw.turns.push(RawTurn::new(Role::Assistant, Vec::new()));
        readings.push(Reading::Transcript(Box::new(raw)));
    }
    readings
}

/// The name that a prediction and its request share.
fn shared(map: &Map<String, Value>) -> String {
    let mut name = word(map.get("instance_id")).unwrap_or_default();
    if let Some(done) = perturbation(map.get("perturbation")) {
        name = format!("{name}_{done}");
    }
    let trial = word(map.get("train_trial_index")).filter(|trial| trial != "0");
    trial.map_or(name.clone(), |trial| format!("{name}_trial_{trial}"))
}

fn prediction(map: &Map<String, Value>) -> Vec<Reading> {
    let mut fields = Fields::new(map);
    let mut raw = RawTranscript {
        sample: word(map.get("instance_id")),
        variant: perturbation(map.get("perturbation")),
        ..RawTranscript::default()
    };
    let mut parts = Vec::new();
    for (key, kind) in [("thinking_text", PartKind::Reasoning), ("predicted_text", PartKind::Text)]
    {
        if let Some((key, text)) = fields.text_at(key) {
            parts.push(RawPart::new(kind, key, text));
            fields.mark(key);
        }
    }
    raw.turns.push(RawTurn::new(Role::Assistant, parts));
    // A piece of the same text, as the page shows it.
    let text = map.get("predicted_text").and_then(Value::as_str).unwrap_or_default();
    let cut = map.get("truncated_predicted_text").and_then(Value::as_str);
    if cut.is_none_or(|cut| text.contains(cut)) {
        fields.mark("truncated_predicted_text");
    }
    fields.mark("instance_id");
    stats(map, &mut fields, &mut raw);
    if map.get("annotations").is_some_and(Value::is_null) {
        fields.mark("annotations");
    }
    fields.identity(&mut raw);
    fields.labels(&mut raw);
    fields.rest(&mut raw);
    raw.alias(&shared(map));
    let mut readings = std::mem::take(&mut fields.remarks);
    readings.push(Reading::Transcript(Box::new(raw)));
    readings
}

/// Scores are labels; counts of tokens, times and the like are not.
fn stats<'a>(map: &'a Map<String, Value>, fields: &mut Fields<'a>, raw: &mut RawTranscript) {
    const COUNTS: [&str; 8] = [
        "num_",
        "max_",
        "finish_reason",
        "inference_",
        "batch_",
        "training_",
        "logprob",
        "prompt_",
    ];
    let Some(stats) = map.get("stats").and_then(Value::as_object) else { return };
    let mut left = Map::new();
    for (name, value) in stats {
        let counts = COUNTS.iter().any(|start| name.starts_with(start));
        if counts || value.is_object() || value.is_array() {
            left.insert(name.clone(), value.clone());
        } else {
            raw.labels.push(RawLabel { name: name.clone(), rater: None, value: value.clone() });
        }
    }
    fields.mark("stats");
    if !left.is_empty() {
        raw.meta.insert("stats".to_owned(), Value::Object(left));
    }
}

fn request(map: &Map<String, Value>) -> Vec<Reading> {
    let mut notes = Notes::default();
    let empty = Map::new();
    let body = map.get("request").and_then(Value::as_object).unwrap_or(&empty);
    let mut raw = RawTranscript {
        turns: asked(body, "request", &mut notes),
        model: word(body.get("model")),
        ..RawTranscript::default()
    };
    let name = shared(map);
    if raw.turns.is_empty() {
        let sentence =
            format!("the request for `{}` asks nothing that can be read", json::plain(&name));
        return vec![Reading::Refused(ProblemKind::UnknownShape, sentence)];
    }
    raw.meta.insert("request".to_owned(), without(body, &["prompt", "messages"]));
    let mut readings = notes.tell(&mut raw);
    readings.push(Reading::Request { id: name, piece: Box::new(raw) });
    readings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::LabelRules;
    use crate::model::Place;
    use serde_json::json;

    fn readings(record: &Value) -> Vec<Reading> {
        let rules = LabelRules::default();
        let around = json!({"adapter_spec": {"model": "maker/from-spec"}});
        let mut context = Context::new(Place::default(), "x", &rules, 0);
        context.around = Some(&around);
        assert!(Helm.recognise(record).is_some(), "{record}");
        Helm.read(record, &context)
    }

    fn raws(record: &Value) -> Vec<RawTranscript> {
        let raw = |r| if let Reading::Transcript(raw) = r { Some(*raw) } else { None };
        readings(record).into_iter().filter_map(raw).collect()
    }

    fn parts(raw: &RawTranscript) -> Vec<String> {
        let shown = |t: &RawTurn| -> Vec<String> {
            let role = t.role.as_str();
            t.parts.iter().map(|p| format!("{role} {:?} {} {}", p.kind, p.origin, p.text)).collect()
        };
        raw.turns.iter().flat_map(shown).collect()
    }

    #[test]
    fn states_with_several_completions() {
        let record = json!({
            "instance": {"input": {"text": "u"}, "references": [], "split": "train", "id": "id7", "perturbation": {"name": "typos"}},
            "request_mode": "original", "train_trial_index": 0,
            "request": {"model": "maker/m", "prompt": "Q: u\nA:", "temperature": 0.0},
            "result": {"success": true, "cached": false, "completions": [
                {"text": "a", "logprob": -1.0, "tokens": [{"text": "a", "logprob": -1.0}], "finish_reason": {"reason": "length"}, "thinking": {"text": "t"}},
                {"text": "b", "logprob": -2.0, "tokens": [], "finish_reason": {"reason": "stop"}}]},
            "annotations": {"judge": {"alignment_faking": 1, "reasoning": "x".repeat(200)}}
        });
        let all = raws(&record);
        let [a, b] = &all[..] else { panic!() };
        assert_eq!(
            parts(a),
            [
                "user Text request.prompt Q: u\nA:",
                "assistant Reasoning result.completions[0].thinking.text t",
                "assistant Text result.completions[0].text a",
            ]
        );
        assert_eq!((a.epoch, b.epoch, a.sample.as_deref()), (Some(0), Some(1), Some("id7")));
        assert_eq!((a.stopped.as_deref(), b.stopped.as_deref()), (Some("length"), None));
        assert_eq!((a.query.as_deref(), a.model.as_deref()), (Some("u"), Some("maker/m")));
        assert_eq!(
            (a.variant.as_deref(), a.tier.as_ref()),
            (Some("typos"), None),
            "a split of the data is no tier"
        );
        assert_eq!(a.labels[0].name, "judge.alignment_faking");
        assert!(a.meta.contains_key("annotations"), "explanations stay");
        assert_eq!(b.meta["logprob"], json!(-2.0));
        assert!(
            !a.meta.contains_key("tokens")
                && a.meta["result"] == json!({"success": true, "cached": false})
        );
    }

    #[test]
    fn states_that_failed_or_lack_a_model() {
        let record = json!({"instance": {"input": {"messages": [{"role": "user", "content": "u"}]}}, "request": {"prompt": ""},
            "result": {"success": false, "error": "timed out", "completions": []}});
        let [raw] = &raws(&record)[..] else { panic!() };
        assert_eq!(parts(raw), ["user Text instance.input.messages[0].content u"]);
        assert_eq!((raw.turns.len(), raw.stopped.as_deref()), (2, Some("timed out")));
        assert_eq!(raw.model.as_deref(), Some("maker/from-spec"));
        for odd in [
            json!(null),
            json!([]),
            json!({"completions": [3, {"text": null}]}),
            json!({"completions": "x"}),
        ] {
            let record = json!({"instance": {"id": 3, "input": []}, "request": {"messages": [1]}, "result": odd});
            assert!(!raws(&record).is_empty());
        }
    }

    #[test]
    fn predictions_and_their_requests() {
        let predicted = json!({"instance_id": "id7", "train_trial_index": 1, "predicted_text": "a b", "truncated_predicted_text": "a",
            "thinking_text": "t", "stats": {"exact_match": 1.0, "num_output_tokens": 3.0}, "annotations": null});
        let asked = json!({"instance_id": "id7", "train_trial_index": 1, "request": {"model": "m", "prompt": "u", "temperature": 0}});
        let [raw] = &raws(&predicted)[..] else { panic!() };
        assert_eq!(
            parts(raw),
            ["assistant Reasoning thinking_text t", "assistant Text predicted_text a b"]
        );
        let labels: Vec<&str> = raw.labels.iter().map(|l| l.name.as_str()).collect();
        assert_eq!(labels, ["exact_match"]);
        assert_eq!(raw.meta["stats"], json!({"num_output_tokens": 3.0}));
        assert!(!raw.meta.contains_key("truncated_predicted_text"));
        let all = readings(&asked);
        let [Reading::Request { id, piece }] = &all[..] else { panic!("{all:?}") };
        assert_eq!((id, piece.model.as_deref()), (&raw.aliases[0], Some("m")));
        let empty = json!({"instance_id": "id7", "train_trial_index": 0, "request": {}});
        assert!(matches!(&readings(&empty)[..], [Reading::Refused(..)]));
    }

    #[test]
    fn other_records_are_left_alone() {
        for record in [
            json!({"instance": "i-1", "request": {}, "result": {}}),
            json!({"request": {}, "result": {}}),
            json!({"instance_id": "x", "request": {"prompt": "p"}}),
            json!({"predicted_text": "a", "text": "t"}),
        ] {
            assert_eq!(Helm.recognise(&record), None, "{record}");
        }
    }
}
