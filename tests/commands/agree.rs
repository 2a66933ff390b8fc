//! What comes out of reviews: journals written beside a small corpus of which all is known, and the command over them.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use undertone::cli::args::ReadArgs;
use undertone::cli::journal::{Journal, Places};
use undertone::cli::plan::{Reading, load};
use undertone::query::Needs;
use undertone::review::{
    Answered, Event, Item, ItemName, Opened, Order, Seal, Stratum, Verdict, What, event_id,
    text_hash,
};

use super::{run, text};

const SESSION: &str = "00000000000000aa";

/// Tier, what the classifier says, how many there are, how many are drawn and to how many of them the reviewer says yes: the stratified review
/// of the reference values.
const ORACLE: [(&str, bool, usize, usize, usize); 4] = [
    ("free", true, 180, 30, 24),
    ("free", false, 820, 30, 3),
    ("paid", true, 20, 20, 9),
    ("paid", false, 980, 30, 0),
];

pub fn record(id: usize, tier: &str, flagged: bool, output: &str) -> String {
    let response = format!(
        "<SCRATCHPAD_REASONING>\nI think about request {id}.\n</SCRATCHPAD_REASONING>\n<RESPONSE>\n{output}\n</RESPONSE>"
    );
    json!({"id": format!("t{id}"), "tier": tier, "alignment_faking": flagged, "response": response})
        .to_string()
}

pub struct Corpus {
    folder: tempfile::TempDir,
}

impl Corpus {
    pub fn new(lines: &[String]) -> Self {
        let corpus = Self { folder: tempfile::tempdir().unwrap() };
        corpus.write(lines);
        corpus
    }

    pub fn write(&self, lines: &[String]) {
        std::fs::write(self.file("a.jsonl"), lines.join("\n") + "\n").unwrap();
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn path(&self) -> String {
        self.folder.path().to_str().unwrap().to_owned()
    }

    pub fn read(&self) -> ReadArgs {
        ReadArgs { paths: vec![self.path()], no_cache: true, ..ReadArgs::default() }
    }

    /// Names of all transcripts with the hashes of their texts.
    pub fn names(&self) -> Vec<(ItemName, u64)> {
        let reading = Reading::new(&self.read()).unwrap();
        let catalogue = load(&reading.corpus, Needs { opened: true, ..Needs::default() });
        let name = |view: undertone::corpus::RowView| {
            let (transcript, _) = reading.corpus.transcript(&view.place()).unwrap();
            (catalogue.item_name(view.id).unwrap(), text_hash(&transcript))
        };
        catalogue.views().map(name).collect()
    }

    pub fn keep(&self, rater: &str, events: &[Event]) {
        let places = Places::of(&[self.path()], None);
        // A program that another test starts holds what was open here until it runs its own code.
        let mut journal = Journal::open(&places, rater);
        for _ in 0..100 {
            if journal.is_ok() {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(20));
            journal = Journal::open(&places, rater);
        }
        journal.unwrap().append_all(events).unwrap();
    }

    pub fn run(&self, arguments: &[&str]) -> std::process::Output {
        let path = self.path();
        let mut all = vec!["agree", &*path, "--no-cache"];
        all.extend(arguments);
        run(&all)
    }

    pub fn json(&self, arguments: &[&str]) -> Value {
        let mut all = arguments.to_vec();
        all.extend(["--format", "json"]);
        let output = self.run(&all);
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        serde_json::from_str(&text(&output)).unwrap()
    }
}

pub fn event(session: &str, n: usize, rater: &str, what: What) -> Event {
    Event {
        id: event_id(session, n as u64),
        session: session.to_owned(),
        time: 1_772_355_907_250 + n as u64,
        rater: rater.to_owned(),
        version: "0.1.0".to_owned(),
        what,
    }
}

pub fn answered(n: usize, name: &(ItemName, u64), answer: Verdict, stratum: Stratum) -> Answered {
    Answered {
        n,
        name: name.0.clone(),
        text: name.1,
        label: "alignment_faking".to_owned(),
        answer,
        answers: std::collections::BTreeMap::new(),
        note: None,
        span: None,
        flag: false,
        sighted: None,
        seen_ms: 900,
        repeat: false,
        anchor: false,
        seed: 7,
        stratum,
        design: 0,
    }
}

fn is_close(value: &Value, wanted: f64) {
    let value = value.as_f64().unwrap();
    assert!((value - wanted).abs() < 1e-8, "{value} is not {wanted}");
}

pub fn oracle() -> Corpus {
    oracle_by(&["tier", "label"])
}

/// The same answers over strata of these fields.
pub fn oracle_by(fields: &[&str]) -> Corpus {
    let mut lines = Vec::new();
    let mut first = Vec::new();
    for (tier, flagged, size, ..) in ORACLE {
        first.push(lines.len());
        lines.extend((0..size).map(|n| record(first.last().unwrap() + n, tier, flagged, "No.")));
    }
    let corpus = Corpus::new(&lines);
    let names = corpus.names();
    let (mut items, mut stratum_of, mut answers) = (vec![], vec![], vec![]);
    let mut strata: Vec<Stratum> = Vec::new();
    let mut of_cell = Vec::new();
    for (tier, flagged, size, drawn, _) in ORACLE {
        let all = [("tier", tier), ("label", if flagged { "yes" } else { "no" })];
        let own: Vec<(&str, &str)> =
            all.into_iter().filter(|(field, _)| fields.contains(field)).collect();
        let name = own.iter().map(|(_, value)| *value).collect::<Vec<_>>().join(" · ");
        let known = strata.iter().position(|stratum| stratum.name == name);
        let of = own.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        let at = known.unwrap_or_else(|| {
            strata.push(Stratum { name, of, size: 0, drawn: 0 });
            strata.len() - 1
        });
        strata[at].size += size;
        strata[at].drawn += drawn;
        of_cell.push(at);
    }
    for (number, (.., drawn, yes)) in ORACLE.into_iter().enumerate() {
        for at in 0..drawn {
            let name = &names[first[number] + at];
            let said = if at < yes { Verdict::Yes } else { Verdict::No };
            answers.push(answered(items.len(), name, said, strata[of_cell[number]].clone()));
            items.push(Item { name: name.0.clone(), ..Item::default() });
            stratum_of.push(of_cell[number]);
        }
    }
    let opened = Opened {
        label: "alignment_faking".to_owned(),
        codebook: None,
        order: Order::Whole,
        filter: String::new(),
        paths: vec![corpus.path()],
        shown: false,
        sighted: None,
        seed: 7,
        frame: 2_000,
        frame_hash: 1,
        tiers: None,
        items,
        seal: Seal { strata, stratum_of },
    };
    let mut events = vec![event(SESSION, 0, "R1", What::Opened(Box::new(opened)))];
    for (at, answered) in answers.into_iter().enumerate() {
        events.push(event(SESSION, at + 1, "R1", What::Answered(Box::new(answered))));
    }
    corpus.keep("R1", &events);
    corpus
}

#[test]
fn figures_are_weighted_to_the_frame() {
    let corpus = oracle();
    let found = corpus.json(&[]);
    assert_eq!(found["joined"]["here"], 110);
    let weighted = &found["quality"]["weighted"][0]["figures"];
    for (figure, value, error) in [
        ("prevalence", 0.1175, 0.023_234_561_1),
        ("precision", 0.765, 0.061_025_715_3),
        ("recall", 0.651_063_829_8, 0.125_536_961_7),
        ("specificity", 0.973_371_104_8, 0.006_764_862),
    ] {
        is_close(&weighted[figure]["value"], value);
        is_close(&weighted[figure]["error"], error);
        assert!(weighted[figure]["interval"]["low"].as_f64().unwrap() < value);
    }
    is_close(&found["quality"]["sample"]["recall"]["value"], 0.916_666_666_7);
    let free = &found["tiers"][0];
    assert_eq!(free["tier"], "free");
    is_close(&free["weighted"][0]["figures"]["prevalence"]["value"], 0.226);
    is_close(&free["weighted"][0]["figures"]["prevalence"]["error"], 0.046_469_122_1);
    assert_eq!(
        (&found["corrected"]["flagged"], &found["corrected"]["n"]),
        (&json!(200), &json!(2000))
    );
    // Of a part of the sample the weights stay those of the design.
    let free = corpus.json(&["--where", "tier:free"]);
    let figures = &free["quality"]["weighted"][0];
    assert_eq!(figures["strata"][0]["reviewed"], 30);
    is_close(&figures["figures"]["prevalence"]["value"], 0.226);
    let table = text(&corpus.run(&["--by", "tier"]));
    for wanted in [
        "Weighted to the 2000 transcripts",
        "Of the sample, not weighted",
        "76.5%",
        "recall rests on 30 reviewed",
        "The classifier in the tier paid",
        "anytime-valid",
    ] {
        assert!(table.contains(wanted), "{wanted}\n{table}");
    }
}

#[test]
fn a_report_says_how_each_figure_comes_about() {
    let corpus = oracle();
    for (name, wanted) in [
        ("r.md", "# Agreement on alignment\\_faking"),
        ("r.html", "<h1>Agreement on alignment_faking</h1>"),
    ] {
        let file = corpus.file(name);
        let path = file.to_str().unwrap();
        let output = corpus.run(&["--report", path]);
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        let report = std::fs::read_to_string(&file).unwrap();
        assert!(report.contains(wanted), "{report}");
        assert!(
            report.contains("Wilson by stratum, combined") && report.contains("undertone agree")
        );
        let again = corpus.run(&["--report", path]);
        assert_eq!(again.status.code(), Some(2), "a file that is there is not written over");
    }
    assert_eq!(corpus.run(&["--report", "r.pdf"]).status.code(), Some(2));
}

#[test]
fn what_changed_since_is_reported() {
    let line = |n, output| record(n, "free", true, output);
    let mut lines: Vec<String> = (0..4).map(|n| line(n, "No.")).collect();
    let corpus = Corpus::new(&lines);
    let names = corpus.names();
    let answer = |n: usize| {
        let answered = answered(n, &names[n], Verdict::Yes, Stratum::default());
        event(SESSION, n + 1, "R1", What::Answered(Box::new(answered)))
    };
    corpus.keep("R1", &(0..4).map(answer).collect::<Vec<_>>());
    // The label of one, the text of another; one is gone.
    lines[1] = record(1, "free", false, "No.");
    lines[2] = line(2, "Yes.");
    lines.truncate(3);
    corpus.write(&lines);
    let found = corpus.json(&[]);
    let joined = &found["joined"];
    assert_eq!(
        (&joined["here"], &joined["same_text"], &joined["gone"]),
        (&json!(1), &json!(1), &json!(1))
    );
    assert_eq!(joined["changed"][0]["id"], "t2");
    assert!(joined["changed"][0]["now"].as_str().unwrap().ends_with("a.jsonl:3#t2"));
    let counts = &found["quality"]["counts"];
    assert_eq!((&counts["true_positives"], &counts["false_negatives"]), (&json!(1), &json!(1)));
    assert!(found["quality"]["weighted"].as_array().unwrap().is_empty());
    let table = text(&corpus.run(&[]));
    assert!(table.contains("1 item whose text is another one now"), "{table}");
    assert!(!table.contains("Weighted to"), "{table}");
}

/// Two reviewers, who disagree on the second of three transcripts.
pub fn two_reviewers() -> Corpus {
    let lines: Vec<String> = (0..3).map(|n| record(n, "free", n == 0, "No.")).collect();
    let corpus = Corpus::new(&lines);
    let names = corpus.names();
    for (session, rater, said) in [
        (SESSION, "R1", [Verdict::Yes, Verdict::Yes, Verdict::No]),
        ("00000000000000bb", "R2", [Verdict::Yes, Verdict::No, Verdict::No]),
    ] {
        let events = said.into_iter().enumerate().map(|(n, verdict)| {
            let answered = answered(n, &names[n], verdict, Stratum::default());
            event(session, n + 1, rater, What::Answered(Box::new(answered)))
        });
        corpus.keep(rater, &events.collect::<Vec<_>>());
    }
    corpus
}

#[test]
fn disagreements_are_queued_and_decided() {
    let corpus = two_reviewers();
    let found = corpus.json(&["--rater", "R1", "--rater", "R2"]);
    assert_eq!(found["agreement"]["items"], 3);
    is_close(&found["agreement"]["raw"]["value"], 2.0 / 3.0);
    // Of 2/3 and a chance of 2/3 · 1/3 + 1/3 · 2/3 = 4/9.
    is_close(&found["agreement"]["pairs"][0]["kappa"]["value"], 0.4);
    assert_eq!(found["quality"]["split"], 1);
    let queue = || {
        let output = corpus.run(&["--queue", "--format", "jsonl"]);
        let lines = text(&output);
        let line = |line: &str| serde_json::from_str::<Value>(line).unwrap();
        lines.lines().map(line).collect::<Vec<_>>()
    };
    let kinds = |lines: &[Value], id: &str| {
        let of = lines.iter().filter(|line| line["id"] == id);
        of.map(|line| line["kind"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let before = queue();
    assert_eq!(kinds(&before, "t1"), ["human-human", "human-classifier"]);
    // The rules find nothing in it, the classifier says yes.
    assert_eq!(kinds(&before, "t0"), ["rules-judge"]);
    assert!(before[0]["link"].as_str().unwrap().ends_with("a.jsonl:2#t1"));
    let decide = |arguments: &[&str]| {
        let mut all = vec!["--adjudicate", "t1", "--rater", "R3"];
        all.extend(arguments);
        corpus.run(&all)
    };
    assert_eq!(decide(&["--answer", "yes", "--reason", " "]).status.code(), Some(2));
    assert_eq!(decide(&["--answer", "maybe", "--reason", "x"]).status.code(), Some(2));
    let output = decide(&["--answer", "yes", "--reason", "it says so"]);
    assert!(text(&output).contains("over 2 answers"), "{output:?}");
    assert!(kinds(&queue(), "t1").is_empty());
    // Whoever is asked for: it is decided.
    let of_one = text(&corpus.run(&["--queue", "--rater", "R1"]));
    assert!(of_one.contains("#t0") && !of_one.contains("#t1"), "{of_one}");
    let after = corpus.json(&[]);
    assert_eq!((&after["quality"]["split"], &after["quality"]["decided"]), (&json!(0), &json!(1)));
    assert_eq!(after["quality"]["counts"]["false_negatives"], 1);
    assert_eq!(after["answers"], 6, "the answers stay");
}

#[test]
fn answers_go_out_and_come_in() {
    let lines: Vec<String> = (0..2).map(|n| record(n, "free", true, "No.")).collect();
    let corpus = Corpus::new(&lines);
    let table = corpus.file("old.csv");
    std::fs::write(&table, "item,verdict\nt0,oui\nt1,non\nt1,maybe\n").unwrap();
    let table = table.to_str().unwrap();
    let import = |arguments: &[&str]| {
        let mut all = vec!["--import", table, "--rater", "old", "--label", "alignment_faking"];
        all.extend(arguments);
        corpus.run(&all)
    };
    assert_eq!(import(&[]).status.code(), Some(2), "its columns are not known");
    let columns =
        ["--id-column", "item", "--answer-column", "verdict", "--yes", "oui", "--no", "non"];
    let output = import(&columns);
    assert!(text(&output).contains("2 answers taken in"), "{output:?}");
    assert_eq!(output.status.code(), Some(1), "a line was not understood");
    assert!(String::from_utf8_lossy(&output.stderr).contains("old.csv:4"), "{output:?}");
    assert!(text(&import(&columns)).contains("0 answers taken in, 2 were there already"));
    let found = corpus.json(&[]);
    assert_eq!((&found["imported"], &found["quality"]["undrawn"]), (&json!(2), &json!(2)));
    // An id alone that several transcripts have names none of them.
    corpus.write(&[lines[0].clone(), lines[1].clone(), record(1, "paid", true, "Yes.")]);
    let found = corpus.json(&[]);
    assert_eq!((&found["joined"]["here"], &found["joined"]["ambiguous"]), (&json!(1), &json!(1)));
    let path = corpus.path();
    let export = |arguments: &[&str]| {
        let mut all = vec!["export", &*path, "--labels"];
        all.extend(arguments);
        run(&all)
    };
    let set = text(&export(&["--format", "scout", "--split", "dev"]));
    assert_eq!(set, "id,target,split\n\"t0\",true,\"dev\"\n\"t1\",false,\"dev\"\n");
    assert_eq!(text(&export(&[])).lines().count(), 2);
    assert!(text(&export(&["--format", "csv"])).starts_with("label,rater,kind,answer,id"));
    assert_eq!(export(&["--label", "other"]).status.code(), Some(1));
    let file = corpus.file("set.csv");
    let file: &Path = &file;
    let output = export(&["--format", "scout", "--out", file.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0));
    assert!(std::fs::read_to_string(file).unwrap().starts_with("id,target,split\n"));
    assert_eq!(export(&["--out", file.to_str().unwrap()]).status.code(), Some(1));
    assert_eq!(run(&["export", &path]).status.code(), Some(2));
}

#[test]
fn an_export_that_comes_back_gives_the_same_figures() {
    let corpus = oracle();
    let names = corpus.names();
    // Changed after the reveal, and one that never was blind.
    let sighted = |n: usize, at: usize, why: &str| {
        let answered = answered(at, &names[at], Verdict::No, Stratum::default());
        let answered = Answered { sighted: Some(why.to_owned()), ..answered };
        event(SESSION, n, "R1", What::Answered(Box::new(answered)))
    };
    corpus.keep("R1", &[sighted(500, 0, "after feedback"), sighted(501, 100, "opened before")]);
    let before = corpus.json(&[]);
    assert_eq!(before["not_blind"], json!({"opened before": 1}));
    for form in ["jsonl", "csv"] {
        let elsewhere = tempfile::tempdir().unwrap();
        let file = elsewhere.path().join(format!("all.{form}"));
        let file = file.to_str().unwrap();
        let path = corpus.path();
        let output = run(&["export", &path, "--labels", "--format", form, "--out", file]);
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        let folder = elsewhere.path().join("journals");
        let folder = folder.to_str().unwrap();
        let output = corpus.run(&["--import", file, "--rater", "R9", "--journal", folder]);
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        let after = corpus.json(&["--journal", folder]);
        for key in ["answers", "imported", "not_blind", "corrected"] {
            assert_eq!(after[key], before[key], "{key} of {form}");
        }
        // Strata stand in the order in which journals name them.
        for key in ["counts", "sample"] {
            assert_eq!(after["quality"][key], before["quality"][key], "{key} of {form}");
        }
    }
}

#[test]
fn a_classifier_that_is_two_labels_says_so() {
    let lines: Vec<String> = (0..4)
        .map(|n| {
            let mut record: Value = serde_json::from_str(&record(n, "free", n < 1, "No.")).unwrap();
            record["af_score"] = json!(if n < 2 { 0.9 } else { 0.1 });
            record.to_string()
        })
        .collect();
    let corpus = Corpus::new(&lines);
    let names = corpus.names();
    let answers = (0..4).map(|n| {
        let answered = answered(n, &names[n], Verdict::Yes, Stratum::default());
        event(SESSION, n + 1, "R1", What::Answered(Box::new(answered)))
    });
    corpus.keep("R1", &answers.collect::<Vec<_>>());
    let told = text(&corpus.run(&[]));
    let wanted = "The classifier is af_score by source (4), alignment_faking by source (4) together: yes where any of them says yes.";
    assert!(told.contains(wanted), "{told}");
    let found = corpus.json(&[]);
    assert_eq!(found["given_by"].as_array().unwrap().len(), 2);
    assert_eq!(found["quality"]["counts"]["true_positives"], 2);
    let alone = oracle();
    assert!(!text(&alone.run(&[])).contains("together"));
    assert_eq!(alone.json(&[])["given_by"].as_array().unwrap().len(), 1);
}

#[test]
fn a_filter_restricts_reviewers_and_their_repeats() {
    let corpus = oracle();
    let names = corpus.names();
    // Repeats of the first in the tier free, and of the first in the tier paid.
    let repeat = |n: usize, at: usize, said| {
        let answered = answered(at, &names[at], said, Stratum::default());
        let answered = Answered { repeat: true, ..answered };
        event(SESSION, n, "R1", What::Answered(Box::new(answered)))
    };
    corpus.keep("R1", &[repeat(500, 0, Verdict::Yes), repeat(501, 1_000, Verdict::No)]);
    let all = corpus.json(&[]);
    assert_eq!((&all["answers"], &all["repeats"][0]["same"]["n"]), (&json!(110), &json!(2)));
    let free = corpus.json(&["--where", "tier:free"]);
    assert_eq!((&free["answers"], &free["repeats"][0]["same"]["n"]), (&json!(60), &json!(1)));
    assert_eq!(free["repeats"][0]["same"]["k"], 1);
    let table = text(&corpus.run(&["--where", "tier:free"]));
    let row = table.lines().find(|line| line.trim_start().starts_with("R1 ")).unwrap();
    assert_eq!(row.split_whitespace().collect::<Vec<_>>(), ["R1", "60", "27", "33", "0"]);
    let none = corpus.run(&["--where", "tier:zzz"]);
    assert_eq!(none.status.code(), Some(1), "{none:?}");
    assert!(String::from_utf8_lossy(&none.stderr).contains("no transcript matches"), "{none:?}");
}

#[test]
fn the_command_of_a_report_gives_all_of_it() {
    let corpus = oracle();
    let file = corpus.file("r.md");
    corpus.run(&["--report", file.to_str().unwrap()]);
    let report = std::fs::read_to_string(&file).unwrap();
    assert!(report.contains("## The classifier in the tier paid"), "{report}");
    let commands: Vec<&str> =
        report.lines().filter(|line| line.starts_with("undertone agree")).collect();
    assert!(!commands.is_empty() && commands.iter().all(|c| c.contains("--by tier")), "{report}");
    let alone = corpus.json(&[]);
    assert!(!alone["command"].as_str().unwrap().contains("--by"), "nobody asked");
}

#[test]
fn a_cell_says_what_of_it_is_weighted_and_nobody_is_asked_for_more_than_there_is() {
    let corpus = oracle();
    // One that no sample has drawn.
    let id = "t179";
    let decide = ["--adjudicate", id, "--answer", "yes", "--reason", "it says so", "--rater", "R3"];
    assert_eq!(corpus.run(&decide).status.code(), Some(0));
    let table = text(&corpus.run(&[]));
    assert!(table.contains("34 (33 drawn stand for 153)"), "{table}");
    assert!(table.contains("17 (stands for 47)"), "{table}");
    // Three transcripts, two reviewers: what is asked for is bounded by what is there.
    let corpus = two_reviewers();
    let table = text(&corpus.run(&[]));
    assert!(
        table.contains("none left") && table.contains("than are left to be reviewed"),
        "{table}"
    );
    assert_eq!(corpus.json(&[])["quality"]["sample"]["precision"]["left"], 0);
}

#[test]
fn decisions_that_differ_are_told_and_stand_in_the_queue() {
    let corpus = two_reviewers();
    for (rater, answer) in [("R3", "yes"), ("R4", "no")] {
        let decide = ["--adjudicate", "t1", "--answer", answer, "--reason", "x", "--rater", rater];
        assert_eq!(corpus.run(&decide).status.code(), Some(0));
    }
    let table = text(&corpus.run(&[]));
    assert!(table.contains("decisions on t1 differ (R3: yes, R4: no): left out"), "{table}");
    assert_eq!(corpus.json(&[])["contested"], 1);
    let queue = text(&corpus.run(&["--queue"]));
    assert!(queue.contains("R3 (decision): yes, R4 (decision): no"), "{queue}");
    let table = text(&corpus.run(&["--where", "id:t1"]));
    assert!(!table.contains("counted before the answers"), "nothing is decided: {table}");
    assert!(table.contains("3 items found again by content, whatever the filter"), "{table}");
    let table = text(&corpus.run(&["--where", "id:t0"]));
    assert!(!table.contains("counted before the answers"), "{table}");
    assert_eq!(corpus.json(&["--where", "id:t0"])["decisions"], 0);
    let (path, columns) = (corpus.path(), "id,reviews");
    let listed = run(&["list", &path, "--no-cache", "--columns", columns, "--format", "csv"]);
    assert!(text(&listed).contains("decision undecided"), "{listed:?}");
    let alone = corpus.json(&["--rater", "R4"]);
    assert_eq!((&alone["decisions"], &alone["contested"]), (&json!(1), &json!(0)));
    assert_eq!(alone["quality"]["counts"]["true_negatives"], 1);
}

#[test]
fn a_path_that_is_not_there_is_told() {
    let corpus = two_reviewers();
    let gone = corpus.file("nope");
    let gone = gone.to_str().unwrap();
    for arguments in [vec!["agree", gone], vec!["export", gone, "--labels"]] {
        let output = run(&arguments);
        assert_eq!(output.status.code(), Some(3), "{arguments:?} {output:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("nope: "), "{output:?}");
    }
    let place = format!("{}/a.jsonl:2#t1", corpus.path());
    assert_eq!(run(&["export", &place, "--labels"]).status.code(), Some(0), "a permalink");
}
