//! A short seeded fuzz run in every test run: mutated sample files are read, split, scanned and searched without a
//! panic, and every record is accounted for.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that cannot go on has failed

mod support;

use std::sync::Arc;

use support::Dice;
use support::reading::open_bytes;
use support::records::{Reader, SAMPLES};
use undertone::corpus::{Catalogue, Corpus, LoadOptions};
use undertone::cues::Engine;
use undertone::ingest::LabelRules;
use undertone::ingest::format::FORMATS;
use undertone::query::{Filter, Needs};
use undertone::source::Bytes;
use undertone::text::{Wrapped, sanitize};

/// Bytes that parsers stumble over.
const NASTY: [&[u8]; 12] = [
    b"\"",
    b"\\",
    b"{",
    b"}",
    b"[",
    b"]",
    b"\n",
    b"\xff",
    b"\\ud800",
    b"</think>",
    b"NaN",
    b"\x1b[2J",
];

fn mutate(bytes: &mut Vec<u8>, dice: &mut Dice) {
    for _ in 0..=dice.below(4) {
        let at = dice.below(bytes.len());
        match dice.below(5) {
            0 => bytes.truncate(at),
            1 => bytes[at..].iter_mut().take(1).for_each(|b| *b ^= 1 << (at % 8)),
            2 => {
                let piece = NASTY[dice.below(NASTY.len())];
                bytes.splice(at..at, piece.iter().copied());
            }
            3 => {
                let end = (at + dice.below(400)).min(bytes.len());
                bytes.drain(at..end);
            }
            _ => {
                let end = (at + dice.below(400)).min(bytes.len());
                let again = bytes[at..end].to_vec();
                bytes.splice(at..at, again);
            }
        }
        if bytes.is_empty() {
            break;
        }
    }
}

#[test]
fn mutated_samples_are_read_and_accounted_for() {
    let engine = Arc::new(Engine::builtin());
    let filter = Filter::parse("rlhf OR /val(ue|ues)/ OR meta.x>1").unwrap();
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let mut transcripts = 0;
    for (name, text) in undertone::cli::plan::sample_data() {
        // A few records of each file are enough, and quick.
        let whole = text.as_bytes();
        for _ in 0..12 {
            let from = dice.below(whole.len() / 2);
            let mut bytes = whole[from..(from + 24_000).min(whole.len())].to_vec();
            if dice.below(3) > 0 {
                bytes = whole[..24_000.min(whole.len())].to_vec();
            }
            mutate(&mut bytes, &mut dice);
            let corpus = Corpus::new(
                vec![((*name).to_owned(), Ok(Bytes::Static(bytes.leak())))],
                Arc::clone(&engine),
                Arc::new(LabelRules::builtin()),
            );
            let mut catalogue = Catalogue::new(&corpus.paths());
            let needs = Needs { cues: true, ..Needs::default() };
            corpus.load(
                LoadOptions { needs, threads: 1, ..LoadOptions::default() },
                &mut |event| {
                    catalogue.apply(event);
                    true
                },
            );
            let counts = catalogue.counts();
            assert_eq!(counts.records, counts.transcripts + counts.left_out, "{name}");
            assert_eq!(counts.transcripts as usize, catalogue.len(), "{name}");
            transcripts += catalogue.len();
            if let Some(row) = catalogue.row(0) {
                let body = corpus.body(&row.place).unwrap();
                for section in &body.transcript.sections {
                    assert_eq!(section.end - section.start, section.text.len());
                    assert!(!Wrapped::new(&section.text, 33).rows.is_empty());
                    assert!(!sanitize(&section.text).contains('\x1b'));
                }
                for span in &body.analysis.spans {
                    let text = &body.transcript.sections[span.section].text;
                    assert!(text.get(span.start..span.end).is_some());
                }
            }
            corpus.filter(&catalogue, &filter, 0, &|| true, &mut |hits| {
                assert_eq!(hits.unreadable, 0, "{name}");
            });
        }
    }
    assert!(transcripts > 50, "{transcripts}: too little was read to show anything");
}

#[test]
fn mutated_files_of_every_format_are_accounted_for() {
    let mut dice = Dice(0xd1b5_4a32_d192_ed03);
    let mut read = 0;
    for name in support::sample_files() {
        let whole = std::fs::read(support::repository(&name)).unwrap();
        for _ in 0..16 {
            // Archives keep their directory at the end: they are not cut first.
            let mut bytes = whole.clone();
            mutate(&mut bytes, &mut dice);
            let opened = open_bytes(&name, bytes.leak());
            opened.accounts_for_everything(&name);
            for (transcript, _) in opened.transcripts() {
                read += 1;
                for section in &transcript.sections {
                    assert_eq!(section.end - section.start, section.text.len(), "{name}");
                }
            }
        }
    }
    assert!(read > 500, "{read}: too little was read to show anything");
}

#[test]
fn every_reader_meets_every_type_in_every_place() {
    let sorted = |mut names: Vec<&'static str>| {
        names.sort_unstable();
        names
    };
    let known = sorted(FORMATS.iter().map(|format| format.name()).collect());
    let with_samples = sorted(SAMPLES.iter().map(|(name, _)| *name).collect());
    assert_eq!(with_samples, known, "each format has samples to start from");
    let mut dice = Dice(0xa076_1d64_78bd_642f);
    for (format, _) in SAMPLES {
        let reader = Reader::new(format);
        // The samples as they are, then with more and more pieces exchanged.
        for round in 0..300 {
            let edits = round / 10;
            let mut bytes: Vec<u8> = (0..=1 + edits * 5).map(|_| dice.below(256) as u8).collect();
            bytes[0] = 1;
            reader.check(&bytes);
        }
        for text in ["null", "[]", "{}", "\"x\"", "7", "[[]]", "[{}]", "{\"\":{}}", "[null]"] {
            reader.check(&[b"\0", text.as_bytes()].concat());
        }
    }
}

#[test]
fn every_reader_has_its_fuzz_target() {
    let folder = support::repository("fuzz/fuzz_targets");
    if !folder.is_dir() {
        eprintln!("skipped: the fuzz targets are not a part of the published package");
        return;
    }
    let manifest = std::fs::read_to_string(support::repository("fuzz/Cargo.toml")).unwrap();
    for (format, _) in SAMPLES {
        let name = format!("reader_{}", format.replace('-', "_"));
        let text = std::fs::read_to_string(folder.join(format!("{name}.rs"))).unwrap_or_default();
        assert!(text.contains(&format!("Reader::new(\"{format}\")")), "{name}.rs");
        assert!(manifest.contains(&format!("name = \"{name}\"")), "{name} in fuzz/Cargo.toml");
    }
}
