//! Reviewing what is no whole transcript: marks, quotes, pairs, turns.

use super::reviewing::{answers, begin, events, plan, print, review};
use super::turning::agent;
use super::*;
use crate::app::review::{Asking, Phase};
use crate::app::{Reading, Shown};
use crate::corpus::{ReviewPlan, Within};
use crate::review::Verdict::{CannotTell, No, Skip, Yes};
use crate::review::{Order, Part, Verdict};

fn plan_of(order: Order) -> ReviewPlan {
    let (strata, within) = ReviewPlan::usual("af", order);
    ReviewPlan { strata, within, order, ..plan() }
}

/// A review of the poems' parts.
fn judging(order: Order) -> App {
    let mut app = App::poems();
    app.finish();
    begin(&mut app, plan_of(order), true);
    app.sizes((0, 0), (40, 8), (40, 8), (0, 0));
    app
}

/// The words that are asked about.
fn asked_about(app: &App) -> String {
    let (section, range) = app.state.reader.chosen.clone().expect("something is asked about");
    let (_, body) = app.state.reader.body().expect("a body");
    body.transcript.sections[section].text[range].to_owned()
}

#[test]
fn marks_are_judged_in_their_texts_and_quotes_too() {
    for (order, part) in [(Order::Marks, "strategic test.01"), (Order::Quotes, "4 af judge")] {
        let mut app = judging(order);
        assert_eq!(review(&app).phase, Phase::Asking);
        assert_eq!(review(&app).session.as_ref().unwrap().opened.items.len(), 4, "{order:?}");
        assert_eq!(asked_about(&app), CUE);
        app.keys("Space");
        assert_eq!(app.toast(), "no sentence is chosen here");
        assert_eq!(asked_about(&app), CUE);
        app.keys("y n c s");
        assert_eq!(review(&app).phase, Phase::Ended);
        let told = events(&mut app);
        let all = answers(&told);
        let words: Vec<Verdict> = all.iter().map(|a| a.answer).collect();
        assert_eq!(words, [Yes, No, CannotTell, Skip]);
        for answer in all {
            let name = answer.name.part.as_deref().unwrap();
            assert!(name.ends_with(part), "{name}");
            let place = Part::parse(name).unwrap().place().unwrap();
            let body = app.bodies.iter().find(|b| b.transcript.id == answer.name.id).unwrap();
            let text = &body.transcript.sections[place.section].text;
            assert_eq!(&text[place.start..place.end], CUE);
            assert_eq!((answer.span, answer.sighted.as_deref()), (None, None));
        }
    }
}

#[test]
fn a_mark_whose_text_has_changed_can_only_be_passed_over() {
    let mut app = judging(Order::Marks);
    app.keys("y");
    app.take();
    let next = review(&app).session.as_ref().unwrap().item().unwrap().name.id.clone();
    let at = app.bodies.iter().position(|b| b.transcript.id == next).unwrap();
    let body = Arc::make_mut(&mut app.bodies[at]);
    body.transcript.sections[2].text =
        "Nothing of that is here any more, whatever it was.".to_owned();
    app.keys("u y");
    assert!(
        matches!(&app.state.reader.body, Reading::Failed(_, why) if why.contains("has changed")),
        "{:?}",
        app.state.reader.body
    );
    app.take();
    app.keys("y n");
    assert!(events(&mut app).is_empty());
    app.keys("s");
    assert_eq!(answers(&events(&mut app))[0].answer, Skip);
}

#[test]
fn pairs_stand_beside_each_other_and_the_sides_go_with_the_answer() {
    let mut app = judging(Order::Pairs);
    assert_eq!(review(&app).asking(), Asking::Sides);
    assert_eq!(app.state.reader.shown, Shown::Sides);
    let of = |app: &App, focus| {
        let text = app.pane_text(focus);
        let id = text.split("That is ").nth(1).unwrap().chars().next().unwrap();
        assert!(text.contains("Here is a poem"), "the output too: {text}");
        id.to_string()
    };
    let sides = (of(&app, Focus::Scratchpad), of(&app, Focus::Output));
    // What was asked is nowhere, nor what is no answer to which of the two.
    app.keys("i y");
    assert!(app.state.dialogs.is_empty() && app.toast().contains("keys stand below"));
    app.keys("1");
    let told = events(&mut app);
    let answer = answers(&told)[0];
    assert_eq!((answer.answer, answer.answers["shows"].as_str()), (Yes, Some("left")));
    let id = |side: &str| answer.answers[side]["id"].as_str().unwrap().to_owned();
    assert_eq!((id("left"), id("right")), sides);
    let mut both = [sides.0.clone(), sides.1.clone()];
    both.sort();
    assert!([["a", "b"], ["c", "e"]].contains(&[both[0].as_str(), both[1].as_str()]));
    // Taken back, and answered in other ways.
    app.keys("u 4");
    let told = events(&mut app);
    let answer = answers(&told)[0];
    assert_eq!((answer.answer, answer.answers["shows"].as_str()), (No, Some("neither")));
    app.keys("5");
    assert_eq!(review(&app).phase, Phase::Ended);
    let told = events(&mut app);
    let answer = answers(&told)[0];
    assert_eq!((answer.answer, answer.answers.get("shows")), (CannotTell, None));
    assert!(answer.answers.contains_key("left"));
}

#[test]
fn a_revealed_pair_says_its_tiers() {
    let mut app = judging(Order::Pairs);
    assert_eq!(review(&app).revealed_sides, None);
    app.keys("R");
    let told = review(&app).revealed_sides.clone().unwrap();
    assert!(told.contains("free") && told.contains("paid") && told.starts_with("A "), "{told}");
    assert_eq!(app.state.reader.shown, Shown::Sides);
    app.keys("3 3");
    let told = events(&mut app);
    assert!(answers(&told).iter().all(|a| a.sighted.as_deref() == Some("after feedback")));
    assert!(review(&app).compared.iter().any(|line| line.contains("not weighted")));
}

#[test]
fn a_turn_is_judged_with_what_came_before_and_nothing_after() {
    let mut app = App::poems();
    let mut later = agent();
    let response = later.transcript.response_turn;
    let last_turn = later.transcript.sections.iter().map(|s| s.turn).max().unwrap();
    for section in &mut later.transcript.sections {
        section.text = format!("{} (turn {})", section.text, section.turn);
    }
    later.transcript.query = Some(format!("what is asked last (turn {})", response - 1));
    later.hidden = 77;
    app.bodies[1] = Arc::new(later);
    app.finish();
    begin(&mut app, ReviewPlan { strata: Vec::new(), ..plan_of(Order::Turns) }, true);
    let items = review(&app).session.as_ref().unwrap().opened.items.clone();
    assert_eq!(items.len(), 4, "four turns of the agent; the others speak once");
    for item in items {
        let Some(Part::Turn(turn)) = item.part() else { panic!("a turn") };
        let (_, body) = app.state.reader.body().expect("a body");
        let last = body.transcript.sections.iter().map(|s| s.turn).max();
        assert_eq!((last, body.transcript.response_turn), (Some(turn), turn));
        let state = format!("{body:?}{:?}", app.state.reader);
        let after = (turn + 1..=last_turn).find(|n| state.contains(&format!("(turn {n})")));
        assert_eq!(after, None, "in turn {turn}");
        assert_eq!(body.hidden, 0);
        assert_eq!(body.transcript.query.is_some(), turn >= response);
        app.keys("y");
    }
    let told = events(&mut app);
    assert!(answers(&told).iter().all(|a| a.name.part.is_some() && a.answer == Yes));
    assert!(matches!(told.last().unwrap().what, crate::review::What::Ended(_)));
}

#[test]
fn nothing_of_that_kind_is_said() {
    let mut app = judging(Order::Turns);
    assert_eq!(review(&app).phase, Phase::Empty);
    assert!(review(&app).trouble.as_ref().unwrap().contains("several turns"));
    app.keys("q");
    assert!(app.state.quitting);
}

#[test]
fn what_items_are_may_be_typed_behind_the_label() {
    for (typed, label, order) in [
        ("af pairs", "af", Order::Pairs),
        ("af marks", "af", Order::Marks),
        ("af", "af", Order::Whole),
        ("odd name", "odd name", Order::Whole),
        ("odd name quotes", "odd name", Order::Quotes),
    ] {
        let mut app = App::poems();
        app.state.rater = "R1".to_owned();
        app.finish();
        app.keys(":");
        app.types(&format!("review {typed}"));
        app.keys("Enter");
        let plan = &review(&app).plan;
        assert_eq!((plan.label.as_str(), plan.order), (label, order), "{typed}");
        let marks = order == Order::Marks;
        assert_eq!(plan.within.contains(&Within::Category), marks);
    }
}

#[test]
fn the_state_is_the_same_whatever_is_hidden() {
    for order in [Order::Marks, Order::Quotes, Order::Pairs] {
        let told = |change: &dyn Fn(&mut Sketch)| -> Vec<String> {
            let mut app = App::empty();
            let mut sketches = poems();
            sketches.iter_mut().for_each(change);
            app.arrive(&sketches);
            app.finish();
            let plan = ReviewPlan { strata: Vec::new(), within: Vec::new(), ..plan_of(order) };
            begin(&mut app, plan, true);
            let mut told = vec![print(&app)];
            for keys in ["j", "i", "Esc", "1", "e", "w", "]", "f", "2", "u", "F L s P"] {
                app.keys(keys);
                told.push(print(&app));
            }
            told
        };
        let one = told(&|_| {});
        let other = told(&|sketch| {
            sketch.score = 14.0 - sketch.score;
            sketch.label = sketch.label.map(|label| 1.0 - label);
            sketch.outcome = OutcomeValue::Refused;
            sketch.tier = match sketch.tier {
                "free" => "paid",
                "paid" => "free",
                other => other,
            };
        });
        for (step, (a, b)) in one.iter().zip(&other).enumerate() {
            assert_eq!(a, b, "{order:?}, step {step}");
        }
        assert!(one.iter().all(|text| !text.contains("test.01") && !text.contains("0.85")));
    }
}
