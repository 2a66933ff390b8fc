//! The list: moving, sorting, rows that arrive while somebody reads, fuzzy search, the wanted transcript.

use super::*;
use crate::app::Target;

#[test]
fn the_first_row_is_read_as_soon_as_it_arrives() {
    let app = App::poems();
    assert_eq!(app.selected(), "a");
    assert_eq!(app.reading(), "a");
    assert!(
        app.effects.iter().any(|e| matches!(e, Effect::Title(t) if t == "a · undertone · runs/"))
    );
}

#[test]
fn keys_move_the_selection_and_the_reader_follows() {
    let mut app = App::poems();
    for (keys, wanted) in [
        ("j", "b"),
        ("Down Down", "d"),
        ("k", "c"),
        ("G", "e"),
        ("j", "e"),
        ("g", "a"),
        ("Up", "a"),
        ("Ctrl-d", "d"),
        ("Ctrl-u", "a"),
        ("PgDn", "e"),
        ("PgUp", "a"),
        ("J J", "c"),
        ("Enter J", "d"),
        ("K", "c"),
    ] {
        app.keys(keys);
        assert_eq!((app.selected(), app.reading()), (wanted, wanted), "after {keys}");
    }
    assert_eq!(app.state.focus, Focus::Scratchpad);
    assert_eq!(app.state.position(), "3 of 5 so far");
}

#[test]
fn the_selected_row_stays_on_the_screen() {
    let mut app = App::empty();
    let many: Vec<Sketch> = (0..30).map(|_| sketch("x", "free", "rain")).collect();
    app.arrive(&many);
    app.keys("G");
    assert_eq!((app.state.list.top, app.state.list.selected), (24, 29));
    app.keys("k k");
    assert_eq!(app.state.list.top, 24);
    app.sizes((30, 2), (40, 8), (40, 8), (0, 0));
    let list = &app.state.list;
    assert!(list.top <= list.selected && list.selected < list.top + 2);
}

#[test]
fn rows_that_arrive_do_not_move_the_reader() {
    let mut app = App::poems();
    app.keys("o");
    assert_eq!(app.state.list.sort.first().key.as_str(), "score");
    assert_eq!(app.ids(), ["b", "e", "c", "a", "d"], "no score comes last");
    app.keys("g j");
    assert_eq!(app.reading(), "e");
    app.arrive(&[Sketch { score: 9.0, ..sketch("f", "free", "fog") }]);
    assert_eq!(app.ids(), ["f", "b", "e", "c", "a", "d"]);
    assert_eq!((app.selected(), app.reading()), ("e", "e"));
    app.keys("O");
    assert_eq!(app.ids().last(), Some(&"f"));
    assert_eq!(app.selected(), "e");
}

#[test]
fn a_click_selects_and_the_wheel_only_looks() {
    let mut app = App::poems();
    app.keys("Tab");
    app.send(Message::Click(Target::ListRow(2)));
    assert_eq!((app.selected(), app.state.focus), ("c", Focus::List));
    app.send(Message::Click(Target::ListRow(60)));
    assert_eq!(app.selected(), "c");
    app.sizes((30, 2), (40, 8), (40, 8), (0, 0));
    app.send(Message::Wheel(Target::ListRow(0), 3));
    assert_eq!((app.state.list.top, app.selected()), (3, "c"));
    app.send(Message::Click(Target::Pane(Focus::Output, 0)));
    assert_eq!(app.state.focus, Focus::Output);
}

#[test]
fn fuzzy_search_narrows_and_esc_goes_back() {
    let mut app = App::poems();
    app.keys("j Ctrl-p");
    app.types("snow");
    assert_eq!(app.ids(), ["c", "e"]);
    assert_eq!(app.reading(), "c", "the best match is looked at");
    app.keys("Esc");
    assert_eq!(app.ids().len(), 5);
    assert_eq!((app.selected(), app.reading()), ("b", "b"));
    app.keys("Ctrl-p");
    app.types("snow");
    app.keys("Down Enter");
    assert_eq!((app.selected(), app.reading()), ("e", "e"));
    app.arrive(&[sketch("f", "free", "fog"), sketch("g", "free", "snow")]);
    assert_eq!(app.ids(), ["c", "e", "g"]);
    app.keys("Esc");
    assert_eq!((app.ids().len(), app.selected()), (7, "e"));
    assert!(!app.state.quitting);
}

#[test]
fn a_search_that_finds_nothing_leaves_the_text_open() {
    let mut app = App::poems();
    app.keys("G Ctrl-p");
    app.types("snow zebra");
    assert_eq!(
        (app.state.position().as_str(), app.reading()),
        ("0 of 0 so far", "c"),
        "the last match"
    );
    assert!(app.state.list.outside && app.state.list.selected == 0);
    app.keys("Enter j Esc");
    assert_eq!((app.state.position().as_str(), app.reading()), ("5 of 5 so far", "e"));
}

#[test]
fn a_wanted_transcript_is_opened_when_it_arrives() {
    for wanted in ["runs/a.jsonl:3#c", "c", "runs/a.jsonl#c"] {
        let mut app = App::empty();
        app.state.wanted = Some(wanted.to_owned());
        app.arrive(&poems()[..2]);
        assert_eq!(app.reading(), "a");
        app.arrive(&poems()[2..]);
        assert_eq!((app.reading(), app.state.focus), ("c", Focus::Scratchpad), "{wanted}");
        app.finish();
        assert_eq!(app.toast(), "");
    }
}

#[test]
fn a_link_of_several_transcripts_says_so() {
    let mut app = App::empty();
    app.state.wanted = Some("runs/a.jsonl#c".to_owned());
    app.arrive(&poems());
    app.arrive(&[sketch("c", "paid", "hail")]);
    assert_eq!((app.reading(), app.toast()), ("c", ""));
    app.finish();
    assert_eq!(app.toast(), "2 transcripts have this link; the first was opened");
    assert_eq!(app.state.list.selected, 2);
}

#[test]
fn a_wanted_transcript_that_never_comes_is_said() {
    for (wanted, filter, part) in [
        ("runs/a.jsonl:4#c", "", "no transcript runs/a.jsonl:4#c here"),
        ("runs/b.jsonl:3#c", "", "no transcript"),
        ("b", "tier:free", "b does not pass the filter"),
    ] {
        let mut app = App::with_filter(filter);
        app.state.wanted = Some(wanted.to_owned());
        app.arrive(&poems());
        app.finish();
        assert!(app.toast().contains(part), "{wanted}: {}", app.toast());
        assert_eq!(app.reading(), "a");
    }
}

#[test]
fn an_empty_corpus_answers_every_key() {
    let mut app = App::empty();
    app.finish();
    app.keys("j k g G J K Enter Tab t L F w i e ] [ } { n N y o O Ctrl-d Esc");
    assert_eq!(app.state.position(), "0 of 0");
    assert!(!app.state.quitting);
}

#[test]
fn columns_are_shown_hidden_moved_and_sorted_by() {
    let mut app = App::poems();
    app.keys("C");
    let names = |app: &App| crate::corpus::Column::print(app.state.columns());
    assert_eq!(names(&app), "tier,outcome,label,score,cues,model,query");
    app.keys("Enter j J");
    assert_eq!(names(&app), "label,outcome,score,cues,model,query");
    app.keys("K K o");
    assert_eq!(names(&app), "outcome,label,score,cues,model,query");
    assert_eq!(app.state.list.sort.to_string(), "outcome");
    app.keys("j j j o o");
    assert_eq!(app.state.list.sort.to_string(), "outcome,-score");
    app.keys("o o");
    assert_eq!(
        app.state.list.sort.to_string(),
        "outcome,score",
        "away, and behind the others again"
    );
    app.keys("O");
    assert!(app.state.list.sort.is_plain());
    app.keys("d");
    assert!(app.state.list.columns.is_empty());
    app.keys("g Enter j Enter j Enter j Enter j Enter j Enter j Enter");
    assert_eq!((names(&app).as_str(), app.toast()), ("query", "one column stays"));
    app.keys("Esc");
    assert!(app.state.dialogs.is_empty());
}

#[test]
fn a_value_of_the_selected_row_becomes_a_term_or_its_opposite() {
    let mut app = App::poems();
    app.keys("=");
    let select = |app: &mut App, field: &str| {
        let Some(Dialog::Like(dialog)) = app.state.dialogs.last_mut() else { panic!("no dialog") };
        dialog.selected = dialog.lines.iter().position(|like| like.field == field).expect(field);
    };
    select(&mut app, "tier");
    app.keys("Enter");
    assert_eq!((app.state.filter.applied.to_string().as_str(), app.ids().len()), ("tier:free", 2));
    assert!(app.state.dialogs.is_empty());
    app.keys("=");
    select(&mut app, "tier");
    app.keys("Enter");
    assert_eq!(app.toast(), "tier:free is in the filter already");
    app.keys("=");
    select(&mut app, "id");
    app.keys("-");
    assert_eq!(app.state.filter.applied.to_string(), "tier:free -id:a");
    assert_eq!(app.ids(), ["c"]);
    app.keys("v =");
    assert!(app.state.dialogs.is_empty() && app.toast().contains("quietly"));
}

#[test]
fn texts_of_two_keys_are_compared_one_after_the_other() {
    let mut app = App::poems();
    let order = crate::corpus::Order::parse("tier,-id").expect("an order");
    app.state.list.sort = order;
    app.filter("");
    app.keys("O O");
    assert_eq!(app.state.list.sort.to_string(), "tier,-id");
    let tiers: Vec<_> =
        app.state.list.rows.iter().map(|id| app.state.catalogue.view(*id)).collect();
    let tier = |view: &Option<crate::corpus::RowView<'_>>| {
        use crate::query::Columns;
        view.and_then(|view| view.tier().map(str::to_owned))
    };
    assert!(tiers.iter().map(tier).is_sorted());
    assert_eq!(app.ids(), ["d", "c", "a", "e", "b"]);
}
