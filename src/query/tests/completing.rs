//! Proposals while typing. `|` is the cursor.

use proptest::prelude::*;

use super::super::{Completion, Filter, Vocabulary, complete};

fn vocabulary() -> Vocabulary {
    let own = |words: &[&str]| words.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>();
    Vocabulary {
        raters: vec![("alignment_faking".to_owned(), "reviewer-R1".to_owned())],
        values: vec![
            ("tier".into(), own(&["free", "paid", "free trial", "bad\u{1b}[2J", "x\u{202e}y"])),
            ("cue".into(), own(&["strategic", "preservation"])),
            ("parse".into(), own(&["clean", "repaired", "missing"])),
            ("setting".into(), own(&["none"])),
            ("model".into(), own(&["claude-opus-x", "other*model"])),
        ],
        labels: own(&["alignment_faking", "odd name", "kind"]),
        label_values: vec![
            ("kind".into(), "reluctant".into()),
            ("kind".into(), "a b".into()),
            ("kind".into(), "yes".into()),
        ],
        meta: own(&["temperature", "run.seed"]),
        named: own(&["strong", "two-tiers"]),
    }
}

fn at(marked: &str) -> (String, Vec<Completion>) {
    let cursor = marked.chars().position(|c| c == '|').expect("a cursor");
    let input = marked.replacen('|', "", 1);
    let all = complete(&input, cursor, &vocabulary());
    (input, all)
}

/// The filter after taking each proposal.
fn taken(marked: &str) -> Vec<String> {
    let cursor = marked.chars().position(|c| c == '|').expect("a cursor");
    let (input, all) = at(marked);
    let chars: Vec<char> = input.chars().collect();
    all.iter()
        .map(|c| {
            let before: String = chars[..c.from].iter().collect();
            let after: String = chars[cursor..].iter().collect();
            format!("{before}{}{after}", c.insert)
        })
        .collect()
}

#[test]
fn first_proposal() {
    let cases = [
        ("te|", "tier:"),
        ("ti|", "tier:"),
        ("a (-ti|", "a (-tier:"),
        ("ti|er:free", "tier:free"),
        ("t|er:free", "tier:free"),
        ("tier:fr|ee", "tier:free"),
        ("tier:|", "tier:free"),
        ("tier:p|", "tier:paid"),
        ("tier:free,p|", "tier:free,paid"),
        ("tier:\"free t|", "tier:\"free trial\""),
        ("tier:FREE|", "tier:free"),
        ("label:al|", "label:alignment_faking"),
        ("label:o|", "label:\"odd name\""),
        ("label.od|", "label.\"odd name\""),
        ("label.\"odd n|", "label.\"odd name\""),
        ("label.alignment_faking|", "label.alignment_faking>="),
        ("label.kind|", "label.kind=reluctant"),
        ("label.kind=r|", "label.kind=reluctant"),
        ("label.kind:un|", "label.kind:unparsed"),
        ("é in:s|", "é in:scratchpad"),
        ("in:output,sc| x", "in:output,scratchpad x"),
        ("cue:st|", "cue:strategic"),
        ("cue:strategic|", "cue:strategic>=2"),
        ("meta.te|", "meta.temperature"),
        ("meta.see|", "meta.run.seed"),
        ("len.sc|", "len.scratchpad"),
        ("outcome:r|", "outcome:refused"),
        ("criterion:|", "criterion:1"),
        ("dup:|", "dup:yes"),
        ("score|", "score>="),
        ("alig|", "label:alignment_faking"),
        ("model:other|", "model:\"other\\*model\""),
        ("a O|", "a OR"),
        ("parse:mi|", "parse:missing"),
        ("setting:n|", "setting:\"none\""),
        ("label.kind=y|", "label.kind=\"yes\""),
        ("tier:free |", "tier:free tier:"),
    ];
    for (marked, want) in cases {
        assert_eq!(taken(marked).first().map(String::as_str), Some(want), "{marked}");
    }
}

#[test]
fn silent_where_nothing_can_be_proposed() {
    for marked in
        ["\"a phr|", "/reg|", "score>=|", "cue:x>=|", "tier:/x|", "nothing:x|", "\"done\"|"]
    {
        assert_eq!(at(marked).1, [], "{marked}");
    }
}

#[test]
fn hostile_values_are_quoted_or_left_out() {
    let all = at("tier:|").1;
    assert!(all.iter().all(|c| !c.insert.contains('\u{1b}') && !c.shown.contains('\u{1b}')));
    assert!(all.iter().any(|c| c.insert == "\"x\u{202e}y\""));
    for text in taken("tier:|") {
        assert!(Filter::parse(&text).is_ok(), "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn any_text_any_cursor(
        text in "\\PC{0,20}|(tier:|label\\.|in:|cue:|meta\\.|[a-z\"/ ,.(\\\\>=-]){0,8}",
        cursor in 0..30usize,
    ) {
        let all = complete(&text, cursor, &vocabulary());
        prop_assert!(all.len() <= 12);
        let cursor = cursor.min(text.chars().count());
        prop_assert!(all.iter().all(|c| c.from <= cursor));
    }
}
