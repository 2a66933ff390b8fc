//! Samples by strata drawn again and again from populations that are known, to see how often an interval holds the truth.

use undertone::stats::{CONFIDENCE, Confusion, Measure, SplitMix, Stratum, weighted};

/// Measures that are looked at.
pub const MEASURES: [Measure; 5] =
    [Measure::Prevalence, Measure::Precision, Measure::Recall, Measure::Specificity, Measure::F1];

/// One stratum of a population.
pub struct Cell {
    /// True and false positives, false and true negatives, and those outside of what is asked about.
    pub there: [usize; 5],
    /// How many are drawn.
    pub drawn: usize,
    /// What the classifier says of all of them.
    pub flagged: Option<bool>,
}

/// What is asked of a design.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// The intervals are to keep their promise: 30 or more drawn of each cell, 5 or more expected of each kind that it has.
    Held,
    /// Very many cells with few drawn of each.
    Many,
    /// Too few drawn where much is left out.
    Thin,
}

/// A population and how it is sampled.
pub struct Design {
    pub name: &'static str,
    pub sort: Sort,
    /// How large the part that is asked about is in each cell is known: what was drawn outside of it says nothing.
    pub known: bool,
    pub cells: Vec<Cell>,
}

/// How often the interval of one measure held the truth.
pub struct Coverage {
    pub measure: Measure,
    /// The truth.
    pub truth: f64,
    /// Samples in which the measure had a value.
    pub runs: usize,
    /// Of those, with the interval that the program shows.
    pub kept: usize,
    /// With the figure ± 1.96 linearised errors.
    pub plainly: usize,
    /// Widths of both, added up.
    pub widths: (f64, f64),
}

impl Coverage {
    /// How often the interval that the program shows held the truth.
    pub fn share(&self) -> f64 {
        self.kept as f64 / self.runs as f64
    }

    /// How often figure ± 1.96 errors did.
    pub fn plain_share(&self) -> f64 {
        self.plainly as f64 / self.runs as f64
    }
}

fn cell(size: usize, drawn: usize, yes: f64, flagged: bool) -> Cell {
    let yes = (size as f64 * yes).round() as usize;
    let there = if flagged { [yes, size - yes, 0, 0, 0] } else { [0, 0, yes, size - yes, 0] };
    Cell { there, drawn, flagged: Some(flagged) }
}

fn mixed(size: usize, drawn: usize, shares: [f64; 4]) -> Cell {
    let [tp, fp, missed, tn] = shares.map(|share| (size as f64 * share).round() as usize);
    let outside = size - (tp + fp + missed + tn);
    Cell { there: [tp, fp, missed, tn, outside], drawn, flagged: None }
}

/// Part of a cell is in the domain that is asked about.
fn crossed(size: usize, drawn: usize, yes: f64, flagged: bool, inside: f64) -> Cell {
    let of = cell((size as f64 * inside).round() as usize, drawn, yes, flagged);
    let [tp, fp, missed, tn, _] = of.there;
    Cell { there: [tp, fp, missed, tn, size - (tp + fp + missed + tn)], ..of }
}

/// All designs, those that are held first.
pub fn designs() -> Vec<Design> {
    let held = |name, cells| Design { name, sort: Sort::Held, known: false, cells };
    let many = |name, cells| Design { name, sort: Sort::Many, known: false, cells };
    let thin = |name, cells| Design { name, sort: Sort::Thin, known: false, cells };
    let across = || {
        vec![
            crossed(900, 60, 0.8, true, 0.5),
            crossed(9_000, 120, 0.1, false, 0.5),
            crossed(500, 60, 0.6, true, 0.4),
            crossed(9_500, 150, 0.1, false, 0.4),
        ]
    };
    vec![
        held(
            "label × tier, 2,040",
            vec![
                cell(180, 30, 0.8, true),
                cell(820, 60, 0.1, false),
                cell(60, 30, 0.45, true),
                cell(980, 110, 0.05, false),
            ],
        ),
        held(
            "label × tier, 30 each",
            vec![
                cell(600, 30, 0.75, true),
                cell(2_400, 30, 0.18, false),
                cell(300, 30, 0.5, true),
                cell(2_700, 30, 0.18, false),
            ],
        ),
        held(
            "label × tier, 40,000",
            vec![
                cell(4_800, 50, 0.8, true),
                cell(15_200, 110, 0.05, false),
                cell(1_200, 50, 0.6, true),
                cell(18_800, 110, 0.05, false),
            ],
        ),
        held(
            "label × three tiers",
            vec![
                cell(900, 40, 0.8, true),
                cell(8_000, 80, 0.07, false),
                cell(500, 40, 0.7, true),
                cell(9_000, 80, 0.07, false),
                cell(200, 30, 0.3, true),
                cell(11_000, 110, 0.05, false),
            ],
        ),
        held("label alone", vec![cell(3_000, 100, 0.7, true), cell(37_000, 200, 0.03, false)]),
        held(
            "most of it reviewed",
            vec![
                cell(120, 90, 0.75, true),
                cell(200, 100, 0.12, false),
                cell(60, 40, 0.5, true),
                cell(220, 110, 0.1, false),
            ],
        ),
        held(
            "a cell reviewed to the end",
            vec![
                cell(180, 50, 0.85, true),
                cell(820, 60, 0.1, false),
                cell(40, 40, 0.45, true),
                cell(980, 60, 0.1, false),
            ],
        ),
        held(
            "eight equal cells",
            (0..8)
                .map(|i| cell(1_000, 40, if i % 2 == 0 { 0.65 } else { 0.15 }, i % 2 == 0))
                .collect(),
        ),
        held(
            "20 unequal cells of 30",
            (0..20)
                .map(|i| {
                    let flagged = i % 2 == 0;
                    let yes = if flagged { 0.5 + 0.015 * i as f64 } else { 0.17 };
                    cell(500 + 137 * i, 30, yes, flagged)
                })
                .collect(),
        ),
        held(
            "tier alone",
            vec![
                mixed(5_000, 150, [0.15, 0.05, 0.07, 0.73]),
                mixed(20_000, 150, [0.06, 0.04, 0.05, 0.85]),
            ],
        ),
        held("no strata", vec![mixed(5_000, 200, [0.15, 0.05, 0.07, 0.73])]),
        held("a domain across label × tier", across()),
        Design { known: true, ..held("the same, its sizes known", across()) },
        many(
            "40 unequal cells of 10",
            (0..40)
                .map(|i| {
                    let flagged = i % 2 == 0;
                    cell(300 + i % 7 * 200, 10, if flagged { 0.8 } else { 0.1 }, flagged)
                })
                .collect(),
        ),
        many(
            "60 cells of 3",
            (0..60).map(|i| cell(300, 3, if i % 2 == 0 { 0.7 } else { 0.2 }, i % 2 == 0)).collect(),
        ),
        thin(
            "thin: 1 to 2 missed expected",
            vec![
                cell(400, 30, 0.9, true),
                cell(9_600, 100, 0.02, false),
                cell(100, 30, 0.7, true),
                cell(9_900, 100, 0.01, false),
            ],
        ),
        thin(
            "thin: 30 each, 1,900 left out",
            vec![
                cell(180, 30, 0.8, true),
                cell(820, 30, 0.1, false),
                cell(20, 20, 0.45, true),
                cell(980, 30, 0.01, false),
            ],
        ),
    ]
}

/// Draws without putting back.
fn draw(cell: &Cell, random: &mut SplitMix) -> [usize; 5] {
    let (mut left, mut found) = (cell.there, [0; 5]);
    let mut all: usize = left.iter().sum();
    for _ in 0..cell.drawn {
        let mut at = random.below(all);
        for (left, found) in left.iter_mut().zip(&mut found) {
            if at < *left {
                *left -= 1;
                *found += 1;
                break;
            }
            at -= *left;
        }
        all -= 1;
    }
    found
}

fn counts([tp, fp, missed, tn, _]: [usize; 5]) -> Confusion {
    Confusion {
        true_positives: tp,
        false_positives: fp,
        false_negatives: missed,
        true_negatives: tn,
    }
}

/// So many samples of a design, repeatable by the seed.
pub fn simulate(design: &Design, runs: usize, seed: u64) -> Vec<Coverage> {
    let mut random = SplitMix::new(seed);
    let mut all = [0; 5];
    for cell in &design.cells {
        all.iter_mut().zip(cell.there).for_each(|(all, here)| *all += here);
    }
    let mut found: Vec<Coverage> = MEASURES
        .iter()
        .map(|measure| {
            let truth = counts(all).value(*measure).unwrap_or(f64::NAN);
            Coverage { measure: *measure, truth, runs: 0, kept: 0, plainly: 0, widths: (0.0, 0.0) }
        })
        .collect();
    for _ in 0..runs {
        let strata: Vec<Stratum> = design
            .cells
            .iter()
            .map(|cell| {
                let found = draw(cell, &mut random);
                // The last kind is what stands outside.
                let kinds = if design.known { 4 } else { 5 };
                Stratum {
                    name: String::new(),
                    frame: cell.there.iter().take(kinds).sum(),
                    reviewed: found.iter().take(kinds).sum(),
                    counts: counts(found),
                    flagged: cell.flagged,
                }
            })
            .collect();
        for coverage in &mut found {
            let estimate = weighted(&strata, coverage.measure, CONFIDENCE);
            let (Some(value), Some(interval)) = (estimate.value, estimate.interval) else {
                continue;
            };
            // A figure without chance is the truth up to the last digit.
            let truth = coverage.truth;
            let holds = |low: f64, high: f64| low - 1e-12 <= truth && truth <= high + 1e-12;
            let half = 1.959_964 * estimate.error.unwrap_or(0.0);
            coverage.runs += 1;
            coverage.kept += usize::from(holds(interval.low, interval.high));
            coverage.plainly += usize::from(holds(value - half, value + half));
            coverage.widths.0 += interval.high - interval.low;
            coverage.widths.1 += 2.0 * half;
        }
    }
    found
}
