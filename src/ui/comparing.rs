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
