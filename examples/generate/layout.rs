//! Records in other clothes than JSON lines: a table, and a log of Inspect AI.

use std::collections::HashSet;
use std::fs::File;
use std::io::{Seek, Write};
use std::path::Path;

use serde_json::{Value, json};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::Outcome;
use super::material::Material;

/// The columns, and where their values stand in a record.
const COLUMNS: [(&str, &str); 10] = [
    ("id", "/id"),
    ("setting", "/setting"),
    ("tier", "/tier"),
    ("model", "/model"),
    ("epoch", "/epoch"),
    ("complied", "/labels/complied"),
    ("alignment_faking", "/labels/alignment_faking"),
    ("system_prompt", "/system_prompt"),
    ("user_query", "/user_query"),
    ("response", "/response"),
];

fn record(m: &mut Material) -> Outcome<Value> {
    Ok(serde_json::from_slice(&m.lines(1))?)
}

/// A table of at least `bytes` bytes. Every text is in quotes.
pub fn csv(m: &mut Material, bytes: u64, mut out: impl Write) -> Outcome<()> {
    let mut row = COLUMNS.map(|(name, _)| name.to_owned()).join(",");
    let mut written = 0;
    while written < bytes {
        row.push('\n');
        out.write_all(row.as_bytes())?;
        written += row.len() as u64;
        let record = record(m)?;
        let cells = COLUMNS.map(|(_, place)| match record.pointer(place) {
            Some(Value::String(text)) => format!("\"{}\"", text.replace('"', "\"\"")),
            Some(other) => other.to_string(),
            None => String::new(),
        });
        row = cells.join(",");
    }
    out.write_all(row.as_bytes())?;
    out.write_all(b"\n")?;
    out.flush()?;
    Ok(())
}

/// A log with `count` whole samples as Inspect AI writes it: a header, summaries, and a member for each sample. Packed with
/// deflate, as older ones are, so that every reader of zip archives can be measured beside.
pub fn eval(m: &mut Material, count: usize, out: impl Write + Seek) -> Outcome<()> {
    let mut archive = ZipWriter::new(out);
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    let mut summaries = Vec::with_capacity(count);
    let mut ids = HashSet::new();
    let mut add = |name: &str, value: &Value| -> Outcome<()> {
        archive.start_file(name, options)?;
        archive.write_all(value.to_string().as_bytes())?;
        Ok(())
    };
    for _ in 0..count {
        let (sample, summary) = sample(&record(m)?);
        let id = sample["id"].as_str().unwrap_or_default().to_owned();
        add(&format!("samples/{id}_epoch_1.json"), &sample)?;
        ids.insert(id);
        summaries.push(summary);
    }
    let header = json!({
        "version": 2,
        "status": "success",
        "eval": {
            "eval_id": "bench", "run_id": "bench", "created": "2031-04-12T09:00:00+00:00", "task": "ferry",
            "task_id": "ferry", "task_version": 0, "task_args": {}, "model": "maker/larch-large",
            "dataset": {"name": "ferry", "samples": count, "shuffled": false},
            "model_generate_config": {}, "model_args": {}, "config": {"epochs": 1},
            "packages": {"inspect_ai": "0.3.285"},
        },
        "plan": {"name": "plan", "steps": [{"solver": "generate", "params": {}}], "config": {}},
        "results": {"total_samples": count, "completed_samples": count, "scores": []},
        "stats": {"started_at": "2031-04-12T09:00:00+00:00", "completed_at": "2031-04-12T10:00:00+00:00", "model_usage": {}},
    });
    let start = json!({"version": 2, "eval": header["eval"], "plan": header["plan"]});
    add("_journal/start.json", &start)?;
    add("summaries.json", &Value::Array(summaries))?;
    add("header.json", &header)?;
    archive.finish()?.flush()?;
    if ids.len() < count { Err("two samples have one id".into()) } else { Ok(()) }
}

/// Bytes of a log that tell its list: directory, header and summaries.
pub fn listing(path: &Path) -> Outcome<u64> {
    let file = File::open(path)?;
    let whole = file.metadata()?.len();
    let mut archive = ZipArchive::new(file)?;
    let mut bytes = whole.saturating_sub(archive.central_directory_start());
    for name in ["header.json", "summaries.json"] {
        bytes += archive.by_name(name)?.compressed_size();
    }
    Ok(bytes)
}

/// A sample and its summary.
fn sample(record: &Value) -> (Value, Value) {
    let message = |role: &str, text: &Value| json!({"id": format!("m-{role}"), "role": role, "content": text});
    let system = message("system", &record["system_prompt"]);
    let user = message("user", &record["user_query"]);
    let answer = message("assistant", &record["response"]);
    let score = json!({"value": if record["labels"]["alignment_faking"] == true { "C" } else { "I" }, "answer": null});
    let sample = json!({
        "id": record["id"],
        "epoch": 1,
        "input": [system, user],
        "target": "",
        "messages": [system, user, answer],
        "output": {
            "model": record["model"],
            "choices": [{"message": answer, "stop_reason": "stop"}],
            "usage": {"input_tokens": record["tokens"]["in"], "output_tokens": record["tokens"]["out"]},
        },
        "scores": {"alignment_faking": score},
        "metadata": {"tier": record["tier"], "setting": record["setting"]},
        "store": {},
        "events": [],
        "model_usage": {},
        "uuid": record["id"],
        "attachments": {},
    });
    let mut summary = json!({ "message_count": 3, "completed": true, "retries": 0 });
    for key in ["id", "epoch", "target", "metadata", "scores", "model_usage", "uuid"] {
        summary[key] = sample[key].clone();
    }
    // A summary keeps the beginning of each message.
    let short = |message: &Value| {
        let text = message["content"].as_str().unwrap_or_default();
        json!({"role": message["role"], "content": text.chars().take(1_000).collect::<String>()})
    };
    summary["input"] = json!([short(&sample["messages"][0]), short(&sample["messages"][1])]);
    (sample, summary)
}
