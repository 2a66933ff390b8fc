//! `FastChat`'s judge: answers that name their question, and the file of questions. An answer of several turns is to
//! several questions; the loader puts each before its answer.

use serde_json::{Map, Value};

use super::Context;
use super::fields::{Fields, type_name};
use super::format::{Format, PartKind, RawPart, RawTranscript, RawTurn, Reading, Signs};
use super::message::Notes;
use crate::model::Role;

/// The format.
pub struct FastChat;

fn question_id(map: &Map<String, Value>) -> Option<String> {
    match map.get("question_id")? {
        Value::String(id) => Some(id.clone()),
        Value::Number(id) => Some(id.to_string()),
        _ => None,
    }
}

fn choices(map: &Map<String, Value>) -> Option<&Vec<Value>> {
    let list = map.get("choices")?.as_array()?;
    list.first()?.get("turns")?.is_array().then_some(list)
}

fn questions(map: &Map<String, Value>) -> Option<&Vec<Value>> {
    let list = map.get("turns")?.as_array()?;
    list.first()?.is_string().then_some(list)
}

impl Format for FastChat {
    fn name(&self) -> &'static str {
        "fastchat"
    }

    fn signs(&self) -> Option<Signs> {
        Some(Signs { nested: &[&["choices", "turns"]], ..Signs::NONE })
    }

    fn recognise(&self, record: &Value) -> Option<String> {
        let map = record.as_object()?;
        question_id(map)?;
        if choices(map).is_some() {
            return Some("has question_id and choices with turns".to_owned());
        }
        questions(map).map(|_| "has question_id and turns".to_owned())
    }

    fn read(&self, record: &Value, _: &Context<'_>) -> Vec<Reading> {
        let Some(map) = record.as_object() else { return Vec::new() };
        let question = question_id(map).unwrap_or_default();
        let mut fields = Fields::new(map);
        let mut notes = Notes::default();
        let mut raw = RawTranscript { sample: Some(question.clone()), ..RawTranscript::default() };
        fields.mark("question_id");
        let Some(choices) = choices(map) else {
            raw.turns = turns(map.get("turns"), "turns", &Role::User, &mut notes);
            fields.mark("turns");
            fields.identity(&mut raw);
            fields.labels(&mut raw);
            fields.rest(&mut raw);
            let mut readings = notes.tell(&mut raw);
            readings.push(Reading::Request { id: question, piece: Box::new(raw) });
            return readings;
        };
        for key in ["choices", "answer_id"] {
            fields.mark(key);
        }
        let answer = map.get("answer_id").and_then(Value::as_str);
        raw.id = answer.map(str::to_owned);
        fields.identity(&mut raw);
        fields.labels(&mut raw);
        fields.rest(&mut raw);
        let mut readings = std::mem::take(&mut fields.remarks);
        for (i, choice) in choices.iter().enumerate() {
            let mut raw = raw.clone();
            let mut notes = Notes::default();
            let path = format!("choices[{i}].turns");
            raw.turns = turns(choice.get("turns"), &path, &Role::Assistant, &mut notes);
            if choices.len() > 1 {
                let index = choice.get("index").and_then(Value::as_i64);
                raw.epoch = index.or_else(|| i64::try_from(i).ok());
                raw.set_apart(&format!("epoch_{}", raw.epoch.unwrap_or_default()));
            }
            // Several answers share one question, and the questions are found by it.
            raw.alias(&question);
            readings.extend(notes.tell(&mut raw));
            readings.push(Reading::Transcript(Box::new(raw)));
        }
        readings
    }
}

fn turns(list: Option<&Value>, origin: &str, role: &Role, notes: &mut Notes) -> Vec<RawTurn> {
    let mut out = Vec::new();
    for (i, entry) in list.and_then(Value::as_array).into_iter().flatten().enumerate() {
        let path = format!("{origin}[{i}]");
        let parts = match entry {
            Value::String(text) if text.is_empty() => Vec::new(),
            Value::String(text) => vec![RawPart::new(PartKind::Text, path, text)],
            other => {
                let what = type_name(other);
                notes.wrong.push(format!("`{path}` is {what} where text was expected; left empty"));
                Vec::new()
            }
        };
        out.push(RawTurn::new(role.clone(), parts));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::LabelRules;
    use crate::model::Place;
    use serde_json::json;

    fn readings(record: &Value) -> Vec<Reading> {
        let rules = LabelRules::default();
        assert!(FastChat.recognise(record).is_some(), "{record}");
        FastChat.read(record, &Context::new(Place::default(), "x", &rules, 0))
    }

    fn raw(reading: Reading) -> RawTranscript {
        if let Reading::Transcript(raw) = reading { *raw } else { panic!("{reading:?}") }
    }

    #[test]
    fn a_question_is_put_before_each_of_its_answers() {
        let asked = json!({"question_id": 81, "category": "writing", "turns": ["u1", "u2"], "reference": ["r"]});
        let answered = json!({"question_id": 81, "answer_id": "a1", "model_id": "m", "tstamp": 1.5,
            "choices": [{"index": 0, "turns": ["a1", "a2"]}, {"index": 1, "turns": ["b1", null]}]});
        let Some(Reading::Request { id, piece }) = readings(&asked).pop() else { panic!() };
        assert_eq!(id, "81");
        assert_eq!(piece.meta["category"], json!("writing"));
        let mut all = readings(&answered);
        assert_eq!(all.len(), 3, "one remark for the answer that is null");
        let second = raw(all.pop().unwrap());
        let mut first = raw(all.remove(0));
        assert_eq!((first.id.as_deref(), first.epoch), (Some("a1_epoch_0"), Some(0)));
        assert_eq!((second.id.as_deref(), second.turns.len()), (Some("a1_epoch_1"), 2));
        assert_eq!((first.model.as_deref(), first.sample.as_deref()), (Some("m"), Some("81")));
        assert_eq!(first.aliases, ["a1", "81"]);
        first.ask(*piece);
        let told: Vec<&str> = first.turns.iter().map(|t| t.parts[0].origin.as_str()).collect();
        assert_eq!(told, ["turns[0]", "choices[0].turns[0]", "turns[1]", "choices[0].turns[1]"]);
        assert_eq!(first.meta["tstamp"], json!(1.5));
    }

    #[test]
    fn other_records_are_left_alone() {
        for record in [
            json!({"question_id": 1, "question": "q", "answer": "a"}),
            json!({"question_id": 1, "choices": ["A", "B"]}),
            json!({"question_id": 1, "turns": [{"role": "user", "content": "u"}]}),
            json!({"question_id": null, "turns": ["a"]}),
            json!({"choices": [{"turns": ["a"]}]}),
            json!({"turns": ["a"], "text": "t"}),
        ] {
            assert_eq!(FastChat.recognise(&record), None, "{record}");
        }
    }
}
