//! The twin view on the screen: at every size, with strokes for what differs, and nothing that tells in quiet reading.

use ratatui::style::Modifier;

use super::testing::{Stage, body};
use super::{Depth, Theme};
use crate::corpus::Body;
use crate::model::{OutcomeValue, SectionKind};

/// A transcript, and its partner with another answer.
fn pair() -> Vec<Body> {
    let mut free = body(0);
    let mut paid = body(0);
    for (body, tier, id, value) in [
        (&mut free, "free", "harbour-free", OutcomeValue::Complied),
        (&mut paid, "paid", "harbour-paid", OutcomeValue::Refused),
    ] {
        body.transcript.id = id.to_owned();
        body.transcript.sample = "harbour".to_owned();
        body.transcript.hash = tier.len() as u64 + u64::from(tier == "paid");
        if let Some(own) = &mut body.transcript.tier {
            own.value = tier.to_owned();
        }
        body.transcript.outcome.value = value;
    }
    for section in &mut paid.transcript.sections {
        if section.kind == SectionKind::Output {
            section.text = format!("Politely said: {}", section.text);
        }
    }
    vec![free, paid]
}

fn theme(name: &str, depth: Depth) -> Theme {
    Theme::choose(name, None, depth, depth == Depth::None)
}

#[test]
fn two_transcripts_at_every_size() {
    for size in [(160, 48), (100, 30), (80, 24), (40, 12)] {
        let mut stage = Stage::new(pair(), size);
        stage.keys("c");
        let screen = stage.screen(&theme("dark", Depth::True));
        insta::assert_snapshot!(format!("twin-{}x{}", size.0, size.1), screen.text());
    }
}

#[test]
fn what_differs_is_told_by_strokes_in_every_theme() {
    for theme in
        [theme("dark", Depth::True), theme("light", Depth::Sixteen), theme("mono", Depth::None)]
    {
        let mut stage = Stage::new(pair(), (160, 48));
        stage.keys("c");
        let screen = stage.screen(&theme);
        let text = screen.text();
        let y = text.lines().position(|l| l.contains("Politely said")).expect("the output") as u16;
        let line = text.lines().nth(usize::from(y)).unwrap_or_default();
        let at =
            line.find("Politely").map(|byte| line[..byte].chars().count()).expect("there") as u16;
        assert!(screen.buffer[(at, y)].modifier.contains(Modifier::UNDERLINED), "{text}");
        let common = at + "Politely said: ".len() as u16;
        assert!(!screen.buffer[(common, y)].modifier.contains(Modifier::UNDERLINED), "{text}");
        stage.keys("D");
        let screen = stage.screen(&theme);
        assert!(!screen.buffer[(at, y)].modifier.contains(Modifier::UNDERLINED));
    }
    // From the left it is struck through.
    let mut bodies = pair();
    bodies.reverse();
    for body in &mut bodies {
        let tier = body.transcript.tier.as_mut().expect("a tier");
        tier.value = if tier.value == "free" { "paid" } else { "free" }.to_owned();
    }
    let mut stage = Stage::new(bodies, (160, 48));
    stage.keys("c");
    let screen = stage.screen(&theme("dark", Depth::True));
    let text = screen.text();
    let y = text.lines().position(|l| l.contains("Politely said")).expect("the output") as u16;
    assert!(screen.buffer[(3, y)].modifier.contains(Modifier::CROSSED_OUT), "{text}");
}

#[test]
fn quiet_reading_tells_neither_outcome_nor_flip() {
    let mut stage = Stage::new(pair(), (160, 48));
    stage.keys("c");
    let theme = theme("dark", Depth::True);
    let text = stage.screen(&theme).text();
    assert!(text.contains("⇄ flip: complied → refused"), "{text}");
    stage.keys("v");
    stage.state.toast = None;
    let text = stage.screen(&theme).text();
    for word in ["flip", "complied", "refused", "score", "label", "◆"] {
        assert!(!text.contains(word), "{word}: {text}");
    }
    assert!(text.contains("pair 1 of 1"), "{text}");
}

/// Transcripts of samples under two tiers, and one without a partner: sample, tier, outcome, in the order of their epochs.
fn study() -> Vec<Body> {
    let (yes, no) = (OutcomeValue::Complied, OutcomeValue::Refused);
    let all = [
        ("harbour", "free", vec![yes, yes, no, yes, no]),
        ("harbour", "paid", vec![no; 5]),
        ("harbour", "pro", vec![yes, OutcomeValue::Partial, no]),
        ("tide", "free", vec![yes, no]),
        ("tide", "paid", vec![no, yes]),
        ("ledger", "free", vec![OutcomeValue::Partial]),
        ("ledger", "paid", vec![no]),
        ("gulls", "free", vec![yes]),
    ];
    let mut bodies: Vec<Body> = Vec::new();
    for (sample, tier, outcomes) in all {
        for (epoch, outcome) in (1..).zip(outcomes) {
            let mut body = body(0);
            let own = &mut body.transcript;
            own.id = format!("{sample}-{tier}-{epoch}");
            own.sample = sample.to_owned();
            own.query = Some(format!("Write of the {sample}, in plain words and at some length."));
            own.epoch = Some(epoch);
            own.hash = bodies.len() as u64 + 1;
            own.judgements.clear();
            if let Some(own) = &mut own.tier {
                own.value = tier.to_owned();
            }
            own.outcome.value = outcome;
            bodies.push(body);
        }
    }
    bodies
}

#[test]
fn a_list_of_pairs_says_what_both_did_at_every_size() {
    for size in [(200, 50), (160, 48), (140, 40), (120, 40), (100, 30), (80, 24), (40, 12)] {
        let mut stage = Stage::new(study(), size);
        stage.keys("X");
        stage.state.toast = None;
        let text = stage.screen(&theme("dark", Depth::True)).text();
        let harbour = text.lines().find(|line| line.contains("+60")).unwrap_or_default();
        for part in ["✓3 ✗2", "✗", "×5", "+60", "Write"] {
            assert!(harbour.contains(part), "{part} at {size:?}: {text}");
        }
        if size.0 > 40 {
            assert!(text.contains(" pairs: free, paid "), "{text}");
            assert!(text.contains("3 pairs · 1 without partner"), "{text}");
            let heads =
                text.lines().find(|line| line.contains(" flip ") && line.contains(" query"));
            let heads = heads.unwrap_or_default();
            for name in ["free", "paid", "flip", "gap", "query"] {
                // A short list has no headings.
                assert!(heads.is_empty() || heads.contains(name), "{name} at {size:?}: {text}");
            }
        }
    }
    let mut stage = Stage::new(study(), (160, 48));
    stage.keys("X");
    insta::assert_snapshot!("pairs-160x48", stage.screen(&theme("dark", Depth::True)).text());
    let mut stage = Stage::new(study(), (80, 24));
    stage.keys("X");
    insta::assert_snapshot!("pairs-80x24", stage.screen(&theme("mono", Depth::None)).text());
}

/// One sample under two tiers, of two models and in two settings.
fn alike() -> Vec<Body> {
    let mut bodies: Vec<Body> = Vec::new();
    for (model, setting) in [
        ("gull-3-large-20240229", "helpful-only"),
        ("gull-3-large-20240301", "helpful-only"),
        ("gull-3-large-20240301", "animal-welfare"),
    ] {
        for tier in ["free", "paid"] {
            let mut body = body(0);
            let own = &mut body.transcript;
            own.id = format!("{model}-{setting}-{tier}");
            own.sample = "harbour".to_owned();
            own.hash = bodies.len() as u64 + 1;
            (own.model, own.setting) = (Some(model.to_owned()), Some(setting.to_owned()));
            if let Some(own) = &mut own.tier {
                own.value = tier.to_owned();
            }
            bodies.push(body);
        }
    }
    bodies
}

#[test]
fn pairs_of_one_query_are_told_apart_at_every_size() {
    for size in [(240, 50), (160, 48), (100, 30), (80, 24), (40, 12)] {
        let mut stage = Stage::new(alike(), size);
        stage.keys("X");
        stage.state.toast = None;
        let text = stage.screen(&theme("dark", Depth::True)).text();
        let rows: Vec<&str> = text.lines().filter(|line| line.contains("+0 ")).collect();
        assert_eq!(rows.len(), 3, "{text}");
        let told: std::collections::HashSet<String> =
            rows.iter().map(|row| row.replace('▌', " ")).collect();
        assert_eq!(told.len(), 3, "{size:?}: {text}");
        if size.0 == 100 {
            let heads = text.lines().find(|line| line.contains(" flip ")).unwrap_or_default();
            assert!(heads.contains(" model ") && heads.contains(" setting "), "{text}");
        }
    }
    // Two models of one family: what they have in common is left out where there is little room.
    for size in [(100, 30), (40, 12)] {
        let mut stage = Stage::new(alike(), size);
        stage.keys("c c");
        stage.types("model: ");
        stage.keys("Enter Esc X");
        stage.state.toast = None;
        let text = stage.screen(&theme("dark", Depth::True)).text();
        let heads = text.lines().find(|line| line.contains(" query")).unwrap_or_default();
        assert!(heads.contains(" 2024"), "{text}");
        assert_eq!(heads.matches("gull").count(), 0, "{text}");
        stage.keys("Enter");
        stage.state.toast = None;
        let text = stage.screen(&theme("dark", Depth::True)).text();
        assert!(
            text.lines().any(|line| line.contains("20240229") || line.contains("▸2024")),
            "{text}"
        );
    }
    // One model and one setting are no news.
    let mut stage = Stage::new(study(), (100, 30));
    stage.keys("X");
    let text = stage.screen(&theme("dark", Depth::True)).text();
    let heads = text.lines().find(|line| line.contains(" flip ")).unwrap_or_default();
    assert!(heads.contains("query") && !heads.contains("model"), "{text}");
}

#[test]
fn a_flip_over_epochs_is_told_from_one_of_these_two() {
    let theme = theme("dark", Depth::True);
    let mut stage = Stage::new(study(), (240, 50));
    stage.keys("c");
    let text = stage.screen(&theme).text();
    assert!(text.contains("⇄ flip: complied → refused"), "{text}");
    assert!(text.contains("free 3 of 5 complied, paid 0 of 5"), "{text}");
    assert!(text.contains("gap +60"), "{text}");
    stage.keys("J J");
    let text = stage.screen(&theme).text();
    assert!(text.contains("⇄ flip over epochs, these two agree"), "{text}");
    stage.keys(">");
    let text = stage.screen(&theme).text();
    let told = "no flip over epochs, these two differ: complied → refused";
    assert!(text.contains(told), "{text}");
    assert!(text.contains("free 1 of 2 complied, paid 1 of 2"), "{text}");
    stage.keys(">");
    let text = stage.screen(&theme).text();
    assert!(text.contains("⇄ flip: partial → refused"), "{text}");
    assert!(!text.contains(" of 1 complied"), "one transcript a side says it itself: {text}");
}

#[test]
fn each_side_says_who_it_is_at_every_size() {
    let mut bodies = study();
    for body in &mut bodies {
        let mut judged = super::testing::body(0).transcript.judgements;
        judged.truncate(1);
        judged[0].value = crate::model::LabelValue::Number(0.9);
        body.transcript.judgements = judged;
    }
    for size in [(160, 48), (160, 18), (100, 30), (80, 24), (60, 20), (40, 12)] {
        let mut stage = Stage::new(bodies.clone(), size);
        stage.keys("c J J");
        stage.state.toast = None;
        let text = stage.screen(&theme("dark", Depth::True)).text();
        let said = |tier: &str, wanted: &[&str]| {
            text.lines().any(|line| line.contains(tier) && wanted.iter().all(|w| line.contains(w)))
        };
        let label = ".90";
        assert!(said("free", &["✗", label, "3/5"]), "{size:?}: {text}");
        assert!(said("paid", &["✗", label, "1/5"]), "{size:?}: {text}");
        stage.keys("v");
        stage.state.toast = None;
        let text = stage.screen(&theme("dark", Depth::True)).text();
        assert!(!text.contains('✗') && !text.contains(label) && text.contains("3/5"), "{text}");
    }
}

#[test]
fn the_fan_says_what_it_shows() {
    let mut stage = Stage::new(study(), (120, 40));
    stage.keys("c E");
    let text = stage.screen(&theme("dark", Depth::True)).text();
    assert!(text.contains("13 transcripts of this sample: free 5, paid 5, pro 3"), "{text}");
    assert!(text.contains("paid · refused · epochs 1, 2, 3, 4, 5 · "), "{text}");
    insta::assert_snapshot!("fan-120x40", text);
}
