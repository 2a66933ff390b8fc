//! Reading and printing: what equals what, and that whatever is printed is read again as the same filter.

use proptest::prelude::*;

use super::super::PairField;
use super::super::ast::{
    CueName, Field, Flag, LabelTest, LabelWord, MetaTest, Node, Number, Op, Pattern, Place, Side,
    Term, Third, Value,
};
use super::super::glob::Glob;
use super::super::parse::Filter;
use super::filter;
use crate::text::Needle;

#[test]
fn canonical_form() {
    let cases = [
        ("", ""),
        ("   ", ""),
        (" tier:free   label:x ", "tier:free label:x"),
        ("a AND b", "a b"),
        ("((a)) (b c)", "a b c"),
        ("a (b OR (c OR d))", "a (b OR c OR d)"),
        ("(a b) OR c", "a b OR c"),
        ("NOT (a b)", "-(a b)"),
        ("NOT NOT a", "--a"),
        ("-(-a)", "--a"),
        ("NOT(a)", "-a"),
        ("tier!=free", "-tier:free"),
        ("Tier=free", "tier:free"),
        ("tier==free", "tier:free"),
        ("TIER:free , b", "tier:free \",\" b"),
        ("score:>=3.0", "score>=3"),
        ("score=3", "score:3"),
        ("cue>=2", "cue:any>=2"),
        ("cue:Strategic=2", "cue:strategic=2"),
        ("len.response>4000", "len>4000"),
        ("label.x:none", "label.x:missing"),
        ("label.x=yes", "label.x:yes"),
        ("label.x:VALUE", "label.x=VALUE"),
        ("label.\"x\">=0.60", "label.x>=0.6"),
        ("label.a.\"b c\"@\"R 1\":yes", "label.\"a.b c\"@\"R 1\":yes"),
        ("label:\"none\"", "label:\"none\""),
        ("meta.a.b=\"x\"", "meta.a.b:x"),
        ("meta.a:\"\"", "meta.a:\"\""),
        ("tier:\"NONE\"", "tier:\"NONE\""),
        ("in:Scratchpad,scratchpad \"x\"", "in:scratchpad x"),
        ("in:output(a b)", "in:output (a b)"),
        ("\"or\"", "\"or\""),
        ("\"a \\\"b\\\" \\\\ \\c\"", "\"a \\\"b\\\" \\\\ \\\\c\""),
        ("don't stop", "don't stop"),
        ("and/or", "\"and/or\""),
        ("source:C:\\runs\\*", "source:\"C:\\\\runs\\\\*\""),
        ("source:a**b", "source:a*b"),
        ("source:\"a\\*b*\"", "source:\"a\\*b*\""),
        ("/a\\/b\\d/", "/a\\/b\\d/"),
        ("model:/x,y/,z", "model:/x,y/,z"),
        ("score<-1e300", "score<-1e300"),
        ("dup:true", "dup:yes"),
        ("Partner( (a  AND tier:Free) OR x)", "partner(a tier:Free OR x)"),
        ("partner!=none", "-partner:none"),
        (
            "Partner.Model( (model:a) ) partner.frame:none",
            "partner.model(model:a) partner.frame:none",
        ),
        ("partner.tier:any flip.tier:yes flip.model!=yes", "partner:any flip:yes -flip.model:yes"),
        ("flip=Yes,none", "flip:Yes,none"),
        ("Or\u{e9}al", "Oréal"),
        ("near(cue:Consequence,cue:comply,2)", "near(cue:consequence, cue:comply, 2)"),
        ("NEAR( \"rlhf\" , cue=any , 01 )", "near(rlhf, cue:any, 1)"),
        ("-near(\"a,b\", /x,y/, 0)", "-near(\"a,b\", /x,y/, 0)"),
        ("near(cue:\"a b\", don't, 999) a", "near(cue:\"a b\", don't, 999) a"),
        ("near (a)", "near a"),
        ("part:Last-Third,last-third(a b)", "part:last-third (a b)"),
        ("part:first-third -cue:x>=2", "part:first-third -cue:x>=2"),
        ("in:output part:middle-third a", "in:output part:middle-third a"),
        ("part:last-third in:output a", "part:last-third in:output a"),
        ("quote:Unmatched,none", "quote:Unmatched,none"),
    ];
    for (text, want) in cases {
        let parsed = filter(text);
        assert_eq!(parsed.to_string(), want, "{text}");
        assert_eq!(filter(want), parsed, "{text}");
        assert_eq!(parsed.is_empty(), want.is_empty());
    }
}

#[test]
fn letter_case_does_not_make_another_filter() {
    assert_eq!(filter("tier:Free label:X"), filter("tier:free label:x"));
    assert_ne!(filter("a b"), filter("b a"));
}

#[test]
fn a_filter_crosses_threads() {
    fn shared<T: Send + Sync>(_: &T) {}
    shared(&filter("a /b/ tier:free"));
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z_]{1,6}",
        "[ -~é\u{202e}\n\t*\"\\\\]{1,8}",
        Just("none".to_owned()),
        Just("OR".to_owned()),
        Just("/x/".to_owned()),
        Just("label.x:y".to_owned()),
    ]
}

fn glob() -> impl Strategy<Value = Glob> {
    (text(), any::<[bool; 8]>()).prop_map(|(text, escaped)| {
        Glob::new(text.chars().enumerate().map(|(i, c)| (c, escaped[i % 8])))
    })
}

fn regex() -> impl Strategy<Value = Pattern> {
    let patterns = ["a/b", "x\\\\", "[\"/]", "\\d+", "(a|b) c", "é", ",", "\\(", "-x:y"];
    prop::sample::select(patterns.to_vec()).prop_map(|text| Pattern {
        text: text.to_owned(),
        is_regex: true,
        needle: Needle::regex(text).expect("a good pattern"),
    })
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        4 => glob().prop_map(Value::Word),
        1 => regex().prop_map(Value::Regex),
        1 => Just(Value::None)
    ]
}

fn list<T: std::fmt::Debug>(one: impl Strategy<Value = T>) -> impl Strategy<Value = Vec<T>> {
    prop::collection::vec(one, 1..4)
}

fn size() -> impl Strategy<Value = f64> {
    prop_oneof![
        (-50..50i32).prop_map(|n| f64::from(n) / 4.0),
        any::<f64>().prop_filter("finite", |n| n.is_finite())
    ]
}

fn op() -> impl Strategy<Value = Op> {
    prop::sample::select(vec![Op::Less, Op::AtMost, Op::AtLeast, Op::More])
}

fn place() -> impl Strategy<Value = Place> {
    prop::sample::select(Place::WORDS.map(|(_, p)| p).to_vec())
}

fn number() -> impl Strategy<Value = Number> {
    prop_oneof![
        Just(Number::Score),
        Just(Number::Epoch),
        place().prop_filter("len.any", |p| *p != Place::Any).prop_map(Number::Len)
    ]
}

fn phrase() -> impl Strategy<Value = Pattern> {
    text().prop_filter("blank", |t| !t.trim().is_empty()).prop_map(|text| {
        let needle = Needle::phrase(&text);
        Pattern { text, is_regex: false, needle }
    })
}

/// What may stand in the row of the tests, too.
fn side() -> impl Strategy<Value = Side> {
    let words = prop::sample::select(vec!["e", "RLHF", "go", "least bad", "here"]);
    let known = words.prop_map(|word| Pattern {
        text: word.to_owned(),
        is_regex: false,
        needle: Needle::phrase(word),
    });
    let category = prop_oneof![text(), Just("strategic".to_owned()), Just("comply".to_owned())];
    prop_oneof![
        phrase().prop_map(Side::Text),
        regex().prop_map(Side::Text),
        known.prop_map(Side::Text),
        category.prop_map(|name| Side::Cue(CueName::Named(name.to_lowercase()))),
        Just(Side::Cue(CueName::Any)),
    ]
}

fn third() -> impl Strategy<Value = Third> {
    prop::sample::select(Third::WORDS.map(|(_, third)| third).to_vec())
}

fn term() -> impl Strategy<Value = Term> {
    let open = vec![
        Field::Tier,
        Field::Setting,
        Field::Model,
        Field::Variant,
        Field::Design(crate::model::Design::Mode),
        Field::Id,
        Field::Sample,
        Field::Source,
        Field::Query,
        Field::Repair,
        Field::Note,
    ];
    let closed = prop::sample::select(vec!["complied", "Refused", "other"]);
    let cue =
        prop_oneof![Just(CueName::Any), text().prop_map(|t| CueName::Named(t.to_lowercase())),];
    let label_word = prop_oneof![
        Just(LabelWord::Unparsed),
        Just(LabelWord::Missing),
        any::<bool>().prop_map(LabelWord::Positive),
        glob().prop_map(LabelWord::Is),
        regex().prop_map(LabelWord::Regex),
    ];
    let label_test = prop_oneof![
        (op(), size()).prop_map(|(op, n)| LabelTest::Compare(op, n)),
        list(label_word).prop_map(LabelTest::Values),
    ];
    let meta_test = prop_oneof![
        (op(), size()).prop_map(|(op, n)| MetaTest::Compare(op, n)),
        list(value()).prop_map(MetaTest::Values),
    ];
    let by = || prop::sample::select(PairField::ALL.to_vec());
    prop_oneof![
        phrase().prop_map(Term::Text),
        (by(), list(phrase())).prop_map(|(by, all)| {
            let all = all.into_iter().map(|text| Node::Term(Term::Text(text)));
            Term::Partner(by, Box::new(Filter { root: Node::and(all.collect()) }))
        }),
        (by(), any::<bool>()).prop_map(|(by, any)| Term::HasPartner(by, any)),
        by().prop_map(|by| {
            Term::Field(Field::Flip(by), vec![Value::Word(Glob::literal("label"))])
        }),
        regex().prop_map(Term::Text),
        ([side(), side()], 0..4_u16).prop_map(|(sides, n)| Term::Near(Box::new(sides), n)),
        (prop::sample::select(open), list(value())).prop_map(|(f, v)| Term::Field(f, v)),
        list(closed).prop_map(|words| {
            let words = words.into_iter().map(|w| Value::Word(Glob::literal(w))).collect();
            Term::Field(Field::Outcome, words)
        }),
        (prop::sample::select(vec![Flag::Dup, Flag::Copy, Flag::Mark, Flag::Read]), any::<bool>())
            .prop_map(|(flag, yes)| Term::Flag(flag, yes)),
        (number(), op(), size()).prop_map(|(f, op, n)| Term::Compare(f, op, n)),
        list(prop::option::of(size())).prop_map(|v| Term::Equals(Number::Score, v)),
        (list(cue), prop::option::of((op(), size()))).prop_map(|(n, b)| Term::Cue(n, b)),
        list(1..=4u8).prop_map(Term::Criterion),
        list(value()).prop_map(Term::Label),
        (glob(), prop::option::of(glob()), label_test)
            .prop_map(|(name, rater, test)| Term::LabelIs(name, rater, test)),
        (text(), meta_test).prop_map(|(path, test)| Term::Meta(path, test)),
    ]
}

pub(super) fn node() -> impl Strategy<Value = Node> {
    term().prop_map(Node::Term).prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4)
                .prop_map(|all| Node::and(all).expect("one at least")),
            prop::collection::vec(inner.clone(), 1..4)
                .prop_map(|all| Node::or(all).expect("one at least")),
            inner.clone().prop_map(|child| Node::Not(Box::new(child))),
            (place(), inner.clone(), phrase()).prop_map(|(place, child, text)| {
                let both = Node::or(vec![child, Node::Term(Term::Text(text))]).expect("two");
                Node::In(vec![place], Box::new(both))
            }),
            (third(), inner, side()).prop_map(|(third, child, side)| {
                let own = match side {
                    Side::Text(pattern) => Term::Text(pattern),
                    Side::Cue(name) => Term::Cue(vec![name], None),
                };
                let both = Node::or(vec![child, Node::Term(own)]).expect("two");
                Node::Part(vec![third], Box::new(both))
            }),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn what_is_printed_reads_the_same(node in node()) {
        let printed = Filter { root: Some(node) };
        let text = printed.to_string();
        match Filter::parse(&text) {
            Ok(read) => {
                prop_assert_eq!(&read, &printed, "{}", text);
                prop_assert_eq!(read.to_string(), text);
            }
            // A tree of chance may hold more regular expressions than a typed filter may.
            Err(error) => prop_assert!(error.message.contains("more than 64"), "{text}: {error}"),
        }
    }

    #[test]
    fn any_text_is_read_or_refused_inside_its_bounds(
        text in prop_oneof![
            "\\PC{0,40}",
            "[a-z:.()\"/ ,<>=!@*\\\\-]{0,40}",
            "(near\\(|part:|-third|tier:|score|label\\.|label:|in:output |in:any|cue:|meta\\.|len|OR |NOT |[a-z] |[(),@:*/\"-]|>=|none|\\\\){0,12}",
        ]
    ) {
        match Filter::parse(&text) {
            Ok(read) => prop_assert_eq!(Filter::parse(&read.to_string()), Ok(read)),
            Err(error) => {
                prop_assert!(error.column <= text.chars().count() && error.len >= 1);
                prop_assert!(error.column + error.len <= text.chars().count() + 1, "{:?}", error);
            }
        }
    }
}

#[test]
fn quotes_stand_only_where_they_are_needed() {
    for text in [
        "parse:missing",
        "-parse:missing,repaired",
        "tier:unparsed",
        "label.x:neither,\"neither\"",
        "setting:any",
        "meta.stream:true,no",
        "setting:\"none\"",
        "label:\"missing\"",
        "cue:\"any\"",
    ] {
        let filter = Filter::parse(text).expect(text);
        assert_eq!(filter.to_string(), text);
    }
    // A label's value is always a text after `=`.
    let label = Filter::parse("label.kind=\"MISSING\"").expect("a filter");
    assert_eq!(label.to_string(), "label.kind=\"MISSING\"");
}
