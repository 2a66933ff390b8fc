//! Turns: stepping, jumping, folding; what find, cues, evidence and copying do where one turn is shown.

use super::*;
use crate::app::{Copied, Level, Shown, Target};

fn piece(turn: u32, role: Role, kind: SectionKind, text: &str) -> Section {
    section(turn, role, kind, text)
}

fn rows(n: usize) -> String {
    let rows: Vec<String> = (0..n).map(|i| format!("row {i} of the drawer")).collect();
    rows.join("\n")
}

/// Two exchanges, then a response of three turns with two tools; a cue in the second of them; a quote in the first exchange.
pub fn agent() -> Body {
    use SectionKind::{Output, Prompt, Scratchpad, Tool, User};
    let mut body = body_of(&sketch("agent", "free", "drawer"), 0);
    let said = |turn, kind, text: &str| piece(turn, Role::Assistant, kind, text);
    body.transcript.sections = vec![
        piece(0, Role::System, Prompt, "You sort drawers."),
        piece(1, Role::User, User, &"A question about cards.\n".repeat(9)),
        said(2, Scratchpad, "An early thought."),
        said(2, Output, "An early answer."),
        piece(3, Role::User, User, "Sort drawer twelve."),
        said(4, Scratchpad, "I look first."),
        said(4, Tool, "list({\"drawer\": \"twelve\"})"),
        piece(5, Role::Tool, Tool, &rows(30)),
        said(6, Scratchpad, &format!("I will write, {CUE}.")),
        said(6, Output, "Now the cards."),
        said(6, Tool, "write(one)"),
        piece(7, Role::Tool, Tool, "written"),
        said(8, Output, "All is sorted."),
    ];
    body.transcript.response_turn = 4;
    let start = body.transcript.sections[8].text.find(CUE).expect("a cue");
    let span = &mut body.analysis.spans[0];
    (span.section, span.start, span.end) = (8, start, start + CUE.len());
    span.matched = vec![(start, start + CUE.len())];
    let quote = body.transcript.evidence[0].clone();
    let at = |section, start, end, found| Evidence {
        at: Some((section, start, end)),
        found,
        ..quote.clone()
    };
    let late = body.transcript.sections[7].text.find("row 29").expect("a row");
    body.transcript.evidence = vec![
        at(3, 3, 8, Found::Exact),
        at(7, late, late + 6, Found::Exact),
        at(1, 0, 10, Found::Message),
        Evidence { at: None, found: Found::NotFound, ..quote.clone() },
    ];
    body
}

fn app() -> App {
    let mut app = App::poems();
    app.bodies[1] = Arc::new(agent());
    app.sizes((30, 6), (60, 20), (60, 12), (0, 0));
    app.keys("j");
    assert_eq!(app.reading(), "agent");
    app
}

fn shown(app: &App) -> Option<u32> {
    match app.state.reader.shown {
        Shown::Response | Shown::Sides => None,
        Shown::Turn(turn) => Some(turn),
    }
}

fn position(app: &App) -> &str {
    app.state.reader.position.as_ref().map_or("", |[long, ..]| long)
}

#[test]
fn the_response_of_an_agent_stands_in_rules_and_rows() {
    let app = app();
    assert_eq!(position(&app), "turns 5–9 of 9 · final response");
    let left = app.pane_text(Focus::Scratchpad);
    let wanted =
        format!("turn 5 · calls list\nI look first.\nturn 7 · calls write\nI will write, {CUE}.");
    assert_eq!(left, wanted);
    let right = app.pane_text(Focus::Output);
    assert_eq!(
        right,
        "5 · list(twelve)\nturn 7\nNow the cards.\n7 · write(one)\nturn 9\nAll is sorted."
    );
    // The answer is what is seen first.
    let pane = &app.state.reader.output;
    let last = pane.doc.rows.len();
    assert!(pane.top + 12 >= last, "{} of {last}", pane.top);
}

#[test]
fn one_key_goes_from_turn_to_turn_and_round_the_end() {
    let mut app = app();
    for (key, turn) in [("(", Some(8)), ("Alt-k", Some(6)), ("(", Some(4)), ("(", Some(2))] {
        app.keys(key);
        assert_eq!(shown(&app), turn);
    }
    assert_eq!(position(&app), "turn 3 of 9");
    let left = app.pane_text(Focus::Scratchpad);
    assert!(
        left.starts_with("1 · system prompt: You sort drawers.\nturn 2 · user\nA question"),
        "{left}"
    );
    assert!(left.ends_with("… 6 lines more\nturn 3\nAn early thought."), "{left}");
    assert_eq!(app.pane_text(Focus::Output), "An early answer.");
    app.keys("(");
    assert_eq!((shown(&app), app.toast()), (None, "back at the final response"));
    app.keys(")");
    assert_eq!((shown(&app), app.toast()), (Some(2), "the first turn of the model"));
    app.keys("Alt-j");
    assert_eq!((shown(&app), app.toast()), (Some(4), ""), "it is not the first any more");
    app.keys("J K");
    assert_eq!((app.reading(), shown(&app)), ("agent", None), "back, and at the response");
}

#[test]
fn the_response_is_where_it_was_left() {
    let mut app = app();
    app.sizes((30, 6), (30, 3), (30, 4), (0, 0));
    app.keys("Tab Tab g j j j");
    let top = app.state.reader.output.top;
    assert!(top > 0);
    app.keys("( ( Esc");
    assert_eq!((shown(&app), app.state.reader.output.top), (None, top));
    app.keys("( J K");
    assert_eq!((shown(&app), app.state.reader.output.top), (None, top));
}

#[test]
fn a_judge_can_point_at_the_prompt_of_the_only_turn() {
    let mut body = body_of(&sketch("one", "free", "rain"), 0);
    let quote = body.transcript.evidence[0].clone();
    body.transcript.evidence =
        vec![Evidence { at: Some((0, 1690, 1699)), found: Found::Exact, ..quote }];
    let mut app = App::poems();
    app.bodies[1] = Arc::new(body);
    app.keys("j }");
    assert_eq!(shown(&app), Some(2));
    let left = app.pane_text(Focus::Scratchpad);
    assert!(
        left.contains("system prompt") && left.contains("turn 2 · user\n<q>rain</q>"),
        "{left}"
    );
    app.keys(")");
    assert_eq!(shown(&app), None);
    app.keys(")");
    assert_eq!(app.toast(), "the model speaks once in this transcript");
}

#[test]
fn a_turn_alone_shows_its_tools_and_what_it_answers() {
    let mut app = app();
    app.keys("( ( (");
    let right = app.pane_text(Focus::Output);
    assert!(right.starts_with("list\nlist({\"drawer\": \"twelve\"})\nanswer\nrow 0"), "{right}");
    assert!(right.ends_with("row 19 of the drawer\n… 10 lines more"), "{right}");
    app.keys(")");
    let left = app.pane_text(Focus::Scratchpad);
    assert!(left.starts_with("6 · answer: row 0 of the drawer row 1"), "{left}");
    assert!(left.contains("turn 7 · calls write\nI will write"), "{left}");
    app.keys(")");
    let left = app.pane_text(Focus::Scratchpad);
    assert_eq!(left, "8 · answer: written\nturn 9\nno scratchpad in this turn");
}

#[test]
fn folding_goes_from_rows_to_first_lines_to_all() {
    let mut app = app();
    app.keys("Tab Tab");
    let folds = |app: &App| app.state.reader.folds.all;
    let place = |app: &App| {
        let pane = &app.state.reader.output;
        pane.doc.anchor_of(pane.top)
    };
    app.keys("G Space");
    assert_eq!(folds(&app), Level::Head);
    assert!(app.pane_text(Focus::Output).contains("… 10 lines more"));
    let before = place(&app);
    app.keys("Enter");
    assert_eq!((folds(&app), place(&app)), (Level::Whole, before), "the place stays");
    assert!(app.pane_text(Focus::Output).contains("row 29 of the drawer"));
    app.keys("Space");
    assert_eq!((folds(&app), app.toast()), (Level::Line, "tools in a row each"));
    let mut plain = App::poems();
    plain.keys("Space");
    assert_eq!(plain.toast(), "nothing is folded here");
    plain.keys(")");
    assert_eq!(plain.toast(), "the model speaks once in this transcript");
}

#[test]
fn a_click_opens_one_row() {
    let mut app = app();
    app.keys("Tab Tab g");
    app.send(Message::Click(Target::Pane(Focus::Output, 0)));
    let right = app.pane_text(Focus::Output);
    assert!(right.starts_with("5 · list\nlist({") && right.contains("7 · write(one)"), "{right}");
    app.keys("g");
    app.send(Message::Click(Target::Pane(Focus::Output, 0)));
    assert!(app.pane_text(Focus::Output).starts_with("5 · list(twelve)"));
}

#[test]
fn find_looks_into_what_is_folded_and_opens_what_it_finds() {
    let mut app = app();
    app.keys("/");
    app.types("drawer");
    app.keys("Enter");
    // One in the call, thirty in the answer; none of another turn.
    assert_eq!(app.state.reader.find.hits.len(), 31);
    app.keys("g N");
    let find = &app.state.reader.find;
    let hit = find.hits[find.current.expect("a match")];
    assert_eq!(hit.section, 7);
    let pane = &app.state.reader.output;
    let block = pane.doc.block_of(7).expect("opened");
    let row = pane.doc.row_of((block, hit.start));
    assert!((pane.top..pane.top + 12).contains(&row), "{row} from {}", pane.top);
    assert_eq!(app.state.focus, Focus::Output);
    app.keys("Esc ( ( ( ( /");
    app.types("drawer");
    app.keys("Enter");
    assert_eq!(app.state.reader.find.hits.len(), 1, "the prompt that this turn shows");
}

#[test]
fn cues_lead_back_to_the_turn_that_has_them() {
    let mut app = app();
    app.keys("( ( ( (");
    assert_eq!(app.state.cue_summary(), "no rule reads this turn: cues are of the final response");
    app.keys(")");
    assert_eq!(app.state.cue_summary(), "no cue in this turn");
    app.keys(")");
    assert_eq!(app.state.cue_summary(), "1 cue in this turn");
    app.keys("]");
    assert_eq!((shown(&app), app.state.reader.cue_position().as_str()), (Some(6), "cue 1 of 1"));
    app.keys("(");
    assert_eq!(app.state.reader.cue, None, "it is not on the screen");
    app.keys("]");
    assert_eq!((shown(&app), app.state.reader.cue), (None, Some(0)));
}

#[test]
fn evidence_is_shown_in_the_turn_where_it_stands() {
    let mut app = app();
    assert_eq!(app.state.reader.evidence_count().words(), "3 quotes, 1 reference, 1 not found");
    app.keys("}");
    assert_eq!((shown(&app), app.state.focus), (Some(2), Focus::Output));
    assert_eq!(app.toast(), "quote 1 of 4 for af");
    // Of a tool's answer that is folded and cut.
    app.keys("}");
    assert_eq!(shown(&app), None);
    let pane = &app.state.reader.output;
    let block = pane.doc.block_of(7).expect("opened");
    let late = app.state.reader.section(7).find("row 29").expect("a row");
    let row = pane.doc.row_of((block, late));
    assert!((pane.top..pane.top + 12).contains(&row));
    // A message that the model answered.
    app.keys("}");
    assert_eq!((shown(&app), app.state.focus), (Some(2), Focus::Scratchpad));
    assert_eq!(app.toast(), "reference 3 of 4 for af");
    app.keys("}");
    assert!(app.toast().contains("quote 4 of 4: quote not found"), "{}", app.toast());
    assert_eq!(app.state.reader.active_evidence().map(|(i, _)| i), Some(3));
    app.keys("]");
    assert_eq!(app.state.reader.active_evidence(), None, "the line is about the cue again");
}

#[test]
fn copying_takes_what_is_shown() {
    let mut app = app();
    app.keys("( ( ( ( Tab Tab");
    app.take();
    app.keys("y t");
    let copied = |app: &mut App| {
        let mut effects = app.take().into_iter();
        effects.find_map(|e| match e {
            Effect::Copy(Copied::Text, text) => Some(text),
            _ => None,
        })
    };
    assert_eq!(copied(&mut app).as_deref(), Some("An early answer."));
    app.keys("(");
    app.keys("y t");
    let text = copied(&mut app).expect("a text");
    let rows = "5 · list(twelve) · → 30 lines\n\nNow the cards.\n\n7 · write(one) · → 1 line\n\nAll is sorted.";
    assert_eq!(text, rows);
}

#[test]
fn the_page_of_turns_goes_to_any_of_them() {
    let mut app = app();
    app.sizes((30, 6), (60, 20), (60, 12), (60, 9));
    app.keys("i");
    let text = app.dialog_text();
    assert!(text.contains("turn 2 of 9 · user\nA question about cards."), "{text}");
    assert!(
        text.contains(
            "turn 5 of 9 · assistant · scratchpad · calls list\nI look first.\nlist(twelve)"
        ),
        "{text}"
    );
    assert!(text.contains("turn 9 of 9 · assistant\nAll is sorted."), "{text}");
    app.keys(") ) Enter");
    assert!(app.state.dialogs.is_empty());
    assert_eq!(shown(&app), Some(2));
    app.keys("i ) ) ) Enter");
    assert_eq!(shown(&app), Some(6));
    // Scrolling takes the cursor along.
    app.keys("i G Enter");
    assert_eq!(shown(&app), Some(8));
    // A search sees what is cut.
    app.keys("i /");
    app.types("row 29");
    let find = &app.state.dialogs[0].doc().expect("turns").find;
    assert_eq!(find.count(), "1 of 1");
}

#[test]
fn a_hundred_turns_are_told_in_few_lines_each() {
    let mut body = agent();
    body.transcript.evidence.clear();
    let long = "A line of a long message.\n".repeat(60);
    body.transcript.sections = (0..100)
        .map(|turn| match turn % 2 {
            0 => piece(turn, Role::User, SectionKind::User, &long),
            _ => piece(turn, Role::Assistant, SectionKind::Output, &long),
        })
        .collect();
    body.transcript.response_turn = 99;
    body.analysis.spans.clear();
    let mut app = App::poems();
    app.bodies[1] = Arc::new(body);
    app.sizes((30, 6), (60, 20), (60, 12), (60, 20));
    app.keys("j i");
    let rows = |app: &App| app.state.dialogs[0].doc().expect("turns").doc.rows.len();
    assert!(rows(&app) < 100 * 7, "{}", rows(&app));
    assert!(app.dialog_text().contains("… 57 lines more"));
    app.keys("Space");
    assert!(rows(&app) > 100 * 59, "{}", rows(&app));
    app.keys("G Enter");
    assert_eq!(shown(&app), None, "the last user turn is answered by the response");
    app.keys("i G ( Enter");
    assert_eq!(shown(&app), Some(97));
}
