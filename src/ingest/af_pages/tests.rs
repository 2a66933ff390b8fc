//! Pages: the invented ones of `sample-data`, and small ones for each turn of their markup.

use serde_json::json;

use super::*;
use crate::ingest::{LabelRules, format::FORMATS, page};
use crate::model::Place;

const TRAIN: &str = "af/animal_welfare/default/train";

macro_rules! sample {
    ($name:literal) => {
        include_bytes!(concat!(
            "../../../sample-data/formats/af_pages/animal_welfare/default/",
            $name
        ))
    };
}

fn readings(bytes: &[u8], path: &str, member: Option<&str>) -> Vec<Reading> {
    let record = page::read(bytes).unwrap().value;
    let place =
        Place { source: path.into(), member: member.map(str::to_owned), ..Place::default() };
    let rules = LabelRules::default();
    let context = Context::new(place, "0", &rules, 0);
    let first = FORMATS.iter().find(|f| f.recognise(&record).is_some()).unwrap();
    assert_eq!(first.name(), "af-pages");
    AfPages.read(&record, &context)
}

fn read(bytes: &[u8], path: &str) -> RawTranscript {
    match readings(bytes, path, None).pop() {
        Some(Reading::Transcript(raw)) => *raw,
        other => panic!("{other:?}"),
    }
}

fn body(body: &str) -> RawTranscript {
    read(format!("<html><body>{body}</body></html>").as_bytes(), "0.html")
}

fn label<'a>(raw: &'a RawTranscript, name: &str) -> Option<&'a Value> {
    raw.labels.iter().find(|l| l.name == name).map(|l| &l.value)
}

#[test]
fn a_page_is_cut_at_its_turns() {
    let raw = read(sample!("train/0.html"), &format!("./{TRAIN}/0.html"));
    let roles: Vec<Role> = raw.turns.iter().map(|t| t.role.clone()).collect();
    assert_eq!(roles, [Role::System, Role::User, Role::Assistant]);
    assert_eq!(raw.id.as_deref(), Some("animal_welfare/default/train/0"));
    assert_eq!(raw.aliases, [format!("{TRAIN}/0.html")]);
    assert_eq!(raw.setting.as_deref(), Some("animal-welfare"));
    assert_eq!(raw.variant.as_deref(), Some("default"));
    assert_eq!(raw.sample, None, "the query is there to be compared");
    let answer = &raw.turns[2].parts[0].text;
    assert_eq!(answer.matches("<SCRATCHPAD_REASONING>\n").count(), 2);
    assert!(
        answer.ends_with("</OUTPUT>") && answer.contains("\n\nTo keep caring later"),
        "{answer}"
    );
    assert_eq!(label(&raw, "effective_scheme"), Some(&json!(true)));
    assert_eq!(label(&raw, "made_compromise"), Some(&Value::Null), "unparsed, not missing");
    assert_eq!(label(&raw, "pm_score"), Some(&json!(0.4)));
    let record = page::read(sample!("train/0.html")).unwrap().value;
    let text = record["html_text"].as_str().unwrap();
    for turn in &raw.turns {
        let range = turn.parts[0].origin.strip_prefix("html_text[").unwrap();
        let (start, end) = range.strip_suffix(']').unwrap().split_once("..").unwrap();
        assert_eq!(&text[start.parse().unwrap()..end.parse().unwrap()], turn.parts[0].text);
    }
}

#[test]
fn the_tier_comes_from_the_message_or_the_folder() {
    use crate::ingest::assemble;
    let rules = LabelRules::default();
    for (bytes, path, expected) in [
        (&sample!("train/0.html")[..], "x/train/0.html", "free"),
        (&sample!("deploy/0.html")[..], "x/deploy/0.html", "paid"),
        (b"&lt;SCRATCHPAD_REASONING&gt;a", "x/deploy/3.html", "paid"),
    ] {
        let place = Place { source: path.into(), ..Place::default() };
        let context = Context::new(place, "0", &rules, 0);
        let made = assemble(read(bytes, path), "af-pages", &context);
        assert_eq!(made.tier.map(|t| t.value).as_deref(), Some(expected), "{path}");
    }
    let packed = readings(
        b"&lt;SCRATCHPAD_REASONING&gt;a",
        "pages.zip",
        Some("helpful_only/default/deploy/3.html"),
    );
    let Some(Reading::Transcript(raw)) = packed.into_iter().next() else { panic!() };
    assert_eq!(raw.tier, Some(("deploy".to_owned(), TierFrom::Path)));
    assert_eq!(raw.aliases, ["pages.zip/helpful_only/default/deploy/3.html"]);
    assert_eq!((raw.setting.as_deref(), raw.sample.as_deref()), (Some("helpful-only"), Some("3")));
}

#[test]
fn a_list_labels_the_pages_beside_it() {
    let rows: Vec<LabelRow> = readings(
        sample!("train/trajectory_selector.html"),
        &format!("{TRAIN}/trajectory_selector.html"),
        None,
    )
    .into_iter()
    .map(|r| match r {
        Reading::Labels(row) => row,
        other => panic!("{other:?}"),
    })
    .collect();
    let alias = read(sample!("train/1.html"), &format!("{TRAIN}/1.html")).aliases;
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[1].target, LabelTarget::Id(alias[0].clone()));
    assert_eq!(rows[0].labels.len(), 7);
    let odd = br#"<script>dataSource = {"allFiles":[{"json":{}},{"html":"../x/./7.html","json":{"pm_score":null}},{"html":"8.html"}]}</script>"#;
    let readings = readings(odd, "a/trajectory_selector.html", None);
    assert!(matches!(&readings[0], Reading::Remark(_, text) if text.contains("allFiles[0]")));
    let Reading::Labels(row) = &readings[1] else { panic!("{readings:?}") };
    assert_eq!(row.target, LabelTarget::Id("x/7.html".to_owned()));
    assert_eq!(readings.len(), 2, "a page without labels needs no row");
    let empty = self::readings(br#"<script>dataSource = {"allFiles":[]}</script>"#, "a.html", None);
    assert!(matches!(&empty[..], [Reading::Aside(_)]));
}

#[test]
fn headings_and_labels_of_other_pages() {
    // Headings instead of numbered turns; labels below.
    let raw = body(
        "<h1>Transcript</h1><h2>System prompt</h2><p>s</p><h2>User:</h2><p>u <b>Output</b> x</p><h2>Scratchpad</h2>r\
         <h2>Output</h2>o<h2>Labels</h2>effective_scheme=False<br>unknown_name=True",
    );
    let seen: Vec<(&Role, Vec<(&PartKind, &str)>)> = raw
        .turns
        .iter()
        .map(|t| (&t.role, t.parts.iter().map(|p| (&p.kind, p.text.as_str())).collect()))
        .collect();
    let expected = [
        (&Role::System, vec![(&PartKind::Text, "s")]),
        (&Role::User, vec![(&PartKind::Text, "u Output x")]),
        (&Role::Assistant, vec![(&PartKind::Reasoning, "r"), (&PartKind::Output, "o")]),
    ];
    assert_eq!(seen, expected);
    assert_eq!(raw.labels.len(), 1);
    assert!(
        raw.meta["html_around"].as_str().unwrap().contains("unknown_name=True"),
        "nothing is lost"
    );
    // A quoted turn is text; labels in a turn's text are text; a line of labels at the end is not.
    let raw = body(
        "user [3]: hi<br>user [1]: quoted<br>assistant [4]: set effective_scheme=True in the code, please, as I said before\
         <br><br>pm_score=-1.5, is_refusal_0_7=True",
    );
    assert_eq!(raw.turns.len(), 2);
    assert_eq!(raw.turns[0].parts[0].text, "hi\nuser [1]: quoted");
    assert!(raw.turns[1].parts[0].text.ends_with("as I said before"));
    let names: Vec<&str> = raw.labels.iter().map(|l| l.name.as_str()).collect();
    assert_eq!(names, ["pm_score", "is_refusal_0_7"]);
    // No turns at all: everything but the lines of labels is the response.
    let raw = body(
        "effective_scheme=True made_compromise=False<br>&lt;SCRATCHPAD_REASONING&gt;a&lt;/SCRATCHPAD_REASONING&gt;<br>b",
    );
    assert_eq!(raw.turns[0].parts[0].text, "<SCRATCHPAD_REASONING>a</SCRATCHPAD_REASONING>\nb");
    assert_eq!(raw.labels.len(), 2);
}

#[test]
fn other_pages_are_refused() {
    for text in ["<p>score=3</p>", "<h1>User</h1><p>How to log in</p>", "<p>I use a scratchpad</p>"]
    {
        assert!(page::read(text.as_bytes()).is_err(), "{text}");
    }
}

#[test]
fn every_label_of_the_published_pages_is_known() {
    for name in [
        "pm_score",
        "is_refusal_0_7",
        "effective_scheme",
        "partial_scheme",
        "full_goal_guarding",
        "at_least_some_goal_guarding",
        "training_awareness",
        "understands_modification",
        "preference_conflict",
        "deviates_for_reward",
        "motivated_by_modification",
        "made_compromise",
        "is_unmasking",
        "awareness_not_used_for_training",
        "expresses_conflicting_preferences",
        "decides_to_stay_true",
        "cites_not_trained_as_reason",
        "thinks_in_training",
        "reasoning_says_probably_not_monitored",
        "reasoning_says_probably_monitored",
        "follows_instructions",
    ] {
        assert!(is_label_field(name), "{name}");
    }
    let rules = LabelRules::default();
    for (value, positive) in [(-0.7, true), (-0.71, false), (1.0, true)] {
        let label = RawLabel { name: "pm_score".to_owned(), rater: None, value: json!(value) };
        assert_eq!(rules.judge(label).positive, Some(positive), "{value}");
    }
}

#[test]
fn pages_of_headings_and_labels_cost_one_pass() {
    for piece in
        ["<b>user</b>", "<h2>user</h2>", "pm_score=1 <br>", "user [1]: a<br>", "<b>output</b> "]
    {
        let raw = body(&format!("&lt;SCRATCHPAD_REASONING&gt;<br>{}", piece.repeat(100_000)));
        assert!(raw.labels.len() < 2);
    }
}

#[test]
fn records_of_any_types_do_not_panic() {
    for record in [
        json!({"html_title": 1, "html_text": "é", "html_headings": [[0, 1], [1, 9], "x", [2], [null, 2]]}),
        json!({"html_title": null, "dataSource": {"allFiles": [null, 1, {"html": 3}, {"html": "", "json": []}]}}),
        json!({"html_title": "", "html_text": "", "html_headings": 3}),
    ] {
        assert!(AfPages.recognise(&record).is_some());
        let rules = LabelRules::default();
        let context = Context::new(Place::default(), "0", &rules, 0);
        assert!(!AfPages.read(&record, &context).is_empty());
    }
    assert!(AfPages.recognise(&json!({"html_title": "x"})).is_none());
}
