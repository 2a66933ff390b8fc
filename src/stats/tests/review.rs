//! Figures of a classifier and agreement of raters: against reference values, and where they are undefined.

use super::*;

pub fn estimate(found: Estimate) -> (f64, Interval) {
    let interval = found.interval.unwrap_or_else(|| panic!("{found:?}"));
    assert!(found.why.is_none() && !found.method.is_empty(), "{found:?}");
    (found.value.unwrap(), interval)
}

/// No value, or no interval, and the reason.
pub fn lacks(found: Estimate) -> &'static str {
    assert!(found.interval.is_none() && found.error.is_none(), "{found:?}");
    found.why.unwrap()
}

pub fn confusion([tp, fp, missed, tn]: [usize; 4]) -> Confusion {
    Confusion {
        true_positives: tp,
        false_positives: fp,
        false_negatives: missed,
        true_negatives: tn,
    }
}

pub fn table<const K: usize>(rows: [[usize; K]; K]) -> Table {
    let cells = rows.iter().enumerate().flat_map(|(a, row)| {
        row.iter().enumerate().flat_map(move |(b, n)| std::iter::repeat_n((a, b), *n))
    });
    Table::new(K, cells).unwrap()
}

/// Rows of raters as ratings of items.
pub fn rated(categories: usize, rows: &[&[Option<usize>]]) -> Ratings {
    let items = (0..rows[0].len()).map(|item| rows.iter().filter_map(move |row| row[item]));
    Ratings::new(categories, items).unwrap()
}

#[test]
fn figures_of_a_classifier() {
    for (counts, figures, balanced, kappa) in reviewed::CONFUSIONS {
        let counts = confusion(*counts);
        for (measure, expected) in Measure::ALL.into_iter().zip(figures) {
            let what = format!("{} of {counts:?}", measure.name());
            let (found, exact) =
                (counts.wilson(measure, CONFIDENCE), counts.exact(measure, CONFIDENCE));
            assert_eq!((found.value, found.n), (exact.value, exact.n), "{what}");
            assert_eq!(counts.times(2.5).value(measure), found.value, "{what}");
            let Some(expected) = expected else {
                assert_eq!((lacks(found), lacks(exact), found.value), ("0 of 0", "0 of 0", None));
                continue;
            };
            for found in [found, exact] {
                let (value, interval) = estimate(found);
                near(value, *expected, &what);
                assert!(interval.low <= value && value <= interval.high, "{what}: {interval:?}");
                assert!(interval.high - interval.low > 0.05, "{what}: {interval:?}");
            }
        }
        near(counts.balanced_accuracy().unwrap(), *balanced, "balanced accuracy");
        let found = Table::of(&counts).kappa(Weights::Nominal, CONFIDENCE);
        near(found.value.unwrap(), *kappa, "kappa");
    }
    // The interval of a share is that of its counts.
    let counts = confusion([34, 1, 17, 54]);
    assert_eq!(counts.wilson(Measure::Recall, 0.9).interval, wilson(34, 51, 0.9));
    assert_eq!(counts.exact(Measure::Precision, 0.9).interval, clopper_pearson(34, 35, 0.9));
    assert_eq!(confusion([3, 0, 0, 0]).balanced_accuracy(), None);
    let mut counted = Confusion::default();
    for (classifier, reviewer) in [(true, true), (true, false), (false, true), (false, true)] {
        counted.add(classifier, reviewer);
    }
    assert_eq!(counted, confusion([1, 1, 2, 0]));
}

#[test]
fn two_raters() {
    for (rows, kappa, rest, observed) in reviewed::KAPPAS {
        let what = format!("{rows:?}");
        let found = table(*rows).kappa(Weights::Nominal, CONFIDENCE);
        near(found.value.unwrap(), *kappa, &what);
        match rest {
            None => assert_eq!(lacks(found), "the formula's error is 0", "{what}"),
            Some((error, low, high)) => {
                near(found.error.unwrap(), *error, &what);
                ends(found.interval, (*low, *high), &what);
            }
        }
        let raw = Ratings::from(&table(*rows)).agreement(CONFIDENCE, SEED);
        near(estimate(raw).0, *observed, &what);
        assert_eq!((raw.n, raw.method), (rows.iter().flatten().sum(), "Wilson"));
    }
    let weights = [Weights::Nominal, Weights::Linear, Weights::Quadratic];
    for (weights, (kappa, error)) in weights.into_iter().zip(reviewed::ORDERED_KAPPAS) {
        let found = table(reviewed::ORDERED).kappa(weights, CONFIDENCE);
        near(estimate(found).0, kappa, &format!("{weights:?}"));
        near(found.error.unwrap(), error, &format!("{weights:?}"));
    }
    for (rows, [ac1, error, low, high]) in reviewed::AC1 {
        let found = Ratings::from(&table(*rows)).ac1(CONFIDENCE);
        let (value, interval) = estimate(found);
        for (found, expected) in [
            (value, ac1),
            (found.error.unwrap(), error),
            (interval.low, low),
            (interval.high, high),
        ] {
            assert!((found - expected).abs() < 1e-4, "{rows:?}: {found} is not {expected}");
        }
    }
}

#[test]
fn many_raters_with_gaps() {
    let (counts, kappa) = reviewed::FLEISS;
    let items = counts.iter().map(|item| {
        item.iter().enumerate().flat_map(|(category, n)| std::iter::repeat_n(category, *n))
    });
    let found = Ratings::new(3, items).unwrap().fleiss(CONFIDENCE, SEED);
    near(found.value.unwrap(), kappa, "Fleiss");

    for (rows, expected) in reviewed::RATED.into_iter().zip(reviewed::ALPHAS) {
        let found = rated(6, rows).alpha(Level::Nominal, CONFIDENCE, SEED);
        let (value, interval) = estimate(found);
        near(value, expected, "alpha");
        assert!(interval.low < value && value <= interval.high, "{found:?}");
        let again = rated(6, rows).alpha(Level::Nominal, CONFIDENCE, SEED);
        assert_eq!(found, again, "repeatable");
    }
    let example = rated(6, reviewed::RATED[0]);
    let numbers = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0];
    let far: Vec<f64> = numbers.iter().map(|n| n + 1e9).collect();
    let huge: Vec<f64> = numbers.iter().map(|n| (n - 2.5) * 0.7e308).collect();
    for (level, expected) in [
        (Level::Ordinal, reviewed::ORDINAL_ALPHA),
        (Level::Interval(&numbers), reviewed::INTERVAL_ALPHA),
        (Level::Interval(&far), reviewed::INTERVAL_ALPHA),
        (Level::Interval(&huge), reviewed::INTERVAL_ALPHA),
    ] {
        near(estimate(example.alpha(level, CONFIDENCE, SEED)).0, expected, &format!("{level:?}"));
    }
    // One item of the twelve has a single rating, which nothing can agree with.
    assert_eq!(example.alpha(Level::Nominal, CONFIDENCE, SEED).n, 11);
    assert_eq!(lacks(example.alpha(Level::Interval(&[1.0]), 0.95, 1)), "a category is no number");
    assert!(lacks(example.fleiss(CONFIDENCE, SEED)).contains("see alpha"));
    let raw = example.agreement(CONFIDENCE, SEED);
    assert_eq!(raw.method, "2,000 resamples of items");
    near(estimate(raw).0, 9.0 / 11.0, "pairs meaned over items");
}

#[test]
fn agreement_that_cannot_be_told() {
    let of = |items: &[&[usize]]| {
        Ratings::new(2, items.iter().map(|item| item.iter().copied())).unwrap()
    };
    let nothing = of(&[&[], &[0], &[1]]);
    let alike = of(&[&[0, 0], &[0, 0, 0], &[0]]);
    let perfect = of(&[&[0, 0], &[1, 1], &[1, 1], &[0, 0]]);
    for found in [
        nothing.agreement(0.95, 1),
        nothing.alpha(Level::Nominal, 0.95, 1),
        nothing.ac1(0.95),
        nothing.fleiss(0.95, 1),
    ] {
        assert_eq!((found.value, lacks(found)), (None, "nothing was rated twice"));
    }
    for level in [Level::Nominal, Level::Ordinal, Level::Interval(&[0.0, 1.0])] {
        let found = alike.alpha(level, 0.95, 1);
        assert_eq!((found.value, lacks(found)), (None, "only one category was used"));
    }
    // Perfect on four items is not perfect for sure, and no formula here knows how far from it.
    for found in [perfect.alpha(Level::Nominal, 0.95, 1), perfect.fleiss(0.95, 1)] {
        near(found.value.unwrap(), 1.0, "perfect");
        lacks(found);
    }
    let found = perfect.ac1(0.95);
    assert_eq!((found.value, lacks(found)), (Some(1.0), "the formula's error is 0"));
    let found = Table::new(2, [(0, 0), (1, 1)]).unwrap().kappa(Weights::Nominal, 0.95);
    assert_eq!((found.value, lacks(found)), (Some(1.0), "the formula's error is 0"));
    let found = Table::new(2, [(1, 1), (1, 1)]).unwrap().kappa(Weights::Quadratic, 0.95);
    assert_eq!((found.value, lacks(found)), (None, "only one category was used"));
    for categories in [0, 1, 3] {
        let found = Table::new(categories, []).unwrap().kappa(Weights::Linear, 0.95);
        assert_eq!((found.value, lacks(found)), (None, "nothing was rated by both"));
    }
    assert_eq!(Table::new(2, [(0, 2)]), None);
    assert_eq!(Table::new(2, [(2, 0)]), None);
    assert_eq!(Table::new(MOST_CATEGORIES + 1, []), None);
    assert_eq!(Ratings::new(2, [[0, 2]]), None);
    assert!(lacks(of(&[&[0, 1]]).ac1(0.95)).contains("spread"));
    assert!(perfect.agreement(1.5, 1).interval.is_none());
}

#[test]
fn very_many_items_are_not_resampled() {
    let few: Vec<[usize; 3]> = (0..1_000).map(|i| [i % 3, (i % 7 + i % 3) % 3, i % 3]).collect();
    let many: Vec<[usize; 3]> = few.iter().copied().cycle().take(25 * few.len()).collect();
    let wide = |of: &[[usize; 3]]| {
        let found = Ratings::new(3, of.iter().copied()).unwrap();
        let found = found.alpha(Level::Nominal, CONFIDENCE, SEED);
        let (value, i) = estimate(found);
        assert!(i.low < value && value < i.high);
        (i.high - i.low, found.method)
    };
    let ((slow, drawn), (quick, left_out)) = (wide(&few), wide(&many));
    assert_eq!((drawn, left_out), ("2,000 resamples of items", "jackknife of 100 groups"));
    assert!(many.len() > MOST_RESAMPLED);
    let ratio = slow / quick / 5.0;
    assert!((0.75..1.3).contains(&ratio), "{ratio}");
}

#[test]
fn marks_of_two_people() {
    for (first, second, shares, counts) in reviewed::SPANS {
        let what = format!("{first:?} {second:?}");
        let found = SpanScores::new(first, second);
        let turned = SpanScores::new(second, first);
        for (found, expected) in [found.precision(), found.recall(), found.f1()].iter().zip(shares)
        {
            assert_eq!(found.is_some(), expected.is_some(), "{what}");
            near(found.unwrap_or(0.0), expected.unwrap_or(0.0), &what);
        }
        assert_eq!([found.matched.0, found.matched.1, found.touched], *counts, "{what}");
        assert_eq!((turned.matched.1, turned.matched.0), found.matched, "{what}");
        assert_eq!((turned.both, turned.recall()), (found.both, found.precision()), "{what}");
    }
    assert_eq!(SpanScores::new(&[], &[]).f1(), None);
    // What overlaps on one side counts once; one place may be touched by several.
    let found = SpanScores::new(&[0..6, 4..10, 3..3], &[0..1, 2..9, 20..21]);
    assert_eq!((found.both, found.lengths, found.places), (8, (10, 9), (1, 3)));
    assert_eq!((found.matched, found.touched), ((1, 1), 1));
}
