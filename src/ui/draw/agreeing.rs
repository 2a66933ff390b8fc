//! What reviews say, the list of disagreements, and the question why something is decided so.

use ratatui::layout::{Position, Rect};

use super::canvas::Canvas;
use super::filter_bar::typed;
use crate::app::{
    AgreeLine, AgreementDialog, QueueEntry, ReasonDialog, Role, State, about_kind, agreement_table,
    thousands,
};
use crate::corpus::{Queue, QueueLine};
use crate::text::{sanitize_line, truncate_middle, truncate_start, width};

/// Draws the rows of the agreement that are in sight.
pub(super) fn agreement(
    state: &State,
    canvas: &mut Canvas<'_>,
    shown: &AgreementDialog,
    area: Rect,
) {
    let t = canvas.theme;
    let table = agreement_table(state, area.width);
    let rows = table.rows.iter().skip(shown.top);
    for (y, row) in (area.y..area.bottom()).zip(rows) {
        let chosen = row.line == shown.selected;
        // Of a matrix a cell is chosen, not the line.
        let is_matrix = matches!(table.lines.get(row.line), Some(AgreeLine::Matrix { .. }));
        for word in &row.words {
            let style = match word.role {
                Role::Heading => t.heading,
                Role::Plain => t.text,
                Role::Dim => t.dim,
                Role::Caution => t.repair,
            };
            let x = u16::try_from(word.x).unwrap_or(u16::MAX).min(area.width);
            let room = area.width - x;
            canvas.put_cut(area.x + x, y, room, &word.text, style);
            if chosen && word.cell == Some(shown.cell) {
                let wide = (width(&word.text) as u16).min(room);
                canvas.over(Rect::new(area.x + x, y, wide, 1), t.chosen);
                canvas.glyph(area.x + x.saturating_sub(1), y, '▌', t.cursor);
            }
        }
        if chosen && !is_matrix && !row.words.is_empty() {
            canvas.over(Rect { y, height: 1, ..area }, t.chosen);
            canvas.glyph(area.x, y, '▌', t.cursor);
        }
    }
    let side = Rect { x: area.right(), width: 1, ..area };
    if table.rows.len() > usize::from(area.height) {
        canvas.scroll_bar(side, shown.top, table.rows.len(), true);
    }
}

/// Draws the entries of the list of disagreements that are in sight.
pub(super) fn queue(state: &State, canvas: &mut Canvas<'_>, area: Rect) {
    let t = canvas.theme;
    let (agreeing, shown) = (&state.agreeing, state.agreeing.queue);
    let entries = agreeing.found_queue().map(|queue| (queue, shown.entries(queue)));
    let Some((queue, entries)) = entries.filter(|(_, entries)| !entries.is_empty()) else {
        let trouble = agreeing.trouble.as_deref();
        let text = match (trouble, &agreeing.found) {
            (Some(trouble), _) => trouble,
            (None, _) if !state.progress.done => {
                "Disagreements are looked for when everything is read."
            }
            (None, Some(found)) if found.queue.is_some() && found.study.is_some() => {
                "Nobody disagrees: there is nothing to look at again."
            }
            (None, Some(found)) if found.study.is_none() && !agreeing.waiting => {
                "No transcript has a label, and no journal judges one."
            }
            _ => "Disagreements are being looked for…",
        };
        canvas.put_cut(area.x + 1, area.y, area.width.saturating_sub(1), text, t.dim);
        return;
    };
    for (y, (at, entry)) in (area.y..area.bottom()).zip((0..).zip(&entries).skip(shown.top)) {
        match entry {
            QueueEntry::Kind(kind, open, decided) => {
                let counts = if *decided > 0 {
                    format!("{} open, {} decided", thousands(*open), thousands(*decided))
                } else {
                    thousands(*open)
                };
                canvas.put_right(area.x, y, area.width, &counts, t.dim);
                let room = area.width.saturating_sub(width(&counts) as u16 + 3);
                let text = format!("{}: {}", kind.as_str(), about_kind(*kind));
                canvas.put_cut(area.x + 1, y, room, &text, t.heading);
            }
            QueueEntry::Line(line) => {
                let line = queue.lines.get(*line);
                if let Some(line) = line {
                    self::line(state, canvas, (queue, line), Rect { y, height: 1, ..area });
                }
            }
        }
        if at == shown.selected {
            canvas.over(Rect { y, height: 1, ..area }, t.chosen);
            canvas.glyph(area.x, y, '▌', t.cursor);
        }
    }
    if entries.len() > usize::from(area.height) {
        let side = Rect { x: area.right(), width: 1, ..area };
        canvas.scroll_bar(side, shown.top, entries.len(), true);
    }
}

fn line(state: &State, canvas: &mut Canvas<'_>, (queue, line): (&Queue, &QueueLine), area: Rect) {
    let t = canvas.theme;
    let Some(row) = queue.row_of(line) else { return };
    let name = state.catalogue.view(row.row).map(|view| view.name().to_owned());
    let name = name.unwrap_or_else(|| "not there any more".to_owned());
    let names = (area.width / 3).clamp(8, 32);
    let (mark, style) = if row.decision.is_some() { ('✓', t.good) } else { ('○', t.text) };
    canvas.glyph(area.x + 2, area.y, mark, style);
    // What another one has, too, has half the room.
    let room = if row.place.is_some() { names / 2 } else { names };
    // Ids of one study differ at their ends.
    let name = truncate_middle(&sanitize_line(&name), room.into()).into_owned();
    let used = canvas.put(area.x + 4, area.y, room, &name, t.text) + 1;
    if let Some(place) = &row.place {
        // Of a path its end tells most.
        let room = names.saturating_sub(used);
        let place = truncate_start(&sanitize_line(place), room.into()).into_owned();
        canvas.put(area.x + 4 + used, area.y, room, &place, t.dim);
    }
    let says = line.dispute.says.iter().map(|(who, what)| format!("{who}: {what}"));
    let says = says.collect::<Vec<_>>().join(", ");
    let text = match &row.decision {
        Some(decision) => {
            let (answer, who) = (decision.answer.as_str(), row.deciders().join(", "));
            format!("{answer} by {who}: {} ({says})", decision.reason)
        }
        None => says,
    };
    let x = area.x + 4 + names + 2;
    let style = if row.decision.is_some() { t.dim } else { t.text };
    canvas.put_cut(x, area.y, area.right().saturating_sub(x), &text, style);
}

/// Draws the question; where the cursor is.
pub(super) fn reason(
    state: &State,
    canvas: &mut Canvas<'_>,
    shown: &ReasonDialog,
    area: Rect,
) -> Position {
    let t = canvas.theme;
    let (asked, input) = match &shown.naming {
        Some(name) => ("who decides? ", name),
        None => ("why? ", &shown.reason),
    };
    let used = canvas.put(area.x, area.y, area.width, asked, t.key) + 1;
    let (text, style) = match &shown.trouble {
        Some(trouble) => (trouble.clone(), t.error),
        None if shown.naming.is_some() => {
            ("decisions are kept under this name; it is asked once".to_owned(), t.dim)
        }
        None => (format!("kept in the journal of {}; the answers stay", state.rater), t.dim),
    };
    let wrapped = crate::text::Wrapped::new(&text, usize::from(area.width).max(1)).rows;
    for (y, row) in (area.y + 1..area.bottom()).zip(&wrapped) {
        let line = text.get(row.start..row.end).unwrap_or_default();
        canvas.put_cut(area.x, y, area.width, line, style);
    }
    typed(canvas, input, area.x + used, area.y, area.width.saturating_sub(used))
}
