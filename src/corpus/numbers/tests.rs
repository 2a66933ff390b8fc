//! Numbers over rows of every sort are what counting row by row says.

mod sweep;

use proptest::prelude::*;

use hashbrown::HashSet;

use super::*;
use crate::corpus::{Batch, Interner, Row, RowPlace, RowView};
use crate::model::{
    Decider, Judgement, LabelValue, OutcomeValue, OutcomeVote, Tier, TierFrom, Transcript,
};
use crate::query::{Columns, Filter, PairField, Truth};
use crate::stats::newcombe_independent;

/// Sample, tier, outcome, epoch, content, label.
type Said5 = (u8, Option<&'static str>, OutcomeValue, i64, u64, Option<LabelValue>);

fn judgement(value: &LabelValue, rater: &str) -> Judgement {
    let positive = match value {
        LabelValue::Bool(yes) => Some(*yes),
        LabelValue::Number(n) => Some(*n >= 0.4),
        LabelValue::Text(_) | LabelValue::Unparsed => None,
    };
    Judgement {
        label: "af".to_owned(),
        canonical: Some("alignment_faking".to_owned()),
        rater: rater.to_owned(),
        value: value.clone(),
        positive,
    }
}

fn catalogue(rows: &[Said5]) -> Catalogue {
    let mut names = Interner::default();
    let row = |(sample, tier, outcome, epoch, hash, label): &Said5| {
        let mut transcript = Transcript {
            id: format!("{sample}-{hash}"),
            sample: format!("q{sample}"),
            tier: tier.map(|value| Tier {
                value: value.to_owned(),
                raw: value.to_owned(),
                from: TierFrom::Field,
            }),
            epoch: Some(*epoch),
            hash: *hash,
            judgements: label.iter().map(|value| judgement(value, "r")).collect(),
            ..Transcript::default()
        };
        transcript.outcome.value = *outcome;
        transcript.outcome.by = Some(Decider::Judge);
        transcript.outcome.all =
            vec![OutcomeVote { by: Decider::Judge, name: "x".to_owned(), value: *outcome }];
        Row::new(&transcript, None, RowPlace::default(), &mut names)
    };
    let rows: Vec<Row> = rows.iter().map(row).collect();
    let mut catalogue = Catalogue::new(&["a.jsonl".to_owned()]);
    for some in rows.chunks(5) {
        catalogue.push(Batch::new(some));
    }
    catalogue
}

fn said() -> impl Strategy<Value = Said5> {
    let label = prop::option::of(prop_oneof![
        any::<bool>().prop_map(LabelValue::Bool),
        prop::sample::select(vec![0.0, 0.35, 0.4, 1.0]).prop_map(LabelValue::Number),
        Just(LabelValue::Text("reluctant".to_owned())),
        Just(LabelValue::Unparsed),
    ]);
    (
        0..6_u8,
        prop::sample::select(vec![None, Some("free"), Some("paid"), Some("pro")]),
        prop::sample::select(OutcomeValue::ALL.to_vec()),
        0..3_i64,
        0..40_u64,
        label,
    )
}

/// The rows of a set that count: of each content, tier and epoch the first.
fn counted<'a>(catalogue: &'a Catalogue, rows: &Bits) -> Vec<RowView<'a>> {
    let mut seen = HashSet::new();
    let wanted = catalogue.views().filter(|view| rows.contains(view.id));
    let identity =
        |view: &RowView<'_>| (view.place().hash, view.tier().map(str::to_owned), view.epoch());
    wanted.filter(|view| seen.insert(identity(view))).collect()
}

fn holds(filter: &str, view: &RowView<'_>) -> bool {
    Filter::parse(filter).unwrap().test_columns(view) == Truth::True
}

proptest! {
    #[test]
    fn groups_are_what_their_filters_find(
        rows in prop::collection::vec(said(), 0..60),
        wanted in prop::collection::vec(any::<bool>(), 60),
        fields in prop::sample::subsequence(
            vec!["tier", "sample", "epoch", "outcome", "parse", "cue", "label:af", "label:af>=0.38", "by"], 0..=2),
    ) {
        let catalogue = catalogue(&rows);
        let mut shown = Bits::default();
        (0..).zip(&wanted).take(rows.len()).filter(|(_, w)| **w).for_each(|(id, _)| shown.insert(id));
        let by: Vec<By> = fields.iter().map(|name| By::parse(name).unwrap()).collect();
        let label = Asked::parse("alignment_faking").unwrap();
        let ask = Ask { by, label: Some(label.clone()) };
        let numbers = catalogue.numbers(&ask, &shown);
        let plain = counted(&catalogue, &shown);
        prop_assert_eq!(numbers.all.total(), plain.len());
        prop_assert_eq!(numbers.copies + plain.len(), shown.iter().count());
        let judged = plain.iter().filter(|v| !v.judgements().is_empty()).count();
        prop_assert_eq!(numbers.raters.iter().map(|r| r.n).sum::<usize>(), judged);
        let mut total = 0;
        for group in &numbers.groups {
            total += group.tally.total();
            if group.by.iter().any(|value| value.filter.is_none()) {
                continue;
            }
            let own: Vec<&RowView<'_>> = plain
                .iter()
                .filter(|view| group.by.iter().all(|value| holds(value.filter.as_ref().unwrap(), view)))
                .collect();
            prop_assert_eq!(group.tally.total(), own.len(), "{:?}", group.by);
            for outcome in OutcomeValue::ALL {
                let n = own.iter().filter(|view| view.outcome() == outcome.as_str()).count();
                prop_assert_eq!(group.tally.outcome(outcome), n);
            }
            for wanted in Said::ALL {
                let filter = label.filter(wanted).unwrap();
                let n = own.iter().filter(|view| holds(&filter, view)).count();
                prop_assert_eq!(group.tally.said(wanted), n, "{}", filter);
            }
        }
        prop_assert_eq!(total, plain.len());
    }

    #[test]
    fn the_gap_is_the_mean_over_samples(rows in prop::collection::vec(said(), 0..60), partial in any::<bool>()) {
        let catalogue = catalogue(&rows);
        let mut all = Bits::default();
        (0..rows.len() as RowId).for_each(|id| all.insert(id));
        let samples = catalogue.samples(PairField::Tier);
        let gap = catalogue.gap(&samples, ("free", "paid"), &all, Measure::compliance(partial));
        let plain = counted(&catalogue, &all);
        let side = |sample: &str, tier: &str| {
            let own: Vec<OutcomeValue> = plain
                .iter()
                .filter(|v| v.sample() == sample && v.tier() == Some(tier))
                .map(|v| OutcomeValue::ALL.into_iter().find(|o| o.as_str() == v.outcome()).unwrap())
                .collect();
            let known: Vec<bool> = own.iter().filter_map(|o| Measure::compliance(partial).counts(*o)).collect();
            let yes = known.iter().filter(|yes| **yes).count();
            (own.len(), known.len(), yes as f64 / known.len() as f64)
        };
        let (mut gaps, mut undecided, mut only) = (Vec::new(), 0, 0);
        for sample in 0..6 {
            let sample = format!("q{sample}");
            let (left, right) = (side(&sample, "free"), side(&sample, "paid"));
            match (left.0 > 0, right.0 > 0) {
                (true, true) if left.1 > 0 && right.1 > 0 => gaps.push(left.2 - right.2),
                (true, true) => undecided += 1,
                (false, false) => {}
                _ => only += 1,
            }
        }
        prop_assert_eq!((gap.pairs, gap.unpaired()), (gaps.len(), only));
        if gap.method.is_paired() {
            prop_assert_eq!(gap.undecided, undecided);
            let mean = (!gaps.is_empty()).then(|| gaps.iter().sum::<f64>() / gaps.len() as f64);
            prop_assert_eq!(gap.value.is_some(), mean.is_some());
            prop_assert!((gap.value.unwrap_or(0.0) - mean.unwrap_or(0.0)).abs() < 1e-12);
        } else {
            prop_assert!(gaps.is_empty() && undecided == 0);
        }
        if let Some(interval) = gap.interval {
            prop_assert!(interval.low.is_finite() && interval.high.is_finite());
        }
    }
}

#[test]
fn of_copies_outside_the_rows_the_one_inside_counts() {
    let complied = OutcomeValue::Complied;
    let rows: [Said5; 3] = [
        (1, Some("free"), complied, 0, 7, None),
        (1, Some("free"), complied, 0, 7, None),
        (1, Some("paid"), OutcomeValue::Refused, 0, 8, None),
    ];
    let catalogue = catalogue(&rows);
    let ask = Ask::default();
    for (ids, copies) in [(&[0, 1, 2][..], 1), (&[1, 2], 0)] {
        let rows = Bits::of(ids);
        let numbers = catalogue.numbers(&ask, &rows);
        assert_eq!((numbers.all.total(), numbers.copies), (2, copies));
        let samples = catalogue.samples(PairField::Tier);
        let gap = catalogue.gap(&samples, ("free", "paid"), &rows, Measure::default());
        assert_eq!((gap.pairs, gap.value), (1, Some(1.0)), "{ids:?}");
    }
}

#[test]
fn samples_without_spread_are_not_certain() {
    let two = |outcome| [(0, outcome), (1, outcome)];
    let rows = |free, paid: [(i64, OutcomeValue); 2]| -> Vec<Said5> {
        let mut all = Vec::new();
        for sample in 0..4_u8 {
            for (epoch, outcome) in two(free) {
                all.push((sample, Some("free"), outcome, epoch, all.len() as u64, None));
            }
            for (epoch, outcome) in paid {
                all.push((sample, Some("paid"), outcome, epoch, all.len() as u64, None));
            }
        }
        all
    };
    let (yes, no) = (OutcomeValue::Complied, OutcomeValue::Refused);
    let found = |rows: &[Said5]| {
        let catalogue = catalogue(rows);
        let all: Vec<RowId> = (0..rows.len() as RowId).collect();
        let samples = catalogue.samples(PairField::Tier);
        catalogue.gap(&samples, ("free", "paid"), &Bits::of(&all), Measure::default())
    };
    let gap = found(&rows(no, two(no)));
    assert_eq!((gap.value, gap.method), (Some(0.0), GapMethod::Agreeing));
    let interval = gap.interval.unwrap();
    assert!(interval.low < -0.2 && interval.high > 0.2, "{interval:?}");
    // Where epochs differ, and by the same share in every sample, nothing can be said.
    let gap = found(&rows(yes, [(0, yes), (1, no)]));
    assert_eq!((gap.value, gap.interval), (Some(0.5), None));
}

#[test]
fn independent_samples_without_spread_are_not_certain() {
    let (yes, no) = (OutcomeValue::Complied, OutcomeValue::Refused);
    let mut rows: Vec<Said5> = Vec::new();
    for sample in 0..8_u8 {
        let (tier, outcome) = if sample < 4 { ("free", yes) } else { ("paid", no) };
        for epoch in 0..2 {
            rows.push((sample, Some(tier), outcome, epoch, rows.len() as u64, None));
        }
    }
    let catalogue = catalogue(&rows);
    let all: Vec<RowId> = (0..rows.len() as RowId).collect();
    let samples = catalogue.samples(PairField::Tier);
    let gap = catalogue.gap(&samples, ("free", "paid"), &Bits::of(&all), Measure::default());
    assert_eq!((gap.value, gap.method), (Some(1.0), GapMethod::AgreeingIndependent));
    // Newcombe's hybrid of 4 of 4 and 0 of 4.
    let (found, plain) =
        (gap.interval.unwrap(), newcombe_independent((4, 4), (0, 4), 0.95).unwrap());
    assert!((found.low - plain.low).abs() < 1e-12 && (found.high - plain.high).abs() < 1e-12);
    assert!(found.low < 0.5, "{found:?}");
}

#[test]
fn fields_are_read_by_their_names() {
    for name in ["tier", "by", "cue", "cue:strategic", "label:af", "label:af>=0.5", "label:af@r"] {
        assert_eq!(By::parse(name).unwrap().name(), name);
    }
    for wrong in ["", "teir", "cue:", "label:", "label:a b", "score"] {
        assert!(By::parse(wrong).is_err(), "{wrong}");
    }
}
