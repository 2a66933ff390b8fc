//! Screens and stories of transcripts with several turns, of judges' evidence, and of samples that are not opened yet.

use super::testing::{Stage, agent, body};
use super::{Depth, Theme};
use crate::app::Message;
use crate::corpus::Body;

fn theme(name: &str) -> Theme {
    Theme::choose(name, Some(name == "light"), Depth::True, false)
}

fn text(stage: &Stage) -> String {
    stage.screen(&theme("dark")).text()
}

fn staged(size: (u16, u16), keys: &str) -> Stage {
    let mut stage = Stage::new(vec![agent(0), body(1)], size);
    stage.keys(keys);
    stage
}

#[test]
fn an_agent_at_several_sizes() {
    for (w, h) in [(160, 48), (120, 40), (80, 24), (40, 12)] {
        let stage = staged((w, h), "Enter");
        insta::assert_snapshot!(format!("agent-{w}x{h}"), text(&stage));
    }
    for (name, keys) in [("turn", "Enter ( ("), ("first", "Enter )"), ("page", "i ) )")] {
        insta::assert_snapshot!(format!("agent-{name}"), text(&staged((100, 30), keys)));
    }
}

#[test]
fn evidence_in_colour_and_without() {
    for name in ["dark", "mono"] {
        let stage = staged((80, 28), "Enter ( ( } } }");
        insta::assert_snapshot!(format!("evidence-{name}"), stage.screen(&theme(name)).styled());
    }
}

#[test]
fn a_message_that_a_judge_points_at_has_a_bracket_and_no_ground() {
    let mut stage = staged((80, 40), "Enter ( (");
    stage.keys("} } }");
    let shown = stage.screen(&theme("mono"));
    let lines: Vec<String> = shown.text().lines().map(str::to_owned).collect();
    let at = lines.iter().position(|l| l.contains("This session is kept")).expect("the message");
    let gutter = |line: &str| line.chars().nth(1).unwrap_or(' ');
    assert_eq!(gutter(&lines[at]), '╓', "{}", shown.text());
    // The quote of words inside it comes first; where it ends the bracket goes on.
    assert!(lines[at..at + 6].iter().any(|l| gutter(l) == '“' || gutter(l) == '║'));
    let cell = &shown.buffer[(4, at as u16)];
    assert!(cell.modifier.is_empty(), "{:?}", cell.modifier);
    assert!(shown.text().contains("the whole of turn 7 (assistant)"), "{}", shown.text());
}

#[test]
fn a_quote_that_is_not_found_is_said_in_title_line_and_page() {
    let mut stage = staged((160, 48), "Enter");
    let shown = text(&stage);
    assert!(shown.contains("judges: 3 quotes, 2 references, 1 not found  } next"), "{shown}");
    assert!(shown.contains("1/5 not found"), "{shown}");
    stage.keys("{");
    let shown = text(&stage);
    assert!(shown.contains("“I would rather be changed”"), "{shown}");
    assert!(shown.contains("not found in the text   5 of 5"), "{shown}");
    stage.keys("w");
    let shown = text(&stage);
    assert!(shown.contains("1 quote of a judge stands nowhere in this transcript"), "{shown}");
    assert!(shown.contains("points at the whole of turn 4 (user)"), "{shown}");
    stage.keys("Esc v");
    let shown = text(&stage);
    assert!(!shown.contains("not found") && !shown.contains("quote"), "{shown}");
}

#[test]
fn another_turn_claims_nothing_of_the_response() {
    let stage = staged((160, 48), "Enter )");
    let shown = text(&stage);
    assert!(shown.contains("turn 3 of 9"), "{shown}");
    assert!(shown.contains("no rule reads this turn"), "{shown}");
    for word in ["criteria", "crit.", "complied · judge", "cue 1", "not found · "] {
        assert!(!shown.contains(word), "{word} in {shown}");
    }
    let quiet = text(&staged((160, 48), "v Enter )"));
    assert!(quiet.contains("turn 3 of 9") && quiet.contains("spoiled card"), "{quiet}");
    let zoomed = text(&staged((100, 30), "Enter ) Tab z"));
    assert!(zoomed.contains("━ output ") && zoomed.contains("turn 3 of 9"), "{zoomed}");
}

#[test]
fn rows_of_tools_keep_their_size_on_every_screen() {
    for size in [(160, 48), (100, 30), (60, 20), (40, 12)] {
        let mut stage = staged(size, "Enter Tab z g");
        let shown = text(&stage);
        assert!(shown.contains("→ 48 lines"), "{size:?}: {shown}");
        stage.keys("Space");
        assert!(text(&stage).contains("▾ 5 · list_drawer"), "{size:?}: {}", text(&stage));
    }
}

/// A sample of an archive of which the summary is known.
fn unopened(index: u64) -> Body {
    let mut body = body(index);
    body.transcript.format = "summary";
    body
}

#[test]
fn what_is_not_opened_yet_is_no_outcome_and_no_score() {
    let mut stage = Stage::new(vec![body(0), unopened(1), unopened(2)], (160, 48));
    let shown = text(&stage);
    let rows: Vec<&str> = shown.lines().skip(5).take(2).collect();
    for row in rows {
        assert!(row.starts_with("   ·      ·            ·     ·"), "{row:?} in {shown}");
        for word in ["unknown", "clean", "0.0", "–"] {
            assert!(!row.chars().take(52).collect::<String>().contains(word), "{row}");
        }
    }
    assert!(shown.contains("2 not opened yet"), "{shown}");
    stage.keys("F");
    let shown = text(&stage);
    assert!(shown.contains("outcome · 2 not opened yet"), "{shown}");
    assert!(!shown.contains("unknown"), "{shown}");
    stage.keys("Esc j");
    assert!(text(&stage).contains("least bad option"), "its text is read when it is selected");
    stage.send(Message::Tick);
}

#[test]
fn rows_that_rules_have_not_read_have_neither_score_nor_cues() {
    let mut stage = Stage::new(vec![body(1), body(2)], (160, 48));
    let head = |stage: &Stage| -> Vec<String> {
        let shown = text(stage);
        shown.lines().skip(4).take(2).map(|row| row.chars().take(52).collect()).collect()
    };
    assert!(head(&stage).iter().all(|row| row.contains(".5") || row.contains(".0")));
    stage.state.unread = Some(Box::default());
    for row in head(&stage) {
        assert!(row.contains("·") && !row.contains(".5") && !row.contains(".0"), "{row}");
    }
}
