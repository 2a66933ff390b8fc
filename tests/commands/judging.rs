//! What figures of reviewers say of themselves: of which sample they are, of which tier, and which names there are.

use serde_json::json;
use undertone::review::{Event, Line, What};

use super::agree::{Corpus, oracle, two_reviewers};
use super::{run, text};

/// The oracle's sample, drawn by a second session, too, in which the same is answered.
fn drawn_twice() -> Corpus {
    let corpus = oracle();
    let journal = corpus.file("undertone-labels").join("R1.jsonl");
    let lines = std::fs::read_to_string(journal).unwrap();
    let again = |line: &str| {
        let Ok(Line::Event(event)) = Line::parse(line.as_bytes()) else { panic!("{line}") };
        let session = "00000000000000bb".to_owned();
        let id = event.id.replace(&event.session, &session);
        Event { id, session, rater: "R2".to_owned(), ..event }
    };
    let events: Vec<Event> = lines.lines().map(again).collect();
    assert!(matches!(events[0].what, What::Opened(_)));
    corpus.keep("R2", &events);
    corpus
}

#[test]
fn sessions_that_shared_a_sample_share_it_after_import() {
    let corpus = drawn_twice();
    let before = corpus.json(&[]);
    assert_eq!(before["designs"].as_array().unwrap().len(), 1);
    let path = corpus.path();
    for form in ["jsonl", "csv"] {
        let elsewhere = tempfile::tempdir().unwrap();
        let at = |name: &str| elsewhere.path().join(name).to_str().unwrap().to_owned();
        let (file, folder) = (at(&format!("all.{form}")), at("journals"));
        run(&["export", &path, "--labels", "--format", form, "--out", &file]);
        let import = |file: &str, folder: &str| {
            corpus.run(&["--import", file, "--rater", "R9", "--journal", folder])
        };
        let output = import(&file, &folder);
        assert_eq!((output.status.code(), output.stderr.len()), (Some(0), 0), "{output:?}");
        let after = corpus.json(&["--journal", &folder]);
        assert_eq!(after["designs"].as_array().unwrap().len(), 1, "{form}");
        assert_eq!(after["corrected"], before["corrected"], "{form}");
        if form == "jsonl" {
            // As an earlier release wrote it.
            let told = std::fs::read_to_string(&file).unwrap().replace("\"design\"", "\"other\"");
            std::fs::write(&file, told).unwrap();
            let output = import(&file, &at("more"));
            let told = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(told.contains("each session counts as a design of its own"), "{told}");
        }
    }
}

#[test]
fn a_name_that_nothing_has_is_told_with_those_that_there_are() {
    let corpus = two_reviewers();
    for (arguments, wanted) in [
        (
            ["--label", "nosuch"],
            "nobody reviewed `nosuch`. Reviewed is alignment_faking (6 answers)",
        ),
        (["--rater", "Nobody"], "`Nobody` answered nothing on alignment_faking. There are R1, R2"),
        (
            ["--classifier", "nosuch"],
            "no transcript has alignment_faking by `nosuch`. There is source",
        ),
        (["--rater", " "], "a journal needs a name"),
    ] {
        let output = corpus.run(&arguments);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(told.contains(wanted), "{arguments:?}: {told}");
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{arguments:?}");
    }
}

#[test]
fn a_filter_for_a_tier_gives_the_figures_of_that_tier() {
    let corpus = oracle();
    let by = corpus.json(&["--by", "tier"]);
    let free = corpus.json(&["--where", "tier:free"]);
    let own = by["tiers"].as_array().unwrap().iter().find(|q| q["tier"] == "free").unwrap();
    assert_eq!(&free["quality"], own);
    let table = text(&corpus.run(&["--where", "tier:free"]));
    assert!(
        table.contains("transcripts of the tier free that the sample was drawn from"),
        "{table}"
    );
}

#[test]
fn figures_of_a_part_of_the_frame_say_which_part_that_is() {
    let corpus = oracle();
    // A filter that is no tier: it lies across the strata, whose weights stay.
    let table = text(&corpus.run(&["--where", "tier:free OR tier:paid"]));
    assert!(table.contains("110 of them reviewed; 110 of those match the filter."), "{table}");
    assert!(!table.contains("Weighted to the"), "{table}");
    let all = text(&corpus.run(&[]));
    assert!(all.contains("Weighted to the") && !all.contains("match the filter"), "{all}");
}

#[test]
fn what_passes_no_filter_is_one_sentence_and_no_page() {
    let corpus = oracle();
    for (arguments, status, sentence) in [
        (&["--where", "id:zzzz"][..], 1, "no transcript matches"),
        (
            &["--queue", "--label", "nosuch"],
            2,
            "nobody reviewed `nosuch`, and no transcript has it",
        ),
        (&["--label", ""], 2, "--label needs the name of a label"),
    ] {
        let output = corpus.run(arguments);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(told.contains(sentence) && told.lines().count() == 1, "{told}");
        assert_eq!((output.status.code(), output.stdout.len()), (Some(status), 0), "{arguments:?}");
    }
}

#[test]
fn a_rate_of_a_reviewer_says_that_it_is_of_a_sample() {
    let corpus = oracle();
    let path = corpus.path();
    let stats = |label: &str, form: &str| {
        let arguments = ["stats", &*path, "--no-cache", "--label", label, "--format", form];
        text(&run(&arguments))
    };
    let label = "alignment_faking@reviewer-R1";
    let table = stats(label, "table");
    assert!(
        table.contains("of the sample that was reviewed (110 answers), not weighted"),
        "{table}"
    );
    let found: serde_json::Value = serde_json::from_str(&stats(label, "json")).unwrap();
    let wanted = json!({"answers": 110, "drawn": 110, "not_blind": 0, "weighted": false});
    assert_eq!(found["reviewed"], wanted);
    let csv = stats(label, "csv");
    assert!(
        csv.lines().next().unwrap().ends_with("reviewer_answers,reviewer_drawn,reviewer_not_blind")
    );
    assert!(
        csv.lines().any(|line| line.starts_with("all,") && line.ends_with(",110,110,0")),
        "{csv}"
    );
    let plain: serde_json::Value =
        serde_json::from_str(&stats("alignment_faking", "json")).unwrap();
    assert_eq!(plain["reviewed"], serde_json::Value::Null);
}
