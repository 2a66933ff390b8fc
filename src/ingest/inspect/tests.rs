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

mod samples;

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
    assert_eq!(lamp.meta["output"].get("completion"), None, "the answer again, kept apart");
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
