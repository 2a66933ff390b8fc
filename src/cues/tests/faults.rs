//! Packs with several mistakes: all are told, in the order of the text, and none twice over.

use super::*;

const WRONG: &str = r#"name = "own"
about = 3
extends = "neutral"
colour = "red"

[[category]]
name = "joy"
letter = "JJ"
glyph = "漢"
definition = "x"

[[category]]
name = "calm"
letter = "Z"
glyph = "+"
definition = "x"

[macros]
GLAD = "glad || happy"
BRIGHT = "{GLAD} | sunny"
SO = ["so", "ve*ry", "t*"]
sad = "sad"

[phrases]
ONE = "{TWO} ~ here"
TWO = "{ONE} ~ there"
THREE = "{ONE} ~ where"

[[doubt]]
reason = "negatd"
share = 2
any = ["~ no", "{BRIGHT} ~ ~ no"]

[[rule]]
id = "own.01"
category = "joy"
weight = 9
any = ["{GLAD}", "{GLAT}", "i am ~", "{THREE}", "{SAD}"]
unless = ["a | b"]
[rule.examples]
match = ["x"]

[[rule]]
id = "own.01"
category = "calm"
anny = "x"
examples.match = ["x"]
examples.nomatch = ["y"]

[[rule]]
id = "af.none.01"
off = 1

[[chain]]
id = "own.c"
category = "clam"
decision = "comply"
motiv = "joy"
examples = { match = "x", no-match = "y" }
"#;

/// The errors of a text: line and sentence.
fn errors(text: &str) -> Vec<(usize, String)> {
    let errors = Pack::parse("own.toml", text).unwrap_err();
    assert_eq!(errors.count(), errors.first.len());
    errors.first.into_iter().map(|e| (e.line, e.message)).collect()
}

#[track_caller]
fn are(text: &str, expected: &[(usize, &str)]) {
    let found = errors(text);
    let fits = |((line, said), (at, part)): (&(usize, String), &(usize, &str))| {
        line == at && said.contains(part)
    };
    assert!(
        found.len() == expected.len() && found.iter().zip(expected).all(fits),
        "{text}\n{found:#?}"
    );
}

#[test]
fn every_mistake_is_told_once_in_the_order_of_the_text() {
    // Not told: who uses `joy`, `GLAD`, `ONE` and `sad`, which are broken; a rule that has nothing but `anny`.
    are(
        WRONG,
        &[
            (2, "`about` must be a string"),
            (4, "no key `colour`"),
            (8, "one character"),
            (9, "one column"),
            (19, "alternative is empty"),
            (21, "too many words"),
            (22, "names are in capitals"),
            (25, "`ONE` uses itself, by way of `TWO`"),
            (30, "did you mean `negated`"),
            (31, "`share` must be"),
            (32, "`~ no`: a cue cannot begin"),
            (34, "needs `examples.match` and"),
            (37, "`weight` must be"),
            (38, "no macro or phrase is called `GLAT`"),
            (38, "`i am ~`: a cue cannot begin or end"),
            (39, "outside parentheses"),
            (44, "used twice"),
            (46, "did you mean `any`"),
            (48, "`examples` of rule `own.01` has no key `nomatch`; did you mean `no-match`"),
            (51, "no inherited rule"),
            (56, "did you mean `calm`"),
            (58, "did you mean `motive`"),
        ],
    );
}

#[test]
fn what_a_mistake_takes_away_is_not_missed() {
    let rule = "[[rule]]\nid = \"a\"\ncategory = \"joy\"\nany = \"{GLAD}\"\nexamples = { match = \"x\", no-match = \"y\" }\n\
                [[rule]]\nid = \"af.worry.01\"\noff = true";
    let head = "name = \"own\"\nabout = \"x\"\n";
    are(&format!("{head}extends = \"neutrl\"\n{rule}"), &[(3, "did you mean `neutral`")]);
    are(&format!("{head}extend = \"neutral\"\n{rule}"), &[(3, "did you mean `extends`")]);
    are(&format!("{head}extends = 3\n{rule}"), &[(3, "must be a string")]);
    let own = "extends = \"neutral\"\n";
    let joy = "[[category]]\nname = \"joy\"\nletter = \"J\"\nglyph = \"+\"\ndefinition = \"x\"\n";
    let glad = "[macros]\nGLAD = \"glad\"\n";
    are(&format!("{head}{own}{}{glad}{rule}", joy.replace("category", "kind")), &[(4, "`kind`")]);
    are(&format!("{head}{own}{joy}{}{rule}", glad.replace("macros", "macro")), &[(9, "`macros`")]);
    are(&format!("{head}macros = 3\n{own}{joy}{rule}"), &[(3, "must be a table")]);
    are(&format!("{head}{own}{}{glad}{rule}", joy.replace("name", "nome")), &[(5, "`name`")]);
    are(
        &format!("{head}{own}{glad}{rule}{}", "\nwithin = 3"),
        &[(8, "no category is called `joy`"), (14, "has no key `within`")],
    );
    let misspelt = rule.replace("id = \"a\"", "id = \"a\"\naftr = \"x\"\nwithin = 2");
    are(&format!("{head}{own}{joy}{glad}{misspelt}"), &[(13, "did you mean `after`")]);
    are(&format!("{head}rule = 3"), &[(3, "written as `[[rule]]`")]);
    are(head, &[(1, "at least one rule")]);
}

#[test]
fn of_what_is_no_toml_only_that_is_said() {
    for (text, expected) in [
        ("name = \"a\nabout = 3", &[(1, "expected `\"`")][..]),
        (
            "name = = 2\nabout = \"x\"\nabout = \"y\"\n[macros\nA = \"b\"",
            &[(1, "extra `=`"), (3, "duplicate key"), (4, "unclosed table")],
        ),
        // A list that is not closed takes all that follows for its own.
        ("name = [\"a\"\nabout = \"x\"\n[[rule]]\nid = \"x\"", &[(2, "missing comma")]),
        ("a = [\n\"x\"\n\"y\"\n]\nb = = 3", &[(3, "missing comma"), (5, "extra `=`")]),
        ("a = \"\"\"x\n[[rule]]\nid = 3", &[(3, "multi-line")]),
    ] {
        are(text, expected);
    }
}

#[test]
fn errors_of_several_files_are_bounded_and_those_left_out_are_counted() {
    let many = |n: usize| {
        let keys: Vec<String> = (0..n).map(|i| format!("key{i} = 1")).collect();
        format!("name = \"many\"\nabout = \"x\"\n{}\n", keys.join("\n"))
    };
    let errors = Pack::parse("own.toml", &many(60)).unwrap_err();
    assert_eq!((errors.first.len(), errors.more, errors.count()), (50, 10, 60));
    assert_eq!((errors.first[0].line, errors.first[49].line), (3, 52));
    assert!(errors.to_string().ends_with("`key49`\nand 10 more errors"), "{errors}");
    // A pack that extends a broken one has no mistake of its own.
    let file = |name: &str, text: &str| (name.to_owned(), text.to_owned());
    let heir = WRONG.replace("\"neutral\"", "\"many\"");
    let files = [file("a.toml", &many(2)), file("b.toml", &heir), file("c.toml", &many(40))];
    let errors = Pack::with_own(&files).unwrap_err();
    let of = |name: &str| errors.first.iter().filter(|e| e.name == name).count();
    assert_eq!((of("a.toml"), of("b.toml"), of("c.toml"), errors.more), (2, 19, 29, 11));
}
