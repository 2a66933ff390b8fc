//! Title rows of the parts, the tabs of the single column, and where rules meet.

use std::collections::VecDeque;

use ratatui::layout::Rect;
use ratatui::style::Style;

use super::canvas::Canvas;
use super::page::Page;
use crate::app::{Focus, State};
use crate::text::width;
use crate::ui::layout::{Areas, Part};

/// A word of a title with how badly it is needed: words of the lowest rank go first.
pub(super) struct Word {
    pub text: String,
    /// Said in its place when room is short, the longest first.
    pub short: VecDeque<String>,
    pub style: Style,
    pub rank: u8,
    /// Stands close to the word before it.
    pub close: bool,
}

impl Word {
    pub fn new(text: impl Into<String>, style: Style, rank: u8) -> Self {
        Self { text: text.into(), short: VecDeque::new(), style, rank, close: false }
    }

    pub fn short(mut self, text: impl Into<String>) -> Self {
        self.short.push_back(text.into());
        self
    }

    pub fn close(mut self) -> Self {
        self.close = true;
        self
    }
}

/// Columns that words take with their gaps.
pub(super) fn columns(words: &[Word]) -> usize {
    words.iter().enumerate().map(|(i, w)| width(&w.text) + if i == 0 { 0 } else { gap(w) }).sum()
}

fn gap(word: &Word) -> usize {
    if word.close { 1 } else { 3 }
}

/// Shortens words, those of lowest rank first, then leaves out those of lowest rank until the rest fits. Words that stand close together go
/// together: half of the counts would say something wrong.
pub(super) fn fit(words: &mut Vec<Word>, room: usize) {
    while columns(words) > room {
        let long = words.iter_mut().filter(|w| !w.short.is_empty());
        let Some(word) = long.min_by_key(|w| w.rank) else { break };
        word.text = word.short.pop_front().unwrap_or_default();
    }
    while columns(words) > room {
        let Some(least) = words.iter().map(|w| w.rank).min() else { return };
        // The last one of that rank first: what is said later matters less.
        let Some(end) = words.iter().rposition(|w| w.rank == least) else { return };
        let mut first = end;
        while first > 0 && words.get(first).is_some_and(|w| w.close) {
            first -= 1;
        }
        words.drain(first..=end);
    }
}

/// Writes words from `x` on; the columns taken.
pub(super) fn write(canvas: &mut Canvas<'_>, x: u16, y: u16, max: u16, words: &[Word]) -> u16 {
    let mut used = 0;
    for (i, word) in words.iter().enumerate() {
        if i > 0 {
            if word.close {
                used += 1;
            } else {
                let dot = canvas.theme.border;
                canvas.put(x + used + 1, y, max.saturating_sub(used), "·", dot);
                used += 3;
            }
        }
        used += canvas.put_cut(x + used, y, max.saturating_sub(used), &word.text, word.style);
    }
    used
}

/// A title row: a rule, the part's name on its left, words on its right.
pub(super) fn title(
    canvas: &mut Canvas<'_>,
    part: &Part,
    name: &str,
    focused: bool,
    mut words: Vec<Word>,
) {
    let area = part.title;
    if area.is_empty() {
        return;
    }
    let t = canvas.theme;
    let (rule, glyph) = if focused { (t.border_focused, '━') } else { (t.border, '─') };
    canvas.rule(area, glyph, rule);
    let name_style = if focused { t.heading } else { t.dim };
    let x = area.x + 1;
    let wide = (width(name) as u16 + 2).min(area.width.saturating_sub(2));
    canvas.blank(Rect { x, width: wide, ..area });
    canvas.put_as_is(x + 1, area.y, wide.saturating_sub(2), name, name_style);
    let taken = width(name) as u16 + 4;
    fit(&mut words, usize::from(area.width.saturating_sub(taken + 5)));
    if words.is_empty() {
        return;
    }
    let wide = columns(&words) as u16;
    let start = (area.right() - 1).saturating_sub(wide + 3);
    canvas.blank(Rect { x: start, width: wide + 2, ..area });
    write(canvas, start + 1, area.y, wide, &words);
}

/// The tabs above the only part that is shown, with what its title would say.
pub(super) fn tabs(state: &State, canvas: &mut Canvas<'_>, areas: &Areas) {
    let area = areas.tabs;
    if area.is_empty() {
        return;
    }
    let t = canvas.theme;
    canvas.rule(area, '─', t.border);
    let mut x = area.x + 1;
    let tabs =
        [(Focus::List, "list"), (Focus::Scratchpad, "scratchpad"), (Focus::Output, "output")];
    // A review has no list.
    let pair = state.review.as_ref().is_some_and(|review| review.is_pair());
    for (focus, name) in tabs.into_iter().skip(usize::from(state.review.is_some())) {
        let name = if pair { super::reader::side_name(focus) } else { name };
        let on = state.focus == focus;
        let text = if on { format!("▸{name} ") } else { format!(" {name} ") };
        let style = if on { t.heading } else { t.dim };
        x += canvas.put_as_is(x, area.y, area.right().saturating_sub(x), &text, style);
    }
    let part = areas.part(state.focus);
    let mut words = match state.focus {
        Focus::List => super::list::title_words(state, canvas.theme),
        focus => {
            let page = Page::active(state);
            super::reader::title_words(page, canvas.theme, focus, part.text.height)
        }
    };
    let room = area.right().saturating_sub(x + 3);
    fit(&mut words, usize::from(room));
    if !words.is_empty() {
        let wide = columns(&words) as u16;
        let start = area.right().saturating_sub(wide + 2);
        canvas.blank(Rect { x: start, width: wide + 2, ..area });
        write(canvas, start + 1, area.y, wide, &words);
    }
}

/// Draws the joints where the vertical lines between parts meet rules.
pub(super) fn join(canvas: &mut Canvas<'_>, areas: &Areas) {
    let style = canvas.theme.border;
    let other = &areas.other;
    let parts = [areas.list, areas.scratchpad, areas.output, other.scratchpad, other.output];
    for part in parts {
        let bar = part.scroll;
        if bar.is_empty() {
            continue;
        }
        // The strip stands under a bar that goes on beside it.
        let strip = if part == other.scratchpad { other.strip } else { areas.strip };
        let is_pad = part == areas.scratchpad || part == other.scratchpad;
        let beside = strip.height * u16::from(is_pad);
        for y in bar.bottom()..bar.bottom() + beside {
            canvas.glyph(bar.x, y, '│', style);
        }
        if areas.rule.height > 0 && bar.bottom() + beside == areas.rule.y {
            let glyph = if bar.right() == areas.rule.right() { '┘' } else { '┴' };
            canvas.glyph(bar.x, areas.rule.y, glyph, style);
        }
        if !part.title.is_empty() && part.head.is_empty() {
            continue;
        }
        for y in part.head.y..part.head.bottom() {
            canvas.glyph(bar.x, y, '│', style);
        }
    }
}
