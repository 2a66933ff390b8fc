//! The last line: a toast, the search being typed, or hints of keys; on the right where the reader is, and before that
//! how far reading is while it goes on.

use ratatui::layout::{Position, Rect};

use super::canvas::Canvas;
use super::filter_bar::{typed, width_as_is};
use super::rates::{rates, rates_need};
use super::title::{Word, columns, fit, write};
use crate::app::{State, Tone, hints, thousands};
use crate::text::width;

/// Columns between what is said of reading and the counter.
const GAP: usize = 3;

/// Draws the line; where the cursor is while something is typed in it.
pub(super) fn draw(state: &State, canvas: &mut Canvas<'_>, area: Rect) -> Option<Position> {
    if area.is_empty() {
        return None;
    }
    let t = canvas.theme;
    let (x, y) = (area.x + 1, area.y);
    let find = &state.reader.find;
    let mut right = state.position();
    let mut count = state.find_count();
    if find.current.is_some() && !count.is_empty() {
        // Beside the list's own counter.
        count.insert_str(0, "match ");
    }
    if let Some(sides) = state.find_sides().filter(|_| area.width >= 100) {
        count = format!("{count} · {sides}");
    }
    if !count.is_empty() && find.input.is_some() {
        right = format!("{count}   {right}");
    } else if !count.is_empty() {
        right = format!("/{}  {count}   {right}", find.text);
    }
    if let Some(error) = find.error.as_ref().filter(|_| find.input.is_some()) {
        right.clone_from(error);
    }
    // What is searched for may be long; the counter must not be cut.
    let wide = width(&right);
    let mut right = if wide > usize::from(area.width / 2) && find.error.is_none() {
        if count.is_empty() { state.position() } else { format!("{count}   {}", state.position()) }
    } else {
        right
    };
    // A wrong pattern is explained as far as the pattern itself leaves room.
    let typed_wide = find.input.as_ref().map_or(0, |i| width_as_is(&i.text) as u16 + 6);
    let most = match find.error {
        Some(_) if find.input.is_some() => {
            area.width.saturating_sub(typed_wide).max(area.width / 2)
        }
        // A long counter is never cut, as long as there is room for anything else.
        _ => (area.width / 2).max((width(&state.position()) as u16).min(area.width * 3 / 4)),
    };
    // What is wrong comes after what it is wrong with.
    let wrong = find.error.is_some() && find.input.is_some();
    if wrong
        && width_as_is(&right) > usize::from(most)
        && let Some((_, what)) = right.split_once(": ")
    {
        right = what.to_owned();
    }
    let wide = (width_as_is(&right) as u16).min(most);
    let start = area.right().saturating_sub(wide + 1);
    let style = if find.error.is_some() && find.input.is_some() { t.error } else { t.dim };
    canvas.put_as_is(start, y, wide, &right, style);
    let typing = find.input.is_some() || state.list.fuzzy.is_some();
    let start = if typing {
        start
    } else {
        let start = following(state, canvas, area, start);
        let start = progress(state, canvas, area, start);
        rates(state, canvas, area, start)
    };
    let room = start.saturating_sub(x + 2);
    for (input, label) in [(&find.input, "/"), (&state.list.fuzzy, "list ~")] {
        if let Some(input) = input {
            let used = canvas.put(x, y, room, label, t.key) + 1;
            return Some(typed(canvas, input, x + used, y, room.saturating_sub(used)));
        }
    }
    if let Some(toast) = &state.toast {
        let (sign, style) = match toast.tone {
            Tone::Good => ("✓ ", t.good),
            Tone::Info => ("", t.toast),
            Tone::Bad => ("! ", t.error),
        };
        let used = canvas.put_as_is(x, y, room, sign, style);
        canvas.put_cut(x + used, y, room.saturating_sub(used), &toast.text, style);
        return None;
    }
    if !state.dialogs.is_empty() {
        // The dialog's own border says its keys.
        return None;
    }
    let mut at = x;
    for (key, what) in hints(state) {
        let needed = (width(&key) + width(what) + 1) as u16;
        if at + needed > x + room {
            break;
        }
        at += canvas.put(at, y, needed, &key, t.key) + 1;
        at += canvas.put(at, y, needed, what, t.dim) + 3;
    }
    None
}

/// Says before column `end` that files are followed and how many rows are new; where that starts. Keys and messages keep
/// most of the line.
fn following(state: &State, canvas: &mut Canvas<'_>, area: Rect, end: u16) -> u16 {
    let t = canvas.theme;
    let new = state.new_rows();
    let new = (new > 0).then(|| (format!("{} new", thousands(new)), t.toast));
    let on = state.follow.on.then(|| ("following".to_owned(), t.dim));
    let most = end.saturating_sub(area.x) / if area.width < 60 { 2 } else { 3 };
    let mut start = end;
    // The number is needed more than the word, and stands next to the counter.
    for (text, style) in new.into_iter().chain(on) {
        let wide = (width(&text) + GAP) as u16;
        if end - start + wide > most {
            break;
        }
        start -= wide;
        canvas.put_as_is(start, area.y, wide, &text, style);
    }
    start
}

/// Writes how far reading is so that it ends before column `end`; where it starts. Keys and messages keep the larger part
/// of what is left of the line, unless that is too little for anything.
fn progress(state: &State, canvas: &mut Canvas<'_>, area: Rect, end: u16) -> u16 {
    let Some(words) = state.progress_words() else { return end };
    let t = canvas.theme;
    let mut shown = vec![Word::new(words.how_far, t.toast, 4)];
    let more = [(words.files, 1), (words.rate, 2), (words.left, 3)];
    shown.extend(more.into_iter().filter_map(|(text, rank)| Some(Word::new(text?, t.dim, rank))));
    let left = usize::from(end.saturating_sub(area.x));
    let room = if area.width < 60 { left.saturating_sub(11) } else { left / 2 };
    // Messages and rates go first: all but how far reading is gives way to them.
    let least = width(&words.short) + GAP;
    let needed = match &state.toast {
        Some(toast) => width(&toast.text) + GAP,
        None => rates_need(state, left.saturating_sub(least)),
    };
    let room = room.min(left.saturating_sub(needed).max(least));
    fit(&mut shown, room.saturating_sub(GAP));
    if shown.is_empty() {
        shown.push(Word::new(words.short, t.toast, 4));
        fit(&mut shown, room.saturating_sub(GAP));
    }
    if shown.is_empty() {
        return end;
    }
    let wide = columns(&shown);
    let start = end.saturating_sub((wide + GAP) as u16);
    write(canvas, start, area.y, wide as u16, &shown);
    start
}
