//! Pairs in the list: one row for each, of two tiers alone, and the twin view that agrees with it.

use super::*;
use crate::corpus::Column;

/// Three tiers: five epochs of rain, an order of gaps that is not that of the files, samples without a partner.
fn study() -> App {
    let mut app = App::empty();
    let no = OutcomeValue::Refused;
    let refused = |sketch: Sketch| Sketch { outcome: no, ..sketch };
    app.arrive(&[
        sketch("s1", "free", "snow"),
        sketch("s2", "paid", "snow"),
        sketch("s3", "pro", "snow"),
        sketch("r1", "free", "rain"),
        sketch("r2", "free", "rain"),
        refused(sketch("r3", "free", "rain")),
        refused(sketch("r4", "paid", "rain")),
        refused(sketch("r5", "paid", "rain")),
        sketch("r6", "pro", "rain"),
        sketch("w1", "free", "wind"),
        sketch("w2", "pro", "wind"),
        sketch("f1", "free", "fog"),
        refused(sketch("f2", "paid", "fog")),
        sketch("i1", "paid", "ice"),
    ]);
    app.finish();
    app
}

fn cells(app: &App, column: &Column) -> Vec<String> {
    let cell = |row: &RowId| column.cell(&app.state.catalogue.view(*row).expect("a row"));
    app.state.list.rows.iter().map(cell).collect()
}

fn samples(app: &App) -> Vec<String> {
    cells(app, &Column::Sample)
}

/// The gap beside a list of pairs is that of these pairs, whichever side the filter found.
#[test]
fn the_gap_is_that_of_the_pairs_shown() {
    let mut app = App::empty();
    let refused = |sketch: Sketch| Sketch { outcome: OutcomeValue::Refused, ..sketch };
    app.arrive(&[
        sketch("a1", "free", "a"),
        refused(sketch("a2", "paid", "a")),
        refused(sketch("b1", "free", "b")),
        sketch("b2", "paid", "b"),
        sketch("c1", "free", "c"),
        sketch("c2", "paid", "c"),
        refused(sketch("d1", "free", "d")),
        refused(sketch("d2", "paid", "d")),
    ]);
    app.finish();
    let gap = |app: &App| {
        let answer = app.state.figures.answer.as_ref().unwrap();
        let gap = answer.gap.as_ref().unwrap();
        (gap.value.map(|v| (v * 100.0).round() as i32), gap.pairs, gap.unpaired(), answer.selected)
    };
    app.filter("outcome:refused");
    app.keys("X");
    assert_eq!(cells(&app, &Column::Gap), ["+100", "+0", "-100"]);
    assert_eq!(gap(&app), (Some(0), 3, 0, true));
    app.keys("X");
    app.filter("tier:free partner(tier:paid outcome:refused)");
    assert_eq!(gap(&app), (Some(50), 2, 0, true), "a and d");
    // A tier alone keeps everybody's partner.
    app.filter("tier:free");
    assert_eq!(gap(&app), (Some(0), 4, 0, false));
}

#[test]
fn each_pair_of_two_tiers_is_one_row_by_gap() {
    let mut app = study();
    app.filter("id:r*,s*,w*,f*,i* tier:free");
    app.keys("X");
    let filter = app.state.filter.applied.to_string();
    assert_eq!(filter, "id:r*,s*,w*,f*,i* partner(tier:paid) tier:free");
    assert_eq!(Filter::parse(&filter).as_ref(), Ok(&app.state.filter.applied));
    assert_eq!(app.state.filter.input.text, filter, "the bar says it");
    assert_eq!(samples(&app), ["fog", "rain", "snow"]);
    assert_eq!(cells(&app, &Column::Gap), ["+100", "+67", "+0"]);
    // Of paid alone, whatever the other tiers did, and of all epochs.
    assert_eq!(cells(&app, &Column::Partner), ["refused", "2 refused", "complied"]);
    assert_eq!(cells(&app, &Column::Flip), ["outcome", "outcome", ""]);
    assert_eq!(app.state.passing(), "3 pairs · 2 without partner");
    app.filter("id:r*,s* partner(tier:paid) tier:free");
    assert_eq!(app.state.passing(), "2 of 3 pairs · 2 without partner in all");
    app.keys("X");
    assert_eq!(app.state.filter.applied.to_string(), "id:r*,s*,w*,f*,i* tier:free");
    assert_eq!(app.ids(), ["s1", "r1", "r2", "r3", "w1", "f1"]);
    assert!(app.state.list.columns.is_empty() && app.state.pairs.is_none());
    assert!(app.state.list.sort.is_plain());
}

#[test]
fn a_pair_is_shown_when_either_side_passes_the_filter() {
    for (filter, printed, pairs) in [
        (
            "outcome:refused",
            "(outcome:refused OR partner(tier:paid outcome:refused)) partner(tier:paid) tier:free",
            &["fog", "rain"][..],
        ),
        (
            "outcome:refused tier:paid",
            "partner(tier:paid outcome:refused) tier:free",
            &["fog", "rain"],
        ),
        ("outcome:refused tier:free", "outcome:refused partner(tier:paid) tier:free", &["rain"]),
        ("tier:paid", "partner(tier:paid) tier:free", &["fog", "rain", "snow"]),
        ("partner:none", "partner:none partner(tier:paid) tier:free", &[]),
    ] {
        let mut app = study();
        app.filter(filter);
        app.keys("X");
        assert_eq!(app.state.filter.applied.to_string(), printed, "{filter}");
        assert_eq!(samples(&app), pairs, "{filter}");
    }
}

#[test]
fn the_cursor_stays_with_the_transcript_or_its_pair() {
    for (steps, id, row) in [(5, "r3", "r3"), (6, "r4", "r4"), (8, "r6", "r1"), (9, "w1", "f1")] {
        let mut app = study();
        for _ in 0..steps {
            app.keys("j");
        }
        assert_eq!(app.selected(), id);
        app.keys("X");
        assert_eq!((app.selected(), app.reading()), (row, row), "from {id}");
        assert_eq!(app.ids().len(), 3);
        app.keys("X");
        assert_eq!(app.selected(), row);
    }
}

#[test]
fn the_twin_view_goes_through_the_pairs_as_the_list_has_them() {
    let mut app = study();
    app.keys("X g Enter");
    let twin = |app: &App| app.state.twin.as_deref().expect("a pair on screen").clone();
    let shown = |app: &App| {
        let rows = twin(app).rows().expect("two rows");
        rows.map(|row| app.state.catalogue.view(row).expect("a row").name().to_owned())
    };
    assert_eq!(
        (shown(&app), twin(&app).position().as_str()),
        (["f1", "f2"].map(str::to_owned), "pair 1 of 3")
    );
    app.keys("n");
    assert_eq!(shown(&app), ["r1", "r4"]);
    app.keys("J J");
    assert_eq!(shown(&app), ["r3", "r4"], "an epoch of the pair");
    assert_eq!(app.selected(), "r3", "what is selected is what is read");
    app.keys("n");
    assert_eq!(shown(&app), ["s1", "s2"]);
    app.keys("x");
    assert_eq!(
        (shown(&app), app.toast()),
        (["f1", "f2"].map(str::to_owned), "back at the first flip")
    );
    app.keys("o");
    assert_eq!(samples(&app), ["snow", "rain", "fog"], "the list goes along");
    assert_eq!(twin(&app).position(), "pair 3 of 3");
    app.keys("p Esc");
    assert_eq!(app.selected(), "r1");
    assert_eq!(app.ids().len(), 3);
    app.keys("c");
    assert_eq!(twin(&app).position(), "pair 2 of 3");
    app.keys("Esc n");
    assert_eq!(twin(&app).position(), "pair 3 of 3", "from the list, too");
}

#[test]
fn counts_are_of_transcripts_and_other_rows_make_other_pairs() {
    let mut app = study();
    app.keys("X");
    assert_eq!(app.state.listed().len(), 5, "every free transcript with a paid partner");
    app.keys("t");
    assert!(app.toast().starts_with("a pair has both tiers"), "{}", app.toast());
    app.arrive(&[sketch("w3", "paid", "wind")]);
    app.finish();
    assert_eq!(samples(&app), ["fog", "rain", "snow", "wind"]);
    assert_eq!(app.state.passing(), "4 pairs · 1 without partner");
    let session = crate::app::session(&mut app.state);
    assert_eq!(session["filter"], "", "what comes back is the list of transcripts");
    assert_eq!(session["columns"], "");
}

/// Two tiers, three models, of which one's name is a part of another's.
fn models() -> App {
    let mut app = App::empty();
    let of = |id, tier, model, query, outcome| {
        let sketch = sketch(id, tier, query);
        Sketch { model: Some(model), outcome, ..sketch }
    };
    let (yes, no) = (OutcomeValue::Complied, OutcomeValue::Refused);
    app.arrive(&[
        of("s1", "free", "opus", "snow", yes),
        of("s2", "free", "opus mini", "snow", yes),
        of("s3", "free", "opus mini new", "snow", no),
        of("s4", "paid", "opus", "snow", yes),
        of("s5", "paid", "opus mini", "snow", no),
        of("r1", "free", "opus", "rain", no),
        of("r2", "free", "opus mini", "rain", yes),
        of("r3", "free", "opus mini", "rain", no),
        of("w1", "free", "opus", "wind", no),
        of("f1", "free", "opus mini new", "fog", no),
    ]);
    app.finish();
    app
}

#[test]
fn a_chosen_comparison_is_that_of_the_list() {
    let mut app = models();
    app.keys("c c");
    app.types("model: opus and opus mini");
    app.keys("Enter Esc");
    app.filter("outcome:complied");
    app.keys("X");
    let filter = app.state.filter.applied.to_string();
    let (left, right) = ("model:opus", "model:\"opus mini\"");
    let either = format!("(outcome:complied OR partner.model({right} outcome:complied))");
    assert_eq!(filter, format!("{either} partner.model({right}) {left}"));
    assert_eq!(Filter::parse(&filter).as_ref(), Ok(&app.state.filter.applied));
    assert_eq!(app.state.filter.input.text, filter, "the bar says it");
    let cells = |app: &App, column| cells(app, &column);
    assert_eq!(app.ids(), ["s4", "s1", "r1"]);
    assert_eq!(cells(&app, Column::Gap), ["+100", "+0", "-50"]);
    assert_eq!(cells(&app, Column::Partner), ["refused", "complied", "1 complied, 1 refused"]);
    assert_eq!(cells(&app, Column::Flip), ["outcome", "", "outcome"]);
    assert_eq!(app.state.passing(), "3 pairs · 1 without partner");
    // Tiers are part of the design here, so they may be filtered by.
    app.keys("t");
    assert_eq!(app.ids(), ["s1", "r1"]);
    app.keys("t t X");
    assert_eq!(app.state.filter.applied.to_string(), "outcome:complied");
    assert!(app.state.list.columns.is_empty() && app.state.pairs.is_none());
    // All tiers again, as soon as a column asks for them.
    app.state.list.columns = vec![Column::Partner];
    app.filter("id:s1");
    assert_eq!(cells(&app, Column::Partner), ["complied"]);
    app.filter("id:s2");
    assert_eq!(cells(&app, Column::Partner), ["refused"]);
}

#[test]
fn the_twin_view_agrees_with_the_list_for_models() {
    let mut app = models();
    app.keys("c c");
    app.types("model: opus and opus mini");
    app.keys("Enter Esc X g Enter");
    let shown = |app: &App| {
        let twin = app.state.twin.as_deref().expect("a pair on screen");
        let name = |row| app.state.catalogue.view(row).expect("a row").name().to_owned();
        (twin.rows().expect("two rows").map(name), twin.position())
    };
    let pair = |left: &str, right: &str, at: &str| {
        ([left.to_owned(), right.to_owned()], format!("pair {at} of 3"))
    };
    assert_eq!(shown(&app), pair("s4", "s5", "1"));
    app.keys("n");
    assert_eq!(shown(&app), pair("s1", "s2", "2"));
    app.keys("x");
    assert_eq!(shown(&app), pair("r1", "r2", "3"), "the share of compliance flips");
    app.keys("x");
    assert_eq!((shown(&app), app.toast()), (pair("s4", "s5", "1"), "back at the first flip"));
    app.keys("o");
    assert_eq!(shown(&app), pair("s4", "s5", "2"), "as the files have them");
    assert_eq!(app.ids(), ["s1", "s4", "r1"], "the list goes along");
    app.keys("p Esc");
    assert_eq!(app.selected(), "s1");
    app.keys("> Esc");
    assert_eq!(app.selected(), "s4");
    app.arrive(&[Sketch { model: Some("opus mini"), ..sketch("w2", "free", "wind") }]);
    app.finish();
    assert_eq!(app.state.passing(), "4 pairs");
}

#[test]
fn from_the_twin_view_to_the_list_of_its_pairs() {
    let mut app = models();
    app.keys("c c");
    app.types("model: opus and opus mini");
    app.keys("Enter > >");
    let row = app.state.twin.as_deref().and_then(|twin| twin.row(false)).expect("a row");
    assert_eq!(app.state.catalogue.view(row).expect("a row").name(), "r1");
    app.keys("X");
    assert!(app.state.twin.is_none() && app.state.pairs.is_some());
    assert_eq!((app.selected(), app.state.focus), ("r1", Focus::List));
    assert_eq!(app.ids().len(), 3);
    // And from a pair of the list back to it.
    app.keys("k Enter X");
    assert!(app.state.twin.is_none() && app.state.pairs.is_some());
    assert_eq!(app.selected(), "s1");
    app.keys("X");
    assert_eq!(app.ids().len(), 10);
}

#[test]
fn chosen_tiers_are_those_of_the_list() {
    let mut app = study();
    app.keys("c c");
    app.types("tier: free and pro");
    app.keys("Enter Esc X");
    assert_eq!(app.state.filter.applied.to_string(), "partner(tier:pro) tier:free");
    assert_eq!(samples(&app), ["snow", "wind", "rain"]);
    assert_eq!(cells(&app, &Column::Gap), ["+0", "+0", "-33"]);
}
