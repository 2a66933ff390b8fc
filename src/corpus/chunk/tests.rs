//! What goes into columns comes out; filters, orders and facets over columns say what they say over single rows.

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::corpus::{Batch, Catalogue, NumberField, Order, Sort, SortKey, quoted};
use crate::model::{Choice, Judgement, LabelValue, TierFrom};
use crate::query::{Columns, Filter};

fn word(words: &'static [&'static str]) -> impl Strategy<Value = Option<Arc<str>>> {
    prop::option::of(prop::sample::select(words).prop_map(Arc::from))
}

fn value() -> impl Strategy<Value = LabelValue> {
    prop_oneof![
        any::<bool>().prop_map(LabelValue::Bool),
        (0..400_u32).prop_map(|n| LabelValue::Number(f64::from(n) / 8.0)),
        prop::sample::select(&["a", "b", "yes"][..]).prop_map(|t| LabelValue::Text(t.to_owned())),
        Just(LabelValue::Unparsed),
    ]
}

fn judgement() -> impl Strategy<Value = Judgement> {
    let label = prop::sample::select(&["is_af", "score", "other"][..]);
    let rater = prop::sample::select(&["judge", "source"][..]);
    (label, any::<bool>(), rater, value(), any::<Option<bool>>()).prop_map(
        // A number has a threshold, a truth is one; only categories may mean neither.
        |(label, named, rater, value, positive)| Judgement {
            label: label.to_owned(),
            canonical: (named && label == "is_af").then(|| "alignment_faking".to_owned()),
            rater: rater.to_owned(),
            positive: match value {
                LabelValue::Unparsed => None,
                LabelValue::Text(_) => positive,
                _ => positive.or(Some(false)),
            },
            value,
        },
    )
}

fn numeric() -> impl Strategy<Value = Vec<Judgement>> {
    let one = |label: &'static str| {
        any::<(u32, bool)>().prop_map(move |(n, positive)| Judgement {
            label: label.to_owned(),
            canonical: None,
            rater: "judge".to_owned(),
            value: LabelValue::Number(f64::from(n) / 7.0),
            positive: Some(positive),
        })
    };
    (one("score"), one("is_af")).prop_map(|(a, b)| vec![a, b])
}

prop_compose! {
    fn place()(
        file in 0..3_u32,
        parts in prop_oneof![
            9 => (any::<u32>(), 0..90_000_u64).prop_map(|(o, n)| vec![(u64::from(o), n)]),
            1 => prop::collection::vec((any::<u64>(), any::<u64>()), 0..3),
        ],
        line in 0..9_u64, index in any::<u32>(), ordinal in 0..2_u32,
        member in word(&["af", "non"]), group in word(&["g"]), hash in 0..600_u64,
    ) -> RowPlace {
        let parts = parts.into();
        RowPlace { file, parts, line, index: index.into(), ordinal, member, group, hash }
    }
}

prop_compose! {
    fn row(numbers: bool)(
        place in place(), id in "[a-c]{1,3}", sample in "[ab]", epoch in prop::option::of(-1..3_i64),
        tier in word(&["free", "paid", "enterprise"]), setting in word(&["s-1", "s-2"]),
        model in word(&["m1", "m2"]), query in prop::option::of("[a-d ]{0,6}"),
        prompt in prop::option::of(1..4_u64), flags in any::<(bool, bool, bool)>(),
        outcome in prop::sample::select(&OutcomeValue::ALL[..]),
        parse in prop::sample::select(&[Parse::Clean, Parse::Repaired, Parse::Missing][..]),
        repaired in any::<bool>(),
        judgements in if numbers { numeric().boxed() } else { prop::collection::vec(judgement(), 0..4).boxed() },
        cues in prop::collection::btree_map(prop::sample::select(&["comply", "consequence"][..]), 1..300_u16, 0..3),
        criteria in prop::option::of(0..16_u8), score in prop::option::of(0..60_u8),
        said in (prop::option::of(any::<bool>()), any::<Option<bool>>(), 0..3_u16, any::<Option<bool>>(), any::<Option<bool>>()), lens in any::<[u16; 8]>(), spots in prop::collection::vec(any::<u8>(), 0..20),
    ) -> Row {
        Row {
            place, id: id.into(), sample: sample.into(), epoch,
            tier: tier.map(|t| Arc::new(Tier { value: t.to_string(), raw: "T".to_owned(), from: TierFrom::Field })),
            setting, model: model.clone(), variant: model.clone(), design: model, query: query.map(Into::into), prompt,
            query_cut: flags.0, outcome, outcome_by: flags.1.then_some(Decider::Judge), conflict: flags.2,
            parse, repairs: if repaired { Box::new(["nan"]) } else { Box::default() },
            judgements: judgements.into(),
            cues: cues.into_iter().map(|(name, n)| (Arc::from(name), n)).collect(),
            said: Said {
                decision: said.0.map(|comply| if comply { Choice::Comply } else { Choice::Refuse }),
                mismatch: said.1,
                echoes: said.2,
                agree: said.3,
                quotes: said.4,
            },
            criteria, score: score.map(|s| f32::from(s) / 4.0), lens: lens.map(u32::from),
            spots: Spots::packed(&spots), pending: false,
        }
    }
}

pub(in crate::corpus) fn rows() -> impl Strategy<Value = Vec<Row>> {
    prop_oneof![
        prop::collection::vec(row(false), 1..60),
        prop::collection::vec(row(true), 300..700),
    ]
}

fn catalogue(rows: &[Row], chunk: usize) -> Catalogue {
    let paths = ["a/x.jsonl", "a/y.jsonl", "z.jsonl"].map(str::to_owned);
    let mut catalogue = Catalogue::new(&paths);
    for rows in rows.chunks(chunk) {
        catalogue.push(Batch::new(rows));
    }
    catalogue
}

const FILTERS: &[&str] = &[
    "",
    "tier:free",
    "-tier:free -tier:none",
    "tier:free,none setting:s-1 OR model:m2 variant:none",
    "source:a/* outcome:complied,refused",
    "id:a* OR sample:a -epoch:1 OR epoch:none",
    "conflict:yes parse:repaired OR repair:nan",
    "dup:yes",
    "dup:no score>=4",
    "score:none OR score<2.5",
    "criterion:1,4 OR -criterion:2",
    "mismatch:yes OR -mismatch:no,none decision:comply",
    "agree:yes OR -agree:no,none",
    "echo:yes OR -echo:no",
    "decision:none OR -decision:r* mismatch:none",
    "cue:comply>=3 OR cue:none",
    "cue:comply,consequence>200 cue:any",
    "-cue:consequence",
    "label:alignment_faking",
    "-label:is_af",
    "label:is_af,score OR label:none",
    "label:/^s/ OR label:o*",
    "label.score>=20.5",
    "label.is_af:unparsed OR label.other:missing",
    "label.is_af@judge:yes OR -label.is_af@source:no",
    "label.other=a,yes OR label.score=12.5 OR label.\"is_af\"=/^b/",
    "query:\"a b\" OR query:none OR query:/d$/",
    "len.scratchpad>30000 OR len.output<=9",
    "word tier:free OR -word label:is_af",
    "(tier:paid OR meta.x>2) -in:output \"y\"",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn rows_come_out_as_they_went_in(rows in rows()) {
        let chunk = Chunk::new(&rows);
        prop_assert_eq!(chunk.rows().collect::<Vec<_>>(), rows);
    }

    #[test]
    fn a_filter_over_columns_says_what_it_says_of_single_rows(rows in rows(), chunk in 1..400_usize) {
        let catalogue = catalogue(&rows, chunk);
        for text in FILTERS {
            let filter = Filter::parse(text).expect(text);
            for block in catalogue.chunks_from(0) {
                let all = filter.test_block(&block);
                for (at, truth) in all.iter().enumerate() {
                    prop_assert_eq!(*truth, filter.test_columns(&block.view(at)), "{} row {}", text, at);
                }
            }
        }
    }

    #[test]
    fn orders_are_those_of_comparing_rows(rows in prop::collection::vec(row(false), 600..800), chunk in 90..400_usize) {
        let mut catalogue = catalogue(&rows, chunk);
        for ranked in [false, true] {
            for key in SortKey::ALL {
                if ranked && matches!(key, SortKey::Id | SortKey::Query) {
                    let ranks = catalogue.ranks(key);
                    catalogue.take_ranks(ranks);
                }
                for reversed in [false, true] {
                    let sort = Sort { key, reversed };
                    let then = |key, reversed| vec![sort, Sort { key, reversed }, Sort { key: SortKey::Source, reversed }];
                    let orders: [Order; 5] = [
                        sort.into(),
                        then(SortKey::Query, !reversed).into(),
                        then(SortKey::Length, true).into(),
                        then(SortKey::Model, reversed).into(),
                        vec![Sort { key: SortKey::Tier, reversed: false }, sort, Sort { key: SortKey::Score, reversed }].into(),
                    ];
                    for order in orders {
                        let mut fast: Vec<u32> = (0..catalogue.len() as u32).rev().collect();
                        catalogue.sort(&mut fast, &order);
                        let in_order = |pair: &[u32]| catalogue.stands_before(pair[0], pair[1], &order);
                        prop_assert!(fast.windows(2).all(in_order), "{} {:?}", order, ranked);
                    }
                }
            }
        }
    }

    #[test]
    fn facets_count_rows(rows in rows(), chunk in 1..400_usize, shown in any::<u64>()) {
        let catalogue = catalogue(&rows, chunk);
        let shown: Vec<u32> =
            (0..rows.len() as u32).filter(|row| shown.rotate_left(*row) & 1 == 1).collect();
        let facets = catalogue.facets(&shown);
        // What is known from counting once changes nothing for other rows.
        let other: Vec<u32> = (0..rows.len() as u32).filter(|row| !shown.contains(row)).collect();
        let fresh = self::catalogue(&rows, chunk).facets(&other);
        prop_assert_eq!(catalogue.facets(&other), fresh);
        for facet in facets.words {
            for value in &facet.values {
                let filter = Filter::parse(&value.term).expect(&value.term);
                let passes = |id: &u32| {
                    catalogue.view(*id).is_some_and(|view| {
                        filter.test_columns(&view) == crate::query::Truth::True
                    })
                };
                // A category may be called like a verdict; terms tell them apart, counts do not.
                if value.term.contains('=') { continue; }
                prop_assert_eq!(shown.iter().filter(|id| passes(id)).count(), value.shown, "{}", &value.term);
                let all = (0..rows.len() as u32).filter(passes).count();
                prop_assert_eq!(all, value.total, "{}", &value.term);
            }
        }
        for number in facets.numbers {
            let (term, cells) = (number.field.term(), number.cells.len());
            // A label's number is that of the first rater who gave one; a term asks all of them.
            if matches!(number.field, NumberField::Label(_)) { continue; }
            let value = |id: &u32| {
                let view = catalogue.view(*id)?;
                match number.field {
                    NumberField::Score => view.score(),
                    NumberField::Epoch => view.epoch().map(|n| n as f64),
                    NumberField::Len(Some(kind)) => Some(view.section_len(kind) as f64),
                    _ => {
                        use SectionKind::{Draft, Output, Scratchpad};
                        let len = |kind| view.section_len(kind) as f64;
                        Some(len(Scratchpad) + len(Draft) + len(Output))
                    }
                }
            };
            let all: Vec<u32> = (0..rows.len() as u32).collect();
            let (low, high) = number.range;
            let counted = |rows: &[u32]| {
                let mut counts = vec![0; cells];
                for value in rows.iter().filter_map(value) {
                    let scaled = |n: f64| {
                        let stretched = cells == 16 && matches!(number.field, NumberField::Len(_));
                        if stretched { n.ln_1p() } else { n }
                    };
                    let at = (scaled(value) - scaled(low)) / ((scaled(high) - scaled(low)) / cells as f64);
                    counts[(at as usize).min(cells - 1)] += 1;
                }
                counts
            };
            let (in_shown, in_all): (Vec<usize>, Vec<usize>) = number.cells.iter().copied().unzip();
            prop_assert_eq!(counted(&shown), in_shown, "{}", &term);
            prop_assert_eq!(counted(&all), in_all, "{}", &term);
            let mut values: Vec<f64> = shown.iter().filter_map(value).collect();
            values.sort_by(f64::total_cmp);
            let middle = (!values.is_empty()).then(|| {
                let median = f64::midpoint(values[(values.len() - 1) / 2], values[values.len() / 2]);
                [values[0], median, values[values.len() - 1]]
            });
            prop_assert_eq!((middle, values.len()), (number.middle, number.shown), "{}", &term);
            // What a reader types is what the cells count.
            let typed = Filter::default().with_range(&term, &format!("{low}..{high}")).expect(&term);
            let passes = |id: &&u32| {
                catalogue.view(**id).is_some_and(|v| typed.test_columns(&v) == crate::query::Truth::True)
            };
            prop_assert_eq!(all.iter().filter(passes).count(), number.total, "{}", &term);
        }
        let mut names: BTreeMap<String, usize> = BTreeMap::new();
        for row in &rows {
            let name = |j: &Judgement| j.canonical.clone().unwrap_or_else(|| j.label.clone());
            let mut own: Vec<String> = row.judgements.iter().map(name).collect();
            own.sort_unstable();
            own.dedup();
            for name in own {
                *names.entry(name).or_default() += 1;
            }
        }
        let counted: BTreeMap<String, usize> = catalogue.label_names().into_iter().collect();
        prop_assert_eq!(counted, names);
        prop_assert_eq!(quoted("none"), "\"none\"");
    }

    #[test]
    fn classes_are_tallied(
        classes in prop::collection::vec(0_u16..300, 0..200),
        flags in prop::collection::vec(0_u8..2, 200),
        most in 0..300_usize,
    ) {
        let flags: Box<[u8]> = flags.into_iter().take(classes.len()).collect();
        for counted in [Counted::All(classes.len()), Counted::of(flags.clone())] {
            let mut tally = Tally::new(most);
            tally.add(&classes, &counted);
            let counts = |at: usize| counted.flags().is_none_or(|flags| flags[at] == 1);
            let plain = (0..most).map(|class| {
                let of_class = |at: &usize| usize::from(classes[*at]) == class && counts(*at);
                (0..classes.len()).filter(of_class).count()
            });
            prop_assert_eq!(tally.counts(), plain.collect::<Vec<_>>());
        }
    }
}
