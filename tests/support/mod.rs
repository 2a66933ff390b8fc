//! A program on a pseudo-terminal: what it wrote, byte for byte, and what the screen shows.

#![allow(dead_code, clippy::unwrap_used, clippy::expect_used)] // each test file uses its part

pub mod reading;
pub mod records;
pub mod stats;

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};

/// A small generator with a fixed seed: the same mutations on every machine.
pub struct Dice(pub u64);

impl Dice {
    /// A number below `n`; 0 when there is none.
    pub fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % n.max(1) as u64).unwrap()
    }
}

/// How long a condition may take: generous, for machines under load.
const PATIENCE: Duration = Duration::from_secs(30);

/// A running program.
pub struct Session {
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
    writer: Box<dyn Write + Send>,
    output: Receiver<Vec<u8>>,
    /// Everything written so far.
    pub raw: Vec<u8>,
    parser: vt100::Parser,
    /// What to answer to a question for the background colour.
    background: Option<&'static str>,
    answered: usize,
    /// Terminal mode before the program started.
    before: String,
}

/// How to start.
pub struct Start<'a> {
    pub columns: u16,
    pub rows: u16,
    pub env: &'a [(&'a str, &'a str)],
    pub folder: Option<&'a Path>,
    pub background: Option<&'static str>,
}

impl Default for Start<'_> {
    fn default() -> Self {
        Self { columns: 120, rows: 36, env: &[], folder: None, background: None }
    }
}

/// The program under test.
pub fn program() -> &'static str {
    env!("CARGO_BIN_EXE_undertone")
}

/// A journal's text as if its sample had been drawn from the records of another folder, which say something else in the same places.
pub fn carried_over(journal: &Path, runs: &str, from: &Path, to: &Path) -> String {
    let records = |folder: &Path| -> Vec<[String; 2]> {
        let args = ["list", runs, "--format", "jsonl", "--no-cache"];
        let out =
            std::process::Command::new(program()).args(args).current_dir(folder).output().unwrap();
        assert!(out.status.success(), "{out:?}");
        let text = String::from_utf8(out.stdout).unwrap();
        let mut rows: Vec<serde_json::Value> =
            text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        rows.sort_by_key(|row| row["index"].as_u64());
        let word = |row: &serde_json::Value, key: &str| row[key].as_str().unwrap().to_owned();
        rows.iter().map(|row| [word(row, "id"), word(row, "hash")]).collect()
    };
    let mut text = std::fs::read_to_string(journal).unwrap();
    for (before, now) in records(from).into_iter().zip(records(to)) {
        for (before, now) in before.into_iter().zip(now) {
            text = text.replace(&before, &now);
        }
    }
    text
}

/// A file or folder of the repository.
pub fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Every file below `sample-data` but the page about them, by its path in the repository.
pub fn sample_files() -> Vec<String> {
    let mut files = Vec::new();
    let mut open = vec![repository("sample-data")];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|e| e != "md") {
                files.push(path.strip_prefix(repository("")).unwrap().to_str().unwrap().to_owned());
            }
        }
    }
    files.sort();
    files
}

impl Session {
    /// Starts the program with arguments.
    pub fn new(arguments: &[&str], start: &Start<'_>) -> Self {
        let mut command = CommandBuilder::new(program());
        command.args(arguments);
        Self::spawn(command, start)
    }

    /// Starts a shell line in which `$UNDERTONE` is the program.
    pub fn shell(line: &str, start: &Start<'_>) -> Self {
        let mut command = CommandBuilder::new("sh");
        command.args(["-c", line]);
        Self::spawn(command, start)
    }

    fn spawn(mut command: CommandBuilder, start: &Start<'_>) -> Self {
        command.env_clear();
        for (name, value) in [
            ("TERM", "xterm-256color"),
            ("COLORTERM", "truecolor"),
            ("LANG", "C.UTF-8"),
            ("PATH", "/usr/local/bin:/usr/bin:/bin"),
            ("UNDERTONE", program()),
        ] {
            command.env(name, value);
        }
        for (name, value) in start.env {
            command.env(name, value);
        }
        command.cwd(start.folder.unwrap_or(Path::new(env!("CARGO_MANIFEST_DIR"))));
        let size =
            PtySize { rows: start.rows, cols: start.columns, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let before = mode(&*pair.master);
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().unwrap();
        let (to, output) = channel();
        std::thread::spawn(move || {
            let mut buffer = [0; 8192];
            while let Ok(n) = reader.read(&mut buffer) {
                if n == 0 || to.send(buffer[..n].to_vec()).is_err() {
                    break;
                }
            }
        });
        Self {
            child,
            writer: pair.master.take_writer().unwrap(),
            master: pair.master,
            output,
            raw: Vec::new(),
            parser: vt100::Parser::new(start.rows, start.columns, 0),
            background: start.background,
            answered: 0,
            before,
        }
    }

    fn take(&mut self, bytes: &[u8]) {
        self.parser.process(bytes);
        self.raw.extend_from_slice(bytes);
        if let Some(colour) = self.background {
            let asked = self.raw.windows(5).filter(|w| *w == b"\x1b]11;").count();
            while self.answered < asked {
                self.answered += 1;
                let answer = format!("\x1b]11;{colour}\x1b\\\x1b[?1;2c");
                self.writer.write_all(answer.as_bytes()).unwrap();
            }
        }
    }

    /// Waits until the screen is as wanted; fails with the screen when it does not come.
    pub fn until(&mut self, what: &str, wanted: impl Fn(&vt100::Screen) -> bool) {
        let end = Instant::now() + PATIENCE;
        while !wanted(self.parser.screen()) {
            let left = end.saturating_duration_since(Instant::now());
            match self.output.recv_timeout(left) {
                Ok(bytes) => self.take(&bytes),
                Err(why) => panic!("{what}: {why}\n{}", self.text()),
            }
        }
    }

    /// Waits until the screen holds a text.
    pub fn sees(&mut self, text: &str) {
        self.until(&format!("waiting for {text:?}"), |s| s.contents().contains(text));
    }

    /// Waits until the screen does not hold a text.
    pub fn loses(&mut self, text: &str) {
        self.until(&format!("waiting for {text:?} to go"), |s| !s.contents().contains(text));
    }

    /// Takes what is written for a while: a frame that was begun ends.
    pub fn settles(&mut self) {
        let end = Instant::now() + Duration::from_millis(500);
        while let Ok(bytes) =
            self.output.recv_timeout(end.saturating_duration_since(Instant::now()))
        {
            self.take(&bytes);
        }
    }

    /// Waits until the raw stream holds bytes.
    pub fn writes(&mut self, bytes: &[u8]) {
        let end = Instant::now() + PATIENCE;
        while !self.raw.windows(bytes.len()).any(|w| w == bytes) {
            let left = end.saturating_duration_since(Instant::now());
            match self.output.recv_timeout(left) {
                Ok(more) => self.take(&more),
                Err(why) => {
                    panic!(
                        "waiting for {:?}: {why}\n{}",
                        String::from_utf8_lossy(bytes),
                        self.text()
                    )
                }
            }
        }
    }

    /// Types.
    pub fn keys(&mut self, keys: &str) {
        self.writer.write_all(keys.as_bytes()).unwrap();
        self.writer.flush().unwrap();
    }

    /// Changes the terminal's size.
    pub fn resize(&mut self, columns: u16, rows: u16) {
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        self.parser.screen_mut().set_size(rows, columns);
        self.master.resize(size).unwrap();
    }

    /// The screen's text.
    pub fn text(&self) -> String {
        self.parser.screen().contents()
    }

    /// The screen.
    pub fn screen(&self) -> &vt100::Screen {
        self.parser.screen()
    }

    /// Sends a signal by name.
    pub fn signal(&self, name: &str) {
        let id = self.child.process_id().unwrap().to_string();
        let status = std::process::Command::new("kill").args(["-s", name, &id]).status().unwrap();
        assert!(status.success());
    }

    /// Processes of the program under test in this session: a shell may have started it.
    fn programs(&self) -> Vec<String> {
        let session = self.child.process_id().unwrap().to_string();
        let mut found = Vec::new();
        for entry in std::fs::read_dir("/proc").unwrap() {
            let id = entry.unwrap().file_name().into_string().unwrap();
            let Ok(stat) = std::fs::read_to_string(format!("/proc/{id}/stat")) else { continue };
            let Some((before, after)) = stat.rsplit_once(')') else { continue };
            let mut fields = after.split_whitespace();
            let (state, of) =
                (fields.next().unwrap_or_default(), fields.nth(2).unwrap_or_default());
            if before.ends_with("(undertone") && of == session && state != "Z" {
                found.push(id);
            }
        }
        found
    }

    /// Sends a signal to the program under test that a shell has started.
    pub fn signal_program(&self, name: &str) {
        for id in self.programs() {
            let status = std::process::Command::new("kill").args(["-s", name, &id]).status();
            assert!(status.unwrap().success());
        }
    }

    /// Waits until no process of the program is left.
    pub fn until_gone(&mut self) {
        let end = Instant::now() + PATIENCE;
        while !self.programs().is_empty() {
            assert!(Instant::now() < end, "still running\n{}", self.text());
            if let Ok(bytes) = self.output.recv_timeout(Duration::from_millis(5)) {
                self.take(&bytes);
            }
        }
    }

    /// The process's state letter, as the kernel gives it.
    pub fn state(&self) -> char {
        let id = self.child.process_id().unwrap();
        let text = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap();
        text.rsplit(')').next().unwrap().trim().chars().next().unwrap()
    }

    /// Waits until the process is in a state.
    pub fn until_state(&mut self, wanted: char) {
        let end = Instant::now() + PATIENCE;
        while self.state() != wanted {
            assert!(Instant::now() < end, "state {} not {wanted}", self.state());
            if let Ok(bytes) = self.output.recv_timeout(Duration::from_millis(5)) {
                self.take(&bytes);
            }
        }
    }

    /// Waits for the end; everything written is in `raw` then.
    pub fn end(&mut self) -> ExitStatus {
        let end = Instant::now() + PATIENCE;
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(Instant::now() < end, "still running\n{}", self.text());
            if let Ok(bytes) = self.output.recv_timeout(Duration::from_millis(5)) {
                self.take(&bytes);
            }
        };
        while let Ok(bytes) = self.output.recv_timeout(Duration::from_millis(200)) {
            self.take(&bytes);
        }
        status
    }

    /// Whether the terminal is as it was before the program: mode, screen, cursor, mouse, paste.
    pub fn assert_restored(&self) {
        let raw = &self.raw;
        let last = |on: &[u8], off: &[u8]| {
            let at = |needle: &[u8]| raw.windows(needle.len()).rposition(|w| w == needle);
            match (at(on), at(off)) {
                (Some(on), Some(off)) => on < off,
                (Some(_), None) => false,
                (None, _) => true,
            }
        };
        assert!(last(b"\x1b[?1049h", b"\x1b[?1049l"), "alternate screen left on");
        assert!(last(b"\x1b[?25l", b"\x1b[?25h"), "cursor left hidden");
        assert!(last(b"\x1b[?1000h", b"\x1b[?1000l"), "mouse left on");
        assert!(last(b"\x1b[?2004h", b"\x1b[?2004l"), "paste mode left on");
        assert_eq!(mode(&*self.master), self.before, "terminal mode differs");
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let _ = self.child.kill();
    }
}

fn mode(master: &(dyn MasterPty + Send)) -> String {
    format!("{:?}", master.get_termios())
}
