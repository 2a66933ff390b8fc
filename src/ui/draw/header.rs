//! The first line: what is open on the left; how much of it was read, and with what left out, on the right.

use ratatui::layout::Rect;

use super::canvas::Canvas;
use super::title::{Word, fit, write};
use crate::app::{Command, State};
use crate::text::{truncate, truncate_start, width};
use crate::ui::Theme;

/// Words above this rank say what was read and what was not.
const NEEDED: u8 = 5;

/// What stands on the right.
fn words(state: &State, t: &Theme) -> Vec<Word> {
    let mut right = Vec::new();
    let looks = state.progress.done || !state.catalogue.is_empty();
    for (i, count) in state.count_words().into_iter().enumerate().filter(|_| looks) {
        // Said of reading, so that nobody takes it for the filter's count below.
        let read = if i == 0 { "read " } else { "" };
        let style = if count.rank < 8 && i > 1 { t.repair } else { t.dim };
        let word = Word::new(format!("{read}{}", count.text), style, count.rank);
        right.push(word.short(format!("{read}{}", count.short)));
    }
    if state.catalogue.problems().next().is_some() {
        let key = state.keymap.main_key(Command::Problems);
        if !key.is_empty() {
            right.push(Word::new(format!("{key} lists"), t.dim, 0));
        }
    }
    if state.view.private {
        right.push(Word::new("private", t.dim, 2));
    }
    if state.view.mouse {
        right.push(Word::new("mouse", t.dim, 1));
    }
    right
}

pub(super) fn draw(state: &State, canvas: &mut Canvas<'_>, area: Rect) {
    if area.is_empty() {
        return;
    }
    let t = canvas.theme;
    let left = if area.width < 60 { 8 } else { (area.width * 3 / 10).min(40) };
    let needed = |words: &[Word]| words.iter().filter(|w| w.rank > NEEDED).count();
    let mut right = words(state, t);
    let all = needed(&right);
    fit(&mut right, usize::from(area.width.saturating_sub(left + 2)));
    if needed(&right) < all {
        // What was left out is needed more than the name of what is open.
        right = words(state, t);
        fit(&mut right, usize::from(area.width.saturating_sub(2)));
    }
    let wide: usize =
        right.iter().enumerate().map(|(i, w)| width(&w.text) + 3 * usize::from(i > 0)).sum();
    let start = area.right().saturating_sub(wide as u16 + 1);
    write(canvas, start, area.y, wide as u16, &right);

    let mut x = area.x + 1;
    let max = |x: u16| start.saturating_sub(x + 2);
    // What is open is needed more than the program's name.
    if usize::from(max(x)) >= "undertone".len() + 2 + width(&state.title).min(12) {
        x += canvas.put(x, area.y, max(x), "undertone", t.title) + 2;
    }
    // Of a path the end says most, of words the beginning.
    let columns = usize::from(max(x));
    let title = if state.title.contains('/') {
        truncate_start(&state.title, columns)
    } else {
        truncate(&state.title, columns)
    };
    canvas.put(x, area.y, max(x), &title, t.text);
}
