//! Copying: the terminal's own clipboard sequence (works over SSH), a command, or a file when it is too long.

use std::io::{self, Write};
use std::process::{Command, Stdio};

use crossterm::clipboard::CopyToClipboard;
use crossterm::execute;

use super::terminal::Screen;

/// Most bytes that terminals take in one clipboard sequence (about 74 kB of base64).
const MOST: usize = 55_000;

/// Copies sanitised text; the sentence says what was done.
///
/// # Errors
/// A sentence.
pub fn copy(
    screen: &mut Screen,
    what: &str,
    text: &str,
    command: Option<&str>,
    private: bool,
) -> Result<String, String> {
    let bytes = text.len();
    if let Some(command) = command {
        through(command, text).map_err(|e| format!("the copy command failed: {e}"))?;
        return Ok(format!("{what} given to the copy command ({bytes} bytes)"));
    }
    if bytes <= MOST {
        execute!(screen.backend_mut(), CopyToClipboard::to_clipboard_from(text))
            .map_err(|e| format!("the terminal could not be written to: {e}"))?;
        return Ok(format!("{what} sent to the terminal's clipboard ({bytes} bytes)"));
    }
    if private {
        return Err(format!(
            "{bytes} bytes are too many for the terminal; --private writes no file"
        ));
    }
    let path = to_file(text).map_err(|e| format!("no file could be written: {e}"))?;
    Ok(format!("too long for the terminal ({bytes} bytes): written to {path}"))
}

fn through(command: &str, text: &str) -> io::Result<()> {
    let mut child = Command::new("sh")
        .args(["-c", command])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    if let Some(mut input) = child.stdin.take() {
        input.write_all(text.as_bytes())?;
    }
    let status = child.wait()?;
    if status.success() { Ok(()) } else { Err(io::Error::other(status.to_string())) }
}

/// A file that only the user can read, kept.
fn to_file(text: &str) -> io::Result<String> {
    let mut file = tempfile::Builder::new().prefix("undertone-").suffix(".txt").tempfile()?;
    file.write_all(text.as_bytes())?;
    let (_, path) = file.keep().map_err(|e| e.error)?;
    Ok(path.display().to_string())
}
