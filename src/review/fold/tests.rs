//! Any order, any doubling, any spread over files: one standing.

use proptest::prelude::*;

use super::super::testing::{answer, happened, item, opened_over};
use super::*;

fn said(session: &str, n: u64, answered: Answered) -> Event {
    happened(session, n, What::Answered(Box::new(answered)))
}

fn undo(session: &str, n: u64, of: &str) -> Event {
    happened(session, n, What::Undone(of.to_owned()))
}

fn opened(session: &str, items: usize) -> Event {
    happened(session, 0, What::Opened(Box::new(opened_over(items))))
}

/// Where a path leads that is a file.
fn itself(path: &str) -> Vec<String> {
    vec![path.to_owned()]
}

fn standing(events: &[Event]) -> Standing {
    Standing::of(events.iter().cloned().map(Line::Event))
}

/// The answers that count: item, answer.
fn counting(standing: &Standing) -> Vec<(u64, Verdict)> {
    standing.counting().map(|(_, said)| (said.what.name.index, said.what.answer)).collect()
}

#[test]
fn the_last_answer_counts_and_undoing_brings_back_the_one_before() {
    let mut events = vec![
        opened("s", 3),
        said("s", 1, answer(0, Verdict::Yes)),
        said("s", 2, answer(1, Verdict::No)),
        said("s", 3, answer(0, Verdict::CannotTell)),
    ];
    let all = standing(&events);
    assert_eq!(counting(&all), [(0, Verdict::CannotTell), (1, Verdict::No)]);
    let session = &all.sessions["s"];
    assert_eq!((session.done(), session.waiting(), session.next), (2, Some(2), 4));
    assert_eq!(all.answers.values().next().unwrap().len(), 2, "the earlier one stays readable");

    events.push(undo("s", 4, "s-3"));
    assert_eq!(counting(&standing(&events)), [(0, Verdict::Yes), (1, Verdict::No)]);
    events.push(undo("s", 5, "s-1"));
    let all = standing(&events);
    assert_eq!(counting(&all), [(1, Verdict::No)]);
    assert_eq!((all.sessions["s"].waiting(), all.sessions["s"].next), (Some(0), 6));
    events.push(undo("s", 6, "s-4"));
    assert_eq!(counting(&standing(&events)), [(0, Verdict::CannotTell), (1, Verdict::No)]);
}

#[test]
fn a_clock_that_goes_back_changes_nothing_in_a_session() {
    let first = said("s", 9, answer(0, Verdict::Yes));
    let mut second = said("s", 10, answer(0, Verdict::No));
    second.time = 5;
    assert_eq!(counting(&standing(&[second, first])), [(0, Verdict::No)], "s-a is after s-9");
}

#[test]
fn across_sessions_the_later_counts_unless_it_was_passed_over() {
    let one = said("a", 7, answer(0, Verdict::Yes));
    let two = said("b", 8, answer(0, Verdict::No));
    assert_eq!(counting(&standing(&[two.clone(), one.clone()])), [(0, Verdict::No)]);
    let skip = said("c", 9, answer(0, Verdict::Skip));
    assert_eq!(counting(&standing(&[skip.clone(), two, one])), [(0, Verdict::No)]);
    assert_eq!(counting(&standing(&[skip])), [(0, Verdict::Skip)]);
    let change = [said("a", 1, answer(0, Verdict::Yes)), said("a", 2, answer(0, Verdict::Skip))];
    assert_eq!(counting(&standing(&change)), [(0, Verdict::Skip)]);
}

#[test]
fn raters_labels_parts_repeats_and_anchors_are_kept_apart() {
    let mut events = vec![said("s", 1, answer(0, Verdict::Yes))];
    let mut add = |n: u64, change: &dyn Fn(&mut Answered, &mut String)| {
        let (mut answer, mut rater) = (answer(n as usize, Verdict::No), "R1".to_owned());
        answer.name = item(0);
        change(&mut answer, &mut rater);
        events.push(Event { rater, ..said("s", n + 1, answer) });
    };
    add(1, &|answer, _| answer.repeat = true);
    add(2, &|answer, _| answer.anchor = true);
    add(3, &|answer, _| answer.label = "refused".to_owned());
    add(4, &|answer, _| answer.name.part = Some("turn 3".to_owned()));
    add(5, &|_, rater| *rater = "R2".to_owned());
    add(6, &|answer, _| answer.name.hash = 99);
    let all = standing(&events);
    assert_eq!(all.answers.len(), 7);
    let purposes: Vec<Purpose> = all.answers.keys().map(|key| key.purpose).collect();
    assert_eq!(purposes.iter().filter(|p| **p == Purpose::Answer).count(), 5);
    // Another place of the same record is the same item.
    let mut moved = answer(0, Verdict::No);
    (moved.name.source, moved.name.line, moved.name.index) = ("b.jsonl".to_owned(), None, 7);
    events.push(said("t", 9, moved));
    assert_eq!(standing(&events).answers.len(), 7);
}

#[test]
fn what_was_changed_after_a_reveal_counts_as_it_was_before() {
    let mut changed = answer(0, Verdict::No);
    changed.sighted = Some("after feedback".to_owned());
    let mut late = answer(1, Verdict::No);
    late.sighted = Some("after feedback".to_owned());
    let events = [
        opened("s", 2),
        said("s", 1, answer(0, Verdict::Yes)),
        happened("s", 2, What::Revealed),
        happened("s", 3, What::Revealed),
        said("s", 4, changed),
        said("s", 5, late),
    ];
    let all = standing(&events);
    assert_eq!(counting(&all), [(0, Verdict::No), (1, Verdict::No)]);
    let blind: Vec<Verdict> = all.blind().map(|(_, said)| said.what.answer).collect();
    assert_eq!(blind, [Verdict::Yes]);
    assert_eq!(all.sessions["s"].revealed, Some(events[2].time));
}

#[test]
fn sessions_on_one_thing_are_found_the_latest_last() {
    let paths = ["runs/".to_owned()];
    let mut events = vec![opened("a", 2), opened("b", 2)];
    events[0].time += 5;
    let ids = |events: &[Event], rater: &str, label: &str, paths: &[String]| {
        let all = standing(events);
        let found = all.sessions_on(rater, label, paths, &itself);
        found.iter().map(|s| s.begun.session.clone()).collect::<Vec<_>>()
    };
    let found = |events: &[Event]| ids(events, "R1", "alignment_faking", &paths);
    assert_eq!(found(&events), ["b", "a"]);
    events.push(undo("b", 1, "a-0"));
    assert_eq!(found(&events), ["b"], "nor did it begin");
    assert!(ids(&events, "R2", "alignment_faking", &paths).is_empty());
    assert!(ids(&events, "R1", "refused", &paths).is_empty());
    assert!(ids(&events, "R1", "alignment_faking", &[]).is_empty());
}

#[test]
fn decisions_and_imports_stand_beside_the_answers() {
    let decided = |reason: &str| {
        let (label, over) = ("x".to_owned(), vec!["s-1".to_owned()]);
        let (name, reason) = (item(0), reason.to_owned());
        let decision = Adjudication { name, text: 1, label, answer: Verdict::No, reason, over };
        What::Adjudicated(Box::new(decision))
    };
    let import = |answer| {
        let (label, from) = ("x".to_owned(), "a.csv:2".to_owned());
        What::Imported(Box::new(Import { name: item(0), label, answer, from }))
    };
    let mut events = vec![
        happened("s", 1, decided("first")),
        happened("s", 2, decided("second")),
        happened("i", 1, import(Verdict::Yes)),
        happened("i", 2, import(Verdict::No)),
    ];
    let last = |events: &[Event]| {
        let all = standing(events);
        let decision = all.adjudications.values().next().and_then(|list| list.last()).cloned();
        let import = all.imports.values().next().and_then(|list| list.last()).cloned();
        (decision.map(|d| d.what.reason), import.map(|i| i.what.answer))
    };
    assert_eq!(last(&events), (Some("second".to_owned()), Some(Verdict::No)));
    events.extend([undo("s", 3, "s-2"), undo("s", 4, "i-2")]);
    assert_eq!(last(&events), (Some("first".to_owned()), Some(Verdict::Yes)));
}

/// Undos as (id, of); gives the ids that do not count. `x` is an event of another kind.
fn undone(undos: &[(&str, &str)]) -> Vec<String> {
    let mut events = vec![Event { id: "x".to_owned(), ..happened("s", 0, What::Revealed) }];
    events.extend(undos.iter().map(|(id, of)| Event { id: (*id).to_owned(), ..undo("s", 0, of) }));
    standing(&events).undone.into_iter().collect()
}

#[test]
fn undos_of_undos_and_rings() {
    let none: [&str; 0] = [];
    assert_eq!(undone(&[("a", "x")]), ["x"]);
    assert_eq!(undone(&[("a", "x"), ("b", "a")]), ["a"]);
    assert_eq!(undone(&[("a", "x"), ("b", "a"), ("c", "b")]), ["b", "x"]);
    assert_eq!(undone(&[("a", "x"), ("b", "x"), ("c", "a")]), ["a", "x"], "one of two is enough");
    assert_eq!(undone(&[("a", "a")]), none);
    assert_eq!(undone(&[("a", "nowhere")]), none);
    assert_eq!(undone(&[("a", "b"), ("b", "a")]), none);
    assert_eq!(undone(&[("a", "b"), ("b", "c"), ("c", "a")]), none);
    // From outside a ring it is decided what stands in it.
    assert_eq!(undone(&[("a", "b"), ("b", "a"), ("c", "a")]), ["a"]);
    assert_eq!(undone(&[("a", "b"), ("b", "c"), ("c", "a"), ("d", "a")]), ["a", "c"]);
    assert_eq!(undone(&[("a", "b"), ("b", "a"), ("c", "a"), ("d", "c")]), ["c"]);
}

#[test]
fn strays_and_clashes_are_told() {
    let one = said("s", 1, answer(0, Verdict::Yes));
    let other = Event { time: one.time + 1, ..said("s", 1, answer(0, Verdict::No)) };
    let stray = undo("s", 2, "elsewhere-1");
    let all = standing(&[other.clone(), one.clone(), stray.clone(), one]);
    assert_eq!(counting(&all), [(0, Verdict::No)]);
    assert_eq!(all.clashes.into_iter().collect::<Vec<_>>(), ["s-1"]);
    assert_eq!(all.strays.into_iter().collect::<Vec<_>>(), ["s-2"]);
}

#[test]
fn numbers_of_events_that_nobody_knows_are_taken() {
    let lines = [
        Line::Event(opened("s", 1)),
        Line::Newer { id: "s-1f".to_owned() },
        Line::Newer { id: "t-ffff".to_owned() },
        Line::Newer { id: "odd".to_owned() },
    ];
    assert_eq!(Standing::of(lines).sessions["s"].next, 0x20);
}

/// Events of a small world, where everything meets everything.
fn world() -> impl Strategy<Value = Vec<Event>> {
    let ids = || prop::sample::select(vec!["s-1", "s-2", "s-a", "t-1", "t-2", "t-3", "q", "none"]);
    let session = || prop::sample::select(vec!["s", "t"]);
    let answers = (0_usize..3, 0_usize..4, any::<[bool; 3]>()).prop_map(|(n, verdict, flags)| {
        let mut answer = answer(n, Verdict::ALL[verdict]);
        [answer.repeat, answer.anchor, _] = flags;
        answer.sighted = flags[2].then(|| "sighted".to_owned());
        What::Answered(Box::new(answer))
    });
    let what = prop_oneof![
        4 => answers,
        3 => ids().prop_map(|id| What::Undone(id.to_owned())),
        1 => (0_usize..3).prop_map(|n| What::Opened(Box::new(opened_over(n)))),
        1 => Just(What::Revealed),
        1 => Just(What::Ended(Vec::new())),
    ];
    let event =
        (ids(), session(), 0_u64..6, 0_u8..2, what).prop_map(|(id, session, time, rater, what)| {
            Event {
                id: id.to_owned(),
                time,
                rater: format!("R{rater}"),
                ..happened(session, 0, what)
            }
        });
    prop::collection::vec(event, 0..14)
}

proptest! {
    #[test]
    fn order_doubling_and_spread_make_no_difference(
        events in world(),
        order in any::<prop::sample::Index>(),
        seed: u64,
        twice in prop::collection::vec(any::<prop::sample::Index>(), 0..4),
    ) {
        let all = standing(&events);
        let mut mixed = events.clone();
        if !events.is_empty() {
            mixed.extend(twice.iter().map(|at| events[at.index(events.len())].clone()));
        }
        mixed.sort_by_key(|e| xxhash_rust::xxh3::xxh3_64_with_seed(e.print().as_bytes(), seed));
        prop_assert_eq!(&standing(&mixed), &all);
        // Two files, read in either order.
        let at = order.index(events.len() + 1);
        let (one, two) = events.split_at(at);
        prop_assert_eq!(&standing(&[two, one].concat()), &all);
        // Through the file and back.
        let lines = mixed.iter().map(|e| Line::parse(e.print().as_bytes()).unwrap());
        prop_assert_eq!(&Standing::of(lines), &all);
    }

    #[test]
    fn an_undo_of_an_undo_is_as_if_neither_had_been(
        events in world(), at in any::<prop::sample::Index>(),
    ) {
        let before = standing(&events);
        let of = events.get(at.index(events.len().max(1))).map_or("none", |event| &event.id);
        let twice = [undo("z", 1, of), undo("z", 2, "z-1")];
        let after = standing(&[events.clone(), twice.to_vec()].concat());
        prop_assert_eq!(&after.answers, &before.answers);
        prop_assert_eq!(&after.sessions, &before.sessions);
    }

    #[test]
    fn nothing_is_lost(events in world()) {
        let all = standing(&events);
        let is_answer = |e: &&Event| matches!(e.what, What::Answered(_));
        let (known, _, _) = collected(events.iter().cloned().map(Line::Event));
        let wanted = known.values().filter(is_answer).filter(|e| !all.undone.contains(&e.id));
        prop_assert_eq!(all.answers.values().map(Vec::len).sum::<usize>(), wanted.count());
        prop_assert!(all.answers.values().all(|answers| !answers.is_empty()));
    }
}
