//! Further questions of a codebook: they come after the main answer, one after another; when none is left the answer is written.

use serde_json::Value;

use super::{record, session};
use crate::app::review::{Asking, Phase};
use crate::app::update::toast;
use crate::app::{Edit, Effect, Input, Key, KeyCode, State, Tone};
use crate::review::codebook::{Kind, Question};

/// The answer is written when no question is left, else the next one is asked.
pub fn go_on(state: &mut State, now: u64, fx: &mut Vec<Effect>) {
    let Some(review) = &mut state.review else { return };
    review.choosing = None;
    review.typed = Input::default();
    if review.question().is_some() {
        return;
    }
    let Some(session) = &mut review.session else { return };
    let Some(main) = session.draft.main else { return };
    if let Some(book) = &review.plan.codebook {
        // Answers to questions that are not asked any more do not go along.
        session.draft.answers = book.fitting(main, &session.draft.answers);
    }
    let event = session.answer(main, review.text, now);
    record(state, event, fx);
}

/// A key while a further question is asked. False: none is, or the key is none of its answers.
pub fn key(state: &mut State, key: Key, fx: &mut Vec<Effect>) -> bool {
    let now = state.now;
    if state.keymap.works_while_typing(key).is_some() {
        return false;
    }
    let Some(review) = state.review.as_mut().filter(|r| r.phase == Phase::Asking) else {
        return false;
    };
    if review.writing || !matches!(review.asking(), Asking::Question(_)) {
        return false;
    }
    let Some(question) = review.question().map(|(_, question)| question.clone()) else {
        return false;
    };
    let plain = !key.ctrl && !key.alt;
    match (question.kind, key.code) {
        (_, KeyCode::Esc) => back(state, &question),
        (_, KeyCode::Enter) => done(state, &question, now, fx),
        (Kind::Choice | Kind::YesNo, KeyCode::Char(c)) if plain => {
            let Some(option) = question.option(c) else { return false };
            give(state, &question, Value::String(option.value.clone()));
            go_on(state, now, fx);
        }
        (Kind::Several, KeyCode::Char(c)) if plain => {
            let Some(option) = question.option(c) else { return false };
            turn(state, &question, &option.value);
        }
        (Kind::Number | Kind::Text, _) => {
            let _: Edit = review.typed.key(key);
        }
        _ => return false,
    }
    true
}

fn give(state: &mut State, question: &Question, value: Value) {
    if let Some(session) = session(state) {
        session.draft.answers.insert(question.id.clone(), value);
    }
}

/// Takes one of several answers, or takes it away again.
fn turn(state: &mut State, question: &Question, word: &str) {
    if let Some(review) = &mut state.review {
        review.choosing = Some(question.id.clone());
    }
    let Some(session) = session(state) else { return };
    let given = session.draft.answers.entry(question.id.clone());
    let given = given.or_insert_with(|| Value::Array(Vec::new()));
    if let Value::Array(words) = given {
        match words.iter().position(|own| own == word) {
            Some(at) => drop(words.remove(at)),
            None => words.push(word.into()),
        }
    }
}

/// Enter: what was typed or chosen is the answer; nothing passes the question over, where that may be.
fn done(state: &mut State, question: &Question, now: u64, fx: &mut Vec<Effect>) {
    let Some(review) = &state.review else { return };
    let typed = review.typed.text.trim();
    let given = review.session.as_ref().and_then(|s| s.draft.answers.get(&question.id));
    let value = match question.kind {
        Kind::Number => {
            typed.parse::<f64>().ok().and_then(serde_json::Number::from_f64).map(Value::Number)
        }
        Kind::Text => (!typed.is_empty()).then(|| typed.into()),
        Kind::Several => given.cloned(),
        Kind::Choice | Kind::YesNo => None,
    };
    let wrong = match question.kind {
        Kind::Number if value.is_none() && !typed.is_empty() => Some("a number is asked for"),
        _ if value.is_none() && question.required => Some("this question needs an answer"),
        _ => None,
    };
    if let Some(wrong) = wrong {
        return toast(state, Tone::Info, wrong);
    }
    give(state, question, value.unwrap_or(Value::Null));
    go_on(state, now, fx);
}

/// Back to the question before, or to the main one.
fn back(state: &mut State, question: &Question) {
    let Some(review) = &mut state.review else { return };
    (review.choosing, review.typed) = (None, Input::default());
    let book = review.plan.codebook.clone();
    let Some((book, session)) = book.zip(review.session.as_mut()) else { return };
    let draft = &mut session.draft;
    draft.answers.remove(&question.id);
    let asked = draft.main.map(|main| book.asked(main, &draft.answers)).unwrap_or_default();
    let answered = |own: &&&Question| draft.answers.contains_key(&own.id);
    match asked.iter().rev().find(answered).map(|own| own.id.clone()) {
        Some(before) => drop(draft.answers.remove(&before)),
        None => draft.main = None,
    }
}
