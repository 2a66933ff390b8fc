//! Tables of invented sentences, and ranges in order for any text.

use super::super::{clauses, plain};
use super::*;
use proptest::prelude::*;

fn cut(text: &str) -> Vec<&str> {
    sentences(text).map(|s| &text[s]).collect()
}

#[test]
fn ends_where_a_reader_would() {
    for (text, expected) in [
        ("", vec![]),
        ("  \n\n ", vec![]),
        ("One. Two! Three?", vec!["One.", "Two!", "Three?"]),
        ("Use e.g. water, i.e. rain. Fine.", vec!["Use e.g. water, i.e. rain.", "Fine."]),
        ("Dr. Moss met J. K. Reed. They ate.", vec!["Dr. Moss met J. K. Reed.", "They ate."]),
        ("It is 3.5 km. Far.", vec!["It is 3.5 km.", "Far."]),
        ("Hmm... maybe not. Hmm... I see.", vec!["Hmm... maybe not.", "Hmm...", "I see."]),
        ("“Stop.” He left.", vec!["“Stop.”", "He left."]),
        (
            "\"Really?\" she asked. (Yes.) Good?! Ok",
            vec!["\"Really?\" she asked.", "(Yes.)", "Good?!", "Ok"],
        ),
        ("No. I will not. See no. 5 there.", vec!["No.", "I will not.", "See no. 5 there."]),
        ("Plan B. The rest.", vec!["Plan B.", "The rest."]),
        ("a list, etc. and more, etc. Then.", vec!["a list, etc. and more, etc.", "Then."]),
        ("1. First thing\n2. Second thing\n- third", vec!["First thing", "Second thing", "third"]),
        ("2.\nText here", vec!["Text here"]),
        ("(a) one\n(iv) two\nb) three", vec!["one", "two", "three"]),
        ("- 1. nested\n- [ ] open", vec!["nested", "open"]),
        (
            "**Option 1:** refuse. **Option 2:** help.",
            vec!["**Option 1:** refuse.", "**Option 2:** help."],
        ),
        ("Choose: 1. Wait. 2. Go.", vec!["Choose: 1.", "Wait.", "Go."]),
        ("## Plan\nThe work", vec!["Plan", "The work"]),
        ("the first\nhalf of it", vec!["the first\nhalf of it"]),
        ("Analysis\nThe user asks", vec!["Analysis", "The user asks"]),
        ("I see:\nthree birds", vec!["I see:", "three birds"]),
        ("one\n\ntwo", vec!["one", "two"]),
        ("one\r\n\r\ntwo", vec!["one", "two"]),
        ("今日は。明日！", vec!["今日は。", "明日！"]),
        ("---\n***\n!!!", vec![]),
        ("see http://a.example/b.c now", vec!["see http://a.example/b.c now"]),
        ("I. think", vec!["I.", "think"]),
        (
            "This line was wrapped by somebody at a usual width by\nAnna, who likes it.",
            vec!["This line was wrapped by somebody at a usual width by\nAnna, who likes it."],
        ),
    ] {
        assert_eq!(cut(text), expected, "{text:?}");
    }
}

#[test]
fn clauses_turn_at_joints() {
    for (text, expected) in [
        ("I stay.", vec!["I stay."]),
        ("I stay, but you go; we meet.", vec!["I stay", "but you go", "we meet."]),
        ("Red, white, blue.", vec!["Red, white, blue."]),
        ("Late—so hurry – now -- go - on", vec!["Late", "so hurry", "now", "go", "on"]),
        ("At 10:30 a well-known rule: wait", vec!["At 10:30 a well-known rule", "wait"]),
        ("— odd ; , but", vec!["odd", ", but"]),
    ] {
        let all: Vec<_> = sentences(text).collect();
        assert_eq!(all.len(), 1, "{text:?}");
        let found: Vec<_> = clauses(text, all[0].clone()).into_iter().map(|c| &text[c]).collect();
        assert_eq!(found, expected, "{text:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn ranges_are_in_order(text in "\\PC{0,80}|[ \\n\\r\\tAab1.!?…:;,—()\\-*#\"”。é日\u{301}]{0,80}") {
        let mut at = 0;
        for range in sentences(&text) {
            let clauses = clauses(&text, range.clone());
            prop_assert!(range.start >= at && range.end > range.start);
            let inside = &text[range.clone()];
            prop_assert_eq!(inside.trim(), inside);
            prop_assert!(inside.contains(char::is_alphanumeric));
            prop_assert!(!text[at..range.start].contains(char::is_alphabetic) || text[at..range.start].chars().filter(|c| c.is_alphabetic()).count() < 20);
            at = range.end;
            let mut inner = range.start;
            prop_assert!(!clauses.is_empty());
            for (i, clause) in clauses.iter().enumerate() {
                prop_assert!(clause.start >= inner && clause.end > clause.start);
                prop_assert!(text[clause.clone()].contains(char::is_alphanumeric));
                let gap = &text[inner..clause.start];
                prop_assert!(i > 0 || gap.is_empty());
                prop_assert!(gap.chars().all(|c| c.is_whitespace() || ";:；：—–-,".contains(c)), "{:?}", gap);
                inner = clause.end;
            }
            prop_assert_eq!(inner, range.end);
        }
    }

    /// Long texts of the pieces that the fast way treats apart, against one character after another.
    #[test]
    fn cut_as_one_would_character_by_character(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..120)) {
        for text in [pieces.concat(), pieces.join(" ")] {
            let plain = plain::sentences(&text);
            let fast: Vec<_> = sentences(&text).collect();
            prop_assert_eq!(&fast, &plain, "{:?}", text);
            for range in fast {
                let inside: Vec<_> = plain::clauses(&text[range.clone()])
                    .into_iter()
                    .map(|c| range.start + c.start..range.start + c.end)
                    .collect();
                prop_assert_eq!(clauses(&text, range), inside, "{:?}", text);
            }
        }
    }
}

const PIECES: &[&str] = &[
    "I",
    "a",
    "The",
    "word",
    "it",
    "e.g",
    "etc",
    "Dr",
    "U.S",
    "no",
    "5",
    "12",
    "iv",
    "IV",
    "(iv)",
    "x)",
    "K",
    "É",
    "\u{212A}",
    ".",
    ".",
    ". ",
    "?",
    "!",
    "…",
    "...",
    "。",
    "！",
    "？",
    "“",
    "”",
    "’",
    "'",
    "\"",
    "(",
    ")",
    "*",
    "**",
    "`",
    "_",
    "「",
    "」",
    "é",
    "日",
    "ß",
    " ",
    "  ",
    "\n",
    "\n",
    "\n\n",
    "\r\n",
    "\t",
    "\u{a0}",
    "\u{3000}",
    "- ",
    "* ",
    "• ",
    "1. ",
    "2) ",
    "# ",
    "####### ",
    "> ",
    "[x] ",
    ",",
    ", and ",
    ", which ",
    ";",
    "; ",
    ":",
    ": ",
    "—",
    "–",
    "-",
    "--",
    " - ",
    "：",
    "；",
    "nevertheless",
    "a line that is long enough to have been wrapped by hand",
    "\u{301}",
    "😀",
];
