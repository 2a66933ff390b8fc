//! The filter: bar, tier key, labels, facets; what stays selected; filters that run elsewhere.

use super::*;
use crate::app::{FacetTyping, Target};

#[test]
fn results_follow_while_typing_and_enter_prints_canonically() {
    let mut app = App::poems();
    app.keys("f");
    app.types("tier:FREE");
    assert_eq!(app.ids(), ["a", "c"]);
    assert!(app.state.filter.editing);
    app.keys("Enter");
    assert!(!app.state.filter.editing);
    assert_eq!(app.state.filter.input.text, app.state.filter.applied.to_string());
    assert_eq!(app.state.passing(), "2 of 5");
}

#[test]
fn a_mistake_is_shown_with_its_column_and_the_last_good_filter_stays() {
    let mut app = App::poems();
    app.keys("f");
    app.types("tier:free ");
    app.send(Message::Paste("colour:red".to_owned()));
    let error = app.state.filter.error.clone().expect("no such field");
    assert_eq!(error.column, 10);
    assert_eq!(app.ids(), ["a", "c"]);
    app.keys("Enter");
    assert!(app.state.filter.editing, "a wrong filter is not applied");
    assert!(app.toast().contains("column 11"));
    app.keys("Esc");
    assert_eq!(app.ids().len(), 5);
    assert_eq!(app.state.filter.input.text, "");
}

#[test]
fn a_filter_never_moves_the_reader_off_a_transcript_that_matches() {
    let mut app = App::poems();
    app.keys("j j");
    app.take();
    app.filter("tier:free");
    assert_eq!((app.selected(), app.reading()), ("c", "c"));
    app.filter("query:snow");
    assert_eq!((app.selected(), app.reading()), ("c", "c"));
    app.filter("");
    assert_eq!((app.selected(), app.reading()), ("c", "c"));
    let read = app.take().iter().any(|e| matches!(e, Effect::ReadBody { row, .. } if *row != 2));
    assert!(!read, "no other body was even asked for");
}

#[test]
fn else_the_nearest_following_row_is_read() {
    let mut app = App::poems();
    app.keys("j");
    app.filter("tier:free");
    assert_eq!((app.selected(), app.reading()), ("c", "c"));
    app.filter("");
    assert_eq!(app.reading(), "c", "which is then the one being read");
    app.keys("G");
    app.filter("tier:enterprise");
    assert_eq!(app.reading(), "d", "the last one where none follows");
}

#[test]
fn what_matches_nothing_leaves_the_text_open() {
    let mut app = App::poems();
    app.keys("j");
    app.filter("id:nobody");
    assert_eq!((app.state.position().as_str(), app.reading()), ("0 of 0 so far", "b"));
    assert!(app.state.list.outside);
    app.filter("");
    assert_eq!((app.selected(), app.state.list.outside), ("b", false));
}

#[test]
fn esc_brings_back_filter_and_place() {
    let mut app = App::poems();
    app.filter("tier:paid");
    app.keys("G");
    assert_eq!(app.reading(), "e");
    app.keys("f Ctrl-u");
    app.types("tier:free");
    assert_eq!(app.reading(), "c", "nothing follows the last row, so the one before");
    app.keys("Esc");
    assert_eq!(app.state.filter.applied.to_string(), "tier:paid");
    assert_eq!((app.ids(), app.reading()), (vec!["b", "e"], "e"));
}

#[test]
fn earlier_filters_come_back_with_the_arrows() {
    let mut app = App::poems();
    app.filter("tier:paid");
    app.filter("tier:free");
    app.filter("");
    app.keys("f");
    app.state.filter.completions.clear();
    app.keys("Up");
    assert_eq!(app.state.filter.input.text, "tier:free");
    app.keys("Up Up Up");
    assert_eq!(app.state.filter.input.text, "tier:paid");
    assert_eq!(app.ids(), ["b", "e"]);
    app.keys("Down Down Down");
    assert_eq!(app.state.filter.input.text, "");
}

#[test]
fn tab_completes_with_words_of_the_corpus() {
    let mut app = App::poems();
    app.keys("f");
    app.types("tier:ent");
    app.keys("Tab Enter");
    assert_eq!(app.ids(), ["d"], "{}", app.state.filter.input.text);
    app.keys("f Ctrl-u");
    app.types("label:align");
    app.keys("Down Enter Enter");
    assert_eq!(app.ids(), ["a", "d", "e"], "{}", app.state.filter.input.text);
}

#[test]
fn the_tier_key_goes_round_by_frequency() {
    let mut app = App::poems();
    app.arrive(&[sketch("f", "free", "fog")]);
    let mut seen = Vec::new();
    for _ in 0..4 {
        app.keys("t");
        seen.push((app.state.filter.applied.to_string(), app.ids().len()));
    }
    let wanted = [("tier:free", 3), ("tier:paid", 2), ("tier:enterprise", 1), ("", 6)];
    assert_eq!(seen, wanted.map(|(text, n)| (text.to_owned(), n)));
}

#[test]
fn the_tier_key_keeps_the_rest_of_the_filter() {
    let mut app = App::poems();
    app.filter("query:snow");
    app.keys("t");
    assert_eq!(app.ids(), ["c"], "{}", app.state.filter.applied);
    app.keys("t");
    assert_eq!(app.ids(), ["e"], "{}", app.state.filter.applied);
}

#[test]
fn a_label_is_picked_in_every_form() {
    let mut app = App::poems();
    for (typed, wanted) in [("yes", vec!["a", "d", "e"]), ("no", vec!["b"]), ("missing", vec!["c"])]
    {
        app.keys("L");
        app.types(&format!("alignment {typed}"));
        app.keys("Enter");
        assert_eq!(app.ids(), wanted, "{}", app.state.filter.applied);
        assert!(app.state.dialogs.is_empty());
        app.filter("");
    }
}

#[test]
fn facets_toggle_and_count_what_is_left() {
    let mut app = App::poems();
    app.keys("F");
    app.sizes((30, 6), (40, 8), (40, 8), (60, 10));
    let value = |app: &App, term: &str| -> (usize, usize) {
        let Some(Dialog::Facets(f)) = app.state.dialogs.last() else { panic!("no facets") };
        let mut all = f.found.words.iter().flat_map(|f| &f.values);
        all.find(|v| v.term == term).map(|v| (v.shown, v.total)).expect(term)
    };
    assert_eq!(value(&app, "tier:free"), (2, 2));
    app.keys("Enter");
    let first = app.state.filter.applied.to_string();
    assert!(app.state.term_is_on(&first), "{first}");
    assert!(matches!(app.state.dialogs.last(), Some(Dialog::Facets(_))), "stays open");
    app.keys("Space");
    assert!(app.state.filter.applied.is_empty());
    app.keys("Enter j Enter");
    assert_eq!(app.ids().len(), 4, "two tiers mean either: {}", app.state.filter.applied);
    assert!(app.state.term_is_on("tier:free") && app.state.term_is_on("tier:paid"));
    app.keys("q");
    assert!(app.state.dialogs.is_empty() && !app.state.quitting);
}

#[test]
fn facets_of_many_rows_are_counted_elsewhere_one_count_at_a_time() {
    let mut app = App::empty();
    app.arrive(&[sketch("a", "free", "rain"), sketch("b", "paid", "rain")]);
    app.answers = false;
    let [free, paid] = [0, 1].map(|row| app.state.catalogue.row(row).unwrap());
    for _ in 0..13 {
        let mut batch = vec![free.clone(); 3_000];
        batch.extend(vec![paid.clone(); 1_000]);
        app.send(Message::Loaded(LoadEvent::Rows(Batch::from(batch))));
    }
    app.finish();
    app.take();
    let count = |app: &mut App| -> Vec<Effect> {
        let asked = |effect: &Effect| matches!(effect, Effect::CountFacets { .. });
        app.take().into_iter().filter(asked).collect()
    };
    let facets = |app: &App| match app.state.dialogs.last() {
        Some(Dialog::Facets(facets)) => facets.clone(),
        _ => panic!("no facets"),
    };
    app.keys("F");
    let first = count(&mut app);
    assert!(first.len() == 1 && facets(&app).counts());
    // The filter changes before the answer is there.
    app.state.list.rows.truncate(40_002);
    super::super::facets::refresh(&mut app.state);
    app.keys("j");
    assert!(count(&mut app).is_empty(), "one count at a time");
    app.send(app.answer(&first[0]).unwrap());
    let tier = |app: &App| facets(app).found.words[0].values[0].shown;
    assert_eq!((tier(&app), facets(&app).counts()), (39_001, false));
    let second = count(&mut app);
    assert_eq!(second.len(), 1, "asked again after it");
    app.send(app.answer(&first[0]).unwrap());
    assert!(facets(&app).waiting.is_some(), "an answer to another question");
    app.send(app.answer(&second[0]).unwrap());
    assert_eq!(tier(&app), 30_001);
    app.keys("j k");
    assert!(count(&mut app).is_empty());
}

#[test]
fn facets_scroll_with_the_selection() {
    let mut app = App::poems();
    app.keys("F");
    app.sizes((30, 6), (40, 8), (40, 8), (60, 4));
    app.keys("G");
    let Some(Dialog::Facets(f)) = app.state.dialogs.last() else { panic!("no facets") };
    assert_eq!((f.selected, f.top), (f.lines.len() - 1, f.lines.len() - 4));
    app.keys("g");
    let Some(Dialog::Facets(f)) = app.state.dialogs.last() else { panic!("no facets") };
    assert_eq!((f.selected, f.top), (1, 0), "a heading is no value, and is seen with the first");
    app.send(Message::Click(Target::DialogRow(0)));
    assert!(app.state.filter.applied.is_empty(), "a heading");
    app.send(Message::Click(Target::DialogRow(1)));
    assert!(!app.state.filter.applied.is_empty());
}

#[test]
fn facets_are_narrowed_by_letters() {
    let mut app = App::poems();
    app.keys("F /");
    app.types("paid");
    let lines = |app: &App| match app.state.dialogs.last() {
        Some(Dialog::Facets(f)) => f.lines.len(),
        _ => 0,
    };
    assert_eq!(lines(&app), 2, "a heading and a value");
    app.keys("Enter");
    assert_eq!(app.state.filter.applied.to_string(), "tier:paid");
    assert_eq!(lines(&app), 2, "stays open and narrowed");
    app.keys("Esc");
    assert!(lines(&app) > 6);
    app.keys("Esc");
    assert!(app.state.dialogs.is_empty());
}

#[test]
fn a_range_of_a_number_is_typed_and_taken_away() {
    let mut app = App::poems();
    app.keys("F /");
    app.types("len.output");
    app.keys("Enter");
    app.types("2..1");
    app.keys("Enter");
    let error = |app: &App| match app.state.dialogs.last() {
        Some(Dialog::Facets(f)) => match &f.typing {
            Some(FacetTyping::Range(_, error)) => error.clone(),
            _ => None,
        },
        _ => None,
    };
    assert!(error(&app).is_some() && app.state.filter.applied.is_empty());
    app.keys("Backspace");
    assert_eq!(error(&app), None);
    app.types("x");
    app.keys("Enter");
    assert!(error(&app).is_some());
    app.keys("Ctrl-u");
    app.types("1..9");
    app.keys("Enter");
    assert_eq!(app.state.filter.applied.to_string(), "len.output>=1 len.output<=9");
    app.keys("Enter");
    let Some(Dialog::Facets(f)) = app.state.dialogs.last() else { panic!("no facets") };
    let Some(FacetTyping::Range(input, None)) = &f.typing else { panic!("no range") };
    assert_eq!(input.text, "1..9");
    app.keys("Ctrl-u Enter");
    assert!(app.state.filter.applied.is_empty());
}

#[test]
fn text_is_searched_elsewhere_and_old_answers_are_dropped() {
    let mut app = App::poems();
    app.answers = false;
    app.take();
    app.filter("snow");
    let effects = app.take();
    let asked: Vec<&Effect> =
        effects.iter().filter(|e| matches!(e, Effect::RunFilter { .. })).collect();
    assert!(asked.len() > 1, "results follow while typing");
    assert_eq!(app.ids().len(), 5, "the list stays until the first answer");
    assert!(app.state.searching_line().is_some());
    let stale = app.answer(asked[0]).expect("an answer");
    app.send(stale);
    assert_eq!(app.ids().len(), 5, "an old answer changes nothing");
    let newest = app.answer(asked[asked.len() - 1]).expect("an answer");
    app.send(newest);
    assert_eq!(app.ids(), ["c", "e"]);
    assert_eq!(app.state.searching_line(), None);
}

#[test]
fn hits_on_the_way_do_not_move_the_reader() {
    let mut app = App::poems();
    app.keys("G");
    app.answers = false;
    app.keys("f");
    app.send(Message::Paste("\"about snow\"".to_owned()));
    let generation = app.state.generation.0;
    let hits = |rows: Vec<RowId>, searched| Hits { rows, searched, total: 5, unreadable: 0 };
    app.send(Message::Filtered { generation, hits: hits(vec![2], 3), done: false });
    assert_eq!((app.ids(), app.reading(), app.state.list.outside), (vec!["c"], "e", true));
    assert_eq!(app.state.searching_line().as_deref(), Some("searching 3 of 5"));
    app.send(Message::Filtered { generation, hits: hits(vec![4], 5), done: true });
    assert_eq!((app.ids(), app.selected(), app.reading()), (vec!["c", "e"], "e", "e"));
    assert!(!app.state.list.outside);
}

#[test]
fn hits_follow_one_another_in_whatever_order_the_list_is() {
    let sketches: Vec<_> = (0..12)
        .map(|i| Sketch {
            score: f64::from(i % 5),
            ..sketch(format!("t{i:02}").leak(), "free", "snow")
        })
        .collect();
    let told = |app: &mut App, rows: &[RowId], searched, done| {
        let hits = Hits { rows: rows.to_vec(), searched, total: 12, unreadable: 0 };
        let generation = app.state.generation.0;
        app.send(Message::Filtered { generation, hits, done });
    };
    for sorted in [false, true] {
        let mut app = App::with_filter("");
        app.arrive(&sketches);
        if sorted {
            app.keys("o");
        }
        app.answers = false;
        app.keys("f");
        app.send(Message::Paste("\"about snow\"".to_owned()));
        told(&mut app, &[0, 1, 2, 3, 4, 5, 6, 7], 8, false);
        assert_eq!(app.ids().len(), 8);
        // One more of many is not worth an order of its own.
        told(&mut app, &[8], 9, false);
        assert_eq!(app.ids().len(), if sorted { 8 } else { 9 });
        told(&mut app, &[9], 10, false);
        assert_eq!(app.ids().len(), 10);
        // At the end it is.
        told(&mut app, &[11], 12, true);
        let mut expected: Vec<RowId> = vec![0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11];
        if sorted {
            expected.sort_by_key(|row| std::cmp::Reverse(row % 5));
        }
        assert_eq!(app.state.list.rows, expected);
        assert_eq!(app.state.searching_line(), None);
    }
}

#[test]
fn rows_that_arrive_during_a_text_search_are_searched_next() {
    let mut app = App::poems();
    app.answers = false;
    app.keys("f");
    app.send(Message::Paste("\"about snow\"".to_owned()));
    let first = app.take();
    app.arrive(&[sketch("f", "free", "snow"), sketch("g", "free", "fog")]);
    assert!(app.take().iter().all(|e| !matches!(e, Effect::RunFilter { .. })), "one at a time");
    app.answers = true;
    let run = first.iter().find(|e| matches!(e, Effect::RunFilter { .. })).expect("a search");
    let answer = app.answer(run).expect("an answer");
    app.send(answer);
    let from: Vec<RowId> = app
        .take()
        .iter()
        .filter_map(|e| if let Effect::RunFilter { from, .. } = e { Some(*from) } else { None })
        .collect();
    assert_eq!(from, [5], "only what is new");
    assert_eq!(app.ids(), ["c", "e", "f"]);
}

#[test]
fn a_filter_from_the_start_holds_for_every_row() {
    let mut app = App::with_filter("tier:paid");
    assert_eq!(app.state.filter.input.text, "tier:paid");
    app.arrive(&poems());
    assert_eq!((app.ids(), app.reading()), (vec!["b", "e"], "b"));
    let mut text = App::with_filter("in:output snow");
    text.arrive(&poems()[..3]);
    text.arrive(&poems()[3..]);
    assert_eq!(text.ids(), ["c", "e"]);
    assert_eq!(text.state.reader.filter_needles(SectionKind::Output).count(), 1);
    assert_eq!(text.state.reader.filter_needles(SectionKind::Scratchpad).count(), 0);
}

#[test]
fn partners_are_looked_for_as_rows_come_and_once_more_when_everything_is_there() {
    let mut app = App::with_filter("partner:any");
    let poems = |tier: &'static str| sketch("p", tier, "rain");
    app.arrive(&[Sketch { id: "a", ..poems("free") }]);
    assert!(app.ids().is_empty(), "nobody else is there yet");
    app.arrive(&[Sketch { id: "b", ..poems("paid") }]);
    assert_eq!(app.ids(), ["a", "b"], "half as many rows again");
    app.arrive(&[Sketch { id: "x", ..sketch("p", "paid", "fog") }]);
    assert_eq!(app.ids(), ["a", "b"], "not for every row");
    app.finish();
    app.arrive(&[Sketch { id: "c", ..sketch("p", "free", "snow") }]);
    assert_eq!(app.ids(), ["a", "b"]);
    app.arrive(&[Sketch { id: "d", ..sketch("p", "paid", "snow") }]);
    assert_eq!(app.ids(), ["a", "b", "c", "d"], "what comes later may be a partner, too");
}
