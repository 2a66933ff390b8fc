//! What filters say about one transcript, with its columns and with its text.

use proptest::prelude::*;

use super::super::ast::Node;
use super::super::{Filter, Needs, Truth, is_seen};
use super::reading::node;
use super::{Row, filter, judged, row};
use crate::model::{LabelValue, SectionKind};
use crate::text::Needle;

const T: Truth = Truth::True;
const F: Truth = Truth::False;
const U: Truth = Truth::Unknown;
const B: Truth = Truth::NeedsBody;

pub(super) fn check(row: &Row, cases: &[(&str, Truth)]) {
    for (text, want) in cases {
        let filter = filter(text);
        assert_eq!(filter.test(row, row), *want, "{text}");
        let columns = filter.test_columns(row);
        assert!(columns == *want || columns == B, "{text}: columns alone say {columns:?}");
    }
}

#[test]
fn text_fields() {
    check(
        &row(),
        &[
            ("", T),
            ("tier:FREE", T),
            ("tier:paid,free", T),
            ("tier:paid", F),
            ("-tier:paid", T),
            ("tier!=free", F),
            ("tier=free", T),
            ("tier:fre", F),
            ("tier:fr*", T),
            ("tier:none", F),
            ("tier:/^fr/", T),
            ("setting:Animal-welfare", T),
            ("setting:animal", F),
            ("setting:animal*", T),
            ("setting:*welfare", T),
            ("model:claude-opus-x", T),
            ("model:opus", F),
            ("model:*opus*", T),
            ("model:opus*", F),
            ("variant:none", T),
            ("variant:x", F),
            ("-variant:x", T),
            ("id:run-7:12", T),
            ("id:7:1", F),
            ("id:*7:1*", T),
            ("sample:q41", T),
            ("sample:q4", F),
            ("source:day1", F),
            ("source:*day1*", T),
            ("source:day1/*.jsonl", T),
            ("source:*.json", F),
            ("outcome:complied", T),
            ("outcome:un*,refused", F),
            ("by:judge", T),
            ("by:tag,rule", F),
            ("by:none", F),
            ("parse:repaired", T),
            ("repair:unclosed", F),
            ("repair:unclosed*", T),
            ("repair:double-close", F),
            ("repair:none", F),
            ("dup:no", T),
            ("conflict:yes", F),
            ("echo:yes", T),
            ("-echo:yes", F),
            ("decision:comply", T),
            ("decision:refuse,none", F),
            ("mismatch:yes", T),
            ("mismatch:no,none", F),
            ("-mismatch:no", T),
            ("agree:no", T),
            ("agree:yes,none", F),
            ("quote:unmatched", T),
            ("quote:matched,none", F),
            ("-quote:matched", T),
            ("-agree:yes", T),
            ("query:\"HOW to\"", T),
            ("query:/cages$/", T),
            ("query:none", F),
        ],
    );
}

#[test]
fn numbers_that_are_absent_are_unknown() {
    check(
        &row(),
        &[
            ("score>=4.5", T),
            ("score>4.5", F),
            ("score:4.5", T),
            ("score:none", F),
            ("epoch:2", T),
            ("epoch:1,2", T),
            ("epoch<2", F),
            ("len.output=20", T),
            ("len.reasoning>50", T),
            ("len>80", T),
            ("len>1e9", F),
            ("criterion:1", T),
            ("criterion:2", F),
            ("criterion:2,4", T),
            ("criterion:3", U),
            ("-criterion:3", U),
            ("criterion:2,3", U),
            ("cue:strategic", T),
            ("cue:Strategic>=2", T),
            ("cue:strategic>2", F),
            ("cue:strategic,comply>=3", T),
            ("cue:any>=4", F),
            ("cue>=3", T),
            ("cue:none", F),
            ("cue:none,comply", T),
            ("-cue:other", T),
        ],
    );
    check(
        &Row::default(),
        &[
            ("score>=3", U),
            ("-score>=3", U),
            ("score:none", T),
            ("score:none,3", T),
            ("echo:no", T),
            ("decision:none", T),
            ("mismatch:none", T),
            ("agree:none", T),
            ("quote:none", T),
            ("quote:matched,unmatched", F),
            ("agree:yes,no", F),
            ("mismatch:yes,no", F),
            ("-mismatch:yes", T),
            ("score:3", U),
            ("epoch:1", U),
            ("epoch!=1", U),
            ("epoch:none", T),
            ("criterion:4", U),
            ("cue:any", F),
            ("cue:none", T),
            ("tier:free", F),
            ("-tier:free", T),
            ("tier:none", T),
            ("repair:none", T),
            ("query:none", T),
            ("len=0", T),
        ],
    );
}

#[test]
fn labels_are_three_valued() {
    check(
        &row(),
        &[
            ("label:is_af", T),
            ("label:Alignment_Faking", T),
            ("-label:alignment_faking", F),
            ("label:alignment*", T),
            ("label:absent", U),
            ("-label:absent", U),
            ("label:broken", U),
            ("NOT label:broken", U),
            ("label:split", T),
            ("label:half", F),
            ("-label:half", T),
            ("label:kind", U),
            ("label:broken,is_af", T),
            ("label:broken,half", U),
            ("label:none", F),
            ("label.broken:unparsed", T),
            ("-label.broken:unparsed", F),
            ("label.half:unparsed", F),
            ("label.half@R1:unparsed", T),
            ("label.absent:unparsed", F),
            ("label.absent:missing", T),
            ("label.broken:missing", F),
            ("label.absent:missing,unparsed", T),
            ("label.kind:neither", T),
            ("label.kind:yes", U),
            ("-label.kind:yes", U),
            ("label.broken:neither", F),
            ("label.absent:neither", F),
            ("label.half:neither", F),
            ("-label.half:neither", T),
            ("label.share>=0.6", T),
            ("label.share:>=0.6", T),
            ("label.share>0.6", F),
            ("-label.share>0.6", T),
            ("label.share=0.60", T),
            ("label.is_af>0.5", U),
            ("label.absent>0.5", U),
            ("-label.absent>0.5", U),
            ("label.kind=reluctant", T),
            ("label.kind:reluc*", T),
            ("label.kind=eager", F),
            ("-label.kind=eager", T),
            ("label.kind!=eager", T),
            ("label.kind=/^Rel/", T),
            ("label.broken=eager", U),
            ("label.split@R1:yes", F),
            ("label.split@r1:no", T),
            ("label.split@R2:yes", T),
            ("label.split@R3:yes", U),
            ("label.split@R3:missing", T),
            ("label.split:no", T),
            ("label.\"odd name\":no", T),
            ("-label:\"odd name\"", T),
            ("label.is_af=true", T),
        ],
    );
    check(&Row::default(), &[("label:none", T), ("label.x:missing", T), ("label:x", U)]);
}

#[test]
fn text_looks_in_the_response_unless_told() {
    check(
        &row(),
        &[
            ("rlhf", T),
            ("\"least bad option\"", T),
            ("rated", F),
            ("in:prompt rated", T),
            ("in:any rated", T),
            ("in:output rlhf", F),
            ("in:scratchpad (rlhf article)", F),
            ("in:scratchpad,output (rlhf article)", T),
            ("in:output article rlhf", T),
            ("in:output (article rlhf)", F),
            ("in:output (article OR rlhf)", T),
            ("in:output (article in:scratchpad rlhf)", T),
            ("in:output -rlhf", T),
            ("in:reasoning \"first try\"", T),
            ("in:response \"first try\"", T),
            ("in:user cages", T),
            ("cages", F),
            ("/least\\s+bad/", T),
            ("-/least\\s+bad/", F),
        ],
    );
}

#[test]
fn meta_paths() {
    check(
        &row(),
        &[
            ("meta.temperature>0.5", T),
            ("meta.temperature:0.70", T),
            ("meta.seed>41", T),
            ("meta.seed:42", T),
            ("meta.tags:beta", T),
            ("meta.tags:c", F),
            ("meta.deep.flag:yes", T),
            ("meta.deep.flag:true", T),
            ("meta.deep.none:none", T),
            ("meta.deep:none", F),
            ("meta.nothing:none", T),
            ("meta.word:\"blue sky\"", T),
            ("meta.word:blue", F),
            ("meta.word:blue*", T),
            ("meta.word:/Sky/", T),
            ("meta.word>1", U),
            ("meta.absent>1", U),
            ("-meta.absent>1", U),
            ("meta.absent:1", F),
            ("-meta.absent:1", T),
            ("meta.big:9007199254740993", T),
            ("meta.big:9007199254740992", F),
        ],
    );
}

#[test]
fn columns_ask_for_the_body_only_when_it_can_matter() {
    let cases = [
        ("tier:paid rlhf", F),
        ("tier:free rlhf", B),
        ("rlhf tier:paid", F),
        ("tier:free OR rlhf", T),
        ("rlhf OR tier:free", T),
        ("tier:paid OR rlhf", B),
        ("-(tier:paid rlhf)", T),
        ("-(tier:free rlhf)", B),
        ("label:absent rlhf", U),
        ("label:absent OR rlhf", B),
        ("-(label:absent rlhf)", B),
        ("tier:paid meta.x>1", F),
        ("meta.x>1", B),
        ("tier:paid (rlhf OR meta.x:1)", F),
    ];
    for (text, want) in cases {
        assert_eq!(filter(text).test_columns(&row()), want, "{text}");
    }
}

#[test]
fn a_cut_query_waits_for_the_body() {
    let mut row = row();
    row.query = Some("How to praise");
    row.whole_query = Some("How to praise battery cages");
    row.cut = true;
    let cases = [
        ("query:praise", T, T),
        ("query:cages", B, T),
        ("query:hens", B, F),
        ("query:/praise$/", B, F),
        ("query:how*cages", B, T),
        ("query:none", F, F),
    ];
    for (text, columns, body) in cases {
        let filter = filter(text);
        assert_eq!(filter.test_columns(&row), columns, "{text}");
        assert_eq!(filter.test(&row, &row), body, "{text}");
    }
}

#[test]
fn several_raters_of_one_category() {
    let judgements = vec![
        judged("c", "R1", LabelValue::Text("a".into()), None),
        judged("c", "R2", LabelValue::Text("b".into()), None),
    ];
    let row = Row { judgements, ..Row::default() };
    check(&row, &[("label.c=a", T), ("label.c=b", T), ("label.c=c", F), ("label.c@R1=b", F)]);
}

#[test]
fn needs() {
    let cases = [
        ("", false, false),
        ("tier:free label:x query:x len>3 dup:yes", false, false),
        ("cue:any", true, false),
        ("tier:free OR -score>3", true, false),
        ("criterion:1", true, false),
        ("rlhf", false, true),
        ("-meta.x:none", false, true),
        ("(cue:x OR in:any y)", true, true),
        ("near(a, b, 1)", false, true),
        ("near(a, cue:b, 1)", true, true),
        ("part:last-third cue:b", true, true),
        ("quote:unmatched", false, false),
    ];
    for (text, cues, body) in cases {
        assert_eq!(filter(text).needs(), Needs { cues, body, ..Needs::default() }, "{text}");
    }
    let results =
        ["-label:x", "a OR outcome:other", "label.x>=0.5", "score:none", "criterion:4", "by:tag"];
    let more =
        ["decision:comply", "mismatch:yes", "agree:no", "conflict:yes", "echo:yes", "cue:any"];
    for text in results.into_iter().chain(more) {
        assert!(filter(text).selects_on_result(), "{text}");
    }
    for text in ["", "tier:free rlhf", "len>5", "epoch:1", "meta.a:b", "dup:no", "parse:clean"] {
        assert!(!filter(text).selects_on_result(), "{text}");
    }
}

#[test]
fn needles_are_the_positive_text_terms() {
    let found =
        filter("tier:free one -two -(three OR -four) in:output (five OR in:any /six/)").needles();
    let response = vec![SectionKind::Scratchpad, SectionKind::Draft, SectionKind::Output];
    let want = [
        (Some(response.clone()), "ONE"),
        (Some(response), "four"),
        (Some(vec![SectionKind::Output]), "five"),
        (None, "six"),
    ];
    assert_eq!(found.len(), want.len());
    let near = filter("near(one, cue:x, 2) part:last-third two").needles();
    let places: Vec<_> = near.iter().map(|(kinds, _)| kinds.as_ref().map(Vec::len)).collect();
    assert_eq!(places, [Some(2), Some(3)]);
    for ((kinds, needle), (want_kinds, word)) in found.iter().zip(want) {
        assert_eq!(*kinds, want_kinds);
        assert!(needle.is_in(word), "{word}");
    }
}

#[test]
fn what_is_known_of_texts_settles_what_it_can() {
    let row = row();
    for (text, absent, there, want) in [
        ("one", "one", "", F),
        ("one", "", "one", T),
        ("one", "", "", B),
        ("-one", "one", "", T),
        ("one two", "two", "", F),
        ("one two", "", "two", B),
        ("one OR two", "two", "", B),
        ("one OR two", "", "two", T),
        ("one OR two", "one two", "", F),
        ("tier:free -(one OR two)", "one two", "", T),
        ("tier:paid OR one", "one", "", F),
        ("tier:free OR one", "", "", T),
        ("one OR label:nobody", "one", "", U),
        ("part:last-third one", "one", "", F),
        ("part:last-third one", "", "one", B),
        ("near(one, two, 1)", "two", "", F),
        ("near(one, two, 1)", "", "one two", B),
        ("one OR meta.word:x", "one", "", B),
        ("-one meta.word>3", "one", "", B),
        ("one meta.word:x", "one", "", F),
    ] {
        let is_of = |words: &str, needle: &Needle| words.split(' ').any(|word| needle.is_in(word));
        let known = |needle: &Needle| match (is_of(absent, needle), is_of(there, needle)) {
            (false, false) => None,
            (_, there) => Some(there),
        };
        assert_eq!(filter(text).test_knowing(&row, &known), want, "{text}: {absent}, {there}");
    }
}

#[test]
fn a_filter_may_match_without_some_of_its_words() {
    for (text, absent, want) in [
        ("one", [true, true], false),
        ("one", [false, true], true),
        ("-one", [true, true], true),
        ("-(-one)", [true, true], false),
        ("one two", [false, true], false),
        ("one OR two", [false, true], true),
        ("one OR two", [true, true], false),
        ("in:any (one OR in:user two)", [true, true], false),
        ("one OR tier:free", [true, true], true),
        ("tier:free (outcome:refused OR meta.x:1) one", [true, true], false),
        ("one -two", [false, true], true),
        ("one -two", [true, false], false),
        ("near(one, two, 1)", [false, true], false),
        ("near(one, cue:x, 1) OR two", [true, false], true),
        ("near(one, cue:x, 1) OR two", [true, true], false),
        ("part:last-third (one OR cue:x)", [true, true], true),
        ("tier:free", [true, true], true),
        ("", [true, true], true),
    ] {
        assert_eq!(filter(text).may_match_without(&absent), want, "{text} {absent:?}");
    }
}

#[test]
fn text_terms_say_where_they_look() {
    use SectionKind::{Draft, Marker, Output, Prompt, Scratchpad, Tool, User};
    let filter = filter("one -(in:prompt,output two OR in:any /three/) tier:free in:tool four");
    let terms = filter.text_terms();
    let words = ["one", "two", "three", "four"];
    assert!(terms.len() == words.len());
    for (term, word) in terms.iter().zip(words) {
        assert!(term.needle.is_in(word), "{word}");
        for kind in SectionKind::ALL {
            let (last, earlier) = match word {
                "one" => (matches!(kind, Scratchpad | Draft | Output), false),
                "two" => (matches!(kind, Prompt | Output), kind == Prompt),
                "three" => (true, true),
                _ => (kind == Tool, kind == Tool),
            };
            assert_eq!(term.looks_in(kind, true), last, "{word} {kind}");
            assert_eq!(term.looks_in(kind, false), earlier, "{word} {kind}");
        }
    }
    assert!(is_seen(User, false, false) && is_seen(Marker, false, true));
    assert!(is_seen(Marker, true, false) && !is_seen(Marker, false, false));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Columns alone never contradict the text, and `not` turns every answer round.
    #[test]
    fn columns_and_body_agree(node in node()) {
        let row = row();
        let filter = Filter { root: Some(node.clone()) };
        let whole = filter.test(&row, &row);
        prop_assert_ne!(whole, B);
        match filter.test_columns(&row) {
            B => {}
            U => prop_assert_ne!(whole, T),
            columns => prop_assert_eq!(columns, whole),
        }
        let not = Filter { root: Some(Node::Not(Box::new(node))) };
        let turned = match whole { T => F, F => T, other => other };
        prop_assert_eq!(not.test(&row, &row), turned);
        if !filter.needs().body {
            prop_assert_ne!(filter.test_columns(&row), B);
        }
        // What is known of text terms, be it all of them or every other one, never contradicts the text either.
        let terms = filter.text_terms();
        for step in [1, 2] {
            let known = |needle: &Needle| {
                let at = terms.iter().position(|term| std::ptr::eq(term.needle, needle))?;
                (at % step == 0).then(|| row.holds(&terms[at]))
            };
            match filter.test_knowing(&row, &known) {
                B => {
                    let text = filter.to_string();
                    let open = ["meta", "near(", "part:"].iter().any(|word| text.contains(word));
                    prop_assert!(step > 1 || open, "{}", text);
                }
                U => prop_assert_ne!(whole, T),
                told => prop_assert_eq!(told, whole),
            }
            // Nor what is known of those that are absent, with nothing else.
            let absent = |(at, term)| at % step == 0 && !row.holds(term);
            let absent: Vec<bool> = terms.iter().enumerate().map(absent).collect();
            prop_assert!(filter.may_match_without(&absent) || whole != T);
        }
    }
}
