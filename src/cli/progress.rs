//! One line on standard error while a command works, when somebody watches and it takes a while; gone at the end.
//!
//! Drawn by a thread of its own: a record of a gigabyte must not stop the line, nor the line the work.

use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crossbeam_channel::{RecvTimeoutError, Sender, bounded};

use crate::corpus::{Pace, Progress};
use crate::text::thousands;

/// Who is done before that sees no line.
const PATIENCE: Duration = Duration::from_millis(500);
/// How often the line is written anew.
const STEP: Duration = Duration::from_millis(200);

/// What takes the line away.
pub(super) const CLEAR: &str = "\r\x1b[K";

/// A line stands on standard error.
static SHOWN: AtomicBool = AtomicBool::new(false);

/// Whether a line stands on standard error.
pub(super) fn is_shown() -> bool {
    SHOWN.load(Ordering::Relaxed)
}

/// What takes so long.
#[derive(Debug, Clone, Copy)]
pub enum Doing {
    /// Reading files.
    Reading(Progress),
    /// Something else, `searching`, of which this much is done.
    Other(&'static str, usize, usize),
}

/// The line; dropped, it is gone.
#[derive(Debug)]
pub struct Line {
    doing: Arc<Mutex<Doing>>,
    /// Dropped to end the thread.
    going: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Line {
    /// A line, if standard error is a terminal.
    #[must_use]
    pub fn start() -> Option<Self> {
        io::stderr().is_terminal().then(|| Self::on(io::stderr(), PATIENCE, STEP))
    }

    fn on(mut out: impl Write + Send + 'static, patience: Duration, step: Duration) -> Self {
        let doing = Arc::new(Mutex::new(Doing::Reading(Progress::default())));
        let (going, ended) = bounded::<()>(0);
        let watched = Arc::clone(&doing);
        let thread = std::thread::spawn(move || {
            let started = Instant::now();
            let mut pace = Pace::default();
            let (mut wait, mut shown) = (patience, false);
            while ended.recv_timeout(wait) == Err(RecvTimeoutError::Timeout) {
                let text = match *watched.lock().unwrap_or_else(PoisonError::into_inner) {
                    Doing::Reading(progress) => {
                        let speed = pace.speed(started.elapsed(), &progress);
                        progress.words(speed).map(|words| words.line()).unwrap_or_default()
                    }
                    Doing::Other(what, done, all) => {
                        format!("{what} {} of {}", thousands(done), thousands(all))
                    }
                };
                // In one write, and without going on in the next line where the terminal is narrow.
                let line = format!("{CLEAR}\x1b[?7l{text}\x1b[?7h");
                SHOWN.store(true, Ordering::Relaxed);
                let _ = out.write_all(line.as_bytes()).and_then(|()| out.flush());
                (wait, shown) = (step, true);
            }
            if shown {
                let _ = out.write_all(CLEAR.as_bytes()).and_then(|()| out.flush());
                SHOWN.store(false, Ordering::Relaxed);
            }
        });
        Self { doing, going: Some(going), thread: Some(thread) }
    }

    /// How far it is now.
    pub fn tell(&self, doing: Doing) {
        *self.doing.lock().unwrap_or_else(PoisonError::into_inner) = doing;
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        drop(self.going.take());
        if let Some(thread) = self.thread.take() {
            // It ends at once, and it cannot fail in a way that matters here.
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What was written, for all to see.
    #[derive(Clone, Default)]
    struct Shared(Arc<Mutex<Vec<u8>>>);

    impl Shared {
        fn text(&self) -> String {
            String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
        }
    }

    impl Write for Shared {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn the_line_says_how_far_it_is_and_goes() {
        let out = Shared::default();
        let line = Line::on(out.clone(), MS, MS);
        let progress = Progress { bytes: 1, total: Some(4), files_total: 1, ..Progress::default() };
        for (doing, text) in [
            (Doing::Reading(progress), "reading 25%"),
            (Doing::Other("searching", 1200, 4000), "searching 1,200 of 4,000"),
        ] {
            line.tell(doing);
            while !out.text().contains(text) {
                std::thread::yield_now();
            }
        }
        drop(line);
        assert!(out.text().ends_with(CLEAR), "{:?}", out.text());
        assert!(!out.text().contains('\n'));
    }

    #[test]
    fn who_is_done_at_once_sees_nothing() {
        let out = Shared::default();
        drop(Line::on(out.clone(), Duration::from_mins(10), MS));
        assert_eq!(out.text(), "");
    }
}
