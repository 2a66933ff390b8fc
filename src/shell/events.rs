//! What comes from outside while the loop runs: the terminal's events and signals, each from a thread of its own.

use std::io;
use std::thread;
use std::time::Duration;

use crossbeam_channel::{Receiver, bounded, unbounded};
use crossterm::event::Event;
use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGTERM, SIGTSTP};

use super::background::{self, Answer};

/// How long the terminal may take to tell its background.
const ANSWER: Duration = Duration::from_millis(100);

/// What comes from the terminal.
pub enum Typed {
    /// What it said of its background, with the keys that came meanwhile.
    Answer(Answer),
    /// A key, a paste, another size.
    Event(Event),
    /// Nothing more: it is gone.
    Gone,
}

/// What comes from the terminal, from a thread of its own. `asked`: first of all an answer about the background.
pub fn typed(asked: bool) -> Receiver<Typed> {
    let (to, from) = bounded(256);
    thread::spawn(move || {
        if asked && let Ok(answer) = background::answer(ANSWER) {
            let _ = to.send(Typed::Answer(answer));
        }
        loop {
            let typed = crossterm::event::read().map_or(Typed::Gone, Typed::Event);
            let gone = matches!(typed, Typed::Gone);
            if to.send(typed).is_err() || gone {
                break;
            }
        }
    });
    from
}

/// Signals from a thread of their own.
///
/// # Errors
/// When they cannot be caught.
pub fn signals() -> io::Result<Receiver<i32>> {
    let mut signals =
        signal_hook::iterator::Signals::new([SIGTERM, SIGHUP, SIGINT, SIGTSTP, SIGCONT])?;
    let (to, from) = unbounded();
    thread::spawn(move || {
        for signal in signals.forever() {
            if to.send(signal).is_err() {
                break;
            }
        }
    });
    Ok(from)
}
