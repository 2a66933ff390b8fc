//! Find in panes and dialogs.

use super::*;

fn current(app: &App) -> Option<(usize, usize)> {
    let find = &app.state.reader.find;
    find.current.map(|i| (find.hits[i].section, find.hits[i].start))
}

#[test]
fn matches_are_counted_across_both_panes_and_stepped_through() {
    let mut app = App::poems();
    app.keys("/");
    app.types("i");
    assert_eq!(app.state.reader.find.count(), "1 of 11", "found while typing");
    app.keys("Ctrl-u");
    app.types("I");
    app.types(" w");
    app.keys("Enter");
    assert_eq!(app.state.reader.find.count(), "1 of 2");
    assert_eq!(app.state.focus, Focus::Scratchpad);
    app.keys("n");
    assert_eq!(app.state.reader.find.count(), "2 of 2");
    app.keys("n");
    assert_eq!(app.state.reader.find.count(), "1 of 2");
    assert_eq!(app.toast(), "search went on from the start");
    app.keys("N");
    assert_eq!(app.toast(), "search went on from the end");
    app.keys("Esc");
    assert_eq!(
        (app.state.reader.find.count(), app.state.reader.find.hits.len()),
        (String::new(), 0)
    );
}

#[test]
fn a_match_in_the_other_pane_takes_the_focus_there() {
    let mut app = App::poems();
    app.keys("/");
    app.types("poem");
    app.keys("Enter");
    assert_eq!(app.state.focus, Focus::Output);
    assert_eq!(current(&app), Some((3, 10)));
}

#[test]
fn the_search_goes_with_the_reader_and_the_filter_stays() {
    let mut app = App::poems();
    app.filter("tier:paid");
    app.keys("/");
    app.types("poem");
    app.keys("Enter J");
    assert_eq!(app.reading(), "e");
    assert_eq!(app.state.reader.find.count(), "1 match");
    app.keys("n");
    assert_eq!(app.state.reader.find.count(), "1 of 1");
    assert_eq!(app.state.filter.applied.to_string(), "tier:paid");
}

#[test]
fn mistakes_and_misses_are_said() {
    let mut app = App::poems();
    app.keys("n");
    assert!(app.toast().contains("nothing to find"));
    app.keys("/");
    app.types("/(/");
    assert!(app.state.reader.find.error.is_some());
    app.keys("Enter");
    assert!(app.state.reader.find.input.is_none());
    app.keys("/");
    app.types("zebra");
    assert_eq!(app.state.reader.find.count(), "no match");
    app.keys("Enter");
    assert_eq!(app.toast(), "not found: zebra");
    app.keys("/ Esc");
    assert_eq!(app.state.reader.find.text, "");
}

#[test]
fn documents_of_dialogs_are_searched_too() {
    let mut app = App::poems();
    app.keys("?");
    app.sizes((30, 6), (40, 8), (40, 8), (50, 5));
    app.keys("/");
    app.types("palette");
    app.keys("Enter");
    let doc = app.state.dialogs.last().and_then(Dialog::doc).expect("help");
    assert!(!doc.find.hits.is_empty());
    assert!(doc.top > 0, "scrolled to it");
    assert!(app.state.reader.find.needle.is_none());
    app.keys("Esc");
    assert_eq!(app.state.dialogs.len(), 1, "the first Esc clears the search");
    app.keys("Esc");
    assert!(app.state.dialogs.is_empty());
}
