//! What comes before the rules are compiled: rows and bodies to look at, replaced by the same ones in full.

use super::*;

#[test]
fn glimpsed_rows_are_replaced_and_the_reader_stays() {
    let mut app = App::empty();
    let rows = app.rows(&poems());
    app.send(Message::Loaded(LoadEvent::Glimpse(rows.clone())));
    assert_eq!((app.state.position().as_str(), app.reading()), ("1 of 5 so far", "a"));
    app.keys("j j");
    let tiers = |app: &App| -> Vec<(String, usize)> {
        app.state.tally.tiers().into_iter().map(|(tier, n)| (tier.to_owned(), n)).collect()
    };
    let glimpsed = tiers(&app);
    app.send(Message::Loaded(LoadEvent::Progress(Progress::default())));
    assert_eq!(app.state.list.rows.len(), 5, "progress alone brings nothing");
    app.take();
    app.send(Message::Loaded(LoadEvent::Rows(rows)));
    assert_eq!((app.state.position().as_str(), app.selected()), ("3 of 5 so far", "c"));
    assert_eq!(app.reading(), "c");
    let other = |effect: &Effect| !matches!(effect, Effect::Count { .. });
    assert!(!app.take().iter().any(other), "nothing is read twice");
    assert_eq!(tiers(&app), glimpsed, "nothing is counted twice");
    assert!(app.state.catalogue.problems().next().is_none(), "no row is its own copy");
    app.finish();
    assert_eq!(app.state.position(), "3 of 5");
}

/// Rows come in several batches where more than one were glimpsed at.
#[test]
fn no_glimpsed_row_is_away_until_all_are_there_in_full() {
    let mut app = App::empty();
    let (all, first, rest) = (app.rows(&poems()), app.rows(&poems()[..2]), app.rows(&poems()[2..]));
    app.send(Message::Loaded(LoadEvent::Glimpse(all)));
    assert_eq!(app.state.position(), "1 of 5 so far");
    app.send(Message::Loaded(LoadEvent::Rows(first)));
    assert_eq!(app.state.position(), "1 of 5 so far");
    app.keys("G");
    app.send(Message::Loaded(LoadEvent::Rows(rest)));
    assert_eq!((app.state.position().as_str(), app.selected()), ("5 of 5 so far", "e"));
    assert!(app.state.unread.is_none());
    let words: usize = app.state.tally.tiers().into_iter().map(|(_, n)| n).sum();
    assert_eq!(words, 5, "each is counted once");
}

/// Fewer come than were glimpsed at: what is there is shown in the end.
#[test]
fn of_glimpsed_rows_those_that_came_are_there_in_the_end() {
    let mut app = App::empty();
    let (all, first) = (app.rows(&poems()), app.rows(&poems()[..2]));
    app.send(Message::Loaded(LoadEvent::Glimpse(all)));
    app.send(Message::Loaded(LoadEvent::Rows(first)));
    app.finish();
    assert_eq!(app.ids(), ["a", "b"]);
}

#[test]
fn a_filter_is_in_force_over_glimpsed_rows() {
    let mut app = App::with_filter("tier:paid");
    let rows = app.rows(&poems());
    app.send(Message::Loaded(LoadEvent::Glimpse(rows.clone())));
    assert_eq!((app.state.list.rows.len(), app.selected()), (2, "b"));
    app.send(Message::Loaded(LoadEvent::Rows(rows)));
    assert_eq!((app.state.list.rows.len(), app.selected()), (2, "b"));
}

/// What a filter lets through of rows that were glimpsed at, whatever comes before the same rows in full.
#[test]
fn glimpsed_rows_are_tested_again_in_full() {
    let report = FileReport { problems: Vec::new(), ..FileReport::default() };
    let between = [
        LoadEvent::Files { parent: None, paths: vec!["b.jsonl".to_owned()] },
        LoadEvent::File(0, report),
        LoadEvent::Settled(None),
        LoadEvent::Progress(Progress::default()),
    ];
    for (filter, glimpsed, full) in [
        ("score>=3", vec![], vec!["b", "e"]),
        ("-score>=3", vec!["a", "b", "c", "e"], vec!["a", "c"]),
    ] {
        let mut app = App::with_filter(filter);
        let bare: Vec<Sketch> = poems().into_iter().map(|s| Sketch { score: 0.0, ..s }).collect();
        let (bare, rows) = (app.rows(&bare), app.rows(&poems()));
        app.send(Message::Loaded(LoadEvent::Glimpse(bare)));
        for event in &between {
            app.send(Message::Loaded(event.clone()));
            assert_eq!(app.ids(), glimpsed, "{filter} after {event:?}");
        }
        app.send(Message::Loaded(LoadEvent::Rows(rows)));
        assert_eq!(app.ids(), full, "{filter}");
        assert_eq!(
            app.state.catalogue.files().count(),
            2,
            "what was said between is not forgotten"
        );
        app.finish();
        assert_eq!(app.ids(), full, "{filter}");
    }
}

#[test]
fn glimpsed_rows_that_never_come_are_gone_in_the_end() {
    let mut app = App::with_filter("tier:paid");
    let rows = app.rows(&poems());
    app.send(Message::Loaded(LoadEvent::Glimpse(rows)));
    assert_eq!(app.ids(), ["b", "e"]);
    app.finish();
    assert_eq!((app.ids().len(), app.state.catalogue.len()), (0, 0));
}

#[test]
fn an_unmarked_body_is_shown_and_nothing_is_said_of_its_cues() {
    let mut app = App::empty();
    app.answers = false;
    app.arrive(&poems());
    let effects = app.take();
    let generation = app.state.generation.1;
    let marked = app.bodies[0].clone();
    let body = Body { analysis: Analysis::default(), ..Body::clone(&marked) };
    let body = Arc::new(body);
    app.send(Message::Unmarked { generation, row: 0, body: Arc::clone(&body) });
    assert_eq!(app.reading(), "a");
    assert_eq!(
        (app.state.reader.cue_position().as_str(), app.state.cue_summary().as_str()),
        ("", "looking for cues")
    );
    app.keys("]");
    assert_eq!(app.toast(), "still looking for cues");
    // No clean bill, no ledger, no score meanwhile: what judges say is known.
    app.keys("w");
    let text = app.dialog_text();
    assert!(text.starts_with("still looking for cues"), "{text}");
    for claim in
        ["nothing counts", "fired", "clean bill", "criteria:", "of 15", "no score", "touched by"]
    {
        assert!(!text.contains(claim), "{claim} in {text}");
    }
    assert!(text.contains("positive · by judge") && text.contains("quote not found"), "{text}");
    app.send(Message::Marked {
        generation: generation + 1,
        row: 0,
        analysis: Box::new(marked.analysis.clone()),
    });
    assert!(app.dialog_text().starts_with("still looking"), "marks of another text");
    app.keys("w");
    let asked = |e: &Effect| matches!(e, Effect::ReadBody { row: 0, .. });
    assert!(effects.iter().any(asked), "the body was asked for");
    // The panes stay as they were wrapped, and where they stand.
    app.state.reader.scratchpad.top = 1;
    let before = app.state.reader.scratchpad.doc.clone();
    let marks = |generation, row| {
        let analysis = Box::new(marked.analysis.clone());
        Message::Marked { generation, row, analysis }
    };
    for (generation, row) in [(generation + 1, 0), (generation, 1)] {
        app.send(marks(generation, row));
        assert_eq!(app.state.cue_summary(), "looking for cues");
    }
    app.send(marks(generation, 0));
    assert_eq!(app.state.reader.cue_position(), "1 cue");
    let pane = &app.state.reader.scratchpad;
    assert_eq!((&pane.doc, pane.top), (&before, 1));
    let shown = app.state.reader.body().expect("a body").1;
    assert_eq!(format!("{shown:?}"), format!("{marked:?}"));
    // One that comes late, or for another row, is dropped.
    app.send(Message::Unmarked { generation, row: 0, body });
    assert_eq!(app.state.reader.cue_position(), "1 cue");
}

#[test]
fn the_page_of_reasons_that_was_open_says_what_is_found_in_the_end() {
    let mut app = App::empty();
    app.answers = false;
    app.arrive(&poems());
    let generation = app.state.generation.1;
    let marked = app.bodies[0].clone();
    let body = Arc::new(Body { analysis: Analysis::default(), ..Body::clone(&marked) });
    app.send(Message::Unmarked { generation, row: 0, body });
    app.keys("w");
    assert!(app.dialog_text().starts_with("still looking for cues"));
    let analysis = Box::new(marked.analysis.clone());
    app.send(Message::Marked { generation, row: 0, analysis });
    let text = app.dialog_text();
    assert!(text.contains("cue 1 of 1 · strategic") && text.contains("criteria: 1 of 4"), "{text}");
    assert!(!text.contains("nothing counts"), "{text}");
}

#[test]
fn rules_bring_their_categories() {
    let mut app = App::empty();
    assert!(app.state.categories.is_empty());
    app.send(Message::Rules(Arc::new(crate::cues::Engine::builtin())));
    assert!(!app.state.categories.is_empty() && app.state.engine.is_some());
    let words = &app.state.vocabulary.values;
    let cues = words.iter().find(|(field, _)| field == "cue").expect("words for cues");
    assert_eq!(cues.1.len(), app.state.categories.len());
}
