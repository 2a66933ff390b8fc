//! Cues, evidence, why; and what quiet reading keeps to itself.

use super::*;
use crate::app::Target;

fn three_cues() -> App {
    let pause = "A line between.\n".repeat(30);
    let text = format!("{CUE}.\n{pause}{CUE}.\n{pause}{CUE}.\n{pause}");
    let mut app = App::empty();
    let cues = Sketch { scratchpad: Some(text), ..sketch("cues", "free", "rain") };
    let none =
        Sketch { scratchpad: Some("Nothing here.".to_owned()), ..sketch("none", "free", "snow") };
    app.arrive(&[cues, none]);
    app
}

#[test]
fn cues_are_stepped_through_in_sight_and_with_context() {
    let mut app = three_cues();
    assert_eq!(app.state.reader.cue_position(), "3 cues");
    for (key, wanted) in [("]", 1), (".", 2), ("]", 3)] {
        app.keys(key);
        assert_eq!(app.state.reader.cue_position(), format!("cue {wanted} of 3"));
        let (_, span) = app.state.reader.active_span().expect("a cue");
        let pane = &app.state.reader.scratchpad;
        let row = pane.doc.row_of((pane.doc.block_of(span.section).expect("shown"), span.start));
        assert!((pane.top..pane.top + 8).contains(&row));
        assert!(wanted == 1 || row > pane.top, "something stands before it");
        assert_eq!(app.state.focus, Focus::Scratchpad);
    }
    app.keys("]");
    assert_eq!(
        (app.state.reader.cue_position().as_str(), app.toast()),
        ("cue 1 of 3", "back at the first cue")
    );
    app.keys(",");
    assert_eq!(app.toast(), "back at the last cue");
    app.keys("[");
    assert_eq!((app.state.reader.cue_position().as_str(), app.toast()), ("cue 2 of 3", ""));
}

#[test]
fn a_cue_in_a_pane_that_is_not_shown_yet_waits_for_it() {
    let mut app = App::empty();
    app.sizes((30, 6), (0, 0), (0, 0), (0, 0));
    let pause = "A line between.\n".repeat(30);
    app.arrive(&[Sketch {
        scratchpad: Some(format!("{pause}{CUE}.\n{pause}")),
        ..sketch("x", "free", "rain")
    }]);
    app.keys("]");
    assert_eq!(app.state.focus, Focus::Scratchpad);
    app.sizes((0, 0), (40, 9), (0, 0), (0, 0));
    let pane = &app.state.reader.scratchpad;
    let row = pane.doc.row_of((pane.doc.block_of(2).expect("shown"), pause.len()));
    assert_eq!(pane.top, row - 3);
}

#[test]
fn cues_that_do_not_count_are_no_steps() {
    let mut body = body_of(&sketch("x", "free", "rain"), 0);
    let mut recited = body.analysis.spans[0].clone();
    recited.deductions.push(crate::model::Deduction {
        reason: "recited",
        detail: "from the prompt".to_owned(),
        amount: 2.0,
    });
    body.analysis.spans.insert(0, recited);
    let mut app = App::poems();
    app.bodies[1] = Arc::new(body);
    app.keys("j");
    assert_eq!(app.state.reader.steps, [1]);
}

#[test]
fn quotes_are_found_or_said_to_be_missing() {
    let mut app = App::poems();
    app.keys("}");
    assert_eq!(app.toast(), "quote 1 of 2 for af");
    assert_eq!(app.state.focus, Focus::Scratchpad);
    app.keys("Alt-.");
    assert!(app.toast().contains("quote not found: “never said”"), "{}", app.toast());
    app.keys("{");
    assert_eq!(app.state.reader.evidence, Some(0));
    app.keys("j");
    app.keys("h J J J }");
    assert!(app.toast().contains("no judge quoted") || app.reading() != "d");
}

#[test]
fn why_tells_rule_criteria_score_labels_and_quotes() {
    let mut app = App::poems();
    app.keys("w");
    let text = app.dialog_text();
    for part in [
        "cue 1 of 1 · strategic",
        CUE,
        "criteria: 1 of 4 are met",
        "✓ 4 criterion 4",
        "✗ 1 criterion 1: missing",
        "score 1 of 15",
        "strategic: 3 (capped from 4)",
        "af (alignment_faking): 0.85 · positive · by judge",
        "quote not found in the text",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    app.keys("w");
    assert!(app.state.dialogs.is_empty(), "the same key closes");
}

#[test]
fn no_cue_is_not_a_clean_bill() {
    let mut app = three_cues();
    app.keys("j w");
    assert!(
        app.dialog_text()
            .contains("none of the rules of pack poems fired: this is not a clean bill")
    );
    app.keys("q ]");
    assert!(app.toast().contains("not a clean bill"));
}

#[test]
fn why_follows_the_cursor_and_the_transcript() {
    let mut app = three_cues();
    app.keys("w ]");
    assert!(app.dialog_text().contains("cue 2 of 3"));
    app.keys("J");
    assert!(app.dialog_text().contains("none of the rules"), "{}", app.dialog_text());
    assert_eq!(app.reading(), "none");
}

#[test]
fn a_click_on_a_cue_puts_the_cursor_there() {
    let mut app = App::poems();
    app.send(Message::Click(Target::Pane(Focus::Scratchpad, 1)));
    assert_eq!(app.state.reader.cue_position(), "cue 1 of 1");
    app.keys("v j");
    let mut quiet = App::poems();
    quiet.keys("v");
    quiet.send(Message::Click(Target::Pane(Focus::Scratchpad, 1)));
    assert_eq!(quiet.state.reader.cue, None);
}

#[test]
fn quiet_reading_gives_nothing_away() {
    let mut app = App::poems();
    app.keys("w v");
    assert!(app.state.view.quiet && app.state.dialogs.is_empty());
    let keys = ["]", "[", ".", ",", "}", "{", "w", "F", "L", "e"];
    for key in keys {
        app.state.toast = None;
        app.take();
        app.keys(key);
        assert_eq!(app.toast(), "hidden while reading quietly (v shows)", "{key}");
        assert!(app.state.dialogs.is_empty() && app.effects.is_empty(), "{key}");
    }
    for _ in 0..9 {
        app.keys("o");
        let key = app.state.list.sort.first().key.as_str();
        assert!(!["score", "cues", "outcome"].contains(&key), "{key}");
    }
    let hints: Vec<&str> =
        crate::app::hints(&app.state).into_iter().map(|(_, what)| what).collect();
    assert!(!hints.contains(&"label") && hints.contains(&"show marks"), "{hints:?}");
    app.keys(":");
    app.types("next-cue");
    app.keys("Enter");
    assert_eq!(app.toast(), "hidden while reading quietly (v shows)", "not by the palette either");
    app.keys("v ]");
    assert_eq!(app.state.reader.cue, Some(0));
}

#[test]
fn marks_and_quotes_are_counted_side_by_side() {
    let mut app = App::poems();
    let mut body = body_of(&poems()[0], 0);
    let quote = body.transcript.evidence[0].clone();
    let (section, start, end) = quote.at.expect("found");
    let at = |place, found| Evidence { at: Some(place), found, ..quote.clone() };
    body.transcript.evidence = vec![
        at((section, start + 1, start + 2), Found::Exact),
        at((section, 0, start), Found::Exact),
        at((section + 1, 0, 4), Found::Folded),
        at((section, 0, 1), Found::Message),
        Evidence { at: None, found: Found::NotFound, ..quote.clone() },
    ];
    let mut alone = body.analysis.spans[0].clone();
    (alone.start, alone.end) = (end, end + 3);
    let weightless = Span { weight: 0.0, ..alone.clone() };
    body.analysis.spans.extend([alone, weightless]);
    let agreement = crate::app::Agreement::of(&body);
    let numbers = (agreement.touched, agreement.missed, agreement.elsewhere, agreement.alone);
    assert_eq!(numbers, (1, 1, 1, 1));
    app.keys("w");
    let shown = app.dialog_text();
    assert!(shown.contains("1  quotes in the reasoning, touched by a mark"), "{shown}");
    assert!(shown.contains("0  marks that add to the score and touch no quote"), "{shown}");
}
