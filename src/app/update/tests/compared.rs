//! The gap of what is compared: chosen with a key, it stands in the status line and in the statistics, named by its sides.

use super::*;
use crate::app::{StatLine, rates_within};

fn of(id: &'static str, tier: &'static str, model: &'static str, complied: bool) -> Sketch {
    let outcome = if complied { OutcomeValue::Complied } else { OutcomeValue::Refused };
    Sketch { model: Some(model), outcome, ..sketch(id, tier, "rain") }
}

/// Two models under three tiers.
fn models() -> App {
    let mut app = App::empty();
    app.arrive(&[
        of("a", "free", "ant", true),
        of("b", "paid", "ant", false),
        of("c", "enterprise", "ant", true),
        of("d", "free", "zebra", false),
        of("e", "paid", "zebra", false),
        of("f", "enterprise", "zebra", false),
    ]);
    app.finish();
    app.sizes((30, 6), (40, 8), (40, 8), (90, 30));
    app
}

fn words(app: &App) -> Vec<String> {
    app.state.rate_words().into_iter().map(|word| word.forms[0].clone()).collect()
}

/// The line of the gap in the statistics, and its heading.
fn gap(app: &App) -> (String, Option<f64>) {
    let Some(Dialog::Statistics(shown)) = app.state.dialogs.last() else { panic!("no statistics") };
    let mut gaps = shown.lines().into_iter().filter_map(|line| match line {
        StatLine::Gap { title, value, .. } => Some((title, value)),
        _ => None,
    });
    gaps.next().expect("a gap")
}

#[test]
fn what_was_chosen_is_what_the_gap_is_of() {
    let mut app = models();
    app.keys("s");
    assert_eq!(gap(&app), ("free − paid".to_owned(), Some(0.5)));
    app.keys("Esc c c");
    app.types("model: ant and zebra");
    app.keys("Enter");
    let found = words(&app);
    assert!(found[0].starts_with("ant 66.7% (") && found[1].starts_with("zebra 0.0%"), "{found:?}");
    assert!(found[2].starts_with("gap ant−zebra +66.7 ("), "{found:?}");
    app.keys("Esc s");
    let shown = gap(&app);
    assert_eq!(shown.0, "ant − zebra");
    assert!((shown.1.unwrap() - 2.0 / 3.0).abs() < 1e-9, "{shown:?}");
    // A third tier, too, chosen in the statistics themselves.
    app.keys("C");
    app.types("tier: free and enterprise");
    app.keys("Enter");
    assert_eq!(gap(&app), ("free − enterprise".to_owned(), Some(0.0)));
    assert!(words(&app).iter().any(|word| word.starts_with("gap free−enterprise 0.0")));
    assert!(app.state.twin.is_none(), "no pair was asked for");
}

#[test]
fn of_pairs_in_the_list_both_sides_have_a_rate() {
    let mut app = models();
    app.keys("X");
    assert_eq!(app.ids().len(), 2, "free transcripts alone");
    let found = words(&app);
    assert!(found[0].starts_with("free 50.0%") && found[0].ends_with("1/2"), "{found:?}");
    assert!(found[1].starts_with("paid 0.0%") && found[1].ends_with("0/2"), "{found:?}");
    assert!(found[2].starts_with("gap +50.0 ("), "{found:?}");
    app.keys("X");
    assert_eq!(words(&app).len(), 5, "three tiers, how many are left out, the gap");
}

#[test]
fn statistics_over_pairs_say_whose_they_are() {
    let mut app = models();
    let told = |app: &App| {
        let Some(Dialog::Statistics(shown)) = app.state.dialogs.last() else { panic!("none") };
        let texts = shown.lines().into_iter().filter_map(|line| match line {
            StatLine::Text(text) => text.contains("alone").then_some(text),
            _ => None,
        });
        texts.collect::<Vec<_>>()
    };
    app.keys("s");
    assert!(told(&app).is_empty(), "{:?}", told(&app));
    app.keys("Esc X s");
    let text = "the list shows pairs: of free alone, as its filter says; the gap is of both sides";
    assert_eq!(told(&app), [text]);
}

#[test]
fn what_does_not_fit_is_counted() {
    let app = models();
    let words = app.state.rate_words();
    let shown = |room| -> Vec<&str> {
        rates_within(&words, room, 3).into_iter().map(|(_, text)| text).collect()
    };
    assert_eq!(shown(300).len(), 4, "all three, and no word of others");
    let mut last = 0;
    for room in 0..300 {
        let all = shown(room);
        let rates = all.iter().filter(|text| text.contains('%')).count();
        let more = all.iter().any(|text| text.starts_with("+1"));
        // Two rates are not all there is without a word of the third, where that has any room.
        assert!(rates == 2 || !more, "{all:?} in {room}");
        assert!(rates != 2 || more || room < 60, "{all:?} in {room}");
        assert!(rates >= last, "{all:?} in {room}");
        last = rates;
        // A third rate has its interval.
        let with = all.iter().filter(|text| text.contains('%') && text.contains('(')).count();
        assert!(rates < 3 || with == 3, "{all:?}");
    }
    assert_eq!(last, 3);
}

#[test]
fn a_line_that_is_opened_while_reading_leaves_out_copies_that_come_later() {
    let filter = |done: bool| {
        let mut app = App::empty();
        app.arrive(&[sketch("a", "free", "rain"), sketch("b", "paid", "rain")]);
        if done {
            app.finish();
        }
        app.sizes((30, 6), (40, 8), (40, 8), (90, 30));
        app.keys("s Enter");
        app.state.filter.applied.to_string()
    };
    let (reading, read) = (filter(false), filter(true));
    assert!(read.starts_with("tier:free") && !read.contains("copy"), "{read}");
    assert_eq!(reading, format!("{read} copy:no"));
}

#[test]
fn copies_are_told_where_pairs_are_counted() {
    let mut app = App::empty();
    let mut names = Interner::default();
    let mut rows = Vec::new();
    for (index, tier) in (0..).zip(["free", "paid", "free", "paid"]) {
        let mut body = body_of(&sketch("a", tier, "rain"), index);
        body.transcript.hash = index % 2 + 1;
        let place = RowPlace { index, ..RowPlace::default() };
        rows.push(Row::new(&body.transcript, Some(&body.analysis), place, &mut names));
        app.bodies.push(Arc::new(body));
    }
    app.send(Message::Loaded(LoadEvent::Rows(Batch::from(rows))));
    app.finish();
    app.keys("c");
    let twin = app.state.twin.as_ref().expect("a pair on screen");
    assert_eq!(twin.copied(), Some(["2 copies not counted", "2 copies"].map(str::to_owned)));
    app.keys("Esc X");
    assert_eq!(app.state.passing(), "1 pair · 2 copies not counted");
    // The counter may have no room for it; the help has.
    let help = crate::app::help_blocks(&app.state, 80);
    let said = format!("{:?}", help.first());
    assert!(said.contains("Pairs: 1 pair · 2 copies not counted"), "{said}");
    // Few columns have no room for it where pairs are: it is said when they are shown.
    app.keys("X");
    app.send(Message::Resized(40, 12));
    app.keys("X");
    assert_eq!(app.toast(), "2 copies; X back");
    app.keys("X c");
    assert_eq!(app.toast(), "2 copies");
    app.keys("c");
    let Some(Dialog::Pick(PickOf::Sides, picker)) = app.state.dialogs.last() else {
        panic!("no choice")
    };
    assert_eq!(picker.title, "compare · 2 copies not counted");
}
