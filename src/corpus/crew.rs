//! Work in parts, on all cores.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// What comes of each of so many parts, in their order; cores take the next part as they become free. A panic in a part is
/// one of the caller: what is left would be wrong.
pub(super) fn each<T: Send>(parts: usize, of: &(dyn Fn(usize) -> T + Sync)) -> Vec<T> {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let next = AtomicUsize::new(0);
    let take = || {
        let taken = std::iter::from_fn(|| {
            let part = next.fetch_add(1, Ordering::Relaxed);
            (part < parts).then(|| (part, of(part)))
        });
        taken.collect::<Vec<_>>()
    };
    let mut all = thread::scope(|scope| {
        let others: Vec<_> = (1..cores.min(parts)).map(|_| scope.spawn(take)).collect();
        let mut all = take();
        for other in others {
            match other.join() {
                Ok(taken) => all.extend(taken),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        all
    });
    all.sort_unstable_by_key(|(part, _)| *part);
    all.into_iter().map(|(_, of)| of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_come_in_their_order_each_once() {
        assert_eq!(each(100, &|part| part * 2), (0..100).map(|n| n * 2).collect::<Vec<_>>());
        assert!(each(0, &|part| part).is_empty());
    }

    #[test]
    fn a_panic_in_a_part_is_not_swallowed() {
        let caught = std::panic::catch_unwind(|| each(8, &|part| assert_ne!(part, 5)));
        assert!(caught.is_err());
    }
}
