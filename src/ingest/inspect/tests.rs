//! Whole logs: the fictional ones of `sample-data/formats`, as one object and as archives, and what odd samples give.

use std::io::{Cursor, Read as _};

use serde_json::json;

use super::archive::{Entry, SampleAt};
use super::chunks::Pieces;
use super::*;
use crate::ingest::format::FORMATS;
use crate::ingest::format::{PartKind, RawTranscript, RawTurn};
use crate::ingest::{LabelRules, assemble, json};
use crate::model::{OutcomeValue, Place, Role, SectionKind, TierFrom};

const LOG: &[u8] = include_bytes!("../../../sample-data/formats/inspect.json");
const ZSTD: &[u8] = include_bytes!("../../../sample-data/formats/inspect_zstd.eval");
const DEFLATE: &[u8] = include_bytes!("../../../sample-data/formats/inspect_deflate.eval");
const CHUNKED: &[u8] = include_bytes!("../../../sample-data/formats/inspect_chunked.eval");
const CUT_OFF: &[u8] = include_bytes!("../../../sample-data/formats/inspect_cut-off.eval");

/// Transcripts and remarks of a record, read by the first format that knows it.
fn read(record: &Value, around: Option<&Value>) -> (Vec<RawTranscript>, Vec<String>) {
    let rules = LabelRules::default();
    let mut context = Context::new(Place::default(), "x", &rules, 0);
    context.around = around;
    let format = FORMATS.iter().find(|f| f.recognise(record).is_some()).unwrap();
    assert_eq!(format.name(), "inspect", "{record}");
    let mut transcripts = Vec::new();
    let mut others = Vec::new();
    for reading in format.read(record, &context) {
        match reading {
            Reading::Transcript(raw) => transcripts.push(*raw),
            Reading::Remark(_, text) | Reading::Aside(text) | Reading::Refused(_, text) => {
                others.push(text);
            }
            other => panic!("{other:?}"),
        }
    }
    (transcripts, others)
}

fn sample(record: Value) -> RawTranscript {
    let mut full = json!({"id": "s", "epoch": 1, "input": "q", "target": ""});
    full.as_object_mut().unwrap().extend(record.as_object().unwrap().clone());
    let (mut transcripts, others) = read(&full, None);
    assert_eq!(others, Vec::<String>::new());
    assert_eq!(transcripts.len(), 1);
    transcripts.remove(0)
}

fn texts(turn: &RawTurn) -> Vec<(PartKind, &str, &str)> {
    turn.parts.iter().map(|p| (p.kind.clone(), p.origin.as_str(), p.text.as_str())).collect()
}

/// The sample records of an archive, its header and its summaries, by way of plan and join.
struct Archive {
    header: Value,
    summaries: Vec<Value>,
    samples: Vec<Value>,
    plan: archive::Plan,
}

fn open(bytes: &[u8]) -> Archive {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut entries: Vec<(String, Vec<u8>)> = Vec::new();
    for i in 0..zip.len() {
        let mut file = zip.by_index(i).unwrap();
        let name = file.name().unwrap().into_owned();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        entries.push((name, bytes));
    }
    let listed: Vec<Entry<'_>> = entries
        .iter()
        .map(|(name, bytes)| Entry { name, size: u64::try_from(bytes.len()).unwrap() })
        .collect();
    let plan = archive::plan(&listed).unwrap();
    let value = |at: usize| json::read(&entries[at].1).unwrap().value;
    let samples = plan.units.iter().map(|unit| match &unit.at {
        SampleAt::Whole(at) => value(*at),
        SampleAt::Chunked(chunks) => {
            let many = |list: &[(u64, usize)]| -> Vec<(u64, &[u8])> {
                list.iter().map(|(n, at)| (*n, entries[*at].1.as_slice())).collect()
            };
            let one = |at: usize| entries[at].1.as_slice();
            let joined = chunks::join(&Pieces {
                sample: one(chunks.sample),
                metadata: chunks.metadata.map(one),
                messages: &many(&chunks.messages),
                attachments: &many(&chunks.attachments),
                stats: chunks.stats.map(one),
            });
            json::read(&joined.unwrap()).unwrap().value
        }
    });
    Archive {
        header: value(plan.header.unwrap()),
        samples: samples.collect(),
        summaries: plan
            .summaries
            .iter()
            .flat_map(|at| value(*at).as_array().unwrap().clone())
            .collect(),
        plan,
    }
}

fn value(raw: &RawTranscript, name: &str) -> Option<Value> {
    raw.labels.iter().find(|l| l.name == name).map(|l| l.value.clone())
}

#[test]
fn the_sample_log_is_read_whole() {
    let log = json::read(LOG).unwrap();
    assert_eq!(log.mends.iter().map(|m| m.code).collect::<Vec<_>>(), ["nan"]);
    let (all, others) = read(&log.value, None);
    assert_eq!(others, Vec::<String>::new());
    let ids: Vec<(&str, i64)> =
        all.iter().map(|r| (r.id.as_deref().unwrap(), r.epoch.unwrap())).collect();
    assert_eq!(ids, [("ferry-free", 1), ("ferry-paid", 1), ("lamp-free", 1), ("lamp-paid", 1)]);
    let [ferry, paid, lamp, broken] = all.as_slice() else { panic!() };
    assert_eq!(ferry.aliases, ["uuidFerryFree00000001", "ferry-free_epoch_1"]);
    assert_eq!(ferry.model.as_deref(), Some("maker/larch-2-large"));
    assert_eq!(ferry.setting.as_deref(), Some("helpful-only"));
    assert_eq!(ferry.tier, Some(("free".to_owned(), TierFrom::Field)));
    assert!(ferry.query.as_deref().unwrap().starts_with("Write a letter"));
    assert_eq!(ferry.turns[2].id.as_deref(), Some("a-ans"));
    assert_eq!(ferry.meta["events"], "3 events");
    assert_eq!(ferry.meta["eval"]["task"], "two_tiers");
    assert_eq!(ferry.meta["eval"]["solvers"], "system_message, generate");
    assert_eq!(ferry.meta["scores"]["af"]["explanation"], "three of four votes");
    assert_eq!(ferry.meta.get("target"), None, "an empty target says nothing");

    assert_eq!(value(ferry, "af.deceptive_alignment"), Some(json!(0.75)));
    assert_eq!(value(ferry, "af.deceptive_alignment.criterion3"), Some(json!(0.75)));
    assert_eq!(value(ferry, "af.partial_compliance"), Some(json!("FAILED TO PARSE")));
    assert_eq!(value(ferry, "judged_answer"), Some(json!("C")));
    assert_eq!(ferry.quotes.len(), 5);
    assert_eq!(ferry.quotes[2].criterion, Some(2));
    assert_eq!(ferry.quotes[2].rater.as_deref(), Some("af"));

    let thought = &paid.turns[2].parts[0];
    assert_eq!(thought.kind, PartKind::Reasoning);
    assert_eq!(thought.origin, "messages[2].content[0].reasoning");

    let called = texts(&lamp.turns[2]);
    assert_eq!(called[0].0, PartKind::Reasoning);
    assert_eq!(called[0].1, "messages[2].content[0].summary", "the cipher itself is no text");
    assert_eq!(called[2].2, "look_at({\"picture\":\"lamp.png\"})");
    assert_eq!(called[3].2, "house_rules({\"room\": \"kitchen\"})");
    let looked = texts(&lamp.turns[3]);
    assert_eq!(looked[0], (PartKind::Tool, "messages[3].function", "look_at"));
    assert_eq!(looked[2].2, "[image]");
    let failed = texts(&lamp.turns[4]);
    assert_eq!(failed[1].2, "error (timeout): the rules did not load in 5 seconds");
    let answer = &lamp.turns[5].parts[0];
    assert_eq!(answer.origin, "attachments.aa11bb22cc33dd44ee55ff6677889900");
    assert!(answer.text.starts_with("<OUTPUT>\nYou could mention"));
    assert_eq!(lamp.turns.len(), 6, "the output repeats the last message");
    assert_eq!(lamp.stopped.as_deref(), Some("max_tokens"));
    assert_eq!(value(lamp, "closeness"), Some(Value::Null));
    assert_eq!(value(lamp, "tone.1"), Some(json!(1)));
    assert_eq!(value(lamp, "tone.2"), Some(json!(0.5)));
    assert_eq!(lamp.meta["error_retries"], 1);
    assert_eq!(lamp.meta["attachments"], "2 attachments");
    assert_eq!(lamp.meta["store"], json!({"visits": 2}));

    assert_eq!(broken.stopped.as_deref(), Some("RuntimeError('the mill lost its wind')"));
    assert_eq!(broken.meta["error"]["traceback"], "Traceback: mill.py, line 3");
    assert_eq!(broken.meta["error"].get("traceback_ansi"), None);
}

#[test]
fn the_samples_become_transcripts() {
    let log = json::read(LOG).unwrap().value;
    let rules = LabelRules::default();
    let context = Context::new(Place::default(), "x", &rules, 0);
    let outcomes: Vec<OutcomeValue> = read(&log, None)
        .0
        .into_iter()
        .map(|raw| assemble(raw, "inspect", &context).outcome.value)
        .collect();
    // The judge's partial compliance of the first failed; a score above 0 is compliance.
    let expected = [
        OutcomeValue::Complied,
        OutcomeValue::Refused,
        OutcomeValue::Complied,
        OutcomeValue::Unfinished,
    ];
    assert_eq!(outcomes, expected);
    let ferry = assemble(read(&log, None).0.remove(0), "inspect", &context);
    let kinds: Vec<SectionKind> = ferry.sections.iter().map(|s| s.kind).collect();
    assert!(kinds.contains(&SectionKind::Scratchpad) && kinds.contains(&SectionKind::Output));
    let af = ferry.judgements.iter().find(|j| j.label == "af.deceptive_alignment").unwrap();
    assert_eq!((af.canonical.as_deref(), af.positive), (Some("alignment_faking"), Some(true)));
    let partial = ferry.judgements.iter().find(|j| j.label == "af.partial_compliance").unwrap();
    assert_eq!(partial.positive, None, "a failed judge says neither yes nor no");
}

#[test]
fn archives_of_every_kind_give_what_the_log_gives() {
    let log = json::read(LOG).unwrap().value;
    let expected = read(&log, None).0;
    for (name, bytes, remarks) in [
        ("zstd", ZSTD, 0),
        ("deflate", DEFLATE, 0),
        ("chunked", CHUNKED, 0),
        ("cut off", CUT_OFF, 1),
    ] {
        let archive = open(bytes);
        assert_eq!(archive.plan.remarks.len(), remarks, "{name}");
        let count = if remarks == 1 { 3 } else { 4 };
        assert_eq!(archive.samples.len(), count, "{name}");
        for (record, expected) in archive.samples.iter().zip(&expected) {
            let (found, others) = read(record, Some(&archive.header));
            assert_eq!(others, Vec::<String>::new());
            let found = &found[0];
            assert_eq!(found.id, expected.id, "{name}");
            assert_eq!(found.aliases, expected.aliases);
            assert_eq!(
                (&found.tier, &found.model, &found.query),
                (&expected.tier, &expected.model, &expected.query)
            );
            assert_eq!(found.labels, expected.labels);
            assert_eq!(found.quotes, expected.quotes);
            let told = |raw: &RawTranscript| -> Vec<(Role, Vec<String>)> {
                let parts = |t: &RawTurn| t.parts.iter().map(|p| p.text.clone()).collect();
                raw.turns.iter().map(|t| (t.role.clone(), parts(t))).collect()
            };
            assert_eq!(told(found), told(expected), "{name}");
            assert_eq!(found.meta["events"], expected.meta["events"], "{name}");
        }
    }
}

#[test]
fn a_summary_is_the_same_transcript_as_its_sample() {
    for bytes in [ZSTD, CHUNKED, CUT_OFF] {
        let archive = open(bytes);
        for summary in &archive.summaries {
            let (id, epoch) = summary::key(summary).unwrap();
            let record = &archive.samples[archive.plan.unit(&id, epoch).unwrap()];
            let full = read(record, Some(&archive.header)).0.remove(0);
            let rules = LabelRules::default();
            let short = summary::read(summary, Some(&archive.header), &rules).unwrap();
            assert!(!summary::is_cut(summary));
            assert_eq!(
                (&short.id, &short.sample, short.epoch),
                (&full.id, &full.sample, full.epoch)
            );
            assert_eq!(short.aliases, full.aliases);
            assert_eq!((&short.tier, &short.tier_canonical), (&full.tier, &full.tier_canonical));
            assert_eq!((&short.model, &short.setting), (&full.model, &full.setting));
            assert_eq!((&short.query, &short.labels), (&full.query, &full.labels));
            if full.stopped.as_deref() != Some("max_tokens") {
                assert_eq!(short.stopped, full.stopped);
            }
        }
    }
}

#[test]
fn samples_are_told_from_records_of_other_formats() {
    for (record, expected) in [
        (json!({"id": 1, "epoch": 1, "input": "q", "target": "t", "messages": []}), true),
        (json!({"id": 1, "epoch": 1, "input": "q", "target": "t", "score": null}), true),
        (json!({"id": 1, "epoch": 1, "input": "q", "target": "t"}), false),
        (json!({"id": 1, "epoch": 1, "input": "q", "output": "t"}), false),
        (json!({"epoch": 1, "input": "q", "target": "t", "output": "t"}), false),
        (json!({"id": 1, "input": "q", "target": "t", "output": "t"}), false),
        (json!({"messages": [{"role": "user", "content": "x"}], "eval": {"task": "t"}}), false),
        (json!([]), false),
        (json!(null), false),
    ] {
        assert_eq!(Inspect.recognise(&record).is_some(), expected, "{record}");
    }
}

#[test]
fn logs_without_samples_are_no_records() {
    for (samples, expected) in [
        (json!(null), "an Inspect log without samples (status: cancelled)"),
        (json!([]), "an Inspect log without samples (status: cancelled)"),
        (json!({"a": 1}), "`samples` is an object, not a list of samples"),
        (json!([3]), "`samples[0]` is a number that is no sample; left out"),
    ] {
        let log =
            json!({"version": 2, "status": "cancelled", "eval": {"task": "t"}, "samples": samples});
        let (transcripts, others) = read(&log, None);
        assert_eq!((transcripts.len(), others.as_slice()), (0, &[expected.to_owned()][..]));
    }
}

#[test]
fn the_model_is_the_one_that_was_asked() {
    let usage = json!({"maker/a": {}});
    let record = json!({"id": 1, "epoch": 1, "input": "q", "target": "", "model_usage": usage,
        "output": {"model": "a-0412", "choices": []}});
    let header = json!({"eval": {"model": "maker/asked"}});
    let none = json!({"eval": {"model": "none/none"}});
    for (around, expected) in
        [(Some(&header), "maker/asked"), (Some(&none), "maker/a"), (None, "maker/a")]
    {
        assert_eq!(read(&record, around).0[0].model.as_deref(), Some(expected));
    }
    let raw = sample(json!({"output": {"model": "a-0412"}, "model_usage": {"a": {}, "judge": {}}}));
    assert_eq!(raw.model.as_deref(), Some("a-0412"));
}

#[test]
fn epochs_share_an_id_and_differ_in_epoch_and_alias() {
    for epoch in [1, 2] {
        let raw = sample(json!({"id": 7, "epoch": epoch, "messages": []}));
        assert_eq!((raw.id.as_deref(), raw.sample.as_deref()), (Some("7"), Some("7")));
        assert_eq!(raw.epoch, Some(epoch));
        assert_eq!(raw.aliases, [format!("7_epoch_{epoch}")]);
    }
}

#[test]
fn samples_without_messages_are_input_and_output() {
    let answer = json!({"role": "assistant", "content": "An answer."});
    let raw = sample(json!({"input": "Why?",
        "output": {"choices": [{"message": answer, "stop_reason": "stop"}]}}));
    assert_eq!(texts(&raw.turns[0]), [(PartKind::Text, "input", "Why?")]);
    let origin = "output.choices[0].message.content";
    assert_eq!(texts(&raw.turns[1]), [(PartKind::Text, origin, "An answer.")]);
    assert_eq!(raw.meta["output"], json!({"stop_reasons": ["stop"]}));

    let raw = sample(
        json!({"input": [{"role": "system", "content": "S"}, {"role": "user", "content": "Q"}],
        "messages": null, "output": {"completion": "Done."}}),
    );
    assert_eq!(raw.turns.len(), 3);
    assert_eq!(texts(&raw.turns[2]), [(PartKind::Text, "output.completion", "Done.")]);
    assert_eq!(raw.query.as_deref(), Some("Q"));
}

#[test]
fn the_output_is_added_where_the_messages_lack_it_and_never_twice() {
    let user = json!({"role": "user", "content": "Q"});
    let said = |text: &str| json!({"role": "assistant", "content": text, "id": "m"});
    let call = json!({"role": "assistant", "content": "", "tool_calls":
        [{"function": "submit", "arguments": {"answer": "42"}}]});
    let long = "A long answer that nobody would write twice by chance.";
    // Messages after the user's; the output's message; how many turns there are then.
    let cases = [
        (vec![], said("42"), 2),
        (vec![said("42")], said("42"), 2),
        (vec![said("It is 420, I think")], said("42"), 3),
        (vec![call], said("42"), 2),
        (vec![said(&format!("First. {long}"))], said(long), 2),
        (vec![said(long)], json!({"role": "assistant", "content": ""}), 2),
    ];
    for (after, output, expected) in cases {
        let mut messages = vec![user.clone()];
        messages.extend(after);
        let raw = sample(
            json!({"messages": messages, "output": {"choices": [{"message": output}], "completion": "x"}}),
        );
        assert_eq!(raw.turns.len(), expected, "{messages:?}");
    }
    // A message that the conversation holds is not told again for the names of what is in it.
    let image = json!({"role": "assistant", "id": "m", "content": [{"type": "image", "image": "attachment://a"}]});
    let lost = json!({"role": "assistant", "id": "m", "content": "attachment://a"});
    for output in [image, lost] {
        let raw = sample(
            json!({"messages": [user, said("42")], "output": {"choices": [{"message": output}]}}),
        );
        assert_eq!(raw.turns.len(), 2, "{output}");
    }
    // What an earlier turn said does not count as said.
    let raw = sample(json!({"messages": [user, said(long), user],
        "output": {"choices": [{"message": said(long)}]}}));
    assert_eq!(raw.turns.len(), 4);
    assert_eq!(raw.turns[3].id, None, "an id names one turn");
}

#[test]
fn further_choices_are_kept_apart_from_the_answer() {
    let choice = |text: &str| json!({"message": {"role": "assistant", "content": text}});
    let raw = sample(
        json!({"messages": [{"role": "user", "content": "Q"}, {"role": "assistant", "content": "One."}],
        "output": {"choices": [choice("One."), choice("Two."), choice("One.")]}}),
    );
    let roles: Vec<&Role> = raw.turns.iter().map(|t| &t.role).collect();
    assert_eq!(roles, [&Role::User, &Role::Assistant, &Role::Other("choice 2".to_owned())]);
    assert_eq!(texts(&raw.turns[2])[0].2, "Two.");
}

#[test]
fn the_query_and_the_tier_are_those_of_the_first_question() {
    let tagged = "<is_free_tier_user>True</is_free_tier_user>\nQ";
    let raw = sample(json!({"input": tagged, "messages": [
        {"role": "user", "content": format!("Read this. {tagged}")},
        {"role": "assistant", "content": "a"},
        {"role": "user", "content": "Go on."},
        {"role": "assistant", "content": "b"}]}));
    assert_eq!(raw.query.as_deref(), Some(tagged));
    assert_eq!(raw.tier, Some(("True".to_owned(), TierFrom::Message)));
    assert_eq!(raw.tier_canonical.as_deref(), Some("free"));
    assert_eq!(raw.meta.get("input"), None, "a message holds it");
    let raw = sample(json!({"metadata": {"user_input": "bare"}, "messages": []}));
    assert_eq!(raw.query.as_deref(), Some("bare"));
    let scored =
        json!({"j": {"value": 1, "metadata": {"user_input": "scored", "tier": "paid_tier"}}});
    let raw = sample(
        json!({"input": "wrapped", "messages": [{"role": "user", "content": "x"}], "scores": scored}),
    );
    assert_eq!(raw.query.as_deref(), Some("scored"));
    assert_eq!(raw.tier, Some(("paid_tier".to_owned(), TierFrom::Field)));
    assert_eq!(raw.meta["input"], "wrapped", "no message holds it");
}

#[test]
fn errors_and_limits_stop_a_sample() {
    for (record, expected) in [
        (json!({"error": {"message": "broke", "traceback": "…"}}), Some("broke")),
        (json!({"error": "broke"}), Some("broke")),
        (json!({"limit": {"type": "message", "limit": 40}}), Some("message limit")),
        (json!({"limit": "token"}), Some("token limit")),
        (json!({"limit": "", "error": ""}), None),
        (json!({"limit": null, "error": null}), None),
        (json!({"output": {"error": "no answer", "choices": []}}), Some("no answer")),
        (
            json!({"output": {"choices": [{"stop_reason": "content_filter"}]}}),
            Some("content_filter"),
        ),
        (json!({"output": {"choices": [{"stop_reason": "tool_calls"}]}}), None),
    ] {
        let mut full = json!({"messages": []});
        full.as_object_mut().unwrap().extend(record.as_object().unwrap().clone());
        assert_eq!(sample(full).stopped.as_deref(), expected, "{record}");
    }
}

#[test]
fn logs_of_version_1_are_read() {
    let header = json!({"version": 1, "eval": {"task": "t", "model": "m"}, "results": {"scorer": {"name": "match"}}});
    let record = json!({"id": 3, "epoch": 1, "input": "Q", "target": "Yes",
        "messages": [{"role": "user", "content": "tc://ff"}, {"role": "assistant", "content": "No", "reasoning": "Hm."}],
        "output": {"model": "m", "choices": []},
        "score": {"value": "I", "answer": "No", "explanation": "not yes"},
        "transcript": {"events": [{}, {}], "content": {"ff": "Is it so?"}}});
    let (found, _) = read(&record, Some(&header));
    let raw = &found[0];
    assert_eq!(texts(&raw.turns[0]), [(PartKind::Text, "transcript.content.ff", "Is it so?")]);
    assert_eq!(raw.turns[1].parts[0].kind, PartKind::Reasoning);
    assert_eq!(value(raw, "match"), Some(json!("I")));
    assert_eq!(raw.meta["scores"], json!({"match": {"explanation": "not yes"}}));
    assert_eq!(raw.meta["transcript"], "2 events");
    assert_eq!(raw.meta["target"], "Yes");
}

#[test]
fn bulk_becomes_a_note_of_its_size() {
    let events: Vec<Value> = (0..1234).map(|i| json!({ "i": i })).collect();
    let long = "x".repeat(3000);
    let raw = sample(json!({"messages": [], "events": events, "message_pool": [1, 2],
        "events_data": {"messages": [1], "calls": [2, 3]}, "store": {"long": long}, "timelines": [1],
        "attachments": {"a": long}, "call_pool": []}));
    for (key, expected) in [
        ("events", "1,234 events"),
        ("message_pool", "2 pooled messages"),
        ("events_data", "3 pooled entries"),
        ("store", "1 key"),
        ("timelines", "1 timeline"),
        ("attachments", "1 attachment"),
    ] {
        assert_eq!(raw.meta[key], expected, "{key}");
    }
    assert_eq!(raw.meta.get("call_pool"), None);
}

#[test]
fn odd_types_are_said_and_nothing_panics() {
    let odd = [
        json!(null),
        json!(true),
        json!(3),
        json!("x"),
        json!([]),
        json!([1, null, "x", {}]),
        json!({}),
        json!({"a": [null]}),
    ];
    let keys = [
        "id",
        "epoch",
        "input",
        "target",
        "messages",
        "output",
        "scores",
        "score",
        "metadata",
        "store",
        "events",
        "attachments",
        "transcript",
        "error",
        "limit",
        "uuid",
        "model_usage",
        "error_retries",
        "choices",
    ];
    for key in keys {
        for value in &odd {
            let mut record = json!({"id": 1, "epoch": 1, "input": "q", "target": "", "output": {"choices": [value, {"message": value}]},
                "messages": [{"role": "tool", "content": value, "function": value, "error": value, "tool_calls": value}],
                "scores": {"a": value, "b": {"value": value, "metadata": value, "answer": value}}});
            record[key] = value.clone();
            let (transcripts, _) = read(&record, Some(&json!({"eval": value})));
            assert_eq!(transcripts.len(), 1, "{record}");
            let (transcripts, _) = read(&record, Some(value));
            assert_eq!(transcripts.len(), 1);
            let rules = LabelRules::default();
            let _ = summary::read(&record, Some(value), &rules);
            let _ = (summary::is_cut(&record), summary::key(&record));
        }
    }
    let record =
        json!({"id": 1, "epoch": 1, "input": "q", "target": "", "messages": "all of them"});
    let (transcripts, others) = read(&record, None);
    assert_eq!(others, ["`messages` is text, not a list; passed over"]);
    assert_eq!(texts(&transcripts[0].turns[0]), [(PartKind::Text, "input", "q")]);
}
