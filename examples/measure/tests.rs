//! What the stop-watch itself must get right: what it waits for, what it prints, and that it gives up aloud.

use std::time::Duration;

use super::script::{Step, Verb};
use super::{command, screen};

fn shell(line: &str) -> Vec<String> {
    ["sh", "-c", line].map(str::to_owned).into()
}

/// What the steps printed, and whether all came true.
fn session(line: &str, steps: &[&str]) -> (Vec<(String, String)>, bool) {
    let steps: Vec<Step> = steps.iter().map(|s| s.parse().unwrap()).collect();
    let mut told = Vec::new();
    let tell = &mut |name: &str, value| told.push((name.to_owned(), value));
    let whole = screen::run(&shell(line), &steps, tell).unwrap();
    (told, whole)
}

#[test]
fn a_command_gives_its_time_and_its_answer() {
    let run = command::time(&shell("echo first; sleep 0.05; echo second")).unwrap();
    assert_eq!(run.answer, "second");
    let time: f64 = run.to_string().split('\t').next().unwrap().parse().unwrap();
    assert!(time >= 50.0, "{time}");
    assert!(command::time(&shell("exit 3")).unwrap().answer.contains('3'));
    assert!(command::time(&["no such program".to_owned()]).is_err());
}

#[test]
fn memory_is_that_of_the_program() {
    let small = command::memory(&shell("exec sleep 0.2")).unwrap();
    let line = "x=$(head -c 80000000 /dev/zero | tr '\\0' a); sleep 0.2";
    let large = command::memory(&shell(line)).unwrap();
    assert!((100..20_000).contains(&small), "{small} kB");
    assert!((80_000..600_000).contains(&large), "{large} kB");
}

#[test]
fn steps_wait_for_what_they_name() {
    let line = "echo ready; read a; echo got $a; read b; echo then $b; sleep 100";
    let steps = ["first=see:ready", "send:one\\r", "see:got one", "send:two\\r", "see:then two"];
    let (told, whole) = session(line, &steps);
    let names: Vec<&str> = told.iter().map(|(name, _)| name.as_str()).collect();
    assert!(whole, "{told:?}");
    assert_eq!(names, ["first", "see", "see"]);
    assert!(told.iter().all(|(_, ms)| ms.parse::<f64>().unwrap() > 0.0), "{told:?}");
}

#[test]
fn keys_are_timed_one_by_one() {
    let line = "stty -echo; n=0; echo ready; while read a; do n=$((n+1)); printf '\\033[2Jcase %08d\\n' $n; done";
    let (told, whole) = session(line, &["see:ready", "follow:3:1:\\r:case ", "key=press:2:\\r"]);
    let names: Vec<&str> = told.iter().map(|(name, _)| name.as_str()).collect();
    assert!(whole, "{told:?}");
    assert_eq!(names, ["see", "follow", "follow", "follow", "key", "key"]);
}

#[test]
fn progress_at_the_top_is_no_answer_to_a_key() {
    let line = "stty -echo; echo ready; read a; printf '\\033[1;1H50%%'; sleep 0.1; printf '\\033[20;1Hanswer'; sleep 100";
    let (told, whole) = session(line, &["see:ready", "key=press:1:\\r"]);
    assert!(whole, "{told:?}");
    assert!(told[1].1.parse::<f64>().unwrap() >= 100.0, "{told:?}");
}

#[test]
fn a_frame_counts_when_it_is_whole() {
    let line = "printf '\\033[?2026htext'; sleep 0.1; printf '\\033[?2026l'; sleep 100";
    let (told, _) = session(line, &["see:text"]);
    assert!(told[0].1.parse::<f64>().unwrap() >= 100.0, "{told:?}");
}

#[test]
fn questions_of_a_program_are_answered() {
    let line = "stty raw -echo; printf '\\033[6n'; head -c 6 | od -c; sleep 100";
    assert!(session(line, &["see:033   [   1   ;   1   R"]).1);
    let line = "stty raw -echo; printf '\\033]11;?\\033\\\\\\033[c'; head -c 9 | tail -c 8 | od -c; sleep 100";
    assert!(session(line, &["see:]   1   1   ;   r   g   b   :"]).1);
}

#[test]
fn the_end_of_a_program_and_of_its_work_are_noticed() {
    let (told, whole) = session(
        "i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done; sleep 9",
        &["idle", "memory", "read"],
    );
    assert!(whole && told.len() == 3, "{told:?}");
    let (told, whole) = session("echo bye", &["see:bye", "end"]);
    assert!(whole && told.len() == 2, "{told:?}");
    // What cannot come any more is said.
    let (told, whole) = session("echo bye", &["see:hello"]);
    assert!(!whole);
    assert_eq!(told, [("see".to_owned(), "none".to_owned())]);
}

#[test]
fn steps_are_read_from_words() {
    let step = |text: &str| text.parse::<Step>();
    let press = Verb::Press { times: 4, keys: "\x1bj\r\t\\\x04".to_owned() };
    assert_eq!(
        step("key=press:4:\\ej\\r\\t\\\\\\cd"),
        Ok(Step { name: "key".to_owned(), verb: press })
    );
    let see = Verb::See("a=b:c".to_owned());
    assert_eq!(step("see:a=b:c"), Ok(Step { name: "see".to_owned(), verb: see }));
    let settle = Verb::Settle(Duration::from_millis(5));
    assert_eq!(step("settle:5"), Ok(Step { name: "settle".to_owned(), verb: settle }));
    assert!(step("follow:1:2:j").is_err() && step("settle:x").is_err() && step("jump").is_err());
}
