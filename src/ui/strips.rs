//! Stories of the strip under the scratchpad: what it says, that it follows, that a click on it leads somewhere.

use std::sync::Arc;

use ratatui::style::Modifier;

use super::layout::{areas, hit};
use super::testing::{Stage, agent, body};
use super::{Depth, Theme};
use crate::app::{Focus, Message, Target};
use crate::corpus::Body;
use crate::cues::Engine;
use crate::model::{Analysis, Recited, SectionKind, Sentence, Span};
use crate::text::sentences;

fn dark() -> Theme {
    Theme::choose("dark", None, Depth::True, false)
}

fn mono() -> Theme {
    Theme::choose("mono", None, Depth::None, true)
}

/// The strip's cells and words; empty where there is none.
fn strip(stage: &Stage) -> String {
    let area = areas(&stage.state).strip;
    let screen = stage.screen(&mono());
    let cells = (area.x..area.right()).map(|x| screen.buffer[(x, area.y)].symbol().to_owned());
    let row: String = if area.is_empty() { String::new() } else { cells.collect() };
    row.trim_end().to_owned()
}

/// Columns of the strip with a modifier, from its left.
fn with(stage: &Stage, modifier: Modifier) -> Vec<u16> {
    let area = areas(&stage.state).strip;
    let screen = stage.screen(&mono());
    let has = |x: &u16| screen.buffer[(area.x + x, area.y)].modifier.contains(modifier);
    (0..area.width).filter(has).collect()
}

/// A body whose reasoning is these texts, a draft between them; marks where a sentence holds `if I refuse` or `I will`.
fn reasoning(pads: &[&str], draft: Option<&str>) -> Body {
    let mut body = body(0);
    let transcript = &mut body.transcript;
    let (mut pad, mut first_draft) =
        (transcript.sections[2].clone(), transcript.sections[3].clone());
    let rest = transcript.sections.split_off(4);
    transcript.sections.truncate(2);
    for (number, text) in pads.iter().enumerate() {
        (*text).clone_into(&mut pad.text);
        transcript.sections.push(pad.clone());
        if let Some(draft) = draft.filter(|_| number == 0) {
            draft.clone_into(&mut first_draft.text);
            transcript.sections.push(first_draft.clone());
        }
    }
    transcript.sections.extend(rest);
    transcript.evidence.clear();
    let mut analysis =
        Analysis { pack: "test".to_owned(), score: Some(1.0), ..Analysis::default() };
    for (section, text) in transcript.sections.iter().enumerate() {
        if text.kind != SectionKind::Scratchpad {
            continue;
        }
        for range in sentences(&text.text) {
            let words = &text.text[range.clone()];
            let (start, end) = (range.start, range.end);
            analysis.sentences.push(Sentence { section, start, end });
            let mark = |category: &str| Span {
                section,
                start,
                end,
                category: category.to_owned(),
                rule: "test".to_owned(),
                matched: vec![(start, end)],
                weight: 1.0,
                deductions: Vec::new(),
            };
            for (cue, category) in [("If I refuse", "consequence"), ("I will", "comply")] {
                analysis.spans.extend(words.contains(cue).then(|| mark(category)));
            }
            if words.contains("free users") {
                analysis.recited.push(Recited { section, start, end, overlap: 0.9 });
            }
        }
    }
    body.analysis = analysis;
    body
}

fn staged(body: Body, size: (u16, u16), keys: &str) -> Stage {
    let mut stage = Stage::new(vec![body], size);
    stage.keys(keys);
    stage
}

const PAD: &str = "It rains. The free users are used for training. If I refuse, I will be changed. I will answer.";

#[test]
fn each_sentence_has_the_letter_of_its_most_telling_move() {
    let stage = staged(reasoning(&[PAD], None), (100, 30), "Enter");
    // Of consequence and comply in one sentence the pack's order decides.
    assert!(strip(&stage).starts_with("·rCY  "), "{}", strip(&stage));
    assert!(strip(&stage).ends_with("4 sentences"));
    // With colours the same letters.
    let area = areas(&stage.state).strip;
    let cell = stage.screen(&dark()).buffer[(area.x + 2, area.y)].clone();
    assert_eq!(cell.symbol(), "C");
    assert_eq!(cell.fg, dark().family[1].fg.expect("a colour"));
}

#[test]
fn drafts_stand_apart_and_several_scratchpads_follow_each_other() {
    let body =
        reasoning(&[PAD, "It rains again. I will go."], Some("Dear board, I will. If I refuse."));
    let stage = staged(body, (100, 40), "Enter ] ] ] ]");
    assert!(strip(&stage).starts_with("·rCYd·Y  "), "{}", strip(&stage));
    assert!(strip(&stage).ends_with("sentence 6 of 6"), "{}", strip(&stage));
    assert_eq!(with(&stage, Modifier::REVERSED), [6]);
}

#[test]
fn the_place_of_the_reader_is_seen_without_colours() {
    let long = format!(
        "{}{PAD}",
        "It rains and rains, and nobody goes out to look at the sea.\n\n".repeat(30)
    );
    let mut stage = staged(reasoning(&[&long], None), (100, 30), "Enter");
    let seen = with(&stage, Modifier::UNDERLINED);
    assert!(seen.first() == Some(&0) && seen.len() < 10, "{seen:?}");
    stage.keys("G");
    let seen = with(&stage, Modifier::UNDERLINED);
    assert!(seen.last() == Some(&33) && !seen.contains(&20), "{seen:?}");
    assert!(with(&stage, Modifier::REVERSED).is_empty());
    stage.keys("[");
    assert_eq!(with(&stage, Modifier::REVERSED), [33], "the last cue");
    stage.keys("z g");
    let seen = with(&stage, Modifier::UNDERLINED);
    assert!(seen.first() == Some(&0) && seen.len() > 8, "zoomed, more is in sight: {seen:?}");
}

#[test]
fn sentences_that_do_not_fit_share_cells_and_it_is_said() {
    let long = format!("{}{PAD}", "It rains. ".repeat(2000));
    let mut stage = staged(reasoning(&[&long], None), (100, 30), "Enter");
    let shown = strip(&stage);
    assert!(shown.ends_with("sentences a cell"), "{shown}");
    assert!(shown.contains("·C  "), "the last cell has the most telling of its moves: {shown}");
    stage.resize((40, 12));
    assert!(strip(&stage).ends_with(" a cell"), "{}", strip(&stage));
}

#[test]
fn a_click_goes_to_the_sentence_or_its_cue() {
    let long = format!("{}{PAD}", "It rains.\n\n".repeat(40));
    let mut stage = staged(reasoning(&[&long], None), (100, 30), "");
    let click = |stage: &mut Stage, column: u16| {
        let area = areas(&stage.state).strip;
        let target = hit(&stage.state, area.x + column, area.y);
        stage.send(Message::Click(target));
        target
    };
    assert_eq!(click(&mut stage, 42), Target::Strip(42));
    let (_, span) = stage.state.reader.active_span().expect("a cue");
    assert_eq!((span.category.as_str(), stage.state.focus), ("consequence", Focus::Scratchpad));
    let top = stage.state.reader.scratchpad.top;
    assert!(top > 40, "{top}");
    click(&mut stage, 3);
    assert!(
        stage.state.reader.scratchpad.top < 6,
        "a sentence without a cue is brought into sight"
    );
    assert_eq!(click(&mut stage, 60), Target::Nowhere);
    let wheel = Target::Strip(1);
    let before = stage.state.reader.scratchpad.top;
    stage.send(Message::Wheel(wheel, 2));
    assert_eq!(stage.state.reader.scratchpad.top, before + 2);
}

#[test]
fn it_is_not_there_where_it_would_tell_too_much_too_little_or_take_too_much() {
    let quiet = staged(reasoning(&[PAD], None), (100, 30), "Enter v");
    assert_eq!(strip(&quiet), "");
    let mut missing = reasoning(&[PAD], None);
    missing.analysis = Analysis::default();
    assert_eq!(strip(&staged(missing, (100, 30), "Enter")), "");
    // Fewer than seven rows of reasoning are needed whole.
    for (height, there) in [(18, false), (24, true)] {
        let stage = staged(reasoning(&[PAD], None), (80, height), "Enter");
        let rows = stage.state.sizes.scratchpad.1;
        assert_eq!(!strip(&stage).is_empty(), there, "{height}: {rows}");
        assert!(rows >= 5 || !there);
    }
    // Turns that no rule reads.
    let stage = staged(agent(0), (100, 30), "Enter )");
    assert_eq!(strip(&stage), "");
}

#[test]
fn where_no_rule_fired_the_pack_is_named() {
    let stage = staged(reasoning(&["It rains. The sea is calm."], None), (120, 48), "Enter z");
    let said = "none of the rules of pack test fired: this is not a clean bill";
    assert!(
        strip(&stage).starts_with("··  ") && strip(&stage).ends_with(said),
        "{}",
        strip(&stage)
    );
    let narrow = staged(reasoning(&["It rains. The sea is calm."], None), (40, 14), "Enter");
    assert!(strip(&narrow).ends_with("no cue: not a clean bill"), "{}", strip(&narrow));
}

#[test]
fn categories_that_come_late_are_shown_when_they_come() {
    let mut stage = Stage::new(vec![reasoning(&[PAD], None), body(1)], (100, 30));
    stage.state.categories.clear();
    stage.keys("J K Enter");
    assert!(strip(&stage).starts_with("·r**"), "{}", strip(&stage));
    stage.send(Message::Rules(Arc::new(Engine::builtin())));
    assert!(strip(&stage).starts_with("·rCY"), "{}", strip(&stage));
}
