//! What keys and menus do to a filter.

use super::filter;
use crate::query::PairField;

#[test]
fn setting_a_term() {
    let cases = [
        ("", "tier", Some("free"), "tier:free"),
        ("tier:free", "tier", Some("paid"), "tier:paid"),
        ("tier:free a", "Tier", None, "a"),
        ("a -tier:free b tier:x", "tier", Some("paid"), "a tier:paid b"),
        ("a OR tier:free", "tier", Some("paid"), "(a OR tier:free) tier:paid"),
        ("tier:free", "tier", Some("none"), "tier:none"),
        ("", "tier", Some("a \"b\" OR *"), "tier:\"a \\\"b\\\" OR \\*\""),
        ("label:a label.b>1", "label", Some("c d"), "label:\"c d\" label.b>1"),
        ("label.b>1 label.c>1", "label.b", Some("yes"), "label.b=\"yes\" label.c>1"),
        ("epoch>3 a", "epoch", Some("2"), "epoch:2 a"),
        ("epoch>3 a", "epoch", Some("two"), "epoch>3 a"),
        ("dup:yes", "dup", Some("no"), "dup:no"),
        ("cue:a>=2", "cue", Some("any"), "cue:any"),
        ("criterion:1", "criterion", None, ""),
        ("a", "outcome", Some("nonsense"), "a"),
        ("a", "no field", Some("x"), "a"),
    ];
    for (text, field, value, want) in cases {
        let edited = filter(text).with_term(field, value);
        assert_eq!(edited.to_string(), want, "{text} {field} {value:?}");
        assert_eq!(filter(&edited.to_string()), edited);
    }
}

#[test]
fn what_could_not_be_typed_is_not_built() {
    let long = filter(&"a ".repeat(8000));
    assert_eq!(long.with_term("tier", Some(&"x".repeat(600))), long);
    let deep = filter(&format!("a OR {}(b c)", "-".repeat(63)));
    assert_eq!(deep.toggle_term("tier:free"), deep);
}

#[test]
fn toggling() {
    let cases = [
        ("", "label:x", "label:x"),
        ("label:X a", "label:x", "a"),
        ("a -label:x", "label:x", "a label:x"),
        ("a label:x", "-label:x", "a -label:x"),
        ("a OR b", "cue:c", "(a OR b) cue:c"),
        ("a", "broken:", "a"),
        ("a b", "a b", ""),
        ("a", "a b", "a b"),
        ("a", "", "a"),
    ];
    for (text, term, want) in cases {
        assert_eq!(filter(text).toggle_term(term).to_string(), want, "{text} {term}");
    }
    let values = [
        ("a", "tier", "free", "a tier:free"),
        ("tier:free a", "tier", "paid", "tier:free,paid a"),
        ("tier:free,paid a", "tier", "FREE", "tier:paid a"),
        ("tier:paid a", "tier", "paid", "a"),
        ("-tier:paid", "tier", "paid", "-tier:paid tier:paid"),
        ("tier:free", "tier", "none", "tier:free,none"),
        ("", "label", "odd \"one\"", "label:\"odd \\\"one\\\"\""),
        ("cue:a", "cue", "a", ""),
    ];
    for (text, field, value, want) in values {
        assert_eq!(filter(text).toggle_value(field, value).to_string(), want, "{text} {value}");
    }
}

#[test]
fn reading_a_term() {
    let cases = [
        ("a tier:\"free one\"", "tier", Some("free one")),
        ("tier:free,paid", "tier", Some("free,paid")),
        ("tier:fr*", "tier", Some("fr*")),
        ("tier:none", "tier", Some("none")),
        ("-tier:free", "tier", None),
        ("tier:free OR a", "tier", None),
        ("label:x", "label", Some("x")),
        ("cue:x>=2", "cue", Some("x>=2")),
        ("dup:yes", "dup", Some("yes")),
        ("a", "nothing", None),
    ];
    for (text, field, want) in cases {
        assert_eq!(filter(text).term(field).as_deref(), want, "{text} {field}");
    }
    let shown = filter("tier:free (a OR b) -c").terms_for_display();
    assert_eq!(shown, ["tier:free", "(a OR b)", "-c"]);
}

#[test]
fn ranges_are_typed_and_read_back() {
    for (before, field, range, want, back) in [
        ("", "score", "0.4..0.6", "score>=0.4 score<=0.6", "0.4..0.6"),
        ("tier:free", "score", " >= 3 ", "tier:free score>=3", "3.."),
        ("score>=1 tier:free score<=2", "score", "..2", "score<=2 tier:free", "..2"),
        ("score>=1 tier:free", "score", " ", "tier:free", ""),
        ("a", "epoch", "2", "a epoch:2", "2"),
        ("epoch:2 epoch>1", "epoch", "<5", "epoch<5", "<5"),
        ("len>3", "len.output", "-1..", "len>3 len.output>=-1", "-1.."),
        ("label.x>=0.2 label.y>1", "label.X", ">0.5", "label.X>0.5 label.y>1", ">0.5"),
        ("label.x:missing", "label.x", "=1", "label.x:missing label.x=1", "1"),
        ("", "label.\"odd name\"", "0..1", "label.\"odd name\">=0 label.\"odd name\"<=1", "0..1"),
        ("score>=1 OR a", "score", "2..", "(score>=1 OR a) score>=2", "2.."),
    ] {
        let new = filter(before).with_range(field, range).expect(range);
        assert_eq!(new.to_string(), want, "{before} {field} {range}");
        assert_eq!(new.range(field), back, "{want}");
        assert_eq!(new.with_range(field, &new.range(field)), Ok(new.clone()), "{want}");
    }
    for range in ["x", "..", "1..x", "3..2", ">", "nan", "inf..", "1 2", ">=1 tier:free"] {
        assert!(filter("a").with_range("score", range).is_err(), "{range}");
    }
    assert!(filter("a").with_range("tier", "1..2").is_err());
}

#[test]
fn a_term_that_stands_twice_stands_once() {
    for (text, once) in [
        ("tier:free a tier:free", "tier:free a"),
        ("(partner(tier:paid) tier:free) tier:free -a", "partner(tier:paid) tier:free -a"),
        ("a OR a", "a OR a"),
        ("a", "a"),
        ("", ""),
    ] {
        assert_eq!(filter(text).without_repeats().to_string(), once, "{text}");
    }
}

#[test]
fn a_filter_for_what_is_alone_says_so() {
    for (text, lone) in [
        ("partner:none", true),
        ("tier:free (partner:none OR -partner(tier:paid))", true),
        ("NOT (tier:free -partner:none)", true),
        ("-partner(outcome:refused)", true),
        ("partner(outcome:refused)", false),
        ("-partner:none", false),
        ("tier:free flip:yes", false),
        ("partner.model:none", false),
        ("", false),
    ] {
        assert_eq!(filter(text).asks_for_lone(PairField::Tier), lone, "{text}");
    }
}
