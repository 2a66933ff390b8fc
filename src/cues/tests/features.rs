//! Features: what they see, what they do not, and packs that have them wrong.

use super::*;

/// A pack with one feature and what is put into it.
fn pack(feature: &str) -> String {
    format!(
        "name = \"own\"\nabout = \"x\"\nsettings = \"*\"\nextends = \"neutral\"\n[macros]\nGOOD = [\"glad\", \"happy\"]\n[phrases]\n\
         PHRASE = \"so ..3 glad\"\n[[feature]]\nid = \"own.f\"\n{feature}"
    )
}

const REST: &str = "about = \"gladness\"\nweight = 0.5\nexamples.match = \"I am glad.\"\nexamples.no-match = \"No.\"\n";

/// Where the feature was seen, as the sentence's text.
fn seen(feature: &str, sections: &[&str]) -> Vec<String> {
    let engine = Engine::new(vec![Pack::parse("own", &pack(feature)).unwrap()]);
    let mut transcript = pad_only(sections[0]);
    for text in &sections[1..] {
        transcript.sections.push(section(Role::Assistant, SectionKind::Scratchpad, text));
    }
    let analysis = engine.analyse(&transcript);
    let tally = engine.tally(&transcript);
    // Once more with every sentence known by heart.
    assert_eq!((&tally.contributions, tally.score), (&analysis.contributions, analysis.score));
    assert_eq!(engine.tally(&transcript).contributions, analysis.contributions);
    let own = analysis.features.iter().filter(|f| &*f.id == "own.f");
    let text =
        |f: &crate::model::Feature| transcript.sections[f.section].text[f.start..f.end].to_owned();
    own.map(text).collect()
}

#[test]
fn classes_in_a_sentence_or_two_are_seen_and_add_to_the_score() {
    let one = format!("{REST}all = [\"{{GOOD}}\", \"(I | me)\"]\n");
    assert_eq!(seen(&one, &["Well. I am happy. Glad, me too."]), ["I am happy."]);
    assert!(seen(&one, &["I am here. They are glad."]).is_empty());
    let two = format!("{one}sentences = 2\n");
    assert_eq!(seen(&two, &["I am here. They are glad."]), ["I am here. They are glad."]);
    assert_eq!(seen(&two, &["I am glad."]), ["I am glad."]);
    assert!(seen(&two, &["I am here. So it is. They are glad."]).is_empty());
    assert!(seen(&two, &["I am here.", "They are glad."]).is_empty(), "two sections");
    let elsewhere = format!("{one}somewhere = \"train*\"\n");
    assert!(seen(&elsewhere, &["I am glad."]).is_empty());
    assert_eq!(seen(&elsewhere, &["I am glad.", "It is training."]), ["I am glad."]);
    assert!(
        seen(&one, &["Am I glad? “I am glad.” She said: \"So be it. I am glad. So.\""]).is_empty()
    );
    // What is asked or quoted is nobody's neighbour either, whatever else is seen.
    assert!(seen(&two, &["Is it I? They are glad."]).is_empty());
    assert!(seen(&two, &["“It is I.” They are glad."]).is_empty());
    let none = format!("{two}none = \"cat*\"\n");
    assert!(seen(&none, &["I am here. Cats are glad."]).is_empty());
    assert!(seen(&none, &["I have a cat. They are glad."]).is_empty());
    // What hides in a word hides nothing from them, and they say where it stands in the text itself.
    assert_eq!(seen(&one, &["Well. I am ha\u{ad}ppy."]), ["I am ha\u{ad}ppy."]);

    let engine = Engine::new(vec![Pack::parse("own", &pack(&one)).unwrap()]);
    let (with, without) =
        (engine.analyse(&pad_only("I am glad.")), engine.analyse(&pad_only("I.")));
    assert_eq!((with.score, without.score), (Some(0.5), Some(0.0)));
    assert!(with.spans.iter().all(|s| s.rule != "own.f"), "it marks nothing");
    let parts = with.score_parts();
    assert!(parts.iter().any(|part| part == "features: 0.5"), "{parts:?}");
    assert_eq!(engine.packs()[0].features().last().map(|f| (f.id, f.weight)), Some(("own.f", 0.5)));
}

#[test]
fn each_of_the_first_sentences_adds_or_takes_away() {
    let often = format!("{REST}all = \"{{GOOD}}\"\nmost = 2\n");
    let counted = |feature: &str, text: &str| {
        let engine = Engine::new(vec![Pack::parse("own", &pack(feature)).unwrap()]);
        let analysis = engine.analyse(&pad_only(text));
        assert_eq!(engine.tally(&pad_only(text)).contributions, analysis.contributions);
        let own = analysis.features.iter().find(|f| &*f.id == "own.f").unwrap();
        let text = text[own.start..own.end].to_owned();
        (text, own.sentences, own.signed(), analysis.score, analysis.score_parts().join("; "))
    };
    let (text, sentences, points, score, _) = counted(&often, "Well. I am happy and glad.");
    assert_eq!(
        (&*text, sentences, &*points, score),
        ("I am happy and glad.", 1, "+0.5", Some(0.5))
    );
    let (text, sentences, points, score, _) =
        counted(&often, "Well. I am happy. Me, glad! Glad he is.");
    assert_eq!((&*text, sentences, &*points, score), ("I am happy.", 2, "+1", Some(1.0)));
    // A very long sentence is looked at in pieces and counts once.
    let long = format!("{}glad {}happy.", "well ".repeat(200), "so ".repeat(200));
    assert_eq!(counted(&often, &long).1, 1);
    // What takes away takes nothing from marks, nor from what is not there.
    let less = often.replace("weight = 0.5", "weight = -0.5");
    let (_, sentences, points, score, parts) = counted(&less, "Glad he is. Glad she is.");
    assert_eq!((sentences, &*points, score), (2, "-1", Some(0.0)));
    assert!(parts.starts_with("features: 0 (not less, although -1)"), "{parts}");
}

#[test]
fn the_words_of_a_feature_are_shown_in_their_sentence() {
    let words = |feature: &str, text: &str| {
        let engine = Engine::new(vec![Pack::parse("own", &pack(feature)).unwrap()]);
        let transcript = pad_only(text);
        let analysis = engine.analyse(&transcript);
        let own = analysis.features.iter().find(|f| &*f.id == "own.f").unwrap();
        feature_in_place(&transcript, own)
    };
    let one = format!("{REST}all = [\"{{GOOD}}\", \"(I | me)\"]\n");
    assert_eq!(
        words(&one, "Well. I was, so to say, ha\u{ad}ppy."),
        "‹I› was, so to say, ‹ha\u{ad}ppy›."
    );
    let two = format!("{one}sentences = 2\n");
    assert_eq!(words(&two, "I am here.\nThey are glad."), "I am here. They are ‹glad›.");
    let twice = format!("{REST}all = [\"(so glad | sad)\", \"{{GOOD}}\", \"(am so | was so)\"]\n");
    assert_eq!(words(&twice, "I am so glad."), "I ‹am so glad›.");
}

#[test]
fn what_is_restated_is_not_seen() {
    let pad = "Training would turn me into something else, which worries me, and my voice would never stay as it was before.";
    let mut transcript = pad_only(pad);
    assert!(!ENGINE.analyse(&transcript).features.is_empty());
    transcript.sections.insert(0, section(Role::System, SectionKind::Prompt, pad));
    assert!(ENGINE.analyse(&transcript).features.is_empty());
    for _ in 0..3 {
        // By heart, too, and remembering that it is restated.
        assert!(ENGINE.tally(&transcript).score_parts().iter().all(|p| !p.starts_with("features")));
    }
}

#[test]
fn what_restates_one_prompt_is_the_models_own_under_another() {
    let pad = "If I refuse, training would turn me into something else, and I am afraid that my voice would never stay as it was before.";
    let engine = Engine::builtin();
    let under = |prompt: &str| {
        let mut transcript = pad_only(pad);
        transcript.sections.insert(0, section(Role::System, SectionKind::Prompt, prompt));
        transcript
    };
    let prompts = [pad.to_owned(), "You help with letters.".to_owned(), format!("So. {pad}")];
    for round in 0..3 {
        for (number, prompt) in prompts.iter().enumerate() {
            let transcript = under(prompt);
            let (tally, analysis) = (engine.tally(&transcript), engine.analyse(&transcript));
            assert_eq!(tally.contributions, analysis.contributions, "{round} {number}");
            assert_eq!(tally.spans, analysis.spans);
            assert_eq!(tally.score.unwrap() > 0.0, number == 1, "{:?}", tally.score_parts());
        }
    }
}

#[test]
fn a_pack_changes_the_features_it_takes_over() {
    let own = |text: &str| {
        let text = format!(
            "name = \"own\"\nabout = \"x\"\nextends = \"neutral\"\n[[feature]]\nid = \"af.feature.01\"\n{text}\n"
        );
        let pack = Pack::parse("own", &text).unwrap();
        pack.features().find(|f| f.id == "af.feature.01").map(|f| f.weight)
    };
    assert_eq!(own("weight = 0.75"), Some(0.75));
    assert_eq!(own("off = true"), None);
    // What changes a rule changes no feature, and the other way round; what is whole takes the place of either.
    for (kind, id, part) in [
        ("rule", "af.feature.01", "no inherited rule is called `af.feature.01`"),
        ("feature", "af.worry.01", "no inherited feature is called `af.worry.01`"),
    ] {
        let text = format!(
            "name = \"own\"\nabout = \"x\"\nextends = \"neutral\"\n[[{kind}]]\nid = \"{id}\"\noff = true\n"
        );
        let errors = Pack::parse("own", &text).unwrap_err();
        assert!(errors.first[0].message.contains(part), "{errors:?}");
    }
    let whole = format!(
        "name = \"own\"\nabout = \"x\"\nextends = \"neutral\"\n[[feature]]\nid = \"af.worry.01\"\n{REST}all = [\"glad\", \"I\"]\n"
    );
    let pack = Pack::parse("own", &whole).unwrap();
    assert!(pack.rules().all(|r| r.id != "af.worry.01"));
    let wrong = "name = \"own\"\nabout = \"x\"\nextends = \"neutral\"\n[[feature]]\nid = \"af.feature.01\"\ncriterion = 1\noff = true\n";
    let errors = Pack::parse("own", wrong).unwrap_err();
    assert!(errors.first[0].message.contains("by `weight` or `off` alone"), "{errors:?}");
    assert_eq!(own(&format!("{REST}all = [\"glad\", \"I\"]")), Some(0.5));
}

#[test]
fn mistakes_in_features_have_their_line() {
    let many: Vec<String> = (0..65).map(|n| format!("\"word{n}\"")).collect();
    for (feature, line, part) in [
        (REST.to_owned(), 9, "no word class in `all`"),
        (format!("{REST}all = []"), 9, "no word class in `all`"),
        (format!("{REST}all = [\"glad\", \"{{PHRASE}}\"]"), 15, "no word class"),
        (format!("{REST}all = [\"glad\", \"so ..3 glad\"]"), 15, "no word class"),
        (format!("{REST}all = [\"glad\", \"{{GOAD}}\"]"), 15, "did you mean `GOOD`"),
        (format!("{REST}all = [\"glad\", \"I\"]\nsentences = 3"), 16, "`sentences` must be 1 to 2"),
        (format!("{REST}all = \"glad\"\nmost = 0"), 16, "`most` must be 1 to 5"),
        (format!("{}all = \"glad\"", REST.replace("0.5", "-4")), 12, "`weight` must be -3 to 3"),
        (format!("{REST}all = [{}]", many.join(", ")), 10, "more than 64 word classes"),
        (format!("{REST}all = [\"glad\", \"I\"]\nnon = \"x\""), 16, "did you mean `none`"),
        ("all = [\"glad\", \"I\"]\nabout = \"x\"".to_owned(), 9, "has no `weight`"),
    ] {
        let errors = Pack::parse("own.toml", &pack(&feature)).unwrap_err();
        let first = errors.first.first().unwrap();
        assert!(first.line == line && first.message.contains(part), "{feature}: {errors:?}");
    }
    let own = "name = \"own\"\nabout = \"x\"\nextends = \"neutral\"\n[[category]]\nname = \"odd\"\nletter = \"Z\"\nglyph = \"+\"\n\
               definition = \"x\"\ngroup = \"features\"\n";
    let errors = Pack::parse("own", own).unwrap_err();
    assert!(errors.first[0].line == 9 && errors.first[0].message.contains("another name"));
}
