//! Marks, quotes, pairs and turns in a review, on the screen: at every size, and the same cells whatever is hidden.

use super::testing::{Stage, agent, body};
use super::{Depth, Theme};
use crate::corpus::{Body, ReviewPlan};
use crate::model::{LabelValue, OutcomeValue};
use crate::review::Order;

fn theme() -> Theme {
    Theme::choose("dark", None, Depth::True, false)
}

fn judging(order: Order, bodies: Vec<Body>, size: (u16, u16)) -> Stage {
    let mut stage = Stage::new(bodies, size);
    stage.state.now = 1_000;
    let plan = ReviewPlan {
        label: "alignment_faking".to_owned(),
        rater: "R1".to_owned(),
        order,
        paths: vec!["runs/".to_owned()],
        ..ReviewPlan::default()
    };
    stage.review(plan);
    stage
}

fn twelve() -> Vec<Body> {
    (0..12).map(body).collect()
}

#[test]
fn parts_and_their_keys_at_every_size() {
    for (order, size) in [
        (Order::Pairs, (120, 32)),
        (Order::Pairs, (80, 24)),
        (Order::Pairs, (70, 24)),
        (Order::Pairs, (40, 12)),
        (Order::Marks, (120, 32)),
        (Order::Marks, (40, 12)),
        (Order::Quotes, (80, 24)),
    ] {
        let mut stage = judging(order, twelve(), size);
        stage.keys(if order == Order::Pairs { "1 f" } else { "y f" });
        let screen = stage.screen(&theme());
        let name = format!("judging-{}-{}x{}", order.as_str(), size.0, size.1);
        insta::assert_snapshot!(name, screen.text());
    }
}

#[test]
fn a_turn_says_which_one_is_judged_and_not_how_many_come_after() {
    let mut stage = judging(Order::Turns, vec![agent(0), body(1)], (100, 30));
    let mut judged = Vec::new();
    for _ in 0..2 {
        let text = stage.screen(&theme()).text();
        let turn = text.split("hold in turn ").nth(1).and_then(|rest| rest.split('?').next());
        let turn = turn.expect("a turn is asked about").to_owned();
        assert!(text.contains(&format!("turn {turn} · judged")), "{text}");
        assert!(!text.contains("final response"), "{text}");
        judged.push(turn);
        stage.keys("y");
    }
    assert_ne!(judged[0], judged[1]);
}

#[test]
fn the_end_counts_in_words_of_the_items() {
    for (order, keys, told) in [
        (Order::Pairs, "1 2 3 4", "All 4 pairs are answered: 2 one of the two, 1 both, 1 neither"),
        (Order::Quotes, "y y n c s s s s s s s", "2 support it, 1 do not, 1 cannot tell"),
    ] {
        let mut stage = judging(order, twelve(), (100, 30));
        stage.keys(keys);
        let text = stage.screen(&theme()).text();
        assert!(text.contains(told), "{text}");
        stage.keys("R");
        let text = stage.screen(&theme()).text();
        assert!(text.contains("not weighted"), "{text}");
        let known =
            if order == Order::Pairs { "Only the one of" } else { "judge, criterion 4: 2 of 3" };
        assert!(text.contains(known), "{text}");
    }
}

#[test]
fn a_mark_has_its_words_on_the_screen_and_nothing_of_its_rule() {
    let mut stage = judging(Order::Marks, twelve(), (120, 32));
    for _ in 0..8 {
        let screen = stage.screen(&theme());
        let text = screen.text();
        let category = text.split('“').nth(1).and_then(|rest| rest.split('”').next()).unwrap();
        assert!(text.contains(&format!("Is “{category}” right here?")), "{text}");
        assert!(!text.contains("af.") && !text.contains("0.85"), "{text}");
        stage.keys("y");
    }
}

#[test]
fn every_cell_is_the_same_whatever_is_hidden() {
    let other = || {
        let mut bodies = twelve();
        for body in &mut bodies {
            let transcript = &mut body.transcript;
            transcript.outcome.value = OutcomeValue::Refused;
            transcript.meta.insert("note".to_owned(), "turned".into());
            if let Some(tier) = transcript.tier.as_mut().filter(|tier| tier.value != "enterprise") {
                tier.value = if tier.value == "free" { "paid" } else { "free" }.to_owned();
            }
            for judgement in &mut transcript.judgements {
                judgement.positive = judgement.positive.map(|p| !p);
                judgement.value = LabelValue::Number(0.123);
            }
            body.analysis.score = Some(14.5);
            for span in &mut body.analysis.spans {
                span.weight += 1.0;
            }
        }
        bodies
    };
    for order in [Order::Marks, Order::Quotes, Order::Pairs] {
        for size in [(160, 48), (80, 24), (40, 12)] {
            let (mut a, mut b) = (judging(order, twelve(), size), judging(order, other(), size));
            for keys in
                ["j", "w", "e", "i", "Esc", "z", "z", "1", "f", "2", "u", "c", "?", "Esc", "s"]
            {
                a.keys(keys);
                b.keys(keys);
                let (one, two) = (a.screen(&theme()), b.screen(&theme()));
                assert_eq!(one.text(), two.text(), "{order:?} {keys} at {size:?}");
                assert_eq!(one.styled(), two.styled(), "{order:?} {keys} at {size:?}");
            }
        }
    }
}
