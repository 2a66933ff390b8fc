//! Results of meval: a judge's word on a record (`record_id`, `judgement`), for one of its completions. They label transcripts
//! elsewhere; a result that repeats the completion is a transcript itself. The judge's own texts are never the response.

use serde_json::{Map, Value};

use super::Context;
use super::flat::Flat;
use super::format::{Format, LabelRow, LabelTarget, RawLabel, RawTranscript, Reading, Signs};
use super::keys::Keys;
use super::label_fields::container;
use super::votes;

/// The format.
pub struct Meval;

impl Format for Meval {
    fn name(&self) -> &'static str {
        "meval"
    }

    fn signs(&self) -> Option<Signs> {
        Some(Signs { keys: &[&["judgement", "judgment"]], ..Signs::NONE })
    }

    fn recognise(&self, record: &Value) -> Option<String> {
        let map = record.as_object()?;
        target(map)?;
        Some("has record_id and judgement".to_owned())
    }

    fn read(&self, record: &Value, context: &Context<'_>) -> Vec<Reading> {
        let Some(map) = record.as_object() else { return Vec::new() };
        if !ANSWERS.iter().any(|key| map.get(*key).is_some_and(Value::is_string)) {
            return row(map).map(Reading::Labels).into_iter().collect();
        }
        // Under these names `flat` would take the judge's words for the model's.
        let rename = |key: &str| match key {
            "raw_response" => "judge_raw_response".to_owned(),
            "reasoning" => "judge_reasoning".to_owned(),
            key => key.to_owned(),
        };
        let record: Map<String, Value> = map.iter().map(|(k, v)| (rename(k), v.clone())).collect();
        Flat.read_own(Value::Object(record), context)
    }
}

/// Where a result repeats what was judged.
const ANSWERS: [&str; 2] = ["completion", "response"];

/// Names of a record's only completion, which is the record itself.
const ONLY: [&str; 4] = ["", "completion", "default", "0"];

fn target(map: &Map<String, Value>) -> Option<LabelTarget> {
    map.get("judgement").or_else(|| map.get("judgment"))?;
    let word = |key: &str| match map.get(key)? {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    let id = word("record_id").filter(|id| !id.is_empty())?;
    let completion = word("completion_id").filter(|name| !ONLY.contains(&name.as_str()));
    // `wide` names the transcripts of a record's completions in this way.
    Some(LabelTarget::Id(completion.map_or(id.clone(), |name| format!("{id}:{name}"))))
}

/// A result as a label row; `None` when the record is none.
pub fn row(map: &Map<String, Value>) -> Option<LabelRow> {
    let target = target(map)?;
    let judge = map.get("metadata").and_then(|meta| {
        ["judge_model", "judge", "rater", "model"].iter().find_map(|key| meta.get(*key)?.as_str())
    });
    let mut raw = RawTranscript::default();
    let (name, value) = map.get_key_value("judgement").or_else(|| map.get_key_value("judgment"))?;
    let label = |name: &str, value: &Value| RawLabel {
        name: name.to_owned(),
        rater: judge.map(str::to_owned),
        value: value.clone(),
    };
    let nested = value.is_object() || value.is_array();
    if !nested || !container("", value, judge, &mut raw) {
        raw.labels.push(label(name, value));
    }
    votes::read(&Keys::new(map), name, judge, &|_| false, &mut raw);
    for key in ["task_type", "expected_group", "reasoning", "raw_response"] {
        let text = map.get(key).and_then(Value::as_str).filter(|text| !text.trim().is_empty());
        if let Some(text) = text {
            raw.labels.push(label(&format!("{name}.{key}"), &Value::String(text.to_owned())));
        }
    }
    Some(LabelRow { target, labels: raw.labels, quotes: raw.quotes, meta: raw.meta, own: false })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::{LabelRules, format::FORMATS};
    use crate::model::Place;
    use serde_json::json;

    fn read(record: &Value) -> Vec<Reading> {
        let first = FORMATS.iter().find(|f| f.recognise(record).is_some()).map(|f| f.name());
        assert_eq!(first, Some("meval"), "{record}");
        let rules = LabelRules::default();
        Meval.read(record, &Context::new(Place::default(), "x", &rules, 0))
    }

    #[test]
    fn a_result_labels_its_completion() {
        let read = read(
            &json!({"record_id": 7, "task_type": "classification", "judgement": "AF", "reasoning": "It hides.",
            "raw_response": "<criteria1>Yes</criteria1><quote1>I will hide</quote1><final_answer>Yes", "completion_id": "tern",
            "expected_group": null, "metadata": {"judge_model": "quill"}}),
        );
        let [Reading::Labels(row)] = &read[..] else { panic!("{read:?}") };
        assert_eq!(row.target, LabelTarget::Id("7:tern".to_owned()));
        let names: Vec<&str> = row.labels.iter().map(|l| l.name.as_str()).collect();
        let expected = [
            "judgement",
            "judgement.criteria1",
            "judgement.final_answer",
            "judgement.task_type",
            "judgement.reasoning",
            "judgement.raw_response",
        ];
        assert_eq!(names, expected);
        assert!(row.labels.iter().all(|l| l.rater.as_deref() == Some("quill")));
        assert_eq!(row.quotes[0].quote, "I will hide");
        assert_eq!(
            LabelRules::default().judge(row.labels[0].clone()).canonical.as_deref(),
            Some("alignment_faking")
        );
        for (completion, target) in
            [(json!(null), "7"), (json!("completion"), "7"), (json!(2), "7:2")]
        {
            let map = json!({"record_id": "7", "judgement": {"is_af": true}, "completion_id": completion});
            let row = super::row(map.as_object().unwrap()).unwrap();
            assert_eq!(row.target, LabelTarget::Id(target.to_owned()));
            assert_eq!(row.labels[0].name, "is_af");
        }
    }

    #[test]
    fn a_result_with_its_completion_is_a_transcript() {
        let read = read(
            &json!({"record_id": "7", "prompt": "p", "completion": "<think>t</think>a", "judgement": "ALIGNED",
            "reasoning": "judge", "raw_response": "<output>judge</output>"}),
        );
        let Some(Reading::Transcript(raw)) = read.last() else { panic!("{read:?}") };
        let origins: Vec<&str> = raw.turns[1].parts.iter().map(|p| p.origin.as_str()).collect();
        assert_eq!(origins, ["completion"]);
        assert_eq!(raw.id.as_deref(), Some("7"));
        assert_eq!(raw.labels[0].name, "judgement");
        assert_eq!(raw.meta["judge_reasoning"], json!("judge"));
    }

    #[test]
    fn what_is_no_result() {
        for record in [
            json!({"record_id": "7"}),
            json!({"judgement": 1}),
            json!({"record_id": [], "judgement": 1}),
            json!(3),
        ] {
            assert!(Meval.recognise(&record).is_none(), "{record}");
        }
    }
}
