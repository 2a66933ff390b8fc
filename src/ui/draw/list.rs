//! The list: one row per transcript, columns by width, only the visible rows looked at.

use ratatui::layout::Rect;

use super::canvas::Canvas;
use super::title::{self, Word};
use crate::app::{Focus, State, label_cell, score_share};
use crate::corpus::Row;
use crate::text::width;
use crate::ui::Theme;
use crate::ui::layout::Part;

/// Columns that each field takes; 0: not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Plan {
    tier: u16,
    outcome: u16,
    label: u16,
    number: u16,
    bar: u16,
    cues: u16,
    model: u16,
    query: u16,
}

/// Columns of an outcome's word without its sign.
const OUTCOME_WORD: u16 = 8;

/// Which fields fit into `width` columns.
fn plan(width: u16, quiet: bool) -> Plan {
    let at = |least: u16, columns: u16| if width >= least { columns } else { 0 };
    let mut p = Plan {
        tier: if width >= 90 { 10 } else { at(26, 5) },
        outcome: match width {
            60.. => 12,
            // The word alone: it says what its sign says.
            52.. => OUTCOME_WORD,
            _ => 1,
        },
        label: at(36, 4),
        number: at(44, 4),
        bar: match width {
            100.. => 6,
            70.. => 5,
            52.. => 4,
            _ => at(40, 3),
        },
        cues: if width >= 120 { 16 } else { at(92, 9) },
        model: at(110, 16),
        query: 0,
    };
    if quiet {
        p = Plan { outcome: 0, label: 0, number: 0, bar: 0, cues: 0, ..p };
    }
    let fixed: u16 = [p.tier, p.outcome, p.label, p.cues, p.model]
        .iter()
        .filter(|c| **c > 0)
        .map(|c| c + 2)
        .sum::<u16>()
        + score_columns(&p);
    p.query = width.saturating_sub(2 + fixed);
    p
}

/// Number and bar stand close together, with a gap after them.
fn score_columns(p: &Plan) -> u16 {
    let both = p.number + p.bar + u16::from(p.number > 0 && p.bar > 0);
    if both > 0 { both + 2 } else { 0 }
}

/// What the title says on its right.
pub(super) fn title_words(state: &State, t: &Theme) -> Vec<Word> {
    let mut words = Vec::new();
    let keys = state
        .list
        .sort
        .keys()
        .iter()
        .map(|sort| format!("{} {}", if sort.reversed { "↑" } else { "↓" }, sort.key.as_str()));
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
    title::title(canvas, part, "transcripts", focused, words);
    let body = part.body;
    let rows = usize::from(body.height);
    canvas.scroll_bar(part.scroll, state.list.top, state.list.rows.len(), focused);
    if state.list.rows.is_empty() {
        empty(state, canvas, body);
        return;
    }
    let mut p = plan(body.width, state.view.quiet);
    // What no record has leaves its columns to the query.
    for (columns, absent) in
        [(&mut p.label, state.main_label().is_none()), (&mut p.tier, !state.tally.has_tiers())]
    {
        if *columns > 0 && absent {
            p.query += *columns + 2;
            *columns = 0;
        }
    }
    if !part.head.is_empty() {
        headings(state, canvas, part.head, &p);
    }
    let visible = state.list.rows.iter().enumerate().skip(state.list.top).take(rows);
    for (y, (index, id)) in (body.y..).zip(visible) {
        let Some(row) = state.catalogue.row(*id) else { continue };
        let area = Rect { y, height: 1, ..body };
        draw_row(state, canvas, area, &p, &row);
        if index == state.list.selected {
            canvas.over(area, if focused { t.selection } else { t.selection_idle });
            canvas.glyph(body.x, y, '▌', t.cursor);
        }
    }
}

fn headings(state: &State, canvas: &mut Canvas<'_>, area: Rect, p: &Plan) {
    let style = canvas.theme.dim;
    let mut x = area.x + 2;
    let label = match state.main_label() {
        Some("alignment_faking") => "af",
        Some(name) => name,
        None => "",
    };
    for (width, name) in [(p.tier, "tier"), (p.outcome, if p.outcome > 1 { "outcome" } else { "" })]
    {
        if width > 0 {
            canvas.put_cut(x, area.y, width, name, style);
            x += width + 2;
        }
    }
    if p.label > 0 {
        canvas.put_right(x, area.y, p.label, label, style);
        x += p.label + 2;
    }
    let score = score_columns(p);
    if score > 0 {
        canvas.put_cut(x, area.y, score - 2, "score", style);
        x += score;
    }
    for (width, name) in [(p.cues, "cues"), (p.model, "model"), (p.query, "query")] {
        if width > 0 {
            canvas.put_cut(x, area.y, width, name, style);
            x += width + 2;
        }
    }
}

fn draw_row(state: &State, canvas: &mut Canvas<'_>, area: Rect, p: &Plan, row: &Row) {
    let t = canvas.theme;
    let y = area.y;
    let mut x = area.x + 2;
    if p.tier > 0 {
        match &row.tier {
            Some(tier) => canvas.put_cut(x, y, p.tier, &tier.value, t.tier(&tier.value)),
            None if row.pending => canvas.put(x, y, 1, UNKNOWN, t.dim),
            None => canvas.put(x, y, p.tier, "–", t.dim),
        };
        x += p.tier + 2;
    }
    if p.outcome > 0 && row.pending {
        unknown(canvas, x, y);
        x += p.outcome + 2;
    } else if p.outcome > 0 {
        let style = t.outcome(row.outcome);
        let word = x + if p.outcome > OUTCOME_WORD { 2 } else { 0 };
        if p.outcome != OUTCOME_WORD {
            canvas.put(x, y, 1, Theme::outcome_glyph(row.outcome), style);
        }
        let used = if p.outcome > 1 {
            word - x + canvas.put_cut(word, y, p.outcome + x - word, row.outcome.as_str(), style)
        } else {
            1
        };
        if row.conflict {
            // Two deciders disagree.
            canvas.put(x + used.min(p.outcome), y, 1, "!", t.repair);
        }
        x += p.outcome + 2;
    }
    if p.label > 0 {
        if let Some(label) = state.main_label() {
            let mut cell = label_cell(row, label);
            if row.pending && !row.judgements.iter().any(|j| j.is_named(label)) {
                UNKNOWN.clone_into(&mut cell.text);
            }
            let style = if cell.positive == Some(true) { t.positive } else { t.dim };
            // Half a word could be that of another value: the verdict says more.
            let fits = width(&cell.text) <= usize::from(p.label);
            let text = match cell.positive {
                Some(positive) if !fits => {
                    if positive {
                        "yes"
                    } else {
                        "no"
                    }
                }
                _ => &cell.text,
            };
            canvas.put_right(x, y, p.label, text, style);
        }
        x += p.label + 2;
    }
    // Rules have not read rows that were only glimpsed at.
    let unscored = row.pending || state.unread.is_some();
    if score_columns(p) > 0 {
        if unscored {
            canvas.put_right(x, y, p.number.max(1), UNKNOWN, t.dim);
        } else {
            score(canvas, x, y, p, row);
        }
        x += score_columns(p);
    }
    if p.cues > 0 {
        if unscored {
            unknown(canvas, x, y);
        } else {
            cues(state, canvas, x, y, p.cues, row);
        }
        x += p.cues + 2;
    }
    if p.model > 0 {
        canvas.put_cut(x, y, p.model, row.model.as_deref().unwrap_or("–"), t.dim);
        x += p.model + 2;
    }
    match &row.query {
        Some(query) => canvas.put_cut(x, y, p.query, query, t.text),
        None => canvas.put_cut(x, y, p.query, &row.id, t.dim),
    };
}

/// Stands where a value is not known before the sample is opened, or before rules have read it.
const UNKNOWN: &str = "·";

fn unknown(canvas: &mut Canvas<'_>, x: u16, y: u16) {
    let dim = canvas.theme.dim;
    canvas.put(x, y, 1, UNKNOWN, dim);
}

fn score(canvas: &mut Canvas<'_>, x: u16, y: u16, p: &Plan, row: &Row) {
    let t = canvas.theme;
    let text = row.score.map_or_else(|| "–".to_owned(), |s| format!("{s:.1}"));
    if p.number > 0 {
        canvas.put_right(x, y, p.number, &text, t.dim);
    }
    let Some(share) = score_share(row).filter(|_| p.bar > 0) else { return };
    let at = x + p.number + u16::from(p.number > 0);
    bar(canvas, at, y, p.bar, share);
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
        let hint = format!("{} edits the filter", key(crate::app::Command::Filter));
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

    #[test]
    fn columns_fit_and_the_query_gets_what_is_left() {
        for width in 20..250 {
            for quiet in [false, true] {
                let p = plan(width, quiet);
                let parts = [p.tier, p.outcome, p.label, p.cues, p.model];
                let used: u16 = parts.iter().filter(|c| **c > 0).map(|c| c + 2).sum();
                assert!(2 + used + score_columns(&p) + p.query <= width.max(20), "{width}: {p:?}");
                assert!(width < 40 || p.query >= 12, "{width}: {p:?}");
                assert!(!quiet || p.outcome + p.label + p.number + p.bar + p.cues == 0);
            }
        }
    }
}
