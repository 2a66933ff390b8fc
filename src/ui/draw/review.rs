//! A review: the item as a number, its panes, what is asked and with which keys. While it is blind nothing here knows more than the texts.

pub(crate) mod words;

use ratatui::layout::{Position, Rect};

use super::canvas::Canvas;
use super::filter_bar::typed;
use super::page::Page;
use super::title::{Word, columns, fit, write};
use super::{reader, strip, title};
use crate::app::review::{Asking, Phase, Review, SIDES};
use crate::app::{Command, Focus, State, Tone, has_sentences, thousands};
use crate::review::codebook::{Kind, Question};
use crate::review::{Session, Verdict};
use crate::text::{sanitize_line, truncate};
use crate::ui::layout::Areas;
use crate::ui::layout::asked::{Below, below};
use crate::ui::layout::message::{WIDEST, rows};

/// Draws it; where the cursor is while a note is typed.
pub(super) fn draw(
    state: &State,
    review: &Review,
    canvas: &mut Canvas<'_>,
    areas: &Areas,
) -> Option<Position> {
    header(state, review, canvas, areas.header);
    message(state, review, canvas, areas.message);
    if areas.message.is_empty() {
        if !areas.tabs.is_empty() {
            title::tabs(state, canvas, areas);
        }
        let page = Page::active(state);
        reader::subject(page, canvas, areas.subject);
        for focus in [Focus::Scratchpad, Focus::Output] {
            reader::draw(page, canvas, areas.part(focus), focus);
        }
        strip::draw(page, canvas, areas.strip);
        title::join(canvas, areas);
    }
    let cursor = asked(state, review, canvas, areas.answer);
    status(state, review, canvas, areas.status);
    cursor
}

fn header(state: &State, review: &Review, canvas: &mut Canvas<'_>, area: Rect) {
    let t = canvas.theme;
    let mut right = Vec::new();
    let opening = review.is_opening(&state.reader.body);
    if let Some(session) = review.session.as_ref().filter(|_| !opening) {
        let reached = session.reached();
        if review.phase == Phase::Asking {
            let text = format!(
                "item {} of {}",
                thousands(session.at() + 1),
                thousands(session.opened.items.len())
            );
            right.push(Word::new(text, t.text, 9));
        }
        let left = reached.items - reached.answered;
        right.push(Word::new(format!("{} left", thousands(left)), t.dim, 5));
        if let Some(pace) = reached.pace {
            right.push(Word::new(format!("{} s each", seconds(pace)), t.dim, 2));
        }
        right.push(match session.why_not_blind() {
            _ if !session.is_blind() => Word::new("sighted", t.repair, 7),
            Some(_) => Word::new("not blind", t.repair, 7),
            None => Word::new("blind", t.good, 7),
        });
    }
    if state.view.mouse {
        right.push(Word::new("mouse", t.dim, 1));
    }
    let who = sanitize_line(&review.plan.rater);
    let mut left = vec![
        Word::new("review", t.title, 9),
        Word::new(if review.order().is_whole() { "" } else { review.order().items() }, t.text, 6),
        Word::new(sanitize_line(&review.plan.label).into_owned(), t.text, 4),
        Word::new(who.into_owned(), t.dim, 3),
    ];
    left.retain(|word| !word.text.is_empty());
    let room = usize::from(area.width.saturating_sub(3));
    // Who and what go before the numbers do.
    fit(&mut left, room.saturating_sub(columns(&right)).max(6));
    fit(&mut right, room.saturating_sub(columns(&left) + 2));
    write(canvas, area.x + 1, area.y, area.width, &left);
    let wide = columns(&right) as u16;
    write(canvas, area.right().saturating_sub(wide + 1), area.y, wide, &right);
}

/// Milliseconds as seconds, with one digit below ten.
fn seconds(ms: u64) -> String {
    let s = ms as f64 / 1_000.0;
    if s < 9.95 { format!("{s:.1}") } else { format!("{s:.0}") }
}

fn message(state: &State, review: &Review, canvas: &mut Canvas<'_>, area: Rect) {
    if area.is_empty() {
        return;
    }
    let t = canvas.theme;
    let message = rows(state, review, area);
    let fits = message.last_top() == 0;
    let width = area.width.saturating_sub(4).clamp(1, WIDEST as u16);
    let mut y = area.y;
    // In the upper part, where there is room for that.
    if fits {
        y += (area.height.min(12) / 4).min(area.height - message.rows.len() as u16);
    }
    let x = area.x + 2 + area.width.saturating_sub(4 + width) / 2;
    let top = review.top.min(message.last_top());
    for (line, wrong) in message.rows.iter().skip(top).take(message.seen) {
        canvas.put(x, y, width, line, if *wrong { t.error } else { t.text });
        y += 1;
    }
    if !fits {
        let key = |command| state.keymap.main_key(command);
        let more = if top < message.last_top() {
            format!("↓ more: {}", key(Command::Down))
        } else {
            format!("↑ {}", key(Command::Up))
        };
        canvas.put_right(x, area.bottom() - 1, width, &more, t.key);
    }
}

/// The question, what is said beside the answer, and the keys.
fn asked(state: &State, review: &Review, canvas: &mut Canvas<'_>, area: Rect) -> Option<Position> {
    let t = canvas.theme;
    if area.is_empty() {
        return None;
    }
    let below = below(state, review, state.size);
    let mut y = area.y;
    if below.rule {
        canvas.rule(Rect { height: 1, ..area }, '─', t.border);
        y += 1;
    }
    if review.phase != Phase::Asking || review.is_opening(&state.reader.body) {
        return None;
    }
    let (x, room) = (area.x + 1, area.width.saturating_sub(2));
    let session = review.session.as_ref()?;
    if let Some(trouble) = &review.trouble {
        let used = canvas.put_as_is(x, y, room, "! ", t.error);
        canvas.put_cut(x + used, y, room.saturating_sub(used), trouble, t.error);
    } else {
        let definition = words::definition(state, review).filter(|_| below.meaning.is_empty());
        let definition = definition.as_deref();
        let mut question = words::question(review, definition, usize::from(room), t);
        if below.question.len() > 1 {
            question.remove(0);
            for row in &below.question {
                canvas.put_as_is(x, y, room, row, t.title);
                y += 1;
            }
        }
        if let Some(main) = draft_main(session) {
            question.push(Word::new(main, t.text, 3));
        }
        let draft = &session.draft;
        if let Some(answered) = words::answered(session) {
            question.push(Word::new(format!("answered {answered}"), t.text, 8));
        }
        if let Some(sides) = &review.revealed_sides {
            question.push(Word::new(sanitize_line(sides).into_owned(), t.text, 7));
        }
        if let Some(output) = draft.output.as_ref().filter(|_| review.asking() == Asking::Verdict) {
            question.push(Word::new(format!("output {output}"), t.text, 4));
        }
        if draft.flag {
            question.push(Word::new("flagged", t.repair, 7));
        }
        if draft.span.is_some() {
            question.push(Word::new("sentence chosen", t.text, 6));
        }
        if !draft.note.is_empty() {
            question.push(Word::new(format!("note: {}", sanitize_line(&draft.note)), t.dim, 5));
        }
        if below.beside || below.question.len() == 1 {
            fit(&mut question, usize::from(room));
            write(canvas, x, y, room, &question);
            y += 1;
        }
        for row in &below.meaning {
            canvas.put_as_is(x, y, room, row, t.dim);
            y += 1;
        }
    }
    if review.trouble.is_some() {
        let asked = below.question.len() + below.meaning.len() + usize::from(below.beside);
        y += asked as u16;
    }
    if let Some(note) = &review.note {
        let used = canvas.put(x, y, room, "note ", t.key);
        return Some(typed(canvas, note, x + used, y, room.saturating_sub(used)));
    }
    if let Some((_, question)) = review.question() {
        return options(review, question, &below, canvas, (x, y, room));
    }
    if below.answers.is_empty() {
        keys(state, review, canvas, (x, y, room));
    } else {
        keyed_rows(&below.answers, canvas, (x, y, room));
    }
    None
}

/// The main answer while further questions are asked.
fn draft_main(session: &Session) -> Option<&'static str> {
    session.draft.main.map(Verdict::as_str)
}

/// The answers to a further question with their keys, or what is typed as its answer.
fn options(
    review: &Review,
    question: &Question,
    below: &Below,
    canvas: &mut Canvas<'_>,
    (x, y, room): (u16, u16, u16),
) -> Option<Position> {
    let t = canvas.theme;
    if matches!(question.kind, Kind::Number | Kind::Text) {
        let used = canvas.put(x, y, room, "▸ ", t.key);
        return Some(typed(canvas, &review.typed, x + used, y, room.saturating_sub(used)));
    }
    keyed_rows(&below.answers, canvas, (x, y, room));
    None
}

/// Rows of words of which the first is a key.
fn keyed_rows(rows: &[Vec<String>], canvas: &mut Canvas<'_>, (x, mut y, room): (u16, u16, u16)) {
    let t = canvas.theme;
    for row in rows {
        if let Some(more) = row.first().filter(|first| first.starts_with(' ')) {
            canvas.put_as_is(x, y, room, more, t.text);
        } else {
            let words: Vec<Word> =
                row.iter().map(|word| Word::new(word.as_str(), t.text, 9)).collect();
            keyed(canvas, &words, (x, y, room));
        }
        y += 1;
    }
}

/// Columns below which `cannot tell` is a question mark, so that all five answers of a pair have room.
const TIGHT: u16 = 50;

/// The answers with their keys; those that are needed least go first where there is little room.
fn keys(state: &State, review: &Review, canvas: &mut Canvas<'_>, (x, y, room): (u16, u16, u16)) {
    let t = canvas.theme;
    let all: Vec<(String, &str, u8)> = match review.asking() {
        // These have rows of their own.
        Asking::Output => Vec::new(),
        Asking::Sides => {
            let own = SIDES.iter().map(|(key, _, word)| (key.to_string(), *word, 9));
            let rest = [
                (Command::Skip, "skip", 7),
                (Command::UndoAnswer, "undo", 6),
                (Command::Flag, "flag", 5),
                (Command::AnswerNote, "note", 4),
                (Command::Reveal, "reveal", 1),
            ]
            .map(|(command, word, rank)| (state.keymap.main_key(command), word, rank));
            own.chain(rest).collect()
        }
        Asking::Verdict | Asking::Question(_) => [
            (Command::Yes, "yes", 9),
            (Command::No, "no", 9),
            (Command::CannotTell, "cannot tell", 8),
            (Command::Skip, "skip", 7),
            (Command::UndoAnswer, "undo", 6),
            (Command::Flag, "flag", 5),
            (Command::AnswerNote, "note", 4),
            (Command::NextSentence, "sentence", 3),
            (Command::Turns, "prompt", 2),
            (Command::Reveal, "reveal", 1),
        ]
        .into_iter()
        .filter(|(command, ..)| *command != Command::NextSentence || has_sentences(review.order()))
        .map(|(command, word, rank)| (state.keymap.main_key(command), word, rank))
        .collect(),
    };
    let five = review.asking() == Asking::Sides;
    let word = |(key, word, rank): &(String, &str, u8)| {
        let tight = room < TIGHT && five && *word == "cannot tell";
        Word::new(format!("{key} {}", if tight { "?" } else { *word }), t.text, *rank)
    };
    let mut words: Vec<Word> = all.iter().filter(|(key, ..)| !key.is_empty()).map(word).collect();
    fit(&mut words, usize::from(room));
    keyed(canvas, &words, (x, y, room));
}

/// Words of which the first is a key.
pub(super) fn keyed(canvas: &mut Canvas<'_>, words: &[Word], (x, y, room): (u16, u16, u16)) {
    let t = canvas.theme;
    let mut at = x;
    for (i, word) in words.iter().enumerate() {
        let (key, rest) = word.text.split_once(' ').unwrap_or((&word.text, ""));
        at += if i == 0 { 0 } else { 3 };
        let room = (x + room).saturating_sub(at);
        let used = canvas.put_as_is(at, y, room, key, t.key);
        at += used + 1;
        at += canvas.put_as_is(at, y, room.saturating_sub(used + 1), rest, t.text);
    }
}

fn status(state: &State, review: &Review, canvas: &mut Canvas<'_>, area: Rect) {
    let t = canvas.theme;
    let (x, room) = (area.x + 1, area.width.saturating_sub(2));
    let find = &state.reader.find;
    if let Some(input) = &find.input {
        let used = canvas.put(x, area.y, room, "/", t.key) + 1;
        let _ = typed(canvas, input, x + used, area.y, room.saturating_sub(used));
        canvas.put_right(x, area.y, room, &find.count(), t.dim);
        return;
    }
    if let Some(toast) = &state.toast {
        let style = match toast.tone {
            Tone::Good => t.good,
            Tone::Info => t.toast,
            Tone::Bad => t.error,
        };
        canvas.put_cut(x, area.y, room, &toast.text, style);
        return;
    }
    let key = |command| state.keymap.main_key(command);
    let mut words = vec![
        Word::new(format!("{} keys", key(Command::Help)), t.dim, 5),
        Word::new(format!("{} leaves, answers are kept", key(Command::Quit)), t.dim, 6)
            .short(format!("{} leaves", key(Command::Quit))),
    ];
    let why = review.session.as_ref().and_then(Session::why_not_blind);
    if let Some(why) = why.filter(|_| !review.is_opening(&state.reader.body)) {
        let short = format!("not blind: {}", truncate(&sanitize_line(&why), 38));
        let whole = format!("not blind: {}", sanitize_line(&why));
        words.push(Word::new(whole, t.repair, 4).short(short));
    }
    if review.resumed && !review.is_opening(&state.reader.body) {
        words.push(Word::new("goes on where it was left", t.dim, 3));
    }
    if !find.text.is_empty() {
        words.push(Word::new(format!("/{} {}", find.text, find.count()), t.text, 7));
    }
    fit(&mut words, usize::from(room));
    write(canvas, x, area.y, room, &words);
}
