//! Pairs in the list: one row for each sample that both of two values have (tiers, where nothing else was chosen), with what either did
//! and the gap; and who is whose partner, found for whatever in the list says so.

use std::sync::Arc;

use super::{list, toast, twin};
use crate::app::twin::besides_pairs;
use crate::app::{Command, Effect, Focus, PairList, PairsBefore, State, Tone, TwinWish, no_pair};
use crate::corpus::{
    Column, Order, Pair, PairField, RowId, Samples, Sort, SortKey, exactly, quoted,
};
use crate::query::Filter;

/// Columns below which the list's counter is of pairs alone.
const NARROW: u16 = 70;

/// Shows pairs, or again what was shown before.
pub fn toggle(state: &mut State, fx: &mut Vec<Effect>) {
    if leave(state, fx) {
        toast(state, Tone::Info, "transcripts, as they were");
        return;
    }
    state.twin_wish.0 = Some(TwinWish::List);
    ask(state, state.twin_ways.field, fx);
}

/// From the twin view to the list of its pairs, at the one that is on screen.
pub fn of_twin(state: &mut State, fx: &mut Vec<Effect>) {
    let Some(twin) = &state.twin else { return };
    let (samples, sides) = (Arc::clone(&twin.samples), twin.sides.clone());
    let row = twin.row(twin.right);
    twin::close(state, fx);
    state.focus = Focus::List;
    if state.pairs.is_none() {
        state.list.chosen = row;
        show(state, &samples, sides, fx);
    }
}

/// Shows again what was shown before pairs. False: no pairs were shown.
pub fn leave(state: &mut State, fx: &mut Vec<Effect>) -> bool {
    let Some(filter) = forget(state) else { return false };
    list::set_filter(state, filter, fx);
    list::show(state, fx);
    true
}

/// The list shows transcripts from now on, with the columns and the order of before; gives the filter of before.
pub fn forget(state: &mut State) -> Option<Filter> {
    let PairList { before, samples, .. } = *state.pairs.take()?;
    let PairsBefore { filter, columns, order } = before;
    state.list.columns = columns;
    state.list.sort = order;
    // Columns are about all tiers again.
    if samples.field() == PairField::Tier {
        state.catalogue.take_partners(samples);
    } else {
        state.catalogue.forget_partners();
        state.partners_asked = None;
    }
    Some(filter)
}

/// The field that columns are about.
fn field(state: &State) -> PairField {
    state.pairs.as_ref().map_or(PairField::Tier, |pairs| pairs.field())
}

fn ask(state: &mut State, field: PairField, fx: &mut Vec<Effect>) {
    state.twin_wish.1 += 1;
    state.partners_asked = Some((state.catalogue.edition(), state.catalogue.len()));
    fx.push(Effect::Pair {
        generation: state.twin_wish.1,
        field,
        choices: false,
        catalogue: state.catalogue.snapshot(),
    });
}

/// It is known who is whose partner by some field.
pub fn known(state: &mut State, samples: &Arc<Samples>, fx: &mut Vec<Effect>) {
    if samples.field() != field(state) {
        return;
    }
    let samples = Arc::clone(samples);
    match &mut state.pairs {
        Some(pairs) => {
            pairs.samples = Arc::clone(&samples);
            pairs.count(&state.catalogue);
            state.catalogue.take_pairs(samples, pairs.sides.clone());
        }
        None => state.catalogue.take_partners(samples),
    }
    if state.pairs.is_some() || state.list.sort.has(SortKey::Gap) {
        list::show(state, fx);
    }
}

/// Shows one row for each pair of what was chosen to be compared, else of the usual two values.
pub fn show_usual(state: &mut State, samples: &Arc<Samples>, fx: &mut Vec<Effect>) {
    match twin::usual_sides(state, samples) {
        Some(sides) => show(state, samples, sides, fx),
        None => none(state, samples, None),
    }
}

/// There is no pair, or none yet.
fn none(state: &mut State, samples: &Samples, sides: Option<&[String; 2]>) {
    let lacking = no_pair(samples, sides);
    if state.progress.done {
        toast(state, Tone::Info, format!("nothing to compare: {lacking}"));
    } else {
        twin::wait(state, TwinWish::List, samples.looked_at(), &lacking);
    }
}

fn show(state: &mut State, samples: &Arc<Samples>, sides: [String; 2], fx: &mut Vec<Effect>) {
    let chosen = state.list.chosen.or(state.selected_id());
    let [left, right] = sides.clone();
    let before = PairsBefore {
        filter: state.filter.applied.clone(),
        columns: state.list.columns.clone(),
        order: state.list.sort.clone(),
    };
    let mut pairs = PairList {
        before,
        samples: Arc::clone(samples),
        sides: sides.clone(),
        all: None,
        paired: (0, 0),
        copies: 0,
        varying: Vec::new(),
    };
    pairs.count(&state.catalogue);
    if pairs.paired.0 == 0 {
        none(state, samples, Some(&sides));
        return;
    }
    let back = state.keymap.main_key(Command::Pairs);
    // In few columns the counter says how many pairs there are and no more.
    let besides = besides_pairs(pairs.paired.1, pairs.copies).filter(|_| state.size.0 < NARROW);
    let text = match besides {
        Some(besides) => format!("{besides}; {back} back"),
        None => format!("{left} beside {right}; {back} shows transcripts again"),
    };
    // The cursor goes to the pair of the transcript's sample; without one to the first.
    let pair = chosen.and_then(|row| pairs.pair_of(row));
    state.list.chosen = pair.and_then(|pair| {
        let own = chosen.filter(|row| holds(&pair, *row));
        own.or(pair.left.first().copied())
    });
    let filter = filter_of(&state.filter.applied, samples, [&left, &right]);
    pairs.all = pairs.before.filter.is_empty().then(|| filter.clone());
    state.pairs = Some(Box::new(pairs));
    state.focus = Focus::List;
    state.list.columns = PairList::COLUMNS.to_vec();
    state.list.sort = by_gap();
    state.catalogue.take_pairs(Arc::clone(samples), sides);
    list::set_filter(state, filter, fx);
    list::show(state, fx);
    toast(state, Tone::Info, text);
}

/// The largest gap first.
fn by_gap() -> Order {
    Order::from(vec![Sort { key: SortKey::Gap, reversed: false }])
}

/// A filter, for the transcripts of one side that have partners of the other, where one of the two passes it:
/// `(… OR partner(tier:paid …)) partner(tier:paid) tier:free`. What asks for partners itself is asked of the one side alone, and what
/// asks for one of the two sides of that one.
fn filter_of(filter: &Filter, samples: &Samples, sides: [&str; 2]) -> Filter {
    let (field, partner) = (samples.field().as_str(), samples.field().partner());
    let [left, right] = sides.map(|side| format!("{field}:{}", value_of(samples, side)));
    let plain = filter.without(field);
    let both =
        |filter: Filter| filter.toggle_term(&format!("{partner}({right})")).toggle_term(&left);
    let is_of = |side: &str| filter.toggle_term(side) == plain;
    if plain.is_empty() || filter.asks_partners() || is_of(&left) {
        return both(plain);
    }
    let written = if is_of(&right) {
        format!("{partner}({right} ({plain})) {left}")
    } else {
        format!("({filter} OR {partner}({right} ({filter}))) {partner}({right}) {left}")
    };
    Filter::parse(&written).unwrap_or_else(|_| both(plain))
}

/// A value as a filter has it, which takes letter case for nothing, so that it finds none of the others.
fn value_of(samples: &Samples, value: &str) -> String {
    let lower = value.to_lowercase();
    let others = samples.values();
    let mut others = others.iter().filter(|(other, _)| *other != value);
    if others.any(|(other, _)| other.to_lowercase() == lower) {
        exactly(value)
    } else {
        quoted(value)
    }
}

/// Orders the pairs by their gap, or as they stand in the catalogue.
pub fn toggle_order(state: &mut State, fx: &mut Vec<Effect>) {
    let order = if state.pairs_by_gap() { Order::default() } else { by_gap() };
    list::sort_by(state, order, fx);
}

/// Whether a row is one of a pair's.
pub fn holds(pair: &Pair, row: RowId) -> bool {
    pair.left.contains(&row) || pair.right.contains(&row)
}

/// Where a transcript's pair stands in the list of pairs.
pub fn place_of(state: &State, row: RowId) -> Option<usize> {
    let pair = state.pairs.as_ref()?.pair_of(row).filter(|pair| holds(pair, row))?;
    state.list.rows.iter().position(|own| holds(&pair, *own))
}

/// After every message: who is whose partner is found anew once everything is read, where the list says so; in a list of pairs already
/// while rows come.
pub fn after(state: &mut State, fx: &mut Vec<Effect>) {
    let says = state.pairs.is_some()
        || state.list.columns.iter().any(Column::needs_partners)
        || state.list.sort.has(SortKey::Gap);
    let (edition, asked_of) = state.partners_asked.unzip();
    let asked = edition == Some(state.catalogue.edition());
    let is_free = state.twin_wish.0.is_none();
    let is_time = match &state.pairs {
        Some(pairs) => {
            let of = pairs.samples.looked_at();
            twin::is_time(state, of.max(asked_of.unwrap_or_default()))
        }
        None => state.progress.done,
    };
    if says && is_free && is_time && !asked && !state.catalogue.knows_partners(field(state)) {
        ask(state, field(state), fx);
    }
}
