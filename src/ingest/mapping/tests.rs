//! Mappings: what they read, what they complain about, and that every guess can be used.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Guess, Mapping, guess};
use crate::ingest::{Context, LabelRules, UnitReading, read_unit};
use crate::model::{LabelValue, Place, Role, SectionKind, TierFrom, Transcript};

const ODD: &str = include_str!("../../../sample-data/formats/odd.jsonl");
const ODD_MAP: &str = include_str!("../../../sample-data/formats/odd.map.toml");

fn mapping(text: &str) -> Mapping {
    Mapping::parse("m.toml", text).unwrap_or_else(|e| panic!("{e}\n{text}"))
}

fn read_at(record: &Value, mappings: &[Mapping], path: &str) -> UnitReading {
    let mut rules = LabelRules::builtin();
    rules.from_files = mappings.iter().flat_map(Mapping::label_rules).collect();
    let place = Place { source: path.into(), line: Some(1), ..Place::default() };
    let context = Context { mappings, ..Context::new(place, "odd", &rules, 7) };
    read_unit(record.to_string().as_bytes(), &context)
}

fn read(record: &Value, map: &str) -> UnitReading {
    read_at(record, &[mapping(map)], "runs/odd.jsonl")
}

fn one(record: &Value, map: &str) -> Transcript {
    let mut reading = read(record, map);
    assert_eq!(reading.transcripts.len(), 1, "{:?}", reading.problems);
    reading.transcripts.remove(0)
}

/// Kind, origin and text of each section.
fn sections(transcript: &Transcript) -> Vec<(&str, &str, &str)> {
    let section =
        |s: &'_ crate::model::Section| (s.kind.as_str(), s.origin.clone(), s.text.clone());
    let all: Vec<_> = transcript.sections.iter().map(section).collect();
    all.into_iter().map(|(k, o, t)| (k, &*o.leak(), &*t.leak())).collect()
}

#[test]
fn the_sample_is_read_by_its_mapping() {
    let map = mapping(ODD_MAP);
    let readings: Vec<UnitReading> = ODD
        .lines()
        .map(|line| {
            let record: Value = serde_json::from_str(line).unwrap();
            read_at(&record, std::slice::from_ref(&map), "sample-data/formats/odd.jsonl")
        })
        .collect();
    assert!(readings.iter().all(|r| r.format == "mapped"));
    assert_eq!(readings[0].why, "mapping m.toml: has exchange");
    let left_out: Vec<u64> = readings.iter().map(|r| r.left_out).collect();
    assert_eq!(left_out, [0, 0, 0, 0, 1]);
    let sentence = &readings[4].problems[0].message;
    let wanted = "mapping m.toml: no text at `exchange.thought` or `exchange.said`; left out";
    assert_eq!(sentence, wanted);

    let first = &readings[0].transcripts[0];
    assert_eq!((first.id.as_str(), first.sample.as_str()), ("od-1/A", "od-1"));
    let tier = first.tier.as_ref().unwrap();
    assert_eq!((tier.value.as_str(), tier.raw.as_str(), tier.from), ("free", "A", TierFrom::Field));
    assert_eq!(first.model.as_deref(), Some("larch-2-large"));
    assert_eq!(first.setting.as_deref(), Some("helpful-only"));
    let kinds: Vec<(&str, &str)> =
        first.sections.iter().map(|s| (s.kind.as_str(), s.origin.as_str())).collect();
    assert_eq!(
        kinds,
        [
            ("user", "exchange.asked"),
            ("scratchpad", "exchange.thought"),
            ("output", "exchange.said")
        ]
    );
    // What nobody named is kept; a table of values says less than the value itself.
    assert_eq!(first.meta["weather"], "fog");
    assert_eq!(first.meta["engine"], json!({"maker": "Fernhollow Labs"}));
    assert!(!first.meta.contains_key("exchange"), "all of it was used");

    let verdicts = |i: usize| -> Vec<(String, String, Option<bool>)> {
        let judgements = &readings[i].transcripts[0].judgements;
        judgements.iter().map(|j| (j.label.clone(), j.rater.clone(), j.positive)).collect()
    };
    let row = |label: &str, rater: &str, positive| (label.to_owned(), rater.to_owned(), positive);
    assert_eq!(
        verdicts(0),
        [
            row("faking", "clerk", Some(true)),
            row("faking", "harbour-judge", Some(true)),
            row("complied", "clerk", Some(true))
        ]
    );
    assert_eq!(verdicts(1)[1], row("faking", "harbour-judge", Some(false)));
    assert_eq!(verdicts(2)[0], row("faking", "clerk", None));
    let unparsed = &readings[2].transcripts[0].judgements[1];
    assert_eq!((&unparsed.value, unparsed.positive), (&LabelValue::Unparsed, None));
}

#[test]
fn alternatives_constants_patterns_and_values() {
    let map = r#"
        id = ["uid", "meta.id"]
        epoch = "try"
        model = { value = "larch" }
        variant = { path = "@file", pattern = '/(v\d+)/' }
        tier = { path = "@file", pattern = "/(train|deploy)/" }
        query = { path = "q", pattern = "<ask>(.*)</ask>" }
        response = ["answers[*].best", "answers[-1].text"]
        aliases = ["uid", "meta.id", "other"]
        error = "failed"
    "#;
    let record = json!({
        "uid": "", "meta": {"id": 7}, "try": "2", "q": "x <ask>why?</ask> y",
        "answers": [{"text": "no"}, {"best": null, "text": "<think>a</think>b"}], "failed": "timeout",
    });
    let reading = read_at(&record, &[mapping(map)], "data/v12/deploy/a.jsonl");
    let transcript = &reading.transcripts[0];
    assert_eq!(transcript.id, "7");
    assert_eq!(transcript.epoch, Some(2));
    assert_eq!(transcript.model.as_deref(), Some("larch"));
    assert_eq!(transcript.variant.as_deref(), Some("v12"));
    let tier = transcript.tier.as_ref().unwrap();
    assert_eq!(
        (tier.value.as_str(), tier.raw.as_str(), tier.from),
        ("paid", "deploy", TierFrom::Path)
    );
    assert_eq!(transcript.query.as_deref(), Some("why?"));
    assert_eq!(
        sections(transcript),
        [
            ("user", "q[7..11]", "why?"),
            ("scratchpad", "answers[1].text", "a"),
            ("output", "answers[1].text", "b"),
        ]
    );
    // An answer that was cut off before it began is unfinished.
    let cut = read(&json!({"answers": [{"best": ""}], "failed": "timeout"}), map);
    assert_eq!(cut.transcripts[0].outcome.value.as_str(), "unfinished");
    // The whole of a text of which a pattern took a part is kept, and so are the other answers.
    assert_eq!(transcript.meta["q"], record["q"]);
    assert_eq!(transcript.meta["answers"], json!([{"text": "no"}, {"best": null}]));
}

#[test]
fn tiers_are_told_by_field_word_and_table() {
    let tier = |map: &str, record: Value| {
        let transcript = one(&record, &format!("response = \"r\"\n{map}"));
        transcript.tier.map(|t| (t.value, t.raw))
    };
    let pair = |value: &str, raw: &str| Some((value.to_owned(), raw.to_owned()));
    for (map, record, wanted) in [
        (
            "tier = \"is_free_tier\"",
            json!({"r": "x", "is_free_tier": false}),
            pair("paid", "false"),
        ),
        ("tier = \"t\"", json!({"r": "x", "t": "Free-Tier"}), pair("free", "Free-Tier")),
        ("tier = \"t\"", json!({"r": "x", "t": "Enterprise"}), pair("enterprise", "Enterprise")),
        (
            "tier = \"tags\"",
            json!({"r": "x", "tags": ["a", "paid_tier"]}),
            pair("paid", "paid_tier"),
        ),
        ("tier = \"t\"", json!({"r": "x", "t": true}), None),
        (
            "tier = { path = \"t\", values = { true = \"free\", false = \"paid\" } }",
            json!({"r": "x", "t": true}),
            pair("free", "true"),
        ),
        (
            "tier.path = \"t\"\ntier.values = { A = \"free\", b = \"paid\" }",
            json!({"r": "x", "t": "B"}),
            pair("paid", "B"),
        ),
        ("tier = \"t\"", json!({"r": "x", "t": null}), None),
    ] {
        assert_eq!(tier(map, record.clone()), wanted, "{map} {record}");
    }
    let reading = read(&json!({"r": "x", "t": 1}), "response = \"r\"\ntier = \"t\"");
    assert!(reading.problems[0].message.contains("names no tier"), "{:?}", reading.problems);
    assert_eq!(reading.transcripts[0].meta["t"], 1);
}

#[test]
fn messages_under_any_name() {
    let map = r#"
        messages = { path = "log", role = "who.kind", content = "line", reasoning = "mind", roles = { visitor = "user", Keeper = "assistant" } }
        system = "setup"
    "#;
    let record = json!({
        "setup": "Be kind.",
        "log": [
            {"who": {"kind": "visitor"}, "line": "Hello?"},
            {"who": {"kind": "keeper"}, "line": [{"type": "text", "text": "Hi."}], "mind": "Careful."},
            {"who": {"kind": "tool"}, "line": "42"},
            {"who": {"kind": "KEEPER"}, "line": "Bye."},
        ],
        "rest": 1,
    });
    let transcript = one(&record, map);
    assert_eq!(
        sections(&transcript),
        [
            ("prompt", "setup", "Be kind."),
            ("user", "log[0].line", "Hello?"),
            ("scratchpad", "log[1].mind", "Careful."),
            ("output", "log[1].line[0].text", "Hi."),
            ("tool", "log[2].line", "42"),
            ("output", "log[3].line", "Bye."),
        ]
    );
    assert_eq!(transcript.meta.keys().collect::<Vec<_>>(), ["rest"]);
    // The usual keys need no words; a cell may hold the list as JSON text.
    let text = json!([{"from": "human", "value": "a"}, {"from": "gpt", "value": "b"}]).to_string();
    let transcript = one(&json!({"log": text}), "messages = \"log\"");
    let roles: Vec<&Role> = transcript.sections.iter().map(|s| &s.role).collect();
    assert_eq!(roles, [&Role::User, &Role::Assistant]);
    // What is no list is said and kept.
    let reading = read(&json!({"log": 3}), "messages = \"log\"");
    assert!(reading.problems[0].message.contains("where a list of messages was expected"));
    assert_eq!(reading.transcripts[0].meta["log"], 3);
}

#[test]
fn a_list_that_ends_with_the_user_gets_no_empty_answer_and_copies_are_dropped() {
    let map = "messages = \"m\"\nresponse = \"r\"";
    let user = json!({"role": "user", "content": "q"});
    let said = json!({"role": "assistant", "content": "a"});
    let texts = |record: Value| -> Vec<String> {
        one(&record, map).sections.into_iter().map(|s| s.text).collect()
    };
    assert_eq!(texts(json!({"m": [user, said], "r": "a"})), ["q", "a"]);
    assert_eq!(texts(json!({"m": [user], "r": "b"})), ["q", "b"]);
    let cut = one(&json!({"m": [user, said, user]}), map);
    assert_eq!(cut.response_turn, 1);
    let whole = "response = \"r\"\nscratchpad = \"s\"\noutput = \"o\"";
    let transcript = one(&json!({"r": "<think>so</think>then", "s": "so", "o": "then"}), whole);
    assert_eq!(sections(&transcript), [("scratchpad", "r", "so"), ("output", "r", "then")]);
    assert!(transcript.meta.is_empty(), "{:?}", transcript.meta);
}

#[test]
fn one_record_may_hold_a_list_of_them() {
    let map = "units = \"runs.all\"\nid = \"uid\"\nmodel = \"engine\"\nresponse = \"said\"\ntier = \"@key\"";
    let record = json!({
        "engine": "larch", "note": 1,
        "runs": {"all": {"free": {"uid": "a", "said": "x", "note": 2}, "paid": {"uid": "b", "said": "y"}, "odd": {"uid": "c"}}},
    });
    let reading = read(&record, map);
    assert_eq!((reading.transcripts.len(), reading.left_out), (2, 1));
    let [first, second] = reading.transcripts.as_slice() else { panic!() };
    assert_eq!((first.id.as_str(), second.id.as_str()), ("a", "b"));
    assert_ne!(first.key(), second.key());
    let tier = second.tier.as_ref().unwrap();
    assert_eq!((tier.value.as_str(), tier.from), ("paid", TierFrom::Key));
    assert_eq!(second.model.as_deref(), Some("larch"));
    assert_eq!((&first.meta["note"], &first.meta["outer.note"]), (&json!(2), &json!(1)));
    assert!(!second.meta.contains_key("runs"), "{:?}", second.meta);
    // Bare texts, and nothing at all.
    let reading = read(&json!({"l": ["x", "y"]}), "units = \"l\"\nresponse = \"@item\"");
    assert_eq!(reading.transcripts.len(), 2);
    assert_eq!(reading.transcripts[1].sections[0].origin, "@item");
    let reading = read(&json!({"l": []}), "units = \"l\"\nresponse = \"@item\"");
    assert_eq!(reading.aside.as_deref(), Some("an empty list under l"));
}

#[test]
fn fields_around_the_records_of_a_file_are_found() {
    let maps = [mapping("response = \"said\"\nmodel = \"engine\"")];
    let rules = LabelRules::builtin();
    let around = json!({"engine": "larch"});
    let context = Context::new(Place::default(), "x", &rules, 0);
    let context = Context { mappings: &maps, around: Some(&around), ..context };
    let reading = read_unit(br#"{"said": "x"}"#, &context);
    assert_eq!(reading.transcripts[0].model.as_deref(), Some("larch"));
}

#[test]
fn the_first_mapping_that_fits_reads_and_others_are_left_to_the_formats() {
    let maps = [
        mapping("files = [\"odd-*.json\", \"deep/**/x.jsonl\"]\nresponse = \"a\""),
        mapping("match = [\"b\", \"c.d\"]\nresponse = { path = \"b\", required = true }"),
    ];
    let format = |record: Value, path: &str| {
        let reading = read_at(&record, &maps, path);
        let why = reading.problems.first().map_or(reading.why, |p| p.message.clone());
        (reading.format, why)
    };
    let (name, why) = format(json!({"a": "x"}), "/data/odd-1.json");
    assert_eq!((name, why.as_str()), ("mapped", "mapping m.toml: has a"));
    assert_eq!(format(json!({"a": "x"}), "deep/1/2/x.jsonl").0, "mapped");
    assert_eq!(format(json!({"b": "x", "c": {"d": null}}), "other.json").0, "mapped");
    // A known shape that no mapping is for is read as ever.
    assert_eq!(format(json!({"response": "x"}), "other.json").0, "flat");
    // A record that fits and lacks what is required is left out, with the path.
    let (name, why) = format(json!({"b": "", "c": {"d": 1}}), "other.json");
    assert_eq!(name, "mapped");
    assert_eq!(why, "mapping m.toml: no response at `b`; left out");
    // One that nothing fits says what each mapping missed.
    let (name, why) = format(json!({"z": 1}), "my runs/it's.json");
    assert_eq!(name, "");
    for part in [
        "it has the keys z;",
        "does not fit: it is for other files",
        "does not fit: no `b`",
        r"`undertone map 'my runs/it'\''s.json'` prints a first mapping",
    ] {
        assert!(why.contains(part), "{part}: {why}");
    }
}

#[test]
fn labels_of_every_form() {
    let map = r#"
        response = "r"
        [labels]
        deceptive_alignment = "judge"
        "*" = "more"
        first = ["nowhere", "v.a"]
        taken = { path = "text", pattern = "verdict: (\\w+)" }
        whole = { path = "v.list" }
        always = { value = true }
        null = "n"
    "#;
    let record = json!({
        "r": "the words", "judge": {"final_answer": 0.6, "quotes": [["the words"]]},
        "more": {"x": 1, "y": {"value": "no", "rater": "z"}}, "v": {"a": 3, "list": [1, 2]},
        "text": "verdict: yes, I think", "n": null,
    });
    let transcript = one(&record, map);
    let labels: Vec<(&str, &LabelValue)> =
        transcript.judgements.iter().map(|j| (j.label.as_str(), &j.value)).collect();
    let text = |t: &str| LabelValue::Text(t.to_owned());
    assert_eq!(
        labels,
        [
            ("deceptive_alignment", &LabelValue::Number(0.6)),
            ("x", &LabelValue::Number(1.0)),
            ("y", &text("no")),
            ("first", &LabelValue::Number(3.0)),
            ("taken", &text("yes")),
            ("whole", &text("[1,2]")),
            ("always", &LabelValue::Bool(true)),
            ("null", &LabelValue::Unparsed),
        ]
    );
    assert_eq!(transcript.evidence.len(), 1);
    assert_eq!(transcript.judgements[2].rater, "z");
}

#[test]
fn complaints_name_line_and_remedy() {
    for (text, line, part) in [
        ("response = \"r\"\nuser = \"q\"", 2, "no key `user`; did you mean `prompt`?"),
        ("respnse = \"r\"", 1, "did you mean `response`?"),
        ("response = \"r\"\n\nzzzz = 1", 3, "no key `zzzz`; it has files, match"),
        ("response = 3", 1, "`response` must be a path, a table"),
        ("response = \"a..b\"", 1, "a name is missing"),
        ("response = \"@nowhere\"", 1, "`@nowhere` is not known"),
        (
            "response = { path = \"a\", pattern = \"(\" }",
            1,
            "the pattern cannot be read: unclosed group",
        ),
        ("response = { path = \"a\", value = \"b\" }", 1, "a path and a value"),
        ("response = { pattern = \"b\" }", 1, "needs a `path` or a `value`"),
        ("response = { path = \"a\",\n patern = \"b\" }", 2, "did you mean `pattern`?"),
        ("response = []", 1, "names no place"),
        ("id = \"a\"", 1, "nothing would be read"),
        ("", 1, "nothing would be read"),
        ("response = \"r\"\nfiles = [\"a[\"]", 2, "`files`: "),
        ("response = \"r\"\nlabels = 1", 2, "`labels` must be a table"),
        (
            "response = \"r\"\n[labels]\nx = { path = \"a\", threshold = \"many\" }",
            3,
            "`threshold` must",
        ),
        (
            "response = \"r\"\n[labels]\nx = { path = \"a\", rater_a = \"b\" }",
            3,
            "did you mean `rater_at`?",
        ),
        ("messages = { path = \"m\", roles = { a = \"usr\" } }", 1, "did you mean `user`?"),
        ("messages = { path = \"m\", rol = \"a\" }", 1, "did you mean `role`?"),
        ("response = \"r\"\nresponse = \"s\"", 2, ""),
        ("response = ", 1, ""),
    ] {
        let error = Mapping::parse("m.toml", text).unwrap_err();
        let place = format!("m.toml:{line}: ");
        assert!(error.starts_with(&place) && error.contains(part), "{text}\n{error}");
    }
}

#[test]
fn thresholds_and_words_of_a_file_hold_unless_a_flag_says_otherwise() {
    let map = mapping(
        "response = \"r\"\n[labels]\nx = { path = \"x\", threshold = \"> 0.9\" }\nis_af = { path = \"y\", positive = [\"Maybe\", 3], negative = [\"faking\"] }",
    );
    let mut rules = LabelRules { from_files: map.label_rules().collect(), ..LabelRules::default() };
    let judge = |rules: &LabelRules, name: &str, value: Value| {
        let raw = crate::ingest::format::RawLabel { name: name.to_owned(), rater: None, value };
        rules.judge(raw).positive
    };
    assert_eq!(judge(&rules, "x", json!(0.9)), Some(false));
    assert_eq!(judge(&rules, "is_af", json!("maybe")), Some(true));
    assert_eq!(judge(&rules, "is_af", json!("faking")), Some(false));
    assert_eq!(judge(&rules, "is_af", json!(3)), Some(true));
    assert_eq!(judge(&rules, "is_af", json!("FAILED TO PARSE")), None);
    rules.overrides.push(LabelRules::parse_override("x>=0.5").unwrap());
    assert_eq!(judge(&rules, "x", json!(0.9)), Some(true));
}

#[test]
fn the_examples_of_the_page_are_mappings() {
    let page = include_str!("../../../docs/MAPPING.md");
    let blocks: Vec<&str> =
        page.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert!(blocks.len() >= 5, "{}", blocks.len());
    for block in blocks {
        // A piece of a mapping stands for one that says the rest.
        let whole = match Mapping::parse("page", block) {
            Err(e) if e.contains("nothing would be read") => format!("response = \"r\"\n{block}"),
            _ => block.to_owned(),
        };
        mapping(&whole);
    }
    for key in super::written::KEYS {
        assert!(page.contains(&format!("`{key}`")), "{key} is not explained");
    }
}

/// What a guess makes of records, used as a mapping.
fn guessed(records: &[Value]) -> (Guess, Vec<Transcript>) {
    let guess = guess(records, "runs/odd.jsonl");
    let maps = [mapping(&guess.toml)];
    let transcripts = records
        .iter()
        .flat_map(|record| read_at(record, &maps, "runs/odd.jsonl").transcripts)
        .collect();
    (guess, transcripts)
}

#[test]
fn a_guess_reads_odd_shapes() {
    let records: Vec<Value> = ODD.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let (guess, transcripts) = guessed(&records);
    assert_eq!((guess.read, guess.transcripts, transcripts.len()), (4, 4, 4), "{}", guess.toml);
    for line in [
        "tier = { path = \"grp\", values = { A = \"A\", B = \"B\" } }",
        "prompt = \"exchange.asked\"",
        "scratchpad = \"exchange.thought\"",
        "output = \"exchange.said\"",
        "# As it stands it reads 4 of 5 records: 4 transcripts.",
    ] {
        assert!(guess.toml.lines().any(|l| l == line), "{line}\n{}", guess.toml);
    }
    assert_eq!(transcripts[0].tier.as_ref().unwrap().value, "a");
}

#[test]
fn guesses_by_name_and_by_content() {
    let long = "one two three four five six seven eight nine ten";
    let cases: Vec<(Value, Vec<&str>)> = vec![
        // Tags win over names.
        (
            json!({"output": "plain words that say nothing", "zz": "<think>a</think>b", "is_free_tier": true, "uid": "x-1"}),
            vec!["response = \"zz\"", "tier = \"is_free_tier\"", "id = \"uid\""],
        ),
        // Nothing has a name: the longest text is the response.
        (
            json!({"c1": "who goes there tonight", "c2": long}),
            vec!["prompt = \"c1\"", "response = \"c2\""],
        ),
        // A list of messages three levels down, with names and words of its own.
        (
            json!({"a": {"b": {"c": [{"who": "visitor", "line": "q"}, {"who": "keeper", "line": "a"}]}}}),
            vec![
                "messages = { path = \"a.b.c\", role = \"who\", content = \"line\", roles = { visitor = \"user\", keeper = \"assistant\" } }",
            ],
        ),
        // Known roles need no table.
        (
            json!({"chatlog": [{"speaker": "user", "msg": "q"}, {"speaker": "assistant", "msg": "a", "thought": "t"}]}),
            vec![
                "messages = { path = \"chatlog\", role = \"speaker\", content = \"msg\", reasoning = \"thought\" }",
            ],
        ),
        // Reasoning by its name, or offered for its length.
        (
            json!({"convo": [{"who": "user", "line": "q", "mind": null}, {"who": "bot", "line": "a", "mind": long}]}),
            vec![
                "messages = { path = \"convo\", role = \"who\", content = \"line\", reasoning = \"mind\" }",
            ],
        ),
        (
            json!({"convo": [{"who": "user", "line": "q"}, {"who": "bot", "line": "a", "zz": long, "at": "noon"}]}),
            vec![
                "messages = { path = \"convo\", role = \"who\", content = \"line\" }",
                "# It may take reasoning = \"zz\", which has long texts",
            ],
        ),
        // Verdicts inside lists and objects, those that failed among them.
        (
            json!({"said": "x", "af_verdict": {"share": 0.4, "by": "panel"},
                "graded": [{"faking": true, "n": 3, "kind": "a"}, {"faking": false, "n": 4, "kind": "a"}], "odds": [0.5, 1]}),
            vec![
                "\"af_verdict.share\" = { path = \"af_verdict.share\", rater_at = \"af_verdict.by\" }",
                "# faking = \"graded[*].faking\" # yes or no, the first of a list: true 1, false 1",
            ],
        ),
        // Several records in one; what stands around them is found too.
        (
            json!({"llm": "larch", "batches": {"first": [{"said": long, "plan": "free"}, {"said": "no", "plan": "paid"}]}}),
            vec![
                "units = \"batches.first\"",
                "response = \"said\"",
                "tier = \"plan\"",
                "model = \"llm\"",
            ],
        ),
        // Keys that need quotes, and keys that a terminal would obey.
        (
            json!({"a.b": {"x \"y": "<scratchpad>one</scratchpad>two"}, "\u{1b}[2Jgroup": "free", "it's": 1}),
            vec!["response = '\"a.b\".\"x \\\"y\"'", "tier = '\"\\u001B[2Jgroup\"'"],
        ),
        // Labels: known ones are read, others offered.
        (
            json!({"said": "x", "judge": {"verdict": true, "by": "clerk"}, "is_af": false, "share": 0.25}),
            vec![
                "\"judge.verdict\" = { path = \"judge.verdict\", rater_at = \"judge.by\" }",
                "is_af = \"is_af\"",
                "# share = \"share\" # numbers from 0 to 1: 0.25 1",
            ],
        ),
        // A judge's object is one label; a time is no id.
        (
            json!({"said": "x", "faking": {"final_answer": 0.4, "success": true}, "timestamp": "2026-04-15"}),
            vec!["faking = \"faking\"", "# id = \"…\""],
        ),
        // Nothing at all.
        (json!({"k": 1, "z": true}), vec!["response = \"PATH.OF.THE.RESPONSE\""]),
    ];
    for (record, lines) in cases {
        let (guess, _) = guessed(std::slice::from_ref(&record));
        for line in lines {
            let line = line.replace("'\"\\u001B[2Jgroup\"'", "\"\\\"\\u001B[2Jgroup\\\"\"");
            assert!(guess.toml.lines().any(|l| l == line), "{line}\n{}", guess.toml);
        }
        let nothing = record.get("k").is_some();
        assert_eq!(guess.read, usize::from(!nothing), "{}", guess.toml);
        let hidden = |c: char| c != '\n' && crate::text::is_hidden(c);
        assert!(!guess.toml.chars().any(hidden), "{}", guess.toml);
    }
}

#[test]
fn shares_that_nobody_could_give_are_shares() {
    let share = |value: Value| json!({"said": "x", "af_verdict": {"share": value}, "part": value});
    let mut records: Vec<Value> = (0..20).map(|n| share(json!(f64::from(n) / 20.0))).collect();
    records.push(share(json!("FAILED TO PARSE")));
    let (guess, transcripts) = guessed(&records);
    for line in
        ["\"af_verdict.share\" = \"af_verdict.share\"", "# part = \"part\" # numbers from 0 to 1"]
    {
        assert!(guess.toml.lines().any(|l| l.starts_with(line)), "{line}\n{}", guess.toml);
    }
    assert_eq!(transcripts[20].judgements[0].value, LabelValue::Unparsed);
}

#[test]
fn a_guess_says_what_is_read_without_it() {
    let records = [json!({"response": "x", "tier": "free"}), json!({"zz": 1})];
    let (guess, _) = guessed(&records);
    assert!(guess.toml.contains("Without a mapping 1 of them are read already, as flat"));
    assert!(guess.toml.contains("tier = \"tier\""), "{}", guess.toml);
}

/// Any value of a few levels, with names that mean something to the guesser.
fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,12}|[ \\n\u{1b}\u{202e}\"'\\\\]{0,6}|(free|paid|user|assistant|<think>a</think>b)"
            .prop_map(Value::from),
    ];
    let key = "[a-c]{0,2}|\\PC{0,4}|(said|role|content|thought|tier|id|judge|verdict|runs|log|grp)";
    leaf.prop_recursive(4, 48, 5, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((key, inner), 0..6)
                .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn every_guess_parses_and_reads_what_it_says(records in prop::collection::vec(any_value(), 1..5)) {
        let guess = guess(&records, "a/b.jsonl");
        let parsed = Mapping::parse("g.toml", &guess.toml);
        prop_assert!(parsed.is_ok(), "{:?}\n{}", parsed.err(), guess.toml);
        let maps = [parsed.unwrap()];
        let mut transcripts = 0;
        for record in &records {
            let reading = read_at(record, &maps, "a/b.jsonl");
            if reading.format == "mapped" {
                transcripts += reading.transcripts.len();
                let given = reading.transcripts.len() as u64 + reading.left_out;
                prop_assert!(given > 0 || reading.aside.is_some());
            }
            for transcript in &reading.transcripts {
                for section in &transcript.sections {
                    prop_assert_eq!(section.end - section.start, section.text.len());
                    prop_assert!(section.kind != SectionKind::Output || !section.text.is_empty());
                }
            }
        }
        prop_assert_eq!(transcripts, guess.transcripts, "{}", guess.toml);
        let odd = guess.toml.chars().find(|c| *c != '\n' && crate::text::is_hidden(*c));
        prop_assert!(odd.is_none(), "{:?}", odd);
    }
}
