//! Makes the `.eval` archives in `sample-data/formats` from the fictional log `inspect.json` there:
//! `cargo run --no-default-features --example make_inspect_samples`.
//!
//! Archives are written by hand, since no library writes entries of several Zstandard frames: whole samples with
//! Zstandard and with deflate, samples in pieces, and a log that was cut off.

use std::error::Error;
use std::fs;
use std::io::Write as _;

use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};
use serde_json::{Map, Value, json};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/sample-data/formats");
/// What a bare NaN is while it passes through a JSON library.
const NAN: &str = "\"(not a number)\"";
/// Texts longer than this are kept apart from messages in pieces.
const LONG: usize = 100;
/// Metadata longer than this is left out of summaries.
const CUT: usize = 1024;

type Entries = Vec<(String, Vec<u8>)>;
type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let text = fs::read_to_string(format!("{FOLDER}/inspect.json"))?.replace("NaN", NAN);
    let log: Value = serde_json::from_str(&text)?;
    let samples = log["samples"].as_array().ok_or("no samples")?;
    let summaries: Vec<Value> = samples.iter().map(summary).collect();
    let mut header = log.clone();
    let keep = |key: &String| !matches!(key.as_str(), "samples" | "reductions");
    header.as_object_mut().ok_or("no object")?.retain(|key, _| keep(key));
    let start = json!({"version": 2, "eval": log["eval"], "plan": log["plan"]});

    let journal = |summaries: &[Value]| {
        [("_journal/start.json", start.clone()), ("_journal/summaries/1.json", json!(summaries))]
            .map(|(name, value)| (name.to_owned(), bytes(&value)))
    };
    let end = || {
        [
            ("summaries.json", json!(summaries)),
            ("reductions.json", log["reductions"].clone()),
            ("header.json", header.clone()),
        ]
        .map(|(name, value)| (name.to_owned(), bytes(&value)))
    };
    let whole = |count: usize| -> Entries {
        samples.iter().take(count).map(|s| (format!("{}.json", name(s)), bytes(s))).collect()
    };

    let mut entries: Entries = journal(&summaries).into();
    entries.extend(whole(samples.len()));
    entries.extend(end());
    archive("inspect_zstd.eval", &entries, 93)?;
    archive("inspect_deflate.eval", &entries, 8)?;

    let mut entries: Entries = end().into();
    for sample in samples {
        entries.extend(pieces(sample)?);
    }
    archive("inspect_chunked.eval", &entries, 93)?;

    let written = summaries.get(..2).unwrap_or_default();
    let mut entries: Entries = journal(written).into();
    entries.extend(whole(3));
    archive("inspect_cut-off.eval", &entries, 8)
}

fn bytes(value: &Value) -> Vec<u8> {
    value.to_string().replace(NAN, "NaN").into_bytes()
}

fn name(sample: &Value) -> String {
    format!("samples/{}_epoch_{}", sample["id"].as_str().unwrap_or_default(), sample["epoch"])
}

/// What Inspect keeps of a sample for its list.
fn summary(sample: &Value) -> Value {
    let mut out = Map::new();
    for key in [
        "id",
        "epoch",
        "input",
        "target",
        "metadata",
        "model_usage",
        "started_at",
        "completed_at",
        "total_time",
        "working_time",
        "uuid",
        "turn_count",
    ] {
        out.insert(key.to_owned(), sample[key].clone());
    }
    let mut scores = sample["scores"].clone();
    for score in scores.as_object_mut().into_iter().flat_map(Map::values_mut) {
        if let Some(score) = score.as_object_mut() {
            score.remove("history");
        }
        for value in score["metadata"].as_object_mut().into_iter().flat_map(Map::values_mut) {
            if value.to_string().len() > CUT {
                *value = "Key removed from summary (> 1k)".into();
            }
        }
        if score["metadata"].is_null()
            && let Some(score) = score.as_object_mut()
        {
            score.remove("metadata");
        }
    }
    if !scores.is_null() {
        out.insert("scores".to_owned(), scores);
    }
    if let Some(error) = sample["error"]["message"].as_str() {
        out.insert("error".to_owned(), error.into());
    }
    let retries = sample["error_retries"].as_array().map_or(0, Vec::len);
    out.insert("retries".to_owned(), retries.into());
    out.insert("completed".to_owned(), true.into());
    out.insert(
        "message_count".to_owned(),
        sample["messages"].as_array().map_or(0, Vec::len).into(),
    );
    Value::Object(out)
}

/// A sample in pieces: two messages a chunk, long texts as attachments with numbers.
fn pieces(sample: &Value) -> Outcome<Entries> {
    let mut texts: Vec<Value> = Vec::new();
    let old = sample["attachments"].as_object().cloned().unwrap_or_default();
    let mut messages = sample["messages"].clone();
    let mut shell = sample.clone();
    for value in [&mut messages, &mut shell["input"]] {
        take_out(value, &old, &mut texts, LONG);
    }
    take_out(&mut shell["output"], &old, &mut texts, usize::MAX);
    let map = shell.as_object_mut().ok_or("no object")?;
    let metadata = map.remove("metadata").unwrap_or_default();
    let events = map.remove("events").unwrap_or_default();
    for key in ["messages", "attachments"] {
        map.remove(key);
    }
    let mut messages = messages.as_array().cloned().unwrap_or_default();
    // A message of an earlier attempt, which is no part of the conversation, stands among them.
    let at = messages.len().min(2);
    messages
        .insert(at, json!({"role": "assistant", "content": "An attempt that was thrown away."}));
    map.insert("message_refs".to_owned(), json!([[0, at], [at + 1, messages.len()]]));

    let folder = name(sample);
    let mut entries = vec![
        (format!("{folder}/sample.json"), bytes(&shell)),
        (format!("{folder}/metadata.json"), bytes(&metadata)),
    ];
    for (list, items) in [("messages", &messages), ("attachments", &texts)] {
        for (i, chunk) in items.chunks(2).enumerate() {
            entries.push((format!("{folder}/{list}/{}.json", i * 2), bytes(&json!(chunk))));
        }
    }
    let count = events.as_array().map_or(0, Vec::len);
    let stats = json!({"version": 1, "chunks": [{"start": 0, "type_counts": {"model": count}}]});
    entries.push((format!("{folder}/events/0.json"), bytes(&events)));
    entries.push((format!("{folder}/events/stats.json"), bytes(&stats)));
    Ok(entries)
}

/// Puts `attachment://NUMBER` in place of texts longer than `long`, and renumbers what is kept apart already.
fn take_out(value: &mut Value, old: &Map<String, Value>, texts: &mut Vec<Value>, long: usize) {
    match value {
        Value::String(text) => {
            let known = text.strip_prefix("attachment://").and_then(|key| old.get(key));
            if known.is_none() && text.len() <= long {
                return;
            }
            let whole = known.cloned().unwrap_or_else(|| Value::String(text.clone()));
            let at = texts.iter().position(|t| *t == whole).unwrap_or_else(|| {
                texts.push(whole);
                texts.len() - 1
            });
            *text = format!("attachment://{at}");
        }
        Value::Array(list) => list.iter_mut().for_each(|v| take_out(v, old, texts, long)),
        Value::Object(map) => map.values_mut().for_each(|v| take_out(v, old, texts, long)),
        _ => {}
    }
}

/// Packs with method 8 (deflate) or 93 (Zstandard, a frame for each 2,000 bytes).
fn pack(bytes: &[u8], method: u16) -> Outcome<Vec<u8>> {
    if method == 8 {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes)?;
        return Ok(encoder.finish()?);
    }
    let mut out = Vec::new();
    for frame in bytes.chunks(2000) {
        out.extend(zstd::encode_all(frame, 19)?);
    }
    Ok(out)
}

/// Writes an archive.
fn archive(file: &str, entries: &Entries, method: u16) -> Outcome<()> {
    let mut out: Vec<u8> = Vec::new();
    let mut directory: Vec<u8> = Vec::new();
    for (name, bytes) in entries {
        let packed = pack(bytes, method)?;
        let mut crc = Crc::new();
        crc.update(bytes);
        // Version needed, no flags, method, 1 January 2031 at midnight, checksum, sizes, length of the name.
        let mut about: Vec<u8> = Vec::new();
        let needed = if method == 8 { 20 } else { 63 };
        for word in [needed, 0x0800, method, 0, (51 << 9) | (1 << 5) | 1] {
            about.extend(word.to_le_bytes());
        }
        for number in [crc.sum(), u32::try_from(packed.len())?, u32::try_from(bytes.len())?] {
            about.extend(number.to_le_bytes());
        }
        about.extend(u16::try_from(name.len())?.to_le_bytes());
        let offset = u32::try_from(out.len())?;
        out.extend(b"PK\x03\x04");
        out.extend(&about);
        out.extend([0, 0]);
        out.extend(name.as_bytes());
        out.extend(packed);
        directory.extend(b"PK\x01\x02\x3f\x00");
        directory.extend(&about);
        directory.extend([0; 12]);
        directory.extend(offset.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let count = u16::try_from(entries.len())?.to_le_bytes();
    let (at, len) = (u32::try_from(out.len())?, u32::try_from(directory.len())?);
    out.extend(directory);
    out.extend(b"PK\x05\x06\x00\x00\x00\x00");
    out.extend(count);
    out.extend(count);
    out.extend(len.to_le_bytes());
    out.extend(at.to_le_bytes());
    out.extend([0, 0]);
    println!("{file}: {} entries, {} bytes", entries.len(), out.len());
    fs::write(format!("{FOLDER}/{file}"), out)?;
    Ok(())
}
