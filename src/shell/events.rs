//! What comes from outside while the loop runs: the terminal's events and signals, each from a thread of its own.

use std::io;
use std::thread;

use crossbeam_channel::{Receiver, bounded, unbounded};
use crossterm::event::Event;
use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGTERM, SIGTSTP};

/// Events of the terminal. The last one is an error: it is gone.
pub fn terminal() -> Receiver<io::Result<Event>> {
    let (to, from) = bounded(256);
    thread::spawn(move || {
        loop {
            let event = crossterm::event::read();
            let failed = event.is_err();
            if to.send(event).is_err() || failed {
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
