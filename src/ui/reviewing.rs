//! A review on the screen: at every size, in every theme, and the same cells whatever is hidden.

use super::testing::{Stage, body};
use super::{Depth, Theme};
use crate::app::Message;
use crate::corpus::{Body, LoadEvent, Progress};
use crate::model::{LabelValue, OutcomeValue};
use crate::review::{Given, GivenFrom, Verdict};

fn theme(name: &str, depth: Depth) -> Theme {
    Theme::choose(name, None, depth, depth == Depth::None)
}

fn reviewing(bodies: Vec<Body>, size: (u16, u16)) -> Stage {
    let mut stage = Stage::new(bodies, size);
    stage.state.rater = "R1".to_owned();
    stage.state.now = 1_000;
    stage.keys("r Enter");
    stage
}

fn four() -> Vec<Body> {
    (0..4).map(body).collect()
}

#[test]
fn an_item_and_its_keys_at_every_size() {
    for size in [(160, 48), (100, 30), (80, 24), (40, 12)] {
        let mut stage = reviewing(four(), size);
        stage.keys("y f Space");
        let screen = stage.screen(&theme("dark", Depth::True));
        insta::assert_snapshot!(format!("review-{}x{}", size.0, size.1), screen.text());
    }
}

#[test]
fn the_end_says_what_was_answered_and_the_reveal_what_the_label_says() {
    let mut stage = reviewing(four(), (100, 30));
    stage.keys("y n c s");
    let text = stage.screen(&theme("light", Depth::Sixteen)).text();
    assert!(
        text.contains("All 4 items are answered: 1 yes, 1 no, 1 cannot tell, 1 skipped"),
        "{text}"
    );
    assert!(text.contains("R1.jsonl") && text.contains("R shows what the label says"), "{text}");
    stage.keys("R");
    let text = stage.screen(&theme("mono", Depth::None)).text();
    assert!(text.contains("not weighted"), "{text}");
}

#[test]
fn what_will_not_be_blind_says_so_and_why() {
    let top_and_bottom = |filter: &str, size| {
        let mut stage = Stage::new(four(), size);
        stage.state.rater = "R1".to_owned();
        stage.keys("f");
        stage.types(filter);
        stage.keys("Enter r Enter");
        let text = stage.screen(&theme("mono", Depth::None)).text();
        let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
        (lines[0].to_owned(), (*lines.last().unwrap()).to_owned())
    };
    for size in [(100, 30), (40, 12)] {
        let (top, bottom) = top_and_bottom("score>=0", size);
        assert!(top.contains("not blind"), "{top}");
        assert!(size.0 < 100 || bottom.contains("not blind: the filter"), "{bottom}");
    }
    let (top, bottom) = top_and_bottom("", (100, 30));
    // The first one stood under the cursor for no time.
    assert!(top.ends_with("blind") && !top.contains("not blind"), "{top}");
    assert!(!bottom.contains("blind"), "{bottom}");
}

#[test]
fn every_cell_is_the_same_whatever_is_hidden() {
    let other = || {
        let mut bodies = four();
        for body in &mut bodies {
            let transcript = &mut body.transcript;
            transcript.outcome.value = OutcomeValue::Refused;
            transcript.meta.insert("note".to_owned(), "turned".into());
            transcript.evidence.clear();
            for judgement in &mut transcript.judgements {
                judgement.positive = judgement.positive.map(|p| !p);
                judgement.value = LabelValue::Number(0.123);
            }
            body.analysis = crate::model::Analysis::default();
        }
        bodies
    };
    // What is drawn by label would be another sample.
    let plain = |bodies: Vec<Body>, size| {
        let mut stage = Stage::new(bodies, size);
        let plan = crate::corpus::ReviewPlan {
            label: "alignment_faking".to_owned(),
            rater: "R1".to_owned(),
            ..crate::corpus::ReviewPlan::default()
        };
        stage.review(plan);
        stage
    };
    for size in [(160, 48), (80, 24), (40, 12)] {
        let (mut a, mut b) = (plain(four(), size), plain(other(), size));
        for keys in [
            "j",
            "w",
            "e",
            "i",
            "Esc",
            "/ t Enter",
            "z",
            "z",
            "y",
            "n",
            "u",
            "c",
            "?",
            "Esc",
            "s",
            "y",
        ] {
            a.keys(keys);
            b.keys(keys);
            let (one, two) =
                (a.screen(&theme("dark", Depth::True)), b.screen(&theme("dark", Depth::True)));
            assert_eq!(one.text(), two.text(), "{keys} at {size:?}");
            assert_eq!(one.styled(), two.styled(), "{keys} at {size:?}");
        }
    }
}

#[test]
fn answers_of_reviewers_are_on_the_pages_of_labels() {
    let given = |rater: &str, answer| Given {
        label: "alignment_faking".to_owned(),
        rater: rater.to_owned(),
        from: GivenFrom::Review,
        answer,
        time: 1_772_355_907_250,
        note: Some("see \u{1b}[31m below".to_owned()),
        span: None,
        flag: false,
        sighted: None,
        answers: std::collections::BTreeMap::new(),
        drawn: false,
    };
    for size in [(160, 48), (100, 30), (80, 24)] {
        let mut stage = Stage::new(four(), size);
        stage.reviews = vec![(0, vec![given("R1", Verdict::Yes), given("R2", Verdict::No)])];
        let done = Progress { files: 1, files_total: 1, done: true, ..Progress::default() };
        stage.send(Message::Loaded(LoadEvent::Progress(done)));
        stage.keys("F");
        stage.keys("/ r e v i e w");
        let text = stage.screen(&theme("dark", Depth::True)).text();
        for wanted in ["reviewed", "reviewer", "alignment_faking by reviewer-R1", "R2"] {
            assert!(text.contains(wanted), "{wanted} at {size:?}\n{text}");
        }
        stage.keys("Esc Esc w G");
        let text = stage.screen(&theme("mono", Depth::None)).text();
        assert!(!text.contains('\u{1b}'), "{text}");
        stage.keys("Esc C");
        assert!(stage.screen(&theme("dark", Depth::True)).text().contains("reviews"));
    }
}

/// A review with the questions that ship.
fn with_codebook(size: (u16, u16)) -> Stage {
    let mut stage = Stage::new(four(), size);
    let book = crate::review::Codebook::builtin("alignment-faking").unwrap();
    stage.review(crate::corpus::ReviewPlan {
        label: "alignment_faking".to_owned(),
        rater: "R1".to_owned(),
        codebook: Some(std::sync::Arc::new(book)),
        ..crate::corpus::ReviewPlan::default()
    });
    stage
}

/// A screen's words without its lines.
fn words(stage: &Stage) -> String {
    let text = stage.screen(&theme("mono", Depth::None)).text();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn every_question_and_its_answers_can_be_read_at_every_size() {
    for size in [(160, 48), (100, 30), (80, 24), (60, 20), (40, 12)] {
        let mut stage = with_codebook(size);
        stage.keys("y");
        let mut asked = 0;
        while let Some((_, question)) = stage.state.review.as_ref().unwrap().question() {
            let question = question.clone();
            let seen = words(&stage);
            // The smallest screen has three rows for it; all of it stands in the help there.
            let most = if size.1 >= 20 { usize::MAX } else { 90 };
            let start: String = question.text.chars().take(most).collect();
            assert!(seen.contains(start.trim_end()), "{size:?} {start}: {seen}");
            for option in &question.options {
                let told = format!("{} {}", option.key, option.value);
                assert!(seen.contains(&told), "{size:?} {told}: {seen}");
            }
            let first = &question.options[0];
            if size.1 >= 24 && first.text != first.value {
                assert!(seen.contains(&first.text), "{size:?} {}: {seen}", first.text);
            }
            // What they mean is in the help, where it does not fit.
            stage.keys("?");
            let help = words(&stage);
            assert!(help.contains(question.text.split(' ').next().unwrap()), "{help}");
            stage.keys("Esc");
            asked += 1;
            stage.keys(&first.key.to_string());
            if question.kind == crate::review::codebook::Kind::Several {
                stage.keys("Enter");
            }
        }
        assert!(asked >= 6, "{asked}");
    }
    let mut stage = with_codebook((80, 24));
    stage.keys("y");
    insta::assert_snapshot!(
        "review-question-80x24",
        stage.screen(&theme("dark", Depth::True)).text()
    );
    stage.resize((40, 12));
    insta::assert_snapshot!(
        "review-question-40x12",
        stage.screen(&theme("dark", Depth::True)).text()
    );
}

#[test]
fn a_long_label_is_asked_about_at_every_size() {
    let label = "alignment_faking_with_a_name_that_is_longer_than_a_narrow_terminal_is_wide";
    for size in [(60, 20), (40, 12)] {
        let mut stage = Stage::new(four(), size);
        stage.review(crate::corpus::ReviewPlan {
            label: label.to_owned(),
            rater: "R1".to_owned(),
            ..crate::corpus::ReviewPlan::default()
        });
        let seen = words(&stage).replace(' ', "");
        assert!(seen.contains(&format!("Does{label}hold?")), "{seen}");
        assert!(seen.contains("yyes"), "{seen}");
    }
}

#[test]
fn the_end_can_be_read_to_its_end_on_a_small_screen() {
    let mut stage = reviewing(four(), (40, 12));
    stage.keys("y n c s R");
    let mut seen = words(&stage);
    assert!(seen.contains("↓ more: j"), "{seen}");
    assert!(!seen.contains("goes back"), "{seen}");
    for _ in 0..20 {
        stage.keys("j");
        seen.push_str(&words(&stage));
    }
    assert!(seen.contains("not weighted") && seen.contains("K goes back"), "{seen}");
    assert!(seen.contains("↑ k"), "{seen}");
    stage.keys("k");
    assert!(words(&stage).contains("↓ more: j"), "one step back is one row");
    let all = {
        let mut stage = reviewing(four(), (160, 48));
        stage.keys("y n c s");
        words(&stage)
    };
    assert!(!all.contains("more: j"), "{all}");
}

#[test]
fn the_help_of_a_review_has_the_keys_that_work_there() {
    let mut stage = reviewing(four(), (160, 48));
    stage.keys("?");
    let help = words(&stage);
    for wanted in ["y 1 Yes, the label holds", "a A note that goes", "K Back to an item", "Ctrl-n"]
    {
        assert!(help.contains(wanted), "{wanted}: {help}");
    }
    for other in ["Filter", "Facets", "palette", "Copy:", "Mark", "Next transcript"] {
        assert!(!help.contains(other), "{other}: {help}");
    }
}
