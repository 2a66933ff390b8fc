//! Work that may die: libraries that panic on hostile bytes run in here, and only those.
//!
//! The process's panic hook stays quiet meanwhile: the explorer's own hook would give the terminal back, the
//! standard one would print a message that may quote the bytes.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Whether this thread is inside guarded work, for panic hooks.
#[must_use]
pub fn is_guarded() -> bool {
    GUARDED.get()
}

/// Runs work whose panics are caught and whose messages nobody sees.
///
/// # Errors
/// When the work panicked; without any text of it.
pub fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, Panicked> {
    static QUIET: Once = Once::new();
    // A hook that is installed later must ask `is_guarded` itself.
    QUIET.call_once(|| {
        let previous = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !is_guarded() {
                previous(info);
            }
        }));
    });
    let before = GUARDED.replace(true);
    let result = panic::catch_unwind(AssertUnwindSafe(work));
    GUARDED.set(before);
    result.map_err(|_| Panicked)
}

/// Guarded work panicked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Panicked;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_an_answer_and_the_guard_ends_with_the_work() {
        assert_eq!(guarded(|| 7), Ok(7));
        let inner = guarded(|| {
            let inner = guarded(|| panic!("quiet"));
            assert!(is_guarded(), "the outer guard holds on");
            inner
        });
        assert_eq!(inner, Ok(Err(Panicked)));
        assert!(!is_guarded());
    }
}
