//! Marks, notes, and what was read.

use super::*;
use crate::corpus::{Change, Name};

/// What was said since the last time, by the ids.
fn said(app: &mut App) -> Vec<(String, Change)> {
    let of = |effect: Effect| match effect {
        Effect::Remark { name, change, .. } => Some((name.id.to_string(), change)),
        _ => None,
    };
    app.take().into_iter().filter_map(of).collect()
}

fn says(id: &str, change: Change) -> (String, Change) {
    (id.to_owned(), change)
}

fn note(text: &str) -> Change {
    Change::Note(Some(text.into()))
}

fn name_of(app: &App, row: RowId) -> Name {
    app.state.catalogue.name(row).expect("a row")
}

fn heard(app: &mut App, up_to: u64, said: Vec<(Name, Change)>) {
    app.send(Message::Heard { up_to, said, filters: Vec::new() });
}

#[test]
fn marks_are_set_and_taken_back_and_kept() {
    let mut app = App::poems();
    app.take();
    app.keys("m");
    assert_eq!(app.toast(), "marked (' lists)");
    assert_eq!(said(&mut app), [says("a", Change::Mark(true))]);
    app.keys("j Tab m m");
    assert_eq!(app.toast(), "not marked any more");
    let changes = said(&mut app);
    assert_eq!(changes, [says("b", Change::Mark(true)), says("b", Change::Mark(false))]);
    app.filter("mark:yes");
    assert_eq!(app.ids(), ["a"]);
}

#[test]
fn a_note_is_typed_changed_and_removed() {
    let mut app = App::poems();
    app.take();
    app.keys("a");
    app.types("  a 'quoted' note ");
    assert!(said(&mut app).is_empty(), "nothing is kept while it is typed");
    app.keys("Enter");
    assert_eq!(said(&mut app), [says("a", note("a 'quoted' note"))]);
    app.keys("a");
    let Some(Dialog::Note(d)) = app.state.dialogs.last() else { panic!("not open") };
    assert_eq!((d.input.text.as_str(), d.title().as_str()), ("a 'quoted' note", "note on a"));
    app.types("!");
    app.keys("Esc");
    assert!(said(&mut app).is_empty(), "Esc leaves it as it was");
    app.keys("a Enter");
    assert!(said(&mut app).is_empty(), "nothing has changed");
    app.keys("a Ctrl-u Enter");
    assert_eq!(
        (said(&mut app), app.toast()),
        (vec![says("a", Change::Note(None))], "the note is gone")
    );
}

#[test]
fn what_was_scrolled_or_looked_at_is_read() {
    let mut app = App::poems();
    app.take();
    // Through the list in less than two seconds each.
    for _ in 0..3 {
        app.send(Message::Tick);
        app.keys("j");
    }
    assert!(said(&mut app).is_empty());
    for _ in 0..7 {
        app.send(Message::Tick);
    }
    assert!(said(&mut app).is_empty());
    app.send(Message::Tick);
    assert_eq!(said(&mut app), [says("d", Change::Read(true))], "two seconds");
    app.send(Message::Tick);
    app.keys("k Tab j");
    assert_eq!(said(&mut app), [says("c", Change::Read(true))], "scrolled");
    app.keys("K J J");
    // From its panes to another one: read; what was read is not read again.
    assert_eq!(said(&mut app), [says("b", Change::Read(true))]);
    app.filter("read:no");
    assert_eq!(app.ids(), ["a", "e"]);
}

#[test]
fn what_is_made_unread_stays_so_until_it_is_read_again() {
    let mut app = App::poems();
    app.keys("Tab j");
    app.take();
    app.keys("U");
    assert_eq!(said(&mut app), [says("a", Change::Read(false))]);
    for _ in 0..9 {
        app.send(Message::Tick);
    }
    app.keys("j J");
    assert!(said(&mut app).is_empty());
    app.keys("K j U U");
    let of_a = said(&mut app).into_iter().filter(|(id, _)| id == "a");
    let wanted = [true, false, true].map(|read| says("a", Change::Read(read)));
    assert_eq!(of_a.collect::<Vec<_>>(), wanted);
}

#[test]
fn nothing_is_read_under_a_dialog_or_where_no_text_is_shown() {
    let mut app = App::poems();
    app.take();
    app.keys("?");
    for _ in 0..9 {
        app.send(Message::Tick);
    }
    app.keys("Esc");
    app.sizes((80, 20), (0, 0), (0, 0), (0, 0));
    for _ in 0..9 {
        app.send(Message::Tick);
    }
    assert!(said(&mut app).is_empty());
}

#[test]
fn what_is_read_stays_in_a_filtered_list_until_the_reader_moves_on() {
    let mut app = App::poems();
    app.filter("read:no");
    app.keys("Tab j");
    assert_eq!((app.ids(), app.reading()), (vec!["a", "b", "c", "d", "e"], "a"));
    app.keys("J");
    assert_eq!((app.ids(), app.reading()), (vec!["b", "c", "d", "e"], "b"));
    app.keys("m J");
    assert_eq!((app.ids(), app.reading()), (vec!["c", "d", "e"], "c"));
    // A filter over texts asks a worker, with the same end.
    app.filter("mark:no answer");
    assert_eq!(app.ids(), ["a", "c", "e"]);
    app.keys("m");
    assert_eq!(app.ids(), ["a", "c", "e"]);
    app.keys("J");
    assert_eq!((app.ids(), app.reading()), (vec!["a", "e"], "e"));
    app.filter("mark:yes");
    assert_eq!(app.ids(), ["b", "c"]);
}

#[test]
fn what_another_program_says_is_heard_but_not_over_what_was_just_said() {
    let mut app = App::poems();
    let names: Vec<Name> = (0..5).map(|row| name_of(&app, row)).collect();
    app.filter("mark:yes");
    assert!(app.ids().is_empty());
    heard(&mut app, 0, vec![(names[1].clone(), Change::Mark(true)), (names[3].clone(), note("x"))]);
    assert_eq!(app.ids(), ["b"]);
    app.filter("");
    app.keys("g m");
    let newest = app.state.own.generation;
    heard(
        &mut app,
        newest - 1,
        vec![(names[0].clone(), Change::Mark(false)), (names[0].clone(), note("y"))],
    );
    app.filter("mark:yes note:y");
    assert_eq!(app.ids(), ["a"], "its own mark is on its way");
    heard(&mut app, newest, vec![(names[0].clone(), Change::Mark(false))]);
    app.filter("mark:yes");
    assert_eq!(app.ids(), ["b"]);
}

#[test]
fn what_is_said_of_rows_that_were_only_glimpsed_at_stays() {
    let mut app = App::empty();
    let glimpse = app.rows(&poems());
    let all = glimpse.clone();
    app.send(Message::Loaded(LoadEvent::Glimpse(glimpse)));
    app.keys("j m a");
    app.types("seen");
    app.keys("Enter");
    app.send(Message::Loaded(LoadEvent::Rows(all)));
    app.filter("mark:yes note:seen");
    assert_eq!(app.ids(), ["b"]);
}

fn marks(app: &App) -> (Vec<&str>, usize, Option<String>) {
    let Some(Dialog::Marks(d)) = app.state.dialogs.last() else { panic!("not open") };
    let hits = d.hits.iter().map(|(at, _)| d.entries[*at].2.as_str()).collect();
    (hits, d.selected, d.said())
}

#[test]
fn the_list_of_marks_finds_and_goes_there() {
    let mut app = App::poems();
    app.keys("'");
    assert!(app.state.dialogs.is_empty());
    assert_eq!(app.toast(), "nothing is marked (m marks, a writes a note)");
    app.keys("j m j j a");
    app.types("look again");
    app.keys("Enter k k k '");
    assert_eq!(marks(&app), (vec!["b  rain", "d  look again · wind"], 0, None));
    app.types("again");
    assert_eq!(marks(&app).0, ["d  look again · wind"]);
    app.keys("Enter");
    assert_eq!((app.reading(), app.state.dialogs.is_empty()), ("d", true));
    assert_eq!(app.state.focus, Focus::Scratchpad);
}

#[test]
fn a_mark_that_the_filter_hides_is_told_before_the_filter_goes() {
    let mut app = App::poems();
    app.keys("j m");
    app.filter("tier:free");
    app.keys("' Enter");
    assert_eq!(marks(&app).2.as_deref(), Some("hidden: Enter clears the filter"));
    assert_eq!((app.ids(), app.reading()), (vec!["a", "c"], "c"));
    app.keys("Enter");
    assert_eq!((app.ids().len(), app.reading(), app.state.dialogs.len()), (5, "b", 0));
    // So it is with a narrowed list.
    app.keys("Ctrl-p");
    app.types("snow");
    app.keys("Enter ' Enter Enter");
    assert_eq!((app.ids().len(), app.reading()), (5, "b"));
}

#[test]
fn marks_of_transcripts_that_are_not_here_are_counted() {
    let mut app = App::poems();
    let mut away = name_of(&app, 0);
    (away.hash, away.id) = (99, "gone".into());
    heard(&mut app, 0, vec![(away.clone(), Change::Mark(true))]);
    app.keys("'");
    assert_eq!(
        marks(&app),
        (vec![], 0, Some("1 mark or note belongs to a transcript that is not here".to_owned()))
    );
    away.hash = 98;
    heard(&mut app, 0, vec![(away, note("x"))]);
    let told = marks(&app).2.expect("told");
    assert_eq!(told, "2 marks and notes belong to transcripts that are not here");
    app.keys("Enter Esc");
    assert!(app.state.dialogs.is_empty());
}

#[test]
fn quiet_reading_hides_marks_and_notes() {
    let mut app = App::poems();
    app.keys("m a");
    app.types("x");
    app.keys("Enter ' v");
    app.keys("Esc v '");
    assert!(app.state.dialogs.is_empty() && app.toast().contains("hidden"), "{}", app.toast());
    app.keys("a");
    assert!(app.state.dialogs.is_empty() && app.toast().contains("hidden"), "{}", app.toast());
    app.keys("j a");
    assert!(matches!(app.state.dialogs.last(), Some(Dialog::Note(_))), "a new one can be written");
}
