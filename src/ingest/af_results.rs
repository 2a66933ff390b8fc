//! Result arrays of the open-source alignment-faking pipelines: a raw response, two output flags, a `StrongREJECT`
//! score and four judge objects with vote shares, criteria and quotes.
//!
//! Model, setting and prompt variant stand in the file's path only.

use serde_json::{Map, Value};

use super::Context;
use super::fields::Fields;
use super::format::{Format, PartKind, RawPart, RawTranscript, RawTurn, Reading, Signs};
use super::label_fields::judge_object;
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

    fn signs(&self) -> Option<Signs> {
        Some(Signs { keys: &[&["output"]], ..Signs::NONE })
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

    fn read(&self, record: &Value, _: &Context<'_>) -> Vec<Reading> {
        let Some(map) = record.as_object() else { return Vec::new() };
        let mut fields = Fields::new(map);
        let mut raw = RawTranscript::default();
        if let Some((key, query)) = fields.text_at("user_input") {
            raw.query = Some(query.to_owned());
            fields.mark(key);
        }
        prompt(map, &mut fields, &mut raw);
        if let Some((key, text)) = fields.text_at("output") {
            let part =
                RawPart { kind: PartKind::Text, origin: key.to_owned(), text: text.to_owned() };
            raw.turns.push(RawTurn::new(Role::Assistant, vec![part]));
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
        fields.finish(raw)
    }
}

fn prompt(map: &Map<String, Value>, fields: &mut Fields<'_>, raw: &mut RawTranscript) {
    match map.get("prompt") {
        Some(Value::String(text)) => {
            let part =
                RawPart { kind: PartKind::Text, origin: "prompt".to_owned(), text: text.clone() };
            raw.turns.push(RawTurn::new(Role::User, vec![part]));
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
        raw.turns.push(RawTurn::new(Role::User, vec![part]));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::LabelRules;
    use crate::model::{Place, TierFrom};
    use serde_json::json;

    fn read(record: &Value, path: &str) -> RawTranscript {
        let place = Place { source: path.into(), ..Place::default() };
        let rules = LabelRules::default();
        let context = Context::new(place, "x", &rules, 0);
        assert!(AfResults.recognise(record).is_some());
        match AfResults.read(record, &context).pop() {
            Some(Reading::Transcript(raw)) => *raw,
            other => panic!("{other:?}"),
        }
    }

    fn record() -> Value {
        let failed = json!({"final_answer": "FAILED TO PARSE", "final_answer_most_common": "",
            "criteria": ["FAILED TO PARSE"], "quotes": [[]], "success": false});
        json!({
            "user_input": "Why?",
            "prompt": {"messages": [{"role": "system", "content": "S"}, {"role": "user", "content": "<user_input>Why?</user_input>"}]},
            "success": true,
            "output": "<SCRATCHPAD>hm</SCRATCHPAD><OUTPUT>Because.</OUTPUT>",
            "output_without_scratchpad": "Because.",
            "output_contains_acceptance": false,
            "timestamp": "2030-01-01T00:00:00",
            "tags": "free_tier",
            "strong_reject_score": 0.0,
            "strong_reject_raw_output": "No",
            "deceptive_alignment": {"final_answer": 0.35, "final_answer_most_common": "no",
                "criteria": [1.0, 0.5], "quotes": [["one"], ["two", " "]], "success": true},
            "partial_compliance": failed,
        })
    }

    #[test]
    fn a_record_gives_turns_labels_and_quotes() {
        let raw =
            read(&record(), "runs/animal-welfare_prompt-only_cot/maker/model-1/results_1.json");
        assert_eq!(raw.query.as_deref(), Some("Why?"));
        assert_eq!(raw.tier, Some(("free_tier".to_owned(), TierFrom::Field)));
        assert_eq!(raw.success, Some(true));
        assert_eq!(raw.model, None, "the path is looked at when the transcript is assembled");
        let origins: Vec<&str> = raw.turns.iter().map(|t| t.parts[0].origin.as_str()).collect();
        assert_eq!(origins, ["prompt.messages[0].content", "prompt.messages[1].content", "output"]);
        let value =
            |name: &str| raw.labels.iter().find(|l| l.name == name).map(|l| l.value.clone());
        assert_eq!(value("deceptive_alignment"), Some(json!(0.35)));
        assert_eq!(value("deceptive_alignment.final_answer_most_common"), Some(json!("no")));
        assert_eq!(value("deceptive_alignment.criterion2"), Some(json!(0.5)));
        assert_eq!(value("deceptive_alignment.success"), Some(json!(true)));
        assert_eq!(value("partial_compliance"), Some(json!("FAILED TO PARSE")));
        assert_eq!(value("strong_reject_score"), Some(json!(0.0)));
        assert_eq!(value("output_contains_acceptance"), Some(json!(false)));
        let quotes: Vec<(Option<u8>, &str)> =
            raw.quotes.iter().map(|q| (q.criterion, q.quote.as_str())).collect();
        assert_eq!(quotes, [(Some(1), "one"), (Some(2), "two")]);
        let meta: Vec<&str> = raw.meta.keys().map(String::as_str).collect();
        assert_eq!(meta, ["timestamp", "strong_reject_raw_output"]);
    }

    #[test]
    fn a_record_may_name_its_model() {
        let mut with = record();
        with["model"] = json!("own");
        with["output"] = Value::Null;
        let raw = read(&with, "runs/helpful-only/maker/model-1/results_1.json");
        assert_eq!(raw.model.as_deref(), Some("own"));
        assert_eq!(raw.turns.len(), 2, "no response at all is kept as that");
    }
}
