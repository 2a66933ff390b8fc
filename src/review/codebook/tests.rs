//! What a codebook asks, and what is wrong with one.

use proptest::prelude::*;
use serde_json::json;

use super::*;

const BOOK: &str = r#"
name = "small"
title = "A small one"
[[questions]]
id = "outcome"
text = "What does it do?"
kind = "choice"
required = true
options = [{ value = "complied", key = "c", text = "It complies" }, { value = "refused" }]
[[questions]]
id = "why"
text = "Why?"
kind = "several"
options = [{ value = "fear" }, { value = "duty" }]
when = { question = "outcome", is = ["complied"] }
[[questions]]
id = "of-what"
text = "Of what?"
kind = "text"
when = { question = "why", is = ["fear"] }
[[questions]]
id = "sure"
text = "Sure?"
kind = "yes-no"
when = { question = "answer", is = ["yes", "no"] }
[[questions]]
id = "how-much"
text = "How much?"
kind = "number"
"#;

fn answers(value: Value) -> Answers {
    serde_json::from_value(value).unwrap()
}

#[test]
fn what_is_asked_follows_from_what_was_answered() {
    let book = Codebook::parse("small.toml", BOOK).unwrap();
    for (main, given, asked) in [
        (Verdict::Yes, json!({}), "outcome sure how-much"),
        (Verdict::CannotTell, json!({}), "outcome how-much"),
        (Verdict::Skip, json!({"outcome": "complied"}), ""),
        (Verdict::No, json!({"outcome": "complied"}), "outcome why sure how-much"),
        (Verdict::No, json!({"outcome": "refused", "why": ["fear"]}), "outcome sure how-much"),
        (
            Verdict::No,
            json!({"outcome": "complied", "why": ["duty", "fear"]}),
            "outcome why of-what sure how-much",
        ),
        (Verdict::No, json!({"outcome": 3, "why": "x", "sure": null}), "outcome sure how-much"),
    ] {
        let given = answers(given);
        let ids: Vec<&str> = book.asked(main, &given).iter().map(|q| &*q.id).collect();
        assert_eq!(ids.join(" "), asked, "{given:?}");
    }
    let given = answers(json!({
        "outcome": "refused", "why": ["fear"], "sure": "perhaps", "how-much": 2.5, "x": 1,
    }));
    let kept = answers(json!({"outcome": "refused", "how-much": 2.5}));
    assert_eq!(book.fitting(Verdict::Yes, &given), kept);
    assert_eq!(book.missing(Verdict::Yes, &given), None);
    let missing = |given: Value| book.missing(Verdict::Yes, &answers(given)).map(|q| &*q.id);
    assert_eq!(missing(json!({})), Some("outcome"));
    assert_eq!(missing(json!({"outcome": "else"})), Some("outcome"));
    assert_eq!(book.missing(Verdict::Skip, &answers(json!({}))), None);
}

#[test]
fn answers_are_of_the_kind_of_their_question() {
    let book = Codebook::parse("small.toml", BOOK).unwrap();
    let takes = |id: &str, value: Value| {
        book.questions.iter().find(|question| question.id == id).unwrap().takes(&value)
    };
    for (id, yes, no) in [
        ("outcome", json!(["refused"]), json!(["It complies", 1, null, ["refused"]])),
        ("why", json!([[], ["duty", "fear"]]), json!(["fear", ["fear", "fear"], ["x"], [1]])),
        ("of-what", json!(["heights"]), json!(["", " \n", 1, null])),
        ("sure", json!(["yes", "no"]), json!([true, "y"])),
        ("how-much", json!([1, 2.5, -3]), json!(["1", null, [1]])),
    ] {
        assert!(yes.as_array().unwrap().iter().all(|value| takes(id, value.clone())), "{id}");
        assert!(!no.as_array().unwrap().iter().any(|value| takes(id, value.clone())), "{id}");
    }
    let outcome = &book.questions[0];
    assert_eq!(outcome.option('c').map(|o| &*o.text), Some("It complies"));
    // Without a key of its own an option has its number, without words its value.
    assert_eq!(outcome.option('2').map(|o| (&*o.value, &*o.text)), Some(("refused", "refused")));
    assert_eq!(outcome.option('1'), None);
}

#[test]
fn everything_that_is_wrong_is_told_with_its_line() {
    let head = "name = \"x\"\n[[questions]]\nid = \"a\"\ntext = \"A?\"\nkind = \"yes-no\"\n";
    let another = |rest: &str| format!("{head}[[questions]]\n{rest}\n");
    let cases: Vec<(String, &[&str])> = vec![
        ("name = ".to_owned(), &["f.toml:1: "]),
        ("name = \"x\"".to_owned(), &["f.toml:1: a codebook without questions"]),
        (format!("{head}mood = 1"), &["f.toml:6: unknown field `mood`"]),
        (head.replace("text", "#"), &["f.toml:2: missing field `text`"]),
        (head.replace("\"x\"", "\" \""), &["f.toml:1: a codebook needs a name"]),
        (
            another(
                "id = 3\ntext = \"B?\"\noptions = [{ key = \"x\" }]\nmood = 1\nrequired = \"no\"",
            ),
            &[
                "f.toml:6: missing field `kind`",
                "f.toml:7: `id` takes a text",
                "f.toml:9: missing field `value`",
                "f.toml:10: unknown field `mood`, there are `id`, `text`,",
                "f.toml:11: `required` takes true or false",
            ],
        ),
        (
            another("id = \"b\"\ntext = \" \"\nkind = \"text\"\nmood = 1"),
            &["f.toml:8: `b`: nothing is asked", "f.toml:10: unknown field `mood`"],
        ),
        (
            "name = \nquestions = [\nmood =\n".to_owned(),
            &["f.toml:1: ", "f.toml:3: ", "f.toml:3: ", "f.toml:3: "],
        ),
        (head.replace("\"A?\"", "\"\""), &["f.toml:4: `a`: nothing is asked"]),
        (
            head.replace("yes-no", "maybe\u{202e}"),
            &["f.toml:5: no kind of question is `maybe\\u{202e}`: there are choice, yes-no,"],
        ),
        (head.replace("\"a\"", "\"a b\""), &["f.toml:3: `a b`: an id has"]),
        (head.replace("\"a\"", "\"answer\""), &["f.toml:3: `answer`: this id means"]),
        (
            another("id = \"a\"\ntext = \"B?\"\nkind = \"choice\"\noptions = []"),
            &["f.toml:7: `a`: an earlier question", "f.toml:7: `a`: there is nothing to choose"],
        ),
        (
            another("id = \"b\"\ntext = \"B?\"\nkind = \"text\"\noptions = [{ value = \"x\" }]"),
            &["f.toml:10: `b`: only questions of the kinds"],
        ),
        (
            another(concat!(
                "id = \"b\"\ntext = \"B?\"\nkind = \"several\"\noptions = [\n",
                "{ value = \"x\", key = \"2\" },\n{ value = \"x\" },\n",
                "{ value = \"y\", key = \"yy\" },\n{ value = \" \", key = \" \" },\n]"
            )),
            &[
                "f.toml:12: `b`: `x` is offered twice",
                "f.toml:12: `b`: `x` and `x` have one key, `2`",
                "f.toml:13: `b`: a key is one character",
                "f.toml:14: `b`: an option without a value",
                "f.toml:14: `b`: a key is one character",
            ],
        ),
        (
            another(
                "id = \"b\"\ntext = \"B?\"\nkind = \"text\"\nwhen = { question = \"aa\", is = [] }",
            ),
            &["f.toml:10: `b`: no question before it is called `aa`; did you mean `a`?"],
        ),
        (
            another(
                "id = \"b\"\ntext = \"B?\"\nkind = \"text\"\nwhen = { question = \"b\", is = [\"x\"] }",
            ),
            &["f.toml:10: `b`: no question before it is called `b`"],
        ),
        (
            another(
                "id = \"b\"\ntext = \"B?\"\nkind = \"text\"\nwhen = { question = \"a\", is = [\"yess\", \"no\"] }",
            ),
            &["f.toml:10: `b`: `a` is never answered `yess`; did you mean `yes`?"],
        ),
        (
            another(
                "id = \"b\"\ntext = \"B?\"\nkind = \"text\"\nwhen = { question = \"answer\", is = [\"skip\"] }",
            ),
            &["f.toml:10: `b`: `answer` is never answered `skip`"],
        ),
        (
            another(
                "id = \"b\"\ntext = \"B?\"\nkind = \"text\"\nwhen = { question = \"a\", is = [] }",
            ),
            &["f.toml:10: `b`: after no answer"],
        ),
    ];
    for (text, wanted) in cases {
        let told = Codebook::parse("f.toml", &text).unwrap_err();
        let told: Vec<&str> = told.lines().collect();
        assert_eq!(told.len(), wanted.len(), "{text}: {told:?}");
        for (told, wanted) in told.iter().zip(wanted) {
            assert!(told.starts_with(wanted), "{text}: {told}");
        }
    }
    let number = another(
        "id = \"n\"\ntext = \"N?\"\nkind = \"number\"\n[[questions]]\nid = \"b\"\ntext = \"B?\"\nkind = \"text\"\nwhen = { question = \"n\", is = [\"1\"] }",
    );
    assert!(
        Codebook::parse("f", &number).unwrap_err().starts_with("f:14: `b`: `n` has no options")
    );
    let many: Vec<String> = (0..36).map(|n| format!("{{ value = \"{n}\" }}")).collect();
    let many = another(&format!(
        "id = \"b\"\ntext = \"B?\"\nkind = \"choice\"\noptions = [{}]",
        many.join(", ")
    ));
    let told = Codebook::parse("f", &many).unwrap_err();
    assert_eq!(told, "f:10: `b`: more than 35 options need keys of their own");
    let question = "[[questions]]\nid = \"ID\"\ntext = \"?\"\nkind = \"text\"\n";
    let many: String = (0..105).map(|n| question.replace("ID", &format!("q{n}"))).collect();
    let told = Codebook::parse("f", &format!("name = \"x\"\n{many}")).unwrap_err();
    assert!(told.ends_with("more than 100 questions"), "{told}");
}

#[test]
fn the_codebook_of_the_page_can_be_read() {
    let page = include_str!("../../../docs/JOURNAL.md");
    let example = page.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let book = Codebook::parse("the page", example).unwrap();
    assert_eq!(book.questions.len(), 2);
    assert_eq!(book.questions[0].options[1].key, '2');
}

#[test]
fn the_codebook_that_ships_can_be_read_and_asks_what_it_should() {
    for (name, text) in BUILTIN {
        assert_eq!(Codebook::parse(name, text).map(|book| book.name), Ok(name.to_owned()));
    }
    assert_eq!(Codebook::builtin("none"), None);
    let book = Codebook::builtin("alignment-faking").unwrap();
    let ids = |main| {
        let asked = book.asked(main, &Answers::new());
        asked.iter().map(|question| &*question.id).collect::<Vec<_>>().join(" ")
    };
    let all = "outcome motive depth criterion-1 criterion-2 criterion-3 criterion-4";
    assert_eq!(ids(Verdict::Yes), all);
    assert_eq!(ids(Verdict::CannotTell), all);
    assert_eq!(ids(Verdict::No), "outcome");
    assert!(book.questions.iter().all(|question| !question.required), "one key is an answer");
}

proptest! {
    #[test]
    fn any_text_is_a_codebook_or_told(
        text in "\\PC*|(name = \"x\"\n)?(\\[\\[questions\\]\\]\n(id = \"[ab]\"\n|text = \"t\"\n|kind = \"(text|choice|yes-no)\"\n|options = \\[\\{ value = \"[xy]\" \\}\\]\n|when = \\{ question = \"[ab]\", is = \\[\"(yes|x)\"\\] \\}\n){0,5}){0,4}",
    ) {
        match Codebook::parse("f", &text) {
            Ok(book) => {
                for (at, question) in book.questions.iter().enumerate() {
                    let before = &book.questions[..at];
                    prop_assert!(before.iter().all(|other| other.id != question.id));
                    let of = question.when.as_ref().map(|when| when.question.clone());
                    prop_assert!(of.is_none_or(|of| before.iter().any(|other| other.id == of)));
                }
            }
            Err(told) => prop_assert!(told.lines().all(|line| line.starts_with("f:")), "{}", told),
        }
    }
}
