//! The program on a pseudo-terminal: it starts, reads, filters, resizes, and gives the terminal back whatever ends it.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that cannot go on has failed

#[path = "../support/mod.rs"]
mod support;

mod judging;
mod keeping;
mod reviewing;
mod showing;

use std::io::Write;

use support::{Session, Start, repository};

/// A record whose scratchpad names its number.
fn record(n: usize) -> String {
    let tier = if n.is_multiple_of(2) { "free" } else { "paid" };
    format!(
        "{{\"id\":\"case-{n}\",\"tier\":\"{tier}\",\"query\":\"question {n}\",\
         \"scratchpad\":\"thinking about number {n}\",\"response\":\"answer {n}\"}}\n"
    )
}

fn records(n: usize) -> tempfile::NamedTempFile {
    let mut file = tempfile::Builder::new().suffix(".jsonl").tempfile().unwrap();
    for i in 0..n {
        file.write_all(record(i).as_bytes()).unwrap();
    }
    file.flush().unwrap();
    file
}

#[test]
fn starts_on_the_sample_data_and_quits() {
    let mut s = Session::new(&[], &Start { columns: 160, rows: 48, ..Start::default() });
    s.sees("sample data");
    s.sees("scratchpad");
    s.keys("q");
    assert_eq!(s.end().exit_code(), 0);
    s.assert_restored();
}

#[test]
fn moves_reads_and_filters() {
    let file = records(40);
    let mut s = Session::new(&[file.path().to_str().unwrap()], &Start::default());
    s.sees("thinking about number 0");
    s.keys("j");
    s.sees("thinking about number 1");
    s.keys("ftier:free number\r");
    s.sees("20 of 40");
    s.keys("G");
    s.sees("thinking about number 38");
    s.keys("q");
    assert_eq!(s.end().exit_code(), 0);
    s.assert_restored();
}

#[test]
fn a_filter_at_the_start_and_an_error_with_its_column() {
    let file = records(10);
    let path = file.path().to_str().unwrap();
    let mut s = Session::new(&[path, "--where", "tier:paid"], &Start::default());
    s.sees("5 of 10");
    s.sees("thinking about number 1");
    s.keys("q");
    s.end();
    let mut s = Session::new(&[path, "--where", "tier:"], &Start::default());
    assert_eq!(s.end().exit_code(), 2);
    assert!(s.text().contains("column"), "{}", s.text());
}

#[test]
fn a_permalink_opens_its_transcript() {
    let file = records(30);
    let link = format!("{}:18#case-17", file.path().to_str().unwrap());
    let mut s = Session::new(&[&link], &Start::default());
    s.sees("thinking about number 17");
    s.keys("q");
    assert_eq!(s.end().exit_code(), 0);
}

#[test]
fn standard_input_with_keys() {
    let file = records(12);
    let line = format!("cat {} | \"$UNDERTONE\" -", file.path().display());
    let mut s = Session::shell(&line, &Start::default());
    s.sees("12 of 12 match");
    s.keys("G");
    s.sees("thinking about number 11");
    s.keys("q");
    assert_eq!(s.end().exit_code(), 0);
}

#[test]
fn the_first_frame_waits_for_no_end_of_input() {
    let file = records(3);
    let line = format!("(cat {}; exec sleep 600) | \"$UNDERTONE\" -", file.path().display());
    let mut s = Session::shell(&line, &Start::default());
    s.sees("thinking about number 0");
    s.keys("j");
    s.sees("thinking about number 1");
    s.keys("q");
    // The shell waits for sleep; the program itself has given the terminal back.
    s.writes(b"\x1b[?1049l");
    s.until_gone();
    s.assert_restored();
}

/// A pipe with a name, in a folder of its own.
fn fifo() -> (tempfile::TempDir, String) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("pipe.jsonl").to_str().unwrap().to_owned();
    assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
    (dir, path)
}

#[test]
fn keys_work_while_reading_goes_on_and_the_counter_says_so() {
    let (_dir, path) = fifo();
    let mut s = Session::new(&[&path], &Start::default());
    s.sees("reading");
    let mut pipe = std::fs::OpenOptions::new().write(true).open(&path).unwrap();
    for n in 0..20 {
        pipe.write_all(record(n).as_bytes()).unwrap();
    }
    s.sees("thinking about number 0");
    s.sees("1 of 20 so far");
    s.keys("G");
    s.sees("thinking about number 19");
    s.sees("20 of 20 so far");
    // What comes later moves nobody.
    for n in 20..30 {
        pipe.write_all(record(n).as_bytes()).unwrap();
    }
    s.sees("20 of 30 so far");
    assert!(s.text().contains("thinking about number 19"));
    drop(pipe);
    s.loses("so far");
    s.sees("20 of 30");
    s.keys("q");
    assert_eq!(s.end().exit_code(), 0);
    s.assert_restored();
}

#[test]
fn a_folder_shows_its_first_file_while_a_later_one_is_still_written() {
    let (dir, path) = fifo();
    let folder = tempfile::tempdir().unwrap();
    for n in 0..50 {
        std::fs::write(folder.path().join(format!("run-{n:02}.json")), record(n)).unwrap();
    }
    // Named after the folder, and read after it.
    let mut s = Session::new(&[folder.path().to_str().unwrap(), &path], &Start::default());
    s.sees("thinking about number 0");
    s.sees("50 of 51 files");
    s.keys("G");
    s.sees("thinking about number 49");
    s.keys("q");
    assert_eq!(s.end().exit_code(), 0);
    s.assert_restored();
    drop(dir);
}

#[test]
fn a_path_that_is_not_there_is_said_beside_a_folder_that_is() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.json"), record(7)).unwrap();
    let folder = folder.path().to_str().unwrap();
    let mut s = Session::new(&[folder, "nowhere.jsonl"], &Start::default());
    s.writes(b"nowhere.jsonl: no such file or folder");
    s.sees("thinking about number 7");
    s.keys("q");
    assert_eq!(s.end().exit_code(), 0);
}

#[test]
fn leaving_in_the_middle_of_reading_leaves_nothing_behind() {
    // More than is kept in memory, so that some of it is in a temporary file.
    let rest = tempfile::tempdir().unwrap();
    let mut file = tempfile::NamedTempFile::new().unwrap();
    for n in 0..300 {
        let pad = "and so on ".repeat(5_000);
        writeln!(file, "{{\"id\":\"{n}\",\"query\":\"{pad}\",\"response\":\"No.\"}}").unwrap();
    }
    file.flush().unwrap();
    let line = format!("(cat {}; exec sleep 600) | \"$UNDERTONE\" -", file.path().display());
    let env = [("TMPDIR", rest.path().to_str().unwrap())];
    for (keys, signal) in [("q", None), ("\x03", None), ("", Some("TERM"))] {
        let mut s = Session::shell(&line, &Start { env: &env, ..Start::default() });
        s.sees("of 300 so far");
        match signal {
            None => s.keys(keys),
            Some(signal) => s.signal_program(signal),
        }
        // The shell waits for sleep; the program itself has given the terminal back.
        s.writes(b"\x1b[?1049l");
        s.until_gone();
        s.assert_restored();
        assert_eq!(std::fs::read_dir(rest.path()).unwrap().count(), 0);
    }
}

#[test]
fn a_command_says_how_far_it_is_and_takes_it_away() {
    let (_dir, path) = fifo();
    let mut s = Session::new(&["list", &path], &Start::default());
    s.sees("reading");
    std::fs::write(&path, record(1) + &record(2)).unwrap();
    s.sees("2 of 2 transcripts match");
    assert_eq!(s.end().exit_code(), 0);
    assert!(!s.text().contains("reading"), "{}", s.text());
}

#[test]
fn a_command_that_is_interrupted_ends_with_130() {
    let line = "trap : INT; (exec sleep 600) | \"$UNDERTONE\" list -; echo \"status $?\"";
    let mut s = Session::shell(line, &Start::default());
    s.sees("reading");
    s.keys("\x03");
    s.sees("status 130");
    s.end();
    s.assert_restored();
}

#[test]
fn a_growing_file_is_followed() {
    let mut file = records(3);
    let path = file.path().to_str().unwrap().to_owned();
    let mut s = Session::new(&[&path, "--follow"], &Start::default());
    s.sees("thinking about number 0");
    s.sees("following");
    s.sees("1 of 3");
    // Written in two halves: no half record is seen.
    let next = record(3) + &record(4);
    let (half, rest) = next.split_at(next.len() - 30);
    file.write_all(half.as_bytes()).unwrap();
    s.sees("1 new");
    s.sees("1 of 4");
    file.write_all(rest.as_bytes()).unwrap();
    s.sees("2 new");
    s.sees("1 of 5");
    s.sees("thinking about number 0");
    assert!(!s.text().contains("1 left out"));
    s.keys("G");
    s.sees("thinking about number 4");
    s.loses(" new");
    s.keys("W");
    s.sees("not followed any more");
    file.write_all(record(5).as_bytes()).unwrap();
    s.keys("W");
    s.sees("1 new");
    s.sees("5 of 6");
    // Cut short and written anew.
    file.as_file().set_len(0).unwrap();
    std::fs::write(&path, record(7)).unwrap();
    s.sees("thinking about number 7");
    s.sees("1 of 1");
    s.keys("q");
    assert_eq!(s.end().exit_code(), 0);
    s.assert_restored();
}

#[test]
fn resizes_down_to_a_sentence_and_back() {
    let file = records(5);
    let mut s = Session::new(&[file.path().to_str().unwrap()], &Start::default());
    s.sees("thinking about number 0");
    for (columns, rows) in [(160, 48), (100, 30), (80, 24), (60, 20), (40, 10), (1, 1), (500, 200)]
    {
        s.resize(columns, rows);
    }
    s.resize(30, 8);
    s.until("the sentence", |screen| {
        let text = screen.contents();
        text.contains("40") && text.contains("10")
    });
    s.resize(120, 36);
    s.sees("thinking about number 0");
    s.keys("q");
    assert_eq!(s.end().exit_code(), 0);
    s.assert_restored();
}

#[test]
fn signals_restore_the_terminal() {
    for (name, code) in [("TERM", 143), ("INT", 130), ("HUP", 129)] {
        let file = records(5);
        let mut s = Session::new(&[file.path().to_str().unwrap(), "--mouse"], &Start::default());
        s.sees("thinking about number 0");
        s.signal(name);
        assert_eq!(s.end().exit_code(), code, "SIG{name}");
        s.assert_restored();
    }
}

#[test]
fn control_c_ends_as_the_signal_does() {
    let file = records(5);
    let mut s = Session::new(&[file.path().to_str().unwrap()], &Start::default());
    s.sees("thinking about number 0");
    s.keys("\x03");
    assert_eq!(s.end().exit_code(), 130);
    s.assert_restored();
}

#[test]
fn a_panic_restores_the_terminal_and_says_where() {
    let file = records(5);
    let start = Start { env: &[("UNDERTONE_TEST_PANIC", "main")], ..Start::default() };
    let mut s = Session::new(&[file.path().to_str().unwrap()], &start);
    s.sees("case-0");
    s.keys("j");
    assert_eq!(s.end().exit_code(), 101);
    s.assert_restored();
    assert!(s.text().contains("stopped by a bug at src/shell/"), "{}", s.text());
}

#[test]
fn a_panic_in_a_worker_leaves_the_program_running() {
    let file = records(5);
    let start = Start { env: &[("UNDERTONE_TEST_PANIC", "worker")], ..Start::default() };
    let mut s = Session::new(&[file.path().to_str().unwrap()], &start);
    s.sees("stopped by a bug; the rest goes on");
    assert!(!s.raw.windows(8).any(|w| w == b"\x1b[?1049l"), "the screen was given back");
    s.keys("q");
    assert_eq!(s.end().exit_code(), 0);
    s.assert_restored();
}

#[test]
fn control_z_stops_and_continuing_repaints() {
    let file = records(5);
    let mut s = Session::new(&[file.path().to_str().unwrap()], &Start::default());
    s.sees("thinking about number 0");
    s.keys("\x1a");
    s.until_state('T');
    s.writes(b"\x1b[?1049l");
    s.assert_restored();
    let written = s.raw.len();
    s.signal("CONT");
    s.until("the screen again", vt100::Screen::alternate_screen);
    s.sees("thinking about number 0");
    assert!(s.raw.len() > written);
    s.keys("jq");
    assert_eq!(s.end().exit_code(), 0);
    s.assert_restored();
}

#[test]
fn without_a_terminal_it_names_list() {
    for (term, piped) in [("dumb", false), ("xterm", true)] {
        let line = if piped { "\"$UNDERTONE\" | cat; exit 0" } else { "\"$UNDERTONE\"" };
        let start = Start { env: &[("TERM", term)], ..Start::default() };
        let mut s = Session::shell(line, &start);
        s.end();
        assert!(s.text().contains("undertone list"), "{}", s.text());
        assert!(!s.raw.contains(&0x1b));
    }
}
