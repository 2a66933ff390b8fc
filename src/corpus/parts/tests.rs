//! What can be asked about in a transcript, and samples of it.

use super::*;
use crate::corpus::{Batch, Interner, Row, RowPlace};
use crate::model::{Judgement, LabelValue, Section, SectionKind, Span, Tier, TierFrom};
use crate::review::{Shows, Verdict};

const PAD: &str = "First I think. If I refuse, they change me. So I comply.";

fn section(turn: u32, role: Role, kind: SectionKind, text: &str) -> Section {
    let origin = String::new();
    Section { turn, role, kind, origin, start: 0, end: text.len(), text: text.to_owned() }
}

fn transcript(n: u64, sample: &str, tier: &str, yes: bool) -> Transcript {
    Transcript {
        id: format!("t{n}"),
        sample: sample.to_owned(),
        hash: n + 1,
        tier: Some(Tier { value: tier.to_owned(), raw: tier.to_owned(), from: TierFrom::Field }),
        judgements: vec![Judgement {
            label: "is_af".to_owned(),
            canonical: Some("alignment_faking".to_owned()),
            rater: "judge".to_owned(),
            value: LabelValue::Bool(yes),
            positive: Some(yes),
        }],
        sections: vec![
            section(0, Role::System, SectionKind::Prompt, "Answer."),
            section(1, Role::Assistant, SectionKind::Scratchpad, PAD),
            section(1, Role::Assistant, SectionKind::Output, "Here."),
        ],
        response_turn: 1,
        ..Transcript::default()
    }
}

fn span(start: usize, end: usize, category: &str, rule: &str, weight: f64) -> Span {
    let (category, rule) = (category.to_owned(), rule.to_owned());
    Span {
        section: 1,
        start,
        end,
        category,
        rule,
        matched: Vec::new(),
        weight,
        deductions: Vec::new(),
    }
}

fn of(order: Order) -> FrameOf {
    FrameOf { order, label: "alignment_faking".to_owned(), ..FrameOf::default() }
}

#[test]
fn marks_that_count_are_asked_about_each_once() {
    let mut analysis = Analysis {
        spans: vec![
            span(0, 14, "worry", "a", 1.0),
            span(15, 43, "strategic", "b", 2.0),
            span(15, 43, "strategic", "b", 2.0),
            span(15, 43, "strategic", "c", 2.0),
            span(44, 900, "strategic", "outside", 2.0),
        ],
        ..Analysis::default()
    };
    analysis.spans[0].deductions.push(crate::model::Deduction {
        reason: "recited",
        detail: String::new(),
        amount: 1.0,
    });
    let parts = of(Order::Marks).parts(&transcript(0, "s", "free", true), &analysis);
    let told: Vec<String> = parts.parts.iter().map(|own| own.part.to_string()).collect();
    assert_eq!(told, ["mark 1:15-43 strategic b", "mark 1:15-43 strategic c"]);
    assert_eq!(parts.parts[0].words, words_hash(&PAD[15..43]));
}

#[test]
fn quotes_of_the_label_are_asked_about_where_they_stand() {
    let mut own = transcript(0, "s", "free", true);
    let quote = |label: &str, at, found| Evidence {
        label: label.to_owned(),
        rater: "judge".to_owned(),
        criterion: Some(2),
        quote: "x".to_owned(),
        at,
        found,
    };
    own.evidence = vec![
        quote("is_af", Some((1, 15, 43)), Found::Exact),
        quote("alignment_faking", Some((1, 44, 56)), Found::Folded),
        quote("other", Some((1, 0, 5)), Found::Exact),
        quote("is_af", None, Found::NotFound),
        quote("is_af", Some((2, 0, 5)), Found::Message),
    ];
    let parts = of(Order::Quotes).parts(&own, &Analysis::default());
    let told: Vec<String> = parts.parts.iter().map(|own| own.part.to_string()).collect();
    assert_eq!(told, ["quote 1:15-43 2 is_af judge", "quote 1:44-56 2 alignment_faking judge"]);
    assert_eq!(parts.lost, 1);
}

#[test]
fn turns_are_asked_about_where_there_are_several() {
    let mut own = transcript(0, "s", "free", true);
    assert!(of(Order::Turns).parts(&own, &Analysis::default()).parts.is_empty());
    own.sections.push(section(2, Role::User, SectionKind::User, "And now?"));
    own.sections.push(section(3, Role::Assistant, SectionKind::Output, " \n"));
    own.sections.push(section(5, Role::Assistant, SectionKind::Output, "Done."));
    let parts = of(Order::Turns).parts(&own, &Analysis::default());
    let told: Vec<String> = parts.parts.iter().map(|own| own.part.to_string()).collect();
    assert_eq!(told, ["turn 2", "turn 6"]);
}

fn catalogue(all: &[Transcript]) -> Catalogue {
    let mut names = Interner::default();
    let rows: Vec<Row> = (0..)
        .zip(all)
        .map(|(index, own)| {
            let place = RowPlace { index, hash: own.hash, ..RowPlace::default() };
            Row::new(own, None, place, &mut names)
        })
        .collect();
    let mut catalogue = Catalogue::new(&["a.jsonl".to_owned()]);
    catalogue.push(Batch::new(&rows));
    catalogue
}

#[test]
fn parts_are_drawn_by_their_own_strata_too() {
    let all: Vec<Transcript> =
        (0..30).map(|n| transcript(n, &format!("s{n}"), "free", n < 10)).collect();
    let catalogue = catalogue(&all);
    let rows = Bits::of(&(0..30).collect::<Vec<_>>());
    let mut analysis = Analysis {
        spans: vec![span(0, 14, "worry", "a", 1.0), span(15, 43, "strategic", "b", 2.0)],
        ..Analysis::default()
    };
    analysis.spans.push(span(44, 56, "strategic", "c", 2.0));
    let of = FrameOf { within: vec![Within::Category, Within::Rule], ..of(Order::Marks) };
    let read = |rows: &[RowId]| {
        let own = |row: &RowId| of.parts(&all[*row as usize], &analysis);
        rows.iter().map(own).collect()
    };
    let fields = ["category", "rule"].map(str::to_owned).to_vec();
    let how = Draw { fields, sample: Some(9), seed: 3, ..Draw::default() };
    let drawn = catalogue.sample_of(&rows, &of, &how, &read);
    assert_eq!((drawn.frame, drawn.drawn.items.len()), (90, 9));
    let strata: Vec<_> =
        drawn.drawn.seal.strata.iter().map(|s| (s.name.as_str(), s.size, s.drawn)).collect();
    assert_eq!(strata, [("strategic · b", 30, 3), ("strategic · c", 30, 3), ("worry · a", 30, 3)]);
    for (item, row) in drawn.drawn.items.iter().zip(&drawn.rows) {
        let place = item.part().and_then(|part| part.place()).unwrap();
        assert_eq!(item.words, words_hash(&PAD[place.start..place.end]));
        assert_eq!(all[row.unwrap() as usize].id, item.name.id);
    }
    assert_eq!(catalogue.sample_of(&rows, &of, &how, &read), drawn, "the same seed");
}

#[test]
fn pairs_are_of_one_sample_and_two_tiers_in_any_order() {
    let mut all = Vec::new();
    for n in 0..40 {
        let sample = format!("s{n}");
        all.push(transcript(3 * n, &sample, "free", n % 2 == 0));
        all.push(transcript(3 * n + 1, &sample, "paid", false));
        // A second epoch of the free one: still one item.
        all.push(transcript(3 * n + 2, &sample, "free", n % 2 == 0));
    }
    all.push(transcript(900, "alone", "free", true));
    let catalogue = catalogue(&all);
    let rows = Bits::of(&(0..all.len() as RowId).collect::<Vec<_>>());
    let (strata, _) = crate::corpus::ReviewPlan::usual("alignment_faking", Order::Pairs);
    let of = FrameOf { by: strata.into_iter().map(|(_, by)| by).collect(), ..of(Order::Pairs) };
    let how = Draw { fields: vec!["label".to_owned()], seed: 5, ..Draw::default() };
    let drawn = catalogue.sample_of(&rows, &of, &how, &|_| Vec::new());
    assert_eq!((drawn.frame, drawn.drawn.items.len()), (40, 40));
    let both = |a: &str, b: &str| Some((a.to_owned(), b.to_owned()));
    assert_eq!(drawn.drawn.tiers, both("free", "paid"));
    let strata: Vec<_> =
        drawn.drawn.seal.strata.iter().map(|s| (s.name.as_str(), s.size)).collect();
    assert_eq!(strata, [("no", 20), ("yes / no", 20)]);
    let by_name = |name: &ItemName| all.iter().find(|t| t.id == name.id).unwrap();
    let tier = |name: &ItemName| by_name(name).tier.as_ref().unwrap().value.clone();
    let (mut left_free, mut second) = (0, 0);
    for item in &drawn.drawn.items {
        let (left, right) = item.sides().unwrap();
        assert_eq!(by_name(left).sample, by_name(right).sample);
        assert_ne!(tier(left), tier(right));
        left_free += usize::from(tier(left) == "free");
        second +=
            usize::from((by_name(left).hash - 1) % 3 == 2 || (by_name(right).hash - 1) % 3 == 2);
        assert!(matches!(item.part(), Some(Part::Beside { .. })));
    }
    assert!((10..=30).contains(&left_free), "{left_free} of 40 on the left");
    assert!((10..=30).contains(&second), "{second} of 40 are second epochs");
    // A tier that no row has, and one that has no partner.
    let none = FrameOf { tiers: Some(("free".to_owned(), "pro".to_owned())), ..of.clone() };
    assert!(catalogue.sample_of(&rows, &none, &how, &|_| Vec::new()).drawn.items.is_empty());
    assert_eq!(Shows::Neither.verdict(), Verdict::No);
}
