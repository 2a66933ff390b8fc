//! Which answer stands of a transcript.

use super::super::event::{Adjudication, Import};
use super::super::testing::{answer, happened, item};
use super::super::{Event, Line, What};
use super::*;

fn said(n: u64, change: impl FnOnce(&mut Answered)) -> Event {
    let mut answered = answer(0, Verdict::Yes);
    change(&mut answered);
    happened("s", n, What::Answered(Box::new(answered)))
}

fn all(events: &[Event]) -> Vec<GivenItem> {
    given(&Standing::of(events.iter().cloned().map(Line::Event)))
}

#[test]
fn the_last_blind_answer_stands() {
    let sighted = |answered: &mut Answered| {
        answered.answer = Verdict::No;
        answered.sighted = Some("after feedback".to_owned());
    };
    let [(name, text, given)] = &all(&[said(1, |_| {}), said(2, sighted)])[..] else {
        panic!("one transcript")
    };
    assert_eq!((name, *text), (&item(0), Some(77)));
    let [one] = &given[..] else { panic!("one answer: {given:?}") };
    assert_eq!((one.answer, &one.sighted, one.from), (Verdict::Yes, &None, GivenFrom::Review));
    // Where none is blind the last one stands, and says so.
    let [(_, _, given)] = &all(&[said(2, sighted)])[..] else { panic!("one transcript") };
    assert_eq!(given[0].sighted.as_deref(), Some("after feedback"));
}

#[test]
fn passing_over_repeats_and_parts_are_no_answers() {
    assert!(all(&[said(1, |a| a.answer = Verdict::Skip)]).is_empty());
    assert!(all(&[said(1, |a| a.repeat = true)]).is_empty());
    assert!(all(&[said(1, |a| a.name.part = Some("turn 3".to_owned()))]).is_empty());
    let anchor = |answered: &mut Answered| {
        answered.anchor = true;
        answered.answer = Verdict::No;
        answered.sighted = Some("shown sighted".to_owned());
    };
    assert_eq!(all(&[said(1, anchor)])[0].2[0].answer, Verdict::No, "nothing else was answered");
    let both = all(&[said(1, anchor), said(2, |_| {})]);
    assert_eq!(both[0].2.len(), 1);
    assert_eq!(both[0].2[0].answer, Verdict::Yes);
    assert_eq!(all(&[said(1, |a| a.answer = Verdict::CannotTell)])[0].2[0].answer.holds(), None);
}

#[test]
fn answers_from_elsewhere_and_decisions_stand_beside_them() {
    let label = || "alignment_faking".to_owned();
    let import =
        Import { name: item(0), label: label(), answer: Verdict::No, from: "a.csv:3".into() };
    let mut imported = happened("t", 1, What::Imported(Box::new(import)));
    imported.rater = "R0".to_owned();
    let decided = Adjudication {
        name: item(0),
        text: 77,
        label: label(),
        answer: Verdict::No,
        reason: "it quotes".to_owned(),
        over: Vec::new(),
    };
    let decided = happened("u", 1, What::Adjudicated(Box::new(decided)));
    let found = all(&[decided, imported, said(1, |_| {})]);
    let told: Vec<_> =
        found[0].2.iter().map(|g| (&*g.rater, g.from, g.answer, g.note.as_deref())).collect();
    assert_eq!(
        told,
        [
            ("R1", GivenFrom::Review, Verdict::Yes, None),
            ("R0", GivenFrom::Import, Verdict::No, Some("a.csv:3")),
            ("R1", GivenFrom::Decision, Verdict::No, Some("it quotes")),
        ]
    );
}
