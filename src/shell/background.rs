//! Asking the terminal whether its background is light, without losing a key that is typed meanwhile.
//!
//! The question (OSC 11) is followed by one that every terminal answers (primary device attributes), so a
//! terminal that does not know the first costs no more than the second. Whoever draws asks, so that the question stands
//! between two frames; whoever reads keys waits for the answer. What is read besides the answers is given back as keys.
//! An answer that comes too late looks like keys to the event reader: [`Late`] takes
//! those out again.

use std::fs::File;
use std::io::{self, Read, Write};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use crate::app::{Key, KeyCode};

const QUESTION: &[u8] = b"\x1b]11;?\x1b\\\x1b[c";
/// Longest answer that is waited for, in characters.
const LONGEST: usize = 64;

/// What came of asking.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// The background is light; `None` when the terminal did not say.
    pub light: Option<bool>,
    /// Keys that were typed meanwhile.
    pub keys: Vec<Key>,
    /// Everything asked for has come.
    pub complete: bool,
}

/// Asks.
///
/// # Errors
/// When the terminal cannot be written to.
pub fn ask(mut out: impl Write) -> io::Result<()> {
    out.write_all(QUESTION)?;
    out.flush()
}

/// Waits for the answer, for at most `patience`.
///
/// # Errors
/// When the terminal cannot be read from.
pub fn answer(patience: Duration) -> io::Result<Answer> {
    let mut tty = File::open("/dev/tty")?;
    let end = Instant::now() + patience;
    let mut bytes = Vec::new();
    loop {
        let left = end.saturating_duration_since(Instant::now());
        let timeout = Timespec { tv_sec: 0, tv_nsec: i64::from(left.subsec_nanos()) };
        let ready = {
            let mut fds = [PollFd::new(&tty, PollFlags::IN)];
            match poll(&mut fds, Some(&timeout)) {
                Ok(n) => n > 0,
                Err(rustix::io::Errno::INTR) => continue,
                Err(error) => return Err(error.into()),
            }
        };
        if !ready {
            return Ok(read_answer(&bytes));
        }
        let mut buffer = [0; 1024];
        let n = tty.read(&mut buffer)?;
        bytes.extend_from_slice(buffer.get(..n).unwrap_or_default());
        let answer = read_answer(&bytes);
        if answer.complete || n == 0 {
            return Ok(answer);
        }
    }
}

/// Takes the answers out of what was read; the rest is keys.
fn read_answer(bytes: &[u8]) -> Answer {
    let text = String::from_utf8_lossy(bytes);
    let mut answer = Answer::default();
    let mut rest: &str = &text;
    while let Some(c) = rest.chars().next() {
        if let Some((colour, after)) = osc(rest) {
            answer.light = answer.light.or_else(|| is_light(colour));
            rest = after;
        } else if let Some(after) = attributes(rest) {
            answer.complete = true;
            rest = after;
        } else if let Some((code, after)) = arrow(rest) {
            answer.keys.push(Key { code, ctrl: false, alt: false });
            rest = after;
        } else {
            answer.keys.extend(key(c));
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
        }
    }
    answer
}

/// `ESC ] 11 ; COLOUR ST`: the colour and what follows.
fn osc(text: &str) -> Option<(&str, &str)> {
    let body = text.strip_prefix("\x1b]11;")?;
    let end = body.find(['\x07', '\x1b'])?;
    let after = body.get(end..)?;
    let after = after.strip_prefix('\x07').or_else(|| after.strip_prefix("\x1b\\"))?;
    Some((body.get(..end)?, after))
}

/// `ESC [ ? … c`
fn attributes(text: &str) -> Option<&str> {
    let body = text.strip_prefix("\x1b[?")?;
    let end = body.find(|c: char| !(c.is_ascii_digit() || c == ';'))?;
    body.get(end..)?.strip_prefix('c')
}

fn arrow(text: &str) -> Option<(KeyCode, &str)> {
    let body = text.strip_prefix("\x1b[").or_else(|| text.strip_prefix("\x1bO"))?;
    let code = match body.chars().next()? {
        'A' => KeyCode::Up,
        'B' => KeyCode::Down,
        'C' => KeyCode::Right,
        'D' => KeyCode::Left,
        _ => return None,
    };
    Some((code, body.get(1..)?))
}

fn key(c: char) -> Option<Key> {
    let (code, ctrl) = match c {
        '\r' | '\n' => (KeyCode::Enter, false),
        '\t' => (KeyCode::Tab, false),
        '\x1b' => (KeyCode::Esc, false),
        '\x7f' | '\x08' => (KeyCode::Backspace, false),
        '\x01'..='\x1a' => (KeyCode::Char((b'a' + (c as u8) - 1) as char), true),
        c if c.is_control() => return None,
        c => (KeyCode::Char(c), false),
    };
    Some(Key { code, ctrl, alt: false })
}

/// `rgb:RRRR/GGGG/BBBB` (any number of hex digits each): brighter than the middle.
fn is_light(colour: &str) -> Option<bool> {
    let parts: Vec<&str> = colour.strip_prefix("rgb:")?.split('/').collect();
    let [red, green, blue] = parts.as_slice() else { return None };
    let part = |digits: &str| -> Option<f64> {
        let most = 16_f64.powi(i32::try_from(digits.len()).ok()?) - 1.0;
        (most > 0.0).then_some(())?;
        Some(u32::from_str_radix(digits, 16).ok()? as f64 / most)
    };
    Some(0.299 * part(red)? + 0.587 * part(green)? + 0.114 * part(blue)? > 0.5)
}

/// Takes a late answer out of the stream of keys.
#[derive(Debug, Default)]
pub struct Late {
    /// An answer may still come.
    pub expected: bool,
    text: Option<String>,
}

impl Late {
    /// Whether the key belongs to a late answer; the last one says what the answer was.
    pub fn takes(&mut self, key: Key) -> (bool, Option<bool>) {
        if !self.expected {
            return (false, None);
        }
        let Some(text) = &mut self.text else {
            let opens = key.alt && key.code == KeyCode::Char(']');
            if opens {
                self.text = Some(String::new());
            }
            return (opens, None);
        };
        let ends = key.alt && key.code == KeyCode::Char('\\')
            || key.ctrl && matches!(key.code, KeyCode::Char('g' | 'G'));
        if let (false, KeyCode::Char(c)) = (ends, key.code)
            && text.len() < LONGEST
        {
            text.push(c);
            return (true, None);
        }
        let light = is_light(text.trim_start_matches("11;"));
        self.expected = false;
        self.text = None;
        (true, light)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(c: char) -> Key {
        Key { code: KeyCode::Char(c), ctrl: false, alt: false }
    }

    #[test]
    fn answers_are_taken_out_and_keys_are_kept() {
        let light = "\x1b]11;rgb:ffff/ffff/ffff\x1b\\";
        let dark = "\x1b]11;rgb:00/11/22\x07";
        for (bytes, light, keys, complete) in [
            (format!("{light}\x1b[?62;22c"), Some(true), vec![], true),
            (format!("j{dark}k\x1b[?1c"), Some(false), vec![plain('j'), plain('k')], true),
            ("\x1b[?1;2c".to_owned(), None, vec![], true),
            ("qé".to_owned(), None, vec![plain('q'), plain('é')], false),
            (
                "\x1b[B\r".to_owned(),
                None,
                vec![
                    Key { code: KeyCode::Down, ctrl: false, alt: false },
                    Key { code: KeyCode::Enter, ctrl: false, alt: false },
                ],
                false,
            ),
        ] {
            let got = read_answer(bytes.as_bytes());
            assert_eq!(got, Answer { light, keys, complete }, "{bytes:?}");
        }
    }

    #[test]
    fn colours() {
        for (colour, light) in [
            ("rgb:ffff/ffff/ffff", Some(true)),
            ("rgb:1d/1f/21", Some(false)),
            ("rgb:f/f/0", Some(true)),
            ("rgb:", None),
            ("rgb:zz/00/00", None),
            ("", None),
        ] {
            assert_eq!(is_light(colour), light, "{colour}");
        }
    }

    #[test]
    fn a_late_answer_is_no_typing() {
        let mut late = Late { expected: true, text: None };
        assert_eq!(late.takes(plain('j')), (false, None));
        assert!(late.takes(Key { code: KeyCode::Char(']'), ctrl: false, alt: true }).0);
        for c in "11;rgb:ff/ff/ff".chars() {
            assert_eq!(late.takes(plain(c)), (true, None));
        }
        let end = Key { code: KeyCode::Char('\\'), ctrl: false, alt: true };
        assert_eq!(late.takes(end), (true, Some(true)));
        assert_eq!(late.takes(plain('q')), (false, None));
    }
}
