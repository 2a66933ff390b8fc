//! How the explorer was left, and put back.

use serde_json::Value;

use super::*;
use crate::app::{Given, restore, session};
use crate::corpus::Order;

/// The explorer as it is opened again, before anything is read.
fn again(left: &Value, given: Given) -> App {
    let mut app = App::empty();
    restore(&mut app.state, left, given);
    app
}

fn left(keys: &str) -> Value {
    let mut app = App::poems();
    app.keys(keys);
    session(&mut app.state)
}

#[test]
fn filter_order_place_and_panes_come_back() {
    let small = |app: &mut App| app.sizes((30, 6), (40, 2), (40, 2), (0, 0));
    let mut app = App::poems();
    small(&mut app);
    app.filter("tier:free,paid");
    app.keys(": o r d e r Space s e e d Space 7 Enter g");
    app.keys("j Tab j z");
    let (ids, reading) = (app.ids().join(" "), app.reading().to_owned());
    let top = app.state.reader.scratchpad.top;
    assert!(top > 0);
    let left = session(&mut app.state);
    let mut next = again(&left, Given::default());
    assert_eq!(next.toast(), "as you left it; Esc clears");
    small(&mut next);
    next.arrive(&poems());
    next.finish();
    assert_eq!((next.ids().join(" "), next.reading()), (ids, reading.as_str()));
    let state = &next.state;
    assert_eq!(state.list.sort.to_string(), "random:7");
    assert_eq!((state.focus, state.view.zoom), (Focus::Scratchpad, true));
    assert_eq!(state.reader.scratchpad.top, top);
    assert_eq!(state.filter.input.text, "tier:free,paid");
}

#[test]
fn esc_clears_and_any_other_key_stays() {
    let left = left("j j Tab o");
    let mut app = again(&left, Given::default());
    app.arrive(&poems());
    app.finish();
    assert_eq!(app.reading(), "c");
    app.keys("Esc");
    assert_eq!((app.ids().join(""), app.reading()), ("abcde".to_owned(), "a"));
    assert_eq!((app.state.list.sort.clone(), app.state.focus), (Order::default(), Focus::List));
    let mut app = again(&left, Given::default());
    app.arrive(&poems());
    app.keys("j Esc");
    assert_ne!(app.state.list.sort, Order::default(), "Esc later is only Esc");
}

#[test]
fn what_the_command_line_asks_for_wins() {
    let mut app = App::poems();
    app.filter("tier:paid");
    app.keys("o G");
    let left = session(&mut app.state);
    let mut app = App::with_filter("tier:free");
    restore(&mut app.state, &left, Given { filter: true, sort: true });
    app.arrive(&poems());
    app.finish();
    assert_eq!((app.ids(), app.state.list.sort.is_plain()), (vec!["a", "c"], true));
    let mut app = App::empty();
    app.state.wanted = Some("d".to_owned());
    restore(&mut app.state, &left, Given { filter: false, sort: true });
    assert_eq!(app.toast(), "", "nothing is as it was left");
    app.arrive(&poems());
    assert_eq!(app.reading(), "d");
}

#[test]
fn who_moves_before_it_comes_is_not_taken_back() {
    let left = left("G");
    let mut app = again(&left, Given::default());
    app.arrive(&poems()[..3]);
    app.keys("j");
    app.arrive(&poems()[3..]);
    app.finish();
    assert_eq!(app.reading(), "b");
    // And what has not come yet is left as it was left before.
    let mut app = again(&left, Given::default());
    app.arrive(&poems()[..3]);
    assert_eq!(session(&mut app.state)["place"]["id"], "e");
}

#[test]
fn a_transcript_that_is_gone_is_told_and_odd_sessions_are_passed_over() {
    let mut app = again(&left("G"), Given::default());
    app.arrive(&poems()[..3]);
    app.finish();
    assert_eq!(
        (app.reading(), app.toast()),
        ("a", "the transcript that you left is not here any more")
    );
    for odd in [
        "null",
        "[]",
        "{\"filter\": 3, \"place\": {\"id\": 1}}",
        "{\"filter\": \"(\", \"sort\": \"x\"}",
    ] {
        let app = again(&serde_json::from_str(odd).unwrap(), Given::default());
        assert_eq!((app.toast(), app.state.list.sort.is_plain()), ("", true), "{odd}");
    }
    assert_eq!(
        again(&left("Tab Shift-Tab"), Given::default()).toast(),
        "",
        "there is nothing to put back"
    );
}
