//! What must hold of figures of reviewing, whatever the counts.

use proptest::prelude::*;

use super::review::confusion;
use super::*;

prop_compose! {
    fn any_stratum()(
        counts in proptest::array::uniform4(0_usize..40),
        zero in 0_u8..16,
        more in 0_usize..20,
        frame in 0_usize..5_000,
        flagged in any::<Option<bool>>(),
    ) -> Stratum {
        let keep = |at: usize| if zero >> at & 1 == 0 { counts[at] } else { 0 };
        let mut counts = confusion([keep(0), keep(1), keep(2), keep(3)]);
        match flagged {
            Some(true) => (counts.false_negatives, counts.true_negatives) = (0, 0),
            Some(false) => (counts.true_positives, counts.false_positives) = (0, 0),
            None => {}
        }
        let reviewed = counts.sum() + more;
        Stratum { name: "s".to_owned(), frame: reviewed + frame, reviewed, counts, flagged }
    }
}

proptest! {
    #[test]
    fn one_stratum_of_an_endless_frame_is_plain(counts in proptest::array::uniform4(0_usize..60)) {
        let counts = confusion(counts);
        let reviewed = counts.sum();
        let one = [Stratum { name: String::new(), frame: usize::MAX, reviewed, counts, flagged: None }];
        for measure in Measure::ALL {
            let (found, plain) = (weighted(&one, measure, 0.95), counts.wilson(measure, 0.95));
            prop_assert_eq!(found.n, plain.n);
            let all = |e: Estimate| e.interval.map(|i| [e.value.unwrap(), i.low, i.high]);
            match (all(found), all(plain)) {
                (Some(a), Some(b)) => {
                    prop_assert!(a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-9), "{:?} {:?}", a, b);
                }
                (a, b) => prop_assert_eq!(a, b),
            }
        }
    }

    #[test]
    fn weights_of_one_are_plain(strata in proptest::collection::vec(any_stratum(), 1..5)) {
        let whole: Vec<Stratum> =
            strata.iter().map(|s| Stratum { frame: s.reviewed, ..s.clone() }).collect();
        let sum = strata.iter().fold([0; 4], |[a, b, c, d], s| {
            let x = s.counts;
            [a + x.true_positives, b + x.false_positives, c + x.false_negatives, d + x.true_negatives]
        });
        let plain = confusion(sum);
        for measure in Measure::ALL {
            let found = weighted(&whole, measure, 0.95);
            let Some(value) = found.value else { continue };
            prop_assert!((value - plain.value(measure).unwrap()).abs() < 1e-12);
            // All is known: nothing is left to chance.
            let interval = found.interval.unwrap();
            prop_assert!((interval.high - interval.low).abs() < 1e-9, "{:?}", found);
        }
        prop_assert_eq!(cautions(&whole), Vec::new());
    }

    #[test]
    fn intervals_by_strata_hold_their_figure(strata in proptest::collection::vec(any_stratum(), 0..6)) {
        for measure in Measure::ALL {
            let found = weighted(&strata, measure, 0.95);
            let Some(value) = found.value else {
                prop_assert!(found.why.is_some() && found.interval.is_none());
                continue;
            };
            let interval = found.interval.unwrap();
            prop_assert!((0.0..=1.0).contains(&value) && found.error.unwrap().is_finite());
            prop_assert!(0.0 <= interval.low && interval.high <= 1.0);
            prop_assert!(interval.low <= value + 1e-9 && value <= interval.high + 1e-9, "{:?}", found);
            let wider = weighted(&strata, measure, 0.99).interval.unwrap();
            prop_assert!(wider.low <= interval.low + 1e-9 && interval.high <= wider.high + 1e-9);
            // The order of the strata is of no matter.
            let turned: Vec<Stratum> = strata.iter().rev().cloned().collect();
            let turned = weighted(&turned, measure, 0.95).interval.unwrap();
            prop_assert!((turned.low - interval.low).abs() < 1e-9);
            let more = further(&found, strata.iter().map(|s| s.reviewed).sum(), None, 0.05, 0.95);
            prop_assert!(more.is_none_or(|m| m.design_effect.is_finite()));
        }
        prop_assert!(spreads(&strata, Measure::Recall).iter().all(|s| s.is_finite()));
    }

    #[test]
    fn any_strata_at_all(
        frame in any::<usize>(), reviewed in any::<usize>(),
        counts in proptest::array::uniform4(0..usize::MAX / 8), flagged in any::<Option<bool>>(),
    ) {
        let one = Stratum { name: String::new(), frame, reviewed, counts: confusion(counts), flagged };
        let both = [one.clone(), Stratum { flagged: None, ..one }];
        for measure in Measure::ALL {
            let found = weighted(&both, measure, 0.95);
            prop_assert!(found.value.is_none_or(f64::is_finite));
            prop_assert!(found.error.is_none_or(f64::is_finite));
        }
        let _ = (cautions(&both), spreads(&both, Measure::F1));
    }

    #[test]
    fn raters_may_change_places(pairs in proptest::collection::vec((0_usize..4, 0_usize..4), 0..40)) {
        let turned = pairs.iter().map(|(a, b)| (*b, *a));
        let (one, other) = (Table::new(4, pairs.clone()).unwrap(), Table::new(4, turned).unwrap());
        for weights in [Weights::Nominal, Weights::Linear, Weights::Quadratic] {
            let (a, b) = (one.kappa(weights, 0.95), other.kappa(weights, 0.95));
            prop_assert_eq!(a.why, b.why);
            for (a, b) in [(a.value, b.value), (a.error, b.error)] {
                prop_assert!(a.zip(b).is_none_or(|(a, b)| (a - b).abs() < 1e-9));
                prop_assert!(a.is_none_or(f64::is_finite));
            }
        }
    }

    #[test]
    fn the_sequence_holds_its_rate_and_narrows(k in 0_usize..300, more in 0_usize..300) {
        prop_assume!(k + more > 0);
        let (n, rate) = (k + more, share(k, k + more).unwrap());
        let found = anytime(k, n, 0.95).unwrap();
        prop_assert!(found.low <= rate && rate <= found.high);
        let doubled = anytime(2 * k, 2 * n, 0.95).unwrap();
        prop_assert!(doubled.high - doubled.low < found.high - found.low + 1e-12);
        let turned = anytime(more, n, 0.95).unwrap();
        prop_assert!((turned.low - (1.0 - found.high)).abs() < 1e-9);
    }

    #[test]
    fn all_that_was_asked_for_is_given(
        strata in proptest::collection::vec((0_usize..5_000, 0.0..0.6, 0_usize..9), 0..8), n in 0_usize..9_000
    ) {
        let strata: Vec<Share> = strata.into_iter()
            .map(|(frame, spread, least)| Share { frame, spread, least }).collect();
        let found = neyman(&strata, n);
        let sum = |of: &dyn Fn(&Share) -> usize| strata.iter().map(of).sum::<usize>();
        let (least, most) = (sum(&|s| s.least.min(s.frame)), sum(&|s| s.frame));
        prop_assert_eq!(found.iter().sum::<usize>(), n.clamp(least, most));
        for (given, s) in found.iter().zip(&strata) {
            prop_assert!(*given <= s.frame && *given >= s.least.min(s.frame));
        }
    }
}

proptest! {
    // Each case draws thousands of resamples.
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn alpha_knows_no_order_of_raters(
        items in proptest::collection::vec(proptest::collection::vec(0_usize..3, 0..5), 0..12)
    ) {
        let turned = items.iter().map(|item| item.iter().rev().copied());
        let (one, other) = (
            Ratings::new(3, items.iter().map(|item| item.iter().copied())).unwrap(),
            Ratings::new(3, turned).unwrap(),
        );
        for level in [Level::Nominal, Level::Ordinal, Level::Interval(&[0.5, 1.0, 7.0])] {
            let found = one.alpha(level, 0.95, 1);
            prop_assert_eq!(found, other.alpha(level, 0.95, 1));
            prop_assert!(found.value.is_none_or(|v| v.is_finite() && v <= 1.0 + 1e-9));
        }
        for found in [one.ac1(0.95), one.fleiss(0.95, 1), one.agreement(0.95, 1)] {
            prop_assert!(found.value.is_none_or(|v| v.is_finite() && v <= 1.0 + 1e-9));
            prop_assert!(found.value.is_some() || found.why.is_some());
        }
    }
}
