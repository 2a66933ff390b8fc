//! The switch between who follows files and who wants it: turned by one thread, waited at by another.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Whether files are followed. Clones are one switch.
#[derive(Debug, Clone, Default)]
pub struct Following {
    inner: Arc<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Clone, Copy, Default)]
struct State {
    on: bool,
    ended: bool,
}

/// What to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// Look at the files.
    Look,
    /// It was turned off: what was held back is told.
    Settle,
    /// Nobody needs this any more.
    End,
}

impl Following {
    /// A switch that is on or off.
    #[must_use]
    pub fn new(on: bool) -> Self {
        let following = Self::default();
        following.turn(on);
        following
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Two flags: whoever panicked left them whole.
        self.inner.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether it is on.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.state().on
    }

    /// Turns it on or off; who waits wakes at once.
    pub fn turn(&self, on: bool) {
        self.state().on = on;
        self.inner.changed.notify_all();
    }

    /// Ends whatever waits.
    pub fn end(&self) {
        self.state().ended = true;
        self.inner.changed.notify_all();
    }

    /// Waits until there is something to do. `on`: files were followed so far; then the next look comes after the pause.
    pub(super) fn wait(&self, on: bool, pause: Duration) -> Step {
        let until = Instant::now() + pause;
        let mut state = self.state();
        loop {
            match *state {
                State { ended: true, .. } => return Step::End,
                State { on: false, .. } if on => return Step::Settle,
                State { on: true, .. } if !on => return Step::Look,
                State { on: true, .. } => {
                    let left = until.saturating_duration_since(Instant::now());
                    if left.is_zero() {
                        return Step::Look;
                    }
                    let waited = self.inner.changed.wait_timeout(state, left);
                    state = waited.unwrap_or_else(PoisonError::into_inner).0;
                }
                State { .. } => {
                    let waited = self.inner.changed.wait(state);
                    state = waited.unwrap_or_else(PoisonError::into_inner);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_switch_says_what_to_do() {
        let switch = Following::new(true);
        let long = Duration::from_mins(10);
        assert_eq!(switch.wait(true, Duration::ZERO), Step::Look);
        assert_eq!(switch.wait(false, long), Step::Look, "it was just turned on");
        switch.turn(false);
        assert_eq!(switch.wait(true, long), Step::Settle);
        let waiting = switch.clone();
        let waiter = std::thread::spawn(move || {
            (waiting.wait(false, Duration::ZERO), waiting.wait(true, long))
        });
        switch.turn(true);
        // Whether it waits already or not, it must see both.
        while !waiter.is_finished() {
            switch.end();
            std::thread::yield_now();
        }
        let steps = waiter.join().unwrap();
        assert!(steps == (Step::Look, Step::End) || steps == (Step::End, Step::End), "{steps:?}");
    }
}
