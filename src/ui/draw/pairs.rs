//! The list while it shows pairs: what either side did, what flips, the gap, and the query.

use super::canvas::Canvas;
use super::list::{GAP, LEAST_QUERY, Plan, fit_query};
use crate::app::{PairList, State, Varying, shared_start};
use crate::corpus::{Column, Pair, PairField, RowId, RowView};
use crate::model::OutcomeValue;
use crate::query::Flip;
use crate::text::{sanitize_line, truncate, truncate_middle, width};
use crate::ui::Theme;

/// Columns of a side: `✓ complied ×5`; the word alone; signs with their numbers.
const SIDE: [u16; 3] = [13, 8, 6];

/// The width from which on what tells pairs apart has columns of its own; below it stands before the query.
const DESIGN_FROM: u16 = 90;

/// Which columns a list of pairs has, and how wide each is: all of them, the narrower the less room there is.
pub(super) fn plan(pairs: &PairList, width: u16) -> Plan {
    let tells = !pairs.varying.is_empty();
    let (side, flip) = match width {
        72.. => (SIDE[0], 7),
        60.. if !tells => (SIDE[1], 7),
        44.. => (SIDE[2], 5),
        _ => (SIDE[2], 1),
    };
    let mut plan = vec![
        (Column::Outcome, side),
        (Column::Partner, side),
        (Column::Flip, flip),
        (Column::Gap, 4),
        (Column::Query, LEAST_QUERY.min(width)),
    ];
    fit_query(&mut plan, width);
    if width < DESIGN_FROM {
        return plan;
    }
    for (column, widest) in
        pairs.varying.iter().filter_map(|of| Some((column(of.field)?, of.widest)))
    {
        let room = plan.last().map_or(0, |(_, query)| *query);
        let name = column.name().chars().count();
        let wide = (widest.max(name) as u16).min(if width >= 130 { 20 } else { 16 });
        if room >= LEAST_QUERY + wide + GAP {
            plan.insert(plan.len() - 1, (column, wide));
            fit_query(&mut plan, width);
        }
    }
    plan
}

/// The column of a field of the design.
fn column(field: PairField) -> Option<Column> {
    Some(match field {
        PairField::Tier => Column::Tier,
        PairField::Model => Column::Model,
        PairField::Setting => Column::Setting,
        PairField::Variant => Column::Variant,
        PairField::Design(_) => return None,
    })
}

/// What a pair has in a column of the design. False: it is no such column.
pub(super) fn design(
    state: &State,
    canvas: &mut Canvas<'_>,
    (x, y, wide): (u16, u16, u16),
    column_of: &Column,
    view: &RowView<'_>,
) -> bool {
    let Some(pairs) = &state.pairs else { return false };
    let mut varying = pairs.varying.iter();
    let Some(of) = varying.find(|of| column(of.field).as_ref() == Some(column_of)) else {
        return false;
    };
    canvas.put(x, y, wide, &short(pairs, view, *of, wide.into()), canvas.theme.dim);
    true
}

/// The value of a field in so many columns: without what all have in common where it does not fit.
fn short(pairs: &PairList, view: &RowView<'_>, of: Varying, room: usize) -> String {
    let value = pairs.design(view, of.field);
    let whole = sanitize_line(&value);
    if whole.is_empty() {
        return "–".to_owned();
    }
    if width(&whole) <= room {
        return whole.into_owned();
    }
    let rest = value.get(of.shared..).unwrap_or(&value);
    truncate_middle(&sanitize_line(rest), room).into_owned()
}

/// Writes what tells a pair from others, as far as it has no column of its own, before its query, and gives the columns that it took: at most
/// about half of them, for the query tells it too.
pub(super) fn before_query(
    state: &State,
    canvas: &mut Canvas<'_>,
    (x, y, wide): (u16, u16, u16),
    plan: &Plan,
    view: &RowView<'_>,
) -> u16 {
    let Some(pairs) = &state.pairs else { return 0 };
    let has_own =
        |field: PairField| plan.iter().any(|(own, _)| column(field).as_ref() == Some(own));
    let varying: Vec<Varying> =
        pairs.varying.iter().copied().filter(|of| !has_own(of.field)).collect();
    // The values share the room.
    let room = (usize::from(wide / 2) / varying.len().max(1)).saturating_sub(1).max(3);
    let values: Vec<String> = varying.into_iter().map(|of| short(pairs, view, of, room)).collect();
    if values.is_empty() {
        return 0;
    }
    let used = canvas.put(x, y, wide, &values.join("·"), canvas.theme.dim);
    // One column tells the design from the query, where there is room two.
    (used + 1 + u16::from(wide > 24)).min(wide)
}

/// The list's name: a short one has no headings, so it says which tiers the columns are of.
pub(super) fn title(state: &State) -> String {
    let Some(pairs) = &state.pairs else { return "transcripts".to_owned() };
    let side = |right| side(&pairs.sides, right, 16);
    format!("pairs: {}, {}", side(false), side(true))
}

/// A side in so many columns: without what both have in common where it does not fit.
pub(super) fn side(sides: &[String; 2], right: bool, room: usize) -> String {
    let [left, other] = sides.each_ref().map(|side| sanitize_line(side));
    let (side, other) = if right { (&other, &left) } else { (&left, &other) };
    if width(side) <= room {
        return side.clone().into_owned();
    }
    let shared = shared_start([&**side, &**other].into_iter());
    truncate(side.get(shared..).unwrap_or(side), room).into_owned()
}

/// The pair of a row, where the list shows pairs.
pub(super) fn of(state: &State, row: RowId) -> Option<Pair> {
    state.pairs.as_ref()?.pair_of(row)
}

/// What one side did: of a single transcript its outcome, of several that all did the same its outcome and their number, else each
/// outcome's sign with its number.
pub(super) fn outcomes(
    state: &State,
    canvas: &mut Canvas<'_>,
    (x, y, wide): (u16, u16, u16),
    rows: &[RowId],
) {
    let mut counts: Vec<(OutcomeValue, usize)> = Vec::new();
    for view in rows.iter().filter_map(|row| state.catalogue.view(*row)) {
        let outcome = view.row().outcome;
        match counts.iter_mut().find(|(own, _)| *own == outcome) {
            Some((_, n)) => *n += 1,
            None => counts.push((outcome, 1)),
        }
    }
    counts.sort_by_key(|(outcome, _)| *outcome as u8);
    let t = canvas.theme;
    if let [(outcome, n)] = counts.as_slice() {
        let style = t.outcome(*outcome);
        let number = if *n > 1 { format!("×{n}") } else { String::new() };
        // Where there is no room for both the word says what its sign says, and a number needs the sign.
        let sign = wide >= SIDE[0] || wide < SIDE[1] || *n > 1;
        let word = wide >= SIDE[0] || wide >= SIDE[1] && *n == 1;
        let mut used = 0;
        if sign {
            used += canvas.put(x, y, wide, Theme::outcome_glyph(*outcome), style) + 1;
        }
        if word {
            let after = if *n > 1 { number.chars().count() as u16 + 1 } else { 0 };
            let room = wide.saturating_sub(used + after);
            used += canvas.put_cut(x + used, y, room, outcome.as_str(), style) + 1;
        }
        canvas.put(x + used, y, wide.saturating_sub(used), &number, style);
        return;
    }
    let mut used = 0;
    for (outcome, n) in counts {
        let text = format!("{}{n}", Theme::outcome_glyph(outcome));
        let needed = text.chars().count() as u16;
        if used + needed > wide {
            canvas.put(x + used.min(wide.saturating_sub(1)), y, 1, "…", t.dim);
            return;
        }
        used += canvas.put(x + used, y, needed, &text, t.outcome(outcome)) + 1;
    }
}

/// What flips, in as many columns: both words, one, or a sign.
pub(super) fn flip(canvas: &mut Canvas<'_>, (x, y, wide): (u16, u16, u16), flip: Flip) {
    let t = canvas.theme;
    let word = match (flip.outcome == Some(true), flip.label == Some(true)) {
        (false, false) => {
            let known = flip.any().is_some();
            let no = if wide < 2 { "=" } else { "no" };
            canvas.put(x, y, wide, if known { no } else { "–" }, t.dim);
            return;
        }
        _ if wide < 5 => "⇄",
        (true, true) => "both",
        (true, false) if wide < 7 => "⇄",
        (true, false) => "outcome",
        (false, true) => "label",
    };
    canvas.put(x, y, wide, word, t.repair);
}
