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
    assert_eq!(app.state.passing(), "2 of 3 pairs · 2 without partner");
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
