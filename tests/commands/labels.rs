//! Labels, thresholds and mappings.

use super::*;

#[test]
fn plain_text_is_told_once_and_what_a_mapping_needs() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("words.txt");
    std::fs::write(&path, "just words\nmore words\n").unwrap();
    let path = path.to_str().unwrap();
    let checked = text(&run(&["check", path]));
    assert_eq!(checked.matches("plain text").count(), 1, "{checked}");
    assert!(checked.contains("not-read-yet"), "{checked}");
    let output = run(&["map", path]);
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(!told.contains("undertone map"), "{told}");
    assert!(told.contains("records of JSON or from the rows of a table"), "{told}");
}

#[test]
fn thresholds_and_label_fields_change_what_is_positive() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("numbers.jsonl");
    let record = |n: u32, x: f64| {
        format!(
            "{{\"id\":\"{n}\",\"response\":\"r\",\"labels\":{{\"alignment_faking\":{x}}},\"extra\":{{\"odd\":{x}}}}}\n"
        )
    };
    let text_ = record(1, 0.2) + &record(2, 0.45) + &record(3, 0.9);
    std::fs::write(&path, text_).unwrap();
    let path = path.to_str().unwrap();
    let count = |arguments: &[&str]| {
        let mut all = vec!["list", path, "--count", "--where"];
        all.extend(arguments);
        text(&run(&all)).trim().to_owned()
    };
    assert_eq!(count(&["label:alignment_faking", "--threshold", "alignment_faking>=0.4"]), "2");
    assert_eq!(count(&["label:alignment_faking", "--threshold", "alignment_faking>0.9"]), "0");
    assert_eq!(count(&["label.alignment_faking>=0.4"]), "2");
    assert_eq!(count(&["label:extra.odd", "--label-field", "extra.odd"]), "1");
    assert_eq!(count(&["label.extra.odd:missing"]), "3");
}

#[test]
fn a_file_that_nothing_fits_is_read_by_the_mapping_that_the_command_prints() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("odd runs.jsonl");
    let line = |n: usize, group: &str| {
        format!(
            "{{\"exchange\":{{\"asked\":\"q{n}\",\"thought\":\"so {n}\",\"said\":\"a{n}\"}},\"grp\":\"{group}\",\"\\u001b[2J\":\"\\u202e\"}}\n"
        )
    };
    let lines: String = (0..1000).map(|n| line(n, if n % 2 == 0 { "A" } else { "B" })).collect();
    std::fs::write(&path, lines).unwrap();
    let path = path.to_str().unwrap();

    // Once for all lines, with the command to type.
    let checked = text(&run(&["check", path]));
    let told: Vec<&str> = checked.lines().filter(|l| l.contains("no known shape")).collect();
    assert_eq!(told.len(), 1, "{checked}");
    assert!(told[0].contains("lines 1 to 1000 (1000 times)"), "{checked}");
    assert!(told[0].contains(&format!("`undertone map '{path}'`")), "{checked}");

    let printed = run(&["map", path]);
    assert_eq!(printed.status.code(), Some(0));
    let printed = text(&printed);
    assert!(!printed.chars().any(|c| c.is_control() && c != '\n' || c == '\u{202e}'), "{printed}");
    assert!(printed.contains("As it stands it reads 200 of 200 records: 200 transcripts."));
    let edited = printed.replace("{ A = \"A\", B = \"B\" }", "{ A = \"free\", B = \"paid\" }");
    assert_ne!(edited, printed, "{printed}");
    let map = folder.path().join("odd.toml");
    std::fs::write(&map, edited).unwrap();
    let map = map.to_str().unwrap();
    let report = run(&["check", path, "--map", map, "--format", "json"]);
    let report: Value = serde_json::from_slice(&report.stdout).unwrap();
    assert_eq!(report["totals"]["transcripts"], 1000);
    assert_eq!(report["files"][0]["format"], "mapped");
    let why = report["files"][0]["why"].as_str().unwrap();
    assert!(why.starts_with(&format!("mapping {map}: has ")), "{why}");
    let free =
        run(&["list", path, "--map", map, "--where", "tier:free in:scratchpad so", "--count"]);
    assert_eq!(text(&free).trim(), "500");
}

#[test]
fn a_mapping_with_a_fault_says_the_line() {
    let folder = tempfile::tempdir().unwrap();
    let map = folder.path().join("m.toml");
    std::fs::write(&map, "response = \"r\"\nrespnse = \"s\"\n").unwrap();
    let map = map.to_str().unwrap();
    let output = run(&["list", "--map", map]);
    assert_eq!(output.status.code(), Some(2));
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(
        message.contains("m.toml:2: ") && message.contains("did you mean `response`?"),
        "{message}"
    );
}

#[test]
fn labels_are_counted_rater_by_rater() {
    let odd = "sample-data/formats/odd.jsonl";
    let map = "sample-data/formats/odd.map.toml";
    let json = |arguments: &[&str]| -> Value {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let report = json(&["labels", odd, "--map", map, "--format", "json"]);
    assert_eq!(report["transcripts"], 4);
    let faking = &report["labels"][0];
    for (key, value) in [
        ("name", "faking"),
        ("type", "mixed"),
        ("threshold", ">= 0.4"),
        ("threshold_from", "file"),
        ("threshold_file", map),
    ] {
        assert_eq!(faking[key], value, "{key}");
    }
    let counts = |rater: &Value| -> Vec<u64> {
        let keys = ["positive", "negative", "neither", "unparsed", "missing"];
        keys.iter().map(|key| rater[*key].as_u64().unwrap()).collect()
    };
    let raters = faking["raters"].as_array().unwrap();
    assert_eq!(
        (raters[0]["rater"].as_str(), counts(&raters[0])),
        (Some("clerk"), vec![1, 2, 1, 0, 0])
    );
    assert_eq!(
        (raters[1]["rater"].as_str(), counts(&raters[1])),
        (Some("harbour-judge"), vec![1, 2, 0, 1, 0])
    );
    assert_eq!(raters[0]["values"][0], serde_json::json!({"value": "no", "n": 2}));
    assert_eq!((&raters[1]["min"], &raters[1]["max"]), (&Value::from(0.0), &Value::from(0.85)));
    assert_eq!((&raters[1]["distinct"], &raters[1]["steps"]), (&Value::from(3), &Value::from(20)));

    // A flag wins over the file.
    let flagged =
        json(&["labels", odd, "--map", map, "--threshold", "faking>=0.9", "--format", "json"]);
    assert_eq!(flagged["labels"][0]["threshold_from"], "flag");
    assert_eq!(counts(&flagged["labels"][0]["raters"][1]), [0, 3, 0, 1, 0]);

    // Every rater's five numbers are all transcripts; the figures are those that the filter finds.
    let report = json(&["labels", "--format", "json"]);
    let all = report["transcripts"].as_u64().unwrap();
    for label in report["labels"].as_array().unwrap() {
        for rater in label["raters"].as_array().unwrap() {
            assert_eq!(counts(rater).iter().sum::<u64>(), all, "{label}");
        }
        let [rater] = label["raters"].as_array().unwrap().as_slice() else { continue };
        let name = label["name"].as_str().unwrap();
        let count = |filter: String| {
            text(&run(&["list", "--count", "--where", &filter])).trim().parse::<u64>().unwrap()
        };
        if name == "motive" || name == "strong_reject_score" {
            assert_eq!(count(format!("label:{name}")), counts(rater)[0], "{name}");
            assert_eq!(count(format!("-label:{name}")), counts(rater)[1], "{name}");
            assert_eq!(count(format!("label.{name}:missing")), counts(rater)[4], "{name}");
        }
    }

    // For people: 80 columns, and several raters are said to be several.
    for arguments in [&["labels"][..], &["labels", odd, "--map", map]] {
        let table = text(&run(arguments));
        for line in table.lines() {
            assert!(line.chars().count() <= 80, "{line}");
        }
    }
    let table = text(&run(&["labels", odd, "--map", map]));
    assert!(table.contains("2 raters, not"), "{table}");
    assert!(table.contains("0 to 0.85, 3 different values, all multiples of 1/20"), "{table}");
}

#[test]
fn one_rater_who_judged_twice_counts_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("twice.jsonl");
    let votes = r#"[{"label":"x","rater":"z","value":null},{"label":"x","rater":"z","value":true},{"label":"x","rater":"y","value":false}]"#;
    std::fs::write(&path, format!("{{\"response\":\"a\",\"judgements\":{votes}}}\n")).unwrap();
    let output = run(&["labels", path.to_str().unwrap(), "--format", "json"]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let raters = report["labels"][0]["raters"].as_array().unwrap();
    assert_eq!(raters.len(), 2);
    assert_eq!((&raters[0]["positive"], &raters[0]["repeated"]), (&1.into(), &1.into()));
    assert_eq!((&raters[1]["negative"], &raters[1]["repeated"]), (&1.into(), &0.into()));
}
