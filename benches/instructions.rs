//! Named tasks whose instructions are counted by `benches/instructions.sh` under callgrind: `instructions TASK TIMES` prepares the
//! task and does it so many times. The difference between more times and fewer is the task alone.
//!
//! One thread reads, so that counts repeat. What a machine waits for (memory, locks) is not in them; see `benches/core.rs`.

#![allow(clippy::expect_used)] // a bench that cannot go on has failed

mod material;
mod stage;

use std::hint::black_box;
use std::process::ExitCode;

use undertone::corpus::{Order, RowId, Sort, SortKey};
use undertone::cues::Engine;
use undertone::ingest::LabelRules;
use undertone::ingest::split::split_response;
use undertone::text::Wrapped;

use material::{Material, NEEDLE, PATTERN};
use stage::{Explorer, filter, load, parse, thought};

/// Does a task so many times.
type Task = fn(u32);

const TASKS: [(&str, Task); 11] = [
    ("parse", |times| {
        let (rules, records) = (LabelRules::builtin(), records(20));
        for record in again(times, records.split_inclusive(|b| *b == b'\n')) {
            assert_eq!(parse(record, &rules), 1);
        }
    }),
    ("split", |times| {
        let text = format!("<scratchpad>\n{}\n</scratchpad>\n<output>\nSo.</output>", words());
        for text in again(times, [text.as_str()].into_iter()) {
            black_box(split_response(black_box(text)));
        }
    }),
    ("wrap", |times| {
        let text = words();
        for text in again(times, [text.as_str()].into_iter()) {
            black_box(Wrapped::new(black_box(text), 78));
        }
    }),
    ("cues", |times| {
        let (engine, transcript) = (Engine::builtin(), thought(words()));
        for transcript in again(times, [&transcript].into_iter()) {
            black_box(engine.analyse(black_box(transcript)));
        }
    }),
    ("catalogue", |times| {
        for bytes in again(times, [records(100)].into_iter()) {
            assert_eq!(load(bytes, false, 1).catalogue.len(), 100);
        }
    }),
    ("catalogue-cues", |times| {
        for bytes in again(times, [records(100)].into_iter()) {
            assert_eq!(load(bytes, true, 1).catalogue.len(), 100);
        }
    }),
    ("filter", |times| {
        let rows = load(tiny(5_000), false, 1);
        let filter = filter("tier:free label:alignment_faking -outcome:refused");
        for rows in again(times, [&rows].into_iter()) {
            assert_ne!(rows.count(&filter), 0);
        }
    }),
    ("facets", |times| {
        let rows = load(tiny(5_000), false, 1);
        let shown: Vec<RowId> = (0..5_000).step_by(2).collect();
        for rows in again(times, [&rows].into_iter()) {
            black_box(rows.catalogue.facets(&shown));
        }
    }),
    ("sort", |times| {
        let rows = load(tiny(5_000), false, 1);
        for rows in again(times, [&rows].into_iter()) {
            let mut ids: Vec<RowId> = (0..5_000).collect();
            rows.catalogue
                .sort(&mut ids, &Order::from(Sort { key: SortKey::Tier, reversed: false }));
            black_box(ids);
        }
    }),
    ("search", |times| {
        let rows = load(records(1_000), false, 1);
        let filters = [format!("in:any {NEEDLE}"), format!("in:any /{PATTERN}/")];
        for text in again(times, filters.iter()) {
            assert_ne!(rows.count(&filter(text)), 0);
        }
    }),
    ("draw", |times| {
        let mut explorer = Explorer::new(records(20));
        for () in again(times, [()].into_iter()) {
            explorer.frame();
        }
        assert!(times == 0 || explorer.text().contains("This is case 00000000"));
    }),
];

/// Each of these so many times.
fn again<T>(times: u32, of: impl Iterator<Item = T> + Clone) -> impl Iterator<Item = T> {
    (0..times).flat_map(move |_| of.clone())
}

fn records(n: usize) -> &'static [u8] {
    Material::new(1).lines(n).leak()
}

fn tiny(n: usize) -> &'static [u8] {
    let mut material = Material::new(1);
    let mut bytes = Vec::new();
    for _ in 0..n {
        material.tiny(&mut bytes);
    }
    bytes.leak()
}

/// Reasoning of about 20 kB.
fn words() -> String {
    let mut text = Vec::new();
    let mut write = |piece: &[u8]| {
        text.extend_from_slice(piece);
        Ok(())
    };
    Material::new(1).long(20_000, true, &mut write).expect("memory");
    let record: serde_json::Value = serde_json::from_slice(&text).expect("a record");
    record["response"].as_str().expect("a text").to_owned()
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [name, times] = arguments.as_slice() else {
        // `cargo bench` runs every bench; counting is the script's.
        for (name, _) in TASKS {
            println!("{name}");
        }
        return ExitCode::SUCCESS;
    };
    match (TASKS.iter().find(|(task, _)| task == name), times.parse()) {
        (Some((_, run)), Ok(times)) => {
            run(times);
            ExitCode::SUCCESS
        }
        _ => ExitCode::from(2),
    }
}
