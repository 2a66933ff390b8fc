//! How the explorer is left, and put back: filter, order, the transcript that was read and where, what is zoomed.

use serde_json::{Value, json};

use super::{scroll, toast_here, turns};
use crate::app::{Anchor, Effect, Focus, Input, Restoring, Shown, State};
use crate::corpus::{Column, Name, Order, RowId};
use crate::query::Filter;

/// What is asked for by the command line, and is not put back.
#[derive(Debug, Clone, Copy, Default)]
pub struct Given {
    /// A filter.
    pub filter: bool,
    /// An order.
    pub sort: bool,
}

const FOCUSES: [(&str, Focus); 3] =
    [("list", Focus::List), ("scratchpad", Focus::Scratchpad), ("output", Focus::Output)];

/// How the explorer is left.
pub fn session(state: &mut State) -> Value {
    turns::remember(state);
    let here = state.selected_id().filter(|_| !state.list.outside);
    let place = match (&state.restoring, here) {
        // It has not come yet.
        (Some(restoring), _) => Some((restoring.name.clone(), restoring.anchors)),
        (None, Some(row)) => {
            let anchors = state.reader.places.get(&row).copied().unwrap_or_default();
            // That is where everybody begins.
            let start = (state.list.selected, state.focus) == (0, Focus::List);
            let name = state.catalogue.name(row).filter(|_| !start || anchors != (None, None));
            name.map(|name| (name, anchors))
        }
        (None, None) => None,
    };
    let focus = state.restoring.as_ref().map_or(state.focus, |restoring| restoring.focus);
    let focus = FOCUSES.iter().find(|(_, f)| *f == focus).map(|(name, _)| *name);
    // Pairs are found anew: what comes back is the list of transcripts.
    let (filter, order, columns) = match &state.pairs {
        Some(pairs) => (&pairs.before.filter, &pairs.before.order, &pairs.before.columns),
        None => (&state.filter.applied, &state.list.sort, &state.list.columns),
    };
    json!({
        "filter": filter.to_string(),
        "sort": order.to_string(),
        "seed": state.list.seed,
        "columns": Column::print(columns),
        "zoom": state.view.zoom,
        "focus": focus,
        "place": place.map(|(name, anchors)| {
            let Name { source, index, ordinal, id, hash } = name;
            json!({
                "source": source, "index": index, "ordinal": ordinal, "id": id,
                "hash": format!("{hash:016x}"), "scratchpad": anchors.0, "output": anchors.1,
            })
        }),
    })
}

/// Puts the explorer back, before anything is read. Whatever cannot be understood is left as it is.
pub fn restore(state: &mut State, session: &Value, given: Given) {
    let text = |name: &str| session.get(name).and_then(Value::as_str);
    let is = |name: &str| session.get(name).and_then(Value::as_bool).unwrap_or_default();
    let mut back = false;
    // It could hide the transcript that is asked for.
    let given_filter = given.filter || state.wanted.is_some();
    let filter = text("filter").and_then(|text| Filter::parse(text).ok());
    if let Some(filter) = filter.filter(|filter| !given_filter && !filter.is_empty()) {
        state.filter.input = Input::new(filter.to_string());
        state.filter.applied = filter;
        back = true;
    }
    if let Some(seed) = session.get("seed").and_then(Value::as_u64).filter(|_| !given.sort) {
        state.list.seed = seed;
        let order = text("sort").and_then(|text| Order::parse(text).ok()).unwrap_or_default();
        state.list.sort = order.seeded(seed).unwrap_or(order);
        back |= !state.list.sort.is_plain();
    }
    if state.list.columns.is_empty()
        && let Some(columns) = text("columns").and_then(|text| Column::parse(text).ok())
    {
        state.list.columns = columns;
    }
    let focus = FOCUSES.iter().find(|(name, _)| Some(*name) == text("focus"));
    let focus = focus.map(|(_, focus)| *focus).unwrap_or_default();
    if state.wanted.is_none()
        && let Some((name, anchors)) = session.get("place").and_then(place)
    {
        let zoom = is("zoom") && focus != Focus::List;
        state.restoring = Some(Restoring { name, anchors, focus, zoom, row: None });
        back = true;
    }
    if back {
        state.restored = true;
        toast_here(state, "as you left it; Esc clears");
    }
}

/// Where the panes of a transcript are: scratchpad, output.
type Anchors = (Option<Anchor>, Option<Anchor>);

fn place(value: &Value) -> Option<(Name, Anchors)> {
    let text = |name: &str| value.get(name)?.as_str();
    let number = |name: &str| value.get(name)?.as_u64();
    let anchor = |name: &str| {
        let part = |at: usize| value.get(name)?.get(at)?.as_u64().map(|n| n as usize);
        Some((part(0)?, part(1)?))
    };
    let name = Name {
        source: text("source")?.into(),
        index: number("index")?,
        ordinal: u32::try_from(number("ordinal")?).ok()?,
        id: text("id")?.into(),
        hash: u64::from_str_radix(text("hash")?, 16).ok()?,
    };
    Some((name, (anchor("scratchpad"), anchor("output"))))
}

/// Looks for the transcript that was left among rows that have just arrived.
pub fn look(state: &mut State, from: RowId) {
    if let Some(restoring) = &mut state.restoring
        && restoring.row.is_none()
    {
        restoring.row = state.catalogue.named(&restoring.name, from);
    }
}

/// Goes to the transcript that was left when it is in the list.
pub fn try_to_open(state: &mut State, fx: &mut Vec<Effect>) {
    let Some(row) = state.restoring.as_ref().and_then(|restoring| restoring.row) else { return };
    let Some(at) = state.list.rows.iter().position(|&r| r == row) else { return };
    let Some(Restoring { anchors, focus, zoom, .. }) = state.restoring.take() else { return };
    state.reader.places.insert(row, anchors);
    super::list::choose(state, at, fx);
    state.focus = focus;
    state.view.zoom = zoom;
    if state.reader.body().is_some_and(|(here, _)| here == row)
        && state.reader.shown == Shown::Response
    {
        turns::put_back(state);
        scroll::fit_panes(state);
    }
}

/// Nothing more will come.
pub fn give_up(state: &mut State) {
    if state.restoring.take().is_some_and(|restoring| restoring.row.is_none()) {
        toast_here(state, "the transcript that you left is not here any more");
    }
}

/// As the explorer opens when nobody has left it: everything, in the order of the files, from the first on.
pub fn clear(state: &mut State, fx: &mut Vec<Effect>) {
    state.restoring = None;
    state.view.zoom = false;
    state.focus = Focus::List;
    state.list.sort = Order::default();
    super::list::set_filter(state, Filter::default(), fx);
    super::list::refilter(state, fx);
    super::list::choose(state, 0, fx);
    super::toast(state, crate::app::Tone::Info, "everything, in the order of the files");
}
