//! What an Inspect log says about all its samples: model, task, arguments, tags. In an archive it is `header.json`, or
//! for a run that did not end `_journal/start.json`; in a `.json` log the keys beside `samples`.

use serde_json::{Map, Value, json};

use super::super::fields::Fields;
use super::super::format::RawTranscript;

/// A log's header, or nothing.
#[derive(Clone, Copy)]
pub struct Header<'a> {
    map: Option<&'a Map<String, Value>>,
}

/// Whether an object is a log or its header: `eval` with a task or model, and the plan, status or version beside it.
pub fn is_log(map: &Map<String, Value>) -> bool {
    let eval = map.get("eval").and_then(Value::as_object);
    eval.is_some_and(|eval| eval.contains_key("task") || eval.contains_key("model"))
        && ["plan", "status", "version"].iter().any(|key| map.contains_key(*key))
}

impl<'a> Header<'a> {
    /// From what stands around a sample.
    pub fn new(around: Option<&'a Value>) -> Self {
        let map = around.and_then(Value::as_object).filter(|map| map.contains_key("eval"));
        Self { map }
    }

    fn get(self, path: &[&str]) -> Option<&'a Value> {
        let (first, rest) = path.split_first()?;
        rest.iter().try_fold(self.map?.get(*first)?, |value, key| value.get(*key))
    }

    /// The model that was asked, when the run has one (`none/none` says that it has not).
    pub fn model(self) -> Option<&'a str> {
        let model = self.get(&["eval", "model"])?.as_str()?;
        let none = model.is_empty() || model == "none" || model == "none/none";
        (!none).then_some(model)
    }

    /// The scorer's name, for logs with one score that does not name it.
    pub fn scorer(self) -> Option<&'a str> {
        let first = |path: &[&str]| self.get(path)?.as_array()?.first()?.get("name")?.as_str();
        self.get(&["results", "scorer", "name"])
            .and_then(Value::as_str)
            .or_else(|| first(&["results", "scores"]))
            .or_else(|| first(&["eval", "scorers"]))
    }

    /// Fills tier, setting and variant where the samples leave them open: from the task's arguments, then from the
    /// log's own metadata and tags.
    pub fn fill(self, raw: &mut RawTranscript) {
        let tags = self.get(&["eval", "tags"]).map(|tags| json!({ "tags": tags }));
        let objects =
            [self.get(&["eval", "task_args"]), self.get(&["eval", "metadata"]), tags.as_ref()];
        let named = raw.tier.is_some();
        for map in objects.into_iter().flatten().filter_map(Value::as_object) {
            state(map, raw);
        }
        // An argument such as `tier=both` speaks of the run, not of each sample.
        let known = |tier: &str| matches!(tier, "free" | "paid");
        if !named && !raw.tier_canonical.as_deref().is_some_and(known) {
            raw.tier = None;
            raw.tier_canonical = None;
        }
    }

    /// What is worth keeping beside each sample.
    pub fn meta(self) -> Option<Value> {
        const KEPT: [&str; 13] = [
            "task",
            "task_args",
            "model",
            "model_roles",
            "model_args",
            "model_generate_config",
            "solver",
            "created",
            "run_id",
            "eval_id",
            "tags",
            "metadata",
            "revision",
        ];
        let map = self.map?;
        let eval = map.get("eval")?.as_object()?;
        let mut kept = Map::new();
        for key in KEPT {
            if let Some(value) = eval.get(key).filter(|v| !is_empty(v)) {
                kept.insert(key.to_owned(), value.clone());
            }
        }
        for (name, path) in [
            ("dataset", &["eval", "dataset", "name"][..]),
            ("epochs", &["eval", "config", "epochs"]),
            ("generate_config", &["plan", "config"]),
            ("status", &["status"]),
        ] {
            if let Some(value) = self.get(path).filter(|v| !is_empty(v)) {
                kept.insert(name.to_owned(), value.clone());
            }
        }
        let steps = self.get(&["plan", "steps"]).and_then(Value::as_array);
        let solvers: Vec<&str> =
            steps.into_iter().flatten().filter_map(|s| s.get("solver")?.as_str()).collect();
        if !solvers.is_empty() {
            kept.insert("solvers".to_owned(), solvers.join(", ").into());
        }
        (!kept.is_empty()).then_some(Value::Object(kept))
    }
}

/// Fills tier, setting and variant from an object's fields, where still empty.
pub fn state(map: &Map<String, Value>, raw: &mut RawTranscript) {
    let mut found = RawTranscript::default();
    Fields::new(map).identity(&mut found);
    if raw.tier.is_none() {
        raw.tier = found.tier;
        raw.tier_canonical = found.tier_canonical;
    }
    raw.setting = raw.setting.take().or(found.setting);
    raw.variant = raw.variant.take().or(found.variant);
}

/// Null, or a text, list or object without anything in it.
pub fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Object(map) => map.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::TierFrom;

    #[test]
    fn a_header_is_known_by_its_eval() {
        for (value, expected) in [
            (json!({"version": 2, "eval": {"task": "t", "model": "m"}, "plan": {}}), true),
            (json!({"status": "error", "eval": {"model": "m"}}), true),
            (json!({"eval": {"task": "t"}}), false),
            (json!({"eval": "yes", "version": 1}), false),
            (json!({"eval": {"score": 1}, "version": 1}), false),
        ] {
            assert_eq!(is_log(value.as_object().unwrap()), expected, "{value}");
        }
    }

    #[test]
    fn the_header_fills_what_samples_leave_open() {
        let header = json!({"version": 2, "status": "error", "eval": {
            "task": "af", "model": "maker/larch", "task_args": {"tier": "paid", "limit": null},
            "tags": ["free_tier"], "metadata": {"setting": "helpful-only"},
            "dataset": {"name": "d", "sample_ids": [1, 2, 3]}, "config": {"epochs": 4}},
            "plan": {"steps": [{"solver": "system_message"}, {"solver": "generate"}, 3]}});
        let header = Header::new(Some(&header));
        let mut raw = RawTranscript::default();
        header.fill(&mut raw);
        assert_eq!(raw.tier, Some(("paid".to_owned(), TierFrom::Field)));
        assert_eq!(raw.setting.as_deref(), Some("helpful-only"));
        assert_eq!(header.model(), Some("maker/larch"));
        let meta = header.meta().unwrap();
        assert_eq!(meta["solvers"], "system_message, generate");
        assert_eq!(meta["epochs"], 4);
        assert_eq!(meta["status"], "error");
        assert_eq!(meta["dataset"], "d");
    }

    #[test]
    fn a_run_over_both_tiers_names_no_tier() {
        let header = json!({"eval": {"task_args": {"tier": "both"}}});
        let mut raw = RawTranscript::default();
        Header::new(Some(&header)).fill(&mut raw);
        assert_eq!((raw.tier, raw.tier_canonical), (None, None));
    }

    #[test]
    fn a_run_without_a_model_names_none() {
        for model in ["none/none", "none", ""] {
            let header = json!({"eval": {"model": model}});
            assert_eq!(Header::new(Some(&header)).model(), None);
        }
        assert_eq!(Header::new(None).model(), None);
        assert_eq!(Header::new(Some(&json!({"columns": []}))).meta(), None);
    }

    #[test]
    fn the_scorer_of_old_logs_is_found_in_each_place() {
        for header in [
            json!({"eval": {}, "results": {"scorer": {"name": "match"}}}),
            json!({"eval": {}, "results": {"scores": [{"name": "match"}]}}),
            json!({"eval": {"scorers": [{"name": "match"}]}}),
        ] {
            assert_eq!(Header::new(Some(&header)).scorer(), Some("match"), "{header}");
        }
    }
}
