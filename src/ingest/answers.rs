//! What reviewers said, as this program writes it. Lines of `export --labels` are labels for transcripts that stand elsewhere; what is said of a part
//! of a transcript, said once more on purpose, or about the sample, is no label and stays aside. Journals are joined where they are
//! kept (`--journal`), as a later event may take back what an earlier one says: as records their events are nothing to read.

use serde_json::{Map, Value};

use super::Context;
use super::format::{Format, LabelRow, LabelTarget, RawLabel, Reading, Signs};
use crate::model::{DECISION, reviewer};
use crate::text::unguarded;

/// The format.
pub struct Answers;

/// What a line of an export may be.
const KINDS: [&str; 6] = ["answer", "import", "adjudication", "repeat", "anchor", "sample"];

impl Format for Answers {
    fn name(&self) -> &'static str {
        "answers"
    }

    fn signs(&self) -> Option<Signs> {
        Some(Signs { keys: &[&["rater"]], ..Signs::NONE })
    }

    fn recognise(&self, record: &Value) -> Option<String> {
        let map = record.as_object()?;
        if !["rater", "session", "e"].iter().all(|key| text(map, key).is_some()) {
            return None;
        }
        if text(map, "event").is_some() {
            return Some("has event, rater and session: a reviewer's journal".to_owned());
        }
        let kind = text(map, "kind").filter(|kind| KINDS.contains(kind))?;
        let labelled = text(map, "label").is_some() && map.contains_key("answer");
        labelled.then(|| format!("has label, rater and kind: {kind}, as `export --labels` writes"))
    }

    fn read(&self, record: &Value, _: &Context<'_>) -> Vec<Reading> {
        let Some(map) = record.as_object() else { return Vec::new() };
        if let Some(event) = text(map, "event") {
            return vec![Reading::Aside(format!("an event of a reviewer's journal ({event})"))];
        }
        let row = row(map).map(Reading::Labels);
        vec![row.unwrap_or_else(|| {
            let kind = text(map, "kind").unwrap_or_default();
            Reading::Aside(format!("a line of an export that labels no transcript ({kind})"))
        })]
    }
}

/// A cell of a table or a text of JSON; empty ones are none.
fn text<'a>(map: &'a Map<String, Value>, key: &str) -> Option<&'a str> {
    map.get(key)?.as_str().map(unguarded).filter(|text| !text.is_empty())
}

/// The labels of a line that is about a whole transcript and counts.
fn row(map: &Map<String, Value>) -> Option<LabelRow> {
    let by = match text(map, "kind")? {
        "answer" | "import" => reviewer(text(map, "rater")?),
        "adjudication" => DECISION.to_owned(),
        _ => return None,
    };
    if map.get("part").is_some_and(Value::is_object) || text(map, "part").is_some() {
        return None;
    }
    let label = |name: String, value: Value| RawLabel { name, rater: Some(by.clone()), value };
    let value = match text(map, "answer")? {
        "yes" => Value::Bool(true),
        "no" => Value::Bool(false),
        // It was looked at, and nobody knows.
        _ => Value::Null,
    };
    let mut labels = vec![label(text(map, "label")?.to_owned(), value)];
    let further = map.get("answers").and_then(Value::as_object).into_iter().flatten();
    let further = further.map(|(question, value)| (format!("answers.{question}"), value));
    let columns = map.iter().filter(|(name, _)| name.starts_with("answers."));
    let columns = columns.map(|(name, value)| (name.clone(), value));
    for (name, value) in further.chain(columns) {
        match value {
            Value::Null => {}
            Value::String(text) if text.is_empty() => {}
            Value::String(text) => labels.push(label(name, unguarded(text).into())),
            Value::Array(_) | Value::Object(_) => {
                labels.push(label(name, value.to_string().into()));
            }
            plain => labels.push(label(name, plain.clone())),
        }
    }
    let mut meta = Map::new();
    if let Some(note) = text(map, "note") {
        meta.insert("note".to_owned(), note.into());
    }
    let target = LabelTarget::Id(text(map, "id")?.to_owned());
    Some(LabelRow { target, labels, quotes: Vec::new(), meta, own: false })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::ingest::LabelRules;
    use crate::model::Place;

    fn line(more: &Value) -> Value {
        let mut line = json!({"label": "deception", "rater": "R1", "kind": "answer", "answer": "no", "id": "t1", "part": null,
            "text": "d7adf401dc958827", "answers": {}, "note": null, "session": "1f", "e": "1f-1"});
        for (key, value) in more.as_object().into_iter().flatten() {
            line[key] = value.clone();
        }
        line
    }

    fn read(line: &Value) -> Vec<Reading> {
        let rules = LabelRules::default();
        Answers.read(line, &Context::new(Place::default(), "x", &rules, 0))
    }

    fn labels(more: &Value) -> Vec<(String, String, Value)> {
        let line = line(more);
        assert!(Answers.recognise(&line).is_some(), "{line}");
        let readings = read(&line);
        let rows = readings.into_iter().filter_map(|reading| match reading {
            Reading::Labels(row) => Some(row.labels),
            _ => None,
        });
        let all = rows.flatten().map(|l| (l.name, l.rater.unwrap_or_default(), l.value));
        all.collect()
    }

    #[test]
    fn an_answer_is_a_label_of_its_reviewer() {
        let one =
            |rater: &str, value: Value| vec![("deception".to_owned(), rater.to_owned(), value)];
        assert_eq!(labels(&json!({})), one("reviewer-R1", json!(false)));
        assert_eq!(labels(&json!({"answer": "yes"})), one("reviewer-R1", json!(true)));
        assert_eq!(labels(&json!({"answer": "cannot tell"})), one("reviewer-R1", Value::Null));
        let decided = json!({"kind": "adjudication", "answer": "yes"});
        assert_eq!(labels(&decided), one("decision", json!(true)));
        let further =
            labels(&json!({"answers": {"outcome": "refused", "motive": ["fear", "duty"]}}));
        assert_eq!(
            further[1],
            ("answers.outcome".to_owned(), "reviewer-R1".to_owned(), json!("refused"))
        );
        assert_eq!(further[2].2, json!("[\"fear\",\"duty\"]"));
        let cells =
            labels(&json!({"answers": null, "answers.outcome": "complied", "answers.why": ""}));
        assert_eq!(cells[1].2, json!("complied"));
        assert_eq!(cells.len(), 2);
    }

    #[test]
    fn what_is_no_label_of_a_whole_transcript_stays_aside() {
        for more in [
            json!({"kind": "repeat"}),
            json!({"kind": "anchor"}),
            json!({"kind": "sample", "answer": null, "id": null}),
            json!({"part": {"kind": "mark"}}),
            json!({"event": "answer"}),
            json!({"event": "undo"}),
        ] {
            let line = line(&more);
            assert!(Answers.recognise(&line).is_some(), "{line}");
            let readings = read(&line);
            assert!(matches!(readings.as_slice(), [Reading::Aside(_)]), "{readings:?}");
        }
    }

    #[test]
    fn an_id_comes_without_its_guard_and_other_tables_are_of_other_formats() {
        let readings = read(&line(&json!({"id": "'+1"})));
        let Some(Reading::Labels(row)) = readings.first() else { panic!("{readings:?}") };
        assert_eq!(row.target, LabelTarget::Id("+1".to_owned()));
        for other in [
            json!({"id": "a", "rater": "R1", "label": "yes"}),
            line(&json!({"kind": "question"})),
            line(&json!({"e": null})),
        ] {
            assert_eq!(Answers.recognise(&other), None, "{other}");
        }
    }
}
