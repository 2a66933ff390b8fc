//! What is asked of pairs while reading goes on: it waits for more rows, and nothing is denied before all is read.

use super::*;
use crate::app::Twin;

fn twin(app: &App) -> &Twin {
    app.state.twin.as_ref().expect("a pair on screen")
}

/// One tier alone, and more to come.
fn free_alone() -> App {
    let mut app = App::empty();
    app.arrive(&[sketch("a", "free", "rain"), sketch("b", "free", "snow")]);
    app
}

const PAID: fn() -> [Sketch; 2] = || [sketch("c", "paid", "rain"), sketch("d", "paid", "snow")];

#[test]
fn a_partner_is_waited_for_while_reading_goes_on() {
    for (key, is_list) in [("c", false), ("X", true)] {
        let mut app = free_alone();
        app.keys(key);
        let told = "waiting for more to be read: tier is free everywhere so far";
        assert_eq!(app.toast(), told, "{key}");
        assert!(app.state.twin.is_none() && app.state.pairs.is_none());
        app.arrive(&PAID());
        assert_eq!((app.state.twin.is_some(), app.state.pairs.is_some()), (!is_list, is_list));
        assert!(!app.toast().contains("waiting"), "{}", app.toast());
        // Of rows that did not come there is a last word.
        let mut app = free_alone();
        app.keys(key);
        app.finish();
        assert_eq!(app.toast(), "nothing to compare: tier is free everywhere", "{key}");
    }
}

#[test]
fn a_pair_of_others_is_no_answer_before_all_is_read() {
    let mut app = free_alone();
    app.arrive(&[sketch("c", "paid", "snow")]);
    app.keys("c");
    assert_eq!(app.selected(), "a");
    let told = "waiting for more to be read: no partner for this transcript so far";
    assert_eq!(app.toast(), told);
    for _ in 0..200 {
        app.send(Message::Tick);
    }
    assert_eq!(app.toast(), told, "as long as it is true");
    app.finish();
    let told = "no partner for this transcript: the nearest pair of free and paid";
    assert_eq!(app.toast(), told);
    assert!(app.state.twin.is_some());
}

#[test]
fn a_key_calls_off_what_waits() {
    let mut app = free_alone();
    app.keys("c j");
    assert_eq!(app.toast(), "");
    app.arrive(&PAID());
    app.finish();
    assert!(app.state.twin.is_none(), "who goes on reading is not interrupted");
    app.keys("c");
    assert_eq!(twin(&app).paired, (2, 0));
}

#[test]
fn counts_of_the_choice_follow_what_is_read() {
    let of = |id, model, query| Sketch { model: Some(model), ..sketch(id, "free", query) };
    let mut app = App::empty();
    app.arrive(&[
        of("a", "zebra", "rain"),
        of("b", "ant", "rain"),
        of("c", "zebra", "snow"),
        of("d", "zebra", "fog"),
    ]);
    app.keys("c c");
    let entries = |app: &App| {
        let Some(Dialog::Pick(PickOf::Sides, picker)) = app.state.dialogs.last() else {
            panic!("no choice")
        };
        let all = picker.entries.iter().map(|(shown, _, n)| (shown.clone(), *n));
        all.collect::<Vec<_>>()
    };
    // Which of two stands on the left hangs on their names alone.
    assert_eq!(entries(&app), [("model: ant and zebra".to_owned(), 1)]);
    let title = |app: &App| match app.state.dialogs.last() {
        Some(Dialog::Pick(PickOf::Sides, picker)) => picker.title.clone(),
        _ => panic!("no choice"),
    };
    assert_eq!(title(&app), "compare · samples so far");
    app.arrive(&[of("e", "ant", "snow"), of("f", "ant", "fog"), of("g", "ant", "hail")]);
    assert_eq!(entries(&app)[0].1, 3);
    app.arrive(&[of("h", "zebra", "hail")]);
    app.finish();
    assert_eq!(entries(&app), [("model: ant and zebra".to_owned(), 4)]);
    assert_eq!(title(&app), "compare");
    app.keys("Enter");
    assert_eq!(twin(&app).sides, ["ant", "zebra"]);
}

#[test]
fn the_counter_of_pairs_says_of_what_it_is() {
    let mut app = free_alone();
    app.arrive(&PAID());
    app.arrive(&[sketch("e", "free", "fog")]);
    app.keys("X");
    assert_eq!(app.state.passing(), "2 pairs · 1 without partner so far");
    app.finish();
    assert_eq!(app.state.passing(), "2 pairs · 1 without partner");
    app.filter("id:a");
    assert_eq!(app.state.passing(), "1 of 2 pairs · 1 without partner in all");
}

#[test]
fn pairs_on_screen_follow_what_is_read() {
    for key in ["X", "c"] {
        let mut app = free_alone();
        app.arrive(&PAID());
        app.keys(key);
        let known = |app: &App| match key {
            "X" => app.state.pairs.as_ref().map(|pairs| pairs.paired),
            _ => app.state.twin.as_ref().map(|twin| twin.paired),
        };
        assert_eq!(known(&app), Some((2, 0)), "{key}");
        // Not for every row, but long before all is read.
        let more = ["e", "f", "g", "h"].map(|id| sketch(id, "free", id));
        app.arrive(&more);
        assert_eq!(known(&app), Some((2, 4)), "{key}");
        let counter = app.state.passing();
        assert!(key == "c" || counter == "2 pairs · 4 without partner so far", "{counter}");
        app.arrive(&[sketch("i", "paid", "e")]);
        assert_eq!(known(&app), Some((2, 4)), "{key}");
        app.finish();
        assert_eq!(known(&app), Some((3, 3)), "{key}");
    }
}
