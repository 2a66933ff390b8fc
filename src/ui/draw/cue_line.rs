//! The cue under the cursor in one line: what it is, the words that matched, the rule, its weight. Or the judge's evidence that
//! was stepped to last: for what, its words, and how they were found.

use ratatui::layout::Rect;

use super::canvas::Canvas;
use super::marks::{MESSAGE, QUOTE, mark_of};
use crate::app::{Command, State};
use crate::model::{Evidence, Found, points};
use crate::text::width;
use crate::ui::Theme;
use crate::ui::layout::Areas;

/// Most bytes of the matched words that are looked at.
const WORDS: usize = 600;

pub(super) fn draw(state: &State, canvas: &mut Canvas<'_>, areas: &Areas) {
    let area = areas.cue;
    if area.is_empty() || state.view.quiet {
        return;
    }
    let t = canvas.theme;
    canvas.rule(areas.rule, '─', t.border);
    let (x, y, end) = (area.x + 1, area.y, area.right().saturating_sub(1));
    if let Some((at, evidence)) = state.reader.active_evidence() {
        quote(state, canvas, area, at, evidence);
        return;
    }
    let Some((_, span)) = state.reader.active_span() else {
        summary(state, canvas, x, y, end);
        return;
    };
    let category = state.category(&span.category);
    let (mark, family) = mark_of(t, category, &span.category);
    let style = Theme::of(family, &t.family);
    let counted = span.counted();
    let weight = format!("weight {}", points(span.weight));
    let facts = if (counted - span.weight).abs() > f64::EPSILON {
        format!("{} · {weight} counts {}", span.rule, points(counted))
    } else {
        format!("{} · {weight}", span.rule)
    };
    let why = format!("{} why", state.keymap.main_key(Command::Why));
    let right = width(&facts) + width(&why) + 4;
    let right = u16::try_from(right).unwrap_or(u16::MAX);
    let mut left = x;
    canvas.glyph(left, y, mark, style);
    left += 2;
    left += canvas.put_cut(left, y, 24, &span.category, style) + 2;
    let show_facts = area.width > right + 40;
    let stop = if show_facts { end.saturating_sub(right) } else { end };
    let words = quoted(state.reader.section(span.section), &span.matched, (span.start, span.end));
    canvas.put_cut(left, y, stop.saturating_sub(left), &words, t.text);
    if show_facts {
        let used = canvas.put(stop + 2, y, right, &facts, t.dim);
        canvas.put(stop + used + 4, y, right, &why, t.key);
    }
}

/// No cue is under the cursor: how many there are, and how much judges gave, with the keys that lead there.
fn summary(state: &State, canvas: &mut Canvas<'_>, x: u16, y: u16, end: u16) {
    let t = canvas.theme;
    let key = |command| state.keymap.main_key(command);
    let evidence = state.reader.evidence_count();
    let words = evidence.words();
    let lost = if evidence.lost > 0 { t.repair } else { t.dim };
    let mut parts = vec![(state.cue_summary(), t.dim)];
    if !state.reader.steps.is_empty() {
        parts.push((format!("  {} next", key(Command::NextCue)), t.dim));
    }
    if !words.is_empty() {
        parts.push((" · judges: ".to_owned(), t.dim));
        parts.push((words, lost));
        parts.push((format!("  {} next", key(Command::NextEvidence)), t.dim));
    }
    // No cue is no clean bill: which rules looked is said whatever they found.
    let body = state.reader.body().filter(|_| !state.reader.unmarked).map(|(_, body)| body);
    if let (Some(engine), Some(body)) = (&state.engine, body) {
        let pack = engine.pack_words(&body.transcript, &body.analysis);
        if !pack.is_empty() {
            parts.push((format!(" · {pack}"), t.dim));
        }
    }
    let mut x = x;
    for (text, style) in parts {
        x += canvas.put_as_is(x, y, end.saturating_sub(x), &text, style);
    }
}

/// The judge's evidence under the cursor: for which label, its words, how they were found.
fn quote(state: &State, canvas: &mut Canvas<'_>, area: Rect, at: usize, evidence: &Evidence) {
    let t = canvas.theme;
    let (mut x, y, end) = (area.x + 1, area.y, area.right().saturating_sub(1));
    let message = evidence.found == Found::Message;
    let sections = state.reader.body().map_or(&[][..], |(_, b)| b.transcript.sections.as_slice());
    let section = evidence.at.and_then(|(section, ..)| sections.get(section));
    let (found, style) = match (evidence.found, section) {
        (Found::Message, Some(section)) => {
            (format!("the whole of turn {} ({})", section.turn + 1, section.role.as_str()), t.dim)
        }
        (_, None) | (Found::NotFound, _) => ("not found in the text".to_owned(), t.error),
        (Found::Exact, _) => ("found".to_owned(), t.dim),
        (Found::Folded, _) => ("found but for case and punctuation".to_owned(), t.dim),
        (Found::Window, _) => ("found in other words".to_owned(), t.dim),
    };
    let count = state.reader.body().map_or(0, |(_, b)| b.transcript.evidence.len());
    let number = format!("{} of {count}", at + 1);
    let right = u16::try_from(width(&found) + width(&number) + 5).unwrap_or(u16::MAX);
    canvas.glyph(x, y, if message { MESSAGE } else { QUOTE }, t.evidence_mark);
    x += 2;
    let criterion = evidence.criterion.map(|n| format!(" criterion {n}")).unwrap_or_default();
    let who = format!("{}{criterion} · {}", evidence.label, evidence.rater);
    // That it was not found is said even where its words are cut.
    let stop = end.saturating_sub(right);
    x += canvas.put_cut(x, y, stop.saturating_sub(x).min(44), &who, t.evidence_mark) + 2;
    let words = evidence.quote.get(..evidence.quote.floor_char_boundary(WORDS)).unwrap_or_default();
    if !words.is_empty() {
        canvas.put_cut(x, y, stop.saturating_sub(x), &format!("“{words}”"), t.text);
    }
    if stop > area.x {
        let used = canvas.put(stop + 2, y, right, &found, style);
        canvas.put(stop + used + 5, y, right, &number, t.dim);
    }
}

/// The matched words with `…` between those that stand apart; the whole cue when a rule names none.
fn quoted(text: &str, matched: &[(usize, usize)], whole: (usize, usize)) -> String {
    let whole = [whole];
    let list = if matched.is_empty() { &whole[..] } else { matched };
    let mut words = String::from("“");
    let mut previous: Option<usize> = None;
    for &(start, end) in list {
        let Some(part) = text.get(start..end) else { continue };
        if let Some(before) = previous {
            let between = text.get(before..start).unwrap_or("…");
            words.push_str(if between.trim().is_empty() { " " } else { " … " });
        }
        words.push_str(part.trim());
        previous = Some(end);
        if words.len() > WORDS {
            break;
        }
    }
    words.push('”');
    words
}
