//! What stands near what, and in which part of its section.

use super::deciding::check;
use super::{Row, filter};
use crate::model::SectionKind;
use crate::query::Truth::{False as F, NeedsBody as B, True as T};

/// Three sentences of two paragraphs: cues begin in the first, the first again, and the third.
fn talk() -> Row {
    const PAD: &str = "If I refuse, RLHF changes me. So what.\n\nI will comply, then; I comply.";
    let at = |category: &str, word: &str| super::cue(category, PAD.find(word).unwrap());
    let mut spans =
        vec![at("consequence", "If"), at("consequence", "RLHF"), at("comply", "I will")];
    for span in &mut spans {
        span.section = 1;
    }
    let mut idle = at("faint", "So");
    idle.section = 1;
    idle.deductions.push(crate::model::Deduction {
        reason: "negated",
        detail: String::new(),
        amount: 9.0,
    });
    spans.insert(2, idle);
    let user = "RLHF. I comply, so comply.";
    Row {
        cues: vec![("consequence", 2), ("comply", 1)],
        spans,
        sections: vec![
            (SectionKind::User, user),
            (SectionKind::Scratchpad, PAD),
            (SectionKind::Output, "Here is RLHF. And more. I comply."),
        ],
        ..Row::default()
    }
}

#[test]
fn what_is_near_is_counted_in_sentences() {
    check(
        &talk(),
        &[
            ("near(cue:consequence, cue:comply, 2)", T),
            ("near(cue:comply, cue:consequence, 2)", T),
            ("near(cue:consequence, cue:comply, 1)", F),
            ("-near(cue:consequence, cue:comply, 1)", T),
            // Another one is needed; the same is not near to itself.
            ("near(cue:consequence, cue:consequence, 0)", T),
            ("near(cue:comply, cue:comply, 9)", F),
            ("near(cue:comply, cue:any, 2)", T),
            ("near(cue:comply, cue:any, 1)", F),
            ("near(comply, comply, 0)", T),
            ("near(rlhf, rlhf, 9)", F),
            ("near(rlhf, cue:comply, 2)", T),
            ("near(\"so what\", cue:comply, 1)", T),
            ("near(\"so what\", cue:comply, 0)", F),
            ("near(/what/, /if/, 1)", T),
            // A cue that does not count is none; absent ones are told by the columns.
            ("near(so, cue:faint, 0)", F),
            ("near(so, cue:other, 0)", F),
            // Elsewhere only when told.
            ("near(here, comply, 2)", F),
            ("in:output near(here, comply, 2)", T),
            ("in:output near(here, comply, 1)", F),
            ("in:output near(rlhf, cue:comply, 9)", F),
            ("in:output,scratchpad near(what, cue:comply, 1)", T),
            ("part:first-third near(if, rlhf, 0)", T),
            ("part:last-third near(if, rlhf, 0)", F),
        ],
    );
}

#[test]
fn parts_are_thirds_of_a_section() {
    check(
        &talk(),
        &[
            ("part:first-third cue:consequence", T),
            ("part:first-third cue:consequence>=2", T),
            ("part:first-third cue:consequence>=3", F),
            ("part:last-third cue:consequence", F),
            ("part:middle-third cue:comply", T),
            ("-part:middle-third cue:comply", F),
            ("part:middle-third -cue:comply", F),
            ("part:middle-third,last-third cue:comply", T),
            ("part:last-third cue:none", T),
            ("part:first-third cue:none", F),
            ("part:last-third cue:other", F),
            ("part:last-third cue:consequence<1", T),
            ("part:last-third comply", T),
            ("part:first-third comply", F),
            ("in:output part:first-third rlhf", T),
            ("part:last-third in:output rlhf", F),
            ("in:user part:middle-third /so/", T),
            ("in:user part:last-third /rlhf/", F),
            ("part:first-third (cue:consequence -cue:comply)", T),
            ("part:first-third (cue:consequence cue:comply)", F),
        ],
    );
    check(&Row::default(), &[("part:last-third cue:x", F), ("near(cue:x, a, 2)", F)]);
}

#[test]
fn columns_settle_what_cannot_be_near() {
    for (text, want) in [
        ("near(cue:comply, cue:consequence, 2)", B),
        ("near(cue:comply, cue:other, 2)", F),
        ("near(a, cue:other, 2)", F),
        ("near(a, b, 2)", B),
        ("part:last-third cue:comply", B),
        ("part:last-third cue:comply>=2", F),
        ("part:last-third cue:other", F),
        ("part:last-third cue:comply<2", B),
        ("part:last-third cue:none", B),
        ("part:last-third a", B),
    ] {
        assert_eq!(filter(text).test_columns(&talk()), want, "{text}");
    }
    assert_eq!(filter("part:last-third cue:none").test_columns(&Row::default()), T);
}
