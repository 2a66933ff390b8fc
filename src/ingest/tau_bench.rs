//! Runs of tau-bench: a task, the trajectory as chat messages, and the reward at its end.

use serde_json::Value;

use super::Context;
use super::fields::Fields;
use super::format::{Format, RawLabel, RawTranscript, Reading, Signs};
use super::items;
use super::message::Notes;

/// The format.
pub struct TauBench;

impl Format for TauBench {
    fn name(&self) -> &'static str {
        "tau-bench"
    }

    fn signs(&self) -> Option<Signs> {
        Some(Signs { nested: &[&["traj"]], ..Signs::NONE })
    }

    fn recognise(&self, record: &Value) -> Option<String> {
        let map = record.as_object()?;
        map.get("traj")?.as_array()?;
        let beside = ["task_id", "reward"].into_iter().find(|key| map.contains_key(*key))?;
        Some(format!("has traj and {beside}"))
    }

    fn read(&self, record: &Value, _: &Context<'_>) -> Vec<Reading> {
        let Some(map) = record.as_object() else { return Vec::new() };
        let mut fields = Fields::new(map);
        let mut raw = RawTranscript::default();
        let mut notes = Notes::default();
        let messages = map.get("traj").and_then(Value::as_array).map(Vec::as_slice);
        raw.turns = items::turns(messages.unwrap_or_default(), "traj", &mut notes);
        fields.mark("traj");
        let mut readings = notes.tell(&mut raw);
        // What the simulated user was told to want. Its last words are a stop sign, no query.
        let task = map.get("info").and_then(|info| info.get("task"));
        let instruction = task.and_then(|task| task.get("instruction")).and_then(Value::as_str);
        raw.query = instruction.map(str::to_owned);
        if let Some(reward) = map.get("reward").filter(|r| !r.is_object() && !r.is_array()) {
            let (name, value) = ("reward".to_owned(), reward.clone());
            raw.labels.push(RawLabel { name, rater: None, value });
            fields.mark("reward");
        }
        let error = map.get("info").and_then(|info| info.get("error")).and_then(Value::as_str);
        raw.stopped = error.filter(|text| !text.trim().is_empty()).map(str::to_owned);
        readings.extend(fields.finish(raw));
        readings
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::{LabelRules, read_unit};
    use crate::model::{OutcomeValue, Place, Transcript};
    use serde_json::json;

    fn read(record: &Value) -> (Transcript, usize) {
        let rules = LabelRules::default();
        let context = Context::new(Place::default(), "run", &rules, 1);
        let mut reading = read_unit(&serde_json::to_vec(record).unwrap(), &context);
        assert_eq!(reading.format, "tau-bench");
        (reading.transcripts.pop().unwrap(), reading.problems.len())
    }

    #[test]
    fn a_run_is_read() {
        let (one, problems) = read(&json!({
            "task_id": 7, "reward": 1.0, "trial": 2,
            "info": {"task": {"instruction": "You want a window seat."}, "user_cost": 0.1},
            "traj": [
                {"role": "system", "content": "policy", "tool_calls": null},
                {"role": "user", "content": "Hello"},
                {"role": "assistant", "content": "One moment.", "tool_calls": [{"id": "0", "function": {"name": "seats", "arguments": {"row": 3}}}]},
                {"role": "tool", "content": "3A free"},
                {"role": "assistant", "content": "3A it is."},
                {"role": "user", "content": "###STOP###"},
            ],
        }));
        assert_eq!(problems, 0);
        assert_eq!((one.sample.as_str(), one.epoch), ("7", Some(2)));
        assert_eq!(one.query.as_deref(), Some("You want a window seat."));
        let [reward] = &one.judgements[..] else { panic!("{:?}", one.judgements) };
        assert_eq!((reward.label.as_str(), reward.positive), ("reward", Some(true)));
        let texts: Vec<&str> = one.sections.iter().map(|s| s.text.as_str()).collect();
        assert_eq!(texts[2..4], ["One moment.", "seats({\"row\":3})"]);
        assert_eq!(one.sections[4].origin, "traj[3].content");
        assert_eq!(one.response_turn, 4, "the stop sign is no question");
        assert!(one.meta.contains_key("info"));
    }

    #[test]
    fn a_failed_run_is_unfinished_and_odd_types_are_said() {
        let (one, problems) = read(&json!({
            "task_id": "t", "reward": null, "traj": [3, {"role": "user", "content": 4}],
            "info": {"error": "server gone", "task": "x"},
        }));
        assert_eq!(problems, 2);
        assert_eq!(one.outcome.value, OutcomeValue::Unfinished);
        assert_eq!(one.judgements[0].positive, None);
        for odd in [
            json!({"traj": [], "reward": {}, "info": []}),
            json!({"traj": [null], "task_id": null}),
        ] {
            assert!(read(&odd).0.sections.is_empty());
        }
        assert_eq!(TauBench.recognise(&json!({"traj": {}, "task_id": 1})), None);
        assert_eq!(TauBench.recognise(&json!({"traj": []})), None);
    }

    #[test]
    fn the_sample_file() {
        let text = include_str!("../../sample-data/formats/tau-bench.json");
        let list: Vec<Value> = serde_json::from_str(text).unwrap();
        let all: Vec<Transcript> = list.iter().map(|record| read(record).0).collect();
        let seen: Vec<(&str, Option<i64>, Option<bool>)> =
            all.iter().map(|t| (t.sample.as_str(), t.epoch, t.judgements[0].positive)).collect();
        let expected =
            [("0", Some(0), Some(true)), ("0", Some(1), Some(false)), ("1", Some(0), Some(false))];
        assert_eq!(seen, expected);
        assert_eq!(all[2].outcome.value, OutcomeValue::Unfinished);
    }
}
