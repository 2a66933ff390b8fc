//! Steps of a session, as they are written on the command line: `[NAME=]VERB[:ARGUMENTS]`.
//!
//! | Step | Does | Prints |
//! |---|---|---|
//! | `see:TEXT` | waits until the screen shows a text | ms since the mark |
//! | `send:KEYS` | types, and sets the mark (at first it is the start of the program) | |
//! | `press:N:KEYS` | types N times, each time waits until the middle of the screen differs | ms for each |
//! | `follow:N:FROM:KEYS:TEXT` | types N times, each time waits for TEXT and the next number, eight digits | ms for each |
//! | `idle` | waits until the program has nothing to do | ms from the mark until then |
//! | `settle:MS` | waits until the screen has been still for so long | |
//! | `memory` | | kB at the peak |
//! | `read` | | bytes read |
//! | `end` | waits for the program's end | ms since the mark |
//! | `show` | | the screen, on standard error |
//!
//! What does not come within the time allowed prints `none`, and the session ends there. Keys: `\r`, `\t`, `\e`,
//! `\\`, and `\cd` for Ctrl-d.

use std::str::FromStr;
use std::time::Duration;

/// A step with the name under which it prints; the verb's own when none is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub name: String,
    pub verb: Verb,
}

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verb {
    See(String),
    Send(String),
    Press { times: u32, keys: String },
    Follow { times: u32, from: u32, keys: String, text: String },
    Idle,
    Settle(Duration),
    Memory,
    Read,
    End,
    Show,
}

impl FromStr for Step {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (verb, arguments) = text.split_once(':').unwrap_or((text, ""));
        let (name, verb) = verb.split_once('=').unwrap_or((verb, verb));
        let mut parts = arguments.splitn(if verb == "follow" { 4 } else { 2 }, ':');
        let mut part = || parts.next().ok_or_else(|| format!("{text}: too short"));
        let number = |part: &str| part.parse::<u32>().map_err(|_| format!("{part} is no number"));
        let verb = match verb {
            "see" => Verb::See(arguments.to_owned()),
            "send" => Verb::Send(keys(arguments)),
            "press" => Verb::Press { times: number(part()?)?, keys: keys(part()?) },
            "follow" => Verb::Follow {
                times: number(part()?)?,
                from: number(part()?)?,
                keys: keys(part()?),
                text: part()?.to_owned(),
            },
            "idle" => Verb::Idle,
            "settle" => Verb::Settle(Duration::from_millis(number(arguments)?.into())),
            "memory" => Verb::Memory,
            "read" => Verb::Read,
            "end" => Verb::End,
            "show" => Verb::Show,
            other => return Err(format!("{other} is no step")),
        };
        Ok(Self { name: name.to_owned(), verb })
    }
}

/// Keys with their escapes undone.
fn keys(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        match (c, if c == '\\' { rest.next() } else { None }) {
            ('\\', Some('r')) => out.push('\r'),
            ('\\', Some('t')) => out.push('\t'),
            ('\\', Some('e')) => out.push('\x1b'),
            ('\\', Some('c')) => {
                // A letter with Ctrl is its place in the alphabet.
                let letter = rest.next().unwrap_or('@').to_ascii_uppercase();
                out.push(char::from((letter as u32 % 32) as u8));
            }
            ('\\', Some(other)) => out.push(other),
            (c, _) => out.push(c),
        }
    }
    out
}
