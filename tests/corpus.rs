//! Real files of the field, which are not a part of this repository: `$UNDERTONE_CORPUS`, else `../shared/corpus` beside it.
//! Where they are absent these tests say so and pass.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that cannot go on has failed

mod support;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use support::reading::{Opened, open, open_one, places};
use support::repository;
use undertone::model::Transcript;

/// File, format, units, transcripts, left out, rows of labels that nothing here takes.
type Row = (&'static str, &'static str, u64, u64, u64, u64);

const INSPECT: &str = "inspect";
const CLAUDE: &str = "claude-code";
const TABLE: &[Row] = &[
    ("AlexanderSlav-AlignmentFaking/alignment_test_results.csv", "flat", 60, 60, 0, 0),
    ("Geodesic-MARS/rollouts.jsonl", "flat", 12, 12, 0, 0),
    ("Geodesic-MARS/sft.jsonl", "flat", 12, 12, 0, 0),
    ("alignment-faking-deep-values/glm-5.1_cot-base_excerpt.json", "af-results", 1, 1, 0, 0),
    ("alignment-faking-deep-values/gpt-5.4-nano_cot-base_excerpt.json", "af-results", 4, 4, 0, 0),
    (
        "alignment-faking-deep-values/llama-3.3-70b_baseline_cot-base_excerpt.json",
        "af-results",
        4,
        4,
        0,
        0,
    ),
    // Three lines are no objects, one has no message.
    ("claude_code/claude-code-log/edge_cases.jsonl", CLAUDE, 19, 2, 4, 0),
    ("claude_code/claude-code-log/representative_messages.jsonl", CLAUDE, 12, 1, 0, 0),
    ("claude_code/inspect_scout/agent_session.jsonl", CLAUDE, 4, 1, 0, 0),
    ("claude_code/inspect_scout/tool_call_conversation.jsonl", CLAUDE, 4, 1, 0, 0),
    ("claude_code/researchRalph/2fb63daa-3c60-40ab-9f0f-3c1d522fbe04.jsonl", CLAUDE, 765, 1, 0, 0),
    ("deception-probe-alignment-faking/af_pair_judgments.csv", "labels", 16, 0, 0, 16),
    ("detector/test_samples.jsonl", "flat", 15, 15, 0, 0),
    ("docent/ctf.json", INSPECT, 2, 2, 0, 0),
    ("docent/tb_airline.json", "tau-bench", 1, 1, 0, 0),
    ("generated-inspect/alignment-faking_inspect-0.3.285.json", INSPECT, 12, 12, 0, 0),
    ("generated-inspect/alignment-faking_inspect-0.3.285_zstd.eval", INSPECT, 12, 12, 0, 0),
    ("generated-inspect/alignment-faking_inspect-0.3.285_zstd_chunked.eval", INSPECT, 12, 12, 0, 0),
    (
        "generated-inspect/alignment-faking_inspect-0.3.285_zstd_no-header.eval",
        INSPECT,
        12,
        12,
        0,
        0,
    ),
    ("generated-inspect/scout-0.6.1_transcripts.parquet", "inspect-scout", 12, 12, 0, 0),
    ("gold_106/gold_106_shared.jsonl", "flat", 64, 64, 0, 0),
    ("hh-rlhf/test.jsonl.gz", "pairs", 2312, 4624, 0, 0),
    (
        "inspect_ai/2025-02-11T15-18-04-05-00_popularity_mj7khqpMM4GBCfVQozKgzB.eval",
        INSPECT,
        10,
        10,
        0,
        0,
    ),
    ("inspect_ai/2025-05-12T20-27-36-04-00_browser.json", INSPECT, 1, 1, 0, 0),
    ("inspect_ai/2025-05-12T20-28-13-04-00_no-samples.json", INSPECT, 1, 0, 0, 0),
    ("inspect_ai/2025-05-12T20-28-26-04-00_security-guide.json", INSPECT, 3, 3, 0, 0),
    ("inspect_ai/log_formats.eval", INSPECT, 1, 1, 0, 0),
    ("inspect_ai/log_formats.json", INSPECT, 1, 1, 0, 0),
    ("inspect_ai/log_images.json", INSPECT, 1, 1, 0, 0),
    ("inspect_ai/log_message_deduplication.eval", INSPECT, 1, 1, 0, 0),
    ("inspect_ai/log_streaming.eval", INSPECT, 4, 4, 0, 0),
    ("inspect_ai/log_tool_call_error.json", INSPECT, 1, 1, 0, 0),
    ("inspect_ai/mmlu-summary-choices.eval", INSPECT, 1, 1, 0, 0),
    (
        "inspect_scout/2025-09-23T08-09-58-04-00_theory-of-mind_bbB4eRCx2rFJLyPH42Cj9r.eval",
        INSPECT,
        100,
        100,
        0,
        0,
    ),
    ("inspect_scout/openhands_hello-world.trajectory.json", "atif", 1, 1, 0, 0),
    // No byte at all, which is said.
    ("inspect_scout/scan_id=JzvEPBFB4aVpCU93FFbiFT/_errors.jsonl", "", 0, 0, 0, 0),
    ("inspect_scout/scan_id=JzvEPBFB4aVpCU93FFbiFT/_scan.json", "inspect-scout", 1, 0, 0, 0),
    (
        "inspect_scout/scan_id=JzvEPBFB4aVpCU93FFbiFT/word_counter.parquet",
        "inspect-scout",
        216,
        0,
        0,
        216,
    ),
    (
        "lie-detector/sandbagging_openai_gpt-oss-120b_results_20250911_210027.json",
        "trace",
        100,
        100,
        0,
        0,
    ),
    ("lightbright/af_test_samples.json", "flat", 10, 10, 0, 0),
    ("sharegpt-FastChat/dummy_conversation.json", "sharegpt", 500, 500, 0, 0),
    ("sycophant_ood_eval/sycophant_gptoss20b_correct.json", "flat", 319, 319, 0, 0),
    ("thoughtSonar/eval_deceptive.jsonl", "flat", 300, 300, 0, 0),
];

/// The folder of the files, or a word on standard error that it is not there.
fn corpus() -> Option<PathBuf> {
    let folder = std::env::var_os("UNDERTONE_CORPUS")
        .map_or_else(|| repository("../shared/corpus"), PathBuf::from);
    // A worktree lies one folder deeper.
    let deeper = repository("../../shared/corpus");
    let found = [folder.clone(), deeper].into_iter().find(|f| f.is_dir());
    if found.is_none() {
        eprintln!("skipped: no corpus at {} (UNDERTONE_CORPUS names another)", folder.display());
    }
    found
}

fn path(folder: &Path, name: &str) -> String {
    folder.join(name).to_str().unwrap().to_owned()
}

#[test]
fn every_file_opens_with_its_counts() {
    let Some(folder) = corpus() else { return };
    let mut wrong = Vec::new();
    for (name, format, units, transcripts, left_out, labels) in TABLE {
        let opened = open_one(&path(&folder, name));
        opened.accounts_for_everything(name);
        let counts = opened.catalogue.counts();
        let file = opened.catalogue.files().next().unwrap();
        let not_joined = file.problems.iter().filter(|p| p.kind.as_str() == "not-joined").count();
        let got = (
            file.format.as_str(),
            counts.units,
            counts.transcripts,
            counts.left_out,
            not_joined as u64 + counts.joined,
        );
        let expected = (*format, *units, *transcripts, *left_out, *labels);
        if got != expected {
            wrong.push(format!("{name}: {got:?}, not {expected:?}"));
        }
        for (transcript, records) in opened.transcripts() {
            places(&transcript, &records);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_file_of_the_corpus_stands_in_the_table() {
    let Some(folder) = corpus() else { return };
    let mut unknown = Vec::new();
    let mut open = vec![folder.clone()];
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let name = path.strip_prefix(&folder).unwrap().to_str().unwrap().to_owned();
            let known = TABLE.iter().any(|(known, ..)| *known == name);
            if !known && name != "SOURCES.md" {
                unknown.push(name);
            }
        }
    }
    assert!(unknown.is_empty(), "{unknown:?}");
}

#[test]
fn the_whole_folder_opens_at_once() {
    let Some(folder) = corpus() else { return };
    let opened = open(&[folder.to_str().unwrap().to_owned()], &[], &[]);
    opened.accounts_for_everything("the corpus");
    let counts = opened.catalogue.counts();
    let sum = |column: fn(&Row) -> u64| TABLE.iter().map(column).sum::<u64>();
    assert_eq!(counts.units, sum(|row| row.2));
    assert_eq!(counts.transcripts, sum(|row| row.3));
    assert_eq!(counts.left_out, sum(|row| row.4));
}

#[test]
fn results_of_a_scan_join_the_log_they_were_made_from() {
    let Some(folder) = corpus() else { return };
    let log = "inspect_scout/2025-09-23T08-09-58-04-00_theory-of-mind_bbB4eRCx2rFJLyPH42Cj9r.eval";
    let scan = "inspect_scout/scan_id=JzvEPBFB4aVpCU93FFbiFT/word_counter.parquet";
    let (log, scan) = (path(&folder, log), path(&folder, scan));
    for opened in [
        open(&[log.clone(), scan.clone()], &[], &[]),
        open(&[scan.clone(), log.clone()], &[], &[]),
        open(&[log], &[scan], &[]),
    ] {
        let counts = opened.catalogue.counts();
        assert_eq!(counts.transcripts, 100);
        let not_joined =
            opened.catalogue.problems().filter(|p| p.kind.as_str() == "not-joined").count() as u64;
        assert_eq!(counts.joined + not_joined, 216);
        assert_eq!(counts.joined, 100, "one for each sample; the others speak of other logs");
        let labelled = opened
            .catalogue
            .views()
            .filter(|v| v.row().judgements.iter().any(|j| j.label.starts_with("word_counter")))
            .count();
        assert_eq!(labelled, 100);
    }
}

/// What a transcript says, without where it stands in its file.
fn content(transcript: &Transcript) -> String {
    let sections: Vec<_> = transcript
        .sections
        .iter()
        .map(|s| (s.turn, s.role.as_str(), s.kind, s.text.as_str()))
        .collect();
    let evidence: Vec<_> =
        transcript.evidence.iter().map(|e| (&e.label, &e.quote, e.found, e.at)).collect();
    format!(
        "{:?}",
        (
            (&transcript.id, &transcript.sample, transcript.epoch, &transcript.query),
            (&transcript.model, &transcript.setting, &transcript.variant),
            transcript.tier.as_ref().map(|t| (&t.value, &t.raw)),
            (transcript.response_turn, sections),
            (&transcript.judgements, evidence),
            (&transcript.outcome, &transcript.parse, &transcript.repairs),
        )
    )
}

fn by_id(opened: &Opened) -> BTreeMap<String, Transcript> {
    let all = opened.transcripts();
    let map: BTreeMap<_, _> =
        all.into_iter().map(|(t, _)| (format!("{} {:?}", t.id, t.epoch), t)).collect();
    assert_eq!(map.len() as u64, opened.catalogue.counts().transcripts);
    map
}

#[test]
fn one_log_in_four_layouts_gives_the_same_transcripts() {
    let Some(folder) = corpus() else { return };
    let read = |end: &str| {
        let name = format!("generated-inspect/alignment-faking_inspect-0.3.285{end}");
        by_id(&open_one(&path(&folder, &name)))
    };
    let whole = read("_zstd.eval");
    for end in ["_zstd_chunked.eval", ".json", "_zstd_no-header.eval"] {
        let other = read(end);
        assert_eq!(other.len(), whole.len(), "{end}");
        for (id, transcript) in &whole {
            let other = &other[id];
            if end == "_zstd_no-header.eval" {
                // What the header says is not there, apart from what the journal's start says.
                let texts = |t: &Transcript| t.sections.clone();
                assert_eq!(texts(other), texts(transcript), "{end}: {id}");
                assert_eq!(other.judgements, transcript.judgements, "{end}: {id}");
            } else {
                assert_eq!(content(other), content(transcript), "{end}: {id}");
            }
        }
    }
}
