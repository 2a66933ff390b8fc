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
    println!(
        "{runs} samples of each design; Monte-Carlo error of a coverage of 0.95: {error:.4}\n"
    );
    let names = MEASURES.map(undertone::stats::Measure::name);
    println!("| Design | {} |", names.join(" | "));
    println!("|---|{}", "---|".repeat(names.len()));
    let mut outside = Vec::new();
    for design in designs() {
        let found = simulate(&design, runs, SEED);
        let cell = |c: &Coverage| {
            format!("{:.3} ({:.3}; {:.2} wide)", c.share(), c.plain_share(), c.width)
        };
        let cells: Vec<String> = found.iter().map(cell).collect();
        println!("| {} | {} |", design.name, cells.join(" | "));
        let bad = |c: &&Coverage| c.runs < runs || !(0.93..=0.97).contains(&c.share());
        for c in found.iter().filter(bad).filter(|_| design.sort == Sort::Held) {
            outside.push(format!(
                "{}, {}: {:.4} of {}",
                design.name,
                c.measure.name(),
                c.share(),
                c.runs
            ));
        }
    }
    if outside.is_empty() || runs < 10_000 {
        return ExitCode::SUCCESS;
    }
    println!("\noutside 0.93 to 0.97:\n{}", outside.join("\n"));
    ExitCode::FAILURE
}
