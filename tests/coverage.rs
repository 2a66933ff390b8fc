//! The 95% intervals of weighted figures hold the truth about as often as they say: a few hundred seeded samples of the designs of `benches/coverage.rs`,
//! which has the figures proper.

#![allow(clippy::unwrap_used, clippy::expect_used)] // a test that cannot go on has failed

#[path = "../benches/designs/mod.rs"]
mod designs;

use designs::{Sort, designs, simulate};
use undertone::stats::{Measure, SEED};

const RUNS: usize = 400;

#[test]
fn weighted_intervals_keep_their_promise() {
    // Four and a half errors of 400 samples.
    let wide = 0.901..=0.999;
    for design in designs().iter().filter(|d| d.sort != Sort::Thin) {
        for c in simulate(design, RUNS, SEED) {
            let what = format!("{}, {}: {:.3}", design.name, c.measure.name(), c.share());
            assert_eq!(c.runs, RUNS, "{what}");
            assert!(wide.contains(&c.share()), "{what}");
        }
    }
}

/// What is held is what the table says: 30 drawn, 5 expected of each kind.
#[test]
fn designs_are_as_large_as_they_are_said_to_be() {
    for design in designs().iter().filter(|d| d.sort == Sort::Held) {
        for cell in &design.cells {
            let all: usize = cell.there.iter().sum();
            assert!((30..=all).contains(&cell.drawn), "{}", design.name);
            for kind in cell.there.iter().filter(|kind| **kind > 0) {
                let expected = (cell.drawn * kind) as f64 / all as f64;
                assert!(expected >= 5.0, "{}: {expected}", design.name);
            }
        }
    }
}

/// Where little was missed, figure ± 1.96 errors breaks its promise; the intervals that are shown come near it.
#[test]
fn thin_cells_are_not_sure_of_themselves() {
    for design in designs().iter().filter(|d| d.sort == Sort::Thin) {
        let found = simulate(design, RUNS, SEED);
        let rate = found.iter().find(|c| c.measure == Measure::Prevalence).unwrap();
        let what = format!("{}: {} {}", design.name, rate.share(), rate.plain_share());
        assert!(rate.share() > 0.915 && rate.plain_share() < 0.91, "{what}");
    }
}
