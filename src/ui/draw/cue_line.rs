//! The cue under the cursor in one line: what it is, the words that matched, the rule, its weight.

use super::canvas::Canvas;
use super::marks::mark_of;
use crate::app::{Command, State};
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
    let Some((_, span)) = state.active_span() else {
        let (text, key) = if state.reader.steps.is_empty() {
            // Quotes may be there without cues.
            let line = if state.body().is_some() { "no cue in this transcript" } else { "" };
            (line.to_owned(), String::new())
        } else {
            (state.cue_position(), format!("  {} next", state.keymap.main_key(Command::NextCue)))
        };
        let used = canvas.put_cut(x, y, end.saturating_sub(x), &text, t.dim);
        canvas.put_as_is(x + used, y, end.saturating_sub(x + used), &key, t.dim);
        return;
    };
    let category = state.category(&span.category);
    let (mark, family) = mark_of(t, category, &span.category);
    let style = Theme::of(family, &t.family);
    let counted = span.counted();
    let weight = format!("weight {:.1}", span.weight);
    let facts = if (counted - span.weight).abs() > f64::EPSILON {
        format!("{} · {weight} counts {counted:.1}", span.rule)
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
    let words = quoted(state.section(span.section), &span.matched, (span.start, span.end));
    canvas.put_cut(left, y, stop.saturating_sub(left), &words, t.text);
    if show_facts {
        let used = canvas.put(stop + 2, y, right, &facts, t.dim);
        canvas.put(stop + used + 4, y, right, &why, t.key);
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
