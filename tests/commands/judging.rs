//! What figures of reviewers say of themselves: of which sample they are, of which tier, and which names there are.

use serde_json::json;
use undertone::review::{Event, Line, What};

use super::agree::{Corpus, oracle, oracle_by, two_reviewers};
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

/// Where answers are depends on how the sample was drawn: what they choose is no part of the frame.
#[test]
fn what_answers_choose_is_not_weighted() {
    let corpus = oracle();
    for filter in ["reviewed:yes", "reviewer:R1", "label.alignment_faking@reviewer-R1:yes"] {
        let asked = ["--where", filter];
        let table = text(&corpus.run(&asked));
        assert!(table.contains("Nothing is weighted."), "{filter}: {table}");
        assert!(!table.contains("stands for") && !table.contains("weighted to"), "{table}");
        let report = corpus.json(&asked);
        assert_eq!(report["chosen_by_answers"], true, "{filter}");
        assert_eq!(report["quality"]["weighted"].as_array().unwrap().len(), 0, "{filter}");
        assert!(report["corrected"].is_null());
    }
    // Outcomes may be reviewers', and here are not.
    let report = corpus.json(&["--where", "-outcome:partial"]);
    assert_eq!(report["chosen_by_answers"], false);
    assert_eq!(report["quality"]["weighted"].as_array().unwrap().len(), 1);
}

#[test]
fn figures_of_a_part_of_the_frame_say_which_part_that_is() {
    let corpus = oracle();
    // A filter that is no tier: it lies across the strata, whose weights stay.
    let asked = ["--where", "tier:free OR tier:paid"];
    let table = text(&corpus.run(&asked));
    let wanted = "drawn from 2000 transcripts (R1, seed 7), 110 of them reviewed. All of these are here, so it is known how many of each stratum match the filter: weighted to these 2000, 110 of them reviewed:";
    assert!(table.contains(wanted), "{table}");
    assert!(!table.contains("Weighted to the"), "{table}");
    // One that nobody reviewed is not here any more.
    let file = corpus.file("a.jsonl");
    let lines = std::fs::read_to_string(&file).unwrap();
    corpus.write(&lines.lines().take(1_999).map(str::to_owned).collect::<Vec<_>>());
    let table = text(&corpus.run(&asked));
    assert!(table.contains("110 of them reviewed; 110 of those match the filter."), "{table}");
    assert!(table.contains("Not all of the frame is here, or not as it was"), "{table}");
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

/// In each stratum of the oracle the first so many were reviewed, and yes is said to the first of these.
fn parts_of_strata(inside: impl Fn(usize) -> bool) -> Vec<[f64; 4]> {
    [(0, 180, 30, 24), (180, 820, 30, 3), (1_000, 20, 20, 9), (1_020, 980, 30, 0)]
        .map(|(first, size, drawn, yes)| {
            let count = |n: usize| (first..first + n).filter(|id| inside(*id)).count() as f64;
            [count(size), count(drawn), count(yes), drawn as f64 / size as f64]
        })
        .to_vec()
}

#[test]
fn a_part_across_strata_is_weighted_to_the_sizes_that_it_has_in_them() {
    let corpus = oracle();
    let asked = ["--where", "id:/[02468][0-4]$/"];
    let found = corpus.json(&asked);
    let weighted = &found["quality"]["weighted"][0];
    let parts = parts_of_strata(|id| id >= 10 && id / 10 % 2 == 0 && id % 10 < 5);
    let sizes: Vec<f64> = parts.iter().map(|part| part[0]).collect();
    let told: Vec<f64> = weighted["strata"]
        .as_array()
        .unwrap()
        .iter()
        .map(|stratum| stratum["frame"].as_f64().unwrap())
        .collect();
    assert_eq!(told, sizes);
    assert_eq!(weighted["whole"], json!({"frame": 2_000, "reviewed": 110}));
    // The mean of each stratum's part, with the variance of a plain sample from that part.
    let all: f64 = sizes.iter().sum();
    let value = parts.iter().map(|[size, n, yes, _]| size * yes / n).sum::<f64>() / all;
    let variance = |[size, n, yes, _]: &[f64; 4]| {
        let share = yes / n;
        size * size * (1.0 - n / size) * share * (1.0 - share) / (n - 1.0)
    };
    let error = parts.iter().map(variance).sum::<f64>().sqrt() / all;
    let close = |told: &serde_json::Value, wanted: f64| {
        assert!((told.as_f64().unwrap() - wanted).abs() < 1e-9, "{told} is not {wanted}");
    };
    close(&weighted["figures"]["prevalence"]["value"], value);
    close(&weighted["figures"]["prevalence"]["error"], error);

    // Where one that nobody reviewed is not here any more, sizes are not known: each reviewed one stands for N / n of its whole stratum.
    let lines = std::fs::read_to_string(corpus.file("a.jsonl")).unwrap();
    corpus.write(&lines.lines().take(1_999).map(str::to_owned).collect::<Vec<_>>());
    let found = corpus.json(&asked);
    let weighted = &found["quality"]["weighted"][0];
    let over = |at: usize| parts.iter().map(|part| part[at] / part[3]).sum::<f64>();
    assert_eq!(weighted["whole"], serde_json::Value::Null);
    close(&weighted["figures"]["prevalence"]["value"], over(2) / over(1));
    assert!((over(2) / over(1) - value).abs() > 1e-3, "else nothing is tested");
}

#[test]
fn a_tier_that_made_no_strata_is_a_part_of_known_size() {
    let corpus = oracle_by(&["label"]);
    // 2,000 records, of which 1,000 are of each tier; 60 were drawn of 200 and 60 of 1,800.
    for found in [
        corpus.json(&["--where", "tier:free"])["quality"].clone(),
        corpus.json(&["--by", "tier"])["tiers"][0].clone(),
    ] {
        let weighted = &found["weighted"][0];
        let frames: Vec<u64> = weighted["strata"]
            .as_array()
            .unwrap()
            .iter()
            .map(|stratum| stratum["frame"].as_u64().unwrap())
            .collect();
        assert_eq!(frames, [180, 820], "{weighted}");
        assert_eq!(weighted["whole"]["frame"], 2_000);
    }
    let table = text(&corpus.run(&["--where", "tier:free"]));
    assert!(table.contains("it is known how many of each stratum are of the tier free"), "{table}");
    let all = corpus.json(&[]);
    assert_eq!(all["quality"]["weighted"][0]["whole"], serde_json::Value::Null);
}

#[test]
fn a_field_that_makes_no_strata_is_told_with_those_that_do() {
    let review = ["review", "sample-data", "--label", "alignment_faking", "--strata"];
    for (fields, wrong) in [("foo", "foo"), ("tier,meta.x", "meta.x"), ("category", "category")] {
        let output = run(&[&review[..], &[fields]].concat());
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{told}");
        let wanted = format!("--strata: `{wrong}` is no field to draw by. There are tier, label, ");
        assert!(told.contains(&wanted) && told.trim_end().lines().count() == 1, "{told}");
    }
}
