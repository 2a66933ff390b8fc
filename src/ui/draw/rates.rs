//! Rates and the gap in the status line, before the counter.

use ratatui::layout::Rect;

use super::canvas::Canvas;
use super::title::{Word, columns, write};
use crate::app::{State, rates_within};

/// Columns between the numbers and what stands behind them.
const GAP: usize = 3;

/// Columns between two numbers, as `write` puts them.
const BETWEEN: usize = 3;

/// Columns of the numbers, with what parts them from what comes after, in the shortest form that still has an interval and fits into `room`,
/// else in the shortest; 0 while a message has the line, and where none fits.
pub(super) fn rates_need(state: &State, room: usize) -> usize {
    if state.toast.is_some() {
        return 0;
    }
    let words = state.rate_words();
    let most = room.saturating_sub(GAP + 1);
    let mut forms = (0..=most).map(|room| (room, rates_within(&words, room, BETWEEN)));
    let Some((shortest, _)) = forms.by_ref().find(|(_, shown)| !shown.is_empty()) else { return 0 };
    let has_interval = |shown: &[(&str, &str)]| shown.iter().any(|(_, text)| text.contains('('));
    let with = (shortest..=most).find(|room| has_interval(&rates_within(&words, *room, BETWEEN)));
    with.unwrap_or(shortest) + GAP + 1
}

/// Writes the numbers so that they end before column `end`; where they start. Keys keep a part of the line, and messages all.
pub(super) fn rates(state: &State, canvas: &mut Canvas<'_>, area: Rect, end: u16) -> u16 {
    if state.toast.is_some() {
        return end;
    }
    let t = canvas.theme;
    let left = usize::from(end.saturating_sub(area.x));
    let keys = match area.width {
        ..60 => 0,
        60..100 => 10,
        _ => left / 5,
    };
    let rates = state.rate_words();
    let within = |keys: usize| rates_within(&rates, left.saturating_sub(keys + GAP + 1), BETWEEN);
    // Intervals are needed more than keys, which `?` lists.
    let with = |words: &[(&str, &str)]| words.iter().filter(|(_, text)| text.contains('(')).count();
    let (beside, alone) = (within(keys), within(0));
    let chosen = if with(&alone) > with(&beside) { alone } else { beside };
    let words: Vec<Word> = chosen
        .into_iter()
        .map(|(tier, text)| {
            let style = match tier {
                "free" => t.tier_free,
                "paid" => t.tier_paid,
                "" => t.text,
                _ => t.tier_other,
            };
            Word::new(text, style, 0)
        })
        .collect();
    if words.is_empty() {
        return end;
    }
    let wide = columns(&words);
    let start = end.saturating_sub((wide + GAP) as u16);
    write(canvas, start, area.y, wide as u16, &words);
    start
}
