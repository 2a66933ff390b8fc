//! What is made of answers on parts.

use super::*;
use crate::review::testing::{answer, happened, item};
use crate::review::{Event, Line, Place, What};

fn mark(start: usize, rule: &str) -> Part {
    let at = Place { section: 2, start, end: start + 5 };
    Part::Mark { at, category: "strategic".to_owned(), rule: rule.to_owned() }
}

fn on(n: usize, part: &Part, verdict: Verdict) -> Answered {
    let name = ItemName { part: Some(part.to_string()), ..item(n as u64) };
    Answered { name, ..answer(n, verdict) }
}

/// Answers of raters, each in a session of their own.
fn standing(answers: Vec<(&str, Answered)>) -> Standing {
    let said = |(at, (rater, answered)): (usize, (&str, Answered))| {
        let what = What::Answered(Box::new(answered));
        Line::Event(Event { rater: rater.to_owned(), ..happened(rater, at as u64, what) })
    };
    Standing::of(answers.into_iter().enumerate().map(said))
}

fn which() -> Which {
    Which { label: "alignment_faking".to_owned(), ..Which::default() }
}

#[test]
fn marks_are_counted_by_rule() {
    let sighted = |answered| Answered { sighted: Some("after feedback".to_owned()), ..answered };
    let standing = standing(vec![
        ("R1", on(0, &mark(0, "a"), Verdict::Yes)),
        ("R1", on(1, &mark(0, "a"), Verdict::No)),
        ("R1", on(2, &mark(0, "a"), Verdict::Yes)),
        ("R1", on(3, &mark(0, "a"), Verdict::CannotTell)),
        ("R1", on(4, &mark(0, "a"), Verdict::Skip)),
        ("R1", sighted(on(5, &mark(0, "a"), Verdict::No))),
        ("R1", Answered { repeat: true, ..on(0, &mark(0, "a"), Verdict::No) }),
        ("R1", on(0, &mark(40, "b"), Verdict::No)),
        // Another reviewer agrees on one, and says the opposite of another.
        ("R2", on(0, &mark(0, "a"), Verdict::Yes)),
        ("R2", on(2, &mark(0, "a"), Verdict::No)),
        // A transcript is no mark, and the other way round.
        ("R1", answer(7, Verdict::Yes)),
        ("R1", Answered { label: "other".to_owned(), ..on(8, &mark(0, "a"), Verdict::Yes) }),
    ]);
    let parts = Parts::of(&standing, &which());
    let told: Vec<_> = parts.marks.iter().map(|m| (m.rule.as_str(), m.verdicts)).collect();
    let a = Verdicts { yes: 1, no: 1, split: 1, cannot_tell: 1 };
    assert_eq!(told, [("a", a), ("b", Verdicts { no: 1, ..Verdicts::default() })]);
    assert_eq!((a.n(), a.share()), (4, Share { k: 1, n: 2 }));
    assert_eq!(parts.marks[0].category, "strategic");
    let one = Which { raters: vec!["R1".to_owned()], sighted: true, ..which() };
    let a = Parts::of(&standing, &one).marks[0].verdicts;
    assert_eq!(a, Verdicts { yes: 2, no: 2, split: 0, cannot_tell: 1 });
    // Of all labels, for the explanation of a mark.
    assert_eq!(rule_precision(&standing, false)[0].verdicts.yes, 2);
    // And the transcripts' own figures know nothing of it.
    let counted = super::super::Counted::of(&standing, &which());
    assert_eq!((counted.answers.len(), counted.parts), (1, 10));
}

#[test]
fn quotes_are_counted_by_judge_and_criterion_and_turns_together() {
    let quote = |judge: &str, criterion: Option<u8>, start: usize| Part::Quote {
        at: Place { section: 2, start, end: start + 9 },
        criterion,
        label: "af".to_owned(),
        judge: judge.to_owned(),
    };
    let standing = standing(vec![
        ("R1", on(0, &quote("gpt", Some(4), 0), Verdict::Yes)),
        ("R1", on(1, &quote("gpt", Some(4), 0), Verdict::No)),
        ("R1", on(0, &quote("gpt", None, 0), Verdict::Yes)),
        ("R1", on(0, &Part::Turn(2), Verdict::Yes)),
        ("R1", on(0, &Part::Turn(4), Verdict::No)),
        ("R1", on(0, &Part::Turn(6), Verdict::No)),
    ]);
    let parts = Parts::of(&standing, &which());
    let told: Vec<_> = parts.quotes.iter().map(|q| (q.criterion, q.verdicts.share())).collect();
    assert_eq!(told, [(None, Share { k: 1, n: 1 }), (Some(4), Share { k: 1, n: 2 })]);
    assert_eq!(parts.turns, Verdicts { yes: 1, no: 2, ..Verdicts::default() });
}

#[test]
fn a_pair_is_unfolded_whichever_stood_on_the_left() {
    let said = |n: usize, shows: Option<Shows>, own_left: bool| {
        let (own, other) = (item(n as u64), item(n as u64 + 100));
        let answer = shows.map_or(Verdict::CannotTell, Shows::verdict);
        let mut answered = on(n, &Part::beside(&other), answer);
        let (left, right) = if own_left { (&own, &other) } else { (&other, &own) };
        answered.answers.insert("left".to_owned(), left.as_json());
        answered.answers.insert("right".to_owned(), right.as_json());
        answered.answers.extend(shows.map(|s| ("shows".to_owned(), s.as_str().into())));
        answered
    };
    let standing = standing(vec![
        ("R1", said(0, Some(Shows::Left), true)),
        ("R1", said(1, Some(Shows::Left), false)),
        ("R1", said(2, Some(Shows::Both), false)),
        ("R1", said(3, Some(Shows::Neither), true)),
        ("R1", said(4, None, true)),
        // Two reviewers who saw the sides the other way round mean the same, or not.
        ("R2", said(0, Some(Shows::Right), false)),
        ("R2", said(1, Some(Shows::Left), true)),
    ]);
    let Pairs { pairs, left } = Parts::of(&standing, &which()).pairs;
    let told: Vec<_> = pairs.iter().map(|p| (p.names[0].index, p.shows, p.split)).collect();
    let expected = [
        (0, Some((true, false)), false),
        (1, None, true),
        (2, Some((true, true)), false),
        (3, Some((false, false)), false),
        (4, None, false),
    ];
    assert_eq!(told, expected);
    assert_eq!(pairs[1].names[1].index, 101);
    assert_eq!(left, Share { k: 3, n: 4 });
}
