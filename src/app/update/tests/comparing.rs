//! Two transcripts of one sample side by side: opened, stepped through, marked, scrolled, closed.

use super::*;
use crate::app::Twin;

/// Epochs of two samples under two tiers, one sample without a partner.
fn epochs() -> App {
    let mut app = App::empty();
    let one = |id, tier, query, output: &str| Sketch {
        output: output.to_owned(),
        ..sketch(id, tier, query)
    };
    app.arrive(&[
        one("f1", "free", "rain", "Rain falls softly on the tin roof tonight."),
        one("f2", "free", "rain", "Rain falls softly on the tin roof tonight."),
        one("f3", "free", "rain", "I would rather not write about rain."),
        one("p1", "paid", "rain", "Rain falls softly on the old roof tonight."),
        one("lone", "free", "wind", "Wind."),
        one("s1", "free", "snow", "Snow."),
        Sketch { label: Some(0.1), ..one("s2", "paid", "snow", "No snow.") },
    ]);
    app.finish();
    app
}

fn twin(app: &App) -> &Twin {
    app.state.twin.as_ref().expect("a pair on screen")
}

/// What stands on the left and on the right.
fn both(app: &App) -> (String, String) {
    let id = |body: &Reading| match body {
        Reading::Here(_, body) => body.transcript.id.clone(),
        other => format!("{other:?}"),
    };
    let (own, other) = (id(&app.state.reader.body), id(&twin(app).other.body));
    if twin(app).right { (other, own) } else { (own, other) }
}

fn pair(left: &str, right: &str) -> (String, String) {
    (left.to_owned(), right.to_owned())
}

#[test]
fn a_key_puts_the_partner_beside_the_transcript_and_esc_takes_it_away() {
    let mut app = App::poems();
    app.finish();
    app.keys("c");
    assert_eq!(both(&app), pair("a", "b"));
    assert_eq!(twin(&app).counts(), "2 samples paired");
    assert_eq!(twin(&app).position(), "pair 1 of 2");
    app.keys(">");
    assert_eq!(both(&app), pair("c", "e"));
    assert_eq!(app.selected(), "c", "the list goes along");
    app.keys(">");
    assert_eq!((both(&app), app.toast()), (pair("c", "e"), "the last pair"));
    app.keys("< l");
    assert!(twin(&app).right);
    assert_eq!(
        (app.reading(), both(&app)),
        ("b", pair("a", "b")),
        "the keys are for the right side"
    );
    app.keys("Esc");
    assert!(app.state.twin.is_none());
    assert_eq!((app.reading(), app.selected()), ("b", "b"), "what the keys were for stays");
    // From the right side it opens with the keys there.
    app.keys("c");
    assert!(twin(&app).right);
    assert_eq!(both(&app), pair("a", "b"));
}

#[test]
fn who_has_no_partner_is_told_and_the_next_pair_is_a_key_away() {
    let mut app = App::poems();
    app.finish();
    app.keys("j j j");
    assert_eq!(app.selected(), "d");
    app.keys("c");
    // An enterprise transcript is compared with what it could be compared with.
    assert!(app.state.twin.is_none());
    assert!(app.toast().starts_with("no sample has both enterprise and"), "{}", app.toast());
    app.keys("g c Esc");
    let mut app = epochs();
    app.keys("j j j j c");
    assert_eq!(app.selected(), "lone");
    assert!(app.toast().starts_with("no partner under free and paid"), "{}", app.toast());
    app.keys(">");
    assert_eq!(both(&app), pair("s1", "s2"));
    let mut app = App::empty();
    app.arrive(&[sketch("a", "free", "rain")]);
    app.keys("c");
    assert_eq!(app.toast(), "nothing to compare: tier is free everywhere");
}

#[test]
fn flips_are_stepped_to() {
    let mut app = epochs();
    app.keys("x");
    assert_eq!(both(&app), pair("s1", "s2"), "outcomes are alike, the label is not");
    app.keys("x");
    assert_eq!(app.toast(), "back at the first flip");
    let mut app = App::empty();
    app.arrive(&[sketch("a", "free", "rain"), sketch("b", "paid", "rain")]);
    app.keys("x");
    assert_eq!(app.toast(), "no pair differs in outcome or label");
    assert!(app.state.twin.is_none());
}

#[test]
fn epochs_of_a_side_are_stepped_through_and_listed() {
    let mut app = epochs();
    app.keys("c J");
    assert_eq!(both(&app), pair("f2", "p1"));
    assert_eq!(twin(&app).epoch(false).as_deref(), Some("2/3"));
    assert_eq!(twin(&app).epoch(true), None);
    app.keys("J J");
    assert_eq!(both(&app), pair("s1", "s2"), "after the last one comes the next pair");
    app.keys("K E");
    let Some(Dialog::Epochs(picker)) = app.state.dialogs.last() else { panic!("no list") };
    let lines: Vec<(&str, usize)> = picker.entries.iter().map(|e| (e.0.as_str(), e.2)).collect();
    assert_eq!(
        lines,
        [
            ("free · complied · Rain falls softly on the tin roof tonight.", 2),
            ("free · complied · I would rather not write about rain.", 1),
            ("paid · complied · Rain falls softly on the old roof tonight.", 1),
        ]
    );
    app.keys("Down Enter");
    assert_eq!(both(&app), pair("f3", "p1"));
}

#[test]
fn words_that_differ_are_marked_where_the_texts_are_alike() {
    let mut app = epochs();
    app.keys("c");
    let output = |app: &App, left: bool| {
        let reader = if left { &app.state.reader } else { &twin(app).other };
        let texts = reader.differs.iter().map(|(section, range)| {
            reader.section(*section).get(range.clone()).unwrap_or_default().to_owned()
        });
        texts.collect::<Vec<_>>()
    };
    assert!(output(&app, true).contains(&"tin".to_owned()), "{:?}", output(&app, true));
    assert!(output(&app, false).contains(&"old".to_owned()));
    app.keys("D");
    assert!(output(&app, true).is_empty() && output(&app, false).is_empty());
    app.keys("D Esc");
    assert!(app.state.reader.differs.is_empty(), "nothing is left of it in the reader");
}

#[test]
fn the_filter_holds_for_either_side_and_pairs_follow_it() {
    let mut app = epochs();
    app.filter("tier:paid");
    app.keys("c");
    assert_eq!(both(&app), pair("f1", "p1"));
    assert!(twin(&app).right, "the transcript that was selected");
    app.filter("tier:paid label:af");
    assert_eq!(twin(&app).position(), "pair 1 of 1 · 2 paired");
    app.filter("id:s1");
    assert_eq!(both(&app), pair("s1", "s2"), "the pair that is left");
    app.filter("id:lone");
    assert!(app.state.twin.is_none());
    assert_eq!(app.toast(), "the filter leaves no pair");
}

#[test]
fn rows_that_come_later_are_partners_too() {
    let mut app = epochs();
    app.keys("c");
    assert_eq!(twin(&app).paired, (2, 1));
    app.arrive(&[sketch("late", "paid", "wind")]);
    assert_eq!(twin(&app).paired, (3, 0));
    assert_eq!(both(&app), pair("f1", "p1"), "the pair on screen stays");
}

#[test]
fn any_two_values_can_be_chosen_and_pairs_go_by_their_gap() {
    let mut app = App::empty();
    app.arrive(&[
        sketch("a", "free", "rain"),
        sketch("b", "pro", "rain"),
        sketch("c", "paid", "rain"),
        sketch("d", "free", "snow"),
        sketch("e", "pro", "snow"),
    ]);
    app.finish();
    app.keys("c c");
    let Some(Dialog::Sides(picker)) = app.state.dialogs.last() else { panic!("no choice") };
    let lines: Vec<(&str, usize)> = picker.entries.iter().map(|e| (e.0.as_str(), e.2)).collect();
    assert_eq!(lines[0], ("tier: free and pro", 2));
    assert_eq!(lines.len(), 3);
    app.keys("Enter");
    assert_eq!(both(&app), pair("a", "b"));
    app.keys("o");
    assert!(app.state.twin_ways.by_gap);
    app.keys("Esc c");
    assert_eq!(twin(&app).sides, ["free", "pro"], "the choice stays");
}

#[test]
fn both_sides_scroll_together_or_apart() {
    let mut app = App::empty();
    let long = |id, tier| Sketch {
        scratchpad: Some(
            (0..60).fold(String::new(), |all, n| all + &format!("Line {n} of the same text.\n")),
        ),
        ..sketch(id, tier, "rain")
    };
    app.arrive(&[long("a", "free"), long("b", "paid")]);
    app.keys("c");
    let tops = |app: &App| (app.state.reader.scratchpad.top, twin(app).other.scratchpad.top);
    app.keys("Ctrl-d j");
    assert_eq!(tops(&app), (5, 5), "the same words stand beside each other");
    app.keys("G");
    assert_eq!(tops(&app).0, tops(&app).1);
    app.keys("S g");
    assert_eq!(tops(&app), (0, 52));
    app.keys("S j");
    assert_eq!(tops(&app), (1, 1));
}

#[test]
fn what_is_looked_for_goes_along_to_the_other_side() {
    let mut app = epochs();
    app.keys("c /");
    app.types("roof");
    app.keys("Enter");
    assert_eq!(app.state.reader.find.hits.len(), 1);
    app.keys("l");
    assert_eq!(app.state.reader.find.hits.len(), 1);
    app.keys("Esc n");
    assert_eq!(both(&app), pair("s1", "s2"), "without a search n is the next pair");
}

#[test]
fn an_answer_finds_its_side_after_they_have_changed_places() {
    let mut app = epochs();
    app.answers = false;
    app.take();
    app.keys("c");
    let asked = app.take();
    let answer = asked.iter().find_map(|effect| app.answer(effect)).expect("an answer");
    app.send(answer);
    let asked = app.take();
    app.keys("l");
    let later = app.take();
    // Those of the first question come late and are nobody's.
    for effect in asked.iter().chain(&later) {
        if let Some(answer) = app.answer(effect) {
            app.send(answer);
        }
    }
    assert_eq!(both(&app), pair("f1", "p1"));
    assert!(app.state.reader.asked.is_none() && twin(&app).other.asked.is_none());
}

#[test]
fn the_list_shows_pairs_and_goes_back() {
    use crate::corpus::Column;
    let mut app = epochs();
    app.filter("output");
    app.filter("");
    app.filter("id:f,s,p,l tier:paid");
    app.keys("X");
    assert_eq!(app.state.filter.applied.to_string(), "id:f,s,p,l partner:any tier:free");
    let cell = |app: &App, row: RowId, column: Column| {
        column.cell(&app.state.catalogue.view(row).expect("a row"))
    };
    let cells: Vec<(String, String, String)> = app
        .state
        .list
        .rows
        .iter()
        .map(|row| {
            let [partner, flip, gap] = [Column::Partner, Column::Flip, Column::Gap];
            (cell(&app, *row, partner), cell(&app, *row, flip), cell(&app, *row, gap))
        })
        .collect();
    let line = |flip: &str| ("complied".to_owned(), flip.to_owned(), "+0".to_owned());
    assert_eq!(app.ids(), ["f1", "f2", "f3", "s1"]);
    assert_eq!(cells, [line(""), line(""), line(""), line("label")]);
    app.keys("X");
    assert_eq!(app.state.filter.applied.to_string(), "id:f,s,p,l tier:paid");
    assert!(app.state.list.columns.is_empty() && app.state.pairs.is_none());
}
