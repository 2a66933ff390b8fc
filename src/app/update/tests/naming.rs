//! Filters with names, and orders that are typed.

use super::*;
use crate::corpus::{Order, Sort, SortKey};
use crate::query::Named;

fn kept(app: &mut App) -> Vec<(String, Option<String>)> {
    let of = |effect: Effect| match effect {
        Effect::NameFilter { name, text, .. } => Some((name, text)),
        _ => None,
    };
    app.take().into_iter().filter_map(of).collect()
}

fn names(app: &App) -> Vec<String> {
    app.state.filter.named.iter().map(|(name, filter)| format!("{name}={filter}")).collect()
}

fn command(app: &mut App, text: &str) {
    app.keys(":");
    app.types(text);
    app.keys("Enter");
}

#[test]
fn a_filter_is_saved_used_and_forgotten() {
    let mut app = App::poems();
    app.filter("tier:free OR tier:paid");
    app.take();
    command(&mut app, "save-filter two-tiers");
    assert_eq!(app.toast(), "this filter is @two-tiers, kept for these files");
    let text = "tier:free OR tier:paid".to_owned();
    assert_eq!(kept(&mut app), [("two-tiers".to_owned(), Some(text))]);
    app.filter("@two-tiers query:snow");
    assert_eq!(app.ids(), ["c", "e"]);
    assert_eq!(app.state.filter.input.text, "(tier:free OR tier:paid) query:snow");
    app.filter("");
    app.keys("@");
    assert!(matches!(app.state.dialogs.last(), Some(Dialog::Pick(PickOf::Filters, _))));
    app.types("two");
    app.keys("Enter");
    assert_eq!(app.ids(), ["a", "b", "c", "e"]);
    app.take();
    app.keys("@ Delete");
    assert_eq!(kept(&mut app), [("two-tiers".to_owned(), None)]);
    assert!(names(&app).is_empty() && app.state.dialogs.is_empty());
    app.keys("@");
    assert!(app.toast().contains(":save-filter NAME"), "{}", app.toast());
}

#[test]
fn what_cannot_be_saved_is_told() {
    let mut app = App::poems();
    command(&mut app, "save-filter all");
    assert!(app.toast().contains("needs no name"), "{}", app.toast());
    app.filter("tier:free");
    command(&mut app, "save-filter a b");
    assert!(app.toast().contains("letters, digits"), "{}", app.toast());
    app.take();
    assert!(kept(&mut app).is_empty() && names(&app).is_empty());
    // The key asks for the name.
    app.keys("Alt-s");
    app.types("mine");
    app.keys("Enter");
    assert_eq!(names(&app), ["mine=tier:free"]);
}

#[test]
fn names_complete_and_are_heard_from_others_over_the_configuration() {
    let mut app = App::poems();
    let mut named = Named::default();
    named.set("free", Some(Filter::parse("tier:free").unwrap())).unwrap();
    app.state.filter.configured = named.clone();
    app.state.filter.named = named;
    let heard = |app: &mut App, up_to, name: &str, text: Option<&str>| {
        let filters = vec![(name.to_owned(), text.map(str::to_owned))];
        app.send(Message::Heard { up_to, said: Vec::new(), filters });
    };
    heard(&mut app, 0, "free", Some("tier:fr*"));
    heard(&mut app, 0, "odd", Some("not:a:filter("));
    assert_eq!(names(&app), ["free=tier:fr*"]);
    heard(&mut app, 0, "free", None);
    assert_eq!(names(&app), ["free=tier:free"], "that of the configuration again");
    app.keys("f");
    app.types("@fr");
    assert_eq!(app.state.filter.completions[0].insert, "@free");
    app.types("ee");
    assert_eq!(app.ids(), ["a", "c"], "while it is typed");
    app.keys("Esc @ Delete");
    assert_eq!(app.toast(), "@free stands in the configuration");
    app.keys("Esc");
    app.filter("tier:paid");
    command(&mut app, "save-filter free");
    let generation = app.state.own.generation;
    heard(&mut app, generation - 1, "free", Some("tier:x"));
    assert_eq!(names(&app), ["free=tier:paid"], "its own is on its way");
}

#[test]
fn orders_are_typed_and_chance_has_a_seed() {
    let mut app = App::poems();
    for (typed, key, reversed) in [
        ("order seed 7", SortKey::Random(7), false),
        ("order random", SortKey::Random(7), false),
        ("order score reversed", SortKey::Score, true),
        ("order random 8", SortKey::Random(8), false),
    ] {
        command(&mut app, typed);
        assert_eq!(app.state.list.sort, Order::from(Sort { key, reversed }), "{typed}");
    }
    assert_eq!(app.toast(), "in an order of chance, seed 8");
    let order: Vec<String> = app.ids().into_iter().map(str::to_owned).collect();
    let mut rows: Vec<RowId> = (0..5).collect();
    app.state.catalogue.sort(&mut rows, &app.state.list.sort);
    assert_eq!(app.state.list.rows, rows, "as a command sorts");
    for wrong in ["order seed x", "order sideways", "order score up"] {
        command(&mut app, wrong);
        assert!(app.toast().starts_with("an order is seed N, or one of source, score"), "{wrong}");
    }
    app.keys("O O o");
    assert_eq!(app.state.list.sort.first().key, SortKey::Source);
    for _ in 0..SortKey::ALL.len() - 1 {
        app.keys("o");
    }
    assert_eq!(app.state.list.sort.first().key, SortKey::Random(8), "the seed of before");
    assert_eq!(app.ids(), order);
    command(&mut app, "order source");
    app.keys("v");
    command(&mut app, "order outcome");
    assert_eq!(app.state.list.sort, Order::default(), "nor does an order tell what is hidden");
}
