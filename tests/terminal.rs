//! The program on a pseudo-terminal: it starts, reads, filters, resizes, and gives the terminal back whatever ends it.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that cannot go on has failed

mod support;

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
fn the_mouse_is_off_until_asked_for() {
    let file = records(5);
    let mut s = Session::new(&[file.path().to_str().unwrap()], &Start::default());
    s.sees("thinking about number 0");
    assert!(!s.raw.windows(8).any(|w| w == b"\x1b[?1000h"));
    s.keys("M");
    s.writes(b"\x1b[?1000h");
    s.keys("q");
    s.end();
    s.assert_restored();
}

#[test]
fn pasted_text_is_text() {
    let file = records(5);
    let mut s = Session::new(&[file.path().to_str().unwrap()], &Start::default());
    s.sees("thinking about number 0");
    s.keys("\x1b[200~q\nq\x1b[201~");
    s.keys("f\x1b[200~tier:paid\x1b[201~");
    s.sees("2 of 5");
    s.keys("\r");
    s.keys("q");
    assert_eq!(s.end().exit_code(), 0);
}

#[test]
fn no_color_keeps_the_selection_and_has_no_colour() {
    let file = records(5);
    let start = Start { env: &[("NO_COLOR", "1")], ..Start::default() };
    let mut s = Session::new(&[file.path().to_str().unwrap()], &start);
    s.sees("thinking about number 0");
    let (rows, columns) = s.screen().size();
    let marked = (0..rows).any(|row| {
        (0..columns).any(|column| {
            s.screen().cell(row, column).is_some_and(|c| c.inverse() || c.bold() || c.underline())
        })
    });
    assert!(marked, "nothing shows what is selected");
    s.keys("]jw");
    s.keys("q");
    s.keys("q");
    s.end();
    for sequence in sgr(&s.raw) {
        for part in sequence.split(';') {
            let n: u32 = part.split(':').next().unwrap_or("").parse().unwrap_or(0);
            let colour =
                (30..=38).contains(&n) || (40..=48).contains(&n) || (90..=107).contains(&n);
            assert!(!colour, "colour {sequence} under NO_COLOR");
        }
    }
}

/// Parameters of every SGR sequence.
fn sgr(raw: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(raw);
    text.split("\x1b[")
        .skip(1)
        .filter_map(|rest| {
            let end = rest.find(|c: char| c.is_ascii_alphabetic())?;
            (rest[end..].starts_with('m')).then(|| rest[..end].to_owned())
        })
        .collect()
}

#[test]
fn keys_typed_while_the_terminal_is_asked_are_kept() {
    // A terminal that never answers: the first keys come while the program still waits for it.
    let file = records(9);
    let mut s = Session::new(&[file.path().to_str().unwrap()], &Start::default());
    s.writes(b"\x1b]11;?");
    s.keys("ftier:paid\r");
    s.sees("4 of 9");
    s.keys("q");
    assert_eq!(s.end().exit_code(), 0);
}

#[test]
fn a_light_background_is_noticed_and_silence_is_borne() {
    let file = records(5);
    let light = Start { background: Some("rgb:ffff/ffff/ffff"), ..Start::default() };
    let mut s = Session::new(&[file.path().to_str().unwrap()], &light);
    s.sees("thinking about number 0");
    s.keys("j");
    s.sees("thinking about number 1");
    s.keys("q");
    s.end();
    let with_light = sgr(&s.raw);
    let mut s = Session::new(&[file.path().to_str().unwrap()], &Start::default());
    s.sees("thinking about number 0");
    s.keys("j");
    s.sees("thinking about number 1");
    s.keys("q");
    s.end();
    assert_ne!(with_light, sgr(&s.raw), "light and dark look the same");
}

#[test]
fn copying_speaks_to_the_terminal() {
    let file = records(5);
    let mut s = Session::new(&[file.path().to_str().unwrap()], &Start::default());
    s.sees("thinking about number 0");
    s.keys("yi");
    // "case-0" in base64.
    s.writes(b"\x1b]52;c;Y2FzZS0w");
    s.keys("q");
    s.end();
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

/// Every escape sequence in the stream is one of ours; nothing else of a control kind is there.
fn assert_only_our_escapes(raw: &[u8]) {
    let text = String::from_utf8_lossy(raw);
    let mut rest: &str = &text;
    while let Some(at) = rest.find('\x1b') {
        let before = &rest[..at];
        assert_plain(before);
        let after = &rest[at + 1..];
        if let Some(csi) = after.strip_prefix('[') {
            let end = csi.find(|c: char| ('\x40'..='\x7e').contains(&c)).expect("a CSI ends");
            let last = csi[end..].chars().next().unwrap();
            assert!("HmhlJKABCDGdtcnu".contains(last), "foreign sequence CSI {}", &csi[..=end]);
            rest = &csi[end + 1..];
        } else if let Some(osc) = after.strip_prefix(']') {
            let kind = osc.split(';').next().unwrap();
            assert!(["0", "2", "11"].contains(&kind), "foreign OSC {kind}");
            let end = osc.find(['\x07', '\x1b']).expect("an OSC ends");
            assert_plain(&osc[..end]);
            rest = if osc[end..].starts_with('\x07') { &osc[end + 1..] } else { &osc[end + 2..] };
        } else {
            let next = after.chars().next().unwrap_or(' ');
            assert!("\\78=>(".contains(next), "foreign escape ESC {next:?}");
            rest = &after[next.len_utf8()..];
        }
    }
    assert_plain(rest);
}

fn assert_plain(text: &str) {
    for c in text.chars() {
        let control = c.is_control() && !matches!(c, '\n' | '\r' | '\x08');
        let bidi = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{61c}');
        let unseen = matches!(
            c,
            '\u{200b}' | '\u{200c}' | '\u{2060}' | '\u{feff}' | '\u{2028}' | '\u{2029}'
        );
        let tag = matches!(c, '\u{e0000}'..='\u{e007f}');
        assert!(!(control || bidi || unseen || tag), "U+{:04X} reached the terminal", c as u32);
    }
}

#[test]
fn hostile_files_leave_no_foreign_escape_byte() {
    let hostile = repository("tests/hostile");
    let start = Start { columns: 140, rows: 40, ..Start::default() };
    let mut s = Session::new(&[hostile.to_str().unwrap()], &start);
    s.sees("scratchpad");
    // Every transcript is looked at, then every dialog, with the filter's completion open too.
    for _ in 0..60 {
        s.keys("J");
    }
    for keys in ["i", "e", "P", "F", "L", ":", "?", "w"] {
        s.keys(keys);
        s.keys("GG");
        s.keys("\x1b");
        // A bare Esc ends before the next key only when nothing follows at once.
        s.until("the dialog to close", |_| true);
    }
    s.keys("flabel");
    s.sees("label");
    s.keys("\x1b");
    s.keys("q");
    s.keys("q");
    s.signal("TERM");
    s.end();
    assert_only_our_escapes(&s.raw);
}

#[test]
fn highlights_come_back_unless_the_session_is_private() {
    let (file, state) = (records(3), tempfile::tempdir().unwrap());
    let path = file.path().to_str().unwrap();
    let env = [("XDG_STATE_HOME", state.path().to_str().unwrap())];
    let start = Start { env: &env, ..Start::default() };
    let mut s = Session::new(&[path, "--private"], &start);
    s.sees("thinking about number 0");
    s.keys(":highlight about\r");
    s.sees("until you leave");
    s.sees("1×1");
    s.keys("q");
    assert_eq!(s.end().exit_code(), 0);
    assert_eq!(std::fs::read_dir(state.path()).unwrap().count(), 0, "nothing was written");
    let mut s = Session::new(&[path], &start);
    s.sees("thinking about number 0");
    assert!(!s.text().contains("1×1"), "{}", s.text());
    s.keys("H/thin\\w+/\r");
    s.sees("kept for these files");
    // Together they would be Alt-q.
    s.keys("\x1b");
    s.loses("your highlights");
    s.keys("q");
    s.end();
    let mut s = Session::new(&[path], &start);
    s.sees("1×1");
    s.keys("q");
    assert_eq!(s.end().exit_code(), 0);
    s.assert_restored();
}

#[test]
fn marks_notes_and_the_place_come_back_and_commands_see_them() {
    let (file, state) = (records(9), tempfile::tempdir().unwrap());
    let path = file.path().to_str().unwrap();
    let env = [("XDG_STATE_HOME", state.path().to_str().unwrap())];
    let start = Start { env: &env, ..Start::default() };
    let list = |args: &[&str]| {
        let mut command = std::process::Command::new(support::program());
        command
            .args(["list", path, "--count", "--where"])
            .args(args)
            .env("XDG_STATE_HOME", env[0].1);
        let output = command.output().unwrap();
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    };
    let mut s = Session::new(&[path, "--private"], &start);
    s.sees("thinking about number 0");
    s.keys("m");
    s.sees("marked");
    s.keys("q");
    assert_eq!(s.end().exit_code(), 0);
    assert_eq!(std::fs::read_dir(state.path()).unwrap().count(), 0, "nothing was written");
    let mut s = Session::new(&[path], &start);
    s.sees("thinking about number 0");
    s.keys("jjm");
    s.sees("marked");
    s.keys("jalook again\r");
    s.sees("noted");
    s.keys("ftier:paid\r");
    s.sees("4 of 9 match");
    s.keys(":save-filter paid\r");
    s.sees("this filter is @paid");
    s.keys("G");
    s.sees("thinking about number 7");
    s.keys("q");
    assert_eq!(s.end().exit_code(), 0);
    for (filter, count) in
        [("mark:yes", "1"), ("note:again @paid", "1"), ("mark:no note:none", "7")]
    {
        assert_eq!(list(&[filter]), count, "{filter}");
    }
    assert_eq!(list(&["mark:yes", "--private"]), "0");
    let mut s = Session::new(&[path], &start);
    s.sees("as you left it; Esc clears");
    s.sees("thinking about number 7");
    s.sees("4 of 9 match");
    s.keys("\x1b");
    s.sees("9 of 9 match");
    s.keys("'again\r");
    s.sees("thinking about number 3");
    s.keys("q");
    s.end();
    for args in [&[path, "--fresh"][..], &[path, "--where", "id:case", "--sort", "score"]] {
        let mut s = Session::new(args, &start);
        s.sees("9 of 9 match");
        s.keys("q");
        s.end();
    }
    let names = std::fs::read_dir(state.path().join("undertone")).unwrap();
    assert_eq!(names.count(), 3, "what was said, its lock, and the session");
}
