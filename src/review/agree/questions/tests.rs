//! Counts and agreement of further answers.

use super::*;
use crate::review::testing::{answer, happened, item};
use crate::review::{Event, Line, What};

fn said_by(rater: &str, session: &str, n: usize, answers: &[(&str, Value)]) -> Event {
    let mut answered = answer(n, Verdict::Yes);
    answered.name = item(n as u64);
    answered.answers =
        answers.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    let happened = happened(session, n as u64 + 1, What::Answered(Box::new(answered)));
    Event { rater: rater.to_owned(), ..happened }
}

#[test]
fn each_reviewer_is_counted_and_two_are_compared() {
    let several = |words: &[&str]| Value::from(words.to_vec());
    let events = [
        said_by("R1", "s", 0, &[("depth", "weighs".into()), ("motives", several(&["b", "a"]))]),
        said_by("R2", "t", 0, &[("depth", "weighs".into()), ("motives", several(&["a", "b"]))]),
        said_by("R1", "s", 1, &[("depth", "decides".into())]),
        said_by("R2", "t", 1, &[("depth", "weighs".into()), ("why", " ".into())]),
        said_by("R1", "s", 2, &[("depth", "decides".into())]),
    ];
    let standing = Standing::of(events.into_iter().map(Line::Event));
    let which = Which { label: "alignment_faking".to_owned(), ..Which::default() };
    let found = questions(&standing, &which, &|_| true);
    let [depth, motives] = &found[..] else { panic!("{found:?}") };
    assert_eq!((&*depth.question, &*motives.question), ("depth", "motives"));
    assert_eq!(depth.given["R1"], [("decides".to_owned(), 2), ("weighs".to_owned(), 1)].into());
    assert_eq!(depth.given["R2"], [("weighs".to_owned(), 2)].into());
    assert_eq!((depth.same.k, depth.same.n), (1, 2));
    assert_eq!(motives.given["R2"], [("a, b".to_owned(), 1)].into(), "in any order");
    assert_eq!((motives.same.k, motives.same.n), (1, 1));
    let alone = Which { raters: vec!["R1".to_owned()], ..which };
    let found = questions(&standing, &alone, &|_| true);
    assert_eq!(found[0].given.len(), 1);
    assert_eq!((found[0].same.k, found[0].same.n), (0, 0));
    let other = Which { label: "x".to_owned(), ..Which::default() };
    assert!(questions(&standing, &other, &|_| true).is_empty());
}
