//! The list: which rows pass the filter, in which order, which one is selected, and how the reader follows.
//!
//! The reader is never moved off the transcript being read while that still matches (`List::chosen`). Rows that arrive
//! are tested alone; filters that need text run elsewhere, one at a time.

use super::scroll::Move;
use super::{facets, figures, fuzzy, pairs, reader, remarks, toast, twin, wanted};
use crate::app::{Effect, List, State, Tone};
use crate::corpus::{Bits, Catalogue, Hits, Order, Ranks, Renewed, RowId, Sort, SortKey};
use crate::query::Filter;

/// Most rows that are tested within `update`; more are a worker's.
const AT_ONCE: RowId = 2_000_000;

/// Rows that are put in order each time more are found.
const QUICK: usize = if cfg!(test) { 3 } else { 20_000 };

/// Moves the selection.
pub fn go(state: &mut State, movement: Move, fx: &mut Vec<Effect>) {
    let last = state.list.rows.len().saturating_sub(1);
    let page = usize::from(state.sizes.list.1);
    // In any other order the end is not where new rows are.
    if matches!(movement, Move::End) && state.list.sort.is_plain() {
        state.follow.new = Bits::default();
    }
    let to = movement.apply(state.list.selected, page, last);
    choose(state, to, fx);
}

/// Selects a row of the list because the user asked for it; the reader follows.
pub fn choose(state: &mut State, index: usize, fx: &mut Vec<Effect>) {
    if let Some(&row) = state.list.rows.get(index) {
        state.reader.upward = index < state.list.selected;
        state.list.selected = index;
        state.list.chosen = Some(row);
        state.list.outside = false;
        keep_visible(state);
        reader::follow(state, fx);
        if !state.own.stays.contains(row) {
            remarks::moved_on(state, fx);
        }
    }
}

/// Selects a row where the list has it, and leaves the reader alone. In a list of pairs the row stands for its pair from now on.
pub fn select(state: &mut State, row: RowId) {
    let at = state.list.rows.iter().position(|own| *own == row);
    if let Some(at) = at.or_else(|| pairs::place_of(state, row)) {
        if let Some(own) = state.list.rows.get_mut(at) {
            *own = row;
        }
        state.list.selected = at;
        state.list.chosen = Some(row);
        state.list.outside = false;
        keep_visible(state);
    }
}

/// Scrolls so that the selected row is on the screen.
pub fn keep_visible(state: &mut State) {
    let list = &mut state.list;
    let height = usize::from(state.sizes.list.1).max(1);
    list.selected = list.selected.min(list.rows.len().saturating_sub(1));
    list.top = list.top.min(list.rows.len().saturating_sub(height));
    list.top = list.top.clamp((list.selected + 1).saturating_sub(height), list.selected);
}

/// Applies another filter. The bar shows it canonically unless somebody is typing there.
pub fn set_filter(state: &mut State, filter: Filter, fx: &mut Vec<Effect>) {
    let same = filter == state.filter.applied;
    state.filter.applied = filter;
    if !state.filter.editing {
        state.filter.input = crate::app::Input::new(state.filter.applied.to_string());
        state.filter.error = None;
    }
    if same {
        return;
    }
    state.list.narrowed.clear();
    state.list.fuzzy = None;
    reader::filter_changed(state);
    refilter(state, fx);
}

/// Tests all rows again.
pub fn refilter(state: &mut State, fx: &mut Vec<Effect>) {
    // Whatever still runs is for another filter.
    state.generation.0 += 1;
    let list = &mut state.list;
    list.settled = Bits::default();
    list.doubtful = Bits::default();
    list.retested = None;
    list.unshown = None;
    list.tested = 0;
    list.running = None;
    list.searching = None;
    list.unreadable = 0;
    state.own.stays = Bits::default();
    figures::changed(state);
    extend(state, true, fx);
}

/// Tests the rows that nobody has looked at. `fresh`: the filter is new, the list is made anew.
pub fn extend(state: &mut State, fresh: bool, fx: &mut Vec<Effect>) {
    if !fresh && state.filter.applied.asks_partners() {
        return test_again(state, fx);
    }
    if state.list.running.is_some() || !retest(state, fx) {
        return;
    }
    let (from, len) = (state.list.tested, state.catalogue.len() as RowId);
    let filter = &state.filter.applied;
    let at_once = len.saturating_sub(from) <= AT_ONCE && !runs_elsewhere(filter);
    let hits = if at_once { on_columns(&state.catalogue, filter, from) } else { None };
    let Some(hits) = hits else {
        state.generation.0 += 1;
        state.list.running = Some(len);
        state.list.searching = Some((from as usize, len as usize));
        fx.push(Effect::RunFilter {
            generation: state.generation.0,
            filter: filter.clone(),
            catalogue: state.catalogue.snapshot(),
            from,
        });
        return;
    };
    state.list.tested = len;
    state.list.searching = None;
    if fresh || !in_arrival(state) {
        settle(&mut state.list, &hits);
        show(state, fx);
        return;
    }
    // In order of arrival, new rows simply follow.
    let shown = match (state.list.narrowed.is_empty(), state.list.narrowing) {
        (true, _) => hits.clone(),
        (false, false) => state.catalogue.narrowed(&hits, &state.list.narrowed),
        (false, true) => {
            state.list.arrived = true;
            Vec::new()
        }
    };
    let was_empty = state.list.rows.is_empty();
    settle(&mut state.list, &hits);
    figures::changed(state);
    state.list.rows.extend(shown);
    if was_empty || state.list.outside {
        reselect(state, fx);
    }
    wanted::try_to_open(state, fx);
    facets::arrived(state);
}

/// Whether rows stand in the list as they came, each for itself.
fn in_arrival(state: &State) -> bool {
    state.list.sort.is_plain() && state.pairs.is_none()
}

/// Whether a filter asks for more than the columns of each row.
fn runs_elsewhere(filter: &Filter) -> bool {
    filter.needs().body || filter.asks_partners()
}

/// Rows have come or changed, and any of them may be the partner of any other: tests all again, once everything is read or half as many rows
/// again have come.
fn test_again(state: &mut State, fx: &mut Vec<Effect>) {
    let stale =
        (state.list.tested as usize) < state.catalogue.len() || !state.list.doubtful.is_empty();
    if stale && twin::is_time(state, state.list.tested as usize) && state.list.running.is_none() {
        refilter(state, fx);
    }
}

/// Rows were made anew, or are gone: of the rest of the list nothing has changed.
pub fn renewed(state: &mut State, renewed: &Renewed, fx: &mut Vec<Effect>) {
    let list = &mut state.list;
    let gone = renewed.gone().iter().filter(|id| list.settled.remove(**id)).count();
    for id in renewed.gone() {
        list.doubtful.remove(*id);
    }
    if gone > 0 {
        show(state, fx);
    }
    doubt(state, renewed.rows(), fx);
}

/// Something else is known of some rows: they are tested again.
pub fn doubt(state: &mut State, rows: &[RowId], fx: &mut Vec<Effect>) {
    let list = &mut state.list;
    let looked_at = list.tested.max(list.running.unwrap_or_default());
    for row in rows.iter().filter(|row| **row < looked_at) {
        list.doubtful.insert(*row);
    }
    extend(state, false, fx);
}

/// Tests rows again that have changed since. False: that takes a worker, and everything else waits for it.
fn retest(state: &mut State, fx: &mut Vec<Effect>) -> bool {
    let rows = std::mem::take(&mut state.list.doubtful);
    if rows.is_empty() {
        return true;
    }
    let filter = &state.filter.applied;
    let only = state.catalogue.only(&rows);
    let hits = if runs_elsewhere(filter) { None } else { on_columns(&only, filter, 0) };
    if let Some(hits) = hits {
        retested(state, &rows, &hits, fx);
        return true;
    }
    state.generation.0 += 1;
    state.list.running = Some(state.list.tested);
    state.list.retested = Some(rows);
    fx.push(Effect::RunFilter {
        generation: state.generation.0,
        filter: filter.clone(),
        catalogue: only,
        from: 0,
    });
    false
}

/// Some rows were tested again: those that pass stay or come, the others go.
fn retested(state: &mut State, rows: &Bits, hits: &[RowId], fx: &mut Vec<Effect>) {
    let list = &mut state.list;
    let before: Vec<RowId> = rows.iter().filter(|id| list.settled.remove(*id)).collect();
    settle(list, hits);
    // The same rows, and maybe other outcomes.
    figures::changed(state);
    let list = &mut state.list;
    if before != hits || !list.narrowed.is_empty() || !in_arrival(state) {
        show(state, fx);
    } else {
        facets::refresh(state);
    }
}

/// The rows from a place on that pass on columns alone; `None` when a text has to decide.
fn on_columns(catalogue: &Catalogue, filter: &Filter, from: RowId) -> Option<Vec<RowId>> {
    let (pass, open) = catalogue.decide(filter, from);
    open.is_empty().then_some(pass)
}

/// Remembers rows that pass for good.
fn settle(list: &mut List, rows: &[RowId]) {
    for row in rows {
        list.settled.insert(*row);
    }
}

/// Hits of a filter that ran elsewhere.
#[allow(clippy::needless_pass_by_value)] // they came in a message and end here
pub fn filtered(
    state: &mut State,
    generation: u64,
    mut hits: Hits,
    done: bool,
    fx: &mut Vec<Effect>,
) {
    let Some(up_to) = state.list.running.filter(|_| generation == state.generation.0) else {
        return;
    };
    // A file may have been cut short meanwhile.
    hits.rows.retain(|id| !state.catalogue.is_gone(*id));
    settle(&mut state.list, &hits.rows);
    if let Some(left) = &mut state.list.retested {
        for row in &hits.rows {
            left.remove(*row);
        }
        if !done {
            return;
        }
    }
    if !done {
        state.list.searching = Some((state.list.tested as usize + hits.searched, up_to as usize));
        follow(state, &hits.rows, false, fx);
        return;
    }
    state.list.running = None;
    state.list.searching = None;
    state.list.tested = up_to;
    state.list.unreadable += hits.unreadable;
    if let Some(left) = state.list.retested.take() {
        // Those that have changed and were not found.
        for row in left.iter() {
            state.list.settled.remove(row);
        }
        show(state, fx);
    } else {
        follow(state, &hits.rows, true, fx);
    }
    if (up_to as usize) < state.catalogue.len() || !state.list.doubtful.is_empty() {
        extend(state, false, fx);
    } else if state.list.unreadable > 0 {
        let what = crate::app::plural(state.list.unreadable, "transcript", "transcripts");
        toast(state, Tone::Bad, format!("{what} could not be read again for this filter"));
    }
    wanted::give_up(state);
}

/// Shows what a filter has found since its last word. In order of arrival that follows what is shown; in any other order
/// all rows are put in order again, many of them only now and then.
fn follow(state: &mut State, found: &[RowId], done: bool, fx: &mut Vec<Effect>) {
    let plain = state.list.narrowed.is_empty() && in_arrival(state);
    let list = &mut state.list;
    if plain && list.unshown == Some(0) {
        list.rows.extend_from_slice(found);
        shown(state, fx);
        return;
    }
    let unshown = list.unshown.map(|before| before + found.len());
    list.unshown = unshown;
    let few = |unshown: usize| list.rows.len() > QUICK && unshown < list.rows.len() / 4;
    if done || plain || !unshown.is_some_and(few) {
        show(state, fx);
    }
}

/// Makes the shown rows anew from those known to pass.
pub fn show(state: &mut State, fx: &mut Vec<Effect>) {
    let list = &mut state.list;
    let mut rows: Vec<RowId> = match &state.pairs {
        Some(pairs) => pairs.rows(&list.settled, list.chosen),
        None => list.settled.iter().collect(),
    };
    list.unshown = Some(0);
    if list.narrowed.is_empty() {
        in_order(state, &mut rows, fx);
        state.list.rows = rows;
    } else {
        list.arrived = false;
        if let Some(rows) = fuzzy::narrowed(state, rows, fx) {
            state.list.rows = rows;
        }
    }
    shown(state, fx);
}

/// The rows shown have changed.
fn shown(state: &mut State, fx: &mut Vec<Effect>) {
    figures::changed(state);
    reselect(state, fx);
    wanted::try_to_open(state, fx);
    if state.list.running.is_some() {
        facets::arrived(state);
    } else {
        facets::refresh(state);
    }
}

/// Puts rows in the order in force, or in that of arrival until texts were compared elsewhere.
fn in_order(state: &mut State, rows: &mut Vec<RowId>, fx: &mut Vec<Effect>) {
    let order = &state.list.sort;
    let keys = || order.keys().iter().map(|sort| sort.key);
    // One comparison at a time: when it is done the next one is asked for.
    if state.list.comparing.is_none_or(|key| !order.has(key))
        && let Some(key) = keys().find(|key| state.catalogue.lacks_ranks(*key))
    {
        state.list.comparing = Some(key);
        fx.push(Effect::Compare { key, catalogue: state.catalogue.snapshot() });
    }
    let at_once = keys().all(|key| state.catalogue.sorts_at_once(key));
    let now = if at_once { order } else { &Order::default() };
    state.catalogue.sort(rows, now);
}

/// Texts were compared elsewhere.
pub fn compared(state: &mut State, ranks: Ranks, fx: &mut Vec<Effect>) {
    let key = ranks.key();
    state.catalogue.take_ranks(ranks);
    if state.list.comparing == Some(key) {
        state.list.comparing = None;
    }
    if state.list.sort.has(key) && state.list.narrowed.is_empty() {
        let mut rows = std::mem::take(&mut state.list.rows);
        in_order(state, &mut rows, fx);
        state.list.rows = rows;
        reselect(state, fx);
    }
}

/// Finds the selection again among new rows: the chosen row while it passes, else the nearest following one.
pub fn reselect(state: &mut State, fx: &mut Vec<Effect>) {
    let list = &mut state.list;
    let on_screen = list.selected.saturating_sub(list.top);
    let len = list.rows.len();
    let Some(chosen) = list.chosen else {
        // The first pair is known when all have been found.
        if state.pairs.is_some() && list.running.is_some() {
            (list.selected, list.top) = (0, 0);
            return;
        }
        choose(state, 0, fx);
        return;
    };
    if let Some(at) = list.rows.iter().position(|&r| r == chosen) {
        (list.selected, list.outside) = (at, false);
    } else {
        let plain = Order::default();
        let sort = if list.narrowed.is_empty() { &list.sort } else { &plain };
        let catalogue = &state.catalogue;
        let at = list.rows.partition_point(|&r| catalogue.stands_before(r, chosen, sort));
        list.selected = at.min(len.saturating_sub(1));
        // A filter that still runs may yet come to the chosen row.
        let undecided = chosen >= list.tested;
        list.outside = len == 0 || undecided;
        // While a filter is typed the former choice is kept: the finished filter may match it again.
        if !list.outside && !state.filter.editing && list.fuzzy.is_none() {
            list.chosen = list.rows.get(list.selected).copied();
        }
    }
    list.top = list.selected.saturating_sub(on_screen);
    keep_visible(state);
    if !state.list.outside {
        reader::follow(state, fx);
    }
}

/// Steps to the next sort key, or reverses the order.
pub fn sort(state: &mut State, reverse: bool, fx: &mut Vec<Effect>) {
    let order = &state.list.sort;
    let new = if reverse {
        order.turned()
    } else {
        let name = order.first().key.as_str();
        let at = SortKey::ALL.iter().position(|k| k.as_str() == name).unwrap_or_default();
        let mut next = SortKey::ALL.iter().cycle().skip(at + 1).take(SortKey::ALL.len());
        let key = next.find(|k| !(state.view.quiet && tells(**k))).copied().unwrap_or_default();
        let key = match key {
            SortKey::Random(_) => SortKey::Random(state.list.seed),
            key => key,
        };
        let also = (key == SortKey::Tier && !state.view.quiet).then_some(SortKey::Outcome);
        let keys = std::iter::once(key).chain(also);
        keys.map(|key| Sort { key, reversed: false }).collect::<Vec<_>>().into()
    };
    sort_by(state, new, fx);
}

/// Whether an order would tell what quiet reading hides.
pub fn tells(key: SortKey) -> bool {
    matches!(key, SortKey::Score | SortKey::Cues | SortKey::Outcome | SortKey::Gap)
}

/// Puts the list into an order.
pub fn sort_by(state: &mut State, order: Order, fx: &mut Vec<Effect>) {
    if !state.list.narrowed.is_empty() {
        toast(state, Tone::Info, "a narrowed list is ordered by match; Esc widens it");
        return;
    }
    let before = &state.list.sort;
    let new = |sort: &Sort| tells(sort.key) && !before.has(sort.key);
    if state.view.quiet && order.keys().iter().any(new) {
        toast(state, Tone::Info, "this order would tell what is hidden while reading quietly");
        return;
    }
    if let Some(seed) = order.seed() {
        state.list.seed = seed;
    }
    state.list.sort = order;
    let words: Vec<String> = state.list.sort.keys().iter().copied().map(in_words).collect();
    let text = match (words.as_slice(), state.list.sort.first().key) {
        ([], _) => "in order of the files".to_owned(),
        ([word], SortKey::Source) => word.replacen("source", "in order of the files", 1),
        ([word], SortKey::Random(_)) => word.replacen("random", "in an order of chance", 1),
        (words, _) => format!("sorted by {}", words.join(", then ")),
    };
    toast(state, Tone::Info, text);
    // Sorts what is shown, which may be more than what is settled while a filter runs.
    let mut rows = std::mem::take(&mut state.list.rows);
    in_order(state, &mut rows, fx);
    state.list.rows = rows;
    reselect(state, fx);
}

fn in_words(Sort { key, reversed }: Sort) -> String {
    let seed = match key {
        SortKey::Random(seed) => format!(", seed {seed}"),
        _ => String::new(),
    };
    format!("{}{seed}{}", key.as_str(), if reversed { ", reversed" } else { "" })
}
