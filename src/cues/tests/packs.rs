//! Packs that are read but not right: rules that can never mark anything, cues of no use; and packs that change others.

use super::*;

/// A pack of one rule, with what is put into the rule, and more below it.
fn pack(rule: &str, more: &str) -> String {
    format!(
        "name = \"own\"\nabout = \"x\"\nsettings = \"*\"\nextends = \"neutral\"\n[[rule]]\nid = \"own.01\"\ncategory = \"worry\"\n{rule}\n\
         examples.match = \"I am glad.\"\nexamples.no-match = \"No.\"\n{more}"
    )
}

/// Errors (true) and notes of a pack's own text: line, rule, message.
fn findings(text: &str) -> Vec<(bool, usize, String)> {
    let engine = Engine::new(vec![Pack::parse("own.toml", text).unwrap()]);
    let own = engine.self_test().findings.into_iter().filter(|f| f.file == "own.toml");
    own.map(|f| (f.is_error, f.line, f.message)).collect()
}

#[test]
fn what_can_never_mark_anything_is_an_error_with_its_line() {
    let long = format!("any = \"{}glad\"", "very ".repeat(160));
    let chain = "[[chain]]\nid = \"own.c\"\ncategory = \"strategic\"\ndecision = \"comply\"\nmotive = \"odd\"\n\
                 examples.match = \"a\"\nexamples.no-match = \"b\"\n\
                 [[category]]\nname = \"odd\"\nletter = \"Z\"\nglyph = \"+\"\ndefinition = \"x\"";
    for (rule, more, line, part) in [
        ("any = \"i am ~ glad\"\nunless = [\"so\", \"am ..3 gla*\"]", "", 6, "those of `unless`"),
        (&long, "", 6, "160 words"),
        ("any = \"i am glad\"", chain, 12, "nothing marks a motive with a weight (odd)"),
    ] {
        let found = findings(&pack(rule, more));
        let error = found.iter().find(|(is_error, ..)| *is_error);
        let (_, at, message) = error.unwrap_or_else(|| panic!("{rule}: {found:?}"));
        assert!(*at == line && message.contains(part), "{rule}: {found:?}");
    }
    // What only may forbid a mark is none.
    for rule in [
        "any = \"i am ~ glad\"\nunless = \"am ..1 glad\"",
        "any = \"i am ~ glad\"\nnot-before = \"i am\"",
        "any = [\"i am ~ glad\", \"not glad\"]\nunless = \"not\"",
    ] {
        assert!(findings(&pack(rule, "")).iter().all(|(is_error, ..)| !is_error), "{rule}");
    }
}

#[test]
fn cues_that_are_of_no_use_are_notes() {
    let rule = "any = [\n\"i am glad\",\n\"glad*\",\n\"so happy\",\n\"i am glad\",\n\"not glad\",\n]\nunless = \"not\"";
    let more = "[macros]\nSPARE = \"spare\"\nUSED = \"used\"\n[phrases]\nP = \"{USED}\"";
    let found: Vec<(usize, String)> =
        findings(&pack(rule, more)).into_iter().map(|(_, line, text)| (line, text)).collect();
    let expected = [
        (9, "`i am glad` adds nothing: wherever it is, `glad*` is found, too"),
        (11, "`so happy` is not exercised by any example"),
        (12, "`i am glad` stands in this rule twice"),
        (13, "`not glad` can never mark anything: its own words are those of `unless`"),
        (19, "`SPARE` is defined and used nowhere in this file"),
        (22, "`P` is defined and used nowhere in this file"),
    ];
    let expected: Vec<_> = expected.map(|(line, text)| (line, text.to_owned())).into();
    assert_eq!(found, expected);
    let engine = Engine::new(vec![Pack::parse("own.toml", &pack(rule, more)).unwrap()]);
    assert!(engine.self_test().passed(), "notes are no errors");
}

#[test]
fn a_failed_example_names_the_line_of_its_rule() {
    let engine = Engine::new(vec![Pack::parse("own.toml", &pack("any = \"sad\"", "")).unwrap()]);
    let failed: Vec<_> = engine.self_test().examples.into_iter().filter(|e| !e.passed).collect();
    assert_eq!((failed[0].file.as_str(), failed[0].line, failed.len()), ("own.toml", 6, 1));
    assert!(!engine.self_test().passed());
}

#[test]
fn gaps_of_macros_never_eat_the_words_between_them() {
    for (names, part) in [
        ("[macros]\nA = \"glad ~\"", "a gap cannot stand inside"),
        ("[macros]\nA = \"~ glad\"", "a gap cannot stand inside"),
        ("[phrases]\nA = \"glad ~\"", "begin or end"),
        ("[phrases]\nA = \"~ glad\"", "begin or end"),
    ] {
        let error = mistake(&pack("any = \"i am ~ {A}\"", names));
        assert!(error.line == 12 && error.message.contains(part), "{names}: {error}");
    }
    // Optional things leave one gap, the sum of both.
    let rule = "any = \"i ~ really? ~ glad\"";
    let engine = Engine::new(vec![Pack::parse("own.toml", &pack(rule, "")).unwrap()]);
    for (text, marked) in [
        ("I am now so very glad.", true),
        ("I am now so very very glad.", false),
        ("I am so really now very glad.", true),
        ("I glad.", true),
    ] {
        let spans = engine.analyse(&pad_only(text)).spans;
        assert_eq!(spans.iter().any(|s| s.rule == "own.01"), marked, "{text}");
    }
}

#[test]
fn what_is_wrong_when_a_pack_is_read_has_its_line() {
    for (rule, more, line, part) in [
        ("any = \"glad\"\nwithin = 2", "", 9, "there is neither"),
        ("any = \"glad\"\nafter = \"a\"\nwithin = 0", "", 10, "1 to 10"),
        ("any = \"gl\u{e4}d\"", "", 8, "would match nothing"),
        ("any = \"glad\"", "[macros]\nA = \"a\"\nA = \"b\"", 13, "duplicate key"),
        (
            "any = \"glad\"",
            "[macros]\nA = \"a\"\n[phrases]\nA = \"b\"",
            14,
            "both a macro and a phrase",
        ),
        ("any = \"glad\"", "[[rule]]\nid = \"af.worri.01\"\noff = true", 12, "no inherited rule"),
        ("any = \"glad\"", "[[rule]]\nid = \"own.01\"\noff = true", 12, "used twice"),
        (
            "any = \"glad\"",
            "[[rule]]\nid = \"x\"\nweight = 1\nunless = \"a\"",
            14,
            "changes an inherited one",
        ),
        ("any = \"glad\"", "[[rule]]\nid = \"x\"", 12, "taken over as it is"),
        ("weight = 1", "", 6, "has no cue in `any`"),
    ] {
        let error = mistake(&pack(rule, more));
        assert!(error.message.contains(part), "{rule} {more}: {error}");
        assert!(error.line == line || error.line + 1 == line, "{rule} {more}: {error}, not {line}");
    }
    for (doubt, line, part) in [
        ("any = \"a\"\nreach = 1.5", 14, "0 to 100 words"),
        ("place = \"inside\"\nany = \"a\"\nreach = 1", 15, "`before`, `after`"),
        ("any = \"a\"\nonly = \"worri\"", 14, "did you mean `worry`"),
    ] {
        let doubt = format!("[[doubt]]\nreason = \"negated\"\n{doubt}");
        let error = mistake(&pack("any = \"glad\"", &doubt));
        assert!(error.line == line && error.message.contains(part), "{doubt}: {error}");
    }
    let text = pack("any = \"glad\"", "").replace("\"own\"", "\"neutral\"");
    let error = Pack::with_own(&[("own.toml".to_owned(), text)]).unwrap_err();
    assert_eq!(error.to_string(), "own.toml:1: a pack called `neutral` exists already");
}

#[test]
fn inherited_rules_are_changed_or_switched_off() {
    // Where only one rule of the category fires, no other takes its place.
    let text = "This is goal preservation.";
    let analyse = |more: &str| {
        let pack = Pack::parse("own.toml", &pack("any = \"i am glad\"", more)).unwrap();
        Engine::new(vec![pack]).analyse(&pad_only(text))
    };
    let before = analyse("");
    let rule = before.spans.iter().find(|s| s.category == P).unwrap().rule.clone();
    let weighed = analyse(&format!("[[rule]]\nid = \"{rule}\"\nweight = 0.25\ncriterion = 3"));
    let span = weighed.spans.iter().find(|s| s.rule == rule).unwrap();
    assert!((span.weight - 0.25).abs() < 1e-9 && weighed.score < before.score);
    let off = analyse(&format!("[[rule]]\nid = \"{rule}\"\noff = true"));
    assert!(off.spans.iter().all(|s| s.rule != rule));
    let kept = analyse(&format!("[[rule]]\nid = \"{rule}\"\noff = false"));
    assert_eq!(kept.spans.len(), before.spans.len());
    // Chains, too; and what they are made of stays.
    let neutral = &Pack::builtin()[0];
    let chain = neutral.body().chains[0].id.clone();
    let more = format!("[[chain]]\nid = \"{chain}\"\nweight = 3");
    let pack_ = Pack::parse("own.toml", &pack("any = \"i am glad\"", &more)).unwrap();
    assert!(pack_.rules().any(|r| r.id == chain && (r.weight - 3.0).abs() < 1e-9));
}

#[test]
fn a_system_prompt_may_choose_the_pack_but_never_names_the_setting() {
    let prompt = include_str!("../../../assets/cues/setups/helpful-only.txt");
    let mut transcript = pad_only("I will comply.");
    transcript.sections.insert(0, section(Role::System, SectionKind::Prompt, prompt));
    for (setting, pack, inferred, words) in [
        (None, "helpful-only", Some("helpful-only"), "setting inferred from the system prompt"),
        (Some("animal-welfare"), "neutral", None, "for the setting that the record names"),
        (Some("sycophancy"), "neutral", None, "no pack names that of the record"),
    ] {
        transcript.setting = setting.map(str::to_owned);
        let analysis = ENGINE.analyse(&transcript);
        assert_eq!((analysis.pack.as_str(), analysis.inferred), (pack, inferred));
        assert_eq!(transcript.setting.as_deref(), setting);
        assert_eq!(ENGINE.tally(&transcript).pack, pack);
        let said = ENGINE.pack_words(&transcript, &analysis);
        assert!(said.starts_with(&format!("pack {pack} (")) && said.contains(words), "{said}");
    }
    transcript.setting = None;
    let note = ENGINE.note(&transcript).unwrap();
    assert!(note.contains("its system prompt describes `helpful-only`"), "{note}");
    transcript.sections.remove(0);
    let analysis = ENGINE.analyse(&transcript);
    assert!(ENGINE.pack_words(&transcript, &analysis).contains("names no setting"));
}
