//! Events for tests: any that can be, and a few plain ones.

use proptest::prelude::*;
use serde_json::Value;

use super::*;

/// Texts of every kind, hostile ones too.
pub fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z0-9_]{0,12}",
        any::<String>(),
        Just("\u{1b}[31m\"\\\u{202e}\u{2028}\n\r\0\u{7f}\u{e0041}\u{feff}".to_owned()),
    ]
}

fn name() -> impl Strategy<Value = ItemName> {
    let part = prop::option::of(text());
    (text(), text(), any::<Option<u64>>(), any::<u64>(), any::<u32>(), any::<u64>(), part).prop_map(
        |(id, source, line, index, ordinal, hash, part)| ItemName {
            id,
            source,
            line,
            index,
            ordinal,
            hash,
            part,
        },
    )
}

fn stratum() -> impl Strategy<Value = Stratum> {
    let of = prop::collection::vec((text(), text()), 0..3);
    (text(), of, any::<usize>(), any::<usize>()).prop_map(|(name, of, size, drawn)| Stratum {
        name,
        of,
        size,
        drawn,
    })
}

/// How a sample was drawn.
pub fn seal() -> impl Strategy<Value = Seal> {
    let strata = prop::collection::vec(stratum(), 0..4);
    (strata, prop::collection::vec(any::<usize>(), 0..8))
        .prop_map(|(strata, stratum_of)| Seal { strata, stratum_of })
}

fn verdict() -> impl Strategy<Value = Verdict> {
    prop::sample::select(Verdict::ALL.to_vec())
}

fn opened() -> impl Strategy<Value = Opened> {
    let beside = (name(), any::<bool>()).prop_map(|(name, left)| Beside { name, left });
    let numbers = (any::<Option<usize>>(), any::<u64>());
    let item = (name(), numbers, any::<[bool; 2]>(), prop::option::of(beside)).prop_map(
        |(name, (repeats, words), [sighted, seen], beside)| Item {
            name,
            repeats,
            sighted,
            seen,
            words,
            beside,
        },
    );
    // Values of all of it at once would take more of the stack than a thread of tests has.
    let item = item.boxed();
    let texts =
        (text(), prop::option::of((text(), any::<u64>())), text(), prop::option::of(text()));
    let tiers = prop::option::of((text(), text()));
    let numbers = (any::<u64>(), any::<usize>(), any::<u64>(), tiers);
    let lists = (prop::collection::vec(text(), 0..3), prop::collection::vec(item, 0..4), seal());
    let order = prop::sample::select(Order::ALL.to_vec());
    (texts, numbers, lists, order).prop_map(|(texts, numbers, lists, order)| {
        let (label, codebook, filter, sighted) = texts;
        let (seed, frame, frame_hash, tiers) = numbers;
        let (paths, items, seal) = lists;
        Opened {
            label,
            codebook,
            order,
            filter,
            paths,
            shown: sighted.is_some(),
            sighted,
            seed,
            frame,
            frame_hash,
            tiers,
            items,
            seal,
        }
    })
}

fn value() -> impl Strategy<Value = Value> {
    let plain = prop_oneof![
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text().prop_map(Value::from),
    ];
    prop_oneof![plain.clone(), prop::collection::vec(plain, 0..4).prop_map(Value::from),]
}

fn answered() -> impl Strategy<Value = Answered> {
    let span = (any::<usize>(), any::<usize>(), any::<usize>());
    let span = span.prop_map(|(section, start, end)| Span { section, start, end });
    let texts = (text(), prop::option::of(text()), prop::option::of(text()));
    let numbers = (any::<usize>(), any::<u64>(), any::<u64>(), any::<u64>());
    let flags = (any::<bool>(), any::<bool>(), any::<bool>(), verdict());
    let parts = (
        name(),
        stratum(),
        prop::option::of(span),
        prop::collection::btree_map(text(), value(), 0..4),
    );
    (texts, numbers, flags, parts).prop_map(|(texts, numbers, flags, parts)| {
        let (label, note, sighted) = texts;
        let (n, text, seen_ms, seed) = numbers;
        let (flag, repeat, anchor, answer) = flags;
        let (name, stratum, span, answers) = parts;
        Answered {
            n,
            name,
            text,
            label,
            answer,
            answers,
            note,
            span,
            flag,
            sighted,
            seen_ms,
            repeat,
            anchor,
            seed,
            stratum,
            design: text.wrapping_mul(3),
        }
    })
}

fn what() -> impl Strategy<Value = What> {
    let adjudication =
        (name(), any::<u64>(), text(), verdict(), text(), prop::collection::vec(text(), 0..3))
            .prop_map(|(name, text, label, answer, reason, over)| Adjudication {
                name,
                text,
                label,
                answer,
                reason,
                over,
            });
    let import = (name(), text(), verdict(), text())
        .prop_map(|(name, label, answer, from)| Import { name, label, answer, from });
    let strata = prop::collection::vec(stratum(), 0..4);
    let sample = (text(), text(), any::<u64>(), strata)
        .prop_map(|(label, filter, seed, strata)| Sampled { label, filter, seed, strata });
    prop_oneof![
        opened().prop_map(|opened| What::Opened(Box::new(opened))).boxed(),
        answered().prop_map(|answered| What::Answered(Box::new(answered))).boxed(),
        text().prop_map(What::Undone),
        Just(What::Revealed),
        prop::collection::vec((stratum(), any::<usize>()), 0..3).prop_map(What::Ended),
        adjudication.prop_map(|adjudication| What::Adjudicated(Box::new(adjudication))),
        import.prop_map(|import| What::Imported(Box::new(import))),
        sample.prop_map(|sample| What::Sampled(Box::new(sample))),
    ]
}

/// Any event.
pub fn event() -> impl Strategy<Value = Event> {
    (text(), text(), any::<u64>(), text(), text(), what()).prop_map(
        |(id, session, time, rater, version, what)| Event {
            id,
            session,
            time,
            rater,
            version,
            what,
        },
    )
}

/// The name of transcript `n`.
#[must_use]
pub fn item(n: u64) -> ItemName {
    let (id, source) = (format!("q{n}"), "runs/a.jsonl".to_owned());
    ItemName { id, source, line: Some(n + 1), index: n, ordinal: 0, hash: 1 + n, part: None }
}

/// An answer on item `n`.
#[must_use]
pub fn answer(n: usize, answer: Verdict) -> Answered {
    Answered {
        n,
        name: item(n as u64),
        text: 77,
        label: "alignment_faking".to_owned(),
        answer,
        answers: std::collections::BTreeMap::new(),
        note: None,
        span: None,
        flag: false,
        sighted: None,
        seen_ms: 1500,
        repeat: false,
        anchor: false,
        seed: 3,
        stratum: Stratum { name: "free".to_owned(), of: Vec::new(), size: 40, drawn: 10 },
        design: 0,
    }
}

/// A session over the first `n` transcripts.
#[must_use]
pub fn opened_over(n: usize) -> Opened {
    let item = |n| Item { name: item(n as u64), ..Item::default() };
    let stratum = Stratum { name: "free".to_owned(), of: Vec::new(), size: 40, drawn: n };
    Opened {
        label: "alignment_faking".to_owned(),
        codebook: None,
        order: Order::Whole,
        filter: String::new(),
        paths: vec!["runs/".to_owned()],
        shown: false,
        sighted: None,
        seed: 3,
        frame: 40,
        frame_hash: 9,
        tiers: None,
        items: (0..n).map(item).collect(),
        seal: Seal { strata: vec![stratum], stratum_of: vec![0; n] },
    }
}

/// Event `n` of a session, by rater R1, at that many seconds.
#[must_use]
pub fn happened(session: &str, n: u64, what: What) -> Event {
    Event {
        id: event_id(session, n),
        session: session.to_owned(),
        time: 1_772_355_907_250 + 1000 * n,
        rater: "R1".to_owned(),
        version: "0.1.0".to_owned(),
        what,
    }
}
