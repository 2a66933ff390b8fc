//! Samples by strata, planning and stopping: against reference values, and where they are undefined.

use super::review::{confusion, estimate, lacks};
use super::*;

fn strata() -> Vec<Stratum> {
    let of = |(name, frame, reviewed, yes): &(&str, usize, usize, usize)| {
        let flagged = !name.contains("un");
        let no = reviewed - yes;
        let counts = confusion(if flagged { [*yes, no, 0, 0] } else { [0, 0, *yes, no] });
        Stratum {
            name: (*name).to_owned(),
            frame: *frame,
            reviewed: *reviewed,
            counts,
            flagged: Some(flagged),
        }
    };
    reviewed::STRATA.iter().map(of).collect()
}

#[test]
fn samples_by_strata() {
    let strata = strata();
    let measures = [Measure::Prevalence, Measure::Precision, Measure::Recall, Measure::Specificity];
    for (measure, (value, error)) in measures.into_iter().zip(reviewed::WEIGHTED) {
        let found = weighted(&strata, measure, CONFIDENCE);
        near(estimate(found).0, value, measure.name());
        near(found.error.unwrap(), error, measure.name());
        near(weighted_totals(&strata).value(measure).unwrap(), value, measure.name());
    }
    let free = weighted(&strata[..2], Measure::Prevalence, CONFIDENCE);
    near(free.value.unwrap(), reviewed::WEIGHTED_FREE.0, "free");
    near(free.error.unwrap(), reviewed::WEIGHTED_FREE.1, "free");
    let mut plain: Confusion = Confusion::default();
    for s in &strata {
        plain.true_positives += s.counts.true_positives;
        plain.false_positives += s.counts.false_positives;
        plain.false_negatives += s.counts.false_negatives;
        plain.true_negatives += s.counts.true_negatives;
    }
    near(plain.value(Measure::Prevalence).unwrap(), reviewed::UNWEIGHTED.0, "plain");
    near(plain.value(Measure::Recall).unwrap(), reviewed::UNWEIGHTED.1, "plain");
    // A domain that crosses strata: what is not in it is among the reviewed only, and the error is that of a ratio.
    let mut crossed = strata.clone();
    for s in &mut crossed[2..] {
        s.counts = Confusion::default();
    }
    let found = weighted(&crossed, Measure::Prevalence, CONFIDENCE);
    near(found.value.unwrap(), reviewed::WEIGHTED_FREE.0, "free, crossed");
    near(found.error.unwrap(), reviewed::WEIGHTED_FREE.1, "free, crossed");
}

#[test]
fn nothing_missed_is_no_certainty() {
    let mut strata = strata();
    for s in &mut strata {
        s.counts.true_negatives += s.counts.false_negatives;
        s.counts.false_negatives = 0;
    }
    let found = weighted(&strata, Measure::Recall, CONFIDENCE);
    assert_eq!((found.value, found.error), (Some(1.0), Some(0.0)));
    let (_, interval) = estimate(found);
    // 0 of 30 may be over 11% of 1,800, beside 153 that were found.
    assert!((interval.high - 1.0).abs() < 1e-12 && interval.low < 0.6, "{interval:?}");
    // Reviewed to the end, it is one.
    for s in &mut strata[1..] {
        s.frame = s.reviewed;
    }
    strata[0].frame = 30;
    let (_, interval) = estimate(weighted(&strata, Measure::Recall, CONFIDENCE));
    assert_eq!(interval, Interval { low: 1.0, high: 1.0 });
}

#[test]
fn what_weighting_cannot_tell() {
    let all = strata();
    let recall = |strata: &[Stratum]| weighted(strata, Measure::Recall, CONFIDENCE);
    let why = "the classifier says the same of all that was reviewed";
    let flagged = [all[0].clone(), all[2].clone()];
    assert_eq!((recall(&flagged).value, lacks(recall(&flagged))), (None, why));
    let unflagged = [all[1].clone(), all[3].clone()];
    assert_eq!((recall(&unflagged).value, lacks(recall(&unflagged))), (None, why));
    assert!(weighted(&flagged, Measure::Precision, CONFIDENCE).value.is_some());
    assert_eq!(lacks(weighted(&unflagged, Measure::Precision, CONFIDENCE)), "0 of 0");
    assert_eq!(lacks(recall(&[])), "0 of 0");
    assert!(weighted(&all, Measure::F1, 2.0).interval.is_none());

    let mut thin = all;
    thin[0].reviewed = 1;
    thin[0].counts = confusion([1, 0, 0, 0]);
    thin[3].reviewed = 0;
    thin[3].counts = Confusion::default();
    assert_eq!(
        cautions(&thin),
        [
            Caution::Single { stratum: "free/flagged", frame: 180 },
            Caution::Thin { stratum: "free/unflagged", reviewed: 30, missed: 3 },
            Caution::Unreviewed { stratum: "paid/unflagged", frame: 980 },
        ]
    );
    // The one yes is told from a hundred, in the error and in the interval.
    let precision = |strata: &[Stratum]| weighted(strata, Measure::Precision, CONFIDENCE);
    let one = precision(&thin);
    thin[0].reviewed = 100;
    thin[0].counts = confusion([100, 0, 0, 0]);
    let hundred = precision(&thin);
    let width = |of: Estimate| estimate(of).1.high - estimate(of).1.low;
    assert!(one.error > hundred.error && width(one) > 5.0 * width(hundred));
    assert!((estimate(one).1.high - estimate(hundred).1.high).abs() < 0.05);
}

#[test]
fn sizes_of_samples() {
    for ([p, half], exact, [normal, by_wilson, of_frame]) in reviewed::SIZES {
        let found = SampleSize::new(*p, *half, CONFIDENCE).unwrap();
        assert!((found.exact() - exact).abs() < 1e-5, "{found:?}");
        let found = [found.normal(), found.wilson(), found.of_frame(1_000)];
        assert_eq!(found, [*normal, *by_wilson, *of_frame], "{p} ± {half}");
    }
    for (p, half, confidence) in
        [(1.1, 0.1, 0.9), (f64::NAN, 0.1, 0.9), (0.5, 0.0, 0.9), (0.5, 0.5, 0.9), (0.5, 0.1, 1.0)]
    {
        assert_eq!(SampleSize::new(p, half, confidence), None);
    }
    let never = SampleSize::new(0.0, 0.05, CONFIDENCE).unwrap();
    assert!(never.normal() == 0 && never.wilson() > 30);
    assert_eq!(SampleSize::new(0.5, 0.01, CONFIDENCE).unwrap().of_frame(10), 10);
    assert!(SampleSize::new(0.5, 1e-9, CONFIDENCE).unwrap().wilson() > 1_000_000_000);
}

#[test]
fn how_many_more() {
    let of =
        |k: usize, n: usize| confusion([k, n - k, 0, 0]).wilson(Measure::Precision, CONFIDENCE);
    // A plain sample lacks what a plan would ask for, and has no design effect.
    let found = further(&of(50, 100), 100, None, 0.05, CONFIDENCE).unwrap();
    assert_eq!((found.total, found.more), (381, 281));
    near(found.design_effect, 1.0, "plain");
    let nothing_found = further(&of(0, 30), 30, None, 0.05, CONFIDENCE).unwrap();
    assert!(nothing_found.more > 20, "{nothing_found:?}");
    assert_eq!(further(&of(190, 381), 381, None, 0.05, CONFIDENCE).unwrap().more, 0);
    let small = further(&of(50, 100), 100, Some(200), 0.05, CONFIDENCE).unwrap();
    assert!(small.total <= 200 && small.total > 100, "{small:?}");
    assert_eq!(further(&Estimate::undefined(0, "0 of 0"), 0, None, 0.05, CONFIDENCE), None);
    assert_eq!(further(&of(1, 2), 2, None, 0.7, CONFIDENCE), None);

    // What is asked for is what it then takes.
    let mut strata = strata();
    let reviewed = strata.iter().map(|s| s.reviewed).sum();
    let frame = Some(strata.iter().map(|s| s.frame).sum());
    let prevalence = weighted(&strata, Measure::Prevalence, CONFIDENCE);
    let plan = further(&prevalence, reviewed, frame, 0.03, CONFIDENCE).unwrap();
    for s in &mut strata {
        s.frame *= 1_000;
        s.reviewed *= 10;
        s.counts = confusion([
            s.counts.true_positives * 10,
            s.counts.false_positives * 10,
            s.counts.false_negatives * 10,
            s.counts.true_negatives * 10,
        ]);
    }
    assert!(plan.more > 100 && plan.total < 2_000, "{plan:?}");
    let large = weighted(&strata, Measure::Prevalence, CONFIDENCE);
    let now = large.interval.unwrap();
    let half = (now.high - now.low) / 2.0 / 2.0_f64.sqrt();
    let plan = further(&large, 1_100, None, half, CONFIDENCE).unwrap();
    assert!((2_150..2_250).contains(&plan.total), "{plan:?}");
    // Rare ones of a large stratum cost more than the strata save.
    let recall = further(&weighted(&strata, Measure::Recall, CONFIDENCE), 1_100, None, 0.05, 0.95);
    assert!(recall.unwrap().design_effect > 2.0, "{recall:?}");
}

#[test]
fn where_to_review() {
    let of = |frame, p: f64, least| Share { frame, spread: (p * (1.0 - p)).sqrt(), least };
    // N × √(p(1 − p)) is 3 : 2 : 5.
    let plain = [of(600, 0.5, 2), of(400, 0.5, 2), of(1_000, 0.5, 2)];
    assert_eq!(neyman(&plain, 100), [30, 20, 50]);
    assert_eq!(neyman(&[of(1_000, 0.5, 2), of(1_000, 0.1, 2)], 80), [50, 30]);
    // No more than there are, no fewer than are wanted, and all of what was asked for.
    assert_eq!(neyman(&[of(10, 0.5, 2), of(1_000, 0.0, 2), of(1_000, 0.5, 2)], 100), [2, 2, 96]);
    assert_eq!(neyman(&[of(10, 0.5, 40), of(90, 0.5, 2)], 50), [10, 40]);
    assert_eq!(neyman(&[of(10, 0.5, 2), of(20, 0.5, 2)], 1_000), [10, 20]);
    assert_eq!(neyman(&[of(10, 0.5, 5), of(20, 0.5, 6)], 3), [5, 6]);
    assert_eq!(neyman(&[of(100, 0.0, 0), of(300, 1.0, 0)], 8), [2, 6]);
    assert_eq!(neyman(&[of(0, 0.5, 2), of(7, f64::NAN, 0)], 3), [0, 3]);
    assert_eq!(neyman(&[], 3), Vec::<usize>::new());
    // For recall nearly all go where the missed ones are.
    let strata = strata();
    let shares: Vec<Share> = strata
        .iter()
        .zip(spreads(&strata, Measure::Recall))
        .map(|(s, spread)| Share { frame: s.frame, spread, least: 2 })
        .collect();
    let found = neyman(&shares, 200);
    assert_eq!(found.iter().sum::<usize>(), 200);
    assert!(found[1] > 80 && found[3] > 30 && found[2] < 10, "{found:?}");
    assert_eq!(spreads(&[], Measure::Recall), Vec::<f64>::new());
    assert_eq!(spreads(&[Stratum { reviewed: 0, ..strata[0].clone() }], Measure::F1).len(), 1);
}

#[test]
fn stopping_early() {
    for (k, n, expected) in reviewed::SEQUENCES {
        let found = anytime(*k, *n, CONFIDENCE);
        ends(found, *expected, &format!("{k} of {n}"));
        let (wide, exact) = (found.unwrap(), clopper_pearson(*k, *n, CONFIDENCE).unwrap());
        assert!(wide.low <= exact.low && exact.high <= wide.high, "{k} of {n}");
    }
    for (k, n, confidence) in [(0, 0, 0.95), (2, 1, 0.95), (1, 2, 0.0), (1, 2, f64::NAN)] {
        assert_eq!(anytime(k, n, confidence), None);
    }
    let ([low, high, alpha, beta], [upper, lower, yes, no], stops) = reviewed::SPRT;
    let test = Sprt::new(low, high, alpha, beta).unwrap();
    for (found, expected) in
        [(test.upper, upper), (test.lower, lower), (test.yes, yes), (test.no, no)]
    {
        near(found, expected, "SPRT");
    }
    let all_yes = (0..100).find(|n| test.decide(*n, 0) == Decision::High).unwrap();
    let all_no = (0..100).find(|n| test.decide(0, *n) == Decision::Low).unwrap();
    assert_eq!([all_yes, all_no], stops);
    assert_eq!(test.decide(5, 1), Decision::Open);
    near(test.ratio(2, 1), 2.0 * yes + no, "ratio");
    for [low, high, alpha, beta] in [
        [0.9, 0.7, 0.05, 0.1],
        [0.0, 0.7, 0.05, 0.1],
        [0.5, 1.0, 0.05, 0.1],
        [0.5, 0.7, 0.0, 0.1],
        [0.5, 0.7, 0.5, 0.5],
        [f64::NAN, 0.7, 0.1, 0.1],
    ] {
        assert_eq!(Sprt::new(low, high, alpha, beta), None);
    }
}

/// What plain draws of a rate do to somebody who looks after every one.
#[test]
fn the_sequence_holds_at_every_look() {
    let mut random = SplitMix::new(7);
    let (mut anytime_failed, mut wilson_failed) = (0, 0);
    for _ in 0..300 {
        let (mut k, mut failed) = (0, [false; 2]);
        for n in 1..=150 {
            k += usize::from(random.below(10) < 8);
            let outside = |i: Interval| !(i.low..=i.high).contains(&0.8);
            failed[0] |= outside(anytime(k, n, CONFIDENCE).unwrap());
            failed[1] |= outside(wilson(k, n, CONFIDENCE).unwrap());
        }
        anytime_failed += usize::from(failed[0]);
        wilson_failed += usize::from(failed[1]);
    }
    assert!(anytime_failed <= 15 && wilson_failed > 60, "{anytime_failed} {wilson_failed}");
}
