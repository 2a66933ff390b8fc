//! The strip under the scratchpad: the reasoning at a glance, a letter for the move of each sentence. What is in sight is
//! underlined, the sentence under the cursor reversed, so that it reads without colours, too.

use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::canvas::Canvas;
use super::page::Page;
use crate::app::{StripCell, nothing_fired, plural, thousands};
use crate::text::width;
use crate::ui::Theme;

/// Draws it; nothing where it has no room.
pub(super) fn draw(page: Page<'_>, canvas: &mut Canvas<'_>, area: Rect) {
    let (strip, pane) = (&page.reader.strip, &page.reader.scratchpad);
    if area.is_empty() || strip.is_empty() {
        return;
    }
    let cells = strip.cells(area.width);
    let seen = strip.in_sight(&pane.doc, pane.top, page.rows);
    let now = cursor(page);
    for (x, cell) in (area.x..area.right()).zip(0..cells.count) {
        let Some((shown, _)) = strip.cell(&cells, cell) else { break };
        let (letter, mut style) = look(page, canvas.theme, shown);
        let own = strip.range(&cells, cell);
        if own.start < seen.end && seen.start < own.end {
            style = style.add_modifier(Modifier::UNDERLINED);
        }
        if now.is_some_and(|stop| own.contains(&stop)) {
            style = style.add_modifier(Modifier::REVERSED).remove_modifier(Modifier::DIM);
        }
        canvas.glyph(x, area.y, letter, style);
    }
    let used = u16::try_from(cells.count).unwrap_or(u16::MAX).min(area.width);
    let words = if cells.each == 1 { notes(page, now) } else { vec![cells.label] };
    // The longest that fits after a gap.
    let room = usize::from(area.width - used);
    if let Some(words) = words.iter().find(|w| width(w) + 2 <= room) {
        let x = area.x + used + 2;
        canvas.put_right(x, area.y, area.right() - x, words, canvas.theme.dim);
    }
}

/// The sentence under the cursor: of the cue or the quote that was stepped to last.
fn cursor(page: Page<'_>) -> Option<usize> {
    let (section, byte) = match page.reader.active_evidence() {
        Some((_, evidence)) => evidence.at.map(|(section, start, _)| (section, start))?,
        None => page.reader.active_span().map(|(_, span)| (span.section, span.start))?,
    };
    page.reader.strip.of(section, byte)
}

/// Letters also where there are colours: the moves are read as a word.
fn look(page: Page<'_>, theme: &Theme, cell: StripCell) -> (char, Style) {
    match cell {
        StripCell::Cue(order) => match page.state.categories.get(order) {
            Some(c) => (c.letter, Theme::of(c.family, &theme.family)),
            None => ('*', theme.dim),
        },
        StripCell::Recited => ('r', theme.recited),
        StripCell::Draft => ('d', theme.dim),
        StripCell::Plain => ('·', theme.dim),
    }
}

/// What there is to say beside the cells, the longest first.
fn notes(page: Page<'_>, now: Option<usize>) -> Vec<String> {
    let (number, all) = page.reader.strip.number(now.unwrap_or_default());
    if now.is_some() {
        let at = format!("{} of {}", thousands(number), thousands(all));
        return vec![format!("sentence {at}"), at];
    }
    let mut notes = Vec::new();
    if page.reader.steps.is_empty() {
        let engine = page.state.engine.as_deref();
        notes.extend(page.reader.body().map(|(_, body)| nothing_fired(body, engine)));
        notes.push("no cue: not a clean bill".to_owned());
    }
    notes.push(plural(all, "sentence", "sentences"));
    notes
}
