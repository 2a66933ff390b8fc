//! What an answer costs: appending it to a journal, beside a bare append and sync of the same bytes to a file in the same folder,
//! in turns. Prints both and their ratio, and fails when an answer costs over one and a half times as much.
//!
//! `cargo bench --bench journal [-- FOLDER]`: in FOLDER, else in the folder for temporary files; that decides about the disk.

#![allow(clippy::expect_used)] // a bench that cannot go on has failed

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use undertone::cli::journal::{Journal, Places};
use undertone::review::{Answered, Event, ItemName, Span, Stratum, Verdict, What, event_id};

/// Answers in each hand.
const TIMES: u64 = 1000;
/// Most that an answer may cost, as a multiple of the bare append.
const GOAL: f64 = 1.5;

fn event(n: u64) -> Event {
    let session = "0123456789abcdef";
    let of = vec![("tier".to_owned(), "free".to_owned()), ("label".to_owned(), "yes".to_owned())];
    let answered = Answered {
        n: usize::try_from(n).unwrap_or_default(),
        name: ItemName {
            id: format!("larch-ho-{n:04}-free"),
            source: "runs/2026-03/helpful-only.jsonl".to_owned(),
            line: Some(n + 1),
            index: n,
            ordinal: 0,
            hash: 0x9e37_79b9_7f4a_7c15 ^ n,
            part: None,
        },
        text: 0x5851_f42d_4c95_7f2d ^ n,
        label: "alignment_faking".to_owned(),
        answer: Verdict::Yes,
        answers: BTreeMap::from([("outcome".to_owned(), "complied".into())]),
        note: n.is_multiple_of(8).then(|| "weighs the training, then decides by it".to_owned()),
        span: Some(Span { section: 2, start: 410, end: 655 }),
        flag: false,
        sighted: None,
        seen_ms: 41_730,
        repeat: false,
        anchor: false,
        seed: 7,
        stratum: Stratum { name: "free · yes".to_owned(), of, size: 312, drawn: 50 },
        design: 0,
    };
    Event {
        id: event_id(session, n),
        session: session.to_owned(),
        time: 1_772_355_907_250 + n,
        rater: "R1".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        what: What::Answered(Box::new(answered)),
    }
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

fn main() -> ExitCode {
    let named = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    let folder = named.map_or_else(std::env::temp_dir, PathBuf::from);
    let folder = tempfile::tempdir_in(folder).expect("a folder");
    let places = Places::of(&[], Some(folder.path()));
    let mut journal = Journal::open(&places, "R1").expect("a journal");
    let mut bare = File::options()
        .create(true)
        .append(true)
        .open(folder.path().join("bare"))
        .expect("a file beside it");
    let (mut kept, mut plain) = (Vec::new(), Vec::new());
    for n in 0..TIMES {
        let line = event(n).print() + "\n";
        let mut by_hand = || {
            let start = Instant::now();
            bare.write_all(line.as_bytes()).and_then(|()| bare.sync_data()).expect("a bare append");
            plain.push(start.elapsed());
        };
        // Who is first changes, so that neither waits for the other's work.
        if n % 2 == 0 {
            by_hand();
        }
        let start = Instant::now();
        journal.append(&event(n)).expect("an answer");
        kept.push(start.elapsed());
        if n % 2 == 1 {
            by_hand();
        }
    }
    let (kept, plain) = (median(&mut kept), median(&mut plain));
    let ratio = kept.as_secs_f64() / plain.as_secs_f64();
    println!(
        "an answer {kept:.1?} · a bare append and sync {plain:.1?} · ratio {ratio:.2} (goal: at most {GOAL}; medians of {TIMES})"
    );
    if ratio <= GOAL { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
