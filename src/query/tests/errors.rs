//! Every refusal: where it points, how much it underlines, and that its sentence helps.

use super::super::Filter;

#[test]
fn refusals() {
    // Filter, column, length, a part of the message.
    let cases = [
        ("teir:free", 0, 4, "did you mean tier?"),
        ("label:x labels:y", 8, 6, "did you mean label?"),
        ("http://x", 0, 4, "\"http://x\""),
        ("note that: it", 5, 4, "\"that:\""),
        ("temperature>0.5", 0, 11, "meta.temperature"),
        ("scratchpad:rlhf", 0, 10, "in:scratchpad"),
        ("!tier:free", 0, 5, "-tier"),
        ("é partner(outcome:refused", 9, 1, "not closed"),
        ("partner()", 7, 2, "nothing is in"),
        ("partner(partner:any)", 0, 7, "by itself"),
        ("partner(-flip:no)x", 0, 7, "by itself"),
        ("partner.model(partner.frame:any)", 0, 13, "by itself"),
        ("partner.epoch(a)", 13, 1, "a space is missing"),
        ("partner.epoch:any", 0, 13, "no field"),
        ("partner(a)b", 10, 1, "a space is missing"),
        ("partner:yes", 8, 3, "partner:any"),
        ("flip:maybe", 5, 5, "there are yes, no, outcome, label, none"),
        ("-disagree:", 10, 1, "a value is missing"),
        ("mismatch:maybe", 9, 5, "there are yes, no, none"),
        ("agree:maybe", 6, 5, "there are yes, no, none"),
        ("mismatch>1", 8, 1, "not compared by size"),
        ("decision:complies", 9, 8, "there are comply, refuse, none"),
        ("near(cue:a, cue:b)", 17, 1, "a comma is missing"),
        ("near(cue:a cue:b, 2)", 11, 1, "a comma is missing"),
        ("x near(, cue:b, 2)", 7, 1, "something is missing"),
        ("x near(", 2, 1, "something is missing"),
        ("near(cue:a, tier:free, 2)", 12, 4, "texts and cue:NAME"),
        ("near(cue:a, cue:none, 2)", 16, 4, "that is there"),
        ("near(cue:, b, 2)", 9, 1, "a category is missing"),
        ("near(a, \" \", 2)", 8, 3, "empty phrase"),
        ("near(a, b*, 2)", 9, 1, "search for a star"),
        ("near(a, b, two)", 11, 3, "0 to 999"),
        ("near(a, b, 1000)", 11, 4, "0 to 999"),
        ("near(a, b, 2, 3)", 12, 1, "closing parenthesis"),
        ("near(a, b, 2)c", 13, 1, "a space is missing"),
        ("near:x", 0, 5, "takes parentheses"),
        ("part>2", 0, 5, "takes a colon"),
        ("part:half a", 5, 4, "first-third, middle-third, last-third"),
        ("part:last-third", 0, 15, "after it"),
        ("part:last-third OR a", 0, 15, "after it"),
        ("part:last-third part:first-third a", 16, 5, "in a row"),
        ("part:last-third tier:free", 0, 15, "neither follows"),
        ("quote:maybe", 6, 5, "there are unmatched, matched, none"),
        ("reviewed:maybe", 9, 5, "reviewed:yes or reviewed:no"),
        ("\"open", 0, 5, "not closed"),
        ("ünï \"open", 4, 5, "not closed"),
        ("model:\"open", 6, 5, "not closed"),
        ("/open", 0, 5, "no closing /"),
        ("(a b", 0, 1, "not closed"),
        ("a (", 2, 1, "not closed"),
        ("a (b (c)", 2, 1, "not closed"),
        ("a)", 1, 1, "no parenthesis is open"),
        ("()", 0, 2, "nothing"),
        ("a OR", 2, 2, "after it"),
        ("(a OR )", 3, 2, "after it"),
        ("OR a", 0, 2, "before it"),
        ("a OR OR b", 5, 2, "before it"),
        ("a AND", 2, 3, "after it"),
        ("AND a", 0, 3, "before it"),
        ("a AND OR b", 2, 3, "after it"),
        ("NOT", 0, 3, "after it"),
        ("a NOT OR b", 2, 3, "after it"),
        ("a -", 2, 1, "right after it"),
        ("a - b", 2, 1, "right after it"),
        ("a or b", 2, 2, "capitals"),
        ("Not a", 0, 3, "capitals"),
        ("in:output", 0, 9, "after the section"),
        ("in:output OR a", 0, 9, "after the section"),
        ("in:scrachpad a", 3, 9, "did you mean scratchpad?"),
        ("in: a", 3, 1, "a section is missing"),
        ("in:output tier:free", 0, 9, "no text"),
        ("in:output in:draft a", 10, 3, "in a row"),
        ("in>3", 0, 3, "in:scratchpad"),
        ("tier:", 5, 1, "a value is missing"),
        ("tier: free", 5, 1, "without a space"),
        ("tier:free,", 10, 1, "after the comma"),
        ("tier:\"\"", 5, 2, "empty"),
        ("\"  \"", 0, 4, "empty phrase"),
        ("//", 0, 2, "empty regular"),
        ("tier>free", 4, 1, "not compared by size"),
        ("model>=3", 5, 2, "not compared by size"),
        ("score>=high", 7, 4, "not a number"),
        ("score>=", 7, 1, "a number is missing"),
        ("score:nan", 6, 3, "not a number"),
        ("score>inf", 6, 3, "not a number"),
        ("score >= 3", 6, 2, "without a space"),
        ("epoch:two", 6, 3, "not a number"),
        ("len.any>3", 4, 3, "section"),
        ("len.outptu>3", 4, 6, "did you mean output?"),
        ("len:none", 4, 4, "len=0"),
        ("criterion:5", 10, 1, "1, 2, 3 or 4"),
        ("criterion:1,x", 12, 1, "1, 2, 3 or 4"),
        ("dup:maybe", 4, 5, "dup:yes or dup:no"),
        ("dup:yes,no", 8, 2, "one value"),
        ("outcome:complyed", 8, 8, "did you mean complied?"),
        ("outcome:none", 8, 4, "unfinished"),
        ("parse:broken", 6, 6, "clean, repaired, missing"),
        ("cue:str*", 4, 4, "whole names"),
        ("cue:none>2", 8, 1, "no number"),
        ("label:x>=0.6", 7, 1, "label.x>=0.5"),
        ("label:x@R1", 7, 1, "label.x@RATER:yes"),
        ("label.x", 0, 7, "label:x"),
        ("label.x@R1", 0, 10, "rater gave"),
        ("label.x@:yes", 7, 1, "rater is missing"),
        ("label.>=1", 0, 6, "name is missing"),
        ("meta:x", 0, 4, "path"),
        ("meta.a*:x", 5, 2, "no wildcards"),
        ("meta.a", 0, 6, "operator"),
        ("retrain*", 7, 1, "values of fields"),
        ("<scratchpad>", 0, 1, "quote it"),
        ("foo(bar)", 3, 1, "a space is missing"),
        ("id:foo(1)", 6, 1, "a space is missing"),
        ("/x/i", 3, 1, "a space is missing"),
        ("/usr/bin", 5, 1, "a space is missing"),
    ];
    for (text, column, len, part) in cases {
        match Filter::parse(text) {
            Ok(filter) => panic!("{text}: read as {filter}"),
            Err(error) => {
                assert!(error.message.contains(part), "{text}: {}", error.message);
                assert_eq!((error.column, error.len), (column, len), "{text}: {}", error.message);
            }
        }
    }
}

#[test]
fn bad_regular_expressions_point_into_the_filter() {
    for text in ["é /(a/ b", "model:/[a/", "é /a\\/b(/"] {
        let error = Filter::parse(text).expect_err(text);
        let end = text.chars().count();
        assert!(error.column >= 2 && error.column + error.len <= end, "{text}: {error:?}");
        assert!(
            error.message.starts_with("bad regular expression: ") && !error.message.contains('\n')
        );
    }
}

#[test]
fn size_is_bounded() {
    let deep = |n: usize| format!("{}a{}", "(".repeat(n), ")".repeat(n));
    let cases = [
        (deep(64), true),
        (deep(65), false),
        (deep(5000), false),
        ("-".repeat(64) + "a", true),
        ("-".repeat(10_000) + "a", false),
        ("NOT ".repeat(4000) + "a", false),
        ("in:any (".repeat(2000) + "a", false),
        ("a ".repeat(8192), true),
        ("a ".repeat(8193), false),
        ("\"".to_owned() + &"\\".repeat(16_000) + "\"", true),
        ("source:".to_owned() + &"\\".repeat(10_000), false),
        ("/x/ ".repeat(64), true),
        ("/x/ ".repeat(65), false),
    ];
    for (text, good) in cases {
        let parsed = Filter::parse(&text);
        let start: String = text.chars().take(20).collect();
        assert_eq!(parsed.is_ok(), good, "{start}… of {}", text.len());
        if let Ok(parsed) = parsed {
            assert_eq!(Filter::parse(&parsed.to_string()).as_ref(), Ok(&parsed), "{start}…");
        }
    }
}

#[test]
fn messages_are_one_line_and_count_from_one() {
    let error = Filter::parse("teir:free").expect_err("no such field");
    assert!(error.to_string().starts_with("column 1: "));
    let long = format!("{}:x", "y".repeat(500));
    let error = Filter::parse(&long).expect_err("no such field");
    assert!(error.message.chars().count() < 250, "{}", error.message);
}
