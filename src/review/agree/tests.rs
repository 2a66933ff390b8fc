//! Which answers count and what is made of them, against reference values.

use super::super::testing::{answer, happened, item, opened_over};
use super::*;
use crate::review::{Adjudication, Event, Import, Item, Line, Seal, Stratum, What};
use crate::stats::{Estimate, Measure};

/// Strata of a design: tier, what the classifier says, how many there are, how many were drawn and to how many of them the reviewer says yes.
type Cells<'a> = &'a [(&'a str, bool, usize, usize, usize)];

/// That of the stratified review among the reference values.
const ORACLE: Cells = &[
    ("free", true, 180, 30, 24),
    ("free", false, 820, 30, 3),
    ("paid", true, 20, 20, 9),
    ("paid", false, 980, 30, 0),
];

fn stratum(cell: &(&str, bool, usize, usize, usize)) -> Stratum {
    let (tier, flagged, size, drawn, _) = *cell;
    let label = if flagged { "yes" } else { "no" };
    let of = [("tier", tier), ("label", label)].map(|(a, b)| (a.to_owned(), b.to_owned()));
    Stratum { name: format!("{tier} · {label}"), of: of.to_vec(), size, drawn }
}

/// A finished session of R1 over such a design, and what is true of its items.
fn reviewed(session: &str, cells: Cells) -> (Vec<Event>, BTreeMap<ItemKey, Fact>) {
    let (mut items, mut stratum_of) = (Vec::new(), Vec::new());
    let mut facts = BTreeMap::new();
    let mut answers = Vec::new();
    for (number, cell) in cells.iter().enumerate() {
        for at in 0..cell.3 {
            let n = items.len();
            let name = item(n as u64);
            let fact = Fact {
                row: n as u32,
                tier: Some(cell.0.to_owned()),
                classifier: Some(cell.1),
                outside: false,
            };
            facts.insert(name.key(), fact);
            items.push(Item { name, ..Item::default() });
            stratum_of.push(number);
            let verdict = if at < cell.4 { Verdict::Yes } else { Verdict::No };
            answers.push(Answered { stratum: stratum(cell), ..answer(n, verdict) });
        }
    }
    let seal = Seal { strata: cells.iter().map(stratum).collect(), stratum_of };
    let opened = crate::review::Opened { items, seal, ..opened_over(0) };
    let mut events = vec![happened(session, 0, What::Opened(Box::new(opened)))];
    for (at, answered) in answers.into_iter().enumerate() {
        events.push(happened(session, at as u64 + 1, What::Answered(Box::new(answered))));
    }
    (events, facts)
}

fn counted(events: Vec<Event>) -> Counted {
    let standing = Standing::of(events.into_iter().map(Line::Event));
    let label = "alignment_faking".to_owned();
    Counted::of(&standing, &Which { label, ..Which::default() })
}

fn close(estimate: Option<Estimate>, value: f64, error: f64) {
    let estimate = estimate.unwrap();
    assert!((estimate.value.unwrap() - value).abs() < 1e-9, "{estimate:?}");
    assert!((estimate.error.unwrap() - error).abs() < 1e-9, "{estimate:?}");
}

#[test]
fn figures_are_weighted_back_to_the_frame() {
    let (events, facts) = reviewed("00000000000000aa", ORACLE);
    let counted = counted(events);
    let cases = cases(&counted, &facts);
    let all = quality(&counted, &cases);
    assert_eq!(all.counts.sum(), 110);
    let weighted = all.headline().unwrap();
    close(weighted.estimate(Measure::Prevalence), 0.1175, 0.023_234_561_1);
    close(weighted.estimate(Measure::Precision), 0.765, 0.061_025_715_3);
    close(weighted.estimate(Measure::Recall), 0.651_063_829_8, 0.125_536_961_7);
    close(weighted.estimate(Measure::Specificity), 0.973_371_104_8, 0.006_764_862);
    let naive = all.sample.iter().find(|m| m.measure == Measure::Recall).unwrap();
    assert!((naive.estimate.value.unwrap() - 0.916_666_666_7).abs() < 1e-9);
    let told = weighted.cautions.join("\n");
    assert!(told.contains("free · no: recall rests on 30 reviewed"), "{told}");
    assert!(!told.contains("paid · yes"), "{told}");
    let tiers = by_tier(&counted, &cases);
    assert_eq!(tiers.len(), 2);
    let free = tiers[0].headline().unwrap();
    assert_eq!((tiers[0].tier.as_deref(), free.strata.len()), (Some("free"), 2));
    close(free.estimate(Measure::Prevalence), 0.226, 0.046_469_122_1);
    // 200 of 2,000 are flagged.
    let corrected = corrected(&all, 200, 2_000).unwrap();
    let (se, sp) = (0.651_063_829_8, 0.973_371_104_8);
    let wanted = (0.1 + sp - 1.0) / (se + sp - 1.0);
    assert!((corrected.estimate.value.unwrap() - wanted).abs() < 1e-9);
    let interval = corrected.estimate.interval.unwrap();
    assert!(interval.low < 0.1175 && interval.high > 0.1175, "{interval:?}");
}

#[test]
fn designs_are_not_mixed() {
    let (mut events, mut facts) = reviewed("00000000000000aa", &ORACLE[..2]);
    let (more, others) = reviewed("00000000000000bb", &[("free", true, 90, 40, 20)]);
    // Other transcripts than those of the first one.
    let moved = |mut event: Event| {
        if let What::Answered(answered) = &mut event.what {
            answered.name = item(1_000 + answered.n as u64);
        }
        event
    };
    events.extend(more.into_iter().map(moved));
    for (at, mut fact) in others.into_values().enumerate() {
        fact.row += 1_000;
        facts.insert(item(1_000 + at as u64).key(), fact);
    }
    let counted = counted(events);
    let all = quality(&counted, &cases(&counted, &facts));
    assert_eq!((counted.designs.len(), all.weighted.len()), (2, 2));
    assert!(all.headline().is_none());
    assert_eq!(all.counts.sum(), 100);
    assert_eq!(all.estimate(Measure::Precision).unwrap().method, "Wilson");
    assert_eq!(all.weighted[1].strata[0].frame, 90);
}

#[test]
fn what_does_not_count_is_counted_apart() {
    let session = "00000000000000aa";
    let said =
        |n: u64, answered: Answered| happened(session, n, What::Answered(Box::new(answered)));
    let blind = |n, verdict| answer(n, verdict);
    let events = vec![
        said(1, blind(0, Verdict::Yes)),
        said(2, blind(1, Verdict::CannotTell)),
        said(3, blind(2, Verdict::Skip)),
        said(4, Answered { sighted: Some("opened before".to_owned()), ..blind(3, Verdict::Yes) }),
        said(5, Answered { repeat: true, ..blind(0, Verdict::No) }),
        said(
            6,
            Answered {
                anchor: true,
                sighted: Some("shown sighted".to_owned()),
                ..blind(4, Verdict::No)
            },
        ),
        said(7, {
            let part = Some("turn 3".to_owned());
            Answered { name: ItemName { part, ..item(5) }, ..blind(5, Verdict::Yes) }
        }),
        // Changed after the reveal: what was said before it counts.
        said(8, Answered { sighted: Some("after feedback".to_owned()), ..blind(0, Verdict::No) }),
        happened(
            "00000000000000bb",
            1,
            What::Imported(Box::new(Import {
                name: ItemName { id: "q9".to_owned(), ..ItemName::default() },
                label: "alignment_faking".to_owned(),
                answer: Verdict::No,
                from: "old.csv:2".to_owned(),
            })),
        ),
    ];
    let counted = counted(events);
    assert_eq!(counted.answers.len(), 3, "yes, cannot tell, and what was imported");
    assert_eq!((counted.skipped, counted.parts, counted.imported), (1, 1, 1));
    assert_eq!(counted.not_blind, BTreeMap::from([("opened before".to_owned(), 1)]));
    assert_eq!(counted.repeats.len(), 1);
    assert_eq!(repeated(&counted, &|_| true)[0].same, Share { k: 0, n: 1 });
    assert_eq!(counted.anchors.len(), 1);
    let fact = |n: u32| Fact { row: n, classifier: Some(true), ..Fact::default() };
    let facts: BTreeMap<ItemKey, Fact> = (0..6).map(|n| (item(n).key(), fact(n as u32))).collect();
    let cases = cases(&counted, &facts);
    let all = quality(&counted, &cases);
    assert_eq!((all.counts.true_positives, all.counts.sum(), all.cannot_tell), (1, 1, 1));
    let anchored = &anchoring(&counted, &facts)[0];
    assert_eq!((anchored.sighted.n, anchored.sighted.k, anchored.blind.k), (1, 0, 1));
    assert!(agreement(&cases).is_none());
}

#[test]
fn a_decision_counts_before_answers() {
    let said = |session: &str, rater: &str, verdict| {
        let event = happened(session, 1, What::Answered(Box::new(answer(0, verdict))));
        Event { rater: rater.to_owned(), ..event }
    };
    let mut events = vec![
        said("00000000000000aa", "R1", Verdict::Yes),
        said("00000000000000bb", "R2", Verdict::No),
    ];
    let fact = Fact { classifier: Some(true), ..Fact::default() };
    let facts = BTreeMap::from([(item(0).key(), fact)]);
    let before = counted(events.clone());
    let split = cases(&before, &facts);
    assert_eq!(split[0].reference(), Some(Reference::Split));
    assert_eq!(quality(&before, &split).split, 1);
    let agreement = agreement(&split).unwrap();
    assert_eq!((agreement.items, agreement.pairs.len()), (1, 1));
    let seen = Seen { classifier: Some(true), ..Seen::default() };
    let kinds = |case: &Case| -> Vec<DisputeKind> {
        disputes(Some(case), &seen).into_iter().map(|d| d.kind).collect()
    };
    assert_eq!(kinds(&split[0]), [DisputeKind::HumanHuman, DisputeKind::HumanClassifier]);
    let adjudication = Adjudication {
        name: item(0),
        text: 77,
        label: "alignment_faking".to_owned(),
        answer: Verdict::No,
        reason: "it only quotes the prompt".to_owned(),
        over: vec!["00000000000000aa-1".to_owned()],
    };
    events.push(happened("00000000000000cc", 0, What::Adjudicated(Box::new(adjudication))));
    let after = counted(events);
    let decided = cases(&after, &facts);
    let all = quality(&after, &decided);
    assert_eq!((all.counts.false_positives, all.decided, all.split), (1, 1, 0));
    assert_eq!(kinds(&decided[0]), kinds(&split[0]), "what was disputed stays known");
    assert_eq!(decided[0].given.len(), 2, "the originals stay");
}

#[test]
fn it_is_said_why_coefficients_differ() {
    let case = |row: u32, a, b| Case {
        fact: Fact { row, ..Fact::default() },
        given: vec![("R1".to_owned(), a, String::new()), ("R2".to_owned(), b, String::new())],
        ..Case::default()
    };
    let (yes, no) = (Verdict::Yes, Verdict::No);
    let rare: Vec<Case> = (0..50)
        .map(|n| match n {
            0 => case(n, yes, no),
            1 => case(n, no, yes),
            2 => case(n, yes, Verdict::CannotTell),
            _ => case(n, no, no),
        })
        .collect();
    let found = agreement(&rare).unwrap();
    assert_eq!((found.items, found.undecided), (49, 1));
    assert!(found.kappa().unwrap().value.unwrap() < 0.0 && found.ac1.value.unwrap() > 0.9);
    assert!(found.why().unwrap().contains("2% of the answers are yes"), "{:?}", found.why());
    let same: Vec<Case> = (0..5).map(|n| case(n, no, no)).collect();
    assert!(agreement(&same).unwrap().why().unwrap().contains("undefined"));
    let even: Vec<Case> =
        (0..40).map(|n| if n % 2 == 0 { case(n, yes, yes) } else { case(n, no, no) }).collect();
    assert_eq!(agreement(&even).unwrap().why(), None);
}

#[test]
fn what_is_disputed_is_queued() {
    let seen = Seen {
        classifier: Some(true),
        rules: Some(false),
        tag: Some("complied".to_owned()),
        judge: Some("refused".to_owned()),
        votes: vec![("m".to_owned(), 0.2), ("n".to_owned(), 0.61)],
    };
    let found = disputes(None, &seen);
    let kinds: Vec<_> = found.iter().map(|dispute| dispute.kind).collect();
    assert_eq!(kinds, [DisputeKind::RulesJudge, DisputeKind::TagJudge, DisputeKind::Votes]);
    assert_eq!(found[2].says, [("m".to_owned(), "0.2".to_owned())]);
    assert!(disputes(None, &Seen { classifier: Some(true), ..Seen::default() }).is_empty());
}

#[test]
fn what_is_undecided_is_as_if_it_had_not_been_reviewed() {
    let (mut events, facts) = reviewed("00000000000000aa", &[("free", true, 15, 15, 7)]);
    for event in events.iter_mut().skip(8) {
        let What::Answered(answered) = &mut event.what else { panic!("{event:?}") };
        answered.answer = Verdict::CannotTell;
    }
    let counted = counted(events);
    let all = quality(&counted, &cases(&counted, &facts));
    let weighted = all.headline().unwrap();
    assert_eq!((weighted.strata[0].reviewed, &*weighted.undecided), (7, &[8][..]));
    let precision = weighted.measured.iter().find(|m| m.measure == Measure::Precision).unwrap();
    let interval = precision.estimate.interval.unwrap();
    assert!(interval.high - interval.low > 0.1, "seven of fifteen are known: {interval:?}");
    assert!(precision.further.unwrap().more > 0, "never enough");
    assert_eq!(precision.left, Some(0), "all were looked at");
    let told = weighted.cautions.join("\n");
    assert!(told.contains("free · yes: 8 of 15 reviewed are undecided"), "{told}");
}

#[test]
fn strata_of_which_the_classifier_says_nothing_are_counted_apart() {
    let (mut events, mut facts) =
        reviewed("00000000000000aa", &[("free", true, 90, 7, 5), ("paid", true, 67, 3, 1)]);
    let silent = |stratum: &mut Stratum| {
        if stratum.size == 67 {
            stratum.of[1].1 = "missing".to_owned();
        }
    };
    for event in &mut events {
        match &mut event.what {
            What::Opened(opened) => opened.seal.strata.iter_mut().for_each(silent),
            What::Answered(answered) => silent(&mut answered.stratum),
            _ => {}
        }
    }
    for fact in facts.values_mut().filter(|fact| fact.tier.as_deref() == Some("paid")) {
        fact.classifier = None;
    }
    let counted = counted(events);
    let mut all = quality(&counted, &cases(&counted, &facts));
    let weighted = all.headline().unwrap();
    assert_eq!((weighted.unlabelled, weighted.strata.len()), ((67, 3), 1));
    assert!(weighted.measured.iter().all(|m| m.left == Some(83)));
    all.bound(25);
    assert!(all.sample.iter().all(|m| m.left == Some(18)), "{:?}", all.sample);
}

#[test]
fn decisions_that_differ_decide_nothing_until_most_say_the_same() {
    let decided = |session: &str, n: u64, rater: &str, verdict| {
        let adjudication = Adjudication {
            name: item(0),
            text: 77,
            label: "alignment_faking".to_owned(),
            answer: verdict,
            reason: "so it is".to_owned(),
            over: Vec::new(),
        };
        let event = happened(session, n, What::Adjudicated(Box::new(adjudication)));
        Event { rater: rater.to_owned(), ..event }
    };
    let fact = Fact { classifier: Some(true), ..Fact::default() };
    let facts = BTreeMap::from([(item(0).key(), fact)]);
    let of = |events: &[Event], raters: &[&str]| {
        let standing = Standing::of(events.iter().cloned().map(Line::Event));
        let label = "alignment_faking".to_owned();
        let raters = raters.iter().map(|rater| (*rater).to_owned()).collect();
        let counted = Counted::of(&standing, &Which { label, raters, sighted: false });
        cases(&counted, &facts).pop()
    };
    // R3 changes its mind: only what it said last is there.
    let mut events = vec![
        decided("00000000000000cc", 1, "R3", Verdict::No),
        decided("00000000000000cc", 2, "R3", Verdict::Yes),
        decided("00000000000000dd", 3, "R4", Verdict::No),
    ];
    let case = of(&events, &[]).unwrap();
    assert_eq!((case.reference(), case.contested().len()), (Some(Reference::Split), 2));
    assert!(case.decision.is_none());
    let disputes = disputes(Some(&case), &Seen::default());
    let says: Vec<(&str, &str)> = disputes[0].says.iter().map(|(a, b)| (&**a, &**b)).collect();
    assert_eq!(says, [("R3 (decision)", "yes"), ("R4 (decision)", "no")]);
    for (rater, holds) in [("R3", true), ("R4", false)] {
        let alone = of(&events, &[rater]).unwrap();
        assert_eq!(alone.reference(), Some(Reference::Said(holds)));
        assert!(alone.contested().is_empty());
    }
    assert_eq!(of(&events, &["R1"]), None, "nobody else's decisions count");
    events.push(decided("00000000000000ee", 4, "R5", Verdict::No));
    let case = of(&events, &[]).unwrap();
    assert_eq!((case.reference(), case.contested().len()), (Some(Reference::Said(false)), 3));
    assert_eq!(case.decision.unwrap().rater, "R5", "the latest of those who say so");
}
