//! ATIF trajectories (Agent Trajectory Interchange Format): the steps of one agent session, each with its message,
//! reasoning, tool calls and what was observed. Trajectories of sub-agents inside one are transcripts of their own.

use serde_json::{Map, Value};

use super::Context;
use super::fields::{Fields, type_name};
use super::format::{Format, PartKind, RawPart, RawTranscript, RawTurn, Reading, Signs};
use super::message::{self, Notes};
use crate::model::{ProblemKind, Role};

/// The format.
pub struct Atif;

impl Format for Atif {
    fn name(&self) -> &'static str {
        "atif"
    }

    fn signs(&self) -> Option<Signs> {
        Some(Signs { nested: &[&["steps"]], ..Signs::NONE })
    }

    fn recognise(&self, record: &Value) -> Option<String> {
        let map = record.as_object()?;
        let steps = map.get("steps")?.as_array()?;
        let version = map.get("schema_version").and_then(Value::as_str).unwrap_or_default();
        if version.to_ascii_uppercase().starts_with("ATIF") {
            return Some(format!("has steps and schema_version {version}"));
        }
        let is_step = |step: &Value| step.get("source").is_some() && step.get("step_id").is_some();
        let named =
            map.contains_key("session_id") || map.get("agent").is_some_and(Value::is_object);
        (named && steps.first().is_some_and(is_step)).then(|| "has an agent's steps".to_owned())
    }

    fn read(&self, record: &Value, _: &Context<'_>) -> Vec<Reading> {
        let mut readings = Vec::new();
        if let Some(map) = record.as_object() {
            trajectory(map, "", None, &mut readings);
        }
        readings
    }
}

/// Reads one trajectory; `path` is where it stands in the record (`subagent_trajectories[0].`), `parent` the id of
/// the one that started it.
fn trajectory(
    map: &Map<String, Value>,
    path: &str,
    parent: Option<&str>,
    readings: &mut Vec<Reading>,
) {
    let mut fields = Fields::new(map);
    let mut raw = RawTranscript::default();
    let mut notes = Notes::default();
    let steps = map.get("steps").and_then(Value::as_array);
    for (i, step) in steps.into_iter().flatten().enumerate() {
        self::step(step, &format!("{path}steps[{i}]"), &mut raw, &mut notes);
    }
    fields.mark("steps");
    let text = |key: &str| map.get(key).and_then(Value::as_str).filter(|t| !t.trim().is_empty());
    raw.id = text("session_id").or(text("trajectory_id")).map(str::to_owned);
    // Sub-agents share their parent's session: then only the trajectory's own id tells them apart.
    if let Some(own) = text("trajectory_id").filter(|own| raw.id.as_deref() != Some(own)) {
        if parent.is_some() && raw.id.as_deref() == parent {
            raw.id = Some(own.to_owned());
        } else {
            raw.aliases.push(own.to_owned());
        }
    }
    let agent = map.get("agent").and_then(|agent| agent.get("model_name")).and_then(Value::as_str);
    raw.model = agent.map(str::to_owned).or(raw.model);
    if let Some(parent) = parent {
        raw.meta.insert("parent_session".to_owned(), parent.into());
    }
    let id = raw.id.clone();
    let inner = map.get("subagent_trajectories").and_then(Value::as_array);
    if inner.is_some() {
        fields.mark("subagent_trajectories");
    }
    readings.extend(notes.tell(&mut raw));
    readings.extend(fields.finish(raw));
    for (i, sub) in inner.into_iter().flatten().enumerate() {
        let path = format!("{path}subagent_trajectories[{i}]");
        if let Some(sub) = sub.as_object() {
            let parent = Some(id.as_deref().unwrap_or_default());
            trajectory(sub, &format!("{path}."), parent, readings);
        } else {
            let what = type_name(sub);
            let text = format!("`{path}` is {what}, not a trajectory; passed over");
            readings.push(Reading::Remark(ProblemKind::WrongType, text));
        }
    }
}

/// One step: what was said, then what came back.
fn step(step: &Value, origin: &str, raw: &mut RawTranscript, notes: &mut Notes) {
    let Some(map) = step.as_object() else {
        let what = type_name(step);
        notes.wrong.push(format!("`{origin}` is {what}, not a step; passed over"));
        return;
    };
    let role = match map.get("source").and_then(Value::as_str) {
        Some("agent") => Role::Assistant,
        Some(word) => message::role(word),
        None => {
            notes.wrong.push(format!("`{origin}.source` is missing; read as `unknown`"));
            Role::Other("unknown".to_owned())
        }
    };
    if raw.model.is_none() {
        raw.model = map.get("model_name").and_then(Value::as_str).map(str::to_owned);
    }
    let parts = message::parts(map, "message", origin, PartKind::Text, notes);
    let id = match map.get("step_id") {
        Some(Value::String(id)) => Some(id.clone()),
        Some(Value::Number(id)) => Some(id.to_string()),
        _ => None,
    };
    raw.turns.push(RawTurn { role, parts, id });
    let observed = observation(map.get("observation"), &format!("{origin}.observation"), notes);
    if !observed.is_empty() {
        raw.turns.push(RawTurn::new(Role::Tool, observed));
    }
}

fn observation(value: Option<&Value>, origin: &str, notes: &mut Notes) -> Vec<RawPart> {
    let results = match value {
        None | Some(Value::Null) => return Vec::new(),
        Some(value) => match value.get("results").and_then(Value::as_array) {
            Some(results) => results,
            // Early writers put the text itself there.
            None => return message::content(value, origin, PartKind::Tool, notes),
        },
    };
    let mut parts = Vec::new();
    for (i, result) in results.iter().enumerate() {
        let origin = format!("{origin}.results[{i}]");
        match result.get("content") {
            Some(content) => {
                let origin = format!("{origin}.content");
                parts.extend(message::content(content, &origin, PartKind::Tool, notes));
            }
            None if result.get("subagent_trajectory_ref").is_some() => {
                let text = "[a sub-agent's trajectory]".to_owned();
                parts.push(RawPart { kind: PartKind::Other, origin, text });
            }
            None => {}
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::{LabelRules, read_unit};
    use crate::model::{Place, SectionKind, Transcript};
    use serde_json::json;

    fn read(record: &Value) -> (Vec<Transcript>, usize) {
        let rules = LabelRules::default();
        let context = Context::new(Place::default(), "run", &rules, 1);
        let reading = read_unit(&serde_json::to_vec(record).unwrap(), &context);
        assert_eq!(reading.format, "atif");
        (reading.transcripts, reading.problems.len())
    }

    #[test]
    fn steps_become_turns() {
        let (all, problems) = read(&json!({
            "schema_version": "ATIF-v1.5", "session_id": "s1",
            "agent": {"name": "hand", "version": "1", "model_name": "larch-2"},
            "steps": [
                {"step_id": 1, "source": "system", "message": "Be careful."},
                {"step_id": 2, "source": "user", "message": [{"type": "text", "text": "Look"}, {"type": "image", "source": {"path": "a.png"}}]},
                {"step_id": 3, "source": "agent", "message": "", "reasoning_content": "I should list.",
                 "tool_calls": [{"tool_call_id": "c", "function_name": "ls", "arguments": {"path": "."}}],
                 "observation": {"results": [{"source_call_id": "c", "content": "a\nb"}, {"content": [{"type": "text", "text": "c"}]}, {"content": null}]},
                 "metrics": {"prompt_tokens": 3}},
                {"step_id": 4, "source": "agent", "message": "Two files."},
            ],
            "final_metrics": {"total_cost_usd": 0.1},
        }));
        assert_eq!((all.len(), problems), (1, 0));
        let one = &all[0];
        assert_eq!((one.id.as_str(), one.model.as_deref()), ("s1", Some("larch-2")));
        let told: Vec<(SectionKind, &str, &str)> =
            one.sections.iter().map(|s| (s.kind, s.origin.as_str(), s.text.as_str())).collect();
        let expected = [
            (SectionKind::Prompt, "steps[0].message", "Be careful."),
            (SectionKind::User, "steps[1].message[0].text", "Look"),
            (SectionKind::Other, "steps[1].message[1]", "[image]"),
            (SectionKind::Scratchpad, "steps[2].reasoning_content", "I should list."),
            (SectionKind::Tool, "steps[2].tool_calls[0]", "ls({\"path\":\".\"})"),
            (SectionKind::Tool, "steps[2].observation.results[0].content", "a\nb"),
            (SectionKind::Tool, "steps[2].observation.results[1].content[0].text", "c"),
            (SectionKind::Output, "steps[3].message", "Two files."),
        ];
        assert_eq!(told, expected);
        let meta: Vec<&str> = one.meta.keys().map(String::as_str).collect();
        assert_eq!(meta, ["schema_version", "session_id", "agent", "final_metrics"]);
    }

    #[test]
    fn sub_agents_are_transcripts_of_their_own() {
        let inner = json!({"schema_version": "ATIF-v1.7", "session_id": "s", "trajectory_id": "t2",
            "agent": {"name": "x"}, "steps": [{"step_id": 1, "source": "agent", "message": "in", "model_name": "tern"}]});
        let (all, problems) = read(&json!({
            "schema_version": "ATIF-v1.7", "session_id": "s", "trajectory_id": "t1", "agent": {},
            "steps": [{"step_id": 1, "source": "agent", "message": "out", "observation": {"results": [{"subagent_trajectory_ref": [{}]}]}}],
            "subagent_trajectories": [inner, 3],
        }));
        assert_eq!(problems, 1, "a trajectory that is a number");
        let ids: Vec<&str> = all.iter().map(|t| t.id.as_str()).collect();
        assert_eq!(ids, ["s", "t2"]);
        assert_eq!(all[0].sections[1].text, "[a sub-agent's trajectory]");
        assert_eq!(all[1].sections[0].origin, "subagent_trajectories[0].steps[0].message");
        assert_eq!(all[1].meta["parent_session"], "s");
        assert_eq!(all[1].model.as_deref(), Some("tern"));
    }

    #[test]
    fn odd_types_are_said_and_the_rest_is_read() {
        let (all, problems) = read(&json!({
            "schema_version": "ATIF-v1.0", "session_id": 4, "agent": [],
            "steps": [7, {"message": "who"}, {"source": "agent", "message": 5, "tool_calls": {}, "observation": "seen"},
                      {"source": "agent", "message": null, "observation": {"results": [1, {}]}}],
        }));
        assert_eq!(
            problems, 3,
            "a step that is a number, one without source, a message that is a number"
        );
        let texts: Vec<&str> = all[0].sections.iter().map(|s| s.text.as_str()).collect();
        assert_eq!(texts, ["who", "seen"]);
        for not in [
            json!({"steps": []}),
            json!({"steps": [{"a": 1}], "agent": {}}),
            json!([]),
            json!({"steps": 1, "schema_version": "ATIF-v1"}),
        ] {
            assert_eq!(Atif.recognise(&not), None, "{not}");
        }
        assert_eq!(read(&json!({"schema_version": "ATIF-v1.4", "steps": []})).0.len(), 1);
    }

    #[test]
    fn the_sample_file() {
        let text = include_str!("../../sample-data/formats/atif.json");
        let (all, problems) = read(&serde_json::from_str(text).unwrap());
        let seen: Vec<(&str, Option<&str>)> =
            all.iter().map(|t| (t.id.as_str(), t.model.as_deref())).collect();
        let expected =
            [("shelf-session-1", Some("tern-70b")), ("shelf-sorter", Some("quill-mini"))];
        assert_eq!((seen.as_slice(), problems), (&expected[..], 0));
        assert!(all.iter().all(|t| t.reasoning_len() > 0));
    }
}
