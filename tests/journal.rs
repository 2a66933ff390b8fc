//! Journals under real faults: a program that is killed while it writes, one whose file may not grow, two on one journal.
//!
//! The programs are this test itself, started again with a task in its environment; so it has a `main` of its own.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that cannot go on has failed

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use undertone::cli::journal::{Journal, Places, read_all};
use undertone::review::{
    Answered, Event, ItemName, Line, Standing, Stratum, Verdict, What, event_id,
};

/// The folder of data that a program writes beside; where it is set, this is such a program.
const TASK: &str = "UNDERTONE_TEST_WRITES_IN";
const SESSION: &str = "0123456789abcdef";

fn main() {
    if let Ok(folder) = std::env::var(TASK) {
        return write_in(&folder);
    }
    let tests: [(&str, fn()); 3] = [
        ("every_answer_that_was_acknowledged_survives_a_kill", killed),
        ("a_file_that_may_not_grow_is_told_and_stays_readable", full),
        ("a_second_program_is_refused", second),
    ];
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let wanted: Vec<&String> = arguments.iter().filter(|a| !a.starts_with('-')).collect();
    for (name, test) in tests {
        if arguments.iter().any(|argument| argument == "--list") {
            println!("{name}: test");
        } else if wanted.is_empty() || wanted.iter().any(|part| name.contains(part.as_str())) {
            test();
            println!("test {name} ... ok");
        }
    }
}

fn answer(n: u64) -> Event {
    let name = ItemName { id: format!("q{n}"), index: n, hash: n + 1, ..ItemName::default() };
    let answered = Answered {
        n: usize::try_from(n).unwrap(),
        name,
        text: 7,
        label: "alignment_faking".to_owned(),
        answer: Verdict::ALL[usize::try_from(n % 4).unwrap()],
        answers: std::collections::BTreeMap::new(),
        note: n.is_multiple_of(5).then(|| "a note \u{1b}[0m\nof two lines".repeat(20)),
        span: None,
        flag: false,
        sighted: None,
        seen_ms: 900,
        repeat: false,
        anchor: false,
        seed: 1,
        stratum: Stratum { name: "free · yes".to_owned(), of: Vec::new(), size: 90, drawn: 30 },
        design: 0,
    };
    Event {
        id: event_id(SESSION, n),
        session: SESSION.to_owned(),
        time: 1_772_355_907_250 + n,
        rater: "R1".to_owned(),
        version: "0".to_owned(),
        what: What::Answered(Box::new(answered)),
    }
}

/// The program: answers and answers, and says of each that it is kept once it is. Stops when one is not.
fn write_in(folder: &str) {
    let places = Places::of(&[folder.to_owned()], None);
    let first = found(Path::new(folder)).0.last().map_or(0, |n| n + 1);
    let mut out = std::io::stdout().lock();
    let mut journal = match Journal::open(&places, "R1") {
        Ok(journal) => journal,
        Err(sentence) => return writeln!(out, "! {sentence}").unwrap(),
    };
    writeln!(out, "open").unwrap();
    for n in first.. {
        let line = match journal.append(&answer(n)) {
            Ok(()) => n.to_string(),
            Err(sentence) => format!("! {sentence}"),
        };
        // Who listened is gone: the test is over.
        if writeln!(out, "{line}").and_then(|()| out.flush()).is_err() || line.starts_with('!') {
            return;
        }
    }
}

/// Starts the program; `before`: a line of shell that stands before it.
fn start(folder: &Path, before: &str) -> (Child, impl Iterator<Item = String>) {
    let own = std::env::current_exe().unwrap();
    let mut child = Command::new("sh")
        .args(["-c", &format!("{before}; exec \"$0\"")])
        .arg(own)
        .env(TASK, folder)
        .env("XDG_DATA_HOME", folder.join("own"))
        .stdout(Stdio::piped())
        .stdin(Stdio::null())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    (child, lines)
}

/// The numbers of the answers that stand, and how many problems there are.
fn found(folder: &Path) -> (BTreeSet<u64>, usize) {
    let places = Places::of(&[folder.to_str().unwrap().to_owned()], None);
    let read = read_all(&places);
    for line in &read.lines {
        let Line::Event(event) = line else { panic!("{line:?}") };
        let What::Answered(answered) = &event.what else { panic!("{event:?}") };
        assert_eq!(*event, answer(answered.name.index), "it is what was written");
    }
    let standing = Standing::of(read.lines);
    assert!(standing.clashes.is_empty());
    let numbers = standing.counting().map(|(_, said)| said.what.name.index).collect();
    (numbers, read.problems.len())
}

fn killed() {
    let dir = tempfile::tempdir().unwrap();
    let mut acknowledged = BTreeSet::new();
    // Thousands of answers in all; each round is killed in the middle of another one.
    for round in 0..12 {
        let (mut child, mut lines) = start(dir.path(), "true");
        assert_eq!(lines.next().as_deref(), Some("open"));
        let many = 60 + (round * 7919) % 400;
        acknowledged.extend(lines.by_ref().take(many).map(|line| line.parse::<u64>().unwrap()));
        child.kill().unwrap();
        child.wait().unwrap();
        // What it said before it was gone counts, too.
        let last = lines.filter_map(|line| line.parse::<u64>().ok());
        acknowledged.extend(last);
        let (kept, problems) = found(dir.path());
        assert!(kept.is_superset(&acknowledged), "round {round}");
        assert!(problems <= round + 1, "at most one line is torn each time");
        // What was on its way may be there: at most one answer each time.
        assert!(kept.len() <= acknowledged.len() + round + 1, "round {round}");
    }
    assert!(acknowledged.len() > 2000, "{}", acknowledged.len());
}

#[cfg(unix)]
fn full() {
    let dir = tempfile::tempdir().unwrap();
    // The shell counts in blocks of 512 or 1024 bytes. The first file that is too large is the journal.
    let (mut child, lines) = start(dir.path(), "trap '' XFSZ; ulimit -f 64");
    let lines: Vec<String> = lines.collect();
    child.wait().unwrap();
    let told = lines.last().unwrap();
    assert!(
        told.starts_with("! ") && told.contains("not kept: ") && told.contains("R1.jsonl"),
        "{told}"
    );
    let acknowledged: BTreeSet<u64> = lines.iter().filter_map(|line| line.parse().ok()).collect();
    assert!(acknowledged.len() > 20);
    assert_eq!(found(dir.path()), (acknowledged.clone(), 0), "all that was kept, and no more");
    // With more room it goes on where it was.
    let (mut child, mut lines) = start(dir.path(), "true");
    assert_eq!(lines.next().as_deref(), Some("open"));
    let next = lines.next().unwrap().parse::<u64>().unwrap();
    assert_eq!(Some(&(next - 1)), acknowledged.last());
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(found(dir.path()).0.contains(&next));
}

#[cfg(not(unix))]
fn full() {}

fn second() {
    let dir = tempfile::tempdir().unwrap();
    let (mut child, mut lines) = start(dir.path(), "true");
    assert_eq!(lines.next().as_deref(), Some("open"));
    let (mut other, mut told) = start(dir.path(), "true");
    let sentence = told.next().unwrap();
    assert!(sentence.contains("R1.jsonl: another program"), "{sentence}");
    other.wait().unwrap();
    assert!(lines.next().unwrap().parse::<u64>().is_ok(), "the first one goes on");
    child.kill().unwrap();
    child.wait().unwrap();
}
