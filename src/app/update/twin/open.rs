//! Opening the twin view: which two values are compared, which pair comes first, and what is shown instead where the transcript has no
//! partner.

use std::cmp::Reverse;
use std::sync::Arc;

use super::super::{pairs, palette, toast};
use super::{ask, list_sample, show, stamp, step, wait};
use crate::app::twin::{besides_pairs, shown_pairs};
use crate::app::{Effect, Focus, Reader, State, Tone, Twin, TwinWish, no_pair};
use crate::corpus::{Comparison, Pair, RowId, Samples};

/// Columns from which on the line above both sides says who has no partner and what is not counted, whatever else it says.
const WIDE: u16 = 120;

/// It is known who is whose partner: does what was asked for.
pub(super) fn granted(
    state: &mut State,
    samples: &Arc<Samples>,
    wish: TwinWish,
    fx: &mut Vec<Effect>,
) {
    if wish == TwinWish::List {
        return pairs::show_usual(state, samples, fx);
    }
    if wish == TwinWish::Epochs {
        return list_sample(state, samples, state.selected_id(), fx);
    }
    if state.twin.is_some() {
        step(state, wish, fx);
        return;
    }
    let row = match wish {
        TwinWish::Chosen(row) => row,
        _ => state.selected_id(),
    };
    let chosen = matches!(wish, TwinWish::Chosen(_));
    let reading = !state.progress.done;
    let looked_at = samples.looked_at();
    let Some((twin, lacking)) = twin(state, samples, row.filter(|_| !chosen)) else {
        if reading {
            let sides = usual_sides(state, samples);
            return wait(state, wish, looked_at, &no_pair(samples, sides.as_ref()));
        }
        state.twin_wish.0 = Some(TwinWish::Instead);
        ask(state, fx);
        return;
    };
    if let Some([lacking, _]) = lacking.as_ref().filter(|_| reading) {
        return wait(state, wish, looked_at, lacking);
    }
    let said = lacking.map(|[lacking, other]| format!("{lacking}: {other} instead"));
    let own = row.and_then(|row| twin.pairs.iter().position(|pair| pairs::holds(pair, row)));
    let [left, right] = &twin.sides;
    let at = match wish {
        TwinWish::Step(down) => Ok(row.and_then(|row| beside(&twin.pairs, row, down))),
        TwinWish::Flip => {
            let from = row.and_then(|row| beside(&twin.pairs, row, true));
            Ok(next_flip(state, &twin.pairs, own.or(from).unwrap_or_default(), true))
        }
        _ => own.map(Some).ok_or(row.map_or(Some(0), |row| nearest(&twin.pairs, row))),
    };
    let none = match wish {
        _ if twin.pairs.is_empty() => {
            let text = "no partner for this transcript, and the filter leaves no pair";
            Some(format!("{} · {text}", twin.counts()))
        }
        TwinWish::Flip => Some("no pair differs in outcome or label".to_owned()),
        TwinWish::Step(_) => Some("no pair there".to_owned()),
        _ => None,
    };
    if reading && !at.is_ok_and(|at| at.is_some_and(|at| at < twin.pairs.len())) {
        let lacking = match wish {
            TwinWish::Flip => "no pair differs in outcome or label",
            TwinWish::Step(_) => "no pair there",
            _ => "no partner for this transcript",
        };
        return wait(state, wish, looked_at, lacking);
    }
    let (at, said) = match at {
        Ok(at) => (at, said),
        Err(at) => {
            let text =
                format!("no partner for this transcript: the nearest pair of {left} and {right}");
            (at, Some(text))
        }
    };
    let Some(at) = at.filter(|at| *at < twin.pairs.len()) else {
        toast(state, Tone::Info, none.unwrap_or_default());
        return;
    };
    state.twin = Some(Box::new(Twin { at, ..twin }));
    state.view.zoom = false;
    if state.focus == Focus::List {
        state.focus = Focus::Scratchpad;
    }
    // The transcript from which one came stays under the keys.
    if let (Some(twin), Some(row)) = (&mut state.twin, row) {
        let places = twin.pair().map(|pair| {
            let at = |rows: &[RowId]| rows.iter().position(|own| *own == row);
            (at(&pair.left), at(&pair.right))
        });
        match places {
            Some((Some(left), _)) => twin.epochs[0] = left,
            Some((_, Some(right))) => (twin.epochs[1], twin.right) = (right, true),
            _ => {}
        }
    }
    show(state, fx);
    // In few columns the line above both sides has no room for it.
    let besides = state.twin.as_ref().filter(|_| state.size.0 < WIDE);
    let besides = besides.and_then(|twin| besides_pairs(twin.paired.1, twin.copies));
    if let Some(said) = said.or(besides) {
        toast(state, Tone::Info, said);
    }
}

/// The view of the pairs of two values, at the first of them, and where these are not the usual two what is lacking and what stands in for
/// it. `None`: no sample has two
/// values of the field.
fn twin(
    state: &State,
    samples: &Arc<Samples>,
    row: Option<RowId>,
) -> Option<(Twin, Option<[String; 2]>)> {
    let (mut sides, mut said) = sides(state, samples, row)?;
    let (mut all, mut pairs) = shown_pairs(state, samples, &sides);
    if all.pairs.is_empty() {
        let found = samples.comparisons().into_iter();
        let Comparison { left, right, .. } = found.min_by_key(|c| Reverse(c.samples))?;
        said = Some([no_pair(samples, Some(&sides)), format!("{left} and {right}")]);
        sides = [left, right];
        (all, pairs) = shown_pairs(state, samples, &sides);
    }
    let twin = Twin {
        samples: Arc::clone(samples),
        sides,
        pairs,
        paired: (all.pairs.len(), all.unpaired()),
        copies: all.copies,
        at: 0,
        epochs: [0, 0],
        right: false,
        other: Reader::default(),
        contrast: None,
        contrasting: None,
        tops: [0, 0],
        stamp: stamp(state),
    };
    Some((twin, said))
}

/// The field has no pair: what else can be compared, where there is anything.
pub(super) fn instead(state: &mut State, samples: &Samples, choices: &[Comparison]) {
    let sides = usual_sides(state, samples);
    let lacking = no_pair(samples, sides.as_ref());
    let mut text = if sides.is_some() { lacking } else { format!("nothing to compare: {lacking}") };
    if !choices.is_empty() {
        palette::open_sides(state, samples, choices);
        text.push_str("; this can be compared");
    }
    toast(state, Tone::Info, text);
}

/// The values to compare when nothing is known of a transcript: those that were chosen, where they occur, else the usual two.
pub fn usual_sides(state: &State, samples: &Samples) -> Option<[String; 2]> {
    let values = samples.values();
    let occurs = |side: &String| values.iter().any(|(value, _)| value == side);
    let chosen = state.twin_ways.sides.as_ref();
    let chosen = chosen.filter(|_| state.twin_ways.field == samples.field());
    if let Some(chosen) = chosen.filter(|sides| sides.iter().all(occurs)) {
        return Some(chosen.clone());
    }
    samples.sides().map(|(left, right)| [left.to_owned(), right.to_owned()])
}

/// The values to compare for a transcript: the usual two where its sample has both, else its own and that of a partner; with what is
/// lacking, where one of the usual two is missing, and what stands in for it.
fn sides(
    state: &State,
    samples: &Samples,
    row: Option<RowId>,
) -> Option<([String; 2], Option<[String; 2]>)> {
    if let Some(list) = state.pairs.as_ref().filter(|list| list.samples.field() == samples.field())
    {
        return Some((list.sides.clone(), None));
    }
    let usual = usual_sides(state, samples)?;
    let field = samples.field();
    let value = |row: RowId| field.of(&state.catalogue.view(row)?).map(str::to_owned);
    let Some((row, own)) = row.and_then(|row| Some((row, value(row)?))) else {
        return Some((usual, None));
    };
    let others: Vec<String> = samples.partners(row).filter_map(value).collect();
    let missing = usual.iter().find(|side| **side != own && !others.contains(side));
    let is_usual = usual.contains(&own);
    if is_usual && missing.is_none() {
        return Some((usual, None));
    }
    let Some(other) = usual.iter().find(|side| others.contains(side)).or(others.first()) else {
        return Some((usual, None));
    };
    let said = missing.filter(|_| is_usual).map(|missing| {
        [format!("no transcript under {missing} answers this sample"), other.clone()]
    });
    let (left, right) = match &usual[0] {
        left if *other == *left => (left.as_str(), own.as_str()),
        left if own == *left => (left.as_str(), other.as_str()),
        _ => samples.in_order(&own, other),
    };
    let sides = [left.to_owned(), right.to_owned()];
    Some((sides, said))
}

/// The pair after a row's own, or before it; of a row without one the first whose transcripts stand behind it in the catalogue, or the
/// last before it.
fn beside(pairs: &[Pair], row: RowId, down: bool) -> Option<usize> {
    if let Some(own) = pairs.iter().position(|pair| pairs::holds(pair, row)) {
        return if down { Some(own + 1) } else { own.checked_sub(1) };
    }
    let first = |pair: &Pair| pair.left.iter().chain(&pair.right).min().copied();
    if down {
        pairs.iter().position(|pair| first(pair) > Some(row))
    } else {
        pairs.iter().rposition(|pair| first(pair) < Some(row))
    }
}

/// The pair of which a transcript stands nearest to a row in the catalogue.
fn nearest(pairs: &[Pair], row: RowId) -> Option<usize> {
    let far = |pair: &Pair| pair.left.iter().chain(&pair.right).map(|own| own.abs_diff(row)).min();
    let all = pairs.iter().enumerate();
    all.min_by_key(|(_, pair)| far(pair).unwrap_or(RowId::MAX)).map(|(at, _)| at)
}

/// The first pair from one on whose sides differ in outcome or label.
pub(super) fn next_flip(
    state: &State,
    pairs: &[Pair],
    from: usize,
    inclusive: bool,
) -> Option<usize> {
    let from = from + usize::from(!inclusive);
    let flips = |(_, pair): &(usize, &Pair)| state.catalogue.pair_flip(pair).any() == Some(true);
    pairs.iter().enumerate().skip(from).find(flips).map(|(at, _)| at)
}
