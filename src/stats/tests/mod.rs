//! Every figure against reference values; what is undefined; counts up to a million; nothing that panics or is no number.

use proptest::prelude::*;

use super::*;

mod oracle;
mod review;
mod review_properties;
mod reviewed;
mod sampled;

const NEAR: f64 = 1e-6;

fn near(found: f64, expected: f64, what: &str) {
    assert!((found - expected).abs() < NEAR, "{what}: {found} is not {expected}");
}

fn ends(found: Option<Interval>, expected: (f64, f64), what: &str) {
    let found = found.unwrap_or_else(|| panic!("{what}: undefined"));
    near(found.low, expected.0, what);
    near(found.high, expected.1, what);
}

type Method = fn(usize, usize, f64) -> Option<Interval>;

const METHODS: [(&str, Method); 4] = [
    ("wilson", wilson),
    ("clopper_pearson", clopper_pearson),
    ("jeffreys", jeffreys),
    ("agresti_coull", agresti_coull),
];

#[test]
fn intervals_of_rates() {
    for r in oracle::PROPORTIONS {
        for ((name, method), expected) in METHODS.iter().zip(r.ends) {
            let what = format!("{name} {} of {} at {}", r.k, r.n, r.confidence);
            ends(method(r.k, r.n, r.confidence), expected, &what);
        }
    }
    for (n, upper) in oracle::THREES {
        near(rule_of_three(*n).unwrap(), *upper, &format!("0 of {n}"));
    }
}

#[test]
fn what_has_no_rate_is_undefined() {
    for (name, method) in METHODS {
        for (k, n, confidence) in [(0, 0, 0.95), (2, 1, 0.95), (1, 2, 1.0), (1, 2, f64::NAN)] {
            assert_eq!(method(k, n, confidence), None, "{name} {k} of {n} at {confidence}");
        }
    }
    assert_eq!(rule_of_three(0), None);
    assert_eq!(share(0, 0), None);
    assert_eq!(share(3, 2), None);
    assert_eq!(newcombe_independent((0, 0), (1, 2), 0.95), None);
    assert_eq!(Paired::default().newcombe(0.95), None);
    assert_eq!(Paired::default().wald(0.95), None);
    assert_eq!(fisher((0, 0), (1, 2)), None);
    assert_eq!(two_proportions((0, 3), (0, 2)), None);
    assert_eq!(mean_over(&[], 0.95, 100, 1), None);
    assert_eq!(mean_over(&[f64::NAN], 0.95, 100, 1), None);
    assert_eq!(brier(&[], &[]), None);
    assert_eq!(brier(&[2.0], &[true]), None);
    assert_eq!(rogan_gladen(0.2, 0.5, 0.5), None);
    assert_eq!(rogan_gladen(0.2, 0.2, 0.3), None, "worse than chance");
    assert_eq!(rogan_gladen(f64::NAN, 0.9, 0.9), None);
    assert_eq!(Histogram::new([1.0], 1.0, 1.0, 3), None);
    assert_eq!(Curve::new(&[], &[]).roc(), None);
    let one = mean_over(&[0.5], 0.95, 100, 1).unwrap();
    assert_eq!((one.value, one.interval, one.error), (0.5, None, None));
}

#[test]
fn differences_of_independent_rates() {
    for (first, second, expected) in oracle::INDEPENDENT {
        let what = format!("{first:?} and {second:?}");
        ends(newcombe_independent(*first, *second, CONFIDENCE), *expected, &what);
    }
}

#[test]
fn differences_of_pairs() {
    for ([both, first, second, neither], newcombe, wald, error) in oracle::PAIRED {
        let pairs = Paired { both: *both, first: *first, second: *second, neither: *neither };
        ends(pairs.newcombe(CONFIDENCE), *newcombe, &format!("{pairs:?}"));
        ends(pairs.wald(CONFIDENCE), *wald, &format!("wald {pairs:?}"));
        near(pairs.wald_error().unwrap(), *error, &format!("error {pairs:?}"));
        // Seen from the other side it is the same, mirrored.
        let turned = Paired { first: *second, second: *first, ..pairs };
        ends(turned.newcombe(CONFIDENCE), (-newcombe.1, -newcombe.0), &format!("{turned:?}"));
    }
}

#[test]
fn the_gap_over_several_epochs() {
    let [free, paid] = oracle::EPOCHS;
    let gaps: Vec<f64> =
        free.iter().zip(paid).map(|(f, p)| (f64::from(*f) - f64::from(p)) / 5.0).collect();
    let mean = mean_over(&gaps, CONFIDENCE, RESAMPLES, SEED).unwrap();
    near(mean.value, 0.18, "gap");
    near(mean.error.unwrap(), 0.037_757_661_8, "se_cluster");
    let found = mean.interval.unwrap();
    assert!((found.low - 0.105).abs() < 0.01 && (found.high - 0.255).abs() < 0.01, "{found:?}");
    assert_eq!(mean_over(&gaps, CONFIDENCE, RESAMPLES, SEED), Some(mean), "repeatable");
    assert_ne!(mean_over(&gaps, CONFIDENCE, RESAMPLES, 1), Some(mean), "drawn");
    // Very many samples are not resampled, and say much the same.
    let many: Vec<f64> = gaps.iter().copied().cycle().take(40 * 501).collect();
    let quick = mean_over(&many, CONFIDENCE, RESAMPLES, SEED).unwrap();
    let slow = mean_over(&many[..MOST_RESAMPLED], CONFIDENCE, 400, SEED).unwrap();
    assert!(!quick.resampled && slow.resampled);
    let (quick, slow) = (quick.interval.unwrap(), slow.interval.unwrap());
    assert!((quick.low - slow.low).abs() < 5e-4 && (quick.high - slow.high).abs() < 5e-4);
}

#[test]
fn tests_of_pairs_and_groups() {
    for ((first, second), exact, rest) in oracle::MCNEMAR {
        let pairs = Paired { first: *first, second: *second, ..Paired::default() };
        let found = mcnemar(&pairs);
        near(found.exact, *exact, &format!("{pairs:?}"));
        let all = [found.mid, found.plain.map(|c| c.value), found.plain.map(|c| c.p)]
            .into_iter()
            .chain([found.corrected.map(|c| c.value), found.corrected.map(|c| c.p)]);
        for (at, value) in all.enumerate() {
            match rest {
                None => assert_eq!(value, None),
                Some(rest) => near(value.unwrap(), rest[at], &format!("{pairs:?} {at}")),
            }
        }
    }
    for (first, second, [z, p, exact]) in oracle::GROUPS {
        let found = two_proportions(*first, *second).unwrap();
        near(found.z, *z, "z");
        near(found.p, *p, "p");
        near(fisher(*first, *second).unwrap(), *exact, "fisher");
        near(fisher(*second, *first).unwrap(), *exact, "fisher, turned");
    }
}

#[test]
fn corrected_rates() {
    for ([observed, sensitivity, specificity], raw, clipped) in oracle::ROGAN_GLADEN {
        let found = rogan_gladen(*observed, *sensitivity, *specificity).unwrap();
        near(found.raw, *raw, "raw");
        near(found.clipped, *clipped, "clipped");
    }
}

#[test]
fn a_corrected_rate_knows_how_well_the_errors_are_known() {
    let counts = Confusion {
        true_positives: 90,
        false_positives: 40,
        false_negatives: 10,
        true_negatives: 160,
    };
    let of = |counts: &Confusion, observed| {
        let [sensitivity, specificity] =
            [Measure::Recall, Measure::Specificity].map(|m| counts.wilson(m, CONFIDENCE));
        rogan_gladen_of(observed, &sensitivity, &specificity, CONFIDENCE)
    };
    let found = of(&counts, 0.34);
    near(found.value.unwrap(), 0.2, "rate");
    // Errors of 0.03 and √0.0008, of which 0.2 and 0.8 count, over 0.7.
    let error = (0.03_f64 * 0.2).hypot(0.0008_f64.sqrt() * 0.8) / 0.7;
    near(found.error.unwrap(), error, "error");
    near(found.interval.unwrap().low, 0.2 - 1.959_963_985 * error, "low");
    assert_eq!(found.n, 300);
    let none = Confusion { false_positives: 0, false_negatives: 0, ..counts };
    assert!(of(&none, 0.34).interval.is_none(), "no error found is no certainty");
    assert_eq!(of(&Confusion::default(), 0.34).value, None);
    assert_eq!(of(&Confusion { true_positives: 0, ..counts }, 0.34).value, None);
}

#[test]
fn curves_and_their_areas() {
    for r in oracle::SCORED {
        let labels: Vec<bool> = r.labels.iter().map(|l| *l == 1).collect();
        let area = auroc(r.scores, &labels).unwrap();
        let curve = Curve::new(r.scores, &labels);
        let brier = brier(r.scores, &labels).unwrap();
        let found = [area.value, area.error, curve.average_precision().unwrap(), brier];
        for (found, expected) in found.into_iter().zip(r.figures) {
            near(found, expected, &format!("{:?}", r.scores));
        }
        let steps: Vec<f64> = curve.steps.iter().map(|s| s.threshold).collect();
        assert_eq!(steps, r.thresholds);
        let mut upwards = thresholds(r.scores.iter().copied());
        upwards.reverse();
        assert_eq!(upwards, r.thresholds);
        for (found, expected) in
            [(curve.roc().unwrap(), r.roc), (curve.recall_precision().unwrap(), r.pr)]
        {
            assert_eq!(found.len(), expected.len());
            for ((x, y), (a, b)) in found.iter().zip(expected) {
                near(*x, *a, "x");
                near(*y, *b, "y");
            }
        }
    }
}

#[test]
fn bins_hold_every_value_once() {
    let values = [0.0, 0.05, 0.1, 0.95, 1.0, -0.1, 1.1, f64::NAN, f64::INFINITY];
    let found = Histogram::new(values, 0.0, 1.0, 10).unwrap();
    assert_eq!(found.bins, [2, 1, 0, 0, 0, 0, 0, 0, 0, 2]);
    assert_eq!(found.outside, (1, 2, 1));
    assert_eq!(found.ends(0), (0.0, 0.1));
    assert_eq!(thresholds([0.5, f64::NAN, 0.0, -0.0, 0.5]), [0.0, 0.5]);
}

#[test]
fn a_million_is_no_trouble() {
    const N: usize = 1_000_000;
    for k in [0, 1, 2, 500_000, 999_999, N] {
        let rate = k as f64 / N as f64;
        for (name, method) in METHODS {
            let found = method(k, N, CONFIDENCE).unwrap();
            let inside = found.low <= rate + 1e-6 && rate <= found.high + 1e-6;
            assert!(inside && found.high - found.low < 0.003, "{name} {k}: {found:?}");
        }
        let p = fisher((k, N), (N - k, N)).unwrap();
        assert!((0.0..=1.0).contains(&p), "{k}: {p}");
        let pairs = Paired { both: 7, first: k, second: N - k, neither: N };
        let found = mcnemar(&pairs);
        assert!((0.0..=1.0).contains(&found.exact) && found.mid.unwrap().is_finite());
        let (wide, value) = (pairs.newcombe(CONFIDENCE).unwrap(), pairs.difference().unwrap());
        assert!(wide.low <= value && value <= wide.high);
    }
    // Close to the normal, which lacks the correction for continuity.
    let (first, second) = ((500_500, N), (499_500, N));
    let apart = fisher(first, second).unwrap() - two_proportions(first, second).unwrap().p;
    assert!((0.0..0.001).contains(&apart), "{apart}");
}

/// All tables with the same margins, by factorials: slow and plain.
fn fisher_plainly(first: (usize, usize), second: (usize, usize)) -> f64 {
    let choose =
        |n: usize, k: usize| (0..k).fold(1.0, |all, i| all * (n - i) as f64 / (i + 1) as f64);
    let yes = first.0 + second.0;
    let chance = |k: usize| choose(first.1, k) * choose(second.1, yes - k);
    let all: Vec<f64> = (yes.saturating_sub(second.1)..=yes.min(first.1)).map(chance).collect();
    let seen = chance(first.0) * (1.0 + 1e-9);
    all.iter().filter(|c| **c <= seen).sum::<f64>() / all.iter().sum::<f64>()
}

proptest! {
    #[test]
    fn fisher_is_what_counting_all_tables_says(
        n1 in 1_usize..30, n2 in 1_usize..30, a in 0.0..=1.0, b in 0.0..=1.0
    ) {
        let first = ((a * n1 as f64) as usize, n1);
        let second = ((b * n2 as f64) as usize, n2);
        let found = fisher(first, second).unwrap();
        prop_assert!((found - fisher_plainly(first, second)).abs() < 1e-9, "{:?} {:?}", first, second);
    }

    #[test]
    fn intervals_hold_their_figure(k in 0_usize..2_000, more in 0_usize..2_000, c in 0.01..0.999) {
        prop_assume!(k + more > 0);
        let rate = share(k, k + more).unwrap();
        for (name, method) in METHODS {
            let i = method(k, k + more, c).unwrap();
            prop_assert!((0.0..=1.0).contains(&i.low) && (0.0..=1.0).contains(&i.high), "{name}");
            // The middle of Jeffreys' posterior is not the rate itself.
            let slack = if name == "wilson" || name == "clopper_pearson" { 1e-9 } else { 0.5 };
            prop_assert!(i.low <= rate + slack && rate <= i.high + slack, "{} {:?}", name, i);
        }
    }

    #[test]
    fn pairs_of_any_sort(both in 0_usize..1_000, first in 0_usize..1_000, second in 0_usize..1_000, neither in 0_usize..1_000) {
        prop_assume!(both + first + second + neither > 0);
        let pairs = Paired { both, first, second, neither };
        let (d, i) = (pairs.difference().unwrap(), pairs.newcombe(CONFIDENCE).unwrap());
        prop_assert!(-1.0 <= i.low && i.low <= d && d <= i.high && i.high <= 1.0);
        let test = mcnemar(&pairs);
        prop_assert!((0.0..=1.0).contains(&test.exact));
        prop_assert!(test.mid.is_none_or(|p| (0.0..=1.0).contains(&p)));
    }

    #[test]
    fn any_scores_at_all(rows in proptest::collection::vec((any::<f64>(), any::<bool>()), 0..60)) {
        let (scores, labels): (Vec<f64>, Vec<bool>) = rows.into_iter().unzip();
        let curve = Curve::new(&scores, &labels);
        let all = figures(&scores, &labels);
        for share in [all.auroc.map(|a| a.value), all.average_precision, all.recall_at_1_fp].into_iter().flatten() {
            prop_assert!((-1e-9..=1.0 + 1e-9).contains(&share), "{}", share);
        }
        // The trapezoids under the curve are the area.
        if let (Some(points), Some(area)) = (curve.roc(), all.auroc) {
            let sum: f64 = points.windows(2).map(|w| (w[1].0 - w[0].0) * f64::midpoint(w[0].1, w[1].1)).sum();
            prop_assert!((sum - area.value).abs() < 1e-9);
        }
        prop_assert!(brier(&scores, &labels).is_none_or(f64::is_finite));
        prop_assert!(mean_over(&scores, 0.95, 20, 1).is_none_or(|m| m.value.is_finite()));
        let _ = Histogram::new(scores.iter().copied(), -1e300, 1e300, 7);
        let _ = thresholds(scores);
    }
}
