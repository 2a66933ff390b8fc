//! Numbers of the rows shown: asked for when these have settled, taken when they come.

use std::sync::Arc;

use super::dialogs;
use crate::app::{Compared, Dialog, Effect, State};
use crate::corpus::{Answer, Ask, By, Measure, Question};
use crate::query::Filter;

/// Rows that are counted again with every batch while reading goes on.
const QUICK: usize = 50_000;

/// The rows shown have changed: what was said of them holds no longer.
pub fn changed(state: &mut State) {
    state.figures.stale = true;
    state.figures.answer = None;
    for dialog in &mut state.dialogs {
        if let Dialog::Statistics(shown) = dialog {
            shown.answer = None;
        }
    }
}

/// Something else is asked of the same rows.
pub fn ask_again(state: &mut State) {
    state.figures.stale = true;
}

/// What is always on the screen: compliance by the field that is compared, and the gap between the two values that are.
pub fn standing(filter: Filter, (field, sides): &Compared) -> Question {
    let by = By::parse(field.as_str()).unwrap_or_default();
    let sides = sides.clone().map(|[left, right]| (left, right));
    let ask = Ask { by: vec![by], label: None };
    Question { ask, pair: *field, sides, ..Question::standing(filter) }
}

/// Asks for numbers when the rows have settled. One request is on its way at a time while more rows come.
pub fn ask(state: &mut State, fx: &mut Vec<Effect>) {
    let (compared, partners) = (state.compared(), state.pairs.is_some());
    if (&state.figures.compared, state.figures.partners) != (&compared, partners) {
        (state.figures.compared, state.figures.partners) = (compared.clone(), partners);
        state.figures.stale = true;
    }
    let settled = state.list.running.is_none() && state.unread.is_none();
    let reading = !state.progress.done;
    // Of many rows again when there are half as many more: all countings together take no longer than three of the last.
    let known = state.figures.of + state.figures.of / 2;
    let few_more = state.catalogue.len() > QUICK && state.catalogue.len() < known;
    let soon = reading && (state.figures.waiting || few_more);
    let none_yet = reading && state.catalogue.is_empty();
    if !state.figures.stale || !settled || soon || none_yet {
        return;
    }
    let applied = &state.filter.applied;
    let measure = Measure::compliance(state.figures.ways.partial);
    let standing = standing(applied.clone(), &compared);
    let one_side = state.pairs.as_ref().and_then(|pairs| {
        let names = applied.without(pairs.field().as_str()) != *applied;
        names.then(|| pairs.sides[0].clone())
    });
    let mut questions = vec![Question { partners, measure, ..standing }];
    // The palette may stand over it.
    let shown = state.dialogs.iter_mut().find_map(|dialog| match dialog {
        Dialog::Statistics(shown) => Some(shown),
        _ => None,
    });
    questions.extend(shown.map(|shown| {
        shown.compared = compared;
        shown.one_side = one_side;
        shown.question(applied.clone())
    }));
    let figures = &mut state.figures;
    figures.stale = false;
    figures.waiting = true;
    figures.generation += 1;
    figures.of = state.catalogue.len();
    fx.push(Effect::Count {
        generation: figures.generation,
        questions,
        rows: state.list.settled.clone(),
        catalogue: state.catalogue.snapshot(),
    });
}

/// Numbers have come.
pub fn counted(state: &mut State, generation: u64, answers: Vec<Answer>) {
    let figures = &mut state.figures;
    if generation != figures.generation {
        return;
    }
    figures.waiting = false;
    // What is stale by now is shown while reading goes on: it is of the rows that had come.
    if !figures.stale || !state.progress.done {
        let mut answers = answers.into_iter().map(Arc::new);
        figures.answer = answers.next();
        for dialog in &mut state.dialogs {
            if let Dialog::Statistics(shown) = dialog
                && let Some(answer) = answers.next()
            {
                shown.take(answer);
            }
        }
        dialogs::keep_visible(state);
    }
}
