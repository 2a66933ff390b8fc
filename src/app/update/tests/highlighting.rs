//! The reader's own highlights.

use super::*;
use crate::app::Kept;

fn kept(app: &mut App) -> Vec<Vec<Kept>> {
    let effects = app.take();
    let of = |effect: Effect| match effect {
        Effect::KeepHighlights(list) => Some(list),
        _ => None,
    };
    effects.into_iter().filter_map(of).collect()
}

fn dialog(app: &App) -> (&str, Option<&str>, usize) {
    let Some(Dialog::Highlights(d)) = app.state.dialogs.last() else { panic!("not open") };
    (&d.input.text, d.error.as_deref(), d.selected)
}

#[test]
fn a_pattern_is_highlighted_counted_kept_and_removed() {
    let mut app = App::poems();
    app.take();
    app.keys("H");
    app.types("poem");
    assert!(app.take().is_empty(), "nothing is counted while it is typed");
    app.keys("Enter");
    assert_eq!(kept(&mut app), [vec![(1, "poem".to_owned())]]);
    assert_eq!(dialog(&app), ("", None, 0));
    assert_eq!(app.toast(), "highlight 1, kept for these files");
    app.types("/I (will|weigh)/");
    app.keys("Enter");
    assert_eq!(dialog(&app), ("", None, 1));
    assert_eq!(app.state.reader.highlighted, [[0, 1], [2, 0]]);
    // The same again changes nothing.
    app.take();
    app.types("poem");
    app.keys("Enter");
    assert_eq!(dialog(&app), ("", None, 0));
    assert!(kept(&mut app).is_empty());
    app.keys("Del");
    assert_eq!(kept(&mut app), [vec![(2, "/I (will|weigh)/".to_owned())]]);
    assert_eq!(app.state.reader.highlighted, [[2, 0]]);
    app.keys("Ctrl-d Ctrl-d");
    assert_eq!(kept(&mut app), [Vec::new()], "nothing is left, and then nothing happens");
    app.keys("Esc");
    assert!(app.state.dialogs.is_empty());
}

#[test]
fn counts_follow_the_transcript_and_old_ones_are_dropped() {
    let mut app = App::poems();
    app.keys(":");
    app.types("highlight  That is ");
    app.keys("Enter");
    assert_eq!(app.state.reader.highlighted, [[1, 0]]);
    app.answers = false;
    app.state.highlights.generation += 1;
    let old = app.state.highlights.generation - 1;
    app.send(Message::HighlightsCounted { generation: old, counts: vec![[9, 9]] });
    assert_eq!(app.state.reader.highlighted, [[1, 0]]);
    app.answers = true;
    app.keys("j");
    assert_eq!(app.state.reader.highlighted, [[1, 0]]);
    let asked = app.take().into_iter().filter(|e| matches!(e, Effect::CountHighlights(_)));
    assert_eq!(asked.count(), 2, "once for each of the two texts");
}

#[test]
fn the_palette_takes_a_pattern_and_says_what_is_wrong() {
    let mut app = App::poems();
    app.keys(":");
    app.types("highlight poem");
    let Some(Dialog::Palette(p)) = app.state.dialogs.last() else { panic!("not open") };
    assert_eq!(p.hits.len(), 1);
    app.keys("Enter");
    assert!(app.state.dialogs.is_empty());
    assert_eq!(app.state.highlights.to_keep(), [(1, "poem".to_owned())]);
    app.keys(":");
    app.types("highlight /po(em/");
    app.keys("Enter");
    assert!(app.toast().contains("not valid"), "{}", app.toast());
    assert_eq!(app.state.highlights.list.len(), 1);
    // Without a pattern, under either name, it opens the list.
    for typed in ["highlight", "highlights"] {
        app.keys(":");
        app.types(typed);
        app.keys("Enter");
        assert_eq!(dialog(&app).0, "");
        app.keys("Esc");
    }
}

#[test]
fn a_wrong_pattern_stays_in_the_line_and_enter_on_an_empty_line_searches() {
    let mut app = App::poems();
    app.keys("H");
    app.types("/(/");
    app.keys("Enter");
    assert!(dialog(&app).1.is_some_and(|e| e.contains("not valid")), "{:?}", dialog(&app));
    app.keys("Backspace");
    assert_eq!(dialog(&app), ("/(", None, 0));
    app.keys("Ctrl-u");
    app.types("answer");
    app.keys("Enter Enter");
    assert!(app.state.dialogs.is_empty());
    let find = &app.state.reader.find;
    assert_eq!(
        (find.text.as_str(), find.input.is_some(), find.current),
        ("answer", false, Some(0))
    );
}

#[test]
fn what_was_kept_comes_back_and_in_private_it_is_said_that_it_goes() {
    let mut app = App::poems();
    app.take();
    let list = vec![(2, "poem".to_owned()), (3, "/(/".to_owned())];
    app.send(Message::Highlights(list));
    assert_eq!(app.state.highlights.to_keep(), [(2, "poem".to_owned())]);
    assert_eq!(app.toast(), "1 of the highlights that were kept cannot be used");
    assert_eq!(app.state.reader.highlighted, [[0, 1]]);
    assert!(kept(&mut app).is_empty());
    app.state.view.private = true;
    app.keys("H");
    app.types("x");
    app.keys("Enter");
    assert_eq!(app.toast(), "highlight 1, until you leave");
}
