//! What reviewers say comes when everything is read, and again when a review ends.

use super::*;
use crate::corpus::Reviews;
use crate::review::{Given, GivenFrom, Verdict};

fn given(rater: &str, answer: Verdict, outcome: Option<&str>) -> Given {
    Given {
        label: "alignment_faking".to_owned(),
        rater: rater.to_owned(),
        from: GivenFrom::Review,
        answer,
        time: 1_772_355_907_250,
        note: Some("plain".to_owned()),
        span: None,
        flag: false,
        sighted: None,
        answers: outcome.map(|word| ("outcome".to_owned(), word.into())).into_iter().collect(),
        drawn: false,
    }
}

/// The answers come as they do from a worker.
fn reviewed(app: &mut App, all: Vec<(RowId, Vec<Given>)>) {
    let reviews = Box::new(Reviews::of(&app.state.catalogue, all));
    let generation = app.state.journals.generation;
    app.send(Message::Reviewed { generation, reviews });
}

fn read() -> App {
    let mut app = App::poems();
    app.finish();
    app
}

fn questions(app: &mut App) -> usize {
    app.take().iter().filter(|effect| matches!(effect, Effect::ReadReviews { .. })).count()
}

#[test]
fn journals_are_asked_for_when_everything_is_read() {
    let mut app = App::poems();
    assert_eq!(questions(&mut app), 0);
    app.finish();
    assert_eq!(questions(&mut app), 1);
    assert!(!app.state.journals.waiting);
}

#[test]
fn answers_filter_and_count_and_are_words() {
    let mut app = read();
    let filter = "reviewed:yes";
    app.keys("f");
    app.send(Message::Paste(filter.to_owned()));
    app.keys("Enter");
    assert!(app.ids().is_empty());
    let yes = given("R1", Verdict::Yes, None);
    reviewed(&mut app, vec![(1, vec![yes.clone()]), (2, vec![given("R2", Verdict::No, None)])]);
    assert_eq!(app.ids(), ["b", "c"], "rows are tested again when answers come");
    let words = &app.state.vocabulary;
    assert!(words.values.contains(&("reviewer".to_owned(), vec!["R1".into(), "R2".into()])));
    assert_eq!(words.raters.len(), 2);
    app.keys("F");
    let Some(Dialog::Facets(facets)) = app.state.dialogs.last() else { panic!("facets") };
    let facet = |title: &str| {
        let found = facets.found.words.iter().find(|facet| facet.title == title);
        found.map(|f| f.values.iter().map(|v| (&*v.term, v.shown, v.total)).collect::<Vec<_>>())
    };
    assert_eq!(facet("reviewed").unwrap(), [("reviewed:yes", 2, 2), ("reviewed:no", 0, 3)]);
    assert_eq!(facet("reviewer").unwrap(), [("reviewer:R1", 1, 1), ("reviewer:R2", 1, 1)]);
    let title = "label alignment_faking by reviewer-R1";
    assert_eq!(
        facet(title).unwrap(),
        [
            ("label.alignment_faking@reviewer-R1:yes", 1, 1),
            ("label.alignment_faking@reviewer-R1:missing", 1, 4)
        ]
    );
    app.keys("Esc");
    // An answer that was taken back is gone; an old answer of the worker is none.
    let old = app.state.journals.generation;
    reviewed(&mut app, vec![(1, vec![yes])]);
    assert_eq!(app.ids(), ["b"]);
    app.send(Message::Reviewed { generation: old + 7, reviews: Box::default() });
    assert_eq!(app.ids(), ["b"]);
}

#[test]
fn the_transcript_on_the_screen_has_the_reviewers_outcome_and_words() {
    let mut app = read();
    assert_eq!(app.state.list.selected, 0);
    reviewed(&mut app, vec![(0, vec![given("R1", Verdict::No, Some("refused"))])]);
    let (_, body) = app.state.reader.body().expect("a body");
    assert_eq!(body.transcript.outcome.value, OutcomeValue::Refused);
    assert_eq!(app.state.catalogue.row(0).unwrap().outcome, OutcomeValue::Refused);
    app.keys("w");
    let text = app.dialog_text();
    assert!(text.contains("what reviewers say"), "{text}");
    assert!(text.contains("alignment_faking: no · by reviewer-R1"), "{text}");
}

#[test]
fn a_review_waits_for_them_and_asks_again_when_it_ends() {
    let mut app = read();
    app.take();
    app.state.journals.waiting = true;
    app.state.rater = "R1".to_owned();
    app.keys("r Enter");
    let opens = |app: &mut App| {
        app.take().iter().any(|effect| matches!(effect, Effect::OpenJournal { .. }))
    };
    assert!(app.state.review.is_some() && !opens(&mut app), "its filter may ask for them");
    let behind = &app.state.review.as_ref().unwrap().behind;
    let generation = behind.journals.generation;
    let reviews =
        Box::new(Reviews::of(&behind.catalogue, vec![(0, vec![given("R2", Verdict::Yes, None)])]));
    app.send(Message::Reviewed { generation, reviews });
    assert!(opens(&mut app));
    // Nothing of what others said is in the state that is drawn.
    assert!(!app.state.catalogue.any_reviewed());
    app.keys("q");
    assert!(app.state.review.is_none());
    assert_eq!(questions(&mut app), 1);
}

#[test]
fn what_reviewers_answered_has_rates_on_the_screen() {
    let mut app = read();
    app.sizes((30, 6), (40, 8), (40, 8), (90, 40));
    let (yes, no) = (given("R1", Verdict::Yes, None), given("R2", Verdict::No, None));
    reviewed(&mut app, vec![(0, vec![no]), (1, vec![yes])]);
    app.keys("s O");
    let shown = |app: &App| match app.state.dialogs.last() {
        Some(Dialog::Statistics(shown)) => shown.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(shown(&app).title(), "alignment_faking@reviewer-R2 by tier");
    app.keys("O");
    assert_eq!(shown(&app).title(), "alignment_faking@reviewer-R1 by tier");
    let rate = shown(&app).answer.as_ref().expect("it was counted").numbers.all.label();
    assert_eq!((rate.k, rate.n), (1, 1));
    let told = format!("{:?}", shown(&app).lines());
    assert!(told.contains("of what was reviewed (1 answer)"), "{told}");
    app.keys("o o");
    assert_eq!(shown(&app).title(), "compliance by tier", "round the end");
}

#[test]
fn reviewers_are_raters_to_pick_and_to_hold_thresholds_against() {
    let mut app = read();
    app.sizes((30, 6), (40, 8), (40, 8), (90, 30));
    let (yes, no) = (given("R1", Verdict::Yes, None), given("R2", Verdict::No, None));
    let told = given("R3", Verdict::CannotTell, None);
    reviewed(&mut app, vec![(0, vec![no]), (1, vec![yes, told])]);
    app.keys("L");
    let Some(Dialog::Pick(PickOf::Labels, picker)) = app.state.dialogs.last() else {
        panic!("no choice")
    };
    let has = |shown: &str, term: &str, n: usize| {
        picker.entries.contains(&(shown.to_owned(), term.to_owned(), n))
    };
    let of = |rater: &str, word: &str| format!("label.alignment_faking@reviewer-{rater}:{word}");
    assert!(has("alignment_faking by reviewer-R1 yes", &of("R1", "yes"), 1), "{picker:?}");
    assert!(has("alignment_faking by reviewer-R2 no", &of("R2", "no"), 1), "{picker:?}");
    assert!(has("alignment_faking by reviewer-R3 unparsed", &of("R3", "unparsed"), 1));
    app.keys("Esc T r");
    let Some(Dialog::Pick(PickOf::References, picker)) = app.state.dialogs.last() else {
        panic!("no choice")
    };
    let offered: Vec<(&str, usize)> =
        picker.entries.iter().map(|(_, name, n)| (name.as_str(), *n)).collect();
    // What cannot be told is no yes and no no.
    let expected =
        [("", 0), ("alignment_faking@reviewer-R1", 1), ("alignment_faking@reviewer-R2", 1)];
    assert_eq!(offered, expected);
}
