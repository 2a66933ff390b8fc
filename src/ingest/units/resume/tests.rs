//! A stream that grows gives in steps what it gives at once.

use proptest::prelude::*;
use serde_json::{Map, Value};

use super::super::tests::{all_of, piece, reader};
use super::*;

/// Reads a growing text step by step, each time on from where the last reading says; the units of the last.
fn step_by_step(text: &[u8], ends: &[usize], chunk: usize, hold: bool) -> Vec<(Unit, UnitBytes)> {
    let mut list: Vec<(Unit, UnitBytes)> = Vec::new();
    let mut place: Option<Resume> = None;
    for end in ends.iter().copied().chain([text.len()]) {
        let read = reader(&text[..end], chunk);
        let mut units = match place {
            Some(place) => Units::resumed(read, place),
            None => Units::new(read).unwrap(),
        };
        if hold {
            units.hold_back();
        }
        let known = place.map_or(0, |place| place.index as usize);
        assert!(known <= list.len());
        list.truncate(known);
        while let Some(next) = units.next_unit().unwrap() {
            // What is sure stays as it is for ever: it is not looked at again.
            assert_eq!(next.0.index as usize, list.len());
            list.push(next);
        }
        if units.layout() == Layout::Values {
            assert_eq!(units.ended_at(), Some(end as u64));
        }
        place = units.resume();
    }
    list
}

#[test]
fn only_what_nothing_behind_can_change_is_behind_the_place() {
    let cases = [
        ("{\"a\":1}\n{\"b\":2}\n", Some((15, 2, 2)), 2),
        ("{\"a\":1}\n{\"b\":2}", Some((7, 1, 1)), 2),
        ("{\"a\":1}\n{\"b\":{\"c\":2}", Some((7, 1, 1)), 1),
        ("{\"a\":1}\n\"bare", Some((7, 1, 1)), 1),
        ("{\"a\":1}\n{\n  \"b\": 2\n}\n", Some((20, 4, 2)), 2),
        ("{\"a\":1}\n{\n  \"b\": 2\n}", Some((7, 1, 1)), 2),
        ("{\"a\":1}\n{\n  \"b\": 2,\n", Some((7, 1, 1)), 1),
        ("{\"z\":0}\n{\"a\":\"x\n{\"b\":2}\n", Some((23, 3, 3)), 3),
        // A head that could still become something else is looked at again.
        ("{\"a\":", None, 0),
        ("{\"samples\":[{\"a\":1}]}\n", None, 1),
        ("[{\"a\":1},{\"b\":2", None, 1),
        ("{\"samples\":[{\"a\":1},{\"b\":2", None, 1),
        ("id,response\n1,x\n2,y", None, 2),
        ("", None, 0),
    ];
    for (text, expected, given) in cases {
        let mut units = Units::new(reader(text.as_bytes(), usize::MAX)).unwrap();
        units.hold_back();
        let mut count = 0;
        while units.next_unit().unwrap().is_some() {
            count += 1;
        }
        let place = units.resume().map(|p| (p.offset, p.line, p.index));
        assert_eq!((place, count), (expected, given), "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_growing_text_gives_in_steps_what_it_gives_at_once(
        pieces in proptest::collection::vec(piece(), 0..12),
        ends in proptest::collection::vec(0.0..1.0_f64, 0..6),
        chunk in 1usize..40,
    ) {
        let text = pieces.concat();
        let mut ends: Vec<usize> = ends.iter().map(|at| (at * text.len() as f64) as usize).collect();
        ends.sort_unstable();
        let whole = all_of(text.as_bytes(), usize::MAX, MAX_UNIT).1;
        prop_assert_eq!(&step_by_step(text.as_bytes(), &ends, chunk, false), &whole);
        // Held back, the same, but for a last value that is not whole.
        let held = step_by_step(text.as_bytes(), &ends, chunk, true);
        prop_assert_eq!(&held[..], &whole[..held.len()]);
        if let Some((_, first)) = whole.get(held.len()) {
            let parses = |bytes: &[u8]| serde_json::from_slice::<Map<String, Value>>(bytes).is_ok();
            prop_assert!(!matches!(first, UnitBytes::Whole(bytes) if parses(bytes)), "{:?}", first);
        }
    }
}
