//! Bodies: asked for, answered late, failed; panes; scrolling and other widths.

use super::*;
use crate::app::{Block, Notice};
use crate::corpus::{BodyError, Renewed};
use crate::cues::Engine;

fn notices(app: &App, focus: Focus) -> Vec<(Notice, String)> {
    let blocks = &app.state.reader.pane(focus).expect("a pane").doc.blocks;
    let notice = |b: &Block| match b {
        Block::Notice(kind, text) => Some((*kind, text.clone())),
        _ => None,
    };
    blocks.iter().filter_map(notice).collect()
}

#[test]
fn the_old_body_stays_until_the_new_one_comes_and_only_the_newest_counts() {
    let mut app = App::poems();
    app.answers = false;
    app.take();
    app.keys("j j");
    assert_eq!((app.selected(), app.reading()), ("c", "a"));
    assert_eq!(app.state.reader.asked, Some(2));
    let asked = app.take();
    let (late, newest) = (app.answer(&asked[0]).expect("b"), app.answer(&asked[1]).expect("c"));
    app.send(late);
    assert_eq!(app.reading(), "a", "nobody waits for b any more");
    app.send(newest);
    assert_eq!(app.reading(), "c");
    app.keys("k j");
    let asked = app.take();
    let late = asked.iter().find_map(|e| app.answer(e)).expect("b");
    app.send(late);
    assert_eq!(app.reading(), "c", "back before the answer came");
}

#[test]
fn a_text_that_takes_long_leaves_its_place_empty() {
    let mut app = App::poems();
    app.answers = false;
    app.take();
    app.keys("j");
    app.send(Message::Tick);
    assert_eq!(app.reading(), "a", "not for a moment");
    app.send(Message::Tick);
    assert_eq!(app.reading(), "", "it would pass for b");
    let asked = app.take();
    let answer = asked.iter().find_map(|effect| app.answer(effect)).expect("b");
    app.send(answer);
    assert_eq!(app.reading(), "b");
    // One that is asked for in between begins anew.
    app.keys("j");
    app.send(Message::Tick);
    app.keys("j");
    app.send(Message::Tick);
    assert_eq!(app.reading(), "b");
}

/// Rows that the effects so far ask for: because somebody waits, and ahead.
fn asked(app: &mut App) -> (Vec<RowId>, Vec<RowId>) {
    let (mut now, mut ahead) = (Vec::new(), Vec::new());
    for effect in app.take() {
        match effect {
            Effect::ReadBody { row, .. } => now.push(row),
            Effect::ReadAhead { row, .. } => ahead.push(row),
            _ => {}
        }
    }
    (now, ahead)
}

#[test]
fn the_text_that_comes_next_is_read_ahead() {
    let mut app = App::poems();
    app.keys("j k");
    assert!(asked(&mut app).1.is_empty(), "without rules it would come without marks");
    app.state.engine = Some(Arc::new(Engine::new(Vec::new())));
    app.keys("j");
    assert_eq!(asked(&mut app), (vec![1], vec![2]));
    app.answers = false;
    app.keys("j");
    assert_eq!(app.reading(), "c", "with the key");
    assert_eq!(asked(&mut app), (vec![], vec![3]));
    app.answers = true;
    app.keys("k");
    assert_eq!(app.reading(), "b");
    assert_eq!(asked(&mut app), (vec![1], vec![0]), "the other way round");
}

#[test]
fn a_text_that_is_being_read_ahead_is_not_asked_for_again() {
    let mut app = App::poems();
    app.state.engine = Some(Arc::new(Engine::new(Vec::new())));
    app.answers = false;
    app.take();
    app.keys("j");
    let effects = app.take();
    let answer = app.answer(&effects[0]).expect("b");
    app.send(answer);
    let ahead = app.take();
    let row = ahead.iter().find(|e| matches!(e, Effect::ReadAhead { row: 2, .. })).expect("ahead");
    let answer = app.answer(row).expect("c");
    app.keys("j");
    assert_eq!(app.reading(), "b");
    assert_eq!(asked(&mut app), (vec![], vec![]));
    app.send(answer);
    assert_eq!(app.reading(), "c");
    // One that fails is said when it is asked for, not before.
    let error = || BodyError { message: "gone".to_owned() };
    app.send(Message::BodyAhead { row: 3, result: Err(error()) });
    assert_eq!(app.reading(), "c");
    app.take();
    app.keys("j");
    assert_eq!(asked(&mut app).0, [3]);
    // What was read ahead of rows that have changed since is not shown.
    app.answers = true;
    app.keys("k");
    assert!(app.state.reader.ahead.is_some());
    app.send(Message::Loaded(LoadEvent::Renewed(Renewed::new(&app.state.catalogue, Vec::new()))));
    assert!(app.state.reader.ahead.is_none());
    // Whoever waits for it is not forgotten with it.
    app.keys("j k");
    app.answers = false;
    app.state.reader.ahead.as_mut().expect("the row above").body = None;
    app.take();
    app.keys("k");
    assert!(asked(&mut app).0.is_empty());
    app.send(Message::Loaded(LoadEvent::Renewed(Renewed::new(&app.state.catalogue, Vec::new()))));
    let row = app.state.reader.asked.expect("a row");
    assert_eq!(asked(&mut app).0, [row]);
}

#[test]
fn a_body_that_cannot_be_read_says_why() {
    let mut app = App::poems();
    app.answers = false;
    app.keys("j i");
    let generation = app.state.generation.1;
    let error = BodyError { message: "runs/a.jsonl:2 has changed".to_owned() };
    app.send(Message::BodyRead { generation, row: 1, result: Err(error) });
    assert_eq!(app.reading(), "runs/a.jsonl:2 has changed");
    assert!(app.state.dialogs.is_empty(), "nothing is shown of the transcript before");
    app.keys("w");
    assert!(app.toast().contains("has changed"));
    app.answers = true;
    app.keys("k");
    assert_eq!(app.reading(), "a");
}

#[test]
fn panes_say_what_is_absent_and_what_was_mended() {
    let mut app = App::poems();
    assert_eq!(app.pane_text(Focus::Output), "Here is a poem about rain.");
    app.keys("j j j");
    let left = notices(&app, Focus::Scratchpad);
    assert_eq!(left[0], (Notice::Repair, "unclosed scratchpad: it runs to the end".to_owned()));
    assert!(left.contains(&(Notice::Absent, "no scratchpad found".to_owned())));
    let right = notices(&app, Focus::Output);
    assert_eq!(
        right,
        [(Notice::Absent, "the scratchpad never closes: output is empty".to_owned())]
    );
    app.keys("Enter");
    assert_eq!(app.state.focus, Focus::Output, "where there is no reasoning");
}

#[test]
fn drafts_markers_and_other_turns_have_headings() {
    let mut body = body_of(&sketch("m", "free", "rain"), 0);
    let sections = &mut body.transcript.sections;
    sections.truncate(2);
    sections.push(section(2, Role::Assistant, SectionKind::Output, "An earlier answer."));
    sections.push(section(3, Role::User, SectionKind::User, "Go on."));
    for (kind, text) in [
        (SectionKind::Scratchpad, "one"),
        (SectionKind::Draft, "two"),
        (SectionKind::Scratchpad, "three"),
        (SectionKind::Other, "four"),
        (SectionKind::Output, "five"),
        (SectionKind::Marker, "<accepted/>"),
    ] {
        sections.push(section(4, Role::Assistant, kind, text));
    }
    body.transcript.response_turn = 4;
    body.analysis.spans.clear();
    body.hidden = 3;
    let mut app = App::poems();
    app.bodies[1] = Arc::new(body);
    app.keys("j");
    let left = app.pane_text(Focus::Scratchpad);
    assert_eq!(
        left,
        "3 hidden characters are made visible in this response\n\
         one\ndraft\ntwo\nafter the draft\nthree"
    );
    let position = app.state.reader.position.clone().map(|[long, ..]| long);
    assert_eq!(position.as_deref(), Some("turn 5 of 5 · final response"));
    let right = app.pane_text(Focus::Output);
    assert_eq!(right, "outside the tags\nfour\noutput\nfive\ndecision tag\n<accepted/>");
    app.keys("i");
    let turns = app.dialog_text();
    assert!(turns.contains("turn 3 of 5 · assistant · output\nAn earlier answer."), "{turns}");
    assert!(!turns.contains("five"));
}

#[test]
fn reasoning_of_earlier_turns_is_shown_where_the_last_has_none() {
    let mut body = body_of(&sketch("m", "free", "rain"), 0);
    body.transcript.response_turn = 4;
    body.transcript.sections.push(section(3, Role::User, SectionKind::User, "Go on."));
    body.transcript.sections.push(section(4, Role::Assistant, SectionKind::Output, "Well."));
    let mut app = App::poems();
    app.bodies[1] = Arc::new(body);
    app.keys("j");
    let left = notices(&app, Focus::Scratchpad);
    assert!(
        left.iter().any(|(k, t)| *k == Notice::Absent && t.contains("earlier turns")),
        "{left:?}"
    );
    assert!(left.contains(&(Notice::Turn, "turn 3".to_owned())));
    assert_eq!(app.state.reader.steps.len(), 1, "and its cues can be stepped through");
}

fn long() -> App {
    let text: Vec<String> =
        (0..100).map(|i| format!("Line number {i} of a long thought.")).collect();
    let mut app = App::empty();
    let long = Sketch { scratchpad: Some(text.join("\n")), ..sketch("long", "free", "rain") };
    app.arrive(&[long, sketch("short", "free", "snow")]);
    app.keys("Enter");
    app
}

#[test]
fn scrolling_stops_at_both_ends() {
    let mut app = long();
    let rows = app.state.reader.scratchpad.doc.rows.len();
    assert!(rows >= 100);
    let top = |app: &App| app.state.reader.scratchpad.top;
    for (keys, wanted) in [
        ("k", 0),
        ("j j", 2),
        ("Ctrl-d", 6),
        ("PgDn", 14),
        ("Ctrl-u Ctrl-u", 6),
        ("PgUp", 0),
        ("G", rows - 8),
        ("j PgDn", rows - 8),
    ] {
        app.keys(keys);
        assert_eq!(top(&app), wanted, "{keys}");
    }
    assert_eq!(app.state.reader.scratchpad.percent(8), "100%");
    app.keys("l j j");
    assert_eq!(app.state.reader.output.top, 0, "it all fits");
    assert_eq!(app.state.reader.output.percent(8), "all");
}

#[test]
fn another_width_keeps_the_place() {
    let mut app = long();
    app.keys("PgDn PgDn PgDn");
    let at = |app: &App| {
        let pane = &app.state.reader.scratchpad;
        pane.doc.place_of(pane.top)
    };
    let before = at(&app);
    app.sizes((30, 6), (13, 8), (40, 8), (0, 0));
    assert_eq!(at(&app), before);
    app.sizes((30, 6), (0, 0), (80, 8), (0, 0));
    assert_eq!(at(&app), before, "a hidden pane keeps its rows");
    app.sizes((30, 6), (90, 8), (0, 0), (0, 0));
    assert_eq!(at(&app), before);
    app.keys("G");
    app.sizes((30, 6), (90, 50), (0, 0), (0, 0));
    let pane = &app.state.reader.scratchpad;
    assert_eq!(pane.top + 50, pane.doc.rows.len(), "no empty space below the end");
}

#[test]
fn a_transcript_opens_where_it_was_left() {
    let mut app = long();
    app.keys("PgDn PgDn");
    let top = app.state.reader.scratchpad.top;
    app.keys("J");
    assert_eq!((app.reading(), app.state.reader.scratchpad.top), ("short", 0));
    app.keys("K");
    assert_eq!((app.reading(), app.state.reader.scratchpad.top), ("long", top));
}

#[test]
fn panes_are_gone_through_with_tab_and_arrows() {
    use Focus::{List, Output, Scratchpad};
    let mut app = App::poems();
    for (key, wanted) in [
        ("Tab", Scratchpad),
        ("Tab", Output),
        ("Tab", List),
        ("Shift-Tab", Output),
        ("l", Output),
        ("h", Scratchpad),
        ("Left", List),
        ("h", List),
        ("Right", Scratchpad),
    ] {
        app.keys(key);
        assert_eq!(app.state.focus, wanted, "{key}");
    }
    app.keys("z");
    assert!(app.state.view.zoom);
    app.keys("Esc");
    assert!(!app.state.view.zoom && !app.state.quitting);
}
