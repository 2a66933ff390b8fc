//! How often the 95% intervals of weighted figures hold the truth: `cargo bench --bench coverage [-- RUNS]`, 20,000 samples of each design
//! unless told otherwise. Prints the tables of docs/REVIEWING.md and fails when a figure of a design that is held lies outside 0.93 to 0.97.
//!
//! Times nothing. `tests/coverage.rs` does the same with fewer samples.

mod designs;

use std::process::ExitCode;

use designs::{Coverage, MEASURES, Sort, designs, simulate};
use undertone::stats::SEED;

const RUNS: usize = 20_000;
/// Where `cargo test --benches` starts this.
const FEW: usize = 50;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let benched = arguments.iter().any(|a| a == "--bench");
    let asked = arguments.iter().find_map(|a| a.parse().ok());
    let runs: usize = asked.unwrap_or(if benched { RUNS } else { FEW });
    let error = (0.95_f64 * 0.05 / runs as f64).sqrt();
    println!("{runs} samples of each design; Monte-Carlo error of a coverage of 0.95: {error:.4}");
    println!("Coverage of the intervals, and of figure ± 1.96 linearised errors in brackets\n");
    let names = MEASURES.map(undertone::stats::Measure::name);
    println!("| Design | drawn | {} |", names.join(" | "));
    println!("|---|---|{}", "---|".repeat(names.len()));
    let mut outside = Vec::new();
    let mut wider: Vec<f64> = Vec::new();
    for design in designs() {
        let found = simulate(&design, runs, SEED);
        let cell = |c: &Coverage| format!("{:.3} ({:.3})", c.share(), c.plain_share());
        let cells: Vec<String> = found.iter().map(cell).collect();
        let drawn: usize = design.cells.iter().map(|c| c.drawn).sum();
        let of: usize = design.cells.iter().flat_map(|c| c.there).sum();
        let count = design.cells.len();
        println!("| {} | {drawn} of {of} in {count} | {} |", design.name, cells.join(" | "));
        if design.sort != Sort::Held {
            continue;
        }
        wider.extend(found.iter().map(|c| c.widths.0 / c.widths.1));
        let bad = |c: &&Coverage| c.runs < runs || !(0.93..=0.97).contains(&c.share());
        outside.extend(found.iter().filter(bad).map(|c| {
            format!("{}, {}: {:.4} of {}", design.name, c.measure.name(), c.share(), c.runs)
        }));
    }
    wider.sort_by(f64::total_cmp);
    if let (Some(least), Some(most)) = (wider.first(), wider.last()) {
        println!("\nWidth over that of ± 1.96 errors, where held: {least:.2} to {most:.2}");
    }
    if outside.is_empty() || runs < 10_000 {
        return ExitCode::SUCCESS;
    }
    println!("\noutside 0.93 to 0.97:\n{}", outside.join("\n"));
    ExitCode::FAILURE
}
