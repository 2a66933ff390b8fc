//! What comes from outside while the loop runs: the terminal's events and signals, each from a thread of its own.

use std::io;
use std::sync::Arc;
use std::thread;

use crossbeam_channel::{Receiver, bounded, unbounded};
use crossterm::event::Event;
use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGTERM, SIGTSTP, SIGXFSZ};

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

/// Signals are caught from now on; the thread that waits for them starts with [`Signals::start`].
///
/// # Errors
/// When they cannot be caught.
pub fn signals() -> io::Result<Signals> {
    // A file that may not grow any more is an error of the one that writes, not the end of the program.
    signal_hook::flag::register(SIGXFSZ, Arc::default())?;
    signal_hook::iterator::Signals::new([SIGTERM, SIGHUP, SIGINT, SIGTSTP, SIGCONT]).map(Signals)
}

/// Signals that are caught.
pub struct Signals(signal_hook::iterator::Signals);

impl Signals {
    /// Those that have come, and those that will.
    pub fn start(mut self) -> Receiver<i32> {
        let (to, from) = unbounded();
        thread::spawn(move || {
            for signal in self.0.forever() {
                if to.send(signal).is_err() {
                    break;
                }
            }
        });
        from
    }
}
