//! Below a transcript that people or classifiers disagree on: who disagrees, who says what, what was decided, and the keys.

use ratatui::layout::Rect;

use super::canvas::Canvas;
use super::review::keyed;
use super::title::{Word, fit};
use crate::app::{Command, State};
use crate::ui::layout::deciding::{is_roomy, said};

/// Draws it.
pub(super) fn draw(state: &State, canvas: &mut Canvas<'_>, area: Rect, height: u16) {
    let Some(words) = state.deciding_words().filter(|_| !area.is_empty()) else { return };
    let t = canvas.theme;
    let (x, room) = (area.x + 1, area.width.saturating_sub(2));
    let mut y = area.y;
    if is_roomy(height) {
        canvas.rule(Rect { height: 1, ..area }, '─', t.border);
        y += 1;
        canvas.put_right(x, y, room, &words.open, t.dim);
        let left = room.saturating_sub(words.open.chars().count() as u16 + 2);
        let used = canvas.put(x, y, left, "disagreement", t.dim) + 1;
        let label = state.agreeing.found.as_ref().and_then(|found| found.study.as_ref());
        let label = label.map_or("", |study| &study.ask.which.label);
        let about = format!("{} · {}", words.kinds, label);
        canvas.put_cut(x + used, y, left.saturating_sub(used), &about, t.title);
        y += 1;
    }
    let rows = said(state, area.width, height);
    for row in &rows {
        canvas.put_cut(x, y, room, row, t.text);
        y += 1;
    }
    let key = |command| state.keymap.main_key(command);
    let mut keys =
        if words.own { vec![(Command::UndoAnswer, "take it back", 9)] } else { Vec::new() };
    keys.extend([
        (Command::Yes, "yes", 9),
        (Command::No, "no", 9),
        (Command::CannotTell, "cannot tell", 9),
        (Command::NextTranscript, "next open", 7),
        (Command::PreviousTranscript, "previous", 5),
        (Command::Close, "list", 8),
    ]);
    let mut words: Vec<Word> = keys
        .into_iter()
        .map(|(command, word, rank)| (key(command), word, rank))
        .filter(|(key, ..)| !key.is_empty())
        .map(|(key, word, rank)| {
            let whole = Word::new(format!("{key} {word}"), t.text, rank);
            match word {
                "take it back" => whole.short(format!("{key} back")),
                "cannot tell" => whole.short(format!("{key} ?")),
                "next open" => whole.short(format!("{key} next")),
                _ => whole,
            }
        })
        .collect();
    fit(&mut words, usize::from(room));
    keyed(canvas, &words, (x, y, room));
}
