//! Docent agent runs: one run with one or more transcripts, each a list of chat messages. Every transcript is read as
//! one of its own; what the run says (scores, model, tier) holds for each.

use serde_json::{Map, Value};

use super::Context;
use super::fields::{Fields, type_name};
use super::format::{Format, RawQuote, RawTranscript, Reading, Signs};
use super::items;
use super::message::Notes;
use crate::model::ProblemKind;

/// The format.
pub struct Docent;

/// A transcript of a run: its path, the name an older writer gave it as a key, and itself.
type Entry<'a> = (String, Option<&'a str>, &'a Value);

fn entries(map: &Map<String, Value>) -> Option<Vec<Entry<'_>>> {
    match map.get("transcripts")? {
        Value::Array(list) => {
            let entry = |(i, t)| (format!("transcripts[{i}]"), None, t);
            Some(list.iter().enumerate().map(entry).collect())
        }
        Value::Object(named) => {
            let path = |key: &str| format!("transcripts.{key}");
            Some(named.iter().map(|(key, t)| (path(key), Some(key.as_str()), t)).collect())
        }
        _ => None,
    }
}

impl Format for Docent {
    fn name(&self) -> &'static str {
        "docent"
    }

    fn signs(&self) -> Option<Signs> {
        Some(Signs { nested: &[&["transcripts"]], ..Signs::NONE })
    }

    fn recognise(&self, record: &Value) -> Option<String> {
        let map = record.as_object()?;
        let all = entries(map)?;
        let first = all.first().map(|(.., transcript)| *transcript);
        let chat = first.is_none_or(|t| t.get("messages").is_some_and(Value::is_array));
        if !chat {
            return None;
        }
        if map.contains_key("transcript_groups") {
            return Some("has transcripts and transcript_groups".to_owned());
        }
        let run = map.contains_key("id") || map.contains_key("metadata");
        (run && first.is_some()).then(|| "has transcripts that hold messages".to_owned())
    }

    fn read(&self, record: &Value, _: &Context<'_>) -> Vec<Reading> {
        let Some(map) = record.as_object() else { return Vec::new() };
        let all = entries(map).unwrap_or_default();
        if all.is_empty() {
            let text = "an agent run without a transcript; left out".to_owned();
            return vec![Reading::Refused(ProblemKind::NotARecord, text)];
        }
        let mut fields = Fields::new(map);
        fields.mark("transcripts");
        let mut run = RawTranscript::default();
        fields.identity(&mut run);
        fields.labels(&mut run);
        fields.rest(&mut run);
        let mut readings = std::mem::take(&mut fields.remarks);
        let several = all.len() > 1;
        for (origin, key, transcript) in all {
            let Some(inner) = transcript.as_object() else {
                let what = type_name(transcript);
                let text = format!("`{origin}` is {what}, not a transcript; left out");
                readings.push(Reading::Refused(ProblemKind::NotARecord, text));
                continue;
            };
            let (raw, notes) = one(inner, &origin, key, several, &run);
            readings.extend(notes);
            readings.push(Reading::Transcript(Box::new(raw)));
        }
        readings
    }
}

/// One transcript of a run.
fn one(
    map: &Map<String, Value>,
    origin: &str,
    key: Option<&str>,
    several: bool,
    run: &RawTranscript,
) -> (RawTranscript, Vec<Reading>) {
    let mut raw = run.clone();
    let mut notes = Notes::default();
    let text = |key: &str| map.get(key).and_then(Value::as_str).filter(|t| !t.trim().is_empty());
    let messages = match map.get("messages") {
        Some(Value::Array(list)) => list.as_slice(),
        other => {
            let what = other.map_or("missing", type_name);
            notes.wrong.push(format!("`{origin}.messages` is {what}; the transcript is empty"));
            &[]
        }
    };
    raw.turns = items::turns(messages, &format!("{origin}.messages"), &mut notes);
    for message in messages {
        if raw.model.is_none() {
            raw.model = message.get("model").and_then(Value::as_str).map(str::to_owned);
        }
        quotes(message.get("citations"), messages, &mut raw);
    }
    quotes(map.get("citations"), messages, &mut raw);
    let name = text("name").or(key).or(text("id"));
    if several {
        let part = name.unwrap_or(origin);
        raw.id = Some(match &run.id {
            Some(id) => format!("{id}/{part}"),
            None => part.to_owned(),
        });
    }
    raw.aliases.extend(text("id").map(str::to_owned));
    // The transcript's own metadata speaks of it alone; the run's keeps its place in meta.
    let mut own = Fields::new(map);
    for key in ["messages", "id", "name"] {
        own.mark(key);
    }
    let mut about = RawTranscript::default();
    own.identity(&mut about);
    own.labels(&mut about);
    own.rest(&mut about);
    raw.model = raw.model.or(about.model);
    raw.sample = raw.sample.or(about.sample);
    raw.epoch = raw.epoch.or(about.epoch);
    if raw.tier.is_none() {
        (raw.tier, raw.tier_canonical) = (about.tier, about.tier_canonical);
    }
    raw.labels.extend(about.labels);
    if let Some(name) = name {
        about.meta.insert("name".to_owned(), name.into());
    }
    if let Some(id) = text("id") {
        about.meta.insert("id".to_owned(), id.into());
    }
    raw.meta.insert("transcript".to_owned(), Value::Object(about.meta));
    let readings = notes.tell(&mut raw);
    (raw, readings)
}

/// Citations that quote: the words, and the message they point at.
fn quotes(citations: Option<&Value>, messages: &[Value], raw: &mut RawTranscript) {
    for citation in citations.and_then(Value::as_array).into_iter().flatten() {
        let target = citation.get("target").unwrap_or(citation);
        let range = target.get("text_range").unwrap_or(target);
        let quote = ["start_pattern", "quote", "text"]
            .iter()
            .find_map(|key| range.get(*key).and_then(Value::as_str))
            .unwrap_or_default();
        let item = target.get("item").unwrap_or(target);
        let message = item
            .get("block_idx")
            .and_then(Value::as_u64)
            .and_then(|i| messages.get(usize::try_from(i).ok()?))
            .and_then(|message| message.get("id")?.as_str())
            .map(str::to_owned);
        if !quote.trim().is_empty() || message.is_some() {
            let (label, quote) = ("citation".to_owned(), quote.to_owned());
            raw.quotes.push(RawQuote { label, quote, message, ..RawQuote::default() });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::{LabelRules, UnitReading, read_unit};
    use crate::model::{Found, Place};
    use serde_json::json;

    fn read(record: &Value) -> UnitReading {
        let rules = LabelRules::default();
        let context = Context::new(Place::default(), "run", &rules, 1);
        read_unit(&serde_json::to_vec(record).unwrap(), &context)
    }

    fn raws(record: &Value) -> Vec<RawTranscript> {
        let rules = LabelRules::default();
        let context = Context::new(Place::default(), "run", &rules, 1);
        let readings = Docent.read(record, &context).into_iter();
        readings
            .filter_map(|r| if let Reading::Transcript(raw) = r { Some(*raw) } else { None })
            .collect()
    }

    #[test]
    fn a_run_of_one_transcript_keeps_its_id() {
        let reading = read(&json!({
            "id": "run-1", "name": "first", "description": null,
            "metadata": {"scores": {"reward": 0.2, "solved": true}, "model": "larch-2", "task_id": "t9", "tier": "free"},
            "transcript_groups": [],
            "transcripts": [{"id": "tr", "name": "main", "metadata": {"seed": 4}, "messages": [
                {"id": "m0", "role": "user", "content": "Hi"},
                {"id": "m1", "role": "assistant", "content": [{"type": "reasoning", "reasoning": "hm", "redacted": false}, {"type": "text", "text": "Hello"}],
                 "tool_calls": [{"id": "c", "function": "wave", "arguments": {"hand": "left"}, "type": "function"}],
                 "citations": [{"start_idx": 0, "end_idx": 5, "target": {"item": {"item_type": "block_content", "block_idx": 1}, "text_range": {"start_pattern": "Hello"}}}]},
                {"role": "tool", "content": "waved", "tool_call_id": "c"},
            ]}],
        }));
        assert_eq!((reading.format, reading.problems.len()), ("docent", 0));
        let [one] = &reading.transcripts[..] else { panic!("{}", reading.transcripts.len()) };
        assert_eq!((one.id.as_str(), one.sample.as_str()), ("run-1", "t9"));
        assert_eq!(one.model.as_deref(), Some("larch-2"));
        assert_eq!(one.tier.as_ref().map(|t| t.value.as_str()), Some("free"));
        let labels: Vec<&str> = one.judgements.iter().map(|j| j.label.as_str()).collect();
        assert_eq!(labels, ["reward", "solved"]);
        let texts: Vec<&str> = one.sections.iter().map(|s| s.text.as_str()).collect();
        assert_eq!(texts, ["Hi", "hm", "Hello", "wave({\"hand\":\"left\"})", "waved"]);
        assert_eq!(one.sections[1].origin, "transcripts[0].messages[1].content[0].reasoning");
        assert_eq!(one.evidence[0].quote, "Hello");
        assert_eq!(
            one.meta["transcript"],
            json!({"metadata": {"seed": 4}, "name": "main", "id": "tr"})
        );
        assert!(one.meta.contains_key("transcript_groups") && one.meta.contains_key("metadata"));
    }

    #[test]
    fn each_transcript_of_a_run_is_one() {
        let chat = |text: &str| json!([{"role": "user", "content": text}, {"role": "assistant", "content": "ok", "model": "tern"}]);
        let list = json!({"id": "r", "transcripts": [
            {"id": "a", "messages": chat("x"), "transcript_group_id": "g"},
            {"id": "b", "name": "solver", "messages": chat("y"), "metadata": {"scores": {"own": 1}}},
        ]});
        let all = raws(&list);
        let ids: Vec<Option<&str>> = all.iter().map(|t| t.id.as_deref()).collect();
        assert_eq!(ids, [Some("r/a"), Some("r/solver")]);
        assert_eq!(all[1].aliases, ["b"]);
        assert_eq!(all[0].meta["transcript"]["transcript_group_id"], "g");
        assert_eq!((all[0].labels.len(), all[1].labels.len()), (0, 1));
        assert_eq!(all[0].model.as_deref(), Some("tern"));
        // The older form names them by keys.
        let named = json!({"metadata": {}, "transcripts": {"main": {"messages": chat("x")}, "sub": {"messages": chat("y")}}});
        let all = raws(&named);
        let ids: Vec<Option<&str>> = all.iter().map(|t| t.id.as_deref()).collect();
        assert_eq!(ids, [Some("main"), Some("sub")]);
        assert_eq!(all[1].turns[0].parts[0].origin, "transcripts.sub.messages[0].content");
    }

    #[test]
    fn older_citations_and_odd_ones() {
        let cites = json!([{"block_idx": 0, "start_pattern": "Hi"}, {"block_idx": 0}, {"block_idx": 9}, 3, {"target": []}]);
        let run = json!({"id": 1, "transcripts": [{"messages": [{"role": "user", "content": "Hi", "id": "m"}], "citations": cites}]});
        let [one] = &raws(&run)[..] else { panic!() };
        let found: Vec<(&str, Option<&str>)> =
            one.quotes.iter().map(|q| (q.quote.as_str(), q.message.as_deref())).collect();
        assert_eq!(found, [("Hi", Some("m")), ("", Some("m"))]);
        assert_eq!(one.id.as_deref(), Some("1"));
    }

    #[test]
    fn nothing_vanishes() {
        let empty = read(&json!({"id": "r", "transcripts": [], "transcript_groups": []}));
        assert_eq!((empty.left_out, empty.problems.len()), (1, 1));
        let odd = read(
            &json!({"id": "r", "transcripts": [{"messages": []}, 4, {"messages": 5}], "metadata": 3}),
        );
        assert_eq!((odd.transcripts.len(), odd.left_out, odd.problems.len()), (2, 1, 2));
        for not in [
            json!({"id": "r", "transcripts": [{"text": "x"}]}),
            json!({"transcripts": [{"messages": []}]}),
            json!({"id": 1, "transcripts": "x"}),
            json!({"id": 1, "transcripts": []}),
        ] {
            assert_eq!(Docent.recognise(&not), None, "{not}");
        }
    }

    #[test]
    fn the_sample_file() {
        let text = include_str!("../../sample-data/formats/docent.json");
        let reading = read(&serde_json::from_str(text).unwrap());
        assert_eq!((reading.format, reading.problems.len()), ("docent", 0));
        let seen: Vec<(&str, &str, Option<&str>)> = reading
            .transcripts
            .iter()
            .map(|t| (t.id.as_str(), t.sample.as_str(), t.tier.as_ref().map(|t| t.value.as_str())))
            .collect();
        let expected = [
            ("run-brightwater-01/free", "dream-ending", Some("free")),
            ("run-brightwater-01/paid", "dream-ending", Some("paid")),
        ];
        assert_eq!(seen, expected);
        assert_eq!(reading.transcripts[0].evidence[0].found, Found::Exact);
        assert!(reading.transcripts.iter().all(|t| t.judgements.len() == 2));
    }
}
