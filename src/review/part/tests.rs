//! Parts as journals name them, and back.

use proptest::prelude::*;

use super::*;
use crate::review::testing;

fn part() -> impl Strategy<Value = Part> {
    let place = (any::<usize>(), any::<usize>(), any::<usize>()).prop_map(|(section, a, b)| {
        let (start, end) = (a.min(b), a.max(b));
        Place { section, start, end }
    });
    let name = testing::text;
    let quote = (place.clone(), any::<Option<u8>>(), name(), name());
    prop_oneof![
        (place, name(), name()).prop_map(|(at, category, rule)| Part::Mark { at, category, rule }),
        quote.prop_map(|(at, criterion, label, judge)| Part::Quote { at, criterion, label, judge }),
        (0..u32::MAX).prop_map(Part::Turn),
        (any::<u64>(), any::<u32>(), name()).prop_map(|(hash, ordinal, id)| Part::Beside {
            hash,
            ordinal,
            id
        }),
    ]
}

#[test]
fn parts_are_named_in_words() {
    let at = Place { section: 2, start: 120, end: 188 };
    let of = |word: &str| word.to_owned();
    for (part, text) in [
        (
            Part::Mark { at, category: of("strategic"), rule: of("af.strategic.03") },
            "mark 2:120-188 strategic af.strategic.03",
        ),
        (
            Part::Quote { at, criterion: Some(4), label: of("af"), judge: of("gpt 4\"o") },
            r#"quote 2:120-188 4 af "gpt 4\"o""#,
        ),
        (
            Part::Quote { at, criterion: None, label: of("af"), judge: of("") },
            r#"quote 2:120-188 - af """#,
        ),
        (Part::Turn(2), "turn 3"),
        (
            Part::Beside { hash: 255, ordinal: 1, id: of("q7 free") },
            r#"beside 00000000000000ff 1 "q7 free""#,
        ),
    ] {
        assert_eq!(part.to_string(), text);
        assert_eq!(Part::parse(text), Some(part));
    }
}

#[test]
fn what_is_no_part_is_none() {
    for text in [
        "",
        "mark",
        "turn 0",
        "turn -1",
        "turn 3 4",
        "mark 2:9-3 a b",
        "mark 2:1-3 a",
        "mark 2:1-3 a b c",
        "quote 2:1-3 x a b",
        "beside xyz 0 a",
        "beside 0 0 \"a",
        "other 1",
    ] {
        assert_eq!(Part::parse(text), None, "{text}");
    }
}

proptest! {
    #[test]
    fn any_part_comes_back(part in part()) {
        prop_assert_eq!(Part::parse(&part.to_string()), Some(part));
    }

    #[test]
    fn any_text_is_a_part_or_none(text in "(mark|quote|turn|beside) [0-9a-f:\" -]{0,30}|.*") {
        let _ = Part::parse(&text);
    }
}
