//! Which session goes on, and what was seen before.

use super::super::testing::{answer, happened, opened_over};
use super::*;
use crate::review::{Adjudication, Event, Line, Verdict, What};

fn opened(session: &str, change: impl FnOnce(&mut Opened)) -> Event {
    let mut opened = opened_over(4);
    change(&mut opened);
    happened(session, 0, What::Opened(Box::new(opened)))
}

fn said(session: &str, n: u64, of: usize) -> Event {
    happened(session, n, What::Answered(Box::new(answer(of, Verdict::Yes))))
}

/// Where a path leads that is a file.
fn itself(path: &str) -> Vec<String> {
    vec![path.to_owned()]
}

fn standing(events: &[Event]) -> Standing {
    Standing::of(events.iter().cloned().map(Line::Event))
}

fn wanted(given: &[&'static str]) -> Wanted {
    Wanted {
        rater: "R1".to_owned(),
        label: "alignment_faking".to_owned(),
        paths: vec!["runs/".to_owned()],
        how: Draw { sample: Some(4), seed: 3, ..Draw::default() },
        given: given.to_vec(),
        ..Wanted::default()
    }
}

fn id(session: Option<&KeptSession>) -> Option<&str> {
    session.map(|kept| &*kept.begun.session)
}

#[test]
fn a_session_that_is_at_its_end_is_found_again_with_what_was_revealed() {
    let mut events = vec![opened("a", |_| {})];
    events.extend((0..4).map(|of| said("a", 1 + of as u64, of)));
    events.push(happened("a", 5, What::Ended(Vec::new())));
    let all = standing(&events);
    let found = all.going_on(&wanted(&[]), &itself);
    assert_eq!(id(found.session), Some("a"));
    let again = |all: &Standing| {
        let session = all.going_on(&wanted(&[]), &itself).session.unwrap();
        Session::again(session, "1".to_owned(), all).unwrap()
    };
    let session = again(&all);
    assert!(session.is_complete() && session.is_ended() && !session.is_revealed());

    events.push(happened("a", 6, What::Revealed));
    let mut session = again(&standing(&events));
    assert!(session.is_ended() && session.is_revealed());
    session.go(1);
    let What::Answered(changed) = session.answer(Verdict::No, 9, 10).unwrap().what else {
        panic!("no answer");
    };
    assert_eq!(changed.sighted.as_deref(), Some("after feedback"));

    // What is answered after the end ends anew.
    events.push(said("a", 7, 1));
    assert!(!again(&standing(&events)).is_ended());
    // One that was only looked into is found where nothing else is.
    let mut open = opened("b", |_| {});
    open.time += 9_000;
    events.push(open.clone());
    assert_eq!(id(standing(&events).going_on(&wanted(&[]), &itself).session), Some("a"));
    // A session with answers and items left goes before one at its end, whichever is later.
    events.pop();
    open.time -= 9_001;
    events.extend([open, said("b", 1, 0)]);
    assert_eq!(id(standing(&events).going_on(&wanted(&[]), &itself).session), Some("b"));
}

#[test]
fn a_session_goes_on_though_another_was_looked_into_since() {
    let mut later = opened("b", |opened| opened.seed = 4);
    later.time += 60_000;
    let all = standing(&[opened("a", |_| {}), said("a", 1, 0), later.clone()]);
    assert_eq!(id(all.going_on(&wanted(&[]), &itself).session), Some("a"));
    assert_eq!(id(all.going_on(&wanted(&["seed"]), &itself).session), Some("a"));
    let other = Wanted { how: Draw { seed: 4, ..wanted(&[]).how }, ..wanted(&["seed"]) };
    assert_eq!(id(all.going_on(&other, &itself).session), Some("b"), "it was asked for");
    // Of two that have answers and items left the later one goes on.
    let mut said = said("b", 1, 0);
    said.time += 60_000;
    let all = standing(&[opened("a", |_| {}), self::said("a", 1, 0), later, said]);
    assert_eq!(id(all.going_on(&wanted(&[]), &itself).session), Some("b"));
    // The one that is told as left is the one with answers.
    let other = Wanted { how: Draw { seed: 5, ..wanted(&[]).how }, ..wanted(&["seed"]) };
    let mut empty = opened("c", |opened| opened.seed = 6);
    empty.time += 90_000;
    let all = standing(&[opened("a", |_| {}), self::said("a", 1, 0), empty]);
    assert_eq!(id(all.going_on(&other, &itself).left.map(|(left, _)| left)), Some("a"));
}

#[test]
fn a_folder_and_its_files_are_the_same_frame() {
    let all = standing(&[opened("a", |_| {}), said("a", 1, 0)]);
    let place = |path: &str| match path {
        "runs/" => vec!["runs/a".to_owned(), "runs/b".to_owned()],
        path => vec![path.to_owned()],
    };
    let on = |paths: &[&str]| Wanted {
        paths: paths.iter().map(|path| (*path).to_owned()).collect(),
        ..wanted(&[])
    };
    let both = on(&["runs/b", "runs/a"]);
    assert_eq!(id(all.going_on(&both, &place).session), Some("a"));
    assert_eq!(id(all.going_on(&on(&["runs/a"]), &place).session), None);
}

#[test]
fn an_option_that_was_given_and_differs_makes_a_new_session_and_is_named() {
    let all = standing(&[opened("a", |opened| {
        opened.tiers = Some(("free".to_owned(), "pro".to_owned()));
        opened.items[1].sighted = true;
        let again = Item { repeats: Some(0), ..opened.items[0].clone() };
        opened.items.push(again);
        opened.seal.strata[0].of = vec![("tier".to_owned(), "free".to_owned())];
    })]);
    let how = Draw {
        fields: vec!["tier".to_owned()],
        sample: Some(4),
        seed: 3,
        repeats: 0.25,
        sighted: 0.25,
        tiers: Some(("Pro".to_owned(), "free".to_owned())),
    };
    let every = ["seed", "sample", "strata", "repeats", "anchors", "tiers"];
    let usual = Some(("free".to_owned(), "paid".to_owned()));
    let asked = |given: &[&'static str], how: Draw| Wanted { how, ..wanted(given) };
    assert_eq!(id(all.going_on(&asked(&every, how.clone()), &itself).session), Some("a"));
    for (option, other) in [
        ("seed", Draw { seed: 4, ..how.clone() }),
        ("sample", Draw { sample: Some(5), ..how.clone() }),
        ("sample", Draw { sample: None, ..how.clone() }),
        ("strata", Draw { fields: Vec::new(), ..how.clone() }),
        ("repeats", Draw { repeats: 0.0, ..how.clone() }),
        ("anchors", Draw { sighted: 0.0, ..how.clone() }),
        ("tiers", Draw { tiers: usual, ..how.clone() }),
    ] {
        let wanted = asked(&every, other.clone());
        let found = all.going_on(&wanted, &itself);
        assert_eq!(id(found.session), None, "{option}");
        let (left, differs) = found.left.unwrap();
        assert_eq!((id(Some(left)), differs), (Some("a"), vec![option]));
        let unsaid: Vec<_> = every.into_iter().filter(|own| *own != option).collect();
        let wanted = asked(&unsaid, other);
        assert_eq!(id(all.going_on(&wanted, &itself).session), Some("a"), "{option} was not given");
    }
    let other = Wanted { order: Order::Turns, ..wanted(&[]) };
    assert_eq!(all.going_on(&other, &itself), Found::default());
    // These are as they were, whether they are named or not.
    let mine = Some(("mine".to_owned(), 7));
    for (other, option) in [
        (Wanted { codebook: mine, ..wanted(&[]) }, "codebook"),
        (Wanted { shown: true, ..wanted(&[]) }, "sighted"),
    ] {
        let found = all.going_on(&other, &itself);
        let left = found.left.map(|(_, differs)| differs);
        assert_eq!((found.session, left), (None, Some(vec![option])));
    }
}

#[test]
fn the_same_files_are_the_same_however_they_are_typed() {
    let all = standing(&[opened("a", |opened| opened.paths = vec!["runs/".to_owned()])]);
    let place =
        |path: &str| vec![format!("/data/{}", path.trim_start_matches("./").trim_matches('/'))];
    for path in ["runs", "./runs", "./runs/"] {
        let wanted = Wanted { paths: vec![path.to_owned()], ..wanted(&[]) };
        assert_eq!(id(all.going_on(&wanted, &place).session), Some("a"), "{path}");
        assert_eq!(id(all.going_on(&wanted, &itself).session), None, "{path}");
    }
}

#[test]
fn what_was_seen_with_everything_is_not_blind_in_another_session() {
    let items = |session: &str, all: &Standing| -> Vec<bool> {
        let mut items = opened_over(4).items;
        SeenBefore::of(all, "R1", Some(session)).mark(&mut items);
        items.iter().map(|item| item.seen).collect()
    };
    let blind = [opened("a", |_| {}), said("a", 1, 0)];
    assert_eq!(items("new", &standing(&blind)), [false; 4]);

    // Revealed after the second item: that one, and the one that was on the screen.
    let mut revealed = blind.to_vec();
    revealed.push(happened("a", 2, What::Revealed));
    assert_eq!(items("new", &standing(&revealed)), [true, true, false, false]);
    // An answer that was taken back had been given.
    revealed.extend([said("a", 3, 1), happened("a", 4, What::Undone("a-3".to_owned()))]);
    assert_eq!(items("new", &standing(&revealed)), [true, true, true, false]);
    assert_eq!(items("a", &standing(&revealed)), [false; 4], "of itself it says `after feedback`");

    let sighted = [opened("a", |opened| opened.shown = true), said("a", 1, 0)];
    assert_eq!(items("new", &standing(&sighted)), [true, true, false, false]);
    let anchors = [opened("a", |o| o.items[1].sighted = true), said("a", 1, 0), said("a", 2, 1)];
    assert_eq!(items("new", &standing(&anchors)), [false, true, false, false]);
    let other = SeenBefore::of(&standing(&sighted), "R2", None);
    assert_eq!(other, SeenBefore::default(), "another reviewer saw it");

    let decision = Adjudication {
        name: super::super::testing::item(3),
        text: 1,
        label: "x".to_owned(),
        answer: Verdict::No,
        reason: String::new(),
        over: Vec::new(),
    };
    let decided = [happened("d", 0, What::Adjudicated(Box::new(decision)))];
    assert_eq!(items("new", &standing(&decided)), [false, false, false, true]);
}

#[test]
fn a_record_that_changed_where_it_stands_was_seen_and_a_side_of_a_pair_too() {
    let all = standing(&[opened("a", |opened| opened.shown = true)]);
    let seen = SeenBefore::of(&all, "R1", None);
    let mut item = opened_over(1).items.remove(0);
    item.name.hash = 99;
    assert!(seen.has(&item));
    item.name.index = 8;
    assert!(!seen.has(&item));
    let name = super::super::testing::item(0);
    item.beside = Some(crate::review::Beside { name, left: true });
    assert!(seen.has(&item));
}

#[test]
fn a_session_that_goes_on_knows_what_another_one_showed_meanwhile() {
    let events = [
        opened("a", |_| {}),
        said("a", 1, 0),
        opened("b", |opened| opened.filter = "tier:free".to_owned()),
        said("b", 1, 0),
        said("b", 2, 1),
        happened("b", 3, What::Revealed),
    ];
    let all = standing(&events);
    let kept = all.going_on(&wanted(&[]), &itself).session.unwrap();
    let session = Session::again(kept, "1".to_owned(), &all).unwrap();
    assert_eq!(session.at(), 1);
    let What::Answered(given) = session.answer(Verdict::No, 9, 10).unwrap().what else {
        panic!("no answer");
    };
    assert_eq!(given.sighted.as_deref(), Some("opened before"));
}
