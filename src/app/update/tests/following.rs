//! Following growing files: the reader stays where it is, and what has come is counted until it is acknowledged.

use super::*;
use crate::corpus::Renewed;

/// Some poems, all read, and followed from now on.
fn followed(filter: &str) -> App {
    let mut app = App::with_filter(filter);
    app.arrive(&poems());
    app.finish();
    app.keys("W");
    app
}

fn more(ids: &[&'static str]) -> Vec<Sketch> {
    ids.iter().map(|id| sketch(id, "free", "hail")).collect()
}

/// A row's record is another one now; `None`: it is gone. Bodies follow.
fn renew(app: &mut App, row: RowId, new: Option<&Sketch>) {
    let place = app.state.catalogue.row(row).expect("a row").place;
    let row_of = |sketch: &Sketch| {
        let body = body_of(sketch, row.into());
        let place = RowPlace { hash: place.hash + 100, ..place.clone() };
        Row::new(&body.transcript, Some(&body.analysis), place, &mut Interner::default())
    };
    let old = app.state.catalogue.row(row).expect("a row").id;
    let mut renewed = Renewed::new(&app.state.catalogue, vec![(row, new.map(row_of))]);
    if let Some(new) = new {
        app.bodies[row as usize] = Arc::new(body_of(new, row.into()));
        if *old != *new.id {
            renewed = renewed.with_fresh(vec![row]);
        }
    }
    app.send(Message::Loaded(LoadEvent::Renewed(renewed)));
}

#[test]
fn the_key_turns_following_on_and_off() {
    let mut app = App::poems();
    app.keys("W");
    assert!(app.state.follow.on && app.toast().contains("G goes there"), "{}", app.toast());
    assert!(matches!(app.take().last(), Some(Effect::Follow(true))));
    app.keys("W");
    assert!(!app.state.follow.on);
    assert!(matches!(app.take().last(), Some(Effect::Follow(false))));
}

#[test]
fn what_comes_is_counted_until_the_reader_goes_there_or_acknowledges_it() {
    let mut app = App::empty();
    app.keys("W");
    app.arrive(&poems());
    assert_eq!(app.state.new_rows(), 0, "it is still being read");
    app.finish();
    for (key, ids) in [("G", ["f", "g"]), ("Esc", ["h", "i"])] {
        app.arrive(&more(&ids));
        assert_eq!(app.state.new_rows(), 2, "{key}");
        app.keys("j k g");
        assert_eq!(app.state.new_rows(), 2, "{key}");
        app.keys(key);
        assert_eq!(app.state.new_rows(), 0, "{key}");
    }
    app.keys("G");
    assert_eq!(app.reading(), "i");
    // By score what is new stands anywhere: only Esc says that it was seen.
    app.keys("o W W");
    assert!(app.toast().contains("takes its place"), "{}", app.toast());
    app.arrive(&more(&["j"]));
    app.keys("G");
    assert_eq!(app.state.new_rows(), 1);
    app.keys("Esc");
    assert_eq!(app.state.new_rows(), 0);
}

#[test]
fn an_index_is_kept_when_an_eighth_has_come_and_when_following_ends() {
    let mut app = followed("");
    let kept = |app: &mut App| {
        app.take().iter().filter(|effect| matches!(effect, Effect::Keep(_))).count()
    };
    assert_eq!(kept(&mut app), 1, "everything was read");
    let mut turn = 0;
    let mut come = |app: &mut App, rows: usize| {
        let progress = |turn| Progress { turn, done: true, ..Progress::default() };
        app.arrive(&more(&["x"; 20][..rows]));
        app.send(Message::Loaded(LoadEvent::Progress(progress(turn + 1))));
        assert_eq!(kept(app), 0, "while it is read");
        turn += 2;
        app.send(Message::Loaded(LoadEvent::Progress(progress(turn))));
        kept(app)
    };
    assert_eq!((come(&mut app, 20), come(&mut app, 2), come(&mut app, 2)), (1, 0, 1));
    app.keys("W");
    assert_eq!(kept(&mut app), 0, "nothing has come since");
    app.keys("W");
    assert_eq!(come(&mut app, 1), 0);
    app.keys("W");
    assert_eq!(kept(&mut app), 1);
    assert_eq!(come(&mut app, 1), 1, "what was held back");
}

#[test]
fn in_a_pane_the_end_is_that_of_the_text() {
    let mut app = followed("");
    app.arrive(&more(&["f"]));
    app.keys("Tab G");
    assert_eq!(app.state.new_rows(), 1);
}

#[test]
fn the_reader_stays_where_it_is() {
    let mut app = followed("");
    app.sizes((30, 3), (40, 2), (40, 2), (0, 0));
    app.keys("G Tab j j");
    let at =
        |app: &App| (app.state.list.selected, app.state.list.top, app.state.reader.scratchpad.top);
    let before = at(&app);
    assert_eq!((app.reading(), before.0), ("e", 4));
    app.take();
    app.arrive(&more(&["f", "g", "h"]));
    assert_eq!((app.reading(), at(&app)), ("e", before));
    let other = |effect: &Effect| !matches!(effect, Effect::Count { .. });
    assert!(!app.take().iter().any(other), "nothing is read again");
    // In another order too: whatever comes before it, the row stays on its line of the screen.
    app.keys("Tab Tab o");
    let line = app.state.list.selected - app.state.list.top;
    app.arrive(&[Sketch { score: 9.0, ..sketch("z", "paid", "rain") }]);
    assert_eq!(app.ids()[0], "z");
    assert_eq!((app.reading(), app.state.list.selected - app.state.list.top), ("e", line));
}

#[test]
fn under_a_filter_only_what_passes_is_new() {
    for filter in ["tier:paid", "tier:paid poem"] {
        let mut app = followed(filter);
        app.arrive(&more(&["f", "g"]));
        assert_eq!(app.state.new_rows(), 0, "{filter}");
        app.arrive(&[sketch("h", "paid", "hail")]);
        assert_eq!(app.state.new_rows(), 1, "{filter}");
        app.filter("tier:free");
        assert_eq!(app.state.new_rows(), 2, "{filter}");
    }
}

#[test]
fn a_transcript_that_goes_on_stays_on_screen_and_is_read_again() {
    for filter in ["", "tier:paid,free", "poem tier:paid,free"] {
        let mut app = followed(filter);
        app.keys("j j");
        assert_eq!(app.reading(), "c");
        let before = app.ids().len();
        app.sizes((30, 6), (40, 2), (40, 2), (0, 0));
        app.keys("Tab j");
        let top = app.state.reader.scratchpad.top;
        let text = "First I weigh it.\nThen more.\nAnd more.\nAnd more.".to_owned();
        renew(&mut app, 2, Some(&Sketch { scratchpad: Some(text), ..sketch("c", "free", "snow") }));
        assert_eq!(
            (app.reading(), app.selected(), app.ids().len()),
            ("c", "c", before),
            "{filter}"
        );
        assert!(app.pane_text(Focus::Scratchpad).contains("And more."));
        assert_eq!(app.state.reader.scratchpad.top, top, "{filter}");
        assert_eq!(app.state.new_rows(), 0, "the same record is not new");
    }
}

#[test]
fn rows_that_no_longer_pass_leave_and_others_come() {
    for filter in ["tier:paid", "tier:paid poem"] {
        let mut app = followed(filter);
        assert_eq!(app.ids(), ["b", "e"], "{filter}");
        renew(&mut app, 1, Some(&sketch("b", "free", "rain")));
        assert_eq!((app.ids(), app.reading()), (vec!["e"], "e"), "{filter}");
        renew(&mut app, 0, Some(&sketch("x", "paid", "rain")));
        assert_eq!((app.ids(), app.reading()), (vec!["x", "e"], "e"), "{filter}");
        assert_eq!(app.state.new_rows(), 1, "another record is new");
        renew(&mut app, 4, None);
        assert_eq!((app.ids(), app.reading()), (vec!["x"], "x"), "{filter}");
        assert_eq!(app.state.passing(), "1 of 4");
    }
}

#[test]
fn a_text_filter_looks_again_only_at_what_has_changed() {
    let mut app = followed("poem");
    app.answers = false;
    app.take();
    renew(
        &mut app,
        1,
        Some(&Sketch { output: "No verse.".to_owned(), ..sketch("b", "paid", "rain") }),
    );
    let effects = app.take();
    let run =
        effects.iter().find(|effect| matches!(effect, Effect::RunFilter { .. })).expect("a run");
    let Effect::RunFilter { catalogue, .. } = run else { return };
    assert_eq!(catalogue.views().map(|view| view.id).collect::<Vec<_>>(), [1]);
    // Until the answer the row stays; what changes meanwhile waits, and nothing is asked twice.
    assert_eq!(app.ids(), ["a", "b", "c", "e"]);
    renew(&mut app, 2, Some(&sketch("c", "paid", "poems")));
    app.arrive(&more(&["f"]));
    assert!(!app.take().iter().any(|effect| matches!(effect, Effect::RunFilter { .. })));
    app.answers = true;
    let answer = app.answer(run).expect("an answer");
    app.send(answer);
    assert_eq!(app.ids(), ["a", "c", "e", "f"]);
    let runs = app.take().into_iter().filter(|effect| matches!(effect, Effect::RunFilter { .. }));
    assert_eq!(runs.count(), 2, "the changed row, then the new one");
}
