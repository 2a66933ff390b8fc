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
fn who_has_no_partner_sees_the_nearest_pair_and_is_told() {
    let mut app = App::poems();
    app.finish();
    app.keys("j j j");
    assert_eq!(app.selected(), "d", "an enterprise transcript, alone with its query");
    app.keys("c");
    assert_eq!(both(&app), pair("c", "e"));
    let told = "no partner for this transcript: the nearest pair of free and paid";
    assert_eq!(app.toast(), told);
    let mut app = epochs();
    app.keys("j j j j");
    assert_eq!(app.selected(), "lone");
    app.keys("c");
    assert_eq!((both(&app), app.toast()), (pair("f1", "p1"), told));
    app.filter("id:lone");
    assert!(app.state.twin.is_none());
    app.keys("c");
    assert!(app.toast().contains("and the filter leaves no pair"), "{}", app.toast());
    assert!(app.state.twin.is_none());
    app.filter("");
    app.keys(">");
    assert_eq!(both(&app), pair("s1", "s2"));
}

#[test]
fn another_tier_stands_in_for_a_missing_partner() {
    let mut app = App::empty();
    app.arrive(&[
        sketch("a", "free", "rain"),
        sketch("b", "paid", "rain"),
        sketch("c", "free", "snow"),
        sketch("d", "pro", "snow"),
        sketch("e", "pro", "wind"),
        sketch("f", "paid", "wind"),
    ]);
    app.finish();
    app.keys("j j c");
    assert_eq!(both(&app), pair("c", "d"));
    assert_eq!(twin(&app).sides, ["free", "pro"]);
    assert_eq!(app.toast(), "no transcript under paid answers this sample: pro instead");
    app.keys("Esc J J J c");
    assert_eq!((app.selected(), both(&app)), ("f", pair("f", "e")), "by name");
    assert_eq!(app.toast(), "no transcript under free answers this sample: pro instead");
    app.keys("Esc K K K K K c");
    assert_eq!(both(&app), pair("a", "b"), "the usual two, where the sample has both");
}

#[test]
fn what_else_can_be_compared_is_offered_where_a_field_has_no_pair() {
    let mut app = App::empty();
    let bodies =
        [("a", "one"), ("b", "two")].map(|(id, model)| (sketch(id, "free", "rain"), model));
    let mut names = Interner::default();
    let mut rows = Vec::new();
    for (index, (sketch, model)) in (0..).zip(&bodies) {
        let mut body = body_of(sketch, index);
        body.transcript.model = Some((*model).to_owned());
        let place = RowPlace { index, hash: index + 1, ..RowPlace::default() };
        rows.push(Row::new(&body.transcript, Some(&body.analysis), place, &mut names));
        app.bodies.push(Arc::new(body));
    }
    app.send(Message::Loaded(LoadEvent::Rows(Batch::from(rows))));
    app.finish();
    app.keys("c");
    let Some(Dialog::Pick(PickOf::Sides, picker)) = app.state.dialogs.last() else {
        panic!("no choice")
    };
    assert_eq!(picker.entries[0].0, "model: one and two");
    assert_eq!(app.toast(), "nothing to compare: tier is free everywhere; this can be compared");
    app.keys("Enter");
    assert_eq!(both(&app), pair("a", "b"));
    let mut app = App::empty();
    app.arrive(&[sketch("a", "free", "rain")]);
    app.finish();
    app.keys("c");
    assert_eq!(app.toast(), "nothing to compare: tier is free everywhere");
}

#[test]
fn over_epochs_the_shares_of_every_outcome_are_compared() {
    let differs = |free: &[OutcomeValue], paid: &[OutcomeValue]| {
        let mut app = App::empty();
        let of = |tier: &'static str, all: &[OutcomeValue]| {
            let one = |(n, outcome): (usize, &OutcomeValue)| Sketch {
                outcome: *outcome,
                ..sketch(["a", "b", "c", "d"][n], tier, "rain")
            };
            all.iter().enumerate().map(one).collect::<Vec<_>>()
        };
        app.arrive(&[of("free", free), of("paid", paid)].concat());
        app.finish();
        app.keys("c");
        app.state.catalogue.pair_flip(twin(&app).pair().expect("a pair")).outcome
    };
    let (partial, no, yes) = (OutcomeValue::Partial, OutcomeValue::Refused, OutcomeValue::Complied);
    let unknown = OutcomeValue::Unknown;
    assert_eq!(differs(&[partial], &[no]), Some(true), "of one epoch any word");
    assert_eq!(differs(&[partial, partial], &[no, no]), Some(true), "nobody complied");
    assert_eq!(differs(&[yes, no], &[no, yes, no, yes]), Some(false), "half and half");
    assert_eq!(differs(&[yes, unknown], &[yes, yes]), Some(false), "of those that are known");
    assert_eq!(differs(&[yes, yes], &[unknown, unknown]), None);
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
    app.finish();
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
    let Some(Dialog::Pick(PickOf::Epochs, picker)) = app.state.dialogs.last() else {
        panic!("no list")
    };
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

/// Nothing to compare: the epochs of a sample can be had all the same.
#[test]
fn a_sample_without_a_partner_is_listed_too() {
    let mut app = App::empty();
    app.arrive(&[
        sketch("a", "free", "rain"),
        sketch("b", "free", "rain"),
        Sketch { outcome: OutcomeValue::Refused, ..sketch("c", "free", "rain") },
        sketch("d", "free", "wind"),
    ]);
    app.finish();
    app.keys("j E");
    assert!(app.state.twin.is_none());
    let Some(Dialog::Pick(PickOf::Epochs, picker)) = app.state.dialogs.last() else {
        panic!("no list: {}", app.toast())
    };
    assert_eq!(picker.title, "3 transcripts of this sample: free 3");
    let lines: Vec<(&str, usize)> = picker.entries.iter().map(|e| (e.0.as_str(), e.2)).collect();
    assert_eq!(
        lines,
        [
            ("free · complied · Here is a poem about rain.", 2),
            ("free · refused · Here is a poem about rain.", 1),
        ]
    );
    app.keys("Down Enter");
    assert_eq!((app.selected(), app.state.dialogs.len()), ("c", 0));
    // One that the filter leaves out is said to be.
    app.filter("outcome:complied");
    app.state.focus = Focus::List;
    app.keys("g E Down Enter");
    assert_eq!(app.toast(), "the filter leaves that one out");
}

#[test]
fn the_fan_has_every_tier_the_compared_ones_first() {
    let mut app = App::empty();
    app.arrive(&[
        sketch("e1", "enterprise", "rain"),
        sketch("p1", "paid", "rain"),
        sketch("f1", "free", "rain"),
        Sketch { outcome: OutcomeValue::Refused, ..sketch("e2", "enterprise", "rain") },
        sketch("e3", "enterprise", "rain"),
        sketch("x1", "free", "wind"),
    ]);
    app.finish();
    app.keys("j c E");
    let Some(Dialog::Pick(PickOf::Epochs, picker)) = app.state.dialogs.last() else {
        panic!("no list")
    };
    let lines: Vec<(&str, usize)> = picker.entries.iter().map(|e| (e.0.as_str(), e.2)).collect();
    assert_eq!(
        lines,
        [
            ("free · complied · Here is a poem about rain.", 1),
            ("paid · complied · Here is a poem about rain.", 1),
            ("enterprise · complied · Here is a poem about rain.", 2),
            ("enterprise · refused · Here is a poem about rain.", 1),
        ]
    );
    assert_eq!(picker.title, "5 transcripts of this sample: free 1, paid 1, enterprise 3");
    // One of a third tier takes the right side.
    app.keys("Down Down Down Enter");
    assert_eq!(twin(&app).sides, ["free", "enterprise"]);
    assert_eq!(both(&app), pair("f1", "e2"));
    assert_eq!(app.toast(), "free and enterprise are compared now");
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
    assert_eq!(twin(&app).short_position(), "1/1 of 2");
    // Who is alone is counted whatever the filter says, and that is said.
    let lone = twin(&app).lone().map(|[_, short]| short);
    let n = twin(&app).paired.1;
    assert_eq!(lone, (n > 0).then(|| format!("{n} unpaired in all")));
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
    let Some(Dialog::Pick(PickOf::Sides, picker)) = app.state.dialogs.last() else {
        panic!("no choice")
    };
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

/// Which match is the current one, and on which side: its section and its first byte.
fn current(app: &App) -> (bool, Option<(usize, usize)>) {
    let hits = |reader: &crate::app::Reader| {
        let find = &reader.find;
        find.current.and_then(|at| find.hits.get(at)).map(|hit| (hit.section, hit.start))
    };
    assert_eq!(hits(&twin(app).other), None, "one match is the current one");
    (twin(app).right, hits(&app.state.reader))
}

#[test]
fn a_search_finds_on_both_sides_and_goes_from_left_to_right() {
    let mut app = epochs();
    app.keys("c /");
    app.types("roof");
    assert_eq!(twin(&app).other.find.hits.len(), 1, "while it is typed");
    app.keys("Enter");
    assert_eq!(app.state.find_count(), "1 of 2");
    assert_eq!(app.state.find_sides().as_deref(), Some("free 1, paid 1"));
    let at = "Rain falls softly on the tin ".len();
    assert_eq!(current(&app), (false, Some((3, at))));
    app.keys("n");
    assert_eq!(current(&app), (true, Some((3, at))));
    assert_eq!((app.state.find_count().as_str(), app.reading()), ("2 of 2", "p1"));
    app.keys("n");
    assert_eq!(
        (current(&app), app.toast()),
        ((false, Some((3, at))), "search went on from the start")
    );
    app.keys("N");
    assert_eq!(
        (current(&app), app.toast()),
        ((true, Some((3, at))), "search went on from the end")
    );
    app.keys("N");
    assert_eq!(current(&app), (false, Some((3, at))));
    // What only the other side has is gone to when it is typed.
    app.keys("/");
    app.types("old");
    assert!(app.state.reader.find.hits.is_empty());
    app.keys("Enter");
    assert_eq!((current(&app).0, app.state.find_count().as_str()), (true, "1 of 1"));
    assert_eq!(app.state.find_sides().as_deref(), Some("free 0, paid 1"));
    app.keys("/");
    app.types("thunder");
    app.keys("Enter");
    assert_eq!((app.toast(), twin(&app).right), ("not found: thunder", true));
    app.keys("Esc");
    assert!(twin(&app).other.find.needle.is_none(), "both sides forget it");
    app.keys("n");
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
