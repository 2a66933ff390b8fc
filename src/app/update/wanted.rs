//! A transcript to open when it arrives: a permalink `path:line#id`, or an id alone.

use super::{list, toast};
use crate::app::{Effect, State, Tone};
use crate::corpus::{Row, RowId};
use crate::text::sanitize_line;

/// What a link asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Link<'a> {
    place: Option<(&'a str, Option<u64>)>,
    id: &'a str,
}

/// Every way to read a link: ids may hold `#` and paths `:`, so each split is tried, the whole as an id first.
fn readings(wanted: &str) -> impl Iterator<Item = Link<'_>> {
    let whole = std::iter::once(Link { place: None, id: wanted });
    let split = wanted.match_indices('#').flat_map(|(at, _)| {
        let (path, id) =
            (wanted.get(..at).unwrap_or_default(), wanted.get(at + 1..).unwrap_or_default());
        let line = path.rsplit_once(':').and_then(|(p, n)| Some((p, n.parse().ok()?)));
        let with_line = line.map(|(p, n)| Link { place: Some((p, Some(n))), id });
        with_line.into_iter().chain(std::iter::once(Link { place: Some((path, None)), id }))
    });
    whole.chain(split)
}

fn is_it(row: &Row, source: &str, wanted: &str) -> bool {
    // The id must stand at the end; nearly every row is told apart by that alone.
    wanted.ends_with(&*row.id)
        && readings(wanted).any(|link| {
            link.id == &*row.id
                && link.place.is_none_or(|(path, line)| {
                    path == source && line.is_none_or(|n| n == row.place.line)
                })
        })
}

/// Looks for the wanted transcript among rows that have just arrived.
pub fn look(state: &mut State, from: RowId) {
    if state.wanted_row.is_some() {
        return;
    }
    let Some(wanted) = &state.wanted else { return };
    let mut found = (from..state.catalogue.len() as RowId).filter(|&id| {
        let row = state.catalogue.row(id);
        row.is_some_and(|r| is_it(r, state.catalogue.source_of(r), wanted))
    });
    state.wanted_row = found.next();
}

/// Opens it when it is in the list.
pub fn try_to_open(state: &mut State, fx: &mut Vec<Effect>) {
    let Some(row) = state.wanted_row else { return };
    if let Some(at) = state.list.rows.iter().position(|&r| r == row) {
        state.wanted = None;
        state.wanted_row = None;
        list::choose(state, at, fx);
        super::reader::enter(state);
    }
}

/// Nothing more will come: says so when the transcript was not found, or does not pass the filter.
pub fn give_up(state: &mut State) {
    if !state.progress.done || state.list.running.is_some() {
        return;
    }
    let found = state.wanted_row.take().is_some();
    let Some(wanted) = state.wanted.take() else { return };
    let wanted = sanitize_line(&wanted);
    let text = if found {
        format!("{wanted} does not pass the filter")
    } else {
        format!("no transcript {wanted} here")
    };
    toast(state, Tone::Bad, text);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_read_in_every_way_that_they_may_be_meant() {
        let all: Vec<Link<'_>> = readings("a:b.jsonl:12#x#1").collect();
        let wanted = [
            Link { place: None, id: "a:b.jsonl:12#x#1" },
            Link { place: Some(("a:b.jsonl", Some(12))), id: "x#1" },
            Link { place: Some(("a:b.jsonl:12", None)), id: "x#1" },
            Link { place: Some(("a:b.jsonl:12#x", None)), id: "1" },
        ];
        assert_eq!(all, wanted);
    }
}
