//! Partners are found, all of them and no others, whatever the order of the rows.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::corpus::partners::complied;
use crate::corpus::{Batch, Interner, Row, RowPlace};
use crate::model::{Tier, TierFrom, Transcript};

/// Sample, tier, model, variant, epoch, content.
type Said = (String, Option<&'static str>, Option<&'static str>, Option<&'static str>, i64, u64);

fn catalogue(rows: &[Said]) -> Catalogue {
    let mut names = Interner::default();
    let rows: Vec<Row> = rows
        .iter()
        .map(|(sample, tier, model, variant, epoch, hash)| {
            let transcript = Transcript {
                id: format!("{sample}-{hash}"),
                sample: sample.clone(),
                tier: tier.map(|value| Tier {
                    value: value.to_owned(),
                    raw: value.to_owned(),
                    from: TierFrom::Field,
                }),
                model: model.map(str::to_owned),
                variant: variant.map(str::to_owned),
                epoch: Some(*epoch),
                hash: *hash,
                ..Transcript::default()
            };
            Row::new(&transcript, None, RowPlace::default(), &mut names)
        })
        .collect();
    let mut catalogue = Catalogue::new(&["a.jsonl".to_owned()]);
    for some in rows.chunks(7) {
        catalogue.push(Batch::new(some));
    }
    catalogue
}

/// Contents on either side.
type Sides = (Vec<u64>, Vec<u64>);

/// What two tiers have in common, read plainly: sample and design with the contents on either side.
fn plainly(rows: &[Said]) -> BTreeMap<String, Sides> {
    let mut all: BTreeMap<String, Sides> = BTreeMap::new();
    let mut seen = Vec::new();
    for (sample, tier, model, variant, epoch, hash) in rows {
        let identity = (hash, tier, model, variant, epoch);
        if seen.contains(&identity) {
            continue;
        }
        seen.push(identity);
        let pair = all.entry(format!("{sample:?} {model:?} {variant:?}")).or_default();
        match tier {
            Some("free") => pair.0.push((*epoch as u64) << 32 | hash),
            Some("paid") => pair.1.push((*epoch as u64) << 32 | hash),
            _ => {}
        }
    }
    for (left, right) in all.values_mut() {
        for side in [left, right] {
            side.sort_unstable();
            for content in side {
                *content &= 0xffff_ffff;
            }
        }
    }
    all
}

fn found(catalogue: &Catalogue) -> (Pairs, Vec<Sides>) {
    let pairs = catalogue.samples(PairField::Tier).pairs(("free", "paid"), None);
    let content = |rows: &Vec<RowId>| -> Vec<u64> {
        // Of one epoch the catalogue's order counts, which the plain reading does not know.
        let of = |row: &RowId| {
            let view = catalogue.view(*row).unwrap();
            (view.epoch(), view.place().hash)
        };
        let mut rows: Vec<_> = rows.iter().map(of).collect();
        rows.sort_unstable();
        rows.into_iter().map(|(_, hash)| hash).collect()
    };
    let mut sides: Vec<_> =
        pairs.pairs.iter().map(|p| (content(&p.left), content(&p.right))).collect();
    sides.sort();
    (pairs, sides)
}

fn said() -> impl Strategy<Value = Said> {
    let word = |words: &'static [Option<&'static str>]| prop::sample::select(words);
    (
        "q[1-6]",
        word(&[Some("free"), Some("paid"), Some("pro"), None]),
        word(&[Some("m1"), Some("m2"), None]),
        word(&[Some("cot"), Some("no_cot"), None]),
        0..3_i64,
        0..60_u64,
    )
        // A record stands in one place, or in several that name other tiers and models.
        .prop_map(|(sample, tier, model, variant, epoch, hash)| {
            (format!("{sample}{}", hash % 3), tier, model, variant, epoch, hash)
        })
}

/// The folder says the tier: of the same record under two tiers neither is the other's copy.
#[test]
fn the_same_record_under_two_tiers_is_two_transcripts() {
    let row = |tier, epoch, hash| ("q1".to_owned(), Some(tier), None, None, epoch, hash);
    let catalogue =
        catalogue(&[row("free", 0, 7), row("paid", 0, 7), row("paid", 0, 7), row("paid", 1, 7)]);
    assert_eq!(catalogue.repeats().iter().collect::<Vec<_>>(), [2]);
    assert!(catalogue.is_duplicate(0) && !catalogue.is_copy(1) && catalogue.is_copy(2));
    let (pairs, sides) = found(&catalogue);
    assert_eq!((sides, pairs.copies), (vec![(vec![7], vec![7, 7])], 1));
    assert_eq!(catalogue.same_records(None).iter().collect::<Vec<_>>(), [1, 2, 3]);
}

/// Items of a sample are found again where their records are, or stand where they stood and changed; never is one taken for another.
#[test]
fn items_are_not_taken_for_others_that_moved_into_their_place() {
    let at = |rows: &[(&str, u64)]| {
        let mut names = Interner::default();
        let rows: Vec<Row> = (0..)
            .zip(rows)
            .map(|(index, (id, hash))| {
                let transcript =
                    Transcript { id: (*id).to_owned(), hash: *hash, ..Transcript::default() };
                let place = RowPlace { index, line: index + 1, hash: *hash, ..RowPlace::default() };
                Row::new(&transcript, None, place, &mut names)
            })
            .collect();
        let mut catalogue = Catalogue::new(&["a.jsonl".to_owned()]);
        catalogue.push(Batch::new(&rows));
        catalogue
    };
    let before = at(&[("a", 1), ("a", 2), ("a", 3), ("b", 4), ("c", 5), ("d", 6)]);
    // The third of all is no item.
    let items: Vec<_> =
        [0, 1, 3, 4, 5].into_iter().filter_map(|row| before.item_name(row)).collect();
    let names: Vec<_> = items.iter().collect();
    let again = |rows: &[(&str, u64)]| at(rows).rows_again(&names);
    let all = [Some(0), Some(1), Some(3), Some(4), Some(5)];
    assert_eq!(again(&[("a", 1), ("a", 2), ("a", 3), ("b", 4), ("c", 5), ("d", 6)]), all);
    // Another label beside each of them, or beside one.
    assert_eq!(again(&[("a", 11), ("a", 12), ("a", 13), ("b", 14), ("c", 15), ("d", 16)]), all);
    assert_eq!(again(&[("a", 1), ("a", 12), ("a", 3), ("b", 4), ("c", 5), ("d", 6)]), all);
    // The second is taken out: the third, of the same id, stands in its place.
    let found = again(&[("a", 1), ("a", 3), ("b", 4), ("c", 5), ("d", 6)]);
    assert_eq!(found, [Some(0), None, Some(2), Some(3), Some(4)]);
    // Another id stands there.
    let found = again(&[("a", 1), ("x", 12), ("a", 3), ("b", 4), ("c", 5), ("d", 6)]);
    assert_eq!(found[1], None);
    // Of the last one nothing tells whether it has only changed.
    let found = again(&[("a", 1), ("a", 2), ("a", 3), ("b", 4), ("c", 5), ("d", 16)]);
    assert_eq!(found[4], None);
}

/// A filter for one side that asks for partners is about the pairs that it finds.
#[test]
fn partners_are_added_to_the_side_that_is_there_alone() {
    let row = |sample: &str, tier, hash| (sample.to_owned(), Some(tier), None, None, 0, hash);
    let catalogue = catalogue(&[
        row("a", "free", 0),
        row("a", "paid", 1),
        row("b", "free", 2),
        row("b", "paid", 3),
        row("c", "free", 4),
        row("d", "free", 5),
        row("d", "paid", 6),
        row("d", "paid", 7),
        row("d", "pro", 8),
    ]);
    let samples = catalogue.samples(PairField::Tier);
    for (rows, wanted) in [
        (vec![0, 4], vec![0, 1, 4]),
        (vec![3], vec![2, 3]),
        (vec![5, 6], vec![5, 6]),
        (vec![5], vec![5, 6, 7]),
        (vec![8], vec![8]),
    ] {
        let found = samples.with_partners(("free", "paid"), &Bits::of(&rows));
        assert_eq!(found.iter().collect::<Vec<_>>(), wanted, "{rows:?}");
    }
}

proptest! {
    #[test]
    fn all_partners_are_found_and_no_others(rows in prop::collection::vec(said(), 0..60)) {
        let catalogue = catalogue(&rows);
        let plain = plainly(&rows);
        let (pairs, sides) = found(&catalogue);
        let mut wanted: Vec<_> =
            plain.values().filter(|p| !p.0.is_empty() && !p.1.is_empty()).cloned().collect();
        wanted.sort();
        prop_assert_eq!(sides, wanted);
        prop_assert_eq!(pairs.only_left, plain.values().filter(|p| !p.0.is_empty() && p.1.is_empty()).count());
        prop_assert_eq!(pairs.only_right, plain.values().filter(|p| p.0.is_empty() && !p.1.is_empty()).count());
        // A row's partners are those of its sample with another tier, and it is theirs.
        let samples = catalogue.samples(PairField::Tier);
        let copies = catalogue.repeats();
        for view in catalogue.views().filter(|view| !copies.contains(view.id)) {
            for partner in samples.partners(view.id) {
                let other = catalogue.view(partner).unwrap();
                prop_assert_eq!(view.sample(), other.sample());
                prop_assert_eq!((view.model(), view.variant()), (other.model(), other.variant()));
                prop_assert!(view.tier().is_some() && other.tier().is_some());
                prop_assert_ne!(view.tier(), other.tier());
                prop_assert!(samples.partners(partner).any(|row| row == view.id));
            }
        }
    }
}

/// What a row's gap is, plainly: of the two usual tiers the first one's rate of compliance less the second one's, of a third tier the first
/// one's less its own.
fn plain_gap(catalogue: &Catalogue, samples: &Samples, row: RowId) -> Option<f64> {
    let view = |row: RowId| catalogue.view(row).unwrap();
    let (left, right) = samples.sides()?;
    let own = view(row).tier().map(str::to_owned)?;
    let other = if own == left { right.to_owned() } else { own };
    let rate = |tier: &str| {
        let rows = samples.rows(samples.sample_of(row)?).iter();
        let with = |other: &&RowId| view(**other).tier() == Some(tier);
        let known: Vec<bool> = rows.filter(with).filter_map(|r| complied(&view(*r))).collect();
        let yes = known.iter().filter(|yes| **yes).count();
        (!known.is_empty()).then(|| yes as f64 / known.len() as f64)
    };
    Some(rate(left)? - rate(&other)?)
}

proptest! {
    #[test]
    fn gaps_are_what_a_plain_reading_finds(rows in prop::collection::vec(said(), 0..40)) {
        let catalogue = catalogue(&rows);
        let samples = catalogue.samples(PairField::Tier);
        for view in catalogue.views() {
            let plain = plain_gap(&catalogue, &samples, view.id);
            let found = samples.gap(view.id);
            prop_assert_eq!(found.is_some(), plain.is_some());
            prop_assert!((found.unwrap_or_default() - plain.unwrap_or_default()).abs() < 1e-6);
        }
    }

    #[test]
    fn what_can_be_compared_is_what_pairs_are_found_of(
        rows in prop::collection::vec(said(), 0..40)
    ) {
        let catalogue = catalogue(&rows);
        let mut pairs = 0;
        for found in catalogue.comparisons() {
            let samples = catalogue.samples(found.field);
            let all = samples.pairs((&found.left, &found.right), None);
            prop_assert_eq!(all.pairs.len(), found.samples);
            prop_assert!(found.samples > 0 && found.right != "free");
            pairs += found.samples;
        }
        let mut plain = 0;
        for field in PairField::ALL {
            let samples = catalogue.samples(field);
            let values = samples.values();
            for (at, (left, _)) in values.iter().enumerate() {
                for (right, _) in values.iter().skip(at + 1) {
                    plain += samples.pairs((left, right), None).pairs.len();
                }
            }
        }
        prop_assert_eq!(pairs, plain);
    }
}

#[test]
fn the_gap_is_of_what_is_shown() {
    let row = |sample: &str, tier: &'static str, hash| {
        (sample.to_owned(), Some(tier), None, None, 0, hash)
    };
    let tiers = ["free", "paid", "pro", "pro", "enterprise"];
    let rows: Vec<Said> =
        (1..).zip(tiers).map(|(hash, tier)| row(&format!("q{}", hash % 2), tier, hash)).collect();
    let catalogue = catalogue(&rows);
    let samples = catalogue.samples(PairField::Tier);
    let sides = |rows: &[RowId]| samples.sides_among(&Bits::of(rows)).unwrap();
    assert_eq!(sides(&[0, 1, 2, 3, 4]), ("free", "paid"));
    assert_eq!(sides(&[2, 3, 4]), ("enterprise", "pro"), "by name");
    assert_eq!(sides(&[0, 2, 3]), ("free", "pro"), "free on the left");
    assert_eq!(sides(&[2]), ("free", "pro"), "its partners stand outside");
    assert_eq!(
        (sides(&[0]), sides(&[1]), sides(&[])),
        (("free", "paid"), ("free", "paid"), ("free", "paid"))
    );
}

#[test]
fn who_answers_what_is_found_once_and_again_when_rows_come() {
    let row = |tier: &'static str, hash| ("q".to_owned(), Some(tier), None, None, 0, hash);
    let mut one = catalogue(&[row("free", 1)]);
    let before = one.samples(PairField::Tier);
    assert!(Arc::ptr_eq(&before, &one.snapshot().samples(PairField::Tier)), "clones share it");
    one.take_partners(Arc::clone(&before));
    assert!(one.knows_partners(PairField::Tier));
    let edition = one.edition();
    let more = catalogue(&[row("paid", 2)]);
    one.push(Batch::from(more.views().map(|view| more.row(view.id).unwrap()).collect::<Vec<_>>()));
    assert!(one.edition() > edition && !one.knows_partners(PairField::Tier));
    let after = one.samples(PairField::Tier);
    assert_eq!((before.looked_at(), after.looked_at()), (1, 2));
    assert_eq!(after.partners(0).collect::<Vec<_>>(), [1]);
    assert_eq!(one.only(&Bits::of(&[1])).samples(PairField::Tier).partners(1).count(), 0);
}

/// A corpus of known pairs in disorder: what is planted is found, and nothing else.
#[test]
fn planted_pairs_come_back_from_a_shuffled_corpus() {
    let mut rows: Vec<Said> = Vec::new();
    let mut hash = 0;
    let mut add = |rows: &mut Vec<Said>, sample: &str, tier, variant, epoch| {
        hash += 1;
        rows.push((sample.to_owned(), Some(tier), Some("m1"), Some(variant), epoch, hash));
    };
    for n in 0..300 {
        let sample = format!("q{n}");
        // Every tenth has no partner, every seventh has epochs, every second another reasoning mode too.
        for mode in ["cot", "no_cot"].into_iter().take(1 + n % 2) {
            for epoch in 0..if n % 7 == 0 { 3 } else { 1 } {
                add(&mut rows, &sample, "free", mode, epoch);
                if n % 10 != 0 {
                    add(&mut rows, &sample, "paid", mode, epoch);
                }
            }
        }
    }
    let copies: Vec<Said> = rows.iter().step_by(13).cloned().collect();
    let planted = rows.clone();
    rows.extend(copies.iter().cloned());
    let mut shuffled = rows.clone();
    shuffled.sort_by_key(|row| row.5.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let catalogue = catalogue(&shuffled);
    let (pairs, _) = found(&catalogue);
    let plain = plainly(&planted);
    let both = plain.values().filter(|p| !p.1.is_empty()).count();
    assert_eq!(
        (pairs.pairs.len(), pairs.only_left, pairs.only_right),
        (both, plain.len() - both, 0)
    );
    assert_eq!(pairs.copies, copies.len());
    assert!(pairs.has_epochs());
    for pair in &pairs.pairs {
        let of = |row: &RowId| catalogue.view(*row).unwrap();
        let (left, right): (Vec<_>, Vec<_>) =
            (pair.left.iter().map(of).collect(), pair.right.iter().map(of).collect());
        assert_eq!(left.len(), right.len());
        for (a, b) in left.iter().zip(&right) {
            assert_eq!((a.sample(), a.variant(), a.epoch()), (b.sample(), b.variant(), b.epoch()));
        }
    }
}

#[test]
fn sides_are_free_and_paid_else_the_most_frequent() {
    let row = |tier: &'static str, hash| ("q".to_owned(), Some(tier), None, None, 0, hash);
    let of = |rows: &[Said]| {
        let samples = catalogue(rows).samples(PairField::Tier);
        samples.sides().map(|(a, b)| (a.to_owned(), b.to_owned()))
    };
    let both = |a: &str, b: &str| Some((a.to_owned(), b.to_owned()));
    assert_eq!(
        of(&[row("pro", 1), row("pro", 2), row("paid", 3), row("free", 4)]),
        both("free", "paid")
    );
    assert_eq!(of(&[row("b", 1), row("a", 2), row("c", 3), row("c", 4)]), both("a", "c"));
    assert_eq!(of(&[row("free", 1)]), None);
    assert_eq!(of(&[]), None);
    let samples = catalogue(&[row("Free", 1), row("pro", 2)]).samples(PairField::Tier);
    assert_eq!(samples.pairs(("free", "PRO"), None).pairs.len(), 1, "letter case is ignored");
    let wanted = Bits::of(&[0]);
    let pairs = samples.pairs(("free", "pro"), Some(&wanted));
    assert_eq!((pairs.pairs.len(), pairs.only_left, pairs.unpaired()), (0, 1, 1));
}

#[test]
fn a_pair_is_one_row_and_knows_what_both_sides_did() {
    let row = |sample: &str, tier: Option<&'static str>, epoch: i64, hash: u64| -> Said {
        (sample.to_owned(), tier, None, None, epoch, hash)
    };
    let catalogue = catalogue(&[
        row("one", Some("paid"), 1, 1),
        row("one", Some("free"), 2, 2),
        row("two", Some("free"), 1, 3),
        row("one", Some("free"), 1, 4),
        row("one", Some("pro"), 1, 5),
        row("two", Some("pro"), 1, 6),
        row("three", Some("free"), 1, 7),
        row("three", Some("paid"), 1, 8),
        // A copy stands for nothing.
        row("three", Some("paid"), 1, 8),
    ]);
    let samples = catalogue.samples(PairField::Tier);
    let sides = ("free", "paid");
    let pair = |row| samples.pair_of(sides, row);
    assert_eq!(pair(0), Some(Pair { left: vec![3, 1], right: vec![0] }));
    assert_eq!(pair(4), pair(0), "of a third tier's sample, too");
    assert_eq!((pair(2), pair(5)), (None, None));
    assert_eq!(pair(6), Some(Pair { left: vec![6], right: vec![7] }));
    let folded = |passing: &[RowId], chosen| {
        let mut rows = Bits::default();
        for row in passing {
            rows.insert(*row);
        }
        samples.folded(sides, &rows, chosen)
    };
    let all: Vec<RowId> = (0..9).collect();
    assert_eq!(folded(&all, None), [3, 6], "the first on the left");
    assert_eq!(folded(&all, Some(0)), [0, 6], "the chosen one stands for its pair");
    assert_eq!(folded(&all, Some(4)), [3, 6], "a third tier is no side");
    assert_eq!(folded(&[1, 7], None), [1, 7], "else one that passes");
    assert_eq!(folded(&[2, 4, 5], None), [0; 0]);
    assert_eq!(samples.folded(("free", "nobody"), &Bits::default(), None), [0; 0]);
}
