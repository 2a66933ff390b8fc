//! The terminal's side of the line: what a program wrote and when, what the screen shows of it, and the answers that programs wait
//! for. A frame between the marks of a synchronised update counts when its end has come.

use std::io::{Read, Write};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, PtySize, native_pty_system};

use super::Outcome;

const ROWS: u16 = 50;
const COLUMNS: u16 = 200;
/// Rows with titles and progress.
const ABOVE: u16 = 2;
const BELOW: u16 = 3;
/// Questions, and what a common terminal answers.
const ANSWERS: [(&[u8], &[u8]); 8] = [
    (b"\x1b[c", b"\x1b[?62;22c"),
    (b"\x1b[0c", b"\x1b[?62;22c"),
    (b"\x1b[>c", b"\x1b[>41;354;0c"),
    (b"\x1b[5n", b"\x1b[0n"),
    (b"\x1b[6n", b"\x1b[1;1R"),
    (b"\x1b]10;?", b"\x1b]10;rgb:eeee/eeee/eeee\x1b\\"),
    (b"\x1b]11;?", b"\x1b]11;rgb:0000/0000/0000\x1b\\"),
    (b"\x1b[?2026$p", b"\x1b[?2026;2$y"),
];
const BEGIN_UPDATE: &[u8] = b"\x1b[?2026h";
const END_UPDATE: &[u8] = b"\x1b[?2026l";
/// The longest of these sequences may be cut in two by a read.
const LONGEST: usize = 10;

/// A program on a pseudo-terminal.
pub struct Terminal {
    pub child: Box<dyn Child + Send + Sync>,
    writer: Box<dyn Write + Send>,
    output: Receiver<(Instant, Vec<u8>)>,
    parser: vt100::Parser,
    /// The end of what was written before.
    tail: Vec<u8>,
    /// Inside a synchronised update.
    updating: bool,
    /// Just before the program was started.
    pub begun: Instant,
}

impl Terminal {
    /// Starts a program, with this process's environment.
    pub fn start(program: &[String]) -> Outcome<Self> {
        let (name, arguments) = program.split_first().ok_or("no program")?;
        let mut command = CommandBuilder::new(name);
        command.args(arguments);
        command.cwd(std::env::current_dir()?);
        command.env("TERM", "xterm-256color");
        command.env("COLORTERM", "truecolor");
        command.env("LC_ALL", "C.UTF-8");
        command.env_remove("TMUX");
        let size = PtySize { rows: ROWS, cols: COLUMNS, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size)?;
        let mut reader = pair.master.try_clone_reader()?;
        let writer = pair.master.take_writer()?;
        let (to, output) = channel();
        std::thread::spawn(move || {
            let mut buffer = vec![0; 1 << 16];
            while let Ok(n @ 1..) = reader.read(&mut buffer) {
                let bytes = buffer.get(..n).unwrap_or_default().to_vec();
                if to.send((Instant::now(), bytes)).is_err() {
                    break;
                }
            }
        });
        let begun = Instant::now();
        let child = pair.slave.spawn_command(command)?;
        Ok(Self {
            child,
            writer,
            output,
            parser: vt100::Parser::new(ROWS, COLUMNS, 0),
            tail: Vec::new(),
            updating: false,
            begun,
        })
    }

    /// Types. The moment before it.
    pub fn send(&mut self, keys: &str) -> Outcome<Instant> {
        let now = Instant::now();
        self.writer.write_all(keys.as_bytes())?;
        self.writer.flush()?;
        Ok(now)
    }

    /// Takes in what comes next, and says when it came; `None` when nothing came in time. `Err` when the program has ended.
    pub fn next(&mut self, within: Duration) -> Result<Option<Instant>, Ended> {
        match self.output.recv_timeout(within) {
            Ok((when, bytes)) => {
                self.take(&bytes);
                Ok(Some(when))
            }
            Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(RecvTimeoutError::Disconnected) => Err(Ended),
        }
    }

    fn take(&mut self, bytes: &[u8]) {
        let seen = self.tail.len();
        self.tail.extend_from_slice(bytes);
        // What ends in the old part was found before.
        let last = |what: &[u8]| {
            let mut all = self.tail.windows(what.len());
            all.rposition(|w| w == what).filter(|at| at + what.len() > seen)
        };
        match (last(BEGIN_UPDATE), last(END_UPDATE)) {
            (Some(begin), end) => self.updating = end.is_none_or(|end| end < begin),
            (None, Some(_)) => self.updating = false,
            (None, None) => {}
        }
        // In the order of the questions: the one that every terminal knows is often asked last, to end the waiting.
        let mut answers: Vec<(usize, &[u8])> = ANSWERS
            .iter()
            .filter_map(|(question, answer)| Some((last(question)?, *answer)))
            .collect();
        answers.sort_unstable();
        for (_, answer) in answers {
            // A program that has gone needs no answer.
            let _ = self.writer.write_all(answer);
        }
        self.tail.drain(..self.tail.len().saturating_sub(LONGEST));
        self.parser.process(bytes);
    }

    /// Whether what is on the screen is a whole frame.
    pub fn is_whole(&self) -> bool {
        !self.updating
    }

    /// The screen's text.
    pub fn text(&self) -> String {
        self.parser.screen().contents()
    }

    /// The middle of the screen with its colours: progress is shown above and below it, and is no answer to a key.
    pub fn picture(&self) -> Vec<Vec<u8>> {
        let rows = self.parser.screen().rows_formatted(0, COLUMNS);
        rows.take((ROWS - BELOW).into()).skip(ABOVE.into()).collect()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The program has ended.
#[derive(Debug)]
pub struct Ended;
