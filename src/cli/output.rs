//! Writing results: exit status, broken pipes, sanitised sentences on standard error.

use std::io::{self, BufWriter, StdoutLock, Write};
use std::process::ExitCode;

use crate::text::{sanitize, sanitize_line};

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// 0: fine.
    Fine,
    /// 1: nothing matched, or `check` found problems.
    Nothing,
    /// 2: usage.
    Usage,
    /// 3: a path that cannot be opened.
    CannotOpen,
    /// Another status: 130 after SIGINT, 143 after SIGTERM.
    Signal(u8),
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Fine => 0,
            Exit::Nothing => 1,
            Exit::Usage => 2,
            Exit::CannotOpen => 3,
            Exit::Signal(code) => code,
        })
    }
}

/// Why a command stopped.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// Something typed cannot be meant. A sentence.
    #[error("{0}")]
    Usage(String),
    /// A path that cannot be opened. A sentence.
    #[error("{0}")]
    CannotOpen(String),
    /// Writing the result failed.
    #[error(transparent)]
    Write(#[from] io::Error),
}

impl Failure {
    /// Its exit status. A broken pipe is nobody's fault.
    #[must_use]
    pub fn exit(&self) -> Exit {
        match self {
            Self::Usage(_) => Exit::Usage,
            Self::CannotOpen(_) => Exit::CannotOpen,
            Self::Write(e) if e.kind() == io::ErrorKind::BrokenPipe => Exit::Fine,
            Self::Write(_) => Exit::Nothing,
        }
    }

    /// What to print on standard error, when anything.
    #[must_use]
    pub fn sentence(&self) -> Option<String> {
        match self {
            Self::Write(e) if e.kind() == io::ErrorKind::BrokenPipe => None,
            Self::Write(e) => Some(format!("the result could not be written: {e}")),
            other => Some(other.to_string()),
        }
    }
}

/// Prints a sentence on standard error, sanitised. Failing to do so has no remedy.
pub fn warn(sentence: &str) {
    // A line of progress that stands there is written over, and comes again below.
    let clear = if super::progress::is_shown() { super::progress::CLEAR } else { "" };
    let _ = writeln!(io::stderr().lock(), "{clear}undertone: {}", sanitize(sentence));
}

/// Buffered standard output.
#[must_use]
pub fn out() -> BufWriter<StdoutLock<'static>> {
    BufWriter::with_capacity(64 << 10, io::stdout().lock())
}

/// Writes a file that is not there yet.
///
/// # Errors
/// As the file system; a file of that name stands as it is.
pub fn write_new(path: &std::path::Path, text: &[u8]) -> Result<(), Failure> {
    let file = std::fs::OpenOptions::new().write(true).create_new(true).open(path);
    file.and_then(|mut file| file.write_all(text)).map_err(|error| {
        let shown = sanitize_line(&path.display().to_string()).into_owned();
        Failure::Write(std::io::Error::new(error.kind(), format!("{shown}: {error}")))
    })
}
