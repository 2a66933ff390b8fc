//! The list: one row per transcript, columns by width, only the visible rows looked at.

use ratatui::layout::Rect;

use super::canvas::Canvas;
use super::pairs;
use super::title::{self, Word};
use crate::app::{Focus, PairList, State, label_cell, score_share};
use crate::corpus::{Column, Row, RowId, RowView, SortKey};
use crate::text::width;
use crate::ui::Theme;
use crate::ui::layout::Part;

/// The sign of a marked transcript.
pub(super) const MARKED: &str = "★";
/// The sign of one with a note.
pub(super) const NOTED: &str = "n";
/// The sign of one that was not read, once any was.
const UNREAD: &str = "•";

/// Columns of the list that are drawn, each with its columns of the terminal.
pub(super) type Plan = Vec<(Column, u16)>;

/// Columns of an outcome's word without its sign.
const OUTCOME_WORD: u16 = 8;
/// Between two columns.
pub(super) const GAP: u16 = 2;

/// What stands before the first one: the cursor, what the reader said, a gap.
fn own(width: u16) -> u16 {
    if width >= 60 { 4 } else { 3 }
}

/// Fewer columns are no query.
pub(super) const LEAST_QUERY: u16 = 12;

/// Which columns fit into `width`, and how wide each is. `absent`: no record has anything to say in it.
fn plan(state: &State, width: u16) -> Plan {
    let absent = |column: &Column| match column {
        Column::Label(None) => state.main_label().is_none(),
        Column::Tier => !state.tally.has_tiers(),
        _ => false,
    };
    let hidden = |column: &Column| state.view.quiet && column.tells();
    if let Some(pairs) = state.pairs.as_ref().filter(|_| state.list.columns == PairList::COLUMNS) {
        let mut plan = pairs::plan(pairs, width);
        plan.retain(|(column, _)| !hidden(column));
        fit_query(&mut plan, width);
        return plan;
    }
    if state.list.columns.is_empty() {
        // What no record has leaves its columns to the query.
        return usual(width, |column| hidden(column) || absent(column));
    }
    let chosen = state.list.columns.iter().filter(|column| !hidden(column));
    fitted(&chosen.cloned().collect::<Vec<_>>(), width)
}

/// Gives the query all columns that the others leave.
pub(super) fn fit_query(plan: &mut Plan, width: u16) {
    let others = plan.iter().filter(|(column, _)| *column != Column::Query);
    let used: u16 = others.map(|(_, wide)| wide + GAP).sum();
    let room = width.saturating_sub(own(width) + 1);
    if let Some((_, wide)) = plan.iter_mut().find(|(column, _)| *column == Column::Query) {
        *wide = room.saturating_sub(used);
    }
}

/// The usual columns, the more of them the more room there is.
fn usual(width: u16, without: impl Fn(&Column) -> bool) -> Plan {
    let at = |least: u16, columns: u16| if width >= least { columns } else { 0 };
    let bar = match width {
        100.. => 6,
        70.. => 5,
        52.. => 4,
        _ => at(40, 3),
    };
    let mut plan = vec![
        (Column::Tier, if width >= 90 { 10 } else { at(26, 5) }),
        (
            Column::Outcome,
            match width {
                60.. => 12,
                // The word alone: it says what its sign says.
                52.. => OUTCOME_WORD,
                _ => 1,
            },
        ),
        (Column::Label(None), at(36, 4)),
        // Number and bar stand close together.
        (Column::Score, if width >= 44 { NUMBER + 1 + bar } else { bar }),
        (Column::Cues, if width >= 120 { 16 } else { at(92, 9) }),
        (Column::Model, at(110, 16)),
    ];
    plan.retain(|(column, wide)| *wide > 0 && !without(column));
    let used: u16 = plan.iter().map(|(_, wide)| wide + GAP).sum();
    plan.push((Column::Query, width.saturating_sub(own(width) + used)));
    plan
}

/// Chosen columns in their order: where there is not room for all, the last ones go. The query has what is left.
fn fitted(columns: &[Column], width: u16) -> Plan {
    let room = width.saturating_sub(own(width) + 1);
    let mut plan: Plan = Vec::new();
    let mut used = 0;
    for column in columns {
        let wide = match column {
            Column::Query => LEAST_QUERY,
            other => wanted(other, width),
        };
        let gap = if plan.is_empty() { 0 } else { GAP };
        // The first one stays, cut to what there is.
        let wide = if plan.is_empty() { wide.min(room) } else { wide };
        if used + gap + wide > room {
            break;
        }
        used += gap + wide;
        plan.push((column.clone(), wide));
    }
    let rest = plan.iter_mut().find(|(column, _)| *column == Column::Query);
    if let Some((_, wide)) = rest {
        *wide += room - used;
    }
    plan
}

/// The width of a chosen column.
fn wanted(column: &Column, width: u16) -> u16 {
    let roomy = width >= 90;
    match column {
        Column::Outcome => match width {
            60.. => 12,
            52.. => OUTCOME_WORD,
            _ => 1,
        },
        Column::Tier => {
            if roomy {
                10
            } else {
                5
            }
        }
        Column::Label(_) => {
            if roomy {
                10
            } else {
                6
            }
        }
        Column::Score => NUMBER + 1 + if roomy { 6 } else { 4 },
        Column::Cues => {
            if roomy {
                16
            } else {
                9
            }
        }
        Column::Model | Column::Source | Column::Id | Column::Sample => {
            if roomy {
                20
            } else {
                12
            }
        }
        other => other.widest() as u16,
    }
}

/// Columns of a score's number.
const NUMBER: u16 = 4;

/// Columns of a score's number and of its bar; 0: there is no room for it.
fn score_parts(wide: u16) -> (u16, u16) {
    match wide {
        ..NUMBER => (0, wide),
        NUMBER..=5 => (wide, 0),
        _ => (NUMBER, wide - NUMBER - 1),
    }
}

/// What the title says on its right.
pub(super) fn title_words(state: &State, t: &Theme) -> Vec<Word> {
    let mut words = Vec::new();
    let keys = state.list.sort.keys().iter().map(|sort| {
        let arrow = if sort.reversed { "↑" } else { "↓" };
        match sort.key {
            SortKey::Random(seed) => format!("{arrow} random (seed {seed})"),
            key => format!("{arrow} {}", key.as_str()),
        }
    });
    let keys: Vec<String> = keys.collect();
    if !keys.is_empty() {
        words.push(Word::new(keys.join(" "), t.dim, 1));
    }
    if !state.list.narrowed.is_empty() {
        words.push(Word::new(format!("~ {}", state.list.narrowed), t.filter_match, 2));
    }
    words
}

/// Draws the list.
pub(super) fn draw(state: &State, canvas: &mut Canvas<'_>, part: &Part) {
    if part.body.is_empty() {
        return;
    }
    let t = canvas.theme;
    let focused = state.focus == Focus::List;
    let words = title_words(state, t);
    let name = pairs::title(state);
    title::title(canvas, part, &name, focused, words);
    let body = part.body;
    let rows = usize::from(body.height);
    canvas.scroll_bar(part.scroll, state.list.top, state.list.rows.len(), focused);
    if state.list.rows.is_empty() {
        empty(state, canvas, body);
        return;
    }
    let p = plan(state, body.width);
    if !part.head.is_empty() {
        headings(state, canvas, part.head, &p);
    }
    let visible = state.list.rows.iter().enumerate().skip(state.list.top).take(rows);
    for (y, (index, id)) in (body.y..).zip(visible) {
        let Some(view) = state.catalogue.view(*id) else { continue };
        let area = Rect { y, height: 1, ..body };
        remarks(state, canvas, area, own(body.width), *id);
        draw_row(state, canvas, area, &p, &view);
        if index == state.list.selected {
            canvas.over(area, if focused { t.selection } else { t.selection_idle });
            canvas.glyph(body.x, y, '▌', t.cursor);
        }
    }
}

fn headings(state: &State, canvas: &mut Canvas<'_>, area: Rect, plan: &Plan) {
    let style = canvas.theme.dim;
    let mut x = area.x + own(area.width);
    for (column, wide) in plan {
        let wide = *wide;
        let name = match column {
            Column::Label(None) => short(state.main_label().unwrap_or_default()).to_owned(),
            Column::Label(Some(name)) => short(name).to_owned(),
            Column::Cue(name) => name.clone(),
            Column::Outcome | Column::Partner if state.pairs.is_some() => {
                let right = *column == Column::Partner;
                let side = |list: &PairList| pairs::side(&list.sides, right, wide.into());
                state.pairs.as_deref().map_or_else(String::new, side)
            }
            other => other.name(),
        };
        match column {
            Column::Outcome | Column::Flip if wide == 1 => {}
            Column::Label(None) | Column::Gap => {
                canvas.put_right(x, area.y, wide, &name, style);
            }
            Column::Cue(_) | Column::Epoch | Column::Len(_) if width(&name) <= wide.into() => {
                canvas.put_right(x, area.y, wide, &name, style);
            }
            _ => {
                canvas.put_cut(x, area.y, wide, &name, style);
            }
        }
        x += wide + GAP;
    }
}

/// A label's name where there is little room.
fn short(label: &str) -> &str {
    if label == "alignment_faking" { "af" } else { label }
}

/// What the reader said of a row, next to the cursor: marked, else unread, and a note beside it; the first of mark, note and
/// unread where there is one column. A mark or a note could tell of a label, so quiet reading leaves unread alone.
fn remarks(state: &State, canvas: &mut Canvas<'_>, area: Rect, own: u16, id: RowId) {
    let t = canvas.theme;
    let remarks = state.catalogue.remarks();
    let quiet = state.view.quiet;
    let mark = !quiet && remarks.marked().contains(id);
    let note = !quiet && remarks.notes().contains_key(&id);
    let unread = !remarks.read().is_empty() && !remarks.read().contains(id);
    let two = own > 3;
    let (x, y) = (area.x + 1, area.y);
    if mark {
        canvas.put(x, y, 1, MARKED, t.key);
    } else if note && !two {
        canvas.put(x, y, 1, NOTED, t.key);
    } else if unread {
        canvas.put(x, y, 1, UNREAD, t.dim);
    }
    if note && two {
        canvas.put(x + 1, y, 1, NOTED, t.key);
    }
}

fn draw_row(state: &State, canvas: &mut Canvas<'_>, area: Rect, plan: &Plan, view: &RowView<'_>) {
    let t = canvas.theme;
    let y = area.y;
    let row = &view.row();
    // Rules have not read rows that were only glimpsed at.
    let unread = state.unread.is_some();
    let pair = pairs::of(state, view.id);
    let mut x = area.x + own(area.width);
    for (column, wide) in plan {
        let wide = *wide;
        match column {
            column if pairs::design(state, canvas, (x, y, wide), column, view) => {}
            Column::Tier => match &row.tier {
                Some(tier) => {
                    canvas.put_cut(x, y, wide, &tier.value, t.tier(&tier.value));
                }
                None => {
                    canvas.put(x, y, wide, if row.pending { UNKNOWN } else { "–" }, t.dim);
                }
            },
            Column::Label(name) => {
                if let Some(label) = name.as_deref().or(state.main_label()) {
                    label_of(canvas, x, y, wide, row, label);
                }
            }
            Column::Score if row.pending || unread => {
                canvas.put_right(x, y, score_parts(wide).0.max(1), UNKNOWN, t.dim);
            }
            _ if column.is_unknown(view) || unread && column.needs_cues() => {
                unknown(canvas, x, y);
            }
            Column::Outcome | Column::Partner if pair.is_some() => {
                let pair = pair.as_ref().map(|pair| (&pair.left, &pair.right));
                let side = pair.map(|(l, r)| if *column == Column::Outcome { l } else { r });
                pairs::outcomes(state, canvas, (x, y, wide), side.map_or(&[][..], |s| s));
            }
            Column::Flip if pair.is_some() => {
                let flip = pair.as_ref().map(|pair| state.catalogue.pair_flip(pair));
                pairs::flip(canvas, (x, y, wide), flip.unwrap_or_default());
            }
            Column::Outcome => outcome(canvas, x, y, wide, row),
            Column::Score => score(canvas, x, y, wide, row),
            Column::Cues => cues(state, canvas, x, y, wide, row),
            Column::Query => {
                let used = pairs::before_query(state, canvas, (x, y, wide), plan, view);
                let (x, wide) = (x + used, wide - used);
                match &row.query {
                    Some(query) => canvas.put_cut(x, y, wide, query, t.text),
                    None => canvas.put_cut(x, y, wide, &row.id, t.dim),
                };
            }
            other => {
                let cell = other.cell(view);
                let cell = if cell.is_empty() { "–" } else { &cell };
                if other.is_number() {
                    canvas.put_right(x, y, wide, cell, t.dim);
                } else {
                    canvas.put_cut(x, y, wide, cell, t.dim);
                }
            }
        }
        x += wide + GAP;
    }
}

fn outcome(canvas: &mut Canvas<'_>, x: u16, y: u16, wide: u16, row: &Row) {
    let t = canvas.theme;
    let style = t.outcome(row.outcome);
    let word = x + if wide > OUTCOME_WORD { 2 } else { 0 };
    if wide != OUTCOME_WORD {
        canvas.put(x, y, 1, Theme::outcome_glyph(row.outcome), style);
    }
    let used = if wide > 1 {
        word - x + canvas.put_cut(word, y, wide + x - word, row.outcome.as_str(), style)
    } else {
        1
    };
    if row.conflict {
        // Two deciders disagree.
        canvas.put(x + used.min(wide), y, 1, "!", t.repair);
    }
}

fn label_of(canvas: &mut Canvas<'_>, x: u16, y: u16, wide: u16, row: &Row, label: &str) {
    let t = canvas.theme;
    let mut cell = label_cell(row, label);
    if row.pending && !row.judgements.iter().any(|j| j.is_named(label)) {
        UNKNOWN.clone_into(&mut cell.text);
    }
    let style = if cell.positive == Some(true) { t.positive } else { t.dim };
    // Half a word could be that of another value: the verdict says more.
    let fits = width(&cell.text) <= usize::from(wide);
    let text = match cell.positive {
        Some(true) if !fits => "yes",
        Some(false) if !fits => "no",
        _ => &cell.text,
    };
    canvas.put_right(x, y, wide, text, style);
}

/// Stands where a value is not known before the sample is opened, or before rules have read it.
const UNKNOWN: &str = "·";

fn unknown(canvas: &mut Canvas<'_>, x: u16, y: u16) {
    let dim = canvas.theme.dim;
    canvas.put(x, y, 1, UNKNOWN, dim);
}

fn score(canvas: &mut Canvas<'_>, x: u16, y: u16, wide: u16, row: &Row) {
    let t = canvas.theme;
    let (number, columns) = score_parts(wide);
    let text = row.score.map_or_else(|| "–".to_owned(), |s| format!("{s:.1}"));
    if number > 0 {
        canvas.put_right(x, y, number, &text, t.dim);
    }
    let Some(share) = score_share(row).filter(|_| columns > 0) else { return };
    let at = x + number + u16::from(number > 0);
    bar(canvas, at, y, columns, share);
}

/// A bar of `columns` columns in eighths of a column; anything above nothing shows at least one.
pub(super) fn bar(canvas: &mut Canvas<'_>, x: u16, y: u16, columns: u16, share: f32) {
    const PARTS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    let style = canvas.theme.bar;
    let wanted = (share.clamp(0.0, 1.0) * f32::from(columns) * 8.0).round() as u16;
    let eighths = if share > 0.0 { wanted.max(1) } else { 0 };
    for i in 0..eighths / 8 {
        canvas.put(x + i, y, 1, "█", style);
    }
    if let Some(part) = PARTS.get(usize::from(eighths % 8)) {
        canvas.put(x + eighths / 8, y, 1, part, style);
    }
}

/// Glyphs with counts, in the order of precedence, as many as fit.
fn cues(state: &State, canvas: &mut Canvas<'_>, x: u16, y: u16, max: u16, row: &Row) {
    let mut used = 0;
    let counts = row.cues.iter().map(|(name, n)| (&**name, *n));
    for (mark, style, count) in super::reader::cue_counts(state, canvas.theme, counts) {
        let digits = if count > 1 { count.to_string() } else { String::new() };
        let needed = 1 + digits.len() as u16;
        if used + needed > max {
            return;
        }
        canvas.glyph(x + used, y, mark, style);
        canvas.put(x + used + 1, y, needed - 1, &digits, canvas.theme.dim);
        used += needed + 1;
    }
}

/// Why there is no row.
fn empty(state: &State, canvas: &mut Canvas<'_>, area: Rect) {
    let t = canvas.theme;
    let key = |command| state.keymap.main_key(command);
    let (line, hint) = if !state.catalogue.is_empty() && state.list.searching.is_some() {
        (state.searching_line().unwrap_or_default(), String::new())
    } else if !state.catalogue.is_empty() {
        let bar = &state.filter;
        let edit = key(crate::app::Command::Filter);
        let hint = match bar.applied.wider() {
            Some(term) => format!("{edit} edits the filter; {term} finds parts"),
            None => format!("{edit} edits the filter"),
        };
        match bar.editing {
            // The filter in force is an earlier one.
            true if bar.error.is_some() => {
                (format!("No transcript matches {}", bar.applied), String::new())
            }
            true => ("No transcript matches".to_owned(), String::new()),
            false => ("No transcript matches".to_owned(), hint),
        }
    } else if !state.progress.done {
        (state.progress_words().map(|words| words.line()).unwrap_or_default(), String::new())
    } else if state.catalogue.problems().next().is_some() {
        let hint = format!("{} lists why", key(crate::app::Command::Problems));
        ("Nothing could be read".to_owned(), hint)
    } else {
        ("Nothing to read here".to_owned(), "no transcript was found in what was given".to_owned())
    };
    let y = area.y + area.height.min(6) / 3;
    canvas.put_cut(area.x + 2, y, area.width.saturating_sub(3), &line, t.text);
    if y + 1 < area.bottom() {
        canvas.put_cut(area.x + 2, y + 1, area.width.saturating_sub(3), &hint, t.dim);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn used(plan: &Plan, width: u16) -> u16 {
        own(width) + plan.iter().map(|(_, wide)| wide + GAP).sum::<u16>()
    }

    #[test]
    fn columns_fit_and_the_query_gets_what_is_left() {
        for width in 20..250 {
            for quiet in [false, true] {
                let p = usual(width, |column| quiet && column.tells());
                assert!(used(&p, width) <= width.max(20) + GAP, "{width}: {p:?}");
                let Some((Column::Query, query)) = p.last() else { panic!("{p:?}") };
                assert!(width < 40 || *query >= 12, "{width}: {p:?}");
                assert!(!quiet || p.iter().all(|(column, _)| !column.tells()));
            }
        }
    }

    #[test]
    fn the_last_columns_go_first() {
        let all = Column::parse("id,score,query,model,label.x,len.output,epoch").unwrap();
        let mut before = 0;
        for width in 12..200 {
            let p = fitted(&all, width);
            assert!(used(&p, width) < width + GAP, "{width}: {p:?}");
            assert!(p.len() >= before.max(1) || width == 90, "{width}: {p:?}");
            assert!(p.iter().zip(&all).all(|((column, _), wanted)| column == wanted));
            before = p.len();
        }
        assert_eq!(before, all.len());
    }
}
