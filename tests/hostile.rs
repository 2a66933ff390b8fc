//! Files that mean harm or are simply broken: everything is accounted for, nothing escapes.

mod support;

use std::collections::BTreeMap;
use std::process::Command;

use serde_json::Value;
use support::{program, repository};

fn check(paths: &[&str]) -> (Value, Option<i32>) {
    let output = Command::new(program())
        .args(["check", "--format", "json"])
        .args(paths)
        .current_dir(repository(""))
        .output()
        .unwrap();
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    (serde_json::from_slice(&output.stdout).unwrap(), output.status.code())
}

#[test]
fn every_hostile_file_has_its_expected_counts() {
    let text = std::fs::read_to_string(repository("tests/hostile/expected.json")).unwrap();
    let expected: BTreeMap<String, BTreeMap<String, u64>> = serde_json::from_str(&text).unwrap();
    assert!(expected.len() >= 20);
    let mut wrong = Vec::new();
    for (file, counts) in &expected {
        let path = format!("tests/hostile/{file}");
        let (report, _) = check(&[&path]);
        let got = &report["files"][0];
        for (name, n) in counts {
            if got[name].as_u64() != Some(*n) {
                wrong.push(format!("{file}: {name} is {}, expected {n}", got[name]));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn records_are_transcripts_and_left_out_and_each_left_out_has_a_problem() {
    let (report, code) = check(&["tests/hostile"]);
    assert_eq!(code, Some(1), "problems give 1");
    let mut sums = BTreeMap::new();
    for file in report["files"].as_array().unwrap() {
        let n = |key: &str| file[key].as_u64().unwrap();
        assert_eq!(n("records"), n("transcripts") + n("left_out"), "{file}");
        assert!(n("repaired") <= n("transcripts"), "{file}");
        let problems = file["problems"].as_array().unwrap();
        assert!(problems.len() as u64 >= n("left_out"), "{file}");
        for key in ["units", "records", "transcripts", "repaired", "left_out", "joined"] {
            *sums.entry(key).or_insert(0) += n(key);
        }
    }
    for (key, sum) in sums {
        assert_eq!(report["totals"][key].as_u64(), Some(sum), "{key}");
    }
}

#[test]
fn what_people_read_holds_no_control_character() {
    for arguments in [
        vec!["check"],
        vec!["list"],
        vec!["list", "--format", "csv"],
        vec!["list", "--format", "jsonl"],
    ] {
        let output = Command::new(program())
            .args(&arguments)
            .arg("tests/hostile")
            .current_dir(repository(""))
            .output()
            .unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.len() > 100, "{arguments:?}");
        for c in text.chars() {
            let bad = (c.is_control() && c != '\n')
                || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200b}'..='\u{200f}')
                || matches!(c, '\u{e0000}'..='\u{e007f}' | '\u{feff}' | '\u{2028}' | '\u{2029}');
            assert!(!bad, "U+{:04X} in {arguments:?}", c as u32);
        }
    }
}

#[test]
fn huge_lines_and_file_names_with_escapes() {
    let folder = tempfile::tempdir().unwrap();
    // A line of 50 MB among small ones.
    let mut text = String::from(
        "{\"id\":\"a\",\"tier\":\"free\",\"response\":\"one\"}\n{\"id\":\"b\",\"response\":\"",
    );
    text.push_str(&"word ".repeat(10 << 20));
    text.push_str("\"}\n{\"id\":\"c\",\"response\":\"three\"}\n");
    std::fs::write(folder.path().join("huge.jsonl"), text).unwrap();
    let name = "bad\u{1b}]0;title\u{7}name.jsonl";
    std::fs::write(folder.path().join(name), "{\"id\":\"d\",\"response\":\"four\"}\n").unwrap();
    let (report, code) = check(&[folder.path().to_str().unwrap()]);
    assert_eq!(report["totals"]["transcripts"], 4);
    assert_eq!(code, Some(0), "{}", report["files"]);
    let table = Command::new(program()).args(["check"]).arg(folder.path()).output().unwrap();
    assert!(!table.stdout.contains(&0x1b));
}

#[test]
fn any_prefix_of_a_file_is_accounted_for() {
    // A writer that was killed: whole records before the cut are there, the torn one is a problem.
    let whole = std::fs::read(repository("sample-data/flat.jsonl")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cut.jsonl");
    for cut in (1..whole.len()).step_by(whole.len() / 23) {
        std::fs::write(&path, &whole[..cut]).unwrap();
        let (report, _) = check(&[path.to_str().unwrap()]);
        let whole_lines = whole[..cut].iter().filter(|b| **b == b'\n').count() as u64;
        let records = report["totals"]["records"].as_u64().unwrap();
        let transcripts = report["totals"]["transcripts"].as_u64().unwrap();
        assert!(transcripts == whole_lines || transcripts == whole_lines + 1, "cut at {cut}");
        assert!(records - transcripts <= 1, "cut at {cut}");
    }
}
