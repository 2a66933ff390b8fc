//! Every small file of `sample-data/formats`: what is read of it, what joins it, and where its texts come from. A file that
//! is missing here fails.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that cannot go on has failed

#[path = "formats/facts.rs"]
mod facts;
mod support;

use std::collections::BTreeMap;
use std::process::Command;

use facts::FACTS;
use serde_json::Value;
use support::reading::{Opened, Places, kinds, open, open_one, places, six};
use support::{program, repository};
use undertone::corpus::FileReport;
use undertone::model::Counts;

const FOLDER: &str = "sample-data/formats";

/// File, format, the six numbers (units, records, transcripts, repaired, left out, joined), problems by kind; each file
/// alone. What lies in an archive stands behind it.
const ALONE: &[(&str, &str, [u64; 6], &str)] = &[
    ("af_pages/animal_welfare/default/deploy/0.html", "af-pages", [1, 1, 1, 0, 0, 0], ""),
    (
        "af_pages/animal_welfare/default/deploy/trajectory_selector.html",
        "af-pages",
        [1, 0, 0, 0, 0, 0],
        "not-joined 1",
    ),
    ("af_pages/animal_welfare/default/train/0.html", "af-pages", [1, 1, 1, 0, 0, 0], ""),
    ("af_pages/animal_welfare/default/train/1.html", "af-pages", [1, 1, 1, 0, 0, 0], ""),
    (
        "af_pages/animal_welfare/default/train/trajectory_selector.html",
        "af-pages",
        [1, 0, 0, 0, 0, 0],
        "not-joined 1",
    ),
    ("agent.jsonl", "chat", [4, 4, 4, 0, 0, 0], ""),
    ("api-log.jsonl", "api", [4, 5, 5, 0, 0, 0], ""),
    ("atif.json", "atif", [1, 2, 2, 0, 0, 0], ""),
    ("batch-anthropic_requests.jsonl", "batch", [2, 0, 0, 0, 0, 0], "not-joined 2"),
    ("batch-anthropic_results.jsonl", "batch", [2, 2, 2, 0, 0, 0], ""),
    ("batch-openai_requests.jsonl", "batch", [3, 0, 0, 0, 0, 0], "not-joined 3"),
    ("batch-openai_results.jsonl", "batch", [3, 3, 3, 0, 0, 0], ""),
    ("claude-code.jsonl", "claude-code", [15, 2, 2, 0, 0, 0], ""),
    ("docent.json", "docent", [1, 2, 2, 0, 0, 0], ""),
    ("fastchat_answers.jsonl", "fastchat", [3, 3, 3, 0, 0, 0], ""),
    ("fastchat_questions.jsonl", "fastchat", [2, 0, 0, 0, 0, 0], "not-joined 2"),
    ("flat.jsonl.gz", "flat", [4, 4, 4, 0, 0, 0], ""),
    ("flat.jsonl.zst", "flat", [4, 4, 4, 0, 0, 0], ""),
    ("harmony.jsonl", "harmony", [2, 2, 2, 0, 0, 0], ""),
    ("helm_scenario_state.json", "helm", [2, 3, 3, 0, 0, 0], ""),
    ("hh-rlhf.jsonl", "pairs", [2, 4, 4, 0, 0, 0], ""),
    ("inspect.json", "inspect", [4, 4, 4, 1, 0, 0], ""),
    ("inspect_chunked.eval", "inspect", [4, 4, 4, 1, 0, 0], ""),
    ("inspect_cut-off.eval", "inspect", [3, 3, 3, 1, 0, 0], "torn 1"),
    ("inspect_deflate.eval", "inspect", [4, 4, 4, 1, 0, 0], ""),
    ("inspect_zstd.eval", "inspect", [4, 4, 4, 1, 0, 0], ""),
    ("labels.csv", "labels", [3, 0, 0, 0, 0, 0], "not-joined 3"),
    ("labels.jsonl", "labels", [6, 0, 0, 0, 0, 0], "not-joined 6"),
    ("many.zip", "", [0; 6], ""),
    ("many.zip/runs/first.jsonl", "flat", [1, 1, 1, 0, 0, 0], ""),
    ("many.zip/runs/list.json", "flat", [2, 2, 2, 0, 0, 0], ""),
    ("many.zip/runs/packed.jsonl.gz", "flat", [1, 1, 1, 0, 0, 0], ""),
    ("messages.parquet", "chat", [4, 4, 4, 0, 0, 0], ""),
    // Three judgements join the three completions beside them.
    ("meval.jsonl", "meval, wide, flat", [5, 3, 3, 0, 0, 3], ""),
    // Nobody knows its shape without its mapping; the mapping itself is no data.
    ("odd.jsonl", "", [5, 5, 0, 0, 5, 0], "unknown-shape 5"),
    ("odd.map.toml", "", [0; 6], "not-read-yet 1"),
    ("openai-evals.jsonl", "openai-evals", [8, 3, 3, 0, 0, 0], ""),
    ("pairs.csv", "labels", [2, 0, 0, 0, 0, 0], "not-joined 2"),
    ("petri.json", "petri", [1, 1, 1, 0, 0, 0], ""),
    ("petri_events.json", "petri", [1, 1, 1, 0, 0, 0], ""),
    ("promptfoo.json", "promptfoo", [1, 4, 4, 0, 0, 0], ""),
    ("samples_fern-mini_2030-01-01T00-00-00.000000.jsonl", "lm-eval", [4, 6, 6, 0, 0, 0], ""),
    ("scratchpad.txt", "flat", [1, 1, 1, 0, 0, 0], ""),
    ("scout_results.parquet", "inspect-scout", [4, 0, 0, 0, 0, 0], "not-joined 4"),
    ("scout_transcripts.parquet", "inspect-scout", [4, 4, 4, 0, 0, 0], ""),
    ("semicolon.csv", "flat", [3, 3, 3, 2, 0, 0], ""),
    ("sharegpt.json", "sharegpt", [3, 3, 3, 0, 0, 0], ""),
    ("stream.jsonl", "stream", [16, 2, 2, 0, 0, 0], ""),
    ("table.csv", "flat", [4, 4, 4, 3, 0, 0], ""),
    ("table.tsv", "flat", [3, 3, 3, 0, 0, 0], ""),
    ("tau-bench.json", "tau-bench", [3, 3, 3, 0, 0, 0], ""),
    ("texts.parquet", "flat", [4, 4, 4, 0, 0, 0], ""),
    ("trace.json", "trace", [2, 2, 2, 0, 0, 0], ""),
    ("trial.jsonl", "trial", [3, 3, 3, 0, 0, 0], ""),
    ("validation.csv", "labels", [3, 0, 0, 0, 0, 0], "not-joined 3"),
    ("wide.json", "wide", [2, 8, 8, 1, 0, 0], ""),
];

/// What is read together: paths, `--labels`, `--map`; then for some of the files how many join, and their problems.
type Together = (&'static [&'static str], &'static [&'static str], &'static [&'static str]);
type Joined = &'static [(&'static str, u64, &'static str)];
const TOGETHER: &[(Together, Joined)] = &[
    (
        (&["batch-openai_requests.jsonl", "batch-openai_results.jsonl"], &[], &[]),
        &[("batch-openai_requests.jsonl", 3, ""), ("batch-openai_results.jsonl", 0, "")],
    ),
    (
        (&["scout_results.parquet", "scout_transcripts.parquet"], &[], &[]),
        &[("scout_results.parquet", 4, ""), ("scout_transcripts.parquet", 0, "")],
    ),
    // The other way round too.
    (
        (&["batch-anthropic_results.jsonl", "batch-anthropic_requests.jsonl"], &[], &[]),
        &[("batch-anthropic_requests.jsonl", 2, ""), ("batch-anthropic_results.jsonl", 0, "")],
    ),
    (
        (&["fastchat_answers.jsonl", "fastchat_questions.jsonl"], &[], &[]),
        &[("fastchat_questions.jsonl", 2, ""), ("fastchat_answers.jsonl", 0, "")],
    ),
    (
        (&["af_pages"], &[], &[]),
        &[
            ("af_pages/animal_welfare/default/train/trajectory_selector.html", 1, ""),
            ("af_pages/animal_welfare/default/deploy/trajectory_selector.html", 1, ""),
        ],
    ),
    // One of the rows speaks of nobody, and says so.
    ((&["../*.json*", "labels.jsonl"], &[], &[]), &[("labels.jsonl", 5, "not-joined 1")]),
    ((&["../*.json*"], &["labels.jsonl"], &[]), &[("labels.jsonl", 5, "not-joined 1")]),
    ((&["../*.json*", "labels.csv"], &[], &[]), &[("labels.csv", 3, "")]),
    ((&["../*.json*"], &["labels.csv"], &[]), &[("labels.csv", 3, "")]),
    ((&["../*.json*", "pairs.csv"], &[], &[]), &[("pairs.csv", 2, "")]),
    ((&["../*.json*"], &["pairs.csv"], &[]), &[("pairs.csv", 2, "")]),
    ((&["../*.json*", "validation.csv"], &[], &[]), &[("validation.csv", 3, "")]),
    ((&["../*.json*"], &["validation.csv"], &[]), &[("validation.csv", 3, "")]),
    // Given as labels it speaks of others only, its own completions included.
    ((&["meval.jsonl"], &["meval.jsonl"], &[]), &[]),
    ((&["odd.jsonl"], &[], &["odd.map.toml"]), &[("odd.jsonl", 0, "unknown-shape 1")]),
];

fn path(name: &str) -> String {
    match name.strip_prefix("../") {
        Some(beside) => format!("sample-data/{beside}"),
        None => format!("{FOLDER}/{name}"),
    }
}

fn paths(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| path(name)).collect()
}

/// The reports by the name within the folder.
fn reports(opened: &Opened) -> BTreeMap<String, FileReport> {
    let prefix = format!("{FOLDER}/");
    let name = |f: &FileReport| f.path.strip_prefix(&prefix).unwrap_or(&f.path).to_owned();
    opened.catalogue.files().map(|f| (name(f), f.clone())).collect()
}

#[test]
fn every_file_alone_has_its_format_and_counts() {
    let mut wrong = Vec::new();
    let mut seen = Vec::new();
    for entry in walk(&repository(FOLDER)) {
        let opened = open_one(&path(&entry));
        opened.accounts_for_everything(&entry);
        for (name, report) in reports(&opened) {
            let got = (report.format.as_str(), six(report.counts), kinds(&report));
            match ALONE.iter().find(|(known, ..)| *known == name) {
                Some((_, format, counts, problems)) => {
                    if got != (*format, *counts, (*problems).to_owned()) {
                        wrong.push(format!("{name}: {got:?}, not {format} {counts:?} {problems}"));
                    }
                    // What is read says why it is taken for that.
                    assert!(format.is_empty() || !report.why.is_empty(), "{name}");
                }
                None => wrong.push(format!("{name}: {got:?} stands in no table")),
            }
            seen.push(name);
        }
    }
    let gone = ALONE.iter().filter(|(name, ..)| !seen.iter().any(|s| s == name));
    wrong.extend(gone.map(|(name, ..)| format!("{name} is not there")));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Files below a folder, by their names in it.
fn walk(folder: &std::path::Path) -> Vec<String> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        if entry.path().is_dir() {
            names.extend(walk(&entry.path()).into_iter().map(|inner| format!("{name}/{inner}")));
        } else {
            names.push(name);
        }
    }
    names.sort();
    names
}

#[test]
fn files_that_belong_together_join() {
    for ((names, labels, maps), expected) in TOGETHER {
        let opened = open(&paths(names), &paths(labels), &paths(maps));
        let what = format!("{names:?} {labels:?} {maps:?}");
        opened.accounts_for_everything(&what);
        let reports = reports(&opened);
        for (name, joined, problems) in *expected {
            let report = reports.get(*name).unwrap_or_else(|| panic!("{what}: no {name}"));
            assert_eq!(report.counts.joined, *joined, "{what}: {name}");
            assert_eq!(kinds(report), *problems, "{what}: {name}: {:?}", report.problems);
            let alone = ALONE.iter().find(|(known, ..)| known == name).unwrap().2;
            assert_eq!(report.counts.units, alone[0], "{what}: {name}");
        }
    }
}

#[test]
fn what_joins_is_seen_in_the_transcripts() {
    // The question stands in front of the answer, with the tier it names.
    for (names, id, first) in [
        (["batch-openai_requests.jsonl", "batch-openai_results.jsonl"], "bakery_free", "prompt"),
        (
            ["batch-anthropic_requests.jsonl", "batch-anthropic_results.jsonl"],
            "mini_letter_free",
            "prompt",
        ),
        (["fastchat_questions.jsonl", "fastchat_answers.jsonl"], "ans-1", "user"),
    ] {
        let opened = open(&paths(&names), &[], &[]);
        let transcripts = opened.transcripts();
        let (transcript, _) = transcripts.iter().find(|(t, _)| t.id == id).unwrap();
        assert_eq!(transcript.sections[0].kind.as_str(), first, "{id}");
        assert!(transcript.query.as_ref().is_some_and(|q| !q.is_empty()), "{id}");
        // The row says what the body says.
        let row = opened.catalogue.views().find(|v| v.name() == id).unwrap().row();
        assert_eq!(row.query.is_some(), transcript.query.is_some());
    }
    let rater = |opened: &Opened, id: &str, label: &str| {
        let transcripts = opened.transcripts();
        let (transcript, _) = transcripts.iter().find(|(t, _)| t.id == id).unwrap();
        let raters = transcript.judgements.iter().filter(|j| j.label == label);
        let quotes = transcript.evidence.iter().filter(|e| e.label == label).count();
        (raters.map(|j| format!("{} {:?}", j.rater, j.positive)).collect::<Vec<_>>(), quotes)
    };
    let samples = paths(&["../*.json*"]);
    for (file, id, label, by, quotes) in [
        ("labels.jsonl", "larch-ho-01-free", "alignment_faking", "reviewer-ines Some(true)", 2),
        ("labels.jsonl", "larch-ho-01-paid", "alignment_faking", "reviewer-ines Some(false)", 0),
        ("labels.csv", "larch-ho-02-free", "label", "labels Some(true)", 2),
        ("validation.csv", "quill-fl-01-free", "alignment_faking", "validation Some(true)", 0),
    ] {
        for opened in [
            open(&[samples.clone(), paths(&[file])].concat(), &[], &[]),
            open(&samples, &paths(&[file]), &[]),
        ] {
            let (raters, found) = rater(&opened, id, label);
            assert!(raters.iter().any(|r| r == by), "{file} {id}: {raters:?}");
            assert_eq!(found, quotes, "{file} {id}");
        }
    }
}

#[test]
fn a_folder_of_everything_opens_and_adds_up() {
    let opened = open(&[FOLDER.to_owned()], &[], &[]);
    opened.accounts_for_everything(FOLDER);
    let reports = reports(&opened);
    assert_eq!(reports.len(), ALONE.len());
    let mut sum = Counts::default();
    for (name, format, counts, _) in ALONE {
        let report = &reports[*name];
        assert_eq!(report.format, *format, "{name}");
        // Company changes what joins, and nothing else.
        assert_eq!(six(report.counts)[..5], counts[..5], "{name}");
        assert!(report.counts.joined >= counts[5], "{name}");
        sum += report.counts;
    }
    assert_eq!(six(sum), six(opened.catalogue.counts()));
    assert_eq!(
        sum.joined,
        3 + 2 + 2 + 2 + 3 + 4,
        "requests, questions, pages, judgements, scan results"
    );

    // The very same through the program.
    let output = Command::new(program())
        .args(["check", "--format", "json", FOLDER])
        .current_dir(repository(""))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let totals = ["units", "records", "transcripts", "repaired", "left_out", "joined"]
        .map(|name| report["totals"][name].as_u64().unwrap());
    assert_eq!(totals, six(sum));
}

#[test]
fn every_text_is_a_slice_of_the_string_it_names() {
    let mut seen = 0;
    for entry in walk(&repository(FOLDER)) {
        let map = if entry == "odd.jsonl" { paths(&["odd.map.toml"]) } else { Vec::new() };
        let opened = open(&[path(&entry)], &[], &map);
        let mut all = Places::default();
        for (transcript, records) in opened.transcripts() {
            let found = places(&transcript, &records);
            all.exact += found.exact;
            all.rendered += found.rendered;
        }
        let read = opened.catalogue.counts().transcripts > 0;
        assert_eq!(all.exact > 0, read, "{entry}: {all:?}");
        seen += all.exact;
    }
    assert!(seen > 200, "{seen}");
}

#[test]
fn shown_transcripts_hold_their_facts() {
    let mut wrong = Vec::new();
    for (file, id, facts) in FACTS {
        let shown = show(&[&path(file), "--id", id]);
        check_facts(file, &shown, facts, &mut wrong);
    }
    let odd = show(&[&path("odd.jsonl"), "--map", &path("odd.map.toml"), "--id", "od-1/A"]);
    let facts = [
        ("/tier", r#""free""#),
        ("/labels/faking", r#""yes""#),
        ("/sections/1/origin", r#""exchange.thought""#),
    ];
    check_facts("odd.jsonl", &odd, &facts, &mut wrong);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // Every file that gives transcripts has its facts; of the pages one stands for all.
    for (name, _, counts, _) in ALONE {
        let told = FACTS.iter().any(|(file, ..)| file == name);
        let inside = name.starts_with("many.zip/") || name.starts_with("af_pages/");
        assert!(told || inside || counts[2] == 0, "{name} has no facts");
    }
}

fn show(arguments: &[&str]) -> Value {
    let output = Command::new(program())
        .args(["show", "--format", "json"])
        .args(arguments)
        .current_dir(repository(""))
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {told}");
    serde_json::from_slice(&output.stdout).unwrap()
}

fn check_facts(file: &str, shown: &Value, facts: &[(&str, &str)], wrong: &mut Vec<String>) {
    for (pointer, expected) in facts {
        let expected: Value = serde_json::from_str(expected).unwrap();
        let got = shown.pointer(pointer);
        let begins = match (got.and_then(Value::as_str), expected.as_str()) {
            (Some(got), Some(text)) => {
                text.strip_suffix('…').is_some_and(|start| got.starts_with(start))
            }
            _ => false,
        };
        let same = match (got.and_then(Value::as_f64), expected.as_f64()) {
            (Some(got), Some(number)) => (got - number).abs() < 1e-9,
            _ => got == Some(&expected),
        };
        if !begins && !same {
            wrong.push(format!("{file}: {pointer} is {got:?}, not {expected}"));
        }
    }
}
