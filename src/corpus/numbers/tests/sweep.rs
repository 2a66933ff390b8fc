//! Threshold curves are what filters find and plain counting says.

use super::*;
use crate::corpus::{CurveAsk, ThresholdCurve};
use crate::ingest::LabelRules;
use crate::model::Threshold;
use crate::stats::wilson;

const AF: &str = "alignment_faking";

/// A row: tier, content, judgements as (label, rater, value).
type Judged = (Option<&'static str>, u64, Vec<(&'static str, &'static str, LabelValue)>);

fn judged(rows: &[Judged]) -> Catalogue {
    judged_by(rows, Threshold::AtLeast(0.4))
}

/// The same where numbers of the label are positive by this threshold.
fn judged_by(rows: &[Judged], bar: Threshold) -> Catalogue {
    let mut names = Interner::default();
    let row = |(n, (tier, hash, judgements)): (usize, &Judged)| {
        let own = |(label, rater, value): &(&str, &str, LabelValue)| Judgement {
            label: (*label).to_owned(),
            canonical: (*label != AF).then(|| AF.to_owned()),
            rater: (*rater).to_owned(),
            value: value.clone(),
            positive: match value {
                LabelValue::Bool(yes) => Some(*yes),
                LabelValue::Number(n) => Some(bar.met(*n)),
                _ => None,
            },
        };
        let transcript = Transcript {
            id: n.to_string(),
            tier: tier.map(|value| Tier {
                value: value.to_owned(),
                raw: value.to_owned(),
                from: TierFrom::Field,
            }),
            hash: *hash,
            judgements: judgements.iter().map(own).collect(),
            ..Transcript::default()
        };
        Row::new(&transcript, None, RowPlace::default(), &mut names)
    };
    let rows: Vec<Row> = rows.iter().enumerate().map(row).collect();
    let mut catalogue = Catalogue::new(&["a.jsonl".to_owned()]);
    for some in rows.chunks(40) {
        catalogue.push(Batch::new(some));
    }
    catalogue
}

fn curve(
    catalogue: &Catalogue,
    label: &str,
    reference: Option<&str>,
    rows: &Bits,
) -> ThresholdCurve {
    curve_by(catalogue, label, reference, rows, None)
}

fn curve_by(
    catalogue: &Catalogue,
    label: &str,
    reference: Option<&str>,
    rows: &Bits,
    bar: Option<Threshold>,
) -> ThresholdCurve {
    let ask = CurveAsk {
        label: Asked::parse(label).unwrap(),
        reference: reference.map(|text| Asked::parse(text).unwrap()),
        by: By::Tier,
    };
    let overrides = bar.map(|bar| (AF.to_owned(), bar)).into_iter().collect();
    catalogue.threshold_curve(&ask, rows, &LabelRules { overrides, ..LabelRules::builtin() })
}

fn all(rows: usize) -> Bits {
    Bits::of(&(0..rows as RowId).collect::<Vec<RowId>>())
}

fn value() -> impl Strategy<Value = LabelValue> {
    prop_oneof![
        8 => prop::sample::select(vec![-0.0, 0.0, 0.05, 0.2, 0.35, 0.4, 0.65, 1.0]).prop_map(LabelValue::Number),
        1 => prop::sample::select(vec![0.123, 7.0, -3.0]).prop_map(LabelValue::Number),
        2 => any::<bool>().prop_map(LabelValue::Bool),
        1 => Just(LabelValue::Text("maybe".to_owned())),
        1 => Just(LabelValue::Unparsed),
    ]
}

fn row() -> impl Strategy<Value = Judged> {
    let pairs = vec![(AF, "votes"), ("af_score", "judge"), ("is_af", "R 1")];
    let judgement = (prop::sample::select(pairs), value()).prop_map(|((l, r), v)| (l, r, v));
    (
        prop::sample::select(vec![None, Some("free"), Some("paid")]),
        0..60_u64,
        prop::collection::vec(judgement, 0..3),
    )
}

proptest! {
    #[test]
    fn thresholds_count_what_filters_find(
        rows in prop::collection::vec(row(), 0..90),
        wanted in prop::collection::vec(any::<bool>(), 90),
        label in prop::sample::select(vec!["alignment_faking", "alignment_faking@votes", "af_score"]),
        reference in prop::sample::select(vec![None, Some("is_af"), Some("alignment_faking@\"R 1\"")]),
        bar in prop::sample::select(vec![
            Threshold::AtLeast(0.4), Threshold::Above(0.35), Threshold::AtMost(0.2), Threshold::Below(0.4),
        ]),
    ) {
        let catalogue = judged_by(&rows, bar);
        let mut shown = Bits::default();
        (0..).zip(&wanted).take(rows.len()).filter(|(_, w)| **w).for_each(|(id, _)| shown.insert(id));
        let found = curve_by(&catalogue, label, reference, &shown, Some(bar));
        let below = matches!(bar, Threshold::AtMost(_) | Threshold::Below(_));
        prop_assert_eq!(found.below, below && !found.levels.is_empty());
        let plain = counted(&catalogue, &shown);
        let asked = Asked::parse(label).unwrap();
        let has = |view: &&RowView<'_>| {
            view.judgements().iter().any(|j| asked.wants(j) && matches!(j.value, LabelValue::Number(_)))
        };
        let known = found.known;
        prop_assert_eq!(known.n + known.other + known.unparsed + known.missing, plain.len());
        prop_assert_eq!(known.n, plain.iter().filter(has).count());
        prop_assert_eq!(found.copies, shown.iter().count() - plain.len());
        let missing = asked.filter(Said::Missing).unwrap();
        prop_assert_eq!(known.missing, plain.iter().filter(|v| holds(&missing, v)).count());
        let truth = found.agreement.as_ref().map(|a| a.asked.clone());
        for level in &found.levels {
            let test = if below { Threshold::AtMost } else { Threshold::AtLeast };
            let filter = asked.meets(test(level.threshold)).unwrap();
            let own = plain.iter().filter(|v| holds(&filter, v)).count();
            prop_assert_eq!(level.all.rate.k, own, "{}", filter);
            prop_assert_eq!(level.all.rate.n, known.n);
            let interval = wilson(own, known.n, 0.95);
            prop_assert_eq!(level.all.rate.interval(), interval);
            let flips = level.all.to_yes + level.all.to_no;
            let by_filter = level.flips.as_ref().map_or(0, |f| plain.iter().filter(|v| holds(f, v)).count());
            prop_assert_eq!(flips, by_filter, "{:?}", &level.flips);
            let sum = |of: fn(&crate::corpus::Cut) -> usize| level.groups.iter().map(of).sum::<usize>();
            prop_assert_eq!(sum(|c| c.rate.k), level.all.rate.k);
            prop_assert_eq!(sum(|c| c.to_yes + c.to_no), flips);
            for (side, cut) in found.groups.iter().zip(&level.groups) {
                let tier = side.by.filter.as_ref().unwrap();
                let both = plain.iter().filter(|v| holds(tier, v) && holds(&filter, v)).count();
                prop_assert_eq!((cut.rate.k, cut.rate.n), (both, side.known.n));
            }
            if let (Some(c), Some(truth)) = (level.confusion, &truth) {
                let yes = truth.filter(Said::Yes).unwrap();
                let no = truth.filter(Said::No).unwrap();
                let count = |truth: &str, over: bool| {
                    plain.iter().filter(has).filter(|v| holds(truth, v) && holds(&filter, v) == over).count()
                };
                prop_assert_eq!(c.true_positives, count(&yes, true));
                prop_assert_eq!(c.false_negatives, count(&yes, false));
                prop_assert_eq!(c.false_positives, count(&no, true));
                prop_assert_eq!(c.true_negatives, count(&no, false));
            }
        }
        // What is in force changes nothing, and stands there where a number or a share of votes does the same.
        let now: Vec<_> = found.levels.iter().filter(|level| level.in_force).collect();
        let closed = matches!(bar, Threshold::AtLeast(_) | Threshold::AtMost(_));
        prop_assert!(now.len() == usize::from(closed && known.n > 0) || !closed && now.len() < 2);
        let asks_numbers = known.other == 0 && known.unparsed == 0;
        for level in now.iter().filter(|_| asks_numbers) {
            prop_assert_eq!(level.all.to_yes + level.all.to_no, 0, "{:?}", level);
        }
        if let Some(look) = &found.look {
            let filter = look.filter.as_ref().unwrap();
            prop_assert_eq!(look.n, plain.iter().filter(|v| holds(filter, v)).count());
        }
        if let (None, Some(agreement)) = (reference, &found.agreement) {
            prop_assert!(!agreement.own && !agreement.given);
        }
    }
}

#[test]
fn votes_offer_each_number_of_votes_and_what_is_in_force() {
    let rows: Vec<Judged> = [0.05, 0.35, 0.35, 0.6]
        .into_iter()
        .zip(0..)
        .map(|(share, n)| (Some("free"), n, vec![(AF, "votes", LabelValue::Number(share))]))
        .collect();
    let catalogue = judged(&rows);
    let found = curve(&catalogue, AF, None, &all(rows.len()));
    assert_eq!((found.votes, found.levels.len(), found.distinct), (Some(20), 21, 3));
    let in_force: Vec<f64> =
        found.levels.iter().filter(|l| l.in_force).map(|l| l.threshold).collect();
    assert_eq!(in_force, [0.4]);
    let look: Vec<f64> = found.levels.iter().filter(|l| l.look).map(|l| l.threshold).collect();
    assert_eq!(look, [0.2, 0.25, 0.3, 0.35]);
    assert_eq!(found.look.as_ref().map(|look| look.n), Some(2));
    let lower = found.levels.iter().find(|l| (l.threshold - 0.35).abs() < 1e-9).unwrap();
    assert_eq!((lower.all.to_yes, lower.all.to_no), (2, 0));
    assert_eq!(
        lower.flips.as_deref(),
        Some("-label.alignment_faking>=0.4 label.alignment_faking>=0.35")
    );
    assert_eq!(found.agreement, None);
    // Counts that nobody made a bar for have no line in force, and change no sides.
    let rows = [(None, 1, vec![("markers", "x", LabelValue::Number(3.0))])];
    let found = curve(&judged(&rows), "markers", None, &all(1));
    assert!(found.bars.is_empty() && found.levels.iter().all(|l| !l.in_force));
    let found = curve(&judged(&rows), "nothing", None, &all(1));
    assert!(found.levels.is_empty() && found.known.missing == 1);
}

#[test]
fn very_many_values_become_quantiles() {
    let rows: Vec<Judged> = (0..1_000_u32)
        .map(|n| {
            let value = LabelValue::Number(f64::from(n) / 1_000.0);
            (Some("paid"), n.into(), vec![(AF, "votes", value)])
        })
        .collect();
    let found = curve(&judged(&rows), AF, None, &all(rows.len()));
    assert!(found.quantiles && found.distinct == 1_000);
    assert!((190..=201).contains(&found.levels.len()), "{}", found.levels.len());
    assert_eq!(found.levels.first().map(|l| l.all.rate.k), Some(1_000));
    assert_eq!(found.levels.last().map(|l| l.all.rate.k), Some(1));
    assert_eq!(found.levels.iter().filter(|l| l.in_force).count(), 1);
}

/// Scores, what is true, AUROC, standard error, average precision, Brier: scikit-learn 1.x, and `DeLong`'s error worked out apart.
type Worked = (&'static [f64], &'static [u8], f64, f64, f64, f64);

const WORKED: [Worked; 3] = [
    (&[0.1, 0.4, 0.35, 0.8], &[0, 0, 1, 1], 0.75, 0.353_553_390_6, 0.833_333_333_3, 0.158_125),
    (
        &[0.9, 0.8, 0.8, 0.8, 0.5, 0.5, 0.4, 0.1],
        &[1, 1, 1, 0, 0, 0, 1, 0],
        0.75,
        0.197_642_353_8,
        0.767_857_142_9,
        0.2,
    ),
    (
        &[0.0, 0.05, 0.05, 0.2, 0.4, 0.4, 0.15, 0.95, 0.6, 0.3, 0.85, 0.1],
        &[0, 1, 0, 1, 1, 0, 0, 1, 0, 0, 1, 0],
        0.714_285_714_3,
        0.169_733_685,
        0.725_194_805_2,
        0.214_375,
    ),
];

#[test]
fn agreement_is_what_other_programs_say() {
    for (scores, truth, area, error, precision, brier) in WORKED {
        let row = |(n, (score, yes)): (usize, (&f64, &u8))| -> Judged {
            let judgements = vec![
                (AF, "votes", LabelValue::Number(*score)),
                ("is_af", "R 1", LabelValue::Bool(*yes == 1)),
            ];
            (Some("free"), n as u64, judgements)
        };
        let mut rows: Vec<Judged> = scores.iter().zip(truth).enumerate().map(row).collect();
        // Without the number, without a verdict, and one that stands twice.
        rows.push((None, 90, vec![("is_af", "R 1", LabelValue::Bool(true))]));
        rows.push((None, 91, vec![(AF, "votes", LabelValue::Number(0.5))]));
        rows.push(rows[0].clone());
        let found = curve(&judged(&rows), AF, None, &all(rows.len()));
        let own = found.agreement.unwrap();
        assert_eq!(own.asked.to_string(), "is_af@\"R 1\"");
        assert_eq!((own.n, found.copies, own.given, own.own), (scores.len(), 1, false, false));
        let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-9, "{a} {b}");
        let auroc = own.auroc.unwrap();
        near(auroc.value, area);
        near(auroc.error, error);
        near(own.average_precision.unwrap(), precision);
        near(own.brier.unwrap(), brier);
        // What is in force moves nothing, though another rater says yes below it.
        let now = found.levels.iter().find(|l| l.in_force).unwrap();
        assert_eq!((now.all.to_yes, now.all.to_no, &now.flips), (0, 0, &None));
        // At every level the point of the curve.
        for level in &found.levels {
            let c = level.confusion.unwrap();
            let over = |yes: u8| {
                scores
                    .iter()
                    .zip(truth)
                    .filter(|(s, t)| **t == yes && **s >= level.threshold)
                    .count()
            };
            assert_eq!((c.true_positives, c.false_positives), (over(1), over(0)));
        }
    }
    // A reference that is the label itself says so.
    let rows: Vec<Judged> = [0.1, 0.9]
        .into_iter()
        .zip(0..)
        .map(|(n, hash)| (None, hash, vec![(AF, "votes", LabelValue::Number(n))]))
        .collect();
    let found = curve(&judged(&rows), AF, Some(AF), &all(2)).agreement.unwrap();
    assert!(found.own && found.given);
}

#[test]
fn low_numbers_that_are_positive_are_counted_the_other_way_round() {
    let bar = Threshold::AtMost(0.3);
    let row = |(n, score, yes): (u64, f64, bool)| -> Judged {
        let judgements =
            vec![(AF, "scale", LabelValue::Number(score)), ("is_af", "R 1", LabelValue::Bool(yes))];
        (Some("free"), n, judgements)
    };
    let rows: Vec<Judged> =
        [(1, 0.11, true), (2, 0.23, true), (3, 0.3, false), (4, 0.71, false), (5, 0.97, false)]
            .map(row)
            .into();
    let catalogue = judged_by(&rows, bar);
    let found = curve_by(&catalogue, AF, None, &all(5), Some(bar));
    assert!(found.below && found.look.is_none());
    assert_eq!((found.test(), found.in_words()), ("<=", "at or below"));
    let line = |level: &crate::corpus::Level| (level.threshold, level.all.rate.k, level.in_force);
    assert_eq!(
        found.levels.iter().map(line).collect::<Vec<_>>(),
        [(0.11, 1, false), (0.23, 2, false), (0.3, 3, true), (0.71, 4, false), (0.97, 5, false)]
    );
    let tighter = &found.levels[1];
    assert_eq!((tighter.all.to_yes, tighter.all.to_no), (0, 1));
    assert_eq!(
        tighter.flips.as_deref(),
        Some("label.alignment_faking<=0.3 -label.alignment_faking<=0.23")
    );
    let agreement = found.agreement.as_ref().unwrap();
    assert_eq!(agreement.auroc.map(|a| a.value), Some(1.0), "low numbers are yes");
    assert_eq!((agreement.average_precision, agreement.brier), (Some(1.0), None));
    let now = found.levels[2].confusion.unwrap();
    assert_eq!((now.true_positives, now.false_positives, now.false_negatives), (2, 1, 0));
    // A bar that is not met itself stands at the last number below it, or above it.
    for (bar, stands) in [
        (Threshold::Below(0.71), 0.3),
        (Threshold::Below(0.8), 0.71),
        (Threshold::Above(0.3), 0.71),
        (Threshold::AtLeast(0.5), 0.5),
        (Threshold::AtMost(0.5), 0.5),
    ] {
        let found = curve_by(&judged_by(&rows, bar), AF, None, &all(5), Some(bar));
        let now: Vec<f64> =
            found.levels.iter().filter(|l| l.in_force).map(|l| l.threshold).collect();
        assert_eq!(now, [stands], "{bar:?}");
    }
}
