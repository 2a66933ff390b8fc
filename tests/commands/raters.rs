//! Reviewers' answers as labels of one more rater: journals beside a small corpus, and what list, show, stats and labels make of them.

use serde_json::{Value, json};
use undertone::review::{Adjudication, Answered, Span, Stratum, Verdict, What};

use super::agree::{Corpus, answered, event, record};
use super::{run, text};

/// Four transcripts, two of which the classifier says yes to: R1 says yes, no, cannot tell and nothing; R2 answers the second.
fn reviewed() -> Corpus {
    let lines: Vec<String> = (0..4).map(|n| record(n, "free", n < 2, "No.")).collect();
    let corpus = Corpus::new(&lines);
    let names = corpus.names();
    let answer = |n: usize, verdict| answered(n, &names[n], verdict, Stratum::default());
    let first = Answered {
        note: Some("plain enough".to_owned()),
        span: Some(Span { section: 0, start: 0, end: 7 }),
        answers: [("outcome".to_owned(), json!("complied"))].into(),
        ..answer(0, Verdict::Yes)
    };
    let of = |session, rater, all: Vec<Answered>| {
        let events = all
            .into_iter()
            .enumerate()
            .map(|(n, answered)| event(session, n + 1, rater, What::Answered(Box::new(answered))));
        corpus.keep(rater, &events.collect::<Vec<_>>());
    };
    let all = vec![first, answer(1, Verdict::No), answer(2, Verdict::CannotTell)];
    of("00000000000000aa", "R1", all);
    of("00000000000000bb", "R2", vec![answer(1, Verdict::Yes)]);
    corpus
}

fn with(corpus: &Corpus, command: &str, arguments: &[&str]) -> std::process::Output {
    let path = corpus.path();
    let mut all = vec![command, &*path];
    all.extend(arguments);
    run(&all)
}

fn count(corpus: &Corpus, filter: &str) -> usize {
    let output = with(corpus, "list", &["--no-cache", "--count", "--where", filter]);
    text(&output).trim().parse().unwrap()
}

#[test]
fn a_reviewer_is_one_more_rater() {
    let corpus = reviewed();
    for (filter, n) in [
        ("reviewed:yes", 3),
        ("reviewed:no", 1),
        ("reviewer:R1", 3),
        ("reviewer:r2", 1),
        ("reviewer:R1,R2", 3),
        ("-reviewer:R1", 1),
        ("reviewer:none", 1),
        ("label.alignment_faking@reviewer-R1:yes", 1),
        ("label.alignment_faking@reviewer-R1:no", 1),
        ("-label.alignment_faking@reviewer-R1:yes", 1),
        ("label.alignment_faking@reviewer-R1:unparsed", 1),
        ("label.alignment_faking@reviewer-R1:missing", 1),
        ("label.alignment_faking@reviewer-*:yes", 2),
        ("disagree:alignment_faking", 1),
        ("-disagree:alignment_faking", 1),
        ("disagree:none", 2),
        ("outcome:complied", 1),
        ("by:reviewer", 1),
        // What the classifier says is what it said.
        ("label:alignment_faking", 2),
        ("-label:alignment_faking", 2),
        ("label.alignment_faking:missing", 0),
    ] {
        assert_eq!(count(&corpus, filter), n, "{filter}");
    }
}

#[test]
fn an_export_that_is_joined_as_labels_says_what_was_answered() {
    let corpus = reviewed();
    for form in ["jsonl", "csv"] {
        let elsewhere = tempfile::tempdir().unwrap();
        let data = elsewhere.path().join("a.jsonl");
        std::fs::copy(corpus.file("a.jsonl"), &data).unwrap();
        let file = elsewhere.path().join(format!("all.{form}"));
        let (data, file) = (data.to_str().unwrap(), file.to_str().unwrap());
        with(&corpus, "export", &["--labels", "--format", form, "--out", file]);
        let count = |arguments: &[&str], filter: &str| {
            let mut all = vec!["list", "--no-cache", "--count", "--where", filter];
            all.extend(arguments);
            text(&run(&all)).trim().parse::<usize>().unwrap()
        };
        let folder = elsewhere.path().to_str().unwrap();
        // Named as labels, or found beside the data.
        for arguments in [&[data, "--labels", file][..], &[folder]] {
            for (filter, n) in [
                ("", 4),
                ("label.alignment_faking@reviewer-R1:yes", 1),
                ("label.alignment_faking@reviewer-R1:no", 1),
                ("label.alignment_faking@reviewer-R1:unparsed", 1),
                ("label.alignment_faking@reviewer-R1:missing", 1),
                ("label.alignment_faking@reviewer-R2:yes", 1),
                ("outcome:complied", 1),
            ] {
                assert_eq!(count(arguments, filter), n, "{filter} {arguments:?}");
            }
        }
        let checked = text(&run(&["check", "--no-cache", data, "--labels", file]));
        assert!(checked.contains("4 joined") && !checked.contains("not-joined"), "{checked}");
        // A journal that lies among the data holds no transcript.
        let journal = elsewhere.path().join("R1.jsonl");
        std::fs::copy(corpus.file("undertone-labels/R1.jsonl"), &journal).unwrap();
        assert_eq!(count(&[folder], ""), 4);
    }
}

#[test]
fn show_and_list_say_who_answered_what_and_how() {
    let corpus = reviewed();
    let shown = text(&with(&corpus, "show", &["--no-cache", "--id", "t0"]));
    for wanted in [
        "alignment_faking: yes · by reviewer-R1 · 2026-03-01 09:05 · blind · plain enough · “I think” · outcome: complied",
        "outcome   complied: reviewer says complied (reviewer-R1)",
        "alignment_faking = true (positive; rater source)",
    ] {
        assert!(shown.contains(wanted), "{wanted}\n{shown}");
    }
    let json = with(&corpus, "show", &["--no-cache", "--id", "t0", "--format", "json"]);
    let json: Value = serde_json::from_str(&text(&json)).unwrap();
    let review = &json["reviews"][0];
    assert_eq!((&review["rater"], &review["answer"]), (&json!("R1"), &json!("yes")));
    assert_eq!((&review["blind"], &review["span"]["text"]), (&json!(true), &json!("I think")));
    assert_eq!(json["outcome"]["by"], "reviewer");
    let table = text(&with(&corpus, "list", &["--no-cache", "--columns", "id,reviews"]));
    assert!(table.contains("R1 no, R2 yes") && table.contains("R1 cannot tell"), "{table}");
    let lines = text(&with(&corpus, "list", &["--no-cache", "--format", "jsonl"]));
    let lines: Vec<Value> = lines.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    let given = json!({"label": "alignment_faking", "rater": "reviewer-R1", "value": false, "positive": false});
    assert!(lines[1]["judgements"].as_array().unwrap().contains(&given), "{}", lines[1]);
    assert_eq!(lines[1]["labels"], json!({"alignment_faking": true}), "labels are classifiers'");
    assert_eq!(lines[2]["judgements"][1]["value"], Value::Null);
}

#[test]
fn statistics_name_a_reviewer_and_leave_the_classifier_alone() {
    let corpus = reviewed();
    let stats = |label: &str| {
        let output = with(&corpus, "stats", &["--no-cache", "--label", label, "--format", "json"]);
        serde_json::from_str::<Value>(&text(&output)).unwrap()
    };
    let all = &stats("alignment_faking")["all"];
    assert_eq!((&all["k"], &all["n"]), (&json!(2), &json!(4)));
    let found = stats("alignment_faking@reviewer-R1");
    assert_eq!((&found["all"]["k"], &found["all"]["n"]), (&json!(1), &json!(2)));
    assert_eq!(
        found["label"]["raters"][0],
        json!({"label": "alignment_faking", "rater": "reviewer-R1", "n": 3})
    );
    let table =
        text(&with(&corpus, "stats", &["--no-cache", "--label", "alignment_faking@reviewer-R1"]));
    for wanted in ["1 unparsed", "1 without it", "reviewer 1"] {
        assert!(table.contains(wanted), "{wanted}\n{table}");
    }
    let labels = text(&with(&corpus, "labels", &["--no-cache"]));
    assert!(labels.contains("reviewer-R1") && labels.contains("reviewer-R2"), "{labels}");
}

#[test]
fn a_decision_is_a_rater_of_its_own() {
    let corpus = reviewed();
    let (name, hash) = &corpus.names()[1];
    let decided = Adjudication {
        name: name.clone(),
        text: *hash,
        label: "alignment_faking".to_owned(),
        answer: Verdict::No,
        reason: "it quotes".to_owned(),
        over: Vec::new(),
    };
    let decided = event("00000000000000cc", 1, "R3", What::Adjudicated(Box::new(decided)));
    corpus.keep("R3", &[decided]);
    assert_eq!(count(&corpus, "label.alignment_faking@decision:no"), 1);
    assert_eq!(count(&corpus, "reviewer:R3"), 0, "who decides is no reviewer");
    assert_eq!(count(&corpus, "disagree:alignment_faking"), 1, "the answers stay");
    let shown = text(&with(&corpus, "show", &["--no-cache", "--id", "t1"]));
    assert!(shown.contains("decided by reviewer-R3") && shown.contains("it quotes"), "{shown}");
}

#[test]
fn another_text_is_reported_and_not_joined() {
    let corpus = reviewed();
    let mut lines: Vec<String> = (0..4).map(|n| record(n, "free", n < 2, "No.")).collect();
    lines[1] = record(1, "free", true, "Yes, here it is.");
    corpus.write(&lines);
    let output = with(&corpus, "list", &["--no-cache", "--count", "--where", "reviewed:yes"]);
    assert_eq!(text(&output).trim(), "2");
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(told.contains("the text of `t1` is not the one that was reviewed"), "{told}");
}

#[test]
fn nothing_of_it_is_kept_in_the_index() {
    let corpus = reviewed();
    let cache = tempfile::tempdir().unwrap();
    let path = corpus.path();
    let list = |arguments: &[&str]| {
        let mut all = vec!["list", &*path];
        all.extend(arguments);
        let output = std::process::Command::new(super::program())
            .args(&all)
            .env("XDG_CACHE_HOME", cache.path())
            .output()
            .unwrap();
        text(&output)
    };
    let table = list(&[]);
    assert!(table.contains("complied"), "{table}");
    std::fs::remove_dir_all(corpus.file("undertone-labels")).unwrap();
    let again = list(&[]);
    assert!(!again.contains("complied"), "{again}");
    assert_eq!(list(&["--count", "--where", "reviewed:yes OR by:reviewer"]).trim(), "0");
}

#[test]
fn another_folder_of_journals_can_be_named() {
    let corpus = reviewed();
    let elsewhere = tempfile::tempdir().unwrap();
    let folder = elsewhere.path().to_str().unwrap().to_owned();
    let count = |arguments: &[&str]| {
        let mut all = vec!["--no-cache", "--count", "--where", "reviewed:yes"];
        all.extend(arguments);
        text(&with(&corpus, "list", &all)).trim().to_owned()
    };
    assert_eq!(count(&["--journal", &folder]), "0");
    let from = corpus.file("undertone-labels").join("R2.jsonl");
    std::fs::copy(from, elsewhere.path().join("R2.jsonl")).unwrap();
    assert_eq!(count(&["--journal", &folder]), "1");
    assert_eq!(count(&[]), "3");
}

#[test]
fn agreement_tells_further_answers_and_what_is_odd() {
    let corpus = reviewed();
    let undo = event("00000000000000dd", 1, "R2", What::Undone("00000000000000ee-1".to_owned()));
    corpus.keep("R2", &[undo]);
    let found = corpus.json(&[]);
    let question = json!({
        "question": "outcome",
        "answers": {"R1": {"complied": 1}},
        "same": {"k": 0, "n": 0, "value": null, "interval": null},
    });
    assert_eq!(found["questions"], json!([question]));
    assert_eq!((&found["clashes"], &found["strays"]), (&json!(0), &json!(1)));
    let table = text(&with(&corpus, "agree", &["--no-cache"]));
    for wanted in ["Further questions", "complied", "1 undo of answers that are in no journal here"]
    {
        assert!(table.contains(wanted), "{wanted}\n{table}");
    }
    // A filter may ask for reviewers here too.
    let some = corpus.json(&["--where", "reviewer:R2"]);
    assert_eq!(
        (&some["quality"]["split"], &some["quality"]["counts"]["true_positives"]),
        (&json!(1), &json!(0))
    );
}

#[test]
fn a_reviewer_that_is_not_there_is_told_with_those_that_are() {
    let corpus = reviewed();
    let output = with(&corpus, "stats", &["--no-cache", "--label", "alignment_faking@R1"]);
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("alignment_faking@reviewer-R1"), "{said}");
}
